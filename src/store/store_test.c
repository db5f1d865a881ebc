#include "trial.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

static void put(struct cp_store *store, const char *key, const char *value)
{
    struct cp_store_batch *batch = cp_store_begin(store, CP_STORE_DURABLE);

    cp_store_put(batch, "intended", cp_text_of(key), cp_text_of(value));
    trial_commit(batch);
}

static void expect(const struct trial *t, struct cp_store *store, const char *key,
                   const char *value)
{
    cp_text got;
    bool found;

    assert_int_equal(cp_store_get(store, "intended", cp_text_of(key), t->arena, &got, &found),
                     CP_STORE_OK);
    assert_int_equal(found, value != NULL);
    if (value != NULL)
        assert_true(cp_text_is(got, value));
}

static void what_was_committed_is_there_after_a_restart(void **state)
{
    struct trial *t = *state;
    struct cp_store *store = trial_open(t, CP_STORE_WRITE);

    put(store, "a", "1");
    put(store, "b", "");
    put(store, "a", "2");
    cp_store_close(store);
    store = trial_open(t, CP_STORE_WRITE);
    expect(t, store, "a", "2");
    expect(t, store, "b", "");
    expect(t, store, "c", NULL);
    cp_store_close(store);
}

static void a_batch_that_is_not_committed_never_was(void **state)
{
    struct trial *t = *state;
    struct cp_store *store = trial_open(t, CP_STORE_WRITE);
    struct cp_store_batch *batch = cp_store_begin(store, CP_STORE_DURABLE);

    cp_store_put(batch, "intended", CP_TEXT("a"), CP_TEXT("1"));
    assert_int_equal(trial_append(batch, CP_LOG_START, "", 1, NULL, 0), 1);
    cp_store_end(batch);
    expect(t, store, "a", NULL);
    batch = cp_store_begin(store, CP_STORE_DURABLE);
    assert_int_equal(trial_append(batch, CP_LOG_START, "", 1, NULL, 0), 1);
    trial_commit(batch);
    cp_store_close(store);
}

static cp_err collect(void *user, cp_text key, cp_text value)
{
    struct cp_out *out = user;

    cp_out_text(out, key);
    cp_out_char(out, '=');
    cp_out_text(out, value);
    cp_out_char(out, ' ');
    return out->err;
}

static void expect_all(const struct trial *t, struct cp_store *store, const char *table,
                       const char *all)
{
    struct cp_out out = cp_out_make(t->arena);
    cp_text text;

    assert_int_equal(cp_store_each(store, table, collect, &out, NULL), CP_STORE_OK);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    assert_true(cp_text_is(text, all));
}

static void a_batch_is_done_in_its_order_and_tables_are_apart(void **state)
{
    struct trial *t = *state;
    struct cp_store *store = trial_open(t, CP_STORE_WRITE);
    struct cp_store_batch *batch = cp_store_begin(store, CP_STORE_SOON);

    cp_store_put(batch, "old", CP_TEXT("x"), CP_TEXT("0"));
    cp_store_put(batch, "intended", CP_TEXT("x"), CP_TEXT("0"));
    cp_store_clear(batch, "intended");
    cp_store_put(batch, "intended", CP_TEXT("c"), CP_TEXT("3"));
    cp_store_put(batch, "intended", CP_TEXT("a"), CP_TEXT("1"));
    cp_store_put(batch, "intended", CP_TEXT("b"), CP_TEXT("2"));
    cp_store_drop(batch, "intended", CP_TEXT("b"));
    cp_store_drop(batch, "intended", CP_TEXT("never there"));
    trial_commit(batch);
    expect_all(t, store, "intended", "a=1 c=3 ");
    expect_all(t, store, "old", "x=0 ");
    expect_all(t, store, "none", "");
    cp_store_close(store);
}

static void a_failure_sticks_and_nothing_is_done(void **state)
{
    struct trial *t = *state;
    struct cp_store *store = trial_open(t, CP_STORE_WRITE);
    struct cp_store_batch *batch = cp_store_begin(store, CP_STORE_DURABLE);
    char key[CP_STORE_KEY_BYTES_MAX];

    memset(key, 'k', sizeof(key));
    cp_store_put(batch, "intended", CP_TEXT("a"), CP_TEXT("1"));
    cp_store_put(batch, "a table's name that is too long for it", CP_TEXT("b"), CP_TEXT("1"));
    assert_int_equal(trial_append(batch, CP_LOG_START, "", 1, NULL, 0), 0);
    assert_int_equal(cp_store_commit(batch), CP_STORE_LIMIT);
    cp_store_end(batch);
    expect(t, store, "a", NULL);
    batch = cp_store_begin(store, CP_STORE_DURABLE);
    cp_store_put(batch, "intended", (cp_text){key, sizeof(key)}, CP_TEXT("1"));
    trial_commit(batch);
    cp_store_close(store);
}

static void keys_that_are_too_long_stay_different(void **state)
{
    struct trial *t = *state;
    struct cp_store *store = trial_open(t, CP_STORE_WRITE);
    struct cp_store_batch *batch = cp_store_begin(store, CP_STORE_DURABLE);
    char a[CP_STORE_KEY_BYTES_MAX + 1], b[CP_STORE_KEY_BYTES_MAX + 1];
    cp_text keys[] = {{a, sizeof(a)}, {b, sizeof(b)}}, value;
    bool found;

    memset(a, 'k', sizeof(a));
    memset(b, 'k', sizeof(b));
    b[sizeof(b) - 1] = '\xff';
    cp_store_put(batch, "intended", keys[0], CP_TEXT("1"));
    cp_store_put(batch, "intended", keys[1], CP_TEXT("2"));
    trial_commit(batch);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(cp_store_get(store, "intended", keys[i], t->arena, &value, &found),
                         CP_STORE_OK);
        assert_true(found && cp_text_is(value, i == 0 ? "1" : "2"));
    }
    batch = cp_store_begin(store, CP_STORE_DURABLE);
    cp_store_drop(batch, "intended", keys[0]);
    trial_commit(batch);
    assert_int_equal(cp_store_get(store, "intended", keys[0], t->arena, &value, &found),
                     CP_STORE_OK);
    assert_false(found);
    cp_store_close(store);
}

static void a_second_writer_is_refused_and_a_reader_is_not(void **state)
{
    struct trial *t = *state;
    struct cp_store *store = trial_open(t, CP_STORE_WRITE), *other;

    put(store, "a", "1");
    assert_int_equal(cp_store_open(t->state, CP_STORE_WRITE, &other, NULL), CP_STORE_HELD);
    other = trial_open(t, CP_STORE_READ);
    expect(t, other, "a", "1");
    put(store, "a", "2");
    expect(t, other, "a", "2");
    cp_store_close(store);
    expect(t, other, "a", "2");
    store = trial_open(t, CP_STORE_WRITE);
    cp_store_close(store);
    cp_store_close(other);
}

static void another_process_that_holds_it_is_noticed(void **state)
{
    struct trial *t = *state;
    int ready[2], go[2], status = 0;
    struct cp_store *store;
    char c = 0;
    pid_t child;

    assert_int_equal(pipe(ready) | pipe(go), 0);
    child = fork();
    if (child == 0) {
        bool good = cp_store_open(t->state, CP_STORE_WRITE, &store, NULL) == CP_STORE_OK;

        (void)!write(ready[1], good ? "y" : "n", 1);
        (void)!read(go[0], &c, 1);
        _exit(0); /* without closing: the lock goes with the process */
    }
    assert_int_equal(read(ready[0], &c, 1), 1);
    assert_int_equal(c, 'y');
    assert_int_equal(cp_store_open(t->state, CP_STORE_WRITE, &store, NULL), CP_STORE_HELD);
    assert_int_equal(write(go[1], "g", 1), 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    store = trial_open(t, CP_STORE_WRITE);
    cp_store_close(store);
    (void)close(ready[0]);
    (void)close(ready[1]);
    (void)close(go[0]);
    (void)close(go[1]);
}

static void what_is_newer_is_refused(void **state)
{
    struct trial *t = *state;
    struct cp_diag diag = {.why = NULL};
    struct cp_store *store = trial_open(t, CP_STORE_WRITE);

    cp_store_close(store);
    trial_tamper(t, "PRAGMA user_version = 2");
    assert_int_equal(cp_store_open(t->state, CP_STORE_WRITE, &store, &diag), CP_STORE_NEWER);
    assert_string_equal(diag.why, "a newer release made this store");
    assert_null(store);
    assert_int_equal(cp_store_open(t->state, CP_STORE_READ, &store, NULL), CP_STORE_NEWER);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void what_is_no_store_is_refused(void **state)
{
    struct trial *t = *state;
    struct cp_store *store;
    char path[128];

    assert_int_equal(cp_store_open(t->state, CP_STORE_READ, &store, NULL), CP_STORE_MISSING);
    store = trial_open(t, CP_STORE_WRITE);
    cp_store_close(store);
    trial_tamper(t, "PRAGMA application_id = 1");
    assert_int_equal(cp_store_open(t->state, CP_STORE_WRITE, &store, NULL), CP_STORE_FOREIGN);
    (void)snprintf(path, sizeof(path), "%s/cleanpath.db", t->state);
    write_file(path,
               "this is a text and no database, and long enough to be seen as one that is none");
    assert_int_equal(cp_store_open(t->state, CP_STORE_WRITE, &store, NULL), CP_STORE_FOREIGN);
    assert_int_equal(cp_store_open(t->state, CP_STORE_READ, &store, NULL), CP_STORE_FOREIGN);
}

static void the_folder_is_for_its_owner_alone(void **state)
{
    struct trial *t = *state;
    struct cp_store *store = trial_open(t, CP_STORE_WRITE);
    struct stat about;
    char path[128];

    assert_int_equal(stat(t->state, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0700);
    (void)snprintf(path, sizeof(path), "%s/cleanpath.db-wal", t->state);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    cp_store_close(store);
}

/* A snapshot of n lines of which one, `other`, differs. */
static cp_text snapshot(const struct trial *t, uint32_t lines, uint32_t other)
{
    struct cp_out out = cp_out_make(t->arena);
    cp_text text;

    for (uint32_t i = 0; i < lines; i++)
        cp_out_format(&out, "[\"link\", %u, %u, \"%x\"]\n", i, i == other ? 7u : 1u,
                      i * 2654435761u);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    return text;
}

static int64_t packed_bytes(const struct trial *t)
{
    char path[128];
    sqlite3_stmt *sql;
    sqlite3 *db;
    int64_t bytes;

    (void)snprintf(path, sizeof(path), "%s/cleanpath.db", t->state);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(db, "SELECT sum(length(packed)) FROM content", -1, &sql, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(sql), SQLITE_ROW);
    bytes = sqlite3_column_int64(sql, 0);
    (void)sqlite3_finalize(sql);
    (void)sqlite3_close(db);
    return bytes;
}

enum { SNAPSHOTS = 40, LINES = 4000 };

static void contents_that_resemble_each_other_take_little_space(void **state)
{
    struct trial *t = *state;
    struct cp_store *store = trial_open(t, CP_STORE_WRITE);
    char digest[SNAPSHOTS][65];
    int64_t first = 0;

    for (uint32_t i = 0; i < SNAPSHOTS; i++) {
        struct cp_store_batch *batch = cp_store_begin(store, CP_STORE_SOON);

        cp_store_keep(batch, snapshot(t, LINES, i * 90), i > 0 ? digest[i - 1] : "", digest[i]);
        trial_commit(batch);
        if (i == 0)
            first = packed_bytes(t);
    }
    assert_true(packed_bytes(t) < 2 * first);
    for (uint32_t i = 0; i < SNAPSHOTS; i++) {
        cp_text got, want = snapshot(t, LINES, i * 90);
        bool found;

        assert_int_equal(cp_store_content(store, digest[i], t->arena, &got, &found), CP_STORE_OK);
        assert_true(found && cp_text_eq(got, want));
    }
    cp_store_close(store);
}

static void content_is_kept_once_and_may_be_empty(void **state)
{
    struct trial *t = *state;
    struct cp_store *store = trial_open(t, CP_STORE_WRITE);
    struct cp_store_batch *batch = cp_store_begin(store, CP_STORE_DURABLE);
    char a[65], b[65], empty[65];
    cp_text got;
    bool found;

    cp_store_keep(batch, CP_TEXT("policy"), NULL, a);
    cp_store_keep(batch, CP_TEXT("policy"), "", b);
    cp_store_keep(batch, CP_TEXT(""), a, empty);
    assert_string_equal(a, b);
    trial_commit(batch);
    batch = cp_store_begin(store, CP_STORE_DURABLE);
    cp_store_keep(batch, CP_TEXT("policy"), empty, b);
    trial_commit(batch);
    assert_int_equal(cp_store_content(store, empty, t->arena, &got, &found), CP_STORE_OK);
    assert_true(found && got.len == 0);
    assert_int_equal(cp_store_content(store, a, t->arena, &got, &found), CP_STORE_OK);
    assert_true(found && cp_text_is(got, "policy"));
    a[0] = a[0] == '0' ? '1' : '0';
    assert_int_equal(cp_store_content(store, a, t->arena, &got, &found), CP_STORE_OK);
    assert_false(found);
    assert_int_equal(cp_store_content(store, "xyz", t->arena, &got, &found), CP_STORE_MALFORMED);
    cp_store_close(store);
}

static void a_copy_that_nobody_can_write_to_is_read(void **state)
{
    struct trial *t = *state;
    struct cp_store *store = trial_open(t, CP_STORE_WRITE);
    int status = 0;
    pid_t child;

    put(store, "a", "1");
    cp_store_close(store);
    assert_int_equal(chmod(t->state, 0555), 0);
    child = fork();
    if (child == 0) { /* as somebody for whom permissions count */
        char path[128];
        bool found = false;
        cp_text got;

        (void)snprintf(path, sizeof(path), "%s/cleanpath.db", t->state);
        (void)chmod(path, 0444);
        (void)chmod(t->folder, 0755);
        if (getuid() == 0 && setuid(65534) != 0)
            _exit(2);
        if (cp_store_open(t->state, CP_STORE_WRITE, &store, NULL) != CP_STORE_FORBIDDEN)
            _exit(3);
        if (cp_store_open(t->state, CP_STORE_READ, &store, NULL) != CP_STORE_OK ||
            cp_store_get(store, "intended", CP_TEXT("a"), t->arena, &got, &found) != CP_STORE_OK)
            _exit(4);
        _exit(found ? 0 : 5);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void batches_are_committed_in_the_order_they_were_begun(void **state)
{
    struct trial *t = *state;
    struct cp_store *store = trial_open(t, CP_STORE_WRITE);
    struct cp_store_batch *first = cp_store_begin(store, CP_STORE_DURABLE);
    struct cp_store_batch *second = cp_store_begin(store, CP_STORE_DURABLE);

    assert_int_equal(trial_append(first, CP_LOG_START, "", 1, NULL, 0), 1);
    assert_int_equal(trial_append(second, CP_LOG_STOP, "", 1, NULL, 0), 2);
    assert_int_equal(cp_store_commit(second), CP_STORE_ORDER);
    assert_int_equal(cp_store_commit(first), CP_STORE_OK);
    assert_int_equal(cp_store_commit(second), CP_STORE_OK);
    cp_store_end(second);
    cp_store_end(first);
    cp_store_close(store);
}

/* Files may grow to so many bytes and no further. */
static void limit_files(rlim_t bytes)
{
    struct rlimit limit;

    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void where_the_disk_is_full_nothing_is_done_and_it_may_be_tried_again(void **state)
{
    struct trial *t = *state;
    struct cp_store *store = trial_open(t, CP_STORE_WRITE);
    struct cp_store_batch *batch = cp_store_begin(store, CP_STORE_DURABLE);
    struct cp_log_findings findings;
    char *large = CP_TAKE(t->arena, 1 << 20, char);

    put(store, "a", "1");
    cp_store_put(batch, "intended", CP_TEXT("a"), CP_TEXT("2"));
    assert_int_equal(trial_append(batch, CP_LOG_START, "", 1, NULL, 0), 1);
    cp_store_put(batch, "intended", CP_TEXT("large"), (cp_text){large, 1 << 20});
    limit_files(256 << 10);
    assert_int_equal(cp_store_commit(batch), CP_STORE_IO);
    assert_true(cp_store_why(store)[0] != '\0');
    expect(t, store, "a", "1");
    limit_files(RLIM_INFINITY);
    trial_commit(batch);
    expect(t, store, "a", "2");
    assert_int_equal(cp_log_verify(store, CP_LOG_CONTENTS, &findings), CP_STORE_OK);
    assert_int_equal(findings.entries, 1);
    assert_int_equal(findings.broken, 0);
    cp_store_close(store);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, trial_begin, trial_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_was_committed_is_there_after_a_restart),
        CASE(a_batch_that_is_not_committed_never_was),
        CASE(a_batch_is_done_in_its_order_and_tables_are_apart),
        CASE(a_failure_sticks_and_nothing_is_done),
        CASE(keys_that_are_too_long_stay_different),
        CASE(a_second_writer_is_refused_and_a_reader_is_not),
        CASE(another_process_that_holds_it_is_noticed),
        CASE(what_is_newer_is_refused),
        CASE(what_is_no_store_is_refused),
        CASE(the_folder_is_for_its_owner_alone),
        CASE(contents_that_resemble_each_other_take_little_space),
        CASE(content_is_kept_once_and_may_be_empty),
        CASE(a_copy_that_nobody_can_write_to_is_read),
        CASE(where_the_disk_is_full_nothing_is_done_and_it_may_be_tried_again),
        CASE(batches_are_committed_in_the_order_they_were_begun),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
