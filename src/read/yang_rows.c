#include "yang.h"

#include "base/out.h"

/* Rows of nodes and links, with their facts, once all names are known.
 *
 * What a node rests on (supporting-node, and the nodes of its supporting termination points; of an abstract
 * node the nodes of the network under it) becomes managed_by: a node is as bad as those that carry or
 * stand for it, and our model says that of managers.  What a link rests on becomes over: all supporting links carry
 * it (RFC 8345 4.2); of a bundle each member may. */

static struct cp_yang_node *node_at(const struct cp_yang *yang, uint32_t at)
{
    return CP_YANG_AT(yang->nodes, struct cp_yang_node, at);
}

static struct cp_yang_link *link_at(const struct cp_yang *yang, uint32_t at)
{
    return CP_YANG_AT(yang->links, struct cp_yang_link, at);
}

static const struct cp_yang_network *network_at(const struct cp_yang *yang, uint32_t at)
{
    return CP_YANG_AT(yang->networks, struct cp_yang_network, at);
}

/* --- facts -------------------------------------------------------------------------------------- */

cp_err cp_yang_fact(struct cp_yang *yang, const struct cp_yang_attr *attr, cp_text part,
                    cp_text node)
{
    struct cp_fact_row row = {.place = attr->place,
                              .object = part,
                              .attribute = attr->attribute,
                              .value = attr->value,
                              .source = cp_text_of(cp_format_name(CP_FORMAT_RFC8345_JSON)),
                              .node = node,
                              .date = CP_DATE_NONE,
                              .expires = CP_DATE_NONE};

    if (node.len > 0)
        return cp_build_fact(yang->doc->build, &row, yang->doc->diag);
    return cp_build_fact_on_last(yang->doc->build, &row, yang->doc->diag);
}

static cp_err add_facts(struct cp_yang *yang, cp_range attrs)
{
    for (uint32_t i = attrs.first; i < attrs.first + attrs.count; i++) {
        const struct cp_yang_attr *attr = CP_YANG_AT(yang->attrs, struct cp_yang_attr, i);

        CP_TRY(cp_yang_fact(yang, attr, attr->part, CP_TEXT("")));
    }
    return CP_OK;
}

/* --- nodes -------------------------------------------------------------------------------------- */

static cp_err add_node(struct cp_yang *yang, uint32_t at)
{
    const struct cp_yang_node *node = node_at(yang, at);
    struct cp_node_row row = cp_node_row_make(node->place, node->id);
    struct cp_yang_attr file_id = {
        .attribute = CP_TEXT("x-node-id"), .value = node->file_id, .place = node->place};

    row.layer = cp_yang_layer(yang, node->network);
    row.lat_udeg = node->lat_udeg;
    row.lon_udeg = node->lon_udeg;
    row.loopback = node->loopback;
    row.site = cp_yang_site_of(yang, at);
    CP_TRY(cp_build_node(yang->doc->build, &row, yang->doc->diag));
    cp_build_used(yang->doc->build, node->place.file, 1 + node->tps.count);
    if (!cp_text_eq(node->id, node->file_id))
        CP_TRY(cp_yang_fact(yang, &file_id, CP_TEXT(""), CP_TEXT("")));
    CP_TRY(add_facts(yang, node->attrs));
    return cp_yang_parts(yang, at);
}

/* --- what nodes rest on --------------------------------------------------------------------------- */

/* The node whose managers are told.  told [nodes]: the last that each was told as a manager of, plus 1. */
struct managing {
    uint32_t *told;
    uint32_t node;
};

/* Each once, however many of its termination points rest on one. */
static cp_err add_manager(struct cp_yang *yang, const struct managing *m, uint32_t by,
                          cp_place place)
{
    const struct cp_yang_node *node = node_at(yang, m->node);
    struct cp_fact_row row = {.place = place,
                              .attribute = CP_TEXT("managed_by"),
                              .value = node_at(yang, by)->id,
                              .source = cp_text_of(cp_format_name(CP_FORMAT_RFC8345_JSON)),
                              .date = CP_DATE_NONE,
                              .expires = CP_DATE_NONE};

    if (m->told[by] == m->node + 1 || cp_text_eq(row.value, node->id))
        return CP_OK;
    m->told[by] = m->node + 1;
    CP_TRY(cp_text_join(CP_TEXT("node:"), node->id, yang->doc->arena, &row.object));
    return cp_build_fact(yang->doc->build, &row, yang->doc->diag);
}

static cp_err add_supports(struct cp_yang *yang, const struct managing *m)
{
    const struct cp_yang_node *node = node_at(yang, m->node);

    for (uint32_t i = node->supports.first; i < node->supports.first + node->supports.count; i++) {
        const struct cp_yang_ref *ref = CP_YANG_AT(yang->refs, struct cp_yang_ref, i);
        cp_text network = ref->network.len > 0 ? ref->network : network_at(yang, node->network)->id;
        uint32_t found;

        CP_TRY(cp_yang_find(yang, yang->node_keys, network, ref->name, &found));
        if (found == CP_MAP_NONE)
            CP_TRY(cp_yang_tally(yang, CP_REMARK_NOT_UNDERSTOOD, ref->place,
                                 "a supporting node that is in none of the files", ref->name));
        else
            CP_TRY(add_manager(yang, m, found, ref->place));
    }
    return CP_OK;
}

enum { UNDERLAY_NODES_MAX = 1024 };

/* members [nodes]: by network, those of network n from firsts[n] to before firsts[n + 1]. */
struct by_network {
    uint32_t *firsts, *members;
};

static cp_err sort_by_network(struct cp_yang *yang, struct by_network *out)
{
    struct cp_arena *arena = yang->doc->arena;

    out->firsts = CP_TAKE(arena, (size_t)yang->networks.count + 2, uint32_t);
    out->members = CP_TAKE(arena, yang->nodes.count, uint32_t);
    if (out->firsts == NULL || out->members == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < yang->nodes.count; i++)
        out->firsts[node_at(yang, i)->network + 2]++;
    for (uint32_t n = 0; n < yang->networks.count; n++)
        out->firsts[n + 2] += out->firsts[n + 1];
    for (uint32_t i = 0; i < yang->nodes.count; i++)
        out->members[out->firsts[node_at(yang, i)->network + 1]++] = i;
    return CP_OK;
}

static cp_err add_underlay(struct cp_yang *yang, const struct by_network *by,
                           const struct managing *m)
{
    const struct cp_yang_ref *ref = &node_at(yang, m->node)->underlay;
    uint32_t network, first, last;

    if (ref->network.len == 0)
        return CP_OK;
    network = cp_map_find(yang->network_ids, ref->network);
    first = network == CP_MAP_NONE ? 0 : by->firsts[network];
    last = network == CP_MAP_NONE ? 0 : by->firsts[network + 1];
    if (first == last || last - first > UNDERLAY_NODES_MAX)
        return cp_yang_tally(
            yang, CP_REMARK_NOT_UNDERSTOOD, ref->place,
            "an abstract node over a network that is empty, too large or in none of "
            "the files",
            ref->network);
    for (uint32_t i = first; i < last; i++)
        CP_TRY(add_manager(yang, m, by->members[i], ref->place));
    return CP_OK;
}

/* --- what links rest on ---------------------------------------------------------------------------- */

/* Supporting links of one direction, each with a space before it. */
static cp_err list_supports(struct cp_yang *yang, struct cp_yang_link *link, struct cp_out *out)
{
    for (uint32_t i = link->supports.first; i < link->supports.first + link->supports.count; i++) {
        const struct cp_yang_ref *ref = CP_YANG_AT(yang->refs, struct cp_yang_ref, i);
        cp_text network = ref->network.len > 0 ? ref->network : network_at(yang, link->network)->id;
        uint32_t found;

        CP_TRY(cp_yang_find(yang, yang->link_keys, network, ref->name, &found));
        if (found == CP_MAP_NONE || link_at(yang, found)->left_out) {
            CP_TRY(cp_yang_tally(yang, CP_REMARK_NOT_UNDERSTOOD, ref->place,
                                 "a supporting link that is not among the links", ref->name));
            link->unsupported = true;
            continue;
        }
        cp_out_char(out, ' ');
        cp_out_text(out, link_at(yang, found)->id);
    }
    return CP_OK;
}

enum { MEMBER_LINKS_MAX = 64 };

/* The links that start at the termination points of a bundle: each an alternative, with what carries the
 * bundle as a whole.  At one point several may start. */
static cp_err list_members(struct cp_yang *yang, struct cp_yang_link *link, cp_range names,
                           cp_text supports, struct cp_out *out)
{
    for (uint32_t i = names.first; i < names.first + names.count; i++) {
        const struct cp_yang_ref *ref = CP_YANG_AT(yang->names, struct cp_yang_ref, i);
        uint32_t found, count = 0;

        CP_TRY(cp_yang_find(yang, yang->by_source, node_at(yang, link->a)->id, ref->name, &found));
        for (; found != CP_NONE && found != CP_MAP_NONE && count <= MEMBER_LINKS_MAX;
             found = link_at(yang, found)->next) {
            if (cp_text_eq(link_at(yang, found)->id, link->id))
                continue;
            count++;
            if (out->len > 0)
                cp_out_str(out, " | ");
            cp_out_text(out, link_at(yang, found)->id);
            cp_out_text(out, supports);
        }
        if (count > 0 && count <= MEMBER_LINKS_MAX)
            continue;
        link->unsupported = true;
        CP_TRY(cp_yang_tally(yang, CP_REMARK_NOT_UNDERSTOOD, ref->place,
                             "a member of a bundle at which no link begins, or too many",
                             CP_TEXT("")));
    }
    return CP_OK;
}

/* Members of the termination point where a link begins. */
static cp_err list_tp_members(struct cp_yang *yang, struct cp_yang_link *link, cp_text supports,
                              struct cp_out *out)
{
    uint32_t tp;

    CP_TRY(cp_yang_find(yang, yang->tp_keys, node_at(yang, link->a)->id, link->source_tp, &tp));
    if (tp == CP_MAP_NONE)
        return CP_OK;
    return list_members(yang, link, CP_YANG_AT(yang->tps, struct cp_yang_tp, tp)->members, supports,
                        out);
}

static cp_err list_over(struct cp_yang *yang, struct cp_yang_link *link, struct cp_yang_link *back,
                        cp_text *out)
{
    struct cp_out all = cp_out_make(yang->doc->arena), members = cp_out_make(yang->doc->arena);
    cp_text supports, alternatives;

    CP_TRY(list_supports(yang, link, &all));
    if (back != NULL)
        CP_TRY(list_supports(yang, back, &all));
    CP_TRY(cp_out_done(&all, &supports));
    CP_TRY(list_members(yang, link, link->bundled, supports, &members));
    CP_TRY(list_tp_members(yang, link, supports, &members));
    if (back != NULL) {
        CP_TRY(list_members(yang, back, back->bundled, supports, &members));
        CP_TRY(list_tp_members(yang, back, supports, &members));
    }
    CP_TRY(cp_out_done(&members, &alternatives));
    *out = cp_text_trim(alternatives.len > 0 ? alternatives : supports);
    return CP_OK;
}

/* --- links -------------------------------------------------------------------------------------- */

static bool is_down(const struct cp_yang *yang, const struct cp_yang_link *link)
{
    return link->down || node_at(yang, link->a)->down || node_at(yang, link->b)->down;
}

/* What its administrator has put out of service is still there and may come back: it counts, and routes
 * take it only where nothing else is left. */
static cp_err metric_of(struct cp_yang *yang, const struct cp_yang_link *link, uint32_t *metric)
{
    *metric = (uint32_t)link->metric;
    if (cp_yang_layer(yang, link->network) != CP_LAYER_IP)
        return CP_OK;
    if (is_down(yang, link)) {
        *metric = CP_METRIC_MAX;
        return cp_yang_tally(
            yang, CP_REMARK_FINDING, link->place,
            "a link that is administratively down, or ends at a node that is, gets "
            "the largest metric",
            CP_TEXT(""));
    }
    if (link->metric != 0 || link->te_metric == 0)
        return CP_OK;
    *metric = (uint32_t)link->te_metric;
    return cp_yang_tally(yang, CP_REMARK_FINDING, link->place,
                         "a link without metric of the IGP gets that of traffic engineering",
                         CP_TEXT(""));
}

static cp_err join_directions(struct cp_yang *yang, const struct cp_yang_link *back,
                              struct cp_link_row *row)
{
    CP_TRY(metric_of(yang, back, &row->metric_ba));
    if (back->capacity_bps != row->capacity_bps)
        CP_TRY(cp_yang_tally(yang, CP_REMARK_FINDING, back->place,
                             "the two directions differ in capacity: the smaller is used",
                             CP_TEXT("")));
    if (back->capacity_bps < row->capacity_bps)
        row->capacity_bps = back->capacity_bps;
    if (back->delay_us == CP_DELAY_NONE)
        return CP_OK;
    if (row->delay_us != CP_DELAY_NONE && back->delay_us != row->delay_us)
        CP_TRY(cp_yang_tally(yang, CP_REMARK_FINDING, back->place,
                             "the two directions differ in delay: the larger is used",
                             CP_TEXT("")));
    if (row->delay_us == CP_DELAY_NONE || back->delay_us > row->delay_us)
        row->delay_us = back->delay_us;
    return CP_OK;
}

static cp_err attr_key(struct cp_arena *arena, const struct cp_yang_attr *attr, cp_text *out)
{
    struct cp_out key = cp_out_make(arena);

    cp_out_text(&key, attr->attribute);
    cp_out_char(&key, '\n');
    cp_out_text(&key, attr->value);
    return cp_out_done(&key, out);
}

/* What the other direction says beyond the first. */
static cp_err add_back_facts(struct cp_yang *yang, const struct cp_yang_link *link,
                             const struct cp_yang_link *back)
{
    struct cp_yang_attr back_id = {
        .attribute = CP_TEXT("x-reverse-link-id"), .value = back->file_id, .place = back->place};
    struct cp_map *there;

    CP_TRY(cp_yang_fact(yang, &back_id, CP_TEXT(""), CP_TEXT("")));
    CP_TRY(cp_map_open(yang->doc->arena, &there));
    for (uint32_t i = 0; i < link->attrs.count + back->attrs.count; i++) {
        bool first = i < link->attrs.count;
        const struct cp_yang_attr *attr =
            CP_YANG_AT(yang->attrs, struct cp_yang_attr,
                       first ? link->attrs.first + i : back->attrs.first + i - link->attrs.count);
        cp_text key;
        cp_err err;

        CP_TRY(attr_key(yang->doc->arena, attr, &key));
        err = cp_map_add(there, key, 0);
        if (err != CP_OK && err != CP_ERR_DUPLICATE)
            return err;
        if (err == CP_OK && !first)
            CP_TRY(cp_yang_fact(yang, attr, CP_TEXT(""), CP_TEXT("")));
    }
    return CP_OK;
}

static cp_err fill_link(struct cp_yang *yang, struct cp_yang_link *link, struct cp_yang_link *back,
                        struct cp_link_row *row)
{
    struct cp_out srlgs = cp_out_make(yang->doc->arena);

    row->id = link->id;
    row->a_port = link->source_tp;
    row->b_port = link->target_tp;
    row->layer = cp_yang_layer(yang, link->network);
    row->capacity_bps = link->capacity_bps;
    row->delay_us = link->delay_us;
    CP_TRY(metric_of(yang, link, &row->metric_ab));
    row->metric_ba = row->metric_ab;
    if (back != NULL)
        CP_TRY(join_directions(yang, back, row));
    cp_out_text(&srlgs, link->srlgs);
    if (back != NULL)
        cp_out_text(&srlgs, back->srlgs);
    CP_TRY(cp_out_done(&srlgs, &row->srlgs));
    return list_over(yang, link, back, &row->over);
}

/* The metric of traffic engineering beside that of the IGP; alone it took that one's place. */
static cp_err add_te_metric(struct cp_yang *yang, const struct cp_yang_link *link,
                            const char *attribute)
{
    struct cp_yang_attr fact = {.attribute = cp_text_of(attribute), .place = link->place};
    struct cp_out value = cp_out_make(yang->doc->arena);

    if (link->te_metric == 0 || link->metric == 0)
        return CP_OK;
    cp_out_u64(&value, link->te_metric);
    CP_TRY(cp_out_done(&value, &fact.value));
    return cp_yang_fact(yang, &fact, CP_TEXT(""), CP_TEXT(""));
}

static cp_err add_link(struct cp_yang *yang, struct cp_yang_link *link)
{
    struct cp_yang_link *back = link->partner == CP_NONE ? NULL : link_at(yang, link->partner);
    struct cp_link_row row =
        cp_link_row_make(link->place, node_at(yang, link->a)->id, node_at(yang, link->b)->id);
    struct cp_yang_attr file_id = {
        .attribute = CP_TEXT("x-link-id"), .value = link->file_id, .place = link->place};
    /* Of whom carries it not all is known. */
    struct cp_yang_attr unknown = {
        .attribute = CP_TEXT("maker"), .value = CP_TEXT("unknown"), .place = link->place};

    CP_TRY(fill_link(yang, link, back, &row));
    CP_TRY(cp_build_link(yang->doc->build, &row, yang->doc->diag));
    if (link->a != link->b)
        cp_build_used(yang->doc->build, link->place.file, 1);
    if (!cp_text_eq(link->id, link->file_id))
        CP_TRY(cp_yang_fact(yang, &file_id, CP_TEXT(""), CP_TEXT("")));
    CP_TRY(add_facts(yang, link->attrs));
    if (link->unsupported || (back != NULL && back->unsupported))
        CP_TRY(cp_yang_fact(yang, &unknown, CP_TEXT(""), CP_TEXT("")));
    CP_TRY(add_te_metric(yang, link, back == NULL ? "te-metric" : "te-metric-ab"));
    if (back == NULL)
        return CP_OK;
    CP_TRY(add_te_metric(yang, back, "te-metric-ba"));
    cp_build_used(yang->doc->build, back->place.file, 1);
    return add_back_facts(yang, link, back);
}

/* Links by the node and termination point where they begin, for the members of bundles: the first of a point, and
 * by `next`, of which the queues of join have no more need, the others, the last before. */
static cp_err index_sources(struct cp_yang *yang)
{
    CP_TRY(cp_map_open(yang->doc->arena, &yang->by_source));
    for (uint32_t i = 0; i < yang->links.count; i++)
        link_at(yang, i)->next = CP_NONE;
    for (uint32_t i = 0; i < yang->links.count; i++) {
        struct cp_yang_link *link = link_at(yang, i);
        uint32_t first;

        if (link->left_out || link->source_tp.len == 0)
            continue;
        CP_TRY(cp_yang_find(yang, yang->by_source, node_at(yang, link->a)->id, link->source_tp,
                            &first));
        if (first == CP_MAP_NONE) {
            CP_TRY(cp_yang_key_add(yang, yang->by_source, node_at(yang, link->a)->id,
                                   link->source_tp, i));
            continue;
        }
        link->next = link_at(yang, first)->next;
        link_at(yang, first)->next = i;
    }
    return CP_OK;
}

static cp_err add_rows(struct cp_yang *yang)
{
    struct managing m = {.told = CP_TAKE(yang->doc->arena, yang->nodes.count, uint32_t)};
    struct by_network by;

    if (m.told == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_yang_sites(yang));
    CP_TRY(sort_by_network(yang, &by));
    for (uint32_t i = 0; i < yang->nodes.count; i++)
        CP_TRY(add_node(yang, i));
    CP_TRY(cp_yang_elements_alone(yang));
    for (uint32_t i = 0; i < yang->nodes.count; i++) {
        m.node = i;
        CP_TRY(add_supports(yang, &m));
        CP_TRY(add_underlay(yang, &by, &m));
    }
    CP_TRY(index_sources(yang));
    for (uint32_t i = 0; i < yang->links.count; i++) {
        struct cp_yang_link *link = link_at(yang, i);

        if (!link->left_out && (link->partner == CP_NONE || link->partner > i))
            CP_TRY(add_link(yang, link));
    }
    return CP_OK;
}

cp_err cp_yang_finish(struct cp_yang *yang, struct cp_doc *doc)
{
    cp_err err;

    yang->doc = doc;
    yang->notes = false;
    CP_TRY(cp_yang_join(yang));
    CP_TRY(cp_yang_bind(yang));
    cp_build_counting(doc->build, CP_COUNT_NO_ROWS); /* a record is a node, a link, a port, ... */
    err = add_rows(yang);
    cp_build_counting(doc->build, CP_COUNT_ROWS);
    return err;
}
