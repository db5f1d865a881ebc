#pragma once

#include "base/out.h"

/* Cells of CSV (RFC 4180): a row is a first cell, further ones, and CR LF. */

/** Quoted where it holds a comma, a quote or a line break; a quote inside is doubled (2.6, 2.7). */
void cp_cell_first(struct cp_out *out, cp_text cell);
void cp_cell_next(struct cp_out *out, cp_text cell);
/** Part of a cell around which the caller puts the quotes. */
void cp_cell_inside_quotes(struct cp_out *out, cp_text part);
