#include "walk.h"

#include <string.h>

#include "base/out.h"

/*
 * What net-snmp's snmpwalk prints: OBJECT = TYPE: VALUE, a record each.  The object is in numbers, with
 * "iso" in front, or by name (of a MIB, or with all names above it); -OQ leaves the type out and -Oq
 * the equals sign too.  A value may go on over several lines; the next record begins where a line
 * begins like one.  So a value that imitates a record is taken for one: it is the device's own.
 */

enum { LOOK_BYTES = 65536 };

struct record {
    cp_text object; /* as it is written */
    cp_text value;  /* behind the type, lines that follow included; not unquoted */
    cp_place place; /* of the value */
    cp_value_kind kind;
    bool is_typed;        /* the type was written */
    bool is_hex, goes_on; /* in hexadecimal digits; may go on in the next line */
    bool is_empty;        /* there is no such object */
};

struct reading {
    struct cp_walk walk;
    cp_text text;
    size_t at; /* of the next line */
    uint32_t line;
    bool short_names; /* "sysDescr.0": taken for records only where the first record is one */
    bool quick;       /* no equals signs */
};

/* --- where a record begins ----------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_numeric(cp_text object)
{
    size_t dots = 0;

    for (size_t i = 0; i < object.len; i++) {
        dots += object.at[i] == '.';
        if (object.at[i] != '.' && !is_digit(object.at[i]))
            return false;
    }
    return dots > 1;
}

/* "sysDescr.0", "ifDescr[3]": a name, then an index. */
static bool is_short(cp_text object)
{
    size_t at = 0;

    while (at < object.len && (is_letter(object.at[at]) || is_digit(object.at[at])))
        at++;
    return at > 0 && is_letter(object.at[0]) && at + 1 < object.len &&
           (object.at[at] == '.' || object.at[at] == '[') && is_digit(object.at[at + 1]);
}

static bool is_module(cp_text object)
{
    size_t colon = cp_text_find(object, ':', 0);

    return colon > 0 && colon + 2 < object.len && object.at[colon + 1] == ':' &&
           is_letter(object.at[0]) && is_letter(object.at[colon + 2]);
}

static bool is_object(cp_text object, bool short_names)
{
    return is_numeric(object) || cp_text_starts(object, CP_TEXT("iso.")) ||
           cp_text_starts(object, CP_TEXT(".iso.")) || is_module(object) ||
           (short_names && is_short(object));
}

/* The object and what stands behind it: " = " or, quick, a space.  An index may hold quoted text. */
static bool split(cp_text line, bool quick, bool short_names, cp_text *object, cp_text *rest)
{
    size_t at = 0, skip = quick ? 1 : 3;
    bool quoted = false;

    for (; at < line.len && (quoted || line.at[at] != ' '); at++)
        quoted ^= line.at[at] == '"';
    *object = cp_text_sub(line, 0, at);
    *rest = cp_text_rest(line, at);
    if (at == 0 || !is_object(*object, short_names))
        return false;
    if (!quick && !cp_text_starts(*rest, CP_TEXT(" = ")) && !cp_text_is(*rest, " ="))
        return false;
    *rest = cp_text_rest(*rest, skip);
    return true;
}

static bool begins_record(const struct reading *r, cp_text line)
{
    cp_text object, rest;

    return split(line, r->quick, r->short_names, &object, &rest);
}

/* --- what the program itself prints -------------------------------------------------------- */

typedef enum { NO_MESSAGE, MESSAGE, MESSAGE_OF_AN_END } message;

static message find_message(cp_text line)
{
    static const struct {
        cp_text text;
        message is;
    } messages[] = {
        {{"Timeout: ", 9}, MESSAGE_OF_AN_END},
        {{"Error in packet", 15}, MESSAGE_OF_AN_END},
        {{"Error: OID not increasing", 25}, MESSAGE_OF_AN_END},
        {{"snmpwalk: ", 10}, MESSAGE_OF_AN_END},
        {{"snmpbulkwalk: ", 14}, MESSAGE_OF_AN_END},
        {{" >= .", 5}, MESSAGE},
        {{"Reason: ", 8}, MESSAGE},
        {{"Failed object: ", 15}, MESSAGE},
        {{"End of MIB", 10}, MESSAGE},
        {{"MIB search path: ", 17}, MESSAGE},
        {{"Cannot find module ", 19}, MESSAGE},
        {{"Did not find ", 13}, MESSAGE},
        {{"Unlinked OID in ", 16}, MESSAGE},
        {{"Undefined identifier: ", 22}, MESSAGE},
        {{"Bad operator ", 13}, MESSAGE},
        {{"Created directory: ", 19}, MESSAGE},
        {{"Variables found: ", 17}, MESSAGE},
        {{"Total traversal time ", 21}, MESSAGE},
    };

    for (size_t i = 0; i < CP_COUNT(messages); i++)
        if (cp_text_starts(line, messages[i].text))
            return messages[i].is;
    return NO_MESSAGE;
}

static cp_err read_message(struct reading *r, message is, cp_text line, cp_place place)
{
    if (is == MESSAGE_OF_AN_END)
        CP_TRY(cp_device_remark(r->walk.doc, CP_REMARK_FINDING, place, CP_WALK_ENDED_EARLY, line));
    return cp_device_remark(r->walk.doc, CP_REMARK_IGNORED, place,
                            "a message of the program, not of the device", line);
}

/* --- values -------------------------------------------------------------------------------- */

static const struct {
    cp_text text;
    cp_value_kind kind;
    bool is_hex, goes_on;
} types[] = {
    {{"STRING:", 7}, CP_VALUE_OCTETS, false, true},
    {{"Hex-STRING:", 11}, CP_VALUE_OCTETS, true, true},
    {{"INTEGER:", 8}, CP_VALUE_NUMBER, false, false},
    {{"OID:", 4}, CP_VALUE_OID, false, false},
    {{"IpAddress:", 10}, CP_VALUE_ADDRESS, false, false},
    {{"Network Address:", 16}, CP_VALUE_ADDRESS, false, false},
    {{"Gauge32:", 8}, CP_VALUE_NUMBER, false, false},
    {{"Counter32:", 10}, CP_VALUE_NUMBER, false, false},
    {{"Counter64:", 10}, CP_VALUE_NUMBER, false, false},
    {{"Timeticks:", 10}, CP_VALUE_NUMBER, false, false},
    {{"Unsigned32:", 11}, CP_VALUE_NUMBER, false, false},
    {{"UInteger32:", 11}, CP_VALUE_NUMBER, false, false},
    {{"BITS:", 5}, CP_VALUE_OCTETS, true, true},
    {{"Opaque:", 7}, CP_VALUE_OCTETS, false, true},
};

static cp_text without(cp_text text, size_t len)
{
    text = cp_text_rest(text, len);
    return text.len > 0 && text.at[0] == ' ' ? cp_text_rest(text, 1) : text;
}

/* "Wrong Type (should be OCTET STRING): " stands before the type that it is. */
static cp_text without_complaint(cp_text value)
{
    size_t end = cp_text_find(value, ')', 0);

    if (!cp_text_starts(value, CP_TEXT("Wrong Type (should be ")) || end + 1 >= value.len)
        return value;
    return without(value, end + (value.at[end + 1] == ':' ? 2 : 1));
}

static bool is_nothing(cp_text value)
{
    return cp_text_starts(value, CP_TEXT("No Such Object available")) ||
           cp_text_starts(value, CP_TEXT("No Such Instance currently")) ||
           cp_text_starts(value, CP_TEXT("No more variables left")) || cp_text_is(value, "NULL");
}

/* Whether a quoted text goes on after these bytes of it; open: it did before them. */
static bool is_open_after(bool open, cp_text bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        if (bytes.at[i] == '\\' && open)
            i++;
        else if (bytes.at[i] == '"')
            open = !open;
    }
    return open;
}

/* rest is what stands behind the equals sign in the record's first line. */
static void read_type(cp_text rest, struct record *record)
{
    record->is_empty = is_nothing(rest);
    rest = without_complaint(rest);
    record->kind = CP_VALUE_OCTETS;
    record->goes_on = true;
    record->value = rest;
    for (size_t i = 0; i < CP_COUNT(types); i++) {
        if (!cp_text_starts(rest, types[i].text))
            continue;
        record->kind = types[i].kind;
        record->is_typed = true;
        record->is_hex = types[i].is_hex;
        record->goes_on = types[i].goes_on;
        record->value = without(rest, types[i].text.len);
        break;
    }
    if (record->is_empty || (record->value.len > 0 && record->value.at[0] == '"'))
        record->goes_on = !record->is_empty && is_open_after(false, record->value);
}

static bool is_quoted(cp_text value)
{
    return value.len > 0 && value.at[0] == '"';
}

/* Without the quotation marks and what escapes those inside. */
static cp_err unquote(struct cp_arena *arena, cp_text *value)
{
    char *to = cp_arena_take(arena, value->len + 1, 1);
    size_t len = 0;

    if (to == NULL)
        return CP_ERR_NOMEM;
    for (size_t i = 1; i < value->len && value->at[i] != '"'; i++) {
        if (value->at[i] == '\\' && i + 1 < value->len)
            i++;
        to[len++] = value->at[i];
    }
    *value = (cp_text){to, len};
    return CP_OK;
}

/* Octets that are no text are printed so, each with a space behind it: "00 1A ". */
static bool is_printed_hex(cp_text text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool digit = is_digit(c) || (c >= 'A' && c <= 'F');

        if (c == '\n' || c == '\r')
            continue;
        if (count++ % 3 == 2 ? c != ' ' : !digit)
            return false;
    }
    return count > 0 && count % 3 == 0;
}

/* BITS and Opaque may print words behind the digits. */
static cp_err read_hex(struct cp_arena *arena, cp_text *value)
{
    cp_text digits, rest = *value, word;
    struct cp_out joined = cp_out_make(arena);

    while (cp_text_word(&rest, " \r\n\t", &word))
        if (word.len == 2)
            cp_out_text(&joined, word);
    CP_TRY(cp_out_done(&joined, &digits));
    return cp_hex_octets(digits, arena, value);
}

/* --- objects ------------------------------------------------------------------------------- */

/* "ifDescr[3]", "x[0][5]": indexes as they are without brackets. */
static cp_err without_brackets(struct cp_arena *arena, cp_text *object)
{
    char *to = cp_arena_take(arena, object->len + 1, 1);
    size_t len = 0;

    if (to == NULL)
        return CP_ERR_NOMEM;
    for (size_t i = 0; i < object->len; i++) {
        if (object->at[i] == '[')
            to[len++] = '.';
        else if (object->at[i] != ']')
            to[len++] = object->at[i];
    }
    *object = (cp_text){to, len};
    return CP_OK;
}

/* Where the name begins: behind the module's, or it is the last of several between dots. */
static size_t name_from(cp_text object)
{
    size_t from = cp_text_find(object, ':', 0);

    if (from + 2 < object.len)
        return from + 2;
    from = 0;
    for (size_t i = 0; i + 1 < object.len && object.at[i] != '"'; i++)
        if (object.at[i] == '.' && is_letter(object.at[i + 1]))
            from = i + 1;
    return from;
}

/* The name, and what stands after it. */
static void split_name(cp_text object, cp_text *name, cp_text *index)
{
    size_t from = name_from(object), end = cp_text_find(object, '.', from);

    *name = cp_text_sub(object, from, end - from);
    *index = cp_text_sub(object, end + 1, object.len);
}

/* numbers: the identifier, where it is or can be written so. */
static cp_err find_object(struct cp_walk *walk, cp_text written, struct cp_object *object,
                          cp_object_found *found, cp_text *numbers)
{
    cp_text name, index;

    if (cp_text_find(written, '[', 0) < written.len)
        CP_TRY(without_brackets(walk->doc->scratch, &written));
    if (is_numeric(written)) {
        if (written.at[0] == '.')
            written = cp_text_sub(written, 1, written.len);
        *numbers = written;
        *found = cp_object_find(written, object);
        return CP_OK;
    }
    split_name(written, &name, &index);
    *found = cp_object_find_name(name, index, object);
    if (*found != CP_OBJECT_OTHER)
        return CP_OK;
    CP_TRY(cp_oid_numbers(written, walk->doc->scratch, numbers));
    *found = cp_object_find(*numbers, object);
    return CP_OK;
}

static cp_err add_hex(struct cp_walk *walk, struct record *record, const struct cp_object *object)
{
    CP_TRY(read_hex(walk->doc->scratch, &record->value));
    return cp_walk_add(walk, object, record->kind, record->value, record->place);
}

static cp_err add_record(struct cp_walk *walk, struct record *record,
                         const struct cp_object *object)
{
    if (record->is_empty)
        return cp_device_remark(walk->doc, CP_REMARK_IGNORED, record->place,
                                "an object without a value", record->object);
    if (is_quoted(record->value))
        CP_TRY(unquote(walk->doc->scratch, &record->value));
    else if (record->is_typed && record->is_hex)
        return add_hex(walk, record, object);
    if (!record->is_typed && is_printed_hex(record->value))
        return add_hex(walk, record, object);
    return cp_walk_add(walk, object, record->kind, record->value, record->place);
}

static cp_err end_record(struct cp_walk *walk, struct record *record)
{
    struct cp_object object;
    cp_object_found found = CP_OBJECT_OTHER;
    cp_text numbers = CP_TEXT("");

    CP_TRY(find_object(walk, record->object, &object, &found, &numbers));
    switch (found) {
    case CP_OBJECT_OTHER:
        cp_walk_other(walk, numbers, record->place);
        return CP_OK;
    case CP_OBJECT_BAD_INDEX:
        return cp_device_remark(walk->doc, CP_REMARK_IGNORED, record->place,
                                "an index that is no row of numbers", record->object);
    case CP_OBJECT_OURS:
        break;
    }
    return add_record(walk, record, &object);
}

/* --- lines --------------------------------------------------------------------------------- */

static bool next_line(struct reading *r, cp_text *line)
{
    const char *from, *end;

    if (r->at >= r->text.len)
        return false;
    from = r->text.at + r->at;
    end = memchr(from, '\n', r->text.len - r->at);
    line->at = from;
    line->len = end != NULL ? (size_t)(end - from) : r->text.len - r->at;
    r->at += line->len + 1;
    r->line++;
    if (line->len > 0 && line->at[line->len - 1] == '\r')
        line->len--;
    return true;
}

/* Lines that belong to the record that was begun; the next line begins another, or is a message. */
static void read_on(struct reading *r, struct record *record)
{
    cp_text line;

    while (record->goes_on) {
        size_t at = r->at;

        if (!next_line(r, &line))
            return;
        if (begins_record(r, line) || find_message(line) != NO_MESSAGE) {
            r->at = at;
            r->line--;
            return;
        }
        record->value.len = (size_t)(line.at + line.len - record->value.at);
        if (is_quoted(record->value))
            record->goes_on = is_open_after(true, line);
    }
}

static cp_err read_other_line(struct reading *r, cp_text line, cp_place place)
{
    message is = find_message(line);

    if (is != NO_MESSAGE)
        return read_message(r, is, line, place);
    if (cp_text_trim(line).len == 0)
        return CP_OK;
    return cp_device_remark(r->walk.doc, CP_REMARK_NOT_UNDERSTOOD, place,
                            "a line that is no record", line);
}

static cp_err read_line(struct reading *r, cp_text line)
{
    struct record record = {.place = {r->walk.doc->file, r->line, 1}};
    cp_text rest;

    if (!split(line, r->quick, r->short_names, &record.object, &rest))
        return read_other_line(r, line, record.place);
    read_type(rest, &record);
    record.place.column = (uint32_t)(record.value.at - line.at) + 1;
    read_on(r, &record);
    return end_record(&r->walk, &record);
}

/* How the first record is written, in the beginning of the text.  False: there is none. */
static bool find_form(cp_text text, struct reading *r)
{
    struct reading look = {.text = cp_text_sub(text, 0, LOOK_BYTES)};
    cp_text line, object, rest;

    while (next_line(&look, &line)) {
        r->short_names = false;
        r->quick = false;
        if (split(line, false, false, &object, &rest))
            return true;
        r->short_names = true;
        if (split(line, false, true, &object, &rest))
            return true;
        r->short_names = false;
        r->quick = true;
        if (split(line, true, false, &object, &rest) && rest.len > 0)
            return true;
        r->quick = false;
        if (cp_text_trim(line).len > 0 && find_message(line) == NO_MESSAGE)
            return false;
    }
    return false;
}

bool cp_snmpwalk_looks(cp_text bytes)
{
    struct reading r = {0};

    if (cp_text_starts(bytes, CP_TEXT("\xef\xbb\xbf")))
        bytes = cp_text_sub(bytes, 3, bytes.len);
    return find_form(bytes, &r);
}

cp_err cp_evidence_read_snmpwalk(struct cp_device_doc *doc)
{
    struct reading r = {.walk = cp_walk_make(doc), .text = doc->text};
    cp_text line;

    if (cp_text_starts(r.text, CP_TEXT("\xef\xbb\xbf")))
        r.at = 3;
    (void)find_form(cp_text_sub(r.text, r.at, r.text.len), &r);
    while (next_line(&r, &line))
        CP_TRY(read_line(&r, line));
    return cp_walk_finish(&r.walk);
}
