#include "maker_index.h"

#include <string.h>

/*
 * Who stands above whom: a graph of parents and owners.  Walks go up, depth first, with a stack of
 * their own, each edge once; a maker's control is known when all above it are done.
 */

enum { NEW, OPEN, DONE };

struct cp_maker_step {
    uint32_t maker;
    uint32_t item; /* the next owner */
    bool parent_done;
};

cp_err cp_maker_walk_make(const struct cp_makers *makers, struct cp_maker_walk *walk)
{
    walk->steps = CP_TAKE(makers->arena, makers->count, struct cp_maker_step);
    walk->states = CP_TAKE(makers->arena, makers->count, uint8_t);
    return walk->steps == NULL || walk->states == NULL ? CP_ERR_NOMEM : CP_OK;
}

static struct cp_maker_step step_at(const struct cp_makers *makers, uint32_t maker)
{
    return (struct cp_maker_step){maker, makers->at[maker].chains[CP_MAKER_OWNERS].first, false};
}

/* The next maker above, false after the last. */
static bool next_above(const struct cp_makers *makers, struct cp_maker_step *step, uint32_t *above)
{
    uint32_t parent = makers->at[step->maker].about.parent;

    if (!step->parent_done) {
        step->parent_done = true;
        if (parent != CP_MAKER_OTHER) {
            *above = parent;
            return true;
        }
    }
    if (step->item == CP_MAP_NONE)
        return false;
    *above = makers->items[step->item].number;
    step->item = makers->items[step->item].next;
    return true;
}

bool cp_maker_is_below(const struct cp_makers *makers, uint32_t maker, uint32_t above,
                       struct cp_maker_walk *walk)
{
    uint32_t depth = 0;

    memset(walk->states, NEW, makers->count);
    walk->states[maker] = DONE;
    walk->steps[depth++] = step_at(makers, maker);
    while (depth > 0 && walk->states[above] == NEW) {
        uint32_t up = 0;
        if (!next_above(makers, &walk->steps[depth - 1], &up)) {
            depth--;
        } else if (walk->states[up] == NEW) {
            walk->states[up] = DONE;
            walk->steps[depth++] = step_at(makers, up);
        }
    }
    return walk->states[above] != NEW;
}

/* --- control ------------------------------------------------------------------------------- */

uint32_t cp_country_bit(cp_text country)
{
    uint32_t bit = 0;

    if (country.len != 2)
        return CP_COUNTRY_BITS;
    for (size_t i = 0; i < 2; i++) {
        char c = country.at[i];
        char small = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        if (small < 'a' || small > 'z')
            return CP_COUNTRY_BITS;
        bit = bit * 26 + (uint32_t)(small - 'a');
    }
    return bit;
}

static void add_own_country(struct cp_maker *maker)
{
    uint32_t bit = cp_country_bit(maker->about.country);

    if (bit == CP_COUNTRY_BITS)
        maker->control_unknown = true;
    else
        maker->control.bits[bit / 64] |= (uint64_t)1 << bit % 64;
}

/* All above are done. */
static void add_control(struct cp_makers *makers, uint32_t index)
{
    struct cp_maker *maker = &makers->at[index];
    struct cp_maker_step step = step_at(makers, index);
    uint32_t up = 0;

    add_own_country(maker);
    while (next_above(makers, &step, &up)) {
        const struct cp_maker *above = &makers->at[up];
        maker->control_unknown = maker->control_unknown || above->control_unknown;
        for (size_t i = 0; i < CP_COUNTRY_WORDS; i++)
            maker->control.bits[i] |= above->control.bits[i];
    }
}

/* The least maker of the circle that the steps from `entry` on are. */
static uint32_t least_of_circle(const struct cp_maker_step *steps, uint32_t depth, uint32_t entry)
{
    uint32_t least = entry;

    while (steps[--depth].maker != entry) {
        if (steps[depth].maker < least)
            least = steps[depth].maker;
    }
    return least;
}

static uint32_t settle_from(struct cp_makers *makers, uint32_t root, struct cp_maker_walk *walk)
{
    uint32_t depth = 0;

    walk->states[root] = OPEN;
    walk->steps[depth++] = step_at(makers, root);
    while (depth > 0) {
        struct cp_maker_step *top = &walk->steps[depth - 1];
        uint32_t up = 0;
        if (!next_above(makers, top, &up)) {
            add_control(makers, top->maker);
            walk->states[top->maker] = DONE;
            depth--;
        } else if (walk->states[up] == OPEN) {
            return least_of_circle(walk->steps, depth, up);
        } else if (walk->states[up] == NEW) {
            walk->states[up] = OPEN;
            walk->steps[depth++] = step_at(makers, up);
        }
    }
    return CP_MAP_NONE;
}

void cp_makers_settle(struct cp_makers *makers, struct cp_maker_walk *walk, uint32_t *circle)
{
    *circle = CP_MAP_NONE;
    memset(walk->states, NEW, makers->count);
    for (uint32_t i = 0; i < makers->count; i++) {
        makers->at[i].control = (struct cp_countries){{0}};
        makers->at[i].control_unknown = false;
    }
    for (uint32_t i = 0; i < makers->count && *circle == CP_MAP_NONE; i++) {
        if (walk->states[i] == NEW)
            *circle = settle_from(makers, i, walk);
    }
}
