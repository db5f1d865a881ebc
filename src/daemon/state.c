#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/load.h"
#include "app/message.h"
#include "alarms.h"
#include "api.h"
#include "base/json_in.h"
#include "base/moment.h"
#include "daemon.h"
#include "serve/log.h"

/*
 * What control wants kept goes into one batch of the store until the keeper (keep.c) takes it.  Intended paths, what was seen
 * of them, and an automatic hold stand in a table of their own, from which a restart goes on.
 */

#define INTENDED "intended"
#define OPERATOR "operator"
#define ACKNOWLEDGED "acknowledged"
#define CONTROLLER "controller"

/* At a start.  why: more of it, or "" */
static cp_exit say(struct daemon *d, cp_store_err err, const char *why)
{
    cp_placed_say(&d->config->file, &d->config->state_folder, "the state's folder '%s': %s%s%s",
                  d->config->state_folder, cp_store_err_name(err), why[0] != '\0' ? ": " : "", why);
    switch (err) {
    case CP_STORE_NEWER:
        return CP_EXIT_POLICY;
    case CP_STORE_FORBIDDEN:
        return CP_EXIT_REFUSED;
    case CP_STORE_NOMEM:
        return CP_EXIT_SYSTEM;
    default:
        return CP_EXIT_IO;
    }
}

/* One more than that of the life before, and no less than what the configuration says. */
static cp_store_err next_epoch(struct daemon *d, struct cp_arena *arena)
{
    const struct cp_json_value *root;
    uint64_t before = 0;
    cp_text text;
    bool found = false;
    cp_store_err err = cp_store_get(d->store, CONTROLLER, CP_TEXT("epoch"), arena, &text, &found);

    if (err == CP_STORE_OK && found &&
        (cp_json_in_document(text, 0, arena, &root, NULL) != CP_OK ||
         !cp_json_u64_of(cp_json_member(root, "epoch"), &before)))
        err = CP_STORE_FOREIGN;
    d->epoch = before + 1 > d->config->epoch_least ? before + 1 : d->config->epoch_least;
    return err;
}

/* Kept before the first session: two lives never have the same. */
static cp_exit open_epoch(struct daemon *d)
{
    struct cp_arena *arena = cp_arena_open((size_t)1 << 20);
    struct cp_store_batch *batch;
    cp_store_err err = arena == NULL ? CP_STORE_NOMEM : next_epoch(d, arena);
    char text[64];

    cp_arena_close(arena);
    if (err != CP_STORE_OK)
        return say(d, err, "its epoch");
    batch = cp_store_begin(d->store, CP_STORE_DURABLE);
    (void)snprintf(text, sizeof text, "{\"epoch\": %llu}", (unsigned long long)d->epoch);
    if (batch != NULL)
        cp_store_put(batch, CONTROLLER, CP_TEXT("epoch"), cp_text_of(text));
    err = batch == NULL ? CP_STORE_NOMEM : cp_store_commit(batch);
    cp_store_end(batch);
    return err == CP_STORE_OK ? CP_EXIT_OK : say(d, err, "its epoch");
}

cp_exit daemon_state_open(struct daemon *d)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_store_err err = cp_store_open(d->config->state_folder, CP_STORE_WRITE, &d->store, &diag);

    return err == CP_STORE_OK ? open_epoch(d) : say(d, err, diag.subject);
}

static cp_err restore_one(void *user, cp_text key, cp_text state)
{
    struct daemon *d = user;
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_err err = cp_drive_restore(d->drive, key, state, &diag);

    if (err != CP_OK)
        (void)cp_say_diag(&diag, err, d->config->state_folder, CP_EXIT_INPUT);
    return err;
}

static void keep(char to[WORDS_BYTES], cp_text text)
{
    size_t len = text.len < WORDS_BYTES - 1 ? text.len : WORDS_BYTES - 1;

    memcpy(to, text.at, len);
    to[len] = '\0';
}

/* A person's hold outlives the daemon. */
static void restore_held(struct daemon *d)
{
    struct cp_arena *arena = cp_arena_open((size_t)1 << 20);
    const struct cp_json_value *held;
    cp_text text;
    bool found = false;

    if (arena != NULL &&
        cp_store_get(d->store, OPERATOR, CP_TEXT("held"), arena, &text, &found) == CP_STORE_OK &&
        found && cp_json_in_document(text, 0, arena, &held, NULL) == CP_OK) {
        (void)cp_json_u64_of(cp_json_member(held, "since"), &d->held_us);
        keep(d->held_by, cp_json_member_text(held, "by"));
        keep(d->held_why, cp_json_member_text(held, "reason"));
        daemon_check(d, cp_drive_hold(d->drive, true, cp_text_of(d->held_by), daemon_now_us(d)));
    }
    cp_arena_close(arena);
}

cp_exit daemon_state_restore(struct daemon *d)
{
    cp_err stopped = CP_OK;
    cp_store_err err = cp_store_each(d->store, INTENDED, restore_one, d, &stopped);

    if (err == CP_STORE_OK && stopped == CP_OK)
        stopped = daemon_verdicts_restore(d, &err);
    if (err != CP_STORE_OK)
        return say(d, err, cp_store_why(d->store));
    restore_held(d);
    return stopped == CP_OK ? CP_EXIT_OK : CP_EXIT_INPUT;
}

struct cp_store_batch *daemon_state_batch(struct daemon *d)
{
    if (d->batch == NULL)
        d->batch = cp_store_begin(d->store, CP_STORE_DURABLE);
    if (d->batch == NULL)
        daemon_check(d, CP_ERR_NOMEM);
    return d->batch;
}

static cp_log_kind kind_of(cp_record_kind kind)
{
    switch (kind) {
    case CP_RECORD_INTENT:
    case CP_RECORD_DOWN:
    case CP_RECORD_AGAIN:
    case CP_RECORD_REQUEST:
        return CP_LOG_STEP;
    case CP_RECORD_INSTALLED:
    case CP_RECORD_PEER:
        return CP_LOG_REPORT;
    case CP_RECORD_PROVEN:
    case CP_RECORD_SEEN:
        return CP_LOG_WITNESS;
    case CP_RECORD_PLAN:
        return CP_LOG_PLAN;
    case CP_RECORD_ALARM:
        return CP_LOG_ALARM;
    case CP_RECORD_HOLD:
    case CP_RECORD_ACKNOWLEDGED:
        return CP_LOG_OPERATOR;
    case CP_RECORD_STATE: /* none */
        break;
    }
    return CP_LOG_STEP;
}

/* because: [2] 0: none there. */
static uint64_t append_because(struct daemon *d, cp_log_kind kind, cp_text subject,
                               cp_text document, const uint64_t *because)
{
    struct cp_log_entry entry = {.kind = kind,
                                 .at_us = daemon_now_us(d),
                                 .subject = subject,
                                 .because = because,
                                 .because_count = (uint32_t)(because[0] != 0) + (because[1] != 0),
                                 .document = document};

    return daemon_state_batch(d) == NULL ? 0 : cp_log_append(d->batch, &entry);
}

/* A plan rests on the inputs that it was made of and on its view; all else on the plan that is in force. */
static uint64_t append(struct daemon *d, cp_log_kind kind, cp_text subject, cp_text document)
{
    uint64_t because[2] = {kind == CP_LOG_PLAN ? d->planned_entry : d->plan_entry,
                           kind == CP_LOG_PLAN ? d->view_entry : 0};

    return append_because(d, kind, subject, document, because);
}

struct decided {
    struct cp_arena *arena;
    uint64_t seq; /* 0: none */
};

/* The first entry that is no order again, of what was decided before in the same breath. */
static cp_err take_decided(void *user, const struct cp_log_entry *entry)
{
    struct decided *to = user;
    const struct cp_json_value *root;

    CP_TRY(cp_json_in_document(entry->document, CP_PLACE_NO_FILE, to->arena, &root, NULL));
    if (cp_json_member(root, "ordered_again") != NULL)
        return CP_OK;
    to->seq = entry->seq;
    return CP_ERR_DUPLICATE; /* the walk ends */
}

/*
 * What is ordered again rests on the entry of what was decided.  Where that is not kept yet, or not to be read, it rests on
 * the plan as all else does.
 */
static uint64_t append_again(struct daemon *d, const struct cp_control_step *step)
{
    struct decided decided = {.arena = cp_arena_open((size_t)8 << 20)};
    struct cp_log_query query = {
        .subject = step->key, .kinds = 1u << CP_LOG_STEP, .from_us = step->at_us};
    uint64_t because[2] = {d->plan_entry, 0};
    cp_err stopped;

    if (decided.arena != NULL &&
        cp_log_each(d->store, &query, take_decided, &decided, &stopped) == CP_STORE_OK &&
        decided.seq != 0)
        because[0] = decided.seq;
    cp_arena_close(decided.arena);
    return append_because(d, CP_LOG_STEP, step->key, step->document, because);
}

/* An alarm's document with whether it began or is over in front, how bad that is, and since when it stands where that was before the start. */
static cp_text alarm_document(const struct cp_control_step *step, uint64_t since_us,
                              struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    cp_text rest = cp_text_sub(step->document, 1, step->document.len), text;
    char since[28];

    cp_out_format(&out, "{\"begins\": %s, \"severity\": \"%s\"", step->begins ? "true" : "false",
                  api_alarm_severity(step->key));
    if (since_us != 0) {
        cp_moment_format(since_us, since);
        cp_out_format(&out, ", \"since\": \"%s\"", since);
    }
    cp_out_str(&out, rest.len > 1 ? ", " : "");
    cp_out_text(&out, rest);
    return cp_out_done(&out, &text) == CP_OK ? text : step->document;
}

/* The entry and that it stands, or no longer does, are one batch. */
static void record_alarm(struct daemon *d, const struct cp_control_step *step)
{
    struct cp_arena *arena = cp_arena_open((size_t)8 << 20);
    struct cp_web_alarm alarm = {.id = step->key, .since_us = step->at_us};
    uint64_t since_us = 0;
    cp_text document;

    if (arena == NULL) {
        daemon_check(d, CP_ERR_NOMEM);
        return;
    }
    alarm.what = api_alarm_what(step->document, arena);
    if (step->begins)
        since_us = daemon_alarms_stands(d, &alarm, arena);
    else
        daemon_alarms_ends(d, step->key);
    document = alarm_document(step, since_us, arena);
    (void)append(d, CP_LOG_ALARM, step->key, document);
    log_record(step->begins ? LOG_WARNING : LOG_NOTICE, "alarm", step->key, document);
    cp_arena_close(arena);
}

/* Of what has an alarm, too, the log has the alarm alone. */
static log_level level_of(cp_record_kind record)
{
    switch (record) {
    case CP_RECORD_DOWN:
    case CP_RECORD_HOLD:
        return LOG_DETAIL;
    case CP_RECORD_SEEN:
        return LOG_WARNING;
    case CP_RECORD_INTENT:
    case CP_RECORD_AGAIN:
    case CP_RECORD_INSTALLED:
    case CP_RECORD_PROVEN:
    case CP_RECORD_PLAN:
    case CP_RECORD_PEER:
    case CP_RECORD_REQUEST:
    case CP_RECORD_ALARM:
    case CP_RECORD_ACKNOWLEDGED:
    case CP_RECORD_STATE:
        break;
    }
    return LOG_INFO;
}

/* A plan that is refused leaves the one before in force. */
static bool is_adopted(cp_text document)
{
    struct cp_arena *arena = cp_arena_open((size_t)1 << 20);
    const struct cp_json_value *root, *adopted = NULL;
    bool is;

    if (arena != NULL && cp_json_in_document(document, 0, arena, &root, NULL) == CP_OK)
        adopted = cp_json_member(root, "adopted");
    is = adopted != NULL && adopted->kind == CP_JSON_TRUE;
    cp_arena_close(arena);
    return is;
}

void daemon_state_record(struct daemon *d, const struct cp_control_step *step)
{
    cp_log_kind kind = kind_of(step->record);
    uint64_t entry;

    if (step->kind == CP_DO_ALARM) {
        record_alarm(d, step);
        return;
    }
    if (step->record == CP_RECORD_STATE) {
        if (daemon_state_batch(d) != NULL)
            cp_store_put(d->batch, INTENDED, step->key, step->state);
        return;
    }
    entry = step->record == CP_RECORD_AGAIN ? append_again(d, step)
                                            : append(d, kind, step->key, step->document);
    log_record(level_of(step->record), cp_log_kind_name(kind), step->key, step->document);
    if (kind == CP_LOG_PLAN && entry != 0 && is_adopted(step->document))
        d->plan_entry = entry;
    if (d->batch == NULL)
        return;
    if (step->state.len > 0)
        cp_store_put(d->batch, INTENDED, step->key, step->state);
    else if (step->record == CP_RECORD_INTENT || step->record == CP_RECORD_HOLD)
        cp_store_drop(d->batch, INTENDED, step->key);
}

static void tell_head(struct daemon *d)
{
    struct cp_log_head head;

    if (cp_log_head_get(d->store, &head) == CP_STORE_OK)
        api_log_head(d, head.seq);
}

bool daemon_state_kept(struct daemon *d, struct cp_store_batch *batch, cp_store_err err,
                       uint64_t took_us)
{
    const char *why = cp_store_why(d->store);

    if (err != CP_STORE_OK)
        log_say(LOG_ERROR, "state", NULL, "'%s': what is decided cannot be kept: %s%s%s",
                d->config->state_folder, cp_store_err_name(err), why[0] != '\0' ? ": " : "", why);
    cp_store_end(batch);
    if (err != CP_STORE_OK)
        return false;
    d->counts.commits++;
    daemon_span_add(&d->commit_time, took_us);
    tell_head(d);
    return true;
}

uint64_t daemon_state_entry(struct daemon *d, cp_log_kind kind, cp_text subject, cp_text document)
{
    return append(d, kind, subject, document);
}

uint64_t daemon_state_content(struct daemon *d, cp_log_kind kind, cp_text document, cp_text content)
{
    char digests[1][65];
    struct cp_log_entry entry = {.kind = kind,
                                 .at_us = daemon_now_us(d),
                                 .because = &d->inputs_entry,
                                 .because_count = d->inputs_entry != 0,
                                 .contents = (const char(*)[65])digests,
                                 .content_count = 1,
                                 .document = document};

    if (daemon_state_batch(d) == NULL)
        return 0;
    cp_store_keep(d->batch, content, NULL, digests[0]);
    return cp_log_append(d->batch, &entry);
}

/* One small document at a key. */
static void put_document(struct daemon *d, const char *table, cp_text key,
                         void (*write)(struct daemon *d, struct cp_json *json, cp_text by),
                         cp_text by)
{
    struct cp_arena *arena = cp_arena_open((size_t)1 << 20);
    struct cp_out out = cp_out_make(arena);
    struct cp_json json = cp_json_make(&out);
    cp_text text;

    if (arena == NULL || daemon_state_batch(d) == NULL) {
        cp_arena_close(arena);
        return;
    }
    cp_json_object(&json, NULL, CP_JSON_FLAT);
    write(d, &json, by);
    cp_json_close(&json);
    if (cp_out_done(&out, &text) == CP_OK)
        cp_store_put(d->batch, table, key, cp_text_trim(text));
    cp_arena_close(arena);
}

static void write_held(struct daemon *d, struct cp_json *json, cp_text by)
{
    (void)by;
    cp_json_u64(json, "since", d->held_us);
    cp_json_str(json, "by", d->held_by);
    cp_json_str(json, "reason", d->held_why);
}

void daemon_state_held(struct daemon *d)
{
    if (d->held_us != 0)
        put_document(d, OPERATOR, CP_TEXT("held"), write_held, CP_TEXT(""));
    else if (daemon_state_batch(d) != NULL)
        cp_store_drop(d->batch, OPERATOR, CP_TEXT("held"));
}

static void write_acknowledged(struct daemon *d, struct cp_json *json, cp_text by)
{
    cp_json_u64(json, "at", daemon_now_us(d));
    cp_json_text(json, "by", by);
}

void daemon_state_acknowledge(struct daemon *d, cp_text alarm, cp_text by)
{
    put_document(d, ACKNOWLEDGED, alarm, write_acknowledged, by);
}

void daemon_state_close(struct daemon *d)
{
    if (d->batch != NULL)
        (void)daemon_state_kept(d, d->batch, cp_store_commit(d->batch), 0);
    d->batch = NULL;
    cp_store_close(d->store);
    d->store = NULL;
}
