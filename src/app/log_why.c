#include "log_why.h"

#include "app/log_text.h"
#include "app/message.h"
#include "base/json_in.h"

/* --- what is asked ------------------------------------------------------------------------------ */

/* One rule and one element. */
struct stand {
    cp_trust trust;   /* as the rule takes it */
    bool passed_over; /* unknown, and the rule lets that pass */
    cp_text why;
    struct cp_relief relief;
    cp_text without; /* by a licence: what the rule would have against it */
    cp_log_planned then;
};

struct element {
    cp_text id;
    cp_object_kind kind;
    uint32_t object;
    struct stand *stands; /* [rule_count] */
};

struct cp_log_why {
    struct cp_arena *arena;
    struct cp_store *store;
    struct cp_log_case kept;
    const struct cp_judge *without; /* as if no licence held; NULL: nothing asked for it yet */
    const char *why;                /* it cannot be judged; NULL: it is */
    cp_text what;                   /* of what that is so; empty: of nothing alone */
    uint64_t plan_seq, view_seq, inputs_seq;
    cp_text demand; /* one of those that it carries */
    const struct cp_treatment *treatment;
    struct element *elements; /* [element_count] */
    uint32_t element_count;
    uint32_t forbidden, undecided; /* elements */
    uint32_t others; /* verdicts of the plan that are not those of today, here or elsewhere */
};

static cp_exit cannot(struct cp_log_why *w, const char *why, cp_text what)
{
    w->why = why;
    w->what = what;
    return CP_EXIT_OK;
}

static const struct cp_log_entry *find(const struct cp_log_entry *entries, uint32_t count,
                                       const struct cp_log_entry *of, cp_log_kind kind)
{
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < of->because_count; k++)
            if (entries[i].kind == kind && entries[i].seq == of->because[k])
                return &entries[i];
    return NULL;
}

/* --- judging ------------------------------------------------------------------------------------ */

/* What the licence lets off: the fact by which the rule would be against the element. */
static cp_err find_without(struct cp_log_why *w, const struct element *e, uint32_t rule,
                           cp_text *out)
{
    struct cp_reason reason;

    if (w->without == NULL)
        CP_TRY(cp_judge_after(w->kept.judge, NULL, w->kept.loaded.kept, &w->without));
    CP_TRY(cp_judge_reason(w->without, rule, e->kind, e->object, w->arena, &reason));
    *out = reason.sentence;
    return CP_OK;
}

static cp_err stand(struct cp_log_why *w, const struct element *e, uint32_t at, struct stand *out)
{
    const struct cp_judge *judge = w->kept.judge;
    const struct cp_judge_rule *rule = &judge->rules[at];
    cp_trust found = cp_judge_trust(rule, e->kind, e->object);
    struct cp_reason reason;

    out->trust = cp_trust_treated(found, rule->unknown);
    out->passed_over = found != CP_TRUSTED && out->trust == CP_TRUSTED;
    CP_TRY(cp_judge_licence(judge, at, e->kind, e->object, w->arena, &out->relief));
    if (out->relief.licence != NULL)
        CP_TRY(find_without(w, e, at, &out->without));
    if (found == CP_TRUSTED)
        return cp_judge_standing(judge, at, e->kind, e->object, w->arena, &out->why);
    CP_TRY(cp_judge_reason(judge, at, e->kind, e->object, w->arena, &reason));
    out->why = reason.sentence;
    out->then = cp_log_case_planned(&w->kept, at, e->kind, e->id);
    return CP_OK;
}

static cp_err stand_all(struct cp_log_why *w, struct element *e)
{
    cp_trust worst = CP_TRUSTED;

    e->stands = CP_TAKE(w->arena, w->treatment->rule_count, struct stand);
    if (e->stands == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < w->treatment->rule_count; i++) {
        CP_TRY(stand(w, e, w->treatment->rules[i], &e->stands[i]));
        worst = e->stands[i].trust > worst ? e->stands[i].trust : worst;
    }
    w->forbidden += worst == CP_UNTRUSTED;
    w->undecided += worst == CP_UNKNOWN;
    return CP_OK;
}

/* An id that a link and a node bear is both. */
static cp_exit add_element(struct cp_log_why *w, cp_text id)
{
    const struct cp_case *c = w->kept.judge->net;
    const uint32_t objects[] = {cp_case_link(c, id).at, cp_case_node(c, id).at};
    const cp_object_kind kinds[] = {CP_OBJECT_LINK, CP_OBJECT_NODE};

    if (objects[0] == CP_NONE && objects[1] == CP_NONE)
        return cannot(w, "it is not in the network that the log keeps", id);
    for (uint32_t i = 0; i < CP_COUNT(objects); i++) {
        struct element *e = &w->elements[w->element_count];

        if (objects[i] == CP_NONE)
            continue;
        *e = (struct element){.id = id, .kind = kinds[i], .object = objects[i]};
        w->element_count++;
        if (stand_all(w, e) != CP_OK)
            return cp_say_no_memory();
    }
    return CP_EXIT_OK;
}

/* Of those that the entry names the first that the case has: all are treated alike. */
static bool find_demand(struct cp_log_why *w, const struct cp_json_value *list)
{
    const struct cp_judge *judge = w->kept.judge;

    for (const struct cp_json_value *v = list->first; v != NULL; v = v->next)
        for (uint32_t d = 0; d < judge->net->demand_count; d++) {
            if (!cp_text_eq(judge->net->demands[d].id, v->text))
                continue;
            w->demand = v->text;
            w->treatment = &judge->treatments[judge->demand_treatment[d]];
            return true;
        }
    return false;
}

static cp_exit judge(struct cp_log_why *w, const struct cp_json_value *root)
{
    const struct cp_json_value *demands = cp_json_member(root, "demands");
    const struct cp_json_value *elements = cp_json_member(root, "elements");
    cp_exit code = CP_EXIT_OK;

    if (demands == NULL || demands->kind != CP_JSON_ARRAY || !find_demand(w, demands))
        return cannot(w, "the entry names nobody of the kept demands whom the path carries",
                      CP_TEXT(""));
    if (elements == NULL || elements->kind != CP_JSON_ARRAY)
        return cannot(w, "the entry does not say what the path passes", CP_TEXT(""));
    w->elements = CP_TAKE(w->arena, (size_t)elements->count * 2, struct element);
    if (w->elements == NULL)
        return cp_say_no_memory();
    for (const struct cp_json_value *v = elements->first;
         v != NULL && code == CP_EXIT_OK && w->why == NULL; v = v->next)
        code = add_element(w, v->text);
    w->others = cp_log_case_others(&w->kept);
    return code;
}

static cp_exit open_kept(struct cp_log_why *w, const struct cp_log_entry *entries, uint32_t count)
{
    const struct cp_log_entry *plan = find(entries, count, &entries[0], CP_LOG_PLAN);
    const struct cp_log_entry *view = plan == NULL ? NULL : find(entries, count, plan, CP_LOG_VIEW);
    const struct cp_log_entry *inputs =
        plan == NULL ? NULL : find(entries, count, plan, CP_LOG_INPUTS);
    cp_exit code;

    if (plan == NULL)
        return cannot(w, "the plan that it rests on is not in the log", CP_TEXT(""));
    if (view == NULL || inputs == NULL)
        return cannot(w, "the network or the inputs of its plan are not in the log", CP_TEXT(""));
    w->plan_seq = plan->seq;
    w->view_seq = view->seq;
    w->inputs_seq = inputs->seq;
    code = cp_log_case_open(w->store, inputs, view, &w->kept);
    if (code == CP_EXIT_OK && w->kept.judge == NULL)
        return cannot(w, w->kept.why, cp_text_of(w->kept.what));
    return code;
}

/* An intent with a path: not one that is taken out of service, nor another step. */
static bool is_path(const struct cp_log_entry *entry, const struct cp_json_value *root)
{
    const struct cp_json_value *after = cp_json_member(root, "after");

    return entry->kind == CP_LOG_STEP && after != NULL && after->kind == CP_JSON_ARRAY &&
           cp_json_member(root, "key") != NULL;
}

cp_exit cp_log_why_open(struct cp_store *store, const struct cp_log_entry *entries, uint32_t count,
                        struct cp_arena *arena, struct cp_log_why **out)
{
    const struct cp_json_value *root;
    struct cp_log_why *w;
    cp_exit code;

    *out = NULL;
    if (cp_json_in_document(entries[0].document, CP_PLACE_NO_FILE, arena, &root, NULL) != CP_OK ||
        !is_path(&entries[0], root))
        return CP_EXIT_OK;
    w = CP_TAKE(arena, 1, struct cp_log_why);
    if (w == NULL)
        return cp_say_no_memory();
    *w = (struct cp_log_why){.arena = arena, .store = store};
    *out = w;
    code = open_kept(w, entries, count);
    return code == CP_EXIT_OK && w->why == NULL ? judge(w, root) : code;
}

void cp_log_why_close(struct cp_log_why *w)
{
    if (w != NULL)
        cp_log_case_close(&w->kept);
}

/* --- text ---------------------------------------------------------------------------------------- */

static void write_day(struct cp_out *out, const char *before, cp_date day)
{
    char text[11];

    if (day == CP_DATE_NONE)
        return;
    cp_date_format(day, text);
    cp_out_str(out, before);
    cp_out_str(out, text);
}

static cp_err place_of(const struct cp_log_why *w, uint32_t rule, cp_text *out)
{
    const struct cp_judge_rule *r = &w->kept.judge->rules[rule];

    return cp_case_place(w->kept.judge->net, r->rule->place, w->arena, out);
}

/* "    no-huawei of lab, policy.yaml:8, as of 2026-11-28: Secret traffic does not pass Huawei equipment." */
static cp_err write_rule(const struct cp_log_why *w, struct cp_out *out, uint32_t rule)
{
    const struct cp_judge_rule *r = &w->kept.judge->rules[rule];
    const struct cp_judge_policy *policy = &w->kept.judge->policies[r->policy];
    cp_text place;

    CP_TRY(place_of(w, rule, &place));
    cp_out_str(out, "    rule ");
    cp_log_write_safe(out, r->id);
    cp_out_str(out, " of ");
    cp_log_write_safe(out, policy->policy->id);
    cp_out_str(out, ", ");
    cp_log_write_safe(out, place);
    write_day(out, ", as of ", policy->as_of);
    cp_out_str(out, ": ");
    cp_log_write_safe(out, r->says);
    cp_out_char(out, '\n');
    return out->err;
}

static void write_licence(struct cp_out *out, const struct stand *s)
{
    if (s->relief.licence == NULL)
        return;
    cp_out_str(out, "; by licence ");
    cp_log_write_safe(out, s->relief.licence->id);
    if (s->relief.until == CP_DATE_NONE)
        cp_out_str(out, ", which has no end");
    else
        write_day(out, ", until ", s->relief.until);
    cp_out_str(out, ", without which: ");
    cp_log_write_safe(out, s->without);
}

static void write_stand(const struct cp_log_why *w, struct cp_out *out, const struct stand *s,
                        uint32_t rule)
{
    static const char *const then[] = {[CP_PLANNED_NOT] = "; the plan did not judge it",
                                       [CP_PLANNED_ALLOWED] = "; the plan had nothing against it",
                                       [CP_PLANNED_AGAINST] = "; so the plan had it"};

    cp_out_str(out, "      ");
    cp_log_write_safe(out, w->kept.judge->rules[rule].id);
    cp_out_str(out, s->trust == CP_UNTRUSTED ? " FORBIDS IT: "
                    : s->trust == CP_UNKNOWN ? " DOES NOT KNOW IT: "
                                             : ": ");
    cp_log_write_safe(out, s->why);
    cp_out_str(out, s->passed_over ? "; the rule lets pass what is unknown" : "");
    if (s->trust != CP_TRUSTED)
        cp_out_str(out, then[s->then]);
    write_licence(out, s);
    cp_out_char(out, '\n');
}

static void write_elements(const struct cp_log_why *w, struct cp_out *out)
{
    for (uint32_t i = 0; i < w->element_count; i++) {
        const struct element *e = &w->elements[i];

        cp_out_str(out, e->kind == CP_OBJECT_NODE ? "    node " : "    link ");
        cp_log_write_safe(out, e->id);
        cp_out_char(out, '\n');
        for (uint32_t k = 0; k < w->treatment->rule_count; k++)
            write_stand(w, out, &e->stands[k], w->treatment->rules[k]);
    }
}

cp_err cp_log_why_text(const struct cp_log_why *w, struct cp_out *out)
{
    if (w == NULL)
        return CP_OK;
    if (w->why != NULL) {
        cp_out_str(out, "why the rules let it pass cannot be judged again: ");
        cp_log_write_safe(out, w->what);
        cp_out_str(out, w->what.len > 0 ? ": " : "");
        cp_out_str(out, w->why);
        cp_out_char(out, '\n');
        return out->err;
    }
    cp_out_format(
        out, "why the rules let it pass, judged again by what the log keeps of #%llu and #%llu\n",
        (unsigned long long)w->view_seq, (unsigned long long)w->inputs_seq);
    if (w->forbidden + w->undecided > 0)
        cp_out_format(out, "    NOT ALLOWED: %u of %u elements\n", w->forbidden + w->undecided,
                      w->element_count);
    if (w->others > 0)
        cp_out_format(out, "    of all that the plan judged %u verdicts are others today\n",
                      w->others);
    if (w->treatment->rule_count == 0)
        cp_out_str(out, "    no rule is about the demands that it carries\n");
    for (uint32_t i = 0; i < w->treatment->rule_count; i++)
        CP_TRY(write_rule(w, out, w->treatment->rules[i]));
    write_elements(w, out);
    return out->err;
}

/* --- JSON ---------------------------------------------------------------------------------------- */

static void put_day(struct cp_json *json, const char *name, cp_date day)
{
    char text[11];

    if (day == CP_DATE_NONE) {
        cp_json_null(json, name);
        return;
    }
    cp_date_format(day, text);
    cp_json_str(json, name, text);
}

static cp_err put_rule(const struct cp_log_why *w, struct cp_json *json, uint32_t rule)
{
    const struct cp_judge_rule *r = &w->kept.judge->rules[rule];
    const struct cp_judge_policy *policy = &w->kept.judge->policies[r->policy];
    cp_text place;

    CP_TRY(place_of(w, rule, &place));
    cp_json_object(json, NULL, CP_JSON_FLAT);
    cp_json_text(json, "id", r->id);
    cp_json_text(json, "policy", policy->policy->id);
    put_day(json, "as_of", policy->as_of);
    cp_json_text(json, "place", place);
    cp_json_text(json, "says", r->says);
    cp_json_close(json);
    return CP_OK;
}

static void put_stand(const struct cp_log_why *w, struct cp_json *json, const struct stand *s,
                      uint32_t rule)
{
    const struct cp_judge_rule *r = &w->kept.judge->rules[rule];

    cp_json_object(json, NULL, CP_JSON_FLAT);
    cp_json_text(json, "rule", r->id);
    cp_json_text(json, "policy", w->kept.judge->policies[r->policy].policy->id);
    cp_json_str(json, "is",
                s->trust == CP_UNTRUSTED ? "forbidden"
                : s->trust == CP_UNKNOWN ? "undecided"
                : s->passed_over         ? "unknown-allowed"
                                         : "allowed");
    cp_json_text(json, "why", s->why);
    if (s->trust != CP_TRUSTED && s->then == CP_PLANNED_NOT)
        cp_json_null(json, "as_planned");
    else if (s->trust != CP_TRUSTED)
        cp_json_bool(json, "as_planned", s->then == CP_PLANNED_AGAINST);
    if (s->relief.licence == NULL) {
        cp_json_null(json, "licence");
    } else {
        cp_json_object(json, "licence", CP_JSON_FLAT);
        cp_json_text(json, "id", s->relief.licence->id);
        put_day(json, "until", s->relief.until);
        cp_json_text(json, "without", s->without);
        cp_json_close(json);
    }
    cp_json_close(json);
}

static void put_elements(const struct cp_log_why *w, struct cp_json *json)
{
    cp_json_array(json, "elements", CP_JSON_LINES);
    for (uint32_t i = 0; i < w->element_count; i++) {
        const struct element *e = &w->elements[i];

        cp_json_object(json, NULL, CP_JSON_LINES);
        cp_json_str(json, "kind", e->kind == CP_OBJECT_NODE ? "node" : "link");
        cp_json_text(json, "id", e->id);
        cp_json_array(json, "rules", CP_JSON_LINES);
        for (uint32_t k = 0; k < w->treatment->rule_count; k++)
            put_stand(w, json, &e->stands[k], w->treatment->rules[k]);
        cp_json_close(json);
        cp_json_close(json);
    }
    cp_json_close(json);
}

static cp_err put_cannot(const struct cp_log_why *w, struct cp_json *json)
{
    struct cp_out out = cp_out_make(w->arena);
    cp_text text;

    cp_out_text(&out, w->what);
    cp_out_str(&out, w->what.len > 0 ? ": " : "");
    cp_out_str(&out, w->why);
    CP_TRY(cp_out_done(&out, &text));
    cp_json_text(json, "cannot", text);
    cp_json_close(json);
    return CP_OK;
}

cp_err cp_log_why_json(const struct cp_log_why *w, struct cp_json *json)
{
    if (w == NULL) {
        cp_json_null(json, "judged");
        return CP_OK;
    }
    cp_json_object(json, "judged", CP_JSON_LINES);
    if (w->why != NULL)
        return put_cannot(w, json);
    cp_json_null(json, "cannot");
    cp_json_u64(json, "plan", w->plan_seq);
    cp_json_u64(json, "view", w->view_seq);
    cp_json_u64(json, "inputs", w->inputs_seq);
    cp_json_text(json, "class", w->treatment->traffic_class);
    cp_json_text(json, "demand", w->demand);
    cp_json_array(json, "rules", CP_JSON_LINES);
    for (uint32_t i = 0; i < w->treatment->rule_count; i++)
        CP_TRY(put_rule(w, json, w->treatment->rules[i]));
    cp_json_close(json);
    put_elements(w, json);
    cp_json_u64(json, "forbidden", w->forbidden);
    cp_json_u64(json, "undecided", w->undecided);
    cp_json_u64(json, "others", w->others);
    cp_json_close(json);
    return CP_OK;
}

cp_exit cp_log_why_code(const struct cp_log_why *w)
{
    uint32_t count = w == NULL || w->why != NULL ? 0 : w->forbidden + w->undecided;

    if (count == 0)
        return CP_EXIT_OK;
    cp_say(
        "log explain: judged again, %u element%s of the path %s not allowed by the rules that it "
        "was ordered by",
        count, count == 1 ? "" : "s", count == 1 ? "is" : "are");
    return w->forbidden > 0 ? CP_EXIT_VIOLATION : CP_EXIT_UNDECIDED;
}
