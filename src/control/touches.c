#include <string.h>

#include "inside.h"

/*
 * From an element of the plan's graph to the LSPs whose intended or installed path may touch it: lists through blocks that
 * the paths own, so that putting in, taking out and finding cost what is touched and nothing else.
 */

void cp_ctl_way_untouch(struct cp_control *c, struct ctl_way *way)
{
    for (uint32_t i = 0; way->lists != NULL && i < way->touch_count; i++) {
        struct ctl_touch *t = &way->lists[i];

        *t->at = t->next;
        if (t->next != NULL)
            t->next->at = t->at;
    }
    cp_ctl_give(&c->pool, way->lists, way->touch_count * sizeof *way->lists);
    cp_ctl_give(&c->pool, way->touches, way->touch_count * sizeof *way->touches);
    way->lists = NULL;
    way->touches = NULL;
    way->touch_count = 0;
}

void cp_ctl_way_clear(struct cp_control *c, struct ctl_way *way)
{
    cp_ctl_way_untouch(c, way);
    cp_ctl_give(&c->pool, way->hops, way->count * sizeof *way->hops);
    *way = (struct ctl_way){0};
}

cp_err cp_ctl_way_set(struct cp_control *c, uint32_t slot, struct ctl_way *way,
                      struct cp_pce_path hops)
{
    (void)slot;
    cp_ctl_way_clear(c, way);
    if (hops.count == 0)
        return CP_OK;
    way->hops = (struct cp_pce_hop *)cp_ctl_take(&c->pool, hops.count * sizeof *way->hops);
    if (way->hops == NULL)
        return CP_ERR_NOMEM;
    memcpy(way->hops, hops.at, hops.count * sizeof *way->hops);
    way->count = hops.count;
    return CP_OK;
}

cp_err cp_ctl_way_touch(struct cp_control *c, uint32_t slot, struct ctl_way *way,
                        const uint32_t *touches, uint32_t count)
{
    cp_ctl_way_untouch(c, way);
    if (count == 0)
        return CP_OK;
    way->touches = (uint32_t *)cp_ctl_take(&c->pool, count * sizeof *way->touches);
    if (way->touches == NULL)
        return CP_ERR_NOMEM;
    way->lists = (struct ctl_touch *)cp_ctl_take(&c->pool, count * sizeof *way->lists);
    if (way->lists == NULL) {
        cp_ctl_give(&c->pool, way->touches, count * sizeof *way->touches);
        way->touches = NULL;
        return CP_ERR_NOMEM;
    }
    way->touch_count = count;
    for (uint32_t i = 0; i < count; i++) {
        struct ctl_touch **head = &c->epoch->heads[touches[i]].first;
        struct ctl_touch *t = &way->lists[i];

        CP_ASSERT(touches[i] < c->epoch->element_count);
        way->touches[i] = touches[i];
        *t = (struct ctl_touch){.next = *head, .at = head, .lsp = slot};
        if (*head != NULL)
            (*head)->at = &t->next;
        *head = t;
    }
    return CP_OK;
}

void cp_ctl_touching(struct cp_control *c, uint32_t element, uint32_t *count)
{
    for (const struct ctl_touch *t = c->epoch->heads[element].first; t != NULL; t = t->next) {
        if (c->found_stamp[t->lsp] == c->stamp)
            continue;
        c->found_stamp[t->lsp] = c->stamp;
        c->found[(*count)++] = t->lsp;
    }
}

/* --- hops --------------------------------------------------------------------------------------- */

static bool hop_same(const struct cp_pce_hop *a, const struct cp_pce_hop *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case CP_PCE_HOP_LABEL:
        return a->label == b->label;
    case CP_PCE_HOP_SRV6:
        return memcmp(a->srv6, b->srv6, sizeof a->srv6) == 0;
    case CP_PCE_HOP_ADDRESS:
        return cp_ip_eq(a->local, b->local) && cp_ip_eq(a->remote, b->remote);
    case CP_PCE_HOP_OTHER:
        break;
    }
    return false;
}

bool cp_ctl_hops_same(struct cp_pce_path a, struct cp_pce_path b)
{
    if (a.count != b.count)
        return false;
    for (uint32_t i = 0; i < a.count; i++)
        if (!hop_same(&a.at[i], &b.at[i]))
            return false;
    return true;
}

static uint64_t add_bytes(uint64_t h, const uint8_t *at, size_t len)
{
    for (size_t i = 0; i < len; i++)
        h = (h ^ at[i]) * 0x100000001b3u;
    return h;
}

uint64_t cp_ctl_hops_print(struct cp_pce_path hops)
{
    uint64_t h = 0xcbf29ce484222325u;

    for (uint32_t i = 0; i < hops.count; i++) {
        const struct cp_pce_hop *hop = &hops.at[i];

        h = (h ^ (uint64_t)hop->kind) * 0x100000001b3u;
        h = (h ^ (hop->kind == CP_PCE_HOP_LABEL ? hop->label : 0)) * 0x100000001b3u;
        if (hop->kind == CP_PCE_HOP_SRV6)
            h = add_bytes(h, hop->srv6, sizeof hop->srv6);
        if (hop->kind == CP_PCE_HOP_ADDRESS)
            h = add_bytes(add_bytes(h, hop->local.bytes, 16), hop->remote.bytes, 16);
    }
    return h == 0 ? 1 : h;
}
