#include "ted/ted.h"

#include <string.h>

#include "inside.h"

/* Feeds come, tell and go; whatever changes makes the world dirty, and it is made anew when somebody asks. */

static const uint64_t never_us = UINT64_MAX;

/* --- open and close ----------------------------------------------------------------------------- */

static cp_err copy_config(struct cp_ted *ted, const struct cp_ted_config *config, size_t bytes_max)
{
    ted->feeds = CP_TAKE(ted->arena, config->feed_count, struct ted_feed);
    ted->identities = CP_TAKE(ted->arena, config->identity_count, struct cp_ted_identity);
    if (ted->feeds == NULL || ted->identities == NULL)
        return CP_ERR_NOMEM;
    ted->stale_us = config->stale_us;
    ted->disagree_us = config->disagree_us;
    for (uint32_t i = 0; i < config->identity_count; i++) {
        CP_TRY(cp_text_copy(config->identities[i].router, ted->arena, &ted->identities[i].router));
        CP_TRY(cp_text_copy(config->identities[i].node, ted->arena, &ted->identities[i].node));
    }
    ted->identity_count = config->identity_count;
    for (uint32_t f = 0; f < config->feed_count; f++) {
        struct ted_feed *feed = &ted->feeds[f];

        feed->kind = config->feeds[f].kind;
        CP_TRY(cp_text_copy(config->feeds[f].name, ted->arena, &feed->name));
        ted->feed_count = f + 1;
        CP_TRY(cp_ted_store_open(&feed->store, bytes_max / config->feed_count,
                                 config->things_max != 0 ? config->things_max : CP_TED_THINGS_MAX));
    }
    return CP_OK;
}

cp_err cp_ted_open(const struct cp_ted_config *config, const struct cp_case *inventory,
                   size_t bytes_max, struct cp_ted **out, struct cp_diag *diag)
{
    struct cp_arena *arena;
    struct cp_ted *ted;
    cp_err err;

    if (config->feed_count > CP_TED_FEEDS_MAX)
        return CP_ERR_LIMIT;
    arena = cp_arena_open(SIZE_MAX);
    ted = arena == NULL ? NULL : CP_TAKE(arena, 1, struct cp_ted);
    if (ted == NULL) {
        cp_arena_close(arena);
        return CP_ERR_NOMEM;
    }
    *ted =
        (struct cp_ted){.arena = arena, .freeze_us = never_us, .dirty = true, .dirty_whole = true};
    ted->work = cp_arena_open(SIZE_MAX);
    err = ted->work == NULL ? CP_ERR_NOMEM : copy_config(ted, config, bytes_max);
    if (err == CP_OK)
        err = cp_ted_inventory(ted, inventory, diag);
    if (err != CP_OK) {
        cp_ted_close(ted);
        return err;
    }
    *out = ted;
    return CP_OK;
}

void cp_ted_close(struct cp_ted *ted)
{
    if (ted == NULL)
        return;
    for (uint32_t f = 0; f < ted->feed_count; f++)
        cp_ted_store_close(&ted->feeds[f].store);
    cp_ted_known_close(ted->known);
    cp_ted_world_close(ted->world);
    cp_ted_last_close(ted->last);
    cp_arena_close(ted->news_arena);
    cp_arena_close(ted->alarm_arena);
    cp_arena_close(ted->work);
    cp_arena_close(ted->arena);
}

cp_err cp_ted_inventory(struct cp_ted *ted, const struct cp_case *inventory, struct cp_diag *diag)
{
    struct ted_known *known;

    CP_TRY(cp_ted_known_open(ted, inventory, &known, diag));
    cp_ted_known_close(ted->known);
    cp_ted_world_close(ted->world);
    ted->known = known;
    ted->inventory = inventory;
    ted->world = NULL;
    cp_ted_last_move(ted->last, inventory);
    ted->worse = ted->last != NULL;
    ted->dirty = ted->dirty_whole = true;
    return CP_OK;
}

/* --- feeds -------------------------------------------------------------------------------------- */

void cp_ted_touch(struct cp_ted *ted, uint64_t now_us)
{
    if (!ted->dirty)
        ted->dirty_us = now_us;
    ted->dirty = ted->dirty_whole = true;
}

void cp_ted_touch_half(struct cp_ted *ted, const struct ted_half *half, uint64_t now_us)
{
    struct ted_touched *t = &ted->touched[ted->touched_count];

    if (ted->touched_count == TED_TOUCHED_MAX || cp_ted_is_pseudonode(&half->from) ||
        cp_ted_is_pseudonode(&half->to)) {
        cp_ted_touch(ted, now_us);
        return;
    }
    if (!ted->dirty)
        ted->dirty_us = now_us;
    ted->dirty = true;
    ted->looked = false;
    for (uint32_t i = 0; i < ted->touched_count; i++)
        if (cp_ted_router_cmp(&ted->touched[i].from, &half->from) == 0 &&
            cp_ted_router_cmp(&ted->touched[i].to, &half->to) == 0)
            return;
    *t = (struct ted_touched){half->from, half->to};
    ted->touched_count++;
}

static void lose(struct ted_feed *feed, uint64_t now_us)
{
    if (!feed->lost && !feed->gone)
        feed->lost_us =
            now_us; /* where it was never whole since it was lost, that counts from then */
    feed->lost = feed->lost || !feed->gone;
}

void cp_ted_feed_up(struct cp_ted *ted, uint32_t feed, uint64_t now_us)
{
    struct ted_feed *f = &ted->feeds[feed];

    CP_ASSERT(feed < ted->feed_count);
    if (f->up)
        lose(f, now_us);
    f->up = true;
    f->full = false;
    f->generation++;
    cp_ted_touch(ted, now_us);
}

/* What it has not told again is known to be so no more, whether or not anything else is otherwise. */
static void be_back(struct cp_ted *ted, struct ted_feed *feed)
{
    ted->worse = ted->worse || feed->gone;
    feed->full = true;
    feed->lost = feed->gone = false;
}

void cp_ted_feed_full(struct cp_ted *ted, uint32_t feed, uint64_t now_us)
{
    struct ted_feed *f = &ted->feeds[feed];

    CP_ASSERT(feed < ted->feed_count);
    if (!f->up)
        return;
    (void)cp_ted_store_sweep(&f->store, f->generation);
    be_back(ted, f);
    cp_ted_touch(ted, now_us);
}

void cp_ted_feed_down(struct cp_ted *ted, uint32_t feed, uint64_t now_us)
{
    struct ted_feed *f = &ted->feeds[feed];

    CP_ASSERT(feed < ted->feed_count);
    if (!f->up && (f->lost || f->gone))
        return;
    lose(f, now_us);
    f->up = f->full = false;
    cp_ted_touch(ted, now_us);
}

cp_err cp_ted_document(struct cp_ted *ted, uint32_t feed, cp_text document, uint64_t now_us,
                       struct cp_diag *diag)
{
    struct ted_feed *f = &ted->feeds[feed];
    bool changed = false;
    uint64_t malformed = f->malformed;
    bool whole;
    cp_err err;

    CP_ASSERT(feed < ted->feed_count && f->kind != CP_TED_BGP_LS);
    err = cp_ted_frr_read(f, document, &changed, diag);
    whole = f->up && f->full && !f->lost && !f->gone;
    if (err == CP_OK && !whole) {
        f->up = true;
        be_back(ted, f);
        changed = true;
    }
    if (err == CP_OK && f->malformed == malformed && f->mended != malformed) {
        f->mended = malformed;
        changed = true;
    }
    if (err == CP_ERR_NOMEM || err == CP_ERR_LIMIT)
        f->full = false; /* a part of it may be in */
    if (changed || err == CP_ERR_NOMEM || err == CP_ERR_LIMIT)
        cp_ted_touch(ted, now_us);
    if (err == CP_ERR_MALFORMED) {
        f->malformed++;
        cp_ted_touch(ted, now_us);
    }
    return err;
}

/* --- time --------------------------------------------------------------------------------------- */

static uint64_t gone_at(const struct cp_ted *ted, const struct ted_feed *feed)
{
    if (!feed->lost || feed->store.live == 0)
        return never_us;
    return feed->lost_us > never_us - ted->stale_us ? never_us : feed->lost_us + ted->stale_us;
}

/* A feed that was lost for too long: what it did not say again since goes. */
static void let_go(struct cp_ted *ted, struct ted_feed *feed, uint64_t now_us)
{
    feed->lost = false;
    feed->gone = true;
    if (!feed->up)
        feed->generation++;
    (void)cp_ted_store_sweep(&feed->store, feed->generation);
    cp_ted_touch(ted, now_us);
}

void cp_ted_let_go(struct cp_ted *ted, uint64_t now_us)
{
    for (uint32_t f = 0; f < ted->feed_count; f++)
        if (gone_at(ted, &ted->feeds[f]) <= now_us)
            let_go(ted, &ted->feeds[f], now_us);
}

void cp_ted_settle(struct cp_ted *ted, uint64_t now_us)
{
    struct ted_world *world;

    cp_ted_let_go(ted, now_us);
    if (ted->dirty) {
        ted->broken = cp_ted_world_make(ted, &world) != CP_OK;
        if (!ted->broken) {
            cp_ted_compare(ted, ted->world, world);
            cp_ted_world_close(ted->world);
            ted->world = world;
            ted->dirty = ted->dirty_whole = ted->looked = false;
            ted->touched_count = 0;
            ted->moved = true;
            ted->broken = cp_ted_alarms_settle(ted, now_us) != CP_OK;
        }
    }
    ted->frozen = ted->broken || ted->freeze_us <= now_us;
}

uint64_t cp_ted_deadline(const struct cp_ted *ted)
{
    uint64_t at = ted->dirty ? ted->dirty_us : never_us;

    for (uint32_t f = 0; f < ted->feed_count; f++)
        if (gone_at(ted, &ted->feeds[f]) < at)
            at = gone_at(ted, &ted->feeds[f]);
    if (!ted->frozen && ted->freeze_us < at)
        at = ted->freeze_us;
    return at;
}

bool cp_ted_frozen(const struct cp_ted *ted)
{
    return ted->frozen;
}

bool cp_ted_lacks(const struct cp_ted *ted)
{
    for (uint32_t f = 0; f < ted->feed_count; f++)
        if (ted->feeds[f].gone)
            return true;
    return false;
}

/* --- alarms ------------------------------------------------------------------------------------- */

static uint64_t since(const struct cp_ted *ted, const struct cp_ted_alarm *alarm)
{
    if (alarm->kind == CP_TED_ALARM_FEED_LOST)
        return ted->feeds[alarm->feed].lost_us;
    return ted->dirty_us;
}

/* Both lists are in order; what stood before keeps its time. */
static void keep_times(const struct cp_ted *ted, struct cp_ted_alarm *alarms, uint32_t count)
{
    uint32_t old = 0;

    for (uint32_t i = 0; i < count; i++) {
        while (old < ted->alarm_count && cp_ted_alarm_cmp(&ted->alarms[old], &alarms[i]) < 0)
            old++;
        if (old < ted->alarm_count && cp_ted_alarm_cmp(&ted->alarms[old], &alarms[i]) == 0)
            alarms[i].since_us = ted->alarms[old].since_us;
        else
            alarms[i].since_us = since(ted, &alarms[i]);
    }
}

static cp_err copy_alarms(const struct cp_ted *ted, struct cp_arena *arena,
                          struct cp_ted_alarm **out)
{
    const struct ted_world *w = ted->world;
    struct cp_ted_alarm *alarms = CP_TAKE(arena, w->alarm_count, struct cp_ted_alarm);

    if (alarms == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < w->alarm_count; i++) {
        alarms[i] = w->alarms[i];
        CP_TRY(cp_text_copy(w->alarms[i].subject, arena, &alarms[i].subject));
        CP_TRY(cp_text_copy(w->alarms[i].said, arena, &alarms[i].said));
    }
    *out = alarms;
    return CP_OK;
}

cp_err cp_ted_alarms_settle(struct cp_ted *ted, uint64_t now_us)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct cp_ted_alarm *alarms = NULL;
    uint64_t freeze_us = never_us;
    cp_err err = arena == NULL ? CP_ERR_NOMEM : copy_alarms(ted, arena, &alarms);

    (void)now_us;
    if (err != CP_OK) {
        cp_arena_close(arena);
        return err;
    }
    keep_times(ted, alarms, ted->world->alarm_count);
    for (uint32_t i = 0; i < ted->world->alarm_count; i++) {
        uint64_t at = alarms[i].since_us > never_us - ted->disagree_us
                          ? never_us
                          : alarms[i].since_us + ted->disagree_us;

        if (alarms[i].kind == CP_TED_ALARM_DISAGREE && at < freeze_us)
            freeze_us = at;
    }
    cp_arena_close(ted->alarm_arena);
    ted->alarm_arena = arena;
    ted->alarms = alarms;
    ted->alarm_count = ted->world->alarm_count;
    ted->freeze_us = freeze_us;
    return CP_OK;
}

uint32_t cp_ted_alarms(struct cp_ted *ted, uint64_t now_us, const struct cp_ted_alarm **out)
{
    cp_ted_settle(ted, now_us);
    *out = ted->alarms;
    return ted->alarm_count;
}

struct cp_ted_count cp_ted_count(const struct cp_ted *ted, uint32_t feed)
{
    const struct ted_feed *f = &ted->feeds[feed];

    CP_ASSERT(feed < ted->feed_count);
    return (struct cp_ted_count){.nodes = f->store.of_kind[TED_NODE],
                                 .links = f->store.of_kind[TED_HALF],
                                 .half_links =
                                     ted->world == NULL ? 0 : ted->world->half_links[feed],
                                 .prefixes = f->store.of_kind[TED_PREFIX],
                                 .srv6_sids = f->store.of_kind[TED_SRV6],
                                 .malformed = f->malformed,
                                 .statements = f->statements};
}

size_t cp_ted_bytes(const struct cp_ted *ted)
{
    size_t bytes = 0;

    for (uint32_t f = 0; f < ted->feed_count; f++)
        bytes += cp_arena_used(ted->feeds[f].store.arena);
    return bytes;
}
