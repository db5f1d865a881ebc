#include "compare/compare.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/build.h"

/* Two cases, built a row a call, and what differs between them as lines of text. */

struct trial {
    struct cp_arena *arena, *work;
    struct cp_build *build[CP_SIDES];
    struct cp_compare_side side[CP_SIDES];
    const struct cp_makers *makers;
    const struct cp_comparison *c;
    struct cp_diag diag;
    uint32_t line;
};

static struct trial trial_open(void)
{
    struct trial t = {.arena = cp_arena_open((size_t)1 << 26),
                      .work = cp_arena_open((size_t)1 << 26)};
    uint32_t file;

    assert_int_equal(cp_makers_make(NULL, 0, t.arena, &t.makers, &t.diag), CP_OK);
    for (int side = CP_SIDE_A; side < CP_SIDES; side++) {
        assert_int_equal(cp_build_open(t.arena, &t.build[side]), CP_OK);
        assert_int_equal(cp_build_input(t.build[side],
                                        side == CP_SIDE_A ? CP_TEXT("a") : CP_TEXT("b"),
                                        CP_TEXT(""), &file),
                         CP_OK);
        t.side[side].as_of = CP_DATE_NONE;
    }
    return t;
}

static void trial_close(struct trial *t)
{
    cp_arena_close(t->work);
    cp_arena_close(t->arena);
}

static cp_place next_place(struct trial *t)
{
    return (cp_place){0, ++t->line, 1};
}

static void node(struct trial *t, cp_side side, const char *id, const char *maker)
{
    struct cp_node_row row = cp_node_row_make(next_place(t), cp_text_of(id));

    row.maker = cp_text_of(maker);
    assert_int_equal(cp_build_node(t->build[side], &row, &t->diag), CP_OK);
}

static void nodes(struct trial *t, const char *ids)
{
    for (int side = CP_SIDE_A; side < CP_SIDES; side++) {
        cp_text rest = cp_text_of(ids), id;

        while (cp_text_word(&rest, " ", &id)) {
            struct cp_node_row row = cp_node_row_make(next_place(t), id);

            assert_int_equal(cp_build_node(t->build[side], &row, &t->diag), CP_OK);
        }
    }
}

static void fact(struct trial *t, cp_side side, const char *object, const char *attribute,
                 const char *value)
{
    struct cp_fact_row row = {.place = next_place(t),
                              .object = cp_text_of(object),
                              .attribute = cp_text_of(attribute),
                              .value = cp_text_of(value),
                              .date = CP_DATE_NONE,
                              .expires = CP_DATE_NONE};

    assert_int_equal(cp_build_fact(t->build[side], &row, &t->diag), CP_OK);
}

/* "r1 Gi0/1" and "r2": a node, and its port behind a space. */
static struct cp_link_row link_row(struct trial *t, const char *id, const char *a, const char *b)
{
    cp_text x = cp_text_of(a), y = cp_text_of(b);
    size_t a_end = cp_text_find(x, ' ', 0), b_end = cp_text_find(y, ' ', 0);
    struct cp_link_row row =
        cp_link_row_make(next_place(t), cp_text_sub(x, 0, a_end), cp_text_sub(y, 0, b_end));

    row.id = cp_text_of(id);
    row.a_port = cp_text_sub(x, a_end + 1, x.len);
    row.b_port = cp_text_sub(y, b_end + 1, y.len);
    return row;
}

static void link(struct trial *t, cp_side side, const char *id, const char *a, const char *b)
{
    struct cp_link_row row = link_row(t, id, a, b);

    assert_int_equal(cp_build_link(t->build[side], &row, &t->diag), CP_OK);
}

static void lan(struct trial *t, cp_side side, const char *id, const char *members)
{
    struct cp_link_row row = cp_link_row_make(next_place(t), cp_text_of(members), CP_TEXT(""));

    row.id = cp_text_of(id);
    row.link_class = CP_TEXT("lan");
    assert_int_equal(cp_build_link(t->build[side], &row, &t->diag), CP_OK);
}

/* A link that was only seen, by its first end. */
static void seen(struct trial *t, cp_side side, const char *a, const char *b)
{
    struct cp_link_row row = link_row(t, "", a, b);
    struct cp_fact_row by = {.place = row.place,
                             .attribute = CP_TEXT("seen-by"),
                             .value = cp_text_of(a),
                             .source = CP_TEXT("lldp"),
                             .date = CP_DATE_NONE,
                             .expires = CP_DATE_NONE};

    assert_int_equal(cp_build_link(t->build[side], &row, &t->diag), CP_OK);
    assert_int_equal(cp_build_fact_on_last(t->build[side], &by, &t->diag), CP_OK);
}

static void finish(struct trial *t)
{
    for (int side = CP_SIDE_A; side < CP_SIDES; side++)
        assert_int_equal(
            cp_build_finish(t->build[side], CP_DATE_NONE, &t->side[side].net, &t->diag), CP_OK);
}

static void compare(struct trial *t)
{
    finish(t);
    assert_int_equal(
        cp_compare(&t->side[CP_SIDE_A], &t->side[CP_SIDE_B], t->makers, t->arena, t->work, &t->c),
        CP_OK);
}

/* --- rows as text ---------------------------------------------------------------------------- */

static cp_text id_of(const struct trial *t, const struct cp_compare_row *row, int side)
{
    const struct cp_case *net = t->c->net[side];

    if (row->at[side] == CP_NONE)
        return CP_TEXT("-");
    if (row->object == CP_OBJECT_SITE)
        return net->sites[row->at[side]].id;
    return row->object == CP_OBJECT_NODE ? net->nodes[row->at[side]].id
                                         : net->links[row->at[side]].id;
}

/* "maker r1/slot 1 r1: huawei | zte", a note in brackets */
static void write_row(const struct trial *t, const struct cp_compare_row *row, char *out,
                      size_t size)
{
    cp_text a = id_of(t, row, CP_SIDE_A), b = id_of(t, row, CP_SIDE_B);
    size_t len =
        (size_t)snprintf(out, size, "%s%s %.*s%s%.*s %.*s", row->note ? "(note) " : "",
                         cp_differs_name(row->kind), (int)a.len, a.at, row->part.len > 0 ? "/" : "",
                         (int)row->part.len, row->part.at, (int)b.len, b.at);

    for (int side = CP_SIDE_A; side < CP_SIDES; side++)
        for (uint32_t i = 0; i < row->values[side].count; i++) {
            cp_text value = t->c->values[row->values[side].first + i].value;

            len += (size_t)snprintf(out + len, size - len, "%s%.*s",
                                    i > 0               ? ", "
                                    : side == CP_SIDE_A ? ": "
                                                        : " | ",
                                    (int)value.len, value.at);
        }
    assert_true(len < size);
}

static void assert_rows(const struct trial *t, const char *const *expected)
{
    char got[512] = "";
    uint32_t at = 0;

    for (; at < t->c->row_count; at++) {
        write_row(t, &t->c->rows[at], got, sizeof(got));
        if (expected[at] == NULL)
            print_error("too many: %s\n", got);
        assert_non_null(expected[at]);
        assert_string_equal(got, expected[at]);
    }
    assert_null(expected[at]);
}

#define ASSERT_ROWS(t, ...) assert_rows((t), (const char *const[]){__VA_ARGS__, NULL})
#define ASSERT_NO_ROWS(t) assert_rows((t), (const char *const[]){NULL})

/* --- devices --------------------------------------------------------------------------------- */

static void empty_cases_do_not_differ(void **state)
{
    struct trial t = trial_open();

    (void)state;
    compare(&t);
    ASSERT_NO_ROWS(&t);
    trial_close(&t);
}

static void devices_are_matched_by_the_strongest_that_they_share(void **state)
{
    static const cp_match_by expected[] = {CP_MATCH_ID,     CP_MATCH_NAME,    CP_MATCH_LABEL,
                                           CP_MATCH_SERIAL, CP_MATCH_ADDRESS, CP_MATCH_MAC};
    struct trial t = trial_open();

    (void)state;
    nodes(&t, "r1");
    node(&t, CP_SIDE_A, "r2", "");
    node(&t, CP_SIDE_B, "R2", "");
    node(&t, CP_SIDE_A, "r3.example.net", "");
    node(&t, CP_SIDE_B, "10.1.1.3", "");
    fact(&t, CP_SIDE_B, "10.1.1.3", "sys-name", "r3");
    node(&t, CP_SIDE_A, "r4", "");
    node(&t, CP_SIDE_B, "x4", "");
    fact(&t, CP_SIDE_A, "r4", "serial", "sn-0004");
    fact(&t, CP_SIDE_B, "x4", "serial", "SN0004");
    node(&t, CP_SIDE_A, "r5", "");
    node(&t, CP_SIDE_B, "10.0.0.5", "");
    fact(&t, CP_SIDE_A, "r5", "loopback", "10.0.0.5/32");
    node(&t, CP_SIDE_A, "r6", "");
    node(&t, CP_SIDE_B, "x6", "");
    fact(&t, CP_SIDE_A, "r6", "mac", "00:00:00:00:00:06");
    fact(&t, CP_SIDE_B, "x6", "mac", "0000.0000.0006");
    compare(&t);
    assert_int_equal(t.c->match_count, 6);
    for (uint32_t i = 0; i < 6; i++)
        assert_int_equal(t.c->matches[i].by, expected[i]);
    ASSERT_ROWS(&t, "name r4 x4: r4 | x4", "name r5 10.0.0.5: r5 | 10.0.0.5",
                "name r6 x6: r6 | x6");
    trial_close(&t);
}

static void what_everybody_bears_matches_nobody(void **state)
{
    static const char *const serials[] = {"0", "0000000000", "unknown", "N/A", "x"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(serials); i++) {
        struct trial t = trial_open();

        node(&t, CP_SIDE_A, "r1", "");
        node(&t, CP_SIDE_B, "r2", "");
        for (int side = CP_SIDE_A; side < CP_SIDES; side++) {
            const char *id = side == CP_SIDE_A ? "r1" : "r2";

            fact(&t, (cp_side)side, id, "serial", serials[i]);
            fact(&t, (cp_side)side, id, "mac", "00:00:00:00:00:00");
            fact(&t, (cp_side)side, id, "address", "127.0.0.1");
        }
        compare(&t);
        ASSERT_ROWS(&t, "device r1 -", "device - r2");
        trial_close(&t);
    }
}

static void devices_that_cannot_be_told_apart_are_not_matched(void **state)
{
    struct trial t = trial_open();

    (void)state;
    node(&t, CP_SIDE_A, "sw.a", "");
    node(&t, CP_SIDE_A, "sw.b", "");
    node(&t, CP_SIDE_B, "sw", "");
    node(&t, CP_SIDE_B, "other", "");
    compare(&t);
    ASSERT_ROWS(&t, "device - other");
    assert_int_equal(t.c->doubt_count, 1);
    assert_int_equal(t.c->doubts[0].by, CP_MATCH_LABEL);
    assert_int_equal(t.c->doubts[0].nodes[CP_SIDE_A].count, 2);
    assert_int_equal(t.c->doubts[0].nodes[CP_SIDE_B].count, 1);
    trial_close(&t);
}

static void a_doubt_ends_where_something_else_tells(void **state)
{
    struct trial t = trial_open();

    (void)state;
    node(&t, CP_SIDE_A, "sw.a", "");
    node(&t, CP_SIDE_A, "sw.b", "");
    node(&t, CP_SIDE_B, "sw", "");
    fact(&t, CP_SIDE_A, "sw.b", "serial", "SN77");
    fact(&t, CP_SIDE_B, "sw", "serial", "SN77");
    compare(&t);
    assert_int_equal(t.c->doubt_count, 0);
    ASSERT_ROWS(&t, "device sw.a -", "name sw.b sw: sw.b | sw");
    trial_close(&t);
}

/* --- values ---------------------------------------------------------------------------------- */

static void names_of_a_maker_are_one_and_affiliates_are_a_note(void **state)
{
    struct trial t = trial_open();

    (void)state;
    node(&t, CP_SIDE_A, "r1", "Huawei Technologies Co., Ltd.");
    node(&t, CP_SIDE_B, "r1", "华为");
    node(&t, CP_SIDE_A, "r2", "huawei");
    node(&t, CP_SIDE_B, "r2", "hisilicon");
    node(&t, CP_SIDE_A, "r3", "huawei");
    node(&t, CP_SIDE_B, "r3", "nokia");
    node(&t, CP_SIDE_A, "r4", "unknown");
    node(&t, CP_SIDE_B, "r4", "nokia");
    node(&t, CP_SIDE_A, "r5", "Backyard Boxes");
    node(&t, CP_SIDE_B, "r5", "backyard  boxes");
    compare(&t);
    ASSERT_ROWS(&t, "(note) maker r2 r2: huawei | hisilicon", "maker r3 r3: huawei | nokia");
    assert_int_equal(t.c->notes, 1);
    assert_int_equal(t.c->counts[CP_DIFFERS_MAKER], 1);
    trial_close(&t);
}

static void a_side_that_contradicts_itself_differs_from_one_that_does_not(void **state)
{
    struct trial t = trial_open();

    (void)state;
    node(&t, CP_SIDE_A, "r1", "huawei");
    node(&t, CP_SIDE_B, "r1", "huawei");
    fact(&t, CP_SIDE_B, "r1", "maker", "nokia");
    compare(&t);
    ASSERT_ROWS(&t, "maker r1 r1: huawei | huawei, nokia");
    assert_false(t.c->values[t.c->rows[0].values[CP_SIDE_A].first].alone);
    assert_true(t.c->values[t.c->rows[0].values[CP_SIDE_B].first + 1].alone);
    trial_close(&t);
}

static void software_and_models_agree_where_one_holds_the_words_of_the_other(void **state)
{
    struct trial t = trial_open();

    (void)state;
    nodes(&t, "r1 r2 r3");
    fact(&t, CP_SIDE_A, "r1", "software", "8.180");
    fact(&t, CP_SIDE_B, "r1", "software", "VRP (R) software, Version 8.180 (NE40E V800R010)");
    fact(&t, CP_SIDE_A, "r2", "software", "8.18");
    fact(&t, CP_SIDE_B, "r2", "software", "VRP 8.180");
    fact(&t, CP_SIDE_A, "r3", "model", "NE40E");
    fact(&t, CP_SIDE_B, "r3", "model", "NE40E-X8A");
    compare(&t);
    ASSERT_ROWS(&t, "software r2 r2: 8.18 | VRP 8.180", "model r3 r3: NE40E | NE40E-X8A");
    trial_close(&t);
}

static void parts_are_compared_by_their_names_and_none_is_missed(void **state)
{
    struct trial t = trial_open();

    (void)state;
    nodes(&t, "r1");
    fact(&t, CP_SIDE_A, "r1/Slot 1", "serial", "A1");
    fact(&t, CP_SIDE_B, "r1/slot 1", "serial", "B1");
    fact(&t, CP_SIDE_A, "r1/slot 2", "serial", "A2");
    fact(&t, CP_SIDE_B, "r1/slot 3", "serial", "B3");
    compare(&t);
    ASSERT_ROWS(&t, "serial r1/Slot 1 r1: A1 | B1");
    trial_close(&t);
}

static void facts_that_expired_do_not_count(void **state)
{
    struct trial t = trial_open();
    struct cp_fact_row row = {.place = {0, 1, 1},
                              .object = CP_TEXT("r1"),
                              .attribute = CP_TEXT("maker"),
                              .value = CP_TEXT("zte"),
                              .date = CP_DATE_NONE,
                              .expires = 100};

    (void)state;
    node(&t, CP_SIDE_A, "r1", "nokia");
    node(&t, CP_SIDE_B, "r1", "nokia");
    assert_int_equal(cp_build_fact(t.build[CP_SIDE_B], &row, &t.diag), CP_OK);
    t.side[CP_SIDE_B].as_of = 101;
    compare(&t);
    ASSERT_NO_ROWS(&t);
    trial_close(&t);
}

static void what_is_concluded_of_makers_is_compared(void **state)
{
    const struct cp_derived_fact derived[] = {{.kind = CP_OBJECT_NODE,
                                               .date = CP_DATE_NONE,
                                               .expires = CP_DATE_NONE,
                                               .object = 1,
                                               .maker = CP_TEXT("zte"),
                                               .grade = CP_GRADE_AUTHENTICATED_READ,
                                               .place = {0, 9, 1}}};
    struct trial t = trial_open();

    (void)state;
    node(&t, CP_SIDE_A, "r1", "nokia");
    node(&t, CP_SIDE_A, "r2", "nokia");
    nodes(&t, "r3");
    node(&t, CP_SIDE_B, "r2", "");
    node(&t, CP_SIDE_B, "r1", "");
    t.side[CP_SIDE_B].derived = derived;
    t.side[CP_SIDE_B].derived_count = 1;
    compare(&t);
    ASSERT_ROWS(&t, "maker r2 r2: nokia | zte");
    assert_int_equal(t.c->values[t.c->rows[0].values[CP_SIDE_B].first].grade,
                     CP_GRADE_AUTHENTICATED_READ);
    trial_close(&t);
}

/* --- links ----------------------------------------------------------------------------------- */

static void a_link_without_ports_is_any_between_its_devices(void **state)
{
    struct trial t = trial_open();

    (void)state;
    nodes(&t, "r1 r2");
    link(&t, CP_SIDE_A, "x", "r1", "r2");
    link(&t, CP_SIDE_A, "y", "r1 2", "r2 2");
    link(&t, CP_SIDE_B, "p", "r2 2", "r1 2");
    link(&t, CP_SIDE_B, "q", "r2 9", "r1 9");
    compare(&t);
    ASSERT_NO_ROWS(&t);
    assert_int_equal(t.c->links[CP_SIDE_A].matched, 2);
    trial_close(&t);
}

static void cables_exchanged_at_a_device_are_told_port_by_port(void **state)
{
    struct trial t = trial_open();

    (void)state;
    nodes(&t, "r1 r2 r3");
    link(&t, CP_SIDE_A, "a2", "r1 1", "r2 1");
    link(&t, CP_SIDE_A, "a3", "r1 2", "r3 1");
    link(&t, CP_SIDE_B, "b2", "r1 2", "r2 1");
    link(&t, CP_SIDE_B, "b3", "r1 1", "r3 1");
    compare(&t);
    ASSERT_ROWS(&t, "port a2 b2: r1 1 | r1 2", "port a3 b3: r1 2 | r1 1");
    trial_close(&t);
}

static void a_moved_cable_is_told_at_each_port_that_it_left_or_came_to(void **state)
{
    struct trial t = trial_open();

    (void)state;
    nodes(&t, "r1 r2 r3 r4");
    link(&t, CP_SIDE_A, "a", "r1 1", "r2 1");
    link(&t, CP_SIDE_B, "b", "r1 1", "r3 1");
    link(&t, CP_SIDE_B, "c", "r4 1", "r2 1");
    compare(&t);
    ASSERT_ROWS(&t, "end a/r1 1 b: r2 1 | r3 1", "end a/r2 1 c: r1 1 | r4 1");
    trial_close(&t);
}

static void a_lan_is_seen_by_two_of_its_members_at_a_time(void **state)
{
    struct trial t = trial_open();

    (void)state;
    nodes(&t, "r1 r2 r3 r4");
    lan(&t, CP_SIDE_A, "lan", "r1 r2 r3");
    seen(&t, CP_SIDE_B, "r1 1", "r2 1");
    seen(&t, CP_SIDE_B, "r2 1", "r3 1");
    seen(&t, CP_SIDE_B, "r3 1", "r4 1");
    compare(&t);
    ASSERT_ROWS(&t, "link - r3--r4");
    assert_int_equal(t.c->links[CP_SIDE_A].unclaimed, 1);
    trial_close(&t);
}

static void members_that_only_one_side_of_a_lan_has_are_told(void **state)
{
    struct trial t = trial_open();

    (void)state;
    nodes(&t, "r1 r2 r3 r4");
    lan(&t, CP_SIDE_A, "lan", "r1 r2 r3");
    lan(&t, CP_SIDE_B, "lan", "r1 r2 r4");
    compare(&t);
    ASSERT_ROWS(&t, "end lan lan: r3 | r4");
    trial_close(&t);
}

static void a_link_is_missed_only_by_who_claims_to_know(void **state)
{
    struct trial t = trial_open();

    (void)state;
    nodes(&t, "r1 r2 r3 r4 o1 o2");
    link(&t, CP_SIDE_A, "seen", "r1 1", "r2 1");
    link(&t, CP_SIDE_A, "read", "r1 2", "r2 2");
    link(&t, CP_SIDE_A, "not read", "r3 1", "r4 1");
    seen(&t, CP_SIDE_B, "r1 1", "r2 1");
    compare(&t);
    ASSERT_ROWS(&t, "link read -");
    assert_int_equal(t.c->links[CP_SIDE_A].unclaimed, 1);
    trial_close(&t);
}

static void neighbours_see_no_leased_circuits_and_nothing_over_switches(void **state)
{
    struct trial t = trial_open();
    struct cp_link_row row;

    (void)state;
    nodes(&t, "r1 r2 r3");
    link(&t, CP_SIDE_A, "e", "r1 1", "r3 1");
    row = link_row(&t, "l", "r1 2", "r2 2");
    row.link_class = CP_TEXT("leased-circuit");
    assert_int_equal(cp_build_link(t.build[CP_SIDE_A], &row, &t.diag), CP_OK);
    row = link_row(&t, "o", "r1 1", "r2 3");
    row.over = CP_TEXT("e");
    assert_int_equal(cp_build_link(t.build[CP_SIDE_A], &row, &t.diag), CP_OK);
    seen(&t, CP_SIDE_B, "r1 1", "r3 1");
    compare(&t);
    ASSERT_NO_ROWS(&t);
    assert_int_equal(t.c->links[CP_SIDE_A].unclaimed, 2);
    trial_close(&t);
}

static void an_inventory_that_states_links_misses_those_that_are_seen(void **state)
{
    struct trial t = trial_open();

    (void)state;
    nodes(&t, "r1 r2 r3");
    link(&t, CP_SIDE_A, "c", "r1 1", "r2 1");
    seen(&t, CP_SIDE_B, "r1 1", "r2 1");
    seen(&t, CP_SIDE_B, "r1 2", "r3 1");
    compare(&t);
    ASSERT_ROWS(&t, "link - r1--r3");
    trial_close(&t);
}

static void an_inventory_without_links_misses_none(void **state)
{
    struct trial t = trial_open();

    (void)state;
    nodes(&t, "r1 r2");
    seen(&t, CP_SIDE_B, "r1 1", "r2 1");
    compare(&t);
    ASSERT_NO_ROWS(&t);
    assert_int_equal(t.c->links[CP_SIDE_B].unclaimed, 1);
    trial_close(&t);
}

static void links_of_a_device_that_only_one_side_has_are_not_told_again(void **state)
{
    struct trial t = trial_open();

    (void)state;
    nodes(&t, "r1 r2");
    node(&t, CP_SIDE_A, "gone", "");
    link(&t, CP_SIDE_A, "", "r1 1", "gone 1");
    link(&t, CP_SIDE_A, "", "r1 2", "r2 1");
    link(&t, CP_SIDE_B, "", "r1 2", "r2 1");
    compare(&t);
    ASSERT_ROWS(&t, "device gone -");
    assert_int_equal(t.c->links[CP_SIDE_A].without_end, 1);
    trial_close(&t);
}

static void sides_that_give_every_link_the_metric_one_state_none(void **state)
{
    struct trial t = trial_open();
    struct cp_link_row row;

    (void)state;
    nodes(&t, "r1 r2");
    row = link_row(&t, "", "r1", "r2");
    row.metric_ab = 10;
    row.metric_ba = 20;
    assert_int_equal(cp_build_link(t.build[CP_SIDE_A], &row, &t.diag), CP_OK);
    link(&t, CP_SIDE_B, "", "r2", "r1");
    compare(&t);
    ASSERT_NO_ROWS(&t);
    trial_close(&t);
}

static void every_take_of_memory_may_fail(void **state)
{
    cp_err err = CP_ERR_NOMEM;

    (void)state;
    for (uint64_t takes = 0; err != CP_OK; takes++) {
        struct trial t = trial_open();
        bool of_work = takes % 2 == 1;

        nodes(&t, "r1 r2 r3 sw.a sw.b");
        node(&t, CP_SIDE_A, "r4", "nokia");
        node(&t, CP_SIDE_B, "R4", "zte");
        link(&t, CP_SIDE_A, "a", "r1 1", "r2 1");
        link(&t, CP_SIDE_B, "b", "r1 1", "r3 1");
        lan(&t, CP_SIDE_A, "lan", "r1 r2 r3");
        finish(&t);
        cp_arena_fail_after(of_work ? t.work : t.arena, takes / 2);
        err = cp_compare(&t.side[CP_SIDE_A], &t.side[CP_SIDE_B], t.makers, t.arena, t.work, &t.c);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        if (err == CP_OK && !of_work) /* the other arena takes more */
            err = CP_ERR_NOMEM;
        assert_true(takes < 5000);
        trial_close(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_cases_do_not_differ),
        cmocka_unit_test(devices_are_matched_by_the_strongest_that_they_share),
        cmocka_unit_test(what_everybody_bears_matches_nobody),
        cmocka_unit_test(devices_that_cannot_be_told_apart_are_not_matched),
        cmocka_unit_test(a_doubt_ends_where_something_else_tells),
        cmocka_unit_test(names_of_a_maker_are_one_and_affiliates_are_a_note),
        cmocka_unit_test(a_side_that_contradicts_itself_differs_from_one_that_does_not),
        cmocka_unit_test(software_and_models_agree_where_one_holds_the_words_of_the_other),
        cmocka_unit_test(parts_are_compared_by_their_names_and_none_is_missed),
        cmocka_unit_test(facts_that_expired_do_not_count),
        cmocka_unit_test(what_is_concluded_of_makers_is_compared),
        cmocka_unit_test(a_link_without_ports_is_any_between_its_devices),
        cmocka_unit_test(cables_exchanged_at_a_device_are_told_port_by_port),
        cmocka_unit_test(a_moved_cable_is_told_at_each_port_that_it_left_or_came_to),
        cmocka_unit_test(a_lan_is_seen_by_two_of_its_members_at_a_time),
        cmocka_unit_test(members_that_only_one_side_of_a_lan_has_are_told),
        cmocka_unit_test(a_link_is_missed_only_by_who_claims_to_know),
        cmocka_unit_test(neighbours_see_no_leased_circuits_and_nothing_over_switches),
        cmocka_unit_test(an_inventory_that_states_links_misses_those_that_are_seen),
        cmocka_unit_test(an_inventory_without_links_misses_none),
        cmocka_unit_test(links_of_a_device_that_only_one_side_has_are_not_told_again),
        cmocka_unit_test(sides_that_give_every_link_the_metric_one_state_none),
        cmocka_unit_test(every_take_of_memory_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
