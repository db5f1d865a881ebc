#include "trial.h"

#include "base/map.h"
#include "base/out.h"
#include "model/build.h"

#include "rules.h"
#include "verdict.h"

/*
 * A trial becomes rows of a case: a node or link for each element, a site for each that has site
 * tags, facts for makers, one demand from the first element to the last.  The case is judged as any
 * other; then the verdicts of the path's elements are read off in their order.
 */

/* A maker that no policy names and no table has. */
#define FILLER "taken as trusted"

struct stage {
    const struct cp_policy *policy;
    const struct cp_trial *trial;
    struct cp_arena *arena;
    struct cp_build *build;
    cp_place place; /* of all rows */
    struct cp_diag *diag;
};

const struct cp_trial_thing *cp_trial_thing_find(const struct cp_trial *trial, cp_text name)
{
    for (uint32_t i = 0; i < trial->thing_count; i++) {
        if (cp_text_eq(trial->things[i].name, name))
            return &trial->things[i];
    }
    return NULL;
}

bool cp_trial_passes(const struct cp_trial *trial, cp_text name)
{
    for (uint32_t i = 0; i < trial->through.count; i++) {
        if (cp_text_eq(trial->through.at[i], name))
            return true;
    }
    return cp_text_eq(trial->device, name);
}

/* The test says no more of it than where it stands. */
static bool says_only_where(const struct cp_trial_thing *thing)
{
    return thing->maker.len == 0 && thing->software.len == 0 && thing->link_class.len == 0 &&
           thing->part_count == 0 && thing->evidence.len == 0 && thing->installed.len == 0 &&
           thing->managers.len == 0 && !thing->has_layer;
}

/* --- rows --------------------------------------------------------------------------------- */

static cp_err add_fact(const struct stage *s, cp_text object, const char *attribute, cp_text value,
                       cp_text evidence)
{
    struct cp_fact_row row = {.place = s->place,
                              .object = object,
                              .attribute = cp_text_of(attribute),
                              .value = value,
                              .evidence = evidence,
                              .date = CP_DATE_NONE,
                              .expires = CP_DATE_NONE};

    return value.len == 0 ? CP_OK : cp_build_fact(s->build, &row, s->diag);
}

static cp_err add_facts(const struct stage *s, const struct cp_trial_thing *thing)
{
    CP_TRY(add_fact(s, thing->name, "maker", thing->maker, thing->evidence));
    CP_TRY(add_fact(s, thing->name, "software", thing->software, thing->evidence));
    CP_TRY(add_fact(s, thing->name, "installed", thing->installed, CP_TEXT("")));
    for (uint32_t i = 0; i < thing->part_count; i++) {
        const struct cp_trial_part *part = &thing->parts[i];
        cp_text name = CP_TEXT("");
        CP_TRY(cp_text_join(thing->name, CP_TEXT("/"), s->arena, &name));
        CP_TRY(cp_text_join(name, part->slot, s->arena, &name));
        CP_TRY(add_fact(s, name, "maker", part->maker, CP_TEXT("")));
        CP_TRY(add_fact(s, name, "software", part->software, CP_TEXT("")));
    }
    return CP_OK;
}

static cp_err add_site(const struct stage *s, cp_text name, cp_text tags)
{
    struct cp_site_row row = cp_site_row_make(s->place, name);

    row.tags = tags;
    return tags.len == 0 ? CP_OK : cp_build_site(s->build, &row, s->diag);
}

static cp_err add_node(const struct stage *s, cp_text name, const struct cp_trial_thing *thing,
                       cp_layer layer)
{
    struct cp_node_row row = cp_node_row_make(s->place, name);

    row.layer = layer;
    if (thing == NULL || says_only_where(thing))
        row.maker = CP_TEXT(FILLER);
    if (thing == NULL)
        return cp_build_node(s->build, &row, s->diag);
    row.role = thing->role;
    row.tags = thing->tags;
    row.managed_by = thing->managers;
    row.site = thing->site_tags.len > 0 ? name : CP_TEXT("");
    CP_TRY(add_site(s, name, thing->site_tags));
    CP_TRY(cp_build_node(s->build, &row, s->diag));
    return add_facts(s, thing);
}

static cp_err add_link(const struct stage *s, const struct cp_trial_thing *thing, cp_text before,
                       cp_text after)
{
    struct cp_link_row row = cp_link_row_make(s->place, before, after);

    row.id = thing->name;
    row.layer = thing->layer;
    row.link_class = thing->link_class;
    row.tags = thing->tags;
    CP_TRY(cp_build_link(s->build, &row, s->diag));
    return add_facts(s, thing);
}

static bool is_link(const struct cp_trial_thing *thing)
{
    return thing != NULL && thing->link_class.len > 0;
}

static cp_err add_path(const struct stage *s)
{
    const struct cp_texts *path = &s->trial->through;

    for (uint32_t i = 0; i < path->count; i++) {
        const struct cp_trial_thing *thing = cp_trial_thing_find(s->trial, path->at[i]);
        if (is_link(thing))
            CP_TRY(add_link(s, thing, path->at[i - 1], path->at[i + 1]));
        else
            CP_TRY(add_node(s, path->at[i], thing, thing == NULL ? CP_LAYER_IP : thing->layer));
    }
    struct cp_demand_row row = cp_demand_row_make(s->place, path->at[0], path->at[path->count - 1]);
    row.traffic_class = s->trial->traffic_class;
    return cp_build_demand(s->build, &row, s->diag);
}

static cp_err add_manager(const struct stage *s, cp_text name)
{
    const struct cp_trial_thing *thing = cp_trial_thing_find(s->trial, name);
    cp_layer layer = thing != NULL && thing->has_layer ? thing->layer : CP_LAYER_MANAGEMENT;

    return add_node(s, name, thing, layer);
}

/* Managers that are not on the path themselves, each once. */
static cp_err add_managers(const struct stage *s)
{
    struct cp_map *added = NULL;

    CP_TRY(cp_map_open(s->arena, &added));
    for (uint32_t i = 0; i < s->trial->thing_count; i++) {
        cp_text rest = s->trial->things[i].managers;
        cp_text name = CP_TEXT("");
        while (cp_text_word(&rest, " ", &name)) {
            if (cp_trial_passes(s->trial, name) || cp_map_find(added, name) != CP_MAP_NONE)
                continue;
            CP_TRY(cp_map_add(added, name, i));
            CP_TRY(add_manager(s, name));
        }
    }
    return CP_OK;
}

static cp_err add_rows(const struct stage *s)
{
    const struct cp_trial_thing *thing = cp_trial_thing_find(s->trial, s->trial->device);

    CP_TRY(add_managers(s));
    if (s->trial->through.count > 0)
        return add_path(s);
    return add_node(s, s->trial->device, thing, thing == NULL ? CP_LAYER_IP : thing->layer);
}

/* The small case of a trial.  What it lacks is the test's fault. */
static cp_err make_case(struct stage *s, const struct cp_case **net)
{
    uint32_t file = 0;

    CP_TRY(cp_build_open(s->arena, &s->build));
    CP_TRY(cp_build_input(s->build, CP_TEXT("test"), CP_TEXT(""), &file));
    s->place.file = file;
    CP_TRY(add_rows(s));
    return cp_build_finish(s->build, s->trial->at, net, s->diag);
}

/* --- what came of it ---------------------------------------------------------------------- */

struct breach {
    cp_text rule, element, part;
    bool undecided, unknown;
};

struct finding {
    const struct stage *stage;
    struct breach first;
    bool any, as_expected;
};

static bool is_named(const struct breach *breach, cp_text name)
{
    cp_text element = breach->element;

    if (breach->part.len == 0)
        return cp_text_eq(element, name);
    return name.len == element.len + 1 + breach->part.len && cp_text_starts(name, element) &&
           name.at[element.len] == '/' && cp_text_ends(name, breach->part);
}

static void find(struct finding *f, struct breach breach)
{
    const struct cp_trial *trial = f->stage->trial;
    cp_expect got = breach.undecided ? CP_EXPECT_UNDECIDED : CP_EXPECT_VIOLATES;
    bool expected = trial->expect == got && cp_text_eq(trial->rule, breach.rule) &&
                    is_named(&breach, trial->element) &&
                    (breach.unknown || !trial->because_unknown);

    if (!f->any || (expected && !f->as_expected))
        f->first = breach;
    f->any = true;
    f->as_expected = f->as_expected || expected;
}

static void find_on_element(struct finding *f, const struct cp_judge *judge, cp_text name)
{
    const struct cp_treatment *treatment = &judge->treatments[judge->demand_treatment[0]];
    cp_node node = cp_case_node(judge->net, name);

    for (uint32_t i = 0; i < treatment->rule_count; i++) {
        const struct cp_judge_rule *rule = &judge->rules[treatment->rules[i]];
        cp_trust found =
            (cp_trust)(node.at != CP_NONE ? rule->node_trust[node.at]
                                          : rule->link_trust[cp_case_link(judge->net, name).at]);
        cp_trust trust = cp_verdict_treated(found, rule->unknown);
        if (trust != CP_TRUSTED)
            find(f, (struct breach){.rule = rule->id,
                                    .element = name,
                                    .undecided = trust == CP_UNKNOWN,
                                    .unknown = found == CP_UNKNOWN});
    }
}

static void find_on_device(struct finding *f, const struct cp_judge *judge)
{
    cp_node node = cp_case_node(judge->net, f->stage->trial->device);

    for (uint32_t i = 0; i < judge->presence_count; i++) {
        const struct cp_presence *presence = &judge->presences[i];
        if (presence->kind == CP_OBJECT_NODE && presence->object == node.at)
            find(f, (struct breach){.rule = presence->rule,
                                    .element = f->stage->trial->device,
                                    .part = presence->part,
                                    .undecided = presence->trust == CP_UNKNOWN,
                                    .unknown = presence->found == CP_UNKNOWN});
    }
}

static cp_err write_breach(const struct finding *f, cp_text *got)
{
    struct cp_out out = cp_out_make(f->stage->arena);

    if (!f->any) {
        cp_out_str(&out, "ok");
        return cp_out_done(&out, got);
    }
    cp_out_str(&out, f->first.undecided ? "undecided " : "violates ");
    cp_out_text(&out, f->first.rule);
    cp_out_str(&out, " at ");
    cp_out_text(&out, f->first.element);
    if (f->first.part.len > 0) {
        cp_out_char(&out, '/');
        cp_out_text(&out, f->first.part);
    }
    if (f->first.unknown)
        cp_out_str(&out, " because unknown");
    return cp_out_done(&out, got);
}

/* ------------------------------------------------------------------------------------------ */

static cp_err run(struct stage *s, struct cp_policy_outcome *out)
{
    const struct cp_case *net = NULL;
    const struct cp_judge *judge = NULL;
    struct finding f = {.stage = s};

    CP_TRY(make_case(s, &net));
    CP_TRY(cp_judge_make(s->policy, net, s->trial->at, s->arena, &judge, s->diag));
    for (uint32_t i = 0; i < s->trial->through.count; i++)
        find_on_element(&f, judge, s->trial->through.at[i]);
    if (s->trial->through.count == 0)
        find_on_device(&f, judge);
    CP_TRY(write_breach(&f, &out->got));
    out->passed = s->trial->expect == CP_EXPECT_OK ? !f.any : f.as_expected;
    return CP_OK;
}

cp_err cp_policy_test(const struct cp_policy *policy, uint32_t test, struct cp_arena *arena,
                      struct cp_policy_outcome *out, struct cp_diag *diag)
{
    CP_ASSERT(test < policy->trial_count);
    const struct cp_trial *trial = &policy->trials[test];
    struct stage s = {
        .policy = policy, .trial = trial, .arena = arena, .place = trial->place, .diag = diag};
    struct cp_policy_outcome got = {
        .says = trial->says, .expected = trial->expect_text, .place = trial->place};

    cp_err err = run(&s, &got);
    if (err == CP_ERR_NOMEM || err == CP_ERR_LIMIT)
        return err;
    if (err != CP_OK) {
        if (diag != NULL)
            diag->place = trial->place;
        return CP_ERR_MALFORMED;
    }
    *out = got;
    return CP_OK;
}
