#include "pcep_trial.h"

/* What one side says is what the other side tells. */

static struct pair usual(void)
{
    struct cp_pce_config pce = pair_pce_config();
    struct cp_pcc_config pcc = pair_pcc_config();
    struct pair p = pair_make(&pce, &pcc);

    return p;
}

static void both_come_up_and_know_each_other(void **state)
{
    struct pair p = usual();
    struct cp_pce_event event;
    struct cp_pcc_event other = {.kind = CP_PCC_EV_DOWN};

    (void)state;
    pair_connect(&p);
    while (!cp_pcc_is_up(p.pcc)) {
        assert_false(cp_pce_next(p.pce, &event));
        assert_false(cp_pcc_next(p.pcc, &other));
        assert_true(pair_move_to_pce(&p, SIZE_MAX) || pair_move_to_pcc(&p, SIZE_MAX));
        if (cp_pcc_next(p.pcc, &other))
            break;
    }
    assert_int_equal(other.kind, CP_PCC_EV_UP);
    assert_true(other.peer.stateful && other.peer.updates && other.peer.initiates);
    event = pair_want_pce(&p, CP_PCE_EV_UP);
    assert_true(event.peer.stateful && event.peer.updates && event.peer.initiates);
    assert_true(event.peer.sr && event.peer.srv6 && event.peer.syncs);
    assert_int_equal(event.peer.depth_max, 10);
    assert_true(cp_ip_eq(event.peer.address, pair_ip(1)));
    pair_free(&p);
}

static void a_pcc_that_is_not_stateful_has_nothing_to_synchronise(void **state)
{
    struct cp_pce_config pce = pair_pce_config();
    struct cp_pcc_config pcc = pair_pcc_config();
    struct pair p;

    (void)state;
    pcc.stateful = false;
    p = pair_make(&pce, &pcc);
    pair_up(&p);
    pair_want_pce(&p, CP_PCE_EV_SYNCED);
    pair_free(&p);
}

static void a_report_arrives_as_it_was_made(void **state)
{
    struct pair p = usual();
    struct cp_pce_hop hops[3];
    struct cp_pce_lsp lsp = {.plsp_id = 5,
                             .name = CP_TEXT("GREEN"),
                             .src = pair_ip(1),
                             .dst = pair_ip(8),
                             .delegated = true,
                             .created = true,
                             .wanted_up = true,
                             .syncing = true,
                             .state = CP_PCE_LSP_ACTIVE,
                             .colour_known = true,
                             .colour = 100,
                             .preference = 250,
                             .binding_known = true,
                             .binding_label = 40100,
                             .path_setup_type = 1};
    struct cp_pce_lsp got;

    (void)state;
    lsp.intended = pair_labels(hops, 3);
    lsp.actual = lsp.intended;
    pair_up(&p);
    assert_int_equal(cp_pcc_report(p.pcc, &lsp, p.now_us), CP_OK);
    assert_int_equal(cp_pcc_synced(p.pcc, p.now_us), CP_OK);
    got = pair_want_pce(&p, CP_PCE_EV_LSP).lsp;
    assert_int_equal(got.plsp_id, 5);
    pair_assert_text(got.name, lsp.name);
    assert_true(cp_ip_eq(got.src, lsp.src) && cp_ip_eq(got.dst, lsp.dst));
    assert_true(got.delegated && got.created && got.wanted_up && got.syncing && !got.removed);
    assert_int_equal(got.state, CP_PCE_LSP_ACTIVE);
    assert_true(got.colour_known && got.binding_known);
    assert_int_equal(got.colour, 100);
    assert_int_equal(got.preference, 250);
    assert_int_equal(got.binding_label, 40100);
    assert_int_equal(got.path_setup_type, 1);
    pair_assert_path(got.intended, lsp.intended);
    pair_assert_path(got.actual, lsp.actual);
    pair_want_pce(&p, CP_PCE_EV_SYNCED);
    pair_free(&p);
}

/* RFC 8231 7.3.2: a name need not stand in later reports. */
static void a_name_is_remembered_until_the_lsp_is_removed(void **state)
{
    struct pair p = usual();
    struct cp_pce_lsp lsp = {.plsp_id = 5, .name = CP_TEXT("GREEN")};

    (void)state;
    pair_synced(&p);
    assert_int_equal(cp_pcc_report(p.pcc, &lsp, p.now_us), CP_OK);
    pair_want_pce(&p, CP_PCE_EV_LSP);
    lsp.name = CP_TEXT("");
    assert_int_equal(cp_pcc_report(p.pcc, &lsp, p.now_us), CP_OK);
    pair_assert_text(pair_want_pce(&p, CP_PCE_EV_LSP).lsp.name, CP_TEXT("GREEN"));
    lsp.removed = true;
    assert_int_equal(cp_pcc_report(p.pcc, &lsp, p.now_us), CP_OK);
    pair_assert_text(pair_want_pce(&p, CP_PCE_EV_LSP).lsp.name, CP_TEXT("GREEN"));
    lsp.removed = false;
    assert_int_equal(cp_pcc_report(p.pcc, &lsp, p.now_us), CP_OK);
    pair_assert_text(pair_want_pce(&p, CP_PCE_EV_LSP).lsp.name, CP_TEXT(""));
    pair_free(&p);
}

static struct cp_pce_order initiation(struct cp_pce_hop *hops)
{
    return (struct cp_pce_order){.kind = CP_PCE_INITIATE,
                                 .srp_id = 3,
                                 .name = CP_TEXT("cp-1"),
                                 .src = pair_ip(1),
                                 .dst = pair_ip(8),
                                 .colour = 777,
                                 .preference = 200,
                                 .up = true,
                                 .path = pair_labels(hops, 4)};
}

static void an_initiation_arrives_with_its_colour_in_either_form(void **state)
{
    static const uint32_t forms[] = {CP_PCE_COLOUR_ASSOCIATION, CP_PCE_COLOUR_VENDOR,
                                     CP_PCE_COLOUR_ASSOCIATION | CP_PCE_COLOUR_VENDOR};

    (void)state;
    for (uint32_t i = 0; i < CP_COUNT(forms); i++) {
        struct cp_pce_config pce = pair_pce_config();
        struct cp_pcc_config pcc = pair_pcc_config();
        struct cp_pce_hop hops[4];
        struct cp_pce_order order = initiation(hops);
        struct cp_pcc_event got;
        struct pair p;

        pce.colour_forms = pcc.colour_forms = forms[i];
        p = pair_make(&pce, &pcc);
        pair_synced(&p);
        assert_int_equal(cp_pce_order(p.pce, &order, p.now_us), CP_OK);
        got = pair_want_pcc(&p, CP_PCC_EV_ORDER);
        assert_int_equal(got.order.kind, CP_PCE_INITIATE);
        assert_int_equal(got.order.srp_id, 3);
        assert_int_equal(got.order.plsp_id, 0);
        assert_int_equal(got.path_setup_type, 1);
        pair_assert_text(got.order.name, order.name);
        assert_true(got.colour_known);
        assert_int_equal(got.order.colour, 777);
        assert_true(forms[i] == CP_PCE_COLOUR_VENDOR || got.order.preference == 200);
        assert_true(cp_ip_eq(got.order.src, order.src) && cp_ip_eq(got.order.dst, order.dst));
        pair_assert_path(got.order.path, order.path);
        pair_free(&p);
    }
}

static void updates_and_removals_arrive(void **state)
{
    struct pair p = usual();
    struct cp_pce_hop hops[2] = {{.kind = CP_PCE_HOP_SRV6, .srv6 = {0xfc, 1}},
                                 {.kind = CP_PCE_HOP_SRV6, .srv6 = {0xfc, 2}}};
    struct cp_pce_order order = {
        .kind = CP_PCE_UPDATE, .srp_id = 4, .plsp_id = 5, .up = true, .path = {hops, 2}};
    struct cp_pcc_event got;

    (void)state;
    pair_synced(&p);
    pair_have(&p, 5);
    assert_int_equal(cp_pce_order(p.pce, &order, p.now_us), CP_OK);
    got = pair_want_pcc(&p, CP_PCC_EV_ORDER);
    assert_int_equal(got.order.kind, CP_PCE_UPDATE);
    assert_int_equal(got.order.plsp_id, 5);
    assert_int_equal(got.path_setup_type, 3);
    assert_true(got.order.up);
    pair_assert_path(got.order.path, order.path);
    order = (struct cp_pce_order){.kind = CP_PCE_REMOVE, .srp_id = 5, .plsp_id = 5};
    assert_int_equal(cp_pce_order(p.pce, &order, p.now_us), CP_OK);
    got = pair_want_pcc(&p, CP_PCC_EV_ORDER);
    assert_int_equal(got.order.kind, CP_PCE_REMOVE);
    assert_int_equal(got.order.srp_id, 5);
    pair_free(&p);
}

/* RFC 8408 4 TEST: an order without a path names the setup type that its LSP has */
static void a_removal_is_of_the_kind_of_its_lsp(void **state)
{
    static const uint32_t types[] = {0, 1, 3};
    struct pair p = usual();
    struct cp_pce_order order = {.kind = CP_PCE_REMOVE, .srp_id = 1};

    (void)state;
    pair_synced(&p);
    for (uint32_t i = 0; i < CP_COUNT(types); i++) {
        struct cp_pce_hop hop = {.kind = types[i] == 3   ? CP_PCE_HOP_SRV6
                                         : types[i] == 1 ? CP_PCE_HOP_LABEL
                                                         : CP_PCE_HOP_ADDRESS,
                                 .local = types[i] == 0 ? pair_ip(4) : (cp_ip){0}};
        struct cp_pce_lsp lsp = {.plsp_id = 1 + i,
                                 .name = CP_TEXT("x"),
                                 .delegated = true,
                                 .intended = {&hop, 1},
                                 .path_setup_type = types[i]};

        assert_int_equal(cp_pcc_report(p.pcc, &lsp, p.now_us), CP_OK);
        assert_int_equal(pair_want_pce(&p, CP_PCE_EV_LSP).lsp.path_setup_type, types[i]);
        order.plsp_id = 1 + i;
        order.kind = CP_PCE_REMOVE;
        assert_int_equal(cp_pce_order(p.pce, &order, p.now_us), CP_OK);
        assert_int_equal(pair_want_pcc(&p, CP_PCC_EV_ORDER).path_setup_type, types[i]);
        order.kind = CP_PCE_UPDATE; /* down, without a path */
        assert_int_equal(cp_pce_order(p.pce, &order, p.now_us), CP_OK);
        assert_int_equal(pair_want_pcc(&p, CP_PCC_EV_ORDER).path_setup_type, types[i]);
    }
    pair_free(&p);
}

static void a_request_arrives_with_every_constraint(void **state)
{
    static const struct cp_pce_metric metrics[] = {
        {.type = CP_PCE_METRIC_TE, .bound = true, .value = 100},
        {.type = CP_PCE_METRIC_DELAY, .computed = true, .value = 5}};
    const struct cp_pce_exclusion exclusions[] = {
        {.kind = CP_PCE_OUT_ADDRESS,
         .mandatory = true,
         .of = CP_PCE_OF_NODE,
         .address = pair_ip(3),
         .prefix_bits = 32},
        {.kind = CP_PCE_OUT_SRLG, .number = 99, .of = CP_PCE_OF_SRLG},
        {.kind = CP_PCE_OUT_AS, .mandatory = true, .number = 65001}};
    const struct cp_pce_hop hop = {.kind = CP_PCE_HOP_ADDRESS, .local = pair_ip(4)};
    struct pair p = usual();
    struct cp_pce_request asked = {.id = 12,
                                   .src = pair_ip(1),
                                   .dst = pair_ip(8),
                                   .path_setup_type = 1,
                                   .bandwidth_bps = 8000000,
                                   .metrics = metrics,
                                   .metric_count = 2,
                                   .exclude_any = 1,
                                   .include_any = 2,
                                   .include_all = 4,
                                   .exclusions = exclusions,
                                   .exclusion_count = 3,
                                   .include = {&hop, 1},
                                   .segments_max = 6};
    struct cp_pce_request got;

    (void)state;
    pair_synced(&p);
    assert_int_equal(cp_pcc_ask(p.pcc, &asked, p.now_us), CP_OK);
    got = pair_want_pce(&p, CP_PCE_EV_REQUEST).request;
    assert_int_equal(got.id, 12);
    assert_true(cp_ip_eq(got.src, asked.src) && cp_ip_eq(got.dst, asked.dst));
    assert_int_equal(got.path_setup_type, 1);
    assert_int_equal(got.bandwidth_bps, 8000000);
    assert_int_equal(got.metric_count, 2);
    for (uint32_t i = 0; i < 2; i++) {
        assert_int_equal(got.metrics[i].type, metrics[i].type);
        assert_int_equal(got.metrics[i].bound, metrics[i].bound);
        assert_int_equal(got.metrics[i].computed, metrics[i].computed);
        assert_int_equal(got.metrics[i].value, metrics[i].value);
    }
    assert_int_equal(got.exclude_any, 1);
    assert_int_equal(got.include_any, 2);
    assert_int_equal(got.include_all, 4);
    assert_int_equal(got.exclusion_count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(got.exclusions[i].kind, exclusions[i].kind);
        assert_int_equal(got.exclusions[i].mandatory, exclusions[i].mandatory);
        assert_int_equal(got.exclusions[i].number, exclusions[i].number);
        assert_true(cp_ip_eq(got.exclusions[i].address, exclusions[i].address));
    }
    assert_int_equal(got.exclusions[0].of, CP_PCE_OF_NODE);
    assert_int_equal(got.exclusions[0].prefix_bits, 32);
    assert_int_equal(got.segments_max, 6);
    pair_assert_path(got.include, asked.include);
    assert_false(got.not_understood);
    pair_free(&p);
}

static void replies_arrive_with_a_path_or_the_reason_for_none(void **state)
{
    struct pair p = usual();
    struct cp_pce_hop hops[2];
    struct cp_pce_order order = {
        .kind = CP_PCE_REPLY, .request_id = 12, .path = pair_labels(hops, 2)};
    struct cp_pcc_event got;

    (void)state;
    pair_synced(&p);
    assert_int_equal(cp_pce_order(p.pce, &order, p.now_us), CP_OK);
    got = pair_want_pcc(&p, CP_PCC_EV_ORDER);
    assert_int_equal(got.order.kind, CP_PCE_REPLY);
    assert_int_equal(got.order.request_id, 12);
    pair_assert_path(got.order.path, order.path);
    order = (struct cp_pce_order){.kind = CP_PCE_NO_PATH, .request_id = 13, .unknown_dst = true};
    assert_int_equal(cp_pce_order(p.pce, &order, p.now_us), CP_OK);
    got = pair_want_pcc(&p, CP_PCC_EV_ORDER);
    assert_int_equal(got.order.kind, CP_PCE_NO_PATH);
    assert_int_equal(got.order.request_id, 13);
    assert_true(got.order.unknown_dst && !got.order.unknown_src);
    pair_free(&p);
}

static void an_error_names_its_order(void **state)
{
    struct pair p = usual();
    struct cp_pce_event got;

    (void)state;
    pair_synced(&p);
    assert_int_equal(cp_pcc_refuse(p.pcc, 44, 19, 3, p.now_us), CP_OK);
    got = pair_want_pce(&p, CP_PCE_EV_ERROR);
    assert_int_equal(got.srp_id, 44);
    assert_int_equal(got.error_type, 19);
    assert_int_equal(got.error_value, 3);
    pair_free(&p);
}

static void what_no_segment_is_is_not_ordered(void **state)
{
    struct pair p = usual();
    struct cp_pce_hop hops[2] = {{.kind = CP_PCE_HOP_LABEL, .label = 16001}};
    struct cp_pce_order order = {
        .kind = CP_PCE_UPDATE, .srp_id = 4, .plsp_id = 5, .up = true, .path = {hops, 2}};

    (void)state;
    pair_synced(&p);
    pair_have(&p, 5);
    hops[1] = (struct cp_pce_hop){.kind = CP_PCE_HOP_ADDRESS, .local = pair_ip(3)};
    assert_int_equal(cp_pce_order(p.pce, &order, p.now_us), CP_ERR_RANGE);
    hops[1] = (struct cp_pce_hop){.kind = CP_PCE_HOP_OTHER};
    assert_int_equal(cp_pce_order(p.pce, &order, p.now_us), CP_ERR_RANGE);
    hops[1] = (struct cp_pce_hop){.kind = CP_PCE_HOP_SRV6};
    assert_int_equal(cp_pce_order(p.pce, &order, p.now_us), CP_ERR_RANGE);
    hops[1] = (struct cp_pce_hop){.kind = CP_PCE_HOP_LABEL, .label = 1u << 20};
    assert_int_equal(cp_pce_order(p.pce, &order, p.now_us), CP_ERR_RANGE);
    hops[1].label--;
    assert_int_equal(cp_pce_order(p.pce, &order, p.now_us), CP_OK);
    pair_free(&p);
}

/* RFC 8231 7.3.3 TEST: why an LSP is not up is said in its report. */
static void why_an_lsp_is_not_up_arrives_with_its_report(void **state)
{
    struct cp_pce_config pce = pair_pce_config();
    struct cp_pcc_config pcc = pair_pcc_config();
    struct pair p = pair_make(&pce, &pcc);
    struct cp_pce_lsp lsp = {.plsp_id = 5,
                             .name = CP_TEXT("GREEN"),
                             .src = cp_ip_v4(0x0a000001),
                             .dst = cp_ip_v4(0x0a000002),
                             .binding_known = true,
                             .error = CP_PCE_LSP_UNACCEPTABLE};

    (void)state;
    pair_synced(&p);
    assert_int_equal(cp_pcc_report(p.pcc, &lsp, p.now_us), CP_OK);
    assert_int_equal(pair_want_pce(&p, CP_PCE_EV_LSP).lsp.error, CP_PCE_LSP_UNACCEPTABLE);
    lsp.error = CP_PCE_LSP_FINE;
    assert_int_equal(cp_pcc_report(p.pcc, &lsp, p.now_us), CP_OK);
    assert_int_equal(pair_want_pce(&p, CP_PCE_EV_LSP).lsp.error, CP_PCE_LSP_FINE);
    pair_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(why_an_lsp_is_not_up_arrives_with_its_report),
        cmocka_unit_test(both_come_up_and_know_each_other),
        cmocka_unit_test(a_pcc_that_is_not_stateful_has_nothing_to_synchronise),
        cmocka_unit_test(a_report_arrives_as_it_was_made),
        cmocka_unit_test(a_name_is_remembered_until_the_lsp_is_removed),
        cmocka_unit_test(an_initiation_arrives_with_its_colour_in_either_form),
        cmocka_unit_test(updates_and_removals_arrive),
        cmocka_unit_test(a_removal_is_of_the_kind_of_its_lsp),
        cmocka_unit_test(a_request_arrives_with_every_constraint),
        cmocka_unit_test(replies_arrive_with_a_path_or_the_reason_for_none),
        cmocka_unit_test(an_error_names_its_order),
        cmocka_unit_test(what_no_segment_is_is_not_ordered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
