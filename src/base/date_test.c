#include "base/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static cp_date parse(const char *text)
{
    cp_date date = CP_DATE_NONE;

    assert_int_equal(cp_date_parse(cp_text_of(text), &date), CP_OK);
    return date;
}

static void known_days_have_known_numbers(void **state)
{
    (void)state;
    assert_int_equal(parse("1970-01-01"), 0);
    assert_int_equal(parse("1969-12-31"), -1);
    assert_int_equal(parse("2000-02-29"), 11016);
    assert_int_equal(parse("2014-02-14"), 16115);
    assert_int_equal(parse("0001-01-01"), -719162);
    assert_int_equal(parse("9999-12-31"), 2932896);
}

static void every_day_comes_back(void **state)
{
    static const int months[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    cp_date date = parse("0001-01-01");
    char expected[40], text[11];

    (void)state;
    for (int year = 1; year <= 9999; year++) {
        int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

        for (int month = 1; month <= 12; month++) {
            int days = months[month - 1] + (month == 2 ? leap : 0);

            for (int day = 1; day <= days; day++, date++) {
                cp_date_format(date, text);
                if (day > 2 && day < days - 1)
                    continue; /* the text of the others follows */
                (void)snprintf(expected, sizeof(expected), "%04d-%02d-%02d", year, month, day);
                assert_string_equal(text, expected);
                assert_int_equal(parse(text), date);
            }
        }
    }
}

static void what_is_no_day_is_refused(void **state)
{
    static const char *const malformed[] = {"",           "2014-2-14",  "2014/02/14",
                                            "20140214",   "2014-02-1x", "2014-02-145",
                                            " 2014-02-1", "+014-02-14", "2014-02-14 "};
    static const char *const none[] = {"2014-02-29", "1900-02-29", "2014-00-01", "2014-13-01",
                                       "2014-04-31", "2014-01-00", "0000-01-01"};
    cp_date date = 7;

    (void)state;
    for (size_t i = 0; i < CP_COUNT(malformed); i++)
        assert_int_equal(cp_date_parse(cp_text_of(malformed[i]), &date), CP_ERR_MALFORMED);
    for (size_t i = 0; i < CP_COUNT(none); i++)
        assert_int_equal(cp_date_parse(cp_text_of(none[i]), &date), CP_ERR_RANGE);
    for (size_t len = 0; len < 10; len++)
        assert_int_equal(cp_date_parse((cp_text){"2014-02-14", len}, &date), CP_ERR_MALFORMED);
    assert_int_equal(date, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_days_have_known_numbers),
        cmocka_unit_test(every_day_comes_back),
        cmocka_unit_test(what_is_no_day_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
