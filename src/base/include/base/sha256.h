#pragma once

#include "base/text.h"

/** SHA-256 (FIPS 180-4) of bytes as 64 lower-case hex digits and a zero. */
void cp_sha256_hex(cp_text bytes, char out[65]);
