#include "near.h"

#include "near_net.h"

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

/* --- many spots --------------------------------------------------------------------------- */

enum { CROWD = 400 };

struct crowd {
    struct cp_node_rec nodes[CROWD];
    uint8_t from[CROWD];
};

static struct cp_spot spot_of(const struct crowd *crowd, uint32_t node)
{
    return (struct cp_spot){crowd->nodes[node].lat_udeg, crowd->nodes[node].lon_udeg};
}

/* Posts around one spot and others around another, which lies at the radius or a little past it. */
static uint32_t put_crowd(struct crowd *crowd, uint64_t *seed)
{
    struct cp_spot middle[2] = {any_spot(seed), any_spot(seed)};
    uint32_t wide = 2;
    int64_t off_m = below(seed, 2) == 0 ? 0 : (int64_t)below(seed, 2000) - 1000;

    for (uint32_t n = below(seed, 7); n > 0; n--)
        wide *= 10;
    if (below(seed, 2) == 0)
        middle[1] = spot_beside(seed, middle[0]);
    for (uint32_t i = 0; i < CROWD; i++) {
        struct cp_spot spot = middle[i % 2];
        int64_t north = (int64_t)below(seed, wide) - wide / 2;
        int64_t east = (int64_t)below(seed, wide) - wide / 2;
        if (below(seed, 2) == 0) /* in line with each other, and around a pole */
            east = below(seed, 2) == 0 ? 0 : (int64_t)any_spot(seed).lon_udeg;
        crowd->nodes[i] =
            (struct cp_node_rec){.site = CP_NONE,
                                 .lat_udeg = clipped(spot.lat_udeg + north, 90000000),
                                 .lon_udeg = clipped(spot.lon_udeg + east, 180000000)};
        crowd->from[i] = i % 2 == 0 && below(seed, 3) > 0;
    }
    int64_t within_m = (int64_t)(cp_near_distance_mm(middle[0], middle[1]) / 1000) + off_m;
    return within_m > 0 ? (uint32_t)within_m : 0;
}

static bool is_near_slowly(const struct crowd *crowd, uint32_t node, uint32_t within_m)
{
    for (uint32_t i = 0; i < CROWD; i++) {
        if (crowd->from[i] != 0 && cp_near_distance_mm(spot_of(crowd, i), spot_of(crowd, node)) <=
                                       within_m * UINT64_C(1000))
            return true;
    }
    return crowd->from[node] != 0;
}

static void crowds_are_as_all_pairs_of_them_say(void **state)
{
    uint64_t seed = 23;
    uint32_t marked = 0;

    for (uint32_t round = 0; round < 60; round++) {
        struct cp_near_marks near = {0};
        struct cp_near_marks unknown = {0};
        close_net(state);
        assert_int_equal(open_net(state), 0);
        struct crowd *crowd = CP_TAKE(arena, 1, struct crowd);
        assert_non_null(crowd);
        struct cp_near_circle circle = {crowd->from, net.layers, put_crowd(crowd, &seed)};
        net.c.nodes = crowd->nodes;
        net.c.node_count = CROWD;
        assert_int_equal(cp_near_radius(&net.c, &circle, arena, &near, &unknown), CP_OK);
        for (uint32_t i = 0; i < CROWD; i++) {
            marked += near.nodes[i] != 0 && crowd->from[i] == 0;
            if ((near.nodes[i] != 0) != is_near_slowly(crowd, i, circle.within_m))
                fail_msg("round %u, node %u", round, i);
        }
    }
    assert_in_range(marked, 60 * CROWD / 8, 60 * CROWD * 5 / 8);
}

/* Each of so many posts is a little too far from each of as many others. */
static void two_crowds_just_out_of_the_radius_are_no_matter(void **state)
{
    enum { MANY = 100000 };
    struct cp_node_rec *nodes = CP_TAKE(arena, MANY, struct cp_node_rec);
    uint8_t *from = CP_TAKE(arena, MANY, uint8_t);
    struct cp_near_circle circle = {from, UINT32_MAX, 100000};
    struct cp_near_marks near = {0};
    struct cp_near_marks unknown = {0};

    (void)state;
    assert_true(nodes != NULL && from != NULL);
    for (uint32_t i = 0; i < MANY; i++) { /* squares of 500 m */
        int32_t corner = i % 2 == 0 ? 0 : 640000;
        nodes[i] = (struct cp_node_rec){.site = CP_NONE,
                                        .lat_udeg = corner + (int32_t)(i / 2 % 250) * 20,
                                        .lon_udeg = corner + (int32_t)(i / 500) * 20};
        from[i] = i % 2 == 0;
    }
    net.c.nodes = nodes;
    net.c.node_count = MANY;
    for (circle.within_m = 97000; circle.within_m < 102000; circle.within_m += 500) {
        assert_int_equal(cp_near_radius(&net.c, &circle, arena, &near, &unknown), CP_OK);
        assert_int_equal(near.nodes[0], 1);
    }
    assert_int_equal(near.nodes[MANY - 1], 1);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(known_distances_come_out),
        CASE(any_distance_is_that_of_the_sphere_to_within_100_mm),
        CASE(a_node_is_where_it_says_else_where_its_site_is),
        CASE(who_is_within_the_radius_is_near),
        CASE(links_are_near_with_an_end_and_only_those_of_the_layers_are_marked),
        CASE(where_nobody_knows_the_place_anything_may_be_near),
        CASE(the_date_line_and_the_poles_are_no_bounds),
        CASE(the_radius_is_as_one_that_looks_at_all_pairs),
        CASE(crowds_are_as_all_pairs_of_them_say),
        CASE(two_crowds_just_out_of_the_radius_are_no_matter),
        CASE(a_hundred_thousand_nodes_are_no_matter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
