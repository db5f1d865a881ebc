#include <string.h>

#include "sim.h"

/*
 * Headends: each holds its policies, and a PCEP session whose machine (session/pcc.h) speaks for it.  An order is in
 * force some time after it came, and is reported then.  Some err, as bits of `odd` say.
 */

enum { INSTALL_MS = 300, FORGET_S = 30 /* session-timeout-interval */ };

static struct event at(const struct sim *s, uint64_t after_us, event_kind kind, uint32_t router)
{
    return (struct event){.at_us = s->now_us + after_us, .kind = kind, .a = router};
}

void pcc_make(struct sim *s, uint32_t router)
{
    struct router *r = &s->routers[router];
    struct cp_pcc_config config = {.keepalive_s = 10,
                                   .dead_s = 40,
                                   .stateful = true,
                                   .updates = true,
                                   .initiates = true,
                                   .sr = !s->srv6,
                                   .srv6 = s->srv6,
                                   .depth_max = (uint8_t)r->depth,
                                   .colour_forms =
                                       CP_PCE_COLOUR_ASSOCIATION | CP_PCE_COLOUR_VENDOR};

    wire_open(s, router, router);
    r->next_plsp = 1;
    must(cp_pcc_open(&config, s->wires[router].arena, &r->pcc));
}

/* --- reports ---------------------------------------------------------------------------------------- */

static cp_ip address_of(uint32_t router)
{
    return cp_ip_v4(0x0a000001 + router);
}

static void fill_hops(const struct sim *s, const uint32_t *labels, uint32_t count,
                      struct cp_pce_hop *hops)
{
    for (uint32_t i = 0; i < count; i++)
        hops[i] = label_hop(s, labels[i]);
}

static void report(struct sim *s, uint32_t router, const struct policy *p, bool syncing,
                   uint32_t srp_id)
{
    struct router *r = &s->routers[router];
    struct cp_pce_hop hops[LABELS_MOST];
    bool believes = (s->plant == PLANT_BELIEVE || s->plant == PLANT_LABEL) && p->wanted_count > 0;
    const uint32_t *labels = believes ? p->wanted : p->labels;
    uint32_t count = believes ? p->wanted_count : p->label_count;
    struct cp_pce_lsp lsp = {.plsp_id = p->plsp_id,
                             .srp_id = srp_id,
                             .name = {p->name, p->name_len},
                             .src = address_of(router),
                             .dst = address_of(p->endpoint),
                             .delegated = p->delegated,
                             .created = true,
                             .removed = p->removed,
                             .wanted_up = p->installed,
                             .syncing = syncing,
                             .state = p->installed ? CP_PCE_LSP_ACTIVE : CP_PCE_LSP_DOWN,
                             .colour_known = true,
                             .colour = p->colour,
                             .preference = p->preference,
                             .path_setup_type = setup_type(s)};

    if (!cp_pcc_is_up(r->pcc))
        return;
    fill_hops(s, labels, count, hops);
    lsp.intended = (struct cp_pce_path){hops, count};
    if (p->installed)
        lsp.actual = lsp.intended;
    may(cp_pcc_report(r->pcc, &lsp, s->now_us));
}

static void report_all(struct sim *s, uint32_t router)
{
    struct router *r = &s->routers[router];

    for (uint32_t i = 0; i < POLICIES_MOST; i++)
        if (r->policies[i].used)
            report(s, router, &r->policies[i], true, 0);
    may(cp_pcc_synced(r->pcc, s->now_us));
}

/* --- orders ----------------------------------------------------------------------------------------- */

static struct policy *find(struct router *r, uint32_t plsp_id)
{
    for (uint32_t i = 0; i < POLICIES_MOST; i++)
        if (r->policies[i].used && r->policies[i].plsp_id == plsp_id)
            return &r->policies[i];
    return NULL;
}

static struct policy *find_name(struct router *r, cp_text name)
{
    for (uint32_t i = 0; i < POLICIES_MOST; i++)
        if (r->policies[i].used &&
            cp_text_eq(name, (cp_text){r->policies[i].name, r->policies[i].name_len}))
            return &r->policies[i];
    return NULL;
}

static struct policy *add(struct sim *s, uint32_t router, const struct cp_pcc_event *event)
{
    struct router *r = &s->routers[router];
    const struct cp_pce_order *order = &event->order;
    uint32_t i = 0, generation;

    while (i < POLICIES_MOST && r->policies[i].used)
        i++;
    if (i == POLICIES_MOST) {
        fail(s, "a router is given ever more policies", "r%u", router);
        return NULL;
    }
    generation = r->policies[i].generation;
    r->policies[i] = (struct policy){.used = true,
                                     .delegated = true,
                                     .plsp_id = r->next_plsp++,
                                     .colour = event->colour_known ? order->colour : 1,
                                     .preference = order->preference,
                                     .generation = generation,
                                     .endpoint = CP_NONE};
    for (uint32_t v = 0; v < s->router_count; v++)
        if (cp_ip_eq(order->dst, address_of(v)))
            r->policies[i].endpoint = v;
    r->policies[i].name_len = order->name.len < 255 ? order->name.len : 255;
    memcpy(r->policies[i].name, order->name.at, r->policies[i].name_len);
    return &r->policies[i];
}

/* What is wanted from now on; in force later. */
static void want(struct sim *s, uint32_t router, struct policy *p, const struct cp_pce_order *order)
{
    struct router *r = &s->routers[router];
    uint32_t late_ms = (r->odd & ODD_LATE) != 0 ? chance_pick(&s->chance, 5000, 20000) : 0;
    struct event e =
        at(s, (chance_pick(&s->chance, 1, INSTALL_MS) + late_ms) * MS, EV_INSTALL, router);

    p->wanted_up = order->kind == CP_PCE_INITIATE || (order->kind == CP_PCE_UPDATE && order->up);
    p->wanted_removal = order->kind == CP_PCE_REMOVE;
    if (order->path.count > 0) {
        p->wanted_count = order->path.count < LABELS_MOST ? order->path.count : LABELS_MOST;
        for (uint32_t i = 0; i < p->wanted_count; i++)
            p->wanted[i] = hop_label(s, &order->path.at[i]);
    }
    p->srp_id = order->srp_id;
    p->generation++;
    e.b = (uint32_t)(p - r->policies);
    e.c = p->generation;
    queue_put(&s->queue, e);
}

void pcc_ask(struct sim *s, uint32_t router, uint32_t to)
{
    struct router *r = &s->routers[router];
    struct cp_pce_request request = {.src = address_of(router),
                                     .dst = address_of(to),
                                     .path_setup_type = setup_type(s),
                                     .segments_max = UINT32_MAX};

    if (!cp_pcc_is_up(r->pcc))
        return;
    r->asked[r->asked_count % 16] = to;
    request.id = ++r->asked_count;
    trace(s, "r%u asks for a path to r%u", router, to);
    may(cp_pcc_ask(r->pcc, &request, s->now_us));
    wire_hear(s, router);
}

static void trace_order(struct sim *s, uint32_t router, const struct cp_pce_order *order)
{
    char labels[LABELS_MOST * 7 + 1] = "";
    size_t len = 0;

    for (uint32_t i = 0; i < order->path.count && i < LABELS_MOST; i++)
        len += (size_t)snprintf(labels + len, sizeof labels - len, " %u",
                                hop_label(s, &order->path.at[i]));
    trace(s, "r%u hears order %u: kind %u plsp %u %.*s up %u:%s", router, order->srp_id,
          (unsigned)order->kind, order->plsp_id, (int)order->name.len,
          order->name.len > 0 ? order->name.at : "", order->up, labels);
}

static void obey(struct sim *s, uint32_t router, const struct cp_pcc_event *event)
{
    struct router *r = &s->routers[router];
    const struct cp_pce_order *order = &event->order;
    struct policy *p = NULL;

    s->orders++;
    trace_order(s, router, order);
    truth_order(s, router, order);
    if ((r->odd & ODD_SILENT) != 0 || order->kind == CP_PCE_REPLY || order->kind == CP_PCE_NO_PATH)
        return;
    if ((r->odd & ODD_REFUSES) != 0 && chance_of(&s->chance, 60)) {
        may(cp_pcc_refuse(r->pcc, order->srp_id, 24, 1, s->now_us));
        return;
    }
    if (order->kind == CP_PCE_INITIATE) {
        if (find_name(r, order->name) != NULL) { /* RFC 8231 8.3.? name in use: PCErr 23/1 */
            may(cp_pcc_refuse(r->pcc, order->srp_id, 23, 1, s->now_us));
            return;
        }
        p = add(s, router, event);
    } else if (order->kind == CP_PCE_UPDATE || order->kind == CP_PCE_REMOVE) {
        p = find(r, order->plsp_id);
        if (p == NULL) /* RFC 8231 8.? unknown PLSP-ID: PCErr 19/3 */
            may(cp_pcc_refuse(r->pcc, order->srp_id, 19, 3, s->now_us));
    }
    if (p != NULL)
        want(s, router, p, order);
}

static void install(struct sim *s, uint32_t router, struct policy *p)
{
    struct router *r = &s->routers[router];

    if (p->wanted_removal) {
        p->removed = true;
        p->installed = false;
        report(s, router, p, false, p->srp_id);
        *p = (struct policy){.generation = p->generation + 1};
        return;
    }
    p->installed = p->wanted_up;
    p->label_count = p->wanted_count;
    memcpy(p->labels, p->wanted, sizeof p->labels);
    if (s->plant == PLANT_LABEL && p->label_count > 1 && chance_of(&s->chance, 30))
        p->labels[p->label_count - 1] = LABEL_NODE + p->endpoint;
    p->astray = (r->odd & ODD_STRAYS) != 0 && p->installed;
    if (p->astray) {
        p->labels[0] = LABEL_NODE + p->endpoint;
        p->label_count = 1;
    }
    if ((r->odd & ODD_FORGETS) != 0)
        p->delegated = false;
    trace(s, "r%u: policy %.*s is %s%s", router, (int)p->name_len, p->name,
          p->installed ? "up" : "down", p->astray ? ", astray" : "");
    report(s, router, p, false, p->srp_id);
}

/* Some err by themselves: another path than the one that was ordered, or a delegation taken back. */
void pcc_err(struct sim *s, uint32_t router)
{
    struct router *r = &s->routers[router];

    for (uint32_t i = 0; i < POLICIES_MOST; i++) {
        struct policy *p = &r->policies[i];

        if (!p->used || !p->installed || (r->odd & (ODD_STRAYS | ODD_FORGETS)) == 0)
            continue;
        if ((r->odd & ODD_STRAYS) != 0) {
            p->labels[0] = LABEL_NODE + p->endpoint;
            p->label_count = 1;
            p->astray = true;
        } else {
            p->delegated = false;
        }
        report(s, router, p, false, 0);
    }
    wire_hear(s, router);
}

/* --- events ----------------------------------------------------------------------------------------- */

static void session_lost(struct sim *s, uint32_t router)
{
    struct router *r = &s->routers[router];
    struct event e = at(s, FORGET_S * SECOND, EV_FORGET, router);

    e.b = ++r->losses;
    if (strncmp(r->system, "frr", 3) == 0)
        queue_put(&s->queue, e);
}

/* pathd unsets the lists of its PCE: the policies stay, inactive. */
void pcc_forget(struct sim *s, const struct event *e)
{
    struct router *r = &s->routers[e->a];

    if (r->losses != e->b || cp_pcc_is_up(r->pcc))
        return;
    for (uint32_t i = 0; i < POLICIES_MOST; i++) {
        struct policy *p = &r->policies[i];

        p->installed = p->wanted_up = p->astray = false;
        p->label_count = p->wanted_count = 0;
        p->generation++;
    }
    trace(s, "r%u forgets its orders", e->a);
    truth_check(s);
}

void pcc_hear(struct sim *s, uint32_t router)
{
    struct router *r = &s->routers[router];
    struct cp_pcc_event event;

    while (cp_pcc_next(r->pcc, &event)) {
        switch (event.kind) {
        case CP_PCC_EV_UP:
            trace(s, "session of r%u is up", router);
            report_all(s, router);
            break;
        case CP_PCC_EV_ORDER:
            obey(s, router, &event);
            break;
        case CP_PCC_EV_ERROR:
            trace(s, "r%u: error %u/%u of the controller", router, event.error_type,
                  event.error_value);
            break;
        case CP_PCC_EV_DOWN:
            trace(s, "session of r%u is down: %s", router, event.why == NULL ? "-" : event.why);
            session_lost(s, router);
            break;
        }
    }
}

void pcc_install(struct sim *s, const struct event *e)
{
    struct policy *p = &s->routers[e->a].policies[e->b];

    if (!p->used || p->generation != e->c || !s->routers[e->a].up)
        return;
    install(s, e->a, p);
    wire_hear(s, e->a);
    truth_check(s);
}
