#pragma once

#include <microhttpd.h>
#include <sys/un.h>

#include "web/web.h"

/* A request on its way, and a reader of events.  Both are in their connection's hands (MHD's con_cls,
 * the response's cls) and in a list of the web. */

struct cp_web_request {
    struct cp_web_request *next;
    struct MHD_Connection *connection;
    struct cp_arena *arena; /* of all below */
    char *body;             /* [body_len]; NULL: none came */
    size_t body_len, body_cap;
    uint64_t ticket; /* not 0: the answer comes later */
    bool suspended;
    struct MHD_Response *response; /* that came; NULL: not yet */
    unsigned status;
};

struct cp_web_events {
    struct cp_web_events *next;
    struct cp_web *web;
    struct MHD_Connection *connection;
    char *bytes; /* [cap]; from `at` to `len` still to be sent */
    size_t at, len, cap;
    uint64_t sent;     /* number of the last event taken */
    uint64_t told_us;  /* when it took something last */
    uint64_t moved_us; /* the same, or when it was last given something to take */
    bool suspended, dropped, failed;
};

struct cp_web {
    struct MHD_Daemon *daemon;
    struct cp_web_owner owner;
    int listener;
    struct sockaddr_un address;
    uid_t *users;
    gid_t *groups;
    uint32_t user_count, group_count;
    uint64_t head, now_us, ticket, stall_us;
    bool news; /* the head has moved since the last run */
    struct cp_web_request *waiting;
    struct cp_web_events *readers;
    struct cp_web_counts counts;
};

/* --- what a request asks for: resources.c ------------------------------------------------------ */

typedef enum {
    CP_TARGET_NONE,
    CP_TARGET_GET,
    CP_TARGET_METRICS,
    CP_TARGET_OPENAPI,
    CP_TARGET_EVENTS,
    CP_TARGET_ACT,
} cp_target_kind;

struct cp_target {
    cp_target_kind kind;
    struct cp_web_query query; /* GET: with its default limit */
    bool list;                 /* GET: more than one thing */
    cp_web_deed deed;          /* ACT */
    cp_text id;                /* ACT */
    bool accept_loss;          /* ACT: of a reload */
    uint64_t after;            /* EVENTS; UINT64_MAX: not said */
};

/** What a path names; borrows it.  NONE: nothing. */
struct cp_target cp_target_of(cp_text path);
/** Takes an argument of the query (value NULL where it has none); what is wrong with it, or NULL. */
const char *cp_target_argument(struct cp_target *target, cp_text key, const char *value);

/* --- answers: answer.c -------------------------------------------------------------------------- */

/** A response of bytes that are copied.  NULL: memory. */
struct MHD_Response *cp_reply_make(cp_text body, const char *type);
/** An RFC 9457 problem document; errors: lines, or NULL. */
struct MHD_Response *cp_reply_problem_errors(unsigned status, const char *detail,
                                             const char *errors);
/** The same without them. */
struct MHD_Response *cp_reply_problem(unsigned status, const char *detail);
unsigned cp_reply_status(cp_web_result result);
enum MHD_Result cp_reply_queue(struct cp_web *web, struct MHD_Connection *connection,
                               unsigned status, struct MHD_Response *response);

/* --- the rest ----------------------------------------------------------------------------------- */

bool cp_caller_of(struct MHD_Connection *connection, struct cp_web_caller *out);
bool cp_caller_may_act(const struct cp_web *web, struct MHD_Connection *connection,
                       const struct cp_web_caller *caller);

enum MHD_Result cp_events_begin(struct cp_web *web, struct MHD_Connection *connection,
                                uint64_t after);
/** Wakes who has something to get, ends who does not take it. */
void cp_events_wake(struct cp_web *web);
uint64_t cp_events_deadline(const struct cp_web *web);

enum MHD_Result cp_serve(void *user, struct MHD_Connection *connection, const char *url,
                         const char *method, const char *version, const char *upload,
                         size_t *upload_len, void **request);
void cp_serve_ended(void *user, struct MHD_Connection *connection, void **request,
                    enum MHD_RequestTerminationCode why);

/** docs/api/openapi.yaml as JSON. */
extern const char cp_openapi[];
