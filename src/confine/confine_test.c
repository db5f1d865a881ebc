#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <pthread.h>
#include <seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "confine/confine.h"
#include "confine_inside.h"

/* Each case is a process of its own, for what is taken is not given back; its exit code is the line of what did not hold. */

enum { PATH_BYTES = 128, NOT_HERE = 255 };

static char top[PATH_BYTES];

#define HOLDS(what)                    \
    do {                               \
        if (!(what))                   \
            _exit(1 + __LINE__ % 250); \
    } while (0)

static const char *at(const char *name)
{
    static char paths[8][PATH_BYTES];
    static size_t next;
    char *path = paths[next++ % 8];

    HOLDS(snprintf(path, PATH_BYTES, "%s/%s", top, name) < PATH_BYTES);
    return path;
}

static void put(const char *name)
{
    FILE *file = fopen(at(name), "we");

    HOLDS(file != NULL && fputs("x", file) >= 0 && fclose(file) == 0);
}

static int error_of_open(const char *name, int flags)
{
    int fd = open(at(name), flags | O_CLOEXEC, 0600);

    if (fd < 0)
        return errno;
    (void)close(fd);
    return 0;
}

static void in_a_process(void (*what)(void))
{
    pid_t child;
    int status;

    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        what();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == NOT_HERE)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* A kernel without Landlock has nothing to test. */
static void restricted(struct confine *c)
{
    confine_how how = confine_files(c);

    if (how == CONFINE_NO_LANDLOCK)
        _exit(NOT_HERE);
    HOLDS(how == CONFINE_WHOLE || how == CONFINE_NO_TCP);
}

/* --- files ------------------------------------------------------------------------------------------ */

static void reads_what_is_named(void)
{
    struct confine c;

    confine_open(&c);
    confine_read(&c, at("in/file"));
    confine_read(&c, at("links/link"));
    confine_read(&c, at("not/there"));
    confine_read_one(&c, at("alone/file"));
    restricted(&c);
    HOLDS(error_of_open("in/file", O_RDONLY) == 0);
    HOLDS(error_of_open("in/other", O_RDONLY) == 0);
    HOLDS(error_of_open("led/file", O_RDONLY) == 0);
    HOLDS(error_of_open("alone/file", O_RDONLY) == 0);
    HOLDS(error_of_open("alone/other", O_RDONLY) == EACCES);
    HOLDS(error_of_open("out/file", O_RDONLY) == EACCES);
    HOLDS(error_of_open("in/file", O_WRONLY) == EACCES);
    HOLDS(error_of_open("in/new", O_WRONLY | O_CREAT) == EACCES);
    HOLDS(unlink(at("in/file")) != 0 && errno == EACCES);
}

static void writes_what_is_named(void)
{
    struct confine c;

    confine_open(&c);
    confine_write(&c, at("in"));
    restricted(&c);
    HOLDS(error_of_open("in/new", O_WRONLY | O_CREAT | O_TRUNC) == 0);
    HOLDS(rename(at("in/new"), at("in/file")) == 0);
    HOLDS(unlink(at("in/file")) == 0);
    HOLDS(symlink("file", at("in/sym")) != 0 && errno == EACCES);
    HOLDS(mkdir(at("in/folder"), 0700) != 0 && errno == EACCES);
    HOLDS(error_of_open("out/file", O_WRONLY) == EACCES);
}

static int error_of_connect(uint16_t port)
{
    const struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), err = 0;

    if (connect(fd, (const struct sockaddr *)&to, sizeof to) != 0)
        err = errno;
    (void)close(fd);
    return err;
}

static void calls_the_port_that_is_named(void)
{
    struct confine c;
    confine_how how;

    confine_open(&c);
    confine_connect(&c, 7);
    how = confine_files(&c);
    if (how != CONFINE_WHOLE)
        _exit(NOT_HERE);
    HOLDS(error_of_connect(7) != EACCES);
    HOLDS(error_of_connect(9) == EACCES);
}

/* A kernel that answers so when it is asked for Landlock. */
static void set_kernel(int error)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

    HOLDS(filter != NULL);
    HOLDS(seccomp_rule_add(filter, SCMP_ACT_ERRNO((uint32_t)error),
                           SCMP_SYS(landlock_create_ruleset), 0) == 0);
    HOLDS(seccomp_load(filter) == 0);
    seccomp_release(filter);
}

static void says_that_there_is_no_landlock(void)
{
    struct confine c;

    set_kernel(ENOSYS);
    confine_open(&c);
    confine_read(&c, at("in/file"));
    confine_connect(&c, 7);
    HOLDS(confine_files(&c) == CONFINE_NO_LANDLOCK);
    HOLDS(error_of_open("out/file", O_RDONLY) == 0);
    HOLDS(confine_calls(0) == CONFINE_WHOLE);
}

static void fails_where_landlock_is_refused(void)
{
    struct confine c;

    set_kernel(EPERM);
    confine_open(&c);
    confine_read(&c, at("in/file"));
    HOLDS(confine_files(&c) == CONFINE_FAILED && errno == EPERM);
}

static void fails_where_a_rule_cannot_be_made(void)
{
    struct confine c;

    confine_open(&c);
    if (c.rules < 0)
        _exit(NOT_HERE);
    confine_connect(&c, 70000); /* no port */
    if (c.error == 0)
        _exit(NOT_HERE);
    HOLDS(confine_files(&c) == CONFINE_FAILED);
    HOLDS(error_of_open("out/file", O_RDONLY) == 0);
}

/* --- calls ------------------------------------------------------------------------------------------ */

static int error_of_socket(int family, int type, int protocol)
{
    int fd = socket(family, type | SOCK_CLOEXEC, protocol);

    if (fd < 0)
        return errno;
    (void)close(fd);
    return 0;
}

static void has_what_is_always_left(void)
{
    struct stat is;
    void *page;

    HOLDS(confine_calls(0) == CONFINE_WHOLE);
    HOLDS(error_of_open("in/file", O_RDONLY) == 0);
    HOLDS(stat(at("in/file"), &is) == 0);
    HOLDS(error_of_socket(AF_UNIX, SOCK_SEQPACKET, 0) == 0);
    page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    HOLDS(page != MAP_FAILED);
    HOLDS(mprotect(page, 4096, PROT_READ) == 0);
    HOLDS(mprotect(page, 4096, PROT_READ | PROT_EXEC) != 0 && errno == EPERM);
}

static void *nothing(void *of)
{
    return of;
}

static void has_nothing_that_it_does_not_ask_for(void)
{
    pthread_t thread;

    HOLDS(confine_calls(0) == CONFINE_WHOLE);
    HOLDS(error_of_open("in/file", O_WRONLY) == EPERM);
    HOLDS(error_of_open("in/new", O_RDONLY | O_CREAT) == EPERM);
    HOLDS(unlink(at("in/file")) != 0 && errno == EPERM);
    HOLDS(error_of_socket(AF_INET, SOCK_STREAM, 0) == EPERM);
    HOLDS(pthread_create(&thread, NULL, nothing, NULL) != 0);
    HOLDS(kill(getppid(), 0) != 0 && errno == EPERM);
    HOLDS(execl("/bin/true", "true", NULL) != 0 && errno == EPERM);
    HOLDS(fork() < 0 && errno == EPERM);
    HOLDS(chmod(at("in/file"), 0644) != 0 && errno == EPERM);
}

static void has_what_it_asks_for(void)
{
    pthread_t thread;

    HOLDS(confine_calls(CONFINE_MAY_WRITE | CONFINE_MAY_TCP | CONFINE_MAY_THREAD) == CONFINE_WHOLE);
    HOLDS(error_of_open("in/file", O_WRONLY) == 0);
    HOLDS(unlink(at("in/file")) == 0);
    HOLDS(error_of_socket(AF_INET, SOCK_STREAM, 0) == 0);
    HOLDS(error_of_socket(AF_INET6, SOCK_DGRAM, 0) == EPERM);
    HOLDS(error_of_socket(AF_INET, SOCK_RAW, 0) == EPERM);
    HOLDS(error_of_socket(AF_INET, SOCK_STREAM, 262) == EPERM); /* MPTCP */
    HOLDS(error_of_socket(AF_NETLINK, SOCK_RAW, 0) == EPERM);
    HOLDS(pthread_create(&thread, NULL, nothing, NULL) == 0);
    HOLDS(pthread_join(thread, NULL) == 0);
    HOLDS(fork() < 0 && errno == EPERM);
}

static void has_udp_alone(void)
{
    HOLDS(confine_calls(CONFINE_MAY_UDP) == CONFINE_WHOLE);
    HOLDS(error_of_socket(AF_INET6, SOCK_DGRAM, 0) == 0);
    HOLDS(error_of_socket(AF_INET, SOCK_DGRAM, 1) == EPERM); /* ping */
    HOLDS(error_of_socket(AF_INET, SOCK_STREAM, 0) == EPERM);
}

/* As a program that steers: its netlink socket stays, and there is no other. */
static void goes_on_with_what_is_open(void)
{
    struct {
        struct nlmsghdr head;
        struct ifinfomsg body;
    } ask = {.head = {.nlmsg_len = sizeof ask,
                      .nlmsg_type = RTM_GETLINK,
                      .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP}};
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    char answer[32768];

    HOLDS(fd >= 0 && confine_calls(0) == CONFINE_WHOLE);
    HOLDS(send(fd, &ask, sizeof ask, 0) == (ssize_t)sizeof ask);
    HOLDS(recv(fd, answer, sizeof answer, 0) > (ssize_t)sizeof(struct nlmsghdr));
    HOLDS(error_of_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) == EPERM);
}

static pthread_barrier_t turn;
static int other_error;

static void *opens_later(void *of)
{
    (void)pthread_barrier_wait(&turn); /* it is there */
    (void)pthread_barrier_wait(&turn); /* and confined */
    other_error = error_of_socket(AF_INET, SOCK_RAW, 0);
    return of;
}

static void holds_of_threads_that_are_there(void)
{
    pthread_t thread;

    HOLDS(pthread_barrier_init(&turn, NULL, 2) == 0);
    HOLDS(pthread_create(&thread, NULL, opens_later, NULL) == 0);
    (void)pthread_barrier_wait(&turn);
    HOLDS(confine_calls(CONFINE_MAY_TCP) == CONFINE_WHOLE);
    (void)pthread_barrier_wait(&turn);
    HOLDS(pthread_join(thread, NULL) == 0);
    HOLDS(other_error == EPERM);
}

/* ---------------------------------------------------------------------------------------------------- */

#define CASE(name)                        \
    static void name##_case(void **state) \
    {                                     \
        (void)state;                      \
        in_a_process(name);               \
    }

CASE(reads_what_is_named)
CASE(writes_what_is_named)
CASE(calls_the_port_that_is_named)
CASE(says_that_there_is_no_landlock)
CASE(fails_where_landlock_is_refused)
CASE(fails_where_a_rule_cannot_be_made)
CASE(has_what_is_always_left)
CASE(has_nothing_that_it_does_not_ask_for)
CASE(has_what_it_asks_for)
CASE(has_udp_alone)
CASE(goes_on_with_what_is_open)
CASE(holds_of_threads_that_are_there)

static int set_up(void **state)
{
    static const char *const folders[] = {"in", "out", "led", "links", "alone"};

    (void)state;
    (void)snprintf(top, sizeof top, "/tmp/confine-XXXXXX");
    if (mkdtemp(top) == NULL)
        return -1;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        HOLDS(mkdir(at(folders[i]), 0700) == 0);
    put("in/file");
    put("in/other");
    put("out/file");
    put("led/file");
    put("alone/file");
    put("alone/other");
    return symlink("../led/file", at("links/link"));
}

static int take_down(void **state)
{
    static const char *const things[] = {
        "in/file",    "in/other", "in/new", "out/file", "led/file", "alone/file", "alone/other",
        "links/link", "in",       "out",    "led",      "links",    "alone"};

    (void)state;
    for (size_t i = 0; i < sizeof things / sizeof *things; i++)
        (void)remove(at(things[i]));
    return rmdir(top);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_what_is_named_case, set_up, take_down),
        cmocka_unit_test_setup_teardown(writes_what_is_named_case, set_up, take_down),
        cmocka_unit_test_setup_teardown(calls_the_port_that_is_named_case, set_up, take_down),
        cmocka_unit_test_setup_teardown(says_that_there_is_no_landlock_case, set_up, take_down),
        cmocka_unit_test_setup_teardown(fails_where_landlock_is_refused_case, set_up, take_down),
        cmocka_unit_test_setup_teardown(fails_where_a_rule_cannot_be_made_case, set_up, take_down),
        cmocka_unit_test_setup_teardown(has_what_is_always_left_case, set_up, take_down),
        cmocka_unit_test_setup_teardown(has_nothing_that_it_does_not_ask_for_case, set_up,
                                        take_down),
        cmocka_unit_test_setup_teardown(has_what_it_asks_for_case, set_up, take_down),
        cmocka_unit_test_setup_teardown(has_udp_alone_case, set_up, take_down),
        cmocka_unit_test_setup_teardown(goes_on_with_what_is_open_case, set_up, take_down),
        cmocka_unit_test_setup_teardown(holds_of_threads_that_are_there_case, set_up, take_down),
    };

    if (CONFINE_IS_SANITIZED) { /* cmocka would have what is left out count as failed */
        (void)puts("1..0 # SKIP built with a sanitizer");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
