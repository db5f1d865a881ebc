#pragma once

#include "base/diag.h"

/**
 * YAML 1.1 as a tree: texts, lists and mappings, each with its place.
 *
 * Nothing has a type: `NO`, `1` and `2014-02-14` are texts until whoever asks says what they are.
 * Refused in every case: keys that are not texts, keys that stand twice, several documents, tags that are not
 * of the core schema.
 */
typedef enum { CP_YAML_TEXT, CP_YAML_LIST, CP_YAML_MAP } cp_yaml_kind;

struct cp_yaml {
    cp_yaml_kind kind;
    bool plain; /* a text without quotes */
    cp_place place;
    cp_text text; /* of a text; may be empty */
    cp_text key;  /* of a value in a mapping; not empty there */
    cp_place key_place;
    const struct cp_yaml *first; /* of a list or mapping: what it holds, in the file's order */
    const struct cp_yaml *next;
    uint32_t count;
    uint32_t weight; /* it and all it holds, as often as aliases repeat it */
};

#define CP_YAML_DEPTH_MAX 64u

/** Which YAML is read and how much of it.  Messages: constant, lower case, no full stop. */
struct cp_yaml_rules {
    /* True: anchors, aliases and merge keys (what they stand for is in the tree, shared), tags of the core
     * schema, texts in blocks, and any character that libyaml takes.  False: a strict subset, which has
     * none of these, nor directives, nor control or invisible characters. */
    bool general;
    size_t bytes_max;
    uint32_t depth_max;  /* at most CP_YAML_DEPTH_MAX */
    uint32_t things_max; /* as often as aliases repeat them: who walks the tree walks no more */
    uint32_t keys_max;   /* of one mapping */
    const char *too_long, *too_deep, *too_many, *too_many_keys; /* past them: CP_ERR_LIMIT */
    const char *several;                                        /* more than one document */
};

/**
 * The tree of a file, in the arena.  Cost: O(bytes + things).
 * Errors: MALFORMED, DUPLICATE (a key), LIMIT, NOMEM; the diag has line and column.
 */
CP_MUST_USE cp_err cp_yaml_read(cp_text bytes, uint32_t file, const struct cp_yaml_rules *rules,
                                struct cp_arena *arena, const struct cp_yaml **out,
                                struct cp_diag *diag);

/** The value under a key; NULL where there is none, or the thing is NULL or no mapping. */
const struct cp_yaml *cp_yaml_find(const struct cp_yaml *map, const char *key);
/** Whether it is a plain text that means nothing: empty, ~ or null. */
bool cp_yaml_is_null(const struct cp_yaml *thing);
