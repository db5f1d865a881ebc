#include "base/row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct cp_row_pattern patterns[] = {{"node", "T"}, {"link", "tas"}, {"fail", "Nw"}};
static const char *const words[] = {"link", "node", "srlg"};

struct reading {
    struct cp_arena *arena, *work;
    struct cp_rows rows;
    struct cp_row row;
    uint32_t pattern;
};

static int open_reading(void **state)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct reading *r = CP_TAKE(arena, 1, struct reading);

    if (r == NULL)
        return 1;
    r->arena = arena;
    r->work = cp_arena_open(SIZE_MAX);
    r->rows = (struct cp_rows){.patterns = patterns,
                               .words = words,
                               .work = r->work,
                               .pattern_count = CP_COUNT(patterns),
                               .word_count = CP_COUNT(words)};
    *state = r;
    return 0;
}

static int close_reading(void **state)
{
    struct reading *r = *state;

    cp_arena_close(r->work);
    cp_arena_close(r->arena);
    return 0;
}

static cp_err next(struct reading *r)
{
    return cp_row_next(&r->rows, r->arena, &r->row, &r->pattern);
}

static cp_err read_line(struct reading *r, const char *line)
{
    r->rows.text = cp_text_of(line);
    r->rows.at = 0;
    return next(r);
}

static void rows_are_read_by_their_patterns(void **state)
{
    struct reading *r = *state;

    assert_int_equal(
        read_line(r, "[\"link\", \"a\\n b\", [0, 10], []]\n[\"fail\", 2, [\"link\", \"srlg\"]]\n"),
        CP_OK);
    assert_int_equal(r->pattern, 1);
    assert_true(cp_text_is(r->row.text[0], "a\n b"));
    assert_int_equal(r->row.count[0], 2);
    assert_int_equal(r->row.list[0][1], 10);
    assert_int_equal(r->row.count[1], 0);
    assert_int_equal(next(r), CP_OK);
    assert_int_equal(r->pattern, 2);
    assert_int_equal(r->row.number[0], 2);
    assert_int_equal(r->row.words, 5);
    assert_int_equal(next(r), CP_OK);
    assert_int_equal(r->pattern, CP_COUNT(patterns));
}

static void null_stands_for_no_text_and_no_number(void **state)
{
    struct reading *r = *state;

    assert_int_equal(read_line(r, "[\"node\", null]\n"), CP_OK);
    assert_null(r->row.text[0].at);
    assert_int_equal(read_line(r, "[\"fail\", null, []]\n"), CP_OK);
    assert_true(r->row.number[0] == UINT64_MAX);
}

static void rows_written_otherwise_are_refused(void **state)
{
    static const char *const bad[] = {"[\"node\",\"a\"]\n",
                                      "[ \"node\", \"a\"]\n",
                                      "[\"node\", \"a\"] \n",
                                      "[\"node\",  \"a\"]\n",
                                      "[\"node\", \"a\"]",
                                      "[\"node\", \"a\"]\r\n",
                                      "[\"node\"]\n",
                                      "[\"node\", \"a\", \"b\"]\n",
                                      "[\"node\", 1]\n",
                                      "[\"nude\", \"a\"]\n",
                                      "[]\n",
                                      "\n",
                                      "{}\n",
                                      "[1]\n",
                                      "[\"node\"\n",
                                      "[\"fail\", \"1\", []]\n",
                                      "[\"fail\", 1.0, []]\n",
                                      "[\"fail\", 01, []]\n",
                                      "[\"fail\", 1, [\"node\", \"link\"]]\n",
                                      "[\"fail\", 1, [\"link\", \"link\"]]\n",
                                      "[\"fail\", 1, [\"tree\"]]\n",
                                      "[\"link\", \"a\", 1, []]\n",
                                      "[\"link\", \"a\", [-1], []]\n",
                                      "[\"link\", \"a\", [4294967295], []]\n",
                                      "[\"link\", null, [], []]\n",
                                      "[\"link\", \"a\", [], [2, 2]]\n",
                                      "[\"link\", \"a\", [], [2, 1]]\n",
                                      "[\"link\", \"a\", null, []]\n"};

    for (size_t i = 0; i < CP_COUNT(bad); i++)
        assert_int_equal(read_line(*state, bad[i]), CP_ERR_MALFORMED);
}

static void what_a_line_takes_is_given_back(void **state)
{
    struct reading *r = *state;
    size_t used = cp_arena_used(r->work);

    assert_int_equal(read_line(r, "[\"link\", \"a\", [0, 10], [1]]\n"), CP_OK);
    assert_int_equal(cp_arena_used(r->work), used);
}

#define TEST(fact) cmocka_unit_test_setup_teardown(fact, open_reading, close_reading)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rows_are_read_by_their_patterns),
        TEST(null_stands_for_no_text_and_no_number),
        TEST(rows_written_otherwise_are_refused),
        TEST(what_a_line_takes_is_given_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
