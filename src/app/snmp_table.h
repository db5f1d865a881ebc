#pragma once

#include "base/err.h"
#include "snmp_options.h"

/**
 * The text of evidence.csv with a row for each host that was read: what is known of how.
 *
 * old: the table as it is, empty where there is none.  Its rows for other files stay as they stand,
 * those of the files read now are replaced.
 * read [host_count]: whether the host's file was written.
 * MALFORMED where the old table's columns are not those written here, NOMEM.
 */
cp_err cp_snmp_table(const struct cp_snmp_options *options, const bool *read, cp_text old,
                     struct cp_arena *arena, cp_text *out);
