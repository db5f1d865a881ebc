#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "inside.h"

/*
 * Server-sent events (WHATWG HTML, 9.2).  A reader has no queue of its own: the log is the queue, and
 * what a reader takes next is asked of the owner when there is room for it.  A piece of at most
 * CP_WEB_EVENTS_BYTES_MAX is under way for each (more only where one event is larger).  A reader who
 * takes nothing of it for CP_WEB_STALL_S is dropped; it comes back with Last-Event-ID.
 */

#define US UINT64_C(1000000)

static bool add(struct cp_web_events *r, cp_text text)
{
    size_t cap = r->cap < 4096 ? 4096 : r->cap;
    char *grown;

    while (cap < r->len + text.len)
        cap *= 2;
    if (cap > r->cap) {
        grown = realloc(r->bytes, cap);
        if (grown == NULL) {
            r->failed = true;
            return false;
        }
        r->bytes = grown;
        r->cap = cap;
    }
    if (text.len > 0)
        memcpy(r->bytes + r->len, text.at, text.len);
    r->len += text.len;
    return true;
}

/* A line end would end the event. */
static cp_text first_line(cp_text text)
{
    return cp_text_sub(text, 0, cp_text_find(text, '\n', 0));
}

bool cp_web_event(struct cp_web_events *to, uint64_t seq, const char *kind, cp_text json)
{
    cp_text data = first_line(json);
    char head[96];
    size_t before = to->len;
    int len = snprintf(head, sizeof(head),
                       "id: %llu\nevent: %.32s\ndata: ", (unsigned long long)seq, kind);

    if (to->failed || (to->len > 0 && to->len + data.len + sizeof(head) > CP_WEB_EVENTS_BYTES_MAX))
        return false;
    if (!add(to, (cp_text){head, (size_t)len}) || !add(to, data) || !add(to, CP_TEXT("\n\n"))) {
        to->len = before;
        return false;
    }
    to->sent = seq;
    return true;
}

static void fetch(struct cp_web_events *r)
{
    struct cp_web *web = r->web;

    r->at = r->len = 0;
    if (r->sent >= web->head)
        return;
    if (web->owner.events(web->owner.user, r->sent, r) != CP_WEB_OK)
        r->failed = true;
    else if (r->len == 0)
        r->sent = web->head; /* a cut took them */
}

/* Comes only where the connection can take more. */
static ssize_t give(void *user, uint64_t position, char *bytes, size_t max)
{
    struct cp_web_events *r = user;
    size_t left;

    (void)position;
    if (r->at == r->len)
        fetch(r);
    if (r->at == r->len && !r->failed && r->web->now_us >= r->told_us + CP_WEB_HEARTBEAT_S * US)
        (void)add(r, CP_TEXT(": still here\n\n"));
    if (r->failed || r->dropped)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    left = r->len - r->at;
    if (left == 0) {
        r->suspended = true;
        MHD_suspend_connection(r->connection);
        return 0;
    }
    left = left < max ? left : max;
    memcpy(bytes, r->bytes + r->at, left);
    r->at += left;
    r->told_us = r->moved_us = r->web->now_us;
    return (ssize_t)left;
}

static void gone(void *user)
{
    struct cp_web_events *r = user;

    for (struct cp_web_events **at = &r->web->readers; *at != NULL; at = &(*at)->next) {
        if (*at != r)
            continue;
        *at = r->next;
        break;
    }
    r->web->counts.readers--;
    free(r->bytes);
    free(r);
}

static struct cp_web_events *make(struct cp_web *web, struct MHD_Connection *connection,
                                  uint64_t after)
{
    struct cp_web_events *r = calloc(1, sizeof(*r));

    if (r == NULL)
        return NULL;
    *r = (struct cp_web_events){.next = web->readers,
                                .web = web,
                                .connection = connection,
                                .sent = after < web->head ? after : web->head,
                                .told_us = web->now_us,
                                .moved_us = web->now_us};
    if (!add(r, CP_TEXT(": events of cleanpathd\n\n"))) {
        free(r);
        return NULL;
    }
    web->readers = r;
    web->counts.readers++;
    return r;
}

enum MHD_Result cp_events_begin(struct cp_web *web, struct MHD_Connection *connection,
                                uint64_t after)
{
    struct cp_web_events *r;
    struct MHD_Response *response;

    if (web->counts.readers >= CP_WEB_READERS_MAX)
        return cp_reply_queue(web, connection, MHD_HTTP_SERVICE_UNAVAILABLE,
                              cp_reply_problem(503, "too many read the events already"));
    r = make(web, connection, after);
    if (r == NULL)
        return MHD_NO;
    response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 32768, give, r, gone);
    if (response == NULL) {
        gone(r);
        return MHD_NO;
    }
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/event-stream");
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    return cp_reply_queue(web, connection, MHD_HTTP_OK, response);
}

/* Its socket is closed for good, which the library then finds. */
static void drop(struct cp_web_events *r)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    r->dropped = true;
    r->web->counts.dropped_readers++;
    if (info != NULL)
        (void)shutdown(info->connect_fd, SHUT_RDWR);
}

void cp_events_wake(struct cp_web *web)
{
    for (struct cp_web_events *r = web->readers; r != NULL; r = r->next) {
        if (!r->suspended) {
            if (!r->dropped && web->now_us > r->moved_us + web->stall_us)
                drop(r);
            continue;
        }
        if (web->head > r->sent || web->now_us >= r->told_us + CP_WEB_HEARTBEAT_S * US) {
            r->suspended = false;
            r->moved_us = web->now_us;
            MHD_resume_connection(r->connection);
        }
    }
    web->news = false;
}

uint64_t cp_events_deadline(const struct cp_web *web)
{
    uint64_t first = UINT64_MAX;

    for (const struct cp_web_events *r = web->readers; r != NULL; r = r->next) {
        uint64_t due =
            r->suspended ? r->told_us + CP_WEB_HEARTBEAT_S * US : r->moved_us + web->stall_us + 1;

        if (!r->dropped && due < first)
            first = due;
    }
    return web->news ? 0 : first;
}
