#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "set.h"

/** What the tests of this room share: documents read into a build, and the case that comes of it. */
struct trial {
    struct cp_arena *arena;
    struct cp_build *build;
    struct cp_evidence_set *set;
    struct cp_diag diag;
    const struct cp_case *made;
    uint32_t inventory; /* the input that nodes of trial_node stand in */
};

static inline struct trial trial_open(void)
{
    struct trial t = {.arena = cp_arena_open((size_t)1 << 31)};

    assert_non_null(t.arena);
    assert_int_equal(cp_build_open(t.arena, &t.build), CP_OK);
    assert_int_equal(cp_build_input(t.build, CP_TEXT("nodes.csv"), CP_TEXT("id\n"), &t.inventory),
                     CP_OK);
    assert_int_equal(cp_evidence_open(t.build, t.arena, &t.set), CP_OK);
    return t;
}

static inline void trial_close(struct trial *t)
{
    cp_arena_close(t->arena);
}

/** A node of the inventory. */
static inline void trial_node(struct trial *t, const char *id)
{
    struct cp_node_row row = cp_node_row_make((cp_place){t->inventory, 2, 1}, cp_text_of(id));

    assert_int_equal(cp_build_node(t->build, &row, &t->diag), CP_OK);
}

static inline cp_err trial_read(struct trial *t, const char *path, cp_text bytes,
                                const struct cp_evidence_about *about)
{
    return cp_evidence_document(t->set, cp_text_of(path), bytes, about, &t->diag);
}

static inline void trial_add_about(struct trial *t, const char *path, const char *text,
                                   const struct cp_evidence_about *about)
{
    cp_err err = trial_read(t, path, cp_text_of(text), about);

    if (err != CP_OK)
        print_error("%s:%u:%u: %s '%s'\n", path, t->diag.place.line, t->diag.place.column,
                    t->diag.why, t->diag.subject);
    assert_int_equal(err, CP_OK);
}

static inline void trial_add(struct trial *t, const char *path, const char *text)
{
    trial_add_about(t, path, text, NULL);
}

static inline const struct cp_case *trial_make(struct trial *t)
{
    cp_err err = cp_evidence_finish(t->set, &t->diag);

    if (err == CP_OK)
        err = cp_build_finish(t->build, CP_DATE_NONE, &t->made, &t->diag);
    if (err != CP_OK)
        print_error("%u:%u: %s '%s'\n", t->diag.place.line, t->diag.place.column, t->diag.why,
                    t->diag.subject);
    assert_int_equal(err, CP_OK);
    return t->made;
}

static inline void assert_text(cp_text got, const char *wanted)
{
    if (!cp_text_is(got, wanted))
        print_error("got '%.*s', wanted '%s'\n", (int)got.len, got.at, wanted);
    assert_true(cp_text_is(got, wanted));
}

/** The n-th fact (from 0) with this attribute of a node's part, or NULL. */
static inline const struct cp_fact *trial_find(const struct trial *t, const char *node,
                                               const char *part, const char *attribute, uint32_t n)
{
    cp_node at = cp_case_node(t->made, cp_text_of(node));

    assert_int_not_equal(at.at, CP_NONE);
    for (uint32_t i = t->made->node_facts[at.at]; i < t->made->node_facts[at.at + 1]; i++) {
        const struct cp_fact *fact = &t->made->facts[i];

        if (cp_text_is(fact->part, part) && cp_text_is(fact->attribute, attribute) && n-- == 0)
            return fact;
    }
    return NULL;
}

static inline void assert_fact(const struct trial *t, const char *node, const char *part,
                               const char *attribute, const char *value)
{
    const struct cp_fact *fact = trial_find(t, node, part, attribute, 0);

    if (fact == NULL)
        print_error("no %s of '%s/%s'\n", attribute, node, part);
    assert_non_null(fact);
    assert_text(fact->value, value);
}

static inline void assert_no_fact(const struct trial *t, const char *node, const char *part,
                                  const char *attribute)
{
    assert_null(trial_find(t, node, part, attribute, 0));
}

/** How many records all remarks of a kind with this reason stand for. */
static inline uint32_t count_remarks(const struct cp_case *c, cp_remark_kind kind, const char *why)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < c->remark_count; i++)
        if (c->remarks[i].kind == kind && strcmp(c->remarks[i].why, why) == 0)
            count += c->remarks[i].count;
    return count;
}

/** Every prefix is read, or refused with a place and a reason. */
static inline void assert_prefixes(const char *path, cp_text bytes)
{
    for (size_t len = 0; len <= bytes.len; len++) {
        struct trial t = trial_open();
        cp_err err = trial_read(&t, path, cp_text_sub(bytes, 0, len), NULL);

        if (err != CP_OK) {
            assert_non_null(t.diag.why);
            assert_true(t.diag.place.line > 0);
        } else {
            (void)trial_make(&t);
        }
        trial_close(&t);
    }
}

/** Each take of memory fails in turn: the document is refused for that, until it is read. */
static inline void assert_survives_no_memory(const char *path, cp_text bytes)
{
    cp_err err = CP_ERR_NOMEM;

    for (uint64_t takes = 0; err != CP_OK; takes++) {
        struct trial t = trial_open();

        cp_arena_fail_after(t.arena, takes);
        err = trial_read(&t, path, bytes, NULL);
        if (err == CP_OK)
            err = cp_evidence_finish(t.set, &t.diag);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        assert_true(takes < 100000);
        trial_close(&t);
    }
}
