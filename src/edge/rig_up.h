#pragma once

#include "rig.h"

/* An edge that its first controller is up with, and what tests say of its LSPs and of the kernel. */

#define OVER_5 "fcbb:1::14 fcbb:4::45 fcbb:5::58"
#define OVER_4 "fcbb:1::14 fcbb:4::48"
#define OVER_6 "fcbb:1::16 fcbb:6::68"
#define FORBIDDEN "fcbb:1::14 fcbb:7::78"

static struct rig rig;

static inline struct rig *up(void)
{
    rig_open(&rig, rig_policy_1);
    rig_edge_open(&rig);
    rig.controllers[0].reachable = true;
    rig_run(&rig);
    assert_true(rig.controllers[0].synced);
    return &rig;
}

static inline void assert_kernel(const struct rig *r, uint32_t demand, uint32_t state,
                                 const char *sids)
{
    const struct rig_kernel *k = &r->kernel[demand];
    cp_text rest = cp_text_of(sids), word;
    uint32_t count = 0;

    assert_int_equal(k->state, state);
    if (state != CP_AGENT_STATE_INSTALLED)
        return;
    assert_int_equal(k->path_count, 1);
    (void)cp_text_word(&rest, " ", &word); /* the way out */
    assert_int_equal(k->paths[0].first, cp_text_is(word, "fcbb:1::14") ? 1 : 2);
    while (cp_text_word(&rest, " ", &word))
        assert_memory_equal(k->paths[0].segments[count++], cp_ip_find(word).bytes, 16);
    assert_int_equal(k->paths[0].segment_count, count);
}

static inline void assert_state(struct rig *r, const char *name, cp_pce_lsp_state state)
{
    const struct rig_lsp *l = rig_lsp(r, 0, name);

    assert_non_null(l);
    assert_int_equal(l->state, state);
    assert_int_equal(l->has_actual, state == CP_PCE_LSP_ACTIVE);
    assert_true(state != CP_PCE_LSP_ACTIVE || l->same);
}
