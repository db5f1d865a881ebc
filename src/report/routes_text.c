#include "routes_text.h"

#include <inttypes.h>

#include "phrases.h"
#include "report/words.h"
#include "routes_parts.h"

/*
 * For people: the headline, then the worst first: demands without a clean path and what blocks them, those
 * that lack something, those that are routed as asked; then how full links are, Flex-Algo designs, the sums.
 */

#define WHOLE_PPM 1000000u

static void write_headline(struct routes_text *t)
{
    const struct cp_routes_summary *sums = &t->sums;
    uint32_t all = sums->routed + sums->partial + sums->no_path;
    struct cp_out *line = &t->w.line;
    colour how = sums->no_path > 0 ? COLOUR_BAD : sums->partial > 0 ? COLOUR_DOUBT : COLOUR_GOOD;

    if (all == 0) {
        cp_out_str(line, t->w.net->demand_count == 0
                             ? "There are no demands to route under "
                             : "No demand falls under a rule about traffic of ");
        how = COLOUR_DOUBT;
    } else {
        cp_out_format(line, "%u of %u demand%s %s clean paths as asked under ", sums->routed, all,
                      all == 1 ? "" : "s", all == 1 || sums->routed == 1 ? "has" : "have");
    }
    cp_phrase_policies(line, t->answer->judge);
    if (sums->partial > 0) {
        cp_out_str(line, "; ");
        cp_phrase_count(line, sums->partial, "has one but lacks something that was asked",
                        "have one but lack something that was asked");
    }
    if (sums->no_path > 0) {
        cp_out_str(line, "; ");
        cp_phrase_count(line, sums->no_path, "has none", "have none");
    }
    cp_out_char(line, '.');
    cp_text_loud_paragraph(&t->w, how);
}

static void write_kinds(struct cp_out *line, uint32_t kinds)
{
    bool first = true;

    for (uint32_t kind = CP_FAIL_LINK; kind <= CP_FAIL_SRLG; kind <<= 1) {
        if ((kinds & kind) == 0)
            continue;
        cp_out_str(line, first ? "" : ", ");
        cp_out_str(line, cp_words_failure_kind(kind));
        first = false;
    }
}

static void write_examined(struct routes_text *t)
{
    const struct cp_route_request *request = t->answer->request;
    const struct cp_audit_request *proof = &request->proof;
    struct cp_out *line = &t->w.line;

    cp_out_format(line, "Segment lists (%s%s%s) are clean today",
                  t->routes->plane == CP_PLANE_SRV6 ? "SRv6" : "SR-MPLS",
                  t->routes->assigned_sids ? ", SIDs given out here where none is stated" : "",
                  request->strict ? ", adjacencies alone" : "");
    if (proof->depth > 0) {
        cp_out_format(line, ", and while and after up to %u failure%s of ", proof->depth,
                      proof->depth == 1 ? "" : "s");
        write_kinds(line, proof->failure_kinds);
    }
    if (proof->states == 0 || (proof->states & 1u << CP_STATE_LIAR) != 0)
        cp_out_str(line, ", also if equipment that is forbidden or undecided lies");
    cp_out_str(line, request->judged == CP_SEGMENTS_ALL ? "." : ", as far as each rule asks.");
    cp_text_paragraph(&t->w, 0, 0);
}

static void write_warnings(struct routes_text *t)
{
    for (uint32_t i = 0; i < t->w.warning_count; i++) {
        cp_out_str(&t->w.line, "Warning: ");
        cp_out_text(&t->w.line, t->w.warnings[i]);
        cp_out_char(&t->w.line, '.');
        cp_text_paragraph(&t->w, 0, 4);
    }
}

/* --- paths --------------------------------------------------------------------------------- */

/* "a > c > b, cost 20, 1200 us" */
static void write_path(struct routes_text *t, const struct cp_path *path)
{
    struct cp_out *line = &t->w.line;

    for (uint32_t i = 0; i <= path->link_count; i++) {
        cp_out_str(line, i == 0 ? "" : " > ");
        cp_out_text(line, cp_routes_node(t->answer, path->nodes[i]));
    }
    cp_out_format(line, ", cost %" PRIu64, path->cost);
    if (path->delay_us != CP_PATH_DELAY_NONE)
        cp_out_format(line, ", %" PRIu64 " us", path->delay_us);
}

/* "node b (16002), link a--c to c (24001)" */
static void write_list(struct routes_text *t, const struct cp_segment_list *list)
{
    struct cp_out *line = &t->w.line;

    for (uint32_t i = 0; i < list->count; i++) {
        const struct cp_segment *segment = &list->at[i];

        cp_out_str(line, i == 0 ? "" : ", ");
        if (segment->kind == CP_SEGMENT_ADJACENCY) {
            cp_out_str(line, "link ");
            cp_out_text(line, cp_routes_link(t->answer, segment->link));
            cp_out_str(line, " to ");
        } else {
            cp_out_str(line, "node ");
        }
        cp_out_text(line, cp_routes_node(t->answer, segment->to));
        if (!segment->sid.known)
            continue;
        cp_out_str(line, " (");
        cp_phrase_sid(line, &segment->sid);
        cp_out_char(line, ')');
    }
}

static void write_no_list(struct routes_text *t, const struct cp_candidate *candidate)
{
    const struct cp_segment_list *list = &candidate->segments;
    struct cp_out *line = &t->w.line;

    if (list->least == CP_NONE) {
        cp_out_str(line, "no list keeps it clean");
        return;
    }
    cp_out_str(line, "no list: the shortest clean one has ");
    cp_phrase_count(line, list->least, "segment", "segments");
    cp_out_str(line, ", and ");
    cp_out_text(line, cp_routes_node(t->answer, candidate->path.nodes[0]));
    cp_out_format(line, " can push %" PRIu32, list->depth);
}

/* "; beyond what its rules ask, a transition exposes it from 2 failures on" */
static void write_exposed(struct routes_text *t, const struct cp_segment_proof *proof)
{
    static const char *const states[CP_STATE_COUNT] = {"the healed network", "a transition",
                                                       "a lie"};
    struct cp_out *line = &t->w.line;
    bool first = true;

    for (uint32_t s = 0; s < CP_STATE_COUNT; s++) {
        if (proof->state_depth[s] == CP_DEPTH_NONE)
            continue;
        cp_out_str(line, first ? "; beyond what its rules ask, " : ", ");
        cp_out_str(line, states[s]);
        cp_out_str(line, " exposes it ");
        if (proof->state_depth[s] == 0)
            cp_out_str(line, "today");
        else
            cp_phrase_count(line, proof->state_depth[s], "failure deep", "failures deep");
        first = false;
    }
}

/* "way, 40 % of it: ", "way back: ", "backup: ", "backup back: " */
static void write_what(struct cp_out *line, const struct cp_candidate *candidate)
{
    bool back = candidate->direction == CP_REVERSE;

    if (candidate->role == CP_ROLE_BACKUP)
        cp_out_str(line, back ? "backup back" : "backup");
    else
        cp_out_str(line, back ? "way back" : "way");
    if (candidate->share_ppm != WHOLE_PPM) {
        cp_out_str(line, ", ");
        cp_phrase_percent(line, (candidate->share_ppm + 50) / 100);
        cp_out_str(line, " of it");
    }
    cp_out_str(line, ": ");
}

/* Whether it is the other way of the only forward one of its role. */
static bool is_way_back(const struct cp_route_result *result, const struct cp_candidate *candidate)
{
    const struct cp_path *back = &candidate->path;
    uint32_t last = back->link_count, forward = 0;
    bool same = candidate->direction == CP_REVERSE;

    for (uint32_t i = 0; same && i < result->candidate_count; i++) {
        const struct cp_candidate *other = &result->candidates[i];

        if (other->role != candidate->role || other->direction == CP_REVERSE)
            continue;
        same = ++forward == 1 && other->path.link_count == last &&
               other->path.nodes[0] == back->nodes[last];
        for (uint32_t k = 0; same && k < last; k++)
            same = other->path.links[k] == back->links[last - 1 - k] &&
                   other->path.nodes[k + 1] == back->nodes[last - 1 - k];
    }
    return same && forward == 1;
}

static void write_segments(struct routes_text *t, const struct cp_candidate *candidate)
{
    if (candidate->segments.at == NULL) {
        write_no_list(t, candidate);
    } else {
        cp_out_str(&t->w.line, candidate->segments.count == 1 ? "segment " : "segments ");
        write_list(t, &candidate->segments);
    }
    write_exposed(t, &candidate->segments.proof);
}

/* "instead of a path of cost 20, which needs 3 segments, and a can push 2" */
static void write_passed(struct routes_text *t, const struct cp_candidate *candidate)
{
    struct cp_out *line = &t->w.line;

    if (candidate->passed_least == 0)
        return;
    cp_out_format(line, "instead of one of cost %" PRIu64 ": its shortest clean list has ",
                  candidate->passed_cost);
    cp_phrase_count(line, candidate->passed_least, "segment", "segments");
    cp_out_str(line, ", and ");
    cp_out_text(line, cp_routes_node(t->answer, candidate->path.nodes[0]));
    cp_out_format(line, " can push %" PRIu32, candidate->segments.depth);
    cp_text_paragraph(&t->w, 6, 10);
}

static void write_candidate(struct routes_text *t, const struct cp_route_result *result,
                            const struct cp_candidate *candidate)
{
    if (is_way_back(result, candidate)) {
        cp_out_str(&t->w.line, "back the same way, ");
        write_segments(t, candidate);
        cp_text_paragraph(&t->w, 6, 10);
        write_passed(t, candidate);
        return;
    }
    write_what(&t->w.line, candidate);
    write_path(t, &candidate->path);
    cp_text_paragraph(&t->w, 4, 8);
    write_passed(t, candidate);
    write_segments(t, candidate);
    cp_text_paragraph(&t->w, 6, 10);
}

/* --- what is lacking ----------------------------------------------------------------------- */

/* Whether it goes over several paths at once, so that links carry less. */
static bool is_spread(const struct cp_route_result *result)
{
    uint32_t forward = 0;

    for (uint32_t i = 0; i < result->candidate_count; i++)
        forward += result->candidates[i].role == CP_ROLE_PRIMARY &&
                   result->candidates[i].direction == CP_FORWARD;
    return forward > 1;
}

static const char *lack_sentence(const struct cp_route_result *result, uint32_t bit)
{
    switch (bit) {
    case CP_LACKS_BACKUP:
        return is_spread(result) ? "no path is left for a backup: the load needs those that it is "
                                   "spread over"
                                 : "there is no second path";
    case CP_LACKS_DISJOINT:
        return is_spread(result) ? "a backup cannot be wholly apart from the paths that the load "
                                   "is spread over"
                                 : "the two paths cannot be wholly apart";
    case CP_LACKS_DEPTH:
        return "a headend cannot push the list of a first path";
    case CP_LACKS_CAPACITY:
        return "a link of its path is overloaded";
    case CP_LACKS_BACKUP_DEPTH:
        return "a headend cannot push the list of the backup";
    case CP_LACKS_WAY_BACK:
        return "there is no clean way back";
    case CP_LACKS_CERTAINTY:
        return "the search was cut short: better paths may exist";
    default:
        return "something that was asked";
    }
}

static void write_shared(struct routes_text *t, const struct cp_route_result *result)
{
    const struct cp_case *net = t->w.net;
    struct cp_out *line = &t->w.line;
    const char *between = is_spread(result) ? ": they share " : ": both use ";

    for (uint32_t i = 0; i < result->shared_count; i++) {
        struct cp_failure failure = cp_net_failure(t->answer->net, result->shared[i]);

        cp_out_str(line, between);
        cp_out_str(line, cp_words_failure_kind(failure.kind));
        cp_out_char(line, ' ');
        cp_out_text(line, cp_words_failure(net, failure));
        between = ", ";
    }
    for (uint32_t i = 0; i < result->shared_site_count; i++) {
        cp_out_str(line, between);
        cp_out_str(line, "site ");
        cp_out_text(line, net->sites[result->shared_sites[i]].id);
        between = ", ";
    }
}

static void write_lacks(struct routes_text *t, const struct cp_route_result *result)
{
    struct cp_out *line = &t->w.line;

    for (uint32_t bit = 1; bit != 0 && bit <= result->lacks; bit <<= 1) {
        if ((result->lacks & bit) == 0)
            continue;
        cp_out_str(line, lack_sentence(result, bit));
        if (bit == CP_LACKS_DISJOINT)
            write_shared(t, result);
        cp_out_char(line, '.');
        cp_text_paragraph(&t->w, 4, 8);
    }
}

/* "clean by licence tgl until 2026-12-31: without it node r5 is against rule us-1." */
static void write_licence(struct routes_text *t, uint32_t demand)
{
    const struct cp_demand_licence *owed =
        t->routes->licences == NULL ? NULL : &t->routes->licences[demand];
    const struct cp_judge *judge = t->answer->judge;
    struct cp_out *line = &t->w.line;
    char date[11];

    if (owed == NULL || owed->licence == NULL)
        return;
    cp_out_str(line, "clean by licence ");
    cp_phrase_rule(line, judge, owed->policy, owed->licence->id);
    if (owed->until != CP_DATE_NONE) {
        cp_date_format(owed->until, date);
        cp_out_format(line, " until %s", date);
    }
    cp_out_format(line, ": without it %s ", cp_words_object(owed->kind));
    cp_out_text(line, cp_words_element(t->w.net, owed->kind, owed->element));
    cp_out_str(line, owed->without == CP_VERDICT_VIOLATION ? " is forbidden by rule "
                                                           : " is undecided under rule ");
    cp_phrase_rule(line, judge, owed->policy, judge->rules[owed->rule].id);
    cp_out_char(line, '.');
    cp_text_paragraph(&t->w, 4, 8);
}

/* --- sections ------------------------------------------------------------------------------ */

static cp_err write_demand(struct routes_text *t, uint32_t at)
{
    const struct cp_route_result *result = &t->answer->results[at];

    cp_phrase_demand(&t->w.line, &t->w.net->demands[at], CP_FORWARD);
    cp_out_char(&t->w.line, ':');
    cp_text_paragraph(&t->w, 2, 6);
    write_lacks(t, result);
    write_licence(t, at);
    if (result->blocking != NULL)
        CP_TRY(cp_routes_text_blocking(t, result->blocking));
    for (uint32_t i = 0; i < result->candidate_count; i++)
        write_candidate(t, result, &result->candidates[i]);
    return t->w.out->err;
}

static bool is_shown(const struct routes_text *t, uint32_t demand, cp_route_status status)
{
    const struct cp_route_result *result = &t->answer->results[demand];

    return cp_routes_is_asked(result) && result->status == status;
}

static cp_err write_section(struct routes_text *t, const char *title, colour how,
                            cp_route_status status)
{
    uint32_t count = 0;

    for (uint32_t d = 0; d < t->w.net->demand_count; d++)
        count += is_shown(t, d, status);
    if (count > 0)
        cp_text_section(&t->w, title, count, how);
    for (uint32_t d = 0; d < t->w.net->demand_count; d++)
        if (is_shown(t, d, status))
            CP_TRY(write_demand(t, d));
    return CP_OK;
}

static void write_sums(struct routes_text *t)
{
    struct cp_out *line = &t->w.line;

    cp_out_format(line, "Summary: %u routed, %u partial, %u no-path", t->sums.routed,
                  t->sums.partial, t->sums.no_path);
    if (t->sums.uncovered > 0) {
        cp_out_str(line, "; ");
        cp_phrase_count(line, t->sums.uncovered, "demand falls under no rule",
                        "demands fall under no rule");
    }
    cp_out_char(line, '.');
    cp_out_char(t->w.out, '\n');
    cp_text_paragraph(&t->w, 0, 4);
}

cp_err cp_routes_text(const struct cp_routes *routes, struct cp_out *out)
{
    struct cp_report report = {.judge = routes->answer->judge,
                               .request = &routes->answer->request->proof,
                               .colour = routes->colour,
                               .columns = routes->columns};
    struct routes_text t = {.routes = routes,
                            .answer = routes->answer,
                            .w = {.report = &report, .net = report.judge->net, .out = out},
                            .sums = cp_routes_summarize(routes->answer)};

    t.w.line = cp_out_make(out->arena);
    CP_TRY(cp_reasons_open(report.judge, out->arena, &t.w.reasons));
    CP_TRY(cp_report_warnings(&report, out->arena, &t.w.warnings, &t.w.warning_count));
    write_headline(&t);
    write_examined(&t);
    write_warnings(&t);
    CP_TRY(write_section(&t, "NO CLEAN PATH", COLOUR_BAD, CP_NO_WAY));
    CP_TRY(write_section(&t, "CLEAN PATHS THAT LACK SOMETHING", COLOUR_DOUBT, CP_PARTIAL));
    CP_TRY(write_section(&t, "CLEAN PATHS", COLOUR_GOOD, CP_ROUTED));
    cp_routes_text_capacity(&t);
    cp_routes_text_designs(&t);
    write_sums(&t);
    if (t.w.line.err != CP_OK)
        return t.w.line.err;
    return out->err;
}
