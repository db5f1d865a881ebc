#include "base/cell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_written(void (*write)(struct cp_out *out, cp_text cell), const char *cell,
                           const char *wanted)
{
    struct cp_arena *arena = cp_arena_open(1 << 20);
    struct cp_out out = cp_out_make(arena);
    cp_text text;

    write(&out, cp_text_of(cell));
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    assert_string_equal(text.at, wanted);
    cp_arena_close(arena);
}

static void what_needs_no_quotes_gets_none(void **state)
{
    (void)state;
    assert_written(cp_cell_first, "", "");
    assert_written(cp_cell_first, "core-1 a;b", "core-1 a;b");
}

/* RFC 4180 2.6 and 2.7 TEST */
static void commas_quotes_and_line_ends_stand_in_quotes(void **state)
{
    (void)state;
    assert_written(cp_cell_first, "a,b", "\"a,b\"");
    assert_written(cp_cell_first, "a\nb", "\"a\nb\"");
    assert_written(cp_cell_first, "a\rb", "\"a\rb\"");
    assert_written(cp_cell_first, "\"", "\"\"\"\"");
    assert_written(cp_cell_first, "a\"\"b", "\"a\"\"\"\"b\"");
}

static void a_next_cell_has_a_comma_before_it(void **state)
{
    (void)state;
    assert_written(cp_cell_next, "", ",");
    assert_written(cp_cell_next, "a,b", ",\"a,b\"");
    assert_written(cp_cell_inside_quotes, "a \"b\", c", "a \"\"b\"\", c");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_needs_no_quotes_gets_none),
        cmocka_unit_test(commas_quotes_and_line_ends_stand_in_quotes),
        cmocka_unit_test(a_next_cell_has_a_comma_before_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
