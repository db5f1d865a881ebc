#pragma once

#include <stdint.h>

/**
 * A network of namespaces for steered.c, with the real agent on one of its headends:
 *
 *     sender --- plain  --- router --- receiver      plain: a headend without barrier, which encapsulates by a route
 *        | \---- headend ---/              |         router: has all SIDs, and unpacks
 *        \---------------------------------/
 *
 * What goes a way has a destination of its own.  All that the kernel does for a packet it does on the one processor that the
 * sender is pinned to, as part of the sender's system call or on the kernel's thread for what is left over; the time that is
 * told is the processor time of both, which other programs hardly add to.
 */

typedef enum {
    WAY_NONE, /* straight to the receiver: what sending itself costs */
    WAY_PLAIN,
    WAY_BESIDE, /* through the headend, but no selector names it */
    WAY_KERNEL, /* encapsulated by a route of the plain headend: 1, 4, 8 segments */
    WAY_STEERED = WAY_KERNEL + 3, /* by the agent */
    WAYS = WAY_STEERED + 3
} way;

#define WAY_LENGTHS 3u
extern const uint32_t way_segments[WAY_LENGTHS];

typedef enum {
    STOP_NOWHERE,
    STOP_ROUTER,  /* packets are dropped as they reach the router: what a headend costs */
    STOP_RECEIVER /* as they reach the receiver */
} stop;

void net_open(const char *self);
void net_close(void);
/** The headend's policy: of the demands that are measured, and so many others. */
void net_policy(uint32_t beside);
/** Only what goes WAY_NONE is dropped at the receiver whatever this says but NOWHERE. */
void net_stop_at(stop where);
/** Datagrams of so many bytes of IPv4, sent for so long: seconds of the processor a packet. */
double net_flood(way by, uint32_t bytes, double seconds);
/** One TCP connection, for so long: seconds of the processor a byte that its receiver had. */
double net_stream(way by, double seconds);
