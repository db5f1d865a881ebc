#include "serve/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/num.h"

/* A name that begins with '@' is one of the abstract sockets, which begin with a zero. */
static socklen_t set_address(struct sockaddr_un *to, const char *name)
{
    size_t len = strlen(name);

    *to = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (len == 0 || len >= sizeof to->sun_path)
        return 0;
    memcpy(to->sun_path, name, len);
    if (name[0] == '@')
        to->sun_path[0] = '\0';
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
}

static const char *manager;

void notify_open(void)
{
    manager = getenv("NOTIFY_SOCKET");
}

void notify_say(const char *state)
{
    const char *name = manager;
    struct sockaddr_un to;
    socklen_t len = name == NULL ? 0 : set_address(&to, name);
    int fd = len == 0 ? -1 : socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return;
    /* Whether the manager hears it is the manager's affair: one that hangs must not hang the loop. */
    if (sendto(fd, state, strlen(state), MSG_NOSIGNAL | MSG_DONTWAIT, (const struct sockaddr *)&to,
               len) < 0)
        (void)state;
    (void)close(fd);
}

uint64_t notify_watchdog_us(void)
{
    const char *wanted = getenv("WATCHDOG_USEC"), *who = getenv("WATCHDOG_PID");
    uint64_t us = 0, pid = 0;

    if (wanted == NULL || cp_num_u64(cp_text_of(wanted), UINT64_MAX, &us) != CP_OK)
        return 0;
    if (who != NULL &&
        (cp_num_u64(cp_text_of(who), UINT32_MAX, &pid) != CP_OK || pid != (uint64_t)getpid()))
        return 0;
    return us;
}
