#include "api.h"

#include <grp.h>
#include <stdlib.h>
#include <string.h>

#include "app/machine.h"
#include "app/message.h"
#include "serve/log.h"
#include "metrics.h"
#include "store/log.h"

/*
 * The owner's side of the API.  Each answer is made from what is so at that moment, in scratch that goes with the
 * request; the loop polls the API's descriptor beside its own.
 */

enum { LOOP_MS = 1000 };

struct api {
    struct cp_web *web;
    uv_poll_t poll;
    uv_timer_t timer;
    uint32_t handles; /* that are not closed yet */
};

/* In a path's number: it is one of those that routers delegate and nobody listed. */
#define GIVEN_BIT 0x80000000u

/* --- lists ----------------------------------------------------------------------------------------- */

static cp_web_result no_plan(struct cp_web_problem *problem)
{
    cp_web_problem_set(problem, "no plan has been made yet");
    return CP_WEB_BUSY;
}

static cp_err write_item(const struct view *v, cp_web_resource resource, const struct chosen *thing,
                         struct cp_json *json)
{
    union {
        struct cp_web_demand demand;
        struct cp_web_path path;
        struct cp_web_element element;
    } is;

    switch (resource) {
    case CP_WEB_DEMANDS:
        CP_TRY(api_demand(v, thing->at, &is.demand));
        CP_TRY(api_demand_ways(v, thing->at, &is.demand));
        cp_web_demand_json(json, &is.demand);
        return CP_OK;
    case CP_WEB_PATHS:
        CP_TRY((thing->at & GIVEN_BIT) != 0 ? api_given(v, thing->at & ~GIVEN_BIT, &is.path)
                                            : api_path(v, thing->at, &is.path));
        cp_web_path_json(json, &is.path);
        return CP_OK;
    default:
        CP_TRY(api_element(v, thing->kind == 0 ? CP_OBJECT_LINK : CP_OBJECT_NODE, thing->at,
                           &is.element));
        cp_web_element_json(json, &is.element);
        return CP_OK;
    }
}

/* "link:ID" sorts before "node:ID". */
static cp_text split_element(cp_text id, uint32_t *kind)
{
    *kind = cp_text_starts(id, CP_TEXT("node:")) ? 1 : 0;
    return cp_text_starts(id, CP_TEXT("node:")) || cp_text_starts(id, CP_TEXT("link:"))
               ? cp_text_sub(id, 5, id.len)
               : CP_TEXT("");
}

static bool wants(const struct view *v, const struct cp_web_query *query, uint32_t kind,
                  uint32_t at)
{
    struct cp_web_demand demand;

    if (query->verdict.len == 0)
        return true;
    if (query->resource == CP_WEB_DEMANDS)
        return api_demand(v, at, &demand) == CP_OK && cp_text_is(query->verdict, demand.verdict);
    return cp_text_is(query->verdict, api_trust_word(api_trust(
                                          v, kind == 0 ? CP_OBJECT_LINK : CP_OBJECT_NODE, at)));
}

/* What paths are asked for. */
static bool wants_at(const struct cp_web_query *query, cp_text headend, cp_lsp_phase phase)
{
    return (query->headend.len == 0 || cp_text_eq(query->headend, headend)) &&
           (query->phase.len == 0 || cp_text_is(query->phase, api_phase_word(phase)));
}

static bool wants_path(const struct view *v, const struct cp_web_query *query,
                       const struct cp_control_lsp *lsp)
{
    bool planned = v->plan != NULL && lsp->in_plan != CP_NONE;
    cp_text headend = planned ? v->net->nodes[cp_plan_lsp(v->plan, lsp->in_plan)->headend].id
                              : cp_text_sub(lsp->key, 0, cp_text_find(lsp->key, '>', 0));

    return wants_at(query, headend, lsp->phase);
}

struct offering {
    const struct view *v;
    const struct cp_web_query *query;
    struct page *page;
};

static cp_err offer_given(void *user, uint32_t at, const struct cp_control_given *given)
{
    const struct offering *o = user;
    cp_text id;

    if (!wants_at(o->query, api_given_headend(o->v, given), given->phase))
        return CP_OK;
    CP_TRY(api_given_id(o->v, given, &id));
    page_offer(o->page, 0, id, at | GIVEN_BIT);
    return CP_OK;
}

static cp_err offer_paths(const struct view *v, const struct cp_web_query *query, struct page *page)
{
    struct offering o = {v, query, page};
    struct cp_control_lsp lsp;

    for (uint32_t i = 0; i < cp_control_lsp_count(v->control); i++) {
        cp_control_lsp(v->control, i, &lsp);
        if (wants_path(v, query, &lsp))
            page_offer(page, 0, lsp.key, i);
    }
    return cp_control_each_given(v->control, offer_given, &o);
}

static void offer(const struct view *v, const struct cp_web_query *query, struct page *page,
                  uint32_t kind, cp_text id, uint32_t at)
{
    if (wants(v, query, kind, at))
        page_offer(page, kind, id, at);
}

static cp_err offer_all(const struct view *v, const struct cp_web_query *query, struct page *page)
{
    if (query->resource == CP_WEB_PATHS)
        return offer_paths(v, query, page);
    if (v->plan == NULL)
        return CP_OK;
    if (query->resource == CP_WEB_DEMANDS)
        for (uint32_t i = 0; i < v->net->demand_count; i++)
            offer(v, query, page, 0, v->net->demands[i].id, i);
    if (query->resource != CP_WEB_ELEMENTS)
        return CP_OK;
    for (uint32_t i = 0; i < v->net->link_count; i++)
        offer(v, query, page, 0, v->net->links[i].id, i);
    for (uint32_t i = 0; i < v->net->node_count; i++)
        offer(v, query, page, 1, v->net->nodes[i].id, i);
    return CP_OK;
}

static cp_err full_id(const struct view *v, cp_web_resource resource, const struct chosen *thing,
                      cp_text *out)
{
    if (resource != CP_WEB_ELEMENTS)
        return cp_text_copy(thing->id, v->arena, out);
    return cp_text_join(thing->kind == 0 ? CP_TEXT("link:") : CP_TEXT("node:"), thing->id, v->arena,
                        out);
}

static cp_err get_list(const struct view *v, const struct cp_web_query *query, struct cp_json *json,
                       struct cp_web_page *out)
{
    struct page page;

    CP_TRY(page_open(&page, query->limit, v->arena));
    page.after.id = query->after;
    if (query->resource == CP_WEB_ELEMENTS)
        page.after.id = split_element(query->after, &page.after.kind);
    CP_TRY(offer_all(v, query, &page));
    out->more = page.count > query->limit;
    if (out->more)
        page.count = query->limit;
    for (uint32_t i = 0; i < page.count; i++)
        CP_TRY(write_item(v, query->resource, &page.list[i], json));
    return page.count == 0 ? CP_OK
                           : full_id(v, query->resource, &page.list[page.count - 1], &out->last);
}

static cp_err is_given(void *user, uint32_t at, const struct cp_control_given *given)
{
    struct chosen *out = user;

    if (!cp_text_starts(out->id, CP_TEXT("delegated/")) ||
        !cp_text_eq(cp_text_sub(out->id, 10, out->id.len), given->name))
        return CP_OK;
    out->at = at | GIVEN_BIT;
    return CP_ERR_DUPLICATE;
}

static bool find_path(const struct view *v, struct chosen *out)
{
    struct cp_control_lsp lsp;

    for (; out->at < cp_control_lsp_count(v->control); out->at++) {
        cp_control_lsp(v->control, out->at, &lsp);
        if (cp_text_eq(lsp.key, out->id))
            return true;
    }
    return cp_control_each_given(v->control, is_given, out) == CP_ERR_DUPLICATE;
}

/* The one thing of that id: kind and index; false: there is none. */
static bool find(const struct view *v, const struct cp_web_query *query, struct chosen *out)
{
    *out = (struct chosen){.id = query->id};
    if (query->resource == CP_WEB_PATHS)
        return find_path(v, out);
    if (query->resource == CP_WEB_ELEMENTS) {
        out->id = split_element(query->id, &out->kind);
        out->at =
            out->kind == 0 ? cp_case_link(v->net, out->id).at : cp_case_node(v->net, out->id).at;
        return out->at != CP_NONE;
    }
    for (; out->at < v->net->demand_count; out->at++)
        if (cp_text_eq(v->net->demands[out->at].id, query->id))
            return true;
    return false;
}

static cp_err list_peers(const struct view *v, const struct cp_web_query *query,
                         struct cp_json *json, struct cp_web_page *out)
{
    const struct cp_drive_config *c = &v->d->config->drive;
    bool feeds = query->resource == CP_WEB_FEEDS;
    uint32_t feed = 0, *feed_of = CP_TAKE(v->arena, c->peer_count, uint32_t);
    struct page page;

    if (feed_of == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(page_open(&page, query->limit, v->arena));
    page.after.id = query->after;
    for (uint32_t i = 0; i < c->peer_count; i++) {
        feed_of[i] = feed;
        feed += c->peers[i].kind != CP_PEER_PCEP;
        if (c->peers[i].kind != (feeds ? CP_PEER_PCEP : CP_PEER_DOCUMENTS))
            page_offer(&page, 0, c->peers[i].name, i);
    }
    out->more = page.count > query->limit;
    page.count = out->more ? query->limit : page.count;
    for (uint32_t i = 0; i < page.count; i++) {
        struct cp_web_feed is_feed;
        struct cp_web_peer is_peer;

        if (feeds) {
            api_feed(v->d, page.list[i].at, feed_of[page.list[i].at], &is_feed);
            cp_web_feed_json(json, &is_feed);
        } else {
            api_peer(v->d, page.list[i].at, &is_peer);
            cp_web_peer_json(json, &is_peer);
        }
        out->last = page.list[i].id;
    }
    return CP_OK;
}

static cp_err list_alarms(const struct view *v, const struct cp_web_query *query,
                          struct cp_json *json, struct cp_web_page *out)
{
    const struct cp_web_alarm *alarms;
    struct page page;
    uint32_t count;

    CP_TRY(page_open(&page, query->limit, v->arena));
    page.after.id = query->after;
    CP_TRY(api_alarms(v, &alarms, &count));
    for (uint32_t i = 0; i < count; i++)
        page_offer(&page, 0, alarms[i].id, i);
    out->more = page.count > query->limit;
    page.count = out->more ? query->limit : page.count;
    for (uint32_t i = 0; i < page.count; i++) {
        cp_web_alarm_json(json, &alarms[page.list[i].at]);
        out->last = page.list[i].id;
    }
    return CP_OK;
}

/* --- the log --------------------------------------------------------------------------------------- */

struct entries {
    struct cp_json *json;
    uint64_t last;
    uint32_t left;
    bool more;
    struct cp_web_events *events;
    struct cp_arena *arena;
};

static cp_err write_entry(void *user, const struct cp_log_entry *entry)
{
    struct entries *e = user;

    if (e->left == 0) {
        e->more = true;
        return CP_ERR_LIMIT;
    }
    e->left--;
    e->last = entry->seq;
    cp_log_entry_json(entry, e->json, NULL);
    return CP_OK;
}

static cp_err list_log(const struct view *v, const struct cp_web_query *query, struct cp_json *json,
                       struct cp_web_page *out)
{
    struct entries e = {.json = json, .left = query->limit};
    struct cp_log_query asked = {.after = query->after_seq, .limit = query->limit + 1};
    struct cp_out last = cp_out_make(v->arena);
    cp_err stopped = CP_OK;

    if (cp_log_each(v->d->store, &asked, write_entry, &e, &stopped) != CP_STORE_OK)
        return CP_ERR_CONFLICT;
    out->more = e.more;
    cp_out_u64(&last, e.last);
    return cp_out_done(&last, &out->last);
}

static cp_err send_entry(void *user, const struct cp_log_entry *entry)
{
    struct entries *e = user;
    struct cp_out out = cp_out_make(e->arena);
    struct cp_json json = cp_json_make(&out);
    cp_text text;

    cp_log_entry_json(entry, &json, NULL);
    CP_TRY(cp_out_done(&out, &text));
    return cp_web_event(e->events, entry->seq, cp_log_kind_name(entry->kind), text) ? CP_OK
                                                                                    : CP_ERR_LIMIT;
}

static cp_web_result events(void *user, uint64_t after, struct cp_web_events *to)
{
    struct daemon *d = user;
    struct cp_arena *arena = cp_arena_open((size_t)256 << 20);
    struct entries e = {.events = to, .arena = arena};
    struct cp_log_query query = {.after = after, .limit = 1000};
    cp_err stopped = CP_OK;
    cp_store_err err =
        arena == NULL ? CP_STORE_NOMEM : cp_log_each(d->store, &query, send_entry, &e, &stopped);

    cp_arena_close(arena);
    return err == CP_STORE_OK ? CP_WEB_OK : CP_WEB_FAILED;
}

/* --- reading --------------------------------------------------------------------------------------- */

static cp_err get_any(const struct view *v, const struct cp_web_query *query, struct cp_json *json,
                      struct cp_web_page *page, cp_web_result *result)
{
    struct chosen thing;

    switch (query->resource) {
    case CP_WEB_STATUS:
        return api_status(v, json);
    case CP_WEB_FEEDS:
    case CP_WEB_PEERS:
        return list_peers(v, query, json, page);
    case CP_WEB_ALARMS:
        return list_alarms(v, query, json, page);
    case CP_WEB_LOG:
        return list_log(v, query, json, page);
    case CP_WEB_DEMANDS:
    case CP_WEB_PATHS:
    case CP_WEB_ELEMENTS:
    case CP_WEB_RESOURCE_COUNT:
        break;
    }
    if (query->id.len == 0)
        return get_list(v, query, json, page);
    if (!find(v, query, &thing)) {
        *result = CP_WEB_NOT_FOUND;
        return CP_OK;
    }
    return write_item(v, query->resource, &thing, json);
}

static cp_web_result get(void *user, const struct cp_web_query *query, struct cp_json *json,
                         struct cp_web_page *page, struct cp_web_problem *problem)
{
    struct daemon *d = user;
    cp_web_result result = CP_WEB_OK;
    struct view v;

    if (view_open(d, json->out->arena, &v) != CP_OK)
        return CP_WEB_FAILED;
    if (v.plan == NULL && (query->resource == CP_WEB_DEMANDS || query->resource == CP_WEB_ELEMENTS))
        return no_plan(problem);
    if (get_any(&v, query, json, page, &result) != CP_OK)
        return CP_WEB_FAILED;
    if (result == CP_WEB_NOT_FOUND)
        cp_web_problem_set(problem, "there is no such thing");
    return result;
}

static cp_web_result metrics(void *user, struct cp_out *out)
{
    return metrics_write(user, out) == CP_OK ? CP_WEB_OK : CP_WEB_FAILED;
}

/* --- running --------------------------------------------------------------------------------------- */

static void run(struct daemon *d)
{
    uint64_t now = uv_hrtime() / 1000, at;

    if (d->stopping)
        return;
    cp_web_run(d->api->web, now);
    if (d->stopping)
        return;
    now = uv_hrtime() / 1000;
    at = cp_web_deadline(d->api->web, now);
    (void)uv_timer_start(&d->api->timer, api_is_due, at > now ? (at - now) / 1000 + 1 : 0, 0);
}

void api_is_due(uv_timer_t *timer)
{
    run(timer->data);
}

static void is_readable(uv_poll_t *poll, int status, int what)
{
    (void)status;
    (void)what;
    run(poll->data);
}

void api_log_head(struct daemon *d, uint64_t seq)
{
    if (d->api == NULL || d->stopping)
        return;
    cp_web_log_head(d->api->web, seq);
    (void)uv_timer_start(&d->api->timer, api_is_due, 0, 0);
}

void api_settle(struct daemon *d, uint64_t ticket, cp_web_result result, cp_text json,
                const struct cp_web_problem *problem)
{
    if (d->api == NULL || ticket == 0)
        return;
    cp_web_settle(d->api->web, ticket, result, json, problem);
    (void)uv_timer_start(&d->api->timer, api_is_due, 0, 0);
}

static cp_exit open_web(struct daemon *d, struct api *api)
{
    static const cp_exit codes[] = {CP_EXIT_OK,      CP_EXIT_IO,     CP_EXIT_REFUSED,
                                    CP_EXIT_MISSING, CP_EXIT_SYSTEM, CP_EXIT_SYSTEM};
    static const char *const words[] = {"",
                                        "somebody serves it",
                                        "not permitted",
                                        "what stands there is no socket",
                                        "out of memory",
                                        "the system refuses"};
    struct cp_web_owner owner = {d, get, api_act, metrics, events};
    struct cp_web_options options = {.path = d->config->socket_path, .socket_group = (gid_t)-1};
    struct cp_log_head head = {0};
    const struct group *group;
    cp_web_open_err err;

    if (d->config->socket_group != NULL) {
        group = getgrnam(d->config->socket_group);
        if (group == NULL) {
            cp_say("api: there is no group '%s'", d->config->socket_group);
            return CP_EXIT_POLICY;
        }
        options.socket_group = group->gr_gid;
        options.groups = &options.socket_group;
        options.group_count = 1;
    }
    if (cp_log_head_get(d->store, &head) == CP_STORE_OK)
        options.log_head = head.seq;
    err = cp_web_open(&options, &owner, &api->web);
    if (err != CP_WEB_OPENED)
        cp_say("api: %s: %s", options.path, words[err]);
    return codes[err];
}

cp_exit api_open(struct daemon *d)
{
    struct api *api = calloc(1, sizeof *api);
    cp_exit code;

    if (api == NULL)
        return cp_say_no_memory();
    code = open_web(d, api);
    if (code != CP_EXIT_OK) {
        free(api);
        return code;
    }
    d->api = api;
    (void)uv_timer_init(&d->loop, &api->timer);
    api->timer.data = api->poll.data = d;
    api->handles = 1;
    if (uv_poll_init(&d->loop, &api->poll, cp_web_fd(api->web)) != 0) {
        cp_say("api: the socket cannot be waited for");
        return CP_EXIT_SYSTEM;
    }
    api->handles = 2;
    if (uv_poll_start(&api->poll, UV_READABLE, is_readable) != 0) {
        cp_say("api: the socket cannot be waited for");
        return CP_EXIT_SYSTEM;
    }
    run(d);
    return CP_EXIT_OK;
}

static void stopped(uv_handle_t *handle)
{
    struct daemon *d = handle->data;

    if (--d->api->handles > 0)
        return;
    cp_web_close(d->api->web);
    free(d->api);
    d->api = NULL;
}

/* The descriptor is closed after the loop let go of it. */
void api_close(struct daemon *d)
{
    if (d->api == NULL || uv_is_closing((uv_handle_t *)&d->api->timer))
        return;
    if (d->api->handles == 2)
        uv_close((uv_handle_t *)&d->api->poll, stopped);
    uv_close((uv_handle_t *)&d->api->timer, stopped);
}
