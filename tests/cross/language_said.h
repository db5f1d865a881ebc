#pragma once

#include "language_slow.h"

/** What is said of one attribute of a thing, and whether that answers what a selector's key asks. */

/** What one key asks of the words of an attribute; one of these is given. */
struct slow_key {
    const char *attribute;
    const struct cp_texts *words;
    uint32_t functions, capabilities;
    cp_date before, after;
    const struct cp_product *product;
};

/** Marks: exactly so. */
bool slow_is_one_of(const struct cp_texts *words, cp_text word);

/** Whether words that stand for an attribute, in a cell of a table, are what the key asks. */
slow_truth slow_word_answers(const struct slow_world *world, const struct slow_key *key,
                             cp_text word);

/**
 * What facts about just this thing say; *stated: some do.  Expired ones are no knowledge: where there is
 * nothing newer, nobody knows.  What is not shown well enough clears nothing and lets nobody off.
 */
slow_truth slow_facts_answer(const struct slow_asking *asking, const struct slow_key *key,
                             const struct slow_thing *thing, bool *stated);

/**
 * Whether facts state what stands in a record (its role, its site) and all that do are too weak: a cell of
 * a table alone has no grade and is always enough.
 */
bool slow_is_weakly_filled(const struct slow_asking *asking, const struct slow_thing *whole,
                           const char *attribute, cp_text cell);
/**
 * Whether somebody says that nobody knows what stands in a record, or all has expired that makes a link a
 * leased circuit: that lets nobody off.
 */
bool slow_is_doubtfully_filled(const struct slow_asking *asking, const struct slow_thing *whole,
                               const char *attribute, cp_text cell);
/** Marks are of several sources: the weakest that names any decides. */
bool slow_is_weakly_marked(const struct slow_asking *asking, const struct slow_thing *whole);
/** An answer from what is weakly filled clears nothing and lets nobody off. */
slow_truth slow_doubted(const struct slow_asking *asking, slow_truth truth, bool weak);

/** Facts about just this thing. */
void slow_facts_of(const struct cp_case *net, cp_object_kind kind, uint32_t object, uint32_t *first,
                   uint32_t *end);
/** Whether a text means that nobody knows. */
bool slow_means_unknown(const struct slow_world *world, cp_text text);
