#include "model/limits.h"
#include "views.h"

/*
 * Which node a neighbour is.  Its chassis id and its name each give a set of nodes; what both have is
 * meant.  Sets that have nothing in common, or several nodes left, are a doubt: it is settled where
 * just one of the nodes sees the viewer at that very port, and else the neighbour is a node of its own.
 * Port addresses, management addresses and serial numbers only narrow, or stand in where the others say nothing.
 */

struct nodes {
    uint32_t at[CP_KNOWN_NODES_MAX];
    uint32_t count;
};

static struct nodes nodes_of(struct cp_known_found found)
{
    struct nodes nodes = {.count = 0};

    for (uint32_t i = 0; found.count <= CP_KNOWN_NODES_MAX && i < found.count; i++)
        nodes.at[nodes.count++] = found.at[i].node;
    return nodes;
}

/* The nodes of both sets. */
static struct nodes shared(const struct nodes *a, const struct nodes *b)
{
    struct nodes both = {.count = 0};

    for (uint32_t i = 0; i < a->count; i++)
        for (uint32_t j = 0; j < b->count; j++)
            if (a->at[i] == b->at[j])
                both.at[both.count++] = a->at[i];
    return both;
}

static void narrow(struct nodes *nodes, const struct nodes *by)
{
    struct nodes both = shared(nodes, by);

    if (both.count > 0)
        *nodes = both;
}

/* --- the sets ------------------------------------------------------------------------------ */

/* A name whole, else one with a domain and one without that begin alike. */
static struct nodes by_name(const struct cp_known *k, cp_text name)
{
    size_t dot = cp_text_find(name, '.', 0);
    struct nodes nodes = nodes_of(cp_known_find(k, CP_KNOWN_NAME, name));

    if (nodes.count > 0)
        return nodes;
    return nodes_of(dot < name.len ? cp_known_find(k, CP_KNOWN_NAME, cp_text_sub(name, 0, dot))
                                   : cp_known_find(k, CP_KNOWN_LABEL, name));
}

static struct nodes by_mac(const struct cp_known *k, cp_text mac)
{
    struct nodes nodes = nodes_of(cp_known_find(k, CP_KNOWN_MAC, mac));

    return nodes.count > 0 ? nodes : nodes_of(cp_known_find(k, CP_KNOWN_PORT_MAC, mac));
}

static bool has_mac_chassis(const struct cp_sighting *seen)
{
    return seen->chassis_id.len > 0 && cp_text_is(seen->chassis_id_kind, "mac");
}

static struct nodes by_chassis(const struct cp_known *k, const struct cp_sighting *seen)
{
    if (has_mac_chassis(seen))
        return by_mac(k, seen->chassis_id);
    if (cp_text_is(seen->chassis_id_kind, "address"))
        return nodes_of(cp_known_find(k, CP_KNOWN_ADDRESS, seen->chassis_id));
    return by_name(k, seen->chassis_id);
}

/* What only narrows, or stands in. */
static void narrow_by_rest(const struct cp_known *k, const struct cp_sighting *seen,
                           struct nodes *nodes)
{
    struct nodes rest[] = {
        cp_text_is(seen->port_id_kind, "mac")
            ? nodes_of(cp_known_find(k, CP_KNOWN_PORT_MAC, seen->port_id))
            : (struct nodes){.count = 0},
        nodes_of(cp_known_find(k, CP_KNOWN_SERIAL, seen->serial)),
        nodes_of(cp_known_find(k, CP_KNOWN_ADDRESS, seen->address)),
    };

    for (size_t i = 0; i < CP_COUNT(rest); i++) {
        if (nodes->count == 0)
            *nodes = rest[i];
        else
            narrow(nodes, &rest[i]);
    }
}

/* --- one view ------------------------------------------------------------------------------ */

static cp_err keep_candidates(struct cp_views *v, struct cp_view *view, const struct nodes *nodes)
{
    for (uint32_t i = 0; i < nodes->count; i++) {
        void *all = v->candidates;

        CP_TRY(cp_arena_grow(v->work, &all, v->candidate_count, &v->candidate_cap,
                             sizeof(*v->candidates)));
        v->candidates = all;
        if (view->candidates.count == 0)
            view->candidates.first = v->candidate_count;
        v->candidates[v->candidate_count++] = nodes->at[i];
        view->candidates.count++;
    }
    return CP_OK;
}

static cp_err doubt(struct cp_views *v, struct cp_view *view, const char *why,
                    const struct nodes *one, const struct nodes *other)
{
    view->doubt = why;
    CP_TRY(keep_candidates(v, view, one));
    return other == NULL ? CP_OK : keep_candidates(v, view, other);
}

static const char ambiguous[] = "ambiguous", conflict[] = "conflict", other_mac[] = "other mac";

static cp_err resolve_one(struct cp_views *v, struct cp_view *view)
{
    const struct cp_sighting *seen = view->seen;
    struct nodes chassis = by_chassis(v->known, seen), name = by_name(v->known, seen->name);
    struct nodes nodes = chassis.count > 0 ? chassis : name;

    if (chassis.count > 0 && name.count > 0) {
        nodes = shared(&chassis, &name);
        if (nodes.count == 0)
            return doubt(v, view, conflict, &chassis, &name);
    }
    narrow_by_rest(v->known, seen, &nodes);
    if (nodes.count > 1)
        return doubt(v, view, ambiguous, &nodes, NULL);
    if (nodes.count == 0)
        return CP_OK;
    if (chassis.count == 0 && has_mac_chassis(seen) && v->known->nodes[nodes.at[0]].has_mac)
        return doubt(v, view, other_mac, &nodes, NULL);
    view->far = nodes.at[0];
    return CP_OK;
}

/* --- doubts -------------------------------------------------------------------------------- */

/* Nodes that see another one at a port which they name: node, other node, its port. */
static cp_err index_resolved(const struct cp_views *v, struct cp_pairs *seers)
{
    for (uint32_t i = 0; i < v->count; i++) {
        const struct cp_view *view = &v->at[i];
        uint32_t port;

        if (view->far == CP_NONE)
            continue;
        port = cp_known_port_find(v->known, view->far, view->seen->port_id);
        if (port == CP_NONE)
            port = cp_known_port_find_mac(v->known, view->far, view->seen->port_id);
        if (port == CP_NONE)
            port = cp_known_port_find(v->known, view->far, view->seen->port_descr);
        if (port != CP_NONE)
            CP_TRY(cp_pairs_put(seers, (uint32_t[4]){view->near, view->far, port, 0}, view->near));
    }
    return CP_OK;
}

/* The one candidate that sees the viewer at its port; CP_NONE: none, or several. */
static uint32_t settle(const struct cp_views *v, const struct cp_view *view,
                       const struct cp_pairs *seers)
{
    uint32_t found = CP_NONE;

    for (uint32_t i = 0; view->near_port != CP_NONE && i < view->candidates.count; i++) {
        uint32_t node = v->candidates[view->candidates.first + i];

        if (cp_pairs_get(seers, (uint32_t[4]){node, view->near, view->near_port, 0}) == CP_NONE)
            continue;
        if (found != CP_NONE && found != node)
            return CP_NONE;
        found = node;
    }
    return found;
}

static void tell_doubt(struct cp_views *v, const struct cp_view *view)
{
    if (view->doubt == ambiguous)
        cp_views_tell(v, view, CP_TALLY_AMBIGUOUS);
    else if (view->doubt == conflict)
        cp_views_tell(v, view, CP_TALLY_CONFLICT);
    else
        cp_views_tell(v, view, CP_TALLY_OTHER_MAC);
}

static cp_err settle_doubts(struct cp_views *v)
{
    struct cp_pairs *seers;

    CP_TRY(cp_pairs_open(v->work, &seers));
    CP_TRY(index_resolved(v, seers));
    for (uint32_t i = 0; i < v->count; i++) {
        struct cp_view *view = &v->at[i];

        if (view->doubt == NULL)
            continue;
        view->far = settle(v, view, seers);
        if (view->far == CP_NONE)
            tell_doubt(v, view);
        else
            view->doubt = NULL;
    }
    return CP_OK;
}

cp_err cp_views_resolve(struct cp_views *v, struct cp_diag *diag)
{
    for (uint32_t i = 0; i < v->count; i++)
        CP_TRY(resolve_one(v, &v->at[i]));
    CP_TRY(settle_doubts(v));
    for (uint32_t i = 0; i < v->count; i++) {
        if (v->at[i].far != v->at[i].near)
            continue;
        v->at[i].out = true;
        cp_views_tell(v, &v->at[i], CP_TALLY_SELF);
    }
    return cp_views_strangers(v, diag);
}
