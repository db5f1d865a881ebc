#pragma once

#include "base/out.h"

/** A value as snmpsim notes it, a line: OID|TAG|VALUE.  tag: the number of its ASN.1 type. */
void cp_snmp_record(struct cp_out *out, cp_text oid, unsigned tag, cp_text value);
/** The same of octets: in hexadecimal digits where they are not all printable. */
void cp_snmp_record_octets(struct cp_out *out, cp_text oid, unsigned tag, cp_text octets);
