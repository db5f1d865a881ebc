#include "netbox_net.h"

#include <stdlib.h>
#include <string.h>

/*
 * From every interface with a cable: across the cable to its other side, through front and rear ports
 * and circuits, until interfaces or provider networks are reached.
 *
 * Where a port of several positions is passed, the position is laid on a stack and taken off again
 * where the way leaves such a port on the other side; so is that of a cable whose profile gives its
 * connectors several.  With nothing on the stack all positions are tried: a way too many is found
 * rather than one too few.  Both ends find a way; it is kept once.
 *
 * Bounded: the cables of a way, and what is looked at from one interface and from all of them.
 */

struct lanes {
    uint16_t at[2 * CP_LIMIT_WAY_CABLES]; /* a cable and a panel behind it lay one each */
    uint32_t count;
};

struct walk {
    struct cp_nb_net *net;
    struct cp_nb_ways *ways;
    uint32_t start;
    uint32_t steps[2 * CP_LIMIT_WAY_CABLES]; /* of the way so far */
    uint32_t ends[2 * CP_LIMIT_WAY_CABLES];  /* where each cable was entered; CP_NONE: a circuit */
    uint32_t count;
    uint32_t tried;
    uint64_t tried_by_all;
    bool found, missing, looped, exhausted;
};

static void lay(struct lanes *lanes, uint32_t position)
{
    CP_ASSERT(lanes->count < CP_COUNT(lanes->at));
    lanes->at[lanes->count++] = (uint16_t)position;
}

/* 0: none is there. */
static uint32_t take(struct lanes *lanes)
{
    return lanes->count == 0 ? 0 : lanes->at[--lanes->count];
}

/* --- what is found ------------------------------------------------------------------------ */

static cp_err keep_step(struct cp_nb_net *net, struct cp_nb_ways *ways, uint32_t step)
{
    void *at = ways->steps;

    if (ways->step_count == ways->step_cap)
        CP_TRY(cp_arena_grow(net->arena, &at, ways->step_count, &ways->step_cap, sizeof(step)));
    ways->steps = at;
    ways->steps[ways->step_count++] = step;
    return CP_OK;
}

/* From the smaller end to the greater. */
static cp_err keep_way(struct walk *w, uint32_t end)
{
    struct cp_nb_ways *ways = w->ways;
    bool back = end < w->start;
    struct cp_nb_way way = {.a = back ? end : w->start,
                            .b = back ? w->start : end,
                            .first = ways->step_count,
                            .count = w->count};
    void *at = ways->at;

    w->found = true;
    if (end == w->start)
        return CP_OK;
    if (back && w->count == 1 && cp_nb_cable(w->net, w->steps[0])->profile.a_positions == 0)
        return CP_OK; /* the other end finds it as surely */
    if (ways->count == ways->cap)
        CP_TRY(cp_arena_grow(w->net->arena, &at, ways->count, &ways->cap, sizeof(way)));
    ways->at = at;
    for (uint32_t i = 0; i < w->count; i++)
        CP_TRY(keep_step(w->net, ways, w->steps[back ? w->count - 1 - i : i]));
    ways->at[ways->count++] = way;
    return CP_OK;
}

/* --- steps -------------------------------------------------------------------------------- */

static cp_err leave(struct walk *w, uint32_t port, struct lanes lanes);

/* Counts what is looked at: a cable, its far ends, the mappings of a panel.  false: it is enough. */
static bool may_look(struct walk *w)
{
    w->tried_by_all++;
    w->exhausted = w->exhausted || ++w->tried > CP_LIMIT_WAY_STEPS;
    return !w->exhausted;
}

/* Whether the way can go on by one more; end: where a cable is entered. */
static bool step_on(struct walk *w, uint32_t step, uint32_t end, const struct lanes *lanes)
{
    uint32_t repeats = 0;

    for (uint32_t i = 0; i < w->count; i++)
        repeats += w->steps[i] == step && w->ends[i] == end;
    /* A trunk may be passed again in another position, but not without end. */
    if (repeats > 0 && (lanes->count == 0 || repeats > 4)) {
        w->looped = true;
        return false;
    }
    w->exhausted = w->exhausted || w->count >= CP_LIMIT_WAY_CABLES;
    if (!may_look(w))
        return false;
    w->steps[w->count] = step;
    w->ends[w->count++] = end;
    return true;
}

/* Through a front or rear port that was reached, to the other side of the panel. */
static cp_err pass_panel(struct walk *w, uint32_t port, struct lanes lanes)
{
    const struct cp_nb_net *net = w->net;
    const struct cp_nb_lists *list = &net->mappings;
    bool front = port < net->rear_first;
    uint32_t wanted = cp_nb_port(net, port)->positions > 1 ? take(&lanes) : 0;

    for (uint32_t i = list->starts[port]; i < list->starts[port + 1] && may_look(w); i++) {
        const struct cp_nb_mapping *m = &net->nb->mappings[list->of[i]];
        uint32_t here = front ? m->front_position : m->rear_position;
        uint32_t there = front ? m->rear_position : m->front_position;
        struct lanes on = lanes;
        uint32_t next;

        if (wanted != 0 && here != wanted)
            continue;
        next = front
                   ? net->rear_first + cp_nb_find(net->nb, CP_NB_REAR_PORT, m->source, m->rear)
                   : net->front_first + cp_nb_find(net->nb, CP_NB_FRONT_PORT, m->source, m->front);
        if (cp_nb_port(net, next)->positions > 1)
            lay(&on, there);
        CP_TRY(leave(w, next, on));
    }
    return CP_OK;
}

/* Through a circuit, from the termination that was reached to the others. */
static cp_err pass_circuit(struct walk *w, uint32_t port, struct lanes lanes)
{
    struct cp_nb_net *net = w->net;
    uint32_t circuit = net->term_circuit[port - net->term_first];

    if (circuit == CP_NONE) {
        w->missing = true;
        return CP_OK;
    }
    if (net->circuit_left_out[circuit] || !step_on(w, CP_NB_CIRCUIT_STEP | circuit, port, &lanes))
        return CP_OK;
    for (uint32_t i = net->circuits.starts[circuit];
         i < net->circuits.starts[circuit + 1] && may_look(w); i++) {
        uint32_t other = net->circuits.of[i];
        const struct cp_nb_termination *term = cp_nb_at(net->nb, CP_NB_TERMINATION, other);
        uint32_t network;

        if (net->term_first + other == port)
            continue;
        network = cp_nb_find(net->nb, CP_NB_PROVIDER_NETWORK, term->key.source, term->network);
        w->missing = w->missing || (term->network != 0 && network == CP_NONE);
        if (network != CP_NONE)
            CP_TRY(keep_way(w, CP_NB_NETWORK | network));
        CP_TRY(leave(w, net->term_first + other, lanes));
    }
    w->count--;
    return CP_OK;
}

static cp_err arrive(struct walk *w, uint32_t port, struct lanes lanes)
{
    if (port == CP_NONE) {
        w->missing = true;
        return CP_OK;
    }
    if (port < w->net->front_first)
        return keep_way(w, port);
    if (port >= w->net->term_first)
        return pass_circuit(w, port, lanes);
    return pass_panel(w, port, lanes);
}

/* The far end of one lane of a cable with a profile. */
static cp_err cross_lane(struct walk *w, const struct cp_nb_end *end, uint32_t position,
                         struct lanes lanes)
{
    const struct cp_nb_cable *cable = cp_nb_cable(w->net, end->cable);
    struct cp_nb_lane far = cp_nb_profile_across(cable->profile, end->side,
                                                 (struct cp_nb_lane){end->connector, position});
    uint32_t first = cable->first + (end->side == 0 ? cable->a_count : 0);
    uint32_t count = end->side == 0 ? cable->b_count : cable->a_count;
    uint32_t positions = end->side == 0 ? cable->profile.b_positions : cable->profile.a_positions;

    if (far.connector == 0 || far.connector > count)
        return CP_OK; /* nothing is plugged in there */
    if (positions > 1)
        lay(&lanes, far.position);
    return arrive(w, w->net->nb->ends[first + far.connector - 1].port, lanes);
}

static cp_err cross_profile(struct walk *w, const struct cp_nb_end *end, struct lanes lanes)
{
    const struct cp_nb_cable *cable = cp_nb_cable(w->net, end->cable);
    uint32_t positions = end->side == 0 ? cable->profile.a_positions : cable->profile.b_positions;
    uint32_t wanted = positions > 1 ? take(&lanes) : 1;

    if (wanted != 0 && wanted <= positions)
        return cross_lane(w, end, wanted, lanes);
    for (uint32_t position = 1; position <= positions && may_look(w); position++)
        CP_TRY(cross_lane(w, end, position, lanes));
    return CP_OK;
}

static cp_err cross(struct walk *w, uint32_t at, struct lanes lanes)
{
    const struct cp_nb_end *end = &w->net->nb->ends[at];
    const struct cp_nb_cable *cable = cp_nb_cable(w->net, end->cable);
    uint32_t first = cable->first + (end->side == 0 ? cable->a_count : 0);
    uint32_t count = end->side == 0 ? cable->b_count : cable->a_count;

    if (!step_on(w, end->cable, at, &lanes))
        return CP_OK;
    if (cable->profile.a_positions > 0)
        CP_TRY(cross_profile(w, end, lanes));
    for (uint32_t i = first; cable->profile.a_positions == 0 && i < first + count && may_look(w);
         i++)
        CP_TRY(arrive(w, w->net->nb->ends[i].port, lanes));
    w->count--;
    return CP_OK;
}

static cp_err leave(struct walk *w, uint32_t port, struct lanes lanes)
{
    const struct cp_nb_lists *list = &w->net->port_ends;

    for (uint32_t i = list->starts[port]; i < list->starts[port + 1] && may_look(w); i++)
        CP_TRY(cross(w, list->of[i], lanes));
    return CP_OK;
}

/* --- all ---------------------------------------------------------------------------------- */

/* Of the first cable at the interface. */
static cp_place place_of(const struct walk *w)
{
    const struct cp_nb_net *net = w->net;
    uint32_t end = net->port_ends.of[net->port_ends.starts[w->start]];

    return cp_nb_cable(net, net->nb->ends[end].cable)->key.place;
}

static cp_err tell(const struct walk *w, cp_remark_kind kind, const char *why)
{
    return cp_doc_tally(w->net->doc, kind, place_of(w), why, CP_TEXT(""));
}

static cp_err walk_from(struct walk *w, uint32_t port)
{
    w->start = port;
    w->count = w->tried = 0;
    w->found = w->missing = w->looped = w->exhausted = false;
    CP_TRY(leave(w, port, (struct lanes){.count = 0}));
    if (w->tried_by_all > CP_LIMIT_WAYS_STEPS)
        return cp_doc_fail(w->net->doc, CP_ERR_LIMIT, place_of(w),
                           "too many ways over cables, of all interfaces together", CP_TEXT(""));
    w->ways->cut_off[port] = w->exhausted;
    if (w->exhausted)
        return tell(w, CP_REMARK_NOT_UNDERSTOOD, "a way over too many cables, or too many ways");
    if (w->looped)
        return tell(w, CP_REMARK_FINDING, "cables that go round in a loop");
    if (!w->found && !w->missing)
        return tell(w, CP_REMARK_FINDING, "a cable from an interface that ends in nothing");
    return CP_OK;
}

/* For sorting: the steps are needed beside the ways. */
struct sortable {
    const uint32_t *steps;
    struct cp_nb_way way;
};

static int way_order(const void *a, const void *b)
{
    const struct sortable *one = a, *other = b;
    uint32_t count = one->way.count < other->way.count ? one->way.count : other->way.count;

    if (one->way.a != other->way.a)
        return one->way.a < other->way.a ? -1 : 1;
    if (one->way.b != other->way.b)
        return one->way.b < other->way.b ? -1 : 1;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t left = one->steps[one->way.first + i], right = other->steps[other->way.first + i];

        if (left != right)
            return left < right ? -1 : 1;
    }
    return one->way.count < other->way.count ? -1 : one->way.count > other->way.count;
}

static cp_err sort_ways(struct cp_nb_net *net, struct cp_nb_ways *ways)
{
    struct sortable *sorted = CP_TAKE(net->arena, ways->count, struct sortable);
    uint32_t to = 0;

    if (sorted == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < ways->count; i++)
        sorted[i] = (struct sortable){ways->steps, ways->at[i]};
    if (ways->count > 0)
        qsort(sorted, ways->count, sizeof(*sorted), way_order);
    for (uint32_t i = 0; i < ways->count; i++)
        if (i == 0 || way_order(&sorted[i - 1], &sorted[i]) != 0)
            ways->at[to++] = sorted[i].way;
    ways->count = to;
    return CP_OK;
}

cp_err cp_nb_walk(struct cp_nb_net *net, struct cp_nb_ways *out)
{
    struct walk w = {.net = net, .ways = out};

    *out = (struct cp_nb_ways){.cut_off = CP_TAKE(net->arena, net->front_first, uint8_t)};
    if (out->cut_off == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t port = 0; port < net->front_first; port++)
        if (net->port_ends.starts[port] < net->port_ends.starts[port + 1])
            CP_TRY(walk_from(&w, port));
    return sort_ways(net, out);
}
