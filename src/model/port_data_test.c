#include "model/port.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/map.h"

/* Every list of interfaces in ../shared/data (or in the folder of CP_SHARED_DATA): no two names of one
 * device fold alike.  Skipped where there is none. */

enum { PATH_BYTES = 512, LINE_BYTES = 65536, NAMES_MAX = 20000, ARENA_BYTES = 1 << 26 };

static const char *data_folder(void)
{
    const char *data = getenv("CP_SHARED_DATA");

    return data != NULL ? data : "../shared/data";
}

/* Names of one device, met so far. */
struct names {
    struct cp_arena *arena;
    struct cp_map *as_written, *folded;
    cp_text list[NAMES_MAX];
    uint32_t count, alike;
    const char *path;
};

static void forget(struct names *n, const char *path)
{
    cp_arena_reset(n->arena, (cp_arena_mark){NULL, 0, 0});
    n->count = 0;
    n->path = path;
    assert_int_equal(cp_map_open(n->arena, &n->as_written), CP_OK);
    assert_int_equal(cp_map_open(n->arena, &n->folded), CP_OK);
}

static void meet(struct names *n, cp_text name)
{
    struct cp_port_name buffer;
    cp_text kept, folded;
    uint32_t other;

    name = cp_text_trim(name);
    if (name.len == 0 || n->count == NAMES_MAX || cp_map_find(n->as_written, name) != CP_MAP_NONE)
        return;
    assert_int_equal(cp_text_copy(name, n->arena, &kept), CP_OK);
    assert_int_equal(cp_text_copy(cp_port_fold(name, &buffer), n->arena, &folded), CP_OK);
    assert_int_equal(cp_map_add(n->as_written, kept, n->count), CP_OK);
    n->list[n->count] = kept;
    other = cp_map_find(n->folded, folded);
    if (other != CP_MAP_NONE) {
        print_error("%s: '%.*s' and '%.*s'\n", n->path, (int)kept.len, kept.at,
                    (int)n->list[other].len, n->list[other].at);
        n->alike++;
        return;
    }
    assert_int_equal(cp_map_add(n->folded, folded, n->count++), CP_OK);
}

/* OID|4|VALUE of a walk: a name of IF-MIB's ifName or ifDescr. */
static void meet_row(struct names *n, const char *line, const char *column)
{
    const char *bar = strchr(line, '|'), *value = bar == NULL ? NULL : strchr(bar + 1, '|');

    if (value != NULL && strncmp(line, column, strlen(column)) == 0 && value - bar == 2)
        meet(n, cp_text_of(value + 1));
}

/* `  interface: "Gi0/1"` of a parsed output. */
static void meet_cell(struct names *n, const char *line, const char *key)
{
    const char *at = strstr(line, key);
    cp_text value;

    if (at == NULL)
        return;
    value = cp_text_trim(cp_text_of(at + strlen(key)));
    if (value.len > 1 && value.at[0] == '"')
        meet(n, cp_text_sub(value, 1, value.len - 2));
}

static void meet_file(struct names *n, const char *path, const char *key, bool walk)
{
    static char line[LINE_BYTES];
    FILE *file = fopen(path, "rb");

    assert_non_null(file);
    forget(n, path);
    while (fgets(line, sizeof(line), file) != NULL) {
        if (walk)
            meet_row(n, line, key);
        else
            meet_cell(n, line, key);
    }
    (void)fclose(file);
}

static bool ends_in(const char *name, const char *ending)
{
    return cp_text_ends(cp_text_of(name), cp_text_of(ending));
}

/* Files of a folder and of those in it. */
static void meet_folder(struct names *n, const char *folder, const char *key, bool walk,
                        uint32_t depth)
{
    DIR *entries = opendir(folder);

    if (entries == NULL)
        return;
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        char path[PATH_BYTES];

        if (entry->d_name[0] == '.')
            continue;
        assert_true(snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name) < PATH_BYTES);
        if (ends_in(path, walk ? ".snmprec" : ".yml"))
            meet_file(n, path, key, walk);
        else if (depth > 0)
            meet_folder(n, path, key, walk, depth - 1);
    }
    (void)closedir(entries);
}

static void no_two_names_in(const char *folder, const char *key, bool walk)
{
    static struct names names;
    char path[PATH_BYTES];

    names.alike = 0;
    names.arena = cp_arena_open(ARENA_BYTES);
    assert_true(snprintf(path, sizeof(path), "%s/%s", data_folder(), folder) < PATH_BYTES);
    meet_folder(&names, path, key, walk, 2);
    cp_arena_close(names.arena);
    assert_int_equal(names.alike, 0);
}

static void no_two_names_of_a_walked_device_fold_alike(void **state)
{
    (void)state;
    no_two_names_in("snmp/walks", "1.3.6.1.2.1.31.1.1.1.1.", true);
}

static void no_two_descriptions_of_ports_of_a_walked_device_fold_alike(void **state)
{
    (void)state;
    no_two_names_in("snmp/walks", "1.3.6.1.2.1.2.2.1.2.", true);
}

static void no_two_names_that_a_command_prints_fold_alike(void **state)
{
    (void)state;
    no_two_names_in("cli/ntc", " interface: ", false);
    no_two_names_in("cli/ntc", " local_interface: ", false);
    no_two_names_in("cli/ntc", " port: ", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_two_names_of_a_walked_device_fold_alike),
        cmocka_unit_test(no_two_descriptions_of_ports_of_a_walked_device_fold_alike),
        cmocka_unit_test(no_two_names_that_a_command_prints_fold_alike),
    };
    DIR *data = opendir(data_folder());

    if (data == NULL) {
        (void)puts("1..0 # SKIP no shared data");
        return 0;
    }
    (void)closedir(data);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
