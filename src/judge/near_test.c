#include "near.h"

#include "near_net.h"

static struct cp_near_marks walked(void)
{
    struct cp_near_walk walk = {.from = net.from,
                                .node_passed = net.node_passed,
                                .link_passed = net.link_passed,
                                .layers = net.layers,
                                .hops = net.hops};
    struct cp_near_marks marks = {0};

    assert_int_equal(cp_near_hops(&net.c, &walk, arena, &marks), CP_OK);
    return marks;
}

static void assert_walk(uint32_t hops, const char *nodes, const char *links)
{
    net.hops = hops;
    struct cp_near_marks marks = walked();
    assert_marks(marks.nodes, nodes);
    assert_marks(marks.links, links);
}

/* --- hops --------------------------------------------------------------------------------- */

static void who_is_so_many_hops_away_is_near(void **state)
{
    (void)state;
    put_nodes(4);
    put_link(0, 1, CP_LAYER_IP);
    put_link(1, 2, CP_LAYER_IP);
    put_link(2, 3, CP_LAYER_IP);
    net.from[0] = 1;
    assert_walk(0, "0000", "000");
    assert_walk(1, "0100", "100");
    assert_walk(2, "0110", "110");
    assert_walk(64, "0111", "111");
    net.from[3] = 1;
    assert_walk(1, "0110", "101");
}

static void without_anybody_at_the_place_nothing_is_near(void **state)
{
    (void)state;
    put_nodes(0);
    assert_walk(1, "", "");
    put_nodes(2);
    put_link(0, 1, CP_LAYER_IP);
    assert_walk(3, "00", "0");
}

static void a_passed_node_is_no_hop_and_not_marked(void **state)
{
    (void)state;
    put_nodes(5);
    for (uint32_t i = 0; i < 4; i++)
        put_link(i, i + 1, CP_LAYER_IP);
    net.from[0] = 1;
    net.node_passed[1] = 1;
    net.node_passed[2] = 1;
    assert_walk(1, "00010", "1110");
    assert_walk(2, "00011", "1111");
}

static void a_passed_link_is_not_marked_and_its_far_end_is_a_hop(void **state)
{
    (void)state;
    put_nodes(3);
    put_link(0, 1, CP_LAYER_IP);
    put_link(1, 2, CP_LAYER_IP);
    net.from[0] = 1;
    net.link_passed[0] = 1;
    assert_walk(1, "010", "00");
    assert_walk(2, "011", "01");
}

static void a_lan_is_one_hop_for_all_at_it(void **state)
{
    (void)state;
    put_nodes(5);
    put_link(1, 0, CP_LAYER_ETHERNET);
    put_end(2);
    put_end(3);
    put_link(3, 4, CP_LAYER_ETHERNET);
    net.from[0] = 1;
    assert_walk(1, "01110", "10");
    assert_walk(2, "01111", "11");
}

static void only_links_of_the_layers_are_walked_along(void **state)
{
    (void)state;
    put_nodes(3);
    put_link(0, 1, CP_LAYER_IP);
    put_link(0, 2, CP_LAYER_RADIO);
    net.from[0] = 1;
    net.layers = 1u << CP_LAYER_RADIO;
    assert_walk(5, "001", "01");
}

/* 0 and 1 lease a circuit; ethernet between 2 and 3 carries it, over 4 and 5 of optics; 6 is beyond. */
static void put_leased_circuit(void)
{
    put_nodes(7);
    put_link(0, 1, CP_LAYER_IP);
    put_link(2, 3, CP_LAYER_ETHERNET);
    put_link(4, 5, CP_LAYER_OPTICAL);
    put_link(5, 6, CP_LAYER_OPTICAL);
    put_way(0, 1, 1);
    put_way(1, 2, 2);
    net.from[0] = 1;
}

static void who_looks_through_a_circuit_sees_what_carries_it(void **state)
{
    (void)state;
    put_leased_circuit();
    assert_walk(1, "0100000", "1000");
    net.link_passed[0] = 1;
    assert_walk(1, "0111110", "0110");
    assert_walk(2, "0111111", "0111");
}

static void a_layer_not_asked_about_hides_nothing_below_it(void **state)
{
    (void)state;
    put_leased_circuit();
    net.link_passed[0] = 1;
    net.layers = 1u << CP_LAYER_IP | 1u << CP_LAYER_OPTICAL;
    assert_walk(1, "0100110", "0010");
    net.layers = 1u << CP_LAYER_OPTICAL;
    assert_walk(1, "0000000", "0000");
}

/* --- hops, against a slow walk --------------------------------------------------------------- */

static void put_any_net(uint64_t *seed)
{
    uint32_t nodes = 1 + below(seed, NODES_MOST);
    uint32_t links = nodes < 2 ? 0 : below(seed, LINKS_MOST + 1);

    put_nodes(nodes);
    for (uint32_t i = 0; i < links; i++) {
        uint32_t a = below(seed, nodes);
        uint32_t b = (a + 1 + below(seed, nodes - 1)) % nodes;
        put_link(a, b, below(seed, 3) == 0 ? CP_LAYER_OPTICAL : CP_LAYER_IP);
        for (uint32_t third = below(seed, 2 * nodes); third < nodes && third != a && third != b;
             third = nodes)
            put_end(third);
    }
    for (uint32_t i = 0; i + 1 < links; i++)
        for (uint32_t ways = below(seed, 3); ways > 0; ways--)
            put_way(i, i + 1 + below(seed, links - i - 1), i + 1 + below(seed, links - i - 1));
    for (uint32_t i = 0; i < nodes; i++) {
        net.from[i] = below(seed, 4) == 0;
        net.node_passed[i] = below(seed, 4) == 0;
    }
    for (uint32_t i = 0; i < links; i++)
        net.link_passed[i] = below(seed, 3) == 0;
    net.hops = below(seed, 4);
    net.layers = below(seed, 4) == 0 ? 1u << CP_LAYER_IP : UINT32_MAX;
}

struct slow {
    uint32_t nodes[NODES_MOST]; /* hops to each */
    uint32_t links[LINKS_MOST]; /* hops to where each is seen from */
    bool changed;
};

static bool is_walked_along(uint32_t link)
{
    return (net.layers >> net.links[link].layer & 1) != 0;
}

/* The link and, where `deep`, all that carries it are seen from so many hops away. */
static void see(struct slow *s, uint32_t link, uint32_t hops, bool deep)
{
    const struct cp_link_rec *at = &net.links[link];

    if (is_walked_along(link) && hops < s->links[link]) {
        s->links[link] = hops;
        s->changed = true;
    }
    for (uint32_t i = 0; is_walked_along(link) && i < at->ends.count; i++) {
        uint32_t node = net.ends[at->ends.first + i].node.at;
        uint32_t far = hops + (net.node_passed[node] == 0);
        s->changed = s->changed || far < s->nodes[node];
        s->nodes[node] = far < s->nodes[node] ? far : s->nodes[node];
    }
    for (uint32_t i = 0; deep && i < at->alternatives.count; i++) {
        cp_range way = net.ways[at->alternatives.first + i];
        for (uint32_t k = 0; k < way.count; k++)
            see(s, net.supports[way.first + k].at, hops, true);
    }
}

static void see_from_ends(struct slow *s, uint32_t link)
{
    const struct cp_link_rec *at = &net.links[link];

    for (uint32_t i = 0; i < at->ends.count; i++) {
        uint32_t hops = s->nodes[net.ends[at->ends.first + i].node.at];
        if (hops < net.hops && is_walked_along(link))
            see(s, link, hops, net.link_passed[link] != 0);
    }
}

static void walk_slowly(struct slow *s)
{
    for (uint32_t i = 0; i < NODES_MOST; i++)
        s->nodes[i] = net.from[i] != 0 && i < net.c.node_count ? 0 : CP_NONE;
    for (uint32_t i = 0; i < LINKS_MOST; i++)
        s->links[i] = CP_NONE;
    do {
        s->changed = false;
        for (uint32_t i = 0; i < net.c.link_count; i++)
            see_from_ends(s, i);
    } while (s->changed);
}

static void the_walk_is_as_a_slow_one(void **state)
{
    uint64_t seed = 4;

    for (uint32_t round = 0; round < 5000; round++) {
        struct slow slow;
        close_net(state);
        assert_int_equal(open_net(state), 0);
        put_any_net(&seed);
        walk_slowly(&slow);
        struct cp_near_marks marks = walked();
        for (uint32_t i = 0; i < net.c.node_count; i++)
            assert_int_equal(marks.nodes[i], net.from[i] == 0 && net.node_passed[i] == 0 &&
                                                 slow.nodes[i] <= net.hops);
        for (uint32_t i = 0; i < net.c.link_count; i++)
            assert_int_equal(marks.links[i], net.link_passed[i] == 0 && slow.links[i] < net.hops);
    }
}

/* --- memory ------------------------------------------------------------------------------- */

static void any_take_may_fail(void **state)
{
    struct cp_near_walk walk = {net.from, net.node_passed, net.link_passed, UINT32_MAX, 3};
    struct cp_near_circle circle = {net.from, UINT32_MAX, 5000};
    struct cp_near_marks marks = {0};
    struct cp_near_marks unknown = {0};

    (void)state;
    put_leased_circuit();
    for (uint64_t takes = 0; takes < 9; takes++) {
        cp_arena_fail_after(arena, takes);
        assert_int_equal(cp_near_hops(&net.c, &walk, arena, &marks), CP_ERR_NOMEM);
    }
    for (uint64_t takes = 0; takes < 9; takes++) {
        cp_arena_fail_after(arena, takes);
        assert_int_equal(cp_near_radius(&net.c, &circle, arena, &marks, &unknown), CP_ERR_NOMEM);
    }
    cp_arena_fail_after(arena, 9);
    assert_int_equal(cp_near_hops(&net.c, &walk, arena, &marks), CP_OK);
    cp_arena_fail_after(arena, 9);
    assert_int_equal(cp_near_radius(&net.c, &circle, arena, &marks, &unknown), CP_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(who_is_so_many_hops_away_is_near),
        CASE(without_anybody_at_the_place_nothing_is_near),
        CASE(a_passed_node_is_no_hop_and_not_marked),
        CASE(a_passed_link_is_not_marked_and_its_far_end_is_a_hop),
        CASE(a_lan_is_one_hop_for_all_at_it),
        CASE(only_links_of_the_layers_are_walked_along),
        CASE(who_looks_through_a_circuit_sees_what_carries_it),
        CASE(a_layer_not_asked_about_hides_nothing_below_it),
        CASE(the_walk_is_as_a_slow_one),
        CASE(any_take_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
