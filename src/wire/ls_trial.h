#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "wire/bgp.h"
#include "wire/ls.h"

/* What the tests of the BGP half share: hex in, text out. */

struct ls_trial {
    struct cp_arena *arena;
    struct cp_ls_attribute attribute;
    struct cp_ls_nlri nlri;
    struct cp_ls_fault fault;
};

static inline struct ls_trial ls_trial_open(void)
{
    struct ls_trial t = {.arena = cp_arena_open(64 << 20)};

    assert_non_null(t.arena);
    return t;
}

static inline void ls_trial_close(struct ls_trial *t)
{
    cp_arena_close(t->arena);
}

static inline uint32_t ls_trial_digit(char c)
{
    const char *digits = "0123456789abcdef";

    return (uint32_t)(strchr(digits, c) - digits);
}

/* Spaces between digits are passed over. */
static inline cp_text ls_trial_bytes(struct ls_trial *t, const char *hex)
{
    struct cp_out out = cp_out_make(t->arena);
    cp_text bytes;

    for (; *hex != '\0'; hex++)
        if (*hex != ' ') {
            cp_out_char(
                &out, (char)(unsigned char)(ls_trial_digit(hex[0]) << 4 | ls_trial_digit(hex[1])));
            hex++;
        }
    assert_int_equal(cp_out_done(&out, &bytes), CP_OK);
    return bytes;
}

static inline const char *ls_trial_done(struct cp_out *out)
{
    cp_text text;

    assert_int_equal(cp_out_done(out, &text), CP_OK);
    return text.at;
}

static inline const char *ls_trial_attribute(struct ls_trial *t)
{
    struct cp_out out = cp_out_make(t->arena);

    cp_ls_attribute_print(&out, &t->attribute);
    return ls_trial_done(&out);
}

static inline const char *ls_trial_nlri(struct ls_trial *t)
{
    struct cp_out out = cp_out_make(t->arena);

    cp_ls_nlri_print(&out, &t->nlri);
    return ls_trial_done(&out);
}
