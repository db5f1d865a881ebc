#include "doc.h"

#include "base/scan.h"

#include "number.h"
#include "sndlib.h"

/*
 * SNDlib's native form: after a line "?SNDlib native format; type: network; version: 1.0" come
 * sections in any order, each a keyword and items in brackets.  # begins a comment.  Brackets and
 * words are tokens; commas are white space.
 */

typedef enum { TOKEN_END, TOKEN_WORD, TOKEN_OPEN, TOKEN_CLOSE } token_kind;

struct token {
    token_kind kind;
    cp_text text;
    cp_place place;
};

struct native {
    struct cp_sndlib sndlib;
    cp_scan scan;
    struct token token; /* the next one */
    uint32_t end_line;  /* line of the last token taken */
    cp_place cut;       /* of a comment at the end that no line end closes; line 0: none */
    cp_attr *places;    /* key: x, value: y, of each node that has them */
    uint32_t *place_nodes;
    uint32_t place_count, place_cap, place_node_cap;
};

static void advance(struct native *n)
{
    cp_scan *scan = &n->scan;

    n->end_line = n->token.place.line;
    (void)cp_scan_while(scan, " \t\r\n,");
    while (cp_scan_peek(scan) == '#') {
        cp_place comment = scan->place;

        (void)cp_scan_until(scan, "\r\n");
        if (cp_scan_at_end(scan))
            n->cut = comment;
        (void)cp_scan_while(scan, " \t\r\n,");
    }
    n->token = (struct token){.kind = TOKEN_END, .place = scan->place};
    if (cp_scan_at_end(scan))
        return;
    n->token.kind = TOKEN_WORD;
    if (cp_scan_peek(scan) == '(' || cp_scan_peek(scan) == ')')
        n->token.kind = cp_scan_next(scan) == '(' ? TOKEN_OPEN : TOKEN_CLOSE;
    else
        n->token.text = cp_scan_until(scan, " \t\r\n,()#");
}

static cp_err fail(struct native *n, const char *why)
{
    return cp_doc_fail(n->sndlib.doc, CP_ERR_MALFORMED, n->token.place, why, n->token.text);
}

static cp_err take_word(struct native *n, const char *why, struct token *out)
{
    *out = n->token;
    if (n->token.kind != TOKEN_WORD)
        return fail(n, why);
    advance(n);
    return CP_OK;
}

static cp_err take_mark(struct native *n, token_kind kind)
{
    if (n->token.kind != kind)
        return fail(n, kind == TOKEN_OPEN ? "( should stand here" : ") should stand here");
    advance(n);
    return CP_OK;
}

static cp_err take_number(struct native *n, struct token *out)
{
    uint64_t number;

    CP_TRY(take_word(n, "a number should stand here", out));
    if (cp_number_rounded(out->text, 0, UINT64_MAX, &number) == CP_OK)
        return CP_OK;
    return cp_doc_fail(n->sndlib.doc, CP_ERR_MALFORMED, out->place, "no number from 0 that fits",
                       out->text);
}

/* Skips what is inside the bracket that was just opened, and its end; how many words and brackets
 * stood directly in it. */
static cp_err skip_group(struct native *n, uint32_t *count)
{
    uint32_t open = 1;

    for (*count = 0; open > 0; advance(n)) {
        if (n->token.kind == TOKEN_END)
            return fail(n, "the file ends inside brackets");
        if (open == 1 && n->token.kind != TOKEN_CLOSE)
            ++*count;
        if (n->token.kind == TOKEN_OPEN)
            open++;
        if (n->token.kind == TOKEN_CLOSE)
            open--;
    }
    return CP_OK;
}

static cp_err ignore_group(struct native *n, const char *what)
{
    cp_place place = n->token.place;
    uint32_t count;

    CP_TRY(take_mark(n, TOKEN_OPEN));
    CP_TRY(skip_group(n, &count));
    return count == 0 ? CP_OK : cp_sndlib_ignore(&n->sndlib, place, what);
}

static cp_err ignore_number(struct native *n, const char *what)
{
    struct token number;

    CP_TRY(take_number(n, &number));
    return cp_sndlib_ignore(&n->sndlib, number.place, what);
}

/* Nodes */

static cp_err keep_place(struct native *n, uint32_t node, cp_text x, cp_text y, cp_place place)
{
    struct cp_arena *arena = n->sndlib.doc->arena;
    void *places = n->places, *nodes = n->place_nodes;

    CP_TRY(cp_arena_grow(arena, &places, n->place_count, &n->place_cap, sizeof(cp_attr)));
    CP_TRY(cp_arena_grow(arena, &nodes, n->place_count, &n->place_node_cap, sizeof(uint32_t)));
    n->places = places;
    n->place_nodes = nodes;
    n->places[n->place_count] = (cp_attr){.key = x, .value = y, .place = place};
    n->place_nodes[n->place_count++] = node;
    return CP_OK;
}

static cp_err read_coordinates(struct native *n, uint32_t node)
{
    struct token x, y;

    CP_TRY(take_mark(n, TOKEN_OPEN));
    if (n->token.kind != TOKEN_CLOSE) {
        CP_TRY(take_word(n, "a coordinate should stand here", &x));
        CP_TRY(take_word(n, "a coordinate should stand here", &y));
        CP_TRY(keep_place(n, node, x.text, y.text, x.place));
    }
    return take_mark(n, TOKEN_CLOSE);
}

/* Words behind a node on its line are marks that users add, as BORDERNODE. */
static cp_err read_marks(struct native *n, uint32_t node)
{
    while (n->token.place.line == n->end_line && n->token.kind == TOKEN_WORD) {
        struct token mark;

        CP_TRY(take_word(n, "a word should stand here", &mark));
        CP_TRY(cp_sketch_attr(&n->sndlib.sketch, &n->sndlib.sketch.nodes[node].attrs, mark.text,
                              CP_TEXT("1"), mark.place));
        CP_TRY(cp_doc_tally(n->sndlib.doc, CP_REMARK_FINDING, mark.place,
                            "a word behind a node is no part of the format: kept as a fact",
                            mark.text));
    }
    return CP_OK;
}

static cp_err read_node(struct native *n)
{
    struct token id;
    uint32_t at;

    CP_TRY(take_word(n, "a node should stand here", &id));
    CP_TRY(cp_sketch_node(&n->sndlib.sketch, id.place, &at));
    n->sndlib.sketch.nodes[at].file_id = id.text;
    if (n->token.kind == TOKEN_OPEN)
        CP_TRY(read_coordinates(n, at));
    while (n->token.kind == TOKEN_OPEN)
        CP_TRY(ignore_group(n, "node designs and options"));
    return read_marks(n, at);
}

/* The form does not say what its coordinates are: degrees, if all of them can be. */
static cp_err apply_places(struct native *n)
{
    struct cp_sndlib *sndlib = &n->sndlib;
    int32_t lon_udeg, lat_udeg;

    for (uint32_t i = 0; i < n->place_count; i++)
        if (cp_number_degrees(n->places[i].key, CP_LON_LIMIT_DEG, &lon_udeg) != CP_OK ||
            cp_number_degrees(n->places[i].value, CP_LAT_LIMIT_DEG, &lat_udeg) != CP_OK)
            return cp_build_remark(sndlib->doc->build, CP_REMARK_IGNORED, n->places[i].place,
                                   "coordinates that are not all degrees are no places",
                                   n->places[i].key, 1);
    for (uint32_t i = 0; i < n->place_count; i++) {
        struct cp_sketch_node *node = &sndlib->sketch.nodes[n->place_nodes[i]];

        CP_TRY(cp_number_degrees(n->places[i].key, CP_LON_LIMIT_DEG, &node->lon_udeg));
        CP_TRY(cp_number_degrees(n->places[i].value, CP_LAT_LIMIT_DEG, &node->lat_udeg));
    }
    return CP_OK;
}

/* Links and demands */

struct ends {
    struct token id, source, target;
};

static cp_err read_ends(struct native *n, const char *why, struct ends *out)
{
    CP_TRY(take_word(n, why, &out->id));
    CP_TRY(take_mark(n, TOKEN_OPEN));
    CP_TRY(take_word(n, "a node should stand here", &out->source));
    CP_TRY(take_word(n, "a node should stand here", &out->target));
    return take_mark(n, TOKEN_CLOSE);
}

static cp_err read_link(struct native *n)
{
    struct cp_sketch_edge *edge;
    struct token capacity;
    struct ends ends;
    uint32_t at;

    CP_TRY(read_ends(n, "a link should stand here", &ends));
    CP_TRY(cp_sketch_edge(&n->sndlib.sketch, ends.id.place, &at));
    edge = &n->sndlib.sketch.edges[at];
    edge->label = ends.id.text;
    edge->source = ends.source.text;
    edge->source_place = ends.source.place;
    edge->target = ends.target.text;
    edge->target_place = ends.target.place;
    CP_TRY(take_number(n, &capacity));
    CP_TRY(cp_sndlib_capacity(&n->sndlib, at, capacity.text, capacity.place));
    CP_TRY(ignore_number(n, "pre_installed_capacity_cost"));
    CP_TRY(ignore_number(n, "routing_cost"));
    CP_TRY(ignore_number(n, "setup_cost"));
    return ignore_group(n, "modules");
}

static cp_err read_demand(struct native *n)
{
    struct token routing_unit, value, length;
    struct ends ends;

    CP_TRY(read_ends(n, "a demand should stand here", &ends));
    CP_TRY(take_number(n, &routing_unit));
    CP_TRY(take_number(n, &value));
    CP_TRY(take_word(n, "a path length should stand here", &length));
    CP_TRY(cp_sndlib_ignore(&n->sndlib, length.place, "max_path_length"));
    return cp_sndlib_demand(&n->sndlib,
                            &(struct cp_sndlib_demand){.id = ends.id.text,
                                                       .source = ends.source.text,
                                                       .target = ends.target.text,
                                                       .value = value.text,
                                                       .routing_unit = routing_unit.text,
                                                       .place = ends.id.place,
                                                       .source_place = ends.source.place,
                                                       .target_place = ends.target.place,
                                                       .value_place = value.place,
                                                       .routing_unit_place = routing_unit.place});
}

static cp_err read_paths(struct native *n)
{
    struct token demand;

    CP_TRY(take_word(n, "a demand should stand here", &demand));
    return ignore_group(n, "admissible paths");
}

/* "key = value" to the end of the line. */
static cp_err read_meta(struct native *n)
{
    struct token key, value;
    cp_text line;

    CP_TRY(take_word(n, "a key should stand here", &key));
    if (n->token.kind != TOKEN_WORD || !cp_text_is(n->token.text, "="))
        return fail(n, "= should stand here");
    value.place = n->scan.place;
    line = cp_scan_until(&n->scan, "\r\n#");
    advance(n);
    if (!cp_text_is(key.text, "unit"))
        return cp_doc_tally(n->sndlib.doc, CP_REMARK_IGNORED, key.place, CP_GRAPH_ATTRIBUTE,
                            CP_TEXT(""));
    n->sndlib.unit = cp_text_trim(line);
    n->sndlib.unit_place = value.place;
    return CP_OK;
}

/* Sections */

struct section {
    const char *keyword;
    cp_err (*read)(struct native *n);
};

enum { SECTION_META, SECTION_NODES, SECTION_LINKS, SECTION_DEMANDS, SECTION_PATHS };

static const struct section sections[] = {
    [SECTION_META] = {"META", read_meta},
    [SECTION_NODES] = {"NODES", read_node},
    [SECTION_LINKS] = {"LINKS", read_link},
    [SECTION_DEMANDS] = {"DEMANDS", read_demand},
    [SECTION_PATHS] = {"ADMISSIBLE_PATHS", read_paths},
};

/* A file that was cut between two sections, or in a comment, looks whole but for these signs.  A
 * demand file need not repeat the links. */
static cp_err check_whole(struct native *n, const bool *seen)
{
    struct cp_doc *doc = n->sndlib.doc;

    if (!seen[SECTION_LINKS] && doc->role == CP_ROLE_NETWORK)
        return cp_doc_fail(doc, CP_ERR_MALFORMED, n->token.place, "the file lacks a section",
                           cp_text_of(sections[SECTION_LINKS].keyword));
    if (!seen[SECTION_DEMANDS])
        CP_TRY(cp_build_remark(doc->build, CP_REMARK_FINDING, n->token.place,
                               "the file has no section of demands: was it cut?",
                               cp_text_of(sections[SECTION_DEMANDS].keyword), 1));
    if (n->cut.line == 0)
        return CP_OK;
    return cp_build_remark(doc->build, CP_REMARK_FINDING, n->cut,
                           "the file ends inside a comment line", CP_TEXT(""), 1);
}

static cp_err read_section(struct native *n, bool *seen)
{
    cp_text keywords[CP_COUNT(sections)];
    struct token keyword;
    size_t i = 0;

    CP_TRY(take_word(n, "a section should begin here", &keyword));
    while (i < CP_COUNT(sections) && !cp_text_is(keyword.text, sections[i].keyword))
        i++;
    if (i == CP_COUNT(sections)) {
        cp_err err = cp_doc_fail(n->sndlib.doc, CP_ERR_MALFORMED, keyword.place, "unknown section",
                                 keyword.text);

        for (size_t k = 0; k < CP_COUNT(sections); k++)
            keywords[k] = cp_text_of(sections[k].keyword);
        i = cp_text_nearest(keyword.text, keywords, CP_COUNT(sections));
        if (i < CP_COUNT(sections))
            cp_diag_hint(n->sndlib.doc->diag, keywords[i]);
        return err;
    }
    if (seen[i])
        return cp_doc_fail(n->sndlib.doc, CP_ERR_DUPLICATE, keyword.place, "section stands twice",
                           keyword.text);
    seen[i] = true;
    CP_TRY(take_mark(n, TOKEN_OPEN));
    while (n->token.kind == TOKEN_WORD)
        CP_TRY(sections[i].read(n));
    return take_mark(n, TOKEN_CLOSE);
}

static bool is_header(cp_text line)
{
    cp_text word;
    bool network = false;

    if (!cp_text_starts(line, CP_TEXT("?SNDlib native format")))
        return false;
    while (cp_text_word(&line, " \t;:", &word))
        network = network || cp_text_is(word, "network");
    return network;
}

static cp_err read_file(struct native *n)
{
    struct cp_doc *doc = n->sndlib.doc;
    bool seen[CP_COUNT(sections)] = {false};
    cp_text line = CP_TEXT("");
    cp_place place;

    (void)cp_scan_while(&n->scan, " \t\r\n");
    place = n->scan.place;
    (void)cp_scan_line(&n->scan, &line);
    if (!is_header(line))
        return cp_doc_fail(doc, CP_ERR_MALFORMED, place,
                           "a SNDlib network begins with ?SNDlib native format; type: network",
                           line);
    advance(n);
    while (n->token.kind != TOKEN_END)
        CP_TRY(read_section(n, seen));
    if (n->sndlib.sketch.node_count == 0)
        return fail(n, "no nodes");
    CP_TRY(check_whole(n, seen));
    return apply_places(n);
}

cp_err cp_read_sndlib_native(struct cp_doc *doc)
{
    struct native n = {.token.kind = TOKEN_END};

    CP_TRY(cp_doc_accept_latin1(doc));
    n.scan = cp_scan_make(doc->text, doc->file);
    CP_TRY(cp_sndlib_open(doc, &n.sndlib));
    CP_TRY(read_file(&n));
    return cp_sndlib_finish(&n.sndlib);
}
