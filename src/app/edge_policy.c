#include "edge_policy.h"

#include <inttypes.h>

#include "base/address.h"

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
    const char *why;
    cp_text of;
    /* [elements][classes] the last day on which it may be used; INT64_MIN: it may not; NEVER: no end */
    int64_t *nodes, *links;
};

static bool lacks(struct writing *w, const char *why, cp_text of)
{
    if (w->why == NULL) {
        w->why = why;
        w->of = of;
    }
    return true;
}

/* --- what may be used ------------------------------------------------------------------------------ */

static bool has_word(cp_text words, cp_text word)
{
    cp_text one;

    while (cp_text_word(&words, " ", &one))
        if (cp_text_eq(one, word))
            return true;
    return false;
}

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
        for (uint32_t i = 0; has_word(judge->treatments[t].traffic_class, class->name) &&
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

/* --- facts ----------------------------------------------------------------------------------------- */

static bool counts(const struct writing *w, const struct cp_fact *f, const char *attribute)
{
    return f->part.len == 0 && cp_text_is(f->attribute, attribute) &&
           !cp_text_is(f->value, "unknown") &&
           (f->expires == CP_DATE_NONE || f->expires > w->ask->judge->as_of);
}

static cp_text node_fact(const struct writing *w, uint32_t node, const char *attribute)
{
    for (uint32_t f = w->c->node_facts[node]; f < w->c->node_facts[node + 1]; f++)
        if (counts(w, &w->c->facts[f], attribute))
            return w->c->facts[f].value;
    return CP_TEXT("");
}

static cp_text link_fact(const struct writing *w, uint32_t link, const char *attribute)
{
    for (uint32_t f = w->c->link_facts[link]; f < w->c->link_facts[link + 1]; f++)
        if (counts(w, &w->c->facts[f], attribute))
            return w->c->facts[f].value;
    return CP_TEXT("");
}

/* The first IPv6 address among words such as "10.1.0.1 fc01:1::1/64". */
static cp_ip address6(cp_text words)
{
    cp_text word;

    while (cp_text_word(&words, " ", &word)) {
        cp_ip ip = cp_ip_find(cp_text_sub(word, 0, cp_text_find(word, '/', 0)));

        if (ip.family == 6)
            return ip;
    }
    return (cp_ip){0};
}

static bool is_word(cp_text text, size_t most)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] <= ' ' || text.at[i] > '~' || text.at[i] == '#')
            return false;
    return text.len > 0 && text.len <= most;
}

static uint32_t number_of(uint32_t node)
{
    return node + 1;
}

/* --- lines ----------------------------------------------------------------------------------------- */

static void put_node(struct writing *w, const char *word, uint32_t node)
{
    const struct cp_node_rec *n = &w->c->nodes[node];
    cp_ip loopback = cp_ip_find(n->loopback);
    cp_text router = node_fact(w, node, "router-id");

    cp_out_format(w->out, "%s %" PRIu32 " ", word, number_of(node));
    if (is_word(n->id, 64))
        cp_out_text(w->out, n->id);
    else
        cp_out_format(w->out, "n%" PRIu32, number_of(node));
    if (loopback.family != 0) {
        cp_out_char(w->out, ' ');
        cp_out_ip(w->out, loopback);
    }
    if (cp_ip_find(router).family != 0 && !cp_ip_eq(cp_ip_find(router), loopback)) {
        cp_out_char(w->out, ' ');
        cp_out_ip(w->out, cp_ip_find(router));
    }
    cp_out_char(w->out, '\n');
}

static void put_nodes(struct writing *w)
{
    put_node(w, "head", w->ask->head);
    for (uint32_t v = 0; v < w->c->node_count; v++) {
        bool any = false;

        for (uint32_t k = 0; k < w->ask->class_count; k++)
            any = any || node_until(w, v, k) != INT64_MIN;
        if (any && v != w->ask->head && w->ask->net->node_of_case[v] != CP_NONE)
            put_node(w, "node", v);
    }
}

static void put_head(struct writing *w)
{
    cp_ip source = cp_ip_find(node_fact(w, w->ask->head, "tunnel-source"));
    cp_text inside = node_fact(w, w->ask->head, "inside"), word;

    if (source.family != 6)
        lacks(w, "a fact tunnel-source, an IPv6 address, is wanted of the headend",
              w->c->nodes[w->ask->head].id);
    cp_out_str(w->out, "source ");
    cp_out_ip(w->out, source);
    cp_out_char(w->out, '\n');
    for (uint32_t k = 0; k < w->ask->class_count; k++) {
        cp_out_format(w->out, "class %" PRIu32 " ", w->ask->classes[k].number);
        cp_out_text(w->out, w->ask->classes[k].name);
        cp_out_char(w->out, '\n');
    }
    while (cp_text_word(&inside, " ", &word)) {
        cp_out_str(w->out, "inside ");
        cp_out_text(w->out, word);
        cp_out_char(w->out, '\n');
    }
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
    bool used; /* some class may go there */
};

/* A LAN's next hops have no fact of their own, so it is no way out. */
static bool make_way(const struct writing *w, const struct cp_hop *hop, struct way *out)
{
    uint32_t link = w->ask->net->case_link[hop->link];
    const struct cp_link_rec *l = &w->c->links[link];
    const struct cp_end *ends = &w->c->ends[l->ends.first];
    uint32_t own = ends[0].node.at == w->ask->head ? 0 : 1;

    if (l->lan || l->ends.count != 2)
        return false;
    *out = (struct way){.link = link,
                        .to = w->ask->net->case_node[hop->to],
                        .interface = ends[own].port,
                        .via = address6(link_fact(w, link, own == 0 ? "address-b" : "address-a"))};
    return is_word(out->interface, 15) && out->via.family == 6;
}

/* Ways out know no end: one that rests on a licence is none. */
static void put_first(struct writing *w, struct way *way, uint32_t number)
{
    int64_t until[64];
    bool any = false;

    for (uint32_t k = 0; k < w->ask->class_count; k++) {
        until[k] = step_until(w, w->ask->head, way->link, way->to, k);
        any = any || until[k] == NEVER;
    }
    way->used = any;
    if (!any)
        return;
    cp_out_format(w->out, "first %" PRIu32 " ", number);
    cp_out_text(w->out, way->interface);
    cp_out_char(w->out, ' ');
    cp_out_ip(w->out, way->via);
    cp_out_format(w->out, " %" PRIu32 " ", number_of(way->to));
    (void)put_classes(w, until, NEVER);
    cp_out_char(w->out, '\n');
}

static uint32_t list_ways(const struct writing *w, struct way ways[FIRSTS_MAX])
{
    const struct cp_graph *g = &w->ask->net->graph;
    uint32_t head = w->ask->net->node_of_case[w->ask->head], count = 0;

    for (uint32_t h = g->hop_first[head]; h < g->hop_first[head + 1] && count < FIRSTS_MAX; h++)
        if (make_way(w, &g->hops[h], &ways[count]))
            count++;
    return count;
}

/* --- demands --------------------------------------------------------------------------------------- */

static bool is_end(const struct writing *w, cp_range ends, uint32_t node)
{
    for (uint32_t i = 0; i < ends.count; i++)
        if (w->c->demand_ends[ends.first + i].at == node)
            return true;
    return false;
}

/* Whether some demand of the class goes from the head to the node, or back. */
static bool is_endpoint(const struct writing *w, uint32_t class, uint32_t node)
{
    const struct cp_judge *judge = w->ask->judge;

    for (uint32_t d = 0; node != w->ask->head && d < w->c->demand_count; d++) {
        const struct cp_demand *demand = &w->c->demands[d];

        if (!has_word(judge->treatments[judge->demand_treatment[d]].traffic_class,
                      w->ask->classes[class].name))
            continue;
        if ((is_end(w, demand->src, w->ask->head) && is_end(w, demand->dst, node)) ||
            (is_end(w, demand->dst, w->ask->head) && is_end(w, demand->src, node)))
            return true;
    }
    return false;
}

static bool is_six(cp_text prefix)
{
    return cp_text_find(prefix, ':', 0) < prefix.len;
}

static void put_select(struct writing *w, const struct cp_edge_class_wanted *class, cp_text from,
                       cp_text to)
{
    const cp_text also[] = {class->also, class->answer};

    if (from.len > 0 && is_six(from) != is_six(to))
        return;
    for (uint32_t i = 0; i < (class->answer.len > 0 ? 2 : 1); i++) {
        cp_out_format(w->out, "select %" PRIu32 "%s", class->number, from.len > 0 ? " from " : "");
        cp_out_text(w->out, from);
        cp_out_str(w->out, " to ");
        cp_out_text(w->out, to);
        cp_out_str(w->out, also[i].len > 0 ? " " : "");
        cp_out_text(w->out, also[i]);
        cp_out_char(w->out, '\n');
    }
}

/* From each prefix behind the headend, or from anywhere where it says none, to each behind the endpoint. */
static void put_selects_to(struct writing *w, const struct cp_edge_class_wanted *class,
                           uint32_t node)
{
    cp_text to = node_fact(w, node, "behind"), prefix;

    while (cp_text_word(&to, " ", &prefix)) {
        cp_text from = node_fact(w, w->ask->head, "behind"), own;

        if (from.len == 0)
            put_select(w, class, CP_TEXT(""), prefix);
        while (cp_text_word(&from, " ", &own))
            put_select(w, class, own, prefix);
    }
}

static void put_selects(struct writing *w)
{
    for (uint32_t k = 0; k < w->ask->class_count; k++) {
        bool any = false;

        for (uint32_t v = 0; v < w->c->node_count; v++)
            if (is_endpoint(w, k, v)) {
                any = true;
                put_selects_to(w, &w->ask->classes[k], v);
                if (node_fact(w, v, "behind").len == 0)
                    lacks(w, "a fact behind, with prefixes, is wanted of an endpoint",
                          w->c->nodes[v].id);
            }
        if (!any)
            lacks(w, "no demand of this class begins or ends at the headend",
                  w->ask->classes[k].name);
    }
}

static void put_behind(struct writing *w)
{
    for (uint32_t k = 0; k < w->ask->class_count; k++)
        for (uint32_t v = 0; v < w->c->node_count; v++) {
            cp_text prefixes = node_fact(w, v, "behind"), prefix;

            while (is_endpoint(w, k, v) && cp_text_word(&prefixes, " ", &prefix)) {
                cp_out_format(w->out, "behind %" PRIu32 " %" PRIu32 " ", w->ask->classes[k].number,
                              number_of(v));
                cp_out_text(w->out, prefix);
                cp_out_char(w->out, '\n');
            }
        }
}

static bool is_any_endpoint(const struct writing *w, uint32_t node)
{
    for (uint32_t k = 0; k < w->ask->class_count; k++)
        if (is_endpoint(w, k, node) && node_until(w, node, k) != INT64_MIN)
            return true;
    return false;
}

static void put_unpacks(struct writing *w, const char *attribute)
{
    for (uint32_t v = 0; v < w->c->node_count; v++) {
        cp_ip sid = cp_ip_find(node_fact(w, v, attribute));

        if (sid.family != 6 || !is_any_endpoint(w, v))
            continue;
        cp_out_format(w->out, "%s ", attribute);
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
            if (!ways[i].used || ways[i].link != net->case_link[g->hops[h].link])
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
    put_local_fact(w, "local-unpack4", cp_ip_find(node_fact(w, w->ask->head, "unpack4")));
    put_local_fact(w, "local-unpack6", cp_ip_find(node_fact(w, w->ask->head, "unpack6")));
    return CP_OK;
}

cp_err cp_edge_policy_write(const struct cp_edge_ask *ask, struct cp_arena *arena,
                            struct cp_out *out, const char **why, cp_text *of)
{
    struct writing w = {.ask = ask, .c = ask->judge->net, .arena = arena, .out = out};
    struct way *ways = CP_TAKE(arena, FIRSTS_MAX, struct way);
    uint32_t count;

    CP_ASSERT(ask->class_count > 0 && ask->class_count <= 64);
    if (ways == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(ask_all(&w));
    if (w.c->node_count > NODES_MAX)
        lacks(&w, "a case of more nodes than an edge policy can number", CP_TEXT(""));
    count = list_ways(&w, ways);
    cp_out_format(out, "cleanpath-edge-policy 1\nserial %" PRIu64 "\nissued ", ask->serial);
    cp_out_text(out, ask->issued);
    cp_out_char(out, '\n');
    put_nodes(&w);
    put_head(&w);
    for (uint32_t i = 0; i < count; i++)
        put_first(&w, &ways[i], i + 1);
    put_selects(&w);
    CP_TRY(put_adjacencies(&w));
    CP_TRY(put_node_sids(&w));
    put_unpacks(&w, "unpack4");
    put_unpacks(&w, "unpack6");
    put_behind(&w);
    CP_TRY(put_locals(&w, ways, count));
    for (uint32_t i = 0; i < ask->hmac_count; i++)
        cp_out_format(out, "hmac %s\n", ask->hmacs[i]);
    cp_out_format(out, "mtu %" PRIu32 "\n", ask->mtu);
    *why = w.why;
    *of = w.of;
    return out->err;
}
