#pragma once

#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/** For tests: an answer, what was asked for, and what was written. */
struct world {
    struct cp_arena *arena;
    struct sample s;
    struct cp_steer_request request;
    struct cp_steer steer;
};

static inline int open_world(void **state)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct world *w = arena == NULL ? NULL : CP_TAKE(arena, 1, struct world);

    if (w == NULL)
        return 1;
    w->arena = arena;
    w->request.colour = 100;
    *state = w;
    return 0;
}

static inline int close_world(void **state)
{
    struct world *w = *state;

    cp_arena_close(w->arena);
    return 0;
}

static inline void begin(struct world *w, cp_system system, cp_plane plane)
{
    w->request.system = system;
    assert_int_equal(sample_make(&w->s, plane, w->arena), CP_OK);
}

static inline void make(struct world *w)
{
    assert_int_equal(cp_steer_make(&w->s.answer, &w->request, w->arena, &w->steer), CP_OK);
}

static inline bool has(cp_text text, const char *part)
{
    return strstr(text.at, part) != NULL; /* texts of cp_out end with a zero */
}

static inline bool warns(const struct world *w, bool leak, const char *part)
{
    bool found = false;

    for (uint32_t i = 0; i < w->steer.warning_count && !found; i++)
        found = w->steer.warnings[i].leak == leak && has(w->steer.warnings[i].sentence, part);
    return found;
}

static inline cp_text joined(struct world *w)
{
    struct cp_out out = cp_out_make(w->arena);
    cp_text text = {0};

    for (uint32_t i = 0; i < w->steer.output_count; i++) {
        cp_out_format(&out, "=== node %u\n", w->steer.outputs[i].node);
        cp_out_text(&out, w->steer.outputs[i].text);
    }
    for (uint32_t i = 0; i < w->steer.warning_count; i++) {
        const struct cp_steer_warning *warning = &w->steer.warnings[i];

        cp_out_format(&out, "=== warning, demand %d, node %d%s: ", (int)warning->demand,
                      (int)warning->node, warning->leak ? ", leak" : "");
        cp_out_text(&out, warning->sentence);
        cp_out_char(&out, '\n');
    }
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    return text;
}

/* Two shares, a backup, the way back; and a design. */
static inline void put_all(struct world *w)
{
    static const struct cp_flexalgo_colour colours[] = {{0, 0}, {0, 1}, {1, 1}, {1, 2}};
    static const uint32_t nodes[] = {0, 1, 2};
    static const struct cp_flexalgo_design design = {.kind = CP_FLEXALGO_INCLUDE,
                                                     .algorithm = 128,
                                                     .metric = CP_METRIC_DELAY,
                                                     .affinity_bit = 5,
                                                     .colours = colours,
                                                     .colour_count = 4,
                                                     .definers = nodes,
                                                     .definer_count = 2,
                                                     .priority = 255,
                                                     .participants = nodes,
                                                     .participant_count = 3};
    uint32_t d = sample_demand(&w->s, "d1", 0, 2);

    sample_path(&w->s, d, CP_ROLE_PRIMARY, CP_SEGMENT_ADJACENCY, "abc")->share_ppm = 700000;
    sample_path(&w->s, d, CP_ROLE_PRIMARY, CP_SEGMENT_ADJACENCY, "aec")->share_ppm = 300000;
    sample_path(&w->s, d, CP_ROLE_PRIMARY, CP_SEGMENT_NODE, "cba")->direction = CP_REVERSE;
    sample_path(&w->s, d, CP_ROLE_BACKUP, CP_SEGMENT_ADJACENCY, "aec");
    w->request.designs = &design;
    w->request.design_count = 1;
}

#define TEST(fact) cmocka_unit_test_setup_teardown(fact, open_world, close_world)
