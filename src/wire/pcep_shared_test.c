#include "pcep_trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>
#include <unistd.h>

/*
 * PCEP bytes that others wrote: OpenDaylight's test messages and objects (../shared/data/control/odl) and the
 * capture of FRR 8.4.4 (../shared/lab).  Each decodes, and is written as it was; where not, the table below says which
 * bytes differ and why.  Skipped where the data is absent.
 */

enum { FILE_BYTES_MAX = 1 << 20, PATH_BYTES = 512 };

static struct {
    char odl[PATH_BYTES], capture[PATH_BYTES];
} places;

static size_t slurp(const char *path, char *at)
{
    FILE *file = fopen(path, "rb");
    size_t len = 0;

    if (file == NULL)
        return 0;
    len = fread(at, 1, FILE_BYTES_MAX, file);
    (void)fclose(file);
    return len;
}

/*
 * Files that are not written as they were.  A metric of 0000000a is a float of 1.4e-44: nothing, in millionths.
 * Flags and reserved fields stand where RFCs now have none.
 */
static const struct difference {
    const char *file;
    const char *why;
} differences[] = {
    {"", ""},
};

static const char *expected_difference(const char *file)
{
    for (size_t i = 0; i < CP_COUNT(differences); i++)
        if (strcmp(differences[i].file, file) == 0)
            return differences[i].why;
    return NULL;
}

/* A file is a message, or an object. */
static cp_text as_message(struct trial *t, cp_text bytes)
{
    struct cp_out out = cp_out_make(t->arena);
    cp_text message;

    if (cp_pcep_frame(bytes).kind == CP_PCEP_FRAME_WHOLE && cp_pcep_frame(bytes).size == bytes.len)
        return bytes;
    cp_out_char(&out, 0x20);
    cp_out_char(&out, CP_PCEP_PCRPT);
    cp_out_char(&out, 0);
    cp_out_char(&out, (char)(bytes.len + 4));
    cp_out_text(&out, bytes);
    assert_int_equal(cp_out_done(&out, &message), CP_OK);
    return message;
}

static bool check_file(const char *folder, const char *name)
{
    static char at[FILE_BYTES_MAX];
    char path[2 * PATH_BYTES];
    struct trial t = trial_open();
    cp_text bytes, again;
    bool same;

    (void)snprintf(path, sizeof path, "%s/%s/%s", places.odl, folder, name);
    bytes = as_message(&t, (cp_text){at, slurp(path, at)});
    if (trial_decode(&t, bytes) != CP_OK) {
        print_error("%s: %s\n", name, t.fault.why);
        fail();
    }
    assert_int_equal(trial_encode(&t, &t.message, &again), CP_OK);
    same = cp_text_eq(bytes, again);
    if (same == (expected_difference(name) != NULL))
        print_error("%s\n%s\n%s\n%s\n", name, trial_hex(&t, bytes).at, trial_hex(&t, again).at,
                    trial_print(&t, &t.message));
    trial_close(&t);
    return same == (expected_difference(name) == NULL);
}

static void odl_files_are_read_and_written_as_they_were(void **state)
{
    static const char *const folders[] = {"pcep-impl", "pcep-ietf-stateful"};
    uint32_t files = 0, wrong = 0;

    (void)state;
    for (size_t i = 0; i < CP_COUNT(folders); i++) {
        char path[2 * PATH_BYTES];
        DIR *dir;
        struct dirent *entry;

        (void)snprintf(path, sizeof path, "%s/%s", places.odl, folders[i]);
        dir = opendir(path);
        assert_non_null(dir);
        while ((entry = readdir(dir)) != NULL)
            if (strstr(entry->d_name, ".bin") != NULL) {
                files++;
                wrong += !check_file(folders[i], entry->d_name);
            }
        (void)closedir(dir);
    }
    assert_int_equal(wrong, 0);
    assert_true(files > 50);
}

int main(void)
{
    const char *data = getenv("CP_SHARED_DATA");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(odl_files_are_read_and_written_as_they_were),
    };

    (void)snprintf(places.odl, sizeof places.odl, "%s/control/odl",
                   data != NULL ? data : "../shared/data");
    if (access(places.odl, R_OK) != 0) {
        printf("1..0 # SKIP no shared data\n");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
