#include "rig.h"

/*
 * Random lives: orders right and wrong, answers and writes that take their time, flushed tables, connections that are cut,
 * two controllers with epochs of their own, and an edge that is killed at any moment.  What must hold at each of these, and
 * what must hold once all is calm again.
 */

enum { SEEDS = 400, STEPS = 250, NAMES = 5, PATHS = 7 };

static const char *const paths[PATHS] = {"fcbb:1::14 fcbb:4::45 fcbb:5::58",
                                         "fcbb:1::14 fcbb:4::48",
                                         "fcbb:1::16 fcbb:6::68",
                                         "fcbb:4::48",
                                         "fcbb:1::14 fcbb:7::78", /* not permitted, from here on */
                                         "fcbb:1::14 fcbb:5::58",
                                         "fcbb:1::16 fcbb:4::48"};

struct world {
    struct rig rig;
    uint64_t random;
    uint64_t epochs[RIG_CONTROLLERS], last_epoch, highest; /* highest: that the edge has kept */
    bool stop_is_fine[RIG_DEMANDS];
};

static struct world world;

static uint32_t below(struct world *w, uint32_t limit)
{
    w->random = w->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(w->random >> 33) % limit;
}

static uint32_t demand_of(uint32_t name)
{
    return name % 2;
}

static void name_it(char to[16], uint32_t name)
{
    (void)snprintf(to, 16, "n%u", name);
}

static bool is_there(const struct world *w, uint32_t at)
{
    return w->rig.controllers[at].synced;
}

static void order(struct world *w, uint32_t at)
{
    struct rig *r = &w->rig;
    uint32_t name = below(w, NAMES), path = below(w, PATHS);
    uint32_t colour = demand_of(name) == 0 ? 100 : 200;
    char text[16];
    struct rig_lsp *has;

    if (!is_there(w, at))
        return;
    name_it(text, name);
    has = rig_lsp(r, at, text);
    if (has == NULL) {
        (void)rig_initiate(r, at, text, colour * 1000 + 100 + 100 * below(w, 2), paths[path]);
        return;
    }
    switch (below(w, 4)) {
    case 0:
        (void)rig_remove(r, at, text);
        w->stop_is_fine[demand_of(name)] = true;
        return;
    case 1:
        (void)rig_update(r, at, text, "");
        w->stop_is_fine[demand_of(name)] = true;
        return;
    default:
        (void)rig_update(r, at, text, paths[path]);
    }
}

static void restart_controller(struct world *w, uint32_t at)
{
    static const char *const names[] = {"east", "west"};

    rig_cut(&w->rig, at);
    w->epochs[at] = below(w, 3) == 0 && w->last_epoch > 1 ? 1 + below(w, (uint32_t)w->last_epoch)
                                                          : ++w->last_epoch;
    rig_controller_set(&w->rig, at, w->epochs[at], names[at]);
    w->rig.controllers[at].reachable = below(w, 4) != 0;
}

/* What nobody wanted stopped is not. */
static void look_at_kernel(struct world *w, const struct rig_kernel before[RIG_DEMANDS])
{
    for (uint32_t i = 0; i < RIG_DEMANDS; i++)
        if (before[i].state == CP_AGENT_STATE_INSTALLED &&
            w->rig.kernel[i].state == CP_AGENT_STATE_STOPPED)
            assert_true(w->stop_is_fine[i]);
}

static void look_at_epochs(struct world *w)
{
    struct cp_edge_status s;

    if (w->rig.edge == NULL)
        return;
    cp_edge_status_get(w->rig.edge, &s);
    assert_true(s.epoch >= w->highest);
    w->highest = s.epoch;
    if (s.obeyed != UINT32_MAX)
        assert_true(w->epochs[s.obeyed] == s.epoch);
    for (uint32_t i = 0; i < RIG_CONTROLLERS; i++)
        if (is_there(w, i) && s.obeyed != UINT32_MAX && i != s.obeyed)
            assert_true(w->epochs[i] <= s.epoch);
}

static void one_step(struct world *w)
{
    struct rig *r = &w->rig;

    switch (below(w, 16)) {
    case 0:
        rig_edge_kill(r);
        rig_edge_open(r);
        return;
    case 1:
        restart_controller(w, below(w, RIG_CONTROLLERS));
        return;
    case 2:
        rig_cut(r, below(w, RIG_CONTROLLERS));
        return;
    case 3:
        r->agent_waits = below(w, 2) == 0;
        return;
    case 4:
        r->disk_waits = below(w, 2) == 0;
        r->disk_full = below(w, 4) == 0;
        return;
    case 5:
        r->kernel_result = below(w, 3) == 0 ? CP_AGENT_KERNEL : CP_AGENT_DONE;
        return;
    case 6:
        r->kernel[below(w, RIG_DEMANDS)] = (struct rig_kernel){.state = CP_AGENT_STATE_BROKEN};
        return;
    case 7:
        r->ask_count = 0;
        cp_edge_agent_lost(r->edge, r->now_us);
        rig_wait(r, below(w, 40) * RIG_SECOND_US);
        cp_edge_agent_there(r->edge, r->now_us);
        return;
    case 8:
        rig_wait(r, below(w, 100) * RIG_SECOND_US);
        return;
    case 9:
        r->controllers[below(w, RIG_CONTROLLERS)].reachable = below(w, 2) == 0;
        return;
    case 10:
        rig_wait(r, (uint64_t)below(w, 2000) * 1000);
        return;
    default:
        order(w, below(w, RIG_CONTROLLERS));
    }
}

/* All is well, and a controller of another epoch makes it as it wants it. */
static void calm_down(struct world *w)
{
    struct rig *r = &w->rig;

    r->agent_waits = r->disk_waits = r->disk_full = false;
    r->kernel_result = CP_AGENT_DONE;
    r->controllers[0].reachable = r->controllers[1].reachable = false;
    rig_run(r);
    rig_cut(r, 0);
    rig_cut(r, 1);
    w->epochs[0] = ++w->last_epoch;
    rig_controller_set(r, 0, w->epochs[0], "east");
    r->controllers[0].reachable = true;
    rig_wait(r, 80 * RIG_SECOND_US);
    assert_true(is_there(w, 0));
    for (uint32_t name = 0; name < NAMES; name++) {
        char text[16];

        name_it(text, name);
        if (rig_lsp(r, 0, text) != NULL)
            (void)rig_remove(r, 0, text);
        w->stop_is_fine[demand_of(name)] = true;
    }
    rig_wait(r, 40 * RIG_SECOND_US);
    assert_int_equal(r->controllers[0].lsp_count, 0);
    for (uint32_t i = 0; i < RIG_DEMANDS; i++)
        assert_int_not_equal(r->kernel[i].state, CP_AGENT_STATE_INSTALLED);
    for (uint32_t name = 0; name < 2; name++) {
        char text[16];

        name_it(text, name);
        (void)rig_initiate(r, 0, text, (name == 0 ? 100u : 200u) * 1000 + 200, paths[below(w, 2)]);
    }
    rig_wait(r, 5 * RIG_SECOND_US);
    for (uint32_t i = 0; i < 2; i++) {
        assert_int_equal(r->kernel[i].state, CP_AGENT_STATE_INSTALLED);
        assert_int_equal(r->controllers[0].lsps[i].state, CP_PCE_LSP_ACTIVE);
        assert_true(r->controllers[0].lsps[i].same);
    }
}

/* What a controller is told when nothing is under way is what the kernel has. */
static void look_at_reports(struct world *w)
{
    struct rig *r = &w->rig;

    if (r->agent_waits || r->ask_count > 0)
        return;
    for (uint32_t at = 0; at < RIG_CONTROLLERS; at++)
        for (uint32_t i = 0; is_there(w, at) && i < r->controllers[at].lsp_count; i++) {
            const struct rig_lsp *l = &r->controllers[at].lsps[i];
            const struct rig_kernel *k = &r->kernel[demand_of((uint32_t)(l->name[1] - '0'))];

            if (l->state == CP_PCE_LSP_ACTIVE && k->state != CP_AGENT_STATE_BROKEN)
                assert_true(k->state == CP_AGENT_STATE_INSTALLED && l->same);
        }
}

static void live(uint32_t seed)
{
    struct world *w = &world;

    memset(w, 0, sizeof *w);
    w->random = seed;
    rig_open(&w->rig, rig_policy_1);
    w->epochs[0] = 1;
    w->epochs[1] = w->last_epoch = 2;
    w->rig.controllers[0].reachable = true;
    rig_edge_open(&w->rig);
    for (uint32_t i = 0; i < STEPS; i++) {
        struct rig_kernel before[RIG_DEMANDS];

        memcpy(before, w->rig.kernel, sizeof before);
        one_step(w);
        rig_run(&w->rig);
        /* what nobody orders for a minute while a controller is there goes: the file may have been lost before */
        look_at_kernel(w, before);
        look_at_epochs(w);
        look_at_reports(w);
    }
    calm_down(w);
    rig_close(&w->rig);
}

static void no_life_breaks_its_rules(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        if (seed % 50 == 0)
            (void)fprintf(stderr, "# seed %u\n", seed);
        live(seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_life_breaks_its_rules)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
