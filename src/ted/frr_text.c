#include <string.h>

#include "base/num.h"
#include "frr_pieces.h"

/*
 * FRR's `show isis database detail`, which has what its JSON leaves out (8.4: all but the last of a link's adjacency
 * SIDs, LANs, the overload bit), line by line:
 *
 *     Area 1:
 *     IS-IS Level-2 link-state database:
 *     LSP ID                  PduLen  SeqNumber   Chksum  Holdtime  ATT/P/OL
 *     r1.00-00             *    464   0x00000004  0xd4dd    1141    0/0/0
 *       Extended Reachability: 0000.0000.0002.00 (Metric: 10)
 *         Adjacency-SID: 15000, Weight: 0, Flags: F:0 B:0, V:1, L:1, S:0, P:0
 *         8 LSPs
 *
 * Each level ends with the count of its LSPs: output that is cut has it not, and is refused, as is a line that ought to
 * say something used and does not.  Other lines within an LSP are passed over.  Before the database, `show isis
 * hostname` may stand.  What routers make up (names, numbers out of range) refuses nothing: it is not used.
 */

struct reading {
    struct ted_frr *frr;
    struct ted_lsdb lsdb;
    struct cp_diag *diag;
    cp_text line;        /* that is read, whole */
    uint32_t line_count; /* its number */
    uint32_t lsp_count;
    uint8_t level;          /* 0: outside a level */
    bool any;               /* a level was whole */
    bool live;              /* this LSP has not expired */
    uint64_t best;          /* of the half's adjacency SIDs */
    struct ted_half *half;  /* that sub-TLVs belong to; NULL: none */
    struct ted_half *draft; /* with room for the most LAN SIDs */
    struct ted_prefix *prefix;
};

static cp_err refuse(struct reading *r, cp_text at, const char *why)
{
    cp_place place = {.file = CP_PLACE_NO_FILE, .line = r->line_count, .column = 1};

    if (at.at != NULL && at.at >= r->line.at && at.at <= r->line.at + r->line.len)
        place.column = (uint32_t)(at.at - r->line.at) + 1;
    return cp_diag_set(r->diag, CP_ERR_MALFORMED, place, why, at);
}

static struct ted_speaker *speaker(const struct reading *r)
{
    return &CP_AT(r->lsdb.speakers, struct ted_speaker)[r->lsdb.speakers.count - 1];
}

/* --- links -------------------------------------------------------------------------------------- */

/* The half that was being read is done. */
static cp_err close_half(struct reading *r)
{
    struct ted_half *draft = r->half;
    struct ted_spoken_half *spoken;

    r->prefix = NULL;
    r->half = NULL;
    if (draft == NULL)
        return CP_OK;
    spoken = cp_list_more(&r->lsdb.halves, r->frr->arena, sizeof *spoken);
    if (spoken == NULL)
        return CP_ERR_NOMEM;
    if (r->lsdb.halves.count > r->frr->feed->store.things_max)
        return CP_ERR_LIMIT;
    spoken->speaker = r->lsdb.speakers.count - 1;
    spoken->half = cp_ted_half_make(r->frr->arena, 0, draft->lan_count);
    if (spoken->half == NULL)
        return CP_ERR_NOMEM;
    memcpy(spoken->half, draft, cp_ted_half_bytes(0, draft->lan_count));
    return CP_OK;
}

static cp_err read_reach(struct reading *r, cp_text rest)
{
    cp_text at = rest;
    struct ted_router to = {0};
    uint32_t metric;

    if (!cp_ted_frr_neighbour(cp_text_sub(rest, 0, 17), &to))
        return refuse(r, at, "no neighbour's id");
    rest = cp_text_sub(rest, 17, rest.len);
    if (!cp_ted_frr_word(&rest, " (Metric: ") || !cp_ted_frr_number(&rest, &metric) ||
        !cp_ted_frr_word(&rest, ")"))
        return refuse(r, at, "a neighbour without a metric");
    speaker(r)->wide++;
    memset(r->draft, 0, cp_ted_half_bytes(0, r->draft->lan_count));
    r->draft->bandwidth_bps = CP_BPS_NONE;
    r->draft->te_metric = r->draft->delay_us = CP_NONE;
    r->draft->metric = metric;
    r->draft->to = to;
    r->draft->from.family = TED_ISIS;
    r->draft->domain = speaker(r)->domain;
    r->best = TED_SID_UNUSED;
    r->half = r->draft;
    return CP_OK;
}

/* "15000, Weight: 0, Flags: F:0 B:0, V:1, L:1, S:0, P:0" */
static bool read_sid(cp_text rest, uint32_t *number, uint32_t *flags)
{
    static const struct {
        const char *word;
        uint32_t flag; /* RFC 8667 2.2.1 */
    } parts[] = {{" F:", 0x80},  {" B:", 0x40},  {", V:", 0x20},
                 {", L:", 0x10}, {", S:", 0x08}, {", P:", 0x04}};
    uint32_t weight;

    *flags = 0;
    if (!cp_ted_frr_number(&rest, number) || !cp_ted_frr_word(&rest, ", Weight: ") ||
        !cp_ted_frr_number(&rest, &weight) || !cp_ted_frr_word(&rest, ", Flags:"))
        return false;
    for (size_t i = 0; i < CP_COUNT(parts); i++) {
        uint32_t set;

        if (!cp_ted_frr_word(&rest, parts[i].word) || !cp_ted_frr_number(&rest, &set) || set > 1)
            return false;
        *flags |= set != 0 ? parts[i].flag : 0;
    }
    return true;
}

static cp_err read_adjacency(struct reading *r, cp_text rest)
{
    uint32_t number, flags;

    if (!read_sid(rest, &number, &flags))
        return refuse(r, rest, "no adjacency's SID");
    if (cp_ted_sid_is_label(TED_ISIS, flags, number))
        cp_ted_half_take_sid(r->half, flags, number, &r->best);
    return CP_OK;
}

static bool read_line(struct reading *r, cp_text *document);

/* Whose it is stands on the next line. */
static cp_err read_lan_adjacency(struct reading *r, cp_text rest, cp_text *document)
{
    struct ted_router to = {.family = TED_ISIS, .len = 6};
    uint32_t number, flags;
    cp_text id;

    if (!read_sid(rest, &number, &flags))
        return refuse(r, rest, "no adjacency's SID");
    if (!read_line(r, document) || !cp_ted_frr_after(cp_text_trim(r->line), "Neighbor-ID: ", &id) ||
        !cp_ted_system_id(cp_text_sub(id, 0, 14), to.id))
        return refuse(r, r->line, "a LAN adjacency's SID without its neighbour");
    if (cp_ted_sid_is_label(TED_ISIS, flags, number))
        cp_ted_half_take_lan_sid(r->half, CP_TED_LAN_SIDS_MAX, &to, flags, number);
    return CP_OK;
}

typedef enum {
    SUB_LOCAL,
    SUB_REMOTE,
    SUB_LOCAL6,
    SUB_REMOTE6,
    SUB_TE_METRIC,
    SUB_COLOUR,
    SUB_LOCAL_ID,
    SUB_REMOTE_ID,
    SUB_BANDWIDTH,
    SUB_DELAY,
    SUB_DELAYS
} sub_kind;

/* Bytes a second, as printf's %g; what is no such number is not said. */
static uint64_t read_bandwidth(cp_text rest)
{
    cp_text word;
    int64_t bytes;

    if (!cp_text_word(&rest, " ", &word) || cp_num_scaled(word, 0, &bytes) != CP_OK || bytes < 0 ||
        bytes > INT64_MAX / 8)
        return CP_BPS_NONE;
    return (uint64_t)bytes * 8;
}

static bool read_attribute(struct ted_half *half, sub_kind kind, cp_text rest)
{
    uint32_t number;

    switch (kind) {
    case SUB_LOCAL:
        return cp_ted_frr_address(rest, 4, &half->local);
    case SUB_REMOTE:
        return cp_ted_frr_address(rest, 4, &half->remote);
    case SUB_LOCAL6:
        return cp_ted_frr_address(rest, 6, &half->local6);
    case SUB_REMOTE6:
        return cp_ted_frr_address(rest, 6, &half->remote6);
    case SUB_TE_METRIC:
        return cp_ted_frr_number(&rest, &half->te_metric);
    case SUB_COLOUR:
        return cp_ted_frr_hex(cp_text_trim(rest), &half->colour);
    case SUB_LOCAL_ID:
        return cp_ted_frr_number(&rest, &half->local_id);
    case SUB_REMOTE_ID:
        return cp_ted_frr_number(&rest, &half->remote_id);
    case SUB_BANDWIDTH:
        half->bandwidth_bps = read_bandwidth(rest);
        return true;
    case SUB_DELAY:
        return cp_ted_frr_number(&rest, &half->delay_us);
    case SUB_DELAYS:
        if (!cp_ted_frr_number(&rest, &number))
            return false;
        if (half->delay_us == CP_NONE)
            half->delay_us = number;
        return true;
    }
    return false;
}

static cp_err read_link_part(struct reading *r, cp_text line, cp_text *document)
{
    static const struct {
        const char *word;
        sub_kind kind;
    } subs[] = {{"Local Interface IP Address(es): ", SUB_LOCAL},
                {"Remote Interface IP Address(es): ", SUB_REMOTE},
                {"Local Interface IPv6 Address(es): ", SUB_LOCAL6},
                {"Remote Interface IPv6 Address(es): ", SUB_REMOTE6},
                {"Traffic Engineering Metric: ", SUB_TE_METRIC},
                {"Administrative Group: 0x", SUB_COLOUR},
                {"Link Local  ID: ", SUB_LOCAL_ID},
                {"Link Remote ID: ", SUB_REMOTE_ID},
                {"Maximum Bandwidth: ", SUB_BANDWIDTH},
                {"Normal Average Link Delay: ", SUB_DELAY},
                {"Anomalous Average Link Delay: ", SUB_DELAY},
                {"Normal Min/Max Link Delay: ", SUB_DELAYS},
                {"Anomalous Min/Max Link Delay: ", SUB_DELAYS}};
    cp_text rest;

    if (cp_ted_frr_after(line, "Adjacency-SID: ", &rest))
        return read_adjacency(r, rest);
    if (cp_ted_frr_after(line, "Lan-Adjacency-SID: ", &rest))
        return read_lan_adjacency(r, rest, document);
    for (size_t i = 0; i < CP_COUNT(subs); i++)
        if (cp_ted_frr_after(line, subs[i].word, &rest))
            return read_attribute(r->half, subs[i].kind, rest)
                       ? CP_OK
                       : refuse(r, rest, "no value of a link's attribute");
    return CP_OK;
}

/* --- prefixes ----------------------------------------------------------------------------------- */

static cp_err read_prefix(struct reading *r, cp_text rest, uint8_t family)
{
    struct ted_spoken_prefix *spoken =
        cp_list_more(&r->lsdb.prefixes, r->frr->arena, sizeof *spoken);
    size_t slash = cp_text_find(rest, '/', 0);
    cp_text bits = cp_text_sub(rest, slash + 1, rest.len);

    r->prefix = CP_TAKE(r->frr->arena, 1, struct ted_prefix);
    if (spoken == NULL || r->prefix == NULL)
        return CP_ERR_NOMEM;
    if (r->lsdb.prefixes.count > r->frr->feed->store.things_max)
        return CP_ERR_LIMIT;
    *spoken = (struct ted_spoken_prefix){r->lsdb.speakers.count - 1, r->prefix};
    if (!cp_ted_frr_address(cp_text_sub(rest, 0, slash), family, &r->prefix->address) ||
        !cp_ted_frr_number(&bits, &r->prefix->bits) || r->prefix->bits > (family == 4 ? 32u : 128u))
        return refuse(r, rest, "no prefix");
    r->prefix->router.family = TED_ISIS;
    r->prefix->domain = speaker(r)->domain;
    return CP_OK;
}

/* "SR Prefix-SID Index: 1, Algorithm: 0, Flags: NODE PHP" */
static cp_err read_prefix_sid(struct reading *r, cp_text line)
{
    static const struct {
        const char *word;
        uint32_t flag; /* RFC 8667 2.1 */
    } words[] = {{"READVERTISED", 0x80}, {"NODE", 0x40}, {"VALUE", 0x08}, {"LOCAL", 0x04}};
    uint32_t number, algorithm;
    uint32_t flags = 0;
    cp_text rest, word;

    if (!cp_ted_frr_after(line, "SR Prefix-SID ", &rest))
        return CP_OK;
    if (!(cp_ted_frr_word(&rest, "Index: ") || cp_ted_frr_word(&rest, "Label: ")) ||
        !cp_ted_frr_number(&rest, &number) || !cp_ted_frr_word(&rest, ", Algorithm: ") ||
        !cp_ted_frr_number(&rest, &algorithm) || !cp_ted_frr_word(&rest, ", Flags:"))
        return refuse(r, line, "no SID of a prefix");
    while (cp_text_word(&rest, " ", &word))
        for (size_t i = 0; i < CP_COUNT(words); i++)
            flags |= cp_text_is(word, words[i].word) ? words[i].flag : 0;
    if (r->prefix->sid.kind == TED_SID_NONE)
        cp_ted_frr_take_prefix_sid(r->prefix, flags, algorithm, number);
    return CP_OK;
}

/* --- routers ------------------------------------------------------------------------------------ */

/* "I:1 V:1, Global Block Base: 16000 Range: 8000", "Base: 15000 Range: 1000" */
static cp_err read_block(struct reading *r, cp_text rest, uint32_t *count,
                         struct cp_label_block *block)
{
    uint32_t low, size;
    size_t at = 0;

    while (at < rest.len && !cp_text_starts(cp_text_sub(rest, at, rest.len), CP_TEXT("Base: ")))
        at++;
    rest = cp_text_sub(rest, at, rest.len);
    if (!cp_ted_frr_word(&rest, "Base: ") || !cp_ted_frr_number(&rest, &low) ||
        !cp_ted_frr_word(&rest, " Range: ") || !cp_ted_frr_number(&rest, &size))
        return refuse(r, rest, "no block of labels");
    *count = cp_ted_frr_block(low, size, block);
    return CP_OK;
}

static cp_err read_capability(struct reading *r, cp_text line)
{
    struct ted_node *node = speaker(r)->node;
    cp_text rest;

    if (cp_ted_frr_after(line, "Segment Routing: ", &rest))
        return read_block(r, rest, &node->srgb_count, node->srgb);
    if (cp_ted_frr_after(line, "SR Local Block ", &rest))
        return read_block(r, rest, &node->srlb_count, node->srlb);
    if (!cp_ted_frr_after(line, "Node Maximum SID Depth: ", &rest))
        return CP_OK;
    if (!cp_ted_frr_number(&rest, &node->msd))
        return refuse(r, rest, "no depth of SIDs");
    if (node->msd > CP_MSD_MAX)
        node->msd = CP_NONE;
    return CP_OK;
}

static cp_err read_tlv(struct reading *r, cp_text line)
{
    struct ted_speaker *s = speaker(r);
    cp_text rest;

    CP_TRY(close_half(r));
    if (cp_ted_frr_after(line, "Extended Reachability: ", &rest))
        return read_reach(r, rest);
    if (cp_ted_frr_after(line, "Extended IP Reachability: ", &rest))
        return read_prefix(r, rest, 4);
    if (cp_ted_frr_after(line, "IPv6 Reachability: ", &rest))
        return read_prefix(r, rest, 6);
    if (cp_ted_frr_after(line, "IS Reachability: ", &rest))
        s->narrow++;
    else if (cp_ted_frr_after(line, "Hostname: ", &rest)) {
        s->name = rest;
        cp_ted_frr_name(s->node, rest);
    } else if (cp_ted_frr_after(line, "TE Router ID: ", &rest))
        return cp_ted_frr_address(rest, 4, &s->node->address)
                   ? CP_OK
                   : refuse(r, rest, "no router's address");
    else if (cp_ted_frr_after(line, "IPv6 TE Router ID: ", &rest))
        return cp_ted_frr_address(rest, 6, &s->node->address6)
                   ? CP_OK
                   : refuse(r, rest, "no router's address");
    return CP_OK;
}

/* --- LSPs --------------------------------------------------------------------------------------- */

struct lsp {
    cp_text name;
    uint32_t pseudonode, fragment;
    bool expired, overload;
};

/* From the end, for a name may hold anything.  Of an expired LSP the hold time is "(   59)". */
static bool read_lsp(cp_text line, struct lsp *lsp)
{
    cp_text rest = line;
    cp_text bits = cp_ted_frr_last(&rest);
    cp_text hold = cp_ted_frr_last(&rest);
    uint32_t number;

    *lsp = (struct lsp){.expired = cp_text_ends(hold, CP_TEXT(")"))};
    if (bits.len != 5 || bits.at[1] != '/' || bits.at[3] != '/')
        return false;
    lsp->overload = bits.at[4] == '1';
    if (lsp->expired && !cp_text_starts(hold, CP_TEXT("(")))
        hold = cp_ted_frr_last(&rest);
    if (!lsp->expired && cp_num_u32(hold, UINT16_MAX, &number) != CP_OK)
        return false;
    lsp->expired = lsp->expired || number == 0;
    for (uint32_t i = 0; i < 2; i++) /* checksum, sequence number */
        if (!cp_ted_frr_after(cp_ted_frr_last(&rest), "0x", &hold))
            return false;
    if (cp_num_u32(cp_ted_frr_last(&rest), UINT16_MAX, &number) != CP_OK)
        return false;
    rest = cp_text_sub(rest, 0, rest.len - (rest.len > 0 ? 1u : 0u)); /* " * " and " " alike */
    while (rest.len > 0 && rest.at[rest.len - 1] == ' ')
        rest.len--;
    if (cp_text_ends(rest, CP_TEXT(" *")))
        rest = cp_text_sub(rest, 0, rest.len - 2);
    while (rest.len > 0 && rest.at[rest.len - 1] == ' ')
        rest.len--;
    if (rest.len < 7 || rest.at[rest.len - 6] != '.' || rest.at[rest.len - 3] != '-')
        return false;
    lsp->name = cp_text_sub(rest, 0, rest.len - 6);
    return cp_ted_frr_hex(cp_text_sub(rest, rest.len - 5, 2), &lsp->pseudonode) &&
           cp_ted_frr_hex(cp_text_sub(rest, rest.len - 2, 2), &lsp->fragment);
}

/* LSPs stand in the order of their ids: one that goes on has the same name and a greater number. */
static cp_err open_lsp(struct reading *r, const struct lsp *lsp)
{
    uint32_t count = r->lsdb.speakers.count;
    struct ted_speaker *last = count > 0 && r->lsp_count > 0 ? speaker(r) : NULL;
    bool same = last != NULL && cp_text_eq(last->listed, lsp->name);
    bool more = same && last->pseudonode == lsp->pseudonode && last->fragment < lsp->fragment;
    struct ted_speaker *s;

    CP_TRY(close_half(r));
    r->lsp_count++;
    r->live = !lsp->expired;
    if (!more) {
        uint32_t owner = same && last->pseudonode < lsp->pseudonode ? last->owner : count;

        s = cp_list_more(&r->lsdb.speakers, r->frr->arena, sizeof *s);
        if (s == NULL)
            return CP_ERR_NOMEM;
        *s = (struct ted_speaker){.listed = lsp->name,
                                  .owner = owner,
                                  .pseudonode = (uint8_t)lsp->pseudonode,
                                  .domain = {.protocol = r->level, .any_instance = 1},
                                  .node = CP_TAKE(r->frr->arena, 1, struct ted_node)};
        if (s->node == NULL)
            return CP_ERR_NOMEM;
        s->node->msd = CP_NONE;
        s->there = lsp->fragment == 0 && !lsp->expired;
        /* ISO 10589 7.3.9: the bit counts in fragment 0. */
        s->node->overload = lsp->fragment == 0 && lsp->overload;
    }
    speaker(r)->fragment = lsp->fragment;
    return r->lsdb.speakers.count > r->frr->feed->store.things_max ? CP_ERR_LIMIT : CP_OK;
}

/* "    8 LSPs" */
static bool is_count(cp_text line, uint32_t *count)
{
    cp_text rest = line;
    size_t spaces = 0;

    while (spaces < rest.len && rest.at[spaces] == ' ')
        spaces++;
    rest = cp_text_sub(rest, spaces, rest.len);
    return spaces == 4 && cp_ted_frr_number(&rest, count) && cp_text_is(rest, " LSPs");
}

static cp_err read_in_level(struct reading *r, cp_text *document)
{
    cp_text line = cp_text_trim(r->line);
    uint32_t count;
    struct lsp lsp;
    bool deep = cp_text_starts(r->line, CP_TEXT("    "));

    if (line.len == 0 || cp_text_starts(r->line, CP_TEXT("LSP ID  ")))
        return CP_OK;
    if (!cp_text_starts(r->line, CP_TEXT("  Hostname: ")) && read_lsp(r->line, &lsp))
        return open_lsp(r, &lsp);
    if (is_count(r->line, &count)) {
        CP_TRY(close_half(r));
        if (count != r->lsp_count)
            return refuse(r, line, "another number of LSPs than there are");
        r->level = 0;
        r->any = true;
        return CP_OK;
    }
    if (r->line.at[0] != ' ' || r->lsp_count == 0)
        return refuse(r, line, "a line that is not of an LSP");
    if (!r->live)
        return CP_OK;
    if (!deep)
        return read_tlv(r, line);
    if (r->half != NULL)
        return read_link_part(r, line, document);
    return r->prefix != NULL ? read_prefix_sid(r, line) : read_capability(r, line);
}

/* --- the document ------------------------------------------------------------------------------- */

/* "2      0000.0000.0002 r2"; of the router itself "     * 0000.0000.0001 r1". */
static bool read_called(struct reading *r, cp_err *err)
{
    struct ted_called called = {0};
    struct ted_called *more;
    cp_text rest = r->line;
    cp_text word, id;

    if (!cp_text_word(&rest, " ", &word) || !cp_text_word(&rest, " ", &id) ||
        !cp_ted_system_id(id, called.id))
        return false;
    if (!cp_text_is(word, "*") && !cp_text_is(word, "1") && !cp_text_is(word, "2"))
        return false;
    called.level = cp_text_is(word, "*") ? 0 : (uint8_t)(word.at[0] - '0');
    called.name = cp_text_trim(rest);
    more = cp_list_more(&r->lsdb.called, r->frr->arena, sizeof *more);
    *err = more == NULL ? CP_ERR_NOMEM : CP_OK;
    if (more != NULL)
        *more = called;
    if (r->lsdb.called.count > r->frr->feed->store.things_max)
        *err = CP_ERR_LIMIT;
    return true;
}

static cp_err read_outside(struct reading *r)
{
    cp_text line = cp_text_trim(r->line);
    cp_err err = CP_OK;
    cp_text rest;
    uint32_t level;

    if (line.len == 0 || cp_text_starts(line, CP_TEXT("Area ")) ||
        cp_text_starts(line, CP_TEXT("vrf  ")) || cp_text_starts(line, CP_TEXT("Level  System ID")))
        return CP_OK;
    if (read_called(r, &err))
        return err;
    if (!cp_ted_frr_after(line, "IS-IS Level-", &rest) || !cp_ted_frr_number(&rest, &level) ||
        level < 1 || level > 2 || !cp_text_is(rest, " link-state database:"))
        return refuse(r, line, "no database of IS-IS, as FRR tells it");
    r->level = (uint8_t)level;
    r->lsp_count = 0;
    return CP_OK;
}

/* Without its end; false: there is none. */
static bool read_line(struct reading *r, cp_text *document)
{
    size_t end = cp_text_find(*document, '\n', 0);

    if (document->len == 0)
        return false;
    r->line = cp_text_sub(*document, 0, end);
    r->line_count++;
    *document = cp_text_sub(*document, end + 1, document->len);
    if (cp_text_ends(r->line, CP_TEXT("\r")))
        r->line.len--;
    return true;
}

/* What speakers say becomes statements, once it is known who they are. */
static cp_err say_all(struct reading *r)
{
    const struct ted_speaker *speakers = CP_AT(r->lsdb.speakers, struct ted_speaker);
    struct ted_frr *frr = r->frr;

    for (uint32_t i = 0; i < r->lsdb.speakers.count; i++) {
        const struct ted_speaker *s = &speakers[i];
        bool nobody = s->unlike || s->router.len == 0;

        frr->malformed += s->there && (nobody || (s->narrow > 0 && s->wide == 0)) ? 1u : 0u;
        if (!s->there || nobody || s->pseudonode != 0)
            continue;
        s->node->router = s->router;
        s->node->domain = s->domain;
        CP_TRY(cp_ted_frr_say_node(frr, s->node));
    }
    for (uint32_t i = 0; i < r->lsdb.halves.count; i++) {
        const struct ted_spoken_half *spoken = &CP_AT(r->lsdb.halves, struct ted_spoken_half)[i];
        const struct ted_speaker *s = &speakers[spoken->speaker];

        spoken->half->from = s->router;
        if (s->there && !s->unlike && s->router.len != 0)
            CP_TRY(cp_ted_frr_say_half(frr, spoken->half));
    }
    for (uint32_t i = 0; i < r->lsdb.prefixes.count; i++) {
        const struct ted_spoken_prefix *p = &CP_AT(r->lsdb.prefixes, struct ted_spoken_prefix)[i];
        const struct ted_speaker *s = &speakers[p->speaker];

        p->prefix->router = s->router;
        if (s->there && !s->unlike && s->router.len != 0)
            CP_TRY(cp_ted_frr_say_prefix(frr, p->prefix));
    }
    return CP_OK;
}

cp_err cp_ted_frr_text(struct ted_frr *frr, cp_text text, struct cp_diag *diag)
{
    struct reading r = {.frr = frr, .diag = diag};

    r.draft = cp_ted_half_make(frr->arena, 0, CP_TED_LAN_SIDS_MAX);
    if (r.draft == NULL)
        return CP_ERR_NOMEM;
    while (read_line(&r, &text))
        CP_TRY(r.level == 0 ? read_outside(&r) : read_in_level(&r, &text));
    r.line = CP_TEXT("");
    if (r.level != 0)
        return refuse(&r, r.line, "output that is cut: the count of LSPs at its end is not there");
    if (!r.any)
        return refuse(&r, r.line, "no database of IS-IS, as FRR tells it");
    CP_TRY(cp_ted_lsdb_who(&r.lsdb, frr->arena));
    return say_all(&r);
}
