#pragma once

#include "base/out.h"

/** How paragraphs are laid out: lines of at most `columns` columns; 0: a paragraph is one line. */
struct cp_wrap {
    uint32_t columns;
    uint32_t first, rest; /* columns that the first line, and each other one, is indented by */
};

/**
 * Lays a paragraph out, broken at spaces where it is too long (a longer word stands alone).
 * What a terminal would obey or hide instead of show (cp_text_is_unsafe, bytes that are no UTF-8)
 * becomes '?'.  East Asian wide characters count two columns.
 */
void cp_wrap(struct cp_out *out, cp_text paragraph, struct cp_wrap how);
/** The same behind what stands in the line already: the first line goes on at this column, and how.first means nothing. */
void cp_wrap_from(struct cp_out *out, cp_text paragraph, struct cp_wrap how, uint32_t column);

/** A text as it is, spaces with it, in the same letters; and the columns that it takes. */
void cp_wrap_word(struct cp_out *out, cp_text text);
uint32_t cp_wrap_columns(cp_text text);
