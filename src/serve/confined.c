#include "serve/confined.h"

#include <errno.h>
#include <string.h>

#include "serve/log.h"

static cp_exit say(confine_how how, const char *what)
{
    switch (how) {
    case CONFINE_WHOLE:
        return CP_EXIT_OK;
    case CONFINE_NO_LANDLOCK:
        log_say(
            LOG_WARNING, "confine", NULL,
            "the kernel has no Landlock: files and TCP ports are not confined, system calls are");
        return CP_EXIT_OK;
    case CONFINE_NO_TCP:
        log_say(LOG_WARNING, "confine", NULL,
                "the kernel's Landlock knows no TCP (Linux 6.7 does): ports are not confined");
        return CP_EXIT_OK;
    case CONFINE_SANITIZED:
        log_say(LOG_NOTICE, "confine", NULL, "built with a sanitizer: %s are not confined", what);
        return CP_EXIT_OK;
    case CONFINE_FAILED:
        break;
    }
    log_say(LOG_ERROR, "confine", NULL, "%s cannot be confined: %s", what, strerror(errno));
    return CP_EXIT_SYSTEM;
}

void confined_open(struct confine *c)
{
    confine_open(c);
    confine_read_one(c, "/dev/null");
    confine_read_one(c, "/etc/localtime");
}

cp_exit confined_files(struct confine *c)
{
    return say(confine_files(c), "files and TCP ports");
}

cp_exit confined_calls(unsigned may)
{
    return say(confine_calls(may), "system calls");
}
