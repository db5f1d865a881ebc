#include "near.h"

/*
 * Distance in fixed point: of the straight line between two points of the sphere, the arc over it.
 * Sines come from Taylor's series below 45 degrees; an arc is the angle whose sine fits, found bit by
 * bit.  See the bounds beside each step.
 */

#define RIGHT_ANGLE UINT64_C(180000000) /* in half micro-degrees */

/* Sines have 31 bits below the point, angles in radians and what is in between 32, lines between points
 * 30 and their squares 60. */
#define ONE ((uint64_t)1 << 31)
#define ANGLE_ONE ((uint64_t)1 << 32)
#define QUARTER_SQUARED ((uint64_t)1 << 61)

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
 * Factors are off by 2.5 units of 2^-31 at most: the one that both have by 1.25 units of 2^-30 along
 * the plane of the equator, the others by 1.8, z by 1.25; with the roundings a point is within 4.2.
 */
struct cp_near_point cp_near_point(struct cp_spot spot)
{
    uint64_t north = 2 * (uint64_t)(spot.lat_udeg < 0 ? -spot.lat_udeg : spot.lat_udeg);
    uint64_t east = 2 * (uint64_t)(spot.lon_udeg < 0 ? -spot.lon_udeg : spot.lon_udeg);
    bool back = east > RIGHT_ANGLE;
    uint64_t out = sine(RIGHT_ANGLE - north);
    uint64_t x = out * sine(back ? east - RIGHT_ANGLE : RIGHT_ANGLE - east) + ONE;
    uint64_t y = out * sine(back ? 2 * RIGHT_ANGLE - east : east) + ONE;
    struct cp_near_point p = {
        {(int32_t)(x >> 32), (int32_t)(y >> 32), (int32_t)((sine(north) + 1) >> 1)}};

    p.at[0] = back ? -p.at[0] : p.at[0];
    p.at[1] = spot.lon_udeg < 0 ? -p.at[1] : p.at[1];
    p.at[2] = spot.lat_udeg < 0 ? -p.at[2] : p.at[2];
    return p;
}

struct cp_near_point cp_near_opposite(struct cp_near_point p)
{
    return (struct cp_near_point){{-p.at[0], -p.at[1], -p.at[2]}};
}

/* No number is more than 2^30 and a little off the middle, so that the sum does not wrap. */
static uint64_t squared_line(struct cp_near_point a, struct cp_near_point b)
{
    uint64_t sum = 0;

    for (uint32_t axis = 0; axis < 3; axis++) {
        int64_t off = (int64_t)a.at[axis] - b.at[axis];
        sum += (uint64_t)(off * off);
    }
    return sum;
}

/*
 * The arc over a line, in millimetres, up to a little over a quarter of the round.  Half the line
 * is the sine of half the arc, which is at most 45 degrees, where 1 unit of a sine is at most 1.42
 * of the angle.
 */
static uint64_t arc_mm(uint64_t squared_line)
{
    uint64_t aim = root(squared_line << 2); /* 32 bits below the point: what small_sine gives */
    uint64_t half = 0;

    for (uint64_t bit = (uint64_t)1 << 31; bit > 0; bit >>= 1)
        if (small_sine(half | bit) <= aim)
            half |= bit;
    return half * HALF_RADIUS_MM >> 30;
}

uint64_t cp_near_squared_line(uint64_t arc)
{
    uint64_t found = 0;

    for (uint64_t bit = (uint64_t)1 << 61; bit > 0; bit >>= 1)
        if (arc_mm(found | bit) <= arc)
            found |= bit;
    return found;
}

/*
 * A unit of 2^-30 in a line is at most 1.42 * 6371 km * 2^-30 = 8.5 mm.  With 4.2 units from each end
 * and 3 from root and search the answer is within 100 mm of the sphere's.  Beyond a quarter of the
 * round lines tell little, so the arc to the opposite spot is taken.
 */
uint64_t cp_near_distance_mm(struct cp_spot a, struct cp_spot b)
{
    struct cp_near_point p = cp_near_point(a);
    struct cp_near_point q = cp_near_point(b);
    uint64_t straight = squared_line(p, q);

    if (straight <= QUARTER_SQUARED)
        return arc_mm(straight);
    return CP_NEAR_HALF_ROUND_MM - arc_mm(squared_line(p, cp_near_opposite(q)));
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
