#pragma once

#include <uv.h>

#include "config.h"

/** cleanpath-edge: sockets, TLS, files, the clock and the service manager around the machine of room `edge`.  One thread runs it all. */

enum { EDGED_READ_BYTES = 65536 };

struct edged_conn; /* to a controller */

struct edged {
    const struct edged_config *config;
    struct edged_made made;
    struct cp_edge *edge;
    uv_loop_t loop;
    uv_timer_t deadline, second;
    uv_signal_t terminate, interrupt, hangup;
    struct tls_context *tls;
    struct edged_conn *conns[CP_EDGE_CONTROLLERS_MAX];
    int agent_fd, probe_fd; /* -1: none */
    uv_poll_t agent_poll, probe_poll;
    uv_timer_t agent_later;
    uv_pipe_t status;
    uv_work_t keeping; /* its text is being written */
    char *kept;        /* malloc: being written */
    size_t kept_len;
    int kept_error;
    bool is_keeping, remaking, stopping, failed, pumping;
    uint64_t clock_base_us, hr_base_ns, watchdog_us;
    uint64_t bytes_in, bytes_out, probes_out, probes_in, probes_failed;
    char in[EDGED_READ_BYTES];
};

uint64_t edged_now_us(const struct edged *d);
/** Does what the machine wants done.  After every call into it. */
void edged_pump(struct edged *d);
void edged_stop(struct edged *d);

/* conn.c */
void edged_call(struct edged *d, uint32_t controller);
void edged_send(struct edged *d, uint32_t controller, cp_text bytes);
void edged_hang_up(struct edged *d, uint32_t controller);
/** tell: whether the machine is told. */
void edged_close_conns(struct edged *d, bool tell);

/* agent.c */
void edged_agent_open(struct edged *d);
void edged_agent_ask(struct edged *d, const struct cp_agent_request *request);
void edged_agent_hear(struct edged *d); /* what waits */
void edged_agent_close(struct edged *d);

/* probes.c */
cp_exit edged_probes_open(struct edged *d);
void edged_probes_send(struct edged *d, const struct cp_edge_act *act);
void edged_probes_hear(struct edged *d);
void edged_probes_close(struct edged *d);

/* file.c */
/** All of it; *text NULL: nothing was kept yet. */
cp_exit edged_file_read(const struct edged_config *config, struct cp_arena *arena, cp_text *text,
                        bool *found);
/** In place of what was there, for good: it is there whole, or what was before; 0, or an errno. */
int edged_file_write(const struct edged_config *config, const char *bytes, size_t len);
/** Whether it could be, and is nobody else's until this program ends; what is wrong is said. */
cp_exit edged_file_check(const struct edged_config *config);

/* status.c */
cp_exit edged_status_open(struct edged *d);
void edged_status_close(struct edged *d);
/** One line for the service manager. */
void edged_status_line(const struct edged *d, char *to, size_t room);

/* ask.c */
/** What a running edge says of itself: `cleanpath-edge status`. */
cp_exit edged_ask(const char *socket_path, bool json);

/* loop.c */
cp_exit edged_run(const struct edged_config *config);
