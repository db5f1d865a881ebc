#pragma once

#include "judge/judge.h"

/**
 * The different names of makers and of software that a case states, each once, and whose they are
 * in the eyes of each policy: what costs most about a name is done once for it.
 */

enum {
    CP_NAME_UNKNOWN = 0, /* nobody states a maker, or somebody states that it is unknown */
    CP_NAME_SILENT = 1,  /* there is no maker to ask about: a plain link */
    CP_NAME_FIRST = 2,
};

struct cp_stated_name {
    cp_text text;
    bool software;
    bool says_nothing; /* "unknown", "n/a": it is no statement beside another */
};

struct cp_stated {
    struct cp_arena *arena;
    struct cp_stated_name *at; /* [count] */
    uint32_t count, cap;
    struct cp_map *ids[2]; /* of makers, of software */
    cp_text last[2];
    uint32_t last_id[2];
    const struct cp_judge_policy *policies; /* [policy_count] */
    uint32_t policy_count;
    uint32_t **makers; /* after resolve: [policy_count][count] index, CP_MAKER_UNKNOWN, _OTHER */
    uint8_t **like;    /* after resolve: 1: like the name of a maker, but none of its names */
};

CP_MUST_USE cp_err cp_stated_open(const struct cp_judge_policy *policies, uint32_t count,
                                  struct cp_arena *arena, struct cp_stated *out);
/** The number of a name; the text is borrowed.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_stated_add(struct cp_stated *names, cp_text text, bool software,
                                 uint32_t *id);
/** When all are added.  Cost: O(names * policies * length).  Errors: NOMEM. */
CP_MUST_USE cp_err cp_stated_resolve(struct cp_stated *names);
