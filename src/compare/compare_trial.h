#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "compare/compare.h"
#include "model/build.h"

/* Two cases, built a row a call, and what differs between them as lines of text. */

struct trial {
    struct cp_arena *arena, *work;
    struct cp_build *build[CP_SIDES];
    struct cp_compare_side side[CP_SIDES];
    const struct cp_makers *makers;
    const struct cp_comparison *c;
    struct cp_diag diag;
    uint32_t line;
};

static inline struct trial trial_open(void)
{
    struct trial t = {.arena = cp_arena_open((size_t)1 << 26),
                      .work = cp_arena_open((size_t)1 << 26)};
    uint32_t file;

    assert_int_equal(cp_makers_make(NULL, 0, t.arena, &t.makers, &t.diag), CP_OK);
    for (int side = CP_SIDE_A; side < CP_SIDES; side++) {
        assert_int_equal(cp_build_open(t.arena, &t.build[side]), CP_OK);
        assert_int_equal(cp_build_input(t.build[side],
                                        side == CP_SIDE_A ? CP_TEXT("a") : CP_TEXT("b"),
                                        CP_TEXT(""), &file),
                         CP_OK);
        t.side[side].as_of = CP_DATE_NONE;
    }
    return t;
}

static inline void trial_close(struct trial *t)
{
    cp_arena_close(t->work);
    cp_arena_close(t->arena);
}

static inline cp_place next_place(struct trial *t)
{
    return (cp_place){0, ++t->line, 1};
}

static inline void node(struct trial *t, cp_side side, const char *id, const char *maker)
{
    struct cp_node_row row = cp_node_row_make(next_place(t), cp_text_of(id));

    row.maker = cp_text_of(maker);
    assert_int_equal(cp_build_node(t->build[side], &row, &t->diag), CP_OK);
}

static inline void nodes(struct trial *t, const char *ids)
{
    for (int side = CP_SIDE_A; side < CP_SIDES; side++) {
        cp_text rest = cp_text_of(ids), id;

        while (cp_text_word(&rest, " ", &id)) {
            struct cp_node_row row = cp_node_row_make(next_place(t), id);

            assert_int_equal(cp_build_node(t->build[side], &row, &t->diag), CP_OK);
        }
    }
}

static inline void fact(struct trial *t, cp_side side, const char *object, const char *attribute,
                        const char *value)
{
    struct cp_fact_row row = {.place = next_place(t),
                              .object = cp_text_of(object),
                              .attribute = cp_text_of(attribute),
                              .value = cp_text_of(value),
                              .date = CP_DATE_NONE,
                              .expires = CP_DATE_NONE};

    assert_int_equal(cp_build_fact(t->build[side], &row, &t->diag), CP_OK);
}

/* "r1 Gi0/1" and "r2": a node, and its port behind a space. */
static inline struct cp_link_row link_row(struct trial *t, const char *id, const char *a,
                                          const char *b)
{
    cp_text x = cp_text_of(a), y = cp_text_of(b);
    size_t a_end = cp_text_find(x, ' ', 0), b_end = cp_text_find(y, ' ', 0);
    struct cp_link_row row =
        cp_link_row_make(next_place(t), cp_text_sub(x, 0, a_end), cp_text_sub(y, 0, b_end));

    row.id = cp_text_of(id);
    row.a_port = cp_text_sub(x, a_end + 1, x.len);
    row.b_port = cp_text_sub(y, b_end + 1, y.len);
    return row;
}

static inline void link(struct trial *t, cp_side side, const char *id, const char *a, const char *b)
{
    struct cp_link_row row = link_row(t, id, a, b);

    assert_int_equal(cp_build_link(t->build[side], &row, &t->diag), CP_OK);
}

static inline void lan(struct trial *t, cp_side side, const char *id, const char *members)
{
    struct cp_link_row row = cp_link_row_make(next_place(t), cp_text_of(members), CP_TEXT(""));

    row.id = cp_text_of(id);
    row.link_class = CP_TEXT("lan");
    assert_int_equal(cp_build_link(t->build[side], &row, &t->diag), CP_OK);
}

/* A link that was only seen, by its first end. */
static inline void seen(struct trial *t, cp_side side, const char *a, const char *b)
{
    struct cp_link_row row = link_row(t, "", a, b);
    struct cp_fact_row by = {.place = row.place,
                             .attribute = CP_TEXT("seen-by"),
                             .value = cp_text_of(a),
                             .evidence = CP_TEXT("unauthenticated-read"),
                             .source = CP_TEXT("lldp"),
                             .date = CP_DATE_NONE,
                             .expires = CP_DATE_NONE};

    assert_int_equal(cp_build_link(t->build[side], &row, &t->diag), CP_OK);
    assert_int_equal(cp_build_fact_on_last(t->build[side], &by, &t->diag), CP_OK);
}

static inline void finish(struct trial *t)
{
    for (int side = CP_SIDE_A; side < CP_SIDES; side++)
        assert_int_equal(
            cp_build_finish(t->build[side], CP_DATE_NONE, &t->side[side].net, &t->diag), CP_OK);
}

static inline void compare(struct trial *t)
{
    finish(t);
    assert_int_equal(
        cp_compare(&t->side[CP_SIDE_A], &t->side[CP_SIDE_B], t->makers, t->arena, t->work, &t->c),
        CP_OK);
}

/* --- rows as text ---------------------------------------------------------------------------- */

static inline cp_text id_of(const struct trial *t, const struct cp_compare_row *row, int side)
{
    const struct cp_case *net = t->c->net[side];

    if (row->at[side] == CP_NONE)
        return CP_TEXT("-");
    if (row->object == CP_OBJECT_SITE)
        return net->sites[row->at[side]].id;
    return row->object == CP_OBJECT_NODE ? net->nodes[row->at[side]].id
                                         : net->links[row->at[side]].id;
}

/* "maker r1/slot 1 r1: huawei | zte", a note in brackets */
static inline void write_row(const struct trial *t, const struct cp_compare_row *row, char *out,
                             size_t size)
{
    cp_text a = id_of(t, row, CP_SIDE_A), b = id_of(t, row, CP_SIDE_B);
    size_t len =
        (size_t)snprintf(out, size, "%s%s %.*s%s%.*s %.*s", row->note ? "(note) " : "",
                         cp_differs_name(row->kind), (int)a.len, a.at, row->part.len > 0 ? "/" : "",
                         (int)row->part.len, row->part.at, (int)b.len, b.at);

    for (int side = CP_SIDE_A; side < CP_SIDES; side++)
        for (uint32_t i = 0; i < row->values[side].count; i++) {
            cp_text value = t->c->values[row->values[side].first + i].value;

            len += (size_t)snprintf(out + len, size - len, "%s%.*s",
                                    i > 0               ? ", "
                                    : side == CP_SIDE_A ? ": "
                                                        : " | ",
                                    (int)value.len, value.at);
        }
    assert_true(len < size);
}

static inline void assert_rows(const struct trial *t, const char *const *expected)
{
    char got[512] = "";
    uint32_t at = 0;

    for (; at < t->c->row_count; at++) {
        write_row(t, &t->c->rows[at], got, sizeof(got));
        if (expected[at] == NULL)
            print_error("too many: %s\n", got);
        assert_non_null(expected[at]);
        assert_string_equal(got, expected[at]);
    }
    assert_null(expected[at]);
}

#define ASSERT_ROWS(t, ...) assert_rows((t), (const char *const[]){__VA_ARGS__, NULL})
#define ASSERT_NO_ROWS(t) assert_rows((t), (const char *const[]){NULL})
