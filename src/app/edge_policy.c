#include "edge_policy.h"

#include <inttypes.h>

#include "edge_ends.h"
#include "permit/words.h"

/*
 * Elements are asked about class by class; a SID that several classes may use until the same moment has one line.
 * Numbers of nodes are their places in the case, from 1.
 */

enum { FIRSTS_MAX = 256, NODES_MAX = 65535, ZONE_HOURS = 14 };

#define NEVER INT64_MAX

struct writing {
    const struct cp_edge_ask *ask;
    const struct cp_case *c;
    struct cp_arena *arena;
    struct cp_out *out;
    struct cp_edge_facts *facts;
    struct cp_edge_ends ends;
    /* [elements][classes] the last day on which it may be used; INT64_MIN: it may not; NEVER: no end */
    int64_t *nodes, *links;
};

static cp_err lacks(struct writing *w, const char *why, cp_text of, cp_place place)
{
    return cp_edge_facts_find(
        w->facts, &(struct cp_edge_finding){
                      .why = why, .subject = of, .place = place, .other = CP_PLACE_NONE});
}

static cp_err lacks_of_node(struct writing *w, const char *why, uint32_t node)
{
    return lacks(w, why, w->c->nodes[node].id, w->c->nodes[node].place);
}

static cp_err warn(struct writing *w, const char *why, cp_text of, cp_place place)
{
    return cp_edge_facts_find(
        w->facts,
        &(struct cp_edge_finding){
            .why = why, .subject = of, .place = place, .other = CP_PLACE_NONE, .warns = true});
}

/* --- what may be used ------------------------------------------------------------------------------ */

/* By one rule; the day on which the licence ends that it needs. */
static cp_err ask_rule(struct writing *w, uint32_t rule, cp_object_kind kind, uint32_t object,
                       int64_t *until)
{
    const struct cp_judge_rule *r = &w->ask->judge->rules[rule];
    bool node = kind == CP_OBJECT_NODE;
    struct cp_relief relief;

    if (cp_trust_treated(cp_judge_trust(r, kind, object), r->unknown) != CP_TRUSTED) {
        *until = INT64_MIN;
        return CP_OK;
    }
    if (((node ? r->node_licensed : r->link_licensed)[object] & r->bit) == 0)
        return CP_OK;
    CP_TRY(cp_judge_licence(w->ask->judge, rule, kind, object, w->arena, &relief));
    if (relief.licence != NULL && relief.until != CP_DATE_NONE && relief.until < *until)
        *until = relief.until;
    return CP_OK;
}

/* By all rules that hold for any traffic of the class. */
static cp_err ask_class(struct writing *w, const struct cp_edge_class_wanted *class,
                        cp_object_kind kind, uint32_t object, int64_t *until)
{
    const struct cp_judge *judge = w->ask->judge;

    *until = NEVER;
    for (uint32_t t = 0; t < judge->treatment_count; t++)
        for (uint32_t i = 0; cp_edge_ends_class(judge->treatments[t].traffic_class, class->name) &&
                             i < judge->treatments[t].rule_count;
             i++)
            CP_TRY(ask_rule(w, judge->treatments[t].rules[i], kind, object, until));
    return CP_OK;
}

static cp_err ask_all(struct writing *w)
{
    uint32_t classes = w->ask->class_count;

    w->nodes = CP_TAKE(w->arena, (size_t)w->c->node_count * classes, int64_t);
    w->links = CP_TAKE(w->arena, (size_t)w->c->link_count * classes, int64_t);
    if (w->nodes == NULL || w->links == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t k = 0; k < classes; k++) {
        for (uint32_t v = 0; v < w->c->node_count; v++)
            CP_TRY(ask_class(w, &w->ask->classes[k], CP_OBJECT_NODE, v,
                             &w->nodes[(size_t)v * classes + k]));
        for (uint32_t l = 0; l < w->c->link_count; l++)
            CP_TRY(ask_class(w, &w->ask->classes[k], CP_OBJECT_LINK, l,
                             &w->links[(size_t)l * classes + k]));
    }
    return CP_OK;
}

static int64_t node_until(const struct writing *w, uint32_t node, uint32_t class)
{
    return w->nodes[(size_t)node * w->ask->class_count + class];
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* From a node over a link to another one: all three. */
static int64_t step_until(const struct writing *w, uint32_t from, uint32_t link, uint32_t to,
                          uint32_t class)
{
    int64_t until = w->links[(size_t)link * w->ask->class_count + class];

    return least(until, least(node_until(w, from, class), node_until(w, to, class)));
}

static uint32_t number_of(uint32_t node)
{
    return node + 1;
}

/* --- lines ----------------------------------------------------------------------------------------- */

static cp_err put_node(struct writing *w, const char *word, uint32_t node)
{
    const struct cp_node_rec *n = &w->c->nodes[node];

    cp_out_format(w->out, "%s %" PRIu32 " ", word, number_of(node));
    if (cp_edge_is_name(n->id, CP_EDGE_WORD_MAX))
        cp_out_text(w->out, n->id);
    else
        cp_out_format(w->out, "n%" PRIu32, number_of(node));
    CP_TRY(cp_edge_facts_addresses(w->facts, node, w->out));
    cp_out_char(w->out, '\n');
    return CP_OK;
}

static cp_err put_nodes(struct writing *w)
{
    CP_TRY(put_node(w, "head", w->ask->head));
    for (uint32_t v = 0; v < w->c->node_count; v++) {
        bool any = false;

        for (uint32_t k = 0; k < w->ask->class_count; k++)
            any = any || node_until(w, v, k) != INT64_MIN;
        if (any && v != w->ask->head && w->ask->net->node_of_case[v] != CP_NONE)
            CP_TRY(put_node(w, "node", v));
    }
    return CP_OK;
}

static cp_err put_head(struct writing *w)
{
    const struct cp_node_rec *head = &w->c->nodes[w->ask->head];
    struct cp_edge_words inside;
    cp_ip source;

    CP_TRY(cp_edge_facts_one(w->facts, w->ask->head, "tunnel-source", &source));
    if (source.family == 0)
        CP_TRY(lacks_of_node(w, "a fact tunnel-source, an IPv6 address, is wanted of the headend",
                             w->ask->head));
    cp_out_str(w->out, "source ");
    cp_out_ip(w->out, source);
    cp_out_char(w->out, '\n');
    for (uint32_t k = 0; k < w->ask->class_count; k++) {
        cp_out_format(w->out, "class %" PRIu32 " ", w->ask->classes[k].number);
        cp_out_text(w->out, w->ask->classes[k].name);
        cp_out_char(w->out, '\n');
    }
    CP_TRY(cp_edge_facts_words(w->facts, CP_OBJECT_NODE, w->ask->head, "inside", CP_EDGE_INTERFACE,
                               &inside));
    for (uint32_t i = 0; i < inside.count; i++) {
        cp_out_str(w->out, "inside ");
        cp_out_text(w->out, inside.at[i].text);
        cp_out_char(w->out, '\n');
    }
    return inside.count > 0
               ? CP_OK
               : warn(
                     w,
                     "no fact inside names the interfaces of the headend's own hosts: what is unpacked does not reach "
                     "them, and packets by which they choose their way are not dropped",
                     head->id, head->place);
}

/* Classes that may use a thing until then, as "100,200"; false: none. */
static bool put_classes(struct writing *w, const int64_t *until, int64_t then)
{
    bool any = false;

    for (uint32_t k = 0; k < w->ask->class_count; k++)
        if (until[k] == then) {
            cp_out_format(w->out, "%s%" PRIu32, any ? "," : "", w->ask->classes[k].number);
            any = true;
        }
    return any;
}

/*
 * A licence's last day ends at midnight in the policy's zone, which may be anywhere: at the first midnight that there is
 * on Earth, so no minute too late.
 */
static void put_until(struct writing *w, int64_t until)
{
    char day[11];

    if (until == NEVER)
        return;
    cp_date_format((cp_date)until, day);
    cp_out_format(w->out, " until %sT%02d:00:00Z", day, 24 - ZONE_HOURS);
}

/* "adjacency SID FROM TO": once for each moment at which it is over for some class. */
static void put_each_until(struct writing *w, cp_text begin, const int64_t *until)
{
    for (uint32_t k = 0; k < w->ask->class_count; k++) {
        bool before = until[k] == INT64_MIN;

        for (uint32_t i = 0; i < k; i++)
            before = before || until[i] == until[k];
        if (before)
            continue;
        cp_out_text(w->out, begin);
        (void)put_classes(w, until, until[k]);
        put_until(w, until[k]);
        cp_out_char(w->out, '\n');
    }
}

/* --- ways out -------------------------------------------------------------------------------------- */

struct way {
    uint32_t link, to; /* of the case; of the graph: the node */
    cp_text interface;
    cp_ip via;
};

static bool is_of_use(const struct writing *w, const struct way *way)
{
    for (uint32_t k = 0; k < w->ask->class_count; k++)
        if (step_until(w, w->ask->head, way->link, way->to, k) == NEVER)
            return true;
    return false;
}

/* NULL: it is one, or of no use to any class.  A LAN's next hops have no fact of their own. */
static cp_err make_way(struct writing *w, const struct cp_hop *hop, struct way *out,
                       const char **why)
{
    uint32_t link = w->ask->net->case_link[hop->link];
    const struct cp_link_rec *l = &w->c->links[link];
    const struct cp_end *ends = &w->c->ends[l->ends.first];
    uint32_t own = ends[0].node.at == w->ask->head ? 0 : 1;

    *out = (struct way){.link = link, .to = w->ask->net->case_node[hop->to]};
    *why = NULL;
    if (!is_of_use(w, out))
        return CP_OK;
    if (l->lan || l->ends.count != 2) {
        *why = "is no way out of the headend, for it is a LAN";
        return CP_OK;
    }
    out->interface = ends[own].port;
    if (!cp_edge_is_name(out->interface, CP_EDGE_INTERFACE_MAX)) {
        *why = "is no way out of the headend, whose port there is not named as an interface";
        return CP_OK;
    }
    CP_TRY(cp_edge_facts_next_hop(w->facts, link, own == 0 ? "address-b" : "address-a", &out->via));
    if (out->via.family == 0)
        *why = own == 0
                   ? "is no way out of the headend, for no IPv6 address is stated as address-b"
                   : "is no way out of the headend, for no IPv6 address is stated as address-a";
    return CP_OK;
}

/* Ways out know no end: one that rests on a licence is none. */
static void put_first(struct writing *w, const struct way *way, uint32_t number)
{
    int64_t until[64];

    for (uint32_t k = 0; k < w->ask->class_count; k++)
        until[k] = step_until(w, w->ask->head, way->link, way->to, k);
    cp_out_format(w->out, "first %" PRIu32 " ", number);
    cp_out_text(w->out, way->interface);
    cp_out_char(w->out, ' ');
    cp_out_ip(w->out, way->via);
    cp_out_format(w->out, " %" PRIu32 " ", number_of(way->to));
    (void)put_classes(w, until, NEVER);
    cp_out_char(w->out, '\n');
}

static cp_err list_ways(struct writing *w, struct way ways[FIRSTS_MAX], uint32_t *count)
{
    const struct cp_graph *g = &w->ask->net->graph;
    uint32_t head = w->ask->net->node_of_case[w->ask->head];

    *count = 0;
    for (uint32_t h = g->hop_first[head]; h < g->hop_first[head + 1]; h++) {
        const struct cp_link_rec *link = &w->c->links[w->ask->net->case_link[g->hops[h].link]];
        const char *why;
        struct way way;

        CP_TRY(make_way(w, &g->hops[h], &way, &why));
        if (why != NULL)
            CP_TRY(warn(w, why, link->id, link->place));
        if (why != NULL || way.via.family == 0)
            continue;
        if (*count == FIRSTS_MAX)
            return lacks(w, "more ways out of the headend than an edge policy has room for",
                         link->id, link->place);
        ways[(*count)++] = way;
    }
    return CP_OK;
}

/* --- demands --------------------------------------------------------------------------------------- */

static bool is_endpoint(const struct writing *w, uint32_t class, uint32_t node)
{
    return (w->ends.classes[node] >> class & 1) != 0;
}

static void put_select(struct writing *w, const struct cp_edge_class_wanted *class,
                       const struct cp_edge_word *from, const struct cp_edge_word *to)
{
    const cp_text also[] = {class->also, class->answer};

    if (from != NULL && from->prefix.address.family != to->prefix.address.family)
        return;
    for (uint32_t i = 0; i < (class->answer.len > 0 ? 2 : 1); i++) {
        cp_out_format(w->out, "select %" PRIu32 "%s", class->number, from != NULL ? " from " : "");
        cp_out_text(w->out, from != NULL ? from->text : CP_TEXT(""));
        cp_out_str(w->out, " to ");
        cp_out_text(w->out, to->text);
        cp_out_str(w->out, also[i].len > 0 ? " " : "");
        cp_out_text(w->out, also[i]);
        cp_out_char(w->out, '\n');
    }
}

/* From each prefix behind the headend, or from anywhere where it says none, to each behind the endpoint. */
static void put_selects_to(struct writing *w, const struct cp_edge_class_wanted *class,
                           uint32_t node)
{
    const struct cp_edge_words *from = &w->ends.behind[w->ask->head], *to = &w->ends.behind[node];

    for (uint32_t i = 0; i < to->count; i++) {
        if (from->count == 0)
            put_select(w, class, NULL, &to->at[i]);
        for (uint32_t k = 0; k < from->count; k++)
            put_select(w, class, &from->at[k], &to->at[i]);
    }
}

static cp_err put_selects(struct writing *w)
{
    for (uint32_t k = 0; k < w->ask->class_count; k++) {
        bool any = false;

        for (uint32_t v = 0; v < w->c->node_count; v++)
            if (is_endpoint(w, k, v)) {
                any = true;
                put_selects_to(w, &w->ask->classes[k], v);
            }
        if (!any)
            CP_TRY(lacks(w, "no demand of this class begins or ends at the headend",
                         w->ask->classes[k].name, CP_PLACE_NONE));
    }
    return CP_OK;
}

static bool is_any_endpoint(const struct writing *w, uint32_t node)
{
    for (uint32_t k = 0; k < w->ask->class_count; k++)
        if (is_endpoint(w, k, node) && node_until(w, node, k) != INT64_MIN)
            return true;
    return false;
}

static cp_err check_endpoints(struct writing *w)
{
    for (uint32_t v = 0; v < w->c->node_count; v++) {
        if (w->ends.classes[v] == 0)
            continue;
        if (w->ends.behind[v].count == 0)
            CP_TRY(lacks_of_node(w, "a fact behind, with prefixes, is wanted of an endpoint", v));
        if (!is_any_endpoint(w, v))
            CP_TRY(lacks_of_node(w, "no class that has a demand from or to here may use this node",
                                 v));
    }
    return CP_OK;
}

static void put_behind(struct writing *w)
{
    for (uint32_t k = 0; k < w->ask->class_count; k++)
        for (uint32_t v = 0; v < w->c->node_count; v++)
            for (uint32_t i = 0; is_endpoint(w, k, v) && i < w->ends.behind[v].count; i++) {
                cp_out_format(w->out, "behind %" PRIu32 " %" PRIu32 " ", w->ask->classes[k].number,
                              number_of(v));
                cp_out_text(w->out, w->ends.behind[v].at[i].text);
                cp_out_char(w->out, '\n');
            }
}

static void put_unpacks(struct writing *w, const char *word, uint32_t six)
{
    for (uint32_t v = 0; v < w->c->node_count; v++) {
        cp_ip sid = w->ends.unpack[v].of[six];

        if (sid.family != 6 || !is_any_endpoint(w, v))
            continue;
        cp_out_format(w->out, "%s ", word);
        cp_out_ip(w->out, sid);
        cp_out_format(w->out, " %" PRIu32 "\n", number_of(v));
    }
}

/* --- segments -------------------------------------------------------------------------------------- */

static cp_err begin(struct writing *w, const char *word, const uint8_t *sid, cp_text *out)
{
    struct cp_out text = cp_out_make(w->arena);

    cp_out_str(&text, word);
    cp_out_char(&text, ' ');
    cp_out_ipv6(&text, sid);
    return cp_out_done(&text, out);
}

static cp_err put_adjacency(struct writing *w, uint32_t from, const struct cp_hop *hop)
{
    const struct cp_net *net = w->ask->net;
    struct cp_sid sid = cp_sids_of_adjacency(w->ask->sids, hop->link, from, hop->to);
    uint32_t a = net->case_node[from], b = net->case_node[hop->to];
    struct cp_out line = cp_out_make(w->arena);
    int64_t until[64];
    cp_text text;

    if (!sid.known || sid.plane != CP_PLANE_SRV6 || a == w->ask->head || b == w->ask->head)
        return CP_OK;
    for (uint32_t k = 0; k < w->ask->class_count; k++)
        until[k] = step_until(w, a, net->case_link[hop->link], b, k);
    CP_TRY(begin(w, "adjacency", sid.srv6, &text));
    cp_out_text(&line, text);
    cp_out_format(&line, " %" PRIu32 " %" PRIu32 " ", number_of(a), number_of(b));
    CP_TRY(cp_out_done(&line, &text));
    put_each_until(w, text, until);
    return CP_OK;
}

static cp_err put_adjacencies(struct writing *w)
{
    const struct cp_graph *g = &w->ask->net->graph;

    for (uint32_t v = 0; v < g->node_count; v++)
        for (uint32_t h = g->hop_first[v]; h < g->hop_first[v + 1]; h++)
            CP_TRY(put_adjacency(w, v, &g->hops[h]));
    return CP_OK;
}

static cp_err put_node_sids(struct writing *w)
{
    const struct cp_net *net = w->ask->net;

    for (uint32_t v = 0; w->ask->loose && v < net->graph.node_count; v++) {
        struct cp_sid sid = cp_sids_of_node(w->ask->sids, v, v);
        struct cp_out line = cp_out_make(w->arena);
        int64_t until[64];
        cp_text text;

        if (!sid.known || sid.plane != CP_PLANE_SRV6 || net->case_node[v] == w->ask->head)
            continue;
        for (uint32_t k = 0; k < w->ask->class_count; k++)
            until[k] = node_until(w, net->case_node[v], k);
        CP_TRY(begin(w, "node-sid", sid.srv6, &text));
        cp_out_text(&line, text);
        cp_out_format(&line, " %" PRIu32 " ", number_of(net->case_node[v]));
        CP_TRY(cp_out_done(&line, &text));
        put_each_until(w, text, until);
    }
    return CP_OK;
}

static void put_local_fact(struct writing *w, const char *word, cp_ip sid)
{
    if (sid.family != 6)
        return;
    cp_out_str(w->out, word);
    cp_out_char(w->out, ' ');
    cp_out_ip(w->out, sid);
    cp_out_char(w->out, '\n');
}

static cp_err put_locals(struct writing *w, const struct way *ways, uint32_t count)
{
    const struct cp_net *net = w->ask->net;
    uint32_t head = net->node_of_case[w->ask->head];
    struct cp_sid end = cp_sids_of_node(w->ask->sids, head, head);
    const struct cp_graph *g = &net->graph;

    for (uint32_t h = g->hop_first[head]; h < g->hop_first[head + 1]; h++) {
        struct cp_sid sid =
            cp_sids_of_adjacency(w->ask->sids, g->hops[h].link, head, g->hops[h].to);
        cp_text text;

        for (uint32_t i = 0; i < count && sid.known && sid.plane == CP_PLANE_SRV6; i++) {
            if (ways[i].link != net->case_link[g->hops[h].link])
                continue;
            CP_TRY(begin(w, "local-adjacency", sid.srv6, &text));
            cp_out_text(w->out, text);
            cp_out_char(w->out, ' ');
            cp_out_ip(w->out, ways[i].via);
            cp_out_char(w->out, ' ');
            cp_out_text(w->out, ways[i].interface);
            cp_out_char(w->out, '\n');
        }
    }
    if (end.known && end.plane == CP_PLANE_SRV6)
        put_local_fact(w, "local-end", cp_ip_v6(end.srv6));
    put_local_fact(w, "local-unpack4", w->ends.unpack[w->ask->head].of[0]);
    put_local_fact(w, "local-unpack6", w->ends.unpack[w->ask->head].of[1]);
    return CP_OK;
}

cp_err cp_edge_policy_write(const struct cp_edge_ask *ask, struct cp_arena *arena,
                            struct cp_out *out, struct cp_edge_facts *facts)
{
    struct writing w = {
        .ask = ask, .c = ask->judge->net, .arena = arena, .out = out, .facts = facts};
    struct way *ways = CP_TAKE(arena, FIRSTS_MAX, struct way);
    uint32_t count;

    CP_ASSERT(ask->class_count > 0 && ask->class_count <= 64);
    *facts = (struct cp_edge_facts){.c = w.c, .as_of = ask->judge->as_of, .arena = arena};
    if (ways == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(ask_all(&w));
    if (w.c->node_count > NODES_MAX)
        CP_TRY(lacks(&w, "a case of more nodes than an edge policy can number", CP_TEXT(""),
                     CP_PLACE_NONE));
    CP_TRY(cp_edge_ends_make(ask, facts, &w.ends));
    CP_TRY(check_endpoints(&w));
    CP_TRY(list_ways(&w, ways, &count));
    cp_out_format(out, "cleanpath-edge-policy 1\nserial %" PRIu64 "\nissued ", ask->serial);
    cp_out_text(out, ask->issued);
    cp_out_char(out, '\n');
    CP_TRY(put_nodes(&w));
    CP_TRY(put_head(&w));
    for (uint32_t i = 0; i < count; i++)
        put_first(&w, &ways[i], i + 1);
    CP_TRY(put_selects(&w));
    CP_TRY(put_adjacencies(&w));
    CP_TRY(put_node_sids(&w));
    put_unpacks(&w, "unpack4", 0);
    put_unpacks(&w, "unpack6", 1);
    put_behind(&w);
    CP_TRY(put_locals(&w, ways, count));
    for (uint32_t i = 0; i < ask->hmac_count; i++)
        cp_out_format(out, "hmac %s\n", ask->hmacs[i]);
    cp_out_format(out, "mtu %" PRIu32 "\n", ask->mtu);
    return out->err;
}
