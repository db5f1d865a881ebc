#include "store/log.h"

#include <string.h>

#include "base/json.h"
#include "base/moment.h"

#include "inside.h"

/*
 * In one transaction: what stays is gathered in a table of the connection, the cut is allowed by its row,
 * entries, usages and contents go, and the cut's own entry comes, with the digest of what stayed.
 */

/* Newest entries of what is live, then all that they rest on: because is a row of numbers of 8 bytes, which
 * SQL cannot take apart; rows are added until none is new. */
#define NEWEST_OF_LIVE                                                         \
    "INSERT OR IGNORE INTO temp.stays SELECT max(log.seq) FROM state JOIN log" \
    " ON length(log.subject) > 0 AND log.subject = state.key WHERE state.tab = ?1"

static const char *const roots[] = {
    NEWEST_OF_LIVE " AND log.kind IN ('step', 'report', 'witness') GROUP BY state.key, log.kind",
    /* a step that repeats another decides nothing */
    NEWEST_OF_LIVE " AND log.kind = 'step'"
                   " AND json_type(CAST(log.document AS TEXT), '$.' || ?2) IS NULL"
                   " GROUP BY state.key"};

struct cutting {
    struct cp_store *store;
    const struct cp_log_cut *cut;
    struct cp_log_cut_done *out;
    struct cp_arena *arena;
    unsigned char hash[CP_DIGEST_BYTES]; /* of the last entry that goes or stays by the cut */
    char kept[65];
};

static cp_store_err run_with(struct cutting *c, const char *text, uint64_t number,
                             uint64_t *changes)
{
    sqlite3_stmt *sql;
    cp_store_err err = cp_store_prepare(c->store, c->store->write, text, &sql);

    if (err != CP_STORE_OK)
        return err;
    if (sqlite3_bind_parameter_count(sql) > 0)
        (void)sqlite3_bind_int64(sql, 1, (sqlite3_int64)number);
    err = cp_store_run(c->store, sql);
    if (changes != NULL)
        *changes += (uint64_t)sqlite3_changes64(c->store->write);
    (void)sqlite3_finalize(sql);
    return err;
}

static cp_store_err read_number(struct cutting *c, const char *text, uint64_t with, uint64_t *out)
{
    sqlite3_stmt *sql;
    cp_store_err err = cp_store_prepare(c->store, c->store->write, text, &sql);
    int code;

    if (err != CP_STORE_OK)
        return err;
    (void)sqlite3_bind_int64(sql, 1, (sqlite3_int64)with);
    code = sqlite3_step(sql);
    if (code == SQLITE_ROW)
        *out = (uint64_t)sqlite3_column_int64(sql, 0);
    else
        err = cp_store_fault(c->store, c->store->write, code);
    (void)sqlite3_finalize(sql);
    return err;
}

/* The last entry of those that are all old. */
static cp_store_err find_through(struct cutting *c)
{
    uint64_t before = c->cut->before_us > INT64_MAX ? INT64_MAX : c->cut->before_us;

    c->out->through = 0;
    return read_number(c,
                       "SELECT ifnull((SELECT min(seq) - 1 FROM log WHERE at_us >= ?1 AND seq >"
                       " (SELECT ifnull(max(through), 0) FROM cut)),"
                       " (SELECT ifnull(max(seq), 0) FROM log))",
                       before, &c->out->through);
}

static cp_store_err find_hash(struct cutting *c)
{
    sqlite3_stmt *sql;
    cp_store_err err =
        cp_store_prepare(c->store, c->store->write, "SELECT before FROM log WHERE seq = ?1", &sql);
    cp_text before;

    memcpy(c->hash, c->store->head_hash, CP_DIGEST_BYTES);
    if (err != CP_STORE_OK)
        return err;
    (void)sqlite3_bind_int64(sql, 1, (sqlite3_int64)c->out->through + 1);
    if (sqlite3_step(sql) == SQLITE_ROW) {
        before = cp_store_column(sql, 0);
        if (before.len == CP_DIGEST_BYTES)
            memcpy(c->hash, before.at, CP_DIGEST_BYTES);
        else
            err = CP_STORE_FOREIGN;
    }
    (void)sqlite3_finalize(sql);
    return err;
}

/* --- what stays ------------------------------------------------------------------------------- */

static cp_store_err add_stay(struct cutting *c, uint64_t seq)
{
    return run_with(c, "INSERT OR IGNORE INTO temp.stays VALUES(?1)", seq, NULL);
}

/* The causes of one entry are added; *last: its number. */
static cp_store_err add_causes(struct cutting *c, uint64_t *last)
{
    sqlite3_stmt *sql;
    cp_text because = {"", 0};
    cp_store_err err = cp_store_prepare(
        c->store, c->store->write,
        "SELECT seq, because FROM log WHERE seq IN (SELECT seq FROM temp.stays WHERE seq < ?1)"
        " ORDER BY seq DESC LIMIT 1",
        &sql);

    if (err != CP_STORE_OK)
        return err;
    (void)sqlite3_bind_int64(sql, 1, (sqlite3_int64)*last);
    *last = 0;
    if (sqlite3_step(sql) == SQLITE_ROW) {
        *last = (uint64_t)sqlite3_column_int64(sql, 0);
        because = cp_store_column(sql, 1);
    }
    for (size_t at = 0; at + 8 <= because.len && err == CP_STORE_OK; at += 8) {
        uint64_t seq = 0;

        for (size_t i = 0; i < 8; i++)
            seq = seq << 8 | (unsigned char)because.at[at + i];
        err = add_stay(c, seq);
    }
    (void)sqlite3_finalize(sql);
    return err;
}

static cp_store_err add_newest(struct cutting *c, const char *text)
{
    sqlite3_stmt *sql;
    cp_store_err err = cp_store_prepare(c->store, c->store->write, text, &sql);

    if (err != CP_STORE_OK)
        return err;
    (void)sqlite3_bind_text(sql, 1, c->cut->live_table, -1, SQLITE_STATIC);
    if (sqlite3_bind_parameter_count(sql) > 1)
        (void)sqlite3_bind_text(sql, 2, c->cut->repeats, -1, SQLITE_STATIC);
    err = cp_store_run(c->store, sql);
    (void)sqlite3_finalize(sql);
    return err;
}

/* Causes have lower numbers: from the highest down, each is looked at once. */
static cp_store_err gather_stays(struct cutting *c)
{
    uint64_t last = INT64_MAX;
    cp_store_err err = cp_store_exec(c->store, c->store->write,
                                     "DROP TABLE IF EXISTS temp.stays;"
                                     "CREATE TEMP TABLE stays(seq INTEGER PRIMARY KEY)");

    if (err == CP_STORE_OK && c->cut->live_table != NULL)
        err = add_newest(c, roots[0]);
    if (err == CP_STORE_OK && c->cut->live_table != NULL && c->cut->repeats != NULL)
        err = add_newest(c, roots[1]);
    while (err == CP_STORE_OK && last > 0)
        err = add_causes(c, &last);
    return err;
}

/* --- what goes -------------------------------------------------------------------------------- */

static cp_store_err delete_contents(struct cutting *c)
{
    static const char *const texts[] = {
        "DELETE FROM usage WHERE seq <= ?1 AND seq NOT IN (SELECT seq FROM log WHERE seq <= ?1)",
        /* differences first: others may rest on what is whole */
        "DELETE FROM content WHERE base IS NOT NULL AND digest NOT IN (SELECT digest FROM usage)",
        ("DELETE FROM content WHERE base IS NULL AND digest NOT IN (SELECT digest FROM usage)"
         " AND digest NOT IN (SELECT base FROM content WHERE base IS NOT NULL)")};
    cp_store_err err = CP_STORE_OK;

    for (size_t i = 0; i < CP_COUNT(texts) && err == CP_STORE_OK; i++)
        err = run_with(c, texts[i], c->out->through, i > 0 ? &c->out->contents : NULL);
    return err;
}

static cp_store_err allow(struct cutting *c)
{
    sqlite3_stmt *sql;
    cp_store_err err = cp_store_prepare(c->store, c->store->write,
                                        "INSERT INTO cut(seq, through) VALUES(?1, ?2)", &sql);

    if (err != CP_STORE_OK)
        return err;
    (void)sqlite3_bind_int64(sql, 1, (sqlite3_int64)c->store->head_seq + 1);
    (void)sqlite3_bind_int64(sql, 2, (sqlite3_int64)c->out->through);
    err = cp_store_run(c->store, sql);
    (void)sqlite3_finalize(sql);
    return err;
}

static cp_store_err write_document(struct cutting *c, cp_text *out)
{
    struct cp_out text = cp_out_make(c->arena);
    struct cp_json json = cp_json_make(&text);
    char moment[28], hash[65];

    cp_moment_format(c->cut->before_us, moment);
    cp_digest_to_hex(c->hash, hash);
    cp_json_object(&json, NULL, CP_JSON_FLAT);
    cp_json_u64(&json, "through", c->out->through);
    cp_json_str(&json, "hash", hash);
    cp_json_str(&json, "before", moment);
    cp_json_u64(&json, "entries", c->out->entries);
    cp_json_u64(&json, "contents", c->out->contents);
    cp_json_u64(&json, "kept", c->out->kept);
    cp_json_str(&json, "kept_sha256", c->kept);
    cp_json_text(&json, "by", c->cut->by);
    cp_json_text(&json, "why", c->cut->why);
    cp_json_close(&json);
    if (cp_out_done(&text, out) != CP_OK)
        return CP_STORE_NOMEM;
    out->len--; /* without the line's end */
    return CP_STORE_OK;
}

static cp_store_err sign(struct cutting *c)
{
    struct cp_log_row row = {.seq = c->store->head_seq + 1,
                             .at_us = c->cut->at_us,
                             .kind = CP_TEXT("cut"),
                             .subject = CP_TEXT(""),
                             .because = CP_TEXT(""),
                             .contents = CP_TEXT("")};
    cp_store_err err =
        cp_log_kept_digest(c->store, c->store->write, c->out->through, &c->out->kept, c->kept);

    if (err == CP_STORE_OK)
        err = write_document(c, &row.document);
    return err == CP_STORE_OK ? cp_log_insert(c->store, &row, c->arena) : err;
}

static cp_store_err cut_all(struct cutting *c)
{
    cp_store_err err = find_through(c);

    if (err == CP_STORE_OK)
        err = find_hash(c);
    if (err == CP_STORE_OK)
        err = gather_stays(c);
    if (err == CP_STORE_OK)
        err = allow(c);
    if (err == CP_STORE_OK)
        err = run_with(c,
                       "DELETE FROM log WHERE seq <= ?1 AND seq NOT IN"
                       " (SELECT seq FROM temp.stays)",
                       c->out->through, &c->out->entries);
    if (err != CP_STORE_OK || c->out->entries == 0)
        return err;
    err = delete_contents(c);
    return err == CP_STORE_OK ? sign(c) : err;
}

static cp_store_err transact(struct cutting *c)
{
    sqlite3 *db = c->store->write;
    cp_store_err err = cp_store_exec(c->store, db, "PRAGMA synchronous = FULL; BEGIN IMMEDIATE");

    if (err == CP_STORE_OK) {
        c->store->care = CP_STORE_DURABLE;
        err = cut_all(c);
    }
    if (err == CP_STORE_OK && c->out->entries > 0)
        err = cp_store_exec(c->store, db, "COMMIT");
    if (sqlite3_get_autocommit(db) == 0)
        (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return err;
}

cp_store_err cp_log_cut(struct cp_store *store, const struct cp_log_cut *cut,
                        struct cp_log_cut_done *out)
{
    struct cutting c = {.store = store, .cut = cut, .out = out};
    uint64_t head_seq = store->head_seq;
    unsigned char head_hash[CP_DIGEST_BYTES];
    cp_store_err err;

    CP_ASSERT(store->write != NULL && store->open == 0);
    *out = (struct cp_log_cut_done){.through = 0};
    if (cut->by.len + cut->why.len > CP_STORE_DOCUMENT_BYTES_MAX / 8)
        return CP_STORE_LIMIT;
    if (cut->at_us > INT64_MAX)
        return CP_STORE_MALFORMED;
    c.arena = cp_arena_open(4 * (size_t)CP_STORE_DOCUMENT_BYTES_MAX);
    if (c.arena == NULL)
        return CP_STORE_NOMEM;
    memcpy(head_hash, store->head_hash, sizeof(head_hash));
    err = transact(&c);
    cp_arena_close(c.arena);
    if (err != CP_STORE_OK) {
        store->head_seq = head_seq;
        memcpy(store->head_hash, head_hash, sizeof(head_hash));
    }
    if (err != CP_STORE_OK || out->entries == 0)
        *out = (struct cp_log_cut_done){.through = 0};
    else /* the space is free for what comes; giving it back to the system may wait for another time */
        (void)sqlite3_exec(store->write, "PRAGMA incremental_vacuum", NULL, NULL, NULL);
    store->promised = store->head_seq;
    return err;
}
