#include <string.h>

#include "base/map.h"
#include "drive/verdict.h"

#include "inside.h"

/*
 * What was told last of each demand, set against what is so now.  Who has news is looked at first; all are looked at in turn, from
 * where the last turn ended, so that turns that come ever sooner leave nobody out.
 */

struct told {
    cp_text id; /* in the arena beside it */
    cp_verdict verdict;
    bool had;
    bool waits; /* in the queue */
};

struct list {
    struct cp_arena *arena;
    struct told *at; /* [count] in the order of the case */
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
}

cp_err cp_drive_told(struct cp_drive *d, cp_text demand, cp_verdict verdict)
{
    struct changes *x;
    struct told *told;

    CP_TRY(begin(d, &x));
    CP_TRY(list_add(&x->told, demand));
    told = &x->told.at[x->told.count - 1];
    told->verdict = verdict;
    told->had = true;
    return CP_OK;
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
            x->gone.at[x->gone.count - 1].verdict = was->verdict;
            continue;
        }
        list->at[at].verdict = was->verdict;
        list->at[at].had = true;
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

static cp_err take_plan(struct cp_drive *d, struct changes *x)
{
    bool was_current = x->v.current;

    cp_arena_close(x->arena);
    x->v = (struct cp_drive_verdicts){0};
    x->arena = cp_arena_open(SIZE_MAX);
    if (x->arena == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_drive_verdicts_open(d, d->now_us, x->arena, &x->v));
    if (!is_same(&x->told, cp_plan_view(x->v.plan)->net))
        CP_TRY(take_case(x, cp_plan_view(x->v.plan)->net));
    for (uint32_t i = 0; i < x->told.count; i++)
        x->told.at[i].waits = false;
    x->queue = CP_TAKE(x->arena, x->told.count, uint32_t);
    x->queued = x->first = x->all_at = 0;
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
        x->all_left = x->told.count;
        x->all_us = now_us;
    }
    x->v.current = current;
    x->v.now_us = now_us;
    x->doubted = doubted;
}

static uint32_t next_demand(struct changes *x)
{
    uint32_t at;

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
           (told->verdict == CP_VERDICT_OK || told->verdict == CP_VERDICT_NO_PATH);
}

/* Of what no rule holds for nothing is told, until one did. */
static bool look(struct changes *x, uint32_t at, struct cp_drive_change *out)
{
    struct told *told = &x->told.at[at];
    struct cp_drive_verdict said;

    cp_drive_verdict(&x->v, at, &said);
    if ((told->had && told->verdict == said.verdict) || (!told->had && !said.sensitive) ||
        may_wait(x, told, &said))
        return false;
    *out = (struct cp_drive_change){
        .demand = told->id, .had = told->had, .from = told->verdict, .at = at, .to = said};
    told->verdict = said.verdict;
    told->had = true;
    return true;
}

static bool tell_gone(struct changes *x, struct cp_drive_change *out)
{
    const struct told *told;

    if (x->gone_at == x->gone.count)
        return false;
    told = &x->gone.at[x->gone_at++];
    *out = (struct cp_drive_change){
        .demand = told->id, .had = true, .gone = true, .from = told->verdict};
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
        uint32_t at = next_demand(x);

        if (at == CP_NONE) {
            *more = CP_CHANGE_NONE;
            return CP_OK;
        }
        if (look(x, at, out)) {
            --*looks;
            return CP_OK;
        }
    }
    *more = CP_CHANGE_MORE;
    return CP_OK;
}
