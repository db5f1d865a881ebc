#pragma once

#include <stdbool.h>

/**
 * Of all that root may CAP_NET_ADMIN is kept, or nothing; and handed on to what is started where that is asked.  Nothing that is
 * started may more.  false: errno says why.
 */
bool privilege_drop(bool keep, bool hand_on);
