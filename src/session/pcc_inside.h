#pragma once

#include "pce_inside.h"
#include "session/pcc.h"

/** What the PCC's side is made of: pcc.c is the machine, pcc_in.c reads messages, pcc_out.c writes them. */

struct cp_pcc {
    struct cp_pcc_config config;
    struct cp_arena *in_arena, *out_arena, *work;
    cp_arena_mark in_empty, out_empty, work_empty;
    pce_state state;
    struct cp_pce_peer peer;
    struct cp_pce_speaker speaker;
    char speaker_name[CP_PCE_SPEAKER_BYTES_MAX];
    bool their_open, our_open_accepted, refused_once;
    uint8_t dead_s; /* theirs, to expect */
    uint64_t now_us, heard_us, open_deadline_us, keepalive_at_us;
    struct session_buffer in, out;
    struct cp_pcep_message message; /* which is being told, group by group */
    struct cp_pcep_groups groups;
    uint32_t next_group;
    bool telling, tell_up, tell_down;
    const char *down_why;
    uint8_t close_reason;
};

/* pcc_out.c */
CP_MUST_USE cp_err cp_pcc_send(struct cp_pcc *pcc, const struct cp_pcep_message *message);
void cp_pcc_send_open(struct cp_pcc *pcc);
void cp_pcc_send_refusal(struct cp_pcc *pcc);
void cp_pcc_send_keepalive(struct cp_pcc *pcc);

/* pcc_in.c */
bool cp_pcc_tell(struct cp_pcc *pcc, struct cp_pcc_event *event);

/** The session is over; why is told. */
void cp_pcc_over(struct cp_pcc *pcc, const char *why);
