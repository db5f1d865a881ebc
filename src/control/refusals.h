#pragma once

#include "inside.h"

/* --- refusals.c: paths that a router does not permit ---------------------------------------------- */

/** What its router has up; of one that is. */
struct cp_pce_path cp_ctl_present(const struct ctl_lsp *l);
/** Its router refused these hops, or so many that none is tried any more, but what it has up or had when the last was refused. */
bool cp_ctl_is_refused(const struct ctl_lsp *l, struct cp_pce_path hops);
/** The order that is out asks for the path that is intended. */
bool cp_ctl_order_is_for_path(const struct ctl_lsp *l);
/** The path that is intended: another one is ordered, or where none is left the LSP goes down. */
CP_MUST_USE cp_err cp_ctl_path_refused(struct cp_control *c, uint32_t slot, const char *why);
#define CTL_REFUSED_ALL "no clean path is found that its router permits"
/** A PCErr. */
CP_MUST_USE cp_err cp_ctl_hear_error(struct cp_control *c, uint32_t peer,
                                     const struct cp_pce_event *event);
/** It was last refused an hour ago: where it is down, its router is asked again. */
CP_MUST_USE cp_err cp_ctl_refusals_age(struct cp_control *c, uint32_t slot);
/** A new session of the router, which may permit other paths by now: nothing is refused any more. */
CP_MUST_USE cp_err cp_ctl_refusals_end(struct cp_control *c, uint32_t peer);
