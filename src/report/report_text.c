#include "report/report.h"

#include "entries.h"
#include "phrases.h"
#include "reasons.h"
#include "report/words.h"
#include "wrap.h"

/*
 * For people: the headline, then the worst first, each exposure one sentence, then the sums.
 * Each paragraph is put together in `line` and laid out from there.
 */

#define CULPRITS_SHOWN 5u
#define CULPRITS_FROM 3u /* violations: with fewer the sections say it all */

typedef enum { COLOUR_PLAIN, COLOUR_GOOD, COLOUR_DOUBT, COLOUR_BAD } colour;

struct writer {
    const struct cp_report *report;
    const struct cp_case *net;
    struct cp_report_summary summary;
    const cp_text *warnings; /* [warning_count] */
    uint32_t warning_count;
    struct cp_out *out;
    struct cp_out line;
    struct cp_reasons *reasons;
    bool *said; /* [rule_count]: the rule's sentence stands above already */
};

static void paragraph(struct writer *w, uint32_t first, uint32_t rest)
{
    cp_wrap(w->out, (cp_text){w->line.at, w->line.len},
            (struct cp_wrap){w->report->columns, first, rest});
    w->line.len = 0;
}

/* A paragraph that catches the eye. */
static void loud_paragraph(struct writer *w, colour how)
{
    static const char *const codes[] = {"\033[1m", "\033[1;32m", "\033[1;33m", "\033[1;31m"};

    if (w->report->colour)
        cp_out_str(w->out, codes[how]);
    paragraph(w, 0, 0);
    if (w->report->colour)
        cp_out_str(w->out, "\033[0m");
}

static void section(struct writer *w, const char *title, uint32_t count, colour how)
{
    cp_out_char(w->out, '\n');
    cp_out_format(&w->line, "%s (%u)", title, count);
    loud_paragraph(w, how);
}

/* "kr-1: what it says", the sentence only where it has not been said before */
static void write_rule(struct writer *w, cp_text id, cp_text says)
{
    cp_out_text(&w->line, id);
    cp_out_str(&w->line, ": ");
    cp_out_text(&w->line, says);
    paragraph(w, 0, 4);
}

static void write_transit_rule(struct writer *w, uint32_t rule)
{
    const struct cp_judge_rule *of = &w->report->judge->rules[rule];

    if (w->said[rule]) {
        cp_out_text(&w->line, of->id);
        cp_out_char(&w->line, ':');
        paragraph(w, 0, 4);
        return;
    }
    w->said[rule] = true;
    write_rule(w, of->id, of->says);
}

static cp_err write_entry(struct writer *w, const struct cp_entry *entry)
{
    const struct cp_exposure *exposure = entry->exposure;
    const struct cp_reason *reason;

    CP_TRY(cp_reasons_get(w->reasons, exposure->rule, exposure->kind, exposure->element, &reason));
    cp_phrase_demand(&w->line, &w->net->demands[entry->demand], exposure->direction);
    cp_out_str(&w->line, ", ");
    cp_phrase_when(&w->line, w->net, exposure);
    cp_out_char(&w->line, ':');
    paragraph(w, 2, 6);
    cp_phrase_element(&w->line, w->net, exposure->kind, exposure->element, reason->sentence);
    paragraph(w, 4, 8);
    if (exposure->node_count > 0) {
        cp_out_str(&w->line, "way ");
        cp_phrase_way(&w->line, w->net, exposure);
        paragraph(w, 4, 8);
    }
    return CP_OK;
}

static cp_err write_exposures(struct writer *w, const char *title, colour how, cp_entry_pick pick)
{
    const struct cp_entry *entries;
    uint32_t count;

    CP_TRY(cp_entries_collect(w->report, pick, w->out->arena, &entries, &count));
    if (count > 0)
        section(w, title, count, how);
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || entries[i].rule != entries[i - 1].rule)
            write_transit_rule(w, entries[i].rule);
        CP_TRY(write_entry(w, &entries[i]));
    }
    return w->out->err;
}

static const struct cp_exposure *pick_today(const struct cp_demand_result *result)
{
    const struct cp_exposure *decisive = cp_words_decisive(result);

    if (result->verdict != CP_VERDICT_VIOLATION || decisive == NULL)
        return NULL;
    return decisive->failure_count == 0 ? decisive : NULL;
}

static const struct cp_exposure *pick_later(const struct cp_demand_result *result)
{
    if (result->verdict != CP_VERDICT_VIOLATION)
        return NULL;
    return pick_today(result) == NULL ? cp_words_decisive(result) : NULL;
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

static void write_policy_and_date(struct writer *w)
{
    char date[11];

    if (w->report->judge->policy != NULL) {
        cp_out_str(&w->line, " policy ");
        cp_out_text(&w->line, cp_policy_id(w->report->judge->policy));
    } else {
        cp_out_str(&w->line, " the policy");
    }
    cp_date_format(w->report->judge->as_of, date);
    cp_out_str(&w->line, " on ");
    cp_out_str(&w->line, date);
}

/* "; 7 violate it, 1 is undecided, 2 have no path" */
static void write_others(struct writer *w, const struct covered *covered)
{
    static const char *const one[] = {"", "is undecided", "violates it", "has no path"};
    static const char *const many[] = {"", "are undecided", "violate it", "have no path"};
    static const cp_verdict order[] = {CP_VERDICT_VIOLATION, CP_VERDICT_UNDECIDED,
                                       CP_VERDICT_NO_PATH};
    bool first = true;

    for (uint32_t i = 0; i < CP_COUNT(order); i++) {
        uint32_t count = covered->verdicts[order[i]];

        if (count == 0)
            continue;
        cp_out_str(&w->line, first ? "; " : ", ");
        cp_phrase_count(&w->line, count, one[order[i]], many[order[i]]);
        first = false;
    }
}

/* Good only where nothing stands in the way of believing it. */
static colour headline_colour(const struct writer *w)
{
    int code = cp_report_exit_code(&w->summary);

    if (code == 1)
        return COLOUR_BAD;
    return code == 0 && w->warning_count == 0 ? COLOUR_GOOD : COLOUR_DOUBT;
}

static void write_headline(struct writer *w)
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
    write_policy_and_date(w);
    write_others(w, &covered);
    cp_out_char(&w->line, '.');
    loud_paragraph(w, headline_colour(w));
}

static void write_examined(struct writer *w)
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
    paragraph(w, 0, 0);
}

static void write_warnings(struct writer *w)
{
    for (uint32_t i = 0; i < w->warning_count; i++) {
        cp_out_str(&w->line, "Warning: ");
        cp_out_text(&w->line, w->warnings[i]);
        cp_out_char(&w->line, '.');
        paragraph(w, 0, 4);
    }
}

static cp_err write_culprits(struct writer *w)
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
    paragraph(w, 0, 4);
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
static void write_demands(struct writer *w, const char *title, colour how, demand_pick pick)
{
    uint32_t count = 0, shown = 0;

    for (uint32_t d = 0; d < w->net->demand_count; d++)
        count += pick(&w->report->results[d]);
    if (count == 0)
        return;
    section(w, title, count, how);
    for (uint32_t d = 0; d < w->net->demand_count; d++) {
        if (!pick(&w->report->results[d]))
            continue;
        cp_phrase_demand(&w->line, &w->net->demands[d], CP_FORWARD);
        cp_out_str(&w->line, ++shown == count ? "" : "; ");
    }
    paragraph(w, 2, 2);
}

static void write_presence(struct writer *w, const struct cp_presence *presence)
{
    cp_out_str(&w->line, cp_words_object(presence->kind));
    cp_out_char(&w->line, ' ');
    cp_out_text(&w->line, cp_words_element(w->net, presence->kind, presence->object));
    if (presence->part.len > 0) {
        cp_out_char(&w->line, '/');
        cp_out_text(&w->line, presence->part);
    }
    cp_out_str(&w->line, " at ");
    cp_out_text(&w->line, presence->site);
    cp_out_str(&w->line, ": ");
    cp_out_text(&w->line, presence->sentence);
    paragraph(w, 2, 6);
}

static void write_presences(struct writer *w, const char *title, colour how, cp_trust trust)
{
    const struct cp_judge *judge = w->report->judge;
    uint32_t count =
        trust == CP_UNTRUSTED ? w->summary.presence_violations : w->summary.presence_undecided;
    cp_text rule = CP_TEXT("");

    if (count == 0)
        return;
    section(w, title, count, how);
    for (uint32_t i = 0; i < judge->presence_count; i++) {
        const struct cp_presence *presence = &judge->presences[i];

        if (presence->trust != trust)
            continue;
        if (!cp_text_eq(rule, presence->rule))
            write_rule(w, presence->rule, presence->says);
        rule = presence->rule;
        write_presence(w, presence);
    }
}

static void write_sums(struct writer *w)
{
    const struct cp_report_summary *sums = &w->summary;

    cp_out_format(&w->line, "Summary: %u ok, %u violation, %u undecided, %u no-path; ", sums->ok,
                  sums->violation, sums->undecided, sums->no_path);
    cp_phrase_count(&w->line, sums->presence_violations, "presence violation",
                    "presence violations");
    if (sums->presence_undecided > 0)
        cp_out_format(&w->line, ", %u undecided", sums->presence_undecided);
    if (sums->uncovered > 0) {
        cp_out_str(&w->line, "; ");
        cp_phrase_count(&w->line, sums->uncovered, "demand falls under no rule",
                        "demands fall under no rule");
    }
    cp_out_char(&w->line, '.');
    cp_out_char(w->out, '\n');
    paragraph(w, 0, 4);
}

static void write_shares(struct writer *w)
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
    paragraph(w, 0, 4);
    if (sums->by_bandwidth && sums->without_bandwidth > 0) {
        cp_phrase_count(&w->line, sums->without_bandwidth,
                        "demand states no bandwidth and weighs nothing in this.",
                        "demands state no bandwidth and weigh nothing in this.");
        paragraph(w, 0, 4);
    }
    if (covered.cut_by_one > 0) {
        cp_phrase_count(&w->line, covered.cut_by_one, "demand loses", "demands lose");
        cp_out_str(&w->line, " every way when one thing fails.");
        paragraph(w, 0, 4);
    }
}

static cp_err write_sections(struct writer *w)
{
    CP_TRY(write_exposures(w, "VIOLATIONS TODAY", COLOUR_BAD, pick_today));
    CP_TRY(write_exposures(w, "VIOLATIONS WHEN SOMETHING FAILS", COLOUR_BAD, pick_later));
    write_presences(w, "VIOLATIONS BY PRESENCE", COLOUR_BAD, CP_UNTRUSTED);
    CP_TRY(write_exposures(w, "UNDECIDED", COLOUR_DOUBT, pick_undecided));
    write_presences(w, "UNDECIDED PRESENCE", COLOUR_DOUBT, CP_UNKNOWN);
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
    struct writer w = {.report = report, .net = report->judge->net, .out = out};

    w.summary = cp_report_summarize(report);
    w.line = cp_out_make(out->arena);
    w.said = CP_TAKE(out->arena, report->judge->rule_count, bool);
    if (w.said == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_reasons_open(report->judge, out->arena, &w.reasons));
    CP_TRY(cp_report_warnings(report, out->arena, &w.warnings, &w.warning_count));
    write_headline(&w);
    write_examined(&w);
    write_warnings(&w);
    CP_TRY(write_culprits(&w));
    CP_TRY(write_sections(&w));
    write_sums(&w);
    write_shares(&w);
    if (w.line.err != CP_OK)
        return w.line.err;
    return out->err;
}
