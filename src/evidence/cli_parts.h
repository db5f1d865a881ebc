#pragma once

#include "cli_columns.h"

/** Parts in tables: slots, cards, power supplies. */

typedef enum {
    CP_PART_SKIP,
    CP_PART_NAME, /* the slot; where it is empty the row is of a part inside the one before */
    CP_PART_SUB,  /* a part inside it */
    CP_PART_MODEL,
    CP_PART_SERIAL,
    CP_PART_NUMBER,
    CP_PART_MAKER,
    CP_PART_SOFTWARE,
    CP_PART_MAC,
    CP_PART_PRESENCE, /* "Present", "Offline", ... */
} cp_part_what;

struct cp_part_table {
    const char *prefix; /* before a slot that is a number: "slot " */
    const struct cp_cli_key *columns;
    uint32_t column_count;
    cp_columns cells;
};

/** The line that holds the heads of any of the tables; count: none. */
uint32_t cp_cli_find_part_table(const struct cp_cli_section *section,
                                const struct cp_part_table *tables, uint32_t count);
/** Reads them all, in any order: one goes from its heads to a blank line.  Lines outside stay open. */
CP_MUST_USE cp_err cp_cli_read_part_tables(struct cp_cli_section *section,
                                           const struct cp_part_table *tables, uint32_t count);
