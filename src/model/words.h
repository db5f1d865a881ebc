#pragma once

#include "model/case.h"

/* Words that rules read: written wrongly they would say nothing, and a forbidden thing would pass. */

#define CP_CLASS_LAN "lan"
#define CP_CLASS_LEASED_CIRCUIT "leased-circuit"

/**
 * Gives a class that is a known one but for case, spaces and _ its written form.  False where it is
 * nearly one, or another word for it: *meant is the known one then.  Other classes stay as they are.
 */
bool cp_words_class(cp_text *word, cp_text *meant);

/** What becomes of a fact, by its attribute. */
struct cp_attribute {
    bool used;
    cp_remark_kind kind; /* where it is not used */
    const char *why;     /* where it is not used; names the word that is meant */
};

/** is_part: the fact is about a part of the object. */
struct cp_attribute cp_words_attribute(cp_object_kind kind, bool is_part, cp_text attribute);
/** Whether a fact of this attribute about a thing itself can fill what its row left empty. */
bool cp_words_fills(cp_object_kind kind, cp_text attribute);

/**
 * Why a value cannot be one of the attribute: a day of installation, a number, words of a closed
 * list.  NULL where it can.  *wrong: the value, or the word of it that is wrong; *nearest: the word
 * that may be meant, or empty.
 */
const char *cp_words_value(cp_text attribute, cp_text value, cp_text *wrong, cp_text *nearest);
