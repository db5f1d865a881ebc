#include "near.h"

#include <stdlib.h>

/*
 * Radius: each different spot is a point of the sphere, in a tree of boxes that are halved until
 * they hold few; spots at the place are one tree, all others another.  Pairs of boxes are judged
 * from the top down by the straight lines between them: all of one is near all of the other, or
 * nothing of it is, or the larger is halved.  A box of others is done once all in it are near.
 */

/* --- spots in space ----------------------------------------------------------------------- */

enum { BOX_DOTS = 8, BOX_PAIRS = 64 };

struct dot {
    struct cp_near_point point;
    bool near; /* the radius reaches it */
};

/* Some dots; box b is halved into boxes 2b + 1 and 2b + 2, unless it holds few. */
struct box {
    uint32_t first, count;
    int32_t least[3], most[3];
    bool done; /* all in it are near */
};

struct cloud {
    struct dot *dots;  /* [count] all different */
    struct box *boxes; /* [box_count] */
    uint32_t count, box_count;
};

/* By that number first, then by all. */
static int compare_along(const void *a, const void *b, uint32_t axis)
{
    const int32_t *p = ((const struct dot *)a)->point.at;
    const int32_t *q = ((const struct dot *)b)->point.at;

    if (p[axis] != q[axis])
        return p[axis] < q[axis] ? -1 : 1;
    for (axis = 0; axis < 3; axis++)
        if (p[axis] != q[axis])
            return p[axis] < q[axis] ? -1 : 1;
    return 0;
}

static int compare_x(const void *a, const void *b)
{
    return compare_along(a, b, 0);
}

static int compare_y(const void *a, const void *b)
{
    return compare_along(a, b, 1);
}

static int compare_z(const void *a, const void *b)
{
    return compare_along(a, b, 2);
}

static bool is_known(struct cp_spot spot)
{
    return spot.lat_udeg != CP_COORD_NONE;
}

static void fit_box(const struct cloud *cloud, struct box *box)
{
    for (uint32_t axis = 0; axis < 3; axis++) {
        box->least[axis] = INT32_MAX;
        box->most[axis] = INT32_MIN;
        for (uint32_t i = box->first; i < box->first + box->count; i++) {
            int32_t at = cloud->dots[i].point.at[axis];
            box->least[axis] = at < box->least[axis] ? at : box->least[axis];
            box->most[axis] = at > box->most[axis] ? at : box->most[axis];
        }
    }
}

static int64_t widest(const struct box *box, uint32_t *along)
{
    int64_t most = -1;

    for (uint32_t axis = 0; axis < 3; axis++) {
        int64_t width = (int64_t)box->most[axis] - box->least[axis];
        if (width > most)
            *along = axis;
        most = width > most ? width : most;
    }
    return most;
}

/* Cost: a sort for each level of the tree. */
static cp_err make_boxes(struct cloud *cloud, struct cp_arena *arena)
{
    static int (*const compare[])(const void *, const void *) = {compare_x, compare_y, compare_z};
    uint32_t leaves = 1;

    while ((cloud->count + leaves - 1) / leaves > BOX_DOTS)
        leaves *= 2;
    cloud->box_count = 2 * leaves - 1;
    cloud->boxes = CP_TAKE(arena, cloud->box_count, struct box);
    if (cloud->boxes == NULL)
        return CP_ERR_NOMEM;
    cloud->boxes[0].count = cloud->count;
    for (uint32_t b = 0; b < cloud->box_count; b++) {
        struct box *box = &cloud->boxes[b];
        uint32_t half = box->count / 2;
        uint32_t along = 0;
        fit_box(cloud, box);
        if (box->count <= BOX_DOTS)
            continue;
        (void)widest(box, &along);
        qsort(&cloud->dots[box->first], box->count, sizeof(struct dot), compare[along]);
        cloud->boxes[2 * b + 1] = (struct box){.first = box->first, .count = half};
        cloud->boxes[2 * b + 2] =
            (struct box){.first = box->first + half, .count = box->count - half};
    }
    return CP_OK;
}

/* Some nodes of a case. */
struct crowd {
    const struct cp_case *net;
    const uint8_t *from;
    bool at_place; /* those of from, or the others */
    bool turned;   /* the opposite of where they are */
};

/* Many nodes share the spot of their site: of equal ones the first is kept. */
static cp_err make_cloud(const struct crowd *crowd, struct cp_arena *arena, struct cloud *out)
{
    struct cloud cloud = {.dots = CP_TAKE(arena, crowd->net->node_count, struct dot)};
    uint32_t count = 0;

    if (cloud.dots == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t n = 0; n < crowd->net->node_count; n++) {
        struct cp_spot spot = cp_near_spot(crowd->net, n);
        if ((crowd->from[n] != 0) != crowd->at_place || !is_known(spot))
            continue;
        struct cp_near_point point = cp_near_point(spot);
        cloud.dots[count++].point = crowd->turned ? cp_near_opposite(point) : point;
    }
    if (count > 1)
        qsort(cloud.dots, count, sizeof(struct dot), compare_x);
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || compare_x(&cloud.dots[cloud.count - 1], &cloud.dots[i]) != 0)
            cloud.dots[cloud.count++] = cloud.dots[i];
    }
    *out = cloud;
    return make_boxes(out, arena);
}

/* --- radius ------------------------------------------------------------------------------- */

typedef enum { FAR, PERHAPS_NEAR, NEAR } nearness;

/*
 * The radius as the square of a line.  Past a quarter of the round, where lines tell little, they go to
 * the opposite of each post, and who is near has the longer ones.
 */
struct reach {
    bool turned;
    uint64_t line;
};

/* The square of the shortest and of the longest line between two boxes.  No sum wraps: a number of
 * either is at most 2^30 off the middle, so a square is at most 2^62. */
struct lines {
    uint64_t shortest, longest;
};

struct search {
    struct reach reach;
    struct cloud posts, others;
};

static uint64_t squared(int64_t number)
{
    return (uint64_t)(number * number);
}

static struct reach make_reach(uint64_t within_mm)
{
    if (within_mm <= CP_NEAR_HALF_ROUND_MM / 2)
        return (struct reach){false, cp_near_squared_line(within_mm)};
    if (within_mm >= CP_NEAR_HALF_ROUND_MM) /* everything is */
        return (struct reach){false, UINT64_MAX};
    return (struct reach){true, cp_near_squared_line(CP_NEAR_HALF_ROUND_MM - within_mm - 1)};
}

static struct lines lines_between(const struct box *a, const struct box *b)
{
    struct lines lines = {0, 0};

    for (uint32_t axis = 0; axis < 3; axis++) {
        int64_t up = (int64_t)b->most[axis] - a->least[axis];
        int64_t down = (int64_t)a->most[axis] - b->least[axis];
        lines.longest += squared(up > down ? up : down);
        if (up < 0 || down < 0)
            lines.shortest += squared(up < down ? up : down);
    }
    return lines;
}

static nearness judge_lines(const struct reach *reach, struct lines lines)
{
    if (lines.longest <= reach->line)
        return reach->turned ? FAR : NEAR;
    if (lines.shortest > reach->line)
        return reach->turned ? NEAR : FAR;
    return PERHAPS_NEAR;
}

static bool dots_are_near(const struct reach *reach, const struct dot *a, const struct dot *b)
{
    uint64_t line = 0;

    for (uint32_t axis = 0; axis < 3; axis++)
        line += squared((int64_t)a->point.at[axis] - b->point.at[axis]);
    return (line <= reach->line) != reach->turned;
}

/* With it each box of which it is the last half. */
static void mark_done(struct cloud *cloud, uint32_t box)
{
    cloud->boxes[box].done = true;
    while (box > 0 && cloud->boxes[((box - 1) ^ 1) + 1].done) {
        box = (box - 1) / 2;
        cloud->boxes[box].done = true;
    }
}

static void mark_near(struct cloud *others, uint32_t at)
{
    const struct box *box = &others->boxes[at];

    for (uint32_t i = box->first; i < box->first + box->count; i++)
        others->dots[i].near = true;
    mark_done(others, at);
}

/* Two boxes with few dots each. */
static void compare_dots(struct search *s, uint32_t other, uint32_t post)
{
    const struct box *theirs = &s->posts.boxes[post];
    const struct box *ours = &s->others.boxes[other];
    uint32_t near = 0;

    for (uint32_t i = ours->first; i < ours->first + ours->count; i++) {
        struct dot *dot = &s->others.dots[i];
        for (uint32_t k = theirs->first; k < theirs->first + theirs->count && !dot->near; k++)
            dot->near = dots_are_near(&s->reach, dot, &s->posts.dots[k]);
        near += dot->near;
    }
    if (near == ours->count)
        mark_done(&s->others, other);
}

struct box_pair {
    uint32_t other, post;
};

/* The half of a box of posts that is more likely near comes last, to be taken first. */
static uint32_t halve_posts(const struct search *s, struct box_pair pair, struct box_pair *out)
{
    const struct box *other = &s->others.boxes[pair.other];
    uint32_t half = 2 * pair.post + 1;
    struct lines one = lines_between(other, &s->posts.boxes[half]);
    struct lines two = lines_between(other, &s->posts.boxes[half + 1]);
    bool first = s->reach.turned ? one.longest > two.longest : one.shortest < two.shortest;

    out[0] = (struct box_pair){pair.other, first ? half + 1 : half};
    out[1] = (struct box_pair){pair.other, first ? half : half + 1};
    return 2;
}

/* The larger is halved, unless it holds few.  Answers how many pairs it made. */
static uint32_t halve(const struct search *s, struct box_pair pair, struct box_pair *out)
{
    const struct box *other = &s->others.boxes[pair.other];
    const struct box *post = &s->posts.boxes[pair.post];
    uint32_t axis = 0;

    if (other->count <= BOX_DOTS ||
        (post->count > BOX_DOTS && widest(post, &axis) >= widest(other, &axis)))
        return halve_posts(s, pair, out);
    out[0] = (struct box_pair){2 * pair.other + 1, pair.post};
    out[1] = (struct box_pair){2 * pair.other + 2, pair.post};
    return 2;
}

/* Each step down adds one pair to those that wait, and no tree is half as deep as there is room. */
static void look_around(struct search *s)
{
    struct box_pair waiting[BOX_PAIRS] = {{0, 0}};
    uint32_t count = s->posts.count > 0 && s->others.count > 0;

    while (count > 0) {
        struct box_pair pair = waiting[--count];
        const struct box *other = &s->others.boxes[pair.other];
        const struct box *post = &s->posts.boxes[pair.post];
        if (other->done)
            continue;
        nearness how = judge_lines(&s->reach, lines_between(other, post));
        if (how == NEAR)
            mark_near(&s->others, pair.other);
        if (how != PERHAPS_NEAR)
            continue;
        if (other->count <= BOX_DOTS && post->count <= BOX_DOTS)
            compare_dots(s, pair.other, pair.post);
        else
            count += halve(s, pair, &waiting[count]);
    }
}

static bool spot_is_near(const struct cloud *others, struct cp_spot spot)
{
    struct dot key = {.point = cp_near_point(spot)};
    const struct dot *found =
        bsearch(&key, others->dots, others->count, sizeof(struct dot), compare_x);

    return found != NULL && found->near;
}

static cp_err search(const struct cp_case *net, const struct cp_near_circle *circle,
                     struct cp_arena *arena, struct search *out)
{
    out->reach = make_reach((uint64_t)circle->within_m * 1000);
    struct crowd posts = {net, circle->from, true, out->reach.turned};
    struct crowd others = {net, circle->from, false, false};
    CP_TRY(make_cloud(&posts, arena, &out->posts));
    CP_TRY(make_cloud(&others, arena, &out->others));
    look_around(out);
    if (out->others.count > 1) /* as they are looked for */
        qsort(out->others.dots, out->others.count, sizeof(struct dot), compare_x);
    return CP_OK;
}

/* how: [node_count] FAR, PERHAPS_NEAR or NEAR. */
static cp_err judge_nodes(const struct cp_case *net, const struct cp_near_circle *circle,
                          struct cp_arena *arena, uint8_t *how)
{
    struct search s = {0};
    bool lost = false; /* somebody is at the place, and nobody knows where that is */

    CP_TRY(search(net, circle, arena, &s));
    for (uint32_t n = 0; n < net->node_count; n++)
        lost = lost || (circle->from[n] != 0 && !is_known(cp_near_spot(net, n)));
    for (uint32_t n = 0; n < net->node_count; n++) {
        struct cp_spot spot = cp_near_spot(net, n);
        if (circle->from[n] != 0 || (is_known(spot) && spot_is_near(&s.others, spot)))
            how[n] = NEAR;
        else if (lost || (s.posts.count > 0 && !is_known(spot)))
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
    CP_TRY(cp_near_marks_give(net, arena, out));
    CP_TRY(cp_near_marks_give(net, arena, unknown));
    cp_arena_mark mark = cp_arena_mark_get(arena);
    uint8_t *how = CP_TAKE(arena, net->node_count, uint8_t);
    if (how == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(judge_nodes(net, circle, arena, how));
    for (uint32_t n = 0; n < net->node_count; n++) {
        bool meant = cp_near_is_of(circle->layers, net->nodes[n].layer);
        out->nodes[n] = meant && how[n] == NEAR;
        unknown->nodes[n] = meant && how[n] == PERHAPS_NEAR;
    }
    for (uint32_t i = 0; i < net->link_count; i++) {
        bool meant = cp_near_is_of(circle->layers, net->links[i].layer);
        uint8_t nearest = nearest_end(net, net->links[i].ends, how);
        out->links[i] = meant && nearest == NEAR;
        unknown->links[i] = meant && nearest == PERHAPS_NEAR;
    }
    cp_arena_reset(arena, mark);
    return CP_OK;
}
