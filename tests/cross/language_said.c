#include "language_said.h"

#include <stdlib.h>
#include <string.h>

/* ---- words ---- */

static cp_text folded(const struct slow_world *world, cp_text word)
{
    cp_text out = CP_TEXT("");

    if (cp_word_fold(word, world->arena, &out) != CP_OK)
        abort();
    return out;
}

bool slow_is_one_of(const struct cp_texts *words, cp_text word)
{
    for (uint32_t i = 0; i < words->count; i++)
        if (cp_text_eq(words->at[i], word))
            return true;
    return false;
}

bool slow_means_unknown(const struct slow_world *world, cp_text text)
{
    static const char *const words[] = {
        "unknown", "?",         "-",         "n/a",       "none",        "null",
        "nil",     "tbd",       "na",        "unnamed",   "unspecified", "oem",
        "generic", "white box", "white-box", "whitebox",  "various",     "other",
        "no name", "no-name",   "noname",    "unbranded", "custom"};
    cp_text plain = folded(world, text);

    for (size_t i = 0; i < CP_COUNT(words); i++)
        if (cp_text_is(plain, words[i]))
            return true;
    return false;
}

/* A last '*' means any ending. */
static bool is_like_one_of(const struct cp_texts *words, cp_text word)
{
    for (uint32_t i = 0; i < words->count; i++) {
        cp_text one = words->at[i];
        bool open = one.len > 0 && one.at[one.len - 1] == '*';

        if (open ? cp_text_starts(word, cp_text_sub(one, 0, one.len - 1)) : cp_text_eq(word, one))
            return true;
    }
    return false;
}

static uint32_t bit_of(const char *words, cp_text word)
{
    cp_text rest = cp_text_of(words), one;

    for (uint32_t bit = 1; cp_text_word(&rest, " ", &one); bit <<= 1)
        if (cp_text_eq(one, word))
            return bit;
    return 0;
}

/* Of a closed vocabulary: who says another word says nothing that can be understood. */
static slow_truth bit_answers(uint32_t wanted, const char *words, cp_text word)
{
    uint32_t bit = bit_of(words, word);

    if (bit == 0)
        return SLOW_MAYBE;
    return (wanted & bit) != 0 ? SLOW_YES : SLOW_NO;
}

static slow_truth date_answers(const struct slow_key *key, cp_text word)
{
    cp_date date = CP_DATE_NONE;

    if (cp_date_parse(word, &date) != CP_OK)
        return SLOW_MAYBE;
    if (key->before != CP_DATE_NONE)
        return date < key->before ? SLOW_YES : SLOW_NO;
    return date > key->after ? SLOW_YES : SLOW_NO;
}

slow_truth slow_word_answers(const struct slow_world *world, const struct slow_key *key,
                             cp_text word)
{
    cp_text plain = folded(world, word);
    bool met;

    if (slow_means_unknown(world, word))
        return SLOW_MAYBE;
    if (key->functions != 0)
        return bit_answers(key->functions, "transmission control management computing storage",
                           plain);
    if (key->capabilities != 0)
        return bit_answers(key->capabilities, "can-route can-see-traffic neither", plain);
    if (strcmp(key->attribute, "installed") == 0)
        return date_answers(key, word);
    if (key->product != NULL)
        met = cp_text_eq(plain, folded(world, key->product->id));
    else if (strcmp(key->attribute, "model") == 0)
        met = is_like_one_of(key->words, plain);
    else
        met = slow_is_one_of(key->words, plain);
    return met ? SLOW_YES : SLOW_NO;
}

static bool has_word(const struct slow_world *world, cp_text list, cp_text plain, bool same)
{
    cp_text word;

    while (cp_text_word(&list, " ", &word))
        if (cp_text_eq(folded(world, word), plain) == same)
            return true;
    return false;
}

/* Neither, and yet something: nobody can tell what is meant. */
static bool contradicts_itself(const struct slow_world *world, const struct slow_key *key,
                               cp_text list)
{
    cp_text neither = CP_TEXT("neither");

    return key->capabilities != 0 && has_word(world, list, neither, true) &&
           has_word(world, list, neither, false);
}

/* Any of the words in a text; a role is one text. */
static slow_truth list_answers(const struct slow_world *world, const struct slow_key *key,
                               cp_text list)
{
    slow_truth truth = SLOW_NO;
    cp_text rest = list, word;

    if (strcmp(key->attribute, "role") == 0)
        return slow_word_answers(world, key, list);
    if (contradicts_itself(world, key, list))
        return SLOW_MAYBE;
    while (cp_text_word(&rest, " ", &word))
        truth = slow_either(truth, slow_word_answers(world, key, word));
    return truth;
}

/* ---- facts ---- */

void slow_facts_of(const struct cp_case *net, cp_object_kind kind, uint32_t object, uint32_t *first,
                   uint32_t *end)
{
    const uint32_t *at = kind == CP_OBJECT_NODE   ? net->node_facts
                         : kind == CP_OBJECT_LINK ? net->link_facts
                                                  : net->site_facts;
    *first = at[object];
    *end = at[object + 1];
}

bool slow_is_expired(const struct slow_world *world, const struct cp_fact *fact)
{
    return fact->expires != CP_DATE_NONE && fact->expires < world->day;
}

/* The cases of this test write plain lists, "kim, lee": two words that differ are two people. */
static bool names_two(cp_text who)
{
    cp_text first = CP_TEXT(""), word = CP_TEXT("");

    (void)cp_text_word(&who, ", ", &first);
    while (cp_text_word(&who, ", ", &word))
        if (!cp_text_same_word(first, word))
            return true;
    return false;
}

/* Evidence keeps its grade for a year; what hardware attests for 90 days, an inspection for three years.  A claim
 * has none to lose, and what anyone could have answered never carries. */
static bool is_old(const struct cp_fact *fact, cp_grade grade, cp_date day)
{
    static const int32_t lives[] = {[CP_GRADE_NEIGHBOUR_VIEW] = 365,
                                    [CP_GRADE_TWO_PERSON_INSPECTION] = 1095,
                                    [CP_GRADE_AUTHENTICATED_READ] = 365,
                                    [CP_GRADE_DEVICE_IDENTITY] = 365,
                                    [CP_GRADE_ATTESTED] = 90};

    return fact->date != CP_DATE_NONE && grade > CP_GRADE_UNAUTHENTICATED_READ &&
           day > fact->date + lives[grade];
}

bool slow_is_enough(const struct slow_world *world, const struct cp_fact *fact,
                    const struct cp_rule *rule)
{
    cp_grade grade = CP_GRADE_CLAIM;

    if (fact->evidence != CP_NONE)
        grade = cp_grade_find(world->net->evidence[fact->evidence].kind);
    if (grade == CP_GRADE_COUNT || (grade == CP_GRADE_TWO_PERSON_INSPECTION &&
                                    !names_two(world->net->evidence[fact->evidence].who)))
        grade = CP_GRADE_CLAIM;
    if (is_old(fact, grade, world->day))
        grade = CP_GRADE_CLAIM;
    return grade >= rule->enough && grade != CP_GRADE_UNAUTHENTICATED_READ;
}

/* Fresh facts about just this thing. */
struct said {
    bool stated;         /* somebody says something, though perhaps long ago */
    bool known, doubt;   /* some know; some say that nobody knows */
    bool enough;         /* the best of those who know */
    slow_truth any, all; /* of those who know */
};

static void hear(const struct slow_asking *asking, const struct slow_key *key,
                 const struct cp_fact *fact, struct said *said)
{
    slow_truth truth = list_answers(asking->world, key, fact->value);

    if (slow_means_unknown(asking->world, fact->value)) {
        said->doubt = true;
        return;
    }
    said->known = true;
    said->enough = said->enough || slow_is_enough(asking->world, fact, asking->rule);
    said->any = slow_either(said->any, truth);
    said->all = slow_both(said->all, truth);
}

static struct said listen(const struct slow_asking *asking, const struct slow_key *key,
                          const struct slow_thing *thing)
{
    struct said said = {.any = SLOW_NO, .all = SLOW_YES};
    uint32_t first, end;

    slow_facts_of(asking->world->net, thing->kind, thing->object, &first, &end);
    for (uint32_t f = first; f < end; f++) {
        const struct cp_fact *fact = &asking->world->net->facts[f];

        if (!cp_text_eq(fact->part, thing->part) || !cp_text_is(fact->attribute, key->attribute))
            continue;
        said.stated = true;
        if (!slow_is_expired(asking->world, fact))
            hear(asking, key, fact, &said);
    }
    return said;
}

slow_truth slow_facts_answer(const struct slow_asking *asking, const struct slow_key *key,
                             const struct slow_thing *thing, bool *stated)
{
    struct said said = listen(asking, key, thing);

    *stated = said.stated;
    if (asking->purpose == SLOW_LETS_OFF)
        return said.enough && !said.doubt ? said.all : SLOW_NO;
    if (said.stated && !said.enough)
        return slow_either(said.any, SLOW_MAYBE);
    return said.any;
}

/* ---- records ---- */

bool slow_is_weakly_filled(const struct slow_asking *asking, const struct slow_thing *whole,
                           const char *attribute, cp_text cell)
{
    const struct slow_world *world = asking->world;
    bool stated = false;
    uint32_t first, end;

    slow_facts_of(world->net, whole->kind, whole->object, &first, &end);
    for (uint32_t f = first; f < end; f++) {
        const struct cp_fact *fact = &world->net->facts[f];

        if (fact->part.len > 0 || !cp_text_is(fact->attribute, attribute) ||
            slow_is_expired(world, fact) ||
            !cp_text_eq(folded(world, fact->value), folded(world, cell)))
            continue;
        stated = true;
        if (slow_is_enough(world, fact, asking->rule))
            return false;
    }
    return stated;
}

bool slow_is_doubtfully_filled(const struct slow_asking *asking, const struct slow_thing *whole,
                               const char *attribute, cp_text cell)
{
    const struct slow_world *world = asking->world;
    bool fresh = false, lapsed = false;
    uint32_t first, end;

    slow_facts_of(world->net, whole->kind, whole->object, &first, &end);
    for (uint32_t f = first; f < end; f++) {
        const struct cp_fact *fact = &world->net->facts[f];
        bool agrees = cp_text_eq(folded(world, fact->value), folded(world, cell));

        if (fact->part.len > 0 || !cp_text_is(fact->attribute, attribute))
            continue;
        if (slow_is_expired(world, fact)) {
            lapsed = lapsed || agrees;
            continue;
        }
        fresh = fresh || agrees;
        if (slow_means_unknown(world, fact->value))
            return true;
    }
    /* What has expired fills no record, but with what hides most. */
    return lapsed && !fresh && cp_text_is(cell, "leased-circuit");
}

bool slow_is_weakly_marked(const struct slow_asking *asking, const struct slow_thing *whole)
{
    const struct slow_world *world = asking->world;
    uint32_t first, end;

    slow_facts_of(world->net, whole->kind, whole->object, &first, &end);
    for (uint32_t f = first; f < end; f++) {
        const struct cp_fact *fact = &world->net->facts[f];

        if (fact->part.len == 0 && cp_text_is(fact->attribute, "tags") &&
            !slow_is_expired(world, fact) && !slow_is_enough(world, fact, asking->rule))
            return true;
    }
    return false;
}

slow_truth slow_doubted(const struct slow_asking *asking, slow_truth truth, bool weak)
{
    if (!weak)
        return truth;
    return asking->purpose == SLOW_LETS_OFF ? SLOW_NO : slow_either(truth, SLOW_MAYBE);
}
