#include "base/json.h"

#include "comparison_parts.h"
#include "json_parts.h"
#include "report/words.h"

struct writer {
    const struct cp_comparison_report *report;
    const struct cp_comparison *c;
    struct cp_json json;
};

static const char *const sides[CP_SIDES] = {"a", "b"};
static const char *const value_names[CP_SIDES] = {"a_says", "b_says"};

static void write_side(struct writer *w, cp_side side)
{
    const struct cp_case *net = w->c->net[side];

    cp_json_object(&w->json, sides[side], CP_JSON_LINES);
    cp_json_text(&w->json, "name", w->report->names[side]);
    cp_json_inputs(&w->json, net);
    cp_json_u64(&w->json, "devices", net->node_count);
    cp_json_object(&w->json, "links", CP_JSON_FLAT);
    cp_json_u64(&w->json, "all", w->c->links[side].links);
    cp_json_u64(&w->json, "matched", w->c->links[side].matched);
    cp_json_u64(&w->json, "end_not_matched", w->c->links[side].without_end);
    cp_json_u64(&w->json, "other_side_does_not_claim", w->c->links[side].unclaimed);
    cp_json_close(&w->json);
    cp_json_close(&w->json);
}

static cp_err write_place(struct writer *w, cp_side side, const char *name, cp_place place)
{
    cp_text text;

    CP_TRY(cp_case_place(w->c->net[side], place, w->json.out->arena, &text));
    if (text.len > 0)
        cp_json_text(&w->json, name, text);
    else
        cp_json_null(&w->json, name);
    return CP_OK;
}

static cp_err write_values(struct writer *w, const struct cp_compare_row *row, cp_side side)
{
    cp_json_array(&w->json, value_names[side], CP_JSON_LINES);
    for (uint32_t i = 0; i < row->values[side].count; i++) {
        const struct cp_stated_value *value = &w->c->values[row->values[side].first + i];

        cp_json_object(&w->json, NULL, CP_JSON_FLAT);
        cp_json_text(&w->json, "value", value->value);
        CP_TRY(write_place(w, side, "place", value->place));
        cp_json_str(&w->json, "grade", cp_grade_name(value->grade));
        cp_json_bool(&w->json, "agrees", !value->alone);
        cp_json_close(&w->json);
    }
    cp_json_close(&w->json);
    return CP_OK;
}

static void write_ends(struct writer *w, cp_side side, uint32_t link)
{
    const struct cp_case *net = w->c->net[side];
    cp_range ends = net->links[link].ends;

    cp_json_array(&w->json, "ends", CP_JSON_FLAT);
    for (uint32_t i = 0; i < ends.count; i++) {
        const struct cp_end *end = &net->ends[ends.first + i];

        cp_json_object(&w->json, NULL, CP_JSON_FLAT);
        cp_json_text(&w->json, "node", net->nodes[end->node.at].id);
        if (end->port.len > 0)
            cp_json_text(&w->json, "port", end->port);
        else
            cp_json_null(&w->json, "port");
        cp_json_close(&w->json);
    }
    cp_json_close(&w->json);
}

static cp_err write_thing(struct writer *w, const struct cp_compare_row *row, cp_side side)
{
    if (row->at[side] == CP_NONE) {
        cp_json_null(&w->json, sides[side]);
        return CP_OK;
    }
    cp_json_object(&w->json, sides[side], CP_JSON_FLAT);
    cp_json_text(&w->json, "id", cp_comparison_id(w->c, row, side));
    CP_TRY(write_place(w, side, "place", cp_comparison_place(w->c, row, side)));
    if (row->object == CP_OBJECT_LINK)
        write_ends(w, side, row->at[side]);
    cp_json_close(&w->json);
    return CP_OK;
}

static cp_err write_row(struct writer *w, const struct cp_compare_row *row)
{
    cp_json_object(&w->json, NULL, CP_JSON_LINES);
    cp_json_str(&w->json, "kind", cp_differs_name(row->kind));
    cp_json_bool(&w->json, "note", row->note);
    cp_json_str(&w->json, "object", cp_words_object(row->object));
    CP_TRY(write_thing(w, row, CP_SIDE_A));
    CP_TRY(write_thing(w, row, CP_SIDE_B));
    if (row->part.len > 0)
        cp_json_text(&w->json, "part", row->part);
    else
        cp_json_null(&w->json, "part");
    CP_TRY(write_values(w, row, CP_SIDE_A));
    CP_TRY(write_values(w, row, CP_SIDE_B));
    cp_json_close(&w->json);
    return CP_OK;
}

static cp_err write_rows(struct writer *w)
{
    cp_json_array(&w->json, "differences", CP_JSON_LINES);
    for (uint32_t i = 0; i < w->c->row_count; i++)
        if (cp_comparison_shows(w->report, &w->c->rows[i]))
            CP_TRY(write_row(w, &w->c->rows[i]));
    cp_json_close(&w->json);
    return CP_OK;
}

static void write_doubts(struct writer *w)
{
    cp_json_array(&w->json, "ambiguous", CP_JSON_LINES);
    for (uint32_t i = 0; i < w->c->doubt_count; i++) {
        const struct cp_compare_doubt *doubt = &w->c->doubts[i];

        cp_json_object(&w->json, NULL, CP_JSON_FLAT);
        cp_json_str(&w->json, "by", cp_match_by_name(doubt->by));
        cp_json_text(&w->json, "key", doubt->key);
        for (int side = CP_SIDE_A; side < CP_SIDES; side++) {
            cp_json_array(&w->json, sides[side], CP_JSON_FLAT);
            for (uint32_t j = 0; j < doubt->nodes[side].count; j++)
                cp_json_text(
                    &w->json, NULL,
                    w->c->net[side]->nodes[w->c->doubtful[doubt->nodes[side].first + j]].id);
            cp_json_close(&w->json);
        }
        cp_json_close(&w->json);
    }
    cp_json_close(&w->json);
}

/* Devices that do not bear one id on both sides. */
static void write_matches(struct writer *w)
{
    cp_json_array(&w->json, "matched_otherwise", CP_JSON_LINES);
    for (uint32_t i = 0; i < w->c->match_count; i++) {
        const struct cp_compare_match *match = &w->c->matches[i];

        if (match->by == CP_MATCH_ID)
            continue;
        cp_json_object(&w->json, NULL, CP_JSON_FLAT);
        for (int side = CP_SIDE_A; side < CP_SIDES; side++)
            cp_json_text(&w->json, sides[side], w->c->net[side]->nodes[match->at[side]].id);
        cp_json_str(&w->json, "by", cp_match_by_name(match->by));
        cp_json_close(&w->json);
    }
    cp_json_close(&w->json);
}

static void write_summary(struct writer *w)
{
    cp_json_object(&w->json, "summary", CP_JSON_LINES);
    cp_json_u64(&w->json, "devices_in_both", w->c->match_count);
    cp_json_u64(&w->json, "links_in_both", w->c->links[CP_SIDE_A].matched);
    cp_json_u64(&w->json, "ambiguous", w->c->doubt_count);
    cp_json_u64(&w->json, "differences", cp_comparison_differences(w->report));
    cp_json_object(&w->json, "by_kind", CP_JSON_FLAT);
    for (int kind = 0; kind < CP_DIFFERS_COUNT; kind++)
        if ((w->report->kinds >> kind & 1) != 0)
            cp_json_u64(&w->json, cp_differs_name((cp_differs)kind), w->c->counts[kind]);
    cp_json_close(&w->json);
    cp_json_close(&w->json);
}

cp_err cp_comparison_json(const struct cp_comparison_report *report, struct cp_out *out)
{
    struct writer w = {.report = report, .c = report->comparison, .json = cp_json_make(out)};
    char date[11];

    cp_json_object(&w.json, NULL, CP_JSON_LINES);
    cp_json_str(&w.json, "schema", "cleanpath.compare/1");
    if (report->as_of != CP_DATE_NONE) {
        cp_date_format(report->as_of, date);
        cp_json_str(&w.json, "as_of", date);
    } else {
        cp_json_null(&w.json, "as_of");
    }
    write_side(&w, CP_SIDE_A);
    write_side(&w, CP_SIDE_B);
    CP_TRY(write_rows(&w));
    write_doubts(&w);
    write_matches(&w);
    write_summary(&w);
    cp_json_close(&w.json);
    return out->err;
}
