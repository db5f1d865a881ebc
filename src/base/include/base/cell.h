#pragma once

#include "base/out.h"

/**
 * Cells of CSV as RFC 4180 2.5 to 2.7 say: in quotes where they hold a comma, a quote or a line break, a quote inside doubled.
 * A row is a first cell, further ones, and CR LF.
 */

void cp_cell_first(struct cp_out *out, cp_text cell);
/** With a comma before it. */
void cp_cell_next(struct cp_out *out, cp_text cell);
/** Part of a cell around which the caller puts the quotes. */
void cp_cell_inside_quotes(struct cp_out *out, cp_text part);
