#include "columns.h"

#include "cells.h"
#include "stated.h"

/* nodes.csv */

static const struct cp_node_rec *node_of(const struct cp_at_row *row)
{
    return &row->c->nodes[row->at];
}

static void node_id(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_out_text(cell, node_of(row)->id);
}

static void node_layer(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_cell_layer(cell, node_of(row)->layer);
}

static void node_role(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_cell_own(cell, node_of(row)->filled, CP_FILLED_ROLE, node_of(row)->role);
}

static void node_site(const struct cp_at_row *row, struct cp_out *cell)
{
    const struct cp_node_rec *node = node_of(row);

    if (node->site != CP_NONE && (node->filled & CP_FILLED_SITE) == 0)
        cp_out_text(cell, row->c->sites[node->site].id);
}

static void node_operator(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_cell_own(cell, node_of(row)->filled, CP_FILLED_OPERATOR, node_of(row)->operator_name);
}

static void node_fact(const struct cp_at_row *row, cp_cell which, struct cp_out *cell)
{
    cp_out_text(cell, cp_cells_of(row->c, CP_OBJECT_NODE, row->at).values[which]);
}

static void node_maker(const struct cp_at_row *row, struct cp_out *cell)
{
    node_fact(row, CP_CELL_MAKER, cell);
}

static void node_model(const struct cp_at_row *row, struct cp_out *cell)
{
    node_fact(row, CP_CELL_MODEL, cell);
}

static void node_software(const struct cp_at_row *row, struct cp_out *cell)
{
    node_fact(row, CP_CELL_SOFTWARE, cell);
}

static void node_lat(const struct cp_at_row *row, struct cp_out *cell)
{
    if ((node_of(row)->filled & CP_FILLED_LAT) == 0)
        cp_cell_degrees(cell, node_of(row)->lat_udeg);
}

static void node_lon(const struct cp_at_row *row, struct cp_out *cell)
{
    if ((node_of(row)->filled & CP_FILLED_LON) == 0)
        cp_cell_degrees(cell, node_of(row)->lon_udeg);
}

static void node_loopback(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_cell_own(cell, node_of(row)->filled, CP_FILLED_LOOPBACK, node_of(row)->loopback);
}

static void node_sid(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_cell_own(cell, node_of(row)->filled, CP_FILLED_SID, node_of(row)->sid);
}

static void node_managed_by(const struct cp_at_row *row, struct cp_out *cell)
{
    const struct cp_node_rec *node = node_of(row);

    cp_name_managers(row->c, &row->c->managers[node->managed_by.first], node->own_managed_by, cell);
}

static void node_tags(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_cell_words(cell, &row->c->tags[node_of(row)->tags.first], node_of(row)->own_tags);
}

static const struct cp_column node_columns[] = {
    {"id", true, node_id},
    {"layer", false, node_layer},
    {"role", false, node_role},
    {"site", false, node_site},
    {"operator", false, node_operator},
    {"maker", false, node_maker},
    {"model", false, node_model},
    {"software", false, node_software},
    {"lat", false, node_lat},
    {"lon", false, node_lon},
    {"loopback", false, node_loopback},
    {"sid", false, node_sid},
    {"managed_by", false, node_managed_by},
    {"tags", false, node_tags},
};

/* sites.csv */

static const struct cp_site *site_of(const struct cp_at_row *row)
{
    return &row->c->sites[row->at];
}

static void site_id(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_out_text(cell, site_of(row)->id);
}

static void site_name(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_cell_own(cell, site_of(row)->filled, CP_FILLED_NAME, site_of(row)->name);
}

static void site_country(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_cell_own(cell, site_of(row)->filled, CP_FILLED_COUNTRY, site_of(row)->country);
}

static void site_lat(const struct cp_at_row *row, struct cp_out *cell)
{
    if ((site_of(row)->filled & CP_FILLED_LAT) == 0)
        cp_cell_degrees(cell, site_of(row)->lat_udeg);
}

static void site_lon(const struct cp_at_row *row, struct cp_out *cell)
{
    if ((site_of(row)->filled & CP_FILLED_LON) == 0)
        cp_cell_degrees(cell, site_of(row)->lon_udeg);
}

static void site_tags(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_cell_words(cell, &row->c->tags[site_of(row)->tags.first], site_of(row)->own_tags);
}

static const struct cp_column site_columns[] = {
    {"id", true, site_id},    {"name", false, site_name}, {"country", false, site_country},
    {"lat", false, site_lat}, {"lon", false, site_lon},   {"tags", false, site_tags},
};

/* demands.csv */

static const struct cp_demand *demand_of(const struct cp_at_row *row)
{
    return &row->c->demands[row->at];
}

static void demand_src(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_out_text(cell, demand_of(row)->src_name);
}

static void demand_dst(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_out_text(cell, demand_of(row)->dst_name);
}

static void demand_id(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_out_text(cell, demand_of(row)->id);
}

static void demand_class(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_out_text(cell, demand_of(row)->traffic_class);
}

static void demand_bandwidth(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_cell_u64(cell, demand_of(row)->bandwidth_bps, CP_BPS_NONE);
}

static void demand_tags(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_cell_words(cell, &row->c->tags[demand_of(row)->tags.first], demand_of(row)->tags.count);
}

static void demand_metric(const struct cp_at_row *row, struct cp_out *cell)
{
    if (demand_of(row)->wished.metric != CP_METRIC_COUNT)
        cp_out_str(cell, cp_metric_name(demand_of(row)->wished.metric));
}

static void demand_disjoint(const struct cp_at_row *row, struct cp_out *cell)
{
    if (demand_of(row)->wished.disjoint != CP_DISJOINT_COUNT)
        cp_out_str(cell, cp_disjoint_name(demand_of(row)->wished.disjoint));
}

static void demand_co_routed(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_said said = demand_of(row)->wished.co_routed;

    if (said != CP_SAID_NOTHING)
        cp_out_str(cell, said == CP_SAID_YES ? "yes" : "no");
}

static void demand_delay(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_cell_u64(cell, demand_of(row)->wished.delay_max_us, 0);
}

static void demand_hops(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_cell_u64(cell, demand_of(row)->wished.hops_max, 0);
}

static void demand_avoid(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_out_text(cell, demand_of(row)->avoid);
}

static void demand_require(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_out_text(cell, demand_of(row)->require);
}

static const struct cp_column demand_columns[] = {
    {"id", false, demand_id},
    {"src", true, demand_src},
    {"dst", true, demand_dst},
    {"class", false, demand_class},
    {"bandwidth_bps", false, demand_bandwidth},
    {"tags", false, demand_tags},
    {"metric", false, demand_metric},
    {"disjoint", false, demand_disjoint},
    {"co_routed", false, demand_co_routed},
    {"max_delay_us", false, demand_delay},
    {"max_hops", false, demand_hops},
    {"avoid", false, demand_avoid},
    {"require", false, demand_require},
};

const struct cp_columns cp_node_columns = {node_columns, CP_COUNT(node_columns)};

const struct cp_columns cp_site_columns = {site_columns, CP_COUNT(site_columns)};

const struct cp_columns cp_demand_columns = {demand_columns, CP_COUNT(demand_columns)};
