#include "report/difference.h"

#include <string.h>

#include "difference_parts.h"
#include "phrases.h"
#include "questions.h"
#include "report/words.h"

/* A line for each change, its reasons under it: which rule, before and after. */

struct writer {
    const struct cp_difference *d;
    const struct cp_judge *before, *after;
    struct cp_out *out;
};

static void section(struct writer *w, const char *title, uint32_t count)
{
    cp_out_format(w->out, "\n%s (%u)\n", title, count);
}

static void write_sentences(struct writer *w, char sign, const cp_text *at, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        cp_out_format(w->out, "    %c ", sign);
        cp_out_text(w->out, at[i]);
        cp_out_char(w->out, '\n');
    }
}

static void write_words(struct writer *w)
{
    if (w->d->word_count > 0)
        section(w, "WHAT THE POLICY SAYS", w->d->word_count);
    for (uint32_t i = 0; i < w->d->word_count; i++) {
        const struct cp_words_change *change = &w->d->words[i];
        bool gone = change->change == CP_CHANGE_GONE;
        const struct cp_judge *judge = gone ? w->before : w->after;

        if (change->kind == CP_WORDS_POLICY || change->kind == CP_WORDS_READING) {
            cp_out_str(w->out, change->kind == CP_WORDS_POLICY ? "policy " : "how to read ");
            cp_out_text(w->out, judge->policies[change->policy].policy->id);
        } else {
            cp_out_str(w->out, cp_words_kind_name(change->kind));
            cp_out_char(w->out, ' ');
            cp_phrase_rule(w->out, judge, change->policy, change->id);
        }
        cp_out_format(w->out, ": %s\n", cp_words_change_name(change->change));
        write_sentences(w, '-', change->gone, change->gone_count);
        write_sentences(w, '+', change->added, change->added_count);
    }
}

/* "    rule kr-1 of kr-2014 (the Government): what it says" */
static void write_rule(struct writer *w, const struct cp_judge *judge, uint32_t policy, cp_text id,
                       cp_text says)
{
    const struct cp_policy *of = judge->policies[policy].policy;

    cp_out_str(w->out, "    rule ");
    cp_out_text(w->out, id);
    cp_out_str(w->out, " of ");
    cp_out_text(w->out, of->id);
    if (of->by.len > 0) {
        cp_out_str(w->out, " (");
        cp_out_text(w->out, of->by);
        cp_out_char(w->out, ')');
    }
    cp_out_str(w->out, ": ");
    cp_out_text(w->out, says);
    cp_out_char(w->out, '\n');
}

/* Of a licence that is why: " by licence tgl until 2026-12-31" */
static void write_licence(struct writer *w, const struct cp_judge *judge, uint32_t policy,
                          const struct cp_licence *licence, cp_date until)
{
    char date[11];

    cp_out_str(w->out, "by licence ");
    cp_phrase_rule(w->out, judge, policy, licence->id);
    if (until == CP_DATE_NONE)
        return;
    cp_date_format(until, date);
    cp_out_format(w->out, " until %s", date);
}

/* An element and a rule of one side. */
struct judged {
    cp_object_kind kind;
    uint32_t at, rule;
};

/* Behind the verdict: why a rule is against an element, or why it is not. */
static cp_err write_why(struct writer *w, const struct cp_judge *judge, const struct judged *j)
{
    struct cp_relief relief;
    struct cp_reason reason;
    cp_text standing;

    CP_TRY(cp_judge_licence(judge, j->rule, j->kind, j->at, w->out->arena, &relief));
    if (relief.licence != NULL) {
        cp_out_char(w->out, ' ');
        write_licence(w, judge, judge->rules[j->rule].policy, relief.licence, relief.until);
        return CP_OK;
    }
    CP_TRY(cp_judge_reason(judge, j->rule, j->kind, j->at, w->out->arena, &reason));
    CP_TRY(cp_judge_standing(judge, j->rule, j->kind, j->at, w->out->arena, &standing));
    cp_out_str(w->out, ": ");
    cp_out_text(w->out, reason.trust == CP_TRUSTED ? standing : reason.sentence);
    return CP_OK;
}

#define NOT_THERE "not there"

/* "      before: untrusted: maker huawei, facts.csv:12", "      before: trusted by licence tgl until ..." */
static cp_err write_reason(struct writer *w, const char *when, const struct cp_judge *judge,
                           const struct judged *judged)
{
    cp_out_format(w->out, "      %s: ", when);
    if (judged->at == CP_NONE || judged->rule == CP_NONE) {
        cp_out_str(w->out, judged->at == CP_NONE ? NOT_THERE "\n" : "not in force\n");
        return CP_OK;
    }
    cp_out_str(w->out, cp_words_element_trust(
                           cp_question_trust(judge, judged->rule, judged->kind, judged->at)));
    CP_TRY(write_why(w, judge, judged));
    cp_out_char(w->out, '\n');
    return CP_OK;
}

static cp_err write_reasons(struct writer *w, const struct cp_element_change *change)
{
    bool there = change->rule_after != CP_NONE;
    const struct cp_judge *judge = there ? w->after : w->before;
    const struct cp_judge_rule *rule =
        &judge->rules[there ? change->rule_after : change->rule_before];

    write_rule(w, judge, rule->policy, rule->id, rule->says);
    CP_TRY(
        write_reason(w, "before", w->before,
                     &(struct judged){change->kind, change->element.before, change->rule_before}));
    return write_reason(w, "after", w->after,
                        &(struct judged){change->kind, change->element.after, change->rule_after});
}

/* "ok -> violation", "still violation" */
static void write_turn(struct cp_out *out, const char *before, const char *after)
{
    if (strcmp(before, after) == 0)
        cp_out_format(out, "still %s", after);
    else
        cp_out_format(out, "%s -> %s", before, after);
}

/* Of all rules. */
static const char *worst_word(const struct cp_judge *judge, cp_object_kind kind, uint32_t at)
{
    return at == CP_NONE ? NOT_THERE : cp_words_element_trust(cp_question_worst(judge, kind, at));
}

static void write_element(struct writer *w, const struct cp_element_change *change)
{
    struct cp_counterparts it = change->element;
    const char *before = worst_word(w->before, change->kind, it.before);
    const char *after = worst_word(w->after, change->kind, it.after);

    cp_out_str(w->out, cp_words_object(change->kind));
    cp_out_char(w->out, ' ');
    cp_out_text(w->out, it.after != CP_NONE
                            ? cp_words_element(w->after->net, change->kind, it.after)
                            : cp_words_element(w->before->net, change->kind, it.before));
    cp_out_str(w->out, ": ");
    write_turn(w->out, before, after);
    cp_out_char(w->out, '\n');
}

static cp_err write_elements(struct writer *w)
{
    const struct cp_differing *differ = &w->d->elements_differ;
    uint32_t count = differ->changed + differ->added + differ->gone;

    if (count > 0)
        section(w, "ELEMENTS", count);
    for (uint32_t i = 0; i < w->d->element_count; i++) {
        const struct cp_element_change *change = &w->d->elements[i];

        if (cp_difference_is_first(w->d, i))
            write_element(w, change);
        if (change->rule_before != CP_NONE || change->rule_after != CP_NONE)
            CP_TRY(write_reasons(w, change));
    }
    return w->out->err;
}

/* "    after: while link a--b fails, node r5: maker huawei, facts.csv:12", and whose rule that is */
static cp_err write_exposure(struct writer *w, const char *when, const struct cp_judge *judge,
                             const struct cp_demand_result *result)
{
    const struct cp_exposure *exposure = cp_words_decisive(result);
    const struct cp_judge_rule *rule;
    struct cp_reason reason;

    if (exposure == NULL)
        exposure = result->exposure;
    if (exposure == NULL)
        return CP_OK;
    CP_TRY(cp_judge_reason(judge, exposure->rule, exposure->kind, exposure->element, w->out->arena,
                           &reason));
    cp_out_format(w->out, "    %s: ", when);
    cp_phrase_when(w->out, judge->net, exposure);
    cp_out_format(w->out, ", %s ", cp_words_object(exposure->kind));
    cp_out_text(w->out, cp_words_element(judge->net, exposure->kind, exposure->element));
    cp_out_str(w->out, ": ");
    cp_out_text(w->out, reason.sentence);
    cp_out_char(w->out, '\n');
    rule = &judge->rules[exposure->rule];
    write_rule(w, judge, rule->policy, rule->id, rule->says);
    return CP_OK;
}

/* "    before: by licence tgl until 2026-12-31; without it violation" */
static void write_owed(struct writer *w, const char *when, const struct cp_report *report,
                       uint32_t demand)
{
    const struct cp_demand_licence *owed =
        report->licences == NULL ? NULL : &report->licences[demand];

    if (owed == NULL || owed->licence == NULL)
        return;
    cp_out_format(w->out, "    %s: ", when);
    write_licence(w, report->judge, owed->policy, owed->licence, owed->until);
    cp_out_format(w->out, "; without it %s\n", cp_words_verdict(owed->without));
}

/* Why it is so on one side; demand: CP_NONE: not there, which needs no reason. */
static cp_err write_result(struct writer *w, const char *when, const struct cp_report *report,
                           uint32_t demand)
{
    if (demand == CP_NONE)
        return CP_OK;
    write_owed(w, when, report, demand);
    return write_exposure(w, when, report->judge, &report->results[demand]);
}

static const char *verdict_word(const struct cp_report *report, uint32_t demand)
{
    return demand == CP_NONE ? NOT_THERE : cp_words_verdict(report->results[demand].verdict);
}

static cp_err write_demands(struct writer *w)
{
    const struct cp_report *before = w->d->before, *after = w->d->after;

    if (w->d->demand_count > 0)
        section(w, "DEMANDS", w->d->demand_count);
    for (uint32_t i = 0; i < w->d->demand_count; i++) {
        struct cp_counterparts it = w->d->demands[i];

        cp_phrase_demand(w->out,
                         it.after != CP_NONE ? &w->after->net->demands[it.after]
                                             : &w->before->net->demands[it.before],
                         CP_FORWARD);
        cp_out_str(w->out, ": ");
        write_turn(w->out, verdict_word(before, it.before), verdict_word(after, it.after));
        cp_out_char(w->out, '\n');
        CP_TRY(write_result(w, "before", before, it.before));
        CP_TRY(write_result(w, "after", after, it.after));
    }
    return w->out->err;
}

static const char *finding_word(const struct cp_finding *finding)
{
    return finding == NULL ? "ok" : cp_words_trust(finding->trust);
}

/* The licence that keeps what a finding of the other side is about from being broken on this one. */
static struct cp_lift lift_of(const struct cp_judge *judge, const struct cp_finding *other)
{
    for (uint32_t i = 0; i < judge->cap_count; i++) {
        const struct cp_cap *cap = &judge->caps[i];

        if (cap->policy == other->policy && cp_text_eq(cap->rule->id, other->rule_id))
            return cp_cap_lift(cap);
    }
    for (uint32_t i = 0; i < judge->supplier_count; i++) {
        const struct cp_suppliers *suppliers = &judge->suppliers[i];

        if (suppliers->policy == other->policy && cp_text_eq(suppliers->rule->id, other->rule_id))
            return cp_suppliers_lift(suppliers);
    }
    return (struct cp_lift){.until = CP_DATE_NONE};
}

/* "      after: 50 % of sites, at most 33 %: b, c", "      after: ok by licence tgl until ..." */
static void write_found(struct writer *w, const char *when, const struct cp_judge *judge,
                        const struct cp_finding *finding, const struct cp_finding *other)
{
    struct cp_lift lift = {.until = CP_DATE_NONE};

    if (finding == NULL)
        lift = lift_of(judge, other);
    if (finding == NULL && lift.licence == NULL)
        return;
    cp_out_format(w->out, "      %s: ", when);
    if (finding != NULL) {
        cp_out_text(w->out, finding->sentence);
    } else {
        cp_out_str(w->out, "ok ");
        write_licence(w, judge, lift.policy, lift.licence, lift.until);
    }
    cp_out_char(w->out, '\n');
}

static void write_finding(struct writer *w, const struct cp_finding_change *change)
{
    bool there = change->after != NULL;
    const struct cp_finding *finding = there ? change->after : change->before;
    const struct cp_judge *judge = there ? w->after : w->before;

    cp_out_str(w->out, cp_words_finding(finding->kind));
    if (finding->has_object) {
        cp_out_format(w->out, ", %s ", cp_words_object(finding->object_kind));
        cp_out_text(w->out, cp_words_element(judge->net, finding->object_kind, finding->object));
        cp_out_str(w->out, finding->part.len > 0 ? "/" : "");
        cp_out_text(w->out, finding->part);
        cp_out_str(w->out, finding->site.len > 0 ? " at " : "");
        cp_out_text(w->out, finding->site);
    }
    cp_out_format(w->out, ": %s -> %s\n", finding_word(change->before),
                  finding_word(change->after));
    write_rule(w, judge, finding->policy, finding->rule_id, finding->says);
    write_found(w, "before", w->before, change->before, finding);
    write_found(w, "after", w->after, change->after, finding);
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
    struct writer w = {.d = d, .before = d->before->judge, .after = d->after->judge, .out = out};

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
