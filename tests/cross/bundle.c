#include "bundle.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"

static void must(bool truth)
{
    if (!truth)
        abort();
}

static void *copy_of(struct cp_arena *arena, const void *from, size_t count, size_t size)
{
    void *at = cp_arena_take(arena, count, size);

    must(at != NULL);
    if (count > 0)
        memcpy(at, from, count * size);
    return at;
}

static cp_text name(struct cp_arena *arena, const char *kind, uint32_t number)
{
    struct cp_out out = cp_out_make(arena);
    cp_text text;

    cp_out_format(&out, "%s%u", kind, number);
    must(cp_out_done(&out, &text) == CP_OK);
    return text;
}

static const struct cp_input input = {.path = {"all", 3}, .sha256 = "00", .used = 7};

/* The sample's case has no names. */
static struct cp_case *name_case(const struct cp_case *from, struct cp_arena *arena)
{
    struct cp_case *c = copy_of(arena, from, 1, sizeof *c);
    struct cp_node_rec *nodes = copy_of(arena, c->nodes, c->node_count, sizeof *nodes);
    struct cp_link_rec *links = copy_of(arena, c->links, c->link_count, sizeof *links);
    struct cp_demand *demands = copy_of(arena, c->demands, c->demand_count, sizeof *demands);
    cp_text *srlgs = copy_of(arena, c->srlgs, c->srlg_count, sizeof *srlgs);

    for (uint32_t i = 0; i < c->node_count; i++)
        nodes[i].id = name(arena, "n", i);
    for (uint32_t i = 0; i < c->link_count; i++)
        links[i].id = name(arena, "l", i);
    for (uint32_t i = 0; i < c->srlg_count; i++)
        srlgs[i] = name(arena, "g", i);
    for (uint32_t i = 0; i < c->demand_count; i++) {
        demands[i].id = name(arena, "d", i);
        demands[i].src_name = name(arena, "tag:from", i);
        demands[i].dst_name = name(arena, "tag:to", i);
        demands[i].bandwidth_bps = i % 2 == 0 ? CP_BPS_NONE : 1000;
    }
    c->nodes = nodes;
    c->links = links;
    c->srlgs = srlgs;
    c->demands = demands;
    c->inputs = &input;
    c->input_count = 1;
    return c;
}

const struct cp_judge *bundle_named(const struct cp_judge *from, struct cp_arena *arena)
{
    struct cp_judge *judge = copy_of(arena, from, 1, sizeof *judge);
    struct cp_treatment *treatments =
        copy_of(arena, judge->treatments, judge->treatment_count, sizeof *treatments);
    struct cp_judge_policy *applied = CP_TAKE(arena, 1, struct cp_judge_policy);
    struct cp_policy *policy = CP_TAKE(arena, 1, struct cp_policy);
    struct cp_judge_rule *rules = copy_of(arena, judge->rules, judge->rule_count, sizeof *rules);

    must(policy != NULL && applied != NULL);
    *policy = (struct cp_policy){.id = CP_TEXT("p"), .by = CP_TEXT("b"), .file = CP_NONE};
    *applied = (struct cp_judge_policy){policy, 1};
    judge->policies = applied;
    judge->policy_count = 1;
    judge->as_of = 1; /* 1970-01-02 */
    for (uint32_t i = 0; i < judge->rule_count; i++) {
        rules[i].policy = 0;
        rules[i].id = name(arena, "r", i);
        rules[i].says = name(arena, "says ", i);
    }
    for (uint32_t i = 0; i < judge->treatment_count; i++)
        treatments[i].traffic_class = name(arena, "t", i);
    judge->rules = rules;
    judge->treatments = treatments;
    judge->net = name_case(judge->net, arena);
    return judge;
}

void bundle_audit(struct sample *sample, struct cp_arena *arena, struct bundle *out)
{
    const struct cp_judge *judge = NULL;
    const struct cp_demand_result *results = NULL;
    struct cp_audit_worker *worker = NULL;
    struct cp_audit *audit = NULL;
    struct cp_diag diag;

    must(sample_judge(sample, arena, &judge) == CP_OK);
    *out = (struct bundle){
        .judge = bundle_named(judge, arena),
        .request = {.depth = sample->ask.depth, .failure_kinds = sample->ask.kinds}};
    must(cp_audit_open(out->judge, &out->request, arena, &audit, &diag) == CP_OK);
    must(cp_audit_worker_open(audit, arena, &worker) == CP_OK);
    for (uint32_t i = 0; i < cp_audit_parts(audit); i++)
        must(cp_audit_run(worker, i) == CP_OK);
    cp_audit_worker_close(worker);
    must(cp_audit_finish(audit, arena, &results) == CP_OK);
    out->results = copy_of(arena, results, judge->net->demand_count, sizeof *results);
}

struct taking {
    struct bundle *bundle;
    struct cp_arena *arena;
};

static cp_err take(void *to, cp_text piece)
{
    struct taking *taking = to;
    struct bundle *b = taking->bundle;

    must(b->piece_count < BUNDLE_PIECES);
    return cp_text_copy(piece, taking->arena, &b->piece[b->piece_count++]);
}

void bundle_write(struct bundle *b, struct cp_arena *arena)
{
    struct cp_prove_ask ask = {.judge = b->judge, .request = &b->request, .results = b->results};
    struct cp_out out = cp_out_make(arena);
    struct taking taking = {b, arena};
    struct cp_prove *prove = NULL;
    struct cp_prove_worker *worker = NULL;

    must(cp_prove_network(&ask, &out) == CP_OK && cp_out_done(&out, &b->network) == CP_OK);
    must(cp_prove_open(&ask, arena, &prove) == CP_OK);
    must(cp_prove_worker_open(prove, arena, &worker) == CP_OK);
    b->piece_count = 0;
    for (uint32_t i = 0; i < cp_prove_parts(prove); i++)
        must(cp_prove_run(worker, i, take, &taking) == CP_OK);
    cp_prove_worker_close(worker);
    b->answer = bundle_answer(b, arena);
}

/* ---- the answer, as report writes it ---- */

struct writer {
    const struct bundle *b;
    const struct cp_case *c;
    struct cp_json json;
};

static void put_depth(struct writer *w, const char *key, uint32_t depth)
{
    if (depth == CP_DEPTH_NONE)
        cp_json_null(&w->json, key);
    else
        cp_json_u64(&w->json, key, depth);
}

static cp_text failure_id(const struct writer *w, struct cp_failure failure)
{
    if (failure.kind == CP_FAIL_LINK)
        return w->c->links[failure.at].id;
    return failure.kind == CP_FAIL_NODE ? w->c->nodes[failure.at].id : w->c->srlgs[failure.at];
}

static const char *failure_kind(uint32_t kind)
{
    return kind == CP_FAIL_LINK ? "link" : kind == CP_FAIL_NODE ? "node" : "srlg";
}

static void put_failures(struct writer *w, const char *ids, const char *kinds,
                         const struct cp_failure *failures, uint32_t count)
{
    cp_json_array(&w->json, ids, CP_JSON_FLAT);
    for (uint32_t i = 0; i < count; i++)
        cp_json_text(&w->json, NULL, failure_id(w, failures[i]));
    cp_json_close(&w->json);
    cp_json_array(&w->json, kinds, CP_JSON_FLAT);
    for (uint32_t i = 0; i < count; i++)
        cp_json_str(&w->json, NULL, failure_kind(failures[i].kind));
    cp_json_close(&w->json);
}

static void put_path(struct writer *w, const struct cp_exposure *e)
{
    cp_json_array(&w->json, "path", CP_JSON_FLAT);
    for (uint32_t i = 0; i < e->node_count; i++)
        cp_json_text(&w->json, NULL, w->c->nodes[e->nodes[i].at].id);
    cp_json_close(&w->json);
    cp_json_array(&w->json, "links", CP_JSON_FLAT);
    for (uint32_t i = 0; i + 1 < e->node_count; i++)
        cp_json_text(&w->json, NULL, w->c->links[e->links[i].at].id);
    cp_json_close(&w->json);
}

static void put_exposure(struct writer *w, const char *key, const struct cp_exposure *e)
{
    static const char *const states[] = {"steady", "transition", "liar"};
    bool changes = e != NULL && e->state == CP_STATE_TRANSITION && e->failure_count > 0;

    if (e == NULL) {
        cp_json_null(&w->json, key);
        return;
    }
    cp_json_object(&w->json, key, CP_JSON_LINES);
    cp_json_str(&w->json, "state", states[e->state]);
    cp_json_str(&w->json, "direction", e->direction == CP_FORWARD ? "forward" : "reverse");
    put_failures(w, "failures", "failure_kinds", e->failures, e->failure_count);
    if (changes)
        cp_json_text(&w->json, "failing", failure_id(w, e->failures[e->failure_count - 1]));
    else
        cp_json_null(&w->json, "failing");
    cp_json_text(&w->json, "element",
                 e->kind == CP_OBJECT_NODE ? w->c->nodes[e->element].id
                                           : w->c->links[e->element].id);
    cp_json_str(&w->json, "element_kind", e->kind == CP_OBJECT_NODE ? "node" : "link");
    put_path(w, e);
    cp_json_text(&w->json, "rule", w->b->judge->rules[e->rule].id);
    cp_json_str(&w->json, "policy", "p");
    cp_json_str(&w->json, "authority", "b");
    cp_json_text(&w->json, "says", w->b->judge->rules[e->rule].says);
    cp_json_str(&w->json, "reason", "");
    cp_json_close(&w->json);
}

static void put_demand(struct writer *w, uint32_t d)
{
    static const char *const verdicts[] = {"ok", "undecided", "violation", "no-path"};
    const struct cp_demand_result *r = &w->b->results[d];
    const struct cp_demand *demand = &w->c->demands[d];

    cp_json_object(&w->json, NULL, CP_JSON_LINES);
    cp_json_text(&w->json, "id", demand->id);
    cp_json_text(&w->json, "src", demand->src_name);
    cp_json_text(&w->json, "dst", demand->dst_name);
    cp_json_text(&w->json, "class",
                 w->b->judge->treatments[w->b->judge->demand_treatment[d]].traffic_class);
    if (demand->bandwidth_bps == CP_BPS_NONE)
        cp_json_null(&w->json, "bandwidth_bps");
    else
        cp_json_u64(&w->json, "bandwidth_bps", demand->bandwidth_bps);
    cp_json_str(&w->json, "verdict", verdicts[r->verdict]);
    cp_json_bool(&w->json, "judged", r->judged);
    cp_json_bool(&w->json, "clean_way", r->clean_way);
    put_depth(w, "exposure_depth", r->exposure_depth);
    put_depth(w, "cut_depth", r->cut_depth);
    if (r->cut_depth == CP_DEPTH_NONE) {
        cp_json_null(&w->json, "cut");
        cp_json_null(&w->json, "cut_kinds");
    } else {
        put_failures(w, "cut", "cut_kinds", r->cut, r->cut_depth);
    }
    cp_json_object(&w->json, "states", CP_JSON_FLAT);
    put_depth(w, "steady", r->state_depth[CP_STATE_STEADY]);
    put_depth(w, "transition", r->state_depth[CP_STATE_TRANSITION]);
    cp_json_null(&w->json, "repair");
    put_depth(w, "liar", r->state_depth[CP_STATE_LIAR]);
    cp_json_close(&w->json);
    put_exposure(w, "exposure", r->exposure);
    put_exposure(w, "violation", r->violation);
    put_exposure(w, "undecided", r->undecided);
    put_exposure(w, "liar", r->liar);
    cp_json_close(&w->json);
}

static void put_summary(struct writer *w)
{
    static const char *const names[] = {"ok", "undecided", "violation", "no_path"};
    uint32_t counts[4] = {0}, uncovered = 0;

    for (uint32_t d = 0; d < w->c->demand_count; d++) {
        counts[w->b->results[d].verdict]++;
        uncovered += !w->b->results[d].judged;
    }
    cp_json_object(&w->json, "summary", CP_JSON_LINES);
    for (uint32_t i = 0; i < 4; i++)
        cp_json_u64(&w->json, names[i], counts[i]);
    cp_json_u64(&w->json, "uncovered", uncovered);
    cp_json_close(&w->json);
}

static void put_head(struct writer *w)
{
    cp_json_str(&w->json, "as_of", "1970-01-02");
    cp_json_array(&w->json, "policies", CP_JSON_LINES);
    cp_json_object(&w->json, NULL, CP_JSON_FLAT);
    cp_json_str(&w->json, "id", "p");
    cp_json_null(&w->json, "says");
    cp_json_object(&w->json, "authority", CP_JSON_FLAT);
    cp_json_str(&w->json, "by", "b");
    cp_json_null(&w->json, "ref");
    cp_json_null(&w->json, "owner");
    cp_json_close(&w->json);
    cp_json_str(&w->json, "as_of", "1970-01-02");
    cp_json_null(&w->json, "path");
    cp_json_close(&w->json);
    cp_json_close(&w->json);
    cp_json_array(&w->json, "inputs", CP_JSON_LINES);
    cp_json_object(&w->json, NULL, CP_JSON_FLAT);
    cp_json_text(&w->json, "path", input.path);
    cp_json_str(&w->json, "sha256", input.sha256);
    cp_json_u64(&w->json, "used", input.used);
    cp_json_u64(&w->json, "ignored", input.ignored);
    cp_json_u64(&w->json, "not_understood", input.not_understood);
    cp_json_close(&w->json);
    cp_json_close(&w->json);
    cp_json_array(&w->json, "warnings", CP_JSON_LINES);
    cp_json_close(&w->json);
}

cp_text bundle_answer(const struct bundle *b, struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    struct writer w = {.b = b, .c = b->judge->net, .json = cp_json_make(&out)};
    cp_text text = {0};

    cp_json_object(&w.json, NULL, CP_JSON_LINES);
    cp_json_str(&w.json, "schema", "cleanpath.audit/1");
    put_head(&w);
    cp_json_object(&w.json, "failures", CP_JSON_FLAT);
    cp_json_u64(&w.json, "depth", b->request.depth);
    cp_json_array(&w.json, "kinds", CP_JSON_FLAT);
    for (uint32_t kind = CP_FAIL_LINK; kind <= CP_FAIL_SRLG; kind <<= 1)
        if ((b->request.failure_kinds & kind) != 0)
            cp_json_str(&w.json, NULL, failure_kind(kind));
    cp_json_close(&w.json);
    cp_json_close(&w.json);
    cp_json_array(&w.json, "demands", CP_JSON_LINES);
    for (uint32_t d = 0; d < w.c->demand_count; d++)
        put_demand(&w, d);
    cp_json_close(&w.json);
    put_summary(&w);
    cp_json_close(&w.json);
    must(cp_out_done(&out, &text) == CP_OK);
    return text;
}
