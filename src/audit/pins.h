#pragma once

#include "parts.h"

/** Flows of a demand that is held to segments: as many as cp_audit_pin_flows writes. */
uint32_t cp_audit_pin_count(const struct cp_audit *a, uint32_t demand);
/** Writes them to flows[at] on.  NOMEM. */
CP_MUST_USE cp_err cp_audit_pin_flows(struct cp_audit *a, uint32_t demand, struct cp_arena *arena);

/**
 * The links that a demand's packets are held to, as exposures without failures, into what its flows gave.
 * Each is what a flow's result would be.  NOMEM.
 */
CP_MUST_USE cp_err cp_audit_pin_links(const struct cp_audit *a, uint32_t demand,
                                      struct cp_arena *arena, struct flow_result *out);
