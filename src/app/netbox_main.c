#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/out.h"

#include "app/files.h"
#include "app/machine.h"
#include "app/message.h"
#include "netbox_http.h"
#include "netbox_page.h"

/*
 * cleanpath-netbox: the pages of a NetBox into a new folder, as they come.  They are written into
 * FOLDER.partial, which gets its name when the last page is there: a folder is whole or not at all.
 */

enum { PATH_BYTES = 4096, PAGES_MAX = 4000 };

static const struct list {
    const char *kind, *more; /* more: of the query */
    bool younger;            /* than some releases: not there is no fault */
} lists[] = {
    {"dcim/sites", "", false},
    {"dcim/device-types", "", false},
    {"dcim/module-types", "", false},
    {"dcim/platforms", "", false},
    {"dcim/devices", "&exclude=config_context", false},
    {"dcim/virtual-chassis", "", false},
    {"dcim/module-bays", "", false},
    {"dcim/modules", "", false},
    {"dcim/inventory-items", "", false},
    {"dcim/interfaces", "", false},
    {"dcim/mac-addresses", "", true}, /* since 4.2 */
    {"dcim/front-ports", "", false},
    {"dcim/rear-ports", "", false},
    {"dcim/cables", "", false},
    {"circuits/provider-networks", "", false},
    {"circuits/circuits", "", false},
    {"circuits/circuit-terminations", "", false},
    {"circuits/virtual-circuits", "", true}, /* since 4.2 */
    {"circuits/virtual-circuit-terminations", "", true},
    {"wireless/wireless-links", "", false},
};

struct run {
    struct cp_netbox_options options;
    struct cp_netbox_http *http;
    struct cp_arena *arena, *page; /* page: of one page at a time */
    struct cp_out summary;
    char partial[PATH_BYTES];
    const char *written_kind[PAGES_MAX]; /* of each page that was written */
    uint32_t written_number[PAGES_MAX];
    uint32_t written;
    uint64_t objects, bytes;
};

/* --- files -------------------------------------------------------------------------------- */

static cp_exit say_not_written(const char *path)
{
    cp_say("cannot write %s: %s", path, strerror(errno));
    return CP_EXIT_IO;
}

/* "network.dcim-devices.0001.json": a case folder finds what begins so. */
static bool name_page(const struct run *run, const char *kind, uint32_t number, char *path)
{
    char name[128];
    int len = snprintf(name, sizeof(name), "network.%s.%04u.json", kind, number);

    if (len < 0 || (size_t)len >= sizeof(name))
        return false;
    for (char *c = name; *c != '\0'; c++)
        if (*c == '/')
            *c = '-';
    len = snprintf(path, PATH_BYTES, "%s/%s", run->partial, name);
    return len > 0 && len < PATH_BYTES;
}

static bool write_all(int fd, cp_text text)
{
    while (text.len > 0) {
        ssize_t put = write(fd, text.at, text.len);

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        text = (cp_text){text.at + put, text.len - (size_t)put};
    }
    return true;
}

static cp_exit put_page(struct run *run, const char *kind, uint32_t number, cp_text bytes)
{
    char path[PATH_BYTES];
    bool put;
    int fd;

    errno = ENAMETOOLONG;
    if (!name_page(run, kind, number, path))
        return say_not_written(run->options.folder);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0)
        return say_not_written(path);
    run->written_kind[run->written] = kind;
    run->written_number[run->written++] = number;
    put = write_all(fd, bytes);
    put = fsync(fd) == 0 && put;
    put = close(fd) == 0 && put;
    return put ? CP_EXIT_OK : say_not_written(path);
}

static cp_exit make_folder(struct run *run)
{
    size_t name = strlen(run->options.folder);
    struct stat about;
    int len;

    while (name > 1 && run->options.folder[name - 1] == '/')
        name--; /* beside the folder, not in it */
    len = snprintf(run->partial, sizeof(run->partial), "%.*s.partial", (int)name,
                   run->options.folder);

    if (len < 0 || (size_t)len >= sizeof(run->partial)) {
        cp_say("the folder's name is too long");
        return CP_EXIT_IO;
    }
    if (lstat(run->options.folder, &about) == 0) {
        cp_say("%s is there: nothing is overwritten", run->options.folder);
        return CP_EXIT_IO;
    }
    if (mkdir(run->partial, 0777) == 0)
        return CP_EXIT_OK;
    if (errno == EEXIST)
        cp_say("%s is there: another reading is under way, or was broken off", run->partial);
    else
        cp_say("cannot make the folder %s: %s", run->partial, strerror(errno));
    return CP_EXIT_IO;
}

static cp_exit keep_folder(struct run *run)
{
    if (renameat2(AT_FDCWD, run->partial, AT_FDCWD, run->options.folder, RENAME_NOREPLACE) == 0)
        return CP_EXIT_OK;
    cp_say("cannot make the folder %s: %s", run->options.folder, strerror(errno));
    return CP_EXIT_IO;
}

/* Half of a network is none. */
static void drop_folder(struct run *run)
{
    char path[PATH_BYTES];

    for (uint32_t i = 0; i < run->written; i++)
        if (name_page(run, run->written_kind[i], run->written_number[i], path))
            (void)unlink(path);
    (void)rmdir(run->partial);
}

/* --- pages -------------------------------------------------------------------------------- */

static cp_exit say_no_page(cp_text url, cp_err err, const struct cp_diag *diag)
{
    if (err == CP_ERR_NOMEM)
        return cp_say_no_memory();
    cp_say("%.*s: an answer that is no page: %s (line %u, column %u)", (int)url.len, url.at,
           diag->why != NULL ? diag->why : cp_err_name(err), diag->place.line, diag->place.column);
    return CP_EXIT_INPUT;
}

/* A list while its pages are read. */
struct reading {
    const struct list *list;
    cp_text url; /* of the next page; empty: there is none */
    uint32_t pages;
    uint64_t objects, total; /* total: as the last page said, or CP_NETBOX_NO_TOTAL */
};

/* Pages are counted off from the beginning of the list: where an object goes while they are read, another one
 * moves over the edge of a page and is on none. */
static cp_exit weigh_total(struct reading *r, const struct cp_netbox_page *page)
{
    uint64_t was = r->total;

    r->objects += page->count;
    r->total = page->total;
    if (r->pages > 1 && page->total < was && was != CP_NETBOX_NO_TOTAL) {
        cp_say("%s: objects went while the list was read, so that others may be missing: try again",
               r->list->kind);
        return CP_EXIT_PEER;
    }
    if (page->next.len > 0 || page->total == CP_NETBOX_NO_TOTAL || r->objects >= page->total)
        return CP_EXIT_OK;
    cp_say("%s: the list is said to have %llu objects, and its pages have %llu", r->list->kind,
           (unsigned long long)page->total, (unsigned long long)r->objects);
    return CP_EXIT_PEER;
}

/* One page, and the address of the next. */
static cp_exit get_page(struct run *run, struct reading *r)
{
    struct cp_netbox_page page;
    cp_netbox_answer answer;
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_text body;
    cp_exit code = cp_netbox_http_get(run->http, r->url, run->page, &body, &answer);
    cp_err err;

    if (code != CP_EXIT_OK)
        return code;
    r->pages++;
    if (answer == CP_NETBOX_ABSENT) {
        if (!r->list->younger || r->pages > 1) {
            cp_say("%.*s: the server has no such list", (int)r->url.len, r->url.at);
            return CP_EXIT_PEER;
        }
        r->url = CP_TEXT("");
        return CP_EXIT_OK;
    }
    err = cp_netbox_page_read(body, run->page, &page, &diag);
    if (err != CP_OK)
        return say_no_page(r->url, err, &diag);
    code = weigh_total(r, &page);
    if (code == CP_EXIT_OK)
        code = put_page(run, r->list->kind, r->pages, body);
    run->bytes += body.len;
    if (code == CP_EXIT_OK && cp_text_copy(page.next, run->arena, &r->url) != CP_OK)
        code = cp_say_no_memory();
    return code;
}

static cp_exit say_elsewhere(cp_text url)
{
    cp_say("the next page is said to be at %.*s: not on the server that was named, not followed",
           (int)(url.len < 200 ? url.len : 200), url.at);
    return CP_EXIT_PEER;
}

static cp_exit first_address(struct run *run, const struct list *list, cp_text *url)
{
    struct cp_out out = cp_out_make(run->arena);

    cp_out_text(&out, run->options.server);
    cp_out_format(&out, "/api/%s/?limit=%u&offset=0&ordering=id%s", list->kind, run->options.limit,
                  list->more);
    return cp_out_done(&out, url) == CP_OK ? CP_EXIT_OK : cp_say_no_memory();
}

static cp_exit get_list(struct run *run, const struct list *list)
{
    cp_arena_mark empty = cp_arena_mark_get(run->page);
    struct reading r = {.list = list};
    cp_exit code = first_address(run, list, &r.url);

    while (code == CP_EXIT_OK && r.url.len > 0) {
        if (!cp_netbox_url_is_below(r.url, run->options.server))
            return say_elsewhere(r.url);
        if (run->written == PAGES_MAX) {
            cp_say("more than %d pages: ask for more objects a page (--limit)", PAGES_MAX);
            return CP_EXIT_INPUT;
        }
        code = get_page(run, &r);
        cp_arena_reset(run->page, empty);
    }
    run->objects += r.objects;
    cp_out_format(&run->summary, "%s: %llu\n", list->kind, (unsigned long long)r.objects);
    return code;
}

static cp_exit get_all(struct run *run)
{
    cp_exit code = make_folder(run);
    cp_text summary;

    if (code != CP_EXIT_OK)
        return code;
    for (size_t i = 0; code == CP_EXIT_OK && i < CP_COUNT(lists); i++)
        code = get_list(run, &lists[i]);
    if (code == CP_EXIT_OK)
        code = keep_folder(run);
    if (code != CP_EXIT_OK) {
        drop_folder(run);
        return code;
    }
    cp_out_format(&run->summary, "%llu objects, %u pages, %llu bytes\n",
                  (unsigned long long)run->objects, run->written, (unsigned long long)run->bytes);
    if (cp_out_done(&run->summary, &summary) != CP_OK)
        return cp_say_no_memory();
    return cp_stdout_write(summary);
}

static cp_exit run_it(struct run *run, int argc, char *const *argv)
{
    cp_exit code = cp_netbox_options_parse(argc, argv, run->arena, &run->options);

    if (code != CP_EXIT_OK || run->options.help)
        return code;
    code = cp_stdout_check();
    if (code == CP_EXIT_OK)
        code = cp_netbox_http_open(&run->options, run->arena, &run->http);
    if (code == CP_EXIT_OK)
        code = get_all(run);
    cp_netbox_http_close(run->http);
    return code;
}

int main(int argc, char **argv)
{
    static struct run run; /* a list of pages is too large for some stacks */
    cp_exit code;

    cp_message_program("cleanpath-netbox");
    run.arena = cp_arena_open(cp_machine_memory());
    run.page = cp_arena_open(cp_machine_memory());
    if (run.arena == NULL || run.page == NULL)
        return (int)cp_say_no_memory();
    run.summary = cp_out_make(run.arena);
    code = run_it(&run, argc - 1, argv + 1);
    cp_arena_close(run.page);
    cp_arena_close(run.arena);
    return (int)code;
}
