#include "doc.h"

#include "base/num.h"
#include "base/scan.h"

#include "number.h"
#include "sketch.h"

/*
 * REPETITA (github.com/svissicchio/Repetita): sections "NODES n", "EDGES m", "DEMANDS n", each with
 * a line of column names and one line an item; blank lines between them.  Nodes are named by their
 * number, from 0.  Bandwidths are in kbit/s.
 */

enum { WORDS_MAX = 6, KBPS_PLACES = 3 };

struct lines {
    struct cp_doc *doc;
    cp_scan scan;
};

/* A line as a label and the words after it. */
struct item {
    cp_place place;
    cp_text line;
    cp_text words[WORDS_MAX];
    cp_place places[WORDS_MAX];
};

static cp_err fail(struct lines *lines, cp_err err, cp_place place, const char *why, cp_text what)
{
    return cp_doc_fail(lines->doc, err, place, why, what);
}

/* The next line that is not blank; false at the end. */
static bool next_line(struct lines *lines, cp_text *line, cp_place *place)
{
    for (;;) {
        *place = lines->scan.place;
        if (!cp_scan_line(&lines->scan, line))
            return false;
        if (cp_text_trim(*line).len > 0)
            return true;
    }
}

static size_t skip_back(cp_text line, size_t at, bool white)
{
    while (at > 0 && (line.at[at - 1] == ' ' || line.at[at - 1] == '\t') == white)
        at--;
    return at;
}

/* The last `count` - 1 words of a line and, before them, its label, which may hold spaces. */
static cp_err split(struct lines *lines, cp_text line, cp_place place, uint32_t count,
                    struct item *item)
{
    size_t end = line.len;

    *item = (struct item){.place = place, .line = line};
    for (uint32_t i = count; i-- > 1;) {
        size_t from;

        end = skip_back(line, end, true);
        from = skip_back(line, end, false);
        item->words[i] = cp_text_sub(line, from, end - from);
        item->places[i] = place;
        item->places[i].column += (uint32_t)from;
        end = from;
    }
    item->words[0] = cp_text_trim(cp_text_sub(line, 0, end));
    item->places[0] = place;
    if (item->words[0].len == 0)
        return fail(lines, CP_ERR_MALFORMED, place, "the line has too few columns",
                    cp_text_trim(line));
    return CP_OK;
}

static cp_err next_item(struct lines *lines, uint32_t count, struct item *item)
{
    cp_text line;
    cp_place place;

    if (!next_line(lines, &line, &place))
        return fail(lines, CP_ERR_MALFORMED, place, "the file ends before its last item",
                    CP_TEXT(""));
    return split(lines, line, place, count, item);
}

static bool next_word_is(cp_text *rest, cp_text wanted)
{
    cp_text word;

    return cp_text_word(rest, " \t", &word) && cp_text_eq(word, wanted);
}

static bool same_words(cp_text line, const char *wanted)
{
    cp_text names = cp_text_of(wanted);
    cp_text rest = line, name;

    while (cp_text_word(&names, " ", &name))
        if (!next_word_is(&rest, name))
            return false;
    return cp_text_trim(rest).len == 0;
}

/* "KEYWORD count", then the names of the columns. */
static cp_err section(struct lines *lines, const char *keyword, const char *columns,
                      uint32_t *count)
{
    cp_text line, word, rest;
    cp_place place;

    if (!next_line(lines, &line, &place))
        return fail(lines, CP_ERR_MALFORMED, place, "the file ends before the section",
                    cp_text_of(keyword));
    rest = line;
    if (!next_word_is(&rest, cp_text_of(keyword)))
        return fail(lines, CP_ERR_MALFORMED, place, "another section should begin here",
                    cp_text_trim(line));
    if (!cp_text_word(&rest, " \t", &word) || cp_text_trim(rest).len > 0 ||
        cp_num_u32(word, UINT32_MAX, count) != CP_OK)
        return fail(lines, CP_ERR_MALFORMED, place, "the section needs a count",
                    cp_text_trim(line));
    if (!next_line(lines, &line, &place) || !same_words(line, columns))
        return fail(lines, CP_ERR_MALFORMED, place, "the columns should be named here",
                    cp_text_of(columns));
    return CP_OK;
}

static cp_err expect_end(struct lines *lines)
{
    cp_text line;
    cp_place place;

    if (next_line(lines, &line, &place))
        return fail(lines, CP_ERR_MALFORMED, place, "more lines than the section counts",
                    cp_text_trim(line));
    return CP_OK;
}

static cp_err whole(struct lines *lines, const struct item *item, uint32_t column, int places,
                    uint64_t max, uint64_t *out)
{
    cp_err err = cp_number_whole(item->words[column], places, max, out);

    if (err == CP_OK)
        return CP_OK;
    return fail(lines, err, item->places[column], "not a whole number in range",
                item->words[column]);
}

/* Graphs */

static cp_err apply_place(struct cp_sketch *sketch, const struct item *item,
                          struct cp_sketch_node *node)
{
    int32_t lon_udeg, lat_udeg;

    if (cp_number_degrees(item->words[1], CP_LON_LIMIT_DEG, &lon_udeg) != CP_OK ||
        cp_number_degrees(item->words[2], CP_LAT_LIMIT_DEG, &lat_udeg) != CP_OK)
        return cp_doc_tally(sketch->doc, CP_REMARK_IGNORED, item->places[1],
                            "x and y that are no degrees are no place", CP_TEXT(""));
    if (lon_udeg == 0 && lat_udeg == 0)
        return cp_doc_tally(sketch->doc, CP_REMARK_IGNORED, item->places[1],
                            "x and y of 0 stand for no place", CP_TEXT(""));
    node->lon_udeg = lon_udeg;
    node->lat_udeg = lat_udeg;
    return CP_OK;
}

static cp_err read_node(struct lines *lines, struct cp_sketch *sketch)
{
    struct item item = {0};
    uint32_t at;

    CP_TRY(next_item(lines, 3, &item));
    CP_TRY(cp_sketch_node(sketch, item.place, &at));
    sketch->nodes[at].label = item.words[0];
    return apply_place(sketch, &item, &sketch->nodes[at]);
}

static cp_err node_number(struct lines *lines, const struct item *item, uint32_t column,
                          uint32_t node_count, uint32_t *out)
{
    cp_err err = cp_num_u32(item->words[column], UINT32_MAX, out);

    if (err == CP_OK && *out < node_count)
        return CP_OK;
    return fail(lines, err == CP_ERR_MALFORMED ? err : CP_ERR_UNKNOWN_ID, item->places[column],
                "no number of a node", item->words[column]);
}

/* The format gives no unit, so the delay is kept as it is written: but it must be a number. */
static cp_err check_delay(struct lines *lines, const struct item *item)
{
    uint64_t number;
    cp_err err = cp_number_rounded(item->words[5], 0, UINT64_MAX, &number);

    if (err == CP_OK)
        return CP_OK;
    return fail(lines, err, item->places[5], "not a delay: no number from 0 that fits",
                item->words[5]);
}

static cp_err read_edge(struct lines *lines, struct cp_sketch *sketch)
{
    struct cp_sketch_edge *edge;
    struct item item = {0};
    uint64_t weight = 0, capacity_bps = 0;
    uint32_t at = 0, a = 0, b = 0;

    CP_TRY(next_item(lines, 6, &item));
    CP_TRY(node_number(lines, &item, 1, sketch->node_count, &a));
    CP_TRY(node_number(lines, &item, 2, sketch->node_count, &b));
    CP_TRY(whole(lines, &item, 3, 0, CP_METRIC_MAX, &weight));
    CP_TRY(whole(lines, &item, 4, KBPS_PLACES, CP_BPS_NONE - 1, &capacity_bps));
    if (weight == 0)
        return fail(lines, CP_ERR_RANGE, item.places[3], "a weight is at least 1", item.words[3]);
    CP_TRY(check_delay(lines, &item));
    CP_TRY(cp_sketch_edge(sketch, item.place, &at));
    edge = &sketch->edges[at];
    edge->label = item.words[0];
    edge->a = a;
    edge->b = b;
    edge->directed = true;
    edge->metric = (uint32_t)weight;
    edge->capacity_bps = capacity_bps;
    return cp_sketch_attr(sketch, &edge->attrs, CP_TEXT("delay"), item.words[5], item.places[5]);
}

/* Demands name the nodes of a graph by number, so their ids are kept. */
static cp_err keep_numbers(const struct cp_sketch *sketch)
{
    struct cp_doc *doc = sketch->doc;
    cp_text *ids = CP_TAKE(doc->arena, sketch->node_count, cp_text);

    if (ids == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < sketch->node_count; i++)
        CP_TRY(cp_text_copy(sketch->nodes[i].id, doc->arena, &ids[i]));
    doc->read->repetita_nodes = ids;
    doc->read->repetita_node_count = sketch->node_count;
    doc->read->repetita_graph_count++;
    return CP_OK;
}

cp_err cp_read_repetita_graph(struct cp_doc *doc)
{
    struct lines lines = {.doc = doc};
    struct cp_sketch sketch;
    uint32_t count = 0;

    CP_TRY(cp_doc_accept_latin1(doc));
    lines.scan = cp_scan_make(doc->text, doc->file);
    CP_TRY(cp_sketch_open(doc, &sketch));
    CP_TRY(section(&lines, "NODES", "label x y", &count));
    for (uint32_t i = 0; i < count; i++)
        CP_TRY(read_node(&lines, &sketch));
    CP_TRY(section(&lines, "EDGES", "label src dest weight bw delay", &count));
    for (uint32_t i = 0; i < count; i++)
        CP_TRY(read_edge(&lines, &sketch));
    CP_TRY(expect_end(&lines));
    CP_TRY(cp_sketch_finish(&sketch));
    return keep_numbers(&sketch);
}

/* Demands */

static cp_err read_demand(struct lines *lines)
{
    struct cp_doc *doc = lines->doc;
    const struct cp_read *read = doc->read;
    struct cp_demand_row row;
    struct item item = {0};
    uint32_t src = 0, dst = 0;
    uint64_t bandwidth_bps = 0;

    CP_TRY(next_item(lines, 4, &item));
    CP_TRY(node_number(lines, &item, 1, read->repetita_node_count, &src));
    CP_TRY(node_number(lines, &item, 2, read->repetita_node_count, &dst));
    CP_TRY(whole(lines, &item, 3, KBPS_PLACES, CP_BPS_NONE - 1, &bandwidth_bps));
    if (src == dst)
        return cp_doc_tally(doc, CP_REMARK_IGNORED, item.place,
                            "a demand from a node to itself crosses nothing", CP_TEXT(""));
    row = cp_demand_row_make(item.place, read->repetita_nodes[src], read->repetita_nodes[dst]);
    row.bandwidth_bps = bandwidth_bps;
    row.id = item.words[0];
    return cp_doc_demand(doc, &row);
}

cp_err cp_read_repetita_demands(struct cp_doc *doc)
{
    struct lines lines = {.doc = doc};
    uint32_t count = 0;

    if (doc->read->repetita_graph_count != 1)
        return cp_doc_fail(doc, CP_ERR_CONFLICT, cp_doc_start(doc),
                           "node numbers need exactly one REPETITA graph, read before them",
                           CP_TEXT(""));
    CP_TRY(cp_doc_accept_latin1(doc));
    lines.scan = cp_scan_make(doc->text, doc->file);
    CP_TRY(section(&lines, "DEMANDS", "label src dest bw", &count));
    for (uint32_t i = 0; i < count; i++)
        CP_TRY(read_demand(&lines));
    return expect_end(&lines);
}
