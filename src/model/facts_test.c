#include "draft.h"

#include "model/limits.h"

/* The values of the facts about node n, a space after each, parts before a colon. */
static void assert_facts(const struct draft *d, uint32_t from, uint32_t to, const char *expected)
{
    char got[1024];
    size_t len = 0;

    for (uint32_t i = from; i < to; i++) {
        const struct cp_fact *fact = &d->c->facts[i];

        if (fact->part.len > 0) {
            memcpy(got + len, fact->part.at, fact->part.len);
            len += fact->part.len;
            got[len++] = ':';
        }
        memcpy(got + len, fact->value.at, fact->value.len);
        len += fact->value.len;
        got[len++] = ' ';
    }
    assert_text((cp_text){got, len}, expected);
}

static void assert_node_facts(const struct draft *d, const char *id, const char *expected)
{
    uint32_t node = cp_case_node(d->c, cp_text_of(id)).at;

    assert_facts(d, d->c->node_facts[node], d->c->node_facts[node + 1], expected);
}

static void assert_link_facts(const struct draft *d, const char *id, const char *expected)
{
    uint32_t link = cp_case_link(d->c, cp_text_of(id)).at;

    assert_facts(d, d->c->link_facts[link], d->c->link_facts[link + 1], expected);
}

static void facts_are_sorted_by_object_in_their_order(void **state)
{
    struct draft d = draft_open();
    struct cp_node_row node;

    (void)state;
    draft_site(&d, "s", "");
    draft_fact(&d, "b", "maker", "1");
    node = draft_node_row(&d, "a");
    node.maker = CP_TEXT("2");
    draft_node_add(&d, &node);
    node = draft_node_row(&d, "b");
    node.maker = CP_TEXT("3");
    draft_node_add(&d, &node);
    draft_link(&d, "", "a", "b");
    draft_fact(&d, "s", "name", "4");
    draft_fact(&d, "b", "maker", "5");
    draft_fact(&d, "a--b", "maker", "6");
    draft_fact(&d, "a", "maker", "7");
    draft_finish(&d);
    assert_facts(&d, 0, d.c->fact_count, "2 7 1 3 5 6 4 ");
    assert_node_facts(&d, "a", "2 7 ");
    assert_node_facts(&d, "b", "1 3 5 ");
    assert_link_facts(&d, "a--b", "6 ");
    assert_facts(&d, d.c->site_facts[0], d.c->site_facts[1], "4 ");
    assert_int_equal(d.c->site_facts[1], d.c->fact_count);
    assert_int_equal(d.c->facts[6].kind, CP_OBJECT_SITE);
    assert_int_equal(d.c->facts[6].object, 0);
    assert_int_equal(d.c->facts[5].kind, CP_OBJECT_LINK);
    assert_int_equal(d.c->facts[5].object, 0);
    assert_int_equal(d.c->facts[4].object, 1);
    draft_close(&d);
}

static void evidence_is_kept(void **state)
{
    struct draft d = draft_open();
    struct cp_fact_row row = draft_fact_row(&d, "a", "maker", "Huawei");
    const struct cp_fact *fact;

    (void)state;
    row.evidence = CP_TEXT("inspection");
    row.source = CP_TEXT("visit");
    row.who = CP_TEXT("kim");
    row.date = 16115;
    row.expires = -1;
    assert_int_equal(cp_build_fact(d.build, &row, &d.diag), CP_OK);
    draft_node(&d, "a");
    draft_finish(&d);
    fact = &d.c->facts[0];
    assert_text(d.c->evidence[fact->evidence].kind, "inspection");
    assert_text(d.c->evidence[fact->evidence].source, "visit");
    assert_text(d.c->evidence[fact->evidence].who, "kim");
    assert_int_equal(fact->date, 16115);
    assert_int_equal(fact->expires, -1);
    assert_int_equal(fact->place.line, 1);
    draft_close(&d);
}

/* Facts about several things, out of their order: each keeps its own evidence, or has none. */
static void each_fact_has_its_own_evidence(void **state)
{
    static const char *const objects[] = {"c", "a", "b", "c", "b", "a", "c"};
    static const char *const evidence[] = {"x", "x", "", "y", "x", "x", ""};
    struct draft d = draft_open();

    (void)state;
    draft_nodes(&d, "a b c");
    for (size_t i = 0; i < CP_COUNT(objects); i++) {
        struct cp_fact_row row = draft_fact_row(&d, objects[i], "x-seen", "yes");

        row.evidence = cp_text_of(evidence[i]);
        row.who = cp_text_of(evidence[i]);
        assert_int_equal(cp_build_fact(d.build, &row, &d.diag), CP_OK);
    }
    draft_finish(&d);
    assert_int_equal(d.c->fact_count, CP_COUNT(objects));
    for (uint32_t i = 0; i < d.c->fact_count; i++) {
        const struct cp_fact *fact = &d.c->facts[i];
        const char *expected = evidence[fact->place.line - 4];

        if (expected[0] == '\0') {
            assert_int_equal(fact->evidence, CP_NONE);
            continue;
        }
        assert_text(d.c->evidence[fact->evidence].kind, expected);
        assert_text(d.c->evidence[fact->evidence].source, "");
        assert_text(d.c->evidence[fact->evidence].who, expected);
    }
    draft_close(&d);
}

static void a_part_belongs_to_the_longest_id_that_fits(void **state)
{
    struct draft d = draft_open();

    (void)state;
    draft_nodes(&d, "r r/1 x");
    draft_link(&d, "r/1/2", "r", "x");
    draft_fact(&d, "r/0/et", "maker", "1");
    draft_fact(&d, "r/1", "maker", "2");
    draft_fact(&d, "r/1/et", "maker", "3");
    draft_fact(&d, "r/1/2/sfp", "maker", "4");
    draft_fact(&d, "r/1/2", "maker", "5");
    draft_finish(&d);
    assert_node_facts(&d, "r", "0/et:1 ");
    assert_node_facts(&d, "r/1", "2 et:3 ");
    assert_link_facts(&d, "r/1/2", "sfp:4 5 ");
    draft_close(&d);
}

static void a_node_comes_before_a_link_before_a_site(void **state)
{
    struct draft d = draft_open();

    (void)state;
    draft_site(&d, "x", "");
    draft_site(&d, "y", "");
    draft_site(&d, "z", "");
    draft_nodes(&d, "x a");
    draft_link(&d, "x", "x", "a");
    draft_link(&d, "y", "x", "a");
    draft_fact(&d, "x", "maker", "1");
    draft_fact(&d, "y", "maker", "2");
    draft_fact(&d, "z", "name", "3");
    draft_fact(&d, "site:x", "name", "4");
    draft_finish(&d);
    assert_node_facts(&d, "x", "1 ");
    assert_link_facts(&d, "y", "2 ");
    assert_facts(&d, d.c->site_facts[0], d.c->site_facts[3], "4 3 ");
    draft_close(&d);
}

static void a_fact_about_nothing_is_not_understood(void **state)
{
    static const char *const objects[] = {"b", "a/", "/a", "/", "b/a", "site:a", "a//", "s/part"};
    struct draft d = draft_open();

    (void)state;
    draft_node(&d, "a");
    draft_site(&d, "s", "");
    for (size_t i = 0; i < CP_COUNT(objects); i++)
        draft_fact(&d, objects[i], "maker", "x");
    draft_finish(&d);
    /* "a//" is the part "/" of a */
    assert_int_equal(d.c->fact_count, 1);
    assert_text(d.c->facts[0].part, "/");
    assert_int_equal(d.c->inputs[0].not_understood, CP_COUNT(objects) - 1);
    assert_int_equal(d.c->inputs[0].used, 3);
    assert_text(d.c->remarks[0].subject, "b");
    assert_int_equal(d.c->remarks[0].kind, CP_REMARK_NOT_UNDERSTOOD);
    assert_int_equal(d.c->remarks[0].place.line, 3);
    draft_close(&d);
}

static void facts_on_the_last_row_are_about_it_and_fill_nothing(void **state)
{
    struct draft d = draft_open();
    struct cp_fact_row fact = draft_fact_row(&d, "", "site", "Label");
    struct cp_fact_row part = draft_fact_row(&d, "port/1", "kind", "sfp");
    struct cp_fact_row empty = draft_fact_row(&d, "", "note", "");

    (void)state;
    assert_int_equal(cp_build_fact_on_last(d.build, &fact, &d.diag), CP_ERR_UNKNOWN_ID);
    draft_node(&d, "a");
    assert_int_equal(cp_build_fact_on_last(d.build, &fact, &d.diag), CP_OK);
    assert_int_equal(cp_build_fact_on_last(d.build, &empty, &d.diag), CP_OK);
    draft_node(&d, "b");
    draft_link(&d, "", "a", "b");
    draft_link(&d, "", "a", "b");
    assert_int_equal(cp_build_fact_on_last(d.build, &part, &d.diag), CP_OK);
    draft_link(&d, "", "a", "a");
    assert_int_equal(cp_build_fact_on_last(d.build, &fact, &d.diag), CP_OK);
    draft_lan(&d, "lan", "a", "b");
    draft_link(&d, "", "a", "b");
    draft_lan(&d, "lan", "a", "b");
    assert_int_equal(cp_build_fact_on_last(d.build, &fact, &d.diag), CP_OK);
    draft_finish(&d);
    assert_int_equal(d.c->fact_count, 3);
    assert_node_facts(&d, "a", "Label ");
    assert_link_facts(&d, "a--b#2", "port/1:sfp ");
    assert_link_facts(&d, "lan", "Label ");
    assert_int_equal(d.c->nodes[0].site, CP_NONE);
    assert_int_equal(d.c->inputs[0].used, 7);
    assert_int_equal(d.c->inputs[0].not_understood, 0);
    draft_close(&d);
}

static void an_id_of_two_things_is_a_finding(void **state)
{
    static const char *const doubtful[] = {"x", "x/card1", "y"};
    struct draft d = draft_open();

    (void)state;
    draft_site(&d, "y", "");
    draft_nodes(&d, "x a node:x");
    draft_link(&d, "x", "x", "a");
    draft_link(&d, "y", "x", "a");
    for (size_t i = 0; i < CP_COUNT(doubtful); i++)
        draft_fact(&d, doubtful[i], "maker", "1");
    draft_fact(&d, "a", "maker", "2");
    draft_finish(&d);
    assert_node_facts(&d, "x", "1 card1:1 ");
    assert_link_facts(&d, "y", "1 ");
    assert_int_equal(d.c->remark_count, CP_COUNT(doubtful));
    for (size_t i = 0; i < CP_COUNT(doubtful); i++) {
        assert_int_equal(d.c->remarks[i].kind, CP_REMARK_FINDING);
        assert_text(d.c->remarks[i].subject, doubtful[i]);
    }
    draft_close(&d);
}

static void a_kind_before_the_id_says_which_thing_is_meant(void **state)
{
    struct draft d = draft_open();

    (void)state;
    draft_site(&d, "x", "");
    draft_nodes(&d, "x a link:a");
    draft_link(&d, "x", "x", "a");
    draft_fact(&d, "node:x", "maker", "1");
    draft_fact(&d, "link:x", "maker", "2");
    draft_fact(&d, "site:x", "name", "3");
    draft_fact(&d, "link:x/port/1", "maker", "4");
    draft_fact(&d, "node:x/card1", "maker", "5");
    draft_fact(&d, "link:a", "maker", "6"); /* an id that is there goes first */
    draft_finish(&d);
    assert_node_facts(&d, "x", "1 card1:5 ");
    assert_link_facts(&d, "x", "2 port/1:4 ");
    assert_node_facts(&d, "link:a", "6 ");
    assert_facts(&d, d.c->site_facts[0], d.c->site_facts[1], "3 ");
    assert_int_equal(d.c->remark_count, 0);
    draft_close(&d);
}

static void an_object_has_a_limit_of_slashes(void **state)
{
    char object[2048];
    struct draft d = draft_open();

    (void)state;
    memset(object, '/', sizeof(object));
    object[0] = 'r';
    draft_node(&d, "r");
    for (size_t slashes = CP_LIMIT_PART_SLASHES; slashes < sizeof(object); slashes *= 2) {
        object[slashes + 1] = '\0';
        draft_fact(&d, object, "maker", "x");
        object[slashes + 1] = '/';
    }
    draft_finish(&d);
    assert_int_equal(d.c->fact_count, 1);
    assert_int_equal(d.c->inputs[0].not_understood, 5);
    draft_close(&d);
}

/* --- facts that are written down for others ------------------------------------------------- */

static void a_foreign_fact_is_kept_as_it_is_and_fills_nothing(void **state)
{
    struct draft d = draft_open();
    struct cp_fact_row row;

    (void)state;
    draft_nodes(&d, "a");
    row = draft_fact_row(&d, "a", "vendor", "Huawei");
    row.foreign = true;
    assert_int_equal(cp_build_fact(d.build, &row, &d.diag), CP_OK);
    row = draft_fact_row(&d, "a", "role", "core");
    row.foreign = true;
    assert_int_equal(cp_build_fact(d.build, &row, &d.diag), CP_OK);
    draft_finish(&d);
    assert_int_equal(d.c->fact_count, 2);
    assert_int_equal(d.c->remark_count, 0);
    assert_text(d.c->facts[0].attribute, "vendor");
    assert_int_equal(d.c->fact_fills[0], 0);
    assert_text(d.c->nodes[0].role, "");
    draft_close(&d);
}

static void a_part_beside_its_object_is_about_no_other_node(void **state)
{
    struct draft d = draft_open();
    struct cp_fact_row row;

    (void)state;
    draft_nodes(&d, "a a/1");
    draft_fact(&d, "a/1", "serial", "s1");
    row = draft_fact_row(&d, "a", "serial", "s2");
    row.part = CP_TEXT("1");
    assert_int_equal(cp_build_fact(d.build, &row, &d.diag), CP_OK);
    draft_finish(&d);
    assert_int_equal(d.c->fact_count, 2);
    assert_int_equal(d.c->facts[0].object, 0);
    assert_text(d.c->facts[0].part, "1");
    assert_text(d.c->facts[0].value, "s2");
    assert_int_equal(d.c->facts[1].object, 1);
    assert_text(d.c->facts[1].part, "");
    draft_close(&d);
}

static void a_record_on_the_last_thing_fills_it(void **state)
{
    struct draft d = draft_open();
    struct cp_fact_row row;

    (void)state;
    draft_nodes(&d, "a node:a");
    row = draft_fact_row(&d, "", "role", "core");
    assert_int_equal(cp_build_record_on_last(d.build, &row, &d.diag), CP_OK);
    row = draft_fact_row(&d, "xcvr", "maker", "KT");
    assert_int_equal(cp_build_record_on_last(d.build, &row, &d.diag), CP_OK);
    row = draft_fact_row(&d, "", "vendor", "KT");
    assert_int_equal(cp_build_record_on_last(d.build, &row, &d.diag), CP_OK);
    row = draft_fact_row(&d, "", "site", "here");
    assert_int_equal(cp_build_record_on_last(d.build, &row, &d.diag), CP_OK);
    draft_finish(&d);
    assert_text(d.c->nodes[1].role, "core");
    assert_int_equal(d.c->nodes[1].filled, CP_FILLED_ROLE | CP_FILLED_SITE);
    assert_int_equal(d.c->site_count, 1);
    assert_int_equal(d.c->fact_count, 3);
    assert_text(d.c->facts[1].part, "xcvr");
    draft_left_out(&d, 0, 5, "vendor", "");
    assert_int_equal(d.c->inputs[0].used, 5);
    draft_close(&d);
}

static void a_record_about_a_link_that_is_left_out_is_left_out(void **state)
{
    struct draft d = draft_open();
    struct cp_fact_row row;

    (void)state;
    draft_nodes(&d, "a b");
    row = draft_fact_row(&d, "", "role", "core");
    draft_link(&d, "l", "a", "c");
    assert_int_equal(cp_build_record_on_last(d.build, &row, &d.diag), CP_OK);
    draft_link(&d, "m", "a", "a");
    assert_int_equal(cp_build_record_on_last(d.build, &row, &d.diag), CP_OK);
    draft_finish(&d);
    assert_int_equal(d.c->fact_count, 0);
    assert_int_equal(d.c->inputs[0].used, 2);
    assert_int_equal(d.c->inputs[0].ignored, 2);
    assert_int_equal(d.c->inputs[0].not_understood, 2);
    draft_close(&d);
}

static void a_case_knows_what_its_rows_said_and_what_facts_did(void **state)
{
    struct draft d = draft_open();
    struct cp_node_row node = draft_node_row(&d, "a");
    const struct cp_link_rec *link;

    (void)state;
    node.role = CP_TEXT("core");
    node.tags = CP_TEXT("t u");
    draft_node_add(&d, &node);
    draft_nodes(&d, "b");
    draft_link(&d, "l", "a", "b");
    draft_fact(&d, "a", "role", "core");
    draft_fact(&d, "a", "operator", "KT");
    draft_fact(&d, "a", "tags", "u v");
    draft_fact(&d, "a", "managed_by", "b");
    draft_fact(&d, "l", "class", "leased-circuit");
    draft_fact(&d, "l", "srlgs", "s");
    draft_finish(&d);
    assert_int_equal(d.c->nodes[0].filled, CP_FILLED_OPERATOR);
    assert_int_equal(d.c->nodes[0].own_tags, 2);
    assert_int_equal(d.c->nodes[0].tags.count, 3);
    assert_int_equal(d.c->nodes[0].own_managed_by, 0);
    link = draft_get_link(&d, "l");
    assert_int_equal(link->filled, CP_FILLED_CLASS);
    assert_int_equal(link->own_srlgs, 0);
    assert_int_equal(link->srlgs.count, 1);
    draft_close(&d);
}

/* node says whose part it is: the object is the part's name and no more. */
static void a_fact_of_a_node_s_part_is_about_no_other_node(void **state)
{
    struct draft d = draft_open();
    struct cp_fact_row row;

    (void)state;
    draft_nodes(&d, "a a/b c");
    row = draft_fact_row(&d, "b", "maker", "acme");
    row.node = CP_TEXT("a");
    assert_int_equal(cp_build_fact(d.build, &row, &d.diag), CP_OK);
    row.object = CP_TEXT("node:c/x");
    assert_int_equal(cp_build_fact(d.build, &row, &d.diag), CP_OK);
    row.object = CP_TEXT("");
    row.attribute = CP_TEXT("role");
    row.value = CP_TEXT("core");
    assert_int_equal(cp_build_fact(d.build, &row, &d.diag), CP_OK);
    draft_finish(&d);
    assert_int_equal(d.c->node_facts[1] - d.c->node_facts[0], 3);
    assert_int_equal(d.c->fact_count, 3);
    assert_text(d.c->facts[0].part, "b");
    assert_text(d.c->facts[1].part, "node:c/x");
    assert_int_equal(draft_get_node(&d, "a")->role.len, 0); /* it fills nothing */
    assert_int_equal(d.c->inputs[0].used, 3);               /* the nodes: it is not counted */
    draft_close(&d);
}

static void a_fact_of_a_node_that_is_not_there_is_not_understood(void **state)
{
    struct draft d = draft_open();
    struct cp_fact_row row = draft_fact_row(&d, "x", "maker", "acme");

    (void)state;
    row.node = CP_TEXT("nobody");
    assert_int_equal(cp_build_fact(d.build, &row, &d.diag), CP_OK);
    draft_finish(&d);
    assert_int_equal(d.c->fact_count, 0);
    draft_left_out(&d, 0, 1, "nobody", "");
    assert_int_equal(d.c->inputs[0].used, 0);
    draft_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_are_sorted_by_object_in_their_order),
        cmocka_unit_test(evidence_is_kept),
        cmocka_unit_test(each_fact_has_its_own_evidence),
        cmocka_unit_test(a_part_belongs_to_the_longest_id_that_fits),
        cmocka_unit_test(a_node_comes_before_a_link_before_a_site),
        cmocka_unit_test(a_fact_about_nothing_is_not_understood),
        cmocka_unit_test(facts_on_the_last_row_are_about_it_and_fill_nothing),
        cmocka_unit_test(an_id_of_two_things_is_a_finding),
        cmocka_unit_test(a_kind_before_the_id_says_which_thing_is_meant),
        cmocka_unit_test(an_object_has_a_limit_of_slashes),
        cmocka_unit_test(a_foreign_fact_is_kept_as_it_is_and_fills_nothing),
        cmocka_unit_test(a_part_beside_its_object_is_about_no_other_node),
        cmocka_unit_test(a_record_on_the_last_thing_fills_it),
        cmocka_unit_test(a_record_about_a_link_that_is_left_out_is_left_out),
        cmocka_unit_test(a_case_knows_what_its_rows_said_and_what_facts_did),
        cmocka_unit_test(a_fact_of_a_node_s_part_is_about_no_other_node),
        cmocka_unit_test(a_fact_of_a_node_that_is_not_there_is_not_understood),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
