#include "odd_case.h"

#include <stdio.h>

#include "model/build.h"

struct odd {
    uint64_t seed;
    struct cp_build *build;
    uint32_t line;
    cp_text nodes[16], links[16], sites[4];
    cp_layer layers[16]; /* of the nodes */
    uint32_t node_count, link_count, site_count, refused;
};

static const char *const names[] = {
    "a",      "b",      "r1",       "r 1",     "r1/2",      "r1/2/3", "node:a",
    "link:a", "site:s", "x,y",      "q\"uote", " lead",     "b ",     "a--b",
    "a b",    "a  b",   "\xc3\xbc", "50%",     "a;b",       "tag:t",  "a|b",
    "a--b#2", "s",      "link:b",   "-",       "node:r1/2", "'",      "=1+1",
};

static const char *const words[] = {"core",    "edge", "a b", "unknown",
                                    "x,\"y\"", "KT",   "7",   "\xe6\xb1\x89"};

/* splitmix64 */
static uint32_t pick(struct odd *o, uint32_t count)
{
    uint64_t x = o->seed += UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((x ^ x >> 31) % count);
}

static bool chance(struct odd *o, uint32_t percent)
{
    return pick(o, 100) < percent;
}

/* A row that cannot be is left out. */
static void took(struct odd *o, cp_err err)
{
    o->refused += err != CP_OK;
}

static cp_place place(struct odd *o)
{
    return (cp_place){0, ++o->line, 1};
}

static cp_text a_name(struct odd *o)
{
    return cp_text_of(names[pick(o, CP_COUNT(names))]);
}

/* Empty more often than not. */
static cp_text a_word(struct odd *o)
{
    return chance(o, 30) ? cp_text_of(words[pick(o, CP_COUNT(words))]) : CP_TEXT("");
}

static cp_text a_list(struct odd *o)
{
    static const char *const lists[] = {"", "", "t", "t u", "u t v", "t t"};

    return cp_text_of(lists[pick(o, CP_COUNT(lists))]);
}

static int32_t a_coord(struct odd *o)
{
    static const int32_t coords[] = {0, 1, -1, 52520000, -33868800, 90000000, 1234567, -500000};

    return coords[pick(o, CP_COUNT(coords))];
}

static void add_sites(struct odd *o)
{
    for (uint32_t i = pick(o, 4); i > 0; i--) {
        struct cp_site_row row = cp_site_row_make(place(o), a_name(o));

        row.name = a_word(o);
        row.country = a_word(o);
        row.tags = a_list(o);
        if (chance(o, 40)) {
            row.lat_udeg = a_coord(o);
            row.lon_udeg = a_coord(o);
        }
        if (cp_build_site(o->build, &row, NULL) == CP_OK)
            o->sites[o->site_count++] = row.id;
    }
}

static cp_text a_node(struct odd *o)
{
    return o->nodes[pick(o, o->node_count)];
}

static void add_nodes(struct odd *o)
{
    for (uint32_t i = 2 + pick(o, 8); i > 0; i--) {
        struct cp_node_row row = cp_node_row_make(place(o), a_name(o));

        row.layer = chance(o, 70) ? CP_LAYER_IP : (cp_layer)pick(o, CP_LAYER_COUNT);
        row.role = a_word(o);
        row.operator_name = a_word(o);
        row.maker = a_word(o);
        row.model = a_word(o);
        row.software = a_word(o);
        row.loopback = chance(o, 20) ? CP_TEXT("192.0.2.1 2001:db8::1") : CP_TEXT("");
        row.sid = chance(o, 20) ? CP_TEXT("16001") : CP_TEXT("");
        row.tags = a_list(o);
        if (o->site_count > 0 && chance(o, 50))
            row.site = o->sites[pick(o, o->site_count)];
        else if (o->site_count == 0 && chance(o, 20))
            row.site = a_name(o); /* bare sites */
        if (o->node_count > 0 && chance(o, 20))
            row.managed_by = a_node(o);
        if (chance(o, 30)) {
            row.lat_udeg = a_coord(o);
            row.lon_udeg = a_coord(o);
        }
        if (cp_build_node(o->build, &row, NULL) == CP_OK) {
            o->layers[o->node_count] = row.layer;
            o->nodes[o->node_count++] = row.id;
        }
    }
}

/* A link that can be: of layer ip only between nodes of it. */
static struct cp_link_row a_link(struct odd *o)
{
    uint32_t a = pick(o, o->node_count), b = pick(o, o->node_count);
    struct cp_link_row row = cp_link_row_make(place(o), o->nodes[a], o->nodes[b]);

    if (o->layers[a] != CP_LAYER_IP || o->layers[b] != CP_LAYER_IP || chance(o, 30))
        row.layer = (cp_layer)(1 + pick(o, CP_LAYER_COUNT - 1));
    row.a_port = chance(o, 40) ? CP_TEXT("et-0/0/1") : a_word(o);
    row.b_port = chance(o, 40) ? CP_TEXT("et-0/0/2") : a_word(o);
    row.metric_ab = chance(o, 50) ? 1 + pick(o, 3) : 0;
    row.metric_ba = chance(o, 30) ? 1 + pick(o, 3) : 0;
    return row;
}

static void describe_link(struct odd *o, struct cp_link_row *row)
{
    static const char *const joints[] = {" | ", "  ", " ", "|"};
    char over[256];

    row->link_class = chance(o, 15) ? CP_TEXT("leased-circuit") : a_word(o);
    row->capacity_bps = chance(o, 30) ? pick(o, 4) : CP_BPS_NONE;
    row->delay_us = chance(o, 30) ? pick(o, 4) : CP_DELAY_NONE;
    row->srlgs = a_list(o);
    row->maker = a_word(o);
    row->operator_name = a_word(o);
    row->tags = a_list(o);
    if (o->link_count > 0 && chance(o, 30)) {
        int len = snprintf(over, sizeof(over), "%s%s%s", o->links[pick(o, o->link_count)].at,
                           joints[pick(o, CP_COUNT(joints))],
                           chance(o, 50) ? o->links[pick(o, o->link_count)].at : "");

        row->over = (cp_text){over, (size_t)len};
    }
    if (cp_build_link(o->build, row, NULL) == CP_OK && row->id.len > 0 && o->link_count < 16)
        o->links[o->link_count++] = row->id;
}

static void add_lan(struct odd *o)
{
    cp_text id = a_name(o);
    cp_layer layer = (cp_layer)(1 + pick(o, CP_LAYER_COUNT - 1));

    for (uint32_t i = 1 + pick(o, 3); i > 0; i--) {
        struct cp_link_row row = a_link(o);

        row.id = id;
        row.layer = layer;
        row.link_class = CP_TEXT("lan");
        row.maker = a_word(o);
        row.tags = a_list(o);
        row.operator_name = a_word(o);
        if (cp_build_link(o->build, &row, NULL) != CP_OK)
            return;
    }
}

static void add_links(struct odd *o)
{
    for (uint32_t i = pick(o, 9); i > 0; i--) {
        struct cp_link_row row;

        if (chance(o, 20)) {
            add_lan(o);
            continue;
        }
        row = a_link(o);
        if (chance(o, 50))
            row.id = a_name(o);
        describe_link(o, &row);
    }
}

static struct cp_fact_row a_fact(struct odd *o)
{
    static const char *const attributes[] = {
        "maker",  "model",  "software", "serial",   "role",       "site",  "operator",  "class",
        "tags",   "srlgs",  "over",     "capacity", "lat",        "lon",   "country",   "name",
        "vendor", "x-mine", "sid",      "loopback", "managed_by", "layer", "installed", "premises",
    };
    static const char *const values[] = {"core", "unknown",    "t w", "lan",    "leased-circuit",
                                         "7",    "52.5",       "s",   "a",      "a b",
                                         "a--b", "2026-01-02", " x ", "optical"};
    static const cp_date dates[] = {CP_DATE_NONE, CP_DATE_NONE, 0, 20000, 30000};
    struct cp_fact_row row = {.place = place(o),
                              .attribute = cp_text_of(attributes[pick(o, CP_COUNT(attributes))]),
                              .value = cp_text_of(values[pick(o, CP_COUNT(values))]),
                              .evidence = a_word(o),
                              .source = a_word(o),
                              .who = a_word(o),
                              .date = dates[pick(o, CP_COUNT(dates))],
                              .expires = dates[pick(o, CP_COUNT(dates))]};

    if (chance(o, 50))
        row.evidence = row.source = row.who = CP_TEXT("");
    return row;
}

static cp_text a_part(struct odd *o)
{
    static const char *const parts[] = {"", "", "2", "2/3", "slot 1", "/", "et-0/0/1/xcvr", "a/b/"};

    return cp_text_of(parts[pick(o, CP_COUNT(parts))]);
}

/* What a foreign format says inside the record of the thing added last. */
static void add_facts_on_last(struct odd *o)
{
    for (uint32_t i = pick(o, 3); i > 0; i--) {
        struct cp_fact_row row = a_fact(o);

        row.object = o->node_count > 0 ? a_part(o) : CP_TEXT(""); /* sites have none */
        if (chance(o, 30))
            took(o, cp_build_record_on_last(o->build, &row, NULL));
        else
            took(o, cp_build_fact_on_last(o->build, &row, NULL));
    }
}

static void add_facts(struct odd *o)
{
    for (uint32_t i = pick(o, 30); i > 0; i--) {
        static const char *const kinds[] = {"", "", "", "node:", "link:", "site:"};
        struct cp_fact_row row = a_fact(o);
        cp_text id = chance(o, 60) && o->node_count > 0 ? a_node(o) : a_name(o);
        cp_text part = a_part(o);
        char object[128];
        int len = snprintf(object, sizeof(object), "%s%s%s%s", kinds[pick(o, CP_COUNT(kinds))],
                           id.at, part.len > 0 ? "/" : "", part.at);

        row.object = (cp_text){object, (size_t)len};
        if (chance(o, 20)) {
            row.object = id;
            row.part = part;
        }
        row.foreign = chance(o, 10);
        took(o, cp_build_fact(o->build, &row, NULL));
    }
}

static void add_demands(struct odd *o)
{
    for (uint32_t i = pick(o, 4); i > 0; i--) {
        struct cp_demand_row row =
            cp_demand_row_make(place(o), chance(o, 70) ? a_node(o) : CP_TEXT("site:s"),
                               chance(o, 70) ? a_node(o) : CP_TEXT("tag:t"));

        row.id = chance(o, 50) ? a_name(o) : CP_TEXT("");
        row.traffic_class = a_word(o);
        row.bandwidth_bps = chance(o, 50) ? pick(o, 10) : CP_BPS_NONE;
        row.tags = a_list(o);
        row.wished = (struct cp_wished){.metric = (cp_metric)pick(o, CP_METRIC_COUNT + 1),
                                        .disjoint = (cp_disjoint)pick(o, CP_DISJOINT_COUNT + 1),
                                        .co_routed = (cp_said)pick(o, CP_SAID_COUNT),
                                        .delay_max_us = pick(o, 3),
                                        .hops_max = pick(o, 3)};
        row.avoid = a_list(o);
        row.require = a_list(o);
        took(o, cp_build_demand(o->build, &row, NULL));
    }
}

const struct cp_case *odd_case_make(uint64_t seed, cp_date as_of, struct cp_arena *arena)
{
    struct odd o = {.seed = seed};
    const struct cp_case *c = NULL;
    uint32_t file;

    if (cp_build_open(arena, &o.build) != CP_OK ||
        cp_build_input(o.build, CP_TEXT("odd"), CP_TEXT(""), &file) != CP_OK)
        return NULL;
    add_sites(&o);
    add_facts_on_last(&o);
    add_nodes(&o);
    if (o.node_count == 0)
        return NULL;
    add_facts_on_last(&o);
    add_links(&o);
    add_facts_on_last(&o);
    add_facts(&o);
    add_demands(&o);
    return cp_build_finish(o.build, as_of, &c, NULL) == CP_OK ? c : NULL;
}
