#include "survey.h"

#include <stdlib.h>

/*
 * Each part, and what it lies below, is looked up among the ports of its node.  All that is said of a
 * port stands once, whatever number of links ends there, and links point at it.
 */

struct port_use {
    cp_text port;
    uint32_t node, link;
    uint32_t group; /* of the uses of one port */
};

struct found {
    uint32_t group, fact;
};

struct search {
    struct port_use *uses; /* [use_count] by node, port, link */
    uint32_t use_count, use_cap, group_count;
    struct found *found; /* [found_count] by fact */
    uint32_t found_count, found_cap;
    uint32_t *starts; /* [group_count + 1] where the facts of each begin */
};

static int compare_uses(const void *left, const void *right)
{
    const struct port_use *a = left;
    const struct port_use *b = right;

    if (a->node != b->node)
        return a->node < b->node ? -1 : 1;
    int ports = cp_text_cmp(a->port, b->port);
    if (ports != 0)
        return ports;
    return a->link < b->link ? -1 : a->link > b->link;
}

static bool is_part_fact(const struct cp_survey *s, uint32_t fact)
{
    return s->name[fact] != CP_NAME_NONE && s->net->facts[fact].part.len > 0;
}

/* Nodes that have statements about parts: only their ports can matter. */
static bool has_parts(const struct cp_survey *s, uint32_t node)
{
    for (uint32_t fact = s->net->node_facts[node]; fact < s->net->node_facts[node + 1]; fact++) {
        if (is_part_fact(s, fact))
            return true;
    }
    return false;
}

static cp_err gather_uses(struct cp_survey *s, struct search *in)
{
    uint8_t *with_parts = CP_TAKE(s->arena, s->net->node_count, uint8_t);

    if (with_parts == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t node = 0; node < s->net->node_count; node++)
        with_parts[node] = has_parts(s, node);
    for (uint32_t link = 0; link < s->net->link_count; link++) {
        cp_range ends = s->net->links[link].ends;
        for (uint32_t i = ends.first; i < ends.first + ends.count; i++) {
            const struct cp_end *end = &s->net->ends[i];
            void *at = in->uses;
            if (end->port.len == 0 || with_parts[end->node.at] == 0)
                continue;
            CP_TRY(cp_arena_grow(s->arena, &at, in->use_count, &in->use_cap, sizeof(*in->uses)));
            in->uses = at;
            in->uses[in->use_count++] =
                (struct port_use){.port = end->port, .node = end->node.at, .link = link};
        }
    }
    return CP_OK;
}

static void number_groups(struct search *in)
{
    qsort(in->uses, in->use_count, sizeof(*in->uses), compare_uses);
    for (uint32_t i = 0; i < in->use_count; i++) {
        struct port_use *use = &in->uses[i];
        if (i == 0 || use->node != use[-1].node || !cp_text_eq(use->port, use[-1].port))
            in->group_count++;
        use->group = in->group_count - 1;
    }
}

/* The first use of a port of a node, in->use_count where there is none. */
static uint32_t find_use(const struct search *in, uint32_t node, cp_text port)
{
    struct port_use wanted = {.port = port, .node = node, .link = 0};
    uint32_t low = 0;
    uint32_t high = in->use_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_uses(&in->uses[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static cp_err join_port(struct cp_survey *s, struct search *in, uint32_t fact, cp_text port)
{
    uint32_t node = s->net->facts[fact].object;
    uint32_t use = find_use(in, node, port);
    void *at = in->found;

    if (use == in->use_count || in->uses[use].node != node || !cp_text_eq(in->uses[use].port, port))
        return CP_OK;
    CP_TRY(cp_arena_grow(s->arena, &at, in->found_count, &in->found_cap, sizeof(*in->found)));
    in->found = at;
    in->found[in->found_count++] = (struct found){in->uses[use].group, fact};
    s->flags[fact] |= CP_FACT_PORT;
    return CP_OK;
}

/* A part "et-0/0/1/xcvr" may be a port of that name or lie below "et-0/0/1", "et-0/0", "et-0". */
static cp_err join_part(struct cp_survey *s, struct search *in, uint32_t fact)
{
    cp_text part = s->net->facts[fact].part;

    for (size_t len = cp_text_find(part, '/', 0); len <= part.len;
         len = cp_text_find(part, '/', len + 1)) {
        CP_TRY(join_port(s, in, fact, cp_text_sub(part, 0, len)));
        if (len == part.len)
            break;
    }
    return CP_OK;
}

static cp_err search_all(struct cp_survey *s, struct search *in)
{
    for (uint32_t fact = s->net->node_facts[0]; fact < s->net->node_facts[s->net->node_count];
         fact++) {
        if (is_part_fact(s, fact))
            CP_TRY(join_part(s, in, fact));
    }
    return CP_OK;
}

/* The facts that were found, port by port. */
static cp_err sort_found(struct cp_survey *s, struct search *in)
{
    in->starts = CP_TAKE(s->arena, (size_t)in->group_count + 2, uint32_t);
    s->port_facts = CP_TAKE(s->arena, in->found_count, uint32_t);
    if (in->starts == NULL || s->port_facts == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < in->found_count; i++)
        in->starts[in->found[i].group + 2]++;
    for (uint32_t group = 0; group < in->group_count; group++)
        in->starts[group + 2] += in->starts[group + 1]; /* starts[g + 1] is where g begins */
    for (uint32_t i = 0; i < in->found_count; i++)
        s->port_facts[in->starts[in->found[i].group + 1]++] = in->found[i].fact;
    return CP_OK; /* now starts[g] is */
}

static bool has_facts(const struct search *in, const struct port_use *use)
{
    return in->starts[use->group] < in->starts[use->group + 1];
}

/* Of each link the ports at its ends of which something is said. */
static cp_err hand_out(struct cp_survey *s, const struct search *in)
{
    uint32_t *starts = CP_TAKE(s->arena, (size_t)s->net->link_count + 2, uint32_t);

    s->ports = CP_TAKE(s->arena, in->use_count, struct cp_port);
    if (starts == NULL || s->ports == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < in->use_count; i++)
        starts[in->uses[i].link + 2] += has_facts(in, &in->uses[i]);
    for (uint32_t link = 0; link < s->net->link_count; link++)
        starts[link + 2] += starts[link + 1];
    for (uint32_t i = 0; i < in->use_count; i++) {
        const struct port_use *use = &in->uses[i];
        if (has_facts(in, use))
            s->ports[starts[use->link + 1]++] =
                (struct cp_port){in->starts[use->group], in->starts[use->group + 1]};
    }
    s->port_first = starts;
    return CP_OK;
}

/* What is said of a port of a link on the node's own layer counts there, not for the node. */
static void move(struct cp_survey *s, const struct search *in)
{
    uint32_t moved = CP_NONE; /* the last group that was */

    for (uint32_t i = 0; i < in->use_count; i++) {
        const struct port_use *use = &in->uses[i];
        if (use->group == moved || s->net->links[use->link].layer != s->net->nodes[use->node].layer)
            continue;
        moved = use->group;
        for (uint32_t at = in->starts[moved]; at < in->starts[moved + 1]; at++)
            s->flags[s->port_facts[at]] |= CP_FACT_MOVED;
    }
}

cp_err cp_survey_find_ports(struct cp_survey *survey)
{
    struct search in = {0};

    CP_TRY(gather_uses(survey, &in));
    if (in.use_count == 0)
        return CP_OK;
    number_groups(&in);
    CP_TRY(search_all(survey, &in));
    CP_TRY(sort_found(survey, &in));
    CP_TRY(hand_out(survey, &in));
    move(survey, &in);
    return CP_OK;
}

struct cp_port_walk cp_survey_ports(const struct cp_survey *survey, uint32_t link)
{
    struct cp_port_walk walk = {.survey = survey};

    if (survey->port_first != NULL) {
        walk.port = survey->port_first[link];
        walk.port_end = survey->port_first[link + 1];
    }
    return walk;
}

bool cp_survey_next(struct cp_port_walk *walk, uint32_t *fact)
{
    while (walk->at == walk->end) {
        if (walk->port == walk->port_end)
            return false;
        walk->at = walk->survey->ports[walk->port].first;
        walk->end = walk->survey->ports[walk->port++].end;
    }
    *fact = walk->survey->port_facts[walk->at++];
    return true;
}
