#include "writer.h"

#include <inttypes.h>

/*
 * FRR: pathd's SR policies, of labels alone; IS-IS Flex-Algo.  A candidate path has one list: of
 * several primaries the first has preference 200, and each next one less, so they stand by instead
 * of sharing. pathd holds every list of labels valid, so no other takes over when one breaks
 * (8.4.4, tests/live).
 */

static const char *fault(const struct steer_policy *policy, const struct cp_candidate *list)
{
    (void)policy;
    if (cp_steer_is_srv6(list))
        return "pathd of FRR takes labels alone, to 10.7 at least: nothing is written for an SRv6 "
               "list (the kernel that FRR runs on takes what is written for linux)";
    return NULL;
}

static void write_list(struct steer_writer *w, const struct steer_policy *p, cp_path_role role,
                       uint32_t number)
{
    const struct cp_candidate *c =
        role == CP_ROLE_PRIMARY ? p->primaries[number] : p->backups[number];

    cp_out_str(&w->out, "  segment-list ");
    cp_steer_list_name(w, p, role, number);
    for (uint32_t i = 0; i < c->segments.count; i++)
        cp_out_format(&w->out, "\n   index %" PRIu32 " mpls label %" PRIu32, 10 * (i + 1),
                      c->segments.at[i].sid.label);
    cp_out_str(&w->out, "\n  exit\n");
}

static void write_path(struct steer_writer *w, const struct steer_policy *p, cp_path_role role,
                       uint32_t number)
{
    uint32_t best = role == CP_ROLE_PRIMARY ? 200 : 100;

    CP_ASSERT(number < 100);
    cp_out_format(&w->out, "   candidate-path preference %" PRIu32 " name ", best - number);
    cp_steer_list_name(w, p, role, number);
    cp_out_str(&w->out, " explicit segment-list ");
    cp_steer_list_name(w, p, role, number);
    cp_out_char(&w->out, '\n');
}

#define PATHS_MAX 100u

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static cp_err write_policy(struct steer_writer *w, const struct steer_policy *p)
{
    uint32_t primaries = least(p->primary_count, PATHS_MAX);
    uint32_t backups = least(p->backup_count, PATHS_MAX);

    if (p->primary_count > 1)
        CP_TRY(
            cp_steer_warn(w->work, p->demands[0], w->node, STEER_NOTE,
                          "pathd of FRR uses one list of a policy at a time: its paths do not "
                          "share the traffic but stand by in order, so links may be overloaded"));
    if (primaries + backups > 1)
        CP_TRY(
            cp_steer_warn_once(w->work, STEER_SAID_BACKUPS, STEER_NOTE,
                               "pathd of FRR holds every list of labels valid: a backup takes over "
                               "only when the candidate path above it is taken out"));
    for (uint32_t i = 0; i < primaries; i++)
        write_list(w, p, CP_ROLE_PRIMARY, i);
    for (uint32_t i = 0; i < backups; i++)
        write_list(w, p, CP_ROLE_BACKUP, i);
    cp_out_format(&w->out, "  policy color %" PRIu32 " endpoint ", p->colour);
    cp_steer_address_write(&w->out, &p->to);
    cp_out_str(&w->out, "\n   name ");
    cp_steer_name(w, p);
    cp_out_char(&w->out, '\n');
    for (uint32_t i = 0; i < primaries; i++)
        write_path(w, p, CP_ROLE_PRIMARY, i);
    for (uint32_t i = 0; i < backups; i++)
        write_path(w, p, CP_ROLE_BACKUP, i);
    cp_out_str(&w->out, "  exit\n");
    return CP_OK;
}

static cp_err policies(struct steer_writer *w)
{
    cp_out_str(&w->out, "segment-routing\n traffic-eng\n");
    for (uint32_t i = 0; i < w->count; i++)
        CP_TRY(write_policy(w, &w->policies[i]));
    cp_out_str(&w->out, " exit\nexit\n");
    return CP_OK;
}

static const char *metric_of(cp_metric metric)
{
    static const char *const words[] = {
        [CP_METRIC_IGP] = "igp", [CP_METRIC_TE] = "te", [CP_METRIC_DELAY] = "delay"};

    return words[metric];
}

static cp_err define(struct steer_writer *w, const struct steer_role *role)
{
    const struct cp_flexalgo_design *d = cp_steer_design(w, role);

    cp_out_str(&w->out, "  advertise-definition\n  affinity ");
    cp_out_str(&w->out, d->kind == CP_FLEXALGO_INCLUDE ? "include-any " : "exclude-any ");
    cp_steer_affinity(w, role);
    cp_out_format(&w->out, "\n  metric-type %s\n  priority %" PRIu32 "\n", metric_of(d->metric),
                  d->priority);
    return CP_OK;
}

static cp_err design(struct steer_writer *w, const struct steer_role *role)
{
    const struct cp_flexalgo_design *d = cp_steer_design(w, role);

    if (role->participates && d->metric != CP_METRIC_IGP)
        CP_TRY(
            cp_steer_warn(w->work, CP_NONE, w->node, STEER_NOTE,
                          "FRR advertises a Flex-Algo definition by TE metric or delay but does "
                          "not take part in it (9.0 to 10.7): it has no routes of the algorithm"));
    cp_out_str(&w->out, "affinity-map ");
    cp_steer_affinity(w, role);
    cp_out_format(&w->out, " bit-position %" PRIu32 "\n", d->affinity_bit);
    for (uint32_t i = 0; i < role->link_count; i++) {
        cp_text port = cp_steer_port(w, role->links[i]);

        if (port.len == 0)
            continue;
        cp_out_str(&w->out, "interface ");
        cp_out_text(&w->out, port);
        cp_out_str(&w->out, "\n link-params\n  affinity ");
        cp_steer_affinity(w, role);
        cp_out_str(&w->out, "\n exit-link-params\nexit\n");
    }
    if (!role->participates && !role->defines)
        return CP_OK;
    cp_out_str(&w->out, "router isis ");
    cp_out_text(&w->out, cp_steer_isis(w->work, "1"));
    cp_out_format(&w->out, "\n flex-algo %" PRIu32 "\n", d->algorithm);
    if (role->participates)
        cp_out_str(&w->out, "  dataplane sr-mpls\n");
    if (role->defines)
        CP_TRY(define(w, role));
    cp_out_str(&w->out, " exit\nexit\n");
    return CP_OK;
}

const struct steer_system cp_steer_frr = {.comment = "! ",
                                          .list_max = 16, /* MPLS_MAX_LABELS */
                                          .weight_max = 1,
                                          .sharing_max = 1,
                                          .bit_max = 255,
                                          .fault = fault,
                                          .policies = policies,
                                          .design = design};
