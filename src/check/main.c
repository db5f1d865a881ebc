#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/out.h"
#include "base/sha256.h"
#include "check/check.h"

/* cleanpath-check: reads the files of a bundle, and its inputs as they are now; says whether the answer holds. */

enum { HOLDS = 0, REFUSED = 1, USAGE = 64, INPUT = 65, MISSING = 66, SYSTEM = 71, IO = 74 };
enum { ANSWER, NETWORK, CERTIFICATE, MANIFEST, FILES };

static int say(int code, const char *what, const char *why)
{
    (void)fprintf(stderr, "cleanpath-check: %s: %s\n", what, why);
    return code;
}

static int refuse(const char *why, cp_text demand, cp_text element)
{
    (void)printf("refused: %s%s%.*s%s%.*s\n", why, demand.len > 0 ? ", demand " : "",
                 (int)demand.len, demand.at, element.len > 0 ? ", at " : "", (int)element.len,
                 element.at);
    return REFUSED;
}

/* Where to look: below the folder; or, where it is not there, as the name stands. */
typedef enum { BELOW, OR_HERE } whereabouts;

/* But where the name is a path from the root.  Regular files end, as long as they say. */
static int read_file(const char *folder, cp_text name, whereabouts where, struct cp_arena *arena,
                     cp_text *text)
{
    struct cp_out path = cp_out_make(arena);
    cp_text whole = CP_TEXT("path");
    char *bytes = NULL;
    struct stat about;
    int fd = -1;
    FILE *file;

    if (!cp_text_starts(name, CP_TEXT("/")))
        cp_out_format(&path, "%s/", folder);
    cp_out_text(&path, name);
    if (cp_out_done(&path, &whole) == CP_OK)
        fd = open(whole.at, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT && where == OR_HERE)
        fd = open(whole.at + (whole.len - name.len), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 || (file = fdopen(fd, "rb")) == NULL)
        return say(errno == ENOENT ? MISSING : IO, whole.at, strerror(errno));
    if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode))
        bytes = CP_TAKE(arena, (size_t)about.st_size + 1, char);
    *text = (cp_text){bytes, bytes == NULL ? 0 : fread(bytes, 1, (size_t)about.st_size + 1, file)};
    (void)fclose(file);
    return bytes != NULL && text->len == (size_t)about.st_size
               ? HOLDS
               : say(IO, whole.at, "not a file that can be read whole");
}

/* same: so many are those that were read; what cannot be looked at does not hold up the others. */
static int check_inputs(const char *folder, const struct cp_bundle_manifest *m,
                        struct cp_arena *work, uint32_t *same)
{
    int code = HOLDS;

    for (uint32_t i = 0; i < m->input_count; i++) {
        cp_arena_mark empty = cp_arena_mark_get(work);
        char sum[65];
        cp_text text = {NULL, 0};
        int bad = read_file(folder, m->inputs[i].path, OR_HERE, work, &text);

        cp_sha256_hex(text, sum);
        if (bad == HOLDS && !cp_text_is(m->inputs[i].sha256, sum))
            return refuse("an input is not the one that was read", CP_TEXT(""), m->inputs[i].path);
        *same += bad == HOLDS;
        code = bad == HOLDS ? code : bad;
        cp_arena_reset(work, empty);
    }
    return code;
}

static int check_bundle(const char *bundle, const char *folder, struct cp_arena *arena,
                        struct cp_arena *work)
{
    static const char *const names[FILES] = {"answer.json", "network", "certificate", "manifest"};
    struct cp_bundle_manifest manifest;
    struct cp_check_report report;
    struct cp_check *check;
    cp_text files[FILES];
    char sums[FILES][65], place[48];
    uint32_t same = 0;
    int code;

    for (uint32_t i = 0; i < FILES; i++) {
        code = read_file(bundle, cp_text_of(names[i]), BELOW, arena, &files[i]);
        if (code != HOLDS)
            return code;
        cp_sha256_hex(files[i], sums[i]);
    }
    if (cp_bundle_manifest_read(files[MANIFEST], arena, work, &manifest) != CP_OK ||
        !cp_bundle_is_of(&manifest, sums[ANSWER], sums[NETWORK], sums[CERTIFICATE]))
        return refuse("the manifest is not that of these files", CP_TEXT(""), CP_TEXT(""));
    if (cp_check_open(files[NETWORK], files[ANSWER], arena, work, &check) != CP_OK ||
        cp_check_certificate(check, files[CERTIFICATE]) != CP_OK)
        return say(SYSTEM, "memory", "not enough");
    cp_check_inputs(check, &manifest);
    cp_check_finish(check, &report);
    (void)snprintf(place, sizeof place, "%s:%u:%u", report.file == NULL ? "" : report.file,
                   report.place.line, report.place.column);
    if (report.file != NULL)
        return say(INPUT, place, report.why);
    if (!report.holds)
        return refuse(report.why, report.demand, report.element);
    code = check_inputs(folder, &manifest, work, &same);
    if (code != REFUSED)
        (void)printf("the answer holds: %llu states covered, %llu followed; %s%u of %u inputs\n",
                     (unsigned long long)report.covered, (unsigned long long)report.visited,
                     same > 0 ? "compared with " : "no input was compared: ", same,
                     manifest.input_count);
    return code;
}

int main(int argc, char **argv)
{
    const char *bundle = NULL, *folder = NULL;
    struct cp_arena *arena, *work;
    int code, at = 1;

    for (; at < argc; at++)
        if (strcmp(argv[at], "--inputs") == 0 && folder == NULL && at + 1 < argc)
            folder = argv[++at];
        else if (bundle == NULL && argv[at][0] != '-' && argv[at][0] != '\0')
            bundle = argv[at];
        else
            break;
    if (bundle == NULL || at < argc)
        return say(USAGE, "usage", "cleanpath-check [--inputs FOLDER] BUNDLE");
    arena = cp_arena_open(SIZE_MAX);
    work = cp_arena_open(SIZE_MAX);
    if (arena == NULL || work == NULL)
        return say(SYSTEM, "memory", "not enough");
    code = check_bundle(bundle, folder == NULL ? "." : folder, arena, work);
    cp_arena_close(arena);
    cp_arena_close(work);
    return fflush(stdout) == 0 ? code : say(IO, "output", strerror(errno));
}
