#include <pwd.h>
#include <stdlib.h>

#include "daemon.h"
#include "serve/confined.h"

/*
 * What cleanpathd may open and do once it runs: its files are read again at a reload and at a new day, its state is written, feeds are
 * called again.  What programs of feeds do is theirs: the runner was begun before.
 */

enum { NOBODYS_UID = 0x7ffffffe };

static void read_all(struct confine *c, const char *const *paths, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        confine_read(c, paths[i]);
}

/* As it is configured, and as it was found: links may lead elsewhere. */
static void read_case(struct confine *c, const struct daemon *d)
{
    const struct cp_sources_wanted *wanted = &d->config->wanted;
    const struct cp_sources *found = &daemon_inputs_loaded(d->inputs[0])->sources;

    if (wanted->folder != NULL)
        confine_read(c, wanted->folder);
    if (wanted->sites != NULL)
        confine_read(c, wanted->sites);
    if (wanted->demands != NULL)
        confine_read(c, wanted->demands);
    read_all(c, wanted->networks, wanted->network_count);
    read_all(c, wanted->facts, wanted->fact_count);
    read_all(c, wanted->policies, wanted->policy_count);
    for (uint32_t i = 0; i < found->count; i++)
        confine_read(c, found->list[i].path);
    for (uint32_t i = 0; i < found->policy_count; i++)
        confine_read(c, found->policies[i].path);
}

static void read_secrets(struct confine *c, const struct daemon_config *config)
{
    if (config->tls_certificate != NULL) {
        confine_read(c, config->tls_certificate);
        confine_read(c, config->tls_key);
        confine_read(c, config->tls_authority);
    }
    for (uint32_t i = 0; i < config->drive.peer_count; i++)
        if (config->peers[i].md5_key_file != NULL)
            confine_read(c, config->peers[i].md5_key_file);
}

/* Of zones, and of who acts by the API: modules that know users are loaded by asking for one who is not there. */
static void read_system(struct confine *c)
{
    const char *zones = getenv("TZDIR");

    (void)getpwuid(NOBODYS_UID);
    confine_read_one(c, "/etc/passwd");
    confine_read_one(c, "/etc/nsswitch.conf");
    confine_read(c, zones != NULL && zones[0] != '\0' ? zones : "/usr/share/zoneinfo");
}

static void reach_peers(struct confine *c, const struct daemon_config *config)
{
    if (config->pcep.address.family != 0)
        confine_bind(c, config->pcep.port);
    if (config->bgp.address.family != 0)
        confine_bind(c, config->bgp.port);
    for (uint32_t i = 0; i < config->drive.peer_count; i++)
        if (config->drive.peers[i].kind == CP_PEER_BGP && !config->drive.peers[i].passive)
            confine_connect(c, config->peers[i].port);
}

cp_exit daemon_confine_files(const struct daemon *d)
{
    struct confine c;

    confined_open(&c);
    confine_read(&c, d->config->file.path);
    read_case(&c, d);
    read_secrets(&c, d->config);
    read_system(&c);
    confine_write(&c, d->config->state_folder);
    confine_socket(&c, d->config->socket_path);
    reach_peers(&c, d->config);
    return confined_files(&c);
}

cp_exit daemon_confine_calls(void)
{
    return confined_calls(CONFINE_MAY_WRITE | CONFINE_MAY_TCP | CONFINE_MAY_THREAD);
}
