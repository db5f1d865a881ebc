#pragma once

#include "base/out.h"

/**
 * What selects the answers where these words of select name the questions: the same with the ports of both ends exchanged.
 * *answer: given; empty: they name no ports, or the same at both ends.  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_edge_answer(cp_text also, struct cp_arena *arena, cp_text *answer);
