#include "write/tables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/build.h"
#include "write/networks.h"

/* That everything comes back as it was is shown by tests/cross/write_test.c; here is what it looks like. */

struct pen {
    struct cp_arena *arena, *work;
    struct cp_build *build;
    const struct cp_case *c;
};

static struct pen pen_open(void)
{
    struct pen p = {.arena = cp_arena_open((size_t)1 << 24),
                    .work = cp_arena_open((size_t)1 << 24)};
    uint32_t file;

    assert_int_equal(cp_build_open(p.arena, &p.build), CP_OK);
    assert_int_equal(cp_build_input(p.build, CP_TEXT("x"), CP_TEXT(""), &file), CP_OK);
    return p;
}

static void pen_close(struct pen *p)
{
    cp_arena_close(p->work);
    cp_arena_close(p->arena);
}

static void node(struct pen *p, const char *id)
{
    struct cp_node_row row = cp_node_row_make((cp_place){0, 1, 1}, cp_text_of(id));

    assert_int_equal(cp_build_node(p->build, &row, NULL), CP_OK);
}

static void lan(struct pen *p, const char *a, const char *b)
{
    struct cp_link_row row = cp_link_row_make((cp_place){0, 1, 1}, cp_text_of(a), cp_text_of(b));

    row.id = CP_TEXT("l");
    row.link_class = CP_TEXT("lan");
    row.metric_ab = 5;
    row.a_port = CP_TEXT("e,1");
    assert_int_equal(cp_build_link(p->build, &row, NULL), CP_OK);
}

static void fact(struct pen *p, const char *object, const char *part, const char *attribute)
{
    struct cp_fact_row row = {.place = {0, 1, 1},
                              .object = cp_text_of(object),
                              .part = cp_text_of(part),
                              .attribute = cp_text_of(attribute),
                              .value = CP_TEXT("v"),
                              .date = CP_DATE_NONE,
                              .expires = CP_DATE_NONE};

    assert_int_equal(cp_build_fact(p->build, &row, NULL), CP_OK);
}

static void finish(struct pen *p)
{
    assert_int_equal(cp_build_finish(p->build, CP_DATE_NONE, &p->c, NULL), CP_OK);
}

static void assert_table(struct pen *p, cp_table table, const char *wanted)
{
    struct cp_out out = cp_out_make(p->arena);
    struct cp_diag diag;
    cp_text text;

    assert_int_equal(cp_write_table(p->c, table, p->work, &out, &diag), CP_OK);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    assert_string_equal(text.at, wanted);
}

static void an_empty_case_has_headers_alone(void **state)
{
    struct pen p = pen_open();

    (void)state;
    finish(&p);
    assert_table(&p, CP_TABLE_NODES, "id\r\n");
    assert_table(&p, CP_TABLE_LINKS, "a,b\r\n");
    assert_table(&p, CP_TABLE_FACTS, "object,attribute,value\r\n");
    assert_false(cp_table_has_rows(p.c, CP_TABLE_NODES));
    assert_string_equal(cp_table_file(CP_TABLE_DEMANDS), "demands.csv");
    pen_close(&p);
}

static void a_lan_of_many_ends_is_several_rows(void **state)
{
    struct pen p = pen_open();

    (void)state;
    node(&p, "a");
    node(&p, "b b");
    node(&p, "c");
    lan(&p, "a", "b b");
    lan(&p, "a", "c");
    finish(&p);
    assert_table(&p, CP_TABLE_LINKS,
                 "id,a,b,a_port,class,metric_ab\r\n"
                 "l,a,b b,\"e,1\",lan,5\r\nl,a,c,\"e,1\",lan,5\r\n");
    pen_close(&p);
}

static void a_fact_is_named_so_that_it_is_about_nothing_else(void **state)
{
    struct pen p = pen_open();

    (void)state;
    node(&p, "a");
    node(&p, "a/1");
    node(&p, "l");
    lan(&p, "a", "l");
    fact(&p, "a", "1", "serial");
    fact(&p, "a", "2", "serial");
    fact(&p, "a/1", "", "serial");
    fact(&p, "node:l", "", "serial");
    fact(&p, "link:l", "", "serial");
    finish(&p);
    assert_table(&p, CP_TABLE_FACTS,
                 "object,attribute,value,part\r\n"
                 "a,serial,v,1\r\na/2,serial,v,\r\na/1,serial,v,\r\nnode:l,serial,v,\r\n"
                 "link:l,serial,v,\r\n");
    pen_close(&p);
}

static void a_fact_that_no_name_means_alone_is_refused(void **state)
{
    struct pen p = pen_open();
    struct cp_out out = cp_out_make(p.arena);
    struct cp_diag diag;
    struct cp_fact_row row = {.place = {0, 7, 1},
                              .attribute = CP_TEXT("serial"),
                              .value = CP_TEXT("v"),
                              .date = CP_DATE_NONE,
                              .expires = CP_DATE_NONE};

    (void)state;
    node(&p, "l");
    node(&p, "link:l");
    lan(&p, "l", "link:l");
    assert_int_equal(cp_build_record_on_last(p.build, &row, NULL), CP_OK);
    finish(&p);
    assert_int_equal(cp_write_table(p.c, CP_TABLE_FACTS, p.work, &out, &diag), CP_ERR_CONFLICT);
    assert_int_equal(diag.place.line, 7);
    assert_string_equal(diag.subject, "l");
    pen_close(&p);
}

/* Each take of memory fails in turn. */
static void no_memory_is_an_error(void **state)
{
    struct pen p = pen_open();
    cp_err err = CP_ERR_NOMEM;

    (void)state;
    node(&p, "a");
    node(&p, "b");
    lan(&p, "a", "b");
    fact(&p, "a", "1", "serial");
    finish(&p);
    for (uint64_t takes = 0; err != CP_OK; takes++) {
        struct cp_arena *work = cp_arena_open((size_t)1 << 24);
        struct cp_out out = cp_out_make(p.arena);

        cp_arena_fail_after(work, takes);
        err = cp_write_table(p.c, CP_TABLE_FACTS, work, &out, NULL);
        if (err == CP_OK)
            err = cp_write_networks(p.c, work, &out);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        cp_arena_close(work);
    }
    pen_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_case_has_headers_alone),
        cmocka_unit_test(a_lan_of_many_ends_is_several_rows),
        cmocka_unit_test(a_fact_is_named_so_that_it_is_about_nothing_else),
        cmocka_unit_test(a_fact_that_no_name_means_alone_is_refused),
        cmocka_unit_test(no_memory_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
