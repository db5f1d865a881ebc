#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/out.h"
#include "wire/pcep.h"

/* What the tests of the PCEP half share: hex in, structs, hex and text out. */

struct trial {
    struct cp_arena *arena;
    struct cp_pcep_message message;
    struct cp_pcep_fault fault;
};

static inline struct trial trial_open(void)
{
    struct trial t = {.arena = cp_arena_open(16 << 20)};

    assert_non_null(t.arena);
    return t;
}

static inline void trial_close(struct trial *t)
{
    cp_arena_close(t->arena);
}

static inline unsigned trial_nibble(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a') + 10;
}

/* Lower-case hex, spaces allowed between bytes. */
static inline cp_text trial_bytes(struct trial *t, const char *hex)
{
    struct cp_out out = cp_out_make(t->arena);
    cp_text bytes;

    for (; *hex != '\0'; hex++)
        if (*hex != ' ') {
            cp_out_char(&out, (char)(trial_nibble(hex[0]) << 4 | trial_nibble(hex[1])));
            hex++;
        }
    assert_int_equal(cp_out_done(&out, &bytes), CP_OK);
    return bytes;
}

static inline cp_text trial_hex(struct trial *t, cp_text bytes)
{
    struct cp_out out = cp_out_make(t->arena);
    cp_text hex;

    for (size_t i = 0; i < bytes.len; i++)
        cp_out_format(&out, "%02x", (unsigned char)bytes.at[i]);
    assert_int_equal(cp_out_done(&out, &hex), CP_OK);
    return hex;
}

static inline cp_err trial_decode(struct trial *t, cp_text bytes)
{
    return cp_pcep_decode(bytes, t->arena, &t->message, &t->fault);
}

static inline cp_err trial_encode(struct trial *t, const struct cp_pcep_message *message,
                                  cp_text *bytes)
{
    struct cp_out out = cp_out_make(t->arena);

    cp_pcep_encode(&out, message);
    return cp_out_done(&out, bytes);
}

static inline const char *trial_print(struct trial *t, const struct cp_pcep_message *message)
{
    struct cp_out out = cp_out_make(t->arena);
    cp_text text;

    cp_pcep_print(&out, message);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    return text.at;
}

/* One object in a message of a type; hex: the object, header and all. */
static inline cp_text trial_message(struct trial *t, uint8_t type, const char *hex)
{
    cp_text object = trial_bytes(t, hex);
    struct cp_out out = cp_out_make(t->arena);
    cp_text bytes;

    cp_out_char(&out, 0x20);
    cp_out_char(&out, (char)type);
    cp_out_char(&out, (char)((object.len + 4) >> 8));
    cp_out_char(&out, (char)((object.len + 4) & 255));
    cp_out_text(&out, object);
    assert_int_equal(cp_out_done(&out, &bytes), CP_OK);
    return bytes;
}

/* The object decodes to this text (without the message's own line), and is written as it was. */
static inline void trial_same(const char *hex, const char *text)
{
    struct trial t = trial_open();
    cp_text bytes = trial_message(&t, CP_PCEP_PCRPT, hex);
    cp_text again;
    const char *printed;

    assert_int_equal(trial_decode(&t, bytes), CP_OK);
    printed = trial_print(&t, &t.message);
    assert_string_equal(printed + sizeof "PCRpt, 1 objects", text);
    assert_int_equal(trial_encode(&t, &t.message, &again), CP_OK);
    assert_string_equal(trial_hex(&t, again).at, trial_hex(&t, bytes).at);
    trial_close(&t);
}

/* The object is kept as bytes, with this fault, and is written as it was. */
static inline void trial_faulty(const char *hex, const char *why, uint8_t error_value)
{
    struct trial t = trial_open();
    cp_text bytes = trial_message(&t, CP_PCEP_PCRPT, hex);
    cp_text again;

    assert_int_equal(trial_decode(&t, bytes), CP_OK);
    assert_int_equal(t.message.fault_count, 1);
    assert_non_null(t.message.objects[0].fault);
    assert_string_equal(t.message.objects[0].fault->why, why);
    assert_int_equal(t.message.objects[0].fault->error_type, 10);
    assert_int_equal(t.message.objects[0].fault->error_value, error_value);
    assert_true(t.message.objects[0].fault->offset >= 4);
    assert_true(t.message.objects[0].fault->offset <= bytes.len);
    assert_int_equal(trial_encode(&t, &t.message, &again), CP_OK);
    assert_string_equal(trial_hex(&t, again).at, trial_hex(&t, bytes).at);
    trial_close(&t);
}
