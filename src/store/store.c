#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "inside.h"

/*
 * One process writes: it holds a lock on a file beside the database for as long as the store is open.
 * The database has a write-ahead log of SQLite's own, so that readers see whole batches and wait for
 * nobody.
 */

#define PATH_CAP 4096u
#define BUSY_MS 2000

bool cp_store_path(const char *folder, const char *file, char *out, size_t cap)
{
    int len = snprintf(out, cap, "%s/%s", folder, file);

    return len > 0 && (size_t)len < cap;
}

static cp_store_err from_errno(struct cp_store *store, int code)
{
    (void)snprintf(store->why_read, sizeof(store->why_read), "%s", strerror(code));
    if (code == ENOENT || code == ENOTDIR)
        return CP_STORE_MISSING;
    return code == EACCES || code == EPERM || code == EROFS ? CP_STORE_FORBIDDEN : CP_STORE_IO;
}

static cp_store_err make_folder(struct cp_store *store, const char *folder)
{
    if (mkdir(folder, 0700) == 0 || errno == EEXIST)
        return CP_STORE_OK;
    return from_errno(store, errno);
}

static cp_store_err take_lock(struct cp_store *store, const char *folder)
{
    char path[PATH_CAP];

    if (!cp_store_path(folder, "lock", path, sizeof(path)))
        return CP_STORE_LIMIT;
    store->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (store->lock < 0)
        return from_errno(store, errno);
    if (flock(store->lock, LOCK_EX | LOCK_NB) == 0)
        return CP_STORE_OK;
    return errno == EWOULDBLOCK ? CP_STORE_HELD : from_errno(store, errno);
}

/* SQLite gives its other files the mode of this one. */
static cp_store_err make_file(struct cp_store *store, const char *path)
{
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (file < 0)
        return from_errno(store, errno);
    (void)close(file);
    return CP_STORE_OK;
}

static cp_store_err set_up(struct cp_store *store, sqlite3 *db)
{
    (void)sqlite3_busy_timeout(db, BUSY_MS);
    (void)sqlite3_extended_result_codes(db, 1);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return cp_store_exec(store, db, "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768");
}

static cp_store_err open_writer(struct cp_store *store, const char *path)
{
    int code =
        sqlite3_open_v2(path, &store->write, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, NULL);
    cp_store_err err;

    if (code != SQLITE_OK)
        return cp_store_fault(store, store->write, code);
    err = set_up(store, store->write);
    if (err == CP_STORE_OK)
        err = cp_store_schema(store);
    if (err == CP_STORE_OK)
        err = cp_store_exec(store, store->write,
                            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    return err == CP_STORE_OK
               ? cp_store_head(store, store->write, &store->head_seq, store->head_hash)
               : err;
}

/* "file:" and the path, with what has a meaning in URIs escaped. */
static bool write_uri(const char *path, char *out, size_t cap)
{
    size_t len = 5;

    memcpy(out, "file:", 5);
    for (; *path != '\0'; path++) {
        bool plain = *path != '%' && *path != '?' && *path != '#';

        if (len + 24 >= cap)
            return false;
        if (plain)
            out[len++] = *path;
        else
            len += (size_t)snprintf(out + len, cap - len, "%%%02x", (unsigned)(unsigned char)*path);
    }
    memcpy(out + len, "?immutable=1", 13);
    return true;
}

static int open_as(struct cp_store *store, const char *name, int more)
{
    int code = sqlite3_open_v2(name, &store->read, SQLITE_OPEN_READONLY | more, NULL);

    if (code == SQLITE_OK) /* it opens files at the first reading alone */
        code = sqlite3_exec(store->read, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
    return code;
}

/*
 * The write-ahead log needs a file for what readers share.  Where that cannot be made (a copy on a medium
 * that cannot be written) and nobody left anything in the write-ahead log, the file is read as it lies there.
 */
static int open_reading(struct cp_store *store, const char *path)
{
    char log[PATH_CAP + 8], uri[3 * PATH_CAP];
    struct stat about;
    int code = open_as(store, path, SQLITE_OPEN_NOFOLLOW);

    if (code == SQLITE_OK || (code & 0xff) == SQLITE_NOTADB)
        return code;
    (void)snprintf(log, sizeof(log), "%s-wal", path);
    if ((stat(log, &about) == 0 && about.st_size > 0) || !write_uri(path, uri, sizeof(uri)))
        return code;
    (void)sqlite3_close(store->read);
    store->read = NULL;
    return open_as(store, uri, SQLITE_OPEN_URI);
}

static cp_store_err open_reader(struct cp_store *store, const char *path)
{
    int code = open_reading(store, path);
    cp_store_err err;

    if (code != SQLITE_OK) {
        err = cp_store_fault(store, store->read, code);
        return access(path, R_OK) != 0 ? from_errno(store, errno) : err;
    }
    err = set_up(store, store->read);
    return err == CP_STORE_OK ? cp_store_schema_look(store, store->read) : err;
}

static cp_store_err open_all(struct cp_store *store, const char *folder, cp_store_use use)
{
    char path[PATH_CAP];
    cp_store_err err = CP_STORE_OK;

    if (!cp_store_path(folder, "cleanpath.db", path, sizeof(path)))
        return CP_STORE_LIMIT;
    if (use == CP_STORE_WRITE) {
        err = make_folder(store, folder);
        if (err == CP_STORE_OK)
            err = take_lock(store, folder);
        if (err == CP_STORE_OK)
            err = make_file(store, path);
        if (err == CP_STORE_OK)
            err = open_writer(store, path);
    }
    return err == CP_STORE_OK ? open_reader(store, path) : err;
}

static void say(struct cp_diag *diag, cp_store_err err, const char *why)
{
    cp_err ours =
        cp_diag_set(diag, CP_ERR_CONFLICT, CP_PLACE_NONE, cp_store_err_name(err), cp_text_of(why));

    (void)ours; /* the caller gets the store's */
}

cp_store_err cp_store_open(const char *folder, cp_store_use use, struct cp_store **out,
                           struct cp_diag *diag)
{
    struct cp_store *store = calloc(1, sizeof(*store));
    cp_store_err err;

    *out = NULL;
    if (store == NULL)
        return CP_STORE_NOMEM;
    store->lock = -1;
    err = open_all(store, folder, use);
    if (err == CP_STORE_OK) {
        store->promised = store->head_seq;
        *out = store;
        return CP_STORE_OK;
    }
    say(diag, err, cp_store_why(store));
    cp_store_close(store);
    return err;
}

void cp_store_close(struct cp_store *store)
{
    if (store == NULL)
        return;
    for (size_t i = 0; i < CP_COUNT(store->sql); i++)
        (void)sqlite3_finalize(store->sql[i]);
    (void)ZSTD_freeCCtx(store->packer);
    (void)sqlite3_close(store->read);
    (void)sqlite3_close(store->write);
    if (store->lock >= 0)
        (void)close(store->lock);
    free(store);
}

const char *cp_store_why(const struct cp_store *store)
{
    return store->why_write[0] != '\0' ? store->why_write : store->why_read;
}

/* --- reading ---------------------------------------------------------------------------------- */

static cp_store_err bind_table(struct cp_store *store, sqlite3_stmt *sql, const char *table)
{
    int code = sqlite3_bind_text(sql, 1, table, -1, SQLITE_STATIC);

    return code == SQLITE_OK ? CP_STORE_OK : cp_store_fault(store, store->read, code);
}

static cp_store_err get(struct cp_store *store, sqlite3_stmt *sql, struct cp_arena *arena,
                        cp_text *value, bool *found)
{
    int code = sqlite3_step(sql);

    if (code == SQLITE_DONE)
        return CP_STORE_OK;
    if (code != SQLITE_ROW)
        return cp_store_fault(store, store->read, code);
    *found = true;
    return cp_text_copy(cp_store_column(sql, 0), arena, value) == CP_OK ? CP_STORE_OK
                                                                        : CP_STORE_NOMEM;
}

cp_store_err cp_store_get(struct cp_store *store, const char *table, cp_text key,
                          struct cp_arena *arena, cp_text *value, bool *found)
{
    sqlite3_stmt *sql;
    cp_store_err err = cp_store_prepare(
        store, store->read, "SELECT value FROM state WHERE tab = ?1 AND key = ?2", &sql);

    *value = (cp_text){"", 0};
    *found = false;
    if (err != CP_STORE_OK)
        return err;
    if (cp_store_fit_key(key, arena, &key) != CP_OK) {
        (void)sqlite3_finalize(sql);
        return CP_STORE_NOMEM;
    }
    err = bind_table(store, sql, table);
    if (err == CP_STORE_OK)
        err = cp_store_bind_bytes(store, sql, 2, key);
    if (err == CP_STORE_OK)
        err = get(store, sql, arena, value, found);
    (void)sqlite3_finalize(sql);
    return err;
}

static cp_store_err visit_each(struct cp_store *store, sqlite3_stmt *sql, cp_store_visit visit,
                               void *user, cp_err *stopped)
{
    int code;

    while ((code = sqlite3_step(sql)) == SQLITE_ROW) {
        *stopped = visit(user, cp_store_column(sql, 0), cp_store_column(sql, 1));
        if (*stopped != CP_OK)
            return CP_STORE_OK;
    }
    return code == SQLITE_DONE ? CP_STORE_OK : cp_store_fault(store, store->read, code);
}

cp_store_err cp_store_each(struct cp_store *store, const char *table, cp_store_visit visit,
                           void *user, cp_err *stopped)
{
    sqlite3_stmt *sql;
    cp_err why = CP_OK;
    cp_store_err err = cp_store_prepare(
        store, store->read, "SELECT key, value FROM state WHERE tab = ?1 ORDER BY key", &sql);

    if (err != CP_STORE_OK)
        return err;
    err = bind_table(store, sql, table);
    if (err == CP_STORE_OK)
        err = visit_each(store, sql, visit, user, &why);
    (void)sqlite3_finalize(sql);
    if (stopped != NULL)
        *stopped = why;
    return err;
}

cp_store_err cp_store_content(struct cp_store *store, const char *digest, struct cp_arena *arena,
                              cp_text *bytes, bool *found)
{
    unsigned char binary[CP_DIGEST_BYTES];

    *bytes = (cp_text){"", 0};
    *found = false;
    if (!cp_digest_of_hex(cp_text_of(digest), binary))
        return CP_STORE_MALFORMED;
    return cp_content_read(store, store->read, binary, arena, bytes, found);
}
