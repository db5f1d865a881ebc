#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "app/message.h"
#include "edged.h"
#include "serve/confined.h"
#include "serve/notify.h"

enum { REMADE_MS = 50 };

/*
 * Whatever comes in goes to the machine; what it wants done is done, in its order.  What it wants kept is written on another
 * thread, one text at a time; what it waits for until then it waits for itself.
 */

uint64_t edged_now_us(const struct edged *d)
{
    return d->clock_base_us + (uv_hrtime() - d->hr_base_ns) / 1000;
}

/* --- keeping ------------------------------------------------------------------------------------- */

static void write_it(uv_work_t *work)
{
    struct edged *d = work->data;

    d->kept_error = edged_file_write(d->config, d->kept, d->kept_len);
}

static cp_exit make_machine(struct edged *d);

static void is_remade(uv_timer_t *timer)
{
    struct edged *d = timer->data;

    d->remaking = false;
    if (make_machine(d) == CP_EXIT_OK) {
        cp_edge_tick(d->edge, edged_now_us(d));
        edged_pump(d);
        return;
    }
    d->failed = true; /* it was read a moment ago */
    edged_stop(d);
}

/*
 * The policy is another one: the machine is made anew, from what this one knew, once what it had is closed.  Nothing is asked
 * of the kernel for that.
 */
static void remake(struct edged *d)
{
    edged_agent_close(d);
    edged_close_conns(d, false);
    edged_probes_close(d);
    cp_edge_close(d->edge);
    d->edge = NULL;
    cp_arena_close(d->made.arena);
    d->made.arena = NULL;
    (void)uv_timer_stop(&d->agent_later);
    (void)uv_timer_start(&d->deadline, is_remade, REMADE_MS, 0);
}

static void was_kept(uv_work_t *work, int status)
{
    struct edged *d = work->data;
    bool kept = status == 0 && d->kept_error == 0;

    free(d->kept);
    d->kept = NULL;
    d->is_keeping = false;
    if (!kept)
        log_say(LOG_ERROR, "state", NULL, "'%s': %s", d->config->state_folder,
                strerror(status == 0 ? d->kept_error : EIO));
    if (d->stopping)
        return;
    cp_edge_kept(d->edge, kept, edged_now_us(d));
    if (d->remaking && cp_edge_is_kept(d->edge))
        remake(d);
    else
        edged_pump(d);
}

static void keep(struct edged *d, cp_text text)
{
    d->kept = malloc(text.len + 1);
    d->kept_len = text.len;
    if (d->kept != NULL)
        memcpy(d->kept, text.at, text.len);
    d->keeping.data = d;
    d->is_keeping =
        d->kept != NULL && uv_queue_work(&d->loop, &d->keeping, write_it, was_kept) == 0;
    if (d->is_keeping)
        return;
    free(d->kept);
    d->kept = NULL;
    cp_edge_kept(d->edge, false, edged_now_us(d));
}

/* --- doing --------------------------------------------------------------------------------------- */

static void say(const struct cp_edge_act *a)
{
    static const log_level levels[] = {[CP_EDGE_SAYS_WARNING] = LOG_WARNING,
                                       [CP_EDGE_SAYS_NOTICE] = LOG_NOTICE,
                                       [CP_EDGE_SAYS_INFO] = LOG_INFO};

    log_say(levels[a->level], "edge", NULL, "%.*s", (int)a->text.len, a->text.at);
}

static void act(struct edged *d, const struct cp_edge_act *a)
{
    switch (a->kind) {
    case CP_EDGE_KEEP:
        keep(d, a->text);
        return;
    case CP_EDGE_ASK:
        edged_agent_ask(d, &a->request);
        return;
    case CP_EDGE_CALL:
        edged_call(d, a->controller);
        return;
    case CP_EDGE_SEND:
        edged_send(d, a->controller, a->text);
        return;
    case CP_EDGE_HANG_UP:
        edged_hang_up(d, a->controller);
        return;
    case CP_EDGE_PROBE:
        edged_probes_send(d, a);
        return;
    case CP_EDGE_SAY:
        say(a);
        return;
    }
}

/* What came in while nothing ran is heard before the clock is asked what is late. */
static void deadline(uv_timer_t *timer)
{
    struct edged *d = timer->data;

    edged_agent_hear(d);
    edged_probes_hear(d);
    cp_edge_tick(d->edge, edged_now_us(d));
    edged_pump(d);
}

/* Doing may call the machine again: the outermost call does all that is left. */
void edged_pump(struct edged *d)
{
    struct cp_edge_act a;
    uint64_t at, now;

    if (d->pumping || d->stopping || d->edge == NULL)
        return;
    d->pumping = true;
    while (!d->stopping && cp_edge_next(d->edge, &a))
        act(d, &a);
    d->pumping = false;
    if (d->stopping)
        return;
    at = cp_edge_deadline(d->edge);
    now = edged_now_us(d);
    if (at == UINT64_MAX)
        (void)uv_timer_stop(&d->deadline);
    else
        (void)uv_timer_start(&d->deadline, deadline, at > now ? (at - now) / 1000 + 1 : 0, 0);
}

/* --- the policy ----------------------------------------------------------------------------------- */

/* A policy that cannot be read, or is not signed, is nobody's: the one before stays. */
static void look_at_policy(struct edged *d)
{
    struct edged_made made;
    cp_exit code = edged_make(d->config, &made);
    bool other = code == CP_EXIT_OK && made.policy->serial != d->made.policy->serial;

    if (code != CP_EXIT_OK)
        log_say(LOG_WARNING, "policy", NULL, "it is not taken: policy %llu stays",
                (unsigned long long)d->made.policy->serial);
    else if (other)
        log_say(LOG_NOTICE, "policy", NULL, "policy %llu is taken in place of %llu",
                (unsigned long long)made.policy->serial,
                (unsigned long long)d->made.policy->serial);
    cp_arena_close(made.arena);
    if (!other)
        return;
    d->remaking = true;
    cp_edge_keep_now(d->edge, edged_now_us(d));
    edged_pump(d);
}

static void told_to_reload(uv_signal_t *signal, int number)
{
    struct edged *d = signal->data;

    (void)number;
    if (!d->remaking)
        look_at_policy(d);
}

static void every_second(uv_timer_t *timer)
{
    struct edged *d = timer->data;
    struct cp_edge_status s;
    char line[256];

    if (d->edge == NULL)
        return;
    edged_status_line(d, line, sizeof line);
    notify_say(line);
    cp_edge_status_get(d->edge, &s);
    if (s.policy_serial != 0 && s.policy_serial != d->made.policy->serial && !d->remaking)
        look_at_policy(d);
}

/* --- beginning and end --------------------------------------------------------------------------- */

static cp_exit restore(struct edged *d)
{
    struct cp_arena *arena = cp_arena_open((size_t)256 << 20);
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_text text;
    bool found = false;
    cp_exit code =
        arena == NULL ? cp_say_no_memory() : edged_file_read(d->config, arena, &text, &found);

    if (code == CP_EXIT_OK && found) {
        cp_err err = cp_edge_restore(d->edge, text, &diag);

        if (err != CP_OK)
            code = cp_say_diag(&diag, err, d->config->state_folder, CP_EXIT_INPUT);
    }
    cp_arena_close(arena);
    return code;
}

static cp_exit make_machine(struct edged *d)
{
    cp_exit code = edged_make(d->config, &d->made);
    uint64_t *nonce = &d->made.config.probing.nonce;

    if (code != CP_EXIT_OK)
        return code;
    if (getrandom(nonce, sizeof *nonce, 0) != (ssize_t)sizeof *nonce)
        return CP_EXIT_SYSTEM;
    *nonce |= 1; /* never 0 */
    if (cp_edge_open(&d->made.config, &d->edge) != CP_OK)
        return cp_say_no_memory();
    code = restore(d);
    if (code == CP_EXIT_OK)
        code = edged_probes_open(d);
    if (code != CP_EXIT_OK)
        return code;
    edged_agent_open(d);
    return CP_EXIT_OK;
}

void edged_stop(struct edged *d)
{
    uv_handle_t *const handles[] = {(uv_handle_t *)&d->deadline,    (uv_handle_t *)&d->second,
                                    (uv_handle_t *)&d->agent_later, (uv_handle_t *)&d->terminate,
                                    (uv_handle_t *)&d->interrupt,   (uv_handle_t *)&d->hangup};

    if (d->stopping)
        return;
    d->stopping = true;
    notify_say("STOPPING=1");
    edged_close_conns(d, false);
    edged_agent_close(d);
    edged_probes_close(d);
    edged_status_close(d);
    for (size_t i = 0; i < CP_COUNT(handles); i++)
        uv_close(handles[i], NULL);
}

static void told_to_stop(uv_signal_t *signal, int number)
{
    (void)number;
    log_say(LOG_NOTICE, "stop", NULL, "told to stop; what the kernel has stays");
    edged_stop(signal->data);
}

static void open_loop(struct edged *d)
{
    uv_timeval64_t now;

    (void)uv_gettimeofday(&now);
    d->clock_base_us = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_usec;
    d->hr_base_ns = uv_hrtime();
    d->agent_fd = d->probe_fd = -1;
    (void)uv_loop_init(&d->loop);
    (void)uv_timer_init(&d->loop, &d->deadline);
    (void)uv_timer_init(&d->loop, &d->second);
    (void)uv_timer_init(&d->loop, &d->agent_later);
    (void)uv_signal_init(&d->loop, &d->terminate);
    (void)uv_signal_init(&d->loop, &d->interrupt);
    (void)uv_signal_init(&d->loop, &d->hangup);
    d->deadline.data = d->second.data = d->agent_later.data = d;
    d->terminate.data = d->interrupt.data = d->hangup.data = d;
    (void)uv_signal_start(&d->terminate, told_to_stop, SIGTERM);
    (void)uv_signal_start(&d->interrupt, told_to_stop, SIGINT);
    (void)uv_signal_start(&d->hangup, told_to_reload, SIGHUP);
}

static cp_exit open_all(struct edged *d)
{
    const struct tls_files files = edged_config_tls(d->config);
    cp_exit code = edged_file_check(d->config);

    if (code == CP_EXIT_OK && *files.certificate != NULL)
        code = tls_context_open(&files, &d->tls);
    if (code == CP_EXIT_OK)
        code = make_machine(d);
    return code == CP_EXIT_OK ? edged_status_open(d) : code;
}

/* All is open.  The policy, its key and those of peers are read again; TLS is not. */
static cp_exit confine(const struct edged *d)
{
    const struct edged_config *config = d->config;
    struct confine c;
    cp_exit code;

    confined_open(&c);
    confine_read(&c, config->policy_path);
    confine_read(&c, config->key_path);
    for (uint32_t i = 0; i < config->peer_count; i++)
        confine_read(&c, config->peers[i].key_file);
    confine_write(&c, config->state_folder);
    confine_socket(&c, config->status_path);
    for (uint32_t i = 0; i < config->controller_count; i++)
        confine_connect(&c, config->controllers[i].port);
    confine_bind(&c, 0);
    code = confined_files(&c);
    return code == CP_EXIT_OK ? confined_calls(CONFINE_MAY_WRITE | CONFINE_MAY_TCP |
                                               CONFINE_MAY_UDP | CONFINE_MAY_THREAD)
                              : code;
}

static void be_ready(struct edged *d)
{
    uint64_t every_ms = d->watchdog_us / 2000;

    log_started();
    notify_say("READY=1");
    log_say(LOG_NOTICE, "start", NULL,
            "cleanpath-edge " CP_VERSION " is ready: node %.*s, policy %llu, %u controllers",
            (int)d->made.policy->nodes[0].name.len, d->made.policy->nodes[0].name.at,
            (unsigned long long)d->made.policy->serial, d->config->controller_count);
    (void)uv_timer_start(&d->second, every_second, 0,
                         every_ms == 0 || every_ms > 1000 ? 1000 : every_ms);
}

cp_exit edged_run(const struct edged_config *config)
{
    struct edged *d = calloc(1, sizeof *d);
    cp_exit code;

    if (d == NULL)
        return cp_say_no_memory();
    d->config = config;
    (void)signal(SIGPIPE, SIG_IGN);
    notify_open();
    d->watchdog_us = notify_watchdog_us();
    log_open(config->log_form, LOG_INFO);
    open_loop(d);
    code = open_all(d);
    if (code == CP_EXIT_OK)
        code = confine(d);
    if (code == CP_EXIT_OK) {
        be_ready(d);
        cp_edge_tick(d->edge, edged_now_us(d));
        edged_pump(d);
        (void)uv_run(&d->loop, UV_RUN_DEFAULT);
    }
    edged_stop(d);
    (void)uv_run(&d->loop, UV_RUN_DEFAULT);
    cp_edge_close(d->edge);
    cp_arena_close(d->made.arena);
    tls_context_close(d->tls);
    (void)uv_loop_close(&d->loop);
    code = code == CP_EXIT_OK && d->failed ? CP_EXIT_SYSTEM : code;
    free(d);
    return code;
}
