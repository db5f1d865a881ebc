#include "trial.h"

#include <stdio.h>
#include <stdlib.h>

#include <dirent.h>

/*
 * Reads the walks of real devices in ../shared/data/snmp (or under the folder in CP_SHARED_DATA) and
 * compares the neighbours that are seen with those that are expected; skipped where there are none.
 * Misses are listed on stderr.
 */

enum { PATH_BYTES = 512, COLUMNS = 7 };

static cp_text slurp(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *at;
    long size;
    size_t len;

    if (file == NULL)
        return (cp_text){NULL, 0};
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size = ftell(file);
    assert_true(size >= 0);
    rewind(file);
    at = malloc((size_t)size + 1);
    assert_non_null(at);
    len = fread(at, 1, (size_t)size, file);
    at[len] = '\0';
    (void)fclose(file);
    return (cp_text){at, len};
}

static void give_back(cp_text bytes)
{
    union {
        const char *from;
        char *to;
    } at = {bytes.at};

    free(at.to);
}

static void data_path(char path[PATH_BYTES], const char *name)
{
    const char *data = getenv("CP_SHARED_DATA");
    int len =
        snprintf(path, PATH_BYTES, "%s/snmp/%s", data != NULL ? data : "../shared/data", name);

    assert_true(len > 0 && len < PATH_BYTES);
}

/* The walk of a name, read. */
static struct trial read_walk(const char *name)
{
    struct trial t = trial_open();
    char path[PATH_BYTES], file[PATH_BYTES];
    cp_text bytes;

    (void)snprintf(file, sizeof(file), "walks/%s", name);
    data_path(path, file);
    bytes = slurp(path);
    assert_non_null(bytes.at);
    if (trial_read(&t, path, bytes, NULL) != CP_OK)
        print_error("%s:%u: %s '%s'\n", name, t.diag.place.line, t.diag.why, t.diag.subject);
    assert_null(t.diag.why);
    give_back(bytes);
    return t;
}

static void every_walk_is_read_whole(void **state)
{
    char path[PATH_BYTES];
    DIR *folder;
    uint32_t walks = 0, not_understood = 0;

    (void)state;
    data_path(path, "walks");
    folder = opendir(path);
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        struct trial t;

        if (!cp_text_ends(cp_text_of(entry->d_name), CP_TEXT(".snmprec")))
            continue;
        t = read_walk(entry->d_name);
        trial_make(&t);
        walks++;
        not_understood += t.made->inputs[1].not_understood;
        trial_close(&t);
    }
    (void)closedir(folder);
    print_error("%u walks, %u records not understood\n", walks, not_understood);
    assert_true(walks > 100);
    assert_int_equal(not_understood, 0);
}

/* --- neighbours ---------------------------------------------------------------------------- */

struct expected {
    cp_text columns[COLUMNS]; /* walk, protocol, local, name, port, platform, version */
};

static bool next_expected(cp_text *rows, struct expected *row)
{
    cp_text line;

    if (!cp_text_word(rows, "\r\n", &line))
        return false;
    for (size_t i = 0; i < COLUMNS; i++) {
        size_t tab = cp_text_find(line, '\t', 0);

        row->columns[i] = cp_text_trim(cp_text_sub(line, 0, tab));
        line = cp_text_sub(line, tab + 1, line.len);
    }
    return true;
}

/* Whether a neighbour of this name (before a serial in brackets) is seen. */
static bool sees(const struct trial *t, const struct expected *row)
{
    cp_text name = row->columns[3];

    for (uint32_t i = 0; i < t->set->seen_count; i++)
        if (cp_text_is(row->columns[1], t->set->seen[i].protocol) &&
            cp_text_eq(t->set->seen[i].name, name))
            return true;
    return false;
}

/* All but one of a neighbour that gives no name: there, the description is expected for it. */
static void expected_neighbours_are_seen(void **state)
{
    char path[PATH_BYTES], name[PATH_BYTES];
    struct expected row;
    uint32_t hits = 0, misses = 0;
    cp_text bytes, rows;

    (void)state;
    data_path(path, "expected-links.tsv");
    bytes = slurp(path);
    assert_non_null(bytes.at);
    rows = bytes;
    assert_true(next_expected(&rows, &row)); /* the header */
    while (next_expected(&rows, &row)) {
        struct trial t;
        bool hit;

        (void)snprintf(name, sizeof(name), "%.*s.snmprec", (int)row.columns[0].len,
                       row.columns[0].at);
        t = read_walk(name);
        hit = sees(&t, &row);
        hits += hit;
        misses += !hit;
        if (!hit)
            print_error("%s: not seen: %.*s\n", name, (int)row.columns[3].len, row.columns[3].at);
        trial_close(&t);
    }
    give_back(bytes);
    print_error("%u neighbours seen, %u not\n", hits, misses);
    assert_true(hits > 0);
    assert_true(misses * 50 <= hits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_walk_is_read_whole),
        cmocka_unit_test(expected_neighbours_are_seen),
    };
    char path[PATH_BYTES];
    DIR *folder;

    data_path(path, "walks");
    folder = opendir(path);
    if (folder == NULL) {
        (void)printf("1..0 # SKIP there are no walks\n");
        return 0;
    }
    (void)closedir(folder);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
