#include "linking.h"

/* Links that were not matched, and yet are known to the other side: as a LAN, or at one port. */

/* A link between two members of a LAN of the other side is that LAN as two of them see it. */

static cp_err add_lan_members(struct cp_linking *l, cp_side side, struct cp_pair_keys *members)
{
    const struct cp_case *net = cp_linking_net(l, side);

    for (uint32_t i = 0; i < net->link_count; i++) {
        if (!net->links[i].lan)
            continue;
        for (uint32_t j = 0; j < net->links[i].ends.count; j++) {
            const uint32_t key[5] = {cp_linking_ends(l, side, i)[j].node, 0, 0, 0, 0};

            if (key[0] != CP_NONE)
                CP_TRY(cp_pairs_add(members, key, side, i));
        }
    }
    cp_pairs_sort(members);
    return CP_OK;
}

static uint32_t first_member(const struct cp_pair_keys *members, uint32_t node, uint32_t link)
{
    uint32_t from = 0, to = members->count;

    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        const struct cp_pair_key *key = &members->at[middle];

        if (key->key[0] < node || (key->key[0] == node && key->at < link))
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* LANs of one node that are looked through. */
enum { LANS_MAX = 256 };

static bool is_covered(const struct cp_pair_keys *members, const struct cp_linking_end *ends)
{
    uint32_t at = first_member(members, ends[0].node, 0);

    for (uint32_t i = 0; i < LANS_MAX && at + i < members->count; i++) {
        const struct cp_pair_key *lan = &members->at[at + i];
        uint32_t other;

        if (lan->key[0] != ends[0].node)
            return false;
        other = first_member(members, ends[1].node, lan->at);
        if (other < members->count && members->at[other].key[0] == ends[1].node &&
            members->at[other].at == lan->at)
            return true;
    }
    return false;
}

static cp_err cover(struct cp_linking *l, cp_side side)
{
    struct cp_pair_keys members = {.work = l->c->work};

    CP_TRY(add_lan_members(l, side == CP_SIDE_A ? CP_SIDE_B : CP_SIDE_A, &members));
    for (uint32_t i = 0; i < cp_linking_net(l, side)->link_count; i++)
        if (cp_linking_is_open(l, side, i) && cp_linking_both_known(cp_linking_ends(l, side, i)) &&
            is_covered(&members, cp_linking_ends(l, side, i)))
            l->c->link_told[side][i] = true;
    return CP_OK;
}

/* Cables that were moved: a port that is left with one link on each side, to different ends. */

static cp_err add_port(struct cp_linking *l, cp_side side, uint32_t link)
{
    const struct cp_linking_end *ends = cp_linking_ends(l, side, link);

    for (uint32_t i = 0; i < 2; i++) {
        /* key[2] is not compared with others': one link has one key for each end */
        const uint32_t key[5] = {ends[i].node, ends[i].exact, 0, 0, 0};

        if (ends[i].node != CP_NONE && ends[i].port != CP_NONE && !l->above[side][link] &&
            !l->c->link_told[side][link])
            CP_TRY(cp_pairs_add(&l->keys, key, side, link));
    }
    return CP_OK;
}

/* The end of a link at which its key was made. */
static uint32_t end_with(const struct cp_linking *l, cp_side side, uint32_t link,
                         const uint32_t key[5])
{
    const struct cp_linking_end *ends = cp_linking_ends(l, side, link);

    return ends[0].node == key[0] && ends[0].exact == key[1] ? 0 : 1;
}

static bool is_doubtful_end(const struct cp_linking *l, cp_side side, uint32_t end)
{
    return l->c->doubtful[side][cp_linking_net(l, side)->ends[end].node.at];
}

static cp_err tell_moved(struct cp_linking *l, const struct cp_pair_group *group)
{
    uint32_t at[CP_SIDES] = {group->a->at, group->b->at};
    uint32_t far[CP_SIDES];
    struct cp_stated_value values[CP_SIDES];
    struct cp_compare_row row = cp_linking_row(CP_DIFFERS_END, at[CP_SIDE_A], at[CP_SIDE_B]);

    for (int side = CP_SIDE_A; side < CP_SIDES; side++) {
        uint32_t near = end_with(l, (cp_side)side, at[side], group->a->key);

        far[side] = cp_linking_link(l, (cp_side)side, at[side])->ends.first + 1 - near;
        l->c->link_told[side][at[side]] = true;
    }
    if (is_doubtful_end(l, CP_SIDE_A, far[CP_SIDE_A]) ||
        is_doubtful_end(l, CP_SIDE_B, far[CP_SIDE_B]))
        return CP_OK;
    for (int side = CP_SIDE_A; side < CP_SIDES; side++)
        CP_TRY(cp_linking_end_value(l, (cp_side)side, at[side], far[side], &values[side]));
    if (l->ends[CP_SIDE_A][far[CP_SIDE_A]].node != CP_NONE &&
        l->ends[CP_SIDE_A][far[CP_SIDE_A]].node == l->ends[CP_SIDE_B][far[CP_SIDE_B]].node)
        row.kind = CP_DIFFERS_PORT;
    CP_TRY(cp_linking_end_text(l, CP_SIDE_A,
                               2 * cp_linking_link(l, CP_SIDE_A, at[CP_SIDE_A])->ends.first + 1 -
                                   far[CP_SIDE_A],
                               &row.part));
    return cp_comparing_pair(l->c, row, values);
}

static cp_err find_moved(struct cp_linking *l)
{
    struct cp_pair_group group;
    uint32_t from = 0;

    CP_TRY(cp_linking_add_all(l, add_port));
    cp_pairs_sort(&l->keys);
    while (cp_pairs_next(&l->keys, &from, &group))
        if (group.a_count == 1 && group.b_count == 1)
            CP_TRY(tell_moved(l, &group));
    return CP_OK;
}

cp_err cp_linking_moved(struct cp_linking *l)
{
    CP_TRY(cover(l, CP_SIDE_A));
    CP_TRY(cover(l, CP_SIDE_B));
    return find_moved(l);
}
