#include <stdlib.h>
#include <string.h>

#include "netlink/answer.h"
#include "netlink/element.h"
#include "netlink/setup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One message of the kernel, whose length is the input's.  What is read keeps within its limits. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* Datagrams of the kernel are padded to four bytes, which libmnl goes by. */
    struct nlmsghdr *answer =
        size < sizeof *answer || size > CP_NL_BATCH_MAX ? NULL : calloc((size + 3) / 4, 4);
    struct cp_edge_select select;
    struct cp_nl_nexthop nexthop;
    struct cp_nl_route route;
    struct cp_nl_rule rule;
    struct cp_nl_count count;
    uint8_t protocol;

    if (answer == NULL)
        return 0;
    memcpy(answer, data, size);
    answer->nlmsg_len = (uint32_t)size;
    if (cp_nl_read_nexthop(answer, &nexthop))
        CP_ASSERT(nexthop.member_count <= CP_AGENT_PATHS &&
                  nexthop.path.segment_count <= CP_AGENT_SEGMENTS);
    (void)cp_nl_read_route(answer, &protocol, &route);
    if (cp_nl_read_rule(answer, &protocol, &rule, &select))
        CP_ASSERT((select.from_port.low == UINT32_MAX || select.from_port.high <= UINT16_MAX) &&
                  (select.port.low == UINT32_MAX || select.port.high <= UINT16_MAX));
    (void)cp_nl_read_count(answer, &count);
    (void)cp_nl_read_seg6(answer);
    (void)cp_nl_read_link(answer);
    free(answer);
    return 0;
}
