#include <stdlib.h>
#include <string.h>

#include "api.h"

/* Demands and elements as the plan in force and control have them; all in the request's arena. */

/* --- the whole ------------------------------------------------------------------------------------- */

cp_err view_open(struct daemon *d, struct cp_arena *arena, struct view *out)
{
    *out = (struct view){.d = d, .arena = arena, .control = cp_drive_control(d->drive)};
    CP_TRY(cp_drive_verdicts_open(d->drive, daemon_now_us(d), arena, &out->verdicts));
    out->plan = out->verdicts.plan;
    if (out->plan != NULL)
        out->net = cp_plan_view(out->plan)->net;
    return CP_OK;
}

/* --- pages ----------------------------------------------------------------------------------------- */

cp_err page_open(struct page *page, uint32_t limit, struct cp_arena *arena)
{
    *page = (struct page){.limit = limit};
    page->list = CP_TAKE(arena, (size_t)limit + 1, struct chosen);
    return page->list != NULL ? CP_OK : CP_ERR_NOMEM;
}

static int compare(const struct chosen *a, const struct chosen *b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return cp_text_cmp(a->id, b->id);
}

void page_offer(struct page *page, uint32_t kind, cp_text id, uint32_t at)
{
    struct chosen thing = {kind, at, id};
    uint32_t to = page->count;

    if (compare(&thing, &page->after) <= 0 ||
        (page->count == page->limit + 1 && compare(&thing, &page->list[page->limit]) >= 0))
        return;
    if (page->count < page->limit + 1)
        page->count++;
    else
        to--;
    for (; to > 0 && compare(&thing, &page->list[to - 1]) < 0; to--)
        page->list[to] = page->list[to - 1];
    page->list[to] = thing;
}

/* --- elements -------------------------------------------------------------------------------------- */

const char *api_trust_word(cp_trust trust)
{
    static const char *const words[] = {"trusted", "unknown", "untrusted"};

    return words[trust];
}

cp_trust api_trust(const struct view *v, cp_object_kind kind, uint32_t object)
{
    const struct cp_judge *judge = cp_plan_judge(v->plan);
    cp_trust worst = CP_TRUSTED;

    for (uint32_t i = 0; i < judge->transit_count; i++) {
        const struct cp_judge_rule *rule = &judge->rules[i];
        cp_trust trust = cp_trust_treated(cp_judge_trust(rule, kind, object), rule->unknown);

        worst = trust > worst ? trust : worst;
    }
    return worst;
}

/* Whether licences end on several days: then the one that is found may not be the first that is missed. */
static cp_err end_apart(const struct view *v, bool *out)
{
    struct cp_licence_ends ends;

    CP_TRY(cp_judge_licence_ends(cp_plan_judge(v->plan), v->arena, &ends));
    *out = ends.count + ends.endless > 1;
    return CP_OK;
}

/* "licence tgl of us, until 2026-12-09: maker huawei, evidence claim; nodes.csv:5" */
static cp_err write_relief(const struct view *v, const struct cp_steps *steps,
                           struct cp_web_reason *to)
{
    struct cp_out out = cp_out_make(v->arena);
    const struct cp_step *licence = &steps->at[steps->count - 1], *fact = licence - 1;
    char until[11];
    bool apart;
    cp_text place;

    CP_TRY(end_apart(v, &apart));
    cp_out_text(&out, licence->sentence);
    cp_out_str(&out, apart && steps->relief.until != CP_DATE_NONE ? " at the latest" : "");
    for (const struct cp_step *s = steps->at + 1; s <= fact; s++) {
        cp_out_str(&out, s == steps->at + 1 ? ": " : ", ");
        cp_out_text(&out, s->sentence);
    }
    CP_TRY(cp_case_place(v->net, fact->place, v->arena, &place));
    if (place.len > 0)
        cp_out_str(&out, "; ");
    cp_out_text(&out, place);
    CP_TRY(cp_out_done(&out, &to->reason));
    to->licence = steps->relief.licence->id;
    if (steps->relief.until == CP_DATE_NONE)
        return CP_OK;
    cp_date_format(steps->relief.until, until);
    return cp_text_copy(cp_text_of(until), v->arena, &to->until);
}

/* A licence lets it in, where one does: *to is as it was where none does. */
static cp_err fill_relief(const struct view *v, uint32_t rule, cp_object_kind kind, uint32_t object,
                          struct cp_web_reason *to)
{
    struct cp_steps steps;

    CP_TRY(cp_judge_chain(cp_plan_judge(v->plan), rule, kind, object, v->arena, &steps));
    return steps.relief.licence == NULL ? CP_OK : write_relief(v, &steps, to);
}

static bool is_licensed(const struct cp_judge_rule *rule, cp_object_kind kind, uint32_t object)
{
    return ((kind == CP_OBJECT_NODE ? rule->node_licensed : rule->link_licensed)[object] &
            rule->bit) != 0;
}

static cp_err gather_reasons(const struct view *v, cp_object_kind kind, uint32_t object,
                             struct cp_web_element *out)
{
    const struct cp_judge *judge = cp_plan_judge(v->plan);
    struct cp_web_reason *reasons = CP_TAKE(v->arena, judge->transit_count, struct cp_web_reason);

    if (reasons == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < judge->transit_count; i++) {
        const struct cp_judge_rule *rule = &judge->rules[i];
        cp_trust found = cp_judge_trust(rule, kind, object);
        struct cp_web_reason *to = &reasons[out->reason_count];
        struct cp_reason reason;

        if (found == CP_TRUSTED && !is_licensed(rule, kind, object))
            continue;
        CP_TRY(cp_judge_reason(judge, i, kind, object, v->arena, &reason));
        *to = (struct cp_web_reason){.policy = judge->policies[rule->policy].policy->id,
                                     .rule = rule->id,
                                     .reason = reason.reason,
                                     .verdict =
                                         api_trust_word(cp_trust_treated(found, rule->unknown))};
        if (found == CP_TRUSTED)
            CP_TRY(fill_relief(v, i, kind, object, to));
        out->reason_count += found != CP_TRUSTED || to->licence.len > 0;
    }
    out->reasons = reasons;
    return CP_OK;
}

static cp_text fact_of(const struct cp_case *net, const uint32_t *first, uint32_t object,
                       const char *attribute)
{
    for (uint32_t i = first[object]; i < first[object + 1]; i++)
        if (net->facts[i].part.len == 0 && cp_text_is(net->facts[i].attribute, attribute))
            return net->facts[i].value;
    return CP_TEXT("");
}

static cp_err gather_ends(const struct view *v, uint32_t link, struct cp_web_element *out)
{
    cp_range ends = v->net->links[link].ends;
    cp_text *list = CP_TAKE(v->arena, ends.count, cp_text);

    if (list == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < ends.count; i++)
        list[i] = v->net->nodes[v->net->ends[ends.first + i].node.at].id;
    out->ends = (struct cp_web_texts){list, ends.count};
    return CP_OK;
}

cp_err api_element(const struct view *v, cp_object_kind kind, uint32_t object,
                   struct cp_web_element *out)
{
    const struct cp_ted_view *ted = cp_plan_view(v->plan);
    bool node = kind == CP_OBJECT_NODE;
    const uint32_t *facts = node ? v->net->node_facts : v->net->link_facts;

    *out = (struct cp_web_element){.id = node ? v->net->nodes[object].id : v->net->links[object].id,
                                   .kind = node ? "node" : "link",
                                   .verdict = api_trust_word(api_trust(v, kind, object)),
                                   .maker = fact_of(v->net, facts, object, "maker"),
                                   .system = node ? fact_of(v->net, facts, object, "software")
                                                  : CP_TEXT("")};
    out->known = node ? ted->nodes[object].known : !cp_text_starts(out->id, CP_TEXT("unknown:"));
    out->seen = node ? ted->nodes[object].seen : v->net->links[object].layer == CP_LAYER_IP;
    CP_TRY(gather_reasons(v, kind, object, out));
    return node ? CP_OK : gather_ends(v, object, out);
}

/* --- demands --------------------------------------------------------------------------------------- */

static cp_text id_of(const struct view *v, const struct cp_blocker *b)
{
    return b->kind == CP_OBJECT_NODE ? v->net->nodes[b->object].id : v->net->links[b->object].id;
}

cp_err api_cut(const struct view *v, const struct cp_blocking *blocking, struct cp_web_texts *out)
{
    cp_text *list = CP_TAKE(v->arena, blocking->smallest_count, cp_text);

    if (list == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < blocking->smallest_count; i++) {
        const struct cp_blocker *b = &blocking->smallest[i];

        CP_TRY(cp_text_join(b->kind == CP_OBJECT_NODE ? CP_TEXT("node:") : CP_TEXT("link:"),
                            id_of(v, b), v->arena, &list[i]));
    }
    *out = (struct cp_web_texts){list, blocking->smallest_count};
    return CP_OK;
}

/* The first of the cut is what it is blocked by. */
static cp_err blocked_by(const struct view *v, const struct cp_blocking *blocking,
                         struct cp_web_demand *out)
{
    const struct cp_judge *judge = cp_plan_judge(v->plan);
    const struct cp_blocker *b = blocking->smallest;
    struct cp_reason reason;

    if (blocking->smallest_count == 0)
        return CP_OK;
    out->element = id_of(v, b);
    out->element_kind = b->kind == CP_OBJECT_NODE ? "node" : "link";
    if (b->rule_count == 0)
        return CP_OK;
    out->rule = judge->rules[b->rules[0]].id;
    out->policy = judge->policies[judge->rules[b->rules[0]].policy].policy->id;
    CP_TRY(cp_judge_reason(judge, b->rules[0], b->kind, b->object, v->arena, &reason));
    out->reason = reason.reason;
    return CP_OK;
}

/* Where nobody steers it: what its packets meet, and why that is forbidden. */
static cp_err met_of(const struct view *v, const struct cp_exposure *exposure,
                     struct cp_web_demand *out)
{
    const struct cp_judge *judge = cp_plan_judge(v->plan);
    bool node = exposure->kind == CP_OBJECT_NODE;
    struct cp_out text = cp_out_make(v->arena);
    struct cp_reason reason;

    out->element = node ? v->net->nodes[exposure->element].id : v->net->links[exposure->element].id;
    out->element_kind = node ? "node" : "link";
    out->rule = judge->rules[exposure->rule].id;
    out->policy = judge->policies[judge->rules[exposure->rule].policy].policy->id;
    CP_TRY(cp_judge_reason(judge, exposure->rule, exposure->kind, exposure->element, v->arena,
                           &reason));
    cp_out_text(&text, out->reason);
    cp_out_str(&text,
               exposure->failure_count == 0 ? ", and meets " : ", and after failures meets ");
    cp_out_text(&text, out->element);
    cp_out_str(&text, ": ");
    cp_out_text(&text, reason.reason);
    return cp_out_done(&text, &out->reason);
}

static cp_err list_paths(const struct view *v, uint32_t demand, struct cp_web_demand *out)
{
    uint32_t first = v->verdicts.first_lsp[demand], end = v->verdicts.first_lsp[demand + 1];
    cp_text *paths = CP_TAKE(v->arena, end - first, cp_text);

    if (paths == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = first; i < end; i++) {
        uint32_t carrier = v->verdicts.carriers[i];
        struct cp_control_lsp lsp;

        paths[i - first] = cp_plan_lsp(v->plan, carrier)->key;
        cp_control_lsp_of(v->control, carrier, &lsp);
        out->since_us = lsp.intended_us > out->since_us ? lsp.intended_us : out->since_us;
    }
    out->paths = (struct cp_web_texts){paths, end - first};
    return CP_OK;
}

/* Whatever its worst way is like: why a way of it has no clean path; NULL: each has one. */
static const struct cp_blocking *blocking_of(const struct view *v, uint32_t demand,
                                             const struct cp_drive_verdict *said)
{
    const struct cp_blocking *blocking = said->blocking;
    uint32_t end = v->verdicts.first_lsp[demand + 1];

    for (uint32_t i = v->verdicts.first_lsp[demand]; i < end && blocking == NULL; i++)
        blocking = cp_plan_lsp(v->plan, v->verdicts.carriers[i])->blocking;
    return blocking;
}

cp_err api_demand(const struct view *v, uint32_t demand, struct cp_web_demand *out)
{
    const struct cp_demand *is = &v->net->demands[demand];
    const struct cp_judge *judge = cp_plan_judge(v->plan);
    const struct cp_blocking *blocking;
    struct cp_drive_verdict said;

    cp_drive_verdict(&v->verdicts, demand, &said);
    blocking = blocking_of(v, demand, &said);
    *out = (struct cp_web_demand){
        .id = is->id,
        .src = is->src_name,
        .dst = is->dst_name,
        .traffic_class = judge->treatments[judge->demand_treatment[demand]].traffic_class,
        .verdict = cp_drive_verdict_word(said.verdict),
        .sensitive = said.sensitive,
        .down = said.down,
        .reason = cp_text_of(said.why)};
    CP_TRY(list_paths(v, demand, out));
    if (blocking != NULL)
        CP_TRY(api_cut(v, blocking, &out->blocking_cut));
    if (said.exposure != NULL)
        return met_of(v, said.exposure, out);
    if (said.unsteered && said.verdict == CP_VERDICT_OK)
        CP_TRY(cp_text_join(out->reason, CP_TEXT(", and meets nothing that is forbidden"), v->arena,
                            &out->reason));
    return said.blocking != NULL ? blocked_by(v, said.blocking, out) : CP_OK;
}
