#include "writer.h"

#include <inttypes.h>

#include "base/address.h"

static const struct steer_system *const systems[] = {[CP_SYSTEM_FRR] = &cp_steer_frr,
                                                     [CP_SYSTEM_IOS_XR] = &cp_steer_ios_xr,
                                                     [CP_SYSTEM_JUNOS] = &cp_steer_junos,
                                                     [CP_SYSTEM_SR_OS] = &cp_steer_sr_os,
                                                     [CP_SYSTEM_LINUX] = &cp_steer_linux};

const struct steer_system *cp_steer_system(const struct steer_work *work)
{
    return systems[work->request->system];
}

struct cp_out *cp_steer_remark(struct steer_writer *w)
{
    cp_out_str(&w->out, cp_steer_system(w->work)->comment);
    return &w->out;
}

void cp_steer_id(struct cp_out *out, const struct steer_work *work, uint32_t node)
{
    cp_steer_quote(out, work->net->nodes[work->answer->net->case_node[node]].id);
}

void cp_steer_name(struct steer_writer *w, const struct steer_policy *policy)
{
    cp_out_format(&w->out, "cp-%" PRIu32 "-n%" PRIu32, policy->colour,
                  w->work->answer->net->case_node[policy->endpoint]);
}

void cp_steer_list_name(struct steer_writer *w, const struct steer_policy *policy,
                        cp_path_role role, uint32_t list)
{
    cp_steer_name(w, policy);
    cp_out_format(&w->out, "-%c%" PRIu32, role == CP_ROLE_PRIMARY ? 'p' : 'b', list + 1);
}

void cp_steer_sid(struct steer_writer *w, const struct cp_sid *sid)
{
    if (sid->plane == CP_PLANE_SRV6)
        cp_out_ipv6(&w->out, sid->srv6);
    else
        cp_out_u64(&w->out, sid->label);
}

bool cp_steer_is_micro(const struct cp_candidate *list)
{
    bool micro = true;

    for (uint32_t i = 0; i < list->segments.count; i++) {
        for (uint32_t k = 8; k < 16; k++)
            micro = micro && list->segments.at[i].sid.srv6[k] == 0;
    }
    return micro;
}

static bool is_of_plane(const struct cp_candidate *const *lists, uint32_t count, cp_plane plane)
{
    bool found = false;

    for (uint32_t i = 0; i < count && !found; i++)
        found = cp_steer_is_srv6(lists[i]) == (plane == CP_PLANE_SRV6);
    return found;
}

bool cp_steer_has_plane(const struct steer_writer *w, cp_plane plane)
{
    bool found = false;

    for (uint32_t i = 0; i < w->count && !found; i++)
        found = is_of_plane(w->policies[i].primaries, w->policies[i].primary_count, plane) ||
                is_of_plane(w->policies[i].backups, w->policies[i].backup_count, plane);
    return found;
}

bool cp_steer_has_sensitive(const struct steer_writer *w)
{
    bool found = false;

    for (uint32_t i = 0; i < w->count && !found; i++)
        found = !w->policies[i].ordinary;
    return found;
}

/* "# policy cp-100-n3: colour 100, from "a" to "b", for demands "d1", "d2" and 7 more" */
#define DEMANDS_NAMED 8u

static void say_policy(struct steer_writer *w, const struct steer_policy *p)
{
    cp_out_format(cp_steer_remark(w), "policy %" PRIu32 ", ", (uint32_t)(p - w->policies) + 1);
    cp_steer_name(w, p);
    cp_out_format(&w->out, ": colour %" PRIu32 ", to ", p->colour);
    cp_steer_id(&w->out, w->work, p->endpoint);
    cp_out_str(&w->out, p->demand_count == 1 ? ", for demand " : ", for demands ");
    for (uint32_t i = 0; i < p->demand_count && i < DEMANDS_NAMED; i++) {
        cp_out_str(&w->out, i == 0 ? "" : ", ");
        cp_steer_quote(&w->out, w->work->net->demands[p->demands[i]].id);
    }
    if (p->demand_count > DEMANDS_NAMED)
        cp_out_format(&w->out, " and %" PRIu32 " more", p->demand_count - DEMANDS_NAMED);
    if (p->ordinary)
        cp_out_str(&w->out, ", ordinary traffic moved for the load of links");
    cp_out_char(&w->out, '\n');
}

void cp_steer_head(struct steer_writer *w)
{
    const struct cp_system_ends *ends = cp_system_ends_get(w->work->request->system);

    if (cp_steer_system(w->work)->start != NULL)
        cp_out_str(&w->out, cp_steer_system(w->work)->start);
    cp_out_format(cp_steer_remark(w), "clean paths by cleanpath for %s, router ", ends->product);
    cp_steer_id(&w->out, w->work, w->node);
    cp_out_char(&w->out, '\n');
    cp_out_format(cp_steer_remark(w), "release: %s\n", ends->release);
    if (w->count == 0)
        return;
    if (ends->closing != NULL && cp_steer_has_sensitive(w))
        cp_out_format(cp_steer_remark(w), "when a policy has no valid path: %s\n", ends->closing);
    if (ends->leak != NULL && cp_steer_has_sensitive(w))
        cp_out_format(cp_steer_remark(w), "leak: %s\n", ends->leak);
    cp_out_format(cp_steer_remark(w), "still to do: %s\n", ends->bind);
    for (uint32_t i = 0; i < w->count; i++)
        say_policy(w, &w->policies[i]);
}

const struct cp_flexalgo_design *cp_steer_design(const struct steer_writer *w,
                                                 const struct steer_role *role)
{
    return &w->work->request->designs[role->design];
}

void cp_steer_affinity(struct steer_writer *w, const struct steer_role *role)
{
    cp_out_format(&w->out, "cp-a%" PRIu32, cp_steer_design(w, role)->algorithm);
}

cp_text cp_steer_port(const struct steer_writer *w, uint32_t link)
{
    const struct cp_net *net = w->work->answer->net;
    const struct cp_link_rec *l = &w->work->net->links[net->case_link[link]];
    cp_text port = {0};

    for (uint32_t e = l->ends.first; e < l->ends.first + l->ends.count; e++) {
        if (w->work->net->ends[e].node.at == net->case_node[w->node])
            port = w->work->net->ends[e].port;
    }
    return cp_steer_is_word(port, "._:/-", 63) ? port : (cp_text){0};
}

cp_text cp_steer_isis(const struct steer_work *work, const char *otherwise)
{
    return work->request->isis.len > 0 ? work->request->isis : cp_text_of(otherwise);
}
