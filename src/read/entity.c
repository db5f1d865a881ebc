#include "entity.h"

#include "base/num.h"
#include "base/out.h"

enum { FIRST_LATIN1 = 160, ENTITY_LEN_MAX = 10, CODE_MAX = 0x10ffff };

/* Names of the characters from 160 to 255, in order. */
static const char *const latin1_names[] = {
    "nbsp",   "iexcl",  "cent",   "pound",  "curren", "yen",    "brvbar", "sect",   "uml",
    "copy",   "ordf",   "laquo",  "not",    "shy",    "reg",    "macr",   "deg",    "plusmn",
    "sup2",   "sup3",   "acute",  "micro",  "para",   "middot", "cedil",  "sup1",   "ordm",
    "raquo",  "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc",  "Atilde",
    "Auml",   "Aring",  "AElig",  "Ccedil", "Egrave", "Eacute", "Ecirc",  "Euml",   "Igrave",
    "Iacute", "Icirc",  "Iuml",   "ETH",    "Ntilde", "Ograve", "Oacute", "Ocirc",  "Otilde",
    "Ouml",   "times",  "Oslash", "Ugrave", "Uacute", "Ucirc",  "Uuml",   "Yacute", "THORN",
    "szlig",  "agrave", "aacute", "acirc",  "atilde", "auml",   "aring",  "aelig",  "ccedil",
    "egrave", "eacute", "ecirc",  "euml",   "igrave", "iacute", "icirc",  "iuml",   "eth",
    "ntilde", "ograve", "oacute", "ocirc",  "otilde", "ouml",   "divide", "oslash", "ugrave",
    "uacute", "ucirc",  "uuml",   "yacute", "thorn",  "yuml",
};

static uint32_t named(cp_text name)
{
    static const struct {
        const char *name;
        char c;
    } basic[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};

    for (uint32_t i = 0; i < CP_COUNT(basic); i++)
        if (cp_text_is(name, basic[i].name))
            return (unsigned char)basic[i].c;
    for (uint32_t i = 0; i < CP_COUNT(latin1_names); i++)
        if (cp_text_is(name, latin1_names[i]))
            return FIRST_LATIN1 + i;
    return 0;
}

static uint32_t hex_value(cp_text digits)
{
    uint32_t code = 0;

    for (size_t i = 0; i < digits.len && code <= CODE_MAX; i++) {
        char c = digits.at[i];

        if (c >= '0' && c <= '9')
            code = code * 16 + (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            code = code * 16 + (uint32_t)(c - 'a') + 10;
        else if (c >= 'A' && c <= 'F')
            code = code * 16 + (uint32_t)(c - 'A') + 10;
        else
            return 0;
    }
    return code;
}

/* The character that the text between & and ; means; 0 where it means none that can stand in text. */
static uint32_t code_of(cp_text name)
{
    uint32_t code = 0;

    if (name.len < 2 || name.at[0] != '#')
        return named(name);
    if (name.at[1] == 'x' || name.at[1] == 'X')
        code = hex_value(cp_text_sub(name, 2, name.len));
    else if (cp_num_u32(cp_text_sub(name, 1, name.len), CODE_MAX, &code) != CP_OK)
        return 0;
    if (code < ' ' || code == 0x7f || code > CODE_MAX || (code >= 0xd800 && code <= 0xdfff))
        return 0;
    return code;
}

static void put_utf8(struct cp_out *out, uint32_t code)
{
    if (code < 0x80) {
        cp_out_char(out, (char)code);
    } else if (code < 0x800) {
        cp_out_char(out, (char)(0xc0 | code >> 6));
        cp_out_char(out, (char)(0x80 | (code & 0x3f)));
    } else if (code < 0x10000) {
        cp_out_char(out, (char)(0xe0 | code >> 12));
        cp_out_char(out, (char)(0x80 | (code >> 6 & 0x3f)));
        cp_out_char(out, (char)(0x80 | (code & 0x3f)));
    } else {
        cp_out_char(out, (char)(0xf0 | code >> 18));
        cp_out_char(out, (char)(0x80 | (code >> 12 & 0x3f)));
        cp_out_char(out, (char)(0x80 | (code >> 6 & 0x3f)));
        cp_out_char(out, (char)(0x80 | (code & 0x3f)));
    }
}

cp_err cp_entity_decode(struct cp_arena *arena, cp_text text, cp_text *out)
{
    struct cp_out decoded;

    *out = text;
    if (cp_text_find(text, '&', 0) == text.len)
        return CP_OK;
    decoded = cp_out_make(arena);
    for (size_t at = 0; at < text.len;) {
        size_t amp = cp_text_find(text, '&', at);
        cp_text rest = cp_text_sub(text, amp + 1, ENTITY_LEN_MAX);
        size_t end = cp_text_find(rest, ';', 0);
        uint32_t code = end < rest.len ? code_of(cp_text_sub(rest, 0, end)) : 0;

        cp_out_text(&decoded, cp_text_sub(text, at, amp - at));
        at = amp + 1;
        if (amp == text.len)
            break;
        put_utf8(&decoded, code != 0 ? code : '&');
        if (code != 0)
            at += end + 1;
    }
    return cp_out_done(&decoded, out);
}
