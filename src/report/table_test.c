#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/table.h"

#define ARENA_BYTES ((size_t)1 << 20)

static const char *const heads[] = {"verdict", "name", "why"};
#define OK CP_TEXT("ok")

static int open_arena(void **state)
{
    *state = cp_arena_open(ARENA_BYTES);
    return *state == NULL;
}

static int close_arena(void **state)
{
    cp_arena_close(*state);
    return 0;
}

static const char *written(struct cp_arena *arena, const cp_text *rows, uint32_t row_count,
                           uint32_t columns)
{
    struct cp_out out = cp_out_make(arena);
    cp_text text;

    cp_table_write(&out, &(struct cp_table){heads, rows, 3, row_count, columns});
    cp_out_char(&out, '\0');
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    return text.at;
}

static void without_rows_there_are_the_heads(void **state)
{
    assert_string_equal(written(*state, NULL, 0, 0), "verdict  name  why\n");
}

static void columns_are_as_wide_as_their_widest_cells_and_no_line_ends_in_spaces(void **state)
{
    const cp_text rows[] = {OK,          CP_TEXT("a"),       CP_TEXT(""), CP_TEXT("violation"),
                            CP_TEXT(""), CP_TEXT("meets r5")};

    assert_string_equal(written(*state, rows, 2, 0), "verdict    name  why\n"
                                                     "ok         a\n"
                                                     "violation  -     meets r5\n");
}

static void wide_characters_take_two_columns(void **state)
{
    const cp_text rows[] = {OK,
                            CP_TEXT("\xea\xb5\xad\xeb\xb0\xa9\xeb\xb6\x80"),
                            CP_TEXT("x"),
                            OK,
                            CP_TEXT("abcdef"),
                            CP_TEXT("y")};

    assert_string_equal(written(*state, rows, 2, 0),
                        "verdict  name    why\n"
                        "ok       \xea\xb5\xad\xeb\xb0\xa9\xeb\xb6\x80  x\n"
                        "ok       abcdef  y\n");
}

static void a_cell_past_the_limit_pushes_its_own_row_alone(void **state)
{
    const cp_text rows[] = {OK,           CP_TEXT("0123456789012345678901234567890123456789x"),
                            CP_TEXT("x"), OK,
                            CP_TEXT("b"), CP_TEXT("y")};

    assert_string_equal(written(*state, rows, 2, 0),
                        "verdict  name  why\n"
                        "ok       0123456789012345678901234567890123456789x  x\n"
                        "ok       b     y\n");
}

static void a_sentence_is_broken_in_its_column_where_there_is_room(void **state)
{
    const cp_text rows[] = {OK, CP_TEXT("a"), CP_TEXT("nobody steers it and so it goes")};

    assert_string_equal(written(*state, rows, 1, 39), "verdict  name  why\n"
                                                      "ok       a     nobody steers it and so\n"
                                                      "               it goes\n");
}

static void a_sentence_without_room_stands_below(void **state)
{
    const cp_text rows[] = {OK, CP_TEXT("a"), CP_TEXT("nobody steers it and so it goes")};

    assert_string_equal(written(*state, rows, 1, 30), "verdict  name\n"
                                                      "    why\n"
                                                      "ok       a\n"
                                                      "    nobody steers it and so it\n"
                                                      "    goes\n");
}

static void what_a_terminal_would_obey_is_shown_as_a_question_mark(void **state)
{
    const cp_text rows[] = {OK, CP_TEXT("\x1b[2J"), CP_TEXT("\nx")};

    assert_string_equal(written(*state, rows, 1, 0), "verdict  name  why\n"
                                                     "ok       ?[2J  ?x\n");
}

static void memory_that_ends_is_an_error(void **state)
{
    struct cp_arena *arena = cp_arena_open(64);
    struct cp_out out = cp_out_make(arena);
    const cp_text rows[] = {OK, CP_TEXT("a"),
                            CP_TEXT("a long sentence that the arena does not "
                                    "hold, whatever it is laid out as")};
    cp_text text;

    (void)state;
    for (uint32_t i = 0; i < 64; i++)
        cp_table_write(&out, &(struct cp_table){heads, rows, 3, 1, 0});
    assert_int_equal(cp_out_done(&out, &text), CP_ERR_NOMEM);
    cp_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_rows_there_are_the_heads),
        cmocka_unit_test(columns_are_as_wide_as_their_widest_cells_and_no_line_ends_in_spaces),
        cmocka_unit_test(wide_characters_take_two_columns),
        cmocka_unit_test(a_cell_past_the_limit_pushes_its_own_row_alone),
        cmocka_unit_test(a_sentence_is_broken_in_its_column_where_there_is_room),
        cmocka_unit_test(a_sentence_without_room_stands_below),
        cmocka_unit_test(what_a_terminal_would_obey_is_shown_as_a_question_mark),
        cmocka_unit_test(memory_that_ends_is_an_error),
    };

    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
