#include "report/explain.h"

#include "counted.h"
#include "phrases.h"
#include "questions.h"
#include "report/words.h"
#include "text.h"

/* An element and its worst verdict, under it each rule with the chain, a step a line. */

static void write_place(struct text_writer *w, cp_place place)
{
    cp_text text;

    if (cp_case_place(w->net, place, w->out->arena, &text) != CP_OK)
        w->out->err = CP_ERR_NOMEM;
    else if (text.len > 0) {
        cp_out_str(&w->line, " (");
        cp_out_text(&w->line, text);
        cp_out_char(&w->line, ')');
    }
}

/* Of what is trusted there is no chain, unless it is so by a licence: why the rule is not against it. */
static cp_err write_standing(struct text_writer *w, uint32_t rule, cp_object_kind kind, uint32_t at)
{
    cp_text text;

    CP_TRY(cp_judge_standing(w->report->judge, rule, kind, at, w->out->arena, &text));
    if (text.len == 0)
        return CP_OK;
    cp_out_str(&w->line, "because: ");
    cp_out_text(&w->line, text);
    cp_text_paragraph(w, 4, 8);
    return w->out->err;
}

/* The first step is the element itself, which stands above. */
static cp_err write_chain(struct text_writer *w, uint32_t rule, cp_object_kind kind, uint32_t at)
{
    struct cp_steps steps;

    CP_TRY(cp_judge_chain(w->report->judge, rule, kind, at, w->out->arena, &steps));
    for (uint32_t i = 1; i < steps.count; i++) {
        cp_out_str(&w->line, cp_words_step(steps.at[i].kind));
        cp_out_str(&w->line, ": ");
        cp_out_text(&w->line, steps.at[i].sentence);
        if (steps.at[i].kind == CP_STEP_FACT || steps.at[i].kind == CP_STEP_LICENCE)
            write_place(w, steps.at[i].place);
        cp_text_paragraph(w, 4, 8);
    }
    return steps.count > 1 ? w->out->err : write_standing(w, rule, kind, at);
}

/* "kr-1 of kr-2014 (the Government): what it says" */
static void write_whose(struct text_writer *w, uint32_t policy, cp_text id, cp_text says)
{
    const struct cp_policy *of = w->report->judge->policies[policy].policy;

    cp_out_text(&w->line, id);
    cp_out_str(&w->line, " of ");
    cp_out_text(&w->line, of->id);
    if (of->by.len > 0) {
        cp_out_str(&w->line, " (");
        cp_out_text(&w->line, of->by);
        cp_out_char(&w->line, ')');
    }
    cp_out_str(&w->line, ": ");
    cp_out_text(&w->line, says);
    cp_text_paragraph(w, 2, 6);
}

/* "unknown, which counts as untrusted, under rule kr-1 of kr-2014 (the Government): what it says" */
static void write_rule(struct text_writer *w, uint32_t rule, cp_object_kind kind, uint32_t at)
{
    const struct cp_judge *judge = w->report->judge;
    const struct cp_judge_rule *of = &judge->rules[rule];
    cp_trust found = cp_judge_trust(of, kind, at);
    cp_trust counts_as = cp_question_trust(judge, rule, kind, at);

    cp_out_str(&w->line, cp_words_element_trust(found));
    if (counts_as != found)
        cp_out_format(&w->line, ", which counts as %s,", cp_words_element_trust(counts_as));
    cp_out_str(&w->line, " under rule ");
    write_whose(w, of->policy, of->id, of->says);
}

/* Caps and rules about suppliers that count it: a share is no element's fault alone. */
static cp_err write_counted(struct text_writer *w, cp_object_kind kind, uint32_t at)
{
    const struct cp_counted_entry *entries;
    uint32_t count;

    CP_TRY(cp_counted_collect(w->report->judge, kind, at, w->out->arena, &entries, &count));
    for (uint32_t i = 0; i < count; i++) {
        cp_phrase_counting(&w->line, &entries[i]);
        cp_out_str(&w->line, " under rule ");
        write_whose(w, entries[i].policy, entries[i].rule->id, entries[i].rule->says);
        cp_out_format(&w->line, "%s: ", cp_words_trust(entries[i].verdict));
        cp_out_text(&w->line, entries[i].sum);
        cp_text_paragraph(w, 4, 8);
    }
    return w->out->err;
}

static cp_err write_question(struct text_writer *w, const struct cp_question *question)
{
    const struct cp_judge *judge = w->report->judge;

    cp_out_str(&w->line, cp_words_object(question->kind));
    cp_out_char(&w->line, ' ');
    cp_out_text(&w->line, cp_words_element(w->net, question->kind, question->at));
    cp_out_format(&w->line, ": %s",
                  cp_words_element_trust(cp_question_worst(judge, question->kind, question->at)));
    if (judge->rule_count == 0)
        cp_out_str(&w->line, judge->cap_count + judge->supplier_count > 0
                                 ? ", no rule about elements is in force"
                                 : ", no rule is in force");
    cp_text_paragraph(w, 0, 4);
    for (uint32_t r = 0; r < judge->rule_count; r++) {
        if (!question->all_rules &&
            cp_question_trust(judge, r, question->kind, question->at) == CP_TRUSTED)
            continue;
        write_rule(w, r, question->kind, question->at);
        CP_TRY(write_chain(w, r, question->kind, question->at));
    }
    return question->all_rules ? write_counted(w, question->kind, question->at) : w->out->err;
}

static cp_err write_questions(struct text_writer *w, const struct cp_asked *asked)
{
    const struct cp_question *questions;
    uint32_t count;

    CP_TRY(cp_questions_make(w->report->judge, asked, w->out->arena, &questions, &count));
    if (asked != NULL && asked->kind == CP_ASKED_SITE) {
        cp_out_str(&w->line, "site ");
        cp_out_text(&w->line, cp_words_element(w->net, CP_OBJECT_SITE, asked->at));
        cp_out_str(&w->line, ": rules are against, or in doubt of, ");
        cp_phrase_count(&w->line, count, "element there", "elements there");
        cp_text_paragraph(w, 0, 4);
    } else if (asked == NULL && count == 0) {
        cp_out_str(&w->line, "no rule is against or in doubt of any element");
        cp_text_paragraph(w, 0, 4);
    }
    for (uint32_t i = 0; i < count; i++)
        CP_TRY(write_question(w, &questions[i]));
    return CP_OK;
}

/* "no class", "class sensitive", "classes sensitive, covered"; names: spaces between */
static void write_classes(struct text_writer *w, cp_text names)
{
    bool several = cp_text_find(names, ' ', 0) < names.len;
    bool first = true;
    cp_text name;

    cp_out_str(&w->line, names.len == 0 ? "no class" : several ? "classes " : "class ");
    while (cp_text_word(&names, " ", &name)) {
        cp_out_str(&w->line, first ? "" : ", ");
        cp_out_text(&w->line, name);
        first = false;
    }
}

/* "class sensitive, under kr-1, kr-3" */
static void write_treatment(struct text_writer *w, uint32_t demand)
{
    const struct cp_judge *judge = w->report->judge;
    const struct cp_treatment *treatment = &judge->treatments[judge->demand_treatment[demand]];

    write_classes(w, treatment->traffic_class);
    cp_out_str(&w->line, treatment->rule_count == 0 ? ", under no rule" : ", under ");
    for (uint32_t i = 0; i < treatment->rule_count; i++) {
        const struct cp_judge_rule *rule = &judge->rules[treatment->rules[i]];

        cp_out_str(&w->line, i == 0 ? "" : ", ");
        cp_phrase_rule(&w->line, judge, rule->policy, rule->id);
    }
    cp_text_paragraph(w, 2, 6);
}

static void write_depth(struct text_writer *w, const char *what, uint32_t depth)
{
    uint32_t asked = w->report->request->depth;

    if (depth == CP_DEPTH_NONE)
        cp_out_format(&w->line, "%s: not up to %u failure%s", what, asked, asked == 1 ? "" : "s");
    else if (depth == 0)
        cp_out_format(&w->line, "%s: today", what);
    else
        cp_out_format(&w->line, "%s: at %u failure%s", what, depth, depth == 1 ? "" : "s");
}

static cp_err write_exposure(struct text_writer *w, const struct cp_exposure *exposure)
{
    cp_phrase_when(&w->line, w->net, exposure);
    cp_out_format(&w->line, ", %s, it meets %s ", cp_words_direction(exposure->direction),
                  cp_words_object(exposure->kind));
    cp_out_text(&w->line, cp_words_element(w->net, exposure->kind, exposure->element));
    cp_out_str(&w->line, " on the way ");
    cp_phrase_way(&w->line, w->net, exposure);
    cp_text_paragraph(w, 2, 6);
    write_rule(w, exposure->rule, exposure->kind, exposure->element);
    return write_chain(w, exposure->rule, exposure->kind, exposure->element);
}

/* With the chain of the element that would decide, down to its licence. */
static cp_err write_owed(struct text_writer *w, const struct cp_demand_licence *owed)
{
    char date[11];

    cp_out_str(&w->line, "by licence ");
    cp_phrase_rule(&w->line, w->report->judge, owed->policy, owed->licence->id);
    if (owed->until != CP_DATE_NONE) {
        cp_date_format(owed->until, date);
        cp_out_format(&w->line, " until %s", date);
    }
    cp_out_format(&w->line, "; without it %s, by %s ", cp_words_verdict(owed->without),
                  cp_words_object(owed->kind));
    cp_out_text(&w->line, cp_words_element(w->net, owed->kind, owed->element));
    cp_text_paragraph(w, 2, 6);
    write_rule(w, owed->rule, owed->kind, owed->element);
    return write_chain(w, owed->rule, owed->kind, owed->element);
}

static cp_err write_demand(struct text_writer *w, uint32_t demand)
{
    const struct cp_demand_result *result = &w->report->results[demand];
    const struct cp_exposure *exposure = cp_question_exposure(result);

    cp_out_str(&w->line, "demand ");
    cp_phrase_demand(&w->line, &w->net->demands[demand], CP_FORWARD);
    cp_out_format(&w->line, ": %s", cp_words_verdict(result->verdict));
    cp_text_paragraph(w, 0, 4);
    write_treatment(w, demand);
    write_depth(w, "exposed", result->exposure_depth);
    cp_out_str(&w->line, "; ");
    write_depth(w, "without any way", result->cut_depth);
    cp_text_paragraph(w, 2, 6);
    if (w->report->licences != NULL && w->report->licences[demand].licence != NULL)
        CP_TRY(write_owed(w, &w->report->licences[demand]));
    return exposure == NULL ? w->out->err : write_exposure(w, exposure);
}

cp_err cp_explain_text(const struct cp_report *report, const struct cp_asked *asked, uint32_t count,
                       struct cp_out *out)
{
    struct text_writer w = {.report = report, .net = report->judge->net, .out = out};

    w.line = cp_out_make(out->arena);
    if (count == 0)
        CP_TRY(write_questions(&w, NULL));
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            cp_out_char(out, '\n');
        CP_TRY(asked[i].kind == CP_ASKED_DEMAND ? write_demand(&w, asked[i].at)
                                                : write_questions(&w, &asked[i]));
    }
    return w.line.err != CP_OK ? w.line.err : out->err;
}
