#include <string.h>

#include "base/list.h"
#include "inside.h"
#include "model/topology.h"

/* A view: the world written as a topology over the inventory. */

struct viewing {
    const struct cp_ted *ted;
    const struct ted_world *w;
    const struct cp_case *c;
    struct cp_arena *arena;
    struct cp_arena *work;
    struct cp_topology t;
    struct cp_topology_node *nodes;
    struct cp_topology_link *links;
    uint32_t *at;  /* [nodes of the world] in the view */
    uint8_t *told; /* [nodes of the inventory] bits: SR 1, msd 2, adjacencies 4 */
    struct cp_list facts;
};

enum { TOLD_SR = 1, TOLD_MSD = 2, TOLD_ADJACENCIES = 4 };

static cp_err add_fact(struct viewing *v, cp_object_kind kind, uint32_t object,
                       const char *attribute, cp_text value)
{
    struct cp_case_addition *at = cp_list_more(&v->facts, v->work, sizeof *at);

    if (at == NULL)
        return CP_ERR_NOMEM;
    *at = (struct cp_case_addition){.fact = {.attribute = cp_text_of(attribute),
                                             .value = value,
                                             .kind = kind,
                                             .object = object,
                                             .date = CP_DATE_NONE,
                                             .expires = CP_DATE_NONE,
                                             .place = CP_PLACE_NONE}};
    return CP_OK;
}

static cp_err copy_fact(struct viewing *v, cp_object_kind kind, uint32_t object,
                        const char *attribute, cp_text value)
{
    cp_text copy;

    if (value.len == 0)
        return CP_OK;
    CP_TRY(cp_text_copy(value, v->arena, &copy));
    return add_fact(v, kind, object, attribute, copy);
}

static cp_err number_fact(struct viewing *v, cp_object_kind kind, uint32_t object,
                          const char *attribute, uint32_t number)
{
    struct cp_out out = cp_out_make(v->arena);
    cp_text value;

    cp_out_u64(&out, number);
    CP_TRY(cp_out_done(&out, &value));
    return add_fact(v, kind, object, attribute, value);
}

/* --- nodes -------------------------------------------------------------------------------------- */

static cp_err lay_nodes(struct viewing *v)
{
    uint32_t next = v->c->node_count;

    v->t.node_count = v->c->node_count + v->w->node_count - v->w->known_count;
    v->nodes = CP_TAKE(v->work, v->t.node_count, struct cp_topology_node);
    v->at = CP_TAKE(v->work, v->w->node_count, uint32_t);
    v->told = CP_TAKE(v->work, v->c->node_count, uint8_t);
    if (v->nodes == NULL || v->at == NULL || v->told == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < v->c->node_count; i++)
        if (v->w->inventory_sid_out[i] != 0)
            v->nodes[i].sid = CP_TEXT("");
    for (uint32_t i = 0; i < v->w->node_count; i++) {
        const struct ted_world_node *n = &v->w->nodes[i];
        uint32_t at = n->node != CP_NONE ? n->node : next++;

        v->at[i] = at;
        if (n->node == CP_NONE)
            CP_TRY(cp_text_copy(n->id, v->arena, &v->nodes[at].id));
        else
            v->told[at] =
                (uint8_t)((n->sr_told ? TOLD_SR : 0) | (n->msd != CP_NONE ? TOLD_MSD : 0));
        if (n->sid.len > 0)
            CP_TRY(cp_text_copy(n->sid, v->arena, &v->nodes[at].sid));
        else if (n->sr_told)
            v->nodes[at].sid = CP_TEXT("");
    }
    v->t.nodes = v->nodes;
    return CP_OK;
}

static cp_err lay_node_facts(struct viewing *v)
{
    for (uint32_t i = 0; i < v->w->node_count; i++) {
        const struct ted_world_node *n = &v->w->nodes[i];

        CP_TRY(copy_fact(v, CP_OBJECT_NODE, v->at[i], "srgb", n->srgb));
        CP_TRY(copy_fact(v, CP_OBJECT_NODE, v->at[i], "srlb", n->srlb));
        CP_TRY(copy_fact(v, CP_OBJECT_NODE, v->at[i], "locator", n->locator));
        if (n->msd != CP_NONE)
            CP_TRY(number_fact(v, CP_OBJECT_NODE, v->at[i], "msd", n->msd));
    }
    return CP_OK;
}

/* --- links -------------------------------------------------------------------------------------- */

static cp_err lay_srlgs(struct viewing *v, const struct ted_world_link *link,
                        struct cp_topology_link *out)
{
    uint32_t most = 0;
    cp_text *names;

    for (uint32_t i = 0; i < link->end_count; i++)
        most += link->ends[i].srlg_count;
    names = CP_TAKE(v->work, most, cp_text);
    if (names == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < link->end_count; i++)
        for (uint32_t s = 0; s < link->ends[i].srlg_count; s++) {
            struct cp_out text = cp_out_make(v->arena);

            cp_out_u64(&text, link->ends[i].srlgs[s]);
            CP_TRY(cp_out_done(&text, &names[out->srlg_count++]));
        }
    out->srlgs = names;
    return CP_OK;
}

/* The most that an end says, where all say it. */
static uint32_t delay_of(const struct ted_world_link *link)
{
    uint32_t delay_us = 0;

    for (uint32_t i = 0; i < link->end_count; i++) {
        if (link->ends[i].delay_us == CP_NONE)
            return CP_DELAY_NONE;
        if (link->ends[i].delay_us > delay_us)
            delay_us = link->ends[i].delay_us;
    }
    return delay_us;
}

/* The least that an end says, where the inventory says nothing. */
static uint64_t capacity_of(const struct viewing *v, const struct ted_world_link *link)
{
    uint64_t least = CP_BPS_NONE;

    if (link->link != CP_NONE && v->c->links[link->link].capacity_bps != CP_BPS_NONE)
        return CP_BPS_NONE;
    for (uint32_t i = 0; i < link->end_count; i++)
        if (link->ends[i].bandwidth_bps < least && link->ends[i].bandwidth_bps > 0)
            least = link->ends[i].bandwidth_bps;
    return least;
}

static cp_text port_of(const struct viewing *v, const struct ted_world_link *link, uint32_t node)
{
    cp_range ends;

    if (link->link == CP_NONE)
        return CP_TEXT("");
    ends = v->c->links[link->link].ends;
    for (uint32_t i = ends.first; i < ends.first + ends.count; i++)
        if (v->c->ends[i].node.at == node)
            return v->c->ends[i].port;
    return CP_TEXT("");
}

static cp_err lay_link(struct viewing *v, uint32_t l)
{
    const struct ted_world_link *link = &v->w->links[l];
    struct cp_topology_link *out = &v->links[l];
    struct cp_end *ends = CP_TAKE(v->work, link->end_count, struct cp_end);

    if (ends == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < link->end_count; i++) {
        uint32_t node = v->at[link->ends[i].node];

        ends[i] = (struct cp_end){
            .port = port_of(v, link, node), .node = {node}, .metric = link->ends[i].metric};
        if (link->ends[i].sid.kind != TED_SID_NONE || link->ends[i].lan_sid_count > 0 ||
            link->ends[i].srv6_known)
            if (node < v->c->node_count)
                v->told[node] |= TOLD_ADJACENCIES;
    }
    *out = (struct cp_topology_link){.link = {link->link},
                                     .ends = ends,
                                     .end_count = link->end_count,
                                     .capacity_bps = capacity_of(v, link),
                                     .delay_us = delay_of(link),
                                     .lan = link->lan};
    if (link->link == CP_NONE)
        CP_TRY(cp_text_copy(link->id, v->arena, &out->id));
    return lay_srlgs(v, link, out);
}

static cp_err address_fact(struct viewing *v, uint32_t l, const char *attribute, cp_ip address,
                           cp_ip address6)
{
    struct cp_out out = cp_out_make(v->arena);
    cp_text value;

    if (address.family == 0 && address6.family == 0)
        return CP_OK;
    if (address.family != 0)
        cp_out_ip(&out, address);
    if (address.family != 0 && address6.family != 0)
        cp_out_char(&out, ' ');
    if (address6.family != 0)
        cp_out_ip(&out, address6);
    CP_TRY(cp_out_done(&out, &value));
    return add_fact(v, CP_OBJECT_LINK, l, attribute, value);
}

/* Whether SIDs of the link's adjacencies are facts by pairs of ends. */
static bool is_by_pairs(const struct viewing *v, const struct ted_world_link *link)
{
    if (link->link != CP_NONE && v->c->links[link->link].lan)
        return true;
    return link->link == CP_NONE ? link->lan : link->end_count > 2;
}

static cp_text id_of(const struct viewing *v, uint32_t node)
{
    return v->w->nodes[node].id;
}

static cp_err sid_text(struct viewing *v, uint32_t label, const uint8_t *srv6, cp_text *out)
{
    struct cp_out text = cp_out_make(v->arena);

    if (srv6 != NULL)
        cp_out_ipv6(&text, srv6);
    else
        cp_out_u64(&text, label);
    return cp_out_done(&text, out);
}

static cp_err pair_fact(struct viewing *v, uint32_t l, uint32_t from, uint32_t to, cp_text value)
{
    struct cp_out part = cp_out_make(v->arena);

    /* Ids with slashes could be those of another pair. */
    if (cp_text_find(id_of(v, from), '/', 0) < id_of(v, from).len ||
        cp_text_find(id_of(v, to), '/', 0) < id_of(v, to).len)
        return CP_OK;
    cp_out_text(&part, id_of(v, from));
    cp_out_char(&part, '/');
    cp_out_text(&part, id_of(v, to));
    CP_TRY(add_fact(v, CP_OBJECT_LINK, l, "adj-sid-ab", value));
    return cp_out_done(&part,
                       &CP_AT(v->facts, struct cp_case_addition)[v->facts.count - 1].fact.part);
}

static uint32_t label_to(const struct ted_world_end *end, uint32_t to)
{
    for (uint32_t i = 0; i < end->lan_sid_count; i++)
        if (end->lan_sids[i].to == to)
            return end->lan_sids[i].label;
    return CP_NONE;
}

/* The label of the adjacency from one end to another; CP_NONE. */
static uint32_t label_of(const struct ted_world_link *link, uint32_t from, uint32_t to)
{
    uint32_t label = label_to(&link->ends[from], link->ends[to].node);

    if (label == CP_NONE && link->end_count == 2 && link->ends[from].sid.kind == TED_SID_LABEL)
        label = link->ends[from].sid.number;
    return label;
}

static cp_err adjacency_fact(struct viewing *v, uint32_t l, uint32_t from, uint32_t to)
{
    const struct ted_world_link *link = &v->w->links[l];
    uint32_t label = label_of(link, from, to);
    const uint8_t *srv6 =
        link->end_count == 2 && link->ends[from].srv6_known ? link->ends[from].srv6 : NULL;
    cp_text value;

    if (label == CP_NONE && srv6 == NULL)
        return CP_OK;
    CP_TRY(sid_text(v, label, srv6, &value));
    if (is_by_pairs(v, link))
        return pair_fact(v, l, link->ends[from].node, link->ends[to].node, value);
    return add_fact(v, CP_OBJECT_LINK, l, from == 0 ? "adj-sid-ab" : "adj-sid-ba", value);
}

static cp_err te_facts(struct viewing *v, uint32_t l)
{
    static const char *const names[2] = {"te-metric-ab", "te-metric-ba"};
    const struct ted_world_link *link = &v->w->links[l];
    uint32_t most = 0;

    for (uint32_t i = 0; i < link->end_count; i++) {
        uint32_t te = link->ends[i].te_metric;

        if (te == CP_NONE || te == 0)
            continue;
        most = te > most ? te : most;
        if (link->end_count == 2)
            CP_TRY(number_fact(v, CP_OBJECT_LINK, l, names[i], te));
    }
    if (link->end_count > 2 && most > 0)
        return number_fact(v, CP_OBJECT_LINK, l, "te-metric", most);
    return CP_OK;
}

static cp_err lay_link_facts(struct viewing *v, uint32_t l)
{
    static const char *const addresses[2] = {"address-a", "address-b"};
    static const char *const colours[2] = {"admin-group-ab", "admin-group-ba"};
    const struct ted_world_link *link = &v->w->links[l];

    /* A link without a maker has no parts of its own; one that is not in the inventory has who knows which. */
    if (link->link == CP_NONE)
        CP_TRY(add_fact(v, CP_OBJECT_LINK, l, "maker", CP_TEXT("unknown")));
    CP_TRY(te_facts(v, l));
    for (uint32_t i = 0; i < link->end_count; i++) {
        const struct ted_world_end *end = &link->ends[i];

        if (link->end_count == 2)
            CP_TRY(address_fact(v, l, addresses[i], end->address, end->address6));
        if (link->end_count == 2 && end->colour != 0)
            CP_TRY(number_fact(v, CP_OBJECT_LINK, l, colours[i], end->colour));
        for (uint32_t to = 0; to < link->end_count; to++)
            if (to != i)
                CP_TRY(adjacency_fact(v, l, i, to));
    }
    return CP_OK;
}

static cp_err lay_links(struct viewing *v)
{
    v->links = CP_TAKE(v->work, v->w->link_count, struct cp_topology_link);
    if (v->links == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t l = 0; l < v->w->link_count; l++)
        CP_TRY(lay_link(v, l));
    for (uint32_t l = 0; l < v->w->link_count; l++)
        CP_TRY(lay_link_facts(v, l));
    v->t.links = v->links;
    v->t.link_count = v->w->link_count;
    return CP_OK;
}

/* --- facts that no longer hold ------------------------------------------------------------------ */

static bool ends_tell(const struct viewing *v, const struct ted_world_link *link)
{
    cp_range ends = v->c->links[link->link].ends;

    for (uint32_t i = ends.first; i < ends.first + ends.count; i++)
        if ((v->told[v->c->ends[i].node.at] & (TOLD_SR | TOLD_ADJACENCIES)) != 0)
            return true;
    return false;
}

static bool is_told(const struct viewing *v, const struct ted_world_link *link,
                    const struct cp_fact *fact, ted_fact kind)
{
    switch (kind) {
    case TED_FACT_ADJACENCY:
        return ends_tell(v, link);
    case TED_FACT_TE:
        for (uint32_t i = 0; i < link->end_count; i++)
            if (link->ends[i].te_metric != CP_NONE)
                return true;
        return false;
    case TED_FACT_ADDRESS: {
        const struct ted_world_end *end = &link->ends[cp_text_is(fact->attribute, "address-b")];

        return end->address.family != 0 || end->address6.family != 0;
    }
    case TED_FACT_OTHER:
    case TED_FACT_SR:
    case TED_FACT_MSD:
        break;
    }
    return false;
}

static cp_err leave_out(struct viewing *v)
{
    uint8_t *left_out = CP_TAKE(v->work, v->c->fact_count, uint8_t);
    const uint8_t *kinds = v->ted->known->fact_kind;

    if (left_out == NULL)
        return CP_ERR_NOMEM;
    v->t.left_out = left_out;
    if (v->c->fact_count == 0)
        return CP_OK;
    for (uint32_t n = 0; n < v->c->node_count; n++)
        for (uint32_t f = v->c->node_facts[n]; f < v->c->node_facts[n + 1]; f++)
            left_out[f] = (kinds[f] == TED_FACT_SR && (v->told[n] & TOLD_SR) != 0) ||
                          (kinds[f] == TED_FACT_MSD && (v->told[n] & TOLD_MSD) != 0);
    for (uint32_t l = 0; l < v->w->link_count; l++) {
        const struct ted_world_link *link = &v->w->links[l];

        if (link->link == CP_NONE)
            continue;
        for (uint32_t f = v->c->link_facts[link->link]; f < v->c->link_facts[link->link + 1]; f++)
            left_out[f] = is_told(v, link, &v->c->facts[f], (ted_fact)kinds[f]);
    }
    return CP_OK;
}

/* --- all of it ---------------------------------------------------------------------------------- */

static cp_err describe_nodes(const struct viewing *v, struct cp_ted_view *out)
{
    struct cp_ted_node *nodes = CP_TAKE(v->arena, v->t.node_count, struct cp_ted_node);

    if (nodes == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < v->c->node_count; i++)
        nodes[i].known = true;
    for (uint32_t i = 0; i < v->w->node_count; i++) {
        struct cp_ted_node *n = &nodes[v->at[i]];

        n->seen = true;
        n->address = v->w->nodes[i].address;
        n->address6 = v->w->nodes[i].address6;
    }
    out->nodes = nodes;
    return CP_OK;
}

static cp_err make(struct viewing *v, struct cp_ted *ted, struct cp_ted_view *out)
{
    cp_link *placed = CP_TAKE(v->work, v->w->link_count, cp_link);

    if (placed == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(lay_nodes(v));
    CP_TRY(lay_node_facts(v));
    CP_TRY(lay_links(v));
    CP_TRY(leave_out(v));
    v->t.facts = v->facts.at;
    v->t.fact_count = v->facts.count;
    CP_TRY(cp_case_with_topology(v->c, &v->t, v->arena, placed, &out->net));
    CP_TRY(describe_nodes(v, out));
    CP_TRY(cp_ted_copy_doubts(v->w, v->arena, out));
    return cp_ted_last_set(ted, out, placed);
}

/* The world that the ted has becomes a view. */
static cp_err view_of_world(struct cp_ted *ted, struct cp_arena *arena, struct cp_ted_view *out)
{
    struct viewing v = {.ted = ted, .c = ted->inventory, .w = ted->world, .arena = arena};
    cp_err err;

    v.work = cp_arena_open(SIZE_MAX);
    if (v.work == NULL)
        return CP_ERR_NOMEM;
    err = make(&v, ted, out);
    cp_arena_close(v.work);
    return err;
}

cp_err cp_ted_view(struct cp_ted *ted, uint64_t now_us, struct cp_arena *arena,
                   struct cp_ted_view *out)
{
    struct cp_ted_view view = {.version = ted->version + 1};

    cp_ted_settle(ted, now_us);
    if (ted->broken)
        return CP_ERR_NOMEM;
    CP_TRY(view_of_world(ted, arena, &view));
    ted->version = view.version;
    ted->better = ted->worse = ted->moved = false;
    *out = view;
    return CP_OK;
}

cp_err cp_ted_trial(const struct cp_ted *ted, const struct cp_case *inventory,
                    struct cp_arena *arena, struct cp_ted_view *out, struct cp_diag *diag)
{
    struct cp_ted trial = *ted; /* what feeds said is shared: making a world reads it alone */
    struct cp_ted_view view = {.version = ted->version};
    cp_err err;

    trial.inventory = inventory;
    trial.world = NULL;
    trial.last = NULL;
    CP_TRY(cp_ted_known_open(ted, inventory, &trial.known, diag));
    err = cp_ted_world_make(&trial, &trial.world);
    if (err == CP_OK)
        err = view_of_world(&trial, arena, &view);
    if (err == CP_OK)
        *out = view;
    cp_ted_last_close(trial.last);
    cp_ted_world_close(trial.world);
    cp_ted_known_close(trial.known);
    return err;
}
