#include "inside.h"

#include <stdio.h>

#include "base/sha256.h"

/* Statements, and what SQLite says of them. */

static const char *const statements[CP_SQL_WRITE_COUNT] = {
    [CP_SQL_PUT] = "INSERT INTO state(tab, key, value) VALUES(?1, ?2, ?3)"
                   " ON CONFLICT(tab, key) DO UPDATE SET value = excluded.value",
    [CP_SQL_DROP] = "DELETE FROM state WHERE tab = ?1 AND key = ?2",
    [CP_SQL_CLEAR] = "DELETE FROM state WHERE tab = ?1",
    [CP_SQL_HAS_CONTENT] = "SELECT 1 FROM content WHERE digest = ?1",
    [CP_SQL_KEEP] = "INSERT INTO content(digest, base, size, packed) VALUES(?1, ?2, ?3, ?4)",
    [CP_SQL_APPEND] =
        "INSERT INTO log(" CP_LOG_COLUMNS ") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    [CP_SQL_USE] = "INSERT OR IGNORE INTO usage(digest, seq) VALUES(?1, ?2)",
};

const char *cp_store_err_name(cp_store_err err)
{
    switch (err) {
    case CP_STORE_OK:
        return "ok";
    case CP_STORE_MISSING:
        return "there is no store here";
    case CP_STORE_HELD:
        return "another process writes to this store";
    case CP_STORE_NEWER:
        return "a newer release made this store";
    case CP_STORE_FOREIGN:
        return "no store of cleanpath, or damaged";
    case CP_STORE_FORBIDDEN:
        return "not permitted";
    case CP_STORE_LIMIT:
        return "past a limit of the store";
    case CP_STORE_MALFORMED:
        return "not fit to be stored";
    case CP_STORE_ORDER:
        return "batches were committed out of order";
    case CP_STORE_NOMEM:
        return "out of memory";
    case CP_STORE_IO:
        return "reading or writing failed";
    }
    return "unknown";
}

cp_store_err cp_store_fault(struct cp_store *store, sqlite3 *db, int code)
{
    /* the two connections may be in two threads */
    char *why = db != NULL && db == store->write ? store->why_write : store->why_read;

    (void)snprintf(why, sizeof(store->why_read), "%s",
                   db != NULL ? sqlite3_errmsg(db) : sqlite3_errstr(code));
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return CP_STORE_OK;
    case SQLITE_NOMEM:
        return CP_STORE_NOMEM;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CONSTRAINT: /* only triggers and keys that our own statements never meet */
    case SQLITE_SCHEMA:
    case SQLITE_ERROR: /* our statements are right: the tables are not ours */
        return CP_STORE_FOREIGN;
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
        return CP_STORE_FORBIDDEN;
    case SQLITE_TOOBIG:
        return CP_STORE_LIMIT;
    default:
        return CP_STORE_IO;
    }
}

cp_store_err cp_store_exec(struct cp_store *store, sqlite3 *db, const char *sql)
{
    int code = sqlite3_exec(db, sql, NULL, NULL, NULL);

    return code == SQLITE_OK ? CP_STORE_OK : cp_store_fault(store, db, code);
}

cp_store_err cp_store_prepare(struct cp_store *store, sqlite3 *db, const char *text,
                              sqlite3_stmt **out)
{
    int code = sqlite3_prepare_v2(db, text, -1, out, NULL);

    return code == SQLITE_OK ? CP_STORE_OK : cp_store_fault(store, db, code);
}

cp_store_err cp_store_sql(struct cp_store *store, cp_sql which, sqlite3_stmt **out)
{
    if (store->sql[which] == NULL) {
        int code = sqlite3_prepare_v3(store->write, statements[which], -1,
                                      SQLITE_PREPARE_PERSISTENT, &store->sql[which], NULL);

        if (code != SQLITE_OK)
            return cp_store_fault(store, store->write, code);
    }
    *out = store->sql[which];
    (void)sqlite3_reset(*out);
    (void)sqlite3_clear_bindings(*out);
    return CP_STORE_OK;
}

cp_store_err cp_store_run(struct cp_store *store, sqlite3_stmt *sql)
{
    int code = sqlite3_step(sql);
    cp_store_err err = CP_STORE_OK;

    if (code != SQLITE_DONE && code != SQLITE_ROW)
        err = cp_store_fault(store, sqlite3_db_handle(sql), code);
    (void)sqlite3_reset(sql);
    return err;
}

/* The bytes stay where they are until the statement has run. */
cp_store_err cp_store_bind_bytes(struct cp_store *store, sqlite3_stmt *sql, int at, cp_text bytes)
{
    int code = bytes.len > 0 ? sqlite3_bind_blob64(sql, at, bytes.at, bytes.len, SQLITE_STATIC)
                             : sqlite3_bind_zeroblob(sql, at, 0);

    return code == SQLITE_OK ? CP_STORE_OK : cp_store_fault(store, sqlite3_db_handle(sql), code);
}

cp_text cp_store_column(sqlite3_stmt *sql, int column)
{
    const void *at = sqlite3_column_blob(sql, column);
    int len = sqlite3_column_bytes(sql, column);

    return at == NULL || len <= 0 ? (cp_text){"", 0} : (cp_text){at, (size_t)len};
}

/* --- digests ---------------------------------------------------------------------------------- */

static int nibble(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool cp_digest_of_hex(cp_text hex, unsigned char out[CP_DIGEST_BYTES])
{
    if (hex.len != 2 * (size_t)CP_DIGEST_BYTES)
        return false;
    for (size_t i = 0; i < CP_DIGEST_BYTES; i++) {
        int high = nibble(hex.at[2 * i]), low = nibble(hex.at[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        out[i] = (unsigned char)(high * 16 + low);
    }
    return true;
}

void cp_digest_to_hex(const unsigned char digest[CP_DIGEST_BYTES], char out[65])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < CP_DIGEST_BYTES; i++) {
        out[2 * i] = digits[digest[i] >> 4];
        out[2 * i + 1] = digits[digest[i] & 15];
    }
    out[64] = '\0';
}

void cp_digest_of(cp_text bytes, unsigned char out[CP_DIGEST_BYTES])
{
    char hex[65];

    cp_sha256_hex(bytes, hex);
    CP_ASSERT(cp_digest_of_hex((cp_text){hex, 64}, out));
}
