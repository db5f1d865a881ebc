#include "pcep_trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>
#include <unistd.h>

/*
 * PCEP bytes that others wrote: OpenDaylight's test messages and objects (../shared/data/control/odl).  Each decodes,
 * and is written as it was; what is wrong with some is found.  Skipped where the data is absent.
 */

enum { FILE_BYTES_MAX = 1 << 20, PATH_BYTES = 512 };

static char odl[PATH_BYTES];

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

/* What is wrong in a file: of the first group that has a fault.  Objects alone stand in no message of theirs. */
static const struct {
    const char *file;
    uint8_t error_type, error_value;
} wrongs[] = {
    {"PCEPReplyMessage1.bin", 10, 1}, /* the second RP has no P flag */
    {"PCRep.invalid.bin", 6, 1},      /* no RP */
    {"PCReq.6.invalid.bin", 10, 1},   /* END-POINTS has no P flag */
    {"PCReq.9.bin", 3, 2},            /* END-POINTS of point-to-multipoint, to be heeded */
    {"Pcinit.bin", 10, 8},            /* an initiation without a name */
    {"PCReq.invalid.bin", 6, 1},      /* no RP */
    {"PCEPBandwidthObject2UpperBounds.bin", 10, 11}, /* no number */
};

static struct cp_pcep_fault first_fault(struct trial *t)
{
    struct cp_pcep_groups groups;

    assert_int_equal(cp_pcep_group(&t->message, t->arena, &groups), CP_OK);
    for (uint32_t i = 0; i < groups.count; i++)
        if (groups.at[i].fault.why != NULL)
            return groups.at[i].fault;
    return groups.fault;
}

static void check_wrong(struct trial *t, const char *name, bool object_alone)
{
    struct cp_pcep_fault fault = first_fault(t);

    for (size_t i = 0; i < CP_COUNT(wrongs); i++)
        if (strcmp(wrongs[i].file, name) == 0) {
            assert_int_equal(fault.error_type, wrongs[i].error_type);
            assert_int_equal(fault.error_value, wrongs[i].error_value);
            return;
        }
    assert_int_equal(t->message.fault_count, 0);
    if (fault.why != NULL && !object_alone)
        fail_msg("%s: %s", name, fault.why);
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

static void check_file(const char *folder, const char *name)
{
    static char at[FILE_BYTES_MAX];
    char path[2 * PATH_BYTES];
    struct trial t = trial_open();
    cp_text file, bytes, again;

    (void)snprintf(path, sizeof path, "%s/%s/%s", odl, folder, name);
    file = (cp_text){at, slurp(path, at)};
    bytes = as_message(&t, file);
    if (trial_decode(&t, bytes) != CP_OK)
        fail_msg("%s: %s", name, t.fault.why);
    assert_int_equal(trial_encode(&t, &t.message, &again), CP_OK);
    assert_string_equal(trial_hex(&t, again).at, trial_hex(&t, bytes).at);
    check_wrong(&t, name, bytes.len != file.len);
    trial_close(&t);
}

static void odl_files_are_read_and_written_as_they_were(void **state)
{
    static const char *const folders[] = {"pcep-impl", "pcep-ietf-stateful"};
    uint32_t files = 0;

    (void)state;
    for (size_t i = 0; i < CP_COUNT(folders); i++) {
        char path[2 * PATH_BYTES];
        DIR *dir;
        struct dirent *entry;

        (void)snprintf(path, sizeof path, "%s/%s", odl, folders[i]);
        dir = opendir(path);
        assert_non_null(dir);
        while ((entry = readdir(dir)) != NULL)
            if (strstr(entry->d_name, ".bin") != NULL) {
                files++;
                check_file(folders[i], entry->d_name);
            }
        (void)closedir(dir);
    }
    assert_true(files > 50);
}

int main(void)
{
    const char *data = getenv("CP_SHARED_DATA");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(odl_files_are_read_and_written_as_they_were),
    };

    (void)snprintf(odl, sizeof odl, "%s/control/odl", data != NULL ? data : "../shared/data");
    if (access(odl, R_OK) != 0) {
        printf("1..0 # SKIP no shared data\n");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
