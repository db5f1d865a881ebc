#include "write/tables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dump.h"
#include "odd_case.h"
#include "read/read.h"
#include "write/networks.h"
#include "share.h"

/* Written and read again a case is the same: on thousands of odd ones, and on every date asked. */

enum { CASES = 4000, LATER = 25000 };

static const cp_role roles[CP_TABLE_COUNT] = {
    [CP_TABLE_NODES] = CP_ROLE_NETWORK, [CP_TABLE_LINKS] = CP_ROLE_NETWORK,
    [CP_TABLE_SITES] = CP_ROLE_SITES,   [CP_TABLE_DEMANDS] = CP_ROLE_DEMANDS,
    [CP_TABLE_FACTS] = CP_ROLE_FACTS,
};

struct written {
    cp_text tables[CP_TABLE_COUNT];
    cp_err err;
};

static struct written write_tables(const struct cp_case *c, struct cp_arena *arena)
{
    struct cp_arena *work = cp_arena_open((size_t)1 << 30);
    struct written written = {.err = CP_OK};
    struct cp_diag diag;

    for (cp_table t = 0; t < CP_TABLE_COUNT && written.err == CP_OK; t++) {
        struct cp_out out = cp_out_make(arena);

        written.err = cp_write_table(c, t, work, &out, &diag);
        if (written.err == CP_OK)
            assert_int_equal(cp_out_done(&out, &written.tables[t]), CP_OK);
    }
    cp_arena_close(work);
    return written;
}

static const struct cp_case *read_tables(const struct written *written, cp_date as_of,
                                         struct cp_arena *arena)
{
    const struct cp_case *c = NULL;
    struct cp_build *build;
    struct cp_read *read;
    struct cp_diag diag = {0};

    assert_int_equal(cp_build_open(arena, &build), CP_OK);
    assert_int_equal(cp_read_open(build, arena, &read), CP_OK);
    for (cp_table t = 0; t < CP_TABLE_COUNT; t++) {
        cp_err err = cp_read_document(read, roles[t], cp_text_of(cp_table_file(t)),
                                      written->tables[t], &diag);

        if (err != CP_OK)
            print_error("%s:%u:%u: %s '%s'\n", cp_table_file(t), diag.place.line, diag.place.column,
                        diag.why, diag.subject);
        assert_int_equal(err, CP_OK);
    }
    if (cp_build_finish(build, as_of, &c, &diag) != CP_OK)
        print_error("%u:%u: %s '%s'\n", diag.place.file, diag.place.line, diag.why, diag.subject);
    assert_non_null(c);
    return c;
}

/* Says where two dumps part. */
static void assert_same(uint64_t seed, cp_text a, cp_text b, const struct written *written)
{
    size_t at = 0, from, to_a, to_b;

    if (cp_text_eq(a, b))
        return;
    while (at < a.len && at < b.len && a.at[at] == b.at[at])
        at++;
    for (from = at; from > 0 && a.at[from - 1] != '\n';)
        from--;
    to_a = cp_text_find(a, '\n', from);
    to_b = cp_text_find(b, '\n', from);
    print_error("seed %llu:\n%.*s\n%.*s\n", (unsigned long long)seed, (int)(to_a - from),
                a.at + from, (int)(to_b - from), b.at + from);
    for (cp_table t = 0; t < CP_TABLE_COUNT; t++)
        print_error("%s\n%.*s", cp_table_file(t), (int)written->tables[t].len,
                    written->tables[t].at);
    fail();
}

/* Bare sites are written even where all that names them has expired by the day asked. */
static void assert_round(uint64_t seed, cp_date as_of, uint32_t *made, uint32_t *refused)
{
    unsigned how = as_of == CP_DATE_NONE ? 0 : DUMP_USED_SITES;
    struct cp_arena *arena = cp_arena_open((size_t)1 << 30);
    const struct cp_case *plain = odd_case_make(seed, CP_DATE_NONE, arena);
    const struct cp_case *asked = odd_case_make(seed, as_of, arena);
    struct written written;

    if (plain != NULL && asked != NULL) {
        written = write_tables(plain, arena);
        *refused += written.err == CP_ERR_CONFLICT;
        *made += written.err == CP_OK;
        assert_true(written.err == CP_OK || written.err == CP_ERR_CONFLICT);
        if (written.err == CP_OK)
            assert_same(seed, dump_case(asked, how, arena),
                        dump_case(read_tables(&written, as_of, arena), how, arena), &written);
    }
    cp_arena_close(arena);
}

static cp_text write_networks(const struct cp_case *c, struct cp_arena *arena)
{
    struct cp_arena *work = cp_arena_open((size_t)1 << 30);
    struct cp_out out = cp_out_make(arena);
    cp_text text;

    assert_int_equal(cp_write_networks(c, work, &out), CP_OK);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    cp_arena_close(work);
    return text;
}

static const struct cp_case *read_networks(cp_text text, cp_date as_of, struct cp_arena *arena)
{
    const struct cp_case *c = NULL;
    struct cp_build *build;
    struct cp_read *read;
    struct cp_diag diag = {0};
    cp_err err;

    assert_int_equal(cp_build_open(arena, &build), CP_OK);
    assert_int_equal(cp_read_open(build, arena, &read), CP_OK);
    err = cp_read_document(read, CP_ROLE_NETWORK, CP_TEXT("network.json"), text, &diag);
    if (err == CP_OK)
        err = cp_read_finish(read, &diag);
    if (err == CP_OK)
        err = cp_build_finish(build, as_of, &c, &diag);
    if (err != CP_OK)
        print_error("%u:%u: %s '%s'\n%.*s", diag.place.line, diag.place.column, diag.why,
                    diag.subject, (int)text.len, text.at);
    assert_int_equal(err, CP_OK);
    return c;
}

static void assert_networks_round(uint64_t seed, cp_date as_of, uint32_t *made)
{
    unsigned how = DUMP_BY_LAYER | (as_of == CP_DATE_NONE ? 0u : DUMP_USED_SITES);
    struct cp_arena *arena = cp_arena_open((size_t)1 << 30);
    const struct cp_case *plain = odd_case_make(seed, CP_DATE_NONE, arena);
    const struct cp_case *asked = odd_case_make(seed, as_of, arena);
    struct written written = {.err = CP_OK};

    if (plain != NULL && asked != NULL) {
        written.tables[0] = write_networks(plain, arena);
        assert_same(seed, dump_case(asked, how, arena),
                    dump_case(read_networks(written.tables[0], as_of, arena), how, arena),
                    &written);
        ++*made;
    }
    cp_arena_close(arena);
}

static void networks_are_read_as_the_same_case(void **state)
{
    uint32_t made = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= share_of(CASES); seed++)
        assert_networks_round(seed, CP_DATE_NONE, &made);
    assert_true(made > share_of(CASES) / 2);
}

static void networks_are_read_as_the_same_case_on_a_later_day(void **state)
{
    uint32_t made = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= share_of(CASES); seed++)
        assert_networks_round(seed, LATER, &made);
    assert_true(made > share_of(CASES) / 2);
}

static void tables_are_read_as_the_same_case(void **state)
{
    uint32_t made = 0, refused = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= share_of(CASES); seed++)
        assert_round(seed, CP_DATE_NONE, &made, &refused);
    print_message("# %u cases, %u without a name\n", made, refused);
    assert_true(made > share_of(CASES) / 2);
    assert_true(refused < made / 20);
}

static void tables_are_read_as_the_same_case_on_a_later_day(void **state)
{
    uint32_t made = 0, refused = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= share_of(CASES); seed++)
        assert_round(seed, LATER, &made, &refused);
    assert_true(made > share_of(CASES) / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_read_as_the_same_case),
        cmocka_unit_test(tables_are_read_as_the_same_case_on_a_later_day),
        cmocka_unit_test(networks_are_read_as_the_same_case),
        cmocka_unit_test(networks_are_read_as_the_same_case_on_a_later_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
