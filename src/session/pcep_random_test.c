#include "pcep_trial.h"

/*
 * A PCE and a PCC joined by a pipe that cuts their bytes anywhere, events told now or later, connections that break:
 * in the end, when all has been said, what the PCE was told is what the PCC has, and the PCC has what it was ordered.
 */

enum { LSPS_MAX = 12, HOPS_MAX = 6, STEPS = 300, SEEDS = 3000 };

struct lsp {
    bool there;
    uint32_t srp_id; /* of the order that made it so */
    uint32_t labels[HOPS_MAX], count;
    cp_pce_lsp_state state;
    bool delegated, created;
    bool named; /* to the PCE of this session: a name need not be said again */
};

struct side {
    struct lsp lsps[LSPS_MAX + 1]; /* by PLSP-ID */
};

struct game {
    struct pair pair;
    uint64_t random;
    struct side pcc, pce;
    uint32_t srp_id, request_id;
    uint32_t asked, answered, errors;
    bool synced; /* the PCE's side of it */
    bool told;   /* the PCC's: all that comes is reported */
};

static uint32_t draw(struct game *g, uint32_t below)
{
    g->random ^= g->random << 13;
    g->random ^= g->random >> 7;
    g->random ^= g->random << 17;
    return (uint32_t)(g->random >> 11) % below;
}

static struct cp_pce_path path_of(const struct lsp *lsp, struct cp_pce_hop *hops)
{
    for (uint32_t i = 0; i < lsp->count; i++)
        hops[i] = (struct cp_pce_hop){.kind = CP_PCE_HOP_LABEL, .label = lsp->labels[i]};
    return (struct cp_pce_path){hops, lsp->count};
}

static void take_path(struct lsp *lsp, const struct cp_pce_path *path)
{
    lsp->count = path->count < HOPS_MAX ? path->count : HOPS_MAX;
    for (uint32_t i = 0; i < lsp->count; i++)
        lsp->labels[i] = path->at[i].label;
}

/* --- the router ----------------------------------------------------------------------------------- */

static void report(struct game *g, uint32_t id, bool syncing)
{
    struct lsp *lsp = &g->pcc.lsps[id];
    struct cp_pce_hop hops[HOPS_MAX];
    char name[4] = {'l', (char)('a' + id), '\0', '\0'};
    struct cp_pce_lsp said = {.plsp_id = id,
                              .srp_id = syncing ? 0 : lsp->srp_id,
                              .name = draw(g, 2) == 0 || syncing || !lsp->named ? cp_text_of(name)
                                                                                : CP_TEXT(""),
                              .src = pair_ip(1),
                              .dst = pair_ip(2),
                              .delegated = lsp->delegated,
                              .created = lsp->created,
                              .removed = !lsp->there,
                              .wanted_up = true,
                              .syncing = syncing,
                              .state = lsp->state,
                              .intended = path_of(lsp, hops),
                              .path_setup_type = 1};

    lsp->named = true;
    assert_int_equal(cp_pcc_report(g->pair.pcc, &said, g->pair.now_us), CP_OK);
}

static void sync(struct game *g)
{
    for (uint32_t id = 1; id <= LSPS_MAX; id++)
        if (g->pcc.lsps[id].there)
            report(g, id, true);
    g->told = true;
    assert_int_equal(cp_pcc_synced(g->pair.pcc, g->pair.now_us), CP_OK);
}

static uint32_t free_id(const struct game *g)
{
    for (uint32_t id = 1; id <= LSPS_MAX; id++)
        if (!g->pcc.lsps[id].there)
            return id;
    return 0;
}

static void initiate(struct game *g, const struct cp_pce_order *order)
{
    uint32_t id = free_id(g);

    if (id == 0) {
        assert_int_equal(cp_pcc_refuse(g->pair.pcc, order->srp_id, 24, 1, g->pair.now_us), CP_OK);
        return;
    }
    g->pcc.lsps[id] = (struct lsp){.there = true,
                                   .srp_id = order->srp_id,
                                   .state = CP_PCE_LSP_GOING_UP,
                                   .delegated = true,
                                   .created = true};
    take_path(&g->pcc.lsps[id], &order->path);
    report(g, id, false);
}

static void obey(struct game *g, const struct cp_pce_order *order)
{
    struct lsp *lsp = order->plsp_id <= LSPS_MAX ? &g->pcc.lsps[order->plsp_id] : NULL;

    switch (order->kind) {
    case CP_PCE_INITIATE:
        initiate(g, order);
        return;
    case CP_PCE_UPDATE:
    case CP_PCE_REMOVE:
        if (lsp == NULL || !lsp->there) { /* RFC 8231 6.2, 8281 5.4: an LSP that is not there */
            assert_int_equal(cp_pcc_refuse(g->pair.pcc, order->srp_id, 19, 3, g->pair.now_us),
                             CP_OK);
            return;
        }
        lsp->srp_id = order->srp_id;
        lsp->there = order->kind == CP_PCE_UPDATE;
        if (lsp->there)
            take_path(lsp, &order->path);
        lsp->state = CP_PCE_LSP_GOING_UP;
        report(g, order->plsp_id, false);
        return;
    case CP_PCE_REPLY:
    case CP_PCE_NO_PATH:
        g->answered++;
        return;
    }
}

static void hear_pcc(struct game *g, uint32_t most)
{
    struct cp_pcc_event event;

    while (most-- > 0 && cp_pcc_next(g->pair.pcc, &event)) {
        if (event.kind == CP_PCC_EV_UP)
            sync(g);
        if (event.kind == CP_PCC_EV_DOWN)
            g->told = false;
        if (event.kind == CP_PCC_EV_ORDER)
            obey(g, &event.order);
        if (event.kind == CP_PCC_EV_ERROR)
            fail_msg("PCErr %u/%u", event.error_type,
                     event.error_value); /* nothing wrong is ever said here */
    }
}

/* The router's own doings: a state changes, an LSP comes or goes, a request. */
static void live(struct game *g)
{
    uint32_t id = 1 + draw(g, LSPS_MAX);
    struct lsp *lsp = &g->pcc.lsps[id];
    bool up = cp_pcc_is_up(g->pair.pcc);

    switch (draw(g, 4)) {
    case 0:
        if (!lsp->there)
            *lsp = (struct lsp){.there = true, .delegated = draw(g, 2) == 0};
        else if (!lsp->created)
            lsp->there = false;
        else
            return;
        break;
    case 1:
    case 2:
        if (!lsp->there)
            return;
        lsp->state = (cp_pce_lsp_state)draw(g, 5);
        break;
    default:
        if (up && g->told) {
            struct cp_pce_request q = {.id = ++g->request_id,
                                       .src = pair_ip(1),
                                       .dst = pair_ip(2),
                                       .path_setup_type = 1,
                                       .segments_max = UINT32_MAX};

            g->asked++;
            assert_int_equal(cp_pcc_ask(g->pair.pcc, &q, g->pair.now_us), CP_OK);
        }
        return;
    }
    lsp->srp_id = 0;
    if (up && g->told)
        report(g, id, false);
}

/* --- the PCE ------------------------------------------------------------------------------------- */

static void hear_lsp(struct game *g, const struct cp_pce_lsp *said)
{
    struct lsp *lsp = &g->pce.lsps[said->plsp_id];

    assert_in_range(said->plsp_id, 1, LSPS_MAX);
    assert_int_equal(said->name.len, 2);
    assert_int_equal(said->name.at[1], (char)('a' + said->plsp_id));
    *lsp = (struct lsp){.there = !said->removed,
                        .srp_id = said->srp_id,
                        .state = said->state,
                        .delegated = said->delegated,
                        .created = said->created};
    take_path(lsp, &said->intended);
}

static void answer(struct game *g, uint32_t id)
{
    struct lsp made = {.count = 1 + draw(g, HOPS_MAX)};
    struct cp_pce_hop hops[HOPS_MAX];
    struct cp_pce_order order = {.kind = CP_PCE_NO_PATH, .request_id = id};

    if (draw(g, 2) == 0) {
        order.kind = CP_PCE_REPLY;
        order.path = path_of(&made, hops);
    }
    assert_int_equal(cp_pce_order(g->pair.pce, &order, g->pair.now_us), CP_OK);
}

static void hear_pce(struct game *g, uint32_t most)
{
    struct cp_pce_event event;

    while (most-- > 0 && cp_pce_next(g->pair.pce, &event)) {
        switch (event.kind) {
        case CP_PCE_EV_UP:
            g->pce = (struct side){0};
            break;
        case CP_PCE_EV_DOWN:
            g->synced = false;
            break;
        case CP_PCE_EV_LSP:
            hear_lsp(g, &event.lsp);
            break;
        case CP_PCE_EV_SYNCED:
            g->synced = true;
            break;
        case CP_PCE_EV_REQUEST:
            answer(g, event.request.id);
            break;
        case CP_PCE_EV_ERROR:
            assert_in_range(event.srp_id, 1, g->srp_id);
            g->errors++;
            break;
        }
    }
}

static cp_err outcome(const struct game *g, const struct cp_pce_order *o)
{
    if (o->kind == CP_PCE_INITIATE)
        return CP_OK;
    if (!g->pce.lsps[o->plsp_id].there)
        return CP_ERR_UNKNOWN_ID;
    return o->kind == CP_PCE_REMOVE || g->pce.lsps[o->plsp_id].delegated ? CP_OK : CP_ERR_CONFLICT;
}

static void order(struct game *g)
{
    struct lsp made = {.count = 1 + draw(g, HOPS_MAX)};
    struct cp_pce_hop hops[HOPS_MAX];
    uint32_t id = 1 + draw(g, LSPS_MAX);
    struct cp_pce_order o = {.kind = (cp_pce_order_kind)draw(g, 3),
                             .srp_id = ++g->srp_id,
                             .plsp_id = id,
                             .up = true,
                             .src = pair_ip(1),
                             .dst = pair_ip(2),
                             .colour = 7,
                             .preference = 100,
                             .name = CP_TEXT("made")};

    for (uint32_t i = 0; i < made.count; i++)
        made.labels[i] = 16000 + draw(g, 100);
    if (o.kind != CP_PCE_REMOVE)
        o.path = path_of(&made, hops);
    if (o.kind == CP_PCE_INITIATE)
        o.plsp_id = 0;
    assert_int_equal(cp_pce_order(g->pair.pce, &o, g->pair.now_us), outcome(g, &o));
}

/* --- both ---------------------------------------------------------------------------------------- */

static void break_connection(struct game *g)
{
    cp_pce_closed(g->pair.pce, g->pair.now_us);
    cp_pcc_closed(g->pair.pcc, g->pair.now_us);
    hear_pce(g, UINT32_MAX);
    hear_pcc(g, UINT32_MAX);
    g->asked = g->answered = 0;
    pair_connect(&g->pair);
}

static void step(struct game *g)
{
    g->pair.now_us += draw(g, 200000); /* less than OpenWait in all: nobody runs out of time */
    if (cp_pce_deadline(g->pair.pce) <= g->pair.now_us)
        cp_pce_tick(g->pair.pce, g->pair.now_us);
    if (cp_pcc_deadline(g->pair.pcc) <= g->pair.now_us)
        cp_pcc_tick(g->pair.pcc, g->pair.now_us);
    switch (draw(g, 9)) {
    case 0:
    case 1:
        pair_move_to_pce(&g->pair, 1 + draw(g, 90));
        break;
    case 2:
    case 3:
        pair_move_to_pcc(&g->pair, 1 + draw(g, 90));
        break;
    case 4:
        hear_pce(g, 1 + draw(g, 3));
        break;
    case 5:
        hear_pcc(g, 1 + draw(g, 3));
        break;
    case 6:
        live(g);
        break;
    case 7:
        if (g->synced)
            order(g);
        break;
    default:
        if (draw(g, 40) == 0)
            break_connection(g);
    }
}

static void settle(struct game *g)
{
    bool more = true;

    while (more) {
        hear_pce(g, UINT32_MAX);
        hear_pcc(g, UINT32_MAX);
        more = pair_move_to_pce(&g->pair, SIZE_MAX);
        more = pair_move_to_pcc(&g->pair, SIZE_MAX) || more;
    }
}

static void assert_agree(const struct game *g)
{
    assert_true(cp_pcc_is_up(g->pair.pcc));
    assert_true(g->synced);
    assert_int_equal(g->asked, g->answered);
    for (uint32_t id = 1; id <= LSPS_MAX; id++) {
        const struct lsp *a = &g->pcc.lsps[id], *b = &g->pce.lsps[id];

        assert_int_equal(a->there, b->there);
        if (!a->there)
            continue;
        assert_int_equal(a->state, b->state);
        assert_int_equal(a->delegated, b->delegated);
        assert_int_equal(a->created, b->created);
        assert_int_equal(a->count, b->count);
        assert_memory_equal(a->labels, b->labels, a->count * sizeof a->labels[0]);
    }
}

static void play(uint32_t seed)
{
    struct cp_pce_config pce = pair_pce_config();
    struct cp_pcc_config pcc = pair_pcc_config();
    struct game g = {.random = 0x9e3779b97f4a7c15u ^ ((uint64_t)seed * 0xbf58476d1ce4e5b9u)};

    pcc.wrongs = draw(&g, 4) == 0 ? CP_PCC_REFUSES_ONCE : 0;
    g.pair = pair_make(&pce, &pcc);
    pair_connect(&g.pair);
    for (uint32_t i = 0; i < STEPS; i++)
        step(&g);
    settle(&g);
    assert_agree(&g);
    pair_free(&g.pair);
}

static void both_agree_in_the_end(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= SEEDS; seed++)
        play(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(both_agree_in_the_end)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
