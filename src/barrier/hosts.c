#include "hosts.h"

#include "netlink/numbers.h"

/*
 * A packet with a routing header shows the next segment as its destination, and the one that selects ask for in the header: it would
 * be ordinary, and go by whatever we, or others, are asked to send it over.  So such a one does not come in from our own hosts (RFC
 * 8754 5.1: from outside of the SR domain).  IPv4 has the same as options.  By the last hook, and behind the one that it replaces, as
 * the filter's are.
 */

enum { LAST_PRIORITY = 300 };

void hosts_put(const struct cp_edge_policy *policy, const struct barrier_time *time,
               struct cp_out *out)
{
    static const char *const routed[] = {"exthdr rt exists", "ip option lsrr exists",
                                         "ip option ssrr exists"};

    cp_out_format(out,
                  "table inet " CP_FILTER " {\n  counter routed { }\n"
                  "  chain hosts { type filter hook prerouting priority %d; policy accept;\n",
                  LAST_PRIORITY + (int32_t)time->turn);
    for (uint32_t i = 0; i < policy->inside_count; i++)
        for (uint32_t which = 0; which < CP_COUNT(routed); which++)
            cp_out_format(out, "    iifname \"%.*s\" %s counter name routed drop\n",
                          (int)policy->inside[i].len, policy->inside[i].at, routed[which]);
    cp_out_str(out, "  }\n}\n");
}
