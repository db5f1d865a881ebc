#include "making.h"

#include "base/map.h"
#include "base/out.h"

/*
 * Classes of all policies are numbered through; a demand is in a set of them.  In each policy it
 * belongs to the class that it names, or, where that policy has no class of the name, to those whose
 * selector it meets.  Demands with one set share a treatment.
 */

struct classes {
    struct cp_judge_making *m;
    const uint32_t *first; /* [policy_count] number of a policy's first class */
    uint32_t count, words;
    uint64_t *sets;               /* [demand_count][words] */
    struct cp_conditions selects; /* a condition a class; absent where it has no ends */
};

static const struct cp_traffic *class_at(const struct classes *c, uint32_t at, uint32_t *policy)
{
    *policy = c->m->policy_count - 1;
    while (c->first[*policy] > at)
        (*policy)--;
    return &c->m->policies[*policy].policy->classes[at - c->first[*policy]];
}

static void add_to(const struct classes *c, uint32_t demand, uint32_t class)
{
    c->sets[(size_t)demand * c->words + (class >> 6)] |= UINT64_C(1) << (class & 63);
}

static bool is_in(const struct classes *c, uint32_t demand, uint32_t class)
{
    return (c->sets[(size_t)demand * c->words + (class >> 6)] >> (class & 63) & 1) != 0;
}

/* --- names -------------------------------------------------------------------------------- */

static cp_err no_such_class(const struct classes *c, const struct cp_demand *demand,
                            struct cp_diag *diag)
{
    cp_text *ids = CP_TAKE(c->m->arena, c->count, cp_text);
    uint32_t policy = 0;

    if (ids == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < c->count; i++)
        ids[i] = class_at(c, i, &policy)->id;
    cp_err err = cp_diag_set(diag, CP_ERR_UNKNOWN_ID, demand->place, "no such traffic class",
                             demand->traffic_class);
    size_t nearest = cp_text_nearest(demand->traffic_class, ids, c->count);
    if (nearest < c->count)
        cp_diag_hint(diag, ids[nearest]);
    return err;
}

/* Sets for each policy whether it has a class of the demand's name, and adds the demand to it. */
static cp_err name_demand(const struct classes *c, uint32_t at, bool *named, struct cp_diag *diag)
{
    const struct cp_demand *demand = &c->m->net->demands[at];
    bool any = demand->traffic_class.len == 0;

    for (uint32_t p = 0; p < c->m->policy_count; p++) {
        uint32_t class =
            demand->traffic_class.len == 0
                ? CP_NONE
                : cp_policy_find_class(c->m->policies[p].policy, demand->traffic_class);
        named[p] = class != CP_NONE;
        any = any || named[p];
        if (named[p])
            add_to(c, at, c->first[p] + class);
    }
    return any ? CP_OK : no_such_class(c, demand, diag);
}

/* --- selectors ---------------------------------------------------------------------------- */

static cp_err make_selects(struct classes *c)
{
    struct cp_condition *conditions = CP_TAKE(c->m->arena, c->count, struct cp_condition);

    if (conditions == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < c->count; i++) {
        uint32_t policy = 0;
        const struct cp_traffic *class = class_at(c, i, &policy);
        conditions[i] = (struct cp_condition){.policy = policy,
                                              .absent = class->ends == CP_ENDS_NONE,
                                              .selects = {&class->select},
                                              .select_count = 1,
                                              .layers = UINT32_MAX};
    }
    return cp_conditions_make(c->m->ground, conditions, c->count, &c->selects);
}

/* Classes that each node may be an end of: where it is not known it may, and more is asked of it. */
static cp_err see_nodes(const struct classes *c, uint64_t **out)
{
    uint32_t products = (c->m->ground->product_count + 63) / 64;
    uint64_t *ends = CP_TAKE(c->m->arena, (size_t)c->m->net->node_count * c->words, uint64_t);
    struct cp_seen seen;
    struct cp_seen work;

    if (ends == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_seen_make(c->words, c->m->arena, &seen));
    CP_TRY(cp_seen_make(products, c->m->arena, &work));
    for (uint32_t node = 0; node < c->m->net->node_count; node++) {
        struct cp_subject subject = {.kind = CP_OBJECT_NODE,
                                     .object = node,
                                     .name = CP_NAME_SILENT,
                                     .grade = CP_WEIGHT_MOST};
        (void)cp_conditions_see(c->m->ground, &c->selects, &subject, CP_SEE_AGAINST, &work, &seen);
        for (uint32_t w = 0; w < c->words; w++)
            ends[(size_t)node * c->words + w] = seen.perhaps[w];
    }
    *out = ends;
    return CP_OK;
}

static bool meets(const struct classes *c, const uint64_t *nodes, cp_range ends, uint32_t class)
{
    for (uint32_t i = ends.first; i < ends.first + ends.count; i++) {
        size_t node = c->m->net->demand_ends[i].at;
        if ((nodes[node * c->words + (class >> 6)] >> (class & 63) & 1) != 0)
            return true;
    }
    return false;
}

static void select_demand(const struct classes *c, const uint64_t *nodes, uint32_t at,
                          const bool *named)
{
    const struct cp_demand *demand = &c->m->net->demands[at];

    for (uint32_t class = 0; class < c->count; class ++) {
        uint32_t policy = 0;
        const struct cp_traffic *traffic = class_at(c, class, &policy);
        if (named[policy] || traffic->ends == CP_ENDS_NONE)
            continue;
        bool src = meets(c, nodes, demand->src, class);
        bool dst = meets(c, nodes, demand->dst, class);
        if (traffic->ends == CP_ENDS_BOTH ? src && dst : src || dst)
            add_to(c, at, class);
    }
}

static cp_err classify(struct classes *c, struct cp_diag *diag)
{
    bool *named = CP_TAKE(c->m->arena, c->m->policy_count, bool);
    uint64_t *nodes = NULL;

    if (named == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(make_selects(c));
    CP_TRY(see_nodes(c, &nodes));
    for (uint32_t i = 0; i < c->m->net->demand_count; i++) {
        CP_TRY(name_demand(c, i, named, diag));
        select_demand(c, nodes, i, named);
    }
    return CP_OK;
}

/* --- treatments --------------------------------------------------------------------------- */

/* Names of the classes, each once: two policies may both say "sensitive". */
static cp_err name_treatment(const struct classes *c, uint32_t demand, cp_text *out)
{
    struct cp_out names = cp_out_make(c->m->arena);
    const char *between = "";

    for (uint32_t class = 0; class < c->count; class ++) {
        uint32_t policy = 0;
        bool said = !is_in(c, demand, class);
        cp_text id = class_at(c, class, &policy)->id;
        for (uint32_t other = 0; other < class && !said; other++)
            said = is_in(c, demand, other) && cp_text_eq(class_at(c, other, &policy)->id, id);
        if (said)
            continue;
        cp_out_str(&names, between);
        cp_out_text(&names, id);
        between = " ";
    }
    return cp_out_done(&names, out);
}

static cp_err list_classes(const struct classes *c, uint32_t demand, struct cp_treatment *out)
{
    const struct cp_traffic **list = (const struct cp_traffic **)cp_arena_take(
        c->m->arena, c->count, sizeof(struct cp_traffic *));
    uint32_t policy = 0;

    if (list == NULL)
        return CP_ERR_NOMEM;
    out->class_count = 0;
    for (uint32_t class = 0; class < c->count; class ++)
        if (is_in(c, demand, class))
            list[out->class_count++] = class_at(c, class, &policy);
    out->classes = list;
    return CP_OK;
}

static cp_err make_treatment(const struct classes *c, uint32_t demand, struct cp_treatment *out)
{
    const struct cp_judge *judge = c->m->judge;
    uint32_t *rules = CP_TAKE(c->m->arena, judge->transit_count, uint32_t);
    uint32_t count = 0;

    if (rules == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < judge->transit_count; i++) {
        uint32_t class = judge->rules[i].rule->traffic_class;
        if (class == CP_NONE || is_in(c, demand, c->first[judge->rules[i].policy] + class))
            rules[count++] = i;
    }
    out->rules = rules;
    out->rule_count = count;
    CP_TRY(list_classes(c, demand, out));
    return name_treatment(c, demand, &out->traffic_class);
}

static cp_err treat(const struct classes *c)
{
    const struct cp_case *net = c->m->net;
    uint32_t *of = CP_TAKE(c->m->arena, net->demand_count, uint32_t);
    struct cp_treatment *treatments = NULL;
    struct cp_map *known = NULL;
    uint32_t count = 0;
    uint32_t cap = 0;

    if (of == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_map_open(c->m->arena, &known));
    for (uint32_t i = 0; i < net->demand_count; i++) {
        /* The key is the set's bytes: only ever compared with bytes of this process. */
        cp_text key = {(const char *)&c->sets[(size_t)i * c->words], c->words * sizeof(uint64_t)};
        void *at = treatments;
        of[i] = cp_map_find(known, key);
        if (of[i] != CP_MAP_NONE)
            continue;
        CP_TRY(cp_arena_grow(c->m->arena, &at, count, &cap, sizeof(*treatments)));
        treatments = at;
        CP_TRY(make_treatment(c, i, &treatments[count]));
        CP_TRY(cp_map_add(known, key, count));
        of[i] = count++;
    }
    c->m->judge->treatments = treatments;
    c->m->judge->treatment_count = count;
    c->m->judge->demand_treatment = of;
    return CP_OK;
}

cp_err cp_judging_demands(struct cp_judge_making *m, struct cp_diag *diag)
{
    struct classes c = {.m = m};
    uint32_t *first = CP_TAKE(m->arena, m->policy_count, uint32_t);

    if (first == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t p = 0; p < m->policy_count; p++) {
        first[p] = c.count;
        c.count += m->policies[p].policy->class_count;
    }
    c.first = first;
    c.words = c.count / 64 + 1;
    c.sets = CP_TAKE(m->arena, (size_t)m->net->demand_count * c.words, uint64_t);
    if (c.sets == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(classify(&c, diag));
    return treat(&c);
}
