#pragma once

#include "base/map.h"
#include "model/sid_text.h"
#include "ted/limits.h"
#include "ted/ted.h"

/*
 * From statements to views: each feed's statements are kept by key (store); when any changed, a world is made anew of all
 * that stands (routers, links), joined with the inventory and compared with the world before (news).  Nothing depends
 * on the order in which statements came.
 */

/* --- statements --------------------------------------------------------------------------------- */

typedef enum { TED_ISIS = 1, TED_OSPF = 2, TED_OSPF3 = 3, TED_OTHER = 4 } ted_family;

/* A router, or a LAN's pseudonode, as its IGP names it.  No gaps: compared as bytes. */
struct ted_router {
    uint64_t instance; /* RFC 9552 5.2: the Identifier; 0 in documents */
    uint8_t family;    /* ted_family */
    uint8_t len;
    uint8_t id[14]; /* IS-IS: 6 bytes, a pseudonode 7; OSPF: 4, a pseudonode 8 */
};

/* Where a statement holds.  No gaps. */
struct ted_domain {
    uint64_t instance;
    uint32_t area;
    uint8_t protocol; /* RFC 9552 5.2: 1 and 2 IS-IS L1 and L2, 3 OSPFv2, 6 OSPFv3 ... */
    uint8_t area_known;
    uint8_t any_instance; /* of a document */
    uint8_t zero;
};

typedef enum { TED_NODE = 1, TED_HALF, TED_PREFIX, TED_SRV6, TED_NOT_USED } ted_kind;

typedef enum { TED_SID_NONE, TED_SID_INDEX, TED_SID_LABEL } ted_sid_kind;

struct ted_sid {
    uint32_t kind; /* ted_sid_kind */
    uint32_t number;
};

/* Statements are made in zeroed memory, field by field, and compared as bytes. */
struct ted_node {
    struct ted_router router;
    struct ted_domain domain;
    cp_ip address, address6; /* TE router ids */
    uint32_t msd;            /* CP_NONE: not said */
    uint32_t srgb_count, srlb_count, name_len;
    struct cp_label_block srgb[CP_LABEL_BLOCKS_MAX], srlb[CP_LABEL_BLOCKS_MAX];
    uint32_t overload; /* 1: it asks not to be passed */
    char name[CP_TED_NAME_BYTES_MAX + 1];
};

struct ted_lan_sid {
    struct ted_router to;
    struct ted_sid sid;
    uint32_t six; /* 1: for IPv6 */
    uint32_t zero;
};

/* What one end says of a link. */
struct ted_half {
    struct ted_router from, to;
    struct ted_domain domain;
    uint64_t bandwidth_bps; /* CP_BPS_NONE: not said; these all */
    uint32_t topology;      /* RFC 9552 5.2.2.1: MT-ID */
    uint32_t local_id, remote_id;
    uint32_t metric, te_metric, delay_us, colour; /* CP_NONE; colour 0 */
    struct ted_sid sid;
    uint32_t srlg_count, lan_count, srv6_known;
    uint32_t sid_six; /* 1: `sid` is that of the IPv6 adjacency, and no other is known */
    uint8_t srv6[16]; /* End.X */
    cp_ip local, remote, local6, remote6;
    /* Then srlg_count numbers, then lan_count struct ted_lan_sid. */
};

struct ted_prefix {
    struct ted_router router;
    struct ted_domain domain;
    cp_ip address;
    uint32_t bits;
    struct ted_sid sid;        /* of a node: algorithm 0, not advertised again by another */
    struct cp_locator locator; /* bits 0: none */
};

struct ted_srv6 {
    struct ted_router router;
    struct ted_domain domain;
    uint8_t sid[16]; /* an End */
};

const uint32_t *cp_ted_half_srlgs(const struct ted_half *half);
const struct ted_lan_sid *cp_ted_half_lans(const struct ted_half *half);
struct ted_lan_sid *cp_ted_half_lan_room(struct ted_half *half); /* the same, to be filled */
size_t cp_ted_half_bytes(uint32_t srlg_count, uint32_t lan_count);
/* With nothing said.  NULL: memory ended. */
struct ted_half *cp_ted_half_make(struct cp_arena *arena, uint32_t srlg_count, uint32_t lan_count);
/*
 * Which of an adjacency's SIDs is used: the least, those for IPv4 before those for IPv6 (a policy of IPv4 that begins
 * with an IPv6 adjacency's label stays down in FRR 8.4).  UNUSED: it is a backup, or one of a set.
 */
#define TED_SID_UNUSED UINT64_MAX
uint64_t cp_ted_sid_rank(uint8_t family, uint32_t flags, uint32_t number);
/* By the flags V and L, and the number. */
bool cp_ted_sid_is_label(uint8_t family, uint32_t flags, uint32_t number);
/* A label: taken where its rank is below *best, which begins as UNUSED. */
void cp_ted_half_take_sid(struct ted_half *half, uint32_t flags, uint32_t number, uint64_t *best);
/* The same for each neighbour on a LAN.  The half has room for `most`; its lan_count begins as 0. */
void cp_ted_half_take_lan_sid(struct ted_half *half, uint32_t most, const struct ted_router *to,
                              uint32_t flags, uint32_t number);
bool cp_ted_is_pseudonode(const struct ted_router *router);
int cp_ted_router_cmp(const struct ted_router *a, const struct ted_router *b);
/* "0000.0000.0001", "10.0.0.1"; a pseudonode's number or address after it. */
void cp_ted_out_router(struct cp_out *out, const struct ted_router *router);
/* Whether two statements are about one flooding scope. */
bool cp_ted_same_domain(const struct ted_domain *a, const struct ted_domain *b);

/* --- a feed's statements ------------------------------------------------------------------------ */

struct ted_thing {
    const void *key;
    void *blob; /* NULL where nothing of it is used */
    uint32_t key_len, blob_len, blob_cap;
    uint32_t hash;
    uint32_t generation;
    uint32_t kind; /* ted_kind; 0: a free one */
};

struct ted_store {
    struct cp_arena *arena;
    struct ted_thing *things; /* [thing_cap] */
    uint32_t *slots;          /* [mask + 1] a thing plus 1; 0: empty */
    size_t bytes_max, bytes_live;
    uint32_t thing_count, thing_cap; /* count: of places used */
    uint32_t live, mask, things_max;
    uint32_t first_free; /* a thing; of free ones `hash` is the next */
    uint32_t of_kind[TED_NOT_USED + 1];
};

typedef enum { TED_SAME, TED_CHANGED, TED_CAME } ted_put;

CP_MUST_USE cp_err cp_ted_store_open(struct ted_store *store, size_t bytes_max,
                                     uint32_t things_max);
void cp_ted_store_close(struct ted_store *store);
/* Key and blob are copied.  Errors: NOMEM, LIMIT (the store stands as it was). */
CP_MUST_USE cp_err cp_ted_store_put(struct ted_store *store, cp_text key, ted_kind kind,
                                    cp_text blob, uint32_t generation, ted_put *did);
/* NULL: it is not there. */
const struct ted_thing *cp_ted_store_find(const struct ted_store *store, cp_text key);
/* Whether it was there. */
bool cp_ted_store_drop(struct ted_store *store, cp_text key);
/* Drops all that are not of the generation: whether there were any. */
bool cp_ted_store_sweep(struct ted_store *store, uint32_t generation);

/* --- what the inventory knows (known.c) --------------------------------------------------------- */

struct ted_known_link {
    uint32_t a, b; /* nodes of the inventory, a < b; of LANs the first two ends */
    uint32_t link;
};

struct ted_known {
    struct cp_arena *arena;
    struct cp_map *listed; /* the config's identities, to a node */
    struct cp_map *names;  /* identities that the inventory gives, to `owners` */
    uint32_t *owners;      /* a node; CP_NONE: several have it */
    uint32_t owner_count;
    struct ted_known_link *pairs; /* [pair_count] links of layer ip between two, by a, b, link */
    struct ted_known_link *lans;  /* [lan_count] those of class lan, or with more ends */
    uint32_t pair_count, lan_count;
    cp_range *ends; /* [ends of the inventory] in addresses */
    const cp_ip *addresses;
    uint8_t *fact_kind; /* [facts] ted_fact */
};

/* Facts that what routers say takes the place of. */
typedef enum {
    TED_FACT_OTHER,
    TED_FACT_SR, /* srgb, srlb, locator */
    TED_FACT_MSD,
    TED_FACT_ADJACENCY, /* adj-sid-ab, adj-sid-ba */
    TED_FACT_TE,        /* te-metric ... */
    TED_FACT_ADDRESS    /* address-a, address-b */
} ted_fact;

/* Addresses and system ids in one spelling; else the text itself.  Empty: memory ended. */
cp_text cp_ted_spelling(cp_text text, struct cp_arena *arena);
CP_MUST_USE cp_err cp_ted_known_open(const struct cp_ted *ted, const struct cp_case *inventory,
                                     struct ted_known **out, struct cp_diag *diag);
void cp_ted_known_close(struct ted_known *known);
/* How an address of one end fits what the inventory says of it: 1 it is the same, -1 another, 0 nothing is known. */
int cp_ted_known_fits(const struct ted_known *known, uint32_t end, cp_ip address);

/* --- feeds -------------------------------------------------------------------------------------- */

struct ted_feed {
    struct ted_store store;
    cp_text name;
    cp_ted_feed_kind kind;
    bool up;
    bool full; /* its table is complete: it covers what it names */
    bool lost; /* what it says is from before it was lost (some of it: until it is full again) */
    bool gone; /* was lost for too long: its statements are let go */
    uint64_t lost_us; /* when it was lost last */
    uint64_t malformed, malformed_us, statements;
    uint64_t mended; /* of malformed: those before a whole document without any */
    uint32_t generation;
};

/* A document of FRR, JSON or (IS-IS) text.  *changed: whether the feed says anything else now. */
CP_MUST_USE cp_err cp_ted_frr_read(struct ted_feed *feed, cp_text document, bool *changed,
                                   struct cp_diag *diag);

/* --- the world ---------------------------------------------------------------------------------- */

/* A router: all identities of one. */
struct ted_world_node {
    cp_text id;    /* in the view */
    uint32_t node; /* of the inventory, or CP_NONE */
    uint32_t msd;
    cp_ip address, address6;
    cp_text srgb, srlb, sid, locator; /* as the case has them; empty: not said */
    struct ted_sid mpls;              /* kind NONE: not said */
    uint32_t end_known;
    uint8_t end[16]; /* SRv6 */
    struct cp_locator srv6_locator;
    uint32_t srgb_count, srlb_count;
    struct cp_label_block srgb_blocks[CP_LABEL_BLOCKS_MAX], srlb_blocks[CP_LABEL_BLOCKS_MAX];
    bool sr_told; /* what the inventory says of its SIDs does not count */
};

struct ted_world_lan_sid {
    uint32_t to; /* of the world */
    uint32_t label;
};

struct ted_world_end {
    uint32_t node;   /* of the world */
    uint32_t metric; /* of leaving it */
    uint32_t te_metric, delay_us, colour;
    uint64_t bandwidth_bps;
    cp_ip address, address6;
    struct ted_sid sid; /* NONE, LABEL */
    bool sid_six;
    uint32_t srv6_known;
    uint8_t srv6[16];
    const uint32_t *srlgs;
    struct ted_world_lan_sid *lan_sids;
    uint32_t srlg_count, lan_sid_count;
};

struct ted_world_link {
    uint32_t link; /* of the inventory, or CP_NONE */
    cp_text id;
    struct ted_world_end *ends; /* [end_count] in the order of the inventory's link, else by node */
    uint32_t end_count;
    bool lan;
    uint32_t local_id; /* of ends[0], for names */
};

/* A feed whose table is whole describes a node in a domain, or would if it were there. */
struct ted_cover {
    uint32_t node, feed;
    struct ted_domain domain;
};

struct ted_world {
    struct cp_arena *arena;
    struct ted_world_node *nodes; /* known ones by inventory, then by id */
    struct ted_world_link *links; /* the same */
    uint32_t node_count, known_count, link_count, link_cap;
    struct cp_ted_alarm *alarms; /* since_us is not set */
    uint32_t alarm_count, alarm_cap;
    struct cp_ted_doubt *doubts;
    uint32_t doubt_count, doubt_cap;
    uint64_t *half_links;         /* [feeds] */
    const struct ted_router *ids; /* [id_count] of routers, ascending */
    uint32_t *node_of_id;
    uint32_t id_count;
    struct ted_cover *covers;   /* by node; those of node v from cover_first[v] on */
    uint32_t *cover_first;      /* [nodes + 1] */
    uint8_t *inventory_sid_out; /* [nodes of the inventory] 1: its sid is not that of the network */
    bool srv6;                  /* which SIDs the view has */
};

/* A half link with its ends found. */
struct ted_half_ref {
    const struct ted_half *half;
    uint32_t feed, from, to; /* nodes of the world; CP_NONE: a pseudonode */
    bool covers;             /* the feed does */
};

/* Making one: parts of a world that is being made. */
struct ted_making {
    struct cp_ted *ted;
    struct ted_world *world;
    struct cp_arena *arena; /* the world's */
    struct cp_arena *work;
};

CP_MUST_USE cp_err cp_ted_world_make(struct cp_ted *ted, struct ted_world **out);
void cp_ted_world_close(struct ted_world *world);
/* The world's node of a router; CP_NONE. */
uint32_t cp_ted_world_find(const struct ted_world *world, const struct ted_router *router);
bool cp_ted_feed_covers(const struct ted_feed *feed); /* it is up, and its table is whole */
/* An alarm; like ones are one, counted. */
CP_MUST_USE cp_err cp_ted_raise(struct ted_making *m, cp_ted_alarm_kind kind, uint32_t feed,
                                cp_text subject, const char *why);
/* --- said.c */
/* "FEED WORDS", after what is there and "; ". */
void cp_ted_out_said(struct cp_out *out, const struct cp_ted *ted, uint32_t feed,
                     const char *words);
/* What of a router feeds may disagree about. */
void cp_ted_out_node(struct cp_out *out, const struct ted_node *node);
/* An alarm of feeds that disagree, with who says what. */
CP_MUST_USE cp_err cp_ted_disagree(struct ted_making *m, uint32_t feed, cp_text subject,
                                   const char *why, cp_text said);
/* It is left out of the world, for a feed has it not: joins of nodes of the world. */
CP_MUST_USE cp_err cp_ted_add_doubt(struct ted_making *m, cp_text subject, cp_text said,
                                    const uint32_t *nodes, uint32_t count);
CP_MUST_USE cp_err cp_ted_copy_doubts(const struct ted_world *world, struct cp_arena *arena,
                                      struct cp_ted_view *out);
CP_MUST_USE cp_err cp_ted_make_routers(struct ted_making *m);
CP_MUST_USE cp_err cp_ted_make_covers(struct ted_making *m);
CP_MUST_USE cp_err cp_ted_make_prefixes(struct ted_making *m);
CP_MUST_USE cp_err cp_ted_make_links(struct ted_making *m);
CP_MUST_USE cp_err cp_ted_make_lans(struct ted_making *m, struct ted_half_ref *halves,
                                    uint32_t count);
/* The links between two routers: refs [count] of halves that go between nodes of the world. */
CP_MUST_USE cp_err cp_ted_link_refs(struct ted_making *m, struct ted_half_ref *refs,
                                    uint32_t count);
CP_MUST_USE cp_err cp_ted_join_links(struct ted_making *m);
CP_MUST_USE cp_err cp_ted_check_sids(struct ted_making *m);
int cp_ted_alarm_cmp(const struct cp_ted_alarm *x, const struct cp_ted_alarm *y);

struct ted_world_link *cp_ted_add_link(struct ted_making *m,
                                       uint32_t ends); /* NULL: memory ended */
/* What an end says, of statements in the order of belief: of each thing what the first says that says it. */
CP_MUST_USE cp_err cp_ted_fill_end(struct ted_making *m, struct ted_world_end *end,
                                   const struct ted_half_ref *const *said, uint32_t count);
/* Below 0: a is believed first. */
int cp_ted_half_order(const struct ted_half_ref *a, const struct ted_half_ref *b);
typedef enum {
    COVERS_NOT,
    COVERS_PERHAPS, /* its document names no area, and the node is in several */
    COVERS
} ted_covers;
/*
 * Whether a feed should know what is at the node in the domain: its table is whole, and it describes the node there,
 * or one that links of another feed's telling join to it within the domain (covers.c).
 */
ted_covers cp_ted_covers(const struct ted_making *m, uint32_t feed, uint32_t node,
                         const struct ted_domain *domain);

/* --- the ted ------------------------------------------------------------------------------------ */

struct ted_last; /* what the view made last had (news.c) */

enum { TED_TOUCHED_MAX = 16 };

/* Two routers between which half links changed. */
struct ted_touched {
    struct ted_router from, to;
};

struct cp_ted {
    struct cp_arena *arena; /* the config */
    struct cp_arena *work;  /* of one statement */
    struct ted_feed *feeds;
    struct cp_ted_identity *identities;
    uint32_t feed_count, identity_count;
    uint64_t stale_us, disagree_us;
    const struct cp_case *inventory;
    struct ted_known *known;
    struct ted_world *world; /* of now, unless dirty */
    bool dirty;              /* a statement changed since the world was made */
    bool dirty_whole;        /* not just half links between routers, as `touched` has them */
    bool looked;             /* what is gone of `touched` was told */
    struct ted_touched touched[TED_TOUCHED_MAX];
    uint32_t touched_count;
    uint64_t dirty_us;     /* when first */
    struct ted_last *last; /* of the view made last */
    uint64_t version;
    struct cp_arena *news_arena, *alarm_arena;
    struct cp_ted_alarm *alarms; /* [alarm_count] that stand, with times */
    uint32_t alarm_count;
    uint64_t freeze_us; /* when a disagreement will be old enough; UINT64_MAX: there is none */
    bool frozen, better, worse;
    bool moved; /* the world is another one than news told last */
    bool
        broken; /* memory ended when the world was made: the one before stands, all of it may be wrong */
};

void cp_ted_touch(struct cp_ted *ted, uint64_t now_us);
void cp_ted_touch_half(struct cp_ted *ted, const struct ted_half *half, uint64_t now_us);
/* Of a ted that is touched in few places: tells which links between these are no more, without a new world.  *known:
 * whether it could be told. */
CP_MUST_USE cp_err cp_ted_look(struct cp_ted *ted, bool *known,
                               void (*gone)(void *to, uint32_t link, cp_text id), void *to);
void cp_ted_let_go(struct cp_ted *ted, uint64_t now_us);
/* Lets go what is stale for too long, and makes the world anew where it is dirty. */
void cp_ted_settle(struct cp_ted *ted, uint64_t now_us);
CP_MUST_USE cp_err cp_ted_alarms_settle(struct cp_ted *ted, uint64_t now_us);
/* What the next world is to the one before it. */
void cp_ted_compare(struct cp_ted *ted, const struct ted_world *before,
                    const struct ted_world *now);
void cp_ted_last_close(struct ted_last *last);
/* Another inventory: indexes are looked up anew. */
void cp_ted_last_move(struct ted_last *last, const struct cp_case *inventory);
CP_MUST_USE cp_err cp_ted_last_set(struct cp_ted *ted, const struct cp_ted_view *view,
                                   const cp_link *placed);
