#include "presence.h"

#include "base/map.h"

#include "reason.h"

struct finder {
    struct cp_verdict_of verdict;
    struct cp_arena *arena;
    struct cp_presences *out;
};

/* The thing that is looked at, and the site that made us look. */
struct sight {
    cp_object_kind kind;
    uint32_t object;
    cp_text site;
};

static cp_err add(struct finder *f, struct sight sight, cp_trust found,
                  const struct cp_because *because)
{
    const struct cp_rule *rule = f->verdict.rule;
    struct cp_presence presence = {.rule = rule->id,
                                   .says = rule->says,
                                   .trust = cp_verdict_treated(found, rule->unknown),
                                   .kind = sight.kind,
                                   .object = sight.object,
                                   .part = because->part,
                                   .site = sight.site,
                                   .found = found};
    void *at = f->out->at;

    CP_TRY(cp_because_write(because, f->verdict.survey->net, f->arena, &presence.sentence,
                            &presence.reason));
    CP_TRY(cp_arena_grow(f->arena, &at, f->out->count, &f->out->cap, sizeof(presence)));
    f->out->at = at;
    f->out->at[f->out->count++] = presence;
    return CP_OK;
}

/* The first fact this bad about each part that no worse fact was about. */
static cp_err add_parts(struct finder *f, struct sight sight, cp_trust found, struct cp_map *parts)
{
    const struct cp_survey *s = f->verdict.survey;
    uint32_t first = 0;
    uint32_t end = 0;

    cp_survey_facts(s, sight.kind, sight.object, &first, &end);
    for (uint32_t fact = first; fact < end; fact++) {
        struct cp_because because;
        cp_text part = s->net->facts[fact].part;
        if (!cp_survey_is_own(s, fact) || cp_verdict_fact(&f->verdict, fact) != found ||
            cp_map_find(parts, part) != CP_MAP_NONE)
            continue;
        CP_TRY(cp_map_add(parts, part, fact));
        CP_TRY(cp_because_fact(&f->verdict, fact, f->arena, &because));
        CP_TRY(add(f, sight, found, &because));
    }
    return CP_OK;
}

static cp_err add_own(struct finder *f, struct sight sight)
{
    struct cp_map *parts = NULL;

    CP_TRY(cp_map_open(f->arena, &parts));
    CP_TRY(add_parts(f, sight, CP_UNTRUSTED, parts));
    if (cp_verdict_treated(CP_UNKNOWN, f->verdict.rule->unknown) == CP_TRUSTED)
        return CP_OK;
    return add_parts(f, sight, CP_UNKNOWN, parts);
}

/* Nobody states who made the thing itself: no fact says so, the element's reason does. */
static bool is_only_unstated(const struct finder *f, struct sight sight, cp_trust whole)
{
    return whole == CP_UNKNOWN && cp_verdict_is_unstated(&f->verdict, sight.kind, sight.object);
}

static cp_err judge_element(struct finder *f, struct sight sight)
{
    const struct cp_verdict_of *v = &f->verdict;
    cp_trust whole =
        (cp_trust)(sight.kind == CP_OBJECT_NODE ? v->node_trust : v->link_trust)[sight.object];
    cp_trust own = cp_verdict_own(v, sight.kind, sight.object);
    struct cp_because because;

    if (cp_verdict_treated(whole, v->rule->unknown) == CP_TRUSTED)
        return CP_OK;
    if (own != CP_TRUSTED)
        CP_TRY(add_own(f, sight));
    if (own == whole && !is_only_unstated(f, sight, whole))
        return CP_OK;
    CP_TRY(cp_because_find(v, sight.kind, sight.object, f->arena, &because));
    return add(f, sight, whole, &because);
}

static bool is_there(const struct finder *f, uint32_t node)
{
    const struct cp_rule *rule = f->verdict.rule;

    return !rule->has_at || cp_select_meets(&rule->at, f->verdict.survey->net, node);
}

static cp_text site_of(const struct cp_case *net, uint32_t node)
{
    uint32_t site = net->nodes[node].site;

    return site == CP_NONE ? CP_TEXT("") : net->sites[site].id;
}

static cp_err judge_link_there(struct finder *f, uint32_t link)
{
    const struct cp_case *net = f->verdict.survey->net;
    cp_range ends = net->links[link].ends;

    for (uint32_t i = ends.first; i < ends.first + ends.count; i++) {
        uint32_t node = net->ends[i].node.at;
        if (is_there(f, node))
            return judge_element(f, (struct sight){CP_OBJECT_LINK, link, site_of(net, node)});
    }
    return CP_OK;
}

cp_err cp_presence_find(const struct cp_survey *survey, const struct cp_rule *rule,
                        struct cp_arena *arena, struct cp_presences *out)
{
    const struct cp_case *net = survey->net;
    struct finder f = {.arena = arena, .out = out};

    CP_TRY(cp_verdict_make(survey, rule, arena, &f.verdict));
    for (uint32_t node = 0; node < net->node_count; node++) {
        if (is_there(&f, node))
            CP_TRY(judge_element(&f, (struct sight){CP_OBJECT_NODE, node, site_of(net, node)}));
    }
    for (uint32_t link = 0; link < net->link_count; link++)
        CP_TRY(judge_link_there(&f, link));
    return CP_OK;
}
