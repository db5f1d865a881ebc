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

/* What was read is on the disk still, and is kept from there. */
static bool keep_from_disk(struct told *t, const char *path, const char *sha256)
{
    char digest[65];
    cp_text bytes;

    if (cp_file_read(path, t->arena, &bytes) != CP_EXIT_OK || bytes.len > KEPT_BYTES)
        return false;
    cp_store_keep(t->daemon->batch, bytes, NULL, digest);
    return strcmp(digest, sha256) == 0;
}

/* It was kept before: of a day that other files lie about on. */
static bool is_kept(struct told *t, const char *sha256)
{
    cp_text bytes;
    bool found = false;

    return cp_store_content(t->daemon->store, sha256, t->arena, &bytes, &found) == CP_STORE_OK &&
           found;
}

/* A file that is another one by now, or is gone, is not what was read: its digest in the document tells. */
static void keep_file(struct told *t, const char *path, const char *sha256)
{
    if (path == NULL || t->count == CP_STORE_CONTENTS_MAX)
        return;
    cp_arena_reset(t->arena, t->empty);
    if (!keep_from_disk(t, path, sha256) && !is_kept(t, sha256))
        return;
    memcpy(t->digests[t->count++], sha256, sizeof t->digests[0]);
}

static void put_day(struct cp_json *json, const char *name, cp_date day)
{
    char text[11];

    cp_date_format(day, text);
    cp_json_str(json, name, text);
}

static void open_file(struct cp_json *json, cp_text path, const char *sha256)
{
    cp_json_object(json, NULL, CP_JSON_FLAT);
    cp_json_text(json, "path", path);
    cp_json_str(json, "sha256", sha256);
}

/* In the order in which they are judged by, each with its day. */
static void put_policies(struct told *t, struct cp_json *json, const struct cp_loaded *l)
{
    cp_json_array(json, "policies", CP_JSON_FLAT);
    for (uint32_t i = 0; i < l->sources.policy_count; i++) {
        const struct cp_policy_source *source =
            &l->sources.policies[l->policies[i].policy->file - l->sources.count];

        keep_file(t, source->path, source->sha256);
        open_file(json, cp_text_of(source->name), source->sha256);
        put_day(json, "as_of", l->policies[i].as_of);
        cp_json_close(json);
    }
    cp_json_close(json);
}

/* What it was read as, and what else the reading of it rests on: where it lay, beside other evidence. */
static void put_source(struct cp_json *json, const struct cp_source *source)
{
    cp_json_str(json, "as", cp_source_word(source));
    if (source->where != NULL)
        cp_json_str(json, "where", source->where);
    if (source->walked)
        cp_json_bool(json, "walked", true);
}

static void put_inputs(struct told *t, struct cp_json *json, const struct inputs *inputs)
{
    const struct cp_loaded *l = daemon_inputs_loaded(inputs);

    cp_json_object(json, NULL, CP_JSON_FLAT);
    put_day(json, "read_on", daemon_inputs_read_on(inputs));
    put_policies(t, json, l);
    cp_json_array(json, "inputs", CP_JSON_FLAT);
    for (uint32_t i = 0; i < l->net->input_count; i++) {
        keep_file(t, cp_sources_path(&l->sources, i), l->net->inputs[i].sha256);
        open_file(json, l->net->inputs[i].path, l->net->inputs[i].sha256);
        if (i < l->sources.count)
            put_source(json, &l->sources.list[i]);
        cp_json_close(json);
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
    struct told t = {.daemon = d, .arena = cp_arena_open(cp_machine_memory())};
    struct cp_arena *arena = cp_arena_open((size_t)64 << 20);
    struct cp_out out = cp_out_make(arena);
    struct cp_json json = cp_json_make(&out);
    cp_text document;

    if (arena == NULL || t.arena == NULL)
        daemon_check(d, CP_ERR_NOMEM);
    else if (daemon_state_batch(d) != NULL) {
        t.empty = cp_arena_mark_get(t.arena);
        put_inputs(&t, &json, d->inputs[d->inputs_count - 1]);
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

void daemon_state_planned(struct daemon *d, uint64_t inputs_entry)
{
    d->planned_entry = inputs_entry;
    d->view_entry = 0;
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
        d->view_entry = append(&t, CP_LOG_VIEW, &d->planned_entry, cp_text_trim(document));
        for (uint32_t i = 0; i < sizeof d->view_digest; i++)
            d->view_digest[i] = t.digests[0][i];
    }
    cp_arena_close(arena);
}
