#include "tables.h"

/* What each table has, and what becomes of its rows. */

#define NODE(field) offsetof(struct cp_node_row, field)
static const struct cp_column node_columns[] = {
    {"id", CELL_NAME, NEED_CELL, NODE(id), 0, 0},
    {"layer", CELL_LAYER, NEED_NOTHING, NODE(layer), 0, 0},
    {"role", CELL_TEXT, NEED_NOTHING, NODE(role), 0, 0},
    {"site", CELL_NAME, NEED_NOTHING, NODE(site), 0, NODE(site_column)},
    {"operator", CELL_TEXT, NEED_NOTHING, NODE(operator_name), 0, 0},
    {"maker", CELL_TEXT, NEED_NOTHING, NODE(maker), NODE(maker_place), 0},
    {"model", CELL_TEXT, NEED_NOTHING, NODE(model), 0, 0},
    {"software", CELL_TEXT, NEED_NOTHING, NODE(software), NODE(software_place), 0},
    {"lat", CELL_LAT, NEED_NOTHING, NODE(lat_udeg), 0, 0},
    {"lon", CELL_LON, NEED_NOTHING, NODE(lon_udeg), 0, 0},
    {"loopback", CELL_ADDRESSES, NEED_NOTHING, NODE(loopback), 0, 0},
    {"sid", CELL_SID, NEED_NOTHING, NODE(sid), 0, 0},
    {"managed_by", CELL_TEXT, NEED_NOTHING, NODE(managed_by), 0, NODE(managed_by_column)},
    {"tags", CELL_TEXT, NEED_NOTHING, NODE(tags), 0, 0},
};

#define LINK(field) offsetof(struct cp_link_row, field)
static const struct cp_column link_columns[] = {
    {"a", CELL_NAME, NEED_CELL, LINK(a), 0, LINK(a_column)},
    {"b", CELL_NAME, NEED_COLUMN, LINK(b), 0, LINK(b_column)},
    {"id", CELL_NAME, NEED_NOTHING, LINK(id), 0, 0},
    {"a_port", CELL_TEXT, NEED_NOTHING, LINK(a_port), 0, 0},
    {"b_port", CELL_TEXT, NEED_NOTHING, LINK(b_port), 0, 0},
    {"layer", CELL_LAYER, NEED_NOTHING, LINK(layer), 0, 0},
    {"class", CELL_TEXT, NEED_NOTHING, LINK(link_class), 0, 0},
    {"metric_ab", CELL_METRIC, NEED_NOTHING, LINK(metric_ab), 0, 0},
    {"metric_ba", CELL_METRIC, NEED_NOTHING, LINK(metric_ba), 0, 0},
    {"capacity_bps", CELL_BPS, NEED_NOTHING, LINK(capacity_bps), 0, 0},
    {"delay_us", CELL_DELAY, NEED_NOTHING, LINK(delay_us), 0, 0},
    {"srlgs", CELL_TEXT, NEED_NOTHING, LINK(srlgs), 0, 0},
    {"over", CELL_TEXT, NEED_NOTHING, LINK(over), 0, LINK(over_column)},
    {"maker", CELL_TEXT, NEED_NOTHING, LINK(maker), 0, 0},
    {"operator", CELL_TEXT, NEED_NOTHING, LINK(operator_name), 0, 0},
    {"tags", CELL_TEXT, NEED_NOTHING, LINK(tags), 0, 0},
};

#define SITE(field) offsetof(struct cp_site_row, field)
static const struct cp_column site_columns[] = {
    {"id", CELL_NAME, NEED_CELL, SITE(id), 0, 0},
    {"name", CELL_TEXT, NEED_NOTHING, SITE(name), 0, 0},
    {"country", CELL_TEXT, NEED_NOTHING, SITE(country), 0, 0},
    {"lat", CELL_LAT, NEED_NOTHING, SITE(lat_udeg), 0, 0},
    {"lon", CELL_LON, NEED_NOTHING, SITE(lon_udeg), 0, 0},
    {"tags", CELL_TEXT, NEED_NOTHING, SITE(tags), 0, 0},
};

#define DEMAND(field) offsetof(struct cp_demand_row, field)
static const struct cp_column demand_columns[] = {
    {"src", CELL_NAME, NEED_CELL, DEMAND(src), 0, DEMAND(src_column)},
    {"dst", CELL_NAME, NEED_CELL, DEMAND(dst), 0, DEMAND(dst_column)},
    {"id", CELL_NAME, NEED_NOTHING, DEMAND(id), 0, 0},
    {"class", CELL_TEXT, NEED_NOTHING, DEMAND(traffic_class), 0, 0},
    {"bandwidth_bps", CELL_BPS, NEED_NOTHING, DEMAND(bandwidth_bps), 0, 0},
    {"tags", CELL_TEXT, NEED_NOTHING, DEMAND(tags), 0, 0},
    {"metric", CELL_PATH_METRIC, NEED_NOTHING, DEMAND(wished.metric), 0, 0},
    {"disjoint", CELL_DISJOINT, NEED_NOTHING, DEMAND(wished.disjoint), 0, 0},
    {"co_routed", CELL_SAID, NEED_NOTHING, DEMAND(wished.co_routed), 0, 0},
    {"max_delay_us", CELL_BOUND, NEED_NOTHING, DEMAND(wished.delay_max_us), 0, 0},
    {"max_hops", CELL_BOUND, NEED_NOTHING, DEMAND(wished.hops_max), 0, 0},
    {"avoid", CELL_TEXT, NEED_NOTHING, DEMAND(avoid), 0, DEMAND(avoid_column)},
    {"require", CELL_TEXT, NEED_NOTHING, DEMAND(require), 0, DEMAND(require_column)},
};

#define FACT(field) offsetof(struct cp_fact_row, field)
static const struct cp_column fact_columns[] = {
    {"object", CELL_NAME, NEED_CELL, FACT(object), 0, 0},
    {"attribute", CELL_TEXT, NEED_CELL, FACT(attribute), 0, 0},
    {"value", CELL_TEXT, NEED_CELL, FACT(value), 0, 0},
    {"evidence", CELL_TEXT, NEED_NOTHING, FACT(evidence), 0, 0},
    {"source", CELL_TEXT, NEED_NOTHING, FACT(source), 0, 0},
    {"who", CELL_TEXT, NEED_NOTHING, FACT(who), 0, 0},
    {"date", CELL_DATE, NEED_NOTHING, FACT(date), 0, 0},
    {"expires", CELL_DATE, NEED_NOTHING, FACT(expires), 0, 0},
    {"part", CELL_NAME, NEED_NOTHING, FACT(part), 0, 0},
    {"foreign", CELL_YES, NEED_NOTHING, FACT(foreign), 0, 0},
};

#define VOUCHED(field) offsetof(struct cp_vouched, field)
static const struct cp_column evidence_columns[] = {
    {"file", CELL_NAME, NEED_CELL, VOUCHED(file), 0, 0},
    {"node", CELL_NAME, NEED_NOTHING, VOUCHED(node), 0, 0},
    {"evidence", CELL_TEXT, NEED_NOTHING, VOUCHED(evidence), VOUCHED(evidence_place), 0},
    {"who", CELL_TEXT, NEED_NOTHING, VOUCHED(who), 0, 0},
    {"date", CELL_DATE, NEED_NOTHING, VOUCHED(date), 0, 0},
};

static void make_node(cp_place place, union cp_table_row *row)
{
    row->node = cp_node_row_make(place, CP_TEXT(""));
}

static void make_link(cp_place place, union cp_table_row *row)
{
    row->link = cp_link_row_make(place, CP_TEXT(""), CP_TEXT(""));
}

static void make_site(cp_place place, union cp_table_row *row)
{
    row->site = cp_site_row_make(place, CP_TEXT(""));
}

static void make_demand(cp_place place, union cp_table_row *row)
{
    row->demand = cp_demand_row_make(place, CP_TEXT(""), CP_TEXT(""));
}

static void make_fact(cp_place place, union cp_table_row *row)
{
    row->fact = (struct cp_fact_row){.place = place, .date = CP_DATE_NONE, .expires = CP_DATE_NONE};
}

static void make_vouched(cp_place place, union cp_table_row *row)
{
    row->vouched =
        (struct cp_vouched){.place = place, .evidence_place = place, .date = CP_DATE_NONE};
}

static cp_err whole_place(struct cp_doc *doc, cp_place place, int32_t lat_udeg, int32_t lon_udeg)
{
    if ((lat_udeg == CP_COORD_NONE) == (lon_udeg == CP_COORD_NONE))
        return CP_OK;
    return cp_doc_fail(doc, CP_ERR_MALFORMED, place, "lat and lon stand together or not at all",
                       CP_TEXT(""));
}

static cp_err add_node(struct cp_doc *doc, const union cp_table_row *row)
{
    const struct cp_node_row *node = &row->node;

    CP_TRY(whole_place(doc, node->place, node->lat_udeg, node->lon_udeg));
    return cp_build_node(doc->build, node, doc->diag);
}

static cp_err add_link(struct cp_doc *doc, const union cp_table_row *row)
{
    return cp_build_link(doc->build, &row->link, doc->diag);
}

static cp_err add_site(struct cp_doc *doc, const union cp_table_row *row)
{
    const struct cp_site_row *site = &row->site;

    CP_TRY(whole_place(doc, site->place, site->lat_udeg, site->lon_udeg));
    return cp_build_site(doc->build, site, doc->diag);
}

static cp_err add_demand(struct cp_doc *doc, const union cp_table_row *row)
{
    return cp_build_demand(doc->build, &row->demand, doc->diag);
}

static cp_err add_fact(struct cp_doc *doc, const union cp_table_row *row)
{
    return cp_build_fact(doc->build, &row->fact, doc->diag);
}

/* The texts are copied: the document goes, the rows stay. */
static cp_err add_vouched(struct cp_doc *doc, const union cp_table_row *row)
{
    struct cp_read *read = doc->read;
    struct cp_vouched vouched = row->vouched;
    cp_text *const texts[] = {&vouched.file, &vouched.node, &vouched.evidence, &vouched.who};
    void *list = read->vouched;

    for (size_t i = 0; i < CP_COUNT(texts); i++)
        CP_TRY(cp_text_copy(*texts[i], read->arena, texts[i]));
    CP_TRY(cp_arena_grow(read->arena, &list, read->vouched_count, &read->vouched_cap,
                         sizeof(*read->vouched)));
    read->vouched = list;
    read->vouched[read->vouched_count++] = vouched;
    cp_build_used(doc->build, doc->file, 1);
    return CP_OK;
}

static const struct cp_table tables[] = {
    {CP_FORMAT_NODES_CSV, node_columns, CP_COUNT(node_columns), make_node, add_node},
    {CP_FORMAT_LINKS_CSV, link_columns, CP_COUNT(link_columns), make_link, add_link},
    {CP_FORMAT_SITES_CSV, site_columns, CP_COUNT(site_columns), make_site, add_site},
    {CP_FORMAT_DEMANDS_CSV, demand_columns, CP_COUNT(demand_columns), make_demand, add_demand},
    {CP_FORMAT_FACTS_CSV, fact_columns, CP_COUNT(fact_columns), make_fact, add_fact},
    {CP_FORMAT_EVIDENCE_CSV, evidence_columns, CP_COUNT(evidence_columns), make_vouched,
     add_vouched},
};

const struct cp_table *cp_table_of(cp_format format)
{
    size_t i = 0;

    while (i + 1 < CP_COUNT(tables) && tables[i].format != format)
        i++;
    return &tables[i];
}
