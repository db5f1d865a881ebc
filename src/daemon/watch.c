#include "watch.h"

#include <stdlib.h>
#include <string.h>

#include "app/message.h"
#include "log.h"
#include "reload.h"

/*
 * Folders are watched, not files: editors put new files in the place of old ones.  Whether anything is different is for
 * the reload to see, which looks at bytes.
 */

enum { QUIET_MS = 500, FOLDERS_MAX = 256, PATH_BYTES = 4096 };

struct watch {
    struct daemon *daemon;
    uv_timer_t quiet;
    uv_fs_event_t folders[FOLDERS_MAX];
    char names[FOLDERS_MAX][PATH_BYTES];
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

static void has_changed(uv_fs_event_t *event, const char *name, int what, int status)
{
    struct watch *w = event->data;

    (void)name;
    (void)what;
    (void)status;
    if (!w->daemon->stopping)
        (void)uv_timer_start(&w->quiet, is_quiet, QUIET_MS, 0);
}

static bool is_watched(const struct watch *w, const char *folder)
{
    for (uint32_t i = 0; i < w->count; i++)
        if (strcmp(w->names[i], folder) == 0)
            return true;
    return false;
}

static cp_exit add(struct watch *w, const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t len = slash == NULL ? 0 : (size_t)(slash - path);
    char *name = w->names[w->count];
    int err;

    if (w->count == FOLDERS_MAX || len >= PATH_BYTES) {
        cp_say("reload: on-change: more folders than are watched");
        return CP_EXIT_POLICY;
    }
    memcpy(name, len == 0 ? "." : path, len == 0 ? 1 : len);
    name[len == 0 ? 1 : len] = '\0';
    if (is_watched(w, name))
        return CP_EXIT_OK;
    (void)uv_fs_event_init(&w->daemon->loop, &w->folders[w->count]);
    w->folders[w->count].data = w;
    w->open++;
    err = uv_fs_event_start(&w->folders[w->count++], has_changed, name, 0);
    if (err == 0)
        return CP_EXIT_OK;
    cp_say("%s: cannot be watched: %s", name, uv_strerror(err));
    return CP_EXIT_IO;
}

cp_exit watch_open(struct daemon *d)
{
    const struct cp_sources *sources =
        &daemon_inputs_loaded(d->inputs[d->inputs_count - 1])->sources;
    struct watch *w;
    cp_exit code = CP_EXIT_OK;

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
    for (uint32_t i = 0; code == CP_EXIT_OK && i < sources->count; i++)
        code = add(w, sources->list[i].path);
    for (uint32_t i = 0; code == CP_EXIT_OK && i < sources->policy_count; i++)
        code = add(w, sources->policies[i].path);
    return code;
}

static void closed(uv_handle_t *handle)
{
    struct watch *w = handle->data;

    if (--w->open == 0)
        free(w);
}

void watch_close(struct daemon *d)
{
    struct watch *w = d->watch;

    if (w == NULL)
        return;
    d->watch = NULL;
    uv_close((uv_handle_t *)&w->quiet, closed);
    for (uint32_t i = 0; i < w->count; i++)
        uv_close((uv_handle_t *)&w->folders[i], closed);
}
