#include "base/moment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define NOON UINT64_C(1795867200000000) /* 2026-11-28T12:00:00Z */

static void a_moment_is_written_in_utc(void **state)
{
    char text[28];

    (void)state;
    cp_moment_format(0, text);
    assert_string_equal(text, "1970-01-01T00:00:00.000000Z");
    cp_moment_format(NOON + 5, text);
    assert_string_equal(text, "2026-11-28T12:00:00.000005Z");
    cp_moment_format(UINT64_MAX, text);
    assert_string_equal(text, "9999-12-31T23:59:59.999999Z");
}

static void what_is_written_is_read_back(void **state)
{
    static const uint64_t moments[] = {0, 1, 999999, NOON - 1, NOON, CP_MOMENT_MAX};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(moments); i++) {
        char text[28];
        uint64_t back = 0;

        cp_moment_format(moments[i], text);
        assert_int_equal(cp_moment_parse(cp_text_of(text), &back), CP_OK);
        assert_true(back == moments[i]);
    }
}

static void a_fraction_may_be_short_or_not_there(void **state)
{
    uint64_t us = 0;

    (void)state;
    assert_int_equal(cp_moment_parse(CP_TEXT("2026-11-28T12:00:00Z"), &us), CP_OK);
    assert_true(us == NOON);
    assert_int_equal(cp_moment_parse(CP_TEXT("2026-11-28T12:00:00.25Z"), &us), CP_OK);
    assert_true(us == NOON + 250000);
}

static void what_is_no_moment_is_refused(void **state)
{
    static const char *const bad[] = {"",
                                      "2026-11-28",
                                      "2026-11-28T12:00:00",
                                      "2026-11-28 12:00:00Z",
                                      "2026-11-28T12:00:00.Z",
                                      "2026-11-28T12:00:00.1234567Z",
                                      "2026-11-28T12:00:00+01:00Z",
                                      "2026-11-28T24:00:00Z",
                                      "2026-11-28T12:60:00Z",
                                      "2026-11-28T12:00:60Z",
                                      "2026-02-29T12:00:00Z",
                                      "1969-12-31T23:59:59Z"};
    uint64_t us = 7;

    (void)state;
    for (size_t i = 0; i < CP_COUNT(bad); i++)
        assert_int_not_equal(cp_moment_parse(cp_text_of(bad[i]), &us), CP_OK);
    assert_true(us == 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_moment_is_written_in_utc),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(a_fraction_may_be_short_or_not_there),
        cmocka_unit_test(what_is_no_moment_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
