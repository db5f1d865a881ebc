#include "steps.h"

#include <errno.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include "netlink/element.h"

enum { KIND_OF_LOCAL = 3 /* + cp_nl_local: cp_edge_sid_kind */ };

/*
 * What is asked for comes from a process that may be anybody's by now.  It can name nothing but what is ours in the kernel; which
 * segments a packet may take, what the packet is, and until when, the filter judges for each packet by the signed
 * policy, which no step can change.  A SID of our own forwards other people's packets, so it is asked for first.
 */

/* An interface by its index or, where that is 0, by its name; of what is not there all is zero. */
static struct ifreq find_interface(const struct kernel *kernel, uint32_t index, const char *name)
{
    struct ifreq request = {.ifr_ifindex = (int)index};
    int fd = mnl_socket_get_fd(kernel->sockets[NETLINK_ROUTE]);

    if (index == 0)
        (void)strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
    if (ioctl(fd, index == 0 ? SIOCGIFINDEX : SIOCGIFNAME, &request) != 0)
        memset(&request, 0, sizeof request);
    return request;
}

struct asking {
    struct cp_nl_count *counts;
    uint32_t before, count; /* messages that were numbered before the first question */
};

static void on_count(void *to, const struct nlmsghdr *answer)
{
    struct asking *asking = to;
    uint32_t at = answer->nlmsg_seq - asking->before - 1;
    struct cp_nl_count count;

    if (at < asking->count && cp_nl_read_count(answer, &count))
        asking->counts[at] = count;
}

static int ask(struct kernel *kernel, const struct cp_nl_step *questions, uint32_t count,
               struct cp_nl_count *counts)
{
    struct asking asking = {counts, kernel->nl.sequence, count};

    for (uint32_t i = 0; i < count; i++)
        cp_nl_put_question(&kernel->nl, &questions[i]);
    return kernel_commit(kernel, on_count, &asking);
}

/* Whether the policy has a SID of our own as it is to be put; where it is to lead nowhere (kind 0), at all. */
static bool has_local(struct kernel *kernel, const struct cp_nl_step *step)
{
    struct cp_nl_step question = {.kind = CP_NL_STEP_ELEMENT, .which = CP_NL_SET_LOCALS};
    uint32_t kind = step->local == CP_NL_LOCAL_NONE ? 0 : step->local + (uint32_t)KIND_OF_LOCAL;
    struct ifreq request = find_interface(kernel, step->oif, CP_DEVICE);
    struct cp_nl_count found = {UINT64_MAX, 0};

    cp_nl_add_key(&question, step->address.bytes, 16);
    cp_nl_add_key(&question, &kind, sizeof kind);
    cp_nl_add_key(&question, request.ifr_name, sizeof request.ifr_name);
    cp_nl_add_key(&question, step->via.bytes, 16);
    return ask(kernel, &question, 1, &found) == 0 && found.packets != UINT64_MAX;
}

static int change(struct kernel *kernel, const struct cp_nl_step *steps, uint32_t count)
{
    uint32_t device = (uint32_t)find_interface(kernel, 0, CP_DEVICE).ifr_ifindex;

    for (uint32_t i = 0; i < count; i++)
        if (steps[i].kind == CP_NL_STEP_ROUTE && steps[i].table == CP_TABLE_LOCALS &&
            !has_local(kernel, &steps[i]))
            return EPERM;
    for (uint32_t i = 0; i < count; i++)
        cp_nl_put_step(&kernel->nl, &steps[i], device);
    return kernel_commit(kernel, NULL, NULL);
}

/* What stands before the next THEN: changes, or questions. */
static int run(struct kernel *kernel, const struct cp_nl_step *steps, uint32_t count,
               struct cp_nl_count *counts)
{
    uint32_t questions = 0;

    for (uint32_t i = 0; i < count; i++)
        questions += cp_nl_step_is_question(&steps[i]);
    if (questions == count)
        return ask(kernel, steps, count, counts);
    return questions == 0 ? change(kernel, steps, count) : EINVAL;
}

size_t steps_answer(struct kernel *kernel, const struct cp_nl_step *steps, size_t len,
                    struct cp_nl_stepped *out)
{
    uint32_t count = (uint32_t)(len / sizeof *steps), end;
    bool whole = len % sizeof *steps == 0 && count <= CP_NL_STEPS_MAX;

    for (uint32_t i = 0; i < count && whole; i++) {
        out->counts[i] = (struct cp_nl_count){UINT64_MAX, 0};
        whole = steps[i].kind == CP_NL_STEP_THEN || cp_nl_step_is_question(&steps[i]) ||
                cp_nl_step_is_whole(&steps[i]);
    }
    out->error = whole ? 0 : EINVAL;
    for (uint32_t i = 0; i < count && out->error == 0; i = end + 1) {
        for (end = i; end < count && steps[end].kind != CP_NL_STEP_THEN;)
            end++;
        out->error = (uint32_t)run(kernel, steps + i, end - i, out->counts + i);
    }
    return offsetof(struct cp_nl_stepped, counts) + (whole ? count : 0) * sizeof *out->counts;
}
