#include "identify/grade.h"

#include "identify/fold.h"

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
