#include "model/build.h"

#include "draft.h"

/* Rows are packed until finish: each length of text and each size of number comes back. */
static void texts_and_numbers_of_any_size_are_kept(void **state)
{
    static const size_t lengths[] = {1, 2, 126, 127, 128, 129, 254, 255, 256, 1000, 16383, 16384};
    static const uint32_t metrics[] = {1,     127,     128,       16383,
                                       16384, 2097152, 268435456, CP_METRIC_MAX};
    static const uint64_t rates[] = {0, 127, 128, UINT64_C(1) << 35, CP_BPS_NONE - 1};
    static char long_text[16384];
    struct draft d = draft_open();

    (void)state;
    memset(long_text, 'x', sizeof long_text);
    draft_nodes(&d, "a b");
    for (uint32_t i = 0; i < 60; i++) {
        struct cp_link_row row = draft_link_row(&d, "a", "b");

        row.operator_name = (cp_text){long_text, lengths[i % CP_COUNT(lengths)]};
        row.metric_ab = metrics[i % CP_COUNT(metrics)];
        row.metric_ba = metrics[(i + 3) % CP_COUNT(metrics)];
        row.capacity_bps = rates[i % CP_COUNT(rates)];
        row.delay_us = metrics[(i + 5) % CP_COUNT(metrics)];
        row.place.column = metrics[i % CP_COUNT(metrics)];
        draft_link_add(&d, &row);
    }
    draft_finish(&d);
    for (uint32_t i = 0; i < 60; i++) {
        const struct cp_link_rec *link = &d.c->links[i];

        assert_int_equal(link->operator_name.len, lengths[i % CP_COUNT(lengths)]);
        assert_memory_equal(link->operator_name.at, long_text, link->operator_name.len);
        assert_int_equal(d.c->ends[link->ends.first].metric, metrics[i % CP_COUNT(metrics)]);
        assert_int_equal(d.c->ends[link->ends.first + 1].metric,
                         metrics[(i + 3) % CP_COUNT(metrics)]);
        assert_true(link->capacity_bps == rates[i % CP_COUNT(rates)]);
        assert_int_equal(link->delay_us, metrics[(i + 5) % CP_COUNT(metrics)]);
        assert_int_equal(link->place.line, 3 + i);
        assert_int_equal(link->place.column, metrics[i % CP_COUNT(metrics)]);
    }
    draft_close(&d);
}

/* What is said to come is room kept, and nothing else: too little, too much or beyond all limits. */
static void a_wrong_guess_of_what_comes_changes_nothing(void **state)
{
    static const size_t guesses[] = {0, 1, 5, 1000, SIZE_MAX};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(guesses); i++) {
        struct draft d = draft_open();

        cp_build_expect(d.build, guesses[i], guesses[i]);
        draft_nodes(&d, "a b c");
        cp_build_expect(d.build, guesses[i], 0);
        draft_link(&d, "l", "a", "b");
        draft_link(&d, "", "a", "b");
        assert_true(cp_build_has_node(d.build, CP_TEXT("c")));
        assert_false(cp_build_has_node(d.build, CP_TEXT("l")));
        draft_finish(&d);
        assert_int_equal(d.c->node_count, 3);
        assert_int_equal(cp_case_link(d.c, CP_TEXT("l")).at, 0);
        assert_int_equal(cp_case_link(d.c, CP_TEXT("a--b")).at, 1);
        draft_close(&d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_and_numbers_of_any_size_are_kept),
        cmocka_unit_test(a_wrong_guess_of_what_comes_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
