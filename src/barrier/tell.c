#include <stdio.h>

#include <net/if.h>

#include "netlink/words.h"

#include "barrier/kernel.h"

enum { TOLD_MAX = 1 << 24 };

static const char *name_of(uint32_t index, char *buffer)
{
    return if_indextoname(index, buffer);
}

void kernel_tell(const struct cp_nl *nl)
{
    struct cp_arena *arena = cp_arena_open(TOLD_MAX);
    struct cp_out out = cp_out_make(arena);
    cp_text text;

    cp_nl_words(nl, name_of, &out);
    CP_ASSERT(cp_out_done(&out, &text) == CP_OK); /* a batch has fewer words than this */
    (void)fwrite(text.at, 1, text.len, stdout);
    cp_arena_close(arena);
}
