#pragma once

#include "reading.h"

/** Fills in policy.claims.  map: the section `makers`, read without an error; may be NULL.  NOMEM. */
CP_MUST_USE cp_err cp_claims_read(const struct cp_yaml *map, struct cp_reading *reading);
