#pragma once

#include "base/out.h"

/** An IPv6 address as RFC 5952 4 writes it: "2001:db8::1". */
void cp_out_ipv6(struct cp_out *out, const uint8_t address[16]);
