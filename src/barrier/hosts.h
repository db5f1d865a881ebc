#pragma once

#include "filter.h"

/** What our own hosts may not send, behind the filter in the same text: packets that say by which way they go. */
void hosts_put(const struct cp_edge_policy *policy, const struct barrier_time *time,
               struct cp_out *out);
