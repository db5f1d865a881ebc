#include <string.h>

#include "base/out.h"
#include "base/sha256.h"

#include "pce_inside.h"

/* A table of names by PLSP-ID, open addressing, at most half full; names that are dropped are used again. */

static uint32_t slot_of(const struct cp_pce *pce, uint32_t plsp_id)
{
    uint32_t mixed = plsp_id * 2654435761u;

    return (mixed ^ mixed >> 15) & (pce->name_cap - 1);
}

static struct pce_name_at *find(const struct cp_pce *pce, uint32_t plsp_id)
{
    uint32_t at = slot_of(pce, plsp_id);

    while (pce->names[at].name != NULL && pce->names[at].name->plsp_id != plsp_id)
        at = (at + 1) & (pce->name_cap - 1);
    return &pce->names[at];
}

void cp_pce_names_clear(struct cp_pce *pce)
{
    cp_arena_reset(pce->names_arena, pce->names_empty);
    pce->names = NULL;
    pce->names_free = NULL;
    pce->name_count = pce->name_cap = 0;
}

static bool grow(struct cp_pce *pce)
{
    struct pce_name_at *old = pce->names;
    uint32_t old_cap = pce->name_cap;
    uint32_t cap = old_cap == 0 ? 16 : 2 * old_cap;
    struct pce_name_at *names = CP_TAKE(pce->names_arena, cap, struct pce_name_at);

    if (names == NULL)
        return false;
    pce->names = names;
    pce->name_cap = cap;
    for (uint32_t i = 0; i < old_cap; i++)
        if (old[i].name != NULL)
            *find(pce, old[i].name->plsp_id) = old[i];
    return true;
}

static struct pce_name *take_name(struct cp_pce *pce)
{
    struct pce_name *name = pce->names_free;

    if (name == NULL)
        return CP_TAKE(pce->names_arena, 1, struct pce_name);
    pce->names_free = name->next;
    return name;
}

/* A report without path and without setup type (an LSP that is down) is no word that it is one of RSVP-TE now. */
static bool says_setup(const struct cp_pce_lsp *lsp)
{
    return lsp->path_setup_type != CP_PCEP_SETUP_RSVP || lsp->intended.count > 0;
}

static void keep(struct pce_name *kept, const struct cp_pce_lsp *lsp)
{
    size_t len = lsp->name.len > CP_PCE_NAME_BYTES_MAX ? CP_PCE_NAME_BYTES_MAX : lsp->name.len;

    kept->delegated = lsp->delegated;
    if (says_setup(lsp))
        kept->setup = (uint8_t)lsp->path_setup_type;
    if (len == 0)
        return;
    memcpy(kept->text, lsp->name.at, len);
    kept->len = (uint8_t)len;
}

bool cp_pce_name_put(struct cp_pce *pce, const struct cp_pce_lsp *lsp)
{
    struct pce_name_at *at;

    if (2 * (pce->name_count + 1) > pce->name_cap && !grow(pce))
        return false;
    at = find(pce, lsp->plsp_id);
    if (at->name == NULL) {
        struct pce_name *made = pce->name_count < pce->config.lsp_max ? take_name(pce) : NULL;

        if (made == NULL)
            return false;
        *made = (struct pce_name){.plsp_id = lsp->plsp_id, .setup = CP_PCEP_SETUP_SR};
        at->name = made;
        pce->name_count++;
    }
    keep(at->name, lsp);
    return true;
}

static const struct pce_name *get(const struct cp_pce *pce, uint32_t plsp_id)
{
    return pce->name_cap == 0 ? NULL : find(pce, plsp_id)->name;
}

bool cp_pce_is_there(const struct cp_pce *pce, uint32_t plsp_id, bool *delegated)
{
    const struct pce_name *name = get(pce, plsp_id);

    *delegated = name != NULL && name->delegated;
    return name != NULL;
}

cp_text cp_pce_name_get(const struct cp_pce *pce, uint32_t plsp_id)
{
    const struct pce_name *name = get(pce, plsp_id);

    return name == NULL ? CP_TEXT("") : (cp_text){name->text, name->len};
}

uint32_t cp_pce_setup_get(const struct cp_pce *pce, uint32_t plsp_id)
{
    const struct pce_name *name = get(pce, plsp_id);

    return name == NULL ? CP_PCEP_SETUP_SR : name->setup;
}

/* Those behind it in its run move up, so that they are still found. */
static void close_gap(struct cp_pce *pce, uint32_t gap)
{
    uint32_t mask = pce->name_cap - 1;

    for (uint32_t at = (gap + 1) & mask; pce->names[at].name != NULL; at = (at + 1) & mask) {
        struct pce_name_at moved = pce->names[at];

        pce->names[at].name = NULL;
        *find(pce, moved.name->plsp_id) = moved;
    }
}

void cp_pce_name_drop(struct cp_pce *pce, uint32_t plsp_id)
{
    struct pce_name_at *at = pce->name_cap == 0 ? NULL : find(pce, plsp_id);

    if (at == NULL || at->name == NULL)
        return;
    at->name->next = pce->names_free;
    pce->names_free = at->name;
    at->name = NULL;
    pce->name_count--;
    close_gap(pce, (uint32_t)(at - pce->names));
}

/* --- how a name is told -------------------------------------------------------------------------- */

enum { DIGITS = 32 /* of the digest */ };

static bool is_safe(cp_text name)
{
    return name.len <= CP_PCE_NAME_BYTES_MAX && cp_text_bad_utf8(name) == name.len &&
           cp_text_unsafe(name) == name.len && !cp_text_starts(name, CP_TEXT(CP_PCE_ODD_NAME));
}

/* One character, or one byte that is none, at name[at]: its bytes are counted in *len. */
static void add_character(struct cp_out *out, cp_text name, size_t at, size_t *len)
{
    uint32_t c = 0;
    cp_text bytes;

    *len = cp_text_char(name, at, &c);
    bytes = cp_text_sub(name, at, *len);
    if (cp_text_bad_utf8(bytes) == bytes.len && !cp_text_is_unsafe(c) && c != '\\') {
        cp_out_text(out, bytes);
        return;
    }
    for (size_t i = 0; i < bytes.len; i++)
        cp_out_format(out, "\\x%02x", (unsigned)(unsigned char)bytes.at[i]);
}

cp_err cp_pce_name_show(cp_text name, struct cp_arena *arena, cp_text *out)
{
    const uint32_t most = CP_PCE_NAME_BYTES_MAX - 1 - DIGITS;
    struct cp_out shown;
    char digest[65];
    size_t len;

    if (is_safe(name)) {
        *out = name;
        return CP_OK;
    }
    shown = cp_out_make(arena);
    cp_out_str(&shown, CP_PCE_ODD_NAME);
    for (size_t at = 0; at < name.len && shown.err == CP_OK; at += len) {
        uint32_t before = shown.len;

        add_character(&shown, name, at, &len);
        if (shown.len <= most)
            continue;
        shown.len = before;
        break;
    }
    cp_sha256_hex(name, digest);
    cp_out_char(&shown, '~');
    cp_out_text(&shown, (cp_text){digest, DIGITS});
    return cp_out_done(&shown, out);
}
