#include "element_set.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LIMIT = 40, SETS = 3000 };

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
    return *seed >> 33;
}

/* Written ascending: the first differing element decides. */
static int compare_written(uint64_t a, uint64_t b)
{
    uint64_t differ = a ^ b;

    if (differ == 0)
        return 0;
    return (a & differ & -differ) != 0 ? -1 : 1;
}

static void sets_of_one_size_are_ordered_as_they_are_written(void **state)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct cp_element_sets *sets = NULL;
    static element_set set[SETS];
    static uint64_t bits[SETS];
    uint64_t seed = 5;

    (void)state;
    assert_int_equal(cp_element_sets_open(arena, LIMIT, &sets), CP_OK);
    for (uint32_t i = 0; i < SETS; i++) {
        bits[i] = 0;
        while (__builtin_popcountll(bits[i]) < 4) {
            uint32_t element = (uint32_t)(next(&seed) % LIMIT);

            assert_int_equal(cp_element_sets_has(sets, set[i], element),
                             (bits[i] >> element & 1u) != 0);
            bits[i] |= UINT64_C(1) << element;
            assert_int_equal(cp_element_sets_add(sets, set[i], element, &set[i]), CP_OK);
        }
    }
    for (uint32_t i = 0; i < SETS; i++)
        for (uint32_t k = 0; k < SETS; k++) {
            assert_int_equal(cp_element_sets_compare(sets, set[i], set[k]),
                             compare_written(bits[i], bits[k]));
            assert_int_equal(set[i] == set[k], bits[i] == bits[k]);
        }
    cp_arena_close(arena);
}

static void limits_of_one_and_of_all_numbers_do(void **state)
{
    static const uint32_t limits[] = {1, 2, 3, UINT32_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        struct cp_arena *arena = cp_arena_open(SIZE_MAX);
        struct cp_element_sets *sets = NULL;
        element_set set = CP_ELEMENT_SET_EMPTY;

        assert_int_equal(cp_element_sets_open(arena, limits[i], &sets), CP_OK);
        assert_false(cp_element_sets_has(sets, set, limits[i] - 1));
        assert_int_equal(cp_element_sets_add(sets, set, limits[i] - 1, &set), CP_OK);
        assert_true(cp_element_sets_has(sets, set, limits[i] - 1));
        assert_int_equal(cp_element_sets_has(sets, set, 0), limits[i] == 1);
        cp_arena_close(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_of_one_size_are_ordered_as_they_are_written),
        cmocka_unit_test(limits_of_one_and_of_all_numbers_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
