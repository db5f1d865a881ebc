#pragma once

#include "base/text.h"

/**
 * Names of ports as they are compared: one spelling for what one system calls by several names.
 *
 * "GigabitEthernet0/1", "Gi0/1" and "gigabitethernet 0/1" are one name, and so are "10GE1/0/1" and
 * "XGigabitEthernet1/0/1".  The word before the number is written in small letters without spaces,
 * hyphens and underlines and brought to the shortest form its makers use; the number stays as it is.
 * Two ports of one device never fold alike (held against every list of interfaces that we have), so
 * where a short form means two things, the number's shape decides or the form stays as it is.
 */

#define CP_PORT_NAME_BYTES 128u

struct cp_port_name {
    char bytes[CP_PORT_NAME_BYTES];
};

/** In the buffer; the name itself where it is longer than any that a port has.  Cost: O(length). */
cp_text cp_port_fold(cp_text name, struct cp_port_name *buffer);

/**
 * The port below a folded name: "et0/0/1" of "et0/0/1.0" and of "et0/0/1.300"; a name of no
 * sub-interface is its own.  Where a dot is part of the port's own number ("port1.0.3", "1.4") it stays.
 */
cp_text cp_port_below(cp_text folded);

/** Whether two names mean one port, or sub-interfaces of one; empty names mean none. */
bool cp_port_same(cp_text a, cp_text b);
