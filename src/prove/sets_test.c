#include "sets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static int open_arena(void **state)
{
    *state = cp_arena_open(SIZE_MAX);
    return *state == NULL;
}

static int close_arena(void **state)
{
    cp_arena_close(*state);
    return 0;
}

static uint32_t set_of(struct sets *s, const uint32_t *elements, uint32_t count)
{
    uint32_t set = CP_SETS_NONE;

    assert_int_equal(cp_sets_of(s, elements, count, &set), CP_OK);
    return set;
}

static void a_set_is_the_same_in_whatever_order_it_is_made(void **state)
{
    struct sets s;
    uint32_t elements[CP_SETS_DEPTH_MAX];

    assert_int_equal(cp_sets_open(*state, &s), CP_OK);
    uint32_t set = set_of(&s, (uint32_t[]){7, 3, 5}, 3);

    assert_int_equal(set_of(&s, (uint32_t[]){5, 7, 3}, 3), set);
    assert_int_equal(set_of(&s, (uint32_t[]){3, 5, 7, 3}, 4), set);
    assert_int_equal(cp_sets_find(&s, (uint32_t[]){3, 5, 7}, 3), set);
    assert_int_equal(cp_sets_find(&s, (uint32_t[]){3, 9}, 2), CP_SETS_NONE);
    assert_int_equal(cp_sets_elements(&s, set, elements), 3);
    assert_int_equal(elements[0], 3);
    assert_int_equal(elements[2], 7);
    assert_true(cp_sets_holds(&s, set, 5));
    assert_false(cp_sets_holds(&s, set, 6));
    assert_false(cp_sets_holds(&s, 0, 0));
}

static void sets_come_by_size_then_elements(void **state)
{
    struct sets s;
    uint32_t *order;
    uint32_t elements[2][CP_SETS_DEPTH_MAX];

    assert_int_equal(cp_sets_open(*state, &s), CP_OK);
    for (uint32_t i = 0; i < 500; i++)
        (void)set_of(&s, (uint32_t[]){i * 7 % 31, i * 11 % 29 + 31, i % 5 + 60}, i % 4);
    assert_int_equal(cp_sets_order(&s, *state, &order), CP_OK);
    assert_int_equal(order[0], 0);
    for (uint32_t i = 1; i < s.count; i++) {
        uint32_t before = cp_sets_elements(&s, order[i - 1], elements[0]);
        uint32_t now = cp_sets_elements(&s, order[i], elements[1]);
        uint32_t k = 0;

        while (before == now && elements[0][k] == elements[1][k])
            k++;
        assert_true(before < now || (before == now && elements[0][k] < elements[1][k]));
    }
}

static void every_take_that_fails_is_told(void **state)
{
    for (uint64_t takes = 0; takes < 40; takes++) {
        struct cp_arena *arena = cp_arena_open(SIZE_MAX);
        struct sets s;
        cp_err err;

        assert_non_null(arena);
        cp_arena_fail_after(arena, takes);
        err = cp_sets_open(arena, &s);
        for (uint32_t i = 0; err == CP_OK && i < 300; i++) {
            uint32_t set = 0;

            err = cp_sets_of(&s, (uint32_t[]){i, i + 1}, 2, &set);
            if (err == CP_OK)
                err = cp_sets_need(&s, set, i, i);
        }
        assert_true(err == CP_ERR_NOMEM || (err == CP_OK && takes > 5));
        cp_arena_close(arena);
    }
    (void)state;
}

#define TEST(fact) cmocka_unit_test_setup_teardown(fact, open_arena, close_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_set_is_the_same_in_whatever_order_it_is_made),
        TEST(sets_come_by_size_then_elements),
        TEST(every_take_that_fails_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
