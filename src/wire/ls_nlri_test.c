#include "ls_trial.h"

/* NLRI of BGP-LS: each kind in, its text, the same bytes out; what is malformed, and what is kept. */

#define LOCAL "0100 000a 0203 0006 000000000001"
#define REMOTE "0101 000a 0203 0006 000000000002"
#define HEAD "02 0000000000000000" /* IS-IS level 2, instance 0 */
#define LOCAL_TEXT "isis-l2 instance 0 local router 0000.0000.0001"

static const struct {
    const char *hex, *line;
} kinds[] = {
    {"0001 0017" HEAD LOCAL, "node " LOCAL_TEXT},
    {"0001 0027 03 0000000000000005"
     "0100 001a 0200 0004 0000fde8 0201 0004 00000000 0203 0006 000000000001",
     "node ospf instance 5 local as 65000 ls-id 0 router 0000.0000.0001"},
    {"0001 0029 07 0000000000000000 0100 001c 0200 0004 0000fde8 0204 0004 0a000001 0205 0004 "
     "0000fdea 1000 0000",
     "node bgp instance 0 local as 65000 bgp-router 10.0.0.1 member-as 65002 tlv 4096 -"},
    {"0001 0021 03 0000000000000000 0100 0014 0202 0004 00000001 0203 0008 0a0000010a010203",
     "node ospf instance 0 local area 1 router 10.0.0.1:10.1.2.3"},
    {"0001 0018" HEAD "0100 000b 0203 0007 00000000000102",
     "node isis-l2 instance 0 local router 0000.0000.0001.02"},
    {"0002 0035" HEAD LOCAL REMOTE "0103 0004 0a010001 0104 0004 0a010002",
     "link " LOCAL_TEXT " remote router 0000.0000.0002 from 10.1.0.1 to 10.1.0.2"},
    {"0002 0037" HEAD LOCAL REMOTE "0102 0008 00000007 00000009 0107 0002 0002",
     "link " LOCAL_TEXT " remote router 0000.0000.0002 ids 7 9 topology 2"},
    {"0002 004d" HEAD LOCAL REMOTE
     "0105 0010 20010db8000000000000000000000001 0106 0010 20010db8000000000000000000000002",
     "link " LOCAL_TEXT " remote router 0000.0000.0002 from 2001:db8::1 to 2001:db8::2"},
    {"0003 001f" HEAD LOCAL "0109 0004 18 0a0102", "prefix4 " LOCAL_TEXT " prefix 10.1.2.0/24"},
    {"0003 001c" HEAD LOCAL "0109 0001 00", "prefix4 " LOCAL_TEXT " prefix 0.0.0.0/0"},
    {"0003 0024" HEAD LOCAL "0108 0001 03 0109 0004 18 0a0102",
     "prefix4 " LOCAL_TEXT " route-type 3 prefix 10.1.2.0/24"},
    {"0004 0021" HEAD LOCAL "0109 0006 21 20010db880",
     "prefix6 " LOCAL_TEXT " prefix 2001:db8:8000::/33"},
    {"0006 002b" HEAD LOCAL "0206 0010 fcbc0002000000010000000000000000",
     "sid " LOCAL_TEXT " sid fcbc:2:0:1::"},
    {"0003 0027" HEAD LOCAL "0109 0004 18 0a0102 1234 0004 aabbccdd",
     "prefix4 " LOCAL_TEXT " prefix 10.1.2.0/24 tlv 4660 aabbccdd"},
    {"0005 0003 010203", "type 5 010203"},
    {"ffff 0000", "type 65535 -"},
};

/* The lengths above are filled in here, so that a table may be read. */
static cp_text sized(struct ls_trial *t, const char *hex)
{
    cp_text bytes = ls_trial_bytes(t, hex), all;
    struct cp_out out = cp_out_make(t->arena);

    cp_out_text(&out, cp_text_sub(bytes, 0, 2));
    cp_out_char(&out, (char)((bytes.len - 4) >> 8));
    cp_out_char(&out, (char)((bytes.len - 4) & 255));
    cp_out_text(&out, cp_text_sub(bytes, 4, bytes.len));
    assert_int_equal(cp_out_done(&out, &all), CP_OK);
    return all;
}

static cp_err decode(struct ls_trial *t, const char *hex)
{
    return cp_ls_nlri_decode(sized(t, hex), CP_LS_SAFI, &t->nlri, &t->fault);
}

static void each_kind_is_read_printed_and_written_as_it_came(void **state)
{
    (void)state;
    for (size_t i = 0; i < CP_COUNT(kinds); i++) {
        struct ls_trial t = ls_trial_open();
        struct cp_out out = cp_out_make(t.arena);
        cp_text bytes = sized(&t, kinds[i].hex), again;

        assert_int_equal(decode(&t, kinds[i].hex), CP_OK);
        assert_string_equal(ls_trial_nlri(&t), kinds[i].line);
        assert_true(cp_text_eq(t.nlri.key, bytes));
        cp_ls_nlri_write(&out, &t.nlri);
        assert_int_equal(cp_out_done(&out, &again), CP_OK);
        assert_true(cp_text_eq(bytes, again));
        ls_trial_close(&t);
    }
}

static void every_prefix_breaks_the_walk(void **state)
{
    (void)state;
    for (size_t i = 0; i < CP_COUNT(kinds); i++) {
        struct ls_trial t = ls_trial_open();
        cp_text bytes = sized(&t, kinds[i].hex);

        for (size_t len = 1; len < bytes.len; len++) {
            struct cp_ls_walk walk = cp_ls_walk_make(cp_text_sub(bytes, 0, len), CP_LS_SAFI);

            assert_int_equal(cp_ls_walk_next(&walk, &t.nlri, &t.fault), CP_LS_BROKEN);
            assert_int_equal(cp_ls_walk_next(&walk, &t.nlri, &t.fault), CP_LS_END);
        }
        ls_trial_close(&t);
    }
}

/* RFC 9552 8.2.2 TEST: "NLRI discard" of one leaves those beside it. */
static void what_is_malformed_is_left_out_alone(void **state)
{
    static const char *const wrong[] = {
        "0001 0000 02 00000000000000",                     /* ends in its instance */
        "0001 0000" HEAD "0100 000a 0203 0005 0000000001", /* no router has 5 bytes */
        "0001 0000" HEAD "0100 0004 0200 0003 000001",     /* past its node */
        "0001 0000" HEAD "0100 0007 0200 0003 000001",     /* an AS of 3 bytes */
        "0001 0000" HEAD "0100 0010 0200 0004 00000001 0200 0004 00000001", /* twice */
        "0001 0000" HEAD "0100 0010 0201 0004 00000001 0200 0004 00000001", /* not in order */
        "0001 0000" HEAD LOCAL REMOTE, /* a node has one node */
        "0002 0000" HEAD LOCAL REMOTE LOCAL,
        "0002 0000" HEAD LOCAL REMOTE "0104 0004 0a010002 0103 0004 0a010001", /* not in order */
        "0002 0000" HEAD LOCAL REMOTE "0103 0003 0a0100",
        "0002 0000" HEAD LOCAL REMOTE "0105 0004 0a010001",
        "0002 0000" HEAD LOCAL REMOTE "0102 0004 00000001",
        "0002 0000" HEAD LOCAL REMOTE "0107 0001 00",
        "0002 0000" HEAD LOCAL REMOTE "0107 0000",
        "0003 0000" HEAD LOCAL "0109 0005 21 0a010203 00", /* 33 bits */
        "0003 0000" HEAD LOCAL "0109 0003 18 0a01",        /* too short */
        "0003 0000" HEAD LOCAL "0109 0005 18 0a010200",    /* too long */
        "0003 0000" HEAD LOCAL "0109 0000",
        "0006 0000" HEAD LOCAL "0206 0004 fcbc0002",
        "0003 0000" HEAD LOCAL "0109 0004 18 0a0102 12",
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(wrong); i++) {
        struct ls_trial t = ls_trial_open();
        struct cp_out out = cp_out_make(t.arena);
        struct cp_ls_walk walk;
        cp_text bytes;

        cp_out_text(&out, sized(&t, kinds[0].hex));
        cp_out_text(&out, sized(&t, wrong[i]));
        cp_out_text(&out, sized(&t, kinds[5].hex));
        assert_int_equal(cp_out_done(&out, &bytes), CP_OK);
        walk = cp_ls_walk_make(bytes, CP_LS_SAFI);
        assert_int_equal(cp_ls_walk_next(&walk, &t.nlri, &t.fault), CP_LS_GOT);
        assert_int_equal(cp_ls_walk_next(&walk, &t.nlri, &t.fault), CP_LS_BAD);
        assert_non_null(t.fault.why);
        assert_true(cp_text_eq(t.nlri.key, sized(&t, wrong[i])));
        assert_int_equal(cp_ls_walk_next(&walk, &t.nlri, &t.fault), CP_LS_GOT);
        assert_string_equal(ls_trial_nlri(&t), kinds[5].line);
        assert_int_equal(cp_ls_walk_next(&walk, &t.nlri, &t.fault), CP_LS_END);
        ls_trial_close(&t);
    }
}

/* RFC 9552 8.2.2 TEST: what is there or not there makes nothing malformed. */
static void an_nlri_without_its_nodes_is_not_malformed(void **state)
{
    struct ls_trial t = ls_trial_open();

    (void)state;
    assert_int_equal(decode(&t, "0001 0000" HEAD), CP_OK);
    assert_int_equal(t.nlri.local.has, 0);
    assert_int_equal(decode(&t, "0002 0000" HEAD LOCAL), CP_OK);
    assert_int_equal(t.nlri.remote.has, 0);
    assert_int_equal(decode(&t, "0003 0000" HEAD LOCAL), CP_OK);
    assert_int_equal(t.nlri.has, 0);
    ls_trial_close(&t);
}

static void of_a_repeated_descriptor_the_first_has_the_field(void **state)
{
    struct ls_trial t = ls_trial_open();
    struct cp_out out = cp_out_make(t.arena);
    const char *hex =
        "0002 0000" HEAD LOCAL REMOTE "0103 0004 0a010001 0103 0004 0a010005 0104 0004 0a010002";
    cp_text again;

    (void)state;
    assert_int_equal(decode(&t, hex), CP_OK);
    assert_string_equal(ls_trial_nlri(&t),
                        "link " LOCAL_TEXT " remote router 0000.0000.0002 from 10.1.0.1 to "
                        "10.1.0.2 tlv 259 0a010005");
    cp_ls_nlri_write(&out, &t.nlri);
    assert_int_equal(cp_out_done(&out, &again), CP_OK);
    assert_true(cp_text_eq(again, sized(&t, hex)));
    ls_trial_close(&t);
}

static void a_vpn_nlri_has_its_distinguisher_in_front(void **state)
{
    struct ls_trial t = ls_trial_open();
    cp_text bytes = sized(&t, "0001 0000 0000fde800000001" HEAD LOCAL), again;
    struct cp_out out = cp_out_make(t.arena);

    (void)state;
    assert_int_equal(cp_ls_nlri_decode(bytes, CP_LS_SAFI_VPN, &t.nlri, &t.fault), CP_OK);
    assert_string_equal(ls_trial_nlri(&t), "rd 0000fde800000001 node " LOCAL_TEXT);
    cp_ls_nlri_write(&out, &t.nlri);
    assert_int_equal(cp_out_done(&out, &again), CP_OK);
    assert_true(cp_text_eq(bytes, again));
    bytes = sized(&t, "0001 0000 0000fde8");
    assert_int_equal(cp_ls_nlri_decode(bytes, CP_LS_SAFI_VPN, &t.nlri, &t.fault), CP_ERR_MALFORMED);
    ls_trial_close(&t);
}

static void topology_ids_have_twelve_bits_and_none_past_the_last(void **state)
{
    cp_text ids = CP_TEXT("\xf0\x02\x00\x03");

    (void)state;
    assert_int_equal(cp_ls_topology_count(ids), 2);
    assert_int_equal(cp_ls_topology(ids, 0), 2);
    assert_int_equal(cp_ls_topology(ids, 1), 3);
    assert_int_equal(cp_ls_topology(ids, 2), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_read_printed_and_written_as_it_came),
        cmocka_unit_test(every_prefix_breaks_the_walk),
        cmocka_unit_test(what_is_malformed_is_left_out_alone),
        cmocka_unit_test(an_nlri_without_its_nodes_is_not_malformed),
        cmocka_unit_test(of_a_repeated_descriptor_the_first_has_the_field),
        cmocka_unit_test(a_vpn_nlri_has_its_distinguisher_in_front),
        cmocka_unit_test(topology_ids_have_twelve_bits_and_none_past_the_last),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
