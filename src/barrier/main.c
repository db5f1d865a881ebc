#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "barrier.h"
#include "barrier/start.h"
#include "kernel/privilege.h"
#include "kernel/tell.h"

/* Raises the barrier and ends: cleanpath-barrier(8). */

enum {
    EXIT_USAGE = 64,
    EXIT_INPUT = 66,
    EXIT_SYSTEM = 74,
    EXIT_BUSY = 75,
    EXIT_POLICY = 78,
    ARENA_MAX = 1 << 30,
};

static const char *policy_path = "/etc/cleanpath/edge.policy",
                  *key_path = "/etc/cleanpath/edge.pub", *secrets_path = "/etc/cleanpath/edge.hmac";
static const char usage[] =
    "usage: cleanpath-barrier [--dry-run] [--policy FILE] [--key FILE] [--hmac FILE]";
static bool dry;
static struct kernel kernel; /* large */

CP_NORETURN static void fail(int code, const char *what, const char *why)
{
    (void)fprintf(stderr, "cleanpath-barrier: %s: %s\n", what, why);
    exit(code);
}

/* What barrier_raise met, in errno. */
CP_NORETURN static void fail_raise(const char *failed)
{
    if (errno == ESTALE)
        fail(EXIT_POLICY, policy_path,
             "the kernel has a newer policy: nft list set inet cleanpath issued");
    if (errno == EBUSY && strcmp(failed, "lock") == 0)
        fail(EXIT_BUSY, failed,
             "another barrier is being raised, and takes long: nft list table inet cleanpath-lock");
    if (errno == EEXIST && strcmp(failed, "lock") == 0)
        fail(EXIT_SYSTEM, failed,
             "no barrier has it, and it is there: nft delete table inet cleanpath-lock");
    if (errno == EBADMSG)
        fail(EXIT_INPUT, secrets_path,
             "not lines of a key's number, a space and its secret of at most 64 bytes");
    if (errno == ENOKEY)
        fail(EXIT_INPUT, secrets_path, "no secret for a key of the policy's hmac lines");
    if (errno == ENOMEM && strcmp(failed, "filter") == 0)
        fail(EXIT_SYSTEM, failed, "no memory for the policy's sets");
    fail(EXIT_SYSTEM, failed,
         errno == ENOTSUP ? "the kernel lacks something (rules by DSCP, SRv6)" : strerror(errno));
}

static void read_words(char **words)
{
    static const struct start_option options[] = {
        {"--policy", &policy_path}, {"--key", &key_path}, {"--hmac", &secrets_path}, {NULL, NULL}};
    const char *wrong = start_read_words(words, options, &dry);

    if (wrong == NULL)
        return;
    if (strcmp(wrong, "--help") != 0)
        fail(EXIT_USAGE, wrong, usage);
    (void)puts(usage);
    exit(0);
}

int main(int argc, char **argv)
{
    static struct cp_arena *arena; /* where the program ends early it is still known */
    const struct cp_edge_policy *policy;
    const char *failed;
    cp_text secrets = {0};

    (void)argc;
    read_words(argv + 1);
    if (!privilege_drop(!dry, !dry))
        fail(EXIT_SYSTEM, "CAP_NET_ADMIN", strerror(errno));
    arena = cp_arena_open(ARENA_MAX);
    policy = start_read_policy(policy_path, key_path, arena);
    if (policy == NULL)
        return EXIT_POLICY;
    kernel.words = dry ? kernel_tell : NULL;
    if (!dry && (!kernel_open(&kernel, NETLINK_ROUTE) || !kernel_open(&kernel, NETLINK_GENERIC)))
        fail(EXIT_SYSTEM, "netlink", strerror(errno));
    if (policy->hmac_count > 0 && !start_read_file(secrets_path, arena, &secrets))
        fail(EXIT_INPUT, secrets_path, strerror(errno));
    failed = barrier_raise(&kernel, policy, secrets, arena);
    if (failed != NULL)
        fail_raise(failed);
    return 0;
}
