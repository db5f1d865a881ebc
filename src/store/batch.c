#include "inside.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_in.h"
#include "base/sha256.h"
#include "base/wr.h"

/*
 * A batch is a list of things to do, in an arena of its own; nothing of it touches the database before
 * commit does all of it in one transaction.
 */

typedef enum { DO_PUT, DO_DROP, DO_CLEAR, DO_KEEP, DO_APPEND } kind;

struct deed {
    struct deed *next;
    kind kind;
    char table[CP_STORE_TABLE_BYTES_MAX + 1];
    cp_text key, value; /* KEEP: value */
    unsigned char digest[CP_DIGEST_BYTES], like[CP_DIGEST_BYTES];
    bool has_like;
    struct cp_log_row row; /* APPEND */
};

struct cp_store_batch {
    struct cp_store *store;
    struct cp_arena *arena;
    cp_store_care care;
    cp_store_err err;
    struct deed *first, **last;
    uint64_t first_seq; /* of its entries; 0: none */
    bool done;
};

struct cp_store_batch *cp_store_begin(struct cp_store *store, cp_store_care care)
{
    struct cp_store_batch *batch = calloc(1, sizeof(*batch));

    if (batch == NULL)
        return NULL;
    batch->arena = cp_arena_open(CP_STORE_BATCH_BYTES_MAX);
    if (batch->arena == NULL) {
        free(batch);
        return NULL;
    }
    batch->store = store;
    batch->care = care;
    batch->last = &batch->first;
    store->open++;
    return batch;
}

size_t cp_store_batch_bytes(const struct cp_store_batch *batch)
{
    return cp_arena_used(batch->arena);
}

void cp_store_end(struct cp_store_batch *batch)
{
    if (batch == NULL)
        return;
    batch->store->open--;
    if (batch->store->open == 0) /* then no commit runs either */
        batch->store->promised = batch->store->head_seq;
    cp_arena_close(batch->arena);
    free(batch);
}

/* --- gathering -------------------------------------------------------------------------------- */

static void fail(struct cp_store_batch *batch, cp_store_err err)
{
    if (batch->err == CP_STORE_OK)
        batch->err = err;
}

static cp_text copy(struct cp_store_batch *batch, cp_text text, size_t max)
{
    cp_text out = {"", 0};

    if (text.len > max)
        fail(batch, CP_STORE_LIMIT);
    else if (text.len > 0 && cp_text_copy(text, batch->arena, &out) != CP_OK)
        fail(batch, CP_STORE_LIMIT); /* of the batch's bytes, or memory: either way less must do */
    return out;
}

/* One more thing to do, not in the list yet; NULL where the batch has failed. */
static struct deed *make(struct cp_store_batch *batch, kind what, const char *table)
{
    struct deed *deed;

    CP_ASSERT(!batch->done);
    if (batch->err != CP_STORE_OK)
        return NULL;
    deed = CP_TAKE(batch->arena, 1, struct deed);
    if (deed == NULL || (table != NULL && strlen(table) > CP_STORE_TABLE_BYTES_MAX)) {
        fail(batch, CP_STORE_LIMIT);
        return NULL;
    }
    deed->kind = what;
    if (table != NULL)
        memcpy(deed->table, table, strlen(table) + 1);
    return deed;
}

static void add(struct cp_store_batch *batch, struct deed *deed)
{
    if (batch->err != CP_STORE_OK)
        return;
    *batch->last = deed;
    batch->last = &deed->next;
}

static void add_state(struct cp_store_batch *batch, kind what, const char *table, cp_text key,
                      cp_text value)
{
    struct deed *deed = make(batch, what, table);

    if (deed == NULL)
        return;
    if (cp_store_fit_key(key, batch->arena, &key) != CP_OK)
        fail(batch, CP_STORE_LIMIT);
    deed->key = copy(batch, key, CP_STORE_KEY_BYTES_MAX);
    deed->value = copy(batch, value, CP_STORE_VALUE_BYTES_MAX);
    add(batch, deed);
}

void cp_store_put(struct cp_store_batch *batch, const char *table, cp_text key, cp_text value)
{
    add_state(batch, DO_PUT, table, key, value);
}

void cp_store_drop(struct cp_store_batch *batch, const char *table, cp_text key)
{
    add_state(batch, DO_DROP, table, key, (cp_text){"", 0});
}

void cp_store_clear(struct cp_store_batch *batch, const char *table)
{
    add_state(batch, DO_CLEAR, table, (cp_text){"", 0}, (cp_text){"", 0});
}

void cp_store_keep(struct cp_store_batch *batch, cp_text bytes, const char *like, char digest[65])
{
    struct deed *deed = make(batch, DO_KEEP, NULL);
    cp_text resembles = cp_text_of(like);

    cp_sha256_hex(bytes, digest);
    if (deed == NULL)
        return;
    CP_ASSERT(cp_digest_of_hex((cp_text){digest, 64}, deed->digest));
    deed->has_like = resembles.len > 0;
    if (deed->has_like && !cp_digest_of_hex(resembles, deed->like))
        fail(batch, CP_STORE_MALFORMED);
    deed->value = copy(batch, bytes, CP_STORE_CONTENT_BYTES_MAX);
    add(batch, deed);
}

/* A JSON object on one line. */
static bool is_document(cp_text document)
{
    struct cp_json_in in = cp_json_in_make(document, CP_PLACE_NO_FILE, 1);

    return document.len > 0 && document.at[0] == '{' &&
           memchr(document.at, '\n', document.len) == NULL &&
           memchr(document.at, '\r', document.len) == NULL && cp_json_in_skip(&in, NULL) == CP_OK &&
           cp_json_in_end(&in, NULL) == CP_OK;
}

static cp_text write_because(struct cp_store_batch *batch, const struct cp_log_entry *entry,
                             uint64_t seq)
{
    struct cp_out out = cp_out_make(batch->arena);
    cp_text text = {"", 0};

    if (entry->because_count > CP_STORE_BECAUSE_MAX)
        fail(batch, CP_STORE_LIMIT);
    for (uint32_t i = 0; i < entry->because_count && batch->err == CP_STORE_OK; i++) {
        if (entry->because[i] == 0 || entry->because[i] >= seq)
            fail(batch, CP_STORE_MALFORMED);
        cp_wr_u64(&out, entry->because[i]);
    }
    if (cp_out_done(&out, &text) != CP_OK)
        fail(batch, CP_STORE_LIMIT);
    return text.len > 0 ? text : (cp_text){"", 0};
}

static cp_text write_contents(struct cp_store_batch *batch, const struct cp_log_entry *entry)
{
    struct cp_out out = cp_out_make(batch->arena);
    cp_text text = {"", 0};

    if (entry->content_count > CP_STORE_CONTENTS_MAX)
        fail(batch, CP_STORE_LIMIT);
    for (uint32_t i = 0; i < entry->content_count && batch->err == CP_STORE_OK; i++) {
        unsigned char digest[CP_DIGEST_BYTES] = {0};

        if (!cp_digest_of_hex(cp_text_of(entry->contents[i]), digest))
            fail(batch, CP_STORE_MALFORMED);
        cp_out_text(&out, (cp_text){(const char *)digest, CP_DIGEST_BYTES});
    }
    if (cp_out_done(&out, &text) != CP_OK)
        fail(batch, CP_STORE_LIMIT);
    return text.len > 0 ? text : (cp_text){"", 0};
}

static bool is_entry(const struct cp_log_entry *entry)
{
    return (unsigned)entry->kind < CP_LOG_KIND_COUNT && entry->kind != CP_LOG_CUT &&
           entry->at_us <= INT64_MAX;
}

static cp_text fit_subject(struct cp_store_batch *batch, cp_text subject)
{
    cp_text fit = {"", 0};

    if (cp_store_fit_subject(subject, batch->arena, &fit) != CP_OK)
        fail(batch, CP_STORE_LIMIT);
    return copy(batch, fit, CP_STORE_KEY_BYTES_MAX);
}

static cp_text fit_document(struct cp_store_batch *batch, cp_text document)
{
    const char *why = NULL;
    cp_text fit = document;

    if (document.len > CP_STORE_DOCUMENT_BYTES_MAX)
        why = "it is too long";
    else if (!is_document(document))
        why = "it is no JSON object on one line";
    if (why != NULL && cp_store_fit_document(document, why, batch->arena, &fit) != CP_OK)
        fail(batch, CP_STORE_LIMIT);
    return copy(batch, fit, CP_STORE_DOCUMENT_BYTES_MAX);
}

uint64_t cp_log_append(struct cp_store_batch *batch, const struct cp_log_entry *entry)
{
    struct deed *deed = make(batch, DO_APPEND, NULL);
    uint64_t seq = batch->store->promised + 1;
    struct cp_log_row *row;

    if (deed == NULL)
        return 0;
    if (!is_entry(entry))
        fail(batch, CP_STORE_MALFORMED);
    row = &deed->row;
    row->seq = seq;
    row->at_us = entry->at_us;
    row->kind = cp_text_of(cp_log_kind_name(entry->kind));
    row->subject = fit_subject(batch, entry->subject);
    row->because = write_because(batch, entry, seq);
    row->contents = write_contents(batch, entry);
    row->document = fit_document(batch, entry->document);
    add(batch, deed);
    if (batch->err != CP_STORE_OK)
        return 0;
    if (batch->first_seq == 0)
        batch->first_seq = seq;
    batch->store->promised = seq;
    return seq;
}

/* --- committing ------------------------------------------------------------------------------- */

static cp_store_err change_state(struct cp_store *store, const struct deed *deed)
{
    static const cp_sql which[] = {
        [DO_PUT] = CP_SQL_PUT, [DO_DROP] = CP_SQL_DROP, [DO_CLEAR] = CP_SQL_CLEAR};
    sqlite3_stmt *sql;
    cp_store_err err = cp_store_sql(store, which[deed->kind], &sql);

    if (err != CP_STORE_OK)
        return err;
    (void)sqlite3_bind_text(sql, 1, deed->table, -1, SQLITE_STATIC);
    if (deed->kind != DO_CLEAR)
        err = cp_store_bind_bytes(store, sql, 2, deed->key);
    if (err == CP_STORE_OK && deed->kind == DO_PUT)
        err = cp_store_bind_bytes(store, sql, 3, deed->value);
    return err == CP_STORE_OK ? cp_store_run(store, sql) : err;
}

static cp_store_err carry_out(struct cp_store *store, struct deed *deed, struct cp_arena *scratch)
{
    switch (deed->kind) {
    case DO_PUT:
    case DO_DROP:
    case DO_CLEAR:
        return change_state(store, deed);
    case DO_KEEP:
        return cp_content_keep(store, deed->value, deed->digest,
                               deed->has_like ? deed->like : NULL);
    case DO_APPEND:
        return cp_log_insert(store, &deed->row, scratch);
    }
    return CP_STORE_OK;
}

static cp_store_err set_care(struct cp_store *store, cp_store_care care)
{
    cp_store_err err;

    if (store->care == care)
        return CP_STORE_OK;
    err = cp_store_exec(store, store->write,
                        care == CP_STORE_DURABLE ? "PRAGMA synchronous = FULL"
                                                 : "PRAGMA synchronous = NORMAL");
    if (err == CP_STORE_OK)
        store->care = care;
    return err;
}

static cp_store_err transact(struct cp_store_batch *batch)
{
    struct cp_store *store = batch->store;
    struct cp_arena *scratch = cp_arena_open(4 * (size_t)CP_STORE_DOCUMENT_BYTES_MAX);
    cp_store_err err = scratch != NULL ? set_care(store, batch->care) : CP_STORE_NOMEM;

    if (err == CP_STORE_OK)
        err = cp_store_exec(store, store->write, "BEGIN IMMEDIATE");
    for (struct deed *d = batch->first; d != NULL && err == CP_STORE_OK; d = d->next)
        err = carry_out(store, d, scratch);
    if (err == CP_STORE_OK)
        err = cp_store_exec(store, store->write, "COMMIT");
    cp_arena_close(scratch);
    return err;
}

cp_store_err cp_store_commit(struct cp_store_batch *batch)
{
    struct cp_store *store = batch->store;
    uint64_t head_seq = store->head_seq;
    unsigned char head_hash[CP_DIGEST_BYTES];
    cp_store_err err;

    CP_ASSERT(!batch->done && store->write != NULL);
    if (batch->err != CP_STORE_OK)
        return batch->err;
    if (batch->first_seq != 0 && batch->first_seq != store->head_seq + 1)
        return CP_STORE_ORDER;
    memcpy(head_hash, store->head_hash, sizeof(head_hash));
    store->why_write[0] = '\0';
    err = transact(batch);
    if (err == CP_STORE_OK) {
        batch->done = true;
        return CP_STORE_OK;
    }
    if (sqlite3_get_autocommit(store->write) == 0)
        (void)sqlite3_exec(store->write, "ROLLBACK", NULL, NULL, NULL);
    store->head_seq = head_seq;
    memcpy(store->head_hash, head_hash, sizeof(head_hash));
    return err;
}
