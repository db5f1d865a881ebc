#pragma once

#include <stddef.h>
#include <stdint.h>

#include "model/build.h"
#include "ted/ted.h"

/* A ted over an inventory of four routers, and what holds of every view. */

struct ted_target {
    struct cp_arena *arena;
    const struct cp_case *inventory;
    struct cp_ted *ted;
    struct cp_diag diag;
};

static inline void ted_target_node(struct cp_build *build, const char *id, const char *loopback,
                                   const char *sid)
{
    struct cp_node_row row = cp_node_row_make(CP_PLACE_NONE, cp_text_of(id));
    struct cp_diag diag;

    row.loopback = cp_text_of(loopback);
    row.sid = cp_text_of(sid);
    CP_ASSERT(cp_build_node(build, &row, &diag) == CP_OK);
}

static inline void ted_target_link(struct cp_build *build, const char *a, const char *b)
{
    struct cp_link_row row = cp_link_row_make(CP_PLACE_NONE, cp_text_of(a), cp_text_of(b));
    struct cp_diag diag;

    row.metric_ab = 10;
    CP_ASSERT(cp_build_link(build, &row, &diag) == CP_OK);
}

static inline const struct cp_case *ted_target_inventory(struct cp_arena *arena)
{
    const struct cp_case *inventory;
    struct cp_build *build;
    struct cp_diag diag;

    CP_ASSERT(cp_build_open(arena, &build) == CP_OK);
    ted_target_node(build, "r1", "10.255.0.1", "index:1");
    ted_target_node(build, "r2", "10.255.0.2", "16002");
    ted_target_node(build, "r3", "10.255.0.3", "");
    ted_target_node(build, "r4", "", "");
    ted_target_link(build, "r1", "r2");
    ted_target_link(build, "r2", "r3");
    ted_target_link(build, "r3", "r4");
    ted_target_link(build, "r1", "r2");
    CP_ASSERT(cp_build_finish(build, CP_DATE_NONE, &inventory, &diag) == CP_OK);
    return inventory;
}

/* The arena and the inventory in it are one for all inputs: to make them takes most of the time. */
static inline struct ted_target ted_target_open(const struct cp_ted_feed *feeds, uint32_t count)
{
    static struct cp_arena *arena;
    static const struct cp_case *inventory;
    static cp_arena_mark made;
    struct cp_ted_config config = {
        .feeds = feeds, .feed_count = count, .stale_us = 100, .disagree_us = 10};
    struct ted_target t;

    if (arena == NULL) {
        arena = cp_arena_open((size_t)64 << 20);
        CP_ASSERT(arena != NULL);
        inventory = ted_target_inventory(arena);
        made = cp_arena_mark_get(arena);
    }
    cp_arena_reset(arena, made);
    t = (struct ted_target){.arena = arena, .inventory = inventory};
    CP_ASSERT(cp_ted_open(&config, t.inventory, (size_t)16 << 20, &t.ted, &t.diag) == CP_OK);
    return t;
}

/* A view can be made, its links join different nodes of it at costs that can be, and every id finds its thing. */
static inline void ted_target_check(struct ted_target *t, uint64_t now_us)
{
    struct cp_ted_view view;
    const struct cp_ted_alarm *alarms;
    const struct cp_case *c;

    CP_ASSERT(cp_ted_view(t->ted, now_us, t->arena, &view) == CP_OK);
    c = view.net;
    for (uint32_t l = 0; l < c->link_count; l++) {
        cp_range ends = c->links[l].ends;

        CP_ASSERT(ends.count >= 2 && cp_case_link(c, c->links[l].id).at == l);
        for (uint32_t i = ends.first; i < ends.first + ends.count; i++) {
            CP_ASSERT(c->ends[i].node.at < c->node_count && view.nodes[c->ends[i].node.at].seen);
            CP_ASSERT(c->ends[i].metric >= 1 && c->ends[i].metric <= CP_METRIC_MAX);
            for (uint32_t k = ends.first; k < i; k++)
                CP_ASSERT(c->ends[k].node.at != c->ends[i].node.at);
        }
    }
    for (uint32_t v = 0; v < c->node_count; v++)
        CP_ASSERT(cp_case_node(c, c->nodes[v].id).at == v);
    (void)cp_ted_alarms(t->ted, now_us, &alarms);
}

static inline void ted_target_close(struct ted_target *t)
{
    cp_ted_close(t->ted);
}
