#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/out.h"
#include "base/sha256.h"
#include "check/check.h"

/* cleanpath-check: reads the files of a bundle, and its inputs as they are now; says whether the answer holds. */

enum { HOLDS = 0, REFUSED = 1, USAGE = 64, MISSING = 66, SYSTEM = 71, IO = 74 };
enum { ANSWER, NETWORK, CERTIFICATE, MANIFEST, FILES };

static const char usage[] = "usage: cleanpath-check [--inputs FOLDER] BUNDLE\n";

static int say(int code, const char *what, const char *why)
{
    (void)fprintf(stderr, "cleanpath-check: %s: %s\n", what, why);
    return code;
}

static int no_memory(void)
{
    return say(SYSTEM, "memory", "there is not enough");
}

/* Into text, whole; in the arena. */
static int read_file(const char *path, struct cp_arena *arena, cp_text *text)
{
    FILE *file = fopen(path, "rb");
    struct cp_out out = cp_out_make(arena);
    char piece[16384];
    int code = HOLDS;

    if (file == NULL)
        return say(errno == ENOENT || errno == ENOTDIR ? MISSING : IO, path, strerror(errno));
    for (size_t got; (got = fread(piece, 1, sizeof piece, file)) > 0;)
        cp_out_text(&out, (cp_text){piece, got});
    if (ferror(file) != 0)
        code = say(IO, path, strerror(errno));
    (void)fclose(file);
    return code == HOLDS && cp_out_done(&out, text) != CP_OK ? no_memory() : code;
}

/* folder/name; the name alone where it is a path from the root, or there is no folder. */
static int read_in(cp_text folder, cp_text name, struct cp_arena *arena, cp_text *text)
{
    struct cp_out path = cp_out_make(arena);
    bool apart = folder.len == 0 || cp_text_starts(name, CP_TEXT("/"));
    cp_text whole;

    cp_out_text(&path, apart ? CP_TEXT("") : folder);
    cp_out_str(&path, apart ? "" : "/");
    cp_out_text(&path, name);
    return cp_out_done(&path, &whole) == CP_OK ? read_file(whole.at, arena, text) : no_memory();
}

static int check_inputs(cp_text folder, const struct cp_bundle_input *inputs, uint32_t count,
                        struct cp_arena *work)
{
    int code = HOLDS;

    for (uint32_t i = 0; code == HOLDS && i < count; i++) {
        cp_arena_mark empty = cp_arena_mark_get(work);
        char sum[65];
        cp_text text;

        code = read_in(folder, inputs[i].path, work, &text);
        if (code != HOLDS)
            break;
        cp_sha256_hex(text, sum);
        if (!cp_text_is(inputs[i].sha256, sum)) {
            (void)printf("refused: an input is not the one that was read: %.*s\n",
                         (int)inputs[i].path.len, inputs[i].path.at);
            code = REFUSED;
        }
        cp_arena_reset(work, empty);
    }
    return code;
}

static int tell(const struct cp_check_report *report)
{
    if (report->holds) {
        (void)printf("the answer holds: %llu states covered, %llu followed\n",
                     (unsigned long long)report->covered, (unsigned long long)report->visited);
        return HOLDS;
    }
    (void)printf("refused: %s", report->why);
    if (report->demand.len > 0)
        (void)printf("; demand %.*s", (int)report->demand.len, report->demand.at);
    if (report->element.len > 0)
        (void)printf("; at %.*s", (int)report->element.len, report->element.at);
    (void)printf("\n");
    return REFUSED;
}

static int check_bundle(cp_text bundle, cp_text folder, struct cp_arena *arena,
                        struct cp_arena *work)
{
    static const char *const names[FILES] = {"answer.json", "network", "certificate", "manifest"};
    const struct cp_bundle_input *inputs = NULL;
    struct cp_check_report report;
    struct cp_check *check;
    cp_text files[FILES];
    char sums[FILES][65];
    uint32_t count = 0;
    int code = HOLDS;

    for (uint32_t i = 0; code == HOLDS && i < FILES; i++) {
        code = read_in(bundle, cp_text_of(names[i]), arena, &files[i]);
        if (code == HOLDS)
            cp_sha256_hex(files[i], sums[i]);
    }
    if (code != HOLDS)
        return code;
    if (cp_check_open(files[NETWORK], files[ANSWER], arena, work, &check) != CP_OK ||
        cp_check_manifest(check, files[MANIFEST], sums, &inputs, &count) != CP_OK ||
        cp_check_certificate(check, files[CERTIFICATE]) != CP_OK)
        return no_memory();
    cp_check_finish(check, &report);
    code = report.holds ? check_inputs(folder, inputs, count, work) : HOLDS;
    return code == HOLDS ? tell(&report) : code;
}

int main(int argc, char **argv)
{
    cp_text folder = CP_TEXT("");
    struct cp_arena *arena, *work;
    int code, at = 1;

    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return fputs(usage, stdout) < 0 ? IO : HOLDS;
    if (argc == 4 && strcmp(argv[1], "--inputs") == 0) {
        folder = cp_text_of(argv[2]);
        at = 3;
    }
    if (argc != at + 1 || argv[at][0] == '-' || argv[at][0] == '\0') {
        (void)fputs(usage, stderr);
        return USAGE;
    }
    arena = cp_arena_open(SIZE_MAX);
    work = cp_arena_open(SIZE_MAX);
    code = arena == NULL || work == NULL ? no_memory()
                                         : check_bundle(cp_text_of(argv[at]), folder, arena, work);
    cp_arena_close(arena);
    cp_arena_close(work);
    return fflush(stdout) == 0 ? code : say(IO, "output", strerror(errno));
}
