#pragma once

#include "base/arena.h"
#include "base/json_in.h"
#include "base/out.h"

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

struct cp_peer_request {
    const char *target; /* as it stands in the request, with its percent signs */
    uint64_t last_id;   /* of events; 0: none */
    bool acts;          /* POST, with the body; else GET */
    cp_text body;       /* JSON, or empty */
    bool patient;       /* the answer may take as long as it takes */
};
/** An id in a target, with percent signs for all that has a meaning there. */
void cp_peer_write_id(struct cp_out *out, cp_text id);
/** For all to come on a connection.  Says what is wrong: PEER, SYSTEM. */
cp_exit cp_peer_send(int socket, const struct cp_peer_request *request, struct cp_arena *arena);
/**
 * A whole answer of status 200, its text and its JSON.  Says what is wrong, a refusal with the daemon's own words: PEER (no
 * answer, or none now), REFUSED, USAGE, MISSING (no such thing), POLICY (understood, and refused), INPUT, SYSTEM.
 */
cp_exit cp_peer_ask(const char *path, const struct cp_peer_request *request, struct cp_arena *arena,
                    cp_text *text, const struct cp_json_value **document);
/** The daemon's status, and the exit code that it stands for.  Says what is wrong. */
cp_exit cp_peer_get_status(const char *path, struct cp_arena *arena, cp_text *text,
                           const struct cp_json_value **status, cp_exit *answer);

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
