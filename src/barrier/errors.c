#include "errors.h"

#include <stdlib.h>

#include "netlink/rules.h"
#include "permit/words.h"

#include "behind.h"

enum { NESTED_MAX = 130, NOTHING = 0xffff }; /* NOTHING is no class */

struct place {
    cp_edge_prefix prefix;
    cp_edge_classes
        classes;    /* that anything behind others is there for, on the whole of the prefix */
    uint32_t class; /* 0: several */
};

static int compare_places(const void *left, const void *right)
{
    const cp_edge_prefix *a = &((const struct place *)left)->prefix,
                         *b = &((const struct place *)right)->prefix;
    int order = cp_ip_cmp(a->address, b->address); /* by family first */

    return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

/* Of a family and length those of one class follow each other: then they are one set, which is found at once. */
static int compare_selects(const void *left, const void *right)
{
    const struct cp_edge_select *a = left, *b = right;
    uint8_t a_family = a->to.address.family, b_family = b->to.address.family;
    int order = (a->to.length < b->to.length) - (a->to.length > b->to.length);

    order = order != 0 ? order : (a_family > b_family) - (a_family < b_family);
    order = order != 0 ? order : (a->class > b->class) - (a->class < b->class);
    return order != 0 ? order : cp_ip_cmp(a->to.address, b->to.address);
}

static bool holds(const cp_edge_prefix *outer, const cp_edge_prefix *inner)
{
    cp_ip mask = behind_mask(outer->address.family, outer->length);
    uint8_t differ = 0;

    for (uint32_t i = 0; i < 16; i++)
        differ |= (outer->address.bytes[i] ^ inner->address.bytes[i]) & mask.bytes[i];
    return outer->address.family == inner->address.family && differ == 0;
}

static uint32_t class_of(const struct cp_edge_policy *policy, cp_edge_classes classes)
{
    uint32_t i = 0;

    if ((classes & (classes - 1)) != 0)
        return 0;
    while (classes >> i > 1)
        i++;
    return policy->classes[i].number;
}

/* Sorted, each once.  What lies behind ourselves is not among them. */
static uint32_t take_places(const struct cp_edge_policy *policy, struct place *places)
{
    uint32_t count = 0, kept = 0;

    for (uint32_t d = 0; d < policy->demand_count; d++) {
        const struct cp_edge_demand *demand = &policy->demands[d];

        if (demand->endpoint == policy->nodes[0].number)
            continue;
        for (uint32_t i = 0; i < demand->prefix_count; i++)
            places[count++] = (struct place){.prefix = policy->prefixes[demand->prefix_first + i],
                                             .classes = cp_edge_class_bit(policy, demand->class)};
    }
    qsort(places, count, sizeof *places, compare_places);
    for (uint32_t i = 0; i < count; i++) {
        if (kept > 0 && compare_places(&places[kept - 1], &places[i]) == 0)
            places[kept - 1].classes |= places[i].classes;
        else
            places[kept++] = places[i];
    }
    return kept;
}

/* Each has the classes of those around it too; it is a select where they are not the ones of the next around it. */
static uint32_t put_selects(const struct cp_edge_policy *policy, struct place *places,
                            uint32_t place_count, struct cp_edge_select *selects)
{
    const struct place *open[NESTED_MAX]; /* each holds the next */
    uint32_t open_count = 0, count = 0;

    for (uint32_t i = 0; i < place_count; i++) {
        struct place *at = &places[i];
        uint32_t around = NOTHING;

        while (open_count > 0 && !holds(&open[open_count - 1]->prefix, &at->prefix))
            open_count--;
        if (open_count > 0) {
            at->classes |= open[open_count - 1]->classes;
            around = open[open_count - 1]->class;
        }
        at->class = class_of(policy, at->classes);
        open[open_count++] = at;
        if (at->class == around)
            continue;
        selects[count] = cp_edge_select_any(at->class);
        selects[count++].to = at->prefix;
    }
    return count;
}

cp_err errors_gather(const struct cp_edge_policy *policy, struct cp_arena *arena,
                     struct selects *out)
{
    struct place *places = CP_TAKE(arena, policy->prefix_count, struct place);
    struct cp_edge_select *selects = CP_TAKE(arena, policy->prefix_count, struct cp_edge_select);
    uint32_t count;

    if (places == NULL || selects == NULL)
        return CP_ERR_NOMEM;
    count = put_selects(policy, places, take_places(policy, places), selects);
    qsort(selects, count, sizeof *selects, compare_selects);
    CP_TRY(selects_gather(selects, count, arena, out));
    out->name = CP_SET_ERROR;
    return CP_OK;
}
