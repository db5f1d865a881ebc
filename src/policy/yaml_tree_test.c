#include "yaml_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "limits.h"

static struct cp_arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = cp_arena_open((size_t)64 << 20);
    return arena == NULL;
}

static int close_arena(void **state)
{
    (void)state;
    cp_arena_close(arena);
    return 0;
}

static const struct cp_yaml *parse(const char *text)
{
    const struct cp_yaml *root = NULL;
    struct cp_diag diag = {0};
    cp_err err = cp_yaml_parse(cp_text_of(text), 0, arena, &root, &diag);

    if (err != CP_OK)
        fail_msg("%u:%u: %s", diag.place.line, diag.place.column, diag.why);
    return root;
}

static void assert_text(const struct cp_yaml *thing, const char *text)
{
    assert_non_null(thing);
    assert_int_equal(thing->kind, CP_YAML_TEXT);
    assert_int_equal(thing->text.len, strlen(text));
    assert_memory_equal(thing->text.at, text, strlen(text));
}

static void assert_place(cp_place place, uint32_t line, uint32_t column)
{
    assert_int_equal(place.line, line);
    assert_int_equal(place.column, column);
}

static void nothing_has_a_type(void **state)
{
    const struct cp_yaml *list = parse("[NO, 1, 2014-02-14, ~, null, yes, \"q\", 'it''s', 0x10]");
    static const char *const want[] = {"NO",  "1", "2014-02-14", "~",   "null",
                                       "yes", "q", "it's",       "0x10"};

    (void)state;
    assert_int_equal(list->count, CP_COUNT(want));
    const struct cp_yaml *at = list->first;
    for (size_t i = 0; i < CP_COUNT(want); i++, at = at->next)
        assert_text(at, want[i]);
    assert_null(at);
}

static void block_and_flow_give_the_same_tree(void **state)
{
    static const char *const texts[] = {
        "a:\n  - x\n  - y\nb:\n  c: z\n",
        "{a: [x, y], b: {c: z}}\n",
        "---\na: [x, y]   # why\nb: {c: z}\n...\n",
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(texts); i++) {
        const struct cp_yaml *root = parse(texts[i]);
        assert_int_equal(root->kind, CP_YAML_MAP);
        assert_int_equal(root->count, 2);
        assert_true(cp_text_is(root->first->key, "a"));
        assert_int_equal(root->first->kind, CP_YAML_LIST);
        assert_text(root->first->first->next, "y");
        assert_true(cp_text_is(root->first->next->first->key, "c"));
        assert_text(root->first->next->first, "z");
    }
}

static void columns_count_bytes_after_text_in_any_script(void **state)
{
    const struct cp_yaml *root = parse("화웨이: [华为, x]\r\n  \r\nb: {c: d}\n");

    (void)state;
    assert_place(root->first->key_place, 1, 1);
    assert_place(root->first->place, 1, 12);
    assert_place(root->first->first->place, 1, 13);
    assert_place(root->first->first->next->place, 1, 21);
    assert_place(root->first->next->key_place, 3, 1);
    assert_place(root->first->next->first->key_place, 3, 5);
    assert_place(root->first->next->first->place, 3, 8);
}

static void a_byte_order_mark_at_the_start_is_skipped(void **state)
{
    const struct cp_yaml *root = parse("\xef\xbb\xbf"
                                       "a: b\n");

    (void)state;
    assert_true(cp_text_is(root->first->key, "a"));
    assert_place(root->first->place, 1, 4);
}

struct refusal {
    const char *text;
    cp_err err;
    uint32_t line, column;
    const char *why; /* NULL: the words are libyaml's */
};

static const struct refusal refusals[] = {
    {"", CP_ERR_MALFORMED, 1, 1, "the file is empty"},
    {"# only words\n", CP_ERR_MALFORMED, 1, 1, "the file is empty"},
    {"a: &x b\n", CP_ERR_MALFORMED, 1, 4, "anchors are not allowed"},
    {"a: &x [b]\n", CP_ERR_MALFORMED, 1, 4, "anchors are not allowed"},
    {"a: b\nc: *x\n", CP_ERR_MALFORMED, 2, 4, "aliases are not allowed"},
    {"a: !!str b\n", CP_ERR_MALFORMED, 1, 4, "tags are not allowed"},
    {"a: ! b\n", CP_ERR_MALFORMED, 1, 4, "tags are not allowed"},
    {"a: !x {b: c}\n", CP_ERR_MALFORMED, 1, 4, "tags are not allowed"},
    {"a: !x [c]\n", CP_ERR_MALFORMED, 1, 4, "tags are not allowed"},
    {"a: b\n---\nc: d\n", CP_ERR_MALFORMED, 2, 1, "a policy is one document"},
    {"%YAML 1.1\n---\na: b\n", CP_ERR_MALFORMED, 1, 1, "directives are not allowed"},
    {"%TAG ! tag:x,2000:\n---\na: b\n", CP_ERR_MALFORMED, 1, 1, "directives are not allowed"},
    {"a: |\n  b\n", CP_ERR_MALFORMED, 1, 4, "block texts (| and >) are not allowed: use quotes"},
    {"a: >\n  b\n", CP_ERR_MALFORMED, 1, 4, "block texts (| and >) are not allowed: use quotes"},
    {"b:\n  <<: c\n", CP_ERR_MALFORMED, 2, 3, "merge keys are not allowed"},
    {"[a]: b\n", CP_ERR_MALFORMED, 1, 1, "a key must be a text"},
    {"? {a: b}\n: c\n", CP_ERR_MALFORMED, 1, 3, "a key must be a text"},
    {"\"\": c\n", CP_ERR_MALFORMED, 1, 1, "a key is missing"},
    {"a: b\n\"a\": c\n", CP_ERR_DUPLICATE, 2, 1, "this key stands twice"},
    {"x: {가: 1, 가: 2}\n", CP_ERR_DUPLICATE, 1, 13, "this key stands twice"},
    {"a: \"x\\ny\"\n", CP_ERR_MALFORMED, 1, 4, "a text holds a control or invisible character"},
    {"a: \"\\0\"\n", CP_ERR_MALFORMED, 1, 4, "a text holds a control or invisible character"},
    {"a: \"\\uFEFFb\"\n", CP_ERR_MALFORMED, 1, 4, "a text holds a control or invisible character"},
    {"a: \"\\L\"\n", CP_ERR_MALFORMED, 1, 4, "a text holds a control or invisible character"},
    {"a: b\x01\n", CP_ERR_MALFORMED, 1, 5, "a control or invisible character"},
    {"a: b\xe2\x80\x8b\n", CP_ERR_MALFORMED, 1, 5, "a control or invisible character"},
    {"a: \"b\\u202E\"\n", CP_ERR_MALFORMED, 1, 4, "a text holds a control or invisible character"},
    {"a: b\xc2\x85\n", CP_ERR_MALFORMED, 1, 5, "a control or invisible character"},
    {"a: b\n\xff\n", CP_ERR_MALFORMED, 2, 1, "not utf-8"},
    {"a: [b\n", CP_ERR_MALFORMED, 1, 4, "this bracket is never closed"},
    {"a: {b: {c: d}\n", CP_ERR_MALFORMED, 1, 4, "this bracket is never closed"},
    {"a: {b: c]\n", CP_ERR_MALFORMED, 1, 9, "expected ',' or '}'"},
    {"a: [b}\n", CP_ERR_MALFORMED, 1, 6, "expected ',' or ']'"},
    {"a: [b,,c]\n", CP_ERR_MALFORMED, 1, 7, "expected a value"},
    {"a: \"b\n", CP_ERR_MALFORMED, 1, 4, "this quote is never closed"},
    {"a:\n  b: 'c\n  d: e\n", CP_ERR_MALFORMED, 2, 6, "this quote is never closed"},
    {"a: \"b\n---\n", CP_ERR_MALFORMED, 1, 4, "this quote is never closed"},
    {"a: b\n c: d\n", CP_ERR_MALFORMED, 2, 3,
     "a ':' where none can be: quote a text that holds ': ', or mend the indentation"},
    {"a: b: c\n", CP_ERR_MALFORMED, 1, 5,
     "a ':' where none can be: quote a text that holds ': ', or mend the indentation"},
    {"a: {b: c: d}\n", CP_ERR_MALFORMED, 1, 9,
     "a ':' where none can be: quote a text that holds ': ', or mend the indentation"},
    {"a:\n\t- b\n", CP_ERR_MALFORMED, 2, 1, "a tab: indent with spaces"},
    {"a: b\n\t", CP_ERR_MALFORMED, 2, 1, "a tab: indent with spaces"},
    {"a: b\tc\n", CP_ERR_MALFORMED, 1, 4, "a text holds a tab"},
    {"a: \"b\\tc\"\n", CP_ERR_MALFORMED, 1, 4, "a text holds a tab"},
    {"a: @b\n", CP_ERR_MALFORMED, 1, 4, "a text that begins with this character needs quotes"},
    {"a: - b\n", CP_ERR_MALFORMED, 1, 4, "a list in lines begins on a line of its own"},
    {"a: 'It's'\n", CP_ERR_MALFORMED, 1, 8, "a text goes on after its closing quote or bracket"},
    {"a: [b]c\n", CP_ERR_MALFORMED, 1, 7, "a text goes on after its closing quote or bracket"},
    {"- a\nb: c\n", CP_ERR_MALFORMED, 2, 1, "indented like nothing above it"},
    {"a:\n  - b\n - c\n", CP_ERR_MALFORMED, 3, 2, "indented like nothing above it"},
    {"a: b\nc\n", CP_ERR_MALFORMED, 2, 1, "a key without ': ' after it"},
    {"a: \"\\q\"\n", CP_ERR_MALFORMED, 1, 5, "no such escape in a quoted text"},
    {"[[[[[[[[[[[[[[[[[a]]]]]]]]]]]]]]]]]", CP_ERR_LIMIT, 1, 17,
     "lists and mappings nest at most 16 deep"},
};

static void what_is_outside_the_subset_is_refused_at_its_place(void **state)
{
    uint32_t wrong = 0;

    (void)state;
    for (size_t i = 0; i < CP_COUNT(refusals); i++) {
        const struct refusal *want = &refusals[i];
        const struct cp_yaml *root = NULL;
        struct cp_diag diag = {.why = ""};
        cp_err err = cp_yaml_parse(cp_text_of(want->text), 3, arena, &root, &diag);
        if (err == want->err && diag.place.file == 3 && diag.place.line == want->line &&
            diag.place.column == want->column && strcmp(diag.why, want->why) == 0)
            continue;
        print_error("%s: %s at %u:%u: %s\n", want->text, cp_err_name(err), diag.place.line,
                    diag.place.column, diag.why);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void as_deep_as_the_limit_is_read(void **state)
{
    (void)state;
    assert_non_null(parse("[[[[[[[[[[[[[[[[a]]]]]]]]]]]]]]]]"));
}

static void a_file_past_the_limit_is_refused(void **state)
{
    const struct cp_yaml *root = NULL;
    struct cp_diag diag = {0};
    char *text = cp_arena_take(arena, CP_LIMIT_POLICY_BYTES + 1, 1);

    (void)state;
    assert_non_null(text);
    memset(text, '#', CP_LIMIT_POLICY_BYTES + 1);
    assert_int_equal(
        cp_yaml_parse((cp_text){text, CP_LIMIT_POLICY_BYTES + 1}, 0, arena, &root, &diag),
        CP_ERR_LIMIT);
    memcpy(text, "a: b\n", 5);
    assert_int_equal(cp_yaml_parse((cp_text){text, CP_LIMIT_POLICY_BYTES}, 0, arena, &root, &diag),
                     CP_OK);
}

static void too_many_texts_are_refused(void **state)
{
    const struct cp_yaml *root = NULL;
    struct cp_diag diag = {0};
    size_t len = 2 * (size_t)(CP_LIMIT_POLICY_THINGS + 1);
    char *text = cp_arena_take(arena, len, 1);

    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < len; i++)
        text[i] = i % 2 == 0 ? ',' : 'a';
    text[0] = '[';
    text[len - 1] = ']';
    assert_int_equal(cp_yaml_parse((cp_text){text, len}, 0, arena, &root, &diag), CP_ERR_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_has_a_type, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(block_and_flow_give_the_same_tree, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(columns_count_bytes_after_text_in_any_script, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(a_byte_order_mark_at_the_start_is_skipped, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(what_is_outside_the_subset_is_refused_at_its_place,
                                        open_arena, close_arena),
        cmocka_unit_test_setup_teardown(as_deep_as_the_limit_is_read, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(a_file_past_the_limit_is_refused, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(too_many_texts_are_refused, open_arena, close_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
