#include <string.h>

#include "sim.h"

/*
 * Routers that each know what they have heard: statements flood from neighbour to neighbour with delays and losses,
 * every router computes its own shortest paths some time later, and forwards by what it computed last.  So routers
 * disagree for a while after every change, as real ones do.
 */

/* --- making --------------------------------------------------------------------------------------- */

static void make_link(struct sim *s, uint32_t a, uint32_t b)
{
    struct link *l = &s->links[s->link_count++];

    *l = (struct link){.a = a, .b = b, .up = true, .known = true, .maker = 4};
    l->metric_ab = chance_pick(&s->chance, 1, 10);
    l->metric_ba = chance_of(&s->chance, 80) ? l->metric_ab : chance_pick(&s->chance, 1, 10);
    if (chance_of(&s->chance, 6))
        l->maker = 1;
    if (chance_of(&s->chance, 3))
        l->known = false;
}

static void make_router(struct sim *s, uint32_t r)
{
    struct router *at = &s->routers[r];
    uint32_t kind = chance_pick(&s->chance, 0, 99);

    *at = (struct router){.up = true, .known = true};
    at->maker = kind < 18 ? 1 : kind < 25 ? 0 : chance_pick(&s->chance, 2, 4);
    at->known = !chance_of(&s->chance, 4);
    at->liar = at->maker == 1 && chance_of(&s->chance, 40);
    at->drops = chance_of(&s->chance, 65);
    at->system = at->drops && chance_of(&s->chance, 40) ? "linux-agent"
                 : chance_of(&s->chance, 50)            ? "frr-8.4.4"
                                                        : "";
    at->false_sid = chance_of(&s->chance, 30) ? chance_pick(&s->chance, 0, s->router_count - 1) : r;
    at->depth = chance_of(&s->chance, 80) ? 12 : chance_pick(&s->chance, 2, 5);
}

static void make_demands(struct sim *s)
{
    uint32_t want = chance_pick(&s->chance, 1, DEMANDS_MOST);

    for (uint32_t tries = 0; s->demand_count < want && tries < 60; tries++) {
        uint32_t a = chance_pick(&s->chance, 0, s->router_count - 1);
        uint32_t b = chance_pick(&s->chance, 0, s->router_count - 1);
        bool again = a == b || !s->routers[a].known || !s->routers[b].known ||
                     s->routers[a].maker < 2 || s->routers[b].maker < 2;

        for (uint32_t d = 0; d < s->demand_count; d++)
            again = again || (s->demands[d].src == a && s->demands[d].dst == b) ||
                    (s->demands[d].src == b && s->demands[d].dst == a);
        if (!again)
            s->demands[s->demand_count++] = (struct demand){a, b};
    }
}

/* Links that liars tell of: between two of them. */
static void make_lies(struct sim *s)
{
    for (uint32_t a = 0; a < s->router_count; a++) {
        for (uint32_t b = a + 1; b < s->router_count && s->link_count < LINKS_MOST; b++) {
            if (!s->routers[a].liar || !s->routers[b].liar || !chance_of(&s->chance, 70))
                continue;
            make_link(s, a, b);
            s->links[s->link_count - 1].lie = true;
            s->links[s->link_count - 1].known = false;
            s->links[s->link_count - 1].up = false;
        }
    }
}

static uint32_t pick_members(struct sim *s, uint32_t *members)
{
    uint32_t want = chance_pick(&s->chance, 3, LAN_MEMBERS_MOST), count = 0;

    for (uint32_t tries = 0; tries < 40 && count < want; tries++) {
        uint32_t r = chance_pick(&s->chance, 0, s->router_count - 1);
        bool good = s->routers[r].known;

        for (uint32_t i = 0; i < count; i++)
            good = good && members[i] != r;
        if (good)
            members[count++] = r;
    }
    return count;
}

static void make_lan(struct sim *s)
{
    uint32_t members[LAN_MEMBERS_MOST], metrics[LAN_MEMBERS_MOST];
    uint32_t count = pick_members(s, members), maker = chance_of(&s->chance, 15) ? 1 : 4;

    if (count < 3 || s->link_count + count * (count - 1) / 2 > LINKS_MOST - 3)
        return;
    for (uint32_t i = 0; i < count; i++) {
        metrics[i] = chance_pick(&s->chance, 1, 10);
        s->lan_routers |= 1u << members[i];
    }
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = i + 1; k < count; k++) {
            s->lan_links |= 1u << s->link_count;
            s->links[s->link_count++] = (struct link){.a = members[i],
                                                      .b = members[k],
                                                      .metric_ab = metrics[i],
                                                      .metric_ba = metrics[k],
                                                      .maker = maker,
                                                      .up = true,
                                                      .known = true,
                                                      .lan = true};
        }
}

void network_make(struct sim *s)
{
    uint32_t chords;

    s->router_count = chance_pick(&s->chance, 4, ROUTERS_MOST);
    chords = chance_pick(&s->chance, 1, 12);
    for (uint32_t r = 0; r < s->router_count; r++)
        make_router(s, r);
    for (uint32_t r = 1; r < s->router_count; r++)
        make_link(s, chance_of(&s->chance, 70) ? r - 1 : chance_pick(&s->chance, 0, r - 1), r);
    if (chance_of(&s->chance, LAN_PERCENT))
        make_lan(s);
    for (uint32_t i = 0; i < chords && s->link_count < LINKS_MOST - 3; i++) {
        uint32_t a = chance_pick(&s->chance, 0, s->router_count - 1);
        uint32_t b = chance_pick(&s->chance, 0, s->router_count - 1);

        if (a != b)
            make_link(s, a, b); /* parallel ones too */
    }
    make_demands(s);
    make_lies(s);
    s->srv6 = s->lan_links == 0 && chance_of(&s->chance, SRV6_PERCENT);
    s->strict = chance_of(&s->chance, 75);
    s->loss_percent = chance_of(&s->chance, 50) ? 0 : chance_pick(&s->chance, 1, 30);
    s->spf_us = chance_pick(&s->chance, 20, 300) * MS;
    s->flood_us = chance_pick(&s->chance, 1, 40) * MS;
}

/* --- links ------------------------------------------------------------------------------------------ */

uint32_t link_other(const struct link *link, uint32_t router)
{
    return link->a == router ? link->b : link->a;
}

bool link_carries(const struct sim *s, uint32_t link)
{
    const struct link *l = &s->links[link];

    if (l->lan && ((s->lan_ports_down >> l->a | s->lan_ports_down >> l->b) & 1) != 0)
        return false;
    return l->up && !l->lie && s->routers[l->a].up && s->routers[l->b].up;
}

uint32_t label_adjacency(const struct sim *s, uint32_t link, uint32_t from)
{
    return LABEL_ADJACENCY + 2 * link + (s->links[link].a == from ? 0 : 1);
}

/* --- flooding --------------------------------------------------------------------------------------- */

static void put(struct sim *s, uint64_t after_us, event_kind kind, uint32_t a, uint32_t b)
{
    queue_put(&s->queue,
              (struct event){.at_us = s->now_us + after_us, .kind = kind, .a = a, .b = b});
}

static void send_statement(struct sim *s, uint32_t to, const struct statement *what)
{
    uint64_t delay_us = s->flood_us + chance_pick(&s->chance, 0, 30) * MS;
    struct event e = {.kind = EV_FLOOD, .a = to, .len = sizeof *what};

    if (chance_of(&s->chance, s->calm ? 0 : s->loss_percent))
        delay_us += SECOND + chance_pick(&s->chance, 0, 2000) * MS; /* sent again */
    e.at_us = s->now_us + delay_us;
    e.bytes = room(NULL, 1, sizeof *what);
    memcpy(e.bytes, what, sizeof *what);
    queue_put(&s->queue, e);
}

static void want_spf(struct sim *s, uint32_t router)
{
    if (s->routers[router].spf_due)
        return;
    s->routers[router].spf_due = true;
    put(s, s->spf_us + chance_pick(&s->chance, 0, 100) * MS, EV_SPF, router, 0);
}

/* To all neighbours but one. */
static void flood(struct sim *s, uint32_t router, const struct statement *what)
{
    for (uint32_t l = 0; l < s->link_count; l++) {
        const struct link *link = &s->links[l];

        if ((link->a == router || link->b == router) && link_carries(s, l))
            send_statement(s, link_other(link, router), what);
    }
}

void router_state(struct sim *s, uint32_t router)
{
    struct router *r = &s->routers[router];
    struct statement next = {
        .origin = router, .sequence = r->own.sequence + 1, .sid = r->lying ? r->false_sid : router};

    for (uint32_t l = 0; l < s->link_count; l++) {
        const struct link *link = &s->links[l];
        bool lie = link->lie && r->lying;

        if (link->a != router && link->b != router)
            continue;
        if ((r->seen_links >> l & 1) == 0 && !lie)
            continue;
        next.links |= 1u << l;
        next.metrics[l] = r->lying ? 1 : link->a == router ? link->metric_ab : link->metric_ba;
    }
    r->own = next;
    r->view[router] = next;
    s->changed_us = s->now_us;
    flood(s, router, &next);
    want_spf(s, router);
}

static void hear(struct sim *s, uint32_t router, const struct statement *what)
{
    struct router *r = &s->routers[router];

    if (!r->up || what->origin == router || what->sequence <= r->view[what->origin].sequence)
        return;
    r->view[what->origin] = *what;
    s->changed_us = s->now_us;
    flood(s, router, what);
    want_spf(s, router);
}

/* A router sees what its links are, and tells; over one that came up it tells all that it knows. */
static void detect(struct sim *s, uint32_t router)
{
    struct router *r = &s->routers[router];
    uint32_t seen = 0, came;

    if (!r->up)
        return;
    for (uint32_t l = 0; l < s->link_count; l++)
        if ((s->links[l].a == router || s->links[l].b == router) && link_carries(s, l))
            seen |= 1u << l;
    if (seen == r->seen_links)
        return;
    came = seen & ~r->seen_links;
    r->seen_links = seen;
    router_state(s, router);
    for (uint32_t l = 0; l < s->link_count; l++)
        for (uint32_t o = 0; o < s->router_count && (came >> l & 1) != 0; o++)
            if (r->view[o].sequence > 0)
                send_statement(s, link_other(&s->links[l], router), &r->view[o]);
}

static void look(struct sim *s, uint32_t router)
{
    put(s, chance_pick(&s->chance, 0, 50) * MS, EV_DETECT, router, 0);
}

void link_set(struct sim *s, uint32_t link, bool up)
{
    s->changed_us = s->now_us;
    for (uint32_t l = 0; l < s->link_count; l++) {
        if (l != link && !(s->links[l].lan && s->links[link].lan))
            continue;
        s->links[l].up = up;
        look(s, s->links[l].a);
        look(s, s->links[l].b);
    }
}

void metric_set(struct sim *s, uint32_t link, uint32_t router, uint32_t metric)
{
    for (uint32_t l = 0; l < s->link_count; l++) {
        struct link *at = &s->links[l];

        if (l != link && !(at->lan && s->links[link].lan))
            continue;
        if (at->a == router)
            at->metric_ab = metric;
        else if (at->b == router)
            at->metric_ba = metric;
    }
    if (s->routers[router].up)
        router_state(s, router);
}

static void look_around(struct sim *s, uint32_t router)
{
    for (uint32_t l = 0; l < s->link_count; l++)
        if (s->links[l].a == router || s->links[l].b == router) {
            look(s, s->links[l].a);
            look(s, s->links[l].b);
        }
}

void port_set(struct sim *s, uint32_t router, bool up)
{
    trace(s, "port of r%u on the LAN is %s", router, up ? "up" : "down");
    if (up)
        s->lan_ports_down &= ~(1u << router);
    else
        s->lan_ports_down |= 1u << router;
    s->changed_us = s->now_us;
    look_around(s, router);
}

void router_crash(struct sim *s, uint32_t router)
{
    struct router *r = &s->routers[router];

    trace(s, "router r%u crashes", router);
    r->up = false;
    s->changed_us = s->now_us;
    look_around(s, router);
    for (uint32_t w = 0; w < WIRES_MOST; w++)
        if (s->wires[w].used && s->wires[w].router == router)
            wire_cut(s, w);
    for (uint32_t i = 0; i < POLICIES_MOST; i++)
        r->policies[i] = (struct policy){.generation = r->policies[i].generation + 1};
}

void router_boot(struct sim *s, uint32_t router)
{
    struct router *r = &s->routers[router];

    trace(s, "router r%u boots", router);
    r->up = true;
    r->seen_links = 0;
    r->own.links = 0; /* its sequence number goes on: it kept it */
    memset(r->view, 0, sizeof r->view);
    memset(r->fib, 0, sizeof r->fib);
    s->changed_us = s->now_us;
    look_around(s, router);
    router_state(s, router);
}

void router_lie(struct sim *s, uint32_t router, bool lying)
{
    trace(s, "router r%u %s", router, lying ? "lies" : "tells the truth");
    s->routers[router].lying = lying;
    if (s->routers[router].up)
        router_state(s, router);
}

/* --- shortest paths ---------------------------------------------------------------------------------- */

enum { FAR = 1 << 28 };

/* Cost of a link from one of its ends, as a router knows it; FAR: both ends must tell of it. */
static uint32_t known_cost(const struct sim *s, const struct router *r, uint32_t l, uint32_t from)
{
    const struct link *link = &s->links[l];

    if ((r->view[link->a].links >> l & 1) == 0 || (r->view[link->b].links >> l & 1) == 0)
        return FAR;
    return r->view[from].metrics[l];
}

/* Distances of all to one destination, by relaxing until nothing changes. */
static void measure(const struct sim *s, const struct router *r, uint32_t to, uint32_t *dist)
{
    bool changed = true;

    for (uint32_t v = 0; v < s->router_count; v++)
        dist[v] = v == to ? 0 : FAR;
    while (changed) {
        changed = false;
        for (uint32_t l = 0; l < s->link_count; l++) {
            uint32_t a = s->links[l].a, b = s->links[l].b;
            uint32_t ab = known_cost(s, r, l, a), ba = known_cost(s, r, l, b);

            if (dist[b] + ab < dist[a]) {
                dist[a] = dist[b] + ab;
                changed = true;
            }
            if (dist[a] + ba < dist[b]) {
                dist[b] = dist[a] + ba;
                changed = true;
            }
        }
    }
}

static void compute(struct sim *s, uint32_t router)
{
    struct router *r = &s->routers[router];
    uint32_t dist[ROUTERS_MOST];

    r->spf_due = false;
    if (!r->up)
        return;
    for (uint32_t to = 0; to < s->router_count; to++) {
        r->fib[to] = 0;
        measure(s, r, to, dist);
        for (uint32_t l = 0; l < s->link_count && to != router && dist[router] < FAR; l++) {
            const struct link *link = &s->links[l];

            if (link->a != router && link->b != router)
                continue;
            if (dist[link_other(link, router)] + known_cost(s, r, l, router) == dist[router])
                r->fib[to] |= 1u << l;
        }
    }
    s->changed_us = s->now_us;
}

void network_event(struct sim *s, const struct event *event)
{
    if (event->kind == EV_FLOOD) {
        struct statement what;

        memcpy(&what, event->bytes, sizeof what);
        hear(s, event->a, &what);
    } else if (event->kind == EV_SPF)
        compute(s, event->a);
    else if (event->kind == EV_DETECT)
        detect(s, event->a);
}

/* A network that has been running for long. */
void network_start(struct sim *s)
{
    for (uint32_t r = 0; r < s->router_count; r++)
        for (uint32_t l = 0; l < s->link_count; l++)
            if ((s->links[l].a == r || s->links[l].b == r) && link_carries(s, l))
                s->routers[r].seen_links |= 1u << l;
    for (uint32_t r = 0; r < s->router_count; r++)
        router_state(s, r);
    for (uint32_t r = 0; r < s->router_count; r++)
        for (uint32_t o = 0; o < s->router_count; o++)
            s->routers[r].view[o] = s->routers[o].own;
    for (uint32_t r = 0; r < s->router_count; r++)
        compute(s, r);
}

/* --- packets ------------------------------------------------------------------------------------------ */

struct packets {
    const struct sim *s;
    const uint32_t *labels;
    uint32_t count, to;
    bool met[ROUTERS_MOST][LABELS_MOST + 1];
    struct walk *out;
};

static void visit(struct packets *p, uint32_t at, uint32_t i);

static void cross(struct packets *p, uint32_t at, uint32_t link, uint32_t i)
{
    if (!link_carries(p->s, link)) {
        p->out->lost = true;
        return;
    }
    p->out->links |= 1u << link;
    visit(p, link_other(&p->s->links[link], at), i);
}

static void route(struct packets *p, uint32_t at, uint32_t to, uint32_t i)
{
    uint32_t hops = p->s->routers[at].fib[to];

    if (hops == 0)
        p->out->lost = true;
    for (uint32_t l = 0; l < p->s->link_count; l++)
        if ((hops >> l & 1) != 0)
            cross(p, at, l, i);
}

/* A packet at a router, with the labels from i on. */
static void visit(struct packets *p, uint32_t at, uint32_t i)
{
    uint32_t label;

    p->out->routers |= 1u << at;
    if (p->met[at][i])
        return; /* also where it goes round in a circle: nothing new is met */
    p->met[at][i] = true;
    if (i == p->count) {
        if (at == p->to)
            p->out->arrives = true;
        else
            route(p, at, p->to, i);
        return;
    }
    label = p->labels[i];
    if (label >= LABEL_NODE && label < LABEL_NODE + p->s->router_count) {
        if (label - LABEL_NODE == at)
            visit(p, at, i + 1);
        else
            route(p, at, label - LABEL_NODE, i);
        return;
    }
    for (uint32_t l = 0; l < p->s->link_count; l++) {
        const struct link *link = &p->s->links[l];

        if ((link->a == at || link->b == at) && label_adjacency(p->s, l, at) == label) {
            cross(p, at, l, i + 1);
            return;
        }
    }
    if (p->s->srv6 && label_owner(p->s, label) != CP_NONE) /* by its locator */
        route(p, at, label_owner(p->s, label), i);
    else
        p->out->lost = true;
}

void walk(const struct sim *s, uint32_t from, const uint32_t *labels, uint32_t count, uint32_t to,
          struct walk *out)
{
    struct packets p = {.s = s, .labels = labels, .count = count, .to = to, .out = out};

    *out = (struct walk){0};
    visit(&p, from, 0);
}

uint32_t colour_of(const struct sim *s, uint32_t from, uint32_t to)
{
    return COLOUR + (s->rules.second[from] >> to & 1);
}

const struct policy *policy_of(const struct sim *s, uint32_t from, uint32_t to)
{
    const struct router *r = &s->routers[from];
    const struct policy *best = NULL;

    for (uint32_t i = 0; i < POLICIES_MOST; i++) {
        const struct policy *p = &r->policies[i];

        if (p->used && p->installed && p->endpoint == to && p->colour == colour_of(s, from, to) &&
            (best == NULL || p->preference > best->preference))
            best = p;
    }
    return best;
}

/* Whether the headend can send along it at all: it knows no more than its first hop. */
static bool is_valid(const struct sim *s, uint32_t from, const struct policy *p)
{
    const struct router *r = &s->routers[from];
    uint32_t first = p->labels[0];

    if (p->label_count == 0)
        return false;
    if (first >= LABEL_NODE && first < LABEL_NODE + s->router_count)
        return first - LABEL_NODE == from || r->fib[first - LABEL_NODE] != 0;
    for (uint32_t l = 0; l < s->link_count; l++)
        if (label_adjacency(s, l, from) == first)
            return (r->seen_links >> l & 1) != 0;
    return s->srv6 && label_owner(s, first) < s->router_count && label_owner(s, first) != from &&
           r->fib[label_owner(s, first)] != 0;
}

void walk_demand(const struct sim *s, uint32_t from, uint32_t to, struct walk *out)
{
    const struct policy *p = policy_of(s, from, to);

    *out = (struct walk){.lost = true};
    if (!s->routers[from].up)
        return;
    if (p != NULL && is_valid(s, from, p))
        walk(s, from, p->labels, p->label_count, to, out);
    else if (!s->routers[from].drops)
        walk(s, from, NULL, 0, to, out);
}
