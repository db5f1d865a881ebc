#pragma once

#include "base/date.h"
#include "base/out.h"

/**
 * The text of a random policy that uses the whole language, in pieces, so that tests can put them in another
 * order, add one and leave one out.
 */
enum { LANGUAGE_RULES = 8, LANGUAGE_LICENCES = 3 };

struct language_policy {
    uint64_t numbers; /* the random numbers still to come */
    cp_text head;     /* id, defaults, makers, lists, products, traffic */
    cp_text rules[LANGUAGE_RULES + 1], licences[LANGUAGE_LICENCES + 1];
    uint32_t rule_count, licence_count;
    uint32_t counting; /* bits of rules that are caps or about suppliers */
};

/** name: its id.  Texts lie in the arena; the process ends where there is no memory. */
void language_policy_make(uint64_t seed, const char *name, struct cp_arena *arena,
                          struct language_policy *out);

/** One rule more, of the same kinds, which forbids.  There is room for one. */
void language_policy_forbid(struct language_policy *p, struct cp_arena *arena);
/** One licence more.  There is room for one. */
void language_policy_license(struct language_policy *p, struct cp_arena *arena);
/** Other orders of rules and licences. */
void language_policy_shuffle(struct language_policy *p, uint64_t seed);

/** The file. */
cp_text language_policy_write(const struct language_policy *p, struct cp_arena *arena);

/** A text in which `with` stands in place of the `len` bytes from `at` on. */
cp_text language_text_replace(struct cp_arena *arena, cp_text text, size_t at, size_t len,
                              const char *with);
/** Where a line begins with this; the text's length where none does. */
size_t language_text_line(cp_text text, const char *start);
/** The rule with this line, in place of one of the same key. */
cp_text language_text_with_line(struct cp_arena *arena, cp_text rule, const char *key,
                                const char *line);

/** A day that much happens around. */
cp_date language_day(uint64_t *numbers);
