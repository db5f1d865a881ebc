#include "objects.h"

#include <stdio.h>
#include <string.h>

#include "evidence/snmp_objects.h"

/* The columns of an entry that are read are bits: columns above 31 of any entry are none of ours. */
#define C(column) (UINT32_C(1) << (column))

struct entry {
    cp_text prefix; /* of the objects: column and index follow */
    cp_grid_name grid;
    int shift; /* from its columns to those of the grid */
    uint32_t columns;
};

#define PREFIX(text)             \
    {                            \
        (text), sizeof(text) - 1 \
    }

#define ENTERPRISES "1.3.6.1.4.1."
#define LLDP "1.0.8802.1.1.2.1."
#define LLDP2 "1.3.111.2.802.1.1.13.1."
#define TIMETRA_LLDP ENTERPRISES "6527.3.1.2.59."
#define CDP ENTERPRISES "9.9.23.1."

static const struct entry entries[] = {
    {PREFIX("1.3.6.1.2.1.1."), CP_GRID_SYSTEM, 0, C(1) | C(2) | C(5)},
    {PREFIX("1.3.6.1.6.3.10.2.1."), CP_GRID_ENGINE, 0, C(1)},
    {PREFIX("1.3.6.1.2.1.2.2.1."), CP_GRID_PORTS, 0, C(2) | C(3) | C(6)},
    {PREFIX("1.3.6.1.2.1.31.1.1.1."), CP_GRID_PORTS, CP_COLUMN_IFX, C(1) | C(18)},
    {PREFIX("1.3.6.1.2.1.47.1.1.1.1."), CP_GRID_PARTS, 0,
     C(2) | C(3) | C(4) | C(5) | C(7) | C(10) | C(11) | C(12) | C(13)},
    {PREFIX("1.3.6.1.2.1.47.1.3.2.1."), CP_GRID_PART_PORTS, 0, C(2)},
    {PREFIX("1.3.6.1.2.1.17.1."), CP_GRID_BRIDGE, 0, C(1)},
    {PREFIX(LLDP "3."), CP_GRID_LLDP_LOCAL, 0, C(1) | C(2) | C(3) | C(4)},
    {PREFIX(LLDP "3.7.1."), CP_GRID_LLDP_PORTS, 0, C(2) | C(3) | C(4)},
    {PREFIX(LLDP "3.8.1."), CP_GRID_LLDP_ADDRESSES, 0, C(3) | C(4) | C(5) | C(6)},
    {PREFIX(LLDP "4.1.1."), CP_GRID_LLDP_SEEN, 0, C(4) | C(5) | C(6) | C(7) | C(8) | C(9) | C(10)},
    {PREFIX(LLDP "4.2.1."), CP_GRID_LLDP_SEEN_ADDRESSES, 0, C(3) | C(4) | C(5)},
    {PREFIX(LLDP "5.4795.1.2."), CP_GRID_MED_LOCAL, 0, C(5) | C(6) | C(7)},
    {PREFIX(LLDP "5.4795.1.3.3.1."), CP_GRID_MED_SEEN, 0, C(4) | C(5) | C(6)},
    {PREFIX(LLDP2 "3."), CP_GRID_LLDP_LOCAL, 0, C(1) | C(2) | C(3) | C(4)},
    {PREFIX(LLDP2 "3.8.1."), CP_GRID_LLDP_ADDRESSES, 0, C(3) | C(4) | C(5) | C(6)},
    {PREFIX(LLDP2 "4.1.1."), CP_GRID_LLDP2_SEEN, -1,
     C(5) | C(6) | C(7) | C(8) | C(9) | C(10) | C(11)},
    {PREFIX(LLDP2 "4.2.1."), CP_GRID_LLDP2_SEEN_ADDRESSES, 0, C(3) | C(4) | C(5)},
    {PREFIX(TIMETRA_LLDP "4.1.1."), CP_GRID_LLDP2_SEEN, 0,
     C(4) | C(5) | C(6) | C(7) | C(8) | C(9) | C(10)},
    {PREFIX(TIMETRA_LLDP "4.2.1."), CP_GRID_LLDP2_SEEN_ADDRESSES, 0, C(3) | C(4) | C(5)},
    {PREFIX(CDP "3."), CP_GRID_CDP_LOCAL, 0, C(4)},
    {PREFIX(CDP "1.1.1."), CP_GRID_CDP_PORTS, 0, C(6)},
    {PREFIX(CDP "2.1.1."), CP_GRID_CDP_SEEN, 0, C(3) | C(4) | C(5) | C(6) | C(7) | C(8) | C(17)},
    {PREFIX(ENTERPRISES "14988.1.1.11.1.1."), CP_GRID_MIKROTIK_SEEN, 0, C(8)},
    {PREFIX("1.3.6.1.2.1.33.1.1."), CP_GRID_OWN, 0, C(CP_OWN_MAKER) | C(CP_OWN_MODEL)},
    /* Scalars of makers' MIBs that state the model or the serial number of the box. */
    {PREFIX(ENTERPRISES "2620.1.6.16."), CP_GRID_OWN, CP_OWN_MODEL - 7, C(7)}, /* Check Point */
    {PREFIX(ENTERPRISES "2620.1.6.16."), CP_GRID_OWN, CP_OWN_SERIAL - 3, C(3)},
    {PREFIX(ENTERPRISES "2636.3.1."), CP_GRID_OWN, CP_OWN_SERIAL - 3, C(3)},      /* Juniper */
    {PREFIX(ENTERPRISES "4413.1.1.1.1.1."), CP_GRID_OWN, CP_OWN_MODEL - 3, C(3)}, /* FASTPATH */
    {PREFIX(ENTERPRISES "4413.1.1.1.1.1."), CP_GRID_OWN, CP_OWN_SERIAL - 4, C(4)},
    {PREFIX(ENTERPRISES "11863.6.1.1."), CP_GRID_OWN, CP_OWN_MODEL - 5, C(5)}, /* TP-Link */
    {PREFIX(ENTERPRISES "11863.6.1.1."), CP_GRID_OWN, CP_OWN_SERIAL - 8, C(8)},
    {PREFIX(ENTERPRISES "12356.100.1.1."), CP_GRID_OWN, CP_OWN_SERIAL - 1, C(1)}, /* Fortinet */
    {PREFIX(ENTERPRISES "14988.1.1.7."), CP_GRID_OWN, CP_OWN_SERIAL - 3, C(3)},   /* MikroTik */
    {PREFIX(ENTERPRISES "39165.1."), CP_GRID_OWN, CP_OWN_MODEL - 1, C(1)},        /* Hikvision */
    {PREFIX(ENTERPRISES "48690.1."), CP_GRID_OWN, CP_OWN_MODEL - 3, C(3)},        /* Teltonika */
    {PREFIX(ENTERPRISES "48690.1."), CP_GRID_OWN, CP_OWN_SERIAL - 1, C(1)},
};

/* Names of the same objects, in the order of their bytes. */
static const struct named {
    const char *name;
    cp_grid_name grid;
    uint32_t column;
} names[] = {
    {"cdpCacheAddress", CP_GRID_CDP_SEEN, 4},
    {"cdpCacheAddressType", CP_GRID_CDP_SEEN, 3},
    {"cdpCacheDeviceId", CP_GRID_CDP_SEEN, 6},
    {"cdpCacheDevicePort", CP_GRID_CDP_SEEN, 7},
    {"cdpCachePlatform", CP_GRID_CDP_SEEN, 8},
    {"cdpCacheSysName", CP_GRID_CDP_SEEN, 17},
    {"cdpCacheVersion", CP_GRID_CDP_SEEN, 5},
    {"cdpGlobalDeviceId", CP_GRID_CDP_LOCAL, 4},
    {"cdpInterfaceName", CP_GRID_CDP_PORTS, 6},
    {"dot1dBaseBridgeAddress", CP_GRID_BRIDGE, 1},
    {"entAliasMappingIdentifier", CP_GRID_PART_PORTS, 2},
    {"entPhysicalClass", CP_GRID_PARTS, 5},
    {"entPhysicalContainedIn", CP_GRID_PARTS, 4},
    {"entPhysicalDescr", CP_GRID_PARTS, 2},
    {"entPhysicalMfgName", CP_GRID_PARTS, 12},
    {"entPhysicalModelName", CP_GRID_PARTS, 13},
    {"entPhysicalName", CP_GRID_PARTS, 7},
    {"entPhysicalSerialNum", CP_GRID_PARTS, 11},
    {"entPhysicalSoftwareRev", CP_GRID_PARTS, 10},
    {"entPhysicalVendorType", CP_GRID_PARTS, 3},
    {"ifAlias", CP_GRID_PORTS, CP_COLUMN_IFX + 18},
    {"ifDescr", CP_GRID_PORTS, 2},
    {"ifName", CP_GRID_PORTS, CP_COLUMN_IFX + 1},
    {"ifPhysAddress", CP_GRID_PORTS, 6},
    {"ifType", CP_GRID_PORTS, 3},
    {"lldpLocChassisId", CP_GRID_LLDP_LOCAL, 2},
    {"lldpLocChassisIdSubtype", CP_GRID_LLDP_LOCAL, 1},
    {"lldpLocManAddrIfId", CP_GRID_LLDP_ADDRESSES, 5},
    {"lldpLocManAddrIfSubtype", CP_GRID_LLDP_ADDRESSES, 4},
    {"lldpLocManAddrLen", CP_GRID_LLDP_ADDRESSES, 3},
    {"lldpLocManAddrOID", CP_GRID_LLDP_ADDRESSES, 6},
    {"lldpLocPortDesc", CP_GRID_LLDP_PORTS, 4},
    {"lldpLocPortId", CP_GRID_LLDP_PORTS, 3},
    {"lldpLocPortIdSubtype", CP_GRID_LLDP_PORTS, 2},
    {"lldpLocSysDesc", CP_GRID_LLDP_LOCAL, 4},
    {"lldpLocSysName", CP_GRID_LLDP_LOCAL, 3},
    {"lldpRemChassisId", CP_GRID_LLDP_SEEN, 5},
    {"lldpRemChassisIdSubtype", CP_GRID_LLDP_SEEN, 4},
    {"lldpRemManAddrIfId", CP_GRID_LLDP_SEEN_ADDRESSES, 4},
    {"lldpRemManAddrIfSubtype", CP_GRID_LLDP_SEEN_ADDRESSES, 3},
    {"lldpRemManAddrOID", CP_GRID_LLDP_SEEN_ADDRESSES, 5},
    {"lldpRemPortDesc", CP_GRID_LLDP_SEEN, 8},
    {"lldpRemPortId", CP_GRID_LLDP_SEEN, 7},
    {"lldpRemPortIdSubtype", CP_GRID_LLDP_SEEN, 6},
    {"lldpRemSysDesc", CP_GRID_LLDP_SEEN, 10},
    {"lldpRemSysName", CP_GRID_LLDP_SEEN, 9},
    {"lldpV2LocChassisId", CP_GRID_LLDP_LOCAL, 2},
    {"lldpV2LocChassisIdSubtype", CP_GRID_LLDP_LOCAL, 1},
    {"lldpV2LocSysDesc", CP_GRID_LLDP_LOCAL, 4},
    {"lldpV2LocSysName", CP_GRID_LLDP_LOCAL, 3},
    {"lldpV2RemChassisId", CP_GRID_LLDP2_SEEN, 5},
    {"lldpV2RemChassisIdSubtype", CP_GRID_LLDP2_SEEN, 4},
    {"lldpV2RemManAddrIfId", CP_GRID_LLDP2_SEEN_ADDRESSES, 4},
    {"lldpV2RemManAddrIfSubtype", CP_GRID_LLDP2_SEEN_ADDRESSES, 3},
    {"lldpV2RemManAddrOID", CP_GRID_LLDP2_SEEN_ADDRESSES, 5},
    {"lldpV2RemPortDesc", CP_GRID_LLDP2_SEEN, 8},
    {"lldpV2RemPortId", CP_GRID_LLDP2_SEEN, 7},
    {"lldpV2RemPortIdSubtype", CP_GRID_LLDP2_SEEN, 6},
    {"lldpV2RemSysDesc", CP_GRID_LLDP2_SEEN, 10},
    {"lldpV2RemSysName", CP_GRID_LLDP2_SEEN, 9},
    {"lldpXMedLocMfgName", CP_GRID_MED_LOCAL, 6},
    {"lldpXMedLocModelName", CP_GRID_MED_LOCAL, 7},
    {"lldpXMedLocSerialNum", CP_GRID_MED_LOCAL, 5},
    {"lldpXMedRemMfgName", CP_GRID_MED_SEEN, 5},
    {"lldpXMedRemModelName", CP_GRID_MED_SEEN, 6},
    {"lldpXMedRemSerialNum", CP_GRID_MED_SEEN, 4},
    {"mtxrNeighborInterfaceID", CP_GRID_MIKROTIK_SEEN, 8},
    {"snmpEngineID", CP_GRID_ENGINE, 1},
    {"sysDescr", CP_GRID_SYSTEM, 1},
    {"sysName", CP_GRID_SYSTEM, 5},
    {"sysObjectID", CP_GRID_SYSTEM, 2},
    {"tmnxLldpRemChassisId", CP_GRID_LLDP2_SEEN, 5},
    {"tmnxLldpRemChassisIdSubtype", CP_GRID_LLDP2_SEEN, 4},
    {"tmnxLldpRemPortDesc", CP_GRID_LLDP2_SEEN, 8},
    {"tmnxLldpRemPortId", CP_GRID_LLDP2_SEEN, 7},
    {"tmnxLldpRemPortIdSubtype", CP_GRID_LLDP2_SEEN, 6},
    {"tmnxLldpRemSysDesc", CP_GRID_LLDP2_SEEN, 10},
    {"tmnxLldpRemSysName", CP_GRID_LLDP2_SEEN, 9},
    {"upsIdentManufacturer", CP_GRID_OWN, CP_OWN_MAKER},
    {"upsIdentModel", CP_GRID_OWN, CP_OWN_MODEL},
};

/* Digits from *at on, up to a dot, which is passed over, or the end.  False: none, or too large. */
static bool take_number(cp_text text, size_t *at, uint32_t *number)
{
    uint64_t sum = 0;
    size_t from = *at;

    for (; *at < text.len && text.at[*at] >= '0' && text.at[*at] <= '9'; (*at)++) {
        sum = sum * 10 + (uint64_t)(text.at[*at] - '0');
        if (sum > UINT32_MAX)
            return false;
    }
    if (*at == from || (*at < text.len && text.at[*at] != '.'))
        return false;
    if (*at < text.len)
        (*at)++;
    *number = (uint32_t)sum;
    return true;
}

static cp_object_found take_index(cp_text text, struct cp_object *out)
{
    size_t at = 0;

    out->index_len = 0;
    while (at < text.len) {
        if (out->index_len == CP_OBJECT_INDEX_MAX ||
            !take_number(text, &at, &out->index[out->index_len]))
            return CP_OBJECT_BAD_INDEX;
        out->index_len++;
    }
    return out->index_len > 0 ? CP_OBJECT_OURS : CP_OBJECT_BAD_INDEX;
}

/* A column that is ours; columns of a longer prefix look like some that are not. */
static bool take_column(const struct entry *entry, cp_text oid, size_t *at, uint32_t *column)
{
    return take_number(oid, at, column) && *column < 32 && (entry->columns & C(*column)) != 0;
}

cp_object_found cp_object_find(cp_text oid, struct cp_object *out)
{
    for (size_t i = 0; i < CP_COUNT(entries); i++) {
        const struct entry *entry = &entries[i];
        size_t at = entry->prefix.len;
        uint32_t column;

        if (oid.len <= at || memcmp(oid.at, entry->prefix.at, at) != 0 ||
            !take_column(entry, oid, &at, &column))
            continue;
        out->grid = entry->grid;
        out->column = (uint32_t)((int)column + entry->shift);
        return take_index(cp_text_sub(oid, at, oid.len), out);
    }
    return CP_OBJECT_OTHER;
}

cp_object_found cp_object_find_name(cp_text name, cp_text index, struct cp_object *out)
{
    size_t from = 0, to = CP_COUNT(names);

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = cp_text_cmp(name, cp_text_of(names[middle].name));

        if (order == 0) {
            out->grid = names[middle].grid;
            out->column = names[middle].column;
            return take_index(index, out);
        }
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return CP_OBJECT_OTHER;
}

bool cp_snmp_object(size_t at, char to[CP_SNMP_OBJECT_BYTES])
{
    for (size_t i = 0; i < CP_COUNT(entries); i++) {
        for (uint32_t column = 0; column < 32; column++) {
            if ((entries[i].columns & C(column)) == 0 || at-- > 0)
                continue;
            (void)snprintf(to, CP_SNMP_OBJECT_BYTES, "%.*s%u", (int)entries[i].prefix.len,
                           entries[i].prefix.at, column);
            return true;
        }
    }
    return false;
}
