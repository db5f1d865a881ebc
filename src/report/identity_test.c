#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <string.h>

#include "model/build.h"
#include "report/identity.h"

#include "identities.h"

/*
 * Conclusions made by hand over a small case, and the answers that must come of them.  Node a is
 * huawei's on good evidence, b is contradicted, nobody knows c; a has a card of zte's and b a card
 * that nobody knows; the link a--b was seen by a, b--c by nobody.
 */

enum { CLUES = 5, SUBJECTS = 9 };

struct fixture {
    struct cp_arena *arena;
    const struct cp_case *net;
    const struct cp_makers *makers;
    struct cp_clue clues[CLUES];
    struct cp_identity subjects[SUBJECTS];
    struct cp_identities identities;
    struct cp_identity_registry registry;
    struct cp_identity_report report;
    struct cp_out out;
};

static const char devices_file[] = "in,put \"1\".csv";

static void add_fact(struct cp_build *build, uint32_t line, const char *object,
                     const char *attribute, const char *value)
{
    struct cp_fact_row row = {.place = {0, line, 1},
                              .object = cp_text_of(object),
                              .attribute = cp_text_of(attribute),
                              .value = cp_text_of(value),
                              .evidence = CP_TEXT("authenticated-read"),
                              .source = CP_TEXT("snmp"),
                              .who = CP_TEXT("noc"),
                              .date = 20000,
                              .expires = CP_DATE_NONE};

    assert_int_equal(cp_build_fact(build, &row, NULL), CP_OK);
}

static void add_case(struct cp_build *build)
{
    static const char *const ids[] = {"a", "b", "c"};
    struct cp_link_row link;
    struct cp_site_row site = cp_site_row_make((cp_place){0, 1, 1}, CP_TEXT("camp"));
    uint32_t file;

    assert_int_equal(cp_build_input(build, cp_text_of(devices_file), CP_TEXT("bytes"), &file),
                     CP_OK);
    site.name = CP_TEXT("Camp \"One\", north");
    site.lat_udeg = -500000;
    site.lon_udeg = 127000001;
    assert_int_equal(cp_build_site(build, &site, NULL), CP_OK);
    for (uint32_t i = 0; i < CP_COUNT(ids); i++) {
        struct cp_node_row node = cp_node_row_make((cp_place){file, i + 2, 1}, cp_text_of(ids[i]));

        node.site = i == 0 ? CP_TEXT("camp") : CP_TEXT("");
        assert_int_equal(cp_build_node(build, &node, NULL), CP_OK);
    }
    link = cp_link_row_make((cp_place){file, 8, 1}, CP_TEXT("a"), CP_TEXT("b"));
    assert_int_equal(cp_build_link(build, &link, NULL), CP_OK);
    link = cp_link_row_make((cp_place){file, 9, 1}, CP_TEXT("b"), CP_TEXT("c"));
    assert_int_equal(cp_build_link(build, &link, NULL), CP_OK);
}

static void add_facts(struct cp_build *build)
{
    add_fact(build, 20, "a", "maker", "Huawei");
    add_fact(build, 21, "a", "model", "NE40E");
    add_fact(build, 22, "a", "installed", "2019-03-01");
    add_fact(build, 23, "a/card 1", "maker", "ZTE");
    add_fact(build, 24, "a/card 1", "class", "module");
    add_fact(build, 25, "a/card 1", "serial", "S-1");
    add_fact(build, 26, "b", "maker", "Nokia");
    add_fact(build, 27, "b", "sys-object-id", "1.3.6.1.4.1.9.1.1");
    add_fact(build, 28, "b/card 2", "maker", "unknown");
    add_fact(build, 29, "link:a--b", "seen-by", "a eth0");
}

static uint32_t fact_at(const struct cp_case *net, uint32_t line)
{
    for (uint32_t i = 0; i < net->fact_count; i++) {
        if (net->facts[i].place.line == line)
            return i;
    }
    fail();
    return 0;
}

static struct cp_identity subject(cp_identity_subject sort, uint32_t node, const char *part,
                                  cp_range clues)
{
    return (struct cp_identity){.subject = sort,
                                .kind = CP_OBJECT_NODE,
                                .object = node,
                                .part = cp_text_of(part),
                                .clues = clues,
                                .settle = "ask somebody"};
}

static void conclude(struct cp_identity *identity, const char *name, cp_grade grade)
{
    identity->state = CP_IDENTITY_CONCLUDED;
    identity->name = cp_text_of(name);
    identity->grade = grade;
    identity->settle = NULL;
}

static struct cp_clue clue(const struct fixture *f, uint32_t line, cp_clue_kind kind,
                           const char *name, const char *why)
{
    return (struct cp_clue){.fact = fact_at(f->net, line),
                            .kind = kind,
                            .name = cp_text_of(name),
                            .grade = CP_GRADE_AUTHENTICATED_READ,
                            .carries = name[0] != '\0',
                            .why = why};
}

static void make_identities(struct fixture *f)
{
    struct cp_identity *s = f->subjects;

    f->clues[0] = clue(f, 20, CP_CLUE_MAKER, "huawei", NULL);
    f->clues[1] = clue(f, 23, CP_CLUE_MAKER, "zte", NULL);
    f->clues[2] = clue(f, 26, CP_CLUE_MAKER, "nokia", NULL);
    f->clues[3] = clue(f, 27, CP_CLUE_ENTERPRISE_NUMBER, "cisco", "only registered");
    f->clues[4] = clue(f, 28, CP_CLUE_MAKER, "", "nobody knows");
    s[0] = subject(CP_IDENTITY_BOX, 0, "", (cp_range){0, 1});
    conclude(&s[0], "huawei", CP_GRADE_AUTHENTICATED_READ);
    s[1] = subject(CP_IDENTITY_SOFTWARE, 0, "", (cp_range){0, 0});
    s[2] = subject(CP_IDENTITY_PART, 0, "card 1", (cp_range){1, 1});
    conclude(&s[2], "zte", CP_GRADE_CLAIM);
    s[3] = subject(CP_IDENTITY_BOX, 1, "", (cp_range){2, 2});
    s[3].state = CP_IDENTITY_CONTRADICTED;
    s[4] = subject(CP_IDENTITY_SOFTWARE, 1, "", (cp_range){3, 1});
    conclude(&s[4], "cisco", CP_GRADE_CLAIM);
    s[5] = subject(CP_IDENTITY_PART, 1, "card 2", (cp_range){4, 1});
    s[6] = subject(CP_IDENTITY_BOX, 2, "", (cp_range){5, 0});
    s[7] = subject(CP_IDENTITY_SOFTWARE, 2, "", (cp_range){5, 0});
    s[8] = subject(CP_IDENTITY_PART, 1, "optics", (cp_range){5, 0});
    s[8].kind = CP_OBJECT_LINK;
}

static struct fixture open_fixture(void)
{
    struct fixture f = {.arena = cp_arena_open((size_t)16 << 20)};
    struct cp_build *build;
    struct cp_diag diag;

    assert_int_equal(cp_build_open(f.arena, &build), CP_OK);
    add_case(build);
    add_facts(build);
    assert_int_equal(cp_build_finish(build, CP_DATE_NONE, &f.net, &diag), CP_OK);
    assert_int_equal(cp_makers_make(NULL, 0, f.arena, &f.makers, &diag), CP_OK);
    make_identities(&f);
    f.registry = (struct cp_identity_registry){.path = CP_TEXT("oui.csv")};
    f.out = cp_out_make(f.arena);
    return f;
}

/* The fixture must not move any more. */
static struct cp_identity_report *report_of(struct fixture *f)
{
    f->identities = (struct cp_identities){f->subjects, SUBJECTS, f->clues, CLUES};
    f->report = (struct cp_identity_report){.net = f->net,
                                            .makers = f->makers,
                                            .identities = &f->identities,
                                            .registries = &f->registry,
                                            .registry_count = 1,
                                            .as_of = 20500};
    return &f->report;
}

static const char *written(struct fixture *f)
{
    cp_text text;

    assert_int_equal(cp_out_done(&f->out, &text), CP_OK);
    return text.at;
}

static void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        print_error("not there: %s\nin: %s\n", part, text);
    assert_non_null(strstr(text, part));
}

static void assert_lacks(const char *text, const char *part)
{
    assert_null(strstr(text, part));
}

static void the_table_has_a_line_a_device(void **state)
{
    struct fixture f = open_fixture();
    const char *text;

    (void)state;
    assert_int_equal(cp_identity_text(report_of(&f), &f.out), CP_OK);
    text = written(&f);
    assert_has(text, "a       huawei        authenticated-read  -\n");
    assert_has(text, "b       contradicted  -                   cisco\n");
    assert_has(text, "c       unknown       -                   -\n");
    assert_has(text, "3 devices: 1 concluded, 1 contradicted, 1 unknown; 3 software: 1 concluded, "
                     "2 unknown; 3 parts: 1 concluded, 2 unknown; 2 links: 0 seen by both ends, 1 "
                     "by one, 1 by none.");
    cp_arena_close(f.arena);
}

static void cells_longer_than_their_column_stay_apart(void **state)
{
    struct fixture f = open_fixture();
    struct cp_node_rec nodes[3];
    struct cp_case net = *f.net;

    (void)state;
    memcpy(nodes, net.nodes, sizeof(nodes));
    nodes[0].id = CP_TEXT("a-device-with-an-id-that-is-longer-than-a-column");
    nodes[1].id = CP_TEXT("an-id-a-bit-longer-than-others");
    net.nodes = nodes;
    report_of(&f)->net = &net;
    assert_int_equal(cp_identity_text(&f.report, &f.out), CP_OK);
    assert_has(written(&f), "\na-device-with-an-id-that-is-longer-than-a-column  huawei  "
                            "authenticated-read  -\n");
    assert_has(written(&f), "\nan-id-a-bit-longer-than-others  contradicted  -  cisco\n");
    assert_has(written(&f), "\nc       unknown       -                   -\n");
    cp_arena_close(f.arena);
}

static void a_contradiction_shows_both_sides_with_their_places(void **state)
{
    struct fixture f = open_fixture();

    (void)state;
    assert_int_equal(cp_identity_text(report_of(&f), &f.out), CP_OK);
    assert_has(written(&f), "CONTRADICTED (1)\n  b: nokia (authenticated-read, in,put "
                            "\"1\".csv:26) and cisco (authenticated-read, in,put \"1\".csv:27)\n");
    assert_has(written(&f), "WHAT WOULD SETTLE IT\n  ask somebody: b, c\n");
    cp_arena_close(f.arena);
}

static void evidence_is_shown_of_who_is_asked_for(void **state)
{
    struct fixture f = open_fixture();
    const uint32_t asked = 1;

    (void)state;
    report_of(&f)->asked = &asked;
    f.report.asked_count = 1;
    assert_int_equal(cp_identity_text(&f.report, &f.out), CP_OK);
    assert_has(written(&f), "does not count: maker, authenticated-read, in,put \"1\".csv:28: maker "
                            "'unknown'; nobody knows\n");
    assert_has(written(&f), "counts: enterprise-number says cisco, authenticated-read, in,put "
                            "\"1\".csv:27: sys-object-id '1.3.6.1.4.1.9.1.1'; only registered\n");
    assert_has(written(&f), "a--b: seen by one end: a eth0, in,put \"1\".csv:29\n");
    assert_lacks(written(&f), "huawei");
    cp_arena_close(f.arena);
}

static void json_has_null_where_nothing_is_concluded(void **state)
{
    struct fixture f = open_fixture();
    const char *text;

    (void)state;
    assert_int_equal(cp_identity_json(report_of(&f), &f.out), CP_OK);
    text = written(&f);
    assert_has(text, "\"id\": \"c\",\n      \"maker\": null,\n      \"conclusion\": \"unknown\",\n"
                     "      \"grade\": null,");
    assert_has(text,
               "\"part\": \"card 1\",\n          \"class\": \"module\",\n          \"maker\": "
               "\"zte\",");
    assert_has(text, "{\"kind\": \"contradiction\", \"device\": \"b\", \"part\": null, \"makers\": "
                     "[\"nokia\", \"cisco\"]}");
    assert_has(text, "\"part\": \"optics\"");
    assert_has(text, "\"mac_registries\": [\n    {\"path\": \"oui.csv\"");
    assert_has(text, "\"date\": \"2024-10-04\"");
    cp_arena_close(f.arena);
}

static void csv_has_a_row_a_device_and_part_with_where_it_stands(void **state)
{
    struct fixture f = open_fixture();
    const char *text;

    (void)state;
    assert_int_equal(cp_identity_csv(report_of(&f), &f.out), CP_OK);
    text = written(&f);
    assert_has(text,
               "\"Camp \"\"One\"\", north\",,-0.500000,127.000001,,,huawei,NE40E,2019-03-01,,,"
               "a,,,,,,concluded,authenticated-read,\"in,put \"\"1\"\".csv:20\",\r\n");
    assert_has(text, ",,,zte,,,,,a,card 1,module,S-1,,,concluded,claim,");
    assert_has(text, "\r\n,,,,,,,,,,,b,,,,,cisco,contradicted,,");
    assert_lacks(text, "optics");
    cp_arena_close(f.arena);
}

static void a_grade_is_met_by_all_devices_or_it_is_not(void **state)
{
    struct fixture f = open_fixture();
    const uint32_t a = 0;

    (void)state;
    assert_false(cp_identity_meets(report_of(&f), CP_GRADE_CLAIM));
    f.report.asked = &a;
    f.report.asked_count = 1;
    conclude(&f.subjects[2], "zte", CP_GRADE_AUTHENTICATED_READ);
    assert_true(cp_identity_meets(&f.report, CP_GRADE_AUTHENTICATED_READ));
    assert_false(cp_identity_meets(&f.report, CP_GRADE_DEVICE_IDENTITY));
    assert_int_equal(cp_identity_summarize(&f.report).devices.of[CP_IDENTITY_CONCLUDED], 1);
    assert_int_equal(cp_identity_summarize(&f.report).links.by_one_end, 1);
    cp_arena_close(f.arena);
}

static void a_grade_is_asked_of_parts_and_software_too(void **state)
{
    struct fixture f = open_fixture();
    const uint32_t a = 0;

    (void)state;
    report_of(&f)->asked = &a;
    f.report.asked_count = 1;
    assert_true(cp_identity_meets(&f.report, CP_GRADE_CLAIM));
    assert_false(cp_identity_meets(&f.report, CP_GRADE_AUTHENTICATED_READ)); /* the card */
    f.subjects[2].state = CP_IDENTITY_CONTRADICTED;
    assert_false(cp_identity_meets(&f.report, CP_GRADE_CLAIM));
    conclude(&f.subjects[2], "zte", CP_GRADE_AUTHENTICATED_READ);
    assert_true(cp_identity_meets(&f.report, CP_GRADE_CLAIM));
    f.subjects[1].clues = (cp_range){3, 1}; /* something is said of its software */
    assert_false(cp_identity_meets(&f.report, CP_GRADE_CLAIM));
    conclude(&f.subjects[1], "cisco", CP_GRADE_CLAIM);
    assert_true(cp_identity_meets(&f.report, CP_GRADE_CLAIM));
    cp_arena_close(f.arena);
}

static void answers_without_memory_are_errors(void **state)
{
    cp_err (*const forms[])(const struct cp_identity_report *report, struct cp_out *out) = {
        cp_identity_text, cp_identity_json, cp_identity_csv};
    struct fixture f = open_fixture();

    (void)state;
    report_of(&f)->verbose = true;
    for (size_t i = 0; i < CP_COUNT(forms); i++) {
        cp_err err = CP_ERR_NOMEM;

        for (uint64_t takes = 0; err != CP_OK; takes++) {
            struct cp_arena *arena = cp_arena_open((size_t)16 << 20);
            struct cp_out out = cp_out_make(arena);
            cp_text text;

            assert_int_equal(err, CP_ERR_NOMEM);
            cp_arena_fail_after(arena, takes);
            err = forms[i](&f.report, &out);
            if (err == CP_OK)
                err = cp_out_done(&out, &text);
            cp_arena_close(arena);
        }
    }
    cp_arena_close(f.arena);
}

static void of_many_clues_of_one_subject_long_values_are_cut(void **state)
{
    struct fixture f = open_fixture();
    struct cp_identity_report *report = report_of(&f);
    struct cp_case net = *f.net;
    struct cp_fact fact = f.net->facts[0];
    struct cp_identity identity = subject(CP_IDENTITY_BOX, 0, "", (cp_range){0, CP_FEW_CLUES});
    struct cp_clue clue = {.fact = 0};
    char value[CP_VALUE_SHOWN_BYTES + 2];
    cp_text shown;

    (void)state;
    memset(value, 'x', sizeof(value));
    memcpy(value + CP_VALUE_SHOWN_BYTES - 1, "\xc3\xa9", 2); /* a letter of two bytes */
    fact.value = (cp_text){value, sizeof(value)};
    net.facts = &fact;
    report->net = &net;
    assert_int_equal(cp_identity_value(report, &identity, &clue, f.arena, &shown), CP_OK);
    assert_int_equal(shown.len, sizeof(value));
    identity.clues.count++;
    assert_int_equal(cp_identity_value(report, &identity, &clue, f.arena, &shown), CP_OK);
    assert_int_equal(shown.len, CP_VALUE_SHOWN_BYTES - 1 + 3);
    assert_true(cp_text_ends(shown, CP_TEXT("x...")));
    fact.value.len = CP_VALUE_SHOWN_BYTES;
    assert_int_equal(cp_identity_value(report, &identity, &clue, f.arena, &shown), CP_OK);
    assert_int_equal(shown.len, CP_VALUE_SHOWN_BYTES);
    cp_arena_close(f.arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_many_clues_of_one_subject_long_values_are_cut),
        cmocka_unit_test(the_table_has_a_line_a_device),
        cmocka_unit_test(cells_longer_than_their_column_stay_apart),
        cmocka_unit_test(a_contradiction_shows_both_sides_with_their_places),
        cmocka_unit_test(evidence_is_shown_of_who_is_asked_for),
        cmocka_unit_test(json_has_null_where_nothing_is_concluded),
        cmocka_unit_test(csv_has_a_row_a_device_and_part_with_where_it_stands),
        cmocka_unit_test(a_grade_is_met_by_all_devices_or_it_is_not),
        cmocka_unit_test(a_grade_is_asked_of_parts_and_software_too),
        cmocka_unit_test(answers_without_memory_are_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
