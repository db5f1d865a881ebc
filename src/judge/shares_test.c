#include "shares.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { ARENA_BYTES = 1 << 20, THINGS_MOST = 4, SITES_MOST = 3 };

static struct cp_arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = cp_arena_open(ARENA_BYTES);
    return arena == NULL;
}

static int close_arena(void **state)
{
    (void)state;
    cp_arena_close(arena);
    return 0;
}

static struct cp_cap counted(const struct cp_counted_thing *things, uint32_t count, cp_counted in,
                             uint32_t at_most_bp)
{
    struct cp_share_ask ask = {things, count, in, at_most_bp, SITES_MOST};
    struct cp_cap cap = {0};

    assert_int_equal(cp_shares_count(&ask, arena, &cap), CP_OK);
    return cap;
}

static void assert_bounds(struct cp_cap cap, cp_trust trust, uint32_t lowest_bp,
                          uint32_t highest_bp)
{
    if (cap.trust != trust || cap.lowest_bp != lowest_bp || cap.highest_bp != highest_bp)
        fail_msg("%d: %u to %u", (int)cap.trust, cap.lowest_bp, cap.highest_bp);
}

/* --- shares ------------------------------------------------------------------------------- */

#define YES CP_MEETS
#define MAYBE CP_MEETS_PERHAPS
#define NO CP_MEETS_NO

static void a_share_is_compared_exactly(void **state)
{
    const struct cp_counted_thing third[] = {{YES, YES, 1, 0}, {YES, NO, 2, 0}};
    const struct cp_counted_thing large[] = {{YES, YES, (uint64_t)35 << 57, 0},
                                             {YES, NO, ((uint64_t)65 << 57) - 1, 0}};
    const struct cp_counted_thing equal[] = {{YES, YES, 35, 0}, {YES, NO, 65, 0}};

    (void)state;
    assert_bounds(counted(third, 2, CP_COUNTED_CAPACITY, 3333), CP_UNTRUSTED, 3334,
                  3334); /* never across it */
    assert_bounds(counted(third, 2, CP_COUNTED_CAPACITY, 3334), CP_TRUSTED, 3333, 3334);
    assert_bounds(counted(large, 2, CP_COUNTED_TRAFFIC, 3500), CP_UNTRUSTED, 3501, 3501);
    assert_bounds(counted(equal, 2, CP_COUNTED_PREMISES, 3500), CP_TRUSTED, 3500, 3500);
    assert_bounds(counted(equal, 2, CP_COUNTED_PREMISES, 0), CP_UNTRUSTED, 3500, 3500);
    assert_bounds(counted(equal, 1, CP_COUNTED_PREMISES, 10000), CP_TRUSTED, 10000, 10000);
}

static void an_empty_whole_is_within_any_cap(void **state)
{
    const struct cp_counted_thing outside[] = {{NO, YES, 5, 0}, {YES, YES, 0, 0}};

    (void)state;
    assert_bounds(counted(NULL, 0, CP_COUNTED_DEVICES, 0), CP_TRUSTED, 0, 0);
    assert_bounds(counted(outside, 2, CP_COUNTED_CAPACITY, 0), CP_TRUSTED, 0, 0);
    assert_int_equal(counted(outside, 2, CP_COUNTED_CAPACITY, 0).counted, 0);
}

static void who_may_count_makes_a_span(void **state)
{
    const struct cp_counted_thing things[] = {{YES, YES, 1, 0},
                                              {YES, MAYBE, 1, 0},
                                              {MAYBE, YES, 1, 0},
                                              {MAYBE, NO, 1, 0},
                                              {YES, NO, 1, 0}};
    struct cp_cap cap = counted(things, 5, CP_COUNTED_DEVICES, 5000);

    (void)state;
    assert_bounds(cap, CP_UNKNOWN, 2500, 7500);
    assert_int_equal(cap.counted, 1);
    assert_int_equal(cap.perhaps, 2);
    assert_int_equal(cap.whole, 5);
    assert_int_equal(cap.unweighed, 0);
    assert_bounds(counted(things, 5, CP_COUNTED_DEVICES, 2499), CP_UNTRUSTED, 2500, 7500);
    assert_bounds(counted(things, 5, CP_COUNTED_DEVICES, 7500), CP_TRUSTED, 2500, 7500);
}

static void what_nobody_weighed_leaves_no_bound(void **state)
{
    const struct cp_counted_thing things[] = {{YES, YES, 40, 0},
                                              {YES, NO, 60, 0},
                                              {YES, NO, CP_WEIGHT_NONE, 0},
                                              {YES, MAYBE, CP_WEIGHT_NONE, 0},
                                              {NO, YES, CP_WEIGHT_NONE, 0}};
    struct cp_cap cap = counted(things, 5, CP_COUNTED_TRAFFIC, 3500);

    (void)state;
    assert_bounds(cap, CP_UNKNOWN, 0, 10000);
    assert_int_equal(cap.unweighed, 2);
    assert_int_equal(cap.unweighed_counted, 1);
    assert_int_equal(cap.whole, 100);
    assert_bounds(counted(things, 3, CP_COUNTED_TRAFFIC, 3500), CP_UNKNOWN, 0, 4000);
    assert_bounds(counted(things, 3, CP_COUNTED_TRAFFIC, 4000), CP_TRUSTED, 0, 4000);
    assert_bounds(counted(things, 5, CP_COUNTED_TRAFFIC, 0), CP_UNTRUSTED, 1, 10000);
    assert_bounds(counted(things, 5, CP_COUNTED_TRAFFIC, 10000), CP_TRUSTED, 0, 10000);
}

static void a_site_counts_once_as_its_worst_thing_does(void **state)
{
    const struct cp_counted_thing things[] = {{YES, NO, CP_WEIGHT_NONE, 0},
                                              {YES, YES, 7, 0},
                                              {YES, YES, 7, 0},
                                              {YES, NO, 7, 1},
                                              {NO, YES, 7, 1},
                                              {YES, MAYBE, 7, 2},
                                              {YES, NO, 7, CP_NONE},
                                              {YES, YES, 7, CP_NONE}};
    struct cp_cap cap = counted(things, 6, CP_COUNTED_SITES, 3500);

    (void)state;
    assert_bounds(cap, CP_UNKNOWN, 3333, 6667);
    assert_int_equal(cap.counted, 1);
    assert_int_equal(cap.perhaps, 1);
    assert_int_equal(cap.whole, 3);
    cap = counted(things, 7, CP_COUNTED_SITES, 2000);
    assert_bounds(cap, CP_UNTRUSTED, 2500, 6667);
    assert_int_equal(cap.unweighed, 1);
    assert_int_equal(cap.unweighed_counted, 0);
    cap = counted(things, 8, CP_COUNTED_SITES, 7000);
    assert_bounds(cap, CP_UNKNOWN, 2500, 10000);
    assert_int_equal(cap.unweighed_counted, 1);
}

static void a_sum_past_64_bits_is_refused(void **state)
{
    const struct cp_counted_thing things[] = {{YES, NO, UINT64_MAX - 1, 0}, {MAYBE, NO, 2, 0}};
    struct cp_share_ask ask = {things, 2, CP_COUNTED_TRAFFIC, 100, 0};
    struct cp_cap cap = {.whole = 9};

    (void)state;
    assert_int_equal(cp_shares_count(&ask, arena, &cap), CP_ERR_RANGE);
    assert_int_equal(cap.whole, 9);
    ask.count = 1;
    assert_int_equal(cp_shares_count(&ask, arena, &cap), CP_OK);
    assert_true(cap.whole == UINT64_MAX - 1);
}

/* --- shares, against every way that things may be ------------------------------------------ */

/* More than all weights together by more than any cap. */
#define HEAVY 1000000000u

struct slow {
    struct cp_counted_thing
        things[THINGS_MOST + 1]; /* one past the last is copied and not looked at */
    uint32_t count;
    cp_counted in;
    uint32_t at_most_bp;
    bool ever_over, ever_within;
    uint64_t low_part, low_whole, high_part, high_whole; /* the least and the greatest share */
};

static void count_things(const struct slow *s, uint64_t *part, uint64_t *whole)
{
    for (uint32_t i = 0; i < s->count; i++) {
        const struct cp_counted_thing *t = &s->things[i];
        *whole += t->among == YES ? t->weight : 0;
        *part += t->among == YES && t->what == YES ? t->weight : 0;
    }
}

static void count_sites(const struct slow *s, uint64_t *part, uint64_t *whole)
{
    for (uint32_t site = 0; site < SITES_MOST + THINGS_MOST; site++) {
        bool among = false;
        bool counts = false;
        for (uint32_t i = 0; i < s->count; i++) {
            const struct cp_counted_thing *t = &s->things[i];
            among = among || (t->site == site && t->among == YES);
            counts = counts || (t->site == site && t->among == YES && t->what == YES);
        }
        *whole += among;
        *part += counts;
    }
}

static void look_at(struct slow *s)
{
    uint64_t part = 0;
    uint64_t whole = 0;

    if (s->in == CP_COUNTED_SITES)
        count_sites(s, &part, &whole);
    else
        count_things(s, &part, &whole);
    bool over = part * 10000 > whole * s->at_most_bp;
    s->ever_over = s->ever_over || over;
    s->ever_within = s->ever_within || !over;
    if (whole == 0)
        whole = 1;
    if (part * s->low_whole < s->low_part * whole) {
        s->low_part = part;
        s->low_whole = whole;
    }
    if (part * s->high_whole > s->high_part * whole) {
        s->high_part = part;
        s->high_whole = whole;
    }
}

/* Settles the first thing that is open from `at` on, each way, and then the rest. */
static void try_all(struct slow *s, uint32_t at)
{
    struct cp_counted_thing *t = &s->things[at];
    struct cp_counted_thing was = *t;

    if (at == s->count) {
        look_at(s);
    } else if (t->among == MAYBE || t->what == MAYBE) {
        cp_meets *open = t->among == MAYBE ? &t->among : &t->what;
        *open = YES;
        try_all(s, at);
        *open = NO;
        try_all(s, at);
    } else if (s->in == CP_COUNTED_SITES && t->site == CP_NONE) {
        for (t->site = 0; t->site < SITES_MOST; t->site++)
            try_all(s, at + 1);
        t->site = SITES_MOST + at;
        try_all(s, at + 1);
    } else if (s->in != CP_COUNTED_SITES && t->weight == CP_WEIGHT_NONE) {
        t->weight = 0;
        try_all(s, at + 1);
        t->weight = HEAVY;
        try_all(s, at + 1);
    } else {
        try_all(s, at + 1);
    }
    *t = was;
}

/* Numbers from 0 to before `past`, the same for the same seed. */
static uint32_t below(uint64_t *seed, uint32_t past)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % past;
}

static void put_any_things(struct slow *s, uint64_t *seed)
{
    static const uint32_t caps[] = {0, 1, 2500, 3333, 3334, 5000, 6667, 7500, 9999, 10000};
    bool sites = below(seed, 2) == 0;

    *s = (struct slow){.count = below(seed, THINGS_MOST + 1),
                       .in = sites ? CP_COUNTED_SITES : CP_COUNTED_PREMISES,
                       .at_most_bp = caps[below(seed, CP_COUNT(caps))],
                       .low_part = 2,
                       .low_whole = 1,
                       .high_whole = 1};
    for (uint32_t i = 0; i < s->count; i++)
        s->things[i] = (struct cp_counted_thing){
            .among = (cp_meets)below(seed, 3),
            .what = (cp_meets)below(seed, 3),
            .weight = below(seed, 6) == 0 ? CP_WEIGHT_NONE : below(seed, 4),
            .site = below(seed, 6) == 0 ? CP_NONE : below(seed, SITES_MOST)};
}

/* Outwards, but not across the cap. */
static uint32_t rounded_bp(uint64_t part, uint64_t whole, uint32_t at_most_bp, bool up)
{
    uint32_t down = (uint32_t)(part * 10000 / whole);
    bool exact = down * whole == part * 10000;
    bool over = part * 10000 > at_most_bp * whole;

    if (exact)
        return down;
    if (up)
        return !over && down + 1 > at_most_bp ? down : down + 1;
    return over && down <= at_most_bp ? down + 1 : down;
}

static void the_bounds_are_those_of_all_ways_together(void **state)
{
    uint64_t seed = 4;

    (void)state;
    for (uint32_t round = 0; round < 20000; round++) {
        struct slow s;
        put_any_things(&s, &seed);
        struct cp_cap cap = counted(s.things, s.count, s.in, s.at_most_bp);
        try_all(&s, 0);
        assert_true(cap.trust != CP_UNTRUSTED || !s.ever_within);
        assert_true(cap.trust != CP_TRUSTED || !s.ever_over);
        if (s.in == CP_COUNTED_SITES && cap.unweighed_counted > 0)
            continue; /* no bound is looked for, though there are sites enough to find one */
        assert_int_equal(cap.trust == CP_UNTRUSTED, !s.ever_within);
        assert_int_equal(cap.trust == CP_TRUSTED, !s.ever_over);
        if (s.in != CP_COUNTED_SITES && cap.unweighed > 0)
            continue;
        assert_int_equal(cap.lowest_bp, rounded_bp(s.low_part, s.low_whole, s.at_most_bp, false));
        assert_int_equal(cap.highest_bp, rounded_bp(s.high_part, s.high_whole, s.at_most_bp, true));
    }
}

/* --- suppliers ---------------------------------------------------------------------------- */

static struct cp_suppliers supplied(const struct cp_supplied_thing *things, uint32_t count,
                                    uint32_t at_least)
{
    struct cp_suppliers out = {0};

    assert_int_equal(cp_suppliers_count(things, count, at_least, arena, &out), CP_OK);
    return out;
}

static void suppliers_are_counted_and_named_by_name(void **state)
{
    const struct cp_supplied_thing things[] = {
        {YES, 1, CP_TEXT("nokia")},     {YES, 7, CP_TEXT("ericsson")},
        {YES, 1, CP_TEXT("nokia")},     {NO, 5, CP_TEXT("samsung")},
        {MAYBE, 6, CP_TEXT("fujitsu")}, {MAYBE, 7, CP_TEXT("ericsson")},
        {YES, CP_MAKER_UNKNOWN, {0}}};
    struct cp_suppliers out = supplied(things, 7, 2);

    (void)state;
    assert_int_equal(out.trust, CP_TRUSTED);
    assert_int_equal(out.count, 2);
    assert_true(cp_text_is(out.names[0], "ericsson"));
    assert_true(cp_text_is(out.names[1], "nokia"));
    assert_int_equal(out.unknown, 2);
    assert_int_equal(out.elements, 6);
    assert_int_equal(supplied(things, 7, 3).trust, CP_UNKNOWN);
    assert_int_equal(supplied(things, 7, 4).trust, CP_UNKNOWN);
    assert_int_equal(supplied(things, 7, 5).trust, CP_UNTRUSTED);
}

static void where_nothing_is_among_no_supplier_is_asked_for(void **state)
{
    const struct cp_supplied_thing things[] = {{NO, 1, CP_TEXT("nokia")},
                                               {MAYBE, 1, CP_TEXT("nokia")}};

    (void)state;
    assert_int_equal(supplied(NULL, 0, 2).trust, CP_TRUSTED);
    assert_int_equal(supplied(things, 1, 2).trust, CP_TRUSTED);
    assert_int_equal(supplied(things, 2, 2).trust, CP_UNKNOWN);
    assert_int_equal(supplied(things, 2, 1).trust, CP_TRUSTED);
}

struct slow_market {
    struct cp_supplied_thing
        things[THINGS_MOST + 1]; /* one past the last is copied and not looked at */
    uint32_t count, at_least;
    bool ever_enough, ever_too_few;
};

/* Whoever nobody knows is 0, 1 or 2, who are known, or another: each of a number of its own. */
static void try_all_makers(struct slow_market *m, uint32_t at)
{
    struct cp_supplied_thing *t = &m->things[at];
    struct cp_supplied_thing was = *t;
    uint32_t makers = 0;
    uint32_t elements = 0;

    if (at < m->count && t->among == MAYBE) {
        t->among = YES;
        try_all_makers(m, at);
        t->among = NO;
        try_all_makers(m, at);
    } else if (at < m->count) {
        uint32_t last = was.maker == CP_MAKER_UNKNOWN ? 3 + THINGS_MOST : was.maker;
        for (t->maker = was.maker == CP_MAKER_UNKNOWN ? 0 : last; t->maker <= last; t->maker++)
            try_all_makers(m, at + 1);
    }
    if (at < m->count) {
        *t = was;
        return;
    }
    for (uint32_t i = 0; i < m->count; i++) {
        bool again = false;
        for (uint32_t k = 0; k < i; k++)
            again =
                again || (m->things[k].among == YES && m->things[k].maker == m->things[i].maker);
        elements += m->things[i].among == YES;
        makers += m->things[i].among == YES && !again;
    }
    m->ever_enough = m->ever_enough || elements == 0 || makers >= m->at_least;
    m->ever_too_few = m->ever_too_few || (elements > 0 && makers < m->at_least);
}

static void suppliers_are_as_all_ways_together(void **state)
{
    static const char *const names[] = {"a", "b", "c"};
    uint64_t seed = 9;

    (void)state;
    for (uint32_t round = 0; round < 3000; round++) {
        struct slow_market m = {.count = below(&seed, THINGS_MOST + 1),
                                .at_least = 1 + below(&seed, 4)};
        for (uint32_t i = 0; i < m.count; i++) {
            uint32_t maker = below(&seed, 4);
            m.things[i] = (struct cp_supplied_thing){.among = (cp_meets)below(&seed, 3),
                                                     .maker = maker == 3 ? CP_MAKER_UNKNOWN : maker,
                                                     .name = maker == 3 ? (cp_text){0}
                                                                        : cp_text_of(names[maker])};
        }
        struct cp_suppliers out = supplied(m.things, m.count, m.at_least);
        try_all_makers(&m, 0);
        assert_int_equal(out.trust == CP_UNTRUSTED, !m.ever_enough);
        assert_int_equal(out.trust == CP_TRUSTED, !m.ever_too_few);
    }
}

/* --- memory ------------------------------------------------------------------------------- */

static void any_take_may_fail(void **state)
{
    const struct cp_counted_thing thing = {YES, YES, 1, 0};
    const struct cp_supplied_thing sold = {YES, 1, CP_TEXT("nokia")};
    struct cp_share_ask ask = {&thing, 1, CP_COUNTED_SITES, 100, 1};
    struct cp_cap cap = {0};
    struct cp_suppliers suppliers = {0};

    (void)state;
    cp_arena_fail_after(arena, 0);
    assert_int_equal(cp_shares_count(&ask, arena, &cap), CP_ERR_NOMEM);
    assert_int_equal(cp_suppliers_count(&sold, 1, 1, arena, &suppliers), CP_ERR_NOMEM);
    cp_arena_fail_after(arena, 1);
    assert_int_equal(cp_suppliers_count(&sold, 1, 1, arena, &suppliers), CP_ERR_NOMEM);
    cp_arena_fail_after(arena, 2);
    assert_int_equal(cp_suppliers_count(&sold, 1, 1, arena, &suppliers), CP_OK);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_share_is_compared_exactly),
        CASE(an_empty_whole_is_within_any_cap),
        CASE(who_may_count_makes_a_span),
        CASE(what_nobody_weighed_leaves_no_bound),
        CASE(a_site_counts_once_as_its_worst_thing_does),
        CASE(a_sum_past_64_bits_is_refused),
        CASE(the_bounds_are_those_of_all_ways_together),
        CASE(suppliers_are_counted_and_named_by_name),
        CASE(where_nothing_is_among_no_supplier_is_asked_for),
        CASE(suppliers_are_as_all_ways_together),
        CASE(any_take_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
