#include <string.h>

#include "inside.h"

/*
 * Requests that come while there is no plan to answer them by.  A "no path" that is not so would be taken for good: FRR asks
 * once for each policy and session, waits 30 s (its timer pcep-request), asks twice more, and then leaves it.  So a request is
 * kept until there is a plan, but no longer than its router waits; then it gets its "no path", and once there is a
 * plan its router's session is closed, so that it asks again.
 */

enum { HOLD_US = 25000000, HELD_MOST = 32, HELD_BYTES = 1 << 20 };

struct held {
    struct held *next;
    struct cp_pce_request request;
    uint64_t until_us;
};

void cp_drive_forget_held(struct drive_peer *p)
{
    cp_arena_close(p->held_arena);
    p->held_arena = NULL;
    p->held = p->held_last = NULL;
    p->held_count = 0;
    p->turned_away = false;
}

static const void *copy(struct cp_arena *arena, const void *from, size_t count, size_t size)
{
    void *to = cp_arena_take(arena, count, size);

    if (to != NULL && count > 0)
        memcpy(to, from, count * size);
    return to;
}

static struct held *keep(struct drive_peer *p, const struct cp_pce_request *request)
{
    struct cp_arena *arena = p->held_arena;
    struct held *held = CP_TAKE(arena, 1, struct held);
    struct cp_pce_request *r;

    if (held == NULL)
        return NULL;
    held->request = *request;
    r = &held->request;
    r->metrics = copy(arena, request->metrics, request->metric_count, sizeof *request->metrics);
    r->exclusions =
        copy(arena, request->exclusions, request->exclusion_count, sizeof *request->exclusions);
    r->include.at =
        copy(arena, request->include.at, request->include.count, sizeof *request->include.at);
    if (r->metrics == NULL || r->exclusions == NULL || r->include.at == NULL ||
        cp_text_copy(request->name, arena, &r->name) != CP_OK)
        return NULL;
    return held;
}

bool cp_drive_hold_request(struct cp_drive *d, struct drive_peer *p,
                           const struct cp_pce_request *request)
{
    struct held *held;

    if (cp_control_answers(d->control))
        return false;
    if (p->held_arena == NULL)
        p->held_arena = cp_arena_open(HELD_BYTES);
    held = p->held_arena == NULL || p->held_count == HELD_MOST ? NULL : keep(p, request);
    if (held == NULL) {
        p->turned_away = true;
        return false;
    }
    held->until_us = d->now_us + HOLD_US;
    *(p->held_last == NULL ? &p->held : &p->held_last->next) = held;
    p->held_last = held;
    p->held_count++;
    return true;
}

static cp_err answer(struct cp_drive *d, struct drive_peer *p, const struct held *held)
{
    const struct cp_pce_event event = {.kind = CP_PCE_EV_REQUEST, .request = held->request};

    return cp_control_peer_event(d->control, p->pcc, &event, d->now_us);
}

/* The longest waiting come first. */
cp_err cp_drive_answer_held(struct cp_drive *d, struct drive_peer *p)
{
    bool answers = cp_control_answers(d->control);
    bool again = answers && p->turned_away;

    while (p->held != NULL && (answers || p->held->until_us <= d->now_us)) {
        const struct held *held = p->held;

        p->held = held->next;
        p->turned_away = !answers;
        CP_TRY(answer(d, p, held));
    }
    if (p->held != NULL)
        return CP_OK;
    p->held_last = NULL;
    p->held_count = 0;
    cp_arena_close(p->held_arena);
    p->held_arena = NULL;
    if (!again)
        return CP_OK;
    p->turned_away = false;
    p->close = true;
    cp_drive_wait(d, (uint32_t)(p - d->peers));
    return CP_OK;
}

uint64_t cp_drive_held_until(const struct drive_peer *p)
{
    return p->held == NULL ? UINT64_MAX : p->held->until_us;
}
