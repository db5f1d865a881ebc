#include "search.h"

/*
 * The same growth as in steady.c, over honest closures alone: a lie that draws nobody now does so
 * only once the honest way gets longer, and failures off it leave it as it is while drawn ways only
 * get longer.
 */

/* Forbidden links on honest ways; forbidden nodes are on none. */
static bool has_forbidden_links(const struct search *s)
{
    return (s->marking->on_links & CP_FORBIDDEN_BITS) != 0;
}

static bool meets_forbidden_link(const struct search *s, const struct cp_view *honest,
                                 uint32_t source)
{
    return has_forbidden_links(s) &&
           (cp_routes_seen(honest->routes, source) & CP_FORBIDDEN_BITS) != 0;
}

/* One source under one set of failures, for all flows from there. */
static cp_err try_source(struct search *s, const struct cp_view *honest, uint32_t source,
                         const struct failure_set *set, uint32_t count)
{
    struct cp_liar_way drawn = cp_liar_draws(s->liar, source);
    struct cp_walk_way way = {0};

    if (drawn.drawn)
        cp_liar_path(s->liar, &drawn, &way);
    else if (!meets_forbidden_link(s, honest, source) ||
             !cp_walk_find(s->walk, honest, source, CP_FORBIDDEN_BITS, &way))
        return CP_OK;
    for (uint32_t i = s->hunt_of[source]; i < s->hunt_count; i = cp_search_next_hunt(s, i)) {
        struct hunt *h = &s->hunts[i];
        struct exposure_of of = {.flow = h->flow,
                                 .state = CP_STATE_LIAR,
                                 .set = set,
                                 .count = count,
                                 .marks = CP_FORBIDDEN_BITS};

        if (h->result->liar != NULL || !cp_search_may_happen(s, h->flow, set, count))
            continue;
        if (h->tale != NULL)
            cp_tale_note_lie(s, h, set, count);
        else
            CP_TRY(cp_exposure_make(s, &of, &way, &h->result->liar));
        h->result->state_depth[CP_STATE_LIAR] = count;
    }
    return CP_OK;
}

/* Whether some flow from the source is not exposed yet and the set may happen to it. */
static bool is_wanted(const struct search *s, uint32_t source, const struct failure_set *set,
                      uint32_t count)
{
    for (uint32_t i = s->hunt_of[source]; i < s->hunt_count; i = cp_search_next_hunt(s, i))
        if (s->hunts[i].result->liar == NULL &&
            cp_search_may_happen(s, s->hunts[i].flow, set, count))
            return true;
    return false;
}

static cp_err try_set(struct search *s, const struct failure_set *set, uint32_t count,
                      struct failure_sets *next)
{
    struct cp_view view = cp_shift_view(s->shift, CP_AFTER);

    (void)next;
    cp_liar_under(s->liar, &view);
    for (uint32_t i = 0; i < s->source_count; i++)
        CP_TRY(try_source(s, &view, s->sources[i], set, count));
    return CP_OK;
}

static cp_err grow(struct search *s, const struct cp_view *view, const struct failure_set *set,
                   uint32_t count, struct failure_sets *next)
{
    struct met met = {0};

    met.count = cp_walk_elements(s->walk, view, s->sources, s->source_count, &met.element);
    return cp_failure_sets_extend(s, set, count, met, EXTEND_SET, next);
}

static cp_err grow_set(struct search *s, const struct failure_set *set, uint32_t count,
                       struct failure_sets *next)
{
    struct cp_view view = cp_shift_view(s->shift, CP_AFTER);

    return grow(s, &view, set, count, next);
}

cp_err cp_search_lies(struct search *s)
{
    struct pass trying = {
        .routes = &s->honest, .only_pivots = true, .wanted = is_wanted, .visit = try_set};
    struct pass growing = {.routes = &s->honest, .wanted = is_wanted, .visit = grow_set};
    struct cp_view today = cp_view_of(&s->honest.none);
    struct failure_sets sets = {0};

    if (!cp_search_in(s, CP_STATE_LIAR) || (s->marking->all & CP_FORBIDDEN_BITS) == 0)
        return CP_OK; /* nobody to lie */
    CP_TRY(cp_routes_to(&s->honest.none, s->destination, NULL, 0));
    cp_liar_begin(s->liar, &s->honest.none);
    cp_search_all_sources(s, &trying);
    for (uint32_t i = 0; i < s->source_count; i++)
        CP_TRY(try_source(s, &today, s->sources[i], &cp_no_failures, 0));
    cp_search_all_sources(s, &trying);
    if (s->request->depth == 0 || s->source_count == 0)
        return CP_OK;
    CP_TRY(grow(s, &today, &cp_no_failures, 0, &sets));
    cp_failure_sets_tidy(&sets);
    for (uint32_t depth = 1;; depth++) {
        struct failure_sets next = {0};

        CP_TRY(cp_search_pass(s, &trying, &sets, depth, NULL));
        if (depth == s->request->depth)
            return CP_OK;
        CP_TRY(cp_search_pass(s, &growing, &sets, depth, &next));
        sets = next;
    }
}
