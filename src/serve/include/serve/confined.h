#pragma once

#include "app/exit.h"
#include "confine/confine.h"

/** As confine_open, with what libraries read: of the time of day, and one file that libuv has in reserve. */
void confined_open(struct confine *c);
/** The program is confined, and what cannot be had of that is said: OK, also where the kernel has no Landlock; SYSTEM: it must end. */
cp_exit confined_files(struct confine *c);
cp_exit confined_calls(unsigned may);
