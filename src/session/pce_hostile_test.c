#include "pcep_trial.h"

#include "wire/pcep.h"

/* What no peer should send, and much too much of what it may. */

static struct pair usual(void)
{
    struct cp_pce_config pce = pair_pce_config();
    struct cp_pcc_config pcc = pair_pcc_config();

    return pair_make(&pce, &pcc);
}

/* The PCC's bytes alone go over; what the PCE says of errors comes back as its events. */
static struct cp_pcc_event want_error(struct pair *p, uint32_t type, uint32_t value)
{
    struct cp_pcc_event event = pair_want_pcc(p, CP_PCC_EV_ERROR);

    assert_int_equal(event.error_type, type);
    assert_int_equal(event.error_value, value);
    return event;
}

static void send_raw(struct pair *p, cp_text bytes)
{
    assert_int_equal(cp_pcc_raw(p->pcc, bytes), CP_OK);
}

static void want_silence(struct pair *p)
{
    struct cp_pce_event event;

    assert_false(pair_pce_event(p, &event));
}

static void report(struct pair *p, uint32_t plsp_id)
{
    struct cp_pce_lsp lsp = {.plsp_id = plsp_id, .name = CP_TEXT("x")};

    assert_int_equal(cp_pcc_report(p->pcc, &lsp, p->now_us), CP_OK);
}

/* RFC 8231 8.5 TEST (19/4) */
static void as_many_lsps_as_the_quota_are_held_and_one_more_ends_it(void **state)
{
    struct cp_pce_config pce = pair_pce_config();
    struct cp_pcc_config pcc = pair_pcc_config();
    struct pair p;
    struct cp_pcc_event event;

    (void)state;
    pce.lsp_max = 3;
    p = pair_make(&pce, &pcc);
    pair_synced(&p);
    for (uint32_t id = 1; id <= 3; id++) {
        report(&p, id);
        pair_want_pce(&p, CP_PCE_EV_LSP);
    }
    report(&p, 2); /* one that is known is no more */
    pair_want_pce(&p, CP_PCE_EV_LSP);
    report(&p, 4);
    pair_want_pce(&p, CP_PCE_EV_DOWN);
    want_error(&p, 19, 4);
    event = pair_want_pcc(&p, CP_PCC_EV_DOWN);
    assert_int_equal(event.close_reason, CP_PCEP_CLOSE_NONE);
    pair_free(&p);
}

static void an_lsp_that_is_gone_makes_room_for_another(void **state)
{
    struct cp_pce_config pce = pair_pce_config();
    struct cp_pcc_config pcc = pair_pcc_config();
    struct pair p;

    (void)state;
    pce.lsp_max = 2;
    p = pair_make(&pce, &pcc);
    pair_synced(&p);
    for (uint32_t id = 1; id < 5000; id++) {
        struct cp_pce_lsp gone = {.plsp_id = id, .removed = true};

        report(&p, id);
        pair_want_pce(&p, CP_PCE_EV_LSP);
        assert_int_equal(cp_pcc_report(p.pcc, &gone, p.now_us), CP_OK);
        pair_assert_text(pair_want_pce(&p, CP_PCE_EV_LSP).lsp.name, CP_TEXT("x"));
    }
    pair_free(&p);
}

static void a_message_of_the_quota_is_taken_and_a_longer_one_ends_it(void **state)
{
    struct cp_pce_config pce = pair_pce_config();
    struct cp_pcc_config pcc = pair_pcc_config();
    struct pair p;
    static const char whole[64] = {0x20, 77, 0, 60}, more[64] = {0x20, 77, 0, 64};

    (void)state;
    pce.message_bytes_max = 60;
    pcc.sr = pcc.srv6 = false; /* a short Open */
    p = pair_make(&pce, &pcc);
    pair_synced(&p);
    send_raw(&p, (cp_text){whole, 60}); /* all zero: objects that cannot be, so it is malformed */
    pair_want_pce(&p, CP_PCE_EV_DOWN);
    pair_connect(&p);
    pair_free(&p);
    p = pair_make(&pce, &pcc);
    pair_synced(&p);
    send_raw(&p, (cp_text){more, 4}); /* its header is enough */
    pair_want_pce(&p, CP_PCE_EV_DOWN);
    assert_int_equal(pair_want_pcc(&p, CP_PCC_EV_DOWN).close_reason, CP_PCEP_CLOSE_MALFORMED);
    pair_free(&p);
}

static void bytes_that_are_no_pcep_end_it(void **state)
{
    struct pair p = usual();

    (void)state;
    pair_synced(&p);
    send_raw(&p, CP_TEXT("GET / HTTP/1.1\r\n"));
    pair_want_pce(&p, CP_PCE_EV_DOWN);
    assert_int_equal(pair_want_pcc(&p, CP_PCC_EV_DOWN).close_reason, CP_PCEP_CLOSE_MALFORMED);
    pair_free(&p);
}

static void more_bytes_than_the_room_end_it(void **state)
{
    struct pair p = usual();
    char *bytes;
    struct cp_pce_event event;

    (void)state;
    pair_synced(&p);
    bytes = CP_TAKE(p.arena, CP_PCE_IN_BYTES_MAX + 1, char);
    assert_non_null(bytes);
    assert_true(cp_pce_room(p.pce) == CP_PCE_IN_BYTES_MAX);
    bytes[0] = 0x20;
    bytes[1] = 77;
    bytes[2] = (char)0xff;
    bytes[3] = (char)0xfc;
    cp_pce_take(p.pce, (cp_text){bytes, CP_PCE_IN_BYTES_MAX + 1}, p.now_us);
    assert_true(cp_pce_next(p.pce, &event));
    assert_int_equal(event.kind, CP_PCE_EV_DOWN);
    pair_free(&p);
}

static void a_reader_that_takes_nothing_is_told_by_limit(void **state)
{
    struct pair p = usual();
    struct cp_pce_hop hops[64];
    struct cp_pce_order order = {.kind = CP_PCE_UPDATE,
                                 .srp_id = 1,
                                 .plsp_id = 1,
                                 .up = true,
                                 .path = pair_labels(hops, 64)};
    uint32_t taken = 0;
    cp_err err;

    (void)state;
    pair_synced(&p);
    pair_have(&p, 1);
    while ((err = cp_pce_order(p.pce, &order, p.now_us)) == CP_OK) {
        taken++;
        order.srp_id++;
    }
    assert_int_equal(err, CP_ERR_LIMIT);
    assert_true(cp_pce_out(p.pce).len <= CP_PCE_OUT_BYTES_MAX);
    assert_true(taken > 1000);
    assert_false(cp_pce_closing(p.pce));
    for (uint32_t i = 0; i < taken; i++) /* nothing of what was refused went out in part */
        assert_int_equal(pair_want_pcc(&p, CP_PCC_EV_ORDER).order.srp_id, i + 1);
    assert_int_equal(cp_pce_order(p.pce, &order, p.now_us), CP_OK);
    pair_free(&p);
}

/* RFC 5440 7.2 TEST: an unknown object with P is PCErr 3/1 about its request, and no event */
static void an_unknown_object_that_must_be_heeded_refuses_its_request_alone(void **state)
{
    static const char bytes[] = "\x20\x03\x00\x4c"
                                "\x02\x12\x00\x0c\x00\x00\x00\x00\x00\x00\x00\x05"
                                "\x04\x12\x00\x0c\x0a\x00\x00\x01\x0a\x00\x00\x08"
                                "\xc8\x12\x00\x08\x00\x00\x00\x00"
                                "\x02\x12\x00\x0c\x00\x00\x00\x00\x00\x00\x00\x06"
                                "\x04\x12\x00\x0c\x0a\x00\x00\x01\x0a\x00\x00\x08"
                                "\xc8\x10\x00\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00";
    struct pair p = usual();

    (void)state;
    pair_synced(&p);
    send_raw(&p, (cp_text){bytes, sizeof bytes - 1});
    assert_int_equal(pair_want_pce(&p, CP_PCE_EV_REQUEST).request.id, 6);
    want_silence(&p);
    assert_int_equal(want_error(&p, 3, 1).request_id, 5);
    pair_free(&p);
}

/* A request with what follows it in bytes; whether it is told as one that holds what nobody heeds. */
static bool is_not_understood(const char *before, size_t before_len, const char *after,
                              size_t after_len)
{
    static const char request[] = "\x02\x12\x00\x0c\x00\x00\x00\x00\x00\x00\x00\x05"
                                  "\x04\x12\x00\x0c\x0a\x00\x00\x01\x0a\x00\x00\x08";
    struct pair p = usual();
    char bytes[256] = {0x20, 3, 0, (char)(4 + before_len + sizeof request - 1 + after_len)};
    bool got;

    memcpy(bytes + 4, before, before_len);
    memcpy(bytes + 4 + before_len, request, sizeof request - 1);
    memcpy(bytes + 4 + before_len + sizeof request - 1, after, after_len);
    pair_synced(&p);
    send_raw(&p, (cp_text){bytes, (size_t)bytes[3]});
    got = pair_want_pce(&p, CP_PCE_EV_REQUEST).request.not_understood;
    pair_free(&p);
    return got;
}

#define SVEC "\x0b\x10\x00\x0c\x00\x00\x00\x01\x00\x00\x00\x05"
#define OF(p) "\x15" p "\x00\x08\x00\x01\x00\x00"
#define XRO "\x11\x12\x00\x10\x00\x00\x00\x00\x01\x08\x0a\x00\x00\x03\x20\x00"
#define VENDOR(p) "\x22" p "\x00\x0c\x00\x00\x00\x09\x00\x00\x00\x00"
#define EXRS "\x0a\x12\x00\x10\x21\x0c\x00\x00\x01\x08\x0a\x00\x00\x03\x20\x00"
#define SAID(before, after) is_not_understood(before, sizeof(before) - 1, after, sizeof(after) - 1)

static void constraints_that_nobody_heeds_are_said_and_not_dropped(void **state)
{
    (void)state;
    assert_false(SAID("", ""));
    assert_true(SAID(SVEC, "")); /* RFC 5440 7.13: depends on other requests */
    assert_true(SAID("", OF("\x12")));
    assert_false(SAID("", OF("\x10"))); /* need not be heeded */
    assert_true(SAID("", VENDOR("\x12")));
    assert_false(SAID("", VENDOR("\x10")));
    assert_false(SAID("", XRO));
    assert_true(SAID("", XRO XRO));
    assert_true(SAID("", EXRS)); /* RFC 5521 2.2: in an IRO */
}

/* A router whose report cannot be read does not keep the path that it had before in our eyes. */
static void a_report_with_a_broken_path_is_told_with_a_path_that_nobody_intends(void **state)
{
    static const char bytes[] =
        "\x20\x0a\x00\x1c"
        "\x20\x10\x00\x0c\x00\x00\x50\x28\x00\x00\x00\x00"
        "\x07\x10\x00\x0c\x24\x08\x00\x09\x00\x00\x00\x00"; /* NT 0, F clear... */
    char broken[sizeof bytes];
    struct pair p = usual();
    struct cp_pce_event event;

    (void)state;
    memcpy(broken, bytes, sizeof bytes);
    broken[21] = 3; /* a subobject shorter than its header and SID */
    pair_synced(&p);
    send_raw(&p, (cp_text){broken, sizeof bytes - 1});
    event = pair_want_pce(&p, CP_PCE_EV_LSP);
    assert_int_equal(event.lsp.plsp_id, 5);
    assert_int_equal(event.lsp.intended.count, 1);
    assert_int_equal(event.lsp.intended.at[0].kind, CP_PCE_HOP_OTHER);
    assert_int_equal(pair_want_pcc(&p, CP_PCC_EV_ERROR).error_type, 10);
    assert_true(cp_pcc_is_up(p.pcc));
    pair_free(&p);
}

/* Messages of FRR's kind, each cut at each byte: nothing is told before the last byte is in. */
static void every_prefix_waits_for_the_rest(void **state)
{
    struct pair p = usual();
    struct cp_pce_hop hops[5];
    struct cp_pce_lsp lsp = {.plsp_id = 5,
                             .name = CP_TEXT("GREEN-pce"),
                             .src = pair_ip(1),
                             .dst = pair_ip(8),
                             .intended = pair_labels(hops, 5),
                             .path_setup_type = 1};
    size_t len;

    (void)state;
    pair_synced(&p);
    assert_int_equal(cp_pcc_report(p.pcc, &lsp, p.now_us), CP_OK);
    len = cp_pcc_out(p.pcc).len;
    for (size_t cut = 1; cut < len; cut++) {
        struct cp_pce_event event;

        assert_true(pair_move_to_pce(&p, cut));
        assert_false(cp_pce_next(p.pce, &event));
        assert_true(pair_move_to_pce(&p, SIZE_MAX));
        pair_want_pce(&p, CP_PCE_EV_LSP);
        assert_int_equal(cp_pcc_report(p.pcc, &lsp, p.now_us), CP_OK);
    }
    pair_free(&p);
}

/* RFC 8231 8.5 TEST (19/5): a report of a peer that did not say that it is stateful */
static void a_report_without_the_capability_is_refused(void **state)
{
    struct cp_pce_config pce = pair_pce_config();
    struct cp_pcc_config pcc = pair_pcc_config();
    struct pair p;

    (void)state;
    pcc.stateful = false;
    p = pair_make(&pce, &pcc);
    pair_up(&p);
    pair_want_pce(&p, CP_PCE_EV_SYNCED);
    report(&p, 1);
    want_silence(&p);
    want_error(&p, 19, 5);
    pair_free(&p);
}

static void what_the_peer_did_not_offer_is_not_ordered(void **state)
{
    struct cp_pce_config pce = pair_pce_config();
    struct cp_pcc_config pcc = pair_pcc_config();
    struct cp_pce_hop hops[1];
    struct cp_pce_order order = {
        .srp_id = 1, .plsp_id = 1, .name = CP_TEXT("a"), .src = pair_ip(1), .dst = pair_ip(2)};
    struct pair p;

    (void)state;
    pcc.updates = pcc.initiates = false;
    p = pair_make(&pce, &pcc);
    order.path = pair_labels(hops, 1);
    order.kind = CP_PCE_UPDATE;
    assert_int_equal(cp_pce_order(p.pce, &order, p.now_us), CP_ERR_CONFLICT); /* not up */
    pair_synced(&p);
    assert_int_equal(cp_pce_order(p.pce, &order, p.now_us), CP_ERR_CONFLICT);
    order.kind = CP_PCE_INITIATE;
    assert_int_equal(cp_pce_order(p.pce, &order, p.now_us), CP_ERR_CONFLICT);
    order.kind = CP_PCE_REMOVE;
    assert_int_equal(cp_pce_order(p.pce, &order, p.now_us), CP_ERR_CONFLICT);
    assert_int_equal(cp_pce_out(p.pce).len, 0);
    pair_free(&p);
}

static cp_err order_of(struct pair *p, cp_pce_order_kind kind, uint32_t plsp_id)
{
    struct cp_pce_hop hops[1];
    struct cp_pce_order order = {.kind = kind, .srp_id = 1, .plsp_id = plsp_id, .up = true};

    if (kind == CP_PCE_UPDATE)
        order.path = pair_labels(hops, 1);
    return cp_pce_order(p->pce, &order, p->now_us);
}

/* FRR's pathd dies of an update of an LSP that it does not know. */
static void what_was_not_reported_or_is_gone_is_not_ordered(void **state)
{
    struct pair p = usual();
    struct cp_pce_lsp gone = {.plsp_id = 2, .removed = true};

    (void)state;
    pair_synced(&p);
    assert_int_equal(order_of(&p, CP_PCE_UPDATE, 2), CP_ERR_UNKNOWN_ID);
    assert_int_equal(order_of(&p, CP_PCE_REMOVE, 2), CP_ERR_UNKNOWN_ID);
    report(&p, 2); /* not delegated */
    pair_want_pce(&p, CP_PCE_EV_LSP);
    assert_int_equal(order_of(&p, CP_PCE_UPDATE, 2), CP_ERR_CONFLICT);
    pair_have(&p, 2);
    assert_int_equal(order_of(&p, CP_PCE_UPDATE, 2), CP_OK);
    assert_int_equal(order_of(&p, CP_PCE_REMOVE, 2), CP_OK);
    assert_int_equal(cp_pcc_report(p.pcc, &gone, p.now_us), CP_OK);
    pair_want_pce(&p, CP_PCE_EV_LSP);
    assert_int_equal(order_of(&p, CP_PCE_UPDATE, 2), CP_ERR_UNKNOWN_ID);
    pair_free(&p);
}

static void orders_of_nobody_are_refused(void **state)
{
    struct pair p = usual();
    struct cp_pce_hop hops[1];
    const struct cp_pce_order good = {.kind = CP_PCE_INITIATE,
                                      .srp_id = 1,
                                      .plsp_id = 1,
                                      .name = CP_TEXT("a"),
                                      .src = pair_ip(1),
                                      .dst = pair_ip(2),
                                      .path = pair_labels(hops, 1)};
    struct cp_pce_order order = good;

    (void)state;
    pair_synced(&p);
    order.name = CP_TEXT("");
    assert_int_equal(cp_pce_order(p.pce, &order, p.now_us), CP_ERR_RANGE);
    order = good;
    order.srp_id = 0;
    assert_int_equal(cp_pce_order(p.pce, &order, p.now_us), CP_ERR_RANGE);
    order = good;
    order.dst = (cp_ip){0};
    assert_int_equal(cp_pce_order(p.pce, &order, p.now_us), CP_ERR_RANGE);
    order = good;
    order.kind = CP_PCE_UPDATE;
    order.plsp_id = 0;
    assert_int_equal(cp_pce_order(p.pce, &order, p.now_us), CP_ERR_RANGE);
    order.plsp_id = 1u << 20;
    assert_int_equal(cp_pce_order(p.pce, &order, p.now_us), CP_ERR_RANGE);
    order = (struct cp_pce_order){.kind = CP_PCE_NO_PATH};
    assert_int_equal(cp_pce_order(p.pce, &order, p.now_us), CP_ERR_RANGE);
    assert_int_equal(cp_pce_out(p.pce).len, 0);
    assert_int_equal(cp_pce_order(p.pce, &good, p.now_us), CP_OK);
    pair_free(&p);
}

/* Numbers far apart, LSPs that come and go: each keeps its own name. */
static void names_stay_with_their_lsps(void **state)
{
    enum { MANY = 300, ROUNDS = 20000 };
    char names[MANY][4] = {{0}};
    struct pair p = usual();
    uint32_t random = 1;

    (void)state;
    pair_synced(&p);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        uint32_t which = (random = random * 1664525 + 1013904223) >> 8;
        uint32_t at = which % MANY;
        bool remove = (which >> 16) % 3 == 0 && names[at][0] != '\0';
        struct cp_pce_lsp lsp = {.plsp_id = 1 + at * 3449, .removed = remove};
        cp_text told;

        if (names[at][0] == '\0') {
            names[at][0] = (char)('a' + which % 26);
            names[at][1] = (char)('a' + i % 26);
            lsp.name = (cp_text){names[at], 2};
        }
        assert_int_equal(cp_pcc_report(p.pcc, &lsp, p.now_us), CP_OK);
        told = pair_want_pce(&p, CP_PCE_EV_LSP).lsp.name;
        pair_assert_text(told, (cp_text){names[at], 2});
        if (remove)
            names[at][0] = '\0';
    }
    pair_free(&p);
}

/* What a report with this name is told with; it lasts. */
static cp_text told_name(struct pair *p, cp_text name)
{
    struct cp_pce_lsp lsp = {.plsp_id = 1, .name = name}, bare = {.plsp_id = 1};
    cp_text told, later;

    assert_int_equal(cp_pcc_report(p->pcc, &lsp, p->now_us), CP_OK);
    assert_int_equal(cp_text_copy(pair_want_pce(p, CP_PCE_EV_LSP).lsp.name, p->arena, &told),
                     CP_OK);
    assert_int_equal(cp_pcc_report(p->pcc, &bare, p->now_us), CP_OK);
    later = pair_want_pce(p, CP_PCE_EV_LSP).lsp.name;
    pair_assert_text(later, told);
    assert_in_range(told.len, 1, CP_PCE_NAME_BYTES_MAX);
    assert_int_equal(cp_text_bad_utf8(told), told.len);
    assert_int_equal(cp_text_unsafe(told), told.len);
    return told;
}

/* RFC 8231 7.3.2 TEST: a name may be any bytes; what is kept of it is safe. */
static void a_safe_name_is_told_as_it_is(void **state)
{
    static const char *const names[] = {"a",      "cp:x", "two words", "\xc3\xbc\xea\xb0\x80",
                                        "a\\xff", "odd",  "od:d"};
    char most[CP_PCE_NAME_BYTES_MAX];
    struct pair p = usual();

    (void)state;
    pair_synced(&p);
    for (size_t i = 0; i < CP_COUNT(names); i++)
        pair_assert_text(told_name(&p, cp_text_of(names[i])), cp_text_of(names[i]));
    memset(most, 'm', sizeof most);
    pair_assert_text(told_name(&p, (cp_text){most, sizeof most}), (cp_text){most, sizeof most});
    pair_free(&p);
}

static void an_odd_name_is_told_escaped_and_is_never_one_of_ours(void **state)
{
    const struct {
        cp_text name;
        const char *begins;
    } odd[] = {{CP_TEXT("cp:\xff\xfe"), "odd:cp:\\xff\\xfe~"},
               {CP_TEXT("cp:\0"), "odd:cp:\\x00~"},
               {CP_TEXT("\x1b[2J\\"), "odd:\\x1b[2J\\x5c~"},
               {CP_TEXT("a\xe2\x80\xae"
                        "b"),
                "odd:a\\xe2\\x80\\xaeb~"}, /* a change of direction */
               {CP_TEXT("odd:x"), "odd:odd:x~"},
               {CP_TEXT("\xea\xb0\x80\xea\xb0"), "odd:\xea\xb0\x80\\xea\\xb0~"}};
    struct pair p = usual();

    (void)state;
    pair_synced(&p);
    for (size_t i = 0; i < CP_COUNT(odd); i++) {
        cp_text told = told_name(&p, odd[i].name);

        assert_true(cp_text_starts(told, cp_text_of(odd[i].begins)));
        assert_int_equal(told.len, strlen(odd[i].begins) + 32);
        assert_false(cp_text_eq(told_name(&p, told), told)); /* what looks like one is none */
    }
    pair_free(&p);
}

static void names_that_are_cut_stay_different(void **state)
{
    enum { LONG = 60000 };
    static char name[LONG];
    struct pair p = usual();
    cp_text told[3];

    (void)state;
    pair_synced(&p);
    for (uint32_t i = 0; i < 3; i++) {
        memset(name, i < 2 ? 'a' : 1, LONG);
        name[LONG - 1] = (char)('0' + i);
        told[i] = told_name(&p, (cp_text){name, i == 1 ? CP_PCE_NAME_BYTES_MAX + 1 : LONG});
        assert_in_range(told[i].len, CP_PCE_NAME_BYTES_MAX - 4, CP_PCE_NAME_BYTES_MAX);
        assert_true(cp_text_starts(told[i], i < 2 ? CP_TEXT("odd:aaa") : CP_TEXT("odd:\\x01")));
    }
    assert_false(cp_text_eq(told[0], told[1]));
    memset(name, 'a', LONG);
    name[LONG - 1] = '9';
    assert_false(cp_text_eq(told[0], told_name(&p, (cp_text){name, LONG})));
    pair_free(&p);
}

static void who_was_not_read_was_not_silent(void **state)
{
    struct pair p = usual();

    (void)state;
    pair_connect(&p);
    for (uint32_t i = 0; i < 4; i++) { /* while it opens the session */
        p.now_us += 60ull * PAIR_SECOND_US;
        cp_pce_unread(p.pce, p.now_us);
        cp_pce_tick(p.pce, p.now_us);
        assert_false(cp_pce_closing(p.pce));
    }
    pair_synced(&p);
    cp_pce_take(p.pce, (cp_text){"\x20\x02\x00", 3}, p.now_us); /* of a message that waits unread */
    want_silence(&p);
    for (uint32_t i = 0; i < 4; i++) {
        p.now_us += 120ull * PAIR_SECOND_US;
        cp_pce_unread(p.pce, p.now_us);
        cp_pce_tick(p.pce, p.now_us);
        assert_false(cp_pce_closing(p.pce));
    }
    p.now_us += 120ull * PAIR_SECOND_US;
    cp_pce_tick(p.pce, p.now_us);
    assert_true(cp_pce_closing(p.pce));
    pair_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_was_not_read_was_not_silent),
        cmocka_unit_test(as_many_lsps_as_the_quota_are_held_and_one_more_ends_it),
        cmocka_unit_test(an_lsp_that_is_gone_makes_room_for_another),
        cmocka_unit_test(names_stay_with_their_lsps),
        cmocka_unit_test(a_safe_name_is_told_as_it_is),
        cmocka_unit_test(an_odd_name_is_told_escaped_and_is_never_one_of_ours),
        cmocka_unit_test(names_that_are_cut_stay_different),
        cmocka_unit_test(a_message_of_the_quota_is_taken_and_a_longer_one_ends_it),
        cmocka_unit_test(bytes_that_are_no_pcep_end_it),
        cmocka_unit_test(more_bytes_than_the_room_end_it),
        cmocka_unit_test(a_reader_that_takes_nothing_is_told_by_limit),
        cmocka_unit_test(an_unknown_object_that_must_be_heeded_refuses_its_request_alone),
        cmocka_unit_test(constraints_that_nobody_heeds_are_said_and_not_dropped),
        cmocka_unit_test(a_report_with_a_broken_path_is_told_with_a_path_that_nobody_intends),
        cmocka_unit_test(every_prefix_waits_for_the_rest),
        cmocka_unit_test(a_report_without_the_capability_is_refused),
        cmocka_unit_test(what_the_peer_did_not_offer_is_not_ordered),
        cmocka_unit_test(what_was_not_reported_or_is_gone_is_not_ordered),
        cmocka_unit_test(orders_of_nobody_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
