#include "pce_world.h"

/* The PCE's machine against bytes made here: each state with each message. */

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
