#include "report/report.h"

#include "gaps.h"
#include "phrases.h"
#include "report/words.h"

#define WARNINGS_MAX 32u
#define UNMET_SHOWN 20u
#define GAPS_SHOWN 20u

struct list {
    struct cp_arena *arena;
    cp_text *at;
    uint32_t count;
};

static cp_err add(struct list *list, struct cp_out *sentence)
{
    CP_ASSERT(list->count < WARNINGS_MAX);
    CP_TRY(cp_out_done(sentence, &list->at[list->count]));
    list->count++;
    return CP_OK;
}

static bool several(const struct cp_report *report)
{
    return report->judge->policy_count > 1;
}

static cp_err warn_of_depth(const struct cp_report *report, struct list *list)
{
    uint32_t wanted = cp_audit_depth_wanted(report->judge);
    uint32_t asked = report->request->depth;
    struct cp_out out = cp_out_make(list->arena);

    if (wanted <= asked)
        return CP_OK;
    cp_out_str(&out, several(report) ? "the policies judge" : "the policy judges");
    cp_out_format(&out,
                  " exposures after up to %u failure%s, but only %u %s examined: "
                  "--failures %u judges all that is asked",
                  wanted, wanted == 1 ? "" : "s", asked, asked == 1 ? "was" : "were", wanted);
    return add(list, &out);
}

static cp_err warn_of_kinds(const struct cp_report *report, struct list *list)
{
    static const char *const names[] = {"link", "node", "srlg"};
    const struct cp_judge *judge = report->judge;
    struct cp_out out = cp_out_make(list->arena);
    uint32_t wanted = 0, missing;
    bool first = true;

    for (uint32_t r = 0; r < judge->transit_count; r++)
        wanted |= judge->rules[r].depth > 0 ? judge->rules[r].failure_kinds : 0;
    if (judge->net->srlg_count == 0)
        wanted &= ~(uint32_t)CP_FAIL_SRLG;
    missing = wanted & ~report->request->failure_kinds;
    if (missing == 0 || report->request->depth == 0)
        return CP_OK;
    cp_out_str(&out, several(report) ? "the policies name" : "the policy names");
    cp_out_str(&out, " kinds of failure that were not examined: ");
    for (uint32_t k = 0; k < CP_COUNT(names); k++) {
        if ((missing & (1u << k)) == 0)
            continue;
        cp_out_str(&out, first ? "" : ", ");
        cp_out_str(&out, names[k]);
        first = false;
    }
    return add(list, &out);
}

/* Asked by hand: SRLGs fail on their own only where there are any. */
static cp_err warn_of_no_srlgs(const struct cp_report *report, struct list *list)
{
    const struct cp_audit_request *request = report->request;
    struct cp_out out = cp_out_make(list->arena);

    if ((request->failure_kinds & CP_FAIL_SRLG) == 0 || request->depth == 0 ||
        report->judge->net->srlg_count > 0)
        return CP_OK;
    cp_out_str(&out, request->failure_kinds == CP_FAIL_SRLG
                         ? "only srlgs were to fail, and no link names any: no failure was examined"
                         : "srlgs were to fail too, but no link names any");
    return add(list, &out);
}

static cp_err warn_of_records(const struct cp_report *report, struct list *list)
{
    const struct cp_case *net = report->judge->net;
    struct cp_out out = cp_out_make(list->arena);
    uint64_t records = 0;

    for (uint32_t i = 0; i < net->input_count; i++)
        records += net->inputs[i].not_understood;
    if (records == 0)
        return CP_OK;
    cp_out_u64(&out, records);
    cp_out_str(&out, records == 1 ? " record was not understood and was left out"
                                  : " records were not understood and were left out");
    return add(list, &out);
}

static cp_err warn_of_nothing_to_judge(const struct cp_report *report, struct list *list)
{
    const struct cp_judge *judge = report->judge;
    struct cp_out out = cp_out_make(list->arena);
    char date[11];

    if (judge->net->demand_count == 0) {
        cp_out_str(&out,
                   "there are no demands, so no traffic was judged: only what stands where was");
        return add(list, &out);
    }
    if (judge->transit_count > 0)
        return CP_OK;
    cp_date_format(judge->as_of, date);
    cp_out_format(&out, "no rule about traffic is in force on %s", date);
    return add(list, &out);
}

/* With rules about traffic, a demand that none holds for is more likely a slip than a wish. */
static cp_err warn_of_uncovered(const struct cp_report *report, struct list *list)
{
    const struct cp_judge *judge = report->judge;
    struct cp_out out = cp_out_make(list->arena);
    uint32_t uncovered = 0;

    for (uint32_t d = 0; d < judge->net->demand_count; d++)
        uncovered += report->results != NULL
                         ? !report->results[d].judged
                         : judge->treatments[judge->demand_treatment[d]].rule_count == 0;
    if (uncovered == 0 || judge->transit_count == 0)
        return CP_OK;
    cp_out_u64(&out, uncovered);
    cp_out_str(&out, uncovered == 1
                         ? " demand falls under no rule about traffic: nothing is forbidden to it"
                         : " demands fall under no rule about traffic: nothing is forbidden to "
                           "them");
    return add(list, &out);
}

static cp_err warn_of_unmet(const struct cp_report *report, struct list *list)
{
    const struct cp_judge *judge = report->judge;
    struct cp_out out = cp_out_make(list->arena);

    if (judge->unmet_count == 0)
        return CP_OK;
    cp_out_str(&out, several(report) ? "the policies select" : "the policy selects");
    cp_out_str(&out, " by what nothing in the case bears: ");
    for (uint32_t i = 0; i < judge->unmet_count && i < UNMET_SHOWN; i++) {
        cp_out_str(&out, i == 0 ? "" : ", ");
        cp_out_str(&out, judge->unmet[i].key);
        cp_out_char(&out, ' ');
        cp_out_text(&out, judge->unmet[i].word);
    }
    if (judge->unmet_count > UNMET_SHOWN)
        cp_out_format(&out, ", and %u more", judge->unmet_count - UNMET_SHOWN);
    return add(list, &out);
}

/* "rule us-1 does not reach 12 elements that state no role (first: node r5)"; of a cap "does not count" */
static cp_err warn_of_gap(const struct cp_report *report, const struct cp_gap_line *gap,
                          struct list *list)
{
    const struct cp_judge *judge = report->judge;
    struct cp_out out = cp_out_make(list->arena);

    cp_out_str(&out, "rule ");
    cp_phrase_rule(&out, judge, gap->policy, gap->rule);
    cp_out_str(&out, gap->counts ? " does not count " : " does not reach ");
    cp_phrase_count(&out, gap->elements, "element that states", "elements that state");
    cp_out_format(&out, " no %s", cp_words_key(gap->key));
    if (gap->counts)
        return add(list, &out);
    cp_out_format(&out, " (%s%s ", gap->elements > 1 ? "first: " : "", cp_words_object(gap->kind));
    cp_out_text(&out, cp_words_element(judge->net, gap->kind, gap->object));
    cp_out_char(&out, ')');
    return add(list, &out);
}

static cp_err warn_of_gaps(const struct cp_report *report, struct list *list)
{
    struct cp_out out = cp_out_make(list->arena);
    const struct cp_gap_line *gaps;
    uint32_t count;

    CP_TRY(cp_gaps_collect(report->judge, list->arena, &gaps, &count));
    for (uint32_t i = 0; i < count && i < GAPS_SHOWN; i++)
        CP_TRY(warn_of_gap(report, &gaps[i], list));
    if (count <= GAPS_SHOWN)
        return CP_OK;
    cp_out_format(&out, "%u more rules do not reach elements that lack what they ask",
                  count - GAPS_SHOWN);
    return add(list, &out);
}

/* Neither makes the answer wrong: what is in force is judged, in the case as it is now. */
static cp_err warn_of_routes(const struct cp_report *report, struct list *list)
{
    const struct cp_held *held = report->held;
    struct cp_out out = cp_out_make(list->arena);

    if (held != NULL && held->changed.len > 0) {
        cp_out_text(&out, held->path);
        cp_out_str(&out, " was made from other inputs than these: other bytes in ");
        cp_out_text(&out, held->changed);
        CP_TRY(add(list, &out));
        out = cp_out_make(list->arena);
    }
    if (held == NULL || held->listless == 0)
        return CP_OK;
    cp_out_text(&out, held->path);
    cp_out_str(&out, " has ");
    cp_phrase_count(&out, held->listless, "path without a segment list: it is not in force",
                    "paths without a segment list: they are not in force");
    return add(list, &out);
}

cp_err cp_report_warnings(const struct cp_report *report, struct cp_arena *arena,
                          const cp_text **out, uint32_t *count)
{
    struct list list = {.arena = arena, .at = CP_TAKE(arena, WARNINGS_MAX, cp_text)};

    if (list.at == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(warn_of_nothing_to_judge(report, &list));
    CP_TRY(warn_of_uncovered(report, &list));
    CP_TRY(warn_of_unmet(report, &list));
    CP_TRY(warn_of_gaps(report, &list));
    CP_TRY(warn_of_depth(report, &list));
    CP_TRY(warn_of_kinds(report, &list));
    CP_TRY(warn_of_no_srlgs(report, &list));
    CP_TRY(warn_of_records(report, &list));
    CP_TRY(warn_of_routes(report, &list));
    *out = list.at;
    *count = list.count;
    return CP_OK;
}
