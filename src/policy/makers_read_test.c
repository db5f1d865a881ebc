#include "makers_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

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

static cp_err read_yaml(const char *yaml, const struct cp_makers **makers, uint32_t *rows,
                        struct cp_diag *diag)
{
    const struct cp_yaml *root = NULL;

    assert_int_equal(cp_yaml_parse(cp_text_of(yaml), 0, arena, &root, diag), CP_OK);
    return cp_makers_read(root, arena, makers, rows, diag);
}

static uint32_t find(const struct cp_makers *makers, const char *name)
{
    uint32_t maker = cp_makers_find(makers, cp_text_of(name));

    assert_in_range(maker, 0, cp_makers_count(makers) - 1);
    return maker;
}

static void a_policy_without_makers_has_those_of_the_table(void **state)
{
    const struct cp_makers *makers = NULL;
    uint32_t rows = 7;

    (void)state;
    assert_int_equal(cp_makers_read(NULL, arena, &makers, &rows, NULL), CP_OK);
    assert_int_equal(rows, 0);
    assert_true(cp_text_is(cp_makers_name(makers, find(makers, "华为")), "huawei"));
}

static void each_key_of_a_maker_is_read(void **state)
{
    const struct cp_makers *makers = NULL;
    struct cp_diag diag = {0};
    uint32_t rows = 0;

    (void)state;
    assert_int_equal(read_yaml("acme:\n"
                               "  names: [Acme Inc, 아크메]\n"
                               "  affiliates: [Tiny Chips, Acme Radio]\n"
                               "  owner: [Acme Holding, Nokia]\n"
                               "  country: 'NO'\n"
                               "  pen: [99002, 99001]\n"
                               "  software: AcmeOS\n"
                               "huawei: { names: Bad Box, pen: 2011 }\n"
                               "quiet: {}\n",
                               &makers, &rows, &diag),
                     CP_OK);
    struct cp_maker_about about = cp_makers_about(makers, 0);
    assert_int_equal(rows, 3);
    assert_true(cp_text_is(about.name, "acme") && cp_text_is(about.country, "NO"));
    assert_int_equal(about.name_count, 2);
    assert_int_equal(cp_makers_parent(makers, find(makers, "tiny chips")), 0);
    assert_int_equal(about.owner_count, 2);
    assert_true(cp_text_is(cp_makers_name(makers, about.owners[0]), "acme holding"));
    assert_true(cp_text_is(cp_makers_name(makers, about.owners[1]), "nokia"));
    assert_int_equal(cp_makers_find_pen(makers, 99001), 0);
    assert_int_equal(cp_makers_find_software(makers, CP_TEXT("acmeos 2")), 0);
    assert_int_equal(find(makers, "bad box"), 1);
    assert_int_equal(find(makers, "huawei"), 1);
    assert_int_equal(find(makers, "quiet"), 2);
}

static void what_is_wrong_is_refused_at_its_place(void **state)
{
    static const struct {
        const char *yaml;
        cp_err err;
        uint32_t line, column;
        const char *why, *hint;
    } bad[] = {
        {"a: {names: [X]}\nb: {names: [y, x]}\n", CP_ERR_DUPLICATE, 2, 16,
         "two makers claim this name", ""},
        {"a: {names: [x, x]}\n", CP_ERR_DUPLICATE, 1, 16, "this text stands twice", ""},
        {"a: {affiliates: [x]}\nb: {affiliates: [x]}\n", CP_ERR_DUPLICATE, 2, 18,
         "two makers claim this affiliate", ""},
        {"a: {software: x}\nb: {software: X}\n", CP_ERR_DUPLICATE, 2, 15,
         "two makers claim this software", ""},
        {"a: {pen: 7}\nb: {pen: [8, 7]}\n", CP_ERR_DUPLICATE, 2, 14,
         "two makers claim this enterprise number", ""},
        {"a: {affiliates: [b]}\nb: {affiliates: [a]}\n", CP_ERR_CONFLICT, 1, 1,
         "affiliates or owners in a circle", ""},
        {"z: {}\na: {owner: b}\nb: {owner: a}\n", CP_ERR_CONFLICT, 2, 1,
         "affiliates or owners in a circle", ""},
        {"a: {names: [unknown]}\n", CP_ERR_MALFORMED, 1, 13, "this word means that nobody knows",
         ""},
        {"a: {owner: unknown}\n", CP_ERR_MALFORMED, 1, 12, "this word means that nobody knows", ""},
        {"unknown: {names: [a]}\n", CP_ERR_MALFORMED, 1, 1, "this word means that nobody knows",
         ""},
        {"a b: {names: [a]}\n", CP_ERR_MALFORMED, 1, 1, "expected a name without spaces", ""},
        {"a: {name: [x]}\n", CP_ERR_MALFORMED, 1, 5, "unknown key", "names"},
        {"a: {names: {x: y}}\n", CP_ERR_MALFORMED, 1, 12, "expected a text or a list", ""},
        {"a: {names: []}\n", CP_ERR_MALFORMED, 1, 12, "the list is empty", ""},
        {"a: {names: ''}\n", CP_ERR_MALFORMED, 1, 12, "a value is missing", ""},
        {"a: {pen: [x]}\n", CP_ERR_MALFORMED, 1, 11, "expected a whole number", ""},
        {"a: {pen: 4294967296}\n", CP_ERR_RANGE, 1, 10, "expected a whole number", ""},
        {"a: {pen: [1, 0]}\n", CP_ERR_RANGE, 1, 14, "an enterprise number is at least 1", ""},
        {"a: {country: cn}\n", CP_ERR_MALFORMED, 1, 14,
         "expected a country, two capitals of ISO 3166-1", "CN"},
        {"a: {country: UK}\n", CP_ERR_MALFORMED, 1, 14,
         "expected a country, two capitals of ISO 3166-1", "GB"},
        {"a: {country: [CN]}\n", CP_ERR_MALFORMED, 1, 14, "expected a text", ""},
        {"a: b\n", CP_ERR_MALFORMED, 1, 4, "expected a mapping", ""},
        {"[a]\n", CP_ERR_MALFORMED, 1, 1, "expected a mapping", ""},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(bad); i++) {
        const struct cp_makers *makers = NULL;
        struct cp_diag diag = {0};
        uint32_t rows = 0;
        cp_err err = read_yaml(bad[i].yaml, &makers, &rows, &diag);
        if (err != bad[i].err || diag.place.line != bad[i].line ||
            diag.place.column != bad[i].column || strcmp(diag.why, bad[i].why) != 0 ||
            strcmp(diag.hint, bad[i].hint) != 0)
            fail_msg("%s: %d at %u:%u: %s (%s)", bad[i].yaml, (int)err, diag.place.line,
                     diag.place.column, diag.why, diag.hint);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_policy_without_makers_has_those_of_the_table),
        cmocka_unit_test(each_key_of_a_maker_is_read),
        cmocka_unit_test(what_is_wrong_is_refused_at_its_place),
    };

    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
