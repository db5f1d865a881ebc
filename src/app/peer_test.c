#include "app/peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void an_answer_is_its_status_and_what_stands_behind_the_head(void **state)
{
    uint32_t status = 0;
    cp_text body;

    (void)state;
    assert_true(
        cp_peer_answer(CP_TEXT("HTTP/1.1 200 OK\r\nA: b\r\n\r\n{}\r\n\r\n"), &status, &body));
    assert_int_equal(status, 200);
    assert_true(cp_text_is(body, "{}\r\n\r\n"));
    assert_true(cp_peer_answer(CP_TEXT("HTTP/1.0 404 \n\n"), &status, &body));
    assert_int_equal(status, 404);
    assert_int_equal(body.len, 0);
}

static void what_is_no_answer_is_none(void **state)
{
    static const char *const bad[] = {"",
                                      "HTTP/1.1 200 OK\r\n",
                                      "HTTP/1.1 200 OK\r\nA: b\r\n",
                                      "HTTP/1.1 20x OK\r\n\r\n",
                                      "HTTP/1.1 099 OK\r\n\r\n",
                                      "HTTP/1.1 600 OK\r\n\r\n",
                                      "HTTP/2 200 OK\r\n\r\n",
                                      "SSH-2.0-x\r\n\r\n",
                                      "\r\n\r\n"};
    uint32_t status;
    cp_text body;

    (void)state;
    for (size_t i = 0; i < CP_COUNT(bad); i++)
        assert_false(cp_peer_answer(cp_text_of(bad[i]), &status, &body));
}

static void events_are_taken_one_by_one_and_comments_passed_over(void **state)
{
    cp_text text = CP_TEXT(
        ": hello\n\nid: 7\nevent: step\ndata: {\"a\": 1}\n\nid:8\ndata:x\n\n: x\n\nid: 9\n");
    struct cp_peer_event event;
    size_t used = 0;

    (void)state;
    assert_true(cp_peer_event(text, &used, &event));
    assert_int_equal(event.id, 7);
    assert_true(cp_text_is(event.kind, "step"));
    assert_true(cp_text_is(event.data, "{\"a\": 1}"));
    text = cp_text_sub(text, used, text.len);
    assert_true(cp_peer_event(text, &used, &event));
    assert_int_equal(event.id, 8);
    assert_true(cp_text_is(event.data, "x"));
    text = cp_text_sub(text, used, text.len);
    assert_false(cp_peer_event(text, &used, &event));
    assert_true(cp_text_is(cp_text_sub(text, used, text.len), "id: 9\n"));
}

static void a_part_of_an_event_waits_for_the_rest(void **state)
{
    const cp_text whole = CP_TEXT("id: 7\ndata: {}\n\n");
    struct cp_peer_event event;
    size_t used;

    (void)state;
    for (size_t len = 0; len < whole.len; len++) {
        assert_false(cp_peer_event(cp_text_sub(whole, 0, len), &used, &event));
        assert_int_equal(used, 0);
    }
    assert_true(cp_peer_event(whole, &used, &event));
    assert_int_equal(used, whole.len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_its_status_and_what_stands_behind_the_head),
        cmocka_unit_test(what_is_no_answer_is_none),
        cmocka_unit_test(events_are_taken_one_by_one_and_comments_passed_over),
        cmocka_unit_test(a_part_of_an_event_waits_for_the_rest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
