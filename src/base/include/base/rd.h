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
/*
 * Fields of fixed width, high byte first (as protocols have them).
 */
uint8_t cp_rd_u8(cp_rd *rd);
uint16_t cp_rd_u16(cp_rd *rd);
uint32_t cp_rd_u24(cp_rd *rd);
uint32_t cp_rd_u32(cp_rd *rd);
uint64_t cp_rd_u64(cp_rd *rd);
/** Bytes not read yet; 0 once anything was bad. */
size_t cp_rd_left(const cp_rd *rd);
/** Passes over bytes; fewer than there are, or bad. */
void cp_rd_skip(cp_rd *rd, uint64_t count);
/** A reader of the next bytes alone; bad (and so is rd) where there are fewer. */
cp_rd cp_rd_sub(cp_rd *rd, uint64_t count);
/** What was read cannot be: the reader is bad from here on. */
void cp_rd_fail(cp_rd *rd);
/** Everything was read and nothing was bad. */
bool cp_rd_done(const cp_rd *rd);
