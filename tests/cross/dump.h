#pragma once

#include "base/out.h"
#include "model/case.h"

enum {
    DUMP_BY_LAYER =
        1, /* nodes and links by layer, each in the order of the case: as RFC 8345 keeps them */
    DUMP_USED_SITES = 2, /* without sites of which nothing is said and where no node is */
};

/**
 * Everything a case says, as text, a line a statement: two cases that say the same have the same dump.
 * how: bits of the above; 0: everything, in order.
 * Left out are inputs, places and remarks, and numbers by which things are named inside.
 */
cp_text dump_case(const struct cp_case *c, unsigned how, struct cp_arena *arena);
