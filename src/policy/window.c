#include "window.h"

#include <string.h>

cp_err cp_window_read(const struct cp_yaml *map, struct cp_window *out, struct cp_diag *diag)
{
    struct cp_window got = {CP_DATE_NONE, CP_DATE_NONE};

    CP_TRY(cp_value_date_at(map, "from", &got.from, diag));
    CP_TRY(cp_value_date_at(map, "until", &got.until, diag));
    if (got.from != CP_DATE_NONE && got.until != CP_DATE_NONE && got.until < got.from) {
        const struct cp_yaml *until = cp_value_find(map, "until");
        return cp_diag_set(diag, CP_ERR_CONFLICT, until->place, "it ends before it begins",
                           until->text);
    }
    *out = got;
    return CP_OK;
}

bool cp_window_holds(struct cp_window window, cp_date date)
{
    return (window.from == CP_DATE_NONE || window.from <= date) &&
           (window.until == CP_DATE_NONE || date <= window.until);
}

bool cp_window_meets(struct cp_window a, struct cp_window b)
{
    bool a_over = a.until != CP_DATE_NONE && b.from != CP_DATE_NONE && a.until < b.from;
    bool b_over = b.until != CP_DATE_NONE && a.from != CP_DATE_NONE && b.until < a.from;

    return !a_over && !b_over;
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_zone_part(cp_text part)
{
    if (part.len == 0 || !is_letter(part.at[0]))
        return false;
    for (size_t i = 0; i < part.len; i++) {
        char c = part.at[i];
        if (!is_letter(c) && !(c >= '0' && c <= '9') && memchr("_+-", c, 3) == NULL)
            return false;
    }
    return true;
}

cp_err cp_timezone_check(cp_text name, cp_place place, struct cp_diag *diag)
{
    size_t from = 0;

    while (from <= name.len) {
        size_t end = cp_text_find(name, '/', from);
        if (!is_zone_part(cp_text_sub(name, from, end - from)))
            return cp_diag_set(diag, CP_ERR_MALFORMED, place,
                               "expected a time zone such as Asia/Seoul", name);
        from = end + 1;
    }
    return CP_OK;
}
