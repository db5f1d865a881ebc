#include "workloads.h"

#include "sweep/follow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contest.h"

/*
 * A live network: links get other metrics, go down, come up.  After each event
 * the new verdict (cost, and marks of all cheapest paths) of each of 1,000
 * demands that it touches.
 *
 * The peer searches for every demand after an event, stopping at the destination; after a sample of
 * them.  In `_touched` it looks only at demands that an event can touch: where the link got worse, those
 * whose path holds it; where it got better, those for which two searches, from its ends, say that a way
 * over it is cheaper.  It answers costs alone.
 * Both sides go through the same events in each round, on from where the round before left the network.
 *
 * Compared: the costs of all demands after the events of the sample; ours also,
 * outside the timing, with costs and marks worked out anew.
 */

enum {
    DEMANDS = 1000,
    EVENTS = 1000,
    SAMPLE = 3,
    ROUNDS = 5,
    CONTEST_EVENTS = (ROUNDS + 1) * EVENTS,
    ALL_EVENTS = 2 * CONTEST_EVENTS
};

typedef enum { EVENT_METRIC, EVENT_DOWN, EVENT_UP } event_kind;

struct event {
    event_kind kind;
    uint32_t link, metric;
};

struct work {
    struct network *network;
    struct ours *ours;
    struct cp_follow *follow;
    struct cp_labels *labels;
    struct peer *peer, *peer_anew;
    struct peer_state {
        uint32_t *metric; /* [links] */
        uint32_t *cost;   /* [DEMANDS] */
        uint32_t *path;   /* [DEMANDS * nodes] links of one path */
        uint32_t path_count[DEMANDS];
        uint32_t *from_a; /* [nodes] */
    } state;
    struct pair *demands;
    struct event *events; /* [ALL_EVENTS] */
    uint32_t our_round, peer_round, anew_round;
    double *seconds;  /* [ALL_EVENTS] of ours */
    uint64_t touched; /* answers that changed */
};

static uint32_t below(uint64_t *state, uint32_t n)
{
    return (uint32_t)(isp_random(state) % n);
}

/* Half of them new metrics; the others take a link down, or bring up one that
 * is, as it was. */
static struct event *make_events(const struct network *network, uint32_t count, uint64_t seed)
{
    uint64_t state = seed;
    uint32_t links = network->graph.link_count, down_count = 0;
    struct event *events = need(calloc(count, sizeof(*events)));
    uint32_t *down = need(calloc(count, sizeof(*down)));
    uint32_t *metric = need(calloc(links, sizeof(*metric)));
    bool *is_down = need(calloc(links, sizeof(*is_down)));

    for (uint32_t l = 0; l < links; l++)
        metric[l] = network->isp.links[l].metric;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t kind = below(&state, 4), link = below(&state, links);

        if (kind == 0 && down_count > 0) {
            uint32_t at = below(&state, down_count);

            link = down[at];
            down[at] = down[--down_count];
            is_down[link] = false;
            events[i] = (struct event){EVENT_UP, link, metric[link]};
        } else if (kind == 1 && !is_down[link]) {
            down[down_count++] = link;
            is_down[link] = true;
            events[i] = (struct event){EVENT_DOWN, link, PEER_NONE};
        } else {
            while (is_down[link])
                link = below(&state, links);
            metric[link] = 1 + below(&state, 65535);
            events[i] = (struct event){EVENT_METRIC, link, metric[link]};
        }
    }
    free(down);
    free(metric);
    free(is_down);
    return events;
}

/* Whether the demands are searched again after the event. */
static bool is_sampled(uint32_t event)
{
    return event % (EVENTS / SAMPLE) == EVENTS / SAMPLE - 1;
}

/* ---- ours ---- */

static void change(struct work *w, const struct event *e)
{
    struct cp_weights *weights = &w->ours->weights;
    uint32_t end = w->network->graph.end_first[e->link];

    switch (e->kind) {
    case EVENT_METRIC:
        check(cp_weights_set_metric(weights, end, e->metric));
        check(cp_weights_set_metric(weights, end + 1, e->metric));
        return;
    case EVENT_DOWN:
        check(cp_weights_fail(weights, cp_graph_element_of_link(e->link)));
        return;
    case EVENT_UP:
        check(cp_weights_restore(weights, cp_graph_element_of_link(e->link)));
        return;
    }
}

static void follow(struct work *w, const struct event *e)
{
    struct cp_weights *weights = &w->ours->weights;
    cp_weights_mark mark = cp_weights_mark_get(weights);
    const struct cp_arc_before *arcs;
    const struct cp_follow_change *changed;
    uint32_t arc_count;

    change(w, e);
    arc_count = cp_weights_changed(weights, mark, &arcs);
    w->touched += cp_follow_update(w->follow, arcs, arc_count, &changed);
    cp_weights_forget(weights);
}

static uint64_t answers_checksum(struct work *w, uint64_t sum)
{
    for (uint32_t d = 0; d < DEMANDS; d++) {
        struct cp_follow_answer had = cp_follow_get(w->follow, d);

        cp_labels_to(w->labels, &w->ours->weights, w->demands[d].dst);
        if (cp_labels_cost(w->labels, w->demands[d].src) != had.cost ||
            cp_labels_seen(w->labels, w->demands[d].src) != had.seen)
            sum++; /* makes the row void */
        sum = checksum_add(sum, had.cost == CP_UNREACHABLE ? PEER_NONE : had.cost);
    }
    return sum;
}

static void run_ours(void *at, struct turn *turn)
{
    struct work *w = at;
    size_t first = (size_t)w->our_round++ * EVENTS;

    for (uint32_t i = 0; i < EVENTS; i++) {
        double start = now_s();

        follow(w, &w->events[first + i]);
        w->seconds[first + i] = now_s() - start;
        turn->seconds += w->seconds[first + i];
        if (is_sampled(i))
            turn->checksum = answers_checksum(w, turn->checksum);
    }
}

/* ---- the peer ---- */

static void search_demand(struct work *w, uint32_t d)
{
    struct peer_state *st = &w->state;
    uint32_t *path = st->path + (size_t)d * w->network->isp.node_count;

    st->path_count[d] = 0;
    st->cost[d] =
        peer_path(w->peer, w->demands[d].src, w->demands[d].dst, path, &st->path_count[d]);
}

static bool uses(const struct work *w, uint32_t d, uint32_t link)
{
    const uint32_t *path = w->state.path + (size_t)d * w->network->isp.node_count;

    for (uint32_t i = 0; i < w->state.path_count[d]; i++)
        if (path[i] == link)
            return true;
    return false;
}

static void got_worse(struct work *w, const struct event *e)
{
    for (uint32_t d = 0; d < DEMANDS; d++)
        if (uses(w, d, e->link))
            search_demand(w, d);
}

static void got_better(struct work *w, const struct event *e)
{
    const struct isp_link *link = &w->network->isp.links[e->link];
    uint32_t *from_a = w->state.from_a;
    const uint32_t *from_b;

    memcpy(from_a, peer_costs(w->peer, link->a), w->network->isp.node_count * sizeof(*from_a));
    from_b = peer_costs(w->peer, link->b);
    for (uint32_t d = 0; d < DEMANDS; d++) {
        uint32_t src = w->demands[d].src, dst = w->demands[d].dst;
        uint64_t one = (uint64_t)from_a[src] + e->metric + from_b[dst];
        uint64_t other = (uint64_t)from_b[src] + e->metric + from_a[dst];

        if (one < w->state.cost[d] || other < w->state.cost[d])
            w->state.path_count[d] = UINT32_MAX; /* to be searched; from_b is good until then */
    }
    for (uint32_t d = 0; d < DEMANDS; d++)
        if (w->state.path_count[d] == UINT32_MAX)
            search_demand(w, d);
}

static void run_peer(void *at, struct turn *turn)
{
    struct work *w = at;
    const struct event *events = w->events + (size_t)w->peer_round++ * EVENTS;

    for (uint32_t i = 0; i < EVENTS; i++) {
        uint32_t *metric = &w->state.metric[events[i].link];
        double start = now_s();

        peer_set_metric(w->peer, events[i].link, events[i].metric);
        if (events[i].metric > *metric)
            got_worse(w, &events[i]);
        else if (events[i].metric < *metric)
            got_better(w, &events[i]);
        *metric = events[i].metric;
        turn->seconds += now_s() - start;
        for (uint32_t d = 0; is_sampled(i) && d < DEMANDS; d++)
            turn->checksum = checksum_add(turn->checksum, w->state.cost[d]);
    }
}

static void run_anew(void *at, struct turn *turn)
{
    struct work *w = at;
    const struct event *events = w->events + (size_t)w->anew_round++ * EVENTS;

    for (uint32_t i = 0; i < EVENTS; i++) {
        double start = now_s();

        peer_set_metric(w->peer_anew, events[i].link, events[i].metric);
        if (!is_sampled(i))
            continue;
        for (uint32_t d = 0; d < DEMANDS; d++)
            turn->checksum = checksum_add(
                turn->checksum, peer_cost(w->peer_anew, w->demands[d].src, w->demands[d].dst));
        turn->seconds += now_s() - start;
    }
    turn->seconds *= (double)EVENTS / SAMPLE;
}

static void open_peers(struct work *w)
{
    struct peer_state *st = &w->state;
    const struct isp *net = &w->network->isp;

    if (!peer_present())
        return;
    w->peer = peer_open(net, NULL);
    w->peer_anew = peer_open(net, NULL);
    st->metric = need(calloc(net->link_count, sizeof(*st->metric)));
    st->cost = need(calloc(DEMANDS, sizeof(*st->cost)));
    st->path = need(calloc((size_t)DEMANDS * net->node_count, sizeof(*st->path)));
    st->from_a = need(calloc(net->node_count, sizeof(*st->from_a)));
    for (uint32_t l = 0; l < net->link_count; l++)
        st->metric[l] = net->links[l].metric;
}

/* Brings the peer of the second contest to where the first one ended. */
static void catch_up(struct work *w)
{
    if (!peer_present())
        return;
    for (uint32_t i = 0; i < CONTEST_EVENTS; i++) {
        peer_set_metric(w->peer, w->events[i].link, w->events[i].metric);
        w->state.metric[w->events[i].link] = w->events[i].metric;
    }
    w->peer_round = ROUNDS + 1;
    for (uint32_t d = 0; d < DEMANDS; d++)
        search_demand(w, d);
}

static void close_peers(struct work *w)
{
    if (!peer_present())
        return;
    peer_close(w->peer);
    peer_close(w->peer_anew);
    free(w->state.metric);
    free(w->state.cost);
    free(w->state.path);
    free(w->state.from_a);
}

/* ---- */

static void open_follow(struct work *w)
{
    struct cp_follow_demand *demands = need(calloc(DEMANDS, sizeof(*demands)));

    for (uint32_t d = 0; d < DEMANDS; d++)
        demands[d] = (struct cp_follow_demand){w->demands[d].src, w->demands[d].dst};
    check(cp_follow_open(&w->ours->weights, demands, DEMANDS, w->ours->arena, &w->follow));
    free(demands);
}

static void open_work(struct work *w)
{
    static const struct network_plan plan = {.shape = NETWORK_ISP, .nodes = 10000};

    w->network = network_make(&plan, 1);
    w->ours = ours_make(w->network, NULL, WEIGHTS_THAT_CHANGE);
    check(cp_labels_open(&w->ours->hierarchy, CP_COSTS_AND_MARKS, w->ours->arena, &w->labels));
    w->demands = network_demands(w->network, DEMANDS, 7);
    open_peers(w);
    w->events = make_events(w->network, ALL_EVENTS, 11);
    w->seconds = need(calloc(ALL_EVENTS, sizeof(*w->seconds)));
    open_follow(w);
}

static void close_work(struct work *w)
{
    ours_free(w->ours);
    close_peers(w);
    network_free(w->network);
    free(w->demands);
    free(w->events);
    free(w->seconds);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

void bench_events(void)
{
    struct work w = {0};
    struct contest contest = {
        .name = "events_isp10k_1000_demands",
        .unit = "us",
        .units = 1e6 / EVENTS,
        .rounds = ROUNDS,
        .warm = true,
        .sides = {{NULL, PEER_RUN(run_anew), SIDE_PEER, "boost(sampled:3_of_1000_events)"},
                  {"", run_ours, SIDE_OURS, NULL}},
        .side_count = 2,
        .work = &w,
    };

    if (!figures_wanted(contest.name))
        return;
    open_work(&w);
    (void)contest_run(&contest);
    catch_up(&w);
    contest.name = "events_isp10k_1000_demands_touched";
    contest.sides[0] =
        (struct side){NULL, PEER_RUN(run_peer), SIDE_PEER, "boost(only_demands_that_are_touched)"};
    (void)contest_run(&contest);
    qsort(w.seconds, ALL_EVENTS, sizeof(*w.seconds), by_value);
    figures_put("events_isp10k_1000_demands_p99", w.seconds[ALL_EVENTS * 99 / 100] * 1e6, "us");
    fprintf(stderr, "  events: %.1f answers changed an event\n", (double)w.touched / ALL_EVENTS);
    close_work(&w);
}
