#include <string.h>

#include "inside.h"

/*
 * What each demand should go by, from its LSPs; what is asked of the agent for it, one request at a time; what the kernel
 * has by then.  A demand stands in the work queue when one of these may differ.
 */

enum { AGAIN_US = SECOND_US, FAILURES_MOST = 3, BROKEN_US = SECOND_US, ORPHAN_US = 60 * SECOND_US };

void cp_edge_demand_wake(struct cp_edge *e, uint32_t demand)
{
    struct edge_demand *d = &e->demands[demand];

    if (d->queued)
        return;
    d->queued = true;
    cp_edge_queue_put(&e->work_queue, demand);
}

/* --- which LSPs carry it --------------------------------------------------------------------------- */

static bool may_carry(const struct cp_edge *e, const struct edge_lsp *l)
{
    return l->word && l->wanted_up && !l->removing && !l->dead && l->result == CP_AGENT_DONE &&
           l->change <= e->kept_change;
}

/* Those of the highest preference, by PLSP-ID; how many, at most CP_AGENT_PATHS. */
static uint32_t choose(const struct cp_edge *e, const struct edge_demand *d,
                       uint32_t lsps[CP_AGENT_PATHS])
{
    uint32_t best = 0, count = 0;

    for (uint32_t i = d->first_lsp; i != NONE; i = e->lsps[i].next)
        if (may_carry(e, &e->lsps[i]) && e->lsps[i].preference > best)
            best = e->lsps[i].preference;
    for (uint32_t i = d->first_lsp; i != NONE && count < CP_AGENT_PATHS; i = e->lsps[i].next)
        if (may_carry(e, &e->lsps[i]) && e->lsps[i].preference == best)
            lsps[count++] = i;
    return count;
}

bool cp_edge_demand_has_other(const struct cp_edge *e, const struct edge_lsp *l)
{
    for (uint32_t i = e->demands[l->demand].first_lsp; i != NONE; i = e->lsps[i].next)
        if (&e->lsps[i] != l && may_carry(e, &e->lsps[i]))
            return true;
    return false;
}

uint32_t cp_edge_demand_path(const struct edge_demand *d, const struct edge_lsp *l)
{
    if (!d->known || d->state != CP_AGENT_STATE_INSTALLED)
        return NONE;
    for (uint32_t i = 0; i < d->path_count; i++)
        if (cp_edge_path_same(&d->paths[i], &l->path))
            return i;
    return NONE;
}

static bool is_asked(const struct edge_demand *d, uint32_t lsp)
{
    for (uint32_t i = 0; d->busy && d->asked == CP_AGENT_ORDER && i < d->asked_count; i++)
        if (d->asked_lsps[i] == lsp)
            return true;
    return false;
}

cp_edge_phase cp_edge_lsp_phase(const struct cp_edge *e, const struct edge_lsp *l)
{
    const struct edge_demand *d = &e->demands[l->demand];
    uint32_t lsps[CP_AGENT_PATHS], count;

    if (l->removing || !l->wanted_up)
        return !d->known || d->state == CP_AGENT_STATE_BROKEN || cp_edge_demand_path(d, l) != NONE
                   ? CP_EDGE_LEAVES
                   : CP_EDGE_DOWN;
    if (is_asked(d, cp_edge_lsp_index(e, l)))
        return CP_EDGE_ORDERED;
    if (cp_edge_demand_path(d, l) != NONE)
        return CP_EDGE_ACTIVE;
    if (l->dead)
        return CP_EDGE_DEAD;
    if (l->change > e->kept_change)
        return CP_EDGE_NEW;
    if (!may_carry(e, l))
        return CP_EDGE_NOT_THERE;
    count = choose(e, d, lsps);
    for (uint32_t i = 0; i < count; i++)
        if (lsps[i] == cp_edge_lsp_index(e, l))
            return d->failures > 0 || !d->known ? CP_EDGE_NOT_THERE : CP_EDGE_ORDERED;
    return CP_EDGE_WAITS;
}

/* --- asking ---------------------------------------------------------------------------------------- */

static bool has_them(const struct cp_edge *e, const struct edge_demand *d, const uint32_t *lsps,
                     uint32_t count)
{
    if (d->state != CP_AGENT_STATE_INSTALLED || d->path_count != count)
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (cp_edge_demand_path(d, &e->lsps[lsps[i]]) == NONE)
            return false;
    return true;
}

static void ask_order(const struct cp_edge *e, struct edge_demand *d, const uint32_t *lsps,
                      struct cp_agent_request *request)
{
    request->kind = CP_AGENT_ORDER;
    request->path_count = d->asked_count;
    for (uint32_t i = 0; i < d->asked_count; i++) {
        d->asked_lsps[i] = lsps[i];
        request->paths[i] = e->lsps[lsps[i]].path;
    }
}

/* What is to be asked now; false: nothing. */
static bool decide(struct cp_edge *e, struct edge_demand *d, struct cp_agent_request *request)
{
    uint32_t lsps[CP_AGENT_PATHS], count = choose(e, d, lsps);

    if (d->known && count > 0 && !has_them(e, d, lsps, count) && e->now_us >= d->again_us) {
        d->asked_count = count;
        ask_order(e, d, lsps, request);
        return true;
    }
    if (d->known && count == 0 && d->stop && d->state != CP_AGENT_STATE_STOPPED &&
        e->now_us >= d->again_us) {
        request->kind = CP_AGENT_STOP;
        return true;
    }
    if (d->known ? !d->look : e->now_us < d->again_us)
        return false;
    request->kind = CP_AGENT_READ;
    return true;
}

static bool ask(struct cp_edge *e, uint32_t demand, struct cp_edge_act *out)
{
    struct edge_demand *d = &e->demands[demand];
    const struct cp_edge_demand *of = &e->config.policy->demands[demand];
    struct cp_agent_request request = {.class = of->class, .endpoint = of->endpoint};

    if (d->busy || !decide(e, d, &request))
        return false;
    request.number = ++e->number;
    d->busy = true;
    d->look = false;
    d->asked = (uint8_t)request.kind;
    e->asks[(e->ask_first + e->ask_count++) % CP_EDGE_ASKS_MAX] = demand;
    e->orders += request.kind != CP_AGENT_READ;
    *out = (struct cp_edge_act){.kind = CP_EDGE_ASK, .request = request};
    return true;
}

/* Whether another LSP carries the demand by the same path. */
static bool is_shared(const struct cp_edge *e, const struct edge_demand *d,
                      const struct edge_lsp *l)
{
    uint32_t lsps[CP_AGENT_PATHS], count = choose(e, d, lsps);

    for (uint32_t i = 0; i < count; i++)
        if (cp_edge_path_same(&e->lsps[lsps[i]].path, &l->path))
            return true;
    return false;
}

/* LSPs on their way out whose demand has nothing of theirs any more. */
static void let_go(struct cp_edge *e, uint32_t demand)
{
    struct edge_demand *d = &e->demands[demand];
    uint32_t next;

    if (!d->known || d->busy)
        return;
    for (uint32_t i = d->first_lsp; i != NONE; i = next) {
        struct edge_lsp *l = &e->lsps[i];

        next = l->next;
        if (!l->removing || l->gone ||
            (cp_edge_lsp_phase(e, l) == CP_EDGE_LEAVES && !is_shared(e, d, l)))
            continue;
        l->gone = true;
        cp_edge_report(e, l);
    }
}

bool cp_edge_demands_next(struct cp_edge *e, struct cp_edge_act *out)
{
    while (e->agent_there && e->ask_count < CP_EDGE_ASKS_MAX && e->work_queue.count > 0) {
        uint32_t demand = cp_edge_queue_take(&e->work_queue);

        e->demands[demand].queued = false;
        let_go(e, demand);
        if (ask(e, demand, out))
            return true;
    }
    return false;
}

/* --- answers --------------------------------------------------------------------------------------- */

static void take_state(struct cp_edge *e, struct edge_demand *d, const struct cp_agent_answer *a)
{
    if (a->state == CP_AGENT_STATE_NONE || a->path_count > CP_AGENT_PATHS) {
        d->known = false;
        d->again_us = e->now_us + AGAIN_US;
    } else {
        d->known = true;
        d->state = a->state;
        d->path_count = a->path_count;
        memcpy(d->paths, a->paths, sizeof d->paths);
        d->packets = a->count[0];
        d->bytes = a->count[1];
    }
    d->look_us = e->now_us + (a->state == CP_AGENT_STATE_BROKEN ? BROKEN_US : e->config.look_us);
    if (d->counted || !d->known)
        return;
    d->counted = true;
    e->unknown--;
    e->whole = e->unknown == 0;
}

/* The kernel has a path that nobody ordered in this life: its LSP, by what was kept, has it. */
static void recognise(struct cp_edge *e, struct edge_demand *d)
{
    struct edge_lsp *only = d->first_lsp == NONE ? NULL : &e->lsps[d->first_lsp];

    if (!d->known || d->state != CP_AGENT_STATE_INSTALLED)
        return;
    if (only != NULL && only->next == NONE && !only->word && d->path_count == 1 &&
        cp_edge_demand_path(d, only) == NONE) {
        cp_edge_path_hops(e, &d->paths[0], cp_edge_hops_begin_local(e, &only->hops), &only->hops);
        only->path = d->paths[0];
        only->path.packets = 0;
        cp_edge_keep(e, KEEP_SOON);
    }
    for (uint32_t i = d->first_lsp; i != NONE; i = e->lsps[i].next)
        if (!e->lsps[i].word && cp_edge_demand_path(d, &e->lsps[i]) != NONE) {
            e->lsps[i].word = e->lsps[i].wanted_up = true;
            cp_edge_probes_begin(e, &e->lsps[i]);
        }
}

/* Refusals by the policy: the same order would get the same answer. */
static bool is_final(uint32_t result)
{
    return result != CP_AGENT_DONE && result != CP_AGENT_BARRIER && result != CP_AGENT_KERNEL;
}

bool cp_edge_lsp_is_refused(const struct edge_lsp *l)
{
    return is_final(l->result);
}

/* PCErr 24/1 (RFC 8281 5.3): unacceptable; for an update too.  Too narrow a link is, where a path with fewer segments fits. */
static void blame(struct cp_edge *e, struct edge_lsp *l, uint32_t result)
{
    e->refused++;
    cp_edge_say(e, CP_EDGE_SAYS_WARNING, "%.*s is refused: %s", (int)l->name_len, l->name,
                cp_edge_result_words(result));
    cp_edge_refuse(e, l->srp_id, 24, 1);
    l->srp_id = 0;
    if (l->fresh) { /* whoever heard of it hears that it is gone */
        l->removing = l->gone = true;
        cp_edge_keep(e, KEEP_SOON);
        cp_edge_report(e, l);
        return;
    }
    l->result = result;
    if (l->has_old) {
        l->has_old = false;
        l->hops = l->old;
        l->result = cp_edge_path_make(e, l, &l->path) ? CP_AGENT_DONE : CP_AGENT_CHAIN;
        cp_edge_keep(e, KEEP_SOON);
    }
    cp_edge_report(e, l);
}

/* Of several paths that were refused together those that are new are to blame; where none is, all. */
static void refused(struct cp_edge *e, struct edge_demand *d, uint32_t result)
{
    bool some = false;

    for (uint32_t i = 0; i < d->asked_count; i++)
        some = some || e->lsps[d->asked_lsps[i]].fresh || e->lsps[d->asked_lsps[i]].has_old;
    for (uint32_t i = 0; i < d->asked_count; i++) {
        struct edge_lsp *l = &e->lsps[d->asked_lsps[i]];

        if (l->used && (!some || l->fresh || l->has_old))
            blame(e, l, result);
    }
}

static void settle(struct cp_edge *e, struct edge_demand *d)
{
    for (uint32_t i = 0; i < d->asked_count; i++) {
        struct edge_lsp *l = &e->lsps[d->asked_lsps[i]];

        if (!l->used || !d->known || d->state != CP_AGENT_STATE_INSTALLED)
            continue;
        l->fresh = false;
        if (cp_edge_demand_path(d, l) != NONE) {
            l->has_old = false;
            cp_edge_probes_begin(e, l);
        } else if (l->has_old && d->path_count == 1) { /* it was ordered otherwise meanwhile */
            cp_edge_path_hops(e, &d->paths[0], cp_edge_hops_begin_local(e, &l->hops), &l->old);
        }
    }
}

static void wait_longer(struct cp_edge *e, struct edge_demand *d)
{
    d->again_us = e->now_us + ((uint64_t)AGAIN_US << d->failures);
    if (d->failures < FAILURES_MOST)
        d->failures++;
}

static void take_order(struct cp_edge *e, struct edge_demand *d, const struct cp_agent_answer *a)
{
    uint32_t lsps[CP_AGENT_PATHS], count;

    d->result = a->result;
    if (is_final(a->result)) {
        refused(e, d, a->result);
        return;
    }
    settle(e, d);
    count = choose(e, d, lsps);
    if (a->result == CP_AGENT_DONE && (count == 0 || has_them(e, d, lsps, count))) {
        d->failures = 0;
        d->again_us = 0;
    } else if (a->result != CP_AGENT_DONE || !d->known || d->state != CP_AGENT_STATE_INSTALLED) {
        wait_longer(e, d);
    }
}

/* Its first hop is not there, or somebody changed what it goes by: another LSP takes over where there is one. */
static void leave_broken(struct cp_edge *e, struct edge_demand *d)
{
    uint32_t lsps[CP_AGENT_PATHS];

    if (!d->known || d->state != CP_AGENT_STATE_BROKEN || choose(e, d, lsps) != 1 ||
        !cp_edge_demand_has_other(e, &e->lsps[lsps[0]]) || d->failures == 0)
        return;
    cp_edge_die(e, &e->lsps[lsps[0]], "the kernel has it broken");
    d->failures = 0;
    d->again_us = 0;
}

static void take_policy(struct cp_edge *e, uint64_t serial)
{
    bool other = e->policy_serial != 0 && e->policy_serial != serial;

    e->policy_serial = serial;
    if (!other)
        return;
    cp_edge_say(e, CP_EDGE_SAYS_NOTICE, "the agent has policy %llu in force now",
                (unsigned long long)serial);
    for (uint32_t i = 0; i < e->config.policy->demand_count; i++) {
        e->demands[i].look = true; /* it may have stopped what it forbids */
        cp_edge_demand_wake(e, i);
    }
}

static void answered(struct cp_edge *e, uint32_t demand, const struct cp_agent_answer *a)
{
    struct edge_demand *d = &e->demands[demand];

    d->busy = false;
    take_state(e, d, a);
    if (d->asked == CP_AGENT_ORDER)
        take_order(e, d, a);
    else if (a->result != CP_AGENT_DONE)
        wait_longer(e, d);
    else if (d->asked == CP_AGENT_STOP)
        d->stop = false;
    else
        recognise(e, d);
    take_policy(e, a->serial);
    leave_broken(e, d);
    cp_edge_report_changes(e, demand);
    cp_edge_demand_wake(e, demand);
}

static bool is_answer(const struct cp_edge *e, uint32_t asked, const struct cp_agent_answer *a)
{
    const struct cp_edge_demand *of = asked == NONE ? NULL : &e->config.policy->demands[asked];

    if (a->number != e->number - e->ask_count + 1)
        return false;
    return of == NULL ? a->kind == CP_AGENT_LOCALS
                      : a->class == of->class && a->endpoint == of->endpoint;
}

void cp_edge_answered(struct cp_edge *e, const struct cp_agent_answer *a, uint64_t now_us)
{
    uint32_t demand;

    e->now_us = now_us;
    if (!e->agent_there || e->ask_count == 0)
        return;
    demand = e->asks[e->ask_first];
    if (!is_answer(e, demand, a)) {
        cp_edge_say(e, CP_EDGE_SAYS_WARNING, "the agent answers what it was not asked");
        return;
    }
    e->ask_first = (e->ask_first + 1) % CP_EDGE_ASKS_MAX;
    e->ask_count--;
    if (demand == NONE)
        cp_edge_locals_answered(e, a->result);
    else
        answered(e, demand, a);
}

/* --- time ------------------------------------------------------------------------------------------ */

/* Paths of the kernel's that no LSP has: a controller that knows all of ours, and does not want them, has had its time. */
static void look_for_orphan(struct cp_edge *e, uint32_t demand)
{
    struct edge_demand *d = &e->demands[demand];
    bool is = d->known && d->first_lsp == NONE &&
              (d->state == CP_AGENT_STATE_INSTALLED || d->state == CP_AGENT_STATE_BROKEN) &&
              cp_edge_session_get(e) != NULL;

    if (!is) {
        d->orphan_us = 0;
        return;
    }
    if (d->orphan_us == 0)
        d->orphan_us = e->now_us;
    if (e->now_us - d->orphan_us < ORPHAN_US)
        return;
    d->stop = true;
    cp_edge_demand_wake(e, demand);
}

void cp_edge_demand_tick(struct cp_edge *e, uint32_t demand)
{
    struct edge_demand *d = &e->demands[demand];

    look_for_orphan(e, demand);
    for (uint32_t i = d->first_lsp; i != NONE; i = e->lsps[i].next) {
        struct edge_lsp *l = &e->lsps[i];

        if (l->dead && e->now_us >= l->dead_until_us) {
            l->dead = false;
            cp_edge_demand_wake(e, demand);
        }
    }
    if (!d->busy && e->agent_there && e->now_us >= d->look_us) {
        d->look = true;
        cp_edge_demand_wake(e, demand);
    }
    if (d->again_us != 0 && e->now_us >= d->again_us) {
        d->again_us = 0;
        cp_edge_demand_wake(e, demand);
    }
}
