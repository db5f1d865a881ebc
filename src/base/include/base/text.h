#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/** Bytes of text, borrowed, not ended by zero.  Valid UTF-8 unless said otherwise. */
typedef struct {
    const char *at;
    size_t len;
} cp_text;

#define CP_TEXT(literal) ((cp_text){(literal), sizeof(literal) - 1})

cp_text cp_text_of(const char *zero_ended); /* NULL gives the empty text */
bool cp_text_eq(cp_text a, cp_text b);
bool cp_text_is(cp_text a, const char *zero_ended);
bool cp_text_starts(cp_text a, cp_text prefix);
bool cp_text_ends(cp_text a, cp_text suffix);
/** Byte order; a prefix comes first.  Below 0, 0, above 0. */
int cp_text_cmp(cp_text a, cp_text b);
/** Without spaces, tabs, CR and LF at both ends. */
cp_text cp_text_trim(cp_text a);
cp_text cp_text_sub(cp_text a, size_t from, size_t len); /* clipped to a */
/** Offset of the first c at or after from; a.len where there is none. */
size_t cp_text_find(cp_text a, char c, size_t from);
/** Next word between any of the separators; false at the end.  *rest is advanced. */
bool cp_text_word(cp_text *rest, const char *separators, cp_text *word);
/** A copy in the arena, with a zero after it (not counted).  Errors: NOMEM. */
CP_MUST_USE cp_err cp_text_copy(cp_text a, struct cp_arena *arena, cp_text *out);
/** a and b after each other, in the arena, zero after it.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_text_join(cp_text a, cp_text b, struct cp_arena *arena, cp_text *out);

/** Offset of the first byte that is not well-formed UTF-8 (RFC 3629), a.len if all is well. */
size_t cp_text_bad_utf8(cp_text a);
/**
 * The character that starts at offset at, which must lie before a.len; returns its length in bytes.
 * A byte that starts no well-formed character counts as one of its own, U+FFFD.
 */
size_t cp_text_char(cp_text a, size_t at, uint32_t *codepoint);
/**
 * Whether a character may not stand in a name or value, nor go to a terminal as it is: it acts
 * (controls C0, DEL and C1, tab and line end among them; changes of direction; line and paragraph
 * separators) or is not seen at all, so that two names look alike (zero-width characters, fillers,
 * variation selectors, tags: what Unicode calls default ignorable).
 */
bool cp_text_is_unsafe(uint32_t codepoint);
/** Offset of the first unsafe character, a.len where there is none. */
size_t cp_text_unsafe(cp_text a);
/** ASCII letters in lower case, the rest as it is.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_text_lower(cp_text a, struct cp_arena *arena, cp_text *out);
/** Equal but for the case of ASCII letters. */
bool cp_text_same_word(cp_text a, cp_text b);

/**
 * Which of the candidates is nearest to a mistyped word: Levenshtein distance, at most a third of
 * the word's length and at most 3; two letters that have changed places are at 1 in words of 4 letters
 * and more; the first of equals; count where none is near enough.
 * Words longer than 64 bytes are never near.
 */
size_t cp_text_nearest(cp_text word, const cp_text *candidates, size_t count);
