#include "app/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* A file of the test's own with this text. */
struct written {
    struct cp_arena *arena;
    char path[32];
    struct cp_file file;
};

static struct written write_file(const char *text)
{
    struct written w = {.arena = cp_arena_open((size_t)1 << 24), .path = "/tmp/file-XXXXXX"};
    int fd = mkstemp(w.path);

    assert_non_null(w.arena);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(close(fd), 0);
    return w;
}

static void forget(struct written *w)
{
    cp_file_close(&w->file);
    assert_int_equal(unlink(w->path), 0);
    cp_arena_close(w->arena);
}

static void lines_come_whole_whatever_their_length(void **state)
{
    static const char text[] = "one\ntwo\na longer line than is asked for\n\nlast line\nend";
    struct written w = write_file(text);
    size_t at = 0;

    (void)state;
    assert_int_equal(cp_file_open(w.path, w.arena, &w.file), CP_EXIT_OK);
    while (!cp_file_at_end(&w.file)) {
        cp_text lines;

        assert_true(at == 0 || text[at - 1] == '\n');
        assert_int_equal(cp_file_lines(&w.file, 9, &lines), CP_EXIT_OK);
        assert_memory_equal(lines.at, text + at, lines.len);
        assert_true(at > 0 || cp_text_eq(lines, CP_TEXT("one\ntwo\n")));
        at += lines.len;
    }
    assert_int_equal(at, strlen(text));
    forget(&w);
}

static void an_empty_file_ends_at_once(void **state)
{
    struct written w = write_file("");
    cp_text lines;

    (void)state;
    assert_int_equal(cp_file_open(w.path, w.arena, &w.file), CP_EXIT_OK);
    assert_int_equal(cp_file_lines(&w.file, 9, &lines), CP_EXIT_OK);
    assert_int_equal(lines.len, 0);
    assert_true(cp_file_at_end(&w.file));
    forget(&w);
}

static void what_was_filled_is_there_when_all_is_read(void **state)
{
    struct written w = write_file("0123456789");

    (void)state;
    assert_int_equal(cp_file_open(w.path, w.arena, &w.file), CP_EXIT_OK);
    assert_int_equal(cp_file_fill(&w.file, 4), CP_EXIT_OK);
    assert_true(cp_file_text(&w.file).len >= 4);
    assert_false(cp_file_is_read(&w.file));
    assert_int_equal(cp_file_fill(&w.file, SIZE_MAX), CP_EXIT_OK);
    assert_true(cp_file_is_read(&w.file));
    assert_true(cp_text_eq(cp_file_text(&w.file), CP_TEXT("0123456789")));
    forget(&w);
}

static void a_file_that_is_not_there_can_be_closed(void **state)
{
    struct written w = write_file("");
    struct cp_file file;
    cp_text text;

    (void)state;
    assert_int_equal(cp_file_open("/tmp/no-such-folder/x", w.arena, &file), CP_EXIT_MISSING);
    cp_file_close(&file);
    assert_int_equal(cp_file_read("/tmp", w.arena, &text), CP_EXIT_IO);
    assert_int_equal(cp_file_open(w.path, w.arena, &w.file), CP_EXIT_OK);
    forget(&w);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_come_whole_whatever_their_length),
        cmocka_unit_test(an_empty_file_ends_at_once),
        cmocka_unit_test(what_was_filled_is_there_when_all_is_read),
        cmocka_unit_test(a_file_that_is_not_there_can_be_closed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
