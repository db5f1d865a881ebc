#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/build.h"
#include "ted/ted.h"

/* The lab's network of eight routers (tests/ted), as an inventory. */

struct trial {
    struct cp_arena *arena;
    const struct cp_case *inventory;
    struct cp_ted *ted;
    struct cp_ted_view view;
    struct cp_diag diag;
};

struct trial_link {
    const char *a, *b;
    uint32_t metric;
};

static const struct trial_link planes8[] = {
    {"r1", "r2", 10}, {"r2", "r3", 10}, {"r3", "r8", 10}, {"r1", "r4", 20}, {"r4", "r5", 20},
    {"r5", "r6", 20}, {"r6", "r8", 20}, {"r4", "r7", 10}, {"r7", "r6", 10}, {"r2", "r5", 30}};

static inline struct cp_build *trial_build(struct trial *t)
{
    struct cp_build *build;

    t->arena = cp_arena_open(SIZE_MAX);
    assert_int_equal(cp_build_open(t->arena, &build), CP_OK);
    return build;
}

static inline void trial_node(struct cp_build *build, const char *id, const char *loopback)
{
    struct cp_node_row row = cp_node_row_make(CP_PLACE_NONE, cp_text_of(id));
    struct cp_diag diag;

    row.loopback = cp_text_of(loopback);
    assert_int_equal(cp_build_node(build, &row, &diag), CP_OK);
}

static inline void trial_link(struct cp_build *build, const char *a, const char *b, uint32_t metric)
{
    struct cp_link_row row = cp_link_row_make(CP_PLACE_NONE, cp_text_of(a), cp_text_of(b));
    struct cp_diag diag;

    row.metric_ab = metric;
    assert_int_equal(cp_build_link(build, &row, &diag), CP_OK);
}

static inline void trial_fact(struct cp_build *build, const char *object, const char *attribute,
                              const char *value)
{
    struct cp_fact_row row = {.place = CP_PLACE_NONE,
                              .object = cp_text_of(object),
                              .attribute = cp_text_of(attribute),
                              .value = cp_text_of(value),
                              .date = CP_DATE_NONE,
                              .expires = CP_DATE_NONE};
    struct cp_diag diag;

    assert_int_equal(cp_build_fact(build, &row, &diag), CP_OK);
}

static inline void trial_finish(struct trial *t, struct cp_build *build)
{
    assert_int_equal(cp_build_finish(build, CP_DATE_NONE, &t->inventory, &t->diag), CP_OK);
}

static inline void trial_planes8(struct trial *t)
{
    struct cp_build *build = trial_build(t);

    for (int i = 1; i <= 8; i++) {
        char id[8];
        char loopback[32];

        (void)snprintf(id, sizeof id, "r%d", i);
        (void)snprintf(loopback, sizeof loopback, "10.255.0.%d", i);
        trial_node(build, id, loopback);
    }
    for (size_t i = 0; i < CP_COUNT(planes8); i++)
        trial_link(build, planes8[i].a, planes8[i].b, 77);
    trial_finish(t, build);
}

static inline void trial_open(struct trial *t, const struct cp_ted_feed *feeds, uint32_t count)
{
    struct cp_ted_config config = {
        .feeds = feeds, .feed_count = count, .stale_us = 1000, .disagree_us = 100};

    assert_int_equal(cp_ted_open(&config, t->inventory, 64u << 20, &t->ted, &t->diag), CP_OK);
}

static inline void trial_view(struct trial *t, uint64_t now_us)
{
    assert_int_equal(cp_ted_view(t->ted, now_us, t->arena, &t->view), CP_OK);
}

static inline void trial_close(struct trial *t)
{
    cp_ted_close(t->ted);
    cp_arena_close(t->arena);
}

static inline cp_text trial_file(struct trial *t, const char *path)
{
    FILE *file = fopen(path, "rb");
    char *bytes = CP_TAKE(t->arena, 1u << 20, char);
    size_t len;

    assert_non_null(file);
    assert_non_null(bytes);
    len = fread(bytes, 1, 1u << 20, file);
    assert_int_equal(fclose(file), 0);
    return (cp_text){bytes, len};
}

static inline const struct cp_link_rec *trial_rec(const struct trial *t, const char *id)
{
    cp_link link = cp_case_link(t->view.net, cp_text_of(id));

    return link.at == CP_NONE ? NULL : &t->view.net->links[link.at];
}

static inline cp_text trial_fact_of(const struct cp_case *c, cp_object_kind kind, uint32_t object,
                                    const char *attribute)
{
    const uint32_t *first = kind == CP_OBJECT_NODE ? c->node_facts : c->link_facts;

    for (uint32_t f = first[object]; f < first[object + 1]; f++)
        if (cp_text_is(c->facts[f].attribute, attribute))
            return c->facts[f].value;
    return CP_TEXT("");
}

#define assert_text(text, expected)                                                             \
    do {                                                                                        \
        cp_text text_ = (text);                                                                 \
        char copy_[256];                                                                        \
        (void)snprintf(copy_, sizeof copy_, "%.*s", (int)text_.len, text_.len ? text_.at : ""); \
        assert_string_equal(copy_, expected);                                                   \
    } while (0)
