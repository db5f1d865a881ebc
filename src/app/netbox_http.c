#include "netbox_http.h"

#include <curl/curl.h>
#include <string.h>
#include <time.h>

#include "app/message.h"
#include "netbox_page.h"

enum { CONNECT_TIMEOUT_S = 30, PAUSE_MAX_S = 60, HEADER_BYTES = 640, URL_BYTES = 4096 };

struct cp_netbox_http {
    CURL *curl;
    struct curl_slist *headers;
    const struct cp_netbox_options *options;
    struct cp_arena *arena; /* of the page that comes */
    char *bytes;
    uint32_t len, cap;
    bool too_large, no_memory;
    char why[CURL_ERROR_SIZE];
};

/* Part of a page has come; fewer bytes than were given end the transfer. */
static size_t take_bytes(char *from, size_t size, size_t count, void *user)
{
    struct cp_netbox_http *http = user;
    size_t more = size * count;
    void *at = http->bytes;

    if (more > CP_NETBOX_PAGE_BYTES_MAX - http->len) {
        http->too_large = true;
        return 0;
    }
    while (http->cap - http->len < more) { /* all of it counts as used, else it would not grow */
        if (cp_arena_grow(http->arena, &at, http->cap, &http->cap, 1) != CP_OK) {
            http->no_memory = true;
            return 0;
        }
        http->bytes = at;
    }
    memcpy(http->bytes + http->len, from, more);
    http->len += (uint32_t)more;
    return more;
}

static bool add_headers(struct cp_netbox_http *http)
{
    char header[HEADER_BYTES];
    struct curl_slist *list;
    cp_text token = http->options->token;
    int len = snprintf(header, sizeof(header), "Authorization: %s %.*s",
                       cp_netbox_token_scheme(token), (int)token.len, token.at);

    if (len < 0 || (size_t)len >= sizeof(header))
        return false;
    http->headers = curl_slist_append(NULL, header);
    list =
        http->headers == NULL ? NULL : curl_slist_append(http->headers, "Accept: application/json");
    return list != NULL;
}

/* All of it is for safety: one protocol, no redirect, and a certificate that is checked. */
static bool set_up(struct cp_netbox_http *http)
{
    const struct cp_netbox_options *o = http->options;
    CURL *c = http->curl;
    bool good = curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK &&
                curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
                curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
                curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
                curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK;

    if (o->ca != NULL) /* instead of the system's, not beside them */
        good = good && curl_easy_setopt(c, CURLOPT_CAINFO, o->ca) == CURLE_OK &&
               curl_easy_setopt(c, CURLOPT_CAPATH, NULL) == CURLE_OK;
    return good && curl_easy_setopt(c, CURLOPT_HTTPHEADER, http->headers) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_USERAGENT, "cleanpath-netbox/" CP_VERSION) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "") == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT_S) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)o->timeout_s) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_bytes) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_WRITEDATA, http) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_ERRORBUFFER, http->why) == CURLE_OK;
}

cp_exit cp_netbox_http_open(const struct cp_netbox_options *options, struct cp_arena *arena,
                            struct cp_netbox_http **out)
{
    struct cp_netbox_http *http = CP_TAKE(arena, 1, struct cp_netbox_http);

    *out = http;
    if (http == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return cp_say_no_memory();
    http->options = options;
    http->curl = curl_easy_init();
    if (http->curl == NULL || !add_headers(http) || !set_up(http)) {
        cp_say("the library that speaks HTTPS cannot be set up");
        return CP_EXIT_SYSTEM;
    }
    return CP_EXIT_OK;
}

void cp_netbox_http_close(struct cp_netbox_http *http)
{
    if (http == NULL)
        return;
    curl_slist_free_all(http->headers);
    if (http->curl != NULL)
        curl_easy_cleanup(http->curl);
    curl_global_cleanup();
}

/* --- one asking --------------------------------------------------------------------------- */

struct asking {
    CURLcode result;
    long status;
    curl_off_t retry_after_s;
};

static struct asking ask(struct cp_netbox_http *http)
{
    struct asking a = {.result = CURLE_OK};

    http->bytes = NULL;
    http->len = http->cap = 0;
    http->too_large = http->no_memory = false;
    http->why[0] = '\0';
    a.result = curl_easy_perform(http->curl);
    (void)curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, &a.status);
    (void)curl_easy_getinfo(http->curl, CURLINFO_RETRY_AFTER, &a.retry_after_s);
    return a;
}

/* What may be better the next time.  A certificate that is not trusted will not be. */
static bool is_passing(const struct cp_netbox_http *http, const struct asking *a)
{
    if (http->too_large || http->no_memory)
        return false;
    if (a->result == CURLE_OK)
        return a->status == 429 || (a->status >= 500 && a->status <= 599);
    return a->result == CURLE_OPERATION_TIMEDOUT || a->result == CURLE_RECV_ERROR ||
           a->result == CURLE_SEND_ERROR || a->result == CURLE_GOT_NOTHING ||
           a->result == CURLE_PARTIAL_FILE || a->result == CURLE_HTTP2 ||
           a->result == CURLE_HTTP2_STREAM;
}

static void pause_before(uint32_t retry, curl_off_t wanted_s)
{
    curl_off_t pause_s = wanted_s > 0 ? wanted_s : (curl_off_t)1 << (retry < 6 ? retry : 6);
    struct timespec left = {.tv_sec = pause_s < PAUSE_MAX_S ? (time_t)pause_s : PAUSE_MAX_S};

    while (nanosleep(&left, &left) != 0)
        continue;
}

static cp_exit say_transfer(const struct cp_netbox_http *http, const char *url,
                            const struct asking *a)
{
    if (http->no_memory)
        return cp_say_no_memory();
    if (http->too_large) {
        cp_say("%s: a page of more than %zu bytes", url, CP_NETBOX_PAGE_BYTES_MAX);
        return CP_EXIT_INPUT;
    }
    cp_say("%s: %s", url, http->why[0] != '\0' ? http->why : curl_easy_strerror(a->result));
    return CP_EXIT_PEER;
}

static cp_exit weigh_status(const char *url, long status, cp_netbox_answer *answer)
{
    *answer = status == 404 ? CP_NETBOX_ABSENT : CP_NETBOX_GOT;
    if (status == 200 || status == 404)
        return CP_EXIT_OK;
    if (status == 401 || status == 403) {
        cp_say("%s: the server refuses the token (status %ld)", url, status);
        return CP_EXIT_REFUSED;
    }
    if (status >= 300 && status <= 399)
        cp_say("%s: the server sends elsewhere (status %ld), which is not followed", url, status);
    else
        cp_say("%s: status %ld", url, status);
    return CP_EXIT_PEER;
}

cp_exit cp_netbox_http_get(struct cp_netbox_http *http, cp_text url, struct cp_arena *arena,
                           cp_text *body, cp_netbox_answer *answer)
{
    char zero_ended[URL_BYTES];
    struct asking a;

    *body = CP_TEXT("");
    if (url.len >= sizeof(zero_ended)) {
        cp_say("an address of more than %zu bytes", sizeof(zero_ended) - 1);
        return CP_EXIT_PEER;
    }
    memcpy(zero_ended, url.at, url.len);
    zero_ended[url.len] = '\0';
    http->arena = arena;
    if (curl_easy_setopt(http->curl, CURLOPT_URL, zero_ended) != CURLE_OK)
        return cp_say_no_memory();
    a = ask(http);
    for (uint32_t retry = 0; retry < http->options->retries && is_passing(http, &a); retry++) {
        pause_before(retry, a.retry_after_s);
        a = ask(http);
    }
    if (a.result != CURLE_OK)
        return say_transfer(http, zero_ended, &a);
    *body = (cp_text){http->bytes, http->len};
    return weigh_status(zero_ended, a.status, answer);
}
