#pragma once

#include "base/out.h"

/** Numbers as bytes, as cp_rd_number reads them (base/rd.h). */
void cp_wr_number(struct cp_out *out, uint64_t value);

/* Fields of fixed width, high byte first.  A value too wide for its field is RANGE, which sticks to the out. */
void cp_wr_u8(struct cp_out *out, uint64_t value);
void cp_wr_u16(struct cp_out *out, uint64_t value);
void cp_wr_u24(struct cp_out *out, uint64_t value);
void cp_wr_u32(struct cp_out *out, uint64_t value);
void cp_wr_u64(struct cp_out *out, uint64_t value);
/** count zero bytes. */
void cp_wr_zero(struct cp_out *out, size_t count);

/**
 * A place to fill in later: a field of 1, 2 or 4 bytes, written as zero.  The out has no sink.
 * cp_wr_close_length puts into it the bytes written since the field (after it) plus `more`; RANGE where
 * that does not fit.
 */
typedef struct {
    uint32_t at, width;
} cp_wr_length;

cp_wr_length cp_wr_open_length(struct cp_out *out, uint32_t width);
void cp_wr_close_length(struct cp_out *out, cp_wr_length length, uint32_t more);
