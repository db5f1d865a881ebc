#include "ls_trial.h"

/* BGP messages: framing, OPEN, what RFC 7606 wants done of an UPDATE, and the rest. */

#define MARKER "ffffffffffffffffffffffffffffffff"

static const cp_bgp_context inside = {.as4 = true, .internal = true};

/* A message of this type and body, both hex. */
static cp_text message(struct ls_trial *t, uint8_t type, const char *body)
{
    cp_text bytes = ls_trial_bytes(t, body), whole;
    struct cp_out out = cp_out_make(t->arena);
    size_t size = bytes.len + CP_BGP_HEADER_BYTES;

    cp_out_text(&out, ls_trial_bytes(t, MARKER));
    cp_out_char(&out, (char)(size >> 8));
    cp_out_char(&out, (char)(size & 255));
    cp_out_char(&out, (char)type);
    cp_out_text(&out, bytes);
    assert_int_equal(cp_out_done(&out, &whole), CP_OK);
    return whole;
}

static const char *print(struct ls_trial *t, cp_text bytes)
{
    struct cp_out out = cp_out_make(t->arena);

    cp_bgp_print(&out, bytes, inside);
    return ls_trial_done(&out);
}

static void a_stream_is_cut_where_messages_end(void **state)
{
    struct ls_trial t = ls_trial_open();
    cp_text keepalive = message(&t, CP_BGP_KEEPALIVE, ""), both;

    (void)state;
    assert_int_equal(cp_text_join(keepalive, keepalive, t.arena, &both), CP_OK);
    for (size_t len = 0; len < both.len; len++) {
        struct cp_bgp_frame frame = cp_bgp_frame(cp_text_sub(both, 0, len), CP_BGP_MESSAGE_MAX);

        assert_int_equal(frame.kind, len < 19 ? CP_BGP_FRAME_SHORT : CP_BGP_FRAME_WHOLE);
        assert_int_equal(frame.size, len < 19 ? 0 : 19);
    }
    ls_trial_close(&t);
}

/* RFC 4271 6.1 TEST, RFC 8654 4 TEST */
static void a_header_that_cannot_be_is_refused_with_its_subcode(void **state)
{
    static const struct {
        const char *hex;
        uint32_t size_max, subcode;
    } wrong[] = {
        {"fffe", 4096, 1},           {MARKER "0012 04", 4096, 2},  {MARKER "0014 04", 4096, 2},
        {MARKER "1001 02", 4096, 2}, {MARKER "1001 01", 65535, 2}, /* OPEN is never long */
        {MARKER "0016 02", 4096, 2}, {MARKER "0014 03", 4096, 2},  {MARKER "001c 01", 4096, 2},
        {MARKER "0013 00", 4096, 3}, {MARKER "0013 06", 4096, 3},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(wrong); i++) {
        struct ls_trial t = ls_trial_open();
        struct cp_bgp_frame frame =
            cp_bgp_frame(ls_trial_bytes(&t, wrong[i].hex), wrong[i].size_max);

        assert_int_equal(frame.kind, CP_BGP_FRAME_BAD);
        assert_int_equal(frame.fault.code, CP_BGP_HEADER_ERROR);
        assert_int_equal(frame.fault.subcode, wrong[i].subcode);
        ls_trial_close(&t);
    }
}

static void an_update_of_65535_bytes_is_a_message_where_agreed(void **state)
{
    struct ls_trial t = ls_trial_open();
    cp_text head = ls_trial_bytes(&t, MARKER "ffff 02");

    (void)state;
    assert_int_equal(cp_bgp_frame(head, CP_BGP_EXTENDED_MESSAGE_MAX).kind, CP_BGP_FRAME_SHORT);
    assert_int_equal(cp_bgp_frame(head, CP_BGP_MESSAGE_MAX).kind, CP_BGP_FRAME_BAD);
    ls_trial_close(&t);
}

#define OPEN_HEAD "04 5ba0 005a 0a000001"

static void an_open_is_written_as_it_was_read(void **state)
{
    struct ls_trial t = ls_trial_open();
    const char *body = OPEN_HEAD "1c 02 1a 0104 4004 0047 0200 0600 4006 8078 4004 47 80"
                                 "4104 00010000 4600";
    cp_text bytes = message(&t, CP_BGP_OPEN, body), again;
    struct cp_out out = cp_out_make(t.arena);
    struct cp_bgp_open open;
    struct cp_bgp_fault fault;

    (void)state;
    assert_int_equal(cp_bgp_open_decode(bytes, &open, &fault), CP_OK);
    assert_true(cp_bgp_open_has(&open, CP_LS_AFI, CP_LS_SAFI));
    assert_false(cp_bgp_open_has(&open, CP_LS_AFI, CP_LS_SAFI_VPN));
    assert_int_equal(open.as, 65536);
    assert_string_equal(print(&t, bytes),
                        "open version 4 as 65536 hold 90 id 10.0.0.1 family 16388/71 refresh "
                        "enhanced-refresh extended-message as4 graceful-restart 120 restarting "
                        "kept 16388/71*\n");
    cp_bgp_open_write(&out, &open);
    assert_int_equal(cp_out_done(&out, &again), CP_OK);
    assert_true(cp_text_eq(bytes, again));
    ls_trial_close(&t);
}

static void odd_but_legal_opens_are_taken(void **state)
{
    static const char *const legal[] = {
        OPEN_HEAD "00",                                 /* no parameters */
        OPEN_HEAD "04 02 02 fd00",                      /* an unknown capability */
        OPEN_HEAD "07 02 05 0103 4004 47",              /* a known one of a wrong length */
        OPEN_HEAD "0c 02 02 0200 02 06 0104 4004 0047", /* two parameters */
        OPEN_HEAD "ff ff 0009 02 0006 0104 4004 0047",  /* RFC 9072 */
        OPEN_HEAD "03 63 01 00",                        /* an unknown parameter */
        "04 5ba0 0000 0a000001 00",                     /* no hold time */
        "04 5ba0 0003 0a000001 00",
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(legal); i++) {
        struct ls_trial t = ls_trial_open();
        struct cp_bgp_open open;
        struct cp_bgp_fault fault;

        assert_int_equal(cp_bgp_open_decode(message(&t, CP_BGP_OPEN, legal[i]), &open, &fault),
                         CP_OK);
        ls_trial_close(&t);
    }
}

/* RFC 4271 6.2 TEST */
static void an_open_that_cannot_be_is_refused_with_its_subcode(void **state)
{
    static const struct {
        const char *body;
        uint32_t subcode;
    } wrong[] = {
        {"03 5ba0 005a 0a000001 00", 1},
        {"04 0000 005a 0a000001 00", 2},
        {"04 5ba0 005a 00000000 00", 3},
        {"04 5ba0 0001 0a000001 00", 6},
        {"04 5ba0 0002 0a000001 00", 6},
        {OPEN_HEAD "01", 0},
        {OPEN_HEAD "00 00", 0},
        {OPEN_HEAD "03 02 02 02", 0},
        {OPEN_HEAD "04 02 02 0201", 0},
        {OPEN_HEAD "0a 02 08 0104 4004 0047 4101", 0},
        {OPEN_HEAD "08 02 06 4104 00000000", 2},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(wrong); i++) {
        struct ls_trial t = ls_trial_open();
        struct cp_bgp_open open;
        struct cp_bgp_fault fault;

        assert_int_equal(cp_bgp_open_decode(message(&t, CP_BGP_OPEN, wrong[i].body), &open, &fault),
                         CP_ERR_MALFORMED);
        assert_int_equal(fault.code, CP_BGP_OPEN_ERROR);
        assert_int_equal(fault.subcode, wrong[i].subcode);
        ls_trial_close(&t);
    }
}

#define ORIGIN "40 01 01 00"
#define AS_PATH "40 02 00"
#define PREF "40 05 04 00000064"
#define NLRI "0001 0017 02 0000000000000000 0100 000a 0203 0006 000000000001"
#define REACH "80 0e 24 4004 47 04 0a000001 00" NLRI
#define UNREACH "80 0f 1e 4004 47" NLRI

/* RFC 7606 TEST: attributes (hex), what is to be done and with which subcode. */
static const struct {
    const char *attributes;
    cp_bgp_remedy remedy;
    uint32_t subcode;
} cases[] = {
    {ORIGIN AS_PATH PREF REACH, CP_BGP_NOTHING, 0},
    {REACH ORIGIN AS_PATH PREF, CP_BGP_NOTHING, 0},
    {UNREACH, CP_BGP_NOTHING, 0},
    {REACH ORIGIN AS_PATH PREF "c0 63 01 00", CP_BGP_NOTHING, 0}, /* an unknown one */
    /* 3 (c): flags */
    {REACH "80 01 01 00" AS_PATH, CP_BGP_TREAT_AS_WITHDRAW, 4},
    {REACH ORIGIN AS_PATH "c0 1d 00", CP_BGP_TREAT_AS_WITHDRAW, 4},
    /* 3 (d): missing */
    {REACH AS_PATH, CP_BGP_TREAT_AS_WITHDRAW, 3},
    {REACH ORIGIN, CP_BGP_TREAT_AS_WITHDRAW, 3},
    /* 3 (g): twice */
    {REACH ORIGIN AS_PATH ORIGIN, CP_BGP_DISCARD_ATTRIBUTE, 1},
    {REACH ORIGIN AS_PATH REACH, CP_BGP_RESET, 1},
    {UNREACH UNREACH, CP_BGP_RESET, 1},
    /* 4: lengths */
    {REACH ORIGIN AS_PATH "40", CP_BGP_TREAT_AS_WITHDRAW, 1},
    {REACH ORIGIN AS_PATH "40 05 04 000000", CP_BGP_TREAT_AS_WITHDRAW, 1},
    {REACH ORIGIN AS_PATH "50 05 00", CP_BGP_TREAT_AS_WITHDRAW, 1},
    /* 5.2: nothing is announced that could be withdrawn */
    {ORIGIN AS_PATH "40", CP_BGP_RESET, 1},
    {UNREACH "40 01 01 05", CP_BGP_RESET, 6},
    /* 7.1 ORIGIN, 7.2 AS_PATH */
    {REACH "40 01 02 0000" AS_PATH, CP_BGP_TREAT_AS_WITHDRAW, 5},
    {REACH "40 01 01 03" AS_PATH, CP_BGP_TREAT_AS_WITHDRAW, 6},
    {REACH ORIGIN "40 02 06 02 01 0000fde8", CP_BGP_NOTHING, 0},
    {REACH ORIGIN "40 02 05 02 01 0000fd", CP_BGP_TREAT_AS_WITHDRAW, 11},
    {REACH ORIGIN "40 02 02 02 00", CP_BGP_TREAT_AS_WITHDRAW, 11},
    {REACH ORIGIN "40 02 06 05 01 0000fde8", CP_BGP_TREAT_AS_WITHDRAW, 11},
    {REACH ORIGIN "40 02 01 02", CP_BGP_TREAT_AS_WITHDRAW, 11},
    /* 7.3 to 7.10 */
    {REACH ORIGIN AS_PATH "40 03 03 0a0000", CP_BGP_TREAT_AS_WITHDRAW, 5},
    {REACH ORIGIN AS_PATH "80 04 03 000000", CP_BGP_TREAT_AS_WITHDRAW, 5},
    {REACH ORIGIN AS_PATH "40 05 03 000000", CP_BGP_TREAT_AS_WITHDRAW, 5},
    {REACH ORIGIN AS_PATH "40 06 01 00", CP_BGP_DISCARD_ATTRIBUTE, 5},
    {REACH ORIGIN AS_PATH "c0 07 07 00000000000000", CP_BGP_DISCARD_ATTRIBUTE, 5},
    {REACH ORIGIN AS_PATH "c0 08 05 0000000000", CP_BGP_TREAT_AS_WITHDRAW, 5},
    {REACH ORIGIN AS_PATH "80 09 05 0000000000", CP_BGP_TREAT_AS_WITHDRAW, 5},
    {REACH ORIGIN AS_PATH "80 0a 00", CP_BGP_TREAT_AS_WITHDRAW, 5},
    {REACH ORIGIN AS_PATH "c0 10 07 00000000000000", CP_BGP_TREAT_AS_WITHDRAW, 5},
    {REACH ORIGIN AS_PATH "c0 20 0b 0000000000000000000000", CP_BGP_TREAT_AS_WITHDRAW, 5},
    /* 7.11, 7.12: what says where NLRI are */
    {"80 0e 04 4004 47 00" ORIGIN AS_PATH, CP_BGP_RESET, 5},
    {"80 0e 07 4004 47 04 0a0000" ORIGIN AS_PATH, CP_BGP_RESET, 9},
    {"80 0f 02 4004", CP_BGP_RESET, 5},
};

static cp_text update_of(struct ls_trial *t, const char *attributes)
{
    struct cp_bgp_update update = {.attributes = ls_trial_bytes(t, attributes)};
    struct cp_out out = cp_out_make(t->arena);
    cp_text bytes;

    cp_bgp_update_write(&out, &update, CP_BGP_MESSAGE_MAX);
    assert_int_equal(cp_out_done(&out, &bytes), CP_OK);
    return bytes;
}

static void each_wrong_attribute_has_its_remedy(void **state)
{
    (void)state;
    for (size_t i = 0; i < CP_COUNT(cases); i++) {
        struct ls_trial t = ls_trial_open();
        struct cp_bgp_update update;
        struct cp_bgp_fault fault;
        cp_err err =
            cp_bgp_update_decode(update_of(&t, cases[i].attributes), inside, &update, &fault);

        if (fault.remedy != cases[i].remedy || fault.subcode != cases[i].subcode)
            print_error("case %zu: %s\n", i, fault.why != NULL ? fault.why : "-");
        assert_int_equal(fault.remedy, cases[i].remedy);
        assert_int_equal(fault.subcode, cases[i].subcode);
        assert_int_equal(err, cases[i].remedy == CP_BGP_RESET ? CP_ERR_MALFORMED : CP_OK);
        assert_int_equal(fault.why != NULL, cases[i].remedy != CP_BGP_NOTHING);
        ls_trial_close(&t);
    }
}

/* RFC 7606 7.5 TEST, 7.9 and 7.10 TEST */
static void attributes_of_internal_peers_are_discarded_from_others(void **state)
{
    struct ls_trial t = ls_trial_open();
    struct cp_bgp_update update;
    struct cp_bgp_fault fault;
    cp_bgp_context outside = {.as4 = true, .internal = false};

    (void)state;
    assert_int_equal(cp_bgp_update_decode(update_of(&t, REACH ORIGIN AS_PATH "40 05 03 000000"),
                                          outside, &update, &fault),
                     CP_OK);
    assert_int_equal(fault.remedy, CP_BGP_DISCARD_ATTRIBUTE);
    assert_false(update.has_local_pref);
    ls_trial_close(&t);
}

static void parts_that_do_not_fit_an_update_reset(void **state)
{
    static const char *const wrong[] = {
        "0001 0000",         /* withdrawn past the end */
        "0000 0001",         /* attributes past the end */
        "0001 21 0000",      /* a prefix of 33 bits */
        "0001 18 0000",      /* one that is not whole */
        "0000 0000 18 0a01", /* and among what is announced */
        "0000 0000 21 0a010203 00",
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(wrong); i++) {
        struct ls_trial t = ls_trial_open();
        struct cp_bgp_update update;
        struct cp_bgp_fault fault;

        assert_int_equal(
            cp_bgp_update_decode(message(&t, CP_BGP_UPDATE, wrong[i]), inside, &update, &fault),
            CP_ERR_MALFORMED);
        assert_int_equal(fault.remedy, CP_BGP_RESET);
        ls_trial_close(&t);
    }
}

/* RFC 4724 2 TEST */
static void an_end_of_rib_is_known(void **state)
{
    struct ls_trial t = ls_trial_open();

    (void)state;
    assert_string_equal(print(&t, update_of(&t, "")), "update end-of-rib\n");
    assert_string_equal(print(&t, update_of(&t, "80 0f 03 4004 47")), "update end-of-rib\n");
    assert_string_equal(print(&t, update_of(&t, "90 0f 0003 4004 47")), "update end-of-rib\n");
    assert_string_equal(print(&t, update_of(&t, UNREACH)),
                        "update\n withdrawn node isis-l2 instance 0 local router "
                        "0000.0000.0001\n");
    ls_trial_close(&t);
}

static void the_small_messages_are_written_as_they_were_read(void **state)
{
    struct ls_trial t = ls_trial_open();
    cp_text ended = message(&t, CP_BGP_NOTIFICATION, "06 02 03 627965");
    cp_text refresh = message(&t, CP_BGP_ROUTE_REFRESH, "4004 00 47"), again;
    struct cp_bgp_notification notification;
    struct cp_bgp_refresh asked;
    struct cp_bgp_fault fault;
    struct cp_out out = cp_out_make(t.arena);

    (void)state;
    assert_int_equal(cp_bgp_notification_decode(ended, &notification), CP_OK);
    assert_true(cp_text_is(cp_bgp_notification_words(&notification), "bye"));
    assert_int_equal(cp_bgp_refresh_decode(refresh, &asked, &fault), CP_OK);
    cp_bgp_notification_write(&out, &notification);
    cp_bgp_refresh_write(&out, &asked);
    cp_bgp_keepalive_write(&out);
    assert_int_equal(cp_out_done(&out, &again), CP_OK);
    assert_true(cp_text_eq(cp_text_sub(again, 0, ended.len), ended));
    assert_true(cp_text_eq(cp_text_sub(again, ended.len, refresh.len), refresh));
    assert_string_equal(print(&t, ended), "notification cease: administrative shutdown 03627965\n");
    assert_string_equal(print(&t, refresh), "route-refresh 16388/71 subtype 0\n");
    assert_int_equal(
        cp_bgp_refresh_decode(message(&t, CP_BGP_ROUTE_REFRESH, "4004 00"), &asked, &fault),
        CP_ERR_MALFORMED);
    assert_int_equal(fault.code, CP_BGP_REFRESH_ERROR);
    ls_trial_close(&t);
}

static void a_long_attribute_has_two_bytes_of_length(void **state)
{
    static const char zeros[65536];
    struct ls_trial t = ls_trial_open();
    struct cp_out out = cp_out_make(t.arena), over = cp_out_make(t.arena);
    cp_text bytes;

    (void)state;
    cp_bgp_attribute_write(&out, CP_BGP_FLAG_OPTIONAL, CP_BGP_LINK_STATE, (cp_text){zeros, 255});
    cp_bgp_attribute_write(&out, CP_BGP_FLAG_OPTIONAL, CP_BGP_LINK_STATE, (cp_text){zeros, 256});
    assert_int_equal(cp_out_done(&out, &bytes), CP_OK);
    assert_int_equal(bytes.len, 3 + 255 + 4 + 256);
    cp_bgp_attribute_write(&over, CP_BGP_FLAG_OPTIONAL, CP_BGP_LINK_STATE, (cp_text){zeros, 65536});
    assert_int_equal(cp_out_done(&over, &bytes), CP_ERR_RANGE);
    ls_trial_close(&t);
}

static void a_message_past_its_size_is_not_written(void **state)
{
    static const char zeros[4096];
    struct ls_trial t = ls_trial_open();
    struct cp_bgp_update update = {.attributes = {zeros, 4096 - 23}};
    struct cp_out fits = cp_out_make(t.arena), over = cp_out_make(t.arena);
    cp_text bytes;

    (void)state;
    cp_bgp_update_write(&fits, &update, CP_BGP_MESSAGE_MAX);
    assert_int_equal(cp_out_done(&fits, &bytes), CP_OK);
    assert_int_equal(bytes.len, 4096);
    update.attributes.len++;
    cp_bgp_update_write(&over, &update, CP_BGP_MESSAGE_MAX);
    assert_int_equal(cp_out_done(&over, &bytes), CP_ERR_RANGE);
    ls_trial_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_is_cut_where_messages_end),
        cmocka_unit_test(a_header_that_cannot_be_is_refused_with_its_subcode),
        cmocka_unit_test(an_update_of_65535_bytes_is_a_message_where_agreed),
        cmocka_unit_test(an_open_is_written_as_it_was_read),
        cmocka_unit_test(odd_but_legal_opens_are_taken),
        cmocka_unit_test(an_open_that_cannot_be_is_refused_with_its_subcode),
        cmocka_unit_test(each_wrong_attribute_has_its_remedy),
        cmocka_unit_test(attributes_of_internal_peers_are_discarded_from_others),
        cmocka_unit_test(parts_that_do_not_fit_an_update_reset),
        cmocka_unit_test(an_end_of_rib_is_known),
        cmocka_unit_test(the_small_messages_are_written_as_they_were_read),
        cmocka_unit_test(a_long_attribute_has_two_bytes_of_length),
        cmocka_unit_test(a_message_past_its_size_is_not_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
