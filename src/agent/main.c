#include <errno.h>
#include <signal.h>
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

#include "barrier/barrier.h"
#include "server.h"

/* The one privileged program: cleanpath-agent(8). */

#define NET_ADMIN (1u << CAP_NET_ADMIN)

enum {
    EXIT_USAGE = 64,
    EXIT_INPUT = 66,
    EXIT_SYSTEM = 74,
    EXIT_POLICY = 78,
    FILE_MAX = 1 << 28,
    ARENA_MAX = 1 << 30,
    SOCKET_MODE = 0660,
};

static const char *policy_path = "/etc/cleanpath/edge.policy",
                  *key_path = "/etc/cleanpath/edge.pub", *secrets_path = "/etc/cleanpath/edge.hmac",
                  *socket_path = "/run/cleanpath-agent/agent.sock";
static bool dry;
static volatile sig_atomic_t hung_up, ended;
static struct kernel kernel; /* large */

CP_NORETURN static void fail(int code, const char *what, const char *why)
{
    (void)fprintf(stderr, "cleanpath-agent: %s: %s\n", what, why);
    exit(code);
}

/* All of a file, in the arena; false: it cannot be read. */
static bool read_file(const char *path, struct cp_arena *arena, cp_text *out)
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

/* NULL, and it is told why: there is no such policy that is signed. */
static const struct cp_edge_policy *read_policy(struct cp_arena *arena)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE, .why = "no memory"};
    const struct cp_edge_policy *policy;
    cp_text text, key;

    if (arena == NULL || !read_file(policy_path, arena, &text) ||
        !read_file(key_path, arena, &key) || key.len == 0) {
        (void)fprintf(stderr, "cleanpath-agent: %s, %s: cannot be read\n", policy_path, key_path);
        return NULL;
    }
    if (cp_edge_policy_read(text, key, arena, &policy, &diag) != CP_OK) {
        (void)fprintf(stderr, "%s:%u:%u: %s: '%s'\n", policy_path, diag.place.line,
                      diag.place.column, diag.why, diag.subject);
        return NULL;
    }
    return policy;
}

/* Of all that root may, what is named is kept, and handed on to what is started where that is asked. */
static void drop_capabilities(uint32_t kept, uint32_t handed_on)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{kept, kept, handed_on}, {0, 0, 0}};

    for (unsigned long capability = 0; prctl(PR_CAPBSET_READ, capability) >= 0; capability++)
        if (capability >= 32 || (kept >> capability & 1) == 0)
            (void)prctl(PR_CAPBSET_DROP, capability); /* who may not has none to lose */
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(SYS_capset, &header, data) != 0 ||
        (handed_on != 0 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_ADMIN, 0, 0) != 0))
        fail(EXIT_SYSTEM, "capabilities", strerror(errno));
}

static int listen_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    if (strlen(path) >= sizeof address.sun_path)
        fail(EXIT_USAGE, path, "too long");
    memcpy(address.sun_path, path, strlen(path));
    (void)unlink(path);
    (void)umask(~(mode_t)SOCKET_MODE & 0777);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
        listen(fd, SERVER_CLIENTS) != 0)
        fail(EXIT_SYSTEM, path, strerror(errno));
    return fd;
}

/* That it is ready, to the service manager (sd_notify(3)). */
static void notify(const char *state)
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

static void on_signal(int number)
{
    if (number == SIGHUP)
        hung_up = 1;
    else
        ended = 1;
}

/* A newer policy; what is wrong with it leaves the one in force. */
static void reload(struct server *server)
{
    struct cp_arena *arena = cp_arena_open(ARENA_MAX);
    const struct cp_edge_policy *policy = read_policy(arena);

    if (policy != NULL && policy->serial < server->steer.policy->serial) {
        (void)fprintf(stderr, "cleanpath-agent: %s: an older one than that in force\n",
                      policy_path);
        policy = NULL;
    }
    if (policy == NULL) {
        cp_arena_close(arena);
        return;
    }
    if (server_adopt(server, policy, arena) != 0)
        (void)fprintf(stderr, "cleanpath-agent: the kernel does not say all that it has\n");
}

static void serve(const struct cp_edge_policy *policy, struct cp_arena *arena)
{
    struct server server = {
        .kernel = &kernel, .listener = listen_at(socket_path), .clients = {-1, -1, -1, -1}};
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t blocked, none;
    int error;

    (void)sigemptyset(&none);
    (void)sigemptyset(&blocked);
    (void)sigaddset(&blocked, SIGHUP);
    (void)sigaddset(&blocked, SIGTERM);
    (void)sigaddset(&blocked, SIGINT);
    (void)sigprocmask(SIG_BLOCK, &blocked, NULL);
    (void)sigaction(SIGHUP, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
    error = server_adopt(&server, policy, arena);
    if (error != 0)
        fail(EXIT_SYSTEM, "kernel", strerror(error));
    notify("READY=1");
    while (!ended) {
        error = server_wait(&server, &none);
        if (error != 0 && error != EINTR)
            fail(EXIT_SYSTEM, "poll", strerror(error));
        if (hung_up) {
            hung_up = 0;
            reload(&server);
        }
    }
}

/* What orders, datagrams behind each other on standard input, would make of a kernel that has nothing. */
static void tell(const struct cp_edge_policy *policy, struct cp_arena *arena)
{
    struct server server = {.kernel = &kernel};
    struct cp_agent_request asked;
    struct cp_agent_answer answer;

    if (server_adopt(&server, policy, arena) != 0)
        fail(EXIT_SYSTEM, "kernel", "no memory");
    while (fread(&asked, sizeof asked, 1, stdin) == 1) {
        (void)printf("# request %u\n", asked.number);
        server_answer(&server, (cp_text){(const char *)&asked, sizeof asked}, &answer);
        (void)printf("# result %u\n", answer.result);
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name, **value;
    } options[] = {{"--policy", &policy_path},
                   {"--key", &key_path},
                   {"--hmac", &secrets_path},
                   {"--socket", &socket_path}};
    struct cp_arena *arena = cp_arena_open(ARENA_MAX);
    const struct cp_edge_policy *policy;
    const char *failed;
    cp_text secrets = {0};
    bool barrier = argc > 1 && strcmp(argv[1], "barrier") == 0;

    for (int i = barrier ? 2 : 1; i < argc; i++) {
        size_t option = 0;

        if (strcmp(argv[i], "--dry-run") == 0) {
            dry = true;
            continue;
        }
        while (option < CP_COUNT(options) && strcmp(argv[i], options[option].name) != 0)
            option++;
        if (option == CP_COUNT(options) || i + 1 == argc)
            fail(
                EXIT_USAGE, argv[i],
                "usage: cleanpath-agent [barrier] [--dry-run] [--policy FILE] [--key FILE] [--hmac FILE] [--socket PATH]");
        *options[option].value = argv[++i];
    }
    drop_capabilities(dry ? 0 : NET_ADMIN, barrier && !dry ? NET_ADMIN : 0);
    policy = read_policy(arena);
    if (policy == NULL)
        return EXIT_POLICY;
    kernel.words = dry ? kernel_tell : NULL;
    if (!kernel_open(&kernel))
        fail(EXIT_SYSTEM, "netlink", strerror(errno));
    if (barrier || dry) {
        if (policy->hmac_count > 0 && !read_file(secrets_path, arena, &secrets))
            fail(EXIT_INPUT, secrets_path, "cannot be read");
        failed = barrier_raise(&kernel, policy, secrets, arena);
        if (failed != NULL)
            fail(EXIT_SYSTEM, failed, strerror(errno));
    }
    if (!barrier && dry)
        tell(policy, arena);
    else if (!barrier)
        serve(policy, arena);
    return 0;
}
