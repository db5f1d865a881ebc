#pragma once

#include "cli.h"
#include "cli_columns.h"

/**
 * Neighbours in what commands printed: one reader for outputs of "key: value" lines, one for tables.
 * What a system writes differs in its keys alone, which are tables in the system's file.
 */

typedef enum {
    CP_SEEN_DETAIL,  /* known, and says nothing here */
    CP_SEEN_NEXT,    /* begins a further neighbour */
    CP_SEEN_MANAGED, /* the addresses that follow are for management */
    CP_SEEN_LOCAL,   /* all below: what a sighting holds (struct cp_sighting) */
    CP_SEEN_CHASSIS,
    CP_SEEN_CHASSIS_KIND,
    CP_SEEN_PORT,
    CP_SEEN_PORT_KIND,
    CP_SEEN_PORT_DESCR,
    CP_SEEN_NAME,
    CP_SEEN_DESCR, /* may go on in further lines, up to a blank one or a key */
    CP_SEEN_ADDRESS,
    CP_SEEN_PLATFORM,
    CP_SEEN_MAKER,
    CP_SEEN_MODEL,
    CP_SEEN_SERIAL,
    CP_SEEN_SOFTWARE,
    CP_SEEN_DEVICE, /* CDP's device id: its name, perhaps with the serial number behind it */
    CP_SEEN_WHAT_COUNT
} cp_seen_what;

struct cp_seen_lines {
    const char *protocol; /* constant */
    const struct cp_cli_key *keys;
    uint32_t key_count;
    char separator;      /* between key and value; '.' stands for two and more */
    cp_cli_fate repeats; /* of a key that comes again in one neighbour */
    /* A line that names the local port and is no pair; *count: of neighbours there, or UINT32_MAX. */
    bool (*local)(cp_text line, cp_text *port, uint32_t *count);
};

/**
 * A key that is set already in the neighbour begins the next one where it is CHASSIS or LOCAL or
 * DEVICE; so does NEXT, which keeps the local port, and a line that only decorates.
 * Hands each neighbour on.  Where the device counts others than it lists, that is a finding.
 */
CP_MUST_USE cp_err cp_cli_read_neighbours(struct cp_cli_section *section,
                                          const struct cp_seen_lines *lines);

struct cp_seen_table {
    const char *protocol;
    const struct cp_cli_key *columns; /* heads from left to right */
    uint32_t column_count;
    cp_columns cells;
};

/** The line that holds all heads in their order; count: none. */
uint32_t cp_cli_find_heads(const struct cp_cli_section *section, const struct cp_seen_table *table);
/** The rows below it.  A row whose first cell stands alone goes on in the next line. */
CP_MUST_USE cp_err cp_cli_read_neighbour_table(struct cp_cli_section *section,
                                               const struct cp_seen_table *table);

/** A neighbour in the making. */
struct cp_seen_making {
    struct cp_cli_section *section;
    struct cp_sighting seen;
    uint32_t line; /* of the first that was said of it */
    bool began;
    uint32_t found, counted; /* neighbours handed on; as the device counts them, or UINT32_MAX */
    uint32_t has;            /* bits of cp_seen_what */
};

struct cp_seen_making cp_seen_begin(struct cp_cli_section *section, const char *protocol);
/** With nothing said of the neighbour in the making. */
struct cp_seen_making cp_seen_again(const struct cp_seen_making *making);
/** Sets one thing; value is as printed. */
CP_MUST_USE cp_err cp_seen_set(struct cp_seen_making *making, uint32_t line, cp_seen_what what,
                               cp_text value);
/** Hands it on, where there is anything of a neighbour, and begins the next. */
CP_MUST_USE cp_err cp_seen_end(struct cp_seen_making *making);
/** After the last one. */
CP_MUST_USE cp_err cp_seen_finish(struct cp_seen_making *making);

/** "Total entries displayed: 5", "Total cdp entries displayed : 1". */
bool cp_seen_total(cp_text line, uint32_t *count);
