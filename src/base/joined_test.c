#include "base/joined.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT 60u

static void the_root_is_the_least_of_what_was_joined(void **state)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    uint32_t seed = 1;

    (void)state;
    for (int round = 0; round < 200; round++) {
        struct cp_joined joined;
        uint32_t slow[COUNT];

        assert_int_equal(cp_joined_make(arena, COUNT, &joined), CP_OK);
        for (uint32_t i = 0; i < COUNT; i++)
            slow[i] = i;
        for (int pair = 0; pair < 50; pair++) {
            uint32_t a = (seed = seed * 1664525 + 1013904223) >> 8, b = seed >> 16;
            uint32_t from = slow[a % COUNT], to = slow[b % COUNT];

            cp_joined_join(&joined, a % COUNT, b % COUNT);
            for (uint32_t i = 0; i < COUNT; i++)
                if (slow[i] == from || slow[i] == to)
                    slow[i] = from < to ? from : to;
        }
        for (uint32_t i = 0; i < COUNT; i++)
            assert_int_equal(cp_joined_root(&joined, i), slow[i]);
    }
    cp_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_root_is_the_least_of_what_was_joined)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
