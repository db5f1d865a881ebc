#pragma once

#include "inside.h"

/* Links while they are matched and compared: links.c, link_values.c, moved.c. */

/* One end as it is compared. */
struct cp_linking_end {
    uint32_t node;  /* of A; CP_NONE: the other side has it not */
    uint32_t port;  /* a word; CP_NONE: not given */
    uint32_t exact; /* the same with the number of a sub-interface, but for 0 */
};

struct cp_linking {
    struct cp_comparing *c;
    struct cp_pair_keys keys;
    struct cp_linking_end *ends[CP_SIDES]; /* as cp_case.ends */
    bool *above[CP_SIDES];                 /* [links] */
    struct {
        uint32_t link; /* plus 1; 0: none was asked for */
        cp_grade grade;
    } graded[CP_SIDES]; /* what the link asked for last rests on */
    uint32_t *seats; /* [nodes of A] while links are compared: the end of a link there; CP_NONE */
};

static inline const struct cp_case *cp_linking_net(const struct cp_linking *l, cp_side side)
{
    return l->c->side[side].net;
}

static inline const struct cp_link_rec *cp_linking_link(const struct cp_linking *l, cp_side side,
                                                        uint32_t link)
{
    return &cp_linking_net(l, side)->links[link];
}

static inline const struct cp_linking_end *cp_linking_ends(const struct cp_linking *l, cp_side side,
                                                           uint32_t link)
{
    return &l->ends[side][cp_linking_link(l, side, link)->ends.first];
}

/* Links still to be matched, with two ends. */
static inline bool cp_linking_is_open(const struct cp_linking *l, cp_side side, uint32_t link)
{
    return l->c->link_partner[side][link] == CP_NONE && !cp_linking_link(l, side, link)->lan &&
           cp_linking_link(l, side, link)->ends.count == 2;
}

static inline bool cp_linking_both_known(const struct cp_linking_end *ends)
{
    return ends[0].node != CP_NONE && ends[1].node != CP_NONE;
}

/* Adds the keys of a link for one step. */
typedef cp_err (*cp_linking_add)(struct cp_linking *l, cp_side side, uint32_t link);

/** The keys of all open links. */
CP_MUST_USE cp_err cp_linking_add_all(struct cp_linking *l, cp_linking_add add);

struct cp_compare_row cp_linking_row(cp_differs kind, uint32_t a, uint32_t b);
/** "NODE PORT" of an end (its index in cp_case.ends), or "NODE". */
CP_MUST_USE cp_err cp_linking_end_text(const struct cp_linking *l, cp_side side, uint32_t end,
                                       cp_text *out);
/** Where an end is: a claim, or of a link that was only seen what the sighting at its place rests on. */
CP_MUST_USE cp_err cp_linking_end_value(struct cp_linking *l, cp_side side, uint32_t link,
                                        uint32_t end, struct cp_stated_value *out);

/** link_values.c: rows where matched links differ. */
CP_MUST_USE cp_err cp_linking_values(struct cp_linking *l);
/** moved.c: links that a LAN of the other side covers, and cables that go elsewhere there. */
CP_MUST_USE cp_err cp_linking_moved(struct cp_linking *l);
