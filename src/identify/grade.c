#include "identify/grade.h"

#include "identify/fold.h"
#include "identify/makers.h"

/* Words in the order of the grades; a grade may have several, the first is its name. */
static const struct {
    const char *word;
    cp_grade grade;
} words[] = {
    {"claim", CP_GRADE_CLAIM},
    {"unauthenticated-read", CP_GRADE_UNAUTHENTICATED_READ},
    {"neighbour-view", CP_GRADE_NEIGHBOUR_VIEW},
    {"two-person-inspection", CP_GRADE_TWO_PERSON_INSPECTION},
    {"authenticated-read", CP_GRADE_AUTHENTICATED_READ},
    {"device-identity", CP_GRADE_DEVICE_IDENTITY},
    {"attested", CP_GRADE_ATTESTED},
    {"self-declared", CP_GRADE_CLAIM},
    {"", CP_GRADE_CLAIM},
};

const char *cp_grade_name(cp_grade grade)
{
    CP_ASSERT(grade < CP_GRADE_COUNT);
    return words[grade].word;
}

cp_grade cp_grade_find(cp_text word)
{
    struct cp_folded buffer;
    cp_text folded = CP_TEXT("");

    if (!cp_fold_word(word, &buffer, &folded))
        return CP_GRADE_COUNT;
    for (size_t i = 0; i < CP_COUNT(words); i++) {
        if (cp_text_is(folded, words[i].word))
            return words[i].grade;
    }
    return CP_GRADE_COUNT;
}

/* The folded text up to a mark or an "and", trimmed; false at the end. */
static bool take_name(cp_text *rest, cp_text *name)
{
    static const cp_text marks = {",;&+/|", 6};
    static const cp_text both = {" and ", 5};
    size_t at = 0;

    if (rest->len == 0)
        return false;
    while (at < rest->len && cp_text_find(marks, rest->at[at], 0) == marks.len &&
           !cp_text_starts(cp_text_sub(*rest, at, rest->len), both))
        at++;
    *name = cp_text_trim(cp_text_sub(*rest, 0, at));
    at += at < rest->len && rest->at[at] == ' ' ? both.len - 1 : 1; /* "a and and b" parts twice */
    *rest = cp_text_sub(*rest, at, rest->len);
    return true;
}

/* "lee, and kim": the word belongs to no name. */
static cp_text without_and(cp_text name)
{
    while (cp_text_starts(name, CP_TEXT("and ")))
        name = cp_text_trim(cp_text_sub(name, 4, name.len));
    while (cp_text_ends(name, CP_TEXT(" and")))
        name = cp_text_trim(cp_text_sub(name, 0, name.len - 4));
    return name;
}

/* Marks and digits alone name nobody; nor do the words for not knowing. */
static bool is_name(cp_text folded)
{
    if (cp_makers_means_unknown(folded) || cp_text_is(folded, "and"))
        return false;
    for (size_t i = 0; i < folded.len; i++) {
        unsigned char c = (unsigned char)folded.at[i];
        if ((c >= 'a' && c <= 'z') || c >= 0x80)
            return true;
    }
    return false;
}

bool cp_grade_names_two(cp_text who)
{
    struct cp_folded buffer;
    cp_text first = CP_TEXT("");
    cp_text name = CP_TEXT("");
    cp_text rest = CP_TEXT("");

    (void)cp_fold(who, &buffer, &rest); /* of a text that is too long its beginning counts */
    while (take_name(&rest, &name)) {
        name = without_and(name);
        if (!is_name(name))
            continue;
        if (first.len > 0 && !cp_text_eq(first, name))
            return true;
        first = name;
    }
    return false;
}

struct cp_graded cp_grade_of(cp_text word, cp_text who)
{
    cp_grade grade = cp_grade_find(word);

    if (grade == CP_GRADE_COUNT)
        return (struct cp_graded){CP_GRADE_CLAIM, "no grade of evidence: counts as a claim"};
    if (grade == CP_GRADE_TWO_PERSON_INSPECTION && !cp_grade_names_two(who))
        return (struct cp_graded){CP_GRADE_CLAIM,
                                  "an inspection that does not name two people: counts as a claim"};
    return (struct cp_graded){grade, NULL};
}

const char *cp_grade_nearest(cp_text word)
{
    cp_text candidates[CP_COUNT(words)];
    size_t count = 0;

    for (size_t i = 0; i < CP_COUNT(words); i++) {
        if (words[i].word[0] != '\0')
            candidates[count++] = cp_text_of(words[i].word);
    }
    size_t near = cp_text_nearest(word, candidates, count);
    return near < count ? words[near].word : NULL;
}

cp_weight cp_grade_weight(cp_grade grade)
{
    if (grade == CP_GRADE_UNAUTHENTICATED_READ)
        return CP_WEIGHT_NOTHING;
    return grade == CP_GRADE_CLAIM ? 1 : (cp_weight)grade;
}

cp_weight cp_grade_least(cp_grade enough)
{
    return enough == CP_GRADE_UNAUTHENTICATED_READ ? cp_grade_weight(CP_GRADE_NEIGHBOUR_VIEW)
                                                   : cp_grade_weight(enough);
}

cp_grade cp_weight_grade(cp_weight weight)
{
    CP_ASSERT(weight <= CP_WEIGHT_MOST);
    if (weight == CP_WEIGHT_NOTHING)
        return CP_GRADE_UNAUTHENTICATED_READ;
    return weight == 1 ? CP_GRADE_CLAIM : (cp_grade)weight;
}

uint32_t cp_grade_life_days(cp_grade grade)
{
    static const uint32_t lives[CP_GRADE_COUNT] = {[CP_GRADE_CLAIM] = UINT32_MAX,
                                                   [CP_GRADE_UNAUTHENTICATED_READ] = 365,
                                                   [CP_GRADE_NEIGHBOUR_VIEW] = 365,
                                                   [CP_GRADE_TWO_PERSON_INSPECTION] = 3 * 365,
                                                   [CP_GRADE_AUTHENTICATED_READ] = 365,
                                                   [CP_GRADE_DEVICE_IDENTITY] = 365,
                                                   [CP_GRADE_ATTESTED] = 90};

    CP_ASSERT(grade < CP_GRADE_COUNT);
    return lives[grade];
}

bool cp_grade_has_aged(cp_date date, uint32_t life_days, cp_date as_of)
{
    return date != CP_DATE_NONE && as_of != CP_DATE_NONE && life_days != UINT32_MAX &&
           (int64_t)date + life_days < (int64_t)as_of;
}
