#include "judge/judge.h"

#include "small_case.h"

static struct cp_relief relief_of(const char *rule, const char *id)
{
    struct cp_relief relief = {0};
    cp_node at = cp_case_node(world.net, cp_text_of(id));
    cp_object_kind kind = at.at == CP_NONE ? CP_OBJECT_LINK : CP_OBJECT_NODE;
    uint32_t object = at.at == CP_NONE ? cp_case_link(world.net, cp_text_of(id)).at : at.at;

    assert_int_equal(
        cp_judge_licence(world.judge, rule_named(rule), kind, object, world.arena, &relief), CP_OK);
    return relief;
}

static void assert_licensed(const char *rule, const char *id, const char *licence)
{
    struct cp_relief relief = relief_of(rule, id);

    assert_trust(rule, id, CP_TRUSTED);
    if (relief.licence == NULL || !cp_text_is(relief.licence->id, licence))
        fail_msg("%s under %s: not licence %s", id, rule, licence);
}

static void judge_again(cp_date as_of, uint32_t flags)
{
    assert_int_equal(
        cp_judge_make(&(struct cp_judge_ask){&(struct cp_judge_policy){world.policy, as_of}, 1,
                                             world.net, as_of, flags, NULL},
                      world.arena, &world.judge, &world.diag),
        CP_OK);
}

/* --- days --------------------------------------------------------------------------------- */

static const char dated[] =
    RULES "  - { id: r, says: x, forbid-transit: { maker: huawei } }\n"
          "licences:\n"
          "  - { id: l, says: x, relaxes: r, granted: { by: Ministry, on: 2014-03-01 },\n"
          "      from: 2014-04-01, until: 2014-06-30, warn-before: 30 days,\n"
          "      extended: [{ on: 2014-06-15, until: 2014-09-30 }] }\n";

static void a_licence_holds_on_its_days_as_they_were_known_then(void **state)
{
    static const struct {
        const char *date;
        bool holds, warn;
        const char *until;
    } days[] = {
        {"2014-03-31", false, false, "2014-06-30"}, {"2014-04-01", true, false, "2014-06-30"},
        {"2014-05-30", true, false, "2014-06-30"},  {"2014-05-31", true, true, "2014-06-30"},
        {"2014-06-14", true, true, "2014-06-30"},   {"2014-06-15", true, false, "2014-09-30"},
        {"2014-09-30", true, true, "2014-09-30"},   {"2014-10-01", false, false, "2014-09-30"}};

    (void)state;
    node(&world, "n", "ip", "huawei", "", "");
    judged(dated);
    for (size_t i = 0; i < CP_COUNT(days); i++) {
        const struct cp_licence_use *use;
        judge_again(day(days[i].date), 0);
        assert_int_equal(world.judge->licence_count, 1);
        use = &world.judge->licences[0];
        assert_int_equal(use->holds, days[i].holds);
        assert_int_equal(use->warn, days[i].warn);
        assert_int_equal(use->until, day(days[i].until));
        assert_int_equal(use->nodes, days[i].holds ? 1 : 0);
        assert_trust("r", "n", days[i].holds ? CP_TRUSTED : CP_UNTRUSTED);
        assert_int_equal(relief_of("r", "n").until,
                         days[i].holds ? day(days[i].until) : CP_DATE_NONE);
    }
}

static void a_licence_granted_later_was_not_known(void **state)
{
    (void)state;
    node(&world, "n", "ip", "huawei", "", "");
    judged(RULES "  - { id: r, says: x, forbid-transit: { maker: huawei } }\n"
                 "licences: [{ id: l, says: x, relaxes: r, granted: { by: M, on: 2014-03-01 },\n"
                 "    from: 2014-01-01, until: 2014-12-31 }]\n");
    judge_again(day("2014-02-28"), 0);
    assert_trust("r", "n", CP_UNTRUSTED);
    judge_again(day("2014-03-01"), 0);
    assert_licensed("r", "n", "l");
}

static void a_licence_without_an_end_has_none(void **state)
{
    (void)state;
    node(&world, "n", "ip", "huawei", "", "");
    judged(RULES "  - { id: r, says: x, forbid-transit: { maker: huawei } }\n"
                 "licences: [{ id: l, says: x, relaxes: r, warn-before: 60 days }]\n");
    assert_licensed("r", "n", "l");
    assert_int_equal(relief_of("r", "n").until, CP_DATE_NONE);
    assert_false(world.judge->licences[0].warn);
}

static void it_can_be_asked_what_were_without_licences(void **state)
{
    (void)state;
    node(&world, "n", "ip", "huawei", "", "");
    judged(dated);
    judge_again(day("2014-05-01"), CP_JUDGE_WITHOUT_LICENCES);
    assert_trust("r", "n", CP_UNTRUSTED);
    assert_null(relief_of("r", "n").licence);
    assert_false(world.judge->licences[0].holds);
    assert_int_equal(world.judge->licences[0].nodes, 0);
}

/* --- what it covers ----------------------------------------------------------------------- */

static void a_licence_relaxes_its_own_rules_only(void **state)
{
    (void)state;
    node(&world, "n", "ip", "huawei", "", "");
    judged(RULES
           "  - { id: a, says: x, forbid-transit: { maker: huawei } }\n"
           "  - { id: b, says: x, forbid-transit: { maker: huawei } }\n"
           "  - { id: c, says: x, forbid-presence: { maker: huawei } }\n"
           "  - { id: old, says: x, forbid-transit: { maker: huawei }, until: 2019-01-01 }\n"
           "licences: [{ id: l, says: x, relaxes: [a, c] }, { id: m, says: x, relaxes: old }]\n");
    assert_licensed("a", "n", "l");
    assert_trust("b", "n", CP_UNTRUSTED);
    assert_licensed("c", "n", "l");
    assert_int_equal(world.judge->presence_count, 0);
    assert_int_equal(world.judge->licence_count, 1); /* m relaxes nothing that is in force */
    assert_int_equal(world.judge->licences[0].nodes, 1);
}

static const char covering[] =
    RULES "  - { id: r, says: x, forbid-transit: { maker: huawei } }\n"
          "licences:\n"
          "  - { id: a, says: x, relaxes: r, covers: { installed-before: 2014-01-01 } }\n"
          "  - { id: b, says: x, relaxes: r, covers: { technology: microwave } }\n";

static void either_of_two_licences_is_enough_and_is_named(void **state)
{
    (void)state;
    node(&world, "old", "ip", "huawei", "", "");
    node(&world, "mw", "ip", "huawei", "", "");
    node(&world, "both", "ip", "huawei", "", "");
    node(&world, "none", "ip", "huawei", "", "");
    node(&world, "good", "ip", "nokia", "", "");
    fact(&world, "old", "installed", "2013-01-01");
    fact(&world, "mw", "technology", "microwave");
    fact(&world, "both", "installed", "2013-01-01");
    fact(&world, "both", "technology", "microwave");
    fact(&world, "good", "technology", "microwave");
    judged(covering);
    assert_licensed("r", "old", "a");
    assert_licensed("r", "mw", "b");
    assert_licensed("r", "both", "a");
    assert_trust("r", "none", CP_UNTRUSTED);
    assert_null(relief_of("r", "none").licence);
    assert_null(relief_of("r", "good").licence);
    assert_int_equal(world.judge->licence_count, 2);
    assert_int_equal(world.judge->licences[0].nodes, 2);
    assert_int_equal(world.judge->licences[1].nodes, 2);
}

static void a_licence_covers_only_what_is_certain(void **state)
{
    (void)state;
    node(&world, "open", "ip", "huawei", "", "");
    node(&world, "mute", "ip", "huawei", "", "");
    node(&world, "who", "ip", "", "", "");
    node(&world, "late", "ip", "huawei", "", "");
    fact(&world, "open", "installed", "unknown");
    fact(&world, "who", "technology", "microwave");
    fact(&world, "late", "installed", "2013-01-01");
    fact(&world, "late", "installed", "2015-01-01");
    judged(covering);
    assert_trust("r", "open", CP_UNTRUSTED);
    assert_trust("r", "mute", CP_UNTRUSTED);
    assert_licensed("r", "who", "b"); /* whoever made it: that it is covered is certain */
    assert_trust("r", "late", CP_UNTRUSTED);
}

static void a_part_that_is_not_covered_remains(void **state)
{
    (void)state;
    node(&world, "n", "ip", "huawei", "", "");
    fact(&world, "n", "installed", "2013-01-01");
    fact(&world, "n/new", "maker", "huawei");
    fact(&world, "n/new", "installed", "2015-01-01");
    node(&world, "m", "ip", "huawei", "", "");
    fact(&world, "m", "installed", "2013-01-01");
    fact(&world, "m/old", "maker", "huawei");
    judged(covering);
    assert_sentence("r", "n", "part new, maker huawei, facts.csv:3");
    assert_null(relief_of("r", "n").licence);
    assert_licensed("r", "m", "a");
    assert_int_equal(world.judge->licences[0].nodes,
                     2); /* n itself is covered, its new part is not */
}

static void what_rests_on_something_licensed_is_licensed(void **state)
{
    (void)state;
    node(&world, "a", "ip", "nokia", "", "ems");
    node(&world, "b", "ip", "nokia", "", "");
    node(&world, "ems", "management", "huawei", "", "");
    node(&world, "x", "optical", "huawei", "", "");
    link(&world, "o", "optical", "", "a x", "");
    link(&world, "l", "ip", "", "a@p b", "o");
    link(&world, "m", "ip", "", "a b", "");
    fact(&world, "ems", "technology", "microwave");
    fact(&world, "x", "installed", "2013-01-01");
    judged(covering);
    assert_licensed("r", "ems", "b");
    assert_licensed("r", "a", "b");
    assert_licensed("r", "x", "a");
    assert_licensed("r", "l", "a");
    assert_null(relief_of("r", "m").licence);
    assert_int_equal(world.judge->licences[0].nodes,
                     1); /* x; what rests on it is not covered itself */
    assert_int_equal(world.judge->licences[0].links, 0);
    assert_int_equal(world.judge->licences[1].nodes, 1);
}

static const char two_ends[] =
    RULES "  - { id: r, says: x, forbid-transit: { maker: huawei } }\n"
          "licences:\n"
          "  - { id: long, says: x, relaxes: r, covers: { role: core }, until: 2021-12-31 }\n"
          "  - { id: all, says: x, relaxes: r, until: 2021-06-30 }\n";

static void a_thing_is_licensed_as_long_as_the_last_that_covers_it(void **state)
{
    (void)state;
    node(&world, "c", "ip", "huawei", "", "");
    fact(&world, "c", "role", "core");
    judged(two_ends);
    assert_licensed("r", "c", "long");
    assert_int_equal(relief_of("r", "c").until, day("2021-12-31"));
}

static void what_rests_on_two_is_licensed_as_long_as_both_are(void **state)
{
    (void)state;
    node(&world, "m", "management", "huawei", "", "");
    node(&world, "c", "ip", "huawei", "", "m");
    fact(&world, "c", "role", "core");
    judged(two_ends);
    assert_licensed("r", "c", "all");
    assert_int_equal(relief_of("r", "c").until, day("2021-06-30"));
    assert_int_equal(relief_of("r", "m").until, day("2021-06-30"));
}

static void the_unknown_is_licensed_like_the_bad(void **state)
{
    (void)state;
    node(&world, "n", "ip", "", "", "");
    judged(RULES "  - { id: r, says: x, forbid-transit: { maker: huawei }, unknown: undecided }\n"
                 "licences: [{ id: l, says: x, relaxes: r }]\n");
    assert_licensed("r", "n", "l");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_licence_holds_on_its_days_as_they_were_known_then),
        CASE(a_licence_granted_later_was_not_known),
        CASE(a_licence_without_an_end_has_none),
        CASE(it_can_be_asked_what_were_without_licences),
        CASE(a_licence_relaxes_its_own_rules_only),
        CASE(either_of_two_licences_is_enough_and_is_named),
        CASE(a_licence_covers_only_what_is_certain),
        CASE(a_part_that_is_not_covered_remains),
        CASE(what_rests_on_something_licensed_is_licensed),
        CASE(a_thing_is_licensed_as_long_as_the_last_that_covers_it),
        CASE(what_rests_on_two_is_licensed_as_long_as_both_are),
        CASE(the_unknown_is_licensed_like_the_bad),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
