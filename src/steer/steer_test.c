#include "world.h"

#include <stdio.h>

static void systems_refuse_what_they_cannot_take(void **state)
{
    static const struct {
        cp_system system;
        cp_plane plane;
        const char *why;
    } cases[] = {{CP_SYSTEM_FRR, CP_PLANE_SRV6, "labels alone"},
                 {CP_SYSTEM_IOS_XR, CP_PLANE_SRV6, "micro-SIDs"},
                 {CP_SYSTEM_JUNOS, CP_PLANE_SRV6, "micro-SIDs"},
                 {CP_SYSTEM_SR_OS, CP_PLANE_SRV6, "SRv6 policies are not written"}};
    struct world *w = *state;

    for (size_t i = 0; i < CP_COUNT(cases); i++) {
        begin(w, cases[i].system, cases[i].plane);
        sample_usual(&w->s);
        make(w);
        assert_int_equal(w->steer.output_count, 0);
        assert_true(warns(w, false, cases[i].why));
        assert_true(warns(w, true, "its traffic takes the ordinary route"));
    }
}

static void linux_leaves_labels_to_others(void **state)
{
    struct world *w = *state;

    begin(w, CP_SYSTEM_LINUX, CP_PLANE_SR_MPLS);
    sample_usual(&w->s);
    make(w);
    assert_int_equal(w->steer.output_count, 0);
    assert_true(warns(w, false, "SRv6 alone"));
    assert_true(warns(w, true, "its traffic takes the ordinary route"));
}

static void linux_stops_what_has_no_list(void **state)
{
    struct world *w = *state;
    uint32_t d = 0;

    begin(w, CP_SYSTEM_LINUX, CP_PLANE_SRV6);
    d = sample_usual(&w->s);
    for (uint32_t i = 0; i < 4; i++)
        w->s.segments[d][i][1].sid.known = false;
    w->s.nodes[0].loopback = CP_TEXT("10.0.0.1");
    make(w);
    assert_int_equal(w->steer.output_count, 2);
    assert_true(
        has(w->steer.outputs[0].text, "rule $((PREFERENCE + 4)) -6 to fcff:3::1 lookup 20000"));
    assert_true(
        has(w->steer.outputs[1].text, "rule $((PREFERENCE + 4)) -4 to 10.0.0.1 lookup 20000"));
    assert_false(has(w->steer.outputs[0].text, "encap seg6"));
    assert_true(warns(w, false, "its traffic is stopped"));
}

static void a_demand_without_a_way_is_stopped_or_warned_of(void **state)
{
    struct world *w = *state;

    begin(w, CP_SYSTEM_LINUX, CP_PLANE_SRV6);
    sample_demand(&w->s, "lost", 0, 2);
    make(w);
    assert_int_equal(w->steer.output_count, 2);
    assert_true(has(w->steer.outputs[1].text, "-6 to fcff:1::1 lookup 20000"));
    w->request.system = CP_SYSTEM_IOS_XR;
    make(w);
    assert_int_equal(w->steer.output_count, 0);
    assert_int_equal(w->steer.warning_count, 2);
    assert_true(w->steer.warnings[0].leak && w->steer.warnings[1].leak);
    assert_int_equal(w->steer.warnings[0].demand, 0);
}

static void a_demand_without_a_way_back_is_stopped_there_or_warned_of(void **state)
{
    struct world *w = *state;
    uint32_t d = 0;

    begin(w, CP_SYSTEM_LINUX, CP_PLANE_SRV6);
    d = sample_demand(&w->s, "d1", 0, 2);
    sample_path(&w->s, d, CP_ROLE_PRIMARY, CP_SEGMENT_ADJACENCY, "abc");
    make(w);
    assert_int_equal(w->steer.output_count, 2);
    assert_true(has(w->steer.outputs[1].text, "-6 to fcff:1::1 lookup 20000"));
    assert_false(has(w->steer.outputs[1].text, "encap seg6"));
    begin(w, CP_SYSTEM_IOS_XR, CP_PLANE_SR_MPLS);
    d = sample_demand(&w->s, "d1", 0, 2);
    sample_path(&w->s, d, CP_ROLE_PRIMARY, CP_SEGMENT_ADJACENCY, "abc");
    make(w);
    assert_int_equal(w->steer.output_count, 1);
    assert_true(warns(w, true, "no list can be written: its traffic takes the ordinary route"));
}

static void nothing_is_written_without_a_sid(void **state)
{
    struct world *w = *state;
    uint32_t d = 0;

    begin(w, CP_SYSTEM_FRR, CP_PLANE_SR_MPLS);
    d = sample_usual(&w->s);
    w->s.segments[d][0][1].sid.known = false;
    w->s.segments[d][2][0].sid.label = 15; /* RFC 3032 2.1: reserved */
    w->s.segments[d][1][0].sid.label = 1048575;
    w->s.segments[d][3][0].sid.label = 1048576;
    make(w);
    assert_int_equal(w->steer.output_count, 1);
    assert_int_equal(w->steer.outputs[0].node, 2);
    assert_true(has(w->steer.outputs[0].text, "mpls label 1048575"));
    assert_false(has(w->steer.outputs[0].text, "preference 100"));
    assert_true(warns(w, false, "has no SID"));
    assert_true(warns(w, true, "no list can be written"));
}

static void nothing_is_written_without_an_address(void **state)
{
    struct world *w = *state;

    begin(w, CP_SYSTEM_FRR, CP_PLANE_SR_MPLS);
    sample_usual(&w->s);
    w->s.nodes[2].loopback = CP_TEXT("10.0.0.3/24");
    make(w);
    assert_int_equal(w->steer.output_count, 1);
    assert_int_equal(w->steer.outputs[0].node, 2);
    assert_true(warns(w, true, "no loopback address"));
}

static void a_headend_too_shallow_gets_nothing(void **state)
{
    struct world *w = *state;

    begin(w, CP_SYSTEM_FRR, CP_PLANE_SR_MPLS);
    sample_usual(&w->s);
    w->s.candidates[0][0].segments.at = NULL;
    make(w);
    assert_true(warns(w, false, "cannot push"));
    assert_true(warns(w, false, "takes the backup") == false);
    assert_false(has(w->steer.outputs[0].text, "preference 200"));
    assert_true(has(w->steer.outputs[0].text, "preference 100"));
}

static void demands_alike_share_a_policy(void **state)
{
    struct world *w = *state;

    begin(w, CP_SYSTEM_FRR, CP_PLANE_SR_MPLS);
    sample_usual(&w->s);
    sample_usual(&w->s);
    make(w);
    assert_true(has(w->steer.outputs[0].text, "for demands \"d1\", \"d1\"\n"));
    assert_false(has(w->steer.outputs[0].text, "color 101"));
}

static void demands_that_differ_have_colours_of_their_own(void **state)
{
    struct world *w = *state;
    uint32_t d = 0;

    begin(w, CP_SYSTEM_FRR, CP_PLANE_SR_MPLS);
    w->s.judge.treatment_count = 2;
    sample_usual(&w->s);
    d = sample_demand(&w->s, "d2", 0, 2);
    sample_path(&w->s, d, CP_ROLE_PRIMARY, CP_SEGMENT_ADJACENCY, "aec");
    d = sample_demand(&w->s, "d3", 0, 2);
    w->s.demand_treatment[d] = 1;
    sample_path(&w->s, d, CP_ROLE_PRIMARY, CP_SEGMENT_ADJACENCY, "aec");
    make(w);
    assert_true(
        has(w->steer.outputs[0].text, "cp-100-n2: colour 100, to \"c\", for demand \"d1\""));
    assert_true(
        has(w->steer.outputs[0].text, "cp-101-n2: colour 101, to \"c\", for demand \"d3\""));
    assert_true(
        has(w->steer.outputs[0].text, "cp-102-n2: colour 102, to \"c\", for demand \"d2\""));
    assert_true(warns(w, false, "a colour of its own"));
}

static void ordinary_routing_needs_no_policy(void **state)
{
    struct world *w = *state;
    uint32_t d = 0;

    begin(w, CP_SYSTEM_FRR, CP_PLANE_SR_MPLS);
    d = sample_demand(&w->s, "plain", 0, 2);
    sample_path(&w->s, d, CP_ROLE_PRIMARY, CP_SEGMENT_NODE, "adc");
    w->s.results[d].covered = false;
    make(w);
    assert_int_equal(w->steer.output_count, 0);
    sample_path(&w->s, d, CP_ROLE_PRIMARY, CP_SEGMENT_ADJACENCY, "abc");
    make(w);
    assert_int_equal(w->steer.output_count, 1);
}

static void colours_do_not_wrap(void **state)
{
    struct world *w = *state;

    begin(w, CP_SYSTEM_FRR, CP_PLANE_SR_MPLS);
    sample_usual(&w->s);
    w->request.colour = UINT32_MAX;
    make(w);
    assert_true(has(w->steer.outputs[0].text, "color 4294967295"));
    w->s.judge.treatment_count = 2;
    assert_int_equal(cp_steer_make(&w->s.answer, &w->request, w->arena, &w->steer), CP_ERR_RANGE);
    w->s.judge.treatment_count = 1;
    sample_path(&w->s, sample_demand(&w->s, "d2", 0, 2), CP_ROLE_PRIMARY, CP_SEGMENT_ADJACENCY,
                "aec");
    assert_int_equal(cp_steer_make(&w->s.answer, &w->request, w->arena, &w->steer), CP_ERR_RANGE);
}

static void instances_are_plain_words(void **state)
{
    struct world *w = *state;

    begin(w, CP_SYSTEM_FRR, CP_PLANE_SR_MPLS);
    put_all(w);
    w->request.isis = CP_TEXT("CORE");
    make(w);
    assert_true(has(w->steer.outputs[0].text, "router isis CORE\n"));
    w->request.isis = CP_TEXT("CORE\nno router isis CORE");
    assert_int_equal(cp_steer_make(&w->s.answer, &w->request, w->arena, &w->steer),
                     CP_ERR_MALFORMED);
    w->request.isis = CP_TEXT("CORE");
    w->request.system = CP_SYSTEM_SR_OS;
    assert_int_equal(cp_steer_make(&w->s.answer, &w->request, w->arena, &w->steer),
                     CP_ERR_MALFORMED);
}

/* Whether a line is a comment of the system. */
static bool is_comment(const char *line)
{
    return line[0] == '!' || line[0] == '#';
}

static void assert_lines_hold(cp_text text)
{
    const char *line = text.at;

    while (*line != '\0') {
        size_t len = strcspn(line, "\n");

        for (size_t i = 0; i + 4 <= len && !is_comment(line); i++)
            assert_memory_not_equal(line + i, "EVIL", 4);
        for (size_t i = 0; i < len; i++)
            assert_true(line[i] >= ' ' && line[i] <= '~' && line[i] != '?');
        line += len + 1;
    }
}

static void hostile_names_stay_in_comments(void **state)
{
    static const char evil[] = "x\nEVIL\r\"; $(EVIL) `EVIL` ' */ EVIL?\t\\\nEVIL \xe2\x80\xae\x01";
    struct world *w = *state;

    for (uint32_t system = 0; system < CP_SYSTEM_COUNT; system++) {
        begin(w, (cp_system)system, system == CP_SYSTEM_LINUX ? CP_PLANE_SRV6 : CP_PLANE_SR_MPLS);
        put_all(w);
        for (uint32_t i = 0; i < SAMPLE_NODES; i++)
            w->s.nodes[i].id = CP_TEXT(evil);
        for (uint32_t i = 0; i < 2 * SAMPLE_LINKS; i++)
            w->s.ends[i].port = CP_TEXT(evil);
        w->s.demands[0].id = CP_TEXT(evil);
        w->s.nodes[1].loopback = CP_TEXT(evil);
        make(w);
        assert_true(w->steer.output_count > 0);
        for (uint32_t i = 0; i < w->steer.output_count; i++)
            assert_lines_hold(w->steer.outputs[i].text);
        if (system != CP_SYSTEM_LINUX)
            assert_true(warns(w, false, "are no plain words"));
    }
}

/* Bytes that act somewhere, and some that do not. */
static cp_text random_name(struct world *w, uint64_t *seed)
{
    static const char bytes[] = "ab1.-/:_ \t\r\n\"'`$(){}[]<>|&;!#?*\\~%^=,\x01\x7f\xc3\xa9\xff";
    char *at = CP_TAKE(w->arena, 80, char); /* a zero stays behind */
    size_t len = 0;

    assert_non_null(at);
    for (; len < 60; len++) {
        *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        at[len] = bytes[(*seed >> 33) % (sizeof(bytes) - 1)];
        if ((*seed >> 58) == 0)
            break;
    }
    memcpy(at + len, "EVIL", 4);
    return (cp_text){at, len + 4};
}

static void no_name_reaches_a_configuration(void **state)
{
    struct world *w = *state;
    uint64_t seed = 1;

    for (uint32_t i = 0; i < 1000; i++) {
        cp_arena_mark mark = cp_arena_mark_get(w->arena);
        uint32_t system = i % CP_SYSTEM_COUNT;

        begin(w, (cp_system)system, system == CP_SYSTEM_LINUX ? CP_PLANE_SRV6 : CP_PLANE_SR_MPLS);
        put_all(w);
        for (uint32_t n = 0; n < SAMPLE_NODES; n++)
            w->s.nodes[n].id = random_name(w, &seed);
        for (uint32_t e = 0; e < 2 * SAMPLE_LINKS; e++) {
            cp_text port = random_name(w, &seed);

            /* A port that is a plain word may be written, so such a one is not evil. */
            if (strcspn(port.at, " \t\r\n\"'`$(){}[]<>|&;!#?*\\~%^=,\x01\x7f\xc3\xa9\xff") <
                port.len)
                w->s.ends[e].port = port;
        }
        w->s.demands[0].id = random_name(w, &seed);
        w->s.nodes[1].loopback = random_name(w, &seed);
        make(w);
        assert_true(w->steer.output_count > 0);
        for (uint32_t o = 0; o < w->steer.output_count; o++)
            assert_lines_hold(w->steer.outputs[o].text);
        cp_arena_reset(w->arena, mark);
    }
}

static void two_routers_with_one_address_get_nothing(void **state)
{
    struct world *w = *state;

    for (uint32_t system = 0; system < CP_SYSTEM_COUNT; system++) {
        begin(w, (cp_system)system, system == CP_SYSTEM_LINUX ? CP_PLANE_SRV6 : CP_PLANE_SR_MPLS);
        sample_usual(&w->s);
        w->s.nodes[3].loopback =
            system == CP_SYSTEM_LINUX ? CP_TEXT("FCFF:3:0::1") : CP_TEXT("10.0.0.3");
        make(w);
        assert_int_equal(w->steer.output_count, 1);
        assert_int_equal(w->steer.outputs[0].node, 2);
        assert_true(warns(w, true, "stated for another router too"));
    }
}

static void same_answer_same_text(void **state)
{
    struct world *w = *state;
    cp_text first = {0};

    for (uint32_t system = 0; system < CP_SYSTEM_COUNT; system++) {
        begin(w, (cp_system)system, system == CP_SYSTEM_LINUX ? CP_PLANE_SRV6 : CP_PLANE_SR_MPLS);
        put_all(w);
        sample_usual(&w->s);
        make(w);
        first = joined(w);
        make(w);
        assert_true(cp_text_eq(first, joined(w)));
    }
}

static void every_lack_of_memory_is_told(void **state)
{
    struct world *w = *state;

    for (uint32_t system = 0; system < CP_SYSTEM_COUNT; system++) {
        cp_err err = CP_ERR_NOMEM;

        begin(w, (cp_system)system, system == CP_SYSTEM_LINUX ? CP_PLANE_SRV6 : CP_PLANE_SR_MPLS);
        put_all(w);
        for (uint64_t takes = 0; err == CP_ERR_NOMEM; takes++) {
            struct cp_arena *arena = cp_arena_open(SIZE_MAX);

            assert_true(takes < 10000);
            cp_arena_fail_after(arena, takes);
            err = cp_steer_make(&w->s.answer, &w->request, arena, &w->steer);
            cp_arena_close(arena);
        }
        assert_int_equal(err, CP_OK);
    }
}

static void systems_have_names_and_ends(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < CP_SYSTEM_COUNT; i++) {
        const struct cp_system_ends *ends = cp_system_ends_get((cp_system)i);

        assert_int_equal(cp_system_find(cp_text_of(cp_system_name((cp_system)i))), i);
        assert_non_null(ends->release);
        assert_true((ends->how == CP_ENDS_CLOSED) == (ends->closing != NULL));
    }
    assert_int_equal(cp_system_find(CP_TEXT("cisco")), CP_SYSTEM_COUNT);
}

static void assert_page_says(const char *page, const char *sentence)
{
    if (sentence != NULL)
        assert_non_null(strstr(page, sentence));
}

static void the_manual_says_what_becomes_of_traffic(void **state)
{
    static char page[65536];
    FILE *file = fopen("docs/man/cleanpath-steer.7", "r");

    (void)state;
    assert_non_null(file);
    page[fread(page, 1, sizeof(page) - 1, file)] = '\0';
    assert_int_equal(fclose(file), 0);
    for (uint32_t i = 0; i < CP_SYSTEM_COUNT; i++) {
        const struct cp_system_ends *ends = cp_system_ends_get((cp_system)i);

        assert_page_says(page, ends->product);
        assert_page_says(page, ends->release);
        assert_page_says(page, ends->closing);
        assert_page_says(page, ends->leak);
        assert_page_says(page, ends->bind);
    }
}

static void designs_with_too_high_a_bit_are_refused(void **state)
{
    struct world *w = *state;
    struct cp_flexalgo_design design = {0};

    begin(w, CP_SYSTEM_JUNOS, CP_PLANE_SR_MPLS);
    put_all(w);
    design = w->request.designs[0];
    w->request.designs = &design;
    design.affinity_bit = 31;
    make(w);
    assert_true(has(w->steer.outputs[0].text, "admin-groups cp-a128 31"));
    design.affinity_bit = 32;
    make(w);
    assert_false(has(w->steer.outputs[0].text, "admin-groups"));
    assert_true(warns(w, false, "bit is higher"));
}

static void links_without_ports_are_named(void **state)
{
    struct world *w = *state;
    struct cp_flexalgo_design design = {0};

    begin(w, CP_SYSTEM_FRR, CP_PLANE_SR_MPLS);
    put_all(w);
    w->s.links[0].id = CP_TEXT("l?0");
    w->s.ends[0].port = CP_TEXT("e b");
    make(w);
    assert_true(has(w->steer.outputs[0].text, "known: link \"l\\u{3f}0\"\n"));
    assert_false(has(w->steer.outputs[0].text, "interface e"));
    assert_true(has(w->steer.outputs[1].text, "interface e-a\n"));
    assert_true(warns(w, false, "does not use them"));
    design = w->request.designs[0];
    design.kind = CP_FLEXALGO_EXCLUDE;
    w->request.designs = &design;
    make(w);
    assert_true(has(w->steer.outputs[0].text, "affinity exclude-any cp-a128"));
    assert_true(warns(w, true, "may use them"));
}

/* So many policies from a to c: their lists differ in their shares alone. */
static void put_many(struct world *w, uint32_t count)
{
    uint32_t d = sample_demand(&w->s, "d1", 0, 2);
    const struct cp_candidate like =
        *sample_path(&w->s, d, CP_ROLE_PRIMARY, CP_SEGMENT_ADJACENCY, "abc");
    struct cp_demand *demands = CP_TAKE(w->arena, count, struct cp_demand);
    struct cp_route_result *results = CP_TAKE(w->arena, count, struct cp_route_result);
    struct cp_candidate *candidates = CP_TAKE(w->arena, count, struct cp_candidate);
    uint32_t *treatment = CP_TAKE(w->arena, count, uint32_t);

    assert_true(demands != NULL && results != NULL && candidates != NULL && treatment != NULL);
    for (uint32_t i = 0; i < count; i++) {
        demands[i] = w->s.demands[d];
        candidates[i] = like;
        candidates[i].share_ppm = i + 1;
        results[i] = (struct cp_route_result){
            .covered = true, .candidates = &candidates[i], .candidate_count = 1};
    }
    w->s.c.demands = demands;
    w->s.c.demand_count = count;
    w->s.answer.results = results;
    w->s.judge.demand_treatment = treatment;
}

static void a_script_gives_no_number_twice(void **state)
{
    struct world *w = *state;

    begin(w, CP_SYSTEM_LINUX, CP_PLANE_SRV6);
    put_many(w, 9999);
    make(w);
    assert_true(has(w->steer.outputs[0].text, "ip nexthop replace id 29999 group"));
    assert_true(has(w->steer.outputs[0].text, "ip -6 nexthop replace id 39998 encap"));
    begin(w, CP_SYSTEM_LINUX, CP_PLANE_SRV6);
    put_many(w, 10000);
    make(w);
    assert_false(has(w->steer.outputs[0].text, "nexthop replace"));
    assert_true(has(w->steer.outputs[0].text, "exit 1\n"));
    assert_true(warns(w, true, "more policies or lists at one router"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(systems_refuse_what_they_cannot_take),
        TEST(linux_leaves_labels_to_others),
        TEST(linux_stops_what_has_no_list),
        TEST(a_demand_without_a_way_is_stopped_or_warned_of),
        TEST(a_demand_without_a_way_back_is_stopped_there_or_warned_of),
        TEST(a_script_gives_no_number_twice),
        TEST(nothing_is_written_without_a_sid),
        TEST(nothing_is_written_without_an_address),
        TEST(a_headend_too_shallow_gets_nothing),
        TEST(demands_alike_share_a_policy),
        TEST(demands_that_differ_have_colours_of_their_own),
        TEST(ordinary_routing_needs_no_policy),
        TEST(colours_do_not_wrap),
        TEST(instances_are_plain_words),
        TEST(hostile_names_stay_in_comments),
        TEST(no_name_reaches_a_configuration),
        TEST(two_routers_with_one_address_get_nothing),
        TEST(same_answer_same_text),
        TEST(every_lack_of_memory_is_told),
        TEST(systems_have_names_and_ends),
        TEST(the_manual_says_what_becomes_of_traffic),
        TEST(links_without_ports_are_named),
        TEST(designs_with_too_high_a_bit_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
