#include "inside.h"

/*
 * What is to be done, in order: control's steps first, so that what must be kept is before any byte that follows from
 * it (an order only fills its session's buffer); then bytes and closings, plan, calls, inventories to let go.
 */

/* Bytes that the owner had in hand are sent. */
static void settle(struct cp_drive *d)
{
    struct drive_peer *p;

    if (d->sending == CP_NONE)
        return;
    p = &d->peers[d->sending];
    cp_drive_peer_sent(p, d->sending_bytes);
    d->sending = CP_NONE;
}

/* An order that a session does not take is one that no router reports done: control sees to it in time. */
static void give_order(struct cp_drive *d, const struct cp_control_step *step)
{
    uint32_t peer = d->peer_of_pcc[step->peer];

    if (d->peers[peer].pce != NULL &&
        cp_pce_order(d->peers[peer].pce, &step->order, d->now_us) == CP_OK)
        cp_drive_wait(d, peer);
}

/* The next of control's steps that is for the owner; false: none is left. */
static bool next_step(struct cp_drive *d, struct cp_drive_act *out)
{
    struct cp_control_step step;

    while (cp_control_next(d->control, &step)) {
        switch (step.kind) {
        case CP_DO_ORDER:
            give_order(d, &step);
            break;
        case CP_DO_PLAN:
            cp_drive_want_plan(d, step.at_us > cp_drive_soon(d) ? step.at_us : cp_drive_soon(d),
                               CP_TEXT("the end of a hold, or other ways"));
            break;
        case CP_DO_RECORD:
        case CP_DO_ALARM:
            *out = (struct cp_drive_act){
                .kind = step.kind == CP_DO_RECORD ? CP_ACT_RECORD : CP_ACT_ALARM, .step = step};
            return true;
        }
    }
    return false;
}

/* Bytes of the next peer that has some, or its closing. */
static bool next_bytes(struct cp_drive *d, struct cp_drive_act *out)
{
    while (d->waiting_first < d->waiting_count) {
        uint32_t peer = d->waiting[d->waiting_first];
        struct drive_peer *p = &d->peers[peer];
        cp_text bytes = cp_drive_peer_out(p);

        if (bytes.len > 0) {
            d->sending = peer;
            d->sending_bytes = bytes.len;
            *out = (struct cp_drive_act){.kind = CP_ACT_SEND, .peer = peer, .bytes = bytes};
            return true;
        }
        d->waiting_first++;
        p->waits = false;
        if (p->connected && cp_drive_peer_closing(p)) {
            *out = (struct cp_drive_act){.kind = CP_ACT_CLOSE, .peer = peer};
            return true;
        }
    }
    d->waiting_first = d->waiting_count = 0;
    return false;
}

static bool next_call(struct cp_drive *d, struct cp_drive_act *out)
{
    for (; d->calling < d->config.peer_count; d->calling++) {
        struct drive_peer *p = &d->peers[d->calling];

        if (p->call_at_us == UINT64_MAX)
            continue;
        *out =
            (struct cp_drive_act){.kind = CP_ACT_CALL, .peer = d->calling, .at_us = p->call_at_us};
        p->call_at_us = UINT64_MAX;
        return true;
    }
    return false;
}

static bool is_used(const struct cp_drive *d, const struct cp_case *inventory)
{
    for (const struct epoch *e = d->epochs; e != NULL; e = e->next)
        if (e->inventory == inventory)
            return true;
    return inventory == d->inventory;
}

static bool next_inventory(struct cp_drive *d, struct cp_drive_act *out)
{
    for (uint32_t i = 0; i < d->given_count; i++) {
        if (!d->given[i].over || is_used(d, d->given[i].inventory))
            continue;
        *out = (struct cp_drive_act){.kind = CP_ACT_LET_GO, .inventory = d->given[i].inventory};
        d->given_count--;
        for (; i < d->given_count; i++)
            d->given[i] = d->given[i + 1];
        return true;
    }
    return false;
}

/* A job that cannot be made for want of memory is tried again later. */
static bool next_job(struct cp_drive *d, struct cp_drive_act *out)
{
    struct cp_drive_job *job;

    if (cp_drive_next_job(d, &job) != CP_OK) {
        d->plan_at_us = d->now_us + PLAN_AGAIN_US;
        return false;
    }
    if (job == NULL)
        return false;
    *out = (struct cp_drive_act){.kind = CP_ACT_PLAN, .job = job};
    return true;
}

bool cp_drive_next(struct cp_drive *d, struct cp_drive_act *out)
{
    settle(d);
    if (d->began_us == 0)
        d->began_us = d->now_us;
    if (next_step(d, out) || next_bytes(d, out) || next_job(d, out) || next_call(d, out))
        return true;
    return next_inventory(d, out);
}
