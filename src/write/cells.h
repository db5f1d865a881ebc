#pragma once

#include "base/date.h"
#include "base/out.h"
#include "model/case.h"

/* Values, as the tables write them; nothing where they are not given. */

void cp_cell_u64(struct cp_out *cell, uint64_t number, uint64_t none);
void cp_cell_degrees(struct cp_out *cell, int32_t udeg);
void cp_cell_words(struct cp_out *cell, const cp_text *words, uint32_t count);
void cp_cell_date(struct cp_out *cell, cp_date date);
/** Nothing for ip, which is what stands for no layer. */
void cp_cell_layer(struct cp_out *cell, cp_layer layer);
/** A text, unless a fact filled it in: bit of filled. */
void cp_cell_own(struct cp_out *cell, uint32_t filled, cp_filled bit, cp_text text);
