#include "event.h"

#include <string.h>

#include "report/words.h"

#include "app/message.h"

/*
 * Each line stands for itself, so that it can be searched for; what has not changed is left out of it
 * where it can be.
 *
 *   d7: ok -> violation; exposed never -> at 1 failure (link a--b) by node r5, rule kr-1: maker ...
 */

#define INPUTS_SHOWN 5u

struct writer {
    const struct cp_event *event;
    const struct cp_case *net;
    struct cp_out *out;
    bool changed; /* some verdict, depth or finding did */
};

static void write_count(struct cp_out *out, uint64_t count, const char *one, const char *many)
{
    cp_out_u64(out, count);
    cp_out_char(out, ' ');
    cp_out_str(out, count == 1 ? one : many);
}

static void write_depth(struct cp_out *out, uint32_t depth)
{
    if (depth == CP_DEPTH_NONE) {
        cp_out_str(out, "never");
    } else if (depth == 0) {
        cp_out_str(out, "today");
    } else {
        cp_out_str(out, "at ");
        write_count(out, depth, "failure", "failures");
    }
}

/* "; cut never -> at 1 failure"; nothing where both are the same */
static void write_depths(struct cp_out *out, const char *what, uint32_t before, uint32_t now)
{
    if (before == now)
        return;
    cp_out_str(out, what);
    write_depth(out, before);
    cp_out_str(out, " -> ");
    write_depth(out, now);
}

/* " (link a--b, node c)": what fails */
static void write_failures(struct writer *w, const struct cp_exposure *exposure)
{
    for (uint32_t i = 0; i < exposure->failure_count; i++) {
        struct cp_failure failure = exposure->failures[i];

        cp_out_str(w->out, i == 0 ? " (" : ", ");
        cp_out_str(w->out, cp_words_failure_kind(failure.kind));
        cp_out_char(w->out, ' ');
        cp_out_text(w->out, cp_words_failure(w->net, failure));
    }
    cp_out_str(w->out, exposure->failure_count > 0 ? ")" : "");
}

/* " (link a--b) by node r5, rule kr-1: maker huawei, facts.csv:12" */
static cp_err write_exposure(struct writer *w, const struct cp_exposure *exposure)
{
    const struct cp_judge *judge = w->event->answer->judge;
    struct cp_reason reason;

    CP_TRY(cp_judge_reason(judge, exposure->rule, exposure->kind, exposure->element, w->out->arena,
                           &reason));
    write_failures(w, exposure);
    cp_out_format(w->out, " by %s ", cp_words_object(exposure->kind));
    cp_out_text(w->out, cp_words_element(w->net, exposure->kind, exposure->element));
    cp_out_str(w->out, ", rule ");
    cp_phrase_rule(w->out, judge, judge->rules[exposure->rule].policy,
                   judge->rules[exposure->rule].id);
    cp_out_str(w->out, ": ");
    cp_out_text(w->out, reason.sentence);
    return CP_OK;
}

/* before: the depth there was */
static cp_err write_exposures(struct writer *w, uint32_t before,
                              const struct cp_demand_result *result)
{
    if (before != result->exposure_depth) {
        write_depths(w->out, "; exposed ", before, result->exposure_depth);
    } else if (result->exposure != NULL) {
        cp_out_str(w->out, "; exposed ");
        write_depth(w->out, result->exposure_depth);
    }
    if (result->exposure != NULL)
        CP_TRY(write_exposure(w, result->exposure));
    if (result->violation != NULL) { /* judged by another, deeper one */
        cp_out_str(w->out, "; violated ");
        write_depth(w->out, result->violation->failure_count);
        CP_TRY(write_exposure(w, result->violation));
    }
    return CP_OK;
}

static void write_ends(struct cp_out *out, const struct cp_demand_standing *demand)
{
    cp_out_text(out, demand->src);
    cp_out_str(out, " to ");
    cp_out_text(out, demand->dst);
}

/* A state that changes as the least of them does says nothing of its own. */
static void write_states(struct writer *w, const struct cp_demand_standing *before,
                         const struct cp_demand_standing *now)
{
    static const char *const starts[CP_STATE_COUNT] = {
        [CP_STATE_STEADY] = "; steady ",
        [CP_STATE_TRANSITION] = "; in transition ",
        [CP_STATE_LIAR] = "; if equipment lies ",
    };

    for (int state = 0; state < CP_STATE_COUNT; state++) {
        bool as_exposed = before->state_depth[state] == before->exposure_depth &&
                          now->state_depth[state] == now->exposure_depth;

        if (state == CP_STATE_LIAR || !as_exposed)
            write_depths(w->out, starts[state], before->state_depth[state],
                         now->state_depth[state]);
    }
}

static cp_err write_other(struct writer *w, struct cp_pair pair)
{
    const struct cp_demand_standing *before = &w->event->before->demand[pair.before];
    const struct cp_demand_standing *now = &w->event->now->demand[pair.now];

    if (before->verdict == now->verdict)
        cp_out_format(w->out, "still %s", cp_words_verdict(now->verdict));
    else
        cp_out_format(w->out, "%s -> %s", cp_words_verdict(before->verdict),
                      cp_words_verdict(now->verdict));
    if (!cp_text_eq(before->src, now->src) || !cp_text_eq(before->dst, now->dst)) {
        cp_out_str(w->out, "; ");
        write_ends(w->out, before);
        cp_out_str(w->out, " -> ");
        write_ends(w->out, now);
    }
    write_depths(w->out, "; cut ", before->cut_depth, now->cut_depth);
    write_states(w, before, now);
    return write_exposures(w, before->exposure_depth, &w->event->answer->results[pair.now]);
}

static cp_err write_new(struct writer *w, uint32_t at)
{
    const struct cp_demand_standing *now = &w->event->now->demand[at];

    cp_out_str(w->out, "new, ");
    write_ends(w->out, now);
    cp_out_format(w->out, ": %s", cp_words_verdict(now->verdict));
    if (now->cut_depth != CP_DEPTH_NONE) {
        cp_out_str(w->out, "; cut ");
        write_depth(w->out, now->cut_depth);
    }
    return write_exposures(w, now->exposure_depth, &w->event->answer->results[at]);
}

static cp_err write_demand(struct writer *w, struct cp_pair pair)
{
    const struct cp_event *event = w->event;

    w->changed = true;
    cp_out_text(w->out, pair.now != CP_NONE ? event->now->demands.keys[pair.now]
                                            : event->before->demands.keys[pair.before]);
    cp_out_str(w->out, ": ");
    if (pair.now == CP_NONE) {
        const struct cp_demand_standing *before = &event->before->demand[pair.before];

        cp_out_str(w->out, "gone, ");
        write_ends(w->out, before);
        cp_out_format(w->out, ": was %s", cp_words_verdict(before->verdict));
    } else if (pair.before == CP_NONE) {
        CP_TRY(write_new(w, pair.now));
    } else {
        CP_TRY(write_other(w, pair));
    }
    cp_out_char(w->out, '\n');
    return w->out->err;
}

static const char *finding_word(const struct cp_finding_standing *finding)
{
    return finding->violation ? "violation" : "undecided";
}

/* "kr-1", or where several policies apply "kr-1 of kr-2014" */
static void write_rule(struct writer *w, const struct cp_standing *standing,
                       const struct cp_finding_standing *finding)
{
    cp_out_text(w->out, finding->rule);
    if (standing->policy_count < 2)
        return;
    cp_out_str(w->out, " of ");
    cp_out_text(w->out, finding->policy);
}

/* "node r5 part slot-2 at osan", or "rule kr-3" of what is about no single element */
static void write_place(struct writer *w, const struct cp_standing *standing,
                        const struct cp_finding_standing *finding)
{
    if (!finding->has_element) {
        cp_out_str(w->out, "rule ");
        write_rule(w, standing, finding);
        return;
    }
    cp_out_format(w->out, "%s ", cp_words_object(finding->element_kind));
    cp_out_text(w->out, finding->element);
    cp_out_str(w->out, finding->part.len > 0 ? " part " : "");
    cp_out_text(w->out, finding->part);
    cp_out_str(w->out, finding->site.len > 0 ? " at " : "");
    cp_out_text(w->out, finding->site);
}

/* "node r5 at osan: new, presence violation, rule kr-2: maker huawei, nodes.csv:87" */
static void write_finding(struct writer *w, struct cp_pair pair)
{
    bool is_there = pair.now != CP_NONE;
    const struct cp_standing *standing = is_there ? w->event->now : w->event->before;
    const struct cp_finding_standing *finding =
        &standing->finding[is_there ? pair.now : pair.before];
    const char *kind = cp_words_finding(finding->kind);

    w->changed = true;
    write_place(w, standing, finding);
    if (!is_there)
        cp_out_format(w->out, ": gone, %s was %s", kind, finding_word(finding));
    else if (pair.before == CP_NONE)
        cp_out_format(w->out, ": new, %s %s", kind, finding_word(finding));
    else
        cp_out_format(w->out, ": %s %s -> %s", kind,
                      finding_word(&w->event->before->finding[pair.before]), finding_word(finding));
    if (finding->has_element) {
        cp_out_str(w->out, ", rule ");
        write_rule(w, standing, finding);
    }
    if (is_there) {
        cp_out_str(w->out, ": ");
        cp_out_text(w->out, finding->sentence);
    }
    cp_out_char(w->out, '\n');
}

static void write_sums(struct writer *w)
{
    const struct cp_report_summary *sums = &w->event->now->summary;

    cp_out_format(w->out, "%u ok, %u violation, %u undecided, %u no-path", sums->ok,
                  sums->violation, sums->undecided, sums->no_path);
    cp_phrase_finding_sums(w->out, sums);
    if (sums->uncovered > 0) {
        cp_out_str(w->out, "; ");
        write_count(w->out, sums->uncovered, "demand falls under no rule",
                    "demands fall under no rule");
    }
    cp_out_char(w->out, '\n');
}

static void write_day(struct writer *w)
{
    char date[11];

    cp_date_format(w->event->now->as_of, date);
    cp_out_str(w->out, date);
}

/* A path is as the user gave it: what a terminal would obey is not shown. */
static cp_err write_path(struct cp_out *out, cp_text path)
{
    char *shown = CP_TAKE(out->arena, path.len + 1, char);

    if (shown == NULL)
        return CP_ERR_NOMEM;
    if (path.len > 0)
        memcpy(shown, path.at, path.len);
    cp_message_disarm(shown);
    cp_out_str(out, shown);
    return CP_OK;
}

/* "links.csv, facts.csv and 2 more changed: " */
static cp_err write_inputs(struct writer *w)
{
    uint32_t at = 0, count = 0;
    cp_text path;

    while (cp_event_input(w->event, &at, &path)) {
        if (count++ >= INPUTS_SHOWN)
            continue;
        cp_out_str(w->out, count > 1 ? ", " : "");
        CP_TRY(write_path(w->out, path));
    }
    if (count > INPUTS_SHOWN)
        cp_out_format(w->out, " and %u more", count - INPUTS_SHOWN);
    if (count > 0)
        cp_out_str(w->out, " changed: ");
    return CP_OK;
}

static void write_kinds(struct writer *w)
{
    uint32_t kinds = w->event->answer->request.failure_kinds;
    bool first = true;

    for (uint32_t kind = CP_FAIL_LINK; kind <= CP_FAIL_SRLG; kind <<= 1) {
        if ((kinds & kind) == 0)
            continue;
        cp_out_str(w->out, first ? " of " : ", ");
        cp_out_str(w->out, cp_words_failure_kind(kind));
        first = false;
    }
}

/* "policy kr-1 on 2026-11-21, up to 1 failure of link, node: 8 ok, ..." */
static void write_first(struct writer *w)
{
    uint32_t depth = w->event->answer->request.depth;

    cp_phrase_policies(w->out, w->event->answer->judge);
    if (depth == 0) {
        cp_out_str(w->out, ", no failures");
    } else {
        cp_out_str(w->out, ", up to ");
        write_count(w->out, depth, "failure", "failures");
        write_kinds(w);
    }
    cp_out_str(w->out, ": ");
    write_sums(w);
}

static cp_err write_change(struct writer *w)
{
    struct cp_pair pair;
    uint32_t at = 0;

    while (cp_event_demand(w->event, &at, &pair))
        CP_TRY(write_demand(w, pair));
    at = 0;
    while (cp_event_finding(w->event, &at, &pair))
        write_finding(w, pair);
    if (w->event->before->as_of != w->event->now->as_of) {
        write_day(w);
        cp_out_str(w->out, ": ");
    }
    CP_TRY(write_inputs(w));
    if (!w->changed)
        cp_out_str(w->out, "no verdict changed; ");
    write_sums(w);
    return CP_OK;
}

cp_err cp_event_text(const struct cp_event *event, struct cp_out *out)
{
    struct writer w = {.event = event, .net = event->answer->loaded.net, .out = out};

    if (event->before == NULL)
        write_first(&w);
    else
        CP_TRY(write_change(&w));
    return out->err;
}
