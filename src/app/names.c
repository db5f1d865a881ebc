#include "names.h"

#include <string.h>

#include "base/out.h"
#include "app/message.h"

static const char *const kinds[] = {[CP_ASKED_NODE] = "node",
                                    [CP_ASKED_LINK] = "link",
                                    [CP_ASKED_SITE] = "site",
                                    [CP_ASKED_DEMAND] = "demand"};

static uint32_t count_of(const struct cp_case *net, cp_asked_kind kind)
{
    const uint32_t counts[] = {[CP_ASKED_NODE] = net->node_count,
                               [CP_ASKED_LINK] = net->link_count,
                               [CP_ASKED_SITE] = net->site_count,
                               [CP_ASKED_DEMAND] = net->demand_count};

    return counts[kind];
}

static cp_text id_of(const struct cp_case *net, cp_asked_kind kind, uint32_t at)
{
    switch (kind) {
    case CP_ASKED_NODE:
        return net->nodes[at].id;
    case CP_ASKED_LINK:
        return net->links[at].id;
    case CP_ASKED_SITE:
        return net->sites[at].id;
    case CP_ASKED_DEMAND:
        return net->demands[at].id;
    }
    return CP_TEXT("");
}

/* CP_NONE where nothing of the kind bears the id. */
static uint32_t find(const struct cp_case *net, cp_asked_kind kind, cp_text id)
{
    for (uint32_t i = 0; i < count_of(net, kind); i++) {
        if (cp_text_eq(id_of(net, kind, i), id))
            return i;
    }
    return CP_NONE;
}

/* The kind that the name begins with and what follows it; the whole name where it begins with none. */
static bool split(const char *name, cp_asked_kind *kind, cp_text *id)
{
    *id = cp_text_of(name);
    for (size_t k = 0; k < CP_COUNT(kinds); k++) {
        size_t len = strlen(kinds[k]);

        if (strncmp(name, kinds[k], len) != 0 || name[len] != ':')
            continue;
        *kind = (cp_asked_kind)k;
        *id = cp_text_of(name + len + 1);
        return true;
    }
    return false;
}

/* only: of this kind; CP_COUNT(kinds): of any */
static cp_exit say_unknown(const struct cp_case *net, const char *name, cp_text id, size_t only,
                           struct cp_arena *arena)
{
    uint32_t total = 0, count = 0;
    cp_text *ids;
    size_t near;

    for (size_t k = 0; k < CP_COUNT(kinds); k++)
        total += k == only || only == CP_COUNT(kinds) ? count_of(net, (cp_asked_kind)k) : 0;
    ids = CP_TAKE(arena, total, cp_text);
    if (ids == NULL)
        return cp_say_no_memory();
    for (size_t k = 0; k < CP_COUNT(kinds); k++) {
        if (k != only && only != CP_COUNT(kinds))
            continue;
        for (uint32_t i = 0; i < count_of(net, (cp_asked_kind)k); i++)
            ids[count++] = id_of(net, (cp_asked_kind)k, i);
    }
    near = cp_text_nearest(id, ids, count);
    if (near < count)
        cp_say("nothing is called '%s'; did you mean '%.*s'?", name, (int)ids[near].len,
               ids[near].at);
    else
        cp_say("nothing is called '%s'", name);
    return CP_EXIT_MISSING;
}

/* The first kind that has the id; *several: another has it too. */
static size_t find_any(const struct cp_case *net, cp_text id, uint32_t *at, bool *several)
{
    size_t first = CP_COUNT(kinds);

    *several = false;
    for (size_t k = 0; k < CP_COUNT(kinds); k++) {
        uint32_t found = find(net, (cp_asked_kind)k, id);

        if (found == CP_NONE)
            continue;
        *several = first < CP_COUNT(kinds);
        if (*several)
            return first;
        first = k;
        *at = found;
    }
    return first;
}

static cp_exit say_several(const struct cp_case *net, const char *name, struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    bool first = true;
    cp_text list;

    for (size_t k = 0; k < CP_COUNT(kinds); k++) {
        if (find(net, (cp_asked_kind)k, cp_text_of(name)) == CP_NONE)
            continue;
        cp_out_format(&out, "%s%s:%s", first ? "" : " or ", kinds[k], name);
        first = false;
    }
    if (cp_out_done(&out, &list) != CP_OK)
        return cp_say_no_memory();
    return cp_say_usage("explain", "explain: several things are called '%s': say %s", name,
                        list.at);
}

cp_exit cp_name_find(const struct cp_case *net, const char *name, struct cp_arena *arena,
                     struct cp_asked *out)
{
    cp_asked_kind kind;
    uint32_t at = CP_NONE;
    bool several;
    cp_text id;
    size_t first = find_any(net, cp_text_of(name), &at, &several);

    if (several)
        return say_several(net, name, arena);
    if (first < CP_COUNT(kinds)) {
        *out = (struct cp_asked){(cp_asked_kind)first, at};
        return CP_EXIT_OK;
    }
    if (!split(name, &kind, &id))
        return say_unknown(net, name, id, CP_COUNT(kinds), arena);
    at = find(net, kind, id);
    if (at == CP_NONE)
        return say_unknown(net, name, id, kind, arena);
    *out = (struct cp_asked){kind, at};
    return CP_EXIT_OK;
}

cp_exit cp_name_find_node(const struct cp_case *net, const char *id, struct cp_arena *arena,
                          uint32_t *node)
{
    *node = cp_case_node(net, cp_text_of(id)).at;
    return *node != CP_NONE ? CP_EXIT_OK
                            : say_unknown(net, id, cp_text_of(id), CP_ASKED_NODE, arena);
}
