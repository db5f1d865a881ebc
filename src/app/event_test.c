#include "event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Answers about the example network, with demands of the test's own. */

struct told {
    struct cp_audit_options options;
    struct cp_standing *standing;
    struct cp_answer answer;
    char demands[32];
};

static void open_told(struct told *told, const struct told *before, const char *demands)
{
    int file;

    *told = (struct told){.options = {.command = &cp_audit_command,
                                      .wanted = {.folder = "examples/korea"},
                                      .depth = 1,
                                      .jobs = 1},
                          .demands = "/tmp/demands-XXXXXX"};
    assert_int_equal(cp_date_parse(CP_TEXT("2026-11-21"), &told->options.as_of), CP_OK);
    file = mkstemp(told->demands);
    assert_int_equal(write(file, demands, strlen(demands)), strlen(demands));
    assert_int_equal(close(file), 0);
    told->options.wanted.demands = told->demands;
    assert_int_equal(cp_standing_open(before != NULL ? before->standing : NULL, &told->standing),
                     CP_OK);
    assert_int_equal(cp_answer_open(&told->options, told->standing->notes, &told->answer),
                     CP_EXIT_OK);
    assert_int_equal(cp_answer_find(&told->answer), CP_EXIT_OK);
    assert_int_equal(cp_answer_make(&told->answer), CP_EXIT_OK);
}

static void take(struct told *told)
{
    assert_int_equal(cp_standing_take(told->standing, &told->answer), CP_OK);
}

static void close_told(struct told *told)
{
    cp_answer_close(&told->answer);
    cp_standing_close(told->standing);
    assert_int_equal(unlink(told->demands), 0);
}

#define HEADER "id,src,dst\n"
#define OLD                                                             \
    HEADER "one,gov-seo-ce1,gov-bus-ce1\ntwo,gov-seo-ce1,gov-dae-ce1\n" \
           "three,gov-gwc-ce1,gov-dae-ce1\n"
#define NEW                                                                \
    HEADER "four,gov-seo-ce1,gov-gwj-ce1\nthree,gov-gwc-ce1,gov-dae-ce1\n" \
           "one,gov-sej-ce1,gov-dae-ce1\n"

static void an_answer_does_not_differ_from_itself(void **state)
{
    struct told a, b;
    struct cp_pair pair;
    uint32_t at = 0;

    (void)state;
    open_told(&a, NULL, OLD);
    open_told(&b, &a, OLD);
    take(&a);
    take(&b);
    struct cp_event event = {&b.answer, a.standing, b.standing};

    assert_false(cp_event_demand(&event, &at, &pair));
    assert_int_equal(at, 6); /* of both */
    at = 0;
    assert_false(cp_event_finding(&event, &at, &pair));
    assert_true(at > 0);
    close_told(&b);
    close_told(&a);
}

static void what_differs_comes_in_the_order_of_the_case_and_then_what_is_gone(void **state)
{
    static const struct cp_pair wanted[] = {{CP_NONE, 0}, {0, 2}, {1, CP_NONE}};
    struct told a, b;
    struct cp_pair pair;
    uint32_t at = 0;

    (void)state;
    open_told(&a, NULL, OLD);
    open_told(&b, &a, NEW);
    take(&a);
    take(&b);
    struct cp_event event = {&b.answer, a.standing, b.standing};

    for (size_t i = 0; i < CP_COUNT(wanted); i++) {
        assert_true(cp_event_demand(&event, &at, &pair));
        assert_int_equal(pair.before, wanted[i].before);
        assert_int_equal(pair.now, wanted[i].now);
    }
    assert_false(cp_event_demand(&event, &at, &pair));
    close_told(&b);
    close_told(&a);
}

static void two_files_that_are_called_the_same_are_told_apart(void **state)
{
    struct told told;

    (void)state;
    open_told(&told, NULL, OLD);
    struct cp_case net = *told.answer.loaded.net;
    struct cp_input inputs[16];

    assert_true(net.input_count < CP_COUNT(inputs));
    memcpy(inputs, net.inputs, net.input_count * sizeof(*inputs));
    inputs[net.input_count] = inputs[0]; /* as the folder's and a flag's of one name */
    inputs[net.input_count++].sha256[0] = 'x';
    net.inputs = inputs;
    told.answer.loaded.net = &net;
    take(&told);
    assert_int_equal(told.standing->inputs.count, net.input_count);
    assert_int_equal(cp_roll_find(&told.standing->inputs, inputs[0].path), 0);
    close_told(&told);
}

static void a_standing_without_memory_is_no_standing(void **state)
{
    struct told told;
    cp_err err = CP_ERR_NOMEM;

    (void)state;
    for (uint64_t takes = 0; err != CP_OK; takes++) {
        open_told(&told, NULL, OLD);
        cp_arena_fail_after(told.standing->arena, takes);
        err = cp_standing_take(told.standing, &told.answer);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        assert_true(err == CP_ERR_NOMEM || takes > 10);
        close_told(&told);
    }
}

static void check_writing(cp_err (*write_event)(const struct cp_event *, struct cp_out *),
                          const struct cp_event *event)
{
    cp_err err = CP_ERR_NOMEM;
    cp_text text;

    for (uint64_t takes = 0; err != CP_OK; takes++) {
        struct cp_arena *arena = cp_arena_open((size_t)1 << 24);
        struct cp_out out = cp_out_make(arena);

        cp_arena_fail_after(arena, takes);
        err = write_event(event, &out);
        if (err == CP_OK)
            err = cp_out_done(&out, &text);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        assert_true(err == CP_ERR_NOMEM || takes > 3);
        if (err == CP_OK)
            assert_int_equal(text.at[text.len - 1], '\n');
        cp_arena_close(arena);
    }
}

static void an_event_without_memory_is_not_told_in_part(void **state)
{
    struct told a, b;

    (void)state;
    open_told(&a, NULL, OLD);
    open_told(&b, &a, NEW);
    take(&a);
    take(&b);
    struct cp_event first = {&a.answer, NULL, a.standing};
    struct cp_event change = {&b.answer, a.standing, b.standing};

    check_writing(cp_event_json, &first);
    check_writing(cp_event_json, &change);
    check_writing(cp_event_text, &change);
    close_told(&b);
    close_told(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_does_not_differ_from_itself),
        cmocka_unit_test(what_differs_comes_in_the_order_of_the_case_and_then_what_is_gone),
        cmocka_unit_test(two_files_that_are_called_the_same_are_told_apart),
        cmocka_unit_test(a_standing_without_memory_is_no_standing),
        cmocka_unit_test(an_event_without_memory_is_not_told_in_part),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
