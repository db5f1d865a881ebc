#pragma once

#include "app/exit.h"
#include "judge/judge.h"
#include "model/case.h"
#include "app/notes.h"
#include "app/sources.h"

/* What became of the records, on stderr.  arena: for the lines until they are noted. */

/* Whether the user goes on without them; NEVER: nor could, so that it is not said how. */
typedef enum { CP_LENIENT_NOT, CP_LENIENT, CP_LENIENT_NEVER } cp_lenience;

/**
 * Lists the records that were not understood, each with its place: the path as it can be opened.
 * CP_EXIT_INPUT where there are any and the user is not lenient; else CP_EXIT_OK, or SYSTEM.
 */
cp_exit cp_remarks_refuse(const struct cp_case *net, const struct cp_sources *sources,
                          cp_lenience lenient, struct cp_notes *notes, struct cp_arena *arena);

/**
 * A line for each kind of ignored record and of finding: how many, where the first stands.
 * judge: who judged the case and remarked more; NULL: nobody did.
 */
cp_exit cp_remarks_summarize(const struct cp_case *net, const struct cp_judge *judge,
                             struct cp_notes *notes, struct cp_arena *arena);
