#include "snmp_record.h"

void cp_snmp_record(struct cp_out *out, cp_text oid, unsigned tag, cp_text value)
{
    cp_out_text(out, oid);
    cp_out_format(out, "|%u|", tag);
    cp_out_text(out, value);
    cp_out_char(out, '\n');
}

static bool is_printable(cp_text octets)
{
    for (size_t i = 0; i < octets.len; i++)
        if (octets.at[i] < ' ' || octets.at[i] > '~')
            return false;
    return true;
}

void cp_snmp_record_octets(struct cp_out *out, cp_text oid, unsigned tag, cp_text octets)
{
    static const char digits[] = "0123456789abcdef";

    if (is_printable(octets)) {
        cp_snmp_record(out, oid, tag, octets);
        return;
    }
    cp_out_text(out, oid);
    cp_out_format(out, "|%ux|", tag);
    for (size_t i = 0; i < octets.len; i++) {
        unsigned char c = (unsigned char)octets.at[i];

        cp_out_char(out, digits[c >> 4]);
        cp_out_char(out, digits[c & 15]);
    }
    cp_out_char(out, '\n');
}
