#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static char keys[20000][8];

static cp_text key(uint32_t i)
{
    return cp_text_of(keys[i]);
}

static void what_was_added_is_found_and_nothing_else(void **state)
{
    struct cp_arena *arena = cp_arena_open(1 << 24);
    struct cp_map *map;

    (void)state;
    assert_int_equal(cp_map_open(arena, &map), CP_OK);
    assert_int_equal(cp_map_find(map, CP_TEXT("x")), CP_MAP_NONE);
    for (uint32_t i = 0; i < 20000; i++) {
        (void)snprintf(keys[i], sizeof(keys[i]), "%x", i);
        assert_int_equal(cp_map_find(map, key(i)), CP_MAP_NONE);
        assert_int_equal(cp_map_add(map, key(i), 20000 - i), CP_OK);
        assert_int_equal(cp_map_add(map, key(i), 7), CP_ERR_DUPLICATE);
    }
    for (uint32_t i = 0; i < 20000; i++)
        assert_int_equal(cp_map_find(map, key(i)), 20000 - i);
    assert_int_equal(cp_map_find(map, CP_TEXT("")), CP_MAP_NONE);
    assert_int_equal(cp_map_find(map, CP_TEXT("zz")), CP_MAP_NONE);
    cp_arena_close(arena);
}

static void keys_may_be_empty_or_hold_zeros(void **state)
{
    struct cp_arena *arena = cp_arena_open(1 << 20);
    struct cp_map *map;

    (void)state;
    assert_int_equal(cp_map_open(arena, &map), CP_OK);
    assert_int_equal(cp_map_add(map, CP_TEXT("\0"), 1), CP_OK);
    assert_int_equal(cp_map_add(map, CP_TEXT("\0\0"), 2), CP_OK);
    assert_int_equal(cp_map_add(map, cp_text_of(NULL), 0), CP_OK);
    assert_int_equal(cp_map_add(map, CP_TEXT("12345678"), UINT32_MAX - 1), CP_OK);
    assert_int_equal(cp_map_add(map, CP_TEXT("12345678\0"), 4), CP_OK);
    assert_int_equal(cp_map_find(map, CP_TEXT("")), 0);
    assert_int_equal(cp_map_find(map, CP_TEXT("\0")), 1);
    assert_int_equal(cp_map_find(map, CP_TEXT("\0\0")), 2);
    assert_int_equal(cp_map_find(map, CP_TEXT("12345678")), UINT32_MAX - 1);
    assert_int_equal(cp_map_find(map, CP_TEXT("12345678\0")), 4);
    cp_arena_close(arena);
}

static void reserved_room_is_enough(void **state)
{
    struct cp_arena *arena = cp_arena_open(1 << 24);
    struct cp_map *map;
    size_t used;

    (void)state;
    assert_int_equal(cp_map_open(arena, &map), CP_OK);
    assert_int_equal(cp_map_add(map, key(0), 0), CP_OK);
    assert_int_equal(cp_map_reserve(map, 20000), CP_OK);
    used = cp_arena_used(arena);
    assert_int_equal(cp_map_reserve(map, 5), CP_OK);
    for (uint32_t i = 1; i < 20000; i++)
        assert_int_equal(cp_map_add(map, key(i), i), CP_OK);
    assert_int_equal(cp_map_find(map, key(0)), 0);
    assert_int_equal(cp_arena_used(arena), used);
    assert_int_equal(cp_map_reserve(map, UINT32_MAX), CP_ERR_NOMEM);
    cp_arena_close(arena);
}

static void without_memory_a_map_keeps_what_it_has(void **state)
{
    (void)state;
    for (uint64_t takes = 0; takes < 5; takes++) {
        struct cp_arena *arena = cp_arena_open(1 << 24);
        struct cp_map *map;
        uint32_t added = 0;

        cp_arena_fail_after(arena, takes);
        if (takes < 2) {
            assert_int_equal(cp_map_open(arena, &map), CP_ERR_NOMEM);
        } else {
            assert_int_equal(cp_map_open(arena, &map), CP_OK);
            while (cp_map_add(map, key(added), added) == CP_OK)
                added++;
            assert_true(added >= 11);
            assert_int_equal(cp_map_find(map, key(added)), CP_MAP_NONE);
            for (uint32_t i = 0; i < added; i++)
                assert_int_equal(cp_map_find(map, key(i)), i);
        }
        cp_arena_close(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_added_is_found_and_nothing_else),
        cmocka_unit_test(keys_may_be_empty_or_hold_zeros),
        cmocka_unit_test(reserved_room_is_enough),
        cmocka_unit_test(without_memory_a_map_keeps_what_it_has),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
