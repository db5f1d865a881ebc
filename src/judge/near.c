#include "near.h"

#include <stdlib.h>
#include <string.h>

/*
 * Hops: breadth first, level by level.  Whether reaching a node costs a hop depends on that node
 * alone, so the first time that it is reached is by the fewest hops; a node that costs none joins
 * the level that is being walked.  Each node is walked from once and each link crossed once.
 *
 * Distance: the haversine formula in fixed point.  Sines come from Taylor's series below 45
 * degrees; an arc is the angle whose sine fits, found bit by bit.  See the bounds beside each
 * step.
 *
 * Radius: spots at the place are sorted by belt of latitude, as high as the radius, and by
 * longitude within it; each node looks into its own belt and the two beside it, as far east and
 * west as the radius may reach there.
 */

/* --- hops --------------------------------------------------------------------------------- */

enum { CROSSED = 1, LOOKED_BELOW = 2 };

struct walk {
    const struct cp_case *net;
    const struct cp_near_walk *ask;
    uint32_t *first, *links; /* links of node n: links[first[n]] to before links[first[n + 1]] */
    uint8_t *reached;        /* [node_count] */
    uint8_t *seen;           /* [link_count] bits */
    uint32_t *now, *next;    /* [node_count] nodes of this level and of the one after it */
    uint32_t *below;         /* [link_count] links to look below of */
    uint32_t now_count, next_count, below_count;
    struct cp_near_marks out;
};

static bool is_of(uint32_t layers, cp_layer layer)
{
    return (layers >> layer & 1) != 0;
}

static cp_err give_marks(const struct cp_case *net, struct cp_arena *arena,
                         struct cp_near_marks *out)
{
    out->nodes = CP_TAKE(arena, net->node_count, uint8_t);
    out->links = CP_TAKE(arena, net->link_count, uint8_t);
    return out->nodes == NULL || out->links == NULL ? CP_ERR_NOMEM : CP_OK;
}

static uint32_t count_ends(const struct cp_case *net)
{
    uint32_t ends = 0;

    for (uint32_t i = 0; i < net->link_count; i++)
        ends += net->links[i].ends.count;
    return ends;
}

static cp_err open_walk(struct walk *w, struct cp_arena *arena)
{
    uint32_t nodes = w->net->node_count;
    uint32_t links = w->net->link_count;

    w->first = CP_TAKE(arena, (size_t)nodes + 2, uint32_t);
    w->links = CP_TAKE(arena, count_ends(w->net), uint32_t);
    w->reached = CP_TAKE(arena, nodes, uint8_t);
    w->seen = CP_TAKE(arena, links, uint8_t);
    w->now = CP_TAKE(arena, nodes, uint32_t);
    w->next = CP_TAKE(arena, nodes, uint32_t);
    w->below = CP_TAKE(arena, links, uint32_t);
    if (w->first == NULL || w->links == NULL || w->reached == NULL || w->seen == NULL ||
        w->now == NULL || w->next == NULL || w->below == NULL)
        return CP_ERR_NOMEM;
    return CP_OK;
}

/* first is kept one place ahead while it is filled, so that it is right once all links are in. */
static void list_links(struct walk *w)
{
    const struct cp_case *net = w->net;

    for (uint32_t i = 0; i < net->link_count; i++)
        for (uint32_t k = 0; k < net->links[i].ends.count; k++)
            w->first[net->ends[net->links[i].ends.first + k].node.at + 2]++;
    for (uint32_t n = 0; n < net->node_count; n++)
        w->first[n + 2] += w->first[n + 1];
    for (uint32_t i = 0; i < net->link_count; i++)
        for (uint32_t k = 0; k < net->links[i].ends.count; k++)
            w->links[w->first[net->ends[net->links[i].ends.first + k].node.at + 1]++] = i;
}

static void reach(struct walk *w, uint32_t node)
{
    if (w->reached[node] != 0)
        return;
    w->reached[node] = 1;
    if (w->ask->node_passed[node] != 0) {
        w->now[w->now_count++] = node;
        return;
    }
    w->out.nodes[node] = 1;
    w->next[w->next_count++] = node;
}

static void cross(struct walk *w, uint32_t link)
{
    cp_range ends = w->net->links[link].ends;

    if (!is_of(w->ask->layers, w->net->links[link].layer) || (w->seen[link] & CROSSED) != 0)
        return;
    w->seen[link] |= CROSSED;
    w->out.links[link] = w->ask->link_passed[link] == 0;
    for (uint32_t k = 0; k < ends.count; k++)
        reach(w, w->net->ends[ends.first + k].node.at);
}

static void want_below(struct walk *w, uint32_t link)
{
    if ((w->seen[link] & LOOKED_BELOW) != 0)
        return;
    w->seen[link] |= LOOKED_BELOW;
    w->below[w->below_count++] = link;
}

static void look_below(struct walk *w, uint32_t circuit)
{
    const struct cp_case *net = w->net;

    want_below(w, circuit);
    while (w->below_count > 0) {
        cp_range ways = net->links[w->below[--w->below_count]].alternatives;
        for (uint32_t i = 0; i < ways.count; i++) {
            cp_range way = net->alternatives[ways.first + i];
            for (uint32_t k = 0; k < way.count; k++) {
                cross(w, net->supports[way.first + k].at);
                want_below(w, net->supports[way.first + k].at);
            }
        }
    }
}

static void walk_level(struct walk *w)
{
    for (uint32_t i = 0; i < w->now_count; i++) { /* grows by nodes that cost nothing */
        uint32_t node = w->now[i];
        for (uint32_t k = w->first[node]; k < w->first[node + 1]; k++) {
            uint32_t link = w->links[k];
            cross(w, link);
            if (w->ask->link_passed[link] != 0 && is_of(w->ask->layers, w->net->links[link].layer))
                look_below(w, link);
        }
    }
}

cp_err cp_near_hops(const struct cp_case *net, const struct cp_near_walk *walk,
                    struct cp_arena *arena, struct cp_near_marks *out)
{
    struct walk w = {.net = net, .ask = walk};

    CP_TRY(give_marks(net, arena, &w.out));
    cp_arena_mark mark = cp_arena_mark_get(arena);
    CP_TRY(open_walk(&w, arena));
    list_links(&w);
    for (uint32_t n = 0; n < net->node_count; n++) {
        w.reached[n] = walk->from[n] != 0;
        if (w.reached[n] != 0)
            w.now[w.now_count++] = n;
    }
    for (uint32_t far = 0; far < walk->hops && w.now_count > 0; far++) {
        walk_level(&w);
        uint32_t *spent = w.now;
        w.now = w.next;
        w.now_count = w.next_count;
        w.next = spent;
        w.next_count = 0;
    }
    cp_arena_reset(arena, mark);
    *out = w.out;
    return CP_OK;
}

/* --- distance ----------------------------------------------------------------------------- */

#define DEGREE INT64_C(1000000)         /* micro-degrees */
#define RIGHT_ANGLE UINT64_C(180000000) /* in half micro-degrees */
#define TURN (360 * DEGREE)

/* Sines have 31 bits below the point, angles in radians and what is in between 32, squares 62. */
#define ONE ((uint64_t)1 << 31)
#define ANGLE_ONE ((uint64_t)1 << 32)
#define HALF_SQUARED ((uint64_t)1 << 61)

/* Radians in half a micro-degree, 62 bits below the point. */
#define RADIANS_PER_HALF_UDEG 40244552545u
#define HALF_RADIUS_MM 3185504400u
#define HALF_ROUND_MM 20015114442u /* from pole to pole */

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
    return HALF_ROUND_MM - arc_mm(haversine(a, opposite));
}

static bool is_known(struct cp_spot spot)
{
    return spot.lat_udeg != CP_COORD_NONE;
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

/* --- radius ------------------------------------------------------------------------------- */

enum { FAR, PERHAPS_NEAR, NEAR };

/* A spot at the place. */
struct post {
    int64_t belt; /* counted from the south pole */
    struct cp_spot spot;
};

struct ring {
    struct post *posts; /* [count] sorted, all different */
    uint32_t count;
    int64_t
        belt_udeg; /* height of a belt; no distance within the radius goes further north or south */
    uint64_t within_mm;
};

static int compare_posts(const void *a, const void *b)
{
    const struct post *p = a;
    const struct post *q = b;

    if (p->belt != q->belt)
        return p->belt < q->belt ? -1 : 1;
    if (p->spot.lon_udeg != q->spot.lon_udeg)
        return p->spot.lon_udeg < q->spot.lon_udeg ? -1 : 1;
    return (p->spot.lat_udeg > q->spot.lat_udeg) - (p->spot.lat_udeg < q->spot.lat_udeg);
}

static int64_t belt_of(const struct ring *ring, int64_t lat_udeg)
{
    return (lat_udeg + 90 * DEGREE) / ring->belt_udeg;
}

/* 1 micro-degree of latitude is over 111195 / 10^6 m.  2 more are for the 100 mm of a distance. */
static int64_t belt_height(uint32_t within_m)
{
    int64_t udeg = (int64_t)within_m * DEGREE / 111195 + 3;

    return udeg < 180 * DEGREE ? udeg : 180 * DEGREE;
}

/* Many nodes share the spot of their site: of equal ones the first is kept. */
static void sort_posts(struct ring *ring)
{
    uint32_t kept = 0;

    if (ring->count > 1)
        qsort(ring->posts, ring->count, sizeof(*ring->posts), compare_posts);
    for (uint32_t i = 0; i < ring->count; i++)
        if (kept == 0 || compare_posts(&ring->posts[kept - 1], &ring->posts[i]) != 0)
            ring->posts[kept++] = ring->posts[i];
    ring->count = kept;
}

static cp_err make_ring(const struct cp_case *net, const struct cp_near_circle *circle,
                        struct cp_arena *arena, struct ring *out)
{
    struct ring ring = {.belt_udeg = belt_height(circle->within_m),
                        .within_mm = (uint64_t)circle->within_m * 1000};
    uint32_t most = 0;

    for (uint32_t n = 0; n < net->node_count; n++)
        most += circle->from[n] != 0;
    ring.posts = CP_TAKE(arena, most, struct post);
    if (ring.posts == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t n = 0; n < net->node_count; n++) {
        struct cp_spot spot = cp_near_spot(net, n);
        if (circle->from[n] != 0 && is_known(spot))
            ring.posts[ring.count++] = (struct post){belt_of(&ring, spot.lat_udeg), spot};
    }
    sort_posts(&ring);
    *out = ring;
    return CP_OK;
}

/*
 * How far east or west a spot within the radius r of one at this latitude may be, rounded up.
 * With both at most m from the equator, sin(turn / 2) <= sin(r / 2) / cos(m); a sine is at least
 * 2 / pi of its angle, up to 90 degrees, so turn <= r * (pi / 2) / cos(m).  11 / 7 is over pi /
 * 2.
 */
static int64_t turn_within(const struct ring *ring, int32_t lat_udeg)
{
    int64_t most = (lat_udeg < 0 ? -(int64_t)lat_udeg : lat_udeg) + ring->belt_udeg;

    if (most >= 90 * DEGREE)
        return TURN / 2;
    uint64_t cosine = cosine_of_latitude((int32_t)most);
    if (cosine <= 4) /* within its own error of 0 */
        return TURN / 2;
    uint64_t turn = (uint64_t)ring->belt_udeg * 11 * ONE / (7 * (cosine - 3)) + 1;
    return turn < TURN / 2 ? (int64_t)turn : TURN / 2;
}

static uint32_t first_post(const struct ring *ring, int64_t belt, int64_t lon_udeg)
{
    uint32_t low = 0;
    uint32_t high = ring->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct post *post = &ring->posts[middle];
        if (post->belt < belt || (post->belt == belt && post->spot.lon_udeg < lon_udeg))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Whether a post of the belt, of these longitudes, is within the radius. */
static bool stretch_is_near(const struct ring *ring, int64_t belt, int64_t west_udeg,
                            int64_t east_udeg, struct cp_spot spot)
{
    for (uint32_t i = first_post(ring, belt, west_udeg); i < ring->count; i++) {
        const struct post *post = &ring->posts[i];
        if (post->belt != belt || post->spot.lon_udeg > east_udeg)
            return false;
        if (cp_near_distance_mm(post->spot, spot) <= ring->within_mm)
            return true;
    }
    return false;
}

/* Past the date line a stretch goes on at the other end of the belt. */
static bool is_near(const struct ring *ring, struct cp_spot spot)
{
    int64_t turn = turn_within(ring, spot.lat_udeg);
    int64_t west = (int64_t)spot.lon_udeg - turn;
    int64_t east = (int64_t)spot.lon_udeg + turn;
    int64_t own = belt_of(ring, spot.lat_udeg);

    for (int64_t belt = own - 1; belt <= own + 1; belt++)
        if (stretch_is_near(ring, belt, west, east, spot) ||
            (west <= -TURN / 2 && stretch_is_near(ring, belt, west + TURN, TURN / 2, spot)) ||
            (east >= TURN / 2 && stretch_is_near(ring, belt, -TURN / 2, east - TURN, spot)))
            return true;
    return false;
}

/* Asks once for each site, since most nodes are where their site is; NOT_ASKED before. */
enum { NOT_ASKED = 0xff };

static bool node_is_near(const struct cp_case *net, const struct ring *ring, uint32_t node,
                         uint8_t *sites)
{
    const struct cp_node_rec *rec = &net->nodes[node];
    struct cp_spot spot = cp_near_spot(net, node);

    if (rec->site == CP_NONE || is_known((struct cp_spot){rec->lat_udeg, rec->lon_udeg}))
        return is_near(ring, spot);
    if (sites[rec->site] == NOT_ASKED)
        sites[rec->site] = is_near(ring, spot);
    return sites[rec->site] != 0;
}

/* how: [node_count] FAR, PERHAPS_NEAR or NEAR. */
static cp_err judge_nodes(const struct cp_case *net, const struct cp_near_circle *circle,
                          struct cp_arena *arena, uint8_t *how)
{
    struct ring ring;
    uint8_t *sites = CP_TAKE(arena, net->site_count, uint8_t);
    bool lost = false; /* somebody is at the place, and nobody knows where that is */

    if (sites == NULL)
        return CP_ERR_NOMEM;
    memset(sites, NOT_ASKED, net->site_count);
    CP_TRY(make_ring(net, circle, arena, &ring));
    for (uint32_t n = 0; n < net->node_count; n++)
        lost = lost || (circle->from[n] != 0 && !is_known(cp_near_spot(net, n)));
    for (uint32_t n = 0; n < net->node_count; n++) {
        bool known = is_known(cp_near_spot(net, n));
        if (circle->from[n] != 0 || (known && node_is_near(net, &ring, n, sites)))
            how[n] = NEAR;
        else if (lost || (ring.count > 0 && !known))
            how[n] = PERHAPS_NEAR;
    }
    return CP_OK;
}

static uint8_t nearest_end(const struct cp_case *net, cp_range ends, const uint8_t *how)
{
    uint8_t nearest = FAR;

    for (uint32_t k = 0; k < ends.count; k++) {
        uint8_t end = how[net->ends[ends.first + k].node.at];
        nearest = end > nearest ? end : nearest;
    }
    return nearest;
}

cp_err cp_near_radius(const struct cp_case *net, const struct cp_near_circle *circle,
                      struct cp_arena *arena, struct cp_near_marks *out,
                      struct cp_near_marks *unknown)
{
    CP_TRY(give_marks(net, arena, out));
    CP_TRY(give_marks(net, arena, unknown));
    cp_arena_mark mark = cp_arena_mark_get(arena);
    uint8_t *how = CP_TAKE(arena, net->node_count, uint8_t);
    if (how == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(judge_nodes(net, circle, arena, how));
    for (uint32_t n = 0; n < net->node_count; n++) {
        bool meant = is_of(circle->layers, net->nodes[n].layer);
        out->nodes[n] = meant && how[n] == NEAR;
        unknown->nodes[n] = meant && how[n] == PERHAPS_NEAR;
    }
    for (uint32_t i = 0; i < net->link_count; i++) {
        bool meant = is_of(circle->layers, net->links[i].layer);
        uint8_t nearest = nearest_end(net, net->links[i].ends, how);
        out->links[i] = meant && nearest == NEAR;
        unknown->links[i] = meant && nearest == PERHAPS_NEAR;
    }
    cp_arena_reset(arena, mark);
    return CP_OK;
}
