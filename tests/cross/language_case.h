#pragma once

#include "model/build.h"

/**
 * A small random inventory: nodes on all layers, links and LANs over each other with alternatives, managers,
 * ports with parts, sites, and facts of every attribute that a policy can ask about, some weak, some
 * expired, some that contradict each other, some that nobody can make sense of.
 */
enum { LANGUAGE_NODES = 7, LANGUAGE_LINKS = 9, LANGUAGE_SITES = 3, LANGUAGE_FACTS = 40 };
enum { LANGUAGE_DEMANDS = 2, LANGUAGE_FOREIGN = 4 };

/** What a foreign format says inside the record of a node or link: words that no table lets in. */
struct language_foreign {
    cp_object_kind kind;
    uint32_t object;
    struct cp_fact_row row;
};

struct language_case {
    uint64_t numbers; /* the random numbers still to come */
    uint64_t ages;    /* the same, of what evidence is worth on the day */
    struct cp_site_row sites[LANGUAGE_SITES];
    struct cp_node_row nodes[LANGUAGE_NODES];
    struct cp_link_row links[LANGUAGE_LINKS];
    struct cp_fact_row facts[LANGUAGE_FACTS];
    struct language_foreign foreign[LANGUAGE_FOREIGN];
    struct cp_demand_row demands[LANGUAGE_DEMANDS];
    uint32_t site_count, node_count, link_count, fact_count, demand_count, foreign_count;
};

/** Texts lie in the arena; the process ends where there is no memory. */
void language_case_make(uint64_t seed, struct cp_arena *arena, struct language_case *out);

/** One more claim about something, which nothing else supports. */
struct cp_fact_row language_case_claim(struct language_case *c, struct cp_arena *arena);

/** Puts the facts in another order, but those that fill records, of which the first counts. */
void language_case_shuffle(struct language_case *c, uint64_t seed);

/** The snapshot, in the arena. */
CP_MUST_USE cp_err language_case_build(const struct language_case *c, cp_date as_of,
                                       struct cp_arena *arena, const struct cp_case **out,
                                       struct cp_diag *diag);

/** To stderr, as tables. */
void language_case_print(const struct language_case *c);

/** One of the words between the bars, of equal chance. */
const char *language_word(uint64_t *numbers, const char *words, struct cp_arena *arena);
