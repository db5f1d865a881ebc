#include "route/blocking.h"

#include "base/num.h"

#include "licences.h"
#include "seek.h"
#include "together.h"

/*
 * A set of elements whose replacement gives a clean way holds all that something is against on some path, so
 * the least set is what a best path passes (seek.h).  First comes whether wishes stand in the way: sets
 * of them are tried, the smallest first, of which there are at most 32.  Without wishes it is enough to know
 * which nodes hang together, which is worked out once for all demands.
 */

enum { BUDGET_USUAL = 200000, BUDGET_A_NODE = 16, WISH_COUNT = 5 };

struct cp_blocking_finder {
    struct obstacles obstacles;
    struct licences *licences;
    const uint32_t *cost[CP_METRIC_COUNT]; /* [ends] */
    const uint32_t *delay_us;              /* [links] */
    bool lacks_delays;                     /* some link states none */
    struct ground all, clear;              /* all rules; none */
    struct ground *but_one; /* [rules of the treatment] against NULL: not asked yet */
    struct cp_arena *lasting;
    struct cp_arena *work; /* its own */
};

/** One demand's question. */
struct question {
    struct cp_blocking_finder *f;
    const struct cp_path_ask *ask;
    struct cp_arena *arena; /* for the answer */
    uint32_t wishes;        /* those kept */
    uint64_t budget;
    struct cp_concession *concessions; /* the answer's */
    struct cp_blocking *out;
};

/* --- opening ------------------------------------------------------------------------------ */

static cp_err find_delays(struct cp_blocking_finder *f, struct cp_arena *arena)
{
    const struct cp_net *net = f->obstacles.net;
    const struct cp_case *c = f->obstacles.judge->net;
    uint32_t *delay_us = CP_TAKE(arena, net->graph.link_count, uint32_t);

    if (delay_us == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t l = 0; l < net->graph.link_count; l++) {
        delay_us[l] = c->links[net->case_link[l]].delay_us;
        f->lacks_delays = f->lacks_delays || delay_us[l] == CP_DELAY_NONE;
    }
    f->delay_us = delay_us;
    return CP_OK;
}

static cp_err open_finder(struct cp_blocking_finder *f, struct cp_arena *arena)
{
    const struct obstacles *o = &f->obstacles;
    uint32_t *all = CP_TAKE(arena, o->elements, uint32_t);

    f->lasting = arena;
    f->clear.against = CP_TAKE(arena, o->elements, uint32_t);
    f->but_one = CP_TAKE(arena, o->treatment->rule_count, struct ground);
    if (all == NULL || f->clear.against == NULL || f->but_one == NULL)
        return CP_ERR_NOMEM;
    cp_obstacles_all(o, all);
    f->all.against = all;
    for (int metric = 0; metric < CP_METRIC_COUNT; metric++)
        CP_TRY(cp_metric_costs(o->net, o->judge->net, (cp_metric)metric, arena, &f->cost[metric]));
    CP_TRY(find_delays(f, arena));
    CP_TRY(cp_licences_open(o, arena, &f->licences));
    f->work = cp_arena_open(SIZE_MAX);
    return f->work == NULL ? CP_ERR_NOMEM : CP_OK;
}

cp_err cp_blocking_open(const struct cp_net *net, const struct cp_judge *judge,
                        const struct cp_marking *marking, uint32_t treatment,
                        struct cp_arena *arena, struct cp_blocking_finder **out)
{
    struct cp_blocking_finder *f = CP_TAKE(arena, 1, struct cp_blocking_finder);

    if (f == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_obstacles_make(net, judge, marking, treatment, arena, &f->obstacles));
    CP_TRY(open_finder(f, arena));
    *out = f;
    return CP_OK;
}

void cp_blocking_close(struct cp_blocking_finder *finder)
{
    if (finder != NULL)
        cp_arena_close(finder->work);
}

/* --- searches ----------------------------------------------------------------------------- */

/* The wishes that the ask has. */
static uint32_t wishes_of(const struct cp_blocking_finder *f, const struct cp_path_ask *ask)
{
    uint32_t wishes = 0;

    wishes |= ask->hops_max != CP_NONE ? CP_WISH_HOPS : 0;
    wishes |= ask->delay_max_us != CP_PATH_DELAY_NONE ? CP_WISH_DELAY : 0;
    wishes |= ask->avoid_count > 0 ? CP_WISH_AVOID : 0;
    wishes |= ask->require_count > 0 ? CP_WISH_REQUIRE : 0;
    wishes |= ask->metric == CP_METRIC_DELAY && f->lacks_delays ? CP_WISH_METRIC : 0;
    return wishes;
}

/* What is found lies in the finder's work arena. */
static cp_err seek(const struct question *q, seek_goal goal, const uint32_t *against,
                   struct seek_found *found)
{
    const struct cp_blocking_finder *f = q->f;
    bool has_metric =
        q->ask->metric != CP_METRIC_DELAY || (q->wishes & CP_WISH_METRIC) != 0 || !f->lacks_delays;
    struct seek_terrain terrain = {.against = against,
                                   .told = f->all.against,
                                   .price = f->obstacles.price,
                                   .cost = f->cost[has_metric ? q->ask->metric : CP_METRIC_IGP],
                                   .delay_us = f->delay_us};
    struct seek_ask ask = {.graph = &f->obstacles.net->graph,
                           .terrain = &terrain,
                           .path = q->ask,
                           .wishes = q->wishes,
                           .goal = goal,
                           .budget = q->budget};

    CP_TRY(cp_seek(&ask, f->work, found));
    q->out->exact = q->out->exact && found->exact;
    return CP_OK;
}

static cp_err search_way(const struct question *q, const uint32_t *against, bool *has)
{
    cp_arena_mark mark = cp_arena_mark_get(q->f->work);
    struct seek_found found;

    CP_TRY(seek(q, SEEK_ANY, against, &found));
    cp_arena_reset(q->f->work, mark);
    *has = found.found;
    return CP_OK;
}

/* What is asked of for the first time is worked out for all that ask later. */
static cp_err has_way(const struct question *q, struct ground *ground, bool *has)
{
    struct cp_blocking_finder *f = q->f;
    const struct cp_graph *g = &f->obstacles.net->graph;
    cp_arena_mark mark;

    if (q->wishes != 0)
        return search_way(q, ground->against, has);
    if (ground->together == NULL) {
        struct together *together = CP_TAKE(f->lasting, 1, struct together);

        if (together == NULL)
            return CP_ERR_NOMEM;
        CP_TRY(cp_together_find(g, ground->against, f->lasting, together));
        ground->together = together;
    }
    mark = cp_arena_mark_get(f->work);
    CP_TRY(cp_together_ends(ground->together, g, q->ask, f->work, has));
    cp_arena_reset(f->work, mark);
    return CP_OK;
}

static uint64_t budget_of(const struct cp_blocking_finder *f, const struct cp_path_ask *ask)
{
    uint64_t by_nodes = (uint64_t)f->obstacles.net->graph.node_count * BUDGET_A_NODE;

    if (ask->budget != 0)
        return ask->budget;
    return by_nodes > BUDGET_USUAL ? by_nodes : BUDGET_USUAL;
}

static uint32_t count_wishes(uint32_t wishes)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < WISH_COUNT; i++)
        count += wishes >> i & 1u;
    return count;
}

/*
 * The least set of the wishes, by number and then as a number, without which there is a way.  *some: there is
 * one.
 */
static cp_err least_wishes(const struct question *q, struct ground *ground, uint32_t *least,
                           bool *some)
{
    uint32_t wishes = q->wishes;

    *some = false;
    for (uint32_t size = 0; size <= WISH_COUNT; size++)
        for (uint32_t without = 0; without < 1u << WISH_COUNT; without++) {
            struct question less = *q;

            if ((without & ~wishes) != 0 || count_wishes(without) != size)
                continue;
            less.wishes = wishes & ~without;
            CP_TRY(has_way(&less, ground, some));
            *least = without;
            if (*some)
                return CP_OK;
        }
    return CP_OK;
}

/* --- cuts --------------------------------------------------------------------------------- */

/* The best way by the goal; where none is found before the budget is gone, any. */
static cp_err find_cut_way(const struct question *q, seek_goal goal, struct seek_found *found)
{
    const struct obstacles *o = &q->f->obstacles;

    CP_TRY(seek(q, goal, q->f->all.against, found));
    if (found->found)
        return CP_OK;
    CP_TRY(seek(q, SEEK_ANY, q->f->clear.against, found));
    found->cost = 0;
    for (uint32_t i = 0; i < found->element_count; i++)
        if (cp_num_add(found->cost, o->price[found->elements[i]], &found->cost) != CP_OK)
            found->cost = UINT64_MAX;
    return CP_OK;
}

static cp_err find_cut(const struct question *q, seek_goal goal, const struct cp_blocker **members,
                       uint32_t *count, uint64_t *cost)
{
    const struct obstacles *o = &q->f->obstacles;
    cp_arena_mark mark = cp_arena_mark_get(q->f->work);
    struct cp_blocker *at = NULL;
    struct seek_found found;

    CP_TRY(find_cut_way(q, goal, &found));
    at = CP_TAKE(q->arena, found.element_count, struct cp_blocker);
    if (at == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < found.element_count; i++)
        CP_TRY(cp_obstacles_blocker(o, found.elements[i], q->arena, &at[i]));
    *members = at;
    *count = found.element_count;
    *cost = found.cost;
    cp_arena_reset(q->f->work, mark);
    return CP_OK;
}

/* --- concessions -------------------------------------------------------------------------- */

/* The licence that would help, of those that relax the rule. */
static cp_err find_licence(const struct question *q, uint32_t place, struct cp_concession *c)
{
    struct licences *l = q->f->licences;

    for (uint32_t i = 0;; i++) {
        const struct cp_licence_use *use = cp_licences_of(l, place, i);
        struct ground *ground = NULL;
        bool has = false;

        if (use == NULL)
            return CP_OK;
        CP_TRY(cp_licences_ground(l, use, &ground));
        CP_TRY(has_way(q, ground, &has));
        if (!has)
            continue;
        c->licence = use->licence;
        c->until = use->until;
        return CP_OK;
    }
}

static cp_err but_one(const struct question *q, uint32_t place, struct ground **out)
{
    struct cp_blocking_finder *f = q->f;
    struct ground *ground = &f->but_one[place];

    if (ground->against == NULL) {
        uint32_t *against = CP_TAKE(f->lasting, f->obstacles.elements, uint32_t);

        if (against == NULL)
            return CP_ERR_NOMEM;
        cp_obstacles_but_one(&f->obstacles, place, against);
        ground->against = against;
    }
    *out = ground;
    return CP_OK;
}

/* Where the rule alone is in the way. */
static cp_err try_without(const struct question *q, uint32_t place)
{
    const struct obstacles *o = &q->f->obstacles;
    cp_arena_mark mark = cp_arena_mark_get(q->f->work);
    struct cp_concession *c = NULL;
    struct ground *ground = NULL;
    struct seek_found found;
    bool has = false;

    CP_TRY(but_one(q, place, &ground));
    if (q->wishes == 0) { /* else it is found out by the search */
        CP_TRY(has_way(q, ground, &has));
        if (!has)
            return CP_OK;
    }
    CP_TRY(seek(q, SEEK_NEAREST, ground->against, &found));
    cp_arena_reset(q->f->work, mark);
    if (!found.found)
        return CP_OK;
    c = &q->concessions[q->out->concession_count++];
    *c = (struct cp_concession){
        .rule = o->treatment->rules[place], .cost = found.cost, .until = CP_DATE_NONE};
    return find_licence(q, place, c);
}

static cp_err find_concessions(struct question *q)
{
    const struct obstacles *o = &q->f->obstacles;

    q->concessions = CP_TAKE(q->arena, o->relevant_count, struct cp_concession);
    if (q->concessions == NULL)
        return CP_ERR_NOMEM;
    q->out->concessions = q->concessions;
    for (uint32_t i = 0; i < o->relevant_count; i++)
        if (o->frees[o->relevant[i]])
            CP_TRY(try_without(q, o->relevant[i]));
    return CP_OK;
}

/* --- rules that must go together ---------------------------------------------------------- */

/* waived [rules of the treatment] out. */
static cp_err find_fewest_rules(const struct question *q, uint32_t *against, uint8_t *waived,
                                bool *found_some)
{
    const struct obstacles *o = &q->f->obstacles;
    struct seek_found found;

    cp_obstacles_bits(o, against);
    CP_TRY(seek(q, SEEK_RULES, against, &found));
    for (uint32_t i = 0; found.found && i < o->relevant_count; i++)
        waived[o->relevant[i]] = (found.rules >> i & 1u) != 0;
    *found_some = found.found;
    return CP_OK;
}

/* All rules against the smallest cut, but for those that can stay, the last first. */
static cp_err find_some_rules(const struct question *q, uint32_t *against, uint8_t *waived)
{
    const struct obstacles *o = &q->f->obstacles;
    struct seek_found found;

    q->out->rules_exact = false;
    CP_TRY(seek(q, SEEK_FEWEST, q->f->all.against, &found));
    for (uint32_t i = 0; i < o->relevant_count; i++)
        for (uint32_t k = 0; k < found.element_count; k++)
            if (cp_obstacles_against(o, o->relevant[i], found.elements[k]))
                waived[o->relevant[i]] = 1;
    for (uint32_t i = o->relevant_count; i-- > 0;) {
        bool has = false;

        if (!waived[o->relevant[i]])
            continue;
        waived[o->relevant[i]] = 0;
        cp_obstacles_but(o, waived, against);
        CP_TRY(search_way(q, against, &has));
        waived[o->relevant[i]] = !has;
    }
    return CP_OK;
}

static cp_err tell_rules(const struct question *q, const uint8_t *waived, uint32_t *against)
{
    const struct obstacles *o = &q->f->obstacles;
    uint32_t *rules = CP_TAKE(q->arena, o->relevant_count, uint32_t);
    struct seek_found found;

    if (rules == NULL)
        return CP_ERR_NOMEM;
    cp_obstacles_but(o, waived, against);
    CP_TRY(seek(q, SEEK_NEAREST, against, &found));
    q->out->rules_cost = found.cost;
    q->out->rules = rules;
    for (uint32_t i = 0; found.found && i < o->relevant_count; i++)
        if (waived[o->relevant[i]])
            rules[q->out->rule_count++] = o->treatment->rules[o->relevant[i]];
    return CP_OK;
}

static cp_err find_rules(const struct question *q)
{
    const struct obstacles *o = &q->f->obstacles;
    uint8_t *waived = CP_TAKE(q->f->work, o->treatment->rule_count, uint8_t);
    uint32_t *against = CP_TAKE(q->f->work, o->elements, uint32_t);
    bool found = false;

    if (waived == NULL || against == NULL)
        return CP_ERR_NOMEM;
    q->out->rules_exact = true;
    if (o->relevant_count <= SEEK_RULES_MAX)
        CP_TRY(find_fewest_rules(q, against, waived, &found));
    if (!found)
        CP_TRY(find_some_rules(q, against, waived));
    return tell_rules(q, waived, against);
}

/* --- all of it ---------------------------------------------------------------------------- */

static cp_err find_ways_out(struct question *q)
{
    struct cp_blocking *out = q->out;

    CP_TRY(find_cut(q, SEEK_FEWEST, &out->smallest, &out->smallest_count, &out->smallest_cost));
    CP_TRY(find_cut(q, SEEK_CHEAPEST, &out->cheapest, &out->cheapest_count, &out->cheapest_cost));
    CP_TRY(find_concessions(q));
    return out->concession_count > 0 ? CP_OK : find_rules(q);
}

static cp_err answer(struct question *q)
{
    uint32_t without = 0;    /* these wishes there is a clean way */
    uint32_t in_the_way = 0; /* of any way */
    bool clean = false;
    bool some = false;

    CP_TRY(least_wishes(q, &q->f->all, &without, &clean));
    if (clean && without == 0) {
        q->out->why = CP_BLOCKED_NOT;
        return CP_OK;
    }
    CP_TRY(least_wishes(q, &q->f->clear, &in_the_way, &some));
    if (!some) {
        q->out->why = CP_BLOCKED_ANYWAY;
        return CP_OK;
    }
    q->out->why = clean ? CP_BLOCKED_BY_WISHES : CP_BLOCKED_BY_RULES;
    q->out->wishes = clean ? without : in_the_way;
    if (clean && in_the_way != 0)
        return CP_OK;
    q->wishes &= ~in_the_way;
    return find_ways_out(q);
}

cp_err cp_blocking_find(struct cp_blocking_finder *finder, const struct cp_path_ask *ask,
                        struct cp_arena *arena, struct cp_blocking *out)
{
    cp_arena_mark mark = cp_arena_mark_get(finder->work);
    struct question q = {.f = finder,
                         .ask = ask,
                         .arena = arena,
                         .wishes = wishes_of(finder, ask),
                         .budget = budget_of(finder, ask),
                         .out = out};

    *out = (struct cp_blocking){.exact = true};
    CP_TRY(answer(&q));
    cp_arena_reset(finder->work, mark);
    return CP_OK;
}
