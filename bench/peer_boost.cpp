#include "peer.h"

#include <chrono>
#include <utility>
#include <vector>

#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <boost/graph/dijkstra_shortest_paths_no_color_map.hpp>
#include <boost/graph/filtered_graph.hpp>

/*
 * A link is two arcs that know its number.  A link that is out has arcs of weight PEER_NONE, and sums
 * stop there: cheaper than a filter that looks at each arc.
 */

namespace
{

struct Arc {
    uint32_t weight, link;
};

using Graph = boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, Arc,
                                                 boost::no_property, uint32_t, uint32_t>;
using Node = boost::graph_traits<Graph>::vertex_descriptor;
using Edge = boost::graph_traits<Graph>::edge_descriptor;

struct NotExcluded {
    const uint8_t *excluded = nullptr;
    bool operator()(Node v) const
    {
        return !excluded[v];
    }
};

using Filtered = boost::filtered_graph<Graph, boost::keep_all, NotExcluded>;

struct StoppingSum {
    uint32_t operator()(uint32_t cost, uint32_t weight) const
    {
        uint32_t sum = cost + weight;
        return sum < cost ? PEER_NONE : sum;
    }
};

struct Reached {
};

struct StopAt : boost::dijkstra_visitor<> {
    Node node;
    explicit StopAt(Node stop) : node(stop)
    {
    }
    template <class G> void examine_vertex(Node v, const G &) const
    {
        if (v == node)
            throw Reached();
    }
};

enum class Form { NO_COLOUR_MAP, COLOUR_MAP };

} // namespace

struct peer {
    Graph graph;
    Filtered filtered;
    std::vector<Edge> arcs; /* two a link */
    std::vector<uint32_t> cost;
    Form form = Form::NO_COLOUR_MAP, form_filtered = Form::NO_COLOUR_MAP;

    template <class Ends, class Arcs>
    peer(const Ends &ends, const Arcs &props, uint32_t nodes, const uint8_t *excluded)
        : graph(boost::edges_are_unsorted_multi_pass, ends.begin(), ends.end(), props.begin(),
                nodes),
          filtered(graph, boost::keep_all(), NotExcluded{excluded}), arcs(ends.size()), cost(nodes)
    {
        std::vector<uint32_t> seen(ends.size() / 2);
        auto all = boost::edges(graph);

        for (auto e = all.first; e != all.second; ++e) {
            uint32_t link = graph[*e].link;
            arcs[2 * link + seen[link]++] = *e;
        }
    }

    template <class G, class Visitor>
    void run(const G &g, Form with, Node source, const Visitor &visitor)
    {
        auto index = boost::get(boost::vertex_index, g);
        auto costs = boost::make_iterator_property_map(cost.begin(), index);
        auto weights = boost::get(&Arc::weight, graph);
        auto named = boost::weight_map(weights)
                         .vertex_index_map(index)
                         .distance_map(costs)
                         .distance_combine(StoppingSum())
                         .visitor(visitor);

        if (with == Form::NO_COLOUR_MAP)
            boost::dijkstra_shortest_paths_no_color_map(g, source, named);
        else
            boost::dijkstra_shortest_paths(g, source, named);
    }

    template <class G> void run_all(const G &g, Form with, Node source)
    {
        run(g, with, source, boost::default_dijkstra_visitor());
    }

    /* The faster form on this graph, from a few runs of both in turn. */
    template <class G> Form faster(const G &g, const uint8_t *excluded)
    {
        double took[2] = {0, 0};
        Node count = static_cast<Node>(cost.size());

        for (uint32_t i = 0; i < 4; i++)
            for (int f = 0; f < 2; f++) {
                Node source = static_cast<Node>(uint64_t{i} * count / 4);
                while (excluded != nullptr && excluded[source])
                    source = (source + 1) % count;
                auto start = std::chrono::steady_clock::now();
                run_all(g, static_cast<Form>(f), source);
                std::chrono::duration<double> span = std::chrono::steady_clock::now() - start;
                if (i > 0)
                    took[f] += span.count();
            }
        return took[0] <= took[1] ? Form::NO_COLOUR_MAP : Form::COLOUR_MAP;
    }
};

bool peer_present(void)
{
    return true;
}

struct peer *peer_open(const struct isp *net, const uint8_t *excluded)
{
    std::vector<std::pair<Node, Node>> ends;
    std::vector<Arc> arcs;

    for (uint32_t l = 0; l < net->link_count; l++) {
        const isp_link &link = net->links[l];

        ends.emplace_back(link.a, link.b);
        ends.emplace_back(link.b, link.a);
        arcs.push_back({link.metric, l});
        arcs.push_back({link.metric, l});
    }
    auto made = new peer(ends, arcs, net->node_count, excluded);

    made->form = made->faster(made->graph, nullptr);
    if (excluded != nullptr)
        made->form_filtered = made->faster(made->filtered, excluded);
    return made;
}

void peer_close(struct peer *peer)
{
    delete peer;
}

const uint32_t *peer_costs(struct peer *peer, uint32_t source)
{
    peer->run_all(peer->graph, peer->form, source);
    return peer->cost.data();
}

const uint32_t *peer_costs_without(struct peer *peer, uint32_t source)
{
    peer->run_all(peer->filtered, peer->form_filtered, source);
    return peer->cost.data();
}

uint32_t peer_cost(struct peer *peer, uint32_t source, uint32_t destination)
{
    try {
        peer->run(peer->graph, peer->form, source, StopAt(destination));
    } catch (const Reached &) {
    }
    return peer->cost[destination];
}

uint32_t peer_path(struct peer *peer, uint32_t source, uint32_t destination, uint32_t *links,
                   uint32_t *count)
{
    uint32_t cost = peer_cost(peer, source, destination);

    /* Back from the end over arcs whose weight is the difference of their ends' costs: nodes on the
     * way are settled, and metrics are at least 1. */
    *count = 0;
    for (Node v = destination; cost != PEER_NONE && v != source;) {
        auto out = boost::out_edges(v, peer->graph);

        for (auto e = out.first; e != out.second; ++e) {
            const Arc &arc = peer->graph[*e];
            Node next = boost::target(*e, peer->graph);

            if (arc.weight != PEER_NONE && peer->cost[next] < peer->cost[v] &&
                peer->cost[v] - peer->cost[next] == arc.weight) {
                links[(*count)++] = arc.link;
                v = next;
                break;
            }
        }
    }
    return cost;
}

void peer_set_metric(struct peer *peer, uint32_t link, uint32_t metric)
{
    for (uint32_t i = 0; i < 2; i++)
        peer->graph[peer->arcs[2 * link + i]].weight = metric;
}
