#include "making.h"

#include <stdio.h>

#include "model/limits.h"

cp_err cp_making_conflict(struct cp_making *m, cp_place place, const char *why, cp_text subject)
{
    return cp_diag_set(m->diag, CP_ERR_CONFLICT, place, why, subject);
}

cp_err cp_making_listed(struct cp_making *m, cp_err err, cp_place place, cp_text id)
{
    if (err != CP_ERR_LIMIT)
        return err;
    return cp_diag_set(m->diag, err, place, "too many items in a list", id);
}

/* The ids of all nodes or sites, from their rows; NULL where there is no room. */
static cp_text *collect(struct cp_making *m, cp_row_kind wanted, uint32_t count)
{
    cp_text *ids = CP_TAKE(m->arena, count, cp_text);
    cp_row_walk walk = {m->build->rows.first, 0};
    union cp_any_row row;
    cp_row_kind kind;
    cp_row packed;

    for (uint32_t at = 0; ids != NULL && at < count && cp_rows_next(&walk, &kind, &packed);) {
        if (kind != wanted)
            continue;
        cp_rows_unpack(kind, packed, &row);
        ids[at++] = kind == CP_ROW_NODE ? row.node.id : row.site.id;
    }
    return ids;
}

static cp_text *collect_links(struct cp_making *m, uint32_t count)
{
    cp_text *ids = CP_TAKE(m->arena, count, cp_text);

    for (uint32_t i = 0; ids != NULL && i < count; i++)
        ids[i] = m->links[i].id;
    return ids;
}

/* The name nearest to another, or an empty text: also where there is no room to look. */
static cp_text nearest(struct cp_making *m, cp_names names, cp_text name)
{
    cp_arena_mark mark = cp_arena_mark_get(m->arena);
    cp_text found = CP_TEXT("");
    uint32_t count = 0;
    cp_text *ids = NULL;
    size_t near;

    switch (names) {
    case CP_NAMES_NODES:
        count = m->build->node_count;
        ids = collect(m, CP_ROW_NODE, count);
        break;
    case CP_NAMES_LINKS:
        count = m->build->link_count;
        ids = collect_links(m, count);
        break;
    case CP_NAMES_SITES:
        count = m->build->site_count;
        ids = collect(m, CP_ROW_SITE, count);
        break;
    case CP_NAMES_NONE:
        break;
    }
    near = ids == NULL ? count : cp_text_nearest(name, ids, count);
    if (near < count)
        found = ids[near]; /* lies in the rows */
    cp_arena_reset(m->arena, mark);
    return found;
}

cp_err cp_making_unknown(struct cp_making *m, cp_names names, cp_place place, const char *why,
                         cp_text name)
{
    cp_err err = cp_diag_set(m->diag, CP_ERR_UNKNOWN_ID, place, why, name);
    cp_text hint = nearest(m, names, name);

    if (m->diag != NULL && hint.len > 0)
        cp_diag_hint(m->diag, hint);
    return err;
}

cp_err cp_making_leave_out(struct cp_making *m, cp_names names, cp_place place, const char *why,
                           cp_text name)
{
    struct cp_build *build = m->build;
    cp_text hint = CP_TEXT("");

    if (place.file < build->input_count)
        build->inputs[place.file].used--;
    if (names != CP_NAMES_NONE && build->hint_count < CP_LIMIT_HINTS) {
        build->hint_count++;
        hint = nearest(m, names, name);
    }
    CP_TRY(cp_build_remark(build, CP_REMARK_NOT_UNDERSTOOD, place, why, name, 1));
    build->remarks[build->remark_count - 1].hint = hint;
    return CP_OK;
}

cp_place cp_making_cell(cp_place row, uint16_t column)
{
    return column == 0 ? row : (cp_place){row.file, row.line, column};
}

/* Links without id between the same two nodes: their first two ends, in ascending order. */
struct pair {
    uint32_t low, high;
    bool lan;
};

static struct pair pair_of(const struct cp_making *m, uint32_t link)
{
    const struct cp_link_rec *rec = &m->links[link];
    uint32_t a = m->ends[rec->ends.first].node.at;
    uint32_t b = m->ends[rec->ends.first + 1].node.at;

    return (struct pair){.low = a < b ? a : b, .high = a < b ? b : a, .lan = rec->lan};
}

/* The links met so far, by pair: open addressing, less than half full. */
struct parallels {
    const struct cp_making *m;
    uint32_t *firsts; /* [mask + 1] the first link of a pair plus 1; 0: empty */
    uint32_t *counts; /* [links] of the pair, at its first link */
    uint32_t mask;
};

static bool same_pair(struct pair a, struct pair b)
{
    return a.low == b.low && a.high == b.high && a.lan == b.lan;
}

/* 1 for the first link of its pair, 2 for the next one, ... */
static uint32_t ordinal_of(struct parallels *p, uint32_t link)
{
    struct pair pair = pair_of(p->m, link);
    uint64_t key = ((uint64_t)pair.high << 32 | pair.low) * 2 + pair.lan;
    uint32_t at = (uint32_t)((key ^ key >> 29) * 0x9e3779b97f4a7c15u >> 32) & p->mask;

    while (p->firsts[at] != 0 && !same_pair(pair_of(p->m, p->firsts[at] - 1), pair))
        at = (at + 1) & p->mask;
    if (p->firsts[at] == 0)
        p->firsts[at] = link + 1;
    return ++p->counts[p->firsts[at] - 1];
}

/* Sets ordinals that are not 0 to 1, 2, ... within each pair of nodes. */
static cp_err count_parallels(struct cp_making *m, uint32_t *ordinals, uint32_t unnamed)
{
    uint32_t links = m->build->link_count;
    struct parallels p = {.m = m};
    size_t slots = 1;

    while (slots <= 2 * (size_t)unnamed)
        slots *= 2;
    p.mask = (uint32_t)(slots - 1);
    p.firsts = CP_TAKE(m->arena, slots, uint32_t);
    p.counts = CP_TAKE(m->arena, links, uint32_t);
    if (p.firsts == NULL || p.counts == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < links; i++)
        if (ordinals[i] != 0)
            ordinals[i] = ordinal_of(&p, i);
    return CP_OK;
}

static cp_err name_link(struct cp_making *m, struct cp_link_rec *rec, uint32_t link,
                        uint32_t ordinal)
{
    struct cp_build *build = m->build;
    char suffix[12];

    if (ordinal > 1) {
        (void)snprintf(suffix, sizeof(suffix), "#%u", ordinal);
        CP_TRY(cp_text_join(rec->id, cp_text_of(suffix), m->arena, &rec->id));
    }
    if (cp_map_find(build->link_ids, rec->id) != CP_MAP_NONE ||
        !cp_unnamed_add(build->unnamed, link))
        return cp_making_conflict(
            m, rec->place, "another link bears the id that this one gets by default", rec->id);
    return CP_OK;
}

cp_err cp_making_link_ids(struct cp_making *m, uint32_t *ordinals)
{
    uint32_t count = m->build->link_count, unnamed = 0;
    cp_arena_mark mark;
    cp_err err;

    for (uint32_t i = 0; i < count; i++)
        unnamed += ordinals[i] != 0;
    if (unnamed == 0)
        return CP_OK;
    CP_TRY(cp_unnamed_open(m->links, unnamed, m->arena, &m->build->unnamed));
    mark = cp_arena_mark_get(m->arena);
    err = count_parallels(m, ordinals, unnamed);
    cp_arena_reset(m->arena, mark);
    CP_TRY(err);
    for (uint32_t i = 0; i < count; i++)
        if (ordinals[i] != 0)
            CP_TRY(name_link(m, &m->links[i], i, ordinals[i]));
    return CP_OK;
}

static cp_err add_bare_site(struct cp_making *m, cp_place place, cp_text id)
{
    struct cp_build *build = m->build;
    struct cp_site_row row = cp_site_row_make(place, id);
    cp_row packed;

    if (id.len == 0 || cp_map_find(build->site_ids, id) != CP_MAP_NONE)
        return CP_OK;
    if (build->site_count >= CP_LIMIT_NODES)
        return cp_diag_set(m->diag, CP_ERR_LIMIT, place, "too many sites", id);
    CP_TRY(cp_rows_keep(&build->rows, CP_ROW_SITE, &row, &packed));
    CP_TRY(cp_map_add(build->site_ids, row.id, build->site_count));
    build->site_count++;
    return CP_OK;
}

/* Whether a fact fills in the site of a node: see fill.c. */
static bool states_site(const struct cp_making *m, cp_row_kind kind, const struct cp_fact_row *fact)
{
    cp_text object = fact->object;

    if (!cp_text_is(fact->attribute, "site") || fact->foreign || fact->node.len > 0 ||
        fact->part.len > 0 || (fact->expires != CP_DATE_NONE && fact->expires < m->as_of))
        return false;
    if (kind == CP_ROW_LAST_RECORD)
        return object.len == 0;
    if (cp_map_find(m->build->node_ids, object) == CP_MAP_NONE &&
        cp_text_starts(object, CP_TEXT("node:")))
        object = cp_text_sub(object, 5, object.len);
    return cp_map_find(m->build->node_ids, object) != CP_MAP_NONE;
}

cp_err cp_making_bare_sites(struct cp_making *m)
{
    struct cp_build *build = m->build;
    cp_row_walk walk = {build->rows.first, 0};
    bool on_node = false; /* the last of nodes and links was a node */
    union cp_any_row any;
    cp_row_kind kind;
    cp_row packed;

    if (build->site_count > 0)
        return CP_OK;
    while (cp_rows_next(&walk, &kind, &packed)) {
        if (kind == CP_ROW_NODE || kind == CP_ROW_LINK || kind == CP_ROW_LAN_MORE)
            on_node = kind == CP_ROW_NODE;
        if (kind == CP_ROW_NODE) {
            cp_rows_unpack(kind, packed, &any);
            CP_TRY(add_bare_site(m, any.node.place, any.node.site));
        } else if (kind == CP_ROW_FACT || (kind == CP_ROW_LAST_RECORD && on_node)) {
            cp_rows_unpack(kind, packed, &any);
            if (states_site(m, kind, &any.fact))
                CP_TRY(add_bare_site(m, any.fact.place, any.fact.value));
        }
    }
    return CP_OK;
}
