#pragma once

#include <stdint.h>
#include <stdio.h>

/**
 * Makes up a NetBox: the objects of a large network as release 4.2 writes them, with all keys that it
 * gives.  Same numbers, same bytes.
 *
 * One device in twelve is a panel; panels stand in pairs with a trunk of twelve positions between them.
 * Seven interfaces in ten have a cable: to another interface, or through a pair of panels.  A few
 * cables lead over circuits.
 */
struct netbox_make {
    uint32_t devices, interfaces; /* at least 24 devices and as many interfaces */
    uint32_t seed;
};

/** One object a line. */
void netbox_make_lines(const struct netbox_make *make, FILE *out);
/** Pages of a thousand objects, a file each ("network.dcim-devices.0001.json"), into a folder that is there. */
void netbox_make_pages(const struct netbox_make *make, const char *folder);
