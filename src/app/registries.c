#include "registries.h"

#include <unistd.h>

#include "base/sha256.h"
#include "app/files.h"
#include "app/message.h"

/* Where Debian's package ieee-data puts its tables, in the order in which they are read. */
static const char *const installed[] = {
    "/usr/share/ieee-data/oui.csv",
    "/usr/share/ieee-data/mam.csv",
    "/usr/share/ieee-data/oui36.csv",
    "/usr/share/ieee-data/iab.csv",
};

struct reading {
    const struct cp_makers *makers;
    struct cp_arena *arena;
    struct cp_mac_registry *registry;
    struct cp_identity_registry *list;
    uint32_t count;
};

static cp_exit read_one(struct reading *r, const char *path)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_text bytes;
    cp_exit code = cp_file_read(path, r->arena, &bytes);
    cp_err err;

    if (code != CP_EXIT_OK)
        return code;
    err = cp_mac_registry_read(r->registry, r->makers, r->count, bytes, &diag);
    if (err != CP_OK)
        return cp_say_diag(&diag, err, path, CP_EXIT_INPUT);
    r->list[r->count].path = cp_text_of(path);
    cp_sha256_hex(bytes, r->list[r->count].sha256);
    r->count++;
    return CP_EXIT_OK;
}

cp_exit cp_registries_read(const char *const *paths, uint32_t count, const struct cp_makers *makers,
                           struct cp_arena *arena, struct cp_registries *out)
{
    bool named = count > 0;
    uint32_t most = named ? count : CP_COUNT(installed);
    struct reading r = {.makers = makers,
                        .arena = arena,
                        .list = CP_TAKE(arena, most, struct cp_identity_registry)};
    cp_exit code = CP_EXIT_OK;

    if (r.list == NULL || cp_mac_registry_open(arena, &r.registry) != CP_OK)
        return cp_say_no_memory();
    for (uint32_t i = 0; code == CP_EXIT_OK && i < most; i++) {
        const char *path = named ? paths[i] : installed[i];

        if (named || access(path, F_OK) == 0)
            code = read_one(&r, path);
    }
    *out = (struct cp_registries){
        .registry = r.count > 0 ? r.registry : NULL, .list = r.list, .count = r.count};
    return code;
}
