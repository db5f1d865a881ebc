#include "identify/makers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

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
enum { TAKES_OF_ROW = 6 }; /* how often make() itself takes from the arena for one row */

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
        {"Cumulus Linux 5", "cumulus-networks"},
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

static const struct {
    struct row rows[3];
    cp_err err;
    uint32_t line, column;
    const char *why;
} contradictions[] = {
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

static void contradictions_of_rows_are_refused_at_their_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < CP_COUNT(contradictions); i++) {
        const struct cp_makers *makers = NULL;
        struct cp_diag diag = {0};
        uint32_t count = 0;
        while (count < CP_COUNT(contradictions[i].rows) &&
               contradictions[i].rows[count].name != NULL)
            count++;
        cp_err err = make(contradictions[i].rows, count, &makers, &diag);
        if (err != contradictions[i].err || diag.place.line != contradictions[i].line ||
            diag.place.column != contradictions[i].column ||
            strcmp(diag.why, contradictions[i].why) != 0)
            fail_msg("%zu: %d at %u:%u: %s", i, (int)err, diag.place.line, diag.place.column,
                     diag.why);
    }
}

static void all_that_is_known_of_a_maker_is_told(void **state)
{
    static const struct row rows[] = {
        {.name = "acme",
         .names = "Acme Inc|ACME|아크메",
         .owners = "Holding|Nokia Oyj",
         .software = "AcmeOS",
         .country = "NZ",
         .pens = {99002, 99001}},
        {.name = "acme-radio"},
        {.name = "acme-group", .affiliates = "acme-radio"},
    };
    const struct cp_makers *makers = get(rows, CP_COUNT(rows));
    struct cp_maker_about about = cp_makers_about(makers, 0);
    struct cp_maker_about holding = cp_makers_about(makers, about.owners[0]);

    (void)state;
    assert_true(cp_text_is(about.name, "acme") && cp_text_is(about.country, "NZ"));
    assert_int_equal(about.name_count, 2); /* not what folds to the canonical one */
    assert_true(cp_text_is(about.names[0], "Acme Inc") && cp_text_is(about.names[1], "아크메"));
    assert_int_equal(about.software_count, 1);
    assert_int_equal(about.registry_count, 0);
    assert_int_equal(about.owner_count, 2);
    assert_maker(makers, about.owners[1], "nokia");
    assert_int_equal(about.pen_count, 2);
    assert_true(about.pens[0] == 99001 && about.pens[1] == 99002);
    assert_true(about.from_policy && holding.from_policy);
    assert_true(cp_text_is(holding.name, "holding") && holding.country.len == 0);
    assert_int_equal(cp_makers_about(makers, 1).parent, 2);
    about = cp_makers_about(makers, cp_makers_find(makers, CP_TEXT("zte")));
    assert_false(about.from_policy);
    assert_true(cp_text_is(about.registry[0], "Zhongxing Telecom Co.,ltd. (abbr. ZTE)"));
}

static cp_control control(const struct cp_makers *makers, const char *name, const char *country)
{
    return cp_makers_controlled(makers, cp_makers_find(makers, cp_text_of(name)),
                                cp_text_of(country));
}

static void rows_overrule_countries_and_owners_of_the_table(void **state)
{
    static const struct row rows[] = {
        {.name = "tp-link", .country = "SG"},  {.name = "juniper", .owners = "acme"},
        {.name = "acme", .country = "CN"},     {.name = "siklu", .owners = "somebody"},
        {.name = "hikvision", .names = "Hik"},
    };
    const struct cp_makers *makers = get(rows, CP_COUNT(rows));

    (void)state;
    assert_int_equal(control(makers, "tp-link", "CN"), CP_CONTROL_NO);
    assert_int_equal(control(makers, "mercusys", "SG"), CP_CONTROL_YES);
    assert_int_equal(control(makers, "juniper", "CN"), CP_CONTROL_YES);
    assert_int_equal(cp_makers_about(makers, 1).owner_count, 1);
    assert_int_equal(control(makers, "siklu", "IL"), CP_CONTROL_YES);
    assert_int_equal(control(makers, "siklu", "CN"), CP_CONTROL_UNKNOWN);
    assert_maker(makers, cp_makers_about(makers, 4).owners[0], "cetc"); /* rows are silent */
    assert_int_equal(control(makers, "unknown", "CN"), CP_CONTROL_UNKNOWN);
    assert_int_equal(control(makers, "nobody's", "CN"), CP_CONTROL_UNKNOWN);
    assert_int_equal(control(makers, "nokia", "China"), CP_CONTROL_NO);
}

static void a_row_that_turns_the_tables_owners_around_holds(void **state)
{
    static const struct row rows[] = {
        {.name = "nokia", .owners = "coriant"},
        {.name = "huawei", .owners = "hisilicon"},
    };
    const struct cp_makers *makers = get(rows, CP_COUNT(rows));
    uint32_t infinera = cp_makers_find(makers, CP_TEXT("infinera"));

    (void)state;
    assert_maker(makers, cp_makers_about(makers, 0).owners[0], "coriant");
    /* Of the two steps from coriant over infinera to nokia the table's later one is left out. */
    assert_maker(makers, cp_makers_about(makers, infinera).owners[0], "nokia");
    assert_int_equal(
        cp_makers_about(makers, cp_makers_find(makers, CP_TEXT("coriant"))).owner_count, 0);
    assert_int_equal(cp_makers_parent(makers, cp_makers_find(makers, CP_TEXT("hisilicon"))),
                     CP_MAKER_OTHER);
}

static void enterprise_numbers_are_found_and_a_rows_claim_holds(void **state)
{
    static const struct row rows[] = {{.name = "acme", .pens = {2011, 4294967295, 1}}};
    const struct cp_makers *makers = get(rows, CP_COUNT(rows));
    uint32_t huawei = cp_makers_find(makers, CP_TEXT("huawei"));

    (void)state;
    assert_maker(makers, cp_makers_find_pen(makers, 2011), "acme");
    assert_maker(makers, cp_makers_find_pen(makers, 4294967295), "acme");
    assert_maker(makers, cp_makers_find_pen(makers, 1), "acme");
    assert_maker(makers, cp_makers_find_pen(makers, 9), "cisco");
    assert_int_equal(cp_makers_find_pen(makers, 0), CP_MAKER_OTHER);
    assert_int_equal(cp_makers_find_pen(makers, 4294967294), CP_MAKER_OTHER);
    assert_int_equal(cp_makers_about(makers, huawei).pen_count, 0);
}

static void a_name_that_must_be_there_is_refused_with_the_nearest(void **state)
{
    static const struct {
        const char *name, *why, *hint;
        cp_err err;
    } bad[] = {
        {"Huawie", "no such maker", "huawei", CP_ERR_UNKNOWN_ID},
        {"nobody's at all", "no such maker", "", CP_ERR_UNKNOWN_ID},
        {"n/a", "this word means that nobody knows", "", CP_ERR_MALFORMED},
        {" ", "this word means that nobody knows", "", CP_ERR_MALFORMED},
    };
    const struct cp_makers *makers = get(NULL, 0);
    struct cp_maker_word word = {CP_TEXT("华为"), {0, 3, 4}};
    uint32_t maker = 7;

    (void)state;
    for (size_t i = 0; i < CP_COUNT(bad); i++) {
        struct cp_diag diag = {0};
        word.text = cp_text_of(bad[i].name);
        assert_int_equal(cp_makers_get(makers, word, &maker, &diag), bad[i].err);
        assert_string_equal(diag.why, bad[i].why);
        assert_string_equal(diag.hint, bad[i].hint);
        assert_true(diag.place.line == 3 && diag.place.column == 4);
        assert_int_equal(maker, 7);
    }
    word.text = CP_TEXT("华为");
    assert_int_equal(cp_makers_get(makers, word, &maker, NULL), CP_OK);
    assert_maker(makers, maker, "huawei");
}

static void each_take_that_fails_is_an_error(void **state)
{
    static const struct row rows[] = {
        {.name = "acme",
         .names = "Acme Inc",
         .affiliates = "radio",
         .owners = "holding",
         .software = "os",
         .country = "NZ",
         .pens = {99001}},
    };
    const struct cp_makers *makers = NULL;
    struct cp_diag diag = {0};
    cp_err err = CP_ERR_NOMEM;
    uint64_t takes = 0;

    for (; err == CP_ERR_NOMEM; takes++) {
        (void)close_arena(state);
        assert_int_equal(open_arena(state), 0);
        /* Of the rows of the test itself none fails: what they take comes first. */
        cp_arena_fail_after(arena, takes + TAKES_OF_ROW);
        err = make(rows, 1, &makers, &diag);
    }
    assert_int_equal(err, CP_OK);
    assert_in_range(takes, 10, 1000);
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
        cmocka_unit_test_setup_teardown(a_policy_extends_the_table, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(a_policy_overrules_the_table, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(contradictions_of_rows_are_refused_at_their_place,
                                        open_arena, close_arena),
        cmocka_unit_test_setup_teardown(all_that_is_known_of_a_maker_is_told, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(rows_overrule_countries_and_owners_of_the_table, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(a_row_that_turns_the_tables_owners_around_holds, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(enterprise_numbers_are_found_and_a_rows_claim_holds,
                                        open_arena, close_arena),
        cmocka_unit_test_setup_teardown(a_name_that_must_be_there_is_refused_with_the_nearest,
                                        open_arena, close_arena),
        cmocka_unit_test_setup_teardown(each_take_that_fails_is_an_error, open_arena, close_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
