#include "inside.h"
#include "ted/ls.h"

/* Speakers of BGP-LS: what they say of the network goes to the ted, statement by statement. */

/*
 * A speaker that says more than is kept of one loses its session (RFC 4486 4, subcode 1), and nobody else anything.  What
 * it said stands as of any feed that is lost.
 */
static void announce(struct cp_drive *d, struct drive_peer *p, const struct cp_bgp_event *event)
{
    if (cp_ted_announce(d->ted, p->feed, &event->nlri, event->attribute, d->now_us) == CP_OK)
        return;
    p->call_after_us = CALL_LAST_US;
    cp_bgp_stop(p->bgp, CP_BGP_CEASE_MAX_PREFIXES, d->now_us);
}

static cp_err hear(struct cp_drive *d, struct drive_peer *p, const struct cp_bgp_event *event)
{
    switch (event->kind) {
    case CP_BGP_EV_UP:
        p->up = true;
        p->call_after_us = CALL_FIRST_US;
        cp_ted_feed_up(d->ted, p->feed, d->now_us);
        return CP_OK;
    case CP_BGP_EV_DOWN:
        if (p->up)
            cp_ted_feed_down(d->ted, p->feed, d->now_us);
        p->up = p->full = false;
        return CP_OK;
    case CP_BGP_EV_END_OF_RIB:
        p->full = true;
        cp_ted_feed_full(d->ted, p->feed, d->now_us);
        return CP_OK;
    case CP_BGP_EV_ANNOUNCED:
        announce(d, p, event);
        return CP_OK;
    case CP_BGP_EV_WITHDRAWN:
        cp_ted_withdraw(d->ted, p->feed, &event->nlri, d->now_us);
        return CP_OK;
    case CP_BGP_EV_MALFORMED:
        cp_ted_malformed(d->ted, p->feed, 1, d->now_us);
        return CP_OK;
    case CP_BGP_EV_REFRESH: /* there is nothing to tell it */
        return CP_OK;
    }
    return CP_OK;
}

cp_err cp_drive_hear_speaker(struct cp_drive *d, struct drive_peer *p)
{
    struct cp_bgp_event event;

    while (cp_bgp_next(p->bgp, &event))
        CP_TRY(hear(d, p, &event));
    return CP_OK;
}
