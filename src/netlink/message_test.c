#include "netlink/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>

#include "netlink/answer.h"

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

static struct cp_agent_path path_of(uint8_t segments)
{
    struct cp_agent_path path = {
        .segment_count = segments, .reduced = segments % 2, .hmac = segments % 3 * 17};

    for (uint8_t i = 0; i < segments; i++)
        path.segments[i][0] = 0xfc, path.segments[i][15] = (uint8_t)(i + 1);
    return path;
}

static void a_nexthop_of_any_number_of_segments_is_read_as_it_was_put(void **state)
{
    for (uint8_t segments = 0; segments <= CP_AGENT_SEGMENTS; segments++) {
        struct cp_agent_path path = path_of(segments);
        struct cp_nl_nexthop got;
        cp_ip last = cp_ip_find(CP_TEXT("fcbb:8::d4"));

        (void)clear(state);
        cp_nl_put_nexthop(&nl, 77, 5, &path, last);
        assert_true(cp_nl_read_nexthop(as_told(RTM_NEWNEXTHOP), &got));
        assert_int_equal(got.id, 77);
        assert_int_equal(got.device, 5);
        assert_int_equal(got.protocol, CP_KERNEL_PROTOCOL);
        assert_int_equal(got.member_count, 0);
        assert_memory_equal(&got.path, &path, sizeof path);
        assert_true(cp_ip_eq(got.last, last));
    }
}

static void a_group_is_read_as_it_was_put(void **state)
{
    struct cp_agent_path paths[CP_AGENT_PATHS] = {
        {.weight = 1}, {.weight = 255}, {.weight = 3}, {.weight = 4}};
    struct cp_nl_nexthop got;

    for (uint32_t count = 1; count <= CP_AGENT_PATHS; count++) {
        (void)clear(state);
        cp_nl_put_group(&nl, 71, 64, paths, count);
        assert_true(cp_nl_read_nexthop(as_told(RTM_NEWNEXTHOP), &got));
        assert_int_equal(got.member_count, count);
        for (uint32_t i = 0; i < count; i++) {
            assert_int_equal(got.members[i], 64 + i);
            assert_int_equal(got.weights[i], paths[i].weight);
        }
    }
}

static void a_route_is_read_as_it_was_put(void **state)
{
    struct cp_nl_route put = {
        .table = CP_TABLE_OUTER,
        .prefix = {.address = cp_ip_find(CP_TEXT("fcbb:4::45")), .length = 128},
        .oif = 3,
        .via = cp_ip_find(CP_TEXT("fc01::2")),
        .type = RTN_UNICAST,
        .metric = 7};
    struct cp_nl_route got;
    uint8_t protocol;

    (void)state;
    cp_nl_put_route(&nl, RTM_NEWROUTE, &put);
    assert_true(cp_nl_read_route(as_told(RTM_NEWROUTE), &protocol, &got));
    assert_int_equal(protocol, CP_KERNEL_PROTOCOL);
    assert_memory_equal(&got, &put, sizeof put);
}

static void a_rule_is_read_as_it_was_put(void **state)
{
    struct cp_edge_select selects[] = {
        {.from = {.address = cp_ip_find(CP_TEXT("10.2.1.0")), .length = 24},
         .dscp = 32,
         .proto = 17,
         .port_low = 5000,
         .port_high = 5999,
         .mark = 7},
        {.to = {.address = cp_ip_find(CP_TEXT("10.0.0.0")), .length = 8},
         .dscp = UINT32_MAX,
         .proto = UINT32_MAX,
         .port_low = UINT32_MAX,
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
        assert_int_equal(select.port_low, selects[i].port_low);
        assert_int_equal(select.port_high, selects[i].port_high);
        assert_int_equal(select.mark, selects[i].mark);
    }
}

static void an_answer_that_is_cut_off_is_none_or_has_less(void **state)
{
    struct cp_agent_path path = path_of(3);
    cp_ip last = cp_ip_find(CP_TEXT("fcbb:8::d4"));
    struct cp_nl_nexthop got;
    struct nlmsghdr *message;
    uint32_t whole;

    (void)state;
    cp_nl_put_nexthop(&nl, 77, 5, &path, last);
    whole = (uint32_t)nl.used;
    for (uint32_t len = sizeof *message; len < whole; len++) {
        message = calloc((len + 3) / 4,
                         4); /* padded as the kernel's: a sanitizer sees what is read beyond */
        assert_non_null(message);
        memcpy(message, nl.bytes.at, len);
        message->nlmsg_len = len;
        assert_false(cp_nl_read_nexthop(message, &got) && got.path.segment_count == 3 &&
                     cp_ip_eq(got.last, last) && got.path.hmac == path.hmac && len + 4 < whole);
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
    assert_true(cp_nl_is_failure(2, nft | NFT_MSG_NEWSETELEM));
    assert_false(cp_nl_is_failure(2, nft | NFT_MSG_DELSETELEM));
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
        cmocka_unit_test(a_rule_is_read_as_it_was_put),
        cmocka_unit_test_setup(an_answer_that_is_cut_off_is_none_or_has_less, clear),
        cmocka_unit_test(the_kernel_fails_where_something_is_wrong_only),
        cmocka_unit_test(all_numbers_of_nexthops_are_of_one_demand),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
