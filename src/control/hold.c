#include "hold.h"

#include "document.h"

/*
 * Nodes that vanish.  A tenth of the trusted ones within seconds is more likely a fault of what tells us than of the
 * network: nothing is moved then but what is dirty, until they are back or a person has looked; a restart does not end it.
 * What a person takes out of the inventory has not vanished.
 */

enum { MILLION = 1000000, NAMED = 10, LISTED = 64 };

#define TOO_MANY "too many trusted nodes vanished at once"

/* A node counts that is seen, known, and allowed to some LSP's traffic. */
cp_err cp_ctl_count_trusted(struct ctl_epoch *e)
{
    const struct cp_ted_view *view = cp_plan_view(e->plan);
    const struct cp_judge *judge = cp_plan_judge(e->plan);
    uint32_t treatments = judge == NULL ? 0 : judge->treatment_count;
    uint8_t *used = CP_TAKE(e->arena, treatments, uint8_t);

    if (used == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < cp_plan_lsp_count(e->plan); i++)
        if (cp_plan_lsp(e->plan, i)->treatment < treatments)
            used[cp_plan_lsp(e->plan, i)->treatment] = 1;
    for (uint32_t v = 0; v < view->net->node_count; v++) {
        uint32_t rule;

        if (!view->nodes[v].seen || !view->nodes[v].known)
            continue;
        for (uint32_t t = 0; t < treatments && e->trusted[v] == 0; t++)
            e->trusted[v] = used[t] && cp_plan_allows(e->plan, t, CP_OBJECT_NODE, v, &rule);
        e->trusted_count += e->trusted[v];
    }
    return CP_OK;
}

static cp_err grow(struct cp_control *c)
{
    uint32_t cap = c->vanished_cap == 0 ? 16 : c->vanished_cap * 2;
    struct ctl_vanished *at =
        (struct ctl_vanished *)cp_ctl_take(&c->pool, cap * sizeof *c->vanished);

    if (at == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < c->vanished_count; i++)
        at[i] = c->vanished[i];
    cp_ctl_give(&c->pool, c->vanished, c->vanished_cap * sizeof *c->vanished);
    c->vanished = at;
    c->vanished_cap = cap;
    return CP_OK;
}

static void drop(struct cp_control *c, uint32_t at)
{
    cp_ctl_text_give(&c->pool, &c->vanished[at].id);
    c->vanished_count--;
    for (; at < c->vanished_count; at++)
        c->vanished[at] = c->vanished[at + 1];
}

cp_err cp_ctl_vanish(struct cp_control *c, uint32_t case_node)
{
    return c->epoch->trusted[case_node] == 0
               ? CP_OK
               : cp_ctl_vanished(c, cp_plan_view(c->epoch->plan)->net->nodes[case_node].id,
                                 c->now_us);
}

cp_err cp_ctl_vanished(struct cp_control *c, cp_text id, uint64_t at_us)
{
    for (uint32_t i = 0; i < c->vanished_count; i++)
        if (cp_text_eq(c->vanished[i].id, id))
            return CP_OK;
    if (c->vanished_count == c->vanished_cap)
        CP_TRY(grow(c));
    CP_TRY(cp_ctl_text_take(&c->pool, id, &c->vanished[c->vanished_count].id));
    c->vanished[c->vanished_count++].at_us = at_us;
    c->missed_more = c->held && !c->held_by_hand;
    return CP_OK;
}

void cp_ctl_take_out(struct cp_control *c, uint32_t case_node)
{
    struct ctl_epoch *e = c->epoch;
    cp_text id = cp_plan_view(e->plan)->net->nodes[case_node].id;

    e->trusted_count -= e->trusted[case_node];
    e->trusted[case_node] = 0;
    for (uint32_t i = 0; i < c->vanished_count; i++)
        if (cp_text_eq(c->vanished[i].id, id)) {
            drop(c, i);
            return;
        }
}

/* --- what is told of it -------------------------------------------------------------------------- */

/* "WHY: 3 are missed: a, b, c" */
static cp_err words(struct cp_control *c, const char *why, cp_text *out)
{
    struct cp_out text = cp_out_make(c->work);
    uint32_t count = c->vanished_count;

    cp_out_str(&text, why);
    if (count > 0)
        cp_out_format(&text, count == 1 ? ": %u is missed: " : ": %u are missed: ", count);
    for (uint32_t i = 0; i < count && i < NAMED; i++) {
        cp_out_str(&text, i > 0 ? ", " : "");
        cp_out_text(&text, c->vanished[i].id);
    }
    if (count > NAMED)
        cp_out_format(&text, " and %u more", count - NAMED);
    return cp_out_done(&text, out);
}

/* The alarm "hold", by who is missed now. */
static cp_err alarm(struct cp_control *c, const char *why)
{
    struct document d;
    cp_text text, said;

    if (c->held_by_hand)
        return cp_ctl_alarm_about(c, "hold", CP_TEXT(""), why);
    CP_TRY(words(c, why, &said));
    cp_ctl_doc_begin(&d, c);
    cp_json_text(&d.json, "why", said);
    cp_json_u64(&d.json, "vanished_count", c->vanished_count);
    cp_json_array(&d.json, "vanished", CP_JSON_FLAT);
    for (uint32_t i = 0; i < c->vanished_count && i < LISTED; i++)
        cp_json_text(&d.json, NULL, c->vanished[i].id);
    cp_json_close(&d.json);
    CP_TRY(cp_ctl_doc_end(&d, &text));
    return cp_ctl_alarm_set(c, CP_TEXT("hold"), text);
}

/* --- holding ------------------------------------------------------------------------------------- */

/* All are looked at again, a few with each tick. */
static void review_all(struct cp_control *c)
{
    for (uint32_t i = 0; c->epoch != NULL && i < cp_plan_lsp_count(c->epoch->plan); i++) {
        uint32_t slot = c->epoch->slot_of[i];

        if (!c->lsps[slot].used || c->lsps[slot].in_plan != i)
            continue;
        c->lsps[slot].better_us = c->now_us;
        cp_ctl_timer(c, slot);
    }
}

cp_err cp_ctl_want_plan(struct cp_control *c)
{
    return cp_ctl_step(c, &(struct cp_control_step){.kind = CP_DO_PLAN, .at_us = c->now_us});
}

static cp_err set_held(struct cp_control *c, bool held, cp_text who, const char *why)
{
    if (c->held == held)
        return CP_OK;
    c->held = c->status.held = held;
    c->held_us = c->now_us;
    c->missed_more = false;
    CP_TRY(cp_ctl_record_hold(c, held, who, why));
    if (held)
        return alarm(c, why);
    CP_TRY(cp_ctl_alarm_about_end(c, "hold", CP_TEXT("")));
    review_all(c);
    c->leave_us = c->epoch != NULL && c->epoch->leaving_count > 0 ? c->now_us : UINT64_MAX;
    return cp_ctl_want_plan(c);
}

cp_err cp_ctl_held_before(struct cp_control *c, uint64_t since_us)
{
    c->now_us = c->held_us = since_us;
    c->held = c->status.held = true;
    return alarm(c, TOO_MANY);
}

bool cp_ctl_are_too_many(const struct cp_control *c, uint32_t missed, uint64_t all)
{
    return missed > 0 && (uint64_t)missed * MILLION >= all * c->config.hold_ppm;
}

static bool are_too_many(const struct cp_control *c)
{
    uint64_t all = c->epoch == NULL ? 0 : c->epoch->trusted_count;

    if (c->epoch != NULL) /* those that its view does not have any more count, too */
        for (uint32_t i = 0; i < c->vanished_count; i++) {
            uint32_t v = cp_case_node(cp_plan_view(c->epoch->plan)->net, c->vanished[i].id).at;

            all += v == CP_NONE || c->epoch->trusted[v] == 0;
        }
    return cp_ctl_are_too_many(c, c->vanished_count, all);
}

static void let_old_go(struct cp_control *c)
{
    while (!c->held && c->vanished_count > 0 &&
           c->now_us - c->vanished[0].at_us > c->config.hold_window_us)
        drop(c, 0);
}

cp_err cp_ctl_hold_check(struct cp_control *c)
{
    let_old_go(c);
    if (!c->held && are_too_many(c))
        return set_held(c, true, CP_TEXT(""), TOO_MANY);
    if (!c->missed_more)
        return CP_OK;
    c->missed_more = false; /* after a restart those are missed, too */
    CP_TRY(alarm(c, TOO_MANY));
    return cp_ctl_record_hold(c, true, CP_TEXT(""), "more trusted nodes vanished");
}

static bool is_there(const struct ctl_epoch *e, uint32_t v)
{
    const struct cp_net *net = cp_plan_net(e->plan);
    uint32_t node = v == CP_NONE ? CP_NONE : net->node_of_case[v];

    return v != CP_NONE && cp_plan_view(e->plan)->nodes[v].seen &&
           (node == CP_NONE || e->gone_elements[cp_graph_element_of_node(&net->graph, node)] == 0);
}

cp_err cp_ctl_come_back(struct cp_control *c)
{
    const struct cp_ted_view *view = cp_plan_view(c->epoch->plan);

    bool taken_out = false;

    for (uint32_t i = 0; i < c->vanished_count;) {
        uint32_t v = cp_case_node(view->net, c->vanished[i].id).at;

        taken_out = taken_out || v == CP_NONE;
        if (v == CP_NONE || is_there(c->epoch, v))
            drop(c, i);
        else
            i++;
    }
    if (c->held && !c->held_by_hand && !are_too_many(c))
        return set_held(c, false, CP_TEXT(""),
                        taken_out ? "they are back, or the inventory has them no more"
                                  : "they are back");
    return c->held && !c->held_by_hand ? alarm(c, TOO_MANY) : CP_OK;
}

uint64_t cp_ctl_hold_deadline(const struct cp_control *c)
{
    if (c->held || c->vanished_count == 0)
        return UINT64_MAX;
    return c->vanished[0].at_us + c->config.hold_window_us + 1;
}

void cp_control_hold(struct cp_control *c, bool held, cp_text who, uint64_t now_us)
{
    cp_arena_mark mark = cp_arena_mark_get(c->work);
    cp_err err;

    c->now_us = now_us;
    c->held_by_hand = held;
    while (!held && c->vanished_count > 0) /* who thaws has looked: they are not counted again */
        drop(c, c->vanished_count - 1);
    err = set_held(c, held, who, held ? "a person holds" : "a person thaws");
    cp_arena_reset(c->work, mark);
    if (c->err == CP_OK)
        c->err = err; /* the next tick tells */
}

void cp_control_freeze(struct cp_control *c, bool frozen, cp_text why, uint64_t now_us)
{
    cp_arena_mark mark = cp_arena_mark_get(c->work);
    cp_err err = CP_OK;

    c->now_us = now_us;
    if (c->frozen == frozen)
        return;
    c->frozen = c->status.frozen = frozen;
    if (frozen) {
        err =
            cp_ctl_alarm_about(c, "frozen", CP_TEXT(""), why.len > 0 ? "feeds disagree" : "frozen");
    } else {
        err = cp_ctl_alarm_about_end(c, "frozen", CP_TEXT(""));
        review_all(c);
    }
    cp_arena_reset(c->work, mark);
    if (c->err == CP_OK)
        c->err = err; /* the next tick tells */
}
