#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "daemon.h"

/* Connections of which one ends the daemon: what conn.c calls is played here. */

static cp_err played_closed(struct cp_drive *drive, uint32_t peer, uint64_t now_us)
{
    (void)drive;
    (void)peer;
    (void)now_us;
    return CP_ERR_NOMEM;
}

/* As daemon_check and daemon_stop do it. */
static void played_check(struct daemon *d, cp_err err)
{
    if (err == CP_OK || d->stopping)
        return;
    d->stopping = true;
    daemon_close_conns(d);
}

static void played_nothing(struct daemon *d)
{
    (void)d;
}

static void played_look(struct daemon *d, uint32_t peer)
{
    (void)d;
    (void)peer;
}

static void played_failed(struct daemon *d, uint32_t peer, const char *why)
{
    (void)d;
    (void)peer;
    (void)why;
}

static bool full;

static bool played_full(struct daemon *d)
{
    (void)d;
    return full;
}

#define cp_drive_closed played_closed
#define daemon_keep_is_full played_full
#define daemon_check played_check
#define daemon_pump played_nothing
#define daemon_facts_look played_look
#define daemon_facts_failed played_failed

#include "conn.c" /* NOLINT(bugprone-suspicious-include): what it calls is played */

enum { PEERS = 3 };

/* Connected, with a socket that nothing can be read from: to read on fails. */
static void connect_all(struct daemon *d, struct daemon_config *config,
                        struct cp_drive_peer peers[PEERS])
{
    *config = (struct daemon_config){.drive = {.peers = peers, .peer_count = PEERS}};
    d->config = config;
    assert_int_equal(uv_loop_init(&d->loop), 0);
    d->conns = calloc(PEERS + 1, sizeof(struct conn *));
    assert_non_null(d->conns);
    for (uint32_t i = 0; i < PEERS; i++) {
        struct conn *c = make(d, i);

        assert_non_null(c);
        c->up = c->paused = true;
        c->share = share_make(PCC_PARTS, uv_hrtime());
        d->conns[i] = c;
    }
    d->paused = true;
    assert_int_equal(uv_prepare_init(&d->loop, &d->turn), 0);
    d->turn.data = d;
}

static void what_may_not_be_read_waits_and_a_turn_in_which_the_daemon_stops_ends(void **state)
{
    struct daemon *d = calloc(1, sizeof *d);
    struct daemon_config config;
    struct cp_drive_peer peers[PEERS] = {0};

    (void)state;
    assert_non_null(d);
    connect_all(d, &config, peers);
    full = true; /* nobody is read while what is decided cannot be kept */
    next_turn(&d->turn);
    assert_false(d->stopping);
    assert_true(d->paused && d->conns[0]->paused);
    full = false;
    next_turn(&d->turn);
    assert_true(d->stopping);
    assert_null(d->conns);
    uv_close((uv_handle_t *)&d->turn, NULL);
    assert_int_equal(uv_run(&d->loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(uv_loop_close(&d->loop), 0);
    free(d);
}

static void nobody_is_connected_to_one_that_has_stopped(void **state)
{
    struct daemon *d = calloc(1, sizeof *d);

    (void)state;
    assert_non_null(d);
    d->stopping = true;
    daemon_send(d, 1, CP_TEXT("x"));
    daemon_hang_up(d, 1);
    daemon_call(d, 1, 0);
    assert_int_equal(daemon_conn_number(d, 1), 0);
    assert_int_equal(daemon_conn_counts(d, 1).bytes_in, 0);
    free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_may_not_be_read_waits_and_a_turn_in_which_the_daemon_stops_ends),
        cmocka_unit_test(nobody_is_connected_to_one_that_has_stopped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
