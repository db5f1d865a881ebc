#include "identify/identity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "model/build.h"

/* Small cases: one node, facts of it, what is concluded. */

struct said {
    const char *part, *attribute, *value, *evidence;
};

#define READ "unauthenticated-read"
#define STRONG "authenticated-read"
#define OBJECT(number) "1.3.6.1.4.1." number

static struct cp_arena *arena;
static const struct cp_makers *makers;
static struct cp_identify_options options;
static const struct cp_case *net;
static const struct cp_identities *identities;

static int open_world(void **state)
{
    (void)state;
    arena = cp_arena_open((size_t)256 << 20);
    options = cp_identify_defaults();
    return arena == NULL || cp_makers_make(NULL, 0, arena, &makers, NULL) != CP_OK;
}

static int close_world(void **state)
{
    (void)state;
    cp_arena_close(arena);
    return 0;
}

static void add_fact(struct cp_build *build, const struct said *said, uint32_t line)
{
    struct cp_fact_row row = {.place = {0, line, 1},
                              .object = cp_text_of(said->part),
                              .attribute = cp_text_of(said->attribute),
                              .value = cp_text_of(said->value),
                              .evidence = cp_text_of(said->evidence),
                              .date = CP_DATE_NONE,
                              .expires = CP_DATE_NONE};

    assert_int_equal(cp_build_fact_on_last(build, &row, NULL), CP_OK);
}

/* Identifies a node "r1" of which these facts are known. */
static void identify(const struct said *said, size_t count)
{
    struct cp_build *build = NULL;
    struct cp_node_row node = cp_node_row_make((cp_place){0, 1, 1}, CP_TEXT("r1"));
    uint32_t file = 0;

    assert_int_equal(cp_build_open(arena, &build), CP_OK);
    assert_int_equal(cp_build_input(build, CP_TEXT("facts"), CP_TEXT(""), &file), CP_OK);
    assert_int_equal(cp_build_node(build, &node, NULL), CP_OK);
    for (size_t i = 0; i < count; i++)
        add_fact(build, &said[i], (uint32_t)i + 2);
    assert_int_equal(cp_build_finish(build, CP_DATE_NONE, &net, NULL), CP_OK);
    assert_int_equal(cp_identify(net, makers, &options, arena, &identities), CP_OK);
}

#define IDENTIFY(...)                              \
    do {                                           \
        const struct said said_[] = {__VA_ARGS__}; \
        identify(said_, CP_COUNT(said_));          \
    } while (0)

static const struct cp_identity *box(void)
{
    assert_true(identities->count >= 2);
    assert_int_equal(identities->at[0].subject, CP_IDENTITY_BOX);
    return &identities->at[0];
}

static const struct cp_identity *software(void)
{
    assert_int_equal(identities->at[1].subject, CP_IDENTITY_SOFTWARE);
    return &identities->at[1];
}

static void assert_concluded(const struct cp_identity *of, const char *maker, cp_grade grade)
{
    assert_int_equal(of->state, CP_IDENTITY_CONCLUDED);
    if (!cp_text_is(of->name, maker))
        fail_msg("%.*s is not %s", (int)of->name.len, of->name.at, maker);
    assert_int_equal(of->grade, grade);
}

/* --- what is concluded ---------------------------------------------------------------------- */

static void nothing_is_known_of_what_nobody_speaks_of(void **state)
{
    (void)state;
    identify(NULL, 0);
    assert_int_equal(box()->state, CP_IDENTITY_UNKNOWN);
    assert_int_equal(software()->state, CP_IDENTITY_UNKNOWN);
    assert_non_null(box()->settle);
}

static void a_text_and_a_number_that_agree_conclude_at_the_grade_of_the_reading(void **state)
{
    (void)state;
    IDENTIFY({"", "sys-descr", "Cisco IOS XR Software (ASR9K), Version 6.6.3", READ},
             {"", "sys-object-id", OBJECT("9.1.2658"), READ});
    assert_concluded(box(), "cisco", CP_GRADE_UNAUTHENTICATED_READ);
    assert_concluded(software(), "cisco", CP_GRADE_UNAUTHENTICATED_READ);
}

static void a_number_alone_is_a_claim_however_it_was_read(void **state)
{
    (void)state;
    IDENTIFY({"", "sys-object-id", OBJECT("12356.101.1.1041"), STRONG});
    assert_concluded(box(), "fortinet", CP_GRADE_CLAIM);
}

static void an_agents_number_concludes_nothing(void **state)
{
    (void)state;
    IDENTIFY({"", "sys-object-id", OBJECT("8072.3.2.10"), STRONG});
    assert_int_equal(box()->state, CP_IDENTITY_UNKNOWN);
    IDENTIFY({"", "sys-object-id", OBJECT("1004849.1"), STRONG});
    assert_int_equal(box()->state, CP_IDENTITY_UNKNOWN);
    IDENTIFY({"", "sys-object-id", "0.0", STRONG});
    assert_int_equal(box()->state, CP_IDENTITY_UNKNOWN);
}

static void private_objects_and_an_address_that_agree_are_a_claim(void **state)
{
    (void)state;
    IDENTIFY({"", "private-objects", OBJECT("2011"), STRONG});
    assert_int_equal(box()->state, CP_IDENTITY_UNKNOWN);
    IDENTIFY({"", "private-objects", OBJECT("2011"), STRONG},
             {"", "mac", "00:e0:fc:00:00:01", STRONG});
    assert_concluded(box(), "huawei", CP_GRADE_CLAIM);
    IDENTIFY({"", "private-objects", OBJECT("2011"), READ},
             {"", "sys-descr", "Cisco IOS XR Software (ASR9K), Version 6.6.3", READ});
    assert_int_equal(box()->state, CP_IDENTITY_CONTRADICTED);
}

static void a_number_that_others_boxes_answer_concludes_nothing_alone(void **state)
{
    (void)state;
    IDENTIFY({"", "sys-object-id", OBJECT("25506.1.1"), READ});
    assert_int_equal(box()->state, CP_IDENTITY_UNKNOWN);
    IDENTIFY({"", "sys-object-id", OBJECT("25506.1.1"), READ},
             {"", "sys-descr", "HPE Comware Platform Software, HPE 5130", READ});
    assert_concluded(box(), "hpe", CP_GRADE_UNAUTHENTICATED_READ);
}

static void software_that_runs_on_others_boxes_says_nothing_of_the_box(void **state)
{
    (void)state;
    IDENTIFY({"", "sys-descr", "Hardware Model:UFI_S9600-32X, Software version: OcNOS,6.0.1", READ},
             {"", "sys-object-id", OBJECT("36673.100.1"), READ});
    assert_concluded(box(), "ufispace", CP_GRADE_UNAUTHENTICATED_READ);
    assert_concluded(software(), "ip-infusion", CP_GRADE_UNAUTHENTICATED_READ);
    IDENTIFY({"", "sys-descr", "Linux gw 5.10.0 x86_64", READ});
    assert_int_equal(box()->state, CP_IDENTITY_UNKNOWN);
    assert_concluded(software(), "community", CP_GRADE_UNAUTHENTICATED_READ);
}

static void an_image_for_anybodys_server_leaves_the_box_unknown(void **state)
{
    (void)state;
    IDENTIFY(
        {"", "sys-descr", "Juniper Networks, Inc. vmx internet router, kernel JUNOS 20.4", READ},
        {"", "sys-object-id", OBJECT("2636.1.1"), READ});
    assert_int_equal(box()->state, CP_IDENTITY_UNKNOWN);
    assert_concluded(software(), "juniper", CP_GRADE_UNAUTHENTICATED_READ);
}

static void makers_that_disagree_are_a_contradiction(void **state)
{
    (void)state;
    IDENTIFY({"", "sys-descr", "Cisco IOS Software, C2960", READ},
             {"", "sys-object-id", OBJECT("2636.1.1"), READ});
    assert_int_equal(box()->state, CP_IDENTITY_CONTRADICTED);
    IDENTIFY({"", "maker", "nokia", ""}, {"", "maker", "juniper", STRONG});
    assert_int_equal(box()->state, CP_IDENTITY_CONTRADICTED);
}

static void no_other_is_concluded_against_a_hint_of_a_guarded_maker(void **state)
{
    static const char *const hints[][2] = {
        {"engine-id", "800007db03001122334455"},
        {"mac", "00:e0:fc:00:00:01"},
        {"model", "S5720-56C-PWR-EI-AC"},
        {"sys-descr", "made for Huawei"},
        {"sys-descr", "myhuaweibox"},
        {"maker", "Hua-Wei Digital"},
        {"sys-descr", "DS-2CD2142FWD-I"},
        {"vendor-type", OBJECT("39165.1")},
        {"maker", "HiSilicon"},
        {"sys-descr", "\xec\xa4\x91\xec\x8b\xb1 ZXR10"},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(hints); i++) {
        IDENTIFY({"", "sys-descr", "Cisco IOS XR Software (ASR9K)", STRONG},
                 {"", "sys-object-id", OBJECT("9.1.2658"), STRONG}, {"", "maker", "Cisco", STRONG},
                 {"", hints[i][0], hints[i][1], ""});
        if (box()->state != CP_IDENTITY_CONTRADICTED)
            fail_msg("%s %s", hints[i][0], hints[i][1]);
    }
}

static void letters_of_two_scripts_in_a_word_conclude_nothing(void **state)
{
    (void)state;
    IDENTIFY({"", "sys-descr", "Cisc\xd0\xbe IOS", READ});
    assert_int_equal(box()->state, CP_IDENTITY_UNKNOWN);
    IDENTIFY({"", "sys-descr", "Cisco IOS by Hu\xd0\xb0wei", READ});
    assert_int_equal(box()->state, CP_IDENTITY_CONTRADICTED);
}

static void a_part_has_its_own_maker(void **state)
{
    (void)state;
    IDENTIFY({"", "sys-descr", "Cisco IOS XR Software (ASR9K)", READ},
             {"xcvr-1", "maker", "HUAWEI", READ}, {"fan-1", "maker", "N/A", READ});
    assert_concluded(box(), "cisco", CP_GRADE_UNAUTHENTICATED_READ);
    assert_int_equal(identities->count, 4);
    assert_int_equal(identities->at[2].state, CP_IDENTITY_UNKNOWN);
    assert_concluded(&identities->at[3], "huawei", CP_GRADE_UNAUTHENTICATED_READ);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_known_of_what_nobody_speaks_of),
        cmocka_unit_test(a_text_and_a_number_that_agree_conclude_at_the_grade_of_the_reading),
        cmocka_unit_test(a_number_alone_is_a_claim_however_it_was_read),
        cmocka_unit_test(an_agents_number_concludes_nothing),
        cmocka_unit_test(private_objects_and_an_address_that_agree_are_a_claim),
        cmocka_unit_test(a_number_that_others_boxes_answer_concludes_nothing_alone),
        cmocka_unit_test(software_that_runs_on_others_boxes_says_nothing_of_the_box),
        cmocka_unit_test(an_image_for_anybodys_server_leaves_the_box_unknown),
        cmocka_unit_test(makers_that_disagree_are_a_contradiction),
        cmocka_unit_test(no_other_is_concluded_against_a_hint_of_a_guarded_maker),
        cmocka_unit_test(letters_of_two_scripts_in_a_word_conclude_nothing),
        cmocka_unit_test(a_part_has_its_own_maker),
    };

    return cmocka_run_group_tests(tests, open_world, close_world);
}
