#include "routes_parts.h"

#include <inttypes.h>
#include <stdio.h>

#include "report/words.h"

/* What blocks a demand, how full links are, and Flex-Algo designs. */

#define PPM_PER_PERCENT 10000u
#define FULL_PPM 1000000u

void cp_routes_json_percent(struct cp_json *json, const char *name, uint64_t ppm)
{
    char text[32];

    (void)snprintf(text, sizeof(text), "%" PRIu64 ".%04" PRIu64, ppm / PPM_PER_PERCENT,
                   ppm % PPM_PER_PERCENT);
    cp_json_number(json, name, cp_text_of(text));
}

/* --- what blocks --------------------------------------------------------------------------- */

static cp_err write_against(struct routes_json *j, const struct cp_blocker *blocker, uint32_t rule)
{
    const struct cp_judge_rule *of = &j->answer->judge->rules[rule];
    const struct cp_reason *reason;

    CP_TRY(cp_reasons_get(j->w.reasons, rule, blocker->kind, blocker->object, &reason));
    cp_json_object(&j->w.json, NULL, CP_JSON_FLAT);
    cp_json_rule(&j->w, of->policy, of->id, of->says);
    cp_json_str(&j->w.json, "verdict", cp_words_element_trust(reason->trust));
    cp_json_text(&j->w.json, "reason", reason->reason);
    cp_json_close(&j->w.json);
    return CP_OK;
}

static cp_err write_blocker(struct routes_json *j, const struct cp_blocker *blocker)
{
    struct cp_json *json = &j->w.json;

    cp_json_object(json, NULL, CP_JSON_LINES);
    cp_json_text(json, "element", cp_words_element(j->w.net, blocker->kind, blocker->object));
    cp_json_str(json, "element_kind", cp_words_object(blocker->kind));
    cp_json_u64(json, "cost", blocker->cost);
    cp_json_array(json, "rules", CP_JSON_LINES);
    for (uint32_t i = 0; i < blocker->rule_count; i++)
        CP_TRY(write_against(j, blocker, blocker->rules[i]));
    cp_json_close(json);
    cp_json_close(json);
    return CP_OK;
}

struct cut {
    const struct cp_blocker *at;
    uint32_t count;
    uint64_t cost;
};

static cp_err write_cut(struct routes_json *j, const char *name, struct cut cut)
{
    struct cp_json *json = &j->w.json;

    if (cut.count == 0) {
        cp_json_null(json, name);
        return CP_OK;
    }
    cp_json_object(json, name, CP_JSON_LINES);
    cp_json_u64(json, "count", cut.count);
    cp_json_u64(json, "cost", cut.cost);
    cp_json_array(json, "members", CP_JSON_LINES);
    for (uint32_t i = 0; i < cut.count; i++)
        CP_TRY(write_blocker(j, &cut.at[i]));
    cp_json_close(json);
    cp_json_close(json);
    return CP_OK;
}

static void write_concession(struct routes_json *j, const struct cp_concession *concession)
{
    const struct cp_judge_rule *rule = &j->answer->judge->rules[concession->rule];
    struct cp_json *json = &j->w.json;

    cp_json_object(json, NULL, CP_JSON_LINES);
    cp_json_rule(&j->w, rule->policy, rule->id, rule->says);
    cp_json_u64(json, "path_cost", concession->cost);
    if (concession->licence == NULL) {
        cp_json_null(json, "licence");
    } else {
        cp_json_object(json, "licence", CP_JSON_FLAT);
        cp_json_licence(&j->w, rule->policy, concession->licence, concession->until);
        cp_json_close(json);
    }
    cp_json_close(json);
}

/* Rules that would have to go together, where no single one will do. */
static void write_together(struct routes_json *j, const struct cp_blocking *blocking)
{
    const struct cp_judge *judge = j->answer->judge;
    struct cp_json *json = &j->w.json;

    if (blocking->rule_count == 0) {
        cp_json_null(json, "rules_together");
        return;
    }
    cp_json_object(json, "rules_together", CP_JSON_LINES);
    cp_json_array(json, "rules", CP_JSON_LINES);
    for (uint32_t i = 0; i < blocking->rule_count; i++) {
        const struct cp_judge_rule *rule = &judge->rules[blocking->rules[i]];

        cp_json_object(json, NULL, CP_JSON_FLAT);
        cp_json_rule(&j->w, rule->policy, rule->id, rule->says);
        cp_json_close(json);
    }
    cp_json_close(json);
    cp_json_u64(json, "path_cost", blocking->rules_cost);
    cp_json_bool(json, "exact", blocking->rules_exact);
    cp_json_close(json);
}

static void write_lost_wishes(struct routes_json *j, uint32_t wishes)
{
    cp_json_array(&j->w.json, "wishes", CP_JSON_FLAT);
    for (uint32_t bit = 1; bit != 0 && bit <= wishes; bit <<= 1)
        if ((wishes & bit) != 0)
            cp_json_str(&j->w.json, NULL, cp_words_wish(bit));
    cp_json_close(&j->w.json);
}

cp_err cp_routes_json_blocking(struct routes_json *j, const struct cp_blocking *blocking)
{
    static const char *const words[] = {[CP_BLOCKED_BY_RULES] = "rules",
                                        [CP_BLOCKED_BY_WISHES] = "wishes",
                                        [CP_BLOCKED_ANYWAY] = "no-way",
                                        [CP_BLOCKED_NOT] = "not-blocked"};
    struct cp_json *json = &j->w.json;

    if (blocking == NULL) {
        cp_json_null(json, "blocking_cut");
        return CP_OK;
    }
    cp_json_object(json, "blocking_cut", CP_JSON_LINES);
    cp_json_str(json, "why", words[blocking->why]);
    cp_json_bool(json, "exact", blocking->exact);
    CP_TRY(write_cut(
        j, "smallest",
        (struct cut){blocking->smallest, blocking->smallest_count, blocking->smallest_cost}));
    CP_TRY(write_cut(
        j, "cheapest",
        (struct cut){blocking->cheapest, blocking->cheapest_count, blocking->cheapest_cost}));
    cp_json_array(json, "concessions", CP_JSON_LINES);
    for (uint32_t i = 0; i < blocking->concession_count; i++)
        write_concession(j, &blocking->concessions[i]);
    cp_json_close(json);
    write_together(j, blocking);
    write_lost_wishes(j, blocking->wishes);
    cp_json_close(json);
    return CP_OK;
}

/* --- capacity ------------------------------------------------------------------------------ */

static void write_where(struct routes_json *j, const struct cp_link_load *load)
{
    const struct cp_graph *g = &j->answer->net->graph;
    struct cp_failure failure = cp_routes_load_failure(j->answer, load);
    struct cp_json *json = &j->w.json;

    if (load->end == CP_NONE) {
        cp_json_null(json, "where");
        return;
    }
    cp_json_object(json, "where", CP_JSON_FLAT);
    cp_json_text(json, "link", cp_routes_link(j->answer, g->end_link[load->end]));
    cp_json_text(json, "from", cp_routes_node(j->answer, g->end_node[load->end]));
    cp_json_u64(json, "load_bps", load->load_bps);
    cp_json_u64(json, "capacity_bps", load->capacity_bps);
    if (failure.kind != 0) {
        cp_json_text(json, "failed", cp_words_failure(j->w.net, failure));
        cp_json_str(json, "failed_kind", cp_words_failure_kind(failure.kind));
    }
    cp_json_close(json);
}

/* How far the worst load may be from the least that there is, as a part of that. */
static uint64_t gap_ppm(uint64_t worst_ppm, uint64_t bound_ppm)
{
    if (worst_ppm <= bound_ppm || bound_ppm == 0)
        return 0;
    uint64_t over_ppm = worst_ppm - bound_ppm;

    return over_ppm <= UINT64_MAX / FULL_PPM ? over_ppm * FULL_PPM / bound_ppm
                                             : over_ppm / bound_ppm * FULL_PPM;
}

static void write_worst(struct routes_json *j, uint64_t worst_ppm, uint64_t bound_ppm,
                        const struct cp_link_load *load)
{
    cp_routes_json_percent(&j->w.json, "worst_load_percent", worst_ppm);
    cp_routes_json_percent(&j->w.json, "bound_percent", bound_ppm);
    cp_routes_json_percent(&j->w.json, "gap_percent", gap_ppm(worst_ppm, bound_ppm));
    write_where(j, load);
}

static void write_moved(struct routes_json *j, const struct cp_capacity_answer *capacity)
{
    cp_json_array(&j->w.json, "moved", CP_JSON_FLAT);
    for (uint32_t d = 0; d < j->w.net->demand_count; d++)
        if (capacity->placements[d].moved)
            cp_json_text(&j->w.json, NULL, j->w.net->demands[d].id);
    cp_json_close(&j->w.json);
}

void cp_routes_json_capacity(struct routes_json *j)
{
    const struct cp_capacity_answer *capacity = j->answer->capacity;
    const struct cp_route_request *request = j->answer->request;
    struct cp_json *json = &j->w.json;

    if (capacity == NULL || !capacity->any_capacity) {
        cp_json_null(json, "capacity");
        return;
    }
    cp_json_object(json, "capacity", CP_JSON_LINES);
    cp_json_str(json, "use", request->capacity == CP_CAPACITY_BALANCE ? "balance" : "within");
    cp_json_u64(json, "fixed", capacity->fixed_count);
    cp_json_bool(json, "within_gap_asked", capacity->exact);
    cp_json_bool(json, "holds", capacity->fits);
    write_worst(j, capacity->worst_ppm, capacity->bound_ppm, &capacity->worst);
    if (request->capacity_failures == 0) {
        cp_json_null(json, "after_failures");
    } else {
        cp_json_object(json, "after_failures", CP_JSON_LINES);
        cp_json_array(json, "kinds", CP_JSON_FLAT);
        for (uint32_t kind = CP_FAIL_LINK; kind <= CP_FAIL_SRLG; kind <<= 1)
            if ((request->capacity_failures & kind) != 0)
                cp_json_str(json, NULL, cp_words_failure_kind(kind));
        cp_json_close(json);
        cp_json_bool(json, "holds", capacity->fits_failed);
        write_worst(j, capacity->worst_failed_ppm, capacity->bound_failed_ppm,
                    &capacity->worst_failed);
        cp_json_close(json);
    }
    cp_json_str(json, "move", cp_move_name(request->place.move));
    write_moved(j, capacity);
    cp_json_close(json);
}

/* --- Flex-Algo ----------------------------------------------------------------------------- */

static void write_nodes(struct routes_json *j, const char *name, const uint32_t *nodes,
                        uint32_t count)
{
    cp_json_array(&j->w.json, name, CP_JSON_FLAT);
    for (uint32_t i = 0; i < count; i++)
        cp_json_text(&j->w.json, NULL, cp_routes_node(j->answer, nodes[i]));
    cp_json_close(&j->w.json);
}

static void write_colours(struct routes_json *j, const struct cp_flexalgo_design *design)
{
    struct cp_json *json = &j->w.json;

    cp_json_array(json, "colours", CP_JSON_LINES);
    for (uint32_t i = 0; i < design->colour_count; i++) {
        cp_json_object(json, NULL, CP_JSON_FLAT);
        cp_json_text(json, "link", cp_routes_link(j->answer, design->colours[i].link));
        cp_json_text(json, "node", cp_routes_node(j->answer, design->colours[i].node));
        cp_json_close(json);
    }
    cp_json_close(json);
}

static void write_verdict(struct routes_json *j, const struct cp_flexalgo_verdict *verdict)
{
    struct cp_json *json = &j->w.json;

    cp_json_object(json, "verdict", CP_JSON_LINES);
    cp_json_object(json, "states", CP_JSON_FLAT);
    for (uint32_t s = 0; s < CP_STATE_COUNT; s++)
        cp_json_depth(json, cp_words_state((cp_state)s), verdict->state_depth[s]);
    cp_json_close(json);
    cp_json_bool(json, "liar_joins", verdict->liar_joins);
    cp_json_bool(json, "hijacked", verdict->hijacked);
    cp_json_depth(json, "hijack_depth", verdict->hijack_depth);
    if (verdict->demand == CP_NONE)
        cp_json_null(json, "demand");
    else
        cp_json_text(json, "demand", j->w.net->demands[verdict->demand].id);
    cp_json_u64(json, "unserved", verdict->unserved);
    cp_json_bool(json, "exact", verdict->exact);
    cp_json_close(json);
}

static void write_design(struct routes_json *j, const struct cp_routes_design *of)
{
    const struct cp_flexalgo_design *design = of->design;
    struct cp_json *json = &j->w.json;

    cp_json_object(json, NULL, CP_JSON_LINES);
    cp_json_text_or_null(json, "class", j->answer->judge->treatments[of->treatment].traffic_class);
    cp_json_str(json, "kind", design->kind == CP_FLEXALGO_INCLUDE ? "include" : "exclude");
    cp_json_u64(json, "algorithm", design->algorithm);
    cp_json_str(json, "metric", cp_metric_name(design->metric));
    cp_json_u64(json, "affinity_bit", design->affinity_bit);
    cp_json_u64(json, "priority", design->priority);
    write_nodes(j, "definers", design->definers, design->definer_count);
    write_nodes(j, "participants", design->participants, design->participant_count);
    write_colours(j, design);
    write_verdict(j, of->verdict);
    cp_json_close(json);
}

void cp_routes_json_designs(struct routes_json *j)
{
    cp_json_array(&j->w.json, "flex_algo", CP_JSON_LINES);
    for (uint32_t i = 0; i < j->routes->design_count; i++)
        write_design(j, &j->routes->designs[i]);
    cp_json_close(&j->w.json);
}
