#include "alarms.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "api.h"

/* Lives of a daemon, of which nothing is there but its state, who keeps it, and its clock. */

enum { MINUTE_US = 60000000 };

struct rig {
    char folder[32], state[48];
    struct daemon_config config;
    struct daemon *d;
    struct cp_arena *arena;
    uint32_t minutes; /* after the first life's beginning the next begins */
};

static void live(struct rig *r)
{
    r->d = calloc(1, sizeof *r->d);
    assert_non_null(r->d);
    r->d->config = &r->config;
    r->d->hr_base_ns = uv_hrtime();
    r->d->clock_base_us = r->d->started_us = (1000 + (uint64_t)r->minutes) * MINUTE_US;
    assert_int_equal(uv_loop_init(&r->d->loop), 0);
    assert_int_equal(daemon_state_open(r->d), CP_EXIT_OK);
    assert_int_equal(daemon_keep_open(r->d), CP_EXIT_OK);
    assert_int_equal(daemon_alarms_open(r->d), CP_EXIT_OK);
}

static void keep(struct rig *r)
{
    if (r->d->batch == NULL)
        return;
    assert_int_equal(cp_store_commit(r->d->batch), CP_STORE_OK);
    cp_store_end(r->d->batch);
    r->d->batch = NULL;
}

static void die(struct rig *r)
{
    daemon_keep_stop(r->d);
    (void)uv_run(&r->d->loop, UV_RUN_DEFAULT);
    daemon_keep_close(r->d);
    (void)uv_loop_close(&r->d->loop);
    cp_store_end(r->d->batch);
    cp_store_close(r->d->store);
    daemon_alarms_close(r->d);
    free(r->d);
}

static int begin(void **state)
{
    struct rig *r = calloc(1, sizeof *r);

    if (r == NULL)
        return -1;
    (void)snprintf(r->folder, sizeof r->folder, "/tmp/cpalarms-XXXXXX");
    if (mkdtemp(r->folder) == NULL)
        return -1;
    (void)snprintf(r->state, sizeof r->state, "%s/state", r->folder);
    r->config.state_folder = r->state;
    r->arena = cp_arena_open((size_t)1 << 20);
    live(r);
    *state = r;
    return 0;
}

static int end(void **state)
{
    static const char *const files[] = {"cleanpath.db", "cleanpath.db-wal", "cleanpath.db-shm",
                                        "lock"};
    struct rig *r = *state;
    char path[80];

    die(r);
    for (size_t i = 0; i < CP_COUNT(files); i++) {
        (void)snprintf(path, sizeof path, "%s/%s", r->state, files[i]);
        (void)unlink(path);
    }
    (void)rmdir(r->state);
    (void)rmdir(r->folder);
    cp_arena_close(r->arena);
    free(r);
    return 0;
}

static struct cp_web_alarm alarm_of(const char *id, uint64_t since_us)
{
    return (struct cp_web_alarm){
        .id = cp_text_of(id), .what = CP_TEXT("it is so"), .since_us = since_us};
}

static uint64_t stands(struct rig *r, const char *id, uint64_t since_us)
{
    struct cp_web_alarm alarm = alarm_of(id, since_us);

    return daemon_alarms_stands(r->d, &alarm, r->arena);
}

/* One of the network; since_us 0: it does not stand. */
static void look(struct rig *r, const char *id, uint64_t since_us)
{
    struct cp_web_alarm alarm = alarm_of(id, since_us);

    daemon_alarms_settle(r->d, &alarm, since_us != 0, r->arena);
}

static uint64_t since(const struct rig *r, const char *id, uint64_t own_us)
{
    return daemon_alarms_since(r->d, cp_text_of(id), own_us);
}

static bool is_acknowledged(struct rig *r, const char *id)
{
    cp_text value;
    bool found;

    assert_int_equal(
        cp_store_get(r->d->store, "acknowledged", cp_text_of(id), r->arena, &value, &found),
        CP_STORE_OK);
    return found;
}

static uint64_t entries(const struct rig *r)
{
    struct cp_log_head head;

    assert_int_equal(cp_log_head_get(r->d->store, &head), CP_STORE_OK);
    return head.seq;
}

static void what_does_not_stand_again_is_told_as_over_after_a_time(void **state)
{
    struct rig *r = *state;
    uint64_t at = daemon_now_us(r->d);

    assert_int_equal(stands(r, "astray/x", at), 0);
    assert_int_equal(stands(r, "peer/y", at), 0);
    look(r, "sid/z", at);
    daemon_state_acknowledge(r->d, CP_TEXT("astray/x"), CP_TEXT("me"));
    keep(r);
    die(r);

    live(r);
    r->d->clock_base_us += MINUTE_US;
    assert_int_equal(stands(r, "peer/y", daemon_now_us(r->d)), at);
    assert_int_equal(since(r, "astray/x", daemon_now_us(r->d)), at);
    look(r, "", 0);
    r->d->clock_base_us += 3 * (uint64_t)MINUTE_US;
    look(r, "", 0);
    keep(r);
    assert_true(is_acknowledged(r, "astray/x"));
    assert_int_equal(entries(r), 1); /* that z begins */
    r->d->clock_base_us += 2 * (uint64_t)MINUTE_US;
    look(r, "", 0);
    keep(r);
    assert_int_equal(entries(r),
                     3); /* that x and z are over; control tells itself when its own begin */
    assert_false(is_acknowledged(r, "astray/x"));
    at += MINUTE_US;
    assert_int_equal(since(r, "astray/x", at), at);
    assert_int_equal(since(r, "sid/z", at), at);
    assert_int_equal(since(r, "peer/y", at), at - MINUTE_US);
}

static void live_at(struct rig *r, uint32_t minutes)
{
    keep(r);
    die(r);
    r->minutes = minutes;
    live(r);
}

static void starts_without_it_give_it_no_more_time_to_stand_again(void **state)
{
    struct rig *r = *state;
    uint64_t at = daemon_now_us(r->d), now;

    assert_int_equal(stands(r, "peer/y", at), 0);
    assert_int_equal(stands(r, "astray/x", at), 0);
    look(r, "disagree/z", at);
    for (uint32_t minutes = 60; minutes < 66; minutes += 2) {
        live_at(r, minutes);
        look(r, "", 0);
    }
    assert_int_equal(since(r, "disagree/z", daemon_now_us(r->d)), at);
    assert_int_equal(stands(r, "peer/y", daemon_now_us(r->d)), at); /* in time */
    live_at(r, 66);
    now = daemon_now_us(r->d);
    assert_int_equal(since(r, "disagree/z", now), now);
    assert_int_equal(since(r, "astray/x", now), now);
    assert_int_equal(stands(r, "astray/x", now), 0);
    look(r, "disagree/z", now);
    keep(r);
    assert_int_equal(entries(r), 4); /* z: begins, is over, begins; x: is over */
    assert_int_equal(since(r, "disagree/z", now), now);
    assert_int_equal(since(r, "peer/y", now), at); /* it stood since, and has as long again */
    live_at(r, 70);
    assert_int_equal(since(r, "disagree/z", daemon_now_us(r->d)), now);
}

static void what_was_not_kept_before_a_kill_has_not_been(void **state)
{
    struct rig *r = *state;
    uint64_t at = daemon_now_us(r->d);

    (void)stands(r, "peer/y", at);
    keep(r);
    daemon_alarms_ends(r->d, CP_TEXT("peer/y"));
    assert_int_equal(stands(r, "peer/y", at + 5), 0);
    die(r);
    live(r);
    assert_int_equal(since(r, "peer/y", at + 7), at);
}

static void what_ended_and_begins_between_two_looks_is_new(void **state)
{
    struct rig *r = *state;
    uint64_t at = daemon_now_us(r->d), later;

    look(r, "sid/z", at);
    look(r, "sid/z", at);
    assert_int_equal(since(r, "sid/z", at), at);
    r->d->clock_base_us += MINUTE_US;
    later = daemon_now_us(r->d);
    assert_int_equal(since(r, "sid/z", later), later); /* before it is looked at, too */
    r->d->clock_base_us += MINUTE_US;
    look(r, "sid/z", later);
    keep(r);
    die(r);
    live(r);
    assert_int_equal(since(r, "sid/z", later + MINUTE_US), later);
}

static void what_one_tells_that_changes_is_kept(void **state)
{
    struct rig *r = *state;
    uint64_t at = daemon_now_us(r->d);
    struct cp_web_alarm alarm = alarm_of("sid/z", at);
    cp_text row;
    bool found;

    look(r, "sid/z", at);
    keep(r);
    r->d->clock_base_us += MINUTE_US;
    alarm.what = CP_TEXT("it is worse");
    daemon_alarms_settle(r->d, &alarm, 1, r->arena);
    keep(r);
    assert_int_equal(cp_store_get(r->d->store, "alarms", CP_TEXT("sid/z"), r->arena, &row, &found),
                     CP_STORE_OK);
    assert_true(found && memmem(row.at, row.len, "worse", 5) != NULL);
    look(r, "sid/z", at);
    keep(r);
    look(r, "sid/z", at);
    assert_null(r->d->batch); /* what is the same is not kept again */
}

/* So many half links, which are infos, and behind them a disagreement, which is critical. */
static uint32_t flood(struct rig *r, uint32_t half_links, struct cp_arena *arena,
                      struct cp_web_alarm *out)
{
    struct cp_ted_alarm *alarms = CP_TAKE(arena, half_links + 1, struct cp_ted_alarm);
    uint32_t count;

    assert_non_null(alarms);
    for (uint32_t i = 0; i <= half_links; i++) {
        char *name = CP_TAKE(arena, 12, char);

        assert_non_null(name);
        (void)snprintf(name, 12, "r%u", i);
        alarms[i] = (struct cp_ted_alarm){.kind = i < half_links ? CP_TED_ALARM_HALF_LINK
                                                                 : CP_TED_ALARM_DISAGREE,
                                          .feed = CP_NONE,
                                          .subject = cp_text_of(name),
                                          .since_us = daemon_now_us(r->d),
                                          .count = 1};
    }
    assert_int_equal(api_worst_alarms(r->d, alarms, half_links + 1, arena, out, &count), CP_OK);
    return count;
}

static void of_a_flood_the_worst_are_told_and_the_rest_is_counted(void **state)
{
    struct rig *r = *state;
    struct cp_arena *arena = cp_arena_open((size_t)64 << 20);
    struct cp_web_alarm *out = CP_TAKE(arena, ALARMS_OF_NETWORK_MAX + 1, struct cp_web_alarm);
    uint64_t at = daemon_now_us(r->d);

    assert_non_null(out);
    assert_int_equal(flood(r, ALARMS_OF_NETWORK_MAX - 1, arena, out), ALARMS_OF_NETWORK_MAX);
    assert_string_equal(out[0].severity, "critical");
    assert_string_equal(out[ALARMS_OF_NETWORK_MAX - 1].severity, "info");

    r->d->clock_base_us += MINUTE_US;
    at = daemon_now_us(r->d);
    assert_int_equal(flood(r, 100000, arena, out), ALARMS_OF_NETWORK_MAX + 1);
    assert_true(cp_text_is(out[0].id, "disagree/r100000"));
    assert_true(cp_text_is(out[1].id, "half-link/r0"));
    assert_true(cp_text_is(out[ALARMS_OF_NETWORK_MAX].id, "more-alarms"));
    assert_true(
        cp_text_is(out[ALARMS_OF_NETWORK_MAX].what,
                   "of the network more alarms stand than are told one by one: 95905 info"));
    assert_in_range(out[ALARMS_OF_NETWORK_MAX].since_us, at, daemon_now_us(r->d));
    daemon_alarms_settle(r->d, out, ALARMS_OF_NETWORK_MAX + 1, arena);
    assert_in_range(cp_store_batch_bytes(r->d->batch), 1, (size_t)8 << 20);

    assert_int_equal(flood(r, 1, arena, out), 2);
    daemon_alarms_settle(r->d, out, 2, arena);
    assert_int_equal(since(r, "more-alarms", at + MINUTE_US), at + MINUTE_US);
    cp_arena_close(arena);
}

/* A feed that lies without end fills no disk; that something was left out is not. */
static void of_floods_one_after_the_other_the_rest_is_counted_in_the_log_of_decisions(void **state)
{
    struct rig *r = *state;
    struct cp_arena *arena = cp_arena_open((size_t)64 << 20);
    struct cp_web_alarm *out = CP_TAKE(arena, ALARMS_OF_NETWORK_MAX + 1, struct cp_web_alarm);
    uint64_t since_us = daemon_now_us(r->d), seconds;

    assert_non_null(out);
    for (uint32_t i = 0; i < 4; i++) {
        uint32_t count = flood(r, i % 2 == 0 ? ALARMS_OF_NETWORK_MAX - 1 : 0, arena, out);

        daemon_alarms_settle(r->d, out, count, arena);
        keep(r);
        r->d->clock_base_us += 1000000;
    }
    /* The bucket, what came in since, an entry of each look that left something out, and the ends of what had begun. */
    seconds = (daemon_now_us(r->d) - since_us) / 1000000 + 1;
    assert_in_range(entries(r), ALARM_ENTRIES_MOST + 2,
                    ALARM_ENTRIES_MOST + seconds * ALARM_ENTRIES_A_SECOND +
                        ALARMS_OF_NETWORK_MAX / 2);
    cp_arena_close(arena);
}

struct balance {
    uint64_t begins, ends;
};

static cp_err weigh(void *user, const struct cp_log_entry *entry)
{
    struct balance *b = user;

    b->begins += memmem(entry->document.at, entry->document.len, "\"begins\": true", 14) != NULL;
    b->ends += memmem(entry->document.at, entry->document.len, "\"begins\": false", 15) != NULL;
    return CP_OK;
}

static struct balance balance_of(const struct rig *r)
{
    struct cp_log_query query = {.kinds = 1u << CP_LOG_ALARM};
    struct balance b = {0};

    assert_int_equal(cp_log_each(r->d->store, &query, weigh, &b, NULL), CP_STORE_OK);
    return b;
}

/* Three times so many as the bucket has; the second life knows which begins the first one left out. */
static void of_a_flood_no_alarm_whose_begin_is_in_the_log_stands_there_for_ever(void **state)
{
    struct rig *r = *state;
    struct cp_arena *arena = cp_arena_open((size_t)64 << 20);
    struct cp_web_alarm *out = CP_TAKE(arena, ALARMS_OF_NETWORK_MAX + 1, struct cp_web_alarm);
    struct balance b;

    assert_non_null(out);
    for (uint32_t i = 0; i < 7; i++) {
        uint32_t count = i % 2 == 0 ? flood(r, ALARMS_OF_NETWORK_MAX - 1, arena, out) : 0;

        daemon_alarms_settle(r->d, out, count, arena);
        keep(r);
        r->d->clock_base_us += 1000;
    }
    b = balance_of(r);
    assert_in_range(b.begins - b.ends, 1,
                    ALARMS_OF_NETWORK_MAX - 1); /* some began and are left out */
    live_at(r, 10);
    daemon_alarms_settle(r->d, out, 0, arena);
    r->d->clock_base_us += 10 * (uint64_t)MINUTE_US;
    daemon_alarms_settle(r->d, out, 0, arena);
    keep(r);
    b = balance_of(r);
    assert_int_equal(b.begins, b.ends);
    cp_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_does_not_stand_again_is_told_as_over_after_a_time,
                                        begin, end),
        cmocka_unit_test_setup_teardown(starts_without_it_give_it_no_more_time_to_stand_again,
                                        begin, end),
        cmocka_unit_test_setup_teardown(what_was_not_kept_before_a_kill_has_not_been, begin, end),
        cmocka_unit_test_setup_teardown(what_ended_and_begins_between_two_looks_is_new, begin, end),
        cmocka_unit_test_setup_teardown(what_one_tells_that_changes_is_kept, begin, end),
        cmocka_unit_test_setup_teardown(of_a_flood_the_worst_are_told_and_the_rest_is_counted,
                                        begin, end),
        cmocka_unit_test_setup_teardown(
            of_floods_one_after_the_other_the_rest_is_counted_in_the_log_of_decisions, begin, end),
        cmocka_unit_test_setup_teardown(
            of_a_flood_no_alarm_whose_begin_is_in_the_log_stands_there_for_ever, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
