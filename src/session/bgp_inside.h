#pragma once

#include "session/bgp.h"
#include "session/limits.h"

#include "buffer.h"

/** What a speaker is made of: bgp.c is the machine, bgp_say.c what it tells. */

typedef enum { BGP_IDLE, BGP_OPEN_SENT, BGP_OPEN_CONFIRM, BGP_ESTABLISHED, BGP_CLOSING } bgp_state;

typedef enum { TELL_UNREACH, TELL_REACH, TELL_NOTHING } bgp_telling;

struct cp_bgp {
    struct cp_bgp_config config;
    struct cp_arena *in_arena, *out_arena, *work;
    cp_arena_mark in_empty, out_empty, work_empty;
    struct session_buffer in, out;
    bgp_state state;
    struct cp_bgp_open theirs;
    cp_bgp_context context;
    uint32_t size_max; /* of messages from us */
    uint64_t now_us, hold_us /* 0: none */, hold_at_us, keepalive_at_us, quiet_at_us;
    bool full; /* End-of-RIB was told */
    /* What is told before anything else. */
    bool tell_up, tell_down, tell_malformed, tell_full, tell_refresh, down_received;
    const char *malformed_why;
    struct cp_session_end end;
    struct cp_session_notices notices; /* outlives the connection */
    uint8_t down_code, down_subcode;
    /* The UPDATE that is being told. */
    bgp_telling telling;
    struct cp_bgp_update update;
    struct cp_ls_walk walk;
    struct cp_ls_attribute attribute;
    bool has_attribute, as_withdrawn;
    /* The message that is being taken, if one is: where it begins in what came over the connection. */
    bool taking;
    uint8_t taking_type; /* 0: not known */
    uint64_t taking_at, taken_bytes;
};

/** Bytes of messages that the writer of the wire made.  Errors: NOMEM, LIMIT (too many bytes wait), RANGE. */
CP_MUST_USE cp_err cp_bgp_send(struct cp_bgp *bgp, struct cp_out *out);
