#include "inside.h"

/*
 * state    documents that are replaced
 * log      entries; before and hash are of 32 bytes, because and contents as they are hashed (log.h)
 * content  bytes by digest, compressed (zstd); with base: as the difference from that one, which has none
 * usage    which entries name which content
 * cut      up to which number entries may be deleted: a row comes with each `cut` entry
 *
 * Triggers are there against mistakes.  Against whoever can write to the file there is the chain.
 */
static const char schema[] =
    "CREATE TABLE state(tab TEXT NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL,"
    " PRIMARY KEY(tab, key)) WITHOUT ROWID;"
    "CREATE TABLE log(seq INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, kind TEXT NOT NULL,"
    " subject BLOB NOT NULL, because BLOB NOT NULL, contents BLOB NOT NULL, document BLOB NOT NULL,"
    " before BLOB NOT NULL, hash BLOB NOT NULL);"
    "CREATE INDEX log_subject ON log(subject, seq) WHERE length(subject) > 0;"
    "CREATE TABLE content(digest BLOB NOT NULL UNIQUE, base BLOB, size INTEGER NOT NULL,"
    " packed BLOB NOT NULL);"
    "CREATE INDEX content_base ON content(base) WHERE base IS NOT NULL;"
    "CREATE TABLE usage(digest BLOB NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY(digest, seq))"
    " WITHOUT ROWID;"
    "CREATE TABLE cut(seq INTEGER PRIMARY KEY, through INTEGER NOT NULL);"
    "CREATE TRIGGER log_insert BEFORE INSERT ON log"
    " WHEN NEW.seq <> max((SELECT ifnull(max(seq), 0) + 1 FROM log),"
    " (SELECT ifnull(max(seq), 0) FROM cut))" /* a cut may take all there was */
    " BEGIN SELECT RAISE(ABORT, 'entries of the log have no gaps and are not replaced'); END;"
    "CREATE TRIGGER log_update BEFORE UPDATE ON log"
    " BEGIN SELECT RAISE(ABORT, 'entries of the log are not changed'); END;"
    "CREATE TRIGGER log_delete BEFORE DELETE ON log"
    " WHEN OLD.seq > (SELECT ifnull(max(through), 0) FROM cut)"
    " BEGIN SELECT RAISE(ABORT, 'entries of the log go by a cut alone'); END;"
    "CREATE TRIGGER content_update BEFORE UPDATE ON content"
    " BEGIN SELECT RAISE(ABORT, 'content is not changed'); END;"
    "CREATE TRIGGER content_delete BEFORE DELETE ON content"
    " WHEN EXISTS(SELECT 1 FROM usage WHERE digest = OLD.digest)"
    " OR EXISTS(SELECT 1 FROM content WHERE base = OLD.digest)"
    " BEGIN SELECT RAISE(ABORT, 'the content is named by an entry, or another rests on it'); END;"
    "CREATE TRIGGER cut_update BEFORE UPDATE ON cut"
    " BEGIN SELECT RAISE(ABORT, 'cuts are not changed'); END;"
    "CREATE TRIGGER cut_delete BEFORE DELETE ON cut"
    " BEGIN SELECT RAISE(ABORT, 'cuts are not taken back'); END;"
    "PRAGMA application_id = 1668051041;"
    "PRAGMA user_version = 1;";

static cp_store_err read_number(struct cp_store *store, sqlite3 *db, const char *text, int64_t *out)
{
    sqlite3_stmt *sql;
    cp_store_err err = cp_store_prepare(store, db, text, &sql);

    if (err != CP_STORE_OK)
        return err;
    if (sqlite3_step(sql) == SQLITE_ROW)
        *out = sqlite3_column_int64(sql, 0);
    else
        err = cp_store_fault(store, db, sqlite3_errcode(db));
    (void)sqlite3_finalize(sql);
    return err;
}

cp_store_err cp_store_schema_look(struct cp_store *store, sqlite3 *db)
{
    int64_t version = 0, application = 0;
    cp_store_err err = read_number(store, db, "PRAGMA user_version", &version);

    if (err == CP_STORE_OK)
        err = read_number(store, db, "PRAGMA application_id", &application);
    if (err != CP_STORE_OK)
        return err;
    if (application != CP_APPLICATION_ID || version < 1)
        return CP_STORE_FOREIGN;
    return version > CP_SCHEMA_VERSION ? CP_STORE_NEWER : CP_STORE_OK;
}

static cp_store_err make(struct cp_store *store)
{
    cp_store_err err = cp_store_exec(store, store->write, "BEGIN IMMEDIATE");

    if (err == CP_STORE_OK)
        err = cp_store_exec(store, store->write, schema);
    return err == CP_STORE_OK ? cp_store_exec(store, store->write, "COMMIT") : err;
}

cp_store_err cp_store_schema(struct cp_store *store)
{
    int64_t things = 0;
    cp_store_err err =
        read_number(store, store->write, "SELECT count(*) FROM sqlite_schema", &things);

    if (err != CP_STORE_OK)
        return err;
    if (things > 0)
        return cp_store_schema_look(store, store->write);
    err = cp_store_exec(store, store->write, "PRAGMA auto_vacuum = INCREMENTAL");
    return err == CP_STORE_OK ? make(store) : err;
}
