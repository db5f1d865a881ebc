#pragma once

#include "cues.h"

/** Clues of one subject, gathered from facts: what each says, and what part it may play in a conclusion. */
typedef enum {
    CP_ROLE_SHOWN, /* carries nothing; why says so */
    CP_ROLE_HINTS, /* points to a maker and is counted only against another's name where it is guarded */
    CP_ROLE_POINTS,   /* a number: names its registrant */
    CP_ROLE_NAMES,    /* names the maker of the subject */
    CP_ROLE_IMAGE,    /* a system for anybody's server */
    CP_ROLE_DISGUISE, /* letters of two scripts: nobody can tell */
} cp_clue_role;

struct cp_finding {
    struct cp_clue clue;
    cp_clue_role role;
    uint32_t number; /* POINTS: the enterprise number */
    bool base;       /* of a system under another: counts only where nothing else does */
    bool open;       /* NAMES: its fact names others, who have nothing to do with this one, too */
};

/** A growing list; of one subject at a time. */
struct cp_findings {
    struct cp_finding *at;
    uint32_t count, cap;
};

struct cp_gathering {
    const struct cp_case *net;
    const struct cp_makers *makers;
    const struct cp_identify_options *options;
    const struct cp_cues *cues;
    struct cp_arena *arena;  /* for names that stay */
    struct cp_cue_list list; /* of the text at hand */
    uint32_t *texts;         /* [text_count] facts sys-descr of the object that texts_of is about */
    uint32_t text_count, text_cap;
    uint32_t texts_of;      /* a fact of that object; CP_NONE: none yet */
    uint32_t graded;        /* the evidence last graded, CP_NONE: none */
    struct cp_graded grade; /* its grade */
};

/** What a fact says of the maker of the thing it is about (box or part).  Errors: NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_clues_of_thing(struct cp_gathering *g, uint32_t fact,
                                     struct cp_findings *into);
/** Leaves systems under others out where something else names or points to the maker of the software. */
void cp_clues_settle_base(struct cp_findings *findings);
/** What it says of the maker of the software: of a node's own, or, for maker, of the part that is its software. */
CP_MUST_USE cp_err cp_clues_of_software(struct cp_gathering *g, uint32_t fact,
                                        struct cp_findings *into);
