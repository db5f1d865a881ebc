#include "making.h"

#include <stdio.h>

#include "base/num.h"

/*
 * What a demand names is looked up once a name: demands that name the same share one range of ends.
 * Nodes are sorted by site at the first site:ID; a tag:NAME looks at all nodes.
 */

/* What a name of an end means.  Where there is no node: why, about which name among which. */
struct named {
    cp_range range; /* of demand_ends */
    const char *why;
    cp_text name;
    cp_names names;
};

struct naming {
    struct cp_making *m;
    struct cp_map *names; /* to all */
    struct named *all;
    uint32_t count, cap;
    cp_node *by_site;      /* [nodes] ip nodes of the first site, of the second, ... */
    uint32_t *site_starts; /* [sites + 2] the last two: all that have a site */
};

static bool is_ip(const struct cp_making *m, uint32_t node)
{
    return m->nodes[node].layer == CP_LAYER_IP;
}

static cp_err add_end(struct cp_making *m, cp_node node, cp_range *range)
{
    void *ends = m->demand_ends;

    CP_TRY(cp_arena_grow(m->arena, &ends, m->demand_end_count, &m->demand_end_cap,
                         sizeof(*m->demand_ends)));
    m->demand_ends = ends;
    m->demand_ends[m->demand_end_count++] = node;
    range->count++;
    return CP_OK;
}

static cp_err sort_by_site(struct naming *n)
{
    const struct cp_making *m = n->m;
    uint32_t nodes = m->build->node_count, sites = m->build->site_count;

    if (n->by_site != NULL)
        return CP_OK;
    n->site_starts = CP_TAKE(m->arena, (size_t)sites + 2, uint32_t);
    n->by_site = CP_TAKE(m->arena, nodes, cp_node);
    if (n->site_starts == NULL || n->by_site == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < nodes; i++)
        if (is_ip(m, i) && m->nodes[i].site != CP_NONE)
            n->site_starts[m->nodes[i].site + 2]++;
    for (uint32_t i = 0; i <= sites; i++)
        n->site_starts[i + 1] += n->site_starts[i];
    for (uint32_t i = 0; i < nodes; i++)
        if (is_ip(m, i) && m->nodes[i].site != CP_NONE)
            n->by_site[n->site_starts[m->nodes[i].site + 1]++].at = i;
    return CP_OK;
}

static cp_err site_ends(struct naming *n, cp_text id, struct named *out)
{
    struct cp_making *m = n->m;
    uint32_t site = cp_map_find(m->build->site_ids, id);

    out->name = id;
    out->why = "demand to or from an unknown site";
    out->names = CP_NAMES_SITES;
    if (site == CP_NONE)
        return CP_OK;
    CP_TRY(sort_by_site(n));
    for (uint32_t i = n->site_starts[site]; i < n->site_starts[site + 1]; i++)
        CP_TRY(add_end(m, n->by_site[i], &out->range));
    out->why = "no node of layer ip is at this site";
    out->names = CP_NAMES_NONE;
    return CP_OK;
}

static cp_err tag_ends(struct naming *n, cp_text tag, struct named *out)
{
    struct cp_making *m = n->m;

    out->name = tag;
    out->why = "no node of layer ip bears this tag";
    for (uint32_t i = 0; i < m->build->node_count; i++) {
        uint32_t site = m->nodes[i].site;

        if (!is_ip(m, i))
            continue;
        if (cp_case_has_tag(m->c, m->nodes[i].tags, tag) ||
            (site != CP_NONE && cp_case_has_tag(m->c, m->sites[site].tags, tag)))
            CP_TRY(add_end(m, (cp_node){i}, &out->range));
    }
    return CP_OK;
}

static cp_err read_ends(struct naming *n, cp_text name, struct named *out)
{
    struct cp_making *m = n->m;
    cp_node node = {cp_map_find(m->build->node_ids, name)};

    *out = (struct named){.range = {m->demand_end_count, 0}, .name = name, .names = CP_NAMES_NONE};
    out->why = "demand end is not on the ip layer";
    if (node.at != CP_NONE)
        return is_ip(m, node.at) ? add_end(m, node, &out->range) : CP_OK;
    if (cp_text_starts(name, CP_TEXT("site:")))
        return site_ends(n, cp_text_sub(name, 5, name.len), out);
    if (cp_text_starts(name, CP_TEXT("tag:")))
        return tag_ends(n, cp_text_sub(name, 4, name.len), out);
    out->why = "demand to or from an unknown node";
    out->names = CP_NAMES_NODES;
    return CP_OK;
}

static cp_err find_ends(struct naming *n, cp_text name, struct named *out)
{
    uint32_t known = cp_map_find(n->names, name);
    void *all = n->all;

    if (known != CP_MAP_NONE) {
        *out = n->all[known];
        return CP_OK;
    }
    CP_TRY(read_ends(n, name, out));
    CP_TRY(cp_arena_grow(n->m->arena, &all, n->count, &n->cap, sizeof(*n->all)));
    n->all = all;
    n->all[n->count] = *out;
    return cp_map_add(n->names, name, n->count++);
}

/* The ends of a demand; *kept is false where it is left out. */
static cp_err settle_ends(struct naming *n, const struct cp_demand_row *row,
                          struct cp_demand *demand, bool *kept)
{
    struct cp_making *m = n->m;
    cp_place src_place = cp_making_cell(row->place, row->src_column);
    cp_place dst_place = cp_making_cell(row->place, row->dst_column);
    struct named src = {0}, dst = {0};

    *kept = false;
    CP_TRY(find_ends(n, row->src, &src));
    CP_TRY(find_ends(n, row->dst, &dst));
    if (src.range.count == 0)
        return cp_making_leave_out(m, src.names, src_place, src.why, src.name);
    if (dst.range.count == 0)
        return cp_making_leave_out(m, dst.names, dst_place, dst.why, dst.name);
    if (src.range.count == 1 && dst.range.count == 1 &&
        m->demand_ends[src.range.first].at == m->demand_ends[dst.range.first].at)
        return cp_making_leave_out(m, CP_NAMES_NONE, src_place,
                                   "a demand needs two different nodes", row->src);
    demand->src = src.range;
    demand->dst = dst.range;
    *kept = true;
    return CP_OK;
}

static cp_err default_id(struct cp_making *m, uint32_t at, cp_place place, cp_text *id)
{
    char text[12];

    (void)snprintf(text, sizeof(text), "d%u", at + 1);
    CP_TRY(cp_text_copy(cp_text_of(text), m->arena, id));
    if (cp_map_find(m->build->demand_ids, *id) != CP_MAP_NONE)
        return cp_making_conflict(m, place,
                                  "another demand bears the id that this one gets by default", *id);
    return CP_OK;
}

/* at: its place among all rows of demands. */
static cp_err make_demand(struct naming *n, uint32_t at, const struct cp_demand_row *row)
{
    struct cp_making *m = n->m;
    struct cp_demand *demand = &m->demands[m->demand_count];
    bool kept;

    *demand = (struct cp_demand){.id = row->id,
                                 .src_name = row->src,
                                 .dst_name = row->dst,
                                 .traffic_class = row->traffic_class,
                                 .bandwidth_bps = row->bandwidth_bps,
                                 .tags = {m->tag_count, 0},
                                 .wished = row->wished,
                                 .avoid = row->avoid,
                                 .require = row->require,
                                 .place = row->place,
                                 .avoid_place = cp_making_cell(row->place, row->avoid_column),
                                 .require_place = cp_making_cell(row->place, row->require_column)};
    CP_TRY(settle_ends(n, row, demand, &kept));
    if (!kept)
        return CP_OK;
    if (row->id.len == 0)
        CP_TRY(default_id(m, at, row->place, &demand->id));
    CP_TRY(cp_making_listed(m, cp_list_tags(m, row->tags, &demand->tags), row->place, demand->id));
    m->demand_count++;
    return CP_OK;
}

cp_err cp_making_demands(struct cp_making *m)
{
    struct naming n = {.m = m};
    cp_row_walk walk = {m->build->rows.first, 0};
    uint32_t at = 0;
    struct cp_demand_row row;
    cp_row_kind kind;
    cp_row packed;

    CP_TRY(cp_map_open(m->arena, &n.names));
    while (cp_rows_next(&walk, &kind, &packed)) {
        if (kind != CP_ROW_DEMAND)
            continue;
        cp_rows_unpack(kind, packed, &row);
        CP_TRY(make_demand(&n, at, &row));
        at++;
    }
    CP_ASSERT(at == m->build->demand_count);
    return CP_OK;
}
