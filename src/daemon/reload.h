#pragma once

#include "daemon.h"

/**
 * Another case or other policies without a restart: read beside those in force, set against them (what `policy diff`
 * says), and then taken, or refused with what is wrong: then the old ones stand.
 *
 * ticket: of an act of the API that waits for the answer; 0: none.  False: another reload is under way.
 */
bool reload_start(struct daemon *d, bool dry_run, uint64_t ticket);
/** On a new day policies and facts are read again: licences end, rules begin. */
void reload_at_midnight(struct daemon *d);
