#include "frr_said.h"

#include <string.h>

struct said {
    cp_text key, blob;
    ted_kind kind;
};

static cp_err say(struct ted_frr *frr, ted_kind kind, cp_text key, const void *blob, size_t len)
{
    struct said *said = cp_list_more(&frr->said, frr->arena, sizeof *said);

    if (said == NULL)
        return CP_ERR_NOMEM;
    if (frr->said.count > frr->feed->store.things_max)
        return CP_ERR_LIMIT;
    *said = (struct said){.kind = kind, .key = key, .blob = {(const char *)blob, len}};
    return CP_OK;
}

/* A key: the kind, then parts of fixed width. */
struct key {
    uint8_t *at;
    size_t len;
};

enum { KEY_BYTES = 192 };

static void key_add(struct key *key, const void *bytes, size_t len)
{
    CP_ASSERT(key->len + len <= KEY_BYTES);
    memcpy(key->at + key->len, bytes, len);
    key->len += len;
}

static bool key_open(struct ted_frr *frr, ted_kind kind, const struct ted_router *router,
                     const struct ted_domain *domain, struct key *key)
{
    uint8_t byte = (uint8_t)kind;

    *key = (struct key){.at = CP_TAKE(frr->arena, KEY_BYTES, uint8_t)};
    if (key->at == NULL)
        return false;
    key_add(key, &byte, 1);
    key_add(key, router, sizeof *router);
    key_add(key, domain, sizeof *domain);
    return true;
}

static cp_text key_text(const struct key *key)
{
    return (cp_text){(const char *)key->at, key->len};
}

cp_err cp_ted_frr_say_node(struct ted_frr *frr, const struct ted_node *node)
{
    struct key key;

    if (!key_open(frr, TED_NODE, &node->router, &node->domain, &key))
        return CP_ERR_NOMEM;
    return say(frr, TED_NODE, key_text(&key), node, sizeof *node);
}

cp_err cp_ted_frr_say_half(struct ted_frr *frr, const struct ted_half *half)
{
    struct key key;

    if (!key_open(frr, TED_HALF, &half->from, &half->domain, &key))
        return CP_ERR_NOMEM;
    key_add(&key, &half->to, sizeof half->to);
    key_add(&key, &half->local, sizeof half->local);
    key_add(&key, &half->remote, sizeof half->remote);
    key_add(&key, &half->local6, sizeof half->local6);
    key_add(&key, &half->remote6, sizeof half->remote6);
    key_add(&key, &half->local_id, sizeof half->local_id);
    key_add(&key, &half->remote_id, sizeof half->remote_id);
    return say(frr, TED_HALF, key_text(&key), half,
               cp_ted_half_bytes(half->srlg_count, half->lan_count));
}

cp_err cp_ted_frr_say_prefix(struct ted_frr *frr, const struct ted_prefix *prefix)
{
    struct key key;

    if (!key_open(frr, TED_PREFIX, &prefix->router, &prefix->domain, &key))
        return CP_ERR_NOMEM;
    key_add(&key, &prefix->address, sizeof prefix->address);
    key_add(&key, &prefix->bits, sizeof prefix->bits);
    return say(frr, TED_PREFIX, key_text(&key), prefix,
               prefix->sid.kind != TED_SID_NONE ? sizeof *prefix : 0);
}

cp_err cp_ted_frr_apply(struct ted_frr *frr, bool *changed)
{
    struct ted_feed *feed = frr->feed;
    uint32_t generation = feed->generation + 1;

    for (uint32_t i = 0; i < frr->said.count; i++) {
        const struct said *said = &CP_AT(frr->said, struct said)[i];
        ted_put did;

        CP_TRY(cp_ted_store_put(&feed->store, said->key, said->kind, said->blob, generation, &did));
        *changed = *changed || did != TED_SAME;
    }
    feed->generation = generation;
    if (cp_ted_store_sweep(&feed->store, generation))
        *changed = true;
    feed->malformed += frr->malformed;
    feed->statements += frr->said.count;
    return CP_OK;
}

uint32_t cp_ted_frr_block(uint32_t low, uint32_t size, struct cp_label_block *block)
{
    if (size == 0 || low < CP_LABEL_FIRST || low > CP_LABEL_LAST || size - 1 > CP_LABEL_LAST - low)
        return 0;
    *block = (struct cp_label_block){low, low + size - 1};
    return 1;
}

void cp_ted_frr_name(struct ted_node *node, cp_text name)
{
    if (name.len == 0 || name.len > CP_TED_NAME_BYTES_MAX || cp_text_unsafe(name) != name.len)
        return;
    memcpy(node->name, name.at, name.len);
    node->name_len = (uint32_t)name.len;
}

void cp_ted_frr_take_prefix_sid(struct ted_prefix *prefix, uint32_t flags, uint32_t algorithm,
                                uint32_t number)
{
    bool whole = prefix->bits == (prefix->address.family == 4 ? 32u : 128u);

    if (number > CP_LABEL_LAST || algorithm != 0 || !whole)
        return;
    /* RFC 8667 2.1: R 0x80, N 0x40; V 0x08 and L 0x04 here and in RFC 8665 5. */
    if (prefix->router.family == TED_ISIS && (flags & 0xc0) != 0x40)
        return;
    if ((flags & 0x0c) != 0 && (flags & 0x0c) != 0x0c)
        return;
    prefix->sid.kind = (flags & 0x0c) != 0 ? TED_SID_LABEL : TED_SID_INDEX;
    prefix->sid.number = number;
}
