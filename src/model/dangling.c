#include "making.h"

/*
 * Links with an end that is not there, looked for before all else.  Their rows are marked as left
 * out; the links that stay are numbered anew.  Where the first row of a LAN goes, its next row that
 * stays takes its place.
 */

struct pruning {
    struct cp_making *m;
    /* [links] by number so far: the new one, CP_NONE where no row stayed yet; NULL where none of
     * them is a LAN of several rows and no fact names a link by its number, since only these ask. */
    uint32_t *numbers;
    uint32_t link, more; /* rows seen */
    uint32_t link_kept, more_kept;
    bool last_is_out; /* the last site, node or link row: facts about it go with it */
};

static uint32_t find_node(const struct cp_making *m, cp_text id)
{
    return cp_map_find(m->build->node_ids, id);
}

/* The name in an end's cell that no node bears; an empty text where all are there.  *node: of a cell
 * that is one node's id. */
static cp_text stranger(const struct cp_making *m, const struct cp_link_row *row, cp_text cell,
                        uint32_t *node)
{
    cp_text word;

    *node = find_node(m, cell);
    if (cell.len == 0 || *node != CP_NONE)
        return CP_TEXT("");
    if (!cp_text_is(row->link_class, "lan"))
        return cell;
    while (cp_text_word(&cell, " ", &word))
        if (find_node(m, word) == CP_NONE)
            return word;
    return CP_TEXT("");
}

/* Whether all ends of a row are there; a remark where one is not.  nodes [2]: the ends. */
static cp_err check_ends(struct cp_making *m, const struct cp_link_row *row, uint32_t *nodes,
                         bool *whole)
{
    cp_text a = stranger(m, row, row->a, &nodes[0]), b = stranger(m, row, row->b, &nodes[1]);
    cp_place place = cp_making_cell(row->place, a.len > 0 ? row->a_column : row->b_column);

    *whole = a.len == 0 && b.len == 0;
    if (*whole)
        return CP_OK;
    return cp_making_leave_out(m, CP_NAMES_NODES, place, "link to a node that is not there",
                               a.len > 0 ? a : b);
}

static cp_err prune_first(struct pruning *p, const cp_row_walk *walk, cp_row packed)
{
    uint32_t link = p->link++;
    struct cp_link_row row;
    uint32_t nodes[2];
    bool whole;

    cp_rows_unpack(CP_ROW_LINK, packed, &row);
    CP_TRY(check_ends(p->m, &row, nodes, &whole));
    p->last_is_out = !whole;
    if (p->numbers != NULL)
        p->numbers[link] = whole ? p->link_kept : CP_NONE;
    if (!whole) {
        cp_rows_change(walk, packed, CP_ROW_LEFT_OUT);
        return CP_OK;
    }
    for (size_t i = 0; i < CP_COUNT(nodes); i++) /* see cp_making.ends */
        p->m->ends[2 * (size_t)p->link_kept + i].node.at = nodes[i];
    p->link_kept++;
    return CP_OK;
}

static cp_err prune_more(struct pruning *p, const cp_row_walk *walk, cp_row packed)
{
    struct cp_lan_more *all = p->m->build->more, more = all[p->more++];
    struct cp_link_row row;
    uint32_t nodes[2];
    bool whole;

    CP_ASSERT(more.row == packed && more.link < p->link && p->numbers != NULL);
    cp_rows_unpack(CP_ROW_LAN_MORE, packed, &row);
    CP_TRY(check_ends(p->m, &row, nodes, &whole));
    p->last_is_out = !whole;
    if (!whole) {
        cp_rows_change(walk, packed, CP_ROW_LEFT_OUT);
    } else if (p->numbers[more.link] == CP_NONE) {
        p->numbers[more.link] = p->link_kept++;
        cp_rows_change(walk, packed, CP_ROW_LINK);
    } else {
        more.link = p->numbers[more.link];
        all[p->more_kept++] = more;
    }
    return CP_OK;
}

static cp_err prune_record(struct pruning *p, const cp_row_walk *walk, cp_row packed)
{
    struct cp_fact_row row;

    cp_rows_unpack(CP_ROW_LAST_RECORD, packed, &row);
    cp_rows_change(walk, packed, CP_ROW_LEFT_OUT);
    return cp_making_leave_out(p->m, CP_NAMES_NONE, row.place,
                               "a fact about a link that is left out", row.attribute);
}

/* The ids given to the links that stay. */
static cp_err number_ids(struct cp_making *m)
{
    struct cp_build *build = m->build;
    cp_row_walk walk = {build->rows.first, 0};
    uint32_t link = 0;
    struct cp_link_row row;
    cp_row_kind kind;
    cp_row packed;

    build->all_link_ids = build->link_ids;
    CP_TRY(cp_map_open(m->arena, &build->link_ids));
    while (cp_rows_next(&walk, &kind, &packed)) {
        if (kind != CP_ROW_LINK)
            continue;
        cp_rows_unpack(kind, packed, &row);
        if (row.id.len > 0)
            CP_TRY(cp_map_add(build->link_ids, row.id, link));
        link++;
    }
    return CP_OK;
}

static cp_err prune(struct pruning *p)
{
    cp_row_walk walk = {p->m->build->rows.first, 0};
    cp_row_kind kind;
    cp_row packed;

    while (cp_rows_next(&walk, &kind, &packed)) {
        if (kind == CP_ROW_LINK)
            CP_TRY(prune_first(p, &walk, packed));
        else if (kind == CP_ROW_LAN_MORE)
            CP_TRY(prune_more(p, &walk, packed));
        else if (kind == CP_ROW_LAST_FACT && p->last_is_out)
            cp_rows_change(&walk, packed, CP_ROW_LEFT_OUT);
        else if (kind == CP_ROW_LAST_RECORD && p->last_is_out)
            CP_TRY(prune_record(p, &walk, packed));
        else if (kind == CP_ROW_SITE || kind == CP_ROW_NODE)
            p->last_is_out = false;
    }
    return CP_OK;
}

cp_err cp_making_leave_out_links(struct cp_making *m)
{
    struct cp_build *build = m->build;
    struct pruning p = {.m = m};

    m->ends = CP_TAKE(m->arena, build->end_count, struct cp_end);
    if (m->ends == NULL)
        return CP_ERR_NOMEM;
    if (build->more_count + build->link_fact_count > 0) {
        p.numbers = CP_TAKE(m->arena, build->link_count, uint32_t);
        if (p.numbers == NULL)
            return CP_ERR_NOMEM;
    }
    CP_TRY(prune(&p));
    CP_ASSERT(p.link == build->link_count && p.more == build->more_count);
    if (p.link_kept + p.more_kept == p.link + p.more)
        return CP_OK;
    build->link_numbers = p.numbers;
    build->link_count = p.link_kept;
    build->more_count = p.more_kept;
    return number_ids(m);
}
