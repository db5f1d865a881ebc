#include "roles.h"
#include "writer.h"

#include <inttypes.h>

/*
 * Shares in millionths as weights.  Where the system's weights go to a million the shares are
 * written as they are, by their common divisor.  Else weights that the greatest share may have are
 * tried, the others rounded to fit, and that one stays whose most changed share changes least.
 *
 * What rounding adds to links and takes from them is summed over all policies, and held against
 * what the placement has left there.
 */

#define MILLION 1000000u
#define TRIES 256u
#define TOO_MUCH 1000u /* of a share's own size, in millionths */
#define SHIFT_MOST (INT64_MAX / 4)

static uint32_t common_divisor(uint32_t a, uint32_t b)
{
    while (b != 0) {
        uint32_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

/* times * part / whole, rounded down, by the binary digits of part; part <= whole < 2^62. */
static uint64_t scale(uint64_t times, uint64_t part, uint64_t whole)
{
    uint64_t quotient = 0;
    uint64_t rest = 0;

    for (uint32_t bit = 62; bit-- > 0;) {
        uint64_t add = (part >> bit & 1) == 0 ? 0 : times;

        rest = 2 * rest + add % whole;
        quotient = 2 * quotient + add / whole + rest / whole;
        rest %= whole;
    }
    return quotient;
}

static uint64_t sum_of_shares(const struct cp_candidate *const *lists, uint32_t count)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < count; i++)
        sum += lists[i]->share_ppm;
    return sum;
}

static uint64_t sum_of(const uint32_t *weight, uint32_t count)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < count; i++)
        sum += weight[i];
    return sum;
}

/* By how much of itself a share changes, in millionths. */
static uint64_t change_of(uint64_t share, uint64_t shares, uint64_t weight, uint64_t weights)
{
    uint64_t is = weight * shares;
    uint64_t was = share * weights;
    uint64_t differs = is > was ? is - was : was - is;

    if (differs == 0)
        return 0;
    return was == 0 || differs > UINT64_MAX / MILLION ? UINT64_MAX : differs * MILLION / was;
}

static uint64_t worst_change(const struct cp_candidate *const *lists, uint32_t count,
                             const uint32_t *weight, uint32_t *where)
{
    uint64_t shares = sum_of_shares(lists, count);
    uint64_t weights = sum_of(weight, count);
    uint64_t worst = 0;

    *where = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t change = change_of(lists[i]->share_ppm, shares, weight[i], weights);

        if (change <= worst)
            continue;
        worst = change;
        *where = i;
    }
    return worst;
}

static void fit_to(const struct cp_candidate *const *lists, uint32_t count, uint64_t greatest,
                   uint64_t top, uint32_t *weight)
{
    CP_ASSERT(greatest > 0);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t rounded = (lists[i]->share_ppm * top + greatest / 2) / greatest;

        weight[i] = rounded == 0 ? 1 : (uint32_t)rounded;
    }
}

static void weigh_roughly(const struct cp_candidate *const *lists, uint32_t count,
                          uint32_t greatest, uint32_t max, uint32_t *weight)
{
    uint64_t least = UINT64_MAX;
    uint32_t best = max;

    for (uint32_t top = max; top > 0 && max - top < TRIES; top--) {
        uint32_t where = 0;
        uint64_t change = 0;

        fit_to(lists, count, greatest, top, weight);
        change = worst_change(lists, count, weight, &where);
        if (change >= least)
            continue;
        least = change;
        best = top;
    }
    fit_to(lists, count, greatest, best, weight);
}

void cp_steer_weigh(const struct steer_work *work, const struct cp_candidate *const *lists,
                    uint32_t count, uint32_t *weight)
{
    const struct steer_system *system = cp_steer_system(work);
    uint32_t sharing = count < system->sharing_max ? count : system->sharing_max;
    uint32_t divisor = 0;
    uint32_t greatest = 0;

    for (uint32_t i = 0; i < count; i++)
        weight[i] = 0;
    for (uint32_t i = 0; i < sharing; i++) {
        divisor = common_divisor(divisor, lists[i]->share_ppm);
        greatest = lists[i]->share_ppm > greatest ? lists[i]->share_ppm : greatest;
    }
    if (divisor == 0)
        divisor = greatest = 1;
    if (greatest / divisor <= system->weight_max)
        fit_to(lists, sharing, greatest, greatest / divisor, weight);
    else
        weigh_roughly(lists, sharing, greatest, system->weight_max, weight);
}

/* The end by which a node is left over a link; CP_NONE: it is not on it. */
static uint32_t end_of(const struct steer_work *work, uint32_t node, uint32_t link)
{
    const struct cp_graph *g = &work->answer->net->graph;
    uint32_t found = CP_NONE;

    for (uint32_t e = g->node_end_first[node]; e < g->node_end_first[node + 1]; e++) {
        if (g->end_link[g->node_ends[e]] == link)
            found = g->node_ends[e];
    }
    return found;
}

struct shares {
    struct steer_work *work;
    int64_t *shift; /* [ends] bits a second more than the placement has there */
    uint8_t *said;  /* [ends] */
};

static void shift_path(struct shares *s, const struct cp_path *path, uint64_t bps, bool more)
{
    int64_t by = bps > SHIFT_MOST ? SHIFT_MOST : (int64_t)bps;

    for (uint32_t i = 0; i < path->link_count; i++) {
        uint32_t end = end_of(s->work, path->nodes[i], path->links[i]);
        int64_t is = end == CP_NONE ? 0 : s->shift[end] + (more ? by : -by);

        if (end != CP_NONE)
            s->shift[end] = is > SHIFT_MOST ? SHIFT_MOST : is < -SHIFT_MOST ? -SHIFT_MOST : is;
    }
}

/* A demand loads the links of its way forth alone. */
static bool is_load_of(const struct steer_policy *p, const struct cp_candidate *c)
{
    return c->role == CP_ROLE_PRIMARY && c->direction == CP_FORWARD &&
           c->path.nodes[0] == p->headend && c->path.nodes[c->path.link_count] == p->endpoint;
}

static void shift_demand(struct shares *s, const struct steer_policy *p, uint32_t demand,
                         const uint32_t *weight)
{
    const struct cp_route_result *r = &s->work->answer->results[demand];
    uint64_t bandwidth = s->work->net->demands[demand].bandwidth_bps;
    uint64_t weights = sum_of(weight, p->primary_count);
    uint64_t part = 0;

    if (bandwidth == CP_BPS_NONE || weights == 0)
        return;
    for (uint32_t i = 0; i < r->candidate_count; i++) {
        if (!is_load_of(p, &r->candidates[i]))
            continue;
        part += r->candidates[i].share_ppm;
        shift_path(s, &r->candidates[i].path, scale(bandwidth, r->candidates[i].share_ppm, MILLION),
                   false);
    }
    for (uint32_t i = 0; i < p->primary_count && part > 0 && part <= MILLION; i++)
        shift_path(s, &p->primaries[i]->path, scale(bandwidth, part * weight[i], MILLION * weights),
                   true);
}

/* "70.1234 %" */
static void say_share(struct cp_out *out, uint64_t part, uint64_t whole)
{
    uint64_t ppm = whole == 0 ? 0 : (part * MILLION + whole / 2) / whole;

    cp_out_format(out, "%" PRIu64 ".%04" PRIu64 " %%", ppm / 10000, ppm % 10000);
}

static cp_err warn(struct steer_work *work, const struct steer_policy *p, uint32_t link,
                   struct cp_out *sentence)
{
    struct cp_steer_warning *said = NULL;

    CP_TRY(cp_steer_warn(work, p->demands[0], p->headend, STEER_NOTE, ""));
    said = &work->warnings[work->warning_count - 1];
    said->link = link;
    return cp_out_done(sentence, &said->sentence);
}

static void say_change(struct cp_out *out, const struct steer_policy *p, const uint32_t *weight,
                       uint32_t list)
{
    cp_out_str(out, "its share of ");
    say_share(out, p->primaries[list]->share_ppm, sum_of_shares(p->primaries, p->primary_count));
    cp_out_str(out, " has become ");
    say_share(out, weight[list], sum_of(weight, p->primary_count));
}

static cp_err warn_of_change(struct steer_work *work, const struct steer_policy *p,
                             const uint32_t *weight)
{
    struct cp_out sentence = cp_out_make(work->arena);
    uint32_t where = 0;

    if (cp_steer_system(work)->sharing_max == 1 ||
        worst_change(p->primaries, p->primary_count, weight, &where) <= TOO_MUCH)
        return CP_OK;
    cp_out_format(&sentence, "path %" PRIu32 " of it: ", where + 1);
    say_change(&sentence, p, weight, where);
    cp_out_format(&sentence, ", as weights of the system go to %" PRIu32 " alone",
                  cp_steer_system(work)->weight_max);
    return warn(work, p, CP_NONE, &sentence);
}

/* Bits a second past what the end can carry, where the weights are to blame. */
static bool is_overloaded(const struct shares *s, uint32_t end, uint64_t *load)
{
    const struct cp_net *net = s->work->answer->net;
    uint64_t capacity = s->work->net->links[net->case_link[net->graph.end_link[end]]].capacity_bps;

    if (s->shift[end] <= 0 || capacity == CP_BPS_NONE)
        return false;
    *load = s->work->answer->capacity->load_bps[end] + (uint64_t)s->shift[end];
    return *load > capacity;
}

static cp_err warn_of_links(struct shares *s, const struct steer_policy *p, const uint32_t *weight,
                            uint32_t list)
{
    const struct cp_path *path = &p->primaries[list]->path;

    for (uint32_t i = 0; i < path->link_count; i++) {
        uint32_t end = end_of(s->work, path->nodes[i], path->links[i]);
        struct cp_out sentence = cp_out_make(s->work->arena);
        uint64_t load = 0;

        if (end == CP_NONE || s->said[end] != 0 || !is_overloaded(s, end, &load))
            continue;
        s->said[end] = 1;
        say_change(&sentence, p, weight, list);
        cp_out_format(&sentence,
                      ", so the link may carry %" PRIu64 " b/s, more than it can, where the answer "
                      "has %" PRIu64,
                      load, s->work->answer->capacity->load_bps[end]);
        CP_TRY(warn(s->work, p, s->work->answer->net->case_link[path->links[i]], &sentence));
    }
    return CP_OK;
}

static cp_err weigh(struct steer_work *work, const struct steer_policy *p, uint32_t **weight)
{
    *weight = CP_TAKE(work->arena, p->primary_count, uint32_t);
    if (*weight == NULL)
        return CP_ERR_NOMEM;
    cp_steer_weigh(work, p->primaries, p->primary_count, *weight);
    return CP_OK;
}

static cp_err warn_of_policy(struct shares *s, const struct steer_policy *p, const uint32_t *weight)
{
    uint64_t shares = sum_of_shares(p->primaries, p->primary_count);
    uint64_t weights = sum_of(weight, p->primary_count);

    CP_TRY(warn_of_change(s->work, p, weight));
    if (s->work->answer->capacity == NULL || s->work->answer->capacity->load_bps == NULL)
        return CP_OK;
    for (uint32_t i = 0; i < p->primary_count; i++) {
        if (weight[i] * shares > p->primaries[i]->share_ppm * weights)
            CP_TRY(warn_of_links(s, p, weight, i));
    }
    return CP_OK;
}

cp_err cp_steer_warn_of_shares(struct steer_work *work, const struct steer_plan *plan)
{
    uint32_t ends = work->answer->net->graph.end_first[work->answer->net->graph.link_count];
    struct shares s = {.work = work,
                       .shift = CP_TAKE(work->arena, ends, int64_t),
                       .said = CP_TAKE(work->arena, ends, uint8_t)};
    uint32_t **weights = CP_TAKE(work->arena, plan->count, uint32_t *);

    if (s.shift == NULL || s.said == NULL || weights == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < plan->count; i++) {
        CP_TRY(weigh(work, &plan->policies[i], &weights[i]));
        for (uint32_t k = 0; k < plan->policies[i].demand_count; k++)
            shift_demand(&s, &plan->policies[i], plan->policies[i].demands[k], weights[i]);
    }
    for (uint32_t i = 0; i < plan->count; i++)
        CP_TRY(warn_of_policy(&s, &plan->policies[i], weights[i]));
    return CP_OK;
}
