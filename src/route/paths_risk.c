#include "paths_hard.h"

#include <string.h>

/*
 * A second path is charged once for each thing that it shares with the first.  It meets a link or node
 * only once, so these are charged where they are met; SRLGs and sites may be met again, so they
 * have bits, and what a path was charged for it keeps.
 */

static uint32_t element_of_site(const struct hard *h, uint32_t site)
{
    return cp_graph_element_count(&h->f->ground->net->graph) + site;
}

/* The site that counts when a path passes the place; CP_NONE. */
static uint32_t site_that_counts(const struct hard *h, uint32_t place)
{
    uint32_t site = h->site_spared == NULL ? CP_NONE : ground_site(h->f->ground, place);

    return site == CP_NONE || h->site_spared[site] != 0 ? CP_NONE : site;
}

/* Whether the step goes over a link, rather than off a LAN that it came on to before. */
static bool crosses(const struct hard *h, uint32_t way)
{
    return way != CP_NONE && !ground_is_lan(h->f->ground, h->ways[h->ways[way].back].to);
}

static bool node_counts(const struct hard *h, uint32_t place)
{
    return !ground_is_lan(h->f->ground, place) && place_counts(h->f->ground, h->e, place);
}

void cp_risk_clear(struct hard *h)
{
    const struct cp_paths_ground *g = h->f->ground;

    memset(h->risk, 0, cp_graph_element_count(&g->net->graph) + (size_t)g->c->site_count);
    h->risk_bits = 0;
}

/* More than there are bits for: each time counts, which is too much, so the answer may not be the best. */
static void add_bit(struct hard *h, uint32_t element)
{
    if (h->risk[element] != RISK_NONE || h->spared[element] != 0)
        return;
    if (h->risk_bits < HARD_BITS)
        h->risk[element] = (uint8_t)(RISK_BIT + h->risk_bits++);
    else {
        h->risk[element] = RISK_EACH;
        h->ran_out = true;
    }
}

static void add_each(struct hard *h, uint32_t element)
{
    if (h->spared[element] == 0)
        h->risk[element] = RISK_EACH;
}

void cp_risk_add(struct hard *h, uint32_t way, uint32_t place)
{
    const struct cp_paths_ground *ground = h->f->ground;
    const struct cp_graph *g = &ground->net->graph;
    uint32_t site = site_that_counts(h, place);

    if (node_counts(h, place))
        add_each(h, cp_graph_element_of_node(g, ground->node_at[place]));
    if (site != CP_NONE)
        add_bit(h, element_of_site(h, site));
    if (!crosses(h, way))
        return;
    uint32_t link = ground->link[way];

    add_each(h, cp_graph_element_of_link(link));
    if (h->e->disjoint == CP_DISJOINT_SRLG)
        for (uint32_t i = g->link_srlg_first[link]; i < g->link_srlg_first[link + 1]; i++)
            add_bit(h, cp_graph_element_of_srlg(g, g->link_srlgs[i]));
}

static uint32_t charge(const struct hard *h, uint32_t element, struct charged *charged)
{
    uint32_t risk = h->risk[element];
    uint64_t bit;
    uint64_t *word;

    if (risk < RISK_BIT)
        return risk == RISK_NONE ? 0 : 1;
    word = &charged->words[(risk - RISK_BIT) / 64];
    bit = UINT64_C(1) << ((risk - RISK_BIT) % 64);
    if ((*word & bit) != 0)
        return 0;
    *word |= bit;
    return 1;
}

uint32_t cp_risk_charge(const struct hard *h, uint32_t way, uint32_t place, struct charged *charged)
{
    const struct cp_paths_ground *ground = h->f->ground;
    const struct cp_graph *g = &ground->net->graph;
    uint32_t site = site_that_counts(h, place);
    uint32_t sum = 0;

    if (node_counts(h, place))
        sum += charge(h, cp_graph_element_of_node(g, ground->node_at[place]), charged);
    if (site != CP_NONE)
        sum += charge(h, element_of_site(h, site), charged);
    if (!crosses(h, way))
        return sum;
    uint32_t link = ground->link[way];

    sum += charge(h, cp_graph_element_of_link(link), charged);
    if (h->e->disjoint == CP_DISJOINT_SRLG)
        for (uint32_t i = g->link_srlg_first[link]; i < g->link_srlg_first[link + 1]; i++)
            sum += charge(h, cp_graph_element_of_srlg(g, g->link_srlgs[i]), charged);
    return sum;
}
