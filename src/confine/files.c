#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "confine/confine.h"
#include "confine_inside.h"

/*
 * Landlock (landlock(7)), as the kernel's interface is: headers of Debian 12 know its second version alone, and the C library none.
 * What a kernel does not know it is not asked for.
 */

enum {
    VERSION_ASKED = 1, /* LANDLOCK_CREATE_RULESET_VERSION */
    RULE_PATH = 1,     /* LANDLOCK_RULE_PATH_BENEATH */
    RULE_PORT = 2,     /* LANDLOCK_RULE_NET_PORT */
    VERSION_REFER = 2, /* Linux 5.19 */
    VERSION_TRUNCATE = 3,
    VERSION_TCP = 4, /* Linux 6.7 */
    VERSION_DEVICES = 5,
    VERSION_SCOPES = 6,
    TCP_BIND = 1,
    TCP_CONNECT = 2,
    SCOPE_SIGNAL = 2
};

/* LANDLOCK_ACCESS_FS_... */
enum {
    FS_WRITE_FILE = 1 << 1,
    FS_READ_FILE = 1 << 2,
    FS_READ_DIR = 1 << 3,
    FS_REMOVE_FILE = 1 << 5,
    FS_MAKE_REG = 1 << 8,
    FS_MAKE_SOCK = 1 << 9,
    FS_FIRST = (1 << 13) - 1, /* all of the first version */
    FS_REFER = 1 << 13,
    FS_TRUNCATE = 1 << 14,
    FS_IOCTL_DEV = 1 << 15
};

struct rules {
    uint64_t files, tcp, scopes;
};

struct path_rule {
    uint64_t files;
    int32_t below;
} __attribute__((packed));

struct port_rule {
    uint64_t tcp, port;
};

static void keep_error(struct confine *c)
{
    if (c->error == 0)
        c->error = errno;
}

static struct rules known_to(int version)
{
    struct rules r = {.files = FS_FIRST};

    if (version >= VERSION_REFER)
        r.files |= FS_REFER;
    if (version >= VERSION_TRUNCATE)
        r.files |= FS_TRUNCATE;
    if (version >= VERSION_TCP)
        r.tcp = TCP_BIND | TCP_CONNECT;
    if (version >= VERSION_DEVICES)
        r.files |= FS_IOCTL_DEV;
    if (version >= VERSION_SCOPES)
        r.scopes = SCOPE_SIGNAL;
    return r;
}

void confine_open(struct confine *c)
{
    struct rules rules;
    long got;

    *c = (struct confine){.rules = -1};
    if (CONFINE_IS_SANITIZED)
        return;
    got = syscall(SYS_landlock_create_ruleset, NULL, 0, VERSION_ASKED);
    if (got < 0) {
        if (errno != ENOSYS && errno != EOPNOTSUPP)
            keep_error(c);
        return;
    }
    c->version = (int)got;
    rules = known_to(c->version);
    c->rules = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0);
    if (c->rules < 0)
        keep_error(c);
}

static void allow(struct confine *c, const char *path, uint64_t what)
{
    struct path_rule rule = {.files = what & known_to(c->version).files};

    if (c->rules < 0)
        return;
    rule.below = open(path, O_PATH | O_CLOEXEC);
    if (rule.below < 0) {
        if (errno != ENOENT && errno != ENOTDIR)
            keep_error(c);
        return;
    }
    if (syscall(SYS_landlock_add_rule, c->rules, RULE_PATH, &rule, 0) != 0)
        keep_error(c);
    (void)close(rule.below);
}

/* All of the folder that the path stands in. */
static void allow_beside(struct confine *c, const char *path, uint64_t what)
{
    const char *slash = strrchr(path, '/');
    char folder[PATH_MAX];
    size_t len = slash == NULL ? 0 : (size_t)(slash - path);

    if (len >= sizeof folder) {
        errno = ENAMETOOLONG;
        keep_error(c);
        return;
    }
    memcpy(folder, path, len);
    folder[len] = '\0';
    allow(c, slash == NULL ? "." : len == 0 ? "/" : folder, what);
}

static bool is_folder(const char *path)
{
    struct stat is;

    return stat(path, &is) == 0 && S_ISDIR(is.st_mode);
}

void confine_read(struct confine *c, const char *path)
{
    char leads_to[PATH_MAX];

    if (is_folder(path)) {
        allow(c, path, FS_READ_FILE | FS_READ_DIR);
        return;
    }
    allow_beside(c, path, FS_READ_FILE | FS_READ_DIR);
    if (realpath(path, leads_to) != NULL)
        allow_beside(c, leads_to, FS_READ_FILE | FS_READ_DIR);
}

void confine_read_one(struct confine *c, const char *path)
{
    allow(c, path, FS_READ_FILE);
}

void confine_write(struct confine *c, const char *folder)
{
    allow(c, folder,
          FS_READ_FILE | FS_READ_DIR | FS_WRITE_FILE | FS_TRUNCATE | FS_MAKE_REG | FS_REMOVE_FILE);
}

void confine_socket(struct confine *c, const char *path)
{
    allow_beside(c, path, FS_MAKE_SOCK | FS_REMOVE_FILE);
}

static void allow_port(struct confine *c, uint32_t port, uint64_t what)
{
    const struct port_rule rule = {.tcp = what, .port = port};

    if (c->rules >= 0 && c->version >= VERSION_TCP &&
        syscall(SYS_landlock_add_rule, c->rules, RULE_PORT, &rule, 0) != 0)
        keep_error(c);
}

void confine_connect(struct confine *c, uint32_t port)
{
    allow_port(c, port, TCP_CONNECT);
}

void confine_bind(struct confine *c, uint32_t port)
{
    allow_port(c, port, TCP_BIND);
}

static bool restrict_self(int rules)
{
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           syscall(SYS_landlock_restrict_self, rules, 0) == 0;
}

confine_how confine_files(struct confine *c)
{
    bool none = c->rules < 0;

    if (CONFINE_IS_SANITIZED)
        return CONFINE_SANITIZED;
    if (c->error == 0 && !none && !restrict_self(c->rules))
        keep_error(c);
    if (!none)
        (void)close(c->rules);
    c->rules = -1;
    errno = c->error;
    if (c->error != 0)
        return CONFINE_FAILED;
    if (none)
        return CONFINE_NO_LANDLOCK;
    return c->version < VERSION_TCP ? CONFINE_NO_TCP : CONFINE_WHOLE;
}
