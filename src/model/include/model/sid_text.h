#pragma once

#include "base/text.h"

/** What inputs write of segment routing: blocks of labels, segment identifiers, IPv6 prefixes. */

#define CP_LABEL_FIRST 16u     /* those below are reserved (RFC 3032 2.1, RFC 7274) */
#define CP_LABEL_LAST 1048575u /* 20 bits */
#define CP_LABEL_BLOCKS_MAX 16u
#define CP_MSD_MAX 255u /* one byte (RFC 8491 2) */

/** Labels first to last. */
struct cp_label_block {
    uint32_t first, last;
};

/**
 * "16000-23999", or several, which an index runs through one after the other (RFC 8667 3.1):
 * blocks [CP_LABEL_BLOCKS_MAX].  Errors: MALFORMED, RANGE (reserved or too large a label, an empty or too
 * many blocks, blocks that overlap).
 */
CP_MUST_USE cp_err cp_label_blocks_parse(cp_text text, struct cp_label_block *blocks,
                                         uint32_t *count);

typedef enum {
    CP_SID_TEXT_PLAIN, /* "101": a label or an index, as the numbers say (route/sids.h) */
    CP_SID_TEXT_LABEL, /* "label:16101" */
    CP_SID_TEXT_INDEX, /* "index:101" */
    CP_SID_TEXT_SRV6   /* "fd00:0:1::1" */
} cp_sid_text_kind;

struct cp_sid_text {
    cp_sid_text_kind kind;
    uint32_t number;
    uint8_t srv6[16];
};
/** Errors: MALFORMED, RANGE (a number past 20 bits). */
CP_MUST_USE cp_err cp_sid_text_parse(cp_text text, struct cp_sid_text *out);

#define CP_LOCATOR_BITS_MAX 112u /* a function of 16 bits comes after it */

struct cp_locator {
    uint8_t address[16]; /* zeros after the prefix */
    uint32_t bits;       /* 1 to CP_LOCATOR_BITS_MAX */
};
/** "fd00:0:1::/48".  Errors: MALFORMED (also bits set after the prefix), RANGE. */
CP_MUST_USE cp_err cp_locator_parse(cp_text text, struct cp_locator *out);
