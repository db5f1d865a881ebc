#include "engine.h"

#include <string.h>

#include "model/limits.h"

/*
 * First what each element has of its own; then over sites and networks, for rules of that scope; then
 * from managers to what they manage, until nothing changes; then upwards through the layers, what
 * supports a link before the link.  All rules of a word go at once.
 */

static void put(struct cp_planes *planes, const struct cp_own *own, uint32_t words, uint32_t at)
{
    for (uint32_t w = 0; w < words; w++) {
        size_t cell = (size_t)w * planes->count + at;
        planes->bad[cell] |= own->bad[w];
        planes->unknown[cell] |= own->unknown[w];
        planes->licensed[cell] |= own->licensed[w];
    }
}

/* From one element to another; what it carries.  True where something is new. */
static bool carry(struct cp_planes *to, size_t at, const struct cp_planes *from, size_t source,
                  uint64_t mask)
{
    uint64_t bad = from->bad[source] & mask;
    uint64_t unknown = from->unknown[source] & mask;
    uint64_t licensed = from->licensed[source] & mask;
    bool fresh = (bad & ~to->bad[at]) != 0 || (unknown & ~to->unknown[at]) != 0 ||
                 (licensed & ~to->licensed[at]) != 0;

    to->bad[at] |= bad;
    to->unknown[at] |= unknown;
    to->licensed[at] |= licensed;
    return fresh;
}

/* --- of its own --------------------------------------------------------------------------- */

static void count_gaps(struct cp_engine *engine, uint32_t element)
{
    for (uint32_t w = 0; w < engine->words; w++) {
        for (uint64_t left = engine->own.gap[w]; left != 0; left &= left - 1) {
            uint32_t rule = w * 64;
            while ((left >> (rule & 63) & 1) == 0)
                rule++;
            if (engine->gap_elements[rule]++ == 0)
                engine->gap_first[rule] = element;
        }
    }
}

static void fill_own(struct cp_engine *engine)
{
    for (uint32_t node = 0; node < engine->net->node_count; node++) {
        cp_own_clear(engine, &engine->own);
        cp_own_object(engine, CP_OBJECT_NODE, node, &engine->own);
        put(&engine->node, &engine->own, engine->words, node);
        count_gaps(engine, node);
    }
    for (uint32_t link = 0; link < engine->net->link_count; link++) {
        cp_own_clear(engine, &engine->own);
        cp_own_object(engine, CP_OBJECT_LINK, link, &engine->own);
        cp_own_ports(engine, link, &engine->own);
        put(&engine->link, &engine->own, engine->words, link);
        count_gaps(engine, link | CP_SCOPE_LINK);
    }
}

/* --- managers ----------------------------------------------------------------------------- */

struct queue {
    uint32_t *at; /* [nodes]: a ring, each node in it once */
    uint8_t *waits;
    uint32_t head, used;
};

static void push(struct queue *queue, uint32_t nodes, uint32_t node)
{
    if (queue->waits[node] != 0)
        return;
    queue->waits[node] = 1;
    queue->at[(queue->head + queue->used++) % nodes] = node;
}

static uint32_t pop(struct queue *queue, uint32_t nodes)
{
    uint32_t node = queue->at[queue->head];

    queue->head = (queue->head + 1) % nodes;
    queue->used--;
    queue->waits[node] = 0;
    return node;
}

/* Each visit that goes on adds a bit to some node, so the circle of two managers ends too. */
static void spread_word(struct cp_engine *engine, uint32_t w, struct queue *queue)
{
    const struct cp_survey *s = engine->survey;
    uint32_t nodes = engine->net->node_count;
    size_t base = (size_t)w * nodes;

    for (uint32_t node = 0; node < nodes; node++) {
        if (s->managed_first[node] < s->managed_first[node + 1])
            push(queue, nodes, node);
    }
    while (queue->used > 0) {
        uint32_t manager = pop(queue, nodes);
        for (uint32_t i = s->managed_first[manager]; i < s->managed_first[manager + 1]; i++) {
            if (carry(&engine->node, base + s->managed[i], &engine->node, base + manager,
                      engine->carried[w]))
                push(queue, nodes, s->managed[i]);
        }
    }
}

static cp_err spread_managers(struct cp_engine *engine)
{
    uint32_t nodes = engine->net->node_count;
    cp_arena_mark mark = cp_arena_mark_get(engine->arena);
    struct queue queue = {0};

    if (engine->survey->managed_first == NULL)
        return CP_OK;
    queue.at = CP_TAKE(engine->arena, nodes, uint32_t);
    queue.waits = CP_TAKE(engine->arena, nodes, uint8_t);
    if (queue.at == NULL || queue.waits == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t w = 0; w < engine->words; w++)
        spread_word(engine, w, &queue);
    cp_arena_reset(engine->arena, mark);
    return CP_OK;
}

/* --- layers ------------------------------------------------------------------------------- */

bool cp_end_counts(const struct cp_case *net, uint32_t link, uint32_t support, cp_node end)
{
    cp_range own = net->links[link].ends;

    if (net->links[support].lan && net->nodes[end.at].layer == CP_LAYER_IP)
        return false;
    for (uint32_t i = own.first; i < own.first + own.count; i++) {
        if (net->ends[i].node.at == end.at)
            return false;
    }
    return true;
}

struct order {
    const struct cp_case *net;
    uint32_t *links; /* [count] that rest on others; those are before them */
    uint8_t *done;
    uint32_t count;
};

static void place_in_order(struct order *order, uint32_t link, uint32_t depth)
{
    const struct cp_case *net = order->net;
    cp_range alternatives = net->links[link].alternatives;

    CP_ASSERT(depth <= CP_LIMIT_OVER_DEPTH + 1);
    if (order->done[link] != 0)
        return;
    order->done[link] = 1;
    for (uint32_t a = alternatives.first; a < alternatives.first + alternatives.count; a++) {
        cp_range supports = net->alternatives[a];
        for (uint32_t i = supports.first; i < supports.first + supports.count; i++)
            place_in_order(order, net->supports[i].at, depth + 1);
    }
    if (alternatives.count > 0)
        order->links[order->count++] = link;
}

/* A supporting link and the nodes at its ends, as far as they count. */
static void rest_on(struct cp_engine *engine, uint32_t link, uint32_t support)
{
    const struct cp_case *net = engine->net;
    cp_range ends = net->links[support].ends;

    for (uint32_t w = 0; w < engine->words; w++) {
        size_t base = (size_t)w * net->link_count;
        (void)carry(&engine->link, base + link, &engine->link, base + support, engine->carried[w]);
    }
    for (uint32_t i = ends.first; i < ends.first + ends.count; i++) {
        cp_node node = net->ends[i].node;
        if (!cp_end_counts(net, link, support, node))
            continue;
        for (uint32_t w = 0; w < engine->words; w++)
            (void)carry(&engine->link, (size_t)w * net->link_count + link, &engine->node,
                        (size_t)w * net->node_count + node.at, engine->carried[w]);
    }
}

static cp_err spread_layers(struct cp_engine *engine)
{
    const struct cp_case *net = engine->net;
    cp_arena_mark mark = cp_arena_mark_get(engine->arena);
    struct order order = {.net = net,
                          .links = CP_TAKE(engine->arena, net->link_count, uint32_t),
                          .done = CP_TAKE(engine->arena, net->link_count, uint8_t)};

    if (order.links == NULL || order.done == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t link = 0; link < net->link_count; link++)
        place_in_order(&order, link, 0);
    for (uint32_t i = 0; i < order.count; i++) {
        cp_range alternatives = net->links[order.links[i]].alternatives;
        for (uint32_t a = alternatives.first; a < alternatives.first + alternatives.count; a++) {
            cp_range supports = net->alternatives[a];
            for (uint32_t k = supports.first; k < supports.first + supports.count; k++)
                rest_on(engine, order.links[i], net->supports[k].at);
        }
    }
    cp_arena_reset(engine->arena, mark);
    return CP_OK;
}

/* ------------------------------------------------------------------------------------------ */

/* What is bad all the same no licence lets off. */
static void drop_vain_licences(const struct cp_engine *engine, struct cp_planes *planes)
{
    size_t cells = (size_t)engine->words * planes->count;

    for (size_t i = 0; i < cells; i++)
        planes->licensed[i] &= ~planes->bad[i];
}

cp_err cp_engine_spread(struct cp_engine *engine)
{
    fill_own(engine);
    CP_TRY(cp_engine_scope(engine));
    CP_TRY(spread_managers(engine));
    CP_TRY(spread_layers(engine));
    drop_vain_licences(engine, &engine->node);
    drop_vain_licences(engine, &engine->link);
    return CP_OK;
}

cp_trust cp_engine_trust(const struct cp_engine *engine, uint32_t rule, cp_object_kind kind,
                         uint32_t object)
{
    const struct cp_planes *planes = kind == CP_OBJECT_NODE ? &engine->node : &engine->link;
    size_t at = (size_t)(rule >> 6) * planes->count + object;
    uint64_t bit = UINT64_C(1) << (rule & 63);

    if ((planes->bad[at] & bit) != 0)
        return CP_UNTRUSTED;
    return (planes->unknown[at] & bit) != 0 ? CP_UNKNOWN : CP_TRUSTED;
}
