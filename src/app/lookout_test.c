#include "lookout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/*
 * In a folder of its own.  The moment has always come already, so a wait that sees no change ends
 * with it: no test depends on how long anything takes.
 */

struct room {
    struct cp_lookout lookout;
    char path[32];
};

static void write_file(const char *name)
{
    FILE *file = fopen(name, "w");

    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
}

static void start(struct room *room)
{
    assert_int_equal(cp_lookout_restart(&room->lookout), CP_EXIT_OK);
    assert_int_equal(cp_lookout_alarm(&room->lookout, 1), CP_EXIT_OK);
}

static cp_sight see(struct room *room)
{
    cp_sight seen;

    assert_int_equal(cp_lookout_wait(&room->lookout, &seen), CP_EXIT_OK);
    if (seen == CP_SEEN_TIME)
        assert_int_equal(cp_lookout_alarm(&room->lookout, 1), CP_EXIT_OK);
    return seen;
}

static int enter(void **state)
{
    static struct room room;

    (void)snprintf(room.path, sizeof(room.path), "/tmp/lookout-XXXXXX");
    assert_non_null(mkdtemp(room.path));
    assert_int_equal(chdir(room.path), 0);
    assert_int_equal(mkdir("case", 0700), 0);
    assert_int_equal(mkdir("case/..one", 0700), 0);
    assert_int_equal(mkdir("case/..two", 0700), 0);
    write_file("case/a");
    write_file("case/..one/a");
    write_file("case/..two/a");
    assert_int_equal(cp_lookout_open(&room.lookout), CP_EXIT_OK);
    *state = &room;
    return 0;
}

static int leave(void **state)
{
    struct room *room = *state;
    char command[64];

    cp_lookout_close(&room->lookout);
    assert_int_equal(chdir("/"), 0);
    (void)snprintf(command, sizeof(command), "rm -r %s", room->path);
    return system(command); /* NOLINT(cert-env33-c) */
}

static void of_a_folder_every_file_is_seen_but_hidden_ones(void **state)
{
    struct room *room = *state;

    start(room);
    assert_int_equal(cp_lookout_folder(&room->lookout, "case", NULL), CP_EXIT_OK);
    assert_int_equal(see(room), CP_SEEN_TIME);
    write_file("case/.swap");
    write_file("beside");
    assert_int_equal(see(room), CP_SEEN_TIME);
    write_file("case/b");
    assert_int_equal(see(room), CP_SEEN_CHANGE);
    assert_int_equal(unlink("case/b"), 0);
    assert_int_equal(see(room), CP_SEEN_CHANGE);
    assert_int_equal(see(room), CP_SEEN_TIME);
}

static bool is_a(const char *name)
{
    return strcmp(name, "a") == 0;
}

static void of_files_that_do_not_count_it_is_seen_that_they_come_and_no_more(void **state)
{
    struct room *room = *state;

    start(room);
    assert_int_equal(cp_lookout_folder(&room->lookout, "case", is_a), CP_EXIT_OK);
    write_file("case/log");
    assert_int_equal(see(room), CP_SEEN_CHANGE);
    write_file("case/log");
    assert_int_equal(truncate("case/log", 4096), 0);
    assert_int_equal(chmod("case/log", 0600), 0);
    assert_int_equal(unlink("case/log"), 0);
    assert_int_equal(see(room), CP_SEEN_TIME);
    write_file("case/a");
    assert_int_equal(see(room), CP_SEEN_CHANGE);
    assert_int_equal(rename("case/a", "case/log"), 0);
    assert_int_equal(see(room), CP_SEEN_CHANGE);
}

static void of_a_folder_that_is_named_twice_all_count_where_they_do_once(void **state)
{
    struct room *room = *state;

    start(room);
    write_file("case/log");
    assert_int_equal(cp_lookout_folder(&room->lookout, "case", is_a), CP_EXIT_OK);
    assert_int_equal(cp_lookout_folder(&room->lookout, "case", NULL), CP_EXIT_OK);
    write_file("case/log");
    assert_int_equal(see(room), CP_SEEN_CHANGE);
}

static void of_a_file_only_its_name_is_seen_whatever_bears_it(void **state)
{
    struct room *room = *state;

    start(room);
    assert_int_equal(cp_lookout_file(&room->lookout, "./case//a"), CP_EXIT_OK);
    write_file("case/b");
    assert_int_equal(see(room), CP_SEEN_TIME);
    assert_int_equal(rename("case/b", "case/a"), 0);
    assert_int_equal(see(room), CP_SEEN_CHANGE);
    assert_int_equal(unlink("case/a"), 0);
    assert_int_equal(see(room), CP_SEEN_CHANGE);
    write_file("case/a");
    assert_int_equal(see(room), CP_SEEN_CHANGE);
}

static void a_file_is_seen_through_every_link_on_its_way(void **state)
{
    struct room *room = *state;

    assert_int_equal(symlink("..one", "case/..data"), 0);
    assert_int_equal(symlink("..data/a", "case/link"), 0);
    assert_int_equal(symlink("case", "way"), 0);
    start(room);
    assert_int_equal(cp_lookout_file(&room->lookout, "way/link"), CP_EXIT_OK);
    write_file("case/..one/a");
    assert_int_equal(see(room), CP_SEEN_CHANGE);
    write_file("case/..two/a");
    assert_int_equal(see(room), CP_SEEN_TIME);
    assert_int_equal(symlink("..two", "case/..next"), 0);
    assert_int_equal(see(room), CP_SEEN_TIME);
    assert_int_equal(rename("case/..next", "case/..data"), 0);
    assert_int_equal(see(room), CP_SEEN_CHANGE);
    assert_int_equal(rename("way", "other-way"), 0);
    assert_int_equal(see(room), CP_SEEN_CHANGE);
}

static void links_that_go_in_a_circle_are_walked_to_an_end(void **state)
{
    struct room *room = *state;

    assert_int_equal(symlink("y/../x", "x"), 0);
    assert_int_equal(symlink("x/y", "y"), 0);
    start(room);
    assert_int_equal(cp_lookout_file(&room->lookout, "x"), CP_EXIT_OK);
    assert_int_equal(cp_lookout_file(&room->lookout, "y/z"), CP_EXIT_OK);
    assert_int_equal(unlink("x"), 0);
    assert_int_equal(see(room), CP_SEEN_CHANGE);
}

static void a_folder_that_is_not_there_yet_is_seen_to_come(void **state)
{
    struct room *room = *state;

    start(room);
    assert_int_equal(cp_lookout_folder(&room->lookout, "new/case/", NULL), CP_EXIT_OK);
    write_file("beside");
    assert_int_equal(see(room), CP_SEEN_TIME);
    assert_int_equal(mkdir("new", 0700), 0);
    assert_int_equal(see(room), CP_SEEN_CHANGE);
}

static void a_folder_that_is_moved_away_is_seen_to_go(void **state)
{
    struct room *room = *state;

    start(room);
    assert_int_equal(cp_lookout_folder(&room->lookout, "case", NULL), CP_EXIT_OK);
    assert_int_equal(rename("case", "old"), 0);
    assert_int_equal(see(room), CP_SEEN_CHANGE);
}

static void what_was_looked_at_before_a_restart_is_forgotten(void **state)
{
    struct room *room = *state;

    start(room);
    assert_int_equal(cp_lookout_folder(&room->lookout, "case", NULL), CP_EXIT_OK);
    start(room);
    write_file("case/b");
    assert_int_equal(see(room), CP_SEEN_TIME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(of_a_folder_every_file_is_seen_but_hidden_ones, enter,
                                        leave),
        cmocka_unit_test_setup_teardown(
            of_files_that_do_not_count_it_is_seen_that_they_come_and_no_more, enter, leave),
        cmocka_unit_test_setup_teardown(
            of_a_folder_that_is_named_twice_all_count_where_they_do_once, enter, leave),
        cmocka_unit_test_setup_teardown(of_a_file_only_its_name_is_seen_whatever_bears_it, enter,
                                        leave),
        cmocka_unit_test_setup_teardown(a_file_is_seen_through_every_link_on_its_way, enter, leave),
        cmocka_unit_test_setup_teardown(links_that_go_in_a_circle_are_walked_to_an_end, enter,
                                        leave),
        cmocka_unit_test_setup_teardown(a_folder_that_is_not_there_yet_is_seen_to_come, enter,
                                        leave),
        cmocka_unit_test_setup_teardown(a_folder_that_is_moved_away_is_seen_to_go, enter, leave),
        cmocka_unit_test_setup_teardown(what_was_looked_at_before_a_restart_is_forgotten, enter,
                                        leave),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
