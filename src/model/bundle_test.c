#include "model/bundle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/out.h"
#include "base/sha256.h"

/* A line of three nodes, of which the middle one is forbidden, and its demand from end to end. */
static const char network[] =
    "[\"cleanpath-network\", 1]\n"
    "[\"as_of\", \"2026-11-28\"]\n"
    "[\"failures\", 1, [\"link\", \"node\"]]\n"
    "[\"states\", [\"steady\", \"transition\", \"liar\"]]\n"
    "[\"policy\", \"p\", null, \"b\", null, null, \"2026-11-28\", \"p.yaml\"]\n"
    "[\"input\", \"n.csv\", 3, 2, 1]\n"
    "[\"warning\", \"1 record was not understood\"]\n"
    "[\"node\", \"a\"]\n"
    "[\"node\", \"b\"]\n"
    "[\"node\", \"c\"]\n"
    "[\"srlg\", \"g\"]\n"
    "[\"link\", \"ab\", [0, 1, 1, 2], [0]]\n"
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
    "\"warnings\": [\"1 record was not understood\"], \"inputs\": [{\"path\": \"n.csv\", \"sha256\": \"00\", \"used\": 3, \"ignored\": 2, \"not_understood\": 1}],"
    "\"failures\": {\"depth\": 1, \"kinds\": [\"link\", \"node\"]}, \"demands\": [{\"id\": \"d\","
    "\"src\": \"a\", \"dst\": \"c\", \"class\": null, \"bandwidth_bps\": null, "
    "\"verdict\": \"violation\", \"judged\": true, \"clean_way\": false, \"exposure_depth\": 0,"
    "\"cut_depth\": 1, \"cut\": [\"ab\"], \"cut_kinds\": [\"link\"], \"states\": {\"steady\": 0,"
    "\"transition\": 1, \"repair\": null, \"liar\": 0}, \"exposure\": " SHOWN(
        "steady") ", \"violation\": null, \"undecided\": null, \"liar\": " SHOWN("liar") "}],"
                                                                                         "\"summary\": {\"ok\": 0, \"violation\": 1, \"undecided\": 0, \"no_path\": 0, "
                                                                                         "\"uncovered\": 0}}";

struct reading {
    struct cp_arena *arena, *work;
    struct cp_bundle_net net;
    struct cp_bundle_answer answer;
    struct cp_diag diag;
};

static int open_reading(void **state)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct reading *r = CP_TAKE(arena, 1, struct reading);

    if (r == NULL)
        return 1;
    r->arena = arena;
    r->work = cp_arena_open(SIZE_MAX);
    *state = r;
    return r->work == NULL;
}

static int close_reading(void **state)
{
    struct reading *r = *state;

    cp_arena_close(r->work);
    cp_arena_close(r->arena);
    return 0;
}

/* The text with `to` in place of the first `from`. */
static cp_text with(struct reading *r, const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    struct cp_out out = cp_out_make(r->arena);
    cp_text made;

    assert_non_null(at);
    cp_out_text(&out, (cp_text){text, (size_t)(at - text)});
    cp_out_str(&out, to);
    cp_out_str(&out, at + strlen(from));
    assert_int_equal(cp_out_done(&out, &made), CP_OK);
    return made;
}

static cp_err read_net(struct reading *r, cp_text text)
{
    return cp_bundle_net_read(text, r->arena, r->work, &r->net, &r->diag);
}

static cp_err read_answer(struct reading *r, cp_text text)
{
    assert_int_equal(read_net(r, cp_text_of(network)), CP_OK);
    return cp_bundle_answer_read(text, &r->net, r->arena, r->work, &r->answer, &r->diag);
}

static void a_network_is_read_as_numbers(void **state)
{
    struct reading *r = *state;

    assert_int_equal(read_net(r, cp_text_of(network)), CP_OK);
    assert_int_equal(r->net.node_count, 3);
    assert_int_equal(r->net.hop_first[2] - r->net.hop_first[1], 2);
    assert_int_equal(r->net.hops[r->net.hop_first[1] + 1].out, 3);
    assert_int_equal(r->net.hops[r->net.hop_first[1] + 1].in, 4);
    assert_int_equal(r->net.srlg_links[0], 0);
    assert_true(r->net.treatments[0].marks[2 + 1] == 1);
    assert_int_equal(r->net.treatments[0].liar_count, 1);
}

static void every_row_is_looked_at(void **state)
{
    static const char *const changes[][2] = {
        {"[\"cleanpath-network\", 1]", "[\"cleanpath-network\", 2]"},
        {"2026-11-28\"]\n[\"failures\"", "2026-11-31\"]\n[\"failures\""},
        {"[\"as_of\", \"2026-11-28\"]\n", ""},
        {"\"p\", null, \"b\"", "\"p\", \"\", \"b\""},
        {"[\"node\", \"a\"]", "[\"node\", \"\"]"},
        {"[\"rule\", 0", "[\"rule\", 1"},
        {"\"a\", \"c\", 0", "\"b\", \"c\", 0"}, /* a node, but another */
        {"\"a\", \"c\", 0", "\"x\", \"c\", 0"}, /* nothing */
        {"\"failures\", 1", "\"failures\", 9"},
        {"[\"link\", \"node\"]]\n[\"states\"", "[\"liar\"]]\n[\"states\""},
        {"[\"steady\", ", "[\"link\", \"steady\", "},
        {"[\"node\", \"b\"]", "[\"node\", \"a\"]"}, /* an id twice */
        {"[0, 1, 1, 2]", "[0, 1, 3, 2]"},           /* no such node */
        {"[0, 1, 1, 2]", "[0, 1, 1, 0]"},           /* a metric of 0 */
        {"[0, 1, 1, 2]", "[0, 1, 0, 2]"},           /* both ends one node */
        {"[0, 1, 1, 2]", "[0, 1]"},                 /* one end */
        {"[0, 1, 1, 2]", "[0, 1, 1]"},              /* an end without metric */
        {"], [0]]\n[\"link\", \"bc\"", "], [1]]\n[\"link\", \"bc\""},
        {"null, [0]]", "null, [1]]"}, /* no such rule */
        {"\"against\", 0", "\"against\", 1"},
        {"\"node\", 1, \"forbidden\"", "\"node\", 3, \"forbidden\""},
        {"\"node\", 1, \"forbidden\"", "\"srlg\", 0, \"forbidden\""},
        {"\"forbidden\"", "\"bad\""},
        {"0, null, [0], [2]]", "1, null, [0], [2]]"},
        {"0, null, [0], [2]]", "0, null, [], [2]]"},
        {"0, null, [0], [2]]", "0, null, [0], [3]]"},
        {"[\"end\"]\n", ""},
        {"[\"end\"]\n", "[\"end\"]\n[\"end\"]\n"},
        {"[\"treatment\", null, [0]]\n", "[\"treatment\", null, [0]]\n[\"srlg\", \"h\"]\n"},
    };

    for (size_t i = 0; i < CP_COUNT(changes); i++)
        assert_int_not_equal(read_net(*state, with(*state, network, changes[i][0], changes[i][1])),
                             CP_OK);
}

static void an_answer_is_read_as_numbers(void **state)
{
    struct reading *r = *state;
    const struct cp_bundle_result *result;

    assert_int_equal(read_answer(r, cp_text_of(answer)), CP_OK);
    result = &r->answer.results[0];
    assert_int_equal(result->verdict, CP_BUNDLE_VIOLATION);
    assert_int_equal(result->steady, 0);
    assert_int_equal(result->cut.at[0], 0);
    assert_int_equal(result->claims[CP_CLAIM_EXPOSURE].element, 3);
    assert_int_equal(result->claims[CP_CLAIM_EXPOSURE].nodes[1], 1);
    assert_int_equal(result->claims[CP_CLAIM_VIOLATION].state, 0);
    assert_int_equal(r->answer.input_count, 1);
}

static void an_answer_that_contradicts_network_or_itself_is_refused(void **state)
{
    static const char *const changes[][2] = {
        {"audit/1", "audit/2"},
        {"\"depth\": 1", "\"depth\": 2"},
        {"[\"link\", \"node\"]}", "[\"link\"]}"},
        {"{\"schema\"", "{\"warnings\": [], \"schema\""},
        {"\"as_of\": \"2026-11-28\", \"pol", "\"as_of\": null, \"pol"},
        {"\"as_of\": \"2026-11-28\", \"path", "\"as_of\": null, \"path"},
        {"\"by\": \"b\"", "\"by\": null"},
        {"\"authority\": \"b\"", "\"authority\": null"},
        {"\"used\": 3", "\"used\": 4"},
        {"\"ignored\": 2", "\"ignored\": 0"},
        {"\"not_understood\": 1", "\"not_understood\": 0"},
        {"[\"1 record was not understood\"]", "[]"},
        {"\"kinds\": [\"link\", \"node\"]", "\"kinds\": [\"link\", \"node\", \"node\"]"},
        {"\"id\": \"d\"", "\"id\": \"e\""},
        {"\"dst\": \"c\"", "\"dst\": \"b\""},
        {"\"class\": null", "\"class\": \"x\""},
        {"\"bandwidth_bps\": null", "\"bandwidth_bps\": 1"},
        {"\"verdict\": \"violation\"", "\"verdict\": \"ok\""},
        {"\"verdict\": \"violation\"", "\"verdict\": \"fine\""},
        {"\"judged\": true", "\"judged\": false"},
        {"\"judged\": true", "\"judged\": 1"},
        {"\"exposure_depth\": 0", "\"exposure_depth\": 1"},
        {"\"cut_depth\": 1", "\"cut_depth\": 0"},
        {"\"cut\": [\"ab\"]", "\"cut\": [\"a\"]"},
        {"\"cut_kinds\": [\"link\"]", "\"cut_kinds\": [\"node\"]"},
        {"\"steady\": 0", "\"steady\": null"},
        {"\"transition\": 1", "\"transition\": null"},
        {"\"repair\": null", "\"repair\": 0"},
        {"\"liar\": 0", "\"liar\": 1"},
        {"\"direction\": \"forward\"", "\"direction\": \"sideways\""},
        {"\"failures\": []", "\"failures\": [\"ab\"]"},
        {"\"failing\": null", "\"failing\": \"ab\""},
        {"\"element\": \"b\"", "\"element\": \"a\""},
        {"\"path\": [\"a\", \"b\"]", "\"path\": [\"a\", \"z\"]"},
        {"\"path\": [\"a\", \"b\"]", "\"path\": [\"a\"]"},
        {"\"links\": [\"ab\"]", "\"links\": []"},
        {"\"rule\": \"r\"", "\"rule\": \"s\""},
        {"\"says\": \"no b\"", "\"says\": \"b\""},
        {"\"reason\": \"maker x\"", "\"reason\": \"maker y\""},
        {"\"violation\": 1", "\"violation\": 2"},
        {"\"uncovered\": 0", "\"uncovered\": 1"},
        {"\"summary\"", "\"sums\""},
        {"\"inputs\"", "\"outputs\""},
        {"\"demands\"", "\"wishes\""},
    };

    for (size_t i = 0; i < CP_COUNT(changes); i++)
        assert_int_not_equal(
            read_answer(*state, with(*state, answer, changes[i][0], changes[i][1])), CP_OK);
}

static cp_text manifest_of(struct reading *r, const char *rows)
{
    struct cp_out out = cp_out_make(r->arena);
    char sum[65];
    cp_text made;

    cp_sha256_hex(cp_text_of(rows), sum);
    cp_out_format(&out, "%s[\"sum\", \"%s\"]\n", rows, sum);
    assert_int_equal(cp_out_done(&out, &made), CP_OK);
    return made;
}

#define HEAD "[\"cleanpath-bundle\", 1]\n[\"program\", \"x\"]\n"
#define FILES "[\"answer\", \"1\"]\n[\"network\", \"2\"]\n[\"certificate\", \"3\"]\n"

static void a_manifest_is_whole_or_refused(void **state)
{
    static const char *const bad[] = {HEAD, FILES,
                                      "[\"cleanpath-bundle\", 2]\n[\"program\", \"x\"]\n" FILES,
                                      HEAD FILES FILES, HEAD "[\"input\", \"a\", \"b\"]\n" FILES};
    struct reading *r = *state;
    struct cp_bundle_manifest m;
    cp_text good = manifest_of(r, HEAD FILES "[\"input\", \"n.csv\", \"00\"]\n");

    assert_int_equal(cp_bundle_manifest_read(good, r->arena, r->work, &m), CP_OK);
    assert_true(cp_text_is(m.network, "2") && cp_text_is(m.certificate, "3"));
    assert_int_equal(m.input_count, 1);
    assert_int_equal(read_answer(r, cp_text_of(answer)), CP_OK);
    assert_true(cp_bundle_same_inputs(&m, &r->answer));
    m.inputs[0].sha256 = CP_TEXT("01");
    assert_false(cp_bundle_same_inputs(&m, &r->answer));
    for (size_t i = 0; i < CP_COUNT(bad); i++)
        assert_int_not_equal(cp_bundle_manifest_read(manifest_of(r, bad[i]), r->arena, r->work, &m),
                             CP_OK);
    for (size_t i = 0; i < good.len; i++) { /* no byte of it is free, nor its end */
        cp_text cut = cp_text_sub(good, 0, i);

        assert_int_not_equal(cp_bundle_manifest_read(cut, r->arena, r->work, &m), CP_OK);
    }
}

static void sets_of_failures_grow_in_their_places(void **state)
{
    cp_failures set = {.count = 2, .at = {3, 7}}, out;

    (void)state;
    out = cp_failures_with(&set, 5, CP_FAILURES_AMONG);
    assert_true(out.count == 3 && out.at[0] == 3 && out.at[1] == 5 && out.at[2] == 7);
    out = cp_failures_with(&set, 9, CP_FAILURES_BEFORE);
    assert_true(out.count == 3 && out.at[0] == 3 && out.at[1] == 9 && out.at[2] == 7);
    set.at[0] = 8;
    out = cp_failures_with(&set, 1, CP_FAILURES_CHANGE);
    assert_true(out.count == 3 && out.at[0] == 7 && out.at[1] == 8 && out.at[2] == 1);
    out = cp_failures_before(&set);
    assert_true(out.count == 1 && out.at[0] == 8);
    assert_true(cp_failures_hold(&set, 8) && !cp_failures_hold(&set, 3));
}

#define TEST(fact) cmocka_unit_test_setup_teardown(fact, open_reading, close_reading)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_network_is_read_as_numbers),
        TEST(every_row_is_looked_at),
        TEST(an_answer_is_read_as_numbers),
        TEST(an_answer_that_contradicts_network_or_itself_is_refused),
        TEST(a_manifest_is_whole_or_refused),
        TEST(sets_of_failures_grow_in_their_places),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
