#pragma once

#include <stdlib.h>

#include "judge/judge.h"
#include "model/build.h"

/* A small case in which every construct of a policy finds something to look at. */

static inline void target_check(cp_err err)
{
    if (err != CP_OK)
        abort();
}

static inline void target_nodes(struct cp_build *build)
{
    static const struct {
        const char *id, *maker, *role, *site, *operator_name, *managed_by, *tags;
        cp_layer layer;
    } nodes[] = {
        {"r1", "nokia", "core", "base", "kt", "ems", "covered", CP_LAYER_IP},
        {"r2", "Huawei", "access", "base", "kt", "", "", CP_LAYER_IP},
        {"r3", "unknown", "core", "hill", "skt", "", "covered", CP_LAYER_IP},
        {"r4", "Nobody Ltd", "", "", "", "", "", CP_LAYER_IP},
        {"o1", "HiSilicon", "transport", "hill", "kt", "", "", CP_LAYER_OPTICAL},
        {"o2", "ciena", "transport", "base", "kt", "", "", CP_LAYER_OPTICAL},
        {"mw", "Huawei / Nokia", "", "hill", "", "", "", CP_LAYER_RADIO},
        {"ems", "zte", "ems", "base", "kt", "r1", "", CP_LAYER_MANAGEMENT},
    };

    for (size_t i = 0; i < CP_COUNT(nodes); i++) {
        struct cp_node_row row =
            cp_node_row_make((cp_place){0, (uint32_t)i + 1, 1}, cp_text_of(nodes[i].id));

        row.maker = cp_text_of(nodes[i].maker);
        row.role = cp_text_of(nodes[i].role);
        row.site = cp_text_of(nodes[i].site);
        row.operator_name = cp_text_of(nodes[i].operator_name);
        row.managed_by = cp_text_of(nodes[i].managed_by);
        row.tags = cp_text_of(nodes[i].tags);
        row.layer = nodes[i].layer;
        target_check(cp_build_node(build, &row, NULL));
    }
}

static inline void target_links(struct cp_build *build)
{
    static const struct {
        const char *id, *a, *b, *port, *link_class, *over, *maker;
        cp_layer layer;
    } links[] = {
        {"f1", "o1", "o2", "l1", "dark-fibre", "", "", CP_LAYER_OPTICAL},
        {"f2", "o1", "mw", "l2", "leased-circuit", "", "", CP_LAYER_OPTICAL},
        {"i1", "r1", "r2", "p1", "", "f1|f2", "", CP_LAYER_IP},
        {"i2", "r2", "r3", "p1", "leased-circuit", "f1 f2", "", CP_LAYER_IP},
        {"i3", "r3", "r4", "", "leased-circuit", "", "", CP_LAYER_IP},
        {"lan", "r1", "r3 r4", "", "lan", "", "juniper", CP_LAYER_IP},
    };

    for (size_t i = 0; i < CP_COUNT(links); i++) {
        struct cp_link_row row = cp_link_row_make((cp_place){0, (uint32_t)i + 20, 1},
                                                  cp_text_of(links[i].a), cp_text_of(links[i].b));

        row.id = cp_text_of(links[i].id);
        row.a_port = cp_text_of(links[i].port);
        row.link_class = cp_text_of(links[i].link_class);
        row.over = cp_text_of(links[i].over);
        row.maker = cp_text_of(links[i].maker);
        row.layer = links[i].layer;
        row.capacity_bps = (i + 1) * 1000000000ull;
        target_check(cp_build_link(build, &row, NULL));
    }
}

static inline void target_facts(struct cp_build *build)
{
    static const struct {
        const char *object, *attribute, *value, *evidence;
        cp_date expires;
    } facts[] = {
        {"r1", "installed", "2017-05-01", "attested", CP_DATE_NONE},
        {"r1", "maker", "nokia", "authenticated-read", CP_DATE_NONE},
        {"r1/p1/xcvr", "maker", "huawei", "", CP_DATE_NONE},
        {"r1/card-1", "maker", "zte", "device-identity", 17000},
        {"r1", "technology", "4g 5g", "", CP_DATE_NONE},
        {"r2", "installed", "2020-07-01", "", CP_DATE_NONE},
        {"r2", "technology", "unknown", "", CP_DATE_NONE},
        {"r2", "software", "VRP 8", "claim", CP_DATE_NONE},
        {"r2", "capability", "neither", "attested", CP_DATE_NONE},
        {"r2", "premises", "120", "", CP_DATE_NONE},
        {"r3", "function", "control management", "", CP_DATE_NONE},
        {"r3", "premises", "40", "", CP_DATE_NONE},
        {"r3", "traffic", "1000", "", CP_DATE_NONE},
        {"r4", "class", "patch-panel", "", CP_DATE_NONE},
        {"r4", "model", "NE40E", "", CP_DATE_NONE},
        {"r4", "product", "passive", "", CP_DATE_NONE},
    };

    for (size_t i = 0; i < CP_COUNT(facts); i++) {
        struct cp_fact_row row = {.place = {0, (uint32_t)i + 40, 1},
                                  .object = cp_text_of(facts[i].object),
                                  .attribute = cp_text_of(facts[i].attribute),
                                  .value = cp_text_of(facts[i].value),
                                  .evidence = cp_text_of(facts[i].evidence),
                                  .date = CP_DATE_NONE,
                                  .expires = facts[i].expires};

        target_check(cp_build_fact(build, &row, NULL));
    }
}

static inline void target_sites(struct cp_build *build)
{
    static const struct {
        const char *id, *country, *tags;
        int32_t lat_udeg;
    } sites[] = {{"base", "KR", "base us-base gov", 37500000}, {"hill", "US", "", 37520000}};

    for (size_t i = 0; i < CP_COUNT(sites); i++) {
        struct cp_site_row row =
            cp_site_row_make((cp_place){0, (uint32_t)i + 60, 1}, cp_text_of(sites[i].id));

        row.country = cp_text_of(sites[i].country);
        row.tags = cp_text_of(sites[i].tags);
        row.lat_udeg = sites[i].lat_udeg;
        row.lon_udeg = 127000000;
        target_check(cp_build_site(build, &row, NULL));
    }
}

static inline const struct cp_case *target_case(cp_date as_of, struct cp_arena *arena)
{
    struct cp_demand_row demand =
        cp_demand_row_make((cp_place){0, 70, 1}, CP_TEXT("r1"), CP_TEXT("r3"));
    struct cp_build *build = NULL;
    const struct cp_case *net = NULL;
    uint32_t file = 0;

    target_check(cp_build_open(arena, &build));
    target_check(cp_build_input(build, CP_TEXT("case"), CP_TEXT(""), &file));
    target_sites(build);
    target_nodes(build);
    target_links(build);
    target_facts(build);
    target_check(cp_build_demand(build, &demand, NULL));
    target_check(cp_build_finish(build, as_of, &net, NULL));
    return net;
}
