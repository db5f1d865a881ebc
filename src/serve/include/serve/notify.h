#pragma once

#include <stdint.h>

/**
 * What the service manager is told (sd_notify(3)): datagrams to the socket that NOTIFY_SOCKET names.  Without one
 * nothing is said.
 */
/** Before the first word, and before there are threads (it looks at the environment). */
void notify_open(void);
void notify_say(const char *state); /* "READY=1", several with line ends between */
/** Microseconds within which WATCHDOG=1 is awaited again and again; 0: it is not. */
uint64_t notify_watchdog_us(void);
