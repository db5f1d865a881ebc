#pragma once

#include "base/text.h"

/**
 * Reads numbers from untrusted bytes.  What cannot be read gives zero, sticks, and empties the reader, so that
 * loops over what is left end; ask cp_rd_done once, at the end.  Small: copy freely.
 */
typedef struct {
    cp_text left;
    bool bad;
} cp_rd;

cp_rd cp_rd_make(cp_text bytes);
/**
 * A number of up to 64 bits, seven bits a byte, low ones first, the top bit set on all bytes but the
 * last (as LEB128).  The one shortest form alone is read.
 */
uint64_t cp_rd_number(cp_rd *rd);
/** A number below the limit; else bad. */
uint32_t cp_rd_below(cp_rd *rd, uint32_t limit);
/** One more of ascending numbers: the first (before: UINT32_MAX) as it is, others as steps of 1 or more. */
uint32_t cp_rd_ascending(cp_rd *rd, uint32_t before, uint32_t limit);
/** The next bytes; fewer than there are, or bad. */
cp_text cp_rd_bytes(cp_rd *rd, uint64_t count);
/** Everything was read and nothing was bad. */
bool cp_rd_done(const cp_rd *rd);
