#pragma once

#include "permit/request.h"
#include "base/out.h"

/**
 * Probes: datagrams that two edges send each other over each path that they use, whose segments are those of the path's
 * packets (the address of the far edge in place of its unpack SID).  None is answered: each tells which of the other side's
 * came through lately, so that a path is known to be whole by what comes back over any other.
 *
 * All numbers have their high byte first; behind the fields that are there stand HMAC-SHA256 (RFC 2104) of them, with the
 * key of the pair, and zeros up to the size that is told.  No clock is compared: that a message is new is known by the
 * nonces, one of each side's life, and by numbers that rise.
 */

enum {
    CP_EDGE_PROBE_LEAST = 50 + 4 * 24 + 32,
    CP_EDGE_KEY_BYTES_MIN = 16,
    CP_EDGE_KEY_BYTES_MAX = 256
};

struct cp_edge_heard { /* of the other side's probes over one of its paths */
    uint32_t path;     /* as its probes call it */
    uint32_t
        full; /* number of the last one of full size that came whole, its low 32 bits; 0: none did */
    uint64_t last, map; /* highest number; bit i: last - i came */
};

struct cp_edge_probe {
    uint32_t sender, receiver; /* node numbers of the edge policies */
    uint32_t class, path;
    uint64_t number;            /* of the path, from 1 */
    uint64_t nonce, your_nonce; /* 0: nothing of yours was heard yet */
    uint16_t size;              /* of the datagram: less came: it was cut */
    bool full;
    bool unpacks; /* the sender's own SIDs are there, by its agent's last word */
    uint32_t heard_count;
    struct cp_edge_heard heard[CP_AGENT_PATHS];
};

/** Errors: RANGE (size too small for what it holds), NOMEM. */
CP_MUST_USE cp_err cp_edge_probe_write(const struct cp_edge_probe *probe, cp_text key,
                                       struct cp_arena *arena, cp_text *bytes);
/** Whose it says it is, before its key is known; 0: it is none. */
uint32_t cp_edge_probe_sender(cp_text bytes);
/** False: it is none, was cut, or the key is another one. */
bool cp_edge_probe_read(cp_text bytes, cp_text key, struct cp_edge_probe *probe);
