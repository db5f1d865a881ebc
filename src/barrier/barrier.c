#include "barrier.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/rtnetlink.h>
#include <net/if.h>

#include "base/num.h"

#include "netlink/question.h"
#include "netlink/setup.h"
#include "netlink/step.h"

#include "rules.h"

/*
 * The lock beside the filter: rules that lead to tables which end in a prohibiting default.  It stays when everything of
 * ours is dead.
 */

enum { DROPS_MAX = 128 /* of some 700 old rules each */ };

/* Sends what was gathered where it is much. */
static void relieve(struct kernel *kernel)
{
    if (cp_nl_is_full(&kernel->nl))
        kernel_send(kernel, NULL, NULL);
}

/* A prohibiting default, which any other route of the table comes before. */
static void put_default(struct kernel *kernel, uint32_t table, uint8_t family)
{
    relieve(kernel);
    cp_nl_put_step(&kernel->nl,
                   &(struct cp_nl_step){.kind = CP_NL_STEP_ROUTE,
                                        .table = table,
                                        .address = {.family = family},
                                        .metric = UINT32_MAX,
                                        .type = RTN_PROHIBIT},
                   0);
}

typedef enum { KIND_NONE, KIND_TO_TABLE, KIND_PAST } rule_kind;

struct putting {
    const struct rules *rules;
    uint8_t *found;   /* by number */
    struct cp_nl old; /* deletions, of as many as fit */
    rule_kind asked;  /* of them */
};

static rule_kind kind_of(const struct cp_nl_rule *rule)
{
    return rule->past != 0 ? KIND_PAST : KIND_TO_TABLE;
}

/* Which of ours the kernel has; what it has of ours beside them is old. */
static void on_rule(void *to, const struct nlmsghdr *answer)
{
    struct putting *putting = to;
    struct cp_edge_select select;
    struct cp_nl_rule rule;
    uint8_t protocol;
    uint32_t which;

    if (!cp_nl_read_rule(answer, &protocol, &rule, &select) || protocol != CP_KERNEL_PROTOCOL)
        return;
    which = rules_find(putting->rules, &rule);
    if (which < putting->rules->count)
        putting->found[which] = 1;
    else if (kind_of(&rule) == putting->asked && !cp_nl_is_full(&putting->old))
        cp_nl_put_rule(&putting->old, RTM_DELRULE, &rule);
}

static int look(struct kernel *kernel, struct putting *putting, rule_kind asked)
{
    memset(putting->found, 0, putting->rules->count);
    cp_nl_clear(&putting->old);
    putting->asked = asked;
    cp_nl_ask_all(&kernel->nl, RTM_GETRULE);
    return kernel_commit(kernel, on_rule, putting);
}

static int drop_old(struct kernel *kernel, struct putting *putting, rule_kind kind)
{
    for (uint32_t times = 0; times < DROPS_MAX; times++) {
        int error = look(kernel, putting, kind);

        if (error != 0 || putting->old.used == 0)
            return error;
        kernel->nl = putting->old;
        error = kernel_commit(kernel, NULL, NULL);
        if (error != 0)
            return error;
    }
    return EBUSY;
}

static int put_missing(struct kernel *kernel, const struct putting *putting, rule_kind kind)
{
    for (uint32_t which = 0; which < putting->rules->count; which++) {
        const struct cp_nl_rule *rule = &putting->rules->rules[which];

        if (putting->found[which] != 0 || kind_of(rule) != kind)
            continue;
        relieve(kernel);
        cp_nl_put_rule(&kernel->nl, RTM_NEWRULE, rule);
    }
    return kernel_commit(kernel, NULL, NULL);
}

/*
 * The kernel has all of them, and no others of ours.  New ones come after old ones of the same priority, and so the old
 * ones are those that are found to be deleted.  What leads past others is deleted first and comes last, so that it never leads past
 * what another policy has there.  Looked at again: an old kernel leaves out what it does not know (DSCP).
 */
static int put_rules(struct kernel *kernel, const struct rules *rules, struct cp_arena *arena)
{
    static struct putting putting; /* large */
    int error;

    putting = (struct putting){.rules = rules, .found = CP_TAKE(arena, rules->count, uint8_t)};
    if (putting.found == NULL)
        return ENOMEM;
    error = look(kernel, &putting, KIND_NONE);
    error = error != 0 ? error : put_missing(kernel, &putting, KIND_TO_TABLE);
    error = error != 0 ? error : drop_old(kernel, &putting, KIND_PAST);
    error = error != 0 ? error : drop_old(kernel, &putting, KIND_TO_TABLE);
    error = error != 0 ? error : put_missing(kernel, &putting, KIND_PAST);
    error = error != 0 ? error : look(kernel, &putting, KIND_NONE);
    if (error != 0 || kernel->words != NULL)
        return error;
    return memchr(putting.found, 0, rules->count) != NULL ? ENOTSUP : 0;
}

static void on_seg6(void *to, const struct nlmsghdr *answer)
{
    uint16_t number = cp_nl_read_seg6(answer);

    if (number != 0)
        *(uint16_t *)to = number;
}

/* Each key of the policy has a line with its number and its secret. */
static int put_keys(struct kernel *kernel, uint16_t seg6, const struct cp_edge_policy *policy,
                    cp_text secrets)
{
    uint32_t found = 0, number;
    cp_text line, word;

    while (cp_text_word(&secrets, "\n", &line)) {
        const struct cp_edge_hmac *hmac;

        if (!cp_text_word(&line, " ", &word) ||
            cp_num_u32(word, CP_EDGE_NUMBER_MAX, &number) != CP_OK)
            return EBADMSG;
        hmac = cp_edge_hmac_find(policy, number);
        line = cp_text_trim(line);
        if (line.len == 0 || line.len > CP_NL_SECRET_MAX)
            return EBADMSG;
        if (hmac == NULL)
            continue; /* of another policy */
        cp_nl_put_hmac(&kernel->nl, seg6, hmac, line);
        found++;
    }
    return found == policy->hmac_count ? 0 : ENOKEY;
}

int barrier_routes(struct kernel *kernel, const struct cp_edge_policy *policy, cp_text secrets,
                   struct cp_arena *arena)
{
    struct rules rules;
    cp_err err;
    uint16_t seg6 = 0;
    int error;

    err = rules_gather(policy, arena, &rules);
    if (err != CP_OK)
        return err == CP_ERR_LIMIT ? E2BIG : ENOMEM;
    cp_nl_put_device(&kernel->nl);
    error = kernel_commit(kernel, NULL, NULL);
    if (error != 0)
        return error;
    /*
     * Not on the loopback, which an IGP tells others of: an ICMP error quotes the packet that it is about, and is to
     * find no way to the source.
     */
    cp_nl_put_address(&kernel->nl, if_nametoindex(CP_DEVICE), policy->source);
    put_default(kernel, CP_TABLE_OUTER, 6);
    for (uint32_t i = 0; i < 2 * policy->class_count; i++)
        put_default(kernel, CP_TABLE_CLASS + policy->classes[i / 2].number, i % 2 == 0 ? 4 : 6);
    error = kernel_commit(kernel, NULL, NULL);
    if (error == 0)
        error = put_rules(kernel, &rules, arena);
    if (error != 0)
        return error;
    cp_nl_ask_seg6(&kernel->nl);
    error = kernel_commit(kernel, on_seg6, &seg6);
    cp_nl_put_tunnel_source(&kernel->nl, seg6, policy->source);
    error = error != 0 ? error : kernel_commit(kernel, NULL, NULL);
    if (error == EPERM)
        error =
            0; /* a user namespace: the kernel takes the bridge's address, and else the filter drops them */
    error = error != 0 ? error : put_keys(kernel, seg6, policy, secrets);
    return error != 0 ? error : kernel_commit(kernel, NULL, NULL);
}

bool barrier_sysctl(const struct cp_edge_policy *policy, uint32_t which,
                    char name[BARRIER_NAME_MAX], const char **value)
{
    static const struct {
        const char *before, *after, *value, *inside;
    } settings[] = {
        /* Nobody tells us other ways; and lists of segments are heard, but not of our own hosts. */
        {"net/ipv4/conf/", "/accept_redirects", "0", "0"},
        {"net/ipv4/conf/", "/accept_source_route", "0", "0"},
        {"net/ipv4/conf/", "/send_redirects", "0", "0"},
        {"net/ipv6/conf/", "/accept_redirects", "0", "0"},
        {"net/ipv6/conf/", "/seg6_enabled", "1", "0"},
    };
    /* What the kernel answers of itself has the mark of what it answers. */
    static const char *const reflect[] = {"net/ipv4/fwmark_reflect", "net/ipv6/fwmark_reflect"};
    uint32_t of, at;
    bool inside;
    cp_text interface;

    *value = "1";
    if (which < CP_COUNT(reflect))
        return snprintf(name, BARRIER_NAME_MAX, "%s", reflect[which]) > 0;
    of = (which - (uint32_t)CP_COUNT(reflect)) / CP_COUNT(settings);
    at = (which - (uint32_t)CP_COUNT(reflect)) % CP_COUNT(settings);
    inside = of >= 2 + policy->first_count;
    if (of < 2)
        interface = of == 0 ? CP_TEXT("all") : CP_TEXT("default");
    else if (!inside)
        interface = policy->firsts[of - 2].interface;
    else if (of - 2 - policy->first_count < policy->inside_count)
        interface = policy->inside[of - 2 - policy->first_count];
    else
        return false;
    (void)snprintf(name, BARRIER_NAME_MAX, "%s%.*s%s", settings[at].before, (int)interface.len,
                   interface.at, settings[at].after);
    *value = inside ? settings[at].inside : settings[at].value;
    return true;
}
