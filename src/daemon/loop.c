#include "loop.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/load.h"
#include "app/machine.h"
#include "api.h"
#include "app/message.h"
#include "control/headend.h"
#include "fits.h"
#include "licences.h"
#include "serve/log.h"
#include "serve/notify.h"
#include "reload.h"
#include "runner.h"
#include "sights.h"
#include "serve/tls.h"
#include "watch.h"

/*
 * The loop: whatever comes in goes to the drive; what the drive wants done is done, in its order.  Records are kept
 * before the first byte that follows from them leaves (keep.c); when they cannot be kept, nothing leaves any more.
 */

uint64_t daemon_now_us(const struct daemon *d)
{
    return d->clock_base_us + (uv_hrtime() - d->hr_base_ns) / 1000;
}

enum { LEFT_BYTES = 160 };

/* What becomes of orders when the daemon is gone, by the router that forgets them first. */
static const char *left_words(const struct daemon *d, char words[LEFT_BYTES])
{
    const struct cp_drive_config *config = &d->config->drive;
    uint64_t least_us = UINT64_MAX;

    for (uint32_t i = 0; i < config->peer_count; i++) {
        const struct cp_drive_peer *p = &config->peers[i];
        uint64_t keeps_us = cp_headend_keeps_us(cp_headend_find(p->system));

        if (p->kind == CP_PEER_PCEP && keeps_us < least_us)
            least_us = keeps_us;
    }
    if (least_us == UINT64_MAX)
        return "routers keep what they have";
    if (least_us == 0)
        return "routers may forget what they have: how long they keep it is not known of all";
    (void)snprintf(words, LEFT_BYTES,
                   "routers keep what they have for %llu s, or as long as their timers say, and "
                   "forget it then",
                   (unsigned long long)(least_us / 1000000));
    return words;
}

void daemon_check(struct daemon *d, cp_err err)
{
    char left[LEFT_BYTES];

    if (err == CP_OK || d->failed)
        return;
    log_say(LOG_ERROR, "stop", NULL, "%s: the daemon ends; %s", cp_err_name(err),
            left_words(d, left));
    d->failed = true;
    daemon_stop(d);
}

/* --- doing --------------------------------------------------------------------------------------- */

static void let_go(struct daemon *d, const struct cp_case *inventory)
{
    for (uint32_t i = 0; i < d->inputs_count; i++) {
        if (daemon_inputs_loaded(d->inputs[i])->net != inventory)
            continue;
        daemon_inputs_free(d->inputs[i]);
        d->inputs_count--;
        for (; i < d->inputs_count; i++)
            d->inputs[i] = d->inputs[i + 1];
        return;
    }
}

static void act(struct daemon *d, const struct cp_drive_act *a)
{
    switch (a->kind) {
    case CP_ACT_RECORD:
    case CP_ACT_ALARM:
        daemon_state_record(d, &a->step);
        break;
    case CP_ACT_SEND:
        daemon_keep_send(d, a->peer, a->bytes);
        break;
    case CP_ACT_CLOSE:
        daemon_keep_hang_up(d, a->peer);
        break;
    case CP_ACT_CALL:
        daemon_call(d, a->peer, a->at_us);
        break;
    case CP_ACT_PLAN:
        daemon_plan(d, a->job);
        break;
    case CP_ACT_LET_GO:
        let_go(d, a->inventory);
        break;
    }
}

static void deadline(uv_timer_t *timer)
{
    struct daemon *d = timer->data;

    if (daemon_keep_was_full(d))
        cp_drive_unread(d->drive, daemon_now_us(d));
    daemon_check(d, cp_drive_tick(d->drive, daemon_now_us(d)));
    daemon_pump(d);
    daemon_facts_look_all(d);
}

static void set_deadline(struct daemon *d)
{
    uint64_t at = cp_drive_deadline(d->drive), now = daemon_now_us(d);

    if (at == UINT64_MAX)
        (void)uv_timer_stop(&d->deadline);
    else
        (void)uv_timer_start(&d->deadline, deadline, at > now ? (at - now) / 1000 + 1 : 0, 0);
}

/* Doing may call the drive again (a connection that fails at once): the outermost call does all that is left. */
void daemon_pump(struct daemon *d)
{
    struct cp_drive_act a;

    if (d->pumping || d->stopping)
        return;
    d->pumping = true;
    while (!d->stopping && cp_drive_next(d->drive, &a))
        act(d, &a);
    d->pumping = false;
    d->heard_ns = 0;
    if (d->stopping)
        return;
    daemon_verdicts_look(d);
    daemon_keep_on(d);
    set_deadline(d);
}

/* --- beginning and end --------------------------------------------------------------------------- */

static void told_to_stop(uv_signal_t *signal, int number)
{
    struct daemon *d = signal->data;
    char left[LEFT_BYTES];

    if (!d->stopping)
        log_say(LOG_NOTICE, "stop", NULL, "told to stop (%s); %s",
                number == SIGINT ? "SIGINT" : "SIGTERM", left_words(d, left));
    daemon_stop(d);
}

static void told_to_reload(uv_signal_t *signal, int number)
{
    (void)number;
    if (!reload_start(signal->data, (struct reload_ask){.cause = RELOAD_SIGNAL}))
        log_say(LOG_WARNING, "reload", NULL, "another one is under way");
}

/* Peers and feeds of a kind: how many there are, and are up. */
static void count_peers(const struct daemon *d, cp_peer_kind kind, uint32_t *all, uint32_t *up)
{
    *all = *up = 0;
    for (uint32_t i = 0; i < d->config->drive.peer_count; i++) {
        *all += d->config->drive.peers[i].kind == kind;
        *up += d->config->drive.peers[i].kind == kind && strcmp(d->facts[i].state, "up") == 0;
    }
}

/* Once a second, or as often as the watchdog wants: the loop turns. */
static void is_alive(uv_timer_t *timer)
{
    struct daemon *d = timer->data;
    struct cp_control_status c;
    uint32_t routers, routers_up, speakers, speakers_up, documents, documents_up;
    char state[200];

    daemon_facts_look_all(d);
    daemon_facts_notices(d);
    daemon_alarms_look(d);
    daemon_verdicts_second(d);
    cp_control_status(cp_drive_control(d->drive), &c);
    count_peers(d, CP_PEER_PCEP, &routers, &routers_up);
    count_peers(d, CP_PEER_BGP, &speakers, &speakers_up);
    count_peers(d, CP_PEER_DOCUMENTS, &documents, &documents_up);
    (void)snprintf(state, sizeof state,
                   "WATCHDOG=1\nSTATUS=%u of %u routers up, %u of %u feeds up, %u paths installed, "
                   "%u down%s",
                   routers_up, routers, speakers_up + documents_up, speakers + documents,
                   c.by_phase[CP_LSP_INSTALLED], c.by_phase[CP_LSP_DOWN],
                   c.held || c.frozen ? ", held" : "");
    notify_say(state);
    reload_at_midnight(d);
}

static void be_ready(struct daemon *d)
{
    uint64_t every_ms = d->watchdog_us / 2000;
    uint32_t routers, speakers, documents, up;

    d->ready = true;
    log_started();
    notify_say("READY=1");
    count_peers(d, CP_PEER_PCEP, &routers, &up);
    count_peers(d, CP_PEER_BGP, &speakers, &up);
    count_peers(d, CP_PEER_DOCUMENTS, &documents, &up);
    log_say(LOG_NOTICE, "start", NULL,
            "cleanpathd " CP_VERSION " is ready: %u PCEP %s, %u BGP-LS %s, %u %s of documents",
            routers, routers == 1 ? "router" : "routers", speakers,
            speakers == 1 ? "speaker" : "speakers", documents, documents == 1 ? "feed" : "feeds");
    if (speakers + documents == 0)
        log_say(LOG_WARNING, "start", NULL,
                "no feed is configured: nothing is learned of the network, and no path can be "
                "found");
    if (every_ms == 0 || every_ms > 1000)
        every_ms = 1000;
    (void)uv_timer_start(&d->alive, is_alive, 0, every_ms);
}

void daemon_stop(struct daemon *d)
{
    bool first = !d->stopping;

    d->stopping = true;
    if (first) {
        daemon_feeds_close(d);
        daemon_close_conns(d);
        uv_close((uv_handle_t *)&d->deadline, NULL);
        uv_close((uv_handle_t *)&d->turn, NULL);
        uv_close((uv_handle_t *)&d->terminate, NULL);
        uv_close((uv_handle_t *)&d->interrupt, NULL);
        uv_close((uv_handle_t *)&d->hangup, NULL);
        uv_close((uv_handle_t *)&d->alive, NULL);
        uv_close((uv_handle_t *)&d->verdicts, NULL);
        daemon_keep_stop(d);
        watch_close(d);
        api_close(d);
        notify_say("STOPPING=1");
    }
}

static cp_exit open_drive(struct daemon *d)
{
    const struct cp_loaded *l = daemon_inputs_loaded(d->inputs[0]);
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    struct cp_drive_config config = d->config->drive;
    cp_err err;

    config.speaker.epoch = d->epoch;
    err = cp_drive_open(&config, l->net, l->policies, l->sources.policy_count, &d->drive, &diag);
    return err == CP_OK ? CP_EXIT_OK : daemon_config_refused(d->config, &diag, err);
}

/* Whether the configuration, the case and the policies fit, in memory of the question's own. */
static cp_exit fit(const struct daemon *d)
{
    struct cp_arena *arena = cp_arena_open(cp_machine_memory());
    cp_exit code = arena == NULL
                       ? cp_say_no_memory()
                       : daemon_config_fits(d->config, daemon_inputs_loaded(d->inputs[0]), arena);

    if (code == CP_EXIT_OK)
        code = daemon_inputs_judged(d->inputs[0], arena);
    cp_arena_close(arena);
    return code;
}

/* What is said of a case that can be used is no error. */
static cp_exit read_inputs(struct daemon *d)
{
    struct log_caught caught;
    cp_exit code;

    log_catch(&caught);
    code = daemon_inputs_read(d->config, &d->inputs[0]);
    log_catch(NULL);
    if (code == CP_EXIT_OK)
        d->midnight_s = daemon_inputs_midnight(d->inputs[0]);
    log_say_caught(&caught, code == CP_EXIT_OK ? LOG_WARNING : LOG_ERROR, "start");
    return code;
}

static cp_exit open_all(struct daemon *d)
{
    cp_exit code = daemon_config_usable(d->config, USABLE_NOW);

    if (code == CP_EXIT_OK)
        code = read_inputs(d);
    if (code != CP_EXIT_OK)
        return code;
    d->inputs_count = 1;
    code = fit(d);
    if (code == CP_EXIT_OK)
        code = daemon_state_open(d);
    if (code == CP_EXIT_OK)
        code = daemon_confine_files(d);
    if (code == CP_EXIT_OK)
        code = daemon_keep_open(d);
    if (code == CP_EXIT_OK)
        code = open_drive(d);
    if (code == CP_EXIT_OK)
        code = daemon_alarms_open(d);
    if (code == CP_EXIT_OK)
        code = daemon_state_restore(d);
    if (code == CP_EXIT_OK)
        code = daemon_listen(d);
    if (code == CP_EXIT_OK)
        code = daemon_feeds_open(d);
    if (code == CP_EXIT_OK) {
        (void)daemon_state_entry(d, CP_LOG_START, CP_TEXT(""),
                                 CP_TEXT("{\"version\": \"" CP_VERSION "\"}"));
        daemon_state_inputs(d);
    }
    if (code == CP_EXIT_OK)
        code = daemon_sights_open(d);
    if (code == CP_EXIT_OK)
        code = watch_open(d);
    if (code == CP_EXIT_OK)
        code = api_open(d);
    return code == CP_EXIT_OK ? daemon_confine_calls() : code;
}

static void start_clock(struct daemon *d)
{
    uv_timeval64_t now;

    (void)uv_gettimeofday(&now);
    d->clock_base_us = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_usec;
    d->hr_base_ns = uv_hrtime();
    d->started_us = d->inputs_us = d->clock_base_us;
}

static void open_loop(struct daemon *d)
{
    (void)uv_loop_init(&d->loop);
    (void)uv_timer_init(&d->loop, &d->deadline);
    (void)uv_prepare_init(&d->loop, &d->turn);
    (void)uv_signal_init(&d->loop, &d->terminate);
    (void)uv_signal_init(&d->loop, &d->interrupt);
    (void)uv_signal_init(&d->loop, &d->hangup);
    (void)uv_timer_init(&d->loop, &d->alive);
    (void)uv_timer_init(&d->loop, &d->verdicts);
    (void)uv_signal_start(&d->hangup, told_to_reload, SIGHUP);
    d->hangup.data = d->alive.data = d->verdicts.data = d;
    (void)uv_signal_start(&d->terminate, told_to_stop, SIGTERM);
    (void)uv_signal_start(&d->interrupt, told_to_stop, SIGINT);
    d->turn.data = d->deadline.data = d->terminate.data = d->interrupt.data = d;
}

static void close_all(struct daemon *d)
{
    if (!d->stopping)
        daemon_stop(d);
    (void)uv_run(&d->loop, UV_RUN_DEFAULT);
    if (d->ready)
        daemon_facts_notices(d);
    if (d->ready)
        (void)daemon_state_entry(d, CP_LOG_STOP, CP_TEXT(""), CP_TEXT("{}"));
    daemon_keep_close(d);
    daemon_state_close(d);
    cp_drive_close(d->drive);
    tls_context_close(d->tls);
    free(d->addresses);
    free(d->facts);
    for (uint32_t i = 0; i < d->inputs_count; i++)
        daemon_inputs_free(d->inputs[i]);
    daemon_feeds_free(d);
    daemon_sights_close(d);
    daemon_alarms_close(d);
    daemon_licences_close(d->licences);
    (void)uv_loop_close(&d->loop);
}

cp_exit daemon_run(const struct daemon_config *config)
{
    struct daemon *d = calloc(1, sizeof *d);
    cp_exit code;

    if (d == NULL)
        return cp_say_no_memory();
    d->config = config;
    start_clock(d);
    d->addresses = calloc(config->drive.peer_count + 1, sizeof *d->addresses);
    code = d->addresses != NULL ? daemon_facts_open(d) : cp_say_no_memory();
    if (code == CP_EXIT_OK)
        code = runner_start(config, &d->runner);
    if (code != CP_EXIT_OK) {
        free(d->addresses);
        free(d);
        return code;
    }
    (void)signal(SIGPIPE, SIG_IGN);
    notify_open();
    d->watchdog_us = notify_watchdog_us();
    log_open(config->log_form, LOG_INFO);
    open_loop(d);
    code = open_all(d);
    if (code == CP_EXIT_OK) {
        be_ready(d);
        daemon_check(d, cp_drive_tick(d->drive, daemon_now_us(d)));
        daemon_pump(d);
        (void)uv_run(&d->loop, UV_RUN_DEFAULT);
    }
    close_all(d);
    code = code == CP_EXIT_OK && d->failed ? CP_EXIT_SYSTEM : code;
    free(d);
    return code;
}
