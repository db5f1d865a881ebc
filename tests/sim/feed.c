#include <stdlib.h>
#include <string.h>

#include "sim.h"

/*
 * What a collector says of the network: its own router's view as FRR prints its TED (`show isis mpls-te database
 * json`), looked at every so often, and told when it is another.
 */

enum { LOOK_US = 500000 };

static void write_vertices(const struct sim *s, const struct router *c, struct cp_out *out)
{
    bool first = true;

    for (uint32_t o = 0; o < s->router_count; o++) {
        if (c->view[o].sequence == 0)
            continue;
        cp_out_format(
            out,
            "%s{\"vertex-id\":%u,\"status\":\"Sync\",\"origin\":\"ISIS_L2\",\"name\":\"r%u\","
            "\"router-id\":\"10.0.0.%u\",\"vertex-type\":\"Standard\",\"segment-routing\":{"
            "\"srgb-size\":8000,\"srgb-lower\":16000,\"srlb-size\":1000,\"srlb-lower\":15000,"
            "\"msd\":%u}}",
            first ? "" : ",", o + 1, o, o + 1, s->routers[o].depth);
        first = false;
    }
}

static void write_edge(const struct sim *s, const struct router *c, uint32_t l, uint32_t from,
                       struct cp_out *out)
{
    const struct link *link = &s->links[l];
    uint32_t local = link->a == from ? 1 : 2;

    cp_out_format(
        out,
        "{\"edge-id\":%u,\"status\":\"Sync\",\"origin\":\"ISIS_L2\",\"local-vertex-id\":%u,"
        "\"remote-vertex-id\":%u,\"metric\":%u,\"edge-attributes\":{\"te-metric\":%u,"
        "\"local-address\":\"10.1.%u.%u\",\"remote-address\":\"10.1.%u.%u\"},"
        "\"segment-routing\":[{\"adj-sid\":%u,\"flags\":\"0x30\",\"weight\":0}]}",
        2 * l + local, from + 1, link_other(link, from) + 1, c->view[from].metrics[l],
        c->view[from].metrics[l], l, local, l, 3 - local, label_adjacency(s, l, from));
}

static void write_edges(const struct sim *s, const struct router *c, struct cp_out *out)
{
    bool first = true;

    for (uint32_t o = 0; o < s->router_count; o++) {
        for (uint32_t l = 0; l < s->link_count; l++) {
            if (c->view[o].sequence == 0 || (c->view[o].links >> l & 1) == 0)
                continue;
            cp_out_str(out, first ? "" : ",");
            write_edge(s, c, l, o, out);
            first = false;
        }
    }
}

static void write_subnets(const struct sim *s, const struct router *c, struct cp_out *out)
{
    bool first = true;

    for (uint32_t o = 0; o < s->router_count; o++) {
        if (c->view[o].sequence == 0)
            continue;
        cp_out_format(
            out,
            "%s{\"subnet-id\":\"10.0.0.%u/32\",\"status\":\"Sync\",\"origin\":\"ISIS_L2\","
            "\"vertex-id\":%u,\"metric\":0,\"segment-routing\":{\"pref-sid\":%u,\"algo\":0,"
            "\"flags\":\"0x40\"}}",
            first ? "" : ",", o + 1, o + 1, c->view[o].sid);
        first = false;
    }
}

static void write_document(const struct sim *s, const struct router *c, struct cp_out *out)
{
    cp_out_str(out, "{\"ted\":{\"name\":\"ISIS\",\"key\":1,\"vertices\":[");
    write_vertices(s, c, out);
    cp_out_str(out, "],\"edges\":[");
    write_edges(s, c, out);
    cp_out_str(out, "],\"subnets\":[");
    write_subnets(s, c, out);
    cp_out_str(out, "]}}");
}

static void tell(struct sim *s, uint32_t feed)
{
    struct feed *f = &s->feeds[feed];
    struct cp_arena *arena = cp_arena_open((size_t)1 << 22);
    struct cp_out out = cp_out_make(arena);
    struct cp_diag diag = {0};
    cp_text text;

    write_document(s, &s->routers[f->collector], &out);
    must(cp_out_done(&out, &text));
    if (text.len != f->said_len || memcmp(text.at, f->said, text.len) != 0 || f->lost) {
        f->said = room(f->said, text.len + 1, 1);
        memcpy(f->said, text.at, text.len);
        f->said_len = text.len;
        f->lost = false;
        trace(s, "feed %u: another document of %zu bytes", feed, text.len);
        if (s->plant != PLANT_NO_NEWS || s->plans == 0)
            controller_pump(s, cp_drive_document(s->drive, feed, text, controller_now(s), &diag));
    }
    cp_arena_close(arena);
}

void feed_event(struct sim *s, uint32_t feed)
{
    struct feed *f = &s->feeds[feed];

    queue_put(&s->queue, (struct event){.at_us = s->now_us + LOOK_US, .kind = EV_FEED, .a = feed});
    if (s->drive == NULL || f->stale_until_us > s->now_us)
        return;
    if (f->bgp != NULL) {
        speaker_tell(s, feed);
    } else if (s->routers[f->collector].up) {
        tell(s, feed);
    } else if (!f->lost) {
        f->lost = true;
        trace(s, "feed %u is lost", feed);
        controller_pump(s, cp_drive_closed(s->drive, feed, controller_now(s)));
    }
}
