#include "report/difference.h"

#include "difference_parts.h"
#include "json_parts.h"
#include "questions.h"
#include "report/words.h"

/* One document about two reports: what is written of either is written with it in `json`. */

typedef enum { BEFORE, AFTER, SIDES } side;

struct writer {
    const struct cp_difference *d;
    const struct cp_report *report[SIDES];
    struct cp_reasons *reasons[SIDES];
    struct json_writer json;
};

static void look_at(struct writer *w, side which)
{
    w->json.report = w->report[which];
    w->json.net = w->report[which]->judge->net;
    w->json.reasons = w->reasons[which];
}

static const char *side_name(side which)
{
    return which == BEFORE ? "before" : "after";
}

static void write_policies(struct writer *w)
{
    for (int which = BEFORE; which < SIDES; which++) {
        look_at(w, (side)which);
        cp_json_object(&w->json.json, side_name((side)which), CP_JSON_LINES);
        cp_json_date(&w->json.json, "as_of", w->json.report->judge->as_of);
        cp_json_policies(&w->json);
        cp_json_close(&w->json.json);
    }
}

static void write_sentences(struct cp_json *json, const char *name, const cp_text *at,
                            uint32_t count)
{
    cp_json_array(json, name, CP_JSON_LINES);
    for (uint32_t i = 0; i < count; i++)
        cp_json_text(json, NULL, at[i]);
    cp_json_close(json);
}

static void write_change(struct writer *w, const struct cp_words_change *change)
{
    side which = change->change == CP_CHANGE_GONE ? BEFORE : AFTER;
    struct cp_json *json = &w->json.json;

    cp_json_object(json, NULL, CP_JSON_LINES);
    if (change->id.len > 0)
        cp_json_text(json, cp_words_kind_name(change->kind), change->id);
    cp_json_text(json, "policy", w->report[which]->judge->policies[change->policy].policy->id);
    cp_json_str(json, "change", cp_words_change_name(change->change));
    write_sentences(json, "gone", change->gone, change->gone_count);
    write_sentences(json, "added", change->added, change->added_count);
    cp_json_close(json);
}

static void write_words(struct writer *w, const char *name, cp_words_kind kind)
{
    cp_json_array(&w->json.json, name, CP_JSON_LINES);
    for (uint32_t i = 0; i < w->d->word_count; i++) {
        if (w->d->words[i].kind == kind)
            write_change(w, &w->d->words[i]);
    }
    cp_json_close(&w->json.json);
}

static void write_all_words(struct writer *w)
{
    static const char *const names[CP_WORDS_KIND_COUNT] = {
        [CP_WORDS_POLICY] = "authority", [CP_WORDS_READING] = "reading", [CP_WORDS_LIST] = "lists",
        [CP_WORDS_PRODUCT] = "products", [CP_WORDS_CLASS] = "classes",   [CP_WORDS_RULE] = "rules",
        [CP_WORDS_LICENCE] = "licences", [CP_WORDS_MAKER] = "makers"};

    for (int kind = 0; kind < CP_WORDS_KIND_COUNT; kind++)
        write_words(w, names[kind], (cp_words_kind)kind);
}

static uint32_t on_side(struct cp_counterparts it, side which)
{
    return which == BEFORE ? it.before : it.after;
}

/* A thing is named by the later case that has it. */
static side named_by(struct cp_counterparts it)
{
    return it.after != CP_NONE ? AFTER : BEFORE;
}

/* What a rule makes of an element: null where the rule is not in force, or the element not there. */
static cp_err write_side(struct writer *w, side which, const struct cp_element_change *change)
{
    uint32_t rule = which == BEFORE ? change->rule_before : change->rule_after;
    uint32_t at = on_side(change->element, which);
    struct cp_json *json = &w->json.json;
    const struct cp_judge_rule *of;
    struct cp_json_standing standing;

    look_at(w, which);
    if (rule == CP_NONE || at == CP_NONE) {
        cp_json_null(json, side_name(which));
        return CP_OK;
    }
    of = &w->json.report->judge->rules[rule];
    CP_TRY(cp_json_standing_find(&w->json, rule, change->kind, at, &standing));
    cp_json_object(json, side_name(which), CP_JSON_FLAT);
    cp_json_rule(&w->json, of->policy, of->id, of->says);
    cp_json_str(json, "verdict", cp_words_element_trust(cp_judge_trust(of, change->kind, at)));
    cp_json_str(json, "counts_as",
                cp_words_element_trust(which == BEFORE ? change->before : change->after));
    cp_json_standing(&w->json, &standing);
    cp_json_close(json);
    return CP_OK;
}

static bool is_last(const struct cp_difference *d, uint32_t at)
{
    return at + 1 == d->element_count || cp_difference_is_first(d, at + 1);
}

/* Of all rules; null where the element is not there. */
static void write_worst(struct writer *w, side which, const struct cp_element_change *change)
{
    uint32_t at = on_side(change->element, which);

    if (at == CP_NONE)
        cp_json_null(&w->json.json, side_name(which));
    else
        cp_json_str(
            &w->json.json, side_name(which),
            cp_words_element_trust(cp_question_worst(w->report[which]->judge, change->kind, at)));
}

static void open_element(struct writer *w, const struct cp_element_change *change)
{
    side named = named_by(change->element);
    struct cp_json *json = &w->json.json;

    cp_json_object(json, NULL, CP_JSON_LINES);
    cp_json_text(json, "element",
                 cp_words_element(w->report[named]->judge->net, change->kind,
                                  on_side(change->element, named)));
    cp_json_str(json, "element_kind", cp_words_object(change->kind));
    write_worst(w, BEFORE, change);
    write_worst(w, AFTER, change);
    cp_json_array(json, "rules", CP_JSON_LINES);
}

static cp_err write_rule(struct writer *w, const struct cp_element_change *change)
{
    if (change->rule_before == CP_NONE && change->rule_after == CP_NONE)
        return CP_OK;
    cp_json_object(&w->json.json, NULL, CP_JSON_LINES);
    CP_TRY(write_side(w, BEFORE, change));
    CP_TRY(write_side(w, AFTER, change));
    cp_json_close(&w->json.json);
    return CP_OK;
}

static cp_err write_elements(struct writer *w)
{
    struct cp_json *json = &w->json.json;

    cp_json_array(json, "elements", CP_JSON_LINES);
    for (uint32_t i = 0; i < w->d->element_count; i++) {
        const struct cp_element_change *change = &w->d->elements[i];

        if (cp_difference_is_first(w->d, i))
            open_element(w, change);
        CP_TRY(write_rule(w, change));
        if (!is_last(w->d, i))
            continue;
        cp_json_close(json);
        cp_json_close(json);
    }
    cp_json_close(json);
    return json->out->err;
}

static cp_err write_result(struct writer *w, side which, struct cp_counterparts it)
{
    uint32_t demand = on_side(it, which);
    const struct cp_demand_licence *licences = w->report[which]->licences;
    const struct cp_demand_result *result;
    const struct cp_exposure *exposure;

    look_at(w, which);
    if (demand == CP_NONE) {
        cp_json_null(&w->json.json, side_name(which));
        return CP_OK;
    }
    result = &w->report[which]->results[demand];
    exposure = cp_words_decisive(result);
    cp_json_object(&w->json.json, side_name(which), CP_JSON_LINES);
    cp_json_str(&w->json.json, "verdict", cp_words_verdict(result->verdict));
    cp_json_depth(&w->json.json, "exposure_depth", result->exposure_depth);
    cp_json_owed(&w->json, licences == NULL ? NULL : &licences[demand]);
    CP_TRY(cp_json_exposure(&w->json, "exposure", exposure != NULL ? exposure : result->exposure));
    cp_json_close(&w->json.json);
    return CP_OK;
}

static cp_err write_demands(struct writer *w)
{
    struct cp_json *json = &w->json.json;

    cp_json_array(json, "demands", CP_JSON_LINES);
    for (uint32_t i = 0; i < w->d->demand_count; i++) {
        struct cp_counterparts it = w->d->demands[i];
        side named = named_by(it);

        cp_json_object(json, NULL, CP_JSON_LINES);
        cp_json_text(json, "id", w->report[named]->judge->net->demands[on_side(it, named)].id);
        CP_TRY(write_result(w, BEFORE, it));
        CP_TRY(write_result(w, AFTER, it));
        cp_json_close(json);
    }
    cp_json_close(json);
    return json->out->err;
}

static void write_finding_side(struct cp_json *json, const char *name,
                               const struct cp_finding *finding)
{
    if (finding == NULL) {
        cp_json_null(json, name);
        return;
    }
    cp_json_object(json, name, CP_JSON_FLAT);
    cp_json_str(json, "verdict", cp_words_trust(finding->trust));
    cp_json_text(json, "reason", finding->reason);
    cp_json_close(json);
}

static void write_finding(struct writer *w, const struct cp_finding_change *change)
{
    bool there = change->after != NULL;
    const struct cp_finding *finding = there ? change->after : change->before;
    struct cp_json *json = &w->json.json;

    look_at(w, there ? AFTER : BEFORE);
    cp_json_object(json, NULL, CP_JSON_LINES);
    cp_json_str(json, "kind", cp_words_finding(finding->kind));
    cp_json_rule(&w->json, finding->policy, finding->rule_id, finding->says);
    if (finding->has_object) {
        cp_json_text(json, "element",
                     cp_words_element(w->json.net, finding->object_kind, finding->object));
        cp_json_str(json, "element_kind", cp_words_object(finding->object_kind));
        cp_json_text_or_null(json, "part", finding->part);
        cp_json_text_or_null(json, "site", finding->site);
    }
    write_finding_side(json, "before", change->before);
    write_finding_side(json, "after", change->after);
    cp_json_close(json);
}

cp_err cp_difference_json(const struct cp_difference *d, struct cp_out *out)
{
    struct writer w = {
        .d = d, .report = {d->before, d->after}, .json = {.json = cp_json_make(out)}};
    struct cp_json *json = &w.json.json;

    for (int which = BEFORE; which < SIDES; which++)
        CP_TRY(cp_reasons_open(w.report[which]->judge, out->arena, &w.reasons[which]));
    look_at(&w, AFTER);
    cp_json_object(json, NULL, CP_JSON_LINES);
    cp_json_str(json, "schema", "cleanpath.policy-diff/1");
    write_policies(&w);
    write_all_words(&w);
    CP_TRY(write_elements(&w));
    CP_TRY(write_demands(&w));
    cp_json_array(json, "findings", CP_JSON_LINES);
    for (uint32_t i = 0; i < d->finding_count; i++)
        write_finding(&w, &d->findings[i]);
    cp_json_close(json);
    cp_json_object(json, "worse", CP_JSON_FLAT);
    cp_json_u64(json, "elements", d->worse.elements);
    cp_json_u64(json, "demands", d->worse.demands);
    cp_json_u64(json, "findings", d->worse.findings);
    cp_json_close(json);
    cp_json_close(json);
    return out->err;
}
