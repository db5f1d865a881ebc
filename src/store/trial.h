#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "store/log.h"
#include "store/store.h"

/* A folder of its own for each case of a test, and short ways to fill a store in it. */

struct trial {
    char folder[64], state[80];
    struct cp_arena *arena;
};

static inline int trial_begin(void **state)
{
    struct trial *t = calloc(1, sizeof(*t));

    if (t == NULL)
        return -1;
    (void)snprintf(t->folder, sizeof(t->folder), "/tmp/cpstore-XXXXXX");
    if (mkdtemp(t->folder) == NULL)
        return -1;
    (void)snprintf(t->state, sizeof(t->state), "%s/state", t->folder);
    t->arena = cp_arena_open((size_t)1 << 30);
    *state = t;
    return t->arena == NULL ? -1 : 0;
}

static inline int trial_end(void **state)
{
    static const char *const files[] = {"cleanpath.db", "cleanpath.db-wal", "cleanpath.db-shm",
                                        "lock"};
    struct trial *t = *state;
    char path[128];

    for (size_t i = 0; i < CP_COUNT(files); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", t->state, files[i]);
        (void)unlink(path);
    }
    (void)chmod(t->state, 0700);
    (void)rmdir(t->state);
    (void)rmdir(t->folder);
    cp_arena_close(t->arena);
    free(t);
    return 0;
}

static inline struct cp_store *trial_open(const struct trial *t, cp_store_use use)
{
    struct cp_store *store = NULL;
    struct cp_diag diag = {.why = ""};
    cp_store_err err = cp_store_open(t->state, use, &store, &diag);

    if (err != CP_STORE_OK)
        fail_msg("open: %s: %s", diag.why, diag.subject);
    return store;
}

/* What a person with a database tool might do; the store must not be open. */
static inline void trial_tamper(const struct trial *t, const char *sql)
{
    char path[128], *why = NULL;
    sqlite3 *db;

    (void)snprintf(path, sizeof(path), "%s/cleanpath.db", t->state);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s: %s", sql, why);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static inline void trial_commit(struct cp_store_batch *batch)
{
    assert_int_equal(cp_store_commit(batch), CP_STORE_OK);
    cp_store_end(batch);
}

static inline uint64_t trial_append(struct cp_store_batch *batch, cp_log_kind kind,
                                    const char *subject, uint64_t at_us, const uint64_t *because,
                                    uint32_t because_count)
{
    struct cp_log_entry entry = {.kind = kind,
                                 .at_us = at_us,
                                 .subject = cp_text_of(subject),
                                 .because = because,
                                 .because_count = because_count,
                                 .document = CP_TEXT("{\"reason\": \"a test\"}")};

    return cp_log_append(batch, &entry);
}
