#include "trial.h"

#define DAY UINT64_C(86400000000)

static struct cp_log_findings verify(struct cp_store *store)
{
    struct cp_log_findings findings;

    assert_int_equal(cp_log_verify(store, CP_LOG_CONTENTS, &findings), CP_STORE_OK);
    return findings;
}

static void expect_broken(const struct trial *t, uint64_t seq, const char *why)
{
    struct cp_store *store = trial_open(t, CP_STORE_READ);
    struct cp_log_findings findings = verify(store);

    assert_int_equal(findings.broken, seq);
    assert_string_equal(findings.why, why);
    cp_store_close(store);
}

/* Entries of `count` days, each with a content of its own that its view is. */
static void fill(const struct trial *t, uint32_t count)
{
    struct cp_store *store = trial_open(t, CP_STORE_WRITE);

    for (uint32_t i = 0; i < count; i++) {
        struct cp_store_batch *batch = cp_store_begin(store, CP_STORE_SOON);
        char digest[1][65], text[16];
        struct cp_log_entry view = {.kind = CP_LOG_VIEW,
                                    .at_us = i * DAY,
                                    .contents = (const char(*)[65])digest,
                                    .content_count = 1,
                                    .document = CP_TEXT("{}")};
        uint64_t because;

        (void)snprintf(text, sizeof(text), "view %u", i);
        cp_store_keep(batch, cp_text_of(text), NULL, digest[0]);
        because = cp_log_append(batch, &view);
        (void)trial_append(batch, CP_LOG_STEP, "a>b/1", i * DAY + 1, &because, 1);
        trial_commit(batch);
    }
    cp_store_close(store);
}

static void an_empty_log_holds(void **state)
{
    struct trial *t = *state;
    struct cp_store *store = trial_open(t, CP_STORE_WRITE);
    struct cp_log_findings findings = verify(store);
    struct cp_log_head head;

    assert_int_equal(findings.broken, 0);
    assert_int_equal(findings.entries, 0);
    assert_int_equal(cp_log_head_get(store, &head), CP_STORE_OK);
    assert_int_equal(head.seq, 0);
    cp_store_close(store);
}

static void a_chain_holds_and_shows_its_head(void **state)
{
    struct trial *t = *state;
    struct cp_log_findings findings;
    struct cp_log_head head;
    struct cp_store *store;

    fill(t, 10);
    store = trial_open(t, CP_STORE_READ);
    findings = verify(store);
    assert_int_equal(findings.broken, 0);
    assert_int_equal(findings.entries, 20);
    assert_int_equal(findings.contents, 10);
    assert_int_equal(cp_log_head_get(store, &head), CP_STORE_OK);
    assert_int_equal(head.seq, 20);
    assert_string_equal(head.hash, findings.head.hash);
    cp_store_close(store);
}

static void an_entry_is_read_as_it_was_written(void **state)
{
    struct trial *t = *state;
    struct cp_log_entry entry, before;
    struct cp_store *store;
    bool found;

    fill(t, 3);
    store = trial_open(t, CP_STORE_READ);
    assert_int_equal(cp_log_get(store, 4, t->arena, &entry, &found), CP_STORE_OK);
    assert_true(found);
    assert_int_equal(entry.kind, CP_LOG_STEP);
    assert_int_equal(entry.at_us, DAY + 1);
    assert_true(cp_text_is(entry.subject, "a>b/1"));
    assert_int_equal(entry.because_count, 1);
    assert_int_equal(entry.because[0], 3);
    assert_true(cp_text_is(entry.document, "{\"reason\": \"a test\"}"));
    assert_int_equal(cp_log_get(store, 3, t->arena, &before, &found), CP_STORE_OK);
    assert_string_equal(before.hash, entry.before);
    assert_int_equal(before.content_count, 1);
    assert_int_equal(cp_log_get(store, 7, t->arena, &entry, &found), CP_STORE_OK);
    assert_false(found);
    assert_int_equal(cp_log_get(store, 0, t->arena, &entry, &found), CP_STORE_OK);
    assert_false(found);
    cp_store_close(store);
}

static void the_hash_is_that_of_the_header(void **state)
{
    struct trial *t = *state;
    struct cp_store *store = trial_open(t, CP_STORE_WRITE);
    struct cp_store_batch *batch = cp_store_begin(store, CP_STORE_DURABLE);
    struct cp_log_entry entry = {
        .kind = CP_LOG_STEP, .at_us = 258, .subject = CP_TEXT("a"), .document = CP_TEXT("{}")};
    struct cp_log_head head;

    (void)cp_log_append(batch, &entry);
    trial_commit(batch);
    assert_int_equal(cp_log_head_get(store, &head), CP_STORE_OK);
    /* python3: hashlib.sha256(bytes(32) + (1).to_bytes(8) + (258).to_bytes(8) + (4).to_bytes(4) +
     * b'step' + (1).to_bytes(4) + b'a' + bytes(8) + (2).to_bytes(4) + b'{}') */
    assert_string_equal(head.hash,
                        "7fe301fab5eae04760286799d4e46f41ae31b4b074ff53f28b56b4f0ce4912ee");
    cp_store_close(store);
}

static cp_err write_line(void *user, const struct cp_log_entry *entry)
{
    struct cp_json json = cp_json_make(user);

    cp_log_entry_json(entry, &json, NULL);
    return json.out->err;
}

static void an_entry_is_shown_with_its_document_last_and_as_it_is(void **state)
{
    struct trial *t = *state;
    struct cp_log_query query = {.limit = 1, .newest_first = true};
    struct cp_store *store = trial_open(t, CP_STORE_WRITE);
    struct cp_store_batch *batch = cp_store_begin(store, CP_STORE_DURABLE);
    struct cp_log_entry entry = {.kind = CP_LOG_START,
                                 .at_us = 1000001,
                                 .subject = CP_TEXT("\", \"document\": "),
                                 .document = CP_TEXT("{\"a\" :1}")};
    struct cp_out out = cp_out_make(t->arena);
    cp_text text;

    (void)cp_log_append(batch, &entry);
    trial_commit(batch);
    assert_int_equal(cp_log_each(store, &query, write_line, &out, NULL), CP_STORE_OK);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    assert_true(
        cp_text_starts(text, CP_TEXT("{\"seq\": 1, \"at\": \"1970-01-01T00:00:01.000001Z\", "
                                     "\"kind\": \"start\", \"subject\": \"\\\", "
                                     "\\\"document\\\": \", \"because\": [], ")));
    assert_true(cp_text_ends(text, CP_TEXT("\", \"document\": {\"a\" :1}}\n")));
    cp_store_close(store);
}

struct seen {
    uint64_t seqs[32];
    uint32_t count;
};

static cp_err see(void *user, const struct cp_log_entry *entry)
{
    struct seen *seen = user;

    seen->seqs[seen->count++] = entry->seq;
    return CP_OK;
}

static void expect_seen(struct cp_store *store, struct cp_log_query query, uint32_t count,
                        uint64_t first, uint64_t last)
{
    struct seen seen = {.count = 0};

    assert_int_equal(cp_log_each(store, &query, see, &seen, NULL), CP_STORE_OK);
    assert_int_equal(seen.count, count);
    if (count == 0)
        return;
    assert_int_equal(seen.seqs[0], first);
    assert_int_equal(seen.seqs[count - 1], last);
}

static void what_is_asked_for_is_given_in_its_order(void **state)
{
    struct trial *t = *state;
    struct cp_store *store;

    fill(t, 5);
    store = trial_open(t, CP_STORE_READ);
    expect_seen(store, (struct cp_log_query){.after = 0}, 10, 1, 10);
    expect_seen(store, (struct cp_log_query){.after = 7}, 3, 8, 10);
    expect_seen(store, (struct cp_log_query){.after = 10}, 0, 0, 0);
    expect_seen(store, (struct cp_log_query){.after = UINT64_MAX}, 0, 0, 0);
    expect_seen(store, (struct cp_log_query){.newest_first = true, .limit = 2}, 2, 10, 9);
    expect_seen(store, (struct cp_log_query){.subject = CP_TEXT("a>b/1")}, 5, 2, 10);
    expect_seen(store, (struct cp_log_query){.subject = CP_TEXT("b>a/1")}, 0, 0, 0);
    expect_seen(store, (struct cp_log_query){.kinds = 1u << CP_LOG_VIEW}, 5, 1, 9);
    expect_seen(store, (struct cp_log_query){.from_us = DAY, .until_us = 2 * DAY}, 2, 3, 4);
    cp_store_close(store);
}

static void refuse(struct cp_store *store, struct cp_log_entry entry, cp_store_err err)
{
    struct cp_store_batch *batch = cp_store_begin(store, CP_STORE_DURABLE);
    uint64_t seq = cp_log_append(batch, &entry);

    assert_int_equal(cp_store_commit(batch), err);
    assert_true(seq != 0 || err != CP_STORE_OK);
    cp_store_end(batch);
}

static void what_is_no_entry_is_refused(void **state)
{
    struct trial *t = *state;
    struct cp_store *store = trial_open(t, CP_STORE_WRITE);
    char missing[1][65] = {"0000000000000000000000000000000000000000000000000000000000000000"};
    char odd[1][65] = {"0"};
    uint64_t later = 1;
    struct cp_log_entry good = {.kind = CP_LOG_STEP, .document = CP_TEXT("{}")}, entry;

    refuse(store, good, CP_STORE_OK);
    later = 2; /* the entry itself: one is there already */
    entry = good;
    entry.because = &later;
    entry.because_count = 1;
    refuse(store, entry, CP_STORE_MALFORMED);
    entry = good;
    entry.contents = (const char(*)[65])missing;
    entry.content_count = 1;
    refuse(store, entry, CP_STORE_MALFORMED);
    entry.contents = (const char(*)[65])odd;
    refuse(store, entry, CP_STORE_MALFORMED);
    entry = good;
    entry.kind = CP_LOG_CUT;
    refuse(store, entry, CP_STORE_MALFORMED);
    refuse(store, good, CP_STORE_OK);
    assert_int_equal(verify(store).broken, 0);
    assert_int_equal(verify(store).entries, 2);
    cp_store_close(store);
}

/* --- what others say -------------------------------------------------------------------------- */

/* The subject and the document that an entry is kept with; the chain holds. */
static struct cp_log_entry kept_as(struct trial *t, struct cp_store *store, cp_text subject,
                                   cp_text document)
{
    struct cp_store_batch *batch = cp_store_begin(store, CP_STORE_DURABLE);
    struct cp_log_entry entry = {.kind = CP_LOG_REPORT, .subject = subject, .document = document};
    uint64_t seq = cp_log_append(batch, &entry);
    bool found;

    trial_commit(batch);
    assert_int_equal(cp_log_get(store, seq, t->arena, &entry, &found), CP_STORE_OK);
    assert_true(found);
    assert_int_equal(verify(store).broken, 0);
    assert_int_equal(cp_text_bad_utf8(entry.subject), entry.subject.len);
    assert_in_range(entry.subject.len, 0, CP_STORE_KEY_BYTES_MAX);
    return entry;
}

static void a_subject_of_any_bytes_is_kept_and_stays_its_own(void **state)
{
    struct trial *t = *state;
    struct cp_store *store = trial_open(t, CP_STORE_WRITE);
    static char name[4096];
    cp_text one, other;

    memset(name, 'n', sizeof(name));
    one = kept_as(t, store, (cp_text){name, CP_STORE_KEY_BYTES_MAX}, CP_TEXT("{}")).subject;
    assert_true(cp_text_eq(one, (cp_text){name, CP_STORE_KEY_BYTES_MAX}));
    one = kept_as(t, store, (cp_text){name, CP_STORE_KEY_BYTES_MAX + 1}, CP_TEXT("{}")).subject;
    other = kept_as(t, store, (cp_text){name, sizeof(name)}, CP_TEXT("{}")).subject;
    assert_int_equal(one.len, CP_STORE_KEY_BYTES_MAX);
    assert_false(cp_text_eq(one, other));
    memset(name, 0xff, sizeof(name));
    one = kept_as(t, store, (cp_text){name, 1}, CP_TEXT("{}")).subject;
    assert_true(cp_text_starts(one, CP_TEXT("\\xff~")));
    other = kept_as(t, store, CP_TEXT("\\xff"), CP_TEXT("{}")).subject;
    assert_true(cp_text_is(other, "\\xff"));
    (void)kept_as(t, store, (cp_text){name, sizeof(name)}, CP_TEXT("{}"));
    cp_store_close(store);
}

static void what_is_no_document_is_kept_as_one_that_says_so(void **state)
{
    static const char *const odd[] = {"", "[]", "{}x", "{", "{\"a\":\n1}", "{\"a\":}", "\xff\x01"};
    struct trial *t = *state;
    struct cp_store *store = trial_open(t, CP_STORE_WRITE);
    char *large = CP_TAKE(t->arena, CP_STORE_DOCUMENT_BYTES_MAX + 1, char);
    cp_text kept;

    kept = kept_as(t, store, CP_TEXT(""), CP_TEXT("{} ")).document;
    assert_true(cp_text_is(kept, "{} "));
    for (size_t i = 0; i < CP_COUNT(odd); i++) {
        kept = kept_as(t, store, CP_TEXT(""), cp_text_of(odd[i])).document;
        assert_true(
            cp_text_starts(kept, CP_TEXT("{\"unfit\": \"it is no JSON object on one line\"")));
    }
    memset(large, ' ', CP_STORE_DOCUMENT_BYTES_MAX + 1);
    large[0] = '{';
    large[1] = '}';
    kept = kept_as(t, store, CP_TEXT(""), (cp_text){large, CP_STORE_DOCUMENT_BYTES_MAX}).document;
    assert_int_equal(kept.len, CP_STORE_DOCUMENT_BYTES_MAX);
    kept =
        kept_as(t, store, CP_TEXT(""), (cp_text){large, CP_STORE_DOCUMENT_BYTES_MAX + 1}).document;
    assert_true(cp_text_starts(kept, CP_TEXT("{\"unfit\": \"it is too long\"")));
    cp_store_close(store);
}

/* --- tampering -------------------------------------------------------------------------------- */

static void the_database_itself_refuses_changes(void **state)
{
    static const char *const attempts[] = {
        "UPDATE log SET at_us = 0 WHERE seq = 3",
        "DELETE FROM log WHERE seq = 3",
        "DELETE FROM log",
        "INSERT OR REPLACE INTO log SELECT * FROM log WHERE seq = 3",
        "INSERT INTO log SELECT 9, 1, 'view', x'', x'', x'', x'', x'', x''",
        "UPDATE content SET packed = x'00'",
        "DELETE FROM content",
        "UPDATE OR REPLACE log SET seq = 2 WHERE seq = 3"};
    struct trial *t = *state;
    struct cp_store *store;
    char path[128];
    sqlite3 *db;

    fill(t, 2);
    (void)snprintf(path, sizeof(path), "%s/cleanpath.db", t->state);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    for (size_t i = 0; i < CP_COUNT(attempts); i++)
        assert_int_equal(sqlite3_exec(db, attempts[i], NULL, NULL, NULL), SQLITE_CONSTRAINT);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    store = trial_open(t, CP_STORE_READ);
    expect_seen(store, (struct cp_log_query){.after = 0}, 4, 1, 4);
    cp_store_close(store);
}

static void tampering_is_found_and_named(void **state)
{
    static const struct {
        const char *sql;
        uint64_t broken;
        const char *why;
    } acts[] = {
        {"UPDATE log SET at_us = 5 WHERE seq = 4", 4, "its hash is not that of its contents"},
        {"UPDATE log SET document = CAST('{}' AS BLOB) WHERE seq = 6", 6,
         "its hash is not that of its contents"},
        {"UPDATE log SET subject = CAST('a>c/1' AS BLOB) WHERE seq = 2", 2,
         "its hash is not that of its contents"},
        {"UPDATE log SET kind = 'steps' WHERE seq = 2", 2, "it is no entry"},
        {"UPDATE log SET hash = x'00' WHERE seq = 7", 7, "it is no entry"},
        {"DELETE FROM log WHERE seq = 3", 4, "entries before it are missing"},
        {"DELETE FROM log WHERE seq < 4", 4, "entries before it are missing"},
        {"UPDATE log SET before = zeroblob(32) WHERE seq = 5", 5,
         "its hash is not that of its contents"},
        {"DELETE FROM content WHERE rowid = 2", 3, "a content that it names is not there"},
        {"UPDATE content SET packed = (SELECT packed FROM content WHERE rowid = 1) WHERE rowid = 2",
         3, "a content that it names has another digest"},
        {"UPDATE content SET packed = x'0011' WHERE rowid = 4", 7,
         "a content that it names has another digest"},
    };
    struct trial *t = *state;

    for (size_t i = 0; i < CP_COUNT(acts); i++) {
        fill(t, 4);
        trial_tamper(t, "DROP TRIGGER log_update; DROP TRIGGER log_delete;"
                        "DROP TRIGGER content_update; DROP TRIGGER content_delete;");
        trial_tamper(t, acts[i].sql);
        expect_broken(t, acts[i].broken, acts[i].why);
        assert_int_equal(trial_end(state), 0);
        assert_int_equal(trial_begin(state), 0);
        t = *state;
    }
}

/* --- cuts ------------------------------------------------------------------------------------- */

static struct cp_log_cut_done cut(struct cp_store *store, uint64_t before_us)
{
    struct cp_log_cut request = {.before_us = before_us,
                                 .at_us = 100 * DAY,
                                 .by = CP_TEXT("an auditor"),
                                 .why = CP_TEXT("kept for long enough"),
                                 .live_table = "intended",
                                 .repeats = "ordered_again"};
    struct cp_log_cut_done done;

    if (cp_log_cut(store, &request, &done) != CP_STORE_OK)
        fail_msg("%s", cp_store_why(store));
    return done;
}

static void a_cut_takes_what_is_old_and_the_chain_holds(void **state)
{
    struct trial *t = *state;
    struct cp_log_cut_done done;
    struct cp_log_findings findings;
    struct cp_store *store;

    fill(t, 10);
    store = trial_open(t, CP_STORE_WRITE);
    done = cut(store, 4 * DAY);
    assert_int_equal(done.through, 8);
    assert_int_equal(done.entries, 8);
    assert_int_equal(done.contents, 4);
    assert_int_equal(done.kept, 0);
    findings = verify(store);
    assert_int_equal(findings.broken, 0);
    assert_int_equal(findings.entries, 13);
    assert_int_equal(findings.cut_through, 8);
    assert_int_equal(findings.head.seq, 21);
    assert_int_equal(findings.contents, 6);
    done = cut(store, 4 * DAY);
    assert_int_equal(done.through, 0);
    done = cut(store, 6 * DAY);
    assert_int_equal(done.entries, 4);
    assert_int_equal(verify(store).broken, 0);
    cp_store_close(store);
    store = trial_open(t, CP_STORE_WRITE);
    done = cut(store, 200 * DAY);
    assert_int_equal(done.entries, 10);
    assert_int_equal(verify(store).entries, 1);
    assert_int_equal(verify(store).broken, 0);
    cp_store_close(store);
}

static void what_is_live_stays_with_all_it_rests_on(void **state)
{
    struct trial *t = *state;
    struct cp_store_batch *batch;
    struct cp_log_cut_done done;
    struct cp_store *store;

    fill(t, 3);
    store = trial_open(t, CP_STORE_WRITE);
    batch = cp_store_begin(store, CP_STORE_DURABLE);
    cp_store_put(batch, "intended", CP_TEXT("a>b/1"), CP_TEXT("{}"));
    (void)trial_append(batch, CP_LOG_ALARM, "x", 5 * DAY, NULL, 0);
    trial_commit(batch);
    done = cut(store, 4 * DAY);
    assert_int_equal(done.through, 6);
    assert_int_equal(done.entries, 4);
    assert_int_equal(done.kept, 2);
    assert_int_equal(done.contents, 2);
    assert_int_equal(verify(store).broken, 0);
    expect_seen(store, (struct cp_log_query){.subject = CP_TEXT("a>b/1")}, 1, 6, 6);
    expect_seen(store, (struct cp_log_query){.after = 0}, 4, 5, 8);
    batch = cp_store_begin(store, CP_STORE_DURABLE);
    cp_store_drop(batch, "intended", CP_TEXT("a>b/1"));
    trial_commit(batch);
    done = cut(store, 4 * DAY);
    assert_int_equal(done.entries, 2);
    assert_int_equal(done.through, 6);
    assert_int_equal(verify(store).broken, 0);
    cp_store_close(store);
}

/* Repetitions that rest on no decision, as those of older releases do not: on the plan alone. */
static void the_step_that_decided_stays_behind_what_repeats_it(void **state)
{
    struct trial *t = *state;
    struct cp_log_entry again = {.kind = CP_LOG_STEP,
                                 .at_us = 3 * DAY,
                                 .subject = CP_TEXT("a>b/1"),
                                 .document = CP_TEXT("{\"ordered_again\": \"path\"}")};
    struct cp_store_batch *batch;
    struct cp_log_cut_done done;
    struct cp_store *store;

    fill(t, 3);
    store = trial_open(t, CP_STORE_WRITE);
    batch = cp_store_begin(store, CP_STORE_DURABLE);
    cp_store_put(batch, "intended", CP_TEXT("a>b/1"), CP_TEXT("{}"));
    (void)cp_log_append(batch, &again);
    (void)cp_log_append(batch, &again);
    trial_commit(batch);
    done = cut(store, 4 * DAY);
    assert_int_equal(done.through, 8);
    assert_int_equal(done.entries, 5);
    assert_int_equal(done.kept, 3);
    expect_seen(store, (struct cp_log_query){.after = 0}, 4, 5, 9);
    expect_seen(store, (struct cp_log_query){.subject = CP_TEXT("a>b/1")}, 2, 6, 8);
    assert_int_equal(verify(store).broken, 0);
    cp_store_close(store);
}

/* Entries 5 and 6 stay of what was cut, 7 is an alarm, 8 the cut. */
static void fill_and_cut(const struct trial *t)
{
    struct cp_store_batch *batch;
    struct cp_store *store;

    fill(t, 3);
    store = trial_open(t, CP_STORE_WRITE);
    batch = cp_store_begin(store, CP_STORE_DURABLE);
    cp_store_put(batch, "intended", CP_TEXT("a>b/1"), CP_TEXT("{}"));
    (void)trial_append(batch, CP_LOG_ALARM, "x", 5 * DAY, NULL, 0);
    trial_commit(batch);
    (void)cut(store, 4 * DAY);
    cp_store_close(store);
}

static void what_goes_after_a_cut_without_one_is_found(void **state)
{
    static const struct {
        const char *sql;
        uint64_t broken;
        const char *why;
    } acts[] = {
        {"DELETE FROM log WHERE seq = 5", 8, "other entries are there than the cut kept"},
        {"UPDATE log SET at_us = 9 WHERE seq = 5", 5, "its hash is not that of its contents"},
        {"DELETE FROM log WHERE seq = 7", 8, "entries before it are missing"},
        {"DELETE FROM log WHERE seq = 8", 5, "entries before it are missing"},
        {"UPDATE log SET document = CAST(replace(CAST(document AS TEXT), '\"through\": 6',"
         " '\"through\": 7') AS BLOB) WHERE seq = 8",
         8, "other entries are there than the cut kept"},
    };
    struct trial *t = *state;

    for (size_t i = 0; i < CP_COUNT(acts); i++) {
        fill_and_cut(t);
        trial_tamper(t, "DROP TRIGGER log_update; DROP TRIGGER log_delete;");
        trial_tamper(t, acts[i].sql);
        expect_broken(t, acts[i].broken, acts[i].why);
        assert_int_equal(trial_end(state), 0);
        assert_int_equal(trial_begin(state), 0);
        t = *state;
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, trial_begin, trial_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(an_empty_log_holds),
        CASE(a_chain_holds_and_shows_its_head),
        CASE(an_entry_is_read_as_it_was_written),
        CASE(the_hash_is_that_of_the_header),
        CASE(an_entry_is_shown_with_its_document_last_and_as_it_is),
        CASE(what_is_asked_for_is_given_in_its_order),
        CASE(what_is_no_entry_is_refused),
        CASE(a_subject_of_any_bytes_is_kept_and_stays_its_own),
        CASE(what_is_no_document_is_kept_as_one_that_says_so),
        CASE(the_database_itself_refuses_changes),
        CASE(tampering_is_found_and_named),
        CASE(a_cut_takes_what_is_old_and_the_chain_holds),
        CASE(what_is_live_stays_with_all_it_rests_on),
        CASE(the_step_that_decided_stays_behind_what_repeats_it),
        CASE(what_goes_after_a_cut_without_one_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
