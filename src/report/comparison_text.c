#include "comparison_parts.h"
#include "phrases.h"

/* A section for each kind of difference, a line or two for each of them. */

struct writer {
    const struct cp_comparison_report *report;
    const struct cp_comparison *c;
    struct cp_out *out;
};

static const char *const titles[CP_DIFFERS_COUNT] = {
    [CP_DIFFERS_DEVICE] = "DEVICES",    [CP_DIFFERS_NAME] = "NAME",
    [CP_DIFFERS_MAKER] = "MAKER",       [CP_DIFFERS_MODEL] = "MODEL",
    [CP_DIFFERS_SERIAL] = "SERIAL",     [CP_DIFFERS_PART_NUMBER] = "PART NUMBER",
    [CP_DIFFERS_SOFTWARE] = "SOFTWARE", [CP_DIFFERS_SITE] = "SITE",
    [CP_DIFFERS_ROLE] = "ROLE",         [CP_DIFFERS_OPERATOR] = "OPERATOR",
    [CP_DIFFERS_LOOPBACK] = "LOOPBACK", [CP_DIFFERS_SID] = "SID",
    [CP_DIFFERS_LINK] = "LINKS",        [CP_DIFFERS_END] = "OTHER END",
    [CP_DIFFERS_PORT] = "PORT",         [CP_DIFFERS_CLASS] = "CLASS",
    [CP_DIFFERS_METRIC] = "METRIC",     [CP_DIFFERS_CAPACITY] = "CAPACITY",
    [CP_DIFFERS_DELAY] = "DELAY",       [CP_DIFFERS_SRLGS] = "SRLGS",
    [CP_DIFFERS_COUNTRY] = "COUNTRY",
};

static const char letters[CP_SIDES] = {'A', 'B'};

/* ", nodes.csv:3" */
static cp_err write_place(struct writer *w, cp_side side, cp_place place)
{
    cp_text text;

    CP_TRY(cp_case_place(w->c->net[side], place, w->out->arena, &text));
    if (text.len > 0)
        cp_out_str(w->out, ", ");
    cp_out_text(w->out, text);
    return CP_OK;
}

/* "r3/slot 2", "r3 (B: r3.example.net)", "c3 (B: n3) at r2 1/1/2" */
static void write_thing(struct writer *w, const struct cp_compare_row *row)
{
    cp_text a = cp_comparison_id(w->c, row, CP_SIDE_A), b = cp_comparison_id(w->c, row, CP_SIDE_B);

    cp_out_text(w->out, a);
    if (row->part.len > 0 && row->object == CP_OBJECT_NODE) {
        cp_out_char(w->out, '/');
        cp_out_text(w->out, row->part);
    }
    if (!cp_text_eq(a, b)) {
        cp_out_str(w->out, " (B: ");
        cp_out_text(w->out, b);
        cp_out_char(w->out, ')');
    }
    if (row->part.len > 0 && row->object == CP_OBJECT_LINK) {
        cp_out_str(w->out, " at ");
        cp_out_text(w->out, row->part);
    }
}

/* "    A: huawei, nodes.csv:4, claim" for each value */
static cp_err write_values(struct writer *w, const struct cp_compare_row *row, cp_side side)
{
    for (uint32_t i = 0; i < row->values[side].count; i++) {
        const struct cp_stated_value *value = &w->c->values[row->values[side].first + i];

        cp_out_format(w->out, "    %c: ", letters[side]);
        cp_out_text(w->out, value->value);
        CP_TRY(write_place(w, side, value->place));
        if (row->object == CP_OBJECT_NODE && row->kind != CP_DIFFERS_NAME)
            cp_out_format(w->out, ", %s", cp_grade_name(value->grade));
        cp_out_char(w->out, '\n');
    }
    if (row->values[side].count == 0)
        cp_out_format(w->out, "    %c: nothing\n", letters[side]);
    return CP_OK;
}

static bool is_of(const struct writer *w, const struct cp_compare_row *row, cp_differs kind,
                  bool note)
{
    return row->kind == kind && row->note == note && cp_comparison_shows(w->report, row);
}

static cp_err write_kind(struct writer *w, cp_differs kind, bool note)
{
    for (uint32_t i = 0; i < w->c->row_count; i++) {
        const struct cp_compare_row *row = &w->c->rows[i];

        if (!is_of(w, row, kind, note))
            continue;
        write_thing(w, row);
        cp_out_char(w->out, '\n');
        CP_TRY(write_values(w, row, CP_SIDE_A));
        CP_TRY(write_values(w, row, CP_SIDE_B));
    }
    return CP_OK;
}

/* "r1 Gi0/1 - r2 Gi0/2" of a link, which its id often does not say */
static void write_ends(struct writer *w, cp_side side, uint32_t link)
{
    const struct cp_case *net = w->c->net[side];
    cp_range ends = net->links[link].ends;

    for (uint32_t i = 0; i < ends.count; i++) {
        const struct cp_end *end = &net->ends[ends.first + i];

        cp_out_str(w->out, i == 0 ? ": " : " - ");
        cp_out_text(w->out, net->nodes[end->node.at].id);
        if (end->port.len > 0)
            cp_out_char(w->out, ' ');
        cp_out_text(w->out, end->port);
    }
}

static uint32_t count_alone(const struct writer *w, cp_differs kind, cp_side side)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < w->c->row_count; i++)
        count += is_of(w, &w->c->rows[i], kind, false) && w->c->rows[i].at[side] != CP_NONE;
    return count;
}

static cp_err write_alone(struct writer *w, cp_differs kind, cp_side side)
{
    uint32_t count = count_alone(w, kind, side);

    if (count > 0)
        cp_out_format(w->out, "\n%s ONLY IN %c (%u)\n", titles[kind], letters[side], count);
    for (uint32_t i = 0; count > 0 && i < w->c->row_count; i++) {
        const struct cp_compare_row *row = &w->c->rows[i];

        if (!is_of(w, row, kind, false) || row->at[side] == CP_NONE)
            continue;
        cp_out_text(w->out, cp_comparison_id(w->c, row, side));
        if (kind == CP_DIFFERS_LINK)
            write_ends(w, side, row->at[side]);
        CP_TRY(write_place(w, side, cp_comparison_place(w->c, row, side)));
        cp_out_char(w->out, '\n');
    }
    return CP_OK;
}

static void write_nodes(struct writer *w, cp_side side, cp_range nodes)
{
    cp_out_format(w->out, "%s %c", side == CP_SIDE_A ? ":" : ";", letters[side]);
    for (uint32_t i = 0; i < nodes.count; i++) {
        uint32_t node = w->c->doubtful[nodes.first + i];

        cp_out_str(w->out, i == 0 ? " " : ", ");
        cp_out_text(w->out, w->c->net[side]->nodes[node].id);
    }
}

static void write_doubts(struct writer *w)
{
    if (w->c->doubt_count == 0 || (w->report->kinds >> CP_DIFFERS_DEVICE & 1) == 0)
        return;
    cp_out_format(w->out, "\nDEVICES THAT CANNOT BE TOLD APART (%u)\n", w->c->doubt_count);
    for (uint32_t i = 0; i < w->c->doubt_count; i++) {
        const struct cp_compare_doubt *doubt = &w->c->doubts[i];

        cp_out_str(w->out, cp_match_by_name(doubt->by));
        cp_out_char(w->out, ' ');
        cp_out_text(w->out, doubt->key);
        write_nodes(w, CP_SIDE_A, doubt->nodes[CP_SIDE_A]);
        write_nodes(w, CP_SIDE_B, doubt->nodes[CP_SIDE_B]);
        cp_out_char(w->out, '\n');
    }
}

static uint32_t count_notes(const struct writer *w)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < w->c->row_count; i++)
        count += w->c->rows[i].note && cp_comparison_shows(w->report, &w->c->rows[i]);
    return count;
}

static cp_err write_sections(struct writer *w)
{
    for (int at = 0; at < CP_DIFFERS_COUNT; at++) {
        cp_differs kind = (cp_differs)at;
        uint32_t count = w->c->counts[kind];

        if (kind == CP_DIFFERS_DEVICE || kind == CP_DIFFERS_LINK) {
            CP_TRY(write_alone(w, kind, CP_SIDE_A));
            CP_TRY(write_alone(w, kind, CP_SIDE_B));
            if (kind == CP_DIFFERS_DEVICE)
                write_doubts(w);
        } else if (count > 0 && (w->report->kinds >> kind & 1) != 0) {
            cp_out_format(w->out, "\n%s (%u)\n", titles[kind], count);
            CP_TRY(write_kind(w, kind, false));
        }
    }
    if (count_notes(w) == 0)
        return CP_OK;
    cp_out_format(w->out, "\nMAKERS THAT BELONG TOGETHER, no difference (%u)\n", count_notes(w));
    return write_kind(w, CP_DIFFERS_MAKER, true);
}

static void write_side(struct writer *w, cp_side side)
{
    cp_out_format(w->out, "%c: ", letters[side]);
    cp_out_text(w->out, w->report->names[side]);
    cp_out_str(w->out, " (");
    cp_phrase_count(w->out, w->c->net[side]->node_count, "device", "devices");
    cp_out_str(w->out, ", ");
    cp_phrase_count(w->out, w->c->net[side]->link_count, "link", "links");
    cp_out_str(w->out, ")\n");
}

/* "In both: 9 devices (7 by id, 2 by serial), 12 links" */
static void write_matches(struct writer *w)
{
    uint32_t counts[CP_MATCH_COUNT] = {0};
    const char *before = " (";

    for (uint32_t i = 0; i < w->c->match_count; i++)
        counts[w->c->matches[i].by]++;
    cp_out_str(w->out, "In both: ");
    cp_phrase_count(w->out, w->c->match_count, "device", "devices");
    for (int by = 0; by < CP_MATCH_COUNT; by++) {
        if (counts[by] == 0)
            continue;
        cp_out_format(w->out, "%s%u by %s", before, counts[by], cp_match_by_name((cp_match_by)by));
        before = ", ";
    }
    cp_out_str(w->out, w->c->match_count > 0 ? "), " : ", ");
    cp_phrase_count(w->out, w->c->links[CP_SIDE_A].matched, "link", "links");
    cp_out_char(w->out, '\n');
}

/* What was not compared, so that silence is not taken for agreement. */
static void write_left_out(struct writer *w, cp_side side)
{
    cp_side other = side == CP_SIDE_A ? CP_SIDE_B : CP_SIDE_A;
    uint32_t without_end = w->c->links[side].without_end, unclaimed = w->c->links[side].unclaimed;

    if ((w->report->kinds >> CP_DIFFERS_LINK & 1) == 0)
        return;
    if (without_end > 0) {
        cp_phrase_count(w->out, without_end, "link", "links");
        cp_out_format(w->out, " of %c not compared: an end has no counterpart in %c.\n",
                      letters[side], letters[other]);
    }
    if (unclaimed > 0) {
        cp_phrase_count(w->out, unclaimed, "link", "links");
        cp_out_format(w->out, " of %c not in %c, which does not claim to know.\n", letters[side],
                      letters[other]);
    }
}

cp_err cp_comparison_text(const struct cp_comparison_report *report, struct cp_out *out)
{
    struct writer w = {.report = report, .c = report->comparison, .out = out};
    uint32_t count = cp_comparison_differences(report);

    write_side(&w, CP_SIDE_A);
    write_side(&w, CP_SIDE_B);
    write_matches(&w);
    CP_TRY(write_sections(&w));
    cp_out_char(out, '\n');
    write_left_out(&w, CP_SIDE_A);
    write_left_out(&w, CP_SIDE_B);
    if (count > 0)
        cp_phrase_count(out, count, "difference", "differences");
    else
        cp_out_str(out, "No differences");
    cp_out_str(out, ".\n");
    return out->err;
}
