#include "routers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contest.h"

enum { DEMANDS = 10000, LABEL_NODE = 16000, LABEL_ADJACENCY = 100000 };

/* --- the case ---------------------------------------------------------------------------------------- */

static uint32_t node_address(uint32_t v)
{
    return 0x0a000001 + v;
}

static uint32_t end_address(uint32_t l, uint32_t end)
{
    return 0x0b000000 + 2 * l + end;
}

static void out_address(struct cp_out *out, uint32_t address)
{
    cp_out_ip(out, cp_ip_v4(address));
}

static void write_nodes(const struct routers *r, struct cp_out *out)
{
    cp_out_str(out, "id,maker,loopback\n");
    for (uint32_t v = 0; v < r->isp.node_count; v++) {
        cp_out_format(out, "n%u,%s,", v, r->isp.forbidden[v] != 0 ? "Huawei" : "Nokia");
        out_address(out, node_address(v));
        cp_out_char(out, '\n');
    }
}

static void write_links(const struct routers *r, struct cp_out *out)
{
    cp_out_str(out, "id,a,b,maker\n");
    for (uint32_t l = 0; l < r->isp.link_count; l++)
        cp_out_format(out, "l%u,n%u,n%u,Nokia\n", l, r->isp.links[l].a, r->isp.links[l].b);
}

static void write_facts(const struct routers *r, struct cp_out *out)
{
    static const char *const names[2] = {"address-a", "address-b"};

    cp_out_str(out, "object,attribute,value\n");
    for (uint32_t i = 0; i < r->isp.link_count * 2; i++) {
        cp_out_format(out, "l%u,%s,", i / 2, names[i % 2]);
        out_address(out, end_address(i / 2, i % 2));
        cp_out_char(out, '\n');
    }
}

static void write_demands(const struct routers *r, struct cp_out *out)
{
    uint64_t state = 7;

    cp_out_str(out, "id,src,dst,class\n");
    for (uint32_t d = 0, a = 0; d < DEMANDS; a = (a + 1) % ROUTERS) {
        uint32_t b = (uint32_t)(isp_random(&state) % ROUTERS);

        if (a == b || r->isp.forbidden[a] != 0 || r->isp.forbidden[b] != 0)
            continue;
        cp_out_format(out, "d%u,n%u,n%u,secret\n", d++, a, b);
    }
}

static const char policy_text[] = "cleanpath-policy: 1\n"
                                  "id: bench\n"
                                  "says: Secret traffic does not pass some equipment.\n"
                                  "authority: { by: us, owner: us@example.org }\n"
                                  "traffic:\n"
                                  "  secret: { says: Any flow that is named so. }\n"
                                  "rules:\n"
                                  "  - id: no-huawei\n"
                                  "    says: Secret traffic does not pass it.\n"
                                  "    forbid-transit: { maker: huawei }\n"
                                  "    of: secret\n"
                                  "    unknown: untrusted\n";

static void write_policy(const struct routers *r, struct cp_out *out)
{
    (void)r;
    cp_out_str(out, policy_text);
}

static const struct {
    const char *file;
    void (*write)(const struct routers *r, struct cp_out *out);
} tables[ROUTERS_TABLES] = {[ROUTERS_NODES] = {"nodes.csv", write_nodes},
                            [ROUTERS_LINKS] = {"links.csv", write_links},
                            [ROUTERS_FACTS] = {"facts.csv", write_facts},
                            [ROUTERS_DEMANDS] = {"demands.csv", write_demands},
                            [ROUTERS_POLICY] = {"policy.yaml", write_policy}};

cp_ip routers_address(uint32_t node)
{
    return cp_ip_v4(node_address(node));
}

const char *routers_file(routers_table table)
{
    return tables[table].file;
}

cp_text routers_text(const struct routers *r, routers_table table)
{
    struct cp_out out = cp_out_make(r->arena);
    cp_text text;

    tables[table].write(r, &out);
    check(cp_out_done(&out, &text));
    return text;
}

/* --- what the speaker says ----------------------------------------------------------------------------- */

static struct cp_ls_node ls_node(uint32_t v, char id[6])
{
    memset(id, 0, 6);
    id[4] = (char)((v + 1) >> 8);
    id[5] = (char)(v + 1);
    return (struct cp_ls_node){
        .has = CP_LS_NODE_AS | CP_LS_NODE_ROUTER, .as = 65000, .router = {id, 6}};
}

static void tell(struct routers *r, const struct cp_ls_nlri *nlri,
                 const struct cp_ls_attribute *attribute)
{
    struct cp_out key = cp_out_make(r->work), value = cp_out_make(r->work);
    cp_text nlri_text, attribute_text;

    cp_ls_nlri_write(&key, nlri);
    check(cp_out_done(&key, &nlri_text));
    if (attribute == NULL) {
        check(cp_bgp_withdraw(r->bgp, nlri_text, r->now_us));
    } else {
        cp_ls_attribute_write(&value, attribute);
        check(cp_out_done(&value, &attribute_text));
        check(cp_bgp_announce(r->bgp, nlri_text, attribute_text, r->now_us));
    }
    cp_arena_reset(r->work, r->work_empty);
}

void routers_tell_node(struct routers *r, uint32_t v)
{
    char id[6];
    cp_ip address = cp_ip_v4(node_address(v));
    struct cp_ls_range global = {8000, LABEL_NODE, false};
    struct cp_ls_msd msd = {1, 60};
    struct cp_ls_sid sid = {.type = 1158, .flags = 0x40, .value = v + 1};
    struct cp_ls_nlri node = {
        .type = CP_LS_NODE, .protocol = CP_LS_ISIS_L2, .local = ls_node(v, id)};
    struct cp_ls_nlri prefix = {.type = CP_LS_PREFIX4,
                                .protocol = CP_LS_ISIS_L2,
                                .local = ls_node(v, id),
                                .has = CP_LS_HAS_PREFIX,
                                .prefix = address,
                                .prefix_bits = 32};
    struct cp_ls_attribute of_node = {.has = CP_LS_SR_CAPABILITIES | CP_LS_NODE_MSD,
                                      .sr_capabilities = {0xc0, 1, &global},
                                      .local_routers = &address,
                                      .local_router_count = 1,
                                      .node_msd = &msd,
                                      .node_msd_count = 1};
    struct cp_ls_attribute of_prefix = {.has = CP_LS_PREFIX_METRIC, .sids = &sid, .sid_count = 1};

    tell(r, &node, &of_node);
    tell(r, &prefix, &of_prefix);
}

void routers_tell_link(struct routers *r, uint32_t l, bool there)
{
    const struct isp_link *link = &r->isp.links[l];

    for (uint32_t end = 0; end < 2; end++) {
        char id[6], other[6];
        struct cp_ls_nlri nlri = {.type = CP_LS_LINK,
                                  .protocol = CP_LS_ISIS_L2,
                                  .local = ls_node(end == 0 ? link->a : link->b, id),
                                  .remote = ls_node(end == 0 ? link->b : link->a, other),
                                  .has = CP_LS_HAS_LOCAL4 | CP_LS_HAS_REMOTE4,
                                  .local4 = cp_ip_v4(end_address(l, end)),
                                  .remote4 = cp_ip_v4(end_address(l, 1 - end))};
        struct cp_ls_sid sid = {
            .type = 1099, .flags = 0x30, .is_label = true, .value = LABEL_ADJACENCY + 2 * l + end};
        struct cp_ls_attribute attribute = {
            .has = CP_LS_IGP_METRIC, .igp_metric = link->metric, .sids = &sid, .sid_count = 1};

        tell(r, &nlri, there ? &attribute : NULL);
    }
}

/* --- what routers do ------------------------------------------------------------------------------------- */

static void obey(struct routers *r, uint32_t node, const struct cp_pcc_event *event)
{
    const struct cp_pce_order *order = &event->order;
    struct cp_pce_lsp lsp = {.plsp_id = order->plsp_id,
                             .srp_id = order->srp_id,
                             .name = order->name,
                             .src = cp_ip_v4(node_address(node)),
                             .dst = order->dst,
                             .delegated = true,
                             .created = true,
                             .wanted_up = true,
                             .state = CP_PCE_LSP_ACTIVE,
                             .colour_known = true,
                             .colour = ROUTERS_COLOUR,
                             .preference = 200,
                             .path_setup_type = 1,
                             .intended = order->path,
                             .actual = order->path};

    r->orders++;
    if (order->kind == CP_PCE_INITIATE)
        lsp.plsp_id = ++r->plsp_ids[node];
    else if (order->kind != CP_PCE_UPDATE)
        return;
    if (order->kind == CP_PCE_UPDATE && !order->up) {
        lsp.state = CP_PCE_LSP_DOWN;
        lsp.wanted_up = false;
        lsp.actual.count = 0;
    }
    check(cp_pcc_report(r->pccs[node], &lsp, r->now_us));
}

static void hear_router(struct routers *r, uint32_t node)
{
    struct cp_pcc *pcc = r->pccs[node];
    struct cp_pcc_event event;

    while (cp_pcc_next(pcc, &event)) {
        if (event.kind == CP_PCC_EV_UP)
            check(cp_pcc_synced(pcc, r->now_us));
        else if (event.kind == CP_PCC_EV_ORDER)
            obey(r, node, &event);
    }
    if (cp_pcc_out(pcc).len > 0)
        cp_pcc_sent(pcc, r->send(r->send_to, node + 1, cp_pcc_out(pcc)));
}

void routers_hear(struct routers *r, uint32_t peer)
{
    struct cp_bgp_event event;

    if (peer > 0) {
        hear_router(r, peer - 1);
        return;
    }
    while (cp_bgp_next(r->bgp, &event))
        if (event.kind == CP_BGP_EV_UP || event.kind == CP_BGP_EV_DOWN)
            r->speaker_up = event.kind == CP_BGP_EV_UP;
    if (cp_bgp_out(r->bgp).len > 0)
        cp_bgp_sent(r->bgp, r->send(r->send_to, 0, cp_bgp_out(r->bgp)));
}

void routers_take(struct routers *r, uint32_t peer, cp_text bytes)
{
    while (bytes.len > 0) {
        size_t room = peer == 0 ? cp_bgp_room(r->bgp) : cp_pcc_room(r->pccs[peer - 1]);
        cp_text part = cp_text_sub(bytes, 0, room);

        if (peer == 0)
            cp_bgp_take(r->bgp, part, r->now_us);
        else
            cp_pcc_take(r->pccs[peer - 1], part, r->now_us);
        bytes = cp_text_sub(bytes, part.len, bytes.len);
        routers_hear(r, peer);
    }
}

void routers_open(struct routers *r, routers_send send, void *send_to)
{
    struct cp_bgp_config bgp = {.local_as = 65000, .remote_as = 65000, .router_id = 2};
    struct cp_pcc_config pcc = {.stateful = true,
                                .updates = true,
                                .initiates = true,
                                .sr = true,
                                .depth_max = 60,
                                .colour_forms = CP_PCE_COLOUR_ASSOCIATION | CP_PCE_COLOUR_VENDOR};

    *r = (struct routers){.isp = isp_make(ROUTERS, ISP_WIDE, 1),
                          .arena = need(cp_arena_open(SIZE_MAX)),
                          .work = need(cp_arena_open(SIZE_MAX)),
                          .pccs = need(calloc(ROUTERS, sizeof(struct cp_pcc *))),
                          .plsp_ids = need(calloc(ROUTERS, sizeof(uint32_t))),
                          .send = send,
                          .send_to = send_to};
    r->work_empty = cp_arena_mark_get(r->work);
    check(cp_bgp_open(&bgp, r->arena, &r->bgp));
    for (uint32_t v = 0; v < ROUTERS; v++)
        check(cp_pcc_open(&pcc, r->arena, &r->pccs[v]));
}

void routers_close(struct routers *r)
{
    cp_bgp_close(r->bgp);
    for (uint32_t v = 0; v < ROUTERS; v++)
        cp_pcc_close(r->pccs[v]);
    free(r->pccs);
    free(r->plsp_ids);
    cp_arena_close(r->work);
    cp_arena_close(r->arena);
    isp_free(&r->isp);
}
