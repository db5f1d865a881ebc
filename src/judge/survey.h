#pragma once

#include "catalogue.h"
#include "stated.h"

/**
 * What the facts of a case say about makers on a date, before any rule looks at it.
 *
 * Of each fact about a maker or software: the name it states, and whether it counts (it is no
 * "unknown" and has not expired beside a known statement about the same part), and on which evidence:
 * the best of what is known of the part, since a label beside a reading takes nothing away.  A part that
 * says something of itself but not who made it is its element's maker's.  Of each link: the facts
 * about parts that are ports at its ends, or lie below one.
 */
enum {
    CP_FACT_SOFTWARE = 1,
    CP_FACT_PORT = 2, /* about a port of some link */
    CP_FACT_MOVED =
        4, /* ... of a link on the node's own layer: it counts there, not for the node */
    CP_FACT_EXPIRED = 8,    /* nothing newer is known of the part: it counts as unknown */
    CP_FACT_INHERITED = 16, /* of a part that says something of itself, but not who made it */
    CP_FACT_MADE = 32,      /* the first about a part of which some counted fact names a maker */
};

#define CP_NAME_NONE UINT32_MAX /* the fact says nothing about a maker that counts */

/** What is said of a port: facts port_facts[first] to before port_facts[end]. */
struct cp_port {
    uint32_t first, end;
};

struct cp_survey {
    const struct cp_case *net;
    const struct cp_catalogue *cat;
    struct cp_stated *names;
    uint32_t *name; /* [fact_count] of stated.h, or CP_NAME_NONE */
    uint8_t *flags; /* [fact_count] CP_FACT_... */
    uint8_t *grade; /* [fact_count] cp_weight */
    /* [fact_count] of an inherited fact the first that says who made the thing itself, of such a one the
     * next of another maker; CP_NONE: none; NULL: nothing is inherited */
    uint32_t *itself;
    struct cp_port *ports;   /* by link, then by node: of l from port_first[l] on */
    uint32_t *port_first;    /* [link_count + 1]; NULL where nothing is said of any port */
    uint32_t *port_facts;    /* those of a port once, for all links that end there */
    uint32_t *managed_first; /* [node_count + 1]; NULL where nothing is managed */
    uint32_t *managed;       /* nodes by their manager: of m from managed_first[m] on */
    struct cp_remark *remarks;
    uint32_t remark_count, remark_cap;
    struct cp_arena *arena;
    cp_date as_of;
};

/**
 * names: open and empty; resolved afterwards.  trusted: the name that counts as no maker at all; empty:
 * none does.  Cost: O(facts log facts of an object + ends + managers).  Errors: NOMEM, LIMIT.
 */
CP_MUST_USE cp_err cp_survey_make(struct cp_stated *names, const struct cp_catalogue *cat,
                                  cp_text trusted, struct cp_arena *arena, struct cp_survey **out);

/** Facts of an object: of *first to before *end. */
void cp_survey_facts(const struct cp_survey *survey, cp_object_kind kind, uint32_t object,
                     uint32_t *first, uint32_t *end);
/** Whether a fact is a counted statement about who made the thing itself. */
bool cp_survey_is_itself(const struct cp_survey *survey, uint32_t fact);
/** Whether some counted statement names the maker of the thing itself. */
bool cp_survey_is_stated(const struct cp_survey *survey, cp_object_kind kind, uint32_t object);
/** Whether the fact is a counted statement about the object's own parts, not moved to a link. */
bool cp_survey_is_own(const struct cp_survey *survey, uint32_t fact);

/** The facts about ports at the ends of a link, ascending: cp_survey_ports and then cp_survey_next. */
struct cp_port_walk {
    const struct cp_survey *survey;
    uint32_t port, port_end, at, end;
};
struct cp_port_walk cp_survey_ports(const struct cp_survey *survey, uint32_t link);
/** False after the last. */
bool cp_survey_next(struct cp_port_walk *walk, uint32_t *fact);

/* For cp_survey_make alone: which facts are about ports of links. */
CP_MUST_USE cp_err cp_survey_find_ports(struct cp_survey *survey);
