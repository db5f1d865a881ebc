#pragma once

#include "base/wr.h"

/** The first of an ascending list as it is, each other one as its distance from the one before. */
static inline void cp_put_ascending(struct cp_out *out, uint32_t number, uint32_t before,
                                    bool first)
{
    cp_wr_number(out, first ? number : number - before);
}
