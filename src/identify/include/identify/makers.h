#pragma once

#include "base/diag.h"
#include "base/text.h"

/**
 * Who made it: every name of a maker, in any script, to one canonical name.
 *
 * Names match as fold.h compares them; a legal form ("Co., Ltd") counts only where some table lists
 * the name with it.  An affiliate is a maker of its own that counts as the maker it belongs to.  An
 * owner is recorded and asked about control only: a company that is bought keeps its own name.
 * The built-in table (maker_table.c) is extended by rows from outside; where both claim a name, the
 * row's claim holds, and what a row says of a maker's country, owners or parent overrules the table.
 */
struct cp_makers;

/* What a text says about a maker, beside an index of one. */
#define CP_MAKER_UNKNOWN UINT32_MAX     /* "unknown": nobody knows */
#define CP_MAKER_OTHER (UINT32_MAX - 1) /* a name that no table has */

/** A text with the place that an error about it names. */
struct cp_maker_word {
    cp_text text;
    cp_place place;
};

struct cp_maker_words {
    const struct cp_maker_word *at;
    uint32_t count;
};

/** An IANA private enterprise number, likewise. */
struct cp_maker_pen {
    uint32_t number;
    cp_place place;
};

/** What a file says of one maker.  Borrowed until cp_makers_make returns; texts are borrowed on. */
struct cp_maker_row {
    struct cp_maker_word name; /* canonical */
    struct cp_maker_words names, affiliates, owners, software;
    cp_text country;                 /* ISO 3166-1 alpha-2 in capitals; empty: not said */
    const struct cp_maker_pen *pens; /* [pen_count] */
    uint32_t pen_count;
};

/**
 * rows [count] come before the table: row i is maker i, and beyond that their order means nothing.
 * An affiliate or owner is found by any of its names, of a row or of the table; one that no table has
 * becomes a maker.  Cost: O(bytes of rows and table).
 * Errors, each with the place of the word: MALFORMED (a word that means "nobody knows"), DUPLICATE
 * (two rows claim a name, an affiliate, an enterprise number or a word of software), CONFLICT
 * (affiliates or owners in a circle: the place of the first row of it), LIMIT, NOMEM.
 */
CP_MUST_USE cp_err cp_makers_make(const struct cp_maker_row *rows, uint32_t count,
                                  struct cp_arena *arena, const struct cp_makers **out,
                                  struct cp_diag *diag);

uint32_t cp_makers_count(const struct cp_makers *makers);
cp_text cp_makers_name(const struct cp_makers *makers, uint32_t maker);
/** The maker whose affiliate it is; CP_MAKER_OTHER where it is none's. */
uint32_t cp_makers_parent(const struct cp_makers *makers, uint32_t maker);

/** All that is known of one maker.  The arrays live as long as the makers. */
struct cp_maker_about {
    cp_text name, country; /* country: empty where nobody says */
    const cp_text
        *names; /* [name_count] beside the canonical one, in the order of rows and table */
    const cp_text *software; /* [software_count] first words of the names of its software */
    const cp_text *registry; /* [registry_count] as registries and MIBs know it */
    const uint32_t *owners;  /* [owner_count] makers */
    const uint32_t *pens;    /* [pen_count] ascending */
    uint32_t name_count, software_count, registry_count, owner_count, pen_count;
    uint32_t parent;  /* CP_MAKER_OTHER: nobody's affiliate */
    bool from_policy; /* some row speaks of it */
};
struct cp_maker_about cp_makers_about(const struct cp_makers *makers, uint32_t maker);

/** Whether a country can compel a maker. */
typedef enum { CP_CONTROL_NO, CP_CONTROL_UNKNOWN, CP_CONTROL_YES } cp_control;

/**
 * country: ISO 3166-1 alpha-2, in any case.  YES where the maker, the one it belongs to, or any of
 * their owners up to the top is of that country; NO where every one of these states another; else
 * UNKNOWN (also of CP_MAKER_UNKNOWN and CP_MAKER_OTHER).  Cost: O(1).
 */
cp_control cp_makers_controlled(const struct cp_makers *makers, uint32_t maker, cp_text country);
/**
 * Whether no other country than these [count] can.  NO where one of another country is among them, the
 * maker, the one it belongs to and all their owners; YES where every one of these states one of the
 * countries; else UNKNOWN (also of CP_MAKER_UNKNOWN and CP_MAKER_OTHER).  Cost: O(count).
 */
cp_control cp_makers_controlled_only(const struct cp_makers *makers, uint32_t maker,
                                     const cp_text *countries, uint32_t count);

/** Whether a text, as fold.h makes it, says that nobody knows: "unknown", "n/a", nothing. */
bool cp_makers_means_unknown(cp_text folded);
/** Whose name this is.  Cost: O(length). */
uint32_t cp_makers_find(const struct cp_makers *makers, cp_text name);
/** Whose enterprise number this is; CP_MAKER_OTHER where it is none's.  Cost: O(log numbers). */
uint32_t cp_makers_find_pen(const struct cp_makers *makers, uint32_t pen);
/**
 * Whose software this is, by its first words: "VRP 8.2" is huawei's; else CP_MAKER_UNKNOWN.  A name
 * of a maker comes before a name of software of the same length, so a row's claim holds.
 */
uint32_t cp_makers_find_software(const struct cp_makers *makers, cp_text software);
/**
 * For a name that cp_makers_find calls another's: a maker whose name is some word or words of it
 * ("Beijing Huawei Digital", "Hua Wei"), or stands in it in a script without spaces; CP_MAKER_UNKNOWN
 * where nobody can tell (longer than any name, scripts mixed in a word); else CP_MAKER_OTHER.
 * Cost: O(length squared).
 */
uint32_t cp_makers_resembles(const struct cp_makers *makers, cp_text name);

/** As cp_makers_find, for a name that must be in the tables.  Errors: UNKNOWN_ID with the nearest
 * name, MALFORMED (a word that means "nobody knows", or nothing), LIMIT. */
CP_MUST_USE cp_err cp_makers_get(const struct cp_makers *makers, struct cp_maker_word name,
                                 uint32_t *maker, struct cp_diag *diag);
