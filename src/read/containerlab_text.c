#include "containerlab.h"

#include "base/out.h"

/* Texts as they are meant: variables of the environment are their defaults. */

/* ${NAME}, ${NAME:-DEFAULT} and the like: what stands for it here. */
static cp_text default_of(cp_text inside)
{
    size_t at = 0;

    while (at < inside.len && inside.at[at] != ':' && inside.at[at] != '-' &&
           inside.at[at] != '=' && inside.at[at] != '+')
        at++;
    if (at < inside.len && inside.at[at] == ':')
        at++;
    if (at >= inside.len || inside.at[at] == '+')
        return CP_TEXT("");
    return cp_text_sub(inside, at + 1, inside.len);
}

static cp_err expand(struct cp_lab *lab, cp_place place, cp_text *text)
{
    struct cp_out out = cp_out_make(lab->doc->arena);
    size_t at = 0;

    while (at < text->len) {
        size_t dollar = cp_text_find(*text, '$', at);
        bool braced = dollar + 1 < text->len && text->at[dollar + 1] == '{';
        size_t end = braced ? cp_text_find(*text, '}', dollar) : text->len;

        cp_out_text(&out, cp_text_sub(*text, at, dollar - at));
        at = dollar;
        if (end < text->len) {
            cp_out_text(&out, default_of(cp_text_sub(*text, dollar + 2, end - dollar - 2)));
            at = end + 1;
        } else if (dollar < text->len) {
            bool twice = dollar + 1 < text->len && text->at[dollar + 1] == '$';

            cp_out_char(&out, '$');
            at += twice ? 2 : 1;
        }
    }
    CP_TRY(cp_out_done(&out, text));
    return cp_lab_tally(lab, CP_REMARK_FINDING, place,
                        "a variable of the environment: its default is used", CP_TEXT(""));
}

cp_err cp_lab_text(struct cp_lab *lab, const struct cp_yaml *value, cp_text *out)
{
    *out = CP_TEXT("");
    if (value == NULL || value->kind != CP_YAML_TEXT || cp_yaml_is_null(value))
        return CP_OK;
    CP_TRY(cp_doc_one_line(lab->doc, value->place, cp_text_trim(value->text), out));
    return cp_text_find(*out, '$', 0) < out->len ? expand(lab, value->place, out) : CP_OK;
}
