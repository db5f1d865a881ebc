#include "cells.h"

#include <inttypes.h>

void cp_cell_u64(struct cp_out *cell, uint64_t number, uint64_t none)
{
    if (number != none)
        cp_out_u64(cell, number);
}

/* Micro-degrees as degrees, without the zeros that say nothing. */
void cp_cell_degrees(struct cp_out *cell, int32_t udeg)
{
    uint32_t size = udeg < 0 ? 0u - (uint32_t)udeg : (uint32_t)udeg;
    uint32_t fraction = size % 1000000;
    int digits = 6;

    if (udeg == CP_COORD_NONE)
        return;
    cp_out_format(cell, "%s%" PRIu32, udeg < 0 ? "-" : "", size / 1000000);
    if (fraction == 0)
        return;
    for (; fraction % 10 == 0; fraction /= 10)
        digits--;
    cp_out_format(cell, ".%0*" PRIu32, digits, fraction);
}

void cp_cell_words(struct cp_out *cell, const cp_text *words, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            cp_out_char(cell, ' ');
        cp_out_text(cell, words[i]);
    }
}

void cp_cell_date(struct cp_out *cell, cp_date date)
{
    char text[11];

    if (date == CP_DATE_NONE)
        return;
    cp_date_format(date, text);
    cp_out_str(cell, text);
}

void cp_cell_layer(struct cp_out *cell, cp_layer layer)
{
    if (layer != CP_LAYER_IP)
        cp_out_str(cell, cp_layer_name(layer));
}

/* A text that no fact filled in. */
void cp_cell_own(struct cp_out *cell, uint32_t filled, cp_filled bit, cp_text text)
{
    if ((filled & (uint32_t)bit) == 0)
        cp_out_text(cell, text);
}
