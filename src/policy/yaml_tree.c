#include "yaml_tree.h"

#include <yaml.h>

#include "base/scan.h"

#include "limits.h"

/*
 * libyaml gives events, each one time; a stack of open lists and mappings makes the tree of them.
 * libyaml counts characters from the start; a cursor that only moves forward turns its count into
 * line and byte column, so places cost O(bytes) for the whole file.
 */

struct frame {
    struct cp_yaml *thing;
    struct cp_yaml *last;
    cp_text key;
    cp_place key_place;
    bool has_key;
};

struct parse {
    struct cp_arena *arena;
    struct cp_diag *diag;
    uint32_t file;
    cp_text body;
    cp_scan cursor;
    size_t cursor_chars;
    struct frame stack[CP_LIMIT_POLICY_DEPTH];
    uint32_t depth, things, documents;
    struct cp_yaml *root;
    bool ended;
};

static cp_err refuse(struct parse *p, cp_place place, const char *why, cp_text subject)
{
    return cp_diag_set(p->diag, CP_ERR_MALFORMED, place, why, subject);
}

/* --- characters --------------------------------------------------------------------------- */

typedef enum { LINES_MAY_BREAK, ONE_LINE } line_rule;

/* What no eye sees, or what acts instead of being seen; and the two that are no characters. */
static bool is_odd(uint32_t code, line_rule lines)
{
    if (code == '\t' || code == '\n' || code == '\r')
        return lines == ONE_LINE;
    return cp_text_is_unsafe(code) || code == 0xfffe || code == 0xffff;
}

/* Whether all characters may be seen; if not, *place is that of the first that may not. */
static bool is_plain(cp_scan scan, line_rule lines, cp_place *place)
{
    while (!cp_scan_at_end(&scan)) {
        uint32_t code = 0;
        size_t width = cp_text_char(scan.text, scan.at, &code);
        *place = scan.place;
        if (is_odd(code, lines))
            return false;
        for (; width > 0; width--)
            (void)cp_scan_next(&scan);
    }
    return true;
}

static cp_err check_bytes(struct parse *p, cp_text bytes)
{
    size_t bad = cp_text_bad_utf8(bytes);
    cp_scan scan = cp_scan_make(bytes, p->file);

    if (bad < bytes.len) {
        while (scan.at < bad && !cp_scan_at_end(&scan))
            (void)cp_scan_next(&scan);
        return refuse(p, scan.place, "not utf-8", CP_TEXT(""));
    }
    cp_place place = scan.place;
    if (!is_plain(scan, LINES_MAY_BREAK, &place))
        return refuse(p, place, "a control or invisible character", CP_TEXT(""));
    return CP_OK;
}

/* The place of the character with this number, counted from 0. */
static cp_place place_at(struct parse *p, size_t chars)
{
    if (chars < p->cursor_chars) {
        p->cursor = cp_scan_make(p->body, p->file);
        p->cursor_chars = 0;
    }
    while (p->cursor_chars < chars && !cp_scan_at_end(&p->cursor)) {
        (void)cp_scan_next(&p->cursor);
        while ((cp_scan_peek(&p->cursor) & 0xc0) == 0x80 && !cp_scan_at_end(&p->cursor))
            (void)cp_scan_next(&p->cursor);
        p->cursor_chars++;
    }
    return p->cursor.place;
}

/* --- the tree ----------------------------------------------------------------------------- */

static struct frame *top(struct parse *p)
{
    return p->depth > 0 ? &p->stack[p->depth - 1] : NULL;
}

static bool wants_key(struct parse *p)
{
    return p->depth > 0 && top(p)->thing->kind == CP_YAML_MAP && !top(p)->has_key;
}

static cp_err add(struct parse *p, cp_yaml_kind kind, cp_place place, struct cp_yaml **out)
{
    struct frame *f = top(p);
    struct cp_yaml *thing = NULL;

    if (wants_key(p))
        return refuse(p, place, "a key must be a text", CP_TEXT(""));
    if (++p->things > CP_LIMIT_POLICY_THINGS)
        return cp_diag_set(p->diag, CP_ERR_LIMIT, place,
                           "a policy has at most 200000 texts, lists and mappings", CP_TEXT(""));
    thing = CP_TAKE(p->arena, 1, struct cp_yaml);
    if (thing == NULL)
        return CP_ERR_NOMEM;
    *thing = (struct cp_yaml){.kind = kind, .place = place};
    *out = thing;
    if (f == NULL) {
        p->root = thing;
        return CP_OK;
    }
    thing->key = f->key;
    thing->key_place = f->key_place;
    if (f->last != NULL)
        f->last->next = thing;
    else
        f->thing->first = thing;
    f->last = thing;
    f->thing->count++;
    f->key = CP_TEXT("");
    f->has_key = false;
    return CP_OK;
}

static cp_err open_thing(struct parse *p, cp_yaml_kind kind, cp_place place)
{
    struct cp_yaml *thing = NULL;

    if (p->depth == CP_LIMIT_POLICY_DEPTH)
        return cp_diag_set(p->diag, CP_ERR_LIMIT, place, "lists and mappings nest at most 16 deep",
                           CP_TEXT(""));
    CP_TRY(add(p, kind, place, &thing));
    p->stack[p->depth++] = (struct frame){.thing = thing};
    return CP_OK;
}

static void close_thing(struct parse *p)
{
    CP_ASSERT(p->depth > 0);
    p->depth--;
}

static cp_err set_key(struct parse *p, cp_place place, cp_text key)
{
    struct frame *f = top(p);

    if (key.len == 0)
        return refuse(p, place, "a key is missing", CP_TEXT(""));
    if (cp_text_is(key, "<<"))
        return refuse(p, place, "merge keys are not allowed", key);
    if (f->thing->count == CP_LIMIT_POLICY_KEYS)
        return cp_diag_set(p->diag, CP_ERR_LIMIT, place, "a mapping has at most 4096 keys", key);
    for (const struct cp_yaml *at = f->thing->first; at != NULL; at = at->next) {
        if (cp_text_eq(at->key, key))
            return cp_diag_set(p->diag, CP_ERR_DUPLICATE, place, "this key stands twice", key);
    }
    f->key = key;
    f->key_place = place;
    f->has_key = true;
    return CP_OK;
}

/* --- events ------------------------------------------------------------------------------- */

static cp_err take_scalar(struct parse *p, const yaml_event_t *event, cp_place place)
{
    cp_text text = {(const char *)event->data.scalar.value, event->data.scalar.length};
    yaml_scalar_style_t style = event->data.scalar.style;
    cp_scan scan = cp_scan_make(text, p->file);
    struct cp_yaml *thing = NULL;

    if (style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE)
        return refuse(p, place, "block texts (| and >) are not allowed: use quotes", CP_TEXT(""));
    if (cp_text_find(text, '\t', 0) < text.len)
        return refuse(p, place, "a text holds a tab", CP_TEXT(""));
    scan.at = 0; /* also over a byte order mark, which an escape can make */
    if (!is_plain(scan, ONE_LINE, &scan.place))
        return refuse(p, place, "a text holds a control or invisible character", CP_TEXT(""));
    CP_TRY(cp_text_copy(text, p->arena, &text));
    if (wants_key(p))
        return set_key(p, place, text);
    CP_TRY(add(p, CP_YAML_TEXT, place, &thing));
    thing->text = text;
    return CP_OK;
}

static cp_err take_document(struct parse *p, const yaml_event_t *event, cp_place place)
{
    if (event->data.document_start.version_directive != NULL ||
        event->data.document_start.tag_directives.start !=
            event->data.document_start.tag_directives.end)
        return refuse(p, place, "directives are not allowed", CP_TEXT(""));
    if (++p->documents > 1)
        return refuse(p, place, "a policy is one document", CP_TEXT(""));
    return CP_OK;
}

static cp_err check_marks(struct parse *p, cp_place place, const yaml_char_t *anchor,
                          const yaml_char_t *tag)
{
    if (anchor != NULL)
        return refuse(p, place, "anchors are not allowed", cp_text_of((const char *)anchor));
    if (tag != NULL || cp_scan_peek(&p->cursor) == '!')
        return refuse(p, place, "tags are not allowed", cp_text_of((const char *)tag));
    return CP_OK;
}

static cp_err take_event(struct parse *p, const yaml_event_t *event)
{
    cp_place place = place_at(p, event->start_mark.index);

    switch (event->type) {
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        return CP_OK;
    case YAML_STREAM_END_EVENT:
        p->ended = true;
        return CP_OK;
    case YAML_DOCUMENT_START_EVENT:
        return take_document(p, event, place);
    case YAML_ALIAS_EVENT:
        return refuse(p, place, "aliases are not allowed",
                      cp_text_of((const char *)event->data.alias.anchor));
    case YAML_SCALAR_EVENT:
        CP_TRY(check_marks(p, place, event->data.scalar.anchor, event->data.scalar.tag));
        return take_scalar(p, event, place);
    case YAML_SEQUENCE_START_EVENT:
        CP_TRY(check_marks(p, place, event->data.sequence_start.anchor,
                           event->data.sequence_start.tag));
        return open_thing(p, CP_YAML_LIST, place);
    case YAML_MAPPING_START_EVENT:
        CP_TRY(
            check_marks(p, place, event->data.mapping_start.anchor, event->data.mapping_start.tag));
        return open_thing(p, CP_YAML_MAP, place);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        close_thing(p);
        return CP_OK;
    }
    return CP_OK;
}

/* What libyaml says, and what it says to whoever writes a policy. */

static const char tab[] = "a tab: indent with spaces";
static const char colon[] =
    "a ':' where none can be: quote a text that holds ': ', or mend the indentation";
static const char astray[] = "indented like nothing above it";

typedef enum {
    AT_PROBLEM,
    AT_BEGINNING, /* it is about what begins at the mark of its context */
    IN_BRACKETS,
    IN_LINES,
} saying_kind;

static const struct saying {
    const char *problem, *why;
    saying_kind kind;
} sayings[] = {
    {"found a tab character that violates indentation", tab, AT_PROBLEM},
    {"found character that cannot start any token",
     "a text that begins with this character needs quotes", AT_PROBLEM},
    {"mapping values are not allowed in this context", colon, AT_PROBLEM},
    {"block sequence entries are not allowed in this context",
     "a list in lines begins on a line of its own", AT_PROBLEM},
    {"found unexpected end of stream", "this quote is never closed", AT_BEGINNING},
    {"found unexpected document indicator", "this quote is never closed", AT_BEGINNING},
    {"could not find expected ':'", "a key without ': ' after it", AT_BEGINNING},
    {"did not find expected ',' or '}'", "expected ',' or '}'", IN_BRACKETS},
    {"did not find expected ',' or ']'", "expected ',' or ']'", IN_BRACKETS},
    {"did not find expected key", astray, IN_LINES},
    {"did not find expected '-' indicator", astray, IN_LINES},
    {"did not find expected node content", "expected a value", AT_PROBLEM},
    {"found unknown escape character", "no such escape in a quoted text", AT_PROBLEM},
};

static const struct saying *saying_of(const char *problem)
{
    for (size_t i = 0; problem != NULL && i < CP_COUNT(sayings); i++) {
        if (cp_text_is(cp_text_of(problem), sayings[i].problem))
            return &sayings[i];
    }
    return NULL;
}

/* Whether nothing but spaces stands before the cursor on its line. */
static bool begins_line(const struct parse *p)
{
    size_t at = p->cursor.at;

    while (at > 0 && p->body.at[at - 1] == ' ')
        at--;
    return at == 0 || p->body.at[at - 1] == '\n' || p->body.at[at - 1] == '\r';
}

/* What stands at the cursor says more than libyaml does. */
static const char *seen_there(const struct parse *p, const struct saying *saying)
{
    int next = cp_scan_peek(&p->cursor);

    if (next == '\t')
        return tab;
    if (saying->kind == IN_BRACKETS && next == ':')
        return colon;
    if (saying->kind == IN_LINES && !begins_line(p))
        return "a text goes on after its closing quote or bracket";
    return saying->why;
}

static cp_err broken(struct parse *p, const yaml_parser_t *parser)
{
    const struct saying *saying = saying_of(parser->problem);
    cp_place place = place_at(p, parser->problem_mark.index);

    if (parser->error == YAML_MEMORY_ERROR)
        return CP_ERR_NOMEM;
    if (saying == NULL)
        return refuse(p, place, parser->problem != NULL ? parser->problem : "not well-formed yaml",
                      CP_TEXT(""));
    if (saying->kind == AT_BEGINNING)
        return refuse(p, place_at(p, parser->context_mark.index), saying->why, CP_TEXT(""));
    if (cp_scan_at_end(&p->cursor) && saying->kind == IN_BRACKETS)
        return refuse(p, place_at(p, parser->context_mark.index), "this bracket is never closed",
                      CP_TEXT(""));
    return refuse(p, place, seen_there(p, saying), CP_TEXT(""));
}

static cp_err parse_events(struct parse *p, yaml_parser_t *parser)
{
    cp_err err = CP_OK;

    while (err == CP_OK && !p->ended) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event))
            return broken(p, parser);
        err = take_event(p, &event);
        yaml_event_delete(&event);
    }
    return err;
}

static cp_err parse_body(struct parse *p)
{
    yaml_parser_t parser;

    if (!yaml_parser_initialize(&parser))
        return CP_ERR_NOMEM;
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)p->body.at, p->body.len);
    cp_err err = parse_events(p, &parser);
    yaml_parser_delete(&parser);
    return err;
}

cp_err cp_yaml_parse(cp_text bytes, uint32_t file, struct cp_arena *arena,
                     const struct cp_yaml **out, struct cp_diag *diag)
{
    cp_place start = {file, 1, 1};
    struct parse *p = CP_TAKE(arena, 1, struct parse);

    if (p == NULL)
        return CP_ERR_NOMEM;
    *p = (struct parse){.arena = arena, .diag = diag, .file = file};
    if (bytes.len > CP_LIMIT_POLICY_BYTES)
        return cp_diag_set(diag, CP_ERR_LIMIT, start, "a policy file is at most 1 MiB",
                           CP_TEXT(""));
    CP_TRY(check_bytes(p, bytes));
    size_t mark_bytes = cp_scan_make(bytes, file).at;
    p->body = cp_text_sub(bytes, mark_bytes, bytes.len - mark_bytes);
    p->cursor = cp_scan_make(p->body, file);
    if (p->body.len > 0) /* libyaml asserts that there are bytes */
        CP_TRY(parse_body(p));
    if (p->root == NULL)
        return refuse(p, start, "the file is empty", CP_TEXT(""));
    *out = p->root;
    return CP_OK;
}
