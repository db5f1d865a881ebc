#include <string.h>

#include "inside.h"

/*
 * Orders of the controller that is obeyed.  What is wrong with one as such is refused at once; whether the path is permitted
 * is the agent's to say.
 */

uint32_t cp_edge_lsp_index(const struct cp_edge *e, const struct edge_lsp *l)
{
    return (uint32_t)(l - e->lsps);
}

/* --- places ---------------------------------------------------------------------------------------- */

struct edge_lsp *cp_edge_lsp_make(struct cp_edge *e)
{
    for (uint32_t i = 0; i < e->lsp_cap; i++)
        if (!e->lsps[i].used) {
            e->lsps[i] = (struct edge_lsp){.used = true,
                                           .demand = NONE,
                                           .next = NONE,
                                           .queued = e->lsps[i].queued,
                                           .probing.waits = e->lsps[i].probing.waits};
            if (i >= e->lsp_end)
                e->lsp_end = i + 1;
            return &e->lsps[i];
        }
    return NULL;
}

/* By PLSP-ID. */
void cp_edge_lsp_join(struct cp_edge *e, struct edge_lsp *l, uint32_t demand)
{
    uint32_t index = cp_edge_lsp_index(e, l), *at = &e->demands[demand].first_lsp;

    while (*at != NONE && *at < index)
        at = &e->lsps[*at].next;
    l->demand = demand;
    l->next = *at;
    *at = index;
}

/* One that is to be reported has its place until it was. */
void cp_edge_lsp_free(struct cp_edge *e, struct edge_lsp *l)
{
    uint32_t index = cp_edge_lsp_index(e, l);
    uint32_t *at = l->demand == NONE ? NULL : &e->demands[l->demand].first_lsp;

    while (at != NULL && *at != index)
        at = &e->lsps[*at].next;
    if (at != NULL)
        *at = l->next;
    l->used = false;
    while (e->lsp_end > 0 && !e->lsps[e->lsp_end - 1].used)
        e->lsp_end--;
}

static struct edge_lsp *find_name(struct cp_edge *e, cp_text name)
{
    for (uint32_t i = 0; i < e->lsp_end; i++)
        if (e->lsps[i].used && cp_text_eq((cp_text){e->lsps[i].name, e->lsps[i].name_len}, name))
            return &e->lsps[i];
    return NULL;
}

static struct edge_lsp *find_id(struct cp_edge *e, uint32_t plsp_id)
{
    if (plsp_id == 0 || plsp_id > e->lsp_end || !e->lsps[plsp_id - 1].used ||
        e->lsps[plsp_id - 1].removing)
        return NULL;
    return &e->lsps[plsp_id - 1];
}

static bool has_address(const struct cp_edge_node *node, cp_ip address)
{
    cp_text rest = node->addresses, word;

    while (cp_text_word(&rest, " \t", &word))
        if (cp_ip_eq(cp_ip_find(word), address))
            return true;
    return false;
}

uint32_t cp_edge_demand_of(const struct cp_edge *e, cp_ip endpoint, uint32_t colour)
{
    const struct cp_edge_policy *p = e->config.policy;

    for (uint32_t i = 0; i < p->node_count; i++)
        if (has_address(&p->nodes[i], endpoint)) {
            const struct cp_edge_demand *d = cp_edge_demand_find(p, colour, p->nodes[i].number);

            return d == NULL ? NONE : (uint32_t)(d - p->demands);
        }
    return NONE;
}

/* --- refusals -------------------------------------------------------------------------------------- */

void cp_edge_refuse(struct cp_edge *e, uint32_t srp_id, uint8_t type, uint8_t value)
{
    if (e->obeyed == NONE || srp_id == 0)
        return;
    if (cp_pcc_refuse(e->sessions[e->obeyed].pcc, srp_id, type, value, e->now_us) != CP_OK)
        cp_pcc_end(e->sessions[e->obeyed].pcc, CP_PCEP_CLOSE_NONE);
}

struct refusal {
    uint8_t type, value;
    const char *why;
};

static const struct refusal fine = {0, 0, NULL};

static void refuse(struct cp_edge *e, const struct cp_pce_order *o, struct refusal r)
{
    e->refused++;
    cp_edge_say(e, CP_EDGE_SAYS_WARNING, "order %u is refused: %s", o->srp_id, r.why);
    cp_edge_refuse(e, o->srp_id, r.type, r.value);
}

/* RFC 8408 5: 21/1.  SIDs of SRv6 alone are understood. */
static struct refusal read_hops(const struct cp_pce_order *o, struct edge_hops *hops)
{
    *hops = (struct edge_hops){.count = 0};
    if (o->path.count > CP_EDGE_HOPS_MAX)
        return (struct refusal){24, 1, "too many segments"};
    for (uint32_t i = 0; i < o->path.count; i++) {
        if (o->path.at[i].kind != CP_PCE_HOP_SRV6)
            return (struct refusal){21, 1, "a hop that is no SRv6 SID"};
        memcpy(hops->at[hops->count++], o->path.at[i].srv6, 16);
    }
    return fine;
}

/* --- orders ---------------------------------------------------------------------------------------- */

static bool is_name(cp_text name)
{
    return name.len > 0 && name.len <= CP_EDGE_LSP_NAME_MAX && cp_text_bad_utf8(name) == name.len &&
           cp_text_unsafe(name) == name.len;
}

static struct refusal check_new(struct cp_edge *e, const struct cp_pcc_event *event,
                                struct edge_hops *hops)
{
    const struct cp_pce_order *o = &event->order;
    struct refusal r = read_hops(o, hops);

    if (r.why != NULL)
        return r;
    if (!is_name(o->name))
        return (struct refusal){10, 8, "a name that cannot be"};
    if (find_name(e, o->name) != NULL)
        return (struct refusal){23, 1, "its name is another LSP's"}; /* RFC 8281 5.3.1 */
    if (!event->colour_known || cp_edge_demand_of(e, o->dst, o->colour) == NONE)
        return (struct refusal){24, 1, "the edge policy has no such endpoint and colour"};
    if (hops->count == 0)
        return (struct refusal){24, 1, "it has no segments"};
    return fine;
}

/* What is chosen for the demand, or what it is reported as, may be another one now. */
static void changed(struct cp_edge *e, struct edge_lsp *l)
{
    e->demands[l->demand].again_us = 0;
    e->demands[l->demand].failures = 0;
    cp_edge_demand_wake(e, l->demand);
    cp_edge_report_changes(e, l->demand);
}

static void initiate(struct cp_edge *e, const struct cp_pcc_event *event)
{
    const struct cp_pce_order *o = &event->order;
    struct edge_hops hops;
    struct refusal r = check_new(e, event, &hops);
    struct edge_lsp *l = r.why == NULL ? cp_edge_lsp_make(e) : NULL;

    if (r.why == NULL && l == NULL)
        r = (struct refusal){19, 4, "there is no room for more LSPs"}; /* RFC 8231 8.5 */
    if (r.why != NULL) {
        refuse(e, o, r);
        return;
    }
    l->name_len = (uint8_t)o->name.len;
    memcpy(l->name, o->name.at, o->name.len);
    l->src = o->src;
    l->dst = o->dst;
    l->colour = o->colour;
    l->preference = o->preference;
    l->srp_id = o->srp_id;
    l->hops = hops;
    l->fresh = l->word = true;
    l->wanted_up = o->up;
    cp_edge_lsp_join(e, l, cp_edge_demand_of(e, o->dst, o->colour));
    cp_edge_keep(e, KEEP_NOW);
    l->change = e->change;
    l->result = cp_edge_path_make(e, l, &l->path) ? CP_AGENT_DONE : CP_AGENT_CHAIN;
    l->told_phase = CP_EDGE_NEW;
    changed(e, l);
}

/* Other hops; what it had is kept until the agent has said that they may be.  False: they are too many. */
static bool set_hops(struct cp_edge *e, struct edge_lsp *l, const struct edge_hops *hops)
{
    struct edge_hops had = l->hops;
    struct cp_agent_path path;

    l->hops = *hops;
    if (!cp_edge_path_make(e, l, &path)) {
        l->hops = had;
        return false;
    }
    if (!l->has_old && !l->fresh && l->result == CP_AGENT_DONE) {
        l->has_old = true;
        l->old = had;
    }
    l->path = path;
    l->result = CP_AGENT_DONE;
    l->dead = false;
    l->deaths = 0;
    return true;
}

static void update(struct cp_edge *e, const struct cp_pce_order *o)
{
    struct edge_lsp *l = find_id(e, o->plsp_id);
    struct edge_hops hops;
    struct refusal r = read_hops(o, &hops);

    if (l == NULL)
        r = (struct refusal){19, 3, "no LSP has this number"}; /* RFC 8231 8.5 */
    else if (r.why == NULL && o->up && hops.count == 0)
        r = (struct refusal){24, 1, "it has no segments"};
    else if (r.why == NULL && hops.count > 0 && !set_hops(e, l, &hops))
        r = (struct refusal){24, 1, "too many segments"};
    if (l == NULL || r.why != NULL) {
        refuse(e, o, r);
        return;
    }
    l->srp_id = o->srp_id;
    l->wanted_up = o->up;
    l->word = true;
    if (!o->up)
        e->demands[l->demand].stop = true;
    cp_edge_keep(e, KEEP_SOON);
    cp_edge_report(e, l);
    changed(e, l);
}

static void take_out(struct cp_edge *e, const struct cp_pce_order *o)
{
    struct edge_lsp *l = find_id(e, o->plsp_id);

    if (l == NULL) {
        refuse(e, o, (struct refusal){19, 3, "no LSP has this number"});
        return;
    }
    l->srp_id = o->srp_id;
    l->removing = true;
    e->demands[l->demand].stop = true;
    cp_edge_keep(e, KEEP_SOON);
    changed(e, l);
}

void cp_edge_order(struct cp_edge *e, const struct cp_pcc_event *event)
{
    switch (event->order.kind) {
    case CP_PCE_INITIATE:
        initiate(e, event);
        return;
    case CP_PCE_UPDATE:
        update(e, &event->order);
        return;
    case CP_PCE_REMOVE:
        take_out(e, &event->order);
        return;
    case CP_PCE_REPLY:
    case CP_PCE_NO_PATH: /* nothing was asked */
        return;
    }
}
