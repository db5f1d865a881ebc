#include "edge_target.h"

/* What an edge kept: what it takes it writes, and takes the same again. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What it would keep now, in the arena of the target. */
static cp_text kept(struct target *t)
{
    struct cp_edge_act act;
    cp_text text = CP_TEXT("");

    cp_edge_keep_now(t->edge, 1);
    while (cp_edge_next(t->edge, &act))
        if (act.kind == CP_EDGE_KEEP && cp_text_copy(act.text, t->arena, &text) != CP_OK)
            abort();
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cp_diag diag;
    struct target one, other;

    target_open(&one);
    if (cp_edge_restore(one.edge, (cp_text){(const char *)data, size}, &diag) == CP_OK) {
        cp_text text = kept(&one);

        target_open(&other);
        if (cp_edge_restore(other.edge, text, &diag) != CP_OK || !cp_text_eq(kept(&other), text))
            abort();
        target_close(&other);
    }
    target_close(&one);
    return 0;
}
