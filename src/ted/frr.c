#include <string.h>

#include "base/json_in.h"
#include "base/list.h"
#include "base/num.h"
#include "inside.h"

/*
 * FRR's TED as JSON (lib/link_state.c of FRR): vertices, edges, subnets, each taken as a tree, made a statement, and let
 * go.  The whole document is read first; only then does it replace what the feed said before, statement by statement:
 * of what stays the same nothing is touched.
 */

struct said {
    cp_text key, blob;
    ted_kind kind;
};

struct reading {
    struct ted_feed *feed;
    struct cp_json_in in;
    struct cp_arena *arena; /* of what was read */
    struct cp_arena *work;  /* of one record */
    cp_arena_mark empty;
    struct cp_list said;
    uint64_t malformed;
    struct cp_diag *diag;
};

/* --- numbers and names -------------------------------------------------------------------------- */

/* Below `none` where it is a whole number that fits; else none. */
static uint32_t number_of(const struct cp_json_value *record, const char *name, uint32_t none)
{
    uint64_t number = 0;

    if (!cp_json_u64_of(cp_json_member(record, name), &number) || number >= CP_NONE)
        return none;
    return (uint32_t)number;
}

/* "0x60", or a number. */
static uint32_t flags_of(const struct cp_json_value *record)
{
    cp_text text = cp_json_member_text(record, "flags");
    uint32_t flags = 0;

    if (!cp_text_starts(text, CP_TEXT("0x")))
        return number_of(record, "flags", 0);
    for (size_t i = 2; i < text.len && i < 10; i++) {
        char c = text.at[i];

        flags = flags << 4;
        if (c >= '0' && c <= '9')
            flags |= (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            flags |= (uint32_t)(c - 'a' + 10);
    }
    return flags;
}

static cp_ip ip_of(const struct cp_json_value *record, const char *name)
{
    return cp_ip_find(cp_json_member_text(record, name));
}

/* Bytes a second, written as a float. */
static uint64_t bandwidth_of(const struct cp_json_value *record, const char *name)
{
    const struct cp_json_value *value = cp_json_member(record, name);
    int64_t bytes = 0;

    if (value == NULL || value->kind != CP_JSON_NUMBER ||
        cp_num_scaled(value->text, 0, &bytes) != CP_OK || bytes < 0 || bytes > INT64_MAX / 8)
        return CP_BPS_NONE;
    return (uint64_t)bytes * 8;
}

static bool is_left_out(const struct cp_json_value *record)
{
    cp_text status = cp_json_member_text(record, "status");

    return cp_text_is(status, "Delete") || cp_text_is(status, "Orphan");
}

/* Whose statement it is, by its origin; false: none that we know. */
static bool domain_of(const struct cp_json_value *record, struct ted_domain *domain,
                      uint8_t *family)
{
    static const struct {
        const char *name;
        uint8_t protocol, family;
    } origins[] = {{"ISIS_L1", 1, TED_ISIS}, {"ISIS_L2", 2, TED_ISIS}, {"OSPFv2", 3, TED_OSPF}};
    cp_text origin = cp_json_member_text(record, "origin");

    for (size_t i = 0; i < CP_COUNT(origins); i++) {
        if (!cp_text_is(origin, origins[i].name))
            continue;
        *family = origins[i].family;
        domain->protocol = origins[i].protocol;
        domain->any_instance = 1;
        return true;
    }
    return false;
}

/* A vertex's number is its system id (48 bits) or its OSPF router id, high byte first. */
static bool router_of(const struct cp_json_value *record, const char *name, uint8_t family,
                      struct ted_router *router)
{
    uint64_t number = 0;

    if (!cp_json_u64_of(cp_json_member(record, name), &number))
        return false;
    router->family = family;
    router->len = family == TED_ISIS ? 6 : 4;
    if (number >> (8 * router->len) != 0)
        return false;
    for (int i = 0; i < router->len; i++)
        router->id[i] = (uint8_t)(number >> (8 * (router->len - 1 - i)));
    return true;
}

/* --- what it says ------------------------------------------------------------------------------- */

static cp_err say(struct reading *r, ted_kind kind, cp_text key, const void *blob, size_t len)
{
    struct said *said = cp_list_more(&r->said, r->arena, sizeof *said);

    if (said == NULL)
        return CP_ERR_NOMEM;
    if (r->said.count > r->feed->store.things_max)
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

static bool key_open(struct reading *r, ted_kind kind, const struct ted_router *router,
                     const struct ted_domain *domain, struct key *key)
{
    uint8_t byte = (uint8_t)kind;

    *key = (struct key){.at = CP_TAKE(r->arena, KEY_BYTES, uint8_t)};
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

/* --- vertices ----------------------------------------------------------------------------------- */

static uint32_t block_of(const struct cp_json_value *sr, const char *size_name,
                         const char *low_name, struct cp_label_block *block)
{
    uint32_t size = number_of(sr, size_name, 0);
    uint32_t low = number_of(sr, low_name, 0);

    if (size == 0 || low < CP_LABEL_FIRST || low > CP_LABEL_LAST || size - 1 > CP_LABEL_LAST - low)
        return 0;
    *block = (struct cp_label_block){low, low + size - 1};
    return 1;
}

static cp_err read_vertex(struct reading *r, const struct cp_json_value *record)
{
    struct ted_node *node = CP_TAKE(r->arena, 1, struct ted_node);
    const struct cp_json_value *sr = cp_json_member(record, "segment-routing");
    cp_text name = cp_json_member_text(record, "name");
    struct key key;
    cp_ip address;
    uint8_t family;

    if (node == NULL)
        return CP_ERR_NOMEM;
    if (is_left_out(record))
        return CP_OK;
    if (!domain_of(record, &node->domain, &family) ||
        !router_of(record, "vertex-id", family, &node->router)) {
        r->malformed++;
        return CP_OK;
    }
    address = ip_of(record, "router-id");
    if (address.family == 4)
        node->address = address;
    node->address6 = ip_of(record, "router-id-v6");
    if (node->address6.family != 6)
        node->address6 = (cp_ip){0};
    node->msd = number_of(sr, "msd", CP_NONE);
    if (node->msd > CP_MSD_MAX)
        node->msd = CP_NONE;
    node->srgb_count = block_of(sr, "srgb-size", "srgb-lower", &node->srgb[0]);
    node->srlb_count = block_of(sr, "srlb-size", "srlb-lower", &node->srlb[0]);
    if (name.len <= CP_TED_NAME_BYTES_MAX && cp_text_unsafe(name) == name.len && name.len > 0) {
        memcpy(node->name, name.at, name.len);
        node->name_len = (uint32_t)name.len;
    }
    if (!key_open(r, TED_NODE, &node->router, &node->domain, &key))
        return CP_ERR_NOMEM;
    return say(r, TED_NODE, key_text(&key), node, sizeof *node);
}

/* --- edges -------------------------------------------------------------------------------------- */

/* Whether a SID of an adjacency is one of its own: no backup, no set of several. */
static bool is_plain(uint8_t family, uint32_t flags)
{
    /* RFC 8667 2.2.1: B 0x40, S 0x08; RFC 8665 6.1: B 0x80, G 0x10. */
    return family == TED_ISIS ? (flags & 0x48) == 0 : (flags & 0x90) == 0;
}

/* Whether it is a label (V and L set); an index has none of them. */
static ted_sid_kind kind_of_adjacency(uint8_t family, uint32_t flags)
{
    /* RFC 8667 2.2.1: V 0x20, L 0x10; RFC 8665 6.1: V 0x40, L 0x20. */
    uint32_t both = family == TED_ISIS ? 0x30 : 0x60;

    if ((flags & both) == both)
        return TED_SID_LABEL;
    return TED_SID_NONE; /* a local index is seen nowhere, and means another thing in each case */
}

/* The plain one; of several the least, those for IPv4 before those for IPv6 (RFC 8667 2.2.1: F 0x80). */
static void read_adjacency(struct ted_half *half, const struct cp_json_value *sids)
{
    uint8_t family = half->from.family;
    uint64_t best = UINT64_MAX;

    for (const struct cp_json_value *v = sids == NULL ? NULL : sids->first; v != NULL;
         v = v->next) {
        uint32_t flags = flags_of(v);
        uint32_t number = number_of(v, "adj-sid", CP_NONE);
        bool six = family == TED_ISIS && (flags & 0x80) != 0;
        uint64_t rank = (uint64_t)six << 32 | number;

        if (number > CP_LABEL_LAST || number < CP_LABEL_FIRST || !is_plain(family, flags) ||
            kind_of_adjacency(family, flags) == TED_SID_NONE || rank >= best)
            continue;
        best = rank;
        half->sid.kind = TED_SID_LABEL;
        half->sid.number = number;
    }
}

static void read_edge_attributes(struct ted_half *half, const struct cp_json_value *a)
{
    cp_ip ip;

    half->te_metric = number_of(a, "te-metric", CP_NONE);
    half->colour = number_of(a, "admin-group", 0);
    half->bandwidth_bps = bandwidth_of(a, "max-link-bandwidth");
    half->delay_us = number_of(a, "delay", CP_NONE);
    if (half->delay_us == CP_NONE)
        half->delay_us = number_of(a, "min-delay", CP_NONE);
    half->local_id = number_of(a, "local-identifier", 0);
    half->remote_id = number_of(a, "remote-identifier", 0);
    if ((ip = ip_of(a, "local-address")).family == 4)
        half->local = ip;
    if ((ip = ip_of(a, "remote-address")).family == 4)
        half->remote = ip;
    if ((ip = ip_of(a, "local-address-v6")).family == 6)
        half->local6 = ip;
    if ((ip = ip_of(a, "remote-address-v6")).family == 6)
        half->remote6 = ip;
}

static uint32_t count_srlgs(struct reading *r, const struct cp_json_value *srlgs)
{
    if (srlgs == NULL || srlgs->kind != CP_JSON_ARRAY)
        return 0;
    if (srlgs->count <= CP_TED_SRLGS_MAX)
        return srlgs->count;
    r->malformed++;
    return CP_TED_SRLGS_MAX;
}

static void read_srlgs(struct ted_half *half, const struct cp_json_value *srlgs)
{
    const struct cp_json_value *v = srlgs == NULL ? NULL : srlgs->first;
    uint32_t *at = (uint32_t *)(void *)(half + 1);
    uint64_t number;

    for (uint32_t i = 0; i < half->srlg_count && v != NULL; i++, v = v->next)
        at[i] = cp_json_u64_of(v, &number) && number <= UINT32_MAX ? (uint32_t)number : 0;
}

static cp_err say_edge(struct reading *r, const struct ted_half *half)
{
    struct key key;

    if (!key_open(r, TED_HALF, &half->from, &half->domain, &key))
        return CP_ERR_NOMEM;
    key_add(&key, &half->to, sizeof half->to);
    key_add(&key, &half->local, sizeof half->local);
    key_add(&key, &half->remote, sizeof half->remote);
    key_add(&key, &half->local6, sizeof half->local6);
    key_add(&key, &half->remote6, sizeof half->remote6);
    key_add(&key, &half->local_id, sizeof half->local_id);
    key_add(&key, &half->remote_id, sizeof half->remote_id);
    return say(r, TED_HALF, key_text(&key), half,
               cp_ted_half_bytes(half->srlg_count, half->lan_count));
}

static cp_err read_edge(struct reading *r, const struct cp_json_value *record)
{
    const struct cp_json_value *attributes = cp_json_member(record, "edge-attributes");
    const struct cp_json_value *srlgs = cp_json_member(attributes, "srlgs");
    struct ted_half *half = cp_ted_half_make(r->arena, count_srlgs(r, srlgs), 0);
    uint8_t family;

    if (half == NULL)
        return CP_ERR_NOMEM;
    if (is_left_out(record))
        return CP_OK;
    if (!domain_of(record, &half->domain, &family) ||
        !router_of(record, "local-vertex-id", family, &half->from) ||
        /* FRR leaves it out where it does not know the other end: half a link. */
        (cp_json_member(record, "remote-vertex-id") != NULL &&
         !router_of(record, "remote-vertex-id", family, &half->to))) {
        r->malformed++;
        return CP_OK;
    }
    half->metric = number_of(record, "metric", CP_NONE);
    read_edge_attributes(half, attributes);
    read_srlgs(half, srlgs);
    read_adjacency(half, cp_json_member(record, "segment-routing"));
    return say_edge(r, half);
}

/* --- subnets ------------------------------------------------------------------------------------ */

/* RFC 8667 2.1: R 0x80, N 0x40; V 0x08 and L 0x04 here and in RFC 8665 5. */
static bool read_prefix_sid(const struct ted_prefix *prefix, const struct cp_json_value *sr,
                            struct ted_sid *sid)
{
    uint32_t flags = flags_of(sr);
    uint32_t number = number_of(sr, "pref-sid", CP_NONE);
    bool whole = prefix->bits == (prefix->address.family == 4 ? 32u : 128u);

    if (number > CP_LABEL_LAST || number_of(sr, "algo", CP_NONE) != 0 || !whole)
        return false;
    if (prefix->router.family == TED_ISIS && (flags & 0xc0) != 0x40)
        return false;
    if ((flags & 0x0c) != 0 && (flags & 0x0c) != 0x0c)
        return false;
    sid->kind = (flags & 0x0c) != 0 ? TED_SID_LABEL : TED_SID_INDEX;
    sid->number = number;
    return true;
}

static bool read_subnet_id(const struct cp_json_value *record, struct ted_prefix *prefix)
{
    cp_text id = cp_json_member_text(record, "subnet-id");
    size_t slash = cp_text_find(id, '/', 0);

    prefix->address = cp_ip_find(cp_text_sub(id, 0, slash));
    if (prefix->address.family == 0 || slash == id.len)
        return false;
    return cp_num_u32(cp_text_sub(id, slash + 1, id.len), prefix->address.family == 4 ? 32 : 128,
                      &prefix->bits) == CP_OK;
}

static cp_err read_subnet(struct reading *r, const struct cp_json_value *record)
{
    struct ted_prefix *prefix = CP_TAKE(r->arena, 1, struct ted_prefix);
    const struct cp_json_value *sr = cp_json_member(record, "segment-routing");
    struct key key;
    uint8_t family;
    bool used;

    if (prefix == NULL)
        return CP_ERR_NOMEM;
    if (is_left_out(record))
        return CP_OK;
    if (!domain_of(record, &prefix->domain, &family) ||
        !router_of(record, "vertex-id", family, &prefix->router) ||
        !read_subnet_id(record, prefix)) {
        r->malformed++;
        return CP_OK;
    }
    used = sr != NULL && read_prefix_sid(prefix, sr, &prefix->sid);
    if (!key_open(r, TED_PREFIX, &prefix->router, &prefix->domain, &key))
        return CP_ERR_NOMEM;
    key_add(&key, &prefix->address, sizeof prefix->address);
    key_add(&key, &prefix->bits, sizeof prefix->bits);
    return say(r, TED_PREFIX, key_text(&key), prefix, used ? sizeof *prefix : 0);
}

/* --- the document ------------------------------------------------------------------------------- */

typedef cp_err (*read_record)(struct reading *r, const struct cp_json_value *record);

static cp_err read_list(struct reading *r, read_record read)
{
    bool more;

    CP_TRY(cp_json_in_enter(&r->in, CP_JSON_ARRAY, r->diag));
    for (;;) {
        const struct cp_json_value *record;

        CP_TRY(cp_json_in_next(&r->in, r->work, NULL, &more, r->diag));
        if (!more)
            return CP_OK;
        CP_TRY(cp_json_in_take(&r->in, r->work, &record, r->diag));
        CP_TRY(read(r, record));
        cp_arena_reset(r->work, r->empty);
    }
}

/* The members of the TED, each once. */
static cp_err read_ted(struct reading *r)
{
    static const struct {
        const char *name;
        read_record read;
    } lists[] = {{"vertices", read_vertex}, {"edges", read_edge}, {"subnets", read_subnet}};
    uint32_t met = 0;
    bool more;

    CP_TRY(cp_json_in_enter(&r->in, CP_JSON_OBJECT, r->diag));
    for (;;) {
        cp_text key;
        size_t i = 0;

        CP_TRY(cp_json_in_next(&r->in, r->work, &key, &more, r->diag));
        if (!more)
            break;
        while (i < CP_COUNT(lists) && !cp_text_is(key, lists[i].name))
            i++;
        if (i < CP_COUNT(lists) && (met & 1u << i) != 0)
            return cp_diag_set(r->diag, CP_ERR_MALFORMED, cp_json_in_place(&r->in),
                               "a member that stands twice", key);
        if (i < CP_COUNT(lists)) {
            met |= 1u << i;
            CP_TRY(read_list(r, lists[i].read));
        } else
            CP_TRY(cp_json_in_skip(&r->in, r->diag));
    }
    /* An empty network has no lists; something else has none of them either. */
    return CP_OK;
}

static cp_err read_document(struct reading *r)
{
    bool found = false;
    bool more;

    CP_TRY(cp_json_in_enter(&r->in, CP_JSON_OBJECT, r->diag));
    for (;;) {
        cp_text key;

        CP_TRY(cp_json_in_next(&r->in, r->work, &key, &more, r->diag));
        if (!more)
            break;
        if (!cp_text_is(key, "ted")) {
            CP_TRY(cp_json_in_skip(&r->in, r->diag));
            continue;
        }
        if (found)
            return cp_diag_set(r->diag, CP_ERR_MALFORMED, cp_json_in_place(&r->in),
                               "a member that stands twice", key);
        found = true;
        CP_TRY(read_ted(r));
    }
    CP_TRY(cp_json_in_end(&r->in, r->diag));
    if (!found)
        return cp_diag_set(r->diag, CP_ERR_MALFORMED, cp_json_in_place(&r->in),
                           "no TED of FRR: the member 'ted' is not there", CP_TEXT(""));
    return CP_OK;
}

/* All of it, or as much as there is room for: then the document does not count as full. */
static cp_err apply(struct reading *r, bool *changed)
{
    uint32_t generation = r->feed->generation + 1;

    for (uint32_t i = 0; i < r->said.count; i++) {
        const struct said *said = &CP_AT(r->said, struct said)[i];
        ted_put did;

        CP_TRY(
            cp_ted_store_put(&r->feed->store, said->key, said->kind, said->blob, generation, &did));
        *changed = *changed || did != TED_SAME;
    }
    r->feed->generation = generation;
    if (cp_ted_store_sweep(&r->feed->store, generation))
        *changed = true;
    r->feed->malformed += r->malformed;
    r->feed->statements += r->said.count;
    return CP_OK;
}

cp_err cp_ted_frr_read(struct ted_feed *feed, cp_text json, bool *changed, struct cp_diag *diag)
{
    struct reading r = {.feed = feed,
                        .in = cp_json_in_make(json, CP_PLACE_NO_FILE, 1),
                        .arena = cp_arena_open(SIZE_MAX),
                        .work = cp_arena_open(SIZE_MAX),
                        .diag = diag};
    cp_err err = CP_ERR_NOMEM;

    if (json.len > CP_TED_DOCUMENT_BYTES_MAX)
        err = CP_ERR_LIMIT;
    else if (r.arena != NULL && r.work != NULL) {
        r.empty = cp_arena_mark_get(r.work);
        err = read_document(&r);
        if (err == CP_OK)
            err = apply(&r, changed);
    }
    cp_arena_close(r.arena);
    cp_arena_close(r.work);
    return err == CP_ERR_DUPLICATE ? CP_ERR_MALFORMED : err;
}
