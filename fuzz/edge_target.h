#pragma once

#include <stdlib.h>
#include <string.h>

#include "edge/edge.h"

/* An edge of a small policy, and an agent that says yes to what that permits; for targets. */

static const char target_policy[] = "cleanpath-edge-policy 1\n"
                                    "serial 1\n"
                                    "issued 2026-11-29T10:00:00Z\n"
                                    "head 1 r1 10.0.0.1\n"
                                    "node 4 r4\n"
                                    "node 8 r8 10.0.0.8\n"
                                    "source fcff:1::1\n"
                                    "class 100 sensitive\n"
                                    "inside e-h\n"
                                    "first 1 e-4 fc01:4::4 4 100\n"
                                    "select 100 to 10.2.8.0/24\n"
                                    "adjacency fcbb:4::48 4 8 100\n"
                                    "unpack4 fcbb:8::d4 8\n"
                                    "behind 100 8 10.2.8.0/24\n"
                                    "local-adjacency fcbb:1::14 fc01:4::4 e-4\n"
                                    "mtu 1280\n"
                                    "signature none\n";

struct target {
    struct cp_arena *arena;
    struct cp_edge_controller controller;
    struct cp_edge_peer peer;
    struct cp_edge_config config;
    struct cp_edge *edge;
    struct cp_agent_request asked;
    bool asks;
};

static inline void target_open(struct target *t)
{
    *t = (struct target){.arena = cp_arena_open((size_t)8 << 20),
                         .controller = {CP_TEXT("c"), cp_ip_v4(0x0a000063)},
                         .peer = {8, cp_ip_find(CP_TEXT("fcff:8::1")), CP_TEXT("0123456789abcdef")},
                         .config = {.controllers = &t->controller,
                                    .controller_count = 1,
                                    .keepalive_s = 30,
                                    .dead_s = 120,
                                    .lsp_max = 8,
                                    .look_us = 1000000}};
    t->config.probing = (struct cp_edge_probing){&t->peer, 1, 100000, 5, 3, 1000000, 7};
    if (t->arena == NULL ||
        cp_edge_policy_read(cp_text_of(target_policy), CP_TEXT(""), t->arena, &t->config.policy,
                            NULL) != CP_OK ||
        cp_edge_open(&t->config, &t->edge) != CP_OK)
        abort();
}

static inline void target_close(struct target *t)
{
    cp_edge_close(t->edge);
    cp_arena_close(t->arena);
}
