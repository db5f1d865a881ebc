#pragma once

#include "base/yaml.h"

/**
 * The strict subset of YAML that policies are written in, as a tree.
 *
 * Texts (plain or quoted, on one line or folded), lists and mappings (block or flow), comments.
 * Nothing has a type: `NO`, `1` and `2014-02-14` are texts until the vocabulary says what they are.
 * Refused: anchors, aliases, tags, directives, block scalars, merge keys, keys that are not texts,
 * keys that stand twice, several documents, control characters and invisible line breaks.
 *
 * The tree of a file, in the arena.  Errors: as of cp_yaml_read.
 */
CP_MUST_USE cp_err cp_yaml_parse(cp_text bytes, uint32_t file, struct cp_arena *arena,
                                 const struct cp_yaml **out, struct cp_diag *diag);
