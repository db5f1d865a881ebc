#pragma once

#include "base/out.h"

/** What of an input may stand in a configuration, and how. */

struct cp_steer_address {
    uint32_t family;   /* 4, 6; 0: there is none */
    uint8_t bytes[16]; /* 4 of family 4 */
};

/**
 * One address of one router: "10.0.0.1", "10.0.0.1/32", "fc00::1", "fc00::1/128".  What cannot be
 * the endpoint of a policy (unspecified, loopback, link-local, multicast) is none, like what is no
 * address.
 */
struct cp_steer_address cp_steer_address_read(cp_text text);
/** Whether the 16 bytes may be a SID: the same of IPv6. */
bool cp_steer_address_is_plain6(const uint8_t bytes[16]);
/** As RFC 5952 4 writes it. */
void cp_steer_address_write(struct cp_out *out, const struct cp_steer_address *address);

/**
 * For comment lines alone: in quotes, of letters, digits and a few signs that no system gives a
 * meaning; all else as \u{...}, so that no name ends the line, calls for help ('?'), or looks like
 * another; cut after 64 characters, with "..." behind the quote.
 */
void cp_steer_quote(struct cp_out *out, cp_text name);

/**
 * Whether it is a word of letters, digits and any of "signs", at most so long, not empty, and no
 * sign first.
 */
bool cp_steer_is_word(cp_text text, const char *signs, size_t len_max);
