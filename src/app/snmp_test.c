#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "snmp_record.h"
#include "snmp_secrets.h"
#include "snmp_table.h"

static void assert_text(cp_text got, const char *wanted)
{
    if (!cp_text_is(got, wanted))
        print_error("got '%.*s', wanted '%s'\n", (int)got.len, got.at, wanted);
    assert_true(cp_text_is(got, wanted));
}

/* --- records ------------------------------------------------------------------------------- */

static void a_record_is_a_line_of_snmprec(void **state)
{
    struct cp_arena *arena = cp_arena_open((size_t)1 << 20);
    struct cp_out out = cp_out_make(arena);
    cp_text text;

    (void)state;
    cp_snmp_record(&out, CP_TEXT("1.3.6.1"), 2, CP_TEXT("7"));
    cp_snmp_record_octets(&out, CP_TEXT("1.3.6.2"), 4, CP_TEXT("plain | text"));
    cp_snmp_record_octets(&out, CP_TEXT("1.3.6.3"), 4, CP_TEXT("two\nlines"));
    cp_snmp_record_octets(&out, CP_TEXT("1.3.6.4"), 4, CP_TEXT(""));
    cp_snmp_record_octets(&out, CP_TEXT("1.3.6.5"), 4, CP_TEXT("\xff"));
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    assert_text(text, "1.3.6.1|2|7\n1.3.6.2|4|plain | text\n1.3.6.3|4x|74776f0a6c696e6573\n"
                      "1.3.6.4|4|\n1.3.6.5|4x|ff\n");
    cp_arena_close(arena);
}

/* --- secrets ------------------------------------------------------------------------------- */

static void secrets_are_lines(void **state)
{
    struct cp_snmp_secrets secrets;
    struct cp_diag diag;

    (void)state;
    assert_int_equal(cp_snmp_secrets_parse(CP_TEXT("# a comment\r\n\nauth two words \r\n"
                                                   "\tpriv\tx y z\ncommunity c"),
                                           &secrets, &diag),
                     CP_OK);
    assert_text(secrets.auth, "two words");
    assert_text(secrets.priv, "x y z");
    assert_text(secrets.community, "c");
    assert_int_equal(cp_snmp_secrets_parse(CP_TEXT(""), &secrets, &diag), CP_OK);
    assert_int_equal(secrets.auth.len, 0);
}

static void a_line_that_is_no_secret_is_refused_and_not_shown(void **state)
{
    static const struct {
        const char *text;
        cp_err err;
    } cases[] = {
        {"auth a\npassphrase\n", CP_ERR_MALFORMED},
        {"auth a\nauth b\n", CP_ERR_DUPLICATE},
        {"auth a\npriv \n", CP_ERR_MALFORMED},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(cases); i++) {
        struct cp_snmp_secrets secrets;
        struct cp_diag diag = {0};

        assert_int_equal(cp_snmp_secrets_parse(cp_text_of(cases[i].text), &secrets, &diag),
                         cases[i].err);
        assert_int_equal(diag.place.line, 2);
        assert_null(strstr(diag.subject, "pass"));
    }
}

/* --- evidence.csv -------------------------------------------------------------------------- */

static char r1[] = "r1.snmprec", odd[] = "a_b.snmprec";
static const struct cp_snmp_host hosts[] = {{"r1", "192.0.2.1", r1}, {"a,\"b", "192.0.2.2", odd}};

static cp_err make_table(cp_snmp_level level, const bool *read, const char *old, cp_text *out,
                         struct cp_arena *arena)
{
    struct cp_snmp_options options = {.hosts = hosts,
                                      .host_count = CP_COUNT(hosts),
                                      .who = "kim",
                                      .level = level,
                                      .date = CP_DATE_NONE};

    assert_int_equal(cp_date_parse(CP_TEXT("2026-11-21"), &options.date), CP_OK);
    return cp_snmp_table(&options, read, cp_text_of(old), arena, out);
}

static void assert_table(cp_snmp_level level, const bool *read, const char *old,
                         const char *expected)
{
    struct cp_arena *arena = cp_arena_open((size_t)1 << 20);
    cp_text table;

    assert_int_equal(make_table(level, read, old, &table, arena), CP_OK);
    assert_text(table, expected);
    cp_arena_close(arena);
}

#define HEADER "file,node,evidence,who,date\n"

static void only_an_authenticated_user_s_answers_are_authenticated(void **state)
{
    static const bool read[] = {true, false};

    (void)state;
    assert_table(CP_SNMP_AUTH_PRIV, read, "",
                 HEADER "r1.snmprec,r1,authenticated-read,kim,2026-11-21\n");
    assert_table(CP_SNMP_AUTH, read, "",
                 HEADER "r1.snmprec,r1,authenticated-read,kim,2026-11-21\n");
    assert_table(CP_SNMP_NO_AUTH, read, "",
                 HEADER "r1.snmprec,r1,unauthenticated-read,kim,2026-11-21\n");
    assert_table(CP_SNMP_V2C, read, "",
                 HEADER "r1.snmprec,r1,unauthenticated-read,kim,2026-11-21\n");
}

static void names_are_quoted_where_they_must_be(void **state)
{
    static const bool read[] = {false, true};

    (void)state;
    assert_table(CP_SNMP_AUTH, read, "",
                 HEADER "a_b.snmprec,\"a,\"\"b\",authenticated-read,kim,2026-11-21\n");
}

static void rows_of_what_was_not_read_stay(void **state)
{
    static const bool read[] = {true, false};

    (void)state;
    assert_table(CP_SNMP_AUTH, read,
                 HEADER "a_b.snmprec,x,claim,,\nr1.snmprec,old,,,\n\"z,1\",z,,,",
                 HEADER "a_b.snmprec,x,claim,,\n\"z,1\",z,,,\n"
                        "r1.snmprec,r1,authenticated-read,kim,2026-11-21\n");
}

static void a_table_of_other_columns_is_refused(void **state)
{
    static const bool read[] = {true, false};
    struct cp_arena *arena = cp_arena_open((size_t)1 << 20);
    cp_text table;

    (void)state;
    assert_int_equal(make_table(CP_SNMP_AUTH, read, "file,node\nr1.snmprec,x\n", &table, arena),
                     CP_ERR_MALFORMED);
    cp_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_a_line_of_snmprec),
        cmocka_unit_test(secrets_are_lines),
        cmocka_unit_test(a_line_that_is_no_secret_is_refused_and_not_shown),
        cmocka_unit_test(only_an_authenticated_user_s_answers_are_authenticated),
        cmocka_unit_test(names_are_quoted_where_they_must_be),
        cmocka_unit_test(rows_of_what_was_not_read_stay),
        cmocka_unit_test(a_table_of_other_columns_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
