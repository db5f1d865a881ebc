#include "inside.h"

/*
 * LSPs whose state may be another than when that was asked last: marked wherever their timers are set, for that follows on
 * every decision and report, and where they change without one.  Too many marks cost a look, too few a late one.
 */

void cp_ctl_news(struct cp_control *c, uint32_t slot)
{
    if (c->lsps[slot].news)
        return;
    c->lsps[slot].news = true;
    c->news[c->news_count++] = slot;
}

bool cp_control_news(struct cp_control *c, uint32_t *in_plan)
{
    while (c->news_count > 0) {
        struct ctl_lsp *l = &c->lsps[c->news[--c->news_count]];

        l->news = false;
        *in_plan = l->in_plan;
        if (l->used && l->in_plan != CP_NONE)
            return true;
    }
    return false;
}
