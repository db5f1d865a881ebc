#include "spread.h"

#include <string.h>

cp_err cp_visit_open(const struct cp_graph *g, struct cp_arena *arena, struct spread *out)
{
    *out = (struct spread){.g = g,
                           .node_stamp = CP_TAKE(arena, g->node_count, uint32_t),
                           .link_stamp = CP_TAKE(arena, g->link_count, uint32_t),
                           .nodes = CP_TAKE(arena, g->node_count, uint32_t),
                           .links = CP_TAKE(arena, g->link_count, uint32_t)};
    return out->node_stamp == NULL || out->link_stamp == NULL || out->nodes == NULL ||
                   out->links == NULL
               ? CP_ERR_NOMEM
               : CP_OK;
}

static void next_stamp(struct spread *s)
{
    if (++s->stamp != 0)
        return;
    memset(s->node_stamp, 0, s->g->node_count * sizeof *s->node_stamp);
    memset(s->link_stamp, 0, s->g->link_count * sizeof *s->link_stamp);
    s->stamp = 1;
}

static void meet(struct spread *s, const struct cp_hop *hop)
{
    if (s->link_stamp[hop->link] != s->stamp) {
        s->link_stamp[hop->link] = s->stamp;
        s->links[s->link_count++] = hop->link;
    }
    if (s->node_stamp[hop->to] != s->stamp) {
        s->node_stamp[hop->to] = s->stamp;
        s->nodes[s->node_count++] = hop->to;
    }
}

void cp_visit_from(struct spread *s, const struct cp_routes *before, const struct cp_routes *after,
                   uint32_t source)
{
    const struct cp_graph *g = s->g;

    next_stamp(s);
    s->node_count = 0;
    s->link_count = 0;
    if (cp_routes_cost(before, source) == CP_UNREACHABLE)
        return;
    s->node_stamp[source] = s->stamp;
    s->nodes[s->node_count++] = source;
    for (uint32_t at = 0; at < s->node_count; at++) {
        uint32_t node = s->nodes[at];
        uint64_t old = cp_routes_cost(before, node);
        uint64_t new = after == NULL ? CP_UNREACHABLE : cp_routes_cost(after, node);

        for (uint32_t i = g->hop_first[node]; i < g->hop_first[node + 1]; i++) {
            const struct cp_hop *hop = &g->hops[i];

            if (cp_routes_uses(before, old, hop) ||
                (after != NULL && cp_routes_uses(after, new, hop)))
                meet(s, hop);
        }
    }
}
