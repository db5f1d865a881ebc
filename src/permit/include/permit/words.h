#pragma once

#include "permit/policy.h"

/** What may go into an nft text as it is. */
bool cp_edge_is_name(cp_text word, size_t len_max);
/** "10.2.1.0/24": no bit is set behind its length. */
bool cp_edge_read_prefix(cp_text word, cp_edge_prefix *prefix);
/** Keys of a select, in the order in which they stand in one. */
typedef enum {
    CP_EDGE_FROM,
    CP_EDGE_TO,
    CP_EDGE_DSCP,
    CP_EDGE_PROTO,
    CP_EDGE_FROM_PORT,
    CP_EDGE_PORT,
    CP_EDGE_MARK,
    CP_EDGE_KEYS
} cp_edge_key;

/**
 * "dscp 32 proto 17": keys from `first` on, each at most once and with its value, into what select says already, where
 * what is not asked for is "any".  NULL, or what is wrong (constant), and *wrong, which lies in words or is empty: there
 * the words end too early.
 */
const char *cp_edge_read_selectors(cp_text words, cp_edge_key first, struct cp_edge_select *select,
                                   cp_text *wrong);
/** A select that any packet of the class would be for. */
struct cp_edge_select cp_edge_select_any(uint32_t class);
