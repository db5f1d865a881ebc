#pragma once

#include "base/text.h"

/** HMAC-SHA256 (RFC 2104, FIPS 180-4) of bytes.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_hmac_sha256(cp_text key, cp_text bytes, uint8_t out[32]);
/** Whether they are the same, in time that says nothing of where they differ. */
bool cp_hmac_same(const uint8_t a[32], const uint8_t b[32]);
