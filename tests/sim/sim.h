#pragma once

#include <stdio.h>

#include "drive/verdict.h"
#include "policy/policy.h"
#include "read/read.h"
#include "session/bgp.h"
#include "session/pcc.h"

/**
 * A network, its routers' sessions, its operator and the controller, in one process with one clock that only the seed
 * moves.  The controller is the real one (drive), fed with bytes; all else here is the test's own, and shares no code
 * with what it judges.
 *
 * Times are microseconds.  Same seed, same run, byte for byte.
 */

enum {
    ROUTERS_MOST = 14,
    LINKS_MOST = 30, /* fewer than 32: sets of them are bits */
    DEMANDS_MOST = 6,
    LABELS_MOST = 24,
    POLICIES_MOST = 24, /* of a router */
    FEEDS_MOST = 2,
    WIRES_MOST = ROUTERS_MOST + FEEDS_MOST,
    MAKERS = 5, /* 0: nobody says */
    LABEL_NODE = 16000,
    LABEL_ADJACENCY = 15000,
    COLOUR = 100, /* of the first class of traffic; the others follow */
    COLOURS = 2,
    SRV6_PERCENT = 25,    /* of networks without a LAN */
    LAN_PERCENT = 40,     /* of networks */
    LAN_MEMBERS_MOST = 4, /* its links go between each two of them */
    SPEAKERS_PERCENT = 50 /* of feeds: BGP-LS; the rest FRR's documents */
};

#define MS UINT64_C(1000)
#define SECOND UINT64_C(1000000)

/* --- chance, time ------------------------------------------------------------------------------- */

uint64_t chance_next(uint64_t *state);
uint32_t chance_pick(uint64_t *state, uint32_t least, uint32_t most);
bool chance_of(uint64_t *state, uint32_t percent);

typedef enum {
    EV_FLOOD,        /* a: router that hears; bytes: the statement */
    EV_SPF,          /* a: router computes its routes */
    EV_DETECT,       /* a: router looks at its links */
    EV_TO_DRIVE,     /* a: wire, b: connection, bytes */
    EV_TO_THERE,     /* the same the other way */
    EV_THERE_CLOSED, /* a: wire, b: connection: the controller closed it */
    EV_DRIVE_CLOSED, /* a: wire, b: connection: the other side closed it */
    EV_CONNECT,      /* a: wire: the controller is called */
    EV_WIRE_TICK,    /* a: wire */
    EV_TICK,         /* of the controller */
    EV_INSTALL,      /* a: router, b: policy, c: its generation: the order takes effect */
    EV_FORGET,       /* a: router, b: which loss of its session: FRR lets go what it was ordered */
    EV_FEED,         /* a: feed: time to look at the collector */
    EV_PLANNED,      /* b: controller's life: the plan is ready */
    EV_RESTART,      /* the controller */
    EV_STORM,        /* the next thing that goes wrong */
    EV_CALM,         /* all that is odd ends */
    EV_UNDO,         /* a: what, b: which: a fault is over */
    EV_SIGHT,        /* a: sight_kind */
    EV_CHECK,
    EV_END
} event_kind;

struct event {
    uint64_t at_us, order;
    event_kind kind;
    uint32_t a, b, c;
    char *bytes; /* owned */
    size_t len;
};

struct queue {
    struct event *heap;
    uint32_t count, cap;
    uint64_t order;
};

void queue_put(struct queue *q, struct event event);
bool queue_take(struct queue *q, struct event *out);
void queue_close(struct queue *q);

/* --- the network -------------------------------------------------------------------------------- */

struct link {
    uint32_t a, b, metric_ab, metric_ba;
    uint32_t maker;
    bool up;
    bool known; /* to the inventory */
    bool lie;   /* there is no such link: liars tell of it */
    bool lan;   /* two routers of the LAN: it costs a router the same to all others on it */
};

/** What a router tells of itself. */
struct statement {
    uint32_t origin, sequence; /* 0: nothing yet */
    uint32_t links;            /* bits */
    uint32_t metrics[LINKS_MOST];
    uint32_t sid; /* index of its node SID; of another one where it lies */
};

struct policy {
    bool used, removed;
    bool installed; /* labels are what packets get */
    bool delegated;
    char name[256];
    size_t name_len;
    uint32_t plsp_id, endpoint, colour, preference;
    uint32_t labels[LABELS_MOST], label_count;  /* in force */
    uint32_t wanted[LABELS_MOST], wanted_count; /* ordered, in force with EV_INSTALL */
    bool wanted_up, wanted_removal;
    uint32_t generation, srp_id;
    bool astray;             /* it does otherwise than was ordered, and says so */
    uint64_t dirty_since_us; /* nobody's any more, over what is forbidden; 0: not so */
};

typedef enum { /* what a PCC does wrong, as bits */
               ODD_REFUSES = 1,
               ODD_STRAYS = 2,
               ODD_FORGETS = 4,
               ODD_LATE = 8,
               ODD_SILENT = 16
} odd_bits;

struct router {
    bool up;
    bool known;
    bool liar, lying;
    uint32_t false_sid;  /* whose SID it claims when it lies */
    bool drops;          /* what its policy cannot carry; else the IGP's way is taken */
    const char *system;  /* what the controller is told that it is */
    uint32_t maker;      /* what the inventory says */
    uint32_t seen_links; /* bits: those that it takes for up */
    struct statement own, view[ROUTERS_MOST];
    uint32_t fib[ROUTERS_MOST]; /* links to a destination, as bits */
    bool spf_due;
    uint32_t depth;

    /* PCEP */
    struct cp_pcc *pcc;
    uint32_t next_plsp, odd;
    uint32_t losses; /* of its session */
    struct policy policies[POLICIES_MOST];
    uint32_t asked[16], asked_count; /* for which router the request of this number was */
};

/** A connection to the controller: of a router's PCC, or (from ROUTERS_MOST on) of a feed's BGP speaker. */
struct wire {
    bool used;
    struct cp_arena *arena;
    uint32_t router;                   /* where it ends */
    uint32_t peer;                     /* of the drive */
    uint32_t connection;               /* counts; odd: there is one */
    uint32_t at_drive;                 /* the connection that the controller has; 0: none */
    uint64_t to_drive_us, to_there_us; /* when the last bytes on their way arrive */
    uint64_t tick_us;
};

struct demand {
    uint32_t src, dst;
};

/** Which makers are forbidden (bits) and what the inventory says, at a time. */
struct rules {
    uint32_t forbidden;
    uint32_t day; /* today, from 0 */
    uint32_t
        licensed[MAKERS]; /* the first day on which a maker's licence is over; 0: it has none */
    uint32_t makers[ROUTERS_MOST];
    uint32_t out; /* routers, as bits: the operator took them out of the inventory */
    uint32_t second
        [ROUTERS_MOST]; /* routers, as bits: demands to and from them are of the second class */
};

/** A LAN as a collector's view has it: the least router on it speaks for its pseudonode. */
struct lan_told {
    bool there;
    uint32_t speaker;
    uint32_t to,
        from; /* routers, as bits: those that say they are on it, and of which it says so */
    uint32_t metrics[ROUTERS_MOST]; /* of those that do */
    uint32_t heard[ROUTERS_MOST];   /* bits: to which routers they have adjacencies */
};

struct feed {
    uint32_t collector;
    uint64_t stale_until_us; /* it says nothing new */
    bool lost;
    char *said; /* last document */
    size_t said_len;
    struct cp_bgp *bgp;                  /* it is a speaker of BGP-LS; NULL: documents */
    struct statement told[ROUTERS_MOST]; /* what it announced */
    struct lan_told lan;                 /* the same of the LAN */
    bool late;                           /* attributes come after their NLRI */
    bool up, full;                       /* of the speaker: its session; all was told */
};

/** One read inventory with its policy: lives until the drive lets it go. */
struct inventory {
    struct inventory *next;
    struct cp_arena *arena;
    const struct cp_case *net;
    struct cp_judge_policy policy;
};

/** A path that a record says is meant from then on. */
struct meant {
    uint32_t labels[LABELS_MOST], count; /* 0: none */
    uint64_t until_us;                   /* when another one was; 0: none was */
};

enum { MEANT_KEPT = 8 };

struct record {
    char *key, *state;
    size_t key_len, state_len;
    struct meant meant[MEANT_KEPT]; /* a ring */
    uint32_t meant_count;
};

/** What the test knows of what was seen of packets from one router to another, and told. */
enum { PATHS_SEEN = 8, PROOFS_MOST = 8 };

struct sighted {
    bool marked;               /* elsewhere, and not since on the path; nobody acknowledged it */
    bool unsure;               /* the controller died as it was told: nobody knows what it kept */
    bool inexact;              /* more may be shunned than is known here */
    uint64_t seen_us, over_us; /* over: when a person acknowledged it last */
    uint64_t shunned_us;       /* when the last of these was */
    uint32_t links;            /* bits: they did not keep to */
    uint32_t paths[PATHS_SEEN][LABELS_MOST], counts[PATHS_SEEN]; /* the same of lists */
    uint32_t path_count;
    uint64_t proofs_us[PROOFS_MOST]; /* a ring: when they were seen on the whole path */
    uint32_t proof_count;
};

typedef enum {
    SIGHT_ANY,
    SIGHT_ACKNOWLEDGE, /* a person looks at all alarms */
    SIGHT_AGREE        /* all packets are seen where they are */
} sight_kind;

/* --- planted bugs ------------------------------------------------------------------------------- */

typedef enum {
    PLANT_NONE,
    PLANT_LABEL,   /* a label of an order is another when the router has it */
    PLANT_NO_NEWS, /* the controller is told nothing of what vanishes */
    PLANT_BELIEVE, /* a router reports what was ordered, whatever it does */
    PLANT_UNREAD,  /* a reload is answered, and the old policy stays */
    PLANT_DIRTY,   /* plans are made as if nothing were forbidden */
    PLANT_LOST,    /* an order now and then is lost on the way */
    PLANT_UNSEEN,  /* what was seen elsewhere does not get to the controller */
    PLANT_SKIPPED, /* nodes that nobody knows are left out of what is told of packets */
    PLANT_AMNESIA, /* what is kept of packets seen is lost when the controller dies */
    PLANT_UNTOLD,  /* records go on saying what was meant first */
    PLANT_LEAK,    /* each plan leaves some memory behind */
    PLANT_RANDOM,  /* the second run of a seed is not like the first */
    PLANT_COUNT
} plant_kind;

struct leaked {
    struct leaked *next;
    char bytes[64000];
};

/* --- the whole ---------------------------------------------------------------------------------- */

struct sim {
    uint64_t seed, chance; /* of the world */
    uint64_t
        long_s; /* how long the storm is, and the controller does not die; 0: as chance has it */
    uint64_t least_bytes[4]; /* in use in each quarter of that */
    struct leaked *leaked;
    uint64_t now_us, skew_us; /* skew: by how much the controller's clock is ahead */
    struct queue queue;
    bool trace;
    plant_kind plant;
    uint32_t run; /* of this seed, from 0 */

    uint32_t router_count, link_count, demand_count, feed_count;
    struct router routers[ROUTERS_MOST];
    struct link links[LINKS_MOST];
    uint32_t lan_links, lan_routers; /* bits; 0: there is none */
    uint32_t lan_ports_down;         /* routers, as bits */
    struct demand demands[DEMANDS_MOST];
    struct feed feeds[FEEDS_MOST];
    struct wire wires[WIRES_MOST];
    bool strict, calm;
    bool srv6; /* its SIDs are those of SRv6; they are labels here all the same (sids.c) */
    uint32_t loss_percent;
    uint64_t spf_us, flood_us;

    struct rules rules, past[8]; /* past: a ring of those before */
    uint64_t past_us[8];         /* until when they held */
    uint32_t past_count;
    uint64_t rules_us; /* since when */
    uint64_t given_us,
        job_given_us;    /* of the rules that the controller was given last; of those of its job */
    uint64_t planned_us; /* when the controller last adopted a plan whose rules were others */
    uint64_t deaf_until_us; /* a feed was stale until some time before */
    uint64_t changed_us;    /* when the network, or what is told of it, last changed */
    uint64_t calm_us;
    struct inventory *inventories;

    struct cp_drive *drive;
    struct cp_drive_peer peers[ROUTERS_MOST + FEEDS_MOST];
    char names[ROUTERS_MOST + FEEDS_MOST][16];
    uint32_t peer_count, life, kill_after;
    uint64_t tick_us;
    struct cp_drive_job *job;
    struct cp_arena *job_arenas[2];
    const struct cp_plan *plan;
    bool job_refused;
    bool pumping, held;
    struct sighted sighted[COLOURS][ROUTERS_MOST][ROUTERS_MOST];
    uint64_t sights, contradictions, proofs;
    struct record *records;
    uint32_t record_count, record_cap;
    uint64_t digest, acts, sent, plans, orders, crashes, faults, checks, ways, replies;
    uint64_t bad_since_us[ROUTERS_MOST][ROUTERS_MOST];   /* 0: packets meet nothing forbidden */
    uint64_t wrong_since_us[ROUTERS_MOST][ROUTERS_MOST]; /* the same of demands called ok */
    uint64_t verdicts[4];                                /* how often each was said */
    struct {                                             /* what was told of each demand */
        bool had;
        cp_verdict verdict;
        uint32_t in_life; /* how often in this life of the controller */
        uint64_t told_us;
    } told[DEMANDS_MOST];
    uint64_t changes; /* told, in all */
    uint64_t last_tick_us, spins;

    const char *broken; /* the rule that was broken first */
    char detail[512];
    uint64_t broken_us;
};

void fail(struct sim *s, const char *rule, const char *format, ...) CP_PRINTF(3, 4);
void trace(struct sim *s, const char *format, ...) CP_PRINTF(2, 3);
void must(cp_err err); /* the test's own memory */
void may(cp_err err);  /* a message of a session that may be gone by now */
void *room(void *at, size_t count, size_t size_bytes);

/* network.c */
void network_make(struct sim *s);
void network_start(struct sim *s);
void network_event(struct sim *s, const struct event *event);
void link_set(struct sim *s, uint32_t link, bool up);   /* of a LAN: all of it */
void port_set(struct sim *s, uint32_t router, bool up); /* the one on the LAN */
/** What it costs a router to leave by a link; on a LAN, to whomever. */
void metric_set(struct sim *s, uint32_t link, uint32_t router, uint32_t metric);
void router_crash(struct sim *s, uint32_t router);
void router_boot(struct sim *s, uint32_t router);
void router_lie(struct sim *s, uint32_t router, bool lying);
uint32_t link_other(const struct link *link, uint32_t router);
bool link_carries(const struct sim *s, uint32_t link); /* it, and both ends */
uint32_t label_adjacency(const struct sim *s, uint32_t link, uint32_t from);
/** A statement of what the router tells is new: neighbours hear of it. */
void router_state(struct sim *s, uint32_t router);

/** Where packets get to that leave a router with these labels, for a destination. */
struct walk {
    uint32_t routers, links; /* visited, as bits */
    bool arrives, lost;      /* some packet does */
};
void walk(const struct sim *s, uint32_t from, const uint32_t *labels, uint32_t count, uint32_t to,
          struct walk *out);
/** The same for what a headend does now with a demand's packets. */
void walk_demand(const struct sim *s, uint32_t from, uint32_t to, struct walk *out);
/** Of the colour that packets between them have by now. */
const struct policy *policy_of(const struct sim *s, uint32_t from, uint32_t to);
uint32_t colour_of(const struct sim *s, uint32_t from, uint32_t to);

/* sids.c */
bool is_node_label(const struct sim *s, uint32_t label);
uint32_t label_owner(const struct sim *s, uint32_t label); /* whose it is; CP_NONE: nobody's */
void locator_of(uint32_t router, uint8_t out[16]);         /* of 48 bits */
void sid_of_label(const struct sim *s, uint32_t label, uint8_t out[16]);
/** 0: nobody's, or of the other data plane. */
uint32_t hop_label(const struct sim *s, const struct cp_pce_hop *hop);
struct cp_pce_hop label_hop(const struct sim *s, uint32_t label);
uint32_t setup_type(const struct sim *s); /* of paths */

/* inventory.c */
struct inventory *inventory_make(struct sim *s);
void inventory_let_go(struct sim *s, const struct cp_case *net);
void inventories_close(struct sim *s);
extern const char *const maker_names[MAKERS];

/* wires.c */
void wire_open(struct sim *s, uint32_t wire, uint32_t router);
void wire_event(struct sim *s, const struct event *event);
void wire_cut(struct sim *s, uint32_t wire);  /* the connection breaks */
void wire_hear(struct sim *s, uint32_t wire); /* after any call of its machine */

/* feed.c */
void feed_event(struct sim *s, uint32_t feed);

/* speakers.c */
void speaker_make(struct sim *s, uint32_t feed);
void speaker_hear(struct sim *s, uint32_t feed);
/** Announces and withdraws what is otherwise than it told. */
void speaker_tell(struct sim *s, uint32_t feed);

/* routers.c */
void pcc_make(struct sim *s, uint32_t router);
void pcc_hear(struct sim *s, uint32_t router);
void pcc_ask(struct sim *s, uint32_t router, uint32_t to); /* for a path */
void pcc_err(struct sim *s, uint32_t router);              /* it begins to be odd */
void pcc_install(struct sim *s, const struct event *event);
void pcc_forget(struct sim *s, const struct event *e);

/* controller.c */
void controller_start(struct sim *s);
void controller_event(struct sim *s, const struct event *event);
void controller_crash(struct sim *s);
void controller_reload(struct sim *s);
void controller_hold(struct sim *s, bool held);
void controller_close(struct sim *s);
/** After every call of the drive: does what it asks for. */
void controller_pump(struct sim *s, cp_err err);
uint64_t controller_now(const struct sim *s);

/* records.c */
void record_keep(struct sim *s, const struct cp_control_step *step);
/** Whether the path is that of the newest record of the key, or was when the order may have left. */
bool record_explains(const struct sim *s, cp_text key, struct cp_pce_path path);

/* storm.c */
void storm_start(struct sim *s);
void storm_event(struct sim *s, const struct event *event);

/** Of an LSP: what its key says. */
struct ends {
    uint32_t from, to, colour;
};

/* sights.c */
void sights_start(struct sim *s);
void sights_event(struct sim *s, const struct event *event);
void sights_calm(struct sim *s);
/** What must hold of an LSP by what was seen. */
void sights_check(struct sim *s, const struct cp_control_lsp *lsp, const struct ends *ends);
/** The same of a path that a router is ordered; links: bits, where it leads. */
void sights_order(struct sim *s, const struct ends *ends, struct cp_pce_path path, uint32_t links);
struct sighted *sighted_of(struct sim *s, uint32_t from, uint32_t to); /* of the colour of now */
bool is_sighted(struct sim *s, uint32_t from, uint32_t to);            /* or was just now */

/* memory.c */
bool memory_is_known(void);
void memory_check(struct sim *s);
void memory_check_quiet(struct sim *s);
void memory_leak(struct sim *s);
void memory_close(struct sim *s);

/* leaving.c */
void leaving_check(struct sim *s);
void leaving_check_quiet(struct sim *s);

/* truth.c */
bool is_told(const struct sim *s); /* its collectors know the network as it is */
bool find_lsp(const struct sim *s, uint32_t from, uint32_t to, struct cp_control_lsp *out);
bool is_same_path(const struct sim *s, const struct policy *p, struct cp_pce_path path);
bool is_forbidden_maker(const struct rules *rules, uint32_t maker); /* licences heeded */
bool is_forbidden_router(const struct rules *rules, const struct sim *s, uint32_t router);
bool is_forbidden_link(const struct rules *rules, const struct sim *s, uint32_t link);
/** The first of routers or links (bits) that is forbidden now, and was just before; CP_NONE. */
uint32_t forbidden_now(const struct sim *s, uint32_t routers, uint32_t links);
void truth_check(struct sim *s);
void truth_check_quiet(struct sim *s);
/** An order, or an answer to a request, that a router has heard. */
void truth_order(struct sim *s, uint32_t router, const struct cp_pce_order *order);
