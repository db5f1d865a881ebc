#include <string.h>

#include "base/map.h"
#include "drive/verdict.h"

#include "inside.h"

/*
 * What was told last of each demand, set against what is so now.  Who has news is looked at first; all are looked at in turn, from
 * where the last turn ended, so that turns that come ever sooner leave nobody out.
 *
 * How often a verdict changes is a router's to say: one that reports its LSP down and up by turns changes all that the LSP carries
 * each time.  So each demand may be told of at once as often as its bucket has it; past that its changes are counted, and told
 * together.  Where there is no room for all of these they are told in turns of all alone, and a turn begins with the first that the
 * one before had no room for.
 */

struct told {
    cp_text id;         /* in the arena beside it */
    cp_verdict verdict; /* told last, where one was */
    cp_verdict seen;    /* what it was when it was looked at last */
    cp_verdict worst;   /* since one was told */
    bool had;
    bool ended;        /* no rule holds for it any more, and that is not told yet */
    bool waits;        /* in the queue */
    uint64_t changes;  /* since one was told */
    uint64_t told_us;  /* when one was */
    uint64_t spent_us; /* of its bucket */
};

struct list {
    struct cp_arena *arena;
    struct told *at; /* [count] in the order of the case */
    uint32_t count, cap;
};

/** Demands that were told to be violations before the restart. */
struct restored {
    struct cp_arena *arena; /* NULL: none was */
    struct cp_map *map;
    bool *over; /* [cap] something else was told since */
    uint32_t count, cap;
};

struct changes {
    struct list told, gone; /* gone: of the case before */
    uint32_t gone_at;
    struct cp_arena *arena; /* of what follows, by the plan kept */
    struct cp_drive_verdicts v;
    uint64_t planned; /* the plan's number */
    uint32_t *queue;  /* [told.count] a ring of demands whose LSPs have news */
    uint32_t first, queued;
    uint32_t all_at, all_left;    /* of the turn of all */
    uint64_t all_us, outdated_us; /* when a turn began; since when the plan is not current */
    bool doubted;
    uint64_t seen;          /* changes, told or not */
    uint64_t slow_spent_us; /* of the bucket of what is told together */
    uint32_t denied;        /* the first that it had no room for in this turn; CP_NONE */
    bool crowded;           /* the turn before this one had no room for some */
    struct restored restored;
};

static const char *const words[] = {[CP_VERDICT_OK] = "ok",
                                    [CP_VERDICT_UNDECIDED] = "undecided",
                                    [CP_VERDICT_VIOLATION] = "violation",
                                    [CP_VERDICT_NO_PATH] = "no-path"};

const char *cp_drive_verdict_word(cp_verdict verdict)
{
    return words[verdict];
}

bool cp_drive_verdict_of(cp_text word, cp_verdict *verdict)
{
    for (size_t i = 0; i < CP_COUNT(words); i++) {
        if (!cp_text_is(word, words[i]))
            continue;
        *verdict = (cp_verdict)i;
        return true;
    }
    return false;
}

/* --- lists ----------------------------------------------------------------------------------------- */

static cp_err list_open(struct list *list, uint32_t cap)
{
    list->arena = cp_arena_open(SIZE_MAX);
    list->at = list->arena == NULL ? NULL : CP_TAKE(list->arena, cap, struct told);
    list->cap = cap;
    return list->at == NULL ? CP_ERR_NOMEM : CP_OK;
}

static void list_close(struct list *list)
{
    cp_arena_close(list->arena);
    *list = (struct list){0};
}

static cp_err list_grow(struct list *list)
{
    struct told *more = CP_TAKE(list->arena, (size_t)list->cap * 2, struct told);

    if (more == NULL)
        return CP_ERR_NOMEM;
    memcpy(more, list->at, list->count * sizeof *more);
    list->at = more;
    list->cap *= 2;
    return CP_OK;
}

static cp_err list_add(struct list *list, cp_text id)
{
    if (list->count == list->cap)
        CP_TRY(list_grow(list));
    CP_TRY(cp_text_copy(id, list->arena, &list->at[list->count].id));
    list->count++;
    return CP_OK;
}

/* --- beginning and end ----------------------------------------------------------------------------- */

enum { FIRST_CAP = 64 };

static cp_err begin(struct cp_drive *d, struct changes **out)
{
    if (d->changes == NULL) {
        struct changes *x = CP_TAKE(d->arena, 1, struct changes);

        if (x == NULL)
            return CP_ERR_NOMEM;
        d->changes = x;
        x->denied = CP_NONE;
        CP_TRY(list_open(&x->told, FIRST_CAP));
    }
    *out = d->changes;
    return CP_OK;
}

void cp_drive_close_changes(struct cp_drive *d)
{
    if (d->changes == NULL)
        return;
    list_close(&d->changes->told);
    list_close(&d->changes->gone);
    cp_arena_close(d->changes->arena);
    cp_arena_close(d->changes->restored.arena);
}

/* --- what was told before a restart ---------------------------------------------------------------- */

static cp_err restored_grow(struct restored *r)
{
    uint32_t cap = r->cap == 0 ? FIRST_CAP : r->cap * 2;
    bool *more;

    if (r->arena == NULL) {
        r->arena = cp_arena_open(SIZE_MAX);
        if (r->arena == NULL)
            return CP_ERR_NOMEM;
        CP_TRY(cp_map_open(r->arena, &r->map));
    }
    more = CP_TAKE(r->arena, cap, bool);
    if (more == NULL)
        return CP_ERR_NOMEM;
    if (r->count > 0)
        memcpy(more, r->over, r->count * sizeof *more);
    r->over = more;
    r->cap = cap;
    return CP_OK;
}

static cp_err restore_violation(struct restored *r, cp_text demand)
{
    cp_text id;
    cp_err err;

    if (r->count == r->cap)
        CP_TRY(restored_grow(r));
    CP_TRY(cp_text_copy(demand, r->arena, &id));
    err = cp_map_add(r->map, id, r->count);
    r->count += err == CP_OK;
    return err == CP_ERR_DUPLICATE ? CP_OK : err;
}

bool cp_drive_was_violation(const struct cp_drive *d, cp_text demand)
{
    const struct restored *r = d->changes == NULL ? NULL : &d->changes->restored;
    uint32_t at = r == NULL || r->count == 0 ? CP_MAP_NONE : cp_map_find(r->map, demand);

    return at != CP_MAP_NONE && !r->over[at];
}

static void better_is_known(struct restored *r, cp_text demand)
{
    uint32_t at = r->count == 0 ? CP_MAP_NONE : cp_map_find(r->map, demand);

    if (at != CP_MAP_NONE)
        r->over[at] = true;
}

cp_err cp_drive_told(struct cp_drive *d, cp_text demand, cp_verdict verdict)
{
    struct changes *x;
    struct told *told;

    CP_TRY(begin(d, &x));
    CP_TRY(list_add(&x->told, demand));
    told = &x->told.at[x->told.count - 1];
    told->verdict = told->seen = verdict;
    told->had = true;
    return verdict == CP_VERDICT_VIOLATION ? restore_violation(&x->restored, demand) : CP_OK;
}

uint64_t cp_drive_changes_seen(const struct cp_drive *d)
{
    return d->changes == NULL ? 0 : d->changes->seen;
}

/* --- another plan ---------------------------------------------------------------------------------- */

static bool is_same(const struct list *told, const struct cp_case *net)
{
    if (told->count != net->demand_count)
        return false;
    for (uint32_t i = 0; i < told->count; i++)
        if (!cp_text_eq(told->at[i].id, net->demands[i].id))
            return false;
    return true;
}

/* As it was, under an id of its own. */
static void keep_told(struct told *to, const struct told *was)
{
    cp_text id = to->id;

    *to = *was;
    to->id = id;
    to->waits = false;
}

/* Those of the case, with what was told of them; what is told of and not of the case goes to `gone`. */
static cp_err match(struct changes *x, const struct cp_case *net, struct list *list)
{
    struct cp_map *map;

    CP_TRY(cp_map_open(list->arena, &map));
    for (uint32_t i = 0; i < net->demand_count; i++) {
        cp_err err;

        CP_TRY(list_add(list, net->demands[i].id));
        err = cp_map_add(map, list->at[i].id, i);
        if (err != CP_OK && err != CP_ERR_DUPLICATE)
            return err;
    }
    for (uint32_t i = 0; i < x->told.count; i++) {
        const struct told *was = &x->told.at[i];
        uint32_t at = cp_map_find(map, was->id);

        if (!was->had)
            continue;
        if (at == CP_MAP_NONE) {
            CP_TRY(list_add(&x->gone, was->id));
            keep_told(&x->gone.at[x->gone.count - 1], was);
            continue;
        }
        keep_told(&list->at[at], was);
    }
    return CP_OK;
}

static cp_err take_case(struct changes *x, const struct cp_case *net)
{
    struct list list = {0};
    cp_err err = list_open(&list, net->demand_count + 1);

    if (err == CP_OK && x->gone.arena == NULL)
        err = list_open(&x->gone, FIRST_CAP);
    if (err == CP_OK)
        err = match(x, net, &list);
    if (err != CP_OK) {
        list_close(&list);
        return err;
    }
    list_close(&x->told);
    x->told = list;
    return CP_OK;
}

static void begin_turn(struct changes *x)
{
    if (x->all_left > 0)
        return; /* it goes on where it is */
    x->crowded = x->denied != CP_NONE;
    if (x->crowded)
        x->all_at = x->denied;
    x->denied = CP_NONE;
}

static cp_err take_plan(struct cp_drive *d, struct changes *x)
{
    bool was_current = x->v.current;

    cp_arena_close(x->arena);
    x->v = (struct cp_drive_verdicts){0};
    x->arena = cp_arena_open(SIZE_MAX);
    if (x->arena == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_drive_verdicts_open(d, d->now_us, x->arena, &x->v));
    if (!is_same(&x->told, cp_plan_view(x->v.plan)->net)) {
        CP_TRY(take_case(x, cp_plan_view(x->v.plan)->net));
        x->all_at = 0;
        x->denied = CP_NONE;
    }
    for (uint32_t i = 0; i < x->told.count; i++)
        x->told.at[i].waits = false;
    x->queue = CP_TAKE(x->arena, x->told.count, uint32_t);
    x->queued = x->first = x->all_left = 0;
    begin_turn(x);
    x->all_left = x->told.count;
    x->planned = d->planned;
    x->v.current = was_current;
    return x->queue == NULL ? CP_ERR_NOMEM : CP_OK;
}

/* --- what is to be looked at ----------------------------------------------------------------------- */

static void hear_news(struct cp_drive *d, struct changes *x)
{
    uint32_t in_plan;

    while (cp_control_news(d->control, &in_plan)) {
        const struct cp_plan_lsp *lsp = cp_plan_lsp(x->v.plan, in_plan);

        for (uint32_t i = 0; i < lsp->demand_count; i++) {
            struct told *told = &x->told.at[lsp->demands[i]];

            if (told->waits)
                continue;
            told->waits = true;
            x->queue[(x->first + x->queued++) % x->told.count] = lsp->demands[i];
        }
    }
}

/* What may be another of all: the plan is current or is not any more, is doubted or is not; or time has gone by. */
static void look_round(struct cp_drive *d, struct changes *x, uint64_t now_us)
{
    bool current = cp_drive_is_current(d, x->v.plan);
    bool doubted = cp_control_doubted(d->control);

    if (x->v.current && !current)
        x->outdated_us = now_us;
    if (current != x->v.current || doubted != x->doubted ||
        now_us - x->all_us >= CP_CHANGES_ALL_US) {
        begin_turn(x);
        x->all_left = x->told.count;
        x->all_us = now_us;
    }
    x->v.current = current;
    x->v.now_us = now_us;
    x->doubted = doubted;
}

static uint32_t next_demand(struct changes *x, bool *of_all)
{
    uint32_t at;

    *of_all = x->queued == 0;
    if (x->queued > 0) {
        at = x->queue[x->first];
        x->first = (x->first + 1) % x->told.count;
        x->queued--;
        x->told.at[at].waits = false;
        return at;
    }
    if (x->all_left == 0)
        return CP_NONE;
    x->all_left--;
    at = x->all_at;
    x->all_at = at + 1 < x->told.count ? at + 1 : 0;
    return at;
}

/* --- what is told ---------------------------------------------------------------------------------- */

/* A plan comes within seconds: that it is not there yet is told only where it does not. */
static bool may_wait(const struct changes *x, const struct told *told,
                     const struct cp_drive_verdict *said)
{
    return said->outdated && told->had && x->v.now_us - x->outdated_us < CP_CHANGES_WAIT_US &&
           (told->seen == CP_VERDICT_OK || told->seen == CP_VERDICT_NO_PATH);
}

/* One out of a bucket that holds so many and gets one more each each_us; a clock that was set back empties it, and no more. */
static bool take_one(uint64_t *spent_us, uint64_t now_us, uint64_t each_us, uint32_t most)
{
    uint64_t full_us = now_us + each_us * most;
    uint64_t from_us = *spent_us < now_us ? now_us : *spent_us < full_us ? *spent_us : full_us;

    *spent_us = from_us;
    if (full_us - from_us < each_us)
        return false;
    *spent_us = from_us + each_us;
    return true;
}

static bool may_tell(struct changes *x, uint32_t at, bool of_all)
{
    struct told *told = &x->told.at[at];
    uint64_t now_us = x->v.now_us;

    if (take_one(&told->spent_us, now_us, CP_CHANGES_ONE_MORE_US, CP_CHANGES_AT_ONCE))
        return true;
    if (now_us - told->told_us < CP_CHANGES_SLOW_US)
        return false;
    if (!of_all && (x->crowded || x->denied != CP_NONE))
        return false; /* others were there before */
    if (take_one(&x->slow_spent_us, now_us, UINT64_C(1000000) / CP_CHANGES_SLOW_A_SECOND,
                 CP_CHANGES_SLOW_MOST))
        return true;
    if (x->denied == CP_NONE)
        x->denied = at;
    return false;
}

static void note(struct changes *x, struct told *told, const struct cp_drive_verdict *said)
{
    cp_verdict is = said->verdict;
    bool ended = told->had && !said->sensitive;

    if (is != CP_VERDICT_VIOLATION)
        better_is_known(&x->restored, told->id);
    if ((told->had || told->changes > 0) && told->seen == is && told->ended == ended)
        return;
    told->ended = ended;
    if (told->changes == 0 || cp_drive_verdict_is_worse(is, told->worst))
        told->worst = is;
    told->seen = is;
    told->changes++;
    x->seen++;
}

/* Of what no rule holds for nothing is told; where one did, that none does any more is told once. */
static bool look(struct changes *x, uint32_t at, bool of_all, struct cp_drive_change *out)
{
    struct told *told = &x->told.at[at];
    struct cp_drive_verdict said;

    cp_drive_verdict(&x->v, at, &said);
    if ((!told->had && !said.sensitive) || may_wait(x, told, &said))
        return false;
    note(x, told, &said);
    if (told->changes == 0 || !may_tell(x, at, of_all))
        return false;
    *out = (struct cp_drive_change){.demand = told->id,
                                    .had = told->had,
                                    .from = told->verdict,
                                    .at = at,
                                    .to = said,
                                    .changes = told->changes,
                                    .worst = told->worst};
    told->verdict = said.verdict;
    told->had = said.sensitive;
    told->ended = false;
    told->changes = 0;
    told->told_us = x->v.now_us;
    return true;
}

static bool tell_gone(struct changes *x, struct cp_drive_change *out)
{
    const struct told *told;

    if (x->gone_at == x->gone.count)
        return false;
    told = &x->gone.at[x->gone_at++];
    x->seen++;
    *out = (struct cp_drive_change){.demand = told->id,
                                    .had = true,
                                    .gone = true,
                                    .from = told->verdict,
                                    .changes = told->changes + 1,
                                    .worst = told->changes > 0 ? told->worst : told->verdict};
    return true;
}

/* What was handed out is not in use any more. */
static void forget_gone(struct changes *x)
{
    if (x->gone.arena == NULL || x->gone_at < x->gone.count)
        return;
    list_close(&x->gone);
    x->gone_at = 0;
}

cp_err cp_drive_change(struct cp_drive *d, uint64_t now_us, uint32_t *looks,
                       struct cp_drive_change *out, cp_change_more *more)
{
    const struct cp_plan *plan = cp_control_plan_kept(d->control);
    struct changes *x;

    *more = CP_CHANGE_NONE;
    if (plan == NULL)
        return CP_OK;
    CP_TRY(begin(d, &x));
    forget_gone(x);
    if (x->planned != d->planned || x->v.plan != plan)
        CP_TRY(take_plan(d, x));
    look_round(d, x, now_us);
    hear_news(d, x);
    *more = CP_CHANGE_ONE;
    if (tell_gone(x, out))
        return CP_OK;
    for (; *looks > 0; --*looks) {
        bool of_all;
        uint32_t at = next_demand(x, &of_all);

        if (at == CP_NONE) {
            *more = CP_CHANGE_NONE;
            return CP_OK;
        }
        if (look(x, at, of_all, out)) {
            --*looks;
            return CP_OK;
        }
    }
    *more = CP_CHANGE_MORE;
    return CP_OK;
}
