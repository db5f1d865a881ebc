#pragma once

#include "steer/steer.h"

#include <string.h>

/**
 * For tests: answers of route made by hand.  Routers a, b, c, d, e with ports p0, p1, ...:
 *
 *     a --0-- b --1-- c      link numbers; a - d - c is what ordinary routing would take
 *     a --2-- d --3-- c
 *     a --4-- e --5-- c
 */
#define SAMPLE_NODES 5u
#define SAMPLE_LINKS 6u
#define SAMPLE_DEMANDS 8u
#define SAMPLE_CANDIDATES 8u
#define SAMPLE_SEGMENTS 16u

struct sample {
    struct cp_case c;
    struct cp_judge judge;
    struct cp_net net;
    struct cp_route_answer answer;
    struct cp_node_rec nodes[SAMPLE_NODES];
    struct cp_link_rec links[SAMPLE_LINKS];
    struct cp_end ends[2 * SAMPLE_LINKS];
    struct cp_demand demands[SAMPLE_DEMANDS];
    cp_node demand_ends[2 * SAMPLE_DEMANDS];
    uint32_t demand_treatment[SAMPLE_DEMANDS];
    struct cp_route_result results[SAMPLE_DEMANDS];
    struct cp_candidate candidates[SAMPLE_DEMANDS][SAMPLE_CANDIDATES];
    uint32_t path_nodes[SAMPLE_DEMANDS][SAMPLE_CANDIDATES][SAMPLE_NODES];
    uint32_t path_links[SAMPLE_DEMANDS][SAMPLE_CANDIDATES][SAMPLE_NODES];
    struct cp_segment segments[SAMPLE_DEMANDS][SAMPLE_CANDIDATES][SAMPLE_SEGMENTS];
    cp_plane plane;
    bool micro; /* SRv6 SIDs are micro-SIDs: fcbb:bb00:N:: */
};

static const uint8_t sample_ends[SAMPLE_LINKS][2] = {{0, 1}, {1, 2}, {0, 3},
                                                     {3, 2}, {0, 4}, {4, 2}};

/* Labels 16000 + node, 15000 + link; SIDs fcbb:NODE + 1::e, fcbb:NODE + 1::1LINK. */
static inline struct cp_sid sample_sid(const struct sample *s, const struct cp_segment *segment)
{
    bool node = segment->kind == CP_SEGMENT_NODE;
    uint32_t at = node ? segment->to : segment->from;
    struct cp_sid sid = {.known = true, .plane = s->plane};

    sid.label = node ? 16000 + segment->to : 15000 + segment->link;
    memcpy(sid.srv6, (const uint8_t[]){0xfc, 0xbb}, 2);
    sid.srv6[s->micro ? 2 : 3] = s->micro ? 0xbb : (uint8_t)(at + 1);
    if (s->micro)
        sid.srv6[5] = (uint8_t)(at + 1);
    sid.srv6[s->micro ? 7 : 15] = (uint8_t)(node ? (s->micro ? 0 : 0xe) : 0x10 + segment->link);
    return sid;
}

static inline void sample_nodes(struct sample *s)
{
    static const char *const ids[] = {"a", "b", "c", "d", "e"};
    static const char *const loopbacks4[] = {"10.0.0.1", "10.0.0.2", "10.0.0.3/32", "10.0.0.4",
                                             "10.0.0.5"};
    static const char *const loopbacks6[] = {"fcff:1::1", "fcff:2::1", "fcff:3::1/128", "fcff:4::1",
                                             "fcff:5::1"};

    for (uint32_t i = 0; i < SAMPLE_NODES; i++) {
        s->nodes[i].id = cp_text_of(ids[i]);
        s->nodes[i].loopback =
            cp_text_of(s->plane == CP_PLANE_SRV6 ? loopbacks6[i] : loopbacks4[i]);
        s->nodes[i].site = CP_NONE;
    }
}

static inline void sample_links(struct sample *s)
{
    static const char *const ports[] = {"e-a", "e-b", "e-c", "e-d", "e-e"};

    for (uint32_t l = 0; l < SAMPLE_LINKS; l++) {
        s->links[l].ends = (cp_range){2 * l, 2};
        for (uint32_t k = 0; k < 2; k++)
            s->ends[2 * l + k] = (struct cp_end){.port = cp_text_of(ports[sample_ends[l][1 - k]]),
                                                 .node = {sample_ends[l][k]},
                                                 .metric = l == 2 || l == 3 ? 1 : 10};
    }
}

static inline cp_err sample_make(struct sample *s, cp_plane plane, struct cp_arena *arena)
{
    *s = (struct sample){.plane = plane};
    sample_nodes(s);
    sample_links(s);
    s->c = (struct cp_case){.nodes = s->nodes,
                            .links = s->links,
                            .ends = s->ends,
                            .demands = s->demands,
                            .demand_ends = s->demand_ends,
                            .node_count = SAMPLE_NODES,
                            .link_count = SAMPLE_LINKS};
    s->judge = (struct cp_judge){
        .net = &s->c, .demand_treatment = s->demand_treatment, .treatment_count = 1};
    s->answer = (struct cp_route_answer){.judge = &s->judge, .net = &s->net, .results = s->results};
    return cp_net_make(&s->c, arena, &s->net);
}

/* A demand that rules hold for. */
static inline uint32_t sample_demand(struct sample *s, const char *id, uint32_t src, uint32_t dst)
{
    uint32_t d = s->c.demand_count++;
    uint32_t first = 2 * d;

    s->demand_ends[first].at = src;
    s->demand_ends[first + 1].at = dst;
    s->demands[d] =
        (struct cp_demand){.id = cp_text_of(id), .src = {first, 1}, .dst = {first + 1, 1}};
    s->results[d] = (struct cp_route_result){.covered = true, .candidates = s->candidates[d]};
    return d;
}

static inline uint32_t sample_link(const uint32_t *nodes)
{
    uint32_t l = 0;

    while (!(sample_ends[l][0] == nodes[0] && sample_ends[l][1] == nodes[1]) &&
           !(sample_ends[l][0] == nodes[1] && sample_ends[l][1] == nodes[0]))
        l++;
    return l;
}

/* A path over the nodes, with a list of its adjacencies alone, or of its last node alone. */
static inline struct cp_candidate *sample_path(struct sample *s, uint32_t demand, cp_path_role role,
                                               cp_segment_kind kind, const char *nodes)
{
    uint32_t n = s->results[demand].candidate_count++;
    struct cp_candidate *c = &s->candidates[demand][n];
    struct cp_segment *segments = s->segments[demand][n];
    uint32_t count = (uint32_t)strlen(nodes);
    uint32_t used = 0;

    for (uint32_t i = 0; i < count; i++)
        s->path_nodes[demand][n][i] = (uint32_t)(nodes[i] - 'a');
    for (uint32_t i = 0; i + 1 < count; i++) {
        const uint32_t *from = &s->path_nodes[demand][n][i];

        s->path_links[demand][n][i] = sample_link(from);
        if (kind == CP_SEGMENT_ADJACENCY)
            segments[used++] = (struct cp_segment){
                .kind = kind, .from = from[0], .to = from[1], .link = sample_link(from)};
    }
    if (kind == CP_SEGMENT_NODE)
        segments[used++] = (struct cp_segment){.kind = kind,
                                               .from = s->path_nodes[demand][n][0],
                                               .to = s->path_nodes[demand][n][count - 1],
                                               .link = CP_NONE};
    for (uint32_t i = 0; i < used; i++)
        segments[i].sid = sample_sid(s, &segments[i]);
    *c = (struct cp_candidate){
        .role = role,
        .share_ppm = 1000000,
        .path = {s->path_nodes[demand][n], s->path_links[demand][n], count - 1, 0, 0},
        .segments = {.at = segments, .count = used, .least = used, .depth = CP_NONE}};
    return c;
}

/* a to c by b, back the same way; by e as a backup. */
static inline uint32_t sample_usual(struct sample *s)
{
    uint32_t d = sample_demand(s, "d1", 0, 2);

    sample_path(s, d, CP_ROLE_PRIMARY, CP_SEGMENT_ADJACENCY, "abc");
    sample_path(s, d, CP_ROLE_PRIMARY, CP_SEGMENT_ADJACENCY, "cba")->direction = CP_REVERSE;
    sample_path(s, d, CP_ROLE_BACKUP, CP_SEGMENT_ADJACENCY, "aec");
    sample_path(s, d, CP_ROLE_BACKUP, CP_SEGMENT_ADJACENCY, "cea")->direction = CP_REVERSE;
    return d;
}
