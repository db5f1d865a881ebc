#include "model/case.h"

#include "draft.h"

static void layers_have_names(void **state)
{
    static const char *const names[] = {"ip", "ethernet", "optical", "radio", "management"};

    (void)state;
    assert_int_equal(CP_COUNT(names), CP_LAYER_COUNT);
    for (size_t i = 0; i < CP_COUNT(names); i++) {
        assert_string_equal(cp_layer_name((cp_layer)i), names[i]);
        assert_int_equal(cp_layer_find(cp_text_of(names[i])), i);
    }
    assert_int_equal(cp_layer_find(CP_TEXT("IP")), CP_LAYER_COUNT);
    assert_int_equal(cp_layer_find(CP_TEXT("")), CP_LAYER_COUNT);
}

static void things_are_found_by_id(void **state)
{
    struct draft d = draft_open();

    (void)state;
    draft_site(&d, "seoul", "");
    draft_nodes(&d, "a b");
    draft_link(&d, "", "a", "b");
    draft_finish(&d);
    assert_int_equal(cp_case_node(d.c, CP_TEXT("b")).at, 1);
    assert_int_equal(cp_case_node(d.c, CP_TEXT("seoul")).at, CP_NONE);
    assert_int_equal(cp_case_link(d.c, CP_TEXT("a--b")).at, 0);
    assert_int_equal(cp_case_link(d.c, CP_TEXT("b--a")).at, CP_NONE);
    assert_int_equal(cp_case_site(d.c, CP_TEXT("seoul")), 0);
    assert_int_equal(cp_case_site(d.c, CP_TEXT("a")), CP_NONE);
    draft_close(&d);
}

static void an_empty_case_is_a_case(void **state)
{
    struct draft d = draft_open();

    (void)state;
    draft_finish(&d);
    assert_int_equal(d.c->node_count + d.c->link_count + d.c->site_count + d.c->demand_count, 0);
    assert_int_equal(d.c->fact_count, 0);
    assert_int_equal(d.c->node_facts[0], 0);
    assert_int_equal(d.c->link_facts[0], 0);
    assert_int_equal(d.c->site_facts[0], 0);
    assert_int_equal(cp_case_node(d.c, CP_TEXT("")).at, CP_NONE);
    draft_close(&d);
}

static void tags_are_whole_words(void **state)
{
    struct draft d = draft_open();

    (void)state;
    draft_site(&d, "s", " gov-rok usfk  gov-rok ");
    draft_site(&d, "t", "gov");
    draft_finish(&d);
    assert_int_equal(d.c->sites[0].tags.count, 2);
    assert_true(cp_case_has_tag(d.c, d.c->sites[0].tags, CP_TEXT("usfk")));
    assert_false(cp_case_has_tag(d.c, d.c->sites[0].tags, CP_TEXT("gov")));
    assert_true(cp_case_has_tag(d.c, d.c->sites[1].tags, CP_TEXT("gov")));
    assert_false(cp_case_has_tag(d.c, (cp_range){0, 0}, CP_TEXT("gov")));
    draft_close(&d);
}

static void a_place_is_path_and_line(void **state)
{
    struct draft d = draft_open();
    cp_text text;

    (void)state;
    draft_finish(&d);
    assert_int_equal(cp_case_place(d.c, (cp_place){0, 12, 3}, d.arena, &text), CP_OK);
    assert_string_equal(text.at, "case.csv:12");
    assert_int_equal(cp_case_place(d.c, (cp_place){0, 0, 0}, d.arena, &text), CP_OK);
    assert_string_equal(text.at, "case.csv");
    assert_int_equal(cp_case_place(d.c, CP_PLACE_NONE, d.arena, &text), CP_OK);
    assert_string_equal(text.at, "");
    cp_arena_fail_after(d.arena, 0);
    assert_int_equal(cp_case_place(d.c, (cp_place){0, 1, 0}, d.arena, &text), CP_ERR_NOMEM);
    draft_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layers_have_names),        cmocka_unit_test(things_are_found_by_id),
        cmocka_unit_test(an_empty_case_is_a_case),  cmocka_unit_test(tags_are_whole_words),
        cmocka_unit_test(a_place_is_path_and_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
