#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json_in.h"
#include "base/out.h"

#define ARENA_BYTES ((size_t)16 << 20)

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

static const struct cp_json_value *tree_of(struct cp_arena *arena, const char *text)
{
    const struct cp_json_value *value = NULL;

    assert_int_equal(cp_json_in_document(cp_text_of(text), 0, arena, &value, NULL), CP_OK);
    return value;
}

static void a_tree_has_each_value_its_kind_its_text_and_its_place(void **state)
{
    const struct cp_json_value *tree = tree_of(*state, "{\"a\": [10, \"x\"],\n  \"b\": true}");
    const struct cp_json_value *a = tree->first, *b = a->next;

    assert_int_equal(tree->kind, CP_JSON_OBJECT);
    assert_int_equal(tree->count, 2);
    assert_true(cp_text_is(a->key, "a"));
    assert_int_equal(a->kind, CP_JSON_ARRAY);
    assert_int_equal(a->count, 2);
    assert_int_equal(a->key_place.column, 2);
    assert_int_equal(a->place.column, 7);
    assert_true(cp_text_is(a->first->text, "10"));
    assert_true(cp_text_is(a->first->next->text, "x"));
    assert_int_equal(a->first->next->place.column, 12);
    assert_null(a->first->next->next);
    assert_int_equal(b->kind, CP_JSON_TRUE);
    assert_int_equal(b->key_place.line, 2);
    assert_int_equal(b->key_place.column, 3);
    assert_int_equal(b->place.column, 8);
    assert_null(b->next);
}

static void escapes_stand_for_their_characters(void **state)
{
    const struct cp_json_value *tree = tree_of(
        *state, "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\", \"a\\u0041\\u00e9\\ud55c\\uD83D\\uDE00z\", "
                "\"\\u0000\", {\"\\u0061\": 1}]");
    const struct cp_json_value *at = tree->first;

    assert_true(cp_text_is(at->text, "\"\\/\b\f\n\r\t"));
    at = at->next;
    assert_true(cp_text_is(at->text, "aA\xc3\xa9\xed\x95\x9c\xf0\x9f\x98\x80z"));
    at = at->next;
    assert_int_equal(at->text.len, 1);
    assert_int_equal(at->text.at[0], 0);
    assert_true(cp_text_is(at->next->first->key, "a"));
}

static void a_text_without_escapes_is_borrowed(void **state)
{
    static const char text[] = "\"borrowed\"";

    assert_ptr_equal(tree_of(*state, text)->text.at, text + 1);
}

static void a_name_that_stands_twice_is_refused_at_its_second_place(void **state)
{
    static const char *const texts[] = {"{\"a\": 1, \"a\": 2}", "{\"a\": 1, \"\\u0061\": 2}",
                                        "{\"\":{}, \"b\":[], \"\":0}"};
    const struct cp_json_value *value;
    struct cp_diag diag;

    for (size_t i = 0; i < CP_COUNT(texts); i++) {
        assert_int_equal(cp_json_in_document(cp_text_of(texts[i]), 0, *state, &value, &diag),
                         CP_ERR_DUPLICATE);
        assert_int_equal(diag.place.line, 1);
        assert_true(diag.place.column == 10 || diag.place.column == 17);
    }
    (void)tree_of(*state, "[{\"a\": {\"a\": 1}}, {\"a\": 2}]"); /* other objects, other names */
}

/* Objects of all sizes about the limit of the small ones, each name once and then one of them twice. */
static void names_are_told_apart_in_objects_of_any_size(void **state)
{
    cp_arena_mark start = cp_arena_mark_get(*state);

    for (uint32_t members = 1; members <= 200; members++)
        for (uint32_t twice = 0; twice <= members; twice += members) {
            struct cp_out out = cp_out_make(*state);
            const struct cp_json_value *value = NULL;
            struct cp_diag diag;
            cp_text text;

            cp_out_char(&out, '{');
            for (uint32_t i = 0; i < members; i++)
                cp_out_format(&out, "\"name_%u\": %u, ", i * 7, i);
            cp_out_format(&out, "\"name_%u\": 0}", twice * 7);
            assert_int_equal(cp_out_done(&out, &text), CP_OK);
            assert_int_equal(cp_json_in_document(text, 0, *state, &value, &diag),
                             twice < members ? CP_ERR_DUPLICATE : CP_OK);
            if (twice < members)
                assert_string_equal(diag.subject, "name_0");
            else
                assert_int_equal(value->count, members + 1);
            cp_arena_reset(*state, start);
        }
}

static void members_are_found_by_name_and_by_path(void **state)
{
    const struct cp_json_value *tree =
        tree_of(*state, "{\"device\": {\"maker\": {\"name\": \"Nokia\"}, \"n\": null}, \"id\": 5}");

    assert_true(cp_text_is(cp_json_path(tree, "device.maker.name")->text, "Nokia"));
    assert_ptr_equal(cp_json_path(tree, "id"), cp_json_member(tree, "id"));
    assert_null(cp_json_path(tree, "device.none.name"));
    assert_null(cp_json_path(tree, "id.name"));
    assert_null(cp_json_path(NULL, "id"));
    assert_null(cp_json_member(NULL, "id"));
    assert_null(cp_json_member(tree->first->next, "id"));
    assert_int_equal(cp_json_member_text(tree, "id").len, 0);
    assert_int_equal(cp_json_member_text(cp_json_member(tree, "device"), "n").len, 0);
    assert_int_equal(cp_json_member_text(NULL, "n").len, 0);
}

static void whole_numbers_are_those_that_fit(void **state)
{
    static const struct {
        const char *text;
        bool fits;
        uint64_t number;
    } cases[] = {
        {"0", true, 0},      {"18446744073709551615", true, UINT64_MAX},
        {"10.00", true, 10}, {"18446744073709551616", false, 0},
        {"10.5", false, 0},  {"-1", false, 0},
        {"1e3", false, 0},   {"\"5\"", false, 0},
        {"true", false, 0},  {"10.0e0", false, 0},
    };
    uint64_t number;

    for (size_t i = 0; i < CP_COUNT(cases); i++) {
        assert_int_equal(cp_json_u64_of(tree_of(*state, cases[i].text), &number), cases[i].fits);
        assert_int_equal(number, cases[i].number);
    }
    assert_false(cp_json_u64_of(NULL, &number));
}

static void each_take_that_fails_ends_in_out_of_memory(void **state)
{
    static const char text[] = "{\"a\\n\": [1, {\"b\": \"\\t\"}], \"c\": {}}";
    const struct cp_json_value *value = NULL;
    cp_err err = CP_ERR_NOMEM;

    (void)state;
    for (uint64_t takes = 0; err == CP_ERR_NOMEM; takes++) {
        struct cp_arena *arena = cp_arena_open(ARENA_BYTES);

        assert_true(takes < 100);
        cp_arena_fail_after(arena, takes);
        err = cp_json_in_document(cp_text_of(text), 0, arena, &value, NULL);
        cp_arena_close(arena);
    }
    assert_int_equal(err, CP_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_has_each_value_its_kind_its_text_and_its_place),
        cmocka_unit_test(escapes_stand_for_their_characters),
        cmocka_unit_test(a_text_without_escapes_is_borrowed),
        cmocka_unit_test(a_name_that_stands_twice_is_refused_at_its_second_place),
        cmocka_unit_test(names_are_told_apart_in_objects_of_any_size),
        cmocka_unit_test(members_are_found_by_name_and_by_path),
        cmocka_unit_test(whole_numbers_are_those_that_fit),
        cmocka_unit_test(each_take_that_fails_ends_in_out_of_memory),
    };

    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
