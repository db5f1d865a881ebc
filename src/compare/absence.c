#include <string.h>

#include "inside.h"
#include "model/seen.h"

/* Links that one side has and the other would have to know of: see compare.h. */

struct claims {
    bool *sees;                  /* [nodes] some document told of its neighbours */
    bool layers[CP_LAYER_COUNT]; /* an inventory states links of it */
    bool any;
};

static void note_seen(const struct cp_case *net, uint32_t link, struct claims *claims)
{
    for (uint32_t i = net->link_facts[link]; i < net->link_facts[link + 1]; i++) {
        uint32_t end = cp_link_seen_end(net, (cp_link){link}, &net->facts[i]);

        if (end != CP_NONE)
            claims->sees[net->ends[net->links[link].ends.first + end].node.at] = true;
    }
}

static cp_err find_claims(const struct cp_case *net, struct cp_arena *work, struct claims *claims)
{
    *claims = (struct claims){.sees = CP_TAKE(work, net->node_count, bool)};
    if (claims->sees == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < net->link_count; i++) {
        note_seen(net, i, claims);
        if (!cp_link_seen(net, (cp_link){i}).stated)
            continue;
        claims->layers[net->links[i].layer] = true;
        claims->any = true;
    }
    return CP_OK;
}

/* Neighbours see what lies side by side. */
static bool can_be_seen(const struct cp_case *net, const struct cp_link_rec *link)
{
    return (link->layer == CP_LAYER_IP || link->layer == CP_LAYER_ETHERNET) && !link->lan &&
           !cp_text_is(link->link_class, "leased-circuit") && !cp_comparing_is_above(net, link);
}

/* The node of the other side at an end; CP_NONE. */
static uint32_t other_node(const struct cp_comparing *c, cp_side side, uint32_t end)
{
    return c->partner[side][c->side[side].net->ends[end].node.at];
}

static bool is_claimed(const struct cp_comparing *c, cp_side side, uint32_t link,
                       const struct claims *others)
{
    const struct cp_case *net = c->side[side].net;
    const struct cp_link_rec *rec = &net->links[link];

    if (cp_link_seen(net, (cp_link){link}).stated ? others->layers[rec->layer] : others->any)
        return true;
    if (!can_be_seen(net, rec))
        return false;
    for (uint32_t i = 0; i < rec->ends.count; i++)
        if (others->sees[other_node(c, side, rec->ends.first + i)])
            return true;
    return false;
}

static bool has_all_ends(const struct cp_comparing *c, cp_side side, uint32_t link)
{
    cp_range ends = c->side[side].net->links[link].ends;

    for (uint32_t i = 0; i < ends.count; i++)
        if (other_node(c, side, ends.first + i) == CP_NONE)
            return false;
    return true;
}

static cp_err tell_absent(struct cp_comparing *c, cp_side side, const struct claims *others)
{
    const struct cp_case *net = c->side[side].net;

    c->out->links[side].links = net->link_count;
    for (uint32_t i = 0; i < net->link_count; i++) {
        struct cp_compare_row row = {
            .kind = CP_DIFFERS_LINK, .object = CP_OBJECT_LINK, .at = {CP_NONE, CP_NONE}};

        row.at[side] = i;
        if (c->link_partner[side][i] != CP_NONE) {
            c->out->links[side].matched++;
        } else if (c->link_told[side][i]) {
            continue;
        } else if (!has_all_ends(c, side, i)) {
            c->out->links[side].without_end++;
        } else if (is_claimed(c, side, i, others)) {
            CP_TRY(cp_comparing_row(c, &row));
        } else {
            c->out->links[side].unclaimed++;
        }
    }
    return CP_OK;
}

cp_err cp_comparing_absent_links(struct cp_comparing *c)
{
    struct claims claims[CP_SIDES];

    CP_TRY(find_claims(c->side[CP_SIDE_A].net, c->work, &claims[CP_SIDE_A]));
    CP_TRY(find_claims(c->side[CP_SIDE_B].net, c->work, &claims[CP_SIDE_B]));
    CP_TRY(tell_absent(c, CP_SIDE_A, &claims[CP_SIDE_B]));
    return tell_absent(c, CP_SIDE_B, &claims[CP_SIDE_A]);
}
