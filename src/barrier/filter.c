#include "filter.h"

#include "netlink/numbers.h"
#include "netlink/rules.h"
#include "permit/request.h"

#include "behind.h"
#include "errors.h"
#include "follow.h"
#include "selects.h"
#include "sets.h"

/* What is looked up alike, each kind by a chain of its own. */
enum { SELECTED, FRAGMENTS, HIDDEN, ERRORS, LOOKUPS };

/*
 * Each packet of the tunnel's source is checked whole: the way that it leaves by, its segments from the first to the last, and
 * where what is inside of it goes.  So what is signed holds whoever made the packet, or its route.
 */

static void put_mark(struct cp_out *out, uint32_t mark)
{
    cp_out_format(out, "meta mark set meta mark & 0x%08x | 0x%08x return\n",
                  (uint32_t)~CP_MARK_MASK, mark);
}

/* The policy's SIDs of our own of these kinds, as a set, behind the words; false: there are none, and nothing is said. */
static bool put_own(const struct cp_edge_policy *policy, struct cp_out *out, const char *words,
                    cp_edge_sid_kind least, cp_edge_sid_kind most)
{
    const char *before = " { ";

    for (uint32_t i = 0; i < policy->sid_count; i++) {
        if (policy->sids[i].kind < least || policy->sids[i].kind > most)
            continue;
        cp_out_str(out, words);
        cp_out_str(out, before);
        cp_out_ip(out, policy->sids[i].sid);
        words = "";
        before = ", ";
    }
    if (words[0] == '\0')
        cp_out_str(out, " } ");
    return words[0] == '\0';
}

/* Of interfaces, where packets come from or go to: those towards our own hosts, and the words before them. */
static void put_inside(const struct cp_edge_policy *policy, struct cp_out *out, const char *words)
{
    for (uint32_t i = 0; i < policy->inside_count; i++)
        cp_out_format(out, "%s\"%.*s\"", i == 0 ? words : ", ", (int)policy->inside[i].len,
                      policy->inside[i].at);
}

/* Where an error of ICMP is looked at: it comes in from a host of ours, is made here, or leaves. */
typedef enum { ERRORS_ENTER, ERRORS_OWN, ERRORS_LEAVE, ERRORS_OWN_LEAVE } errors_at;

/*
 * Errors that quote (RFC 792: source quench, 4, and redirects, 5, too; RFC 4443 2.1) and have no mark of ours, but for those towards our
 * own hosts and ourselves: when one comes in the kernel's routes are asked where it goes.
 */
static void put_errors(const struct cp_edge_policy *policy, const struct selects *lookups,
                       struct cp_out *out, errors_at at)
{
    static const char *const types[] = {"icmp type { 3, 4, 5, 11, 12 }", "icmpv6 type < 128"};
    bool comes_in = at == ERRORS_ENTER || at == ERRORS_LEAVE;

    if (lookups[ERRORS].count == 0 || (comes_in && policy->inside_count == 0))
        return;
    for (uint32_t i = 0; i < CP_COUNT(types); i++) {
        cp_out_format(out, "    meta mark & 0x%08x == 0 %s ", CP_MARK_MASK, types[i]);
        if (comes_in)
            put_inside(policy, out, "iifname { ");
        if (at == ERRORS_ENTER)
            put_inside(policy, out, " } fib daddr type != local fib daddr oifname != { ");
        if (at == ERRORS_OWN) {
            cp_out_str(out, "oifname != { \"lo\"");
            put_inside(policy, out, ", ");
        }
        cp_out_str(out, at == ERRORS_OWN_LEAVE ? "iif 0" : " }");
        cp_out_str(out, " jump errors\n");
    }
}

/*
 * A packet with a routing header shows the next segment as its destination, and the one that selects ask for in the header: it would
 * be ordinary, and go by whatever we, or others, are asked to send it over.  So such a one does not come in from our own hosts (RFC
 * 8754 5.1: from outside of the SR domain).  IPv4 has the same as options.
 */
static void put_hosts(struct cp_out *out)
{
    static const char *const routed[] = {"exthdr rt exists", "ip option lsrr exists",
                                         "ip option ssrr exists"};

    cp_out_str(out, "  chain hosts {\n");
    for (uint32_t i = 0; i < CP_COUNT(routed); i++)
        cp_out_format(out, "    %s counter name routed drop\n", routed[i]);
    cp_out_str(out, "  }\n");
}

/*
 * What arrives to be unpacked here is for our own hosts: it keeps its mark when it is, and so leaves towards them or not
 * at all, whatever the main table has been told about their addresses.  This is the last hook before: of a list that leads on to what
 * unpacks, over a SID or an address of ours, there is none between.  A list that ends at an address of ours the kernel unpacks itself.
 * Whether an address is ours comes last: the kernel asks its routes for it.
 */
static void put_arrived(const struct cp_edge_policy *policy, struct cp_out *out)
{
    static const cp_edge_sid_kind least = CP_EDGE_LOCAL_UNPACK4, most = CP_EDGE_LOCAL_UNPACK6;
    static const char last[] = " srh sid[1]", ours[] = "fib daddr type local ";

    if (policy->inside_count > 0) {
        put_inside(policy, out, "    iifname { ");
        cp_out_str(out, " } jump hosts\n");
    }
    if (put_own(policy, out, "    ip6 daddr", least, most)) {
        put_mark(out, CP_MARK_UNPACKED);
        if (put_own(policy, out, "    ip6 daddr", CP_EDGE_LOCAL_END, CP_EDGE_LOCAL_END)) {
            (void)put_own(policy, out, last, least, most);
            put_mark(out, CP_MARK_UNPACKED);
        }
        cp_out_str(out, "   ");
        (void)put_own(policy, out, last, least, most);
        cp_out_str(out, ours);
        put_mark(out, CP_MARK_UNPACKED);
    }
    cp_out_str(out, "    rt type 4 rt seg-left 0 ");
    cp_out_str(out, ours);
    put_mark(out, CP_MARK_UNPACKED);
}

/* What stands at a place of the packet, as nft reads it. */
#define NEXT_HEADER "@nh,48,8"
#define DESTINATION "@nh,192,128"
#define ROUTED_HEADER \
    "@nh,320,8" /* RFC 8754 2: of the routing header; list[i] is 8 + 16 * i bytes into it */
#define ROUTING_TYPE "@nh,336,8"
#define SEGMENTS_LEFT "@nh,344,8"
#define MARK "meta mark & 0xffff0000"

enum {
    LIST_BITS = 384,
    SEGMENT_BITS = 128,
    IPV4_TCP_BYTES = 20 + 20,
    IPV6_TCP_BYTES = 40 + 20,
    LAST_PRIORITY = 300,  /* behind those that have names */
    MARK_PRIORITY = -150, /* NF_IP_PRI_MANGLE: before addresses are changed (-100) */
    MARK_PRIORITIES =
        40 /* then it comes round: a packet without its mark may be dropped that once */
};

_Static_assert(CP_MARK_MASK == 0xffff0000, "MARK");

/* The mark, and a segment, or the destination where it is NULL. */
static void put_sid(struct cp_out *out, const uint32_t *at)
{
    cp_out_str(out, MARK " . ");
    if (at == NULL)
        cp_out_str(out, DESTINATION);
    else
        cp_out_format(out, "@nh,%u,128", LIST_BITS + SEGMENT_BITS * *at);
}

/*
 * From a segment, or the destination, to the one that follows it in the list.  Where it begins is told by its first bits: the
 * whole of it is looked at when one is looked for that follows it, or as that which unpacks.  The last of a probe is no segment,
 * but the address of a far edge.
 */
static void put_step(const struct follow *follow, struct cp_out *out, const uint32_t *from,
                     uint32_t to)
{
    cp_out_str(out, "    ");
    put_sid(out, from);
    cp_out_str(out, " . ");
    follow_put_field(follow, out, LIST_BITS + SEGMENT_BITS * to);
    cp_out_format(out, " @" CP_SET_STEPS " goto list%u\n    ", to);
    put_sid(out, from);
    cp_out_str(out, " @" CP_SET_SIDS " ");
    put_sid(out, &to);
    cp_out_format(out, " @" CP_SET_LOOSE " goto list%u\n", to);
    if (to == 0) {
        cp_out_str(out, "    " ROUTED_HEADER " 17 ");
        put_sid(out, from);
        cp_out_str(out, " @" CP_SET_SIDS " goto list0\n");
    }
    cp_out_str(out, "    counter name tunnel drop\n");
}

/*
 * One comparison after the other, and no map: of a filter that is replaced the kernel takes the elements of maps away at once, and
 * packets on their way would miss them.
 */
static void put_inner(struct cp_out *out, const char *header, const char *chain)
{
    cp_out_format(out, "    %s 4 goto %s4\n    %s 41 goto %s6\n", header, chain, header, chain);
}

/*
 * leftN: N segments are left after the destination; listN: those before list[N] are right, and so is it.  It is walked as
 * routers would (RFC 8754 4.3.1.1): from the destination to list[N - 1], and so on.  What stands in list[N] they do not look at:
 * the destination, mostly, or (RFC 8986 5.2) nothing; so where nothing is left it is the destination that unpacks.
 */
static void put_lists(const struct follow *follow, struct cp_out *out)
{
    for (uint32_t left = CP_AGENT_SEGMENTS; left > 0; left--) {
        cp_out_format(out, "  chain left%u {\n", left);
        put_step(follow, out, NULL, left - 1);
        cp_out_str(out, "  }\n");
    }
    for (uint32_t at = CP_AGENT_SEGMENTS - 1; at > 0; at--) {
        cp_out_format(out, "  chain list%u {\n", at);
        put_step(follow, out, &at, at - 1);
        cp_out_str(out, "  }\n");
    }
    cp_out_str(out, "  chain left0 {\n");
    put_inner(out, ROUTED_HEADER, "direct");
    cp_out_str(out, "    counter name tunnel drop\n  }\n  chain list0 {\n");
    put_inner(out, ROUTED_HEADER, "inside");
    cp_out_str(out, "    " ROUTED_HEADER " 17 " MARK " == 0 accept\n"
                    "    counter name tunnel drop\n  }\n");
}

/* By its form. */
static void put_tunnel(const struct behind *behind, const struct follow *follow, struct cp_out *out)
{
    behind_put_chains(behind, out);
    put_lists(follow, out);
    cp_out_str(out, "  chain tunnel {\n");
    put_inner(out, NEXT_HEADER, "direct");
    for (uint32_t left = 0; left <= CP_AGENT_SEGMENTS; left++)
        cp_out_format(
            out, "    " NEXT_HEADER " 43 " ROUTING_TYPE " 4 " SEGMENTS_LEFT " %u goto left%u\n",
            left, left);
    cp_out_str(out, "    counter name tunnel drop\n  }\n");
}

/*
 * The kernel switches a filter's rules at one moment, but asks which they are at each chain of a hook.  A new chain beside an old one
 * of its priority is asked first: had it no rules yet, and the old one none any more, a packet would pass both.  So new ones come
 * after what they replace.
 */
static void open_chain(struct cp_out *out, const char *begin, int32_t priority, uint64_t turn)
{
    cp_out_format(out, "  chain %s priority %d; policy accept;\n", begin, priority + (int32_t)turn);
}

#define OPENING "tcp flags & (syn | rst) == syn"

/*
 * What is packed is not cut into fragments, and whoever sent it hears nothing where it does not fit: connections begin with segments of
 * the policy's size, in both directions, for what opens them is met on its way out, and on its way in once it is unpacked.
 */
static void put_clamp(const struct cp_edge_policy *policy, struct cp_out *out)
{
    cp_out_format(out,
                  "  chain clamp {\n"
                  "    meta nfproto ipv4 tcp option maxseg size set %u return\n"
                  "    meta nfproto ipv6 tcp option maxseg size set %u return\n  }\n",
                  policy->mtu - IPV4_TCP_BYTES, policy->mtu - IPV6_TCP_BYTES);
}

/*
 * What selects name gets the mark of its class.  Each chain ends where it is looked at, so what comes back from `selected` is marked or was
 * not named.
 */
static void put_selected(const struct cp_edge_policy *policy, const struct selects *lookups,
                         struct cp_out *out)
{
    static const char *const chains[] = {"selected", "fragments", "hidden", "errors"};

    for (uint32_t i = 0; i < policy->class_count; i++)
        cp_out_format(out,
                      "  chain class%u {\n    meta mark set meta mark & 0x%08x | 0x%08x\n"
                      "    " OPENING " jump clamp\n  }\n",
                      policy->classes[i].number, (uint32_t)~CP_MARK_MASK,
                      policy->classes[i].number << CP_MARK_SHIFT);
    cp_out_str(out, "  chain class0 {\n    counter name clear drop\n  }\n");
    for (uint32_t i = 0; i < LOOKUPS; i++) {
        if (i != SELECTED && lookups[i].count == 0)
            continue;
        cp_out_format(out, "  chain %s {\n", chains[i]);
        selects_put_rules(&lookups[i], out);
        cp_out_str(out, "  }\n");
    }
}

/* Named by a select, or not: what bears a mark of ours does not leave. */
static void put_marked(struct cp_out *out)
{
    cp_out_format(out, "  chain marked {\n    meta mark set meta mark & 0x%08x\n",
                  (uint32_t)~CP_MARK_MASK);
    cp_out_str(out, "    jump selected\n    " MARK " != 0 counter name clear drop\n"
                    "    counter name marked drop\n  }\n");
}

/*
 * Later fragments have no ports; nor does what the kernel's walk over the headers of IPv6 ends at: AH, mobility, HIP, Shim6 (RFC 7045).
 * Of a later fragment it ends at any header.
 */
static void put_unseen(const struct selects *lookups, struct cp_out *out)
{
    if (lookups[FRAGMENTS].count > 0)
        cp_out_str(out, "    ip frag-off & 0x1fff != 0 jump fragments\n"
                        "    frag frag-off != 0 jump fragments\n");
    if (lookups[HIDDEN].count > 0)
        cp_out_str(out, "    meta nfproto ipv6 meta l4proto { 51, 135, 139, 140 } jump hidden\n"
                        "    frag frag-off != 0 frag nexthdr { 0, 43, 51, 60, 135, 139, 140 } jump "
                        "hidden\n");
}

/* What leaves.  A set counts where it is found in, not where it is not. */
static void put_post(const struct cp_edge_policy *policy, const struct selects *lookups,
                     struct cp_out *out)
{
    cp_out_str(out, "    ip6 saddr ");
    cp_out_ip(out, policy->source);
    cp_out_str(out, " " MARK " . oifname . ip6 daddr . rt ip6 nexthop @" CP_SET_WAYS
                    " goto tunnel\n    ip6 saddr ");
    cp_out_ip(out, policy->source);
    cp_out_str(out, " counter name tunnel drop\n    " MARK " != 0 " OPENING
                    " jump clamp\n    oifname { \"lo\"");
    put_inside(policy, out, ", ");
    cp_out_str(out, " } accept\n");
    put_unseen(lookups, out);
    cp_out_str(out, "    " MARK " != 0 goto marked\n    jump selected\n");
    put_errors(policy, lookups, out, ERRORS_LEAVE);
    put_errors(policy, lookups, out, ERRORS_OWN_LEAVE);
    cp_out_str(out, "    " MARK " != 0 counter name clear drop\n  }\n");
}

static cp_err gather_lookups(const struct cp_edge_policy *policy, struct cp_arena *arena,
                             struct selects *out)
{
    CP_TRY(selects_gather(policy->selects, policy->select_count, arena, &out[SELECTED]));
    CP_TRY(selects_gather_fragments(policy, arena, &out[FRAGMENTS]));
    CP_TRY(selects_gather_hidden(policy, arena, &out[HIDDEN]));
    return errors_gather(policy, arena, &out[ERRORS]);
}

cp_err barrier_filter(const struct cp_edge_policy *policy, const struct barrier_time *time,
                      struct cp_arena *arena, struct cp_out *out)
{
    struct selects lookups[LOOKUPS];
    struct behind behind;
    struct follow follow;

    CP_TRY(follow_gather(policy, arena, &follow));
    CP_TRY(behind_gather(policy, arena, &behind));
    CP_TRY(gather_lookups(policy, arena, lookups));
    cp_out_str(
        out,
        "table inet " CP_FILTER " { }\ndelete table inet " CP_FILTER "\ntable inet " CP_FILTER
        " {\n"
        "  counter tunnel { }\n  counter clear { }\n  counter marked { }\n  counter routed { }\n");
    sets_declare(&follow, out);
    behind_declare(&behind, out);
    for (uint32_t i = 0; i < LOOKUPS; i++)
        selects_declare(&lookups[i], out);
    put_tunnel(&behind, &follow, out);
    put_clamp(policy, out);
    put_selected(policy, lookups, out);
    put_marked(out);
    open_chain(out, "post { type filter hook postrouting", LAST_PRIORITY, time->turn);
    put_post(policy, lookups, out);
    put_hosts(out);
    open_chain(out, "arrived { type filter hook prerouting", LAST_PRIORITY, time->turn);
    put_arrived(policy, out);
    cp_out_str(out, "  }\n");
    for (uint32_t i = 0; i < 2; i++) {
        static const char *const chains[] = {"pre { type filter hook prerouting",
                                             "out { type route hook output"};

        open_chain(out, chains[i], MARK_PRIORITY, time->turn % MARK_PRIORITIES);
        cp_out_str(out, "    jump selected\n");
        put_errors(policy, lookups, out, i == 0 ? ERRORS_ENTER : ERRORS_OWN);
        cp_out_str(out, "  }\n");
    }
    cp_out_str(out, "}\n");
    behind_fill(&behind, out);
    for (uint32_t i = 0; i < LOOKUPS; i++)
        selects_fill(&lookups[i], out);
    return sets_fill(policy, &follow, time, arena, out);
}
