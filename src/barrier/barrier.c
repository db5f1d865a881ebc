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

#include "selects.h"

enum { TRIES_MAX = 128 /* some 700 old rules are deleted in each */ };

/*
 * The lock beside the filter: rules that lead to tables which end in a prohibiting default.  It stays when everything of
 * ours is dead.
 */

/* All rules by number; false past the last one.  family 0: there is none of this number. */
static bool get_rule(const struct cp_edge_policy *policy, uint32_t which, struct cp_nl_rule *rule)
{
    *rule = (struct cp_nl_rule){.family = 6, .priority = CP_RULE_LOCALS, .table = CP_TABLE_LOCALS};
    if (which == 0)
        return true;
    *rule = (struct cp_nl_rule){
        .family = 6, .priority = CP_RULE_OUTER, .table = CP_TABLE_OUTER, .source = policy->source};
    if (which == 1)
        return true;
    which -= 2;
    rule->family = which % 2 == 0 ? 4 : 6;
    rule->source = (cp_ip){0};
    if (which < 2 * policy->class_count) {
        rule->priority = CP_RULE_MARK;
        rule->mark = policy->classes[which / 2].number << CP_MARK_SHIFT;
        rule->table = CP_TABLE_CLASS + policy->classes[which / 2].number;
        return true;
    }
    which -= 2 * policy->class_count;
    if (which >= 2 * policy->select_count)
        return false;
    rule->select = &policy->selects[which / 2];
    rule->priority = CP_RULE_SELECT + which / 2;
    rule->table = CP_TABLE_CLASS + rule->select->class;
    if (!selects_is_of_family(rule->select, rule->family))
        rule->family = 0;
    return true;
}

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

struct rules {
    const struct cp_edge_policy *policy;
    uint8_t *found; /* by number */
    struct cp_nl old;
};

/* Whether two rules are the same, to the byte. */
static bool is_same(const struct cp_nl_rule *a, const struct cp_nl_rule *b)
{
    struct cp_nl one = {.used = 0}, other = {.used = 0};

    cp_nl_put_rule(&one, RTM_NEWRULE, a);
    cp_nl_put_rule(&other, RTM_NEWRULE, b);
    return one.used == other.used && memcmp(one.bytes.at, other.bytes.at, one.used) == 0;
}

/* Which of ours the kernel has; what it has of ours beside them is old. */
static void on_rule(void *to, const struct nlmsghdr *answer)
{
    struct rules *rules = to;
    uint32_t which = 0, end = 2 + 2 * rules->policy->class_count;
    struct cp_edge_select select;
    struct cp_nl_rule rule, wanted;
    uint8_t protocol;

    if (!cp_nl_read_rule(answer, &protocol, &rule, &select) || protocol != CP_KERNEL_PROTOCOL)
        return;
    if (rule.priority >= CP_RULE_SELECT) {
        which = end + 2 * (rule.priority - CP_RULE_SELECT) + (rule.family == 6);
        end = which + 1;
    }
    for (; which < end && get_rule(rules->policy, which, &wanted); which++) {
        if (wanted.family != rule.family || wanted.priority != rule.priority ||
            !is_same(&wanted, &rule))
            continue;
        rules->found[which] = 1;
        return;
    }
    if (!cp_nl_is_full(&rules->old))
        cp_nl_put_rule(&rules->old, RTM_DELRULE, &rule);
}

/*
 * The kernel has all of them, and no others of ours.  New ones come after old ones of the same priority, and so the old
 * ones are those that are found to be deleted.  Looked at again: there may be more old ones than fit, and an old kernel leaves out what it
 * does not know (DSCP).
 */
static int put_rules(struct kernel *kernel, const struct cp_edge_policy *policy,
                     struct rules *rules)
{
    struct cp_nl_rule rule;
    uint32_t missing = 0, old = 0;
    int error = 0;

    for (uint32_t tries = 0; (tries < 2 || old > 0) && tries < TRIES_MAX && error == 0; tries++) {
        cp_nl_ask_all(&kernel->nl, RTM_GETRULE);
        error = kernel_commit(kernel, on_rule, rules);
        missing = 0;
        for (uint32_t which = 0; get_rule(policy, which, &rule); which++) {
            if (rule.family == 0 || rules->found[which] != 0)
                continue;
            missing++;
            relieve(kernel);
            if (tries == 0)
                cp_nl_put_rule(&kernel->nl, RTM_NEWRULE, &rule);
        }
        error = error != 0 ? error : kernel_commit(kernel, NULL, NULL);
        old = rules->old.asked;
        kernel->nl = rules->old;
        cp_nl_clear(&rules->old);
        error = error != 0 ? error : kernel_commit(kernel, NULL, NULL);
    }
    return error == 0 && missing + old > 0 && kernel->words == NULL ? ENOTSUP : error;
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
    struct rules rules = {.policy = policy};
    uint16_t seg6 = 0;
    int error;

    rules.found = CP_TAKE(arena, 2 + 2 * policy->class_count + 2 * policy->select_count, uint8_t);
    if (rules.found == NULL)
        return ENOMEM;
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
        error = put_rules(kernel, policy, &rules);
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
        const char *before, *after, *value;
    } settings[] = {
        /* Nobody outside tells us other ways; and SIDs are heard. */
        {"net/ipv4/conf/", "/accept_redirects", "0"},
        {"net/ipv4/conf/", "/send_redirects", "0"},
        {"net/ipv6/conf/", "/accept_redirects", "0"},
        {"net/ipv6/conf/", "/seg6_enabled", "1"},
    };
    uint32_t of = which / CP_COUNT(settings), at = which % CP_COUNT(settings);
    cp_text interface;

    if (of < 2)
        interface = of == 0 ? CP_TEXT("all") : CP_TEXT("default");
    else if (of - 2 < policy->first_count)
        interface = policy->firsts[of - 2].interface;
    else if (of - 2 - policy->first_count < policy->inside_count)
        interface = policy->inside[of - 2 - policy->first_count];
    else
        return false;
    (void)snprintf(name, BARRIER_NAME_MAX, "%s%.*s%s", settings[at].before, (int)interface.len,
                   interface.at, settings[at].after);
    *value = settings[at].value;
    return true;
}
