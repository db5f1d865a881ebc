#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "app/message.h"
#include "fits.h"

/*
 * What a start would stumble over on this machine.  Folders that the unit makes (StateDirectory=, RuntimeDirectory=) may be
 * missing as long as the service does not run: that is said, and no more.
 */

enum { PATH_BYTES = 4096 };

struct using
{
    const struct daemon_config *config;
    daemon_usable when;
    cp_exit code; /* the first that is not OK */
};

static void refuse(struct using *u, cp_exit code)
{
    if (u->code == CP_EXIT_OK)
        u->code = code;
}

/* --- programs ------------------------------------------------------------------------------------ */

/* 0, or why not. */
static int may_run(const char *path)
{
    struct stat is;

    if (stat(path, &is) != 0)
        return errno;
    if (!S_ISREG(is.st_mode))
        return EACCES;
    return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

/* As execvp(3) looks for it. */
static int find_program(const char *name)
{
    const char *folder = getenv("PATH");
    char path[PATH_BYTES];
    int why = ENOENT;

    if (strchr(name, '/') != NULL)
        return may_run(name);
    if (folder == NULL)
        folder = "/bin:/usr/bin";
    for (size_t len; why != 0; folder += len + 1) {
        int count;

        len = strcspn(folder, ":");
        count = len == 0 ? snprintf(path, sizeof path, "./%s", name)
                         : snprintf(path, sizeof path, "%.*s/%s", (int)len, folder, name);
        if (count > 0 && (size_t)count < sizeof path) {
            int now = may_run(path);

            if (now == 0 || now == EACCES)
                why = now;
        }
        if (folder[len] == '\0')
            break;
    }
    return why;
}

static void look_at_programs(struct using *u)
{
    for (uint32_t i = 0; i < u->config->drive.peer_count; i++) {
        const struct daemon_peer *own = &u->config->peers[i];
        int why = own->command != NULL ? find_program(own->command[0]) : 0;

        if (why == 0)
            continue;
        cp_placed_say(&u->config->file, &own->command,
                      "the program of feed '%s' cannot be run: '%s': %s",
                      u->config->drive.peers[i].name.at, own->command[0], strerror(why));
        refuse(u, CP_EXIT_POLICY);
    }
}

/* --- folders ------------------------------------------------------------------------------------- */

static int may_write(const char *folder)
{
    struct stat is;

    if (stat(folder, &is) != 0)
        return errno;
    if (!S_ISDIR(is.st_mode))
        return ENOTDIR;
    return faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

/* The folder that it stands in; false: too long a path. */
static bool folder_of(const char *path, char to[PATH_BYTES])
{
    size_t len = strlen(path);

    while (len > 1 && path[len - 1] == '/')
        len--;
    while (len > 0 && path[len - 1] != '/')
        len--;
    while (len > 1 && path[len - 1] == '/')
        len--;
    if (len >= PATH_BYTES)
        return false;
    (void)snprintf(to, PATH_BYTES, "%.*s", len == 0 ? 1 : (int)len, len == 0 ? "." : path);
    return true;
}

static void say_folder(struct using *u, const void *value, const char *what, const char *folder,
                       int why)
{
    cp_placed_say(&u->config->file, value, "%s cannot be written to: '%s': %s", what, folder,
                  strerror(why));
    refuse(u, CP_EXIT_IO);
}

static bool is_of_unit(struct using *u, const void *value, const char *folder, const char *usual)
{
    if (u->when == USABLE_NOW || strcmp(folder, usual) != 0)
        return false;
    cp_placed_say(&u->config->file, value, "warning: %s is not there: the service's unit makes it",
                  folder);
    return true;
}

/* The daemon makes its last part. */
static void look_at_state(struct using *u)
{
    const char *const *value = &u->config->state_folder;
    char parent[PATH_BYTES];
    int why = may_write(*value);

    if (why == ENOENT && folder_of(*value, parent)) {
        why = may_write(parent);
        if (why == 0 || is_of_unit(u, value, *value, "/var/lib/cleanpath"))
            return;
        cp_placed_say(&u->config->file, value,
                      "the state's folder is not there, and cannot be made in '%s': %s", parent,
                      strerror(why));
        refuse(u, CP_EXIT_IO);
    } else if (why != 0) {
        say_folder(u, value, "the state's folder", *value, why);
    }
}

static void look_at_socket(struct using *u)
{
    const char *const *value = &u->config->socket_path;
    char folder[PATH_BYTES];
    struct stat found;
    int why;

    if (strlen(*value) >= sizeof((struct sockaddr_un *)NULL)->sun_path ||
        !folder_of(*value, folder)) {
        cp_placed_say(&u->config->file, value, "the path of the API's socket is too long: '%s'",
                      *value);
        refuse(u, CP_EXIT_POLICY);
        return;
    }
    if (stat(*value, &found) == 0 && S_ISDIR(found.st_mode)) {
        cp_placed_say(&u->config->file, value, "the API's socket is a folder: '%s'", *value);
        refuse(u, CP_EXIT_POLICY);
        return;
    }
    why = may_write(folder);
    if (why == 0 || (why == ENOENT && is_of_unit(u, value, folder, "/run/cleanpath")))
        return;
    say_folder(u, value, "the folder of the API's socket", folder, why);
}

static void look_at_group(struct using *u)
{
    const char *const *value = &u->config->socket_group;

    if (*value == NULL || getgrnam(*value) != NULL)
        return;
    cp_placed_say(&u->config->file, value, "there is no such group on this machine: '%s'", *value);
    refuse(u, CP_EXIT_POLICY);
}

cp_exit daemon_config_usable(const struct daemon_config *config, daemon_usable when)
{
    struct using u = {config, when, CP_EXIT_OK};

    if (when == USABLE_AT_A_START)
        look_at_programs(&u);
    look_at_state(&u);
    look_at_socket(&u);
    look_at_group(&u);
    return u.code;
}
