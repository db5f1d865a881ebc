#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarms.h"
#include "api.h"
#include "base/json_in.h"
#include "control/headend.h"
#include "sights.h"
#include "store/log.h"

/* Status, feeds, peers and alarms. */

const struct cp_drive_peer *daemon_pcc(const struct daemon *d, uint32_t pcc)
{
    const struct cp_drive_config *c = &d->config->drive;

    for (uint32_t i = 0; i < c->peer_count; i++)
        if (c->peers[i].kind == CP_PEER_PCEP && pcc-- == 0)
            return &c->peers[i];
    CP_ASSERT(false);
    return NULL;
}

/* --- feeds and peers ------------------------------------------------------------------------------- */

static bool has_alarm(struct daemon *d, uint32_t feed, cp_ted_alarm_kind kind)
{
    const struct cp_ted_alarm *alarms;
    uint32_t count = cp_ted_alarms(cp_drive_ted(d->drive), daemon_now_us(d), &alarms);

    for (uint32_t i = 0; i < count; i++)
        if (alarms[i].kind == kind && (alarms[i].feed == feed || alarms[i].feed == CP_NONE))
            return true;
    return false;
}

void api_feed(struct daemon *d, uint32_t peer, uint32_t feed, struct cp_web_feed *out)
{
    static const char *const kinds[] = {"bgp-ls", "frr-isis", "frr-ospf"};
    const struct cp_drive_peer *p = &d->config->drive.peers[peer];
    const struct peer_facts *facts = &d->facts[peer];
    struct cp_ted_count count = cp_ted_count(cp_drive_ted(d->drive), feed);

    *out = (struct cp_web_feed){.name = p->name,
                                .kind = kinds[p->kind == CP_PEER_BGP ? CP_TED_BGP_LS : p->feed],
                                .since_us = facts->since_us,
                                .updated_us = facts->heard_us,
                                .nodes = count.nodes,
                                .links = count.links,
                                .half_links = count.half_links,
                                .prefixes = count.prefixes,
                                .srv6_sids = count.srv6_sids,
                                .statements = count.statements,
                                .malformed = count.malformed,
                                .disagrees = has_alarm(d, feed, CP_TED_ALARM_DISAGREE),
                                .last_error = cp_text_of(facts->last_error),
                                .failed_us = facts->failed_us};
    if (strcmp(facts->state, "up") == 0)
        out->state = "up";
    else if (strcmp(facts->state, "synchronising") == 0)
        out->state = "filling";
    else
        out->state = count.statements > 0 ? "stale" : "down";
}

static uint32_t lsps_of(const struct daemon *d, uint32_t peer, bool *enforcing)
{
    const struct cp_control *control = cp_drive_control(d->drive);
    uint32_t count = 0, pcc = 0;

    for (uint32_t i = 0; i < peer; i++)
        pcc += d->config->drive.peers[i].kind == CP_PEER_PCEP;
    for (uint32_t i = 0; i < cp_control_lsp_count(control); i++) {
        struct cp_control_lsp lsp;

        cp_control_lsp(control, i, &lsp);
        count += lsp.peer == pcc;
        *enforcing = *enforcing || (lsp.peer == pcc && lsp.enforcing);
    }
    return count;
}

/* Addresses are shown from memory of the daemon's life: written once. */
static cp_text address_text(struct daemon *d, uint32_t peer)
{
    char *to = d->addresses[peer];
    const cp_ip *ip = &d->config->drive.peers[peer].address;

    if (ip->family == 0)
        return CP_TEXT("");
    if (to[0] == '\0')
        (void)uv_inet_ntop(ip->family == 6 ? AF_INET6 : AF_INET, ip->bytes, to, ADDRESS_BYTES);
    return cp_text_of(to);
}

void api_peer(struct daemon *d, uint32_t peer, struct cp_web_peer *out)
{
    static const char *const kinds[] = {[CP_PEER_BGP] = "bgp", [CP_PEER_PCEP] = "pcep"};
    const struct cp_drive_peer *p = &d->config->drive.peers[peer];
    const struct daemon_peer *own = &d->config->peers[peer];
    const struct peer_facts *facts = &d->facts[peer];
    struct conn_counts counts = daemon_conn_counts(d, peer);

    *out = (struct cp_web_peer){.name = p->name,
                                .kind = kinds[p->kind],
                                .address = address_text(d, peer),
                                .node = p->node,
                                .system = p->system,
                                .state = facts->state,
                                .security = own->tls == CP_TLS_REQUIRED ? "tls"
                                            : own->md5_key_file != NULL ? "tcp-md5"
                                                                        : "none",
                                .since_us = facts->since_us,
                                .guarded = p->guarded,
                                .received_bytes = counts.bytes_in,
                                .sent_bytes = counts.bytes_out,
                                .last_error = cp_text_of(facts->last_error),
                                .failed_us = facts->failed_us};
    if (p->kind == CP_PEER_PCEP)
        out->lsps = lsps_of(d, peer, &out->enforcing);
}

/* --- status ---------------------------------------------------------------------------------------- */

static cp_err count_demands(const struct view *v, struct cp_web_status *s)
{
    for (uint32_t i = 0; v->plan != NULL && i < v->net->demand_count; i++) {
        struct cp_web_demand demand;

        CP_TRY(api_demand(v, i, &demand));
        s->ok += strcmp(demand.verdict, "ok") == 0;
        s->violation += strcmp(demand.verdict, "violation") == 0;
        s->undecided += strcmp(demand.verdict, "undecided") == 0;
        s->no_path += strcmp(demand.verdict, "no-path") == 0;
        s->sensitive += demand.sensitive;
        s->sensitive_down += demand.down;
    }
    return CP_OK;
}

/* Those that are not up first. */
static void list_peers(const struct view *v, bool up, struct cp_web_peer *peers,
                       struct cp_web_status *s)
{
    for (uint32_t i = 0; i < v->d->config->drive.peer_count; i++)
        if (v->d->config->drive.peers[i].kind != CP_PEER_DOCUMENTS &&
            (strcmp(v->d->facts[i].state, "up") == 0) == up)
            api_peer(v->d, i, &peers[s->peer_count++]);
}

static cp_err list_sources(const struct view *v, struct cp_web_status *s)
{
    uint32_t all = v->d->config->drive.peer_count;
    struct cp_web_peer *peers = CP_TAKE(v->arena, all, struct cp_web_peer);
    struct cp_web_feed *feeds = CP_TAKE(v->arena, all, struct cp_web_feed);

    if (peers == NULL || feeds == NULL)
        return CP_ERR_NOMEM;
    list_peers(v, false, peers, s);
    s->peers_up = s->peer_count;
    list_peers(v, true, peers, s);
    s->peers_up = s->peer_count - s->peers_up;
    for (uint32_t i = 0; i < all; i++)
        if (v->d->config->drive.peers[i].kind != CP_PEER_PCEP) {
            api_feed(v->d, i, s->feed_count, &feeds[s->feed_count]);
            s->feed_count++;
        }
    s->peers = peers;
    s->feeds = feeds;
    return CP_OK;
}

/* Of the network as the plan has it: its IP layer. */
static void sum_view(const struct view *v, struct cp_web_status *s)
{
    const struct cp_ted_view *view;

    s->view_us = v->d->view_us;
    if (v->plan == NULL)
        return;
    view = cp_plan_view(v->plan);
    s->view_version = view->version;
    s->nodes = cp_plan_net(v->plan)->graph.node_count;
    s->links = cp_plan_net(v->plan)->graph.link_count;
    for (uint32_t i = 0; i < v->net->node_count; i++) {
        s->seen += view->nodes[i].seen;
        s->unknown += view->nodes[i].seen && !view->nodes[i].known;
    }
}

static cp_err list_inputs(const struct view *v, struct cp_web_status *s)
{
    const struct cp_loaded *l = daemon_inputs_loaded(v->d->inputs[v->d->inputs_count - 1]);
    uint32_t policies = l->sources.policy_count, files = l->net->input_count;
    struct cp_web_input *list = CP_TAKE(v->arena, (size_t)policies + files, struct cp_web_input);

    if (list == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < files; i++)
        list[s->input_count++] =
            (struct cp_web_input){l->net->inputs[i].path, cp_text_of(l->net->inputs[i].sha256)};
    s->inputs = list;
    s->inputs_us = v->d->inputs_us;
    return CP_OK;
}

static void sum_paths(const struct view *v, struct cp_web_status *s)
{
    struct cp_control_status c;

    cp_control_status(v->control, &c);
    s->down = c.by_phase[CP_LSP_DOWN];
    s->waiting = c.by_phase[CP_LSP_WAITING];
    s->installing = c.by_phase[CP_LSP_INSTALLING];
    s->installed = c.by_phase[CP_LSP_INSTALLED];
    s->astray = c.by_phase[CP_LSP_ASTRAY];
    s->draining = c.by_phase[CP_LSP_DRAINING];
    s->removing = c.by_phase[CP_LSP_REMOVING];
    s->intended = s->waiting + s->installing + s->installed + s->astray;
    s->proven = c.proven;
    s->enforcing = c.enforcing;
    s->moves = c.moves;
    s->orders = c.orders;
    s->refused_plans = c.refused_plans;
    s->requests = c.requests;
    s->no_paths = c.no_paths;
}

static void sum_sights(const struct view *v, struct cp_web_status *s)
{
    struct sights_sum sum = daemon_sights_sum(v->d);

    s->agreeing = sum.agreeing;
    s->contradicting = sum.contradicting;
    s->not_placed = sum.not_placed;
    s->observed_us = sum.last_us;
}

/* By the alarm of this id: since when it stands, over restarts, and what it says. */
static struct cp_web_hold hold_of(const struct view *v, const char *kind, const char *id)
{
    struct cp_web_hold hold = {.kind = kind};
    const struct cp_control_alarm *alarms;
    uint32_t count = cp_control_alarms(v->control, &alarms);

    for (uint32_t i = 0; i < count; i++)
        if (cp_text_is(alarms[i].id, id)) {
            hold.since_us = daemon_alarms_since(v->d, alarms[i].id, alarms[i].since_us);
            hold.reason = api_alarm_what(alarms[i].document, v->arena);
        }
    return hold;
}

static cp_text why_no_plan(const struct view *v)
{
    if (v->d->planning)
        return CP_TEXT("no plan yet: the first one is being made");
    if (v->d->counts.plans > 0)
        return CP_TEXT("no plan yet: none that was made can be used; the daemon's log says why");
    return CP_TEXT("no plan yet: feeds that have not told all yet are waited for");
}

static void list_holds(const struct view *v, struct cp_web_hold *holds, struct cp_web_status *s)
{
    struct cp_control_status c;

    cp_control_status(v->control, &c);
    if (c.partial)
        holds[s->hold_count++] = (struct cp_web_hold){
            .kind = "start",
            .since_us = v->d->started_us,
            .reason = CP_TEXT("a feed has not told all it has since the start: nothing new is "
                              "installed, nothing improved")};
    if (v->plan == NULL)
        holds[s->hold_count++] = (struct cp_web_hold){
            .kind = "start", .since_us = v->d->started_us, .reason = why_no_plan(v)};
    if (c.frozen)
        holds[s->hold_count++] = hold_of(v, "feeds-disagree", "frozen");
    if (c.held)
        holds[s->hold_count++] = v->d->held_us != 0
                                     ? (struct cp_web_hold){.kind = "operator",
                                                            .since_us = v->d->held_us,
                                                            .by = cp_text_of(v->d->held_by),
                                                            .reason = cp_text_of(v->d->held_why)}
                                     : hold_of(v, "mass-loss", "hold");
    s->holds = holds;
}

cp_err api_status(const struct view *v, struct cp_json *json)
{
    struct cp_web_status s = {.version = CP_TEXT(CP_VERSION),
                              .now_us = daemon_now_us(v->d),
                              .started_us = v->d->started_us};
    struct cp_web_hold holds[4];
    const struct cp_web_alarm *alarms;
    struct cp_log_head head = {0};

    sum_view(v, &s);
    CP_TRY(count_demands(v, &s));
    CP_TRY(list_sources(v, &s));
    CP_TRY(list_inputs(v, &s));
    CP_TRY(api_alarms(v, &alarms, &s.alarms));
    for (uint32_t i = 0; i < s.alarms; i++)
        s.unacknowledged += alarms[i].acknowledged_us == 0;
    for (uint32_t i = 0; i < s.alarms; i++)
        s.critical += strcmp(alarms[i].severity, "critical") == 0;
    sum_paths(v, &s);
    sum_sights(v, &s);
    list_holds(v, holds, &s);
    if (cp_log_head_get(v->d->store, &head) == CP_STORE_OK) {
        s.log_seq = head.seq;
        s.log_hash = cp_text_of(head.hash);
    }
    cp_web_status_json(json, &s);
    return CP_OK;
}

cp_text api_who(const struct cp_web_caller *caller, struct cp_arena *arena)
{
    const struct passwd *user = getpwuid(caller->uid);
    struct cp_out out = cp_out_make(arena);
    cp_text text = CP_TEXT("");

    if (user != NULL)
        cp_out_str(&out, user->pw_name);
    else
        cp_out_format(&out, "uid %u", (unsigned)caller->uid);
    return cp_out_done(&out, &text) == CP_OK ? text : CP_TEXT("somebody");
}
