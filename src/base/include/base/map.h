#pragma once

#include "base/text.h"

/**
 * Text to number, in an arena.  Keys are borrowed and must outlive the map.  Never iterated: no
 * answer can depend on its order.  Expected O(length) a call.
 */
struct cp_map;

#define CP_MAP_NONE UINT32_MAX

CP_MUST_USE cp_err cp_map_open(struct cp_arena *arena, struct cp_map **out); /* NOMEM */
/** Room for so many keys in all, at once: adding them takes no more memory.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_map_reserve(struct cp_map *map, uint32_t keys);
/** Adds; DUPLICATE if the key is there (its value stays).  value < CP_MAP_NONE.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_map_add(struct cp_map *map, cp_text key, uint32_t value);
/** CP_MAP_NONE where the key is absent. */
uint32_t cp_map_find(const struct cp_map *map, cp_text key);
