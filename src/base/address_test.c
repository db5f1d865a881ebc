#include "base/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void addresses_are_written_as_the_rfc_wants(void **state)
{
    /* RFC 5952 4 TEST: no leading zeros, :: for the longest run of two groups and more, the first of equals. */
    static const struct {
        uint8_t address[16];
        const char *text;
    } cases[] = {
        {{0}, "::"},
        {{[15] = 1}, "::1"},
        {{0x20, 0x01, 0x0d, 0xb8, [15] = 1}, "2001:db8::1"},
        {{0xfc, 0}, "fc00::"},
        {{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1}, "2001:db8:0:1:1:1:1:1"},
        {{0x20, 0x01, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1}, "2001:0:0:1::1"},
        {{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1}, "2001:db8::1:0:0:1"},
        {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
          0xff},
         "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
    };
    struct cp_arena *arena = cp_arena_open(4096);

    (void)state;
    for (size_t i = 0; i < CP_COUNT(cases); i++) {
        struct cp_out out = cp_out_make(arena);
        cp_text text;

        cp_out_ipv6(&out, cases[i].address);
        assert_int_equal(cp_out_done(&out, &text), CP_OK);
        assert_string_equal(text.at, cases[i].text);
    }
    cp_arena_close(arena);
}

static void addresses_are_read_as_they_are_written(void **state)
{
    static const char *const good[] = {"0.0.0.0",     "10.255.0.8", "255.255.255.255", "::", "::1",
                                       "2001:db8::1", "fc00::",     "1:2:3:4:5:6:7:8"};
    static const char *const bad[] = {"",       "1.2.3",    "1.2.3.4.5", "256.0.0.1",
                                      "1..2.3", "01.2.3.4", "1.2.3.4 ",  ":",
                                      "1:2",    "1::2::3",  "g::",       "1.2.3."};
    struct cp_arena *arena = cp_arena_open(65536);

    (void)state;
    for (size_t i = 0; i < CP_COUNT(good); i++) {
        struct cp_out out = cp_out_make(arena);
        cp_ip ip = cp_ip_find(cp_text_of(good[i]));
        cp_text text;

        cp_out_ip(&out, ip);
        assert_int_equal(cp_out_done(&out, &text), CP_OK);
        assert_string_equal(text.at, good[i]);
        assert_true(cp_ip_eq(ip, ip));
    }
    for (size_t i = 0; i < CP_COUNT(bad); i++)
        assert_int_equal(cp_ip_find(cp_text_of(bad[i])).family, 0);
    assert_true(cp_ip_cmp(cp_ip_find(CP_TEXT("10.0.0.1")), cp_ip_v4(0x0a000002)) < 0);
    assert_true(cp_ip_cmp(cp_ip_v4(UINT32_MAX), cp_ip_find(CP_TEXT("::"))) < 0);
    cp_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_written_as_the_rfc_wants),
        cmocka_unit_test(addresses_are_read_as_they_are_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
