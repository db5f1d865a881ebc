#include "base/out.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void pieces_come_out_in_order(void **state)
{
    struct cp_arena *arena = cp_arena_open(1 << 20);
    struct cp_out out = cp_out_make(arena);
    cp_text text;

    (void)state;
    cp_out_text(&out, cp_text_of(NULL));
    cp_out_text(&out, CP_TEXT("a"));
    cp_out_str(&out, "bc");
    cp_out_char(&out, '\n');
    cp_out_u64(&out, UINT64_MAX);
    cp_out_format(&out, " %s %d", "x", -1);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    assert_string_equal(text.at, "abc\n18446744073709551615 x -1");
    assert_int_equal(text.len, strlen(text.at));
    cp_arena_close(arena);
}

static void nothing_written_is_the_empty_text(void **state)
{
    struct cp_arena *arena = cp_arena_open(1 << 20);
    struct cp_out out = cp_out_make(arena);
    cp_text text;

    (void)state;
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    assert_string_equal(text.at, "");
    assert_int_equal(text.len, 0);
    cp_arena_close(arena);
}

static void text_grows_past_every_capacity(void **state)
{
    struct cp_arena *arena = cp_arena_open(1 << 20);
    struct cp_out out = cp_out_make(arena);
    cp_text text;

    (void)state;
    for (int i = 0; i < 10000; i++)
        cp_out_char(&out, (char)('a' + i % 26));
    cp_out_format(&out, "%1000s", "z");
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    assert_int_equal(text.len, 11000);
    for (size_t i = 0; i < 10000; i++)
        assert_int_equal(text.at[i], 'a' + i % 26);
    assert_int_equal(text.at[10999], 'z');
    cp_arena_close(arena);
}

static void the_first_failure_sticks(void **state)
{
    struct cp_arena *arena = cp_arena_open(256);
    struct cp_out out = cp_out_make(arena);
    cp_text text = CP_TEXT("before");

    (void)state;
    for (int i = 0; i < 300; i++)
        cp_out_char(&out, 'a');
    cp_arena_reset(arena, (cp_arena_mark){0});
    cp_out_str(&out, "b");
    cp_out_u64(&out, 1);
    assert_int_equal(cp_out_done(&out, &text), CP_ERR_NOMEM);
    assert_string_equal(text.at, "before");
    cp_arena_close(arena);
}

/* What a sink was given. */
struct basin {
    char bytes[300000];
    size_t len, pieces, pieces_most;
};

static cp_err take_piece(void *to, cp_text piece)
{
    struct basin *basin = to;

    if (basin->pieces == basin->pieces_most)
        return CP_ERR_LIMIT;
    assert_true(piece.len > 0 && basin->len + piece.len <= sizeof(basin->bytes));
    memcpy(basin->bytes + basin->len, piece.at, piece.len);
    basin->len += piece.len;
    basin->pieces++;
    return CP_OK;
}

static void pieces_go_to_a_sink_in_little_memory(void **state)
{
    static struct basin basin;
    struct cp_arena *arena = cp_arena_open(400000);
    struct cp_out out = cp_out_to(arena, take_piece, &basin);
    cp_text text;

    (void)state;
    basin = (struct basin){.pieces_most = 100};
    for (int i = 0; i < 200000; i++)
        cp_out_char(&out, (char)('a' + i % 26));
    cp_out_format(&out, "%70000s", "z");
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    assert_int_equal(text.len, 0);
    assert_int_equal(basin.len, 270000);
    for (size_t i = 0; i < 200000; i++)
        assert_int_equal(basin.bytes[i], 'a' + i % 26);
    assert_int_equal(basin.bytes[269999], 'z');
    cp_arena_close(arena);
}

static void a_full_sink_sticks(void **state)
{
    static struct basin basin;
    struct cp_arena *arena = cp_arena_open(400000);
    struct cp_out out = cp_out_to(arena, take_piece, &basin);
    cp_text text;

    (void)state;
    basin = (struct basin){.pieces_most = 1};
    for (int i = 0; i < 200000; i++)
        cp_out_char(&out, 'a');
    assert_int_equal(cp_out_done(&out, &text), CP_ERR_LIMIT);
    assert_int_equal(basin.pieces, 1);
    cp_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_come_out_in_order),
        cmocka_unit_test(nothing_written_is_the_empty_text),
        cmocka_unit_test(text_grows_past_every_capacity),
        cmocka_unit_test(the_first_failure_sticks),
        cmocka_unit_test(pieces_go_to_a_sink_in_little_memory),
        cmocka_unit_test(a_full_sink_sticks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
