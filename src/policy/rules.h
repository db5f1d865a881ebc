#pragma once

#include "reading.h"

/** `defaults`: what rules take where they are silent.  map may be NULL: then the language's own. */
CP_MUST_USE cp_err cp_defaults_read(const struct cp_yaml *map, struct cp_reading *reading);
