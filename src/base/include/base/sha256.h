#pragma once

#include "base/text.h"

/** SHA-256 (FIPS 180-4) of bytes as 64 lower-case hex digits and a zero. */
void cp_sha256_hex(cp_text bytes, char out[65]);

/** The same of bytes that come in pieces.  Whatever is opened must be closed. */
struct cp_sha256;

CP_MUST_USE cp_err cp_sha256_open(struct cp_sha256 **out); /* NOMEM */
void cp_sha256_add(struct cp_sha256 *sum, cp_text bytes);
/** Frees it.  out may be NULL: nobody asks. */
void cp_sha256_close(struct cp_sha256 *sum, char out[65]);
