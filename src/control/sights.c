#include "inside.h"

/*
 * Packets that somebody saw.  On the intended path, step by step from headend to endpoint: proven.  Elsewhere, where they
 * are forbidden, or where nobody knows (unknown is not trusted): the path is contradicted.  That stands, over restarts
 * too, until packets are seen on the path that is intended then, or a person acknowledges it; and what they did not keep
 * to is shunned until a person does, or (where nothing forbidden came of it) they are seen to keep to it.
 */

enum { SEEN_BYTES = 128 };

bool cp_ctl_way_has(const struct ctl_way *way, uint32_t element)
{
    uint32_t low = 0, high = way->touch_count; /* touches are ascending */

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (way->touches[middle] < element)
            low = middle + 1;
        else
            high = middle;
    }
    return low < way->touch_count && way->touches[low] == element;
}

/* Node of the plan's graph; CP_NONE. */
static uint32_t node_named(const struct cp_control *c, cp_text id)
{
    uint32_t v = cp_case_node(cp_plan_view(c->epoch->plan)->net, id).at;

    return v == CP_NONE ? CP_NONE : cp_plan_net(c->epoch->plan)->node_of_case[v];
}

static ctl_sight look_at(struct cp_control *c, const struct ctl_lsp *l, cp_text id,
                         struct ctl_cause *cause)
{
    const struct cp_plan *plan = c->epoch->plan;
    const struct cp_graph *g = &cp_plan_net(plan)->graph;
    uint32_t v = cp_case_node(cp_plan_view(plan)->net, id).at, node = node_named(c, id);
    uint32_t element = node == CP_NONE ? CP_NONE : cp_graph_element_of_node(g, node);
    uint32_t rule = CP_NONE;

    *cause = (struct ctl_cause){"seen", element, CP_NONE};
    if (v == CP_NONE)
        return SIGHT_UNKNOWN;
    if (!cp_plan_allows(plan, cp_plan_lsp(plan, l->in_plan)->treatment, CP_OBJECT_NODE, v, &rule)) {
        cause->rule = rule;
        return SIGHT_FORBIDDEN;
    }
    if (node == CP_NONE) /* of the inventory, but no feed tells of it: it is on no path */
        return cp_plan_view(plan)->nodes[v].known ? SIGHT_ELSEWHERE : SIGHT_UNKNOWN;
    return cp_ctl_way_has(&l->intended, element) || cp_ctl_way_has(&l->installed, element)
               ? SIGHT_NONE
               : SIGHT_ELSEWHERE;
}

/* The worst of what was seen, the first of these; and where they were on their way last before they left it. */
static struct ctl_seen judge(struct cp_control *c, const struct ctl_lsp *l,
                             const struct cp_control_sight *sight)
{
    struct ctl_seen out = {.left = CP_NONE, .at = CP_NONE};
    bool left = false;

    for (uint32_t i = 0; i < sight->node_count; i++) {
        struct ctl_cause cause;
        ctl_sight kind = look_at(c, l, sight->nodes[i], &cause);

        left = left || kind != SIGHT_NONE;
        if (!left)
            out.left = i;
        if (kind <= out.kind)
            continue;
        out.kind = kind;
        out.at = i;
        out.cause = cause;
    }
    return out;
}

/* --- proofs -------------------------------------------------------------------------------------- */

static bool is_joined(const struct cp_control *c, const struct ctl_way *way, uint32_t a, uint32_t b)
{
    const struct cp_graph *g = &cp_plan_net(c->epoch->plan)->graph;

    for (uint32_t h = g->hop_first[a]; h < g->hop_first[a + 1]; h++)
        if (g->hops[h].to == b && cp_ctl_way_has(way, cp_graph_element_of_link(g->hops[h].link)))
            return true;
    return a == b;
}

/* From headend to endpoint, each step over what the path touches: who saw the ends alone has proved nothing. */
static bool is_whole(const struct cp_control *c, const struct ctl_lsp *l,
                     const struct cp_control_sight *s)
{
    const struct cp_case *net = cp_plan_view(c->epoch->plan)->net;
    const struct cp_plan_lsp *p = cp_plan_lsp(c->epoch->plan, l->in_plan);

    if (s->node_count < 2 || !cp_text_eq(s->nodes[0], net->nodes[p->headend].id) ||
        !cp_text_eq(s->nodes[s->node_count - 1], net->nodes[p->endpoint].id))
        return false;
    for (uint32_t i = 1; i < s->node_count; i++)
        if (!is_joined(c, &l->intended, node_named(c, s->nodes[i - 1]), node_named(c, s->nodes[i])))
            return false;
    return true;
}

static void forget_seen(struct cp_control *c, struct ctl_lsp *l)
{
    l->seen = SIGHT_NONE;
    l->seen_us = l->told_us = 0;
    cp_ctl_text_give(&c->pool, &l->seen_at);
}

static cp_err prove(struct cp_control *c, uint32_t slot, const struct cp_control_sight *sight,
                    cp_sight_says *says)
{
    struct ctl_lsp *l = &c->lsps[slot];
    bool fresh = l->proven_us == 0 || sight->at_us - l->proven_us > c->config.proof_valid_us;
    bool ends = l->seen != SIGHT_NONE && sight->at_us > l->seen_us;
    size_t shunned = l->shunned.len;

    *says = CP_SIGHT_REPEATS;
    if (sight->at_us <= l->proven_us || (l->seen != SIGHT_NONE && !ends))
        return CP_OK;
    l->proven_us = sight->at_us;
    if (ends)
        forget_seen(c, l);
    CP_TRY(cp_ctl_alarm_lsp_end(c, "seen", slot));
    CP_TRY(cp_ctl_shun_forgive(c, slot));
    if (!fresh && !ends && shunned == l->shunned.len)
        return CP_OK;
    *says = CP_SIGHT_PROVES;
    CP_TRY(cp_ctl_record_proven(c, slot, sight, ends || shunned != l->shunned.len));
    return cp_ctl_alarm_disproven(c, slot);
}

/* --- contradictions ------------------------------------------------------------------------------ */

/* What is kept of an id that anybody may have made up: no line ends, not too long. */
static cp_err keep_seen_at(struct cp_control *c, cp_text *into, cp_text id)
{
    char text[SEEN_BYTES];
    size_t len = 0;
    cp_text taken;

    for (size_t at = 0; at < id.len;) {
        uint32_t codepoint;
        size_t width = cp_text_char(id, at, &codepoint);

        if (len + width > sizeof text)
            break;
        for (size_t i = 0; i < width; i++)
            text[len++] = cp_text_is_unsafe(codepoint) ? '?' : id.at[at + i];
        at += width;
    }
    CP_TRY(cp_ctl_text_take(&c->pool, (cp_text){text, len}, &taken));
    cp_ctl_text_give(&c->pool, into);
    *into = taken;
    return CP_OK;
}

/* The same again is no news for as long as a proof would hold. */
static bool is_old(const struct cp_control *c, uint64_t told_us)
{
    return told_us == 0 || c->now_us - told_us > c->config.proof_valid_us;
}

static cp_err note(struct cp_control *c, uint32_t slot, const struct cp_control_sight *sight,
                   const struct ctl_seen *seen, bool *news)
{
    struct ctl_lsp *l = &c->lsps[slot];
    cp_text was_at;

    CP_TRY(cp_text_copy(l->seen_at, c->work, &was_at));
    CP_TRY(keep_seen_at(c, &l->seen_at, sight->nodes[seen->at]));
    *news = l->seen != seen->kind || !cp_text_eq(l->seen_at, was_at) || is_old(c, l->told_us);
    l->seen = seen->kind;
    l->seen_us = sight->at_us > l->seen_us ? sight->at_us : l->seen_us;
    l->proven_us = 0;
    if (*news)
        l->told_us = c->now_us;
    return CP_OK;
}

/* The path that is meant is the one that was not kept to. */
static cp_err shun(struct cp_control *c, uint32_t slot, const struct cp_control_sight *sight,
                   const struct ctl_seen *seen, bool *news)
{
    struct ctl_lsp *l = &c->lsps[slot];
    bool hard = seen->kind != SIGHT_ELSEWHERE, full = false;
    size_t had = l->shunned.len;
    uint32_t left = seen->left == CP_NONE ? CP_NONE : node_named(c, sight->nodes[seen->left]);

    CP_TRY(cp_ctl_shun(c, slot, left, hard, &full));
    *news = *news || had != l->shunned.len;
    if (hard)
        *news = cp_ctl_note_disproven(l, full) || *news;
    return CP_OK;
}

static cp_err contradict(struct cp_control *c, uint32_t slot, const struct cp_control_sight *sight,
                         const struct ctl_seen *seen)
{
    struct ctl_lsp *l = &c->lsps[slot];
    /* What was seen before the present path was there says nothing of it. */
    bool of_this = l->aim == AIM_PATH && l->same && sight->at_us >= l->installed_us;
    bool news;

    CP_TRY(note(c, slot, sight, seen, &news));
    if (of_this)
        CP_TRY(shun(c, slot, sight, seen, &news));
    if (!news)
        return CP_OK;
    CP_TRY(cp_ctl_record_seen(c, slot, sight, seen, true));
    CP_TRY(cp_ctl_alarm_seen(c, slot, &seen->cause));
    CP_TRY(cp_ctl_alarm_disproven(c, slot));
    return of_this ? cp_ctl_consider(c, slot, &seen->cause) : CP_OK;
}

/* Of when other rules held: it is recorded, where it is news, and judges nothing. */
static cp_err record_old(struct cp_control *c, uint32_t slot, const struct cp_control_sight *sight,
                         const struct ctl_seen *seen)
{
    struct ctl_lsp *l = &c->lsps[slot];
    cp_text was_at;

    CP_TRY(cp_text_copy(l->old_at, c->work, &was_at));
    CP_TRY(keep_seen_at(c, &l->old_at, sight->nodes[seen->at]));
    if (l->old_seen == seen->kind && cp_text_eq(l->old_at, was_at) && !is_old(c, l->old_told_us))
        return CP_OK;
    l->old_seen = seen->kind;
    l->old_told_us = c->now_us;
    return cp_ctl_record_seen(c, slot, sight, seen, false);
}

static cp_err seen(struct cp_control *c, uint32_t slot, const struct cp_control_sight *sight,
                   cp_sight_says *says)
{
    struct ctl_lsp *l = &c->lsps[slot];
    struct ctl_seen seen = judge(c, l, sight);
    bool there = l->aim == AIM_PATH && l->same && sight->at_us >= l->installed_us;

    if (seen.kind == SIGHT_NONE || seen.kind == SIGHT_ELSEWHERE) {
        if (!there) /* the way before, perhaps */
            return CP_OK;
        if (seen.kind == SIGHT_NONE) {
            *says = CP_SIGHT_REPEATS;
            return is_whole(c, l, sight) ? prove(c, slot, sight, says) : CP_OK;
        }
    }
    *says = CP_SIGHT_CONTRADICTS;
    return sight->at_us < c->rules_us ? record_old(c, slot, sight, &seen)
                                      : contradict(c, slot, sight, &seen);
}

cp_err cp_control_seen(struct cp_control *c, const struct cp_control_sight *sight, uint64_t now_us,
                       cp_sight_says *says)
{
    cp_arena_mark mark = cp_arena_mark_get(c->work);
    uint32_t slot = cp_ctl_find_key(c, sight->key);
    cp_err err;

    c->now_us = now_us;
    *says = CP_SIGHT_NOT_PLACED;
    if (c->epoch == NULL || slot == CP_NONE || c->lsps[slot].in_plan == CP_NONE ||
        sight->at_us > now_us)
        return CP_OK;
    err = seen(c, slot, sight, says);
    cp_ctl_news(c, slot);
    cp_arena_reset(c->work, mark);
    return err;
}

/* --- a person ------------------------------------------------------------------------------------ */

static cp_err acknowledge(struct cp_control *c, uint32_t slot, cp_text who, bool *changed)
{
    struct ctl_lsp *l = &c->lsps[slot];

    *changed = l->seen != SIGHT_NONE || l->shunned.len > 0 || l->disproven_count > 0;
    if (!*changed)
        return CP_OK;
    forget_seen(c, l);
    l->disproven_count = 0;
    CP_TRY(cp_ctl_shun_set(c, slot, CP_TEXT("")));
    CP_TRY(cp_ctl_record_acknowledged(c, slot, who));
    CP_TRY(cp_ctl_alarm_lsp_end(c, "seen", slot));
    CP_TRY(cp_ctl_alarm_disproven(c, slot));
    if (l->laid_by) {
        cp_ctl_lsp_free(c, slot);
        return CP_OK;
    }
    if (c->epoch == NULL || l->in_plan == CP_NONE)
        return CP_OK;
    l->better_us = c->now_us; /* what was shunned may be taken again */
    cp_ctl_timer(c, slot);
    return CP_OK;
}

/* Of what is kept no more nothing but the alarm is left. */
static cp_err acknowledge_forgotten(struct cp_control *c, bool *changed)
{
    uint32_t count = c->alarms.count;
    cp_err err = cp_ctl_alarm_clear(c, CP_TEXT("forgotten"));

    *changed = c->alarms.count != count;
    return err;
}

cp_err cp_control_acknowledge(struct cp_control *c, cp_text alarm, cp_text who, uint64_t now_us,
                              bool *changed)
{
    cp_arena_mark mark = cp_arena_mark_get(c->work);
    size_t slash = cp_text_find(alarm, '/', 0);
    cp_text kind = cp_text_sub(alarm, 0, slash);
    uint32_t slot = cp_ctl_find_key(c, cp_text_sub(alarm, slash + 1, alarm.len));
    cp_err err = CP_OK;

    c->now_us = now_us;
    *changed = false;
    if (slot != CP_NONE)
        cp_ctl_news(c, slot);
    if (slot != CP_NONE && (cp_text_is(kind, "seen") || cp_text_is(kind, "disproven")))
        err = acknowledge(c, slot, who, changed);
    else if (cp_text_is(alarm, "forgotten"))
        err = acknowledge_forgotten(c, changed);
    cp_arena_reset(c->work, mark);
    return err;
}
