#pragma once

#include "base/text.h"

#include "identify/limits.h"

/**
 * Names as they are compared: one spelling for all that an eye takes for the same.
 *
 * Letters of ASCII, Latin-1, Greek and Cyrillic in lower case, full-width forms as ASCII, every kind
 * of space as one plain space between words and none at the ends; what is not seen is left out.
 */
struct cp_folded {
    char bytes[CP_LIMIT_NAME_BYTES];
};

/** *out lies in the buffer.  False where the name is too long for any table; *out is its start. */
bool cp_fold(cp_text name, struct cp_folded *buffer, cp_text *out);

/** A folded name without anything of ASCII but letters and digits: "hua-wei co" is "huaweico". */
cp_text cp_fold_squeeze(cp_text folded, struct cp_folded *buffer);

/** Whether a word of the folded name has letters of Latin and of Greek or Cyrillic: a disguise. */
bool cp_fold_is_mixed(cp_text folded);

/**
 * The same, and one hyphen for each run of spaces, underlines and hyphens: words of inventories (roles, classes)
 * are compared so.
 */
bool cp_fold_word(cp_text word, struct cp_folded *buffer, cp_text *out);
