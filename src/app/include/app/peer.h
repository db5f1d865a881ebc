#pragma once

#include "base/arena.h"
#include "base/text.h"

#include "app/exit.h"

/*
 * Asks cleanpathd on its Unix socket.  Requests are of HTTP/1.0: the answer's end is the end of the
 * connection, and nothing of it is chunked.
 */

#define CP_SOCKET_PATH "/run/cleanpath/cleanpathd.sock"

/** The status and the body of an answer.  false: no such answer, or not all of its head is there. */
bool cp_peer_answer(cp_text bytes, uint32_t *status, cp_text *body);

/** Says what is wrong: PEER, REFUSED.  The socket is the caller's. */
cp_exit cp_peer_connect(const char *path, int *out);
/** GET on a connection, for all to come; last_id: of events, UINT64_MAX: none. */
cp_exit cp_peer_send(int socket, const char *target, uint64_t last_id);
/** A whole answer of status 200.  Says what is wrong: PEER, REFUSED, INPUT, SYSTEM. */
cp_exit cp_peer_get(const char *path, const char *target, struct cp_arena *arena, cp_text *body);

/** An event of a stream (text/event-stream), borrowed. */
struct cp_peer_event {
    uint64_t id;
    cp_text kind, data;
};

/**
 * The next whole event of what came; *used: how many bytes it and what stood before it took.  false: none
 * is whole yet (*used: bytes that are of no more use).
 */
bool cp_peer_event(cp_text bytes, size_t *used, struct cp_peer_event *out);

/** The exit code that the daemon's status stands for.  Says what is wrong. */
cp_exit cp_status_code(const char *path, struct cp_arena *arena, cp_exit *answer);
