#include <stdarg.h>
#include <stdio.h>

#include "inside.h"

#define PROBLEM_BYTES ((size_t)1 << 20)

void cp_web_problem_set(struct cp_web_problem *problem, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    (void)vsnprintf(problem->detail, sizeof(problem->detail), format, list);
    va_end(list);
}

struct MHD_Response *cp_reply_make(cp_text body, const char *type)
{
    union {
        const char *in;
        void *out;
    } bytes = {.in = body.at}; /* the library copies them and asks for more than it needs */
    struct MHD_Response *response =
        MHD_create_response_from_buffer(body.len, bytes.out, MHD_RESPMEM_MUST_COPY);

    if (response == NULL)
        return NULL;
    if (MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type) == MHD_YES &&
        MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store") == MHD_YES &&
        MHD_add_response_header(response, "X-Content-Type-Options", "nosniff") == MHD_YES)
        return response;
    MHD_destroy_response(response);
    return NULL;
}

static const char *title_of(unsigned status)
{
    static const struct {
        unsigned status;
        const char *title;
    } titles[] = {
        {400, "Bad Request"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {409, "Conflict"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {422, "Unprocessable Content"},
        {500, "Internal Server Error"},
        {503, "Service Unavailable"},
    };

    for (size_t i = 0; i < CP_COUNT(titles); i++) {
        if (titles[i].status == status)
            return titles[i].title;
    }
    return "Error";
}

static void write_errors(struct cp_json *json, cp_text lines)
{
    cp_text line;

    cp_json_array(json, "errors", CP_JSON_LINES);
    while (cp_text_word(&lines, "\n", &line))
        cp_json_text(json, NULL, line);
    cp_json_close(json);
}

/* RFC 9457 4.2.1: "about:blank" says that the title is the status's own phrase. */
struct MHD_Response *cp_reply_problem_errors(unsigned status, const char *detail,
                                             const char *errors)
{
    struct cp_arena *arena = cp_arena_open(PROBLEM_BYTES);
    struct MHD_Response *response = NULL;
    struct cp_out out;
    struct cp_json json;
    cp_text text;

    if (arena == NULL)
        return NULL;
    out = cp_out_make(arena);
    json = cp_json_make(&out);
    cp_json_object(&json, NULL, CP_JSON_LINES);
    cp_json_str(&json, "type", "about:blank");
    cp_json_str(&json, "title", title_of(status));
    cp_json_u64(&json, "status", status);
    if (detail != NULL && detail[0] != '\0')
        cp_json_str(&json, "detail", detail);
    if (errors != NULL)
        write_errors(&json, cp_text_of(errors));
    cp_json_close(&json);
    if (cp_out_done(&out, &text) == CP_OK)
        response = cp_reply_make(text, "application/problem+json");
    cp_arena_close(arena);
    return response;
}

struct MHD_Response *cp_reply_problem(unsigned status, const char *detail)
{
    return cp_reply_problem_errors(status, detail, NULL);
}

unsigned cp_reply_status(cp_web_result result)
{
    switch (result) {
    case CP_WEB_OK:
        return MHD_HTTP_OK;
    case CP_WEB_NOT_FOUND:
        return MHD_HTTP_NOT_FOUND;
    case CP_WEB_CONFLICT:
        return MHD_HTTP_CONFLICT;
    case CP_WEB_INVALID:
        return 422;
    case CP_WEB_BUSY:
        return MHD_HTTP_SERVICE_UNAVAILABLE;
    case CP_WEB_LATER:
    case CP_WEB_FAILED:
        break;
    }
    return MHD_HTTP_INTERNAL_SERVER_ERROR;
}

/* Takes the response.  NULL: memory ended, and the connection ends. */
enum MHD_Result cp_reply_queue(struct cp_web *web, struct MHD_Connection *connection,
                               unsigned status, struct MHD_Response *response)
{
    enum MHD_Result queued;

    web->counts.refused += status >= 400 && status < 500;
    web->counts.failed += status >= 500 || response == NULL;
    if (response == NULL)
        return MHD_NO;
    queued = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return queued;
}
