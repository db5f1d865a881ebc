#include "obstacles.h"

#include "base/num.h"

struct place {
    cp_object_kind kind;
    uint32_t object;
};

static struct place place_of(const struct cp_net *net, uint32_t element)
{
    uint32_t at = 0;

    if (cp_graph_element(&net->graph, element, &at) == CP_ELEMENT_LINK)
        return (struct place){CP_OBJECT_LINK, net->case_link[at]};
    return (struct place){CP_OBJECT_NODE, net->case_node[at]};
}

bool cp_obstacles_against(const struct obstacles *o, uint32_t place, uint32_t element)
{
    const struct cp_judge_rule *rule = &o->judge->rules[o->treatment->rules[place]];
    struct place at = place_of(o->net, element);

    return cp_trust_treated(cp_judge_trust(rule, at.kind, at.object), rule->unknown) != CP_TRUSTED;
}

/* --- prices ------------------------------------------------------------------------------- */

static uint64_t price_of(const struct cp_judge *judge, struct place at)
{
    const struct cp_case *c = judge->net;
    const uint32_t *first = at.kind == CP_OBJECT_LINK ? c->link_facts : c->node_facts;
    uint64_t price = 0;
    bool stated = false;

    for (uint32_t i = first[at.object]; i < first[at.object + 1]; i++) {
        const struct cp_fact *f = &c->facts[i];
        uint64_t number = 0;

        if (!cp_text_is(f->attribute, "replacement-cost") || f->part.len > 0 ||
            (f->expires != CP_DATE_NONE && f->expires < judge->as_of))
            continue;
        if (cp_num_u64(f->value, UINT64_MAX - 1, &number) != CP_OK)
            continue; /* unknown */
        stated = true;
        price = number > price ? number : price;
    }
    return stated ? price : 1;
}

static cp_err find_prices(struct obstacles *o, struct cp_arena *arena)
{
    const struct cp_case *c = o->judge->net;
    uint64_t *price = CP_TAKE(arena, o->elements, uint64_t);

    if (price == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t e = 0; e < o->elements; e++)
        price[e] = c->fact_count == 0 ? 1 : price_of(o->judge, place_of(o->net, e));
    o->price = price;
    return CP_OK;
}

/* --- rules -------------------------------------------------------------------------------- */

static cp_err count_rules(struct obstacles *o, const struct cp_marking *m, struct cp_arena *arena)
{
    uint32_t links = o->net->graph.link_count;
    uint32_t rules = o->treatment->rule_count;
    uint32_t *how_many = CP_TAKE(arena, o->elements, uint32_t);
    uint32_t *alone = CP_TAKE(arena, o->elements, uint32_t);
    uint32_t *relevant = CP_TAKE(arena, rules, uint32_t);
    uint8_t *frees = CP_TAKE(arena, rules, uint8_t);

    if (how_many == NULL || alone == NULL || relevant == NULL || frees == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t r = 0; r < rules; r++) {
        bool against = false;

        for (uint32_t e = 0; e < o->elements; e++) {
            if ((e < links ? m->marks.link[e] : m->marks.node[e - links]) == 0 ||
                !cp_obstacles_against(o, r, e))
                continue;
            how_many[e]++;
            alone[e] = r;
            against = true;
        }
        if (against)
            relevant[o->relevant_count++] = r;
    }
    for (uint32_t e = 0; e < o->elements; e++)
        if (how_many[e] == 1)
            frees[alone[e]] = 1;
    o->how_many = how_many;
    o->alone = alone;
    o->relevant = relevant;
    o->frees = frees;
    return CP_OK;
}

cp_err cp_obstacles_make(const struct cp_net *net, const struct cp_judge *judge,
                         const struct cp_marking *marking, uint32_t treatment,
                         struct cp_arena *arena, struct obstacles *out)
{
    *out = (struct obstacles){.net = net,
                              .judge = judge,
                              .treatment = &judge->treatments[treatment],
                              .elements = net->graph.link_count + net->graph.node_count};
    CP_TRY(count_rules(out, marking, arena));
    return find_prices(out, arena);
}

void cp_obstacles_all(const struct obstacles *o, uint32_t *against)
{
    for (uint32_t e = 0; e < o->elements; e++)
        against[e] = o->how_many[e] > 0;
}

void cp_obstacles_but_one(const struct obstacles *o, uint32_t place, uint32_t *against)
{
    for (uint32_t e = 0; e < o->elements; e++)
        against[e] = o->how_many[e] > 1 || (o->how_many[e] == 1 && o->alone[e] != place);
}

void cp_obstacles_but(const struct obstacles *o, const uint8_t *waived, uint32_t *against)
{
    for (uint32_t e = 0; e < o->elements; e++)
        against[e] = 0;
    for (uint32_t i = 0; i < o->relevant_count; i++)
        for (uint32_t e = 0; !waived[o->relevant[i]] && e < o->elements; e++)
            if (o->how_many[e] > 0 && cp_obstacles_against(o, o->relevant[i], e))
                against[e] = 1;
}

void cp_obstacles_bits(const struct obstacles *o, uint32_t *against)
{
    for (uint32_t e = 0; e < o->elements; e++) {
        against[e] = 0;
        for (uint32_t i = 0; o->how_many[e] > 0 && i < o->relevant_count; i++)
            against[e] |= (uint32_t)cp_obstacles_against(o, o->relevant[i], e) << i;
    }
}

cp_err cp_obstacles_blocker(const struct obstacles *o, uint32_t element, struct cp_arena *arena,
                            struct cp_blocker *out)
{
    struct place at = place_of(o->net, element);
    uint32_t *rules = CP_TAKE(arena, o->how_many[element], uint32_t);

    if (rules == NULL)
        return CP_ERR_NOMEM;
    *out = (struct cp_blocker){
        .kind = at.kind, .object = at.object, .cost = o->price[element], .rules = rules};
    for (uint32_t i = 0; i < o->relevant_count; i++)
        if (cp_obstacles_against(o, o->relevant[i], element))
            rules[out->rule_count++] = o->treatment->rules[o->relevant[i]];
    CP_ASSERT(out->rule_count == o->how_many[element]);
    return CP_OK;
}
