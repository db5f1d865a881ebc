#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "read/read.h"

/** What the tests of readers share: documents read into a build, and the case that comes of it. */
struct trial {
    struct cp_arena *arena;
    struct cp_build *build;
    struct cp_read *read;
    struct cp_diag diag;
    const struct cp_case *made;
};

static inline struct trial trial_open(void)
{
    struct trial t = {.arena = cp_arena_open((size_t)1 << 30)};

    assert_non_null(t.arena);
    assert_int_equal(cp_build_open(t.arena, &t.build), CP_OK);
    assert_int_equal(cp_read_open(t.build, t.arena, &t.read), CP_OK);
    return t;
}

static inline void trial_close(struct trial *t)
{
    cp_arena_close(t->arena);
}

static inline cp_err trial_read(struct trial *t, cp_role role, const char *path, cp_text bytes)
{
    return cp_read_document(t->read, role, cp_text_of(path), bytes, &t->diag);
}

static inline void trial_add(struct trial *t, cp_role role, const char *path, const char *text)
{
    cp_err err = trial_read(t, role, path, cp_text_of(text));

    if (err != CP_OK)
        print_error("%s:%u:%u: %s '%s'\n", path, t->diag.place.line, t->diag.place.column,
                    t->diag.why, t->diag.subject);
    assert_int_equal(err, CP_OK);
}

static inline const struct cp_case *trial_make(struct trial *t)
{
    cp_err err = cp_read_finish(t->read, &t->diag);

    if (err == CP_OK)
        err = cp_build_finish(t->build, CP_DATE_NONE, &t->made, &t->diag);
    if (err != CP_OK)
        print_error("%u:%u: %s '%s'\n", t->diag.place.line, t->diag.place.column, t->diag.why,
                    t->diag.subject);
    assert_int_equal(err, CP_OK);
    return t->made;
}

/** A case of one network document. */
static inline const struct cp_case *trial_network(struct trial *t, const char *path,
                                                  const char *text)
{
    trial_add(t, CP_ROLE_NETWORK, path, text);
    return trial_make(t);
}

static inline void assert_text(cp_text got, const char *wanted)
{
    if (!cp_text_is(got, wanted))
        print_error("got '%.*s', wanted '%s'\n", (int)got.len, got.at, wanted);
    assert_true(cp_text_is(got, wanted));
}

/** How a document is refused. */
struct refusal {
    cp_err err;
    uint32_t line, column;
    const char *subject;
};

static inline void assert_refusal(cp_role role, const char *path, cp_text bytes,
                                  struct refusal wanted)
{
    struct trial t = trial_open();
    cp_err got = trial_read(&t, role, path, bytes);

    if (got != wanted.err || t.diag.place.line != wanted.line ||
        t.diag.place.column != wanted.column)
        print_error("%u:%u: %s '%s'\n", t.diag.place.line, t.diag.place.column,
                    t.diag.why != NULL ? t.diag.why : "no error", t.diag.subject);
    assert_int_equal(got, wanted.err);
    assert_int_equal(t.diag.place.line, wanted.line);
    assert_int_equal(t.diag.place.column, wanted.column);
    assert_non_null(t.diag.why);
    assert_string_equal(t.diag.subject, wanted.subject);
    trial_close(&t);
}

/** That a document is refused with an error, at a line, a column, about a subject. */
#define assert_refused(role, path, bytes, ...) \
    assert_refusal((role), (path), (bytes), (struct refusal){__VA_ARGS__})

/** Adds text to the end of a buffer that has room for it. */
static inline void append(char *to, size_t size_bytes, const char *more)
{
    size_t len = strlen(to);
    size_t more_len = strlen(more);

    assert_true(len + more_len < size_bytes);
    memcpy(to + len, more, more_len + 1);
}

/** How many remarks of a kind have this reason; the subject of the first in *subject if asked. */
static inline uint32_t count_remarks(const struct cp_case *c, cp_remark_kind kind, const char *why,
                                     cp_text *subject)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < c->remark_count; i++) {
        if (c->remarks[i].kind != kind || strcmp(c->remarks[i].why, why) != 0)
            continue;
        if (count++ == 0 && subject != NULL)
            *subject = c->remarks[i].subject;
    }
    return count;
}

/** The value of the first fact about a node or link with this attribute; empty if there is none. */
static inline cp_text fact_of(const struct cp_case *c, const uint32_t *of, uint32_t at,
                              const char *attribute)
{
    for (uint32_t i = of[at]; i < of[at + 1]; i++)
        if (cp_text_is(c->facts[i].attribute, attribute))
            return c->facts[i].value;
    return CP_TEXT("");
}

/** Every prefix is read, or refused with a place and a reason. */
static inline void assert_prefixes(cp_role role, const char *path, cp_text bytes)
{
    for (size_t len = 0; len <= bytes.len; len++) {
        struct trial t = trial_open();
        cp_err err = trial_read(&t, role, path, cp_text_sub(bytes, 0, len));

        if (err != CP_OK) {
            assert_non_null(t.diag.why);
            assert_true(t.diag.place.line > 0);
        }
        trial_close(&t);
    }
}

/** Each take of memory fails in turn: the document is refused for that, until it is read. */
static inline void assert_survives_no_memory(cp_role role, const char *path, cp_text bytes)
{
    cp_err err = CP_ERR_NOMEM;

    for (uint64_t takes = 0; err != CP_OK; takes++) {
        struct trial t = trial_open();

        cp_arena_fail_after(t.arena, takes);
        err = trial_read(&t, role, path, bytes);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        assert_true(err == CP_OK || t.diag.why != NULL);
        assert_true(takes < 100000);
        trial_close(&t);
    }
}
