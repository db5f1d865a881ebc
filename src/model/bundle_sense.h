#pragma once

#include "model/bundle.h"

/** What is wrong with a demand's result in itself; NULL: nothing.  That it is true is another matter. */
const char *cp_bundle_nonsense(const struct cp_bundle_net *net, uint32_t demand,
                               const struct cp_bundle_result *result);
