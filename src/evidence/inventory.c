#include <stdlib.h>
#include <string.h>

#include "joins.h"

/*
 * Cables to links of the inventory: those whose nodes and ports are the same; then, cable by cable,
 * those that leave a port open or know it by a name that nobody is sure of; then LANs that both nodes
 * are on.  What is left is not in the inventory; where its port has a link there that nobody sees, the
 * cable was moved, says one of them.
 */

/* Links of one pair of nodes, or LANs of one node, that are looked through. */
enum { LINKS_MAX = 256 };

struct link {
    uint32_t number;
    uint32_t node[2], port[2]; /* node[0] < node[1] */
    bool is_seen, has_below;
};

/* An end of a LAN. */
struct member {
    uint32_t node, number, port;
};

/* A port that a link with two ends gives. */
struct port_link {
    uint32_t port, link; /* index into links */
};

struct inventory {
    struct cp_cables *c;
    struct link *links;
    struct member *members;
    struct port_link *ports;
    uint32_t link_count, link_cap, member_count, member_cap, port_count;
};

/* --- the links ----------------------------------------------------------------------------- */

static cp_err add_link(struct inventory *n, const struct cp_added *added)
{
    const struct cp_link_row *row = &added->link;
    struct cp_known *k = n->c->v->known;
    uint32_t a = cp_known_node_find(k, row->a), b = cp_known_node_find(k, row->b);
    uint32_t first = a > b;
    void *links = n->links;
    struct link *link;

    if (a == CP_NONE || b == CP_NONE)
        return CP_OK;
    CP_TRY(cp_arena_grow(n->c->v->work, &links, n->link_count, &n->link_cap, sizeof(*n->links)));
    n->links = links;
    link = &n->links[n->link_count++];
    *link = (struct link){.number = added->link_number, .has_below = row->over.len > 0};
    link->node[first] = a;
    link->node[1 - first] = b;
    link->port[first] = cp_known_port_find(k, a, row->a_port);
    link->port[1 - first] = cp_known_port_find(k, b, row->b_port);
    return CP_OK;
}

static cp_err add_member(struct inventory *n, uint32_t number, cp_text id, cp_text port)
{
    struct cp_known *k = n->c->v->known;
    uint32_t node = cp_known_node_find(k, id);
    void *members = n->members;

    if (node == CP_NONE)
        return CP_OK;
    CP_TRY(cp_arena_grow(n->c->v->work, &members, n->member_count, &n->member_cap,
                         sizeof(*n->members)));
    n->members = members;
    n->members[n->member_count++] =
        (struct member){.node = node, .number = number, .port = cp_known_port_find(k, node, port)};
    return CP_OK;
}

/* The cell of a LAN: one node, else a list, with as many ports or none. */
static cp_err add_members(struct inventory *n, uint32_t number, cp_text cell, cp_text ports)
{
    cp_text id, port = CP_TEXT("");

    if (cp_known_node_find(n->c->v->known, cell) != CP_NONE)
        return add_member(n, number, cell, ports);
    while (cp_text_word(&cell, " ", &id)) {
        if (!cp_text_word(&ports, " ", &port))
            port = CP_TEXT("");
        CP_TRY(add_member(n, number, id, port));
    }
    return CP_OK;
}

static cp_err read_links(struct inventory *n)
{
    struct cp_build_walk walk = {.build = n->c->v->known->set->build};
    struct cp_added added;

    while (cp_build_next(&walk, &added)) {
        if (added.kind != CP_ADDED_LINK)
            continue;
        if (!cp_text_is(added.link.link_class, "lan")) {
            CP_TRY(add_link(n, &added));
            continue;
        }
        CP_TRY(add_members(n, added.link_number, added.link.a, added.link.a_port));
        CP_TRY(add_members(n, added.link_number, added.link.b, added.link.b_port));
    }
    return CP_OK;
}

static int by_number(uint32_t a, uint32_t b)
{
    return a == b ? 0 : a < b ? -1 : 1;
}

static int by_nodes(const void *a, const void *b)
{
    const struct link *x = a, *y = b;
    int order = by_number(x->node[0], y->node[0]);

    if (order == 0)
        order = by_number(x->node[1], y->node[1]);
    return order != 0 ? order : by_number(x->number, y->number);
}

static int by_member(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    int order = by_number(x->node, y->node);

    return order != 0 ? order : by_number(x->number, y->number);
}

static int by_port(const void *a, const void *b)
{
    const struct port_link *x = a, *y = b;
    int order = by_number(x->port, y->port);

    return order != 0 ? order : by_number(x->link, y->link);
}

static cp_err index_ports(struct inventory *n)
{
    n->ports = CP_TAKE(n->c->v->work, 2 * (size_t)n->link_count, struct port_link);
    if (n->ports == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < n->link_count; i++)
        for (uint32_t j = 0; j < 2; j++)
            if (n->links[i].port[j] != CP_NONE)
                n->ports[n->port_count++] = (struct port_link){n->links[i].port[j], i};
    if (n->port_count > 0)
        qsort(n->ports, n->port_count, sizeof(*n->ports), by_port);
    return CP_OK;
}

static cp_err open_inventory(struct inventory *n)
{
    CP_TRY(read_links(n));
    if (n->link_count > 0)
        qsort(n->links, n->link_count, sizeof(*n->links), by_nodes);
    if (n->member_count > 0)
        qsort(n->members, n->member_count, sizeof(*n->members), by_member);
    return index_ports(n);
}

/* --- a cable's links ----------------------------------------------------------------------- */

/* The cable's ends in the order of a link's. */
struct turned {
    uint32_t node[2], port[2];
    bool sure[2];
};

static struct turned turn(const struct cp_cable *cable)
{
    uint32_t first = cable->node[0] > cable->node[1];
    struct turned t;

    for (uint32_t i = 0; i < 2; i++) {
        t.node[i] = cable->node[i ^ first];
        t.port[i] = cable->port[i ^ first];
        t.sure[i] = cable->sure[i ^ first];
    }
    return t;
}

static bool is_between(const struct inventory *n, uint32_t link, const struct turned *t)
{
    return link < n->link_count && n->links[link].node[0] == t->node[0] &&
           n->links[link].node[1] == t->node[1];
}

static uint32_t first_between(const struct inventory *n, const struct turned *t)
{
    uint32_t from = 0, to = n->link_count;

    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        const struct link *link = &n->links[middle];

        if (link->node[0] < t->node[0] ||
            (link->node[0] == t->node[0] && link->node[1] < t->node[1]))
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static bool is_exact(const struct link *link, const struct turned *t)
{
    return link->port[0] != CP_NONE && link->port[0] == t->port[0] && link->port[1] != CP_NONE &&
           link->port[1] == t->port[1];
}

/* How many ports are the same; -1: one is another. */
static int fit(const struct link *link, const struct turned *t)
{
    int same = 0;

    for (uint32_t i = 0; i < 2; i++) {
        if (link->port[i] == CP_NONE || t->port[i] == CP_NONE)
            continue;
        if (link->port[i] == t->port[i])
            same++;
        else if (t->sure[i])
            return -1;
    }
    return same;
}

static cp_err join(struct inventory *n, struct cp_cable *cable, struct link *link,
                   struct cp_diag *diag)
{
    cable->joined = true;
    link->is_seen = true;
    return cp_cable_facts(n->c, cable, link->number, diag);
}

static cp_err join_exact(struct inventory *n, struct cp_cable *cable, struct cp_diag *diag)
{
    struct turned t = turn(cable);

    for (uint32_t i = first_between(n, &t), tried = 0; is_between(n, i, &t) && tried < LINKS_MAX;
         i++, tried++)
        if (is_exact(&n->links[i], &t))
            CP_TRY(join(n, cable, &n->links[i], diag));
    return CP_OK;
}

/* The link that fits best, of those that no cable was joined to. */
static cp_err join_best(struct inventory *n, struct cp_cable *cable, int least,
                        struct cp_diag *diag)
{
    struct turned t = turn(cable);
    struct link *best = NULL;
    int most = least - 1;

    for (uint32_t i = first_between(n, &t), tried = 0; is_between(n, i, &t) && tried < LINKS_MAX;
         i++, tried++) {
        int same = n->links[i].is_seen ? -1 : fit(&n->links[i], &t);

        if (same > most) {
            most = same;
            best = &n->links[i];
        }
    }
    return best == NULL ? CP_OK : join(n, cable, best, diag);
}

static uint32_t first_member(const struct inventory *n, uint32_t node, uint32_t number)
{
    uint32_t from = 0, to = n->member_count;

    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        const struct member *member = &n->members[middle];

        if (member->node < node || (member->node == node && member->number < number))
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static bool fits_member(const struct cp_cable *cable, uint32_t end, const struct member *member)
{
    return member->port == CP_NONE || cable->port[end] == CP_NONE || !cable->sure[end] ||
           member->port == cable->port[end];
}

static cp_err join_lan(struct inventory *n, struct cp_cable *cable, struct cp_diag *diag)
{
    uint32_t at = first_member(n, cable->node[0], 0);

    for (uint32_t i = at; i < n->member_count && i - at < LINKS_MAX; i++) {
        const struct member *one = &n->members[i];
        uint32_t other = first_member(n, cable->node[1], one->number);

        if (one->node != cable->node[0])
            return CP_OK;
        if (other == n->member_count || n->members[other].node != cable->node[1] ||
            n->members[other].number != one->number || !fits_member(cable, 0, one) ||
            !fits_member(cable, 1, &n->members[other]))
            continue;
        cable->joined = true;
        return cp_cable_facts(n->c, cable, one->number, diag);
    }
    return CP_OK;
}

/* --- moved cables -------------------------------------------------------------------------- */

/* Whether a port has links in the inventory, none of which was seen; of very many nothing is said. */
static bool has_unseen(const struct inventory *n, uint32_t port)
{
    uint32_t from = 0, to = n->port_count, tried = 0;
    bool any = false;

    while (from < to) {
        uint32_t middle = from + (to - from) / 2;

        if (n->ports[middle].port < port)
            from = middle + 1;
        else
            to = middle;
    }
    for (; from < n->port_count && n->ports[from].port == port; from++) {
        const struct link *link = &n->links[n->ports[from].link];

        if (link->is_seen || ++tried > LINKS_MAX)
            return false;
        any = any || !link->has_below;
    }
    return any;
}

static void tell_moved(const struct inventory *n, const struct cp_cable *cable)
{
    for (uint32_t i = 0; i < 2; i++)
        if (cable->port[i] != CP_NONE && cable->sure[i] && has_unseen(n, cable->port[i])) {
            cp_views_tell(n->c->v, n->c->order[cable->views.first].view, CP_TALLY_MOVED);
            return;
        }
}

cp_err cp_cables_inventory(struct cp_cables *c, struct cp_diag *diag)
{
    struct inventory n = {.c = c};

    CP_TRY(open_inventory(&n));
    for (uint32_t i = 0; i < c->count; i++)
        CP_TRY(join_exact(&n, &c->at[i], diag));
    for (int least = 1; least >= 0; least--)
        for (uint32_t i = 0; i < c->count; i++)
            if (!c->at[i].joined)
                CP_TRY(join_best(&n, &c->at[i], least, diag));
    for (uint32_t i = 0; i < c->count; i++)
        if (!c->at[i].joined)
            CP_TRY(join_lan(&n, &c->at[i], diag));
    for (uint32_t i = 0; i < c->count; i++)
        if (!c->at[i].joined)
            tell_moved(&n, &c->at[i]);
    return CP_OK;
}
