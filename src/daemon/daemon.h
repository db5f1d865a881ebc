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
/**
 * What was read, as of today: policies' windows and licences, facts that expire and evidence that ages, and what is concluded of
 * both.  What facts filled in stays as of the day when they were read.  May run on another thread, while old lives.
 */
cp_exit daemon_inputs_today(struct inputs *old, struct inputs **out);
/** The day as of which facts filled in what they did. */
cp_date daemon_inputs_read_on(const struct inputs *inputs);
/** Whether nothing expired since they were read that filled something in. */
bool daemon_inputs_are_whole(const struct inputs *inputs);
/** When they are to be judged as of another day: seconds since 1970. */
int64_t daemon_inputs_midnight(const struct inputs *inputs);
/**
 * Whether the policies can judge the case: a demand's class that none of them has, and whatever else would refuse each plan.
 * What is wrong is said.  arena: of the work.
 */
cp_exit daemon_inputs_judged(const struct inputs *inputs, struct cp_arena *arena);
void daemon_inputs_free(struct inputs *inputs); /* NULL is allowed */
const struct cp_loaded *daemon_inputs_loaded(const struct inputs *inputs);

/* --- connections (conn.c) ------------------------------------------------------------------------------------------ */

struct conn; /* one to a peer, or from it */

/* --- the whole ------------------------------------------------------------------------------------------------------ */

enum {
    DAEMON_INPUTS_MAX = 10,
    READ_BYTES = 65536,
    LAST_ERROR_BYTES = 256,
    ADDRESS_BYTES = 48,
    WORDS_BYTES = 256,
    REFUSED_BYTES = 1024
};
struct alarms;
struct licences;
struct api;
struct reload;
struct sights;
struct watch;

/** How the last new day came: all but FINE are alarms. */
typedef enum {
    DAY_FINE,
    DAY_IN_MEMORY, /* files are others than those in force, which are judged as of the new day */
    DAY_NOT_WHOLE, /* likewise, and what expired facts filled in is not */
    DAY_REFUSED    /* the rules are still those of the day before */
} daemon_day;

/** For metrics and the API: since the start. */
struct daemon_counts {
    uint64_t bytes_in, bytes_out, refused_connections, tls_refused, documents, documents_refused;
    uint64_t plans, plans_failed, reloads, reloads_refused, commits, verdict_changes;
};

/** How long something took: numbers at most each bound of daemon_spans, and all. */
enum { SPAN_COUNT = 12 };
struct daemon_span {
    uint64_t at_most[SPAN_COUNT], count, sum_us;
};
extern const uint64_t daemon_spans_us[SPAN_COUNT];
void daemon_span_add(struct daemon_span *span, uint64_t us);

struct daemon {
    const struct daemon_config *config;
    uv_loop_t loop;
    uv_timer_t deadline; /* the drive's */
    uv_prepare_t turn;   /* before each wait: what was stopped for fairness goes on */
    uv_signal_t terminate, interrupt;
    struct cp_drive *drive;
    uint64_t epoch;      /* of this life */
    struct conn **conns; /* [peer_count] NULL: not connected */
    struct feed *feeds;  /* [peer_count] of DOCUMENTS peers */
    int runner;          /* runner.h: of their programs; -1: none */
    uv_poll_t runner_poll;
    uv_tcp_t listeners[2]; /* PCEP, BGP */
    struct cp_store *store;
    struct cp_store_batch *batch; /* what is to be kept next; NULL: nothing */
    struct keeper *keeper;
    /* Numbers in the log, of what later entries rest on; planned: the inputs that the plan at hand was made of. */
    uint64_t plan_entry, inputs_entry, planned_entry, view_entry;
    char view_digest[65];                     /* of the last network that was kept; "": none was */
    struct inputs *inputs[DAEMON_INPUTS_MAX]; /* the last is the one in force */
    uint32_t inputs_count;
    uint64_t conn_count; /* that there ever were */
    uint64_t clock_base_us, hr_base_ns;
    bool stopping, failed, pumping, planning;
    bool paused; /* some connections read on at the next turn */
    struct tls_context *tls;
    struct peer_facts *facts;         /* [peer_count] */
    char (*addresses)[ADDRESS_BYTES]; /* [peer_count] as texts; "": not written yet */
    uint64_t heard_ns;                /* when what is being answered came in; 0: nothing */
    struct daemon_counts counts;
    struct daemon_span reaction, planning_time, commit_time;
    uv_signal_t hangup;
    uv_timer_t verdicts;                     /* more of their changes are to be told */
    uint64_t verdicts_said, verdicts_unsaid; /* of this second, on stderr */
    uv_timer_t alive; /* watchdog and status of the service manager; a new day */
    uint64_t watchdog_us, started_us, inputs_us, planned_ns;
    /* Since when the network that was last planned for is as it is; 0: none was. */
    uint64_t view_us;
    int64_t midnight_s; /* when what is in force is to be judged as of another day */
    bool midnight_told; /* that this was refused */
    daemon_day day;
    uint64_t day_us;     /* since when it is not FINE */
    uint64_t refused_us; /* since when files that have changed are refused; 0: they are not */
    char refused_why[REFUSED_BYTES];
    uint64_t more_us; /* since when more alarms of the network stand than are told; 0: all are */
    struct api *api;  /* NULL: none */
    struct alarms *alarms;     /* that stand (alarms.h) */
    struct licences *licences; /* that end soon (licences.h); NULL: no plan was made yet */
    struct sights *sights;     /* what observations said (sights.h) */
    struct watch *watch;       /* NULL: nothing is watched */
    struct reload *reload;     /* under way; NULL: none */
    uint64_t held_us;          /* since when a person holds all; 0: nobody does */
    char held_by[WORDS_BYTES], held_why[WORDS_BYTES];
    bool ready;
    char in[READ_BYTES]; /* of the connection that is read */
};

/** Microseconds since 1970 that never go back: the clock of the start, and what went by since. */
uint64_t daemon_now_us(const struct daemon *d);
/** Does what the drive wants done.  After every call into it. */
void daemon_pump(struct daemon *d);
/** An error of the drive's, which is one of memory: said, and the daemon ends (its state is kept). */
void daemon_check(struct daemon *d, cp_err err);
void daemon_stop(struct daemon *d);

/** The peer that is control's PCC of this number. */
const struct cp_drive_peer *daemon_pcc(const struct daemon *d, uint32_t pcc);

/* state.c: records in the store, and what of them is there after a restart. */
cp_exit daemon_state_open(struct daemon *d);
cp_exit daemon_state_restore(struct daemon *d);
void daemon_state_record(struct daemon *d, const struct cp_control_step *step);
/** Of a batch that was committed, which it ends; false: it could not be kept, which is said. */
bool daemon_state_kept(struct daemon *d, struct cp_store_batch *batch, cp_store_err err,
                       uint64_t took_us);
/** Where more is to be kept with what is recorded; NULL: no memory, and the daemon ends. */
struct cp_store_batch *daemon_state_batch(struct daemon *d);

void daemon_state_close(struct daemon *d);
/** Another entry of the log, which rests on the inputs; its number, 0 where there is none. */
uint64_t daemon_state_entry(struct daemon *d, cp_log_kind kind, cp_text subject, cp_text document);
/** Keeps a text beside the log and names it in an entry. */
uint64_t daemon_state_content(struct daemon *d, cp_log_kind kind, cp_text document,
                              cp_text content);
void daemon_state_held(struct daemon *d); /* that a person holds all, or does no more */
void daemon_state_acknowledge(struct daemon *d, cp_text alarm, cp_text by);

/* keep.c: nothing leaves before what it follows from is kept. */
cp_exit daemon_keep_open(struct daemon *d);
void daemon_keep_send(struct daemon *d, uint32_t peer, cp_text bytes);
/** After what waits to be sent to it. */
void daemon_keep_hang_up(struct daemon *d, uint32_t peer);
/** Whatever waits to be kept is, soon; at once where bytes wait for it. */
void daemon_keep_on(struct daemon *d);
/**
 * Whether so much waits behind a disk that does not take it that nothing more is to be read from peers and feeds; that it
 * does, and does no more, is said once.
 */
bool daemon_keep_is_full(struct daemon *d);
/** Whether since the last call something may have waited to be read for that, or while the loop waited for the disk. */
bool daemon_keep_was_full(struct daemon *d);
/** Keeps all that was recorded before it comes back; false: it could not be kept, and the daemon ends. */
bool daemon_keep_all(struct daemon *d);
void daemon_keep_stop(struct daemon *d); /* what is under way is kept; handles close */
void daemon_keep_close(struct daemon *d);

/* state_told.c: what the daemon was told, kept as it was so that a decision can be explained long afterwards. */
void daemon_state_inputs(struct daemon *d); /* that those in force are other ones */
/** A plan comes back that was begun when those inputs were in force: others may be by now. */
void daemon_state_planned(struct daemon *d, uint64_t inputs_entry);
/** The network that a plan was made for (cleanpath-bundle(5): network), and whether its answer was upheld. */
void daemon_state_view(struct daemon *d, const struct cp_plan *plan, cp_text network, bool upheld);

/* conn.c */
cp_exit daemon_listen(struct daemon *d);
void daemon_call(struct daemon *d, uint32_t peer, uint64_t at_us);
void daemon_send(struct daemon *d, uint32_t peer, cp_text bytes);
void daemon_hang_up(struct daemon *d, uint32_t peer); /* after what was sent */
/** Another number for each connection that there ever was; 0: there is none. */
uint64_t daemon_conn_number(const struct daemon *d, uint32_t peer);
void daemon_close_conns(struct daemon *d);
/** Over a peer's connection; 0 where there is none. */
struct conn_counts {
    uint64_t bytes_in, bytes_out;
};
struct conn_counts daemon_conn_counts(const struct daemon *d, uint32_t peer);

/* facts.c: what is known of each peer and feed over time. */
struct peer_facts {
    const char *state; /* as cp_drive_peer_state has it */
    uint64_t since_us; /* when it became that */
    uint64_t heard_us; /* when bytes or a document of it came in last; 0: never */
    uint64_t failed_us;
    char last_error[LAST_ERROR_BYTES]; /* ""; also when it is up again */
    bool told;                         /* the log has that it fails, or failed before it was up */
    bool opening; /* of PCEP: it is connected, and its session was not there since */
};
cp_exit daemon_facts_open(struct daemon *d);
/** After what may have changed its state. */
void daemon_facts_look(struct daemon *d, uint32_t peer);
void daemon_facts_look_all(struct daemon *d);
/** Once a second: what was said to be wrong, by us or by peers. */
void daemon_facts_notices(struct daemon *d);
void daemon_facts_heard(struct daemon *d, uint32_t peer);
void daemon_facts_opening(struct daemon *d, uint32_t peer); /* its connection is there */
/** Its session was ended here: why is the drive's to say. */
void daemon_facts_ended(struct daemon *d, uint32_t peer);
/** It failed, or its connection did. */
void daemon_facts_failed(struct daemon *d, uint32_t peer, const char *why);

/* confine.c */
/** Files and TCP: when the case is read, and before there is another thread. */
cp_exit daemon_confine_files(const struct daemon *d);
cp_exit daemon_confine_calls(void); /* all is open */

/* feeds.c: documents of programs that are run again and again. */
cp_exit daemon_feeds_open(struct daemon *d);
void daemon_feeds_close(struct daemon *d);
void daemon_feeds_free(struct daemon *d); /* when the loop has ended */

/* alarms.c: those that stand, over restarts (alarms.h). */
cp_exit daemon_alarms_open(struct daemon *d); /* before the state is restored */
/** Once a second: those of the network that began or ended, and those that have not come again since the start. */
void daemon_alarms_look(struct daemon *d);
void daemon_alarms_close(struct daemon *d);

/* verdicts.c: changes of demands' verdicts into the log of decisions. */
/** After whatever may have changed one: as many as one turn of the loop has time for, and a timer for the rest. */
void daemon_verdicts_look(struct daemon *d);
void daemon_verdicts_second(struct daemon *d); /* once a second */
/** What was told before the start; the error of a document, and *err of the store. */
CP_MUST_USE cp_err daemon_verdicts_restore(struct daemon *d, cp_store_err *err);

/* planner.c */
void daemon_plan(struct daemon *d, struct cp_drive_job *job);
/** Threads that plan, and where each one's answers lie: `to` of daemon_plan_stage, a cp_drive_run. */
struct daemon_planners {
    struct cp_arena **workers; /* [jobs] NULL: not begun */
    uint32_t jobs;
};
CP_MUST_USE cp_err daemon_plan_stage(void *planners, struct cp_planning *stage, uint32_t parts);
