#pragma once

#include "evidence/evidence.h"

/* What the targets of evidence share: a document is refused with a place and a reason, or makes facts
 * of its own node.  The facts of another document stay whatever it holds. */

enum { EVIDENCE_TARGET_BYTES = 64 << 20 };

static inline void evidence_target_check(cp_err err, const struct cp_diag *diag)
{
    CP_ASSERT(err == CP_OK || err == CP_ERR_NOMEM || diag->why != NULL);
    CP_ASSERT(err == CP_OK || err == CP_ERR_NOMEM || diag->place.line > 0 ||
              diag->place.file == CP_PLACE_NO_FILE);
}

static inline void evidence_target_node(struct cp_build *build, uint32_t file, cp_text id)
{
    struct cp_node_row row = cp_node_row_make((cp_place){file, 1, 1}, id);
    struct cp_diag diag;

    CP_ASSERT(cp_build_node(build, &row, &diag) == CP_OK);
}

/* The other document's only fact that counts is still there, and each fact about it is its own. */
static inline void evidence_target_other(const struct cp_case *made, uint32_t file)
{
    cp_node node = cp_case_node(made, CP_TEXT("other"));
    bool found = false;

    CP_ASSERT(node.at != CP_NONE);
    for (uint32_t i = made->node_facts[node.at]; i < made->node_facts[node.at + 1]; i++) {
        const struct cp_fact *fact = &made->facts[i];

        found = found || (fact->place.file == file && cp_text_is(fact->attribute, "sys-descr"));
    }
    CP_ASSERT(found);
}

static inline void evidence_target_run(const char *path, cp_text bytes)
{
    static const char other[] = "1.3.6.1.2.1.1.1.0|4|Other OS 1\n1.3.6.1.2.1.1.5.0|4|other\n";
    struct cp_arena *arena = cp_arena_open(EVIDENCE_TARGET_BYTES);
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    struct cp_evidence_set *set;
    const struct cp_case *made;
    struct cp_build *build;
    uint32_t file = 0;
    cp_err err;

    CP_ASSERT(cp_build_open(arena, &build) == CP_OK);
    CP_ASSERT(cp_build_input(build, CP_TEXT("nodes.csv"), CP_TEXT(""), &file) == CP_OK);
    evidence_target_node(build, file, CP_TEXT("x"));
    evidence_target_node(build, file, CP_TEXT("other"));
    CP_ASSERT(cp_evidence_open(build, arena, &set) == CP_OK);
    CP_ASSERT(cp_evidence_document(set, CP_TEXT("other.snmprec"), cp_text_of(other), NULL, &diag) ==
              CP_OK);
    err = cp_evidence_document(set, cp_text_of(path), bytes, NULL, &diag);
    evidence_target_check(err, &diag);
    if (err == CP_OK)
        err = cp_evidence_finish(set, &diag);
    if (err == CP_OK)
        err = cp_build_finish(build, CP_DATE_NONE, &made, &diag);
    evidence_target_check(err, &diag);
    if (err == CP_OK)
        evidence_target_other(made, 1);
    cp_arena_close(arena);
}
