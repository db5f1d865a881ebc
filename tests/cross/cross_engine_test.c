#include "sample.h"
#include "share.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/*
 * The audit against the oracle on random networks.  What the oracle finds by trying everything is
 * compared number by number; what the audit shows (failures, ways, cuts) is checked to be true.
 */

/* One demand of a sample, as both sides see it. */
struct view {
    const struct sample *sample;
    const struct cp_judge *judge;
    uint32_t at;
    struct oracle_demand demand;
    struct oracle_answer expected;
    const struct cp_demand_result *got;
};

/* How often each thing was seen, so that no test passes for want of cases. */
struct tally {
    uint32_t demands, verdicts[4], exposed_at[ORACLE_DEPTH + 1], cut_at[ORACLE_DEPTH + 1];
    uint32_t transition_first, liar_first, late_violations, lies;
};

static const char *differ(bool same, const char *what)
{
    return same ? NULL : what;
}

/* ---- the case's numbers back to the sample's ---- */

static uint32_t place_of(const uint32_t *case_numbers, uint32_t count, uint32_t at)
{
    for (uint32_t i = 0; i < count; i++)
        if (case_numbers[i] == at)
            return i;
    return UINT32_MAX;
}

static uint32_t node_of(const struct view *v, cp_node node)
{
    return place_of(v->sample->case_node, v->sample->net.node_count, node.at);
}

static uint32_t link_of(const struct view *v, cp_link link)
{
    return place_of(v->sample->case_link, v->sample->net.link_count, link.at);
}

/* The failures of an answer as the oracle has them; false if one is of no known thing. */
static bool failures_of(const struct view *v, const struct cp_failure *from, uint32_t count,
                        struct oracle_failure *to)
{
    const struct sample *s = v->sample;

    for (uint32_t i = 0; i < count; i++) {
        to[i] = (struct oracle_failure){.kind = from[i].kind, .at = UINT32_MAX};
        if (from[i].kind == CP_FAIL_LINK)
            to[i].at = place_of(s->case_link, s->net.link_count, from[i].at);
        if (from[i].kind == CP_FAIL_NODE)
            to[i].at = place_of(s->case_node, s->net.node_count, from[i].at);
        if (from[i].kind == CP_FAIL_SRLG)
            to[i].at = place_of(s->case_srlg, s->net.srlg_count, from[i].at);
        if (to[i].at == UINT32_MAX)
            return false;
    }
    return true;
}

/* Of the kinds asked, all different, none an end of the demand. */
static bool failures_allowed(const struct view *v, const struct oracle_failure *failures,
                             uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if ((failures[i].kind & v->sample->ask.kinds) == 0)
            return false;
        if (failures[i].kind == ORACLE_FAIL_NODE &&
            oracle_has(v->demand.src | v->demand.dst, failures[i].at))
            return false;
        for (uint32_t k = 0; k < i; k++)
            if (failures[i].kind == failures[k].kind && failures[i].at == failures[k].at)
                return false;
    }
    return true;
}

/* ---- whether a way is true ---- */

struct way {
    const struct view *view;
    const struct cp_exposure *exposure;
    struct oracle_state before, after; /* the same but in a transition */
    uint32_t node[ORACLE_NODES + 2], link[ORACLE_NODES + 2];
    uint32_t count;
};

static bool read_way(struct way *w)
{
    const struct cp_exposure *e = w->exposure;

    if (e->node_count == 0 || e->node_count > ORACLE_NODES + 2)
        return false;
    w->count = e->node_count;
    for (uint32_t i = 0; i < w->count; i++) {
        w->node[i] = node_of(w->view, e->nodes[i]);
        if (w->node[i] == UINT32_MAX)
            return false;
        if (i + 1 == w->count)
            break;
        w->link[i] = link_of(w->view, e->links[i]);
        if (w->link[i] == UINT32_MAX)
            return false;
    }
    return true;
}

/* The way ends at the element, or just beyond it. */
static bool ends_at_element(const struct way *w)
{
    const struct cp_exposure *e = w->exposure;

    if (e->kind == CP_OBJECT_NODE)
        return e->nodes[w->count - 1].at == e->element;
    return e->kind == CP_OBJECT_LINK && w->count > 1 && e->links[w->count - 2].at == e->element;
}

static bool is_forwarded(const struct way *w, uint32_t to)
{
    for (uint32_t i = 0; i + 1 < w->count; i++)
        if (!oracle_forwards(&w->before, w->node[i], w->link[i], w->node[i + 1], to) &&
            !oracle_forwards(&w->after, w->node[i], w->link[i], w->node[i + 1], to))
            return false;
    return w->before.cost[w->node[0]][to] < ORACLE_NO_WAY;
}

static uint32_t liars_of(const struct view *v)
{
    uint32_t liars = 0;

    for (uint32_t r = 0; r < v->demand.rule_count; r++)
        liars |= v->demand.rules[r].bad.nodes;
    return liars;
}

/* True links over honest nodes to a liar, from where a lie can bring packets on cheaply enough. */
static bool is_drawn(const struct way *w, uint32_t to)
{
    const struct oracle_net *net = &w->view->sample->net;
    struct oracle_set failed = w->before.failed;
    uint32_t liars = liars_of(w->view) & ~w->before.failed.nodes;
    uint32_t last = w->node[w->count - 1];
    struct oracle_state honest;
    uint32_t cost = 0;

    oracle_state_make(net, failed, liars, &honest);
    for (uint32_t i = 0; i + 1 < w->count; i++) {
        const struct oracle_link *link = &net->links[w->link[i]];
        uint32_t met = 0;

        if (oracle_has(failed.links, w->link[i]) || oracle_has(liars, w->node[i]) ||
            oracle_has(failed.nodes, w->node[i + 1]))
            return false;
        for (uint32_t e = 0; e < link->end_count; e++) {
            cost += link->node[e] == w->node[i] ? link->metric[e] : 0;
            met += link->node[e] == w->node[i] || link->node[e] == w->node[i + 1];
        }
        if (met != 2)
            return false;
    }
    uint32_t beyond = oracle_beyond(net, failed, liars, last, to);

    return oracle_has(liars, last) && beyond < ORACLE_NO_WAY &&
           (oracle_has(liars, w->node[0]) || cost + beyond <= honest.cost[w->node[0]][to]);
}

/* A forbidden link on an honest shortest way, and the way to it. */
static bool is_honest(const struct way *w, uint32_t to)
{
    const struct oracle_net *net = &w->view->sample->net;
    struct oracle_set failed = w->before.failed;
    uint32_t liars = liars_of(w->view);
    uint32_t links = oracle_honest_links(net, failed, liars, w->node[0], to);
    struct oracle_state honest;

    oracle_state_make(net, failed, liars & ~failed.nodes, &honest);
    for (uint32_t i = 0; i + 1 < w->count; i++)
        if (!oracle_has(links, w->link[i]) ||
            !oracle_forwards(&honest, w->node[i], w->link[i], w->node[i + 1], to))
            return false;
    return w->exposure->kind == CP_OBJECT_LINK;
}

static bool leads_somewhere(const struct way *w)
{
    const struct cp_exposure *e = w->exposure;
    bool forward = e->direction == CP_FORWARD;
    uint32_t sources = forward ? w->view->demand.src : w->view->demand.dst;
    uint32_t sinks = forward ? w->view->demand.dst : w->view->demand.src;

    if (!oracle_has(sources, w->node[0]))
        return false;
    for (uint32_t to = 0; to < w->view->sample->net.node_count; to++) {
        if (!oracle_has(sinks, to) || to == w->node[0])
            continue;
        if (e->state == CP_STATE_LIAR ? is_drawn(w, to) || is_honest(w, to) : is_forwarded(w, to))
            return true;
    }
    return false;
}

/* ---- whether an exposure is true ---- */

enum wanted { WANT_FORBIDDEN, WANT_VIOLATION, WANT_UNDECIDED };

static bool rule_agrees(const struct view *v, const struct cp_exposure *e, enum wanted wanted)
{
    const struct cp_treatment *t = &v->judge->treatments[v->judge->demand_treatment[v->at]];
    uint32_t place = 0;

    while (place < t->rule_count && t->rules[place] != e->rule)
        place++;
    if (place == t->rule_count)
        return false;
    const struct oracle_rule *rule = &v->demand.rules[place];
    const struct oracle_set *set = wanted == WANT_UNDECIDED ? &rule->doubtful : &rule->bad;
    uint32_t bits = e->kind == CP_OBJECT_NODE ? set->nodes : set->links;
    uint32_t at = e->kind == CP_OBJECT_NODE ? node_of(v, (cp_node){e->element})
                                            : link_of(v, (cp_link){e->element});
    uint32_t kinds = 0;

    for (uint32_t i = 0; i < e->failure_count; i++)
        kinds |= e->failures[i].kind;
    return at != UINT32_MAX && oracle_has(bits, at) &&
           (wanted == WANT_FORBIDDEN ||
            (e->failure_count <= rule->depth && (kinds & ~rule->kinds) == 0));
}

static const char *check_exposure(const struct view *v, const struct cp_exposure *e,
                                  enum wanted wanted)
{
    struct oracle_failure failures[CP_AUDIT_DEPTH_MAX];
    struct way way = {.view = v, .exposure = e};
    bool transition = e->state == CP_STATE_TRANSITION;

    if (e->failure_count > v->sample->ask.depth || (transition && e->failure_count == 0))
        return "number of failures";
    if (!failures_of(v, e->failures, e->failure_count, failures) ||
        !failures_allowed(v, failures, e->failure_count))
        return "failures that cannot be";
    oracle_state_make(&v->sample->net,
                      oracle_failed(&v->sample->net, failures, e->failure_count - transition), 0,
                      &way.before);
    oracle_state_make(&v->sample->net, oracle_failed(&v->sample->net, failures, e->failure_count),
                      0, &way.after);
    if (!read_way(&way))
        return "way of unknown nodes or links";
    if (!ends_at_element(&way))
        return "way not to the element";
    if (!leads_somewhere(&way))
        return "way that no packet goes";
    return differ(rule_agrees(v, e, wanted), "rule that does not say so");
}

/* ---- the parts of an answer ---- */

static const char *check_numbers(const struct view *v)
{
    const struct oracle_answer *x = &v->expected;
    const struct cp_demand_result *r = v->got;
    uint32_t steady = x->depth[ORACLE_STEADY];
    uint32_t transition = x->depth[ORACLE_TRANSITION];

    if (r->state_depth[CP_STATE_STEADY] != steady)
        return "steady depth";
    if (r->state_depth[CP_STATE_TRANSITION] != transition)
        return "transition depth";
    if (r->state_depth[CP_STATE_LIAR] != x->depth[ORACLE_LIAR])
        return "liar depth";
    if (r->exposure_depth != (steady < transition ? steady : transition))
        return "exposure depth";
    if (r->cut_depth != x->cut)
        return "cut depth";
    if (r->clean_way != x->clean_way)
        return "clean way";
    return differ(r->judged == (v->demand.rule_count > 0), "judged");
}

static cp_verdict verdict_of(const struct oracle_answer *x)
{
    if (x->cut == 0)
        return CP_VERDICT_NO_PATH;
    if (x->violation != ORACLE_NEVER)
        return CP_VERDICT_VIOLATION;
    return x->undecided != ORACLE_NEVER ? CP_VERDICT_UNDECIDED : CP_VERDICT_OK;
}

/* Steady before transition, forward before reverse, a judged one before all. */
static const char *check_preference(const struct view *v)
{
    const struct cp_exposure *e = v->got->exposure;
    uint32_t depth = v->got->exposure_depth;
    const bool(*among)[2] = v->expected.exposed[depth];
    bool judged = false;

    for (uint32_t i = 0; i < 4; i++)
        judged = judged || v->expected.judged[depth][i / 2][i % 2];
    if (judged)
        among = v->expected.judged[depth];
    for (uint32_t i = 0; i < 4; i++)
        if (among[i / 2][i % 2])
            return differ(e->state == (cp_state)(i / 2) && e->direction == (cp_direction)(i % 2),
                          "preference among exposures");
    return "exposure that is none";
}

static const char *check_exposures(const struct view *v)
{
    const struct cp_demand_result *r = v->got;
    const char *wrong = NULL;

    if ((r->exposure == NULL) != (r->exposure_depth == CP_DEPTH_NONE))
        return "exposure there or not";
    if (r->exposure == NULL)
        return NULL;
    if (r->exposure->failure_count != r->exposure_depth)
        return "depth of the exposure";
    wrong = check_preference(v);
    if (wrong != NULL)
        return wrong;
    return check_exposure(v, r->exposure,
                          v->expected.violation == r->exposure_depth ? WANT_VIOLATION
                                                                     : WANT_FORBIDDEN);
}

static const char *check_violation(const struct view *v)
{
    const struct cp_demand_result *r = v->got;
    bool wanted =
        v->expected.violation != ORACLE_NEVER && v->expected.violation != r->exposure_depth;

    if ((r->violation != NULL) != wanted)
        return "violation there or not";
    if (r->violation == NULL)
        return NULL;
    if (r->violation->failure_count != v->expected.violation)
        return "depth of the violation";
    return check_exposure(v, r->violation, WANT_VIOLATION);
}

static const char *check_undecided(const struct view *v)
{
    const struct cp_demand_result *r = v->got;

    if (r->undecided == NULL)
        return differ(v->expected.undecided == ORACLE_NEVER ||
                          v->expected.violation != ORACLE_NEVER,
                      "undecided exposure missing");
    if (v->expected.violation == ORACLE_NEVER &&
        r->undecided->failure_count != v->expected.undecided)
        return "depth of the undecided exposure";
    return check_exposure(v, r->undecided, WANT_UNDECIDED);
}

static const char *check_liar(const struct view *v)
{
    const struct cp_demand_result *r = v->got;

    if ((r->liar == NULL) != (r->state_depth[CP_STATE_LIAR] == CP_DEPTH_NONE))
        return "lie there or not";
    if (r->liar == NULL)
        return NULL;
    if (r->liar->state != CP_STATE_LIAR || r->liar->failure_count != r->state_depth[CP_STATE_LIAR])
        return "depth of the lie";
    return check_exposure(v, r->liar, WANT_FORBIDDEN);
}

static const char *check_cut(const struct view *v)
{
    struct oracle_failure failures[CP_AUDIT_DEPTH_MAX];
    uint32_t count = v->got->cut_depth;

    if (count == CP_DEPTH_NONE)
        return NULL;
    if (!failures_of(v, v->got->cut, count, failures) || !failures_allowed(v, failures, count))
        return "cut that cannot be";
    return differ(!oracle_connected(&v->sample->net,
                                    oracle_failed(&v->sample->net, failures, count), &v->demand),
                  "cut that cuts nothing");
}

static const char *check_answer(const struct view *v)
{
    static const char *(*const checks[])(const struct view *) = {
        check_numbers, check_exposures, check_violation, check_undecided, check_liar, check_cut};

    for (size_t i = 0; i < CP_COUNT(checks); i++) {
        const char *wrong = checks[i](v);

        if (wrong != NULL)
            return wrong;
    }
    return differ(v->got->verdict == verdict_of(&v->expected), "verdict");
}

/* ---- the run ---- */

static void count_answer(struct tally *t, const struct view *v)
{
    const struct oracle_answer *x = &v->expected;
    uint32_t steady = x->depth[ORACLE_STEADY];
    uint32_t transition = x->depth[ORACLE_TRANSITION];
    uint32_t exposed = steady < transition ? steady : transition;

    t->demands++;
    t->verdicts[verdict_of(x)]++;
    if (exposed != ORACLE_NEVER)
        t->exposed_at[exposed]++;
    if (x->cut != ORACLE_NEVER)
        t->cut_at[x->cut]++;
    t->transition_first += transition < steady;
    t->liar_first += x->depth[ORACLE_LIAR] < exposed;
    t->lies += x->depth[ORACLE_LIAR] != ORACLE_NEVER && x->depth[ORACLE_LIAR] > 0;
    t->late_violations += x->violation != ORACLE_NEVER && x->violation > exposed;
}

/* Parts are run forwards or backwards: the answer must not tell. */
static void run_audit(const struct sample *s, const struct cp_judge *judge, struct cp_arena *arena,
                      const struct cp_demand_result **results)
{
    struct cp_audit_request request = {.depth = s->ask.depth, .failure_kinds = s->ask.kinds};
    struct cp_diag diag = {0};
    struct cp_audit *audit = NULL;
    struct cp_audit_worker *worker = NULL;

    assert_int_equal(cp_audit_open(judge, &request, arena, &audit, &diag), CP_OK);
    uint32_t parts = cp_audit_parts(audit);

    assert_int_equal(cp_audit_worker_open(audit, arena, &worker), CP_OK);
    for (uint32_t i = 0; i < parts; i++)
        assert_int_equal(cp_audit_run(worker, s->seed % 2 == 0 ? i : parts - 1 - i), CP_OK);
    cp_audit_worker_close(worker);
    assert_int_equal(cp_audit_finish(audit, arena, results), CP_OK);
}

static void check_sample(uint64_t seed, uint32_t depth, struct tally *tally)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    const struct cp_demand_result *results = NULL;
    struct sample sample;
    struct view view = {.sample = &sample};

    assert_non_null(arena);
    sample_make(seed, depth, &sample);
    assert_int_equal(sample_judge(&sample, arena, &view.judge), CP_OK);
    run_audit(&sample, view.judge, arena, &results);
    for (view.at = 0; view.at < sample.demand_count; view.at++) {
        view.demand = sample_demand(&sample, view.at);
        view.got = &results[view.at];
        oracle_audit(&sample.net, &view.demand, &sample.ask, &view.expected);
        const char *wrong = check_answer(&view);

        count_answer(tally, &view);
        if (wrong == NULL)
            continue;
        sample_print(&sample);
        print_error("demand %u: %s\n", view.at, wrong);
        print_error("  got steady %d, transition %d, liar %d, cut %d, verdict %d\n",
                    (int)view.got->state_depth[0], (int)view.got->state_depth[1],
                    (int)view.got->state_depth[2], (int)view.got->cut_depth,
                    (int)view.got->verdict);
        print_error("  not steady %d, transition %d, liar %d, cut %d, verdict %d\n",
                    (int)view.expected.depth[0], (int)view.expected.depth[1],
                    (int)view.expected.depth[2], (int)view.expected.cut,
                    (int)verdict_of(&view.expected));
        fail();
    }
    cp_arena_close(arena);
}

static struct tally check_samples(uint32_t depth, uint32_t samples)
{
    uint32_t count = share_of(samples);
    struct tally tally = {0};

    for (uint32_t i = 0; i < count; i++)
        check_sample(i, depth, &tally);
    fprintf(stderr,
            "depth %u: %u demands; ok %u, undecided %u, violation %u, no path %u; exposed at 0 to "
            "3: %u %u %u %u; cut at 0 to 3: %u %u %u %u; transition first %u, liar first %u, lies "
            "after failures %u, judged deeper %u\n",
            depth, tally.demands, tally.verdicts[0], tally.verdicts[1], tally.verdicts[2],
            tally.verdicts[3], tally.exposed_at[0], tally.exposed_at[1], tally.exposed_at[2],
            tally.exposed_at[3], tally.cut_at[0], tally.cut_at[1], tally.cut_at[2], tally.cut_at[3],
            tally.transition_first, tally.liar_first, tally.lies, tally.late_violations);
    for (uint32_t i = 0; i < 4; i++)
        assert_true(tally.verdicts[i] > count / 100);
    for (uint32_t i = 0; i <= depth && is_whole(); i++)
        assert_true(tally.exposed_at[i] > 0 && tally.cut_at[i] > 0);
    assert_true(depth == 0 || tally.transition_first > 0 || !is_whole());
    assert_true(tally.liar_first > 0);
    return tally;
}

static void agrees_without_failures(void **state)
{
    (void)state;
    (void)check_samples(0, 1000);
}

static void agrees_on_every_single_failure(void **state)
{
    (void)state;
    (void)check_samples(1, 5000);
}

static void agrees_on_every_pair_of_failures(void **state)
{
    (void)state;
    struct tally tally = check_samples(2, 2000);

    assert_true(tally.lies > 0);
    assert_true(tally.late_violations > 0 || !is_whole());
}

static void agrees_on_every_three_failures(void **state)
{
    (void)state;
    (void)check_samples(3, 400);
}

static void agrees_on_every_four_failures(void **state)
{
    (void)state;
    struct tally tally = {0};

    for (uint32_t i = 0; i < share_of(100); i++)
        check_sample(i, 4, &tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_without_failures),
        cmocka_unit_test(agrees_on_every_single_failure),
        cmocka_unit_test(agrees_on_every_pair_of_failures),
        cmocka_unit_test(agrees_on_every_three_failures),
        cmocka_unit_test(agrees_on_every_four_failures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
