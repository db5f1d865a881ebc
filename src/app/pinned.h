#pragma once

#include "app/load.h"
#include "report/report.h"

/**
 * What an answer of `route` (schema cleanpath.route/1) holds the demands of a case to: all lists of a demand's
 * candidates together.  A direction without any goes as the network routes it, as does a demand without.
 *
 * The answer may be old, or edited.  Every name of it must be one of the case, its demands the case's (id, src,
 * dst, class), each path one of links that join its nodes, from one end of its demand to the other, with the list
 * along it; a SID that it states must be the segment's in the case, or in the plan of --assign-sids where it says
 * that SIDs were given out.  That inputs have changed since is no error: all is judged anew.
 *
 * *out: in the arena of the case.  Says what is wrong: INPUT, MISSING, IO, SYSTEM.
 */
cp_exit cp_pinned_read(const char *path, const struct cp_loaded *loaded,
                       const struct cp_judge *judge, const struct cp_held **out);
