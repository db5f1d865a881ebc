#include "near.h"

/*
 * Distance: the haversine formula in fixed point.  Sines come from Taylor's series below 45
 * degrees; an arc is the angle whose sine fits, found bit by bit.  See the bounds beside each
 * step.
 */

#define RIGHT_ANGLE UINT64_C(180000000) /* in half micro-degrees */
#define TURN (INT64_C(360) * CP_NEAR_DEGREE)

/* Sines have 31 bits below the point, angles in radians and what is in between 32, squares 62. */
#define ONE ((uint64_t)1 << 31)
#define ANGLE_ONE ((uint64_t)1 << 32)
#define HALF_SQUARED ((uint64_t)1 << 61)

/* Radians in half a micro-degree, 62 bits below the point. */
#define RADIANS_PER_HALF_UDEG 40244552545u
#define HALF_RADIUS_MM 3185504400u

/*
 * Sine and cosine of at most a little over 45 degrees, 32 bits below the point: the series up to
 * the 11th and 12th power, by Horner's rule.  No product wraps: one factor is below 2^32 and the
 * other at most 2^32.  What the series leave out is below 0.1 units.  Each step rounds down by
 * less than 2 units (its product, then its quotient), and what the inner steps lost comes out
 * multiplied by at most 0.62 / 2; the square is short by less than 1 unit, which counts by at
 * most half.  All in all less than 4 units of 2^-32.
 */
static uint64_t small_sine(uint64_t angle)
{
    static const uint64_t divisors[] = {110, 72, 42, 20, 6};
    uint64_t square = angle * angle >> 32;
    uint64_t sum = ANGLE_ONE;

    for (size_t i = 0; i < CP_COUNT(divisors); i++)
        sum = ANGLE_ONE - (square * sum >> 32) / divisors[i];
    return (angle * sum) >> 32;
}

static uint64_t small_cosine(uint64_t angle)
{
    static const uint64_t divisors[] = {132, 90, 56, 30, 12, 2};
    uint64_t square = angle * angle >> 32;
    uint64_t sum = ANGLE_ONE;

    for (size_t i = 0; i < CP_COUNT(divisors); i++)
        sum = ANGLE_ONE - (square * sum >> 32) / divisors[i];
    return sum;
}

static uint64_t radians(uint64_t half_udeg)
{
    return half_udeg * RADIANS_PER_HALF_UDEG >> 30;
}

/* Of an angle from 0 to 90 degrees: to within 2.5 units of 2^-31, and 0 of 0. */
static uint64_t sine(uint64_t half_udeg)
{
    if (half_udeg <= RIGHT_ANGLE / 2)
        return (small_sine(radians(half_udeg)) + 1) >> 1;
    return (small_cosine(radians(RIGHT_ANGLE - half_udeg)) + 1) >> 1;
}

static uint64_t cosine_of_latitude(int32_t lat_udeg)
{
    uint32_t off = (uint32_t)(lat_udeg < 0 ? -lat_udeg : lat_udeg);

    return sine(RIGHT_ANGLE - 2 * (uint64_t)off);
}

/* How far apart two longitudes are: 0 to 180 degrees. */
static uint64_t turn_between(int64_t a_udeg, int64_t b_udeg)
{
    int64_t turn = (a_udeg > b_udeg ? a_udeg - b_udeg : b_udeg - a_udeg) % TURN;

    return (uint64_t)(turn > TURN / 2 ? TURN - turn : turn);
}

/* The whole root, rounded down. */
static uint64_t root(uint64_t square)
{
    uint64_t found = 0;

    for (uint64_t bit = (uint64_t)1 << 31; bit > 0; bit >>= 1)
        if ((found | bit) * (found | bit) <= square)
            found |= bit;
    return found;
}

/*
 * Half the versed sine of the arc between two spots, 62 bits below the point: the square of the
 * sine of half the arc, x * x + p * p * s * s, with p * p the product of the cosines.  p is kept
 * as a root so that it is not lost beside a pole, where both are small.
 *
 * In units of 2^-31 the root of the sum is off by at most 2.5 for x, 2.5 for s, 2.5 for the
 * cosines (it is at least s times their mean, so an error of theirs never counts by more than
 * itself) and 1.5 for the roundings of p and y: 9 units.  0 for one and the same spot.
 */
static uint64_t haversine(struct cp_spot a, struct cp_spot b)
{
    int64_t north = (int64_t)a.lat_udeg - b.lat_udeg;
    uint64_t x = sine((uint64_t)(north < 0 ? -north : north));
    uint64_t s = sine(turn_between(a.lon_udeg, b.lon_udeg));
    uint64_t p = root(cosine_of_latitude(a.lat_udeg) * cosine_of_latitude(b.lat_udeg));
    uint64_t y = (p * s + ONE / 2) >> 31;

    return x * x + y * y;
}

/*
 * The arc of a haversine of at most a half, in millimetres.  Its half has the sine of which the
 * haversine is the square, and is at most 45 degrees, where 1 unit of a sine is at most 1.42 of
 * the angle.
 */
static uint64_t arc_mm(uint64_t haversine)
{
    uint64_t aim = root(haversine << 2); /* 32 bits below the point: what small_sine gives */
    uint64_t half = 0;

    for (uint64_t bit = (uint64_t)1 << 31; bit > 0; bit >>= 1)
        if (small_sine(half | bit) <= aim)
            half |= bit;
    return half * HALF_RADIUS_MM >> 30;
}

/*
 * A unit of 2^-31 in the sine of half the arc is at most 1.42 * 2 * 6371 km * 2^-31 = 8.5 mm.
 * With 9 units from the haversine and 3 from root and search the answer is within 100 mm of the
 * sphere's.  Beyond a quarter of the round the formula loses bits, so the arc to the opposite spot
 * is taken.
 */
uint64_t cp_near_distance_mm(struct cp_spot a, struct cp_spot b)
{
    uint64_t straight = haversine(a, b);

    if (straight <= HALF_SQUARED)
        return arc_mm(straight);
    int64_t turned = b.lon_udeg > 0 ? b.lon_udeg - TURN / 2 : b.lon_udeg + TURN / 2;
    struct cp_spot opposite = {.lat_udeg = -b.lat_udeg, .lon_udeg = (int32_t)turned};
    return CP_NEAR_HALF_ROUND_MM - arc_mm(haversine(a, opposite));
}

struct cp_spot cp_near_spot(const struct cp_case *net, uint32_t node)
{
    const struct cp_node_rec *n = &net->nodes[node];
    struct cp_spot spot = {n->lat_udeg, n->lon_udeg};

    if ((spot.lat_udeg == CP_COORD_NONE || spot.lon_udeg == CP_COORD_NONE) && n->site != CP_NONE)
        spot = (struct cp_spot){net->sites[n->site].lat_udeg, net->sites[n->site].lon_udeg};
    if (spot.lat_udeg == CP_COORD_NONE || spot.lon_udeg == CP_COORD_NONE)
        return (struct cp_spot){CP_COORD_NONE, CP_COORD_NONE};
    return spot;
}

/* Two factors off by 1.25 units each, and what is cut off: within 4 units. */
void cp_near_point(struct cp_spot spot, int32_t at[3])
{
    uint64_t north = 2 * (uint64_t)(spot.lat_udeg < 0 ? -spot.lat_udeg : spot.lat_udeg);
    uint64_t east = 2 * (uint64_t)(spot.lon_udeg < 0 ? -spot.lon_udeg : spot.lon_udeg);
    bool back = east > RIGHT_ANGLE;
    uint64_t out = sine(RIGHT_ANGLE - north);
    int32_t x = (int32_t)(out * sine(back ? east - RIGHT_ANGLE : RIGHT_ANGLE - east) >> 32);
    int32_t y = (int32_t)(out * sine(back ? 2 * RIGHT_ANGLE - east : east) >> 32);
    int32_t z = (int32_t)(sine(north) >> 1);

    at[0] = back ? -x : x;
    at[1] = spot.lon_udeg < 0 ? -y : y;
    at[2] = spot.lat_udeg < 0 ? -z : z;
}

uint64_t cp_near_line(uint64_t arc_mm)
{
    return small_sine((arc_mm << 30) / HALF_RADIUS_MM) >> 1;
}
