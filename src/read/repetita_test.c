#include "trial.h"

static const cp_role net = CP_ROLE_NETWORK;

static const char graph[] =
    "NODES 3\nlabel x y\n0_Seoul  126.98\t37.57 \nNew York 500 1\nz 0.0 0\n\n\n"
    "EDGES 6\nlabel src dest weight bw delay\n"
    "e0 0 1 10 2500000 300\ne1 0 1 1 1 1\ne2 1 0 12 2500000 300\n"
    "e3  2 1 4 1000.5 5 \ne4 1 0 7 1 1\ne5 1 2 5 2000 6";
static const char demands[] =
    "DEMANDS 3\r\nlabel src dest bw\r\nd0 0 1 250\r\nd1 1 1 10\r\nd0 2 0 1\r\n";

static void directed_edges_are_paired_in_file_order(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = trial_network(&t, "x", graph);
    const struct cp_end *ends = c->ends;

    (void)state;
    assert_int_equal(c->link_count, 3);
    assert_text(c->links[0].id, "e0");
    assert_text(c->links[1].id, "e1");
    assert_text(c->links[2].id, "e3");
    assert_int_equal(ends[c->links[0].ends.first].metric, 10);
    assert_int_equal(ends[c->links[0].ends.first + 1].metric, 12);
    assert_int_equal(ends[c->links[1].ends.first + 1].metric, 7);
    assert_int_equal(ends[c->links[2].ends.first].node.at, 2);
    assert_true(c->links[0].capacity_bps == UINT64_C(2500000000));
    assert_true(c->links[2].capacity_bps == 1000500);
    assert_text(fact_of(c, c->link_facts, 0, "label"), "e2");
    assert_text(fact_of(c, c->link_facts, 0, "delay"), "300");
    assert_int_equal(c->inputs[0].used, 9);
    trial_close(&t);
}

static void nodes_have_places_where_x_and_y_are_degrees(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = trial_network(&t, "x.graph", graph);

    (void)state;
    assert_text(c->nodes[1].id, "New York");
    assert_int_equal(c->nodes[0].lon_udeg, 126980000);
    assert_int_equal(c->nodes[0].lat_udeg, 37570000);
    assert_int_equal(c->nodes[1].lat_udeg, CP_COORD_NONE);
    assert_int_equal(c->nodes[2].lat_udeg, CP_COORD_NONE);
    assert_int_equal(c->inputs[0].ignored, 2);
    trial_close(&t);
}

static void demands_name_nodes_by_number(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c;

    (void)state;
    trial_add(&t, net, "x.graph", graph);
    trial_add(&t, CP_ROLE_DEMANDS, "x.demands", demands);
    c = trial_make(&t);
    assert_int_equal(c->demand_count, 2);
    assert_text(c->demands[0].src_name, "0_Seoul");
    assert_text(c->demands[0].dst_name, "New York");
    assert_true(c->demands[0].bandwidth_bps == 250000);
    assert_text(c->demands[1].src_name, "z");
    assert_int_equal(c->inputs[1].ignored, 1);
    trial_close(&t);
}

static void demands_need_exactly_one_graph(void **state)
{
    struct trial t = trial_open();

    (void)state;
    assert_refused(CP_ROLE_DEMANDS, "x.demands", CP_TEXT(demands), CP_ERR_CONFLICT, 1, 1, "");
    trial_add(&t, net, "x.graph", graph);
    trial_add(&t, net, "y.graph",
              "NODES 1\nlabel x y\nother 0 0\nEDGES 0\nlabel src dest weight bw delay\n");
    assert_int_equal(trial_read(&t, CP_ROLE_DEMANDS, "x.demands", CP_TEXT(demands)),
                     CP_ERR_CONFLICT);
    trial_close(&t);
}

#define TWO "NODES 2\nlabel x y\na 1 1\nb 2 2\nEDGES 2\nlabel src dest weight bw delay\n"

static void broken_graphs_are_refused_in_their_place(void **state)
{
    static const struct {
        const char *text;
        cp_err err;
        uint32_t line, column;
        const char *subject;
    } bad[] = {
        {"NODES 1\nlabel y x\n", CP_ERR_MALFORMED, 2, 1, "label x y"},
        {"NODES x\nlabel x y\n", CP_ERR_MALFORMED, 1, 1, "NODES x"},
        {"NODES 2\nlabel x y\na 1 1\n", CP_ERR_MALFORMED, 4, 1, ""},
        {"NODES 1\nlabel x y\na 1\n", CP_ERR_MALFORMED, 3, 1, "a 1"},
        {"NODES 1\nlabel x y\na 1 1\nb 1 1\n", CP_ERR_MALFORMED, 4, 1, "b 1 1"},
        {"NODES 1\nlabel x y\na 1 1\n\nEDGES 1\nlabel src dest bw weight delay\n", CP_ERR_MALFORMED,
         6, 1, "label src dest weight bw delay"},
        {TWO "e 0 2 1 1 1\n", CP_ERR_UNKNOWN_ID, 7, 5, "2"},
        {TWO "e 0 1 0 1 1\n", CP_ERR_RANGE, 7, 7, "0"},
        {TWO "e 0 1 1 x 1\n", CP_ERR_MALFORMED, 7, 9, "x"},
        {TWO "e 0 1 1 1 x\n", CP_ERR_MALFORMED, 7, 11, "x"},
        {TWO "e 0 1 1 1 -1\n", CP_ERR_RANGE, 7, 11, "-1"},
        {TWO "e 0 1 1 1 1\nf 0 1 1 1 1\n", CP_ERR_MALFORMED, 7, 1, "e"},
        {TWO "e 0 1 1 1 1\nf 1 0 1 1 1\ng 1 0 1 1 1\n", CP_ERR_MALFORMED, 9, 1, "g 1 0 1 1 1"},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(bad); i++)
        assert_refused(net, "x.graph", cp_text_of(bad[i].text), bad[i].err, bad[i].line,
                       bad[i].column, bad[i].subject);
}

static void every_prefix_is_read_or_refused(void **state)
{
    (void)state;
    assert_prefixes(net, "x.graph", CP_TEXT(graph));
    assert_prefixes(CP_ROLE_DEMANDS, "x.demands", CP_TEXT(demands));
}

static void no_memory_is_an_error(void **state)
{
    (void)state;
    assert_survives_no_memory(net, "x.graph", CP_TEXT(graph));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(directed_edges_are_paired_in_file_order),
        cmocka_unit_test(nodes_have_places_where_x_and_y_are_degrees),
        cmocka_unit_test(demands_name_nodes_by_number),
        cmocka_unit_test(demands_need_exactly_one_graph),
        cmocka_unit_test(broken_graphs_are_refused_in_their_place),
        cmocka_unit_test(every_prefix_is_read_or_refused),
        cmocka_unit_test(no_memory_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
