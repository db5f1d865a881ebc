#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"

#include "web/body.h"

#include "inside.h"

/*
 * The library calls cp_serve several times for a request: when its head is there, for each part of its
 * body, and when all is there.  Only then, and after an answer that came later, it is answered.
 */

#define REQUEST_BYTES (CP_WEB_ANSWER_BYTES_MAX + 4 * (size_t)CP_WEB_BODY_BYTES_MAX)

static enum MHD_Result answer_problem(struct cp_web *web, struct MHD_Connection *connection,
                                      unsigned status, const char *detail)
{
    return cp_reply_queue(web, connection, status, cp_reply_problem(status, detail));
}

/* --- reading things --------------------------------------------------------------------------- */

static cp_web_result write_list(struct cp_web *web, const struct cp_web_query *query,
                                struct cp_json *json, struct cp_web_problem *problem)
{
    struct cp_web_page page = {.more = false};
    cp_web_result result;

    cp_json_object(json, NULL, CP_JSON_LINES);
    cp_json_array(json, "items", CP_JSON_LINES);
    result = web->owner.get(web->owner.user, query, json, &page, problem);
    if (result != CP_WEB_OK)
        return result;
    cp_json_close(json);
    if (page.more)
        cp_json_text(json, "next", page.last);
    else
        cp_json_null(json, "next");
    cp_json_close(json);
    return CP_WEB_OK;
}

static enum MHD_Result answer_document(struct cp_web *web, struct MHD_Connection *connection,
                                       cp_web_result result, struct cp_out *out,
                                       const struct cp_web_problem *problem)
{
    cp_text text = {"", 0};

    if (result == CP_WEB_OK && cp_out_done(out, &text) != CP_OK)
        return answer_problem(web, connection, MHD_HTTP_INTERNAL_SERVER_ERROR,
                              "the answer does not fit into memory");
    if (result != CP_WEB_OK)
        return cp_reply_queue(
            web, connection, cp_reply_status(result),
            cp_reply_problem_errors(cp_reply_status(result), problem->detail, problem->errors));
    return cp_reply_queue(web, connection, MHD_HTTP_OK, cp_reply_make(text, "application/json"));
}

static enum MHD_Result answer_get(struct cp_web *web, struct MHD_Connection *connection,
                                  const struct cp_target *target, struct cp_arena *arena)
{
    struct cp_web_problem problem = {.detail = ""};
    struct cp_out out = cp_out_make(arena);
    struct cp_json json = cp_json_make(&out);
    cp_web_result result =
        target->list ? write_list(web, &target->query, &json, &problem)
                     : web->owner.get(web->owner.user, &target->query, &json, NULL, &problem);

    return answer_document(web, connection, result, &out, &problem);
}

static enum MHD_Result answer_metrics(struct cp_web *web, struct MHD_Connection *connection,
                                      struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    cp_web_result result = web->owner.metrics(web->owner.user, &out);
    cp_text text;

    if (result != CP_WEB_OK || cp_out_done(&out, &text) != CP_OK)
        return answer_problem(web, connection, cp_reply_status(CP_WEB_FAILED), "");
    return cp_reply_queue(web, connection, MHD_HTTP_OK,
                          cp_reply_make(text, "text/plain; version=0.0.4; charset=utf-8"));
}

/* Where the page before has ended: the standard's header goes before the parameter. */
static enum MHD_Result answer_events(struct cp_web *web, struct MHD_Connection *connection,
                                     const struct cp_target *target)
{
    const char *last = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Last-Event-ID");
    uint64_t after = target->after != UINT64_MAX ? target->after : web->head;

    if (last != NULL && cp_num_u64(cp_text_of(last), INT64_MAX, &after) != CP_OK)
        return answer_problem(web, connection, MHD_HTTP_BAD_REQUEST,
                              "Last-Event-ID is no number of an entry");
    return cp_events_begin(web, connection, after);
}

/* --- acting ----------------------------------------------------------------------------------- */

static void wait_for_answer(struct cp_web *web, struct cp_web_request *request, uint64_t ticket)
{
    request->ticket = ticket;
    request->suspended = true;
    request->next = web->waiting;
    web->waiting = request;
    MHD_suspend_connection(request->connection);
}

static enum MHD_Result carry_out(struct cp_web *web, struct cp_web_request *request,
                                 struct cp_web_act *act)
{
    struct cp_web_problem problem = {.detail = ""};
    struct cp_out out = cp_out_make(request->arena);
    struct cp_json json = cp_json_make(&out);
    cp_web_result result;

    act->ticket = ++web->ticket;
    result = web->owner.act(web->owner.user, act, &json, &problem);
    if (result != CP_WEB_LATER)
        return answer_document(web, request->connection, result, &out, &problem);
    wait_for_answer(web, request, act->ticket);
    return MHD_YES;
}

static bool is_json(struct MHD_Connection *connection)
{
    static const cp_text json = {"application/json", 16};
    const char *type =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_TYPE);
    cp_text text = cp_text_of(type);

    return cp_text_same_word(cp_text_trim(cp_text_sub(text, 0, cp_text_find(text, ';', 0))), json);
}

static enum MHD_Result answer_act(struct cp_web *web, struct cp_web_request *request,
                                  const struct cp_target *target)
{
    struct cp_web_act act = {
        .deed = target->deed, .id = target->id, .accept_loss = target->accept_loss};
    struct cp_diag diag = {.why = NULL};
    const char *wrong;

    if (!cp_caller_of(request->connection, &act.caller) ||
        !cp_caller_may_act(web, request->connection, &act.caller))
        return answer_problem(web, request->connection, MHD_HTTP_FORBIDDEN,
                              "this user may read but change nothing");
    if (request->body_len > 0 && !is_json(request->connection))
        return answer_problem(web, request->connection, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE,
                              "the body must be application/json");
    wrong =
        cp_web_body_read((cp_text){request->body, request->body_len}, request->arena, &act, &diag);
    if (wrong != NULL)
        return answer_problem(web, request->connection, MHD_HTTP_BAD_REQUEST, wrong);
    return carry_out(web, request, &act);
}

/* --- requests --------------------------------------------------------------------------------- */

struct arguments {
    struct cp_target *target;
    const char *wrong;
};

static enum MHD_Result take_argument(void *user, enum MHD_ValueKind kind, const char *key,
                                     const char *value)
{
    struct arguments *a = user;

    (void)kind;
    a->wrong = cp_target_argument(a->target, cp_text_of(key), value);
    return a->wrong == NULL ? MHD_YES : MHD_NO;
}

static enum MHD_Result refuse_method(struct cp_web *web, struct MHD_Connection *connection,
                                     bool acts)
{
    struct MHD_Response *response =
        cp_reply_problem(MHD_HTTP_METHOD_NOT_ALLOWED, "this resource has another method");

    if (response != NULL)
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, acts ? "POST" : "GET, HEAD");
    return cp_reply_queue(web, connection, MHD_HTTP_METHOD_NOT_ALLOWED, response);
}

static enum MHD_Result answer_target(struct cp_web *web, struct cp_web_request *request,
                                     const struct cp_target *target)
{
    struct MHD_Connection *connection = request->connection;

    switch (target->kind) {
    case CP_TARGET_GET:
        return answer_get(web, connection, target, request->arena);
    case CP_TARGET_METRICS:
        return answer_metrics(web, connection, request->arena);
    case CP_TARGET_OPENAPI:
        return cp_reply_queue(web, connection, MHD_HTTP_OK,
                              cp_reply_make(cp_text_of(cp_openapi), "application/json"));
    case CP_TARGET_EVENTS:
        return answer_events(web, connection, target);
    case CP_TARGET_ACT:
        return answer_act(web, request, target);
    case CP_TARGET_NONE:
        break;
    }
    return answer_problem(web, connection, MHD_HTTP_NOT_FOUND, "there is no such resource");
}

static enum MHD_Result answer(struct cp_web *web, struct cp_web_request *request, const char *url,
                              const char *method)
{
    struct cp_target target = cp_target_of(cp_text_of(url));
    struct arguments arguments = {&target, NULL};
    bool reads = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    bool acts = target.kind == CP_TARGET_ACT;

    web->counts.requests++;
    if (target.kind == CP_TARGET_NONE)
        return answer_target(web, request, &target);
    if (acts ? strcmp(method, "POST") != 0 : !reads)
        return refuse_method(web, request->connection, acts);
    (void)MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, take_argument,
                                    &arguments);
    if (arguments.wrong != NULL)
        return answer_problem(web, request->connection, MHD_HTTP_BAD_REQUEST, arguments.wrong);
    return answer_target(web, request, &target);
}

/* Its head is there.  A body that says of itself that it is too large is not read. */
static enum MHD_Result begin(struct cp_web *web, struct MHD_Connection *connection, void **request)
{
    const char *length =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    struct cp_web_request *made;
    uint64_t bytes = 0;

    if (length != NULL && cp_num_u64(cp_text_of(length), CP_WEB_BODY_BYTES_MAX, &bytes) != CP_OK)
        return answer_problem(web, connection, 413, "the body is larger than 1 MiB");
    made = calloc(1, sizeof(*made));
    if (made == NULL)
        return MHD_NO;
    made->connection = connection;
    made->arena = cp_arena_open(REQUEST_BYTES);
    *request = made;
    return made->arena != NULL ? MHD_YES : MHD_NO;
}

static bool take_body(struct cp_web_request *request, const char *upload, size_t len)
{
    size_t cap = request->body_cap < 4096 ? 4096 : request->body_cap;
    char *room;

    if (len > CP_WEB_BODY_BYTES_MAX - request->body_len)
        return false;
    while (cap < request->body_len + len)
        cap *= 2;
    if (cap > request->body_cap) {
        room = CP_TAKE(request->arena, cap, char);
        if (room == NULL)
            return false;
        if (request->body_len > 0)
            memcpy(room, request->body, request->body_len);
        request->body = room;
        request->body_cap = cap;
    }
    memcpy(request->body + request->body_len, upload, len);
    request->body_len += len;
    return true;
}

static enum MHD_Result answer_settled(struct cp_web *web, struct cp_web_request *request)
{
    struct MHD_Response *response = request->response;

    request->response = NULL;
    return cp_reply_queue(web, request->connection, request->status, response);
}

/* NOLINTNEXTLINE(readability-function-size): the signature is the library's */
enum MHD_Result cp_serve(void *user, struct MHD_Connection *connection, const char *url,
                         const char *method, const char *version, const char *upload,
                         size_t *upload_len, void **request_at)
{
    struct cp_web *web = user;
    struct cp_web_request *request = *request_at;

    (void)version;
    if (request == NULL)
        return begin(web, connection, request_at);
    if (*upload_len > 0) {
        if (!take_body(request, upload, *upload_len))
            return MHD_NO; /* in the midst of it no answer is possible: the connection ends */
        *upload_len = 0;
        return MHD_YES;
    }
    if (request->ticket != 0)
        return request->response != NULL ? answer_settled(web, request) : MHD_NO;
    return answer(web, request, url, method);
}

static void forget(struct cp_web *web, const struct cp_web_request *request)
{
    for (struct cp_web_request **at = &web->waiting; *at != NULL; at = &(*at)->next) {
        if (*at != request)
            continue;
        *at = request->next;
        return;
    }
}

void cp_serve_ended(void *user, struct MHD_Connection *connection, void **request_at,
                    enum MHD_RequestTerminationCode why)
{
    struct cp_web_request *request = *request_at;

    (void)connection;
    (void)why;
    *request_at = NULL;
    if (request == NULL)
        return;
    forget(user, request);
    if (request->response != NULL)
        MHD_destroy_response(request->response);
    cp_arena_close(request->arena);
    free(request);
}

void cp_web_settle(struct cp_web *web, uint64_t ticket, cp_web_result result, cp_text json,
                   const struct cp_web_problem *problem)
{
    struct cp_web_request *request = web->waiting;

    while (request != NULL && request->ticket != ticket)
        request = request->next;
    if (request == NULL)
        return;
    forget(web, request);
    request->status = cp_reply_status(result);
    request->response =
        result == CP_WEB_OK
            ? cp_reply_make(json, "application/json")
            : cp_reply_problem_errors(request->status, problem != NULL ? problem->detail : "",
                                      problem != NULL ? problem->errors : NULL);
    request->suspended = false;
    MHD_resume_connection(request->connection);
}
