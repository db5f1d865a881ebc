#include "trial.h"

#include <pthread.h>

/* What store.h promises of threads: the owner begins, fills and reads while another thread commits. */

enum { BATCHES = 60, ENTRIES = 20 };

struct handing {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct cp_store_batch *batch; /* to be committed; NULL: none */
    bool over, failed;
};

static void *commit_each(void *user)
{
    struct handing *h = user;

    (void)pthread_mutex_lock(&h->mutex);
    while (!h->over || h->batch != NULL) {
        struct cp_store_batch *batch = h->batch;
        bool good;

        if (batch == NULL) {
            (void)pthread_cond_wait(&h->changed, &h->mutex);
            continue;
        }
        (void)pthread_mutex_unlock(&h->mutex);
        good = cp_store_commit(batch) == CP_STORE_OK;
        (void)pthread_mutex_lock(&h->mutex);
        h->failed = h->failed || !good;
        h->batch = NULL;
        (void)pthread_cond_broadcast(&h->changed);
    }
    (void)pthread_mutex_unlock(&h->mutex);
    return NULL;
}

static struct cp_store_batch *fill(struct cp_store *store, uint64_t number)
{
    struct cp_store_batch *batch = cp_store_begin(store, CP_STORE_SOON);
    char text[24], digest[65];

    (void)snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
    cp_store_put(batch, "counters", CP_TEXT("a"), cp_text_of(text));
    cp_store_keep(batch, cp_text_of(text), NULL, digest);
    for (uint32_t i = 0; i < ENTRIES; i++)
        (void)trial_append(batch, CP_LOG_STEP, text, number, NULL, 0);
    cp_store_put(batch, "counters", CP_TEXT("b"), cp_text_of(text));
    return batch;
}

/* Whole batches alone are seen. */
static void look(const struct trial *t, struct cp_store *store)
{
    cp_arena_mark mark = cp_arena_mark_get(t->arena);
    struct cp_log_head head;

    assert_int_equal(cp_log_head_get(store, &head), CP_STORE_OK);
    assert_int_equal(head.seq % ENTRIES, 0);
    cp_arena_reset(t->arena, mark);
}

static void hand_over(struct handing *h, struct cp_store_batch *batch)
{
    (void)pthread_mutex_lock(&h->mutex);
    h->batch = batch;
    (void)pthread_cond_broadcast(&h->changed);
    (void)pthread_mutex_unlock(&h->mutex);
}

static void wait_until_free(struct handing *h)
{
    (void)pthread_mutex_lock(&h->mutex);
    while (h->batch != NULL)
        (void)pthread_cond_wait(&h->changed, &h->mutex);
    (void)pthread_mutex_unlock(&h->mutex);
}

static void another_thread_commits_while_the_owner_fills_and_reads(void **state)
{
    struct trial *t = *state;
    struct cp_store *store = trial_open(t, CP_STORE_WRITE);
    struct handing h = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    struct cp_store_batch *under_way = NULL;
    struct cp_log_findings findings;
    pthread_t thread;

    assert_int_equal(pthread_create(&thread, NULL, commit_each, &h), 0);
    for (uint64_t i = 1; i <= BATCHES; i++) {
        struct cp_store_batch *next = fill(store, i);

        look(t, store);
        wait_until_free(&h);
        cp_store_end(under_way);
        under_way = next;
        hand_over(&h, next);
        look(t, store);
    }
    wait_until_free(&h);
    cp_store_end(under_way);
    (void)pthread_mutex_lock(&h.mutex);
    h.over = true;
    (void)pthread_cond_broadcast(&h.changed);
    (void)pthread_mutex_unlock(&h.mutex);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_false(h.failed);
    assert_int_equal(cp_log_verify(store, CP_LOG_CONTENTS, &findings), CP_STORE_OK);
    assert_int_equal(findings.broken, 0);
    assert_int_equal(findings.entries, BATCHES * ENTRIES);
    cp_store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(another_thread_commits_while_the_owner_fills_and_reads,
                                        trial_begin, trial_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
