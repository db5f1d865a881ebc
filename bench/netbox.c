#include "read/read.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "contest.h"
#include "netbox_make.h"

/*
 * A dump of NetBox to a case: as pages in a folder, and as one file of lines that is read in pieces.
 * Each run is a process of its own, so that what it takes is its own too.  The peer is Python's json,
 * which parses the same files and makes nothing of them; where it is absent the rows say so.
 */

enum { PIECE_BYTES = 4 << 20, SEED = 1, NAMES_MAX = 4096 };

struct job {
    char folder[64], lines[80];
    struct netbox_make make;
    bool pages;
    uint64_t peak_bytes;
};

struct name {
    char at[64];
};
static struct name names[NAMES_MAX];

static uint32_t list_folder(const char *folder)
{
    DIR *dir = need(opendir(folder));
    struct dirent *entry;
    uint32_t count = 0;

    while ((entry = readdir(dir)) != NULL && count < NAMES_MAX)
        if (entry->d_name[0] != '.' && strlen(entry->d_name) < sizeof(names[0].at))
            memcpy(names[count++].at, entry->d_name, strlen(entry->d_name) + 1);
    (void)closedir(dir);
    return count;
}

static void path_of(const char *folder, const char *name, char path[256])
{
    int len = snprintf(path, 256, "%s/%s", folder, name);

    if (len < 0 || len >= 256)
        abort();
}

static void read_page(struct cp_read *read, const char *folder, const char *name)
{
    struct cp_arena *arena = need(cp_arena_open(SIZE_MAX));
    char path[256];
    struct cp_diag diag;
    struct stat about;
    char *bytes;
    FILE *f;

    path_of(folder, name, path);
    f = need(fopen(path, "rb"));
    if (fstat(fileno(f), &about) != 0)
        abort();
    bytes = need(CP_TAKE(arena, (size_t)about.st_size, char));
    if (fread(bytes, 1, (size_t)about.st_size, f) != (size_t)about.st_size)
        abort();
    (void)fclose(f);
    check(cp_read_document(read, CP_ROLE_NETWORK, cp_text_of(name),
                           (cp_text){bytes, (size_t)about.st_size}, &diag));
    cp_arena_close(arena);
}

/* Pieces of whole lines: what is behind the last line end waits for the next piece. */
static void read_lines(struct cp_read *read, const char *path)
{
    char *bytes = need(malloc(PIECE_BYTES));
    FILE *f = need(fopen(path, "rb"));
    struct cp_diag diag;
    size_t kept = 0, got;

    check(cp_read_begin(read, CP_ROLE_NETWORK, cp_text_of("dump"), &diag));
    while ((got = fread(bytes + kept, 1, PIECE_BYTES - kept, f)) > 0) {
        size_t len = kept + got, end = len;

        while (end > 0 && bytes[end - 1] != '\n')
            end--;
        check(cp_read_more(read, (cp_text){bytes, end}, &diag));
        memmove(bytes, bytes + end, len - end);
        kept = len - end;
    }
    check(cp_read_more(read, (cp_text){bytes, kept}, &diag));
    check(cp_read_end(read, &diag));
    (void)fclose(f);
    free(bytes);
}

static void import(const struct job *job, struct turn *turn)
{
    struct cp_arena *kept = need(cp_arena_open(SIZE_MAX));
    struct cp_arena *work = need(cp_arena_open(SIZE_MAX));
    const struct cp_case *net;
    struct cp_build *build;
    struct cp_read *read;
    struct cp_diag diag;
    double start = now_s();

    check(cp_build_open(kept, &build));
    check(cp_read_open(build, work, &read));
    if (job->pages) {
        uint32_t count = list_folder(job->folder);

        for (uint32_t i = 0; i < count; i++)
            read_page(read, job->folder, names[i].at);
    } else {
        read_lines(read, job->lines);
    }
    check(cp_read_finish(read, &diag));
    check(cp_build_finish(build, CP_DATE_NONE, &net, &diag));
    turn->seconds = now_s() - start;
    turn->checksum = checksum_add(checksum_add(0, net->node_count), net->input_count > 0);
    fprintf(stderr, "  %u nodes, %u links, %u facts, %u remarks\n", net->node_count,
            net->link_count, net->fact_count, net->remark_count);
    cp_arena_close(work);
    cp_arena_close(kept);
}

static void run_ours(void *work, struct turn *turn)
{
    struct job *job = work;
    struct rusage usage;
    int pipe_of[2], status = 1;
    pid_t child;

    fflush(stdout);
    fflush(stderr);
    if (pipe(pipe_of) != 0 || (child = fork()) < 0)
        abort();
    if (child == 0) {
        import(job, turn);
        _exit(write(pipe_of[1], turn, sizeof(*turn)) == (ssize_t)sizeof(*turn) ? 0 : 1);
    }
    (void)close(pipe_of[1]);
    if (read(pipe_of[0], turn, sizeof(*turn)) != (ssize_t)sizeof(*turn))
        *turn = (struct turn){0, 0};
    (void)close(pipe_of[0]);
    if (wait4(child, &status, 0, &usage) != child || status != 0) {
        fputs("an import failed\n", stderr);
        exit(1);
    }
    job->peak_bytes = (uint64_t)usage.ru_maxrss * 1024;
}

/* Parses the same files with Python's json; it answers how many devices it met, as ours does. */
static void run_python(void *work, struct turn *turn)
{
    static const char script[] =
        "import glob,json,sys\n"
        "n=0\n"
        "m='/api/dcim/devices/'\n"
        "if sys.argv[1]=='pages':\n"
        " for p in glob.glob(sys.argv[2]+'/*'):\n"
        "  with open(p,'rb') as f: n+=sum(m in r['url'] for r in json.loads(f.read())['results'])\n"
        "else:\n"
        " with open(sys.argv[2],'rb') as f:\n"
        "  for l in f: n+=m in json.loads(l)['url']\n"
        "print(n)\n";
    struct job *job = work;
    char command[512];
    unsigned long devices = 0;
    double start = now_s();
    FILE *out;

    (void)snprintf(command, sizeof(command), "/usr/bin/python3 -c \"%s\" %s %s", script,
                   job->pages ? "pages" : "lines", job->pages ? job->folder : job->lines);
    out = need(popen(command, "r"));
    if (fscanf(out, "%lu", &devices) != 1)
        devices = 0;
    (void)pclose(out);
    turn->seconds = now_s() - start;
    turn->checksum = checksum_add(checksum_add(0, devices), 1);
}

static void measure(struct job *job, const char *name, const char *memory_name)
{
    struct contest contest = {
        .name = name,
        .unit = "s",
        .units = 1,
        .rounds = 3,
        .sides = {{.suffix = "", .run = run_ours, .kind = SIDE_OURS},
                  {.run = access("/usr/bin/python3", X_OK) == 0 ? run_python : NULL,
                   .kind = SIDE_PEER,
                   .words = "python-json,parses-only"}},
        .side_count = 2,
        .work = job};

    (void)contest_run(&contest);
    figures_put(memory_name, (double)job->peak_bytes / 1e6, "MB");
}

static void make_dump(struct job *job)
{
    FILE *f;

    (void)snprintf(job->folder, sizeof(job->folder), "/tmp/netbox-bench-XXXXXX");
    need(mkdtemp(job->folder));
    (void)snprintf(job->lines, sizeof(job->lines), "%s.jsonl", job->folder);
    netbox_make_pages(&job->make, job->folder);
    f = need(fopen(job->lines, "wb"));
    netbox_make_lines(&job->make, f);
    if (fclose(f) != 0)
        exit(1);
}

static void drop_dump(const struct job *job)
{
    uint32_t count = list_folder(job->folder);
    char path[256];

    for (uint32_t i = 0; i < count; i++) {
        path_of(job->folder, names[i].at, path);
        (void)unlink(path);
    }
    (void)rmdir(job->folder);
    (void)unlink(job->lines);
}

int main(void)
{
    static const struct size {
        const char *pages, *pages_memory, *lines, *lines_memory;
        struct netbox_make make;
        bool always;
    } sizes[] = {
        {"netbox_pages_7k_100k",
         "netbox_pages_memory_7k_100k",
         "netbox_lines_7k_100k",
         "netbox_lines_memory_7k_100k",
         {7000, 100000, SEED},
         true},
        {"netbox_pages_70k_1m",
         "netbox_pages_memory_70k_1m",
         "netbox_lines_70k_1m",
         "netbox_lines_memory_70k_1m",
         {70000, 1000000, SEED},
         false},
    };

    figures_begin(getenv("BENCH_ROWS"), NULL);
    for (size_t i = 0; i < CP_COUNT(sizes); i++) {
        struct job job = {.make = sizes[i].make};

        if ((!sizes[i].always && getenv("BENCH_FULL") == NULL) ||
            (!figures_wanted(sizes[i].pages) && !figures_wanted(sizes[i].lines)))
            continue;
        make_dump(&job);
        job.pages = true;
        if (figures_wanted(sizes[i].pages))
            measure(&job, sizes[i].pages, sizes[i].pages_memory);
        job.pages = false;
        if (figures_wanted(sizes[i].lines))
            measure(&job, sizes[i].lines, sizes[i].lines_memory);
        drop_dump(&job);
    }
    return figures_end();
}
