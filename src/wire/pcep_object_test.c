#include "pcep_trial.h"

/* Each object with a struct: its text, the same bytes again, and what cannot be. */

#define MALFORMED 11

static const struct {
    const char *hex, *text;
} objects[] = {
    {"01100008 20 1e 78 07", "  OPEN version 1 flags 0x0 keepalive 30 dead 120 session 7\n"},
    {"0212000c 00000080 00000001", "  RP P id 1 flags 0x80\n"},
    {"0310000800800000", "  NO-PATH nature 0 flags 0x8000\n"},
    {"03100010 01000000 0001000400000006", "  NO-PATH nature 1 flags 0x0\n    NO-PATH-VECTOR 6\n"},
    {"0412000c 0aff0001 0aff0008", "  END-POINTS P 10.255.0.1 10.255.0.8\n"},
    {"04220024 20010db8000000000000000000000001 20010db8000000000000000000000002",
     "  END-POINTS type 2 P 2001:db8::1 2001:db8::2\n"},
    {"05100008 47742400", "  BANDWIDTH 500000 bps\n"},
    {"05200008 3f800000", "  BANDWIDTH type 2 8 bps\n"},
    {"0610000c 00000302 42c80000", "  METRIC type 2 100 flags 0x3 BC\n"},
    {"0610000c 0000010e 3f000000", "  METRIC type 14 0.500000 flags 0x1 B\n"},
    {"07100004", "  ERO 0 hops\n"},
    {"0812000c 01080a000001 2001", "  RRO P 1 hops\n    strict 10.0.0.1/32 flags 0x1\n"},
    {"09100014 00000001 00000002 00000004 07060100",
     "  LSPA exclude-any 0x1 include-any 0x2 include-all 0x4 setup 7 holding 6 flags 0x1 L\n"},
    {"0a10000c 81080a000000 1800", "  IRO 1 hops\n    loose 10.0.0.0/24\n"},
    {"0b10000c 00000001 00000009", "  SVEC flags 0x1 ids 9\n"},
    {"0b100008 00ffffff", "  SVEC flags 0xffffff ids\n"},
    {"0c100008 00000201", "  NOTIFICATION flags 0x0 type 2 value 1\n"},
    {"0c100010 00000201 0002000400000078",
     "  NOTIFICATION flags 0x0 type 2 value 1\n    OVERLOADED-DURATION 120\n"},
    {"0d100010 00000700 000300040000000a",
     "  PCEP-ERROR flags 0x0 type 7 value 0\n    REQ-MISSING 10\n"},
    {"0e10000c 00000003 44800000", "  LOAD-BALANCING flags 0x0 lsps 3 of 8192 bps\n"},
    {"0f100008 00000003", "  CLOSE flags 0x0 reason 3\n"},
    {"1012000c c008123412345000", "  PATH-KEY type 1 P bytes c008123412345000\n"},
    {"11100010 00000001 01080a00000120 01",
     "  XRO 1 hops flags 0x1 F\n    strict 10.0.0.1/32 attribute 1\n"},
    {"15100008 00040000", "  OF 4\n"},
    {"20100008 000020a9", "  LSP plsp-id 2 flags 0xa9 DAC active\n"},
    {"20100008 fffff04f", "  LSP plsp-id 1048575 flags 0x4f DSRA going-up\n"},
    {"20100008 00001fff", "  LSP plsp-id 1 flags 0xfff DSRAC\n"},
    {"21100014 00000001 00000004 001c000400000001",
     "  SRP id 4 flags 0x1 R\n    PATH-SETUP-TYPE 1\n"},
    {"22100010 00000009 0001000400000309", "  VENDOR-INFORMATION enterprise 9 0001000400000309\n"},
    {"22100008 00000009", "  VENDOR-INFORMATION enterprise 9 -\n"},
    {"2810001c 00000000 00060001 0aff0001 001f0008 000000c8 0aff0006",
     "  ASSOCIATION type 6 id 1 source 10.255.0.1 flags 0x0\n"
     "    EXTENDED-ASSOCIATION-ID colour 200 endpoint 10.255.0.6\n"},
    {"2820001c 00000001 00020007 20010db8000000000000000000000001",
     "  ASSOCIATION type 2 type 2 id 7 source 2001:db8::1 flags 0x1 R\n"},
    {"ff130004", "  class 255 type 1 P I bytes -\n"},
    {"29100008 00000001", "  class 41 type 1 bytes 00000001\n"},
    {"04300008 00000001", "  END-POINTS type 3 bytes 00000001\n"},
};

static void each_object_reads_as_its_rfc_says_and_is_written_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < CP_COUNT(objects); i++)
        trial_same(objects[i].hex, objects[i].text);
}

/* The object cut after `len` bytes, its length and the message's length put right. */
static cp_text cut(struct trial *t, const char *hex, size_t len)
{
    cp_text whole = trial_message(t, CP_PCEP_PCRPT, hex);
    struct cp_out out = cp_out_make(t->arena);
    cp_text bytes;

    cp_out_text(&out, cp_text_sub(whole, 0, 4 + len));
    out.at[2] = 0;
    out.at[3] = (char)(len + 4);
    out.at[6] = 0;
    out.at[7] = (char)len;
    assert_int_equal(cp_out_done(&out, &bytes), CP_OK);
    return bytes;
}

static size_t size_of(const char *hex)
{
    struct trial t = trial_open();
    size_t len = trial_bytes(&t, hex).len;

    trial_close(&t);
    return len;
}

static void a_cut_object_is_faulty_or_whole_and_is_written_as_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < CP_COUNT(objects); i++)
        for (size_t len = 4; len < size_of(objects[i].hex); len += 4) {
            struct trial t = trial_open();
            cp_text bytes = cut(&t, objects[i].hex, len);
            cp_text again;

            assert_int_equal(trial_decode(&t, bytes), CP_OK);
            assert_int_equal(trial_encode(&t, &t.message, &again), CP_OK);
            assert_true(cp_text_eq(bytes, again));
            trial_close(&t);
        }
}

static void a_short_body_is_malformed_in_every_class_with_fields(void **state)
{
    static const char *const hexes[] = {
        "01100004",
        "02100008 00000000",
        "03100004",
        "04100008 0a000001",
        "04200010 0000000000000000 00000000",
        "05100004",
        "06100008 00000001",
        "09100010 000000000000000000000000",
        "0b100004",
        "0c100004",
        "0d100004",
        "0e100008 00000003",
        "0f100004",
        "11100004",
        "15100004",
        "20100004",
        "21100008 00000000",
        "22100004",
        "2810000c 0000000000060001",
        "28200010 0000000000060001 0aff0001",
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(hexes); i++)
        trial_faulty(hexes[i], "the length of an object does not fit its class", MALFORMED);
}

static void bytes_behind_fixed_fields_are_malformed(void **state)
{
    (void)state;
    trial_faulty("0510000c 00000000 00000000", "the length of an object does not fit its class",
                 MALFORMED);
    trial_faulty("06100010 00000001 00000000 00000000",
                 "the length of an object does not fit its class", MALFORMED);
    trial_faulty("04100010 0a000001 0a000002 00000000",
                 "the length of an object does not fit its class", MALFORMED);
}

static void floats_that_are_no_amount_are_malformed(void **state)
{
    (void)state;
    trial_faulty("05100008 7fc00000", "a bandwidth is negative or no number", MALFORMED);
    trial_faulty("05100008 bf800000", "a bandwidth is negative or no number", MALFORMED);
    trial_faulty("0610000c 00000102 7f800000", "a metric is negative or no number", MALFORMED);
    trial_faulty("0e10000c 00000003 ffffffff", "a bandwidth is negative or no number", MALFORMED);
}

static void reserved_fields_are_ignored_and_written_as_zero(void **state)
{
    static const struct {
        const char *from, *to;
    } rows[] = {
        {"061c000c ffff0302 42c80000", "0610000c0000030242c80000"},
        {"03100008 000000ff", "0310000800000000"},
        {"15100008 0004ffff", "1510000800040000"},
        {"0f100008 ffff0003", "0f10000800000003"},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(rows); i++) {
        struct trial t = trial_open();
        cp_text again;

        assert_int_equal(trial_decode(&t, trial_message(&t, CP_PCEP_PCRPT, rows[i].from)), CP_OK);
        assert_int_equal(trial_encode(&t, &t.message, &again), CP_OK);
        assert_string_equal(trial_hex(&t, again).at + 8, rows[i].to);
        trial_close(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_object_reads_as_its_rfc_says_and_is_written_the_same),
        cmocka_unit_test(a_cut_object_is_faulty_or_whole_and_is_written_as_it_is),
        cmocka_unit_test(a_short_body_is_malformed_in_every_class_with_fields),
        cmocka_unit_test(bytes_behind_fixed_fields_are_malformed),
        cmocka_unit_test(floats_that_are_no_amount_are_malformed),
        cmocka_unit_test(reserved_fields_are_ignored_and_written_as_zero),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
