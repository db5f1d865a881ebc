#include "headend.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/signature.h"

enum { TEXT_MAX = 1 << 23, WAIT_US = 2000, WAIT_TRIES = 10000 };

/* The key of RFC 8032 7.1, test 1. */
static const char private_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";
static const char public_pem[] = "-----BEGIN PUBLIC KEY-----\n"
                                 "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
                                 "-----END PUBLIC KEY-----\n";

static char folder[64], programs[256], text[TEXT_MAX];
static pid_t agent;
static int connection = -1;

void headend_must(bool good, const char *what)
{
    if (good)
        return;
    (void)fprintf(stderr, "bench: %s: %s (see %s)\n", what, strerror(errno), folder);
    exit(1);
}

void headend_run(const char *command)
{
    headend_must(system(command) == 0, command);
}

static void write_file(const char *name, const char *what, const char *more)
{
    char path[128];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "we");
    headend_must(file != NULL && fprintf(file, "%s%s", what, more) > 0 && fclose(file) == 0, name);
}

static void stop_agent(void)
{
    headend_signal(SIGKILL);
}

void headend_open(const char *self)
{
    const char *slash = strrchr(self, '/');

    (void)snprintf(programs, sizeof programs, "%.*s/..", slash == NULL ? 1 : (int)(slash - self),
                   slash == NULL ? "." : self);
    (void)snprintf(folder, sizeof folder, "/tmp/cleanpath-bench-XXXXXX");
    headend_must(mkdtemp(folder) != NULL, "a folder");
    (void)atexit(stop_agent); /* where something cannot be done, too */
    write_file("key", public_pem, "");
}

void headend_close(void)
{
    char command[128];

    stop_agent();
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    headend_run(command);
}

size_t headend_line(size_t at, const char *format, ...)
{
    va_list values;
    int len;

    va_start(values, format);
    len = vsnprintf(text + at, sizeof text - at, format, values);
    va_end(values);
    headend_must(len > 0 && at + (size_t)len < sizeof text, "a longer text");
    return at + (size_t)len;
}

void headend_sign(size_t len)
{
    char line[CP_SIGNATURE_LEN + 16] = "signature ";

    headend_must(cp_signature_make((cp_text){text, len}, cp_text_of(private_pem), line + 10) ==
                     CP_OK,
                 "a signature");
    (void)strcat(line, "\n");
    write_file("policy", text, line);
}

/* The agent, or the barrier's program, which knows no socket. */
static pid_t start(const char *name)
{
    char path[512], policy[128], key[128], at[128];
    char *words[] = {path, (char[]){"--policy"}, policy, (char[]){"--key"},
                     key,  (char[]){"--socket"}, at,     NULL};
    pid_t child;

    (void)snprintf(policy, sizeof policy, "%s/policy", folder);
    (void)snprintf(key, sizeof key, "%s/key", folder);
    (void)snprintf(at, sizeof at, "%s/socket", folder);
    (void)snprintf(path, sizeof path, "%s/%s", programs, name);
    if (strcmp(name, "cleanpath-agent") != 0)
        words[5] = NULL;
    child = fork();
    if (child == 0) {
        (void)execv(path, words);
        _exit(127);
    }
    headend_must(child > 0, name);
    return child;
}

void headend_barrier(void)
{
    pid_t barrier = start("cleanpath-barrier");
    int status = 1;

    headend_must(waitpid(barrier, &status, 0) == barrier && status == 0, "the barrier");
}

void headend_send(const struct cp_agent_request *asked)
{
    headend_must(send(connection, asked, sizeof *asked, 0) == (ssize_t)sizeof *asked, "a request");
}

void headend_hear(struct cp_agent_answer *out)
{
    headend_must(recv(connection, out, sizeof *out, 0) == (ssize_t)sizeof *out, "an answer");
}

void headend_ask(const struct cp_agent_request *asked, struct cp_agent_answer *out)
{
    headend_send(asked);
    headend_hear(out);
}

void headend_start(void)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    struct cp_agent_answer said;

    headend_signal(SIGKILL);
    (void)snprintf(to.sun_path, sizeof to.sun_path, "%s/socket", folder);
    (void)unlink(to.sun_path); /* of one that is not all dead yet */
    agent = start("cleanpath-agent");
    for (uint32_t tries = 0; tries < WAIT_TRIES; tries++) {
        if (connection >= 0)
            (void)close(connection);
        connection = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
        if (connect(connection, (const struct sockaddr *)&to, sizeof to) == 0) {
            headend_ask(&(struct cp_agent_request){.kind = CP_AGENT_POLICY}, &said); /* it serves */
            return;
        }
        (void)usleep(WAIT_US);
    }
    headend_must(false, "the agent");
}

void headend_signal(int number)
{
    if (agent == 0)
        return;
    (void)kill(agent, number);
    if (number != SIGKILL)
        return;
    (void)waitpid(agent, NULL, 0);
    agent = 0;
}
