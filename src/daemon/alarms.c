#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "app/machine.h"
#include "log.h"

/*
 * Alarms of the network have no records that the log could tell: once a second those that stand are set against those that
 * stood, both by id.
 */

struct stood {
    char *id, *what;
};

struct alarms {
    struct stood *list; /* [count] by id */
    uint32_t count;
};

static int by_id(const void *a, const void *b)
{
    const struct cp_web_alarm *x = a, *y = b;

    return cp_text_cmp(x->id, y->id);
}

static void tell(cp_text id, bool begins, cp_text what, struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    struct cp_json json = cp_json_make(&out);
    cp_text document;

    cp_json_object(&json, NULL, CP_JSON_FLAT);
    cp_json_bool(&json, "begins", begins);
    cp_json_text(&json, "why", what);
    cp_json_close(&json);
    if (cp_out_done(&out, &document) == CP_OK)
        log_record(begins ? LOG_WARNING : LOG_NOTICE, "alarm", id, document);
}

static void forget(struct stood *list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        free(list[i].id);
        free(list[i].what);
    }
    free(list);
}

/* NULL: no memory. */
static struct stood *keep(const struct cp_web_alarm *now, uint32_t count)
{
    struct stood *list = calloc((size_t)count + 1, sizeof *list);

    for (uint32_t i = 0; list != NULL && i < count; i++) {
        list[i].id = strndup(now[i].id.at, now[i].id.len);
        list[i].what = strndup(now[i].what.at, now[i].what.len);
        if (list[i].id == NULL || list[i].what == NULL) {
            forget(list, count);
            return NULL;
        }
    }
    return list;
}

static void compare(const struct alarms *old, const struct cp_web_alarm *now, uint32_t count,
                    struct cp_arena *arena)
{
    uint32_t i = 0, k = 0;

    while (i < old->count || k < count) {
        int order = i == old->count ? 1
                    : k == count    ? -1
                                    : cp_text_cmp(cp_text_of(old->list[i].id), now[k].id);

        if (order < 0)
            tell(cp_text_of(old->list[i].id), false, cp_text_of(old->list[i].what), arena);
        else if (order > 0)
            tell(now[k].id, true, now[k].what, arena);
        i += order <= 0;
        k += order >= 0;
    }
}

/* Sorted, each id once. */
static uint32_t settle(struct cp_web_alarm *list, uint32_t count)
{
    uint32_t kept = 0;

    if (count > 1)
        qsort(list, count, sizeof *list, by_id);
    for (uint32_t i = 0; i < count; i++)
        if (kept == 0 || !cp_text_eq(list[kept - 1].id, list[i].id))
            list[kept++] = list[i];
    return kept;
}

void daemon_alarms_look(struct daemon *d)
{
    struct cp_arena *arena = cp_arena_open(cp_machine_memory());
    struct cp_web_alarm *now;
    struct stood *kept;
    uint32_t count;

    if (d->alarms == NULL)
        d->alarms = calloc(1, sizeof *d->alarms);
    if (d->alarms == NULL || arena == NULL || api_ted_alarms(d, arena, &now, &count) != CP_OK) {
        cp_arena_close(arena);
        return; /* at the next second */
    }
    count = settle(now, count);
    kept = keep(now, count);
    if (kept != NULL) {
        compare(d->alarms, now, count, arena);
        forget(d->alarms->list, d->alarms->count);
        *d->alarms = (struct alarms){kept, count};
    }
    cp_arena_close(arena);
}

void daemon_alarms_close(struct daemon *d)
{
    if (d->alarms != NULL)
        forget(d->alarms->list, d->alarms->count);
    free(d->alarms);
    d->alarms = NULL;
}
