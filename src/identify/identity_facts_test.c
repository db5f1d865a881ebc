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

#define READ "unauthenticated-read"
#define IOS "Cisco IOS Software, C2900 Software, Version 15.2(4)M3"

static struct cp_arena *arena;
static const struct cp_derived_fact *derived;
static uint32_t derived_count;

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

    assert_int_equal(cp_makers_make(NULL, 0, arena, &makers, NULL), CP_OK);
    assert_int_equal(cp_build_open(arena, &build), CP_OK);
    assert_int_equal(cp_build_input(build, CP_TEXT("facts"), CP_TEXT(""), &file), CP_OK);
    assert_int_equal(cp_build_node(build, &node, NULL), CP_OK);
    for (size_t i = 0; i < count; i++) {
        struct cp_fact_row row = {.place = {0, (uint32_t)i + 2, 1},
                                  .attribute = cp_text_of(said[i].attribute),
                                  .value = cp_text_of(said[i].value),
                                  .evidence = cp_text_of(said[i].evidence),
                                  .date = CP_DATE_NONE,
                                  .expires = CP_DATE_NONE};
        assert_int_equal(cp_build_fact_on_last(build, &row, NULL), CP_OK);
    }
    assert_int_equal(cp_build_finish(build, CP_DATE_NONE, &net, NULL), CP_OK);
    assert_int_equal(cp_identify(net, makers, &options, arena, &identities), CP_OK);
    assert_int_equal(cp_identities_facts(identities, net, arena, &derived, &derived_count), CP_OK);
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

static void makers_that_contradict_each_other_both_become_facts(void **state)
{
    (void)state;
    DERIVE({"maker", "Nokia", ""}, {"sys-descr", IOS, READ},
           {"sys-object-id", "1.3.6.1.4.1.2011.2.62.2.5", READ});
    assert_non_null(find_box("cisco"));
    assert_non_null(find_box("huawei"));
}

static void a_box_of_which_nothing_is_said_gets_no_fact(void **state)
{
    (void)state;
    derive(NULL, 0);
    assert_int_equal(derived_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_anyone_could_answer_stays_that),
        cmocka_unit_test(a_number_alone_that_anyone_could_answer_is_no_claim_of_an_inventory),
        cmocka_unit_test(a_number_alone_is_a_claim_over_any_better_channel),
        cmocka_unit_test(what_was_read_over_an_authenticated_channel_has_that_grade),
        cmocka_unit_test(makers_that_contradict_each_other_both_become_facts),
        cmocka_unit_test(a_box_of_which_nothing_is_said_gets_no_fact),
    };

    return cmocka_run_group_tests(tests, open_world, close_world);
}
