#include "identify/mac.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A list is refused with a place and a reason, or what it holds is found; a good file read before stays whole. */

enum { ARENA_BYTES = 64 << 20 };

static const struct cp_makers *makers_once(void)
{
    static const struct cp_makers *makers;

    if (makers == NULL) {
        struct cp_arena *arena = cp_arena_open(ARENA_BYTES);
        CP_ASSERT(arena != NULL && cp_makers_make(NULL, 0, arena, &makers, NULL) == CP_OK);
    }
    return makers;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char before[] = "Registry,Assignment,Organization Name,Organization Address\n"
                                 "MA-L,FCFCFC,Before,x\n";
    const struct cp_mac mac = {{0xfc, 0xfc, 0xfc, 0, 0, 0}};
    struct cp_arena *arena = cp_arena_open(ARENA_BYTES);
    struct cp_mac_registry *registry = NULL;
    struct cp_diag diag = {.why = NULL};

    CP_ASSERT(arena != NULL && cp_mac_registry_open(arena, &registry) == CP_OK);
    CP_ASSERT(cp_mac_registry_read(registry, makers_once(), 0, cp_text_of(before), NULL) == CP_OK);
    cp_err err = cp_mac_registry_read(registry, makers_once(), 1,
                                      (cp_text){(const char *)data, size}, &diag);
    CP_ASSERT(err == CP_OK || err == CP_ERR_NOMEM || err == CP_ERR_LIMIT || diag.why != NULL);
    CP_ASSERT(cp_mac_registry_count(registry) >= 1);
    struct cp_mac_owner owner = cp_mac_owner_find(makers_once(), registry, mac);
    CP_ASSERT(owner.name.len > 0);
    cp_arena_close(arena);
    return 0;
}
