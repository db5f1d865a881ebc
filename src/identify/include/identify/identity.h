#pragma once

#include "base/date.h"
#include "identify/grade.h"
#include "identify/makers.h"
#include "model/case.h"

/**
 * Who made it, and how we know: facts of a case to conclusions.
 *
 * Each node's box, its software, and each of its parts (and each link's) is a subject.  Every fact that
 * says something about its maker is a clue: a maker's name, a number that a registry gave to somebody, a
 * text in which a system describes itself.  Conclusions follow from the set of clues alone, never from their order.
 *
 * - Nothing is concluded where no clue carries a maker, or where clues disagree.
 * - An enterprise number or a MAC prefix says who registered it: on its own it is a pointer and no proof.
 * - The box and its software are two subjects: software that runs on many makers' boxes says nothing of the box.
 * - A grade is the weakest that the conclusion still needs; a clue past the life of its grade counts as a claim.
 */

typedef enum { CP_IDENTITY_BOX, CP_IDENTITY_SOFTWARE, CP_IDENTITY_PART } cp_identity_subject;

typedef enum {
    CP_IDENTITY_UNKNOWN,      /* no clue carries a maker */
    CP_IDENTITY_CONTRADICTED, /* clues carry different ones */
    CP_IDENTITY_CONCLUDED,
} cp_identity_state;

/** What sort of thing a clue is. */
typedef enum {
    CP_CLUE_MAKER,             /* a fact names the maker */
    CP_CLUE_SYSTEM_TEXT,       /* a text of the system names it, or a product that only it makes */
    CP_CLUE_SOFTWARE,          /* the name of its software */
    CP_CLUE_MODEL,             /* the name of a model that only it makes */
    CP_CLUE_ENTERPRISE_NUMBER, /* sysObjectID, entPhysicalVendorType */
    CP_CLUE_ENGINE_ID,         /* the enterprise number inside */
    CP_CLUE_MAC_PREFIX,
    CP_CLUE_COUNT
} cp_clue_kind;

const char *cp_clue_kind_name(cp_clue_kind kind);

struct cp_clue {
    uint32_t fact; /* index into cp_case.facts */
    cp_clue_kind kind;
    uint32_t
        maker; /* CP_MAKER_OTHER: a name that no table has; CP_MAKER_UNKNOWN: carries none, see why */
    cp_text name;    /* of the maker, or as it is written; empty where it carries none */
    cp_grade grade;  /* after ageing */
    bool aged;       /* the grade was lowered for its age */
    bool expired;    /* the fact said for how long it holds, and that is over */
    bool carries;    /* counts for or against a conclusion; false: shown only, see why */
    const char *why; /* constant: why it carries nothing, only points or is only a claim; NULL */
};

struct cp_identity {
    cp_identity_subject subject;
    cp_object_kind kind; /* CP_OBJECT_NODE or CP_OBJECT_LINK */
    uint32_t object;
    cp_text part; /* PART only */
    cp_identity_state state;
    uint32_t maker;     /* CONCLUDED: of the makers, or CP_MAKER_OTHER */
    cp_text name;       /* CONCLUDED: canonical, or as it is written */
    cp_grade grade;     /* CONCLUDED */
    cp_range clues;     /* in cp_identities.clues, strongest first */
    const char *settle; /* constant: what would settle it; NULL where nothing is open */
};

struct cp_identities {
    const struct cp_identity
        *at; /* nodes in the order of the case: box, software, parts; then links */
    uint32_t count;
    const struct cp_clue *clues;
    uint32_t clue_count;
};

/** A registry of MAC prefixes beside the built-in one: see mac.h. */
struct cp_mac_registry;

struct cp_identify_options {
    cp_date as_of;                          /* CP_DATE_NONE: nothing is aged */
    uint32_t life_days[CP_GRADE_COUNT];     /* UINT32_MAX: for ever */
    const struct cp_mac_registry *registry; /* NULL: the built-in table alone */
};
/** The lives that hold where nothing is said; no date, no registry. */
struct cp_identify_options cp_identify_defaults(void);

/** Cost: O(facts + bytes of their values).  Errors: NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_identify(const struct cp_case *net, const struct cp_makers *makers,
                               const struct cp_identify_options *options, struct cp_arena *arena,
                               const struct cp_identities **out);

/**
 * What the conclusions say as facts of the case, for who judges it: each maker that clues of a subject
 * carry, with the best grade that carries it; so contradictions stay visible, and weak ones accuse and never clear.
 * Facts that name the maker in the case already are not repeated.  source is "identify".
 * What rests on an expired fact alone expires with it.
 */
struct cp_derived_fact {
    cp_object_kind kind;
    uint32_t object;
    cp_text part; /* "software" for the software of a node that names none */
    cp_text maker;
    cp_grade grade;
    cp_text who;           /* TWO_PERSON_INSPECTION: the inspectors; else empty */
    cp_date date, expires; /* of the strongest clue, as its place is */
    cp_place place;
};
CP_MUST_USE cp_err cp_identities_facts(const struct cp_identities *identities,
                                       const struct cp_case *net, struct cp_arena *arena,
                                       const struct cp_derived_fact **out, uint32_t *count);

/** The case with those facts added (cp_case_with_facts): what the judge is asked about.  Errors: NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_identities_case(const struct cp_identities *identities,
                                      const struct cp_case *net, struct cp_arena *arena,
                                      const struct cp_case **out);
