#include "inside.h"
#include "ted/ls.h"

/* --- speakers ----------------------------------------------------------------------------------- */

static cp_err hear_speaker(struct cp_drive *d, struct drive_peer *p,
                           const struct cp_bgp_event *event)
{
    switch (event->kind) {
    case CP_BGP_EV_UP:
        p->up = true;
        p->call_after_us = CALL_FIRST_US;
        cp_ted_feed_up(d->ted, p->feed, d->now_us);
        return CP_OK;
    case CP_BGP_EV_DOWN:
        p->up = p->full = false;
        cp_ted_feed_down(d->ted, p->feed, d->now_us);
        return CP_OK;
    case CP_BGP_EV_END_OF_RIB:
        p->full = true;
        cp_ted_feed_full(d->ted, p->feed, d->now_us);
        return CP_OK;
    default:
        return CP_OK;
    }
}
