#include <stdio.h>

#include "app/machine.h"
#include "app/message.h"
#include "config.h"

/* Two trees of one configuration: comments, quotes and the order of keys make no difference. */

enum { CHANGES_TOLD = 10, NAME_BYTES = 256 };

struct comparing {
    const char *path;
    char name[NAME_BYTES]; /* of what is being compared: "pcep.peers[2].address" */
    uint32_t count;
};

static void differs(struct comparing *c, cp_place place, const char *how)
{
    if (++c->count <= CHANGES_TOLD)
        cp_say_plain(
            "%s:%u:%u: '%s' %s: the configuration is read at the start only, and a restart "
            "takes it",
            c->path, place.line, place.column, c->name, how);
}

static const struct cp_yaml *find(const struct cp_yaml *map, cp_text key)
{
    for (const struct cp_yaml *at = map->first; at != NULL; at = at->next)
        if (cp_text_eq(at->key, key))
            return at;
    return NULL;
}

/* len: of the name so far */
static void compare(struct comparing *c, size_t len, const struct cp_yaml *old,
                    const struct cp_yaml *now);

static size_t name_key(struct comparing *c, size_t len, cp_text key)
{
    int more = snprintf(c->name + len, sizeof c->name - len, "%s%.*s", len > 0 ? "." : "",
                        (int)key.len, key.at);

    return more < 0 || (size_t)more >= sizeof c->name - len ? sizeof c->name - 1
                                                            : len + (size_t)more;
}

static void compare_maps(struct comparing *c, size_t len, const struct cp_yaml *old,
                         const struct cp_yaml *now)
{
    for (const struct cp_yaml *at = now->first; at != NULL; at = at->next) {
        const struct cp_yaml *was = find(old, at->key);
        size_t named = name_key(c, len, at->key);

        if (was == NULL)
            differs(c, at->key_place, "is new");
        else
            compare(c, named, was, at);
        c->name[len] = '\0';
    }
    for (const struct cp_yaml *at = old->first; at != NULL; at = at->next) {
        if (find(now, at->key) != NULL)
            continue;
        (void)name_key(c, len, at->key);
        differs(c, now->place, "is no longer there");
        c->name[len] = '\0';
    }
}

static void compare_lists(struct comparing *c, size_t len, const struct cp_yaml *old,
                          const struct cp_yaml *now)
{
    const struct cp_yaml *was = old->first;
    uint32_t number = 1;

    if (old->count != now->count) {
        differs(c, now->place, "has more or fewer items");
        return;
    }
    for (const struct cp_yaml *at = now->first; at != NULL; at = at->next, was = was->next) {
        char item[16];

        (void)snprintf(item, sizeof item, "%u", number++);
        compare(c, name_key(c, len, cp_text_of(item)), was, at);
        c->name[len] = '\0';
    }
}

static void compare(struct comparing *c, size_t len, const struct cp_yaml *old,
                    const struct cp_yaml *now)
{
    if (old->kind != now->kind || (now->kind == CP_YAML_TEXT && !cp_text_eq(old->text, now->text)))
        differs(c, now->place, "was changed");
    else if (now->kind == CP_YAML_MAP)
        compare_maps(c, len, old, now);
    else if (now->kind == CP_YAML_LIST)
        compare_lists(c, len, old, now);
}

cp_exit daemon_config_unchanged(const struct daemon_config *config)
{
    struct cp_arena *arena = cp_arena_open(cp_machine_memory());
    struct comparing c = {.path = config->file.path};
    struct daemon_config now;
    cp_exit code;

    if (arena == NULL)
        return cp_say_no_memory();
    code = daemon_config_read(config->file.path, arena, &now);
    if (code == CP_EXIT_OK) {
        compare(&c, 0, config->top, now.top);
        if (c.count > CHANGES_TOLD)
            cp_say_plain("%s: and %u more", c.path, c.count - CHANGES_TOLD);
        if (c.count > 0)
            code = CP_EXIT_POLICY;
    }
    cp_arena_close(arena);
    return code;
}
