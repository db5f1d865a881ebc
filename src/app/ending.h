#pragma once

#include "app/exit.h"

/**
 * How a run that has no end of its own is ended: by SIGINT or SIGTERM, with a code that it chose
 * before.  At once, whatever it is doing; but a line that is being written has a second to get to its
 * end, or until it is told again.
 */

/** From now on the code is this one.  Before the first call signals do what they always do. */
void cp_ending_set(cp_exit code);

/** Around the writing of a line. */
void cp_ending_hold(void);
void cp_ending_release(void);
