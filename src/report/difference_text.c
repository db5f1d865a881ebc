#include "report/difference.h"

#include "phrases.h"
#include "questions.h"
#include "report/words.h"

/* A line for each change, its reasons under it: which rule, before and after. */

struct writer {
    const struct cp_difference *d;
    const struct cp_judge *before, *after;
    const struct cp_case *net;
    struct cp_out *out;
};

static void section(struct writer *w, const char *title, uint32_t count)
{
    cp_out_format(w->out, "\n%s (%u)\n", title, count);
}

static void write_words(struct writer *w)
{
    static const char *const words[] = {"added", "gone", "changed"};

    if (w->d->word_count > 0)
        section(w, "RULES AND LICENCES", w->d->word_count);
    for (uint32_t i = 0; i < w->d->word_count; i++) {
        const struct cp_words_change *change = &w->d->words[i];
        bool gone = change->change == CP_CHANGE_GONE;

        cp_out_str(w->out, change->is_licence ? "licence " : "rule ");
        cp_phrase_rule(w->out, gone ? w->before : w->after, change->policy, change->id);
        cp_out_format(w->out, ": %s\n", words[change->change]);
    }
}

/* "    before: untrusted under kr-1: maker huawei, facts.csv:12", "    before: trusted under kr-1" */
static cp_err write_reason(struct writer *w, const char *when, const struct cp_judge *judge,
                           const struct cp_element_change *change, uint32_t rule)
{
    struct cp_reason reason;

    if (rule == CP_NONE)
        return CP_OK;
    CP_TRY(cp_judge_reason(judge, rule, change->kind, change->element, w->out->arena, &reason));
    cp_out_format(
        w->out, "    %s: %s under ", when,
        cp_words_element_trust(cp_question_trust(judge, rule, change->kind, change->element)));
    cp_phrase_rule(w->out, judge, judge->rules[rule].policy, judge->rules[rule].id);
    cp_out_str(w->out, reason.sentence.len > 0 ? ": " : "");
    cp_out_text(w->out, reason.sentence);
    cp_out_char(w->out, '\n');
    return CP_OK;
}

/* "ok -> violation", "still violation" */
static void write_turn(struct cp_out *out, const char *before, const char *after, bool same)
{
    if (same)
        cp_out_format(out, "still %s", after);
    else
        cp_out_format(out, "%s -> %s", before, after);
}

static void write_element(struct writer *w, const struct cp_element_change *change)
{
    cp_trust before = cp_question_worst(w->before, change->kind, change->element);
    cp_trust after = cp_question_worst(w->after, change->kind, change->element);

    cp_out_str(w->out, cp_words_object(change->kind));
    cp_out_char(w->out, ' ');
    cp_out_text(w->out, cp_words_element(w->net, change->kind, change->element));
    cp_out_str(w->out, ": ");
    write_turn(w->out, cp_words_element_trust(before), cp_words_element_trust(after),
               before == after);
    cp_out_char(w->out, '\n');
}

static bool is_first(const struct cp_difference *d, uint32_t at)
{
    return at == 0 || d->elements[at].kind != d->elements[at - 1].kind ||
           d->elements[at].element != d->elements[at - 1].element;
}

static cp_err write_elements(struct writer *w)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < w->d->element_count; i++)
        count += is_first(w->d, i);
    if (count > 0)
        section(w, "ELEMENTS", count);
    for (uint32_t i = 0; i < w->d->element_count; i++) {
        const struct cp_element_change *change = &w->d->elements[i];

        if (is_first(w->d, i))
            write_element(w, change);
        CP_TRY(write_reason(w, "before", w->before, change, change->rule_before));
        CP_TRY(write_reason(w, "after", w->after, change, change->rule_after));
    }
    return w->out->err;
}

/* "    after: while link a--b fails, node r5, kr-1: maker huawei, facts.csv:12" */
static cp_err write_exposure(struct writer *w, const char *when, const struct cp_judge *judge,
                             const struct cp_demand_result *result)
{
    const struct cp_exposure *exposure = cp_words_decisive(result);
    struct cp_reason reason;

    if (exposure == NULL)
        exposure = result->exposure;
    if (exposure == NULL)
        return CP_OK;
    CP_TRY(cp_judge_reason(judge, exposure->rule, exposure->kind, exposure->element, w->out->arena,
                           &reason));
    cp_out_format(w->out, "    %s: ", when);
    cp_phrase_when(w->out, w->net, exposure);
    cp_out_format(w->out, ", %s ", cp_words_object(exposure->kind));
    cp_out_text(w->out, cp_words_element(w->net, exposure->kind, exposure->element));
    cp_out_str(w->out, ", rule ");
    cp_phrase_rule(w->out, judge, judge->rules[exposure->rule].policy,
                   judge->rules[exposure->rule].id);
    cp_out_str(w->out, ": ");
    cp_out_text(w->out, reason.sentence);
    cp_out_char(w->out, '\n');
    return CP_OK;
}

static cp_err write_demands(struct writer *w)
{
    if (w->d->demand_count > 0)
        section(w, "DEMANDS", w->d->demand_count);
    for (uint32_t i = 0; i < w->d->demand_count; i++) {
        uint32_t at = w->d->demands[i];
        const struct cp_demand_result *before = &w->d->before->results[at];
        const struct cp_demand_result *after = &w->d->after->results[at];

        cp_phrase_demand(w->out, &w->net->demands[at], CP_FORWARD);
        cp_out_str(w->out, ": ");
        write_turn(w->out, cp_words_verdict(before->verdict), cp_words_verdict(after->verdict),
                   before->verdict == after->verdict);
        cp_out_char(w->out, '\n');
        CP_TRY(write_exposure(w, "before", w->before, before));
        CP_TRY(write_exposure(w, "after", w->after, after));
    }
    return w->out->err;
}

static const char *finding_word(const struct cp_finding *finding)
{
    return finding == NULL ? "ok" : cp_words_trust(finding->trust);
}

static void write_finding(struct writer *w, const struct cp_finding_change *change)
{
    bool there = change->after != NULL;
    const struct cp_finding *finding = there ? change->after : change->before;

    cp_out_format(w->out, "%s, rule ", cp_words_finding(finding->kind));
    cp_phrase_rule(w->out, there ? w->after : w->before, finding->policy, finding->rule_id);
    if (finding->has_object) {
        cp_out_format(w->out, ", %s ", cp_words_object(finding->object_kind));
        cp_out_text(w->out, cp_words_element(w->net, finding->object_kind, finding->object));
        cp_out_str(w->out, finding->part.len > 0 ? "/" : "");
        cp_out_text(w->out, finding->part);
        cp_out_str(w->out, finding->site.len > 0 ? " at " : "");
        cp_out_text(w->out, finding->site);
    }
    cp_out_format(w->out, ": %s -> %s\n    %s: ", finding_word(change->before),
                  finding_word(change->after), there ? "after" : "before");
    cp_out_text(w->out, finding->sentence);
    cp_out_char(w->out, '\n');
}

static void write_end(struct writer *w)
{
    const struct cp_difference *d = w->d;

    cp_out_char(w->out, '\n');
    if (d->element_count + d->demand_count + d->finding_count == 0) {
        cp_out_str(w->out, "No verdict changes.\n");
        return;
    }
    if (!cp_difference_is_worse(d)) {
        cp_out_str(w->out, "Nothing gets worse.\n");
        return;
    }
    cp_out_str(w->out, "Worse: ");
    cp_phrase_count(w->out, d->worse.elements, "element", "elements");
    cp_out_str(w->out, " untrusted, ");
    cp_phrase_count(w->out, d->worse.demands, "demand", "demands");
    cp_out_str(w->out, " and ");
    cp_phrase_count(w->out, d->worse.findings, "finding", "findings");
    cp_out_str(w->out, " in violation that were not before.\n");
}

cp_err cp_difference_text(const struct cp_difference *d, struct cp_out *out)
{
    struct writer w = {.d = d,
                       .before = d->before->judge,
                       .after = d->after->judge,
                       .net = d->after->judge->net,
                       .out = out};

    cp_phrase_policies(out, w.before);
    cp_out_str(out, " -> ");
    cp_phrase_policies(out, w.after);
    cp_out_char(out, '\n');
    write_words(&w);
    CP_TRY(write_elements(&w));
    CP_TRY(write_demands(&w));
    if (d->finding_count > 0)
        section(&w, "FINDINGS", d->finding_count);
    for (uint32_t i = 0; i < d->finding_count; i++)
        write_finding(&w, &d->findings[i]);
    write_end(&w);
    return out->err;
}
