#include "plan_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "share.h"

/*
 * Plans of small random networks against plain search: who has a way has an option, every option and everything picked
 * or replied keeps to allowed elements in all that it may visit, by a walk of the test's own.
 */

/* --- what holds ---------------------------------------------------------------------------------- */

/* Those without a path that what feeds disagree about may give one, and no others. */
static void doubts_are_told_where_they_may_be_why(struct world *w)
{
    for (uint32_t i = 0; i < cp_plan_lsp_count(w->plan); i++) {
        const struct cp_plan_lsp *lsp = cp_plan_lsp(w->plan, i);
        bool doubted = lsp->option_count == 0 &&
                       !slow_reaches(w, lsp->headend, lsp->endpoint, false) &&
                       slow_reaches(w, lsp->headend, lsp->endpoint, true);

        assert_int_equal(lsp->doubt != NULL, doubted);
        assert_false(lsp->undoubted);
        assert_int_equal(lsp->blocking != NULL,
                         lsp->option_count == 0); /* what all feeds have is told */
    }
}

static void options_are_clean(struct world *w)
{
    static const bool nothing[ELEMENTS_MOST];

    for (uint32_t i = 0; i < cp_plan_lsp_count(w->plan); i++) {
        const struct cp_plan_lsp *lsp = cp_plan_lsp(w->plan, i);
        struct slow_walk k;

        assert_int_equal(cp_plan_find(w->plan, lsp->key), i);
        assert_int_equal(lsp->option_count > 0,
                         slow_cost(w, lsp->headend, lsp->endpoint, nothing) < FAR);
        for (uint32_t o = 0; o < lsp->option_count; o++) {
            const struct cp_plan_option *option = &lsp->options[o];
            uint32_t met = 0;

            assert_int_equal(slow_trace(w, lsp->headend, lsp->endpoint, option->hops, &k),
                             CP_TRACE_CLEAN);
            assert_int_equal(k.at, lsp->endpoint);
            for (uint32_t e = 0; e < w->link_count + w->node_count; e++)
                met += k.met[e];
            assert_int_equal(option->touch_count, met);
            for (uint32_t t = 0; t < option->touch_count; t++)
                assert_true(k.met[option->touches[t]]);
        }
    }
}

static uint32_t hop_of(const struct world *w, uint32_t from, uint32_t link)
{
    const struct cp_graph *g = &cp_plan_net(w->plan)->graph;
    uint32_t h = g->hop_first[from];

    while (g->hops[h].link != link)
        h++;
    return h;
}

static void shift(struct world *w, uint32_t l, bool ab)
{
    uint32_t from = ab ? w->links[l].a : w->links[l].b, to = ab ? w->links[l].b : w->links[l].a;
    uint32_t *cost = ab ? &w->now_ab[l] : &w->now_ba[l];

    bool shut = sample_chance(&w->numbers, 25); /* as a LAN that the router there left */

    *cost = shut ? FAR : sample_pick(&w->numbers, 1, 4);
    w->shut[hop_of(w, from, l)] = shut;
    if (shut)
        w->mask.shut = w->shut;
    w->shifts[w->mask.shift_count++] =
        (struct cp_plan_shift){from, to, hop_of(w, from, l), shut ? UINT32_MAX : *cost};
}

static bool is_lost(const struct world *w, uint32_t v)
{
    return v < w->node_count && is_gone(w, w->link_count + v);
}

/* Metrics; links and routers that came. */
static void shift_some(struct world *w, bool some)
{
    for (uint32_t l = 0; l < w->link_count; l++) {
        w->now_ab[l] = w->links[l].ab;
        w->now_ba[l] = w->links[l].ba;
        if (some && sample_chance(&w->numbers, 25))
            shift(w, l, true);
        if (some && sample_chance(&w->numbers, 25))
            shift(w, l, false);
    }
    w->new_first = w->mask.shift_count;
    w->mask.new_nodes = some ? sample_pick(&w->numbers, 0, NEW_MOST) : 0;
    for (uint32_t i = some ? sample_pick(&w->numbers, 0, STEPS_MOST) : 0; i > 0; i--) {
        uint32_t all = w->node_count + w->mask.new_nodes;
        uint32_t from = sample_pick(&w->numbers, 0, all - 1);
        uint32_t to = sample_pick(&w->numbers, 0, all - 2);

        to += to >= from;
        if (is_lost(w, from) || is_lost(w, to))
            continue;
        w->shifts[w->mask.shift_count++] =
            (struct cp_plan_shift){from, to, CP_NONE, sample_pick(&w->numbers, 1, 5)};
    }
    w->mask.shifts = w->shifts;
}

static void lose_some(struct world *w, uint32_t round)
{
    memset(w->gone, 0, sizeof w->gone);
    memset(w->shut, 0, sizeof w->shut);
    for (uint32_t e = 0; e < w->link_count + w->node_count && round > 0; e++)
        w->gone[e] = sample_chance(&w->numbers, e < w->link_count ? 20 : 5);
    for (uint32_t l = 0; l < w->link_count; l++)
        w->gone[l] |=
            w->gone[w->link_count + w->links[l].a] | w->gone[w->link_count + w->links[l].b];
    w->mask = (struct cp_plan_gone){.elements = w->gone, .version = round};
    shift_some(w, round > 0 && sample_chance(&w->numbers, 60));
    measure(w, false, w->before);
    measure(w, true, w->after);
}

/* Also past some that are to be avoided, though they are there. */
static void picks_are_clean_and_found(struct world *w)
{
    uint8_t avoid[ELEMENTS_MOST];
    bool out[ELEMENTS_MOST];

    for (uint32_t i = 0; i < cp_plan_lsp_count(w->plan); i++) {
        const struct cp_plan_lsp *lsp = cp_plan_lsp(w->plan, i);
        bool avoids = sample_chance(&w->numbers, 50), reached;
        struct slow_walk k;
        struct cp_pick pick;

        for (uint32_t e = 0; e < w->link_count + w->node_count; e++)
            avoid[e] = out[e] = avoids && e != w->link_count + lsp->headend &&
                                e != w->link_count + lsp->endpoint &&
                                sample_chance(&w->numbers, 15);
        assert_int_equal(
            cp_plan_pick(w->picker, i, &w->mask, avoids ? avoid : NULL, w->arena, &pick), CP_OK);
        reached = slow_cost(w, lsp->headend, lsp->endpoint, out) < FAR;
        if (!is_gone(w, w->link_count + lsp->headend))
            assert_int_equal(pick.found, reached);
        if (!pick.found)
            continue;
        assert_int_equal(slow_trace(w, lsp->headend, lsp->endpoint, pick.option.hops, &k),
                         CP_TRACE_CLEAN);
        assert_int_equal(k.at, lsp->endpoint);
        for (uint32_t e = 0; e < w->link_count + w->node_count; e++)
            assert_false(k.met[e] && out[e]);
        if (!pick.planned)
            assert_int_equal(pick.option.cost, slow_cost(w, lsp->headend, lsp->endpoint, out));
    }
}

static void ways_on_are_as_they_are_walked(struct world *w, uint32_t lsp, struct cp_pce_path hops,
                                           const struct slow_walk *k)
{
    for (uint32_t v = 0; v < w->node_count; v++) {
        struct cp_plan_passage passage = {.lsp = lsp, .node = v, .hops = hops, .gone = &w->mask};
        const uint32_t *links;
        uint32_t count, bits = 0;

        assert_int_equal(cp_plan_onward(w->picker, &passage, w->arena, &links, &count), CP_OK);
        for (uint32_t i = 0; i < count; i++) {
            assert_true(i == 0 || links[i] > links[i - 1]);
            bits |= 1u << links[i];
        }
        assert_int_equal(bits, k->onward[v]);
    }
}

/* Hops from anywhere: SIDs that are, some that are not. */
static void traces_are_as_they_are_walked(struct world *w)
{
    if (cp_plan_lsp_count(w->plan) == 0)
        return;
    for (uint32_t round = 0; round < 8; round++) {
        uint32_t at = sample_pick(&w->numbers, 0, cp_plan_lsp_count(w->plan) - 1);
        const struct cp_plan_lsp *lsp = cp_plan_lsp(w->plan, at);
        struct cp_pce_hop hops[4] = {{0}};
        struct cp_pce_path path = {hops, sample_pick(&w->numbers, 0, 4)};
        struct cp_trace trace;
        struct slow_walk k;

        for (uint32_t i = 0; i < path.count; i++) {
            hops[i].kind = CP_PCE_HOP_LABEL;
            hops[i].label = sample_chance(&w->numbers, 50)
                                ? LABEL_NODE + sample_pick(&w->numbers, 0, w->node_count + 1)
                                : LABEL_ADJACENCY + sample_pick(&w->numbers, 0, 2 * w->link_count);
        }
        assert_int_equal(cp_plan_trace(w->picker, at, path, &w->mask, w->arena, &trace), CP_OK);
        assert_int_equal(trace.kind, slow_trace(w, lsp->headend, lsp->endpoint, path, &k));
        ways_on_are_as_they_are_walked(w, at, path, &k);
        assert_int_equal(trace.arrives, !k.unknown && k.at == lsp->endpoint && path.count > 0);
        if (trace.kind == CP_TRACE_FORBIDDEN)
            assert_int_equal(trace.rule, trace.unjudged ? CP_NONE : 0);
        for (uint32_t e = 0; e < w->link_count + w->node_count && trace.unjudged; e++)
            assert_false(k.met[e] &&
                         (e < w->link_count ? w->links[e].banned : w->banned[e - w->link_count]));
    }
}

/* What a request asks for, and what the test makes of it. */
struct asking {
    struct cp_pce_request request;
    struct cp_pce_exclusion exclusion;
    struct cp_pce_metric bound;
    struct cp_pce_hop pass;
    bool out[ELEMENTS_MOST];
    uint32_t to, hops_max, through; /* through: an element to pass; CP_NONE */
};

static bool fits(const struct cp_pce_request *q, const struct link *link)
{
    if (link->capacity < q->bandwidth_bps)
        return false;
    if ((q->exclude_any | q->include_any | q->include_all) == 0)
        return true;
    return link->grouped && (q->exclude_any & link->groups) == 0 &&
           (q->include_any == 0 || (q->include_any & link->groups) != 0) &&
           (q->include_all & link->groups) == q->include_all;
}

static void exclude_all(struct world *w, struct asking *a)
{
    a->exclusion = (struct cp_pce_exclusion){
        .kind = CP_PCE_OUT_ADDRESS,
        .mandatory = sample_chance(&w->numbers, 70),
        .of = sample_pick(&w->numbers, 0, 1) != 0 ? CP_PCE_OF_NODE : CP_PCE_OF_INTERFACE,
        .address = w->seen[0].address};
    a->request.exclusions = &a->exclusion;
    a->request.exclusion_count = 1;
    for (uint32_t e = 0; e < w->link_count + w->node_count; e++)
        a->out[e] = a->exclusion.mandatory;
}

static void exclude(struct world *w, struct asking *a)
{
    uint32_t v = sample_pick(&w->numbers, 0, w->node_count - 1);
    uint32_t l = sample_pick(&w->numbers, 0, w->link_count - 1);
    bool node = sample_chance(&w->numbers, 50);

    a->exclusion = (struct cp_pce_exclusion){.kind = CP_PCE_OUT_ADDRESS,
                                             .mandatory = sample_chance(&w->numbers, 70),
                                             .of = node ? CP_PCE_OF_NODE : CP_PCE_OF_INTERFACE,
                                             .address = node ? w->seen[v].address
                                                             : cp_ip_find(text(w, "10.1.1.", l)),
                                             .prefix_bits = 32};
    a->request.exclusions = &a->exclusion;
    a->request.exclusion_count = 1;
    a->out[node ? w->link_count + v : l] = a->exclusion.mandatory;
}

static void pass(struct world *w, struct asking *a)
{
    uint32_t v = sample_pick(&w->numbers, 0, w->node_count - 1);
    uint32_t l = sample_pick(&w->numbers, 0, w->link_count - 1);
    bool node = sample_chance(&w->numbers, 50);

    a->pass =
        (struct cp_pce_hop){.kind = CP_PCE_HOP_ADDRESS,
                            .local = node ? w->seen[v].address : cp_ip_find(text(w, "10.1.2.", l))};
    a->request.include = (struct cp_pce_path){&a->pass, 1};
    a->through = node ? w->link_count + v : l;
}

static void ask_for(struct world *w, struct asking *a)
{
    struct cp_pce_request *q = &a->request;
    uint32_t from = sample_pick(&w->numbers, 0, w->node_count - 1);
    uint32_t to = sample_pick(&w->numbers, 0, w->node_count - 1);

    *a = (struct asking){.hops_max = FAR, .through = CP_NONE};
    *q = (struct cp_pce_request){.id = 1,
                                 .src = w->seen[from].address,
                                 .dst = w->seen[to].address,
                                 .path_setup_type = 1,
                                 .segments_max = UINT32_MAX};
    if (sample_chance(&w->numbers, 40))
        exclude(w, a);
    else if (sample_chance(&w->numbers, 5))
        exclude_all(w, a);
    if (sample_chance(&w->numbers, 30))
        pass(w, a);
    if (sample_chance(&w->numbers, 20))
        q->exclude_any = sample_pick(&w->numbers, 0, 7);
    if (sample_chance(&w->numbers, 20))
        q->include_any = sample_pick(&w->numbers, 0, 7);
    if (sample_chance(&w->numbers, 20))
        q->include_all = sample_pick(&w->numbers, 0, 3);
    if (sample_chance(&w->numbers, 20))
        q->bandwidth_bps = sample_pick(&w->numbers, 1, 4);
    if (sample_chance(&w->numbers, 20)) {
        a->hops_max = sample_pick(&w->numbers, 1, 4);
        a->bound = (struct cp_pce_metric){CP_PCE_METRIC_HOPS, true, false, a->hops_max};
        q->metrics = &a->bound;
        q->metric_count = 1;
    }
    for (uint32_t l = 0; l < w->link_count; l++)
        a->out[l] = a->out[l] || !fits(q, &w->links[l]);
}

/* Whether some simple path from a node on keeps all: every one is tried. */
static bool any_path(const struct world *w, const struct asking *a, uint32_t at, uint32_t hops,
                     bool passed, bool *on)
{
    bool found = false;

    passed = passed || a->through == w->link_count + at || a->through == CP_NONE;
    if (w->banned[at] || is_gone(w, w->link_count + at) || a->out[w->link_count + at])
        return false;
    if (at == a->to)
        return passed;
    if (hops == a->hops_max)
        return false;
    on[at] = true;
    for (uint32_t l = 0; l < w->link_count && !found; l++) {
        const struct link *k = &w->links[l];
        uint32_t other = k->a == at ? k->b : k->a;

        if ((k->a != at && k->b != at) || on[other] || k->banned || is_gone(w, l) || a->out[l] ||
            w->now_ab[l] == FAR || w->now_ba[l] == FAR) /* a LAN that a router left answers none */
            continue;
        found = any_path(w, a, other, hops + 1, passed || a->through == l, on);
    }
    on[at] = false;
    return found;
}

static cp_trace_kind judge_request(struct world *w, const struct cp_pce_request *request,
                                   struct cp_pce_path hops)
{
    struct cp_plan_judged judged;

    assert_int_equal(cp_plan_trace_request(w->picker, request, hops, &w->mask, w->arena, &judged),
                     CP_OK);
    assert_null(judged.why);
    return judged.trace.kind;
}

/* What routers report is judged between any two nodes by the rules of requests; by no rules where there are none. */
static void reported_paths_are_judged(struct world *w)
{
    for (uint32_t round = 0; round < 8; round++) {
        uint32_t from = sample_pick(&w->numbers, 0, w->node_count - 1);
        uint32_t to = sample_pick(&w->numbers, 0, w->node_count - 1);
        struct cp_pce_hop hops[3];
        struct cp_pce_path path = {hops, sample_pick(&w->numbers, 1, 3)};
        struct cp_pce_request request = {
            .src = w->seen[from].address, .dst = w->seen[to].address, .path_setup_type = 1};
        struct cp_plan_judged judged;
        struct slow_walk k;
        cp_trace_kind kind;

        if (from == to)
            continue;
        for (uint32_t i = 0; i < path.count; i++)
            hops[i] = (struct cp_pce_hop){.kind = CP_PCE_HOP_LABEL,
                                          .label = LABEL_NODE +
                                                   sample_pick(&w->numbers, 0, w->node_count - 1)};
        kind = slow_trace(w, from, to, path, &k);
        if (kind == CP_TRACE_CLEAN && k.at != to)
            kind = CP_TRACE_BROKEN;
        assert_int_equal(judge_request(w, &request, path), kind);
        request.path_setup_type = 0;
        assert_int_equal(
            cp_plan_trace_request(w->picker, &request, path, &w->mask, w->arena, &judged), CP_OK);
        assert_non_null(judged.why);
    }
}

static void replies_are_clean_and_found(struct world *w)
{
    for (uint32_t round = 0; round < 8; round++) {
        bool on[NODES_MOST] = {false};
        struct asking a;
        struct cp_plan_reply reply;
        struct slow_walk k;

        ask_for(w, &a);
        uint32_t from = cp_plan_node_of(w->plan, a.request.src);
        uint32_t to = cp_plan_node_of(w->plan, a.request.dst);

        a.to = to;

        assert_int_equal(cp_plan_reply(w->picker, &a.request, &w->mask, w->arena, &reply), CP_OK);
        assert_int_equal(reply.found, from != to && any_path(w, &a, from, 0, false, on));
        assert_true(reply.found || reply.why != NULL);
        if (!reply.found)
            continue;
        assert_int_equal(slow_trace(w, from, to, reply.hops, &k), CP_TRACE_CLEAN);
        assert_int_equal(k.at, to);
        assert_int_equal(judge_request(w, &a.request, reply.hops), CP_TRACE_CLEAN);
        assert_true(a.through == CP_NONE || k.met[a.through]);
        for (uint32_t e = 0; e < w->link_count + w->node_count; e++)
            assert_false(k.met[e] && a.out[e]);
    }
}

static void plans_hold_on_random_networks(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < share_of(1500); seed++) {
        struct world w = {.numbers = seed, .arena = cp_arena_open(SIZE_MAX)};

        w.strict = sample_chance(&w.numbers, 40);
        make_case(&w);
        judge(&w);
        plan(&w);
        for (uint32_t round = 0; round < 4; round++) {
            lose_some(&w, round);
            if (round == 0) {
                options_are_clean(&w);
                doubts_are_told_where_they_may_be_why(&w);
            }
            picks_are_clean_and_found(&w);
            traces_are_as_they_are_walked(&w);
            replies_are_clean_and_found(&w);
            reported_paths_are_judged(&w);
        }
        cp_picker_close(w.picker);
        cp_arena_close(w.arena);
    }
}

/* Nodes, hops, doubts and their ends twice: for each headend, however many LSPs it has. */
static uint64_t steps_enough(const struct world *w)
{
    uint64_t once = w->node_count + 2 * w->link_count + w->view.doubt_count;

    for (uint32_t i = 0; i < w->view.doubt_count; i++)
        once += 2 * (uint64_t)w->doubts[i].end_count;
    return once * w->node_count;
}

static void the_search_for_doubts_ends_early_and_says_so(void **state)
{
    uint32_t left = 0;

    (void)state;
    for (uint32_t seed = 0; seed < share_of(600); seed++) {
        struct world w = {.numbers = seed, .arena = cp_arena_open(SIZE_MAX)};

        make_case(&w);
        judge(&w);
        w.doubt_steps = steps_enough(&w);
        plan(&w);
        doubts_are_told_where_they_may_be_why(&w);
        cp_picker_close(w.picker);
        w.doubt_steps = 1;
        plan(&w);
        for (uint32_t i = 0; i < cp_plan_lsp_count(w.plan); i++) {
            const struct cp_plan_lsp *lsp = cp_plan_lsp(w.plan, i);

            assert_null(lsp->doubt);
            assert_int_equal(lsp->undoubted, w.view.doubt_count > 0 && lsp->option_count == 0);
            assert_int_equal(lsp->blocking != NULL, lsp->option_count == 0);
            left += lsp->undoubted;
        }
        cp_picker_close(w.picker);
        cp_arena_close(w.arena);
    }
    assert_true(left > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plans_hold_on_random_networks),
        cmocka_unit_test(the_search_for_doubts_ends_early_and_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
