#include <string.h>

#include "app/files.h"
#include "app/machine.h"
#include "app/message.h"
#include "daemon.h"

/*
 * Inputs and views go into the log whole, under their digests: files and policies as they were read, networks as plans
 * saw them.  The store keeps each once, and of a network that is like the one before only what differs.
 */

enum { KEPT_BYTES = 64 << 20 /* of one file; larger ones are named by their digest alone */ };

struct told {
    struct daemon *daemon;
    struct cp_arena *arena; /* of the bytes of one file at a time */
    cp_arena_mark empty;
    char digests[CP_STORE_CONTENTS_MAX][65];
    uint32_t count;
};

/* A file that is another one by now, or is gone, is not what was read: its digest in the document tells. */
static void keep_file(struct told *t, const char *path, const char *sha256)
{
    char digest[65];
    cp_text bytes;

    if (path == NULL || t->count == CP_STORE_CONTENTS_MAX)
        return;
    cp_arena_reset(t->arena, t->empty);
    if (cp_file_read(path, t->arena, &bytes) != CP_EXIT_OK || bytes.len > KEPT_BYTES)
        return;
    cp_store_keep(t->daemon->batch, bytes, NULL, digest);
    if (!cp_text_eq(cp_text_of(digest), cp_text_of(sha256)))
        return;
    for (uint32_t i = 0; i < sizeof digest; i++)
        t->digests[t->count][i] = digest[i];
    t->count++;
}

static void put_file(struct cp_json *json, cp_text path, const char *sha256)
{
    cp_json_object(json, NULL, CP_JSON_FLAT);
    cp_json_text(json, "path", path);
    cp_json_str(json, "sha256", sha256);
    cp_json_close(json);
}

static void put_inputs(struct told *t, struct cp_json *json, const struct cp_loaded *l)
{
    cp_json_object(json, NULL, CP_JSON_FLAT);
    cp_json_array(json, "policies", CP_JSON_FLAT);
    for (uint32_t i = 0; i < l->sources.policy_count; i++) {
        keep_file(t, l->sources.policies[i].path, l->sources.policies[i].sha256);
        put_file(json, cp_text_of(l->sources.policies[i].name), l->sources.policies[i].sha256);
    }
    cp_json_close(json);
    cp_json_array(json, "inputs", CP_JSON_FLAT);
    for (uint32_t i = 0; i < l->net->input_count; i++) {
        keep_file(t, cp_sources_path(&l->sources, i), l->net->inputs[i].sha256);
        put_file(json, l->net->inputs[i].path, l->net->inputs[i].sha256);
    }
    cp_json_close(json);
    cp_json_close(json);
}

static uint64_t append(struct told *t, cp_log_kind kind, const uint64_t *because, cp_text document)
{
    struct cp_log_entry entry = {.kind = kind,
                                 .at_us = daemon_now_us(t->daemon),
                                 .because = because,
                                 .because_count = because != NULL && *because != 0,
                                 .contents = (const char(*)[65])t->digests,
                                 .content_count = t->count,
                                 .document = document};

    return cp_log_append(t->daemon->batch, &entry);
}

void daemon_state_inputs(struct daemon *d)
{
    const struct cp_loaded *l = daemon_inputs_loaded(d->inputs[d->inputs_count - 1]);
    struct told t = {.daemon = d, .arena = cp_arena_open(cp_machine_memory())};
    struct cp_arena *arena = cp_arena_open((size_t)64 << 20);
    struct cp_out out = cp_out_make(arena);
    struct cp_json json = cp_json_make(&out);
    cp_text document;

    if (arena == NULL || t.arena == NULL)
        daemon_check(d, CP_ERR_NOMEM);
    else if (daemon_state_batch(d) != NULL) {
        t.empty = cp_arena_mark_get(t.arena);
        put_inputs(&t, &json, l);
        if (cp_out_done(&out, &document) == CP_OK)
            d->inputs_entry = append(&t, CP_LOG_INPUTS, NULL, cp_text_trim(document));
    }
    cp_arena_close(arena);
    cp_arena_close(t.arena);
}

static void put_view(struct cp_json *json, const struct cp_plan *plan, bool upheld)
{
    const struct cp_graph *g = &cp_plan_net(plan)->graph;

    cp_json_object(json, NULL, CP_JSON_FLAT);
    cp_json_u64(json, "version", cp_plan_view(plan)->version);
    cp_json_u64(json, "nodes", g->node_count);
    cp_json_u64(json, "links", g->link_count);
    cp_json_str(json, "checker", upheld ? "upholds the plan" : "does not uphold the plan");
    cp_json_close(json);
}

void daemon_state_view(struct daemon *d, const struct cp_plan *plan, cp_text network, bool upheld)
{
    struct told t = {.daemon = d, .count = 1};
    struct cp_arena *arena = cp_arena_open((size_t)1 << 20);
    struct cp_out out = cp_out_make(arena);
    struct cp_json json = cp_json_make(&out);
    cp_text document;

    if (arena == NULL) {
        daemon_check(d, CP_ERR_NOMEM);
        return;
    }
    put_view(&json, plan, upheld);
    if (daemon_state_batch(d) != NULL && cp_out_done(&out, &document) == CP_OK) {
        cp_store_keep(d->batch, network, d->view_digest, t.digests[0]);
        if (d->view_us == 0 || strcmp(d->view_digest, t.digests[0]) != 0)
            d->view_us = daemon_now_us(d);
        d->view_entry = append(&t, CP_LOG_VIEW, &d->inputs_entry, cp_text_trim(document));
        for (uint32_t i = 0; i < sizeof d->view_digest; i++)
            d->view_digest[i] = t.digests[0][i];
    }
    cp_arena_close(arena);
}
