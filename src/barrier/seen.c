#include "seen.h"

#include <errno.h>

#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <sys/socket.h>

#include "base/rd.h"
#include "netlink/numbers.h"
#include "netlink/rules.h"

enum { PAIR_BYTES = 16, TRIES = 100 };

struct search {
    uint16_t type;
    const struct nlattr *found;
};

static int on_attribute(const struct nlattr *attribute, void *to)
{
    struct search *search = to;

    if (mnl_attr_get_type(attribute) == search->type)
        search->found = attribute;
    return MNL_CB_OK;
}

/* The last one of a type inside of another; NULL: there is none. */
static const struct nlattr *inside(const struct nlattr *of, uint16_t type)
{
    struct search search = {.type = type};

    return of != NULL && mnl_attr_parse_nested(of, on_attribute, &search) >= 0 ? search.found
                                                                               : NULL;
}

/* The only element of a set, two numbers. */
static int on_answer(const struct nlmsghdr *answer, void *to)
{
    struct search search = {.type = NFTA_SET_ELEM_LIST_ELEMENTS};
    uint64_t *pair = to;
    const struct nlattr *value;
    cp_rd bytes;

    if (mnl_attr_parse(answer, sizeof(struct nfgenmsg), on_attribute, &search) < 0)
        return MNL_CB_ERROR;
    value =
        inside(inside(inside(search.found, NFTA_LIST_ELEM), NFTA_SET_ELEM_KEY), NFTA_DATA_VALUE);
    if (value == NULL || mnl_attr_get_payload_len(value) != PAIR_BYTES)
        return MNL_CB_OK;
    bytes = cp_rd_make((cp_text){mnl_attr_get_payload(value), PAIR_BYTES});
    pair[0] = cp_rd_u64(&bytes);
    pair[1] = cp_rd_u64(&bytes);
    return MNL_CB_OK;
}

static int receive(struct mnl_socket *socket, uint64_t pair[2])
{
    _Alignas(struct nlmsghdr) char bytes[16384]; /* libmnl: what a message of a dump may be */
    int more = MNL_CB_OK;

    while (more > MNL_CB_STOP) {
        ssize_t len = mnl_socket_recvfrom(socket, bytes, sizeof bytes);

        more = len < 0 ? MNL_CB_ERROR
                       : mnl_cb_run(bytes, (size_t)len, 0, mnl_socket_get_portid(socket), on_answer,
                                    pair);
    }
    return more == MNL_CB_STOP ? 0 : errno;
}

static int ask(const char *set, uint64_t pair[2])
{
    struct mnl_socket *socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
    _Alignas(struct nlmsghdr) char bytes[256]; /* names of ours are short */
    struct nlmsghdr *question = mnl_nlmsg_put_header(bytes);
    struct nfgenmsg *header = mnl_nlmsg_put_extra_header(question, sizeof *header);
    int error;

    question->nlmsg_type = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETSETELEM;
    question->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    header->nfgen_family = NFPROTO_INET;
    mnl_attr_put_strz(question, NFTA_SET_ELEM_LIST_TABLE, CP_FILTER);
    mnl_attr_put_strz(question, NFTA_SET_ELEM_LIST_SET, set);
    if (socket == NULL)
        return errno;
    error = mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
                    mnl_socket_sendto(socket, question, question->nlmsg_len) < 0
                ? errno
                : receive(socket, pair);
    (void)mnl_socket_close(socket);
    return error == ENOENT ? 0 : error; /* nothing was raised yet */
}

/* Asked again where somebody changes the filter meanwhile. */
static int ask_again(const char *set, uint64_t pair[2])
{
    int error = EINTR;

    for (uint32_t tries = 0; tries < TRIES && error == EINTR; tries++)
        error = ask(set, pair);
    return error;
}

int seen_read(struct seen *out)
{
    uint64_t issued[2] = {0}, clock[2] = {0}, turn[2] = {0};
    int error = ask_again(CP_SET_ISSUED, issued);

    if (error == 0)
        error = ask_again(CP_SET_CLOCK, clock);
    if (error == 0)
        error = ask_again(CP_SET_TURN, turn);
    *out = (struct seen){issued[0], issued[1], clock[0], clock[1], turn[0]};
    return error;
}

uint64_t seen_now(const struct seen *seen, uint64_t wall_us, uint64_t boot_us, uint64_t issued_us)
{
    uint64_t since_us = boot_us > seen->boot_us ? boot_us - seen->boot_us : 0;
    uint64_t now_us = wall_us > issued_us ? wall_us : issued_us;

    return seen->now_us + since_us > now_us && seen->now_us > 0 ? seen->now_us + since_us : now_us;
}
