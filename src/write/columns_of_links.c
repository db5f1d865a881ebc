#include "columns.h"

#include "cells.h"
#include "stated.h"

static const struct cp_link_rec *link_of(const struct cp_at_row *row)
{
    return &row->c->links[row->at];
}

static bool is_first_row(const struct cp_at_row *row)
{
    return row->end == 0;
}

/* The ends that a row names: of a LAN with an odd number the last row repeats the first end, which
 * adds nothing. */
static const struct cp_end *end_a(const struct cp_at_row *row)
{
    const struct cp_end *ends = &row->c->ends[link_of(row)->ends.first];

    return row->end + 1 < link_of(row)->ends.count ? &ends[row->end] : &ends[0];
}

static const struct cp_end *end_b(const struct cp_at_row *row)
{
    const struct cp_end *ends = &row->c->ends[link_of(row)->ends.first];

    return row->end + 1 < link_of(row)->ends.count ? &ends[row->end + 1] : &ends[row->end];
}

static void link_a(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_out_text(cell, row->c->nodes[end_a(row)->node.at].id);
}

static void link_b(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_out_text(cell, row->c->nodes[end_b(row)->node.at].id);
}

static void link_id(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_out_text(cell, link_of(row)->id);
}

static void link_a_port(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_out_text(cell, end_a(row)->port);
}

static void link_b_port(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_out_text(cell, end_b(row)->port);
}

static void link_layer(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_cell_layer(cell, link_of(row)->layer);
}

/* A LAN whose class a fact changed was one by its row. */
static void link_class(const struct cp_at_row *row, struct cp_out *cell)
{
    const struct cp_link_rec *link = link_of(row);

    if ((link->filled & CP_FILLED_CLASS) == 0)
        cp_out_text(cell, link->link_class);
    else if (link->lan && !cp_text_is(link->link_class, "lan"))
        cp_out_str(cell, "lan");
}

static void link_metric_ab(const struct cp_at_row *row, struct cp_out *cell)
{
    if (end_a(row)->metric != 1 || end_b(row)->metric != 1)
        cp_out_u64(cell, end_a(row)->metric);
}

static void link_metric_ba(const struct cp_at_row *row, struct cp_out *cell)
{
    if (end_b(row)->metric != end_a(row)->metric)
        cp_out_u64(cell, end_b(row)->metric);
}

static void link_capacity(const struct cp_at_row *row, struct cp_out *cell)
{
    if (is_first_row(row) && (link_of(row)->filled & CP_FILLED_CAPACITY) == 0)
        cp_cell_u64(cell, link_of(row)->capacity_bps, CP_BPS_NONE);
}

static void link_delay(const struct cp_at_row *row, struct cp_out *cell)
{
    if (is_first_row(row))
        cp_cell_u64(cell, link_of(row)->delay_us, CP_DELAY_NONE);
}

static void link_srlgs(const struct cp_at_row *row, struct cp_out *cell)
{
    const struct cp_link_rec *link = link_of(row);

    for (uint32_t i = 0; is_first_row(row) && i < link->own_srlgs; i++) {
        if (i > 0)
            cp_out_char(cell, ' ');
        cp_out_text(cell, row->c->srlgs[row->c->link_srlgs[link->srlgs.first + i]]);
    }
}

static void link_over(const struct cp_at_row *row, struct cp_out *cell)
{
    const struct cp_link_rec *link = link_of(row);

    for (uint32_t i = 0; is_first_row(row) && i < link->own_alternatives; i++) {
        cp_range supports = row->c->alternatives[link->alternatives.first + i];

        if (i > 0)
            cp_out_str(cell, " | ");
        cp_name_supports(row->c, &row->c->supports[supports.first], supports.count, cell);
    }
}

static void link_maker(const struct cp_at_row *row, struct cp_out *cell)
{
    if (is_first_row(row))
        cp_out_text(cell, cp_cells_of(row->c, CP_OBJECT_LINK, row->at).values[CP_CELL_MAKER]);
}

static void link_operator(const struct cp_at_row *row, struct cp_out *cell)
{
    if (is_first_row(row))
        cp_cell_own(cell, link_of(row)->filled, CP_FILLED_OPERATOR, link_of(row)->operator_name);
}

static void link_tags(const struct cp_at_row *row, struct cp_out *cell)
{
    if (is_first_row(row))
        cp_cell_words(cell, &row->c->tags[link_of(row)->tags.first], link_of(row)->own_tags);
}

static const struct cp_column link_columns[] = {
    {"id", false, link_id},
    {"a", true, link_a},
    {"b", true, link_b},
    {"a_port", false, link_a_port},
    {"b_port", false, link_b_port},
    {"layer", false, link_layer},
    {"class", false, link_class},
    {"metric_ab", false, link_metric_ab},
    {"metric_ba", false, link_metric_ba},
    {"capacity_bps", false, link_capacity},
    {"delay_us", false, link_delay},
    {"srlgs", false, link_srlgs},
    {"over", false, link_over},
    {"maker", false, link_maker},
    {"operator", false, link_operator},
    {"tags", false, link_tags},
};

const struct cp_columns cp_link_columns = {link_columns, CP_COUNT(link_columns)};
