#pragma once

#include "base/rd.h"
#include "base/wr.h"
#include "wire/bgp.h"

/* What the sources of the BGP half share. */

/** Behind the header. */
cp_rd cp_bgp_body(cp_text message);
cp_wr_length cp_bgp_message_open(struct cp_out *out, uint8_t type);
void cp_bgp_message_close(struct cp_out *out, cp_wr_length length, uint32_t size_max);
