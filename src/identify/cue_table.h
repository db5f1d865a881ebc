#pragma once

#include <stddef.h>
#include <stdint.h>

/**
 * What in a text points to a maker beside the names of makers: product families and software.
 * From public knowledge (makers' own documents and MIBs).  Lists are separated by '|', in small letters and
 * digits alone, as a text is compared: "NX-OS" is nxos.
 *
 * A word counts where it stands as a word; a beginning (families) counts at the beginning of a word,
 * whatever follows: one of fewer than five letters needs a digit next, and a short one with digits needs three of
 * them in its word.
 */
struct cp_cue_entry {
    const char *maker;    /* a name of maker_table.h */
    const char *products; /* words that only its boxes bear */
    const char *first;    /* the same, but only as the first word of a text */
    const char *families; /* beginnings of words that only its boxes bear */
    const char *software; /* words of software that runs on its own boxes alone */
    const char *anywhere; /* words of software that runs on others' boxes as well */
    const char *images;   /* words and beginnings of its systems for anybody's server or cloud */
};

/** [cp_cue_entry_count], sorted in no way. */
extern const struct cp_cue_entry cp_cue_entries[];
extern const size_t cp_cue_entry_count;

/* Names that are words of their own right, too: they count only as the first word of a text. */
extern const char *const cp_cue_first_only;
/* Makers of chips, systems and clouds whose names stand in texts about others' boxes: shown, never counted. */
extern const char *const cp_cue_of_others;
/* Makers of chips and of boxes: "NEC V850 CPU" names no box's maker. */
extern const char *const cp_cue_of_chips;
/* Names that no text is searched for. */
extern const char *const cp_cue_ignored;
/* Systems under other systems: of them the maker of software only where a text says no more. */
extern const char *const cp_cue_base_systems;
