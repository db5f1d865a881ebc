#include "base/scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_text(cp_text text, const char *expected)
{
    assert_int_equal(text.len, strlen(expected));
    if (text.len > 0)
        assert_memory_equal(text.at, expected, text.len);
}

static void assert_place(const cp_scan *scan, uint32_t line, uint32_t column)
{
    assert_int_equal(scan->place.file, 3);
    assert_int_equal(scan->place.line, line);
    assert_int_equal(scan->place.column, column);
}

static void the_end_is_for_ever(void **state)
{
    cp_scan scan = cp_scan_make(CP_TEXT("\xff"), 3);
    cp_text line;

    (void)state;
    assert_false(cp_scan_at_end(&scan));
    assert_int_equal(cp_scan_peek(&scan), 0xff);
    assert_int_equal(cp_scan_next(&scan), 0xff);
    for (int i = 0; i < 3; i++) {
        assert_true(cp_scan_at_end(&scan));
        assert_int_equal(cp_scan_peek(&scan), -1);
        assert_int_equal(cp_scan_next(&scan), -1);
        assert_false(cp_scan_line(&scan, &line));
    }
    assert_place(&scan, 1, 2);
}

static void lines_end_at_lf_crlf_and_cr(void **state)
{
    cp_scan scan = cp_scan_make(CP_TEXT("a\nbc\r\n\rd"), 3);
    static const uint32_t places[][2] = {{1, 1}, {1, 2}, {2, 1}, {2, 2}, {2, 3},
                                         {2, 4}, {3, 1}, {4, 1}, {4, 2}};
    cp_text line;

    (void)state;
    for (size_t i = 0; i < CP_COUNT(places); i++) {
        assert_place(&scan, places[i][0], places[i][1]);
        (void)cp_scan_next(&scan);
    }
    scan = cp_scan_make(CP_TEXT("a\nbc\r\n\rd"), 3);
    assert_true(cp_scan_line(&scan, &line));
    assert_text(line, "a");
    assert_true(cp_scan_line(&scan, &line));
    assert_text(line, "bc");
    assert_true(cp_scan_line(&scan, &line));
    assert_text(line, "");
    assert_place(&scan, 4, 1);
    assert_true(cp_scan_line(&scan, &line));
    assert_text(line, "d");
    assert_false(cp_scan_line(&scan, &line));
}

static void a_byte_order_mark_is_skipped_at_the_start_only(void **state)
{
    cp_scan scan = cp_scan_make(CP_TEXT("\xef\xbb\xbf"
                                        "a\xef\xbb\xbf"),
                                3);

    (void)state;
    assert_place(&scan, 1, 1);
    assert_int_equal(cp_scan_next(&scan), 'a');
    assert_int_equal(cp_scan_next(&scan), 0xef);
    scan = cp_scan_make(CP_TEXT("\xef\xbb"), 3);
    assert_int_equal(cp_scan_next(&scan), 0xef);
}

static void runs_stop_where_they_should(void **state)
{
    cp_scan scan = cp_scan_make(CP_TEXT("  \n ab\0,c"), 3);

    (void)state;
    assert_text(cp_scan_while(&scan, " \n"), "  \n ");
    assert_place(&scan, 2, 2);
    assert_text(cp_scan_while(&scan, " \n"), "");
    assert_int_equal(cp_scan_until(&scan, ",").len, 3); /* a zero byte is a byte */
    assert_int_equal(cp_scan_next(&scan), ',');
    assert_text(cp_scan_until(&scan, ","), "c");
    assert_text(cp_scan_until(&scan, ","), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_end_is_for_ever),
        cmocka_unit_test(lines_end_at_lf_crlf_and_cr),
        cmocka_unit_test(a_byte_order_mark_is_skipped_at_the_start_only),
        cmocka_unit_test(runs_stop_where_they_should),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
