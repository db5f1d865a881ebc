#include "maker_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "identify/makers.h"

/* The numbers as IANA publishes them, one a line, in ../shared/data (or in the folder in CP_SHARED_DATA);
 * skipped where they are not there. */

enum { NUMBERS_MAX = 100000, LINE_BYTES = 1024, PATH_MAX_BYTES = 512 };

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_enterprise_number_is_registered_under_a_name_of_its_maker),
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
