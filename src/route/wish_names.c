#include "wish_names.h"

#include "model/limits.h"

/*
 * A name marks things of the case (nodes, links, SRLGs).  Marked nodes and links of the IP layer are elements;
 * then links above marked things are found from below, each link looking at what is under it, to the depth that
 * the model allows.  Cost of a name: O(1) for an element of the IP layer, else O(nodes + links + layers below).
 */

/* How much of what may carry a link must be marked for the link to be meant. */
typedef enum { CARRIED_PERHAPS, CARRIED_SURELY } carried;

struct marks {
    const struct cp_wish_names *n;
    struct cp_arena *work;
    uint8_t *nodes, *links; /* [nodes], [links] of the case */
    uint8_t *elements;      /* of the graph */
    carried how;
};

static cp_err open_marks(struct marks *m)
{
    const struct cp_graph *g = &m->n->net->graph;

    m->nodes = CP_TAKE(m->work, m->n->c->node_count, uint8_t);
    m->links = CP_TAKE(m->work, m->n->c->link_count, uint8_t);
    m->elements = CP_TAKE(m->work, cp_graph_element_count(g), uint8_t);
    return m->nodes == NULL || m->links == NULL || m->elements == NULL ? CP_ERR_NOMEM : CP_OK;
}

static void mark_node(struct marks *m, uint32_t node)
{
    uint32_t at = m->n->net->node_of_case[node];

    m->nodes[node] = 1;
    if (at != CP_NONE)
        m->elements[cp_graph_element_of_node(&m->n->net->graph, at)] = 1;
}

static bool mark_site(struct marks *m, uint32_t site)
{
    for (uint32_t i = 0; site != CP_NONE && i < m->n->c->node_count; i++)
        if (m->n->c->nodes[i].site == site)
            mark_node(m, i);
    return site != CP_NONE;
}

static bool mark_tag(struct marks *m, cp_text tag)
{
    const struct cp_case *c = m->n->c;
    bool any = false;

    for (uint32_t i = 0; i < c->node_count; i++) {
        uint32_t site = c->nodes[i].site;

        if (!cp_case_has_tag(c, c->nodes[i].tags, tag) &&
            (site == CP_NONE || !cp_case_has_tag(c, c->sites[site].tags, tag)))
            continue;
        any = true;
        mark_node(m, i);
    }
    for (uint32_t i = 0; i < c->link_count; i++) {
        if (!cp_case_has_tag(c, c->links[i].tags, tag))
            continue;
        any = true;
        m->links[i] = 1;
    }
    return any;
}

static bool mark_srlg(struct marks *m, cp_text name)
{
    const struct cp_net *net = m->n->net;

    for (uint32_t i = 0; i < net->graph.srlg_count; i++) {
        if (!cp_text_eq(m->n->c->srlgs[net->case_srlg[i]], name))
            continue;
        m->elements[cp_graph_element_of_srlg(&net->graph, i)] = 1;
        return true;
    }
    return false;
}

/* Links above what is marked. */

static bool is_touched(const struct marks *m, uint32_t link, uint32_t depth);

static bool touches(const struct marks *m, cp_range supports, uint32_t depth)
{
    for (uint32_t i = 0; i < supports.count; i++)
        if (is_touched(m, m->n->c->supports[supports.first + i].at, depth + 1))
            return true;
    return false;
}

/* Of a link below (depth > 0) its ends count too: of one that a path passes they are elements of their own. */
static bool is_touched(const struct marks *m, uint32_t link, uint32_t depth)
{
    const struct cp_case *c = m->n->c;
    const struct cp_link_rec *rec = &c->links[link];
    uint32_t touched = 0;

    if (m->links[link])
        return true;
    for (uint32_t i = 0; depth > 0 && i < rec->ends.count; i++)
        if (m->nodes[c->ends[rec->ends.first + i].node.at])
            return true;
    for (uint32_t i = 0; i < rec->alternatives.count && depth < CP_LIMIT_OVER_DEPTH; i++)
        touched += touches(m, c->alternatives[rec->alternatives.first + i], depth);
    return touched > 0 && (m->how == CARRIED_PERHAPS || touched == rec->alternatives.count);
}

static void mark_above(const struct marks *m)
{
    const struct cp_net *net = m->n->net;

    for (uint32_t l = 0; l < net->graph.link_count; l++)
        if (is_touched(m, net->case_link[l], 0))
            m->elements[cp_graph_element_of_link(l)] = 1;
}

/* Names */

typedef enum { NAME_NODE, NAME_LINK, NAME_SITE, NAME_TAG, NAME_SRLG, NAME_COUNT } name_kind;

static const char *const prefixes[NAME_COUNT] = {"node:", "link:", "site:", "tag:", "srlg:"};

/* NAME_COUNT: it says no kind. */
static name_kind kind_of(cp_text name)
{
    uint32_t kind = 0;

    while (kind < NAME_COUNT && !cp_text_starts(name, cp_text_of(prefixes[kind])))
        kind++;
    return (name_kind)kind;
}

static bool mark_kind(struct marks *m, name_kind kind, cp_text name)
{
    const struct cp_case *c = m->n->c;
    uint32_t at = CP_NONE;

    switch (kind) {
    case NAME_NODE:
        at = cp_case_node(c, name).at;
        if (at != CP_NONE)
            mark_node(m, at);
        return at != CP_NONE;
    case NAME_LINK:
        at = cp_case_link(c, name).at;
        if (at != CP_NONE)
            m->links[at] = 1;
        return at != CP_NONE;
    case NAME_SITE:
        return mark_site(m, cp_case_site(c, name));
    case NAME_TAG:
        return mark_tag(m, name);
    case NAME_SRLG:
        return mark_srlg(m, name);
    case NAME_COUNT:
        break;
    }
    return false;
}

static bool mark_id(struct marks *m, cp_text name)
{
    return mark_kind(m, NAME_NODE, name) || mark_kind(m, NAME_LINK, name) ||
           mark_kind(m, NAME_SITE, name);
}

static bool mark_name(struct marks *m, cp_text name)
{
    name_kind kind = kind_of(name);

    if (mark_id(m, name))
        return true;
    return kind != NAME_COUNT &&
           mark_kind(m, kind, cp_text_sub(name, cp_text_of(prefixes[kind]).len, name.len));
}

/* Hints */

struct names {
    cp_text *at;
    size_t count;
};

static void add_tags(const struct cp_case *c, cp_range tags, struct names *names)
{
    for (uint32_t i = 0; i < tags.count; i++)
        names->at[names->count++] = c->tags[tags.first + i];
}

static size_t tag_count(const struct cp_case *c)
{
    size_t count = 0;

    for (uint32_t i = 0; i < c->node_count; i++)
        count += c->nodes[i].tags.count;
    for (uint32_t i = 0; i < c->link_count; i++)
        count += c->links[i].tags.count;
    for (uint32_t i = 0; i < c->site_count; i++)
        count += c->sites[i].tags.count;
    return count;
}

static void add_all_tags(const struct cp_case *c, struct names *names)
{
    for (uint32_t i = 0; i < c->node_count; i++)
        add_tags(c, c->nodes[i].tags, names);
    for (uint32_t i = 0; i < c->link_count; i++)
        add_tags(c, c->links[i].tags, names);
    for (uint32_t i = 0; i < c->site_count; i++)
        add_tags(c, c->sites[i].tags, names);
}

/* Names of the kind; of no kind: those that stand without one. */
static cp_err collect(const struct marks *m, name_kind kind, struct names *names)
{
    const struct cp_case *c = m->n->c;
    bool bare = kind == NAME_COUNT;
    size_t most = (size_t)c->node_count + c->link_count + c->site_count + c->srlg_count +
                  (kind == NAME_TAG ? tag_count(c) : 0);

    *names = (struct names){.at = CP_TAKE(m->work, most, cp_text)};
    if (names->at == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; (bare || kind == NAME_NODE) && i < c->node_count; i++)
        names->at[names->count++] = c->nodes[i].id;
    for (uint32_t i = 0; (bare || kind == NAME_LINK) && i < c->link_count; i++)
        names->at[names->count++] = c->links[i].id;
    for (uint32_t i = 0; (bare || kind == NAME_SITE) && i < c->site_count; i++)
        names->at[names->count++] = c->sites[i].id;
    for (uint32_t i = 0; kind == NAME_SRLG && i < c->srlg_count; i++)
        names->at[names->count++] = c->srlgs[i];
    if (kind == NAME_TAG)
        add_all_tags(c, names);
    return CP_OK;
}

static cp_err unknown(const struct marks *m, cp_text name, cp_place place)
{
    name_kind kind = kind_of(name);
    size_t skip = kind == NAME_COUNT ? 0 : cp_text_of(prefixes[kind]).len;
    cp_text bare = cp_text_sub(name, skip, name.len);
    cp_text hint;
    struct names names;
    size_t near;

    CP_TRY(collect(m, kind, &names));
    near = cp_text_nearest(bare, names.at, names.count);
    if (near < names.count && m->n->diag != NULL) {
        CP_TRY(cp_text_join(cp_text_sub(name, 0, skip), names.at[near], m->work, &hint));
        cp_err err = cp_diag_set(m->n->diag, CP_ERR_UNKNOWN_ID, place,
                                 "a demand names what is not there", name);
        cp_diag_hint(m->n->diag, hint);
        return err;
    }
    return cp_diag_set(m->n->diag, CP_ERR_UNKNOWN_ID, place, "a demand names what is not there",
                       name);
}

/* Lists */

/* Names that mean nothing which a path can pass would be promises that nothing keeps. */
static cp_err gather(const struct marks *m, cp_text name, cp_place place, const uint32_t **elements,
                     uint32_t *count)
{
    uint32_t all = cp_graph_element_count(&m->n->net->graph), found = 0;
    uint32_t *list;

    mark_above(m);
    for (uint32_t e = 0; e < all; e++)
        found += m->elements[e];
    if (found == 0)
        return cp_diag_set(m->n->diag, CP_ERR_UNKNOWN_ID, place,
                           "a demand names what no path of the ip layer passes", name);
    list = CP_TAKE(m->n->arena, found, uint32_t);
    if (list == NULL)
        return CP_ERR_NOMEM;
    *count = 0;
    for (uint32_t e = 0; e < all; e++)
        if (m->elements[e])
            list[(*count)++] = e;
    *elements = list;
    return CP_OK;
}

static cp_err mark_list(struct marks *m, cp_text list, cp_place place)
{
    cp_text word;

    if (mark_id(m, list))
        return CP_OK;
    while (cp_text_word(&list, " ", &word))
        if (!mark_name(m, word))
            return unknown(m, word, place);
    return CP_OK;
}

cp_err cp_wish_avoid(const struct cp_wish_names *n, cp_text list, cp_place place,
                     const uint32_t **elements, uint32_t *count)
{
    struct marks m = {.n = n, .work = cp_arena_open(SIZE_MAX), .how = CARRIED_PERHAPS};
    cp_err err = m.work == NULL ? CP_ERR_NOMEM : open_marks(&m);

    if (err == CP_OK)
        err = mark_list(&m, list, place);
    if (err == CP_OK)
        err = gather(&m, list, place, elements, count);
    cp_arena_close(m.work);
    return err;
}

/* SRLGs are passed with any of their links. */
static void open_srlgs(const struct marks *m)
{
    const struct cp_graph *g = &m->n->net->graph;

    for (uint32_t s = 0; s < g->srlg_count; s++) {
        if (!m->elements[cp_graph_element_of_srlg(g, s)])
            continue;
        m->elements[cp_graph_element_of_srlg(g, s)] = 0;
        for (uint32_t i = g->srlg_first[s]; i < g->srlg_first[s + 1]; i++)
            m->elements[cp_graph_element_of_link(g->srlg_links[i])] = 1;
    }
}

static cp_err require_name(const struct cp_wish_names *n, cp_text name, bool whole, cp_place place,
                           struct cp_must_pass *out)
{
    struct marks m = {.n = n, .work = cp_arena_open(SIZE_MAX), .how = CARRIED_SURELY};
    cp_err err = m.work == NULL ? CP_ERR_NOMEM : open_marks(&m);

    if (err == CP_OK && !(whole ? mark_id(&m, name) : mark_name(&m, name)))
        err = unknown(&m, name, place);
    if (err == CP_OK) {
        open_srlgs(&m);
        err = gather(&m, name, place, &out->elements, &out->count);
    }
    cp_arena_close(m.work);
    return err;
}

static bool is_id(const struct cp_case *c, cp_text name)
{
    return cp_case_node(c, name).at != CP_NONE || cp_case_link(c, name).at != CP_NONE ||
           cp_case_site(c, name) != CP_NONE;
}

cp_err cp_wish_require(const struct cp_wish_names *n, cp_text list, cp_place place,
                       const struct cp_must_pass **require, uint32_t *count)
{
    struct cp_must_pass *at = CP_TAKE(n->arena, CP_REQUIRE_MAX, struct cp_must_pass);
    cp_text word;

    *count = 0;
    if (at == NULL)
        return CP_ERR_NOMEM;
    *require = at;
    if (is_id(n->c, list))
        return require_name(n, list, true, place, &at[(*count)++]);
    while (cp_text_word(&list, " ", &word)) {
        if (*count == CP_REQUIRE_MAX)
            return cp_diag_set(n->diag, CP_ERR_LIMIT, place,
                               "a demand is to pass more than 32 things, from this one on", word);
        CP_TRY(require_name(n, word, false, place, &at[(*count)++]));
    }
    return CP_OK;
}
