#pragma once

#include <sqlite3.h>

#include "store/log.h"
#include "store/store.h"

/* How the database is laid out: schema.c. */

#define CP_DIGEST_BYTES 32u

enum { CP_APPLICATION_ID = 0x636c7061, CP_SCHEMA_VERSION = 1 };

typedef enum {
    CP_SQL_PUT,
    CP_SQL_DROP,
    CP_SQL_CLEAR,
    CP_SQL_HAS_CONTENT,
    CP_SQL_KEEP,
    CP_SQL_APPEND,
    CP_SQL_USE,
    CP_SQL_WRITE_COUNT,
} cp_sql;

/**
 * The writer and the reader are two connections, so that a commit in another thread and the owner's
 * reading do not meet.
 */
struct cp_store {
    sqlite3 *write; /* NULL where opened for reading */
    sqlite3 *read;
    sqlite3_stmt *sql[CP_SQL_WRITE_COUNT]; /* of the writer; NULL: not prepared yet */
    struct ZSTD_CCtx_s *packer;            /* the writer's; NULL: not made yet */
    int lock;                              /* -1: none */
    cp_store_care care;                    /* what the writer's connection is set to */
    uint64_t head_seq;                     /* the writer's */
    unsigned char head_hash[CP_DIGEST_BYTES];
    uint64_t promised; /* the last number given to an entry of a batch */
    uint32_t open;     /* batches that were begun and not ended */
    char why_read[256], why_write[256];
};

/** The folder's name and a file's in it.  false: longer than cap. */
bool cp_store_path(const char *folder, const char *file, char *out, size_t cap);

/** What SQLite says, as an error of ours; keeps its words. */
cp_store_err cp_store_fault(struct cp_store *store, sqlite3 *db, int code);
cp_store_err cp_store_exec(struct cp_store *store, sqlite3 *db, const char *sql);
/** One of the writer's statements, made where needed, without what was bound before. */
cp_store_err cp_store_sql(struct cp_store *store, cp_sql which, sqlite3_stmt **out);
/** Runs a statement that gives no rows. */
cp_store_err cp_store_run(struct cp_store *store, sqlite3_stmt *sql);
/** A statement of one use. */
cp_store_err cp_store_prepare(struct cp_store *store, sqlite3 *db, const char *text,
                              sqlite3_stmt **out);
cp_store_err cp_store_bind_bytes(struct cp_store *store, sqlite3_stmt *sql, int at, cp_text bytes);
cp_text cp_store_column(sqlite3_stmt *sql, int column);
/** Makes what is missing, refuses what is newer or foreign. */
cp_store_err cp_store_schema(struct cp_store *store);
cp_store_err cp_store_schema_look(struct cp_store *store, sqlite3 *db);
/** Of the last entry, by a connection. */
cp_store_err cp_store_head(struct cp_store *store, sqlite3 *db, uint64_t *seq,
                           unsigned char hash[CP_DIGEST_BYTES]);

/* --- digests ---------------------------------------------------------------------------------- */

bool cp_digest_of_hex(cp_text hex, unsigned char out[CP_DIGEST_BYTES]);
void cp_digest_to_hex(const unsigned char digest[CP_DIGEST_BYTES], char out[65]);
void cp_digest_of(cp_text bytes, unsigned char out[CP_DIGEST_BYTES]);

/* --- what can be kept --------------------------------------------------------------------------- */

/**
 * The same, or what is kept in its place (store/store.h says how); in the arena where it is not the same.  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_store_fit_subject(cp_text subject, struct cp_arena *arena, cp_text *fit);
CP_MUST_USE cp_err cp_store_fit_key(cp_text key, struct cp_arena *arena, cp_text *fit);
/** What is kept in the place of a document that cannot be kept. */
CP_MUST_USE cp_err cp_store_fit_document(cp_text document, const char *why, struct cp_arena *arena,
                                         cp_text *fit);

/* --- content ---------------------------------------------------------------------------------- */

/** Compresses and inserts; nothing where it is there.  like: NULL where there is none. */
cp_store_err cp_content_keep(struct cp_store *store, cp_text bytes, const unsigned char *digest,
                             const unsigned char *like);
/** By any of the connections; in the arena. */
cp_store_err cp_content_read(struct cp_store *store, sqlite3 *db, const unsigned char *digest,
                             struct cp_arena *arena, cp_text *bytes, bool *found);
cp_store_err cp_content_is_there(struct cp_store *store, const unsigned char *digest, bool *out);

/* --- log -------------------------------------------------------------------------------------- */

/** An entry as the database has it; because and contents as they are hashed. */
struct cp_log_row {
    uint64_t seq, at_us;
    cp_text kind, subject, because, contents, document;
    const unsigned char *before, *hash; /* NULL: not 32 bytes */
};

#define CP_LOG_COLUMNS "seq, at_us, kind, subject, because, contents, document, before, hash"

void cp_log_row_read(sqlite3_stmt *sql, struct cp_log_row *out);
/** The hash that the row should have.  scratch: given back. */
cp_store_err cp_log_row_hash(const struct cp_log_row *row, struct cp_arena *scratch,
                             unsigned char out[CP_DIGEST_BYTES]);
/** Inserts it behind the head, which it then is; row->before and row->hash are not looked at. */
cp_store_err cp_log_insert(struct cp_store *store, struct cp_log_row *row,
                           struct cp_arena *scratch);
/** A digest over the entries up to a number, as the entry of a cut holds it. */
cp_store_err cp_log_kept_digest(struct cp_store *store, sqlite3 *db, uint64_t through,
                                uint64_t *count, char out[65]);
