#include "model/seen.h"

#include "draft.h"

/* The walk over what was added, facts about links by number, and who saw a link. */

static void fact_on(struct draft *d, uint32_t link, const char *value, const char *source)
{
    struct cp_fact_row row = draft_fact_row(d, "", "seen-by", value);

    row.source = cp_text_of(source);
    assert_int_equal(cp_build_fact_on_link(d->build, link, &row, &d->diag), CP_OK);
}

static void a_walk_gives_nodes_links_and_facts_of_nodes(void **state)
{
    struct draft d = draft_open();
    struct cp_build_walk walk = {.build = d.build};
    struct cp_fact_row row;
    struct cp_added added;

    (void)state;
    assert_false(cp_build_next(&walk, &added));
    assert_false(cp_build_next(&walk, &added));
    draft_site(&d, "s", "");
    draft_node(&d, "a");
    row = draft_fact_row(&d, "port 1", "mac", "00:00:00:00:00:01");
    assert_int_equal(cp_build_fact_on_last(d.build, &row, &d.diag), CP_OK);
    draft_node(&d, "b");
    draft_link(&d, "l", "a", "b");
    draft_fact(&d, "b", "serial", "S1");
    draft_fact(&d, "b/x", "serial", "S2");
    draft_demand(&d, "a", "b");
    walk = (struct cp_build_walk){.build = d.build};
    assert_true(cp_build_next(&walk, &added));
    assert_int_equal(added.kind, CP_ADDED_NODE);
    assert_text(added.node.id, "a");
    assert_true(cp_build_next(&walk, &added));
    assert_int_equal(added.kind, CP_ADDED_NODE_FACT);
    assert_text(added.fact.node, "a");
    assert_text(added.fact.object, "port 1");
    assert_true(cp_build_next(&walk, &added));
    assert_true(cp_build_next(&walk, &added));
    assert_int_equal(added.kind, CP_ADDED_LINK);
    assert_int_equal(added.link_number, 0);
    assert_text(added.link.b, "b");
    assert_true(cp_build_next(&walk, &added));
    assert_text(added.fact.node, "b");
    assert_text(added.fact.value, "S1");
    assert_false(cp_build_next(&walk, &added));
    draft_close(&d);
}

static void a_further_row_of_a_lan_has_the_number_of_the_lan(void **state)
{
    struct draft d = draft_open();
    struct cp_build_walk walk = {.build = d.build};
    uint32_t numbers[4], count = 0;
    struct cp_added added;

    (void)state;
    draft_nodes(&d, "a b c");
    draft_link(&d, "l", "a", "b");
    draft_lan(&d, "lan", "a", "b");
    draft_lan(&d, "lan", "a", "c");
    draft_link(&d, "m", "a", "c");
    while (cp_build_next(&walk, &added))
        if (added.kind == CP_ADDED_LINK)
            numbers[count++] = added.link_number;
    assert_int_equal(count, 4);
    assert_memory_equal(numbers, ((uint32_t[]){0, 1, 1, 2}), sizeof(numbers));
    draft_close(&d);
}

static void a_fact_follows_its_link_where_others_are_left_out(void **state)
{
    struct draft d = draft_open();
    const struct cp_link_rec *link;

    (void)state;
    draft_nodes(&d, "a b");
    draft_link(&d, "gone", "a", "nowhere");
    draft_link(&d, "l", "a", "b");
    draft_lan(&d, "lan", "a", "nowhere");
    draft_lan(&d, "lan", "a", "b");
    fact_on(&d, 0, "a 1", "lldp");
    fact_on(&d, 1, "a 2", "lldp");
    fact_on(&d, 2, "a 3", "lldp");
    draft_finish(&d);
    assert_int_equal(d.c->link_count, 2);
    link = draft_get_link(&d, "l");
    assert_text(d.c->facts[d.c->link_facts[link - d.c->links]].value, "a 2");
    link = draft_get_link(&d, "lan");
    assert_text(d.c->facts[d.c->link_facts[link - d.c->links]].value, "a 3");
    assert_int_equal(d.c->fact_count, 2);
    draft_close(&d);
}

static struct cp_link_seen seen(const struct draft *d, const char *id)
{
    return cp_link_seen(d->c, cp_case_link(d->c, cp_text_of(id)));
}

static void who_saw_a_link_is_told_apart(void **state)
{
    struct draft d = draft_open();
    struct cp_link_seen got;

    (void)state;
    draft_nodes(&d, "a b");
    draft_node(&d, "a b c");
    for (const char *id = "123456"; *id != '\0'; id++) {
        char name[2] = {*id, '\0'};

        draft_link(&d, name, "a", "b");
    }
    draft_link(&d, "7", "a", "a b c");
    fact_on(&d, 1, "a Gi0/1", "lldp");
    fact_on(&d, 2, "a Gi0/1", "lldp");
    fact_on(&d, 2, "b Gi0/2", "lldp");
    fact_on(&d, 3, "a Gi0/1", "lldp");
    fact_on(&d, 3, "a Gi0/1", "cdp");
    fact_on(&d, 4, "c Gi0/1", "lldp");
    fact_on(&d, 5, "a", "lldp");
    fact_on(&d, 6, "a b c 1", "lldp");
    draft_finish(&d);
    got = seen(&d, "1");
    assert_true(got.stated && got.ends == 0 && got.sources == 1);
    got = seen(&d, "2");
    assert_true(got.stated && got.ends == 1 && got.sources == 2);
    got = seen(&d, "3");
    assert_true(got.stated && got.ends == 2 && got.sources == 2);
    got = seen(&d, "4");
    assert_true(got.stated && got.ends == 1 && got.sources == 3);
    got = seen(&d, "5"); /* by somebody who is none of its ends */
    assert_true(got.stated && got.ends == 0);
    got = seen(&d, "6");
    assert_true(got.ends == 1);
    assert_int_equal(
        cp_link_seen_end(d.c, cp_case_link(d.c, CP_TEXT("7")), &d.c->facts[d.c->link_facts[6]]), 1);
    draft_close(&d);
}

static void a_link_that_was_only_seen_stands_where_its_sighting_does(void **state)
{
    struct draft d = draft_open();
    struct cp_link_seen got;
    struct cp_link_row link;
    struct cp_fact_row fact;

    (void)state;
    draft_nodes(&d, "a b");
    link = draft_link_row(&d, "a", "b");
    draft_link_add(&d, &link);
    fact = draft_fact_row(&d, "", "seen-by", "b Gi0/1");
    fact.place = link.place;
    assert_int_equal(cp_build_fact_on_last(d.build, &fact, &d.diag), CP_OK);
    draft_finish(&d);
    got = seen(&d, "a--b");
    assert_false(got.stated);
    assert_int_equal(got.ends, 1);
    assert_int_equal(got.sources, 1);
    draft_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_walk_gives_nodes_links_and_facts_of_nodes),
        cmocka_unit_test(a_further_row_of_a_lan_has_the_number_of_the_lan),
        cmocka_unit_test(a_fact_follows_its_link_where_others_are_left_out),
        cmocka_unit_test(who_saw_a_link_is_told_apart),
        cmocka_unit_test(a_link_that_was_only_seen_stands_where_its_sighting_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
