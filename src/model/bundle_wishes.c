#include "bundle_wishes.h"

#include "base/num.h"
#include "bundle_head.h"

/*
 * Names are compared as they stand.  Sites, and the nodes that a tag stands for, are not in the network:
 * nothing is said of them here.
 */

typedef struct cp_json_value json_value;

#define WHOLE_PPM 1000000

static const json_value *first_of(const json_value *object, const char *name)
{
    const json_value *list = cp_json_member(object, name);

    return list != NULL && list->kind == CP_JSON_ARRAY ? list->first : NULL;
}

static bool has_text(const json_value *list, cp_text text)
{
    for (; list != NULL; list = list->next)
        if (list->kind == CP_JSON_TEXT && cp_text_eq(list->text, text))
            return true;
    return false;
}

static bool is_true(const json_value *object, const char *name)
{
    const json_value *value = cp_json_member(object, name);

    return value != NULL && value->kind == CP_JSON_TRUE;
}

/* The candidate of this role and direction behind at; NULL: none. */
static const json_value *find_candidate(const json_value *at, const char *role,
                                        const char *direction)
{
    while (at != NULL && (!cp_bundle_says(at, "role", cp_text_of(role)) ||
                          !cp_bundle_says(at, "direction", cp_text_of(direction))))
        at = at->next;
    return at;
}

static bool has_srlg(const struct cp_bundle_net *net, cp_text link, cp_text name)
{
    uint32_t at = cp_map_find(net->find[0], link);
    const struct cp_bundle_link *l = at == CP_MAP_NONE ? NULL : &net->links[at];

    for (uint32_t i = 0; l != NULL && i < l->srlg_count; i++)
        if (cp_text_eq(net->ids[2][l->srlgs[i]], name))
            return true;
    return false;
}

/* A name that a node and a link both bear is one of both: which, is not said. */
static bool passes(const struct cp_bundle_net *net, const json_value *candidate, cp_text name)
{
    cp_text group = cp_text_sub(name, 5, name.len);

    if (cp_text_starts(name, CP_TEXT("srlg:"))) {
        for (const json_value *l = first_of(candidate, "links"); l != NULL; l = l->next)
            if (has_srlg(net, l->text, group))
                return true;
        return false;
    }
    return has_text(first_of(candidate, "nodes"), name) ||
           has_text(first_of(candidate, "links"), name);
}

static bool is_plain(const struct cp_bundle_net *net, cp_text name)
{
    return cp_map_find(net->find[0], name) == CP_MAP_NONE ||
           cp_map_find(net->find[1], name) == CP_MAP_NONE;
}

static bool keeps_bounds(const json_value *wishes, const json_value *candidate)
{
    const json_value *links = cp_json_member(candidate, "links");
    uint64_t most = 0, delay = 0;

    if (cp_json_u64_of(cp_json_member(wishes, "max_hops"), &most) && links->count > most)
        return false;
    return !cp_json_u64_of(cp_json_member(wishes, "max_delay_us"), &most) ||
           (cp_json_u64_of(cp_json_member(candidate, "delay_us"), &delay) && delay <= most);
}

static bool keeps_lists(const struct cp_bundle_net *net, const json_value *wishes,
                        const json_value *candidate)
{
    bool primary = cp_bundle_says(candidate, "role", CP_TEXT("primary"));

    for (const json_value *a = first_of(wishes, "avoid"); a != NULL; a = a->next)
        if (is_plain(net, a->text) && passes(net, candidate, a->text))
            return false;
    for (const json_value *set = first_of(wishes, "require"); primary && set != NULL;
         set = set->next) {
        const json_value *one = set->kind == CP_JSON_ARRAY ? set->first : NULL;

        while (one != NULL && !passes(net, candidate, one->text))
            one = one->next;
        if (one == NULL)
            return false;
    }
    return true;
}

/* What the headend can push, and adjacencies alone where that was asked. */
static bool keeps_list(const json_value *candidate, bool strict)
{
    const json_value *segments = cp_json_member(candidate, "segments");
    uint64_t most = 0;

    if (segments == NULL || segments->kind != CP_JSON_ARRAY)
        return true;
    if (!cp_json_u64_of(cp_json_member(candidate, "headend_depth"), &most))
        most = UINT64_MAX;
    for (const json_value *s = segments->first; s != NULL; s = s->next)
        if (strict && cp_bundle_says(s, "type", CP_TEXT("node")))
            return false;
    return segments->count <= most;
}

/* In parts of a million, as they are written: each is rounded. */
static bool adds_up(const json_value *candidates, const char *role, const char *direction)
{
    const json_value *at = find_candidate(candidates, role, direction);
    int64_t sum = 0, share = 0, count = 0;

    for (; at != NULL; at = find_candidate(at->next, role, direction), count++) {
        const json_value *value = cp_json_member(at, "share");

        if (value == NULL || value->kind != CP_JSON_NUMBER ||
            cp_num_scaled(value->text, 6, &share) != CP_OK || share < 0 || share > WHOLE_PPM)
            return false;
        sum += share;
    }
    return count == 0 || (sum >= WHOLE_PPM - count && sum <= WHOLE_PPM + count);
}

static bool is_end(const struct cp_bundle_net *net, uint32_t demand, cp_text node)
{
    const struct cp_bundle_demand *d = &net->demands[demand];
    uint32_t at = cp_map_find(net->find[1], node);

    return cp_bundle_has_node(d->src, d->src_count, at) ||
           cp_bundle_has_node(d->dst, d->dst_count, at);
}

/* What both use of the kind that was to be apart is among what is said to be shared. */
static bool tells_shared(const struct cp_bundle_net *net, uint32_t demand, const json_value *value,
                         const json_value *a, const json_value *b)
{
    cp_text kind = cp_json_member_text(cp_json_member(value, "wishes"), "disjoint");
    const json_value *shared = first_of(value, "shared");

    if (cp_text_is(kind, "none"))
        return true;
    for (const json_value *l = first_of(a, "links"); l != NULL; l = l->next)
        if (has_text(first_of(b, "links"), l->text) && !has_text(shared, l->text))
            return false;
    for (const json_value *v = first_of(a, "nodes"); v != NULL && !cp_text_is(kind, "link");
         v = v->next)
        if (!is_end(net, demand, v->text) && has_text(first_of(b, "nodes"), v->text) &&
            !has_text(shared, v->text))
            return false;
    return true;
}

/* Each first path there against each second one there; and no name that no path has. */
static bool is_shared(const struct cp_bundle_net *net, uint32_t demand, const json_value *value)
{
    const json_value *all = first_of(value, "candidates");
    const json_value *b = find_candidate(all, "backup", "forward");
    const json_value *a = find_candidate(all, "primary", "forward");

    for (; b != NULL && a != NULL; a = find_candidate(a->next, "primary", "forward"))
        if (!tells_shared(net, demand, value, a, b))
            return false;
    for (const json_value *s = first_of(value, "shared"); s != NULL; s = s->next) {
        const json_value *c = all;

        while (c != NULL && !passes(net, c, s->text))
            c = c->next;
        if (c == NULL && !cp_text_starts(s->text, CP_TEXT("site:")))
            return false;
    }
    return true;
}

/*
 * Routed: nothing is lacking, both directions (of ordinary traffic that is moved, one) are there, with
 * their lists, and the second path that was asked for.
 */
static bool is_whole(const json_value *value)
{
    const json_value *all = first_of(value, "candidates");
    const json_value *wishes = cp_json_member(value, "wishes");
    bool two =
        is_true(wishes, "disjoint_asked") && !cp_bundle_says(wishes, "disjoint", CP_TEXT("none"));

    for (const json_value *c = all; c != NULL; c = c->next) {
        const json_value *segments = cp_json_member(c, "segments");

        if (segments == NULL || segments->kind != CP_JSON_ARRAY)
            return false;
    }
    return first_of(value, "lacks") == NULL && find_candidate(all, "primary", "forward") != NULL &&
           (!is_true(value, "covered") || find_candidate(all, "primary", "reverse") != NULL) &&
           (!two || (find_candidate(all, "backup", "forward") != NULL &&
                     first_of(value, "shared") == NULL));
}

static const char *look_at(const struct cp_bundle_net *net, const json_value *wishes,
                           const json_value *candidate, bool strict)
{
    if (!keeps_bounds(wishes, candidate))
        return "a candidate is longer than was asked";
    if (!keeps_lists(net, wishes, candidate))
        return "a candidate passes what it was to avoid, or not what it was to pass";
    if (!keeps_list(candidate, strict))
        return "a segment list is not one that was asked for, or that its headend can push";
    return NULL;
}

const char *cp_bundle_unkept(const struct cp_bundle_net *net, uint32_t demand,
                             const struct cp_json_value *value, bool strict)
{
    static const char *const roles[] = {"primary", "backup"};
    static const char *const directions[] = {"forward", "reverse"};
    const json_value *all = first_of(value, "candidates");
    const char *why = NULL;

    for (const json_value *c = all; why == NULL && c != NULL; c = c->next)
        why = look_at(net, cp_json_member(value, "wishes"), c, strict);
    for (uint32_t i = 0; why == NULL && i < 4; i++)
        if (!adds_up(all, roles[i / 2], directions[i % 2]))
            why = "the shares of a demand are not all of it";
    if (why == NULL && all != NULL && !is_shared(net, demand, value))
        why = "what two paths share is not what is said";
    if (why == NULL && all != NULL && cp_bundle_says(value, "status", CP_TEXT("routed")) &&
        !is_whole(value))
        why = "a demand is routed that lacks something";
    return why;
}
