#pragma once

#include "judge/judge.h"

/**
 * What a case says of its elements beside who made them, as small numbers: each different word of a
 * kind once.  Rules are then laid over words, and elements only look up what became of their words.
 */

/** What selectors ask about. */
typedef enum {
    CP_DIM_WHO, /* a name of stated.h; kept with the facts, not here */
    CP_DIM_CLASS,
    CP_DIM_MODEL,
    CP_DIM_ROLE,
    CP_DIM_TECHNOLOGY,
    CP_DIM_FUNCTION,
    CP_DIM_CAPABILITY,
    CP_DIM_OPERATOR,
    CP_DIM_INSTALLED,
    CP_DIM_PRODUCT, /* ids of products that somebody states it to be */
    CP_DIM_WORDS,   /* so many of the above have words */
    CP_DIM_SITE = CP_DIM_WORDS,
    CP_DIM_LAYER,
    CP_DIM_TAG,
    CP_DIM_COUNT
} cp_dim;

/** The key of a policy that asks about it, for people; facts have the same attribute. */
const char *cp_dim_key(cp_dim dim);

/* Numbers of words. */
enum { CP_VALUE_UNSTATED = 0, CP_VALUE_UNKNOWN = 1, CP_VALUE_FIRST = 2 };

/**
 * The words of one kind: several of one thing are one value, '\n' between them, and "unknown" the last of
 * them where somebody says so.
 */
struct cp_values {
    cp_text *at; /* [count] as stated, not folded */
    uint32_t count, cap;
    struct cp_map *ids;
    cp_text last;
    uint32_t last_id;
};

/** What is said of a thing, and on which grade of evidence: the best where several say it. */
struct cp_attributes {
    uint32_t value[CP_DIM_WORDS];
    uint8_t grade[CP_DIM_WORDS]; /* cp_weight */
};

enum { CP_PART_SILENT = 0 }; /* the part that says nothing of its own */

struct cp_catalogue {
    const struct cp_case *net;
    struct cp_arena *arena;
    cp_date as_of;
    bool trial;       /* a policy's own test */
    cp_weight silent; /* grade of facts that state none */
    struct cp_values values[CP_DIM_WORDS];
    uint32_t *node[CP_DIM_WORDS], *link[CP_DIM_WORDS]; /* [node_count]; NULL: none says anything */
    uint8_t *node_grade[CP_DIM_WORDS], *link_grade[CP_DIM_WORDS];
    /* Of facts that fill a record, where they are worth less than a row; NULL: none is. */
    uint8_t *node_tag_grade, *link_tag_grade, *site_tag_grade; /* the least that states a tag */
    uint8_t *site_grade;      /* [node_count] the best that says where it stands */
    uint8_t *country_grade;   /* [site_count] the best that says in which country it is */
    uint8_t *country_doubted; /* [site_count] 1: some fact says that nobody knows */
    uint32_t *fact_part;      /* [fact_count] index into parts; CP_NONE: of the thing itself */
    uint32_t *part_first; /* [fact_count] the first fact about the same part; CP_NONE likewise */
    struct cp_attributes *parts; /* [part_count] what parts say of their own */
    uint32_t part_count, part_cap;
    uint8_t *evidence_weight;        /* [evidence_count] */
    const struct cp_remark *remarks; /* evidence that is no grade */
    uint32_t remark_count;
};

/** trial: a policy's own test, where unstated evidence is enough.
 * Cost: O(elements + facts log facts of an object). */
CP_MUST_USE cp_err cp_catalogue_make(const struct cp_case *net, cp_date as_of, bool trial,
                                     struct cp_arena *arena, struct cp_catalogue *out);

/** The number of a word of an element; kind: node or link. */
static inline uint32_t cp_catalogue_value(const struct cp_catalogue *cat, cp_dim dim,
                                          cp_object_kind kind, uint32_t object)
{
    const uint32_t *values = kind == CP_OBJECT_NODE ? cat->node[dim] : cat->link[dim];

    return values == NULL ? CP_VALUE_UNSTATED : values[object];
}

/** Of role, operator and class of a link: ATTESTED where no fact states the value that counts. */
static inline cp_weight cp_catalogue_grade(const struct cp_catalogue *cat, cp_dim dim,
                                           cp_object_kind kind, uint32_t object)
{
    const uint8_t *grades = kind == CP_OBJECT_NODE ? cat->node_grade[dim] : cat->link_grade[dim];

    return grades == NULL ? CP_WEIGHT_MOST : (cp_weight)grades[object];
}

/** The least grade of the facts that state a thing's tags.  ATTESTED where only its row does. */
static inline cp_weight cp_catalogue_tag_grade(const struct cp_catalogue *cat, cp_object_kind kind,
                                               uint32_t object)
{
    const uint8_t *grades = kind == CP_OBJECT_NODE   ? cat->node_tag_grade
                            : kind == CP_OBJECT_LINK ? cat->link_tag_grade
                                                     : cat->site_tag_grade;

    return grades == NULL ? CP_WEIGHT_MOST : (cp_weight)grades[object];
}

/** The best grade of the facts that state a node's site.  ATTESTED where only its row does. */
static inline cp_weight cp_catalogue_site_grade(const struct cp_catalogue *cat, uint32_t node)
{
    return cat->site_grade == NULL ? CP_WEIGHT_MOST : (cp_weight)cat->site_grade[node];
}

/** The best grade of the facts that state a site's country.  ATTESTED where only its row does. */
static inline cp_weight cp_catalogue_country_grade(const struct cp_catalogue *cat, uint32_t site)
{
    return cat->country_grade == NULL ? CP_WEIGHT_MOST : (cp_weight)cat->country_grade[site];
}

/** Whether some fact says that nobody knows a site's country, whatever it is: nothing is let off for it. */
static inline bool cp_catalogue_country_doubted(const struct cp_catalogue *cat, uint32_t site)
{
    return cat->country_doubted != NULL && cat->country_doubted[site] != 0;
}

/** What a fact's evidence weighs on the day: past the life of its grade it is a claim. */
cp_weight cp_catalogue_fact_weight(const struct cp_catalogue *cat, uint32_t fact);

/** Whether a fact has expired on the day asked. */
bool cp_catalogue_has_expired(const struct cp_catalogue *cat, const struct cp_fact *fact);
/** Whether a word of an inventory says that nobody knows, as it would of a maker. */
bool cp_catalogue_means_unknown(cp_text word);
/** Whether two words of an inventory are the same as selectors compare them. */
bool cp_catalogue_same_word(cp_text a, cp_text b);
/** The number of a word or of joined statements, new where it is.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_catalogue_intern(struct cp_catalogue *cat, cp_dim dim, cp_text text,
                                       uint32_t *value);
