#include "alarms.h"

#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "app/machine.h"
#include "app/message.h"
#include "base/json_in.h"
#include "base/moment.h"
#include "serve/log.h"

/*
 * Control tells when an alarm of its own begins and ends.  Those of the network have no records: once a second what stands is
 * set against what stood.
 */

#define ALARMS "alarms"
#define ACKNOWLEDGED "acknowledged"

typedef enum {
    ALARM_OF_CONTROL, /* it tells when one begins and ends */
    ALARM_OF_NETWORK  /* what stands is set against what stood */
} alarm_of;

struct stood {
    cp_text id, what; /* its own */
    alarm_of of;
    uint64_t since_us;
    uint64_t seen_us; /* what says that it began then, or before, is this one and no new one */
    bool before;      /* it stood before the start, and nobody has told of it since */
    bool entered;     /* the log of decisions has that it began */
    /* Of those: since when nobody has told of it: the first start since it stood, for more may have come. */
    uint64_t missed_us;
    struct stood *next, *previous;
};

struct alarms {
    void *by_id; /* tsearch(3) */
    struct stood *first;
    uint64_t looked_us; /* at those of the network */
    /* Entries of these in the log of decisions: a bucket that fills up to ENTRIES_MOST, and those that had no room. */
    uint64_t entries, filled_us, left_out;
};

static int by_id(const void *a, const void *b)
{
    const struct stood *x = a, *y = b;

    return cp_text_cmp(x->id, y->id);
}

static struct stood *find(const struct daemon *d, cp_text id)
{
    struct stood key = {.id = id};
    struct stood *const *at = tfind(&key, &d->alarms->by_id, by_id);

    return at == NULL ? NULL : *at;
}

static void free_text(cp_text text)
{
    free((void *)(uintptr_t)text.at);
}

static bool set_text(cp_text *to, cp_text from)
{
    char *own = malloc(from.len + 1);

    if (own == NULL)
        return false;
    if (from.len > 0)
        memcpy(own, from.at, from.len);
    free_text(*to);
    *to = (cp_text){own, from.len};
    return true;
}

static void free_one(struct stood *s)
{
    free_text(s->id);
    free_text(s->what);
    free(s);
}

/* NULL: no memory. */
static struct stood *add(struct daemon *d, cp_text id)
{
    struct stood *s = calloc(1, sizeof *s);

    if (s == NULL)
        return NULL;
    if (!set_text(&s->id, id) || tsearch(s, &d->alarms->by_id, by_id) == NULL) {
        free_one(s);
        return NULL;
    }
    s->next = d->alarms->first;
    if (s->next != NULL)
        s->next->previous = s;
    d->alarms->first = s;
    return s;
}

static void take_out(struct daemon *d, struct stood *s)
{
    (void)tdelete(s, &d->alarms->by_id, by_id);
    *(s->previous == NULL ? &d->alarms->first : &s->previous->next) = s->next;
    if (s->next != NULL)
        s->next->previous = s->previous;
    free_one(s);
}

/* --- in the store ---------------------------------------------------------------------------------- */

static void put(struct daemon *d, const struct stood *s)
{
    struct cp_arena *arena = cp_arena_open((size_t)8 << 20);
    struct cp_out out = cp_out_make(arena);
    struct cp_json json = cp_json_make(&out);
    cp_text text;

    if (arena != NULL && daemon_state_batch(d) != NULL) {
        cp_json_object(&json, NULL, CP_JSON_FLAT);
        cp_json_u64(&json, "since", s->since_us);
        cp_json_bool(&json, "network", s->of == ALARM_OF_NETWORK);
        if (!s->entered)
            cp_json_bool(&json, "left_out", true);
        if (s->before)
            cp_json_u64(&json, "missed", s->missed_us);
        cp_json_text(&json, "what", s->what);
        cp_json_close(&json);
        if (cp_out_done(&out, &text) == CP_OK)
            cp_store_put(d->batch, ALARMS, s->id, cp_text_trim(text));
    }
    cp_arena_close(arena);
}

static cp_err read_one(struct daemon *d, cp_text id, const struct cp_json_value *document)
{
    const struct cp_json_value *network = cp_json_member(document, "network");
    struct stood *s = add(d, id);

    if (s == NULL || !set_text(&s->what, cp_json_member_text(document, "what")))
        return CP_ERR_NOMEM;
    s->of = network != NULL && network->kind == CP_JSON_TRUE ? ALARM_OF_NETWORK : ALARM_OF_CONTROL;
    s->seen_us = UINT64_MAX;
    s->before = true;
    s->entered = cp_json_member(document, "left_out") == NULL;
    if (!cp_json_u64_of(cp_json_member(document, "missed"), &s->missed_us))
        s->missed_us = UINT64_MAX;
    return cp_json_u64_of(cp_json_member(document, "since"), &s->since_us) ? CP_OK
                                                                           : CP_ERR_MALFORMED;
}

static cp_err take_before(void *user, cp_text id, cp_text state)
{
    struct cp_arena *arena = cp_arena_open((size_t)8 << 20);
    const struct cp_json_value *document;
    cp_err err = arena == NULL
                     ? CP_ERR_NOMEM
                     : cp_json_in_document(state, CP_PLACE_NO_FILE, arena, &document, NULL);

    if (err == CP_OK)
        err = read_one(user, id, document);
    cp_arena_close(arena);
    return err;
}

/* The time for what stood to stand again begins with the first start, however many follow; a clock may have been set back. */
static void begin_to_miss(struct daemon *d)
{
    uint64_t now_us = daemon_now_us(d);

    for (struct stood *s = d->alarms->first; s != NULL; s = s->next) {
        if (s->missed_us <= now_us)
            continue;
        s->missed_us = now_us;
        put(d, s);
    }
}

cp_exit daemon_alarms_open(struct daemon *d)
{
    cp_err stopped = CP_OK;
    cp_store_err err;

    d->alarms = calloc(1, sizeof *d->alarms);
    if (d->alarms == NULL)
        return cp_say_no_memory();
    err = cp_store_each(d->store, ALARMS, take_before, d, &stopped);
    if (err == CP_STORE_OK && stopped == CP_OK) {
        begin_to_miss(d);
        return CP_EXIT_OK;
    }
    if (stopped == CP_ERR_NOMEM)
        return cp_say_no_memory();
    cp_placed_say(&d->config->file, &d->config->state_folder,
                  "the alarms in '%s' cannot be read: %s", d->config->state_folder,
                  err != CP_STORE_OK ? cp_store_err_name(err) : cp_err_name(stopped));
    return CP_EXIT_IO;
}

/* --- beginning and end ------------------------------------------------------------------------------ */

/* It has not stood again in time. */
static bool is_late(const struct daemon *d, const struct stood *s)
{
    return s->before && daemon_now_us(d) - s->missed_us > ALARMS_WAIT_US;
}

/* began: nobody has told of it in this life; one of the network is not kept then before that is entered, or left out. */
static struct stood *stands(struct daemon *d, const struct cp_web_alarm *alarm, alarm_of of,
                            bool *began)
{
    struct stood *s = find(d, alarm->id);
    bool known = s != NULL && alarm->since_us <= s->seen_us;
    bool same = s != NULL && !s->before && cp_text_eq(s->what, alarm->what);

    *began = !known || s->before;
    if (s == NULL)
        s = add(d, alarm->id);
    if (s == NULL || (!same && !set_text(&s->what, alarm->what))) {
        daemon_check(d, CP_ERR_NOMEM);
        return NULL;
    }
    s->of = of;
    s->before = false;
    s->entered = s->entered || of == ALARM_OF_CONTROL; /* it tells itself */
    s->seen_us = of == ALARM_OF_NETWORK ? d->alarms->looked_us : UINT64_MAX;
    if (!known || alarm->since_us < s->since_us)
        s->since_us = alarm->since_us;
    else if (same)
        return s;
    if (of == ALARM_OF_CONTROL || !*began)
        put(d, s);
    return s;
}

static void end(struct daemon *d, struct stood *s)
{
    if (daemon_state_batch(d) != NULL) {
        cp_store_drop(d->batch, ALARMS, s->id);
        cp_store_drop(d->batch, ACKNOWLEDGED, s->id);
    }
    take_out(d, s);
}

void daemon_alarms_ends(struct daemon *d, cp_text id)
{
    struct stood *s = find(d, id);

    if (s != NULL)
        end(d, s);
}

uint64_t daemon_alarms_since(const struct daemon *d, cp_text id, uint64_t own_us)
{
    const struct stood *s = find(d, id);

    bool known = s != NULL && own_us <= s->seen_us && !is_late(d, s);

    return known && s->since_us < own_us ? s->since_us : own_us;
}

/* --- of the network, and of before the start --------------------------------------------------------- */

static cp_text document_of(const struct stood *s, bool begins, const char *told,
                           struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    struct cp_json json = cp_json_make(&out);
    cp_text document;
    char since[28];

    cp_json_object(&json, NULL, CP_JSON_FLAT);
    cp_json_bool(&json, "begins", begins);
    cp_json_str(&json, "severity", api_alarm_severity(s->id));
    cp_json_text(&json, "why", s->what);
    if (told != NULL) {
        cp_moment_format(s->since_us, since);
        cp_json_str(&json, "since", since);
        cp_json_str(&json, "told", told);
    }
    cp_json_close(&json);
    return cp_out_done(&out, &document) == CP_OK ? cp_text_trim(document) : CP_TEXT("{}");
}

/* How many a feed brings about is its own to say: of the disk it gets no more than that. */
static void fill(struct daemon *d)
{
    struct alarms *a = d->alarms;
    uint64_t now_us = daemon_now_us(d);
    uint64_t more = (now_us - a->filled_us) / (1000000 / ALARM_ENTRIES_A_SECOND);

    if (a->filled_us == 0 || a->entries + more > ALARM_ENTRIES_MOST) {
        a->entries = ALARM_ENTRIES_MOST;
        a->filled_us = now_us;
        return;
    }
    a->entries += more;
    a->filled_us += more * (1000000 / ALARM_ENTRIES_A_SECOND);
}

static void enter_begin(struct daemon *d, struct stood *s, cp_text document)
{
    if (d->alarms->entries == 0) {
        d->alarms->left_out++;
        return;
    }
    d->alarms->entries--;
    s->entered = true;
    (void)daemon_state_entry(d, CP_LOG_ALARM, s->id, document);
}

/* What the log says stands must not stand there for ever; of these there are no more than were let in. */
static void enter_end(struct daemon *d, const struct stood *s, cp_text document)
{
    if (!s->entered) {
        d->alarms->left_out++;
        return;
    }
    d->alarms->entries -= s->of == ALARM_OF_NETWORK && d->alarms->entries > 0;
    (void)daemon_state_entry(d, CP_LOG_ALARM, s->id, document);
}

static void tell_left_out(struct daemon *d)
{
    char document[200];

    if (d->alarms->left_out == 0)
        return;
    (void)snprintf(document, sizeof document,
                   "{\"left_out\": %llu, \"why\": \"more alarms of the network began or ended "
                   "than are entered one by one\"}",
                   (unsigned long long)d->alarms->left_out);
    (void)daemon_state_entry(d, CP_LOG_ALARM, CP_TEXT("more-alarms"), cp_text_of(document));
    d->alarms->left_out = 0;
}

static void tell_begins(struct daemon *d, struct stood *s, struct cp_arena *arena)
{
    cp_text document = document_of(s, true, NULL, arena);

    enter_begin(d, s, document);
    put(d, s);
    log_record(LOG_WARNING, "alarm", s->id, document);
}

/* What is not told of may still stand where not all are told of. */
static void tell_ends(struct daemon *d, const struct stood *s, struct cp_arena *arena)
{
    const char *told = d->more_us == 0 ? NULL : "it is over, or one of the more-alarms";
    cp_text document = document_of(s, false, told, arena);

    enter_end(d, s, document);
    log_record(LOG_NOTICE, "alarm", s->id, document);
}

static void end_late(struct daemon *d, struct stood *s, struct cp_arena *arena)
{
    cp_text document = document_of(s, false, "late: it has not stood again since the start", arena);

    enter_end(d, s, document);
    log_record(LOG_NOTICE, "alarm", s->id, document);
    end(d, s);
}

uint64_t daemon_alarms_stands(struct daemon *d, const struct cp_web_alarm *alarm,
                              struct cp_arena *arena)
{
    struct stood *s = find(d, alarm->id);
    bool began;

    if (s != NULL && is_late(d, s))
        end_late(d, s, arena);
    s = stands(d, alarm, ALARM_OF_CONTROL, &began);
    return s != NULL && s->since_us < alarm->since_us ? s->since_us : 0;
}

static void end_all_late(struct daemon *d, struct cp_arena *arena)
{
    for (struct stood *s = d->alarms->first, *next; s != NULL; s = next) {
        next = s->next;
        if (is_late(d, s))
            end_late(d, s, arena);
    }
}

/* Since when first: of those with one id that is when it begins. */
static int by_id_and_since(const void *a, const void *b)
{
    const struct cp_web_alarm *x = a, *y = b;
    int order = cp_text_cmp(x->id, y->id);

    return order != 0 ? order : (x->since_us > y->since_us) - (x->since_us < y->since_us);
}

void daemon_alarms_settle(struct daemon *d, struct cp_web_alarm *now, uint32_t count,
                          struct cp_arena *arena)
{
    uint64_t now_us = daemon_now_us(d);
    bool began;

    if (daemon_keep_is_full(d))
        return;
    fill(d);
    end_all_late(d, arena);
    d->alarms->looked_us = now_us;
    if (count > 1)
        qsort(now, count, sizeof *now, by_id_and_since);
    for (uint32_t i = 0; i < count; i++) {
        struct stood *s = i > 0 && cp_text_eq(now[i - 1].id, now[i].id)
                              ? NULL
                              : stands(d, &now[i], ALARM_OF_NETWORK, &began);

        if (s != NULL && began)
            tell_begins(d, s, arena);
    }
    for (struct stood *s = d->alarms->first, *next; s != NULL; s = next) {
        next = s->next;
        if (s->before || s->seen_us >= now_us)
            continue;
        tell_ends(d, s, arena);
        end(d, s);
    }
    tell_left_out(d);
}

void daemon_alarms_acknowledged(struct daemon *d, cp_text id, cp_text by, cp_text reason,
                                struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    struct cp_json json = cp_json_make(&out);
    cp_text document;

    cp_json_object(&json, NULL, CP_JSON_FLAT);
    cp_json_bool(&json, "acknowledged", true);
    cp_json_str(&json, "severity", api_alarm_severity(id));
    cp_json_text(&json, "by", by);
    cp_json_text(&json, "reason", reason);
    cp_json_close(&json);
    if (cp_out_done(&out, &document) == CP_OK)
        (void)daemon_state_entry(d, CP_LOG_ALARM, id, cp_text_trim(document));
}

void daemon_alarms_look(struct daemon *d)
{
    struct cp_arena *arena = cp_arena_open(cp_machine_memory());
    struct cp_web_alarm *now;
    uint32_t count;

    if (arena != NULL && api_ted_alarms(d, arena, &now, &count) == CP_OK) /* else in a second */
        daemon_alarms_settle(d, now, count, arena);
    cp_arena_close(arena);
    daemon_keep_on(d);
}

void daemon_alarms_close(struct daemon *d)
{
    while (d->alarms != NULL && d->alarms->first != NULL)
        take_out(d, d->alarms->first);
    free(d->alarms);
    d->alarms = NULL;
}
