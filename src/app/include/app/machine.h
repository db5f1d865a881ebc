#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/text.h"

/* What the machine and the terminal are like, and what day it is. */

/** Cores that this process may use; at least 1. */
uint32_t cp_machine_cores(void);
/** Bytes of memory: the limit of an arena. */
size_t cp_machine_memory(void);
/**
 * Today in the time zone with this IANA name; where the machine stands where it is empty, or where the
 * machine does not know the zone: then *known is false.  While no other thread runs: it sets TZ for a
 * moment.
 */
cp_date cp_machine_today(cp_text zone, bool *known);
/** When tomorrow begins there, in seconds since 1970 (UTC); always later than now.  As above. */
int64_t cp_machine_midnight(cp_text zone);
/** Whether stdout is a terminal that wants colours (NO_COLOR). */
bool cp_machine_colour(void);
/** Columns of the terminal that stdout is, 0 where it is none. */
uint32_t cp_machine_columns(void);
