#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "wire/pcep.h"

static struct cp_pcep_frame frame_of(const char *bytes, size_t len)
{
    return cp_pcep_frame((cp_text){bytes, len});
}

static void a_message_is_whole_when_its_length_is_there(void **state)
{
    static const char close[] = "\x20\x07\x00\x0c\x0f\x10\x00\x08\x00\x00\x00\x01";

    (void)state;
    for (size_t len = 0; len < 12; len++) {
        struct cp_pcep_frame frame = frame_of(close, len);

        assert_int_equal(frame.kind, CP_PCEP_FRAME_SHORT);
        assert_int_equal(frame.size, len < 4 ? 0 : 12);
    }
    assert_int_equal(frame_of(close, 12).kind, CP_PCEP_FRAME_WHOLE);
    assert_int_equal(frame_of(close, 12).size, 12);
    assert_int_equal(frame_of(close, 12).type, CP_PCEP_CLOSE);
}

static void bytes_behind_a_message_are_another(void **state)
{
    struct cp_pcep_frame frame = frame_of("\x20\x02\x00\x04\x20\x02\x00\x04", 8);

    (void)state;
    assert_int_equal(frame.kind, CP_PCEP_FRAME_WHOLE);
    assert_int_equal(frame.size, 4);
}

static void another_version_is_bad_at_its_first_byte(void **state)
{
    (void)state;
    assert_int_equal(frame_of("\x40", 1).kind, CP_PCEP_FRAME_BAD);
    assert_int_equal(frame_of("\x00\x02\x00\x04", 4).kind, CP_PCEP_FRAME_BAD);
    assert_int_equal(frame_of("\x3f\x02\x00\x04", 4).kind, CP_PCEP_FRAME_WHOLE); /* flags */
}

static void lengths_below_four_or_odd_are_bad(void **state)
{
    (void)state;
    assert_int_equal(frame_of("\x20\x02\x00\x00", 4).kind, CP_PCEP_FRAME_BAD);
    assert_int_equal(frame_of("\x20\x02\x00\x03", 4).kind, CP_PCEP_FRAME_BAD);
    assert_int_equal(frame_of("\x20\x02\x00\x05", 4).kind, CP_PCEP_FRAME_BAD);
    assert_int_equal(frame_of("\x20\x02\xff\xff", 4).kind, CP_PCEP_FRAME_BAD);
    assert_int_equal(frame_of("\x20\x02\xff\xfc", 4).kind, CP_PCEP_FRAME_SHORT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_whole_when_its_length_is_there),
        cmocka_unit_test(bytes_behind_a_message_are_another),
        cmocka_unit_test(another_version_is_bad_at_its_first_byte),
        cmocka_unit_test(lengths_below_four_or_odd_are_bad),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
