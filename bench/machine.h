#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "sweep/rows.h"

/** Whether this machine can run code for it. */
bool machine_has(cp_isa isa);
/** The widest that it has. */
cp_isa machine_widest(void);
const char *isa_name(cp_isa isa);
/** A paragraph: the processor's model, how many cores, which compiler. */
void machine_describe(FILE *out);
