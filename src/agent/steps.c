#include "steps.h"

#include <errno.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include "netlink/element.h"

/*
 * What is asked for comes from a process that may be anybody's by now.  It can name nothing but what is ours in the kernel; which
 * segments a packet may take, what the packet is, and until when, the filter judges for each packet by the signed
 * policy, which no step can change.  A SID of our own forwards other people's packets, so it is asked for first.
 */

static uint32_t find_device(const struct kernel *kernel)
{
    struct ifreq request = {.ifr_name = CP_DEVICE};
    int fd = mnl_socket_get_fd(kernel->sockets[NETLINK_ROUTE]);

    return ioctl(fd, SIOCGIFINDEX, &request) == 0 ? (uint32_t)request.ifr_ifindex : 0;
}

/* Of what is not there: no name, which no interface of the policy has. */
static void find_name(const struct kernel *kernel, uint32_t index, struct ifreq *request)
{
    int fd = mnl_socket_get_fd(kernel->sockets[NETLINK_ROUTE]);

    memset(request, 0, sizeof *request);
    request->ifr_ifindex = (int)index;
    if (index == 0 || ioctl(fd, SIOCGIFNAME, request) != 0)
        memset(request->ifr_name, 0, sizeof request->ifr_name);
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
    struct ifreq request;

    for (uint32_t i = 0; i < count; i++) {
        counts[i] = (struct cp_nl_count){UINT64_MAX, 0};
        find_name(kernel, questions[i].local <= CP_NL_LOCAL_ADJACENCY ? questions[i].oif
                                                                      : find_device(kernel),
                  &request);
        cp_nl_put_question(&kernel->nl, &questions[i], request.ifr_name);
    }
    return kernel_commit(kernel, on_count, &asking);
}

/* Whether the policy has each SID of our own as it is to be put. */
static bool has_locals(struct kernel *kernel, const struct cp_nl_step *steps, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct cp_nl_step question = steps[i];
        struct cp_nl_count found;

        question.kind = CP_NL_STEP_LOCAL;
        if (steps[i].local != CP_NL_LOCAL_NONE &&
            (ask(kernel, &question, 1, &found) != 0 || found.packets == UINT64_MAX))
            return false;
    }
    return true;
}

static int change(struct kernel *kernel, const struct cp_nl_step *steps, uint32_t count)
{
    uint32_t device = find_device(kernel);

    if (!has_locals(kernel, steps, count))
        return EPERM;
    for (uint32_t i = 0; i < count; i++)
        cp_nl_put_step(&kernel->nl, &steps[i], device);
    return kernel_commit(kernel, NULL, NULL);
}

size_t steps_answer(struct kernel *kernel, const struct cp_nl_step *steps, size_t len,
                    struct cp_nl_stepped *out)
{
    uint32_t count = (uint32_t)(len / sizeof *steps), questions = 0, changes = 0;

    memset(out, 0, sizeof *out);
    if (len % sizeof *steps != 0 || count > CP_NL_STEPS_MAX)
        count = 0;
    for (uint32_t i = 0; i < count; i++) {
        questions += cp_nl_step_is_question(&steps[i]);
        changes += cp_nl_step_is_whole(&steps[i]);
    }
    if (count > 0 && questions == count)
        out->error = (uint32_t)ask(kernel, steps, count, out->counts);
    else if (count > 0 && changes == count)
        out->error = (uint32_t)change(kernel, steps, count);
    else
        out->error = EINVAL;
    return offsetof(struct cp_nl_stepped, counts) + count * sizeof *out->counts;
}
