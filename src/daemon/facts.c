#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/message.h"
#include "daemon.h"
#include "log.h"

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

/* PCEP sessions are told by control's own records, feeds of documents by their runs. */
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
    tell(d, peer, was_up, strcmp(state, "up") == 0);
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
    if (p->kind != CP_PEER_BGP || f->told || strcmp(f->state, "up") == 0)
        return;
    f->told = true;
    log_say(LOG_WARNING, "peer", p->name.at, "no session: %s; tried again and again",
            f->last_error);
}

void daemon_facts_heard(struct daemon *d, uint32_t peer)
{
    d->facts[peer].heard_us = daemon_now_us(d);
}
