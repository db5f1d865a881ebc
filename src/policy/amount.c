#include "amount.h"

#include "limits.h"

/* The digits of a number, those after its point, and what stands behind it. */
struct number {
    cp_text whole, fraction, unit;
};

static cp_text digits_of(cp_text text, size_t from)
{
    size_t end = from;

    while (end < text.len && text.at[end] >= '0' && text.at[end] <= '9')
        end++;
    return cp_text_sub(text, from, end - from);
}

/* False where the text begins with no number, or with one that has a needless 0 in front. */
static bool split(cp_text text, struct number *out)
{
    cp_text whole = digits_of(text, 0);
    cp_text fraction = CP_TEXT("");
    size_t end = whole.len;

    if (whole.len == 0 || (whole.len > 1 && whole.at[0] == '0'))
        return false;
    if (end < text.len && text.at[end] == '.') {
        fraction = digits_of(text, end + 1);
        end += 1 + fraction.len;
        if (fraction.len == 0)
            return false;
    }
    *out = (struct number){whole, fraction, cp_text_sub(text, end, text.len - end)};
    return true;
}

/* The number with so many places behind its point, as a whole; at most 10 digits of it count. */
static uint64_t scaled(const struct number *number, size_t places)
{
    uint64_t value = 0;

    CP_ASSERT(number->fraction.len <= places && places <= 3);
    if (number->whole.len > 10)
        return UINT64_MAX;
    for (size_t i = 0; i < number->whole.len; i++)
        value = value * 10 + (uint64_t)(number->whole.at[i] - '0');
    for (size_t i = 0; i < places; i++) {
        bool given = i < number->fraction.len;
        value = value * 10 + (given ? (uint64_t)(number->fraction.at[i] - '0') : 0);
    }
    return value;
}

/* What a number may be: one of two units, so many places, a least and a greatest. */
struct measure {
    const char *unit, *other_unit;
    size_t places;
    uint64_t least, most; /* of the scaled number */
    const char *expected, *beyond;
};

static cp_err read_measure(const struct cp_yaml *value, const struct measure *measure,
                           uint32_t *out, struct cp_diag *diag)
{
    struct number number = {0};
    cp_text text = CP_TEXT("");

    CP_TRY(cp_value_text(value, &text, diag));
    if (!split(text, &number) || number.fraction.len > measure->places ||
        (!cp_text_is(number.unit, measure->unit) && !cp_text_is(number.unit, measure->other_unit)))
        return cp_diag_set(diag, CP_ERR_MALFORMED, value->place, measure->expected, text);
    uint64_t got = scaled(&number, measure->places);
    if (got < measure->least || got > measure->most)
        return cp_diag_set(diag, CP_ERR_RANGE, value->place, measure->beyond, text);
    *out = (uint32_t)got;
    return CP_OK;
}

cp_err cp_amount_suppliers(const struct cp_yaml *value, uint32_t *out, struct cp_diag *diag)
{
    static const struct measure suppliers = {" suppliers",
                                             " supplier",
                                             0,
                                             1,
                                             CP_LIMIT_POLICY_SUPPLIERS,
                                             "expected a number of suppliers, such as 2 suppliers",
                                             "from 1 to 1000 suppliers may be asked for"};

    return read_measure(value, &suppliers, out, diag);
}

cp_err cp_amount_days(const struct cp_yaml *value, uint32_t *out, struct cp_diag *diag)
{
    static const struct measure days = {" days",
                                        " day",
                                        0,
                                        1,
                                        CP_LIMIT_POLICY_WARN_DAYS,
                                        "expected a number of days, such as 60 days",
                                        "a warning comes from 1 to 36500 days before"};

    return read_measure(value, &days, out, diag);
}

cp_err cp_amount_share(const struct cp_yaml *value, uint32_t *out_bp, struct cp_diag *diag)
{
    static const struct measure share = {"%",
                                         " %",
                                         2,
                                         0,
                                         10000,
                                         "expected a share such as 35 %, with at most two decimals",
                                         "a share is at most 100 %"};

    return read_measure(value, &share, out_bp, diag);
}

cp_err cp_amount_distance(const struct cp_yaml *value, uint32_t *out_m, struct cp_diag *diag)
{
    static const struct measure kilometres = {" km",
                                              " km",
                                              3,
                                              1,
                                              CP_LIMIT_POLICY_WITHIN_KM * 1000ull,
                                              "expected a distance such as 5 km or 500 m",
                                              "a distance is from 1 m to 20000 km"};
    static const struct measure metres = {" m",
                                          " m",
                                          0,
                                          1,
                                          CP_LIMIT_POLICY_WITHIN_KM * 1000ull,
                                          "expected a distance such as 5 km or 500 m",
                                          "a distance is from 1 m to 20000 km"};
    bool in_metres = value->kind == CP_YAML_TEXT && cp_text_ends(value->text, CP_TEXT(" m"));

    return read_measure(value, in_metres ? &metres : &kilometres, out_m, diag);
}

cp_err cp_amount_delay(const struct cp_yaml *value, uint32_t *out_us, struct cp_diag *diag)
{
    static const char expected[] = "expected a delay such as 20 ms or 800 us";
    static const char beyond[] = "a delay is from 1 us to 1000000 ms";
    static const struct measure milliseconds = {
        " ms", " ms", 3, 1, CP_LIMIT_POLICY_DELAY_MS * 1000ull, expected, beyond};
    static const struct measure microseconds = {
        " us", " us", 0, 1, CP_LIMIT_POLICY_DELAY_MS * 1000ull, expected, beyond};
    bool in_us = value->kind == CP_YAML_TEXT && cp_text_ends(value->text, CP_TEXT(" us"));

    return read_measure(value, in_us ? &microseconds : &milliseconds, out_us, diag);
}

cp_err cp_amount_hops(const struct cp_yaml *value, uint32_t *out, struct cp_diag *diag)
{
    static const struct measure hops = {
        "", "", 0, 1, CP_LIMIT_POLICY_HOPS, "expected a whole number", "hops are from 1 to 64"};

    return read_measure(value, &hops, out, diag);
}
