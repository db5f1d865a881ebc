#include "maker_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "identify/mac.h"
#include "identify/makers.h"

#include "mac_table.h"

/* The numbers as IANA publishes them, one a line, in ../shared/data (or in the folder in CP_SHARED_DATA);
 * skipped where they are not there. */

enum { NUMBERS_MAX = 100000, LINE_BYTES = 1024, PATH_MAX_BYTES = 512, LIST_BYTES = 8 << 20 };

static struct cp_arena *arena;
static const cp_text *lines;

/* What stands between quotes after "formerly"; empty where nothing does. */
static cp_text former_name(cp_text line)
{
    static const char word[] = "formerly ";
    size_t at = 0;

    while (at < line.len && !cp_text_starts(cp_text_sub(line, at, line.len), cp_text_of(word)))
        at++;
    size_t from = at + sizeof(word);
    if (from >= line.len)
        return CP_TEXT("");
    char quote = line.at[from - 1];
    size_t to = from;
    for (size_t i = from; i < line.len; i++) {
        if (line.at[i] == quote)
            to = i;
    }
    return cp_text_sub(line, from, to - from);
}

/* The lines of the registry by number; NULL where the file cannot be read. */
static cp_text *read_registry(const char *path)
{
    FILE *file = fopen(path, "rb");
    cp_text *read = NULL;
    char line[LINE_BYTES];

    if (file == NULL)
        return NULL;
    read = CP_TAKE(arena, NUMBERS_MAX, cp_text);
    if (read == NULL) {
        (void)fclose(file);
        return NULL;
    }
    while (fgets(line, sizeof(line), file) != NULL) {
        char *end = line;
        unsigned long number = strtoul(line, &end, 10);
        if (end > line && number < NUMBERS_MAX)
            if (cp_text_copy(cp_text_trim(cp_text_of(end)), arena, &read[number]) != CP_OK)
                break;
    }
    (void)fclose(file);
    return read;
}

static bool bears(const struct cp_maker_entry *entry, cp_text line)
{
    cp_text names = cp_text_of(entry->registry);
    cp_text now = cp_text_trim(cp_text_sub(line, 0, cp_text_find(line, '\t', 0)));
    cp_text before = former_name(line);
    cp_text name = CP_TEXT("");

    while (cp_text_word(&names, "|", &name)) {
        if (cp_text_same_word(name, now) || cp_text_same_word(name, before))
            return true;
    }
    return false;
}

static void each_enterprise_number_is_registered_under_a_name_of_its_maker(void **state)
{
    uint32_t checked = 0;

    (void)state;
    for (size_t i = 0; i < cp_maker_table_count(); i++) {
        const struct cp_maker_entry *entry = cp_maker_table_at(i);
        for (size_t k = 0; k < CP_COUNT(entry->pens) && entry->pens[k] != 0; k++, checked++) {
            assert_true(entry->pens[k] < NUMBERS_MAX);
            cp_text line = lines[entry->pens[k]];
            if (!bears(entry, line))
                fail_msg("%s: %u is of %.*s", entry->name, entry->pens[k], (int)line.len, line.at);
        }
    }
    assert_true(checked >= 110);
}

/* One of IEEE's lists into the registry; false where it is not there. */
static bool read_prefixes(const char *kind, const struct cp_makers *makers,
                          struct cp_mac_registry *registry)
{
    const char *data = getenv("CP_SHARED_DATA");
    char path[PATH_MAX_BYTES];

    (void)snprintf(path, sizeof(path), "%s/vendor-id/ieee-%s.csv",
                   data == NULL ? "../shared/data" : data, kind);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    char *bytes = CP_TAKE(arena, LIST_BYTES, char);
    assert_non_null(bytes);
    size_t len = fread(bytes, 1, LIST_BYTES, file);
    assert_true(len < LIST_BYTES);
    (void)fclose(file);
    assert_int_equal(cp_mac_registry_read(registry, makers, 0, (cp_text){bytes, len}, NULL), CP_OK);
    return true;
}

static void each_prefix_is_registered_by_its_maker(void **state)
{
    static const char *const kinds[] = {"oui", "mam", "oui36", "iab"};
    const struct cp_makers *makers = NULL;
    struct cp_mac_registry *registry = NULL;

    (void)state;
    assert_int_equal(cp_makers_make(NULL, 0, arena, &makers, NULL), CP_OK);
    assert_int_equal(cp_mac_registry_open(arena, &registry), CP_OK);
    for (size_t i = 0; i < CP_COUNT(kinds); i++) {
        if (!read_prefixes(kinds[i], makers, registry))
            return;
    }
    assert_true(cp_mac_registry_count(registry) > 40000);
    for (size_t i = 0; i < cp_mac_entry_count; i++) {
        const char *name = cp_mac_makers[cp_mac_entries[i].maker];
        struct cp_mac_owner owner = {CP_MAKER_UNKNOWN, CP_TEXT("")};
        uint64_t key = cp_mac_entries[i].key;
        assert_true(cp_mac_registry_find(registry, key >> 8, (uint32_t)(key & 0xff), &owner));
        if (owner.maker != cp_makers_find(makers, cp_text_of(name)))
            fail_msg("a prefix of %s is of %.*s", name, (int)owner.name.len, owner.name.at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_enterprise_number_is_registered_under_a_name_of_its_maker),
        cmocka_unit_test(each_prefix_is_registered_by_its_maker),
    };
    const char *data = getenv("CP_SHARED_DATA");
    char path[PATH_MAX_BYTES];
    int result = 1;

    (void)snprintf(path, sizeof(path), "%s/vendor-id/iana-enterprises.tsv",
                   data == NULL ? "../shared/data" : data);
    arena = cp_arena_open((size_t)64 << 20);
    if (arena == NULL)
        return result;
    lines = read_registry(path);
    if (lines == NULL) {
        (void)printf("1..0 # SKIP there is no %s\n", path); /* of the test protocol */
        result = 0;
    } else {
        result = cmocka_run_group_tests(tests, NULL, NULL);
    }
    cp_arena_close(arena);
    return result;
}
