#include "pcep_trial.h"

#include <stdio.h>

#define MALFORMED 11
#define DOES_NOT_FIT "the length of a TLV does not fit its type"

/* TLVs stand in an LSP object here; which object they stand in changes nothing. */
static const struct {
    const char *hex, *text;
} tlvs[] = {
    {"0001000400000007", "NO-PATH-VECTOR 7"},
    {"000200040000003c", "OVERLOADED-DURATION 60"},
    {"000300040000000b", "REQ-MISSING 11"},
    {"000400040001000c", "OF-LIST 1 12"},
    {"0004000000040000", "OF-LIST \n    OF-LIST "},
    {"00070008000000090102 0304", "VENDOR-INFORMATION-TLV enterprise 9 01020304"},
    {"0010000400000005", "STATEFUL-PCE-CAPABILITY 5"},
    {"00110003 61620a00", "SYMBOLIC-PATH-NAME \"ab\\x0a\""},
    {"00120010 0aff0001 00010002 00000003 0aff0008",
     "IPV4-LSP-IDENTIFIERS 10.255.0.1 lsp 1 tunnel 2 extended 0.0.0.3 endpoint 10.255.0.8"},
    {"00130034 20010db8000000000000000000000001 00010002 00000000000000000000000000000003 "
     "20010db8000000000000000000000008",
     "IPV6-LSP-IDENTIFIERS 2001:db8::1 lsp 1 tunnel 2 extended ::3 endpoint 2001:db8::8"},
    {"0014000400000006", "LSP-ERROR-CODE 6"},
    {"0015000c 000c06010a000001 00010002", "RSVP-ERROR-SPEC 000c06010a00000100010002"},
    {"00170008 0000000100000002", "LSP-DB-VERSION 4294967298"},
    {"00180004 72310000", "SPEAKER-ENTITY-ID \"r1\\x00\\x00\""},
    {"001a0004 0000030a", "SR-PCE-CAPABILITY flags 0x3 msd 10"},
    {"001b0008 00000002 290a2c05", "SRV6-PCE-CAPABILITY flags 0x2 msd 41:10 msd 44:5"},
    {"001c000400000003", "PATH-SETUP-TYPE 3"},
    {"001d0010 0000000100010064 0000000600650001",
     "OPERATOR-CONFIGURED-ASSOCIATION-RANGE type 1: 1+100, type 6: 101+1"},
    {"001e00040a000001", "GLOBAL-ASSOCIATION-SOURCE 167772161"},
    {"001f0008 000000c8 0aff0006", "EXTENDED-ASSOCIATION-ID colour 200 endpoint 10.255.0.6"},
    {"001f0014 00000001 00000000000000000000000000000000",
     "EXTENDED-ASSOCIATION-ID colour 1 endpoint ::"},
    {"001f0004 000000c8", "EXTENDED-ASSOCIATION-ID bytes 000000c8"},
    {"00220018 00000002 01030000 001a0004 00000004 001b0004 00000000",
     "PATH-SETUP-TYPE-CAPABILITY 1 3\n      SR-PCE-CAPABILITY flags 0x0 msd 4\n"
     "      SRV6-PCE-CAPABILITY flags 0x0"},
    {"00220004 00000000", "PATH-SETUP-TYPE-CAPABILITY "},
    {"00230002 00060000", "ASSOC-TYPE-LIST 6"},
    {"00370007 00000000 09ca4000", "TE-PATH-BINDING type 0 flags 0x0 label 40100"},
    {"00370008 01800000 09ca41ff", "TE-PATH-BINDING type 1 flags 0x80 entry 0x09ca41ff"},
    {"00370014 02000000 fcbb0000000000000000000000000001",
     "TE-PATH-BINDING type 2 flags 0x0 fcbb::1"},
    {"0037001c 03000000 fcbb0000000000000000000000000001 00000013 20101000",
     "TE-PATH-BINDING type 3 flags 0x0 fcbb::1 behaviour 19 structure 32/16/16/0"},
    {"00370004 00000000", "TE-PATH-BINDING type 0 flags 0x0 empty"},
    {"00370006 09000000 abcd0000", "TE-PATH-BINDING type 9 flags 0x0 abcd"},
    {"00380002 52440000", "SRPOLICY-POL-NAME \"RD\""},
    {"0039001c 0a000000 0000fc00 0000000000000000000000000a020202 00000001",
     "SRPOLICY-CPATH-ID origin 10 as 64512 originator ::a02:202 discriminator 1"},
    {"003a0001 61000000", "SRPOLICY-CPATH-NAME \"a\""},
    {"003b0004 00000096", "SRPOLICY-CPATH-PREFERENCE 150"},
    {"00430004 00000309", "COLOR 777"},
    {"00440004 0000007f", "COMPUTATION-PRIORITY 127"},
    {"00470004 00000017", "SRPOLICY-CAPABILITY 23"},
    {"ffe10006 0000 09ca40000000", "TE-PATH-BINDING-FRR type 0 flags 0x0 label 40100"},
    {"ffe10006 0001 09ca40000000", "TE-PATH-BINDING-FRR bytes 000109ca4000"},
    {"ffe10006 0000 09ca40010000", "TE-PATH-BINDING-FRR bytes 000009ca4001"},
    {"ffe10000", "TE-PATH-BINDING-FRR bytes -"},
    {"fffe0005 0102030405000000", "tlv 65534 0102030405"},
    {"00000000", "tlv 0 -"},
};

static cp_text joined(struct trial *t, const char *object_head, const char *tlv)
{
    size_t len = trial_bytes(t, tlv).len + trial_bytes(t, object_head).len + 4;
    struct cp_out out = cp_out_make(t->arena);
    cp_text hex;

    cp_out_format(&out, "2010%04x%s%s", (unsigned)len, object_head, tlv);
    assert_int_equal(cp_out_done(&out, &hex), CP_OK);
    return hex;
}

static void each_tlv_reads_as_its_rfc_says_and_is_written_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < CP_COUNT(tlvs); i++) {
        struct trial t = trial_open();
        struct cp_out out = cp_out_make(t.arena);
        cp_text text;

        cp_out_format(&out, "  LSP plsp-id 0 flags 0x0 down\n    %s\n", tlvs[i].text);
        assert_int_equal(cp_out_done(&out, &text), CP_OK);
        trial_same(joined(&t, "00000000", tlvs[i].hex).at, text.at);
        trial_close(&t);
    }
}

static void faulty(const char *tlv, const char *why)
{
    struct trial t = trial_open();

    trial_faulty(joined(&t, "00000000", tlv).at, why, MALFORMED);
    trial_close(&t);
}

static void values_of_another_length_are_malformed(void **state)
{
    static const char *const hexes[] = {
        "00010003 00000000",
        "00010005 0000000000000000",
        "00040003 00010000",
        "00070003 00000900",
        "00120014 0aff0001 00010002 00000003 0aff0008 00000000",
        "00120008 0aff0001 00010002",
        "00170004 00000001",
        "001a0003 00000000",
        "001b0005 0000000001000000",
        "001c0001 01000000",
        "001d000a 0000000100010064 00000000",
        "00220006 00000003 01030000",
        "00370006 00000000 09ca0000",
        "00370018 02000000 fcbb0000000000000000000000000001 00000000",
        "0039001b 0a000000 0000fc00 0000000000000000000000000a020202 00000000",
        "003b0002 00960000",
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(hexes); i++)
        faulty(hexes[i], DOES_NOT_FIT);
}

static void a_tlv_longer_than_its_object_is_malformed(void **state)
{
    (void)state;
    faulty("00110008 61626364", "a TLV is longer than its place");
    faulty("0011ffff 61626364", "a TLV is longer than its place");
    faulty("00220010 00000001 01000000 001a0005 00000000", "a TLV is longer than its place");
}

static void an_empty_name_is_malformed(void **state)
{
    (void)state;
    faulty("00110000", "a name is empty");
    faulty("00380000", "a name is empty");
    faulty("003a0000", "a name is empty");
}

static void a_sid_structure_of_129_bits_is_malformed(void **state)
{
    (void)state;
    faulty("0037001c 03000000 fcbb0000000000000000000000000001 00000013 40202001",
           "the parts of an SRv6 SID are longer than the SID");
}

static void capabilities_within_capabilities_are_bytes(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_same(joined(&t, "00000000", "00220010 00000001 01000000 00220004 00000000").at,
               "  LSP plsp-id 0 flags 0x0 down\n    PATH-SETUP-TYPE-CAPABILITY 1\n"
               "      PATH-SETUP-TYPE-CAPABILITY bytes 00000000\n");
    trial_close(&t);
}

static void tlvs_of(uint32_t count, const char *why)
{
    struct trial t = trial_open();
    struct cp_out out = cp_out_make(t.arena);
    cp_text hex;

    cp_out_format(&out, "2010%04x00000000", (unsigned)(8 + 4 * count));
    for (uint32_t i = 0; i < count; i++)
        cp_out_str(&out, "fffe0000");
    assert_int_equal(cp_out_done(&out, &hex), CP_OK);
    assert_int_equal(trial_decode(&t, trial_message(&t, CP_PCEP_PCRPT, hex.at)), CP_OK);
    if (why == NULL)
        assert_int_equal(t.message.objects[0].tlvs.count, count);
    else
        assert_string_equal(t.message.objects[0].fault->why, why);
    trial_close(&t);
}

static void an_object_has_at_most_so_many_tlvs(void **state)
{
    (void)state;
    tlvs_of(0, NULL);
    tlvs_of(CP_PCEP_TLVS_MAX, NULL);
    tlvs_of(CP_PCEP_TLVS_MAX + 1, "too many TLVs");
}

static void the_first_of_repeated_tlvs_is_found_and_a_binding_by_either_number(void **state)
{
    struct trial t = trial_open();
    struct cp_pcep_tlvs found;
    const char *hex = joined(&t, "00000000",
                             "00110001 61000000 00110001 62000000 ffe10006 0001 000000000000 "
                             "ffe10006 0000 09ca40000000")
                          .at;

    (void)state;
    assert_int_equal(trial_decode(&t, trial_message(&t, CP_PCEP_PCRPT, hex)), CP_OK);
    found = t.message.objects[0].tlvs;
    assert_int_equal(found.count, 4);
    assert_true(cp_text_is(cp_pcep_tlv_find(found, CP_PCEP_TLV_SYMBOLIC_PATH_NAME)->bytes, "a"));
    assert_null(cp_pcep_tlv_find(found, CP_PCEP_TLV_COLOR));
    assert_int_equal(cp_pcep_tlv_find_binding(found)->is.binding.label, 40100);
    found.count = 2;
    assert_null(cp_pcep_tlv_find_binding(found));
    trial_close(&t);
}

static cp_err written(struct cp_pcep_tlv tlv)
{
    struct trial t = trial_open();
    struct cp_pcep_object object = {
        .class_id = CP_PCEP_CLASS_LSP, .type = 1, .tlvs = {.at = &tlv, .count = 1}};
    struct cp_pcep_message message = {.type = CP_PCEP_PCRPT, .count = 1, .objects = &object};
    cp_text bytes;
    cp_err err = trial_encode(&t, &message, &bytes);

    trial_close(&t);
    return err;
}

static void what_no_receiver_could_read_is_not_written(void **state)
{
    struct cp_pcep_tlv tlv = {.type = CP_PCEP_TLV_PATH_BINDING, .form = CP_PCEP_TLV_BINDING};

    (void)state;
    assert_int_equal(written(tlv), CP_OK);
    tlv.is.binding.label = 1u << 20;
    assert_int_equal(written(tlv), CP_ERR_RANGE);
    tlv.type = CP_PCEP_TLV_PATH_BINDING_FRR;
    assert_int_equal(written(tlv), CP_ERR_RANGE);
    tlv.is.binding.label = 16;
    tlv.is.binding.type = CP_PCEP_BINDING_SRV6;
    assert_int_equal(written(tlv), CP_ERR_MALFORMED);
    tlv = (struct cp_pcep_tlv){.type = CP_PCEP_TLV_COLOR, .form = CP_PCEP_TLV_SR};
    assert_int_equal(written(tlv), CP_ERR_MALFORMED);
    assert_int_equal(written(cp_pcep_tlv_number(CP_PCEP_TLV_COLOR, 1ull << 32)), CP_ERR_RANGE);
    assert_int_equal(written(cp_pcep_tlv_number(CP_PCEP_TLV_PATH_SETUP_TYPE, 256)), CP_ERR_RANGE);
    assert_int_equal(written(cp_pcep_tlv_bytes(CP_PCEP_TLV_SYMBOLIC_PATH_NAME, CP_TEXT("a"))),
                     CP_OK);
    tlv = (struct cp_pcep_tlv){.type = CP_PCEP_TLV_IPV4_LSP_IDENTIFIERS,
                               .form = CP_PCEP_TLV_IDENTIFIERS};
    assert_int_equal(written(tlv), CP_ERR_MALFORMED);
    tlv = (struct cp_pcep_tlv){.type = CP_PCEP_TLV_EXTENDED_ASSOCIATION_ID,
                               .form = CP_PCEP_TLV_EXTENDED};
    assert_int_equal(written(tlv), CP_ERR_MALFORMED); /* an endpoint of no family */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_tlv_reads_as_its_rfc_says_and_is_written_the_same),
        cmocka_unit_test(values_of_another_length_are_malformed),
        cmocka_unit_test(a_tlv_longer_than_its_object_is_malformed),
        cmocka_unit_test(an_empty_name_is_malformed),
        cmocka_unit_test(a_sid_structure_of_129_bits_is_malformed),
        cmocka_unit_test(capabilities_within_capabilities_are_bytes),
        cmocka_unit_test(an_object_has_at_most_so_many_tlvs),
        cmocka_unit_test(the_first_of_repeated_tlvs_is_found_and_a_binding_by_either_number),
        cmocka_unit_test(what_no_receiver_could_read_is_not_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
