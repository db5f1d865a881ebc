#include "base/rd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/wr.h"

static const uint64_t numbers[] = {0,     1,          127,       128,        16383,
                                   16384, UINT32_MAX, INT64_MAX, UINT64_MAX, 300};

static cp_text written(struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    cp_text text = {0};

    for (size_t i = 0; i < CP_COUNT(numbers); i++)
        cp_wr_number(&out, numbers[i]);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    return text;
}

static void rd_reads_what_wr_writes(void **state)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    cp_rd rd = cp_rd_make(written(arena));

    (void)state;
    for (size_t i = 0; i < CP_COUNT(numbers); i++)
        assert_true(cp_rd_number(&rd) == numbers[i]);
    assert_true(cp_rd_done(&rd));
    cp_arena_close(arena);
}

static void rd_rejects_what_is_cut_within_a_number(void **state)
{
    cp_rd rd = cp_rd_make((cp_text){"\x80\x80", 2});

    (void)state;
    assert_true(cp_rd_number(&rd) == 0);
    assert_true(rd.bad);
    assert_false(cp_rd_done(&rd));
}

static void rd_rejects_longer_forms_and_wider_numbers(void **state)
{
    static const char *const bad[] = {"\x80", "\x81\x80",
                                      "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02",
                                      "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x01"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(bad); i++) {
        /* the zero after the text is part of the first two: a last byte of 0 */
        cp_rd rd = cp_rd_make((cp_text){bad[i], strlen(bad[i]) + (i < 2)});

        (void)cp_rd_number(&rd);
        assert_true(rd.bad);
    }
}

static void numbers_at_their_limit_are_bad(void **state)
{
    cp_rd rd = cp_rd_make((cp_text){"\x04\x05", 2});

    (void)state;
    assert_int_equal(cp_rd_below(&rd, 5), 4);
    assert_int_equal(cp_rd_below(&rd, 5), 0);
    assert_true(rd.bad);
}

static void ascending_numbers_never_stand_still(void **state)
{
    cp_rd rd = cp_rd_make((cp_text){"\x04\x01\x00", 3});
    cp_rd far = cp_rd_make((cp_text){"\x05", 1});

    (void)state;
    assert_int_equal(cp_rd_ascending(&rd, UINT32_MAX, 9), 4);
    assert_int_equal(cp_rd_ascending(&rd, 4, 9), 5);
    (void)cp_rd_ascending(&rd, 5, 9);
    assert_true(rd.bad);
    (void)cp_rd_ascending(&far, 4, 9);
    assert_true(far.bad);
}

static void bytes_past_the_end_are_bad(void **state)
{
    cp_rd rd = cp_rd_make(CP_TEXT("abc"));

    (void)state;
    assert_true(cp_text_is(cp_rd_bytes(&rd, 2), "ab"));
    assert_int_equal(cp_rd_bytes(&rd, 2).len, 0);
    assert_true(rd.bad);
}

static void fields_of_fixed_width_come_back(void **state)
{
    struct cp_arena *arena = cp_arena_open(1 << 16);
    struct cp_out out = cp_out_make(arena);
    cp_text text;
    cp_rd rd;

    (void)state;
    cp_wr_u8(&out, 0xfe);
    cp_wr_u16(&out, 0xfedc);
    cp_wr_u24(&out, 0xfedcba);
    cp_wr_u32(&out, 0xfedcba98);
    cp_wr_u64(&out, 0xfedcba9876543210);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    assert_int_equal(text.len, 18);
    rd = cp_rd_make(text);
    assert_int_equal(cp_rd_u8(&rd), 0xfe);
    assert_int_equal(cp_rd_u16(&rd), 0xfedc);
    assert_int_equal(cp_rd_u24(&rd), 0xfedcba);
    assert_int_equal(cp_rd_u32(&rd), 0xfedcba98);
    assert_true(cp_rd_u64(&rd) == 0xfedcba9876543210);
    assert_true(cp_rd_done(&rd));
    assert_int_equal(cp_rd_u16(&rd), 0);
    assert_true(rd.bad);
    cp_arena_close(arena);
}

static void a_number_too_wide_for_its_field_is_refused(void **state)
{
    struct cp_arena *arena = cp_arena_open(1 << 16);
    struct cp_out out = cp_out_make(arena), small = cp_out_make(arena);
    cp_wr_length length = cp_wr_open_length(&small, 1);
    cp_text text;

    (void)state;
    cp_wr_u16(&out, 65536);
    assert_int_equal(cp_out_done(&out, &text), CP_ERR_RANGE);
    cp_wr_zero(&small, 256);
    cp_wr_close_length(&small, length, 0);
    assert_int_equal(cp_out_done(&small, &text), CP_ERR_RANGE);
    cp_arena_close(arena);
}

static void a_length_is_filled_in_when_its_bytes_are_known(void **state)
{
    struct cp_arena *arena = cp_arena_open(1 << 16);
    struct cp_out out = cp_out_make(arena);
    cp_wr_length outer = cp_wr_open_length(&out, 2), inner;
    cp_text text;

    (void)state;
    inner = cp_wr_open_length(&out, 1);
    cp_out_str(&out, "abc");
    cp_wr_close_length(&out, inner, 0);
    cp_wr_close_length(&out, outer, 2);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    assert_true(cp_text_eq(text, (cp_text){"\0\x06\x03"
                                           "abc",
                                           6}));
    cp_arena_close(arena);
}

static void a_sub_reader_sees_its_bytes_alone(void **state)
{
    cp_rd rd = cp_rd_make((cp_text){"\x01\x02\x03", 3}), sub = cp_rd_sub(&rd, 2), past;

    (void)state;
    assert_int_equal(cp_rd_u16(&sub), 0x102);
    assert_true(cp_rd_done(&sub));
    assert_int_equal(cp_rd_left(&rd), 1);
    past = cp_rd_sub(&rd, 2);
    assert_true(past.bad && rd.bad);
    assert_int_equal(cp_rd_left(&rd), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rd_reads_what_wr_writes),
        cmocka_unit_test(rd_rejects_what_is_cut_within_a_number),
        cmocka_unit_test(rd_rejects_longer_forms_and_wider_numbers),
        cmocka_unit_test(numbers_at_their_limit_are_bad),
        cmocka_unit_test(ascending_numbers_never_stand_still),
        cmocka_unit_test(bytes_past_the_end_are_bad),
        cmocka_unit_test(fields_of_fixed_width_come_back),
        cmocka_unit_test(a_number_too_wide_for_its_field_is_refused),
        cmocka_unit_test(a_length_is_filled_in_when_its_bytes_are_known),
        cmocka_unit_test(a_sub_reader_sees_its_bytes_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
