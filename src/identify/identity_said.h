#pragma once

/* Small cases: one node, facts of it, what is concluded. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "identify/identity.h"
#include "model/build.h"

struct said {
    const char *part, *attribute, *value, *evidence;
};

/* What all facts of a case rest on beside their evidence. */
static struct {
    const char *who, *date, *expires;
} rest;

#define READ "unauthenticated-read"
#define STRONG "authenticated-read"
#define OBJECT(number) "1.3.6.1.4.1." number

static struct cp_arena *arena;
static const struct cp_makers *makers;
static struct cp_identify_options options;
static const struct cp_case *net;
static const struct cp_identities *identities;

static inline int open_world(void **state)
{
    (void)state;
    arena = cp_arena_open((size_t)256 << 20);
    options = cp_identify_defaults();
    return arena == NULL || cp_makers_make(NULL, 0, arena, &makers, NULL) != CP_OK;
}

static inline int close_world(void **state)
{
    (void)state;
    cp_arena_close(arena);
    return 0;
}

static inline cp_date day(const char *text)
{
    cp_date date = CP_DATE_NONE;

    if (text != NULL)
        assert_int_equal(cp_date_parse(cp_text_of(text), &date), CP_OK);
    return date;
}

static inline void add_fact(struct cp_build *build, const struct said *said, uint32_t line)
{
    struct cp_fact_row row = {.place = {0, line, 1},
                              .object = cp_text_of(said->part),
                              .attribute = cp_text_of(said->attribute),
                              .value = cp_text_of(said->value),
                              .evidence = cp_text_of(said->evidence),
                              .who = cp_text_of(rest.who),
                              .date = day(rest.date),
                              .expires = day(rest.expires)};

    assert_int_equal(cp_build_fact_on_last(build, &row, NULL), CP_OK);
}

/* Identifies a node "r1" of which these facts are known. */
static inline void identify(const struct said *said, size_t count)
{
    struct cp_build *build = NULL;
    struct cp_node_row node = cp_node_row_make((cp_place){0, 1, 1}, CP_TEXT("r1"));
    uint32_t file = 0;

    assert_int_equal(cp_build_open(arena, &build), CP_OK);
    assert_int_equal(cp_build_input(build, CP_TEXT("facts"), CP_TEXT(""), &file), CP_OK);
    assert_int_equal(cp_build_node(build, &node, NULL), CP_OK);
    for (size_t i = 0; i < count; i++)
        add_fact(build, &said[i], (uint32_t)i + 2);
    assert_int_equal(cp_build_finish(build, CP_DATE_NONE, &net, NULL), CP_OK);
    assert_int_equal(cp_identify(net, makers, &options, arena, &identities), CP_OK);
}

#define IDENTIFY(...)                              \
    do {                                           \
        const struct said said_[] = {__VA_ARGS__}; \
        identify(said_, CP_COUNT(said_));          \
    } while (0)

static inline const struct cp_identity *box(void)
{
    assert_true(identities->count >= 2);
    assert_int_equal(identities->at[0].subject, CP_IDENTITY_BOX);
    return &identities->at[0];
}

static inline const struct cp_identity *software(void)
{
    assert_int_equal(identities->at[1].subject, CP_IDENTITY_SOFTWARE);
    return &identities->at[1];
}

static inline void assert_concluded(const struct cp_identity *of, const char *maker, cp_grade grade)
{
    assert_int_equal(of->state, CP_IDENTITY_CONCLUDED);
    if (!cp_text_is(of->name, maker))
        fail_msg("%.*s is not %s", (int)of->name.len, of->name.at, maker);
    assert_int_equal(of->grade, grade);
}
