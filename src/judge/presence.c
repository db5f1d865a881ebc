#include "making.h"

#include "base/map.h"

#include "reason.h"

/*
 * What a rule about presence or installation does not want: nodes, then links, at its places.  Of each
 * element every bad part of its own; and the element as a whole where it is worse than these (through
 * its ports, its managers or what is under it).
 */

struct finder {
    struct cp_engine engine; /* a copy with scratch of its own */
    struct cp_judge_making *m;
    uint32_t rule;
    struct cp_presence *at;
    uint32_t count, cap;
};

/* The thing that is looked at. */
struct sight {
    cp_object_kind kind;
    uint32_t object;
    cp_trust there; /* no part is judged worse: perhaps it is not at the place */
};

static const struct cp_rule *rule_of(const struct finder *f)
{
    return f->engine.rules[f->rule].rule;
}

static cp_text site_of_node(const struct cp_case *net, uint32_t node)
{
    uint32_t site = net->nodes[node].site;

    return site == CP_NONE ? CP_TEXT("") : net->sites[site].id;
}

/* Of a link the site of its first end that is at the place of the rule; else of its first. */
static cp_text site_of(const struct finder *f, struct sight sight)
{
    const struct cp_case *net = f->m->net;
    cp_text first = CP_TEXT("");

    if (sight.kind == CP_OBJECT_NODE)
        return site_of_node(net, sight.object);
    cp_range ends = net->links[sight.object].ends;
    for (uint32_t i = ends.first; i < ends.first + ends.count; i++) {
        uint32_t node = net->ends[i].node.at;
        cp_text site = site_of_node(net, node);
        if (first.len == 0)
            first = site;
        if (cp_engine_is_at(&f->engine, f->rule, node))
            return site;
    }
    return first;
}

static cp_err add(struct finder *f, struct sight sight, cp_trust found,
                  const struct cp_because *because)
{
    cp_trust kept = found < sight.there ? found : sight.there;
    struct cp_presence presence = {.rule = f->rule,
                                   .trust = cp_trust_treated(kept, rule_of(f)->unknown),
                                   .kind = sight.kind,
                                   .object = sight.object,
                                   .part = because->part,
                                   .site = site_of(f, sight),
                                   .found = kept,
                                   .weak = because->weak};
    void *at = f->at;

    CP_TRY(cp_because_write(because, f->m->net, f->m->arena, &presence.sentence, &presence.reason));
    CP_TRY(cp_arena_grow(f->m->arena, &at, f->count, &f->cap, sizeof(presence)));
    f->at = at;
    f->at[f->count++] = presence;
    return CP_OK;
}

static cp_trust fact_trust(struct finder *f, uint32_t fact)
{
    cp_own_clear(&f->engine, &f->engine.own);
    cp_own_fact(&f->engine, fact, &f->engine.own);
    return cp_own_trust(&f->engine.own, f->rule);
}

/* The first fact this bad about each part that no worse fact was about. */
static cp_err add_parts(struct finder *f, struct sight sight, cp_trust found, struct cp_map *parts)
{
    const struct cp_survey *s = f->engine.survey;
    uint32_t first = 0;
    uint32_t end = 0;

    cp_survey_facts(s, sight.kind, sight.object, &first, &end);
    for (uint32_t fact = first; fact < end; fact++) {
        struct cp_because because;
        cp_text part = s->net->facts[fact].part;
        if (!cp_survey_is_own(s, fact) || cp_map_find(parts, part) != CP_MAP_NONE ||
            fact_trust(f, fact) != found)
            continue;
        CP_TRY(cp_map_add(parts, part, fact));
        CP_TRY(cp_because_fact(&f->engine, f->rule, fact, &because));
        CP_TRY(add(f, sight, found, &because));
    }
    return CP_OK;
}

static cp_err add_own(struct finder *f, struct sight sight)
{
    struct cp_map *parts = NULL;

    CP_TRY(cp_map_open(f->m->arena, &parts));
    CP_TRY(add_parts(f, sight, CP_UNTRUSTED, parts));
    if (cp_trust_treated(CP_UNKNOWN, rule_of(f)->unknown) == CP_TRUSTED)
        return CP_OK;
    return add_parts(f, sight, CP_UNKNOWN, parts);
}

/* What the thing has of its own; whether that is so for what nobody states alone. */
static cp_trust own_trust(struct finder *f, struct sight sight, bool *unstated)
{
    cp_trust trust;

    *unstated = false;
    cp_own_clear(&f->engine, &f->engine.own);
    cp_own_object(&f->engine, sight.kind, sight.object, &f->engine.own);
    trust = cp_own_trust(&f->engine.own, f->rule);
    if (cp_survey_is_stated(f->engine.survey, sight.kind, sight.object))
        return trust;
    cp_own_clear(&f->engine, &f->engine.own);
    cp_own_unstated(&f->engine, sight.kind, sight.object, &f->engine.own);
    *unstated = cp_own_trust(&f->engine.own, f->rule) == trust;
    return trust;
}

static cp_err judge_element(struct finder *f, cp_object_kind kind, uint32_t object)
{
    struct sight sight = {kind, object, cp_judge_trust(&f->m->judge->rules[f->rule], kind, object)};
    cp_trust whole = cp_engine_trust(&f->engine, f->rule, kind, object);
    struct cp_because because;
    bool unstated = false;

    if (cp_trust_treated(sight.there, rule_of(f)->unknown) == CP_TRUSTED)
        return CP_OK;
    cp_trust own = own_trust(f, sight, &unstated);
    if (own != CP_TRUSTED)
        CP_TRY(add_own(f, sight));
    if (own == whole && !unstated)
        return CP_OK;
    CP_TRY(cp_because_find(&f->engine, f->rule, kind, object, &because));
    return add(f, sight, whole, &because);
}

/* --- all of them ---------------------------------------------------------------------------- */

/* Elements that some rule of a word is against or in doubt of: few of all. */
struct suspects {
    uint32_t *at; /* [count], ascending */
    uint32_t count;
};

static void find_suspects(const struct cp_planes *planes, uint32_t w, uint64_t rules,
                          struct suspects *out)
{
    size_t base = (size_t)w * planes->count;

    out->count = 0;
    for (uint32_t i = 0; i < planes->count; i++) {
        if (((planes->bad[base + i] | planes->unknown[base + i]) & rules) != 0)
            out->at[out->count++] = i;
    }
}

static cp_err judge_word(struct finder *f, uint32_t w, struct suspects *nodes,
                         struct suspects *links)
{
    uint32_t first = f->engine.transit_count > w * 64 ? f->engine.transit_count : w * 64;
    uint32_t end = f->engine.rule_count < w * 64 + 64 ? f->engine.rule_count : w * 64 + 64;
    uint64_t rules = first < end ? UINT64_MAX << (first & 63) : 0;

    find_suspects(&f->engine.node_there, w, rules, nodes);
    find_suspects(&f->engine.link_there, w, rules, links);
    for (f->rule = first; f->rule < end; f->rule++) {
        for (uint32_t i = 0; i < nodes->count; i++)
            CP_TRY(judge_element(f, CP_OBJECT_NODE, nodes->at[i]));
        for (uint32_t i = 0; i < links->count; i++)
            CP_TRY(judge_element(f, CP_OBJECT_LINK, links->at[i]));
    }
    return CP_OK;
}

cp_err cp_judging_presences(struct cp_judge_making *m)
{
    struct finder f = {.m = m};
    struct suspects nodes = {.at = CP_TAKE(m->arena, m->net->node_count, uint32_t)};
    struct suspects links = {.at = CP_TAKE(m->arena, m->net->link_count, uint32_t)};

    if (nodes.at == NULL || links.at == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_engine_borrow(m->engine, m->arena, &f.engine));
    for (uint32_t w = m->engine->transit_count / 64; w < m->engine->words; w++)
        CP_TRY(judge_word(&f, w, &nodes, &links));
    m->judge->presences = f.at;
    m->judge->presence_count = f.count;
    return CP_OK;
}
