#include "graph/queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CAP 64u

/* The slow queue: a list in no order, searched for its least key. */
struct list {
    uint64_t key[CAP];
    uint32_t node[CAP];
    uint32_t count;
};

static uint64_t next_number(uint64_t *seed)
{
    uint64_t x = *seed += UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static int open_arena(void **state)
{
    *state = cp_arena_open(SIZE_MAX);
    return *state == NULL;
}

static int close_arena(void **state)
{
    cp_arena_close(*state);
    return 0;
}

static struct cp_queue *open_queue(void **state, uint32_t cap)
{
    struct cp_queue *queue = NULL;

    assert_int_equal(cp_queue_open(*state, cap, &queue), CP_OK);
    return queue;
}

static void assert_pops(struct cp_queue *queue, uint64_t key, uint32_t node)
{
    uint64_t got_key = 0;
    uint32_t got_node = 0;

    assert_true(cp_queue_pop(queue, &got_key, &got_node));
    assert_int_equal(got_key, key);
    assert_int_equal(got_node, node);
}

static void assert_empty(struct cp_queue *queue)
{
    uint64_t key = 0;
    uint32_t node = 0;

    assert_false(cp_queue_pop(queue, &key, &node));
}

static void an_empty_queue_pops_nothing(void **state)
{
    struct cp_queue *queue = open_queue(state, 0);

    assert_empty(queue);
    assert_empty(queue);
    cp_queue_clear(queue);
    assert_empty(queue);
}

static void keys_come_out_from_least_to_most(void **state)
{
    struct cp_queue *queue = open_queue(state, 4);

    cp_queue_push(queue, 7, 70);
    cp_queue_push(queue, 0, 1);
    cp_queue_push(queue, 9, 90);
    cp_queue_push(queue, 8, 80);
    assert_pops(queue, 0, 1);
    assert_pops(queue, 7, 70);
    assert_pops(queue, 8, 80);
    assert_pops(queue, 9, 90);
    assert_empty(queue);
}

static void the_largest_and_the_smallest_key_fit(void **state)
{
    struct cp_queue *queue = open_queue(state, 4);

    cp_queue_push(queue, UINT64_MAX, 3);
    cp_queue_push(queue, UINT64_MAX - 1, 2);
    cp_queue_push(queue, UINT64_C(1) << 63, 1);
    cp_queue_push(queue, 0, 0);
    for (uint32_t i = 0; i < 2; i++)
        assert_pops(queue, i == 0 ? 0 : UINT64_C(1) << 63, i);
    assert_pops(queue, UINT64_MAX - 1, 2);
    assert_pops(queue, UINT64_MAX, 3);
    assert_empty(queue);
}

static void a_key_equal_to_the_last_popped_may_be_pushed(void **state)
{
    struct cp_queue *queue = open_queue(state, 2);

    cp_queue_push(queue, 5, 1);
    assert_pops(queue, 5, 1);
    cp_queue_push(queue, 5, 2);
    assert_pops(queue, 5, 2);
    assert_empty(queue);
}

static void after_clear_keys_start_anywhere(void **state)
{
    struct cp_queue *queue = open_queue(state, 2);

    cp_queue_push(queue, 1000, 1);
    cp_queue_push(queue, 2000, 2);
    assert_pops(queue, 1000, 1);
    cp_queue_clear(queue);
    assert_empty(queue);
    cp_queue_push(queue, 3, 4);
    cp_queue_push(queue, 1, 5);
    assert_pops(queue, 1, 5);
    assert_pops(queue, 3, 4);
    assert_empty(queue);
}

/* The room is for entries at a time, not for all that ever were. */
static void places_of_popped_entries_are_used_again(void **state)
{
    struct cp_queue *queue = open_queue(state, 2);

    cp_queue_push(queue, 0, 0);
    for (uint32_t i = 1; i < 10000; i++) {
        cp_queue_push(queue, i, i);
        assert_pops(queue, i - 1, i - 1);
    }
    assert_pops(queue, 9999, 9999);
    assert_empty(queue);
}

/* Takes the entry out of the list that a pop gave; its key must be the list's least. */
static void strike_out(struct list *list, uint64_t key, uint32_t node)
{
    uint32_t at = CAP;

    for (uint32_t i = 0; i < list->count; i++) {
        assert_true(list->key[i] >= key);
        if (list->key[i] == key && list->node[i] == node)
            at = i;
    }
    assert_true(at < CAP);
    list->count--;
    list->key[at] = list->key[list->count];
    list->node[at] = list->node[list->count];
}

static void run_against_list(struct cp_queue *queue, uint64_t seed)
{
    struct list list = {.count = 0};
    uint64_t last = next_number(&seed) >> (next_number(&seed) % 64);
    uint64_t span = (next_number(&seed) >> (next_number(&seed) % 64)) | 1;

    for (uint32_t i = 0; i < 400; i++) {
        uint64_t key = 0;
        uint32_t node = 0;

        if (next_number(&seed) % 2 == 0 && list.count < CAP && last < UINT64_MAX - span) {
            list.key[list.count] = last + next_number(&seed) % span;
            list.node[list.count] = i;
            cp_queue_push(queue, list.key[list.count], i);
            list.count++;
            continue;
        }
        assert_int_equal(cp_queue_pop(queue, &key, &node), list.count > 0);
        if (list.count > 0) {
            strike_out(&list, key, node);
            last = key;
        }
    }
    while (list.count > 0) {
        uint64_t key = 0;
        uint32_t node = 0;

        assert_true(cp_queue_pop(queue, &key, &node));
        strike_out(&list, key, node);
    }
    assert_empty(queue);
}

static void agrees_with_a_plain_list(void **state)
{
    struct cp_queue *queue = open_queue(state, CAP);

    for (uint64_t seed = 0; seed < 3000; seed++) {
        cp_queue_clear(queue);
        run_against_list(queue, seed);
    }
}

static void equal_pushes_give_equal_orders(void **state)
{
    struct cp_queue *queues[2] = {open_queue(state, CAP), open_queue(state, CAP)};

    cp_queue_push(queues[1], 12, 3); /* what was before the clear does not tell */
    cp_queue_push(queues[1], 11, 4);
    cp_queue_clear(queues[1]);
    for (uint32_t q = 0; q < 2; q++)
        for (uint32_t i = 0; i < CAP; i++)
            cp_queue_push(queues[q], i % 3, i);
    for (uint32_t i = 0; i < CAP; i++) {
        uint64_t key = 0;
        uint32_t node = 0;

        assert_true(cp_queue_pop(queues[0], &key, &node));
        assert_pops(queues[1], key, node);
    }
}

static void each_take_that_fails_is_told(void **state)
{
    struct cp_queue *queue = NULL;
    uint64_t takes = 0;

    (void)state;
    for (;; takes++) {
        struct cp_arena *arena = cp_arena_open(SIZE_MAX);

        assert_non_null(arena);
        cp_arena_fail_after(arena, takes);
        cp_err err = cp_queue_open(arena, 4, &queue);

        cp_arena_close(arena);
        if (err == CP_OK)
            break;
        assert_int_equal(err, CP_ERR_NOMEM);
    }
    assert_true(takes > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_empty_queue_pops_nothing, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(keys_come_out_from_least_to_most, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(the_largest_and_the_smallest_key_fit, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(a_key_equal_to_the_last_popped_may_be_pushed, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(after_clear_keys_start_anywhere, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(places_of_popped_entries_are_used_again, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(agrees_with_a_plain_list, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(equal_pushes_give_equal_orders, open_arena, close_arena),
        cmocka_unit_test(each_take_that_fails_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
