#pragma once

#include "daemon.h"
#include "web/documents.h"

/**
 * The alarms that stand, over restarts: since when, and of what each tells.  They are in the state's table "alarms", in the
 * batch of the record that one began or ended, so that after a kill at any moment the table has those that the log says stand.
 *
 * What stood when the daemon ended and stands again within ALARMS_WAIT_US of the start has never ended, and who acknowledged
 * it has done so.  Of several starts without it the first counts: none gives it more time.  The rest is told as over then: nobody knows whether what comes later is the same.
 */
#define ALARMS_WAIT_US 300000000u
/** Of the network so many are told one by one: what they take of the loop and of the disk is a feed's to say. */
#define ALARMS_OF_NETWORK_MAX 4096u
/**
 * That one of the network begins or ends is an entry of the log of decisions: so many at once, then so many a second; more are counted.
 * That one ends whose begin is an entry is always one, so that none stands in the log for ever; of one whose begin was left out it is counted.
 */
enum { ALARM_ENTRIES_MOST = 10000, ALARM_ENTRIES_A_SECOND = 50 };

/** Of control: it begins, or tells of something else.  Since when, where that was before the start; 0: else. */
uint64_t daemon_alarms_stands(struct daemon *d, const struct cp_web_alarm *alarm,
                              struct cp_arena *arena);
void daemon_alarms_ends(struct daemon *d, cp_text id);
/** A person has: an entry of the log. */
void daemon_alarms_acknowledged(struct daemon *d, cp_text id, cp_text by, cp_text reason,
                                struct cp_arena *arena);
/** Since when an alarm stands that says of itself that it does since own_us. */
uint64_t daemon_alarms_since(const struct daemon *d, cp_text id, uint64_t own_us);
/**
 * Those of the network that stand, in any order, which is changed: the log is told of those that began, and that are over.
 * Behind a disk that takes nothing (daemon_keep_is_full) nothing is done: the next look does it.
 */
void daemon_alarms_settle(struct daemon *d, struct cp_web_alarm *now, uint32_t count,
                          struct cp_arena *arena);
