#include "inside.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

/*
 * Snapshots of one network follow each other and differ little.  A content that resembles another is
 * compressed with that one in front of it (zstd's prefix), so that only what differs takes space.  What
 * others rest on rests on none itself: reading takes two unpackings at most.
 */

#define LEVEL 3

/* Beyond this the compressor's window would need more memory than readers allow by default. */
#define WITH_BASE_MAX ((size_t)100 << 20)

cp_store_err cp_content_is_there(struct cp_store *store, const unsigned char *digest, bool *out)
{
    sqlite3_stmt *sql;
    cp_store_err err = cp_store_sql(store, CP_SQL_HAS_CONTENT, &sql);
    int code;

    if (err == CP_STORE_OK)
        err = cp_store_bind_bytes(store, sql, 1, (cp_text){(const char *)digest, CP_DIGEST_BYTES});
    if (err != CP_STORE_OK)
        return err;
    code = sqlite3_step(sql);
    *out = code == SQLITE_ROW;
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        err = cp_store_fault(store, store->write, code);
    (void)sqlite3_reset(sql);
    return err;
}

/* --- reading ---------------------------------------------------------------------------------- */

struct packed {
    unsigned char base[CP_DIGEST_BYTES];
    bool has_base;
    cp_text bytes; /* in the arena */
    size_t size;   /* unpacked */
};

static cp_store_err copy_packed(sqlite3_stmt *sql, struct cp_arena *arena, struct packed *out)
{
    cp_text base = cp_store_column(sql, 0);
    sqlite3_int64 size = sqlite3_column_int64(sql, 1);

    if (base.len != 0 && base.len != CP_DIGEST_BYTES)
        return CP_STORE_FOREIGN;
    if (size < 0 || size > (sqlite3_int64)CP_STORE_CONTENT_BYTES_MAX)
        return CP_STORE_FOREIGN;
    out->has_base = base.len != 0;
    if (out->has_base)
        memcpy(out->base, base.at, CP_DIGEST_BYTES);
    out->size = (size_t)size;
    return cp_text_copy(cp_store_column(sql, 2), arena, &out->bytes) == CP_OK ? CP_STORE_OK
                                                                              : CP_STORE_NOMEM;
}

static cp_store_err read_packed(struct cp_store *store, sqlite3 *db, const unsigned char *digest,
                                struct cp_arena *arena, struct packed *out)
{
    sqlite3_stmt *sql;
    cp_store_err err = cp_store_prepare(
        store, db, "SELECT base, size, packed FROM content WHERE digest = ?1", &sql);
    int code;

    if (err != CP_STORE_OK)
        return err;
    err = cp_store_bind_bytes(store, sql, 1, (cp_text){(const char *)digest, CP_DIGEST_BYTES});
    if (err == CP_STORE_OK) {
        code = sqlite3_step(sql);
        if (code == SQLITE_ROW)
            err = copy_packed(sql, arena, out);
        else
            err = code == SQLITE_DONE ? CP_STORE_MISSING : cp_store_fault(store, db, code);
    }
    (void)sqlite3_finalize(sql);
    return err;
}

static cp_store_err unpack(const struct packed *packed, cp_text base, struct cp_arena *arena,
                           cp_text *out)
{
    char *room = CP_TAKE(arena, packed->size + 1, char);
    ZSTD_DCtx *unpacker = ZSTD_createDCtx();
    size_t len = 0;

    if (room == NULL || unpacker == NULL) {
        (void)ZSTD_freeDCtx(unpacker);
        return CP_STORE_NOMEM;
    }
    if (base.len > 0)
        len = ZSTD_DCtx_refPrefix(unpacker, base.at, base.len);
    if (!ZSTD_isError(len))
        len =
            ZSTD_decompressDCtx(unpacker, room, packed->size, packed->bytes.at, packed->bytes.len);
    (void)ZSTD_freeDCtx(unpacker);
    if (ZSTD_isError(len) || len != packed->size)
        return CP_STORE_FOREIGN;
    *out = (cp_text){room, len};
    return CP_STORE_OK;
}

static cp_store_err read_base(struct cp_store *store, sqlite3 *db, const struct packed *packed,
                              struct cp_arena *arena, cp_text *out)
{
    struct packed base = {.has_base = false};
    cp_store_err err = read_packed(store, db, packed->base, arena, &base);

    if (err == CP_STORE_OK && base.has_base)
        err = CP_STORE_FOREIGN;
    if (err == CP_STORE_OK)
        err = unpack(&base, (cp_text){"", 0}, arena, out);
    return err == CP_STORE_MISSING ? CP_STORE_FOREIGN : err;
}

cp_store_err cp_content_read(struct cp_store *store, sqlite3 *db, const unsigned char *digest,
                             struct cp_arena *arena, cp_text *bytes, bool *found)
{
    unsigned char is[CP_DIGEST_BYTES];
    struct packed packed = {.has_base = false};
    cp_text base = {"", 0};
    cp_store_err err = read_packed(store, db, digest, arena, &packed);

    *bytes = (cp_text){"", 0};
    *found = err != CP_STORE_MISSING;
    if (err == CP_STORE_MISSING)
        return CP_STORE_OK;
    if (err == CP_STORE_OK && packed.has_base)
        err = read_base(store, db, &packed, arena, &base);
    if (err == CP_STORE_OK)
        err = unpack(&packed, base, arena, bytes);
    if (err != CP_STORE_OK)
        return err;
    cp_digest_of(*bytes, is);
    return memcmp(is, digest, CP_DIGEST_BYTES) == 0 ? CP_STORE_OK : CP_STORE_FOREIGN;
}

/* --- keeping ---------------------------------------------------------------------------------- */

static int window_for(size_t bytes)
{
    int log = 17;

    while (log < 27 && ((size_t)1 << log) < bytes)
        log++;
    return log;
}

/* What the bytes are compressed against: what they resemble, or what that one rests on itself. */
static cp_store_err find_base(struct cp_store *store, const unsigned char *like,
                              struct cp_arena *arena, unsigned char digest[CP_DIGEST_BYTES],
                              cp_text *out)
{
    struct packed packed = {.has_base = false};
    cp_store_err err = read_packed(store, store->write, like, arena, &packed);

    *out = (cp_text){"", 0};
    if (err == CP_STORE_MISSING)
        return CP_STORE_OK; /* a cut took it */
    if (err == CP_STORE_OK && packed.has_base) {
        memcpy(digest, packed.base, CP_DIGEST_BYTES);
        return read_base(store, store->write, &packed, arena, out);
    }
    memcpy(digest, like, CP_DIGEST_BYTES);
    return err == CP_STORE_OK ? unpack(&packed, *out, arena, out) : err;
}

static cp_store_err pack(struct cp_store *store, cp_text bytes, cp_text base,
                         struct cp_arena *arena, cp_text *out)
{
    size_t cap = ZSTD_compressBound(bytes.len), len = 0;
    char *room = CP_TAKE(arena, cap, char);

    if (store->packer == NULL)
        store->packer = ZSTD_createCCtx();
    if (room == NULL || store->packer == NULL)
        return CP_STORE_NOMEM;
    (void)ZSTD_CCtx_reset(store->packer, ZSTD_reset_session_and_parameters);
    (void)ZSTD_CCtx_setParameter(store->packer, ZSTD_c_compressionLevel, LEVEL);
    if (base.len > 0) {
        (void)ZSTD_CCtx_setParameter(store->packer, ZSTD_c_windowLog,
                                     window_for(base.len + bytes.len));
        (void)ZSTD_CCtx_setParameter(store->packer, ZSTD_c_enableLongDistanceMatching, 1);
        len = ZSTD_CCtx_refPrefix(store->packer, base.at, base.len);
    }
    if (!ZSTD_isError(len))
        len = ZSTD_compress2(store->packer, room, cap, bytes.at, bytes.len);
    if (ZSTD_isError(len))
        return CP_STORE_NOMEM;
    *out = (cp_text){room, len};
    return CP_STORE_OK;
}

static cp_store_err insert(struct cp_store *store, const unsigned char *digest,
                           const unsigned char *base, size_t size, cp_text packed)
{
    sqlite3_stmt *sql;
    cp_store_err err = cp_store_sql(store, CP_SQL_KEEP, &sql);

    if (err == CP_STORE_OK)
        err = cp_store_bind_bytes(store, sql, 1, (cp_text){(const char *)digest, CP_DIGEST_BYTES});
    if (err == CP_STORE_OK && base != NULL)
        err = cp_store_bind_bytes(store, sql, 2, (cp_text){(const char *)base, CP_DIGEST_BYTES});
    if (err != CP_STORE_OK)
        return err;
    (void)sqlite3_bind_int64(sql, 3, (sqlite3_int64)size);
    err = cp_store_bind_bytes(store, sql, 4, packed);
    return err == CP_STORE_OK ? cp_store_run(store, sql) : err;
}

/* A difference that saves less than three quarters is not worth the second unpacking: such a one
 * stands alone, and the next that resemble it rest on it. */
static cp_store_err keep(struct cp_store *store, cp_text bytes, const unsigned char *digest,
                         const unsigned char *like, struct cp_arena *arena)
{
    unsigned char base_digest[CP_DIGEST_BYTES];
    cp_text base = {"", 0}, alone, difference;
    cp_store_err err = CP_STORE_OK;

    if (like != NULL && bytes.len <= WITH_BASE_MAX / 2)
        err = find_base(store, like, arena, base_digest, &base);
    if (err != CP_STORE_OK)
        return err;
    err = pack(store, bytes, (cp_text){"", 0}, arena, &alone);
    if (err != CP_STORE_OK || base.len == 0 || base.len > WITH_BASE_MAX / 2)
        return err == CP_STORE_OK ? insert(store, digest, NULL, bytes.len, alone) : err;
    err = pack(store, bytes, base, arena, &difference);
    if (err != CP_STORE_OK)
        return err;
    return difference.len < alone.len / 4
               ? insert(store, digest, base_digest, bytes.len, difference)
               : insert(store, digest, NULL, bytes.len, alone);
}

cp_store_err cp_content_keep(struct cp_store *store, cp_text bytes, const unsigned char *digest,
                             const unsigned char *like)
{
    bool there = false;
    cp_store_err err = cp_content_is_there(store, digest, &there);
    struct cp_arena *arena;

    if (err != CP_STORE_OK || there)
        return err;
    arena = cp_arena_open(5 * (size_t)CP_STORE_CONTENT_BYTES_MAX);
    if (arena == NULL)
        return CP_STORE_NOMEM;
    err = keep(store, bytes, digest, like, arena);
    cp_arena_close(arena);
    return err;
}
