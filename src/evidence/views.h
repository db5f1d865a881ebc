#pragma once

#include "known.h"

/** A sighting while it is joined: from a port of a known node to whoever is there. */
struct cp_view {
    const struct cp_sighting *seen;
    uint32_t device;     /* the document */
    uint32_t near, far;  /* nodes; far CP_NONE: not known (yet), or out (see out) */
    uint32_t near_port;  /* CP_NONE: not said */
    uint32_t far_port;   /* CP_NONE: not said */
    bool far_sure;       /* the far node itself, or the inventory, calls a port so */
    bool out;            /* makes no link */
    const char *doubt;   /* constant: why nobody can tell which node it is; NULL */
    cp_range candidates; /* in cp_views.candidates: those it may be, where there is doubt */
};

struct cp_views {
    struct cp_known *known;
    struct cp_arena *work;
    struct cp_view *at;
    uint32_t count;
    uint32_t *candidates;
    uint32_t candidate_count, candidate_cap;
    uint32_t numbered;        /* links whose ids are numbers */
    struct cp_tally *tallies; /* [devices * CP_TALLIES] */
};

/** What is told of a document's neighbours, counted: however many there are, a remark each. */
typedef enum {
    CP_TALLY_AMBIGUOUS,
    CP_TALLY_CONFLICT,
    CP_TALLY_OTHER_MAC,
    CP_TALLY_SELF,
    CP_TALLY_SEVERAL,
    CP_TALLY_DISAGREE,
    CP_TALLY_MOVED,
    CP_TALLY_NAMELESS,
    CP_TALLIES
} cp_tally_of;

struct cp_tally {
    cp_place place;
    cp_text subject;
    uint32_t count;
};

/** Counts one for the view's document; the first in the document is shown. */
void cp_views_tell(struct cp_views *views, const struct cp_view *view, cp_tally_of what);
/** Makes remarks of them. */
CP_MUST_USE cp_err cp_views_remark(struct cp_views *views);

/** resolve.c: which node each view shows, adding those that nobody read. */
CP_MUST_USE cp_err cp_views_resolve(struct cp_views *views, struct cp_diag *diag);
/** strangers.c: a node for each neighbour that nobody read. */
CP_MUST_USE cp_err cp_views_strangers(struct cp_views *views, struct cp_diag *diag);
/** remote.c: which of its ports. */
CP_MUST_USE cp_err cp_views_ports(struct cp_views *views);
/** joins.c: views to links, those of the inventory or new ones, and their seen-by facts. */
CP_MUST_USE cp_err cp_views_join(struct cp_views *views, struct cp_diag *diag);
/** hearsay.c: what neighbours say of nodes. */
CP_MUST_USE cp_err cp_views_facts(struct cp_views *views, struct cp_diag *diag);

/** A fact's row with what a view rests on. */
struct cp_fact_row cp_view_fact(const struct cp_views *views, const struct cp_view *view,
                                const char *attribute, cp_text value);

/* Small numbered keys: several numbers to one. */
struct cp_pairs;
CP_MUST_USE cp_err cp_pairs_open(struct cp_arena *work, struct cp_pairs **out);
#define CP_SEVERAL (CP_NONE - 1)
/** The value of a key of four numbers; CP_NONE: it is not there; CP_SEVERAL: several were put. */
uint32_t cp_pairs_get(const struct cp_pairs *pairs, const uint32_t key[4]);
CP_MUST_USE cp_err cp_pairs_put(struct cp_pairs *pairs, const uint32_t key[4], uint32_t value);
