#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "store/log.h"
#include "web/documents.h"
#include "web/web.h"

/*
 * api_stub SOCKET STATE: the API over an owner who knows little: 250 demands, paths and elements each, and
 * a log in a store.  Lines on stdin make things happen ("log N": N entries of the log; "story": how a path came about; "settle": the
 * reload that waits is answered); its end ends the program.
 */

#define NOON UINT64_C(1795867200000000)
enum { THINGS = 250 };

struct stub {
    struct cp_store *store;
    struct cp_web *web;
    uint64_t seq, ticket;
    bool frozen;
};

static uint64_t clock_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void append(struct stub *s, uint64_t count)
{
    struct cp_store_batch *batch = cp_store_begin(s->store, CP_STORE_SOON);
    struct cp_log_entry entry = {.kind = CP_LOG_STEP,
                                 .at_us = NOON,
                                 .subject = CP_TEXT("a>b/1"),
                                 .document = CP_TEXT("{\"reason\": \"node r5 is gone\"}")};

    for (uint64_t i = 0; i < count && batch != NULL; i++)
        s->seq = cp_log_append(batch, &entry);
    if (batch == NULL || cp_store_commit(batch) != CP_STORE_OK)
        exit(3);
    cp_store_end(batch);
    cp_web_log_head(s->web, s->seq);
}

static uint64_t tell(struct cp_store_batch *batch, cp_log_kind kind, const char *subject,
                     const uint64_t because[2], const char (*content)[65], const char *document)
{
    struct cp_log_entry entry = {.kind = kind,
                                 .at_us = NOON,
                                 .subject = cp_text_of(subject),
                                 .because = because,
                                 .because_count = because[1] != 0 ? 2 : because[0] != 0,
                                 .contents = content,
                                 .content_count = content != NULL,
                                 .document = cp_text_of(document)};

    return cp_log_append(batch, &entry);
}

/* How a path came about: inputs, a view, the plan, the order, and what the router said of it. */
static void append_story(struct stub *s)
{
    static const char policy[] = "cleanpath-policy: 1\nid: kr-2014\n",
                      view[] = "[\"link\", 1, 2]\n";
    struct cp_store_batch *batch = cp_store_begin(s->store, CP_STORE_DURABLE);
    char digest[2][1][65];
    uint64_t at[2] = {0, 0}, one[2] = {0, 0};

    if (batch == NULL)
        exit(3);
    cp_store_keep(batch, cp_text_of(policy), NULL, digest[0][0]);
    cp_store_keep(batch, cp_text_of(view), NULL, digest[1][0]);
    at[0] = tell(batch, CP_LOG_INPUTS, "", one, (const char(*)[65])digest[0],
                 "{\"policies\": [{\"path\": \"policy.yaml\"}]}");
    at[1] = tell(batch, CP_LOG_VIEW, "", one, (const char(*)[65])digest[1], "{\"nodes\": 2}");
    one[0] = tell(batch, CP_LOG_PLAN, "", at, NULL, "{\"lsps\": 1, \"verdict\": \"proven\"}");
    one[0] = tell(batch, CP_LOG_STEP, "s>t/7", one, NULL,
                  "{\"after\": [\"s\", \"r3\", \"t\"], \"before\": [\"s\", \"r5\", \"t\"],"
                  " \"rule\": \"kr-1\", \"fact\": \"facts.csv:12\"}");
    s->seq = tell(batch, CP_LOG_REPORT, "s>t/7", one, NULL, "{\"state\": \"up\"}");
    cp_store_put(batch, "intended", CP_TEXT("s>t/7"), CP_TEXT("{}"));
    if (cp_store_commit(batch) != CP_STORE_OK)
        exit(3);
    cp_store_end(batch);
    cp_web_log_head(s->web, s->seq);
}

/* --- things ----------------------------------------------------------------------------------- */

static cp_text texts[] = {{"a", 1}, {"r\xc3\xa9", 3}, {"", 0}};
static const struct cp_web_texts some = {texts, 3}, two = {texts, 2};

static void write_demand(struct cp_json *json, uint32_t at, cp_text id)
{
    static const char *const verdicts[] = {"ok", "violation", "undecided", "no-path"};
    bool good = at % 4 == 0;
    struct cp_web_demand demand = {.id = id,
                                   .src = CP_TEXT("a"),
                                   .dst = CP_TEXT("site:b"),
                                   .verdict = verdicts[at % 4],
                                   .sensitive = at % 2 == 0,
                                   .since_us = at % 3 == 0 ? 0 : NOON,
                                   .paths = two};

    if (!good) {
        demand.traffic_class = CP_TEXT("sensitive");
        demand.element = CP_TEXT("r5");
        demand.element_kind = "node";
        demand.rule = CP_TEXT("kr-1");
        demand.policy = CP_TEXT("kr-2014");
        demand.reason = CP_TEXT("maker huawei; facts.csv:12");
    }
    cp_web_demand_json(json, &demand);
}

static void write_path(struct cp_json *json, uint32_t at, cp_text id)
{
    static const char *const phases[] = {"down",   "waiting",  "installing", "installed",
                                         "astray", "draining", "removing"};
    static const cp_text gone = {"link:a--r5", 10};
    struct cp_web_way way = {.nodes = some,
                             .segments = two,
                             .branches = two,
                             .gone = {&gone, at % 4 == 1},
                             .at_us = NOON},
                      seen = {.nodes = two, .branches = two, .at_us = NOON};
    struct cp_web_path path = {.key = id,
                               .headend = CP_TEXT("a"),
                               .endpoint = CP_TEXT("b"),
                               .colour = 100,
                               .demands = two,
                               .phase = phases[at % CP_COUNT(phases)],
                               .enforcing = at % 2 == 0,
                               .listed = at % 5 != 0};

    if (at % 2 == 1) {
        path.intended = path.installed = way;
        path.proven = seen;
        path.agreeing = 3;
        path.observed_us = NOON;
        path.installed_is = "clean";
        path.why = "reported";
        path.log_seq = 5;
        path.peer = CP_TEXT("r1");
    }
    cp_web_path_json(json, &path);
}

static void write_element(struct cp_json *json, uint32_t at, cp_text id)
{
    static const char *const verdicts[] = {"trusted", "unknown", "untrusted"};
    struct cp_web_reason reason = {.traffic_class = CP_TEXT("sensitive"),
                                   .policy = CP_TEXT("kr-2014"),
                                   .rule = CP_TEXT("kr-1"),
                                   .reason = CP_TEXT("maker huawei"),
                                   .verdict = verdicts[at % 3]};
    bool licensed = at % 6 == 3;
    struct cp_web_element element = {.id = id,
                                     .kind = "node",
                                     .verdict = verdicts[at % 3],
                                     .known = true,
                                     .reasons = &reason,
                                     .reason_count = at % 3 != 0 || licensed};

    if (licensed) {
        reason.licence = CP_TEXT("tgl");
        reason.until = CP_TEXT("2026-12-31");
    }

    cp_web_element_json(json, &element);
}

static void write_thing(struct cp_json *json, cp_web_resource resource, uint32_t at)
{
    char id[32];
    cp_text text;

    (void)snprintf(id, sizeof(id), resource == CP_WEB_PATHS ? "a>b/%04u" : "x%04u", at);
    text = cp_text_of(id);
    if (resource == CP_WEB_DEMANDS)
        write_demand(json, at, text);
    else if (resource == CP_WEB_PATHS)
        write_path(json, at, text);
    else
        write_element(json, at, text);
}

/* The number at an id's end; THINGS where it is no id of ours. */
static uint32_t number_of(cp_web_resource resource, cp_text id)
{
    const char *before = resource == CP_WEB_PATHS      ? "a>b/"
                         : resource == CP_WEB_ELEMENTS ? "node:x"
                                                       : "x";
    cp_text start = cp_text_of(before);
    uint32_t number = 0;

    if (!cp_text_starts(id, start) || id.len != start.len + 4)
        return THINGS;
    for (size_t i = start.len; i < id.len; i++)
        number = number * 10 + (uint32_t)(id.at[i] - '0');
    return number < THINGS ? number : THINGS;
}

static cp_web_result write_things(const struct cp_web_query *query, struct cp_json *json,
                                  struct cp_web_page *page)
{
    uint32_t first = query->after.len > 0 ? number_of(query->resource, query->after) + 1 : 0;
    uint32_t end = first + query->limit < THINGS ? first + query->limit : THINGS;
    struct cp_out last = cp_out_make(json->out->arena);

    for (uint32_t at = first; at < end; at++)
        write_thing(json, query->resource, at);
    page->more = end < THINGS;
    cp_out_format(&last,
                  query->resource == CP_WEB_PATHS      ? "a>b/%04u"
                  : query->resource == CP_WEB_ELEMENTS ? "node:x%04u"
                                                       : "x%04u",
                  end - 1);
    return cp_out_done(&last, &page->last) == CP_OK ? CP_WEB_OK : CP_WEB_FAILED;
}

static const struct cp_web_feed feed = {
    .name = {"bgp", 3}, .kind = "bgp-ls", .state = "up", .since_us = NOON, .nodes = 5};
static const struct cp_web_peer peer = {
    .name = {"r1", 2}, .kind = "pcep", .state = "up", .security = "tls", .since_us = NOON};
static const struct cp_web_alarm standing = {.id = {"feed-lost:bgp", 13},
                                             .kind = {"feed-lost", 9},
                                             .what = {"the feed bgp is gone", 20},
                                             .severity = "warning",
                                             .since_us = NOON};

static void write_status(const struct stub *s, struct cp_json *json)
{
    struct cp_web_input input = {CP_TEXT("policy.yaml"),
                                 CP_TEXT("0123456789abcdef0123456789abcdef"
                                         "0123456789abcdef0123456789abcdef")};
    struct cp_web_hold hold = {"operator", NOON, CP_TEXT("uid 0"), CP_TEXT("works at a site")};
    struct cp_log_head head = {.seq = 0, .hash = ""};
    struct cp_web_status status = {.version = CP_TEXT("0.1.0"),
                                   .now_us = NOON,
                                   .started_us = NOON - 5000000,
                                   .inputs = &input,
                                   .input_count = 1,
                                   .inputs_us = NOON,
                                   .ok = 100,
                                   .violation = 2,
                                   .feeds = &feed,
                                   .feed_count = 1,
                                   .peers = &peer,
                                   .peer_count = 1,
                                   .peers_up = 1,
                                   .intended = 10,
                                   .installed = 8,
                                   .proven = 3,
                                   .alarms = 1,
                                   .unacknowledged = 1,
                                   .holds = &hold,
                                   .hold_count = s->frozen};

    if (cp_log_head_get(s->store, &head) == CP_STORE_OK && head.seq > 0) {
        status.log_seq = head.seq;
        status.log_hash = cp_text_of(head.hash);
    }
    cp_web_status_json(json, &status);
}

struct listing {
    struct cp_json *json;
    struct cp_web_events *events;
    uint64_t last;
};

static cp_err list_entry(void *user, const struct cp_log_entry *entry)
{
    struct listing *l = user;

    cp_log_entry_json(entry, l->json, NULL);
    l->last = entry->seq;
    return l->json->out->err;
}

static cp_web_result write_log(struct stub *s, const struct cp_web_query *query,
                               struct cp_json *json, struct cp_web_page *page)
{
    struct cp_log_query asked = {.after = query->after_seq, .limit = query->limit};
    struct cp_out last = cp_out_make(json->out->arena);
    struct listing l = {.json = json};

    if (cp_log_each(s->store, &asked, list_entry, &l, NULL) != CP_STORE_OK)
        return CP_WEB_FAILED;
    page->more = l.last != 0 && l.last < s->seq;
    cp_out_u64(&last, l.last);
    return cp_out_done(&last, &page->last) == CP_OK ? CP_WEB_OK : CP_WEB_FAILED;
}

static cp_web_result get(void *user, const struct cp_web_query *query, struct cp_json *json,
                         struct cp_web_page *page, struct cp_web_problem *problem)
{
    uint32_t at;

    switch (query->resource) {
    case CP_WEB_STATUS:
        write_status(user, json);
        return CP_WEB_OK;
    case CP_WEB_FEEDS:
        cp_web_feed_json(json, &feed);
        return CP_WEB_OK;
    case CP_WEB_PEERS:
        cp_web_peer_json(json, &peer);
        return CP_WEB_OK;
    case CP_WEB_ALARMS:
        cp_web_alarm_json(json, &standing);
        return CP_WEB_OK;
    case CP_WEB_LOG:
        return write_log(user, query, json, page);
    default:
        break;
    }
    if (query->id.len == 0)
        return write_things(query, json, page);
    at = number_of(query->resource, query->id);
    if (at == THINGS) {
        cp_web_problem_set(problem, "there is no '%.*s'", (int)query->id.len, query->id.at);
        return CP_WEB_NOT_FOUND;
    }
    write_thing(json, query->resource, at);
    return CP_WEB_OK;
}

/* --- acts ------------------------------------------------------------------------------------- */

static void write_reload(struct cp_json *json, bool dry)
{
    struct cp_web_change demand = {CP_TEXT("d1"), "ok", NULL, CP_TEXT("kr-1"), CP_TEXT("")};
    struct cp_web_change element = {CP_TEXT("node:n1"), NULL, "trusted", CP_TEXT(""), CP_TEXT("")};
    static const char digest[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    struct cp_web_file files[] = {{CP_TEXT("policy.yaml"), cp_text_of(digest), CP_TEXT("")},
                                  {CP_TEXT("links\x1b[2J.csv"), CP_TEXT(""), cp_text_of(digest)}};
    struct cp_web_reload reload = {.dry_run = dry,
                                   .changed = true,
                                   .needs_accept_loss = dry,
                                   .files = files,
                                   .file_count = 2,
                                   .demands = {.gone = 1, .list = &demand, .count = 1},
                                   .elements = {.added = 1, .list = &element, .count = 1},
                                   .planned = dry,
                                   .carried = 2,
                                   .steered_before = 3,
                                   .steered_after = 3,
                                   .without_after = 1,
                                   .losing = two,
                                   .paths = {.carried = 3, .kept = 1, .moving = two}};

    cp_web_reload_json(json, &reload);
}

static cp_web_result act(void *user, const struct cp_web_act *act, struct cp_json *json,
                         struct cp_web_problem *problem)
{
    struct stub *s = user;
    bool changed = s->frozen != (act->deed == CP_WEB_FREEZE);
    struct cp_web_observed observed = {.proven = act->sight_count};

    switch (act->deed) {
    case CP_WEB_RELOAD_DRY:
        write_reload(json, true);
        return CP_WEB_OK;
    case CP_WEB_RELOAD:
        s->ticket = act->ticket;
        return CP_WEB_LATER;
    case CP_WEB_FREEZE:
    case CP_WEB_THAW:
        s->frozen = act->deed == CP_WEB_FREEZE;
        cp_web_done_json(json, changed, 0);
        return CP_WEB_OK;
    case CP_WEB_OBSERVE:
        cp_web_observed_json(json, &observed);
        return CP_WEB_OK;
    case CP_WEB_ACKNOWLEDGE:
        if (!cp_text_eq(act->id, standing.id)) {
            cp_web_problem_set(problem, "no such alarm stands");
            return CP_WEB_NOT_FOUND;
        }
        cp_web_done_json(json, true, 7);
        return CP_WEB_OK;
    }
    return CP_WEB_FAILED;
}

static void settle(struct stub *s)
{
    struct cp_arena *arena = cp_arena_open((size_t)1 << 20);
    struct cp_out out = cp_out_make(arena);
    struct cp_json json = cp_json_make(&out);
    cp_text text;

    write_reload(&json, false);
    if (cp_out_done(&out, &text) == CP_OK)
        cp_web_settle(s->web, s->ticket, CP_WEB_OK, text, NULL);
    cp_arena_close(arena);
}

static cp_web_result metrics(void *user, struct cp_out *out)
{
    (void)user;
    cp_out_str(out, "# TYPE cleanpath_up gauge\ncleanpath_up 1\n");
    return CP_WEB_OK;
}

static cp_err send_entry(void *user, const struct cp_log_entry *entry)
{
    struct listing *l = user;
    struct cp_arena *arena = cp_arena_open((size_t)8 << 20);
    struct cp_out out = cp_out_make(arena);
    struct cp_json json = cp_json_make(&out);
    cp_text text = {"", 0};
    bool taken;

    cp_log_entry_json(entry, &json, NULL);
    taken = cp_out_done(&out, &text) == CP_OK &&
            cp_web_event(l->events, entry->seq, cp_log_kind_name(entry->kind), text);
    cp_arena_close(arena);
    return taken ? CP_OK : CP_ERR_LIMIT;
}

static cp_web_result events(void *user, uint64_t after, struct cp_web_events *to)
{
    struct stub *s = user;
    struct cp_log_query query = {.after = after};
    struct listing l = {.events = to};

    return cp_log_each(s->store, &query, send_entry, &l, NULL) == CP_STORE_OK ? CP_WEB_OK
                                                                              : CP_WEB_FAILED;
}

/* --- running ---------------------------------------------------------------------------------- */

/* False: stdin has ended. */
static bool obey(struct stub *s)
{
    static char line[4096];
    static size_t len;
    ssize_t got = read(STDIN_FILENO, line + len, sizeof(line) - 1 - len);
    char *end;

    if (got <= 0)
        return false;
    len += (size_t)got;
    line[len] = '\0';
    while ((end = strchr(line, '\n')) != NULL) {
        *end = '\0';
        if (strncmp(line, "log ", 4) == 0)
            append(s, strtoull(line + 4, NULL, 10));
        else if (strcmp(line, "story") == 0)
            append_story(s);
        else if (strcmp(line, "settle") == 0)
            settle(s);
        len -= (size_t)(end + 1 - line);
        memmove(line, end + 1, len + 1);
    }
    return true;
}

static void serve(struct stub *s)
{
    struct pollfd fds[2] = {{cp_web_fd(s->web), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};

    for (;;) {
        uint64_t now = clock_us(), deadline = cp_web_deadline(s->web, now);
        int wait_ms = deadline > now ? (int)((deadline - now) / 1000 + 1) : 0;

        if (poll(fds, 2, wait_ms) < 0)
            return;
        if (fds[1].revents != 0 && !obey(s))
            return;
        cp_web_run(s->web, clock_us());
    }
}

int main(int argc, char **argv)
{
    struct stub s = {.seq = 0};
    struct cp_web_owner owner = {&s, get, act, metrics, events};
    struct cp_web_options options = {
        .path = argc == 3 ? argv[1] : "", .socket_group = (gid_t)-1, .stall_s = 5};
    struct cp_log_head head;

    (void)signal(SIGPIPE, SIG_IGN);
    if (argc != 3 || cp_store_open(argv[2], CP_STORE_WRITE, &s.store, NULL) != CP_STORE_OK ||
        cp_log_head_get(s.store, &head) != CP_STORE_OK)
        return 2;
    s.seq = options.log_head = head.seq;
    if (cp_web_open(&options, &owner, &s.web) != CP_WEB_OPENED) {
        cp_store_close(s.store);
        return 4;
    }
    (void)!write(STDOUT_FILENO, "ready\n", 6);
    serve(&s);
    cp_web_close(s.web);
    cp_store_close(s.store);
    return 0;
}
