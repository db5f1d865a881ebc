#include "identify/grade.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void every_grade_is_found_by_its_own_name(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < CP_GRADE_COUNT; i++)
        assert_int_equal(cp_grade_find(cp_text_of(cp_grade_name((cp_grade)i))), i);
}

static void grades_rise_from_a_claim_to_what_hardware_attests(void **state)
{
    static const char *const rising[] = {
        "claim",
        "unauthenticated-read",
        "neighbour-view",
        "two-person-inspection",
        "authenticated-read",
        "device-identity",
        "attested",
    };

    (void)state;
    assert_int_equal(CP_COUNT(rising), CP_GRADE_COUNT);
    for (size_t i = 0; i < CP_COUNT(rising); i++)
        assert_string_equal(cp_grade_name((cp_grade)i), rising[i]);
}

static void grades_are_found_in_any_case_and_with_spaces(void **state)
{
    (void)state;
    assert_int_equal(cp_grade_find(CP_TEXT("Authenticated Read")), CP_GRADE_AUTHENTICATED_READ);
    assert_int_equal(cp_grade_find(CP_TEXT("two_person  inspection")),
                     CP_GRADE_TWO_PERSON_INSPECTION);
    assert_int_equal(cp_grade_find(CP_TEXT(" ATTESTED ")), CP_GRADE_ATTESTED);
}

static void what_the_maker_or_nobody_says_is_a_claim(void **state)
{
    (void)state;
    assert_int_equal(cp_grade_find(CP_TEXT("self-declared")), CP_GRADE_CLAIM);
    assert_int_equal(cp_grade_find(CP_TEXT("")), CP_GRADE_CLAIM);
}

static void any_other_word_is_no_grade(void **state)
{
    static const char *const words[] = {"attest", "authenticated", "read", "unknown", "-"};
    char longest[400];

    (void)state;
    for (size_t i = 0; i < CP_COUNT(words); i++)
        assert_int_equal(cp_grade_find(cp_text_of(words[i])), CP_GRADE_COUNT);
    memset(longest, 'a', sizeof(longest));
    assert_int_equal(cp_grade_find((cp_text){longest, sizeof(longest)}), CP_GRADE_COUNT);
}

static void the_nearest_grade_to_a_mistyped_one_is_told(void **state)
{
    (void)state;
    assert_string_equal(cp_grade_nearest(CP_TEXT("atested")), "attested");
    assert_string_equal(cp_grade_nearest(CP_TEXT("neighbor-view")), "neighbour-view");
    assert_null(cp_grade_nearest(CP_TEXT("hearsay")));
}

static void two_people_are_two_different_names_with_a_mark_or_an_and_between(void **state)
{
    static const struct {
        const char *who;
        bool two;
    } cases[] = {
        {"Kim Min-jun, Lee Seo-yeon", true},
        {"kim; lee", true},
        {"kim/lee", true},
        {"A. Smith and B. Jones", true},
        {"kim, kim, and lee", true},
        {"Анна, Ольга", true},
        {"", false},
        {"Kim Min-jun", false},
        {"kim lee", false},
        {"kim, KIM", false},
        {"kim, and kim", false},
        {"kim and kim, kim", false},
        {"kim and and kim", false},
        {"kim,", false},
        {"kim, -", false},
        {"kim, 2", false},
        {"kim / unknown", false},
        {"kim, n/a", true}, /* "n" and "a" might be people's initials */
        {"and, and", false},
        {"kim \xe2\x80\x8b, kim", false}, /* a space that nobody sees */
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(cases); i++)
        if (cp_grade_names_two(cp_text_of(cases[i].who)) != cases[i].two)
            fail_msg("\"%s\"", cases[i].who);
}

static void what_is_written_as_more_than_a_claim_and_is_none_says_why(void **state)
{
    (void)state;
    assert_int_equal(cp_grade_of(CP_TEXT("attested"), CP_TEXT("")).grade, CP_GRADE_ATTESTED);
    assert_null(cp_grade_of(CP_TEXT("attested"), CP_TEXT("")).why);
    assert_null(cp_grade_of(CP_TEXT(""), CP_TEXT("")).why);
    assert_int_equal(cp_grade_of(CP_TEXT("atested"), CP_TEXT("a, b")).grade, CP_GRADE_CLAIM);
    assert_non_null(cp_grade_of(CP_TEXT("atested"), CP_TEXT("a, b")).why);
    assert_int_equal(cp_grade_of(CP_TEXT("two-person-inspection"), CP_TEXT("a, b")).grade,
                     CP_GRADE_TWO_PERSON_INSPECTION);
    assert_int_equal(cp_grade_of(CP_TEXT("two-person-inspection"), CP_TEXT("a")).grade,
                     CP_GRADE_CLAIM);
    assert_non_null(cp_grade_of(CP_TEXT("two-person-inspection"), CP_TEXT("a")).why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_people_are_two_different_names_with_a_mark_or_an_and_between),
        cmocka_unit_test(what_is_written_as_more_than_a_claim_and_is_none_says_why),
        cmocka_unit_test(every_grade_is_found_by_its_own_name),
        cmocka_unit_test(grades_rise_from_a_claim_to_what_hardware_attests),
        cmocka_unit_test(grades_are_found_in_any_case_and_with_spaces),
        cmocka_unit_test(what_the_maker_or_nobody_says_is_a_claim),
        cmocka_unit_test(any_other_word_is_no_grade),
        cmocka_unit_test(the_nearest_grade_to_a_mistyped_one_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
