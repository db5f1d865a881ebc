#include "vouched.h"

#include <stdlib.h>
#include <string.h>

#include "identify/grade.h"
#include "app/message.h"

/*
 * Rows in the byte order of their whole paths; a file asks for its own path and those of the folders
 * that it lies in, the longest first.
 */

struct entry {
    cp_text where; /* without a slash at its end */
    const struct cp_vouched *row;
    bool used, twice; /* twice: an earlier row has the same path */
};

struct choice {
    const struct cp_vouched *row; /* NULL: none */
    bool itself;                  /* it names the file, and no folder */
};

struct cp_vouching {
    struct entry *list; /* [count] by where */
    uint32_t count;
    struct choice *of; /* [of sources] */
};

/* The path without its last name, "" where there is none. */
static cp_text parent_of(cp_text path)
{
    while (path.len > 0 && path.at[path.len - 1] != '/')
        path.len--;
    while (path.len > 0 && path.at[path.len - 1] == '/')
        path.len--;
    return path;
}

/* Whether the path is the folder or lies in it. */
static bool is_within(cp_text path, cp_text folder)
{
    return cp_text_starts(path, folder) &&
           (path.len == folder.len || folder.len == 0 || path.at[folder.len] == '/');
}

/* The row's path from its table's folder, with "." and ".." carried out. */
static cp_err whole_path(const struct cp_loaded *l, const struct cp_vouched *row, cp_text *out)
{
    const struct cp_source *table = &l->sources.list[row->place.file];
    cp_text rest = row->file, word;

    CP_TRY(cp_text_copy(parent_of(cp_text_of(table->where)), l->scratch, out));
    while (cp_text_word(&rest, "/", &word)) {
        cp_text with_slash;

        if (cp_text_is(word, "."))
            continue;
        if (cp_text_is(word, "..")) {
            *out = parent_of(*out);
            continue;
        }
        CP_TRY(cp_text_join(*out, CP_TEXT("/"), l->scratch, &with_slash));
        CP_TRY(cp_text_join(with_slash, word, l->scratch, out));
    }
    return CP_OK;
}

static int by_where(const void *a, const void *b)
{
    const struct entry *one = a, *other = b;
    int order = cp_text_cmp(one->where, other->where);

    if (order != 0)
        return order;
    return one->row < other->row ? -1 : one->row > other->row;
}

static int by_row(const void *a, const void *b)
{
    const struct entry *one = a, *other = b;

    return one->row < other->row ? -1 : one->row > other->row;
}

static struct entry *find(const struct cp_vouching *v, cp_text where)
{
    uint32_t low = 0, high = v->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (cp_text_cmp(v->list[middle].where, where) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < v->count && cp_text_eq(v->list[low].where, where) ? &v->list[low] : NULL;
}

/* The row of the file itself, or of the innermost folder that has one; all of these are used. */
static struct choice find_row(struct cp_vouching *v, const char *where)
{
    struct choice choice = {.row = NULL};

    for (cp_text path = cp_text_of(where); path.len > 0; path = parent_of(path)) {
        struct entry *entry = find(v, path);

        if (entry == NULL)
            continue;
        entry->used = true;
        if (choice.row == NULL)
            choice = (struct choice){entry->row, path.len == cp_text_of(where).len};
    }
    return choice;
}

/* --- what is wrong with rows ------------------------------------------------------------------ */

static cp_exit say_wrong(const struct cp_loaded *l, cp_place place, const char *why,
                         cp_text subject, const char *hint)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_err err = cp_diag_set(&diag, CP_ERR_UNKNOWN_ID, place, why, subject);

    if (hint != NULL)
        cp_diag_hint(&diag, cp_text_of(hint));
    return cp_loaded_say(l, &diag, err, NULL, CP_EXIT_INPUT);
}

static cp_exit check_grade(const struct cp_loaded *l, const struct cp_vouched *row)
{
    if (cp_grade_find(row->evidence) != CP_GRADE_COUNT)
        return CP_EXIT_OK;
    return say_wrong(l, row->evidence_place, "no grade of evidence", row->evidence,
                     cp_grade_nearest(row->evidence));
}

/* A table that came with files which devices or others made vouches for these alone. */
static bool reaches_out(const struct cp_loaded *l, const struct entry *entry)
{
    const struct cp_source *table = &l->sources.list[entry->row->place.file];

    return table->walked && !is_within(entry->where, parent_of(cp_text_of(table->where)));
}

static cp_exit check_row(const struct cp_loaded *l, const struct entry *entry)
{
    if (reaches_out(l, entry))
        return say_wrong(l, entry->row->place,
                         "a table in a folder of evidence speaks of files outside its own folder",
                         entry->row->file, NULL);
    if (entry->twice)
        return say_wrong(l, entry->row->place, "a path that another row has", entry->row->file,
                         NULL);
    if (!entry->used)
        return say_wrong(l, entry->row->place, "no file of evidence has this path",
                         entry->row->file, NULL);
    return check_grade(l, entry->row);
}

/* In the order of the rows; they are found no more after that. */
static cp_exit check_rows(const struct cp_loaded *l, struct cp_vouching *v)
{
    cp_exit worst = CP_EXIT_OK;

    for (uint32_t i = 1; i < v->count; i++)
        v->list[i].twice = cp_text_eq(v->list[i].where, v->list[i - 1].where);
    if (v->count > 0)
        qsort(v->list, v->count, sizeof(*v->list), by_row);
    for (uint32_t i = 0; i < v->count; i++) {
        cp_exit code = check_row(l, &v->list[i]);

        worst = worst == CP_EXIT_OK ? code : worst;
    }
    return worst;
}

/* --- all of it -------------------------------------------------------------------------------- */

static cp_err list_rows(const struct cp_loaded *l, const struct cp_vouched *rows,
                        struct cp_vouching *v)
{
    v->list = CP_TAKE(l->scratch, v->count, struct entry);
    v->of = CP_TAKE(l->scratch, l->sources.count, struct choice);
    if (v->list == NULL || v->of == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < v->count; i++) {
        v->list[i].row = &rows[i];
        CP_TRY(whole_path(l, &rows[i], &v->list[i].where));
    }
    if (v->count > 0)
        qsort(v->list, v->count, sizeof(*v->list), by_where);
    return CP_OK;
}

cp_exit cp_vouching_make(const struct cp_loaded *l, const struct cp_vouched *rows, uint32_t count,
                         const struct cp_vouching **out)
{
    struct cp_vouching *v = CP_TAKE(l->scratch, 1, struct cp_vouching);

    if (v == NULL)
        return cp_say_no_memory();
    v->count = count;
    if (list_rows(l, rows, v) != CP_OK)
        return cp_say_no_memory();
    for (uint32_t i = 0; i < l->sources.count; i++) {
        if (l->sources.list[i].kind != CP_SOURCE_READ)
            v->of[i] = find_row(v, l->sources.list[i].where);
    }
    *out = v;
    return check_rows(l, v);
}

const struct cp_vouched *cp_vouching_of(const struct cp_vouching *vouching, uint32_t source)
{
    return vouching->of[source].row;
}

const struct cp_vouched *cp_vouching_of_file(const struct cp_vouching *vouching, uint32_t source)
{
    return vouching->of[source].itself ? vouching->of[source].row : NULL;
}
