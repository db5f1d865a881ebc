#include "number.h"

#include "base/num.h"

enum { EXPONENT_DIGITS_MAX = 6 };

/* The exponent after an e or E; what is too long to matter counts as a million. */
static int64_t exponent_of(cp_text text)
{
    uint32_t size = 1000000;
    bool negative = text.len > 0 && text.at[0] == '-';
    bool sign = text.len > 0 && (text.at[0] == '-' || text.at[0] == '+');
    cp_text digits = cp_text_sub(text, sign ? 1 : 0, text.len);

    if (digits.len <= EXPONENT_DIGITS_MAX && cp_num_u32(digits, size, &size) != CP_OK)
        size = 0;
    return negative ? -(int64_t)size : (int64_t)size;
}

static size_t exponent_at(cp_text text)
{
    size_t small = cp_text_find(text, 'e', 0);
    size_t large = cp_text_find(text, 'E', 0);

    return small < large ? small : large;
}

/* Whether a well-formed decimal times 10^places has no fraction: its last digit that is not 0 must
 * stand before the moved point. */
static bool is_whole(cp_text text, int places)
{
    size_t end = exponent_at(text);
    int64_t moved = places + exponent_of(cp_text_sub(text, end + 1, text.len));
    size_t point = cp_text_find(cp_text_sub(text, 0, end), '.', 0);
    size_t last = end;

    while (last > 0 && (text.at[last - 1] == '0' || text.at[last - 1] == '.'))
        last--;
    if (last == 0 || text.at[last - 1] < '0')
        return true; /* zero */
    return last > point ? (int64_t)(last - 1 - point) <= moved : -(int64_t)(point - last) <= moved;
}

cp_err cp_number_rounded(cp_text text, int places, uint64_t max, uint64_t *out)
{
    int64_t number;

    CP_TRY(cp_num_scaled(text, places, &number));
    if (number < 0 || (uint64_t)number > max || (number == 0 && text.at[0] == '-'))
        return CP_ERR_RANGE;
    *out = (uint64_t)number;
    return CP_OK;
}

cp_err cp_number_whole(cp_text text, int places, uint64_t max, uint64_t *out)
{
    if (places == 0 && cp_num_u64(text, max, out) == CP_OK)
        return CP_OK;
    CP_TRY(cp_number_rounded(text, places, max, out));
    return is_whole(text, places) ? CP_OK : CP_ERR_RANGE;
}

cp_err cp_number_degrees(cp_text text, int limit_deg, int32_t *out)
{
    int64_t number;
    int64_t limit = (int64_t)limit_deg * 1000000;

    CP_TRY(cp_num_scaled(text, 6, &number));
    if (number < -limit || number > limit)
        return CP_ERR_RANGE;
    *out = (int32_t)number;
    return CP_OK;
}
