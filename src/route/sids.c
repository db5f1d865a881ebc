#include "route/sids.h"

#include <stdlib.h>
#include <string.h>

#include "base/num.h"

#include "sids_inside.h"

static const struct cp_label_block usual_srgb = {16000, 23999};
static const struct cp_label_block usual_srlb = {15000, 15999};

/* ---- blocks ---- */

static struct node_blocks blocks_or(struct node_blocks stated, const struct cp_label_block *usual)
{
    return stated.count > 0 ? stated : (struct node_blocks){usual, 1};
}

struct node_blocks cp_sids_srgb(const struct cp_sids *s, uint32_t node)
{
    return blocks_or(s->srgb[node], &usual_srgb);
}

struct node_blocks cp_sids_srlb(const struct cp_sids *s, uint32_t node)
{
    return blocks_or(s->srlb[node], &usual_srlb);
}

uint64_t cp_blocks_size(struct node_blocks blocks)
{
    uint64_t size = 0;

    for (uint32_t i = 0; i < blocks.count; i++)
        size += (uint64_t)blocks.at[i].last - blocks.at[i].first + 1;
    return size;
}

uint32_t cp_blocks_label(struct node_blocks blocks, uint32_t index)
{
    for (uint32_t i = 0; i < blocks.count; i++) {
        uint32_t size = blocks.at[i].last - blocks.at[i].first + 1;

        if (index < size)
            return blocks.at[i].first + index;
        index -= size;
    }
    return CP_NONE;
}

uint32_t cp_blocks_index(struct node_blocks blocks, uint32_t label)
{
    uint32_t before = 0;

    for (uint32_t i = 0; i < blocks.count; i++) {
        if (label >= blocks.at[i].first && label <= blocks.at[i].last)
            return before + (label - blocks.at[i].first);
        before += blocks.at[i].last - blocks.at[i].first + 1;
    }
    return CP_NONE;
}

/* ---- what facts state ---- */

struct reading {
    struct cp_sids *s;
    struct cp_arena *arena;
    cp_date as_of;
    struct cp_diag *diag;
    bool labels, addresses, locators; /* which were seen */
};

static bool counts(const struct reading *r, const struct cp_fact *fact)
{
    bool expired = fact->expires != CP_DATE_NONE && fact->expires < r->as_of;

    return !expired && !cp_text_is(fact->value, "unknown");
}

static cp_err fail_fact(const struct reading *r, cp_err err, const struct cp_fact *fact,
                        const char *why)
{
    return cp_diag_set(r->diag, err, fact->place, why, fact->value);
}

/* Statements about one thing must be one. */
static cp_err read_blocks(struct reading *r, const struct cp_fact *fact, struct node_blocks *out)
{
    struct cp_label_block blocks[CP_LABEL_BLOCKS_MAX];
    uint32_t count = 0;
    struct cp_label_block *at;

    if (cp_label_blocks_parse(fact->value, blocks, &count) != CP_OK)
        return fail_fact(r, CP_ERR_MALFORMED, fact,
                         "no block of labels: FIRST-LAST, from 16 to 1048575");
    if (out->count > 0) {
        if (out->count == count && memcmp(out->at, blocks, count * sizeof *blocks) == 0)
            return CP_OK;
        return fail_fact(r, CP_ERR_CONFLICT, fact, "another block of labels than stated before");
    }
    at = CP_TAKE(r->arena, count, struct cp_label_block);
    if (at == NULL)
        return CP_ERR_NOMEM;
    memcpy(at, blocks, count * sizeof *blocks);
    *out = (struct node_blocks){at, count};
    return CP_OK;
}

static cp_err read_depth(struct reading *r, const struct cp_fact *fact, uint32_t *depth)
{
    uint32_t number = 0;

    if (cp_num_u32(fact->value, CP_MSD_MAX, &number) != CP_OK)
        return fail_fact(r, CP_ERR_RANGE, fact, "no number of segments: 0 to 255");
    if (*depth != CP_NONE && *depth != number)
        return fail_fact(r, CP_ERR_CONFLICT, fact, "another msd than stated before");
    *depth = number;
    return CP_OK;
}

static cp_err read_locator(struct reading *r, const struct cp_fact *fact, struct cp_locator *out)
{
    struct cp_locator locator;

    if (cp_locator_parse(fact->value, &locator) != CP_OK)
        return fail_fact(r, CP_ERR_MALFORMED, fact,
                         "no locator: an IPv6 prefix of at most 112 bits, ADDRESS/BITS");
    if (out->bits != 0 &&
        (out->bits != locator.bits || memcmp(out->address, locator.address, 16) != 0))
        return fail_fact(r, CP_ERR_CONFLICT, fact, "another locator than stated before");
    *out = locator;
    r->locators = true;
    return CP_OK;
}

static cp_err read_node_fact(struct reading *r, const struct cp_fact *fact, uint32_t node)
{
    struct cp_sids *s = r->s;

    if (fact->part.len > 0 || !counts(r, fact))
        return CP_OK;
    if (cp_text_is(fact->attribute, "srgb"))
        return read_blocks(r, fact, &s->srgb[node]);
    if (cp_text_is(fact->attribute, "srlb"))
        return read_blocks(r, fact, &s->srlb[node]);
    if (cp_text_is(fact->attribute, "msd"))
        return read_depth(r, fact, &s->depth[node]);
    if (cp_text_is(fact->attribute, "locator"))
        return read_locator(r, fact, &s->locator[node]);
    return CP_OK;
}

static cp_err read_nodes(struct reading *r)
{
    const struct cp_case *c = r->s->c;

    for (uint32_t v = 0; v < r->s->net->graph.node_count; v++) {
        uint32_t at = r->s->net->case_node[v];

        for (uint32_t f = c->node_facts[at]; f < c->node_facts[at + 1]; f++)
            CP_TRY(read_node_fact(r, &c->facts[f], v));
    }
    return CP_OK;
}

/* ---- SIDs of nodes ---- */

static bool in_locator(const struct cp_locator *locator, const uint8_t *address)
{
    for (uint32_t bit = 0; bit < locator->bits; bit++)
        if (((locator->address[bit / 8] ^ address[bit / 8]) & 0x80u >> bit % 8) != 0)
            return false;
    return true;
}

static cp_err both_planes(const struct reading *r, cp_place place, cp_text subject)
{
    return cp_diag_set(r->diag, CP_ERR_CONFLICT, place,
                       "segment identifiers of both SR-MPLS and SRv6 in one case", subject);
}

/* The index that a number stands for. */
static cp_err read_index(struct reading *r, const struct cp_node_rec *rec, uint32_t node,
                         const struct cp_sid_text *sid)
{
    struct node_blocks srgb = cp_sids_srgb(r->s, node);
    uint32_t as_label = cp_blocks_index(srgb, sid->number);
    bool may_be_label = sid->kind != CP_SID_TEXT_INDEX && as_label != CP_NONE;
    bool may_be_index = sid->kind != CP_SID_TEXT_LABEL && sid->number < cp_blocks_size(srgb);

    if (may_be_label && may_be_index)
        return cp_diag_set(
            r->diag, CP_ERR_CONFLICT, rec->place,
            "a sid that may be a label or an index: label:NUMBER or index:NUMBER says", rec->sid);
    if (!may_be_label && !may_be_index)
        return cp_diag_set(r->diag, CP_ERR_RANGE, rec->place,
                           "a sid outside the SRGB of its node, as label and as index", rec->sid);
    r->s->index[node] = may_be_label ? as_label : sid->number;
    r->labels = true;
    return CP_OK;
}

static cp_err read_end(struct reading *r, const struct cp_node_rec *rec, uint32_t node,
                       const struct cp_sid_text *sid)
{
    if (r->s->locator[node].bits != 0 && !in_locator(&r->s->locator[node], sid->srv6))
        return cp_diag_set(r->diag, CP_ERR_RANGE, rec->place,
                           "a sid outside the locator of its node", rec->sid);
    CP_TRY(cp_sids_open_addresses(r->s, r->arena));
    r->s->end[node].known = true;
    memcpy(r->s->end[node].srv6, sid->srv6, sizeof sid->srv6);
    r->addresses = true;
    return CP_OK;
}

static cp_err read_sid(struct reading *r, uint32_t node)
{
    const struct cp_node_rec *rec = &r->s->c->nodes[r->s->net->case_node[node]];
    struct cp_sid_text sid;

    if (rec->sid.len == 0)
        return CP_OK;
    if (cp_sid_text_parse(rec->sid, &sid) != CP_OK)
        return cp_diag_set(r->diag, CP_ERR_MALFORMED, rec->place,
                           "no segment identifier: a label, an index or an IPv6 address", rec->sid);
    if (sid.kind == CP_SID_TEXT_SRV6 ? r->labels : r->addresses)
        return both_planes(r, rec->place, rec->sid);
    return sid.kind == CP_SID_TEXT_SRV6 ? read_end(r, rec, node, &sid)
                                        : read_index(r, rec, node, &sid);
}

/* ---- SIDs of adjacencies ---- */

uint32_t cp_sids_hop(const struct cp_net *net, uint32_t link, uint32_t from, uint32_t to)
{
    const struct cp_graph *g = &net->graph;

    for (uint32_t i = g->hop_first[from]; i < g->hop_first[from + 1]; i++)
        if (g->hops[i].link == link && g->hops[i].to == to)
            return i;
    return CP_NONE;
}

cp_err cp_sids_open_labels(struct cp_sids *s, struct cp_arena *arena)
{
    const struct cp_graph *g = &s->net->graph;
    size_t hops = g->hop_first[g->node_count];

    if (s->adjacency != NULL)
        return CP_OK;
    s->adjacency = CP_TAKE(arena, hops, uint32_t);
    if (s->adjacency == NULL)
        return CP_ERR_NOMEM;
    memset(s->adjacency, 0xff, hops * sizeof *s->adjacency);
    return CP_OK;
}

cp_err cp_sids_open_addresses(struct cp_sids *s, struct cp_arena *arena)
{
    const struct cp_graph *g = &s->net->graph;

    if (s->end != NULL)
        return CP_OK;
    s->end = CP_TAKE(arena, g->node_count, struct address);
    s->adjacency_v6 = CP_TAKE(arena, g->hop_first[g->node_count], struct address);
    return s->end == NULL || s->adjacency_v6 == NULL ? CP_ERR_NOMEM : CP_OK;
}

static cp_err set_label(struct reading *r, const struct cp_fact *fact, uint32_t from, uint32_t hop,
                        const struct cp_sid_text *sid)
{
    struct cp_sids *s = r->s;
    uint32_t label = sid->number;

    if (sid->kind == CP_SID_TEXT_INDEX)
        label = cp_blocks_label(cp_sids_srlb(s, from), sid->number);
    if (label == CP_NONE)
        return fail_fact(r, CP_ERR_RANGE, fact,
                         "an index outside the SRLB of the adjacency's node");
    if (label < CP_LABEL_FIRST || cp_blocks_index(cp_sids_srgb(s, from), label) != CP_NONE)
        return fail_fact(r, CP_ERR_RANGE, fact,
                         "no label of an adjacency: reserved, or inside the SRGB of its node");
    CP_TRY(cp_sids_open_labels(s, r->arena));
    if (s->adjacency[hop] != CP_NONE && s->adjacency[hop] != label)
        return fail_fact(r, CP_ERR_CONFLICT, fact, "another segment identifier than stated before");
    s->adjacency[hop] = label;
    r->labels = true;
    return CP_OK;
}

static cp_err set_address(struct reading *r, const struct cp_fact *fact, uint32_t from,
                          uint32_t hop, const struct cp_sid_text *sid)
{
    struct cp_sids *s = r->s;

    if (s->locator[from].bits != 0 && !in_locator(&s->locator[from], sid->srv6))
        return fail_fact(r, CP_ERR_RANGE, fact, "a sid outside the locator of its node");
    CP_TRY(cp_sids_open_addresses(s, r->arena));
    struct address *at = &s->adjacency_v6[hop];

    if (at->known && memcmp(at->srv6, sid->srv6, sizeof at->srv6) != 0)
        return fail_fact(r, CP_ERR_CONFLICT, fact, "another segment identifier than stated before");
    at->known = true;
    memcpy(at->srv6, sid->srv6, sizeof at->srv6);
    r->addresses = true;
    return CP_OK;
}

/* Ends of a LAN by FROM/TO; ids may hold slashes, but no two pairs make one text where ids differ so. */
static cp_err find_pair(struct reading *r, const struct cp_fact *fact,
                        const struct cp_link_rec *rec, uint32_t *from, uint32_t *to)
{
    const struct cp_case *c = r->s->c;
    uint32_t found = 0;

    for (uint32_t a = rec->ends.first; a < rec->ends.first + rec->ends.count; a++) {
        cp_text first = c->nodes[c->ends[a].node.at].id;
        cp_text rest = cp_text_sub(fact->part, first.len + 1, fact->part.len);

        if (!cp_text_starts(fact->part, first) || fact->part.len <= first.len ||
            fact->part.at[first.len] != '/')
            continue;
        for (uint32_t b = rec->ends.first; b < rec->ends.first + rec->ends.count; b++) {
            if (a == b || !cp_text_eq(rest, c->nodes[c->ends[b].node.at].id))
                continue;
            *from = c->ends[a].node.at;
            *to = c->ends[b].node.at;
            found++;
        }
    }
    if (found == 1)
        return CP_OK;
    return cp_diag_set(r->diag, found == 0 ? CP_ERR_UNKNOWN_ID : CP_ERR_CONFLICT, fact->place,
                       found == 0 ? "no two ends of the LAN: its part is FROM/TO"
                                  : "several pairs of ends of the LAN are called so",
                       fact->part);
}

/* The case nodes whose adjacency the fact is about. */
static cp_err find_ends(struct reading *r, const struct cp_fact *fact,
                        const struct cp_link_rec *rec, uint32_t *from, uint32_t *to)
{
    const struct cp_end *ends = &r->s->c->ends[rec->ends.first];
    uint32_t leaves = cp_text_is(fact->attribute, "adj-sid-ab") ? 0 : 1;

    if (rec->lan || rec->ends.count > 2)
        return find_pair(r, fact, rec, from, to);
    if (fact->part.len > 0)
        return cp_diag_set(r->diag, CP_ERR_UNKNOWN_ID, fact->place,
                           "only a LAN has adjacencies by part", fact->part);
    *from = ends[leaves].node.at;
    *to = ends[1 - leaves].node.at;
    return CP_OK;
}

static cp_err read_adjacency(struct reading *r, const struct cp_fact *fact, uint32_t link)
{
    const struct cp_net *net = r->s->net;
    const struct cp_link_rec *rec = &r->s->c->links[net->case_link[link]];
    struct cp_sid_text sid;
    uint32_t from = 0;
    uint32_t to = 0;
    uint32_t hop;

    if (cp_sid_text_parse(fact->value, &sid) != CP_OK)
        return fail_fact(r, CP_ERR_MALFORMED, fact,
                         "no segment identifier: a label, index:NUMBER or an IPv6 address");
    if (sid.kind == CP_SID_TEXT_SRV6 ? r->labels : r->addresses)
        return both_planes(r, fact->place, fact->value);
    CP_TRY(find_ends(r, fact, rec, &from, &to));
    from = net->node_of_case[from];
    to = net->node_of_case[to];
    hop = from == CP_NONE || to == CP_NONE ? CP_NONE : cp_sids_hop(net, link, from, to);
    if (hop == CP_NONE)
        return CP_OK; /* an end that is on no IP layer */
    return sid.kind == CP_SID_TEXT_SRV6 ? set_address(r, fact, from, hop, &sid)
                                        : set_label(r, fact, from, hop, &sid);
}

static cp_err read_links(struct reading *r)
{
    const struct cp_case *c = r->s->c;

    for (uint32_t l = 0; l < r->s->net->graph.link_count; l++) {
        uint32_t at = r->s->net->case_link[l];

        for (uint32_t f = c->link_facts[at]; f < c->link_facts[at + 1]; f++) {
            const struct cp_fact *fact = &c->facts[f];

            if (counts(r, fact) && (cp_text_is(fact->attribute, "adj-sid-ab") ||
                                    cp_text_is(fact->attribute, "adj-sid-ba")))
                CP_TRY(read_adjacency(r, fact, l));
        }
    }
    return CP_OK;
}

/* ---- all of it ---- */

static cp_err take_nodes(struct cp_sids *s, struct cp_arena *arena)
{
    size_t nodes = s->net->graph.node_count;

    s->index = CP_TAKE(arena, nodes, uint32_t);
    s->depth = CP_TAKE(arena, nodes, uint32_t);
    s->srgb = CP_TAKE(arena, nodes, struct node_blocks);
    s->srlb = CP_TAKE(arena, nodes, struct node_blocks);
    s->locator = CP_TAKE(arena, nodes, struct cp_locator);
    if (s->index == NULL || s->depth == NULL || s->srgb == NULL || s->srlb == NULL ||
        s->locator == NULL)
        return CP_ERR_NOMEM;
    memset(s->index, 0xff, nodes * sizeof *s->index);
    memset(s->depth, 0xff, nodes * sizeof *s->depth);
    return CP_OK;
}

cp_err cp_sids_make(const struct cp_case *c, const struct cp_net *net, cp_date as_of,
                    struct cp_arena *arena, const struct cp_sids **out, struct cp_diag *diag)
{
    struct cp_sids *s = CP_TAKE(arena, 1, struct cp_sids);
    struct reading r = {.s = s, .arena = arena, .as_of = as_of, .diag = diag};

    if (s == NULL)
        return CP_ERR_NOMEM;
    *s = (struct cp_sids){.net = net, .c = c};
    CP_TRY(take_nodes(s, arena));
    if (c->facts != NULL)
        CP_TRY(read_nodes(&r));
    for (uint32_t v = 0; v < net->graph.node_count; v++)
        CP_TRY(read_sid(&r, v));
    if (c->facts != NULL)
        CP_TRY(read_links(&r));
    s->stated = r.labels || r.addresses;
    s->plane = r.addresses || (r.locators && !r.labels) ? CP_PLANE_SRV6 : CP_PLANE_SR_MPLS;
    CP_TRY(cp_sids_check(s, diag));
    *out = s;
    return CP_OK;
}

cp_plane cp_sids_plane(const struct cp_sids *s)
{
    return s->plane;
}

bool cp_sids_stated(const struct cp_sids *s)
{
    return s->stated;
}

static struct cp_sid sid_of_label(uint32_t label)
{
    return (struct cp_sid){.known = label != CP_NONE,
                           .plane = CP_PLANE_SR_MPLS,
                           .label = label == CP_NONE ? 0 : label};
}

static struct cp_sid sid_of_address(const struct address *addresses, uint32_t at)
{
    struct cp_sid sid = {.plane = CP_PLANE_SRV6};

    if (addresses == NULL || !addresses[at].known)
        return sid;
    sid.known = true;
    memcpy(sid.srv6, addresses[at].srv6, sizeof sid.srv6);
    return sid;
}

uint32_t cp_sids_index(const struct cp_sids *s, uint32_t node)
{
    return s->index[node];
}

struct cp_sid cp_sids_of_node(const struct cp_sids *s, uint32_t reader, uint32_t node)
{
    if (s->plane == CP_PLANE_SRV6)
        return sid_of_address(s->end, node);
    if (s->index[node] == CP_NONE)
        return sid_of_label(CP_NONE);
    return sid_of_label(cp_blocks_label(cp_sids_srgb(s, reader), s->index[node]));
}

struct cp_sid cp_sids_of_adjacency(const struct cp_sids *s, uint32_t link, uint32_t from,
                                   uint32_t to)
{
    uint32_t hop = cp_sids_hop(s->net, link, from, to);

    CP_ASSERT(hop != CP_NONE);
    if (s->plane == CP_PLANE_SRV6)
        return sid_of_address(s->adjacency_v6, hop);
    return sid_of_label(s->adjacency == NULL ? CP_NONE : s->adjacency[hop]);
}

cp_err cp_sids_with_depths(const struct cp_sids *stated, const uint32_t *depths,
                           uint32_t node_count, struct cp_arena *arena, const struct cp_sids **out)
{
    struct cp_sids *s = CP_TAKE(arena, 1, struct cp_sids);
    uint32_t *least = CP_TAKE(arena, node_count, uint32_t);

    if (s == NULL || least == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t v = 0; v < node_count; v++)
        least[v] = depths[v] < stated->depth[v] ? depths[v] : stated->depth[v];
    *s = *stated;
    s->depth = least;
    *out = s;
    return CP_OK;
}

uint32_t cp_sids_depth(const struct cp_sids *s, uint32_t node)
{
    uint32_t depth = s->depth[node];

    /* RFC 9352 4.3: without room for a header one segment goes as the packet's destination. */
    return depth == 0 && s->plane == CP_PLANE_SRV6 ? 1 : depth;
}
