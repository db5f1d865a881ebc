#pragma once

#include "drive/drive.h"
#include "session/bgp.h"

/** What the drive is made of: peers.c, held.c, speakers.c, feeds.c bring things in; job.c, epochs.c make plans of them, trial.c those that are not for use; acts.c hands out; verdict.c and changes.c say what is so of demands. */

struct drive_peer {
    struct cp_drive_peer config;
    uint32_t feed;          /* of the ted; CP_NONE: PCEP */
    uint32_t pcc;           /* of control; CP_NONE: a feed */
    struct cp_arena *arena; /* of its session; NULL: it has none */
    struct cp_pce *pce;
    struct cp_bgp *bgp;
    bool connected, up, synced, full;
    bool waits;          /* in the list of those that may have bytes to send */
    bool close;          /* is to be closed */
    uint64_t call_at_us; /* UINT64_MAX: not to be called */
    uint64_t call_after_us;
    uint32_t depth_max; /* UINT32_MAX: no limit, or not said */
    bool told;          /* of a feed: it has told all at some time since the start */
    /* Requests that wait for a plan; they lie in held_arena. */
    struct held *held, *held_last;
    struct cp_arena *held_arena;
    uint32_t held_count;
    bool turned_away; /* one got no answer but that there is no plan */
};

/** A view, and the plan made of it; what lies in its arenas is let go as a whole. */
struct epoch {
    struct epoch *next;
    struct cp_arena *arena; /* its own, the view and the job in it */
    struct cp_ted_view view;
    const struct cp_case *inventory;
    const struct cp_plan *plan; /* NULL: not made yet, or not to be had */
    struct cp_arena **arenas;   /* [arena_count] of the plan */
    uint32_t arena_count;
};

struct cp_drive_job {
    struct cp_drive *drive; /* of use to nobody but cp_drive_planned */
    struct epoch *epoch;
    const struct cp_judge_policy *policies;
    uint32_t policy_count;
    struct cp_plan_config config;
    const uint32_t *depths; /* [nodes of the view's case] */
    bool partial;           /* some feed had never told all when its view was made */
    bool lacking;           /* what some feed told had been let go by then, and it was not back */
    cp_text reason;
};

/** An inventory that was given, and is let go once nothing points to it. */
struct given {
    const struct cp_case *inventory;
    bool over;
};

enum {
    FEEDS_WAIT_US = 30000000 /* for all from the start, and for others once one has told all */
};
enum { PLAN_AGAIN_LAST_US = 300000000 };
enum { PLAN_AGAIN_US = 5000000, CALL_FIRST_US = 1000000, CALL_LAST_US = 60000000 };
enum { GIVEN_MAX = 8 /* reloads that may wait for plans made with them */ };

struct cp_drive {
    struct cp_arena *arena; /* of its life */
    struct cp_arena *work;  /* emptied by each call */
    cp_arena_mark work_empty;
    struct cp_drive_config config;
    const struct cp_case *inventory;
    const struct cp_judge_policy *policies;
    uint32_t policy_count;
    struct cp_ted *ted;
    struct cp_control *control;
    struct drive_peer *peers; /* [config.peer_count] */
    uint32_t *waiting; /* [peer_count] peers with bytes to send, in the order in which they came */
    uint32_t waiting_first, waiting_count;
    uint32_t *peer_of_pcc; /* [PCCs] */
    uint32_t calling;      /* peers before it need no call */
    uint32_t sending;      /* whose bytes the owner has in hand; CP_NONE */
    size_t sending_bytes;

    struct epoch *epochs; /* latest first */
    struct epoch *latest; /* of the view that the ted made last; NULL */
    struct cp_drive_job *job;
    /* Of the latest view since it was made; in gone_arena.  other: their SIDs are. */
    uint8_t *nodes_gone, *nodes_other, *nodes_taken, *links_gone;
    struct cp_arena *gone_arena;
    bool left;              /* a router left a LAN of it */
    bool heard;             /* every feed has told all, or has been waited for */
    uint64_t full_since_us; /* the first feed that has told all did so then; 0: none has */
    /* Feeds that have not come by then are lost; 0: to be set; UINT64_MAX: it was. */
    uint64_t missing_us;
    uint64_t plan_at_us;    /* when a plan is wanted; UINT64_MAX: none is */
    uint64_t plan_since_us; /* since when; for who waits for quiet */
    uint64_t worse_by_us;   /* a plan of what got worse is wanted by then; UINT64_MAX: none is */
    uint32_t lately;        /* plans made lately: one is forgotten every CALM_US */
    uint64_t lately_us;     /* up to when that is so */
    uint64_t again_us; /* the next try after plans that came to nothing; 0: the last one did not */
    cp_text plan_reason;
    struct given given[GIVEN_MAX];
    uint32_t given_count;
    uint64_t now_us, began_us; /* began_us: of the first call; 0: there was none */
    bool frozen;
    /* No feed is known to have told all: no plan is made, and what is gone is not told. */
    bool blind;
    uint64_t planned;        /* jobs that came back */
    struct changes *changes; /* changes.c; NULL: nobody has asked yet */
    bool missed; /* there was news while no feed was known to have told all: it has no plan yet */
};

/* peers.c */
CP_MUST_USE cp_err cp_drive_open_peers(struct cp_drive *drive);
void cp_drive_close_peers(struct cp_drive *drive);
CP_MUST_USE cp_err cp_drive_tick_peers(struct cp_drive *drive, uint64_t now_us);
uint64_t cp_drive_peers_deadline(const struct cp_drive *drive);
void cp_drive_wait(struct cp_drive *drive, uint32_t peer); /* it may have bytes to send */
cp_text cp_drive_peer_out(const struct drive_peer *peer);
void cp_drive_peer_sent(struct drive_peer *peer, size_t count);
bool cp_drive_peer_closing(const struct drive_peer *peer);

/* speakers.c */
CP_MUST_USE cp_err cp_drive_hear_speaker(struct cp_drive *drive, struct drive_peer *peer);

/* held.c */
/** Whether the request is kept, to be answered later; false: it is to be answered now. */
bool cp_drive_hold_request(struct cp_drive *drive, struct drive_peer *peer,
                           const struct cp_pce_request *request);
/** Those that can be answered, or have waited long enough, go to control. */
CP_MUST_USE cp_err cp_drive_answer_held(struct cp_drive *drive, struct drive_peer *peer);
void cp_drive_forget_held(struct drive_peer *peer);
uint64_t cp_drive_held_until(const struct drive_peer *peer); /* UINT64_MAX: none waits */

/* probed.c */
/** What a report says of its headend's own probes. */
CP_MUST_USE cp_err cp_drive_hear_probes(struct cp_drive *drive, const struct drive_peer *peer,
                                        const struct cp_pce_lsp *lsp);

/* feeds.c */
bool cp_drive_is_partial(const struct cp_drive *drive); /* some feed has never told all */
/** What the ted has learned goes to control, and a plan is asked for where that is worth one. */
CP_MUST_USE cp_err cp_drive_hear(struct cp_drive *drive, uint64_t now_us);

/** Where lists depend on metrics: as they are by now, in `work`. */
CP_MUST_USE cp_err cp_drive_add_steps(struct cp_drive *drive, struct cp_ted_news *news);

/* verdict.c */
/** Whether the plan's view is the network as it is, as far as anybody can know. */
bool cp_drive_is_current(const struct cp_drive *drive, const struct cp_plan *plan);

/* changes.c */
/** Before the restart it was told that this demand is a violation, and nothing else since. */
bool cp_drive_was_violation(const struct cp_drive *drive, cp_text demand);
void cp_drive_close_changes(struct cp_drive *drive);

/* epochs.c */
/** A plan is wanted at this time at the latest. */
void cp_drive_want_plan(struct cp_drive *drive, uint64_t at_us, cp_text reason);
/** How often what waits for a plan waits twice as long as usual, by the plans that were made lately; at most `most`. */
uint32_t cp_drive_doublings(const struct cp_drive *drive, uint32_t most);
/** When a plan of bad news is due: soon, but not for ever that soon. */
uint64_t cp_drive_soon(const struct cp_drive *drive);
/** When a plan may be made: that is due, and enough has been heard. */
uint64_t cp_drive_plan_at(const struct cp_drive *drive);
/** What headends can push, for a plan of the epoch; in its arena. */
CP_MUST_USE cp_err cp_drive_depths(const struct cp_drive *drive, struct epoch *epoch,
                                   const uint32_t **out);
/** The job that is due; *job NULL: none.  Errors: NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_drive_next_job(struct cp_drive *drive, struct cp_drive_job **job);
void cp_drive_let_go(struct cp_drive *drive); /* of epochs that nothing points to */
void cp_drive_close_epochs(struct cp_drive *drive);
