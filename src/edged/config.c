#include "config.h"

#include <string.h>

#include "app/files.h"
#include "app/machine.h"
#include "app/message.h"
#include "base/signature.h"
#include "serve/keys.h"
#include "serve/secret.h"

/* The file's mappings, as tables of keys; everything that is not said has the usual value. */

enum { SECOND_US = 1000000, PCEP_PORT = 4189, PROBE_PORT = 4190 };

static struct edged_config *own_of(const struct reading *r)
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

static cp_err read_byte(struct reading *r, const struct cp_yaml *value, void *to)
{
    return key_number(r, value, 255, to);
}

static cp_err read_port(struct reading *r, const struct cp_yaml *value, void *to)
{
    return key_number(r, value, 65535, to);
}

static cp_err read_number(struct reading *r, const struct cp_yaml *value, void *to)
{
    return key_number(r, value, UINT32_MAX - 1, to);
}

static cp_err read_lsps(struct reading *r, const struct cp_yaml *value, void *to)
{
    return key_number(r, value, CP_EDGE_LSPS_MAX, to);
}

static cp_err read_second_word(struct reading *r, const struct cp_yaml *value,
                               const char *const *words, bool *to)
{
    uint32_t at = 0;

    CP_TRY(key_word(r, value, words, &at));
    *to = at == 1;
    return CP_OK;
}

static cp_err read_tls(struct reading *r, const struct cp_yaml *value, void *to)
{
    static const char *const words[] = {"off", "required", NULL};

    return read_second_word(r, value, words, to);
}

static cp_err read_reduced(struct reading *r, const struct cp_yaml *value, void *to)
{
    static const char *const words[] = {"full", "reduced", NULL};

    return read_second_word(r, value, words, to);
}

static cp_err read_log_form(struct reading *r, const struct cp_yaml *value, void *to)
{
    static const char *const words[] = {"text", "json", NULL};
    bool json = false;

    CP_TRY(read_second_word(r, value, words, &json));
    *(log_form *)to = json ? LOG_JSON : LOG_TEXT;
    return CP_OK;
}

/* --- mappings ------------------------------------------------------------------------------------ */

static cp_err read_controller(struct reading *r, const struct cp_yaml *value, void *to)
{
    struct edged_config *c = to;
    struct edged_controller *o;

    if (c->controller_count == CP_EDGE_CONTROLLERS_MAX)
        return key_bad(r, value, "there may be at most 8 controllers");
    o = &c->controllers[c->controller_count++];
    *o = (struct edged_controller){.port = PCEP_PORT, .tls = true};
    const struct key keys[] = {{"name", read_text, &o->name, true},
                               {"address", key_address, &o->address, true},
                               {"port", read_port, &o->port, false},
                               {"tls", read_tls, &o->tls, false},
                               {"tls-name", read_path, &o->tls_name, false}};

    return key_map(r, value, keys, CP_COUNT(keys));
}

static cp_err read_controllers(struct reading *r, const struct cp_yaml *value, void *to)
{
    return key_each(r, value, read_controller, to);
}

static cp_err read_certificates(struct reading *r, const struct cp_yaml *value, void *to)
{
    struct edged_config *c = to;
    const struct key keys[] = {{"certificate", read_path, &c->tls_certificate, true},
                               {"key", read_path, &c->tls_key, true},
                               {"authority", read_path, &c->tls_authority, true}};

    return key_map(r, value, keys, CP_COUNT(keys));
}

static cp_err read_peer(struct reading *r, const struct cp_yaml *value, void *to)
{
    struct edged_config *c = to;
    struct edged_peer *p;

    if (c->peer_count == CP_EDGE_PEERS_MAX)
        return key_bad(r, value, "there may be at most 4096 peers");
    p = &c->peers[c->peer_count++];
    const struct key keys[] = {{"node", read_text, &p->node, true},
                               {"address", key_address, &p->address, true},
                               {"key-file", read_path, &p->key_file, true}};

    return key_map(r, value, keys, CP_COUNT(keys));
}

static cp_err read_peers(struct reading *r, const struct cp_yaml *value, void *to)
{
    return key_each(r, value, read_peer, to);
}

static cp_err read_probes(struct reading *r, const struct cp_yaml *value, void *to)
{
    struct edged_config *c = to;
    const struct key keys[] = {
        {"every", key_time, &c->every_us, false},   {"window", read_number, &c->window, false},
        {"least", read_number, &c->least, false},   {"retry", key_time, &c->retry_us, false},
        {"port", read_port, &c->probe_port, false}, {"peers", read_peers, c, true}};

    CP_TRY(key_map(r, value, keys, CP_COUNT(keys)));
    if (c->every_us < 10000 || c->window == 0 || c->window > CP_EDGE_WINDOW_MAX / 2 ||
        c->least == 0 || c->least > c->window || c->retry_us == 0)
        return key_bad(
            r, value,
            "every is at least 10 ms, window at most 16, least at most window, retry not 0");
    return CP_OK;
}

static cp_err read_all(struct reading *r, const struct cp_yaml *top)
{
    struct edged_config *c = own_of(r);
    const struct key keys[] = {{"policy", read_path, &c->policy_path, false},
                               {"key", read_path, &c->key_path, false},
                               {"agent", read_path, &c->agent_path, false},
                               {"state", read_path, &c->state_folder, false},
                               {"status", read_path, &c->status_path, false},
                               {"log", read_log_form, &c->log_form, false},
                               {"address", key_address, &c->address, false},
                               {"controllers", read_controllers, c, true},
                               {"tls", read_certificates, c, false},
                               {"keepalive", read_byte, &c->keepalive_s, false},
                               {"dead", read_byte, &c->dead_s, false},
                               {"encapsulation", read_reduced, &c->reduced, false},
                               {"hmac", read_number, &c->hmac, false},
                               {"paths", read_lsps, &c->lsp_max, false},
                               {"look", key_time, &c->look_us, false},
                               {"probes", read_probes, c, false}};

    CP_TRY(key_map(r, top, keys, CP_COUNT(keys)));
    for (uint32_t i = 0; r->wrong == 0 && i < c->controller_count; i++)
        if (c->controllers[i].tls && c->tls_certificate == NULL)
            return key_bad(r, top, "a controller has TLS, and there are no certificates under tls");
    if (c->look_us == 0)
        return key_bad(r, top, "look is not 0");
    return CP_OK;
}

static void set_usual(struct edged_config *c)
{
    c->policy_path = "/etc/cleanpath/edge.policy";
    c->key_path = "/etc/cleanpath/edge.pub";
    c->agent_path = "/run/cleanpath-agent/agent.sock";
    c->state_folder = "/var/lib/cleanpath-edge";
    c->status_path = "/run/cleanpath-edge/status.sock";
    c->keepalive_s = 30;
    c->dead_s = 120;
    c->look_us = (uint64_t)10 * SECOND_US;
    c->every_us = SECOND_US / 4;
    c->retry_us = (uint64_t)5 * SECOND_US;
    c->window = 5;
    c->least = 3;
    c->probe_port = PROBE_PORT;
}

static cp_err read_bytes(struct reading *r, cp_text bytes)
{
    static const struct cp_yaml_rules rules = {
        .bytes_max = 4u << 20,
        .depth_max = 6,
        .things_max = 50000,
        .keys_max = 1000,
        .too_long = "a configuration of more than 4 MiB",
        .too_deep = "more nesting than a configuration has",
        .too_many = "more values than a configuration has",
        .too_many_keys = "more keys than a mapping has",
        .several = "more than one document",
    };
    const struct cp_yaml *top;
    struct edged_config *c = own_of(r);

    c->controllers = CP_TAKE(r->arena, CP_EDGE_CONTROLLERS_MAX, struct edged_controller);
    c->peers = CP_TAKE(r->arena, CP_EDGE_PEERS_MAX, struct edged_peer);
    if (c->controllers == NULL || c->peers == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_yaml_read(bytes, 0, &rules, r->arena, &top, r->diag));
    return read_all(r, top);
}

cp_exit edged_config_read(const char *path, struct cp_arena *arena, struct edged_config *out)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    struct reading r = {.arena = arena, .file = &out->file, .diag = &diag, .own = out};

    *out = (struct edged_config){.file.path = path};
    set_usual(out);
    return key_file(&r, path, read_bytes);
}

struct tls_files edged_config_tls(const struct edged_config *c)
{
    return (struct tls_files){&c->file, &c->tls_certificate, &c->tls_key, &c->tls_authority};
}

/* --- what the machine is made with ----------------------------------------------------------------- */

static cp_exit read_policy(const struct edged_config *c, struct edged_made *out)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_text text, key;
    cp_exit code = cp_file_read(c->policy_path, out->arena, &text);
    cp_err err;

    if (code == CP_EXIT_OK)
        code = cp_file_read(c->key_path, out->arena, &key);
    if (code != CP_EXIT_OK)
        return code;
    if (!cp_signature_is_public_key(key)) {
        cp_placed_say(&c->file, &c->key_path, "'%s' holds no public key of Ed25519 (PEM)",
                      c->key_path);
        return CP_EXIT_INPUT;
    }
    err = cp_edge_policy_read(text, key, out->arena, &out->policy, &diag);
    return err == CP_OK ? CP_EXIT_OK : cp_say_diag(&diag, err, c->policy_path, CP_EXIT_POLICY);
}

/* A peer's key is the first line of its file. */
static cp_exit make_peer(const struct edged_config *c, const struct edged_peer *peer,
                         const struct edged_made *made, struct cp_edge_peer *to)
{
    char key[SECRET_BYTES_MAX];
    size_t len;
    cp_exit code = secret_read(&c->file, &peer->key_file, key, &len);

    if (code != CP_EXIT_OK)
        return code;
    if (len < CP_EDGE_KEY_BYTES_MIN) {
        cp_placed_say(&c->file, &peer->key_file, "'%s': a key of at least %d bytes is wanted",
                      peer->key_file, CP_EDGE_KEY_BYTES_MIN);
        return CP_EXIT_INPUT;
    }
    if (cp_text_copy((cp_text){key, len}, made->arena, &to->key) != CP_OK)
        return cp_say_no_memory();
    to->address = peer->address;
    for (uint32_t i = 1; i < made->policy->node_count; i++)
        if (cp_text_eq(made->policy->nodes[i].name, peer->node))
            to->node = made->policy->nodes[i].number;
    if (to->node != 0)
        return CP_EXIT_OK;
    cp_placed_say(&c->file, &peer->node, "the edge policy has no node '%s'", peer->node.at);
    return CP_EXIT_POLICY;
}

static cp_exit make_all(const struct edged_config *c, struct edged_made *made)
{
    struct cp_edge_controller *controllers =
        CP_TAKE(made->arena, c->controller_count, struct cp_edge_controller);
    struct cp_edge_peer *peers = CP_TAKE(made->arena, c->peer_count, struct cp_edge_peer);
    cp_exit code = CP_EXIT_OK;

    if (controllers == NULL || peers == NULL)
        return cp_say_no_memory();
    for (uint32_t i = 0; i < c->controller_count; i++)
        controllers[i] =
            (struct cp_edge_controller){c->controllers[i].name, c->controllers[i].address};
    for (uint32_t i = 0; i < c->peer_count && code == CP_EXIT_OK; i++)
        code = make_peer(c, &c->peers[i], made, &peers[i]);
    if (code == CP_EXIT_OK && c->hmac != 0 && cp_edge_hmac_find(made->policy, c->hmac) == NULL) {
        cp_placed_say(&c->file, &c->hmac, "the edge policy has no hmac line with this number");
        code = CP_EXIT_POLICY;
    }
    made->config = (struct cp_edge_config){.policy = made->policy,
                                           .controllers = controllers,
                                           .controller_count = c->controller_count,
                                           .keepalive_s = c->keepalive_s,
                                           .dead_s = c->dead_s,
                                           .hmac = c->hmac,
                                           .reduced = c->reduced,
                                           .lsp_max = c->lsp_max,
                                           .look_us = c->look_us,
                                           .probing = {.peers = peers,
                                                       .peer_count = c->peer_count,
                                                       .every_us = c->every_us,
                                                       .window = c->window,
                                                       .least = c->least,
                                                       .retry_us = c->retry_us}};
    return code;
}

cp_exit edged_make(const struct edged_config *config, struct edged_made *out)
{
    cp_exit code;

    *out = (struct edged_made){.arena = cp_arena_open(cp_machine_memory())};
    code = out->arena == NULL ? cp_say_no_memory() : read_policy(config, out);
    return code == CP_EXIT_OK ? make_all(config, out) : code;
}
