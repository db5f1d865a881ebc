#include "lookout.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "base/out.h"
#include "app/message.h"
#include "walk.h"

/*
 * A file is looked at through its folder: programs save by writing another file and renaming it over
 * the old one, and then the old one's own watch would be of no use.  The same holds for each folder
 * on the way to it, and for what symbolic links stand for, step by step: whoever swaps a link or a
 * folder swaps the file.  So a path is a set of spots, each a name in a folder; events about other
 * names are dropped.  Of a folder as such, files that come are seen whatever they are called; that one changes is seen
 * of those that count.
 *
 * A change is told when nothing more has happened for a moment, so that a save in several writes, or
 * of several files, is one change; but it is not put off for ever.
 */

#define QUIET_MS 200
#define PATIENCE_MS 10000
#define LINKS_MAX 40u /* symbolic links on one path, as in the kernel */
#define EVENTS_BYTES 65536u

#define WATCHED                                                                         \
    (IN_CREATE | IN_DELETE | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | \
     IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF)

/* A name in a folder; NULL: any but hidden ones, of which those that do not count are seen to come and no more. */
struct cp_lookout_spot {
    int folder; /* inotify's number */
    const char *name;
    cp_lookout_counts counts; /* NULL: all do */
};

static cp_exit say_cannot(const char *what, int error)
{
    cp_say("cannot watch %s: %s%s", what, strerror(error),
           error == ENOSPC || error == EMFILE ? " (see fs.inotify in sysctl)" : "");
    return CP_EXIT_SYSTEM;
}

cp_exit cp_lookout_open(struct cp_lookout *l)
{
    *l = (struct cp_lookout){.arena = cp_arena_open(SIZE_MAX), .changes = -1, .clock = -1};
    if (l->arena == NULL)
        return cp_say_no_memory();
    l->clock = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    return l->clock >= 0 ? CP_EXIT_OK : say_cannot("the clock", errno);
}

static void close_if_open(int fd)
{
    if (fd >= 0)
        (void)close(fd);
}

void cp_lookout_close(struct cp_lookout *l)
{
    close_if_open(l->changes);
    close_if_open(l->clock);
    cp_arena_close(l->arena);
}

cp_exit cp_lookout_restart(struct cp_lookout *l)
{
    close_if_open(l->changes);
    cp_arena_close(l->arena);
    l->list = NULL;
    l->count = l->cap = 0;
    l->arena = cp_arena_open(SIZE_MAX);
    if (l->arena == NULL)
        return cp_say_no_memory();
    l->changes = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    return l->changes >= 0 ? CP_EXIT_OK : say_cannot("files", errno);
}

/* --- what is looked at ------------------------------------------------------------------------ */

static bool is_same(const struct cp_lookout_spot *a, const struct cp_lookout_spot *b)
{
    if (a->folder != b->folder || a->counts != b->counts || (a->name == NULL) != (b->name == NULL))
        return false;
    return a->name == NULL || strcmp(a->name, b->name) == 0;
}

static cp_exit add_spot(struct cp_lookout *l, struct cp_lookout_spot spot)
{
    void *list = l->list;
    cp_text kept = {NULL, 0};

    for (uint32_t i = 0; i < l->count; i++) {
        if (is_same(&l->list[i], &spot))
            return CP_EXIT_OK;
    }
    if (cp_arena_grow(l->arena, &list, l->count, &l->cap, sizeof(*l->list)) != CP_OK ||
        (spot.name != NULL && cp_text_copy(cp_text_of(spot.name), l->arena, &kept) != CP_OK))
        return cp_say_no_memory();
    l->list = list;
    l->list[l->count++] = (struct cp_lookout_spot){spot.folder, kept.at, spot.counts};
    return CP_EXIT_OK;
}

/* A folder that may be passed but not read: the thing itself, while it is there. */
static void look_at_itself(const struct cp_lookout *l, const char *folder, const char *name)
{
    char path[PATH_MAX];
    int len = snprintf(path, sizeof(path), "%s/%s", folder, name);

    if (len > 0 && (size_t)len < sizeof(path))
        (void)inotify_add_watch(l->changes, path, WATCHED | IN_MASK_ADD);
}

/*
 * name: NULL: any, as far as they count.  *fresh: it was not looked at before.
 * Folders that are not there are no error: the spots on the way to them show when they come.
 */
static cp_exit look_in(struct cp_lookout *l, const char *folder, const char *name,
                       cp_lookout_counts counts, bool *fresh)
{
    int number = inotify_add_watch(l->changes, folder, WATCHED | IN_ONLYDIR | IN_MASK_ADD);
    uint32_t before = l->count;
    cp_exit code;

    *fresh = true;
    if (number < 0 && (errno == ENOSPC || errno == ENOMEM))
        return say_cannot(folder, errno);
    if (number < 0 && errno == EACCES && name != NULL)
        look_at_itself(l, folder, name);
    if (number < 0)
        return CP_EXIT_OK;
    code = add_spot(l, (struct cp_lookout_spot){number, name, counts});
    *fresh = l->count > before;
    return code;
}

/* Splits a path at its last name: what is before it is left, "." or "/" where nothing is. */
static cp_text split(cp_text *path)
{
    cp_text rest = *path, name;

    while (rest.len > 1 && rest.at[rest.len - 1] == '/')
        rest.len--;
    name = rest;
    while (rest.len > 0 && rest.at[rest.len - 1] != '/')
        rest.len--;
    name = cp_text_sub(name, rest.len, name.len - rest.len);
    while (rest.len > 1 && rest.at[rest.len - 1] == '/')
        rest.len--;
    *path = rest.len > 0 ? rest : CP_TEXT(".");
    return name;
}

static bool is_step(cp_text name)
{
    return name.len > 0 && !cp_text_is(name, ".") && !cp_text_is(name, "..");
}

/* Paths still to be walked along: at first one, then what the symbolic links on it stand for. */
struct walk {
    cp_text paths[LINKS_MAX + 1];
    uint32_t count;
};

/* folder/name, or where it leads if it is a symbolic link. */
static cp_exit follow(struct cp_lookout *l, struct walk *walk, cp_text folder, cp_text name)
{
    struct cp_out path = cp_out_make(l->arena), to = cp_out_make(l->arena);
    char target[PATH_MAX];
    cp_text text;
    ssize_t len;

    cp_out_text(&path, folder);
    cp_out_char(&path, '/');
    cp_out_text(&path, name);
    if (cp_out_done(&path, &text) != CP_OK)
        return cp_say_no_memory();
    len = readlink(text.at, target, sizeof(target));
    if (len <= 0 || (size_t)len == sizeof(target) || walk->count == CP_COUNT(walk->paths))
        return CP_EXIT_OK;
    if (target[0] != '/') {
        cp_out_text(&to, folder);
        cp_out_char(&to, '/');
    }
    cp_out_text(&to, (cp_text){target, (size_t)len});
    if (cp_out_done(&to, &walk->paths[walk->count]) != CP_OK)
        return cp_say_no_memory();
    walk->count++;
    return CP_EXIT_OK;
}

/* Each name on the path in its folder, from the last one to the first. */
static cp_exit look_along_one(struct cp_lookout *l, struct walk *walk, cp_text path)
{
    for (cp_text name = split(&path); is_step(name); name = split(&path)) {
        cp_text folder, kept;
        bool fresh;
        cp_exit code;

        if (cp_text_copy(path, l->arena, &folder) != CP_OK ||
            cp_text_copy(name, l->arena, &kept) != CP_OK)
            return cp_say_no_memory();
        code = look_in(l, folder.at, kept.at, NULL, &fresh);
        if (code == CP_EXIT_OK && fresh)
            code = follow(l, walk, folder, kept);
        if (code != CP_EXIT_OK)
            return code;
    }
    return CP_EXIT_OK;
}

cp_exit cp_lookout_file(struct cp_lookout *l, const char *path)
{
    struct walk walk = {.paths = {cp_text_of(path)}, .count = 1};
    cp_exit code = CP_EXIT_OK;

    for (uint32_t i = 0; code == CP_EXIT_OK && i < walk.count; i++)
        code = look_along_one(l, &walk, walk.paths[i]);
    return code;
}

cp_exit cp_lookout_folder(struct cp_lookout *l, const char *path, cp_lookout_counts counts)
{
    cp_exit code = cp_lookout_file(l, path);
    bool fresh;

    return code != CP_EXIT_OK ? code : look_in(l, path, NULL, counts, &fresh);
}

static cp_exit look_in_all(void *state, const char *path)
{
    bool fresh;

    return look_in(state, path, NULL, NULL, &fresh);
}

cp_exit cp_lookout_tree(struct cp_lookout *l, const char *path)
{
    struct cp_walker walker = {.state = l, .quiet = true, .folder = look_in_all};
    cp_exit code = cp_lookout_file(l, path);

    if (code == CP_EXIT_OK && cp_path_is_folder(path))
        code = cp_walk(path, l->arena, &walker);
    return code == CP_EXIT_SYSTEM ? code : CP_EXIT_OK; /* what cannot be read is said then */
}

/* --- what is seen ----------------------------------------------------------------------------- */

/* Of a folder as such; what comes is news, whatever it is called: somebody may have meant it to be read. */
static bool is_seen_in_folder(const struct cp_lookout_spot *spot, const struct inotify_event *event,
                              const char *name)
{
    return name[0] != '.' && (spot->counts == NULL || spot->counts(name) ||
                              (event->mask & (IN_CREATE | IN_MOVED_TO)) != 0);
}

/* name: [event->len], "" and more zeros behind it */
static bool is_looked_at(const struct cp_lookout *l, const struct inotify_event *event,
                         const char *name)
{
    if (event->len == 0 || (event->mask & IN_Q_OVERFLOW) != 0)
        return true; /* the folder itself, or nobody knows what */
    for (uint32_t i = 0; i < l->count; i++) {
        const struct cp_lookout_spot *spot = &l->list[i];

        if (spot->folder != event->wd)
            continue;
        if (spot->name == NULL ? is_seen_in_folder(spot, event, name)
                               : strcmp(spot->name, name) == 0)
            return true;
    }
    return false;
}

/* All events there are; *any: one of them is of what is looked at. */
static cp_exit take_events(struct cp_lookout *l, bool *any)
{
    _Alignas(struct inotify_event) char buffer[EVENTS_BYTES];
    ssize_t len;

    *any = false;
    while ((len = read(l->changes, buffer, sizeof(buffer))) > 0) {
        for (ssize_t at = 0; at < len;) {
            struct inotify_event event;
            const char *name = buffer + at + sizeof(event);

            memcpy(&event, buffer + at, sizeof(event));
            *any = *any || is_looked_at(l, &event, name);
            at += (ssize_t)(sizeof(event) + event.len);
        }
    }
    return len < 0 && errno != EAGAIN && errno != EINTR ? say_cannot("files", errno) : CP_EXIT_OK;
}

static int64_t now_ms(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Until nothing has been seen for a moment, or patience ends. */
static cp_exit wait_for_quiet(struct cp_lookout *l)
{
    int64_t start = now_ms(), last = start, now = start;
    struct pollfd changes = {.fd = l->changes, .events = POLLIN};

    while (now - last < QUIET_MS && now - start < PATIENCE_MS) {
        bool any = false;
        cp_exit code = CP_EXIT_OK;

        if (poll(&changes, 1, (int)(last + QUIET_MS - now)) > 0)
            code = take_events(l, &any);
        if (code != CP_EXIT_OK)
            return code;
        now = now_ms();
        if (any)
            last = now;
    }
    return CP_EXIT_OK;
}

cp_exit cp_lookout_alarm(struct cp_lookout *l, int64_t at_s)
{
    struct itimerspec at = {.it_value = {.tv_sec = (time_t)at_s}};

    if (timerfd_settime(l->clock, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &at, NULL) != 0)
        return say_cannot("the clock", errno);
    return CP_EXIT_OK;
}

/* Whether the moment has come; a clock that was set wakes too (ECANCELED). */
static bool take_alarm(struct cp_lookout *l)
{
    uint64_t times;

    return read(l->clock, &times, sizeof(times)) > 0 || errno == ECANCELED;
}

cp_exit cp_lookout_wait(struct cp_lookout *l, cp_sight *seen)
{
    struct pollfd on[] = {{.fd = l->changes, .events = POLLIN},
                          {.fd = l->clock, .events = POLLIN},
                          {.fd = STDOUT_FILENO, .events = 0}};

    for (;;) {
        bool any = false;
        cp_exit code;

        if (poll(on, CP_COUNT(on), -1) < 0 && errno != EINTR)
            return say_cannot("files", errno);
        code = take_events(l, &any);
        if (code != CP_EXIT_OK)
            return code;
        if (on[2].revents != 0)
            *seen = CP_SEEN_NO_READER;
        else if (any)
            *seen = CP_SEEN_CHANGE;
        else if (take_alarm(l))
            *seen = CP_SEEN_TIME;
        else
            continue;
        return any && *seen == CP_SEEN_CHANGE ? wait_for_quiet(l) : CP_EXIT_OK;
    }
}
