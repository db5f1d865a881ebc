#pragma once

#include <sys/types.h>

#include "base/json.h"
#include "base/text.h"
#include "web/limits.h"

/**
 * HTTP/1.1 and JSON on a Unix socket, as docs/api/openapi.yaml says, run from the owner's event loop in
 * one thread.  What the answers say comes from the owner through its functions; this room knows
 * resources, pages, limits and who may do what.
 *
 * The loop waits for cp_web_fd to be readable or until cp_web_deadline, then calls cp_web_run.  All calls,
 * and all calls to the owner, are made in the thread that does this.
 */
struct cp_web;

/* --- reading ---------------------------------------------------------------------------------- */

typedef enum {
    CP_WEB_STATUS,   /* web/documents.h has what each of these consists of */
    CP_WEB_DEMANDS,  /* a list, or the one with `id` */
    CP_WEB_PATHS,    /* likewise; ids are LSP keys */
    CP_WEB_ELEMENTS, /* likewise; ids are those of the case, "node:ID" or "link:ID" */
    CP_WEB_FEEDS,
    CP_WEB_PEERS,
    CP_WEB_ALARMS,
    CP_WEB_LOG, /* entries of the log as store/log.h writes them; ids are their numbers */
    CP_WEB_RESOURCE_COUNT,
} cp_web_resource;

/**
 * id        "": the list; else the one thing
 * after     a list goes on behind this id (one that was given as `last`), "": from the beginning.  The
 *           thing may be gone by then: lists have an order in which its place is still known
 * after_seq of the log, instead of `after`: entries with greater numbers
 * limit     at most so many items, 1 to CP_WEB_PAGE_MAX
 * verdict   only elements (or demands) with this verdict, a word of the schema; "": all
 * headend   only paths that begin at this node; "": all
 * phase     only paths of this phase, a word of the schema; "": all
 */
struct cp_web_query {
    cp_web_resource resource;
    cp_text id, after, verdict, headend, phase;
    uint64_t after_seq;
    uint32_t limit;
};

/** Whether a list goes on, and where.  The text may lie in the arena of the json's out. */
struct cp_web_page {
    bool more;
    cp_text last; /* id of the last item written */
};

typedef enum {
    CP_WEB_OK,        /* 200 */
    CP_WEB_LATER,     /* of acts: the answer comes by cp_web_settle */
    CP_WEB_NOT_FOUND, /* 404: no such thing */
    CP_WEB_CONFLICT,  /* 409: not now, or already so */
    CP_WEB_INVALID,   /* 422: understood, and refused: a policy that does not hold */
    CP_WEB_BUSY,      /* 503: too early or too much; again later */
    CP_WEB_FAILED,    /* 500 */
} cp_web_result;

/* --- acting ----------------------------------------------------------------------------------- */

typedef enum {
    CP_WEB_RELOAD,      /* other inputs from the files */
    CP_WEB_RELOAD_DRY,  /* what that would change */
    CP_WEB_FREEZE,      /* a person's hold */
    CP_WEB_THAW,        /* and its end */
    CP_WEB_OBSERVE,     /* `sights`: what was seen in the data plane */
    CP_WEB_ACKNOWLEDGE, /* the alarm `id` */
} cp_web_deed;

/** Who asks, as the kernel says; the process may be gone. */
struct cp_web_caller {
    uid_t uid;
    gid_t gid;
    pid_t pid;
};

/** A packet of a path that somebody saw go by. */
struct cp_web_sight {
    cp_text path;         /* key of the LSP */
    const cp_text *nodes; /* [node_count], in the order they were visited, headend first */
    uint32_t node_count;
    cp_text witness; /* who saw it, "" where not said */
    uint64_t at_us;
};

/** ticket: for cp_web_settle.  Everything is gone after the call. */
struct cp_web_act {
    cp_web_deed deed;
    bool accept_loss; /* of a reload: also where demands lose their last clean path by it */
    cp_text id;
    cp_text reason; /* of freeze, thaw, acknowledge: what the person says; may be "" */
    struct cp_web_caller caller;
    const struct cp_web_sight *sights; /* [sight_count] */
    uint32_t sight_count;
    uint64_t ticket; /* never 0 */
};

/** What the owner says where it does not say OK. */
struct cp_web_problem {
    char detail[1024]; /* one sentence for people, lower case, no full stop */
    const char *
        errors; /* all that is wrong, each line with its end; borrowed for the call.  NULL: that sentence */
};
void cp_web_problem_set(struct cp_web_problem *problem, const char *format, ...) CP_PRINTF(2, 3);

/**
 * get      OK: for one thing, and for status, writes one JSON object (cp_json_object(json, NULL, ...));
 *          for a list, the objects of its items, the array being open, and fills in *page
 * act      OK: writes one JSON object.  Only called for callers who may
 * metrics  the Prometheus text exposition format, version 0.0.4
 * events   writes entries of the log with numbers above `after` as events, in their order, by
 *          cp_web_event, until that says false or none is left
 *
 * Whoever runs out of memory returns FAILED.
 */
struct cp_web_events;
struct cp_web_owner {
    void *user;
    cp_web_result (*get)(void *user, const struct cp_web_query *query, struct cp_json *json,
                         struct cp_web_page *page, struct cp_web_problem *problem);
    cp_web_result (*act)(void *user, const struct cp_web_act *act, struct cp_json *json,
                         struct cp_web_problem *problem);
    cp_web_result (*metrics)(void *user, struct cp_out *out);
    cp_web_result (*events)(void *user, uint64_t after, struct cp_web_events *to);
};

/**
 * kind: a log kind's word; json: one line (a line end behind it is left out).  False: it was not taken,
 * what is queued is enough for now.
 */
bool cp_web_event(struct cp_web_events *to, uint64_t seq, const char *kind, cp_text json);

/* --- running ---------------------------------------------------------------------------------- */

/**
 * Whoever can connect may read; acts need root, the daemon's own user, one of `users`, or membership in
 * one of `groups` (supplementary groups count).
 */
struct cp_web_options {
    const char *path; /* of the socket; a stale one is replaced, one that somebody serves is not */
    mode_t mode;      /* 0: 0660 */
    gid_t socket_group;  /* (gid_t)-1: as it comes */
    const uid_t *users;  /* [user_count] */
    const gid_t *groups; /* [group_count] */
    uint32_t user_count, group_count;
    uint32_t stall_s;  /* 0: CP_WEB_STALL_S */
    uint64_t log_head; /* newest entry: who has no Last-Event-ID begins behind it */
};

typedef enum {
    CP_WEB_OPENED = 0,
    CP_WEB_TAKEN,     /* somebody serves this socket */
    CP_WEB_FORBIDDEN, /* permissions of the folder, mode or group */
    CP_WEB_BAD_PATH,  /* too long, or something else than a socket is there */
    CP_WEB_NO_MEMORY,
    CP_WEB_SYSTEM,
} cp_web_open_err;

/** options and owner are copied, what they point to too but for owner->user. */
CP_MUST_USE cp_web_open_err cp_web_open(const struct cp_web_options *options,
                                        const struct cp_web_owner *owner, struct cp_web **out);
/** Ends all connections and takes the socket away.  web may be NULL. */
void cp_web_close(struct cp_web *web);

int cp_web_fd(const struct cp_web *web);
/** now_us: of a clock that only goes forward, here and below. */
void cp_web_run(struct cp_web *web, uint64_t now_us);
/** When cp_web_run is due though nothing came; never later than CP_WEB_HEARTBEAT_S from now. */
uint64_t cp_web_deadline(const struct cp_web *web, uint64_t now_us);

/** The log has come to this number: readers of events get what is new in the next cp_web_run, which is due at once. */
void cp_web_log_head(struct cp_web *web, uint64_t seq);

/**
 * Answers an act that was to be answered later.  result: not LATER; json: the document where OK, else not
 * looked at; problem: where not OK.  Where the caller has gone meanwhile nothing happens.
 */
void cp_web_settle(struct cp_web *web, uint64_t ticket, cp_web_result result, cp_text json,
                   const struct cp_web_problem *problem);

/** For metrics. */
struct cp_web_counts {
    uint32_t connections, readers;
    uint64_t requests, refused /* 4xx */, failed /* 5xx */, dropped_readers;
};
struct cp_web_counts cp_web_counts(const struct cp_web *web);
