#pragma once

#include "base/text.h"

/**
 * The objects of SNMP that are read, and no others: a grid for each table (a scalar is a table of one
 * row, 0), in which tables with the same subject of several MIBs have the same columns.
 */
typedef enum {
    CP_GRID_SYSTEM, /* SNMPv2-MIB (RFC 3418), column: sysDescr 1, ... */
    CP_GRID_ENGINE, /* SNMP-FRAMEWORK-MIB (RFC 3411) */
    CP_GRID_PORTS,  /* IF-MIB (RFC 2863) by ifIndex; columns of ifXTable from CP_COLUMN_IFX on */
    CP_GRID_PARTS,  /* ENTITY-MIB (RFC 6933) by entPhysicalIndex */
    CP_GRID_PART_PORTS, /* entAliasMappingTable */
    CP_GRID_BRIDGE,     /* BRIDGE-MIB (RFC 4188): its address */
    CP_GRID_LLDP_LOCAL, /* LLDP-MIB and LLDP-V2-MIB (IEEE 802.1AB): the system */
    CP_GRID_LLDP_PORTS, /* by port number */
    CP_GRID_LLDP_ADDRESSES,
    CP_GRID_LLDP_SEEN, /* by time mark, port number, index */
    CP_GRID_LLDP_SEEN_ADDRESSES,
    CP_GRID_LLDP2_SEEN, /* by time mark, ifIndex, destination, index; columns as above */
    CP_GRID_LLDP2_SEEN_ADDRESSES,
    CP_GRID_MED_LOCAL,     /* LLDP-EXT-MED-MIB (TIA-1057): inventory of the system */
    CP_GRID_MED_SEEN,      /* and of neighbours, index as LLDP_SEEN */
    CP_GRID_CDP_LOCAL,     /* CISCO-CDP-MIB */
    CP_GRID_CDP_PORTS,     /* by ifIndex */
    CP_GRID_CDP_SEEN,      /* by ifIndex, index */
    CP_GRID_MIKROTIK_SEEN, /* MIKROTIK-MIB: the port of each row of LLDP_SEEN, by its index */
    CP_GRID_OWN,           /* UPS-MIB and makers' scalars: columns of CP_OWN_* */
    CP_GRID_COUNT
} cp_grid_name;

enum {
    CP_COLUMN_IFX = 32, /* ifName is 33 */
    CP_OWN_MAKER = 1,
    CP_OWN_MODEL,
    CP_OWN_SERIAL,
};

enum { CP_OBJECT_INDEX_MAX = 64 };

/** An object of ours, and which instance. */
struct cp_object {
    cp_grid_name grid;
    uint32_t column;
    uint32_t index[CP_OBJECT_INDEX_MAX];
    uint32_t index_len;
};

typedef enum {
    CP_OBJECT_OTHER, /* none that is read */
    CP_OBJECT_OURS,
    CP_OBJECT_BAD_INDEX, /* one of ours, whose index is not written in numbers or too long */
} cp_object_found;

/** An identifier in numbers, without a dot before it.  Cost: O(length). */
cp_object_found cp_object_find(cp_text oid, struct cp_object *out);
/** By the object's name ("sysDescr") and the index after it ("0"). */
cp_object_found cp_object_find_name(cp_text name, cp_text index, struct cp_object *out);
