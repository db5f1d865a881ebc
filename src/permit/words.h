#pragma once

#include "permit/policy.h"

/** What may go into an nft text as it is. */
bool cp_edge_is_name(cp_text word, size_t len_max);
/** "10.2.1.0/24": no bit is set behind its length. */
bool cp_edge_read_prefix(cp_text word, cp_edge_prefix *prefix);
/** The value of a selector: key 0 from, 1 to, 2 dscp, 3 proto, 4 from-port, 5 port, 6 mark, asked in this order. */
bool cp_edge_read_selector(size_t key, cp_text word, struct cp_edge_select *select);
