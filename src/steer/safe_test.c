#include "safe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_reads(const char *text, const char *written)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct cp_out out = cp_out_make(arena);
    struct cp_steer_address got = cp_steer_address_read(cp_text_of(text));
    cp_text line = {0};

    assert_int_not_equal(got.family, 0);
    cp_steer_address_write(&out, &got);
    assert_int_equal(cp_out_done(&out, &line), CP_OK);
    assert_string_equal(line.at, written);
    cp_arena_close(arena);
}

static void addresses_are_written_in_one_form(void **state)
{
    (void)state;
    assert_reads("10.0.0.1", "10.0.0.1");
    assert_reads(" 10.0.0.1/32 ", "10.0.0.1");
    assert_reads("223.255.255.255", "223.255.255.255");
    assert_reads("FC00:0:0:0:0:0:0:1", "fc00::1");
    assert_reads("fc00::1/128", "fc00::1");
    assert_reads("2001:db8::", "2001:db8::");
    assert_reads("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1");    /* RFC 5952 4.2.3 TEST */
    assert_reads("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"); /* RFC 5952 4.2.2 TEST */
    assert_reads("0:0:1::", "0:0:1::");
    assert_reads("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0");
}

static void what_no_policy_can_end_at_is_no_address(void **state)
{
    static const char *const texts[] = {"",
                                        "10.0.0",
                                        "10.0.0.256",
                                        "10.0.0.1.2",
                                        "10.0.0.01",
                                        "10.0.0.1/24",
                                        "10.0.0.1/128",
                                        "0.0.0.0",
                                        "127.0.0.1",
                                        "224.0.0.1",
                                        "255.255.255.255",
                                        "169.254.0.1",
                                        "::",
                                        "::1",
                                        "fe80::1",
                                        "ff02::1",
                                        "1:2:3:4:5:6:7",
                                        "1:2:3:4:5:6:7:8:9",
                                        "1::2::3",
                                        ":1:2:3:4:5:6:7",
                                        "12345::1",
                                        "fc00::g",
                                        "fc00::1/64",
                                        "fc00::1/32",
                                        "1:2:3:4:5:6:7:8::",
                                        "10.0.0.1;reboot",
                                        "fc00::1\n",
                                        "fc00::1 x",
                                        ":",
                                        ":::",
                                        "::1:"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(texts); i++) {
        bool spaced = strcmp(texts[i], "fc00::1\n") == 0; /* ends are trimmed */

        assert_int_equal(cp_steer_address_read(cp_text_of(texts[i])).family, spaced ? 6 : 0);
    }
}

static void assert_quoted(cp_text name, const char *quoted)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct cp_out out = cp_out_make(arena);
    cp_text line = {0};

    cp_steer_quote(&out, name);
    assert_int_equal(cp_out_done(&out, &line), CP_OK);
    assert_string_equal(line.at, quoted);
    cp_arena_close(arena);
}

static void quoted_names_have_no_sign_that_acts(void **state)
{
    static const char every[] = "\001\t\n\r !\"#$%&'()*,;<=>?@[\\]^`{|}~\177";
    char name[3] = "a?";

    (void)state;
    assert_quoted(CP_TEXT("r-1.x:2/3 +4_"), "\"r-1.x:2/3 +4_\"");
    assert_quoted(CP_TEXT("a\"\n\\b"), "\"a\\u{22}\\u{a}\\u{5c}b\"");
    assert_quoted(CP_TEXT("\xc3\xa9\xe2\x80\xae"), "\"\\u{e9}\\u{202e}\"");
    assert_quoted(CP_TEXT(""), "\"\"");
    for (size_t i = 0; i + 1 < sizeof(every); i++) {
        struct cp_arena *arena = cp_arena_open(SIZE_MAX);
        struct cp_out out = cp_out_make(arena);
        cp_text line = {0};

        name[1] = every[i];
        cp_steer_quote(&out, cp_text_of(name));
        assert_int_equal(cp_out_done(&out, &line), CP_OK);
        if (every[i] != ' ')
            assert_true(cp_text_starts(line, CP_TEXT("\"a\\u{")));
        cp_arena_close(arena);
    }
}

static void long_names_are_cut(void **state)
{
    char name[66];
    char quoted[80] = "\"";

    (void)state;
    memset(name, 'a', sizeof(name));
    memset(quoted + 1, 'a', 64);
    memcpy(quoted + 65, "\"", 2);
    assert_quoted((cp_text){name, 64}, quoted);
    memcpy(quoted + 65, "\"...", 5);
    assert_quoted((cp_text){name, 65}, quoted);
}

static void words_have_known_signs_alone(void **state)
{
    (void)state;
    assert_true(cp_steer_is_word(CP_TEXT("ge-0/0/0.1"), "._:/-", 63));
    assert_true(cp_steer_is_word(CP_TEXT("a"), "", 1));
    assert_false(cp_steer_is_word(CP_TEXT(""), "", 1));
    assert_false(cp_steer_is_word(CP_TEXT("ab"), "", 1));
    assert_false(cp_steer_is_word(CP_TEXT("-a"), "-", 9));
    assert_false(cp_steer_is_word(CP_TEXT("a b"), "._:/-", 63));
    assert_false(cp_steer_is_word(CP_TEXT("a\0b"), "._:/-", 63));
    assert_false(cp_steer_is_word(CP_TEXT("\xc3\xa9"), "._:/-", 63));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_written_in_one_form),
        cmocka_unit_test(what_no_policy_can_end_at_is_no_address),
        cmocka_unit_test(quoted_names_have_no_sign_that_acts),
        cmocka_unit_test(long_names_are_cut),
        cmocka_unit_test(words_have_known_signs_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
