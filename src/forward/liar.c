#include "forward/liar.h"

#include <string.h>

/*
 * From the source a ball of honest nodes grows until it holds the nearest liars; the best exit is
 * the honest node beside a liar from which the destination is nearest.  The cheapest drawn way is then
 * nearest + 1 + best exit if one liar is beside both, else 1 more.
 *
 * The best exit without failures is read off what each destination's ancestors are reached by.  Costs
 * only grow with failures, so it settles most questions at once; if it is lost, a ball around the
 * destination finds the next.
 */

#define NIL UINT32_MAX

struct label {
    uint64_t far;
    uint32_t stamp, parent, parent_link;
};

/* The honest node beside a liar that is nearest to the destination; found: looked for up to `limit`. */
struct exit {
    uint64_t cost; /* 1 more than from the node; CP_UNREACHABLE: none up to the limit */
    uint64_t limit;
    uint32_t liar; /* one beside the node */
    bool found;
};

struct cp_liar {
    const struct cp_liar_ground *ground;
    const struct cp_graph *g;
    const uint8_t *banned;
    struct cp_view view;
    uint32_t destination;
    uint32_t first_node; /* of the best exit without failures */
    uint64_t first_cost;
    struct exit exit; /* under the view */
    struct cp_queue *queue;
    struct label *labels; /* [nodes] */
    uint32_t *nearest;    /* [nodes] liars at the least cost from the source */
    uint32_t nearest_count;
    uint32_t *path_nodes, *path_links;
    uint32_t stamp;
};

/* Honest nodes only are gone through: a liar is where the way ends. */
static void find_near(struct cp_liar_ground *ground, struct cp_liars liars, struct cp_queue *queue)
{
    const struct cp_graph *g = ground->graph;
    uint64_t cost = 0;
    uint32_t node = 0;

    for (uint32_t v = 0; v < g->node_count; v++)
        ground->near[v] = liars.banned[v] ? 0 : CP_UNREACHABLE;
    for (uint32_t k = 0; k < liars.count; k++)
        cp_queue_push(queue, 0, liars.node[k]);
    while (cp_queue_pop(queue, &cost, &node))
        for (uint32_t i = g->hop_first[node];
             cost == ground->near[node] && i < g->hop_first[node + 1]; i++) {
            const struct cp_hop *hop = &g->hops[i];

            if (cost + hop->in >= ground->near[hop->to])
                continue;
            ground->near[hop->to] = cost + hop->in;
            cp_queue_push(queue, cost + hop->in, hop->to);
        }
}

/* Honest nodes beside a liar, each once: out [nodes].  Returns how many. */
static uint32_t find_beside(const struct cp_graph *g, struct cp_liars liars, uint8_t *taken,
                            uint32_t *out)
{
    uint32_t count = 0;

    for (uint32_t k = 0; k < liars.count; k++)
        for (uint32_t i = g->hop_first[liars.node[k]]; i < g->hop_first[liars.node[k] + 1]; i++) {
            uint32_t node = g->hops[i].to;

            if (!liars.banned[node] && !taken[node])
                out[count++] = node;
            taken[node] = 1;
        }
    return count;
}

cp_err cp_liar_ground_make(const struct cp_weights *honest, struct cp_liars liars,
                           struct cp_arena *arena, struct cp_arena *work,
                           struct cp_liar_ground *out)
{
    const struct cp_graph *g = honest->hierarchy->graph;
    uint64_t entries = (uint64_t)g->hop_first[g->node_count] + liars.count;
    uint32_t *beside = CP_TAKE(work, g->node_count, uint32_t);
    uint8_t *taken = CP_TAKE(work, g->node_count, uint8_t);
    struct cp_queue *queue = NULL;

    if (entries > UINT32_MAX)
        return CP_ERR_LIMIT;
    *out = (struct cp_liar_ground){
        .graph = g, .banned = liars.banned, .near = CP_TAKE(arena, g->node_count, uint64_t)};
    if (out->near == NULL || beside == NULL || taken == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_queue_open(work, (uint32_t)entries, &queue));
    find_near(out, liars, queue);
    return cp_reach_make(honest, beside, find_beside(g, liars, taken, beside), arena, &out->exits);
}

cp_err cp_liar_open(const struct cp_liar_ground *ground, struct cp_queue *queue,
                    struct cp_arena *arena, struct cp_liar **out)
{
    size_t nodes = ground->graph->node_count;
    struct cp_liar *l = CP_TAKE(arena, 1, struct cp_liar);

    if (l == NULL)
        return CP_ERR_NOMEM;
    *l = (struct cp_liar){.ground = ground,
                          .g = ground->graph,
                          .banned = ground->banned,
                          .queue = queue,
                          .labels = CP_TAKE(arena, nodes, struct label),
                          .nearest = CP_TAKE(arena, nodes, uint32_t),
                          .path_nodes = CP_TAKE(arena, nodes, uint32_t),
                          .path_links = CP_TAKE(arena, nodes, uint32_t)};
    if (l->labels == NULL || l->nearest == NULL || l->path_nodes == NULL || l->path_links == NULL)
        return CP_ERR_NOMEM;
    *out = l;
    return CP_OK;
}

void cp_liar_begin(struct cp_liar *l, const struct cp_routes *honest)
{
    uint64_t cost = cp_reach_cost(&l->ground->exits, honest->labels, &l->first_node);

    l->destination = honest->destination;
    l->first_cost = cost == CP_UNREACHABLE ? CP_UNREACHABLE : cost + 1;
    if (l->banned[l->destination])
        l->first_cost = 0;
    cp_liar_under(l, &(struct cp_view){.routes = honest});
}

void cp_liar_under(struct cp_liar *l, const struct cp_view *honest)
{
    CP_ASSERT(honest->moment != CP_DURING);
    l->view = *honest;
    l->exit.found = false;
}

static void next_search(struct cp_liar *l, uint32_t from)
{
    if (++l->stamp == 0) {
        memset(l->labels, 0, l->g->node_count * sizeof *l->labels);
        l->stamp = 1;
    }
    l->labels[from] = (struct label){.stamp = l->stamp, .parent = NIL, .parent_link = NIL};
    cp_queue_clear(l->queue);
    cp_queue_push(l->queue, 0, from);
}

/* e(liar) of note 0001; CP_UNREACHABLE if there is no honest way from any neighbour. */
static uint64_t exit_cost(const struct cp_liar *l, uint32_t liar)
{
    const struct cp_graph *g = l->g;
    uint64_t best = CP_UNREACHABLE;

    if (liar == l->destination)
        return 0;
    for (uint32_t i = g->hop_first[liar]; i < g->hop_first[liar + 1]; i++) {
        const struct cp_hop *hop = &g->hops[i];
        uint64_t rest = cp_view_cost(&l->view, hop->to);

        if (rest < best - 1 && !cp_view_failed(&l->view, hop))
            best = rest + 1;
    }
    return best;
}

/* A liar beside a node that is up, as is the link between them; NIL if there is none. */
static uint32_t liar_beside(const struct cp_liar *l, uint32_t node)
{
    for (uint32_t i = l->g->hop_first[node]; i < l->g->hop_first[node + 1]; i++)
        if (l->banned[l->g->hops[i].to] && !cp_view_failed(&l->view, &l->g->hops[i]))
            return l->g->hops[i].to;
    return NIL;
}

/* Nodes from which a packet comes to this one, in a ball around the destination. */
static void open_towards(struct cp_liar *l, uint32_t node)
{
    const struct cp_graph *g = l->g;
    uint64_t far = l->labels[node].far;

    for (uint32_t i = g->hop_first[node]; i < g->hop_first[node + 1]; i++) {
        const struct cp_hop *hop = &g->hops[i];
        struct label *label = &l->labels[hop->to];

        if (l->banned[hop->to] || cp_view_failed(&l->view, hop))
            continue;
        if (label->stamp == l->stamp && label->far <= far + hop->in)
            continue;
        *label = (struct label){.far = far + hop->in, .stamp = l->stamp, .parent = node};
        cp_queue_push(l->queue, label->far, hop->to);
    }
}

/* The best exit of at most the limit, by a ball around the destination. */
static struct exit search_exit(struct cp_liar *l, uint64_t limit)
{
    struct exit none = {.cost = CP_UNREACHABLE, .limit = limit, .liar = NIL, .found = true};
    uint64_t key = 0;
    uint32_t node = 0;

    next_search(l, l->destination);
    while (cp_queue_pop(l->queue, &key, &node) && key < limit) {
        if (key != l->labels[node].far)
            continue;
        uint32_t liar = liar_beside(l, node);

        if (liar != NIL)
            return (struct exit){
                .cost = key + 1, .limit = CP_UNREACHABLE, .liar = liar, .found = true};
        open_towards(l, node);
    }
    return none;
}

/* The one without failures, if it is still there. */
static struct exit first_exit(struct cp_liar *l)
{
    struct exit first = {.cost = l->first_cost, .limit = CP_UNREACHABLE, .liar = NIL};

    if (l->banned[l->destination])
        first.liar = l->destination;
    else if (cp_view_cost(&l->view, l->first_node) + 1 == l->first_cost)
        first.liar = liar_beside(l, l->first_node);
    first.found = first.liar != NIL;
    return first;
}

/* Whether some exit costs no more than the limit; then it is the best one. */
static bool find_exit(struct cp_liar *l, uint64_t limit)
{
    if (!l->exit.found)
        l->exit = first_exit(l);
    if (!l->exit.found || l->exit.limit < limit)
        l->exit = search_exit(l, limit);
    return l->exit.cost != CP_UNREACHABLE && l->exit.cost <= limit;
}

static void open_node(struct cp_liar *l, uint32_t node)
{
    const struct cp_graph *g = l->g;
    uint64_t far = l->labels[node].far;

    for (uint32_t i = g->hop_first[node]; i < g->hop_first[node + 1]; i++) {
        const struct cp_hop *hop = &g->hops[i];
        struct label *label = &l->labels[hop->to];

        if (cp_view_failed(&l->view, hop))
            continue;
        if (label->stamp == l->stamp && label->far <= far + hop->out)
            continue;
        *label = (struct label){
            .far = far + hop->out, .stamp = l->stamp, .parent = node, .parent_link = hop->link};
        cp_queue_push(l->queue, label->far, hop->to);
    }
}

/* Liars at the least true cost from the source; that cost, or CP_UNREACHABLE if above bound. */
static uint64_t find_nearest(struct cp_liar *l, uint32_t source, uint64_t bound)
{
    uint64_t key = 0;
    uint32_t node = 0;
    uint64_t least = CP_UNREACHABLE;

    l->nearest_count = 0;
    next_search(l, source);
    while (cp_queue_pop(l->queue, &key, &node) && key <= bound && key <= least) {
        if (key != l->labels[node].far)
            continue;
        if (l->banned[node]) {
            least = key;
            l->nearest[l->nearest_count++] = node;
        } else {
            open_node(l, node);
        }
    }
    return least;
}

struct cp_liar_way cp_liar_draws(struct cp_liar *l, uint32_t source)
{
    const struct cp_liar_way none = {.near = NIL, .far = NIL};
    uint64_t honest_cost = l->banned[source] ? CP_UNREACHABLE : cp_view_cost(&l->view, source);
    uint64_t near = l->ground->near[source]; /* at least */

    if (near == CP_UNREACHABLE || l->first_cost == CP_UNREACHABLE ||
        near + l->first_cost > honest_cost || !find_exit(l, honest_cost - near))
        return none;
    near = find_nearest(l, source, honest_cost - l->exit.cost);
    if (near == CP_UNREACHABLE)
        return none;
    for (uint32_t i = 0; i < l->nearest_count; i++) /* one liar both near and last */
        if (exit_cost(l, l->nearest[i]) == l->exit.cost)
            return (struct cp_liar_way){true, l->nearest[i], l->nearest[i]};
    if (near + 1 + l->exit.cost > honest_cost)
        return none;
    return (struct cp_liar_way){true, l->nearest[0], l->exit.liar};
}

void cp_liar_path(struct cp_liar *l, const struct cp_liar_way *drawn, struct cp_walk_way *way)
{
    uint32_t length = 0;

    CP_ASSERT(drawn->drawn);
    for (uint32_t v = drawn->near; v != NIL; v = l->labels[v].parent)
        length++;
    for (uint32_t v = drawn->near, i = length; i-- > 0; v = l->labels[v].parent) {
        l->path_nodes[i] = v;
        if (i > 0)
            l->path_links[i - 1] = l->labels[v].parent_link;
    }
    *way = (struct cp_walk_way){.nodes = l->path_nodes,
                                .links = l->path_links,
                                .node_count = length,
                                .element = cp_graph_element_of_node(l->g, drawn->near)};
}
