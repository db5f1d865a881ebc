#include "config.h"

#include <string.h>

#include "app/message.h"
#include "audit/audit.h"
#include "serve/keys.h"

/*
 * One table of keys for each mapping of the file: what is not in it is refused with the nearest name; each value is read
 * by the function of its key.  Everything that is not said has the usual value.
 */

enum { SECOND_US = 1000000, BGP_PORT = 179, PCEP_PORT = 4189 };

/* What is being read besides. */
struct own {
    struct daemon_config *config;
    struct cp_drive_peer *peers; /* [CP_DAEMON_PEERS_MAX] */
    struct cp_control_delegated *delegated;
};

static struct own *own_of(const struct reading *r)
{
    return r->own;
}

/* --- values -------------------------------------------------------------------------------------- */

static cp_err read_path(struct reading *r, const struct cp_yaml *value, void *to)
{
    return key_zero_ended(r, value, to);
}

static cp_err read_text(struct reading *r, const struct cp_yaml *value, void *to)
{
    return key_text(r, value, to);
}

static cp_err read_number(struct reading *r, const struct cp_yaml *value, void *to)
{
    return key_number(r, value, UINT32_MAX - 1, to);
}

static cp_err read_byte(struct reading *r, const struct cp_yaml *value, void *to)
{
    return key_number(r, value, 255, to);
}

static cp_err read_above_0(struct reading *r, const struct cp_yaml *value, void *to)
{
    CP_TRY(read_number(r, value, to));
    return *(uint32_t *)to > 0 ? CP_OK : key_bad(r, value, "a number above 0 is expected here");
}

static cp_err read_port(struct reading *r, const struct cp_yaml *value, void *to)
{
    CP_TRY(key_number(r, value, 65535, to));
    return *(uint32_t *)to > 0 ? CP_OK : key_bad(r, value, "a port above 0 is expected here");
}

static cp_err read_time_above_0(struct reading *r, const struct cp_yaml *value, void *to)
{
    CP_TRY(key_time(r, value, to));
    return *(uint64_t *)to > 0 ? CP_OK : key_bad(r, value, "a time above 0 is expected here");
}

static cp_err read_bool(struct reading *r, const struct cp_yaml *value, void *to)
{
    static const char *const words[] = {"no", "yes", NULL};
    uint32_t at = 0;

    CP_TRY(key_word(r, value, words, &at));
    *(bool *)to = at == 1;
    return CP_OK;
}

/* RFC 4271 4.2: zero, or at least three seconds. */
static cp_err read_hold_time(struct reading *r, const struct cp_yaml *value, void *to)
{
    uint32_t *hold_s = to;

    CP_TRY(key_number(r, value, 65535, hold_s));
    return *hold_s == 0 || *hold_s >= 3
               ? CP_OK
               : key_bad(r, value, "0, or at least 3 seconds, is expected here");
}

static cp_err read_depth_of_failures(struct reading *r, const struct cp_yaml *value, void *to)
{
    return key_number(r, value, CP_AUDIT_DEPTH_MAX, to);
}

/* --- mappings ------------------------------------------------------------------------------------ */

static cp_err read_listen(struct reading *r, const struct cp_yaml *value, void *to)
{
    struct daemon_listen *listen = to;
    const struct key keys[] = {{"address", key_address, &listen->address, true},
                               {"port", read_port, &listen->port, false}};

    return key_map(r, value, keys, CP_COUNT(keys));
}

static cp_err read_folder_or_files(struct reading *r, const struct cp_yaml *value,
                                   struct daemon_config *c)
{
    if (value->kind == CP_YAML_TEXT)
        return read_path(r, value, &c->wanted.folder);
    const struct key keys[] = {
        {"folder", read_path, &c->wanted.folder, false},
        {"sites", read_path, &c->wanted.sites, false},
        {"demands", read_path, &c->wanted.demands, false},
        {"networks", key_paths, &(struct key_list){&c->wanted.networks, &c->wanted.network_count},
         false},
        {"facts", key_paths, &(struct key_list){&c->wanted.facts, &c->wanted.fact_count}, false}};

    return key_map(r, value, keys, CP_COUNT(keys));
}

/* The first of all: it is said here whether the inputs are known, and by read_policies whether they still are. */
static cp_err read_case(struct reading *r, const struct cp_yaml *value, void *to)
{
    struct daemon_config *c = to;
    uint32_t wrong = r->wrong;

    CP_TRY(read_folder_or_files(r, value, c));
    c->inputs_known = r->wrong == wrong;
    return CP_OK;
}

static cp_err read_policies(struct reading *r, const struct cp_yaml *value, void *to)
{
    struct daemon_config *c = to;
    bool known = c->inputs_known;

    c->inputs_known = false;
    CP_TRY(key_placed(r, &c->wanted.policies, value->place));
    CP_TRY(key_paths(r, value, &(struct key_list){&c->wanted.policies, &c->wanted.policy_count}));
    c->inputs_known = known;
    return CP_OK;
}

static cp_err read_socket(struct reading *r, const struct cp_yaml *value, void *to)
{
    struct daemon_config *c = to;
    const struct key keys[] = {{"socket", read_path, &c->socket_path, true},
                               {"group", read_path, &c->socket_group, false}};

    return key_map(r, value, keys, CP_COUNT(keys));
}

static cp_err read_log_form(struct reading *r, const struct cp_yaml *value, void *to)
{
    static const char *const words[] = {"text", "json", NULL};
    uint32_t at = 0;

    CP_TRY(key_word(r, value, words, &at));
    *(log_form *)to = at == 0 ? LOG_TEXT : LOG_JSON;
    return CP_OK;
}

static cp_err read_tls(struct reading *r, const struct cp_yaml *value, void *to)
{
    static const char *const words[] = {"off", "required", NULL};
    uint32_t at = 0;

    CP_TRY(key_word(r, value, words, &at));
    *(daemon_tls *)to = at == 0 ? CP_TLS_OFF : CP_TLS_REQUIRED;
    return CP_OK;
}

static cp_err read_certificates(struct reading *r, const struct cp_yaml *value, void *to)
{
    struct daemon_config *c = to;
    const struct key keys[] = {{"certificate", read_path, &c->tls_certificate, true},
                               {"key", read_path, &c->tls_key, true},
                               {"authority", read_path, &c->tls_authority, true}};

    return key_map(r, value, keys, CP_COUNT(keys));
}

/* --- peers --------------------------------------------------------------------------------------- */

/* The next peer, with what both rooms keep of it. */
static cp_err add_peer(struct reading *r, const struct cp_yaml *at, cp_peer_kind kind,
                       struct cp_drive_peer **peer, struct daemon_peer **own)
{
    struct daemon_config *c = own_of(r)->config;

    if (c->drive.peer_count == CP_DAEMON_PEERS_MAX)
        return key_bad(r, at, "there may be at most 4096 peers and feeds");
    *peer = &own_of(r)->peers[c->drive.peer_count];
    *own = &c->peers[c->drive.peer_count++];
    (*peer)->kind = kind;
    return CP_OK;
}

/* Names are those of alarms and metrics: all different. */
static cp_err check_name(struct reading *r, const struct cp_yaml *peer)
{
    const struct cp_drive_peer *last = &own_of(r)->peers[own_of(r)->config->drive.peer_count - 1];
    const struct cp_yaml *at = cp_yaml_find(peer, "name");

    for (uint32_t i = 0; last->name.len > 0 && i + 1 < own_of(r)->config->drive.peer_count; i++)
        if (cp_text_eq(own_of(r)->peers[i].name, last->name))
            return key_bad(r, at, "this is the name of another peer or feed");
    return CP_OK;
}

static cp_err read_bgp_peer(struct reading *r, const struct cp_yaml *value, void *to)
{
    struct cp_drive_peer *p = NULL;
    struct daemon_peer *own = NULL;

    (void)to;
    CP_TRY(add_peer(r, value, CP_PEER_BGP, &p, &own));
    CP_ASSERT(p != NULL && own != NULL);
    own->port = BGP_PORT;
    const struct key keys[] = {{"name", read_text, &p->name, true},
                               {"address", key_address, &p->address, true},
                               {"as", read_above_0, &p->remote_as, true},
                               {"passive", read_bool, &p->passive, false},
                               {"port", read_port, &own->port, false},
                               {"md5-key-file", read_path, &own->md5_key_file, false}};

    CP_TRY(key_map(r, value, keys, CP_COUNT(keys)));
    return check_name(r, value);
}

static cp_err read_pcep_peer(struct reading *r, const struct cp_yaml *value, void *to)
{
    struct cp_drive_peer *p = NULL;
    struct daemon_peer *own = NULL;

    (void)to;
    CP_TRY(add_peer(r, value, CP_PEER_PCEP, &p, &own));
    const struct key keys[] = {{"name", read_text, &p->name, true},
                               {"address", key_address, &p->address, true},
                               {"node", read_text, &p->node, false},
                               {"system", read_text, &p->system, false},
                               {"guarded", read_bool, &p->guarded, false},
                               {"tls", read_tls, &own->tls, false},
                               {"tls-name", read_path, &own->tls_name, false},
                               {"md5-key-file", read_path, &own->md5_key_file, false}};

    CP_TRY(key_map(r, value, keys, CP_COUNT(keys)));
    return check_name(r, value);
}

static cp_err read_feed_kind(struct reading *r, const struct cp_yaml *value, void *to)
{
    static const char *const words[] = {"frr-isis", "frr-ospf", NULL};
    uint32_t at = 0;

    CP_TRY(key_word(r, value, words, &at));
    *(cp_ted_feed_kind *)to = at == 0 ? CP_TED_FRR_ISIS : CP_TED_FRR_OSPF;
    return CP_OK;
}

static cp_err read_command(struct reading *r, const struct cp_yaml *value, void *to)
{
    struct daemon_peer *own = to;
    uint32_t count = 0;

    CP_TRY(key_paths(r, value, &(struct key_list){&own->command, &count}));
    if (count == 0)
        return key_bad(r, value, "a program and its arguments are expected here");
    return key_placed(r, &own->command, value->first != NULL ? value->first->place : value->place);
}

static cp_err read_feed(struct reading *r, const struct cp_yaml *value, void *to)
{
    struct cp_drive_peer *p = NULL;
    struct daemon_peer *own = NULL;

    (void)to;
    CP_TRY(add_peer(r, value, CP_PEER_DOCUMENTS, &p, &own));
    CP_ASSERT(p != NULL && own != NULL);
    own->every_us = SECOND_US;
    const struct key keys[] = {{"name", read_text, &p->name, true},
                               {"kind", read_feed_kind, &p->feed, true},
                               {"command", read_command, own, true},
                               {"every", read_time_above_0, &own->every_us, false}};

    CP_TRY(key_map(r, value, keys, CP_COUNT(keys)));
    return check_name(r, value);
}

static cp_err read_bgp_peers(struct reading *r, const struct cp_yaml *value, void *to)
{
    return key_each(r, value, read_bgp_peer, to);
}

static cp_err read_pcep_peers(struct reading *r, const struct cp_yaml *value, void *to)
{
    return key_each(r, value, read_pcep_peer, to);
}

static cp_err read_feeds(struct reading *r, const struct cp_yaml *value, void *to)
{
    return key_each(r, value, read_feed, to);
}

static cp_err read_bgp(struct reading *r, const struct cp_yaml *value, void *to)
{
    struct daemon_config *c = to;
    const struct key keys[] = {{"as", read_above_0, &c->drive.local_as, true},
                               {"router-id", key_router_id, &c->drive.router_id, true},
                               {"hold", read_hold_time, &c->drive.hold_s, false},
                               {"listen", read_listen, &c->bgp, false},
                               {"peers", read_bgp_peers, c, false}};

    return key_map(r, value, keys, CP_COUNT(keys));
}

static cp_err read_speaker(struct reading *r, const struct cp_yaml *value, void *to)
{
    cp_text *name = to;
    bool fits;

    CP_TRY(key_text(r, value, name));
    fits = name->len <= CP_PCE_SPEAKER_BYTES_MAX;
    for (size_t i = 0; fits && i < name->len; i++)
        fits = name->at[i] >= ' ' && name->at[i] <= '~';
    return fits ? CP_OK
                : key_bad(r, value, "at most 64 printable ASCII characters are expected here");
}

static cp_err read_pcep(struct reading *r, const struct cp_yaml *value, void *to)
{
    struct daemon_config *c = to;
    const struct key keys[] = {{"listen", read_listen, &c->pcep, true},
                               {"name", read_speaker, &c->drive.speaker.name, false},
                               {"epoch", read_above_0, &c->epoch_least, false},
                               {"keepalive", read_byte, &c->drive.keepalive_s, false},
                               {"dead", read_byte, &c->drive.dead_s, false},
                               {"tls", read_certificates, c, false},
                               {"peers", read_pcep_peers, c, false}};

    return key_map(r, value, keys, CP_COUNT(keys));
}

/* --- deciding ------------------------------------------------------------------------------------ */

static cp_err read_colours(struct reading *r, const struct cp_yaml *value, void *to)
{
    struct cp_plan_config *plan = to;
    struct cp_plan_colour *colours = CP_TAKE(r->arena, value->count, struct cp_plan_colour);

    if (colours == NULL)
        return CP_ERR_NOMEM;
    if (value->kind != CP_YAML_MAP)
        return key_bad(r, value, "a mapping of traffic classes to colours is expected here");
    for (const struct cp_yaml *at = value->first; at != NULL; at = at->next) {
        struct cp_plan_colour *colour = &colours[plan->colour_count];

        CP_TRY(read_number(r, at, &colour->colour));
        if (colour->colour == 0)
            return key_bad(r, at, "a colour above 0 is expected here");
        for (uint32_t i = 0; i < plan->colour_count; i++)
            if (colours[i].colour == colour->colour)
                return key_bad(r, at, "this is the colour of another class");
        CP_TRY(cp_text_copy(at->key, r->arena, &colour->traffic_class));
        CP_TRY(key_placed(r, &colour->traffic_class, at->key_place));
        plan->colour_count++;
    }
    plan->colours = colours;
    return CP_OK;
}

static cp_err read_identities(struct reading *r, const struct cp_yaml *value, void *to)
{
    struct cp_drive_config *drive = to;
    struct cp_ted_identity *list = CP_TAKE(r->arena, value->count, struct cp_ted_identity);

    if (list == NULL)
        return CP_ERR_NOMEM;
    if (value->kind != CP_YAML_MAP)
        return key_bad(r, value, "a mapping of router ids to nodes is expected here");
    for (const struct cp_yaml *at = value->first; at != NULL; at = at->next) {
        struct cp_ted_identity *identity = &list[drive->identity_count++];

        CP_TRY(cp_text_copy(at->key, r->arena, &identity->router));
        CP_TRY(read_text(r, at, &identity->node));
        CP_TRY(key_placed(r, &identity->router, at->key_place));
        CP_TRY(key_placed(r, &identity->node, at->place));
    }
    drive->identities = list;
    return CP_OK;
}

static cp_err read_lists(struct reading *r, const struct cp_yaml *value, void *to)
{
    static const char *const words[] = {"shortest", "strict", NULL};
    uint32_t at = 0;

    CP_TRY(key_word(r, value, words, &at));
    *(bool *)to = at == 1;
    return CP_OK;
}

static cp_err read_metric(struct reading *r, const struct cp_yaml *value, void *to)
{
    static const char *const words[] = {"igp", "te", "delay", NULL};
    uint32_t at = 0;

    CP_TRY(key_word(r, value, words, &at));
    *(cp_metric *)to = (cp_metric)at;
    return CP_OK;
}

static cp_err read_paths(struct reading *r, const struct cp_yaml *value, void *to)
{
    struct daemon_config *c = to;
    struct cp_route_request *request = &c->drive.plan.request;
    const struct key keys[] = {{"lists", read_lists, &request->strict, false},
                               {"depth", read_above_0, &request->depth_max, false},
                               {"metric", read_metric, &request->otherwise.metric, false},
                               {"failures", read_depth_of_failures, &c->failures_depth, false},
                               {"colours", read_colours, &c->drive.plan, false},
                               {"colour-first", read_above_0, &c->drive.plan.colour_first, false},
                               {"request-class", read_text, &c->drive.plan.request_class, false},
                               {"preference", read_above_0, &c->drive.control.preference, false}};

    return key_map(r, value, keys, CP_COUNT(keys));
}

static cp_err read_hold(struct reading *r, const struct cp_yaml *value, void *to)
{
    struct cp_control_config *c = to;
    const struct key keys[] = {{"share", key_share, &c->hold_ppm, false},
                               {"window", key_time, &c->hold_window_us, false}};

    return key_map(r, value, keys, CP_COUNT(keys));
}

static cp_err read_one_delegated(struct reading *r, const struct cp_yaml *value, void *to)
{
    struct cp_control_config *c = to;
    struct cp_control_delegated *d = &own_of(r)->delegated[c->delegated_count++];
    const struct key keys[] = {{"peer", read_text, &d->peer, true},
                               {"name", read_text, &d->name, true},
                               {"demand", read_text, &d->demand, false}};

    return key_map(r, value, keys, CP_COUNT(keys));
}

static cp_err read_delegated(struct reading *r, const struct cp_yaml *value, void *to)
{
    struct cp_control_config *c = to;

    own_of(r)->delegated = CP_TAKE(r->arena, value->count, struct cp_control_delegated);
    if (own_of(r)->delegated == NULL)
        return CP_ERR_NOMEM;
    c->delegated = own_of(r)->delegated;
    return key_each(r, value, read_one_delegated, to);
}

static cp_err read_decisions(struct reading *r, const struct cp_yaml *value, void *to)
{
    struct daemon_config *c = to;
    struct cp_drive_config *d = &c->drive;
    const struct key keys[] = {{"damp", key_time, &d->control.damp_us, false},
                               {"drain", key_time, &d->control.drain_us, false},
                               {"settle", key_time, &d->control.settle_us, false},
                               {"hold", read_hold, &d->control, false},
                               {"quiet", key_time, &d->plan_after_us, false},
                               {"stale", key_time, &d->stale_us, false},
                               {"disagree", key_time, &d->disagree_us, false},
                               {"proof-valid", key_time, &d->control.proof_valid_us, false},
                               {"delegated", read_delegated, &d->control, false}};

    return key_map(r, value, keys, CP_COUNT(keys));
}

static cp_err read_reload(struct reading *r, const struct cp_yaml *value, void *to)
{
    static const char *const words[] = {"asked", "on-change", NULL};
    uint32_t at = 0;

    CP_TRY(key_word(r, value, words, &at));
    *(bool *)to = at == 1;
    return CP_OK;
}

/* --- the whole ----------------------------------------------------------------------------------- */

static void set_usual(struct daemon_config *c)
{
    c->state_folder = "/var/lib/cleanpath";
    c->socket_path = "/run/cleanpath/cleanpathd.sock";
    c->pcep.port = PCEP_PORT;
    c->bgp.port = BGP_PORT;
    c->failures_depth = CP_NONE;
    c->drive = (struct cp_drive_config){
        .hold_s = 90,
        .keepalive_s = 30,
        .dead_s = 120,
        .speaker = {.known = true, .name = {"cleanpathd", 10}},
        .stale_us = (uint64_t)120 * SECOND_US,
        .disagree_us = (uint64_t)10 * SECOND_US,
        .plan_after_us = SECOND_US,
        .bytes_max = (size_t)1 << 34,
        .control = {.damp_us = (uint64_t)30 * SECOND_US,
                    .drain_us = (uint64_t)10 * SECOND_US,
                    .hold_window_us = (uint64_t)10 * SECOND_US,
                    .settle_us = (uint64_t)15 * SECOND_US,
                    .proof_valid_us = (uint64_t)60 * SECOND_US,
                    .hold_ppm = 100000,
                    .lsp_max = 200000,
                    .preference = 200},
        .plan = {.colour_first = 1000,
                 .request = {.otherwise = {.metric = CP_METRIC_IGP,
                                           .disjoint = CP_DISJOINT_NODE,
                                           .hops_max = CP_NONE,
                                           .delay_max_us = CP_PATH_DELAY_NONE},
                             .strict = true,
                             .depth_max = CP_NONE,
                             .judged = CP_SEGMENTS_AS_RULED}}};
}

static cp_err read_all(struct reading *r, const struct cp_yaml *top)
{
    struct daemon_config *c = own_of(r)->config;
    const struct key keys[] = {{"case", read_case, c, true},
                               {"policies", read_policies, c, false},
                               {"state", read_path, &c->state_folder, false},
                               {"api", read_socket, c, false},
                               {"log", read_log_form, &c->log_form, false},
                               {"bgp", read_bgp, c, false},
                               {"pcep", read_pcep, c, false},
                               {"feeds", read_feeds, c, false},
                               {"identities", read_identities, &c->drive, false},
                               {"paths", read_paths, c, false},
                               {"decisions", read_decisions, c, false},
                               {"reload", read_reload, &c->reload_on_change, false},
                               {"jobs", read_byte, &c->jobs, false}};

    CP_TRY(key_map(r, top, keys, CP_COUNT(keys)));
    c->drive.peers = own_of(r)->peers;
    if (c->failures_depth != CP_NONE) { /* then all to that depth count, whatever the rules judge */
        c->drive.plan.request.proof.depth = c->failures_depth;
        c->drive.plan.request.judged = CP_SEGMENTS_ALL;
    }
    for (uint32_t i = 0; r->wrong == 0 && i < c->drive.peer_count; i++)
        if (c->peers[i].tls == CP_TLS_REQUIRED && c->tls_certificate == NULL)
            return key_bad(r, top,
                           "a peer requires TLS, and there are no certificates under pcep: tls");
    return CP_OK;
}

static cp_err read_bytes(struct reading *r, cp_text bytes)
{
    static const struct cp_yaml_rules rules = {
        .bytes_max = 4u << 20,
        .depth_max = 8,
        .things_max = 200000,
        .keys_max = 100000,
        .too_long = "a configuration of more than 4 MiB",
        .too_deep = "more nesting than a configuration has",
        .too_many = "more values than a configuration has",
        .too_many_keys = "more keys than a mapping has",
        .several = "more than one document",
    };
    const struct cp_yaml *top;

    own_of(r)->peers = CP_TAKE(r->arena, CP_DAEMON_PEERS_MAX, struct cp_drive_peer);
    own_of(r)->config->peers = CP_TAKE(r->arena, CP_DAEMON_PEERS_MAX, struct daemon_peer);
    if (own_of(r)->peers == NULL || own_of(r)->config->peers == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_yaml_read(bytes, 0, &rules, r->arena, &top, r->diag));
    own_of(r)->config->top = top;
    return read_all(r, top);
}

cp_exit daemon_config_read(const char *path, struct cp_arena *arena, struct daemon_config *out)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    struct own own = {.config = out};
    struct reading r = {.arena = arena, .file = &out->file, .diag = &diag, .own = &own};

    *out = (struct daemon_config){.file.path = path};
    set_usual(out);
    return key_file(&r, path, read_bytes);
}

struct tls_files daemon_config_tls(const struct daemon_config *c)
{
    return (struct tls_files){&c->file, &c->tls_certificate, &c->tls_key, &c->tls_authority};
}
