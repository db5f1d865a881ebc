#include "audit/flows.h"

#include "search.h"

/*
 * Each question is a group of one hunt for the search of search.c.  Hunts here have a tale to tell
 * and make no exposures; one that asks only whether the flow is clean ends with the first exposure
 * that counts.
 *
 * A search is open for one treatment.  Opening takes as long as many questions, so the last few stay open.
 */

#define SLOTS 4u

struct cp_flows {
    struct cp_flows_basis basis;
    const struct ways *ways;
    /* What is asked in all; what counts: lies only where they do. */
    struct cp_audit_request request, counting;
};

struct slot {
    struct cp_arena *lasting;
    cp_arena_mark empty;
    uint32_t treatment; /* CP_NONE: not open */
    uint64_t used;      /* when, in questions */
    struct search search;
};

struct cp_flow_prover {
    const struct cp_flows *flows;
    struct cp_arena *work;
    uint32_t *ends; /* [nodes] of the question at hand, its own two among them */
    uint64_t questions, looked;
    struct slot slots[SLOTS];
};

static uint32_t states_of(const struct cp_audit_request *request)
{
    uint32_t all = (1u << CP_STATE_COUNT) - 1u;

    return (request->states == 0 ? all : request->states) | 1u << CP_STATE_STEADY;
}

cp_err cp_flows_make(const struct cp_flows_basis *basis, struct cp_arena *arena,
                     const struct cp_flows **out)
{
    uint32_t treatments = basis->judge->treatment_count;
    struct cp_flows *f = CP_TAKE(arena, 1, struct cp_flows);
    struct ways *ways = CP_TAKE(arena, treatments, struct ways);

    if (f == NULL || ways == NULL)
        return CP_ERR_NOMEM;
    if (basis->request.depth > CP_AUDIT_DEPTH_MAX)
        return CP_ERR_LIMIT;
    *f = (struct cp_flows){.basis = *basis, .ways = ways, .request = basis->request};
    f->request.states = states_of(&basis->request);
    f->counting = f->request;
    if (basis->judged == CP_FLOWS_AS_RULED)
        f->counting.states &= ~(1u << CP_STATE_LIAR);
    CP_TRY(cp_ways_make(
        &(struct ways_ask){basis->net, basis->markings, treatments, &f->request, WAYS_OF_ALL},
        arena, ways));
    *out = f;
    return CP_OK;
}

const struct cp_audit_request *cp_flows_request(const struct cp_flows *flows)
{
    return &flows->request;
}

static cp_err open_slots(struct cp_flow_prover *p)
{
    for (uint32_t i = 0; i < SLOTS; i++) {
        p->slots[i].treatment = CP_NONE;
        p->slots[i].lasting = cp_arena_open(SIZE_MAX);
        if (p->slots[i].lasting == NULL)
            return CP_ERR_NOMEM;
        p->slots[i].empty = cp_arena_mark_get(p->slots[i].lasting);
    }
    p->work = cp_arena_open(SIZE_MAX);
    return p->work == NULL ? CP_ERR_NOMEM : CP_OK;
}

cp_err cp_flow_prover_open(const struct cp_flows *flows, struct cp_arena *arena,
                           struct cp_flow_prover **out)
{
    struct cp_flow_prover *p = CP_TAKE(arena, 1, struct cp_flow_prover);

    if (p == NULL)
        return CP_ERR_NOMEM;
    p->flows = flows;
    p->ends = CP_TAKE(arena, flows->basis.net->graph.node_count + 2, uint32_t);
    if (p->ends == NULL || open_slots(p) != CP_OK) {
        cp_flow_prover_close(p);
        return CP_ERR_NOMEM;
    }
    *out = p;
    return CP_OK;
}

void cp_flow_prover_close(struct cp_flow_prover *p)
{
    if (p == NULL)
        return;
    for (uint32_t i = 0; i < SLOTS; i++)
        cp_arena_close(p->slots[i].lasting);
    cp_arena_close(p->work);
}

static cp_err open_search(struct cp_flow_prover *p, struct slot *slot, uint32_t treatment)
{
    const struct cp_flows *f = p->flows;

    slot->treatment = CP_NONE;
    cp_arena_reset(slot->lasting, slot->empty);
    slot->search = (struct search){.net = f->basis.net,
                                   .judge = f->basis.judge,
                                   .treatment = &f->basis.judge->treatments[treatment],
                                   .marking = &f->basis.markings[treatment],
                                   .ways = &f->ways[treatment],
                                   .request = &f->request,
                                   .judge_all = f->basis.judged == CP_FLOWS_ALL,
                                   .lasting = slot->lasting,
                                   .work = p->work};
    CP_TRY(cp_search_open(&slot->search));
    slot->treatment = treatment;
    return CP_OK;
}

/* The treatment's search: one that is open, or in the place of the one longest not used. */
static cp_err find_search(struct cp_flow_prover *p, uint32_t treatment, struct search **out)
{
    struct slot *slot = &p->slots[0];

    for (uint32_t i = 1; i < SLOTS && slot->treatment != treatment; i++)
        if (p->slots[i].treatment == treatment || p->slots[i].used < slot->used)
            slot = &p->slots[i];
    slot->used = ++p->questions;
    *out = &slot->search;
    return slot->treatment == treatment ? CP_OK : open_search(p, slot, treatment);
}

/* The question's ends and its own two, ascending. */
static struct flow flow_of(struct cp_flow_prover *p, const struct cp_flow_ask *ask)
{
    uint32_t own[2] = {ask->from < ask->to ? ask->from : ask->to,
                       ask->from < ask->to ? ask->to : ask->from};
    uint32_t count = 0;
    uint32_t next = 0;

    CP_ASSERT(ask->from != ask->to && ask->end_count <= p->flows->basis.net->graph.node_count);
    for (uint32_t i = 0; i < ask->end_count; i++) {
        while (next < 2 && own[next] < ask->ends[i])
            p->ends[count++] = own[next++];
        p->ends[count++] = ask->ends[i];
    }
    while (next < 2)
        p->ends[count++] = own[next++];
    return (struct flow){.treatment = ask->treatment,
                         .source = ask->from,
                         .destination = ask->to,
                         .ends = p->ends,
                         .end_count = count};
}

static void tell(const struct tale *tale, struct cp_flow_told *out)
{
    *out = (struct cp_flow_told){.clean = !tale->counted,
                                 .judged_state = tale->judged_state,
                                 .judged = {.depth = CP_DEPTH_NONE}};
    if (!tale->counted)
        return;
    out->judged.depth = tale->judged_count;
    for (uint32_t i = 0; i < tale->judged_count; i++)
        out->judged.failures[i] = tale->judged_set.element[i];
}

static cp_err hunt_one(struct cp_flow_prover *p, const struct cp_flow_ask *ask,
                       const struct cp_audit_request *request, struct tale *tale,
                       struct flow_result *result)
{
    struct flow flow = flow_of(p, ask);
    struct hunt hunt = {.flow = &flow, .result = result, .tale = tale};
    struct search *s = NULL;

    for (int state = 0; state < CP_STATE_COUNT; state++)
        result->state_depth[state] = CP_DEPTH_NONE;
    if (p->flows->basis.markings[ask->treatment].all == 0)
        return CP_OK; /* nothing is marked */
    CP_TRY(find_search(p, ask->treatment, &s));
    s->request = request;
    s->looked = 0;
    CP_TRY(cp_search_group(s, &hunt, 1));
    p->looked += s->looked;
    return CP_OK;
}

cp_err cp_flow_cost(struct cp_flow_prover *p, const struct cp_flow_ask *ask, uint64_t *cost)
{
    struct search *s = NULL;

    CP_TRY(find_search(p, ask->treatment, &s));
    CP_TRY(cp_search_today(s, ask->to));
    *cost = cp_routes_cost(&s->routes.none, ask->from);
    return CP_OK;
}

cp_err cp_flow_prove(struct cp_flow_prover *p, const struct cp_flow_ask *ask,
                     struct cp_flow_told *out)
{
    struct tale tale = {.only_judged = true};
    struct flow_result result = {0};

    CP_TRY(hunt_one(p, ask, &p->flows->counting, &tale, &result));
    tell(&tale, out);
    return CP_OK;
}

bool cp_flows_may_fail(const struct cp_flows *flows, const uint32_t *ends, uint32_t end_count)
{
    const struct search s = {.net = flows->basis.net, .request = &flows->request};

    return cp_search_something_may_fail(&s, ends, end_count);
}

cp_err cp_flow_depths(struct cp_flow_prover *p, const struct cp_flow_ask *ask, uint32_t states,
                      struct cp_flow_met *met)
{
    struct tale tale = {.only_judged = false};
    struct flow_result result = {0};
    struct cp_audit_request request = p->flows->request;

    for (int state = 0; state < CP_STATE_COUNT; state++)
        met[state].depth = CP_DEPTH_NONE;
    request.states &= states;
    if (request.states == 0)
        return CP_OK;
    CP_TRY(hunt_one(p, ask, &request, &tale, &result));
    /* A transition in which the flow's own source or destination fails is one, too. */
    if (result.state_depth[CP_STATE_STEADY] == 0 && request.depth > 0 &&
        cp_audit_asks(&request, CP_STATE_TRANSITION) &&
        cp_flows_may_fail(p->flows, ask->ends, ask->end_count))
        result.state_depth[CP_STATE_TRANSITION] = 1;
    for (int state = 0; state < CP_STATE_COUNT; state++) {
        met[state] = (struct cp_flow_met){.depth = result.state_depth[state]};
        for (uint32_t i = 0; i < CP_AUDIT_DEPTH_MAX; i++)
            met[state].failures[i] = tale.sets[state].element[i];
    }
    return CP_OK;
}

uint64_t cp_flow_prover_looked(const struct cp_flow_prover *p)
{
    return p->looked;
}

/* ---- tales ---- */

static const struct cp_exposure found = {.rule = CP_NONE}; /* stands for any: nobody reads it */

static void count_it(struct hunt *h, cp_state state, const struct failure_set *set, uint32_t count)
{
    struct tale *tale = h->tale;

    if (tale->counted && tale->judged_count <= count)
        return;
    tale->counted = true;
    tale->judged_state = state;
    tale->judged_count = count;
    tale->judged_set = *set;
    if (!tale->only_judged)
        return;
    for (seek what = SEEK_EXPOSED; what < SEEK_COUNT; what++)
        for (cp_state s = CP_STATE_STEADY; s <= CP_STATE_TRANSITION; s++)
            h->open[what][s] = false;
    h->result->liar = &found; /* nor are lies looked for */
}

void cp_tale_note(struct hunt *h, seek what, cp_state state, const struct failure_set *set,
                  uint32_t count)
{
    h->open[what][state] = false;
    h->result->found[what][state] = &found;
    if (what != SEEK_EXPOSED) {
        count_it(h, state, set, count);
        return;
    }
    h->result->state_depth[state] = count;
    h->tale->sets[state] = *set;
}

void cp_tale_note_lie(const struct search *s, struct hunt *h, const struct failure_set *set,
                      uint32_t count)
{
    h->result->liar = &found;
    h->tale->sets[CP_STATE_LIAR] = *set;
    if (s->judge_all)
        count_it(h, CP_STATE_LIAR, set, count);
}
