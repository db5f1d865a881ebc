#include "identify/identity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/build.h"

/* A node "r1", facts of it, and the facts that are concluded from them. */

struct said {
    const char *attribute, *value, *evidence;
};

#define NO_REST                                                         \
    {                                                                   \
        .date = CP_DATE_NONE, .expires = { CP_DATE_NONE, CP_DATE_NONE } \
    }

/* What the facts rest on beside: who inspected, and till when the first and the others hold. */
static struct rest {
    const char *who;
    cp_date date, expires[2];
} rest = NO_REST;

enum { LAST_YEAR = 20100, THIS_YEAR = 20500, NEXT_YEAR = 20900 };

#define READ "unauthenticated-read"
#define IOS "Cisco IOS Software, C2900 Software, Version 15.2(4)M3"

static struct cp_arena *arena;
static const struct cp_derived_fact *derived;
static uint32_t derived_count;
static const struct cp_case *judged; /* the case with them */

static int open_world(void **state)
{
    (void)state;
    arena = cp_arena_open((size_t)256 << 20);
    return arena == NULL;
}

static int close_world(void **state)
{
    (void)state;
    cp_arena_close(arena);
    return 0;
}

static void derive(const struct said *said, size_t count)
{
    struct cp_identify_options options = cp_identify_defaults();
    struct cp_node_row node = cp_node_row_make((cp_place){0, 1, 1}, CP_TEXT("r1"));
    const struct cp_identities *identities;
    const struct cp_makers *makers;
    const struct cp_case *net;
    struct cp_build *build;
    uint32_t file;

    options.as_of = THIS_YEAR;
    assert_int_equal(cp_makers_make(NULL, 0, arena, &makers, NULL), CP_OK);
    assert_int_equal(cp_build_open(arena, &build), CP_OK);
    assert_int_equal(cp_build_input(build, CP_TEXT("facts"), CP_TEXT(""), &file), CP_OK);
    assert_int_equal(cp_build_node(build, &node, NULL), CP_OK);
    for (size_t i = 0; i < count; i++) {
        struct cp_fact_row row = {.place = {0, (uint32_t)i + 2, 1},
                                  .attribute = cp_text_of(said[i].attribute),
                                  .value = cp_text_of(said[i].value),
                                  .evidence = cp_text_of(said[i].evidence),
                                  .who = cp_text_of(rest.who),
                                  .date = rest.date,
                                  .expires = rest.expires[i > 0]};
        assert_int_equal(cp_build_fact_on_last(build, &row, NULL), CP_OK);
    }
    assert_int_equal(cp_build_finish(build, CP_DATE_NONE, &net, NULL), CP_OK);
    assert_int_equal(cp_identify(net, makers, &options, arena, &identities), CP_OK);
    assert_int_equal(cp_identities_facts(identities, net, arena, &derived, &derived_count), CP_OK);
    assert_int_equal(cp_identities_case(identities, net, arena, &judged), CP_OK);
}

#define DERIVE(...)                                \
    do {                                           \
        const struct said said_[] = {__VA_ARGS__}; \
        derive(said_, CP_COUNT(said_));            \
    } while (0)

static const struct cp_derived_fact *find_box(const char *maker)
{
    for (uint32_t i = 0; i < derived_count; i++) {
        if (derived[i].part.len == 0 && cp_text_is(derived[i].maker, maker))
            return &derived[i];
    }
    return NULL;
}

static void what_anyone_could_answer_stays_that(void **state)
{
    (void)state;
    DERIVE({"sys-descr", IOS, READ}, {"sys-object-id", "1.3.6.1.4.1.9.1.1045", READ});
    assert_int_equal(find_box("cisco")->grade, CP_GRADE_UNAUTHENTICATED_READ);
}

static void a_number_alone_that_anyone_could_answer_is_no_claim_of_an_inventory(void **state)
{
    (void)state;
    DERIVE({"sys-object-id", "1.3.6.1.4.1.9.1.1045", READ});
    assert_int_equal(find_box("cisco")->grade, CP_GRADE_UNAUTHENTICATED_READ);
}

static void a_number_alone_is_a_claim_over_any_better_channel(void **state)
{
    (void)state;
    DERIVE({"sys-object-id", "1.3.6.1.4.1.9.1.1045", "authenticated-read"});
    assert_int_equal(find_box("cisco")->grade, CP_GRADE_CLAIM);
}

static void what_was_read_over_an_authenticated_channel_has_that_grade(void **state)
{
    (void)state;
    DERIVE({"sys-descr", IOS, READ}, {"sys-descr", IOS, "authenticated-read"});
    assert_int_equal(find_box("cisco")->grade, CP_GRADE_AUTHENTICATED_READ);
}

static void what_an_inventory_says_of_models_accuses_and_clears_nothing(void **state)
{
    (void)state;
    DERIVE({"maker", "Cisco", ""}, {"model", "NE40E-X8A", ""});
    assert_int_equal(find_box("huawei")->grade, CP_GRADE_UNAUTHENTICATED_READ);
    assert_null(find_box("cisco"));
    DERIVE({"model", "ISR4331", ""}, {"part-number", "WS-C2960X-24TS-L", "self-declared"});
    assert_int_equal(find_box("cisco")->grade, CP_GRADE_UNAUTHENTICATED_READ);
    DERIVE({"maker", "Cisco", ""}, {"mac", "00:e0:fc:00:00:01", ""});
    assert_int_equal(find_box("huawei")->grade, CP_GRADE_UNAUTHENTICATED_READ);
    DERIVE({"maker", "Cisco", ""}, {"private-objects", "1.3.6.1.4.1.2011", ""});
    assert_int_equal(find_box("huawei")->grade, CP_GRADE_UNAUTHENTICATED_READ);
}

static void age_makes_no_claim_of_what_anyone_could_answer(void **state)
{
    (void)state;
    rest.date = LAST_YEAR - 400;
    DERIVE({"sys-descr", IOS, READ});
    assert_int_equal(find_box("cisco")->grade, CP_GRADE_UNAUTHENTICATED_READ);
    DERIVE({"sys-descr", IOS, "authenticated-read"});
    assert_int_equal(find_box("cisco")->grade, CP_GRADE_CLAIM);
}

static void a_maker_that_is_stated_is_not_said_again(void **state)
{
    (void)state;
    rest.date = LAST_YEAR;
    DERIVE({"maker", "Cisco Systems", ""}, {"model", "ISR4331", ""});
    assert_null(find_box("cisco"));
    DERIVE({"maker", "Nokia", "attested"});
    assert_int_equal(derived_count, 0);
}

static void makers_that_contradict_each_other_both_become_facts(void **state)
{
    (void)state;
    DERIVE({"maker", "Nokia", ""}, {"sys-descr", IOS, READ},
           {"sys-object-id", "1.3.6.1.4.1.2011.2.62.2.5", READ});
    assert_non_null(find_box("cisco"));
    assert_non_null(find_box("huawei"));
}

static void what_rests_on_an_expired_fact_alone_has_expired(void **state)
{
    (void)state;
    rest.date = LAST_YEAR;
    rest.expires[0] = LAST_YEAR + 1;
    DERIVE({"sys-descr", "Nokia 7750 SR", ""});
    assert_int_equal(find_box("nokia")->expires, LAST_YEAR + 1);
    assert_int_equal(judged->facts[judged->fact_count - 1].expires, LAST_YEAR + 1);
    DERIVE({"sys-descr", "Nokia 7750 SR", "attested"});
    assert_int_equal(find_box("nokia")->grade, CP_GRADE_CLAIM);
    assert_int_equal(find_box("nokia")->expires, LAST_YEAR + 1);
}

static void of_facts_that_say_the_same_one_that_holds_is_taken(void **state)
{
    (void)state;
    rest.date = LAST_YEAR;
    rest.expires[0] = LAST_YEAR + 1;
    rest.expires[1] = NEXT_YEAR;
    DERIVE({"maker", "Nokia", ""}, {"sys-descr", "Nokia 7750 SR", ""});
    assert_int_equal(find_box("nokia")->expires, NEXT_YEAR);
}

static void an_inspection_keeps_the_names_of_the_inspectors(void **state)
{
    (void)state;
    rest.who = "kim, lee";
    rest.date = THIS_YEAR - 1;
    DERIVE({"model", "Nokia 7750 SR", "two-person-inspection"},
           {"sys-object-id", "1.3.6.1.4.1.6527.1.3", "authenticated-read"});
    assert_int_equal(find_box("nokia")->grade, CP_GRADE_TWO_PERSON_INSPECTION);
    assert_true(cp_text_is(find_box("nokia")->who, "kim, lee"));
    uint32_t evidence = judged->facts[judged->fact_count - 1].evidence;
    assert_true(cp_text_is(judged->evidence[evidence].who, "kim, lee"));
}

static void conclusions_become_facts_and_a_number_stays_a_claim(void **state)
{
    (void)state;
    DERIVE({"sys-descr", "Cisco IOS", "authenticated-read"},
           {"engine-id", "800007db0300112233", "authenticated-read"}, {"maker", "Nokia", ""});
    assert_int_equal(derived_count, 3);
    assert_true(cp_text_is(derived[0].maker, "cisco"));
    assert_int_equal(derived[0].grade, CP_GRADE_AUTHENTICATED_READ);
    assert_true(cp_text_is(derived[1].maker, "huawei"));
    assert_int_equal(derived[1].grade, CP_GRADE_CLAIM);
    assert_true(cp_text_is(derived[2].part, "software"));
    assert_true(cp_text_is(derived[2].maker, "cisco"));
}

static void the_judges_case_has_them_beside_its_own(void **state)
{
    (void)state;
    DERIVE({"sys-descr", "Cisco IOS", "authenticated-read"});
    assert_int_equal(judged->fact_count, 3);
    const struct cp_fact *fact = &judged->facts[1];
    assert_true(cp_text_is(fact->attribute, "maker"));
    assert_true(cp_text_is(fact->value, "cisco"));
    assert_true(cp_text_is(judged->evidence[fact->evidence].kind, "authenticated-read"));
    assert_true(cp_text_is(judged->evidence[fact->evidence].source, "identify"));
    assert_int_equal(fact->place.line, 2);
}

static void a_box_of_which_nothing_is_said_gets_no_fact(void **state)
{
    (void)state;
    derive(NULL, 0);
    assert_int_equal(derived_count, 0);
}

static int forget_rest(void **state)
{
    static const struct rest none = NO_REST;

    (void)state;
    rest = none;
    return 0;
}

#define CASE(name) cmocka_unit_test_teardown(name, forget_rest)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_anyone_could_answer_stays_that),
        cmocka_unit_test(a_number_alone_that_anyone_could_answer_is_no_claim_of_an_inventory),
        cmocka_unit_test(a_number_alone_is_a_claim_over_any_better_channel),
        cmocka_unit_test(what_was_read_over_an_authenticated_channel_has_that_grade),
        cmocka_unit_test(makers_that_contradict_each_other_both_become_facts),
        cmocka_unit_test(what_an_inventory_says_of_models_accuses_and_clears_nothing),
        CASE(age_makes_no_claim_of_what_anyone_could_answer),
        CASE(a_maker_that_is_stated_is_not_said_again),
        CASE(what_rests_on_an_expired_fact_alone_has_expired),
        CASE(of_facts_that_say_the_same_one_that_holds_is_taken),
        CASE(an_inspection_keeps_the_names_of_the_inspectors),
        cmocka_unit_test(conclusions_become_facts_and_a_number_stays_a_claim),
        cmocka_unit_test(the_judges_case_has_them_beside_its_own),
        cmocka_unit_test(a_box_of_which_nothing_is_said_gets_no_fact),
    };

    return cmocka_run_group_tests(tests, open_world, close_world);
}
