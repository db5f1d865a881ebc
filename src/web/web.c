#include "web/web.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inside.h"

/*
 * The library (libmicrohttpd) has no thread: its epoll descriptor is handed to the owner's loop, and
 * cp_web_run lets it do what is ready.
 */

#define US UINT64_C(1000000)
enum { BACKLOG = 32, CONNECTION_BYTES = 65536 };

/* --- the socket ------------------------------------------------------------------------------- */

/* Whether somebody listens there. */
static bool is_served(const struct sockaddr_un *address)
{
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool served =
        probe >= 0 && connect(probe, (const struct sockaddr *)address, sizeof(*address)) == 0;

    if (probe >= 0)
        (void)close(probe);
    return served;
}

static cp_web_open_err clear_place(const struct sockaddr_un *address)
{
    struct stat about;

    if (lstat(address->sun_path, &about) != 0)
        return errno == ENOENT ? CP_WEB_OPENED : CP_WEB_FORBIDDEN;
    if (!S_ISSOCK(about.st_mode))
        return CP_WEB_BAD_PATH;
    if (is_served(address))
        return CP_WEB_TAKEN;
    return unlink(address->sun_path) == 0 ? CP_WEB_OPENED : CP_WEB_FORBIDDEN;
}

static cp_web_open_err from_errno(void)
{
    switch (errno) {
    case EACCES:
    case EPERM:
    case EROFS:
        return CP_WEB_FORBIDDEN;
    case ENOENT:
    case ENOTDIR:
        return CP_WEB_BAD_PATH;
    case EADDRINUSE:
        return CP_WEB_TAKEN;
    case ENOMEM:
        return CP_WEB_NO_MEMORY;
    default:
        return CP_WEB_SYSTEM;
    }
}

/* Nobody can connect before listen, and by then mode and group are what they shall be. */
static cp_web_open_err bind_and_listen(struct cp_web *web, const struct cp_web_options *options)
{
    const char *path = web->address.sun_path;
    mode_t mode = options->mode != 0 ? options->mode : 0660;

    web->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (web->listener < 0)
        return from_errno();
    if (bind(web->listener, (const struct sockaddr *)&web->address, sizeof(web->address)) != 0) {
        web->address.sun_path[0] = '\0'; /* not ours to take away */
        return from_errno();
    }
    if (options->socket_group != (gid_t)-1 && chown(path, (uid_t)-1, options->socket_group) != 0)
        return from_errno();
    if (chmod(path, mode) != 0 || listen(web->listener, BACKLOG) != 0)
        return from_errno();
    return CP_WEB_OPENED;
}

static cp_web_open_err open_socket(struct cp_web *web, const struct cp_web_options *options)
{
    size_t len = strlen(options->path);
    cp_web_open_err err;

    if (len == 0 || len >= sizeof(web->address.sun_path))
        return CP_WEB_BAD_PATH;
    web->address.sun_family = AF_UNIX;
    memcpy(web->address.sun_path, options->path, len + 1);
    err = clear_place(&web->address);
    if (err != CP_WEB_OPENED) {
        web->address.sun_path[0] = '\0'; /* not ours to take away */
        return err;
    }
    return bind_and_listen(web, options);
}

/* --- opening ---------------------------------------------------------------------------------- */

static void *copy(const void *from, size_t count, size_t size)
{
    void *to = calloc(count + 1, size);

    if (to != NULL && count > 0)
        memcpy(to, from, count * size);
    return to;
}

static cp_web_open_err copy_options(struct cp_web *web, const struct cp_web_options *options)
{
    web->users = copy(options->users, options->user_count, sizeof(*options->users));
    web->groups = copy(options->groups, options->group_count, sizeof(*options->groups));
    web->user_count = options->user_count;
    web->group_count = options->group_count;
    web->head = options->log_head;
    web->stall_us = (options->stall_s != 0 ? options->stall_s : CP_WEB_STALL_S) * US;
    return web->users != NULL && web->groups != NULL ? CP_WEB_OPENED : CP_WEB_NO_MEMORY;
}

static cp_web_open_err start(struct cp_web *web)
{
    web->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, cp_serve, web,
        MHD_OPTION_LISTEN_SOCKET, web->listener, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CP_WEB_CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)CP_WEB_IDLE_S,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES, MHD_OPTION_NOTIFY_COMPLETED,
        cp_serve_ended, web, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
    return web->daemon != NULL ? CP_WEB_OPENED : CP_WEB_SYSTEM;
}

cp_web_open_err cp_web_open(const struct cp_web_options *options, const struct cp_web_owner *owner,
                            struct cp_web **out)
{
    struct cp_web *web = calloc(1, sizeof(*web));
    cp_web_open_err err;

    *out = NULL;
    if (web == NULL)
        return CP_WEB_NO_MEMORY;
    web->listener = -1;
    web->owner = *owner;
    err = copy_options(web, options);
    if (err == CP_WEB_OPENED)
        err = open_socket(web, options);
    if (err == CP_WEB_OPENED)
        err = start(web);
    if (err != CP_WEB_OPENED) {
        cp_web_close(web);
        return err;
    }
    *out = web;
    return CP_WEB_OPENED;
}

/* The library wants no connection to be suspended when it stops. */
static void resume_all(struct cp_web *web)
{
    for (struct cp_web_request *r = web->waiting; r != NULL; r = r->next)
        MHD_resume_connection(r->connection);
    for (struct cp_web_events *r = web->readers; r != NULL; r = r->next) {
        r->dropped = true;
        if (r->suspended)
            MHD_resume_connection(r->connection);
        r->suspended = false;
    }
    web->waiting = NULL;
}

void cp_web_close(struct cp_web *web)
{
    if (web == NULL)
        return;
    if (web->daemon != NULL) {
        resume_all(web);
        MHD_stop_daemon(web->daemon); /* closes the listener, too */
    } else if (web->listener >= 0) {
        (void)close(web->listener);
    }
    if (web->listener >= 0 && web->address.sun_path[0] != '\0')
        (void)unlink(web->address.sun_path);
    free(web->users);
    free(web->groups);
    free(web);
}

/* --- running ---------------------------------------------------------------------------------- */

int cp_web_fd(const struct cp_web *web)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(web->daemon, MHD_DAEMON_INFO_EPOLL_FD);

    return info != NULL ? info->epoll_fd : -1;
}

void cp_web_run(struct cp_web *web, uint64_t now_us)
{
    web->now_us = now_us;
    cp_events_wake(web);
    (void)MHD_run(web->daemon);
}

uint64_t cp_web_deadline(const struct cp_web *web, uint64_t now_us)
{
    uint64_t first = now_us + CP_WEB_HEARTBEAT_S * US, events = cp_events_deadline(web);
    MHD_UNSIGNED_LONG_LONG wait_ms = 0;

    if (MHD_get_timeout(web->daemon, &wait_ms) == MHD_YES && now_us + wait_ms * 1000 < first)
        first = now_us + wait_ms * 1000;
    return events < first ? events : first;
}

void cp_web_log_head(struct cp_web *web, uint64_t seq)
{
    web->news = web->news || seq > web->head;
    web->head = seq > web->head ? seq : web->head;
}

struct cp_web_counts cp_web_counts(const struct cp_web *web)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(web->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
    struct cp_web_counts counts = web->counts;

    counts.connections = info != NULL ? info->num_connections : 0;
    return counts;
}
