#include <stdio.h>
#include <stdlib.h>

#include <dirent.h>

#include "seen_trial.h"

/*
 * Links from the walks of real devices in ../shared/data/snmp (or under the folder in CP_SHARED_DATA):
 * every neighbour that is expected is a link, and all walks together give the same links in any order.
 * Skipped where there are none.
 */

enum { PATH_BYTES = 512, WALKS_MAX = 1024, LINK_BYTES = 2048, FILE_BYTES = 1 << 23 };

static char file_bytes[FILE_BYTES];

static void data_path(char path[PATH_BYTES], const char *name)
{
    const char *data = getenv("CP_SHARED_DATA");
    int len =
        snprintf(path, PATH_BYTES, "%s/snmp/%s", data != NULL ? data : "../shared/data", name);

    assert_true(len > 0 && len < PATH_BYTES);
}

static cp_text slurp(const char *name)
{
    char path[PATH_BYTES];
    FILE *file;
    size_t len;

    data_path(path, name);
    file = fopen(path, "rb");
    if (file == NULL)
        return (cp_text){NULL, 0};
    len = fread(file_bytes, 1, sizeof(file_bytes), file);
    (void)fclose(file);
    assert_true(len < sizeof(file_bytes));
    return (cp_text){file_bytes, len};
}

static void add_walk(struct trial *t, cp_text walk)
{
    char name[PATH_BYTES];
    cp_text bytes;

    (void)snprintf(name, sizeof(name), "walks/%.*s", (int)walk.len, walk.at);
    bytes = slurp(name);
    assert_non_null(bytes.at);
    assert_int_equal(trial_read(t, name, bytes, NULL), CP_OK);
}

/* --- expected links ------------------------------------------------------------------------ */

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The text's letters and digits, small. */
static cp_text squeeze(cp_text text, char *buffer, size_t size)
{
    size_t len = 0;

    for (size_t i = 0; i < text.len && len < size; i++) {
        char c = small(text.at[i]);

        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            buffer[len++] = c;
    }
    return (cp_text){buffer, len};
}

static bool holds(cp_text text, cp_text part)
{
    for (size_t i = 0; i + part.len <= text.len; i++)
        if (cp_text_starts(cp_text_sub(text, i, part.len), part))
            return true;
    return false;
}

/* The expected port is "DESCRIPTION (ID)": ours is one of them. */
static bool is_port(cp_text ours, cp_text expected)
{
    char one[LINK_BYTES], other[LINK_BYTES];

    return holds(squeeze(expected, other, sizeof(other)), squeeze(ours, one, sizeof(one)));
}

static bool is_named(const struct cp_case *c, cp_node node, cp_text name)
{
    if (cp_text_eq(c->nodes[node.at].id, name))
        return true;
    for (uint32_t i = c->node_facts[node.at]; i < c->node_facts[node.at + 1]; i++)
        if ((cp_text_is(c->facts[i].attribute, "sys-name") ||
             cp_text_is(c->facts[i].attribute, "sys-descr") ||
             cp_text_is(c->facts[i].attribute, "model")) &&
            cp_text_eq(c->facts[i].value, name))
            return true;
    return false;
}

struct expected {
    cp_text walk, name, port;
};

/* Whether some link of the walk has that end; *port: with that port too. */
static bool has_link(const struct cp_case *c, const struct expected *e, bool *port)
{
    bool found = false;

    *port = false;
    for (uint32_t i = 0; i < c->link_count; i++)
        for (uint32_t j = 0; j < 2; j++) {
            const struct cp_end *end = &c->ends[c->links[i].ends.first + j];

            if (!is_named(c, end->node, e->name))
                continue;
            found = true;
            *port = *port || is_port(end->port, e->port);
        }
    return found;
}

static bool next_expected(cp_text *rest, struct expected *e)
{
    cp_text cells[7] = {{NULL, 0}}, line;
    size_t at = 0;

    if (!cp_text_word(rest, "\n", &line))
        return false;
    for (size_t i = 0; i < CP_COUNT(cells) && at <= line.len; i++) {
        size_t end = cp_text_find(line, '\t', at);

        cells[i] = cp_text_sub(line, at, end - at);
        at = end + 1;
    }
    *e = (struct expected){cells[0], cells[3], cells[4]};
    return true;
}

static void every_expected_neighbour_is_a_link(void **state)
{
    static char table[FILE_BYTES];
    cp_text rest = slurp("expected-links.tsv");
    struct expected e;
    uint32_t rows = 0, missed = 0, other_port = 0;

    (void)state;
    assert_non_null(rest.at);
    memcpy(table, rest.at, rest.len);
    rest.at = table;
    assert_true(next_expected(&rest, &e)); /* the head */
    while (next_expected(&rest, &e)) {
        struct trial t = trial_open();
        char name[PATH_BYTES];
        bool port = false;

        (void)snprintf(name, sizeof(name), "%.*s.snmprec", (int)e.walk.len, e.walk.at);
        add_walk(&t, cp_text_of(name));
        (void)trial_make(&t);
        rows++;
        if (!has_link(t.made, &e, &port)) {
            print_error("%.*s: no link to '%.*s'\n", (int)e.walk.len, e.walk.at, (int)e.name.len,
                        e.name.at);
            missed++;
        } else if (!port) {
            other_port++;
        }
        trial_close(&t);
    }
    assert_int_equal(rows, 89);
    assert_int_equal(missed, 0);
    assert_int_equal(other_port, 8); /* whose names are better known than by their numbers */
}

/* --- all walks together -------------------------------------------------------------------- */

struct walks {
    char names[WALKS_MAX][256];
    uint32_t count;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void list_walks(struct walks *walks)
{
    char path[PATH_BYTES];
    DIR *folder;

    data_path(path, "walks");
    folder = opendir(path);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        assert_true(walks->count < WALKS_MAX);
        if (cp_text_ends(cp_text_of(entry->d_name), CP_TEXT(".snmprec")))
            (void)snprintf(walks->names[walks->count++], sizeof(walks->names[0]), "%s",
                           entry->d_name);
    }
    (void)closedir(folder);
    qsort(walks->names, walks->count, sizeof(walks->names[0]), by_name);
}

/* The links of all walks, read in an order that the step makes, as one text. */
static cp_text links_of_all(const struct walks *walks, uint32_t step, uint32_t *by_both)
{
    static char all[4][1 << 20];
    static uint32_t used;
    char *to = all[used++];
    size_t len = 0;
    struct trial t = trial_open();

    for (uint32_t i = 0; i < walks->count; i++)
        add_walk(&t, cp_text_of(walks->names[(uint64_t)i * step % walks->count]));
    (void)trial_make(&t);
    *by_both = 0;
    for (uint32_t i = 0; i < t.made->link_count; i++) {
        seen_write(&t, i, to + len, sizeof(all[0]) - len);
        len += strlen(to + len);
        to[len++] = '\n';
        *by_both += cp_link_seen(t.made, (cp_link){i}).ends == 2;
    }
    trial_close(&t);
    return (cp_text){to, len};
}

static void all_walks_give_the_same_links_in_any_order(void **state)
{
    static struct walks walks;
    uint32_t by_both[3];
    cp_text one, other, third;

    (void)state;
    list_walks(&walks);
    one = links_of_all(&walks, 1, &by_both[0]);
    other = links_of_all(&walks, walks.count - 1, &by_both[1]);
    third = links_of_all(&walks, 7, &by_both[2]);
    assert_true(cp_text_eq(one, other));
    assert_true(cp_text_eq(one, third));
    assert_int_equal(by_both[0], 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_expected_neighbour_is_a_link),
        cmocka_unit_test(all_walks_give_the_same_links_in_any_order),
    };

    if (slurp("expected-links.tsv").at == NULL) {
        (void)puts("1..0 # SKIP no walks");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
