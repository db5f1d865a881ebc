#include "maker_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "identify/country.h"
#include "identify/makers.h"

static struct cp_arena *arena;
static const struct cp_makers *makers;

static int open_makers(void **state)
{
    (void)state;
    arena = cp_arena_open((size_t)64 << 20);
    return arena == NULL || cp_makers_make(NULL, 0, arena, &makers, NULL) != CP_OK;
}

static int close_makers(void **state)
{
    (void)state;
    cp_arena_close(arena);
    return 0;
}

static uint32_t get(const char *name)
{
    uint32_t maker = cp_makers_find(makers, cp_text_of(name));

    if (maker >= cp_makers_count(makers))
        fail_msg("no maker %s", name);
    return maker;
}

static void assert_found(cp_text name, const char *maker)
{
    uint32_t found = cp_makers_find(makers, name);

    if (found != get(maker))
        fail_msg("%.*s is not %s", (int)name.len, name.at, maker);
}

/* --- what the table says of itself --------------------------------------------------------- */

static void no_two_makers_claim_a_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < cp_maker_table_count(); i++) {
        const struct cp_maker_entry *entry = cp_maker_table_at(i);
        cp_text names = cp_text_of(entry->names);
        cp_text registry = cp_text_of(entry->registry);
        cp_text name = CP_TEXT("");
        assert_found(cp_text_of(entry->name), entry->name);
        assert_true(cp_text_is(cp_makers_name(makers, get(entry->name)), entry->name));
        while (cp_text_word(&names, "|", &name))
            assert_found(name, entry->name);
        while (cp_text_word(&registry, "|", &name))
            assert_found(name, entry->name);
    }
}

static void no_two_makers_claim_software(void **state)
{
    (void)state;
    for (size_t i = 0; i < cp_maker_table_count(); i++) {
        const struct cp_maker_entry *entry = cp_maker_table_at(i);
        cp_text software = cp_text_of(entry->software);
        cp_text name = CP_TEXT("");
        while (cp_text_word(&software, "|", &name)) {
            if (cp_makers_find_software(makers, name) != get(entry->name))
                fail_msg("%.*s is not of %s", (int)name.len, name.at, entry->name);
        }
    }
}

static void no_two_makers_claim_an_enterprise_number(void **state)
{
    (void)state;
    for (size_t i = 0; i < cp_maker_table_count(); i++) {
        const struct cp_maker_entry *entry = cp_maker_table_at(i);
        size_t count = 0;
        for (; count < CP_COUNT(entry->pens) && entry->pens[count] != 0; count++) {
            if (cp_makers_find_pen(makers, entry->pens[count]) != get(entry->name))
                fail_msg("%u is not of %s", entry->pens[count], entry->name);
        }
        assert_int_equal(cp_makers_about(makers, get(entry->name)).pen_count, count);
    }
}

static void names_are_in_lower_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < cp_maker_table_count(); i++) {
        const struct cp_maker_entry *entry = cp_maker_table_at(i);
        const char *lists[] = {entry->name, entry->names, entry->software};
        for (size_t k = 0; k < CP_COUNT(lists); k++) {
            cp_text low = CP_TEXT("");
            assert_int_equal(cp_text_lower(cp_text_of(lists[k]), arena, &low), CP_OK);
            assert_true(cp_text_eq(low, cp_text_of(lists[k])));
        }
    }
}

static void all_texts_are_utf8_that_shows(void **state)
{
    (void)state;
    for (size_t i = 0; i < cp_maker_table_count(); i++) {
        const struct cp_maker_entry *entry = cp_maker_table_at(i);
        const char *lists[] = {entry->name, entry->names, entry->software, entry->registry};
        for (size_t k = 0; k < CP_COUNT(lists); k++) {
            cp_text list = cp_text_of(lists[k]);
            assert_int_equal(cp_text_bad_utf8(list), list.len);
            assert_int_equal(cp_text_unsafe(list), list.len);
        }
    }
}

static void owners_and_parents_are_entries_by_their_canonical_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < cp_maker_table_count(); i++) {
        const struct cp_maker_entry *entry = cp_maker_table_at(i);
        struct cp_maker_about about = cp_makers_about(makers, get(entry->name));
        cp_text owners = cp_text_of(entry->owners);
        cp_text owner = CP_TEXT("");
        uint32_t count = 0;
        for (; cp_text_word(&owners, "|", &owner); count++) {
            assert_true(count < about.owner_count);
            assert_true(cp_text_eq(cp_makers_name(makers, about.owners[count]), owner));
        }
        assert_int_equal(about.owner_count, count);
        if (entry->affiliate_of == NULL)
            assert_int_equal(about.parent, CP_MAKER_OTHER);
        else
            assert_true(cp_text_is(cp_makers_name(makers, about.parent), entry->affiliate_of));
    }
}

static void countries_are_codes_of_iso_3166(void **state)
{
    (void)state;
    for (size_t i = 0; i < cp_maker_table_count(); i++) {
        const char *country = cp_maker_table_at(i)->country;
        if (country != NULL)
            assert_true(cp_country_is(cp_text_of(country)));
    }
    assert_true(cp_country_is(CP_TEXT("GB")));
    assert_false(cp_country_is(CP_TEXT("UK")));
    assert_false(cp_country_is(CP_TEXT("cn")));
    assert_string_equal(cp_country_meant(CP_TEXT("UK")), "GB");
    assert_string_equal(cp_country_meant(CP_TEXT("cn")), "CN");
    assert_null(cp_country_meant(CP_TEXT("XX")));
    assert_null(cp_country_meant(CP_TEXT("China")));
}

/* --- the field ----------------------------------------------------------------------------- */

static void the_field_is_there(void **state)
{
    (void)state;
    assert_true(cp_maker_table_count() >= 110);
}

static void whom_public_programmes_name_are_there_with_their_affiliates(void **state)
{
    static const struct {
        const char *name, *maker;
    } named[] = {
        {"Huawei Technologies Co., Ltd.", "huawei"},
        {"ZTE Corporation", "zte"},
        {"Hytera Communications Corporation", "hytera"},
        {"Hangzhou Hikvision Digital Technology", "hikvision"},
        {"Dahua Technology Company", "dahua"},
        {"AO Kaspersky Lab", "kaspersky"},
        {"Kaspersky Lab, Inc.", "kaspersky"},
        {"China Mobile International USA", "china-mobile"},
        {"China Telecom (Americas) Corp.", "china-telecom"},
        {"China Unicom (Americas) Operations Limited", "china-unicom"},
        {"Pacific Networks Corp", "pacific-networks"},
        {"ComNet (USA) LLC", "comnet-usa"},
        {"SZ DJI Technology Co., Ltd.", "dji"},
        {"Autel Robotics", "autel-robotics"},
    };
    static const struct {
        const char *name, *parent;
    } affiliates[] = {
        {"HiSilicon", "huawei"},
        {"Huawei Marine", "huawei"},
        {"Sanechips", "zte"},
        {"Sepura", "hytera"},
        {"EZVIZ", "hikvision"},
        {"Imou", "dahua"},
        {"comnet-usa", "pacific-networks"},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(named); i++)
        assert_found(cp_text_of(named[i].name), named[i].maker);
    for (size_t i = 0; i < CP_COUNT(affiliates); i++) {
        uint32_t parent = cp_makers_parent(makers, get(affiliates[i].name));
        assert_int_equal(parent, get(affiliates[i].parent));
    }
}

static void control_goes_up_to_the_top_owner_and_never_down(void **state)
{
    static const struct {
        const char *maker, *country;
        cp_control control;
    } cases[] = {
        {"hikvision", "CN", CP_CONTROL_YES},
        {"ezviz", "CN", CP_CONTROL_YES},
        {"hmn-tech", "CN", CP_CONTROL_YES},
        {"sepura", "CN", CP_CONTROL_YES},
        {"sepura", "GB", CP_CONTROL_YES},
        {"ale", "CN", CP_CONTROL_YES},
        {"nokia-shanghai-bell", "CN", CP_CONTROL_YES},
        {"nokia-shanghai-bell", "FI", CP_CONTROL_YES},
        {"nokia", "CN", CP_CONTROL_NO},
        {"infinera", "FI", CP_CONTROL_YES},
        {"coriant", "FI", CP_CONTROL_YES},
        {"juniper", "US", CP_CONTROL_YES},
        {"juniper", "CN", CP_CONTROL_NO},
        {"samsung", "kr", CP_CONTROL_YES},
        {"tp-link", "CN", CP_CONTROL_UNKNOWN},
        {"community", "US", CP_CONTROL_UNKNOWN},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(cases); i++) {
        cp_control got =
            cp_makers_controlled(makers, get(cases[i].maker), cp_text_of(cases[i].country));
        if (got != cases[i].control)
            fail_msg("%s %s: %d", cases[i].maker, cases[i].country, (int)got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_two_makers_claim_a_name),
        cmocka_unit_test(no_two_makers_claim_software),
        cmocka_unit_test(no_two_makers_claim_an_enterprise_number),
        cmocka_unit_test(names_are_in_lower_case),
        cmocka_unit_test(all_texts_are_utf8_that_shows),
        cmocka_unit_test(owners_and_parents_are_entries_by_their_canonical_names),
        cmocka_unit_test(countries_are_codes_of_iso_3166),
        cmocka_unit_test(the_field_is_there),
        cmocka_unit_test(whom_public_programmes_name_are_there_with_their_affiliates),
        cmocka_unit_test(control_goes_up_to_the_top_owner_and_never_down),
    };

    return cmocka_run_group_tests(tests, open_makers, close_makers);
}
