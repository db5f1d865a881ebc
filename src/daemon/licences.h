#pragma once

#include "daemon.h"
#include "web/documents.h"

/**
 * Licences that end within their warn-before, by the plan in force and the day of the rules in force: alarms
 * "licence/POLICY/ID", until they are renewed, end, or nothing needs them any more.
 */
struct licences;

/** What of a plan's licences will be alarms, and when.  May run beside the loop.  NULL: no memory. */
struct licences *daemon_licences_of(const struct cp_plan *plan);
/** They are taken, in the place of those before; what stood stands since then.  NULL: those before stay. */
void daemon_licences_take(struct daemon *d, struct licences *now);
void daemon_licences_close(struct licences *licences); /* NULL is allowed */

uint32_t daemon_licences_most(const struct daemon *d);
/** Those that stand today: how many.  out: [daemon_licences_most] texts borrowed, severity is the caller's; NULL: nowhere. */
uint32_t daemon_licences_alarms(struct daemon *d, struct cp_web_alarm *out);
