#include "yang_own.h"

#include "base/out.h"

/* Records of our own networks to rows: leaves are cells as the tables have them (build.h), facts are facts
 * of their own.  Texts are taken as they stand. */

#define OWN CP_YANG_OWN

/* --- leaves --------------------------------------------------------------------------------- */

cp_err cp_yang_exact(struct cp_yang *yang, const struct cp_json_value *value, cp_text *out)
{
    if (value->kind != CP_JSON_TEXT && value->kind != CP_JSON_NUMBER)
        return cp_yang_refuse(yang, CP_ERR_MALFORMED, value->place,
                              "a text or a number is expected here", value->key);
    return cp_text_copy(value->text, yang->doc->arena, out);
}

/* Adds an item to a list.  One id may hold spaces: the first two of several stand farther from each other than the
 * words of any id do. */
static void put_item(const struct cp_yang *yang, struct cp_out *list, cp_text item, uint32_t at)
{
    for (uint32_t i = 0; at > 0 && i < (at == 1 ? yang->own->gap : 1); i++)
        cp_out_char(list, ' ');
    cp_out_text(list, item);
}

/* An array of texts as a list: with spaces between. */
static cp_err take_list(struct cp_yang *yang, const struct cp_json_value *value, cp_text *list)
{
    struct cp_out out = cp_out_make(yang->doc->arena);
    uint32_t count = 0;

    if (value->kind != CP_JSON_ARRAY)
        return cp_yang_refuse(yang, CP_ERR_MALFORMED, value->place,
                              "an array ([...]) is expected here", value->key);
    for (const struct cp_json_value *item = value->first; item != NULL; item = item->next) {
        if (item->kind != CP_JSON_TEXT)
            return cp_yang_refuse(yang, CP_ERR_MALFORMED, item->place, "a text is expected here",
                                  item->text);
        put_item(yang, &out, item->text, count++);
    }
    return cp_out_done(&out, list);
}

static cp_err take_number(struct cp_yang *yang, const struct cp_json_value *value, uint64_t max,
                          uint64_t *number)
{
    if (cp_yang_number(value, max, number))
        return CP_OK;
    return cp_yang_refuse(yang, CP_ERR_RANGE, value->place, "no whole number in range",
                          value->text);
}

/* --- facts ---------------------------------------------------------------------------------- */

struct fact {
    struct cp_fact_row row;
    cp_text date, expires;
};

#define FACT_TAKE(name, field)                                                              \
    static cp_err name(struct cp_yang *yang, const struct cp_json_value *value, void *into) \
    {                                                                                       \
        return cp_yang_exact(yang, value, &((struct fact *)into)->field);                   \
    }
FACT_TAKE(take_fact_part, row.part)
FACT_TAKE(take_fact_attribute, row.attribute)
FACT_TAKE(take_fact_value, row.value)
FACT_TAKE(take_fact_evidence, row.evidence)
FACT_TAKE(take_fact_source, row.source)
FACT_TAKE(take_fact_who, row.who)
FACT_TAKE(take_fact_date, date)
FACT_TAKE(take_fact_expires, expires)
#undef FACT_TAKE

static cp_err take_fact_foreign(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    if (value->kind != CP_JSON_TRUE && value->kind != CP_JSON_FALSE)
        return cp_yang_refuse(yang, CP_ERR_MALFORMED, value->place,
                              "true or false is expected here", value->text);
    ((struct fact *)into)->row.foreign = value->kind == CP_JSON_TRUE;
    return CP_OK;
}

/* Facts stand in their order. */
static cp_err take_nothing(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    (void)yang;
    (void)value;
    (void)into;
    return CP_OK;
}

static cp_err day(struct cp_yang *yang, cp_place place, cp_text text, cp_date *date)
{
    *date = CP_DATE_NONE;
    if (text.len == 0 || cp_date_parse(text, date) == CP_OK)
        return CP_OK;
    return cp_yang_refuse(yang, CP_ERR_MALFORMED, place, "no date: YYYY-MM-DD", text);
}

static cp_err take_fact(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {
        {OWN, "number", take_nothing, NULL, NULL},
        {OWN, "part", take_fact_part, NULL, NULL},
        {OWN, "attribute", take_fact_attribute, NULL, NULL},
        {OWN, "value", take_fact_value, NULL, NULL},
        {OWN, "evidence", take_fact_evidence, NULL, NULL},
        {OWN, "source", take_fact_source, NULL, NULL},
        {OWN, "who", take_fact_who, NULL, NULL},
        {OWN, "date", take_fact_date, NULL, NULL},
        {OWN, "expires", take_fact_expires, NULL, NULL},
        {OWN, "foreign", take_fact_foreign, NULL, NULL},
    };
    struct fact fact = {.row = {.place = value->place}};

    (void)into;
    CP_TRY(cp_yang_walk(yang, value, rules, CP_COUNT(rules), &fact));
    CP_TRY(day(yang, value->place, fact.date, &fact.row.date));
    CP_TRY(day(yang, value->place, fact.expires, &fact.row.expires));
    CP_TRY(cp_build_record_on_last(yang->doc->build, &fact.row, yang->doc->diag));
    cp_build_used(yang->doc->build, yang->doc->file, 1);
    return CP_OK;
}

/* About the thing that was added last, whatever its id may mean beside it. */
static cp_err add_facts(struct cp_yang *yang, const struct cp_json_value *facts)
{
    return facts == NULL ? CP_OK : cp_yang_each(yang, facts, take_fact, NULL);
}

/* --- nodes ---------------------------------------------------------------------------------- */

struct node {
    struct cp_node_row row;
    const struct cp_json_value *facts;
};

#define NODE_TAKE(name, field)                                                              \
    static cp_err name(struct cp_yang *yang, const struct cp_json_value *value, void *into) \
    {                                                                                       \
        return cp_yang_exact(yang, value, &((struct node *)into)->row.field);               \
    }
NODE_TAKE(take_node_role, role)
NODE_TAKE(take_node_site, site)
NODE_TAKE(take_node_operator, operator_name)
NODE_TAKE(take_node_model, model)
NODE_TAKE(take_node_loopback, loopback)
NODE_TAKE(take_node_sid, sid)
#undef NODE_TAKE

static cp_err take_node_maker(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    ((struct node *)into)->row.maker_place = value->place;
    return cp_yang_exact(yang, value, &((struct node *)into)->row.maker);
}

static cp_err take_node_software(struct cp_yang *yang, const struct cp_json_value *value,
                                 void *into)
{
    ((struct node *)into)->row.software_place = value->place;
    return cp_yang_exact(yang, value, &((struct node *)into)->row.software);
}

static cp_err take_node_lat(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_degrees(yang, value, 90, &((struct node *)into)->row.lat_udeg);
}

static cp_err take_node_lon(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_degrees(yang, value, 180, &((struct node *)into)->row.lon_udeg);
}

static cp_err take_node_managers(struct cp_yang *yang, const struct cp_json_value *value,
                                 void *into)
{
    return take_list(yang, value, &((struct node *)into)->row.managed_by);
}

static cp_err take_node_tags(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return take_list(yang, value, &((struct node *)into)->row.tags);
}

static cp_err take_node_facts(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    (void)yang;
    ((struct node *)into)->facts = value;
    return CP_OK;
}

cp_err cp_yang_own_node_row(struct cp_yang *yang, cp_text id, cp_place place,
                            const struct cp_json_value *record)
{
    static const struct cp_yang_rule rules[] = {
        {OWN, "id", take_nothing, NULL, NULL},
        {OWN, "role", take_node_role, NULL, NULL},
        {OWN, "site", take_node_site, NULL, NULL},
        {OWN, "operator", take_node_operator, NULL, NULL},
        {OWN, "maker", take_node_maker, NULL, NULL},
        {OWN, "model", take_node_model, NULL, NULL},
        {OWN, "software", take_node_software, NULL, NULL},
        {OWN, "latitude", take_node_lat, NULL, NULL},
        {OWN, "longitude", take_node_lon, NULL, NULL},
        {OWN, "loopback", take_node_loopback, NULL, NULL},
        {OWN, "sid", take_node_sid, NULL, NULL},
        {OWN, "managed-by", take_node_managers, NULL, NULL},
        {OWN, "tag", take_node_tags, NULL, NULL},
        {OWN, "fact", take_node_facts, NULL, NULL},
    };
    struct node node = {.row = cp_node_row_make(place, id)};

    node.row.layer = yang->own->layer;
    if (record != NULL)
        CP_TRY(cp_yang_walk(yang, record, rules, CP_COUNT(rules), &node));
    CP_TRY(cp_build_node(yang->doc->build, &node.row, yang->doc->diag));
    return add_facts(yang, node.facts);
}

/* --- links ---------------------------------------------------------------------------------- */

struct link {
    struct cp_link_row row;
    const struct cp_json_value *facts;
};

#define LINK_TAKE(name, field)                                                              \
    static cp_err name(struct cp_yang *yang, const struct cp_json_value *value, void *into) \
    {                                                                                       \
        return cp_yang_exact(yang, value, &((struct link *)into)->row.field);               \
    }
LINK_TAKE(take_link_class, link_class)
LINK_TAKE(take_link_operator, operator_name)
LINK_TAKE(take_link_maker, maker)
#undef LINK_TAKE

static cp_err take_link_capacity(struct cp_yang *yang, const struct cp_json_value *value,
                                 void *into)
{
    return take_number(yang, value, CP_BPS_NONE - 1, &((struct link *)into)->row.capacity_bps);
}

static cp_err take_link_delay(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    uint64_t delay_us = 0;

    CP_TRY(take_number(yang, value, CP_DELAY_NONE - 1, &delay_us));
    ((struct link *)into)->row.delay_us = (uint32_t)delay_us;
    return CP_OK;
}

static cp_err take_link_srlgs(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return take_list(yang, value, &((struct link *)into)->row.srlgs);
}

static cp_err take_link_tags(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return take_list(yang, value, &((struct link *)into)->row.tags);
}

static cp_err take_way_links(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    struct cp_out *over = into;
    cp_text links;

    CP_TRY(take_list(yang, value, &links));
    if (over->len > 0)
        cp_out_str(over, " | ");
    cp_out_text(over, links);
    return over->err;
}

static cp_err take_way(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {
        {OWN, "number", take_nothing, NULL, NULL},
        {OWN, "link", take_way_links, NULL, NULL},
    };

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), into);
}

static cp_err take_link_ways(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    struct cp_out over = cp_out_make(yang->doc->arena);

    CP_TRY(cp_yang_each(yang, value, take_way, &over));
    return cp_out_done(&over, &((struct link *)into)->row.over);
}

static cp_err take_link_facts(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    (void)yang;
    ((struct link *)into)->facts = value;
    return CP_OK;
}

static cp_err read_record(struct cp_yang *yang, const struct cp_json_value *record,
                          struct link *link)
{
    static const struct cp_yang_rule rules[] = {
        {OWN, "id", take_nothing, NULL, NULL},
        {OWN, "class", take_link_class, NULL, NULL},
        {OWN, "capacity-bps", take_link_capacity, NULL, NULL},
        {OWN, "delay-us", take_link_delay, NULL, NULL},
        {OWN, "operator", take_link_operator, NULL, NULL},
        {OWN, "maker", take_link_maker, NULL, NULL},
        {OWN, "srlg", take_link_srlgs, NULL, NULL},
        {OWN, "alternative", take_link_ways, NULL, NULL},
        {OWN, "tag", take_link_tags, NULL, NULL},
        {OWN, "fact", take_link_facts, NULL, NULL},
    };

    link->row.layer = yang->own->layer;
    return record == NULL ? CP_OK : cp_yang_walk(yang, record, rules, CP_COUNT(rules), link);
}

/* The only way, where no alternatives say more: all that carry the link. */
static cp_err read_supports(struct cp_yang *yang, const struct cp_json_value *supports,
                            cp_text *over)
{
    uint32_t first = yang->refs.count;
    struct cp_out out = cp_out_make(yang->doc->arena);

    if (supports == NULL || over->len > 0)
        return CP_OK;
    CP_TRY(cp_yang_each(yang, supports, cp_yang_ref_take, &yang->refs));
    for (uint32_t i = first; i < yang->refs.count; i++) {
        const struct cp_yang_ref *ref = CP_YANG_AT(yang->refs, struct cp_yang_ref, i);
        cp_text id;

        CP_TRY(cp_yang_own_name(yang, yang->own->links,
                                ref->network.len > 0 ? ref->network : yang->own->network, ref->name,
                                &id));
        /* Of a name that is not there the build says so. */
        put_item(yang, &out, id.len > 0 ? id : ref->name, i - first);
    }
    yang->refs.count = first;
    return cp_out_done(&out, over);
}

cp_err cp_yang_own_link_row(struct cp_yang *yang, struct cp_link_row *row,
                            const struct cp_json_value *record,
                            const struct cp_json_value *supports)
{
    struct link link = {.row = *row};

    CP_TRY(read_record(yang, record, &link));
    CP_TRY(read_supports(yang, supports, &link.row.over));
    CP_TRY(cp_build_link(yang->doc->build, &link.row, yang->doc->diag));
    return add_facts(yang, link.facts);
}

/* A row for each end but the first, all of one id: the build joins them. */
cp_err cp_yang_own_lan_rows(struct cp_yang *yang, const struct cp_yang_lan *lan,
                            const struct cp_yang_lan_end *ends, uint32_t count)
{
    struct link link = {.row = cp_link_row_make(lan->place, CP_TEXT(""), CP_TEXT(""))};

    if (count < 2)
        return cp_yang_refuse(yang, CP_ERR_MALFORMED, lan->place,
                              "a LAN needs links from two nodes at least", lan->id);
    CP_TRY(read_record(yang, lan->record, &link));
    link.row.id = lan->id;
    link.row.link_class = CP_TEXT("lan");
    link.row.a = ends[0].node;
    link.row.a_port = ends[0].port;
    link.row.metric_ab = ends[0].metric;
    for (uint32_t i = 1; i < count; i++) {
        struct cp_link_row row = link.row;

        row.place = ends[i].place;
        row.b = ends[i].node;
        row.b_port = ends[i].port;
        row.metric_ba = ends[i].metric;
        if (i > 1)
            row.maker = CP_TEXT(""); /* each row's would be a fact of its own */
        CP_TRY(cp_build_link(yang->doc->build, &row, yang->doc->diag));
    }
    return add_facts(yang, link.facts);
}

/* --- sites ---------------------------------------------------------------------------------- */

struct site {
    struct cp_site_row row;
    const struct cp_json_value *facts;
};

#define SITE_TAKE(name, field)                                                              \
    static cp_err name(struct cp_yang *yang, const struct cp_json_value *value, void *into) \
    {                                                                                       \
        return cp_yang_exact(yang, value, &((struct site *)into)->row.field);               \
    }
SITE_TAKE(take_site_id, id)
SITE_TAKE(take_site_name, name)
SITE_TAKE(take_site_country, country)
#undef SITE_TAKE

static cp_err take_site_lat(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_degrees(yang, value, 90, &((struct site *)into)->row.lat_udeg);
}

static cp_err take_site_lon(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_degrees(yang, value, 180, &((struct site *)into)->row.lon_udeg);
}

static cp_err take_site_tags(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return take_list(yang, value, &((struct site *)into)->row.tags);
}

static cp_err take_site_facts(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    (void)yang;
    ((struct site *)into)->facts = value;
    return CP_OK;
}

static cp_err take_site(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {
        {OWN, "id", take_site_id, NULL, NULL},
        {OWN, "name", take_site_name, NULL, NULL},
        {OWN, "country", take_site_country, NULL, NULL},
        {OWN, "latitude", take_site_lat, NULL, NULL},
        {OWN, "longitude", take_site_lon, NULL, NULL},
        {OWN, "tag", take_site_tags, NULL, NULL},
        {OWN, "fact", take_site_facts, NULL, NULL},
    };
    struct site site = {.row = cp_site_row_make(value->place, CP_TEXT(""))};

    (void)into;
    CP_TRY(cp_yang_walk(yang, value, rules, CP_COUNT(rules), &site));
    CP_TRY(cp_build_site(yang->doc->build, &site.row, yang->doc->diag));
    cp_build_used(yang->doc->build, yang->doc->file, 1);
    return add_facts(yang, site.facts);
}

/* --- demands -------------------------------------------------------------------------------- */

#define DEMAND_TAKE(name, field)                                                            \
    static cp_err name(struct cp_yang *yang, const struct cp_json_value *value, void *into) \
    {                                                                                       \
        return cp_yang_exact(yang, value, &((struct cp_demand_row *)into)->field);          \
    }
DEMAND_TAKE(take_demand_id, id)
DEMAND_TAKE(take_demand_src, src)
DEMAND_TAKE(take_demand_dst, dst)
DEMAND_TAKE(take_demand_class, traffic_class)
DEMAND_TAKE(take_demand_avoid, avoid)
DEMAND_TAKE(take_demand_require, require)
#undef DEMAND_TAKE

static cp_err take_demand_bandwidth(struct cp_yang *yang, const struct cp_json_value *value,
                                    void *into)
{
    return take_number(yang, value, CP_BPS_NONE - 1,
                       &((struct cp_demand_row *)into)->bandwidth_bps);
}

static cp_err take_demand_tags(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return take_list(yang, value, &((struct cp_demand_row *)into)->tags);
}

static cp_err take_demand_metric(struct cp_yang *yang, const struct cp_json_value *value,
                                 void *into)
{
    struct cp_demand_row *row = into;

    row->wished.metric = cp_metric_find(value->text);
    if (value->kind == CP_JSON_TEXT && row->wished.metric != CP_METRIC_COUNT)
        return CP_OK;
    return cp_yang_refuse(yang, CP_ERR_MALFORMED, value->place, "no metric: igp, te or delay",
                          value->text);
}

static cp_err take_demand_disjoint(struct cp_yang *yang, const struct cp_json_value *value,
                                   void *into)
{
    struct cp_demand_row *row = into;

    row->wished.disjoint = cp_disjoint_find(value->text);
    if (value->kind == CP_JSON_TEXT && row->wished.disjoint != CP_DISJOINT_COUNT)
        return CP_OK;
    return cp_yang_refuse(yang, CP_ERR_MALFORMED, value->place,
                          "no kind of disjointness: none, link, node, srlg or site", value->text);
}

static cp_err take_demand_co_routed(struct cp_yang *yang, const struct cp_json_value *value,
                                    void *into)
{
    if (value->kind != CP_JSON_TRUE && value->kind != CP_JSON_FALSE)
        return cp_yang_refuse(yang, CP_ERR_MALFORMED, value->place,
                              "true or false is expected here", value->text);
    ((struct cp_demand_row *)into)->wished.co_routed =
        value->kind == CP_JSON_TRUE ? CP_SAID_YES : CP_SAID_NO;
    return CP_OK;
}

static cp_err take_bound(struct cp_yang *yang, const struct cp_json_value *value, uint32_t *bound)
{
    uint64_t number = 0;

    CP_TRY(take_number(yang, value, UINT32_MAX, &number));
    *bound = (uint32_t)number;
    if (number > 0)
        return CP_OK;
    return cp_yang_refuse(yang, CP_ERR_RANGE, value->place, "not a whole number from 1 on",
                          value->text);
}

static cp_err take_demand_delay(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return take_bound(yang, value, &((struct cp_demand_row *)into)->wished.delay_max_us);
}

static cp_err take_demand_hops(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return take_bound(yang, value, &((struct cp_demand_row *)into)->wished.hops_max);
}

static cp_err take_demand(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {
        {OWN, "id", take_demand_id, NULL, NULL},
        {OWN, "src", take_demand_src, NULL, NULL},
        {OWN, "dst", take_demand_dst, NULL, NULL},
        {OWN, "class", take_demand_class, NULL, NULL},
        {OWN, "bandwidth-bps", take_demand_bandwidth, NULL, NULL},
        {OWN, "tag", take_demand_tags, NULL, NULL},
        {OWN, "metric", take_demand_metric, NULL, NULL},
        {OWN, "disjoint", take_demand_disjoint, NULL, NULL},
        {OWN, "co-routed", take_demand_co_routed, NULL, NULL},
        {OWN, "max-delay-us", take_demand_delay, NULL, NULL},
        {OWN, "max-hops", take_demand_hops, NULL, NULL},
        {OWN, "avoid", take_demand_avoid, NULL, NULL},
        {OWN, "require", take_demand_require, NULL, NULL},
    };
    struct cp_demand_row row = cp_demand_row_make(value->place, CP_TEXT(""), CP_TEXT(""));

    (void)into;
    if (yang->doc->read->leave_demands)
        return cp_yang_tally(yang, CP_REMARK_IGNORED, value->place,
                             "demands in a network file give way to files of demands", CP_TEXT(""));
    CP_TRY(cp_yang_walk(yang, value, rules, CP_COUNT(rules), &row));
    CP_TRY(cp_doc_demand(yang->doc, &row));
    cp_build_used(yang->doc->build, yang->doc->file, 1);
    return CP_OK;
}

static cp_err take_strictly(struct cp_yang *yang, const struct cp_json_value *value,
                            cp_err (*take)(struct cp_yang *yang, const struct cp_json_value *value,
                                           void *into))
{
    cp_err err;

    yang->strict = true;
    cp_build_counting(yang->doc->build, CP_COUNT_NO_ROWS);
    err = cp_yang_each(yang, value, take, NULL);
    cp_build_counting(yang->doc->build, CP_COUNT_ROWS);
    yang->strict = false;
    return err;
}

cp_err cp_yang_own_sites(struct cp_yang *yang, const struct cp_json_value *value, void *nothing)
{
    (void)nothing;
    return take_strictly(yang, value, take_site);
}

cp_err cp_yang_own_demands(struct cp_yang *yang, const struct cp_json_value *value, void *nothing)
{
    (void)nothing;
    return take_strictly(yang, value, take_demand);
}
