#include "base/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* YAML at large; what the strict subset refuses is tested where policies are read. */

static const struct cp_yaml_rules rules = {
    .general = true,
    .bytes_max = 100000,
    .depth_max = 8,
    .things_max = 1000,
    .keys_max = 100,
    .too_long = "too long",
    .too_deep = "too deep",
    .too_many = "too many things",
    .too_many_keys = "too many keys",
    .several = "several documents",
};

struct reading {
    struct cp_arena *arena;
    const struct cp_yaml *root;
    struct cp_diag diag;
    cp_err err;
};

static struct reading read_text(const char *text)
{
    struct reading r = {.arena = cp_arena_open((size_t)1 << 24)};

    r.err = cp_yaml_read(cp_text_of(text), 0, &rules, r.arena, &r.root, &r.diag);
    return r;
}

static struct reading read_well(const char *text)
{
    struct reading r = read_text(text);

    if (r.err != CP_OK)
        fail_msg("%u:%u: %s", r.diag.place.line, r.diag.place.column, r.diag.why);
    return r;
}

static void assert_refused(const char *text, cp_err err, uint32_t line, uint32_t column,
                           const char *why)
{
    struct reading r = read_text(text);

    assert_int_equal(r.err, err);
    assert_string_equal(r.diag.why, why);
    assert_int_equal(r.diag.place.line, line);
    assert_int_equal(r.diag.place.column, column);
    cp_arena_close(r.arena);
}

static void assert_at(const struct cp_yaml *map, const char *key, const char *text)
{
    const struct cp_yaml *value = cp_yaml_find(map, key);

    assert_non_null(value);
    assert_int_equal(value->kind, CP_YAML_TEXT);
    assert_true(cp_text_is(value->text, text));
}

static void an_alias_is_what_its_anchor_stands_at(void **state)
{
    struct reading r = read_well("a: &x {k: v, l: [1, 2]}\nb: *x\nc: &t word\nd: *t\n");
    const struct cp_yaml *b = cp_yaml_find(r.root, "b");

    (void)state;
    assert_at(b, "k", "v");
    assert_int_equal(cp_yaml_find(b, "l")->count, 2);
    assert_at(r.root, "d", "word");
    assert_int_equal(b->place.line, 2);
    assert_int_equal(r.root->weight, 1 + 5 + 5 + 1 + 1);
    cp_arena_close(r.arena);
}

static void of_anchors_with_one_name_the_last_before_counts(void **state)
{
    struct reading r = read_well("[&x 1, *x, &x 2, *x]");
    const struct cp_yaml *at = r.root->first->next;

    (void)state;
    assert_true(cp_text_is(at->text, "1"));
    assert_true(cp_text_is(at->next->next->text, "2"));
    cp_arena_close(r.arena);
}

static void a_merge_fills_in_what_a_mapping_does_not_say(void **state)
{
    struct reading r = read_well("x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\n"
                                 "one: {<<: *x, b: 9}\nboth: {d: 5, <<: [*x, *y]}\n");
    const struct cp_yaml *one = cp_yaml_find(r.root, "one");
    const struct cp_yaml *both = cp_yaml_find(r.root, "both");

    (void)state;
    assert_int_equal(one->count, 2);
    assert_at(one, "a", "1");
    assert_at(one, "b", "9");
    assert_int_equal(both->count, 4);
    assert_at(both, "b", "2");
    assert_at(both, "c", "4");
    assert_at(both, "d", "5");
    cp_arena_close(r.arena);
}

static void faulty_aliases_and_merges_are_refused(void **state)
{
    (void)state;
    assert_refused("a: *x\n", CP_ERR_MALFORMED, 1, 4, "an alias of nothing");
    assert_refused("a: &x [1, *x]\n", CP_ERR_MALFORMED, 1, 11,
                   "an alias inside of what it stands for");
    assert_refused("*x : 1\n", CP_ERR_MALFORMED, 1, 1, "an alias of nothing");
    assert_refused("a: &x 1\n*x : 1\n", CP_ERR_MALFORMED, 2, 1, "a key must be a text");
    assert_refused("&x a: 1\n", CP_ERR_MALFORMED, 1, 1, "an anchor at a key");
    assert_refused("{<<: 1}", CP_ERR_MALFORMED, 1, 6, "a merge of what is no mapping");
    assert_refused("{<<: [{a: 1}, 2]}", CP_ERR_MALFORMED, 1, 15, "a merge of what is no mapping");
    assert_refused("{<<: {}, <<: {}}", CP_ERR_DUPLICATE, 1, 10, "this key stands twice");
}

static void repetition_is_bounded(void **state)
{
    (void)state;
    assert_refused("- &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n- &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
                   "- &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n- [*c, *c, *c, *c]\n",
                   CP_ERR_LIMIT, 3, 43, "too many things");
}

static void texts_may_stand_in_blocks_and_have_tags(void **state)
{
    struct reading r = read_well("a: |\n  one\n  two\nb: !!str 5\nc: ! x\nd: >-\n  f\n  g\n");

    (void)state;
    assert_at(r.root, "a", "one\ntwo\n");
    assert_at(r.root, "b", "5");
    assert_at(r.root, "d", "f g");
    cp_arena_close(r.arena);
    assert_refused("a: !mine x\n", CP_ERR_MALFORMED, 1, 4, "tags are not allowed");
}

static void only_a_plain_text_is_nothing(void **state)
{
    struct reading r = read_well("- ~\n- null\n- ''\n- \"~\"\n-\n- nil\n");
    const struct cp_yaml *at;
    static const bool wanted[] = {true, true, false, false, true, false};

    (void)state;
    at = r.root->first;
    for (size_t i = 0; i < CP_COUNT(wanted); i++, at = at->next)
        assert_int_equal(cp_yaml_is_null(at), wanted[i]);
    assert_null(at);
    assert_false(cp_yaml_is_null(r.root));
    assert_null(cp_yaml_find(r.root, "x"));
    assert_null(cp_yaml_find(NULL, "x"));
    cp_arena_close(r.arena);
}

static void keys_that_stand_twice_are_found_among_many(void **state)
{
    char text[4096] = "";
    size_t len = 0;

    (void)state;
    for (int i = 0; i < 90; i++)
        text[len++] = 'k', text[len++] = (char)('0' + i / 10), text[len++] = (char)('0' + i % 10),
        text[len++] = ':', text[len++] = ' ', text[len++] = '1', text[len++] = '\n';
    memcpy(text + len, "k07: 2\n", 8);
    assert_refused(text, CP_ERR_DUPLICATE, 91, 1, "this key stands twice");
}

static void limits_are_those_of_the_rules(void **state)
{
    char keys[2048] = "";
    size_t len = 0;

    (void)state;
    assert_refused("[[[[[[[[[]]]]]]]]]", CP_ERR_LIMIT, 1, 9, "too deep");
    for (int i = 0; i < 101; i++)
        keys[len++] = (char)('a' + i / 26), keys[len++] = (char)('a' + i % 26), keys[len++] = ':',
        keys[len++] = ' ', keys[len++] = '1', keys[len++] = '\n';
    keys[len] = '\0';
    assert_refused(keys, CP_ERR_LIMIT, 101, 1, "too many keys");
    assert_refused("a\n---\nb\n", CP_ERR_MALFORMED, 2, 1, "several documents");
}

static void no_memory_is_an_error(void **state)
{
    cp_err err = CP_ERR_NOMEM;

    (void)state;
    for (uint64_t takes = 0; err != CP_OK; takes++) {
        struct cp_arena *arena = cp_arena_open((size_t)1 << 24);
        const struct cp_yaml *root;
        struct cp_diag diag;

        cp_arena_fail_after(arena, takes);
        err = cp_yaml_read(CP_TEXT("a: &x {k: v}\nb: {<<: *x}\nc: [*x]\n"), 0, &rules, arena, &root,
                           &diag);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        cp_arena_close(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_alias_is_what_its_anchor_stands_at),
        cmocka_unit_test(of_anchors_with_one_name_the_last_before_counts),
        cmocka_unit_test(a_merge_fills_in_what_a_mapping_does_not_say),
        cmocka_unit_test(faulty_aliases_and_merges_are_refused),
        cmocka_unit_test(repetition_is_bounded),
        cmocka_unit_test(texts_may_stand_in_blocks_and_have_tags),
        cmocka_unit_test(only_a_plain_text_is_nothing),
        cmocka_unit_test(keys_that_stand_twice_are_found_among_many),
        cmocka_unit_test(limits_are_those_of_the_rules),
        cmocka_unit_test(no_memory_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
