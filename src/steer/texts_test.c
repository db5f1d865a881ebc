#include "world.h"

#include <stdio.h>

/* Texts of whole answers are files of tests/steer; CP_BLESS=1 writes them anew: read the diff then. */

static void assert_golden(struct world *w, const char *name)
{
    static char expected[65536];
    char path[128];
    cp_text got = joined(w);
    FILE *file = NULL;

    (void)snprintf(path, sizeof(path), "tests/steer/%s.txt", name);
    if (getenv("CP_BLESS") != NULL) {
        file = fopen(path, "w");
        assert_non_null(file);
        assert_int_equal(fwrite(got.at, 1, got.len, file), got.len);
        assert_int_equal(fclose(file), 0);
    }
    file = fopen(path, "r");
    assert_non_null(file);
    expected[fread(expected, 1, sizeof(expected) - 1, file)] = '\0';
    assert_int_equal(fclose(file), 0);
    assert_string_equal(got.at, expected);
}

static void frr_has_policies_of_labels(void **state)
{
    struct world *w = *state;

    begin(w, CP_SYSTEM_FRR, CP_PLANE_SR_MPLS);
    put_all(w);
    make(w);
    assert_golden(w, "frr");
}

static void ios_xr_drops_what_is_invalid(void **state)
{
    struct world *w = *state;

    begin(w, CP_SYSTEM_IOS_XR, CP_PLANE_SR_MPLS);
    put_all(w);
    make(w);
    assert_golden(w, "ios-xr");
}

static void ios_xr_has_micro_sids(void **state)
{
    struct world *w = *state;

    begin(w, CP_SYSTEM_IOS_XR, CP_PLANE_SRV6);
    w->s.micro = true;
    put_all(w);
    w->request.design_count = 0;
    make(w);
    assert_golden(w, "ios-xr-srv6");
}

static void junos_resolves_by_the_class_alone(void **state)
{
    struct world *w = *state;

    begin(w, CP_SYSTEM_JUNOS, CP_PLANE_SR_MPLS);
    put_all(w);
    make(w);
    assert_golden(w, "junos");
}

static void junos_has_micro_sids(void **state)
{
    struct world *w = *state;

    begin(w, CP_SYSTEM_JUNOS, CP_PLANE_SRV6);
    w->s.micro = true;
    put_all(w);
    w->request.design_count = 0;
    make(w);
    assert_golden(w, "junos-srv6");
}

static void sr_os_has_a_policy_a_preference(void **state)
{
    struct world *w = *state;

    begin(w, CP_SYSTEM_SR_OS, CP_PLANE_SR_MPLS);
    put_all(w);
    make(w);
    assert_golden(w, "sr-os");
}

static void linux_has_a_script(void **state)
{
    struct world *w = *state;

    begin(w, CP_SYSTEM_LINUX, CP_PLANE_SRV6);
    put_all(w);
    make(w);
    assert_golden(w, "linux");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(frr_has_policies_of_labels), TEST(ios_xr_drops_what_is_invalid),
        TEST(ios_xr_has_micro_sids),      TEST(junos_resolves_by_the_class_alone),
        TEST(junos_has_micro_sids),       TEST(sr_os_has_a_policy_a_preference),
        TEST(linux_has_a_script),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
