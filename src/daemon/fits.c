#include "fits.h"

#include <stdlib.h>

#include "app/message.h"
#include "control/headend.h"

/*
 * Whether a configuration and a case speak of the same things.  A name that nothing bears would be a peer that steers
 * nothing, or a colour that nobody gets: it is refused, with the nearest name that there is.
 */

struct fitting {
    const struct daemon_config *config;
    const struct cp_loaded *loaded;
    bool bad;
};

/* A list of names, to find the nearest among. */
struct names {
    cp_text *at;
    size_t count;
};

static bool make_names(struct names *names, size_t room)
{
    names->count = 0;
    names->at = calloc(room + 1, sizeof *names->at);
    return names->at != NULL;
}

static void refuse(struct fitting *f, const char *what, cp_text of, cp_text name,
                   const struct names *names)
{
    size_t nearest = cp_text_nearest(name, names->at, names->count);

    f->bad = true;
    if (nearest < names->count)
        cp_say_plain("%s: %s of '%.*s' is not there: '%.*s'; did you mean '%.*s'?", f->config->path,
                     what, (int)of.len, of.at, (int)name.len, name.at, (int)names->at[nearest].len,
                     names->at[nearest].at);
    else
        cp_say_plain("%s: %s of '%.*s' is not there: '%.*s'", f->config->path, what, (int)of.len,
                     of.at, (int)name.len, name.at);
}

static void want(struct fitting *f, const char *what, cp_text of, cp_text name,
                 const struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        if (cp_text_eq(names->at[i], name))
            return;
    refuse(f, what, of, name, names);
}

/* --- peers --------------------------------------------------------------------------------------- */

static void fit_nodes(struct fitting *f)
{
    const struct cp_case *net = f->loaded->net;
    struct names names;

    if (!make_names(&names, net->node_count))
        return;
    for (uint32_t v = 0; v < net->node_count; v++)
        if (net->nodes[v].layer == CP_LAYER_IP)
            names.at[names.count++] = net->nodes[v].id;
    for (uint32_t i = 0; i < f->config->drive.peer_count; i++) {
        const struct cp_drive_peer *p = &f->config->drive.peers[i];

        if (p->kind == CP_PEER_PCEP && p->node.len > 0)
            want(f, "the node", p->name, p->node, &names);
    }
    free(names.at);
}

static void fit_addresses(struct fitting *f)
{
    const struct cp_drive_peer *peers = f->config->drive.peers;

    for (uint32_t i = 0; i < f->config->drive.peer_count; i++)
        for (uint32_t k = 0; k < i; k++) {
            if (peers[i].kind != peers[k].kind || peers[i].kind == CP_PEER_DOCUMENTS ||
                !cp_ip_eq(peers[i].address, peers[k].address))
                continue;
            cp_say_plain("%s: the address of '%.*s' is that of '%.*s', too: a peer is known by its "
                         "address",
                         f->config->path, (int)peers[i].name.len, peers[i].name.at,
                         (int)peers[k].name.len, peers[k].name.at);
            f->bad = true;
        }
}

/* What nobody knows is taken for the worst: the user is told, no more. */
static void fit_systems(const struct fitting *f)
{
    for (uint32_t i = 0; i < f->config->drive.peer_count; i++) {
        const struct cp_drive_peer *p = &f->config->drive.peers[i];

        if (p->kind == CP_PEER_PCEP && p->system.len > 0 && cp_headend_find(p->system) == NULL)
            cp_say_plain("%s: warning: nothing is known of the system of '%.*s': '%.*s'; the worst "
                         "is taken",
                         f->config->path, (int)p->name.len, p->name.at, (int)p->system.len,
                         p->system.at);
    }
}

static void fit_timers(struct fitting *f)
{
    const struct cp_drive_config *d = &f->config->drive;

    if (d->dead_s == 0 || d->dead_s > d->keepalive_s)
        return;
    cp_say_plain("%s: dead (%u) is not above keepalive (%u): every session would end",
                 f->config->path, d->dead_s, d->keepalive_s);
    f->bad = true;
}

/* --- demands and classes ------------------------------------------------------------------------- */

static void fit_delegated(struct fitting *f)
{
    const struct cp_control_config *c = &f->config->drive.control;
    const struct cp_case *net = f->loaded->net;
    struct names peers, demands;

    if (!make_names(&peers, f->config->drive.peer_count))
        return;
    if (make_names(&demands, net->demand_count)) {
        for (uint32_t i = 0; i < f->config->drive.peer_count; i++)
            if (f->config->drive.peers[i].kind == CP_PEER_PCEP)
                peers.at[peers.count++] = f->config->drive.peers[i].name;
        for (uint32_t d = 0; d < net->demand_count; d++)
            demands.at[demands.count++] = net->demands[d].id;
        for (uint32_t i = 0; i < c->delegated_count; i++) {
            want(f, "the peer", c->delegated[i].name, c->delegated[i].peer, &peers);
            if (c->delegated[i].demand.len > 0)
                want(f, "the demand", c->delegated[i].name, c->delegated[i].demand, &demands);
        }
        free(demands.at);
    }
    free(peers.at);
}

static void fit_classes(struct fitting *f)
{
    const struct cp_plan_config *plan = &f->config->drive.plan;
    const struct cp_loaded *l = f->loaded;
    struct names names;
    size_t room = 0;

    for (uint32_t i = 0; i < l->sources.policy_count; i++)
        room += l->policies[i].policy->class_count;
    if (!make_names(&names, room))
        return;
    for (uint32_t i = 0; i < l->sources.policy_count; i++)
        for (uint32_t k = 0; k < l->policies[i].policy->class_count; k++)
            names.at[names.count++] = l->policies[i].policy->classes[k].id;
    for (uint32_t i = 0; i < plan->colour_count; i++)
        want(f, "the class", CP_TEXT("colours"), plan->colours[i].traffic_class, &names);
    if (plan->request_class.len > 0)
        want(f, "the class", CP_TEXT("request-class"), plan->request_class, &names);
    free(names.at);
}

cp_exit daemon_config_fits(const struct daemon_config *config, const struct cp_loaded *loaded)
{
    struct fitting f = {config, loaded, false};

    fit_nodes(&f);
    fit_addresses(&f);
    fit_timers(&f);
    fit_delegated(&f);
    fit_classes(&f);
    fit_systems(&f);
    return f.bad ? CP_EXIT_POLICY : CP_EXIT_OK;
}
