#include "trial.h"

#include <stdio.h>
#include <stdlib.h>

#include <dirent.h>
#include <unistd.h>

/* Reads the real networks of ../shared/data (or of the folder in CP_SHARED_DATA) and compares their
 * sizes with the indexes there; skipped where there are none. */

enum { PATH_MAX_BYTES = 512, ROWS_MAX = 4096, DAMAGES = 40 };

struct path {
    char at[PATH_MAX_BYTES];
};

static struct path data_path(const char *folder, const char *name, const char *ending)
{
    const char *data = getenv("CP_SHARED_DATA");
    struct path path;
    int len = snprintf(path.at, sizeof(path.at), "%s/%s/%s%s",
                       data != NULL ? data : "../shared/data", folder, name, ending);

    assert_true(len > 0 && (size_t)len < sizeof(path.at));
    return path;
}

/* The bytes of a file, at NULL where there is none; the caller frees them. */
static cp_text slurp(const char *path)
{
    FILE *file = fopen(path, "rb");
    cp_text bytes = {NULL, 0};
    char *at = NULL;
    long size;

    if (file == NULL)
        return bytes;
    if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0) {
        rewind(file);
        at = malloc((size_t)size + 1);
        assert_non_null(at);
        bytes = (cp_text){at, fread(at, 1, (size_t)size, file)};
    }
    (void)fclose(file);
    return bytes;
}

static void give_back(cp_text bytes)
{
    union {
        const char *from;
        char *to;
    } at = {bytes.at};

    free(at.to);
}

static void add_file(struct trial *t, cp_role role, const char *path)
{
    cp_text bytes = slurp(path);
    cp_err err = trial_read(t, role, path, bytes);

    if (err != CP_OK)
        print_error("%s:%u:%u: %s '%s'\n", path, t->diag.place.line, t->diag.place.column,
                    t->diag.why, t->diag.subject);
    assert_non_null(bytes.at);
    assert_int_equal(err, CP_OK);
    give_back(bytes);
}

static void assert_understood(const struct cp_case *c)
{
    for (uint32_t i = 0; i < c->input_count; i++)
        assert_int_equal(c->inputs[i].not_understood, 0);
}

static uint32_t number(cp_text text)
{
    uint32_t n = 0;

    for (size_t i = 0; i < text.len; i++)
        n = n * 10 + (uint32_t)(text.at[i] - '0');
    return n;
}

/* Rows of an index: the first five columns, after the header. */
struct row {
    cp_text cells[6];
};

static cp_text index_rows(const char *folder, struct row *rows, uint32_t *count)
{
    struct path path = data_path(folder, "INDEX", ".tsv");
    cp_text bytes = slurp(path.at);
    cp_text rest = bytes, line;

    *count = 0;
    assert_non_null(bytes.at);
    (void)cp_text_word(&rest, "\r\n", &line);
    while (cp_text_word(&rest, "\r\n", &line)) {
        assert_true(*count < ROWS_MAX);
        rows[*count] = (struct row){0};
        for (size_t i = 0; i < CP_COUNT(rows->cells); i++)
            if (!cp_text_word(&line, "\t", &rows[*count].cells[i]))
                break;
        ++*count;
    }
    return bytes;
}

static void zero_ended(cp_text text, char out[PATH_MAX_BYTES])
{
    assert_true(text.len < PATH_MAX_BYTES);
    memcpy(out, text.at, text.len);
    out[text.len] = '\0';
}

static struct row rows[ROWS_MAX];

static void zoo_networks_have_the_sizes_of_the_index(void **state)
{
    static const char *const forms[] = {"gml", "graphml"};
    uint32_t count;
    cp_text bytes = index_rows("topologyzoo", rows, &count);

    (void)state;
    for (uint32_t i = 0; i < 2 * count; i++) {
        const struct row *row = &rows[i / 2];
        struct trial t = trial_open();
        char name[PATH_MAX_BYTES], folder[32] = "topologyzoo/", ending[32] = ".";
        const struct cp_case *c;

        zero_ended(row->cells[0], name);
        append(folder, sizeof(folder), forms[i % 2]);
        append(ending, sizeof(ending), forms[i % 2]);
        add_file(&t, CP_ROLE_NETWORK, data_path(folder, name, ending).at);
        c = trial_make(&t);
        assert_int_equal(c->node_count, number(row->cells[1]));
        assert_int_equal(c->link_count, number(row->cells[2]));
        assert_understood(c);
        trial_close(&t);
    }
    give_back(bytes);
}

/* Calls for each file of the folder, in the order that the system gives. */
static uint32_t each_file(const char *folder, const char *starts, const char *ends,
                          void (*call)(const char *path, const char *with), const char *with)
{
    struct path path = data_path(folder, "", "");
    DIR *dir = opendir(path.at);
    uint32_t count = 0;

    if (dir == NULL)
        return 0;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        cp_text name = cp_text_of(entry->d_name);

        if (!cp_text_starts(name, cp_text_of(starts)) || !cp_text_ends(name, cp_text_of(ends)))
            continue;
        call(data_path(folder, entry->d_name, "").at, with);
        count++;
    }
    (void)closedir(dir);
    return count;
}

static void read_demands(const char *path, const char *network)
{
    struct trial t = trial_open();

    add_file(&t, CP_ROLE_NETWORK, network);
    cp_read_leave_demands(t.read);
    add_file(&t, CP_ROLE_DEMANDS, path);
    assert_understood(trial_make(&t));
    assert_true(t.made->demand_count > 0);
    trial_close(&t);
}

static void repetita_graphs_have_the_sizes_of_the_index(void **state)
{
    uint32_t count;
    cp_text bytes = index_rows("repetita", rows, &count);

    (void)state;
    for (uint32_t i = 0; i < count; i++) {
        struct trial t = trial_open();
        char name[PATH_MAX_BYTES];
        const struct cp_case *c;

        zero_ended(rows[i].cells[0], name);
        add_file(&t, CP_ROLE_NETWORK, data_path(".", name, "").at);
        c = trial_make(&t);
        assert_int_equal(c->node_count, number(rows[i].cells[1]));
        assert_int_equal(2 * c->link_count, number(rows[i].cells[2]));
        assert_understood(c);
        trial_close(&t);
    }
    give_back(bytes);
}

static void repetita_demands_are_read_with_their_graphs(void **state)
{
    uint32_t count;
    cp_text bytes = index_rows("repetita", rows, &count);

    (void)state;
    for (uint32_t i = 0; i < count; i++) {
        cp_text cell = rows[i].cells[0];
        char folder[PATH_MAX_BYTES], stem[PATH_MAX_BYTES], graph[PATH_MAX_BYTES];
        size_t slash = cell.len;

        while (slash > 0 && cell.at[slash - 1] != '/')
            slash--;
        zero_ended(cell, graph);
        zero_ended(cp_text_sub(cell, 0, slash), folder);
        zero_ended(cp_text_sub(cell, slash, cell.len - slash - strlen("graph")), stem);
        assert_true(
            each_file(folder, stem, ".demands", read_demands, data_path(".", graph, "").at) > 0);
    }
    give_back(bytes);
}

static void sndlib_networks_have_the_sizes_of_the_index(void **state)
{
    uint32_t count;
    cp_text bytes = index_rows("sndlib", rows, &count);

    (void)state;
    for (uint32_t i = 0; i < count; i++) {
        struct trial t = trial_open();
        char name[PATH_MAX_BYTES];
        const struct cp_case *c;

        zero_ended(rows[i].cells[0], name);
        add_file(&t, CP_ROLE_NETWORK, data_path("sndlib/xml", name, ".xml").at);
        c = trial_make(&t);
        assert_int_equal(c->node_count, number(rows[i].cells[1]));
        assert_int_equal(c->link_count, number(rows[i].cells[2]));
        assert_int_equal(c->demand_count, number(rows[i].cells[5]));
        assert_understood(c);
        trial_close(&t);
    }
    give_back(bytes);
}

static void read_network(const char *path, const char *with)
{
    struct trial t = trial_open();

    (void)with;
    add_file(&t, CP_ROLE_NETWORK, path);
    assert_understood(trial_make(&t));
    assert_true(t.made->node_count > 0 && t.made->demand_count > 0);
    trial_close(&t);
}

static void other_sndlib_files_are_read(void **state)
{
    static const char *const sets[] = {"abilene", "geant", "germany50"};
    uint32_t count;
    cp_text bytes = index_rows("sndlib", rows, &count);

    (void)state;
    assert_true(each_file("sndlib/native", "", ".txt", read_network, NULL) > 0);
    for (size_t i = 0; i < CP_COUNT(sets); i++) {
        char folder[64] = "sndlib/dynamic/";

        append(folder, sizeof(folder), sets[i]);
        assert_true(each_file(folder, "", ".xml", read_network, NULL) > 0);
        assert_true(each_file(folder, "", ".xml", read_demands,
                              data_path("sndlib/xml", sets[i], ".xml").at) > 0);
    }
    give_back(bytes);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Cuts the file short, or flips a bit of it, and reads it. */
static void read_damaged(const char *path, const char *with)
{
    cp_text bytes = slurp(path);
    char *copy = malloc(bytes.len + 1);
    uint32_t seed = (uint32_t)bytes.len;

    (void)with;
    assert_non_null(copy);
    for (uint32_t i = 0; i < DAMAGES && bytes.len > 0; i++) {
        struct trial t = trial_open();
        size_t at = next_random(&seed) % bytes.len;

        memcpy(copy, bytes.at, bytes.len);
        copy[at] = (char)(copy[at] ^ 1 << next_random(&seed) % 8);
        if (trial_read(&t, CP_ROLE_NETWORK, path, (cp_text){copy, i % 2 == 0 ? at : bytes.len}) ==
                CP_OK &&
            cp_build_finish(t.build, CP_DATE_NONE, &t.made, &t.diag) == CP_OK)
            assert_non_null(t.made);
        else
            assert_non_null(t.diag.why);
        trial_close(&t);
    }
    free(copy);
    give_back(bytes);
}

static void damaged_files_are_read_or_refused_in_their_place(void **state)
{
    uint32_t count;
    cp_text bytes = index_rows("sndlib", rows, &count);

    (void)state;
    assert_true(each_file("topologyzoo/gml", "A", ".gml", read_damaged, NULL) > 0);
    assert_true(each_file("topologyzoo/graphml", "B", ".graphml", read_damaged, NULL) > 0);
    assert_true(each_file("repetita/zoo_unary", "A", ".graph", read_damaged, NULL) > 0);
    assert_true(each_file("sndlib/native", "", ".txt", read_damaged, NULL) > 0);
    assert_true(each_file("sndlib/xml", "n", ".xml", read_damaged, NULL) > 0);
    give_back(bytes);
}

int main(void)
{
    if (access(data_path("topologyzoo", "INDEX", ".tsv").at, R_OK) != 0) {
        (void)puts("1..0 # SKIP there is no ../shared/data"); /* of the test protocol */
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zoo_networks_have_the_sizes_of_the_index),
        cmocka_unit_test(repetita_graphs_have_the_sizes_of_the_index),
        cmocka_unit_test(repetita_demands_are_read_with_their_graphs),
        cmocka_unit_test(sndlib_networks_have_the_sizes_of_the_index),
        cmocka_unit_test(other_sndlib_files_are_read),
        cmocka_unit_test(damaged_files_are_read_or_refused_in_their_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
