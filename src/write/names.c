#include "names.h"

#include "model/limits.h"

static const char *const prefixes[] = {
    [CP_OBJECT_NODE] = "node:", [CP_OBJECT_LINK] = "link:", [CP_OBJECT_SITE] = "site:"};

enum { PREFIX_BYTES = 5 };

static cp_text id_of(const struct cp_case *c, cp_object_kind kind, uint32_t object)
{
    switch (kind) {
    case CP_OBJECT_NODE:
        return c->nodes[object].id;
    case CP_OBJECT_LINK:
        return c->links[object].id;
    case CP_OBJECT_SITE:
        break;
    }
    return c->sites[object].id;
}

/* How many things bear an id: of several a fact is taken to be about one, with a finding. */
static uint32_t bearers(const struct cp_case *c, cp_text id)
{
    uint32_t count = 0;

    count += cp_case_node(c, id).at != CP_NONE;
    count += cp_case_link(c, id).at != CP_NONE;
    count += cp_case_site(c, id) != CP_NONE;
    return count;
}

/* The name in the scratch: good until the next one. */
static cp_text join(cp_text prefix, cp_text id, cp_text part, struct cp_out *scratch)
{
    scratch->len = 0;
    cp_out_text(scratch, prefix);
    cp_out_text(scratch, id);
    if (part.len > 0) {
        cp_out_char(scratch, '/');
        cp_out_text(scratch, part);
    }
    return (cp_text){scratch->at, scratch->len};
}

/* Whether a name means something, its kind before it or not. */
static bool means(const struct cp_case *c, cp_text name)
{
    cp_text bare = cp_text_sub(name, PREFIX_BYTES, name.len);

    if (bearers(c, name) > 0)
        return true;
    if (cp_text_starts(name, cp_text_of(prefixes[CP_OBJECT_NODE])))
        return cp_case_node(c, bare).at != CP_NONE;
    if (cp_text_starts(name, cp_text_of(prefixes[CP_OBJECT_LINK])))
        return cp_case_link(c, bare).at != CP_NONE;
    return cp_text_starts(name, cp_text_of(prefixes[CP_OBJECT_SITE])) &&
           cp_case_site(c, bare) != CP_NONE;
}

/* Whether NODE/PART is read as this part: no longer id fits, and the slash is near enough to the end. */
static bool splits_here(const struct cp_case *c, cp_text name, size_t id_len)
{
    uint32_t slashes = 0;

    if (name.len > CP_LIMIT_LINK_ID_BYTES || means(c, name))
        return false;
    for (size_t at = name.len; at-- > id_len + 1;) {
        if (name.at[at] != '/')
            continue;
        if (++slashes >= CP_LIMIT_PART_SLASHES || means(c, cp_text_sub(name, 0, at)))
            return false;
    }
    return true;
}

/* The id alone, where it means one thing, else with its kind, where that means nothing else. */
static cp_err name_thing(const struct cp_case *c, const struct cp_fact *fact,
                         struct cp_out *scratch, struct cp_fact_name *name)
{
    cp_text whole;

    name->id = id_of(c, fact->kind, fact->object);
    if (bearers(c, name->id) == 1)
        return CP_OK;
    name->prefix = cp_text_of(prefixes[fact->kind]);
    whole = join(name->prefix, name->id, CP_TEXT(""), scratch);
    CP_TRY(scratch->err);
    return bearers(c, whole) == 0 ? CP_OK : CP_ERR_CONFLICT;
}

cp_err cp_fact_name_find(const struct cp_case *c, const struct cp_fact *fact,
                         struct cp_out *scratch, struct cp_fact_name *name)
{
    cp_text whole;

    *name = (struct cp_fact_name){.prefix = CP_TEXT("")};
    CP_TRY(name_thing(c, fact, scratch, name));
    if (fact->part.len == 0)
        return CP_OK;
    if (fact->kind == CP_OBJECT_SITE)
        return CP_ERR_CONFLICT; /* a site has no parts */
    whole = join(CP_TEXT(""), name->id, fact->part, scratch);
    CP_TRY(scratch->err);
    if (name->prefix.len == 0 && splits_here(c, whole, name->id.len))
        name->joined = fact->part;
    else
        name->part = fact->part;
    return name->part.len > 0 && cp_text_trim(name->part).len == 0 ? CP_ERR_CONFLICT : CP_OK;
}

/* Words of a cell are told from one id with spaces in it by more spaces between the first two. */
static void spread(struct cp_out *cell, uint32_t from, cp_text first, cp_text rest, uint32_t spaces)
{
    cell->len = from;
    cp_out_text(cell, first);
    for (uint32_t i = 0; i < spaces; i++)
        cp_out_char(cell, ' ');
    cp_out_text(cell, rest);
}

typedef bool (*names_one)(const struct cp_case *c, cp_text id);

static bool names_node(const struct cp_case *c, cp_text id)
{
    return cp_case_node(c, id).at != CP_NONE;
}

static bool names_link(const struct cp_case *c, cp_text id)
{
    return cp_case_link(c, id).at != CP_NONE;
}

/* What was written from `from` on is the words of a list, the first of them so long. */
static void keep_apart(const struct cp_case *c, struct cp_out *cell, uint32_t from,
                       size_t first_len, names_one names)
{
    cp_text copy, first, rest;

    if (cell->err != CP_OK || !names(c, (cp_text){cell->at + from, cell->len - from}))
        return;
    cell->err = cp_text_copy((cp_text){cell->at + from, cell->len - from}, cell->arena, &copy);
    if (cell->err != CP_OK)
        return;
    first = cp_text_sub(copy, 0, first_len);
    rest = cp_text_sub(copy, first_len + 1, copy.len);
    for (uint32_t spaces = 2;
         cell->err == CP_OK && names(c, (cp_text){cell->at + from, cell->len - from}); spaces++)
        spread(cell, from, first, rest, spaces);
}

void cp_name_managers(const struct cp_case *c, const cp_node *nodes, uint32_t count,
                      struct cp_out *cell)
{
    uint32_t from = cell->len;

    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            cp_out_char(cell, ' ');
        cp_out_text(cell, c->nodes[nodes[i].at].id);
    }
    if (count > 1)
        keep_apart(c, cell, from, c->nodes[nodes[0].at].id.len, names_node);
}

void cp_name_supports(const struct cp_case *c, const cp_link *links, uint32_t count,
                      struct cp_out *cell)
{
    uint32_t from = cell->len;

    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            cp_out_char(cell, ' ');
        cp_out_text(cell, c->links[links[i].at].id);
    }
    if (count > 1)
        keep_apart(c, cell, from, c->links[links[0].at].id.len, names_link);
}
