#include "routing.h"

#include "app/message.h"

/*
 * What paths are clean by: the case is judged again as if licences that end by a day did not hold, day by day, and
 * what is then against a path is told with the licence that covers it.  A demand is told of its first end.
 */

struct weighing {
    const struct cp_routing *r;
    const struct cp_judge *before, *after;
    struct cp_demand_licence *owed; /* [demand_count] */
};

static cp_trust treated(const struct cp_judge_rule *rule, cp_object_kind kind, uint32_t at)
{
    return cp_trust_treated(cp_judge_trust(rule, kind, at), rule->unknown);
}

/* An element of a path: whether some rule of the treatment is against it once the licences have ended. */
static cp_err weigh_element(struct weighing *w, uint32_t demand, cp_object_kind kind, uint32_t at)
{
    const struct cp_judge *judge = w->before;
    const struct cp_treatment *t = &judge->treatments[judge->demand_treatment[demand]];
    struct cp_demand_licence *owed = &w->owed[demand];

    for (uint32_t i = 0; i < t->rule_count && owed->licence == NULL; i++) {
        uint32_t rule = t->rules[i];
        cp_trust then = treated(&w->after->rules[rule], kind, at);
        struct cp_relief relief;

        if (then <= treated(&judge->rules[rule], kind, at))
            continue;
        CP_TRY(cp_judge_lapsed(judge, w->after, &(struct cp_lapse){rule, kind, at},
                               w->r->answer.loaded.kept, &relief));
        *owed = (struct cp_demand_licence){.licence = relief.licence,
                                           .until = relief.until,
                                           .policy = judge->rules[rule].policy,
                                           .without = then == CP_UNTRUSTED ? CP_VERDICT_VIOLATION
                                                                           : CP_VERDICT_UNDECIDED,
                                           .kind = kind,
                                           .element = at,
                                           .rule = rule};
    }
    return CP_OK;
}

static cp_err weigh_path(struct weighing *w, uint32_t demand, const struct cp_path *path)
{
    const struct cp_net *net = w->r->found.net;

    for (uint32_t i = 0; i <= path->link_count; i++)
        CP_TRY(weigh_element(w, demand, CP_OBJECT_NODE, net->case_node[path->nodes[i]]));
    for (uint32_t i = 0; i < path->link_count; i++)
        CP_TRY(weigh_element(w, demand, CP_OBJECT_LINK, net->case_link[path->links[i]]));
    return CP_OK;
}

/* past: the end; NULL: as if no licence held. */
static cp_err weigh_end(struct weighing *w, const cp_date *past)
{
    struct cp_arena *arena = w->r->answer.loaded.scratch;
    cp_arena_mark mark = cp_arena_mark_get(arena);

    CP_TRY(cp_judge_after(w->before, past, arena, &w->after));
    for (uint32_t d = 0; d < w->before->net->demand_count; d++) {
        const struct cp_route_result *result = &w->r->found.results[d];

        for (uint32_t i = 0; i < result->candidate_count && w->owed[d].licence == NULL; i++)
            CP_TRY(weigh_path(w, d, &result->candidates[i].path));
    }
    cp_arena_reset(arena, mark);
    return CP_OK;
}

cp_exit cp_routing_weigh_licences(struct cp_routing *r)
{
    struct cp_arena *arena = r->answer.loaded.kept;
    struct cp_licence_ends ends = {.count = 0};
    struct weighing w = {.r = r, .before = r->answer.judge};
    cp_err err;

    if (w.before->licence_count == 0)
        return CP_EXIT_OK;
    w.owed = CP_TAKE(arena, w.before->net->demand_count, struct cp_demand_licence);
    err = w.owed == NULL ? CP_ERR_NOMEM : cp_judge_licence_ends(w.before, arena, &ends);
    for (uint32_t i = 0; i < ends.count && err == CP_OK; i++)
        err = weigh_end(&w, &ends.at[i]);
    if (ends.endless && err == CP_OK)
        err = weigh_end(&w, NULL);
    r->licences = w.owed;
    return err == CP_OK
               ? CP_EXIT_OK
               : cp_say_diag(&(struct cp_diag){.place = CP_PLACE_NONE}, err, NULL, CP_EXIT_INPUT);
}
