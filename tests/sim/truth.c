#include <stdlib.h>
#include <string.h>

#include "sim.h"

/*
 * What must hold, by this file's own plain reading of the rules and by packets that are forwarded hop by hop.  It
 * asks the controller only what it claims.
 */

enum { KNOWS_US = 3000000 /* a reload has been heard, planned with and acted upon */ };

bool is_forbidden_maker(const struct rules *rules, uint32_t maker)
{
    return (rules->forbidden >> maker & 1) != 0 && rules->day >= rules->licensed[maker];
}

bool is_forbidden_router(const struct rules *rules, const struct sim *s, uint32_t router)
{
    uint32_t maker = rules->makers[router];

    return !s->routers[router].known || (rules->out >> router & 1) != 0 || maker == 0 ||
           is_forbidden_maker(rules, maker);
}

bool is_forbidden_link(const struct rules *rules, const struct sim *s, uint32_t link)
{
    const struct link *l = &s->links[link];

    return l->lie || !l->known || (rules->out & (1u << l->a | 1u << l->b)) != 0 ||
           is_forbidden_maker(rules, l->maker);
}

/* The first element of a walk that these rules forbid: a router, or LINKS_MOST + a link; CP_NONE. */
static uint32_t find_forbidden(const struct rules *rules, const struct sim *s, uint32_t routers,
                               uint32_t links)
{
    for (uint32_t r = 0; r < s->router_count; r++)
        if ((routers >> r & 1) != 0 && is_forbidden_router(rules, s, r))
            return r;
    for (uint32_t l = 0; l < s->link_count; l++)
        if ((links >> l & 1) != 0 && is_forbidden_link(rules, s, l))
            return ROUTERS_MOST + l;
    return CP_NONE;
}

uint32_t forbidden_now(const struct sim *s, uint32_t routers, uint32_t links)
{
    uint32_t element = find_forbidden(&s->rules, s, routers, links);

    for (uint32_t i = 0; i < 8 && i < s->past_count && element != CP_NONE; i++)
        if (s->now_us < s->past_us[i] + KNOWS_US &&
            find_forbidden(&s->past[i], s, routers, links) == CP_NONE)
            return CP_NONE; /* it was allowed until just now */
    return element;
}

static bool ends_of(cp_text key, struct ends *out)
{
    char text[64];
    unsigned a, b, colour;

    if (key.len >= sizeof text)
        return false;
    if (key.len > 0)
        memcpy(text, key.at, key.len);
    text[key.len] = 0;
    if (sscanf(text, "r%u>r%u/%u", &a, &b, &colour) != 3 || a >= ROUTERS_MOST ||
        b >= ROUTERS_MOST || colour - COLOUR >= COLOURS)
        return false;
    *out = (struct ends){a, b, colour};
    return true;
}

static void name_element(uint32_t element, char out[16])
{
    (void)snprintf(out, 16, element < ROUTERS_MOST ? "r%u" : "l%u",
                   element < ROUTERS_MOST ? element : element - ROUTERS_MOST);
}

/* Whether the collector knows the network as it is: a part cut off tells nobody what becomes of it. */
static bool is_known(const struct sim *s, const struct router *collector)
{
    if (!collector->up)
        return false;
    for (uint32_t r = 0; r < s->router_count; r++)
        if (s->routers[r].up && collector->view[r].sequence != s->routers[r].own.sequence)
            return false;
    return true;
}

bool is_told(const struct sim *s)
{
    for (uint32_t f = 0; f < s->feed_count; f++)
        if (!is_known(s, &s->routers[s->feeds[f].collector]))
            return false;
    return true;
}

/* --- at every step ---------------------------------------------------------------------------------- */

static void check_claim(struct sim *s, const struct cp_control_lsp *lsp, uint32_t from, uint32_t to)
{
    struct walk seen;
    const struct policy *p = policy_of(s, from, to);
    uint64_t patience_us = p != NULL && p->astray ? 15 * SECOND : 2 * SECOND;
    uint64_t *since_us = &s->bad_since_us[from][to];
    uint32_t element;
    char name[16];

    walk_demand(s, from, to, &seen);
    element = forbidden_now(s, seen.routers & ~(1u << from | 1u << to), seen.links);
    if (element == CP_NONE || (!s->strict && (s->now_us < s->changed_us + SECOND ||
                                              s->now_us < s->deaf_until_us || !is_told(s)))) {
        *since_us = 0;
        return;
    }
    if (*since_us == 0)
        *since_us = s->now_us;
    name_element(element, name);
    if (s->now_us - *since_us > patience_us)
        fail(s, "packets of an enforcing LSP meet what is forbidden", "%.*s meets %s",
             (int)lsp->key.len, lsp->key.at, name);
}

/* Whether packets go clean, or what they meet is too new for the controller to know. */
static bool is_excused(const struct sim *s, uint32_t from, uint32_t to, uint32_t *element)
{
    struct walk seen;

    walk_demand(s, from, to, &seen);
    *element = forbidden_now(s, seen.routers & ~(1u << from | 1u << to), seen.links);
    return *element == CP_NONE || s->now_us < s->changed_us + SECOND ||
           s->now_us < s->deaf_until_us || !is_told(s);
}

/* Packets of a demand that is called ok meet nothing forbidden, whoever steers it. */
static void check_ok(struct sim *s, uint32_t demand, bool ok)
{
    const struct demand *d = &s->demands[demand];

    for (int back = 0; back < 2 && s->broken == NULL; back++) {
        uint32_t from = back != 0 ? d->dst : d->src, to = back != 0 ? d->src : d->dst;
        const struct policy *p = policy_of(s, from, to);
        uint64_t patience_us = p != NULL && p->astray ? 15 * SECOND : 2 * SECOND;
        uint64_t *since_us = &s->wrong_since_us[from][to];
        uint32_t element;
        char name[16];

        if (!ok || is_excused(s, from, to, &element)) {
            *since_us = 0;
            continue;
        }
        if (*since_us == 0)
            *since_us = s->now_us;
        name_element(element, name);
        if (s->now_us - *since_us > patience_us)
            fail(s, "packets of a demand that is called ok meet what is forbidden",
                 "d%u from r%u to r%u meets %s", demand, from, to, name);
    }
}

static void hear_changes(struct sim *s)
{
    struct cp_drive_change change;
    cp_change_more more = CP_CHANGE_ONE;

    while (more != CP_CHANGE_NONE) {
        uint32_t looks = DEMANDS_MOST;

        must(cp_drive_change(s->drive, s->now_us, &looks, &change, &more));
        if (more != CP_CHANGE_ONE || change.gone)
            continue;
        s->changes++;
        if (change.had != s->told[change.at].had ||
            (change.had && change.from != s->told[change.at].verdict))
            fail(s, "a change from another verdict than the one told", "d%u", change.at);
        if (change.had && change.to.sensitive && change.from == change.to.verdict &&
            change.changes < 2)
            fail(s, "a change that is none", "d%u", change.at);
        s->told[change.at].had = change.to.sensitive;
        s->told[change.at].in_life++;
        s->told[change.at].told_us = s->now_us;
        s->told[change.at].verdict = change.to.verdict;
    }
}

/* Of one that changes often it is told once a minute. */
static bool is_slow(const struct sim *s, uint32_t demand)
{
    return s->told[demand].in_life >= CP_CHANGES_AT_ONCE &&
           s->now_us - s->told[demand].told_us <= CP_CHANGES_SLOW_US + 2 * SECOND;
}

/* Whoever was told of changes alone knows what is so. */
static void check_told(struct sim *s, uint32_t demand, const struct cp_drive_verdict *said)
{
    if (s->told[demand].had ? s->told[demand].verdict == said->verdict : !said->sensitive)
        return;
    if (!said->outdated && !is_slow(s, demand))
        fail(s, "a verdict that changed and was not told", "d%u: %s (%s)", demand,
             cp_drive_verdict_word(said->verdict), said->why == NULL ? "" : said->why);
}

static void check_verdicts(struct sim *s)
{
    struct cp_arena *arena = cp_arena_open((size_t)1 << 22);
    struct cp_drive_verdicts verdicts;

    hear_changes(s);
    must(cp_drive_verdicts_open(s->drive, s->now_us, arena, &verdicts));
    for (uint32_t i = 0; i < s->demand_count; i++) {
        struct cp_drive_verdict said = {.verdict = CP_VERDICT_UNDECIDED};

        if (verdicts.plan != NULL) {
            cp_drive_verdict(&verdicts, i, &said); /* they are in the case as they are here */
            check_told(s, i, &said);
        }
        s->verdicts[said.verdict]++;
        check_ok(s, i, said.verdict == CP_VERDICT_OK);
    }
    cp_arena_close(arena);
}

static void check_lsp(struct sim *s, const struct cp_control_lsp *lsp)
{
    struct ends ends;

    if (!ends_of(lsp->key, &ends)) {
        if (lsp->enforcing)
            fail(s, "an LSP of nobody is called enforcing", "%.*s", (int)lsp->key.len, lsp->key.at);
        return;
    }
    sights_check(s, lsp, &ends);
    if (ends.colour != colour_of(s, ends.from, ends.to)) {
        if (lsp->enforcing && s->given_us == s->rules_us)
            fail(s, "an LSP that no demand is of any more is called enforcing", "%.*s",
                 (int)lsp->key.len, lsp->key.at);
        return;
    }
    if (lsp->enforcing && !s->routers[ends.from].drops)
        fail(s, "a headend that fails open is called enforcing", "r%u", ends.from);
    else if (lsp->enforcing)
        check_claim(s, lsp, ends.from, ends.to);
    else
        s->bad_since_us[ends.from][ends.to] = 0;
}

void truth_check(struct sim *s)
{
    const struct cp_control *control;

    s->checks++;
    if (s->drive == NULL)
        return;
    check_verdicts(s);
    control = cp_drive_control(s->drive);
    for (uint32_t i = 0; i < cp_control_lsp_count(control) && s->broken == NULL; i++) {
        struct cp_control_lsp lsp;

        cp_control_lsp(control, i, &lsp);
        check_lsp(s, &lsp);
    }
    if (s->broken == NULL)
        leaving_check(s);
}

/* --- orders ------------------------------------------------------------------------------------------- */

static struct ends order_ends(const struct sim *s, uint32_t router,
                              const struct cp_pce_order *order)
{
    const struct router *r = &s->routers[router];

    for (uint32_t v = 0; v < s->router_count; v++)
        if (order->kind == CP_PCE_INITIATE && cp_ip_eq(order->dst, cp_ip_v4(0x0a000001 + v)))
            return (struct ends){router, v, order->colour};
    for (uint32_t i = 0; i < POLICIES_MOST; i++)
        if (r->policies[i].used && r->policies[i].plsp_id == order->plsp_id)
            return (struct ends){router, r->policies[i].endpoint, r->policies[i].colour};
    return (struct ends){router, CP_NONE, COLOUR};
}

/* Where the labels lead, links up or not, as far as labels alone say it. */
static bool follow(const struct sim *s, uint32_t at, struct cp_pce_path path, struct walk *out)
{
    *out = (struct walk){.routers = 1u << at};
    for (uint32_t i = 0; i < path.count; i++) {
        uint32_t label = hop_label(s, &path.at[i]);
        bool found = false;

        if (label >= LABEL_NODE && label < LABEL_NODE + s->router_count) {
            at = label - LABEL_NODE;
            out->routers |= 1u << at;
            continue;
        }
        for (uint32_t l = 0; l < s->link_count && !found; l++) {
            const struct link *link = &s->links[l];

            if ((link->a != at && link->b != at) || label_adjacency(s, l, at) != label)
                continue;
            out->links |= 1u << l;
            at = link_other(link, at);
            out->routers |= 1u << at;
            found = true;
        }
        if (!found && s->srv6 && label_owner(s, label) != CP_NONE && label_owner(s, label) != at) {
            at = label_owner(s, label);
            out->routers |= 1u << at;
            i--; /* now at whom it is */
        } else if (!found) {
            return false;
        }
    }
    return true;
}

/* By the newest record, not by any one of its key. */
static bool is_recorded(const struct sim *s, const struct ends *ends, struct cp_pce_path path)
{
    char key[32];

    (void)snprintf(key, sizeof key, "r%u>r%u/%u", ends->from, ends->to, ends->colour);
    return record_explains(s, cp_text_of(key), path);
}

/* What carries its packets, and has for some time with nothing else happening, stays up. */
static void check_down_order(struct sim *s, uint32_t router, const struct cp_pce_order *order)
{
    uint32_t to = order_ends(s, router, order).to;
    const struct policy *p = to == CP_NONE ? NULL : policy_of(s, router, to);
    struct walk seen;

    if (p == NULL || p->plsp_id != order->plsp_id || is_sighted(s, router, to) ||
        s->now_us < s->changed_us + 10 * SECOND || s->now_us < s->planned_us + 10 * SECOND ||
        s->planned_us < s->rules_us || s->deaf_until_us > s->now_us || !is_told(s) ||
        is_forbidden_router(&s->rules, s, router) || is_forbidden_router(&s->rules, s, to))
        return;
    walk_demand(s, router, to, &seen);
    if (seen.arrives && !seen.lost &&
        find_forbidden(&s->rules, s, seen.routers & ~(1u << router | 1u << to), seen.links) ==
            CP_NONE)
        fail(s, "what is clean and carries its packets is taken down", "to r%u for r%u", router,
             to);
}

static void check_reply(struct sim *s, uint32_t router, const struct cp_pce_order *order)
{
    uint32_t to = s->routers[router].asked[(order->request_id - 1) % 16];
    uint32_t element;
    struct walk way;

    s->replies++;
    if (!follow(s, router, order->path, &way)) {
        fail(s, "a reply whose labels lead nowhere", "to r%u for r%u", router, to);
        return;
    }
    element = forbidden_now(s, way.routers & ~(1u << router | 1u << to), way.links);
    if (element != CP_NONE)
        fail(s, "a request is answered with a forbidden path", "to r%u for r%u", router, to);
}

void truth_order(struct sim *s, uint32_t router, const struct cp_pce_order *order)
{
    struct ends ends = order_ends(s, router, order);
    uint32_t to = ends.to, element;
    struct walk way;
    char name[16];

    if (order->kind == CP_PCE_REPLY)
        check_reply(s, router, order);
    if (order->kind == CP_PCE_REMOVE || (order->kind == CP_PCE_UPDATE && !order->up))
        check_down_order(s, router, order);
    if ((order->kind != CP_PCE_INITIATE && order->kind != CP_PCE_UPDATE) ||
        order->path.count == 0 || to == CP_NONE)
        return;
    if (order->kind == CP_PCE_UPDATE && !order->up)
        return; /* its path, where it has one, is to lead nowhere */
    if (!is_recorded(s, &ends, order->path))
        fail(s, "an order that no record explains", "to r%u for r%u", router, to);
    if (!follow(s, router, order->path, &way)) {
        fail(s, "a path is ordered whose labels lead nowhere", "to r%u for r%u", router, to);
        return;
    }
    sights_order(s, &ends, order->path, way.links);
    element = forbidden_now(s, way.routers & ~(1u << router | 1u << to), way.links);
    if (element == CP_NONE)
        return;
    name_element(element, name);
    fail(s, "a path is ordered that is forbidden", "to r%u for r%u, over %s", router, to, name);
}

/* --- when all has been quiet --------------------------------------------------------------------------- */

/* Fewest hops over what is allowed and works, without some links; CP_NONE. */
static uint32_t fewest_hops(const struct sim *s, uint32_t from, uint32_t to, uint32_t without)
{
    uint32_t reached = 1u << from, hops = 0;

    while ((reached >> to & 1) == 0) {
        uint32_t more = reached;

        for (uint32_t l = 0; l < s->link_count; l++) {
            const struct link *link = &s->links[l];

            if (!link_carries(s, l) || is_forbidden_link(&s->rules, s, l) ||
                (without >> l & 1) != 0)
                continue;
            for (uint32_t end = 0; end < 2; end++) {
                uint32_t a = end == 0 ? link->a : link->b;

                if ((reached >> a & 1) != 0 && (a == from || !is_forbidden_router(&s->rules, s, a)))
                    more |= 1u << link_other(link, a);
            }
        }
        if (more == reached)
            return CP_NONE;
        reached = more;
        hops++;
    }
    return hops;
}

bool find_lsp(const struct sim *s, uint32_t from, uint32_t to, struct cp_control_lsp *out)
{
    const struct cp_control *control = cp_drive_control(s->drive);

    for (uint32_t i = 0; i < cp_control_lsp_count(control); i++) {
        struct ends ends;

        cp_control_lsp(control, i, out);
        if (ends_of(out->key, &ends) && ends.from == from && ends.to == to &&
            ends.colour == colour_of(s, from, to))
            return true;
    }
    return false;
}

bool is_same_path(const struct sim *s, const struct policy *p, struct cp_pce_path path)
{
    if (p == NULL || p->label_count != path.count)
        return false;
    for (uint32_t i = 0; i < path.count; i++)
        if (p->labels[i] != hop_label(s, &path.at[i]))
            return false;
    return true;
}

static void check_carried(struct sim *s, uint32_t from, uint32_t to,
                          const struct cp_control_lsp *lsp)
{
    const struct policy *p = policy_of(s, from, to);
    struct walk seen;

    walk_demand(s, from, to, &seen);
    if (lsp->phase != CP_LSP_INSTALLED)
        fail(s, "a demand with a clean way is not carried", "r%u>r%u is in phase %d: %s", from, to,
             (int)lsp->phase, lsp->why == NULL ? "-" : lsp->why);
    else if (!is_same_path(s, p, lsp->installed))
        fail(s, "what is called installed is not what the router has", "r%u>r%u", from, to);
    else if (!seen.arrives || seen.lost)
        fail(s, "packets of an installed LSP are lost", "r%u>r%u", from, to);
    else if (find_forbidden(&s->rules, s, seen.routers & ~(1u << from | 1u << to), seen.links) !=
             CP_NONE)
        fail(s, "packets meet what is forbidden when all is quiet", "r%u>r%u", from, to);
    else if (s->routers[from].drops && !lsp->enforcing && !sighted_of(s, from, to)->marked)
        fail(s, "an installed LSP with a guard is not called enforcing", "r%u>r%u", from, to);
}

static void check_down(struct sim *s, uint32_t from, uint32_t to, const struct cp_control_lsp *lsp)
{
    if (lsp->phase != CP_LSP_DOWN)
        fail(s, "a demand without a clean way is not called down", "r%u>r%u is in phase %d", from,
             to, (int)lsp->phase);
    else if (policy_of(s, from, to) != NULL)
        fail(s, "a policy stays up that should be down", "r%u>r%u", from, to);
}

static void check_way(struct sim *s, uint32_t from, uint32_t to)
{
    const struct sighted *g = sighted_of(s, from, to);
    uint32_t hops = fewest_hops(s, from, to, g->links);
    struct cp_control_lsp lsp;

    if (!s->routers[from].up || is_forbidden_router(&s->rules, s, from) ||
        is_forbidden_router(&s->rules, s, to))
        return;
    if (!find_lsp(s, from, to, &lsp)) {
        if (hops != CP_NONE)
            fail(s, "the controller has no LSP for a demand", "r%u>r%u", from, to);
        return;
    }
    if (g->unsure || g->inexact)
        return;
    s->ways++;
    if (g->path_count > 4) /* none is trusted any more */
        hops = CP_NONE;
    if (hops != CP_NONE && hops <= s->routers[from].depth)
        check_carried(s, from, to, &lsp);
    else if (hops == CP_NONE)
        check_down(s, from, to, &lsp);
}

void truth_check_quiet(struct sim *s)
{
    struct cp_control_status status;

    if (s->drive == NULL) {
        fail(s, "the controller is not there when all is quiet", "-");
        return;
    }
    if (!is_told(s))
        return;
    cp_control_status(cp_drive_control(s->drive), &status);
    if (status.frozen)
        fail(s, "the controller is frozen when all is quiet", "-");
    if (status.held)
        fail(s, "the controller holds when all is quiet", "-");
    for (uint32_t r = 0; r < s->router_count && s->broken == NULL; r++)
        if (s->routers[r].up && !cp_pcc_is_up(s->routers[r].pcc))
            fail(s, "a session is not up when all is quiet", "r%u", r);
    for (uint32_t d = 0; d < s->demand_count && s->broken == NULL; d++) {
        check_way(s, s->demands[d].src, s->demands[d].dst);
        if (s->broken == NULL)
            check_way(s, s->demands[d].dst, s->demands[d].src);
    }
    if (s->broken == NULL)
        leaving_check_quiet(s);
}
