#include "sim.h"

/* What goes wrong, and when it is over: by the seed alone. */

typedef enum {
    UNDO_LINK,
    UNDO_ROUTER,
    UNDO_HOLD,
    UNDO_RELOAD,
    UNDO_ODD,
    UNDO_LIE,
    UNDO_PORT
} undo_kind;

static void later(struct sim *s, uint32_t least_ms, uint32_t most_ms, undo_kind kind,
                  uint32_t which)
{
    queue_put(&s->queue,
              (struct event){.at_us = s->now_us + chance_pick(&s->chance, least_ms, most_ms) * MS,
                             .kind = EV_UNDO,
                             .a = kind,
                             .b = which});
}

static uint32_t any_router(struct sim *s)
{
    return chance_pick(&s->chance, 0, s->router_count - 1);
}

static void fail_link(struct sim *s)
{
    uint32_t link = chance_pick(&s->chance, 0, s->link_count - 1);

    if (s->links[link].lie)
        return;
    if (s->links[link].lan && chance_of(&s->chance, 60)) {
        port_set(s, s->links[link].a, false);
        later(s, 100, 30000, UNDO_PORT, s->links[link].a);
        return;
    }
    trace(s, "link l%u (r%u r%u) goes down", link, s->links[link].a, s->links[link].b);
    link_set(s, link, false);
    if (chance_of(&s->chance, 85) || s->long_s > 0) /* else little is left in the end */
        later(s, 100, chance_of(&s->chance, 30) ? 300 : 30000, UNDO_LINK, link);
}

static void fail_router(struct sim *s)
{
    uint32_t router = any_router(s);

    if (!s->routers[router].up)
        return;
    router_crash(s, router);
    if (chance_of(&s->chance, 90) || s->long_s > 0)
        later(s, 2000, 30000, UNDO_ROUTER, router);
}

static void change_metric(struct sim *s)
{
    uint32_t link = chance_pick(&s->chance, 0, s->link_count - 1);
    uint32_t router = chance_of(&s->chance, 50) ? s->links[link].a : s->links[link].b;
    uint32_t metric = chance_pick(&s->chance, 1, 12);

    trace(s, "l%u costs %u from r%u", link, metric, router);
    metric_set(s, link, router, metric);
}

static void set_rules(struct sim *s, const struct rules *rules)
{
    s->past[s->past_count % 8] = s->rules;
    s->past_us[s->past_count++ % 8] = s->now_us;
    s->rules = *rules;
    s->rules_us = s->now_us;
    trace(s, "reload: forbidden %x", rules->forbidden);
    controller_reload(s);
}

/* A demand is of the other class from now on: its LSPs are of another colour, under another key. */
static void recolour(struct sim *s)
{
    struct rules rules = s->rules;
    const struct demand *d;

    if (s->demand_count == 0)
        return;
    d = &s->demands[chance_pick(&s->chance, 0, s->demand_count - 1)];
    rules.second[d->src] ^= 1u << d->dst;
    rules.second[d->dst] ^= 1u << d->src;
    s->bad_since_us[d->src][d->dst] = s->bad_since_us[d->dst][d->src] = 0;
    s->wrong_since_us[d->src][d->dst] = s->wrong_since_us[d->dst][d->src] = 0;
    trace(s, "demands between r%u and r%u are of the other class", d->src, d->dst);
    set_rules(s, &rules);
}

static void change_policy(struct sim *s)
{
    static const uint32_t sets[] = {0x2, 0x2, 0x6, 0x6, 0xe};
    struct rules rules = s->rules;

    rules.forbidden = sets[chance_pick(&s->chance, 0, 4)];
    set_rules(s, &rules);
}

/* A licence for a maker that is forbidden, for some days; or the day ends, and with it what ends then. */
static void change_day(struct sim *s)
{
    struct rules rules = s->rules;
    uint32_t maker = chance_pick(&s->chance, 1, MAKERS - 1);

    if ((rules.forbidden >> maker & 1) != 0 && rules.licensed[maker] <= rules.day &&
        chance_of(&s->chance, 70)) {
        rules.licensed[maker] = rules.day + chance_pick(&s->chance, 1, 2);
        trace(s, "a licence for %s until day %u", maker_names[maker], rules.licensed[maker]);
    } else {
        rules.day++;
        trace(s, "day %u", rules.day);
    }
    set_rules(s, &rules);
}

/* A router turns out to be another maker's, or not to be. */
static void change_maker(struct sim *s)
{
    struct rules rules = s->rules;
    uint32_t router = any_router(s);

    if (!s->routers[router].known)
        return;
    rules.makers[router] =
        rules.makers[router] != s->routers[router].maker ? s->routers[router].maker : 1;
    trace(s, "r%u is %s", router, maker_names[rules.makers[router]]);
    set_rules(s, &rules);
}

/* No end of a demand, and none of the LAN, whose rows name it. */
static bool may_be_out(const struct sim *s, uint32_t router)
{
    for (uint32_t d = 0; d < s->demand_count; d++)
        if (s->demands[d].src == router || s->demands[d].dst == router)
            return false;
    return s->routers[router].known && (s->lan_routers >> router & 1) == 0;
}

/* The operator takes a router out of the inventory, or puts it back. */
static void take_out(struct sim *s)
{
    struct rules rules = s->rules;
    uint32_t router = any_router(s);

    if (!may_be_out(s, router))
        return;
    rules.out ^= 1u << router;
    trace(s, "r%u is %s the inventory", router,
          (rules.out >> router & 1) != 0 ? "taken out of" : "put back into");
    set_rules(s, &rules);
}

static void hold(struct sim *s)
{
    controller_hold(s, true);
    later(s, 1000, 20000, UNDO_HOLD, 0);
}

static void deaf_until(struct sim *s, uint64_t until_us)
{
    s->deaf_until_us = s->deaf_until_us < until_us ? until_us : s->deaf_until_us;
}

static void stale_feed(struct sim *s)
{
    uint32_t feed = chance_pick(&s->chance, 0, s->feed_count - 1);

    trace(s, "feed %u goes stale", feed);
    s->feeds[feed].stale_until_us = s->now_us + chance_pick(&s->chance, 1000, 30000) * MS;
    deaf_until(s, s->feeds[feed].stale_until_us + 10 * SECOND);
}

static void make_odd(struct sim *s)
{
    uint32_t router = any_router(s);

    s->routers[router].odd = 1u << chance_pick(&s->chance, 0, 4);
    trace(s, "r%u is odd: %u", router, s->routers[router].odd);
    pcc_err(s, router);
    later(s, 1000, 30000, UNDO_ODD, router);
}

static struct wire *any_wire(struct sim *s)
{
    uint32_t wire = chance_pick(&s->chance, 0, s->router_count + s->feed_count - 1);

    return &s->wires[wire < s->router_count ? wire : ROUTERS_MOST + wire - s->router_count];
}

static void cut(struct sim *s)
{
    wire_cut(s, (uint32_t)(any_wire(s) - s->wires));
}

static void stall(struct sim *s)
{
    struct wire *w = any_wire(s);
    uint64_t until_us = s->now_us + chance_pick(&s->chance, 500, 8000) * MS;

    if (chance_of(&s->chance, 50)) {
        w->to_drive_us = until_us > w->to_drive_us ? until_us : w->to_drive_us;
        if (w >= &s->wires[ROUTERS_MOST]) /* what a feed tells */
            deaf_until(s, until_us + SECOND);
    } else {
        w->to_there_us = until_us > w->to_there_us ? until_us : w->to_there_us;
    }
}

static void jump(struct sim *s)
{
    s->skew_us += chance_pick(&s->chance, 1, 300) * SECOND;
    trace(s, "the controller's clock jumps");
    s->tick_us = UINT64_MAX;
    if (s->drive != NULL)
        controller_pump(s, cp_drive_tick(s->drive, controller_now(s)));
}

static void lie(struct sim *s)
{
    uint32_t router = any_router(s);

    if (!s->routers[router].liar)
        return;
    router_lie(s, router, true);
    if (chance_of(&s->chance, 60) || s->long_s > 0)
        later(s, 1000, 40000, UNDO_LIE, router);
}

static void ask(struct sim *s)
{
    uint32_t from = any_router(s), to = any_router(s);

    if (from != to)
        pcc_ask(s, from, to);
}

static void strike(struct sim *s)
{
    uint32_t what = chance_pick(&s->chance, 0, 99);

    s->faults++;
    if (chance_of(&s->chance, 20))
        ask(s);
    if (what < 25)
        fail_link(s);
    else if (what < 33)
        fail_router(s);
    else if (what < 40)
        change_metric(s);
    else if (what < 44)
        change_policy(s);
    else if (what < 49)
        recolour(s);
    else if (what < 53)
        change_maker(s);
    else if (what < 57)
        change_day(s);
    else if (what < 59)
        take_out(s);
    else if (what < 62)
        hold(s);
    else if (what < 65)
        stale_feed(s);
    else if (what < 73)
        make_odd(s);
    else if (what < 78)
        stall(s);
    else if (what < 80)
        jump(s);
    else if (what < 85)
        lie(s);
    else if (what < 93)
        s->kill_after = s->long_s > 0 ? 0 : chance_pick(&s->chance, 1, 25);
    else
        cut(s);
}

static void next_strike(struct sim *s)
{
    uint32_t pause_ms = chance_of(&s->chance, 30) ? chance_pick(&s->chance, 1, 200)
                                                  : chance_pick(&s->chance, 200, 8000);

    if (s->now_us + pause_ms * MS < s->calm_us)
        queue_put(&s->queue, (struct event){.at_us = s->now_us + pause_ms * MS, .kind = EV_STORM});
}

static void undo(struct sim *s, undo_kind kind, uint32_t which)
{
    switch (kind) {
    case UNDO_LINK:
        trace(s, "link l%u comes up", which);
        link_set(s, which, true);
        break;
    case UNDO_PORT:
        port_set(s, which, true);
        break;
    case UNDO_ROUTER:
        if (!s->routers[which].up)
            router_boot(s, which);
        break;
    case UNDO_HOLD:
        controller_hold(s, false);
        break;
    case UNDO_RELOAD:
        controller_reload(s);
        break;
    case UNDO_ODD:
        s->routers[which].odd = 0;
        for (uint32_t i = 0; i < POLICIES_MOST; i++)
            s->routers[which].policies[i].delegated = true;
        wire_cut(s, which);
        break;
    case UNDO_LIE:
        if (s->routers[which].lying)
            router_lie(s, which, false);
        break;
    }
}

static void calm(struct sim *s)
{
    trace(s, "calm");
    s->calm = true;
    s->kill_after = 0;
    for (uint32_t f = 0; f < s->feed_count; f++)
        s->feeds[f].stale_until_us = 0;
    for (uint32_t r = 0; r < s->router_count; r++)
        if (s->routers[r].odd != 0)
            undo(s, UNDO_ODD, r);
    later(s, 50000, 60000, UNDO_HOLD, 0);
    sights_calm(s);
}

void storm_start(struct sim *s)
{
    s->calm_us = s->now_us + chance_pick(&s->chance, 10, 90) * SECOND;
    if (s->long_s > 0)
        s->calm_us = s->now_us + s->long_s * SECOND;
    queue_put(&s->queue, (struct event){.at_us = s->calm_us, .kind = EV_CALM});
    queue_put(&s->queue, (struct event){.at_us = s->calm_us + 150 * SECOND, .kind = EV_END});
    queue_put(&s->queue, (struct event){.at_us = s->now_us + chance_pick(&s->chance, 0, 20000) * MS,
                                        .kind = EV_STORM});
}

void storm_event(struct sim *s, const struct event *e)
{
    if (e->kind == EV_STORM) {
        strike(s);
        next_strike(s);
    } else if (e->kind == EV_CALM) {
        calm(s);
    } else {
        undo(s, (undo_kind)e->a, e->b);
    }
}
