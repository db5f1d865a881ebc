#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"

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

static const char *text_of(struct cp_out *out)
{
    cp_text text;

    assert_int_equal(cp_out_done(out, &text), CP_OK);
    return text.at;
}

static void an_empty_object_is_two_brackets(void **state)
{
    struct cp_out out = cp_out_make(*state);
    struct cp_json json = cp_json_make(&out);

    cp_json_object(&json, NULL, CP_JSON_LINES);
    cp_json_close(&json);
    assert_string_equal(text_of(&out), "{}\n");
}

static void members_stand_in_the_order_of_the_calls(void **state)
{
    struct cp_out out = cp_out_make(*state);
    struct cp_json json = cp_json_make(&out);

    cp_json_object(&json, NULL, CP_JSON_LINES);
    cp_json_u64(&json, "b", UINT64_MAX);
    cp_json_hundredths(&json, "a", 1205);
    cp_json_array(&json, "list", CP_JSON_FLAT);
    cp_json_null(&json, NULL);
    cp_json_bool(&json, NULL, true);
    cp_json_object(&json, NULL, CP_JSON_LINES); /* flat all the same: it is inside a flat one */
    cp_json_str(&json, "x", "y");
    cp_json_close(&json);
    cp_json_close(&json);
    cp_json_array(&json, "lines", CP_JSON_LINES);
    cp_json_bool(&json, NULL, false);
    cp_json_close(&json);
    cp_json_close(&json);
    assert_string_equal(text_of(&out), "{\n"
                                       "  \"b\": 18446744073709551615,\n"
                                       "  \"a\": 12.05,\n"
                                       "  \"list\": [null, true, {\"x\": \"y\"}],\n"
                                       "  \"lines\": [\n"
                                       "    false\n"
                                       "  ]\n"
                                       "}\n");
}

/* RFC 8259 7 TEST */
static void quotes_backslashes_and_controls_are_escaped(void **state)
{
    struct cp_out out = cp_out_make(*state);
    struct cp_json json = cp_json_make(&out);

    cp_json_array(&json, NULL, CP_JSON_FLAT);
    cp_json_str(&json, NULL,
                "a\"b\\c\nd\te\x01"
                "f\x1f");
    cp_json_close(&json);
    assert_string_equal(text_of(&out), "[\"a\\\"b\\\\c\\nd\\te\\u0001f\\u001f\"]\n");
}

static void what_a_terminal_would_obey_or_hide_is_escaped(void **state)
{
    struct cp_out out = cp_out_make(*state);
    struct cp_json json = cp_json_make(&out);

    cp_json_array(&json, NULL, CP_JSON_FLAT);
    cp_json_str(&json, NULL, "a\x7f\xc2\x80\xc2\x9b\xe2\x80\xae\xe2\x81\xa6\xd8\x9c");
    cp_json_str(&json, NULL, "\xf3\xa0\x80\x81\xf0\x9d\x85\xb3");     /* U+E0001, U+1D173 */
    cp_json_str(&json, NULL, "\xed\x99\x94\xc3\xa9\xf0\x9f\x98\x80"); /* plain */
    cp_json_close(&json);
    assert_string_equal(text_of(&out), "[\"a\\u007f\\u0080\\u009b\\u202e\\u2066\\u061c\", "
                                       "\"\\udb40\\udc01\\ud834\\udd73\", "
                                       "\"\xed\x99\x94\xc3\xa9\xf0\x9f\x98\x80\"]\n");
}

static void what_is_not_utf8_becomes_the_replacement_character(void **state)
{
    struct cp_out out = cp_out_make(*state);
    struct cp_json json = cp_json_make(&out);

    cp_json_array(&json, NULL, CP_JSON_FLAT);
    cp_json_str(&json, NULL, "\xed\x99\x94 \xff\xc3");
    cp_json_str(&json, NULL, "");
    cp_json_close(&json);
    assert_string_equal(text_of(&out), "[\"\xed\x99\x94 \xef\xbf\xbd\xef\xbf\xbd\", \"\"]\n");
}

static void a_full_arena_is_told_at_the_end(void **state)
{
    struct cp_out out = cp_out_make(*state);
    struct cp_json json = cp_json_make(&out);
    cp_text text;

    cp_arena_fail_after(*state, 1);
    cp_json_array(&json, NULL, CP_JSON_LINES);
    for (int i = 0; i < 1000; i++)
        cp_json_str(&json, NULL, "some text");
    cp_json_close(&json);
    assert_int_equal(cp_out_done(&out, &text), CP_ERR_NOMEM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_empty_object_is_two_brackets, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(members_stand_in_the_order_of_the_calls, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(quotes_backslashes_and_controls_are_escaped, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(what_a_terminal_would_obey_or_hide_is_escaped, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(what_is_not_utf8_becomes_the_replacement_character,
                                        open_arena, close_arena),
        cmocka_unit_test_setup_teardown(a_full_arena_is_told_at_the_end, open_arena, close_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
