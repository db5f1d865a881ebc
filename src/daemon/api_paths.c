#include <string.h>

#include "api.h"
#include "store/log.h"

/* Paths as control has them, and those that routers delegate and nobody listed; all in the request's arena. */

const char *api_phase_word(cp_lsp_phase phase)
{
    static const char *const words[] = {"down",   "waiting",  "installing", "installed",
                                        "astray", "draining", "removing"};

    return words[phase];
}

static cp_err segment_text(const struct view *v, const struct cp_pce_hop *hop, cp_text *to)
{
    struct cp_out out = cp_out_make(v->arena);

    switch (hop->kind) {
    case CP_PCE_HOP_LABEL:
        cp_out_u64(&out, hop->label);
        break;
    case CP_PCE_HOP_SRV6:
        cp_out_ipv6(&out, hop->srv6);
        break;
    case CP_PCE_HOP_ADDRESS:
        cp_out_ip(&out, hop->local);
        break;
    case CP_PCE_HOP_OTHER:
        break;
    }
    return cp_out_done(&out, to);
}

static bool same_hop(const struct cp_pce_hop *a, const struct cp_pce_hop *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == CP_PCE_HOP_LABEL)
        return a->label == b->label;
    if (a->kind == CP_PCE_HOP_SRV6)
        return memcmp(a->srv6, b->srv6, sizeof a->srv6) == 0;
    return cp_ip_eq(a->local, b->local);
}

static bool same_path(struct cp_pce_path a, struct cp_pce_path b)
{
    for (uint32_t i = 0; a.count == b.count && i < a.count; i++)
        if (!same_hop(&a.at[i], &b.at[i]))
            return false;
    return a.count == b.count;
}

/* Where hops come from: an LSP of the plan (CP_NONE: of none), and the node where they begin (CP_NONE: not known). */
struct origin {
    uint32_t in_plan, headend;
};

static struct origin origin_of(const struct view *v, uint32_t in_plan)
{
    bool planned = v->plan != NULL && in_plan != CP_NONE;

    return (struct origin){planned ? in_plan : CP_NONE,
                           planned ? cp_plan_lsp(v->plan, in_plan)->headend : CP_NONE};
}

/* Of an option of the plan the whole way; else what the hops themselves name. */
static cp_err way_nodes(const struct view *v, struct origin from, struct cp_pce_path hops,
                        struct cp_web_texts *out)
{
    const struct cp_plan_lsp *lsp =
        from.in_plan != CP_NONE ? cp_plan_lsp(v->plan, from.in_plan) : NULL;
    uint32_t at = from.headend;
    cp_text *list;

    for (uint32_t i = 0; lsp != NULL && i < lsp->option_count; i++) {
        const struct cp_path *path = &lsp->options[i].path;
        const struct cp_net *net = cp_plan_net(v->plan);

        if (!same_path(lsp->options[i].hops, hops))
            continue;
        list = CP_TAKE(v->arena, (size_t)path->link_count + 1, cp_text);
        if (list == NULL)
            return CP_ERR_NOMEM;
        for (uint32_t k = 0; k <= path->link_count; k++)
            list[k] = v->net->nodes[net->case_node[path->nodes[k]]].id;
        *out = (struct cp_web_texts){list, path->link_count + 1};
        return CP_OK;
    }
    list = CP_TAKE(v->arena, (size_t)hops.count + 1, cp_text);
    if (list == NULL)
        return CP_ERR_NOMEM;
    if (at != CP_NONE)
        list[out->count++] = v->net->nodes[at].id;
    for (uint32_t i = 0; v->plan != NULL && i < hops.count; i++) {
        const struct cp_pce_hop *hop = &hops.at[i];
        uint32_t node =
            cp_plan_node_of(v->plan, hop->remote.family != 0 ? hop->remote : hop->local);

        if (node == CP_NONE && at != CP_NONE)
            node = cp_plan_node_by_sid(v->plan, at, hop);
        at = node;
        list[out->count++] = node != CP_NONE ? v->net->nodes[node].id : CP_TEXT("");
    }
    out->list = list;
    return CP_OK;
}

static cp_err fill_way(const struct view *v, struct origin from, struct cp_pce_path hops,
                       uint64_t at_us, struct cp_web_way *way)
{
    cp_text *segments = CP_TAKE(v->arena, hops.count, cp_text);

    if (segments == NULL)
        return CP_ERR_NOMEM;
    if (hops.count == 0 || at_us == 0)
        return CP_OK;
    for (uint32_t i = 0; i < hops.count; i++)
        CP_TRY(segment_text(v, &hops.at[i], &segments[i]));
    way->segments = (struct cp_web_texts){segments, hops.count};
    way->at_us = at_us;
    return way_nodes(v, from, hops, &way->nodes);
}

static cp_err of_plan(const struct view *v, uint32_t in_plan, struct cp_web_path *out)
{
    const struct cp_plan_lsp *lsp = cp_plan_lsp(v->plan, in_plan);
    const struct cp_treatment *treatment = &cp_plan_judge(v->plan)->treatments[lsp->treatment];
    cp_text *demands = CP_TAKE(v->arena, lsp->demand_count, cp_text);

    if (demands == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < lsp->demand_count; i++)
        demands[i] = v->net->demands[lsp->demands[i]].id;
    out->headend = v->net->nodes[lsp->headend].id;
    out->endpoint = v->net->nodes[lsp->endpoint].id;
    out->colour = lsp->colour;
    out->demands = (struct cp_web_texts){demands, lsp->demand_count};
    if (treatment->rule_count > 0)
        out->rule = cp_plan_judge(v->plan)->rules[treatment->rules[0]].id;
    return CP_OK;
}

/* "HEADEND>ENDPOINT/COLOUR", of one that the plan has no more. */
static void of_key(cp_text key, struct cp_web_path *out)
{
    size_t to = cp_text_find(key, '>', 0), slash = key.len;

    for (size_t i = to; i < key.len; i++)
        if (key.at[i] == '/')
            slash = i;
    out->headend = cp_text_sub(key, 0, to);
    out->endpoint = cp_text_sub(key, to + 1, slash > to ? slash - to - 1 : 0);
}

static cp_err note_entry(void *user, const struct cp_log_entry *entry)
{
    *(uint64_t *)user = entry->seq;
    return CP_OK;
}

static uint64_t newest_step(const struct view *v, cp_text key)
{
    struct cp_log_query query = {
        .subject = key, .kinds = 1u << CP_LOG_STEP, .limit = 1, .newest_first = true};
    uint64_t seq = 0;

    return cp_log_each(v->d->store, &query, note_entry, &seq, NULL) == CP_STORE_OK ? seq : 0;
}

static const char *trace_word(cp_trace_kind kind)
{
    static const char *const words[] = {"clean", "forbidden", "broken", "unknown"};

    return words[kind];
}

cp_err api_path(const struct view *v, uint32_t at, struct cp_web_path *out)
{
    struct cp_control_lsp lsp;
    struct origin from;

    cp_control_lsp(v->control, at, &lsp);
    *out = (struct cp_web_path){.key = lsp.key,
                                .name = lsp.name,
                                .phase = api_phase_word(lsp.phase),
                                .why = lsp.why,
                                .delegated = lsp.delegated,
                                .enforcing = lsp.enforcing,
                                .listed = true,
                                .reason = cp_text_of(lsp.why)};
    if (v->plan != NULL && lsp.in_plan < cp_plan_lsp_count(v->plan))
        CP_TRY(of_plan(v, lsp.in_plan, out));
    else
        of_key(lsp.key, out);
    from = origin_of(v, lsp.in_plan);
    if (lsp.peer != CP_NONE) {
        const struct cp_drive_peer *peer = daemon_pcc(v->d, lsp.peer);

        out->peer = peer->name;
        out->system = peer->system;
    }
    CP_TRY(fill_way(v, from, lsp.intended, lsp.intended_us, &out->intended));
    CP_TRY(fill_way(v, from, lsp.installed, lsp.installed_us, &out->installed));
    if (out->installed.at_us != 0)
        out->installed_is = trace_word(lsp.installed_is);
    out->log_seq = newest_step(v, lsp.key);
    return api_ways(v, &lsp, out);
}

/* --- those that nobody listed ---------------------------------------------------------------------- */

cp_err api_given_id(const struct view *v, const struct cp_control_given *given, cp_text *out)
{
    return cp_text_join(CP_TEXT("delegated/"), given->name, v->arena, out);
}

cp_text api_given_headend(const struct view *v, const struct cp_control_given *given)
{
    return v->plan != NULL && given->headend != CP_NONE ? v->net->nodes[given->headend].id
                                                        : daemon_pcc(v->d, given->peer)->name;
}

static cp_err endpoint_of(const struct view *v, cp_ip address, cp_text *out)
{
    uint32_t node = v->plan != NULL ? cp_plan_node_of(v->plan, address) : CP_NONE;
    struct cp_out text = cp_out_make(v->arena);

    if (node != CP_NONE) {
        *out = v->net->nodes[node].id;
        return CP_OK;
    }
    cp_out_ip(&text, address);
    return cp_out_done(&text, out);
}

cp_err api_given(const struct view *v, uint32_t at, struct cp_web_path *out)
{
    const struct cp_drive_peer *peer;
    struct cp_control_given given;
    struct origin from = {CP_NONE, CP_NONE};

    CP_TRY(cp_control_given(v->control, at, v->arena, &given));
    peer = daemon_pcc(v->d, given.peer);
    *out = (struct cp_web_path){.name = cp_text_sub(given.name, peer->name.len + 1, given.name.len),
                                .headend = api_given_headend(v, &given),
                                .colour = given.colour,
                                .phase = api_phase_word(given.phase),
                                .why = given.why,
                                .delegated = true,
                                .peer = peer->name,
                                .system = peer->system,
                                .reason = cp_text_of(given.why)};
    CP_TRY(api_given_id(v, &given, &out->key));
    CP_TRY(endpoint_of(v, given.dst, &out->endpoint));
    if (v->plan != NULL)
        from.headend = given.headend;
    CP_TRY(fill_way(v, from, given.path, given.reported_us, &out->installed));
    if (out->installed.at_us != 0)
        out->installed_is = trace_word(given.is);
    if (v->plan != NULL && given.rule != CP_NONE)
        out->rule = cp_plan_judge(v->plan)->rules[given.rule].id;
    return api_touched(v, given.touches, given.touch_count, &out->installed.branches);
}
