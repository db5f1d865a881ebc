#include "netlink/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>

#include "netlink/answer.h"
#include "netlink/element.h"
#include "netlink/setup.h"
#include "netlink/step.h"

static struct cp_nl nl;

/* The kernel tells what there is in the form in which it was put. */
static const struct nlmsghdr *as_told(uint16_t type)
{
    assert_true(nl.used > 0);
    assert_int_equal(nl.bytes.aligned.nlmsg_len, nl.used);
    nl.bytes.aligned.nlmsg_type = type;
    return &nl.bytes.aligned;
}

static int clear(void **state)
{
    (void)state;
    cp_nl_clear(&nl);
    return 0;
}

static struct cp_nl_step nexthop_of(uint8_t segments)
{
    struct cp_nl_step step = {.kind = CP_NL_STEP_NEXTHOP,
                              .nexthop = CP_NEXTHOP(100u, 8u, 4u, 1u),
                              .count = segments,
                              .reduced = segments % 2,
                              .hmac = segments % 3 * 17u};

    for (uint8_t i = 0; i < segments; i++)
        step.bytes[(size_t)16 * i] = 0xfc, step.bytes[(size_t)16 * i + 15] = (uint8_t)(i + 1);
    return step;
}

static void a_nexthop_of_any_number_of_segments_is_read_as_it_was_put(void **state)
{
    for (uint8_t segments = 1; segments <= CP_NL_SEGMENTS; segments++) {
        struct cp_nl_step step = nexthop_of(segments);
        struct cp_nl_nexthop got;

        (void)clear(state);
        assert_true(cp_nl_step_is_whole(&step));
        cp_nl_put_step(&nl, &step, 5);
        assert_true(cp_nl_read_nexthop(as_told(RTM_NEWNEXTHOP), &got));
        assert_int_equal(got.id, step.nexthop);
        assert_int_equal(got.device, 5);
        assert_int_equal(got.protocol, CP_KERNEL_PROTOCOL);
        assert_int_equal(got.member_count, 0);
        assert_int_equal(got.path.segment_count, segments - 1);
        assert_memory_equal(got.path.segments, step.bytes, 16 * (size_t)(segments - 1));
        assert_memory_equal(got.last.bytes, step.bytes + (size_t)16 * (segments - 1), 16);
        assert_int_equal(got.path.reduced, step.reduced);
        assert_int_equal(got.path.hmac, step.hmac);
    }
}

static void a_group_is_read_as_it_was_put(void **state)
{
    const uint8_t weights[CP_NL_MEMBERS] = {1, 255, 3, 4};
    struct cp_nl_nexthop got;

    for (uint32_t count = 1; count <= CP_NL_MEMBERS; count++) {
        struct cp_nl_step step = {.kind = CP_NL_STEP_GROUP,
                                  .nexthop = CP_NEXTHOP(100u, 8u, 4u, CP_NEXTHOP_GROUP)};

        step.count = (uint8_t)count;
        memcpy(step.weights, weights, count);
        assert_true(cp_nl_step_is_whole(&step));
        (void)clear(state);
        cp_nl_put_step(&nl, &step, 5);
        assert_true(cp_nl_read_nexthop(as_told(RTM_NEWNEXTHOP), &got));
        assert_int_equal(got.member_count, count);
        for (uint32_t i = 0; i < count; i++) {
            assert_int_equal(got.members[i], CP_NEXTHOP(100u, 8u, 4u, i));
            assert_int_equal(got.weights[i], weights[i]);
        }
    }
}

static const struct cp_nl_step to_first_hop = {.kind = CP_NL_STEP_ROUTE,
                                               .table = CP_TABLE_OUTER,
                                               .address = {6, {0xfc, 0xbb}},
                                               .length = 128,
                                               .oif = 3,
                                               .via = {6, {0xfc, 1}},
                                               .type = RTN_UNICAST},
                               to_group = {.kind = CP_NL_STEP_ROUTE,
                                           .table = CP_TABLE_CLASS + 100,
                                           .nexthop = CP_NEXTHOP(100u, 8u, 4u, CP_NEXTHOP_GROUP),
                                           .mtu = 1400,
                                           .address = {4, {10, 2, 2}},
                                           .length = 24,
                                           .type = RTN_UNICAST},
                               local = {.kind = CP_NL_STEP_ROUTE,
                                        .table = CP_TABLE_LOCALS,
                                        .address = {6, {0xfc, 0xbb}},
                                        .length = 128,
                                        .local = CP_NL_LOCAL_ADJACENCY,
                                        .oif = 3,
                                        .via = {6, {0xfc, 1}},
                                        .type = RTN_UNICAST};

static void a_route_is_read_as_it_was_put(void **state)
{
    struct cp_nl_route got;
    uint8_t protocol;

    (void)state;
    cp_nl_put_step(&nl, &to_first_hop, 5);
    assert_true(cp_nl_read_route(as_told(RTM_NEWROUTE), &protocol, &got));
    assert_int_equal(protocol, CP_KERNEL_PROTOCOL);
    assert_int_equal(got.table, CP_TABLE_OUTER);
    assert_int_equal(got.oif, 3);
    assert_true(cp_ip_eq(got.via, to_first_hop.via));
    assert_true(cp_ip_eq(got.prefix.address, to_first_hop.address));
    assert_int_equal(got.prefix.length, 128);
    assert_int_equal(got.type, RTN_UNICAST);
    (void)clear(state);
    cp_nl_put_step(&nl, &to_group, 5);
    assert_true(cp_nl_read_route(as_told(RTM_NEWROUTE), &protocol, &got));
    assert_int_equal(got.table, CP_TABLE_CLASS + 100);
    assert_int_equal(got.nexthop, to_group.nexthop);
    assert_int_equal(got.oif, 0);
}

static void a_step_names_nothing_but_what_is_ours(void **state)
{
    struct cp_nl_step nexthop = nexthop_of(3), wrong[40];
    size_t n = 0;

    (void)state;
    assert_true(cp_nl_step_is_whole(&to_first_hop) && cp_nl_step_is_whole(&to_group) &&
                cp_nl_step_is_whole(&local) && cp_nl_step_is_whole(&nexthop));
    wrong[n] = to_group, wrong[n++].table = RT_TABLE_MAIN;
    wrong[n] = to_group, wrong[n++].table = CP_TABLE_CLASS;
    wrong[n] = to_group, wrong[n++].table = CP_TABLE_CLASS + CP_NL_CLASS_MAX + 1;
    wrong[n] = to_group, wrong[n++].table = CP_TABLE_CLASS + 101; /* another class's group */
    wrong[n] = to_group, wrong[n++].table = CP_TABLE_OUTER;
    wrong[n] = to_group, wrong[n++].nexthop = 7;
    wrong[n] = to_group, wrong[n++].nexthop = CP_NEXTHOP(100u, 8u, 4u, 1u); /* no group */
    wrong[n] = to_group, wrong[n++].nexthop = 0;
    wrong[n] = to_group, wrong[n++].oif = 3;
    wrong[n] = to_group, wrong[n++].via = to_first_hop.via;
    wrong[n] = to_group, wrong[n++].local = CP_NL_LOCAL_END;
    wrong[n] = to_group, wrong[n++].type = RTN_LOCAL;
    wrong[n] = to_group, wrong[n++].metric = 1;
    wrong[n] = to_group, wrong[n++].length = 33;
    wrong[n] = to_group, wrong[n++].address.family = 7;
    wrong[n] = to_group, wrong[n++].kind = 0;
    wrong[n] = to_group, wrong[n++].kind = CP_NL_STEP_GROUP; /* of no member */
    wrong[n] = to_group, wrong[n].kind = CP_NL_STEP_GROUP, wrong[n++].count = CP_NL_MEMBERS + 1;
    wrong[n] = to_group, wrong[n].kind = CP_NL_STEP_UNROUTE, wrong[n++].length = 0;
    wrong[n] = to_group, wrong[n].kind = CP_NL_STEP_UNROUTE, wrong[n++].table = RT_TABLE_MAIN;
    wrong[n] = to_first_hop, wrong[n++].length = 64;
    wrong[n] = to_first_hop, wrong[n++].oif = 0;
    wrong[n] = to_first_hop, wrong[n++].via.family = 0;
    wrong[n] = to_first_hop, wrong[n++].type = RTN_PROHIBIT; /* its table ends in one */
    wrong[n] = to_first_hop, wrong[n++].table = CP_TABLE_LOCALS;
    wrong[n] = local, wrong[n++].local = CP_NL_LOCAL_UNPACK6 + 1;
    wrong[n] = local, wrong[n++].local = CP_NL_LOCAL_END; /* which has no next hop */
    wrong[n] = local, wrong[n++].oif = 0;
    wrong[n] = local, wrong[n++].length = 127;
    wrong[n] = nexthop, wrong[n++].nexthop = 77;
    wrong[n] = nexthop, wrong[n++].nexthop = CP_NEXTHOP(100u, 8u, 4u, CP_NEXTHOP_GROUP);
    wrong[n] = nexthop, wrong[n++].count = 0;
    wrong[n] = nexthop, wrong[n++].count = CP_NL_SEGMENTS + 1;
    wrong[n] = nexthop, wrong[n++].reduced = 2;
    wrong[n] = nexthop, wrong[n].kind = CP_NL_STEP_UNHOP, wrong[n++].nexthop = 77;
    wrong[n] = to_group, wrong[n++].kind = CP_NL_STEP_ELEMENT; /* a question */
    assert_in_range(n, 1, CP_COUNT(wrong));
    for (size_t i = 0; i < n; i++)
        if (cp_nl_step_is_whole(&wrong[i]))
            fail_msg("the %zuth of these is whole", i);
}

/* An answer of nf_tables with a counter of these packets, in bytes as the kernel has them. */
static void an_element_is_told_with_what_went_by_it(void **state)
{
    static const uint8_t counter[] = {12, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 9,  /* bytes */
                                      12, 0, 2, 0, 0, 0, 0, 1, 0, 0, 0, 7}; /* packets */
    struct nlmsghdr *message;
    struct nlattr *nests[4];
    struct cp_nl_count count;

    (void)state;
    (void)cp_nl_open(&nl, NETLINK_NETFILTER, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWSETELEM, 0,
                     sizeof(struct nfgenmsg));
    message = cp_nl_at(&nl);
    mnl_attr_put_strz(message, NFTA_SET_ELEM_LIST_SET, "ways");
    nests[0] = mnl_attr_nest_start(message, NFTA_SET_ELEM_LIST_ELEMENTS);
    nests[1] = mnl_attr_nest_start(message, NFTA_LIST_ELEM);
    nests[2] = mnl_attr_nest_start(message, NFTA_SET_ELEM_EXPR);
    mnl_attr_put_strz(message, NFTA_EXPR_NAME, "counter");
    mnl_attr_put(message, NFTA_EXPR_DATA | NLA_F_NESTED, sizeof counter, counter);
    for (size_t i = 3; i > 0; i--)
        mnl_attr_nest_end(message, nests[i - 1]);
    cp_nl_close(&nl);
    assert_true(cp_nl_read_count(&nl.bytes.aligned, &count));
    assert_int_equal(count.packets, (UINT64_C(1) << 32) + 7);
    assert_int_equal(count.bytes, 9 * 256 + 9);
    nl.bytes.aligned.nlmsg_type = RTM_NEWROUTE;
    assert_false(cp_nl_read_count(&nl.bytes.aligned, &count));
}

static void a_rule_that_leads_past_others_is_read_as_it_was_put(void **state)
{
    struct cp_edge_select select,
        cover = {.from = {.address = cp_ip_find(CP_TEXT("fd00::")), .length = 16},
                 .dscp = 32,
                 .proto = UINT32_MAX,
                 .from_port = CP_EDGE_PORTS_ANY,
                 .port = CP_EDGE_PORTS_ANY,
                 .mark = UINT32_MAX};
    struct cp_nl_rule got, put = {.family = 6, .priority = 100, .past = 117, .select = &cover};
    uint8_t protocol;

    (void)clear(state);
    cp_nl_put_rule(&nl, RTM_NEWRULE, &put);
    assert_true(cp_nl_read_rule(as_told(RTM_NEWRULE), &protocol, &got, &select));
    assert_int_equal(got.past, 117);
    assert_int_equal(got.priority, 100);
    assert_true(cp_ip_eq(select.from.address, cover.from.address) && select.from.length == 16);
    assert_int_equal(select.dscp, 32);
    (void)clear(state);
    put.past = 0;
    cp_nl_put_rule(&nl, RTM_NEWRULE, &put);
    assert_true(cp_nl_read_rule(as_told(RTM_NEWRULE), &protocol, &got, &select));
    assert_int_equal(got.past, 0);
}

static void a_rule_is_read_as_it_was_put(void **state)
{
    struct cp_edge_select selects[] = {
        {.from = {.address = cp_ip_find(CP_TEXT("10.2.1.0")), .length = 24},
         .dscp = 32,
         .proto = 17,
         .from_port = {5432, 5433},
         .port = {5000, 5999},
         .mark = 7},
        {.to = {.address = cp_ip_find(CP_TEXT("10.0.0.0")), .length = 8},
         .dscp = UINT32_MAX,
         .proto = UINT32_MAX,
         .from_port = CP_EDGE_PORTS_ANY,
         .port = CP_EDGE_PORTS_ANY,
         .mark = UINT32_MAX},
    };

    for (size_t i = 0; i < CP_COUNT(selects); i++) {
        struct cp_nl_rule put = {.family = 4,
                                 .priority = 100,
                                 .table = CP_TABLE_CLASS + 100,
                                 .select = &selects[i]},
                          got;
        struct cp_edge_select select;
        uint8_t protocol;

        (void)clear(state);
        cp_nl_put_rule(&nl, RTM_NEWRULE, &put);
        assert_true(cp_nl_read_rule(as_told(RTM_NEWRULE), &protocol, &got, &select));
        assert_int_equal(protocol, CP_KERNEL_PROTOCOL);
        assert_int_equal(got.family, 4);
        assert_int_equal(got.priority, 100);
        assert_int_equal(got.table, CP_TABLE_CLASS + 100);
        assert_true(cp_ip_eq(select.from.address, selects[i].from.address) &&
                    select.from.length == selects[i].from.length);
        assert_true(cp_ip_eq(select.to.address, selects[i].to.address) &&
                    select.to.length == selects[i].to.length);
        assert_int_equal(select.dscp, selects[i].dscp);
        assert_int_equal(select.proto, selects[i].proto);
        assert_int_equal(select.from_port.low, selects[i].from_port.low);
        assert_int_equal(select.from_port.high, selects[i].from_port.high);
        assert_int_equal(select.port.low, selects[i].port.low);
        assert_int_equal(select.port.high, selects[i].port.high);
        assert_int_equal(select.mark, selects[i].mark);
    }
}

static void an_answer_that_is_cut_off_is_none_or_has_less(void **state)
{
    struct cp_nl_step step = nexthop_of(4);
    struct cp_nl_nexthop got;
    struct nlmsghdr *message;
    uint32_t whole;

    (void)state;
    cp_nl_put_step(&nl, &step, 5);
    whole = (uint32_t)nl.used;
    for (uint32_t len = sizeof *message; len < whole; len++) {
        message = calloc((len + 3) / 4,
                         4); /* padded as the kernel's: a sanitizer sees what is read beyond */
        assert_non_null(message);
        memcpy(message, nl.bytes.at, len);
        message->nlmsg_len = len;
        assert_false(cp_nl_read_nexthop(message, &got) && got.path.segment_count == 3 &&
                     memcmp(got.last.bytes, step.bytes + 48, 16) == 0 &&
                     got.path.hmac == step.hmac && len + 4 < whole);
        free(message);
    }
}

static void the_kernel_fails_where_something_is_wrong_only(void **state)
{
    const uint16_t nft = NFNL_SUBSYS_NFTABLES << 8;

    (void)state;
    assert_false(cp_nl_is_failure(0, RTM_NEWROUTE));
    assert_true(cp_nl_is_failure(1, RTM_NEWROUTE));
    assert_false(cp_nl_is_failure(17, RTM_NEWROUTE)); /* EEXIST */
    assert_true(cp_nl_is_failure(2, RTM_NEWROUTE));   /* ENOENT */
    assert_false(cp_nl_is_failure(2, RTM_DELNEXTHOP));
    assert_false(cp_nl_is_failure(3, RTM_DELROUTE)); /* ESRCH */
    assert_true(cp_nl_is_failure(1, RTM_DELROUTE));
    assert_false(cp_nl_is_failure(13, RTM_GETROUTE));
    assert_false(cp_nl_is_failure(2, nft | NFT_MSG_GETSETELEM));
}

static void all_numbers_of_nexthops_are_of_one_demand(void **state)
{
    (void)state;
    assert_int_equal(CP_NEXTHOP(CP_EDGE_CLASS_MAX, CP_EDGE_NUMBER_MAX, 6u, CP_NEXTHOP_GROUP),
                     0x7fffffff);
    assert_int_equal(CP_NEXTHOP(0u, 0u, 4u, 0u), CP_NEXTHOP_OURS);
    assert_int_not_equal(CP_NEXTHOP(1u, 0u, 4u, 0u),
                         CP_NEXTHOP(0u, CP_EDGE_NUMBER_MAX, 6u, CP_NEXTHOP_GROUP));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_nexthop_of_any_number_of_segments_is_read_as_it_was_put),
        cmocka_unit_test(a_group_is_read_as_it_was_put),
        cmocka_unit_test_setup(a_route_is_read_as_it_was_put, clear),
        cmocka_unit_test(a_step_names_nothing_but_what_is_ours),
        cmocka_unit_test_setup(an_element_is_told_with_what_went_by_it, clear),
        cmocka_unit_test(a_rule_is_read_as_it_was_put),
        cmocka_unit_test(a_rule_that_leads_past_others_is_read_as_it_was_put),
        cmocka_unit_test_setup(an_answer_that_is_cut_off_is_none_or_has_less, clear),
        cmocka_unit_test(the_kernel_fails_where_something_is_wrong_only),
        cmocka_unit_test(all_numbers_of_nexthops_are_of_one_demand),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
