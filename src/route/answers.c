#include <string.h>

#include "segments_inside.h"

/*
 * Demands differ in their ends, and ends do not fail.  An answer is remembered for the case that only
 * the flow's own two nodes never fail.  Fewer failures can only make a flow cleaner, so `clean` holds
 * for all demands; and an exposure holds for every demand none of whose ends is in its set of
 * failures, at the same least depth.  Only where one is, the demand's own question is asked.
 */

#define ANSWERS_MAX (1u << 18) /* 32 MB a thread, and as much while the table grows */
#define ANSWERS_FIRST (1u << 12)

static uint64_t mixed(uint64_t x)
{
    x = (x ^ x >> 31) * UINT64_C(0x7fb5d329728ea185);
    x = (x ^ x >> 27) * UINT64_C(0x81dadef4bc2dd44d);
    return x ^ x >> 33;
}

static struct answer *slot_of(const struct answers *a, const struct answer *key)
{
    uint64_t h = mixed((uint64_t)key->from << 32 | key->to) + key->treatment;
    uint32_t i = (uint32_t)mixed(h) & (a->cap - 1);

    while (a->at[i].known != 0 && (a->at[i].from != key->from || a->at[i].to != key->to ||
                                   a->at[i].treatment != key->treatment))
        i = (i + 1) & (a->cap - 1);
    return &a->at[i];
}

static cp_err enlarge(struct cp_segmenter *s)
{
    struct answers old = s->answers;
    struct answers bigger = {.cap = old.cap == 0 ? ANSWERS_FIRST : 2 * old.cap, .count = old.count};

    if (old.cap == 2 * ANSWERS_MAX) {
        memset(s->answers.at, 0, old.cap * sizeof *old.at);
        s->answers.count = 0;
        return CP_OK;
    }
    bigger.at = CP_TAKE(s->lasting, bigger.cap, struct answer);
    if (bigger.at == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < old.cap; i++)
        if (old.at[i].known != 0)
            *slot_of(&bigger, &old.at[i]) = old.at[i];
    s->answers = bigger;
    return CP_OK;
}

/* The answer to the question, perhaps with nothing known yet; good until the next. */
static cp_err find(struct cp_segmenter *s, const struct question *q, struct answer **out)
{
    struct answer key = {.treatment = q->treatment, .from = q->from, .to = q->to};

    if (2 * s->answers.count >= s->answers.cap)
        CP_TRY(enlarge(s));
    *out = slot_of(&s->answers, &key);
    if ((*out)->known != 0)
        return CP_OK;
    **out = key;
    return CP_OK;
}

static void learn(struct cp_segmenter *s, struct answer *a, uint8_t what)
{
    s->answers.count += a->known == 0;
    a->known |= what;
}

static struct cp_flow_ask ask_of(const struct question *q)
{
    return (struct cp_flow_ask){.treatment = q->treatment, .from = q->from, .to = q->to};
}

cp_err cp_answer_cost(struct cp_segmenter *s, const struct question *q, uint64_t *cost)
{
    struct cp_flow_ask ask = ask_of(q);
    struct answer *a = NULL;

    CP_TRY(find(s, q, &a));
    if ((a->known & KNOWS_COST) == 0) {
        CP_TRY(cp_flow_cost(s->prover, &ask, &a->cost));
        learn(s, a, KNOWS_COST);
    }
    *cost = a->cost;
    return CP_OK;
}

/* The node among the failures: CP_NONE where there is none, ANY_NODE where there are several. */
static uint32_t failing_node(const struct cp_segmenter *s, const struct cp_flow_met *met)
{
    const struct cp_graph *g = &s->ground->net->graph;
    uint32_t node = CP_NONE;

    for (uint32_t i = 0; met->depth != CP_DEPTH_NONE && i < met->depth; i++) {
        uint32_t at = 0;

        if (cp_graph_element(g, met->failures[i], &at) == CP_ELEMENT_NODE)
            node = node == CP_NONE ? at : ANY_NODE;
    }
    return node;
}

static bool is_end(const struct question *q, uint32_t node)
{
    uint32_t low = 0;
    uint32_t high = q->end_count;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;

        if (q->ends[mid] < node)
            low = mid + 1;
        else
            high = mid;
    }
    return low < q->end_count && q->ends[low] == node;
}

/* Whether some end of the demand may be in a set with this failing node. */
static bool may_be_end(const struct question *q, uint32_t node)
{
    if (node == CP_NONE)
        return false;
    return node == ANY_NODE ? q->end_count > 0 : is_end(q, node);
}

static cp_err ask_clean(struct cp_segmenter *s, const struct question *q, struct answer *a)
{
    struct cp_flow_ask ask = ask_of(q);
    struct cp_flow_told told;
    uint64_t before = cp_flow_prover_looked(s->prover);

    CP_TRY(cp_flow_prove(s->prover, &ask, &told));
    a->looked = (uint32_t)(cp_flow_prover_looked(s->prover) - before);
    a->clean = told.clean;
    a->judged_state = (uint8_t)told.judged_state;
    a->judged_depth = told.clean ? 0 : (uint8_t)told.judged.depth;
    a->judged_node = failing_node(s, &told.judged);
    learn(s, a, KNOWS_CLEAN);
    return CP_OK;
}

/* As the demand itself has it. */
static cp_err ask_own_clean(struct cp_segmenter *s, const struct question *q, uint64_t *charge,
                            struct verdict *out)
{
    struct cp_flow_ask ask = ask_of(q);
    struct cp_flow_told told;
    uint64_t before = cp_flow_prover_looked(s->prover);

    ask.ends = q->ends;
    ask.end_count = q->end_count;
    CP_TRY(cp_flow_prove(s->prover, &ask, &told));
    *charge += cp_flow_prover_looked(s->prover) - before;
    *out = (struct verdict){told.clean, told.judged_state, told.judged.depth};
    return CP_OK;
}

cp_err cp_answer_clean(struct cp_segmenter *s, const struct question *q, uint64_t *charge,
                       struct verdict *out)
{
    struct answer *a = NULL;

    CP_TRY(find(s, q, &a));
    if ((a->known & KNOWS_CLEAN) == 0)
        CP_TRY(ask_clean(s, q, a));
    *charge += 1 + (uint64_t)a->looked;
    if (!a->clean && may_be_end(q, a->judged_node))
        return ask_own_clean(s, q, charge, out);
    *out = (struct verdict){a->clean != 0, (cp_state)a->judged_state, a->judged_depth};
    return CP_OK;
}

/* States that are not known to be without exposure as soon as the flow is clean. */
static uint32_t states_left(const struct cp_segmenter *s, const struct answer *a)
{
    uint32_t all = cp_flows_request(s->ground->flows)->states;
    bool settled =
        (a->known & KNOWS_CLEAN) != 0 && a->clean && s->ground->clean_is_all[a->treatment];

    return settled ? all & 1u << CP_STATE_LIAR : all;
}

static cp_err ask_depths(struct cp_segmenter *s, const struct question *q, struct answer *a)
{
    struct cp_flow_ask ask = ask_of(q);
    struct cp_flow_met met[CP_STATE_COUNT];

    CP_TRY(cp_flow_depths(s->prover, &ask, states_left(s, a), met));
    for (int state = 0; state < CP_STATE_COUNT; state++) {
        a->depth[state] = met[state].depth;
        a->node[state] = failing_node(s, &met[state]);
    }
    learn(s, a, KNOWS_DEPTHS);
    return CP_OK;
}

cp_err cp_answer_depths(struct cp_segmenter *s, const struct question *q, uint32_t *depth)
{
    struct cp_flow_ask ask = ask_of(q);
    struct cp_flow_met met[CP_STATE_COUNT];
    struct answer *a = NULL;
    uint32_t doubtful = 0; /* states whose set of failures may hold an end */

    CP_TRY(find(s, q, &a));
    if ((a->known & KNOWS_DEPTHS) == 0)
        CP_TRY(ask_depths(s, q, a));
    for (int state = 0; state < CP_STATE_COUNT; state++) {
        depth[state] = a->depth[state];
        if (depth[state] != CP_DEPTH_NONE && may_be_end(q, a->node[state]))
            doubtful |= 1u << state;
    }
    if (depth[CP_STATE_STEADY] == 0 && depth[CP_STATE_TRANSITION] != CP_DEPTH_NONE &&
        !cp_flows_may_fail(s->ground->flows, q->ends, q->end_count))
        depth[CP_STATE_TRANSITION] = CP_DEPTH_NONE; /* there is no transition at all */
    if (doubtful == 0)
        return CP_OK;
    ask.ends = q->ends;
    ask.end_count = q->end_count;
    CP_TRY(cp_flow_depths(s->prover, &ask, doubtful, met));
    for (int state = 0; state < CP_STATE_COUNT; state++)
        if ((doubtful >> state & 1u) != 0)
            depth[state] = met[state].depth;
    return CP_OK;
}
