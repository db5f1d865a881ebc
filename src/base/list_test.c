#include "base/list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void things_stay_behind_each_other_as_the_list_grows(void **state)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct cp_list list = {.count = 0};

    (void)state;
    for (uint32_t i = 0; i < 1000; i++) {
        uint32_t *at = cp_list_more(&list, arena, sizeof *at);

        assert_non_null(at);
        *at = i;
    }
    assert_int_equal(list.count, 1000);
    for (uint32_t i = 0; i < 1000; i++)
        assert_int_equal(CP_AT(list, uint32_t)[i], i);
    cp_arena_close(arena);
}

static void where_memory_ends_the_list_is_as_before(void **state)
{
    struct cp_arena *arena = cp_arena_open(4096);
    struct cp_list list = {.count = 0};
    uint32_t count = 0;

    (void)state;
    while (cp_list_more(&list, arena, sizeof(uint64_t)) != NULL)
        count++;
    assert_true(count < 4096 / sizeof(uint64_t));
    assert_int_equal(list.count, count);
    cp_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(things_stay_behind_each_other_as_the_list_grows),
        cmocka_unit_test(where_memory_ends_the_list_is_as_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
