#include "shares.h"

#include <stdlib.h>

#include "base/num.h"

/*
 * The part grows the share and the rest of the whole shrinks it, whatever the others do.  So the
 * share is highest where all that may count does and all else that may stay away does, and lowest
 * the other way round: two sums each, and no assignment needs to be tried.
 */

#define WHOLE_BP 10000u

/* --- products ----------------------------------------------------------------------------- */

/* high * 2^32 + low, with low below 2^32. */
struct product {
    uint64_t high, low;
};

static struct product multiply(uint64_t a, uint32_t b)
{
    uint64_t low = (a & UINT32_MAX) * b;

    return (struct product){(a >> 32) * b + (low >> 32), low & UINT32_MAX};
}

static int compare(struct product p, struct product q)
{
    if (p.high != q.high)
        return p.high < q.high ? -1 : 1;
    return (p.low > q.low) - (p.low < q.low);
}

/* How part of whole stands to so many hundredths of a percent: below 0, 0, above 0. */
static int compare_share(uint64_t part, uint64_t whole, uint32_t bp)
{
    return compare(multiply(part, WHOLE_BP), multiply(whole, bp));
}

typedef enum { ROUND_DOWN, ROUND_UP } rounding;

/* The share in hundredths of a percent; part is at most whole. */
static uint32_t share_bp(uint64_t part, uint64_t whole, rounding way)
{
    uint32_t low = 0; /* the share is at least this, and below high */
    uint32_t high = WHOLE_BP + 1;

    if (whole == 0)
        return 0;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_share(part, whole, middle) >= 0)
            low = middle;
        else
            high = middle;
    }
    return way == ROUND_UP && compare_share(part, whole, low) > 0 ? high : low;
}

/* --- shares ------------------------------------------------------------------------------- */

struct sums {
    uint64_t part, part_perhaps; /* counted, and perhaps counted */
    uint64_t whole;              /* among, and perhaps among */
    uint64_t whole_at_highest, whole_at_lowest;
    bool no_highest, no_lowest; /* something of any weight would go there */
    uint32_t unweighed, unweighed_counted;
};

static cp_meets lesser(cp_meets a, cp_meets b)
{
    return a < b ? a : b;
}

/* No sum but the whole is checked: of the same weights, none is greater. */
static cp_err add(struct sums *s, cp_meets among, cp_meets what, uint64_t weight)
{
    if (among == CP_MEETS_NO)
        return CP_OK;
    CP_TRY(cp_num_add(s->whole, weight, &s->whole));
    cp_meets counts = lesser(among, what);
    if (counts == CP_MEETS)
        s->part += weight;
    if (counts == CP_MEETS_PERHAPS)
        s->part_perhaps += weight;
    if (among == CP_MEETS || what != CP_MEETS_NO)
        s->whole_at_highest += weight;
    if (among == CP_MEETS || what != CP_MEETS)
        s->whole_at_lowest += weight;
    return CP_OK;
}

static void add_unweighed(struct sums *s, const struct cp_counted_thing *thing)
{
    if (thing->among == CP_MEETS_NO)
        return;
    s->unweighed++;
    if (thing->what != CP_MEETS_NO) {
        s->unweighed_counted++;
        s->no_highest = true;
    }
}

static cp_err add_things(struct sums *s, const struct cp_share_ask *ask)
{
    for (uint32_t i = 0; i < ask->count; i++) {
        const struct cp_counted_thing *thing = &ask->things[i];
        if (thing->weight != CP_WEIGHT_NONE) {
            CP_TRY(add(s, thing->among, thing->what, thing->weight));
            continue;
        }
        add_unweighed(s, thing);
        s->no_lowest = s->no_lowest || (thing->among != CP_MEETS_NO && thing->what != CP_MEETS);
    }
    return CP_OK;
}

/* A site, and what the things there that are or may be among make of it. */
struct place {
    cp_meets among, counts;
    bool some_outside; /* a thing there may be among and not count */
};

static void add_to_place(struct place *place, const struct cp_counted_thing *thing)
{
    cp_meets counts = lesser(thing->among, thing->what);

    if (thing->among == CP_MEETS_NO)
        return;
    place->among = thing->among > place->among ? thing->among : place->among;
    place->counts = counts > place->counts ? counts : place->counts;
    place->some_outside = place->some_outside || thing->what != CP_MEETS;
}

/* As one thing: where all that may be among would count, the site counts whenever it is among. */
static cp_err add_place(struct sums *s, const struct place *place)
{
    cp_meets what = place->counts;

    if (place->among == CP_MEETS_PERHAPS && what == CP_MEETS_PERHAPS && !place->some_outside)
        what = CP_MEETS;
    return add(s, place->among, what, 1);
}

/* Who is at no site is at one with things or at one more, which makes the whole larger by 1. */
static cp_err add_sites(struct sums *s, const struct cp_share_ask *ask, struct cp_arena *arena)
{
    struct place *places = CP_TAKE(arena, ask->site_count, struct place);

    if (places == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < ask->count; i++) {
        const struct cp_counted_thing *thing = &ask->things[i];
        if (thing->site != CP_NONE) {
            add_to_place(&places[thing->site], thing);
            continue;
        }
        add_unweighed(s, thing);
        s->whole_at_lowest += thing->among != CP_MEETS_NO && thing->what != CP_MEETS;
    }
    for (uint32_t i = 0; i < ask->site_count; i++)
        CP_TRY(add_place(s, &places[i]));
    return CP_OK;
}

/* Bounds are rounded outwards, but never across the cap: what is shown must not belie the verdict. */
static uint32_t lowest_bp(uint64_t part, uint64_t whole, uint32_t at_most_bp, bool over)
{
    uint32_t down = share_bp(part, whole, ROUND_DOWN);

    return over && down <= at_most_bp ? share_bp(part, whole, ROUND_UP) : down;
}

static uint32_t highest_bp(uint64_t part, uint64_t whole, uint32_t at_most_bp, bool over)
{
    uint32_t up = share_bp(part, whole, ROUND_UP);

    return !over && up > at_most_bp ? share_bp(part, whole, ROUND_DOWN) : up;
}

static void conclude(const struct sums *s, uint32_t at_most_bp, struct cp_cap *out)
{
    uint64_t highest = s->part + s->part_perhaps;
    bool over_at_lowest = s->no_lowest ? s->part > 0 && at_most_bp == 0
                                       : compare_share(s->part, s->whole_at_lowest, at_most_bp) > 0;
    bool over_at_highest = s->no_highest
                               ? at_most_bp < WHOLE_BP
                               : compare_share(highest, s->whole_at_highest, at_most_bp) > 0;

    out->trust = over_at_lowest ? CP_UNTRUSTED : over_at_highest ? CP_UNKNOWN : CP_TRUSTED;
    out->counted = s->part;
    out->perhaps = s->part_perhaps;
    out->whole = s->whole;
    out->unweighed = s->unweighed;
    out->unweighed_counted = s->unweighed_counted;
    out->lowest_bp = s->no_lowest
                         ? over_at_lowest
                         : lowest_bp(s->part, s->whole_at_lowest, at_most_bp, over_at_lowest);
    out->highest_bp = s->no_highest
                          ? WHOLE_BP
                          : highest_bp(highest, s->whole_at_highest, at_most_bp, over_at_highest);
}

cp_err cp_shares_count(const struct cp_share_ask *ask, struct cp_arena *arena, struct cp_cap *out)
{
    struct sums sums = {0};
    cp_arena_mark mark = cp_arena_mark_get(arena);

    CP_TRY(ask->counted_in == CP_COUNTED_SITES ? add_sites(&sums, ask, arena)
                                               : add_things(&sums, ask));
    cp_arena_reset(arena, mark);
    conclude(&sums, ask->at_most_bp, out);
    return CP_OK;
}

/* --- suppliers ---------------------------------------------------------------------------- */

struct market {
    uint32_t certain;         /* elements certainly among */
    uint32_t named;           /* makers of these */
    uint32_t others;          /* further makers, of elements perhaps among */
    uint32_t elements_others; /* of those */
    uint32_t unknown;         /* elements of unknown maker, certainly or perhaps among */
};

static int by_maker(const void *a, const void *b)
{
    uint32_t p = ((const struct cp_supplied_thing *)a)->maker;
    uint32_t q = ((const struct cp_supplied_thing *)b)->maker;

    return (p > q) - (p < q);
}

static int by_name(const void *a, const void *b)
{
    return cp_text_cmp(*(const cp_text *)a, *(const cp_text *)b);
}

/* known [count]: what is or may be among and has a maker, sorted by it. */
static void list_makers(const struct cp_supplied_thing *known, uint32_t count, struct market *m,
                        cp_text *names)
{
    uint32_t end = 0;

    for (uint32_t first = 0; first < count; first = end) {
        bool certain = false;
        for (end = first; end < count && known[end].maker == known[first].maker; end++)
            certain = certain || known[end].among == CP_MEETS;
        if (certain) {
            names[m->named++] = known[first].name;
            continue;
        }
        m->others++;
        m->elements_others += end - first;
    }
}

static cp_trust judge_market(const struct market *m, uint32_t elements, uint32_t at_least)
{
    uint64_t most = (uint64_t)m->named + m->others + m->unknown;
    uint32_t least = m->named > 0 ? m->named : 1; /* where anything is among, somebody made it */

    if (elements == 0 || least >= at_least)
        return CP_TRUSTED;
    return m->certain > 0 && most < at_least ? CP_UNTRUSTED : CP_UNKNOWN;
}

cp_err cp_suppliers_count(const struct cp_supplied_thing *things, uint32_t count, uint32_t at_least,
                          struct cp_arena *arena, struct cp_suppliers *out)
{
    cp_text *names = CP_TAKE(arena, count, cp_text);
    cp_arena_mark mark = cp_arena_mark_get(arena);
    struct cp_supplied_thing *known = CP_TAKE(arena, count, struct cp_supplied_thing);
    struct market m = {0};
    uint32_t known_count = 0;

    if (names == NULL || known == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        if (things[i].among == CP_MEETS_NO)
            continue;
        m.certain += things[i].among == CP_MEETS;
        if (things[i].maker == CP_MAKER_UNKNOWN)
            m.unknown++;
        else
            known[known_count++] = things[i];
    }
    if (known_count > 1)
        qsort(known, known_count, sizeof(*known), by_maker);
    list_makers(known, known_count, &m, names);
    if (m.named > 1)
        qsort(names, m.named, sizeof(*names), by_name);
    cp_arena_reset(arena, mark);
    out->trust = judge_market(&m, known_count + m.unknown, at_least);
    out->names = names;
    out->count = m.named;
    out->unknown = m.unknown + m.elements_others;
    out->elements = known_count + m.unknown;
    return CP_OK;
}
