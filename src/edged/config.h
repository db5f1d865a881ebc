#pragma once

#include "edge/edge.h"
#include "serve/log.h"
#include "serve/placed.h"
#include "serve/tls.h"

/** What the one YAML file says (cleanpath-edge.yaml(5)), and the edge policy beside it.  All lies in the arena of reading. */

struct edged_controller {
    cp_text name;
    cp_ip address;
    uint32_t port;
    bool tls;
    const char *tls_name; /* that its certificate must bear; NULL: its address */
};

struct edged_peer {
    cp_text node; /* name in the policy */
    cp_ip address;
    const char *key_file;
};

struct edged_config {
    struct cp_placed_file file;
    const char *policy_path, *key_path; /* the policy, and the public key that it is signed with */
    const char *agent_path, *state_folder, *status_path;
    log_form log_form;
    cp_ip address; /* that controllers know us by; family 0: whichever the kernel takes */
    struct edged_controller *controllers; /* [controller_count] */
    struct edged_peer *peers;             /* [peer_count] */
    uint32_t controller_count, peer_count;
    const char *tls_certificate, *tls_key, *tls_authority;
    bool reduced;
    uint32_t hmac, keepalive_s, dead_s, lsp_max;
    uint64_t look_us, every_us, retry_us;
    uint32_t window, least, probe_port;
};

/** All that is wrong is said, with its line: POLICY; MISSING, IO, SYSTEM. */
cp_exit edged_config_read(const char *path, struct cp_arena *arena, struct edged_config *out);
struct tls_files edged_config_tls(const struct edged_config *config);

/** What the machine is made with, of the policy as it is now and the secrets; its nonce is left to the caller. */
struct edged_made {
    struct cp_arena *arena; /* of all of it */
    const struct cp_edge_policy *policy;
    struct cp_edge_config config;
};
/** All that is wrong is said.  Close the arena in any case. */
cp_exit edged_make(const struct edged_config *config, struct edged_made *out);
