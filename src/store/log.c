#include "store/log.h"

#include <string.h>

#include "base/moment.h"
#include "base/rd.h"
#include "base/wr.h"

#include "inside.h"

static const char *const kind_names[CP_LOG_KIND_COUNT] = {
    [CP_LOG_START] = "start",   [CP_LOG_STOP] = "stop",       [CP_LOG_INPUTS] = "inputs",
    [CP_LOG_VIEW] = "view",     [CP_LOG_PLAN] = "plan",       [CP_LOG_STEP] = "step",
    [CP_LOG_REPORT] = "report", [CP_LOG_WITNESS] = "witness", [CP_LOG_VERDICT] = "verdict",
    [CP_LOG_ALARM] = "alarm",   [CP_LOG_RELOAD] = "reload",   [CP_LOG_OPERATOR] = "operator",
    [CP_LOG_CUT] = "cut",
};

const char *cp_log_kind_name(cp_log_kind kind)
{
    CP_ASSERT((unsigned)kind < CP_LOG_KIND_COUNT);
    return kind_names[kind];
}

bool cp_log_kind_of(cp_text name, cp_log_kind *kind)
{
    for (unsigned i = 0; i < CP_LOG_KIND_COUNT; i++) {
        if (!cp_text_is(name, kind_names[i]))
            continue;
        *kind = (cp_log_kind)i;
        return true;
    }
    return false;
}

/* --- rows ------------------------------------------------------------------------------------- */

static const unsigned char *digest_column(sqlite3_stmt *sql, int column)
{
    cp_text text = cp_store_column(sql, column);

    return text.len == CP_DIGEST_BYTES ? (const unsigned char *)text.at : NULL;
}

void cp_log_row_read(sqlite3_stmt *sql, struct cp_log_row *out)
{
    *out = (struct cp_log_row){
        .seq = (uint64_t)sqlite3_column_int64(sql, 0),
        .at_us = (uint64_t)sqlite3_column_int64(sql, 1),
        .kind = cp_store_column(sql, 2),
        .subject = cp_store_column(sql, 3),
        .because = cp_store_column(sql, 4),
        .contents = cp_store_column(sql, 5),
        .document = cp_store_column(sql, 6),
        .before = digest_column(sql, 7),
        .hash = digest_column(sql, 8),
    };
}

static void write_piece(struct cp_out *out, cp_text piece)
{
    cp_wr_u32(out, piece.len);
    cp_out_text(out, piece);
}

cp_store_err cp_log_row_hash(const struct cp_log_row *row, struct cp_arena *scratch,
                             unsigned char out[CP_DIGEST_BYTES])
{
    cp_arena_mark mark = cp_arena_mark_get(scratch);
    struct cp_out bytes = cp_out_make(scratch);
    cp_text text = {"", 0};
    cp_err err;

    cp_out_text(&bytes, (cp_text){(const char *)row->before, CP_DIGEST_BYTES});
    cp_wr_u64(&bytes, row->seq);
    cp_wr_u64(&bytes, row->at_us);
    write_piece(&bytes, row->kind);
    write_piece(&bytes, row->subject);
    write_piece(&bytes, row->because);
    write_piece(&bytes, row->contents);
    write_piece(&bytes, row->document);
    err = cp_out_done(&bytes, &text);
    if (err == CP_OK)
        cp_digest_of(text, out);
    cp_arena_reset(scratch, mark);
    return err == CP_OK ? CP_STORE_OK : CP_STORE_NOMEM;
}

cp_store_err cp_store_head(struct cp_store *store, sqlite3 *db, uint64_t *seq,
                           unsigned char hash[CP_DIGEST_BYTES])
{
    sqlite3_stmt *sql;
    cp_store_err err =
        cp_store_prepare(store, db, "SELECT seq, hash FROM log ORDER BY seq DESC LIMIT 1", &sql);
    int code;

    *seq = 0;
    memset(hash, 0, CP_DIGEST_BYTES);
    if (err != CP_STORE_OK)
        return err;
    code = sqlite3_step(sql);
    if (code == SQLITE_ROW && digest_column(sql, 1) != NULL) {
        *seq = (uint64_t)sqlite3_column_int64(sql, 0);
        memcpy(hash, digest_column(sql, 1), CP_DIGEST_BYTES);
    } else if (code == SQLITE_ROW) {
        err = CP_STORE_FOREIGN;
    } else if (code != SQLITE_DONE) {
        err = cp_store_fault(store, db, code);
    }
    (void)sqlite3_finalize(sql);
    return err;
}

cp_store_err cp_log_head_get(struct cp_store *store, struct cp_log_head *out)
{
    unsigned char hash[CP_DIGEST_BYTES];
    cp_store_err err = cp_store_head(store, store->read, &out->seq, hash);

    cp_digest_to_hex(hash, out->hash);
    return err;
}

/* --- appending -------------------------------------------------------------------------------- */

/* Each content that the entry names is there, and now known to be named. */
static cp_store_err use_contents(struct cp_store *store, const struct cp_log_row *row)
{
    cp_rd rd = cp_rd_make(row->contents);
    cp_store_err err = CP_STORE_OK;
    bool there = true;

    while (cp_rd_left(&rd) > 0 && err == CP_STORE_OK) {
        cp_text digest = cp_rd_bytes(&rd, CP_DIGEST_BYTES);
        sqlite3_stmt *sql;

        err = cp_content_is_there(store, (const unsigned char *)digest.at, &there);
        if (err == CP_STORE_OK && !there)
            return CP_STORE_MALFORMED;
        if (err == CP_STORE_OK)
            err = cp_store_sql(store, CP_SQL_USE, &sql);
        if (err == CP_STORE_OK)
            err = cp_store_bind_bytes(store, sql, 1, digest);
        if (err != CP_STORE_OK)
            break;
        (void)sqlite3_bind_int64(sql, 2, (sqlite3_int64)row->seq);
        err = cp_store_run(store, sql);
    }
    return err;
}

static cp_store_err insert_row(struct cp_store *store, const struct cp_log_row *row)
{
    const cp_text bytes[] = {row->subject,
                             row->because,
                             row->contents,
                             row->document,
                             {(const char *)row->before, CP_DIGEST_BYTES},
                             {(const char *)row->hash, CP_DIGEST_BYTES}};
    sqlite3_stmt *sql;
    cp_store_err err = cp_store_sql(store, CP_SQL_APPEND, &sql);

    if (err != CP_STORE_OK)
        return err;
    (void)sqlite3_bind_int64(sql, 1, (sqlite3_int64)row->seq);
    (void)sqlite3_bind_int64(sql, 2, (sqlite3_int64)row->at_us);
    (void)sqlite3_bind_text(sql, 3, row->kind.at, (int)row->kind.len, SQLITE_STATIC);
    for (size_t i = 0; i < CP_COUNT(bytes) && err == CP_STORE_OK; i++)
        err = cp_store_bind_bytes(store, sql, (int)i + 4, bytes[i]);
    return err == CP_STORE_OK ? cp_store_run(store, sql) : err;
}

cp_store_err cp_log_insert(struct cp_store *store, struct cp_log_row *row, struct cp_arena *scratch)
{
    unsigned char before[CP_DIGEST_BYTES], hash[CP_DIGEST_BYTES];
    cp_store_err err;

    memcpy(before, store->head_hash, sizeof(before));
    row->before = before;
    row->hash = hash;
    err = cp_log_row_hash(row, scratch, hash);
    if (err == CP_STORE_OK)
        err = use_contents(store, row);
    if (err == CP_STORE_OK)
        err = insert_row(store, row);
    row->before = row->hash = NULL;
    if (err != CP_STORE_OK)
        return err;
    store->head_seq = row->seq;
    memcpy(store->head_hash, hash, sizeof(hash));
    return CP_STORE_OK;
}

/* --- reading ---------------------------------------------------------------------------------- */

/* What of an entry is no text has room here. */
struct entry_room {
    struct cp_log_entry entry;
    uint64_t because[CP_STORE_BECAUSE_MAX];
    char contents[CP_STORE_CONTENTS_MAX][65];
};

static bool read_lists(const struct cp_log_row *row, struct entry_room *room)
{
    cp_rd because = cp_rd_make(row->because), contents = cp_rd_make(row->contents);

    while (cp_rd_left(&because) > 0 && room->entry.because_count < CP_STORE_BECAUSE_MAX)
        room->because[room->entry.because_count++] = cp_rd_u64(&because);
    while (cp_rd_left(&contents) > 0 && room->entry.content_count < CP_STORE_CONTENTS_MAX) {
        cp_text digest = cp_rd_bytes(&contents, CP_DIGEST_BYTES);

        if (digest.len == CP_DIGEST_BYTES)
            cp_digest_to_hex((const unsigned char *)digest.at,
                             room->contents[room->entry.content_count++]);
    }
    return cp_rd_done(&because) && cp_rd_done(&contents);
}

static bool read_entry(sqlite3_stmt *sql, struct entry_room *room)
{
    struct cp_log_row row;

    cp_log_row_read(sql, &row);
    room->entry = (struct cp_log_entry){.at_us = row.at_us,
                                        .subject = row.subject,
                                        .because = room->because,
                                        .contents = (const char(*)[65])room->contents,
                                        .document = row.document,
                                        .seq = row.seq};
    if (row.before == NULL || row.hash == NULL || !cp_log_kind_of(row.kind, &room->entry.kind))
        return false;
    cp_digest_to_hex(row.before, room->entry.before);
    cp_digest_to_hex(row.hash, room->entry.hash);
    return read_lists(&row, room);
}

static bool is_wanted(const struct cp_log_query *query, const struct cp_log_entry *entry)
{
    return (query->kinds == 0 || (query->kinds >> entry->kind & 1u) != 0) &&
           entry->at_us >= query->from_us &&
           (query->until_us == 0 || entry->at_us < query->until_us);
}

static cp_store_err walk(struct cp_store *store, sqlite3_stmt *sql,
                         const struct cp_log_query *query, cp_log_visit visit, void *user,
                         cp_err *stopped)
{
    struct entry_room room;
    uint32_t left = query->limit == 0 ? UINT32_MAX : query->limit;
    int code = SQLITE_DONE;

    while (left > 0 && (code = sqlite3_step(sql)) == SQLITE_ROW) {
        if (!read_entry(sql, &room))
            return CP_STORE_FOREIGN;
        if (!is_wanted(query, &room.entry))
            continue;
        *stopped = visit(user, &room.entry);
        if (*stopped != CP_OK)
            return CP_STORE_OK;
        left -= query->limit > 0;
    }
    return code == SQLITE_DONE || code == SQLITE_ROW ? CP_STORE_OK
                                                     : cp_store_fault(store, store->read, code);
}

static const char *text_of(const struct cp_log_query *query)
{
    static const char *const texts[2][2] = {
        {"SELECT " CP_LOG_COLUMNS " FROM log WHERE seq > ?1 ORDER BY seq",
         "SELECT " CP_LOG_COLUMNS " FROM log WHERE seq > ?1 ORDER BY seq DESC"},
        {"SELECT " CP_LOG_COLUMNS " FROM log WHERE seq > ?1 AND length(subject) > 0"
         " AND subject = ?2 ORDER BY seq",
         "SELECT " CP_LOG_COLUMNS " FROM log WHERE seq > ?1 AND length(subject) > 0"
         " AND subject = ?2 ORDER BY seq DESC"}};

    return texts[query->subject.len > 0][query->newest_first];
}

cp_store_err cp_log_each(struct cp_store *store, const struct cp_log_query *query,
                         cp_log_visit visit, void *user, cp_err *stopped)
{
    sqlite3_stmt *sql;
    cp_err why = CP_OK;
    cp_store_err err = cp_store_prepare(store, store->read, text_of(query), &sql);

    if (err != CP_STORE_OK)
        return err;
    (void)sqlite3_bind_int64(sql, 1,
                             query->after > INT64_MAX ? INT64_MAX : (sqlite3_int64)query->after);
    if (query->subject.len > 0)
        err = cp_store_bind_bytes(store, sql, 2, query->subject);
    if (err == CP_STORE_OK)
        err = walk(store, sql, query, visit, user, &why);
    (void)sqlite3_finalize(sql);
    if (stopped != NULL)
        *stopped = why;
    return err;
}

struct getting {
    uint64_t seq;
    struct cp_arena *arena;
    struct cp_log_entry *out;
    bool found;
};

static cp_err copy_entry(const struct cp_log_entry *entry, struct cp_arena *arena,
                         struct cp_log_entry *out)
{
    uint64_t *because = CP_TAKE(arena, entry->because_count, uint64_t);
    char(*contents)[65] = cp_arena_take(arena, entry->content_count, 65);

    *out = *entry;
    if (because == NULL || contents == NULL)
        return CP_ERR_NOMEM;
    if (entry->because_count > 0)
        memcpy(because, entry->because, entry->because_count * sizeof(*because));
    if (entry->content_count > 0)
        memcpy(contents, entry->contents, entry->content_count * sizeof(*contents));
    out->because = because;
    out->contents = (const char(*)[65])contents;
    CP_TRY(cp_text_copy(entry->subject, arena, &out->subject));
    return cp_text_copy(entry->document, arena, &out->document);
}

static cp_err get_one(void *user, const struct cp_log_entry *entry)
{
    struct getting *g = user;

    g->found = entry->seq == g->seq;
    return g->found ? copy_entry(entry, g->arena, g->out) : CP_OK;
}

cp_store_err cp_log_get(struct cp_store *store, uint64_t seq, struct cp_arena *arena,
                        struct cp_log_entry *out, bool *found)
{
    struct cp_log_query query = {.after = seq - 1, .limit = 1};
    struct getting g = {seq, arena, out, false};
    cp_err stopped = CP_OK;
    cp_store_err err = seq == 0 ? CP_STORE_OK : cp_log_each(store, &query, get_one, &g, &stopped);

    *found = g.found;
    return stopped == CP_OK ? err : CP_STORE_NOMEM;
}

void cp_log_entry_json(const struct cp_log_entry *entry, struct cp_json *json, const char *name)
{
    char at[28];

    cp_moment_format(entry->at_us, at);
    cp_json_object(json, name, CP_JSON_FLAT);
    cp_json_u64(json, "seq", entry->seq);
    cp_json_str(json, "at", at);
    cp_json_str(json, "kind", cp_log_kind_name(entry->kind));
    cp_json_text(json, "subject", entry->subject);
    cp_json_array(json, "because", CP_JSON_FLAT);
    for (uint32_t i = 0; i < entry->because_count; i++)
        cp_json_u64(json, NULL, entry->because[i]);
    cp_json_close(json);
    cp_json_array(json, "contents", CP_JSON_FLAT);
    for (uint32_t i = 0; i < entry->content_count; i++)
        cp_json_str(json, NULL, entry->contents[i]);
    cp_json_close(json);
    cp_json_str(json, "before", entry->before);
    cp_json_str(json, "hash", entry->hash);
    cp_json_number(json, "document", entry->document); /* JSON already: as it is */
    cp_json_close(json);
}
