#include "pcep_trial.h"

#include "wire/pcep.h"

/* The PCE's machine against bytes made here: every timer, and each state with each message. */

enum { OPEN_WAIT_S = 60, FINISH_S = 60, SYNC_S = 300 };

struct world {
    struct cp_arena *arena, *made; /* made: what is sent to the machine */
    struct cp_pce *pce;
    uint64_t now_us;
};

static struct world world_of(const struct cp_pce_config *config)
{
    struct world w = {
        .arena = cp_arena_open(1 << 20), .made = cp_arena_open(16 << 20), .now_us = 5000000};

    assert_non_null(w.arena);
    assert_non_null(w.made);
    assert_int_equal(cp_pce_open(config, w.arena, &w.pce), CP_OK);
    return w;
}

static struct world world(void)
{
    struct cp_pce_config config = pair_pce_config();

    return world_of(&config);
}

static void world_free(struct world *w)
{
    cp_pce_close(w->pce);
    cp_arena_close(w->arena);
    cp_arena_close(w->made);
}

static cp_text bytes_of(struct world *w, const struct cp_pcep_message *message)
{
    struct cp_out out = cp_out_make(w->made);
    cp_text bytes;

    cp_pcep_encode(&out, message);
    assert_int_equal(cp_out_done(&out, &bytes), CP_OK);
    return bytes;
}

static cp_text message_of(struct world *w, uint8_t type, const struct cp_pcep_object *objects,
                          uint32_t count)
{
    return bytes_of(w, &(struct cp_pcep_message){.type = type, .count = count, .objects = objects});
}

static cp_text open_of(struct world *w, uint8_t keepalive_s, uint8_t dead_s, bool stateful)
{
    struct cp_pcep_tlv tlv = cp_pcep_tlv_number(CP_PCEP_TLV_STATEFUL_PCE_CAPABILITY, 5);
    struct cp_pcep_object open = {
        .class_id = CP_PCEP_CLASS_OPEN,
        .type = 1,
        .tlvs = {&tlv, stateful},
        .is.open = {.version = 1, .keepalive_s = keepalive_s, .dead_s = dead_s}};

    return message_of(w, CP_PCEP_OPEN, &open, 1);
}

static cp_text keepalive(struct world *w)
{
    return message_of(w, CP_PCEP_KEEPALIVE, NULL, 0);
}

static cp_text close_of(struct world *w)
{
    struct cp_pcep_object close = {
        .class_id = CP_PCEP_CLASS_CLOSE, .type = 1, .is.close = {.reason = 1}};

    return message_of(w, CP_PCEP_CLOSE, &close, 1);
}

static cp_text refusal(struct world *w, uint8_t value, uint8_t keepalive_s, uint8_t dead_s)
{
    struct cp_pcep_object objects[] = {
        {.class_id = CP_PCEP_CLASS_ERROR, .type = 1, .is.error = {.type = 1, .value = value}},
        {.class_id = CP_PCEP_CLASS_OPEN,
         .type = 1,
         .is.open = {.version = 1, .keepalive_s = keepalive_s, .dead_s = dead_s}}};

    return message_of(w, CP_PCEP_PCERR, objects, 2);
}

static cp_text report_of(struct world *w, uint32_t plsp_id, uint32_t flags, const char *name)
{
    struct cp_pcep_tlv tlv = cp_pcep_tlv_bytes(CP_PCEP_TLV_SYMBOLIC_PATH_NAME, cp_text_of(name));
    struct cp_pcep_object objects[] = {{.class_id = CP_PCEP_CLASS_LSP,
                                        .type = 1,
                                        .tlvs = {&tlv, name[0] != '\0'},
                                        .is.lsp = {.plsp_id = plsp_id, .flags = (uint16_t)flags}},
                                       {.class_id = CP_PCEP_CLASS_ERO, .type = 1}};

    return message_of(w, CP_PCEP_PCRPT, objects, 2);
}

static cp_text odd(struct world *w)
{
    return message_of(w, 99, NULL, 0);
}

static void take(struct world *w, cp_text bytes)
{
    cp_pce_take(w->pce, bytes, w->now_us);
}

static void want(struct world *w, cp_pce_event_kind kind)
{
    struct cp_pce_event event = {.kind = CP_PCE_EV_REQUEST};

    assert_true(cp_pce_next(w->pce, &event));
    assert_int_equal(event.kind, kind);
}

static void want_nothing(struct world *w)
{
    struct cp_pce_event event;

    assert_false(cp_pce_next(w->pce, &event));
}

/* The machine's next message, taken off its buffer; type 0: none. */
static struct cp_pcep_message sent(struct world *w)
{
    cp_text out = cp_pce_out(w->pce);
    struct cp_pcep_frame frame = cp_pcep_frame(out);
    struct cp_pcep_message message = {.type = 0};
    struct cp_pcep_fault fault;

    if (out.len == 0)
        return message;
    assert_int_equal(frame.kind, CP_PCEP_FRAME_WHOLE);
    assert_int_equal(cp_pcep_decode(cp_text_sub(out, 0, frame.size), w->made, &message, &fault),
                     CP_OK);
    cp_pce_sent(w->pce, frame.size);
    return message;
}

static struct cp_pcep_object object_at(const struct cp_pcep_message *m, uint32_t at)
{
    struct cp_pcep_object none = {0};

    return at < m->count ? m->objects[at] : none;
}

static void want_sent(struct world *w, uint8_t type)
{
    assert_int_equal(sent(w).type, type);
}

static void want_error(struct world *w, uint8_t type, uint8_t value)
{
    struct cp_pcep_message m = sent(w);
    uint32_t at = 0;
    const struct cp_pcep_object *error;

    assert_int_equal(m.type, CP_PCEP_PCERR);
    error = cp_pcep_next(&m, CP_PCEP_CLASS_ERROR, &at, m.count);
    assert_non_null(error);
    assert_int_equal(error->is.error.type, type);
    assert_int_equal(error->is.error.value, value);
}

static void want_close(struct world *w, uint8_t reason)
{
    struct cp_pcep_message m = sent(w);

    assert_int_equal(m.type, CP_PCEP_CLOSE);
    assert_int_equal(object_at(&m, 0).is.close.reason, reason);
}

static void want_down(struct world *w)
{
    want(w, CP_PCE_EV_DOWN);
    want_nothing(w);
    assert_true(cp_pce_closing(w->pce));
    assert_true(cp_pce_deadline(w->pce) == UINT64_MAX);
}

static void at(struct world *w, uint64_t seconds_later)
{
    w->now_us += seconds_later * PAIR_SECOND_US;
}

/* The deadline is so many seconds away; a tick before it does nothing. */
static void want_deadline(struct world *w, uint64_t seconds)
{
    assert_true(cp_pce_deadline(w->pce) == w->now_us + seconds * PAIR_SECOND_US);
    cp_pce_tick(w->pce, w->now_us + seconds * PAIR_SECOND_US - 1);
    want_nothing(w);
    assert_int_equal(cp_pce_out(w->pce).len, 0);
    at(w, seconds);
    cp_pce_tick(w->pce, w->now_us);
}

static void connect(struct world *w)
{
    cp_pce_connected(w->pce, pair_ip(1), w->now_us);
    want_sent(w, CP_PCEP_OPEN);
}

static void up_with(struct world *w, uint8_t keepalive_s, uint8_t dead_s, bool stateful)
{
    connect(w);
    take(w, open_of(w, keepalive_s, dead_s, stateful));
    take(w, keepalive(w));
    want(w, CP_PCE_EV_UP);
    if (!stateful)
        want(w, CP_PCE_EV_SYNCED);
    want_nothing(w);
    want_sent(w, CP_PCEP_KEEPALIVE);
}

/* --- timers -------------------------------------------------------------------------------------- */

/* RFC 5440 6.2 TEST, 7.15: no Open in time is PCErr 1/2 */
static void no_open_in_time_ends_it(void **state)
{
    struct world w = world();

    (void)state;
    connect(&w);
    want_deadline(&w, OPEN_WAIT_S);
    want_error(&w, 1, 2);
    want_down(&w);
    world_free(&w);
}

/* RFC 5440 6.2 TEST, 7.15: no Keepalive in time is PCErr 1/7 */
static void no_keepalive_in_time_ends_it(void **state)
{
    struct world w = world();

    (void)state;
    connect(&w);
    take(&w, open_of(&w, 0, 0, true));
    want_nothing(&w);
    want_sent(&w, CP_PCEP_KEEPALIVE);
    want_deadline(&w, OPEN_WAIT_S);
    want_error(&w, 1, 7);
    want_down(&w);
    world_free(&w);
}

/* RFC 5440 6.3 TEST: a Keepalive when nothing else was sent for so long */
static void a_keepalive_goes_out_when_nothing_else_did(void **state)
{
    struct world w = world();
    struct cp_pce_order order = {.kind = CP_PCE_NO_PATH, .request_id = 1};

    (void)state;
    up_with(&w, 0, 0, false);
    want_deadline(&w, 30);
    want_sent(&w, CP_PCEP_KEEPALIVE);
    at(&w, 20);
    assert_int_equal(cp_pce_order(w.pce, &order, w.now_us), CP_OK);
    want_sent(&w, CP_PCEP_PCREP);
    want_deadline(&w, 30);
    want_sent(&w, CP_PCEP_KEEPALIVE);
    world_free(&w);
}

/* RFC 5440 7.3 TEST: what the peer said of its dead timer counts; RFC 5440 7.17: CLOSE reason 2 */
static void a_silent_peer_is_dead_after_what_it_said(void **state)
{
    struct cp_pce_config config = pair_pce_config();
    struct world w;

    (void)state;
    config.keepalive_s = 0;
    w = world_of(&config);
    up_with(&w, 10, 40, false);
    at(&w, 39);
    take(&w, keepalive(&w));
    want_nothing(&w);
    want_deadline(&w, 40);
    want_close(&w, CP_PCEP_CLOSE_DEAD);
    want_down(&w);
    world_free(&w);
}

/* RFC 5440 7.3 TEST: without Keepalives the dead timer is ignored */
static void a_dead_timer_without_keepalives_is_ignored(void **state)
{
    struct cp_pce_config config = pair_pce_config();
    struct world w;

    (void)state;
    config.keepalive_s = 0;
    w = world_of(&config);
    up_with(&w, 0, 40, false);
    assert_true(cp_pce_deadline(w.pce) == UINT64_MAX);
    world_free(&w);
}

static void a_message_that_is_not_finished_in_time_ends_it(void **state)
{
    struct cp_pce_config config = pair_pce_config();
    struct world w;

    (void)state;
    config.keepalive_s = 0;
    w = world_of(&config);
    up_with(&w, 0, 0, false);
    take(&w, cp_text_sub(report_of(&w, 1, 0, "a"), 0, 7));
    want_nothing(&w);
    at(&w, FINISH_S - 1);
    take(&w, cp_text_sub(report_of(&w, 1, 0, "a"), 7, 1)); /* a drop now and then helps nothing */
    want_nothing(&w);
    want_deadline(&w, 1);
    want_close(&w, CP_PCEP_CLOSE_MALFORMED);
    want_down(&w);
    world_free(&w);
}

static void a_synchronisation_without_end_ends_it(void **state)
{
    struct cp_pce_config config = pair_pce_config();
    struct world w;

    (void)state;
    config.keepalive_s = 0;
    w = world_of(&config);
    up_with(&w, 0, 0, true);
    at(&w, SYNC_S - 1);
    take(&w, report_of(&w, 1, CP_PCEP_LSP_SYNC, "a"));
    want(&w, CP_PCE_EV_LSP);
    want_nothing(&w);
    want_deadline(&w, 1);
    want_error(&w, 20, 1);
    want_close(&w, CP_PCEP_CLOSE_NONE);
    want_down(&w);
    world_free(&w);
}

static void after_its_end_synchronisation_has_no_deadline(void **state)
{
    struct cp_pce_config config = pair_pce_config();
    struct world w;

    (void)state;
    config.keepalive_s = 0;
    w = world_of(&config);
    up_with(&w, 0, 0, true);
    take(&w, report_of(&w, 0, 0, ""));
    want(&w, CP_PCE_EV_SYNCED);
    assert_true(cp_pce_deadline(w.pce) == UINT64_MAX);
    take(&w, report_of(&w, 0, 0, "")); /* a second end is nothing */
    want_nothing(&w);
    assert_false(cp_pce_closing(w.pce));
    world_free(&w);
}

/* --- opening ------------------------------------------------------------------------------------- */

/* RFC 5440 6.2 TEST: what can be negotiated is refused once, with what would do */
static void an_open_that_cannot_be_is_refused_with_a_better_one(void **state)
{
    struct world w = world();
    struct cp_pcep_message m;

    (void)state;
    connect(&w);
    take(&w, open_of(&w, 30, 10, true));
    want_nothing(&w);
    m = sent(&w);
    assert_int_equal(m.type, CP_PCEP_PCERR);
    assert_int_equal(m.count, 2);
    assert_int_equal(object_at(&m, 0).is.error.value, 4);
    assert_int_equal(object_at(&m, 1).is.open.keepalive_s, 30);
    assert_int_equal(object_at(&m, 1).is.open.dead_s, 120);
    take(&w, open_of(&w, 30, 120, true));
    take(&w, keepalive(&w));
    want(&w, CP_PCE_EV_UP);
    world_free(&w);
}

static void a_second_open_that_cannot_be_ends_it(void **state)
{
    struct world w = world();

    (void)state;
    connect(&w);
    take(&w, open_of(&w, 30, 10, true));
    want_nothing(&w);
    want_sent(&w, CP_PCEP_PCERR);
    take(&w, open_of(&w, 30, 29, true));
    want_down(&w);
    want_error(&w, 1, 5);
    world_free(&w);
}

/* RFC 5440 6.2 TEST: a refused Open is sent again as the peer proposes it, once */
static void what_the_peer_proposes_is_taken_once(void **state)
{
    struct world w = world();
    struct cp_pcep_message m;

    (void)state;
    connect(&w);
    take(&w, refusal(&w, 4, 20, 80));
    want_nothing(&w);
    m = sent(&w);
    assert_int_equal(m.type, CP_PCEP_OPEN);
    assert_int_equal(object_at(&m, 0).is.open.keepalive_s, 20);
    assert_int_equal(object_at(&m, 0).is.open.dead_s, 80);
    take(&w, refusal(&w, 4, 10, 40));
    want_down(&w);
    assert_int_equal(sent(&w).type, 0);
    world_free(&w);
}

static void a_proposal_that_cannot_be_ends_it(void **state)
{
    struct world w = world();

    (void)state;
    connect(&w);
    take(&w, refusal(&w, 4, 20, 10));
    want_down(&w);
    want_error(&w, 1, 6);
    world_free(&w);
}

static void a_refusal_without_proposal_ends_it(void **state)
{
    struct world w = world();

    (void)state;
    connect(&w);
    take(&w, refusal(&w, 3, 20, 80));
    want_down(&w);
    world_free(&w);
}

/* --- each state, each message --------------------------------------------------------------------- */

enum start { IN_OPEN_WAIT, IN_KEEP_WAIT, IN_SYNC, IN_UP, STARTS };
enum word { SAY_OPEN, SAY_KEEPALIVE, SAY_CLOSE, SAY_REPORT, SAY_ODD, SAY_TLS, SAY_HANGS_UP, WORDS };

/* What follows: an event (none: -1), whether the session ends, the first message out (0: none). */
struct outcome {
    int event;
    bool ends;
    uint8_t out;
};

static const struct outcome outcomes[STARTS][WORDS] =
    {
        [IN_OPEN_WAIT] =
            {
                [SAY_OPEN] = {-1, false, CP_PCEP_KEEPALIVE},
                [SAY_KEEPALIVE] = {CP_PCE_EV_DOWN, true, CP_PCEP_PCERR},
                [SAY_CLOSE] = {CP_PCE_EV_DOWN, true, 0},
                [SAY_REPORT] = {CP_PCE_EV_DOWN, true, CP_PCEP_PCERR},
                [SAY_ODD] = {CP_PCE_EV_DOWN, true, CP_PCEP_PCERR},
                [SAY_TLS] = {CP_PCE_EV_DOWN, true, CP_PCEP_PCERR},
                [SAY_HANGS_UP] = {CP_PCE_EV_DOWN, false, 0},
            },
        [IN_KEEP_WAIT] =
            {
                [SAY_OPEN] = {CP_PCE_EV_DOWN, true, CP_PCEP_PCERR},
                [SAY_KEEPALIVE] = {CP_PCE_EV_UP, false, 0},
                [SAY_CLOSE] = {CP_PCE_EV_DOWN, true, 0},
                [SAY_REPORT] = {CP_PCE_EV_DOWN, true, CP_PCEP_PCERR},
                [SAY_ODD] = {CP_PCE_EV_DOWN, true, CP_PCEP_PCERR},
                [SAY_TLS] = {CP_PCE_EV_DOWN, true, CP_PCEP_PCERR},
                [SAY_HANGS_UP] = {CP_PCE_EV_DOWN, false, 0},
            },
        [IN_SYNC] =
            {
                [SAY_OPEN] = {-1, false, CP_PCEP_PCERR},
                [SAY_KEEPALIVE] = {-1, false, 0},
                [SAY_CLOSE] = {CP_PCE_EV_DOWN, true, 0},
                [SAY_REPORT] = {CP_PCE_EV_LSP, false, 0},
                [SAY_ODD] = {-1, false, CP_PCEP_PCERR},
                [SAY_TLS] = {-1, false, CP_PCEP_PCERR},
                [SAY_HANGS_UP] = {CP_PCE_EV_DOWN, false, 0},
            },
        [IN_UP] =
            {
                [SAY_OPEN] = {-1, false, CP_PCEP_PCERR},
                [SAY_KEEPALIVE] = {-1, false, 0},
                [SAY_CLOSE] = {CP_PCE_EV_DOWN, true, 0},
                [SAY_REPORT] = {CP_PCE_EV_LSP, false, 0},
                [SAY_ODD] = {-1, false, CP_PCEP_PCERR},
                [SAY_TLS] = {-1, false, CP_PCEP_PCERR},
                [SAY_HANGS_UP] = {CP_PCE_EV_DOWN, false, 0},
            },
};

static void go_to(struct world *w, enum start start)
{
    if (start == IN_OPEN_WAIT || start == IN_KEEP_WAIT)
        connect(w);
    if (start == IN_KEEP_WAIT) {
        take(w, open_of(w, 30, 120, true));
        want_nothing(w);
        want_sent(w, CP_PCEP_KEEPALIVE);
    }
    if (start == IN_SYNC || start == IN_UP)
        up_with(w, 30, 120, true);
    if (start == IN_UP) {
        take(w, report_of(w, 0, 0, ""));
        want(w, CP_PCE_EV_SYNCED);
    }
}

static void say(struct world *w, enum word word)
{
    switch (word) {
    case SAY_OPEN:
        take(w, open_of(w, 30, 120, true));
        return;
    case SAY_KEEPALIVE:
        take(w, keepalive(w));
        return;
    case SAY_CLOSE:
        take(w, close_of(w));
        return;
    case SAY_REPORT:
        take(w, report_of(w, 1, 0, "a"));
        return;
    case SAY_ODD:
        take(w, odd(w));
        return;
    case SAY_TLS:
        take(w, message_of(w, CP_PCEP_STARTTLS, NULL, 0));
        return;
    case SAY_HANGS_UP:
        cp_pce_closed(w->pce, w->now_us);
        return;
    case WORDS:
        return;
    }
}

static void each_message_in_each_state_has_its_outcome(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < STARTS; i++)
        for (uint32_t k = 0; k < WORDS; k++) {
            struct world w = world();
            const struct outcome *outcome = &outcomes[i][k];

            go_to(&w, (enum start)i);
            say(&w, (enum word)k);
            if (outcome->event >= 0)
                want(&w, (cp_pce_event_kind)outcome->event);
            want_nothing(&w);
            assert_int_equal(cp_pce_closing(w.pce), outcome->ends);
            want_sent(&w, outcome->out);
            world_free(&w);
        }
}

static void after_its_end_nothing_more_is_heard(void **state)
{
    struct world w = world();

    (void)state;
    up_with(&w, 30, 120, true);
    take(&w, close_of(&w));
    take(&w, report_of(&w, 1, 0, "a"));
    want_down(&w);
    take(&w, report_of(&w, 1, 0, "a"));
    cp_pce_tick(w.pce, w.now_us + 1000 * (uint64_t)PAIR_SECOND_US);
    want_nothing(&w);
    cp_pce_closed(w.pce, w.now_us);
    want_nothing(&w);
    assert_int_equal(cp_pce_out(w.pce).len, 0);
    world_free(&w);
}

static void a_new_connection_starts_afresh(void **state)
{
    struct world w = world();

    (void)state;
    up_with(&w, 30, 120, true);
    take(&w, report_of(&w, 1, 0, "a"));
    want(&w, CP_PCE_EV_LSP);
    take(&w, cp_text_sub(keepalive(&w), 0, 3));
    cp_pce_closed(w.pce, w.now_us);
    want(&w, CP_PCE_EV_DOWN);
    up_with(&w, 30, 120, true);
    take(&w, report_of(&w, 1, 0, ""));
    {
        struct cp_pce_event event;

        assert_true(cp_pce_next(w.pce, &event));
        assert_int_equal(event.kind, CP_PCE_EV_LSP);
        assert_int_equal(event.lsp.name.len, 0); /* names of the session before are forgotten */
    }
    world_free(&w);
}

/* RFC 5440 6.9 TEST: five unknown messages a minute are borne, CLOSE reason 5 */
static void too_many_unknown_messages_end_it(void **state)
{
    struct world w = world();

    (void)state;
    up_with(&w, 0, 0, false);
    at(&w, 100);
    for (uint32_t i = 0; i < CP_PCE_UNKNOWN_MESSAGES_MAX; i++) {
        take(&w, odd(&w));
        want_nothing(&w);
        want_error(&w, 2, 0);
    }
    at(&w, 61);
    for (uint32_t i = 0; i < CP_PCE_UNKNOWN_MESSAGES_MAX; i++) {
        take(&w, odd(&w));
        want_nothing(&w);
        want_error(&w, 2, 0);
    }
    take(&w, odd(&w));
    want_down(&w);
    want_close(&w, CP_PCEP_CLOSE_UNKNOWN_MESSAGES);
    world_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_open_in_time_ends_it),
        cmocka_unit_test(no_keepalive_in_time_ends_it),
        cmocka_unit_test(a_keepalive_goes_out_when_nothing_else_did),
        cmocka_unit_test(a_silent_peer_is_dead_after_what_it_said),
        cmocka_unit_test(a_dead_timer_without_keepalives_is_ignored),
        cmocka_unit_test(a_message_that_is_not_finished_in_time_ends_it),
        cmocka_unit_test(a_synchronisation_without_end_ends_it),
        cmocka_unit_test(after_its_end_synchronisation_has_no_deadline),
        cmocka_unit_test(an_open_that_cannot_be_is_refused_with_a_better_one),
        cmocka_unit_test(a_second_open_that_cannot_be_ends_it),
        cmocka_unit_test(what_the_peer_proposes_is_taken_once),
        cmocka_unit_test(a_proposal_that_cannot_be_ends_it),
        cmocka_unit_test(a_refusal_without_proposal_ends_it),
        cmocka_unit_test(each_message_in_each_state_has_its_outcome),
        cmocka_unit_test(after_its_end_nothing_more_is_heard),
        cmocka_unit_test(a_new_connection_starts_afresh),
        cmocka_unit_test(too_many_unknown_messages_end_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
