#pragma once

#include "base/rd.h"
#include "base/wr.h"
#include "session/limits.h"
#include "session/pce.h"
#include "wire/pcep.h"

#include "buffer.h"

/** What a session is made of: pce.c is the machine, pce_in.c reads messages, pce_out.c writes them, names.c remembers. */

typedef enum {
    PCE_IDLE,      /* no connection */
    PCE_OPEN_WAIT, /* our Open is out, theirs is not in (RFC 5440 6.2, appendix A) */
    PCE_KEEP_WAIT, /* theirs was accepted; their Keepalive, which accepts ours, is not in */
    PCE_UP,
    PCE_CLOSING /* what is in the buffer goes out, then the connection is closed */
} pce_state;

struct pce_name {
    struct pce_name *next; /* of the free ones */
    uint32_t plsp_id;
    uint8_t len, setup;
    bool delegated;
    char text[CP_PCE_NAME_BYTES_MAX];
};

struct pce_name_at {       /* a place of the table */
    struct pce_name *name; /* NULL: free */
};

struct cp_pce {
    struct cp_pce_config config;
    struct cp_arena *names_arena, *in_arena, *out_arena, *work;
    cp_arena_mark names_empty, work_empty, in_empty, out_empty;
    bool work_large; /* a message before took much of it */
    pce_state state;
    cp_ip address;
    struct cp_pce_peer peer;
    bool their_open, our_open_accepted, syncing;
    uint8_t keepalive_s, our_dead_s, dead_s; /* ours to send and to say; theirs to expect */
    bool retried;                            /* they refused our Open once */
    bool refused;                            /* we refused theirs once */
    uint64_t now_us, heard_us;
    uint64_t open_deadline_us, keepalive_at_us, finish_by_us, sync_by_us;
    uint64_t minute_us; /* since when unknown messages are counted */
    uint32_t unknown_messages;
    struct session_buffer in, out;
    struct pce_name_at *names; /* [name_cap] by hash of the PLSP-ID, open addressing */
    struct pce_name *names_free;
    uint32_t name_count, name_cap;
    /* The message that is being told, group by group. */
    struct cp_pcep_message message;
    struct cp_pcep_groups groups;
    uint32_t next_group;
    bool telling;
    /* What is told before anything else. */
    bool tell_up, tell_down, tell_synced;
    struct cp_session_end end;
    struct cp_session_notices notices; /* outlives the connection */
    /* The message that is being taken, if one is: where it begins in what came over the connection. */
    bool taking;
    uint8_t taking_type; /* 0: not known */
    uint64_t taking_at, taken_bytes;
};

/* pce_out.c */
/** Errors: NOMEM, LIMIT (too many bytes wait), RANGE. */
CP_MUST_USE cp_err cp_pce_send(struct cp_pce *pce, const struct cp_pcep_message *message);
void cp_pce_send_open(struct cp_pce *pce);
/** PCErr 1/4 with an Open that would do instead of theirs. */
void cp_pce_send_refusal(struct cp_pce *pce, const struct cp_pcep_open *theirs);
void cp_pce_send_keepalive(struct cp_pce *pce);
void cp_pce_send_error(struct cp_pce *pce, uint8_t type, uint8_t value,
                       const struct cp_pcep_object *about);
void cp_pce_send_close(struct cp_pce *pce, uint8_t reason);

/* pce_in.c */
void cp_pce_read_peer(struct cp_pce *pce, const struct cp_pcep_object *open);
/** The next event of the message that is told; false: it is done. */
bool cp_pce_tell(struct cp_pce *pce, struct cp_pce_event *event);

/* pce_path.c */
/** Hops as this room has them, in the work arena.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_pce_read_path(struct cp_arena *work, const struct cp_pcep_object *object,
                                    struct cp_pce_path *out);
CP_MUST_USE cp_err cp_pce_write_path(struct cp_arena *work, struct cp_pce_path path,
                                     struct cp_pcep_path *out);

/* pce_names.c: names of LSPs, since only a first report need have one (RFC 8231 7.3.2). */
/** false: the quota of LSPs is full, or memory. */
bool cp_pce_name_put(struct cp_pce *pce, const struct cp_pce_lsp *lsp);
/** Whether it was reported and is there; and then, whether it is delegated. */
bool cp_pce_is_there(const struct cp_pce *pce, uint32_t plsp_id, bool *delegated);
/** The path setup type that it was reported with last; SR where it was not. */
uint32_t cp_pce_setup_get(const struct cp_pce *pce, uint32_t plsp_id);
/**
 * A symbolic path name as it is told, kept and compared everywhere but on the wire: at most CP_PCE_NAME_BYTES_MAX bytes,
 * none of them unsafe (base/text.h).  The rule stands with CP_PCE_ODD_NAME in session/pce.h.  Given.  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_pce_name_show(cp_text name, struct cp_arena *arena, cp_text *out);
cp_text cp_pce_name_get(const struct cp_pce *pce, uint32_t plsp_id);
void cp_pce_name_drop(struct cp_pce *pce, uint32_t plsp_id);
void cp_pce_names_clear(struct cp_pce *pce);

/** The machine ends the session: Close or PCErr is out already; why is told. */
void cp_pce_end(struct cp_pce *pce, const char *why);
