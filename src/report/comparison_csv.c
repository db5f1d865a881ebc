#include "base/cell.h"

#include "comparison_parts.h"
#include "report/words.h"

/* RFC 4180: a row a difference; values of one side that are several are separated by " | ". */

struct writer {
    const struct cp_comparison_report *report;
    const struct cp_comparison *c;
    struct cp_out *out;
};

static const char header[] =
    "kind,note,object,a,b,part,a_says,a_place,a_grade,b_says,b_place,b_grade\r\n";

/* Quotes around every cell that a spreadsheet might read otherwise. */
static void write_cell(struct writer *w, cp_text text)
{
    cp_out_char(w->out, '"');
    cp_cell_inside_quotes(w->out, text);
    cp_out_char(w->out, '"');
}

typedef cp_err (*write_of)(struct writer *w, cp_side side, const struct cp_stated_value *value);

static cp_err write_value(struct writer *w, cp_side side, const struct cp_stated_value *value)
{
    (void)side;
    cp_cell_inside_quotes(w->out, value->value);
    return CP_OK;
}

static cp_err write_value_place(struct writer *w, cp_side side, const struct cp_stated_value *value)
{
    cp_text text;

    CP_TRY(cp_case_place(w->c->net[side], value->place, w->out->arena, &text));
    cp_cell_inside_quotes(w->out, text);
    return CP_OK;
}

static cp_err write_value_grade(struct writer *w, cp_side side, const struct cp_stated_value *value)
{
    (void)side;
    cp_out_str(w->out, cp_grade_name(value->grade));
    return CP_OK;
}

static cp_err write_list(struct writer *w, const struct cp_compare_row *row, cp_side side,
                         write_of write)
{
    cp_out_str(w->out, ",\"");
    for (uint32_t i = 0; i < row->values[side].count; i++) {
        cp_out_str(w->out, i == 0 ? "" : " | ");
        CP_TRY(write(w, side, &w->c->values[row->values[side].first + i]));
    }
    cp_out_char(w->out, '"');
    return CP_OK;
}

/* "r1 Gi0/1 - r2 Gi0/2" of a link that only one side has. */
static void write_ends(struct writer *w, cp_side side, uint32_t link)
{
    const struct cp_case *net = w->c->net[side];
    cp_range ends = net->links[link].ends;

    cp_out_str(w->out, ",\"");
    for (uint32_t i = 0; i < ends.count; i++) {
        const struct cp_end *end = &net->ends[ends.first + i];

        cp_out_str(w->out, i == 0 ? "" : " - ");
        cp_cell_inside_quotes(w->out, net->nodes[end->node.at].id);
        cp_out_str(w->out, end->port.len > 0 ? " " : "");
        cp_cell_inside_quotes(w->out, end->port);
    }
    cp_out_char(w->out, '"');
}

/* What one side says; of a thing that it alone has, where that stands. */
static cp_err write_side(struct writer *w, const struct cp_compare_row *row, cp_side side)
{
    struct cp_stated_value thing = {.place = cp_comparison_place(w->c, row, side)};
    bool alone = row->kind == CP_DIFFERS_DEVICE || row->kind == CP_DIFFERS_LINK;

    if (row->kind == CP_DIFFERS_LINK && row->at[side] != CP_NONE)
        write_ends(w, side, row->at[side]);
    else
        CP_TRY(write_list(w, row, side, write_value));
    if (alone) {
        cp_out_str(w->out, ",\"");
        CP_TRY(write_value_place(w, side, &thing));
        cp_out_char(w->out, '"');
    } else {
        CP_TRY(write_list(w, row, side, write_value_place));
    }
    return write_list(w, row, side, write_value_grade);
}

static cp_err write_row(struct writer *w, const struct cp_compare_row *row)
{
    cp_out_format(w->out, "%s,%s,%s,", cp_differs_name(row->kind), row->note ? "yes" : "no",
                  cp_words_object(row->object));
    write_cell(w, cp_comparison_id(w->c, row, CP_SIDE_A));
    cp_out_char(w->out, ',');
    write_cell(w, cp_comparison_id(w->c, row, CP_SIDE_B));
    cp_out_char(w->out, ',');
    write_cell(w, row->part);
    CP_TRY(write_side(w, row, CP_SIDE_A));
    CP_TRY(write_side(w, row, CP_SIDE_B));
    cp_out_str(w->out, "\r\n");
    return CP_OK;
}

static void write_nodes(struct writer *w, cp_side side, cp_range nodes)
{
    cp_out_str(w->out, ",\"");
    for (uint32_t i = 0; i < nodes.count; i++) {
        cp_out_str(w->out, i == 0 ? "" : " | ");
        cp_cell_inside_quotes(w->out, w->c->net[side]->nodes[w->c->doubtful[nodes.first + i]].id);
    }
    cp_out_char(w->out, '"');
}

static void write_doubt(struct writer *w, const struct cp_compare_doubt *doubt)
{
    cp_out_str(w->out, "ambiguous,no,node");
    write_nodes(w, CP_SIDE_A, doubt->nodes[CP_SIDE_A]);
    write_nodes(w, CP_SIDE_B, doubt->nodes[CP_SIDE_B]);
    cp_out_format(w->out, ",,\"%s ", cp_match_by_name(doubt->by));
    cp_cell_inside_quotes(w->out, doubt->key);
    cp_out_str(w->out, "\",,,,,\r\n");
}

cp_err cp_comparison_csv(const struct cp_comparison_report *report, struct cp_out *out)
{
    struct writer w = {.report = report, .c = report->comparison, .out = out};

    cp_out_str(out, header);
    for (uint32_t i = 0; i < w.c->row_count; i++)
        if (cp_comparison_shows(report, &w.c->rows[i]))
            CP_TRY(write_row(&w, &w.c->rows[i]));
    if ((report->kinds >> CP_DIFFERS_DEVICE & 1) != 0)
        for (uint32_t i = 0; i < w.c->doubt_count; i++)
            write_doubt(&w, &w.c->doubts[i]);
    return out->err;
}
