#include "stages.h"

/*
 * Between the stages: all demands placed together.  Where links may be filled as they come, that happens only if
 * the paths of the first stage overload one.  Demands whose wishes a placement does not know (bounds, avoid and
 * require lists, the same way back, a metric of their own) stay on their paths, and their load counts.
 */

bool cp_wishes_bind(const struct cp_wishes *wishes, cp_metric metric)
{
    return wishes->metric != metric || wishes->co_routed || wishes->hops_max != CP_NONE ||
           wishes->delay_max_us != CP_PATH_DELAY_NONE || wishes->avoid_count > 0 ||
           wishes->require_count > 0;
}

static bool limits_matter(const struct cp_case *c)
{
    bool limited = false;
    bool loaded = false;

    for (uint32_t l = 0; l < c->link_count && !limited; l++)
        limited = c->links[l].layer == CP_LAYER_IP && c->links[l].capacity_bps != CP_BPS_NONE;
    for (uint32_t d = 0; d < c->demand_count && !loaded; d++)
        loaded = c->demands[d].bandwidth_bps != CP_BPS_NONE && c->demands[d].bandwidth_bps > 0;
    return limited && loaded;
}

static uint32_t list_failures(const struct cp_route *r, uint32_t *failures)
{
    const struct cp_graph *g = &r->net.graph;
    static const uint32_t bits[] = {[CP_ELEMENT_LINK] = CP_FAIL_LINK,
                                    [CP_ELEMENT_NODE] = CP_FAIL_NODE,
                                    [CP_ELEMENT_SRLG] = CP_FAIL_SRLG};
    uint32_t count = 0;
    uint32_t at;

    for (uint32_t e = 0; e < cp_graph_element_count(g); e++)
        if ((r->request->capacity_failures & bits[cp_graph_element(g, e, &at)]) != 0)
            failures[count++] = e;
    return count;
}

/* Demands that stay where the first stage put them: those that a placement may not move; those that asked for
 * a backup apart from their path as well; all. */
typedef enum { FIX_BOUND, FIX_APART, FIX_ALL } fixing;

/* A path that was chosen for its headend's depth stays, too: a placement does not know depths. */
static bool stays(const struct cp_route *r, uint32_t demand, fixing how, cp_metric metric)
{
    const struct cp_wishes *wishes = &r->wishes[demand];
    const struct cp_route_depths *depths = r->depths[demand];

    return how == FIX_ALL || cp_wishes_bind(wishes, metric) ||
           (depths != NULL && depths->of[CP_ROLE_PRIMARY][CP_FORWARD].passed_least > 0) ||
           (how == FIX_APART && wishes->disjoint_asked && wishes->disjoint != CP_DISJOINT_NONE);
}

static cp_err place(struct cp_route *r, fixing how, const struct cp_capacity_request *request)
{
    struct cp_path *fixed = CP_TAKE(r->arena, r->judge->net->demand_count, struct cp_path);
    struct cp_capacity_request asked = *request;
    struct cp_capacity_answer *answer = CP_TAKE(r->arena, 1, struct cp_capacity_answer);
    uint8_t *left_out = CP_TAKE(r->arena, r->judge->net->demand_count, uint8_t);

    if (fixed == NULL || answer == NULL || left_out == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < r->order_count; i++) {
        uint32_t d = r->order[i];

        left_out[d] = !r->found[d].found;
        if (r->found[d].found && (!r->results[d].covered || stays(r, d, how, request->metric)))
            fixed[d] = r->found[d].primary;
    }
    asked.fixed = fixed;
    asked.left_out = left_out;
    CP_TRY(cp_capacity_place(r->judge, &r->net, r->markings, &asked, r->arena, answer));
    r->capacity = answer;
    return CP_OK;
}

bool cp_route_places(const struct cp_route *r)
{
    return r->request->capacity != CP_CAPACITY_IGNORE && limits_matter(r->judge->net);
}

cp_err cp_route_place(struct cp_route *r)
{
    struct cp_capacity_request request = r->request->place;

    if (!r->places)
        return CP_OK;
    if (r->request->capacity_failures != 0) {
        uint32_t *failures = CP_TAKE(r->arena, cp_graph_element_count(&r->net.graph), uint32_t);

        if (failures == NULL)
            return CP_ERR_NOMEM;
        request.failures = failures;
        request.failure_count = list_failures(r, failures);
    }
    for (fixing how = FIX_ALL; how > FIX_BOUND && r->request->capacity == CP_CAPACITY_WITHIN;
         how--) {
        CP_TRY(place(r, how, &request));
        if (r->capacity->fits && r->capacity->fits_failed)
            return CP_OK;
    }
    return place(r, FIX_BOUND, &request);
}
