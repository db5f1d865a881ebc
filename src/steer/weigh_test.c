#include "world.h"

#include "plan.h"

static void put_shares(struct world *w, uint32_t first, uint32_t second)
{
    uint32_t d = sample_demand(&w->s, "d1", 0, 2);

    w->s.demands[d].bandwidth_bps = 1000000000;
    sample_path(&w->s, d, CP_ROLE_PRIMARY, CP_SEGMENT_ADJACENCY, "abc")->share_ppm = first;
    sample_path(&w->s, d, CP_ROLE_PRIMARY, CP_SEGMENT_ADJACENCY, "aec")->share_ppm = second;
    sample_path(&w->s, d, CP_ROLE_PRIMARY, CP_SEGMENT_ADJACENCY, "cba")->direction = CP_REVERSE;
}

static void weights_are_the_shares_where_they_go_so_far(void **state)
{
    static const struct {
        cp_system system;
        const char *first, *second;
    } exact[] = {{CP_SYSTEM_IOS_XR, " weight 562501\n", " weight 437499\n"},
                 {CP_SYSTEM_SR_OS, " weight 562501\n", " weight 437499\n"}};
    struct world *w = *state;

    for (size_t i = 0; i < CP_COUNT(exact); i++) {
        begin(w, exact[i].system, CP_PLANE_SR_MPLS);
        put_shares(w, 562501, 437499);
        make(w);
        assert_true(has(w->steer.outputs[0].text, exact[i].first));
        assert_true(has(w->steer.outputs[0].text, exact[i].second));
        assert_false(warns(w, false, "its share of"));
        begin(w, exact[i].system, CP_PLANE_SR_MPLS);
        put_shares(w, 999000, 1000); /* 0.10 % */
        make(w);
        assert_true(has(w->steer.outputs[0].text, " weight 999\n"));
        assert_true(has(w->steer.outputs[0].text, " weight 1\n"));
        assert_false(warns(w, false, "its share of"));
    }
}

static void a_share_that_weights_change_is_named(void **state)
{
    struct world *w = *state;

    begin(w, CP_SYSTEM_LINUX, CP_PLANE_SRV6);
    put_shares(w, 999000, 1000);
    make(w);
    assert_true(has(w->steer.outputs[0].text, "use_1 30000,255/30001,1\n"));
    assert_true(warns(w, false, "path 2 of it: its share of 0.1000 % has become 0.3906 %"));
    assert_int_equal(w->steer.warnings[0].link, CP_NONE);
    begin(w, CP_SYSTEM_LINUX, CP_PLANE_SRV6);
    put_shares(w, 666667, 333333);
    make(w);
    assert_true(has(w->steer.outputs[0].text, "use_1 30000,254/30001,127\n"));
    assert_false(warns(w, false, "its share of"));
}

/* The links of the sample have a capacity; what the placement loads is what the shares are. */
static void put_loads(struct world *w, uint64_t small_bps)
{
    static struct cp_capacity_answer capacity;
    uint64_t *loads = CP_TAKE(w->arena, (size_t)2 * SAMPLE_LINKS, uint64_t);

    assert_non_null(loads);
    for (uint32_t l = 0; l < SAMPLE_LINKS; l++)
        w->s.links[l].capacity_bps = l == 4 ? small_bps : 10000000000;
    for (uint32_t e = 0; e < 2 * SAMPLE_LINKS; e++)
        loads[e] = w->s.net.graph.end_link[e] == 4 ? 1000000 : 0;
    w->s.links[5].capacity_bps = CP_BPS_NONE;
    capacity = (struct cp_capacity_answer){.load_bps = loads};
    w->s.answer.capacity = &capacity;
}

static const struct cp_steer_warning *warning_of(const struct world *w, uint32_t link)
{
    const struct cp_steer_warning *found = NULL;

    for (uint32_t i = 0; i < w->steer.warning_count && found == NULL; i++)
        if (w->steer.warnings[i].link == link)
            found = &w->steer.warnings[i];
    return found;
}

static void a_link_that_weights_overload_is_named(void **state)
{
    struct world *w = *state;

    begin(w, CP_SYSTEM_LINUX, CP_PLANE_SRV6);
    put_shares(w, 999000, 1000);
    put_loads(w, 3906249);
    make(w);
    assert_non_null(warning_of(w, 4));
    assert_true(has(warning_of(w, 4)->sentence, "the link may carry 3906250 b/s"));
    assert_true(has(warning_of(w, 4)->sentence, "its share of 0.1000 % has become 0.3906 %"));
    assert_null(warning_of(w, 5));
    put_loads(w, 3906250); /* just enough */
    make(w);
    assert_null(warning_of(w, 4));
    begin(w, CP_SYSTEM_IOS_XR, CP_PLANE_SR_MPLS);
    put_shares(w, 999000, 1000);
    put_loads(w, 1000000);
    make(w);
    assert_null(warning_of(w, 4));
}

static void paths_that_do_not_share_overload_a_link_by_name(void **state)
{
    struct world *w = *state;

    begin(w, CP_SYSTEM_FRR, CP_PLANE_SR_MPLS);
    put_shares(w, 400000, 600000);
    put_loads(w, 10000000000);
    w->s.links[1].capacity_bps = 500000000;
    make(w);
    assert_non_null(warning_of(w, 1));
    assert_true(has(warning_of(w, 1)->sentence, "its share of 40.0000 % has become 100.0000 %"));
    assert_null(warning_of(w, 0));
}

/* What a placement moves of ordinary traffic: one way, and no leak where it is lost. */
static uint32_t put_moved(struct world *w)
{
    uint32_t d = sample_demand(&w->s, "moved", 0, 2);

    w->s.results[d].covered = false;
    sample_path(&w->s, d, CP_ROLE_PRIMARY, CP_SEGMENT_ADJACENCY, "abc")->share_ppm = 700000;
    sample_path(&w->s, d, CP_ROLE_PRIMARY, CP_SEGMENT_ADJACENCY, "aec")->share_ppm = 300000;
    return d;
}

static uint32_t leaks(const struct world *w)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < w->steer.warning_count; i++)
        count += w->steer.warnings[i].leak ? 1 : 0;
    return count;
}

static void ordinary_traffic_that_moves_has_a_policy_one_way_and_no_leak(void **state)
{
    struct world *w = *state;

    for (uint32_t system = 0; system < CP_SYSTEM_COUNT; system++) {
        begin(w, (cp_system)system, system == CP_SYSTEM_LINUX ? CP_PLANE_SRV6 : CP_PLANE_SR_MPLS);
        put_moved(w);
        w->s.demands[0].dst.count = 1;
        make(w);
        assert_int_equal(w->steer.output_count, 1);
        assert_int_equal(w->steer.outputs[0].node, 0);
        assert_int_equal(leaks(w), 0);
        assert_false(has(w->steer.outputs[0].text, "    path-invalidation drop"));
        assert_false(has(w->steer.outputs[0].text, "resolution-ribs"));
        w->s.nodes[2].loopback = CP_TEXT("");
        make(w);
        assert_int_equal(w->steer.output_count, 0);
        assert_int_equal(leaks(w), 0);
    }
}

static void ordinary_traffic_without_a_list_is_not_stopped(void **state)
{
    struct world *w = *state;
    uint32_t d = 0;

    begin(w, CP_SYSTEM_LINUX, CP_PLANE_SRV6);
    d = put_moved(w);
    w->s.segments[d][0][1].sid.known = w->s.segments[d][1][1].sid.known = false;
    make(w);
    assert_int_equal(w->steer.output_count, 0);
    assert_int_equal(leaks(w), 0);
    assert_true(warns(w, false, "its traffic takes the ordinary route"));
}

/* In millionths of itself, of the share that changes most. */
static uint64_t change(const uint32_t share[2], const uint32_t weight[2])
{
    uint64_t worst = 0;

    for (uint32_t i = 0; i < 2; i++) {
        uint64_t is = (uint64_t)weight[i] * (share[0] + share[1]);
        uint64_t was = (uint64_t)share[i] * (weight[0] + weight[1]);
        uint64_t differs = is > was ? is - was : was - is;

        worst = differs * 1000000 / was > worst ? differs * 1000000 / was : worst;
    }
    return worst;
}

static uint64_t least_change(const uint32_t share[2])
{
    uint64_t least = UINT64_MAX;

    for (uint32_t a = 1; a < 256; a++) {
        for (uint32_t b = 1; b < 256; b++) {
            uint64_t got = change(share, (const uint32_t[]){a, b});

            least = got < least ? got : least;
        }
    }
    return least;
}

static void no_other_weights_of_two_paths_change_shares_less(void **state)
{
    struct world *w = *state;
    struct steer_work work = {.request = &w->request};
    uint64_t seed = 1;

    w->request.system = CP_SYSTEM_LINUX;
    for (uint32_t i = 0; i < 60; i++) {
        uint32_t share[2] = {0};
        uint32_t weight[2] = {0};
        struct cp_candidate a = {0};
        struct cp_candidate b = {0};

        seed = seed * UINT64_C(6364136223846793005) + 1;
        share[0] = (uint32_t)(1 + (seed >> 33) % (i % 2 == 0 ? 999998 : 20000));
        share[1] = 1000000 - share[0];
        a.share_ppm = share[0];
        b.share_ppm = share[1];
        cp_steer_weigh(&work, (const struct cp_candidate *const[]){&a, &b}, 2, weight);
        assert_in_range(weight[0], 1, 255);
        assert_in_range(weight[1], 1, 255);
        assert_int_equal(change(share, weight), least_change(share));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(weights_are_the_shares_where_they_go_so_far),
        TEST(no_other_weights_of_two_paths_change_shares_less),
        TEST(a_share_that_weights_change_is_named),
        TEST(a_link_that_weights_overload_is_named),
        TEST(paths_that_do_not_share_overload_a_link_by_name),
        TEST(ordinary_traffic_that_moves_has_a_policy_one_way_and_no_leak),
        TEST(ordinary_traffic_without_a_list_is_not_stopped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
