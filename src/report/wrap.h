#pragma once

#include "base/out.h"

#define CP_WRAP_COLUMNS 100u

/**
 * Lays a paragraph out: lines of at most CP_WRAP_COLUMNS columns, broken at spaces (a longer word
 * stands alone), the first line indented by `first`, the others by `rest` columns.
 * What a terminal would obey or hide instead of show (cp_text_is_unsafe, bytes that are no UTF-8)
 * becomes '?'.  East Asian wide characters count two columns.
 */
void cp_wrap(struct cp_out *out, cp_text paragraph, uint32_t first, uint32_t rest);
