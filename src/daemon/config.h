#pragma once

#include "app/sources.h"
#include "base/diag.h"
#include "base/yaml.h"
#include "drive/drive.h"
#include "serve/log.h"
#include "serve/placed.h"
#include "serve/tls.h"

/** What the one YAML file says (cleanpathd.yaml(5)).  All of it lies in the arena of reading. */

#define CP_DAEMON_PEERS_MAX 4096u

typedef enum { CP_TLS_OFF, CP_TLS_REQUIRED } daemon_tls;

struct daemon_peer {
    const char *md5_key_file; /* NULL: no TCP-MD5 (RFC 2385) */
    daemon_tls tls;
    const char *tls_name;       /* that its certificate must bear; NULL: its address */
    const char *const *command; /* [NULL at the end] of a feed of documents */
    uint64_t every_us;
    uint32_t port; /* that it is called on */
};

struct daemon_listen {
    cp_ip address; /* family 0: nothing is listened for */
    uint32_t port;
};

/** Values have places by their address: it is not copied. */
struct daemon_config {
    struct cp_placed_file file;
    const struct cp_yaml *top; /* what the file says, as it says it */
    struct cp_sources_wanted wanted;
    const char *state_folder;
    const char *socket_path, *socket_group;
    log_form log_form;
    struct daemon_listen pcep, bgp;
    uint32_t epoch_least; /* of this controller, whatever it had before */
    const char *tls_certificate, *tls_key, *tls_authority;
    struct daemon_peer *peers; /* [drive.peer_count], beside drive.peers */
    struct cp_drive_config drive;
    uint32_t failures_depth; /* CP_NONE: as the rules say */
    uint32_t jobs;
    bool reload_on_change;
    bool
        inputs_known; /* which files make up the case, and the policies: also where other things are wrong */
};

/** All that is wrong is said, with its line: POLICY; MISSING, IO, SYSTEM. */
cp_exit daemon_config_read(const char *path, struct cp_arena *arena, struct daemon_config *out);

/**
 * Whether the file still says what it said when it was read; what it says otherwise by now is said, with its line: POLICY (the
 * daemon takes it by a restart only); as daemon_config_read where it cannot be read.  changed.c
 */
cp_exit daemon_config_unchanged(const struct daemon_config *config);

/** Borrowed from the config. */
struct tls_files daemon_config_tls(const struct daemon_config *config);
