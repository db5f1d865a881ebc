#include "model/topology.h"

#include <string.h>

#include "model/limits.h"

/*
 * Nodes keep their indexes; links get new ones, so that whatever names a link (supports, facts) is written anew, and the
 * rest is shared with the case.  The facts that stay are laid out first, then added to as any others.
 */

struct laying {
    const struct cp_case *c;
    const struct cp_topology *t;
    struct cp_arena *arena;
    struct cp_case *next;
    uint32_t *given; /* [links of the case] its index in t->links; CP_NONE: not there */
    uint32_t *index; /* [links of the case] in the next snapshot; CP_NONE: not in it */
    uint8_t *needed; /* [links of the case] 1: it is in the next snapshot */
    cp_link *placed;
    struct cp_link_rec *links;
    struct cp_end *ends;
    uint32_t *srlgs;
    cp_text *srlg_names;
    struct cp_map *srlg_ids;
    uint32_t end_count, srlg_count, srlg_used;
};

/* --- which links -------------------------------------------------------------------------------- */

/* What stands below something kept is kept: links below come as a chain of bounded depth (CP_LIMIT_OVER_DEPTH). */
static void need(struct laying *l, uint32_t link)
{
    const struct cp_link_rec *rec = &l->c->links[link];

    if (l->needed[link] != 0)
        return;
    l->needed[link] = 1;
    for (uint32_t i = 0; i < rec->alternatives.count; i++) {
        cp_range below = l->c->alternatives[rec->alternatives.first + i];

        for (uint32_t k = 0; k < below.count; k++)
            need(l, l->c->supports[below.first + k].at);
    }
}

static cp_err choose(struct laying *l)
{
    const struct cp_case *c = l->c;

    l->given = CP_TAKE(l->arena, c->link_count, uint32_t);
    l->index = CP_TAKE(l->arena, c->link_count, uint32_t);
    l->needed = CP_TAKE(l->arena, c->link_count, uint8_t);
    if (l->given == NULL || l->index == NULL || l->needed == NULL)
        return CP_ERR_NOMEM;
    memset(l->given, 0xff, c->link_count * sizeof *l->given);
    memset(l->index, 0xff, c->link_count * sizeof *l->index);
    for (uint32_t i = 0; i < l->t->link_count; i++) {
        uint32_t link = l->t->links[i].link.at;

        if (link == CP_NONE)
            continue;
        CP_ASSERT(link < c->link_count && c->links[link].layer == CP_LAYER_IP &&
                  l->given[link] == CP_NONE);
        l->given[link] = i;
    }
    for (uint32_t i = 0; i < c->link_count; i++)
        if (c->links[i].layer != CP_LAYER_IP || l->given[i] != CP_NONE)
            need(l, i);
    return CP_OK;
}

/* --- nodes -------------------------------------------------------------------------------------- */

static cp_err lay_nodes(struct laying *l)
{
    const struct cp_case *c = l->c;
    uint32_t count = l->t->node_count;
    struct cp_node_rec *nodes = CP_TAKE(l->arena, count, struct cp_node_rec);
    struct cp_map *ids;

    CP_ASSERT(count >= c->node_count);
    if (count > CP_LIMIT_NODES)
        return CP_ERR_LIMIT;
    CP_TRY(cp_map_open(l->arena, &ids));
    CP_TRY(cp_map_reserve(ids, count));
    if (nodes == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        if (i < c->node_count)
            nodes[i] = c->nodes[i];
        else
            nodes[i] = (struct cp_node_rec){.id = l->t->nodes[i].id,
                                            .layer = CP_LAYER_IP,
                                            .site = CP_NONE,
                                            .lat_udeg = CP_COORD_NONE,
                                            .lon_udeg = CP_COORD_NONE,
                                            .place = CP_PLACE_NONE};
        if (l->t->nodes[i].sid.at != NULL)
            nodes[i].sid = l->t->nodes[i].sid;
        CP_TRY(cp_map_add(ids, nodes[i].id, i));
    }
    l->next->nodes = nodes;
    l->next->node_count = count;
    l->next->node_ids = ids;
    return CP_OK;
}

/* --- links -------------------------------------------------------------------------------------- */

static cp_err take_links(struct laying *l)
{
    uint64_t links = 0;
    uint64_t ends = 0;
    uint64_t srlgs = 0;
    uint64_t named = 0;

    for (uint32_t i = 0; i < l->c->link_count; i++) {
        links += l->needed[i];
        ends += l->needed[i] != 0 ? l->c->links[i].ends.count : 0;
        srlgs += l->c->links[i].srlgs.count;
    }
    for (uint32_t i = 0; i < l->t->link_count; i++) {
        links += l->t->links[i].link.at == CP_NONE;
        ends += l->t->links[i].end_count;
        named += l->t->links[i].srlg_count;
    }
    if (links > CP_LIMIT_LINKS || ends > UINT32_MAX ||
        srlgs + named + l->c->srlg_count > UINT32_MAX)
        return CP_ERR_LIMIT;
    l->next->link_count = (uint32_t)links;
    l->links = CP_TAKE(l->arena, links, struct cp_link_rec);
    l->ends = CP_TAKE(l->arena, ends, struct cp_end);
    l->srlgs = CP_TAKE(l->arena, srlgs + named, uint32_t);
    l->srlg_names = CP_TAKE(l->arena, l->c->srlg_count + named, cp_text);
    return l->links == NULL || l->ends == NULL || l->srlgs == NULL || l->srlg_names == NULL
               ? CP_ERR_NOMEM
               : CP_OK;
}

/* Names of the case's groups, for who adds to them. */
static cp_err open_srlgs(struct laying *l)
{
    l->srlg_count = l->c->srlg_count;
    CP_TRY(cp_map_open(l->arena, &l->srlg_ids));
    for (uint32_t i = 0; i < l->c->srlg_count; i++) {
        cp_err err = cp_map_add(l->srlg_ids, l->c->srlgs[i], i);

        if (err != CP_OK && err != CP_ERR_DUPLICATE)
            return err;
        l->srlg_names[i] = l->c->srlgs[i];
    }
    return CP_OK;
}

static cp_err add_srlg(struct laying *l, uint32_t first, cp_text name)
{
    uint32_t at = cp_map_find(l->srlg_ids, name);

    if (at == CP_MAP_NONE) {
        at = l->srlg_count++;
        l->srlg_names[at] = name;
        CP_TRY(cp_map_add(l->srlg_ids, name, at));
    }
    for (uint32_t i = first; i < l->srlg_used; i++)
        if (l->srlgs[i] == at)
            return CP_OK;
    l->srlgs[l->srlg_used++] = at;
    return CP_OK;
}

static cp_err lay_srlgs(struct laying *l, struct cp_link_rec *rec,
                        const struct cp_topology_link *link)
{
    cp_range old = rec->srlgs;
    uint32_t first = l->srlg_used;

    for (uint32_t i = 0; i < old.count; i++)
        l->srlgs[l->srlg_used++] = l->c->link_srlgs[old.first + i];
    for (uint32_t i = 0; link != NULL && i < link->srlg_count; i++)
        CP_TRY(add_srlg(l, first, link->srlgs[i]));
    rec->srlgs = (cp_range){first, l->srlg_used - first};
    return CP_OK;
}

static void lay_ends(struct laying *l, struct cp_link_rec *rec, const struct cp_end *ends,
                     uint32_t count)
{
    rec->ends = (cp_range){l->end_count, count};
    if (count > 0)
        memcpy(&l->ends[l->end_count], ends, count * sizeof *ends);
    l->end_count += count;
}

static cp_err lay_old(struct laying *l, uint32_t link, struct cp_link_rec *rec)
{
    const struct cp_topology_link *now =
        l->given[link] == CP_NONE ? NULL : &l->t->links[l->given[link]];

    *rec = l->c->links[link];
    CP_TRY(lay_srlgs(l, rec, now));
    if (now == NULL) {
        lay_ends(l, rec, &l->c->ends[rec->ends.first], rec->ends.count);
        if (rec->layer == CP_LAYER_IP)
            rec->layer = CP_LAYER_ETHERNET;
        return CP_OK;
    }
    lay_ends(l, rec, now->ends, now->end_count);
    if (now->capacity_bps != CP_BPS_NONE)
        rec->capacity_bps = now->capacity_bps;
    if (now->delay_us != CP_DELAY_NONE)
        rec->delay_us = now->delay_us;
    return CP_OK;
}

static cp_err lay_new(struct laying *l, const struct cp_topology_link *now, struct cp_link_rec *rec)
{
    *rec = (struct cp_link_rec){.id = now->id,
                                .link_class = now->lan ? CP_TEXT("lan") : CP_TEXT(""),
                                .capacity_bps = now->capacity_bps,
                                .delay_us = now->delay_us,
                                .layer = CP_LAYER_IP,
                                .lan = now->lan,
                                .place = CP_PLACE_NONE};
    CP_TRY(lay_srlgs(l, rec, now));
    lay_ends(l, rec, now->ends, now->end_count);
    return CP_OK;
}

static cp_err lay_links(struct laying *l)
{
    struct cp_map *ids;
    uint32_t at = 0;

    CP_TRY(take_links(l));
    CP_TRY(open_srlgs(l));
    for (uint32_t i = 0; i < l->c->link_count; i++) {
        if (l->needed[i] == 0)
            continue;
        l->index[i] = at;
        if (l->given[i] != CP_NONE)
            l->placed[l->given[i]].at = at;
        CP_TRY(lay_old(l, i, &l->links[at++]));
    }
    for (uint32_t i = 0; i < l->t->link_count; i++) {
        if (l->t->links[i].link.at != CP_NONE)
            continue;
        l->placed[i].at = at;
        CP_TRY(lay_new(l, &l->t->links[i], &l->links[at++]));
    }
    CP_TRY(cp_map_open(l->arena, &ids));
    CP_TRY(cp_map_reserve(ids, at));
    for (uint32_t i = 0; i < at; i++)
        CP_TRY(cp_map_add(ids, l->links[i].id, i));
    l->next->links = l->links;
    l->next->ends = l->ends;
    l->next->link_srlgs = l->srlgs;
    l->next->srlgs = l->srlg_names;
    l->next->srlg_count = l->srlg_count;
    l->next->link_ids = ids;
    l->next->unnamed_links = NULL;
    return CP_OK;
}

static uint32_t count_supports(const struct cp_case *c)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < c->link_count; i++) {
        cp_range alternatives = c->links[i].alternatives;

        for (uint32_t k = 0; k < alternatives.count; k++) {
            cp_range below = c->alternatives[alternatives.first + k];

            if (below.first + below.count > count)
                count = below.first + below.count;
        }
    }
    return count;
}

static cp_err lay_supports(struct laying *l)
{
    uint32_t count = count_supports(l->c);
    cp_link *supports = CP_TAKE(l->arena, count, cp_link);

    if (supports == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        supports[i].at = l->index[l->c->supports[i].at];
    l->next->supports = supports;
    return CP_OK;
}

/* --- facts -------------------------------------------------------------------------------------- */

struct keeping {
    struct cp_fact *facts;
    uint8_t *fills;
    uint32_t count;
};

static void keep_facts(const struct laying *l, struct keeping *k, uint32_t from, uint32_t to,
                       uint32_t object)
{
    for (uint32_t i = from; i < to; i++) {
        if (l->t->left_out != NULL && l->t->left_out[i] != 0)
            continue;
        k->facts[k->count] = l->c->facts[i];
        k->facts[k->count].object = object;
        k->fills[k->count++] = l->c->fact_fills == NULL ? 0 : l->c->fact_fills[i];
    }
}

/* The facts that stay, by object as they lie in a case. */
static cp_err lay_facts(struct laying *l)
{
    const struct cp_case *c = l->c;
    uint32_t objects = l->next->node_count + l->next->link_count + c->site_count;
    uint32_t *starts = CP_TAKE(l->arena, (size_t)objects + 1, uint32_t);
    struct keeping k = {.facts = CP_TAKE(l->arena, c->fact_count, struct cp_fact),
                        .fills = CP_TAKE(l->arena, c->fact_count, uint8_t)};
    uint32_t object = 0;

    if (starts == NULL || k.facts == NULL || k.fills == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < l->next->node_count; i++) {
        starts[object++] = k.count;
        if (i < c->node_count && c->fact_count > 0)
            keep_facts(l, &k, c->node_facts[i], c->node_facts[i + 1], i);
    }
    for (uint32_t i = 0; i < c->link_count; i++) {
        if (l->index[i] == CP_NONE)
            continue;
        starts[object++] = k.count;
        if (c->fact_count > 0)
            keep_facts(l, &k, c->link_facts[i], c->link_facts[i + 1], l->index[i]);
    }
    while (object < l->next->node_count + l->next->link_count)
        starts[object++] = k.count;
    for (uint32_t i = 0; i < c->site_count; i++) {
        starts[object++] = k.count;
        if (c->fact_count > 0)
            keep_facts(l, &k, c->site_facts[i], c->site_facts[i + 1], i);
    }
    starts[object] = k.count;
    l->next->facts = k.facts;
    l->next->fact_fills = k.fills;
    l->next->fact_count = k.count;
    l->next->node_facts = starts;
    l->next->link_facts = starts + l->next->node_count;
    l->next->site_facts = starts + l->next->node_count + l->next->link_count;
    return CP_OK;
}

static cp_err add_facts(struct laying *l, const struct cp_case **out)
{
    struct cp_case_addition *added = CP_TAKE(l->arena, l->t->fact_count, struct cp_case_addition);

    if (added == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < l->t->fact_count; i++) {
        added[i] = l->t->facts[i];
        if (added[i].fact.kind == CP_OBJECT_LINK)
            added[i].fact.object = l->placed[added[i].fact.object].at;
    }
    return cp_case_with_facts(l->next, added, l->t->fact_count, l->arena, out);
}

cp_err cp_case_with_topology(const struct cp_case *c, const struct cp_topology *topology,
                             struct cp_arena *arena, cp_link *placed, const struct cp_case **out)
{
    struct laying l = {.c = c, .t = topology, .arena = arena, .placed = placed};

    l.next = CP_TAKE(arena, 1, struct cp_case);
    if (l.next == NULL)
        return CP_ERR_NOMEM;
    *l.next = *c;
    CP_TRY(choose(&l));
    CP_TRY(lay_nodes(&l));
    CP_TRY(lay_links(&l));
    CP_TRY(lay_supports(&l));
    CP_TRY(lay_facts(&l));
    return add_facts(&l, out);
}
