#include <stddef.h>
#include <stdint.h>

#include "web/body.h"

/* What comes with an act.  The first byte says which; what is taken keeps the limits. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct cp_arena *arena; /* one for all inputs: to open one takes most of the time */
    static cp_arena_mark empty;
    struct cp_web_act act = {.deed = CP_WEB_OBSERVE};
    struct cp_diag diag = {.why = NULL};

    if (arena == NULL) {
        arena = cp_arena_open((size_t)64 << 20);
        CP_ASSERT(arena != NULL);
        empty = cp_arena_mark_get(arena);
    }
    if (size > 0) {
        act.deed = (cp_web_deed)(data[0] % (CP_WEB_ACKNOWLEDGE + 1));
        if (cp_web_body_read((cp_text){(const char *)data + 1, size - 1}, arena, &act, &diag) ==
            NULL) {
            CP_ASSERT(act.sight_count <= CP_WEB_SIGHTS_MAX);
            CP_ASSERT(act.reason.len <= CP_WEB_ID_BYTES_MAX);
            for (uint32_t i = 0; i < act.sight_count; i++)
                CP_ASSERT(act.sights[i].node_count > 0 && act.sights[i].path.len > 0 &&
                          act.sights[i].node_count <= CP_WEB_SIGHT_NODES_MAX);
        }
    }
    cp_arena_reset(arena, empty);
    return 0;
}
