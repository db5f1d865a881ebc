#include "report/explain.h"

#include "counted.h"
#include "json_parts.h"
#include "questions.h"
#include "report/words.h"

static cp_err write_fact(struct json_writer *w, uint32_t at)
{
    const struct cp_fact *fact;
    const struct cp_evidence *evidence;
    cp_grade grade = CP_GRADE_CLAIM;
    cp_text word;

    if (at == CP_NONE) {
        cp_json_null(&w->json, "fact");
        return CP_OK;
    }
    fact = &w->net->facts[at];
    evidence = fact->evidence == CP_NONE ? NULL : &w->net->evidence[fact->evidence];
    if (evidence != NULL) {
        CP_TRY(cp_word_fold(evidence->kind, w->json.out->arena, &word));
        grade = cp_grade_find(word);
        if (grade != CP_GRADE_COUNT)
            grade = cp_grade_of(word, evidence->who).grade;
    }
    cp_json_object(&w->json, "fact", CP_JSON_FLAT);
    cp_json_text(&w->json, "attribute", fact->attribute);
    cp_json_text(&w->json, "value", fact->value);
    if (grade == CP_GRADE_COUNT)
        cp_json_null(&w->json, "grade");
    else
        cp_json_str(&w->json, "grade", cp_grade_name(grade));
    cp_json_text_or_null(&w->json, "source", evidence == NULL ? CP_TEXT("") : evidence->source);
    cp_json_text_or_null(&w->json, "who", evidence == NULL ? CP_TEXT("") : evidence->who);
    cp_json_date(&w->json, "date", fact->date);
    cp_json_date(&w->json, "expires", fact->expires);
    cp_json_close(&w->json);
    return CP_OK;
}

static cp_err write_step(struct json_writer *w, const struct cp_step *step)
{
    cp_text place;

    CP_TRY(cp_case_place(w->net, step->place, w->json.out->arena, &place));
    cp_json_object(&w->json, NULL, CP_JSON_LINES);
    cp_json_str(&w->json, "step", cp_words_step(step->kind));
    cp_json_text(&w->json, "element", cp_words_element(w->net, step->object_kind, step->object));
    cp_json_str(&w->json, "element_kind", cp_words_object(step->object_kind));
    cp_json_text_or_null(&w->json, "part", step->part);
    cp_json_text(&w->json, "sentence", step->sentence);
    cp_json_text_or_null(&w->json, "place", place);
    CP_TRY(write_fact(w, step->fact));
    cp_json_close(&w->json);
    return CP_OK;
}

static cp_err write_rule(struct json_writer *w, uint32_t rule, cp_object_kind kind, uint32_t at)
{
    const struct cp_judge *judge = w->report->judge;
    const struct cp_judge_rule *of = &judge->rules[rule];
    struct cp_steps steps;
    struct cp_json_standing standing;

    CP_TRY(cp_judge_chain(judge, rule, kind, at, w->json.out->arena, &steps));
    CP_TRY(cp_json_standing_find(w, rule, kind, at, &standing));
    cp_json_object(&w->json, NULL, CP_JSON_LINES);
    cp_json_rule(w, of->policy, of->id, of->says);
    if (of->rule != NULL)
        cp_json_str(&w->json, "effect", cp_words_effect(of->rule));
    cp_json_str(&w->json, "verdict", cp_words_element_trust(cp_judge_trust(of, kind, at)));
    cp_json_str(&w->json, "counts_as",
                cp_words_element_trust(cp_question_trust(judge, rule, kind, at)));
    cp_json_standing(w, &standing);
    cp_json_array(&w->json, "chain", CP_JSON_LINES);
    for (uint32_t i = 0; i < steps.count; i++)
        CP_TRY(write_step(w, &steps.at[i]));
    cp_json_close(&w->json);
    cp_json_close(&w->json);
    return w->json.out->err;
}

static cp_err write_counted(struct json_writer *w, const struct cp_question *question)
{
    const struct cp_counted_entry *entries = NULL;
    uint32_t count = 0;

    if (question->all_rules)
        CP_TRY(cp_counted_collect(w->report->judge, question->kind, question->at,
                                  w->json.out->arena, &entries, &count));
    cp_json_array(&w->json, "counts", CP_JSON_LINES);
    for (uint32_t i = 0; i < count; i++) {
        const struct cp_counted_entry *entry = &entries[i];
        bool suppliers = entry->rule->effect == CP_EFFECT_SUPPLIERS;

        cp_json_object(&w->json, NULL, CP_JSON_FLAT);
        cp_json_rule(w, entry->policy, entry->rule->id, entry->rule->says);
        cp_json_str(&w->json, "effect", cp_words_effect(entry->rule));
        cp_json_str(&w->json, "verdict", cp_words_trust(entry->verdict));
        cp_json_str(&w->json, "among", cp_words_counts(entry->counting.among));
        cp_json_str(&w->json, "counted",
                    cp_words_counts(suppliers ? entry->counting.among : entry->counting.counted));
        cp_json_text_or_null(&w->json, "supplier", entry->counting.supplier);
        cp_json_text(&w->json, "reason", entry->sum);
        cp_json_close(&w->json);
    }
    cp_json_close(&w->json);
    return w->json.out->err;
}

static cp_err write_question(struct json_writer *w, const struct cp_question *question)
{
    const struct cp_judge *judge = w->report->judge;

    cp_json_object(&w->json, NULL, CP_JSON_LINES);
    cp_json_text(&w->json, "element", cp_words_element(w->net, question->kind, question->at));
    cp_json_str(&w->json, "element_kind", cp_words_object(question->kind));
    cp_json_str(&w->json, "verdict",
                cp_words_element_trust(cp_question_worst(judge, question->kind, question->at)));
    cp_json_array(&w->json, "rules", CP_JSON_LINES);
    for (uint32_t r = 0; r < judge->rule_count; r++) {
        if (question->all_rules ||
            cp_question_trust(judge, r, question->kind, question->at) != CP_TRUSTED)
            CP_TRY(write_rule(w, r, question->kind, question->at));
    }
    cp_json_close(&w->json);
    CP_TRY(write_counted(w, question));
    cp_json_close(&w->json);
    return w->json.out->err;
}

/* The elements of all that is asked about but demands; asked: NULL: of the whole case */
static cp_err write_elements(struct json_writer *w, const struct cp_asked *asked)
{
    const struct cp_question *questions;
    uint32_t count;

    CP_TRY(cp_questions_make(w->report->judge, asked, w->json.out->arena, &questions, &count));
    for (uint32_t i = 0; i < count; i++)
        CP_TRY(write_question(w, &questions[i]));
    return CP_OK;
}

static void write_treatment(struct json_writer *w, uint32_t demand)
{
    const struct cp_judge *judge = w->report->judge;
    const struct cp_treatment *treatment = &judge->treatments[judge->demand_treatment[demand]];

    cp_json_text_or_null(&w->json, "class", treatment->traffic_class);
    cp_json_array(&w->json, "rules", CP_JSON_LINES);
    for (uint32_t i = 0; i < treatment->rule_count; i++) {
        const struct cp_judge_rule *rule = &judge->rules[treatment->rules[i]];

        cp_json_object(&w->json, NULL, CP_JSON_FLAT);
        cp_json_rule(w, rule->policy, rule->id, rule->says);
        cp_json_close(&w->json);
    }
    cp_json_close(&w->json);
}

static cp_err write_demand(struct json_writer *w, uint32_t at)
{
    const struct cp_demand *demand = &w->net->demands[at];
    const struct cp_demand_result *result = &w->report->results[at];
    const struct cp_exposure *exposure = cp_question_exposure(result);
    const struct cp_demand_licence *owed =
        w->report->licences == NULL ? NULL : &w->report->licences[at];

    cp_json_object(&w->json, NULL, CP_JSON_LINES);
    cp_json_text(&w->json, "id", demand->id);
    cp_json_text(&w->json, "src", demand->src_name);
    cp_json_text(&w->json, "dst", demand->dst_name);
    write_treatment(w, at);
    cp_json_str(&w->json, "verdict", cp_words_verdict(result->verdict));
    cp_json_depth(&w->json, "exposure_depth", result->exposure_depth);
    cp_json_depth(&w->json, "cut_depth", result->cut_depth);
    cp_json_owed(w, owed);
    cp_json_array(&w->json, "licensed", CP_JSON_LINES);
    if (owed != NULL && owed->licence != NULL)
        CP_TRY(write_rule(w, owed->rule, owed->kind, owed->element));
    cp_json_close(&w->json);
    CP_TRY(cp_json_exposure(w, "exposure", exposure));
    cp_json_array(&w->json, "decided_by", CP_JSON_LINES);
    if (exposure != NULL)
        CP_TRY(write_rule(w, exposure->rule, exposure->kind, exposure->element));
    cp_json_close(&w->json);
    cp_json_close(&w->json);
    return w->json.out->err;
}

cp_err cp_explain_json(const struct cp_report *report, const struct cp_asked *asked, uint32_t count,
                       struct cp_out *out)
{
    struct json_writer w = {
        .report = report, .net = report->judge->net, .json = cp_json_make(out), .reasons = NULL};

    CP_TRY(cp_reasons_open(report->judge, out->arena, &w.reasons));
    cp_json_object(&w.json, NULL, CP_JSON_LINES);
    cp_json_str(&w.json, "schema", "cleanpath.explain/1");
    cp_json_date(&w.json, "as_of", report->judge->as_of);
    cp_json_policies(&w);
    cp_json_array(&w.json, "elements", CP_JSON_LINES);
    if (count == 0)
        CP_TRY(write_elements(&w, NULL));
    for (uint32_t i = 0; i < count; i++)
        CP_TRY(write_elements(&w, &asked[i]));
    cp_json_close(&w.json);
    cp_json_array(&w.json, "demands", CP_JSON_LINES);
    for (uint32_t i = 0; i < count; i++) {
        if (asked[i].kind == CP_ASKED_DEMAND)
            CP_TRY(write_demand(&w, asked[i].at));
    }
    cp_json_close(&w.json);
    cp_json_close(&w.json);
    return out->err;
}
