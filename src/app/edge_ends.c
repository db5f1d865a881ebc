#include "edge_ends.h"

#include <stdlib.h>

/* Each demand is looked at once, and prefixes of all ends are sorted to find those that stand behind two: O(n log n). */

struct place {
    const struct cp_edge_word *word;
    uint32_t node;
};

bool cp_edge_ends_class(cp_text classes, cp_text class)
{
    cp_text one;

    while (cp_text_word(&classes, " ", &one))
        if (cp_text_eq(one, class))
            return true;
    return false;
}

/* --- which nodes ----------------------------------------------------------------------------------- */

static bool is_among(const struct cp_case *c, cp_range ends, uint32_t node)
{
    for (uint32_t i = 0; i < ends.count; i++)
        if (c->demand_ends[ends.first + i].at == node)
            return true;
    return false;
}

static void add_classes(const struct cp_edge_ask *ask, cp_range ends, uint64_t classes,
                        struct cp_edge_ends *out)
{
    const struct cp_case *c = ask->judge->net;

    for (uint32_t i = 0; i < ends.count; i++)
        if (c->demand_ends[ends.first + i].at != ask->head)
            out->classes[c->demand_ends[ends.first + i].at] |= classes;
}

static void find_ends(const struct cp_edge_ask *ask, struct cp_edge_ends *out)
{
    const struct cp_judge *judge = ask->judge;

    for (uint32_t d = 0; d < judge->net->demand_count; d++) {
        const struct cp_demand *demand = &judge->net->demands[d];
        uint64_t classes = 0;

        for (uint32_t k = 0; k < ask->class_count; k++)
            if (cp_edge_ends_class(judge->treatments[judge->demand_treatment[d]].traffic_class,
                                   ask->classes[k].name))
                classes |= UINT64_C(1) << k;
        if (classes != 0 && is_among(judge->net, demand->src, ask->head))
            add_classes(ask, demand->dst, classes, out);
        if (classes != 0 && is_among(judge->net, demand->dst, ask->head))
            add_classes(ask, demand->src, classes, out);
    }
}

/* --- what is wrong with them ----------------------------------------------------------------------- */

static bool has_family(const struct cp_edge_words *words, uint8_t family)
{
    for (uint32_t i = 0; i < words->count; i++)
        if (words->at[i].prefix.address.family == family)
            return true;
    return false;
}

static cp_err find_at(struct cp_edge_facts *facts, const char *why, const struct cp_edge_word *word,
                      bool warns)
{
    return cp_edge_facts_find(facts, &(struct cp_edge_finding){.why = why,
                                                               .subject = word->text,
                                                               .place = word->place,
                                                               .other = CP_PLACE_NONE,
                                                               .warns = warns});
}

/* The first prefix of each family stands for the others. */
static cp_err check_end(const struct cp_edge_ask *ask, struct cp_edge_facts *facts, uint32_t node,
                        const struct cp_edge_ends *ends)
{
    const struct cp_edge_words *own = &ends->behind[ask->head], *words = &ends->behind[node];
    bool done[2] = {false, false};

    for (uint32_t i = 0; i < words->count; i++) {
        uint8_t family = words->at[i].prefix.address.family;

        if (done[family == 6])
            continue;
        done[family == 6] = true;
        if (ends->unpack[node].of[family == 6].family == 0)
            CP_TRY(find_at(facts,
                           family == 6 ? "lies behind a node that states no unpack6"
                                       : "lies behind a node that states no unpack4",
                           &words->at[i], false));
        if (own->count > 0 && !has_family(own, family))
            CP_TRY(find_at(facts,
                           "no packet to here is of a class, for no prefix of this family lies "
                           "behind the headend",
                           &words->at[i], true));
    }
    return CP_OK;
}

/* From a prefix behind the headend packets go to prefixes of its family. */
static cp_err check_own(const struct cp_edge_ask *ask, struct cp_edge_facts *facts,
                        const struct cp_edge_ends *ends)
{
    const struct cp_edge_words *own = &ends->behind[ask->head];
    bool met[2] = {false, false};

    for (uint32_t v = 0; v < facts->c->node_count; v++)
        for (uint32_t i = 0; ends->classes[v] != 0 && i < ends->behind[v].count; i++)
            met[ends->behind[v].at[i].prefix.address.family == 6] = true;
    for (uint32_t i = 0; i < own->count; i++) {
        bool six = own->at[i].prefix.address.family == 6;

        if (!met[six])
            CP_TRY(find_at(facts,
                           "no packet from here is of a class, for no prefix of this family lies "
                           "behind another end",
                           &own->at[i], true));
        met[six] = true;
    }
    return CP_OK;
}

static int compare(const struct place *a, const struct place *b)
{
    int order = cp_ip_cmp(a->word->prefix.address, b->word->prefix.address);

    return order != 0 ? order : (int)a->word->prefix.length - (int)b->word->prefix.length;
}

static int by_prefix(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    int order = compare(a, b);

    return order != 0 ? order : (a->node > b->node) - (a->node < b->node);
}

/* A prefix of a class lies behind one end. */
static cp_err check_repeats(struct cp_edge_facts *facts, const struct cp_edge_ends *ends)
{
    size_t count = 0, first = 0;
    struct place *all;

    for (uint32_t v = 0; v < facts->c->node_count; v++)
        count += ends->classes[v] != 0 ? ends->behind[v].count : 0;
    all = CP_TAKE(facts->arena, count, struct place);
    if (all == NULL)
        return CP_ERR_NOMEM;
    count = 0;
    for (uint32_t v = 0; v < facts->c->node_count; v++)
        for (uint32_t i = 0; ends->classes[v] != 0 && i < ends->behind[v].count; i++)
            all[count++] = (struct place){&ends->behind[v].at[i], v};
    qsort(all, count, sizeof *all, by_prefix);
    for (size_t i = 1; i < count; i++) {
        first = compare(&all[first], &all[i]) == 0 ? first : i;
        for (size_t j = first; j < i; j++) {
            if ((ends->classes[all[j].node] & ends->classes[all[i].node]) == 0)
                continue;
            CP_TRY(cp_edge_facts_find(
                facts, &(struct cp_edge_finding){
                           .why = "lies behind another end of a demand of the class, too",
                           .subject = all[i].word->text,
                           .place = all[i].word->place,
                           .other = all[j].word->place}));
            break;
        }
    }
    return CP_OK;
}

cp_err cp_edge_ends_make(const struct cp_edge_ask *ask, struct cp_edge_facts *facts,
                         struct cp_edge_ends *out)
{
    uint32_t nodes = facts->c->node_count;

    out->classes = CP_TAKE(facts->arena, nodes, uint64_t);
    out->behind = CP_TAKE(facts->arena, nodes, struct cp_edge_words);
    out->unpack = CP_TAKE(facts->arena, nodes, struct cp_edge_unpack);
    if (out->classes == NULL || out->behind == NULL || out->unpack == NULL)
        return CP_ERR_NOMEM;
    find_ends(ask, out);
    for (uint32_t v = 0; v < nodes; v++) {
        if (out->classes[v] == 0 && v != ask->head)
            continue;
        CP_TRY(cp_edge_facts_words(facts, CP_OBJECT_NODE, v, "behind", CP_EDGE_PREFIX,
                                   &out->behind[v]));
        CP_TRY(cp_edge_facts_one(facts, v, "unpack4", &out->unpack[v].of[0]));
        CP_TRY(cp_edge_facts_one(facts, v, "unpack6", &out->unpack[v].of[1]));
    }
    for (uint32_t v = 0; v < nodes; v++)
        if (out->classes[v] != 0)
            CP_TRY(check_end(ask, facts, v, out));
    CP_TRY(check_own(ask, facts, out));
    return check_repeats(facts, out);
}
