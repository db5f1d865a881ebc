#include "trial.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>

#include "base/num.h"

/*
 * A child commits batches until it is killed: in half of the rounds by a timer, at any moment; in the
 * others by itself in the midst of a write of SQLite's, whose first bytes alone reach the file.  Each
 * batch moves two documents, a counter and two entries of the log together, and after each commit the
 * child says in a pipe how far it came.  Whatever the moment, the next open finds all of a batch or
 * nothing of it, every batch that the child spoke of, and a chain that holds.
 *
 * CRASH_ROUNDS: how many kills; ROUNDS where it is not set.
 */

enum { ROUNDS = 120, CUT_EVERY = 37 };

static uint64_t random_next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

/* --- a file system that dies in the midst of a write -------------------------------------------- */

static int64_t writes_left = -1; /* -1: for ever */

static bool is_last_write(void)
{
    if (writes_left < 0)
        return false;
    return writes_left-- == 0;
}

static ssize_t dying_pwrite(int file, const void *bytes, size_t count, off_t at)
{
    if (!is_last_write())
        return pwrite(file, bytes, count, at);
    (void)!pwrite(file, bytes, count / 3, at);
    (void)raise(SIGKILL);
    return -1;
}

static void let_writes_die(uint64_t after)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);

    writes_left = (int64_t)after;
    assert_int_equal(
        vfs->xSetSystemCall(vfs, "pwrite64", (sqlite3_syscall_ptr)(void (*)(void))dying_pwrite) |
            vfs->xSetSystemCall(vfs, "pwrite", (sqlite3_syscall_ptr)(void (*)(void))dying_pwrite),
        SQLITE_OK);
}

/* --- the child ---------------------------------------------------------------------------------- */

static bool commit_one(struct cp_store *store, uint64_t number)
{
    struct cp_store_batch *batch =
        cp_store_begin(store, number % 2 == 0 ? CP_STORE_DURABLE : CP_STORE_SOON);
    char text[32], key[32], digest[1][65];
    struct cp_log_entry view = {.kind = CP_LOG_VIEW,
                                .at_us = number,
                                .contents = (const char(*)[65])digest,
                                .content_count = 1,
                                .document = CP_TEXT("{}")};
    uint64_t because;

    if (batch == NULL)
        return false;
    (void)snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
    (void)snprintf(key, sizeof(key), "lsp-%u", (unsigned)(number % 50));
    cp_store_put(batch, "counters", CP_TEXT("a"), cp_text_of(text));
    cp_store_keep(batch, cp_text_of(text), NULL, digest[0]);
    because = cp_log_append(batch, &view);
    cp_store_put(batch, "intended", cp_text_of(key), cp_text_of(text));
    (void)trial_append(batch, CP_LOG_STEP, key, number, &because, 1);
    cp_store_put(batch, "counters", CP_TEXT("b"), cp_text_of(text));
    if (cp_store_commit(batch) != CP_STORE_OK)
        return false;
    cp_store_end(batch);
    return true;
}

static uint64_t number_of(struct cp_store *store, struct cp_arena *arena, const char *key)
{
    uint64_t number = 0;
    cp_text value;
    bool found;

    assert_int_equal(cp_store_get(store, "counters", cp_text_of(key), arena, &value, &found),
                     CP_STORE_OK);
    assert_true(!found || cp_num_u64(value, UINT64_MAX, &number) == CP_OK);
    return number;
}

static void live(const struct trial *t, int tell, uint64_t dies_after)
{
    struct cp_store *store = NULL;
    uint64_t number;

    if (dies_after > 0)
        let_writes_die(dies_after);
    if (cp_store_open(t->state, CP_STORE_WRITE, &store, NULL) != CP_STORE_OK)
        _exit(3);
    number = number_of(store, t->arena, "a");
    for (;;) {
        struct cp_log_cut cut = {.before_us = number / 2,
                                 .at_us = number,
                                 .by = CP_TEXT("test"),
                                 .live_table = "intended"};
        struct cp_log_cut_done done;

        if (!commit_one(store, ++number) || write(tell, &number, sizeof(number)) < 0)
            _exit(4);
        if (number % CUT_EVERY == 0 && cp_log_cut(store, &cut, &done) != CP_STORE_OK)
            _exit(5);
    }
}

/* --- the parent --------------------------------------------------------------------------------- */

static uint64_t last_told(int from)
{
    uint64_t number = 0, next;

    while (read(from, &next, sizeof(next)) == (ssize_t)sizeof(next))
        number = next;
    return number;
}

/* Ends the child at a moment of its life, if it does not end itself; what it told last. */
static uint64_t kill_one(const struct trial *t, uint64_t *seed)
{
    bool by_itself = random_next(seed) % 2 == 0;
    uint64_t dies_after = by_itself ? 1 + random_next(seed) % 150 : 0;
    struct timespec wait = {.tv_nsec = (long)(random_next(seed) % 25000000)};
    int tell[2], status = 0;
    uint64_t told;
    pid_t child;

    assert_int_equal(pipe(tell), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0)
        live(t, tell[1], dies_after);
    (void)close(tell[1]);
    if (!by_itself) {
        (void)nanosleep(&wait, NULL);
        (void)kill(child, SIGKILL);
    }
    told = last_told(tell[0]);
    (void)close(tell[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFSIGNALED(status))
        fail_msg("the child ended by itself with %d", WEXITSTATUS(status));
    return told;
}

static void check_store(const struct trial *t, uint64_t told, uint64_t *before)
{
    cp_arena_mark mark = cp_arena_mark_get(t->arena);
    struct cp_store *store = trial_open(t, CP_STORE_WRITE);
    struct cp_log_findings findings;
    uint64_t number = number_of(store, t->arena, "a");
    struct cp_log_entry last = {.at_us = 0};
    bool found = false;

    assert_int_equal(cp_log_verify(store, CP_LOG_CONTENTS, &findings), CP_STORE_OK);
    if (findings.broken != 0)
        fail_msg("entry %llu: %s", (unsigned long long)findings.broken, findings.why);
    assert_true(number == number_of(store, t->arena, "b"));
    assert_true(number >= *before && number >= told);
    if (number > 0) { /* the last entry is of that batch, or the cut behind it */
        for (uint64_t seq = findings.head.seq; !found || last.kind == CP_LOG_CUT; seq--)
            assert_int_equal(cp_log_get(store, seq, t->arena, &last, &found), CP_STORE_OK);
        assert_int_equal(last.kind, CP_LOG_STEP);
        assert_true(last.at_us == number);
    }
    *before = number;
    cp_store_close(store);
    cp_arena_reset(t->arena, mark);
}

static uint32_t rounds(void)
{
    const char *wanted = getenv("CRASH_ROUNDS");
    uint32_t count = ROUNDS;

    if (wanted != NULL && cp_num_u32(cp_text_of(wanted), 10000000, &count) != CP_OK)
        count = ROUNDS;
    return count;
}

static void a_killed_process_leaves_whole_batches_and_a_whole_chain(void **state)
{
    struct trial *t = *state;
    uint64_t seed = 20261128, before = 0;

    for (uint32_t round = rounds(); round > 0; round--) {
        uint64_t told = kill_one(t, &seed);

        check_store(t, told, &before);
    }
    assert_true(before > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_killed_process_leaves_whole_batches_and_a_whole_chain,
                                        trial_begin, trial_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
