#pragma once

#include "model/case.h"
#include "policy/language.h"

/**
 * A made-up carrier's inventory and the policies of three governments about it.
 *
 * Two thirds of the nodes are routers, the rest switches, optical and radio gear and management systems;
 * four links a node, three of four of them of layer ip over one to four links below, some with an
 * alternative; ten nodes a site, eight operators.  Most nodes have half a dozen facts, graded and dated; the maker
 * of one in ten is not known.  Same seed, same case.
 */
const struct cp_case *policy_case_make(uint32_t nodes, uint64_t seed, struct cp_arena *arena);

enum { POLICY_CASE_POLICIES = 3, POLICY_CASE_RULES = 50 };

/** The policy of a government, numbered from 0: rules of all kinds but with different words. */
const struct cp_policy *policy_case_policy(uint32_t government, struct cp_arena *arena);

/** The day that all is asked about: 2022-01-01. */
#define POLICY_CASE_DAY 18993
