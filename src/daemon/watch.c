#include "watch.h"

#include <stdlib.h>
#include <string.h>

#include "app/message.h"
#include "serve/log.h"
#include "reload.h"

/*
 * Folders are watched, not files: editors put new files in the place of old ones.  Of other files in them nothing is made, so
 * that a log among them is no change; whether a file of the case is different is for the reload to see, which looks at bytes.
 */

enum { QUIET_MS = 500, FOLDERS_MAX = 256, PATH_BYTES = 4096 };

/* What of a folder counts, beside the files that the configuration names. */
typedef enum {
    OF_NAMED, /* nothing */
    OF_CASE,  /* names of a case */
    OF_WALK   /* all but what is hidden */
} folder_kind;

struct folder {
    uv_fs_event_t event;
    struct watch *watch;
    folder_kind kind;
    char name[PATH_BYTES];
};

struct watch {
    struct daemon *daemon;
    uv_timer_t quiet;
    struct folder folders[FOLDERS_MAX];
    uint32_t count;
    uint32_t open; /* handles */
};

static void is_quiet(uv_timer_t *timer)
{
    struct watch *w = timer->data;

    if (!reload_start(w->daemon,
                      (struct reload_ask){.cause = RELOAD_CHANGE})) /* another one is under way */
        (void)uv_timer_start(&w->quiet, is_quiet, QUIET_MS, 0);
}

/* The folder of a path, "." where it names none, and the name in it. */
static cp_text split(const char *path, const char **name)
{
    const char *slash = strrchr(path, '/');

    *name = slash == NULL ? path : slash + 1;
    if (slash == NULL)
        return CP_TEXT(".");
    return slash == path ? CP_TEXT("/") : (cp_text){path, (size_t)(slash - path)};
}

static bool is_at(const char *path, const struct folder *f, const char *name)
{
    const char *last;

    return path != NULL && cp_text_is(split(path, &last), f->name) && strcmp(last, name) == 0;
}

static bool is_any(const char *const *paths, uint32_t count, const struct folder *f,
                   const char *name)
{
    for (uint32_t i = 0; i < count; i++)
        if (is_at(paths[i], f, name))
            return true;
    return false;
}

static bool is_of_case(const struct folder *f, const char *name)
{
    const struct cp_sources_wanted *wanted = &f->watch->daemon->config->wanted;

    if ((f->kind == OF_WALK && name[0] != '.') || (f->kind == OF_CASE && cp_sources_may_be(name)))
        return true;
    return is_at(wanted->sites, f, name) || is_at(wanted->demands, f, name) ||
           is_any(wanted->networks, wanted->network_count, f, name) ||
           is_any(wanted->facts, wanted->fact_count, f, name) ||
           is_any(wanted->policies, wanted->policy_count, f, name);
}

/* name: NULL: nobody knows. */
static void has_changed(uv_fs_event_t *event, const char *name, int what, int status)
{
    struct folder *f = event->data;

    (void)what;
    (void)status;
    if (!f->watch->daemon->stopping && (name == NULL || is_of_case(f, name)))
        (void)uv_timer_start(&f->watch->quiet, is_quiet, QUIET_MS, 0);
}

static struct folder *find(struct watch *w, cp_text name)
{
    for (uint32_t i = 0; i < w->count; i++)
        if (cp_text_is(name, w->folders[i].name))
            return &w->folders[i];
    return NULL;
}

static cp_exit add_folder(struct watch *w, cp_text name, folder_kind kind)
{
    struct folder *f = find(w, name);
    int err;

    if (f != NULL) {
        f->kind = kind > f->kind ? kind : f->kind;
        return CP_EXIT_OK;
    }
    if (w->count == FOLDERS_MAX || name.len >= PATH_BYTES) {
        cp_say("reload: on-change: more folders than are watched");
        return CP_EXIT_POLICY;
    }
    f = &w->folders[w->count++];
    f->watch = w;
    f->kind = kind;
    memcpy(f->name, name.at, name.len);
    f->name[name.len] = '\0';
    (void)uv_fs_event_init(&w->daemon->loop, &f->event);
    f->event.data = f;
    w->open++;
    err = uv_fs_event_start(&f->event, has_changed, f->name, 0);
    if (err == 0)
        return CP_EXIT_OK;
    cp_say("%s: cannot be watched: %s", f->name, uv_strerror(err));
    return CP_EXIT_IO;
}

static cp_exit add(struct watch *w, const char *path, folder_kind kind)
{
    const char *name;

    return add_folder(w, split(path, &name), kind);
}

static cp_exit add_all(struct watch *w, const struct cp_sources *sources)
{
    const char *folder = w->daemon->config->wanted.folder;
    cp_exit code = CP_EXIT_OK;

    if (folder != NULL)
        code = add_folder(w, cp_text_of(folder), OF_CASE);
    for (uint32_t i = 0; code == CP_EXIT_OK && i < sources->count; i++)
        code = add(w, sources->list[i].path, sources->list[i].walked ? OF_WALK : OF_NAMED);
    for (uint32_t i = 0; code == CP_EXIT_OK && i < sources->policy_count; i++)
        code = add(w, sources->policies[i].path, OF_NAMED);
    return code;
}

cp_exit watch_open(struct daemon *d)
{
    struct watch *w;

    if (!d->config->reload_on_change)
        return CP_EXIT_OK;
    w = calloc(1, sizeof *w);
    if (w == NULL)
        return cp_say_no_memory();
    d->watch = w;
    w->daemon = d;
    (void)uv_timer_init(&d->loop, &w->quiet);
    w->quiet.data = w;
    w->open = 1;
    return add_all(w, &daemon_inputs_loaded(d->inputs[d->inputs_count - 1])->sources);
}

static void one_closed(struct watch *w)
{
    if (--w->open == 0)
        free(w);
}

static void timer_closed(uv_handle_t *handle)
{
    one_closed(handle->data);
}

static void folder_closed(uv_handle_t *handle)
{
    struct folder *f = handle->data;

    one_closed(f->watch);
}

void watch_close(struct daemon *d)
{
    struct watch *w = d->watch;

    if (w == NULL)
        return;
    d->watch = NULL;
    uv_close((uv_handle_t *)&w->quiet, timer_closed);
    for (uint32_t i = 0; i < w->count; i++)
        uv_close((uv_handle_t *)&w->folders[i].event, folder_closed);
}
