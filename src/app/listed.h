#pragma once

#include "args.h"
#include "app/peer.h"

/* Lists of cleanpathd's API, asked for in pages as long as there are more. */

#define CP_LISTED_MOST 1000000u /* things of one answer */

/** What is asked for. */
struct cp_listing {
    const char *socket;   /* path */
    const char *list;     /* "/v1/demands" */
    const char *id_hint;  /* behind what is said of an id that is not there */
    const char *filter;   /* name of a parameter; NULL: none */
    const char *value;    /* and its value */
    const char *filter_2; /* another one; NULL */
    const char *value_2;
    const char *after; /* go on behind this id; NULL: from the beginning */
    uint32_t limit;    /* at most so many */
    const char *
        *things; /* [thing_count] ids: these alone, and nothing above counts but socket and list */
    uint32_t thing_count;
};

/** One thing: its JSON, and its text as the daemon wrote it.  Both are gone after the call. */
typedef cp_exit (*cp_listed_take)(void *user, const struct cp_json_value *thing, cp_text json);

/**
 * Hands out each thing in the order of the list.  *next: id behind which there are more, in the arena; empty: there are none.
 * Pages are of different moments.  Says what is wrong: as cp_peer_ask, and what take says.
 */
cp_exit cp_listed_each(const struct cp_listing *listing, struct cp_arena *arena,
                       cp_listed_take take, void *user, cp_text *next);
/** What the answer has is not what docs/api/openapi.yaml says: INPUT. */
cp_exit cp_listed_odd(const struct cp_listing *listing);
