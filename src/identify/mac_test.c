#include "identify/mac.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "mac_table.h"

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

static struct cp_mac mac_of(const char *text)
{
    struct cp_mac mac = {{0}};

    if (!cp_mac_parse(cp_text_of(text), &mac))
        fail_msg("no address: %s", text);
    return mac;
}

static void assert_owner(const struct cp_mac_registry *registry, const char *mac, const char *name)
{
    struct cp_mac_owner owner = cp_mac_owner_find(makers, registry, mac_of(mac));

    if (!cp_text_is(owner.name, name))
        fail_msg("%s is of %.*s, not %s", mac, (int)owner.name.len,
                 owner.name.at == NULL ? "" : owner.name.at, name);
}

/* --- addresses ------------------------------------------------------------------------------ */

static void an_address_is_read_in_each_way_of_writing(void **state)
{
    static const char *const same[] = {"00:e0:fc:01:02:03", "00-E0-FC-01-02-03", "00e0.fc01.0203",
                                       "00E0FC010203"};
    static const uint8_t bytes[] = {0, 0xe0, 0xfc, 1, 2, 3};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(same); i++)
        assert_memory_equal(mac_of(same[i]).bytes, bytes, sizeof(bytes));
}

static void what_is_no_address_is_refused(void **state)
{
    static const char *const others[] = {"",
                                         "00:e0:fc:01:02",
                                         "00:e0:fc:01:02:03:04",
                                         "00:e0:fc:01:02:0g",
                                         ":00:e0:fc:01:02:03",
                                         "00:e0:fc:01:02:03:",
                                         "00::e0:fc:01:02:03",
                                         "00 e0 fc 01 02 03"};
    struct cp_mac mac;

    (void)state;
    for (size_t i = 0; i < CP_COUNT(others); i++) {
        if (cp_mac_parse(cp_text_of(others[i]), &mac))
            fail_msg("taken for an address: %s", others[i]);
    }
}

static void local_multicast_and_empty_addresses_are_nobodys(void **state)
{
    (void)state;
    assert_true(cp_mac_is_nobodys(mac_of("02:e0:fc:01:02:03")));
    assert_true(cp_mac_is_nobodys(mac_of("01:00:5e:01:02:03")));
    assert_true(cp_mac_is_nobodys(mac_of("ff:ff:ff:ff:ff:ff")));
    assert_true(cp_mac_is_nobodys(mac_of("00:00:00:00:00:00")));
    assert_false(cp_mac_is_nobodys(mac_of("00:e0:fc:01:02:03")));
}

/* --- the built-in table ----------------------------------------------------------------------- */

static void the_table_ascends_and_names_makers_that_there_are(void **state)
{
    (void)state;
    assert_true(cp_mac_entry_count > 3000);
    for (size_t i = 0; i < cp_mac_entry_count; i++) {
        const char *name = cp_mac_makers[cp_mac_entries[i].maker];
        assert_true(i == 0 || cp_mac_entries[i - 1].key < cp_mac_entries[i].key);
        if (cp_makers_find(makers, cp_text_of(name)) >= cp_makers_count(makers))
            fail_msg("no maker %s", name);
    }
}

static void makers_are_found_by_their_prefixes(void **state)
{
    (void)state;
    assert_owner(NULL, "00:e0:fc:01:02:03", "huawei");
    assert_owner(NULL, "00:00:0c:01:02:03", "cisco");
    assert_owner(NULL, "ff:ff:ff:ff:ff:ff", "");
}

/* --- a registry from outside -------------------------------------------------------------------- */

#define HEAD "Registry,Assignment,Organization Name,Organization Address\r\n"

static struct cp_mac_registry *registry_of(const char *text, cp_err expected, struct cp_diag *diag)
{
    struct cp_mac_registry *registry = NULL;

    assert_int_equal(cp_mac_registry_open(arena, &registry), CP_OK);
    assert_int_equal(cp_mac_registry_read(registry, makers, 0, cp_text_of(text), diag), expected);
    return registry;
}

static void the_longest_prefix_counts(void **state)
{
    struct cp_mac_registry *registry =
        registry_of(HEAD "MA-L,70B3D5,IEEE Registration Authority,445 Hoes Lane\r\n"
                         "MA-M,70B3D51,\"Middle, Ltd\",\"1 Street\nCity\"\r\n"
                         "MA-S,70B3D5123,ZTE CORPORATION,x\r\n",
                    CP_OK, NULL);

    (void)state;
    assert_int_equal(cp_mac_registry_count(registry), 3);
    assert_owner(registry, "70:b3:d5:12:34:00", "zte");
    assert_owner(registry, "70:b3:d5:1f:34:00", "Middle, Ltd");
    assert_owner(registry, "70:b3:d5:ff:34:00", "IEEE Registration Authority");
}

static void files_add_up_and_the_first_claim_stays(void **state)
{
    struct cp_mac_registry *registry = registry_of(HEAD "MA-L,AABBC0,One,x\n", CP_OK, NULL);

    (void)state;
    assert_int_equal(cp_mac_registry_read(registry, makers, 1,
                                          CP_TEXT(HEAD "MA-L,AABBC0,Two,x\n"
                                                       "MA-L,A8BBC0,Three,x\n"),
                                          NULL),
                     CP_OK);
    assert_int_equal(cp_mac_registry_count(registry), 2);
    assert_owner(registry, "aa:bb:c0:00:00:01", "One");
    assert_owner(registry, "a8:bb:c0:00:00:01", "Three");
}

static void what_is_no_list_is_refused_at_its_line(void **state)
{
    static const struct {
        const char *text;
        uint32_t line;
    } wrong[] = {
        {"", 1},
        {"a,b,c,d\n", 1},
        {HEAD "MA-L,AABBC0,One\n", 2},
        {HEAD "MA-L,AABBCZ,One,x\n", 2},
        {HEAD "MA-L,AABB,One,x\n", 2},
        {HEAD "MA-L,AABBC0,\"One,x\n", 3},
        {HEAD "MA-L,AABBC0,One,x\nMA-L,AABBC1,\"One\"y,x\n", 3},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(wrong); i++) {
        struct cp_diag diag = {0};
        (void)registry_of(wrong[i].text, CP_ERR_MALFORMED, &diag);
        assert_non_null(diag.why);
        assert_int_equal(diag.place.line, wrong[i].line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_read_in_each_way_of_writing),
        cmocka_unit_test(what_is_no_address_is_refused),
        cmocka_unit_test(local_multicast_and_empty_addresses_are_nobodys),
        cmocka_unit_test(the_table_ascends_and_names_makers_that_there_are),
        cmocka_unit_test(makers_are_found_by_their_prefixes),
        cmocka_unit_test(the_longest_prefix_counts),
        cmocka_unit_test(files_add_up_and_the_first_claim_stays),
        cmocka_unit_test(what_is_no_list_is_refused_at_its_line),
    };

    return cmocka_run_group_tests(tests, open_makers, close_makers);
}
