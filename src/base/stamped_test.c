#include "base/stamped.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void what_was_put_is_there_until_all_is_forgotten(void **state)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct cp_stamped s;

    (void)state;
    assert_int_equal(cp_stamped_make(arena, 3, &s), CP_OK);
    assert_false(cp_stamped_has(&s, 1));
    cp_stamped_put(&s, 1, 7);
    assert_false(cp_stamped_add(&s, 1, 8));
    assert_true(cp_stamped_add(&s, 2, 8));
    assert_true(cp_stamped_get(&s, 1, 9) == 7 && cp_stamped_get(&s, 0, 9) == 9);
    cp_stamped_clear(&s);
    assert_false(cp_stamped_has(&s, 1) || cp_stamped_has(&s, 2));
    s.now = UINT32_MAX;
    cp_stamped_put(&s, 0, 1);
    cp_stamped_clear(&s); /* as it wraps nothing old comes back */
    for (uint32_t i = 0; i < 3; i++)
        assert_false(cp_stamped_has(&s, i));
    cp_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_is_there_until_all_is_forgotten)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
