#include "netbox_trial.h"

#include <dirent.h>

/* Three dumps of one small network, in the shapes of releases 3.7, 4.2 and 4.5: tests/netbox. */

enum { PAGES_MAX = 64 };

struct dump {
    char names[PAGES_MAX][256];
    cp_text pages[PAGES_MAX];
    uint32_t count;
    struct cp_arena *arena;
};

static int name_order(const void *a, const void *b)
{
    return strcmp(a, b);
}

static cp_text read_file(struct cp_arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    cp_text text;
    char *bytes;
    long size;

    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size = ftell(file);
    assert_true(size >= 0);
    rewind(file);
    bytes = CP_TAKE(arena, (size_t)size, char);
    assert_non_null(bytes);
    text = (cp_text){bytes, fread(bytes, 1, (size_t)size, file)};
    assert_int_equal(fclose(file), 0);
    return text;
}

static struct dump dump_open(const char *release)
{
    struct dump d = {.arena = cp_arena_open((size_t)64 << 20)};
    char folder[128], path[512];
    struct dirent *entry;
    DIR *dir;

    (void)snprintf(folder, sizeof(folder), "tests/netbox/%s", release);
    dir = opendir(folder);
    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.') {
            assert_true(d.count < PAGES_MAX);
            (void)snprintf(d.names[d.count++], sizeof(d.names[0]), "%s", entry->d_name);
        }
    assert_int_equal(closedir(dir), 0);
    qsort(d.names, d.count, sizeof(d.names[0]), name_order);
    for (uint32_t i = 0; i < d.count; i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", folder, d.names[i]);
        d.pages[i] = read_file(d.arena, path);
    }
    return d;
}

static void dump_close(struct dump *d)
{
    cp_arena_close(d->arena);
}

static const struct cp_case *finish(struct trial *t)
{
    return trial_make(t);
}

static const struct cp_case *dump_case(const struct dump *d, struct trial *t)
{
    for (uint32_t i = 0; i < d->count; i++) {
        assert_int_equal(cp_read_guess(CP_ROLE_NETWORK, cp_text_of("x"), d->pages[i]),
                         CP_FORMAT_NETBOX);
        assert_int_equal(trial_read(t, CP_ROLE_NETWORK, d->names[i], d->pages[i]), CP_OK);
    }
    return finish(t);
}

static void the_shapes_of_three_releases_give_one_case(void **state)
{
    static const char *const releases[] = {"3.7", "4.2", "4.5"};
    static struct picture first, other;
    struct cp_arena *kept = cp_arena_open((size_t)16 << 20);

    (void)state;
    for (size_t i = 0; i < CP_COUNT(releases); i++) {
        struct dump d = dump_open(releases[i]);
        struct trial t = trial_open();

        picture_take(i == 0 ? &first : &other, kept, dump_case(&d, &t));
        if (i > 0)
            assert_same_picture(&other, &first);
        trial_close(&t);
        dump_close(&d);
    }
    cp_arena_close(kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shapes_of_three_releases_give_one_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
