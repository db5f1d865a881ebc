#include "writer.h"

#include <inttypes.h>

/*
 * Juniper Junos, as set commands.  Tunnels of a colour go to the table of its transport class; a
 * resolution scheme that names this table alone leaves a route of the colour without next hop when
 * its tunnel is down, where the scheme that Junos makes by itself goes on to inet.3.
 */

#define TE "set protocols source-packet-routing "
#define DEPTH_OF_ITSELF 5u /* maximum-segment-list-depth where nobody states it */

static const char *fault(const struct steer_policy *policy, const struct cp_candidate *list)
{
    if (!cp_steer_is_srv6(list))
        return NULL;
    if (policy->to.family != 6)
        return "an SRv6 policy of Junos has an IPv6 endpoint, and the loopback stated is none: "
               "nothing is written for it";
    if (!cp_steer_is_micro(list))
        return "for Junos SRv6 lists of micro-SIDs alone are written (32 bits of block, 16 of "
               "node), and a SID is none: nothing is written for the list";
    return NULL;
}

static void write_list(struct steer_writer *w, const struct steer_policy *p, cp_path_role role,
                       uint32_t number)
{
    const struct cp_candidate *c =
        role == CP_ROLE_PRIMARY ? p->primaries[number] : p->backups[number];
    bool srv6 = cp_steer_is_srv6(c);

    cp_out_str(&w->out, TE "segment-list ");
    cp_steer_list_name(w, p, role, number);
    cp_out_str(&w->out, srv6 ? " srv6\n" : " inherit-label-nexthops\n");
    for (uint32_t i = 0; i < c->segments.count; i++) {
        cp_out_str(&w->out, TE "segment-list ");
        cp_steer_list_name(w, p, role, number);
        cp_out_format(&w->out, " h%" PRIu32 " %s ", i + 1, srv6 ? "micro-srv6-sid" : "label");
        cp_steer_sid(w, &c->segments.at[i].sid);
        cp_out_char(&w->out, '\n');
    }
}

/* "set ... source-routing-path cp-100-n3 " */
static struct cp_out *begin_path(struct steer_writer *w, const struct steer_policy *p)
{
    cp_out_str(&w->out, TE "source-routing-path ");
    cp_steer_name(w, p);
    cp_out_char(&w->out, ' ');
    return &w->out;
}

static cp_err write_primaries(struct steer_writer *w, const struct steer_policy *p,
                              cp_path_role role)
{
    const struct cp_candidate *const *lists = role == CP_ROLE_PRIMARY ? p->primaries : p->backups;
    uint32_t count = role == CP_ROLE_PRIMARY ? p->primary_count : p->backup_count;
    uint32_t *weight = CP_TAKE(w->work->arena, count, uint32_t);

    if (weight == NULL)
        return CP_ERR_NOMEM;
    cp_steer_weigh(w->work, lists, count, weight);
    for (uint32_t i = 0; i < count; i++) {
        cp_out_str(begin_path(w, p), "primary ");
        cp_steer_list_name(w, p, role, i);
        cp_out_format(&w->out, " weight %" PRIu32 "\n", weight[i]);
    }
    return CP_OK;
}

static cp_err write_policy(struct steer_writer *w, const struct steer_policy *p)
{
    /* A path without primaries is none: then the backup stands in their place. */
    cp_path_role first = p->primary_count > 0 ? CP_ROLE_PRIMARY : CP_ROLE_BACKUP;
    bool spare = first == CP_ROLE_PRIMARY && p->backup_count > 0;

    for (uint32_t i = 0; i < p->primary_count; i++)
        write_list(w, p, CP_ROLE_PRIMARY, i);
    for (uint32_t i = 0; i < p->backup_count; i++)
        write_list(w, p, CP_ROLE_BACKUP, i);
    if (cp_steer_is_srv6(first == CP_ROLE_PRIMARY ? p->primaries[0] : p->backups[0]))
        cp_out_str(begin_path(w, p), "srv6\n");
    cp_out_str(begin_path(w, p), "to ");
    cp_steer_address_write(&w->out, &p->to);
    cp_out_char(&w->out, '\n');
    cp_out_format(begin_path(w, p), "color %" PRIu32 "\n", p->colour);
    CP_TRY(write_primaries(w, p, first));
    if (spare) {
        cp_out_str(begin_path(w, p), "secondary ");
        cp_steer_list_name(w, p, CP_ROLE_BACKUP, 0);
        cp_out_char(&w->out, '\n');
    }
    if (spare && p->backup_count > 1)
        return cp_steer_warn(w->work, p->demands[0], w->node, STEER_NOTE,
                             "a policy of Junos has one secondary list: the first backup is it");
    return CP_OK;
}

/* The class of a colour, and, where its traffic is to stop, the scheme that knows its tables alone. */
static void write_class(struct steer_writer *w, uint32_t colour, bool closed)
{
    cp_out_format(&w->out,
                  "set routing-options transport-class name cp-%" PRIu32 " color %" PRIu32 "\n",
                  colour, colour);
    if (!closed)
        return;
    for (uint32_t i = 0; i < 2; i++)
        cp_out_format(&w->out,
                      "set routing-options resolution scheme cp-%" PRIu32
                      " resolution-ribs junos-rti-tc-%" PRIu32 ".%s.3\n",
                      colour, colour, i == 0 ? "inet" : "inet6");
    cp_out_format(&w->out,
                  "set routing-options resolution scheme cp-%" PRIu32
                  " mapping-community color:0:%" PRIu32 "\n",
                  colour, colour);
}

static uint32_t longest(const struct cp_candidate *const *lists, uint32_t count, uint32_t so_far)
{
    for (uint32_t i = 0; i < count; i++)
        so_far = lists[i]->segments.count > so_far ? lists[i]->segments.count : so_far;
    return so_far;
}

static cp_err policies(struct steer_writer *w)
{
    uint32_t depth = DEPTH_OF_ITSELF;

    for (uint32_t i = 0; i < w->count; i++) {
        depth = longest(w->policies[i].primaries, w->policies[i].primary_count, depth);
        depth = longest(w->policies[i].backups, w->policies[i].backup_count, depth);
    }
    if (cp_steer_has_plane(w, CP_PLANE_SRV6))
        cp_out_str(&w->out, TE "srv6\n");
    if (depth > DEPTH_OF_ITSELF)
        cp_out_format(&w->out, TE "%s %" PRIu32 "\n",
                      cp_steer_has_plane(w, CP_PLANE_SRV6) ? "maximum-srv6-te-segment-list-depth"
                                                           : "maximum-segment-list-depth",
                      depth);
    cp_out_str(&w->out, TE "use-transport-class\n");
    for (uint32_t i = 0; i < w->count; i++) {
        if (i == 0 || w->policies[i].colour != w->policies[i - 1].colour)
            write_class(w, w->policies[i].colour, !w->policies[i].ordinary);
        CP_TRY(write_policy(w, &w->policies[i]));
    }
    return CP_OK;
}

static void define(struct steer_writer *w, const struct steer_role *role)
{
    const struct cp_flexalgo_design *d = cp_steer_design(w, role);
    static const char *const metric[] = {[CP_METRIC_IGP] = "igp-metric",
                                         [CP_METRIC_TE] = "te-metric",
                                         [CP_METRIC_DELAY] = "delay-metric"};
    static const char start[] = "set routing-options flex-algorithm ";

    cp_out_format(&w->out, "%s%" PRIu32 " definition metric-type %s\n", start, d->algorithm,
                  metric[d->metric]);
    cp_out_format(&w->out, "%s%" PRIu32 " definition priority %" PRIu32 "\n", start, d->algorithm,
                  d->priority);
    cp_out_format(&w->out, "%s%" PRIu32 " definition admin-group %s ", start, d->algorithm,
                  d->kind == CP_FLEXALGO_INCLUDE ? "include-any" : "exclude");
    cp_steer_affinity(w, role);
    cp_out_char(&w->out, '\n');
}

static cp_err design(struct steer_writer *w, const struct steer_role *role)
{
    const struct cp_flexalgo_design *d = cp_steer_design(w, role);

    cp_out_str(&w->out, "set protocols mpls admin-groups ");
    cp_steer_affinity(w, role);
    cp_out_format(&w->out, " %" PRIu32 "\n", d->affinity_bit);
    for (uint32_t i = 0; i < role->link_count; i++) {
        cp_text port = cp_steer_port(w, role->links[i]);

        if (port.len == 0)
            continue;
        cp_out_str(&w->out, "set protocols mpls interface ");
        cp_out_text(&w->out, port);
        cp_out_str(&w->out, " admin-group ");
        cp_steer_affinity(w, role);
        cp_out_char(&w->out, '\n');
    }
    if (role->defines)
        define(w, role);
    if (role->participates)
        cp_out_format(&w->out,
                      "set protocols isis source-packet-routing flex-algorithm %" PRIu32 "\n",
                      d->algorithm);
    return CP_OK;
}

const struct steer_system cp_steer_junos = {.comment = "# ",
                                            .list_max = 16,
                                            .weight_max = 255,
                                            .sharing_max = UINT32_MAX,
                                            .bit_max = 31,
                                            .fault = fault,
                                            .policies = policies,
                                            .design = design};
