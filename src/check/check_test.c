#include "check/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/*
 * A bundle made by hand: a line of three nodes, of which the middle one is forbidden, and a demand from end
 * to end.  So everything can be followed on paper.
 */

static const char network[] =
    "[\"cleanpath-network\", 1]\n"
    "[\"as_of\", \"2026-11-28\"]\n"
    "[\"failures\", 1, [\"link\", \"node\"]]\n"
    "[\"states\", [\"steady\", \"transition\", \"liar\"]]\n"
    "[\"policy\", \"p\", null, \"b\", null, null, \"2026-11-28\", \"p.yaml\"]\n"
    "[\"node\", \"a\"]\n"
    "[\"node\", \"b\"]\n"
    "[\"node\", \"c\"]\n"
    "[\"link\", \"ab\", [0, 1, 1, 2], []]\n"
    "[\"link\", \"bc\", [1, 3, 2, 4], []]\n"
    "[\"rule\", 0, \"r\", \"no b\", 1, [\"link\"]]\n"
    "[\"treatment\", null, [0]]\n"
    "[\"against\", 0, \"node\", 1, \"forbidden\", \"maker x\"]\n"
    "[\"demand\", \"d\", \"a\", \"c\", 0, null, [0], [2]]\n"
    "[\"end\"]\n";

#define SHOWN(state)                                                                                      \
    "{\"state\": \"" state                                                                                \
    "\", \"direction\": \"forward\", \"failures\": [], \"failure_kinds\": [], \"failing\": null,"         \
    "\"element\": \"b\", \"element_kind\": \"node\", \"path\": [\"a\", \"b\"], "                          \
    "\"links\": [\"ab\"], \"rule\": \"r\", \"policy\": \"p\", \"authority\": \"b\", \"says\": \"no b\", " \
    "\"reason\": \"maker x\"}"

static const char answer[] =
    "{\"schema\": \"cleanpath.audit/1\", \"as_of\": \"2026-11-28\", "
    "\"policies\": [{\"id\": \"p\", \"says\": null, \"authority\": {\"by\": \"b\", \"ref\": null, "
    "\"owner\": null}, \"as_of\": \"2026-11-28\", \"path\": \"p.yaml\"}], "
    "\"warnings\": [], \"inputs\": [],"
    "\"failures\": {\"depth\": 1, \"kinds\": [\"link\", \"node\"]}, \"demands\": [{\"id\": \"d\","
    "\"src\": \"a\", \"dst\": \"c\", \"class\": null, \"bandwidth_bps\": null, "
    "\"verdict\": \"violation\", \"judged\": true, \"clean_way\": false, \"exposure_depth\": 0,"
    "\"cut_depth\": 1, \"cut\": [\"ab\"], \"cut_kinds\": [\"link\"], \"states\": {\"steady\": 0,"
    "\"transition\": 1, \"repair\": null, \"liar\": 0}, \"exposure\": " SHOWN(
        "steady") ", \"violation\": null, \"undecided\": null, \"liar\": " SHOWN("liar") "}],"
                                                                                         "\"summary\": {\"ok\": 0, \"violation\": 1, \"undecided\": 0, \"no_path\": 0, "
                                                                                         "\"uncovered\": 0}}";

/* Labels are written 1 greater than costs, 0 for infinite ones, which all nodes not listed have here. */
enum { PIECES = 4, PIECE_BYTES = 12 };

struct piece {
    uint32_t len;
    unsigned char at[PIECE_BYTES];
};

static const struct piece pieces[PIECES] = {
    /* to the nearest liar, b: a 1, c 4 */
    {8, {1, 0, 0, 2, 0, 1 + 1, 2, 4 + 1}},
    /* to a: b 2, c 6; no sets, no witnesses, no sets of honest and of near labels */
    {12, {2, 0, 0, 2, 1, 2 + 1, 1, 6 + 1, 0, 0, 0, 0}},
    /* to c: a 4, b 3 */
    {12, {2, 2, 0, 2, 0, 4 + 1, 1, 3 + 1, 0, 0, 0, 0}},
    /* one way: from a, 2 hops, the first of a and the second of b; one closed set: a */
    {10, {3, 0, 1, 0, 2, 0, 1, 1, 1, 0}},
};

/* Why the pieces are refused; NULL: they hold. */
static const char *refusal(const struct piece *given, uint32_t count)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct cp_arena *work = cp_arena_open(SIZE_MAX);
    struct cp_check_report report;
    struct cp_check *check = NULL;

    assert_int_equal(cp_check_open(CP_TEXT(network), CP_TEXT(answer), arena, work, &check), CP_OK);
    for (uint32_t i = 0; i < count; i++) {
        cp_text piece = {(const char *)given[i].at, given[i].len};

        assert_int_equal(cp_check_piece(check, piece), CP_OK);
    }
    cp_check_finish(check, &report);
    assert_true(report.holds == (report.why == NULL));
    cp_arena_close(work);
    cp_arena_close(arena);
    return report.why;
}

/* With one byte otherwise. */
static const char *refusal_with(uint32_t piece, uint32_t at, unsigned char byte)
{
    struct piece changed[PIECES];

    memcpy(changed, pieces, sizeof changed);
    changed[piece].at[at] = byte;
    return refusal(changed, PIECES);
}

static void a_bundle_made_by_hand_holds(void **state)
{
    (void)state;
    assert_null(refusal(pieces, PIECES));
}

static void a_label_above_the_cost_is_refused(void **state)
{
    (void)state;
    assert_string_equal(refusal_with(2, 5, 5 + 1), "a label is no lower bound of the cost");
    assert_string_equal(refusal_with(0, 5, 2 + 1), "a label is no lower bound of the cost");
}

static void a_label_below_the_cost_leads_nowhere(void **state)
{
    (void)state;
    assert_string_equal(refusal_with(2, 5, 3 + 1),
                        "labels do not lead from a node to where ways end");
}

static void the_destination_and_the_default_are_not_listed(void **state)
{
    (void)state;
    assert_string_equal(refusal_with(2, 6, 2), "a potential is not written in the one way");
    assert_string_equal(refusal_with(2, 5, 0), "a potential is not written in the one way");
}

static void a_way_ends_at_the_destination(void **state)
{
    (void)state;
    assert_string_equal(refusal_with(3, 6, 0), "a way does not join the demand's ends");
    assert_string_equal(refusal_with(3, 3, 1), "a way does not join the demand's ends");
}

static void a_closed_set_lets_nothing_out(void **state)
{
    (void)state;
    assert_string_equal(refusal_with(3, 9, 1), "a way leads out of a closed set");
}

static void every_piece_is_needed_once_and_in_its_place(void **state)
{
    struct piece changed[PIECES + 1];

    (void)state;
    for (uint32_t i = 0; i < PIECES; i++) { /* one left out */
        memcpy(changed, pieces, i * sizeof *pieces);
        memcpy(&changed[i], &pieces[i + 1], (PIECES - 1 - i) * sizeof *pieces);
        assert_non_null(refusal(changed, PIECES - 1));
    }
    for (uint32_t i = 0; i < PIECES; i++) { /* one twice */
        memcpy(changed, pieces, (i + 1) * sizeof *pieces);
        memcpy(&changed[i + 1], &pieces[i], (PIECES - i) * sizeof *pieces);
        assert_non_null(refusal(changed, PIECES + 1));
    }
}

static void every_prefix_of_a_piece_is_refused(void **state)
{
    struct piece changed[PIECES];

    (void)state;
    for (uint32_t i = 0; i < PIECES; i++)
        for (uint32_t len = 0; len < pieces[i].len; len++) {
            memcpy(changed, pieces, sizeof changed);
            changed[i].len = len;
            assert_non_null(refusal(changed, PIECES));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bundle_made_by_hand_holds),
        cmocka_unit_test(a_label_above_the_cost_is_refused),
        cmocka_unit_test(a_label_below_the_cost_leads_nowhere),
        cmocka_unit_test(the_destination_and_the_default_are_not_listed),
        cmocka_unit_test(a_way_ends_at_the_destination),
        cmocka_unit_test(a_closed_set_lets_nothing_out),
        cmocka_unit_test(every_piece_is_needed_once_and_in_its_place),
        cmocka_unit_test(every_prefix_of_a_piece_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
