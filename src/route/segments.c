#include "route/segments.h"

#include "segments_inside.h"

/*
 * A list is a cover of the path by stretches (shortest.c).  A stretch of several links is a node
 * segment; a single link is one too where that is never exposed, else an adjacency.
 */

/* Whether every exposure in steady and transition counts. */
static bool is_clean_all(const struct cp_segments_ground *g, const struct cp_marking *m)
{
    const struct cp_audit_request *request = cp_flows_request(g->flows);
    bool all = true;

    for (uint32_t p = 0; p < m->profile_count; p++)
        if ((m->all >> p & 1u) != 0)
            all = all && m->profiles[p].depth >= request->depth &&
                  (request->failure_kinds & ~m->profiles[p].failure_kinds) == 0;
    return g->judged == CP_SEGMENTS_ALL || all;
}

/* Against lies a list holds whoever is not known to be honest: what is undecided counts as forbidden. */
static bool heeds_lies(const struct cp_segments_basis *basis)
{
    uint32_t states = basis->request.states;

    return basis->judged == CP_SEGMENTS_ALL && (states == 0 || (states & 1u << CP_STATE_LIAR) != 0);
}

static cp_err make_markings(struct cp_segments_ground *g, bool hard, struct cp_arena *arena)
{
    uint32_t count = g->judge->treatment_count;
    struct cp_marking *markings = CP_TAKE(arena, count, struct cp_marking);
    cp_err (*const make)(const struct cp_net *, const struct cp_judge *,
                         const struct cp_treatment *, struct cp_arena *, struct cp_marking *) =
        hard ? cp_marking_make_hard : cp_marking_make;

    if (markings == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t t = 0; t < count; t++)
        CP_TRY(make(g->net, g->judge, &g->judge->treatments[t], arena, &markings[t]));
    g->markings = markings;
    return CP_OK;
}

cp_err cp_segments_ground_make(const struct cp_segments_basis *basis, struct cp_arena *arena,
                               const struct cp_segments_ground **out)
{
    uint32_t treatments = basis->judge->treatment_count;
    struct cp_segments_ground *g = CP_TAKE(arena, 1, struct cp_segments_ground);
    uint8_t *clean_is_all = CP_TAKE(arena, treatments, uint8_t);
    bool all = basis->judged == CP_SEGMENTS_ALL;

    if (g == NULL || clean_is_all == NULL)
        return CP_ERR_NOMEM;
    *g = (struct cp_segments_ground){
        .judge = basis->judge, .net = basis->net, .sids = basis->sids, .judged = basis->judged};
    CP_TRY(make_markings(g, heeds_lies(basis), arena));
    struct cp_flows_basis flows = {.judge = basis->judge,
                                   .net = basis->net,
                                   .markings = g->markings,
                                   .request = basis->request,
                                   .judged = all ? CP_FLOWS_ALL : CP_FLOWS_AS_RULED};

    CP_TRY(cp_flows_make(&flows, arena, &g->flows));
    for (uint32_t t = 0; t < treatments; t++)
        clean_is_all[t] = is_clean_all(g, &g->markings[t]);
    g->clean_is_all = clean_is_all;
    *out = g;
    return CP_OK;
}

cp_err cp_segmenter_open(const struct cp_segments_ground *ground, struct cp_arena *arena,
                         struct cp_segmenter **out)
{
    struct cp_segmenter *s = CP_TAKE(arena, 1, struct cp_segmenter);

    if (s == NULL)
        return CP_ERR_NOMEM;
    *s = (struct cp_segmenter){
        .ground = ground, .work = cp_arena_open(SIZE_MAX), .lasting = cp_arena_open(SIZE_MAX)};
    if (s->work == NULL || s->lasting == NULL ||
        cp_flow_prover_open(ground->flows, arena, &s->prover) != CP_OK) {
        cp_segmenter_close(s);
        return CP_ERR_NOMEM;
    }
    *out = s;
    return CP_OK;
}

void cp_segmenter_close(struct cp_segmenter *s)
{
    if (s == NULL)
        return;
    cp_flow_prover_close(s->prover);
    cp_arena_close(s->work);
    cp_arena_close(s->lasting);
}

uint64_t cp_segmenter_looked(const struct cp_segmenter *s)
{
    return cp_flow_prover_looked(s->prover);
}

/* ---- proofs ---- */

static const struct cp_segment_proof spotless = {
    .clean = true, .state_depth = {CP_DEPTH_NONE, CP_DEPTH_NONE, CP_DEPTH_NONE}};

static void lower(uint32_t *least, uint32_t depth)
{
    if (depth < *least)
        *least = depth;
}

static void join_depths(struct cp_segment_proof *proof, const uint32_t *depth)
{
    for (int state = 0; state < CP_STATE_COUNT; state++)
        lower(&proof->state_depth[state], depth[state]);
}

static bool is_spotless(const uint32_t *depth)
{
    bool all = true;

    for (int state = 0; state < CP_STATE_COUNT; state++)
        all = all && depth[state] == CP_DEPTH_NONE;
    return all;
}

/* Packets that meet what bears these marks whatever fails, unless they are dropped. */
static void join_marks(const struct cp_segmenter *s, uint32_t marks, const struct question *q,
                       struct cp_segment_proof *proof)
{
    const struct cp_audit_request *request = cp_flows_request(s->ground->flows);

    proof->clean = proof->clean && marks == 0; /* each rule judges today's state */
    if ((marks & CP_FORBIDDEN_BITS) == 0)
        return;
    lower(&proof->state_depth[CP_STATE_STEADY], 0);
    if ((request->states >> CP_STATE_LIAR & 1u) != 0)
        lower(&proof->state_depth[CP_STATE_LIAR], 0);
    if ((request->states >> CP_STATE_TRANSITION & 1u) != 0 && request->depth > 0 &&
        cp_flows_may_fail(s->ground->flows, q->ends, q->end_count))
        lower(&proof->state_depth[CP_STATE_TRANSITION], 1);
}

/* ---- lists ---- */

struct listing {
    struct cp_segmenter *s;
    const struct cp_segment_ask *ask;
    struct cp_segment *at;
    uint32_t count;
    struct cp_segment_proof proof;
};

static struct question question_of(const struct cp_segment_ask *ask, uint32_t from, uint32_t to)
{
    return (struct question){.treatment = ask->treatment,
                             .from = ask->path->nodes[from],
                             .to = ask->path->nodes[to],
                             .ends = ask->ends,
                             .end_count = ask->end_count};
}

/* Whether a node segment over one link of the path is that link's way and never exposed. */
static cp_err is_as_good(const struct listing *l, uint32_t at, bool *yes)
{
    const struct cp_graph *g = &l->s->ground->net->graph;
    struct question q = question_of(l->ask, at, at + 1);
    struct verdict v = {.clean = false};
    uint32_t depth[CP_STATE_COUNT];
    uint64_t cost = 0;
    uint64_t charge = 0;

    *yes = false;
    if (l->ask->strict)
        return CP_OK;
    CP_TRY(cp_answer_cost(l->s, &q, &cost));
    if (cost != cp_link_cost(g, q.from, l->ask->path->links[at], q.to))
        return CP_OK;
    if (l->ask->alone) {
        bool alone = false;

        CP_TRY(cp_stretch_is_alone(l->s, l->ask, at, at + 1, &alone));
        if (!alone)
            return CP_OK;
    }
    CP_TRY(cp_answer_clean(l->s, &q, &charge, &v));
    if (!v.clean)
        return CP_OK;
    CP_TRY(cp_answer_depths(l->s, &q, depth));
    *yes = is_spotless(depth);
    return CP_OK;
}

static cp_err add_segment(struct listing *l, uint32_t from, uint32_t to)
{
    const struct cp_path *path = l->ask->path;
    const struct cp_sids *sids = l->s->ground->sids;
    struct cp_segment *at = &l->at[l->count++];
    struct question q = question_of(l->ask, from, to);
    uint32_t depth[CP_STATE_COUNT];
    bool node = true;

    *at = (struct cp_segment){.from = q.from, .to = q.to, .link = CP_NONE};
    if (to == from + 1)
        CP_TRY(is_as_good(l, from, &node));
    if (!node) {
        at->kind = CP_SEGMENT_ADJACENCY;
        at->link = path->links[from];
        if (sids != NULL)
            at->sid = cp_sids_of_adjacency(sids, at->link, at->from, at->to);
        return CP_OK;
    }
    at->kind = CP_SEGMENT_NODE;
    if (sids != NULL)
        at->sid = cp_sids_of_node(sids, at->from, at->to);
    CP_TRY(cp_answer_depths(l->s, &q, depth));
    join_depths(&l->proof, depth);
    return CP_OK;
}

static cp_err strict_cover(struct cp_segmenter *s, const struct cp_path *path, struct cover *out)
{
    *out = (struct cover){.next = CP_TAKE(s->work, (size_t)path->link_count + 1, uint32_t),
                          .count = path->link_count,
                          .shortest = true};
    if (out->next == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i <= path->link_count; i++)
        out->next[i] = i + 1;
    return CP_OK;
}

static bool is_marked(const struct cp_segmenter *s, const struct cp_segment_ask *ask)
{
    struct cp_marks marks = s->ground->markings[ask->treatment].marks;
    uint32_t all = marks.node[ask->path->nodes[0]];

    for (uint32_t i = 0; i < ask->path->link_count; i++)
        all |= marks.link[ask->path->links[i]] | marks.node[ask->path->nodes[i + 1]];
    return all != 0;
}

static cp_err list_cover(struct listing *l, const struct cover *cover, struct cp_arena *arena)
{
    l->at = CP_TAKE(arena, cover->count, struct cp_segment);
    l->proof = spotless;
    if (l->at == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t at = 0; at < l->ask->path->link_count; at = cover->next[at])
        CP_TRY(add_segment(l, at, cover->next[at]));
    CP_ASSERT(l->count == cover->count);
    return CP_OK;
}

static cp_err find_list(struct cp_segmenter *s, const struct cp_segment_ask *ask,
                        struct cp_arena *arena, struct cp_segment_list *out)
{
    struct listing l = {.s = s, .ask = ask};
    struct cover cover;
    bool too_long;

    if (ask->strict)
        CP_TRY(strict_cover(s, ask->path, &cover));
    else
        CP_TRY(cp_cover_find(s, ask, &cover));
    too_long = out->depth != CP_NONE && cover.count > out->depth;
    CP_TRY(list_cover(&l, &cover, too_long ? s->work : arena));
    out->at = too_long ? NULL : l.at;
    out->count = too_long ? 0 : l.count;
    out->least = cover.count;
    out->shortest = cover.shortest;
    out->proof = l.proof;
    return CP_OK;
}

uint32_t cp_segments_depth(const struct cp_segments_ground *ground, uint32_t node,
                           uint32_t depth_max)
{
    uint32_t stated = ground->sids == NULL ? CP_NONE : cp_sids_depth(ground->sids, node);

    return stated != CP_NONE ? stated : depth_max;
}

cp_err cp_segments_find(struct cp_segmenter *s, const struct cp_segment_ask *ask,
                        struct cp_arena *arena, struct cp_segment_list *out)
{
    cp_arena_mark mark = cp_arena_mark_get(s->work);

    CP_ASSERT(ask->path->link_count > 0);
    *out = (struct cp_segment_list){
        .least = CP_NONE,
        .shortest = true,
        .depth = cp_segments_depth(s->ground, ask->path->nodes[0], ask->depth_max)};
    if (is_marked(s, ask)) {
        out->proof.clean = false;
        for (int state = 0; state < CP_STATE_COUNT; state++)
            out->proof.state_depth[state] = CP_DEPTH_NONE;
        return CP_OK;
    }
    CP_TRY(find_list(s, ask, arena, out));
    cp_arena_reset(s->work, mark);
    return CP_OK;
}

/* ---- lists from outside ---- */

static bool joins(const struct cp_graph *g, const struct cp_segment *segment)
{
    bool from = false;
    bool to = false;

    if (segment->link >= g->link_count || segment->from == segment->to)
        return false;
    for (uint32_t e = g->end_first[segment->link]; e < g->end_first[segment->link + 1]; e++) {
        from = from || g->end_node[e] == segment->from;
        to = to || g->end_node[e] == segment->to;
    }
    return from && to;
}

static cp_err prove_node(struct cp_segmenter *s, const struct question *q,
                         struct cp_segment_proof *proof)
{
    uint32_t depth[CP_STATE_COUNT];
    struct verdict v;
    uint64_t charge = 0;

    if (q->from == q->to) { /* the packet is there */
        join_marks(s, s->ground->markings[q->treatment].marks.node[q->to], q, proof);
        return CP_OK;
    }
    CP_TRY(cp_answer_clean(s, q, &charge, &v));
    proof->clean = proof->clean && v.clean;
    CP_TRY(cp_answer_depths(s, q, depth));
    join_depths(proof, depth);
    return CP_OK;
}

cp_err cp_segments_prove(struct cp_segmenter *s, const struct cp_segments_given *given,
                         struct cp_segment_proof *out)
{
    const struct cp_graph *g = &s->ground->net->graph;
    struct cp_marks marks = s->ground->markings[given->treatment].marks;

    *out = spotless;
    for (uint32_t i = 0; i < given->count; i++) {
        const struct cp_segment *at = &given->at[i];
        struct question q = {given->treatment, at->from, at->to, given->ends, given->end_count};

        if (q.from >= g->node_count || q.to >= g->node_count || (i > 0 && q.from != at[-1].to))
            return CP_ERR_CONFLICT;
        if (at->kind == CP_SEGMENT_NODE) {
            CP_TRY(prove_node(s, &q, out));
            continue;
        }
        if (!joins(g, at))
            return CP_ERR_CONFLICT;
        join_marks(s, marks.node[q.from] | marks.node[q.to] | marks.link[at->link], &q, out);
    }
    return CP_OK;
}
