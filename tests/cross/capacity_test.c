#include "capacity_case.h"

#include "arc_flow.h"
#include "share.h"

/*
 * Small random cases: placements are checked by hand, and against the exact multicommodity flow.
 */

enum { SEEDS = 700, FAILING_SEEDS = 250, SOME_SEEDS = 150 };

static void add_path(const struct small *s, const struct cp_path *path, double bps, double *load)
{
    for (uint32_t i = 0; i < path->link_count; i++) {
        uint32_t end = s->net.graph.end_first[path->links[i]];

        while (s->net.graph.end_node[end] != path->nodes[i])
            end++;
        load[end] += bps;
    }
}

static void assert_path(const struct small *s, uint32_t d, const struct left *left,
                        const struct cp_path *path)
{
    const struct cp_graph *g = &s->net.graph;
    uint64_t cost = 0;
    bool ends = false;

    assert_true(path->link_count > 0);
    assert_int_equal(path->nodes[0], source(s, d));
    for (uint32_t i = 0; i < s->demands[d].dst.count; i++)
        ends =
            ends || path->nodes[path->link_count] == s->demand_ends[s->demands[d].dst.first + i].at;
    assert_true(ends);
    for (uint32_t i = 0; i <= path->link_count; i++) {
        assert_false(left->node_shut[path->nodes[i]]);
        for (uint32_t k = 0; k < i; k++)
            assert_true(path->nodes[i] != path->nodes[k]);
    }
    for (uint32_t i = 0; i < path->link_count; i++) {
        uint32_t joined = 0;

        assert_false(left->link_shut[path->links[i]]);
        for (uint32_t e = g->end_first[path->links[i]]; e < g->end_first[path->links[i] + 1]; e++) {
            joined += g->end_node[e] == path->nodes[i] || g->end_node[e] == path->nodes[i + 1];
            cost += g->end_node[e] == path->nodes[i] ? g->end_metric[e] : 0;
        }
        assert_int_equal(joined, 2);
    }
    assert_int_equal(path->cost, cost);
    assert_int_equal(path->delay_us, 10 * path->link_count);
}

static void capacities(const struct small *s, double *capacity)
{
    for (uint32_t e = 0; e < s->end_count; e++) {
        uint64_t bps = s->links[s->net.graph.end_link[e]].capacity_bps;

        capacity[e] = bps == CP_BPS_NONE ? 0 : (double)bps;
    }
}

static double worst_of(const struct small *s, const double *load)
{
    double capacity[SMALL_ENDS], worst = 0;

    capacities(s, capacity);
    for (uint32_t e = 0; e < s->end_count; e++)
        if (capacity[e] > 0 && load[e] / capacity[e] > worst)
            worst = load[e] / capacity[e];
    return worst;
}

/* Checks what is said of every demand; load is what comes of it. */
static void assert_placements(const struct small *s, double *load)
{
    const struct cp_capacity_answer *a = &s->answer;

    for (uint32_t d = 0; d < s->c.demand_count; d++) {
        const struct cp_placement *p = &a->placements[d];
        struct left left = left_to(s, s->demand_treatment[d], CP_NONE);
        struct costs c;
        uint32_t sum = 0;

        igp_costs(s, &left, &c);
        uint32_t to = nearest(s, d, &c);

        assert_int_equal(p->placed, c.of[source(s, d)][to] < FAR);
        assert_int_equal(p->sensitive, s->demand_treatment[d] == SENSITIVE);
        assert_true(p->path_count > 0 || !p->placed || !p->sensitive);
        assert_int_equal(p->moved, !p->sensitive && p->path_count > 0);
        for (uint32_t i = 0; i < p->path_count; i++) {
            assert_path(s, d, &left, &p->paths[i].path);
            assert_true(p->paths[i].share_ppm > 0);
            sum += p->paths[i].share_ppm;
            add_path(s, &p->paths[i].path, bandwidth(s, d) * p->paths[i].share_ppm / 1e6, load);
        }
        assert_int_equal(sum, p->path_count > 0 ? 1000000 : 0);
        if (s->request.paths_max > 0)
            assert_true(p->path_count <= s->request.paths_max);
        if (p->placed && p->path_count == 0) {
            assert_int_equal(p->destination, to);
            split(&(struct splitting){s, &left, &c, to, load}, source(s, d), bandwidth(s, d));
        }
    }
}

static void assert_near(double value, double wanted, double by)
{
    if (value < wanted - by || value > wanted + by)
        print_error("%.9f, wanted %.9f\n", value, wanted);
    assert_true(value >= wanted - by && value <= wanted + by);
}

static void assert_loads(const struct small *s)
{
    double load[SMALL_ENDS] = {0};

    assert_placements(s, load);
    for (uint32_t e = 0; e < s->end_count; e++)
        assert_near((double)s->answer.load_bps[e], load[e], 1);
    assert_near((double)s->answer.worst_ppm, 1e6 * worst_of(s, load), 1.01);
}

/* The least worst load after a failure.  Of the flows `placed` [demands] bits a second are placed in
 * what is left to them, on top of `base`; what has no way counts as nothing. */
static double least_worst(const struct small *s, uint32_t failure, const double *placed,
                          const double *base)
{
    struct left left[2] = {left_to(s, SENSITIVE, failure), left_to(s, ORDINARY, failure)};
    struct arc_demand demands[SMALL_DEMANDS];
    double capacity[SMALL_ENDS];
    uint32_t count = 0;

    capacities(s, capacity);
    for (uint32_t d = 0; d < s->c.demand_count; d++) {
        const struct left *of = &left[s->demand_treatment[d]];
        struct costs c;

        igp_costs(s, of, &c);
        if (placed[d] > 0 && c.of[source(s, d)][target(s, d)] < FAR)
            demands[count++] = (struct arc_demand){.src = source(s, d),
                                                   .dst = target(s, d),
                                                   .bps = placed[d],
                                                   .node_shut = of->node_shut,
                                                   .link_shut = of->link_shut};
    }
    return count == 0 ? worst_of(s, base)
                      : arc_flow_least(&s->net.graph, capacity, base, demands, count);
}

/* What ordinary traffic loads where it follows the IGP: those of the demands with `stays`. */
static void igp_load(const struct small *s, uint32_t failure, const double *stays, double *load)
{
    struct left left = left_to(s, ORDINARY, failure);
    struct costs c;

    igp_costs(s, &left, &c);
    for (uint32_t d = 0; d < s->c.demand_count; d++) {
        uint32_t to = nearest(s, d, &c);

        if (stays[d] > 0 && c.of[source(s, d)][to] < FAR)
            split(&(struct splitting){s, &left, &c, to, load}, source(s, d), stays[d]);
    }
}

/* Where `moves` has a demand's bit, or it is sensitive, it is placed. */
static double exact(const struct small *s, uint32_t failure, uint32_t moves)
{
    double placed[SMALL_DEMANDS] = {0}, stays[SMALL_DEMANDS] = {0}, base[SMALL_ENDS] = {0};

    for (uint32_t d = 0; d < s->c.demand_count; d++)
        (s->demand_treatment[d] == SENSITIVE || (moves >> d & 1) != 0 ? placed : stays)[d] =
            bandwidth(s, d);
    igp_load(s, failure, stays, base);
    return least_worst(s, failure, placed, base);
}

/* A case of its own for each seed: arena and all. */
static struct small *open_case(uint64_t seed, bool several)
{
    void *state = NULL;

    if (open_small(&state) != 0 || state == NULL)
        abort();
    put_random(state, &seed, several);
    return state;
}

static void close_case(struct small *s)
{
    cp_arena_close(s->arena);
}

static void placements_reach_the_multicommodity_optimum_and_prove_it(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < share_of(SEEDS); seed++) {
        struct small *s = open_case(seed, false);

        s->request.move = seed % 3 == 0 ? CP_MOVE_ALL : CP_MOVE_NONE;
        place_all(s);
        assert_loads(s);
        double least = exact(s, CP_NONE, s->request.move == CP_MOVE_ALL ? UINT32_MAX : 0);
        double slack = 1e-6 * least + 3e-6;

        if (least > 0 && s->answer.any_capacity) {
            assert_near((double)s->answer.worst_ppm / 1e6, least, slack + 1e-5 * least);
            assert_near((double)s->answer.bound_ppm / 1e6, least, slack);
            assert_true(s->answer.exact);
        }
        assert_true((double)s->answer.bound_ppm / 1e6 <= least * (1 + 1e-7) + 1e-9);
        close_case(s);
    }
}

static void a_coarse_gap_is_kept(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < share_of(SEEDS); seed++) {
        struct small *s = open_case(seed, true);

        s->request.gap_ppm = 10000;
        s->request.paths_max = (uint32_t)(seed % 4);
        place_all(s);
        assert_loads(s);
        assert_true(s->answer.bound_ppm <= s->answer.worst_ppm);
        if (s->request.paths_max == 0)
            assert_true((double)s->answer.worst_ppm <= 1.0101 * (double)s->answer.bound_ppm + 2);
        close_case(s);
    }
}

/* The header's sum, in whole numbers where nothing stays on the IGP. */
static void prices_certify_the_bound(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < share_of(SEEDS); seed++) {
        struct small *s = open_case(seed, false);
        struct left left = left_to(s, SENSITIVE, CP_NONE);
        struct costs c;
        double paid = 0, whole = 0;

        for (uint32_t d = 0; d < s->c.demand_count; d++)
            s->demand_treatment[d] = SENSITIVE;
        place_all(s);
        all_costs(s, &left, s->answer.prices, &c);
        for (uint32_t d = 0; d < s->c.demand_count; d++)
            if (c.of[source(s, d)][target(s, d)] < FAR)
                paid += bandwidth(s, d) * (double)c.of[source(s, d)][target(s, d)];
        for (uint32_t e = 0; e < s->end_count; e++) {
            uint64_t bps = s->links[s->net.graph.end_link[e]].capacity_bps;

            assert_true(bps != CP_BPS_NONE || s->answer.prices[e] == 0);
            whole += bps == CP_BPS_NONE ? 0 : (double)bps * (double)s->answer.prices[e];
        }
        assert_true((double)s->answer.bound_ppm * whole <= paid * 1e6 * (1 + 1e-12));
        assert_true((double)(s->answer.bound_ppm + 2) * whole >= paid * 1e6);
        close_case(s);
    }
}

static void same_question_same_answer(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < share_of(100); seed++) {
        struct small *a = open_case(seed, true);
        struct small *b = open_case(seed, true);

        a->request.move = b->request.move = (cp_move)(seed % CP_MOVE_COUNT);
        a->request.moves_max = b->request.moves_max = 1;
        place_all(a);
        place_all(b);
        assert_memory_equal(a->answer.load_bps, b->answer.load_bps, 8 * (size_t)a->end_count);
        assert_memory_equal(a->answer.prices, b->answer.prices, 8 * (size_t)a->end_count);
        assert_int_equal(a->answer.bound_ppm, b->answer.bound_ppm);
        close_case(a);
        close_case(b);
    }
}

static uint32_t ordinary_bits(const struct small *s)
{
    uint32_t bits = 0;

    for (uint32_t d = 0; d < s->c.demand_count; d++)
        bits |= (uint32_t)(s->demand_treatment[d] == ORDINARY) << d;
    return bits;
}

static uint32_t count_bits(uint32_t bits)
{
    uint32_t count = 0;

    for (; bits != 0; bits &= bits - 1)
        count++;
    return count;
}

static void no_more_move_than_may_and_the_bound_holds_for_any_choice(void **state)
{
    double over = 0;
    uint32_t cases = 0;

    (void)state;
    for (uint64_t seed = 0; seed < share_of(SOME_SEEDS); seed++) {
        struct small *s = open_case(seed, false);
        uint32_t bits = ordinary_bits(s);

        s->request.move = CP_MOVE_SOME;
        s->request.moves_max = 1 + (uint32_t)(seed % 2);
        if (bits == 0 || count_bits(bits) > 5) {
            close_case(s);
            continue;
        }
        place_all(s);
        assert_loads(s);
        assert_true(s->answer.moved_count <= s->request.moves_max);
        double least = exact(s, CP_NONE, 0);

        for (uint32_t some = bits; some != 0; some = (some - 1) & bits)
            if (count_bits(some) <= s->request.moves_max) {
                double with = exact(s, CP_NONE, some);

                least = with < least ? with : least;
            }
        assert_true((double)s->answer.bound_ppm / 1e6 <= least * (1 + 1e-7) + 1e-9);
        assert_true((double)s->answer.worst_ppm / 1e6 >= least * (1 - 1e-7) - 1e-9);
        over += least > 0 ? (double)s->answer.worst_ppm / 1e6 / least - 1 : 0;
        cases++;
        close_case(s);
    }
    assert_true(cases > 50 || !is_whole());
    assert_true(over / cases < 0.02); /* on average; which to move is a guess */
}

static bool is_hit(const struct small *s, const struct cp_path *path, uint32_t failure)
{
    bool hit = false;

    for (uint32_t i = 0; i < path->link_count; i++)
        hit = hit || path->links[i] == failure;
    for (uint32_t i = 0; i <= path->link_count; i++)
        hit = hit || s->c.link_count + path->nodes[i] == failure;
    return hit;
}

/* What the header says of failures, slowly: what is hit is placed anew for the least load. */
static double after(const struct small *s, uint32_t failure)
{
    double placed[SMALL_DEMANDS] = {0}, stays[SMALL_DEMANDS] = {0}, base[SMALL_ENDS] = {0};

    for (uint32_t d = 0; d < s->c.demand_count; d++) {
        const struct cp_placement *p = &s->answer.placements[d];

        if (p->placed && p->path_count == 0)
            stays[d] = bandwidth(s, d);
        for (uint32_t i = 0; i < p->path_count; i++) {
            double bps = bandwidth(s, d) * p->paths[i].share_ppm / 1e6;

            if (!is_hit(s, &p->paths[i].path, failure))
                add_path(s, &p->paths[i].path, bps, base);
            else
                (p->sensitive ? placed : stays)[d] += bps;
        }
    }
    igp_load(s, failure, stays, base);
    return least_worst(s, failure, placed, base);
}

static void after_failures_what_is_hit_is_placed_for_the_least_load(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < share_of(FAILING_SEEDS); seed++) {
        struct small *s = open_case(seed, false);
        uint32_t failures[SMALL_LINKS + SMALL_NODES];
        double worst = 0, bound = 0;

        s->request.failures = failures;
        s->request.failure_count = s->c.link_count + s->c.node_count;
        s->request.move = seed % 3 == 0 ? CP_MOVE_ALL : CP_MOVE_NONE;
        for (uint32_t i = 0; i < s->request.failure_count; i++)
            failures[i] = i;
        place_all(s);
        for (uint32_t i = 0; s->answer.any_capacity && i < s->request.failure_count; i++) {
            double now = after(s, i);
            double best = exact(s, i, s->request.move == CP_MOVE_ALL ? UINT32_MAX : 0);

            worst = now > worst ? now : worst;
            bound = best > bound ? best : bound;
        }
        assert_near((double)s->answer.worst_failed_ppm / 1e6, worst, 1e-5 * worst + 3e-6);
        assert_true((double)s->answer.bound_failed_ppm / 1e6 <= bound * (1 + 1e-7) + 1e-9);
        close_case(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(placements_reach_the_multicommodity_optimum_and_prove_it),
        cmocka_unit_test(a_coarse_gap_is_kept),
        cmocka_unit_test(prices_certify_the_bound),
        cmocka_unit_test(same_question_same_answer),
        cmocka_unit_test(no_more_move_than_may_and_the_bound_holds_for_any_choice),
        cmocka_unit_test(after_failures_what_is_hit_is_placed_for_the_least_load),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
