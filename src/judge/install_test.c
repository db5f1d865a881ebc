#include "judge/judge.h"

#include "small_case.h"

static const char policy[] =
    RULES "  - { id: r, says: x, forbid-install: { maker: zte }, from: 2014-02-14,\n"
          "      until: 2015-06-30, unknown: undecided }\n";

static void installed(const char *id, const char *date)
{
    node(&world, id, "ip", "zte", "", "");
    fact(&world, id, "installed", date);
}

static void judge_on(const char *date)
{
    cp_date as_of = day(date);

    assert_int_equal(
        cp_judge_make(&(struct cp_judge_ask){&(struct cp_judge_policy){world.policy, as_of}, 1,
                                             world.net, as_of, 0, NULL},
                      world.arena, &world.judge, &world.diag),
        CP_OK);
}

static void what_was_installed_in_the_rules_days_is_meant(void **state)
{
    (void)state;
    installed("before", "2014-02-13");
    installed("first", "2014-02-14");
    installed("last", "2015-06-30");
    installed("after", "2015-07-01");
    node(&world, "good", "ip", "nokia", "", "");
    fact(&world, "good", "installed", "2014-06-01");
    world.as_of = day("2015-06-30");
    judged(policy);
    assert_trust("r", "before", CP_TRUSTED);
    assert_trust("r", "first", CP_UNTRUSTED);
    assert_trust("r", "last", CP_UNTRUSTED);
    assert_trust("r", "after", CP_TRUSTED);
    assert_trust("r", "good", CP_TRUSTED);
    assert_int_equal(world.judge->transit_count, 0);
    assert_int_equal(world.judge->presence_count, 2);
    assert_finding(0, "maker zte, installed 2014-02-14, nodes.csv:3");
}

static void what_is_installed_after_the_day_asked_is_not_there_yet(void **state)
{
    (void)state;
    installed("n", "2014-06-01");
    world.as_of = day("2015-01-01");
    judged(policy);
    assert_trust("r", "n", CP_UNTRUSTED);
    judge_on("2014-06-01");
    assert_trust("r", "n", CP_UNTRUSTED);
    judge_on("2014-05-31");
    assert_trust("r", "n", CP_TRUSTED);
}

static void without_a_date_of_installation_it_is_unknown(void **state)
{
    (void)state;
    node(&world, "mute", "ip", "zte", "", "");
    installed("open", "unknown");
    node(&world, "who", "ip", "", "", "");
    fact(&world, "who", "installed", "2014-06-01");
    node(&world, "good", "ip", "nokia", "", "");
    world.as_of = day("2015-01-01");
    judged(policy);
    assert_sentence("r", "mute", "maker zte, date of installation not stated, nodes.csv:2");
    assert_sentence("r", "open", "maker zte, installed unknown, nodes.csv:3");
    assert_trust("r", "mute", CP_UNKNOWN);
    assert_trust("r", "open", CP_UNKNOWN);
    assert_trust("r", "who", CP_UNKNOWN);
    assert_trust("r", "good", CP_TRUSTED);
    assert_int_equal(world.judge->presence_count, 3);
    assert_int_equal(world.judge->presences[0].trust, CP_UNKNOWN);
    assert_int_equal(world.judge->gap_count, 0);
}

static void a_part_has_a_date_of_its_own_or_that_of_the_whole(void **state)
{
    (void)state;
    installed("old", "2013-01-01");
    fact(&world, "old/card", "maker", "zte");
    fact(&world, "old/card", "installed", "2014-06-01");
    fact(&world, "old/fan", "maker", "zte");
    node(&world, "new", "ip", "nokia", "", "");
    fact(&world, "new", "installed", "2014-06-01");
    fact(&world, "new/card", "maker", "zte");
    fact(&world, "new/fan", "maker", "zte");
    fact(&world, "new/fan", "installed", "2013-01-01");
    world.as_of = day("2015-01-01");
    judged(policy);
    assert_int_equal(world.judge->presence_count, 2);
    assert_finding(0, "part card, maker zte, installed 2014-06-01, facts.csv:3");
    assert_finding(1, "part card, maker zte, installed 2014-06-01, facts.csv:7");
}

static void nothing_is_installed_by_what_manages_or_carries_it(void **state)
{
    (void)state;
    installed("ems", "2014-06-01");
    node(&world, "a", "ip", "nokia", "", "ems");
    node(&world, "b", "ip", "nokia", "", "");
    node(&world, "x", "optical", "zte", "", "");
    fact(&world, "x", "installed", "2014-06-01");
    link(&world, "o", "optical", "", "a x", "");
    link(&world, "l", "ip", "", "a b", "o");
    link(&world, "m", "ip", "", "a@p b", "");
    fact(&world, "a", "installed", "2013-01-01");
    fact(&world, "a/p", "maker", "zte");
    fact(&world, "a/p", "installed", "2014-07-01");
    world.as_of = day("2015-01-01");
    judged(policy);
    assert_trust("r", "ems", CP_UNTRUSTED);
    assert_trust("r", "a", CP_TRUSTED);
    assert_trust("r", "l", CP_TRUSTED);
    assert_sentence("r", "m", "port p at a, maker zte, installed 2014-07-01, facts.csv:5");
    assert_int_equal(world.judge->presence_count, 3);
}

static void it_may_be_asked_at_a_place_and_with_exceptions(void **state)
{
    (void)state;
    site(&world, "s", "base");
    node(&world, "in", "ip", "zte", "s", "");
    node(&world, "spared", "ip", "zte", "s", "");
    node(&world, "out", "ip", "zte", "", "");
    fact(&world, "in", "installed", "2014-06-01");
    fact(&world, "spared", "installed", "2014-06-01");
    fact(&world, "out", "installed", "2014-06-01");
    fact(&world, "spared", "tags", "spared");
    judged(RULES "  - { id: r, says: x, forbid-install: { maker: zte }, from: 2014-02-14,\n"
                 "      at: { site-tag: base }, except: { tag: spared } }\n");
    assert_trust("r", "in", CP_UNTRUSTED);
    assert_trust("r", "spared", CP_TRUSTED);
    assert_trust("r", "out", CP_TRUSTED);
    assert_true(cp_text_is(cp_presence_site(world.net, &world.judge->presences[0]), "s"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_was_installed_in_the_rules_days_is_meant),
        CASE(what_is_installed_after_the_day_asked_is_not_there_yet),
        CASE(without_a_date_of_installation_it_is_unknown),
        CASE(a_part_has_a_date_of_its_own_or_that_of_the_whole),
        CASE(nothing_is_installed_by_what_manages_or_carries_it),
        CASE(it_may_be_asked_at_a_place_and_with_exceptions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
