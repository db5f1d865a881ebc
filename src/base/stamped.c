#include "base/stamped.h"

#include <string.h>

cp_err cp_stamped_make(struct cp_arena *arena, uint32_t count, struct cp_stamped *out)
{
    *out = (struct cp_stamped){.at = CP_TAKE(arena, count, uint64_t),
                               .stamp = CP_TAKE(arena, count, uint32_t),
                               .now = 1,
                               .count = count};
    return out->at != NULL && out->stamp != NULL ? CP_OK : CP_ERR_NOMEM;
}

void cp_stamped_clear(struct cp_stamped *s)
{
    if (++s->now != 0)
        return;
    memset(s->stamp, 0, s->count * sizeof *s->stamp);
    s->now = 1;
}
