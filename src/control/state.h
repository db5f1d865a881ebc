#pragma once

#include "inside.h"

/* --- state.c: what outlives a restart ------------------------------------------------------------- */

/** What cp_control_restore takes, in the arena. */
CP_MUST_USE cp_err cp_ctl_state_save(const struct cp_control *c, struct ctl_lsp *l,
                                     struct cp_arena *arena, cp_text *out);
/** A router may have it from now on: what is kept says so before any later step. */
CP_MUST_USE cp_err cp_ctl_ordered(struct cp_control *c, uint32_t slot);
/** cp_ctl_state_save of an automatic hold, under a key that no LSP has. */
#define CTL_HOLD_KEY "hold"
CP_MUST_USE cp_err cp_ctl_hold_save(const struct cp_control *c, struct cp_arena *arena,
                                    cp_text *out);
CP_MUST_USE cp_err cp_ctl_hold_restore(struct cp_control *c, cp_text state);
