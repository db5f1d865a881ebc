#include "policy/policy.h"

#include <string.h>

#include "policy_file.h"

#include "base/out.h"

/* Whom selectors name, and on which days rules and licences hold. */

enum { ARENA_BYTES = 64 << 20 };

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

static cp_date date(const char *text)
{
    cp_date day = CP_DATE_NONE;

    assert_int_equal(cp_date_parse(cp_text_of(text), &day), CP_OK);
    return day;
}

/* --- makers ----------------------------------------------------------------------------------- */

/* mother (KR) has the affiliate child, which has the affiliate grandchild; buyer (CN)
 * owns bought, which says it is of JP itself; nobody knows who controls orphan, nor who else than CN
 * controls half. */
#define MAKERS                                                                        \
    "cleanpath-policy: 1\n"                                                           \
    "id: p\n"                                                                         \
    "makers:\n"                                                                       \
    "  mother: { country: KR, affiliates: child }\n"                                  \
    "  child: { affiliates: [grandchild], country: KR }\n"                            \
    "  grandchild: { country: KR }\n"                                                 \
    "  buyer: { country: CN }\n"                                                      \
    "  bought: { country: JP, owner: buyer }\n"                                       \
    "  orphan: { names: Orphan Ltd }\n"                                               \
    "  half: { owner: buyer }\n"                                                      \
    "maker-lists:\n"                                                                  \
    "  whole: { makers: child }\n"                                                    \
    "  alone: { makers: child, affiliates: excluded }\n"                              \
    "  dated: { makers: [{ maker: mother, from: 2020-01-01, until: 2020-12-31 }] }\n" \
    "  chinese: { country-of-control: CN }\n"                                         \
    "  mixed: { makers: orphan, country-of-control: [CN, KR] }\n"

static const char *const made[] = {"mother", "child",  "grandchild", "buyer",
                                   "bought", "orphan", "half"};

/* Of each maker above, in that order, and of a maker that no table has: a letter for how it is
 * named.  N: by name, A: as an affiliate, -: not, ?: nobody knows.  any, all: how it is aimed. */
static const struct {
    const char *select, *day, *any, *all;
} aims[] = {
    {"role: core", "2020-06-01", "NNNNNNN N", "NNNNNNN N"},
    {"maker: mother", "2020-06-01", "NAA---- -", "NAA---- -"},
    {"maker: child", "2020-06-01", "-NA---- -", "-NA---- -"},
    {"maker: grandchild", "2020-06-01", "--N---- -", "--N---- -"},
    {"maker: [mother, grandchild]", "2020-06-01", "NAN---- -", "NAN---- -"},
    {"maker: buyer", "2020-06-01", "---N--- -",
     "---N--- -"}, /* whom it owns keeps a name of its own */
    {"maker-list: whole", "2020-06-01", "-NA---- -", "-NA---- -"},
    {"maker-list: alone", "2020-06-01", "-N----- -", "-N----- -"},
    {"maker-list: [alone, whole]", "2020-06-01", "-NA---- -", "-NA---- -"},
    {"maker-list: dated", "2019-12-31", "------- -", "------- -"},
    {"maker-list: dated", "2020-01-01", "NAA---- -", "NAA---- -"},
    {"maker-list: dated", "2020-12-31", "NAA---- -", "NAA---- -"},
    {"maker-list: dated", "2021-01-01", "------- -", "------- -"},
    {"maker-list: chinese", "2020-06-01", "---NN?N ?", "---N-?? ?"},
    {"maker-list: mixed", "2020-06-01", "NNNNNNN ?", "NNNN-N? ?"},
    {"country-of-control: CN", "2020-06-01", "---NN?N ?", "---N-?? ?"},
    {"country-of-control: JP", "2020-06-01", "----N?? ?", "-----?- ?"},
    {"country-of-control: [JP, KR]", "2020-06-01", "NNN-N?? ?", "NNN--?- ?"},
    {"maker: mother, country-of-control: KR", "2020-06-01", "NAA---- -", "NAA---- -"},
    {"maker: mother, country-of-control: CN", "2020-06-01", "------- -", "------- -"},
    {"maker: [orphan, bought], country-of-control: CN", "2020-06-01", "----N?- -", "-----?- -"},
    {"maker-list: chinese, maker: mother", "2020-06-01", "NAANN?N ?", "NAAN-?? ?"},
    {"maker-list: chinese, country-of-control: JP", "2020-06-01", "----N?? ?", "-----?- ?"},
    {"country-of-control: [CN, JP]", "2020-06-01", "---NN?N ?", "---NN?? ?"},
    {"maker: bought, country-of-control: [CN, JP]", "2020-06-01", "----N-- -", "----N-- -"},
};

static char letter(uint8_t target)
{
    CP_ASSERT(target <= CP_TARGET_UNKNOWN);
    return "-NA?"[target];
}

/* The letters of all makers made. */
static void aim_at(const struct cp_policy *policy, size_t i, cp_aim aim,
                   char got[CP_COUNT(made) + 3])
{
    const struct cp_select *select = &policy->rules[0].target;
    uint8_t *target = CP_TAKE(arena, cp_makers_count(policy->makers), uint8_t);

    assert_non_null(target);
    cp_select_aims(policy, select, date(aims[i].day), aim, target);
    for (size_t k = 0; k < CP_COUNT(made); k++)
        got[k] = letter(target[cp_makers_find(policy->makers, cp_text_of(made[k]))]);
    got[CP_COUNT(made)] = ' ';
    got[CP_COUNT(made) + 1] = letter(cp_select_aims_other(policy, select));
}

static bool aims_right(size_t i)
{
    struct cp_policy const *policy = NULL;
    char any[CP_COUNT(made) + 3] = "";
    char all[CP_COUNT(made) + 3] = "";
    cp_text text = CP_TEXT("");
    struct cp_out out = cp_out_make(arena);

    cp_out_str(&out, MAKERS "rules: [{ id: r, says: s, forbid-presence: { ");
    cp_out_format(&out, "%s } }]\n", aims[i].select);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    policy = policy_of(text, arena);
    aim_at(policy, i, CP_AIM_ANY, any);
    aim_at(policy, i, CP_AIM_ALL, all);
    if (strcmp(any, aims[i].any) == 0 && strcmp(all, aims[i].all) == 0)
        return true;
    print_error("%s on %s: any %s, all %s\n", aims[i].select, aims[i].day, any, all);
    return false;
}

static void a_selector_names_makers_their_affiliates_and_whom_a_country_compels(void **state)
{
    uint32_t wrong = 0;

    (void)state;
    for (size_t i = 0; i < CP_COUNT(aims); i++)
        wrong += aims_right(i) ? 0 : 1;
    assert_int_equal(wrong, 0);
}

/* --- days ------------------------------------------------------------------------------------- */

static void a_window_holds_on_both_its_ends(void **state)
{
    static const struct {
        cp_date from, until, day;
        bool holds;
    } windows[] = {
        {10, 20, 9, false},
        {10, 20, 10, true},
        {10, 20, 20, true},
        {10, 20, 21, false},
        {10, 10, 10, true},
        {CP_DATE_NONE, 20, -700000, true},
        {CP_DATE_NONE, 20, 21, false},
        {10, CP_DATE_NONE, 9, false},
        {10, CP_DATE_NONE, 2900000, true},
        {CP_DATE_NONE, CP_DATE_NONE, 0, true},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(windows); i++) {
        struct cp_window window = {windows[i].from, windows[i].until};
        assert_int_equal(cp_window_holds(window, windows[i].day), windows[i].holds);
    }
}

static const struct cp_licence *licence_of(const char *rest)
{
    struct cp_out out = cp_out_make(arena);
    cp_text text = CP_TEXT("");

    cp_out_format(&out,
                  "{ cleanpath-policy: 1, id: p,\n"
                  "  rules: [{ id: r, says: s, forbid-transit: { maker: zte } }],\n"
                  "  licences: [{ id: l, says: s, relaxes: r, %s }] }\n",
                  rest);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    return policy_of(text, arena)->licences;
}

/* until: the end as known on the day; empty: none. */
struct licence_day {
    const char *day;
    bool holds;
    const char *until;
};

static void check_days(const struct cp_licence *licence, const struct licence_day *days,
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        cp_date want = days[i].until[0] == '\0' ? CP_DATE_NONE : date(days[i].until);
        cp_date until = 0;
        bool holds = cp_licence_holds(licence, date(days[i].day), &until);
        if (holds != days[i].holds || until != want)
            fail_msg("on %s it holds: %d, until day %d", days[i].day, holds, until);
    }
}

static void a_licence_holds_as_it_was_known_on_the_day(void **state)
{
    static const struct licence_day days[] = {
        {"2020-01-09", false, "2020-02-20"}, {"2020-01-10", false, "2020-02-20"},
        {"2020-01-19", false, "2020-02-20"}, {"2020-01-20", true, "2020-02-20"},
        {"2020-02-18", true, "2020-02-20"}, /* the extension is not known yet */
        {"2020-02-19", true, "2020-03-20"},  {"2020-03-20", true, "2020-03-20"},
        {"2020-03-21", false, "2020-03-20"}, {"2020-03-24", false, "2020-03-20"},
        {"2020-03-25", true, "2020-04-20"}, /* after a gap */
        {"2020-04-20", true, "2020-04-20"},  {"2020-04-21", false, "2020-04-20"},
    };
    const struct cp_licence *licence =
        licence_of("granted: { on: 2020-01-10 }, from: 2020-01-20, until: 2020-02-20, "
                   "extended: [{ on: 2020-02-19, until: 2020-03-20 }, "
                   "{ on: 2020-03-25, until: 2020-04-20 }]");

    (void)state;
    check_days(licence, days, CP_COUNT(days));
}

static void extensions_hold_in_any_order_of_the_file(void **state)
{
    static const struct licence_day days[] = {
        {"2020-01-01", true, "2020-02-01"},
        {"2020-01-10", true, "2020-03-01"},
        {"2020-01-20", true, "2020-04-01"},
    };

    (void)state;
    check_days(licence_of("until: 2020-02-01, extended: [{ on: 2020-01-20, until: 2020-04-01 }, "
                          "{ on: 2020-01-10, until: 2020-03-01 }]"),
               days, CP_COUNT(days));
}

static void a_later_extension_changes_no_earlier_answer(void **state)
{
    const struct cp_licence *before = licence_of("from: 2020-01-01, until: 2020-02-01");
    const struct cp_licence *after = licence_of("from: 2020-01-01, until: 2020-02-01, "
                                                "extended: [{ on: 2020-03-01, until: 2020-04-01 "
                                                "}]");

    (void)state;
    for (cp_date day = date("2019-12-01"); day < date("2020-03-01"); day++) {
        cp_date one = 0;
        cp_date two = 0;
        assert_int_equal(cp_licence_holds(before, day, &one), cp_licence_holds(after, day, &two));
        assert_int_equal(one, two);
    }
}

static void a_licence_may_have_no_beginning_no_end_and_a_late_grant(void **state)
{
    static const struct licence_day open[] = {{"0001-01-01", true, ""}, {"9999-12-31", true, ""}};
    static const struct licence_day granted[] = {{"2020-01-09", false, ""},
                                                 {"2020-01-10", true, ""}};

    (void)state;
    check_days(licence_of("covers: { role: core }"), open, CP_COUNT(open));
    check_days(licence_of("granted: { by: x, on: 2020-01-10 }, from: 2019-01-01"), granted,
               CP_COUNT(granted));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, open_arena, close_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_selector_names_makers_their_affiliates_and_whom_a_country_compels),
        CASE(a_window_holds_on_both_its_ends),
        CASE(a_licence_holds_as_it_was_known_on_the_day),
        CASE(extensions_hold_in_any_order_of_the_file),
        CASE(a_later_extension_changes_no_earlier_answer),
        CASE(a_licence_may_have_no_beginning_no_end_and_a_late_grant),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
