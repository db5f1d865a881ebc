#pragma once

#include "frr_lsdb.h"

/* Pieces of a line of FRR's text.  Where one cannot be had the answer is false, and what stands there is left. */

/** What follows the prefix; false: the text does not begin so. */
bool cp_ted_frr_after(cp_text text, const char *prefix, cp_text *rest);
/** Takes digits from the front. */
bool cp_ted_frr_number(cp_text *rest, uint32_t *number);
/** Takes a word from the front. */
bool cp_ted_frr_word(cp_text *rest, const char *word);
/** Digits of base 16, at most eight. */
bool cp_ted_frr_hex(cp_text text, uint32_t *number);
/** The last word between spaces; what stands before it is left. */
cp_text cp_ted_frr_last(cp_text *text);
/** An address of this family, spaces around it or none. */
bool cp_ted_frr_address(cp_text text, uint8_t family, cp_ip *out);
/** "0000.0000.0002.00": a pseudonode's number after the dot, of a router 00. */
bool cp_ted_frr_neighbour(cp_text text, struct ted_router *router);
