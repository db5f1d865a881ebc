#pragma once

#include <uv.h>

#include "app/load.h"
#include "config.h"
#include "store/log.h"

/**
 * cleanpathd: sockets, processes, files and the clock around the drive (drive/drive.h).  One thread runs the loop and all
 * that touches the drive; plans and what proves them are made on others (planner.c).
 */

/* --- inputs (inputs.c): a case and its policies, as long as something points to them ------------------------------- */

struct inputs;
/** Reads the case and policies; what is wrong is said.  May run on another thread than the loop's. */
cp_exit daemon_inputs_read(const struct daemon_config *config, struct inputs **out);
void daemon_inputs_free(struct inputs *inputs); /* NULL is allowed */
const struct cp_loaded *daemon_inputs_loaded(const struct inputs *inputs);

/* --- connections (conn.c) ------------------------------------------------------------------------------------------ */

struct conn; /* one to a peer, or from it */

/* --- the whole ------------------------------------------------------------------------------------------------------ */

enum { DAEMON_INPUTS_MAX = 8, READ_BYTES = 65536, LAST_ERROR_BYTES = 128 };

/** For metrics and the API: since the start. */
struct daemon_counts {
    uint64_t bytes_in, bytes_out, refused_connections, tls_refused, documents, documents_refused;
    uint64_t plans, plans_failed, reloads, reloads_refused, commits;
};

struct daemon {
    const struct daemon_config *config;
    uv_loop_t loop;
    uv_timer_t deadline; /* the drive's */
    uv_prepare_t turn;   /* before each wait: what was stopped for fairness goes on */
    uv_signal_t terminate, interrupt;
    struct cp_drive *drive;
    struct conn **conns;   /* [peer_count] NULL: not connected */
    struct feed *feeds;    /* [peer_count] of DOCUMENTS peers */
    uv_tcp_t listeners[2]; /* PCEP, BGP */
    struct cp_store *store;
    struct cp_store_batch
        *batch; /* what is to be kept before anything more is sent; NULL: nothing */
    uint64_t plan_entry, inputs_entry;        /* numbers in the log: what later entries rest on */
    struct inputs *inputs[DAEMON_INPUTS_MAX]; /* the last is the one in force */
    uint32_t inputs_count;
    uint64_t clock_base_us, hr_base_ns;
    bool stopping, failed, pumping, planning;
    bool paused; /* some connections read on at the next turn */
    struct tls_context *tls;
    char (*last_errors)[LAST_ERROR_BYTES]; /* [peer_count] why its last connection ended */
    uint64_t heard_ns;                     /* when what is being answered came in; 0: nothing */
    struct daemon_counts counts;
    char in[READ_BYTES]; /* of the connection that is read */
};

/** Microseconds since 1970 that never go back: the clock of the start, and what went by since. */
uint64_t daemon_now_us(const struct daemon *d);
/** Does what the drive wants done.  After every call into it. */
void daemon_pump(struct daemon *d);
/** An error of the drive's, which is one of memory: said, and the daemon ends (its state is kept). */
void daemon_check(struct daemon *d, cp_err err);
void daemon_stop(struct daemon *d);

/* state.c: records in the store, and what of them is there after a restart. */
cp_exit daemon_state_open(struct daemon *d);
cp_exit daemon_state_restore(struct daemon *d);
void daemon_state_record(struct daemon *d, const struct cp_control_step *step);
/** Keeps what was recorded; false: it could not be kept, and nothing may be sent that follows from it. */
bool daemon_state_commit(struct daemon *d);
void daemon_state_inputs(struct daemon *d); /* that those in force are other ones */
void daemon_state_close(struct daemon *d);

/* conn.c */
cp_exit daemon_listen(struct daemon *d);
void daemon_call(struct daemon *d, uint32_t peer, uint64_t at_us);
void daemon_send(struct daemon *d, uint32_t peer, cp_text bytes);
void daemon_hang_up(struct daemon *d, uint32_t peer); /* after what was sent */
void daemon_close_conns(struct daemon *d);
/** Of a peer's connection, or its last one. */
struct conn_facts {
    uint64_t since_us, bytes_in, bytes_out;
    cp_text last_error; /* "": none */
};
struct conn_facts daemon_conn_facts(const struct daemon *d, uint32_t peer);

/* feeds.c: documents of programs that are run again and again. */
cp_exit daemon_feeds_open(struct daemon *d);
void daemon_feeds_close(struct daemon *d);

/* planner.c */
void daemon_plan(struct daemon *d, struct cp_drive_job *job);
