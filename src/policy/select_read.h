#pragma once

#include "reading.h"
#include "vocabulary.h"

/**
 * The keys of a selector that a mapping has; other keys of `which` are left to the caller.
 * nothing: why a mapping without any of a selector's keys is refused.
 * Errors: MALFORMED, DUPLICATE, UNKNOWN_ID, CONFLICT, RANGE, LIMIT, NOMEM.
 */
CP_MUST_USE cp_err cp_select_read(const struct cp_yaml *map, cp_vocabulary which,
                                  const char *nothing, struct cp_reading *reading,
                                  struct cp_select *out);

/** One or more words of inventories, folded.  Errors: MALFORMED, DUPLICATE, LIMIT, NOMEM. */
CP_MUST_USE cp_err cp_select_read_words(const struct cp_yaml *value, struct cp_reading *reading,
                                        struct cp_texts *out);
/** One or more countries, ISO 3166-1 alpha-2.  Errors: MALFORMED, DUPLICATE, LIMIT, NOMEM. */
CP_MUST_USE cp_err cp_select_read_control(const struct cp_yaml *value, struct cp_reading *reading,
                                          struct cp_texts *out);
/** `near`: a place, and how far from it.  Errors: as cp_select_read. */
CP_MUST_USE cp_err cp_near_read(const struct cp_yaml *map, struct cp_reading *reading,
                                struct cp_near *out);
