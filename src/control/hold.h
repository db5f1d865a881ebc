#pragma once

#include "inside.h"

CP_MUST_USE cp_err cp_ctl_vanish(struct cp_control *c, uint32_t case_node);
/** A person took it out of the inventory: nobody misses it. */
void cp_ctl_take_out(struct cp_control *c, uint32_t case_node);
/** Counts as one that vanished at that time, if it does not yet. */
CP_MUST_USE cp_err cp_ctl_vanished(struct cp_control *c, cp_text id, uint64_t at_us);
/** So many missed, of so many that count. */
bool cp_ctl_are_too_many(const struct cp_control *c, uint32_t missed, uint64_t all);
/** It held already before a restart. */
CP_MUST_USE cp_err cp_ctl_held_before(struct cp_control *c, uint64_t since_us);
/** Of the vanished those that the new plan's view has are back; those that its inventory does not have nobody misses any more. */
CP_MUST_USE cp_err cp_ctl_come_back(struct cp_control *c);
CP_MUST_USE cp_err cp_ctl_hold_check(struct cp_control *c);
CP_MUST_USE cp_err cp_ctl_want_plan(struct cp_control *c); /* now */
CP_MUST_USE cp_err cp_ctl_count_trusted(struct ctl_epoch *e);
/** When the oldest that still counts leaves the window; UINT64_MAX. */
uint64_t cp_ctl_hold_deadline(const struct cp_control *c);
