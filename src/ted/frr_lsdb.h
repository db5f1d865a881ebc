#pragma once

#include "frr_said.h"

/*
 * The link state database as FRR's text has it, before its routers have ids: an LSP is listed under a name, a
 * neighbour under a system id.  Who is who (frr_who.c) is told by `show isis hostname`, where that stands before the
 * database, else by the links: whose addresses are a neighbour's, reversed, is that neighbour.
 */

#define TED_NAME_LISTED 14u /* FRR shows so much of a name in an LSP's id */

/* What the LSPs of one router say, or of one LAN's pseudonode. */
struct ted_speaker {
    struct ted_router router; /* len 0: not known */
    struct ted_domain domain;
    struct ted_node *node;
    cp_text listed, name; /* as LSPs are listed; as it says (empty: it does not) */
    uint32_t owner;       /* of a pseudonode: the speaker before it; else itself */
    uint32_t fragment;    /* the last one */
    uint32_t narrow, wide;
    uint8_t pseudonode;
    bool
        there; /* fragment 0 is, and has not expired (ISO 10589 7.3.7: without it, the others do not count) */
    bool unlike; /* it cannot be told who it is */
};

struct ted_spoken_half {
    uint32_t speaker;
    struct ted_half *half;
};

struct ted_spoken_prefix {
    uint32_t speaker;
    struct ted_prefix *prefix;
};

/* A line of `show isis hostname`; level 0: the router that was asked. */
struct ted_called {
    cp_text name;
    uint8_t id[6];
    uint8_t level;
};

struct ted_lsdb {
    struct cp_list speakers, halves, prefixes, called; /* of the structs above */
};

/* "0000.0000.0001", 14 characters. */
bool cp_ted_system_id(cp_text text, uint8_t id[6]);
/* Who the speakers are.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_ted_lsdb_who(struct ted_lsdb *lsdb, struct cp_arena *arena);
