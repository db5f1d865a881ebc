#include "base/date.h"

#include "base/num.h"

/*
 * Days are counted in eras of 400 years that begin on the first of March, so that the leap day is a
 * year's last day and no table is needed.
 */
enum {
    DAYS_PER_ERA = 146097,
    DAYS_TO_1970 = 719468, /* from 0000-03-01 */
};

static bool is_leap(uint32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static uint32_t month_days(uint32_t year, uint32_t month)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 2 && is_leap(year) ? 29u : days[month - 1];
}

cp_err cp_date_parse(cp_text text, cp_date *out)
{
    uint32_t year, month, day, in_era, in_year;

    if (text.len != 10 || text.at[4] != '-' || text.at[7] != '-')
        return CP_ERR_MALFORMED;
    CP_TRY(cp_num_u32(cp_text_sub(text, 0, 4), 9999, &year));
    CP_TRY(cp_num_u32(cp_text_sub(text, 5, 2), 99, &month));
    CP_TRY(cp_num_u32(cp_text_sub(text, 8, 2), 99, &day));
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > month_days(year, month))
        return CP_ERR_RANGE;
    if (month < 3)
        year--;
    in_era = year % 400;
    in_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    *out =
        (cp_date)(year / 400 * DAYS_PER_ERA + in_era * 365 + in_era / 4 - in_era / 100 + in_year) -
        DAYS_TO_1970;
    return CP_OK;
}

static void write_number(uint32_t number, char *at, size_t digits)
{
    for (size_t i = digits; i-- > 0; number /= 10)
        at[i] = (char)('0' + number % 10);
}

void cp_date_format(cp_date date, char out[11])
{
    int64_t days = (int64_t)date + DAYS_TO_1970;
    uint32_t in_era, era, year_of_era, in_year, month_at, month, year;

    /* 0001-01-01 to 9999-12-31; 10000-01-01 is 60 days before the first of March that ends an era */
    CP_ASSERT(days >= 306 && days < 25 * (int64_t)DAYS_PER_ERA - 60);
    era = (uint32_t)(days / DAYS_PER_ERA);
    in_era = (uint32_t)(days % DAYS_PER_ERA);
    year_of_era = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    in_year = in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    month_at = (5 * in_year + 2) / 153; /* March is 0 */
    month = month_at < 10 ? month_at + 3 : month_at - 9;
    year = era * 400 + year_of_era + (month < 3);
    write_number(year, out, 4);
    out[4] = '-';
    write_number(month, out + 5, 2);
    out[7] = '-';
    write_number(in_year - (153 * month_at + 2) / 5 + 1, out + 8, 2);
    out[10] = '\0';
}
