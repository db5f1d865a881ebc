#pragma once

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "store/limits.h"

/**
 * What a daemon must not lose: its state (documents by table and key), the log of its decisions
 * (store/log.h) and the content that the log speaks of.  One SQLite database in a folder.
 *
 * Everything changes in batches: all of a batch is there after a crash, or nothing of it.  A batch is
 * first gathered in memory and then committed in one call, so that the owner may let another thread do
 * that and go on.
 *
 * Threads: cp_store_begin and what fills a batch, and everything that reads, belong to the owner's
 * thread.  cp_store_commit and cp_log_cut may run on another one, one at a time and in the order in
 * which the batches were begun; reading meanwhile is allowed and sees what was committed before.
 */
struct cp_store;
struct cp_store_batch;

typedef enum {
    CP_STORE_OK = 0,
    CP_STORE_MISSING,   /* opened for reading and there is no store here */
    CP_STORE_HELD,      /* another process writes to this folder */
    CP_STORE_NEWER,     /* a newer release made it: exit code 78 */
    CP_STORE_FOREIGN,   /* no store of ours, or damaged */
    CP_STORE_FORBIDDEN, /* permissions */
    CP_STORE_LIMIT,     /* store/limits.h */
    CP_STORE_MALFORMED, /* a digest is none, a reference leads nowhere */
    CP_STORE_ORDER,     /* batches were not committed in the order in which they were begun */
    CP_STORE_NOMEM,
    CP_STORE_IO, /* disk full and the like; nothing of the batch was done */
} cp_store_err;

/** A word for an error.  Never NULL. */
const char *cp_store_err_name(cp_store_err err);

typedef enum {
    CP_STORE_WRITE, /* made where it is missing (mode 0700); one process at a time */
    CP_STORE_READ, /* beside a process that writes, or alone; also from a medium that cannot be written */
} cp_store_use;

/** *diag (may be NULL) says what was wrong.  The folder's parent must exist. */
CP_MUST_USE cp_store_err cp_store_open(const char *folder, cp_store_use use, struct cp_store **out,
                                       struct cp_diag *diag);
/** No commit may be running.  store may be NULL. */
void cp_store_close(struct cp_store *store);
/** What went wrong last, in SQLite's words; "" where nothing did.  Borrowed; not while a commit runs. */
const char *cp_store_why(const struct cp_store *store);

/* --- batches ---------------------------------------------------------------------------------- */

typedef enum {
    /** When commit returns, it is on the disk, power cut or not: decisions. */
    CP_STORE_DURABLE,
    /** A killed process loses nothing; a power cut may lose the last ones, never a part of one: counters. */
    CP_STORE_SOON,
} cp_store_care;

/** NULL: out of memory. */
struct cp_store_batch *cp_store_begin(struct cp_store *store, cp_store_care care);

/** Memory that it takes: past CP_STORE_BATCH_BYTES_MAX it is refused. */
size_t cp_store_batch_bytes(const struct cp_store_batch *batch);

/*
 * What follows copies what it is given.  The first failure sticks to the batch, makes later calls
 * nothing, and is what commit returns: nobody has to ask before.
 */

/**
 * Puts a document at a key, in the place of what was there.  Of a key longer than CP_STORE_KEY_BYTES_MAX the beginning is
 * kept, '~' and the SHA-256 of the whole; so it is in drop and get.
 */
void cp_store_put(struct cp_store_batch *batch, const char *table, cp_text key, cp_text value);
/** What is not there is no error. */
void cp_store_drop(struct cp_store_batch *batch, const char *table, cp_text key);
/** Drops all that the table holds. */
void cp_store_clear(struct cp_store_batch *batch, const char *table);

/**
 * Keeps bytes under their SHA-256, which is given at once; kept once however often they come.
 * like: the digest of content that these bytes resemble (the view before), of which only the difference
 * is then kept; NULL or "": none.  What no entry of the log names is dropped by the next cut: name it
 * in an entry of the same batch.  Bytes are compressed when they are committed.
 */
void cp_store_keep(struct cp_store_batch *batch, cp_text bytes, const char *like, char digest[65]);

/**
 * All or nothing.  On an error nothing was done, and the batch may be committed again as it is (IO: the
 * disk may have room later) or given up.  After OK the batch is empty and only good for cp_store_end.
 */
CP_MUST_USE cp_store_err cp_store_commit(struct cp_store_batch *batch);
/**
 * Frees the batch.  One that was not committed is forgotten, and if its entries had numbers these are
 * free again, provided that no batch was begun after it.  batch may be NULL.
 */
void cp_store_end(struct cp_store_batch *batch);

/* --- reading state and content ---------------------------------------------------------------- */

/** *value: in the arena; where nothing is there, *found is false and *value empty. */
CP_MUST_USE cp_store_err cp_store_get(struct cp_store *store, const char *table, cp_text key,
                                      struct cp_arena *arena, cp_text *value, bool *found);

/** Called once a document; key and value are gone after the call.  Anything but CP_OK ends the walk. */
typedef cp_err (*cp_store_visit)(void *user, cp_text key, cp_text value);

/** All documents of a table, by key in byte order.  *stopped (may be NULL): what a visit returned. */
CP_MUST_USE cp_store_err cp_store_each(struct cp_store *store, const char *table,
                                       cp_store_visit visit, void *user, cp_err *stopped);

/** Content by its digest, compared with it again.  FOREIGN: it is damaged. */
CP_MUST_USE cp_store_err cp_store_content(struct cp_store *store, const char *digest,
                                          struct cp_arena *arena, cp_text *bytes, bool *found);
