#pragma once

#include "netbox_make.h"

/** The network that is made up: how much there is of what, and who is cabled to whom. */

enum { POSITIONS = 12 /* of a panel */ };

/* One side of a cable. */
struct joint {
    uint32_t cable, peer; /* interface, or for kinds of panels the port's number */
    char end;
    enum { TO_NOTHING, TO_INTERFACE, TO_FRONT, TO_TERMINATION } to;
};

struct net {
    struct netbox_make make;
    uint32_t panels, actives, pairs, sites, circuits, cables, direct, paneled;
    uint32_t *order;      /* [interfaces] shuffled */
    struct joint *joints; /* [interfaces] */
    uint64_t random;
};

/** Ends the program where memory is out. */
struct net net_make(const struct netbox_make *make);
void net_free(struct net *n);
