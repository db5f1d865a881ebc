#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void takes_are_zero_aligned_and_apart(void **state)
{
    struct cp_arena *arena = cp_arena_open(1 << 20);
    unsigned char *before = NULL;

    (void)state;
    for (size_t size = 0; size < 300; size++) {
        unsigned char *at = CP_TAKE(arena, size, unsigned char);

        assert_non_null(at);
        assert_int_equal((uintptr_t)at % 16, 0);
        assert_ptr_not_equal(at, before);
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(at[i], 0);
            at[i] = 0xff;
        }
        before = at;
    }
    cp_arena_close(arena);
}

static void the_limit_holds_to_the_byte(void **state)
{
    struct cp_arena *arena = cp_arena_open(64);

    (void)state;
    assert_null(cp_arena_take(arena, 65, 1));
    assert_non_null(cp_arena_take(arena, 48, 1));
    assert_int_equal(cp_arena_used(arena), 48);
    assert_null(cp_arena_take(arena, 17, 1));
    assert_non_null(cp_arena_take(arena, 16, 1));
    assert_null(cp_arena_take(arena, 1, 1));
    assert_null(cp_arena_take(arena, 0, 1));
    cp_arena_close(arena);
}

static void a_size_that_wraps_is_refused(void **state)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);

    (void)state;
    assert_null(cp_arena_take(arena, SIZE_MAX, 2));
    assert_null(cp_arena_take(arena, SIZE_MAX, 1));
    assert_null(cp_arena_take(arena, SIZE_MAX / 2, SIZE_MAX / 2));
    assert_non_null(cp_arena_take(arena, SIZE_MAX, 0));
    cp_arena_close(arena);
}

static void a_reset_gives_back_what_came_after_the_mark(void **state)
{
    struct cp_arena *arena = cp_arena_open(1 << 24);
    unsigned char *kept = CP_TAKE(arena, 100, unsigned char);
    cp_arena_mark mark = cp_arena_mark_get(arena);

    (void)state;
    memset(kept, 0x5a, 100);
    for (int round = 0; round < 5; round++) {
        for (size_t size = 1; size < 300000; size *= 3) {
            unsigned char *at = CP_TAKE(arena, size, unsigned char);

            assert_non_null(at);
            assert_int_equal(at[0], 0);
            assert_int_equal(at[size - 1], 0);
            memset(at, 0xff, size);
        }
        cp_arena_reset(arena, mark);
        assert_int_equal(cp_arena_used(arena), 112);
    }
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(kept[i], 0x5a);
    cp_arena_close(arena);
}

static void a_mark_of_nothing_empties_the_arena(void **state)
{
    struct cp_arena *arena = cp_arena_open(1 << 20);
    cp_arena_mark mark = cp_arena_mark_get(arena);

    (void)state;
    for (int round = 0; round < 3; round++) {
        memset(CP_TAKE(arena, 70000, char), 'x', 70000);
        assert_non_null(CP_TAKE(arena, 200000, char));
        cp_arena_reset(arena, mark);
        assert_int_equal(cp_arena_used(arena), 0);
    }
    cp_arena_close(arena);
    cp_arena_close(NULL);
}

static void takes_fail_from_the_one_asked_for_on(void **state)
{
    struct cp_arena *arena = cp_arena_open(1 << 20);

    (void)state;
    cp_arena_fail_after(arena, 2);
    assert_non_null(CP_TAKE(arena, 1, int));
    assert_non_null(CP_TAKE(arena, 1, int));
    assert_null(CP_TAKE(arena, 1, int));
    assert_null(CP_TAKE(arena, 1, int));
    cp_arena_fail_after(arena, UINT64_MAX);
    assert_non_null(CP_TAKE(arena, 1, int));
    cp_arena_close(arena);
}

static void a_growing_array_keeps_its_contents(void **state)
{
    struct cp_arena *arena = cp_arena_open(1 << 20);
    void *at = NULL;
    uint32_t cap = 0;

    (void)state;
    for (uint32_t i = 0; i < 1000; i++) {
        assert_int_equal(cp_arena_grow(arena, &at, i, &cap, sizeof(uint32_t)), CP_OK);
        assert_true(cap > i);
        ((uint32_t *)at)[i] = i;
    }
    for (uint32_t i = 0; i < 1000; i++)
        assert_int_equal(((uint32_t *)at)[i], i);
    cp_arena_close(arena);
}

static void an_array_that_cannot_grow_stays(void **state)
{
    struct cp_arena *arena = cp_arena_open(64);
    void *at = NULL;
    uint32_t cap = 0;

    (void)state;
    assert_int_equal(cp_arena_grow(arena, &at, 0, &cap, 4), CP_OK);
    assert_int_equal(cp_arena_grow(arena, &at, cap, &cap, 4), CP_ERR_NOMEM);
    assert_int_equal(cap, 16);
    assert_non_null(at);
    cap = UINT32_MAX;
    assert_int_equal(cp_arena_grow(arena, &at, UINT32_MAX, &cap, 4), CP_ERR_LIMIT);
    cp_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_are_zero_aligned_and_apart),
        cmocka_unit_test(the_limit_holds_to_the_byte),
        cmocka_unit_test(a_size_that_wraps_is_refused),
        cmocka_unit_test(a_reset_gives_back_what_came_after_the_mark),
        cmocka_unit_test(a_mark_of_nothing_empties_the_arena),
        cmocka_unit_test(takes_fail_from_the_one_asked_for_on),
        cmocka_unit_test(a_growing_array_keeps_its_contents),
        cmocka_unit_test(an_array_that_cannot_grow_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
