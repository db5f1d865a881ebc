#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/message.h"
#include "daemon.h"
#include "serve/log.h"
#include "wire/bgp.h"
#include "wire/errors.h"
#include "wire/pcep.h"

/*
 * What is known of each peer and feed over time: its state and since when, when it was last heard, and its last failure.
 * Who is tried again and again and fails is told of once, until it is there again.
 */

cp_exit daemon_facts_open(struct daemon *d)
{
    d->facts = calloc(d->config->drive.peer_count + 1, sizeof *d->facts);
    if (d->facts == NULL)
        return cp_say_no_memory();
    for (uint32_t i = 0; i < d->config->drive.peer_count; i++) {
        d->facts[i].state = "down";
        d->facts[i].since_us = d->started_us;
    }
    return CP_EXIT_OK;
}

enum { NAME_BYTES = 32, END_BYTES = 128, NOTICE_BYTES = 200 };

static void write_message(char to[NAME_BYTES], cp_peer_kind kind, uint8_t type)
{
    static const char *const bgp[] = {[CP_BGP_OPEN] = "OPEN",
                                      [CP_BGP_UPDATE] = "UPDATE",
                                      [CP_BGP_NOTIFICATION] = "NOTIFICATION",
                                      [CP_BGP_KEEPALIVE] = "KEEPALIVE",
                                      [CP_BGP_ROUTE_REFRESH] = "ROUTE-REFRESH"};
    const char *name = NULL;

    if (kind == CP_PEER_PCEP)
        name = cp_pcep_type_name(type);
    else if (type < CP_COUNT(bgp))
        name = bgp[type];
    if (name != NULL)
        (void)snprintf(to, NAME_BYTES, "%s", name);
    else
        (void)snprintf(to, NAME_BYTES, "message of type %u", type);
}

/* Why the session was ended here, and by which bytes; false: it was not. */
static bool write_end(const struct daemon *d, uint32_t peer, char to[LAST_ERROR_BYTES])
{
    struct cp_session_end end = cp_drive_peer_ended(d->drive, peer);
    char message[NAME_BYTES];

    if (end.why == NULL)
        return false;
    if (!end.by_bytes) {
        (void)snprintf(to, LAST_ERROR_BYTES, "%s", end.why);
    } else if (end.type == 0) {
        (void)snprintf(to, LAST_ERROR_BYTES, "%s, at byte %llu of what it sent", end.why,
                       (unsigned long long)end.at_byte);
    } else {
        write_message(message, d->config->drive.peers[peer].kind, end.type);
        (void)snprintf(to, LAST_ERROR_BYTES, "%.*s: %s at byte %llu of what it sent", END_BYTES,
                       end.why, message, (unsigned long long)end.at_byte);
    }
    return true;
}

/* PCEP sessions that were there are told by control's own records, feeds of documents by their runs. */
static void tell(const struct daemon *d, uint32_t peer, bool was_up, bool is_up)
{
    const struct cp_drive_peer *p = &d->config->drive.peers[peer];
    struct peer_facts *f = &d->facts[peer];

    if (p->kind != CP_PEER_BGP || was_up == is_up)
        return;
    if (is_up)
        log_say(LOG_NOTICE, "peer", p->name.at, "up: its whole table is in");
    else if (!f->told)
        log_say(LOG_WARNING, "peer", p->name.at, "down: %s",
                f->last_error[0] != '\0' ? f->last_error : "the session has ended");
    f->told = !is_up;
}

void daemon_facts_look(struct daemon *d, uint32_t peer)
{
    struct peer_facts *f = &d->facts[peer];
    const char *state = cp_drive_peer_state(d->drive, peer);
    bool was_up = strcmp(f->state, "up") == 0;

    if (strcmp(state, f->state) == 0)
        return;
    f->state = state;
    f->since_us = daemon_now_us(d);
    if (d->config->drive.peers[peer].kind == CP_PEER_PCEP && strcmp(state, "down") != 0 &&
        strcmp(state, "opening") != 0)
        f->told = f->opening = false;
    if (was_up && write_end(d, peer, f->last_error))
        f->failed_us = f->since_us;
    tell(d, peer, was_up, strcmp(state, "up") == 0);
}

/* "code 6 (Cease), subcode 2 (Administrative Shutdown)" */
static void write_notice(const struct cp_session_notice *n, bool pcep, char to[NOTICE_BYTES])
{
    const char *code = pcep ? cp_pcep_error_name(n->code) : cp_bgp_error_name(n->code);
    const char *value = pcep ? cp_pcep_error_value_name(n->code, n->value)
                             : cp_bgp_suberror_name(n->code, n->value);

    (void)snprintf(to, NOTICE_BYTES, "%s %u (%s), %s %u%s%s%s", pcep ? "type" : "code", n->code,
                   code != NULL ? code : "no name is known", pcep ? "value" : "subcode", n->value,
                   value != NULL ? " (" : "", value != NULL ? value : "", value != NULL ? ")" : "");
}

/* Past the first few of a second they are counted: how many come is the peer's to say. */
void daemon_facts_notices(struct daemon *d)
{
    for (uint32_t i = 0; i < d->config->drive.peer_count; i++) {
        const struct cp_drive_peer *p = &d->config->drive.peers[i];
        bool pcep = p->kind == CP_PEER_PCEP;
        struct cp_session_notice n;

        while (cp_drive_peer_notice(d->drive, i, &n)) {
            char words[NOTICE_BYTES];

            write_notice(&n, pcep, words);
            log_say(LOG_WARNING, "peer", p->name.at, "%s %s: %s", pcep ? "PCErr" : "NOTIFICATION",
                    n.given ? "given" : "received", words);
            if (n.more > 0)
                log_say(LOG_WARNING, "peer", p->name.at, "and %llu more %s, given or received",
                        (unsigned long long)n.more, pcep ? "PCErr" : "NOTIFICATION");
        }
    }
}

void daemon_facts_look_all(struct daemon *d)
{
    for (uint32_t i = 0; i < d->config->drive.peer_count; i++)
        daemon_facts_look(d, i);
}

void daemon_facts_failed(struct daemon *d, uint32_t peer, const char *why)
{
    const struct cp_drive_peer *p = &d->config->drive.peers[peer];
    struct peer_facts *f = &d->facts[peer];

    (void)snprintf(f->last_error, sizeof f->last_error, "%s", why);
    cp_message_disarm(f->last_error);
    f->failed_us = daemon_now_us(d);
    if (f->told ||
        (p->kind == CP_PEER_PCEP ? !f->opening
                                 : p->kind != CP_PEER_BGP || strcmp(f->state, "up") == 0))
        return;
    f->told = true;
    log_say(LOG_WARNING, "peer", p->name.at, "no session: %s%s", f->last_error,
            p->kind == CP_PEER_BGP ? "; tried again and again" : "");
}

void daemon_facts_ended(struct daemon *d, uint32_t peer)
{
    char why[LAST_ERROR_BYTES];

    daemon_facts_failed(d, peer, write_end(d, peer, why) ? why : "cleanpathd ended the session");
}

void daemon_facts_opening(struct daemon *d, uint32_t peer)
{
    d->facts[peer].opening = true;
}

void daemon_facts_heard(struct daemon *d, uint32_t peer)
{
    d->facts[peer].heard_us = daemon_now_us(d);
}
