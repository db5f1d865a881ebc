#include "fresh.h"

#include "model/limits.h"

/*
 * What a user's text may mean, as finish in model/build.h reads it: an id; "node:ID" and the like; an id
 * and a part behind a slash; in a LAN's cell one id, else a list of them.
 */

static cp_err add(struct cp_fresh *f, struct cp_map *map, cp_text id)
{
    cp_text kept;

    if (cp_map_find(map, id) != CP_MAP_NONE)
        return CP_OK;
    CP_TRY(cp_text_copy(id, f->work, &kept));
    return cp_map_add(map, kept, f->count++);
}

static cp_err add_link(struct cp_fresh *f, const struct cp_link_row *row)
{
    cp_text id;

    if (row->id.len > 0)
        return add(f, f->links, row->id);
    CP_TRY(cp_text_join(row->a, cp_text_of(row->b.len > 0 ? "--" : ""), f->work, &id));
    CP_TRY(cp_text_join(id, row->b, f->work, &id));
    return add(f, f->defaults, id);
}

cp_err cp_fresh_open(const struct cp_known *known, struct cp_arena *work, struct cp_fresh *out)
{
    struct cp_build_walk walk = {.build = known->set->build};
    struct cp_added added;

    *out = (struct cp_fresh){.known = known, .work = work};
    CP_TRY(cp_map_open(work, &out->links));
    CP_TRY(cp_map_open(work, &out->defaults));
    while (cp_build_next(&walk, &added))
        if (added.kind == CP_ADDED_LINK)
            CP_TRY(add_link(out, &added.link));
    return CP_OK;
}

cp_err cp_fresh_take(struct cp_fresh *f, cp_text id)
{
    return add(f, f->links, id);
}

/* A default id, or one with a number behind it. */
static bool is_default(const struct cp_fresh *f, cp_text id)
{
    size_t at = id.len;

    if (cp_map_find(f->defaults, id) != CP_MAP_NONE)
        return true;
    while (at > 0 && id.at[at - 1] != '#')
        at--;
    return at > 0 && cp_map_find(f->defaults, cp_text_sub(id, 0, at - 1)) != CP_MAP_NONE;
}

static bool is_node_or_link(const struct cp_fresh *f, cp_text id)
{
    return cp_known_node_find(f->known, id) != CP_NONE ||
           cp_map_find(f->links, id) != CP_MAP_NONE || is_default(f, id);
}

static bool begins_with_a_kind(cp_text id)
{
    static const char *const kinds[] = {"node:", "link:", "site:", "tag:"};

    for (size_t i = 0; i < CP_COUNT(kinds); i++)
        if (cp_text_starts(id, cp_text_of(kinds[i])))
            return true;
    return false;
}

/* What a user writes of a part of something: as far as finish looks. */
static bool reads_as_a_part(const struct cp_fresh *f, cp_text id)
{
    uint32_t slashes = 0;

    for (size_t at = id.len; at-- > 1 && slashes < CP_LIMIT_PART_SLASHES;) {
        if (id.at[at] != '/')
            continue;
        slashes++;
        if (is_node_or_link(f, cp_text_sub(id, 0, at)))
            return true;
    }
    return false;
}

/* What a user writes of the members of a LAN. */
static bool reads_as_a_list(const struct cp_fresh *f, cp_text id)
{
    uint32_t count = 0;
    cp_text word;

    for (; cp_text_word(&id, " ", &word); count++)
        if (cp_known_node_find(f->known, word) == CP_NONE)
            return false;
    return count > 1;
}

bool cp_fresh_is_free(const struct cp_fresh *f, cp_text id)
{
    return id.len > 0 && id.len <= CP_LIMIT_ID_BYTES && !is_node_or_link(f, id) &&
           !cp_build_has_site(f->known->set->build, id) && !begins_with_a_kind(id) &&
           !reads_as_a_part(f, id) && !reads_as_a_list(f, id);
}
