#pragma once

#include "life.h"

/* What holds of every step that a controller gives, and of a plan that is adopted. */

static inline struct kept_state *state_of(struct life *l, cp_text key, bool make)
{
    for (uint32_t i = 0; i < l->state_count; i++)
        if (cp_text_is(key, l->states[i].key))
            return &l->states[i];
    if (!make)
        return NULL;
    assert_true(l->state_count < STATES);
    memset(&l->states[l->state_count], 0, sizeof l->states[0]);
    memcpy(l->states[l->state_count].key, key.at, key.len);
    return &l->states[l->state_count++];
}

static inline void keep(struct life *l, const struct cp_control_step *s)
{
    struct kept_state *k;

    if (s->record != CP_RECORD_INTENT && s->record != CP_RECORD_HOLD && s->state.len == 0)
        return;
    k = state_of(l, s->key, true);
    assert_true(s->state.len < sizeof k->state);
    memset(k->state, 0, sizeof k->state);
    memcpy(k->state, s->state.at == NULL ? "" : s->state.at, s->state.len);
    if (s->state.len == 0) {
        *k = l->states[--l->state_count];
    }
}

/* The labels of a state's lines, against a path's. */
static inline void check_recorded(const struct kept_state *k, struct cp_pce_path path)
{
    const char *at = k == NULL ? NULL : k->state;
    uint32_t count = 0;

    assert_non_null(at);
    while ((at = strstr(at, "\nl ")) != NULL) {
        at += 3;
        assert_true(count < path.count && strtoul(at, NULL, 10) == path.at[count].label);
        count++;
    }
    assert_int_equal(count, path.count);
}

static inline const struct cp_plan_lsp *planned(const struct life *l, cp_text key)
{
    const struct cp_plan *plan = cp_control_plan_kept(l->c);

    for (uint32_t i = 0; i < plan->lsp_count; i++)
        if (cp_text_eq(plan->lsps[i].key, key))
            return &plan->lsps[i];
    return NULL;
}

static inline void check_order(struct life *l, const struct cp_control_step *s)
{
    uint32_t touches[2 * FAKE_HOPS + 2];
    const struct cp_plan *plan = cp_control_plan_kept(l->c);
    const struct cp_plan_lsp *p;
    struct cp_trace t;

    if (s->order.kind == CP_PCE_UPDATE || s->order.kind == CP_PCE_REMOVE) {
        const struct router_lsp *r = router_lsp(&l->routers[s->peer], s->order.plsp_id);

        assert_true(r == NULL || r->ours);
    }
    if (s->order.kind != CP_PCE_INITIATE && (s->order.kind != CP_PCE_UPDATE || !s->order.up))
        return;
    p = planned(l, s->key);
    assert_non_null(p);
    assert_true(s->order.path.count > 0);
    t = fake_trace(plan, p->headend, p->endpoint, s->order.path,
                   &(struct cp_plan_gone){.elements = l->gone, .version = 1}, touches);
    assert_int_equal(t.kind, CP_TRACE_CLEAN);
    assert_true(t.arrives);
    check_recorded(state_of(l, s->key, false), s->order.path);
    l->path_orders++;
}

static inline void check_counts(const struct life *l)
{
    struct cp_control_status s;
    uint32_t by_phase[CP_LSP_REMOVING + 1] = {0};

    for (uint32_t i = 0; i < cp_control_lsp_count(l->c); i++) {
        struct cp_control_lsp lsp;

        cp_control_lsp(l->c, i, &lsp);
        by_phase[lsp.phase]++;
    }
    cp_control_status(l->c, &s);
    assert_memory_equal(by_phase, s.by_phase, sizeof by_phase);
}

/* Takes the steps as they are; orders reach routers after all steps of the call are out, as bytes do. */
static inline void drain(struct life *l)
{
    static struct cp_control_step steps[4096];
    static struct cp_pce_hop hops[4096][FAKE_HOPS];
    static char names[4096][80];
    uint32_t count = 0;
    struct cp_control_step s;

    while (cp_control_next(l->c, &s)) {
        print(l, &s.kind, sizeof s.kind);
        print(l, s.document.at, s.document.len);
        print(l, s.state.at, s.state.len);
        if (s.kind == CP_DO_RECORD)
            keep(l, &s);
        if (s.kind != CP_DO_ORDER)
            continue;
        print(l, &s.order.srp_id, sizeof s.order.srp_id);
        check_order(l, &s);
        assert_true(count < CP_COUNT(steps));
        for (uint32_t i = 0; i < s.order.path.count; i++)
            hops[count][i] = s.order.path.at[i];
        memset(names[count], 0, sizeof names[count]);
        if (s.order.name.len > 0)
            memcpy(names[count], s.order.name.at, s.order.name.len);
        s.order.path.at = hops[count];
        s.order.name = cp_text_of(names[count]);
        s.key = s.document = s.state = CP_TEXT("");
        steps[count++] = s;
    }
    check_counts(l);
    l->order_count += count;
    for (uint32_t i = 0; i < count; i++) {
        struct cp_control_step order = steps[i];
        struct cp_pce_hop path[FAKE_HOPS];
        char name[80];

        if (order.order.kind == CP_PCE_REPLY || order.order.kind == CP_PCE_NO_PATH)
            continue;
        memcpy(path, hops[i], sizeof path);
        memcpy(name, names[i], sizeof name);
        order.order.path.at = path;
        order.order.name = cp_text_of(name);
        take_order(l, &order);
    }
    if (count > 0)
        drain(l); /* what they said at once */
}

/* Of the LSPs that routers have on a path that is meant: keys, and prints of the hops. */
struct carried {
    char keys[LSP_MAX][80];
    uint64_t prints[LSP_MAX];
    uint32_t count;
};

static inline uint64_t print_of(struct cp_pce_path path)
{
    uint64_t sum = path.count;

    for (uint32_t i = 0; i < path.count; i++)
        sum = sum * 0x100000001b3u + path.at[i].label;
    return sum;
}

static inline void find_carried(const struct life *l, struct carried *out)
{
    struct cp_control_lsp lsp;

    out->count = 0;
    for (uint32_t i = 0; i < cp_control_lsp_count(l->c); i++) {
        cp_control_lsp(l->c, i, &lsp);
        if (lsp.in_plan == CP_NONE || !lsp.ordered || lsp.intended.count == 0)
            continue;
        (void)snprintf(out->keys[out->count], sizeof out->keys[0], "%.*s", (int)lsp.key.len,
                       lsp.key.at);
        out->prints[out->count++] = print_of(lsp.intended);
    }
}

/* The plan was adopted: what was foreseen for at once is so, and what moved was foreseen; but while it is held or frozen. */
static inline void check_foreseen(const struct life *l, const struct carried *before, bool held,
                                  const struct cp_control_outlook *outlook)
{
    uint32_t moved = 0, down = 0, removed = before->count;
    struct cp_control_status status;
    struct cp_control_lsp lsp;

    assert_int_equal(outlook->carried,
                     outlook->kept + outlook->moving_count + outlook->down + outlook->removed);
    cp_control_status(l->c, &status);
    assert_true(held || !status.held || outlook->holds);
    /* One that was on its way out and is planned again shows what was meant then, and means nothing yet. */
    assert_true(outlook->carried <= before->count);
    if (status.held || status.frozen || outlook->carried < before->count)
        return;
    for (uint32_t i = 0; i < cp_control_lsp_count(l->c); i++) {
        cp_control_lsp(l->c, i, &lsp);
        for (uint32_t k = 0; k < before->count && lsp.in_plan != CP_NONE; k++) {
            if (!cp_text_is(lsp.key, before->keys[k]))
                continue;
            removed--;
            down += lsp.intended.count == 0;
            moved += lsp.intended.count > 0 && print_of(lsp.intended) != before->prints[k];
        }
    }
    assert_int_equal(removed, outlook->removed);
    assert_int_equal(down, outlook->down);
    assert_in_range(moved, outlook->at_once, outlook->moving_count);
}
