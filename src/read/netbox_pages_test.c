#include "netbox_lines.h"

#include "doc.h"

/* A page that is missing is noticed, whatever else is read. */

#define SITE(host, id)                                                      \
    "{\"id\":" #id ",\"url\":\"https://" host "/api/dcim/sites/" #id "/\"," \
    "\"name\":\"s" #id "\",\"slug\":\"s" #id "\"}"
#define PAGE(head, results) "{" head ",\"results\":[" results "]}"
#define NEXT(query) "\"next\":\"https://n/api/dcim/sites/?" query "\""

static const char missing[] = "a page is missing: ";

/* The remark on a missing page of pages up to NULL, or NULL; *place where it stands. */
static const char *weigh(const char *const *pages, cp_place *place)
{
    static char line[256];
    struct trial t = trial_open();
    const struct cp_case *c;
    size_t len = 0;

    for (uint32_t i = 0; pages[i] != NULL; i++)
        trial_add(&t, CP_ROLE_NETWORK, "page", pages[i]);
    c = trial_make(&t);
    for (uint32_t i = 0; i < c->remark_count; i++) {
        const struct cp_remark *r = &c->remarks[i];

        if (strncmp(r->why, missing, sizeof(missing) - 1) != 0)
            continue;
        assert_int_equal(r->kind, CP_REMARK_NOT_UNDERSTOOD);
        len += (size_t)snprintf(line + len, sizeof(line) - len, "%s'%.*s'",
                                r->why + sizeof(missing) - 1, PICTURE_TEXT(r->subject));
        assert_true(len < sizeof(line));
        *place = r->place;
    }
    trial_close(&t);
    return len > 0 ? line : NULL;
}

#define ASSERT_WEIGHS(wanted, at_line, at_column, ...)             \
    do {                                                           \
        static const char *const pages_[] = {__VA_ARGS__, NULL};   \
        cp_place place_ = CP_PLACE_NONE;                           \
        const char *got_ = weigh(pages_, &place_);                 \
        assert_string_equal(got_ != NULL ? got_ : "none", wanted); \
        assert_int_equal(place_.line, at_line);                    \
        assert_int_equal(place_.column, at_column);                \
    } while (0)
#define ASSERT_WHOLE(...) ASSERT_WEIGHS("none", 0, 0, __VA_ARGS__)

static void fewer_objects_than_a_page_counts_are_said_at_its_count(void **state)
{
    (void)state;
    ASSERT_WEIGHS("1 of 2 records are here'dcim/sites'", 2, 11,
                  PAGE("\n \"count\": 2," NEXT("limit=1&offset=1"), SITE("n", 1)));
    ASSERT_WEIGHS("1 of 3 records are here'dcim/sites'", 1, 10,
                  PAGE("\"count\":3,\"next\":null", SITE("n", 1)));
    ASSERT_WEIGHS("1 of 2 records are here'dcim/sites'", 1, 10,
                  PAGE("\"count\":2,\"next\":null,\"results_of\":1", SITE("n", 7)),
                  PAGE("\"count\":0,\"next\":null", ""));
}

static void pages_and_files_of_any_form_are_counted_together(void **state)
{
    (void)state;
    ASSERT_WHOLE(PAGE("\"count\":3," NEXT("limit=1&offset=1"), SITE("n", 1)),
                 SITE("n", 2) "\n" SITE("n", 9));
    ASSERT_WHOLE("[" SITE("n", 4) "]", PAGE("\"count\":2,\"next\":null", SITE("n", 5)));
}

static void an_object_that_stands_twice_counts_once(void **state)
{
    (void)state;
    ASSERT_WEIGHS("2 of 3 records are here'dcim/sites'", 1, 10,
                  PAGE("\"count\":3," NEXT("offset=2"), SITE("n", 1) "," SITE("n", 2)),
                  PAGE("\"count\":3,\"next\":null", SITE("n", 2)));
}

static void of_filtered_pages_the_largest_count_is_wanted(void **state)
{
    (void)state;
    ASSERT_WHOLE(PAGE("\"count\":1,\"next\":null", SITE("n", 1)),
                 PAGE("\"count\":2,\"next\":null", SITE("n", 1) "," SITE("n", 2)));
    ASSERT_WEIGHS("2 of 4 records are here'dcim/sites'", 1, 10,
                  PAGE("\"count\":1,\"next\":null", SITE("n", 1)),
                  PAGE("\"count\":4,\"next\":null", SITE("n", 2)));
}

static void each_netbox_counts_its_own(void **state)
{
    (void)state;
    ASSERT_WEIGHS("1 of 2 records are here'dcim/sites'", 1, 10,
                  PAGE("\"count\":2,\"next\":null", SITE("n", 1)),
                  PAGE("\"count\":1,\"next\":null", SITE("m", 2)));
}

static void a_page_that_counts_nothing_and_has_a_next_wants_that_one(void **state)
{
    (void)state;
    ASSERT_WEIGHS("1 of 2 records are here'dcim/sites'", 1, 9,
                  PAGE(NEXT("limit=1&offset=1"), SITE("n", 1)));
    ASSERT_WHOLE(PAGE("\"count\":null," NEXT("limit=1&offset=1"), SITE("n", 1)),
                 PAGE("\"next\":null", SITE("n", 2)));
    ASSERT_WEIGHS("the next one is not here'dcim/sites'", 1, 9,
                  PAGE(NEXT("cursor=x"), SITE("n", 1)), PAGE(NEXT("cursor=y"), SITE("n", 2)));
    ASSERT_WHOLE(PAGE(NEXT("cursor=x"), SITE("n", 1)), PAGE("\"next\":null", SITE("n", 2)));
}

static void a_page_without_objects_is_of_the_list_of_its_neighbours(void **state)
{
    (void)state;
    ASSERT_WEIGHS("0 of 2 records are here'dcim/sites'", 1, 10,
                  PAGE("\"count\":2," NEXT("offset=1"), ""));
    ASSERT_WEIGHS(
        "0 of 2 records are here'dcim/sites'", 1, 10,
        PAGE("\"count\":2,\"previous\":\"https://n/api/dcim/sites/?limit=9\",\"next\":null", ""));
    ASSERT_WHOLE(PAGE("\"count\":0,\"next\":null", ""));
}

static uint32_t remarks_of(const char *page, const char *why)
{
    struct trial t = trial_open();
    uint32_t count =
        count_remarks(trial_network(&t, "page", page), CP_REMARK_NOT_UNDERSTOOD, why, NULL);

    trial_close(&t);
    return count;
}

static void what_is_no_count_or_next_is_not_understood(void **state)
{
    static const char *const heads[] = {"\"count\":\"2\",\"next\":null", "\"count\":[[2]]",
                                        "\"next\":7", "\"next\":{}"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(heads); i++) {
        char page[512];

        (void)snprintf(page, sizeof(page), "{%s,\"results\":[%s]}", heads[i], SITE("n", 1));
        assert_int_equal(remarks_of(page, "a count or next of a page that is none"), 1);
    }
    assert_int_equal(
        remarks_of(PAGE("\"count\":1.5", SITE("n", 1)), "a count of a page that is no number"), 1);
    assert_int_equal(remarks_of(PAGE("\"count\":5,\"next\":null", ""),
                                "a page that counts objects, and does not say of what"),
                     1);
}

static void what_is_passed_over_needs_no_pages(void **state)
{
    (void)state;
    ASSERT_WHOLE(PAGE("\"count\":900,\"next\":null",
                      "{\"id\":1,\"url\":\"https://n/api/ipam/prefixes/1/\"}"));
}

static void a_dump_of_the_database_is_refused_with_what_is_expected(void **state)
{
    static const char *const dumps[] = {
        "{\"model\": \"dcim.device\", \"pk\": 1, \"fields\": {\"name\": \"r1\"}}\n",
        "[\n{\n\"model\": \"dcim.device\", \"pk\": 1, \"fields\": {}}]"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(dumps); i++) {
        struct trial t = trial_open();

        assert_int_equal(trial_read(&t, CP_ROLE_NETWORK, "x", cp_text_of(dumps[i])),
                         CP_ERR_MALFORMED);
        assert_string_equal(t.diag.why, "a dump of a database: of a NetBox the objects of its "
                                        "REST API are read, each with a url");
        trial_close(&t);
    }
    assert_false(cp_netbox_is_database_dump(CP_TEXT("{\"model\": \"m\"}")));
    assert_false(cp_netbox_is_database_dump(CP_TEXT("{\"model")));
    assert_false(cp_netbox_is_database_dump(CP_TEXT("[")));
    assert_false(cp_netbox_is_database_dump(CP_TEXT("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fewer_objects_than_a_page_counts_are_said_at_its_count),
        cmocka_unit_test(pages_and_files_of_any_form_are_counted_together),
        cmocka_unit_test(an_object_that_stands_twice_counts_once),
        cmocka_unit_test(of_filtered_pages_the_largest_count_is_wanted),
        cmocka_unit_test(each_netbox_counts_its_own),
        cmocka_unit_test(a_page_that_counts_nothing_and_has_a_next_wants_that_one),
        cmocka_unit_test(a_page_without_objects_is_of_the_list_of_its_neighbours),
        cmocka_unit_test(what_is_no_count_or_next_is_not_understood),
        cmocka_unit_test(what_is_passed_over_needs_no_pages),
        cmocka_unit_test(a_dump_of_the_database_is_refused_with_what_is_expected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
