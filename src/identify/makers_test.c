#include "identify/makers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "maker_table.h"

static struct cp_arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = cp_arena_open((size_t)64 << 20);
    return arena == NULL;
}

static int close_arena(void **state)
{
    (void)state;
    cp_arena_close(arena);
    return 0;
}

/* A row as tests write it: lists are separated by '|'. */
struct row {
    const char *name, *names, *affiliates, *owners, *software, *country;
    uint32_t pens[3];
};

/* Places of row i: line i + 1; the name stands in column 1, word k of a list in its column + k. */
enum { COLUMN_NAMES = 10, COLUMN_AFFILIATES = 20, COLUMN_OWNERS = 30, COLUMN_SOFTWARE = 40 };
enum { COLUMN_PENS = 50, WORDS_MAX = 8, ROWS_MAX = 8 };

static struct cp_maker_words words_of(const char *list, uint32_t line, uint32_t column)
{
    struct cp_maker_word *words = CP_TAKE(arena, WORDS_MAX, struct cp_maker_word);
    cp_text rest = cp_text_of(list);
    cp_text word = CP_TEXT("");
    uint32_t count = 0;

    while (cp_text_word(&rest, "|", &word)) {
        words[count] = (struct cp_maker_word){word, {0, line, column + count}};
        count++;
    }
    return (struct cp_maker_words){words, count};
}

static cp_err make(const struct row *rows, uint32_t count, const struct cp_makers **makers,
                   struct cp_diag *diag)
{
    struct cp_maker_row *made = CP_TAKE(arena, ROWS_MAX, struct cp_maker_row);

    for (uint32_t i = 0; i < count; i++) {
        struct cp_maker_pen *pens = CP_TAKE(arena, CP_COUNT(rows[i].pens), struct cp_maker_pen);
        uint32_t pen_count = 0;
        for (; pen_count < CP_COUNT(rows[i].pens) && rows[i].pens[pen_count] != 0; pen_count++)
            pens[pen_count] =
                (struct cp_maker_pen){rows[i].pens[pen_count], {0, i + 1, COLUMN_PENS + pen_count}};
        made[i] = (struct cp_maker_row){
            .name = {cp_text_of(rows[i].name), {0, i + 1, 1}},
            .names = words_of(rows[i].names, i + 1, COLUMN_NAMES),
            .affiliates = words_of(rows[i].affiliates, i + 1, COLUMN_AFFILIATES),
            .owners = words_of(rows[i].owners, i + 1, COLUMN_OWNERS),
            .software = words_of(rows[i].software, i + 1, COLUMN_SOFTWARE),
            .country = cp_text_of(rows[i].country),
            .pens = pens,
            .pen_count = pen_count,
        };
    }
    return cp_makers_make(made, count, arena, makers, diag);
}

static const struct cp_makers *get(const struct row *rows, uint32_t count)
{
    const struct cp_makers *makers = NULL;
    struct cp_diag diag = {0};

    if (make(rows, count, &makers, &diag) != CP_OK)
        fail_msg("%s: %s", diag.why, diag.subject);
    return makers;
}

static void assert_maker(const struct cp_makers *makers, uint32_t maker, const char *name)
{
    if (name == NULL) {
        assert_true(maker == CP_MAKER_UNKNOWN || maker == CP_MAKER_OTHER);
        return;
    }
    assert_in_range(maker, 0, cp_makers_count(makers) - 1);
    if (!cp_text_is(cp_makers_name(makers, maker), name))
        fail_msg("%s, not %s", cp_makers_name(makers, maker).at, name);
}

static void a_maker_has_names_in_any_script(void **state)
{
    static const struct {
        const char *name, *maker;
    } names[] = {
        {"Huawei", "huawei"},
        {"  HUAWEI\t", "huawei"},
        {"화웨이", "huawei"},
        {"华为", "huawei"},
        {"華為", "huawei"},
        {"Huawei Technologies Co., Ltd", "huawei"},
        {"HUAWEI TECHNOLOGIES CO.,LTD", "huawei"},
        {"HiSilicon", "hisilicon"},
        {"中兴", "zte"},
        {"중싱", "zte"},
        {"노키아", "nokia"},
        {"Alcatel-Lucent", "nokia"},
        {"에릭슨", "ericsson"},
        {"삼성전자", "samsung"},
        {"NEC", "nec"},
        {"Cisco Systems, Inc.", "cisco"},
        {"우리넷", "woorinet"},
        {"TP-Link", "tp-link"},
        {"유비쿼스", "ubiquoss"},
        {"Хуавей", "huawei"},
        {"ХУАВЕЙ", "huawei"},
        {"ＨＵＡＷＥＩ", "huawei"},
        {"Ｈｕａｗｅｉ　Technologies", "huawei"},
        {"Hua\xe2\x80\x8bwei", "huawei"},
        {"Huawei\xc2\xa0Technologies", "huawei"},
        {"Huawei \t  Technologies", "huawei"},
    };
    const struct cp_makers *makers = get(NULL, 0);

    (void)state;
    for (size_t i = 0; i < CP_COUNT(names); i++)
        assert_maker(makers, cp_makers_find(makers, cp_text_of(names[i].name)), names[i].maker);
}

static void only_listed_names_match(void **state)
{
    const struct cp_makers *makers = get(NULL, 0);
    static const char *const names[] = {"Huawei GmbH", "Hua wei", "H", "Nokia Networks Oy Ltd",
                                        "华"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(names); i++)
        assert_int_equal(cp_makers_find(makers, cp_text_of(names[i])), CP_MAKER_OTHER);
}

static void a_name_that_holds_a_makers_name_is_like_it(void **state)
{
    static const struct {
        const char *name, *maker;
    } names[] = {
        {"Huawei GmbH", "huawei"},
        {"Hua Wei", "huawei"},
        {"Hua-Wei Technologies", "huawei"},
        {"H.u.a.w.e.i", "huawei"},
        {"Beijing Huawei Digital", "huawei"},
        {"Huawei Technologies Deutschland GmbH", "huawei"},
        {"Huawei / Nokia", "huawei"},
        {"Nokia+Huawei", "nokia"},
        {"北京华为数字技术有限公司", "huawei"},
        {"ООО Техкомпания Хуавей", "huawei"},
        {"주식회사화웨이코리아", "huawei"},
    };
    static const char *const others[] = {"Acme", "H", "华", "Taken As Trusted", "Huaweisky", ""};
    const struct cp_makers *makers = get(NULL, 0);
    char name[400];

    (void)state;
    for (size_t i = 0; i < CP_COUNT(names); i++)
        assert_maker(makers, cp_makers_resembles(makers, cp_text_of(names[i].name)),
                     names[i].maker);
    for (size_t i = 0; i < CP_COUNT(others); i++)
        assert_int_equal(cp_makers_resembles(makers, cp_text_of(others[i])), CP_MAKER_OTHER);
    memset(name, 'x', sizeof(name));
    assert_int_equal(cp_makers_resembles(makers, (cp_text){name, 255}), CP_MAKER_OTHER);
    assert_int_equal(cp_makers_resembles(makers, (cp_text){name, 256}), CP_MAKER_UNKNOWN);
    memset(name, ' ', sizeof(name));
    for (size_t i = 0; i < 255; i += 2)
        name[i] = 'x';
    assert_int_equal(cp_makers_resembles(makers, (cp_text){name, 255}), CP_MAKER_OTHER);
}

static void a_word_of_two_scripts_is_like_something_that_nobody_can_tell(void **state)
{
    const struct cp_makers *makers = get(NULL, 0);

    (void)state;
    assert_int_equal(cp_makers_find(makers, CP_TEXT("Huаwei")), CP_MAKER_OTHER); /* Cyrillic a */
    assert_int_equal(cp_makers_resembles(makers, CP_TEXT("Huаwei")), CP_MAKER_UNKNOWN);
    assert_int_equal(cp_makers_resembles(makers, CP_TEXT("Acme Акме")), CP_MAKER_OTHER);
}

static void some_words_mean_that_nobody_knows(void **state)
{
    const struct cp_makers *makers = get(NULL, 0);
    static const char *const names[] = {"unknown", "Unknown", " ? ", "", "n/a", "-", "None"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(names); i++)
        assert_int_equal(cp_makers_find(makers, cp_text_of(names[i])), CP_MAKER_UNKNOWN);
}

static void a_name_longer_than_any_in_the_tables_is_another_maker(void **state)
{
    const struct cp_makers *makers = get(NULL, 0);
    char name[400];

    (void)state;
    memset(name, 'x', sizeof(name));
    assert_int_equal(cp_makers_find(makers, (cp_text){name, 255}), CP_MAKER_OTHER);
    assert_int_equal(cp_makers_find(makers, (cp_text){name, 256}), CP_MAKER_OTHER);
    assert_int_equal(cp_makers_find(makers, (cp_text){name, sizeof(name)}), CP_MAKER_OTHER);
    assert_int_equal(cp_makers_find_software(makers, (cp_text){name, sizeof(name)}),
                     CP_MAKER_UNKNOWN);
}

static void software_is_known_by_its_first_words(void **state)
{
    static const struct {
        const char *name, *maker;
    } names[] = {
        {"VRP 8.2", "huawei"},
        {"VRP8", "huawei"},
        {"Huawei Versatile Routing Platform Software", "huawei"},
        {"ZXROS V3", "zte"},
        {"IOS XR 7.5.2", "cisco"},
        {"IOS-XE", "cisco"},
        {"NX-OS 10.2", "cisco"},
        {"Cisco IOS Software, C2900", "cisco"},
        {"Junos 22.4R1", "juniper"},
        {"SR OS 23.3", "nokia"},
        {"TiMOS-C-19.10", "nokia"},
        {"SR Linux", "nokia"},
        {"EOS-4.30", "arista"},
        {"Cumulus Linux 5", "nvidia"},
        {"SONiC 202305", "community"},
        {"FRR 9.1", "community"},
        {"Linux 6.1", "community"},
        {"VyOS 1.4", "vyos"},
        {"화웨이", "huawei"},
        {"Vrpx", NULL},
        {"Geos", NULL},
        {"my own", NULL},
        {"", NULL},
        {"unknown", NULL},
    };
    const struct cp_makers *makers = get(NULL, 0);

    (void)state;
    for (size_t i = 0; i < CP_COUNT(names); i++)
        assert_maker(makers, cp_makers_find_software(makers, cp_text_of(names[i].name)),
                     names[i].maker);
}

static void a_policys_claim_on_a_word_of_software_holds(void **state)
{
    static const struct row rows[] = {{.name = "acme", .names = "VRP|IOS XR", .software = "TiMOS"}};
    const struct cp_makers *makers = get(rows, CP_COUNT(rows));

    (void)state;
    assert_maker(makers, cp_makers_find_software(makers, CP_TEXT("VRP 8")), "acme");
    assert_maker(makers, cp_makers_find_software(makers, CP_TEXT("IOS XR 7")), "acme");
    assert_maker(makers, cp_makers_find_software(makers, CP_TEXT("IOS 7")), "cisco");
    assert_maker(makers, cp_makers_find_software(makers, CP_TEXT("timos-c")), "acme");
}

static void affiliates_belong_and_owned_companies_do_not(void **state)
{
    const struct cp_makers *makers = get(NULL, 0);
    uint32_t huawei = cp_makers_find(makers, CP_TEXT("huawei"));
    uint32_t marine = cp_makers_find(makers, CP_TEXT("Huawei Marine Networks"));
    uint32_t juniper = cp_makers_find(makers, CP_TEXT("juniper"));
    uint32_t infinera = cp_makers_find(makers, CP_TEXT("infinera"));

    (void)state;
    assert_int_equal(cp_makers_parent(makers, marine), huawei);
    assert_int_equal(cp_makers_parent(makers, huawei), CP_MAKER_OTHER);
    assert_int_equal(cp_makers_parent(makers, juniper), CP_MAKER_OTHER);
    assert_int_equal(cp_makers_parent(makers, infinera), CP_MAKER_OTHER);
}

static void no_two_built_in_makers_claim_a_name(void **state)
{
    const struct cp_makers *makers = get(NULL, 0);

    (void)state;
    assert_true(cp_maker_table_count() >= 60);
    for (size_t i = 0; i < cp_maker_table_count(); i++) {
        const struct cp_maker_entry *entry = cp_maker_table_at(i);
        cp_text names = cp_text_of(entry->names);
        cp_text software = cp_text_of(entry->software);
        cp_text name = CP_TEXT("");
        assert_maker(makers, cp_makers_find(makers, cp_text_of(entry->name)), entry->name);
        while (cp_text_word(&names, "|", &name))
            assert_maker(makers, cp_makers_find(makers, name), entry->name);
        while (cp_text_word(&software, "|", &name))
            assert_maker(makers, cp_makers_find_software(makers, name), entry->name);
    }
}

static void built_in_names_are_in_lower_case_and_owners_exist(void **state)
{
    const struct cp_makers *makers = get(NULL, 0);

    (void)state;
    for (size_t i = 0; i < cp_maker_table_count(); i++) {
        const struct cp_maker_entry *entry = cp_maker_table_at(i);
        const char *lists[] = {entry->name, entry->names, entry->software};
        for (size_t k = 0; k < CP_COUNT(lists); k++) {
            cp_text low = CP_TEXT("");
            assert_int_equal(cp_text_lower(cp_text_of(lists[k]), arena, &low), CP_OK);
            assert_true(cp_text_eq(low, cp_text_of(lists[k])));
        }
        cp_text owners = cp_text_of(entry->owners);
        cp_text owner = CP_TEXT("");
        while (cp_text_word(&owners, "|", &owner)) {
            cp_text name = cp_makers_name(makers, cp_makers_find(makers, owner));
            assert_true(cp_text_eq(name, owner));
        }
    }
}

static void a_policy_extends_the_table(void **state)
{
    static const struct row rows[] = {
        {.name = "huawei", .names = "Bad Box", .affiliates = "Tiny Chips|海思"},
        {.name = "acme", .names = "아크메", .pens = {1, 2}},
    };
    const struct cp_makers *makers = get(rows, CP_COUNT(rows));
    uint32_t huawei = cp_makers_find(makers, CP_TEXT("bad box"));

    (void)state;
    assert_maker(makers, huawei, "huawei");
    assert_maker(makers, cp_makers_find(makers, CP_TEXT("华为")), "huawei");
    assert_maker(makers, cp_makers_find(makers, CP_TEXT("아크메")), "acme");
    uint32_t tiny = cp_makers_find(makers, CP_TEXT("TINY CHIPS"));
    assert_maker(makers, tiny, "tiny chips");
    assert_int_equal(cp_makers_parent(makers, tiny), huawei);
    assert_int_equal(cp_makers_parent(makers, cp_makers_find(makers, CP_TEXT("HiSilicon"))),
                     huawei);
}

static void a_policy_overrules_the_table(void **state)
{
    static const struct row rows[] = {
        {.name = "timetra", .names = "TiMetra"},
        {.name = "zte", .affiliates = "Huawei Marine"},
        {.name = "hisilicon", .affiliates = "Huawei"},
    };
    const struct cp_makers *makers = get(rows, CP_COUNT(rows));
    uint32_t zte = cp_makers_find(makers, CP_TEXT("zte"));
    uint32_t silicon = cp_makers_find(makers, CP_TEXT("hisilicon"));

    (void)state;
    assert_maker(makers, cp_makers_find(makers, CP_TEXT("timetra")), "timetra");
    assert_maker(makers, cp_makers_find(makers, CP_TEXT("Alcatel")), "nokia");
    assert_int_equal(cp_makers_parent(makers, cp_makers_find(makers, CP_TEXT("huawei marine"))),
                     zte);
    assert_int_equal(cp_makers_parent(makers, cp_makers_find(makers, CP_TEXT("huawei"))), silicon);
    assert_int_equal(cp_makers_parent(makers, silicon), CP_MAKER_OTHER);
}

static void contradictions_of_rows_are_refused_at_their_place(void **state)
{
    static const struct {
        struct row rows[3];
        cp_err err;
        uint32_t line, column;
        const char *why;
    } bad[] = {
        {{{.name = "a", .names = "X"}, {.name = "b", .names = "y|x"}},
         CP_ERR_DUPLICATE,
         2,
         COLUMN_NAMES + 1,
         "two makers claim this name"},
        {{{.name = "a", .names = "b"}, {.name = "b", .names = "c"}},
         CP_ERR_DUPLICATE,
         1,
         COLUMN_NAMES,
         "two makers claim this name"},
        {{{.name = "a"}, {.name = "A"}}, CP_ERR_DUPLICATE, 2, 1, "two makers claim this name"},
        {{{.name = "a", .affiliates = "x"}, {.name = "b", .affiliates = "x"}},
         CP_ERR_DUPLICATE,
         2,
         COLUMN_AFFILIATES,
         "two makers claim this affiliate"},
        {{{.name = "a", .software = "os"}, {.name = "b", .software = "x|OS"}},
         CP_ERR_DUPLICATE,
         2,
         COLUMN_SOFTWARE + 1,
         "two makers claim this software"},
        {{{.name = "a", .pens = {7, 8}}, {.name = "b", .pens = {9, 8}}},
         CP_ERR_DUPLICATE,
         2,
         COLUMN_PENS + 1,
         "two makers claim this enterprise number"},
        {{{.name = "a", .affiliates = "b"}, {.name = "b", .affiliates = "a"}},
         CP_ERR_CONFLICT,
         1,
         1,
         "affiliates or owners in a circle"},
        {{{.name = "c"}, {.name = "a", .owners = "b"}, {.name = "b", .owners = "a"}},
         CP_ERR_CONFLICT,
         2,
         1,
         "affiliates or owners in a circle"},
        {{{.name = "a", .owners = "x"}, {.name = "b", .owners = "a", .affiliates = "x"}},
         CP_ERR_CONFLICT,
         1,
         1,
         "affiliates or owners in a circle"},
        {{{.name = "a", .owners = "A"}}, CP_ERR_CONFLICT, 1, 1, "affiliates or owners in a circle"},
        {{{.name = "a", .names = "unknown"}},
         CP_ERR_MALFORMED,
         1,
         COLUMN_NAMES,
         "this word means that nobody knows"},
        {{{.name = "a", .owners = "n/a"}},
         CP_ERR_MALFORMED,
         1,
         COLUMN_OWNERS,
         "this word means that nobody knows"},
        {{{.name = "unknown", .names = "a"}},
         CP_ERR_MALFORMED,
         1,
         1,
         "this word means that nobody knows"},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(bad); i++) {
        const struct cp_makers *makers = NULL;
        struct cp_diag diag = {0};
        uint32_t count = 0;
        while (count < CP_COUNT(bad[i].rows) && bad[i].rows[count].name != NULL)
            count++;
        cp_err err = make(bad[i].rows, count, &makers, &diag);
        if (err != bad[i].err || diag.place.line != bad[i].line ||
            diag.place.column != bad[i].column || strcmp(diag.why, bad[i].why) != 0)
            fail_msg("%zu: %d at %u:%u: %s", i, (int)err, diag.place.line, diag.place.column,
                     diag.why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_maker_has_names_in_any_script, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(only_listed_names_match, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(a_name_that_holds_a_makers_name_is_like_it, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(
            a_word_of_two_scripts_is_like_something_that_nobody_can_tell, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(some_words_mean_that_nobody_knows, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(a_name_longer_than_any_in_the_tables_is_another_maker,
                                        open_arena, close_arena),
        cmocka_unit_test_setup_teardown(software_is_known_by_its_first_words, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(a_policys_claim_on_a_word_of_software_holds, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(affiliates_belong_and_owned_companies_do_not, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(no_two_built_in_makers_claim_a_name, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(built_in_names_are_in_lower_case_and_owners_exist,
                                        open_arena, close_arena),
        cmocka_unit_test_setup_teardown(a_policy_extends_the_table, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(a_policy_overrules_the_table, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(contradictions_of_rows_are_refused_at_their_place,
                                        open_arena, close_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
