#include "networks_parts.h"

#include <inttypes.h>
#include <stdio.h>

#include "stated.h"

/* Links and LANs: two entries a link, two an end of a LAN. */

#define MODULE "cleanpath-network:"

bool cp_networks_is_lan(const struct cp_link_rec *link)
{
    return link->lan &&
           ((link->filled & CP_FILLED_CLASS) == 0 || !cp_text_is(link->link_class, "lan"));
}

/* Nothing where a fact filled it in. */
static cp_text own(uint32_t filled, cp_filled bit, cp_text text)
{
    return (filled & (uint32_t)bit) != 0 ? CP_TEXT("") : text;
}

static void write_srlgs(struct cp_networks *n, const char *container,
                        const struct cp_link_rec *link)
{
    if (link->own_srlgs == 0)
        return;
    cp_member_open(n, container);
    cp_json_array(&n->json, "srlg", CP_JSON_FLAT);
    for (uint32_t i = 0; i < link->own_srlgs; i++)
        cp_json_text(&n->json, NULL, n->c->srlgs[n->c->link_srlgs[link->srlgs.first + i]]);
    cp_json_close(&n->json);
}

static void write_alternative(struct cp_networks *n, cp_range supports, uint32_t number)
{
    cp_json_object(&n->json, NULL, CP_JSON_FLAT);
    cp_json_u64(&n->json, "number", number);
    cp_json_array(&n->json, "link", CP_JSON_FLAT);
    for (uint32_t i = 0; i < supports.count; i++)
        cp_json_text(&n->json, NULL, n->c->links[n->c->supports[supports.first + i].at].id);
    cp_json_close(&n->json);
    cp_json_close(&n->json);
}

static void write_alternatives(struct cp_networks *n, const char *container,
                               const struct cp_link_rec *link)
{
    if (link->own_alternatives == 0 || (link->own_alternatives == 1 && !cp_networks_is_lan(link)))
        return; /* the supporting links say it */
    cp_member_open(n, container);
    cp_json_array(&n->json, "alternative", CP_JSON_FLAT);
    for (uint32_t i = 0; i < link->own_alternatives; i++)
        write_alternative(n, n->c->alternatives[link->alternatives.first + i], i + 1);
    cp_json_close(&n->json);
}

void cp_networks_link_record(struct cp_networks *n, const char *container, uint32_t at)
{
    const struct cp_link_rec *link = &n->c->links[at];
    struct cp_cells cells = cp_cells_of(n->c, CP_OBJECT_LINK, at);

    cp_member_id(n, container, "id", link->id);
    if (!cp_networks_is_lan(link))
        cp_member_text(n, container, "class", own(link->filled, CP_FILLED_CLASS, link->link_class));
    if ((link->filled & CP_FILLED_CAPACITY) == 0)
        cp_member_u64(n, container, "capacity-bps", link->capacity_bps, CP_BPS_NONE);
    if (link->delay_us != CP_DELAY_NONE) {
        cp_member_open(n, container);
        cp_json_u64(&n->json, "delay-us", link->delay_us);
    }
    cp_member_text(n, container, "operator",
                   own(link->filled, CP_FILLED_OPERATOR, link->operator_name));
    cp_member_text(n, container, "maker", cells.values[CP_CELL_MAKER]);
    write_srlgs(n, container, link);
    write_alternatives(n, container, link);
    cp_member_texts(n, container, "tag", &n->c->tags[link->tags.first], link->own_tags);
    cp_member_facts(n, container, CP_OBJECT_LINK, at);
    cp_member_close(n);
}

/* A reference to a LAN names the link of its first end. */
static void write_support(struct cp_networks *n, uint32_t below)
{
    const struct cp_link_rec *link = &n->c->links[below];

    cp_json_object(&n->json, NULL, CP_JSON_FLAT);
    cp_json_str(&n->json, "network-ref", cp_layer_name(link->layer));
    cp_json_text(&n->json, "link-ref",
                 cp_networks_uri(n, link->id, cp_networks_is_lan(link) ? ";1" : ""));
    cp_json_close(&n->json);
}

/* stamp: a number that no other entry has. */
static void write_supports(struct cp_networks *n, const struct cp_link_rec *link, uint32_t stamp)
{
    if (link->own_alternatives == 0)
        return;
    cp_json_array(&n->json, "supporting-link", CP_JSON_FLAT);
    for (uint32_t i = 0; i < link->own_alternatives; i++) {
        cp_range supports = n->c->alternatives[link->alternatives.first + i];

        for (uint32_t k = 0; k < supports.count; k++) {
            uint32_t below = n->c->supports[supports.first + k].at;

            if (n->seen[below] != stamp)
                write_support(n, below);
            n->seen[below] = stamp;
        }
    }
    cp_json_close(&n->json);
}

/* One side of an entry: a node with its port, or a pseudonode (end NULL). */
static void write_side(struct cp_networks *n, const struct cp_link_rec *link,
                       const struct cp_end *end, bool source)
{
    cp_json_object(&n->json, source ? "source" : "destination", CP_JSON_FLAT);
    cp_json_text(&n->json, source ? "source-node" : "dest-node",
                 end == NULL ? cp_networks_uri(n, link->id, ";lan")
                             : cp_networks_uri(n, n->c->nodes[end->node.at].id, ""));
    if (end != NULL && end->port.len > 0)
        cp_json_text(&n->json, source ? "source-tp" : "dest-tp", cp_networks_uri(n, end->port, ""));
    cp_json_close(&n->json);
}

struct entry {
    uint32_t link;
    const struct cp_end *from, *to; /* NULL: the pseudonode */
    const char *behind;             /* behind the link's id */
};

static void begin_entry(struct cp_networks *n, const struct entry *entry)
{
    const struct cp_link_rec *link = &n->c->links[entry->link];

    cp_json_object(&n->json, NULL, CP_JSON_FLAT);
    cp_json_text(&n->json, "link-id", cp_networks_uri(n, link->id, entry->behind));
    write_side(n, link, entry->from, true);
    write_side(n, link, entry->to, false);
    write_supports(n, link, ++n->stamp);
    if (entry->from != NULL && entry->from->metric != 1)
        cp_json_u64(&n->json, MODULE "metric", entry->from->metric);
}

/* The entry of the other direction, whole. */
static void write_reverse(struct cp_networks *n, const struct entry *forward)
{
    char behind[32];
    struct entry back = {.link = forward->link, .from = forward->to, .to = forward->from};

    (void)snprintf(behind, sizeof(behind), "%s;reverse", forward->behind);
    back.behind = behind;
    begin_entry(n, &back);
    cp_json_text(&n->json, MODULE "reverse-of",
                 cp_networks_uri(n, n->c->links[forward->link].id, forward->behind));
    cp_json_close(&n->json);
}

static void write_link(struct cp_networks *n, uint32_t at)
{
    const struct cp_end *ends = &n->c->ends[n->c->links[at].ends.first];
    struct entry forward = {.link = at, .from = &ends[0], .to = &ends[1], .behind = ""};

    begin_entry(n, &forward);
    cp_networks_link_record(n, MODULE "link", at);
    cp_json_close(&n->json);
    write_reverse(n, &forward);
}

static void write_lan(struct cp_networks *n, uint32_t at)
{
    cp_range ends = n->c->links[at].ends;

    for (uint32_t i = 0; i < ends.count; i++) {
        char behind[16];
        struct entry forward = {.link = at, .from = &n->c->ends[ends.first + i], .behind = behind};

        (void)snprintf(behind, sizeof(behind), ";%" PRIu32, i + 1);
        begin_entry(n, &forward);
        cp_json_u64(&n->json, MODULE "lan-end", i + 1);
        cp_json_close(&n->json);
        write_reverse(n, &forward);
    }
}

void cp_networks_links(struct cp_networks *n)
{
    bool any = false;

    for (uint32_t i = 0; i < n->c->link_count; i++) {
        if (n->c->links[i].layer != n->layer)
            continue;
        if (!any)
            cp_json_array(&n->json, "ietf-network-topology:link", CP_JSON_LINES);
        any = true;
        if (cp_networks_is_lan(&n->c->links[i]))
            write_lan(n, i);
        else
            write_link(n, i);
    }
    if (any)
        cp_json_close(&n->json);
}
