#include "model/sid_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void blocks_run_from_a_label_to_a_label(void **state)
{
    struct cp_label_block blocks[CP_LABEL_BLOCKS_MAX];
    uint32_t count = 0;

    (void)state;
    assert_int_equal(cp_label_blocks_parse(CP_TEXT("16-16"), blocks, &count), CP_OK);
    assert_int_equal(count, 1);
    assert_int_equal(blocks[0].first, 16);
    assert_int_equal(blocks[0].last, 16);
    assert_int_equal(cp_label_blocks_parse(CP_TEXT("900000-1048575  16000-23999"), blocks, &count),
                     CP_OK);
    assert_int_equal(count, 2);
    assert_int_equal(blocks[0].last, 1048575);
    assert_int_equal(blocks[1].first, 16000);
}

static void blocks_that_are_none_are_refused(void **state)
{
    static const struct {
        cp_text text;
        cp_err err;
    } wrong[] = {
        {{"", 0}, CP_ERR_MALFORMED},
        {{"16000", 5}, CP_ERR_MALFORMED},
        {{"16000-", 6}, CP_ERR_MALFORMED},
        {{"-23999", 6}, CP_ERR_MALFORMED},
        {{"a-b", 3}, CP_ERR_MALFORMED},
        {{"15-23999", 8}, CP_ERR_RANGE},
        {{"23999-16000", 11}, CP_ERR_RANGE},
        {{"16-1048576", 10}, CP_ERR_RANGE},
        {{"16-20 20-30", 11}, CP_ERR_RANGE},
        {{"16-16 17-17 18-18 19-19 20-20 21-21 22-22 23-23 24-24 25-25 26-26 27-27 28-28 29-29 "
          "30-30 31-31 32-32",
          101},
         CP_ERR_RANGE},
    };
    struct cp_label_block blocks[CP_LABEL_BLOCKS_MAX];
    uint32_t count;

    (void)state;
    for (size_t i = 0; i < CP_COUNT(wrong); i++)
        assert_int_equal(cp_label_blocks_parse(wrong[i].text, blocks, &count), wrong[i].err);
}

static void a_number_may_say_what_it_is(void **state)
{
    struct cp_sid_text sid;

    (void)state;
    assert_int_equal(cp_sid_text_parse(CP_TEXT("0"), &sid), CP_OK);
    assert_int_equal(sid.kind, CP_SID_TEXT_PLAIN);
    assert_int_equal(cp_sid_text_parse(CP_TEXT("label:16"), &sid), CP_OK);
    assert_int_equal(sid.kind, CP_SID_TEXT_LABEL);
    assert_int_equal(sid.number, 16);
    assert_int_equal(cp_sid_text_parse(CP_TEXT("index:0"), &sid), CP_OK);
    assert_int_equal(sid.kind, CP_SID_TEXT_INDEX);
    assert_int_equal(cp_sid_text_parse(CP_TEXT("1048575"), &sid), CP_OK);
    assert_int_equal(cp_sid_text_parse(CP_TEXT("1048576"), &sid), CP_ERR_RANGE);
    assert_int_equal(cp_sid_text_parse(CP_TEXT("label:15"), &sid), CP_ERR_RANGE);
    assert_int_equal(cp_sid_text_parse(CP_TEXT(""), &sid), CP_ERR_MALFORMED);
    assert_int_equal(cp_sid_text_parse(CP_TEXT("label:"), &sid), CP_ERR_MALFORMED);
    assert_int_equal(cp_sid_text_parse(CP_TEXT("index:-1"), &sid), CP_ERR_MALFORMED);
    assert_int_equal(cp_sid_text_parse(CP_TEXT("16 000"), &sid), CP_ERR_MALFORMED);
}

static void addresses_are_read_in_full_and_shortened(void **state)
{
    static const struct {
        const char *text;
        uint8_t address[16];
    } right[] = {
        {"::", {0}},
        {"::1", {[15] = 1}},
        {"fd00::", {0xfd}},
        {"fd00:0:1::E:2a", {0xfd, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xe, 0, 0x2a}},
        {"1:2:3:4:5:6:7:8", {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8}},
        {"1:2:3:4:5:6:7::", {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7}},
    };
    static const char *const wrong[] = {":",
                                        "1:2",
                                        "1:2:3:4:5:6:7",
                                        "1:2:3:4:5:6:7:8:9",
                                        "1::2::3",
                                        ":::",
                                        "::g",
                                        "12345::",
                                        "1:2:3:4::5:6:7:8",
                                        ":1:2:3:4:5:6:7",
                                        "1:2:3:4:5:6:7:",
                                        "::1.2.3.4",
                                        "fd00::/48"};
    struct cp_sid_text sid;

    (void)state;
    for (size_t i = 0; i < CP_COUNT(right); i++) {
        assert_int_equal(cp_sid_text_parse(cp_text_of(right[i].text), &sid), CP_OK);
        assert_int_equal(sid.kind, CP_SID_TEXT_SRV6);
        assert_memory_equal(sid.srv6, right[i].address, 16);
    }
    for (size_t i = 0; i < CP_COUNT(wrong); i++)
        assert_int_equal(cp_sid_text_parse(cp_text_of(wrong[i]), &sid), CP_ERR_MALFORMED);
}

static void a_locator_is_a_prefix_with_room_for_a_function(void **state)
{
    struct cp_locator locator;

    (void)state;
    assert_int_equal(cp_locator_parse(CP_TEXT("fd00:0:1::/48"), &locator), CP_OK);
    assert_int_equal(locator.bits, 48);
    assert_int_equal(locator.address[5], 1);
    assert_int_equal(cp_locator_parse(CP_TEXT("8000::/1"), &locator), CP_OK);
    assert_int_equal(cp_locator_parse(CP_TEXT("fd00::/112"), &locator), CP_OK);
    assert_int_equal(cp_locator_parse(CP_TEXT("fd00::/113"), &locator), CP_ERR_RANGE);
    assert_int_equal(cp_locator_parse(CP_TEXT("::/0"), &locator), CP_ERR_RANGE);
    assert_int_equal(cp_locator_parse(CP_TEXT("fd00:0:1::/47"), &locator), CP_ERR_MALFORMED);
    assert_int_equal(cp_locator_parse(CP_TEXT("fd00:0:1::"), &locator), CP_ERR_MALFORMED);
    assert_int_equal(cp_locator_parse(CP_TEXT("/48"), &locator), CP_ERR_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_run_from_a_label_to_a_label),
        cmocka_unit_test(blocks_that_are_none_are_refused),
        cmocka_unit_test(a_number_may_say_what_it_is),
        cmocka_unit_test(addresses_are_read_in_full_and_shortened),
        cmocka_unit_test(a_locator_is_a_prefix_with_room_for_a_function),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
