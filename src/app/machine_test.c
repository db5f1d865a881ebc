#include "app/machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define SECONDS_A_DAY INT64_C(86400)

static void the_next_midnight_is_within_a_day_and_a_change_of_clocks(void **state)
{
    static const char *const zones[] = {"",           "Asia/Seoul",       "Pacific/Kiritimati",
                                        "Etc/GMT+12", "America/New_York", "Nowhere/At_All"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(zones); i++) {
        int64_t before = time(NULL), at = cp_machine_midnight(cp_text_of(zones[i]));

        assert_true(at > before);
        assert_true(at <= (int64_t)time(NULL) + SECONDS_A_DAY + 7200);
    }
}

/* By day and by night: one of these zones is in another day than UTC. */
static void midnight_is_where_the_day_ends(void **state)
{
    static const struct {
        const char *zone;
        int64_t ahead;
    } zones[] = {{"ZON-3:30", 12600}, {"ZON-13", 46800}, {"ZON+12", -43200}, {"ZON0", 0}};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(zones); i++) {
        assert_int_equal(setenv("TZ", zones[i].zone, 1), 0);
        int64_t at = cp_machine_midnight(CP_TEXT(""));

        assert_int_equal((at + zones[i].ahead) % SECONDS_A_DAY, 0);
    }
    assert_int_equal(unsetenv("TZ"), 0);
}

static void asking_for_a_day_elsewhere_leaves_the_machines_zone_as_it_is(void **state)
{
    bool known;

    (void)state;
    assert_int_equal(setenv("TZ", "ZON-3:30", 1), 0);
    (void)cp_machine_today(CP_TEXT("Etc/GMT+12"), &known);
    assert_string_equal(getenv("TZ"), "ZON-3:30");
    assert_int_equal(unsetenv("TZ"), 0);
    (void)cp_machine_today(CP_TEXT("Etc/GMT+12"), &known);
    assert_null(getenv("TZ"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_midnight_is_within_a_day_and_a_change_of_clocks),
        cmocka_unit_test(midnight_is_where_the_day_ends),
        cmocka_unit_test(asking_for_a_day_elsewhere_leaves_the_machines_zone_as_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
