#pragma once

#include "drive/verdict.h"
#include "policy/policy.h"
#include "session/pcc.h"

/**
 * The controller whole (room drive) over a network of a few routers that the test draws: FRR's documents tell of it, PCCs
 * that do as they are told come from its routers, plans are made at once.  For tests of what the drive decides.
 *
 * Routers are n0, n1, ... (10.0.0.N+1, node SID 16000 + N); link k has the adjacency SIDs 15000 + 2k (from a) and one more
 * (from b).  The demand is d0, from n0 to the last router, class secret: no Huawei.
 */
enum { RIG_ROUTERS = 6, RIG_LINKS = 10, RIG_FEEDS = 2, RIG_LSPS = 8 };
#define RIG_SECOND UINT64_C(1000000)

struct rig_link {
    uint32_t a, b, metric;
    bool down;
    uint32_t sid; /* from a; one more from b; 0: the usual */
};

struct rig_lsp { /* of a PCC */
    uint32_t plsp_id, labels[16], count;
    char name[64];
    size_t name_len;
    cp_ip dst;
    uint32_t colour;
    bool up, used;
};

struct rig_pcc {
    struct cp_pcc *pcc;
    bool connected, silent;
    bool probes, alive; /* it tells of probes of its own, and that they get through */
    struct rig_lsp lsps[RIG_LSPS];
    uint32_t replies, no_paths, reply[16], reply_count; /* of the last PCRep */
    uint32_t refused;                                   /* connections that the drive closed */
    uint32_t srp_id;                                    /* of the last order */
};

struct rig {
    /* set before rig_open */
    uint32_t routers, links, feeds;
    struct rig_link link[RIG_LINKS];
    const char *maker[RIG_ROUTERS];
    uint32_t sid[RIG_ROUTERS]; /* index of the node SID; 0: the router's number */
    const char *system;
    bool guarded, shortest;
    bool unruled;               /* the demand is of no class: no rule holds for it */
    uint64_t plan_takes_us;     /* 0: plans are made at once */
    uint32_t more_demands;      /* d1, d2, ... like d0 */
    uint32_t hidden[RIG_FEEDS]; /* links, as bits, of which the feed does not tell */

    struct cp_arena *arena;
    struct cp_drive *drive;
    const struct cp_case *net;
    struct cp_judge_policy policy;
    struct cp_drive_peer peers[RIG_FEEDS + 2];
    struct rig_pcc pccs[2]; /* of the first router and the last one */
    uint64_t now_us;
    uint32_t plans, orders;
    struct rig_record {
        char key[64], state[4096];
        size_t key_len, state_len;
    } records[RIG_LSPS];
    uint32_t record_count;
    char request[1024];       /* the document of the last request's record */
    struct cp_drive_job *job; /* waits */
    uint64_t job_us;
};

void rig_open(struct rig *rig);
void rig_close(struct rig *rig);
/** The controller ends and starts again, by what was kept; connections are cut.  Makers may be others by now. */
void rig_restart(struct rig *rig);
/** The feed tells of the network as it is. */
void rig_tell(struct rig *rig, uint32_t feed);
void rig_lose(struct rig *rig, uint32_t feed);
/** Time passes, with all that is due in it. */
void rig_wait(struct rig *rig, uint64_t us);
void rig_connect(struct rig *rig, uint32_t pcc);
void rig_cut(struct rig *rig, uint32_t pcc);
/** The PCC reports this of its LSP, by itself or (srp_id) in answer to an order. */
void rig_report(struct rig *rig, uint32_t pcc, const struct rig_lsp *lsp, uint32_t srp_id);
void rig_ask(struct rig *rig, uint32_t pcc, const struct cp_pce_request *request);
struct cp_drive_verdict rig_verdict(struct rig *rig);
/** The labels that the PCC's LSP has in force; NULL: none is up. */
const struct rig_lsp *rig_up(const struct rig *rig, uint32_t pcc);
