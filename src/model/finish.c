#include "making.h"

#include "model/limits.h"

/*
 * The rows are walked a few times: for the ends and ids of links, for the facts (objects, counts,
 * places), for everything else of sites, nodes and links, and for demands.  Ids of sites and nodes
 * are known from the start; a link's only after its ends, since default ids count parallel links.
 * Links with an end that is not there are left out before all that, demands as they are met.
 */

/* Arrays of the sizes that the rows' counts bound. */
static cp_err take_arrays(struct cp_making *m)
{
    const struct cp_build *b = m->build;
    struct cp_arena *arena = m->arena;

    m->c = CP_TAKE(arena, 1, struct cp_case);
    m->sites = CP_TAKE(arena, b->site_count, struct cp_site);
    m->nodes = CP_TAKE(arena, b->node_count, struct cp_node_rec);
    m->links = CP_TAKE(arena, b->link_count, struct cp_link_rec);
    m->demands = CP_TAKE(arena, b->demand_count, struct cp_demand);
    m->tags = CP_TAKE(arena, b->tag_count, cp_text);
    m->srlgs = CP_TAKE(arena, b->srlg_count, cp_text);
    m->link_srlgs = CP_TAKE(arena, b->srlg_count, uint32_t);
    m->alternatives = CP_TAKE(arena, b->over_count, cp_range);
    m->supports = CP_TAKE(arena, b->over_count, cp_link);
    m->managers = CP_TAKE(arena, b->manager_count, cp_node);
    if (m->c == NULL || m->sites == NULL || m->nodes == NULL || m->links == NULL ||
        m->demands == NULL || m->tags == NULL || m->srlgs == NULL || m->link_srlgs == NULL ||
        m->alternatives == NULL || m->supports == NULL || m->managers == NULL)
        return CP_ERR_NOMEM;
    m->c->tags = m->tags;
    return cp_map_open(arena, &m->srlg_ids);
}

/* What build and making hold, as the case. */
static void make_case(const struct cp_making *m)
{
    const struct cp_build *b = m->build;

    *m->c = (struct cp_case){
        .inputs = b->inputs,
        .remarks = b->remarks,
        .sites = m->sites,
        .nodes = m->nodes,
        .links = m->links,
        .demands = m->demands,
        .srlgs = m->srlgs,
        .ends = m->ends,
        .link_srlgs = m->link_srlgs,
        .alternatives = m->alternatives,
        .supports = m->supports,
        .managers = m->managers,
        .demand_ends = m->demand_ends,
        .tags = m->tags,
        .facts = m->facts,
        .node_facts = m->fact_starts,
        .link_facts = m->fact_starts + b->node_count,
        .site_facts = m->fact_starts + b->node_count + b->link_count,
        .fact_fills = m->fact_fills,
        .evidence = m->evidence,
        .input_count = b->input_count,
        .remark_count = b->remark_count,
        .site_count = b->site_count,
        .node_count = b->node_count,
        .link_count = b->link_count,
        .demand_count = m->demand_count,
        .srlg_count = m->srlg_count,
        .fact_count = m->fact_starts[b->node_count + b->link_count + b->site_count],
        .node_ids = b->node_ids,
        .link_ids = b->link_ids,
        .site_ids = b->site_ids,
        .unnamed_links = b->unnamed,
    };
}

static cp_err make(struct cp_making *m)
{
    CP_TRY(cp_making_bare_sites(m));
    CP_TRY(cp_making_leave_out_links(m));
    CP_TRY(take_arrays(m));
    CP_TRY(cp_making_ends(m));
    CP_TRY(cp_making_facts(m));
    CP_TRY(cp_making_fill(m));
    CP_TRY(cp_making_check_links(m));
    CP_TRY(cp_making_demands(m));
    make_case(m);
    return CP_OK;
}

cp_err cp_build_finish(struct cp_build *build, cp_date as_of, const struct cp_case **out,
                       struct cp_diag *diag)
{
    struct cp_making m = {.build = build, .arena = build->arena, .as_of = as_of, .diag = diag};
    cp_err err = make(&m);

    if (err == CP_ERR_LIMIT && build->remark_count >= CP_LIMIT_REMARKS)
        return cp_diag_set(diag, err, build->remarks[build->remark_count - 1].place,
                           "too many remarks", CP_TEXT(""));
    CP_TRY(err);
    *out = m.c;
    return CP_OK;
}
