#pragma once

#include "yaml_tree.h"

/**
 * The closed vocabulary of policies: which keys a mapping may have, which words a value may be.
 * All words stand in vocabulary.c; what is not among them is refused with the nearest that is.
 */
typedef enum {
    /* keys of mappings */
    CP_KEYS_POLICY,
    CP_KEYS_AUTHORITY,
    CP_KEYS_DEFAULTS,
    CP_KEYS_MAKER,
    CP_KEYS_MAKER_LIST,
    CP_KEYS_LISTED, /* a maker on a list, with its days */
    CP_KEYS_PRODUCT,
    CP_KEYS_CLASS,
    CP_KEYS_PATHS, /* what demands of a class want of their paths */
    CP_KEYS_SELECT,
    CP_KEYS_SELECT_PLACE, /* where something stands: ends of traffic, `at` */
    CP_KEYS_NEAR,
    CP_KEYS_RULE,
    CP_KEYS_REQUIRE,
    CP_KEYS_CAP,
    CP_KEYS_UNDER_FAILURE, /* in the order of depth: index 0 is one failure */
    CP_KEYS_LICENCE,
    CP_KEYS_GRANTED,
    CP_KEYS_EXTENSION,
    CP_KEYS_AFTER_END,
    CP_KEYS_TEST,
    CP_KEYS_THING,
    CP_KEYS_PART,
    /* words of values, in the order of the C enum or of the bits they become */
    CP_WORDS_UNKNOWN,
    CP_WORDS_UNSTATED,
    CP_WORDS_GRADE, /* and at the end one more word for the first grade */
    CP_WORDS_SCOPE,
    CP_WORDS_COUNTED,
    CP_WORDS_LAYER,
    CP_WORDS_FUNCTION,
    CP_WORDS_CAPABILITY,
    CP_WORDS_FAILURE,
    CP_WORDS_IF_NO_PATH,
    CP_WORDS_METRIC,
    CP_WORDS_DISJOINT,
    CP_WORDS_SAID, /* of cp_said those behind `nothing` */
    CP_WORDS_DIRECTIONS,
    CP_WORDS_AFFILIATES,
    CP_VOCABULARY_COUNT
} cp_vocabulary;

/** Errors: MALFORMED at the first key that is no word of `which`, with the nearest that is. */
CP_MUST_USE cp_err cp_vocabulary_keys(cp_vocabulary which, const struct cp_yaml *map,
                                      struct cp_diag *diag);
/** The place of a word among those of `which`.  Errors: MALFORMED, with the nearest word. */
CP_MUST_USE cp_err cp_vocabulary_word(cp_vocabulary which, const struct cp_yaml *value,
                                      uint32_t *index, struct cp_diag *diag);
/** A list of words (or one word) as bits: 1 << index.  Errors: MALFORMED, DUPLICATE. */
CP_MUST_USE cp_err cp_vocabulary_bits(cp_vocabulary which, const struct cp_yaml *value,
                                      uint32_t *bits, struct cp_diag *diag);

/** The same of a key; where the mapping has it not, *index (*bits) stays. */
CP_MUST_USE cp_err cp_vocabulary_word_at(cp_vocabulary which, const struct cp_yaml *map,
                                         const char *key, uint32_t *index, struct cp_diag *diag);
CP_MUST_USE cp_err cp_vocabulary_bits_at(cp_vocabulary which, const struct cp_yaml *map,
                                         const char *key, uint32_t *bits, struct cp_diag *diag);
