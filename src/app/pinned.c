#include "pinned.h"

#include "base/json_in.h"
#include "files.h"
#include "message.h"

/* The demands of the answer are taken one after the other; all else of it is passed over. */

#define SCHEMA "cleanpath.route/1"

struct reading {
    const struct cp_case *c;
    struct cp_arena *arena;
    struct cp_map *demands; /* by id */
    struct cp_pinned *pinned;
    struct cp_diag diag;
    /* of the demand that is read */
    struct cp_pin *pins;
    uint32_t pin_count, pin_cap;
    bool held[2]; /* by direction: some list is given */
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

static cp_err add_pin(struct reading *r, const struct cp_pin *pin)
{
    void *pins = r->pins;

    CP_TRY(cp_arena_grow(r->arena, &pins, r->pin_count, &r->pin_cap, sizeof(*r->pins)));
    r->pins = pins;
    r->pins[r->pin_count++] = *pin;
    return CP_OK;
}

/* One segment, from *at on; *at is then where it ends. */
static cp_err read_segment(struct reading *r, const struct cp_json_value *segment,
                           cp_direction direction, cp_node *at)
{
    struct cp_pin pin = {.from = *at, .link = {CP_NONE}, .direction = direction};
    const struct cp_json_value *type, *node;

    CP_TRY(text_of(r, segment, "type", &type));
    CP_TRY(text_of(r, segment, "node", &node));
    CP_TRY(node_of(r, node, &pin.to));
    if (cp_text_is(type->text, "adjacency"))
        CP_TRY(link_of(r, segment, &pin));
    else if (!cp_text_is(type->text, "node"))
        return wrong(r, CP_ERR_MALFORMED, type, "expected node or adjacency");
    *at = pin.to;
    return add_pin(r, &pin);
}

static bool holds(const struct cp_case *c, cp_range ends, cp_node node)
{
    for (uint32_t i = 0; i < ends.count; i++)
        if (c->demand_ends[ends.first + i].at == node.at)
            return true;
    return false;
}

static cp_err read_direction(struct reading *r, const struct cp_json_value *candidate,
                             cp_direction *direction)
{
    const struct cp_json_value *value;

    CP_TRY(text_of(r, candidate, "direction", &value));
    *direction = cp_text_is(value->text, "reverse") ? CP_REVERSE : CP_FORWARD;
    if (*direction == CP_FORWARD && !cp_text_is(value->text, "forward"))
        return wrong(r, CP_ERR_MALFORMED, value, "expected forward or reverse");
    return CP_OK;
}

/* A candidate without a list, which its headend cannot push, holds nothing. */
static cp_err read_candidate(struct reading *r, const struct cp_demand *demand,
                             const struct cp_json_value *candidate)
{
    const struct cp_json_value *nodes = cp_json_member(candidate, "nodes");
    const struct cp_json_value *segments = cp_json_member(candidate, "segments");
    cp_direction direction;
    cp_node at;

    if (segments == NULL || segments->kind != CP_JSON_ARRAY)
        return CP_OK;
    CP_TRY(read_direction(r, candidate, &direction));
    if (nodes == NULL || nodes->kind != CP_JSON_ARRAY || nodes->count == 0)
        return wrong(r, CP_ERR_MALFORMED, candidate, "a candidate needs its nodes");
    CP_TRY(node_of(r, nodes->first, &at));
    if (!holds(r->c, direction == CP_FORWARD ? demand->src : demand->dst, at))
        return wrong(r, CP_ERR_CONFLICT, nodes->first, "the list does not begin at the demand");
    for (const struct cp_json_value *s = segments->first; s != NULL; s = s->next)
        CP_TRY(read_segment(r, s, direction, &at));
    if (!holds(r->c, direction == CP_FORWARD ? demand->dst : demand->src, at))
        return wrong(r, CP_ERR_CONFLICT, segments, "the list does not end at the demand");
    r->held[direction] = true;
    return CP_OK;
}

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

static cp_err read_demand(struct reading *r, const struct cp_json_value *value)
{
    const struct cp_json_value *candidates = cp_json_member(value, "candidates");
    const struct cp_json_value *id;
    uint32_t at;

    CP_TRY(text_of(r, value, "id", &id));
    at = cp_map_find(r->demands, id->text);
    if (at == CP_MAP_NONE)
        return wrong(r, CP_ERR_UNKNOWN_ID, id, "no demand of the case");
    if (r->pinned[at].count > 0)
        return wrong(r, CP_ERR_DUPLICATE, id, "a demand stands twice");
    r->pins = NULL;
    r->pin_count = r->pin_cap = 0;
    r->held[CP_FORWARD] = r->held[CP_REVERSE] = false;
    for (const struct cp_json_value *c = candidates == NULL ? NULL : candidates->first; c != NULL;
         c = c->next)
        CP_TRY(read_candidate(r, &r->c->demands[at], c));
    for (int d = CP_FORWARD; r->pin_count > 0 && d <= CP_REVERSE; d++)
        if (!r->held[d])
            CP_TRY(add_unheld(r, &r->c->demands[at], (cp_direction)d));
    r->pinned[at] = (struct cp_pinned){r->pins, r->pin_count};
    return CP_OK;
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

static cp_err read_schema(struct reading *r, struct cp_json_in *in, bool *ours)
{
    const struct cp_json_value *schema;

    CP_TRY(cp_json_in_take(in, r->arena, &schema, &r->diag));
    *ours = schema->kind == CP_JSON_TEXT && cp_text_is(schema->text, SCHEMA);
    return *ours ? CP_OK : wrong(r, CP_ERR_MALFORMED, schema, "no answer of cleanpath.route/1");
}

static cp_err read_answer(struct reading *r, cp_text text)
{
    struct cp_json_in in = cp_json_in_make(text, CP_PLACE_NO_FILE, 1);
    bool ours = false, more;
    cp_text key;

    CP_TRY(cp_json_in_enter(&in, CP_JSON_OBJECT, &r->diag));
    for (;;) {
        CP_TRY(cp_json_in_next(&in, r->arena, &key, &more, &r->diag));
        if (!more)
            break;
        if (cp_text_is(key, "schema"))
            CP_TRY(read_schema(r, &in, &ours));
        else if (cp_text_is(key, "demands"))
            CP_TRY(read_demands(r, &in));
        else
            CP_TRY(cp_json_in_skip(&in, &r->diag));
    }
    CP_TRY(cp_json_in_end(&in, &r->diag));
    if (ours)
        return CP_OK;
    return cp_diag_set(&r->diag, CP_ERR_MALFORMED, (cp_place){CP_PLACE_NO_FILE, 1, 1},
                       "no answer of cleanpath.route/1", CP_TEXT(""));
}

static cp_err index_demands(struct reading *r)
{
    CP_TRY(cp_map_open(r->arena, &r->demands));
    for (uint32_t d = 0; d < r->c->demand_count; d++)
        CP_TRY(cp_map_add(r->demands, r->c->demands[d].id, d));
    return CP_OK;
}

cp_exit cp_pinned_read(const char *path, const struct cp_case *c, struct cp_arena *arena,
                       const struct cp_pinned **out)
{
    struct reading r = {.c = c,
                        .arena = arena,
                        .pinned = CP_TAKE(arena, c->demand_count, struct cp_pinned),
                        .diag = {.place = CP_PLACE_NONE}};
    cp_text text;
    cp_exit code = cp_file_read(path, arena, &text);
    cp_err err;

    if (code != CP_EXIT_OK)
        return code;
    if (r.pinned == NULL)
        return cp_say_no_memory();
    err = index_demands(&r);
    if (err == CP_OK)
        err = read_answer(&r, text);
    *out = r.pinned;
    return err == CP_OK ? CP_EXIT_OK : cp_say_diag(&r.diag, err, path, CP_EXIT_INPUT);
}
