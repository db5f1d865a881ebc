#pragma once

#include "base/list.h"
#include "inside.h"

/*
 * What a document of FRR says, in either of its forms.  The whole document is read first; only then does it replace
 * what the feed said before, statement by statement: of what stays the same nothing is touched.
 */

struct ted_frr {
    struct ted_feed *feed;
    struct cp_arena *arena; /* of what was read: statements lie in it */
    struct cp_list said;
    uint64_t malformed;
};

/* Statements are borrowed until cp_ted_frr_apply.  Errors: NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_ted_frr_say_node(struct ted_frr *frr, const struct ted_node *node);
CP_MUST_USE cp_err cp_ted_frr_say_half(struct ted_frr *frr, const struct ted_half *half);
/* Without a SID it is there, and nothing of it is used. */
CP_MUST_USE cp_err cp_ted_frr_say_prefix(struct ted_frr *frr, const struct ted_prefix *prefix);
/* All of it, or as much as there is room for: then the document does not count as full. */
CP_MUST_USE cp_err cp_ted_frr_apply(struct ted_frr *frr, bool *changed);

/* `show isis database detail`: statements of it.  Errors: MALFORMED (with a place), NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_ted_frr_text(struct ted_frr *frr, cp_text text, struct cp_diag *diag);

/* One block of labels, or none: how many. */
uint32_t cp_ted_frr_block(uint32_t low, uint32_t size, struct cp_label_block *block);
/* A name that can be shown; another one is not taken. */
void cp_ted_frr_name(struct ted_node *node, cp_text name);
/* The prefix's SID where it is that of a node: a host's address, algorithm 0, not advertised again by another router. */
void cp_ted_frr_take_prefix_sid(struct ted_prefix *prefix, uint32_t flags, uint32_t algorithm,
                                uint32_t number);
