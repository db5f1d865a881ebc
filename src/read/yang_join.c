#include "yang.h"

#include "base/out.h"

/* Names of nodes and links, and both directions of links.  Ids are unique in a network alone (RFC 8345 4.1),
 * here in all of a case: of several bearers a node or link of layer ip keeps its id, for demands name those;
 * else the first; the others are ID@NETWORK.
 *
 * RFC 8345 4.4.5: links lead one way.  What leads back is first looked for between the same termination
 * points, then, where a link does not name both, between the same nodes; of several the first. */

static struct cp_yang_network *network_at(const struct cp_yang *yang, uint32_t at)
{
    return CP_YANG_AT(yang->networks, struct cp_yang_network, at);
}

static struct cp_yang_node *node_at(const struct cp_yang *yang, uint32_t at)
{
    return CP_YANG_AT(yang->nodes, struct cp_yang_node, at);
}

static struct cp_yang_link *link_at(const struct cp_yang *yang, uint32_t at)
{
    return CP_YANG_AT(yang->links, struct cp_yang_link, at);
}

cp_layer cp_yang_layer(const struct cp_yang *yang, uint32_t network)
{
    cp_layer layer = network_at(yang, network)->layer;

    return layer == CP_LAYER_COUNT ? CP_LAYER_IP : layer;
}

/* --- keys --------------------------------------------------------------------------------------- */

static cp_err two(struct cp_arena *arena, cp_text a, cp_text b, cp_text *out)
{
    struct cp_out key = cp_out_make(arena);

    cp_out_text(&key, a);
    cp_out_char(&key, '\n'); /* kept texts are lines */
    cp_out_text(&key, b);
    return cp_out_done(&key, out);
}

cp_err cp_yang_find(const struct cp_yang *yang, const struct cp_map *keys, cp_text first,
                    cp_text second, uint32_t *out)
{
    struct cp_arena *arena = yang->doc->arena;
    cp_arena_mark mark = cp_arena_mark_get(arena);
    cp_text key;

    CP_TRY(two(arena, first, second, &key));
    *out = cp_map_find(keys, key);
    cp_arena_reset(arena, mark);
    return CP_OK;
}

cp_err cp_yang_key_add(struct cp_yang *yang, struct cp_map *keys, cp_text first, cp_text second,
                       uint32_t value)
{
    cp_text key;
    cp_err err;

    CP_TRY(two(yang->doc->arena, first, second, &key));
    err = cp_map_add(keys, key, value);
    return err == CP_ERR_DUPLICATE ? CP_OK : err;
}

static cp_err add_key(struct cp_yang *yang, struct cp_map *keys, uint32_t network, cp_text name,
                      uint32_t value)
{
    cp_text key;

    CP_TRY(two(yang->doc->arena, network_at(yang, network)->id, name, &key));
    return cp_map_add(keys, key, value);
}

static cp_err add_keys(struct cp_yang *yang)
{
    static const char twice[] = "an id that stands twice in one network";

    for (uint32_t i = 0; i < yang->nodes.count; i++) {
        const struct cp_yang_node *node = node_at(yang, i);
        cp_err err = add_key(yang, yang->node_keys, node->network, node->file_id, i);

        if (err == CP_ERR_DUPLICATE)
            return cp_yang_refuse(yang, err, node->place, twice, node->file_id);
        CP_TRY(err);
    }
    for (uint32_t i = 0; i < yang->links.count; i++) {
        const struct cp_yang_link *link = link_at(yang, i);
        cp_err err = add_key(yang, yang->link_keys, link->network, link->file_id, i);

        if (err == CP_ERR_DUPLICATE)
            return cp_yang_refuse(yang, err, link->place, twice, link->file_id);
        CP_TRY(err);
    }
    return CP_OK;
}

/* --- names -------------------------------------------------------------------------------------- */

static cp_err name_it(struct cp_yang *yang, cp_text wish, uint32_t network, cp_place place,
                      cp_text *id)
{
    struct cp_out longer = cp_out_make(yang->doc->arena);
    cp_err err = cp_map_add(yang->ids, wish, 0);

    *id = wish;
    if (err != CP_ERR_DUPLICATE)
        return err;
    cp_out_text(&longer, wish);
    cp_out_char(&longer, '@');
    cp_out_text(&longer, network_at(yang, network)->id);
    CP_TRY(cp_out_done(&longer, id));
    err = cp_map_add(yang->ids, *id, 0);
    if (err == CP_ERR_DUPLICATE)
        return cp_yang_refuse(yang, err, place, "an id that something else has", *id);
    return err;
}

static cp_err name_nodes(struct cp_yang *yang)
{
    for (int others = 0; others <= 1; others++)
        for (uint32_t i = 0; i < yang->nodes.count; i++) {
            struct cp_yang_node *node = node_at(yang, i);

            if ((cp_yang_layer(yang, node->network) != CP_LAYER_IP) == (others == 1))
                CP_TRY(name_it(yang, node->file_id, node->network, node->place, &node->id));
        }
    return CP_OK;
}

/* Lists of links part them by spaces and |. */
static cp_err listable(struct cp_yang *yang, const struct cp_yang_link *link, cp_text *out)
{
    struct cp_out id = cp_out_make(yang->doc->arena);

    *out = link->file_id;
    if (cp_text_find(*out, ' ', 0) == out->len && cp_text_find(*out, '|', 0) == out->len)
        return CP_OK;
    for (size_t i = 0; i < link->file_id.len; i++) {
        char c = link->file_id.at[i];

        cp_out_char(&id, c == ' ' || c == '|' ? '_' : c);
    }
    CP_TRY(cp_yang_tally(yang, CP_REMARK_FINDING, link->place,
                         "spaces and | in the id of a link are read as _", CP_TEXT("")));
    return cp_out_done(&id, out);
}

static bool is_second(const struct cp_yang_link *link, uint32_t at)
{
    return link->partner != CP_NONE && link->partner < at;
}

static cp_err name_links(struct cp_yang *yang)
{
    for (int others = 0; others <= 1; others++)
        for (uint32_t i = 0; i < yang->links.count; i++) {
            struct cp_yang_link *link = link_at(yang, i);
            cp_text wish;

            if (link->left_out || is_second(link, i) ||
                (cp_yang_layer(yang, link->network) != CP_LAYER_IP) != (others == 1))
                continue;
            CP_TRY(listable(yang, link, &wish));
            CP_TRY(name_it(yang, wish, link->network, link->place, &link->id));
        }
    for (uint32_t i = 0; i < yang->links.count; i++)
        if (is_second(link_at(yang, i), i))
            link_at(yang, i)->id = link_at(yang, link_at(yang, i)->partner)->id;
    return CP_OK;
}

/* --- ends --------------------------------------------------------------------------------------- */

static cp_err leave_out(struct cp_yang *yang, struct cp_yang_link *link, cp_remark_kind kind,
                        cp_place place, const char *why, cp_text subject)
{
    link->left_out = true;
    return cp_yang_tally(yang, kind, place, why, subject);
}

static cp_err find_end(struct cp_yang *yang, struct cp_yang_link *link, cp_text name,
                       cp_place place, uint32_t *out)
{
    CP_TRY(cp_yang_find(yang, yang->node_keys, network_at(yang, link->network)->id, name, out));
    if (*out != CP_MAP_NONE || link->left_out)
        return CP_OK;
    return leave_out(yang, link, CP_REMARK_NOT_UNDERSTOOD, place,
                     "a link of which an end is not in its network", name);
}

static cp_err find_ends(struct cp_yang *yang)
{
    for (uint32_t i = 0; i < yang->links.count; i++) {
        struct cp_yang_link *link = link_at(yang, i);

        CP_TRY(find_end(yang, link, link->source, link->source_place, &link->a));
        if (link->target.len > 0)
            CP_TRY(find_end(yang, link, link->target, link->target_place, &link->b));
    }
    return CP_OK;
}

/* --- termination points --------------------------------------------------------------------- */

static cp_err index_tps(struct cp_yang *yang)
{
    for (uint32_t n = 0; n < yang->nodes.count; n++) {
        const struct cp_yang_node *node = node_at(yang, n);

        for (uint32_t i = node->tps.first; i < node->tps.first + node->tps.count; i++)
            CP_TRY(cp_yang_key_add(yang, yang->tp_keys, node->id,
                                   CP_YANG_AT(yang->tps, struct cp_yang_tp, i)->id, i));
    }
    return CP_OK;
}

/* --- links that leave their network --------------------------------------------------------------- */

static cp_err plug_of(const struct cp_yang *yang, const struct cp_yang_link *link, cp_text *plug)
{
    uint32_t tp;

    CP_TRY(cp_yang_find(yang, yang->tp_keys, node_at(yang, link->a)->id, link->source_tp, &tp));
    *plug = tp == CP_MAP_NONE ? CP_TEXT("") : CP_YANG_AT(yang->tps, struct cp_yang_tp, tp)->plug;
    return CP_OK;
}

/* RFC 8795, inter-domain-plug-id: the two halves of a link between domains have the same. */
static cp_err join_halves(struct cp_yang *yang)
{
    struct cp_map *plugs;

    CP_TRY(cp_map_open(yang->doc->arena, &plugs));
    for (uint32_t i = 0; i < yang->links.count; i++) {
        struct cp_yang_link *link = link_at(yang, i), *other;
        cp_text plug;
        cp_err err;

        if (link->left_out || link->target.len > 0)
            continue;
        CP_TRY(plug_of(yang, link, &plug));
        err = plug.len == 0 ? CP_OK : cp_map_add(plugs, plug, i);
        if (err != CP_ERR_DUPLICATE) {
            CP_TRY(err);
            continue;
        }
        other = link_at(yang, cp_map_find(plugs, plug));
        if (other->partner != CP_NONE || other->a == link->a) {
            CP_TRY(leave_out(yang, link, CP_REMARK_NOT_UNDERSTOOD, link->place,
                             "another half of a link between domains that has both, or of a node's "
                             "own",
                             plug));
            continue;
        }
        other->partner = i;
        link->partner = cp_map_find(plugs, plug);
        other->b = link->a;
        link->b = other->a;
        other->target_tp = link->source_tp;
        link->target_tp = other->source_tp;
    }
    for (uint32_t i = 0; i < yang->links.count; i++) {
        struct cp_yang_link *link = link_at(yang, i);

        if (!link->left_out && link->target.len == 0 && link->partner == CP_NONE)
            CP_TRY(leave_out(yang, link, CP_REMARK_IGNORED, link->place,
                             "a link without destination leaves what is described here",
                             CP_TEXT("")));
    }
    return CP_OK;
}

/* --- both directions ------------------------------------------------------------------------------ */

/* Links that wait for their other direction; of u-v and v-u only one queue ever holds links. */
struct queue {
    uint32_t first, last;
};

struct pairing {
    struct cp_yang *yang;
    struct cp_map *by_ends;
    struct queue *queues;
    uint32_t queue_count;
    bool by_tps;
};

static cp_err key_of(const struct pairing *p, const struct cp_yang_link *link, bool back,
                     cp_text *out)
{
    struct cp_out key = cp_out_make(p->yang->doc->arena);

    cp_out_format(&key, "%u-%u", back ? link->b : link->a, back ? link->a : link->b);
    if (p->by_tps) {
        cp_out_char(&key, '\n');
        cp_out_text(&key, back ? link->target_tp : link->source_tp);
        cp_out_char(&key, '\n');
        cp_out_text(&key, back ? link->source_tp : link->target_tp);
    }
    return cp_out_done(&key, out);
}

static cp_err enqueue(struct pairing *p, uint32_t at)
{
    cp_text key;
    uint32_t queue;

    CP_TRY(key_of(p, link_at(p->yang, at), false, &key));
    queue = cp_map_find(p->by_ends, key);
    if (queue == CP_MAP_NONE) {
        p->queues[p->queue_count] = (struct queue){at, at};
        return cp_map_add(p->by_ends, key, p->queue_count++);
    }
    if (p->queues[queue].first == CP_NONE)
        p->queues[queue].first = at;
    else
        link_at(p->yang, p->queues[queue].last)->next = at;
    p->queues[queue].last = at;
    return CP_OK;
}

static cp_err pair_link(struct pairing *p, uint32_t at)
{
    struct cp_yang_link *link = link_at(p->yang, at);
    cp_text key;
    uint32_t queue, first;

    CP_TRY(key_of(p, link, true, &key));
    queue = cp_map_find(p->by_ends, key);
    first = queue == CP_MAP_NONE ? CP_NONE : p->queues[queue].first;
    if (first == CP_NONE)
        return enqueue(p, at);
    p->queues[queue].first = link_at(p->yang, first)->next;
    link_at(p->yang, first)->partner = at;
    link->partner = first;
    network_at(p->yang, link->network)->paired = true;
    return CP_OK;
}

static cp_err pair_links(struct cp_yang *yang, bool by_tps)
{
    struct pairing p = {.yang = yang, .by_tps = by_tps};

    p.queues = CP_TAKE(yang->doc->arena, yang->links.count, struct queue);
    if (p.queues == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_map_open(yang->doc->arena, &p.by_ends));
    for (uint32_t i = 0; i < yang->links.count; i++) {
        struct cp_yang_link *link = link_at(yang, i);
        bool both = link->source_tp.len > 0 && link->target_tp.len > 0;

        if (link->left_out || link->partner != CP_NONE || link->a == link->b || both != by_tps)
            continue;
        link->next = CP_NONE;
        CP_TRY(pair_link(&p, i));
    }
    return CP_OK;
}

/* One direction of a link is never guessed where routes depend on it; but a network may state one link
 * for both throughout, and below ip what is there counts and not which way it leads. */
static cp_err check_single(struct cp_yang *yang)
{
    for (uint32_t i = 0; i < yang->links.count; i++) {
        struct cp_yang_link *link = link_at(yang, i);
        struct cp_yang_network *network = network_at(yang, link->network);

        if (link->left_out || link->partner != CP_NONE || link->a == link->b)
            continue;
        if (network->paired && cp_yang_layer(yang, link->network) == CP_LAYER_IP)
            CP_TRY(leave_out(yang, link, CP_REMARK_NOT_UNDERSTOOD, link->place,
                             "a link of layer ip without one in the other direction",
                             link->file_id));
        else
            CP_TRY(cp_yang_tally(yang, CP_REMARK_FINDING, link->place,
                                 "links that lead one way are read as leading both", network->id));
    }
    return CP_OK;
}

static cp_err check_layers(struct cp_yang *yang)
{
    for (uint32_t i = 0; i < yang->networks.count; i++)
        if (network_at(yang, i)->layer == CP_LAYER_COUNT)
            CP_TRY(cp_yang_tally(yang, CP_REMARK_FINDING, network_at(yang, i)->place,
                                 "a network whose types name no layer is read as one of ip",
                                 network_at(yang, i)->id));
    return CP_OK;
}

cp_err cp_yang_join(struct cp_yang *yang)
{
    CP_TRY(cp_map_open(yang->doc->arena, &yang->node_keys));
    CP_TRY(cp_map_open(yang->doc->arena, &yang->link_keys));
    CP_TRY(cp_map_open(yang->doc->arena, &yang->tp_keys));
    CP_TRY(cp_map_open(yang->doc->arena, &yang->ids));
    CP_TRY(check_layers(yang));
    CP_TRY(add_keys(yang));
    CP_TRY(name_nodes(yang));
    CP_TRY(index_tps(yang));
    CP_TRY(find_ends(yang));
    CP_TRY(join_halves(yang));
    CP_TRY(pair_links(yang, true));
    CP_TRY(pair_links(yang, false));
    CP_TRY(check_single(yang));
    return name_links(yang);
}
