#pragma once

#include "base/json.h"
#include "base/text.h"

/**
 * What the API's documents consist of; each function writes one as docs/api/openapi.yaml has it.
 * Empty texts and times of 0 are null.  Times are microseconds since 1970, UTC, and are written as
 * 2026-11-28T12:00:00.000000Z.  Everything is borrowed.
 */

/** A member with that time, or null. */
void cp_web_json_time(struct cp_json *json, const char *name, uint64_t at_us);

struct cp_web_texts {
    const cp_text *list; /* [count] */
    uint32_t count;
};

/* --- status ----------------------------------------------------------------------------------- */

struct cp_web_input {
    cp_text path, sha256;
};

/** Why nothing moves. */
struct cp_web_hold {
    const char *kind; /* operator, feeds-disagree, mass-loss, store, start */
    uint64_t since_us;
    cp_text by, reason;
};

struct cp_web_feed {
    cp_text name;
    const char *kind;  /* bgp-ls, frr-isis, frr-ospf */
    const char *state; /* up, filling (its first table is not in), stale, down */
    uint64_t since_us, updated_us;
    uint64_t nodes, links, half_links, prefixes, srv6_sids, statements, malformed;
    bool disagrees;
    cp_text last_error; /* also of one that is up again */
    uint64_t failed_us; /* when that was */
};

struct cp_web_peer {
    cp_text name, address, node, system;
    const char *kind;     /* bgp, pcep */
    const char *state;    /* down, opening, synchronising, up */
    const char *security; /* none, tcp-md5, tls */
    uint64_t since_us;
    bool enforcing; /* pcep: what it cannot carry on its path it drops */
    bool guarded;   /* the operator vouches for that */
    uint32_t lsps;
    uint64_t received_bytes, sent_bytes; /* over the connection that there is */
    cp_text last_error;                  /* also of one that is up again */
    uint64_t failed_us;                  /* when that was */
};

struct cp_web_status {
    cp_text version;
    uint64_t now_us, started_us;
    const struct cp_web_input *inputs; /* [input_count] in force */
    uint32_t input_count;
    uint64_t inputs_us;    /* in force since */
    uint64_t view_version, /* of the network as it is */
        view_us;
    uint32_t nodes, links; /* of its IP layer */
    uint32_t seen,         /* of the nodes: that a feed has */
        unknown;           /* of these: that the inventory has not */
    /* Demands by verdict; sensitive ones, and of these those that are down. */
    uint32_t ok, violation, undecided, no_path, sensitive, sensitive_down;
    /* LSPs: all that are meant; as a router reports it; seen in the data plane; and by phase. */
    uint32_t intended, installed, proven, enforcing;
    uint32_t down, waiting, installing, astray, draining, removing;
    const struct cp_web_feed *feeds; /* [feed_count] */
    const struct cp_web_peer *peers; /* [peer_count]: those that are not up first; 20 are written */
    uint32_t feed_count, peer_count, peers_up;
    uint32_t alarms, unacknowledged, critical;
    const struct cp_web_hold *holds; /* [hold_count] */
    uint32_t hold_count;
    uint64_t moves, orders, refused_plans, requests, no_paths; /* counted since the start */
    uint64_t agreeing, contradicting, not_placed, observed_us; /* observations */
    uint64_t log_seq;
    cp_text log_hash;
};
/**
 * Also writes exit_code: 1 a violation, a demand without a path or a sensitive one down; else 2: something is undecided, a critical alarm stands,
 * there is no plan yet, or not one of the feeds is heard; else 0.
 */
void cp_web_status_json(struct cp_json *json, const struct cp_web_status *status);

/* --- things ----------------------------------------------------------------------------------- */

struct cp_web_demand {
    cp_text id, src, dst, traffic_class;
    const char *verdict; /* ok, violation, undecided, no-path */
    bool sensitive, down;
    uint64_t since_us;         /* of the verdict */
    struct cp_web_texts paths; /* keys of the LSPs that carry it */
    struct cp_web_texts
        intended, /* ids of all nodes that its packets may meet on what is intended */
        proven;   /* and of those where they were seen, by proofs that hold */
    /* Where it is not ok; the reason also where nobody steers it: */
    cp_text element;
    const char *element_kind; /* node, link; NULL: none */
    cp_text rule, policy, reason;
    struct cp_web_texts blocking_cut; /* "node:ID", "link:ID": a way has no clean path */
};
void cp_web_demand_json(struct cp_json *json, const struct cp_web_demand *demand);

struct cp_web_way {
    struct cp_web_texts nodes;    /* ids, headend first; "" where one is not known */
    struct cp_web_texts segments; /* SIDs or addresses, as the router is told them */
    struct cp_web_texts branches; /* ids of all nodes on any of its ways of equal cost */
    struct cp_web_texts gone;     /* "node:ID", "link:ID" of it that are not there any more */
    uint64_t at_us;               /* since when; 0: never, or no longer */
};

struct cp_web_path {
    cp_text key, name, headend, endpoint;
    uint32_t colour;
    struct cp_web_texts demands;
    const char *phase; /* down, waiting, installing, installed, astray, draining, removing */
    const char *why;   /* of the phase; may be NULL */
    bool delegated, enforcing;
    bool
        listed; /* false: its router delegates it, and neither demands nor the configuration ask for it */
    cp_text peer, system;
    /* Of proven: no segments; nodes are those of the last proof, branches those of all proofs that hold. */
    struct cp_web_way intended, installed, proven;
    uint64_t agreeing, contradicting,
        observed_us;          /* observations since the start, and of when the last is */
    const char *installed_is; /* clean, forbidden, broken, unknown; NULL: nothing is */
    cp_text reason, rule;     /* what let it be so, or forced it */
    uint64_t log_seq;         /* its newest step: `cleanpath log explain` */
};
void cp_web_path_json(struct cp_json *json, const struct cp_web_path *path);

struct cp_web_reason {
    cp_text traffic_class, policy, rule, reason;
    const char *verdict;
    cp_text licence,
        until; /* that lets it in, and its last day; empty: none does, or it has no end */
};

struct cp_web_element {
    cp_text id;
    const char *kind; /* node, link */
    const char *
        verdict; /* trusted, unknown, untrusted: the worst of its reasons; those of licences are trusted */
    bool known, /* the inventory has it */
        seen;   /* a feed has it */
    cp_text maker, system;
    const struct cp_web_reason *reasons; /* [reason_count] */
    uint32_t reason_count;
    struct cp_web_texts ends; /* of a link */
};
/** Its id is written as "node:ID" or "link:ID", and as it is beside that. */
void cp_web_element_json(struct cp_json *json, const struct cp_web_element *element);

void cp_web_feed_json(struct cp_json *json, const struct cp_web_feed *feed);
void cp_web_peer_json(struct cp_json *json, const struct cp_web_peer *peer);

struct cp_web_alarm {
    cp_text id, kind, object, what;
    const char *severity; /* info, warning, critical */
    uint64_t since_us, acknowledged_us;
    cp_text acknowledged_by;
};
void cp_web_alarm_json(struct cp_json *json, const struct cp_web_alarm *alarm);

/* --- answers to acts -------------------------------------------------------------------------- */

/** What a reload changed or would change. */
#define CP_WEB_CHANGES_MAX 1000u

struct cp_web_change {
    cp_text id;                 /* a demand's, or "node:ID", "link:ID" */
    const char *before, *after; /* verdicts; NULL: not there */
    cp_text rule, reason;       /* of the verdict after; may be empty */
};

/** Of demands, or of elements. */
struct cp_web_changes {
    uint32_t changed, added, gone;    /* changed: there before and after, with another verdict */
    const struct cp_web_change *list; /* [count] the first CP_WEB_CHANGES_MAX of all of these */
    uint32_t count;
};

/** How many demands have which verdict. */
struct cp_web_verdicts {
    uint32_t ok, violation, undecided, no_path;
};

/** What becomes of the paths that routers carry: each is kept, moving, down or removed. */
struct cp_web_outlook {
    uint32_t carried, kept, at_once, down, removed;
    uint32_t installed;         /* besides */
    struct cp_web_texts moving; /* keys; at_once of them wait for nothing */
};

/** An input that differs; "": it is not there. */
struct cp_web_file {
    cp_text path, before, after; /* SHA-256 */
};

struct cp_web_reload {
    bool dry_run, changed;           /* changed: the inputs are others */
    bool needs_accept_loss;          /* without it the like is refused */
    const struct cp_web_file *files; /* [file_count] those that differ */
    uint32_t file_count;
    struct cp_web_verdicts before, after; /* what is in force, and what was asked for */
    struct cp_web_changes demands, elements;
    /* Of those that are steered, by plans of the learned network; false: nothing is different, or there is no plan yet. */
    bool planned;
    uint32_t carried; /* demands that routers carry now */
    uint32_t steered_before,
        without_before; /* demands with paths; of those, with a way that has none clean */
    uint32_t steered_after, without_after;
    struct cp_web_texts losing;  /* ids of carried ones that lose their last clean path */
    struct cp_web_texts leaving; /* ids of carried ones that nobody steers any more */
    struct cp_web_outlook paths;
    bool holds;                 /* a hold begins, for too many of the trusted nodes are missed */
    bool held;                  /* one stands */
    struct cp_web_texts missed; /* ids of those */
    uint64_t log_seq;           /* its entry; 0: none */
};
void cp_web_reload_json(struct cp_json *json, const struct cp_web_reload *reload);

/** Of freeze, thaw and acknowledge: whether that was not so before. */
void cp_web_done_json(struct cp_json *json, bool changed, uint64_t log_seq);

/** Of observations: how many made a path proven, say what was known, contradict, or could not be placed. */
struct cp_web_observed {
    uint32_t proven, repeated, contradicting, not_placed;
};
void cp_web_observed_json(struct cp_json *json, const struct cp_web_observed *observed);
