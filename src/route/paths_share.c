#include <stdlib.h>

#include "paths_inside.h"

/* Two rounds of marks: the first track's elements are noted, the second's that are noted are listed. */

enum { SEEN_NOT, SEEN_ONCE, SEEN_SHARED, SEEN_NEVER };

typedef enum { ROUND_NOTE, ROUND_LIST, ROUND_FORGET } round_kind;

struct sharing {
    struct cp_paths_finder *f;
    const struct errand *e;
    round_kind round;
    uint32_t count; /* of f->list */
};

static void see(struct sharing *s, uint32_t element)
{
    uint8_t *seen = &s->f->seen[element];

    switch (s->round) {
    case ROUND_NOTE:
        if (*seen == SEEN_NOT)
            *seen = SEEN_ONCE;
        break;
    case ROUND_LIST:
        if (*seen == SEEN_ONCE) {
            *seen = SEEN_SHARED;
            s->f->list[s->count++] = element;
        }
        break;
    case ROUND_FORGET:
        *seen = SEEN_NOT;
        break;
    }
}

static uint32_t element_of_site(const struct cp_paths_ground *g, uint32_t site)
{
    return cp_graph_element_count(&g->net->graph) + site;
}

static void see_place(struct sharing *s, uint32_t place)
{
    const struct cp_paths_ground *g = s->f->ground;
    uint32_t site;

    if (ground_is_lan(g, place) || !place_counts(g, s->e, place))
        return;
    see(s, cp_graph_element_of_node(&g->net->graph, g->node_at[place]));
    site = ground_site(g, place);
    if (s->e->disjoint == CP_DISJOINT_SITE && site != CP_NONE)
        see(s, element_of_site(g, site));
}

static void see_link(struct sharing *s, uint32_t link)
{
    const struct cp_graph *g = &s->f->ground->net->graph;

    see(s, cp_graph_element_of_link(link));
    if (s->e->disjoint != CP_DISJOINT_SRLG)
        return;
    for (uint32_t i = g->link_srlg_first[link]; i < g->link_srlg_first[link + 1]; i++)
        see(s, cp_graph_element_of_srlg(g, g->link_srlgs[i]));
}

static void see_track(struct sharing *s, const struct track *t, round_kind round)
{
    s->round = round;
    see_place(s, t->start);
    for (uint32_t i = 0; i < t->count; i++) {
        see_link(s, s->f->ground->link[t->ways[i]]);
        see_place(s, s->e->flavour->ways[t->ways[i]].to);
    }
}

/* Sites of the ask's ends are no risk that a path could avoid. */
static void except_ends(struct sharing *s, const uint32_t *nodes, uint32_t count, uint8_t seen)
{
    const struct cp_paths_ground *g = s->f->ground;

    for (uint32_t i = 0; i < count && s->e->disjoint == CP_DISJOINT_SITE; i++) {
        uint32_t site = g->c->nodes[g->net->case_node[nodes[i]]].site;

        if (site != CP_NONE)
            s->f->seen[element_of_site(g, site)] = seen;
    }
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

uint32_t cp_share_list(struct cp_paths_finder *f, const struct errand *e, const struct track *a,
                       const struct track *b)
{
    const struct cp_path_ask *ask = e->ask;
    struct sharing s = {.f = f, .e = e};

    except_ends(&s, ask->src, ask->src_count, SEEN_NEVER);
    except_ends(&s, ask->dst, ask->dst_count, SEEN_NEVER);
    see_track(&s, a, ROUND_NOTE);
    see_track(&s, b, ROUND_LIST);
    see_track(&s, a, ROUND_FORGET);
    except_ends(&s, ask->src, ask->src_count, SEEN_NOT);
    except_ends(&s, ask->dst, ask->dst_count, SEEN_NOT);
    if (s.count > 1)
        qsort(f->list, s.count, sizeof *f->list, compare);
    return s.count;
}
