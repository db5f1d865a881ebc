#pragma once

#include "read/read.h"

/* What the targets of readers share: a document is refused with a place and a reason, or makes a
 * case.  Memory is bounded, so that a document cannot make the fuzzer itself run out. */

enum { READ_TARGET_BYTES = 64 << 20 };

/* A graph that demands can name nodes of. */
static const char read_target_graph[] = "NODES 3\nlabel x y\nseo 127 37\npus 129 35\ncju 0 0\n\n"
                                        "EDGES 4\nlabel src dest weight bw delay\n"
                                        "e0 0 1 10 1000 5\ne1 1 0 10 1000 5\n"
                                        "e2 1 2 20 1000 5\ne3 2 1 30 1000 5\n";

static inline void read_target_check(cp_err err, const struct cp_diag *diag)
{
    CP_ASSERT(err == CP_OK || diag->why != NULL);
    CP_ASSERT(err == CP_OK || err == CP_ERR_NOMEM || diag->place.line > 0 ||
              diag->place.file == CP_PLACE_NO_FILE);
}

static inline void read_target_run(cp_role role, const char *path, cp_text bytes)
{
    struct cp_arena *arena = cp_arena_open(READ_TARGET_BYTES);
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    const struct cp_case *made;
    struct cp_build *build;
    struct cp_read *read;

    if (cp_build_open(arena, &build) == CP_OK && cp_read_open(build, arena, &read) == CP_OK) {
        cp_err err = CP_OK;

        if (role == CP_ROLE_DEMANDS)
            err = cp_read_document(read, CP_ROLE_NETWORK, CP_TEXT("network.graph"),
                                   cp_text_of(read_target_graph), &diag);
        CP_ASSERT(err == CP_OK);
        err = cp_read_document(read, role, cp_text_of(path), bytes, &diag);
        read_target_check(err, &diag);
        if (err == CP_OK) {
            err = cp_read_finish(read, &diag);
            read_target_check(err, &diag);
        }
        if (err == CP_OK)
            read_target_check(cp_build_finish(build, CP_DATE_NONE, &made, &diag), &diag);
    }
    cp_arena_close(arena);
}
