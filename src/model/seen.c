#include "model/seen.h"

static bool is_seen_by(const struct cp_fact *fact)
{
    return fact->part.len == 0 && cp_text_is(fact->attribute, "seen-by");
}

/* Ids may hold spaces: of two ends that fit, the longer is meant. */
uint32_t cp_link_seen_end(const struct cp_case *net, cp_link link, const struct cp_fact *fact)
{
    cp_range ends = net->links[link.at].ends;
    uint32_t found = CP_NONE;
    size_t longest = 0;

    for (uint32_t i = 0; is_seen_by(fact) && i < ends.count; i++) {
        cp_text id = net->nodes[net->ends[ends.first + i].node.at].id;

        if (id.len >= longest && cp_text_starts(fact->value, id) &&
            (fact->value.len == id.len || fact->value.at[id.len] == ' ')) {
            found = i;
            longest = id.len;
        }
    }
    return found;
}

static cp_text source_of(const struct cp_case *net, const struct cp_fact *fact)
{
    return fact->evidence == CP_NONE ? CP_TEXT("") : net->evidence[fact->evidence].source;
}

/* Whether an earlier fact of the link has the same end (or source). */
static bool is_end_new(const struct cp_case *net, cp_link link, uint32_t first, uint32_t at)
{
    uint32_t end = cp_link_seen_end(net, link, &net->facts[at]);

    for (uint32_t i = first; i < at; i++)
        if (cp_link_seen_end(net, link, &net->facts[i]) == end)
            return false;
    return end != CP_NONE;
}

static bool is_source_new(const struct cp_case *net, uint32_t first, uint32_t at)
{
    for (uint32_t i = first; i < at; i++)
        if (is_seen_by(&net->facts[i]) &&
            cp_text_eq(source_of(net, &net->facts[i]), source_of(net, &net->facts[at])))
            return false;
    return true;
}

static bool is_same_place(cp_place a, cp_place b)
{
    return a.file == b.file && a.line == b.line && a.column == b.column;
}

/* Facts that are looked at: the rest of a link that so many saw says nothing new. */
enum { FACTS_MAX = 256 };

struct cp_link_seen cp_link_seen(const struct cp_case *net, cp_link link)
{
    uint32_t first = net->link_facts[link.at], end = net->link_facts[link.at + 1];
    struct cp_link_seen seen = {.stated = true};
    uint32_t looked_at = 0;

    for (uint32_t i = first; i < end && looked_at < FACTS_MAX; i++) {
        if (!is_seen_by(&net->facts[i]))
            continue;
        looked_at++;
        seen.ends += is_end_new(net, link, first, i);
        seen.sources += is_source_new(net, first, i);
        if (is_same_place(net->facts[i].place, net->links[link.at].place))
            seen.stated = false;
    }
    seen.sources += seen.stated;
    return seen;
}
