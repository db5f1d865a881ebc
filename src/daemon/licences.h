#pragma once

#include "daemon.h"
#include "web/documents.h"

/**
 * Licences that end within their warn-before, by the rules and the day of the plan that came last: alarms
 * "licence/POLICY/ID", until they are renewed, end, or nothing needs them any more.
 */
struct licences;

/** May run beside the loop.  NULL: no memory. */
struct licences *daemon_licences_of(const struct cp_plan *plan);
/** They are in the place of those before; what stood stands since then.  NULL: those before stay. */
void daemon_licences_take(struct daemon *d, struct licences *now);
void daemon_licences_close(struct licences *licences); /* NULL is allowed */

uint32_t daemon_licences_count(const struct daemon *d);
/** One alarm of them, its texts borrowed; severity is the caller's. */
struct cp_web_alarm daemon_licences_alarm(const struct daemon *d, uint32_t at);
