#include "dump.h"

#include <inttypes.h>
#include <stdlib.h>

#include "model/build.h"

/* Texts stand in brackets, so that spaces around them are seen. */
static void put(struct cp_out *out, const char *name, cp_text text)
{
    if (text.len == 0)
        return;
    cp_out_format(out, " %s=[", name);
    cp_out_text(out, text);
    cp_out_char(out, ']');
}

static void put_number(struct cp_out *out, const char *name, int64_t number)
{
    cp_out_format(out, " %s=%" PRId64, name, number);
}

static void put_words(struct cp_out *out, const char *name, const cp_text *words, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        put(out, name, words[i]);
}

/* One statement about the object of the line before.  That it came from a record of its own says
 * nothing where it neither fills nor would be left out. */
static void put_fact(const struct cp_case *c, uint32_t at, struct cp_out *out)
{
    const struct cp_fact *fact = &c->facts[at];
    bool plain =
        cp_build_is_plain_fact(fact->kind, fact->part.len > 0, fact->attribute, fact->value);

    cp_out_str(out, plain ? "  fact" : c->fact_fills[at] != 0 ? "  fills" : "  foreign");
    put(out, "part", fact->part);
    put(out, "attribute", fact->attribute);
    put(out, "value", fact->value);
    if (fact->evidence != CP_NONE) {
        put(out, "evidence", c->evidence[fact->evidence].kind);
        put(out, "source", c->evidence[fact->evidence].source);
        put(out, "who", c->evidence[fact->evidence].who);
    }
    put_number(out, "date", fact->date);
    put_number(out, "expires", fact->expires);
    cp_out_char(out, '\n');
}

static void put_facts(const struct cp_case *c, const uint32_t *facts, uint32_t at,
                      struct cp_out *out)
{
    for (uint32_t i = facts[at]; i < facts[at + 1]; i++)
        put_fact(c, i, out);
}

static void put_site(const struct cp_case *c, uint32_t at, struct cp_out *out)
{
    const struct cp_site *site = &c->sites[at];

    cp_out_str(out, "site");
    put(out, "id", site->id);
    put(out, "name", site->name);
    put(out, "country", site->country);
    put_number(out, "lat", site->lat_udeg);
    put_number(out, "lon", site->lon_udeg);
    put_words(out, "tag", &c->tags[site->tags.first], site->tags.count);
    put_number(out, "filled", site->filled);
    put_number(out, "own", site->own_tags);
    cp_out_char(out, '\n');
    put_facts(c, c->site_facts, at, out);
}

static bool is_used(const struct cp_case *c, uint32_t at)
{
    const struct cp_site *site = &c->sites[at];
    bool used = site->name.len > 0 || site->country.len > 0 || site->lat_udeg != CP_COORD_NONE ||
                site->lon_udeg != CP_COORD_NONE || site->tags.count > 0 ||
                c->site_facts[at] < c->site_facts[at + 1];

    for (uint32_t i = 0; i < c->node_count; i++)
        used = used || c->nodes[i].site == at;
    return used;
}

static void put_node(const struct cp_case *c, uint32_t at, struct cp_out *out)
{
    const struct cp_node_rec *node = &c->nodes[at];

    cp_out_str(out, "node");
    put(out, "id", node->id);
    put(out, "layer", cp_text_of(cp_layer_name(node->layer)));
    put(out, "role", node->role);
    put(out, "site", node->site == CP_NONE ? CP_TEXT("") : c->sites[node->site].id);
    put(out, "operator", node->operator_name);
    put(out, "loopback", node->loopback);
    put(out, "sid", node->sid);
    put_number(out, "lat", node->lat_udeg);
    put_number(out, "lon", node->lon_udeg);
    for (uint32_t i = 0; i < node->managed_by.count; i++)
        put(out, "manager", c->nodes[c->managers[node->managed_by.first + i].at].id);
    put_words(out, "tag", &c->tags[node->tags.first], node->tags.count);
    put_number(out, "filled", node->filled);
    put_number(out, "own", node->own_tags);
    put_number(out, "own", node->own_managed_by);
    cp_out_char(out, '\n');
    put_facts(c, c->node_facts, at, out);
}

static void put_ends(const struct cp_case *c, const struct cp_link_rec *link, struct cp_out *out)
{
    for (uint32_t i = 0; i < link->ends.count; i++) {
        const struct cp_end *end = &c->ends[link->ends.first + i];

        put(out, "end", c->nodes[end->node.at].id);
        put(out, "port", end->port);
        put_number(out, "metric", end->metric);
    }
}

static void put_link(const struct cp_case *c, uint32_t at, struct cp_out *out)
{
    const struct cp_link_rec *link = &c->links[at];

    cp_out_str(out, link->lan ? "lan" : "link");
    put(out, "id", link->id);
    put(out, "layer", cp_text_of(cp_layer_name(link->layer)));
    put(out, "class", link->link_class);
    put(out, "operator", link->operator_name);
    cp_out_format(out, " capacity=%" PRIu64 " delay=%" PRIu32, link->capacity_bps, link->delay_us);
    put_ends(c, link, out);
    for (uint32_t i = 0; i < link->srlgs.count; i++)
        put(out, "srlg", c->srlgs[c->link_srlgs[link->srlgs.first + i]]);
    for (uint32_t i = 0; i < link->alternatives.count; i++) {
        cp_range supports = c->alternatives[link->alternatives.first + i];

        cp_out_str(out, " over");
        for (uint32_t k = 0; k < supports.count; k++)
            put(out, "", c->links[c->supports[supports.first + k].at].id);
    }
    put_words(out, "tag", &c->tags[link->tags.first], link->tags.count);
    put_number(out, "filled", link->filled);
    put_number(out, "own", link->own_tags);
    put_number(out, "own", link->own_srlgs);
    put_number(out, "own", link->own_alternatives);
    cp_out_char(out, '\n');
    put_facts(c, c->link_facts, at, out);
}

static void put_demand(const struct cp_case *c, uint32_t at, struct cp_out *out)
{
    const struct cp_demand *demand = &c->demands[at];

    cp_out_str(out, "demand");
    put(out, "id", demand->id);
    put(out, "src", demand->src_name);
    put(out, "dst", demand->dst_name);
    put(out, "class", demand->traffic_class);
    cp_out_format(out, " bandwidth=%" PRIu64 " ends=%" PRIu32 "/%" PRIu32, demand->bandwidth_bps,
                  demand->src.count, demand->dst.count);
    put_words(out, "tag", &c->tags[demand->tags.first], demand->tags.count);
    put_number(out, "metric", demand->wished.metric);
    put_number(out, "disjoint", demand->wished.disjoint);
    put_number(out, "co_routed", demand->wished.co_routed);
    put_number(out, "max_delay_us", demand->wished.delay_max_us);
    put_number(out, "max_hops", demand->wished.hops_max);
    put(out, "avoid", demand->avoid);
    put(out, "require", demand->require);
    cp_out_char(out, '\n');
}

static void put_nodes(const struct cp_case *c, unsigned how, struct cp_out *out)
{
    for (cp_layer layer = 0; layer < ((how & DUMP_BY_LAYER) != 0 ? CP_LAYER_COUNT : 1); layer++)
        for (uint32_t i = 0; i < c->node_count; i++)
            if ((how & DUMP_BY_LAYER) == 0 || c->nodes[i].layer == layer)
                put_node(c, i, out);
}

static void put_links(const struct cp_case *c, unsigned how, struct cp_out *out)
{
    for (cp_layer layer = 0; layer < ((how & DUMP_BY_LAYER) != 0 ? CP_LAYER_COUNT : 1); layer++)
        for (uint32_t i = 0; i < c->link_count; i++)
            if ((how & DUMP_BY_LAYER) == 0 || c->links[i].layer == layer)
                put_link(c, i, out);
}

cp_text dump_case(const struct cp_case *c, unsigned how, struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    cp_text text = CP_TEXT("out of memory");

    for (uint32_t i = 0; i < c->site_count; i++)
        if ((how & DUMP_USED_SITES) == 0 || is_used(c, i))
            put_site(c, i, &out);
    put_nodes(c, how, &out);
    put_links(c, how, &out);
    for (uint32_t i = 0; i < c->demand_count; i++)
        put_demand(c, i, &out);
    return cp_out_done(&out, &text) == CP_OK ? text : CP_TEXT("out of memory");
}
