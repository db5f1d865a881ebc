#include "trial.h"

#include "base/map.h"
#include "base/num.h"
#include "base/out.h"
#include "model/build.h"

/*
 * The case of a test, row by row: nodes in the order of the path, the device, `with`, and managers nobody
 * describes; links; a link that says nothing between each two nodes of the path that none joins; sites;
 * facts for whatever has no column; one demand from the first to the last of the path.
 */

struct stage {
    const struct cp_trial *trial;
    struct cp_arena *arena;
    struct cp_build *build;
    struct cp_map *ends, *managers, *nodes, *sites; /* names; of nodes and sites those added */
    struct cp_map *positions;                       /* of nodes on the path */
    bool *joined; /* [through.count] by some link to the next of the path */
    uint32_t file;
    struct cp_diag *diag;
};

/* An element's name, with the kind before it and the part after it, as facts name their object. */
struct object {
    const char *kind;
    cp_text name, slot;
};

static cp_place place_of(const struct stage *s, cp_place place)
{
    place.file = s->file;
    return place;
}

static cp_err note(struct cp_map *map, cp_text name, uint32_t value)
{
    return cp_map_find(map, name) == CP_MAP_NONE ? cp_map_add(map, name, value) : CP_OK;
}

static bool has(const struct cp_map *map, cp_text name)
{
    return cp_map_find(map, name) != CP_MAP_NONE;
}

static bool is_unknown(cp_text text)
{
    return cp_text_is(text, "unknown");
}

static bool is_link(const struct stage *s, cp_text name)
{
    const struct cp_trial_thing *thing = cp_trial_thing_find(s->trial, name);

    return thing != NULL && thing->is_link;
}

/* --- facts -------------------------------------------------------------------------------- */

static cp_err add_fact(const struct stage *s, const struct object *of, const char *attribute,
                       cp_text value, cp_text evidence)
{
    struct cp_out object = cp_out_make(s->arena);
    struct cp_fact_row row = {.place = place_of(s, s->trial->place),
                              .attribute = cp_text_of(attribute),
                              .value = value,
                              .evidence = evidence,
                              .date = CP_DATE_NONE,
                              .expires = CP_DATE_NONE};

    if (value.len == 0)
        return CP_OK;
    cp_out_str(&object, of->kind);
    cp_out_text(&object, of->name);
    if (of->slot.len > 0) {
        cp_out_char(&object, '/');
        cp_out_text(&object, of->slot);
    }
    CP_TRY(cp_out_done(&object, &row.object));
    return cp_build_fact(s->build, &row, s->diag);
}

static cp_err add_part(const struct stage *s, const struct cp_trial_thing *thing,
                       const struct cp_trial_part *part)
{
    const struct object of = {thing->is_link ? "link:" : "node:", thing->name, part->slot};
    const struct {
        const char *attribute;
        cp_text value;
    } facts[] = {
        {"maker", part->maker},           {"software", part->software},
        {"model", part->model},           {"product", part->product},
        {"class", part->class_word},      {"technology", part->technology},
        {"capability", part->capability}, {"function", part->function},
        {"installed", part->installed},
    };

    for (size_t i = 0; i < CP_COUNT(facts); i++)
        CP_TRY(add_fact(s, &of, facts[i].attribute, facts[i].value, part->evidence));
    return CP_OK;
}

static cp_err add_facts(const struct stage *s, const struct cp_trial_thing *thing)
{
    const struct object of = {thing->is_link ? "link:" : "node:", thing->name, CP_TEXT("")};
    const struct {
        const char *attribute;
        cp_text value;
    } facts[] = {
        {"maker", thing->maker},
        {"software", thing->software},
        {"model", thing->model},
        {"product", thing->product},
        {"class", thing->is_link ? CP_TEXT("") : thing->class_word},
        {"technology", thing->technology},
        {"capability", thing->capability},
        {"function", thing->function},
        {"installed", thing->installed},
        {"premises", thing->premises},
        {"traffic", thing->traffic},
    };

    for (size_t i = 0; i < CP_COUNT(facts); i++)
        CP_TRY(add_fact(s, &of, facts[i].attribute, facts[i].value, thing->evidence));
    for (uint32_t i = 0; i < thing->part_count; i++)
        CP_TRY(add_part(s, thing, &thing->parts[i]));
    return CP_OK;
}

/* --- sites -------------------------------------------------------------------------------- */

/* A site of its own bears the name of what stands there. */
static cp_text site_of(const struct cp_trial_thing *thing)
{
    if (thing->site.len > 0)
        return thing->site;
    return thing->site_tags.len > 0 || thing->country.len > 0 ? thing->name : CP_TEXT("");
}

/* All that the test's things say of their common site. */
static cp_err add_site(const struct stage *s, uint32_t first)
{
    cp_text id = site_of(&s->trial->things[first]);
    struct cp_site_row row = cp_site_row_make(place_of(s, s->trial->things[first].place), id);
    struct cp_out tags = cp_out_make(s->arena);

    if (id.len == 0 || has(s->sites, id))
        return CP_OK;
    CP_TRY(cp_map_add(s->sites, id, first));
    for (uint32_t i = first; i < s->trial->thing_count; i++) {
        const struct cp_trial_thing *thing = &s->trial->things[i];
        if (!cp_text_eq(site_of(thing), id))
            continue;
        cp_out_text(&tags, thing->site_tags);
        cp_out_char(&tags, ' ');
        if (row.country.len == 0)
            row.country = thing->country;
    }
    CP_TRY(cp_out_done(&tags, &row.tags));
    return cp_build_site(s->build, &row, s->diag);
}

/* --- nodes -------------------------------------------------------------------------------- */

static bool says_only_where(const struct cp_trial_thing *thing)
{
    const cp_text more[] = {
        thing->maker,      thing->software,  thing->model,      thing->product,  thing->managers,
        thing->technology, thing->installed, thing->class_word, thing->evidence, thing->capability,
        thing->function,   thing->premises,  thing->traffic,
    };

    for (size_t i = 0; i < CP_COUNT(more); i++) {
        if (more[i].len > 0)
            return false;
    }
    return thing->part_count == 0 && !thing->has_layer;
}

/* What does nothing but manage stands on the layer of management. */
static cp_layer layer_of_node(const struct stage *s, cp_text name)
{
    const struct cp_trial_thing *thing = cp_trial_thing_find(s->trial, name);

    if (thing != NULL && thing->has_layer)
        return thing->layer;
    bool manages_only = has(s->managers, name) && !has(s->ends, name) && !has(s->positions, name) &&
                        !cp_text_eq(s->trial->device, name);
    return manages_only ? CP_LAYER_MANAGEMENT : CP_LAYER_IP;
}

static void set_point(struct cp_node_row *row, const struct cp_trial_thing *thing)
{
    int64_t lat_udeg = 0;
    int64_t lon_udeg = 0;

    if (cp_num_scaled(thing->lat, 6, &lat_udeg) != CP_OK ||
        cp_num_scaled(thing->lon, 6, &lon_udeg) != CP_OK)
        return; /* none is given: what is given was checked when it was read */
    row->lat_udeg = (int32_t)lat_udeg;
    row->lon_udeg = (int32_t)lon_udeg;
}

static cp_err add_node(const struct stage *s, cp_text name)
{
    const struct cp_trial_thing *thing = cp_trial_thing_find(s->trial, name);
    struct cp_node_row row = cp_node_row_make(place_of(s, s->trial->place), name);

    if (name.len == 0 || is_link(s, name) || has(s->nodes, name))
        return CP_OK;
    CP_TRY(cp_map_add(s->nodes, name, 0));
    row.layer = layer_of_node(s, name);
    if (thing == NULL || says_only_where(thing))
        row.maker = CP_TEXT(CP_TRIAL_TRUSTED_MAKER);
    if (thing == NULL)
        return cp_build_node(s->build, &row, s->diag);
    row.place = place_of(s, thing->place);
    row.role = thing->role;
    row.operator_name = thing->operator_name;
    row.tags = thing->tags;
    row.managed_by = thing->managers;
    row.site = site_of(thing);
    set_point(&row, thing);
    CP_TRY(cp_build_node(s->build, &row, s->diag));
    return add_facts(s, thing);
}

static cp_err add_managers(const struct stage *s, const struct cp_trial_thing *thing)
{
    cp_text rest = thing->managers;
    cp_text name = CP_TEXT("");

    while (cp_text_word(&rest, " ", &name))
        CP_TRY(add_node(s, name));
    return CP_OK;
}

static cp_err add_nodes(const struct stage *s)
{
    const struct cp_trial *trial = s->trial;

    for (uint32_t i = 0; i < trial->through.count; i++)
        CP_TRY(add_node(s, trial->through.at[i]));
    CP_TRY(add_node(s, trial->device));
    for (uint32_t i = 0; i < trial->thing_count; i++)
        CP_TRY(add_node(s, trial->things[i].name));
    for (uint32_t i = 0; i < trial->thing_count; i++)
        CP_TRY(add_managers(s, &trial->things[i]));
    return CP_OK;
}

/* --- links -------------------------------------------------------------------------------- */

/* Where the test is silent: of the first end that is not of layer ip. */
static cp_layer layer_of_link(const struct stage *s, const struct cp_trial_thing *thing)
{
    cp_layer layer = thing->has_layer ? thing->layer : CP_LAYER_IP;

    for (uint32_t i = 0; i < thing->ends.count && !thing->has_layer && layer == CP_LAYER_IP; i++) {
        if (!is_unknown(thing->ends.at[i]))
            layer = layer_of_node(s, thing->ends.at[i]);
    }
    return layer;
}

/* "unknown" is a node that nobody knows, and no two links share it. */
static cp_err add_far_end(const struct stage *s, const struct cp_trial_thing *thing, cp_layer layer,
                          cp_text *id)
{
    CP_TRY(cp_text_join(thing->name, CP_TEXT(" far end"), s->arena, id));
    struct cp_node_row row = cp_node_row_make(place_of(s, thing->place), *id);
    row.layer = layer;
    row.maker = CP_TEXT("unknown");
    return cp_build_node(s->build, &row, s->diag);
}

static cp_err fill_link(const struct stage *s, const struct cp_trial_thing *thing,
                        struct cp_link_row *row)
{
    struct cp_out over = cp_out_make(s->arena);

    row->id = thing->name;
    row->layer = layer_of_link(s, thing);
    row->link_class = thing->class_word;
    row->operator_name = thing->operator_name;
    row->tags = thing->tags;
    if (thing->capacity.len > 0 && !is_unknown(thing->capacity))
        CP_TRY(cp_num_u64(thing->capacity, CP_BPS_NONE - 1, &row->capacity_bps));
    for (uint32_t i = 0; i < thing->over.count; i++) {
        cp_out_text(&over, thing->over.at[i]);
        cp_out_char(&over, ' ');
    }
    return cp_out_done(&over, &row->over);
}

/* A LAN of more than two ends is rows with one id, which are joined. */
static cp_err add_link(const struct stage *s, const struct cp_trial_thing *thing)
{
    struct cp_link_row row = cp_link_row_make(place_of(s, thing->place), CP_TEXT(""), CP_TEXT(""));

    CP_TRY(fill_link(s, thing, &row));
    for (uint32_t i = 0; i < thing->ends.count; i++) {
        row.b = thing->ends.at[i];
        if (is_unknown(row.b))
            CP_TRY(add_far_end(s, thing, row.layer, &row.b));
        if (i > 0)
            CP_TRY(cp_build_link(s->build, &row, s->diag));
        else
            row.a = row.b;
    }
    return add_facts(s, thing);
}

static cp_err add_links(const struct stage *s)
{
    for (uint32_t i = 0; i < s->trial->thing_count; i++) {
        if (s->trial->things[i].is_link)
            CP_TRY(add_link(s, &s->trial->things[i]));
    }
    return CP_OK;
}

/* --- the path ----------------------------------------------------------------------------- */

/* Whether a link joins nodes that follow each other on the path; marks the first of each two.
 * stamps [through.count]: of the link looked at last at each position. */
static bool joins(const struct stage *s, uint32_t thing, uint32_t *stamps)
{
    const struct cp_texts *ends = &s->trial->things[thing].ends;
    bool some = false;

    for (uint32_t i = 0; i < ends->count; i++) {
        uint32_t at = cp_map_find(s->positions, ends->at[i]);
        if (at != CP_MAP_NONE)
            stamps[at] = thing + 1;
    }
    for (uint32_t i = 0; i < ends->count; i++) {
        uint32_t at = cp_map_find(s->positions, ends->at[i]);
        if (at == CP_MAP_NONE || at + 1 == s->trial->through.count || stamps[at + 1] != thing + 1)
            continue;
        s->joined[at] = true;
        some = true;
    }
    return some;
}

/* The path's elements as they are named, then other links that join its nodes. */
static cp_err find_passed(struct stage *s, struct cp_trial_case *out)
{
    const struct cp_trial *trial = s->trial;
    uint32_t count = trial->through.count;
    cp_text *passed = CP_TAKE(s->arena, (size_t)count + trial->thing_count, cp_text);
    uint32_t *stamps = CP_TAKE(s->arena, count, uint32_t);

    s->joined = CP_TAKE(s->arena, count, bool);
    if (passed == NULL || stamps == NULL || s->joined == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        passed[i] = trial->through.at[i];
        if (!is_link(s, passed[i]))
            CP_TRY(cp_map_add(s->positions, passed[i], i));
    }
    for (uint32_t i = 0; i < trial->thing_count; i++) {
        if (trial->things[i].is_link && joins(s, i, stamps))
            passed[count++] = trial->things[i].name;
    }
    out->passed = passed;
    out->passed_count = count;
    return CP_OK;
}

static cp_err add_step(const struct stage *s, cp_text from, cp_text to)
{
    struct cp_link_row row = cp_link_row_make(place_of(s, s->trial->place), from, to);
    cp_layer layer = layer_of_node(s, from);

    row.layer = layer != CP_LAYER_IP ? layer : layer_of_node(s, to);
    row.maker = CP_TEXT(CP_TRIAL_TRUSTED_MAKER);
    return cp_build_link(s->build, &row, s->diag);
}

static cp_err add_path(const struct stage *s)
{
    const struct cp_texts *path = &s->trial->through;

    if (path->count == 0)
        return CP_OK;
    for (uint32_t i = 0; i + 1 < path->count; i++) {
        if (!s->joined[i] && !is_link(s, path->at[i]) && !is_link(s, path->at[i + 1]))
            CP_TRY(add_step(s, path->at[i], path->at[i + 1]));
    }
    struct cp_demand_row row =
        cp_demand_row_make(place_of(s, s->trial->place), path->at[0], path->at[path->count - 1]);
    row.traffic_class = s->trial->traffic_class;
    return cp_build_demand(s->build, &row, s->diag);
}

/* ------------------------------------------------------------------------------------------ */

static cp_err note_roles(const struct stage *s)
{
    for (uint32_t i = 0; i < s->trial->thing_count; i++) {
        const struct cp_trial_thing *thing = &s->trial->things[i];
        cp_text rest = thing->managers;
        cp_text name = CP_TEXT("");
        while (cp_text_word(&rest, " ", &name))
            CP_TRY(note(s->managers, name, i));
        for (uint32_t k = 0; k < thing->ends.count; k++)
            CP_TRY(note(s->ends, thing->ends.at[k], i));
    }
    return CP_OK;
}

static cp_err open_stage(struct stage *s)
{
    CP_TRY(cp_map_open(s->arena, &s->ends));
    CP_TRY(cp_map_open(s->arena, &s->managers));
    CP_TRY(cp_map_open(s->arena, &s->nodes));
    CP_TRY(cp_map_open(s->arena, &s->sites));
    CP_TRY(cp_map_open(s->arena, &s->positions));
    CP_TRY(cp_build_open(s->arena, &s->build));
    return cp_build_input(s->build, CP_TEXT("test"), CP_TEXT(""), &s->file);
}

/* A test from which something was left out would not be the test that was written. */
static cp_err check_whole(const struct stage *s, const struct cp_case *net)
{
    for (uint32_t i = 0; i < net->remark_count; i++) {
        const struct cp_remark *remark = &net->remarks[i];
        if (remark->kind != CP_REMARK_FINDING)
            return cp_diag_set(s->diag, CP_ERR_MALFORMED, remark->place, remark->why,
                               remark->subject);
    }
    return CP_OK;
}

cp_err cp_trial_case_make(const struct cp_trial *trial, struct cp_arena *arena,
                          struct cp_trial_case *out, struct cp_diag *diag)
{
    struct stage s = {.trial = trial, .arena = arena, .diag = diag};

    CP_TRY(open_stage(&s));
    CP_TRY(note_roles(&s));
    CP_TRY(find_passed(&s, out));
    for (uint32_t i = 0; i < trial->thing_count; i++)
        CP_TRY(add_site(&s, i));
    CP_TRY(add_nodes(&s));
    CP_TRY(add_links(&s));
    CP_TRY(add_path(&s));
    CP_TRY(cp_build_finish(s.build, trial->at, &out->net, diag));
    return check_whole(&s, out->net);
}
