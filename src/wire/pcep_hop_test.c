#include "pcep_trial.h"

/* Subobjects in the four objects that have them. */

#define MALFORMED 11

enum object { ERO = 7, RRO = 8, IRO = 10, XRO = 17 };

static const char *path_hex(struct trial *t, enum object class_id, const char *hops)
{
    struct cp_out out = cp_out_make(t->arena);
    size_t len = trial_bytes(t, hops).len + 4 + (class_id == XRO ? 4 : 0);
    cp_text hex;

    cp_out_format(&out, "%02x10%04x%s%s", (unsigned)class_id, (unsigned)len,
                  class_id == XRO ? "00000000" : "", hops);
    assert_int_equal(cp_out_done(&out, &hex), CP_OK);
    return hex.at;
}

static const struct {
    enum object class_id;
    const char *hex, *text;
} hops[] = {
    {ERO, "01080a000001 2000", "strict 10.0.0.1/32"},
    {ERO, "81080a000000 0000", "loose 10.0.0.0/0"},
    {ERO, "0214 20010db8000000000000000000000001 8000", "strict 2001:db8::1/128"},
    {ERO, "0308 8002 00001000", "strict label type 2 00001000 flags 0x80"},
    {ERO, "040c 0000 0a000001 00000007", "strict unnumbered 10.0.0.1%7"},
    {ERO, "2004 ffff", "strict as 65535"},
    {ERO, "a108 01020304 0506", "loose kind 33 010203040506"},
    {ERO, "2208 00000001 0000", "strict kind 34 000000010000"},
    {ERO, "2408 0009 03e84000", "strict sr label 16004 rest 0x000 nai 0 flags 0x9"},
    {ERO, "a408 000b 03e84fff", "loose sr label 16004 rest 0xfff nai 0 flags 0xb"},
    {ERO, "2408 0008 00000005", "strict sr index 5 nai 0 flags 0x8"},
    {ERO, "2408 1004 0a000001", "strict sr no sid nai 1 10.0.0.1 flags 0x4"},
    {ERO, "240c 1001 03e84000 0a000001",
     "strict sr label 16004 rest 0x000 nai 1 10.0.0.1 flags 0x1"},
    {ERO, "2418 2000 00000005 20010db8000000000000000000000001",
     "strict sr index 5 nai 2 2001:db8::1"},
    {ERO, "2410 3001 03e84000 0a000001 0a000002",
     "strict sr label 16004 rest 0x000 nai 3 10.0.0.1 10.0.0.2 flags 0x1"},
    {ERO, "2428 4001 03e84000 20010db8000000000000000000000001 20010db8000000000000000000000002",
     "strict sr label 16004 rest 0x000 nai 4 2001:db8::1 2001:db8::2 flags 0x1"},
    {ERO, "2418 5001 03e84000 0a000001 00000001 0a000002 00000002",
     "strict sr label 16004 rest 0x000 nai 5 10.0.0.1%1 10.0.0.2%2 flags 0x1"},
    {ERO,
     "2430 6001 03e84000 fe800000000000000000000000000001 00000001 "
     "fe800000000000000000000000000002 00000002",
     "strict sr label 16004 rest 0x000 nai 6 fe80::1%1 fe80::2%2 flags 0x1"},
    {ERO, "2818 0002 0000 0001 fcbb0000000000000000000000000001",
     "strict srv6 fcbb::1 behaviour 1 nai 0 flags 0x2"},
    {ERO, "2820 0006 0000 0005 fcbb0000000000000000000000000001 20101000 00000000",
     "strict srv6 fcbb::1 behaviour 5 structure 32/16/16/0 nai 0 flags 0x6"},
    {ERO, "2818 2001 0000 ffff 20010db8000000000000000000000001",
     "strict srv6 no sid behaviour 65535 nai 2 2001:db8::1 flags 0x1"},
    {ERO, "2818 2005 0000 0005 20010db8000000000000000000000001",
     "strict srv6 no sid behaviour 5 nai 2 2001:db8::1 flags 0x5"},
    {ERO,
     "2840 400c 0000 0005 fcbb0000000000000000000000000001 "
     "20010db8000000000000000000000001 20010db8000000000000000000000002 40101000 00000000",
     "strict srv6 fcbb::1 behaviour 5 structure 64/16/16/0 nai 4 2001:db8::1 2001:db8::2 flags "
     "0xc"},
    {ERO,
     "2840 6000 0000 0005 fcbb0000000000000000000000000001 fe800000000000000000000000000001 "
     "00000001 fe800000000000000000000000000002 00000002",
     "strict srv6 fcbb::1 behaviour 5 nai 6 fe80::1%1 fe80::2%2"},
    {RRO, "01080a000001 2003", "strict 10.0.0.1/32 flags 0x3"},
    {RRO, "0308 0102 00001000", "strict label type 2 00001000 flags 0x1"},
    {RRO, "040c 0300 0a000001 00000007", "strict unnumbered 10.0.0.1%7 flags 0x3"},
    {RRO, "2408 0009 03e84000", "strict sr label 16004 rest 0x000 nai 0 flags 0x9"},
    {RRO, "2818 0002 0000 0001 fcbb0000000000000000000000000001",
     "strict srv6 fcbb::1 behaviour 1 nai 0 flags 0x2"},
    {IRO, "81080a000001 2000", "loose 10.0.0.1/32"},
    {IRO, "2408 0009 03e84000", "strict sr label 16004 rest 0x000 nai 0 flags 0x9"},
    {XRO, "01080a000001 2001", "strict 10.0.0.1/32 attribute 1"},
    {XRO, "8214 20010db8000000000000000000000000 4000", "loose 2001:db8::/64 attribute 0"},
    {XRO, "040c 0001 0a000001 00000007", "strict unnumbered 10.0.0.1%7 attribute 1"},
    {XRO, "a004 fde8", "loose as 65000 attribute 0"},
    {XRO, "2208 00000309 0002", "strict srlg 777 attribute 2"},
    {XRO, "2408 0009 03e84000", "strict kind 36 000903e84000 attribute 0"},
};

static void each_subobject_reads_as_its_rfc_says_and_is_written_the_same(void **state)
{
    static const char *const names[] = {[ERO] = "ERO", [RRO] = "RRO", [IRO] = "IRO"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(hops); i++) {
        struct trial t = trial_open();
        struct cp_out out = cp_out_make(t.arena);
        cp_text text;

        cp_out_format(&out, "  %s 1 hops%s\n    %s\n",
                      hops[i].class_id == XRO ? "XRO" : names[hops[i].class_id],
                      hops[i].class_id == XRO ? " flags 0x0" : "", hops[i].text);
        assert_int_equal(cp_out_done(&out, &text), CP_OK);
        trial_same(path_hex(&t, hops[i].class_id, hops[i].hex), text.at);
        trial_close(&t);
    }
}

static void faulty(enum object class_id, const char *hex, const char *why, uint8_t error_value)
{
    struct trial t = trial_open();

    trial_faulty(path_hex(&t, class_id, hex), why, error_value);
    trial_close(&t);
}

static void lengths_that_cannot_be_are_malformed(void **state)
{
    static const char why[] = "the length of a subobject cannot be";
    static const char unfit[] = "the length of a subobject does not fit its kind";

    (void)state;
    faulty(ERO, "01000000", why, MALFORMED);
    faulty(ERO, "01030000", why, MALFORMED);
    faulty(ERO, "010a0a000001 2000 00000000", why, MALFORMED);
    faulty(ERO, "01080000", why, MALFORMED);
    faulty(ERO, "01040a00", unfit, MALFORMED);
    faulty(ERO, "010c0a0000012000 00000000", unfit, MALFORMED);
    faulty(ERO, "2008 ffff 00000000", unfit, MALFORMED);
    faulty(ERO, "2404 0009", unfit, MALFORMED);
    faulty(ERO, "240c 0009 03e84000 00000000", unfit, MALFORMED);
    faulty(ERO, "240c 3001 03e84000 0a000001", unfit, MALFORMED);
    faulty(ERO, "2808 0002 0000 0001", unfit, MALFORMED);
    faulty(ERO, "0304 0002", "a label subobject has no label", MALFORMED);
}

static void prefixes_longer_than_addresses_are_malformed(void **state)
{
    (void)state;
    faulty(ERO, "01080a000001 2100", "a prefix is longer than its address", MALFORMED);
    faulty(XRO, "0214 20010db8000000000000000000000001 8100", "a prefix is longer than its address",
           MALFORMED);
}

/* RFC 8664 5.2.1 TEST, RFC 9603 4.3.1 TEST */
static void sid_and_nai_rules_have_their_own_errors(void **state)
{
    (void)state;
    faulty(ERO, "2404 000c", "an SR hop has neither SID nor NAI", 6);
    faulty(RRO, "2404 000c", "an SR hop has neither SID nor NAI", 7);
    faulty(ERO, "2408 0001 03e84000", "an SR hop has an NAI without a type", MALFORMED);
    faulty(ERO, "2408 7001 03e84000", "an SR hop has an NAI of an unknown type", 13);
    faulty(ERO, "2408 1005 0a000001", "the flags of an SR hop contradict each other", MALFORMED);
    faulty(ERO, "2408 1006 0a000001", "the flags of an SR hop contradict each other", MALFORMED);
    faulty(ERO, "2408 000a 00000005", "the flags of an SR hop contradict each other", MALFORMED);
    faulty(ERO, "2808 0003 0000 0001", "an SRv6 hop has neither SID nor NAI", 41);
    faulty(RRO, "2808 0003 0000 0001", "an SRv6 hop has neither SID nor NAI", 35);
    faulty(ERO, "281c 1000 0000 0001 fcbb0000000000000000000000000001 0a000001",
           "an SRv6 hop has an NAI of an unknown type", 40);
    faulty(ERO, "2820 0006 0000 0005 fcbb0000000000000000000000000001 40202001 00000000",
           "the parts of an SRv6 SID are longer than the SID", 37);
}

static void paths_that_mix_segments_with_others_are_refused(void **state)
{
    static const char sr[] = "2408 0009 03e84000 01080a0000012000";
    static const char srv6[] =
        "2818 0002 0000 0001 fcbb0000000000000000000000000001 01080a0000012000";

    (void)state;
    faulty(ERO, sr, "SR hops stand beside others", 5);
    faulty(RRO, sr, "SR hops stand beside others", 10);
    faulty(ERO, srv6, "SRv6 hops stand beside others", 42);
    faulty(RRO, srv6, "SRv6 hops stand beside others", 36);
}

static void labels_indices_and_bare_addresses_stand_in_no_path_together(void **state)
{
    static const char why[] = "labels, indices and hops without SID are mixed";

    (void)state;
    faulty(ERO, "2408 0009 03e84000 2408 0008 00000005", why, 20);
    faulty(ERO, "2408 0009 03e84000 2408 1004 0a000001", why, 20);
    faulty(RRO, "2408 0008 00000005 2408 1004 0a000001", why, 20);
}

static void a_path_has_at_most_so_many_hops(void **state)
{
    (void)state;
    for (uint32_t count = CP_PCEP_HOPS_MAX; count <= CP_PCEP_HOPS_MAX + 1; count++) {
        struct trial t = trial_open();
        struct cp_out out = cp_out_make(t.arena);
        cp_text hex;

        cp_out_format(&out, "0710%04x", (unsigned)(4 + 8 * count));
        for (uint32_t i = 0; i < count; i++)
            cp_out_str(&out, "2408000903e84000");
        assert_int_equal(cp_out_done(&out, &hex), CP_OK);
        assert_int_equal(trial_decode(&t, trial_message(&t, CP_PCEP_PCRPT, hex.at)), CP_OK);
        assert_int_equal(t.message.fault_count, count > CP_PCEP_HOPS_MAX);
        if (count > CP_PCEP_HOPS_MAX)
            assert_string_equal(t.message.objects[0].fault->why, "too many subobjects");
        else
            assert_int_equal(t.message.objects[0].is.path.count, count);
        trial_close(&t);
    }
}

static void ready_hops_are_those_that_routers_send(void **state)
{
    static const struct cp_pcep_srv6_sid sid = {.sid = {0xfc, 0xbb, [15] = 1},
                                                .behaviour = 5,
                                                .structured = true,
                                                .structure = {32, 16, 16, 0}};
    struct trial t = trial_open();
    struct cp_pcep_hop hop = cp_pcep_hop_of_label(16004);
    struct cp_pcep_object object = {
        .class_id = CP_PCEP_CLASS_ERO, .type = 1, .is.path = {.at = &hop, .count = 1}};
    struct cp_pcep_message message = {.type = CP_PCEP_PCUPD, .count = 1, .objects = &object};
    cp_text bytes;

    (void)state;
    assert_int_equal(cp_pcep_hop_label(&hop), 16004);
    assert_int_equal(trial_encode(&t, &message, &bytes), CP_OK);
    assert_string_equal(trial_hex(&t, bytes).at, "200b00100710000c2408000903e84000");
    hop = cp_pcep_hop_of_srv6(&sid);
    assert_int_equal(cp_pcep_hop_label(&hop), UINT32_MAX);
    assert_int_equal(trial_encode(&t, &message, &bytes), CP_OK);
    assert_string_equal(trial_hex(&t, bytes).at, "200b002807100024"
                                                 "2820000600000005fcbb0000000000000000000000000001"
                                                 "2010100000000000");
    trial_close(&t);
}

static cp_err written(struct cp_pcep_hop hop, enum object class_id)
{
    struct trial t = trial_open();
    struct cp_pcep_object object = {
        .class_id = (uint8_t)class_id, .type = 1, .is.path = {.at = &hop, .count = 1}};
    struct cp_pcep_message message = {.type = CP_PCEP_PCUPD, .count = 1, .objects = &object};
    cp_text bytes;
    cp_err err = trial_encode(&t, &message, &bytes);

    trial_close(&t);
    return err;
}

static void hops_that_no_receiver_could_read_are_not_written(void **state)
{
    struct cp_pcep_hop hop = {.kind = CP_PCEP_HOP_IPV4, .is.address = cp_ip_v4(1)};

    (void)state;
    assert_int_equal(written(hop, ERO), CP_OK);
    hop.prefix_bits = 33;
    assert_int_equal(written(hop, ERO), CP_ERR_RANGE);
    hop.prefix_bits = 32;
    hop.kind = CP_PCEP_HOP_IPV6;
    assert_int_equal(written(hop, ERO), CP_ERR_MALFORMED);
    hop = (struct cp_pcep_hop){.kind = CP_PCEP_HOP_AS, .is.number = 65536};
    assert_int_equal(written(hop, ERO), CP_ERR_RANGE);
    hop = (struct cp_pcep_hop){.kind = 128};
    assert_int_equal(written(hop, ERO), CP_ERR_RANGE);
    hop = (struct cp_pcep_hop){.kind = 99, .is.bytes = CP_TEXT("abc")};
    assert_int_equal(written(hop, ERO), CP_ERR_MALFORMED);
    hop =
        (struct cp_pcep_hop){.kind = CP_PCEP_HOP_SR, .flags = CP_PCEP_SR_HOP_S | CP_PCEP_SR_HOP_F};
    assert_int_equal(written(hop, ERO), CP_ERR_MALFORMED);
    hop.flags = 0x1000 | CP_PCEP_SR_HOP_F;
    assert_int_equal(written(hop, ERO), CP_ERR_RANGE);
    hop = (struct cp_pcep_hop){.kind = CP_PCEP_HOP_SRV6, .flags = CP_PCEP_SRV6_HOP_F};
    assert_int_equal(written(hop, ERO), CP_ERR_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_subobject_reads_as_its_rfc_says_and_is_written_the_same),
        cmocka_unit_test(lengths_that_cannot_be_are_malformed),
        cmocka_unit_test(prefixes_longer_than_addresses_are_malformed),
        cmocka_unit_test(sid_and_nai_rules_have_their_own_errors),
        cmocka_unit_test(paths_that_mix_segments_with_others_are_refused),
        cmocka_unit_test(labels_indices_and_bare_addresses_stand_in_no_path_together),
        cmocka_unit_test(a_path_has_at_most_so_many_hops),
        cmocka_unit_test(ready_hops_are_those_that_routers_send),
        cmocka_unit_test(hops_that_no_receiver_could_read_are_not_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
