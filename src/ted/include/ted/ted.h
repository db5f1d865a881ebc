#pragma once

#include "base/address.h"
#include "model/case.h"

/**
 * The network as it is now: what feeds say of nodes, links and prefixes, merged, checked from both ends, and joined
 * with the inventory.
 *
 * - A feed is one source (a BGP-LS session; the documents of one FRR router).  What it said stands until it says
 *   otherwise or is lost; of a lost feed it stands, stale, for stale_us, and then goes (with an alarm both times).
 * - A link is there when both its ends say so, to each other, with addresses that meet (RFC 9552 5.2.2); what only
 *   one end says is half a link, counted and listed, and not used.
 * - Attributes may come late and piece by piece: a later statement of a thing replaces that thing's earlier one of the
 *   same feed whole (RFC 9552: one NLRI, one attribute); a link whose attributes are not there yet is used with
 *   what there is (its IGP metric is needed).
 * - Identity: a router with several identities (IGP router id of each level and protocol, TE router ids, BGP
 *   router id, name) is one node.  Which inventory node it is: the config's own list first, then a fact
 *   `router-id` or `system-id`, the loopback column, the name equal to the id.  Two nodes that one router could be,
 *   or two routers that are one node: nobody's, unknown, with an alarm.
 * - A router, or link, that the inventory does not know is in the view, without facts: nobody knows its maker.
 * - Of an IP link of the inventory that nobody reports: it is not in the view (down), but for links between nodes
 *   that no feed covers, which are left out too: what is not seen is not used.
 * - Feeds that disagree (one has a link up, another that covers the same nodes has it not, for longer than
 *   disagree_us; metrics, SIDs or identities that differ): alarm, and `frozen`.
 */
struct cp_ted;

typedef enum { CP_TED_BGP_LS, CP_TED_FRR_ISIS, CP_TED_FRR_OSPF } cp_ted_feed_kind;

struct cp_ted_feed {
    cp_text name;
    cp_ted_feed_kind kind;
};

/** The config's word: this identity is this node. */
struct cp_ted_identity {
    cp_text router; /* "0000.0000.0001", "10.255.0.1", "2001:db8::1" or a name */
    cp_text node;   /* id in the inventory */
};

struct cp_ted_config {
    const struct cp_ted_feed *feeds;
    const struct cp_ted_identity *identities;
    uint32_t feed_count, identity_count;
    uint64_t stale_us, disagree_us;
    uint32_t things_max; /* statements of one feed; 0: the usual */
};

/** config is copied.  bytes_max: memory of all statements.  Errors: NOMEM, LIMIT, UNKNOWN_ID (an identity's node), DUPLICATE. */
CP_MUST_USE cp_err cp_ted_open(const struct cp_ted_config *config, const struct cp_case *inventory,
                               size_t bytes_max, struct cp_ted **out, struct cp_diag *diag);
void cp_ted_close(struct cp_ted *ted);
/** Another inventory (a reload); it must live until the next one, and as long as views made with it. */
CP_MUST_USE cp_err cp_ted_inventory(struct cp_ted *ted, const struct cp_case *inventory,
                                    struct cp_diag *diag);

/* BGP-LS statements: cp_ted_announce and cp_ted_withdraw take wire/ls.h's structs; see ted/ls.h. */

/**
 * A document of FRR (`show isis mpls-te database json`, `show ip ospf mpls-te database json`): all that this feed
 * says; it replaces what it said before.  What of a feed of IS-IS does not begin with '{' is the text of `show isis
 * database detail`, best after that of `show isis hostname`: in FRR 8.4 it alone has the IPv4 adjacency SIDs where
 * IS-IS carries IPv6 too, LANs, and the overload bit.
 * Errors: MALFORMED (with the place; what it said before stands), NOMEM, LIMIT.
 */
CP_MUST_USE cp_err cp_ted_document(struct cp_ted *ted, uint32_t feed, cp_text document,
                                   uint64_t now_us, struct cp_diag *diag);
void cp_ted_feed_up(struct cp_ted *ted, uint32_t feed, uint64_t now_us);
/** Its first full table is in (End-of-RIB, or the first document): until then it covers nothing. */
void cp_ted_feed_full(struct cp_ted *ted, uint32_t feed, uint64_t now_us);
/** Also of one that never was up: from then on it is called lost. */
void cp_ted_feed_down(struct cp_ted *ted, uint32_t feed, uint64_t now_us);

/** From a router to the next over a link, as routers count it now; ids as views have them. */
struct cp_ted_step {
    cp_text from, to, link;
    uint32_t cost;
};

/** What is in the view that was made last, and is no more; and whether a new view would differ. */
struct cp_ted_news {
    const cp_node *nodes_gone; /* of that view's case; ascending */
    const cp_link *links_gone; /* those of gone nodes too */
    /* Nodes of which a SID in the view, or what labels mean to them, is another by now; ascending. */
    const cp_node *nodes_other;
    /* Nodes of that view that the inventory had and has no more: a person took them out, so who misses them among those that
     * are gone has lost nothing.  Told with each news until there is a new view; ascending. */
    const cp_node *nodes_taken;
    uint32_t node_gone_count, link_gone_count, node_other_count, node_taken_count;
    /* A new view would differ: in good news alone (something came, nothing else), or in worse (a metric, a SID, an
     * identity changed, something became unknown). */
    bool better, worse;
    /* Since that view a router left a LAN that is there still: which steps there are tells who cannot be reached over it. */
    bool left;
    const struct cp_ted_step *
        steps; /* [step_count] not of cp_ted_news: for who adds what cp_ted_steps says; NULL: not asked */
    uint32_t step_count;
};
/**
 * A link of which a SID in the view is another one now, or none (on a LAN: that of any pair), is told as gone, too: what is
 * sent by it leads elsewhere.  None is no news while cp_ted_lacks.
 * Links that are gone are told first: a call that tells of some may leave nodes, better and worse to the next one, for
 * which cp_ted_deadline asks at once.  Cost: O(statements that changed) and one look at each half link where that is
 * enough (few half links changed, no LANs); else, and at the next call, that of a new network.
 *
 * Since the last call.  Borrowed until the next.  Also lets stale things go: call it at cp_ted_deadline.
 */
void cp_ted_news(struct cp_ted *ted, uint64_t now_us, struct cp_ted_news *out);
/** Who did not heed the news: the next one tells of all that is gone, or is another, by then. */
void cp_ted_tell_again(struct cp_ted *ted);
uint64_t cp_ted_deadline(const struct cp_ted *ted);
/**
 * All steps of the network as the last news had it: which ways are shortest by now, without a view.  In the arena, ids
 * borrowed until the next call of anything here.  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_ted_steps(const struct cp_ted *ted, struct cp_arena *arena,
                                const struct cp_ted_step **out, uint32_t *count);

typedef enum {
    CP_TED_ALARM_FEED_LOST,
    CP_TED_ALARM_FEED_STALE,
    CP_TED_ALARM_DISAGREE,     /* frozen */
    CP_TED_ALARM_IDENTITY,     /* one router, two nodes; or the reverse */
    CP_TED_ALARM_UNKNOWN_NODE, /* a router that the inventory does not have */
    CP_TED_ALARM_UNKNOWN_LINK,
    CP_TED_ALARM_HALF_LINK,
    CP_TED_ALARM_SID,            /* what a feed says is not what the inventory says */
    CP_TED_ALARM_NOT_UNDERSTOOD, /* malformed statements, counted */
    CP_TED_ALARM_OVERLOAD /* a router that asks not to be passed (told by FRR's text alone) */
} cp_ted_alarm_kind;

struct cp_ted_alarm {
    cp_ted_alarm_kind kind;
    uint32_t feed;   /* CP_NONE: none alone */
    cp_text subject; /* what it is about */
    const char *why;
    cp_text said; /* DISAGREE: which feed says what; else empty */
    uint64_t since_us;
    uint32_t count;
};
/** Those that stand now, in a fixed order.  Borrowed until the next call of anything here. */
uint32_t cp_ted_alarms(struct cp_ted *ted, uint64_t now_us, const struct cp_ted_alarm **out);
/** Feeds disagree: nothing may be moved for good news. */
bool cp_ted_frozen(const struct cp_ted *ted);
/** What some feed told was let go (stale_us), and it is not back: what it alone told may be so still. */
bool cp_ted_lacks(const struct cp_ted *ted);

/** A node of the view as routers know it. */
struct cp_ted_node {
    bool seen;  /* some feed has it; an inventory node that none has is not in the IP graph's use */
    bool known; /* it is in the inventory */
    cp_ip address,
        address6; /* router ids (TE): where PCEP endpoints and headends are named; family 0 */
};

/** A link that a feed has and another one has not, so that it is not in the view: it may be there. */
struct cp_ted_doubt {
    cp_text subject, said; /* as the alarm has them */
    const cp_text *ends;   /* [end_count] ids of nodes of the view, each joined to all others */
    uint32_t end_count;
};

/**
 * A snapshot: the inventory with the IP layer as it is.  Ids of inventory things stay; a router that is not in it is
 * "unknown:ROUTER-ID" and a link "unknown:A--B..." .  Learned SIDs, SRGBs, SRLBs, depths (msd), locators, TE metrics, delays
 * and interface addresses (facts `address-a`, `address-b` of links) are in the case where route/sids.h and ground/metric.h look for them.
 */
struct cp_ted_view {
    uint64_t version;
    const struct cp_case *net;
    const struct cp_ted_node *nodes;   /* [node_count] */
    const struct cp_ted_doubt *doubts; /* [doubt_count] */
    uint32_t doubt_count;
};
/** All of it in the arena but the inventory's own texts.  Errors: NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_ted_view(struct cp_ted *ted, uint64_t now_us, struct cp_arena *arena,
                               struct cp_ted_view *out);

/**
 * The view that there would be with another inventory: nothing of the ted changes, and nothing is news.  The inventory must live
 * as long as the view.  Errors: those of cp_ted_inventory.
 */
CP_MUST_USE cp_err cp_ted_trial(const struct cp_ted *ted, const struct cp_case *inventory,
                                struct cp_arena *arena, struct cp_ted_view *out,
                                struct cp_diag *diag);

struct cp_ted_count {
    uint64_t nodes, links, half_links, prefixes, srv6_sids, malformed, statements;
};
/** Memory that the statements of all feeds take. */
size_t cp_ted_bytes(const struct cp_ted *ted);
struct cp_ted_count cp_ted_count(const struct cp_ted *ted, uint32_t feed);
