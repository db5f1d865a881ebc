#include "base/yaml.h"

#include <yaml.h>

#include "base/map.h"
#include "base/scan.h"
#include "yaml_said.h"

/*
 * libyaml gives events, each one time; a stack of open lists and mappings makes the tree of them.
 * libyaml counts characters from the start; a cursor that only moves forward turns its count into
 * line and byte column, so places cost O(bytes) for the whole file.
 */

struct frame {
    struct cp_yaml *thing;
    struct cp_yaml *last;
    struct cp_map *keys; /* of a mapping with many, else NULL */
    cp_text key;
    cp_place key_place;
    bool has_key, merges;
    uint32_t anchor; /* its number plus 1; 0: none */
};

/* A name for what stands in one place, to be said again in others. */
struct anchor {
    cp_text name;
    const struct cp_yaml *thing; /* NULL: it is not at its end yet */
};

#define MERGE "<<"
#define CORE_TAGS "tag:yaml.org,2002:"

enum { KEYS_LOOKED_THROUGH = 32, ANCHORS_MAX = 1024 };

struct parse {
    const struct cp_yaml_rules *rules;
    struct cp_arena *arena;
    struct cp_diag *diag;
    uint32_t file;
    cp_text body;
    cp_scan cursor;
    size_t cursor_chars;
    struct frame stack[CP_YAML_DEPTH_MAX];
    struct anchor *anchors; /* [anchor_count] */
    uint32_t depth, things, documents, anchor_count, anchor_cap;
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
    if (!p->rules->general && !is_plain(scan, LINES_MAY_BREAK, &place))
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

/* Things are counted as often as aliases repeat them. */
static cp_err count_things(struct parse *p, uint32_t more, cp_place place)
{
    if (more > p->rules->things_max - p->things)
        return cp_diag_set(p->diag, CP_ERR_LIMIT, place, p->rules->too_many, CP_TEXT(""));
    p->things += more;
    return CP_OK;
}

/* The last thing of what is open. */
static void append(struct frame *f, struct cp_yaml *thing)
{
    if (f->last != NULL)
        f->last->next = thing;
    else
        f->thing->first = thing;
    f->last = thing;
    f->thing->count++;
}

static cp_err add(struct parse *p, cp_yaml_kind kind, cp_place place, struct cp_yaml **out)
{
    struct frame *f = top(p);
    struct cp_yaml *thing = NULL;

    if (wants_key(p))
        return refuse(p, place, "a key must be a text", CP_TEXT(""));
    CP_TRY(count_things(p, 1, place));
    thing = CP_TAKE(p->arena, 1, struct cp_yaml);
    if (thing == NULL)
        return CP_ERR_NOMEM;
    *thing = (struct cp_yaml){.kind = kind, .place = place, .weight = 1};
    *out = thing;
    if (f == NULL) {
        p->root = thing;
        return CP_OK;
    }
    thing->key = f->key;
    thing->key_place = f->key_place;
    append(f, thing);
    f->key = CP_TEXT("");
    f->has_key = false;
    return CP_OK;
}

static cp_err open_thing(struct parse *p, cp_yaml_kind kind, cp_place place, uint32_t anchor)
{
    struct cp_yaml *thing = NULL;

    if (p->depth == p->rules->depth_max)
        return cp_diag_set(p->diag, CP_ERR_LIMIT, place, p->rules->too_deep, CP_TEXT(""));
    CP_TRY(add(p, kind, place, &thing));
    p->stack[p->depth++] = (struct frame){.thing = thing, .anchor = anchor};
    return CP_OK;
}

static bool has_key(const struct frame *f, cp_text key)
{
    const struct cp_yaml *at = f->thing->first;

    if (f->keys != NULL)
        return cp_map_find(f->keys, key) != CP_MAP_NONE;
    while (at != NULL && !cp_text_eq(at->key, key))
        at = at->next;
    return at != NULL;
}

/* From so many keys on they are kept in a map too. */
static cp_err note_keys(struct parse *p, struct frame *f)
{
    if (f->keys != NULL || f->thing->count < KEYS_LOOKED_THROUGH)
        return CP_OK;
    CP_TRY(cp_map_open(p->arena, &f->keys));
    for (const struct cp_yaml *at = f->thing->first; at != NULL; at = at->next)
        CP_TRY(cp_map_add(f->keys, at->key, 0));
    return CP_OK;
}

static cp_err check_key(struct parse *p, struct frame *f, cp_place place, cp_text key)
{
    cp_err err = CP_OK;

    if (f->thing->count == p->rules->keys_max)
        return cp_diag_set(p->diag, CP_ERR_LIMIT, place, p->rules->too_many_keys, key);
    CP_TRY(note_keys(p, f));
    if (f->keys != NULL)
        err = cp_map_add(f->keys, key, 0);
    else if (has_key(f, key))
        err = CP_ERR_DUPLICATE;
    if (err == CP_ERR_DUPLICATE)
        return cp_diag_set(p->diag, err, place, "this key stands twice", key);
    return err;
}

static cp_err set_key(struct parse *p, cp_place place, cp_text key)
{
    struct frame *f = top(p);

    if (key.len == 0)
        return refuse(p, place, "a key is missing", CP_TEXT(""));
    if (cp_text_is(key, MERGE) && !p->rules->general)
        return refuse(p, place, "merge keys are not allowed", key);
    CP_TRY(check_key(p, f, place, key));
    f->merges = f->merges || cp_text_is(key, MERGE);
    f->key = key;
    f->key_place = place;
    f->has_key = true;
    return CP_OK;
}

/* --- anchors, aliases and merge keys: what stands in one place and is said in others ---------- */

/* A copy of the thing under the key that waits for it; what it holds is shared. */
static cp_err repeat(struct parse *p, const struct cp_yaml *thing, cp_place place)
{
    struct cp_yaml *copy = NULL;

    CP_TRY(count_things(p, thing->weight - 1, place));
    CP_TRY(add(p, thing->kind, place, &copy));
    CP_ASSERT(copy != NULL);
    copy->text = thing->text;
    copy->plain = thing->plain;
    copy->first = thing->first;
    copy->count = thing->count;
    copy->weight = thing->weight;
    return CP_OK;
}

static cp_err take_alias(struct parse *p, cp_text name, cp_place place)
{
    for (uint32_t i = p->anchor_count; i-- > 0;) {
        if (!cp_text_eq(p->anchors[i].name, name))
            continue;
        if (p->anchors[i].thing == NULL)
            return refuse(p, place, "an alias inside of what it stands for", name);
        return repeat(p, p->anchors[i].thing, place);
    }
    return refuse(p, place, "an alias of nothing", name);
}

/* *number: of the anchor plus 1; 0 where there is none. */
static cp_err take_anchor(struct parse *p, const yaml_char_t *name, cp_place place,
                          uint32_t *number)
{
    void *anchors = p->anchors;

    *number = 0;
    if (name == NULL)
        return CP_OK;
    if (wants_key(p))
        return refuse(p, place, "an anchor at a key", cp_text_of((const char *)name));
    if (p->anchor_count == ANCHORS_MAX)
        return cp_diag_set(p->diag, CP_ERR_LIMIT, place, "too many anchors", CP_TEXT(""));
    CP_TRY(cp_arena_grow(p->arena, &anchors, p->anchor_count, &p->anchor_cap, sizeof(*p->anchors)));
    p->anchors = anchors;
    p->anchors[p->anchor_count] = (struct anchor){.thing = NULL};
    CP_TRY(
        cp_text_copy(cp_text_of((const char *)name), p->arena, &p->anchors[p->anchor_count].name));
    *number = ++p->anchor_count;
    return CP_OK;
}

/* What a mapping does not say itself it takes from another. */
static cp_err merge_map(struct parse *p, struct frame *f, const struct cp_yaml *from)
{
    if (from->kind != CP_YAML_MAP)
        return refuse(p, from->place, "a merge of what is no mapping", CP_TEXT(""));
    for (const struct cp_yaml *at = from->first; at != NULL; at = at->next) {
        if (has_key(f, at->key))
            continue;
        CP_TRY(check_key(p, f, at->key_place, at->key));
        f->key = at->key;
        f->key_place = at->key_place;
        f->has_key = true;
        CP_TRY(repeat(p, at, at->place));
    }
    return CP_OK;
}

/* A thing of this parse, to be changed. */
static struct cp_yaml *mine(const struct cp_yaml *thing)
{
    union {
        const struct cp_yaml *from;
        struct cp_yaml *to;
    } at = {thing};

    return at.to;
}

/* Takes the merge key itself out of the mapping. */
static const struct cp_yaml *take_merge(struct frame *f)
{
    struct cp_yaml *before = NULL, *at = NULL;

    for (const struct cp_yaml *next = f->thing->first; next != NULL; next = next->next) {
        before = at;
        at = mine(next);
        if (cp_text_is(at->key, MERGE))
            break;
    }
    CP_ASSERT(at != NULL);
    if (before == NULL)
        f->thing->first = at->next;
    else
        before->next = at->next;
    if (f->last == at)
        f->last = before;
    f->thing->count--;
    return at;
}

/* As https://yaml.org/type/merge.html has it: of several the earlier counts. */
static cp_err merge(struct parse *p, struct frame *f)
{
    const struct cp_yaml *from = take_merge(f);

    if (from->kind != CP_YAML_LIST)
        return merge_map(p, f, from);
    for (const struct cp_yaml *at = from->first; at != NULL; at = at->next)
        CP_TRY(merge_map(p, f, at));
    return CP_OK;
}

static cp_err close_thing(struct parse *p)
{
    struct frame *f = top(p);

    CP_ASSERT(f != NULL);
    if (f->merges)
        CP_TRY(merge(p, f));
    for (const struct cp_yaml *at = f->thing->first; at != NULL; at = at->next)
        f->thing->weight += at->weight; /* each was counted: the sum is below the limit */
    if (f->anchor > 0)
        p->anchors[f->anchor - 1].thing = f->thing;
    p->depth--;
    return CP_OK;
}

/* --- events ------------------------------------------------------------------------------- */

/* A text that everybody reads alike. */
static cp_err check_strictly(struct parse *p, cp_text text, yaml_scalar_style_t style,
                             cp_place place)
{
    cp_scan scan = cp_scan_make(text, p->file);

    if (style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE)
        return refuse(p, place, "block texts (| and >) are not allowed: use quotes", CP_TEXT(""));
    if (cp_text_find(text, '\t', 0) < text.len)
        return refuse(p, place, "a text holds a tab", CP_TEXT(""));
    scan.at = 0; /* also over a byte order mark, which an escape can make */
    if (!is_plain(scan, ONE_LINE, &scan.place))
        return refuse(p, place, "a text holds a control or invisible character", CP_TEXT(""));
    return CP_OK;
}

static cp_err take_scalar(struct parse *p, const yaml_event_t *event, cp_place place)
{
    cp_text text = {(const char *)event->data.scalar.value, event->data.scalar.length};
    yaml_scalar_style_t style = event->data.scalar.style;
    struct cp_yaml *thing = NULL;
    uint32_t anchor;

    if (!p->rules->general)
        CP_TRY(check_strictly(p, text, style, place));
    CP_TRY(take_anchor(p, event->data.scalar.anchor, place, &anchor));
    CP_TRY(cp_text_copy(text, p->arena, &text));
    if (wants_key(p))
        return set_key(p, place, text);
    CP_TRY(add(p, CP_YAML_TEXT, place, &thing));
    thing->text = text;
    thing->plain = style == YAML_PLAIN_SCALAR_STYLE;
    if (anchor > 0)
        p->anchors[anchor - 1].thing = thing;
    return CP_OK;
}

static cp_err open_marked(struct parse *p, cp_yaml_kind kind, cp_place place,
                          const yaml_char_t *name)
{
    uint32_t anchor;

    CP_TRY(take_anchor(p, name, place, &anchor));
    return open_thing(p, kind, place, anchor);
}

static cp_err take_document(struct parse *p, const yaml_event_t *event, cp_place place)
{
    if (event->data.document_start.version_directive != NULL ||
        event->data.document_start.tag_directives.start !=
            event->data.document_start.tag_directives.end)
        return refuse(p, place, "directives are not allowed", CP_TEXT(""));
    if (++p->documents > 1)
        return refuse(p, place, p->rules->several, CP_TEXT(""));
    return CP_OK;
}

/* Tags of the core schema say what a text is, and that is asked of nobody here. */
static cp_err check_tag(struct parse *p, cp_place place, const yaml_char_t *tag)
{
    if (tag == NULL && cp_scan_peek(&p->cursor) != '!')
        return CP_OK;
    if (p->rules->general && (tag == NULL || cp_text_is(cp_text_of((const char *)tag), "!") ||
                              cp_text_starts(cp_text_of((const char *)tag), CP_TEXT(CORE_TAGS))))
        return CP_OK;
    return refuse(p, place, "tags are not allowed", cp_text_of((const char *)tag));
}

static cp_err check_marks(struct parse *p, cp_place place, const yaml_char_t *anchor,
                          const yaml_char_t *tag)
{
    if (anchor != NULL && !p->rules->general)
        return refuse(p, place, "anchors are not allowed", cp_text_of((const char *)anchor));
    return check_tag(p, place, tag);
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
        if (p->rules->general)
            return take_alias(p, cp_text_of((const char *)event->data.alias.anchor), place);
        return refuse(p, place, "aliases are not allowed",
                      cp_text_of((const char *)event->data.alias.anchor));
    case YAML_SCALAR_EVENT:
        CP_TRY(check_marks(p, place, event->data.scalar.anchor, event->data.scalar.tag));
        return take_scalar(p, event, place);
    case YAML_SEQUENCE_START_EVENT:
        CP_TRY(check_marks(p, place, event->data.sequence_start.anchor,
                           event->data.sequence_start.tag));
        return open_marked(p, CP_YAML_LIST, place, event->data.sequence_start.anchor);
    case YAML_MAPPING_START_EVENT:
        CP_TRY(
            check_marks(p, place, event->data.mapping_start.anchor, event->data.mapping_start.tag));
        return open_marked(p, CP_YAML_MAP, place, event->data.mapping_start.anchor);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return close_thing(p);
    }
    return CP_OK;
}

static cp_err broken(struct parse *p, const yaml_parser_t *parser)
{
    const struct yaml_saying *saying = cp_yaml_saying_of(parser->problem);
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
    return refuse(p, place, cp_yaml_seen_there(&p->cursor, saying), CP_TEXT(""));
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

cp_err cp_yaml_read(cp_text bytes, uint32_t file, const struct cp_yaml_rules *rules,
                    struct cp_arena *arena, const struct cp_yaml **out, struct cp_diag *diag)
{
    cp_place start = {file, 1, 1};
    struct parse *p = CP_TAKE(arena, 1, struct parse);

    CP_ASSERT(rules->depth_max <= CP_YAML_DEPTH_MAX);
    if (p == NULL)
        return CP_ERR_NOMEM;
    *p = (struct parse){.rules = rules, .arena = arena, .diag = diag, .file = file};
    if (bytes.len > rules->bytes_max)
        return cp_diag_set(diag, CP_ERR_LIMIT, start, rules->too_long, CP_TEXT(""));
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

const struct cp_yaml *cp_yaml_find(const struct cp_yaml *map, const char *key)
{
    const struct cp_yaml *at = map != NULL && map->kind == CP_YAML_MAP ? map->first : NULL;

    while (at != NULL && !cp_text_is(at->key, key))
        at = at->next;
    return at;
}

bool cp_yaml_is_null(const struct cp_yaml *thing)
{
    static const char *const words[] = {"", "~", "null", "Null", "NULL"};

    for (size_t i = 0; thing->kind == CP_YAML_TEXT && thing->plain && i < CP_COUNT(words); i++)
        if (cp_text_is(thing->text, words[i]))
            return true;
    return false;
}
