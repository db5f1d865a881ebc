#include "writer.h"

#include <inttypes.h>

/*
 * Nokia SR OS, as MD-CLI commands, each with its whole path.  A static policy is one candidate
 * path: those of a colour and endpoint differ in preference and distinguisher.
 */

#define POLICIES "/configure router \"Base\" segment-routing sr-policies "
#define LISTS_MAX 32u /* of one policy */

static const char *fault(const struct steer_policy *policy, const struct cp_candidate *list)
{
    (void)policy;
    if (cp_steer_is_srv6(list))
        return "SRv6 policies are not written for SR OS: nothing is written for the list";
    return NULL;
}

/* /configure ... static-policy "cp-100-n3-p" */
static struct cp_out *begin(struct steer_writer *w, const struct steer_policy *p, cp_path_role role)
{
    cp_out_str(&w->out, POLICIES "static-policy \"");
    cp_steer_name(w, p);
    cp_out_str(&w->out, role == CP_ROLE_PRIMARY ? "-p\" " : "-b\" ");
    return &w->out;
}

static void write_list(struct steer_writer *w, const struct steer_policy *p, cp_path_role role,
                       uint32_t number, uint32_t weight)
{
    const struct cp_candidate *c =
        role == CP_ROLE_PRIMARY ? p->primaries[number] : p->backups[number];

    cp_out_format(begin(w, p, role), "segment-list %" PRIu32 " admin-state enable\n", number + 1);
    cp_out_format(begin(w, p, role), "segment-list %" PRIu32 " weight %" PRIu32 "\n", number + 1,
                  weight);
    for (uint32_t i = 0; i < c->segments.count; i++)
        cp_out_format(begin(w, p, role),
                      "segment-list %" PRIu32 " segment %" PRIu32 " mpls-label %" PRIu32 "\n",
                      number + 1, i + 1, c->segments.at[i].sid.label);
}

static cp_err write_path(struct steer_writer *w, const struct steer_policy *p, cp_path_role role)
{
    const struct cp_candidate *const *lists = role == CP_ROLE_PRIMARY ? p->primaries : p->backups;
    uint32_t count = role == CP_ROLE_PRIMARY ? p->primary_count : p->backup_count;
    uint32_t weight[LISTS_MAX];
    bool primary = role == CP_ROLE_PRIMARY;

    if (count == 0)
        return CP_OK;
    if (count > LISTS_MAX) {
        count = LISTS_MAX;
        CP_TRY(cp_steer_warn(w->work, p->demands[0], w->node, STEER_NOTE,
                             "a policy of SR OS has at most 32 lists: the first 32 are written"));
    }
    cp_steer_weigh(w->work, lists, count, weight);
    cp_out_format(begin(w, p, role), "color %" PRIu32 "\n", p->colour);
    cp_out_str(begin(w, p, role), "endpoint ");
    cp_steer_address_write(&w->out, &p->to);
    cp_out_char(&w->out, '\n');
    cp_out_str(begin(w, p, role), "head-end local\n");
    cp_out_format(begin(w, p, role), "distinguisher %u\n", primary ? 1u : 2u);
    cp_out_format(begin(w, p, role), "preference %u\n", primary ? 200u : 100u);
    for (uint32_t i = 0; i < count; i++)
        write_list(w, p, role, i, weight[i]);
    cp_out_str(begin(w, p, role), "admin-state enable\n");
    return CP_OK;
}

/* How a service is closed.  It holds for all its routes, so only who runs it can say where. */
static void say_closing(struct steer_writer *w)
{
    static const char *const lines[] = {
        "to close the leak, for routes of the base router or for a service of sensitive traffic alone:",
        "/configure router \"Base\" bgp next-hop-resolution shortcut-tunnel family ipv4 resolution "
        "filter",
        "/configure router \"Base\" bgp next-hop-resolution shortcut-tunnel family ipv4 "
        "resolution-filter sr-policy true",
        "/configure router \"Base\" bgp next-hop-resolution shortcut-tunnel family ipv4 "
        "disallow-igp true",
        "/configure service vprn \"SERVICE\" bgp-ipvpn mpls auto-bind-tunnel resolution filter",
        "/configure service vprn \"SERVICE\" bgp-ipvpn mpls auto-bind-tunnel resolution-filter "
        "sr-policy true",
    };

    for (uint32_t i = 0; i < CP_COUNT(lines); i++)
        cp_out_format(cp_steer_remark(w), "%s\n", lines[i]);
}

static cp_err policies(struct steer_writer *w)
{
    for (uint32_t i = 0; i < w->count; i++) {
        CP_TRY(write_path(w, &w->policies[i], CP_ROLE_PRIMARY));
        CP_TRY(write_path(w, &w->policies[i], CP_ROLE_BACKUP));
    }
    cp_out_str(&w->out, POLICIES "admin-state enable\n");
    say_closing(w);
    return CP_OK;
}

static void define(struct steer_writer *w, const struct steer_role *role)
{
    const struct cp_flexalgo_design *d = cp_steer_design(w, role);
    static const char *const metric[] = {
        [CP_METRIC_IGP] = "igp", [CP_METRIC_TE] = "te-metric", [CP_METRIC_DELAY] = "delay"};
    static const char start[] =
        "/configure routing-options flexible-algorithm-definitions flex-algo \"cp-";

    cp_out_format(&w->out, "%s%" PRIu32 "\" metric-type %s\n", start, d->algorithm,
                  metric[d->metric]);
    cp_out_format(&w->out, "%s%" PRIu32 "\" priority %" PRIu32 "\n", start, d->algorithm,
                  d->priority);
    cp_out_format(&w->out, "%s%" PRIu32 "\" %s admin-group \"", start, d->algorithm,
                  d->kind == CP_FLEXALGO_INCLUDE ? "include-any" : "exclude");
    cp_steer_affinity(w, role);
    cp_out_format(&w->out, "\"\n%s%" PRIu32 "\" admin-state enable\n", start, d->algorithm);
}

/* "/configure router "Base" isis 0 flexible-algorithms " */
static struct cp_out *begin_isis(struct steer_writer *w)
{
    cp_out_str(&w->out, "/configure router \"Base\" isis ");
    cp_out_text(&w->out, cp_steer_isis(w->work, "0"));
    cp_out_str(&w->out, " flexible-algorithms ");
    return &w->out;
}

static cp_err design(struct steer_writer *w, const struct steer_role *role)
{
    uint32_t algorithm = cp_steer_design(w, role)->algorithm;

    cp_out_str(&w->out, "/configure routing-options if-attribute admin-group \"");
    cp_steer_affinity(w, role);
    cp_out_format(&w->out, "\" value %" PRIu32 "\n", cp_steer_design(w, role)->affinity_bit);
    for (uint32_t i = 0; i < role->link_count; i++) {
        cp_text port = cp_steer_port(w, role->links[i]);

        if (port.len == 0)
            continue;
        cp_out_str(&w->out, "/configure router \"Base\" interface \"");
        cp_out_text(&w->out, port);
        cp_out_str(&w->out, "\" if-attribute admin-group [\"");
        cp_steer_affinity(w, role);
        cp_out_str(&w->out, "\"]\n");
    }
    if (role->defines)
        define(w, role);
    if (role->participates)
        cp_out_format(begin_isis(w), "flex-algo %" PRIu32 " participate true\n", algorithm);
    if (role->defines)
        cp_out_format(begin_isis(w), "flex-algo %" PRIu32 " advertise \"cp-%" PRIu32 "\"\n",
                      algorithm, algorithm);
    if (role->participates || role->defines)
        cp_out_str(begin_isis(w), "admin-state enable\n");
    return CP_OK;
}

const struct steer_system cp_steer_sr_os = {.comment = "# ",
                                            .list_max = 11,
                                            .weight_max = UINT32_MAX,
                                            .sharing_max = LISTS_MAX,
                                            .bit_max = 31,
                                            .fault = fault,
                                            .policies = policies,
                                            .design = design};
