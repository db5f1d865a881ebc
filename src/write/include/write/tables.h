#pragma once

#include "base/diag.h"
#include "base/out.h"
#include "model/case.h"

/**
 * A snapshot as the tables of a case folder (RFC 4180; docs/man/cleanpath-formats.5), such that reading
 * them gives the same snapshot again, on every date:
 *
 * - Cells hold what the things' own rows said.  What facts filled in is left to these facts, which stand
 *   in facts.csv with their evidence and dates, those that have expired too.
 * - maker, model and software are cells where a row (or a foreign format without a word on the
 *   evidence) said so, and facts where a fact did.
 * - Ids are written out, those that a link or demand has by default too: so they stay when a row is added.
 * - A LAN of many ends is several rows of one id.  Rows and facts keep their order; facts stand by object.
 * - Columns that no row needs are left out, but for the required ones.
 */
typedef enum {
    CP_TABLE_NODES,
    CP_TABLE_LINKS,
    CP_TABLE_SITES,
    CP_TABLE_DEMANDS,
    CP_TABLE_FACTS,
    CP_TABLE_COUNT
} cp_table;

/** "nodes.csv", ... */
const char *cp_table_file(cp_table table);

/** Whether the table would hold a row.  nodes.csv and links.csv make a folder a case even without. */
bool cp_table_has_rows(const struct cp_case *c, cp_table table);

/**
 * Writes one table, header first.  work: scratch, what it takes is given back.
 * Cost: O(rows), two passes over them.
 * Errors: CONFLICT (a name that in facts.csv or in a list would mean something else too: the diag says
 * which), NOMEM, the sink's.
 */
CP_MUST_USE cp_err cp_write_table(const struct cp_case *c, cp_table table, struct cp_arena *work,
                                  struct cp_out *out, struct cp_diag *diag);
