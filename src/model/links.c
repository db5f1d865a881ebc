#include "making.h"

#include <stdlib.h>
#include <string.h>

#include "model/limits.h"

static int more_order(const void *a, const void *b)
{
    const struct cp_lan_more *one = a, *other = b;

    if (one->link != other->link)
        return one->link < other->link ? -1 : 1;
    return one->order < other->order ? -1 : one->order > other->order;
}

/* One end more.  On a LAN a node may come again: what it left open before is then filled.
 * metric 0: not given. */
static cp_err add_end(struct cp_making *m, struct cp_link_rec *rec, cp_place place,
                      struct cp_end end)
{
    struct cp_end *ends = &m->ends[rec->ends.first];
    uint32_t i = 0;

    while (rec->lan && i < rec->ends.count && ends[i].node.at != end.node.at)
        i++;
    if (!rec->lan || i == rec->ends.count) {
        if (rec->ends.count >= CP_LIMIT_LAN_ENDS)
            return cp_diag_set(m->diag, CP_ERR_LIMIT, place, "too many ends of a lan", rec->id);
        ends[rec->ends.count++] = end;
        m->end_count++;
        return CP_OK;
    }
    if (end.metric != 0 && ends[i].metric != 0 && end.metric != ends[i].metric)
        CP_TRY(cp_build_remark(m->build, CP_REMARK_FINDING, place,
                               "rows of a lan disagree about a metric; the first stays", rec->id,
                               1));
    if (end.port.len > 0 && ends[i].port.len > 0 && !cp_text_eq(end.port, ends[i].port))
        CP_TRY(cp_build_remark(m->build, CP_REMARK_FINDING, place,
                               "rows of a lan disagree about a port; the first stays", rec->id, 1));
    if (ends[i].metric == 0)
        ends[i].metric = end.metric;
    if (ends[i].port.len == 0)
        ends[i].port = end.port;
    return CP_OK;
}

/* The nodes that a cell of a LAN lists, each with its port. */
static cp_err add_listed_ends(struct cp_making *m, struct cp_link_rec *rec, cp_place place,
                              cp_text cell, struct cp_end end)
{
    cp_text ports = end.port;
    cp_text name, port;

    while (cp_text_word(&cell, " ", &name)) {
        bool has_port = cp_text_word(&ports, " ", &port);

        if (end.port.len > 0 && !has_port)
            return cp_making_conflict(m, place, "fewer ports than ends in a list", end.port);
        end.node.at = cp_map_find(m->build->node_ids, name);
        CP_ASSERT(end.node.at != CP_NONE); /* see dangling.c */
        CP_TRY(add_end(m, rec, place,
                       (struct cp_end){.node = end.node, .port = port, .metric = end.metric}));
    }
    if (cp_text_word(&ports, " ", &port))
        return cp_making_conflict(m, place, "more ports than ends in a list", end.port);
    return CP_OK;
}

static cp_err add_ends(struct cp_making *m, struct cp_link_rec *rec, cp_place place, cp_text cell,
                       struct cp_end end)
{
    end.node.at = cp_map_find(m->build->node_ids, cell);
    if (end.node.at != CP_NONE)
        return add_end(m, rec, place, end);
    CP_ASSERT(rec->lan);
    return add_listed_ends(m, rec, place, cell, end);
}

static cp_err add_row_ends(struct cp_making *m, struct cp_link_rec *rec,
                           const struct cp_link_row *row)
{
    uint32_t back = row->metric_ba != 0 ? row->metric_ba : row->metric_ab;
    struct cp_end a = {.port = row->a_port, .metric = row->metric_ab};
    struct cp_end b = {.port = row->b_port, .metric = back};

    CP_TRY(add_ends(m, rec, cp_making_cell(row->place, row->a_column), row->a, a));
    return add_ends(m, rec, cp_making_cell(row->place, row->b_column), row->b, b);
}

/* Of a link that is no LAN, after links that have two ends each: its nodes stand there already. */
static void set_two_ends(struct cp_making *m, struct cp_link_rec *rec,
                         const struct cp_link_row *row)
{
    struct cp_end *ends = &m->ends[rec->ends.first];

    ends[0].port = row->a_port;
    ends[0].metric = row->metric_ab;
    ends[1].port = row->b_port;
    ends[1].metric = row->metric_ba != 0 ? row->metric_ba : row->metric_ab;
    rec->ends.count = 2;
    m->end_count += 2;
}

/* Ends from the further rows of a LAN, which are sorted by link. */
static cp_err add_more_ends(struct cp_making *m, struct cp_link_rec *rec, uint32_t link)
{
    const struct cp_build *build = m->build;
    struct cp_link_row row;

    for (; m->more_at < build->more_count && build->more[m->more_at].link == link; m->more_at++) {
        cp_rows_unpack(CP_ROW_LAN_MORE, build->more[m->more_at].row, &row);
        CP_TRY(add_row_ends(m, rec, &row));
    }
    return CP_OK;
}

static cp_err make_ends(struct cp_making *m, uint32_t link, const struct cp_link_row *row)
{
    struct cp_link_rec *rec = &m->links[link];

    rec->id = row->id;
    rec->place = row->place;
    rec->lan = cp_text_is(row->link_class, "lan");
    rec->ends.first = m->end_count;
    if (row->id.len == 0)
        rec->id = cp_rows_default_id(row);
    if (!rec->lan && m->end_count == 2 * link)
        set_two_ends(m, rec, row);
    else
        CP_TRY(add_row_ends(m, rec, row));
    CP_TRY(add_more_ends(m, rec, link));
    if (rec->ends.count < 2)
        return cp_making_conflict(m, row->place, "a lan needs two different ends", rec->id);
    for (uint32_t i = 0; i < rec->ends.count; i++)
        if (m->ends[rec->ends.first + i].metric == 0)
            m->ends[rec->ends.first + i].metric = 1;
    return CP_OK;
}

cp_err cp_making_ends(struct cp_making *m)
{
    struct cp_build *build = m->build;
    cp_row_walk walk = {build->rows.first, 0};
    uint32_t *ordinals = CP_TAKE(m->arena, build->link_count, uint32_t);
    uint32_t link = 0;
    struct cp_link_row row;
    cp_row_kind kind;
    cp_row packed;

    if (ordinals == NULL)
        return CP_ERR_NOMEM;
    if (build->more_count > 0)
        qsort(build->more, build->more_count, sizeof(*build->more), more_order);
    m->more_at = 0;
    while (cp_rows_next(&walk, &kind, &packed)) {
        if (kind != CP_ROW_LINK)
            continue;
        cp_rows_unpack(kind, packed, &row);
        ordinals[link] = row.id.len == 0;
        CP_TRY(make_ends(m, link, &row));
        link++;
    }
    CP_ASSERT(link == build->link_count && m->end_count <= build->end_count);
    return cp_making_link_ids(m, ordinals);
}

/* What is below each link is gone through depth first, with a stack of our own: a circle of any
 * length is found before its depth is asked for. */

enum { UNSEEN = 0, OPEN = 255 }; /* else: depth of what is below, plus 1 */

/* A link that is open: its next support, and the deepest of those before it. */
struct step {
    uint32_t link, alternative, support, deepest;
};

struct descent {
    struct cp_making *m;
    uint8_t *depths;    /* [links] */
    struct step *steps; /* [links] */
    uint32_t step_count;
};

/* The next link right below an open one; false after the last. */
static bool next_below(const struct cp_making *m, struct step *step, uint32_t *below)
{
    cp_range alternatives = m->links[step->link].alternatives;

    for (; step->alternative < alternatives.count; step->alternative++, step->support = 0) {
        cp_range supports = m->alternatives[alternatives.first + step->alternative];

        if (step->support < supports.count) {
            *below = m->supports[supports.first + step->support++].at;
            return true;
        }
    }
    return false;
}

static void open_link(struct descent *d, uint32_t link)
{
    d->depths[link] = OPEN;
    d->steps[d->step_count++] = (struct step){.link = link};
}

static void deepen(struct step *step, uint32_t depth)
{
    if (depth > step->deepest)
        step->deepest = depth;
}

static cp_err close_link(struct descent *d)
{
    struct step step = d->steps[--d->step_count];
    const struct cp_link_rec *rec = &d->m->links[step.link];

    if (step.deepest > CP_LIMIT_OVER_DEPTH)
        return cp_diag_set(d->m->diag, CP_ERR_LIMIT, rec->place, "too many layers below a link",
                           rec->id);
    d->depths[step.link] = (uint8_t)(step.deepest + 1);
    if (d->step_count > 0)
        deepen(&d->steps[d->step_count - 1], step.deepest + 1);
    return CP_OK;
}

static cp_err descend(struct descent *d, uint32_t from)
{
    open_link(d, from);
    while (d->step_count > 0) {
        struct step *step = &d->steps[d->step_count - 1];
        uint32_t below;

        if (!next_below(d->m, step, &below)) {
            CP_TRY(close_link(d));
            continue;
        }
        if (d->depths[below] == OPEN)
            return cp_making_conflict(d->m, d->m->links[below].place,
                                      "what is below a link goes round in a circle",
                                      d->m->links[below].id);
        if (d->depths[below] == UNSEEN)
            open_link(d, below);
        else
            deepen(step, d->depths[below]);
    }
    return CP_OK;
}

static cp_err check_below(struct cp_making *m)
{
    struct descent d = {.m = m,
                        .depths = CP_TAKE(m->arena, m->build->link_count, uint8_t),
                        .steps = CP_TAKE(m->arena, m->build->link_count, struct step)};

    if (d.depths == NULL || d.steps == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < m->build->link_count; i++)
        if (d.depths[i] == UNSEEN)
            CP_TRY(descend(&d, i));
    return CP_OK;
}

cp_err cp_making_check_links(struct cp_making *m)
{
    for (uint32_t i = 0; i < m->build->link_count; i++) {
        const struct cp_link_rec *rec = &m->links[i];

        for (uint32_t k = 0; k < rec->ends.count && rec->layer == CP_LAYER_IP; k++) {
            const struct cp_node_rec *node = &m->nodes[m->ends[rec->ends.first + k].node.at];

            if (node->layer != CP_LAYER_IP)
                return cp_making_conflict(
                    m, rec->place, "a link of layer ip ends at a node of another layer", node->id);
        }
    }
    return m->support_count == 0 ? CP_OK : check_below(m);
}
