#include "registrant_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void every_number_of_the_table_is_found_and_none_beside(void **state)
{
    (void)state;
    for (size_t i = 0; i < cp_registrant_count; i++) {
        assert_true(i == 0 || cp_registrants[i - 1].number < cp_registrants[i].number);
        assert_ptr_equal(cp_registrant_find(cp_registrants[i].number), cp_registrants[i].name);
    }
    assert_null(cp_registrant_find(0));
    assert_null(cp_registrant_find(UINT32_MAX));
}

static void a_text_names_a_registrant_by_the_first_word_of_its_own(void **state)
{
    (void)state;
    assert_true(cp_registrant_is_named("Vubiq Networks", CP_TEXT("VUBIQ-V60s bridge")));
    assert_true(cp_registrant_is_named("Shenzhen Frobnicate Technology Co., Ltd",
                                       CP_TEXT("frobnicate switch")));
    assert_false(cp_registrant_is_named("Shenzhen Frobnicate Technology Co., Ltd",
                                        CP_TEXT("a Technology of Shenzhen")));
    assert_false(cp_registrant_is_named("Frobnicate Inc.", CP_TEXT("frobnicates")));
    assert_false(cp_registrant_is_named("Frobnicate Inc.", CP_TEXT("")));
    assert_false(cp_registrant_is_named("3.14", CP_TEXT("3.14")));
    assert_false(cp_registrant_is_named("Optical Network Systems", CP_TEXT("Optical Network")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_number_of_the_table_is_found_and_none_beside),
        cmocka_unit_test(a_text_names_a_registrant_by_the_first_word_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
