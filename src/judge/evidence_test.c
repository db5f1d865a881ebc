#include "judge/judge.h"

#include "small_case.h"

/* Grades of evidence, and facts that have run out. */

#define ENOUGH "enough-evidence: authenticated-read"

static const char against[] = RULES
    "  - { id: any, says: x, forbid-transit: { maker: huawei } }\n"
    "  - { id: read, says: x, forbid-transit: { maker: huawei }, " ENOUGH " }\n"
    "  - { id: most, says: x, forbid-transit: { maker: huawei }, enough-evidence: attested }\n"
    "  - { id: allow, says: x, require: { maker: nokia }, " ENOUGH " }\n";

static void each_rule_says_which_evidence_is_enough(void **state)
{
    (void)state;
    node(&world, "claimed", "ip", "nokia", "", "");
    node(&world, "asked", "ip", "", "", "");
    node(&world, "proven", "ip", "", "", "");
    graded(&world, "asked", "maker", "nokia", "authenticated-read");
    graded(&world, "proven", "maker", "nokia", "attested");
    judged(against);
    assert_trust("any", "claimed", CP_TRUSTED);
    assert_trust("read", "claimed", CP_UNKNOWN);
    assert_trust("most", "claimed", CP_UNKNOWN);
    assert_trust("allow", "claimed", CP_UNKNOWN);
    assert_trust("read", "asked", CP_TRUSTED);
    assert_trust("most", "asked", CP_UNKNOWN);
    assert_trust("allow", "asked", CP_TRUSTED);
    assert_trust("most", "proven", CP_TRUSTED);
    assert_sentence("most", "asked",
                    "maker nokia, evidence authenticated-read where attested is needed, "
                    "facts.csv:2");
    assert_true(reason_of(rule_named("most"), "asked").weak);
}

static void grades_stand_in_their_order(void **state)
{
    static const char *const grades[] = {"",
                                         "unauthenticated-read",
                                         "neighbour-view",
                                         "two-person-inspection",
                                         "Authenticated Read",
                                         "device-identity",
                                         "attested"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(grades); i++) {
        const char id[] = {(char)('a' + (int)i), '\0'};
        node(&world, id, "ip", "", "", "");
        graded_by(&world, id, "maker", "nokia", grades[i], "kim; lee");
    }
    judged(against);
    for (size_t i = 0; i < CP_COUNT(grades); i++) {
        const char id[] = {(char)('a' + (int)i), '\0'};
        assert_trust("any", id, i == 1 ? CP_UNKNOWN : CP_TRUSTED);
        assert_trust("read", id, i < 4 ? CP_UNKNOWN : CP_TRUSTED);
        assert_trust("most", id, i < 6 ? CP_UNKNOWN : CP_TRUSTED);
    }
}

static void what_anyone_could_have_answered_is_enough_for_no_rule(void **state)
{
    (void)state;
    node(&world, "asked", "ip", "", "", "");
    node(&world, "claimed", "ip", "nokia", "", "");
    node(&world, "seen", "ip", "", "", "");
    graded(&world, "asked", "maker", "nokia", "unauthenticated-read");
    graded(&world, "seen", "maker", "nokia", "neighbour-view");
    judged(
        RULES
        "  - { id: claims, says: x, forbid-transit: { maker: huawei }, enough-evidence: claim }\n"
        "  - { id: reads, says: x, forbid-transit: { maker: huawei },\n"
        "      enough-evidence: unauthenticated-read }\n");
    assert_trust("claims", "asked", CP_UNKNOWN);
    assert_trust("reads", "asked", CP_UNKNOWN);
    assert_trust("claims", "claimed", CP_TRUSTED);
    assert_trust("reads", "claimed", CP_UNKNOWN);
    assert_trust("reads", "seen", CP_TRUSTED);
}

static void dated(const char *node_id, const char *evidence, const char *who, const char *date)
{
    struct cp_fact_row row = fact_row(&world, node_id, "maker", "nokia");

    node(&world, node_id, "ip", "", "", "");
    row.evidence = cp_text_of(evidence);
    row.who = cp_text_of(who);
    row.date = day(date);
    add_fact(&world, &row);
}

static void evidence_past_the_life_of_its_grade_is_a_claim(void **state)
{
    (void)state; /* it is 2020-01-01 */
    dated("fresh", "authenticated-read", "", "2019-01-01");
    dated("old", "authenticated-read", "", "2018-12-31");
    dated("hardware", "attested", "", "2019-10-03");
    dated("old-hardware", "attested", "", "2019-10-02");
    dated("inspected", "two-person-inspection", "kim, lee", "2017-01-02");
    dated("asked", "unauthenticated-read", "", "2010-01-01");
    judged(
        RULES
        "  - { id: any, says: x, forbid-transit: { maker: huawei } }\n"
        "  - { id: two, says: x, forbid-transit: { maker: huawei }, enough-evidence: two-person-inspection }\n");
    assert_trust("two", "fresh", CP_TRUSTED);
    assert_trust("two", "old", CP_UNKNOWN);
    assert_trust("any", "old", CP_TRUSTED);
    assert_trust("two", "hardware", CP_TRUSTED);
    assert_trust("two", "old-hardware", CP_UNKNOWN);
    assert_trust("two", "inspected", CP_TRUSTED);
    assert_trust("any", "asked", CP_UNKNOWN); /* age makes no claim of it */
}

static void a_label_beside_a_reading_takes_nothing_away(void **state)
{
    (void)state;
    node(&world, "same", "ip", "nokia", "", "");
    node(&world, "other", "ip", "huawei", "", "");
    graded(&world, "same", "maker", "nokia", "attested");
    graded(&world, "other", "maker", "nokia", "attested");
    judged(against);
    assert_trust("most", "same", CP_TRUSTED);
    assert_trust("most", "other", CP_UNTRUSTED);
}

static void weak_evidence_names_whom_a_rule_is_against(void **state)
{
    (void)state;
    node(&world, "n", "ip", "huawei", "", "");
    node(&world, "m", "ip", "", "", "");
    graded(&world, "m", "maker", "nokia", "attested");
    fact(&world, "m", "maker", "huawei");
    judged(against);
    assert_trust("most", "n", CP_UNTRUSTED);
    assert_trust("allow", "n", CP_UNTRUSTED);
    assert_trust("most", "m", CP_UNTRUSTED);
    assert_true(reason_of(rule_named("most"), "n").weak);
}

static void weak_evidence_of_software_and_parts_counts_as_unknown(void **state)
{
    (void)state;
    node(&world, "soft", "ip", "", "", "");
    node(&world, "part", "ip", "", "", "");
    graded(&world, "soft", "maker", "nokia", "attested");
    graded(&world, "soft", "software", "Junos 1", "claim");
    graded(&world, "part", "maker", "nokia", "attested");
    graded(&world, "part/card", "maker", "nokia", "claim");
    judged(against);
    assert_trust("read", "soft", CP_UNKNOWN);
    assert_trust("read", "part", CP_UNKNOWN);
    assert_trust("any", "soft", CP_TRUSTED);
    assert_sentence("read", "part",
                    "part card, maker nokia, evidence claim where authenticated-read is needed, "
                    "facts.csv:5");
}

static void weak_evidence_clears_nobody_of_a_product(void **state)
{
    static const char policy[] =
        HEAD "products: { bad: { maker: huawei, model: m1 } }\n"
             "rules:\n"
             "  - { id: any, says: x, forbid-transit: { product: bad } }\n"
             "  - { id: read, says: x, forbid-transit: { product: bad }, " ENOUGH " }\n";

    (void)state;
    node(&world, "claimed", "ip", "nokia", "", "");
    node(&world, "read", "ip", "", "", "");
    node(&world, "bad", "ip", "huawei", "", "");
    node(&world, "else", "ip", "nokia", "", "");
    graded(&world, "read", "maker", "nokia", "attested");
    fact(&world, "claimed", "model", "m1");
    fact(&world, "read", "model", "m1");
    fact(&world, "bad", "model", "m1");
    fact(&world, "else", "model", "m2");
    judged(policy);
    assert_trust("any", "claimed", CP_TRUSTED);
    assert_trust("read", "claimed", CP_UNKNOWN);
    assert_trust("read", "read", CP_TRUSTED);
    assert_trust("read", "bad", CP_UNTRUSTED);
    assert_trust("read", "else", CP_UNKNOWN); /* its model is a claim, too */
    assert_sentence("read", "claimed",
                    "maker nokia, evidence claim where authenticated-read is needed, "
                    "nodes.csv:2");
}

static void a_weak_date_of_installation_clears_nobody(void **state)
{
    static const char policy[] = RULES
        "  - { id: r, says: x, forbid-install: { maker: zte }, from: 2014-02-14, " ENOUGH " }\n";

    (void)state;
    node(&world, "weak", "ip", "", "", "");
    node(&world, "firm", "ip", "", "", "");
    graded(&world, "weak", "maker", "zte", "attested");
    graded(&world, "firm", "maker", "zte", "attested");
    graded(&world, "weak", "installed", "2013-01-01", "claim");
    graded(&world, "firm", "installed", "2013-01-01", "attested");
    judged(policy);
    assert_trust("r", "weak", CP_UNKNOWN);
    assert_trust("r", "firm", CP_TRUSTED);
}

static void exceptions_and_licences_rest_on_enough_evidence(void **state)
{
    static const char policy[] =
        HEAD "products: { panel: { class: panel } }\n"
             "rules:\n"
             "  - { id: e, says: x, forbid-presence: { maker: huawei }, except: { class: panel },\n"
             "      " ENOUGH " }\n"
             "  - { id: l, says: x, forbid-presence: { maker: huawei }, " ENOUGH " }\n"
             "  - { id: p, says: x, forbid-presence: { maker: huawei },\n"
             "      except: { product: panel }, " ENOUGH " }\n"
             "licences: [{ id: lic, says: x, relaxes: l, covers: { class: panel } }]\n";
    static const char *const rules[] = {"e", "l", "p"};

    (void)state;
    node(&world, "claimed", "ip", "huawei", "", "");
    node(&world, "proven", "ip", "huawei", "", "");
    graded(&world, "claimed", "class", "panel", "claim");
    graded(&world, "proven", "class", "panel", "attested");
    node(&world, "twice", "ip", "huawei", "", "");
    node(&world, "mixed", "ip", "huawei", "", "");
    graded(&world, "twice", "class", "panel", "claim");
    graded(&world, "twice", "class", "panel", "attested");
    graded(&world, "mixed", "class", "panel", "attested");
    graded(&world, "mixed", "class", "router", "claim");
    judged(policy);
    for (size_t i = 0; i < CP_COUNT(rules); i++) {
        assert_trust(rules[i], "claimed", CP_UNTRUSTED);
        assert_trust(rules[i], "proven", CP_TRUSTED);
        assert_trust(rules[i], "twice", CP_TRUSTED);
        assert_trust(rules[i], "mixed", CP_UNTRUSTED);
    }
}

static void a_maker_excused_by_a_claim_is_not_excused(void **state)
{
    static const char policy[] =
        RULES "  - { id: r, says: x, forbid-transit: { country-of-control: CN },\n"
              "      except: { maker: hytera }, " ENOUGH " }\n";

    (void)state;
    node(&world, "claimed", "ip", "hytera", "", "");
    node(&world, "proven", "ip", "", "", "");
    graded(&world, "proven", "maker", "hytera", "attested");
    judged(policy);
    assert_trust("r", "claimed", CP_UNTRUSTED);
    assert_trust("r", "proven", CP_TRUSTED);
}

static void what_excuses_a_link_must_be_proven_of_its_ends(void **state)
{
    (void)state;
    node(&world, "a", "optical", "nokia", "", "");
    node(&world, "b", "optical", "nokia", "", "");
    node(&world, "c", "optical", "nokia", "", "");
    graded(&world, "a", "function", "transmission", "attested");
    graded(&world, "b", "function", "transmission", "claim");
    graded(&world, "c", "function", "transmission", "attested");
    link(&world, "ab", "optical", "", "a b", "");
    link(&world, "ac", "optical", "", "a c", "");
    judged(RULES "  - { id: r, says: x, forbid-transit: { layer: optical },\n"
                 "      except: { function: transmission }, " ENOUGH " }\n");
    assert_trust("r", "ab", CP_UNTRUSTED);
    assert_trust("r", "ac", CP_TRUSTED);
}

/* Of role test, with the tag spared, at the site s; facts may add to it. */
static void tabled(const char *id)
{
    struct cp_node_row row = cp_node_row_make(place(&world, NODES), cp_text_of(id));

    row.maker = CP_TEXT("huawei");
    row.role = CP_TEXT("test");
    row.operator_name = CP_TEXT("kt");
    row.site = CP_TEXT("s");
    row.tags = CP_TEXT("spared");
    step(&world, cp_build_node(world.build, &row, &world.diag));
}

static void the_inventorys_own_words_carry_no_grade(void **state)
{
    (void)state;
    site(&world, "s", "lab");
    tabled("n");
    judged(RULES "  - { id: r, says: x, forbid-transit: { maker: huawei },\n"
                 "      except: { site-tag: lab, role: test, tag: spared, layer: ip },\n"
                 "      enough-evidence: attested }\n");
    assert_trust("r", "n", CP_TRUSTED);
}

static void what_facts_fill_is_worth_their_evidence(void **state)
{
    static const char *const nodes[] = {"row", "claimed", "proven", "twice", "other"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(nodes); i++) {
        if (i == 0 || i == 4)
            tabled(nodes[i]);
        else
            node(&world, nodes[i], "ip", "huawei", "", "");
        if (i > 1)
            graded(&world, nodes[i], "role", i == 4 ? "core" : "test", "attested");
        if (i == 1 || i == 3)
            graded(&world, nodes[i], "role", "test", "claim");
        if (i > 0 && i < 4)
            graded(&world, nodes[i], "operator", "kt", i == 1 ? "claim" : "attested");
    }
    site(&world, "s", "");
    link(&world, "leased", "ip", "", "row other", "");
    link(&world, "proven-lease", "ip", "", "row other", "");
    graded(&world, "leased", "class", "Leased_Circuit", "claim");
    graded(&world, "proven-lease", "class", "leased circuit", "attested");
    judged(RULES
           "  - { id: r, says: x, forbid-transit: { layer: ip }, except: { role: test }, " ENOUGH
           " }\n"
           "  - { id: o, says: x, forbid-transit: { layer: ip }, except: { operator: kt }, " ENOUGH
           " }\n"
           "  - { id: c, says: x, forbid-transit: { layer: ip },\n"
           "      except: { class: leased-circuit }, " ENOUGH " }\n");
    for (size_t i = 0; i < CP_COUNT(nodes); i++) {
        assert_trust("r", nodes[i], i == 1 ? CP_UNTRUSTED : CP_TRUSTED);
        assert_trust("o", nodes[i], i == 1 ? CP_UNTRUSTED : CP_TRUSTED);
    }
    assert_trust("c", "leased", CP_UNTRUSTED);
    assert_trust("c", "proven-lease", CP_TRUSTED);
}

static void words_that_mean_that_nobody_knows_are_unknown(void **state)
{
    static const char *const words[] = {"n/a",     "?",     "-",       "TBD",       "None",
                                        "Unknown", "OEM",   "Generic", "White box", "Whitebox",
                                        "Various", "Other", "No name", "Unbranded", "Custom"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(words); i++) {
        char name[] = "n0";
        name[1] = (char)('a' + i);
        node(&world, name, "ip", "huawei", "", "");
        fact(&world, name, "role", words[i]);
        fact(&world, name, "technology", words[i]);
    }
    judged(RULES "  - { id: r, says: x, forbid-transit: { role: core } }\n"
                 "  - { id: t, says: x, forbid-transit: { technology: 5g } }\n");
    for (size_t i = 0; i < CP_COUNT(words); i++) {
        char name[] = "n0";
        name[1] = (char)('a' + i);
        assert_trust("r", name, CP_UNKNOWN);
        assert_trust("t", name, CP_UNKNOWN);
    }
}

static void who_says_unknown_beside_others_keeps_from_relief(void **state)
{
    (void)state;
    site(&world, "s", "");
    node(&world, "sure", "ip", "huawei", "", "");
    node(&world, "doubted", "ip", "huawei", "", "");
    node(&world, "lapsed", "ip", "huawei", "", "");
    tabled("row");
    fact(&world, "sure", "technology", "4g");
    fact(&world, "sure", "technology", "4g");
    fact(&world, "doubted", "technology", "4g");
    fact(&world, "doubted", "technology", "unknown");
    fact(&world, "lapsed", "technology", "4g");
    fact_until(&world, "lapsed", "technology", "unknown", day("2019-12-31"));
    fact(&world, "row", "role", "n/a");
    judged(RULES
           "  - { id: e, says: x, forbid-transit: { maker: huawei }, except: { technology: 4g } }\n"
           "  - { id: r, says: x, forbid-transit: { maker: huawei }, except: { role: test } }\n"
           "  - { id: t, says: x, forbid-transit: { technology: 4g } }\n"
           "  - { id: o, says: x, forbid-transit: { role: test } }\n");
    assert_trust("e", "sure", CP_TRUSTED);
    assert_trust("e", "doubted", CP_UNTRUSTED);
    assert_trust("e", "lapsed", CP_TRUSTED);
    assert_trust("r", "row", CP_UNTRUSTED);
    assert_trust("t", "doubted", CP_UNTRUSTED);
    assert_trust("o", "row", CP_UNTRUSTED);
}

static void a_doubted_operator_is_still_that_operator(void **state)
{
    (void)state;
    site(&world, "s", "");
    tabled("bad");
    node(&world, "near", "ip", "nokia", "", "");
    node(&world, "far", "ip", "nokia", "", "");
    fact(&world, "bad", "operator", "unknown");
    fact(&world, "near", "operator", "KT");
    fact(&world, "far", "operator", "skt");
    judged(RULES "  - { id: r, says: x, forbid-transit: { maker: huawei }, scope: operator }\n");
    assert_trust("r", "near", CP_UNTRUSTED);
    assert_trust("r", "far", CP_TRUSTED);
}

static void a_leased_circuit_of_which_all_has_expired_excuses_nothing(void **state)
{
    (void)state;
    node(&world, "a", "ip", "nokia", "", "");
    node(&world, "b", "ip", "nokia", "", "");
    link(&world, "old", "ip", "", "a b", "");
    link(&world, "new", "ip", "", "a b", "");
    fact_until(&world, "old", "class", "leased-circuit", day("2019-12-31"));
    fact_until(&world, "new", "class", "leased-circuit", day("2019-12-31"));
    fact(&world, "new", "class", "leased-circuit");
    judged(RULES "  - { id: e, says: x, forbid-transit: { layer: ip },\n"
                 "      except: { class: leased-circuit } }\n"
                 "  - { id: r, says: x, forbid-transit: { class: leased-circuit } }\n");
    assert_trust("e", "old", CP_UNTRUSTED);
    assert_trust("e", "new", CP_TRUSTED);
    assert_trust("r", "old", CP_UNTRUSTED);
}

static void an_expired_fact_is_unknown_but_for_another_that_holds(void **state)
{
    static const char policy[] =
        RULES "  - { id: m, says: x, forbid-transit: { maker: huawei } }\n"
              "  - { id: t, says: x, forbid-transit: { technology: microwave } }\n"
              "  - { id: e, says: x, forbid-transit: { layer: ip }, except: { class: panel } }\n";

    (void)state;
    node(&world, "n", "ip", "", "", "");
    node(&world, "m", "ip", "", "", "");
    fact_until(&world, "n", "maker", "huawei", day("2019-12-31"));
    fact_until(&world, "n", "technology", "microwave", day("2019-12-31"));
    fact_until(&world, "n", "class", "panel", day("2019-12-31"));
    fact_until(&world, "m", "maker", "huawei", day("2019-12-31"));
    fact(&world, "m", "maker", "nokia");
    fact_until(&world, "m", "technology", "microwave", day("2019-12-31"));
    fact(&world, "m", "technology", "fibre");
    judged(policy);
    assert_trust("m", "n", CP_UNKNOWN);
    assert_trust("t", "n", CP_UNKNOWN);
    assert_trust("e", "n", CP_UNTRUSTED);
    assert_trust("m", "m", CP_TRUSTED);
    assert_trust("t", "m", CP_TRUSTED);
}

static void a_word_that_is_no_grade_counts_as_a_claim_and_is_a_finding(void **state)
{
    (void)state;
    node(&world, "n", "ip", "", "", "");
    graded(&world, "n", "maker", "nokia", "atested");
    graded(&world, "n", "serial", "1", "atested");
    judged(against);
    assert_trust("any", "n", CP_TRUSTED);
    assert_trust("most", "n", CP_UNKNOWN);
    assert_int_equal(world.judge->remark_count, 1);
    assert_string_equal(world.judge->remarks[0].why, "no grade of evidence: counts as a claim");
    assert_true(cp_text_is(world.judge->remarks[0].subject, "atested"));
    assert_true(cp_text_is(world.judge->remarks[0].hint, "attested"));
}

static const char inspected[] =
    RULES "  - { id: two, says: x, forbid-transit: { maker: huawei },\n"
          "      enough-evidence: two-person-inspection }\n"
          "  - { id: any, says: x, forbid-transit: { maker: huawei } }\n";

static void an_inspection_that_does_not_name_two_people_clears_nothing_that_needs_two(void **state)
{
    (void)state;
    node(&world, "two", "ip", "", "", "");
    node(&world, "one", "ip", "", "", "");
    node(&world, "same", "ip", "", "", "");
    node(&world, "none", "ip", "", "", "");
    node(&world, "bad", "ip", "", "", "");
    graded_by(&world, "two", "maker", "nokia", "two-person-inspection", "kim, lee");
    graded_by(&world, "one", "maker", "nokia", "two-person-inspection", "kim");
    graded_by(&world, "same", "maker", "nokia", "Two Person Inspection", "kim, KIM");
    graded_by(&world, "none", "maker", "nokia", "two-person-inspection", "");
    graded_by(&world, "bad", "maker", "huawei", "two-person-inspection", "");
    judged(inspected);
    assert_trust("two", "two", CP_TRUSTED);
    assert_trust("two", "one", CP_UNKNOWN);
    assert_trust("two", "same", CP_UNKNOWN);
    assert_trust("two", "none", CP_UNKNOWN);
    assert_trust("two", "bad", CP_UNTRUSTED);
    assert_trust("any", "none", CP_TRUSTED);
}

static void such_an_inspection_is_a_finding_for_each_who(void **state)
{
    const char *why = "an inspection that does not name two people: counts as a claim";

    (void)state;
    node(&world, "n", "ip", "", "", "");
    graded_by(&world, "n", "maker", "nokia", "two-person-inspection", "kim");
    graded_by(&world, "n", "serial", "1", "two-person-inspection", "kim");
    graded_by(&world, "n", "model", "2", "two-person-inspection", "");
    graded_by(&world, "n", "role", "3", "two-person-inspection", "kim & lee");
    judged(inspected);
    assert_int_equal(world.judge->remark_count, 2);
    assert_string_equal(world.judge->remarks[0].why, why);
    assert_true(cp_text_is(world.judge->remarks[0].subject, "kim"));
    assert_int_equal(world.judge->remarks[0].hint.len, 0);
    assert_string_equal(world.judge->remarks[1].why, why);
    assert_true(cp_text_is(world.judge->remarks[1].subject, "two-person-inspection"));
}

static void a_test_of_a_policy_needs_to_name_nobody(void **state)
{
    static const char policy[] = RULES
        "  - { id: two, says: x, forbid-transit: { maker: huawei },\n"
        "      enough-evidence: two-person-inspection }\n"
        "tests:\n"
        "  - { says: inspected, at: 2026-01-01, device: d,\n"
        "      with: { d: { maker: nokia, evidence: two-person-inspection } }, expect: ok }\n";

    struct cp_policy_outcome outcome = {0};

    (void)state;
    node(&world, "n", "ip", "", "", "");
    judged(policy);
    assert_int_equal(cp_policy_test(world.policy, 0, world.arena, &outcome, NULL), CP_OK);
    assert_true(outcome.passed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(an_inspection_that_does_not_name_two_people_clears_nothing_that_needs_two),
        CASE(such_an_inspection_is_a_finding_for_each_who),
        CASE(a_test_of_a_policy_needs_to_name_nobody),
        CASE(each_rule_says_which_evidence_is_enough),
        CASE(grades_stand_in_their_order),
        CASE(what_anyone_could_have_answered_is_enough_for_no_rule),
        CASE(evidence_past_the_life_of_its_grade_is_a_claim),
        CASE(a_label_beside_a_reading_takes_nothing_away),
        CASE(weak_evidence_names_whom_a_rule_is_against),
        CASE(weak_evidence_of_software_and_parts_counts_as_unknown),
        CASE(weak_evidence_clears_nobody_of_a_product),
        CASE(a_weak_date_of_installation_clears_nobody),
        CASE(exceptions_and_licences_rest_on_enough_evidence),
        CASE(a_maker_excused_by_a_claim_is_not_excused),
        CASE(what_excuses_a_link_must_be_proven_of_its_ends),
        CASE(the_inventorys_own_words_carry_no_grade),
        CASE(what_facts_fill_is_worth_their_evidence),
        CASE(words_that_mean_that_nobody_knows_are_unknown),
        CASE(who_says_unknown_beside_others_keeps_from_relief),
        CASE(a_doubted_operator_is_still_that_operator),
        CASE(a_leased_circuit_of_which_all_has_expired_excuses_nothing),
        CASE(an_expired_fact_is_unknown_but_for_another_that_holds),
        CASE(a_word_that_is_no_grade_counts_as_a_claim_and_is_a_finding),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
