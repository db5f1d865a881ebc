#pragma once

#include "selects.h"

/*
 * An error of ICMP quotes the packet that it is about, payload and all, and goes to who sent that.  What a host of ours quotes may be
 * of a class, and is not named by what selects ask for: so errors to what lies behind others are of the class that it lies behind them
 * for.  Where those are several the quoted packet does not tell which: selects of the headend that sent it say so, and we have
 * ours alone.
 */

/** Selects by destination alone; class 0 where there are several.  None: nothing lies behind others.  Errors: NOMEM. */
CP_MUST_USE cp_err errors_gather(const struct cp_edge_policy *policy, struct cp_arena *arena,
                                 struct selects *out);
