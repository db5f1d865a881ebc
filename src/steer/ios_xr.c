#include "writer.h"

#include <inttypes.h>

/*
 * Cisco IOS-XR: SR policies with weighted lists, dropped when invalid; SRv6 as micro-SIDs of 32 +
 * 16 bits.
 */

static const char *fault(const struct steer_policy *policy, const struct cp_candidate *list)
{
    if (!cp_steer_is_srv6(list))
        return NULL;
    if (policy->to.family != 6)
        return "an SRv6 policy of IOS-XR has an IPv6 endpoint, and the loopback stated is none: "
               "nothing is written for it";
    if (!cp_steer_is_micro(list))
        return "IOS-XR takes SRv6 lists of micro-SIDs alone (f3216: 32 bits of block, 16 of "
               "node), and a SID is none: nothing is written for the list";
    return NULL;
}

static void write_list(struct steer_writer *w, const struct steer_policy *p, cp_path_role role,
                       uint32_t number)
{
    const struct cp_candidate *c =
        role == CP_ROLE_PRIMARY ? p->primaries[number] : p->backups[number];
    bool srv6 = cp_steer_is_srv6(c);

    cp_out_str(&w->out, srv6 ? "  segment-lists\n   segment-list " : "  segment-list ");
    cp_steer_list_name(w, p, role, number);
    cp_out_str(&w->out, srv6 ? "\n    srv6\n" : "\n");
    for (uint32_t i = 0; i < c->segments.count; i++) {
        cp_out_format(&w->out,
                      srv6 ? "     index %" PRIu32 " sid " : "   index %" PRIu32 " mpls label ",
                      10 * (i + 1));
        cp_steer_sid(w, &c->segments.at[i].sid);
        cp_out_char(&w->out, '\n');
    }
    cp_out_str(&w->out, srv6 ? "    !\n   !\n  !\n" : "  !\n");
}

static cp_err write_paths(struct steer_writer *w, const struct steer_policy *p, cp_path_role role)
{
    const struct cp_candidate *const *lists = role == CP_ROLE_PRIMARY ? p->primaries : p->backups;
    uint32_t count = role == CP_ROLE_PRIMARY ? p->primary_count : p->backup_count;
    uint32_t *weight = CP_TAKE(w->work->arena, count, uint32_t);

    if (weight == NULL)
        return CP_ERR_NOMEM;
    if (count == 0)
        return CP_OK;
    cp_steer_weigh(w->work, lists, count, weight);
    cp_out_format(&w->out, "    preference %u\n", role == CP_ROLE_PRIMARY ? 200u : 100u);
    for (uint32_t i = 0; i < count; i++) {
        cp_out_str(&w->out, "     explicit segment-list ");
        cp_steer_list_name(w, p, role, i);
        cp_out_format(&w->out, "\n      weight %" PRIu32 "\n     !\n", weight[i]);
    }
    cp_out_str(&w->out, "    !\n");
    return CP_OK;
}

static cp_err write_policy(struct steer_writer *w, const struct steer_policy *p)
{
    bool srv6 = cp_steer_is_srv6(p->primary_count > 0 ? p->primaries[0] : p->backups[0]);

    for (uint32_t i = 0; i < p->primary_count; i++)
        write_list(w, p, CP_ROLE_PRIMARY, i);
    for (uint32_t i = 0; i < p->backup_count; i++)
        write_list(w, p, CP_ROLE_BACKUP, i);
    cp_out_str(&w->out, "  policy ");
    cp_steer_name(w, p);
    if (srv6)
        cp_out_str(&w->out, "\n   srv6\n    locator MAIN binding-sid dynamic behavior "
                            "ub6-insert-reduced\n   !");
    cp_out_str(&w->out, p->ordinary ? "\n" : "\n   steering\n    path-invalidation drop\n   !\n");
    cp_out_format(&w->out, "   color %" PRIu32 " end-point ipv%" PRIu32 " ", p->colour,
                  p->to.family);
    cp_steer_address_write(&w->out, &p->to);
    cp_out_str(&w->out, "\n   candidate-paths\n");
    CP_TRY(write_paths(w, p, CP_ROLE_PRIMARY));
    CP_TRY(write_paths(w, p, CP_ROLE_BACKUP));
    cp_out_str(&w->out, "   !\n  !\n");
    return CP_OK;
}

static cp_err policies(struct steer_writer *w)
{
    bool srv6 = cp_steer_has_plane(w, CP_PLANE_SRV6);

    if (srv6) {
        cp_out_str(cp_steer_remark(w), "the locator MAIN below is to be one of the router's own\n");
        CP_TRY(cp_steer_warn_once(
            w->work, STEER_SAID_LOCATOR, STEER_NOTE,
            "the names of the routers' locators are not known: MAIN is written"));
    }
    cp_out_str(&w->out, "segment-routing\n traffic-eng\n");
    if (srv6)
        cp_out_str(&w->out, "  segment-lists\n   srv6\n    sid-format usid-f3216\n   !\n  !\n");
    for (uint32_t i = 0; i < w->count; i++)
        CP_TRY(write_policy(w, &w->policies[i]));
    cp_out_str(&w->out, " !\n!\n");
    return CP_OK;
}

static void define(struct steer_writer *w, const struct steer_role *role)
{
    const struct cp_flexalgo_design *d = cp_steer_design(w, role);
    static const char *const metric[] = {[CP_METRIC_IGP] = "",
                                         [CP_METRIC_TE] = "  metric-type te\n",
                                         [CP_METRIC_DELAY] = "  metric-type delay\n"};

    cp_out_format(&w->out, "  priority %" PRIu32 "\n%s", d->priority, metric[d->metric]);
    cp_out_str(&w->out, "  advertise-definition\n  affinity ");
    cp_out_str(&w->out, d->kind == CP_FLEXALGO_INCLUDE ? "include-any " : "exclude-any ");
    cp_steer_affinity(w, role);
    cp_out_char(&w->out, '\n');
}

static cp_err design(struct steer_writer *w, const struct steer_role *role)
{
    const struct cp_flexalgo_design *d = cp_steer_design(w, role);

    cp_out_str(&w->out, "router isis ");
    cp_out_text(&w->out, cp_steer_isis(w->work, "1"));
    cp_out_str(&w->out, "\n affinity-map ");
    cp_steer_affinity(w, role);
    cp_out_format(&w->out, " bit-position %" PRIu32 "\n", d->affinity_bit);
    if (role->participates || role->defines) {
        cp_out_format(&w->out, " flex-algo %" PRIu32 "\n", d->algorithm);
        if (role->defines)
            define(w, role);
        cp_out_str(&w->out, " !\n");
    }
    for (uint32_t i = 0; i < role->link_count; i++) {
        cp_text port = cp_steer_port(w, role->links[i]);

        if (port.len == 0)
            continue;
        cp_out_str(&w->out, " interface ");
        cp_out_text(&w->out, port);
        cp_out_str(&w->out, "\n  affinity flex-algo ");
        cp_steer_affinity(w, role);
        cp_out_str(&w->out, "\n !\n");
    }
    cp_out_str(&w->out, "!\n");
    return CP_OK;
}

const struct steer_system cp_steer_ios_xr = {.comment = "! ",
                                             .list_max = 12,
                                             .weight_max = UINT32_MAX,
                                             .sharing_max = UINT32_MAX,
                                             .bit_max = 255,
                                             .fault = fault,
                                             .policies = policies,
                                             .design = design};
