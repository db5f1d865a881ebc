#include "netbox_trial.h"

#include <dirent.h>

#include "base/out.h"
#include "base/sha256.h"

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

static void trial_add_text(struct trial *t, const char *name, cp_text text)
{
    cp_err err = trial_read(t, CP_ROLE_NETWORK, name, text);

    if (err != CP_OK)
        print_error("%s:%u:%u: %s '%s'\n", name, t->diag.place.line, t->diag.place.column,
                    t->diag.why, t->diag.subject);
    assert_int_equal(err, CP_OK);
}

static const struct cp_case *dump_case(const struct dump *d, struct trial *t)
{
    for (uint32_t i = 0; i < d->count; i++) {
        assert_int_equal(cp_read_guess(CP_ROLE_NETWORK, cp_text_of("x"), d->pages[i]),
                         CP_FORMAT_NETBOX);
        assert_int_equal(trial_read(t, CP_ROLE_NETWORK, d->names[i], d->pages[i]), CP_OK);
    }
    return trial_make(t);
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

/* A case with a picture of it, however it was read. */
struct shown {
    struct picture picture;
    uint32_t used, ignored, not_understood;
};

static void show(struct trial *t, struct cp_arena *kept, struct shown *to)
{
    const struct cp_case *c = trial_make(t);

    to->used = to->ignored = to->not_understood = 0;
    picture_take(&to->picture, kept, c);
    for (uint32_t i = 0; i < c->input_count; i++) {
        to->used += c->inputs[i].used;
        to->ignored += c->inputs[i].ignored;
        to->not_understood += c->inputs[i].not_understood;
    }
}

static void assert_same_shown(const struct shown *got, const struct shown *wanted)
{
    assert_same_picture(&got->picture, &wanted->picture);
    assert_int_equal(got->used, wanted->used);
    assert_int_equal(got->ignored, wanted->ignored);
    assert_int_equal(got->not_understood, wanted->not_understood);
}

static void shuffle(uint32_t *order, uint32_t count, uint32_t seed)
{
    for (uint32_t i = count; i-- > 1;) {
        uint32_t k, kept = order[i];

        seed = seed * 1664525u + 1013904223u;
        k = (seed >> 8) % (i + 1);
        order[i] = order[k];
        order[k] = kept;
    }
}

static void the_order_of_pages_means_nothing(void **state)
{
    static struct shown first, other;
    struct dump d = dump_open("4.5");

    (void)state;
    for (uint32_t seed = 0; seed < 40; seed++) {
        struct trial t = trial_open();
        uint32_t order[PAGES_MAX] = {0};

        for (uint32_t i = 0; i < d.count; i++)
            order[i] = i;
        if (seed > 0)
            shuffle(order, d.count, seed);
        for (uint32_t i = 0; i < d.count; i++)
            trial_add_text(&t, d.names[order[i]], d.pages[order[i]]);
        show(&t, d.arena, seed == 0 ? &first : &other);
        if (seed > 0)
            assert_same_shown(&other, &first);
        trial_close(&t);
    }
    dump_close(&d);
}

/* The lines of all pages that hold an object each, without the comma. */
static uint32_t object_lines(const struct dump *d, cp_text *lines, uint32_t most)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < d->count; i++) {
        cp_text rest = d->pages[i], line;

        while (cp_text_word(&rest, "\n", &line)) {
            if (!cp_text_starts(line, CP_TEXT("{\"id\"")))
                continue;
            assert_true(count < most);
            lines[count++] =
                cp_text_sub(line, 0, line.len - (cp_text_ends(line, CP_TEXT(",")) ? 1 : 0));
        }
    }
    return count;
}

enum { LINES_MAX = 512 };

static cp_text joined(struct cp_arena *arena, const cp_text *lines, const uint32_t *order,
                      uint32_t count, const char *between)
{
    struct cp_out out = cp_out_make(arena);
    cp_text text;

    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            cp_out_str(&out, between);
        cp_out_text(&out, lines[order[i]]);
    }
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    return text;
}

static void lines_an_array_and_pages_are_three_forms_of_one_thing(void **state)
{
    static struct shown pages, other;
    struct dump d = dump_open("4.2");
    cp_text lines[LINES_MAX], text, array;
    uint32_t order[LINES_MAX] = {0}, count = object_lines(&d, lines, LINES_MAX);
    struct trial t = trial_open();

    (void)state;
    for (uint32_t i = 0; i < d.count; i++)
        trial_add_text(&t, d.names[i], d.pages[i]);
    show(&t, d.arena, &pages);
    trial_close(&t);
    for (uint32_t seed = 0; seed < 20; seed++) {
        for (uint32_t i = 0; i < count; i++)
            order[i] = i;
        shuffle(order, count, seed);
        text = joined(d.arena, lines, order, count, seed % 2 == 0 ? "\n" : "\r\n\n");
        assert_int_equal(cp_read_guess(CP_ROLE_NETWORK, cp_text_of("x"), text),
                         CP_FORMAT_NETBOX_LINES);
        t = trial_open();
        trial_add_text(&t, "dump", text);
        show(&t, d.arena, &other);
        assert_same_shown(&other, &pages);
        trial_close(&t);
    }
    text = joined(d.arena, lines, order, count, ",");
    assert_int_equal(cp_text_join(CP_TEXT("["), text, d.arena, &array), CP_OK);
    assert_int_equal(cp_text_join(array, CP_TEXT("]"), d.arena, &array), CP_OK);
    assert_int_equal(cp_read_guess(CP_ROLE_NETWORK, cp_text_of("x"), array), CP_FORMAT_NETBOX);
    t = trial_open();
    trial_add_text(&t, "dump", array);
    show(&t, d.arena, &other);
    assert_same_shown(&other, &pages);
    trial_close(&t);
    dump_close(&d);
}

static void pieces_of_whole_lines_are_the_document(void **state)
{
    static struct shown whole, pieces;
    struct dump d = dump_open("3.7");
    cp_text lines[LINES_MAX], text;
    uint32_t order[LINES_MAX] = {0}, count = object_lines(&d, lines, LINES_MAX);
    const struct cp_input *input;
    char sha256[65];

    (void)state;
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    text = joined(d.arena, lines, order, count, "\n");
    cp_sha256_hex(text, sha256);
    for (uint32_t every = 0; every < 8; every += 3) {
        struct trial t = trial_open();

        if (every == 0) {
            trial_add_text(&t, "dump", text);
        } else {
            assert_true(cp_read_takes_pieces(CP_ROLE_NETWORK, CP_TEXT("dump"),
                                             cp_text_sub(text, 0, 65536)));
            assert_int_equal(cp_read_begin(t.read, CP_ROLE_NETWORK, CP_TEXT("dump"), &t.diag),
                             CP_OK);
            for (size_t at = 0, line = 0, to = 0; at < text.len; at = to) {
                for (line = 0; line < every && to < text.len; line++)
                    to = cp_text_find(text, '\n', to) + 1;
                assert_int_equal(cp_read_more(t.read, cp_text_sub(text, at, to - at), &t.diag),
                                 CP_OK);
            }
            assert_int_equal(cp_read_end(t.read, &t.diag), CP_OK);
        }
        show(&t, d.arena, every == 0 ? &whole : &pieces);
        if (every > 0)
            assert_same_shown(&pieces, &whole);
        input = &t.made->inputs[0];
        assert_string_equal(input->sha256, sha256);
        trial_close(&t);
    }
    dump_close(&d);
}

/* Which lines of the whole picture a smaller one lacks may not concern what is still there: here only
 * that each fact about a device whose record stands is kept. */
static bool has_line(const struct picture *p, const char *line)
{
    return bsearch(&line, p->lines, p->count, sizeof(*p->lines), picture_order) != NULL;
}

static void a_broken_record_takes_no_facts_of_others_away(void **state)
{
    static struct shown whole, broken;
    struct dump d = dump_open("4.5");
    cp_text lines[LINES_MAX], sound[LINES_MAX];
    uint32_t order[LINES_MAX] = {0}, count = object_lines(&d, lines, LINES_MAX);
    struct trial t = trial_open();

    (void)state;
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    trial_add_text(&t, "dump", joined(d.arena, lines, order, count, "\n"));
    show(&t, d.arena, &whole);
    trial_close(&t);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t same = 0, kept = 0;

        memcpy(sound, lines, sizeof(sound));
        sound[i] = cp_text_sub(lines[i], 0, lines[i].len - 1 - i % 40);
        if (i == 0)
            continue; /* the first line says what the document is */
        t = trial_open();
        trial_add_text(&t, "dump", joined(d.arena, sound, order, count, "\n"));
        show(&t, d.arena, &broken);
        assert_true(broken.not_understood > 0);
        for (uint32_t k = 0; k < broken.picture.count; k++)
            kept += has_line(&whole.picture, broken.picture.lines[k]);
        for (uint32_t k = 0; k < whole.picture.count; k++)
            same += has_line(&broken.picture, whole.picture.lines[k]);
        assert_int_equal(kept, same);
        /* A device takes its parts and links with it, a cable or a port its links: never half of all. */
        assert_true(same + 25 >= whole.picture.count);
        trial_close(&t);
    }
    dump_close(&d);
}

static void every_prefix_of_a_page_is_read_or_refused_with_a_place(void **state)
{
    struct dump d = dump_open("4.2");

    (void)state;
    for (uint32_t i = 0; i < d.count; i++)
        for (size_t len = 0; len < d.pages[i].len; len += 1 + len / 50) {
            struct trial t = trial_open();

            if (trial_read(&t, CP_ROLE_NETWORK, "x.json", cp_text_sub(d.pages[i], 0, len)) !=
                CP_OK) {
                assert_non_null(t.diag.why);
                assert_true(t.diag.place.line > 0);
            }
            trial_close(&t);
        }
    dump_close(&d);
}

static void it_survives_that_memory_runs_out_anywhere(void **state)
{
    struct dump d = dump_open("4.5");
    cp_err err = CP_ERR_NOMEM;

    (void)state;
    for (uint64_t takes = 0; err != CP_OK; takes += 1 + takes / 8) {
        struct trial t = trial_open();

        cp_arena_fail_after(t.arena, takes);
        err = CP_OK;
        for (uint32_t i = 0; i < d.count && err == CP_OK; i++)
            err = trial_read(&t, CP_ROLE_NETWORK, d.names[i], d.pages[i]);
        if (err == CP_OK)
            err = cp_read_finish(t.read, &t.diag);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        assert_true(err == CP_OK || t.diag.why != NULL);
        trial_close(&t);
    }
    dump_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shapes_of_three_releases_give_one_case),
        cmocka_unit_test(the_order_of_pages_means_nothing),
        cmocka_unit_test(lines_an_array_and_pages_are_three_forms_of_one_thing),
        cmocka_unit_test(pieces_of_whole_lines_are_the_document),
        cmocka_unit_test(a_broken_record_takes_no_facts_of_others_away),
        cmocka_unit_test(every_prefix_of_a_page_is_read_or_refused_with_a_place),
        cmocka_unit_test(it_survives_that_memory_runs_out_anywhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
