#pragma once

#include "identify/identity.h"

#include "squeeze.h"

/**
 * What the words of a text point to: names of makers, families of products, software, models.
 *
 * Made once for a set of makers; a text then costs its bytes, however much the tables hold: each word is looked
 * up as it stands, as the beginning of a family, and together with the words after it.
 */
struct cp_cues;

/* Traits of a cue or of where it stands. */
enum {
    CP_CUE_NAME = 1,        /* a maker's name; else a product, software or model */
    CP_CUE_FIRST = 2,       /* counts only as the first word */
    CP_CUE_OTHERS = 4,      /* stands in texts about others' boxes: shown, never counted */
    CP_CUE_ANYWHERE = 8,    /* software that runs on others' boxes as well */
    CP_CUE_IMAGE = 16,      /* a system for anybody's server: there is no box of its maker's */
    CP_CUE_BASE = 32,       /* a system under another */
    CP_CUE_HOST = 64,       /* in what the text gives as the host's own name */
    CP_CUE_AFTER_FOR = 128, /* "for IBM": whom it was made for */
    CP_CUE_INSIDE = 256,    /* of a guarded maker, inside a word */
    CP_CUE_CHIPS = 1024, /* of a maker of chips and of boxes: not counted where a chip is named */
    CP_CUE_DISGUISED = 512, /* letters of two scripts in a word: nobody can tell; no maker */
};

struct cp_cue {
    uint32_t maker;
    uint16_t traits;
    uint8_t kind; /* CP_CLUE_SYSTEM_TEXT, SOFTWARE or MODEL */
};

/** The cues of one text at a time.  Starts as zeroes; its room in the arena is used again. */
struct cp_cue_list {
    struct cp_cue *at;
    uint32_t count, cap;
    struct cp_squeezed text;
};

CP_MUST_USE cp_err cp_cues_make(const struct cp_makers *makers, struct cp_arena *arena,
                                const struct cp_cues **out);

/** The cues of a text, each once, in the order of the text.  Cost: O(bytes).  Errors: NOMEM. */
CP_MUST_USE cp_err cp_cues_read(const struct cp_cues *cues, cp_text text, struct cp_arena *arena,
                                struct cp_cue_list *list);

/** Whether the maker is, or belongs to, one that nobody may be mistaken for another. */
bool cp_cues_guarded(const struct cp_cues *cues, uint32_t maker);
/** Whether its systems run on others' boxes and its name in a text names them. */
bool cp_cues_house(const struct cp_cues *cues, uint32_t maker);
/** Whether it never made a box. */
bool cp_cues_boxless(const struct cp_cues *cues, uint32_t maker);
/** Whether both may stand in what one box says: the same, affiliates of one, or kin (number_table.h). */
bool cp_cues_kin(const struct cp_cues *cues, uint32_t a, uint32_t b);
/** Index of a maker of the tables by its name; CP_MAKER_OTHER where a row has taken it away. */
uint32_t cp_cues_maker(const struct cp_cues *cues, const char *name);
