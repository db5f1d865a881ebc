#pragma once

#include "policy/language.h"

#include "yaml_tree.h"

/** Values of a policy's tree as what the vocabulary says they are.  Every error has its place. */

/** Errors: MALFORMED ("expected a text", "a list", "a mapping"). */
CP_MUST_USE cp_err cp_value_kind(const struct cp_yaml *value, cp_yaml_kind kind,
                                 struct cp_diag *diag);
/** The value of a key; NULL where a mapping has it not. */
const struct cp_yaml *cp_value_find(const struct cp_yaml *map, const char *key);
/** Errors: MALFORMED where the key is missing. */
CP_MUST_USE cp_err cp_value_get(const struct cp_yaml *map, const char *key,
                                const struct cp_yaml **out, struct cp_diag *diag);

/** A text that is not empty.  Errors: MALFORMED. */
CP_MUST_USE cp_err cp_value_text(const struct cp_yaml *value, cp_text *out, struct cp_diag *diag);
/** A text without spaces and of at most CP_LIMIT_POLICY_NAME_BYTES.  Errors: MALFORMED, LIMIT. */
CP_MUST_USE cp_err cp_value_id(cp_text text, cp_place place, struct cp_diag *diag);
/** Errors: MALFORMED, RANGE. */
CP_MUST_USE cp_err cp_value_date(const struct cp_yaml *value, cp_date *out, struct cp_diag *diag);

/** A country's code, ISO 3166-1 alpha-2.  Errors: MALFORMED, with the code that was perhaps meant. */
CP_MUST_USE cp_err cp_value_country(const struct cp_yaml *value, struct cp_diag *diag);

/** A whole number of 32 bits.  Errors: MALFORMED, RANGE. */
CP_MUST_USE cp_err cp_value_number(const struct cp_yaml *value, uint32_t *out,
                                   struct cp_diag *diag);

/** The same of a key; where the mapping has it not, *out stays. */
CP_MUST_USE cp_err cp_value_text_at(const struct cp_yaml *map, const char *key, cp_text *out,
                                    struct cp_diag *diag);
CP_MUST_USE cp_err cp_value_date_at(const struct cp_yaml *map, const char *key, cp_date *out,
                                    struct cp_diag *diag);

/** A text or a list of at least one thing.  Errors: MALFORMED, LIMIT. */
CP_MUST_USE cp_err cp_value_some(const struct cp_yaml *value, struct cp_diag *diag);
/** The first of a list; a text itself (it stands alone: do not follow its next). */
const struct cp_yaml *cp_value_first(const struct cp_yaml *value);

/** How many things the list has; 1 for a thing that stands alone. */
uint32_t cp_value_count(const struct cp_yaml *value);

/** One text, or a list of different ones.  Errors: MALFORMED, DUPLICATE, LIMIT, NOMEM. */
CP_MUST_USE cp_err cp_value_texts(const struct cp_yaml *value, struct cp_arena *arena,
                                  struct cp_texts *out, struct cp_diag *diag);
/** As ids, between single spaces.  Errors: as cp_value_texts. */
CP_MUST_USE cp_err cp_value_words_at(const struct cp_yaml *map, const char *key,
                                     struct cp_arena *arena, cp_text *out, struct cp_diag *diag);
