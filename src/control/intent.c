#include <string.h>

#include "refusals.h"

/*
 * What each LSP should be.  Of every call: what the present path is by now (a comparison with the plan's options, else a
 * walk of its own), what would be taken (cp_plan_pick), and then: bad news is acted upon, good news waits for
 * damp_us, and while frozen or held.  While the plan's view lacks what some feed has not told yet, what it does not know is
 * no news at all.
 */

struct standing {
    cp_trace_kind kind;
    uint32_t reader; /* UNKNOWN: the node to which a segment means nothing; CP_NONE */
    bool untold;     /* ... and all that it touched when it was known is there, and allowed */
    bool unjudged;   /* FORBIDDEN, as far as anybody knows: a plan may allow it */
    struct ctl_cause cause;
    const uint32_t *touches;
    uint32_t touch_count;
};

/* The first element of the option that is gone; CP_NONE: none is. */
static uint32_t gone_of(const struct ctl_epoch *e, const struct cp_plan_option *option)
{
    for (uint32_t i = 0; i < option->touch_count && e->gone.version != 0; i++)
        if (e->gone_elements[option->touches[i]] != 0)
            return option->touches[i];
    return CP_NONE;
}

/* Whether it may lead elsewhere than when the plan was made. */
static bool is_shifted(const struct ctl_epoch *e, const struct cp_plan_option *option)
{
    return e->gone.shut != NULL ||
           (option->drawn && (e->gone.shift_count > 0 || e->gone.others != NULL));
}

/* A chain of adjacencies: what it touches are its hops and their nodes, and one of them gone breaks it. */
static bool is_chain(const struct cp_plan_option *option)
{
    return !option->drawn && option->touch_count == 2 * option->hops.count + 1;
}

const struct cp_plan_option *cp_ctl_option_like(const struct cp_plan_lsp *p,
                                                struct cp_pce_path hops)
{
    for (uint32_t i = 0; i < p->option_count; i++)
        if (cp_ctl_hops_same(p->options[i].hops, hops))
            return &p->options[i];
    return NULL;
}

static cp_err stand(struct cp_control *c, const struct ctl_lsp *l, struct cp_pce_path hops,
                    struct standing *out)
{
    struct ctl_epoch *e = c->epoch;
    const struct cp_plan_option *option =
        cp_ctl_option_like(cp_plan_lsp(e->plan, l->in_plan), hops);
    struct cp_trace trace;

    *out = (struct standing){.kind = CP_TRACE_CLEAN, .cause = {"verified", CP_NONE, CP_NONE}};
    out->cause.element = option == NULL ? CP_NONE : gone_of(e, option);
    if (option != NULL && !is_shifted(e, option) &&
        (out->cause.element == CP_NONE || is_chain(option))) {
        out->kind = out->cause.element == CP_NONE ? CP_TRACE_CLEAN : CP_TRACE_BROKEN;
        out->touches = option->touches;
        out->touch_count = option->touch_count;
        return CP_OK;
    }
    CP_TRY(cp_plan_trace(e->picker, l->in_plan, hops, &e->gone, c->work, &trace));
    out->kind = trace.kind == CP_TRACE_CLEAN && !trace.arrives ? CP_TRACE_BROKEN : trace.kind;
    out->unjudged = trace.unjudged;
    out->reader = trace.reader;
    out->cause = (struct ctl_cause){"verified", trace.element, trace.rule};
    out->touches = trace.touches;
    out->touch_count = trace.touch_count;
    return CP_OK;
}

static const char *word_of(cp_trace_kind kind)
{
    switch (kind) {
    case CP_TRACE_CLEAN:
        return "clean";
    case CP_TRACE_FORBIDDEN:
        return "forbidden";
    case CP_TRACE_BROKEN:
        return "gone";
    case CP_TRACE_UNKNOWN:
        return "unknown segment";
    }
    return "unknown segment";
}

cp_err cp_ctl_retouch(struct cp_control *c, uint32_t slot, struct ctl_cause *cause,
                      cp_trace_kind *kind)
{
    struct ctl_lsp *l = &c->lsps[slot];
    struct standing s;

    CP_TRY(stand(c, l, cp_ctl_way_path(&l->intended), &s));
    *kind = l->intended_is = s.kind;
    *cause = s.cause;
    cause->reason = word_of(s.kind);
    if (s.kind == CP_TRACE_UNKNOWN && l->touched.len > 0) /* more than the walk saw */
        CP_TRY(cp_ctl_touched_elements(l, c->epoch, c->work, &s.touches, &s.touch_count));
    return cp_ctl_way_touch(c, slot, &l->intended, s.touches, s.touch_count);
}

cp_err cp_ctl_trace_installed(struct cp_control *c, uint32_t slot, struct ctl_cause *cause)
{
    struct ctl_lsp *l = &c->lsps[slot];
    struct standing s;

    *cause = (struct ctl_cause){"reported", CP_NONE, CP_NONE};
    l->installed_is = l->same ? CP_TRACE_CLEAN : CP_TRACE_UNKNOWN;
    if (c->epoch == NULL || l->in_plan == CP_NONE || !l->known || l->same ||
        l->installed.count == 0)
        return CP_OK;
    CP_TRY(stand(c, l, cp_ctl_way_path(&l->installed), &s));
    l->installed_is = s.kind;
    cause->element = s.cause.element;
    cause->rule = s.cause.rule;
    return cp_ctl_way_touch(c, slot, &l->installed, s.touches, s.touch_count);
}

cp_err cp_ctl_trace_left(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];
    struct standing s;

    if (!l->moving || !l->same || l->left.count == 0)
        return CP_OK;
    CP_TRY(stand(c, l, cp_ctl_way_path(&l->left), &s));
    if (l->left_is != s.kind)
        cp_ctl_news(c, slot);
    l->left_is = s.kind;
    return CP_OK;
}

/* --- changing ----------------------------------------------------------------------------------- */

/* What the router has stays known when the intent is another one. */
static void keep_installed(struct cp_control *c, struct ctl_lsp *l, cp_trace_kind was)
{
    if (l->known && l->same) {
        cp_ctl_way_clear(c, &l->installed);
        l->installed = l->intended;
        l->intended = (struct ctl_way){0};
        l->installed_is = was;
    } else {
        cp_ctl_way_clear(c, &l->intended);
    }
    l->same = false;
}

static cp_err copy_hops(struct cp_control *c, const struct ctl_way *way, struct cp_pce_path *out)
{
    struct cp_pce_hop *hops = CP_TAKE(c->work, way->count, struct cp_pce_hop);

    if (hops == NULL)
        return CP_ERR_NOMEM;
    if (way->count > 0)
        memcpy(hops, way->hops, way->count * sizeof *hops);
    *out = (struct cp_pce_path){hops, way->count};
    return CP_OK;
}

cp_err cp_ctl_mended(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];

    if (!l->held_broken)
        return CP_OK;
    l->held_broken = false;
    if (l->phase == CP_LSP_INSTALLED)
        l->why = NULL;
    return cp_ctl_alarm_lsp_end(c, "broken", slot);
}

/* Broken, not dirty: while held it is neither moved nor taken down, and a person is told. */
static cp_err hold_to(struct cp_control *c, uint32_t slot, const struct standing *s)
{
    struct ctl_lsp *l = &c->lsps[slot];
    struct ctl_cause cause = s->cause;

    l->why = CTL_HELD_BROKEN;
    if (l->held_broken && cause.element == CP_NONE)
        return CP_OK; /* a plan that has the element no more: it is told already which it was */
    l->held_broken = true;
    cause.reason = word_of(s->kind);
    return cp_ctl_alarm_lsp(c, "broken", slot, l->why, &cause);
}

static cp_err intend(struct cp_control *c, uint32_t slot, const struct cp_plan_option *option,
                     cp_trace_kind was, const struct ctl_cause *cause)
{
    struct ctl_lsp *l = &c->lsps[slot];
    struct cp_pce_path before;

    CP_TRY(copy_hops(c, &l->intended, &before));
    l->moving = l->phase == CP_LSP_INSTALLED && l->known && l->up && l->same;
    cp_ctl_way_clear(c, &l->left);
    keep_installed(c, l, was);
    CP_TRY(cp_ctl_way_set(c, slot, &l->intended, option->hops));
    CP_TRY(cp_ctl_way_touch(c, slot, &l->intended, option->touches, option->touch_count));
    cp_ctl_text_give(&c->pool, &l->touched);
    if (l->known && cp_ctl_hops_same(cp_ctl_way_path(&l->installed), option->hops)) {
        cp_ctl_way_clear(c, &l->installed);
        l->same = true;
        l->installed_is = CP_TRACE_CLEAN;
    }
    c->status.moves += l->aim == AIM_PATH;
    if (l->aim == AIM_DOWN)
        CP_TRY(cp_ctl_alarm_lsp_end(c, "down", slot));
    l->aim = AIM_PATH;
    l->back = NULL;
    l->untold = false;
    CP_TRY(cp_ctl_mended(c, slot));
    l->intended_is = CP_TRACE_CLEAN;
    l->given = GIVEN_NOT;
    l->intended_us = l->moved_us = c->now_us;
    l->better_us = UINT64_MAX;
    l->proven_us = 0;
    cp_ctl_supersede(c, slot);
    CP_TRY(cp_ctl_record_intent(c, slot, before, cause));
    return cp_ctl_push(c, slot);
}

/*
 * What went down between plans is told with its cut by the first plan that has one, and anew when another cut blocks it: at
 * our pace, for who alternates its links alternates the cut.  What was told before a restart is an alarm again, and no news.
 */
static cp_err stay_down(struct cp_control *c, uint32_t slot, const struct ctl_cause *cause,
                        const char *why)
{
    struct ctl_lsp *l = &c->lsps[slot];
    uint64_t cut = cp_ctl_cut_print(c, l), at_us = l->cut_told_us + c->config.damp_us;
    bool other = !c->partial && cut != 0 && cut != l->cut_told;

    if (other && l->cut_told != 0 && l->cut_told_us != 0 && c->now_us < at_us)
        l->better_us = at_us < l->better_us ? at_us : l->better_us;
    else if (other)
        CP_TRY(cp_ctl_record_down(c, slot, cause, why));
    else if (!c->partial && l->untold)
        CP_TRY(cp_ctl_alarm_down(c, slot, cause, why));
    l->untold = l->untold && c->partial;
    return cp_ctl_push(c, slot);
}

static cp_err take_down(struct cp_control *c, uint32_t slot, cp_trace_kind was,
                        const struct ctl_cause *cause, const char *why)
{
    struct ctl_lsp *l = &c->lsps[slot];
    struct cp_pce_path before;

    if (l->aim == AIM_DOWN)
        return stay_down(c, slot, cause, why);
    CP_TRY(copy_hops(c, &l->intended, &before));
    keep_installed(c, l, was);
    cp_ctl_text_give(&c->pool, &l->touched);
    l->aim = AIM_DOWN;
    l->moving = false;
    l->back = NULL;
    l->cut_told = 0;
    CP_TRY(cp_ctl_mended(c, slot));
    l->given = GIVEN_NOT;
    l->intended_us = l->moved_us = c->now_us;
    l->better_us = UINT64_MAX;
    l->proven_us = 0;
    c->status.downs++;
    cp_ctl_supersede(c, slot);
    CP_TRY(cp_ctl_record_intent(c, slot, before, cause));
    CP_TRY(cp_ctl_record_down(c, slot, cause, why));
    return cp_ctl_push(c, slot);
}

/* --- deciding ----------------------------------------------------------------------------------- */

static cp_err move(struct cp_control *c, uint32_t slot, cp_trace_kind was,
                   const struct ctl_cause *cause)
{
    struct ctl_lsp *l = &c->lsps[slot];
    struct cp_pick got;

    CP_TRY(cp_ctl_pick(c, l, &got));
    return got.found ? intend(c, slot, &got.option, was, cause)
                     : take_down(c, slot, was, cause, got.why);
}

/* Down, and its headend lets its packets go the ordinary way meanwhile. */
static bool lets_go(const struct cp_control *c, const struct ctl_lsp *l)
{
    return l->aim == AIM_DOWN && l->peer != CP_NONE && c->peers[l->peer].fails_open;
}

/* Good news may be acted upon now; else it is looked at again when it may. */
static bool may_move(struct cp_control *c, struct ctl_lsp *l)
{
    if (c->held || c->frozen || c->partial)
        return false; /* all are looked at when that ends */
    if (l->aim == AIM_NOTHING || lets_go(c, l) || c->now_us - l->moved_us >= c->config.damp_us)
        return true;
    l->better_us = l->moved_us + c->config.damp_us;
    return false;
}

/* Of an LSP on a clean path: whether the plan has a cheaper one, or does not have it among its options. */
static cp_err find_better(struct cp_control *c, const struct ctl_lsp *l, struct cp_pick *got,
                          bool *better)
{
    const struct cp_plan_lsp *p = cp_plan_lsp(c->epoch->plan, l->in_plan);
    const struct cp_plan_option *now = cp_ctl_option_like(p, cp_ctl_way_path(&l->intended));

    *better = false;
    if (now != NULL && now == p->options)
        return CP_OK;
    CP_TRY(cp_ctl_pick(c, l, got));
    *better = got->found && got->planned && (now == NULL || now->cost > got->option.cost) &&
              !cp_ctl_hops_same(got->option.hops, cp_ctl_way_path(&l->intended));
    return CP_OK;
}

static cp_err better(struct cp_control *c, uint32_t slot, const struct standing *s)
{
    struct ctl_lsp *l = &c->lsps[slot];
    struct cp_pick got;
    bool is_there;

    l->better_us = UINT64_MAX;
    if (s->touch_count != l->intended.touch_count ||
        (s->touch_count > 0 &&
         memcmp(s->touches, l->intended.touches, s->touch_count * sizeof *s->touches) != 0))
        CP_TRY(cp_ctl_way_touch(c, slot, &l->intended, s->touches, s->touch_count));
    CP_TRY(find_better(c, l, &got, &is_there));
    if (!is_there || !may_move(c, l))
        return CP_OK;
    return intend(c, slot, &got.option, CP_TRACE_CLEAN, CTL_CAUSE("better"));
}

/* Packets do not keep to the present path, and nothing forbidden came of it: whether there is another one. */
static cp_err find_past(struct cp_control *c, const struct ctl_lsp *l, struct cp_pick *got,
                        bool *past)
{
    CP_TRY(cp_ctl_pick(c, l, got));
    *past = got->found &&
            !cp_ctl_shuns(c, l, SHUN_LINKS, got->option.touches, got->option.touch_count) &&
            !cp_ctl_hops_same(got->option.hops, cp_ctl_way_path(&l->intended));
    return CP_OK;
}

static cp_err elude(struct cp_control *c, uint32_t slot, const struct ctl_cause *cause)
{
    struct ctl_lsp *l = &c->lsps[slot];
    struct cp_pick got;
    bool past;

    if (c->held || c->frozen || c->partial)
        return CP_OK; /* all are looked at when that ends */
    CP_TRY(find_past(c, l, &got, &past));
    return past ? intend(c, slot, &got.option, CP_TRACE_CLEAN, cause) : CP_OK;
}

static const char *const back_damped =
    "a clean path is there again: it is taken once its damping is over";
static const char *const back_stopped =
    "a clean path is there again: it is not taken while held, or while feeds disagree or have not told all";

const char *cp_ctl_down_words(const struct ctl_lsp *l)
{
    if (l->back != NULL)
        return l->back;
    return l->refused_count > 0 ? CTL_REFUSED_ALL : "no clean path";
}

/* What is told of one that is down: whether a clean path is there again, and what it waits for. */
static cp_err tell_back(struct cp_control *c, uint32_t slot, const char *back,
                        const struct ctl_cause *cause, const char *why)
{
    struct ctl_lsp *l = &c->lsps[slot];

    if (l->aim != AIM_DOWN || l->back == back)
        return CP_OK;
    l->back = back;
    if (l->phase == CP_LSP_DOWN)
        cp_ctl_phase(c, slot, CP_LSP_DOWN, cp_ctl_down_words(l));
    return cp_ctl_alarm_down(c, slot, cause, back != NULL ? back : why);
}

static cp_err rise(struct cp_control *c, uint32_t slot, const struct ctl_cause *cause)
{
    struct ctl_lsp *l = &c->lsps[slot];
    struct cp_pick got;
    bool dirty = l->aim == AIM_NOTHING && l->known && l->up &&
                 l->installed_is == CP_TRACE_FORBIDDEN; /* we do not know it, and it is bad news */

    l->better_us = UINT64_MAX;
    CP_TRY(cp_ctl_pick(c, l, &got));
    if (!got.found)
        CP_TRY(tell_back(c, slot, NULL, cause, got.why));
    if (!got.found && (dirty || !c->partial || l->aim != AIM_NOTHING))
        return take_down(c, slot, CP_TRACE_CLEAN, cause, got.why);
    if (got.found && (dirty || may_move(c, l)))
        return intend(c, slot, &got.option, CP_TRACE_CLEAN, cause);
    if (got.found)
        CP_TRY(tell_back(c, slot, c->held || c->frozen || c->partial ? back_stopped : back_damped,
                         cause, got.why));
    if (l->aim == AIM_NOTHING)
        cp_ctl_phase(c, slot, CP_LSP_WAITING,
                     c->held      ? "held"
                     : c->partial ? "a feed has not told all yet"
                                  : "frozen");
    return CP_OK;
}

/* What a view that is not whole does not know is not gone, unless it is told to be; nor is a segment of which only a feed told
 * that was let go, where what it leads over is there. */
static bool is_no_news(const struct cp_control *c, const struct standing *s)
{
    if (c->lacking && s->kind == CP_TRACE_UNKNOWN && s->untold)
        return true;
    return c->partial && (s->kind == CP_TRACE_UNKNOWN || s->unjudged ||
                          (s->kind == CP_TRACE_BROKEN &&
                           (s->cause.element == CP_NONE || c->epoch->gone.version == 0 ||
                            c->epoch->gone_elements[s->cause.element] == 0)));
}

static uint32_t gone_of_touched(const struct ctl_epoch *e, const struct ctl_way *way)
{
    for (uint32_t i = 0; i < way->touch_count && e->gone.version != 0; i++)
        if (e->gone_elements[way->touches[i]] != 0)
            return way->touches[i];
    return CP_NONE;
}

/* Nobody tells a SID of the adjacency by which it goes on from who reads the segment: it may be that. */
static bool may_be_untold(const struct ctl_epoch *e, const struct ctl_way *way, uint32_t reader)
{
    const struct cp_graph *g = &cp_plan_net(e->plan)->graph;

    if (reader == CP_NONE)
        return false;
    for (uint32_t h = g->hop_first[reader]; h < g->hop_first[reader + 1]; h++)
        if (cp_ctl_way_has(way, cp_graph_element_of_link(g->hops[h].link)) &&
            !cp_plan_tells_adjacency(e->plan, reader, g->hops[h].link))
            return true;
    return false;
}

/* Of a path of which the plan does not know all: what it touched when it was known. */
static void remember(const struct cp_control *c, const struct ctl_lsp *l, struct standing *s)
{
    uint32_t treatment = cp_plan_lsp(c->epoch->plan, l->in_plan)->treatment;
    struct ctl_cause cause;
    ctl_past past;

    if (s->kind == CP_TRACE_CLEAN || (s->kind == CP_TRACE_FORBIDDEN && !s->unjudged))
        return;
    past = cp_ctl_touched_judge(l, c->epoch, treatment, &cause);
    if (past == PAST_DIRTY) {
        s->kind = CP_TRACE_FORBIDDEN;
        s->unjudged = false;
        s->cause = cause;
        return;
    }
    cause = (struct ctl_cause){"gone", gone_of_touched(c->epoch, &l->intended), CP_NONE};
    if (s->kind == CP_TRACE_UNKNOWN && cause.element != CP_NONE) {
        s->kind = CP_TRACE_BROKEN;
        s->cause = cause;
    }
    s->untold = past == PAST_CLEAN && may_be_untold(c->epoch, &l->intended, s->reader);
}

/* For what its packets were seen to do, whatever the plan says of it. */
static bool is_disproven(struct cp_control *c, const struct ctl_lsp *l, const struct standing *s)
{
    return cp_ctl_is_disproven(l, cp_ctl_way_path(&l->intended)) ||
           cp_ctl_shuns(c, l, SHUN_HARD, s->touches, s->touch_count);
}

/* For that, or because its router does not permit it. */
static bool is_left(struct cp_control *c, const struct ctl_lsp *l, const struct standing *s)
{
    return is_disproven(c, l, s) || cp_ctl_is_refused(l, cp_ctl_way_path(&l->intended));
}

static cp_err consider(struct cp_control *c, uint32_t slot, const struct ctl_cause *cause)
{
    struct ctl_lsp *l = &c->lsps[slot];
    struct ctl_cause found;
    uint64_t moved_us = l->moved_us;
    struct standing s;
    bool disproven, left;

    if (c->epoch == NULL || l->in_plan == CP_NONE)
        return CP_OK;
    if (l->aim != AIM_PATH)
        return rise(c, slot, cause);
    CP_TRY(stand(c, l, cp_ctl_way_path(&l->intended), &s));
    remember(c, l, &s);
    l->intended_is = s.kind;
    disproven = is_disproven(c, l, &s);
    left = is_left(c, l, &s);
    if (s.kind == CP_TRACE_CLEAN)
        CP_TRY(cp_ctl_mended(c, slot));
    if (s.kind == CP_TRACE_CLEAN && !left) {
        CP_TRY(better(c, slot, &s));
        CP_TRY(cp_ctl_touched_keep(c, slot));
        return cp_ctl_shuns(c, l, SHUN_LINKS, l->intended.touches, l->intended.touch_count)
                   ? elude(c, slot, &(struct ctl_cause){"seen", cause->element, cause->rule})
                   : CP_OK;
    }
    if (is_no_news(c, &s) && !left) {
        l->why = cp_ctl_waits_for(c);
        return CP_OK;
    }
    if (c->held && s.kind != CP_TRACE_FORBIDDEN && !left)
        return hold_to(c, slot, &s);
    found = s.cause;
    found.reason = s.kind != CP_TRACE_CLEAN ? s.unjudged ? "other ways" : word_of(s.kind)
                   : disproven ? "seen"
                                            : "refused";
    if (found.element == CP_NONE) {
        found.element = cause->element;
        found.rule = cause->rule;
    }
    CP_TRY(move(c, slot, disproven ? CP_TRACE_FORBIDDEN : s.kind, &found));
    if (s.unjudged && l->aim == AIM_DOWN)
        l->moved_us = moved_us; /* a plan that allows it takes it up again at once */
    return CP_OK;
}

static cp_err escape(struct cp_control *c, uint32_t slot, const struct ctl_cause *cause)
{
    return move(c, slot, c->lsps[slot].intended_is, cause);
}

static cp_err in_own_memory(struct cp_control *c, uint32_t slot, const struct ctl_cause *cause,
                            cp_err (*what)(struct cp_control *, uint32_t, const struct ctl_cause *))
{
    cp_arena_mark mark = cp_arena_mark_get(c->work);
    cp_err err = what(c, slot, cause);

    cp_arena_reset(c->work, mark);
    if (c->lsps[slot].used)
        cp_ctl_timer(c, slot);
    return err;
}

cp_err cp_ctl_consider(struct cp_control *c, uint32_t slot, const struct ctl_cause *cause)
{
    return in_own_memory(c, slot, cause, consider);
}

cp_err cp_ctl_escape(struct cp_control *c, uint32_t slot, const struct ctl_cause *cause)
{
    return in_own_memory(c, slot, cause, escape);
}

/* --- foreseeing ---------------------------------------------------------------------------------- */

/* As consider decides, with nothing done. */
static cp_err foresee_intended(struct cp_control *c, const struct ctl_lsp *l, ctl_fate *fate)
{
    struct standing s;
    struct cp_pick got;
    bool moves, left;

    CP_TRY(stand(c, l, cp_ctl_way_path(&l->intended), &s));
    remember(c, l, &s);
    left = is_left(c, l, &s);
    *fate = FATE_STAYS;
    if (s.kind != CP_TRACE_CLEAN || left) {
        if (is_no_news(c, &s) && !left)
            return CP_OK;
        CP_TRY(cp_ctl_pick(c, l, &got));
        *fate = got.found ? FATE_MOVES : FATE_DOWN;
        return CP_OK;
    }
    CP_TRY(find_better(c, l, &got, &moves));
    if (moves) {
        *fate = FATE_WAITS;
    } else if (cp_ctl_shuns(c, l, SHUN_LINKS, s.touches, s.touch_count)) {
        CP_TRY(find_past(c, l, &got, &moves));
        *fate = moves ? FATE_MOVES : FATE_STAYS;
    }
    return CP_OK;
}

cp_err cp_ctl_foresee(struct cp_control *c, const struct ctl_lsp *l, ctl_fate *fate)
{
    struct cp_pick got;

    if (l->aim == AIM_PATH)
        return foresee_intended(c, l, fate);
    CP_TRY(cp_ctl_pick(c, l, &got));
    *fate = got.found ? FATE_RISES : FATE_DOWN;
    return CP_OK;
}
