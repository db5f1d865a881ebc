#include "base/moment.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/num.h"

#define US_PER_S UINT64_C(1000000)
#define S_PER_DAY UINT64_C(86400)

void cp_moment_format(uint64_t at_us, char out[28])
{
    uint64_t us = at_us > CP_MOMENT_MAX ? CP_MOMENT_MAX : at_us;
    uint64_t second = us / US_PER_S % S_PER_DAY;
    char date[11], rest[17];

    cp_date_format((cp_date)(us / US_PER_S / S_PER_DAY), date);
    (void)snprintf(rest, sizeof(rest), "%02u:%02u:%02u.%06u", (unsigned)(second / 3600 % 24),
                   (unsigned)(second / 60 % 60), (unsigned)(second % 60),
                   (unsigned)(us % US_PER_S));
    memcpy(out, date, 10);
    out[10] = 'T';
    memcpy(out + 11, rest, 15);
    out[26] = 'Z';
    out[27] = '\0';
}

/* ".123": in microseconds */
static cp_err parse_fraction(cp_text text, uint64_t *out_us)
{
    uint64_t us;

    *out_us = 0;
    if (text.len == 0)
        return CP_OK;
    if (text.at[0] != '.' || text.len < 2 || text.len > 7)
        return CP_ERR_MALFORMED;
    CP_TRY(cp_num_u64(cp_text_sub(text, 1, text.len), US_PER_S, &us));
    for (size_t digits = text.len - 1; digits < 6; digits++)
        us *= 10;
    *out_us = us;
    return CP_OK;
}

cp_err cp_moment_parse(cp_text text, uint64_t *out_us)
{
    uint32_t hour, minute, second;
    uint64_t fraction;
    cp_date day;

    if (text.len < 20 || text.at[10] != 'T' || text.at[13] != ':' || text.at[16] != ':' ||
        text.at[text.len - 1] != 'Z')
        return CP_ERR_MALFORMED;
    CP_TRY(cp_date_parse(cp_text_sub(text, 0, 10), &day));
    CP_TRY(cp_num_u32(cp_text_sub(text, 11, 2), 23, &hour));
    CP_TRY(cp_num_u32(cp_text_sub(text, 14, 2), 59, &minute));
    CP_TRY(cp_num_u32(cp_text_sub(text, 17, 2), 59, &second));
    CP_TRY(parse_fraction(cp_text_sub(text, 19, text.len - 20), &fraction));
    if (day < 0)
        return CP_ERR_RANGE;
    *out_us = ((uint64_t)day * S_PER_DAY + hour * UINT64_C(3600) + minute * UINT64_C(60) + second) *
                  US_PER_S +
              fraction;
    return CP_OK;
}
