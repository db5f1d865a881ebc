#include <string.h>

#include "base/sha256.h"
#include "inside.h"

/*
 * Slots of LSPs.  Each is found by its key, by its peer with its name, by its peer with its PLSP-ID, and by its peer with the
 * SRP-ID of the order that is out: chains from tables of heads.  `live` has the slots by key, so that whoever lists
 * LSPs lists them in the same order always.
 */

enum { NAME_MAX = 60 /* some routers take names of up to 63 characters */ };

static uint32_t mix(uint64_t h)
{
    h = (h ^ (h >> 32)) * 0x9e3779b97f4a7c15u;
    return (uint32_t)(h >> 32);
}

static uint64_t hash_text(cp_text text, uint64_t h)
{
    for (size_t i = 0; i < text.len; i++)
        h = (h ^ (unsigned char)text.at[i]) * 0x100000001b3u;
    return h;
}

static uint32_t hash_of(ctl_chain chain, cp_text text, uint32_t peer, uint32_t number)
{
    switch (chain) {
    case CHAIN_KEY:
        return mix(hash_text(text, 0xcbf29ce484222325u));
    case CHAIN_NAME:
        return mix(hash_text(text, 0xcbf29ce484222325u + peer));
    case CHAIN_PLSP:
    case CHAIN_SRP:
    case CHAIN_COUNT:
        break;
    }
    return mix((uint64_t)peer << 32 | number);
}

static uint32_t hash_in(ctl_chain chain, const struct ctl_lsp *l)
{
    return hash_of(chain, chain == CHAIN_KEY ? l->key : l->name, l->peer,
                   chain == CHAIN_PLSP ? l->plsp_id : l->srp_id);
}

/* Whether it can be found in this way at all. */
static bool has(ctl_chain chain, const struct ctl_lsp *l)
{
    switch (chain) {
    case CHAIN_KEY:
        return l->key.len > 0;
    case CHAIN_NAME:
        return l->peer != CP_NONE && l->name.len > 0;
    case CHAIN_PLSP:
        return l->peer != CP_NONE && l->plsp_id != 0;
    case CHAIN_SRP:
        return l->peer != CP_NONE && l->srp_id != 0;
    case CHAIN_COUNT:
        break;
    }
    return false;
}

static void link_in(struct cp_control *c, uint32_t slot, ctl_chain chain)
{
    struct ctl_lsp *l = &c->lsps[slot];
    uint32_t *head;

    if (!has(chain, l))
        return;
    head = &c->heads[chain][hash_in(chain, l) & c->mask];
    l->next[chain] = *head;
    *head = slot;
}

static void link_out(struct cp_control *c, uint32_t slot, ctl_chain chain)
{
    struct ctl_lsp *l = &c->lsps[slot];
    uint32_t *at;

    if (!has(chain, l))
        return;
    at = &c->heads[chain][hash_in(chain, l) & c->mask];
    while (*at != slot) {
        CP_ASSERT(*at != CP_NONE);
        at = &c->lsps[*at].next[chain];
    }
    *at = l->next[chain];
}

/* --- the order of keys -------------------------------------------------------------------------- */

/* Those without a key come last, by name, then by slot. */
static int compare(const struct cp_control *c, uint32_t a, uint32_t b)
{
    const struct ctl_lsp *x = &c->lsps[a];
    const struct ctl_lsp *y = &c->lsps[b];
    int by;

    if ((x->key.len == 0) != (y->key.len == 0))
        return x->key.len == 0 ? 1 : -1;
    by = cp_text_cmp(x->key, y->key);
    if (by != 0)
        return by;
    return a < b ? -1 : a > b;
}

/* Where the slot stands, or belongs. */
static uint32_t place_of(const struct cp_control *c, uint32_t slot)
{
    uint32_t low = 0, high = c->live_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (compare(c, c->live[middle], slot) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void live_in(struct cp_control *c, uint32_t slot)
{
    uint32_t at = place_of(c, slot);

    memmove(&c->live[at + 1], &c->live[at], (c->live_count - at) * sizeof *c->live);
    c->live[at] = slot;
    c->live_count++;
}

static void live_out(struct cp_control *c, uint32_t slot)
{
    uint32_t at = place_of(c, slot);

    CP_ASSERT(at < c->live_count && c->live[at] == slot);
    c->live_count--;
    memmove(&c->live[at], &c->live[at + 1], (c->live_count - at) * sizeof *c->live);
}

/* --- slots -------------------------------------------------------------------------------------- */

cp_err cp_ctl_table_open(struct cp_control *c)
{
    uint32_t max = c->config.lsp_max;
    uint32_t heads = 16;

    while (heads < max && heads < 1u << 31)
        heads *= 2;
    c->mask = heads - 1;
    c->lsps = CP_TAKE(c->arena, max, struct ctl_lsp);
    c->free = CP_TAKE(c->arena, max, uint32_t);
    c->live = CP_TAKE(c->arena, (size_t)max + 1, uint32_t);
    c->heap = CP_TAKE(c->arena, max, uint32_t);
    c->found = CP_TAKE(c->arena, max, uint32_t);
    c->found_stamp = CP_TAKE(c->arena, max, uint32_t);
    c->news = CP_TAKE(c->arena, max, uint32_t);
    if (c->lsps == NULL || c->free == NULL || c->live == NULL || c->heap == NULL ||
        c->found == NULL || c->found_stamp == NULL || c->news == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < CHAIN_COUNT; i++) {
        c->heads[i] = CP_TAKE(c->arena, heads, uint32_t);
        if (c->heads[i] == NULL)
            return CP_ERR_NOMEM;
        memset(c->heads[i], 0xff, heads * sizeof(uint32_t));
    }
    for (uint32_t i = 0; i < max; i++)
        c->free[i] = max - 1 - i;
    c->free_count = max;
    return CP_OK;
}

cp_err cp_ctl_lsp_make(struct cp_control *c, cp_text key, cp_text name, uint32_t *slot)
{
    struct ctl_lsp *l;

    if (c->free_count == 0)
        return CP_ERR_LIMIT;
    *slot = c->free[c->free_count - 1];
    l = &c->lsps[*slot];
    *l = (struct ctl_lsp){.in_plan = CP_NONE,
                          .peer = CP_NONE,
                          .carrier = CP_NONE,
                          .phase = CP_LSP_WAITING,
                          .better_us = UINT64_MAX,
                          .due_us = UINT64_MAX,
                          .retry_us = UINT64_MAX,
                          .drain_us = UINT64_MAX,
                          .forgive_us = UINT64_MAX,
                          .wake_us = UINT64_MAX,
                          .peer_next = CP_NONE,
                          .peer_prev = CP_NONE,
                          .heap_at = CP_NONE,
                          .news = l->news,
                          .used = true};
    CP_TRY(cp_ctl_text_take(&c->pool, key, &l->key));
    CP_TRY(cp_ctl_text_take(&c->pool, name, &l->name));
    c->free_count--;
    c->status.by_phase[l->phase]++;
    link_in(c, *slot, CHAIN_KEY);
    live_in(c, *slot);
    return CP_OK;
}

cp_err cp_ctl_set_key(struct cp_control *c, uint32_t slot, cp_text key)
{
    struct ctl_lsp *l = &c->lsps[slot];
    cp_text taken;

    CP_ASSERT(l->key.len == 0);
    CP_TRY(cp_ctl_text_take(&c->pool, key, &taken));
    live_out(c, slot);
    if (l->peer != CP_NONE)
        c->peers[l->peer].orphans--;
    l->key = taken;
    link_in(c, slot, CHAIN_KEY);
    live_in(c, slot);
    return CP_OK;
}

void cp_ctl_lsp_free(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];

    cp_ctl_timer_off(c, slot);
    if (l->key.len == 0 && l->peer != CP_NONE)
        c->peers[l->peer].orphans--;
    cp_ctl_set_peer(c, slot, CP_NONE);
    live_out(c, slot);
    link_out(c, slot, CHAIN_KEY);
    cp_ctl_way_clear(c, &l->intended);
    cp_ctl_way_clear(c, &l->installed);
    cp_ctl_way_clear(c, &l->left);
    cp_ctl_text_give(&c->pool, &l->demands);
    cp_ctl_text_give(&c->pool, &l->touched);
    cp_ctl_text_give(&c->pool, &l->shunned);
    cp_ctl_text_give(&c->pool, &l->seen_at);
    cp_ctl_text_give(&c->pool, &l->old_at);
    c->laid_by_count -= l->laid_by;
    cp_ctl_text_give(&c->pool, &l->name);
    cp_ctl_text_give(&c->pool, &l->key);
    c->status.by_phase[l->phase]--;
    l->used = false;
    c->free[c->free_count++] = slot;
}

/* --- peers -------------------------------------------------------------------------------------- */

static void peer_in(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];
    struct ctl_peer *p = &c->peers[l->peer];

    l->peer_prev = p->last;
    l->peer_next = CP_NONE;
    if (p->last == CP_NONE)
        p->first = slot;
    else
        c->lsps[p->last].peer_next = slot;
    p->last = slot;
}

static void peer_out(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];
    struct ctl_peer *p = &c->peers[l->peer];

    if (l->peer_prev == CP_NONE)
        p->first = l->peer_next;
    else
        c->lsps[l->peer_prev].peer_next = l->peer_next;
    if (l->peer_next == CP_NONE)
        p->last = l->peer_prev;
    else
        c->lsps[l->peer_next].peer_prev = l->peer_prev;
}

void cp_ctl_set_peer(struct cp_control *c, uint32_t slot, uint32_t peer)
{
    struct ctl_lsp *l = &c->lsps[slot];

    if (l->peer == peer)
        return;
    if (l->peer != CP_NONE) {
        cp_ctl_set_plsp(c, slot, 0);
        cp_ctl_set_srp(c, slot, 0);
        link_out(c, slot, CHAIN_NAME);
        peer_out(c, slot);
    }
    l->peer = peer;
    if (peer == CP_NONE)
        return;
    link_in(c, slot, CHAIN_NAME);
    peer_in(c, slot);
}

void cp_ctl_set_plsp(struct cp_control *c, uint32_t slot, uint32_t plsp_id)
{
    link_out(c, slot, CHAIN_PLSP);
    c->lsps[slot].plsp_id = plsp_id;
    link_in(c, slot, CHAIN_PLSP);
}

void cp_ctl_set_srp(struct cp_control *c, uint32_t slot, uint32_t srp_id)
{
    link_out(c, slot, CHAIN_SRP);
    c->lsps[slot].srp_id = srp_id;
    link_in(c, slot, CHAIN_SRP);
}

void cp_ctl_set_name(struct cp_control *c, uint32_t slot, cp_text name)
{
    link_out(c, slot, CHAIN_NAME);
    cp_ctl_text_give(&c->pool, &c->lsps[slot].name);
    c->lsps[slot].name = name;
    link_in(c, slot, CHAIN_NAME);
}

/* --- finding ------------------------------------------------------------------------------------ */

uint32_t cp_ctl_find_key(const struct cp_control *c, cp_text key)
{
    uint32_t at = c->heads[CHAIN_KEY][hash_of(CHAIN_KEY, key, 0, 0) & c->mask];

    while (at != CP_NONE && !cp_text_eq(c->lsps[at].key, key))
        at = c->lsps[at].next[CHAIN_KEY];
    return at;
}

uint32_t cp_ctl_find_name(const struct cp_control *c, uint32_t peer, cp_text name)
{
    uint32_t at = c->heads[CHAIN_NAME][hash_of(CHAIN_NAME, name, peer, 0) & c->mask];

    while (at != CP_NONE && (c->lsps[at].peer != peer || !cp_text_eq(c->lsps[at].name, name)))
        at = c->lsps[at].next[CHAIN_NAME];
    return at;
}

uint32_t cp_ctl_find_plsp(const struct cp_control *c, uint32_t peer, uint32_t plsp_id)
{
    uint32_t at = c->heads[CHAIN_PLSP][hash_of(CHAIN_PLSP, CP_TEXT(""), peer, plsp_id) & c->mask];

    while (at != CP_NONE && (c->lsps[at].peer != peer || c->lsps[at].plsp_id != plsp_id))
        at = c->lsps[at].next[CHAIN_PLSP];
    return at;
}

uint32_t cp_ctl_find_srp(const struct cp_control *c, uint32_t peer, uint32_t srp_id)
{
    uint32_t at = c->heads[CHAIN_SRP][hash_of(CHAIN_SRP, CP_TEXT(""), peer, srp_id) & c->mask];

    while (at != CP_NONE && (c->lsps[at].peer != peer || c->lsps[at].srp_id != srp_id))
        at = c->lsps[at].next[CHAIN_SRP];
    return at;
}

/* --- names -------------------------------------------------------------------------------------- */

cp_err cp_ctl_name(struct cp_control *c, cp_text key, cp_text *out)
{
    char print[65];

    if (key.len + 3 <= NAME_MAX)
        return cp_text_join(CP_TEXT("cp:"), key, c->work, out);
    cp_sha256_hex(key, print);
    return cp_text_join(CP_TEXT("cp#"), (cp_text){print, 40}, c->work, out);
}

bool cp_ctl_name_is_ours(cp_text name)
{
    return cp_text_starts(name, CP_TEXT("cp:")) || cp_text_starts(name, CP_TEXT("cp#"));
}
