#include "store/log.h"

#include <string.h>

#include "base/json_in.h"
#include "base/map.h"
#include "base/rd.h"
#include "base/sha256.h"
#include "base/wr.h"

#include "inside.h"

/*
 * Entries up to the newest cut are what that cut kept, with holes: each has its own hash, and the cut's
 * entry the digest over all of them.  From there on each entry has the hash of the one before it, the
 * first one that which the cut's entry names; where nothing was cut it begins with zeros.
 */

#define BAD_MAX 64u
#define SCRATCH_BYTES ((size_t)16 << 20)

struct verifying {
    struct cp_store *store;
    struct cp_log_findings *out;
    struct cp_arena *scratch; /* of one entry or content */
    bool contents;
    unsigned char bad[BAD_MAX][CP_DIGEST_BYTES]; /* contents that do not hold */
    uint32_t bad_count;
    uint64_t cut_seq;                      /* the newest cut's entry; 0: none */
    char kept_digest[65];                  /* what it says of the entries that it kept */
    unsigned char before[CP_DIGEST_BYTES]; /* hash that the next entry must have before it */
    uint64_t last;                         /* number of the entry before, or where the cut was */
    sqlite3_stmt *has_content;
};

static void break_at(struct verifying *v, uint64_t seq, const char *why)
{
    if (v->out->broken != 0)
        return;
    v->out->broken = seq;
    v->out->why = why;
}

/* --- contents --------------------------------------------------------------------------------- */

static cp_store_err check_content(struct verifying *v, const unsigned char *digest)
{
    cp_text bytes;
    bool found;
    struct cp_arena *arena = cp_arena_open(4 * (size_t)CP_STORE_CONTENT_BYTES_MAX);
    cp_store_err err =
        arena == NULL ? CP_STORE_NOMEM
                      : cp_content_read(v->store, v->store->read, digest, arena, &bytes, &found);

    cp_arena_close(arena);
    v->out->contents++;
    if (err != CP_STORE_FOREIGN)
        return err;
    if (v->bad_count < BAD_MAX)
        memcpy(v->bad[v->bad_count++], digest, CP_DIGEST_BYTES);
    return CP_STORE_OK;
}

static cp_store_err check_contents(struct verifying *v)
{
    sqlite3 *db = v->store->read;
    sqlite3_stmt *sql;
    cp_store_err err = cp_store_prepare(v->store, db, "SELECT digest FROM content", &sql);
    int code = SQLITE_DONE;

    if (err != CP_STORE_OK)
        return err;
    while (err == CP_STORE_OK && (code = sqlite3_step(sql)) == SQLITE_ROW) {
        cp_text digest = cp_store_column(sql, 0);

        if (digest.len == CP_DIGEST_BYTES)
            err = check_content(v, (const unsigned char *)digest.at);
    }
    if (err == CP_STORE_OK && code != SQLITE_DONE)
        err = cp_store_fault(v->store, db, code);
    (void)sqlite3_finalize(sql);
    return err;
}

static bool is_bad(const struct verifying *v, cp_text digest)
{
    for (uint32_t i = 0; i < v->bad_count; i++) {
        if (memcmp(v->bad[i], digest.at, CP_DIGEST_BYTES) == 0)
            return true;
    }
    return false;
}

static void check_named(struct verifying *v, const struct cp_log_row *row)
{
    cp_rd rd = cp_rd_make(row->contents);

    while (cp_rd_left(&rd) > 0 && v->out->broken == 0) {
        cp_text digest = cp_rd_bytes(&rd, CP_DIGEST_BYTES);
        bool there;

        if (digest.len != CP_DIGEST_BYTES)
            return;
        (void)sqlite3_reset(v->has_content);
        (void)sqlite3_bind_blob(v->has_content, 1, digest.at, CP_DIGEST_BYTES, SQLITE_STATIC);
        there = sqlite3_step(v->has_content) == SQLITE_ROW;
        if (there && !is_bad(v, digest))
            continue;
        break_at(v, row->seq,
                 there ? "a content that it names has another digest"
                       : "a content that it names is not there");
        cp_digest_to_hex((const unsigned char *)digest.at, v->out->broken_content);
    }
}

/* --- entries ---------------------------------------------------------------------------------- */

/* What the newest cut says, if there is one.  That its entry is whole the walk finds out. */
static cp_store_err read_cut(struct verifying *v, sqlite3_stmt *sql)
{
    const struct cp_json_value *doc;
    uint64_t through = 0;
    int code = sqlite3_step(sql);

    if (code == SQLITE_DONE)
        return CP_STORE_OK;
    if (code != SQLITE_ROW)
        return cp_store_fault(v->store, v->store->read, code);
    v->cut_seq = (uint64_t)sqlite3_column_int64(sql, 0);
    if (cp_json_in_document(cp_store_column(sql, 1), CP_PLACE_NO_FILE, v->scratch, &doc, NULL) !=
            CP_OK ||
        !cp_json_u64_of(cp_json_member(doc, "through"), &through) ||
        !cp_digest_of_hex(cp_json_member_text(doc, "hash"), v->before) ||
        cp_json_member_text(doc, "kept_sha256").len != 64) {
        break_at(v, v->cut_seq, "it does not say what was cut");
        return CP_STORE_OK;
    }
    memcpy(v->kept_digest, cp_json_member_text(doc, "kept_sha256").at, 64);
    v->out->cut_through = v->last = through;
    return CP_STORE_OK;
}

static cp_store_err find_cut(struct verifying *v)
{
    sqlite3_stmt *sql;
    cp_store_err err = cp_store_prepare(
        v->store, v->store->read,
        "SELECT seq, document FROM log WHERE kind = 'cut' ORDER BY seq DESC LIMIT 1", &sql);

    if (err != CP_STORE_OK)
        return err;
    err = read_cut(v, sql);
    (void)sqlite3_finalize(sql);
    return err;
}

static const char *wrong_link(const struct verifying *v, const struct cp_log_row *row)
{
    if (row->seq <= v->out->cut_through)
        return NULL; /* kept: what was before it is gone */
    if (row->seq != v->last + 1)
        return "entries before it are missing";
    return memcmp(row->before, v->before, CP_DIGEST_BYTES) == 0
               ? NULL
               : "it does not name the hash of the entry before it";
}

static cp_store_err check_row(struct verifying *v, const struct cp_log_row *row)
{
    unsigned char hash[CP_DIGEST_BYTES];
    cp_log_kind kind;
    cp_store_err err;

    v->out->entries++;
    if (row->before == NULL || row->hash == NULL || !cp_log_kind_of(row->kind, &kind)) {
        break_at(v, row->seq, "it is no entry");
        return CP_STORE_OK;
    }
    err = cp_log_row_hash(row, v->scratch, hash);
    if (err != CP_STORE_OK)
        return err;
    if (memcmp(hash, row->hash, CP_DIGEST_BYTES) != 0)
        break_at(v, row->seq, "its hash is not that of its contents");
    else if (wrong_link(v, row) != NULL)
        break_at(v, row->seq, wrong_link(v, row));
    if (v->contents)
        check_named(v, row);
    if (row->seq > v->out->cut_through) {
        v->last = row->seq;
        memcpy(v->before, row->hash, CP_DIGEST_BYTES);
    }
    v->out->head.seq = row->seq;
    cp_digest_to_hex(row->hash, v->out->head.hash);
    return CP_STORE_OK;
}

static cp_store_err walk(struct verifying *v)
{
    sqlite3 *db = v->store->read;
    sqlite3_stmt *sql;
    cp_store_err err =
        cp_store_prepare(v->store, db, "SELECT " CP_LOG_COLUMNS " FROM log ORDER BY seq", &sql);
    int code = SQLITE_DONE;

    if (err != CP_STORE_OK)
        return err;
    while (err == CP_STORE_OK && v->out->broken == 0 && (code = sqlite3_step(sql)) == SQLITE_ROW) {
        struct cp_log_row row;

        cp_log_row_read(sql, &row);
        err = check_row(v, &row);
    }
    if (err == CP_STORE_OK && v->out->broken == 0 && code != SQLITE_DONE)
        err = cp_store_fault(v->store, db, code);
    (void)sqlite3_finalize(sql);
    return err;
}

cp_store_err cp_log_kept_digest(struct cp_store *store, sqlite3 *db, uint64_t through,
                                uint64_t *count, char out[65])
{
    struct cp_sha256 *sum;
    sqlite3_stmt *sql;
    cp_store_err err =
        cp_store_prepare(store, db, "SELECT seq, hash FROM log WHERE seq <= ?1 ORDER BY seq", &sql);
    int code;

    *count = 0;
    if (err != CP_STORE_OK)
        return err;
    if (cp_sha256_open(&sum) != CP_OK) {
        (void)sqlite3_finalize(sql);
        return CP_STORE_NOMEM;
    }
    (void)sqlite3_bind_int64(sql, 1, (sqlite3_int64)through);
    while ((code = sqlite3_step(sql)) == SQLITE_ROW) {
        uint64_t seq = (uint64_t)sqlite3_column_int64(sql, 0);
        char number[8];

        for (int i = 0; i < 8; i++)
            number[i] = (char)(unsigned char)(seq >> (56 - 8 * i));
        cp_sha256_add(sum, (cp_text){number, sizeof(number)});
        cp_sha256_add(sum, cp_store_column(sql, 1));
        ++*count;
    }
    cp_sha256_close(sum, out);
    if (code != SQLITE_DONE)
        err = cp_store_fault(store, db, code);
    (void)sqlite3_finalize(sql);
    return err;
}

static cp_store_err check_kept(struct verifying *v)
{
    char digest[65];
    uint64_t count;
    cp_store_err err;

    if (v->cut_seq == 0 || v->out->broken != 0)
        return CP_STORE_OK;
    err = cp_log_kept_digest(v->store, v->store->read, v->out->cut_through, &count, digest);
    if (err == CP_STORE_OK && memcmp(digest, v->kept_digest, 64) != 0)
        break_at(v, v->cut_seq, "other entries are there than the cut kept");
    return err;
}

static cp_store_err verify(struct verifying *v)
{
    cp_store_err err = find_cut(v);

    if (err == CP_STORE_OK)
        err = cp_store_prepare(v->store, v->store->read, "SELECT 1 FROM content WHERE digest = ?1",
                               &v->has_content);
    if (err == CP_STORE_OK && v->contents)
        err = check_contents(v);
    if (err == CP_STORE_OK)
        err = check_kept(v);
    if (err == CP_STORE_OK)
        err = walk(v);
    (void)sqlite3_finalize(v->has_content);
    return err;
}

/* In one transaction of the reader: what is committed meanwhile is not seen. */
cp_store_err cp_log_verify(struct cp_store *store, cp_log_depth depth, struct cp_log_findings *out)
{
    struct verifying v = {.store = store, .out = out, .contents = depth == CP_LOG_CONTENTS};
    cp_store_err err;

    *out = (struct cp_log_findings){.entries = 0};
    v.scratch = cp_arena_open(SCRATCH_BYTES);
    if (v.scratch == NULL)
        return CP_STORE_NOMEM;
    err = cp_store_exec(store, store->read, "BEGIN");
    if (err == CP_STORE_OK) {
        err = verify(&v);
        (void)sqlite3_exec(store->read, "ROLLBACK", NULL, NULL, NULL);
    }
    cp_arena_close(v.scratch);
    return err;
}
