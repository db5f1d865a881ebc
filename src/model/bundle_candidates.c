#include "bundle_reading.h"

#include <stdlib.h>
#include <string.h>

#include "bundle_head.h"
#include "bundle_members.h"

/*
 * Candidates of an answer of routing: that they are paths, clean, of the cost that is said, and that
 * their lists lead along them.  What their node segments meet becomes flows, a demand each, for the
 * certificate to show.
 */

static const char *const directions[] = {"forward", "reverse", NULL};
const char *const cp_bundle_states[4] = {"steady", "transition", "liar", NULL};

static cp_err more(const struct reading *r, struct cp_list *list, size_t size, void *at)
{
    void *room = cp_list_more(list, r->arena, size);

    *(void **)at = room;
    return room == NULL ? CP_ERR_NOMEM : CP_OK;
}

static cp_err read_ids(const struct reading *r, const struct cp_json_value *ids, uint32_t kind,
                       uint32_t **out)
{
    uint32_t i = 0;

    if (ids == NULL || ids->kind != CP_JSON_ARRAY)
        return wrong(r, ids, "not a path");
    *out = CP_TAKE(r->arena, ids->count, uint32_t);
    if (*out == NULL)
        return CP_ERR_NOMEM;
    for (ids = ids->first; ids != NULL; ids = ids->next, i++) {
        (*out)[i] =
            ids->kind == CP_JSON_TEXT ? cp_map_find(r->net->find[kind], ids->text) : CP_MAP_NONE;
        if ((*out)[i] == CP_MAP_NONE)
            return wrong(r, ids, "nothing in the network bears this name");
    }
    return CP_OK;
}

struct candidate {
    uint32_t *nodes, *links;
    uint32_t link_count, direction;
    uint32_t exposed[3]; /* of each state; CP_BUNDLE_NONE: never */
    uint64_t cost;
};

/* The way out over the link to the node: an index into hops; CP_BUNDLE_NONE. */
static uint32_t find_hop(const struct cp_bundle_net *net, uint32_t from, uint32_t link, uint32_t to)
{
    for (uint32_t i = net->hop_first[from]; i < net->hop_first[from + 1]; i++)
        if (net->hops[i].link == link && net->hops[i].to == to)
            return i;
    return CP_BUNDLE_NONE;
}

uint64_t cp_bundle_hop_cost(const struct cp_bundle_net *net, uint32_t hop, uint32_t metric)
{
    return metric == 0 ? net->hops[hop].out : net->hop_costs[metric - 1][hop];
}

/* It joins, bears no mark, goes from end to end, and costs what is said. */
static cp_err check_path(const struct reading *r, const struct cp_json_value *value,
                         const struct candidate *c)
{
    const struct cp_bundle_net *net = r->net;
    const struct cp_bundle_route *route = &r->routes[r->at];
    const struct cp_bundle_demand *d = route->demand;
    const uint64_t *marks = net->treatments[d->treatment].marks;
    uint32_t last = c->nodes[c->link_count];
    bool back = c->direction == 1;
    uint64_t cost = 0;

    if (!cp_bundle_has_node(back ? d->dst : d->src, back ? d->dst_count : d->src_count,
                            c->nodes[0]) ||
        !cp_bundle_has_node(back ? d->src : d->dst, back ? d->src_count : d->dst_count, last))
        return wrong(r, value, "a candidate leads elsewhere");
    for (uint32_t i = 0; i <= c->link_count; i++) {
        uint32_t hop;

        r->out->fault.element = net->ids[1][c->nodes[i]];
        if (cp_bundle_has_node(c->nodes, i, c->nodes[i]) ||
            marks[net->link_count + c->nodes[i]] != 0)
            return wrong(r, value, "a node of a candidate is not clean, or stands twice");
        if (i == c->link_count)
            break;
        r->out->fault.element = net->ids[0][c->links[i]];
        hop = find_hop(net, c->nodes[i], c->links[i], c->nodes[i + 1]);
        if (hop == CP_BUNDLE_NONE || marks[c->links[i]] != 0 ||
            cp_bundle_hop_cost(net, hop, route->metric) == 0)
            return wrong(r, value, "a link of a candidate does not join, or may not be used");
        cost += cp_bundle_hop_cost(net, hop, route->metric);
    }
    r->out->fault.element = (cp_text){NULL, 0};
    return cost == c->cost ? CP_OK : wrong(r, value, "a candidate has another cost");
}

static cp_err read_states(const struct reading *r, const struct cp_json_value *value,
                          struct candidate *c)
{
    for (uint32_t s = 0; s < 3; s++) {
        const struct cp_json_value *state =
            cp_json_member(cp_json_member(value, "states"), cp_bundle_states[s]);
        const struct cp_json_value *at = cp_json_member(state, "exposed_at");
        uint64_t depth = CP_BUNDLE_NONE;
        uint64_t clean = CP_BUNDLE_NONE;
        uint64_t least = s == 1 ? 1 : 0;
        bool examined =
            (r->net->states & (uint32_t)CP_BUNDLE_STEADY << s) != 0 && r->net->depth >= least;

        c->exposed[s] = CP_BUNDLE_NONE;
        if (state == NULL || (state->kind == CP_JSON_NULL) == examined)
            return wrong(r, value, "states are not those that were examined");
        if (!examined)
            continue;
        if (at == NULL || (at->kind != CP_JSON_NULL &&
                           (!cp_json_u64_of(at, &depth) || depth > r->net->depth || depth < least)))
            return wrong(r, value, "not a depth of failures");
        at = cp_json_member(state, "clean_up_to");
        if (at != NULL && at->kind != CP_JSON_NULL && !cp_json_u64_of(at, &clean))
            return wrong(r, value, "not a depth of failures");
        if (clean != (depth == CP_BUNDLE_NONE
                          ? r->net->depth
                          : (depth > least ? depth - 1 : (uint64_t)CP_BUNDLE_NONE)))
            return wrong(r, value, "what is clean and what is exposed contradict each other");
        c->exposed[s] = (uint32_t)depth;
    }
    return CP_OK;
}

static const struct cp_bundle_against nothing = {.undecided = true}; /* the claim exposes nothing */

/* A flow over nodes first to last of the candidate. */
static cp_err add_flow(struct reading *r, const struct candidate *c, uint32_t first, uint32_t last)
{
    const struct cp_bundle_demand *of = r->routes[r->at].demand;
    struct cp_bundle_demand *d = NULL;
    struct cp_bundle_result *result = NULL;

    CP_TRY(more(r, &r->demands, sizeof *d, &d));
    CP_TRY(more(r, &r->results, sizeof *result, &result));
    *d = (struct cp_bundle_demand){.id = of->id,
                                   .src = &c->nodes[first],
                                   .dst = &c->nodes[last],
                                   .src_count = 1,
                                   .dst_count = 1,
                                   .treatment = of->treatment,
                                   .ends_of = of,
                                   .one_way = true};
    *result = (struct cp_bundle_result){.steady = c->exposed[0],
                                        .transition = c->exposed[1],
                                        .liar = c->exposed[2],
                                        .cut_depth = CP_BUNDLE_NONE,
                                        .verdict = CP_BUNDLE_OK,
                                        .clean_way = true};
    result->claims[CP_CLAIM_EXPOSURE] = (struct cp_bundle_claim){.state = CP_BUNDLE_STEADY,
                                                                 .against = &nothing,
                                                                 .nodes = &c->nodes[first],
                                                                 .links = &c->links[first],
                                                                 .node_count = last - first + 1};
    memset(&result->claims[CP_CLAIM_EXPOSURE].set, 0xff, sizeof(cp_failures));
    result->claims[CP_CLAIM_EXPOSURE].set.count = 0;
    return CP_OK;
}

/* Its SID is that of the network, or none there and here. */
static cp_err check_sid(const struct reading *r, const struct cp_json_value *segment, uint32_t from,
                        uint32_t to, uint32_t link)
{
    const struct cp_json_value *value = cp_json_member(segment, "sid");
    struct cp_bundle_sid sought = {.from = from, .to = to, .link = link};
    const struct cp_bundle_sid *sid = NULL;
    bool same = value != NULL;

    if (r->net->sid_count > 0)
        sid = bsearch(&sought, r->net->sids, r->net->sid_count, sizeof *sid, cp_bundle_sid_compare);
    if (same && sid == NULL)
        same = value->kind == CP_JSON_NULL;
    else if (same)
        same = (value->kind == CP_JSON_TEXT || value->kind == CP_JSON_NUMBER) &&
               cp_text_eq(value->text, sid->text);
    return same ? CP_OK : wrong(r, segment, "the network says another sid");
}

static cp_err read_segments(struct reading *r, const struct cp_json_value *list,
                            const struct candidate *c)
{
    static const char *const types[] = {"node", "adjacency", NULL};
    bool flows = r->net->treatments[r->routes[r->at].demand->treatment].all != 0;
    uint32_t at = 0;

    if (list == NULL || (list->kind != CP_JSON_ARRAY && list->kind != CP_JSON_NULL))
        return wrong(r, list, "not a segment list");
    if (list->kind == CP_JSON_NULL)
        return CP_OK;
    for (list = list->first; list != NULL; list = list->next) {
        uint32_t type = cp_bundle_find_word(cp_json_member(list, "type"), types);
        uint32_t node = cp_map_find(r->net->find[1], cp_json_member_text(list, "node"));
        uint32_t first = at;

        r->out->fault.element = r->net->ids[1][c->nodes[first]]; /* where it begins */
        while (at <= c->link_count && c->nodes[at] != node)
            at++;
        if (type > 1 || at > c->link_count || at == first)
            return wrong(r, list, "a segment does not lead along the candidate");
        if (type == 1 &&
            (at != first + 1 ||
             cp_map_find(r->net->find[0], cp_json_member_text(list, "link")) != c->links[first]))
            return wrong(r, list, "an adjacency does not lead along the candidate");
        CP_TRY(check_sid(r, list, c->nodes[first], node,
                         type == 1 ? c->links[first] : CP_BUNDLE_NONE));
        if (type == 0 && flows)
            CP_TRY(add_flow(r, c, first, at));
    }
    if (at != c->link_count)
        return wrong(r, list, "a segment list ends before the candidate");
    r->out->fault.element = (cp_text){NULL, 0};
    return CP_OK;
}

cp_err cp_bundle_candidate(struct reading *r, const struct cp_json_value *value, bool first)
{
    const struct cp_json_value *nodes = cp_json_member(value, "nodes");
    const struct cp_json_value *links = cp_json_member(value, "links");
    struct cp_bundle_route *route = &r->routes[r->at];
    const struct cp_json_value *over;
    struct candidate c = {.direction =
                              cp_bundle_find_word(cp_json_member(value, "direction"), directions)};

    CP_TRY(read_ids(r, nodes, 1, &c.nodes));
    CP_TRY(read_ids(r, links, 0, &c.links));
    if (nodes->count == 0 || nodes->count != links->count + 1 || c.direction > 1 ||
        !cp_json_u64_of(cp_json_member(value, "cost"), &c.cost))
        return wrong(r, value, "not a candidate");
    c.link_count = links->count;
    CP_TRY(check_path(r, value, &c));
    CP_TRY(read_states(r, value, &c));
    if (first) {
        uint64_t passed = c.cost;

        over = cp_json_member(value, "passed_over");
        if (over != NULL && !cp_json_u64_of(cp_json_member(over, "cost"), &passed))
            return wrong(r, value, "not a candidate");
        route->cost = passed;
        route->has_path = c.direction == 0;
    }
    value = cp_json_member(value, "segments");
    route->has_list =
        route->has_list || (c.direction == 0 && value != NULL && value->kind == CP_JSON_ARRAY);
    return read_segments(r, value, &c);
}
