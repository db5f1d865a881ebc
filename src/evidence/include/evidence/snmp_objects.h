#pragma once

#include <stdbool.h>
#include <stddef.h>

/**
 * What is read of SNMP, for who asks an agent: the identifier of each column and scalar ("1.3.6.1.2.1.1.1"),
 * at index from 0 on, in no order.  false: there are no more, and to is unchanged.
 */
enum { CP_SNMP_OBJECT_BYTES = 64 };
bool cp_snmp_object(size_t at, char to[CP_SNMP_OBJECT_BYTES]);
