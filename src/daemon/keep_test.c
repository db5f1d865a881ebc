#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <unistd.h>

#include "alarms.h"

/* A disk that takes nothing until it is told to. */

static uv_sem_t may_go;

static cp_store_err played_commit(struct cp_store_batch *batch)
{
    uv_sem_wait(&may_go);
    return cp_store_commit(batch);
}

#define cp_store_commit played_commit

#include "keep.c" /* NOLINT(bugprone-suspicious-include): the disk is played */

#undef cp_store_commit

enum { PIECE_BYTES = 8 << 20, PIECES = FULL_BYTES / PIECE_BYTES };

struct rig {
    char folder[32], state[48];
    struct daemon_config config;
    struct daemon *d;
    char *piece; /* [PIECE_BYTES] */
    struct cp_arena *arena;
};

static int begin(void **state)
{
    struct rig *r = calloc(1, sizeof *r);

    if (r == NULL)
        return -1;
    (void)snprintf(r->folder, sizeof r->folder, "/tmp/cpkeep-XXXXXX");
    r->d = calloc(1, sizeof *r->d);
    r->piece = calloc(1, PIECE_BYTES);
    r->arena = cp_arena_open((size_t)1 << 20);
    if (r->d == NULL || r->arena == NULL || r->piece == NULL || mkdtemp(r->folder) == NULL)
        return -1;
    (void)snprintf(r->state, sizeof r->state, "%s/state", r->folder);
    r->config.state_folder = r->state;
    r->d->config = &r->config;
    *state = r;
    return uv_sem_init(&may_go, 0) + uv_loop_init(&r->d->loop) + (int)daemon_state_open(r->d) +
           (int)daemon_keep_open(r->d);
}

static int end(void **state)
{
    static const char *const files[] = {"cleanpath.db", "cleanpath.db-wal", "cleanpath.db-shm",
                                        "lock"};
    struct rig *r = *state;
    char path[80];

    r->d->stopping = true;
    uv_sem_post(&may_go); /* of a test that failed */
    daemon_keep_stop(r->d);
    (void)uv_run(&r->d->loop, UV_RUN_DEFAULT);
    daemon_keep_close(r->d);
    daemon_state_close(r->d);
    (void)uv_loop_close(&r->d->loop);
    uv_sem_destroy(&may_go);
    for (size_t i = 0; i < CP_COUNT(files); i++) {
        (void)snprintf(path, sizeof path, "%s/%s", r->state, files[i]);
        (void)unlink(path);
    }
    (void)rmdir(r->state);
    (void)rmdir(r->folder);
    cp_arena_close(r->arena);
    free(r->piece);
    free(r->d);
    free(r);
    return 0;
}

static void record(struct rig *r)
{
    assert_non_null(daemon_state_batch(r->d));
    cp_store_put(r->d->batch, "t", CP_TEXT("k"), (cp_text){r->piece, PIECE_BYTES});
}

static void behind_a_disk_that_stalls_it_is_full_until_the_disk_goes_on(void **state)
{
    struct rig *r = *state;
    struct daemon *d = r->d;

    record(r);
    give(d->keeper); /* the disk has it */
    assert_false(daemon_keep_is_full(d));
    for (uint32_t i = 0; i < PIECES; i++)
        record(r);
    assert_true(daemon_keep_is_full(d));
    assert_true(daemon_keep_was_full(d) && daemon_keep_was_full(d));
    daemon_keep_on(d); /* and does not wait */
    assert_true(d->keeper->busy && !d->failed);
    uv_sem_post(&may_go);
    assert_true(take_back(d->keeper, true));
    assert_false(daemon_keep_is_full(d));
    assert_true(daemon_keep_was_full(d));
    assert_false(daemon_keep_was_full(d));
    uv_sem_post(&may_go);
    assert_true(daemon_keep_all(d));
    assert_int_equal(d->counts.commits, 2);
}

static void while_it_is_full_no_alarm_of_the_network_is_put(void **state)
{
    struct cp_web_alarm alarm = {
        .id = CP_TEXT("sid/z"), .what = CP_TEXT("it is so"), .since_us = 1};
    struct rig *r = *state;
    struct daemon *d = r->d;
    size_t bytes;

    assert_int_equal(daemon_alarms_open(d), CP_EXIT_OK);
    record(r);
    give(d->keeper);
    for (uint32_t i = 0; i < PIECES; i++)
        record(r);
    bytes = cp_store_batch_bytes(d->batch);
    daemon_alarms_settle(d, &alarm, 1, NULL);
    assert_int_equal(cp_store_batch_bytes(d->batch), bytes);
    uv_sem_post(&may_go);
    uv_sem_post(&may_go);
    assert_true(daemon_keep_all(d));
    assert_null(d->batch);
    daemon_alarms_settle(d, &alarm, 1, r->arena);
    assert_non_null(d->batch);
    uv_sem_post(&may_go);
    daemon_alarms_close(d);
}

static void past_what_may_wait_the_loop_waits_and_nothing_is_lost(void **state)
{
    struct rig *r = *state;
    struct daemon *d = r->d;

    record(r);
    give(d->keeper);
    for (uint32_t i = 0; i < WAITING_BYTES / PIECE_BYTES; i++)
        record(r);
    assert_true(daemon_keep_was_full(d));
    uv_sem_post(&may_go); /* twice: of both batches */
    uv_sem_post(&may_go);
    daemon_keep_on(d);
    assert_int_equal(d->counts.commits, 2);
    assert_true(daemon_keep_was_full(d)); /* the loop waited */
    assert_false(daemon_keep_was_full(d));
    assert_true(d->batch == NULL && !d->keeper->busy && !d->failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(behind_a_disk_that_stalls_it_is_full_until_the_disk_goes_on,
                                        begin, end),
        cmocka_unit_test_setup_teardown(while_it_is_full_no_alarm_of_the_network_is_put, begin,
                                        end),
        cmocka_unit_test_setup_teardown(past_what_may_wait_the_loop_waits_and_nothing_is_lost,
                                        begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
