#include "draft.h"

#include "model/limits.h"

/* What a case may hold at most, and what happens where memory ends. */

static void an_id_has_a_longest_length(void **state)
{
    struct draft d = draft_open();
    char id[CP_LIMIT_ID_BYTES + 1];
    struct cp_node_row row = cp_node_row_make(CP_PLACE_NONE, (cp_text){id, sizeof(id)});

    (void)state;
    memset(id, 'a', sizeof(id));
    assert_int_equal(cp_build_node(d.build, &row, &d.diag), CP_ERR_LIMIT);
    row.id.len--;
    draft_node_add(&d, &row);
    draft_finish(&d);
    assert_int_equal(cp_case_node(d.c, row.id).at, 0);
    draft_close(&d);
}

static void a_text_has_a_longest_length(void **state)
{
    static char text[CP_LIMIT_TEXT_BYTES + 1];
    struct draft d = draft_open();
    struct cp_node_row row = draft_node_row(&d, "a");

    (void)state;
    memset(text, 'a', sizeof(text));
    row.role = (cp_text){text, sizeof(text)};
    assert_int_equal(cp_build_node(d.build, &row, &d.diag), CP_ERR_LIMIT);
    row.role.len--;
    draft_node_add(&d, &row);
    draft_finish(&d);
    assert_int_equal(d.c->nodes[0].role.len, CP_LIMIT_TEXT_BYTES);
    draft_close(&d);
}

static void inputs_have_a_limit(void **state)
{
    struct draft d = draft_open();
    uint32_t file = 0;

    (void)state;
    for (uint32_t i = 1; i < CP_LIMIT_INPUTS; i++)
        assert_int_equal(cp_build_input(d.build, CP_TEXT("x"), CP_TEXT(""), &file), CP_OK);
    assert_int_equal(file, CP_LIMIT_INPUTS - 1);
    assert_int_equal(cp_build_input(d.build, CP_TEXT("x"), CP_TEXT(""), &file), CP_ERR_LIMIT);
    draft_close(&d);
}

static void remarks_have_a_limit(void **state)
{
    struct draft d = draft_open();

    (void)state;
    draft_fact(&d, "nothing", "maker", "x");
    for (uint32_t i = 0; i < CP_LIMIT_REMARKS; i++)
        if (cp_build_remark(d.build, CP_REMARK_IGNORED, (cp_place){0, 3, 0}, "why", CP_TEXT("x"),
                            1) != CP_OK)
            fail();
    assert_int_equal(
        cp_build_remark(d.build, CP_REMARK_IGNORED, CP_PLACE_NONE, "why", CP_TEXT("x"), 1),
        CP_ERR_LIMIT);
    draft_fails(&d, CP_ERR_LIMIT, 3, "");
}

static void a_list_has_a_limit(void **state)
{
    static char tags[6 * (CP_LIMIT_LIST_ITEMS + 1)];

    (void)state;
    for (uint32_t count = CP_LIMIT_LIST_ITEMS; count <= CP_LIMIT_LIST_ITEMS + 1; count++) {
        struct draft d = draft_open();
        struct cp_node_row row = draft_node_row(&d, "a");

        for (uint32_t i = 0; i < count; i++) {
            char *tag = &tags[6 * (size_t)i];

            for (uint32_t k = 0, n = i; k < 4; k++, n /= 10)
                tag[4 - k] = (char)('0' + n % 10);
            tag[0] = 't';
            tag[5] = ' ';
        }
        row.tags = (cp_text){tags, 6 * (size_t)count};
        draft_node_add(&d, &row);
        if (count <= CP_LIMIT_LIST_ITEMS) {
            draft_finish(&d);
            assert_int_equal(d.c->nodes[0].tags.count, count);
            draft_close(&d);
        } else {
            draft_fails(&d, CP_ERR_LIMIT, 1, "a");
        }
    }
}

/* One case with something of everything; NOMEM or OK. */
static cp_err build_all(struct cp_arena *arena)
{
    const struct cp_case *c;
    struct cp_build *build;
    struct cp_diag diag;
    cp_place place = {0, 1, 1};
    struct cp_site_row site = cp_site_row_make(place, CP_TEXT("s"));
    struct cp_node_row node = cp_node_row_make(place, CP_TEXT("a"));
    struct cp_link_row link = cp_link_row_make(place, CP_TEXT("a"), CP_TEXT("b"));
    struct cp_demand_row demand = cp_demand_row_make(place, CP_TEXT("site:s"), CP_TEXT("b"));
    struct cp_fact_row fact = {.place = place,
                               .object = CP_TEXT("a/1"),
                               .attribute = CP_TEXT("maker"),
                               .value = CP_TEXT("x")};
    uint32_t file;

    CP_TRY(cp_build_open(arena, &build));
    CP_TRY(cp_build_input(build, CP_TEXT("x"), CP_TEXT("y"), &file));
    site.tags = CP_TEXT("t");
    CP_TRY(cp_build_site(build, &site, &diag));
    node.site = CP_TEXT("s");
    node.maker = CP_TEXT("x");
    CP_TRY(cp_build_node(build, &node, &diag));
    node.id = CP_TEXT("b");
    CP_TRY(cp_build_node(build, &node, &diag));
    link.srlgs = CP_TEXT("d1 d2");
    CP_TRY(cp_build_link(build, &link, &diag));
    CP_TRY(cp_build_link(build, &link, &diag));
    link.over = CP_TEXT("a--b#2");
    link.id = CP_TEXT("l");
    link.link_class = CP_TEXT("lan");
    CP_TRY(cp_build_link(build, &link, &diag));
    CP_TRY(cp_build_link(build, &link, &diag));
    CP_TRY(cp_build_fact(build, &fact, &diag));
    fact.object = CP_TEXT("nothing");
    CP_TRY(cp_build_fact(build, &fact, &diag));
    CP_TRY(cp_build_demand(build, &demand, &diag));
    demand.src = CP_TEXT("tag:t");
    CP_TRY(cp_build_demand(build, &demand, &diag));
    return cp_build_finish(build, CP_DATE_NONE, &c, &diag);
}

static void every_failed_take_is_out_of_memory(void **state)
{
    uint64_t takes = 0;
    cp_err err = CP_ERR_NOMEM;

    (void)state;
    for (; err != CP_OK; takes++) {
        struct cp_arena *arena = cp_arena_open(1 << 24);

        cp_arena_fail_after(arena, takes);
        err = build_all(arena);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        cp_arena_close(arena);
    }
    assert_true(takes > 30);
}

static void without_memory_for_a_hint_there_is_none(void **state)
{
    bool hinted = false;

    (void)state;
    for (uint64_t takes = 0; !hinted; takes++) {
        struct draft d = draft_open();
        cp_err err;

        draft_node(&d, "alpha");
        draft_link(&d, "l", "alpha", "alphb");
        cp_arena_fail_after(d.arena, takes);
        err = cp_build_finish(d.build, CP_DATE_NONE, &d.c, &d.diag);
        assert_true(err == CP_ERR_NOMEM || err == CP_OK);
        hinted = err == CP_OK && cp_text_is(d.c->remarks[0].hint, "alpha");
        draft_close(&d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_id_has_a_longest_length),
        cmocka_unit_test(a_text_has_a_longest_length),
        cmocka_unit_test(remarks_have_a_limit),
        cmocka_unit_test(inputs_have_a_limit),
        cmocka_unit_test(a_list_has_a_limit),
        cmocka_unit_test(every_failed_take_is_out_of_memory),
        cmocka_unit_test(without_memory_for_a_hint_there_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
