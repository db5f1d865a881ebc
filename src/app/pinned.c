#include "pinned.h"

#include "base/json_in.h"
#include "app/files.h"
#include "app/message.h"
#include "report/routes.h"
#include "route/route.h"

#include <string.h>

/*
 * What the answer says of itself is read first, wherever it stands in the document; then its demands, one
 * after the other.  Nothing of it is believed: names, ends, SIDs and paths must be those of the case as it is now.
 */

#define SCHEMA "cleanpath.route/1"
#define CHANGED_SHOWN 20u

/* A candidate's path. */
struct track {
    cp_node *nodes; /* [links + 1] */
    cp_link *links; /* [count] */
    uint32_t count;
    uint32_t at; /* the segments so far end at nodes[at] */
};

struct reading {
    const struct cp_loaded *loaded;
    const struct cp_case *c;
    const struct cp_judge *judge;
    struct cp_arena *arena;
    struct cp_net net;
    const uint32_t *link_of_case; /* [case links] of the graph; CP_NONE */
    const struct cp_sids *sids;
    struct cp_map *demands; /* by id */
    uint8_t *seen;          /* [demand_count] */
    struct cp_pinned *pinned;
    struct cp_holding *holding;
    uint32_t listless;
    struct cp_diag diag;
    /* of the answer */
    bool is_ours, has_demands;
    struct cp_json_in at_demands;
    const struct cp_json_value *inputs, *lists;
    /* of the demand that is read: its candidates by direction and role, with a list and without */
    struct cp_pin *pins;
    uint32_t pin_count, pin_cap;
    uint32_t given[2][2], lacking[2][2];
};

static cp_err wrong(struct reading *r, cp_err err, const struct cp_json_value *value,
                    const char *why)
{
    return cp_diag_set(&r->diag, err, value->place, why, value->text);
}

static cp_err text_of(struct reading *r, const struct cp_json_value *value, const char *key,
                      const struct cp_json_value **out)
{
    *out = cp_json_member(value, key);
    if (*out == NULL)
        return cp_diag_set(&r->diag, CP_ERR_MALFORMED, value->place, "a member is missing",
                           cp_text_of(key));
    return (*out)->kind == CP_JSON_TEXT ? CP_OK
                                        : wrong(r, CP_ERR_MALFORMED, *out, "a text is expected");
}

static cp_err node_of(struct reading *r, const struct cp_json_value *value, cp_node *node)
{
    if (value->kind != CP_JSON_TEXT)
        return wrong(r, CP_ERR_MALFORMED, value, "a text is expected");
    *node = cp_case_node(r->c, value->text);
    if (node->at == CP_NONE || r->c->nodes[node->at].layer != CP_LAYER_IP)
        return wrong(r, CP_ERR_UNKNOWN_ID, value, "no node of layer ip of the case");
    return CP_OK;
}

static bool is_end(const struct cp_case *c, cp_link link, cp_node node)
{
    const struct cp_link_rec *rec = &c->links[link.at];

    for (uint32_t i = 0; i < rec->ends.count; i++)
        if (c->ends[rec->ends.first + i].node.at == node.at)
            return true;
    return false;
}

static cp_err link_of(struct reading *r, const struct cp_json_value *segment, struct cp_pin *pin)
{
    const struct cp_json_value *id;

    CP_TRY(text_of(r, segment, "link", &id));
    pin->link = cp_case_link(r->c, id->text);
    if (pin->link.at == CP_NONE || r->c->links[pin->link.at].layer != CP_LAYER_IP)
        return wrong(r, CP_ERR_UNKNOWN_ID, id, "no link of layer ip of the case");
    if (pin->from.at == pin->to.at || !is_end(r->c, pin->link, pin->from) ||
        !is_end(r->c, pin->link, pin->to))
        return wrong(r, CP_ERR_CONFLICT, id, "the link does not lead from there to the node");
    return CP_OK;
}

/* --- SIDs ---------------------------------------------------------------------------------- */

/* Between graph and case the other way. */
static cp_err index_links(struct reading *r)
{
    uint32_t *of_case = CP_TAKE(r->arena, r->c->link_count, uint32_t);

    if (of_case == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t l = 0; l < r->c->link_count; l++)
        of_case[l] = CP_NONE;
    for (uint32_t l = 0; l < r->net.graph.link_count; l++)
        of_case[r->net.case_link[l]] = l;
    r->link_of_case = of_case;
    return CP_OK;
}

/* SIDs as the case states them; where the answer gave some out, with the plan that it gives out. */
static cp_err make_sids(struct reading *r, struct cp_diag *diag)
{
    const struct cp_json_value *assigned = cp_json_member(r->lists, "assigned_sids");
    bool srv6 = cp_text_is(cp_json_member_text(r->lists, "data_plane"), "srv6");

    CP_TRY(cp_net_make(r->c, r->arena, &r->net));
    CP_TRY(index_links(r));
    CP_TRY(cp_sids_make(r->c, &r->net, r->loaded->as_of, r->arena, &r->sids, diag));
    if (assigned == NULL || assigned->kind != CP_JSON_TRUE)
        return CP_OK;
    return cp_sids_assign(r->sids, srv6 ? CP_PLANE_SRV6 : CP_PLANE_SR_MPLS, r->arena, &r->sids,
                          diag);
}

static struct cp_sid sid_of(const struct reading *r, const struct cp_pin *pin)
{
    uint32_t from = r->net.node_of_case[pin->from.at], to = r->net.node_of_case[pin->to.at];
    uint32_t link = pin->link.at == CP_NONE ? CP_NONE : r->link_of_case[pin->link.at];

    if (pin->link.at == CP_NONE)
        return cp_sids_of_node(r->sids, from, to);
    return link == CP_NONE ? (struct cp_sid){.known = false}
                           : cp_sids_of_adjacency(r->sids, link, from, to);
}

/* What is pushed onto packets is the SID, whatever the name beside it. */
static cp_err check_sid(struct reading *r, const struct cp_json_value *segment,
                        const struct cp_pin *pin)
{
    const struct cp_json_value *stated = cp_json_member(segment, "sid");
    cp_arena_mark empty = cp_arena_mark_get(r->arena);
    struct cp_out out = cp_out_make(r->arena);
    struct cp_sid sid = sid_of(r, pin);
    cp_json_kind kind = sid.plane == CP_PLANE_SRV6 ? CP_JSON_TEXT : CP_JSON_NUMBER;
    bool same = false;
    cp_text text;

    if (stated == NULL || stated->kind == CP_JSON_NULL)
        return CP_OK;
    if (sid.known) {
        cp_phrase_sid(&out, &sid);
        CP_TRY(cp_out_done(&out, &text));
        same = stated->kind == kind && cp_text_eq(stated->text, text);
    }
    cp_arena_reset(r->arena, empty);
    return same ? CP_OK : wrong(r, CP_ERR_CONFLICT, stated, "not the segment's SID in the case");
}

/* --- candidates ---------------------------------------------------------------------------- */

static cp_err add_pin(struct reading *r, const struct cp_pin *pin)
{
    void *pins = r->pins;

    CP_TRY(cp_arena_grow(r->arena, &pins, r->pin_count, &r->pin_cap, sizeof(*r->pins)));
    r->pins = pins;
    r->pins[r->pin_count++] = *pin;
    return CP_OK;
}

/* Goes on along the path to where the segment ends. */
static bool follow(struct track *track, const struct cp_pin *pin)
{
    if (pin->link.at != CP_NONE) {
        uint32_t at = track->at;

        track->at++;
        return at < track->count && track->links[at].at == pin->link.at &&
               track->nodes[at + 1].at == pin->to.at;
    }
    do
        track->at++;
    while (track->at <= track->count && track->nodes[track->at].at != pin->to.at);
    return track->at <= track->count;
}

/* One segment, from where the track is on. */
static cp_err read_segment(struct reading *r, const struct cp_json_value *segment,
                           cp_direction direction, struct track *track)
{
    struct cp_pin pin = {
        .from = track->nodes[track->at], .link = {CP_NONE}, .direction = direction};
    const struct cp_json_value *type, *node;

    CP_TRY(text_of(r, segment, "type", &type));
    CP_TRY(text_of(r, segment, "node", &node));
    CP_TRY(node_of(r, node, &pin.to));
    if (cp_text_is(type->text, "adjacency"))
        CP_TRY(link_of(r, segment, &pin));
    else if (!cp_text_is(type->text, "node"))
        return wrong(r, CP_ERR_MALFORMED, type, "expected node or adjacency");
    if (!follow(track, &pin))
        return wrong(r, CP_ERR_CONFLICT, node, "the segment leaves the path of its candidate");
    CP_TRY(check_sid(r, segment, &pin));
    return add_pin(r, &pin);
}

static bool holds(const struct cp_case *c, cp_range ends, cp_node node)
{
    for (uint32_t i = 0; i < ends.count; i++)
        if (c->demand_ends[ends.first + i].at == node.at)
            return true;
    return false;
}

/* Which of two words a member is: 0 or 1. */
static cp_err read_word(struct reading *r, const struct cp_json_value *candidate, const char *key,
                        const char *const words[3], uint32_t *which)
{
    const struct cp_json_value *value;

    CP_TRY(text_of(r, candidate, key, &value));
    *which = cp_text_is(value->text, words[1]);
    return *which == 1 || cp_text_is(value->text, words[0])
               ? CP_OK
               : wrong(r, CP_ERR_MALFORMED, value, words[2]);
}

static cp_err array_of(struct reading *r, const struct cp_json_value *value, const char *key,
                       const struct cp_json_value **out)
{
    *out = cp_json_member(value, key);
    if (*out == NULL)
        return cp_diag_set(&r->diag, CP_ERR_MALFORMED, value->place, "a member is missing",
                           cp_text_of(key));
    return (*out)->kind == CP_JSON_ARRAY ? CP_OK
                                         : wrong(r, CP_ERR_MALFORMED, *out, "a list is expected");
}

/* The hop that a link of the path is. */
static cp_err read_hop(struct reading *r, const struct cp_json_value *link, struct track *track)
{
    uint32_t i = track->count;
    cp_link at = cp_case_link(r->c, link->text);

    if (link->kind != CP_JSON_TEXT || at.at == CP_NONE || r->c->links[at.at].layer != CP_LAYER_IP)
        return wrong(r, CP_ERR_UNKNOWN_ID, link, "no link of layer ip of the case");
    if (track->nodes[i].at == track->nodes[i + 1].at || !is_end(r->c, at, track->nodes[i]) ||
        !is_end(r->c, at, track->nodes[i + 1]))
        return wrong(r, CP_ERR_CONFLICT, link, "the link does not join the nodes of the path");
    track->links[track->count++] = at;
    return CP_OK;
}

static cp_err read_track(struct reading *r, const struct cp_demand *demand, bool reverse,
                         const struct cp_json_value *candidate, struct track *track)
{
    const struct cp_json_value *nodes, *links;
    uint32_t i = 0;

    CP_TRY(array_of(r, candidate, "nodes", &nodes));
    CP_TRY(array_of(r, candidate, "links", &links));
    if (nodes->first == NULL)
        return wrong(r, CP_ERR_MALFORMED, candidate, "a candidate needs its nodes");
    *track = (struct track){.nodes = CP_TAKE(r->arena, nodes->count, cp_node),
                            .links = CP_TAKE(r->arena, links->count, cp_link)};
    if (track->nodes == NULL || track->links == NULL)
        return CP_ERR_NOMEM;
    for (const struct cp_json_value *n = nodes->first; n != NULL; n = n->next)
        CP_TRY(node_of(r, n, &track->nodes[i++]));
    if (!holds(r->c, reverse ? demand->dst : demand->src, track->nodes[0]))
        return wrong(r, CP_ERR_CONFLICT, nodes->first, "the list does not begin at the demand");
    if (links->count + 1 != nodes->count)
        return wrong(r, CP_ERR_CONFLICT, links, "a path has a link between two nodes");
    for (const struct cp_json_value *l = links->first; l != NULL; l = l->next)
        CP_TRY(read_hop(r, l, track));
    if (!holds(r->c, reverse ? demand->src : demand->dst, track->nodes[track->count]))
        return wrong(r, CP_ERR_CONFLICT, nodes, "the path does not end at the demand");
    return CP_OK;
}

/* A candidate without a list, which its headend cannot push, holds nothing. */
static cp_err read_candidate(struct reading *r, const struct cp_demand *demand,
                             const struct cp_json_value *candidate)
{
    static const char *const directions[] = {"forward", "reverse", "expected forward or reverse"};
    static const char *const roles[] = {"primary", "backup", "expected primary or backup"};
    const struct cp_json_value *segments = cp_json_member(candidate, "segments");
    uint32_t direction, role;
    struct track track = {0};

    CP_TRY(read_word(r, candidate, "direction", directions, &direction));
    CP_TRY(read_word(r, candidate, "role", roles, &role));
    CP_TRY(read_track(r, demand, direction == CP_REVERSE, candidate, &track));
    if (segments == NULL || segments->kind == CP_JSON_NULL) {
        r->lacking[direction][role]++;
        r->listless++;
        return CP_OK;
    }
    CP_TRY(array_of(r, candidate, "segments", &segments));
    for (const struct cp_json_value *s = segments->first; s != NULL; s = s->next)
        CP_TRY(read_segment(r, s, (cp_direction)direction, &track));
    if (track.at != track.count)
        return wrong(r, CP_ERR_CONFLICT, segments, "the list does not end at the demand");
    r->given[direction][role]++;
    return CP_OK;
}

/* --- demands ------------------------------------------------------------------------------- */

/* A direction that no list holds goes between all ends as the network routes it. */
static cp_err add_unheld(struct reading *r, const struct cp_demand *demand, cp_direction direction)
{
    for (uint32_t s = 0; s < demand->src.count; s++)
        for (uint32_t d = 0; d < demand->dst.count; d++) {
            cp_node a = r->c->demand_ends[demand->src.first + s];
            cp_node b = r->c->demand_ends[demand->dst.first + d];
            struct cp_pin pin = {.from = direction == CP_FORWARD ? a : b,
                                 .to = direction == CP_FORWARD ? b : a,
                                 .link = {CP_NONE},
                                 .direction = direction};

            CP_TRY(add_pin(r, &pin));
        }
    return CP_OK;
}

/* A first path without a list is not in force: its packets go by a backup that has one.  Where only some of
 * several first paths have lists, the packets of the others are taken to go as the network routes them. */
static cp_holder holder_of(const struct reading *r, cp_direction direction)
{
    const uint32_t *given = r->given[direction], *lacking = r->lacking[direction];

    if (given[CP_ROLE_PRIMARY] > 0)
        return lacking[CP_ROLE_PRIMARY] == 0 ? CP_HELD_BY_PRIMARY : CP_HELD_IN_PART;
    return given[CP_ROLE_BACKUP] > 0 ? CP_HELD_BY_BACKUP : CP_HELD_BY_NETWORK;
}

static cp_err hold(struct reading *r, uint32_t at)
{
    for (int d = CP_FORWARD; d <= CP_REVERSE; d++) {
        cp_holder holder = holder_of(r, (cp_direction)d);

        r->holding[at].by[d] = holder;
        if (r->pin_count > 0 && holder <= CP_HELD_IN_PART)
            CP_TRY(add_unheld(r, &r->c->demands[at], (cp_direction)d));
    }
    r->pinned[at] = (struct cp_pinned){r->pins, r->pin_count};
    return CP_OK;
}

static cp_err check_name(struct reading *r, const struct cp_json_value *demand, const char *key,
                         cp_text name)
{
    const struct cp_json_value *value = cp_json_member(demand, key);
    bool none = value == NULL || value->kind == CP_JSON_NULL;

    if (none ? name.len == 0 : value->kind == CP_JSON_TEXT && cp_text_eq(value->text, name))
        return CP_OK;
    return cp_diag_set(&r->diag, CP_ERR_CONFLICT, none ? demand->place : value->place,
                       "the demand of the case has another src, dst or class", cp_text_of(key));
}

static cp_err find_demand(struct reading *r, const struct cp_json_value *value, uint32_t *at)
{
    const struct cp_json_value *id;
    const struct cp_demand *demand;

    CP_TRY(text_of(r, value, "id", &id));
    *at = cp_map_find(r->demands, id->text);
    if (*at == CP_MAP_NONE)
        return wrong(r, CP_ERR_UNKNOWN_ID, id, "no demand of the case");
    if (r->seen[*at] != 0)
        return wrong(r, CP_ERR_DUPLICATE, id, "a demand stands twice");
    r->seen[*at] = 1;
    demand = &r->c->demands[*at];
    CP_TRY(check_name(r, value, "src", demand->src_name));
    CP_TRY(check_name(r, value, "dst", demand->dst_name));
    return check_name(r, value, "class",
                      r->judge->treatments[r->judge->demand_treatment[*at]].traffic_class);
}

static cp_err read_demand(struct reading *r, const struct cp_json_value *value)
{
    const struct cp_json_value *candidates;
    uint32_t at;

    CP_TRY(find_demand(r, value, &at));
    CP_TRY(array_of(r, value, "candidates", &candidates));
    r->pins = NULL;
    r->pin_count = r->pin_cap = 0;
    memset(r->given, 0, sizeof(r->given));
    memset(r->lacking, 0, sizeof(r->lacking));
    for (const struct cp_json_value *c = candidates->first; c != NULL; c = c->next)
        CP_TRY(read_candidate(r, &r->c->demands[at], c));
    return hold(r, at);
}

static cp_err read_demands(struct reading *r, struct cp_json_in *in)
{
    const struct cp_json_value *demand;
    bool more;

    CP_TRY(cp_json_in_enter(in, CP_JSON_ARRAY, &r->diag));
    for (;;) {
        CP_TRY(cp_json_in_next(in, r->arena, NULL, &more, &r->diag));
        if (!more)
            return CP_OK;
        CP_TRY(cp_json_in_take(in, r->arena, &demand, &r->diag));
        CP_TRY(read_demand(r, demand));
    }
}

/* --- the answer ---------------------------------------------------------------------------- */

static cp_err read_schema(struct reading *r, struct cp_json_in *in)
{
    const struct cp_json_value *schema;

    CP_TRY(cp_json_in_take(in, r->arena, &schema, &r->diag));
    r->is_ours = schema->kind == CP_JSON_TEXT && cp_text_is(schema->text, SCHEMA);
    return r->is_ours ? CP_OK
                      : wrong(r, CP_ERR_MALFORMED, schema, "no answer of cleanpath.route/1");
}

static cp_err read_member(struct reading *r, struct cp_json_in *in, cp_text key)
{
    if (cp_text_is(key, "schema"))
        return read_schema(r, in);
    if (cp_text_is(key, "inputs"))
        return cp_json_in_take(in, r->arena, &r->inputs, &r->diag);
    if (cp_text_is(key, "segment_lists"))
        return cp_json_in_take(in, r->arena, &r->lists, &r->diag);
    if (cp_text_is(key, "demands")) {
        if (r->has_demands)
            return cp_diag_set(&r->diag, CP_ERR_DUPLICATE, (cp_place){CP_PLACE_NO_FILE, 1, 1},
                               "two lists of demands", key);
        r->has_demands = true;
        r->at_demands = *in;
    }
    return cp_json_in_skip(in, &r->diag);
}

static cp_err read_answer(struct reading *r, cp_text text)
{
    struct cp_json_in in = cp_json_in_make(text, CP_PLACE_NO_FILE, 1);
    bool more;
    cp_text key;

    CP_TRY(cp_json_in_enter(&in, CP_JSON_OBJECT, &r->diag));
    for (;;) {
        CP_TRY(cp_json_in_next(&in, r->arena, &key, &more, &r->diag));
        if (!more)
            break;
        CP_TRY(read_member(r, &in, key));
    }
    CP_TRY(cp_json_in_end(&in, &r->diag));
    if (r->is_ours)
        return CP_OK;
    return cp_diag_set(&r->diag, CP_ERR_MALFORMED, (cp_place){CP_PLACE_NO_FILE, 1, 1},
                       "no answer of cleanpath.route/1", CP_TEXT(""));
}

static bool answer_has(const struct reading *r, const char *sha256)
{
    for (const struct cp_json_value *i = r->inputs == NULL ? NULL : r->inputs->first; i != NULL;
         i = i->next)
        if (cp_text_is(cp_json_member_text(i, "sha256"), sha256))
            return true;
    return false;
}

/* Whether the case has an input of these bytes, or one of this name that has been named already. */
static bool case_has(const struct reading *r, const struct cp_json_value *input)
{
    cp_text sha256 = cp_json_member_text(input, "sha256");
    cp_text path = cp_json_member_text(input, "path");

    for (uint32_t i = 0; i < r->c->input_count; i++)
        if (cp_text_is(sha256, r->c->inputs[i].sha256) || cp_text_eq(path, r->c->inputs[i].path))
            return true;
    return false;
}

static void name_changed(struct cp_out *names, cp_text path, uint32_t *count)
{
    if (*count < CHANGED_SHOWN) {
        cp_out_str(names, *count == 0 ? "" : ", ");
        cp_out_text(names, path);
    }
    ++*count;
}

/* Inputs that one of the two was made from and the other was not, by their bytes. */
static cp_err find_changed(const struct reading *r, cp_text *changed)
{
    struct cp_out names = cp_out_make(r->arena);
    uint32_t count = 0;

    for (uint32_t i = 0; i < r->c->input_count; i++)
        if (!answer_has(r, r->c->inputs[i].sha256))
            name_changed(&names, r->c->inputs[i].path, &count);
    for (const struct cp_json_value *i = r->inputs == NULL ? NULL : r->inputs->first; i != NULL;
         i = i->next)
        if (!case_has(r, i))
            name_changed(&names, cp_json_member_text(i, "path"), &count);
    if (count > CHANGED_SHOWN)
        cp_out_format(&names, ", and %u more", count - CHANGED_SHOWN);
    return cp_out_done(&names, changed);
}

static cp_err index_demands(struct reading *r)
{
    CP_TRY(cp_map_open(r->arena, &r->demands));
    for (uint32_t d = 0; d < r->c->demand_count; d++)
        CP_TRY(cp_map_add(r->demands, r->c->demands[d].id, d));
    return CP_OK;
}

static cp_exit read_all(struct reading *r, const char *path, cp_text text)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_err err = index_demands(r);

    if (err == CP_OK)
        err = read_answer(r, text);
    if (err != CP_OK)
        return cp_say_diag(&r->diag, err, path, CP_EXIT_INPUT);
    err = make_sids(r, &diag);
    if (err != CP_OK)
        return cp_loaded_say(r->loaded, &diag, err, NULL, CP_EXIT_INPUT);
    if (r->has_demands)
        err = read_demands(r, &r->at_demands);
    return err == CP_OK ? CP_EXIT_OK : cp_say_diag(&r->diag, err, path, CP_EXIT_INPUT);
}

cp_exit cp_pinned_read(const char *path, const struct cp_loaded *loaded,
                       const struct cp_judge *judge, const struct cp_held **out)
{
    struct cp_arena *arena = loaded->kept;
    uint32_t demands = loaded->net->demand_count;
    struct cp_held *held = CP_TAKE(arena, 1, struct cp_held);
    struct reading r = {.loaded = loaded,
                        .c = loaded->net,
                        .judge = judge,
                        .arena = arena,
                        .seen = CP_TAKE(arena, demands, uint8_t),
                        .pinned = CP_TAKE(arena, demands, struct cp_pinned),
                        .holding = CP_TAKE(arena, demands, struct cp_holding),
                        .diag = {.place = CP_PLACE_NONE}};
    cp_text text;
    cp_exit code = cp_file_read(path, arena, &text);

    if (code != CP_EXIT_OK)
        return code;
    if (held == NULL || r.seen == NULL || r.pinned == NULL || r.holding == NULL)
        return cp_say_no_memory();
    code = read_all(&r, path, text);
    if (code != CP_EXIT_OK)
        return code;
    *held = (struct cp_held){
        .path = cp_text_of(path), .pinned = r.pinned, .holding = r.holding, .listless = r.listless};
    if (find_changed(&r, &held->changed) != CP_OK)
        return cp_say_no_memory();
    *out = held;
    return CP_EXIT_OK;
}
