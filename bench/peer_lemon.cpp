#include "peer_pairs.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <lemon/static_graph.h>
#include <lemon/suurballe.h>

/* Nodes keep their numbers; split, node v is 2v, which is entered, and 2v + 1, which is left. */

namespace
{
using Graph = lemon::StaticDigraph;
using Costs = Graph::ArcMap<int64_t>;
using Search = lemon::Suurballe<Graph, Costs>;

struct Arc {
    int from, to;
    int64_t cost;
    bool operator<(const Arc &other) const
    {
        return std::make_pair(from, to) < std::make_pair(other.from, other.to);
    }
};
} // namespace

struct pairs_peer {
    Graph graph;
    Costs *costs = nullptr;
    Search *search = nullptr;
    pairs_kind kind;

    void build(std::vector<Arc> &arcs, int nodes)
    {
        std::vector<std::pair<int, int>> ends;

        std::stable_sort(arcs.begin(), arcs.end());
        for (const Arc &arc : arcs)
            ends.emplace_back(arc.from, arc.to);
        graph.build(nodes, ends.begin(), ends.end());
        costs = new Costs(graph);
        for (size_t i = 0; i < arcs.size(); i++)
            (*costs)[graph.arc(static_cast<int>(i))] = arcs[i].cost;
        search = new Search(graph, *costs);
    }
};

bool pairs_peer_present(void)
{
    return true;
}

struct pairs_peer *pairs_peer_open(const struct isp *net, const uint8_t *excluded, pairs_kind kind)
{
    auto made = new pairs_peer;
    int copies = kind == PAIRS_OF_NODES ? 2 : 1;
    std::vector<Arc> arcs;

    made->kind = kind;
    for (uint32_t l = 0; l < net->link_count; l++) {
        const isp_link &link = net->links[l];
        int a = static_cast<int>(link.a) * copies, b = static_cast<int>(link.b) * copies;

        if (excluded[link.a] || excluded[link.b])
            continue;
        arcs.push_back({a + copies - 1, b, link.metric});
        arcs.push_back({b + copies - 1, a, link.metric});
    }
    for (int v = 0; kind == PAIRS_OF_NODES && v < static_cast<int>(net->node_count); v++)
        arcs.push_back({2 * v, 2 * v + 1, 0});
    made->build(arcs, static_cast<int>(net->node_count) * copies);
    return made;
}

void pairs_peer_close(struct pairs_peer *peer)
{
    if (peer == nullptr)
        return;
    delete peer->search;
    delete peer->costs;
    delete peer;
}

uint64_t pairs_peer_cost(struct pairs_peer *peer, uint32_t source, uint32_t destination)
{
    int s = static_cast<int>(source), t = static_cast<int>(destination);

    if (peer->kind == PAIRS_OF_NODES) {
        s = 2 * s + 1;
        t = 2 * t;
    }
    if (peer->search->run(peer->graph.node(s), peer->graph.node(t), 2) != 2)
        return PAIRS_NONE;
    return static_cast<uint64_t>(peer->search->totalLength());
}
