#pragma once

#include "permit/policy.h"

/** By class, then by endpoint: below 0, 0, above 0. */
int cp_edge_demand_compare(const void *left, const void *right);
