#pragma once

#include "base/out.h"

/** Numbers as bytes, as cp_rd_number reads them (base/rd.h). */
void cp_wr_number(struct cp_out *out, uint64_t value);
