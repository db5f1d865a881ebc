#include "refusals.h"

#include "document.h"

/*
 * Paths that are clean here, and that a router does not permit: its own policy may be another one, or a permission in it may
 * have ended, or a link of its may be too narrow, and what it was, it cannot say.  Of each LSP those that it refused are kept, by their
 * hops, and not ordered again: until a new session, for an edge that takes another policy begins one; or for an hour, where the LSP
 * is down.  A segment of such a path stays good for other LSPs, and for other paths of this one, which are tried in their turn.
 */

#define HOUR_US UINT64_C(3600000000)

struct cp_pce_path cp_ctl_present(const struct ctl_lsp *l)
{
    return cp_ctl_way_path(l->same ? &l->intended : &l->installed);
}

/* What its router has up it permits. */
static bool is_up(const struct ctl_lsp *l, struct cp_pce_path hops)
{
    return l->up && cp_ctl_hops_same(hops, cp_ctl_present(l));
}

bool cp_ctl_is_refused(const struct ctl_lsp *l, struct cp_pce_path hops)
{
    uint64_t print = l->refused_count == 0 ? 0 : cp_ctl_hops_print(hops);

    for (uint32_t i = 0; i < l->refused_count && i < REFUSED_MOST; i++)
        if (l->refused[i] == print)
            return true;
    return l->refused_count > REFUSED_MOST && print != l->permitted && !is_up(l, hops);
}

static void note(struct ctl_lsp *l, uint64_t now_us)
{
    uint64_t print = cp_ctl_hops_print(cp_ctl_way_path(&l->intended));

    l->forgive_us = now_us + HOUR_US;
    if (l->permitted == print)
        l->permitted = 0;
    if (cp_ctl_is_refused(l, cp_ctl_way_path(&l->intended)))
        return;
    if (l->refused_count < REFUSED_MOST)
        l->refused[l->refused_count] = print;
    else if (l->up && !l->same)
        l->permitted = cp_ctl_hops_print(cp_ctl_present(l));
    l->refused_count++;
}

/* "refused/KEY", of the newest one. */
static cp_err alarm(struct cp_control *c, uint32_t slot, const char *why)
{
    const struct ctl_lsp *l = &c->lsps[slot];
    struct document d;
    cp_text id, text;

    cp_ctl_doc_begin(&d, c);
    cp_ctl_doc_who(&d, l);
    cp_json_str(&d.json, "why", why);
    cp_ctl_doc_path(&d, "path", cp_ctl_way_path(&l->intended));
    cp_ctl_doc_elements(&d, "elements", &l->intended);
    cp_json_u64(&d.json, "refused-paths", l->refused_count);
    CP_TRY(cp_ctl_doc_end(&d, &text));
    CP_TRY(cp_ctl_alarm_id(c, "refused", cp_ctl_doc_key(l), &id));
    return cp_ctl_alarm_set(c, id, text);
}

cp_err cp_ctl_path_refused(struct cp_control *c, uint32_t slot, const char *why)
{
    struct ctl_lsp *l = &c->lsps[slot];

    cp_ctl_set_srp(c, slot, 0);
    l->due_us = l->retry_us = UINT64_MAX;
    l->moving = false;
    note(l, c->now_us);
    CP_TRY(alarm(c, slot, why));
    return cp_ctl_consider(c, slot, CTL_CAUSE("refused"));
}

/* What was down for it alone comes up at once where it is permitted by now. */
static cp_err forgive(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];

    l->refused_count = 0;
    l->permitted = 0;
    l->forgive_us = UINT64_MAX;
    l->better_us = c->now_us;
    if (l->aim == AIM_DOWN)
        l->moved_us = 0;
    cp_ctl_timer(c, slot);
    return cp_ctl_alarm_lsp_end(c, "refused", slot);
}

cp_err cp_ctl_refusals_age(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];

    if (l->aim == AIM_DOWN)
        return forgive(c, slot);
    l->forgive_us = c->now_us + HOUR_US;
    return CP_OK;
}

cp_err cp_ctl_refusals_end(struct cp_control *c, uint32_t peer)
{
    for (uint32_t s = c->peers[peer].first; s != CP_NONE; s = c->lsps[s].peer_next) {
        cp_arena_mark mark = cp_arena_mark_get(c->work);

        if (c->lsps[s].refused_count > 0)
            CP_TRY(forgive(c, s));
        cp_arena_reset(c->work, mark);
    }
    return CP_OK;
}

/* --- errors -------------------------------------------------------------------------------------- */

typedef enum {
    OF_ORDER,
    OF_PATH /* the same path would be refused again, another one perhaps not */
} refused_what;

struct words {
    uint32_t type, value; /* value 0: any other */
    refused_what what;
    const char *why;
};

static const struct words *words_of(uint32_t type, uint32_t value)
{
    static const struct words words[] = {
        /* RFC 8664 8.4 */
        {10, 0, OF_PATH, "its router does not accept the path's segments"},
        /* RFC 8281 8.5 */
        {19, 6, OF_ORDER, "its router has as many initiated LSPs as it takes"},
        {19, 0, OF_ORDER, "its router does not allow the operation"},
        {23, 1, OF_ORDER, "its router has another LSP of that name"},
        {23, 0, OF_ORDER, "its router does not accept a parameter"},
        {24, 1, OF_PATH,
         "its router does not permit the path: it finds the parameters unacceptable"},
        {24, 2, OF_ORDER, "its router cannot make the LSP: internal error"},
        {24, 3, OF_ORDER, "its router cannot make the LSP: signalling error"},
        {24, 0, OF_ORDER, "its router cannot make the LSP"},
        {0, 0, OF_ORDER, "its router refuses the order"}};
    size_t i = 0;

    while (words[i].type != 0 &&
           (words[i].type != type || (words[i].value != value && words[i].value != 0)))
        i++;
    return &words[i];
}

bool cp_ctl_order_is_for_path(const struct ctl_lsp *l)
{
    return l->aim == AIM_PATH && l->in_plan != CP_NONE && l->intended.count > 0 && !l->outdated &&
           l->order != CP_PCE_REMOVE;
}

cp_err cp_ctl_hear_error(struct cp_control *c, uint32_t peer, const struct cp_pce_event *event)
{
    uint32_t slot = event->srp_id == 0 ? CP_NONE : cp_ctl_find_srp(c, peer, event->srp_id);
    const struct words *words = words_of(event->error_type, event->error_value);
    struct ctl_lsp *l;

    if (slot == CP_NONE)
        return CP_OK;
    l = &c->lsps[slot];
    if (event->error_type == 19 && event->error_value == 3) { /* RFC 8231 8.5: unknown PLSP-ID */
        struct cp_pce_lsp none = {.removed = true};

        return cp_ctl_report(c, slot, &none);
    }
    if (event->error_type == 19 && event->error_value == 1) /* RFC 8231 8.5: not delegated */
        l->delegated = false;
    return words->what == OF_PATH && cp_ctl_order_is_for_path(l)
               ? cp_ctl_path_refused(c, slot, words->why)
               : cp_ctl_refused(c, slot, words->why);
}
