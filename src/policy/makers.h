#pragma once

#include "value.h"

/**
 * Who made it: every name of a maker, in any script, to one canonical name.
 *
 * Names match as fold.h compares them; a legal form ("Co., Ltd") counts only where some table lists
 * the name with it.  An affiliate is a maker of
 * its own that counts as the maker it belongs to; an owner is recorded and changes no verdict.
 * The built-in table (maker_table.c) is extended by a policy's `makers`; where both claim a name,
 * the policy's claim holds.
 */
struct cp_makers;

/* What a text says about a maker, beside an index of one. */
#define CP_MAKER_UNKNOWN UINT32_MAX     /* "unknown": nobody knows */
#define CP_MAKER_OTHER (UINT32_MAX - 1) /* a name that no table has */

/**
 * policy_makers: the value of `makers`, or NULL.
 * Errors: MALFORMED, DUPLICATE (two makers claim a name), CONFLICT (affiliates in a circle), LIMIT,
 * NOMEM.
 */
CP_MUST_USE cp_err cp_makers_make(const struct cp_yaml *policy_makers, struct cp_arena *arena,
                                  const struct cp_makers **out, struct cp_diag *diag);

uint32_t cp_makers_count(const struct cp_makers *makers);
cp_text cp_makers_name(const struct cp_makers *makers, uint32_t maker);
/** The maker whose affiliate it is; CP_MAKER_OTHER where it is none's. */
uint32_t cp_makers_parent(const struct cp_makers *makers, uint32_t maker);

/** Whose name this is.  Cost: O(length). */
uint32_t cp_makers_find(const struct cp_makers *makers, cp_text name);
/**
 * Whose software this is, by its first words: "VRP 8.2" is huawei's; else CP_MAKER_UNKNOWN.  A name
 * of a maker comes before a name of software of the same length, so a policy's claim holds.
 */
uint32_t cp_makers_find_software(const struct cp_makers *makers, cp_text software);
/**
 * For a name that cp_makers_find calls another's: a maker whose name is some word or words of it
 * ("Beijing Huawei Digital", "Hua Wei"), or stands in it in a script without spaces; CP_MAKER_UNKNOWN
 * where nobody can tell (longer than any name, scripts mixed in a word); else CP_MAKER_OTHER.
 * Cost: O(length squared).
 */
uint32_t cp_makers_resembles(const struct cp_makers *makers, cp_text name);

/** A maker of the tables.  Errors: UNKNOWN_ID with the nearest name, MALFORMED. */
CP_MUST_USE cp_err cp_makers_get(const struct cp_makers *makers, const struct cp_yaml *value,
                                 uint32_t *maker, struct cp_diag *diag);
