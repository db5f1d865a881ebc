#include "policy/policy.h"

#include "policy_file.h"

#include "base/out.h"

/* How much is read: bytes, memory, and each limit. */

enum { ARENA_BYTES = 256 << 20 };

#define WHOLE_LANGUAGE "fuzz/corpus/policy/whole-language.yaml"

static struct cp_arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = cp_arena_open(ARENA_BYTES);
    return arena == NULL;
}

static int close_arena(void **state)
{
    (void)state;
    cp_arena_close(arena);
    return 0;
}

static void check_prefixes(const char *path, size_t step)
{
    cp_text whole = policy_file_bytes(path, arena);
    cp_arena_mark mark = cp_arena_mark_get(arena);

    for (size_t len = 0; len < whole.len; len += step) {
        const struct cp_policy *policy = NULL;
        struct cp_diag diag = {0};
        cp_err err = cp_policy_read((cp_text){whole.at, len}, 0, arena, &policy, &diag);
        if (err == CP_OK)
            assert_in_range(policy->rule_count, 1, 12);
        else
            assert_true(diag.why != NULL && diag.place.line > 0 && diag.place.column > 0);
        cp_arena_reset(arena, mark);
    }
}

static void each_prefix_is_refused_with_a_place_or_read(void **state)
{
    (void)state;
    check_prefixes("examples/policies/kr-2014.yaml", 1);
    check_prefixes(WHOLE_LANGUAGE, 7);
}

/* Reads with ever more memory until it is enough; what the reading comes to in the end. */
static cp_err read_in_tight_arenas(cp_text text)
{
    cp_err err = CP_ERR_NOMEM;

    for (uint64_t takes = 0; err == CP_ERR_NOMEM; takes++) {
        struct cp_arena *tight = cp_arena_open(ARENA_BYTES);
        const struct cp_policy *policy = NULL;
        struct cp_diag diag = {0};
        assert_non_null(tight);
        cp_arena_fail_after(tight, takes);
        err = cp_policy_read(text, 0, tight, &policy, &diag);
        cp_arena_close(tight);
    }
    return err;
}

static void each_take_that_fails_is_reported(void **state)
{
    (void)state;
    assert_int_equal(read_in_tight_arenas(policy_file_bytes(WHOLE_LANGUAGE, arena)), CP_OK);
}

static void a_hint_that_finds_no_memory_is_an_error_too(void **state)
{
    (void)state;
    assert_int_equal(
        read_in_tight_arenas(CP_TEXT("{ cleanpath-policy: 1, id: p, rules: [{ id: r, says: s, "
                                     "forbid-transit: { maker: huawai } }] }")),
        CP_ERR_UNKNOWN_ID);
}

/* before, then each (its %u is a number) so many times, then after */
struct crowd {
    const char *before, *each, *after;
    unsigned most;
};

static cp_err read_crowd(const struct crowd *crowd, unsigned count)
{
    struct cp_out out = cp_out_make(arena);
    const struct cp_policy *policy = NULL;
    struct cp_diag diag = {0};
    cp_text text = CP_TEXT("");
    cp_text each = cp_text_of(crowd->each);
    size_t number = cp_text_find(each, '%', 0);

    cp_out_str(&out, "cleanpath-policy: 1\nid: p\n");
    cp_out_str(&out, crowd->before);
    for (unsigned k = 0; k < count; k++) {
        cp_out_text(&out, cp_text_sub(each, 0, number));
        cp_out_u64(&out, k);
        cp_out_text(&out, cp_text_sub(each, number + 2, each.len));
    }
    cp_out_str(&out, crowd->after);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    cp_err err = cp_policy_read(text, 0, arena, &policy, &diag);
    assert_true(err == CP_OK || (diag.why != NULL && diag.place.line > 0));
    return err;
}

static void what_is_at_a_limit_is_read_and_one_more_is_refused(void **state)
{
#define ONE_RULE "rules: [{ id: r, says: s, forbid-presence: { maker: zte }"
    static const struct crowd crowds[] = {
        {"traffic: {", "c%u: { says: x }, ", "}\nrules: []\n", 64},
        {"rules: [", "{ id: r%u, says: s, forbid-transit: { maker: zte } }, ", "]\n", 1024},
        {ONE_RULE " }]\nlicences: [", "{ id: l%u, says: s, relaxes: r }, ", "]\n", 1024},
        {ONE_RULE ", except: [", "{ role: c%u }, ", "] }]\n", 64},
        {ONE_RULE ", where: { role: [", "c%u, ", "] } }]\n", 4096},
        {"maker-lists: {", "l%u: { makers: zte }, ", "}\nrules: []\n", 4096},
        {"products: {", "l%u: { class: x }, ", "}\nrules: []\n", 4096},
        {ONE_RULE " }]\nlicences: [{ id: l, says: s, relaxes: r, until: 2020-01-01, extended: [",
         "{ on: 2020-01-01, until: 2020-01-01, ref: x%u }, ", "] }]\n", 256},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(crowds); i++) {
        if (read_crowd(&crowds[i], crowds[i].most) != CP_OK)
            fail_msg("%s: %u are refused", crowds[i].before, crowds[i].most);
        if (read_crowd(&crowds[i], crowds[i].most + 1) != CP_ERR_LIMIT)
            fail_msg("%s: %u are read", crowds[i].before, crowds[i].most + 1);
    }
}

/* A name of so many letters in place of %s. */
static cp_err read_long(const char *before, size_t len, const char *after)
{
    struct cp_out out = cp_out_make(arena);
    const struct cp_policy *policy = NULL;
    struct cp_diag diag = {0};
    cp_text text = CP_TEXT("");

    cp_out_str(&out, "cleanpath-policy: 1\n");
    cp_out_str(&out, before);
    for (size_t i = 0; i < len; i++)
        cp_out_char(&out, 'a');
    cp_out_str(&out, after);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    return cp_policy_read(text, 0, arena, &policy, &diag);
}

static void a_name_of_255_bytes_is_read_and_a_longer_one_refused(void **state)
{
    static const struct {
        const char *before, *after;
    } names[] = {
        {"id: ", "\nrules: []\n"},
        {"id: p\nrules: [{ id: ", ", says: s, forbid-transit: { maker: zte } }]\n"},
        {"id: p\nrules: []\nmaker-lists: { ", ": { makers: zte } }\n"},
        {"id: p\nrules: [{ id: r, says: s, forbid-transit: { role: ", " } }]\n"},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(names); i++) {
        assert_int_equal(read_long(names[i].before, 255, names[i].after), CP_OK);
        assert_int_equal(read_long(names[i].before, 256, names[i].after), CP_ERR_LIMIT);
    }
}

static void numbers_are_read_up_to_their_bounds(void **state)
{
    static const char *const rests[] = {
        "forbid-presence: { maker: zte }, near: { site: a, hops: 1 }",
        "forbid-presence: { maker: zte }, near: { site: a, hops: 64 }",
        "forbid-presence: { maker: zte }, near: { site: a, within: 1 m }",
        "forbid-presence: { maker: zte }, near: { site: a, within: 0.001 km }",
        "forbid-presence: { maker: zte }, near: { site: a, within: 20000 km }",
        "require: { at-least: 1 suppliers, among: { role: a } }",
        "require: { at-least: 1000 suppliers, among: { role: a } }",
        "cap: { what: { maker: zte }, among: { role: a }, counted-in: sites, at-most: 0% }",
        "cap: { what: { maker: zte }, among: { role: a }, counted-in: sites, at-most: 0.01 % }",
        "cap: { what: { maker: zte }, among: { role: a }, counted-in: traffic, at-most: 100% }",
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(rests); i++) {
        struct cp_out out = cp_out_make(arena);
        cp_text text = CP_TEXT("");
        cp_out_format(&out, "{ cleanpath-policy: 1, id: p, rules: [{ id: r, says: s, %s }] }",
                      rests[i]);
        assert_int_equal(cp_out_done(&out, &text), CP_OK);
        (void)policy_of(text, arena);
    }
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, open_arena, close_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(each_prefix_is_refused_with_a_place_or_read),
        CASE(each_take_that_fails_is_reported),
        CASE(a_hint_that_finds_no_memory_is_an_error_too),
        CASE(what_is_at_a_limit_is_read_and_one_more_is_refused),
        CASE(a_name_of_255_bytes_is_read_and_a_longer_one_refused),
        CASE(numbers_are_read_up_to_their_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
