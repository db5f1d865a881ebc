#include "plan.h"

#include <stdlib.h>
#include <string.h>

/*
 * Each demand makes bundles: its candidates of one headend and endpoint.  Sorted by headend,
 * endpoint and treatment the first of equal ones gives the treatment's policy; those that follow
 * join it where their lists are the same, and have colours of their own where they are not, given
 * out in the order of the demands.
 */

#define PAIRS_MAX 1024u /* of one demand without a path, whose ends are sets of nodes */

struct bundle {
    uint32_t demand, treatment, headend, endpoint;
    uint32_t colour; /* 0: not yet given */
    const struct cp_candidate *const *primaries, *const *backups;
    uint32_t primary_count, backup_count;
};

struct bundles {
    struct bundle *at;
    uint32_t count, cap;
};

cp_err cp_steer_warn(struct steer_work *work, uint32_t demand, uint32_t node, steer_weight weight,
                     const char *sentence)
{
    CP_TRY(cp_arena_grow(work->arena, (void **)&work->warnings, work->warning_count,
                         &work->warning_cap, sizeof(*work->warnings)));
    work->warnings[work->warning_count++] =
        (struct cp_steer_warning){.demand = demand,
                                  .node = node,
                                  .link = CP_NONE,
                                  .leak = weight == STEER_LEAK,
                                  .sentence = cp_text_of(sentence)};
    return CP_OK;
}

cp_err cp_steer_warn_once(struct steer_work *work, uint32_t bit, steer_weight weight,
                          const char *sentence)
{
    if ((work->said & bit) != 0)
        return CP_OK;
    work->said |= bit;
    return cp_steer_warn(work, CP_NONE, CP_NONE, weight, sentence);
}

struct cp_steer_address cp_steer_address_of(const struct steer_work *work, uint32_t node)
{
    return cp_steer_address_read(work->net->nodes[work->answer->net->case_node[node]].loopback);
}

static bool is_sid_plain(const struct cp_sid *sid)
{
    if (!sid->known)
        return false;
    if (sid->plane == CP_PLANE_SRV6)
        return cp_steer_address_is_plain6(sid->srv6);
    return sid->label >= 16 && sid->label < 1u << 20; /* RFC 3032 2.1: 0 to 15 are reserved */
}

/* What keeps a list from being written by anyone; NULL: nothing. */
static const char *fault_of(const struct cp_candidate *c)
{
    if (c->segments.at == NULL)
        return "the headend cannot push the list that keeps the path: nothing is written for it";
    if (c->segments.count == 0)
        return "the list has no segments: nothing is written for it";
    for (uint32_t i = 0; i < c->segments.count; i++) {
        if (!is_sid_plain(&c->segments.at[i].sid))
            return "a segment of the list has no SID: nothing is written for it";
        if (c->segments.at[i].sid.plane != c->segments.at[0].sid.plane)
            return "the list has SIDs of both data planes: nothing is written for it";
    }
    return NULL;
}

/* One segment to the endpoint itself is what ordinary routing does. */
static bool is_ordinary(const struct cp_candidate *c)
{
    return c->segments.at != NULL && c->segments.count == 1 &&
           c->segments.at[0].kind == CP_SEGMENT_NODE;
}

static uint32_t head_of(const struct cp_candidate *c)
{
    return c->path.nodes[0];
}

static uint32_t end_of(const struct cp_candidate *c)
{
    return c->path.nodes[c->path.link_count];
}

static cp_err add_bundle(struct steer_work *work, struct bundles *b, struct bundle bundle)
{
    CP_TRY(cp_arena_grow(work->arena, (void **)&b->at, b->count, &b->cap, sizeof(*b->at)));
    b->at[b->count++] = bundle;
    return CP_OK;
}

/* The candidates of one role and pair that can be written; of the others a warning. */
static cp_err gather(struct steer_work *work, struct bundle *b, cp_path_role role,
                     const struct cp_candidate *const **out, uint32_t *count)
{
    const struct cp_route_result *r = &work->answer->results[b->demand];
    const struct cp_candidate **at =
        CP_TAKE(work->arena, r->candidate_count, const struct cp_candidate *);

    if (at == NULL)
        return CP_ERR_NOMEM;
    *count = 0;
    for (uint32_t i = 0; i < r->candidate_count; i++) {
        const struct cp_candidate *c = &r->candidates[i];

        if (c->role != role || head_of(c) != b->headend || end_of(c) != b->endpoint)
            continue;
        if (fault_of(c) == NULL)
            at[(*count)++] = c;
        else
            CP_TRY(cp_steer_warn(work, b->demand, b->headend, STEER_NOTE, fault_of(c)));
    }
    *out = at;
    return CP_OK;
}

static bool has_pair_before(const struct cp_route_result *r, uint32_t candidate)
{
    const struct cp_candidate *c = &r->candidates[candidate];
    bool found = false;

    for (uint32_t i = 0; i < candidate && !found; i++)
        found = head_of(&r->candidates[i]) == head_of(c) && end_of(&r->candidates[i]) == end_of(c);
    return found;
}

/* A direction without any way is stopped where that can be, or warned of: its traffic is the demand's too. */
static bool lacks_way_back(const struct cp_route_result *r, const struct cp_candidate *c)
{
    bool lacks = r->covered;

    for (uint32_t i = 0; i < r->candidate_count && lacks; i++)
        lacks = r->candidates[i].direction == c->direction;
    return lacks;
}

static cp_err bundle_paths(struct steer_work *work, uint32_t demand, struct bundles *b)
{
    const struct cp_route_result *r = &work->answer->results[demand];

    for (uint32_t i = 0; i < r->candidate_count; i++) {
        struct bundle got = {.demand = demand,
                             .treatment = work->answer->judge->demand_treatment[demand],
                             .headend = head_of(&r->candidates[i]),
                             .endpoint = end_of(&r->candidates[i])};

        if (has_pair_before(r, i))
            continue;
        CP_TRY(gather(work, &got, CP_ROLE_PRIMARY, &got.primaries, &got.primary_count));
        CP_TRY(gather(work, &got, CP_ROLE_BACKUP, &got.backups, &got.backup_count));
        CP_TRY(add_bundle(work, b, got));
        if (lacks_way_back(r, &r->candidates[i]))
            CP_TRY(add_bundle(work, b,
                              (struct bundle){.demand = demand,
                                              .treatment = got.treatment,
                                              .headend = got.endpoint,
                                              .endpoint = got.headend}));
    }
    return CP_OK;
}

/* Both directions of every pair of its ends, without lists. */
static cp_err bundle_blocked(struct steer_work *work, uint32_t demand, struct bundles *b)
{
    const struct cp_demand *d = &work->net->demands[demand];
    const uint32_t *node_of = work->answer->net->node_of_case;
    struct bundle got = {.demand = demand,
                         .treatment = work->answer->judge->demand_treatment[demand]};

    if ((uint64_t)d->src.count * d->dst.count > PAIRS_MAX)
        return cp_steer_warn(work, demand, CP_NONE, STEER_LEAK,
                             "its ends are too many pairs of nodes to stop the traffic of each");
    for (uint32_t s = 0; s < d->src.count; s++) {
        for (uint32_t t = 0; t < d->dst.count; t++) {
            uint32_t from = node_of[work->net->demand_ends[d->src.first + s].at];
            uint32_t to = node_of[work->net->demand_ends[d->dst.first + t].at];

            if (from == CP_NONE || to == CP_NONE || from == to)
                continue;
            got.headend = from;
            got.endpoint = to;
            CP_TRY(add_bundle(work, b, got));
            got.headend = to;
            got.endpoint = from;
            CP_TRY(add_bundle(work, b, got));
        }
    }
    return CP_OK;
}

static bool wants_policy(const struct cp_route_result *r)
{
    bool wants = r->covered;

    for (uint32_t i = 0; i < r->candidate_count && !wants; i++)
        wants = !is_ordinary(&r->candidates[i]);
    return wants;
}

static cp_err bundle_demand(struct steer_work *work, uint32_t demand, struct bundles *b)
{
    const struct cp_route_result *r = &work->answer->results[demand];
    const struct cp_demand *d = &work->net->demands[demand];

    if (!wants_policy(r))
        return CP_OK;
    if (r->candidate_count == 0)
        return bundle_blocked(work, demand, b);
    if (r->covered && (d->src.count > 1 || d->dst.count > 1))
        CP_TRY(cp_steer_warn(work, demand, CP_NONE, STEER_LEAK,
                             "of several nodes at an end only those of its paths steer: traffic "
                             "that enters or leaves at another is not kept on a clean path"));
    return bundle_paths(work, demand, b);
}

static int compare_u32(uint32_t a, uint32_t b)
{
    return a < b ? -1 : a > b;
}

static int by_ends(const void *a, const void *b)
{
    const struct bundle *x = a;
    const struct bundle *y = b;
    int order = compare_u32(x->headend, y->headend);

    order = order != 0 ? order : compare_u32(x->endpoint, y->endpoint);
    order = order != 0 ? order : compare_u32(x->treatment, y->treatment);
    return order != 0 ? order : compare_u32(x->demand, y->demand);
}

static int by_policy(const void *a, const void *b)
{
    const struct bundle *x = a;
    const struct bundle *y = b;
    int order = compare_u32(x->headend, y->headend);

    order = order != 0 ? order : compare_u32(x->colour, y->colour);
    order = order != 0 ? order : compare_u32(x->endpoint, y->endpoint);
    return order != 0 ? order : compare_u32(x->demand, y->demand);
}

static int by_demand(const void *a, const void *b)
{
    const struct bundle *x = a;
    const struct bundle *y = b;
    int order = compare_u32(x->demand, y->demand);

    return order != 0 ? order : by_ends(a, b);
}

static bool is_same_list(const struct cp_candidate *a, const struct cp_candidate *b)
{
    bool same = a->share_ppm == b->share_ppm && a->segments.count == b->segments.count;

    for (uint32_t i = 0; same && i < a->segments.count; i++) {
        const struct cp_segment *x = &a->segments.at[i];
        const struct cp_segment *y = &b->segments.at[i];

        same = x->kind == y->kind && x->from == y->from && x->to == y->to && x->link == y->link;
    }
    return same;
}

static bool is_same(const struct bundle *a, const struct bundle *b)
{
    bool same = a->primary_count == b->primary_count && a->backup_count == b->backup_count;

    for (uint32_t i = 0; same && i < a->primary_count; i++)
        same = is_same_list(a->primaries[i], b->primaries[i]);
    for (uint32_t i = 0; same && i < a->backup_count; i++)
        same = is_same_list(a->backups[i], b->backups[i]);
    return same;
}

/* Colours of the treatments to the first of equal ends, and to those that want the same. */
static void colour_treatments(const struct steer_work *work, struct bundles *b)
{
    const struct bundle *first = NULL;

    qsort(b->at, b->count, sizeof(*b->at), by_ends);
    for (uint32_t i = 0; i < b->count; i++) {
        struct bundle *x = &b->at[i];

        if (first == NULL || first->headend != x->headend || first->endpoint != x->endpoint ||
            first->treatment != x->treatment)
            first = x;
        if (is_same(first, x))
            x->colour = work->request->colour + x->treatment;
    }
}

static cp_err colour_others(struct steer_work *work, struct bundles *b)
{
    uint64_t next = (uint64_t)work->request->colour + work->answer->judge->treatment_count;
    uint32_t demand = CP_NONE;

    qsort(b->at, b->count, sizeof(*b->at), by_demand);
    for (uint32_t i = 0; i < b->count; i++) {
        if (b->at[i].colour != 0)
            continue;
        if (demand != b->at[i].demand) {
            demand = b->at[i].demand;
            CP_TRY(cp_steer_warn(work, demand, CP_NONE, STEER_NOTE,
                                 "its lists differ from those of another demand of its treatment "
                                 "and ends, so it has a colour of its own"));
            next++;
        }
        if (next - 1 > UINT32_MAX)
            return CP_ERR_RANGE;
        b->at[i].colour = (uint32_t)(next - 1);
    }
    return CP_OK;
}

static cp_err make_policies(struct steer_work *work, struct bundles *b, struct steer_plan *out)
{
    struct steer_policy *policies = CP_TAKE(work->arena, b->count, struct steer_policy);
    uint32_t *demands = CP_TAKE(work->arena, b->count, uint32_t);
    uint32_t count = 0;

    if (policies == NULL || demands == NULL)
        return CP_ERR_NOMEM;
    qsort(b->at, b->count, sizeof(*b->at), by_policy);
    for (uint32_t i = 0; i < b->count; i++) {
        const struct bundle *x = &b->at[i];
        struct steer_policy *p = count == 0 ? NULL : &policies[count - 1];

        demands[i] = x->demand;
        if (p == NULL || p->headend != x->headend || p->colour != x->colour ||
            p->endpoint != x->endpoint) {
            p = &policies[count++];
            *p = (struct steer_policy){.headend = x->headend,
                                       .endpoint = x->endpoint,
                                       .treatment = x->treatment,
                                       .colour = x->colour,
                                       .to = cp_steer_address_of(work, x->endpoint),
                                       .ordinary = true,
                                       .primaries = x->primaries,
                                       .backups = x->backups,
                                       .primary_count = x->primary_count,
                                       .backup_count = x->backup_count,
                                       .demands = &demands[i]};
        }
        p->demand_count++;
        p->ordinary = p->ordinary && !work->answer->results[x->demand].covered;
    }
    *out = (struct steer_plan){policies, count};
    return CP_OK;
}

cp_err cp_steer_plan_make(struct steer_work *work, struct steer_plan *out)
{
    struct bundles b = {0};

    CP_ASSERT(work->request->colour >= 1);
    if ((uint64_t)work->request->colour + work->answer->judge->treatment_count >
        (uint64_t)UINT32_MAX + 1)
        return CP_ERR_RANGE;
    for (uint32_t d = 0; d < work->net->demand_count; d++)
        CP_TRY(bundle_demand(work, d, &b));
    *out = (struct steer_plan){0};
    if (b.count == 0)
        return CP_OK;
    colour_treatments(work, &b);
    CP_TRY(colour_others(work, &b));
    return make_policies(work, &b, out);
}
