#include "making.h"

#include <stdio.h>

#include "base/num.h"

/*
 * What a demand names is looked up once a name: demands that name the same share one range of ends.
 * Nodes are sorted by site at the first site:ID; a tag:NAME looks at all nodes.
 */
struct naming {
    struct cp_making *m;
    struct cp_map *names; /* to ranges */
    cp_range *ranges;
    uint32_t range_count, range_cap;
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

static cp_err site_ends(struct naming *n, cp_place place, cp_text id, cp_range *range)
{
    struct cp_making *m = n->m;
    uint32_t site = cp_map_find(m->build->site_ids, id);

    if (site == CP_NONE)
        return cp_making_unknown(m, CP_NAMES_SITES, place, "demand to or from an unknown site", id);
    CP_TRY(sort_by_site(n));
    for (uint32_t i = n->site_starts[site]; i < n->site_starts[site + 1]; i++)
        CP_TRY(add_end(m, n->by_site[i], range));
    if (range->count == 0)
        return cp_making_conflict(m, place, "no node of layer ip is at this site", id);
    return CP_OK;
}

static cp_err tag_ends(struct naming *n, cp_place place, cp_text tag, cp_range *range)
{
    struct cp_making *m = n->m;

    for (uint32_t i = 0; i < m->build->node_count; i++) {
        uint32_t site = m->nodes[i].site;

        if (!is_ip(m, i))
            continue;
        if (cp_case_has_tag(m->c, m->nodes[i].tags, tag) ||
            (site != CP_NONE && cp_case_has_tag(m->c, m->sites[site].tags, tag)))
            CP_TRY(add_end(m, (cp_node){i}, range));
    }
    if (range->count == 0)
        return cp_diag_set(m->diag, CP_ERR_UNKNOWN_ID, place, "no node of layer ip bears this tag",
                           tag);
    return CP_OK;
}

static cp_err read_ends(struct naming *n, cp_place place, cp_text name, cp_range *range)
{
    struct cp_making *m = n->m;
    cp_node node = {cp_map_find(m->build->node_ids, name)};

    if (node.at != CP_NONE && !is_ip(m, node.at))
        return cp_making_conflict(m, place, "demand end is not on the ip layer", name);
    if (node.at != CP_NONE)
        return add_end(m, node, range);
    if (cp_text_starts(name, CP_TEXT("site:")))
        return site_ends(n, place, cp_text_sub(name, 5, name.len), range);
    if (cp_text_starts(name, CP_TEXT("tag:")))
        return tag_ends(n, place, cp_text_sub(name, 4, name.len), range);
    return cp_making_unknown(m, CP_NAMES_NODES, place, "demand to or from an unknown node", name);
}

static cp_err find_ends(struct naming *n, cp_place place, cp_text name, cp_range *range)
{
    uint32_t known = cp_map_find(n->names, name);
    void *ranges = n->ranges;

    if (known != CP_MAP_NONE) {
        *range = n->ranges[known];
        return CP_OK;
    }
    *range = (cp_range){n->m->demand_end_count, 0};
    CP_TRY(read_ends(n, place, name, range));
    CP_TRY(cp_arena_grow(n->m->arena, &ranges, n->range_count, &n->range_cap, sizeof(*n->ranges)));
    n->ranges = ranges;
    n->ranges[n->range_count] = *range;
    return cp_map_add(n->names, name, n->range_count++);
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

static cp_err make_demand(struct naming *n, uint32_t at, const struct cp_demand_row *row)
{
    struct cp_making *m = n->m;
    struct cp_demand *demand = &m->demands[at];

    *demand = (struct cp_demand){.id = row->id,
                                 .src_name = row->src,
                                 .dst_name = row->dst,
                                 .traffic_class = row->traffic_class,
                                 .bandwidth_bps = row->bandwidth_bps,
                                 .tags = {m->tag_count, 0},
                                 .place = row->place};
    if (row->id.len == 0)
        CP_TRY(default_id(m, at, row->place, &demand->id));
    CP_TRY(cp_making_listed(m, cp_list_tags(m, row->tags, &demand->tags), row->place, demand->id));
    CP_TRY(find_ends(n, row->place, row->src, &demand->src));
    CP_TRY(find_ends(n, row->place, row->dst, &demand->dst));
    if (demand->src.count == 1 && demand->dst.count == 1 &&
        m->demand_ends[demand->src.first].at == m->demand_ends[demand->dst.first].at)
        return cp_making_conflict(m, row->place, "a demand needs two different nodes", row->src);
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
