#include "doc.h"

#include "base/num.h"
#include "base/out.h"
#include "base/scan.h"

#include "entity.h"
#include "sketch.h"

/*
 * GML (Himsolt 1996): a file is a list of keys with values; a value is a number, a string in double
 * quotes (entities like &amp; inside), or a list in brackets.  Words without quotes are taken as
 * strings.  Lines that begin with # are comments.  One pass; a list inside a node or edge becomes
 * attributes named key.key.
 */

struct gml {
    struct cp_doc *doc;
    cp_scan scan;
    struct cp_sketch sketch;
    uint32_t graph_count;
    bool directed;
};

typedef enum { TOKEN_END, TOKEN_WORD, TOKEN_STRING, TOKEN_OPEN, TOKEN_CLOSE } token_kind;

struct token {
    token_kind kind;
    cp_text text;
    cp_place place;
};

static const char white[] = " \t\r\n";

static bool at_line_start(const cp_scan *scan)
{
    size_t at = scan->at;

    while (at > 0 && (scan->text.at[at - 1] == ' ' || scan->text.at[at - 1] == '\t'))
        at--;
    return at == 0 || scan->text.at[at - 1] == '\n' || scan->text.at[at - 1] == '\r';
}

static void skip_white(cp_scan *scan)
{
    (void)cp_scan_while(scan, white);
    while (cp_scan_peek(scan) == '#' && at_line_start(scan)) {
        (void)cp_scan_until(scan, "\r\n");
        (void)cp_scan_while(scan, white);
    }
}

static cp_err string(struct gml *gml, struct token *token)
{
    (void)cp_scan_next(&gml->scan);
    token->kind = TOKEN_STRING;
    token->text = cp_scan_until(&gml->scan, "\"");
    if (cp_scan_next(&gml->scan) < 0)
        return cp_doc_fail(gml->doc, CP_ERR_MALFORMED, token->place, "string never ends",
                           CP_TEXT(""));
    return cp_entity_decode(gml->doc->arena, token->text, &token->text);
}

static cp_err next(struct gml *gml, struct token *token)
{
    skip_white(&gml->scan);
    *token = (struct token){.kind = TOKEN_END, .place = gml->scan.place};
    switch (cp_scan_peek(&gml->scan)) {
    case -1:
        return CP_OK;
    case '"':
        return string(gml, token);
    case '[':
    case ']':
        token->kind = cp_scan_next(&gml->scan) == '[' ? TOKEN_OPEN : TOKEN_CLOSE;
        return CP_OK;
    default:
        token->kind = TOKEN_WORD;
        token->text = cp_scan_until(&gml->scan, " \t\r\n[]\"");
        return CP_OK;
    }
}

static bool is_key(cp_text text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';

        if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '-' || c == '.')))
            return false;
    }
    return text.len > 0;
}

static cp_err fail(struct gml *gml, const struct token *token, const char *why)
{
    return cp_doc_fail(gml->doc, CP_ERR_MALFORMED, token->place, why, token->text);
}

/* A key and the beginning of its value; *more is false at the end of the list. */
static cp_err next_pair(struct gml *gml, uint32_t depth, bool *more, struct token *key,
                        struct token *value)
{
    CP_TRY(next(gml, key));
    *more = false;
    if (key->kind == (depth == 0 ? TOKEN_END : TOKEN_CLOSE))
        return CP_OK;
    if (key->kind == TOKEN_END)
        return fail(gml, key, "the file ends inside a list");
    if (key->kind != TOKEN_WORD || !is_key(key->text))
        return fail(gml, key, "a key should stand here");
    CP_TRY(next(gml, value));
    if (value->kind == TOKEN_END || value->kind == TOKEN_CLOSE)
        return fail(gml, key, "key without a value");
    if (depth == CP_LIMIT_NESTING)
        return cp_doc_fail(gml->doc, CP_ERR_LIMIT, key->place, "lists are nested too deeply",
                           key->text);
    *more = true;
    return CP_OK;
}

/* Skips the list that was just opened at this depth. */
static cp_err skip_list(struct gml *gml, uint32_t depth)
{
    for (uint32_t open = 1; open > 0;) {
        struct token token;

        CP_TRY(next(gml, &token));
        if (token.kind == TOKEN_END)
            return fail(gml, &token, "the file ends inside a list");
        if (token.kind == TOKEN_OPEN)
            open++;
        if (token.kind == TOKEN_CLOSE)
            open--;
        if (open + depth > CP_LIMIT_NESTING)
            return cp_doc_fail(gml->doc, CP_ERR_LIMIT, token.place, "lists are nested too deeply",
                               CP_TEXT(""));
    }
    return CP_OK;
}

static cp_err dotted(struct gml *gml, cp_text prefix, cp_text key, cp_text *out)
{
    struct cp_out text = cp_out_make(gml->doc->arena);

    *out = key;
    if (prefix.len == 0)
        return CP_OK;
    cp_out_text(&text, prefix);
    cp_out_char(&text, '.');
    cp_out_text(&text, key);
    return cp_out_done(&text, out);
}

/* The lists that are open below a node or edge. */
struct open_lists {
    cp_text prefixes[CP_LIMIT_NESTING];
    uint32_t count;
};

/* All attributes of the node or edge whose list was just opened; those of inner lists are named
 * LIST.KEY. */
static cp_err read_attrs(struct gml *gml, cp_range *attrs)
{
    struct open_lists open = {.count = 1};

    while (open.count > 0) {
        struct token key, value;
        cp_text name;
        bool more;

        CP_TRY(next_pair(gml, open.count + 1, &more, &key, &value));
        if (!more) {
            open.count--;
            continue;
        }
        CP_TRY(dotted(gml, open.prefixes[open.count - 1], key.text, &name));
        if (value.kind == TOKEN_OPEN)
            open.prefixes[open.count++] = name;
        else
            CP_TRY(cp_sketch_attr(&gml->sketch, attrs, name, value.text, key.place));
    }
    return CP_OK;
}

static cp_err read_node(struct gml *gml, cp_place place)
{
    struct cp_sketch_node node;
    cp_range attrs = {0, 0};
    cp_attr id, label;
    uint32_t at;

    CP_TRY(read_attrs(gml, &attrs));
    CP_TRY(cp_sketch_node(&gml->sketch, place, &at));
    CP_TRY(cp_sketch_take(&gml->sketch, attrs, "id", &id));
    CP_TRY(cp_sketch_take(&gml->sketch, attrs, "label", &label));
    node = gml->sketch.nodes[at];
    node.attrs = attrs;
    node.file_id = id.value;
    node.label = label.value;
    gml->sketch.nodes[at] = node;
    for (uint32_t i = attrs.first; i < attrs.first + attrs.count; i++)
        if (cp_text_is(gml->sketch.attrs[i].key, "id"))
            gml->sketch.attrs[i].taken = false; /* kept as a fact beside the label */
    return CP_OK;
}

static cp_err read_edge(struct gml *gml, cp_place place)
{
    struct cp_sketch_edge *edge;
    cp_range attrs = {0, 0};
    cp_attr source, target, label;
    uint32_t at;

    CP_TRY(read_attrs(gml, &attrs));
    CP_TRY(cp_sketch_take(&gml->sketch, attrs, "source", &source));
    CP_TRY(cp_sketch_take(&gml->sketch, attrs, "target", &target));
    CP_TRY(cp_sketch_take(&gml->sketch, attrs, "label", &label));
    if (source.value.len == 0 || target.value.len == 0)
        return cp_doc_fail(gml->doc, CP_ERR_MALFORMED, place, "edge without source or target",
                           CP_TEXT(""));
    CP_TRY(cp_sketch_edge(&gml->sketch, place, &at));
    edge = &gml->sketch.edges[at];
    edge->attrs = attrs;
    edge->source = source.value;
    edge->source_place = source.place;
    edge->target = target.value;
    edge->target_place = target.place;
    edge->label = label.value;
    return CP_OK;
}

static cp_err read_directed(struct gml *gml, const struct token *value)
{
    uint32_t directed;

    if (cp_num_u32(value->text, 1, &directed) != CP_OK)
        return fail(gml, value, "directed is 0 or 1");
    gml->directed = directed == 1;
    return CP_OK;
}

static cp_err graph_attr(struct gml *gml, const struct token *key, const struct token *value,
                         uint32_t depth)
{
    CP_TRY(cp_doc_tally(gml->doc, CP_REMARK_IGNORED, key->place, CP_GRAPH_ATTRIBUTE, CP_TEXT("")));
    return value->kind == TOKEN_OPEN ? skip_list(gml, depth) : CP_OK;
}

static cp_err read_graph(struct gml *gml)
{
    for (;;) {
        struct token key, value;
        bool more;

        CP_TRY(next_pair(gml, 1, &more, &key, &value));
        if (!more)
            return CP_OK;
        if (cp_text_is(key.text, "node") || cp_text_is(key.text, "edge")) {
            if (value.kind != TOKEN_OPEN)
                return fail(gml, &value, "a list should stand here");
            if (cp_text_is(key.text, "node"))
                CP_TRY(read_node(gml, key.place));
            else
                CP_TRY(read_edge(gml, key.place));
        } else if (cp_text_is(key.text, "graph")) {
            return fail(gml, &key, "a graph inside a graph is not read here");
        } else if (cp_text_is(key.text, "directed")) {
            CP_TRY(read_directed(gml, &value));
        } else {
            CP_TRY(graph_attr(gml, &key, &value, 1));
        }
    }
}

static cp_err read_file(struct gml *gml)
{
    for (;;) {
        struct token key, value;
        bool more;

        CP_TRY(next_pair(gml, 0, &more, &key, &value));
        if (!more)
            break;
        if (!cp_text_is(key.text, "graph")) {
            CP_TRY(graph_attr(gml, &key, &value, 0));
            continue;
        }
        if (value.kind != TOKEN_OPEN)
            return fail(gml, &value, "a list should stand here");
        if (gml->graph_count++ > 0)
            return fail(gml, &key, "a second graph");
        CP_TRY(read_graph(gml));
    }
    if (gml->graph_count == 0)
        return cp_doc_fail(gml->doc, CP_ERR_MALFORMED, gml->scan.place, "no graph", CP_TEXT(""));
    return CP_OK;
}

cp_err cp_read_gml(struct cp_doc *doc)
{
    struct gml gml = {.doc = doc};

    CP_TRY(cp_doc_accept_latin1(doc));
    gml.scan = cp_scan_make(doc->text, doc->file);
    CP_TRY(cp_sketch_open(doc, &gml.sketch));
    CP_TRY(read_file(&gml));
    for (uint32_t i = 0; i < gml.sketch.edge_count; i++)
        gml.sketch.edges[i].directed = gml.directed;
    CP_TRY(cp_zoo_apply(&gml.sketch));
    return cp_sketch_finish(&gml.sketch);
}
