#include "base/diag.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_diag_hands_its_error_back(void **state)
{
    struct cp_diag diag;
    cp_place place = {2, 12, 5};

    (void)state;
    assert_int_equal(cp_diag_set(NULL, CP_ERR_RANGE, place, "why", CP_TEXT("x")), CP_ERR_RANGE);
    cp_diag_hint(NULL, CP_TEXT("x"));
    assert_int_equal(cp_diag_set(&diag, CP_ERR_UNKNOWN_ID, place, "why", CP_TEXT("x")),
                     CP_ERR_UNKNOWN_ID);
    assert_int_equal(diag.place.line, 12);
    assert_string_equal(diag.why, "why");
    assert_string_equal(diag.subject, "x");
    assert_string_equal(diag.hint, "");
    cp_diag_hint(&diag, CP_TEXT("y"));
    assert_string_equal(diag.hint, "y");
}

static void a_long_subject_is_cut_between_characters(void **state)
{
    struct cp_diag diag;
    char text[CP_DIAG_SUBJECT_MAX + 2];

    (void)state;
    memset(text, 'a', sizeof(text));
    for (size_t len = CP_DIAG_SUBJECT_MAX - 1; len <= sizeof(text); len++) {
        (void)!cp_diag_set(&diag, CP_ERR_RANGE, CP_PLACE_NONE, "why", (cp_text){text, len});
        assert_int_equal(strlen(diag.subject),
                         len < CP_DIAG_SUBJECT_MAX ? len : CP_DIAG_SUBJECT_MAX);
    }
    memcpy(text + CP_DIAG_SUBJECT_MAX - 2, "\xed\x99\x94", 3);
    (void)!cp_diag_set(&diag, CP_ERR_RANGE, CP_PLACE_NONE, "why", (cp_text){text, sizeof(text)});
    assert_int_equal(strlen(diag.subject), CP_DIAG_SUBJECT_MAX - 2);
}

static void control_characters_do_not_reach_the_terminal(void **state)
{
    struct cp_diag diag;

    (void)state;
    (void)!cp_diag_set(&diag, CP_ERR_RANGE, CP_PLACE_NONE, "why", CP_TEXT("a\x1b[2J\n\0\x7f"));
    assert_string_equal(diag.subject, "a?[2J???");
    (void)!cp_diag_set(&diag, CP_ERR_RANGE, CP_PLACE_NONE, "why",
                       CP_TEXT("\xe2\x80\xaexy\xc2\x9b"
                               "1\xff\xed\x95\x9c"));
    assert_string_equal(diag.subject, "?xy?1?\xed\x95\x9c");
}

static void every_error_has_a_word(void **state)
{
    (void)state;
    for (int err = CP_OK; err <= CP_ERR_CONFLICT; err++) {
        assert_non_null(cp_err_name((cp_err)err));
        for (int other = CP_OK; other < err; other++)
            assert_string_not_equal(cp_err_name((cp_err)err), cp_err_name((cp_err)other));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_diag_hands_its_error_back),
        cmocka_unit_test(a_long_subject_is_cut_between_characters),
        cmocka_unit_test(control_characters_do_not_reach_the_terminal),
        cmocka_unit_test(every_error_has_a_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
