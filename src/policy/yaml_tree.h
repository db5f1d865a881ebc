#pragma once

#include "base/diag.h"

/**
 * The strict subset of YAML that policies are written in, as a tree.
 *
 * Texts (plain or quoted, on one line or folded), lists and mappings (block or flow), comments.
 * Nothing has a type: `NO`, `1` and `2014-02-14` are texts until the vocabulary says what they are.
 * Refused: anchors, aliases, tags, directives, block scalars, merge keys, keys that are not texts,
 * keys that stand twice, several documents, control characters and invisible line breaks.
 */
typedef enum { CP_YAML_TEXT, CP_YAML_LIST, CP_YAML_MAP } cp_yaml_kind;

struct cp_yaml {
    cp_yaml_kind kind;
    cp_place place;
    cp_text text; /* of a text; may be empty */
    cp_text key;  /* of a value in a mapping; not empty there */
    cp_place key_place;
    const struct cp_yaml *first; /* of a list or mapping: what it holds, in the file's order */
    const struct cp_yaml *next;
    uint32_t count;
};

/**
 * The tree of a file, in the arena.  Cost: O(bytes + keys of the largest mapping squared).
 * Errors: MALFORMED, DUPLICATE (a key), LIMIT, NOMEM; the diag has line and column.
 */
CP_MUST_USE cp_err cp_yaml_parse(cp_text bytes, uint32_t file, struct cp_arena *arena,
                                 const struct cp_yaml **out, struct cp_diag *diag);
