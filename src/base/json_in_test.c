#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/json_in.h"

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

static const char everything[] =
    "{\"a\": [1, -2.50e+3, 0, \"\\u00e9\\ud83d\\ude00\\n\", null, true, false, [], {}],\r\n"
    " \"\xed\x95\x9c\": {\"b\": {\"c\": [[\"d\"]]}}}";

static cp_err pass(cp_text text, struct cp_diag *diag)
{
    struct cp_json_in in = cp_json_in_make(text, 7, 1);

    CP_TRY(cp_json_in_skip(&in, diag));
    return cp_json_in_end(&in, diag);
}

static cp_err tree(cp_text text, struct cp_arena *arena, struct cp_diag *diag)
{
    const struct cp_json_value *value;

    return cp_json_in_document(text, 7, arena, &value, diag);
}

/* Both ways of reading refuse it, at the same place and for the same reason. */
static void assert_refused(struct cp_arena *arena, const char *text, uint32_t line, uint32_t column,
                           const char *why)
{
    struct cp_diag a = {.place = CP_PLACE_NONE}, b = {.place = CP_PLACE_NONE};

    assert_int_equal(pass(cp_text_of(text), &a), CP_ERR_MALFORMED);
    assert_int_equal(tree(cp_text_of(text), arena, &b), CP_ERR_MALFORMED);
    assert_string_equal(a.why, why);
    assert_string_equal(b.why, why);
    assert_int_equal(a.place.file, 7);
    assert_int_equal(a.place.line, line);
    assert_int_equal(a.place.column, column);
    assert_memory_equal(&a.place, &b.place, sizeof(a.place));
}

static void assert_read(struct cp_arena *arena, const char *text)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};

    assert_int_equal(pass(cp_text_of(text), &diag), CP_OK);
    assert_int_equal(tree(cp_text_of(text), arena, &diag), CP_OK);
}

static void every_prefix_of_a_document_is_refused_at_its_end_or_before(void **state)
{
    for (size_t len = 0; len < sizeof(everything) - 1; len++) {
        struct cp_diag diag = {.place = CP_PLACE_NONE};

        assert_int_equal(pass((cp_text){everything, len}, &diag), CP_ERR_MALFORMED);
        assert_true(diag.place.line > 0 && diag.place.column > 0);
        assert_non_null(diag.why);
        assert_int_equal(tree((cp_text){everything, len}, *state, &diag), CP_ERR_MALFORMED);
    }
    assert_read(*state, everything);
}

/* A text at the end of memory: nothing is read past it (the sanitizer watches). */
static void no_byte_past_the_end_is_looked_at(void **state)
{
    for (size_t len = 0; len < sizeof(everything); len++) {
        char *copy = test_malloc(len + 1);

        memcpy(copy, everything, len);
        assert_int_equal(pass((cp_text){copy, len}, NULL),
                         len == sizeof(everything) - 1 ? CP_OK : CP_ERR_MALFORMED);
        test_free(copy);
    }
    (void)state;
}

static void a_scalar_alone_is_a_document(void **state)
{
    static const char *const documents[] = {"null", " true ", "false",
                                            "0",    "\"\"",   "\t-1.5E-7\r\n"};

    for (size_t i = 0; i < CP_COUNT(documents); i++)
        assert_read(*state, documents[i]);
}

static void a_byte_order_mark_is_passed_over_once_and_has_no_column(void **state)
{
    assert_read(*state, "\xef\xbb\xbf{}");
    assert_refused(*state, "\xef\xbb\xbf?", 1, 1, "a value is expected here");
    assert_refused(*state, "\xef\xbb\xbf\xef\xbb\xbf{}", 1, 1, "a value is expected here");
}

static void numbers_are_those_of_rfc_8259(void **state)
{
    static const char *const numbers[] = {"0",   "-0",   "10",        "0.0",
                                          "1e1", "1E+1", "-1.25e-12", "9e999"};
    static const struct {
        const char *text;
        uint32_t column;
        const char *why;
    } others[] = {
        {"01", 1, "a number must not begin with a zero"},
        {"-01", 2, "a number must not begin with a zero"},
        {"+1", 1, "a value is expected here"},
        {".5", 1, "a value is expected here"},
        {"1. ", 3, "a number needs digits after its point"},
        {"-x", 2, "a number needs digits"},
        {"1e ", 3, "a number needs digits in its exponent"},
        {"1e+ ", 4, "a number needs digits in its exponent"},
        {"0x10", 2, "nothing is expected after the end of the JSON"},
        {"NaN", 1, "a value is expected here"},
        {"Infinity", 1, "a value is expected here"},
        {"-Infinity", 2, "a number needs digits"},
    };

    /* RFC 8259 6 TEST */
    for (size_t i = 0; i < CP_COUNT(numbers); i++)
        assert_read(*state, numbers[i]);
    for (size_t i = 0; i < CP_COUNT(others); i++)
        assert_refused(*state, others[i].text, 1, others[i].column, others[i].why);
}

static void what_other_dialects_allow_is_refused(void **state)
{
    assert_refused(*state, "[1,]", 1, 4, "a value is expected here");
    assert_refused(*state, "{\"a\":1,}", 1, 8, "a name in quotation marks is expected here");
    assert_refused(*state, "{a:1}", 1, 2, "a name in quotation marks is expected here");
    assert_refused(*state, "['a']", 1, 2, "a value is expected here");
    assert_refused(*state, "[1 2]", 1, 4, "a comma or the closing bracket is expected here");
    assert_refused(*state, "[1}", 1, 3, "a comma or the closing bracket is expected here");
    assert_refused(*state, "[,1]", 1, 2, "a value is expected here");
    assert_refused(*state, "{\"a\" 1}", 1, 6, "a colon is expected here");
    assert_refused(*state, "[]\n// end", 2, 1, "nothing is expected after the end of the JSON");
    assert_refused(*state, "[]]", 1, 3, "nothing is expected after the end of the JSON");
    assert_refused(*state, "nul1", 1, 1, "this is no value of JSON");
    assert_refused(*state, "True", 1, 1, "a value is expected here");
    assert_refused(*state, "\f1", 1, 1, "a value is expected here");
    assert_refused(*state, "", 1, 1, "the JSON ends too early");
}

static void texts_with_wrong_bytes_are_refused_where_those_stand(void **state)
{
    static const char control[] = "a text must not hold this control character";
    static const char escape[] = "this is no escape of JSON";

    assert_refused(*state, "\"ab\ncd\"", 1, 4, control);
    assert_refused(*state, "\"0123456789\x01\"", 1, 12, control);
    assert_refused(*state, "\"a\\x\"", 1, 3, escape);
    assert_refused(*state, "\"\\u12g4\"", 1, 2, escape);
    assert_refused(*state, "\"\\U0041\"", 1, 2, escape);
    assert_refused(*state, "\"ok\xff\"", 1, 4, "a text must be UTF-8");
    assert_refused(*state, "\"\xed\xa0\x80\"", 1, 2, "a text must be UTF-8"); /* a surrogate */
    assert_refused(*state, "\"\xc0\xaf\"", 1, 2, "a text must be UTF-8");     /* too long a form */
    assert_refused(*state, "{\"\xff\": 1}", 1, 3, "a text must be UTF-8");
}

static void surrogates_come_in_pairs_or_not_at_all(void **state)
{
    static const char escape[] = "this is no escape of JSON";

    /* RFC 8259 8.2 TEST */
    assert_read(*state, "\"\\uD834\\udd1e\"");
    assert_refused(*state, "\"\\ud834\"", 1, 2, escape);
    assert_refused(*state, "\"\\udd1e\"", 1, 2, escape);
    assert_refused(*state, "\"\\ud834\\ud834\"", 1, 2, escape);
    assert_refused(*state, "\"\\ud834\\n\"", 1, 2, escape);
    assert_refused(*state, "\"\\ud834xudd1e\"", 1, 2, escape);
}

static void lines_are_counted_whatever_ends_them(void **state)
{
    assert_refused(*state, "[\n\n ?]", 3, 2, "a value is expected here");
    assert_refused(*state, "[\r\n\r\n ?]", 3, 2, "a value is expected here");
    assert_refused(*state, "[\r\r ?]", 3, 2, "a value is expected here");
    assert_refused(*state, "[\"\\n\", \"\xed\x95\x9c\" ?]", 1, 14,
                   "a comma or the closing bracket is expected here");
}

static void the_first_line_is_the_callers(void **state)
{
    struct cp_json_in in = cp_json_in_make(CP_TEXT("\n x"), 3, 100);
    cp_place place = cp_json_in_place(&in);

    assert_int_equal(place.file, 3);
    assert_int_equal(place.line, 101);
    assert_int_equal(place.column, 2);
    (void)state;
}

static void nesting_is_read_to_its_limit_and_refused_beyond_it(void **state)
{
    char text[(size_t)2 * CP_JSON_IN_DEPTH_MAX + 3];
    struct cp_diag diag = {.place = CP_PLACE_NONE};

    memset(text, '[', CP_JSON_IN_DEPTH_MAX);
    memset(text + CP_JSON_IN_DEPTH_MAX, ']', CP_JSON_IN_DEPTH_MAX);
    text[(size_t)2 * CP_JSON_IN_DEPTH_MAX] = '\0';
    assert_read(*state, text);
    memset(text, '[', CP_JSON_IN_DEPTH_MAX + 1);
    memset(text + CP_JSON_IN_DEPTH_MAX + 1, ']', CP_JSON_IN_DEPTH_MAX + 1);
    text[(size_t)2 * CP_JSON_IN_DEPTH_MAX + 2] = '\0';
    assert_int_equal(pass(cp_text_of(text), &diag), CP_ERR_LIMIT);
    assert_int_equal(diag.place.column, CP_JSON_IN_DEPTH_MAX + 1);
    assert_int_equal(tree(cp_text_of(text), *state, &diag), CP_ERR_LIMIT);
}

static void stepping_gives_names_and_kinds_in_their_order(void **state)
{
    struct cp_json_in in = cp_json_in_make(CP_TEXT("{ \"a\\/b\": [1, {}], \"c\": null }"), 0, 1);
    const struct cp_json_value *value;
    cp_text key;
    bool more;

    assert_int_equal(cp_json_in_peek(&in), CP_JSON_OBJECT);
    assert_int_equal(cp_json_in_enter(&in, CP_JSON_OBJECT, NULL), CP_OK);
    assert_int_equal(cp_json_in_next(&in, *state, &key, &more, NULL), CP_OK);
    assert_true(more && cp_text_is(key, "a/b"));
    assert_int_equal(cp_json_in_enter(&in, CP_JSON_ARRAY, NULL), CP_OK);
    assert_int_equal(cp_json_in_next(&in, NULL, NULL, &more, NULL), CP_OK);
    assert_int_equal(cp_json_in_peek(&in), CP_JSON_NUMBER);
    assert_int_equal(cp_json_in_take(&in, *state, &value, NULL), CP_OK);
    assert_true(cp_text_is(value->text, "1"));
    assert_int_equal(cp_json_in_next(&in, NULL, NULL, &more, NULL), CP_OK);
    assert_int_equal(cp_json_in_skip(&in, NULL), CP_OK);
    assert_int_equal(cp_json_in_next(&in, NULL, NULL, &more, NULL), CP_OK);
    assert_false(more);
    assert_int_equal(cp_json_in_next(&in, *state, &key, &more, NULL), CP_OK);
    assert_true(more && cp_text_is(key, "c"));
    assert_int_equal(cp_json_in_skip(&in, NULL), CP_OK);
    assert_int_equal(cp_json_in_next(&in, *state, &key, &more, NULL), CP_OK);
    assert_false(more);
    assert_int_equal(cp_json_in_end(&in, NULL), CP_OK);
}

static void what_is_entered_must_be_of_its_kind(void **state)
{
    struct cp_json_in in = cp_json_in_make(CP_TEXT(" [1]"), 0, 1);
    struct cp_diag diag;

    assert_int_equal(cp_json_in_enter(&in, CP_JSON_OBJECT, &diag), CP_ERR_MALFORMED);
    assert_string_equal(diag.why, "an object ({...}) is expected here");
    assert_int_equal(diag.place.column, 2);
    (void)state;
}

static void a_name_twice_passes_where_it_is_stepped_over(void **state)
{
    assert_int_equal(pass(CP_TEXT("{\"a\": 1, \"a\": 2}"), NULL), CP_OK);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_prefix_of_a_document_is_refused_at_its_end_or_before),
        cmocka_unit_test(no_byte_past_the_end_is_looked_at),
        cmocka_unit_test(a_scalar_alone_is_a_document),
        cmocka_unit_test(a_byte_order_mark_is_passed_over_once_and_has_no_column),
        cmocka_unit_test(numbers_are_those_of_rfc_8259),
        cmocka_unit_test(what_other_dialects_allow_is_refused),
        cmocka_unit_test(texts_with_wrong_bytes_are_refused_where_those_stand),
        cmocka_unit_test(surrogates_come_in_pairs_or_not_at_all),
        cmocka_unit_test(lines_are_counted_whatever_ends_them),
        cmocka_unit_test(the_first_line_is_the_callers),
        cmocka_unit_test(nesting_is_read_to_its_limit_and_refused_beyond_it),
        cmocka_unit_test(stepping_gives_names_and_kinds_in_their_order),
        cmocka_unit_test(what_is_entered_must_be_of_its_kind),
        cmocka_unit_test(a_name_twice_passes_where_it_is_stepped_over),
    };

    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
