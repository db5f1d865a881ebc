#pragma once

#include "base/out.h"

/** An IPv4 (family 4, the first 4 bytes) or IPv6 address (family 6); family 0: none.  Unused bytes are zero. */
typedef struct {
    uint8_t family;
    uint8_t bytes[16];
} cp_ip;

cp_ip cp_ip_v4(uint32_t address);
cp_ip cp_ip_v6(const uint8_t bytes[16]);
/** "10.0.0.1", "2001:db8::1" (RFC 4291 2.2); family 0 where the text is neither. */
cp_ip cp_ip_find(cp_text text);
bool cp_ip_eq(cp_ip a, cp_ip b);
/** By family, then by bytes.  Below 0, 0, above 0. */
int cp_ip_cmp(cp_ip a, cp_ip b);
/** As RFC 5952 writes it; "-" where there is none. */
void cp_out_ip(struct cp_out *out, cp_ip address);

/** An IPv6 address as RFC 5952 4 writes it: "2001:db8::1". */
void cp_out_ipv6(struct cp_out *out, const uint8_t address[16]);

/** 16 bytes from text such as "2001:db8::1".  Errors: MALFORMED. */
CP_MUST_USE cp_err cp_ipv6_parse(cp_text text, uint8_t *out);
