#pragma once

#include "catalogue.h"
#include "stated.h"

/**
 * How a thing is seen.
 *
 * Whom a rule is against: a link meets what any of its ends meets; weak evidence does not clear.
 * What relieves from it: only what is certain, on evidence that is enough, of the thing's own, and
 * of a link at all its ends.
 */
typedef enum { CP_SEE_AGAINST, CP_SEE_RELIEF } cp_see;

enum { CP_SELECTS = 2 }; /* selectors of one condition at most */

/**
 * Conditions laid over elements, 64 at a time.
 *
 * A condition is a conjunction of selectors.  It is laid over each different word of a case once;
 * what came of it is a bit in the word's row, and an element only joins the rows of its words.  Three
 * bits a condition, each implying the next: the element meets it for `sure`; `perhaps` (something
 * is unknown); it may, were nothing `lacking` (something is not stated).
 */
struct cp_condition {
    uint32_t policy;
    bool absent;                                 /* nothing meets it */
    const struct cp_select *selects[CP_SELECTS]; /* [select_count] all are to be met */
    uint32_t select_count;
    bool turned;     /* the makers of selects[0] are an allow-list: met by whom they do not name */
    uint32_t layers; /* bits of the layers that count */
    bool asks_installed; /* installed within the window */
    struct cp_window installed;
    cp_weight enough;
    cp_see how;         /* what relieves trusts no maker for one of its countries of control */
    const cp_date *day; /* on which lists are read; NULL: its policy's */
};

/** Rows of one dimension; each [values][words].  firm: every statement of several meets it. */
struct cp_table {
    uint64_t *firm, *sure, *perhaps, *lacking;
    uint64_t *free; /* [words] conditions that do not ask about it */
    bool used;      /* some condition asks */
};

/**
 * Rows of what a thing may have several of (tags, products): conditions that one of their selectors is
 * met by it, so that rows of a thing are joined with "or".
 */
struct cp_several {
    uint64_t *rows; /* [things][words] */
    uint64_t *free; /* [words] conditions whose selector does not ask */
    bool used;
};

struct cp_conditions {
    uint32_t count, words;
    uint64_t *present; /* [words] conditions that something can meet */
    struct cp_table dims[CP_DIM_COUNT];
    uint64_t *enough[CP_GRADE_COUNT]; /* [words] conditions for which the grade is enough */
    struct cp_map *tags;              /* number of a tag that some condition asks about */
    struct cp_several tag[CP_SELECTS], product[CP_SELECTS];
};

/** Which values hold a word: of many a condition asks about few. */
struct cp_word_use {
    uint32_t value, next; /* next: of the same word; CP_NONE */
};
struct cp_word_index {
    struct cp_map *first; /* by word: its first use */
    struct cp_word_use *at;
    uint32_t count, cap;
};

/** What conditions are made from, the same for all sets of a judge. */
struct cp_ground {
    const struct cp_catalogue *cat;
    const struct cp_stated *names;
    const struct cp_judge_policy *policies;
    uint32_t policy_count;
    /* Words of the case as they are compared: '\n' between statements, spaces between words. */
    cp_text *spelled[CP_DIM_WORDS];
    struct cp_word_index words[CP_DIM_WORDS];
    cp_text *country;        /* [site_count] */
    uint32_t *product_first; /* [policy_count] number of a policy's first product */
    uint32_t product_count;
    /* All products of all policies, as rules see them that are content with evidence of that grade; what
     * relieves trusts no maker for one of its countries.  NULL: no rule is. */
    const struct cp_conditions *products[2][CP_GRADE_COUNT]; /* by cp_see */
    struct cp_table named; /* products by the words of CP_DIM_PRODUCT: which ids they are */
    struct cp_arena *arena;
};

CP_MUST_USE cp_err cp_ground_make(const struct cp_catalogue *cat, const struct cp_stated *names,
                                  const struct cp_judge_policy *policies, uint32_t count,
                                  struct cp_arena *arena, struct cp_ground *out);

/** Cost: O(count * different words).  Errors: NOMEM. */
CP_MUST_USE cp_err cp_conditions_make(struct cp_ground *ground,
                                      const struct cp_condition *conditions, uint32_t count,
                                      struct cp_conditions *out);

/** A thing as conditions see it. */
struct cp_subject {
    cp_object_kind kind; /* node or link */
    uint32_t object;
    const struct cp_attributes *part; /* NULL: the thing itself */
    uint32_t name;                    /* of stated.h: who made it */
    cp_weight grade;                  /* of the fact that states the maker */
};

/** Bits of all conditions of a set; each [words]. */
struct cp_seen {
    uint64_t *sure, *perhaps, *lacking;
};
CP_MUST_USE cp_err cp_seen_make(uint32_t words, struct cp_arena *arena, struct cp_seen *out);

/** work: for the products; borrowed.  Cost: O(dimensions * words).  True where some bit is set. */
bool cp_conditions_see(const struct cp_ground *ground, const struct cp_conditions *set,
                       const struct cp_subject *subject, cp_see how, struct cp_seen *work,
                       struct cp_seen *out);

/** Why a subject meets a condition perhaps only: something is unknown, or is not stated. */
typedef enum { CP_DOUBT_UNKNOWN, CP_DOUBT_LACKING } cp_doubt;

/** The first dimension, other than the maker, in which such a doubt about condition number `at` lies;
 * CP_DIM_COUNT: in none. */
cp_dim cp_conditions_doubt(const struct cp_ground *ground, const struct cp_conditions *set,
                           const struct cp_subject *subject, uint32_t at, cp_doubt doubt);

/** The first dimension in which a subject does not meet condition number `at`, which it does not meet
 * even perhaps: its layer, what else is asked, its maker last.  work: [set->words]; borrowed. */
cp_dim cp_conditions_unmet(const struct cp_ground *ground, const struct cp_conditions *set,
                           const struct cp_subject *subject, uint32_t at, struct cp_seen *work);

/** The words of a subject that a condition asks about, in one dimension; empty: it says nothing. */
cp_text cp_subject_words(const struct cp_ground *ground, const struct cp_subject *subject,
                         cp_dim dim);
/** Whether condition number `at` asks about a dimension. */
bool cp_conditions_asks(const struct cp_conditions *set, cp_dim dim, uint32_t at);
