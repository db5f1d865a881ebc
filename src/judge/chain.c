#include "chain.h"

#include "model/limits.h"

/*
 * Of what an element has itself comes before its ports, software, site or network, managers, and what is
 * below (docs/notes/0001).
 */

struct hunt {
    struct cp_engine *engine;
    uint32_t rule;
    cp_seek seek;
    struct cp_chain *chain;
};

static bool bit_at(const uint64_t *plane, const struct hunt *h, uint32_t count, uint32_t at)
{
    return (plane[(size_t)(h->rule >> 6) * count + at] >> (h->rule & 63) & 1) != 0;
}

/* Whether an element is, by whatever cause, as it is sought. */
static bool is_so(const struct hunt *h, cp_object_kind kind, uint32_t object)
{
    const struct cp_planes *planes = kind == CP_OBJECT_NODE ? &h->engine->node : &h->engine->link;

    if (h->seek == CP_SEEK_LICENSED)
        return bit_at(planes->licensed, h, planes->count, object);
    return cp_engine_trust(h->engine, h->rule, kind, object) ==
           (h->seek == CP_SEEK_UNTRUSTED ? CP_UNTRUSTED : CP_UNKNOWN);
}

static bool own_is_so(const struct hunt *h)
{
    const struct cp_own *own = &h->engine->own;

    if (h->seek == CP_SEEK_LICENSED)
        return cp_own_licensed(own, h->rule);
    return cp_own_trust(own, h->rule) == (h->seek == CP_SEEK_UNTRUSTED ? CP_UNTRUSTED : CP_UNKNOWN);
}

static void push(struct hunt *h, cp_step_kind kind, cp_object_kind object_kind, uint32_t object)
{
    CP_ASSERT(h->chain->count <
              CP_CHAIN_MAX); /* layers are bounded, and the rest is one step each */
    h->chain->links[h->chain->count++] = (struct cp_link_of_chain){
        .kind = kind, .object_kind = object_kind, .object = object, .through = CP_NONE};
}

/* --- of its own --------------------------------------------------------------------------- */

static bool fact_is_so(const struct hunt *h, uint32_t fact)
{
    cp_own_clear(h->engine, &h->engine->own);
    cp_own_fact(h->engine, fact, &h->engine->own);
    return own_is_so(h);
}

static bool unstated_is_so(const struct hunt *h, cp_object_kind kind, uint32_t object)
{
    if (cp_survey_is_stated(h->engine->survey, kind, object))
        return false;
    cp_own_clear(h->engine, &h->engine->own);
    cp_own_unstated(h->engine, kind, object, &h->engine->own);
    return own_is_so(h);
}

/* The first of an object's own facts that is so, software or not. */
static uint32_t find_own(const struct hunt *h, cp_object_kind kind, uint32_t object,
                         uint32_t software)
{
    const struct cp_survey *s = h->engine->survey;
    uint32_t first = 0;
    uint32_t end = 0;

    cp_survey_facts(s, kind, object, &first, &end);
    for (uint32_t fact = first; fact < end; fact++) {
        if (cp_survey_is_own(s, fact) && (s->flags[fact] & CP_FACT_SOFTWARE) == software &&
            fact_is_so(h, fact))
            return fact;
    }
    return CP_NONE;
}

static bool is_before(cp_place a, cp_place b)
{
    if (a.file != b.file)
        return a.file < b.file;
    return a.line != b.line ? a.line < b.line : a.column < b.column;
}

/* The first in the file of the facts about a link's ports that is so. */
static uint32_t find_port(const struct hunt *h, uint32_t link, uint32_t software)
{
    const struct cp_survey *s = h->engine->survey;
    const struct cp_fact *facts = s->net->facts;
    uint32_t best = CP_NONE;
    struct cp_port_walk walk = cp_survey_ports(s, link);
    uint32_t fact = 0;

    while (cp_survey_next(&walk, &fact)) {
        if ((s->flags[fact] & CP_FACT_SOFTWARE) != software || !fact_is_so(h, fact))
            continue;
        if (best == CP_NONE || is_before(facts[fact].place, facts[best].place))
            best = fact;
    }
    return best;
}

/* What the element has of its own, ports included, that is so: sets the chain's fact. */
static bool find_here(const struct hunt *h, cp_object_kind kind, uint32_t object)
{
    uint32_t *fact = &h->chain->fact;

    *fact = CP_NONE;
    if (unstated_is_so(h, kind, object))
        return true;
    for (uint32_t software = 0; software <= CP_FACT_SOFTWARE && *fact == CP_NONE; software++) {
        *fact = find_own(h, kind, object, software);
        if (*fact == CP_NONE && kind == CP_OBJECT_LINK)
            *fact = find_port(h, object, software);
    }
    return *fact != CP_NONE;
}

/* --- site and network --------------------------------------------------------------------- */

static bool look_in_group(struct hunt *h, uint32_t group, uint32_t *found)
{
    const struct cp_engine *e = h->engine;
    const struct cp_scope_group *of;

    if (group == CP_NONE)
        return false;
    of = &e->witnesses[(size_t)e->scoped[h->rule] * e->group_count + group];
    *found = h->seek == CP_SEEK_UNTRUSTED ? of->bad
             : h->seek == CP_SEEK_UNKNOWN ? of->unknown
                                          : of->licensed;
    return *found != CP_NONE;
}

static bool look_in_groups(struct hunt *h, cp_object_kind kind, uint32_t object, uint32_t *found)
{
    const struct cp_engine *e = h->engine;
    cp_scope scope = e->rules[h->rule].rule->scope;
    bool site = scope == CP_SCOPE_SITE;
    uint32_t own = site ? CP_NONE : cp_scope_operator(e, kind, object);

    if (kind == CP_OBJECT_NODE || own != CP_NONE)
        return look_in_group(h, site ? cp_scope_site(e, object) : own, found);
    cp_range ends = e->net->links[object].ends;
    for (uint32_t i = ends.first; i < ends.first + ends.count; i++) {
        uint32_t node = e->net->ends[i].node.at;
        if (look_in_group(
                h, site ? cp_scope_site(e, node) : cp_scope_operator(e, CP_OBJECT_NODE, node),
                found))
            return true;
    }
    return false;
}

/* Something else at its site, or in its operator's network, that is so of its own. */
static bool find_in_scope(struct hunt *h, cp_object_kind kind, uint32_t object)
{
    uint32_t found = CP_NONE;
    uint32_t count = h->chain->count;

    if (h->engine->rules[h->rule].rule->scope == CP_SCOPE_ELEMENT ||
        !look_in_groups(h, kind, object, &found))
        return false;
    bool link = (found & CP_SCOPE_LINK) != 0;
    push(h, CP_STEP_SCOPE, link ? CP_OBJECT_LINK : CP_OBJECT_NODE,
         found & ~(uint32_t)CP_SCOPE_LINK);
    if (find_here(h, h->chain->links[count].object_kind, h->chain->links[count].object))
        return true;
    h->chain->count = count;
    return false;
}

/* By the element itself or by its site or network. */
static bool find_there(struct hunt *h, cp_object_kind kind, uint32_t object)
{
    return find_here(h, kind, object) || find_in_scope(h, kind, object);
}

/* --- managers ----------------------------------------------------------------------------- */

struct step {
    uint32_t node, first; /* first: the manager that the search went through first */
};

struct search {
    struct step *queue;
    uint32_t head, tail, cap;
    uint8_t *seen; /* [node_count] */
};

static cp_err push_managers(struct hunt *h, struct search *search, struct step from)
{
    const struct cp_case *net = h->engine->net;
    cp_range by = net->nodes[from.node].managed_by;

    for (uint32_t i = by.first; i < by.first + by.count; i++) {
        uint32_t node = net->managers[i].at;
        void *at = search->queue;
        if (search->seen[node] != 0 || !is_so(h, CP_OBJECT_NODE, node))
            continue;
        search->seen[node] = 1;
        CP_TRY(
            cp_arena_grow(h->engine->arena, &at, search->tail, &search->cap, sizeof(struct step)));
        search->queue = at;
        search->queue[search->tail++] =
            (struct step){node, from.first == CP_NONE ? node : from.first};
    }
    return CP_OK;
}

/* The nearest manager that is so of itself. */
static cp_err find_manager(struct hunt *h, uint32_t node)
{
    struct search search = {.seen = CP_TAKE(h->engine->arena, h->engine->net->node_count, uint8_t)};
    uint32_t count = h->chain->count;

    if (search.seen == NULL)
        return CP_ERR_NOMEM;
    search.seen[node] = 1;
    CP_TRY(push_managers(h, &search, (struct step){node, CP_NONE}));
    for (;;) {
        CP_ASSERT(search.head < search.tail); /* a node is as bad as itself or as a manager */
        struct step found = search.queue[search.head++];
        push(h, CP_STEP_MANAGER, CP_OBJECT_NODE, found.node);
        h->chain->links[count].through = found.first == found.node ? CP_NONE : found.first;
        if (find_there(h, CP_OBJECT_NODE, found.node))
            return CP_OK;
        h->chain->count = count;
        CP_TRY(push_managers(h, &search, found));
    }
}

static cp_err find_for_node(struct hunt *h, uint32_t node)
{
    return find_there(h, CP_OBJECT_NODE, node) ? CP_OK : find_manager(h, node);
}

/* --- below -------------------------------------------------------------------------------- */

/* Whether the supporting link itself, or a node at its ends, is so: pushes it. */
static bool find_at_support(struct hunt *h, uint32_t link, uint32_t support, cp_err *err)
{
    const struct cp_case *net = h->engine->net;
    cp_range ends = net->links[support].ends;
    uint32_t count = h->chain->count;

    push(h, CP_STEP_BELOW, CP_OBJECT_LINK, support);
    if (find_there(h, CP_OBJECT_LINK, support))
        return true;
    h->chain->count = count;
    for (uint32_t i = ends.first; i < ends.first + ends.count; i++) {
        cp_node node = net->ends[i].node;
        if (!is_so(h, CP_OBJECT_NODE, node.at) || !cp_end_counts(net, link, support, node))
            continue;
        push(h, CP_STEP_BELOW, CP_OBJECT_NODE, node.at);
        *err = find_for_node(h, node.at);
        return true;
    }
    return false;
}

/*
 * One level down: true where the culprit is found, else *link is the support to go on from.
 * Supports in the order of the file; each is as bad as itself, its ends or what is under it.
 */
static bool find_one_below(struct hunt *h, uint32_t *link, cp_err *err)
{
    const struct cp_case *net = h->engine->net;
    cp_range alternatives = net->links[*link].alternatives;
    uint32_t next = CP_NONE;

    for (uint32_t a = 0; a < alternatives.count && next == CP_NONE; a++) {
        cp_range supports = net->alternatives[alternatives.first + a];
        for (uint32_t i = 0; i < supports.count && next == CP_NONE; i++) {
            uint32_t support = net->supports[supports.first + i].at;
            if (find_at_support(h, *link, support, err))
                return true;
            if (is_so(h, CP_OBJECT_LINK, support))
                next = support;
        }
    }
    CP_ASSERT(next != CP_NONE); /* a link is as bad as itself or as what is under it */
    push(h, CP_STEP_BELOW, CP_OBJECT_LINK, next);
    *link = next;
    return false;
}

static cp_err find_for_link(struct hunt *h, uint32_t link)
{
    cp_err err = CP_OK;

    if (find_there(h, CP_OBJECT_LINK, link))
        return CP_OK;
    for (uint32_t depth = 0; !find_one_below(h, &link, &err); depth++)
        CP_ASSERT(depth <= CP_LIMIT_OVER_DEPTH);
    return err;
}

cp_err cp_chain_find(struct cp_engine *engine, uint32_t rule, cp_seek seek, cp_object_kind kind,
                     uint32_t object, struct cp_chain *out)
{
    struct hunt h = {engine, rule, seek, out};

    CP_ASSERT(is_so(&h, kind, object));
    *out = (struct cp_chain){.fact = CP_NONE};
    push(&h, CP_STEP_ELEMENT, kind, object);
    return kind == CP_OBJECT_NODE ? find_for_node(&h, object) : find_for_link(&h, object);
}
