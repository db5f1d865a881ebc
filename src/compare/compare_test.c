#include "compare_trial.h"

/* Devices, and what is stated of them. */

static void empty_cases_do_not_differ(void **state)
{
    struct trial t = trial_open();

    (void)state;
    compare(&t);
    ASSERT_NO_ROWS(&t);
    trial_close(&t);
}

static void devices_are_matched_by_the_strongest_that_they_share(void **state)
{
    static const cp_match_by expected[] = {CP_MATCH_ID,     CP_MATCH_NAME,    CP_MATCH_LABEL,
                                           CP_MATCH_SERIAL, CP_MATCH_ADDRESS, CP_MATCH_MAC};
    struct trial t = trial_open();

    (void)state;
    nodes(&t, "r1");
    node(&t, CP_SIDE_A, "r2", "");
    node(&t, CP_SIDE_B, "R2", "");
    node(&t, CP_SIDE_A, "r3.example.net", "");
    node(&t, CP_SIDE_B, "10.1.1.3", "");
    fact(&t, CP_SIDE_B, "10.1.1.3", "sys-name", "r3");
    node(&t, CP_SIDE_A, "r4", "");
    node(&t, CP_SIDE_B, "x4", "");
    fact(&t, CP_SIDE_A, "r4", "serial", "sn-0004");
    fact(&t, CP_SIDE_B, "x4", "serial", "SN0004");
    node(&t, CP_SIDE_A, "r5", "");
    node(&t, CP_SIDE_B, "10.0.0.5", "");
    fact(&t, CP_SIDE_A, "r5", "loopback", "10.0.0.5/32");
    node(&t, CP_SIDE_A, "r6", "");
    node(&t, CP_SIDE_B, "x6", "");
    fact(&t, CP_SIDE_A, "r6", "mac", "00:00:00:00:00:06");
    fact(&t, CP_SIDE_B, "x6", "mac", "0000.0000.0006");
    compare(&t);
    assert_int_equal(t.c->match_count, 6);
    for (uint32_t i = 0; i < 6; i++)
        assert_int_equal(t.c->matches[i].by, expected[i]);
    ASSERT_ROWS(&t, "name r4 x4: r4 | x4", "name r5 10.0.0.5: r5 | 10.0.0.5",
                "name r6 x6: r6 | x6");
    trial_close(&t);
}

static void what_everybody_bears_matches_nobody(void **state)
{
    static const char *const serials[] = {"0", "0000000000", "unknown", "N/A", "x"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(serials); i++) {
        struct trial t = trial_open();

        node(&t, CP_SIDE_A, "r1", "");
        node(&t, CP_SIDE_B, "r2", "");
        for (int side = CP_SIDE_A; side < CP_SIDES; side++) {
            const char *id = side == CP_SIDE_A ? "r1" : "r2";

            fact(&t, (cp_side)side, id, "serial", serials[i]);
            fact(&t, (cp_side)side, id, "mac", "00:00:00:00:00:00");
            fact(&t, (cp_side)side, id, "address", "127.0.0.1");
        }
        compare(&t);
        ASSERT_ROWS(&t, "device r1 -", "device - r2");
        trial_close(&t);
    }
}

static void devices_that_cannot_be_told_apart_are_not_matched(void **state)
{
    struct trial t = trial_open();

    (void)state;
    node(&t, CP_SIDE_A, "sw.a", "");
    node(&t, CP_SIDE_A, "sw.b", "");
    node(&t, CP_SIDE_B, "sw", "");
    node(&t, CP_SIDE_B, "other", "");
    compare(&t);
    ASSERT_ROWS(&t, "device - other");
    assert_int_equal(t.c->doubt_count, 1);
    assert_int_equal(t.c->doubts[0].by, CP_MATCH_LABEL);
    assert_int_equal(t.c->doubts[0].nodes[CP_SIDE_A].count, 2);
    assert_int_equal(t.c->doubts[0].nodes[CP_SIDE_B].count, 1);
    trial_close(&t);
}

static void a_doubt_ends_where_something_else_tells(void **state)
{
    struct trial t = trial_open();

    (void)state;
    node(&t, CP_SIDE_A, "sw.a", "");
    node(&t, CP_SIDE_A, "sw.b", "");
    node(&t, CP_SIDE_B, "sw", "");
    fact(&t, CP_SIDE_A, "sw.b", "serial", "SN77");
    fact(&t, CP_SIDE_B, "sw", "serial", "SN77");
    compare(&t);
    assert_int_equal(t.c->doubt_count, 0);
    ASSERT_ROWS(&t, "device sw.a -", "name sw.b sw: sw.b | sw");
    trial_close(&t);
}

/* --- values ---------------------------------------------------------------------------------- */

static void names_of_a_maker_are_one_and_affiliates_are_a_note(void **state)
{
    struct trial t = trial_open();

    (void)state;
    node(&t, CP_SIDE_A, "r1", "Huawei Technologies Co., Ltd.");
    node(&t, CP_SIDE_B, "r1", "华为");
    node(&t, CP_SIDE_A, "r2", "huawei");
    node(&t, CP_SIDE_B, "r2", "hisilicon");
    node(&t, CP_SIDE_A, "r3", "huawei");
    node(&t, CP_SIDE_B, "r3", "nokia");
    node(&t, CP_SIDE_A, "r4", "unknown");
    node(&t, CP_SIDE_B, "r4", "nokia");
    node(&t, CP_SIDE_A, "r5", "Backyard Boxes");
    node(&t, CP_SIDE_B, "r5", "backyard  boxes");
    compare(&t);
    ASSERT_ROWS(&t, "(note) maker r2 r2: huawei | hisilicon", "maker r3 r3: huawei | nokia");
    assert_int_equal(t.c->notes, 1);
    assert_int_equal(t.c->counts[CP_DIFFERS_MAKER], 1);
    trial_close(&t);
}

static void a_side_that_contradicts_itself_differs_from_one_that_does_not(void **state)
{
    struct trial t = trial_open();

    (void)state;
    node(&t, CP_SIDE_A, "r1", "huawei");
    node(&t, CP_SIDE_B, "r1", "huawei");
    fact(&t, CP_SIDE_B, "r1", "maker", "nokia");
    compare(&t);
    ASSERT_ROWS(&t, "maker r1 r1: huawei | huawei, nokia");
    assert_false(t.c->values[t.c->rows[0].values[CP_SIDE_A].first].alone);
    assert_true(t.c->values[t.c->rows[0].values[CP_SIDE_B].first + 1].alone);
    trial_close(&t);
}

static void software_and_models_agree_where_one_holds_the_words_of_the_other(void **state)
{
    struct trial t = trial_open();

    (void)state;
    nodes(&t, "r1 r2 r3");
    fact(&t, CP_SIDE_A, "r1", "software", "8.180");
    fact(&t, CP_SIDE_B, "r1", "software", "VRP (R) software, Version 8.180 (NE40E V800R010)");
    fact(&t, CP_SIDE_A, "r2", "software", "8.18");
    fact(&t, CP_SIDE_B, "r2", "software", "VRP 8.180");
    fact(&t, CP_SIDE_A, "r3", "model", "NE40E");
    fact(&t, CP_SIDE_B, "r3", "model", "NE40E-X8A");
    compare(&t);
    ASSERT_ROWS(&t, "software r2 r2: 8.18 | VRP 8.180", "model r3 r3: NE40E | NE40E-X8A");
    trial_close(&t);
}

static void parts_are_compared_by_their_names_and_none_is_missed(void **state)
{
    struct trial t = trial_open();

    (void)state;
    nodes(&t, "r1");
    fact(&t, CP_SIDE_A, "r1/Slot 1", "serial", "A1");
    fact(&t, CP_SIDE_B, "r1/slot 1", "serial", "B1");
    fact(&t, CP_SIDE_A, "r1/slot 2", "serial", "A2");
    fact(&t, CP_SIDE_B, "r1/slot 3", "serial", "B3");
    compare(&t);
    ASSERT_ROWS(&t, "serial r1/Slot 1 r1: A1 | B1");
    trial_close(&t);
}

static void facts_that_expired_do_not_count(void **state)
{
    struct trial t = trial_open();
    struct cp_fact_row row = {.place = {0, 1, 1},
                              .object = CP_TEXT("r1"),
                              .attribute = CP_TEXT("maker"),
                              .value = CP_TEXT("zte"),
                              .date = CP_DATE_NONE,
                              .expires = 100};

    (void)state;
    node(&t, CP_SIDE_A, "r1", "nokia");
    node(&t, CP_SIDE_B, "r1", "nokia");
    assert_int_equal(cp_build_fact(t.build[CP_SIDE_B], &row, &t.diag), CP_OK);
    t.side[CP_SIDE_B].as_of = 101;
    compare(&t);
    ASSERT_NO_ROWS(&t);
    trial_close(&t);
}

static void what_is_concluded_of_makers_is_compared(void **state)
{
    const struct cp_derived_fact derived[] = {{.kind = CP_OBJECT_NODE,
                                               .date = CP_DATE_NONE,
                                               .expires = CP_DATE_NONE,
                                               .object = 1,
                                               .maker = CP_TEXT("zte"),
                                               .grade = CP_GRADE_AUTHENTICATED_READ,
                                               .place = {0, 9, 1}}};
    struct trial t = trial_open();

    (void)state;
    node(&t, CP_SIDE_A, "r1", "nokia");
    node(&t, CP_SIDE_A, "r2", "nokia");
    nodes(&t, "r3");
    node(&t, CP_SIDE_B, "r2", "");
    node(&t, CP_SIDE_B, "r1", "");
    t.side[CP_SIDE_B].derived = derived;
    t.side[CP_SIDE_B].derived_count = 1;
    compare(&t);
    ASSERT_ROWS(&t, "maker r2 r2: nokia | zte");
    assert_int_equal(t.c->values[t.c->rows[0].values[CP_SIDE_B].first].grade,
                     CP_GRADE_AUTHENTICATED_READ);
    trial_close(&t);
}

static void every_take_of_memory_may_fail(void **state)
{
    cp_err err = CP_ERR_NOMEM;

    (void)state;
    for (uint64_t takes = 0; err != CP_OK; takes++) {
        struct trial t = trial_open();
        bool of_work = takes % 2 == 1;

        nodes(&t, "r1 r2 r3 sw.a sw.b");
        node(&t, CP_SIDE_A, "r4", "nokia");
        node(&t, CP_SIDE_B, "R4", "zte");
        link(&t, CP_SIDE_A, "a", "r1 1", "r2 1");
        link(&t, CP_SIDE_B, "b", "r1 1", "r3 1");
        lan(&t, CP_SIDE_A, "lan", "r1 r2 r3");
        finish(&t);
        cp_arena_fail_after(of_work ? t.work : t.arena, takes / 2);
        err = cp_compare(&t.side[CP_SIDE_A], &t.side[CP_SIDE_B], t.makers, t.arena, t.work, &t.c);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        if (err == CP_OK && !of_work) /* the other arena takes more */
            err = CP_ERR_NOMEM;
        assert_true(takes < 5000);
        trial_close(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_cases_do_not_differ),
        cmocka_unit_test(devices_are_matched_by_the_strongest_that_they_share),
        cmocka_unit_test(what_everybody_bears_matches_nobody),
        cmocka_unit_test(devices_that_cannot_be_told_apart_are_not_matched),
        cmocka_unit_test(a_doubt_ends_where_something_else_tells),
        cmocka_unit_test(names_of_a_maker_are_one_and_affiliates_are_a_note),
        cmocka_unit_test(a_side_that_contradicts_itself_differs_from_one_that_does_not),
        cmocka_unit_test(software_and_models_agree_where_one_holds_the_words_of_the_other),
        cmocka_unit_test(parts_are_compared_by_their_names_and_none_is_missed),
        cmocka_unit_test(facts_that_expired_do_not_count),
        cmocka_unit_test(what_is_concluded_of_makers_is_compared),
        cmocka_unit_test(every_take_of_memory_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
