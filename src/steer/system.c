#include "steer/steer.h"

/*
 * The man page has the same sentences, and a test that they are the same.
 *
 * What each system does when a policy has no valid path left.  FRR: zebra tells its clients of a
 * policy that goes down to fall back to the IGP's shortest path (zebra_srte.c), and deletes the
 * policies of a pathd that ends.  IOS-XR: by default as FRR; `path-invalidation drop` is its
 * steering/invalidation-drop.  Junos: a transport class's own resolution scheme falls back to
 * inet.3; one that names the class's table alone does not. SR OS: next hops resolve to other
 * tunnels, then the IGP unless `disallow-igp`.  Linux: measured in tests/live.
 */
static const struct cp_system_ends ends[] = {
    [CP_SYSTEM_FRR] =
        {CP_ENDS_OPEN, "FRR (pathd)",
         "taken by 8.4.4 (policies) and 10.3 (policies and Flex-Algo, which 9.0 and later know)",
         NULL,
         "when the first label of a policy has no route, or the policy goes (at times with the end "
         "of pathd), FRR sends its traffic by the IGP's shortest path",
         "give the traffic's routes the policy: a route-map for BGP with `set sr-te color COLOUR`, "
         "or `ip route PREFIX ENDPOINT color COLOUR`"},
    [CP_SYSTEM_IOS_XR] =
        {CP_ENDS_CLOSED, "Cisco IOS-XR",
         "after its data models of 24.4 (steering/invalidation-drop), not tried on a router: one "
         "that refuses `path-invalidation drop` leaves its policies open; see that `show segment-routing "
         "traffic-eng policy` says `Invalidation drop enabled: yes`",
         "path-invalidation drop: its traffic is dropped",
         "a prefix that has lost its colour community takes the IGP's path",
         "have the endpoints set the colour extended community on the traffic's prefixes (BGP "
         "automated steering)"},
    [CP_SYSTEM_JUNOS] =
        {CP_ENDS_CLOSED, "Juniper Junos",
         "21.1R1 and later, from documentation; not tried on a router: see that `show route "
         "resolution scheme all` has the scheme with no table but the transport class's",
         "its resolution scheme names no other table: routes of the colour have no next hop",
         "a route of a colour whose policy is down is hidden, and a less specific one that covers its "
         "prefix, a default route say, carries its traffic: keep a static discard for what the "
         "colour serves",
         "have the endpoints set the colour extended community (color:0:COLOUR) on the traffic's "
         "prefixes"},
    [CP_SYSTEM_SR_OS] =
        {CP_ENDS_OPEN, "Nokia SR OS (MD-CLI)",
         "21.5 and later, from documentation; not tried on a router", NULL,
         "a BGP next hop whose policy is down resolves to another tunnel to the same address, else "
         "to the IGP's path, unless the service resolves to sr-policy alone and disallows the IGP: "
         "lines for that stand at the end, commented out, as they hold for all routes of the service",
         "have the endpoints set the colour extended community on the traffic's prefixes, and state "
         "a binding SID of the reserved label block where your release asks for one"},
    [CP_SYSTEM_LINUX] =
        {CP_ENDS_CLOSED, "Linux (iproute2, SRv6)",
         "nexthop objects, SRv6 and nftables; tried on kernel 6.18, iproute2 6.1, nftables 1.0.6",
         "the table's prohibit route and the nft guard: packets are dropped and counted",
         "a headend's own packets to an endpoint's loopback (its BGP sessions, say) take the ordinary "
         "route unless they are marked",
         "mark the traffic with its colour where it comes in (nft: meta mark set COLOUR) or name the "
         "prefixes behind the endpoints (PREFIXES_n); SIDs must leave the routing header on (no "
         "PSP), adjacency SIDs of Linux routers must name their interface (End.X with oif, kernel "
         "6.17: without it a lost link is gone round by any other way), and an endpoint take it on "
         "its interfaces (seg6_enabled); nothing notices a path that is broken further on: its "
         "packets are dropped, and `backup n` is for you to say"},
};

static const char *const names[] = {[CP_SYSTEM_FRR] = "frr",
                                    [CP_SYSTEM_IOS_XR] = "ios-xr",
                                    [CP_SYSTEM_JUNOS] = "junos",
                                    [CP_SYSTEM_SR_OS] = "sr-os",
                                    [CP_SYSTEM_LINUX] = "linux"};

const char *cp_system_name(cp_system system)
{
    CP_ASSERT(system < CP_SYSTEM_COUNT);
    return names[system];
}

cp_system cp_system_find(cp_text word)
{
    uint32_t i = 0;

    while (i < CP_SYSTEM_COUNT && !cp_text_is(word, names[i]))
        i++;
    return (cp_system)i;
}

const struct cp_system_ends *cp_system_ends_get(cp_system system)
{
    CP_ASSERT(system < CP_SYSTEM_COUNT);
    return &ends[system];
}
