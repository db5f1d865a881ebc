#pragma once

#include "app/load.h"

/**
 * Which row of an evidence.csv speaks for which file: a row names a file, or a folder and with it all
 * files below, by a path from the table's own folder.  Of several the one with the longest path
 * counts.
 */
struct cp_vouching;

/**
 * rows [count]: of all tables of the case, borrowed.  *out in the loaded's scratch.
 * INPUT where a row names no file of evidence, two rows the same, or a row's evidence is no grade: each such row is
 * said with its place.
 */
cp_exit cp_vouching_make(const struct cp_loaded *loaded, const struct cp_vouched *rows,
                         uint32_t count, const struct cp_vouching **out);

/** Of a source by its number in the list; NULL: none. */
const struct cp_vouched *cp_vouching_of(const struct cp_vouching *vouching, uint32_t source);
/** The same, only where the row names the file itself and not a folder. */
const struct cp_vouched *cp_vouching_of_file(const struct cp_vouching *vouching, uint32_t source);
