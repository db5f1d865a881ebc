#include "base/json.h"

#include <string.h>

/* Runs of plain characters are copied whole: a large answer is mostly those. */

struct cp_json cp_json_make(struct cp_out *out)
{
    return (struct cp_json){.out = out};
}

static void write_escape(struct cp_out *out, uint32_t c)
{
    switch (c) {
    case '"':
        cp_out_str(out, "\\\"");
        break;
    case '\\':
        cp_out_str(out, "\\\\");
        break;
    case '\n':
        cp_out_str(out, "\\n");
        break;
    case '\t':
        cp_out_str(out, "\\t");
        break;
    default:
        if (c > 0xffff) /* RFC 8259 7: as a pair of surrogates */
            cp_out_format(out, "\\u%04x", 0xd800 + ((c - 0x10000) >> 10));
        cp_out_format(out, "\\u%04x", c > 0xffff ? 0xdc00 + (c & 0x3ff) : c);
        break;
    }
}

/* RFC 8259 7: quotation mark, reverse solidus and controls (below U+0020) must be escaped.  What a
 * terminal would obey or hide (DEL, C1, changes of direction) is too: a path may hold it. */
static bool must_escape(uint32_t c)
{
    return c == '"' || c == '\\' || cp_text_is_unsafe(c);
}

/* text is well-formed UTF-8 */
static void write_characters(struct cp_out *out, cp_text text)
{
    size_t plain = 0;

    for (size_t at = 0, len; at < text.len; at += len) {
        uint32_t c = 0;

        len = cp_text_char(text, at, &c);
        if (!must_escape(c))
            continue;
        cp_out_text(out, cp_text_sub(text, plain, at - plain));
        write_escape(out, c);
        plain = at + len;
    }
    cp_out_text(out, cp_text_sub(text, plain, text.len - plain));
}

/* Nearly every text is of ASCII that stands for itself: it is copied whole. */
static bool is_plain(cp_text text)
{
    unsigned bad = 0;

    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];

        bad |= (unsigned)(c < ' ') | (unsigned)(c > '~') | (unsigned)(c == '"') |
               (unsigned)(c == '\\');
    }
    return bad == 0;
}

static void write_string(struct cp_out *out, cp_text text)
{
    if (is_plain(text)) {
        char *at = cp_out_claim(out, text.len + 2);

        if (at == NULL)
            return;
        at[0] = '"';
        if (text.len > 0)
            memcpy(at + 1, text.at, text.len);
        at[text.len + 1] = '"';
        return;
    }
    cp_out_char(out, '"');
    while (text.len > 0) {
        size_t good = cp_text_bad_utf8(text);

        write_characters(out, cp_text_sub(text, 0, good));
        if (good == text.len)
            break;
        cp_out_str(out, "\xef\xbf\xbd");
        text = cp_text_sub(text, good + 1, text.len - good - 1);
    }
    cp_out_char(out, '"');
}

static void break_line(struct cp_json *json)
{
    cp_out_char(json->out, '\n');
    for (uint32_t i = 0; i < json->depth; i++)
        cp_out_str(json->out, "  ");
}

/* What comes before a value: comma, line, name. */
static void begin(struct cp_json *json, const char *name)
{
    if (json->depth > 0) {
        bool flat = json->layouts[json->depth - 1] == CP_JSON_FLAT;

        if (json->filled)
            cp_out_text(json->out, flat ? CP_TEXT(", ") : CP_TEXT(","));
        if (!flat)
            break_line(json);
    }
    if (name != NULL) {
        write_string(json->out, cp_text_of(name));
        cp_out_text(json->out, CP_TEXT(": "));
    }
    json->filled = true;
}

static void descend(struct cp_json *json, const char *name, const char *brackets,
                    cp_json_layout layout)
{
    CP_ASSERT(json->depth < CP_JSON_DEPTH_MAX);
    begin(json, name);
    if (json->depth > 0 && json->layouts[json->depth - 1] == CP_JSON_FLAT)
        layout = CP_JSON_FLAT;
    cp_out_char(json->out, brackets[0]);
    json->closers[json->depth] = brackets[1];
    json->layouts[json->depth] = layout;
    json->depth++;
    json->filled = false;
}

void cp_json_object(struct cp_json *json, const char *name, cp_json_layout layout)
{
    descend(json, name, "{}", layout);
}

void cp_json_array(struct cp_json *json, const char *name, cp_json_layout layout)
{
    descend(json, name, "[]", layout);
}

void cp_json_close(struct cp_json *json)
{
    CP_ASSERT(json->depth > 0);
    json->depth--;
    if (json->filled && json->layouts[json->depth] == CP_JSON_LINES)
        break_line(json);
    cp_out_char(json->out, json->closers[json->depth]);
    json->filled = true;
    if (json->depth == 0)
        cp_out_char(json->out, '\n');
}

void cp_json_text(struct cp_json *json, const char *name, cp_text value)
{
    begin(json, name);
    write_string(json->out, value);
}

void cp_json_str(struct cp_json *json, const char *name, const char *zero_ended)
{
    cp_json_text(json, name, cp_text_of(zero_ended));
}

void cp_json_u64(struct cp_json *json, const char *name, uint64_t value)
{
    begin(json, name);
    cp_out_u64(json->out, value);
}

void cp_json_number(struct cp_json *json, const char *name, cp_text number)
{
    CP_ASSERT(number.len > 0);
    begin(json, name);
    cp_out_text(json->out, number);
}

void cp_json_hundredths(struct cp_json *json, const char *name, uint32_t value)
{
    begin(json, name);
    cp_out_format(json->out, "%u.%02u", value / 100, value % 100);
}

void cp_json_bool(struct cp_json *json, const char *name, bool value)
{
    begin(json, name);
    cp_out_str(json->out, value ? "true" : "false");
}

void cp_json_null(struct cp_json *json, const char *name)
{
    begin(json, name);
    cp_out_str(json->out, "null");
}
