#include "base/num.h"

cp_err cp_num_add(uint64_t a, uint64_t b, uint64_t *out)
{
    if (b > UINT64_MAX - a)
        return CP_ERR_RANGE;
    *out = a + b;
    return CP_OK;
}

cp_err cp_num_mul(uint64_t a, uint64_t b, uint64_t *out)
{
    if (a != 0 && b > UINT64_MAX / a)
        return CP_ERR_RANGE;
    *out = a * b;
    return CP_OK;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* *number = *number * 10 + digit, unless that is above max. */
static cp_err push_digit(uint64_t *number, unsigned digit, uint64_t max)
{
    if (digit > max || *number > (max - digit) / 10)
        return CP_ERR_RANGE;
    *number = *number * 10 + digit;
    return CP_OK;
}

static unsigned digit_of(char c)
{
    return (unsigned)(c - '0');
}

cp_err cp_num_u64(cp_text text, uint64_t max, uint64_t *out)
{
    uint64_t number = 0;

    if (text.len == 0)
        return CP_ERR_MALFORMED;
    for (size_t i = 0; i < text.len; i++)
        if (!is_digit(text.at[i]))
            return CP_ERR_MALFORMED;
    for (size_t i = 0; i < text.len; i++)
        CP_TRY(push_digit(&number, digit_of(text.at[i]), max));
    *out = number;
    return CP_OK;
}

cp_err cp_num_u32(cp_text text, uint32_t max, uint32_t *out)
{
    uint64_t number;

    CP_TRY(cp_num_u64(text, max, &number));
    *out = (uint32_t)number;
    return CP_OK;
}

/* A decimal number in its pieces: the digits of `whole` and `fraction`, the point between them. */
struct decimal {
    bool negative;
    cp_text whole, fraction;
    int64_t exponent;
};

enum { EXPONENT_MAX = 1000000000 };

static cp_text take_digits(cp_text *rest)
{
    size_t len = 0;
    cp_text digits;

    while (len < rest->len && is_digit(rest->at[len]))
        len++;
    digits = cp_text_sub(*rest, 0, len);
    *rest = cp_text_sub(*rest, len, rest->len);
    return digits;
}

static bool take_char(cp_text *rest, char c)
{
    if (rest->len == 0 || rest->at[0] != c)
        return false;
    *rest = cp_text_sub(*rest, 1, rest->len);
    return true;
}

static bool take_minus(cp_text *rest)
{
    bool minus = take_char(rest, '-');

    if (!minus)
        (void)take_char(rest, '+');
    return minus;
}

/* An exponent beyond EXPONENT_MAX counts as that: it is far out of range either way. */
static cp_err take_exponent(cp_text *rest, int64_t *exponent)
{
    uint64_t size = EXPONENT_MAX;
    bool negative = take_minus(rest);
    cp_text digits = take_digits(rest);

    if (digits.len == 0)
        return CP_ERR_MALFORMED;
    if (cp_num_u64(digits, EXPONENT_MAX, &size) != CP_OK)
        size = EXPONENT_MAX;
    *exponent = negative ? -(int64_t)size : (int64_t)size;
    return CP_OK;
}

static cp_err decimal_parse(cp_text text, struct decimal *out)
{
    struct decimal got = {.negative = take_minus(&text)};

    got.whole = take_digits(&text);
    if (take_char(&text, '.'))
        got.fraction = take_digits(&text);
    if (got.whole.len + got.fraction.len == 0)
        return CP_ERR_MALFORMED;
    if (take_char(&text, 'e') || take_char(&text, 'E'))
        CP_TRY(take_exponent(&text, &got.exponent));
    if (text.len > 0)
        return CP_ERR_MALFORMED;
    *out = got;
    return CP_OK;
}

/* Digit i of whole and fraction in a row; zeros follow them. */
static unsigned decimal_digit(const struct decimal *d, int64_t i)
{
    size_t at = (size_t)i;

    if (at < d->whole.len)
        return digit_of(d->whole.at[at]);
    at -= d->whole.len;
    return at < d->fraction.len ? digit_of(d->fraction.at[at]) : 0;
}

cp_err cp_num_scaled(cp_text text, int places, int64_t *out)
{
    struct decimal d;
    uint64_t size = 0;
    int64_t digits, point;

    CP_TRY(decimal_parse(text, &d));
    digits = (int64_t)(d.whole.len + d.fraction.len);
    point = (int64_t)d.whole.len + d.exponent + places; /* digits before it count, one rounds */
    for (int64_t i = 0; i < point && (size > 0 || i < digits); i++)
        CP_TRY(push_digit(&size, decimal_digit(&d, i), INT64_MAX));
    if (point >= 0 && decimal_digit(&d, point) >= 5) {
        if (size == INT64_MAX)
            return CP_ERR_RANGE;
        size++;
    }
    *out = d.negative ? -(int64_t)size : (int64_t)size;
    return CP_OK;
}
