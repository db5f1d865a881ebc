#include "routes_text.h"

#include <inttypes.h>

#include "phrases.h"
#include "report/words.h"
#include "routes_parts.h"

/* What blocks a demand, how full links are, and Flex-Algo designs. */

/* --- what blocks --------------------------------------------------------------------------- */

static cp_err write_blocker(struct routes_text *t, const struct cp_blocker *blocker)
{
    const struct cp_judge *judge = t->answer->judge;
    struct cp_out *line = &t->w.line;
    const struct cp_reason *reason;

    CP_ASSERT(blocker->rule_count > 0);
    CP_TRY(
        cp_reasons_get(t->w.reasons, blocker->rules[0], blocker->kind, blocker->object, &reason));
    cp_phrase_element(line, t->w.net, blocker->kind, blocker->object, reason->sentence);
    cp_out_str(line, " (rule ");
    for (uint32_t i = 0; i < blocker->rule_count; i++) {
        const struct cp_judge_rule *rule = &judge->rules[blocker->rules[i]];

        cp_out_str(line, i == 0 ? "" : ", ");
        cp_phrase_rule(line, judge, rule->policy, rule->id);
    }
    cp_out_format(line, "; cost %" PRIu64 ")", blocker->cost);
    cp_text_paragraph(&t->w, 6, 10);
    return CP_OK;
}

static bool same_cut(const struct cp_blocking *b)
{
    bool same = b->smallest_count == b->cheapest_count;

    for (uint32_t i = 0; same && i < b->smallest_count; i++)
        same = b->smallest[i].kind == b->cheapest[i].kind &&
               b->smallest[i].object == b->cheapest[i].object;
    return same;
}

static cp_err write_members(struct routes_text *t, const struct cp_blocker *members, uint32_t count)
{
    cp_text_paragraph(&t->w, 4, 8);
    for (uint32_t i = 0; i < count; i++)
        CP_TRY(write_blocker(t, &members[i]));
    return CP_OK;
}

static cp_err write_cuts(struct routes_text *t, const struct cp_blocking *b)
{
    struct cp_out *line = &t->w.line;
    bool same = same_cut(b);

    if (b->smallest_count == 0)
        return CP_OK;
    cp_out_str(line, b->why == CP_BLOCKED_BY_WISHES ? "as asked it is blocked by " : "blocked by ");
    cp_phrase_count(line, b->smallest_count, "element", "elements");
    cp_out_format(line, "%s; to replace %s costs %" PRIu64 "%s:", b->exact ? " at least" : "",
                  b->smallest_count == 1 ? "it" : "them", b->smallest_cost,
                  same && b->exact ? ", and nothing costs less" : "");
    CP_TRY(write_members(t, b->smallest, b->smallest_count));
    if (same)
        return CP_OK;
    cp_out_str(line, "cheapest to replace, ");
    cp_phrase_count(line, b->cheapest_count, "element", "elements");
    cp_out_format(line, " for %" PRIu64 ":", b->cheapest_cost);
    return write_members(t, b->cheapest, b->cheapest_count);
}

static void write_concession(struct routes_text *t, const struct cp_concession *concession)
{
    const struct cp_judge_rule *rule = &t->answer->judge->rules[concession->rule];
    struct cp_out *line = &t->w.line;
    char date[11];

    cp_out_str(line, "without rule ");
    cp_phrase_rule(line, t->answer->judge, rule->policy, rule->id);
    cp_out_format(line, " alone there is a path of cost %" PRIu64, concession->cost);
    if (concession->licence != NULL) {
        cp_out_str(line, "; licence ");
        cp_out_text(line, concession->licence->id);
        cp_out_str(line, ", which does not hold on this day, would give it one");
        if (concession->until != CP_DATE_NONE) {
            cp_date_format(concession->until, date);
            cp_out_format(line, " (it ends on %s)", date);
        }
    }
    cp_out_char(line, '.');
    cp_text_paragraph(&t->w, 4, 8);
}

/* "without rules kr-1 and kr-2 together there is a path of cost 30." */
static void write_together(struct routes_text *t, const struct cp_blocking *b)
{
    const struct cp_judge *judge = t->answer->judge;
    struct cp_out *line = &t->w.line;

    if (b->rule_count == 0)
        return;
    cp_out_str(line, "no single rule will do: without ");
    for (uint32_t i = 0; i < b->rule_count; i++) {
        const struct cp_judge_rule *rule = &judge->rules[b->rules[i]];

        cp_out_str(line, i == 0 ? "" : i + 1 == b->rule_count ? " and " : ", ");
        cp_phrase_rule(line, judge, rule->policy, rule->id);
    }
    cp_out_format(line, " together there is a path of cost %" PRIu64 ".", b->rules_cost);
    cp_text_paragraph(&t->w, 4, 8);
}

/* "max_hops and avoid" */
static void write_wish_words(struct cp_out *line, uint32_t wishes)
{
    bool first = true;

    for (uint32_t bit = 1; bit != 0 && bit <= wishes; bit <<= 1) {
        if ((wishes & bit) == 0)
            continue;
        cp_out_str(line, first ? "" : " and ");
        cp_out_str(line, cp_words_wish(bit));
        first = false;
    }
}

static void write_wishes(struct routes_text *t, const struct cp_blocking *b)
{
    struct cp_out *line = &t->w.line;

    if (b->wishes == 0)
        return;
    cp_out_str(line, b->why == CP_BLOCKED_BY_WISHES
                         ? "a clean way exists, but not with "
                         : "even over all elements there is no way with ");
    write_wish_words(line, b->wishes);
    cp_out_str(line, " as asked.");
    cp_text_paragraph(&t->w, 4, 8);
}

cp_err cp_routes_text_blocking(struct routes_text *t, const struct cp_blocking *blocking)
{
    if (blocking->why == CP_BLOCKED_ANYWAY) {
        cp_out_str(&t->w.line, "there is no way at all, clean or not.");
        cp_text_paragraph(&t->w, 4, 8);
    }
    write_wishes(t, blocking);
    CP_TRY(write_cuts(t, blocking));
    for (uint32_t i = 0; i < blocking->concession_count; i++)
        write_concession(t, &blocking->concessions[i]);
    write_together(t, blocking);
    return CP_OK;
}

/* --- capacity ------------------------------------------------------------------------------ */

/* What is said of the worst load in a state. */
struct worst {
    const char *when;
    uint64_t worst_ppm, bound_ppm;
    const struct cp_link_load *load;
    bool fits;
    uint32_t fixed_count;
};

/* What the bound takes as given: "with 3 demands where they are " */
static void write_fixed(struct cp_out *line, uint32_t count)
{
    if (count == 0)
        return;
    cp_out_str(line, "with ");
    cp_phrase_count(line, count, "demand where it is", "demands where they are");
    cp_out_char(line, ' ');
}

static void write_percent(struct cp_out *line, uint64_t ppm)
{
    if (ppm >= CP_FIGURE_MOST)
        cp_out_str(line, "more than ");
    cp_phrase_percent(line, (ppm + 50) / 100);
}

/* A link that carries nothing has no percents. */
static bool carries_nothing(const struct worst *worst)
{
    return worst->worst_ppm > 0 && worst->load->capacity_bps == 0;
}

static void write_worst(struct cp_out *line, const struct worst *worst)
{
    if (carries_nothing(worst))
        cp_out_format(line, "%" PRIu64 " b/s", worst->load->load_bps);
    else
        write_percent(line, worst->worst_ppm);
}

static void write_load(struct routes_text *t, const struct worst *worst)
{
    const struct cp_graph *g = &t->answer->net->graph;
    struct cp_failure failure = cp_routes_load_failure(t->answer, worst->load);
    struct cp_out *line = &t->w.line;

    cp_out_str(line, worst->when);
    write_worst(line, worst);
    if (worst->worst_ppm > 0) {
        cp_out_str(line, " on link ");
        cp_out_text(line, cp_routes_link(t->answer, g->end_link[worst->load->end]));
        cp_out_str(line, " from ");
        cp_out_text(line, cp_routes_node(t->answer, g->end_node[worst->load->end]));
    }
    if (failure.kind != 0) {
        cp_out_format(line, " after %s ", cp_words_failure_kind(failure.kind));
        cp_out_text(line, cp_words_failure(t->w.net, failure));
        cp_out_str(line, " failed");
    }
    if (!worst->fits)
        cp_out_str(line, ", more than it carries");
    if (!carries_nothing(worst) && worst->bound_ppm < CP_FIGURE_MOST) {
        cp_out_str(line, "; ");
        write_fixed(line, worst->fixed_count);
        cp_out_str(line, "no placement is below ");
        cp_phrase_percent(line, (worst->bound_ppm + 50) / 100);
    }
    cp_out_char(line, '.');
    cp_text_paragraph(&t->w, 0, 4);
}

void cp_routes_text_capacity(struct routes_text *t)
{
    const struct cp_capacity_answer *c = t->answer->capacity;

    if (c == NULL || !c->any_capacity)
        return;
    cp_out_char(t->w.out, '\n');
    write_load(t, &(struct worst){"Worst load: ", c->worst_ppm, c->bound_ppm, &c->worst, c->fits,
                                  c->fixed_count});
    if (t->answer->request->capacity_failures != 0)
        write_load(t, &(struct worst){"Worst load after one failure: ", c->worst_failed_ppm,
                                      c->bound_failed_ppm, &c->worst_failed, c->fits_failed,
                                      c->fixed_count});
    if (c->moved_count > 0) {
        cp_phrase_count(&t->w.line, c->moved_count, "ordinary demand is", "ordinary demands are");
        cp_out_str(&t->w.line, " moved from the paths of the IGP.");
        cp_text_paragraph(&t->w, 0, 4);
    }
}

/* --- Flex-Algo ----------------------------------------------------------------------------- */

static void write_names(struct routes_text *t, const char *what, const uint32_t *nodes,
                        uint32_t count)
{
    cp_out_str(&t->w.line, what);
    for (uint32_t i = 0; i < count; i++) {
        cp_out_str(&t->w.line, i == 0 ? "" : ", ");
        cp_out_text(&t->w.line, cp_routes_node(t->answer, nodes[i]));
    }
    cp_text_paragraph(&t->w, 4, 8);
}

/* "today", "after 1 failure" */
static void write_depth(struct cp_out *line, uint32_t depth)
{
    if (depth == 0) {
        cp_out_str(line, "today");
        return;
    }
    cp_out_str(line, "after ");
    cp_phrase_count(line, depth, "failure", "failures");
}

static void write_states(struct cp_out *line, const struct cp_flexalgo_verdict *verdict)
{
    static const char *const states[CP_STATE_COUNT] = {"exposed ", "exposed while it heals, ",
                                                       "exposed if equipment lies, "};
    bool exposed = false;

    for (uint32_t s = 0; s < CP_STATE_COUNT; s++) {
        if (verdict->state_depth[s] == CP_DEPTH_NONE)
            continue;
        cp_out_str(line, exposed ? "; " : "");
        cp_out_str(line, states[s]);
        write_depth(line, verdict->state_depth[s]);
        exposed = true;
    }
    cp_out_str(line, exposed          ? ""
                     : verdict->exact ? "clean in every state examined"
                                      : "clean as far as was searched");
}

static void write_verdict(struct routes_text *t, const struct cp_flexalgo_verdict *verdict)
{
    struct cp_out *line = &t->w.line;

    write_states(line, verdict);
    if (verdict->liar_joins)
        cp_out_str(line, "; untrusted equipment can take part by saying so");
    if (verdict->hijacked)
        cp_out_str(line, "; untrusted equipment can have a definition of its own win");
    if (verdict->hijack_depth != CP_DEPTH_NONE) {
        cp_out_str(line, ", which exposes traffic ");
        write_depth(line, verdict->hijack_depth);
    }
    if (verdict->unserved > 0) {
        cp_out_str(line, "; ");
        cp_phrase_count(line, verdict->unserved, "demand is not connected",
                        "demands are not connected");
    }
    cp_out_char(line, '.');
    cp_text_paragraph(&t->w, 4, 8);
}

static void write_design(struct routes_text *t, const struct cp_routes_design *of)
{
    const struct cp_flexalgo_design *design = of->design;
    cp_text class = t->answer->judge->treatments[of->treatment].traffic_class;
    struct cp_out *line = &t->w.line;

    cp_out_format(line, "algorithm %u, metric %s, ", design->algorithm,
                  cp_metric_name(design->metric));
    if (class.len > 0) {
        cp_out_str(line, "class ");
        cp_out_text(line, class);
        cp_out_str(line, ", ");
    }
    cp_out_format(line,
                  "%s affinity %u:", design->kind == CP_FLEXALGO_INCLUDE ? "includes" : "excludes",
                  design->affinity_bit);
    cp_text_paragraph(&t->w, 2, 6);
    write_verdict(t, of->verdict);
    write_names(t, "definition, at the highest priority, from ", design->definers,
                design->definer_count);
    cp_phrase_count(line, design->participant_count, "node takes", "nodes take");
    cp_out_str(line, " part; ");
    cp_phrase_count(line, design->colour_count, "end of a link bears", "ends of links bear");
    cp_out_str(line, " the colour (--json lists them).");
    cp_text_paragraph(&t->w, 4, 8);
}

void cp_routes_text_designs(struct routes_text *t)
{
    if (t->routes->design_count == 0)
        return;
    cp_text_section(&t->w, "FLEX-ALGO DESIGNS", t->routes->design_count, COLOUR_PLAIN);
    for (uint32_t i = 0; i < t->routes->design_count; i++)
        write_design(t, &t->routes->designs[i]);
}
