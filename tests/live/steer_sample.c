#include "sample.h"

#include <stdio.h>
#include <stdlib.h>

/*
 * What the live tests of steer apply: steer_sample SYSTEM NODE [WHAT], the text for one router of
 * sample.h's network.  WHAT: "usual" (a demand a to c by b, back the same way, a backup by e),
 * "shares" (by b and by e at once), "loose" (by b, to the node b and then the node c), "node" (to
 * the node c), "blocked" (no clean path), "design" (usual, and a Flex-Algo design by the IGP's
 * metric).
 */
static void put_loose(struct sample *s, uint32_t demand)
{
    struct cp_candidate *c = sample_path(s, demand, CP_ROLE_PRIMARY, CP_SEGMENT_NODE, "abc");
    struct cp_segment *segments = s->segments[demand][0];

    segments[1] = segments[0];
    segments[0].to = segments[1].from = 1;
    segments[0].sid = sample_sid(s, &segments[0]);
    c->segments.count = 2;
}

static void put_demand(struct sample *s, const char *what)
{
    uint32_t d = 0;

    if (strcmp(what, "usual") == 0 || strcmp(what, "design") == 0) {
        sample_usual(s);
        return;
    }
    d = sample_demand(s, "d1", 0, 2);
    if (strcmp(what, "blocked") == 0)
        return;
    if (strcmp(what, "node") == 0) {
        sample_path(s, d, CP_ROLE_PRIMARY, CP_SEGMENT_NODE, "adc");
        return;
    }
    if (strcmp(what, "loose") == 0) {
        put_loose(s, d);
        return;
    }
    sample_path(s, d, CP_ROLE_PRIMARY, CP_SEGMENT_ADJACENCY, "abc")->share_ppm = 500000;
    sample_path(s, d, CP_ROLE_PRIMARY, CP_SEGMENT_ADJACENCY, "aec")->share_ppm = 500000;
    sample_path(s, d, CP_ROLE_PRIMARY, CP_SEGMENT_ADJACENCY, "cba")->direction = CP_REVERSE;
}

static int print(struct sample *s, struct cp_steer_request *request, uint32_t node,
                 struct cp_arena *arena)
{
    struct cp_steer steer = {0};

    if (cp_steer_make(&s->answer, request, arena, &steer) != CP_OK)
        return 1;
    for (uint32_t i = 0; i < steer.output_count; i++) {
        if (steer.outputs[i].node == node)
            (void)fwrite(steer.outputs[i].text.at, 1, steer.outputs[i].text.len, stdout);
    }
    return ferror(stdout) != 0 || fflush(stdout) != 0;
}

int main(int argc, char **argv)
{
    static const struct cp_flexalgo_colour colours[] = {{0, 0}, {0, 1}, {1, 1}, {1, 2}};
    static const uint32_t nodes[] = {0, 1, 2};
    static const struct cp_flexalgo_design design = {.algorithm = 128,
                                                     .affinity_bit = 5,
                                                     .colours = colours,
                                                     .colour_count = 4,
                                                     .definers = nodes,
                                                     .definer_count = 2,
                                                     .priority = 255,
                                                     .participants = nodes,
                                                     .participant_count = 3};
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct sample *s = arena == NULL ? NULL : CP_TAKE(arena, 1, struct sample);
    struct cp_steer_request request = {.colour = 100, .designs = &design};
    const char *what = argc > 3 ? argv[3] : "usual";
    int failed = 1;

    request.system = argc > 2 ? cp_system_find(cp_text_of(argv[1])) : CP_SYSTEM_COUNT;
    request.design_count = strcmp(what, "design") == 0 ? 1 : 0;
    if (s == NULL || request.system == CP_SYSTEM_COUNT) {
        cp_arena_close(arena);
        return 64;
    }
    if (sample_make(s, request.system == CP_SYSTEM_LINUX ? CP_PLANE_SRV6 : CP_PLANE_SR_MPLS,
                    arena) == CP_OK) {
        put_demand(s, what);
        failed = print(s, &request, (uint32_t)strtoul(argv[2], NULL, 10), arena);
    }
    cp_arena_close(arena);
    return failed;
}
