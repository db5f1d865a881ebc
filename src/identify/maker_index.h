#pragma once

#include "base/map.h"

#include "identify/makers.h"

/** What the makers are inside: seen by makers.c (questions), maker_build.c and maker_owners.c. */

/** Two letters of a country as a bit of many. */
enum { CP_COUNTRY_BITS = 26 * 26, CP_COUNTRY_WORDS = (CP_COUNTRY_BITS + 63) / 64 };

struct cp_countries {
    uint64_t bits[CP_COUNTRY_WORDS];
};

/** What is said of a maker comes in lists; while they grow they are chains of items. */
typedef enum {
    CP_MAKER_NAMES,
    CP_MAKER_SOFTWARE,
    CP_MAKER_REGISTRY,
    CP_MAKER_OWNERS,
    CP_MAKER_PENS,
    CP_MAKER_LISTS
} cp_maker_list;

struct cp_maker_item {
    cp_text text;
    uint32_t number; /* a maker or an enterprise number */
    uint32_t next;   /* CP_MAP_NONE: the last */
};

struct cp_maker_chain {
    uint32_t first, last, count;
};

struct cp_maker {
    struct cp_maker_about about; /* its arrays are filled in at the end */
    struct cp_maker_chain chains[CP_MAKER_LISTS];
    bool owners_said;            /* by a row: the table's do not count */
    struct cp_countries control; /* of it and of all above it */
    bool control_unknown;        /* one of them states no country */
};

struct cp_maker_pen_claim {
    uint32_t number, maker;
    uint32_t order; /* of equal numbers the first claim holds */
    bool from_row;
    cp_place place; /* only of rows */
};

struct cp_makers {
    struct cp_arena *arena;
    struct cp_maker *at;
    uint32_t count, cap;
    struct cp_maker_item *items;
    uint32_t item_count, item_cap;
    struct cp_maker_pen_claim *pens; /* [pen_count] ascending, in the end all different */
    uint32_t pen_count, pen_cap;
    char *pool; /* room for keys of the maps */
    size_t pool_left;
    struct cp_map *names;    /* folded */
    struct cp_map *squeezed; /* without spaces and marks: for texts that are no name but hold one */
    struct cp_map *software;
};

/** A word that names a maker.  Errors: MALFORMED, LIMIT. */
CP_MUST_USE cp_err cp_makers_check(struct cp_maker_word word, struct cp_diag *diag);

/** Bit of a country; CP_COUNTRY_BITS where the text is none. */
uint32_t cp_country_bit(cp_text country);

/** Scratch for walks over owners, for as many makers as there are. */
struct cp_maker_walk {
    struct cp_maker_step *steps; /* [makers] */
    uint8_t *states;             /* [makers] */
};
CP_MUST_USE cp_err cp_maker_walk_make(const struct cp_makers *makers, struct cp_maker_walk *walk);
/** Whether `above` is `maker`, or is reached from it over parents and owners.  O(makers above). */
bool cp_maker_is_below(const struct cp_makers *makers, uint32_t maker, uint32_t above,
                       struct cp_maker_walk *walk);
/**
 * Fills in `control` of every maker.  *circle: the first maker of a circle of parents and owners;
 * CP_MAP_NONE where there is none (else control is not whole).  O(makers + owners).
 */
void cp_makers_settle(struct cp_makers *makers, struct cp_maker_walk *walk, uint32_t *circle);
