#include "near.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { ARENA_BYTES = 64 << 20, NODES_MOST = 12, LINKS_MOST = 16, LISTS_MOST = 256 };

/* --- small nets --------------------------------------------------------------------------- */

/* A case with nothing but what this file's functions look at. */
struct net {
    struct cp_case c;
    struct cp_node_rec nodes[NODES_MOST];
    struct cp_link_rec links[LINKS_MOST];
    struct cp_site sites[4];
    struct cp_end ends[LISTS_MOST];
    cp_range ways[LISTS_MOST];
    cp_link supports[LISTS_MOST];
    uint32_t end_count, way_count, support_count;
    uint8_t from[NODES_MOST], node_passed[NODES_MOST], link_passed[LINKS_MOST];
    uint32_t layers, hops, within_m;
};

static struct net net;
static struct cp_arena *arena;

static int open_net(void **state)
{
    (void)state;
    net = (struct net){.layers = UINT32_MAX};
    net.c = (struct cp_case){.nodes = net.nodes,
                             .links = net.links,
                             .sites = net.sites,
                             .ends = net.ends,
                             .alternatives = net.ways,
                             .supports = net.supports};
    arena = cp_arena_open(ARENA_BYTES);
    return arena == NULL;
}

static int close_net(void **state)
{
    (void)state;
    cp_arena_close(arena);
    return 0;
}

static void put_nodes(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        net.nodes[i] = (struct cp_node_rec){
            .site = CP_NONE, .lat_udeg = CP_COORD_NONE, .lon_udeg = CP_COORD_NONE};
    net.c.node_count = count;
}

static uint32_t put_link(uint32_t a, uint32_t b, cp_layer layer)
{
    uint32_t link = net.c.link_count++;

    net.links[link] = (struct cp_link_rec){.layer = layer, .ends = {net.end_count, 2}};
    net.ends[net.end_count++].node.at = a;
    net.ends[net.end_count++].node.at = b;
    return link;
}

/* Of the link put last. */
static void put_end(uint32_t node)
{
    net.links[net.c.link_count - 1].ends.count++;
    net.ends[net.end_count++].node.at = node;
}

/* One more way over which the link may go: first, and second where it is another. */
static void put_way(uint32_t link, uint32_t first, uint32_t second)
{
    if (net.links[link].alternatives.count++ == 0)
        net.links[link].alternatives.first = net.way_count;
    net.ways[net.way_count++] = (cp_range){net.support_count, first == second ? 1 : 2};
    net.supports[net.support_count++].at = first;
    if (first != second)
        net.supports[net.support_count++].at = second;
}

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

/* "011": a mark for each. */
static void assert_marks(const uint8_t *marks, const char *expected)
{
    for (size_t i = 0; expected[i] != 0; i++)
        if (marks[i] != (uint8_t)(expected[i] - '0'))
            fail_msg("%zu is %u, not as in %s", i, marks[i], expected);
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

/* Numbers from 0 to before `past`, the same for the same seed. */
static uint32_t below(uint64_t *seed, uint32_t past)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % past;
}

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

/* --- distance ----------------------------------------------------------------------------- */

static void known_distances_come_out(void **state)
{
    static const struct {
        struct cp_spot a, b;
        uint64_t mm;
    } known[] = {
        {{37566500, 126978000}, {38907200, -77036900}, 11163865157},  /* Seoul, Washington */
        {{37566500, 126978000}, {35179600, 129075600}, 325111708},    /* Seoul, Busan */
        {{51507400, -127800}, {48856600, 2352200}, 343556535},        /* London, Paris */
        {{-33868800, 151209300}, {40712800, -74006000}, 15988777592}, /* Sydney, New York */
        {{0, 0}, {0, 90000000}, 10007557221},
        {{0, 0}, {90000000, 0}, 10007557221},
        {{0, 179999999}, {0, -179999999}, 222},
        {{89999999, 0}, {89999999, 180000000}, 222},
        {{-89999999, -90000000}, {-89999999, 90000000}, 222},
        {{37532600, 127024600}, {37532601, 127024600}, 111},
        {{60000000, 0}, {60000000, 1}, 56},
        {{0, 0}, {0, 179999999}, 20015114331},
        {{0, 0}, {0, 180000000}, 20015114442},
        {{0, -180000000}, {0, 180000000}, 0},
        {{90000000, 0}, {90000000, 123456789}, 0},
        {{90000000, -5}, {-90000000, 7}, 20015114442},
        {{37532600, 127024600}, {37532600, 127024600}, 0},
        {{12345678, 57}, {-12345678, -179999943}, 20015114442},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(known); i++) {
        uint64_t mm = cp_near_distance_mm(known[i].a, known[i].b);
        uint64_t back = cp_near_distance_mm(known[i].b, known[i].a);
        uint64_t off = mm > known[i].mm ? mm - known[i].mm : known[i].mm - mm;
        assert_int_equal(mm, back);
        if (off > (known[i].mm == 0 ? 0 : 100))
            fail_msg("%zu: %llu mm", i, (unsigned long long)mm);
    }
}

/* Sine and cosine by their series, as far as a double goes. */
static void turn(double angle, double *sine, double *cosine)
{
    double term = 1;

    *sine = 0;
    *cosine = 0;
    for (int i = 1; i < 40; i++) {
        *(i % 4 == 1 || i % 4 == 3 ? cosine : sine) += i % 4 < 1 || i % 4 > 2 ? -term : term;
        term *= angle / i;
    }
}

/* The angle whose half has these squares of sine and cosine, found by halving. */
static double plain_distance_mm(struct cp_spot a, struct cp_spot b)
{
    const double pi = 3.14159265358979323846;
    double sines[3];
    double cosines[3];
    double half = pi / 4;
    double sine = 0;
    double cosine = 0;

    turn(((double)a.lat_udeg - b.lat_udeg) / 2e6 * pi / 180, &sines[0], &cosines[0]);
    turn(((double)a.lon_udeg - b.lon_udeg) / 2e6 * pi / 180, &sines[1], &cosines[1]);
    turn(a.lat_udeg / 1e6 * pi / 180, &sine, &cosines[2]);
    turn(b.lat_udeg / 1e6 * pi / 180, &sine, &cosine);
    double c = cosines[2] * cosine;
    double near = sines[0] * sines[0] + c * sines[1] * sines[1]; /* sine of half the arc, squared */
    turn(((double)a.lat_udeg + b.lat_udeg) / 2e6 * pi / 180, &sine, &cosine);
    double far = sine * sine + c * cosines[1] * cosines[1]; /* its cosine, squared */
    double step = pi / 4;
    for (int i = 0; i < 60; i++) { /* the half arc, from 0 to 90 degrees */
        step /= 2;
        turn(half, &sine, &cosine);
        half += sine * sine * far < cosine * cosine * near ? step : -step;
    }
    return 2 * half * 6371008800.0;
}

static struct cp_spot any_spot(uint64_t *seed)
{
    struct cp_spot spot = {(int32_t)below(seed, 180000001) - 90000000,
                           (int32_t)below(seed, 360000001) - 180000000};

    if (below(seed, 8) == 0)
        spot.lat_udeg = spot.lat_udeg < 0 ? -90000000 : 90000000;
    if (below(seed, 8) == 0)
        spot.lon_udeg = spot.lon_udeg < 0 ? -180000000 : 180000000;
    if (below(seed, 8) == 0)
        spot.lat_udeg = 0;
    return spot;
}

static int32_t clipped(int64_t udeg, int32_t most)
{
    return (int32_t)(udeg > most ? most : udeg < -most ? -most : udeg);
}

/* Another, at any order of magnitude from the first or from what lies opposite to it. */
static struct cp_spot spot_beside(uint64_t *seed, struct cp_spot a)
{
    int64_t reach = 1;

    for (uint32_t n = below(seed, 9); n > 0; n--)
        reach *= 10;
    if (below(seed, 3) == 0)
        a = (struct cp_spot){-a.lat_udeg,
                             a.lon_udeg > 0 ? a.lon_udeg - 180000000 : a.lon_udeg + 180000000};
    if (below(seed, 4) == 0) /* beside a pole that is anywhere */
        a.lon_udeg = any_spot(seed).lon_udeg;
    int64_t north = (int64_t)below(seed, (uint32_t)reach * 2 + 1) - reach;
    int64_t east = (int64_t)below(seed, (uint32_t)reach * 2 + 1) - reach;
    return (struct cp_spot){clipped(a.lat_udeg + north, 90000000),
                            clipped(a.lon_udeg + east, 180000000)};
}

static void any_distance_is_that_of_the_sphere_to_within_100_mm(void **state)
{
    uint64_t seed = 6371;

    (void)state;
    for (uint32_t round = 0; round < 20000; round++) {
        struct cp_spot a = any_spot(&seed);
        struct cp_spot b = round % 4 == 0 ? any_spot(&seed) : spot_beside(&seed, a);
        double off = (double)cp_near_distance_mm(a, b) - plain_distance_mm(a, b);
        if (off < -100 || off > 100)
            fail_msg("%d %d to %d %d: off by %d mm", a.lat_udeg, a.lon_udeg, b.lat_udeg, b.lon_udeg,
                     (int)off);
    }
}

/* --- spots -------------------------------------------------------------------------------- */

static void put_spot(uint32_t node, int32_t lat_udeg, int32_t lon_udeg)
{
    net.nodes[node].lat_udeg = lat_udeg;
    net.nodes[node].lon_udeg = lon_udeg;
}

static void a_node_is_where_it_says_else_where_its_site_is(void **state)
{
    (void)state;
    put_nodes(4);
    net.sites[0] = (struct cp_site){.lat_udeg = 1, .lon_udeg = 2};
    net.sites[1] = (struct cp_site){.lat_udeg = 1, .lon_udeg = CP_COORD_NONE};
    net.nodes[0].site = 0;
    net.nodes[1].site = 0;
    net.nodes[2].site = 1;
    put_spot(1, 3, CP_COORD_NONE);
    put_spot(3, 5, 6);
    assert_int_equal(cp_near_spot(&net.c, 0).lat_udeg, 1);
    assert_int_equal(cp_near_spot(&net.c, 1).lat_udeg, 1);
    assert_int_equal(cp_near_spot(&net.c, 1).lon_udeg, 2);
    assert_int_equal(cp_near_spot(&net.c, 2).lat_udeg, CP_COORD_NONE);
    assert_int_equal(cp_near_spot(&net.c, 2).lon_udeg, CP_COORD_NONE);
    assert_int_equal(cp_near_spot(&net.c, 3).lon_udeg, 6);
}

/* --- radius ------------------------------------------------------------------------------- */

static void assert_radius(uint32_t within_m, const char *near, const char *unknown)
{
    struct cp_near_circle circle = {net.from, net.layers, within_m};
    struct cp_near_marks marks = {0};
    struct cp_near_marks perhaps = {0};

    assert_int_equal(cp_near_radius(&net.c, &circle, arena, &marks, &perhaps), CP_OK);
    assert_marks(marks.nodes, near);
    assert_marks(perhaps.nodes, unknown);
}

static void who_is_within_the_radius_is_near(void **state)
{
    (void)state;
    put_nodes(4);
    net.from[0] = 1;
    put_spot(0, 36965000, 127031000);
    put_spot(1, 37000000, 127031000); /* 3.9 km */
    put_spot(2, 36965000, 127088000); /* 5.1 km */
    put_spot(3, -36965000, 127031000);
    assert_radius(5000, "1100", "0000");
    assert_radius(3000, "1000", "0000");
    assert_radius(6000, "1110", "0000");
    assert_radius(30000000, "1111", "0000");
    net.from[0] = 0;
    assert_radius(5000, "0000", "0000");
}

static void links_are_near_with_an_end_and_only_those_of_the_layers_are_marked(void **state)
{
    struct cp_near_circle circle = {net.from, 1u << CP_LAYER_RADIO, 5000};
    struct cp_near_marks near = {0};
    struct cp_near_marks unknown = {0};

    (void)state;
    put_nodes(4);
    net.from[0] = 1;
    put_spot(0, 0, 0);
    put_spot(1, 1000, 0);
    put_spot(2, 80000000, 0);
    net.nodes[1].layer = CP_LAYER_RADIO;
    net.nodes[3].layer = CP_LAYER_RADIO;
    put_link(0, 2, CP_LAYER_RADIO);
    put_link(1, 3, CP_LAYER_RADIO);
    put_link(2, 3, CP_LAYER_RADIO);
    put_link(0, 1, CP_LAYER_IP);
    put_link(3, 2, CP_LAYER_IP);
    assert_int_equal(cp_near_radius(&net.c, &circle, arena, &near, &unknown), CP_OK);
    assert_marks(near.nodes, "0100");
    assert_marks(unknown.nodes, "0001");
    assert_marks(near.links, "11000");
    assert_marks(unknown.links, "00100");
}

static void where_nobody_knows_the_place_anything_may_be_near(void **state)
{
    (void)state;
    put_nodes(4);
    net.from[0] = 1;
    put_spot(1, 0, 0);
    put_spot(2, 100, 0);
    put_spot(3, 50000000, 0);
    assert_radius(5000, "1000", "0111");
    net.from[1] = 1;
    assert_radius(5000, "1110", "0001");
}

static void the_date_line_and_the_poles_are_no_bounds(void **state)
{
    (void)state;
    put_nodes(5);
    net.from[0] = 1;
    put_spot(0, 0, 179999000);
    put_spot(1, 0, -179999000);
    put_spot(2, 0, 180000000);
    put_spot(3, 0, -180000000);
    put_spot(4, 0, -179000000);
    assert_radius(300, "11110", "00000");
    put_spot(0, 0, -180000000);
    put_spot(1, 0, 180000000);
    assert_radius(1, "11110", "00000");
}

static void judge_slowly(uint8_t *near)
{
    for (uint32_t i = 0; i < net.c.node_count; i++) {
        near[i] = net.from[i];
        for (uint32_t k = 0; k < net.c.node_count; k++)
            if (net.from[k] != 0 &&
                cp_near_distance_mm(cp_near_spot(&net.c, i), cp_near_spot(&net.c, k)) <=
                    (uint64_t)net.within_m * 1000)
                near[i] = 1;
    }
}

static void put_any_spots(uint64_t *seed)
{
    struct cp_spot first = any_spot(seed);

    put_nodes(1 + below(seed, NODES_MOST));
    for (uint32_t i = 0; i < net.c.node_count; i++) {
        struct cp_spot spot = below(seed, 8) == 0 ? any_spot(seed) : spot_beside(seed, first);
        put_spot(i, spot.lat_udeg, spot.lon_udeg);
        net.from[i] = below(seed, 3) == 0;
    }
    net.within_m = below(seed, 10);
    for (uint32_t n = below(seed, 8); n > 0; n--)
        net.within_m *= 10;
}

static void the_radius_is_as_one_that_looks_at_all_pairs(void **state)
{
    uint64_t seed = 5;

    for (uint32_t round = 0; round < 5000; round++) {
        uint8_t slow[NODES_MOST];
        struct cp_near_marks near = {0};
        struct cp_near_marks unknown = {0};
        close_net(state);
        assert_int_equal(open_net(state), 0);
        put_any_spots(&seed);
        judge_slowly(slow);
        struct cp_near_circle circle = {net.from, net.layers, net.within_m};
        assert_int_equal(cp_near_radius(&net.c, &circle, arena, &near, &unknown), CP_OK);
        assert_memory_equal(near.nodes, slow, net.c.node_count);
    }
}

/* All pairs would be 2.5 * 10^9 distances: minutes. */
static void a_hundred_thousand_nodes_are_no_matter(void **state)
{
    enum { MANY = 100000 };
    struct cp_node_rec *nodes = CP_TAKE(arena, MANY, struct cp_node_rec);
    uint8_t *from = CP_TAKE(arena, MANY, uint8_t);
    struct cp_near_circle circle = {from, UINT32_MAX, 5};
    struct cp_near_marks near = {0};
    struct cp_near_marks unknown = {0};
    uint64_t seed = 7;

    (void)state;
    assert_true(nodes != NULL && from != NULL);
    for (uint32_t i = 0; i < MANY; i++) { /* half on one latitude, half on one longitude */
        int32_t along = (int32_t)below(&seed, 160000000) - 80000000;
        nodes[i] = (struct cp_node_rec){.site = CP_NONE,
                                        .lat_udeg = i % 2 == 0 ? 37000000 : along,
                                        .lon_udeg = i % 2 == 0 ? along : 127000000};
        from[i] = i % 4 < 2;
    }
    net.c.nodes = nodes;
    net.c.node_count = MANY;
    assert_int_equal(cp_near_radius(&net.c, &circle, arena, &near, &unknown), CP_OK);
    assert_int_equal(near.nodes[0], 1);
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
    for (uint64_t takes = 0; takes < 6; takes++) {
        cp_arena_fail_after(arena, takes);
        assert_int_equal(cp_near_radius(&net.c, &circle, arena, &marks, &unknown), CP_ERR_NOMEM);
    }
    cp_arena_fail_after(arena, 9);
    assert_int_equal(cp_near_hops(&net.c, &walk, arena, &marks), CP_OK);
    cp_arena_fail_after(arena, 6);
    assert_int_equal(cp_near_radius(&net.c, &circle, arena, &marks, &unknown), CP_OK);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_net, close_net)

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
        CASE(known_distances_come_out),
        CASE(any_distance_is_that_of_the_sphere_to_within_100_mm),
        CASE(a_node_is_where_it_says_else_where_its_site_is),
        CASE(who_is_within_the_radius_is_near),
        CASE(links_are_near_with_an_end_and_only_those_of_the_layers_are_marked),
        CASE(where_nobody_knows_the_place_anything_may_be_near),
        CASE(the_date_line_and_the_poles_are_no_bounds),
        CASE(the_radius_is_as_one_that_looks_at_all_pairs),
        CASE(a_hundred_thousand_nodes_are_no_matter),
        CASE(any_take_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
