#include "paths_hard.h"
#include "paths_heap.h"

/*
 * Branch and bound over the first path, from its start on.  A branch is a piece from a source to some
 * place, with the best second path for what the piece uses (labels.c): whatever the piece becomes, the
 * pair shares no less and costs no less than these, and the least that is still to come.  The second path of
 * a branch serves its children too as long as the step taken is no risk to it.  The branch with the
 * least bound goes on first, so the first whole path that comes up is the best.
 *
 * Of two paths alike in what is asked of them the first is the cheaper, so twice its cost is a bound, too.
 */

struct branch {
    struct stand at;
    uint32_t way, parent;
    uint32_t second; /* index into seconds */
    uint32_t shared;
};

struct tree {
    struct hard *h;
    branch_kind kind;
    struct branch *all;
    struct way_found *seconds;
    uint32_t count, cap, second_count, second_cap;
    struct heap heap;
    bool any; /* best is one */
    uint32_t best_shared;
    uint64_t best_cost;
    struct found best;
};

static bool is_whole(const struct tree *t, const struct branch *b)
{
    return b->way != CP_NONE && hard_is_target(t->h, b->at.place) &&
           (b->at.musts & t->h->all_musts) == t->h->all_musts;
}

/* ---- pieces ---- */

/* The path so far has no node twice; a LAN may be crossed again to meet what is required. */
static bool passes(const struct tree *t, uint32_t at, uint32_t place)
{
    if (ground_is_lan(t->h->f->ground, place) && t->h->e->ask->require_count > 0)
        return false;
    for (; at != CP_NONE; at = t->all[at].parent)
        if (t->all[at].at.place == place)
            return true;
    return false;
}

static void add_risks(const struct tree *t, uint32_t at)
{
    for (; at != CP_NONE; at = t->all[at].parent)
        cp_risk_add(t->h, t->all[at].way, t->all[at].at.place);
}

/* What a path shares with the risks. */
static uint32_t shared_of(const struct hard *h, const struct track *track)
{
    struct charged charged = {{0}};
    uint32_t sum = cp_risk_charge(h, CP_NONE, track->start, &charged);

    for (uint32_t i = 0; i < track->count; i++)
        sum += cp_risk_charge(h, track->ways[i], h->ways[track->ways[i]].to, &charged);
    return sum;
}

static cp_err keep_second(struct tree *t, const struct way_found *second, uint32_t *at)
{
    void *seconds = t->seconds;

    if (t->second_count == t->second_cap) {
        CP_TRY(cp_arena_grow(t->h->work, &seconds, t->second_count, &t->second_cap,
                             sizeof *t->seconds));
        t->seconds = seconds;
    }
    *at = t->second_count;
    t->seconds[t->second_count++] = *second;
    return CP_OK;
}

/* The second path for a new branch that continues at; none: the budget ran out. */
static cp_err find_second(struct tree *t, struct branch *b, uint32_t before)
{
    struct hard *h = t->h;
    struct way_found found;

    cp_risk_clear(h);
    add_risks(t, b->parent);
    cp_risk_add(h, b->way, b->at.place);
    if (before != CP_NONE && shared_of(h, &t->seconds[before].track) == t->seconds[before].shared) {
        b->second = before;
        b->shared = t->seconds[before].shared;
        return CP_OK;
    }
    CP_TRY(cp_labels_find(h, &found));
    b->second = CP_NONE;
    if (found.track.count == 0)
        return CP_OK;
    b->shared = found.shared;
    return keep_second(t, &found, &b->second);
}

/* ---- whole paths ---- */

static cp_err keep_track(struct tree *t, const struct branch *b, struct track *out)
{
    uint32_t count = 1;
    uint32_t *ways;

    for (uint32_t at = b->parent; t->all[at].parent != CP_NONE; at = t->all[at].parent)
        count++;
    ways = CP_TAKE(t->h->work, count, uint32_t);
    if (ways == NULL)
        return CP_ERR_NOMEM;
    *out = (struct track){.count = count, .ways = ways};
    ways[--count] = b->way;
    for (uint32_t at = b->parent;; at = t->all[at].parent) {
        out->start = t->all[at].at.place;
        if (count == 0)
            return CP_OK;
        ways[--count] = t->all[at].way;
    }
}

static cp_err keep_best(struct tree *t, const struct branch *b)
{
    uint64_t cost = b->at.cost + (t->kind == BRANCH_PAIR ? t->seconds[b->second].cost : 0);

    if (t->any &&
        (t->best_shared < b->shared || (t->best_shared == b->shared && t->best_cost <= cost)))
        return CP_OK;
    CP_TRY(keep_track(t, b, &t->best.primary));
    t->best.backup = t->kind == BRANCH_PAIR ? t->seconds[b->second].track : (struct track){0};
    t->best_shared = b->shared;
    t->best_cost = cost;
    t->any = true;
    return CP_OK;
}

/* ---- the search ---- */

/* What the branch can at best come to; false: nothing, or no better than what there is. */
static bool bound(const struct tree *t, const struct branch *b, struct heap_entry *out)
{
    uint64_t own = b->at.cost + cp_hard_least(t->h, &b->at);
    uint64_t cost = own;

    if (t->kind == BRANCH_PAIR) {
        cost += t->seconds[b->second].cost;
        if (t->h->e->ask->require_count == 0 && cost < 2 * own)
            cost = 2 * own;
    }
    *out = (struct heap_entry){.cost = cost, .shared = b->shared};
    return !t->any || b->shared < t->best_shared ||
           (b->shared == t->best_shared && cost < t->best_cost);
}

/* before: the second path of the branch that it continues; CP_NONE. */
static cp_err add(struct tree *t, struct branch *b, uint32_t before)
{
    struct heap_entry entry;
    void *all = t->all;

    if (!hard_step(t->h))
        return CP_OK;
    b->second = CP_NONE;
    if (t->kind == BRANCH_PAIR) {
        CP_TRY(find_second(t, b, before));
        if (b->second == CP_NONE)
            return CP_OK;
    }
    if (!bound(t, b, &entry))
        return CP_OK;
    if (is_whole(t, b))
        return keep_best(t, b);
    if (t->count == t->cap) {
        CP_TRY(cp_arena_grow(t->h->work, &all, t->count, &t->cap, sizeof *t->all));
        t->all = all;
    }
    t->all[t->count] = *b;
    entry.at = t->count++;
    return cp_heap_push(&t->heap, entry);
}

static cp_err add_sources(struct tree *t)
{
    struct hard *h = t->h;

    for (uint32_t i = 0; i < h->e->src.count && !h->ran_out; i++) {
        struct branch b = {.at = {.place = h->e->src.at[i]}, .way = CP_NONE, .parent = CP_NONE};

        if (h->place_musts != NULL)
            b.at.musts = h->place_musts[b.at.place];
        if (cp_hard_least(h, &b.at) < WAY_NONE)
            CP_TRY(add(t, &b, CP_NONE));
    }
    return CP_OK;
}

static cp_err go_on(struct tree *t, uint32_t from)
{
    const struct cp_paths_ground *g = t->h->f->ground;
    uint32_t place = t->all[from].at.place;

    for (uint32_t w = g->first[place]; w < g->first[place + 1] && !t->h->ran_out; w++) {
        struct branch next = {.way = w, .parent = from};

        if (cp_hard_go(t->h, &t->all[from].at, w, &next.at) && !passes(t, from, next.at.place))
            CP_TRY(add(t, &next, t->all[from].second));
    }
    return CP_OK;
}

static bool is_hopeless(const struct tree *t, struct heap_entry entry)
{
    return t->any && (entry.shared > t->best_shared ||
                      (entry.shared == t->best_shared && entry.cost >= t->best_cost));
}

cp_err cp_branch_find(struct hard *h, branch_kind kind, struct found *io)
{
    struct tree t = {.h = h, .kind = kind, .heap = {.arena = h->work}, .best = *io};
    struct heap_entry entry;

    t.any = kind == BRANCH_PAIR && io->backup.count > 0;
    if (t.any) {
        t.best_shared = cp_share_list(h->f, h->e, &io->primary, &io->backup) - h->forced;
        t.best_cost = cp_track_cost(h->ways, &io->primary) + cp_track_cost(h->ways, &io->backup);
    }
    CP_TRY(add_sources(&t));
    while (!h->ran_out && cp_heap_pop(&t.heap, &entry) && !is_hopeless(&t, entry))
        CP_TRY(go_on(&t, entry.at));
    *io = t.best;
    io->exact = !h->ran_out;
    return CP_OK;
}
