#pragma once

/* What the tests of this room build cases with: a row a call, each on a line of its own. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/build.h"

struct draft {
    struct cp_arena *arena;
    struct cp_build *build;
    struct cp_diag diag;
    uint32_t line;
    const struct cp_case *c;
};

static inline struct draft draft_open(void)
{
    struct draft d = {.arena = cp_arena_open((size_t)1 << 30)};
    uint32_t file = 7;

    assert_int_equal(cp_build_open(d.arena, &d.build), CP_OK);
    assert_int_equal(cp_build_input(d.build, CP_TEXT("case.csv"), CP_TEXT("abc"), &file), CP_OK);
    assert_int_equal(file, 0);
    return d;
}

static inline void draft_close(struct draft *d)
{
    cp_arena_close(d->arena);
}

static inline cp_place draft_place(struct draft *d)
{
    return (cp_place){0, ++d->line, 1};
}

static inline void draft_site(struct draft *d, const char *id, const char *tags)
{
    struct cp_site_row row = cp_site_row_make(draft_place(d), cp_text_of(id));

    row.tags = cp_text_of(tags);
    assert_int_equal(cp_build_site(d->build, &row, &d->diag), CP_OK);
}

static inline struct cp_node_row draft_node_row(struct draft *d, const char *id)
{
    return cp_node_row_make(draft_place(d), cp_text_of(id));
}

static inline void draft_node_add(struct draft *d, const struct cp_node_row *row)
{
    assert_int_equal(cp_build_node(d->build, row, &d->diag), CP_OK);
}

static inline void draft_node(struct draft *d, const char *id)
{
    struct cp_node_row row = draft_node_row(d, id);

    draft_node_add(d, &row);
}

/* Nodes of the words in a text. */
static inline void draft_nodes(struct draft *d, const char *ids)
{
    cp_text rest = cp_text_of(ids), word;

    while (cp_text_word(&rest, " ", &word)) {
        struct cp_node_row row = cp_node_row_make(draft_place(d), word);

        draft_node_add(d, &row);
    }
}

static inline struct cp_link_row draft_link_row(struct draft *d, const char *a, const char *b)
{
    return cp_link_row_make(draft_place(d), cp_text_of(a), cp_text_of(b));
}

static inline void draft_link_add(struct draft *d, const struct cp_link_row *row)
{
    assert_int_equal(cp_build_link(d->build, row, &d->diag), CP_OK);
}

static inline void draft_link(struct draft *d, const char *id, const char *a, const char *b)
{
    struct cp_link_row row = draft_link_row(d, a, b);

    row.id = cp_text_of(id);
    draft_link_add(d, &row);
}

static inline void draft_over(struct draft *d, const char *id, const char *over)
{
    struct cp_link_row row = draft_link_row(d, "a", "b");

    row.id = cp_text_of(id);
    row.over = cp_text_of(over);
    draft_link_add(d, &row);
}

static inline void draft_lan(struct draft *d, const char *id, const char *a, const char *b)
{
    struct cp_link_row row = draft_link_row(d, a, b);

    row.id = cp_text_of(id);
    row.link_class = CP_TEXT("lan");
    draft_link_add(d, &row);
}

static inline void draft_demand(struct draft *d, const char *src, const char *dst)
{
    struct cp_demand_row row = cp_demand_row_make(draft_place(d), cp_text_of(src), cp_text_of(dst));

    assert_int_equal(cp_build_demand(d->build, &row, &d->diag), CP_OK);
}

static inline struct cp_fact_row draft_fact_row(struct draft *d, const char *object,
                                                const char *attribute, const char *value)
{
    return (struct cp_fact_row){.place = draft_place(d),
                                .object = cp_text_of(object),
                                .attribute = cp_text_of(attribute),
                                .value = cp_text_of(value),
                                .date = CP_DATE_NONE,
                                .expires = CP_DATE_NONE};
}

static inline void draft_fact(struct draft *d, const char *object, const char *attribute,
                              const char *value)
{
    struct cp_fact_row row = draft_fact_row(d, object, attribute, value);

    assert_int_equal(cp_build_fact(d->build, &row, &d->diag), CP_OK);
}

static inline void draft_finish(struct draft *d)
{
    assert_int_equal(cp_build_finish(d->build, CP_DATE_NONE, &d->c, &d->diag), CP_OK);
}

/* The build fails as said, at a line and about a subject. */
static inline void draft_fails(struct draft *d, cp_err err, uint32_t line, const char *subject)
{
    assert_int_equal(cp_build_finish(d->build, CP_DATE_NONE, &d->c, &d->diag), err);
    assert_null(d->c);
    assert_non_null(d->diag.why);
    assert_int_equal(d->diag.place.line, line);
    assert_string_equal(d->diag.subject, subject);
    draft_close(d);
}

/* The i-th remark NOT_UNDERSTOOD, from 0, stands at a line, about a subject, with a hint. */
static inline void draft_left_out(const struct draft *d, uint32_t i, uint32_t line,
                                  const char *subject, const char *hint)
{
    uint32_t at = 0;

    for (; at < d->c->remark_count; at++)
        if (d->c->remarks[at].kind == CP_REMARK_NOT_UNDERSTOOD && i-- == 0)
            break;
    assert_true(at < d->c->remark_count);
    assert_int_equal(d->c->remarks[at].place.line, line);
    assert_true(cp_text_is(d->c->remarks[at].subject, subject));
    assert_true(cp_text_is(d->c->remarks[at].hint, hint));
}

static inline void assert_text(cp_text text, const char *expected)
{
    assert_int_equal(text.len, strlen(expected));
    if (text.len > 0)
        assert_memory_equal(text.at, expected, text.len);
}

static inline const struct cp_node_rec *draft_get_node(const struct draft *d, const char *id)
{
    cp_node node = cp_case_node(d->c, cp_text_of(id));

    assert_true(node.at < d->c->node_count);
    assert_text(d->c->nodes[node.at].id, id);
    return &d->c->nodes[node.at];
}

static inline const struct cp_link_rec *draft_get_link(const struct draft *d, const char *id)
{
    cp_link link = cp_case_link(d->c, cp_text_of(id));

    assert_true(link.at < d->c->link_count);
    assert_text(d->c->links[link.at].id, id);
    return &d->c->links[link.at];
}

/* The ids of a link's ends, a space after each. */
static inline void assert_ends(const struct draft *d, const struct cp_link_rec *link,
                               const char *expected)
{
    char got[1024];
    size_t len = 0;

    for (uint32_t i = 0; i < link->ends.count; i++) {
        cp_text id = d->c->nodes[d->c->ends[link->ends.first + i].node.at].id;

        memcpy(got + len, id.at, id.len);
        len += id.len;
        got[len++] = ' ';
    }
    assert_text((cp_text){got, len}, expected);
}
