#include "draft.h"

/* A case of node r1, link l1 and site s1, each of which may have facts. */
static struct draft draft_things(void)
{
    struct draft d = draft_open();

    draft_site(&d, "s1", "");
    draft_nodes(&d, "r1 r2");
    draft_link(&d, "l1", "r1", "r2");
    return d;
}

/* One fact more makes one remark of the kind, about the attribute, and is left out. */
static void assert_left_out(const char *object, const char *attribute, cp_remark_kind kind,
                            const char *why)
{
    struct draft d = draft_things();
    bool ignored = kind == CP_REMARK_IGNORED;

    draft_fact(&d, object, attribute, "huawei");
    draft_finish(&d);
    assert_int_equal(d.c->fact_count, 0);
    assert_int_equal(d.c->remark_count, 1);
    assert_int_equal(d.c->remarks[0].kind, kind);
    assert_string_equal(d.c->remarks[0].why, why);
    assert_text(d.c->remarks[0].subject, attribute);
    assert_int_equal(d.c->remarks[0].place.line, 5);
    assert_int_equal(d.c->inputs[0].used, 4);
    assert_int_equal(d.c->inputs[0].ignored, ignored);
    assert_int_equal(d.c->inputs[0].not_understood, !ignored);
    draft_close(&d);
}

static void an_attribute_that_is_nearly_a_known_one_is_not_understood(void **state)
{
    static const struct {
        const char *object, *attribute, *why;
    } wrong[] = {
        {"r1", "vendor", "not an attribute here: maker may be meant"},
        {"r1/card1", "Vendor Name", "not an attribute here: maker may be meant"},
        {"r1", "Maker", "not an attribute here: maker may be meant"},
        {"r1", "makr", "not an attribute here: maker may be meant"},
        {"r1", "manufacturer", "not an attribute here: maker may be meant"},
        {"l1", "brand", "not an attribute here: maker may be meant"},
        {"l1/p", "make", "not an attribute here: maker may be meant"},
        {"r1", "mfg-name", "not an attribute here: maker may be meant"},
        {"r1", "MFG_Name", "not an attribute here: maker may be meant"},
        {"r1", "tag", "not an attribute here: tags may be meant"},
        {"s1", "tag", "not an attribute here: tags may be meant"},
        {"l1", "srlg", "not an attribute here: srlgs may be meant"},
        {"r1", "os", "not an attribute here: software may be meant"},
        {"r1", "managed-by", "not an attribute here: managed_by may be meant"},
        {"l1", "Class", "not an attribute here: class may be meant"},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(wrong); i++)
        assert_left_out(wrong[i].object, wrong[i].attribute, CP_REMARK_NOT_UNDERSTOOD,
                        wrong[i].why);
}

static void an_attribute_that_no_rule_reads_is_ignored(void **state)
{
    static const struct {
        const char *object, *attribute;
    } unread[] = {{"s1", "maker"},      {"l1", "metric_ab"},      {"l1", "capacity_bps"},
                  {"r1", "colour"},     {"l1", "premises"},       {"s1", "traffic"},
                  {"r1", "capacity"},   {"r1/card1", "premises"}, {"l1", "role"},
                  {"r1/card1", "tags"}, {"s1", "vendor"},         {"s1", "class"}};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(unread); i++)
        assert_left_out(unread[i].object, unread[i].attribute, CP_REMARK_IGNORED,
                        "no rule reads this attribute");
}

static void known_attributes_and_the_users_own_are_used(void **state)
{
    static const char *const known[][3] = {
        {"r1", "maker", "1"},
        {"r1", "model", "1"},
        {"r1", "software", "1"},
        {"r1", "serial", "1"},
        {"r1", "installed", "2019-11-18"},
        {"r1", "function", "control"},
        {"r1", "capability", "neither"},
        {"r1", "product", "1"},
        {"r1", "part-number", "1"},
        {"r1", "technology", "1"},
        {"r1", "class", "radio unit"},
        {"r1", "premises", "1"},
        {"r1", "traffic", "1"},
        {"r1", "role", "1"},
        {"r1", "tags", "1"},
        {"r1", "x-colour", "1"},
        {"l1", "class", "1"},
        {"l1", "traffic", "1"},
        {"r1", "replacement-cost", "40"},
        {"l1", "replacement-cost", "unknown"},
        {"l1", "capacity", "1"},
        {"l1", "te-metric", "1"},
        {"l1", "te-metric-ab", "4294967294"},
        {"l1", "te-metric-ba", "unknown"},
        {"r1/card1", "maker", "huawei"},
        {"r1/card1", "class", "1"},
        {"l1/p", "class", "1"},
    };
    struct draft d = draft_things();

    (void)state;
    for (size_t i = 0; i < CP_COUNT(known); i++)
        draft_fact(&d, known[i][0], known[i][1], known[i][2]);
    draft_finish(&d);
    assert_int_equal(d.c->fact_count, CP_COUNT(known));
    assert_int_equal(d.c->remark_count, 0);
    draft_close(&d);
}

static void a_value_that_the_attribute_cannot_have_is_not_understood(void **state)
{
    static const char *const dates = "no date of installation: YYYY-MM-DD or unknown";
    static const char *const numbers = "no whole number, nor unknown";
    static const char *const metrics = "no metric from 1 to 4294967294, nor unknown";
    static const char *const capabilities =
        "no capability: can-route, can-see-traffic, neither or unknown";
    static const char *const functions =
        "no function: transmission, control, management, computing, storage or unknown";
    const struct {
        const char *object, *attribute, *value, *why, *subject, *hint;
    } wrong[] = {
        {"r1", "installed", "2019", dates, "2019", ""},
        {"r1/card1", "installed", "18.11.2019", dates, "18.11.2019", ""},
        {"l1", "installed", "2019-02-29", dates, "2019-02-29", ""},
        {"l1", "installed", "Unknown", dates, "Unknown", "unknown"},
        {"l1", "te-metric", "0", metrics, "0", ""},
        {"l1", "te-metric-ab", "4294967295", metrics, "4294967295", ""},
        {"r1", "premises", "many", numbers, "many", ""},
        {"r1", "premises", "1.5", numbers, "1.5", ""},
        {"r1", "premises", "unknwon", numbers, "unknwon", "unknown"},
        {"r1", "traffic", "-1", numbers, "-1", ""},
        {"l1", "traffic", "10 G", numbers, "10 G", ""},
        {"r1", "replacement-cost", "4.5", numbers, "4.5", ""},
        {"l1", "capacity", "18446744073709551615", numbers, "18446744073709551615", ""},
        {"r1", "capability", "can-rout", capabilities, "can-rout", "can-route"},
        {"r1", "capability", "can-route Can_See_Traffic", capabilities, "Can_See_Traffic",
         "can-see-traffic"},
        {"r1", "capability", "neither can-route", capabilities, "neither can-route", ""},
        {"r1/card1", "function", "control routing", functions, "routing", ""},
        {"r1", "function", "Storage", functions, "Storage", "storage"},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(wrong); i++) {
        struct draft d = draft_things();

        draft_fact(&d, wrong[i].object, wrong[i].attribute, wrong[i].value);
        draft_finish(&d);
        assert_int_equal(d.c->fact_count, 0);
        assert_int_equal(d.c->remark_count, 1);
        assert_string_equal(d.c->remarks[0].why, wrong[i].why);
        draft_left_out(&d, 0, 5, wrong[i].subject, wrong[i].hint);
        assert_int_equal(d.c->inputs[0].used, 4);
        assert_int_equal(d.c->inputs[0].not_understood, 1);
        draft_close(&d);
    }
}

static void a_value_that_the_attribute_can_have_is_used(void **state)
{
    static const char *const right[][2] = {
        {"installed", "2020-02-29"},
        {"installed", "unknown"},
        {"premises", "0"},
        {"premises", "unknown"},
        {"traffic", "18446744073709551614"},
        {"capability", "can-route can-see-traffic"},
        {"capability", "neither"},
        {"capability", "unknown"},
        {"function", "transmission  control management computing storage unknown"},
        {"technology", "whatever there is"},
    };
    struct draft d = draft_things();

    (void)state;
    for (size_t i = 0; i < CP_COUNT(right); i++)
        draft_fact(&d, "r1", right[i][0], right[i][1]);
    draft_finish(&d);
    assert_int_equal(d.c->fact_count, CP_COUNT(right));
    assert_int_equal(d.c->remark_count, 0);
    draft_close(&d);
}

/* A foreign format's words are not ours to refuse. */
static void a_value_inside_a_foreign_record_stays_as_it_is(void **state)
{
    struct draft d = draft_things();
    struct cp_fact_row row = draft_fact_row(&d, "", "installed", "last year");

    (void)state;
    assert_int_equal(cp_build_fact_on_last(d.build, &row, &d.diag), CP_OK);
    draft_finish(&d);
    assert_int_equal(d.c->fact_count, 1);
    assert_int_equal(d.c->remark_count, 0);
    assert_text(d.c->facts[0].value, "last year");
    draft_close(&d);
}

static void words_that_seem_to_name_a_maker_are_known(void **state)
{
    (void)state;
    assert_true(cp_build_means_maker(CP_TEXT("vendor")));
    assert_true(cp_build_means_maker(CP_TEXT("Brand")));
    assert_false(cp_build_means_maker(CP_TEXT("maker")));
    assert_false(cp_build_means_maker(CP_TEXT("os")));
    assert_false(cp_build_means_maker(CP_TEXT("")));
}

static cp_err add_class(struct draft *d, const char *word)
{
    struct cp_link_row row = draft_link_row(d, "r1", "r2");

    row.id = CP_TEXT("l2");
    row.link_class = cp_text_of(word);
    return cp_build_link(d->build, &row, &d->diag);
}

static void a_known_class_is_held_in_its_written_form(void **state)
{
    static const char *const words[][2] = {
        {"leased-circuit", "leased-circuit"},
        {"Leased_Circuit", "leased-circuit"},
        {"leased circuit", "leased-circuit"},
        {"LEASED  CIRCUIT", "leased-circuit"},
        {"LAN", "lan"},
        {"Lan", "lan"},
        {"Dark Fibre", "Dark Fibre"},
        {"wan", "wan"},
        {"WAN", "WAN"},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(words); i++) {
        struct draft d = draft_things();

        assert_int_equal(add_class(&d, words[i][0]), CP_OK);
        draft_finish(&d);
        assert_text(draft_get_link(&d, "l2")->link_class, words[i][1]);
        assert_int_equal(draft_get_link(&d, "l2")->lan, strcmp(words[i][1], "lan") == 0);
        assert_int_equal(d.c->remark_count, 0);
        draft_close(&d);
    }
}

static void a_class_that_is_nearly_a_known_one_is_refused(void **state)
{
    static const char *const words[][2] = {
        {"leasd-circuit", "leased-circuit"},
        {"leased-circuits", "leased-circuit"},
        {"leasedcircuit", "leased-circuit"},
        {"Leased/Circuit", "leased-circuit"},
        {"leased line", "leased-circuit"},
        {"lans", "lan"},
        {"leased\xe2\x80\x91"
         "circuit",
         "leased-circuit"},
    };
    struct draft d = draft_things();

    (void)state;
    for (size_t i = 0; i < CP_COUNT(words); i++) {
        assert_int_equal(add_class(&d, words[i][0]), CP_ERR_UNKNOWN_ID);
        assert_string_equal(d.diag.hint, words[i][1]);
        assert_string_equal(d.diag.subject, words[i][0]);
        assert_int_equal(d.diag.place.line, d.line);
    }
    draft_close(&d);
}

static void facts_about_a_class_follow_the_same_words(void **state)
{
    struct draft d = draft_things();

    (void)state;
    draft_fact(&d, "l1", "class", "Leased Circuit");
    draft_finish(&d);
    assert_text(draft_get_link(&d, "l1")->link_class, "leased-circuit");
    assert_int_equal(d.c->remark_count, 0);
    draft_close(&d);

    d = draft_things();
    draft_fact(&d, "l1", "class", "leasd-circuit");
    draft_finish(&d);
    assert_text(draft_get_link(&d, "l1")->link_class, "");
    assert_int_equal(d.c->remark_count, 1);
    assert_int_equal(d.c->remarks[0].kind, CP_REMARK_NOT_UNDERSTOOD);
    draft_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_attribute_that_is_nearly_a_known_one_is_not_understood),
        cmocka_unit_test(an_attribute_that_no_rule_reads_is_ignored),
        cmocka_unit_test(known_attributes_and_the_users_own_are_used),
        cmocka_unit_test(a_value_that_the_attribute_cannot_have_is_not_understood),
        cmocka_unit_test(a_value_that_the_attribute_can_have_is_used),
        cmocka_unit_test(a_value_inside_a_foreign_record_stays_as_it_is),
        cmocka_unit_test(words_that_seem_to_name_a_maker_are_known),
        cmocka_unit_test(a_known_class_is_held_in_its_written_form),
        cmocka_unit_test(a_class_that_is_nearly_a_known_one_is_refused),
        cmocka_unit_test(facts_about_a_class_follow_the_same_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
