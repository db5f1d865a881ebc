#include "fits.h"

#include "app/message.h"
#include "control/headend.h"

/*
 * Whether a configuration and a case speak of the same things.  A name that nothing bears would be a peer that steers
 * nothing, or a colour that nobody gets: it is refused, with the nearest name that there is.
 */

struct fitting {
    const struct daemon_config *config;
    const struct cp_loaded *loaded;
    struct cp_arena *arena;
    bool bad;
};

/* A list of names, to find the nearest among. */
struct names {
    cp_text *at;
    size_t count;
};

static cp_err make_names(struct fitting *f, struct names *names, size_t room)
{
    names->count = 0;
    names->at = CP_TAKE(f->arena, room, cp_text);
    return names->at != NULL ? CP_OK : CP_ERR_NOMEM;
}

/* of: whose, or "" */
static void want(struct fitting *f, const char *what, cp_text of, const cp_text *name,
                 const struct names *names)
{
    size_t nearest;
    cp_text hint = {0};

    for (size_t i = 0; i < names->count; i++)
        if (cp_text_eq(names->at[i], *name))
            return;
    f->bad = true;
    nearest = cp_text_nearest(*name, names->at, names->count);
    if (nearest < names->count)
        hint = names->at[nearest];
    cp_placed_say(&f->config->file, name, "%s%s%.*s%s is not there: '%.*s'%s%.*s%s", what,
                  of.len > 0 ? " of '" : "", (int)of.len, of.at, of.len > 0 ? "'" : "",
                  (int)name->len, name->at, hint.len > 0 ? "; did you mean '" : "", (int)hint.len,
                  hint.at, hint.len > 0 ? "'?" : "");
}

/* --- peers --------------------------------------------------------------------------------------- */

static cp_err fit_nodes(struct fitting *f)
{
    const struct cp_case *net = f->loaded->net;
    const struct cp_drive_config *drive = &f->config->drive;
    struct names names;

    CP_TRY(make_names(f, &names, net->node_count));
    for (uint32_t v = 0; v < net->node_count; v++)
        if (net->nodes[v].layer == CP_LAYER_IP)
            names.at[names.count++] = net->nodes[v].id;
    for (uint32_t i = 0; i < drive->peer_count; i++) {
        const struct cp_drive_peer *p = &drive->peers[i];

        if (p->kind == CP_PEER_PCEP && p->node.len > 0)
            want(f, "the node", p->name, &p->node, &names);
    }
    for (uint32_t i = 0; i < drive->identity_count; i++)
        want(f, "the node", drive->identities[i].router, &drive->identities[i].node, &names);
    return CP_OK;
}

static void fit_addresses(struct fitting *f)
{
    const struct cp_drive_peer *peers = f->config->drive.peers;

    for (uint32_t i = 0; i < f->config->drive.peer_count; i++)
        for (uint32_t k = 0; k < i; k++) {
            if (peers[i].kind != peers[k].kind || peers[i].kind == CP_PEER_DOCUMENTS ||
                !cp_ip_eq(peers[i].address, peers[k].address))
                continue;
            cp_placed_say(
                &f->config->file, &peers[i].address,
                "the address of '%.*s' is that of '%.*s', too: a peer is known by its address",
                (int)peers[i].name.len, peers[i].name.at, (int)peers[k].name.len, peers[k].name.at);
            f->bad = true;
        }
}

/* A headend has one session: its orders would go to either. */
static void fit_headends(struct fitting *f)
{
    const struct cp_drive_peer *peers = f->config->drive.peers;

    for (uint32_t i = 0; i < f->config->drive.peer_count; i++)
        for (uint32_t k = 0; k < i; k++) {
            if (peers[i].kind != CP_PEER_PCEP || peers[k].kind != CP_PEER_PCEP ||
                peers[i].node.len == 0 || !cp_text_eq(peers[i].node, peers[k].node))
                continue;
            cp_placed_say(&f->config->file, &peers[i].node,
                          "the node of '%.*s' is that of '%.*s', too: a node has one session",
                          (int)peers[i].name.len, peers[i].name.at, (int)peers[k].name.len,
                          peers[k].name.at);
            f->bad = true;
        }
}

static void fit_feeds(const struct fitting *f)
{
    for (uint32_t i = 0; i < f->config->drive.peer_count; i++)
        if (f->config->drive.peers[i].kind != CP_PEER_PCEP)
            return;
    cp_placed_say(&f->config->file, NULL,
                  "warning: there is no feed and no BGP peer: nothing is learned of the "
                  "network, and nothing is steered");
}

/* What nobody knows is taken for the worst: the user is told, no more. */
static void fit_systems(const struct fitting *f)
{
    for (uint32_t i = 0; i < f->config->drive.peer_count; i++) {
        const struct cp_drive_peer *p = &f->config->drive.peers[i];

        if (p->kind == CP_PEER_PCEP && p->system.len > 0 && cp_headend_find(p->system) == NULL)
            cp_placed_say(
                &f->config->file, &p->system,
                "warning: nothing is known of the system of '%.*s': '%.*s'; it is taken to send "
                "traffic elsewhere when its path is lost",
                (int)p->name.len, p->name.at, (int)p->system.len, p->system.at);
    }
}

/* Of demands of a class; others are steered by nobody. */
static void mark_ends(const struct cp_case *net, uint8_t *ends)
{
    for (uint32_t d = 0; d < net->demand_count; d++) {
        const cp_range ranges[] = {net->demands[d].src, net->demands[d].dst};

        for (size_t i = 0; net->demands[d].traffic_class.len > 0 && i < CP_COUNT(ranges); i++)
            for (uint32_t k = 0; k < ranges[i].count; k++)
                ends[net->demand_ends[ranges[i].first + k].at] = 1;
    }
}

/* found: [peers] 1: it is some node's */
static bool has_peer(const struct fitting *f, uint32_t node, uint8_t *found)
{
    const struct cp_drive_config *drive = &f->config->drive;
    const struct cp_node_rec *n = &f->loaded->net->nodes[node];
    cp_ip loopback = cp_ip_find(n->loopback);
    bool has = false;

    for (uint32_t i = 0; i < drive->peer_count; i++) {
        const struct cp_drive_peer *p = &drive->peers[i];

        if (p->kind != CP_PEER_PCEP ||
            !(p->node.len > 0 ? cp_text_eq(p->node, n->id) : cp_ip_eq(loopback, p->address)))
            continue;
        has = true;
        found[i] = 1;
    }
    return has;
}

/*
 * A peer that is known by an address which the case does not have may be any of its nodes: then nobody can say yet.  Where
 * there is none, nothing is meant to be steered.
 */
static bool is_each_found(const struct fitting *f, const uint8_t *found)
{
    const struct cp_drive_config *drive = &f->config->drive;
    bool some = false;

    for (uint32_t i = 0; i < drive->peer_count; i++) {
        if (drive->peers[i].kind == CP_PEER_PCEP && found[i] == 0)
            return false;
        some = some || found[i] != 0;
    }
    return some;
}

/* Paths run both ways: each end of a demand is a headend. */
static cp_err find_peerless(const struct fitting *f)
{
    const struct cp_case *net = f->loaded->net;
    uint8_t *ends = CP_TAKE(f->arena, net->node_count, uint8_t);
    uint8_t *found = CP_TAKE(f->arena, f->config->drive.peer_count, uint8_t);
    uint32_t count = 0, first = CP_NONE;

    if (ends == NULL || found == NULL)
        return CP_ERR_NOMEM;
    mark_ends(net, ends);
    for (uint32_t v = 0; v < net->node_count; v++)
        if (!has_peer(f, v, found) && ends[v] != 0) {
            first = first == CP_NONE ? v : first;
            count++;
        }
    if (count > 0 && is_each_found(f, found))
        cp_placed_say(&f->config->file, &f->config->drive.peers,
                      "warning: no peer of pcep is the router of '%.*s'%s, where demands begin "
                      "or end: nobody steers them there",
                      (int)net->nodes[first].id.len, net->nodes[first].id.at,
                      count > 1 ? ", nor of others" : "");
    return CP_OK;
}

static void fit_timers(struct fitting *f)
{
    const struct cp_drive_config *d = &f->config->drive;
    cp_place place;

    if (d->dead_s == 0 || d->dead_s > d->keepalive_s)
        return;
    cp_placed_say(&f->config->file,
                  cp_placed_find(&f->config->file, &d->dead_s, &place) ? &d->dead_s
                                                                       : &d->keepalive_s,
                  "dead (%u) is not above keepalive (%u): every session would end", d->dead_s,
                  d->keepalive_s);
    f->bad = true;
}

/* --- demands and classes ------------------------------------------------------------------------- */

static cp_err fit_delegated(struct fitting *f)
{
    const struct cp_control_config *c = &f->config->drive.control;
    const struct cp_case *net = f->loaded->net;
    struct names peers, demands;

    CP_TRY(make_names(f, &peers, f->config->drive.peer_count));
    CP_TRY(make_names(f, &demands, net->demand_count));
    for (uint32_t i = 0; i < f->config->drive.peer_count; i++)
        if (f->config->drive.peers[i].kind == CP_PEER_PCEP)
            peers.at[peers.count++] = f->config->drive.peers[i].name;
    for (uint32_t d = 0; d < net->demand_count; d++)
        demands.at[demands.count++] = net->demands[d].id;
    for (uint32_t i = 0; i < c->delegated_count; i++) {
        want(f, "the peer", c->delegated[i].name, &c->delegated[i].peer, &peers);
        if (c->delegated[i].demand.len > 0)
            want(f, "the demand", c->delegated[i].name, &c->delegated[i].demand, &demands);
    }
    return CP_OK;
}

static cp_err fit_classes(struct fitting *f)
{
    const struct cp_plan_config *plan = &f->config->drive.plan;
    const struct cp_loaded *l = f->loaded;
    struct names names;
    size_t room = 0;

    for (uint32_t i = 0; i < l->sources.policy_count; i++)
        room += l->policies[i].policy->class_count;
    CP_TRY(make_names(f, &names, room));
    for (uint32_t i = 0; i < l->sources.policy_count; i++)
        for (uint32_t k = 0; k < l->policies[i].policy->class_count; k++)
            names.at[names.count++] = l->policies[i].policy->classes[k].id;
    for (uint32_t i = 0; i < plan->colour_count; i++)
        want(f, "the traffic class", CP_TEXT("colours"), &plan->colours[i].traffic_class, &names);
    if (plan->request_class.len > 0)
        want(f, "the traffic class", CP_TEXT("request-class"), &plan->request_class, &names);
    return CP_OK;
}

static cp_err fit_all(struct fitting *f)
{
    CP_TRY(fit_nodes(f));
    fit_addresses(f);
    fit_headends(f);
    fit_timers(f);
    CP_TRY(fit_delegated(f));
    CP_TRY(fit_classes(f));
    fit_systems(f);
    fit_feeds(f);
    return CP_OK;
}

cp_exit daemon_config_fits(const struct daemon_config *config, const struct cp_loaded *loaded,
                           struct cp_arena *arena)
{
    struct fitting f = {config, loaded, arena, false};

    if (fit_all(&f) != CP_OK)
        return cp_say_no_memory();
    return f.bad ? CP_EXIT_POLICY : CP_EXIT_OK;
}

cp_exit daemon_config_headends(const struct daemon_config *config, const struct cp_loaded *loaded,
                               struct cp_arena *arena)
{
    struct fitting f = {config, loaded, arena, false};

    return find_peerless(&f) == CP_OK ? CP_EXIT_OK : cp_say_no_memory();
}

cp_exit daemon_config_refused(const struct daemon_config *config, struct cp_diag *diag, cp_err err)
{
    const struct cp_drive_config *drive = &config->drive;

    for (uint32_t i = 0; diag->place.line == 0 && i < drive->identity_count; i++)
        if (cp_text_is(drive->identities[i].router, diag->subject))
            (void)cp_placed_find(&config->file, &drive->identities[i].router, &diag->place);
    return cp_say_diag(diag, err, config->file.path, CP_EXIT_POLICY);
}
