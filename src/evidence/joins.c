#include "joins.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fresh.h"

/*
 * Views of one cable are those between the same two ports.  They are sorted by ids and names of ports,
 * so that links come in one order whatever the order of documents was.
 */

/* --- cables -------------------------------------------------------------------------------- */

/* A view with its ends in order. */
struct sorted {
    const struct cp_views *v;
    const struct cp_view *view;
    uint32_t node[2], port[2];
    uint32_t near; /* which of both is the viewer */
};

static cp_text id_of(const struct cp_views *v, uint32_t node)
{
    return v->known->nodes[node].id;
}

static cp_text port_name(const struct cp_views *v, uint32_t port)
{
    return port == CP_NONE ? CP_TEXT("") : v->known->port_list[port].name;
}

static struct sorted sort_ends(const struct cp_views *v, const struct cp_view *view)
{
    uint32_t near = cp_text_cmp(id_of(v, view->near), id_of(v, view->far)) < 0 ? 0 : 1;
    struct sorted s = {.v = v, .view = view, .near = near};

    s.node[near] = view->near;
    s.port[near] = view->near_port;
    s.node[1 - near] = view->far;
    s.port[1 - near] = view->far_port;
    return s;
}

static int by_ends(const struct sorted *x, const struct sorted *y)
{
    int order = 0;

    for (uint32_t i = 0; order == 0 && i < 2; i++)
        if (x->node[i] != y->node[i])
            order = cp_text_cmp(id_of(x->v, x->node[i]), id_of(x->v, y->node[i]));
    for (uint32_t i = 0; order == 0 && i < 2; i++)
        if (x->port[i] != y->port[i])
            order = cp_text_cmp(port_name(x->v, x->port[i]), port_name(x->v, y->port[i]));
    return order;
}

static int by_place(const struct sorted *x, const struct sorted *y)
{
    const struct cp_device *devices = x->v->known->set->devices;
    cp_place a = x->view->seen->place, b = y->view->seen->place;
    int order = (int)(y->near < x->near) - (int)(x->near < y->near);

    if (order == 0)
        order = cp_text_cmp(devices[x->view->device].path, devices[y->view->device].path);
    if (order == 0)
        order = (a.line > b.line) - (a.line < b.line);
    return order != 0 ? order : (a.column > b.column) - (a.column < b.column);
}

static int by_cable(const void *a, const void *b)
{
    int order = by_ends(a, b);

    return order != 0 ? order : by_place(a, b);
}

static void add_to_cable(struct cp_cable *cable, const struct sorted *s)
{
    cable->views.count++;
    cable->seen_from[s->near] = true;
    cable->sure[s->near] = s->port[s->near] != CP_NONE;
    if (s->view->far_sure)
        cable->sure[1 - s->near] = true;
}

static cp_err make_cables(struct cp_cables *c)
{
    struct cp_views *v = c->v;
    struct sorted *sorted = CP_TAKE(v->work, v->count, struct sorted);
    uint32_t count = 0;

    c->order = CP_TAKE(v->work, v->count, struct cp_cable_view);
    c->at = CP_TAKE(v->work, v->count, struct cp_cable);
    if (sorted == NULL || c->order == NULL || c->at == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < v->count; i++)
        if (!v->at[i].out && v->at[i].far != CP_NONE)
            sorted[count++] = sort_ends(v, &v->at[i]);
    if (count > 0)
        qsort(sorted, count, sizeof(*sorted), by_cable);
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || by_ends(&sorted[i - 1], &sorted[i]) != 0) {
            struct cp_cable *cable = &c->at[c->count++];

            *cable = (struct cp_cable){.views.first = i};
            memcpy(cable->node, sorted[i].node, sizeof(cable->node));
            memcpy(cable->port, sorted[i].port, sizeof(cable->port));
        }
        c->order[i].view = sorted[i].view;
        add_to_cable(&c->at[c->count - 1], &sorted[i]);
    }
    return CP_OK;
}

/* --- what contradicts ---------------------------------------------------------------------- */

static const struct cp_view *first_view(const struct cp_cables *c, const struct cp_cable *cable)
{
    return c->order[cable->views.first].view;
}

/* What each port sees: node and port to the neighbour, or several. */
static cp_err index_seen(const struct cp_cables *c, struct cp_pairs *seen)
{
    for (uint32_t i = 0; i < c->v->count; i++) {
        const struct cp_view *view = &c->v->at[i];

        if (!view->out && view->far != CP_NONE && view->near_port != CP_NONE)
            CP_TRY(cp_pairs_put(seen, (uint32_t[4]){view->near, view->near_port, 0, 0}, view->far));
    }
    return CP_OK;
}

/* The end that did not see sees something at that port, and it is not this cable. */
static void tell_disagreement(const struct cp_cables *c, const struct cp_cable *cable,
                              const struct cp_pairs *seen)
{
    for (uint32_t i = 0; i < 2; i++)
        if (!cable->seen_from[i] && cable->sure[i] && cable->port[i] != CP_NONE &&
            cp_pairs_get(seen, (uint32_t[4]){cable->node[i], cable->port[i], 0, 0}) != CP_NONE) {
            cp_views_tell(c->v, first_view(c, cable), CP_TALLY_DISAGREE);
            return;
        }
}

static cp_err tell_contradictions(const struct cp_cables *c)
{
    struct cp_pairs *seen;

    CP_TRY(cp_pairs_open(c->v->work, &seen));
    CP_TRY(index_seen(c, seen));
    for (uint32_t i = 0; i < c->count; i++)
        tell_disagreement(c, &c->at[i], seen);
    for (uint32_t i = 0; i < c->v->count; i++) {
        const struct cp_view *view = &c->v->at[i];

        if (!view->out && view->near_port != CP_NONE &&
            cp_pairs_get(seen, (uint32_t[4]){view->near, view->near_port, 0, 0}) == CP_SEVERAL)
            cp_views_tell(c->v, view, CP_TALLY_SEVERAL);
    }
    return CP_OK;
}

/* --- facts --------------------------------------------------------------------------------- */

/* "NODE PORT" */
static cp_err seen_by(const struct cp_cables *c, const struct cp_view *view, cp_text *out)
{
    cp_text port = port_name(c->v, view->near_port);

    *out = id_of(c->v, view->near);
    if (port.len == 0)
        return CP_OK;
    CP_TRY(cp_text_join(*out, CP_TEXT(" "), c->v->work, out));
    return cp_text_join(*out, port, c->v->work, out);
}

/* Two rows of one document that say the same: an agent often has two tables. */
static bool is_same_view(const struct cp_view *a, const struct cp_view *b)
{
    return a->device == b->device && a->near_port == b->near_port &&
           a->seen->protocol == b->seen->protocol;
}

cp_err cp_cable_facts(const struct cp_cables *c, const struct cp_cable *cable, uint32_t link,
                      struct cp_diag *diag)
{
    struct cp_build *build = c->v->known->set->build;

    for (uint32_t i = 0; i < cable->views.count; i++) {
        const struct cp_view *view = c->order[cable->views.first + i].view;
        struct cp_fact_row row = cp_view_fact(c->v, view, "seen-by", CP_TEXT(""));

        if (i > 0 && is_same_view(c->order[cable->views.first + i - 1].view, view))
            continue;
        CP_TRY(seen_by(c, view, &row.value));
        CP_TRY(link == CP_NONE ? cp_build_fact_on_last(build, &row, diag)
                               : cp_build_fact_on_link(build, link, &row, diag));
    }
    return CP_OK;
}

/* --- new links ----------------------------------------------------------------------------- */

static cp_err join3(struct cp_arena *work, cp_text a, const char *between, cp_text b, cp_text *out)
{
    CP_TRY(cp_text_join(a, cp_text_of(between), work, out));
    return cp_text_join(*out, b, work, out);
}

/* "a--b", else "a:p--b:q", else by number. */
static cp_err choose_id(const struct cp_cables *c, struct cp_fresh *ids,
                        const struct cp_cable *cable, cp_text *out)
{
    cp_text ends[2];
    uint32_t *numbered = &c->v->numbered;
    char number[24];

    CP_TRY(join3(ids->work, id_of(c->v, cable->node[0]), "--", id_of(c->v, cable->node[1]), out));
    if (cp_fresh_is_free(ids, *out))
        return cp_fresh_take(ids, *out);
    for (uint32_t i = 0; i < 2; i++)
        CP_TRY(join3(ids->work, id_of(c->v, cable->node[i]), ":", port_name(c->v, cable->port[i]),
                     &ends[i]));
    CP_TRY(join3(ids->work, ends[0], "--", ends[1], out));
    while (!cp_fresh_is_free(ids, *out)) {
        (void)snprintf(number, sizeof(number), "seen--%u", ++*numbered);
        CP_TRY(cp_text_copy(cp_text_of(number), ids->work, out));
    }
    return cp_fresh_take(ids, *out);
}

static cp_err add_link(const struct cp_cables *c, struct cp_fresh *ids,
                       const struct cp_cable *cable, struct cp_diag *diag)
{
    const struct cp_known_node *nodes = c->v->known->nodes;
    struct cp_link_row row =
        cp_link_row_make(first_view(c, cable)->seen->place, id_of(c->v, cable->node[0]),
                         id_of(c->v, cable->node[1]));

    CP_TRY(choose_id(c, ids, cable, &row.id));
    row.a_port = port_name(c->v, cable->port[0]);
    row.b_port = port_name(c->v, cable->port[1]);
    if (nodes[cable->node[0]].layer != CP_LAYER_IP || nodes[cable->node[1]].layer != CP_LAYER_IP)
        row.layer = CP_LAYER_ETHERNET;
    CP_TRY(cp_build_link(c->v->known->set->build, &row, diag));
    return cp_cable_facts(c, cable, CP_NONE, diag);
}

cp_err cp_views_join(struct cp_views *v, struct cp_diag *diag)
{
    struct cp_cables c = {.v = v};
    struct cp_fresh ids;

    CP_TRY(make_cables(&c));
    CP_TRY(tell_contradictions(&c));
    CP_TRY(cp_cables_inventory(&c, diag));
    CP_TRY(cp_fresh_open(v->known, v->work, &ids));
    for (uint32_t i = 0; i < c.count; i++)
        if (!c.at[i].joined)
            CP_TRY(add_link(&c, &ids, &c.at[i], diag));
    return CP_OK;
}
