#include "base/json_in.h"
#include "base/num.h"
#include "frr_said.h"

/*
 * FRR's TED as JSON (lib/link_state.c of FRR): vertices, edges, subnets, each taken as a tree, made a statement, and let
 * go.  Of IS-IS the text of `show isis database detail` is read as well (frr_text.c): what does not begin with '{'.
 */

struct reading {
    struct ted_frr frr;
    struct cp_json_in in;
    struct cp_arena *work; /* of one record */
    cp_arena_mark empty;
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

/* --- vertices ----------------------------------------------------------------------------------- */

static cp_err read_vertex(struct reading *r, const struct cp_json_value *record)
{
    struct ted_node *node = CP_TAKE(r->frr.arena, 1, struct ted_node);
    const struct cp_json_value *sr = cp_json_member(record, "segment-routing");
    cp_text name = cp_json_member_text(record, "name");
    cp_ip address;
    uint8_t family;

    if (node == NULL)
        return CP_ERR_NOMEM;
    if (is_left_out(record))
        return CP_OK;
    if (!domain_of(record, &node->domain, &family) ||
        !router_of(record, "vertex-id", family, &node->router)) {
        r->frr.malformed++;
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
    node->srgb_count =
        cp_ted_frr_block(number_of(sr, "srgb-lower", 0), number_of(sr, "srgb-size", 0), node->srgb);
    node->srlb_count =
        cp_ted_frr_block(number_of(sr, "srlb-lower", 0), number_of(sr, "srlb-size", 0), node->srlb);
    cp_ted_frr_name(node, name);
    return cp_ted_frr_say_node(&r->frr, node);
}

/* --- edges -------------------------------------------------------------------------------------- */

static void read_adjacency(struct ted_half *half, const struct cp_json_value *sids)
{
    uint64_t best = TED_SID_UNUSED;

    for (const struct cp_json_value *v = sids == NULL ? NULL : sids->first; v != NULL;
         v = v->next) {
        uint32_t number = number_of(v, "adj-sid", CP_NONE);

        if (cp_ted_sid_is_label(half->from.family, flags_of(v), number))
            cp_ted_half_take_sid(half, flags_of(v), number, &best);
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
    r->frr.malformed++;
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

static cp_err read_edge(struct reading *r, const struct cp_json_value *record)
{
    const struct cp_json_value *attributes = cp_json_member(record, "edge-attributes");
    const struct cp_json_value *srlgs = cp_json_member(attributes, "srlgs");
    struct ted_half *half = cp_ted_half_make(r->frr.arena, count_srlgs(r, srlgs), 0);
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
        r->frr.malformed++;
        return CP_OK;
    }
    half->metric = number_of(record, "metric", CP_NONE);
    read_edge_attributes(half, attributes);
    read_srlgs(half, srlgs);
    read_adjacency(half, cp_json_member(record, "segment-routing"));
    return cp_ted_frr_say_half(&r->frr, half);
}

/* --- subnets ------------------------------------------------------------------------------------ */

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
    struct ted_prefix *prefix = CP_TAKE(r->frr.arena, 1, struct ted_prefix);
    const struct cp_json_value *sr = cp_json_member(record, "segment-routing");
    uint8_t family;

    if (prefix == NULL)
        return CP_ERR_NOMEM;
    if (is_left_out(record))
        return CP_OK;
    if (!domain_of(record, &prefix->domain, &family) ||
        !router_of(record, "vertex-id", family, &prefix->router) ||
        !read_subnet_id(record, prefix)) {
        r->frr.malformed++;
        return CP_OK;
    }
    if (sr != NULL)
        cp_ted_frr_take_prefix_sid(prefix, flags_of(sr), number_of(sr, "algo", CP_NONE),
                                   number_of(sr, "pref-sid", CP_NONE));
    return cp_ted_frr_say_prefix(&r->frr, prefix);
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

static cp_err read_json(struct ted_frr *frr, cp_text json, struct cp_diag *diag)
{
    struct reading r = {.in = cp_json_in_make(json, CP_PLACE_NO_FILE, 1),
                        .work = cp_arena_open(SIZE_MAX),
                        .frr = *frr,
                        .diag = diag};
    cp_err err = CP_ERR_NOMEM;

    if (r.work != NULL) {
        r.empty = cp_arena_mark_get(r.work);
        err = read_document(&r);
    }
    cp_arena_close(r.work);
    *frr = r.frr;
    return err;
}

cp_err cp_ted_frr_read(struct ted_feed *feed, cp_text document, bool *changed, struct cp_diag *diag)
{
    struct ted_frr frr = {.feed = feed, .arena = cp_arena_open(SIZE_MAX)};
    cp_text trimmed = cp_text_trim(document);
    cp_err err = CP_ERR_NOMEM;

    if (document.len > CP_TED_DOCUMENT_BYTES_MAX)
        err = CP_ERR_LIMIT;
    else if (frr.arena != NULL) {
        if (feed->kind == CP_TED_FRR_ISIS && !cp_text_starts(trimmed, CP_TEXT("{")))
            err = cp_ted_frr_text(&frr, document, diag);
        else
            err = read_json(&frr, document, diag);
        if (err == CP_OK)
            err = cp_ted_frr_apply(&frr, changed);
    }
    cp_arena_close(frr.arena);
    return err == CP_ERR_DUPLICATE ? CP_ERR_MALFORMED : err;
}
