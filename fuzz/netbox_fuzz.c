#include "read_target.h"

/* Objects of NetBox, in any form; and lines read in pieces make what they make as a whole. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct counts {
    uint32_t nodes, links, facts, remarks, used, ignored, not_understood;
};

static cp_err read_pieces(struct cp_read *read, cp_text bytes, struct cp_diag *diag)
{
    size_t at = 0;
    cp_err err = cp_read_begin(read, CP_ROLE_NETWORK, CP_TEXT("x"), diag);

    if (err != CP_OK)
        return err;
    while (err == CP_OK && at < bytes.len) {
        size_t end = cp_text_find(bytes, '\n', at + bytes.len / 8) + 1;

        err = cp_read_more(read, cp_text_sub(bytes, at, end - at), diag);
        at = end;
    }
    return cp_read_end(read, diag) == CP_OK ? err : CP_ERR_NOMEM;
}

/* Errors but for want of memory are asserts of read_target_run already. */
static bool count(cp_text bytes, bool pieces, struct counts *out)
{
    struct cp_arena *arena = cp_arena_open(READ_TARGET_BYTES);
    const struct cp_case *made = NULL;
    struct cp_build *build;
    struct cp_read *read;
    struct cp_diag diag;
    bool good = cp_build_open(arena, &build) == CP_OK && cp_read_open(build, arena, &read) == CP_OK;

    good = good &&
           (pieces ? read_pieces(read, bytes, &diag)
                   : cp_read_document(read, CP_ROLE_NETWORK, CP_TEXT("x"), bytes, &diag)) == CP_OK;
    good = good && cp_read_finish(read, &diag) == CP_OK &&
           cp_build_finish(build, CP_DATE_NONE, &made, &diag) == CP_OK;
    if (good)
        *out = (struct counts){made->node_count,
                               made->link_count,
                               made->fact_count,
                               made->remark_count,
                               made->inputs[0].used,
                               made->inputs[0].ignored,
                               made->inputs[0].not_understood};
    cp_arena_close(arena);
    return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cp_text bytes = {(const char *)data, size};
    struct counts whole, pieces;

    read_target_run(CP_ROLE_NETWORK, "x.json", bytes);
    if (!cp_read_takes_pieces(CP_ROLE_NETWORK, CP_TEXT("x"), cp_text_sub(bytes, 0, 65536)))
        return 0;
    if (count(bytes, false, &whole) && count(bytes, true, &pieces))
        CP_ASSERT(whole.nodes == pieces.nodes && whole.links == pieces.links &&
                  whole.facts == pieces.facts && whole.remarks == pieces.remarks &&
                  whole.used == pieces.used && whole.ignored == pieces.ignored &&
                  whole.not_understood == pieces.not_understood);
    return 0;
}
