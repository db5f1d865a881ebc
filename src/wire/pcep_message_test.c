#include "pcep_trial.h"

#include <string.h>

/* Messages whole: where they cannot be taken apart, limits, memory, and all that a PCE and a PCC send. */

static void refused(const char *hex, cp_err err, uint32_t offset, const char *why)
{
    struct trial t = trial_open();

    memset(&t.message, 0x5a, sizeof t.message);
    assert_int_equal(trial_decode(&t, trial_bytes(&t, hex)), err);
    assert_string_equal(t.fault.why, why);
    assert_int_equal(t.fault.offset, offset);
    assert_int_equal(t.fault.error_type, 0);
    assert_int_equal(t.message.type, 0x5a); /* untouched */
    trial_close(&t);
}

static void a_message_whose_objects_cannot_be_told_apart_is_refused(void **state)
{
    (void)state;
    refused("20020008", CP_ERR_MALFORMED, 0, "the bytes are not one message");
    refused("2002000420020004", CP_ERR_MALFORMED, 0, "the bytes are not one message");
    refused("", CP_ERR_MALFORMED, 0, "the bytes are not one message");
    refused("40020004", CP_ERR_MALFORMED, 0, "the version of PCEP is not 1");
    refused("20020003", CP_ERR_MALFORMED, 0,
            "the length of a message is below 4 or no multiple of 4");
    refused("200a0008 20100000", CP_ERR_MALFORMED, 4, "the length of an object cannot be");
    refused("200a0008 20100006", CP_ERR_MALFORMED, 4, "the length of an object cannot be");
    refused("200a0010 2010000800000000 2110000c", CP_ERR_MALFORMED, 12,
            "an object is longer than its message");
}

static const char report[] = "200a0064 211200140000000000000001 001c000400000001 20120038000020a9"
                             "001200100aff0001000000000aff00010aff0008 001100094752454e2d706365"
                             "2d000000 ffe10006000009ca40000000 0712001424080009 03e84000"
                             "2408000903e86000";

static void every_prefix_of_a_message_is_refused(void **state)
{
    struct trial t = trial_open();
    cp_text bytes = trial_bytes(&t, report);

    (void)state;
    assert_int_equal(trial_decode(&t, bytes), CP_OK);
    for (size_t len = 0; len < bytes.len; len++)
        assert_int_equal(trial_decode(&t, cp_text_sub(bytes, 0, len)), CP_ERR_MALFORMED);
    trial_close(&t);
}

static void what_was_decoded_stands_without_its_input(void **state)
{
    struct trial t = trial_open();
    cp_text bytes = trial_bytes(&t, report);
    char copy[256];
    cp_text name;

    (void)state;
    memcpy(copy, bytes.at, bytes.len);
    assert_int_equal(trial_decode(&t, (cp_text){copy, bytes.len}), CP_OK);
    memset(copy, 0, sizeof copy);
    name = cp_pcep_tlv_find(t.message.objects[1].tlvs, CP_PCEP_TLV_SYMBOLIC_PATH_NAME)->bytes;
    assert_true(cp_text_is(name, "GREN-pce-"));
    trial_close(&t);
}

static void a_malformed_object_spoils_no_other(void **state)
{
    struct trial t = trial_open();
    cp_text bytes = trial_bytes(&t, "200a0024 2110000c0000000000000001 20100008000020a9"
                                    "0710000c 2404000c 20040001");

    (void)state;
    assert_int_equal(trial_decode(&t, bytes), CP_OK);
    assert_int_equal(t.message.count, 3);
    assert_int_equal(t.message.fault_count, 1);
    assert_int_equal(t.message.objects[1].is.lsp.plsp_id, 2);
    assert_null(t.message.objects[1].fault);
    assert_int_equal(t.message.objects[2].offset, 24);
    assert_int_equal(t.message.objects[2].fault->offset, 28);
    assert_int_equal(t.message.objects[2].fault->error_value, 6);
    trial_close(&t);
}

static void objects_are_limited(void **state)
{
    (void)state;
    for (uint32_t count = CP_PCEP_OBJECTS_MAX; count <= CP_PCEP_OBJECTS_MAX + 1; count++) {
        struct trial t = trial_open();
        struct cp_out out = cp_out_make(t.arena);
        cp_text hex;
        cp_err err;

        cp_out_format(&out, "200a%04x", (unsigned)(4 + 4 * count));
        for (uint32_t i = 0; i < count; i++)
            cp_out_str(&out, "ff100004");
        assert_int_equal(cp_out_done(&out, &hex), CP_OK);
        err = trial_decode(&t, trial_bytes(&t, hex.at));
        assert_int_equal(err, count > CP_PCEP_OBJECTS_MAX ? CP_ERR_LIMIT : CP_OK);
        trial_close(&t);
    }
}

static void when_memory_ends_nothing_is_said(void **state)
{
    struct trial t = trial_open();
    cp_text bytes = trial_bytes(
        &t, "200a0068 2110000c0000000000000001 20100024 000020a9 00220018 00000002 01030000"
            "001a0004 00000004 001b0004 00000000 0710001c"
            "2818000200000001fcbb0000000000000000000000000001 0b10000c00000001 00000009"
            "0710000c 2404000c 20040001");
    uint32_t fails = 0;
    cp_err err = CP_ERR_NOMEM;

    (void)state;
    for (; err == CP_ERR_NOMEM; fails++) {
        struct cp_arena *small = cp_arena_open(1 << 20);

        cp_arena_fail_after(small, fails);
        memset(&t.message, 0x5a, sizeof t.message);
        err = cp_pcep_decode(bytes, small, &t.message, &t.fault);
        if (err == CP_ERR_NOMEM)
            assert_int_equal(t.message.type, 0x5a);
        cp_arena_close(small);
    }
    assert_int_equal(err, CP_OK);
    assert_true(fails > 8);
    trial_close(&t);
}

static void a_message_too_long_for_its_length_is_not_written(void **state)
{
    static struct cp_pcep_object objects[2];
    static char body[40000];
    struct trial t = trial_open();
    struct cp_pcep_message message = {.type = CP_PCEP_PCRPT, .count = 2, .objects = objects};
    cp_text bytes;

    (void)state;
    for (uint32_t i = 0; i < 2; i++)
        objects[i] = (struct cp_pcep_object){
            .class_id = 200, .type = 1, .is.bytes = {body, i == 0 ? sizeof body : 25520}};
    assert_int_equal(trial_encode(&t, &message, &bytes), CP_OK); /* 65,532 bytes */
    assert_int_equal(bytes.len, 65532);
    objects[1].is.bytes.len += 4;
    assert_int_equal(trial_encode(&t, &message, &bytes), CP_ERR_RANGE);
    objects[1].is.bytes.len = 3;
    assert_int_equal(trial_encode(&t, &message, &bytes), CP_ERR_MALFORMED);
    trial_close(&t);
}

static void numbers_too_wide_for_their_fields_are_not_written(void **state)
{
    struct cp_pcep_object object = {
        .class_id = CP_PCEP_CLASS_LSP, .type = 1, .is.lsp = {.plsp_id = 1u << 20}};
    struct cp_pcep_message message = {.type = CP_PCEP_PCUPD, .count = 1, .objects = &object};
    struct trial t = trial_open();
    cp_text bytes;

    (void)state;
    assert_int_equal(trial_encode(&t, &message, &bytes), CP_ERR_RANGE);
    object.is.lsp = (struct cp_pcep_lsp){.flags = 0x1000};
    assert_int_equal(trial_encode(&t, &message, &bytes), CP_ERR_RANGE);
    object.is.lsp.flags = 0;
    object.type = 16;
    assert_int_equal(trial_encode(&t, &message, &bytes), CP_ERR_RANGE);
    object = (struct cp_pcep_object){
        .class_id = CP_PCEP_CLASS_SVEC, .type = 1, .is.svec = {.flags = 1u << 24}};
    assert_int_equal(trial_encode(&t, &message, &bytes), CP_ERR_RANGE);
    object = (struct cp_pcep_object){.class_id = CP_PCEP_CLASS_END_POINTS,
                                     .type = 2,
                                     .is.end_points = {cp_ip_v4(1), cp_ip_v4(2)}};
    assert_int_equal(trial_encode(&t, &message, &bytes), CP_ERR_MALFORMED);
    trial_close(&t);
}

/* What a PCE sends to have an SR policy installed, colour in both forms; byte for byte as FRR 8.4.4 took it. */
static void an_initiation_is_written_as_routers_take_it(void **state)
{
    const struct cp_pcep_tlv setup = cp_pcep_tlv_number(CP_PCEP_TLV_PATH_SETUP_TYPE, 1);
    const struct cp_pcep_tlv name =
        cp_pcep_tlv_bytes(CP_PCEP_TLV_SYMBOLIC_PATH_NAME, CP_TEXT("RED7"));
    const struct cp_pcep_hop hops[] = {cp_pcep_hop_of_label(16004), cp_pcep_hop_of_label(16006)};
    const struct cp_pcep_object objects[] = {
        {.class_id = CP_PCEP_CLASS_SRP,
         .type = 1,
         .must = true,
         .is.srp = {.id = 3},
         .tlvs = {&setup, 1}},
        {.class_id = CP_PCEP_CLASS_LSP,
         .type = 1,
         .must = true,
         .is.lsp = {.flags = CP_PCEP_LSP_DELEGATE | CP_PCEP_LSP_ADMIN | CP_PCEP_LSP_CREATE},
         .tlvs = {&name, 1}},
        {.class_id = CP_PCEP_CLASS_END_POINTS,
         .type = 1,
         .must = true,
         .is.end_points = {cp_ip_v4(0x0aff0001), cp_ip_v4(0x0aff0006)}},
        {.class_id = CP_PCEP_CLASS_ERO,
         .type = 1,
         .must = true,
         .is.path = {.at = hops, .count = 2}},
        {.class_id = CP_PCEP_CLASS_VENDOR,
         .type = 1,
         .is.vendor = {9, {"\x00\x01\x00\x04\x00\x00\x03\x09", 8}}},
    };
    const struct cp_pcep_message message = {
        .type = CP_PCEP_PCINITIATE, .count = CP_COUNT(objects), .objects = objects};
    struct trial t = trial_open();
    cp_text bytes;

    (void)state;
    assert_int_equal(trial_encode(&t, &message, &bytes), CP_OK);
    assert_string_equal(trial_hex(&t, bytes).at,
                        "200c0058211200140000000000000003001c00040000000120120010000000890011000452"
                        "4544370412000c0aff00010aff0006071200142408000903e840002408000903e860002210"
                        "0010000000090001000400000309");
    assert_int_equal(trial_decode(&t, bytes), CP_OK);
    assert_string_equal(trial_print(&t, &t.message), trial_print(&t, &message));
    trial_close(&t);
}

static void messages_without_objects_and_unknown_ones_are_kept(void **state)
{
    static const char *const hexes[] = {"20020004", "200d0004", "20c80004", "3f020004",
                                        "20080010 1310000c0000000000000064"};
    static const char *const texts[] = {
        "Keepalive, 0 objects\n", "StartTLS, 0 objects\n", "type 200, 0 objects\n",
        "Keepalive flags 0x1f, 0 objects\n",
        "PCMonReq, 1 objects\n  MONITORING type 1 bytes 0000000000000064\n"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(hexes); i++) {
        struct trial t = trial_open();
        cp_text bytes = trial_bytes(&t, hexes[i]);
        cp_text again;

        assert_int_equal(trial_decode(&t, bytes), CP_OK);
        assert_string_equal(trial_print(&t, &t.message), texts[i]);
        assert_int_equal(trial_encode(&t, &t.message, &again), CP_OK);
        assert_true(cp_text_eq(bytes, again));
        trial_close(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_whose_objects_cannot_be_told_apart_is_refused),
        cmocka_unit_test(every_prefix_of_a_message_is_refused),
        cmocka_unit_test(what_was_decoded_stands_without_its_input),
        cmocka_unit_test(a_malformed_object_spoils_no_other),
        cmocka_unit_test(objects_are_limited),
        cmocka_unit_test(when_memory_ends_nothing_is_said),
        cmocka_unit_test(a_message_too_long_for_its_length_is_not_written),
        cmocka_unit_test(numbers_too_wide_for_their_fields_are_not_written),
        cmocka_unit_test(an_initiation_is_written_as_routers_take_it),
        cmocka_unit_test(messages_without_objects_and_unknown_ones_are_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
