#pragma once

#include "control/control.h"
#include "session/ended.h"
#include "session/notice.h"

/**
 * The controller whole: sessions, ted, plan and control joined.  Bytes, documents and the time go in; bytes, records and
 * wishes come out.  Still pure: the daemon runs it with sockets and a clock, the simulator with neither.
 *
 * A *peer* is one connection's other side.  After every call: cp_drive_next until it says false, and do each in order: what
 * is to be kept is kept for good before a later SEND leaves.
 */
struct cp_drive;

typedef enum { CP_PEER_BGP, CP_PEER_PCEP, CP_PEER_DOCUMENTS } cp_peer_kind;

struct cp_drive_peer {
    cp_peer_kind kind;
    cp_text name;
    cp_ip address;
    /* BGP: */
    uint32_t remote_as;
    bool passive;
    /* PCEP: as in cp_control_peer */
    cp_text node, system;
    bool guarded;
    /* DOCUMENTS: */
    cp_ted_feed_kind feed;
};

struct cp_drive_config {
    const struct cp_drive_peer *peers; /* those that may come or are called: no others are let in */
    uint32_t peer_count;
    uint32_t local_as, router_id, hold_s;
    uint32_t keepalive_s, dead_s; /* PCEP */
    struct cp_pce_speaker
        speaker; /* told to edges of ours: each life of a controller has a higher epoch */
    const struct cp_ted_identity *identities;
    uint32_t identity_count;
    uint64_t stale_us, disagree_us;
    struct cp_control_config control; /* its peers are taken from `peers` */
    struct cp_plan_config plan;
    uint64_t plan_after_us; /* quiet time after good news before a plan is asked for */
    size_t bytes_max;       /* of all state together */
};

/** inventory, policies: borrowed until cp_drive_reload gave others and the last plan made with them is gone. */
CP_MUST_USE cp_err cp_drive_open(const struct cp_drive_config *config,
                                 const struct cp_case *inventory,
                                 const struct cp_judge_policy *policies, uint32_t policy_count,
                                 struct cp_drive **out, struct cp_diag *diag);
void cp_drive_close(struct cp_drive *drive);
CP_MUST_USE cp_err cp_drive_restore(struct cp_drive *drive, cp_text key, cp_text state,
                                    struct cp_diag *diag);

/* Each: errors NOMEM, LIMIT alone: what a peer does wrong is handled inside. */
CP_MUST_USE cp_err cp_drive_connected(struct cp_drive *drive, uint32_t peer, uint64_t now_us);
CP_MUST_USE cp_err cp_drive_bytes(struct cp_drive *drive, uint32_t peer, cp_text bytes,
                                  uint64_t now_us);
CP_MUST_USE cp_err cp_drive_closed(struct cp_drive *drive, uint32_t peer, uint64_t now_us);
/** A document of a DOCUMENTS peer; MALFORMED with the place: what it said before stands. */
CP_MUST_USE cp_err cp_drive_document(struct cp_drive *drive, uint32_t peer, cp_text json,
                                     uint64_t now_us, struct cp_diag *diag);
/**
 * What peers sent may not have been read until now: before the tick.  Whose time to speak would be over has it anew, so that
 * our own silence is nobody's end.
 */
void cp_drive_unread(struct cp_drive *drive, uint64_t now_us);
CP_MUST_USE cp_err cp_drive_tick(struct cp_drive *drive, uint64_t now_us);
uint64_t cp_drive_deadline(const struct cp_drive *drive);
CP_MUST_USE cp_err cp_drive_reload(struct cp_drive *drive, const struct cp_case *inventory,
                                   const struct cp_judge_policy *policies, uint32_t policy_count,
                                   uint64_t now_us, struct cp_diag *diag);
CP_MUST_USE cp_err cp_drive_hold(struct cp_drive *drive, bool held, cp_text who, uint64_t now_us);
CP_MUST_USE cp_err cp_drive_seen(struct cp_drive *drive, const struct cp_control_sight *sight,
                                 uint64_t now_us, cp_sight_says *says);
CP_MUST_USE cp_err cp_drive_acknowledge(struct cp_drive *drive, cp_text alarm, cp_text who,
                                        uint64_t now_us, bool *changed);

/**
 * A plan wanted: made by the owner, on as many threads as it likes:
 *   cp_drive_job_make (judge, SIDs, then cp_planning's stages through `run`), the checker over it, and cp_drive_planned.
 * One job at a time.  It touches nothing of the drive: it may run beside it.
 */
struct cp_drive_job;
/** Runs parts of a stage, on several threads: [0, parts) each once through one of the workers. */
typedef cp_err (*cp_drive_run)(void *to, struct cp_planning *planning, uint32_t parts);
/** refused is the caller's to set after its checker; errors stand in the job.  arena: of the plan, taken over by cp_drive_planned. */
cp_err cp_drive_job_make(struct cp_drive_job *job, struct cp_arena *arena, cp_drive_run run,
                         void *to, const struct cp_plan **plan, struct cp_diag *diag);
/** What came of a job.  plan NULL: it could not be made.  refused: our checker did not uphold it. */
struct cp_drive_made {
    const struct cp_plan *plan;
    bool refused;
    struct cp_arena *const *
        arenas; /* [count] all that the plan lies in; closed by the drive when it is no longer needed */
    uint32_t count;
};
CP_MUST_USE cp_err cp_drive_planned(struct cp_drive *drive, struct cp_drive_job *job,
                                    const struct cp_drive_made *made, uint64_t now_us);

typedef enum {
    CP_ACT_RECORD, /* keep: record, key, document, state as in cp_control_step */
    CP_ACT_SEND,   /* bytes to a peer */
    CP_ACT_CLOSE,  /* its connection, after what was sent */
    CP_ACT_CALL,   /* connect to a peer (not before at_us) */
    CP_ACT_PLAN,   /* job */
    CP_ACT_ALARM,
    CP_ACT_LET_GO /* an inventory given by open or reload is no longer pointed to: `inventory` */
} cp_drive_act_kind;

struct cp_drive_act {
    cp_drive_act_kind kind;
    uint32_t peer;
    cp_text bytes;
    uint64_t at_us;
    struct cp_drive_job *job;
    const struct cp_case *inventory;
    struct cp_control_step step; /* of RECORD and ALARM */
};
/** Borrowed until the next call of anything here. */
bool cp_drive_next(struct cp_drive *drive, struct cp_drive_act *out);

const struct cp_control *cp_drive_control(const struct cp_drive *drive);
struct cp_ted *cp_drive_ted(struct cp_drive *drive);
/** Of a peer: "down", "opening", "synchronising", "up". */
const char *cp_drive_peer_state(const struct cp_drive *drive, uint32_t peer);
/** The next NOTIFICATION or PCErr of its sessions that was given or received, and was not asked for yet; false: none. */
bool cp_drive_peer_notice(struct cp_drive *drive, uint32_t peer, struct cp_session_notice *out);
/** Why its session ended here; why NULL: it did not, or its connection is gone by now. */
struct cp_session_end cp_drive_peer_ended(const struct cp_drive *drive, uint32_t peer);
