#include "report/report.h"

#include "entries.h"
#include "phrases.h"
#include "report/words.h"
#include "text.h"
#include "wrap.h"

/*
 * For people: the headline, then the worst first, each exposure one sentence, then the sums.
 */

#define CULPRITS_SHOWN 5u
#define HELD_SHOWN 20u   /* demands that are not held to their first paths, of each kind */
#define CULPRITS_FROM 3u /* violations: with fewer the sections say it all */

void cp_text_paragraph(struct text_writer *w, uint32_t first, uint32_t rest)
{
    cp_wrap(w->out, (cp_text){w->line.at, w->line.len},
            (struct cp_wrap){w->report->columns, first, rest});
    w->line.len = 0;
}

void cp_text_loud_paragraph(struct text_writer *w, colour how)
{
    static const char *const codes[] = {"\033[1m", "\033[1;32m", "\033[1;33m", "\033[1;31m"};

    if (w->report->colour)
        cp_out_str(w->out, codes[how]);
    cp_text_paragraph(w, 0, 0);
    if (w->report->colour)
        cp_out_str(w->out, "\033[0m");
}

void cp_text_section(struct text_writer *w, const char *title, uint32_t count, colour how)
{
    cp_out_char(w->out, '\n');
    cp_out_format(&w->line, "%s (%u)", title, count);
    cp_text_loud_paragraph(w, how);
}

/* "kr-1: what it says", the sentence only where it has not been said before */
static void write_rule(struct text_writer *w, uint32_t rule)
{
    const struct cp_judge_rule *of = &w->report->judge->rules[rule];

    cp_phrase_rule(&w->line, w->report->judge, of->policy, of->id);
    cp_out_char(&w->line, ':');
    if (!w->said[rule]) {
        cp_out_char(&w->line, ' ');
        cp_out_text(&w->line, of->says);
    }
    w->said[rule] = true;
    cp_text_paragraph(w, 0, 4);
}

/* The exposure that makes a demand a violation; NULL: it is none. */
static const struct cp_exposure *pick_breach(const struct cp_demand_result *result)
{
    return result->verdict == CP_VERDICT_VIOLATION ? cp_words_decisive(result) : NULL;
}

/* "also kr-1 of kr-2014, while link a--b fails: link x: maker ...": a breach of another policy */
static cp_err write_other(struct text_writer *w, const struct cp_exposure *exposure)
{
    const struct cp_judge_rule *rule = &w->report->judge->rules[exposure->rule];
    const struct cp_reason *reason;

    CP_TRY(cp_reasons_get(w->reasons, exposure->rule, exposure->kind, exposure->element, &reason));
    cp_out_str(&w->line, "also ");
    cp_phrase_rule(&w->line, w->report->judge, rule->policy, rule->id);
    cp_out_str(&w->line, ", ");
    cp_phrase_when(&w->line, w->net, exposure);
    cp_out_str(&w->line, ": ");
    cp_phrase_element(&w->line, w->net, exposure->kind, exposure->element, reason->sentence);
    cp_text_paragraph(w, 4, 8);
    return CP_OK;
}

/* Each government sees its own breach of a demand that violates several policies. */
static cp_err write_others_breached(struct text_writer *w, const struct cp_entry *entry)
{
    const struct cp_report *report = w->report;
    uint32_t own = report->judge->rules[entry->exposure->rule].policy;

    if (report->alone == NULL || entry->exposure != pick_breach(&report->results[entry->demand]))
        return CP_OK;
    for (uint32_t p = 0; p < report->judge->policy_count; p++) {
        const struct cp_exposure *breach = pick_breach(&report->alone[p][entry->demand]);

        if (p != own && breach != NULL)
            CP_TRY(write_other(w, breach));
    }
    return CP_OK;
}

static cp_err write_entry(struct text_writer *w, const struct cp_entry *entry)
{
    const struct cp_exposure *exposure = entry->exposure;
    const struct cp_reason *reason;

    CP_TRY(cp_reasons_get(w->reasons, exposure->rule, exposure->kind, exposure->element, &reason));
    cp_phrase_demand(&w->line, &w->net->demands[entry->demand], exposure->direction);
    cp_out_str(&w->line, ", ");
    cp_phrase_when(&w->line, w->net, exposure);
    cp_out_char(&w->line, ':');
    cp_text_paragraph(w, 2, 6);
    cp_phrase_element(&w->line, w->net, exposure->kind, exposure->element, reason->sentence);
    cp_text_paragraph(w, 4, 8);
    if (exposure->node_count > 0) {
        cp_out_str(&w->line, "way ");
        cp_phrase_way(&w->line, w->net, exposure);
        cp_text_paragraph(w, 4, 8);
    }
    return write_others_breached(w, entry);
}

static cp_err write_exposures(struct text_writer *w, const char *title, colour how,
                              cp_entry_pick pick)
{
    const struct cp_entry *entries;
    uint32_t count;

    CP_TRY(cp_entries_collect(w->report, pick, w->out->arena, &entries, &count));
    if (count > 0)
        cp_text_section(w, title, count, how);
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || entries[i].rule != entries[i - 1].rule)
            write_rule(w, entries[i].rule);
        CP_TRY(write_entry(w, &entries[i]));
    }
    return w->out->err;
}

static const struct cp_exposure *pick_today(const struct cp_demand_result *result)
{
    const struct cp_exposure *breach = pick_breach(result);

    return breach != NULL && breach->failure_count == 0 ? breach : NULL;
}

static const struct cp_exposure *pick_later(const struct cp_demand_result *result)
{
    return pick_today(result) == NULL ? pick_breach(result) : NULL;
}

static const struct cp_exposure *pick_undecided(const struct cp_demand_result *result)
{
    return result->verdict == CP_VERDICT_UNDECIDED ? cp_words_decisive(result) : NULL;
}

static const struct cp_exposure *pick_not_judged(const struct cp_demand_result *result)
{
    return result->exposure != cp_words_decisive(result) ? result->exposure : NULL;
}

/* A lie that does no more than the honest network does already is not worth a line. */
static const struct cp_exposure *pick_liar(const struct cp_demand_result *result)
{
    return result->state_depth[CP_STATE_LIAR] < result->exposure_depth ? result->liar : NULL;
}

/* Numbers of the demands that some rule holds for. */
struct covered {
    uint32_t all, verdicts[CP_VERDICT_NO_PATH + 1], cut_by_one;
};

static struct covered count_covered(const struct cp_report *report)
{
    struct covered covered = {0};

    for (uint32_t d = 0; d < report->judge->net->demand_count; d++) {
        const struct cp_demand_result *result = &report->results[d];

        if (!result->judged)
            continue;
        covered.all++;
        covered.verdicts[result->verdict]++;
        covered.cut_by_one += result->cut_depth == 1;
    }
    return covered;
}

/* "; 7 violate it, 1 is undecided, 2 have no path" */
static void write_others(struct text_writer *w, const struct covered *covered)
{
    static const char *const one[] = {"", "is undecided", "violates ", "has no path"};
    static const char *const many[] = {"", "are undecided", "violate ", "have no path"};
    const char *whom = w->report->judge->policy_count > 1 ? "them" : "it";
    static const cp_verdict order[] = {CP_VERDICT_VIOLATION, CP_VERDICT_UNDECIDED,
                                       CP_VERDICT_NO_PATH};
    bool first = true;

    for (uint32_t i = 0; i < CP_COUNT(order); i++) {
        uint32_t count = covered->verdicts[order[i]];

        if (count == 0)
            continue;
        cp_out_str(&w->line, first ? "; " : ", ");
        cp_phrase_count(&w->line, count, one[order[i]], many[order[i]]);
        cp_out_str(&w->line, order[i] == CP_VERDICT_VIOLATION ? whom : "");
        first = false;
    }
}

/* Good only where nothing stands in the way of believing it. */
static colour headline_colour(const struct text_writer *w)
{
    int code = cp_report_exit_code(&w->summary);

    if (code == 1)
        return COLOUR_BAD;
    return code == 0 && w->warning_count == 0 ? COLOUR_GOOD : COLOUR_DOUBT;
}

static void write_headline(struct text_writer *w)
{
    struct covered covered = count_covered(w->report);
    uint32_t comply = covered.verdicts[CP_VERDICT_OK];

    if (w->net->demand_count == 0) {
        cp_out_str(&w->line, "There are no demands; only what stands where was judged, by");
    } else if (covered.all == 0) {
        cp_out_format(&w->line, "0 of %u demands fall under a rule about traffic of",
                      w->net->demand_count);
    } else {
        cp_out_format(&w->line, "%u of %u sensitive demand%s with", comply, covered.all,
                      covered.all == 1 ? " complies" : "s comply");
    }
    cp_out_char(&w->line, ' ');
    cp_phrase_policies(&w->line, w->report->judge);
    write_others(w, &covered);
    cp_out_char(&w->line, '.');
    cp_text_loud_paragraph(w, headline_colour(w));
}

/* "Policy kr-2014, by the Government of the Republic of Korea (2014 exchange): what it says" */
static void write_authorities(struct text_writer *w)
{
    for (uint32_t p = 0; p < w->report->judge->policy_count; p++) {
        const struct cp_policy *policy = w->report->judge->policies[p].policy;

        if (policy->by.len == 0)
            continue;
        cp_out_str(&w->line, "Policy ");
        cp_out_text(&w->line, policy->id);
        cp_out_str(&w->line, ", by ");
        cp_out_text(&w->line, policy->by);
        if (policy->ref.len > 0) {
            cp_out_str(&w->line, " (");
            cp_out_text(&w->line, policy->ref);
            cp_out_char(&w->line, ')');
        }
        cp_out_str(&w->line, policy->says.len > 0 ? ": " : ".");
        cp_out_text(&w->line, policy->says);
        cp_text_paragraph(w, 0, 4);
    }
}

static void write_examined(struct text_writer *w)
{
    const struct cp_audit_request *request = w->report->request;
    bool first = true;

    cp_out_str(&w->line, "Examined: both directions, today");
    if (request->depth > 0) {
        cp_out_format(&w->line, ", and while and after up to %u failure%s of ", request->depth,
                      request->depth == 1 ? "" : "s");
        for (uint32_t kind = CP_FAIL_LINK; kind <= CP_FAIL_SRLG; kind <<= 1) {
            if ((request->failure_kinds & kind) == 0)
                continue;
            cp_out_str(&w->line, first ? "" : ", ");
            cp_out_str(&w->line, cp_words_failure_kind(kind));
            first = false;
        }
    }
    cp_out_char(&w->line, '.');
    cp_text_paragraph(w, 0, 0);
}

static cp_holder least_holder(const struct cp_holding *holding)
{
    cp_holder way = holding->by[CP_FORWARD], back = holding->by[CP_REVERSE];

    return way < back ? way : back;
}

/* "Held by a backup alone, at least in one direction: d1, d7." */
static void write_held_by(struct text_writer *w, cp_holder holder, const char *how)
{
    const struct cp_holding *holding = w->report->held->holding;
    uint32_t count = 0;

    for (uint32_t d = 0; d < w->net->demand_count; d++) {
        if (least_holder(&holding[d]) != holder || count++ >= HELD_SHOWN)
            continue;
        cp_out_str(&w->line, count == 1 ? how : ", ");
        cp_out_text(&w->line, w->net->demands[d].id);
    }
    if (count > HELD_SHOWN)
        cp_out_format(&w->line, ", and %u more (--json lists them)", count - HELD_SHOWN);
    if (count == 0)
        return;
    cp_out_char(&w->line, '.');
    cp_text_paragraph(w, 2, 4);
}

/* "Held to the segment lists of routes.json: 18 of 19 demands." and which are not. */
static void write_pinned(struct text_writer *w)
{
    const struct cp_held *held = w->report->held;
    uint32_t count = 0;

    if (held == NULL)
        return;
    for (uint32_t d = 0; d < w->net->demand_count; d++)
        count += least_holder(&held->holding[d]) == CP_HELD_BY_PRIMARY;
    cp_out_str(&w->line, "Held to the segment lists of ");
    cp_out_text(&w->line, held->path);
    cp_out_format(&w->line, ": %u of %u demands, by their first paths both ways.", count,
                  w->net->demand_count);
    cp_text_paragraph(w, 0, 4);
    write_held_by(w, CP_HELD_BY_BACKUP, "Held in some direction by a backup alone: ");
    write_held_by(w, CP_HELD_IN_PART,
                  "Held in part, with first paths that have no list, whose packets go as the "
                  "network routes them: ");
    write_held_by(w, CP_HELD_BY_NETWORK,
                  "Not held in some direction, and there as the network routes them: ");
}

static void write_warnings(struct text_writer *w)
{
    for (uint32_t i = 0; i < w->warning_count; i++) {
        cp_out_str(&w->line, "Warning: ");
        cp_out_text(&w->line, w->warnings[i]);
        cp_out_char(&w->line, '.');
        cp_text_paragraph(w, 0, 4);
    }
}

static cp_err write_culprits(struct text_writer *w)
{
    const struct cp_culprit *culprits;
    uint32_t count;

    if (w->summary.violation < CULPRITS_FROM)
        return CP_OK;
    CP_TRY(cp_culprits_collect(w->report, w->out->arena, &culprits, &count));
    cp_out_str(&w->line, "Met by most: ");
    for (uint32_t i = 0; i < count && i < CULPRITS_SHOWN; i++) {
        cp_out_str(&w->line, i == 0 ? "" : ", ");
        cp_out_str(&w->line, cp_words_object(culprits[i].kind));
        cp_out_char(&w->line, ' ');
        cp_out_text(&w->line, cp_words_element(w->net, culprits[i].kind, culprits[i].element));
        cp_out_str(&w->line, " (");
        cp_phrase_count(&w->line, culprits[i].demands, "demand", "demands");
        cp_out_char(&w->line, ')');
    }
    if (count > CULPRITS_SHOWN)
        cp_out_format(&w->line, ", and %u more", count - CULPRITS_SHOWN);
    cp_out_char(&w->line, '.');
    cp_text_paragraph(w, 0, 4);
    return w->out->err;
}

typedef bool (*demand_pick)(const struct cp_demand_result *result);

static bool has_no_path(const struct cp_demand_result *result)
{
    return result->verdict == CP_VERDICT_NO_PATH;
}

static bool has_no_clean_way(const struct cp_demand_result *result)
{
    return result->judged && !result->clean_way && result->verdict != CP_VERDICT_NO_PATH;
}

/* Demands by name only: "d1, a to b; d2, c to d" */
static void write_demands(struct text_writer *w, const char *title, colour how, demand_pick pick)
{
    uint32_t count = 0, shown = 0;

    for (uint32_t d = 0; d < w->net->demand_count; d++)
        count += pick(&w->report->results[d]);
    if (count == 0)
        return;
    cp_text_section(w, title, count, how);
    for (uint32_t d = 0; d < w->net->demand_count; d++) {
        if (!pick(&w->report->results[d]))
            continue;
        cp_phrase_demand(&w->line, &w->net->demands[d], CP_FORWARD);
        cp_out_str(&w->line, ++shown == count ? "" : "; ");
    }
    cp_text_paragraph(w, 2, 2);
}

static void write_sums(struct text_writer *w)
{
    const struct cp_report_summary *sums = &w->summary;

    cp_out_format(&w->line, "Summary: %u ok, %u violation, %u undecided, %u no-path", sums->ok,
                  sums->violation, sums->undecided, sums->no_path);
    cp_phrase_finding_sums(&w->line, sums);
    if (sums->uncovered > 0) {
        cp_out_str(&w->line, "; ");
        cp_phrase_count(&w->line, sums->uncovered, "demand falls under no rule",
                        "demands fall under no rule");
    }
    cp_out_char(&w->line, '.');
    cp_out_char(w->out, '\n');
    cp_text_paragraph(w, 0, 4);
}

static void write_shares(struct text_writer *w)
{
    const struct cp_report_summary *sums = &w->summary;
    struct covered covered = count_covered(w->report);

    if (covered.all == 0)
        return;
    cp_out_str(&w->line, sums->by_bandwidth ? "Sensitive bandwidth exposed: "
                                            : "Sensitive demands exposed: ");
    cp_phrase_percent(&w->line, sums->exposed_now_bp);
    cp_out_str(&w->line, " today");
    if (w->report->request->depth > 0) {
        cp_out_str(&w->line, ", ");
        cp_phrase_percent(&w->line, sums->exposed_one_failure_bp);
        cp_out_str(&w->line, " after one failure");
    }
    cp_out_char(&w->line, '.');
    cp_text_paragraph(w, 0, 4);
    if (sums->by_bandwidth && sums->without_bandwidth > 0) {
        cp_phrase_count(&w->line, sums->without_bandwidth,
                        "demand states no bandwidth and weighs nothing in this.",
                        "demands state no bandwidth and weigh nothing in this.");
        cp_text_paragraph(w, 0, 4);
    }
    if (covered.cut_by_one > 0) {
        cp_phrase_count(&w->line, covered.cut_by_one, "demand loses", "demands lose");
        cp_out_str(&w->line, " every way when one thing fails.");
        cp_text_paragraph(w, 0, 4);
    }
}

static cp_err write_sections(struct text_writer *w)
{
    CP_TRY(write_exposures(w, "VIOLATIONS TODAY", COLOUR_BAD, pick_today));
    CP_TRY(write_exposures(w, "VIOLATIONS WHEN SOMETHING FAILS", COLOUR_BAD, pick_later));
    cp_text_findings(w, CP_UNTRUSTED);
    CP_TRY(write_exposures(w, "UNDECIDED", COLOUR_DOUBT, pick_undecided));
    cp_text_findings(w, CP_UNKNOWN);
    cp_text_licences(w);
    write_demands(w, "NO PATH TODAY", COLOUR_DOUBT, has_no_path);
    CP_TRY(write_exposures(w, "EXPOSED, BUT NOT JUDGED: beyond what the rule asks", COLOUR_PLAIN,
                           pick_not_judged));
    CP_TRY(write_exposures(w, "EXPOSED IF EQUIPMENT LIES, not judged", COLOUR_PLAIN, pick_liar));
    write_demands(w, "NO CLEAN WAY: whatever routing does, they meet what is forbidden or unknown",
                  COLOUR_PLAIN, has_no_clean_way);
    return CP_OK;
}

cp_err cp_report_text(const struct cp_report *report, struct cp_out *out)
{
    struct text_writer w = {.report = report, .net = report->judge->net, .out = out};

    w.summary = cp_report_summarize(report);
    w.line = cp_out_make(out->arena);
    w.said = CP_TAKE(out->arena, report->judge->rule_count, bool);
    if (w.said == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_reasons_open(report->judge, out->arena, &w.reasons));
    CP_TRY(cp_report_warnings(report, out->arena, &w.warnings, &w.warning_count));
    CP_TRY(cp_findings_collect(report->judge, out->arena, &w.findings, &w.finding_count));
    write_headline(&w);
    write_authorities(&w);
    write_examined(&w);
    write_pinned(&w);
    write_warnings(&w);
    CP_TRY(write_culprits(&w));
    CP_TRY(write_sections(&w));
    write_sums(&w);
    write_shares(&w);
    if (w.line.err != CP_OK)
        return w.line.err;
    return out->err;
}
