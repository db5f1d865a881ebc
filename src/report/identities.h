#pragma once

#include "base/map.h"
#include "report/identity.h"

/** What the three forms of an answer about makers have in common. */

/** The subjects of one object, in their order: of a node its box, its software, its parts. */
struct cp_subjects {
    const struct cp_identity *at;
    uint32_t count;
};

/** Takes the subjects that begin at *from, which is moved on; none at the end. */
bool cp_subjects_next(const struct cp_identities *all, uint32_t *from, struct cp_subjects *out);
/** Of this sort; NULL where there is none.  Not for parts, of which there may be many. */
const struct cp_identity *cp_subjects_find(struct cp_subjects subjects, cp_identity_subject sort);
/** Whether the object is a device asked for, or a link that ends at one. */
bool cp_subjects_asked(const struct cp_identity_report *report, struct cp_subjects subjects);
bool cp_node_asked(const struct cp_identity_report *report, uint32_t node);
bool cp_link_asked(const struct cp_identity_report *report, uint32_t link);

/** "concluded", "unknown", "contradicted" */
const char *cp_words_identity(cp_identity_state state);

/**
 * What the case says of one object and its parts, found by the part's name: there may be many.
 * Holds one object at a time.
 */
struct cp_shelf {
    const struct cp_case *net;
    struct cp_arena *arena; /* its own */
    struct cp_map *heads;   /* part to its first fact, counted from `first` */
    uint32_t *next;         /* [facts of the object] */
    uint32_t first;
};

/** Close it in any case.  NOMEM. */
CP_MUST_USE cp_err cp_shelf_open(const struct cp_case *net, struct cp_shelf *shelf);
void cp_shelf_close(struct cp_shelf *shelf);
/** Puts another object on it.  NOMEM. */
CP_MUST_USE cp_err cp_shelf_fill(struct cp_shelf *shelf, cp_object_kind kind, uint32_t object);
/** The first value of this attribute of the part (empty: the thing itself); empty: none. */
cp_text cp_shelf_find(const struct cp_shelf *shelf, cp_text part, const char *attribute);

static inline const struct cp_clue *cp_identity_clue(const struct cp_identity_report *report,
                                                     const struct cp_identity *identity, uint32_t i)
{
    return &report->identities->clues[identity->clues.first + i];
}

/**
 * The value of the fact of a clue, for who reads of it.  One text may name hundreds of makers and give as many clues: where a
 * subject has more than CP_FEW_CLUES, what is longer than CP_VALUE_SHOWN_BYTES is cut and ends in "...", so that
 * what is written stays of the order of what was read.  NOMEM.
 */
enum { CP_FEW_CLUES = 64, CP_VALUE_SHOWN_BYTES = 160 };
CP_MUST_USE cp_err cp_identity_value(const struct cp_identity_report *report,
                                     const struct cp_identity *identity, const struct cp_clue *clue,
                                     struct cp_arena *arena, cp_text *out);

/**
 * The different makers that clues which count name, in their order.  *out [*count] in the arena.
 * NOMEM.
 */
CP_MUST_USE cp_err cp_identity_names(const struct cp_identity_report *report,
                                     const struct cp_identity *identity, struct cp_arena *arena,
                                     const cp_text **out, uint32_t *count);
