#include <stdio.h>

#include "trial.h"

/* Which node a document is about, what becomes of what it says, and what one document can do to
 * another's. */

static const char walk[] =
    "1.3.6.1.2.1.1.1.0|4|Example OS 1\n1.3.6.1.2.1.1.5.0|4|core-1.example.net\n";

static void the_user_names_the_node(void **state)
{
    struct trial t = trial_open();
    struct cp_evidence_about about = {.node = CP_TEXT("p7"), .date = CP_DATE_NONE};

    (void)state;
    trial_node(&t, "p7");
    trial_node(&t, "core-1");
    trial_add_about(&t, "dump/core-1.snmprec", walk, &about);
    trial_make(&t);
    assert_int_equal(t.made->node_count, 2);
    assert_fact(&t, "p7", "", "sys-descr", "Example OS 1");
    assert_no_fact(&t, "core-1", "", "sys-descr");
    trial_close(&t);
}

static void the_document_s_name_names_the_node(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_node(&t, "r1.example");
    trial_node(&t, "core-1");
    trial_add(&t, "some/folder/r1.example.snmprec", walk);
    trial_make(&t);
    assert_fact(&t, "r1.example", "", "sys-name", "core-1.example.net");
    assert_no_fact(&t, "core-1", "", "sys-name");
    trial_close(&t);
}

static const char own_word[] =
    "the device is known by its own name alone: what it says counts as unauthenticated";

static void its_own_name_counts_where_nothing_else_speaks_for_the_node(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_node(&t, "core-1");
    trial_add(&t, "192.0.2.1.snmprec", walk);
    trial_make(&t);
    assert_int_equal(t.made->node_count, 1);
    assert_fact(&t, "core-1", "", "sys-descr", "Example OS 1");
    assert_int_equal(count_remarks(t.made, CP_REMARK_FINDING, own_word), 1);
    trial_close(&t);
}

/* Its users and keys are the network's, mostly: whoever has them may answer for any node. */
static void what_it_then_says_counts_as_unauthenticated_however_it_was_read(void **state)
{
    static const char *const grades[] = {"claim", "two-person-inspection", "authenticated-read",
                                         "attested"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(grades); i++) {
        struct cp_evidence_about about = {.evidence = cp_text_of(grades[i]), .date = CP_DATE_NONE};
        struct trial t = trial_open();

        trial_node(&t, "core-1");
        trial_add_about(&t, "192.0.2.1.snmprec", walk, &about);
        trial_make(&t);
        uint32_t evidence = trial_find(&t, "core-1", "", "sys-descr", 0)->evidence;
        assert_text(t.made->evidence[evidence].kind, "unauthenticated-read");
        trial_close(&t);
    }
}

static void a_device_that_the_user_names_keeps_its_grade(void **state)
{
    struct cp_evidence_about about = {
        .node = CP_TEXT("core-1"), .evidence = CP_TEXT("authenticated-read"), .date = CP_DATE_NONE};
    struct trial t = trial_open();

    (void)state;
    trial_node(&t, "core-1");
    trial_add_about(&t, "192.0.2.1.snmprec", walk, &about);
    trial_make(&t);
    uint32_t evidence = trial_find(&t, "core-1", "", "sys-descr", 0)->evidence;
    assert_text(t.made->evidence[evidence].kind, "authenticated-read");
    trial_close(&t);
}

static void a_device_with_another_s_name_is_a_node_of_its_own(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_node(&t, "core-1");
    trial_add(&t, "core-1.snmprec", "1.3.6.1.2.1.1.1.0|4|the real one\n");
    trial_add(&t, "x.snmprec", walk);
    trial_make(&t);
    assert_int_equal(t.made->node_count, 2);
    assert_fact(&t, "core-1", "", "sys-descr", "the real one");
    assert_null(trial_find(&t, "core-1", "", "sys-descr", 1));
    assert_fact(&t, "x", "", "sys-descr", "Example OS 1");
    trial_close(&t);
}

static void two_that_bear_one_name_are_both_nodes_of_their_own(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_node(&t, "core-1");
    trial_add(&t, "x.snmprec", walk);
    trial_add(&t, "y.snmprec", walk);
    trial_make(&t);
    assert_int_equal(t.made->node_count, 3);
    assert_no_fact(&t, "core-1", "", "sys-descr");
    assert_fact(&t, "x", "", "sys-descr", "Example OS 1");
    assert_fact(&t, "y", "", "sys-descr", "Example OS 1");
    trial_close(&t);
}

static void several_documents_may_be_about_one_device(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "monday/r1.snmprec", "1.3.6.1.2.1.1.1.0|4|one\n");
    trial_add(&t, "tuesday/r1.snmprec", "1.3.6.1.2.1.1.1.0|4|two\n");
    trial_make(&t);
    assert_int_equal(t.made->node_count, 1);
    assert_text(trial_find(&t, "r1", "", "sys-descr", 0)->value, "one");
    assert_text(trial_find(&t, "r1", "", "sys-descr", 1)->value, "two");
    trial_close(&t);
}

/* A part may be called anything: it stays a part of its own node. */
static void a_document_named_after_a_command_is_about_its_folder_s_device(void **state)
{
    static const char other[] = "1.3.6.1.2.1.1.1.0|4|Example OS 2\n";
    struct trial t = trial_open();

    (void)state;
    trial_node(&t, "r1");
    trial_add(&t, "evidence/r1/version.snmprec", other);
    trial_add(&t, "evidence/r2/show_version.snmprec", other);
    trial_add(&t, "evidence/r2/snmp-walk.snmprec", other);
    trial_add(&t, "evidence/walks/r3.snmprec", other);
    trial_add(&t, "more/r3.snmprec", other);
    trial_add(&t, "version.snmprec", other);
    trial_make(&t);
    assert_int_equal(t.made->node_count, 4);
    assert_fact(&t, "r1", "", "sys-descr", "Example OS 2");
    assert_fact(&t, "r2", "", "sys-descr", "Example OS 2");
    assert_fact(&t, "r3", "", "sys-descr", "Example OS 2");
    assert_fact(&t, "version", "", "sys-descr", "Example OS 2");
    trial_close(&t);
}

static void a_part_s_name_cannot_reach_another_node(void **state)
{
    static const char hostile[] = "1.3.6.1.2.1.47.1.1.1.1.5.1|2|3\n"
                                  "1.3.6.1.2.1.47.1.1.1.1.5.2|2|9\n"
                                  "1.3.6.1.2.1.47.1.1.1.1.7.2|4|b\n"
                                  "1.3.6.1.2.1.47.1.1.1.1.12.2|4|Acme\n"
                                  "1.3.6.1.2.1.47.1.1.1.1.5.3|2|9\n"
                                  "1.3.6.1.2.1.47.1.1.1.1.7.3|4|node:c/x\n"
                                  "1.3.6.1.2.1.47.1.1.1.1.12.3|4|Acme\n";
    struct trial t = trial_open();

    (void)state;
    trial_node(&t, "a");
    trial_node(&t, "a/b");
    trial_node(&t, "c");
    trial_add(&t, "a.snmprec", hostile);
    trial_make(&t);
    assert_fact(&t, "a", "b", "maker", "Acme");
    assert_fact(&t, "a", "node:c/x", "maker", "Acme");
    assert_no_fact(&t, "a/b", "", "maker");
    assert_no_fact(&t, "c", "x", "maker");
    trial_close(&t);
}

static void facts_carry_the_user_s_word_of_the_document(void **state)
{
    struct trial t = trial_open();
    struct cp_evidence_about about = {
        .evidence = CP_TEXT("authenticated-read"), .who = CP_TEXT("kim"), .date = 20000};
    const struct cp_fact *fact;

    (void)state;
    trial_add_about(&t, "r1.snmprec", walk, &about);
    trial_make(&t);
    fact = trial_find(&t, "r1", "", "sys-descr", 0);
    assert_non_null(fact);
    assert_text(t.made->evidence[fact->evidence].kind, "authenticated-read");
    assert_text(t.made->evidence[fact->evidence].source, "snmp");
    assert_text(t.made->evidence[fact->evidence].who, "kim");
    assert_int_equal(fact->date, 20000);
    assert_int_equal(fact->place.line, 1);
    assert_int_equal(fact->place.column, 21);
    trial_close(&t);
}

static void what_nobody_vouches_for_is_an_unauthenticated_read(void **state)
{
    struct trial t = trial_open();
    const struct cp_fact *fact;

    (void)state;
    trial_add(&t, "r1.snmprec", walk);
    trial_make(&t);
    fact = trial_find(&t, "r1", "", "sys-descr", 0);
    assert_non_null(fact);
    assert_text(t.made->evidence[fact->evidence].kind, "unauthenticated-read");
    assert_int_equal(fact->date, CP_DATE_NONE);
    trial_close(&t);
}

static void records_are_counted_once_whatever_they_become(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "r1.snmprec", walk);
    trial_make(&t);
    assert_int_equal(t.made->inputs[1].used, 2);
    assert_int_equal(t.made->inputs[1].ignored, 0);
    assert_int_equal(t.made->inputs[1].not_understood, 0);
    trial_close(&t);
}

static void a_document_that_says_nothing_makes_no_node_and_is_a_finding(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "r1.snmprec", "");
    trial_make(&t);
    assert_int_equal(t.made->node_count, 0);
    assert_int_equal(
        count_remarks(t.made, CP_REMARK_FINDING, "a document that says nothing of its device"), 1);
    trial_close(&t);
}

static void what_is_of_no_format_is_refused_with_its_place(void **state)
{
    struct trial t = trial_open();

    (void)state;
    assert_int_equal(trial_read(&t, "r1.bin", CP_TEXT("\x01\x02\x03"), NULL), CP_ERR_MALFORMED);
    assert_int_equal(t.diag.place.line, 1);
    assert_non_null(t.diag.why);
    trial_close(&t);
}

static void a_document_without_a_name_is_refused(void **state)
{
    struct trial t = trial_open();

    (void)state;
    assert_int_equal(trial_read(&t, "", cp_text_of(walk), NULL), CP_ERR_MALFORMED);
    assert_int_equal(trial_read(&t, "\x01", cp_text_of(walk), NULL), CP_ERR_MALFORMED);
    trial_close(&t);
}

/* --- text ---------------------------------------------------------------------------------- */

static void says(const char *raw, const char *clean, const char *finding)
{
    struct trial t = trial_open();
    char text[256] = "1.3.6.1.2.1.1.1.0|4|";

    memcpy(text + strlen(text), raw, strlen(raw) + 1);
    trial_add(&t, "r1.snmprec", text);
    trial_make(&t);
    assert_fact(&t, "r1", "", "sys-descr", clean);
    if (finding != NULL)
        assert_int_equal(count_remarks(t.made, CP_REMARK_FINDING, finding), 1);
    trial_close(&t);
}

static void text_becomes_one_harmless_line(void **state)
{
    (void)state;
    says("  two \t words ", "two words", NULL);
    says("\"quoted\"", "quoted", NULL);
    says("a\x1b[31mb", "a [31mb", "control characters are read as spaces");
    says("Hua\xe2\x80\x8bwei", "Huawei", "characters that are not seen are left out");
    says("abc \xe2\x80\xaex", "abc x", "characters that are not seen are left out");
    says("M\xfcller", "M\xc3\xbcller", "bytes that are not UTF-8 are read as ISO 8859-1");
    says("M\xc3\xbcller", "M\xc3\xbcller", NULL);
}

static void a_megabyte_of_name_is_cut_and_told(void **state)
{
    static char text[1200000];
    struct trial t = trial_open();
    size_t len = 0;

    (void)state;
    memcpy(text, "1.3.6.1.2.1.1.1.0|4|", 20);
    for (len = 20; len < 1100000; len++)
        text[len] = 'x';
    assert_int_equal(trial_read(&t, "r1.snmprec", (cp_text){text, len}, NULL), CP_OK);
    trial_make(&t);
    assert_int_equal(trial_find(&t, "r1", "", "sys-descr", 0)->value.len, CP_LIMIT_TEXT_SAID_BYTES);
    assert_int_equal(count_remarks(t.made, CP_REMARK_FINDING, "a text that is too long is cut"), 1);
    trial_close(&t);
}

static void facts_of_one_document_stay_whatever_another_holds(void **state)
{
    static char hostile[6000000];
    struct trial t = trial_open();
    size_t len = 0;

    (void)state;
    for (uint32_t i = 1; i <= 100000; i++)
        len += (size_t)snprintf(hostile + len, sizeof(hostile) - len,
                                "1.3.6.1.2.1.47.1.1.1.1.12.%u|4|Acme\n", i);
    trial_add(&t, "good.snmprec", walk);
    assert_int_equal(trial_read(&t, "good2.snmprec", (cp_text){hostile, len}, NULL), CP_OK);
    trial_make(&t);
    assert_fact(&t, "good", "", "sys-descr", "Example OS 1");
    assert_fact(&t, "good2", "unknown 100000", "maker", "Acme");
    trial_close(&t);
}

static void survives_no_memory(void **state)
{
    (void)state;
    assert_survives_no_memory("r1.snmprec", cp_text_of(walk));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_user_names_the_node),
        cmocka_unit_test(the_document_s_name_names_the_node),
        cmocka_unit_test(its_own_name_counts_where_nothing_else_speaks_for_the_node),
        cmocka_unit_test(what_it_then_says_counts_as_unauthenticated_however_it_was_read),
        cmocka_unit_test(a_device_that_the_user_names_keeps_its_grade),
        cmocka_unit_test(a_device_with_another_s_name_is_a_node_of_its_own),
        cmocka_unit_test(two_that_bear_one_name_are_both_nodes_of_their_own),
        cmocka_unit_test(several_documents_may_be_about_one_device),
        cmocka_unit_test(a_document_named_after_a_command_is_about_its_folder_s_device),
        cmocka_unit_test(a_part_s_name_cannot_reach_another_node),
        cmocka_unit_test(facts_carry_the_user_s_word_of_the_document),
        cmocka_unit_test(what_nobody_vouches_for_is_an_unauthenticated_read),
        cmocka_unit_test(records_are_counted_once_whatever_they_become),
        cmocka_unit_test(a_document_that_says_nothing_makes_no_node_and_is_a_finding),
        cmocka_unit_test(what_is_of_no_format_is_refused_with_its_place),
        cmocka_unit_test(a_document_without_a_name_is_refused),
        cmocka_unit_test(text_becomes_one_harmless_line),
        cmocka_unit_test(a_megabyte_of_name_is_cut_and_told),
        cmocka_unit_test(facts_of_one_document_stay_whatever_another_holds),
        cmocka_unit_test(survives_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
