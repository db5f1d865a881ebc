#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "wrap.h"

#define ARENA_BYTES ((size_t)1 << 20)

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

static const char *laid_out(struct cp_arena *arena, cp_text paragraph, uint32_t columns,
                            uint32_t first, uint32_t rest)
{
    struct cp_out out = cp_out_make(arena);
    cp_text text;

    cp_wrap(&out, paragraph, (struct cp_wrap){columns, first, rest});
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    return text.at;
}

static const char *wrapped(struct cp_arena *arena, cp_text paragraph, uint32_t first, uint32_t rest)
{
    return laid_out(arena, paragraph, 100, first, rest);
}

static void an_empty_paragraph_is_an_empty_line(void **state)
{
    assert_string_equal(wrapped(*state, CP_TEXT(""), 0, 4), "\n");
}

static void a_line_holds_one_hundred_columns_and_no_more(void **state)
{
    char text[128] = "";
    const char *got;

    memset(text, 'x', 97);
    memcpy(text + 97, " yy", sizeof(" yy"));
    got = wrapped(*state, cp_text_of(text), 0, 2);
    assert_null(memchr(got, '\n', 100)); /* 100 columns */
    assert_string_equal(got + 97, " yy\n");
    text[100] = 'y';
    assert_string_equal(wrapped(*state, cp_text_of(text), 0, 2) + 97, "\n  yyy\n");
}

static void without_columns_a_paragraph_is_one_line(void **state)
{
    char text[512] = "";

    for (size_t i = 0; i < 100; i++)
        memcpy(text + 4 * i, "abc ", 5);
    text[399] = '\0';
    assert_int_equal(strlen(laid_out(*state, cp_text_of(text), 0, 2, 4)), 2 + 399 + 1);
}

static void in_one_column_each_word_is_a_line(void **state)
{
    assert_string_equal(laid_out(*state, CP_TEXT("a bc d"), 1, 0, 2), "a\n  bc\n  d\n");
}

static void a_word_longer_than_a_line_stands_alone(void **state)
{
    char text[256] = "a ";
    const char *got;

    memset(text + 2, 'x', 120);
    memcpy(text + 122, " b", sizeof(" b"));
    got = wrapped(*state, cp_text_of(text), 1, 3);
    assert_memory_equal(got, " a\n   xxx", 9);
    assert_string_equal(got + 3 + 3 + 120, "\n   b\n");
}

static void wide_characters_count_two_columns(void **state)
{
    char text[256] = "";
    const char *got;

    for (size_t i = 0; i < 50; i++)
        memcpy(text + 3 * i, "\xed\x99\x94", 4); /* 50 syllables: 100 columns */
    memcpy(text + 150, " a", sizeof(" a"));
    got = wrapped(*state, cp_text_of(text), 0, 0);
    assert_string_equal(got + 150, "\na\n");
}

static void what_a_terminal_would_obey_is_shown_as_a_question_mark(void **state)
{
    assert_string_equal(wrapped(*state, CP_TEXT("a\033[2Jb\n\xc2\x9b\xff\xe2\x80\xae\xc3"), 0, 0),
                        "a?[2Jb?????\n");
    assert_string_equal(wrapped(*state,
                                CP_TEXT("a\xe2\x80\x8b"
                                        "b\xe2\x81\xa0"
                                        "c\xef\xbb\xbf"
                                        "d\xef\xbf\xbd"),
                                0, 0),
                        "a?b?c?d\xef\xbf\xbd\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_empty_paragraph_is_an_empty_line, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(a_line_holds_one_hundred_columns_and_no_more, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(without_columns_a_paragraph_is_one_line, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(in_one_column_each_word_is_a_line, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(a_word_longer_than_a_line_stands_alone, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(wide_characters_count_two_columns, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(what_a_terminal_would_obey_is_shown_as_a_question_mark,
                                        open_arena, close_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
