#include "model/seen.h"

static bool is_seen_by(const struct cp_fact *fact)
{
    return fact->part.len == 0 && cp_text_is(fact->attribute, "seen-by");
}

/* The last end of a link at a node; CP_NONE: it has none there. */
static uint32_t end_at(const struct cp_case *net, cp_range ends, uint32_t node)
{
    for (uint32_t i = ends.count; node != CP_NONE && i-- > 0;)
        if (net->ends[ends.first + i].node.at == node)
            return i;
    return CP_NONE;
}

/* Ids may hold spaces: of two ends that fit, the longer is meant. */
uint32_t cp_link_seen_end(const struct cp_case *net, cp_link link, const struct cp_fact *fact)
{
    cp_range ends = net->links[link.at].ends;
    uint32_t found = CP_NONE;

    if (!is_seen_by(fact))
        return CP_NONE;
    for (size_t len = fact->value.len; len > 0 && found == CP_NONE; len--)
        if (len == fact->value.len || fact->value.at[len] == ' ')
            found = end_at(net, ends, cp_case_node(net, cp_text_sub(fact->value, 0, len)).at);
    return found;
}

static cp_text source_of(const struct cp_case *net, const struct cp_fact *fact)
{
    return fact->evidence == CP_NONE ? CP_TEXT("") : net->evidence[fact->evidence].source;
}

static bool is_same_place(cp_place a, cp_place b)
{
    return a.file == b.file && a.line == b.line && a.column == b.column;
}

/* Facts that are looked at: the rest of a link that so many saw says nothing new. */
enum { FACTS_MAX = 256 };

struct looking {
    uint32_t end[FACTS_MAX];
    cp_text source[FACTS_MAX];
    uint32_t count;
};

static bool is_end_new(const struct looking *l, uint32_t end)
{
    for (uint32_t i = 0; i < l->count; i++)
        if (l->end[i] == end)
            return false;
    return end != CP_NONE;
}

static bool is_source_new(const struct looking *l, cp_text source)
{
    for (uint32_t i = 0; i < l->count; i++)
        if (cp_text_eq(l->source[i], source))
            return false;
    return true;
}

struct cp_link_seen cp_link_seen(const struct cp_case *net, cp_link link)
{
    uint32_t first = net->link_facts[link.at], end = net->link_facts[link.at + 1];
    struct cp_link_seen seen = {.stated = true};
    struct looking l;

    l.count = 0;
    for (uint32_t i = first; i < end && l.count < FACTS_MAX; i++) {
        if (!is_seen_by(&net->facts[i]))
            continue;
        l.end[l.count] = cp_link_seen_end(net, link, &net->facts[i]);
        l.source[l.count] = source_of(net, &net->facts[i]);
        seen.ends += is_end_new(&l, l.end[l.count]);
        seen.sources += is_source_new(&l, l.source[l.count]);
        l.count++;
        if (is_same_place(net->facts[i].place, net->links[link.at].place))
            seen.stated = false;
    }
    seen.sources += seen.stated;
    return seen;
}
