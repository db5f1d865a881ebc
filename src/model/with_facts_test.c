#include "draft.h"

#include <stdio.h>

/* The objects, values and sources of all facts, "n0:1 l0:2". */
static void assert_all(const struct cp_case *c, const char *expected)
{
    static const char kinds[] = "nls";
    char got[512];
    size_t len = 0;

    for (uint32_t i = 0; i < c->fact_count; i++) {
        const struct cp_fact *fact = &c->facts[i];
        cp_text source =
            fact->evidence == CP_NONE ? CP_TEXT("") : c->evidence[fact->evidence].source;
        len += (size_t)snprintf(got + len, sizeof(got) - len, "%c%u:%.*s%.*s ", kinds[fact->kind],
                                fact->object, (int)fact->value.len, fact->value.at, (int)source.len,
                                source.at == NULL ? "" : source.at);
    }
    assert_text((cp_text){got, len}, expected);
}

static struct draft open_case(void)
{
    struct draft d = draft_open();

    draft_site(&d, "s", "");
    draft_nodes(&d, "a b c");
    draft_link(&d, "l", "a", "b");
    draft_fact(&d, "a", "maker", "1");
    draft_fact(&d, "c", "maker", "2");
    draft_fact(&d, "l", "maker", "3");
    draft_fact(&d, "s", "name", "4");
    draft_finish(&d);
    return d;
}

static struct cp_case_addition addition(cp_object_kind kind, uint32_t object, const char *value,
                                        const char *source)
{
    return (struct cp_case_addition){
        .fact = {.kind = kind,
                 .object = object,
                 .attribute = CP_TEXT("maker"),
                 .value = cp_text_of(value),
                 .evidence = 77,
                 .date = CP_DATE_NONE,
                 .expires = CP_DATE_NONE},
        .evidence = {.source = cp_text_of(source)},
    };
}

static void added_facts_stand_after_those_of_their_objects(void **state)
{
    struct draft d = open_case();
    const struct cp_case_addition added[] = {
        addition(CP_OBJECT_SITE, 0, "x", ""),  addition(CP_OBJECT_NODE, 1, "y", "p"),
        addition(CP_OBJECT_NODE, 0, "z", "p"), addition(CP_OBJECT_NODE, 1, "w", "q"),
        addition(CP_OBJECT_LINK, 0, "v", "q"),
    };
    const struct cp_case *next = NULL;

    (void)state;
    assert_int_equal(cp_case_with_facts(d.c, added, CP_COUNT(added), d.arena, &next), CP_OK);
    assert_all(next, "n0:1 n0:zp n1:yp n1:wq n2:2 l0:3 l0:vq s0:4 s0:x ");
    assert_int_equal(next->node_facts[0], 0);
    assert_int_equal(next->node_facts[1], 2);
    assert_int_equal(next->node_facts[2], 4);
    assert_int_equal(next->link_facts[0], 5);
    assert_int_equal(next->site_facts[0], 7);
    assert_int_equal(next->site_facts[1], 9);
    draft_close(&d);
}

static void the_case_itself_stays_as_it_is(void **state)
{
    struct draft d = open_case();
    const struct cp_case_addition added = addition(CP_OBJECT_NODE, 1, "y", "p");
    const struct cp_case *next = NULL;

    (void)state;
    assert_int_equal(cp_case_with_facts(d.c, &added, 1, d.arena, &next), CP_OK);
    assert_all(d.c, "n0:1 n2:2 l0:3 s0:4 ");
    assert_ptr_equal(next->nodes, d.c->nodes);
    assert_int_equal(cp_case_node(next, CP_TEXT("b")).at, 1);
    draft_close(&d);
}

static void nothing_added_to_nothing_is_nothing(void **state)
{
    struct draft d = draft_open();
    const struct cp_case *next = NULL;

    (void)state;
    draft_finish(&d);
    assert_int_equal(cp_case_with_facts(d.c, NULL, 0, d.arena, &next), CP_OK);
    assert_int_equal(next->fact_count, 0);
    assert_int_equal(next->site_facts[0], 0);
    draft_close(&d);
}

static void each_take_may_fail(void **state)
{
    struct draft d = open_case();
    const struct cp_case_addition added = addition(CP_OBJECT_NODE, 1, "y", "p");
    const struct cp_case *next = NULL;

    (void)state;
    for (uint64_t takes = 0; takes < 6; takes++) {
        cp_arena_fail_after(d.arena, takes);
        assert_int_equal(cp_case_with_facts(d.c, &added, 1, d.arena, &next), CP_ERR_NOMEM);
    }
    cp_arena_fail_after(d.arena, 6);
    assert_int_equal(cp_case_with_facts(d.c, &added, 1, d.arena, &next), CP_OK);
    draft_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(added_facts_stand_after_those_of_their_objects),
        cmocka_unit_test(the_case_itself_stays_as_it_is),
        cmocka_unit_test(nothing_added_to_nothing_is_nothing),
        cmocka_unit_test(each_take_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
