#include "barrier/start.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define NET_ADMIN (1u << CAP_NET_ADMIN)

enum { FILE_MAX = 1 << 28, SOCKET_MODE = 0660 };

bool start_read_file(const char *path, struct cp_arena *arena, cp_text *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat about;
    char *at;
    ssize_t len = 0;

    if (fd < 0)
        return false;
    at = fstat(fd, &about) != 0 || about.st_size > FILE_MAX
             ? NULL
             : CP_TAKE(arena, (size_t)about.st_size + 1, char);
    *out = (cp_text){at, 0};
    while (at != NULL && (len = read(fd, at + out->len, (size_t)about.st_size + 1 - out->len)) > 0)
        out->len += (size_t)len;
    (void)close(fd);
    return at != NULL && len == 0 && out->len <= (size_t)about.st_size;
}

const struct cp_edge_policy *start_read_policy(const char *policy_path, const char *key_path,
                                               struct cp_arena *arena)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE, .why = "no memory"};
    const struct cp_edge_policy *policy;
    cp_text text, key;

    if (arena == NULL || !start_read_file(policy_path, arena, &text) ||
        !start_read_file(key_path, arena, &key) || key.len == 0) {
        (void)fprintf(stderr, "%s: %s, %s: cannot be read\n", program_invocation_short_name,
                      policy_path, key_path);
        return NULL;
    }
    if (cp_edge_policy_read(text, key, arena, &policy, &diag) != CP_OK) {
        (void)fprintf(stderr, "%s:%u:%u: %s: '%s'\n", policy_path, diag.place.line,
                      diag.place.column, diag.why, diag.subject);
        return NULL;
    }
    return policy;
}

bool start_drop_capabilities(bool keep, bool hand_on)
{
    uint32_t kept = keep ? NET_ADMIN : 0, handed_on = hand_on ? NET_ADMIN : 0;
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{kept, kept, handed_on}, {0, 0, 0}};

    for (unsigned long capability = 0; prctl(PR_CAPBSET_READ, capability) >= 0; capability++)
        if (capability >= 32 || (kept >> capability & 1) == 0)
            (void)prctl(PR_CAPBSET_DROP, capability); /* who may not has none to lose */
    return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0 &&
           prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(SYS_capset, &header, data) == 0 &&
           (!hand_on || prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_ADMIN, 0, 0) == 0);
}

void start_notify(const char *state)
{
    const char *name = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t len = name == NULL ? 0 : strlen(name);
    int fd =
        len == 0 || len >= sizeof to.sun_path ? -1 : socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return;
    memcpy(to.sun_path, name, len);
    if (name[0] == '@')
        to.sun_path[0] = '\0';
    (void)sendto(fd, state, strlen(state), MSG_NOSIGNAL | MSG_DONTWAIT,
                 (const struct sockaddr *)&to,
                 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
    (void)close(fd);
}

int start_listen(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path));
    (void)unlink(path);
    (void)umask(~(mode_t)SOCKET_MODE & 0777);
    return fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof address) == 0 &&
                   listen(fd, SOMAXCONN) == 0
               ? fd
               : -1;
}
