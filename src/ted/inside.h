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
    char name[CP_TED_NAME_BYTES_MAX + 1];
};

struct ted_lan_sid {
    struct ted_router to;
    struct ted_sid sid;
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
    uint8_t srv6[16]; /* End.X */
    cp_ip local, remote, local6, remote6;
    /* Then srlg_count numbers, then lan_count struct ted_lan_sid. */
};

struct ted_prefix {
    struct ted_router router;
    struct ted_domain domain;
    cp_ip address;
    uint32_t bits;
    struct ted_sid sid;       /* of a node: algorithm 0, not advertised again by another */
    struct cp_locator locator; /* bits 0: none */
};

struct ted_srv6 {
    struct ted_router router;
    struct ted_domain domain;
    uint8_t sid[16]; /* an End */
};

const uint32_t *ted_half_srlgs(const struct ted_half *half);
const struct ted_lan_sid *ted_half_lans(const struct ted_half *half);
bool ted_is_pseudonode(const struct ted_router *router);
int ted_router_cmp(const struct ted_router *a, const struct ted_router *b);
/* "0000.0000.0001", "10.0.0.1"; a pseudonode's number or address after it. */
void ted_out_router(struct cp_out *out, const struct ted_router *router);
/* Whether two statements are about one flooding scope. */
bool ted_same_domain(const struct ted_domain *a, const struct ted_domain *b);

/* --- a feed's statements ------------------------------------------------------------------------ */

struct ted_thing {
    const void *key;
    void *blob; /* NULL where nothing of it is used */
    uint32_t key_len, blob_len, blob_cap;
    uint32_t hash;
    uint32_t generation;
    uint16_t kind; /* ted_kind; 0: a free one */
    uint16_t of_kind; /* the kind of NLRI, where it is not used: 0 */
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

CP_MUST_USE cp_err ted_store_open(struct ted_store *store, size_t bytes_max, uint32_t things_max);
void ted_store_close(struct ted_store *store);
/* Key and blob are copied.  Errors: NOMEM, LIMIT (the store stands as it was). */
CP_MUST_USE cp_err ted_store_put(struct ted_store *store, cp_text key, ted_kind kind, cp_text blob,
                                 uint32_t generation, ted_put *did);
/* Whether it was there. */
bool ted_store_drop(struct ted_store *store, cp_text key);
/* Drops all that are not of the generation: whether there were any. */
bool ted_store_sweep(struct ted_store *store, uint32_t generation);

/* --- feeds -------------------------------------------------------------------------------------- */

struct ted_feed {
    struct ted_store store;
    cp_text name;
    cp_ted_feed_kind kind;
    bool up;
    bool full;            /* its table is complete: it covers what it names */
    bool heard;           /* was up once */
    uint64_t lost_us;     /* where not up, or up but not full since it was lost; UINT64_MAX: never, or let go */
    uint64_t gone_us;     /* when its statements went; 0: they did not */
    uint64_t malformed, malformed_us, statements;
    uint32_t generation;
};

/* --- the world ---------------------------------------------------------------------------------- */

/* A router: all identities of one. */
struct ted_world_node {
    uint32_t node; /* of the inventory, or CP_NONE */
    cp_text id;    /* in the view */
    cp_ip address, address6;
    uint32_t msd;
    cp_text srgb, srlb, sid, locator; /* as facts write them; empty: not said.  len CP_NONE never */
    uint64_t digest;
};

struct ted_world_end {
    uint32_t node;   /* of the world */
    uint32_t metric; /* of leaving it */
    uint32_t te_metric, delay_us, colour;
    uint64_t bandwidth_bps;
    cp_ip address, address6;
    struct ted_sid sid;
    uint32_t srv6_known;
    uint8_t srv6[16];
    const struct ted_half *half; /* whose SRLGs and LAN SIDs count */
};

struct ted_world_link {
    uint32_t link; /* of the inventory, or CP_NONE */
    cp_text id;
    struct ted_world_end *ends; /* [end_count]; of two: by world node, ascending, until they are laid as the inventory's */
    uint32_t end_count;
    bool lan;
    uint64_t digest;
};

struct ted_world {
    struct cp_arena *arena;
    struct ted_world_node *nodes; /* known ones by inventory, then by id */
    struct ted_world_link *links; /* the same */
    uint32_t node_count, link_count, known_count;
    struct cp_ted_alarm *alarms; /* without times */
    uint32_t alarm_count, alarm_cap;
    uint64_t half_links;
    uint64_t *half_of; /* [feeds] */
    uint32_t *node_of_id; /* of ids below */
    const struct ted_router *const *ids; /* [id_count] ascending */
    uint32_t id_count;
};

struct cp_ted {
    struct cp_arena *arena; /* the config */
    struct ted_feed *feeds;
    const struct cp_ted_identity *identities;
    uint32_t feed_count, identity_count;
    uint64_t stale_us, disagree_us;
    const struct cp_case *inventory;
    struct ted_known *known; /* the inventory's identities and links */
    bool dirty;              /* a statement changed since the world was made */
    uint64_t dirty_us;       /* when first */
    struct ted_world *world; /* of now, or of before dirty; NULL: none yet */
    struct ted_seen *seen;   /* what the view made last had */
    uint64_t told;           /* version of the world that news told last */
    uint64_t version;
    struct cp_arena *news_arena;
    struct cp_ted_alarm *alarms;
    uint32_t alarm_count;
    struct cp_arena *alarm_arena;
    bool better, worse;
    uint64_t frozen_at_us; /* when a disagreement is old enough; UINT64_MAX */
    bool frozen;
};
