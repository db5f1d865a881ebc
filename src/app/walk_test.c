#include "walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/out.h"

/* A folder of the test's own, and what a walk through it tells, a word a line. */

struct place {
    struct cp_arena *arena;
    char top[32];
    struct cp_out told;
};

static cp_exit tell_folder(void *state, const char *path)
{
    struct place *place = state;

    cp_out_format(&place->told, "into %s\n", path + strlen(place->top));
    return CP_EXIT_OK;
}

static cp_exit tell_file(void *state, const char *path, const char *name)
{
    struct place *place = state;

    assert_string_equal(path + strlen(place->top) + 1, name);
    cp_out_format(&place->told, "%s\n", name);
    return CP_EXIT_OK;
}

static cp_exit tell_other(void *state, const char *name, const char *what)
{
    struct place *place = state;

    cp_out_format(&place->told, "%s: %s\n", name, what);
    return CP_EXIT_OK;
}

static const char *in(struct place *place, const char *name)
{
    return cp_path_join(place->top, name, place->arena);
}

static void add_folder(struct place *place, const char *name)
{
    assert_int_equal(mkdir(in(place, name), 0700), 0);
}

static void add_file(struct place *place, const char *name)
{
    FILE *file = fopen(in(place, name), "w");

    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
}

static struct place *open_place(void)
{
    struct place *place = calloc(1, sizeof(*place));

    assert_non_null(place);
    place->arena = cp_arena_open((size_t)1 << 24);
    assert_non_null(place->arena);
    (void)snprintf(place->top, sizeof(place->top), "/tmp/walk-XXXXXX");
    assert_non_null(mkdtemp(place->top));
    place->told = cp_out_make(place->arena);
    return place;
}

/* names: in the order in which they can be removed; NULL at the end */
static void close_place(struct place *place, const char *const *names)
{
    for (; *names != NULL; names++)
        assert_int_equal(remove(in(place, *names)), 0);
    assert_int_equal(rmdir(place->top), 0);
    cp_arena_close(place->arena);
    free(place);
}

static void assert_walk(struct place *place, const char *wanted)
{
    struct cp_walker walker = {
        .state = place, .folder = tell_folder, .file = tell_file, .other = tell_other};
    cp_text told;

    assert_int_equal(cp_walk(place->top, place->arena, &walker), CP_EXIT_OK);
    assert_int_equal(cp_out_done(&place->told, &told), CP_OK);
    assert_string_equal(told.at, wanted);
}

static void files_come_in_the_byte_order_of_their_whole_names(void **state)
{
    struct place *place = open_place();
    static const char *const names[] = {"a/b", "a/.x", "a", "a-b", "a0", "B", NULL};

    (void)state;
    add_folder(place, "a");
    add_file(place, "a/b");
    add_file(place, "a/.x");
    add_file(place, "a0");
    add_file(place, "a-b");
    add_file(place, "B");
    assert_walk(place, "into \nB\na-b\ninto /a/\na/b\na0\n");
    close_place(place, names);
}

static void no_link_below_the_top_is_followed(void **state)
{
    struct place *place = open_place();
    static const char *const names[] = {"out", "file", "pipe", "self", NULL};
    struct cp_walker walker = {.state = place, .file = tell_file};

    (void)state;
    assert_int_equal(symlink("/etc", in(place, "out")), 0);
    assert_int_equal(symlink("/etc/passwd", in(place, "file")), 0);
    assert_int_equal(symlink(place->top, in(place, "self")), 0);
    assert_int_equal(mkfifo(in(place, "pipe"), 0600), 0);
    assert_walk(place, "into \nfile: a symbolic link\nout: a symbolic link\n"
                       "pipe: no regular file\nself: a symbolic link\n");
    assert_int_equal(cp_walk(in(place, "self"), place->arena, &walker), CP_EXIT_OK);
    close_place(place, names);
}

static void folders_that_lie_too_deep_are_refused(void **state)
{
    struct place *place = open_place();
    struct cp_walker walker = {.state = place, .quiet = true};
    char name[2 * CP_WALK_DEPTH_MAX + 4] = "a";
    size_t len = 1;

    (void)state;
    for (uint32_t depth = 1; depth <= CP_WALK_DEPTH_MAX; depth++) {
        add_folder(place, name);
        assert_int_equal(cp_walk(place->top, place->arena, &walker), CP_EXIT_OK);
        memcpy(name + len, "/a", sizeof("/a"));
        len += 2;
    }
    add_folder(place, name);
    assert_int_equal(cp_walk(place->top, place->arena, &walker), CP_EXIT_INPUT);
    for (; len > 0; len -= len > 1 ? 2 : 1) {
        name[len] = '\0';
        assert_int_equal(rmdir(in(place, name)), 0);
    }
    close_place(place, (const char *const[]){NULL});
}

static void a_walk_through_nothing_is_an_error(void **state)
{
    struct place *place = open_place();
    struct cp_walker walker = {.quiet = true};

    (void)state;
    assert_int_equal(cp_walk(in(place, "nowhere"), place->arena, &walker), CP_EXIT_MISSING);
    close_place(place, (const char *const[]){NULL});
}

static void a_walk_without_memory_ends(void **state)
{
    struct place *place = open_place();
    struct cp_walker walker = {.quiet = true};
    cp_exit code = CP_EXIT_SYSTEM;

    (void)state;
    add_folder(place, "a");
    for (uint64_t takes = 0; code != CP_EXIT_OK; takes++) {
        struct cp_arena *arena = cp_arena_open((size_t)1 << 20);

        assert_true(code == CP_EXIT_SYSTEM);
        cp_arena_fail_after(arena, takes);
        code = cp_walk(place->top, arena, &walker);
        cp_arena_close(arena);
    }
    close_place(place, (const char *const[]){"a", NULL});
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_come_in_the_byte_order_of_their_whole_names),
        cmocka_unit_test(no_link_below_the_top_is_followed),
        cmocka_unit_test(folders_that_lie_too_deep_are_refused),
        cmocka_unit_test(a_walk_through_nothing_is_an_error),
        cmocka_unit_test(a_walk_without_memory_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
