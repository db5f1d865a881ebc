#include "ls_trial.h"

/* The BGP-LS attribute: each TLV in, its text, and the same bytes out. */

/* Hex of one TLV, and the line that it gives.  The bytes are written as they came. */
static const struct {
    const char *hex, *line;
} tlvs[] = {
    {"0107 0002 0002", "topologies 2"},
    {"010a 0004 010a 2905", "node-msd 1:10 41:5"},
    {"010b 0002 0108", "link-msd 1:8"},
    {"0400 0001 80", "node-flags 0x80"},
    {"0401 0002 0102", "node-opaque 0102"},
    {"0402 0002 7231", "node-name \"r1\""},
    {"0402 0002 1b22", "node-name \"\\x1b\\x22\""},
    {"0403 0003 490001", "area 490001"},
    {"0404 0004 0a000001", "local-router 10.0.0.1"},
    {"0405 0010 20010db8000000000000000000000001", "local-router 2001:db8::1"},
    {"0406 0004 0a000002", "remote-router 10.0.0.2"},
    {"0407 0010 20010db8000000000000000000000002", "remote-router 2001:db8::2"},
    {"040a 000c c000 001f40 0489 0003 003e80", "sr-capabilities flags 0xc0 label 16000+8000"},
    {"040a 000d c000 001f40 0489 0004 00003e80", "sr-capabilities flags 0xc0 index 16000+8000"},
    {"040b 0002 0080", "sr-algorithms 0080"},
    {"040c 0016 0000 0003e8 0489 0003 003a98 0003e8 0489 0003 004e20",
     "sr-local-block flags 0x00 label 15000+1000 label 20000+1000"},
    {"040d 0001 07", "srms-preference 7"},
    {"040e 0004 4000 0000", "srv6-capabilities flags 0x4000"},
    {"040f 000c 80 01 00 64 0410 0004 00000002",
     "algorithm 128 metric-type 1 calculation 0 priority 100 0410000400000002"},
    {"0414 0008 80 00 0000 0000000a", "algorithm-metric 128 metric 10 flags 0x00"},
    {"0440 0004 00000003", "admin-group 0x00000003"},
    {"0441 0004 4cee6b28", "bandwidth-bps 1000000000"},
    {"0442 0004 4cee6b28", "reservable-bps 1000000000"},
    {"0443 0020 4cee6b28 4cee6b28 4cee6b28 4cee6b28 4cee6b28 4cee6b28 4cee6b28 00000000",
     "unreserved-bps 1000000000 1000000000 1000000000 1000000000 1000000000 1000000000 1000000000 "
     "0"},
    {"0444 0004 0000000a", "te-metric 10"},
    {"0445 0002 0200", "protection 0x0200"},
    {"0446 0001 c0", "mpls-protocols 0xc0"},
    {"0447 0001 0a", "igp-metric 10"},
    {"0447 0002 0100", "igp-metric 256"},
    {"0447 0003 fffffe", "igp-metric 16777214"},
    {"0448 0008 00000001 00000002", "srlg 1 2"},
    {"0449 0001 ff", "link-opaque ff"},
    {"044a 0003 612d62", "link-name \"a-b\""},
    {"044b 0007 30 00 0000 003a98", "adjacency-sid label 15000 flags 0x30 weight 0"},
    {"044b 0008 00 01 0000 00000007", "adjacency-sid index 7 flags 0x00 weight 1"},
    {"044c 000d 30 00 0000 000000000014 003a98",
     "lan-adjacency-sid label 15000 flags 0x30 weight 0 neighbour 0000.0000.0014"},
    {"044c 000b 60 00 0000 0a000001 003a98",
     "lan-adjacency-sid label 15000 flags 0x60 weight 0 neighbour 10.0.0.1"},
    {"044d 0007 c0 00 0000 003a98", "peer-node-sid label 15000 flags 0xc0 weight 0"},
    {"044e 0007 c0 00 0000 003a98", "peer-adjacency-sid label 15000 flags 0xc0 weight 0"},
    {"044f 0007 c0 00 0000 003a98", "peer-set-sid label 15000 flags 0xc0 weight 0"},
    {"0452 001e 0005 00 00 00 00 fcbc0002000000010000000000000000 04e4 0004 20101000",
     "end.x fcbc:2:0:1:: behaviour 5 flags 0x00 algorithm 0 weight 0 structure 32/16/16/0"},
    {"0453 001c 0039 80 80 00 00 000000000014 fcbc0002000000010000000000000000",
     "lan-end.x fcbc:2:0:1:: behaviour 57 flags 0x80 algorithm 128 weight 0 neighbour "
     "0000.0000.0014"},
    {"0454 0020 0005 00 00 00 00 0a000001 fcbc0002000000010000000000000000 1234 0002 abcd",
     "lan-end.x fcbc:2:0:1:: behaviour 5 flags 0x00 algorithm 0 weight 0 neighbour 10.0.0.1 tlv "
     "4660 abcd"},
    {"045a 0004 800003e8", "delay-us 1000 anomalous"},
    {"045b 0008 000003e8 000007d0", "delay-min-max-us 1000 2000"},
    {"045c 0004 0000000a", "delay-variation-us 10"},
    {"045d 0004 00000002", "loss-ppb 60"},
    {"045e 0004 4cee6b28", "residual-bps 1000000000"},
    {"045f 0004 4cee6b28", "available-bps 1000000000"},
    {"0460 0004 4cee6b28", "utilised-bps 1000000000"},
    {"0480 0001 80", "igp-flags 0x80"},
    {"0481 0008 00000001 00000002", "route-tags 1 2"},
    {"0482 0008 0000000000000003", "extended-tags 3"},
    {"0483 0004 0000000a", "prefix-metric 10"},
    {"0484 0004 0a000001", "forwarding-address 10.0.0.1"},
    {"0485 0001 ff", "prefix-opaque ff"},
    {"0486 0008 40 80 0000 00000007", "prefix-sid index 7 flags 0x40 algorithm 128"},
    {"048a 0008 00 80 0000 0000000a", "locator algorithm 128 metric 10 flags 0x00"},
    {"0492 0001 40", "prefix-flags 40"},
    {"0493 0004 0a000001", "source-router 10.0.0.1"},
    {"0495 0008 00000001 80000000", "extended-admin-group 0x00000001 0x80000000"},
    {"0496 0004 0a000001", "source-ospf-router 10.0.0.1"},
    {"04e2 0004 0005 00 00", "behaviour 5 flags 0x00 algorithm 0"},
    {"04e3 000c 40 01 0000 0000fde8 0a000001",
     "srv6-peer-node flags 0x40 weight 1 as 65000 router 10.0.0.1"},
    {"04e4 0004 28 18 10 00", "structure 40/24/16/0"},
    {"1234 0003 aabbcc", "tlv 4660 aabbcc"},
};

static void each_tlv_is_read_printed_and_written_as_it_came(void **state)
{
    (void)state;
    for (size_t i = 0; i < CP_COUNT(tlvs); i++) {
        struct ls_trial t = ls_trial_open();
        cp_text bytes = ls_trial_bytes(&t, tlvs[i].hex), again;
        struct cp_out out = cp_out_make(t.arena), line = cp_out_make(t.arena);

        assert_int_equal(cp_ls_attribute_decode(bytes, t.arena, &t.attribute, &t.fault), CP_OK);
        cp_out_format(&line, "  %s\n", tlvs[i].line);
        assert_string_equal(ls_trial_attribute(&t), ls_trial_done(&line));
        cp_ls_attribute_write(&out, &t.attribute);
        assert_int_equal(cp_out_done(&out, &again), CP_OK);
        assert_true(cp_text_eq(bytes, again));
        ls_trial_close(&t);
    }
}

/* RFC 9552 8.2.2 TEST: lengths that do not add up discard the whole attribute. */
static void every_prefix_of_a_tlv_is_malformed(void **state)
{
    (void)state;
    for (size_t i = 0; i < CP_COUNT(tlvs); i++) {
        struct ls_trial t = ls_trial_open();
        cp_text bytes = ls_trial_bytes(&t, tlvs[i].hex);

        for (size_t len = 1; len < bytes.len; len++)
            assert_int_equal(
                cp_ls_attribute_decode(cp_text_sub(bytes, 0, len), t.arena, &t.attribute, &t.fault),
                CP_ERR_MALFORMED);
        assert_non_null(t.fault.why);
        ls_trial_close(&t);
    }
}

static void an_attribute_may_be_empty(void **state)
{
    struct ls_trial t = ls_trial_open();

    (void)state;
    assert_int_equal(cp_ls_attribute_decode((cp_text){NULL, 0}, t.arena, &t.attribute, &t.fault),
                     CP_OK);
    assert_string_equal(ls_trial_attribute(&t), "");
    ls_trial_close(&t);
}

static void lengths_that_no_tlv_has_discard_all(void **state)
{
    static const char *const wrong[] = {
        "0447 0000",                              /* a metric of no bytes */
        "0447 0004 00000001",                     /* and of four */
        "0444 0003 000001",                       /* te-metric */
        "0443 0004 00000000",                     /* unreserved for one priority */
        "0448 0003 000001",                       /* srlg */
        "044b 0009 00 00 0000 0000000001",        /* a SID of five bytes */
        "044c 000a 00 00 0000 0a000001 0000",     /* no neighbour and SID fit */
        "040a 000c c000 001f40 0488 0003 003e80", /* a range without a label */
        "040a 000b c000 001f40 0489 0002 3e80",   /* a label of two bytes */
        "0484 0008 0000000000000000",             /* an address of eight bytes */
        "0452 001d 0005 00 00 00 00 fcbc0002000000010000000000000000 04e4 0003 201010",
        "0462 0006 03 00 0000 0000",               /* ASLA: a mask of three bytes */
        "0462 000c 04 00 0000 10000000 0444 0001", /* ASLA: what is in it goes past its end */
        "0402 0002 7231 0444 0003 000001",         /* one that is right before one that is not */
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(wrong); i++) {
        struct ls_trial t = ls_trial_open();

        assert_int_equal(
            cp_ls_attribute_decode(ls_trial_bytes(&t, wrong[i]), t.arena, &t.attribute, &t.fault),
            CP_ERR_MALFORMED);
        assert_int_equal(t.attribute.has, 0);
        ls_trial_close(&t);
    }
}

static void a_bandwidth_that_is_no_number_is_kept_as_bytes(void **state)
{
    static const char *const wrong[] = {"0441 0004 7fc00000", "0441 0004 7f800000",
                                        "0441 0004 bf800000", "0441 0004 ffc00000"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(wrong); i++) {
        struct ls_trial t = ls_trial_open();

        assert_int_equal(
            cp_ls_attribute_decode(ls_trial_bytes(&t, wrong[i]), t.arena, &t.attribute, &t.fault),
            CP_OK);
        assert_int_equal(t.attribute.has & CP_LS_BANDWIDTH, 0);
        assert_int_equal(t.attribute.others.count, 1);
        assert_int_equal(t.attribute.others.at[0].type, 1089);
        ls_trial_close(&t);
    }
}

static void of_a_repeat_the_first_counts_and_the_other_is_kept(void **state)
{
    struct ls_trial t = ls_trial_open();
    cp_text bytes = ls_trial_bytes(&t, "0444 0004 00000001 0444 0004 00000002");

    (void)state;
    assert_int_equal(cp_ls_attribute_decode(bytes, t.arena, &t.attribute, &t.fault), CP_OK);
    assert_string_equal(ls_trial_attribute(&t), "  te-metric 1\n  tlv 1092 00000002\n");
    ls_trial_close(&t);
}

static void attributes_of_some_applications_are_read_in_place(void **state)
{
    struct ls_trial t = ls_trial_open();
    const char *hex = "0462 001c 04 04 0000 10000000 80000000 0444 0004 00000007"
                      "0462 0004 00000000";

    (void)state;
    assert_int_equal(
        cp_ls_attribute_decode(ls_trial_bytes(&t, hex), t.arena, &t.attribute, &t.fault), CP_OK);
    assert_int_equal(t.attribute.asla_count, 1);
    assert_int_equal(t.attribute.asla[0].is->te_metric, 7);
    assert_string_equal(ls_trial_attribute(&t), "  for-applications 10000000 80000000\n"
                                                "    te-metric 7\n    tlv 1122 00000000\n");
    ls_trial_close(&t);
}

static void without_memory_it_says_so_whichever_take_fails(void **state)
{
    uint64_t takes = 0;
    cp_err err = CP_ERR_NOMEM;

    (void)state;
    for (; err != CP_OK; takes++) {
        struct ls_trial t = ls_trial_open();
        struct cp_out all = cp_out_make(t.arena);
        cp_text bytes;

        for (size_t i = 0; i < CP_COUNT(tlvs); i++)
            cp_out_text(&all, ls_trial_bytes(&t, tlvs[i].hex));
        assert_int_equal(cp_out_done(&all, &bytes), CP_OK);
        cp_arena_fail_after(t.arena, takes);
        err = cp_ls_attribute_decode(bytes, t.arena, &t.attribute, &t.fault);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        ls_trial_close(&t);
    }
    assert_true(takes > 10);
}

static void numbers_that_do_not_fit_are_not_written(void **state)
{
    struct cp_ls_sid sid = {.type = 1099, .is_label = true, .value = 1 << 20};
    const struct cp_ls_attribute wrong[] = {
        {.has = CP_LS_IGP_METRIC, .igp_metric = 1 << 24},
        {.has = CP_LS_IGP_METRIC, .igp_metric = 256, .igp_metric_bytes = 1},
        {.has = CP_LS_DELAY, .delay_us = 1 << 24},
        {.sids = &sid, .sid_count = 1},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(wrong); i++) {
        struct ls_trial t = ls_trial_open();
        struct cp_out out = cp_out_make(t.arena);
        cp_text bytes;

        cp_ls_attribute_write(&out, &wrong[i]);
        assert_int_equal(cp_out_done(&out, &bytes), CP_ERR_RANGE);
        ls_trial_close(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_tlv_is_read_printed_and_written_as_it_came),
        cmocka_unit_test(every_prefix_of_a_tlv_is_malformed),
        cmocka_unit_test(an_attribute_may_be_empty),
        cmocka_unit_test(lengths_that_no_tlv_has_discard_all),
        cmocka_unit_test(a_bandwidth_that_is_no_number_is_kept_as_bytes),
        cmocka_unit_test(of_a_repeat_the_first_counts_and_the_other_is_kept),
        cmocka_unit_test(attributes_of_some_applications_are_read_in_place),
        cmocka_unit_test(without_memory_it_says_so_whichever_take_fails),
        cmocka_unit_test(numbers_that_do_not_fit_are_not_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
