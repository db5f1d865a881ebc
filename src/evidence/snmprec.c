#include "walk.h"

#include <string.h>

/*
 * snmpsim's notation: OID|TAG|VALUE, a line each.  TAG is the number of an ASN.1 type; an x after it
 * says that the value is in hexadecimal digits, an e that it is escaped, and what follows a colon is
 * the program that makes the value up when it is asked for.
 *
 * Most lines of a walk are of objects that are not read: they are known by their first bytes.
 */

enum { TAG_NULL = 5, TAG_NO_OBJECT = 128, TAG_END = 130 };

struct line {
    cp_text oid, tag, value;
    cp_place place; /* of the line */
};

static size_t oid_length(cp_text text)
{
    size_t at = 0;

    while (at < text.len && ((text.at[at] >= '0' && text.at[at] <= '9') || text.at[at] == '.'))
        at++;
    return at;
}

static bool split_line(cp_text text, struct line *line)
{
    size_t oid = oid_length(text), tag;

    if (oid == 0 || oid == text.len || text.at[oid] != '|')
        return false;
    tag = cp_text_find(text, '|', oid + 1);
    if (tag >= text.len)
        return false;
    line->oid = cp_text_sub(text, 0, oid);
    line->tag = cp_text_sub(text, oid + 1, tag - oid - 1);
    line->value = cp_text_rest(text, tag + 1);
    return true;
}

bool cp_snmprec_looks(cp_text bytes)
{
    struct line line;
    cp_text text;

    if (cp_text_starts(bytes, CP_TEXT("\xef\xbb\xbf")))
        bytes = cp_text_sub(bytes, 3, bytes.len);
    while (cp_text_word(&bytes, "\r\n", &text))
        if (cp_text_trim(text).len > 0 && text.at[0] != '#')
            return split_line(text, &line) && line.tag.len > 0 && line.tag.at[0] >= '0' &&
                   line.tag.at[0] <= '9';
    return false;
}

/* --- values -------------------------------------------------------------------------------- */

struct tag {
    uint32_t type;
    char notation; /* 'x', 'e' or 0 */
    bool made_up;
};

static bool read_tag(cp_text text, struct tag *tag)
{
    size_t at = 0;

    *tag = (struct tag){0};
    for (; at < text.len && at < 4 && text.at[at] >= '0' && text.at[at] <= '9'; at++)
        tag->type = tag->type * 10 + (uint32_t)(text.at[at] - '0');
    if (at == 0)
        return false;
    if (at < text.len && (text.at[at] == 'x' || text.at[at] == 'e'))
        tag->notation = text.at[at++];
    tag->made_up = at < text.len && text.at[at] == ':';
    return tag->made_up || at == text.len;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Pairs of digits; one that is left at the end is dropped.  False: no digits. */
static bool decode_hex(cp_text text, char *to, size_t *len)
{
    *len = 0;
    for (size_t i = 0; i < text.len; i++)
        if (hex_value(text.at[i]) < 0)
            return false;
    for (size_t i = 0; i + 1 < text.len; i += 2)
        to[(*len)++] = (char)(hex_value(text.at[i]) * 16 + hex_value(text.at[i + 1]));
    return true;
}

/* What stands after a backslash at *at, which moves on; other characters stand for themselves. */
static char decode_escape(cp_text text, size_t *at)
{
    static const char letters[] = "nrt0", meanings[] = "\n\r\t";
    char c = text.at[(*at)++];
    const char *found = strchr(letters, c);

    if (c == 'x' && *at + 1 < text.len && hex_value(text.at[*at]) >= 0 &&
        hex_value(text.at[*at + 1]) >= 0) {
        *at += 2;
        return (char)(hex_value(text.at[*at - 2]) * 16 + hex_value(text.at[*at - 1]));
    }
    return found != NULL && c != '\0' ? meanings[found - letters] : c;
}

static size_t decode_escapes(cp_text text, char *to)
{
    size_t len = 0;

    for (size_t at = 0; at < text.len;) {
        char c = text.at[at++];

        to[len++] = c == '\\' && at < text.len ? decode_escape(text, &at) : c;
    }
    return len;
}

/* *is_value: false where it is none in its notation. */
static cp_err decode(struct cp_walk *walk, struct tag tag, cp_text *value, bool *is_value)
{
    char *to;
    size_t len;

    *is_value = true;
    if (tag.notation == 0)
        return CP_OK;
    to = cp_arena_take(walk->doc->scratch, value->len + 1, 1);
    if (to == NULL)
        return CP_ERR_NOMEM;
    if (tag.notation == 'e')
        len = decode_escapes(*value, to);
    else
        *is_value = decode_hex(*value, to, &len);
    *value = (cp_text){to, len};
    return CP_OK;
}

static cp_value_kind kind_of(uint32_t type)
{
    switch (type) {
    case 4:
    case 68:
        return CP_VALUE_OCTETS;
    case 6:
        return CP_VALUE_OID;
    case 64:
        return CP_VALUE_ADDRESS;
    default:
        return CP_VALUE_NUMBER;
    }
}

/* --- lines --------------------------------------------------------------------------------- */

static cp_err not_understood(struct cp_walk *walk, cp_place place, const char *why, cp_text text)
{
    return cp_device_remark(walk->doc, CP_REMARK_NOT_UNDERSTOOD, place, why, text);
}

static cp_err ignore(struct cp_walk *walk, cp_place place, const char *why, cp_text text)
{
    return cp_device_remark(walk->doc, CP_REMARK_IGNORED, place, why, text);
}

/* A line of an object that is read. */
static cp_err read_value(struct cp_walk *walk, const struct line *line,
                         const struct cp_object *object)
{
    cp_place place = line->place;
    cp_text value = line->value;
    struct tag tag;
    bool is_value;

    place.column = (uint32_t)(line->value.at - line->oid.at) + 1;
    if (!read_tag(line->tag, &tag))
        return not_understood(walk, line->place, "a tag that is none of snmprec", line->tag);
    if (tag.made_up)
        return ignore(walk, place, "a value that a program makes up when it is asked for",
                      line->tag);
    if (tag.type == TAG_NULL || (tag.type >= TAG_NO_OBJECT && tag.type <= TAG_END))
        return ignore(walk, place, "an object without a value", line->oid);
    CP_TRY(decode(walk, tag, &value, &is_value));
    if (!is_value)
        return ignore(walk, place, "a value that is not in hexadecimal digits: it was blotted out",
                      value);
    return cp_walk_add(walk, object, kind_of(tag.type), value, place);
}

/* cleanpath-snmp notes in one why it stopped. */
static cp_err read_comment(struct cp_walk *walk, cp_text text, cp_place place)
{
    if (cp_text_starts(text, CP_TEXT("# ended early")))
        CP_TRY(cp_device_remark(walk->doc, CP_REMARK_FINDING, place, CP_WALK_ENDED_EARLY, text));
    return ignore(walk, place, "a comment", text);
}

static cp_err read_line(struct cp_walk *walk, cp_text text, cp_place place)
{
    struct line line = {.place = place};
    struct cp_object object;

    if (text.at[0] == '#')
        return read_comment(walk, text, place);
    if (!split_line(text, &line))
        return not_understood(walk, place, "a line that is no record", text);
    if (line.oid.at[0] == '.')
        line.oid = cp_text_sub(line.oid, 1, line.oid.len);
    switch (cp_object_find(line.oid, &object)) {
    case CP_OBJECT_OTHER:
        cp_walk_other(walk, line.oid, place);
        return CP_OK;
    case CP_OBJECT_BAD_INDEX:
        return ignore(walk, place, "an index that is no row of numbers", line.oid);
    case CP_OBJECT_OURS:
        break;
    }
    return read_value(walk, &line, &object);
}

cp_err cp_evidence_read_snmprec(struct cp_device_doc *doc)
{
    struct cp_walk walk = cp_walk_make(doc);
    cp_place place = {doc->file, 0, 1};
    size_t at = cp_text_starts(doc->text, CP_TEXT("\xef\xbb\xbf")) ? 3 : 0;

    while (at < doc->text.len) {
        const char *from = doc->text.at + at;
        const char *end = memchr(from, '\n', doc->text.len - at);
        size_t len = end != NULL ? (size_t)(end - from) : doc->text.len - at;

        place.line++;
        at += len + 1;
        if (len > 0 && from[len - 1] == '\r')
            len--;
        if (len > 0)
            CP_TRY(read_line(&walk, (cp_text){from, len}, place));
    }
    return cp_walk_finish(&walk);
}
