#include <stdlib.h>
#include <string.h>

#include "inside.h"

/*
 * Which link of the inventory a link of the network is.  Between two nodes each is held against each: one address that is
 * the same, and none that is another, and no second that fits as well; or both are the only ones between the two.
 * What is not one so is unknown: nobody knows its maker.
 */

enum { NO_MATCH = -1, MAY_MATCH, MATCH };

static uint32_t inventory_of(const struct ted_making *m, const struct ted_world_end *end)
{
    return m->world->nodes[end->node].node;
}

/* The end of the inventory's link that is at a node; CP_NONE. */
static uint32_t end_at(const struct cp_case *c, uint32_t link, uint32_t node)
{
    cp_range ends = c->links[link].ends;

    for (uint32_t i = ends.first; i < ends.first + ends.count; i++)
        if (c->ends[i].node.at == node)
            return i;
    return CP_NONE;
}

/* Whether addresses say that they are one.  Ends that the inventory's link has not say nothing. */
static int held_against(const struct ted_making *m, const struct ted_world_link *link,
                        uint32_t known)
{
    const struct cp_case *c = m->ted->inventory;
    int match = MAY_MATCH;

    for (uint32_t i = 0; i < link->end_count; i++) {
        uint32_t end = end_at(c, known, inventory_of(m, &link->ends[i]));
        int four, six;

        if (end == CP_NONE)
            continue;
        four = cp_ted_known_fits(m->ted->known, end, link->ends[i].address);
        six = cp_ted_known_fits(m->ted->known, end, link->ends[i].address6);
        if (four < 0 || six < 0)
            return NO_MATCH;
        if (four > 0 || six > 0)
            match = MATCH;
    }
    return match;
}

/* --- LANs --------------------------------------------------------------------------------------- */

/* Whether each end of the network's LAN is one of the inventory's. */
static bool is_within(const struct ted_making *m, const struct ted_world_link *link, uint32_t known)
{
    for (uint32_t i = 0; i < link->end_count; i++)
        if (end_at(m->ted->inventory, known, inventory_of(m, &link->ends[i])) == CP_NONE)
            return false;
    return true;
}

struct claim {
    uint32_t lan, known; /* indexes: of the world's links, of known->lans */
    bool sure;
};

/* What a LAN may be: by address the one, else the only one that has room for it. */
static bool claim_lan(const struct ted_making *m, uint32_t lan, struct claim *claim)
{
    const struct ted_known *k = m->ted->known;
    const struct ted_world_link *link = &m->world->links[lan];
    uint32_t sure = 0;
    uint32_t within = 0;
    uint32_t last_within = CP_NONE;

    *claim = (struct claim){lan, CP_NONE, false};
    for (uint32_t i = 0; i < k->lan_count; i++) {
        int match = held_against(m, link, k->lans[i].link);

        if (match == MATCH) {
            sure++;
            claim->known = i;
        }
        if (match == MAY_MATCH && is_within(m, link, k->lans[i].link)) {
            within++;
            last_within = i;
        }
    }
    claim->sure = sure == 1;
    if (sure == 0 && within == 1)
        claim->known = last_within;
    return sure == 1 || (sure == 0 && within == 1);
}

/* Up to two: more say nothing more. */
static void add_claim(uint8_t *count)
{
    if (*count < 2)
        (*count)++;
}

static cp_err join_lans(struct ted_making *m)
{
    struct claim *claims = CP_TAKE(m->work, m->world->link_count, struct claim);
    uint8_t *claimed = CP_TAKE(m->work, m->ted->known->lan_count, uint8_t);
    uint8_t *sure = CP_TAKE(m->work, m->ted->known->lan_count, uint8_t);
    uint32_t count = 0;

    if (claims == NULL || claimed == NULL || sure == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < m->world->link_count; i++) {
        if (!m->world->links[i].lan || !claim_lan(m, i, &claims[count]))
            continue;
        if (claims[count].sure)
            add_claim(&sure[claims[count].known]);
        else
            add_claim(&claimed[claims[count].known]);
        count++;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t known = claims[i].known;

        if (claims[i].sure ? sure[known] == 1 : sure[known] == 0 && claimed[known] == 1)
            m->world->links[claims[i].lan].link = m->ted->known->lans[known].link;
    }
    return CP_OK;
}

/* --- between two -------------------------------------------------------------------------------- */

static int compare_between(const void *a, const void *b)
{
    const struct ted_world_link *x = *(struct ted_world_link *const *)a;
    const struct ted_world_link *y = *(struct ted_world_link *const *)b;

    for (int i = 0; i < 2; i++)
        if (x->ends[i].node != y->ends[i].node)
            return x->ends[i].node < y->ends[i].node ? -1 : 1;
    return x < y ? -1 : x > y; /* of one array, in its order */
}

/* The inventory's links between two nodes that no LAN is. */
static uint32_t known_between(const struct ted_making *m, uint32_t a, uint32_t b, uint32_t *first)
{
    const struct ted_known *k = m->ted->known;
    uint32_t from = 0;
    uint32_t to = k->pair_count;
    uint32_t count = 0;

    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        const struct ted_known_link *p = &k->pairs[middle];

        if (p->a < a || (p->a == a && p->b < b))
            from = middle + 1;
        else
            to = middle;
    }
    *first = from;
    while (from + count < k->pair_count && k->pairs[from + count].a == a &&
           k->pairs[from + count].b == b)
        count++;
    return count;
}

static bool is_joined(const struct ted_world *w, uint32_t known)
{
    for (uint32_t i = 0; i < w->link_count; i++)
        if (w->links[i].lan && w->links[i].link == known)
            return true;
    return false;
}

/* Links [count] between two nodes of the inventory, held against its own. */
static void join_two(struct ted_making *m, struct ted_world_link **links, uint32_t count)
{
    const struct ted_known *k = m->ted->known;
    uint32_t a = inventory_of(m, &links[0]->ends[0]);
    uint32_t b = inventory_of(m, &links[0]->ends[1]);
    uint32_t first;
    uint32_t known = known_between(m, a, b, &first);

    for (uint32_t i = 0; i < known; i++) {
        uint32_t link = k->pairs[first + i].link;
        uint32_t found = CP_NONE;
        uint32_t matches = 0;

        for (uint32_t s = 0; s < count; s++)
            if (held_against(m, links[s], link) == MATCH) {
                matches++;
                found = s;
            }
        /* Two that fit one, or one that fits two: none of them. */
        if (matches != 1)
            continue;
        for (uint32_t other = 0; other < known; other++)
            matches +=
                other != i && held_against(m, links[found], k->pairs[first + other].link) == MATCH;
        if (matches == 1)
            links[found]->link = link;
    }
    if (known == 1 && count == 1 && links[0]->link == CP_NONE &&
        held_against(m, links[0], k->pairs[first].link) == MAY_MATCH &&
        !(m->ted->inventory->links[k->pairs[first].link].lan &&
          is_joined(m->world, k->pairs[first].link)))
        links[0]->link = k->pairs[first].link;
}

static cp_err join_pairs(struct ted_making *m)
{
    struct ted_world *w = m->world;
    struct ted_world_link **links =
        (struct ted_world_link **)cp_arena_take(m->work, w->link_count, sizeof(void *));
    uint32_t count = 0;

    if (links == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < w->link_count; i++)
        if (w->links[i].end_count == 2 && w->links[i].link == CP_NONE &&
            w->links[i].ends[1].node < w->known_count)
            links[count++] = &w->links[i];
    if (count > 0)
        qsort((void *)links, count, sizeof(void *), compare_between);
    for (uint32_t i = 0; i < count;) {
        uint32_t to = i + 1;

        while (to < count && links[to]->ends[0].node == links[i]->ends[0].node &&
               links[to]->ends[1].node == links[i]->ends[1].node)
            to++;
        join_two(m, &links[i], to - i);
        i = to;
    }
    return CP_OK;
}

/* --- names, and order --------------------------------------------------------------------------- */

/* The ends as the inventory's link has them, then the others. */
static void lay_ends(struct ted_making *m, struct ted_world_link *link)
{
    const struct cp_case *c = m->ted->inventory;
    cp_range ends = c->links[link->link].ends;
    uint32_t laid = 0;

    for (uint32_t e = ends.first; e < ends.first + ends.count; e++)
        for (uint32_t i = laid; i < link->end_count; i++) {
            struct ted_world_end end = link->ends[i];

            if (inventory_of(m, &end) != c->ends[e].node.at)
                continue;
            memmove(&link->ends[laid + 1], &link->ends[laid], (i - laid) * sizeof end);
            link->ends[laid++] = end;
            break;
        }
}

static cp_err name_unknown(struct ted_making *m, struct ted_world_link *link)
{
    struct cp_out out = cp_out_make(m->arena);
    const struct ted_world_end *a = &link->ends[0];

    cp_out_str(&out, "unknown:");
    cp_out_text(&out, m->world->nodes[a->node].id);
    cp_out_str(&out, "--");
    if (link->lan && link->end_count > 2)
        cp_out_str(&out, "lan");
    else
        cp_out_text(&out, m->world->nodes[link->ends[1].node].id);
    if (a->address.family != 0 || a->address6.family != 0) {
        cp_out_char(&out, '/');
        cp_out_ip(&out, a->address.family != 0 ? a->address : a->address6);
    } else if (link->local_id != 0)
        cp_out_format(&out, "/%u", link->local_id);
    return cp_out_done(&out, &link->id);
}

static int compare_links(const void *a, const void *b)
{
    const struct ted_world_link *x = a;
    const struct ted_world_link *y = b;
    int order;

    if (x->link != y->link)
        return x->link < y->link ? -1 : 1;
    order = cp_text_cmp(x->id, y->id);
    for (uint32_t i = 0; order == 0 && i < x->end_count && i < y->end_count; i++) {
        order = x->ends[i].node < y->ends[i].node ? -1 : x->ends[i].node > y->ends[i].node;
        if (order == 0)
            order = cp_ip_cmp(x->ends[i].address, y->ends[i].address);
        if (order == 0)
            order = cp_ip_cmp(x->ends[i].address6, y->ends[i].address6);
        if (order == 0 && x->ends[i].metric != y->ends[i].metric)
            order = x->ends[i].metric < y->ends[i].metric ? -1 : 1;
    }
    return order;
}

/* A LAN that two levels describe is there once. */
static bool is_again(const struct ted_world_link *x, const struct ted_world_link *y)
{
    if (!x->lan || !y->lan || x->link != CP_NONE || y->link != CP_NONE ||
        x->end_count != y->end_count)
        return false;
    for (uint32_t i = 0; i < x->end_count; i++)
        if (x->ends[i].node != y->ends[i].node || x->ends[i].address.family == 0 ||
            !cp_ip_eq(x->ends[i].address, y->ends[i].address))
            return false;
    return true;
}

static cp_err tell_apart(struct ted_making *m, struct cp_map *ids, struct ted_world_link *link)
{
    cp_text id = link->id;

    for (uint32_t k = 2;; k++) {
        struct cp_out out = cp_out_make(m->arena);
        cp_err err = CP_ERR_DUPLICATE;

        if (cp_case_link(m->ted->inventory, link->id).at == CP_NONE)
            err = cp_map_add(ids, link->id, 0);
        if (err != CP_ERR_DUPLICATE)
            return err;
        cp_out_text(&out, id);
        cp_out_format(&out, "#%u", k);
        CP_TRY(cp_out_done(&out, &link->id));
    }
}

static cp_err name_links(struct ted_making *m)
{
    struct ted_world *w = m->world;
    struct cp_map *ids;
    uint32_t kept = 0;

    CP_TRY(cp_map_open(m->work, &ids));
    for (uint32_t i = 0; i < w->link_count; i++) {
        if (w->links[i].link == CP_NONE) {
            CP_TRY(name_unknown(m, &w->links[i]));
            continue;
        }
        w->links[i].id = m->ted->inventory->links[w->links[i].link].id;
        lay_ends(m, &w->links[i]);
    }
    if (w->link_count > 0)
        qsort(w->links, w->link_count, sizeof *w->links, compare_links);
    for (uint32_t i = 0; i < w->link_count; i++) {
        struct ted_world_link *link = &w->links[i];

        if (kept > 0 && is_again(&w->links[kept - 1], link))
            continue;
        w->links[kept++] = *link;
        link = &w->links[kept - 1];
        if (link->link != CP_NONE)
            continue;
        CP_TRY(tell_apart(m, ids, link));
        CP_TRY(
            cp_ted_raise(m, CP_TED_ALARM_UNKNOWN_LINK, CP_NONE, link->id,
                         "a link that the inventory does not know, or not which of several it is"));
    }
    w->link_count = kept;
    return CP_OK;
}

cp_err cp_ted_join_links(struct ted_making *m)
{
    CP_TRY(join_lans(m));
    CP_TRY(join_pairs(m));
    return name_links(m);
}
