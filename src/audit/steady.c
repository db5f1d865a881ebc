#include "search.h"

/*
 * Sets of failures grow level by level.  Level k holds every transition F to F + f with
 * |F| = k - 1 that can matter to some flow of the group:
 *
 *   - level 1: each f on the closure without failures;
 *   - from F to F + f: F + e to F + f + e with e on the transition's closure (e failed before), and
 *     F + f to F + f + e with e on the closure after F + f (e fails next).
 *
 * Nothing is missed.  A node keeps its next hops as long as no failure lies on its closure, so
 * failures that meet nothing of a closure leave it as it was.  Take any transition F to F + f that
 * matters to a source, and let F0 be what of F can be added one by one, each meeting the closure of
 * those before: the closure after F is that after F0, and F0 to F0 + f is reached by failing next.
 * If nothing of the rest of F meets the closure of that transition, it is the closure of F to F + f
 * too; if some e does, F0 + e to F0 + e + f is reached by failing before, and so on until nothing is
 * left.  A set that one flow brings up is tried for all flows whose closures its last failure
 * touches; that is more than they need and never wrong.
 */

/* Marks that some rule judges at this depth with failures of these kinds. */
static uint32_t judged_marks(const struct cp_marking *m, uint32_t depth, uint32_t kinds)
{
    uint32_t marks = 0;

    for (uint32_t p = 0; p < m->profile_count; p++)
        if (m->profiles[p].depth >= depth && (kinds & ~m->profiles[p].failure_kinds) == 0)
            marks |= UINT32_C(1) << p;
    return marks;
}

/* A set of failures with what each seek looks for under it. */
struct trial {
    const struct failure_set *set;
    uint32_t count;
    uint32_t sought[SEEK_COUNT];
};

static struct trial trial_of(const struct search *s, const struct failure_set *set, uint32_t count)
{
    uint32_t judged = s->judge_all
                          ? CP_FORBIDDEN_BITS
                          : judged_marks(s->marking, count, cp_failure_kinds(s, set, count));
    struct trial t = {.set = set, .count = count};

    t.sought[SEEK_EXPOSED] = CP_FORBIDDEN_BITS;
    t.sought[SEEK_VIOLATION] = judged;
    t.sought[SEEK_UNSURE] = judged << CP_PROFILES_MAX;
    return t;
}

static bool is_open_in(const struct hunt *h, cp_state state)
{
    return h->open[SEEK_EXPOSED][state] || h->open[SEEK_VIOLATION][state] ||
           h->open[SEEK_UNSURE][state];
}

static bool is_open(const struct hunt *h)
{
    return is_open_in(h, CP_STATE_STEADY) || is_open_in(h, CP_STATE_TRANSITION);
}

static bool any_open(const struct search *s)
{
    for (uint32_t i = 0; i < s->hunt_count; i++)
        if (is_open(&s->hunts[i]))
            return true;
    return false;
}

/* Whether some flow from the source still seeks something and the set may happen to it. */
static bool is_wanted(const struct search *s, uint32_t source, const struct failure_set *set,
                      uint32_t count)
{
    for (uint32_t i = s->hunt_of[source]; i < s->hunt_count; i = cp_search_next_hunt(s, i))
        if (is_open(&s->hunts[i]) && cp_search_may_happen(s, s->hunts[i].flow, set, count))
            return true;
    return false;
}

/* Enters what the marks of one state show into the hunt's result. */
static cp_err look(struct search *s, struct hunt *h, const struct cp_view *view, uint32_t seen,
                   const struct trial *t)
{
    cp_state state = view->moment == CP_DURING ? CP_STATE_TRANSITION : CP_STATE_STEADY;

    for (seek what = SEEK_EXPOSED; what < SEEK_COUNT; what++) {
        struct exposure_of of = {.flow = h->flow,
                                 .state = state,
                                 .set = t->set,
                                 .count = t->count,
                                 .marks = seen & t->sought[what]};
        struct cp_walk_way way = {0};

        if (!h->open[what][state] || of.marks == 0)
            continue;
        if (h->tale != NULL) {
            cp_tale_note(h, what, state, t->set, t->count);
            continue;
        }
        bool there = cp_walk_find(s->walk, view, h->flow->source, of.marks, &way);

        CP_ASSERT(there);
        CP_TRY(cp_exposure_make(s, &of, &way, &h->result->found[what][state]));
        h->open[what][state] = false;
        if (what == SEEK_EXPOSED)
            h->result->state_depth[state] = t->count;
    }
    return CP_OK;
}

static bool is_found(const struct hunt *h, seek what)
{
    return h->result->found[what][CP_STATE_STEADY] != NULL ||
           h->result->found[what][CP_STATE_TRANSITION] != NULL;
}

static void close_both(struct hunt *h, seek what)
{
    h->open[what][CP_STATE_STEADY] = false;
    h->open[what][CP_STATE_TRANSITION] = false;
}

/* After a level: what needs no deeper search. */
static void close_seeks(struct search *s, uint32_t depth)
{
    for (uint32_t i = 0; i < s->hunt_count; i++) {
        struct hunt *h = &s->hunts[i];
        bool no_rule_deeper = depth >= (s->judge_all ? s->request->depth : s->marking->deepest);

        if (is_found(h, SEEK_VIOLATION) || no_rule_deeper)
            close_both(h, SEEK_VIOLATION);
        if (is_found(h, SEEK_VIOLATION) || is_found(h, SEEK_UNSURE) || no_rule_deeper)
            close_both(h, SEEK_UNSURE);
    }
}

static cp_err look_from(struct search *s, uint32_t source, const struct trial *t)
{
    struct cp_view during = cp_shift_view(s->shift, CP_DURING);
    struct cp_view after = cp_shift_view(s->shift, CP_AFTER);

    for (uint32_t i = s->hunt_of[source]; i < s->hunt_count; i = cp_search_next_hunt(s, i)) {
        struct hunt *h = &s->hunts[i];

        if (!is_open(h) || !cp_search_may_happen(s, h->flow, t->set, t->count))
            continue;
        s->looked++;
        if (is_open_in(h, CP_STATE_TRANSITION))
            CP_TRY(look(s, h, &during, cp_shift_seen_during(s->shift, source), t));
        CP_TRY(look(s, h, &after, cp_routes_seen(after.routes, source), t));
    }
    return CP_OK;
}

static bool is_transition_open(const struct search *s, uint32_t source)
{
    for (uint32_t i = s->hunt_of[source]; i < s->hunt_count; i = cp_search_next_hunt(s, i))
        if (is_open_in(&s->hunts[i], CP_STATE_TRANSITION))
            return true;
    return false;
}

/* Works out what the sources that still seek in transitions meet; they come first from now on. */
static void see_transitions(struct search *s)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < s->source_count; i++) {
        uint32_t source = s->sources[i];

        if (!is_transition_open(s, source))
            continue;
        s->sources[i] = s->sources[count];
        s->sources[count++] = source;
    }
    cp_shift_see(s->shift, s->sources, count);
}

static cp_err try_set(struct search *s, const struct failure_set *set, uint32_t count,
                      struct failure_sets *next)
{
    struct trial t = trial_of(s, set, count);

    (void)next;
    see_transitions(s);
    for (uint32_t i = 0; i < s->source_count; i++)
        CP_TRY(look_from(s, s->sources[i], &t));
    return CP_OK;
}

/* What the closures of the sources at hand hold together; good until the next walk. */
static struct met meet(struct search *s, const struct cp_view *view)
{
    struct met met = {0};

    met.count = cp_walk_elements(s->walk, view, s->sources, s->source_count, &met.element);
    return met;
}

static cp_err grow_set(struct search *s, const struct failure_set *set, uint32_t count,
                       struct failure_sets *next)
{
    struct cp_view during = cp_shift_view(s->shift, CP_DURING);
    struct cp_view after = cp_shift_view(s->shift, CP_AFTER);

    if (!cp_search_in(s, CP_STATE_TRANSITION))
        return cp_failure_sets_extend(s, set, count, meet(s, &after), EXTEND_SET, next);
    CP_TRY(cp_failure_sets_extend(s, set, count, meet(s, &during), EXTEND_BEFORE, next));
    return cp_failure_sets_extend(s, set, count, meet(s, &after), EXTEND_CHANGE, next);
}

bool cp_search_something_may_fail(const struct search *s, const uint32_t *own, uint32_t own_count)
{
    const struct cp_graph *g = &s->net->graph;
    uint32_t kinds = s->request->failure_kinds;

    if ((kinds & CP_FAIL_LINK) != 0 && g->link_count > 0)
        return true;
    if ((kinds & CP_FAIL_SRLG) != 0 && g->srlg_count > 0)
        return true;
    uint32_t ends = 0;

    for (uint32_t i = 0; i < own_count; i++)
        ends += i == 0 || own[i] != own[i - 1];
    return (kinds & CP_FAIL_NODE) != 0 && g->node_count > ends;
}

static cp_err look_today(struct search *s)
{
    struct cp_view today = cp_view_of(&s->routes.none);
    struct trial t = trial_of(s, &cp_no_failures, 0);

    for (uint32_t i = 0; i < s->hunt_count; i++) {
        struct hunt *h = &s->hunts[i];

        CP_TRY(look(s, h, &today, cp_routes_seen(&s->routes.none, h->flow->source), &t));
        if (h->result->found[SEEK_EXPOSED][CP_STATE_STEADY] == NULL)
            continue;
        h->open[SEEK_EXPOSED][CP_STATE_TRANSITION] = false; /* each transition keeps it */
        if (s->request->depth > 0 && cp_search_in(s, CP_STATE_TRANSITION) &&
            cp_search_something_may_fail(s, h->flow->ends, h->flow->end_count))
            h->result->state_depth[CP_STATE_TRANSITION] = 1;
    }
    close_seeks(s, 0);
    return CP_OK;
}

static void open_seeks(struct search *s)
{
    uint32_t all = s->marking->all;

    for (uint32_t i = 0; i < s->hunt_count; i++)
        for (cp_state state = CP_STATE_STEADY; state <= CP_STATE_TRANSITION; state++) {
            if (!cp_search_in(s, state))
                continue;
            const struct tale *tale = s->hunts[i].tale;

            s->hunts[i].open[SEEK_EXPOSED][state] =
                (all & CP_FORBIDDEN_BITS) != 0 && (tale == NULL || !tale->only_judged);
            s->hunts[i].open[SEEK_VIOLATION][state] = (all & CP_FORBIDDEN_BITS) != 0;
            s->hunts[i].open[SEEK_UNSURE][state] = (all & CP_UNDECIDED_BITS) != 0;
        }
}

cp_err cp_search_today(struct search *s, uint32_t destination)
{
    struct cp_routes *today = &s->routes.none;

    if (today->stamp != 0 && today->destination == destination)
        return CP_OK; /* they are there from the last question */
    return cp_routes_to(today, destination, NULL, 0);
}

cp_err cp_search_steady(struct search *s)
{
    struct pass trying = {.routes = &s->routes,
                          .only_pivots = cp_search_in(s, CP_STATE_STEADY), /* else none was */
                          .wanted = is_wanted,
                          .visit = try_set};
    struct pass growing = {.routes = &s->routes, .wanted = is_wanted, .visit = grow_set};
    struct cp_view today = cp_view_of(&s->routes.none);
    struct failure_sets sets = {0};

    CP_TRY(cp_search_today(s, s->destination));
    open_seeks(s);
    CP_TRY(look_today(s));
    if (s->request->depth == 0 || !any_open(s))
        return CP_OK;
    cp_search_all_sources(s, &trying);
    CP_TRY(cp_failure_sets_extend(s, &cp_no_failures, 0, meet(s, &today), EXTEND_SET, &sets));
    cp_failure_sets_tidy(&sets);
    for (uint32_t depth = 1;; depth++) {
        struct failure_sets next = {0};

        CP_TRY(cp_search_pass(s, &trying, &sets, depth, NULL));
        close_seeks(s, depth);
        if (depth == s->request->depth || !any_open(s))
            return CP_OK;
        CP_TRY(cp_search_pass(s, &growing, &sets, depth, &next));
        sets = next;
    }
}
