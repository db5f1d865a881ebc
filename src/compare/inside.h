#pragma once

#include "base/map.h"
#include "compare/compare.h"

/* A comparison in the making.  What is kept lies in `arena`, the rest in `work`. */

/** One key of one thing: things of both sides with equal keys may be the same. */
struct cp_pair_key {
    uint32_t key[5];
    uint32_t side, at;
};

struct cp_pair_keys {
    struct cp_arena *work;
    struct cp_pair_key *at;
    uint32_t count, cap;
};

/** Things with one key, those of A first; each thing once. */
struct cp_pair_group {
    const struct cp_pair_key *a, *b;
    uint32_t a_count, b_count;
};

/** A range of value candidates while a thing's are collected. */
struct cp_stated {
    cp_text part;   /* as it is compared */
    cp_text shown;  /* the part as this side writes it */
    cp_text folded; /* the value as it is compared, in work */
    uint32_t maker; /* of MAKER */
    cp_differs kind;
    cp_side side;
    struct cp_stated_value value;
};

struct cp_comparing {
    struct cp_compare_side side[CP_SIDES];
    const struct cp_makers *makers;
    struct cp_arena *arena, *work;
    struct cp_comparison *out;

    struct cp_map *words; /* texts to numbers, of both sides */
    cp_text *word_texts;
    uint32_t word_count, word_cap;

    uint32_t *partner[CP_SIDES]; /* [nodes] of the other side; CP_NONE */
    uint8_t *by[CP_SIDES];       /* [nodes] cp_match_by, where there is a partner */
    bool *doubtful[CP_SIDES]; /* [nodes] without a partner, and something names it like another */
    uint32_t *site_partner[CP_SIDES]; /* [sites] */
    uint32_t *link_partner[CP_SIDES]; /* [links] */
    bool *link_told[CP_SIDES];        /* [links] some row speaks of it, or a LAN covers it */

    struct cp_compare_row *rows;
    struct cp_stated_value *values;
    uint32_t row_count, row_cap, value_count, value_cap;
    struct cp_stated *stated; /* of the things compared now */
    uint32_t stated_count, stated_cap;
};

/* pairs.c */
CP_MUST_USE cp_err cp_pairs_add(struct cp_pair_keys *keys, const uint32_t key[5], cp_side side,
                                uint32_t at);
void cp_pairs_sort(struct cp_pair_keys *keys);
/** The group that begins at *from, which is moved behind it; false at the end. */
bool cp_pairs_next(const struct cp_pair_keys *keys, uint32_t *from, struct cp_pair_group *group);
/**
 * Sorts the keys and makes pairs of things without a partner: of those that alone have some key on their
 * sides, and no other with another.  partner: [things] of each side.
 */
CP_MUST_USE cp_err cp_pairs_match(struct cp_pair_keys *keys, uint32_t *const partner[CP_SIDES]);
/** The number of a text.  NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_comparing_word(struct cp_comparing *c, cp_text text, uint32_t *word);

/* devices.c: partner, by, doubtful, site_partner; matches and doubts of the answer. */
CP_MUST_USE cp_err cp_comparing_devices(struct cp_comparing *c);

/* values.c: rows of devices, and sites. */
CP_MUST_USE cp_err cp_comparing_values(struct cp_comparing *c);
CP_MUST_USE cp_err cp_comparing_sites(struct cp_comparing *c);
/** Of evidence, by its number in the case; CP_NONE: a claim. */
cp_grade cp_comparing_grade(const struct cp_case *net, uint32_t evidence);
/** What facts state of a pair of things: rows where it differs.  at: of each side. */
CP_MUST_USE cp_err cp_comparing_facts(struct cp_comparing *c, cp_object_kind kind,
                                      const uint32_t at[CP_SIDES]);

/* agree.c */
/** Brings a value into the form in which it is compared; false: it states nothing. */
CP_MUST_USE cp_err cp_stated_fold(struct cp_comparing *c, struct cp_stated *stated, bool *states);
bool cp_stated_agree(const struct cp_stated *a, const struct cp_stated *b);
/** Makers of which one belongs to the other, or both to a third. */
bool cp_stated_belong(const struct cp_makers *makers, const struct cp_stated *a,
                      const struct cp_stated *b);

/* links.c, absence.c */
CP_MUST_USE cp_err cp_comparing_links(struct cp_comparing *c);
CP_MUST_USE cp_err cp_comparing_absent_links(struct cp_comparing *c);
/** Whether the link has links of layer ip or ethernet below. */
bool cp_comparing_is_above(const struct cp_case *net, const struct cp_link_rec *link);

/* rows.c */
CP_MUST_USE cp_err cp_comparing_row(struct cp_comparing *c, const struct cp_compare_row *row);
/** A value of a row that is about to be added: to the end of row->values[side]. */
CP_MUST_USE cp_err cp_comparing_value(struct cp_comparing *c, struct cp_compare_row *row,
                                      cp_side side, const struct cp_stated_value *value);
/** A row of one value on each side. */
CP_MUST_USE cp_err cp_comparing_pair(struct cp_comparing *c, struct cp_compare_row row,
                                     const struct cp_stated_value values[CP_SIDES]);
/** A number, as text in the arena.  NOMEM. */
CP_MUST_USE cp_err cp_comparing_number(struct cp_comparing *c, uint64_t number, cp_text *out);
