#pragma once

#include "base/json_in.h"
#include "model/bundle.h"

/**
 * What of a demand of a route answer does not fit together, whatever its certificate shows: its candidates
 * against its wishes, its status against its candidates.  NULL: nothing.  value: its candidates are paths.
 * strict: lists were to be of adjacencies alone.
 */
const char *cp_bundle_unkept(const struct cp_bundle_net *net, uint32_t demand,
                             const struct cp_json_value *value, bool strict);
