#include "making.h"

#include <string.h>

#include "base/num.h"
#include "model/limits.h"
#include "words.h"

/*
 * One walk over the rows fills each record from its row and then from the facts about it, so that
 * the items of each list come to lie side by side.
 */

/* The facts about one thing. */
struct stated {
    const struct cp_fact *facts;
    const uint8_t *fills;
    uint32_t count;
};

static struct stated stated_of(const struct cp_making *m, uint32_t number)
{
    uint32_t first = m->fact_starts[number];

    return (struct stated){&m->facts[first], &m->fact_fills[first],
                           m->fact_starts[number + 1] - first};
}

/* The record of a fact whose value cannot be is taken off those used. */
static cp_err not_understood(struct cp_making *m, const struct cp_fact *fact, const char *why)
{
    if (fact->place.file < m->build->input_count)
        m->build->inputs[fact->place.file].used--;
    return cp_build_remark(m->build, CP_REMARK_NOT_UNDERSTOOD, fact->place, why, fact->value, 1);
}

static cp_err disagree(struct cp_making *m, const struct cp_fact *fact, const char *why)
{
    return cp_build_remark(m->build, CP_REMARK_FINDING, fact->place, why, fact->value, 1);
}

/* --- what has expired ---------------------------------------------------------------------- */

/* Whether it may fill the thing itself: a record of its own, not about a part. */
static bool is_filling(const struct stated *s, uint32_t i)
{
    const struct cp_fact *fact = &s->facts[i];

    return s->fills[i] != 0 && fact->part.len == 0 && cp_words_fills(fact->kind, fact->attribute);
}

static bool has_expired(const struct cp_making *m, const struct cp_fact *fact)
{
    return fact->expires != CP_DATE_NONE && fact->expires < m->as_of;
}

/* Without these something would look cleaner than it may be. */
static bool outlives(const struct cp_fact *fact)
{
    cp_text word = fact->value, meant;

    if (cp_text_is(fact->attribute, "managed_by") || cp_text_is(fact->attribute, "over"))
        return true;
    return cp_text_is(fact->attribute, "class") &&
           (!cp_words_class(&word, &meant) || cp_text_is(word, CP_CLASS_LEASED_CIRCUIT));
}

static bool leaves_unknown(const struct cp_fact *fact)
{
    return cp_text_is(fact->attribute, "role") || cp_text_is(fact->attribute, "operator") ||
           cp_text_is(fact->attribute, "class");
}

/* Whether a fact fills the thing itself with what it says. */
static cp_err may_fill(struct cp_making *m, const struct stated *s, uint32_t i, bool *may)
{
    const struct cp_fact *fact = &s->facts[i];
    const char *why = "a fact that expired before the date asked fills nothing";

    *may = is_filling(s, i);
    if (!*may || !has_expired(m, fact))
        return CP_OK;
    *may = outlives(fact);
    if (*may)
        why = "a fact that expired before the date asked still counts";
    else if (leaves_unknown(fact))
        why = "a fact that expired before the date asked leaves unknown what nothing else states";
    return cp_build_remark(m->build, CP_REMARK_FINDING, fact->place, why, fact->attribute, 1);
}

/* Nobody knows what stands there where all that was ever said of it has expired. */
static void leave_unknown(const struct cp_making *m, const struct stated *s, const char *attribute,
                          cp_text *to)
{
    for (uint32_t i = 0; i < s->count && to->len == 0; i++) {
        if (cp_text_is(s->facts[i].attribute, attribute) && has_expired(m, &s->facts[i]) &&
            is_filling(s, i))
            *to = CP_TEXT("unknown");
    }
}

/* ------------------------------------------------------------------------------------------ */

/* A fault in a list: of a row it ends the build, of a fact it is a remark. */
static cp_err row_fault(struct cp_making *m, cp_err err, cp_place place,
                        const struct cp_list_fault *fault)
{
    if (err == CP_ERR_UNKNOWN_ID)
        return cp_making_unknown(m, fault->names, place, fault->why, fault->name);
    if (err == CP_ERR_CONFLICT)
        return cp_making_conflict(m, place, fault->why, fault->name);
    return err;
}

static cp_err fact_fault(struct cp_making *m, cp_err err, const struct cp_fact *fact,
                         const struct cp_list_fault *fault)
{
    if (err == CP_ERR_UNKNOWN_ID || err == CP_ERR_CONFLICT)
        return not_understood(m, fact, fault->why);
    return err;
}

/* A single text that facts may fill. */
struct text_attribute {
    const char *name;
    size_t offset; /* in the record */
    const char *why;
};

static const struct text_attribute node_texts[] = {
    {"role", offsetof(struct cp_node_rec, role), "sources disagree about a role; the first stays"},
    {"operator", offsetof(struct cp_node_rec, operator_name),
     "sources disagree about an operator; the first stays"},
    {"loopback", offsetof(struct cp_node_rec, loopback),
     "sources disagree about a loopback; the first stays"},
    {"sid", offsetof(struct cp_node_rec, sid), "sources disagree about a sid; the first stays"},
};

static const struct text_attribute link_texts[] = {
    {"operator", offsetof(struct cp_link_rec, operator_name),
     "sources disagree about an operator; the first stays"},
};

static const struct text_attribute site_texts[] = {
    {"name", offsetof(struct cp_site, name), "sources disagree about a name; the first stays"},
    {"country", offsetof(struct cp_site, country),
     "sources disagree about a country; the first stays"},
};

static cp_err fill_text(struct cp_making *m, void *record, const struct text_attribute *attributes,
                        size_t count, const struct cp_fact *fact)
{
    for (size_t i = 0; i < count; i++) {
        unsigned char *to = (unsigned char *)record + attributes[i].offset;
        cp_text text;

        if (!cp_text_is(fact->attribute, attributes[i].name))
            continue;
        memcpy(&text, to, sizeof(text));
        if (text.len == 0)
            memcpy(to, &fact->value, sizeof(fact->value));
        else if (!cp_text_eq(text, fact->value))
            return disagree(m, fact, attributes[i].why);
    }
    return CP_OK;
}

static cp_err fill_coord(struct cp_making *m, int32_t *coord, int64_t most,
                         const struct cp_fact *fact)
{
    int64_t udeg;

    if (cp_num_scaled(fact->value, 6, &udeg) != CP_OK || udeg > most || udeg < -most)
        return not_understood(m, fact, "coordinate is not a number of degrees");
    if (*coord == CP_COORD_NONE)
        *coord = (int32_t)udeg;
    else if (*coord != udeg)
        return disagree(m, fact, "sources disagree about a coordinate; the first stays");
    return CP_OK;
}

static cp_err fill_coords(struct cp_making *m, int32_t *lat_udeg, int32_t *lon_udeg,
                          const struct cp_fact *fact)
{
    if (cp_text_is(fact->attribute, "lat"))
        return fill_coord(m, lat_udeg, 90000000, fact);
    if (cp_text_is(fact->attribute, "lon"))
        return fill_coord(m, lon_udeg, 180000000, fact);
    return CP_OK;
}

static cp_err check_layer(struct cp_making *m, cp_layer layer, const struct cp_fact *fact)
{
    if (cp_text_is(fact->attribute, "layer") && cp_layer_find(fact->value) != layer)
        return disagree(m, fact, "sources disagree about a layer; the table's stays");
    return CP_OK;
}

/* --- what facts gave, and what the rows: each record as it is, and as it was before the facts ---- */

_Static_assert(CP_LIMIT_LIST_ITEMS < 1u << CP_OWN_BITS, "a list's length fits");

/* The bit, where a text that the row left empty is there now. */
static uint32_t gave(cp_text before, cp_text now, cp_filled bit)
{
    return before.len == 0 && now.len > 0 ? (uint32_t)bit : 0;
}

static uint32_t gave_coord(int32_t before, int32_t now, cp_filled bit)
{
    return before == now ? 0 : (uint32_t)bit;
}

static void note_site(const struct cp_site *own, struct cp_site *site)
{
    site->own_tags = own->tags.count & ((1u << CP_OWN_BITS) - 1);
    site->filled = 0xff & (gave(own->name, site->name, CP_FILLED_NAME) |
                           gave(own->country, site->country, CP_FILLED_COUNTRY) |
                           gave_coord(own->lat_udeg, site->lat_udeg, CP_FILLED_LAT) |
                           gave_coord(own->lon_udeg, site->lon_udeg, CP_FILLED_LON));
}

static void note_node(const struct cp_node_rec *own, struct cp_node_rec *node)
{
    node->own_tags = own->tags.count & ((1u << CP_OWN_BITS) - 1);
    node->own_managed_by = own->managed_by.count & ((1u << CP_OWN_BITS) - 1);
    node->filled = 0xff & (gave(own->role, node->role, CP_FILLED_ROLE) |
                           gave(own->operator_name, node->operator_name, CP_FILLED_OPERATOR) |
                           gave(own->loopback, node->loopback, CP_FILLED_LOOPBACK) |
                           gave(own->sid, node->sid, CP_FILLED_SID) |
                           gave_coord(own->lat_udeg, node->lat_udeg, CP_FILLED_LAT) |
                           gave_coord(own->lon_udeg, node->lon_udeg, CP_FILLED_LON) |
                           (own->site == node->site ? 0u : CP_FILLED_SITE));
}

static void note_link(const struct cp_link_rec *own, struct cp_link_rec *link)
{
    bool same_class = cp_text_eq(own->link_class, link->link_class);

    link->own_tags = own->tags.count & ((1u << CP_OWN_BITS) - 1);
    link->own_srlgs = own->srlgs.count & ((1u << CP_OWN_BITS) - 1);
    link->own_alternatives = (uint16_t)own->alternatives.count;
    link->filled = 0xff & (gave(own->operator_name, link->operator_name, CP_FILLED_OPERATOR) |
                           (same_class ? 0u : CP_FILLED_CLASS) |
                           (own->capacity_bps == link->capacity_bps ? 0u : CP_FILLED_CAPACITY));
}

/* ------------------------------------------------------------------------------------------ */

static cp_err fill_site(struct cp_making *m, uint32_t at, const struct cp_site_row *row)
{
    struct stated stated = stated_of(m, m->build->node_count + m->build->link_count + at);
    struct cp_site *site = &m->sites[at], own;

    *site = (struct cp_site){.id = row->id,
                             .name = row->name,
                             .country = row->country,
                             .lat_udeg = row->lat_udeg,
                             .lon_udeg = row->lon_udeg,
                             .tags = {m->tag_count, 0},
                             .place = row->place};
    CP_TRY(cp_list_tags(m, row->tags, &site->tags));
    own = *site;
    for (uint32_t i = 0; i < stated.count; i++) {
        const struct cp_fact *fact = &stated.facts[i];
        bool may;

        CP_TRY(may_fill(m, &stated, i, &may));
        if (!may)
            continue;
        CP_TRY(fill_text(m, site, site_texts, CP_COUNT(site_texts), fact));
        CP_TRY(fill_coords(m, &site->lat_udeg, &site->lon_udeg, fact));
        if (cp_text_is(fact->attribute, "tags"))
            CP_TRY(cp_list_tags(m, fact->value, &site->tags));
    }
    note_site(&own, site);
    return CP_OK;
}

static cp_err fill_node_site(struct cp_making *m, struct cp_node_rec *node,
                             const struct cp_fact *fact)
{
    uint32_t site;

    if (!cp_text_is(fact->attribute, "site"))
        return CP_OK;
    site = cp_map_find(m->build->site_ids, fact->value);
    if (site == CP_NONE)
        return not_understood(m, fact, "at a site that is not there");
    if (node->site == CP_NONE)
        node->site = site;
    else if (node->site != site)
        return disagree(m, fact, "sources disagree about a site; the first stays");
    return CP_OK;
}

static cp_err fill_node_from_fact(struct cp_making *m, struct cp_node_rec *node,
                                  const struct cp_fact *fact)
{
    struct cp_list_fault fault = {0};

    CP_TRY(fill_text(m, node, node_texts, CP_COUNT(node_texts), fact));
    CP_TRY(fill_coords(m, &node->lat_udeg, &node->lon_udeg, fact));
    CP_TRY(fill_node_site(m, node, fact));
    CP_TRY(check_layer(m, node->layer, fact));
    if (cp_text_is(fact->attribute, "tags"))
        return cp_list_tags(m, fact->value, &node->tags);
    if (cp_text_is(fact->attribute, "managed_by"))
        return fact_fault(m, cp_list_managers(m, fact->value, &node->managed_by, &fault), fact,
                          &fault);
    return CP_OK;
}

static cp_err fill_node(struct cp_making *m, uint32_t at, const struct cp_node_row *row)
{
    struct stated stated = stated_of(m, at);
    struct cp_list_fault fault = {0};
    struct cp_node_rec *node = &m->nodes[at], own;

    *node = (struct cp_node_rec){.id = row->id,
                                 .layer = row->layer,
                                 .role = row->role,
                                 .operator_name = row->operator_name,
                                 .loopback = row->loopback,
                                 .sid = row->sid,
                                 .site = CP_NONE,
                                 .lat_udeg = row->lat_udeg,
                                 .lon_udeg = row->lon_udeg,
                                 .managed_by = {m->manager_count, 0},
                                 .tags = {m->tag_count, 0},
                                 .place = row->place};
    if (row->site.len > 0) {
        node->site = cp_map_find(m->build->site_ids, row->site);
        if (node->site == CP_NONE)
            CP_TRY(cp_making_leave_out(m, CP_NAMES_SITES,
                                       cp_making_cell(row->place, row->site_column),
                                       "at a site that is not there", row->site));
    }
    CP_TRY(cp_list_tags(m, row->tags, &node->tags));
    CP_TRY(row_fault(m, cp_list_managers(m, row->managed_by, &node->managed_by, &fault),
                     cp_making_cell(row->place, row->managed_by_column), &fault));
    own = *node;
    for (uint32_t i = 0; i < stated.count; i++) {
        bool may;

        CP_TRY(may_fill(m, &stated, i, &may));
        if (may)
            CP_TRY(fill_node_from_fact(m, node, &stated.facts[i]));
    }
    leave_unknown(m, &stated, "role", &node->role);
    leave_unknown(m, &stated, "operator", &node->operator_name);
    note_node(&own, node);
    return CP_OK;
}

static cp_err fill_over(struct cp_making *m, struct cp_link_rec *link,
                        const struct cp_link_row *row)
{
    struct cp_list_fault fault = {0};

    if (row->over.len == 0)
        return CP_OK;
    return row_fault(m, cp_list_over(m, row->over, &link->alternatives, &fault),
                     cp_making_cell(row->place, row->over_column), &fault);
}

static cp_err join_finding(struct cp_making *m, const struct cp_link_row *row, const char *why)
{
    return cp_build_remark(m->build, CP_REMARK_FINDING, row->place, why, row->id, 1);
}

/* A further row of a LAN: what it says beside its ends. */
static cp_err join_lan(struct cp_making *m, struct cp_link_rec *link, cp_text over,
                       const struct cp_link_row *row)
{
    if (row->layer != link->layer)
        return cp_making_conflict(m, row->place, "rows of a lan disagree about the layer", row->id);
    if (row->over.len > 0 && !cp_text_eq(row->over, over))
        return cp_making_conflict(m, row->place, "rows of a lan disagree about what is below",
                                  row->id);
    CP_TRY(cp_list_srlgs(m, row->srlgs, &link->srlgs));
    CP_TRY(cp_list_tags(m, row->tags, &link->tags));
    if (link->operator_name.len == 0)
        link->operator_name = row->operator_name;
    else if (row->operator_name.len > 0 && !cp_text_eq(link->operator_name, row->operator_name))
        CP_TRY(join_finding(m, row, "rows of a lan disagree about the operator; the first stays"));
    if (link->capacity_bps == CP_BPS_NONE)
        link->capacity_bps = row->capacity_bps;
    else if (row->capacity_bps != CP_BPS_NONE && row->capacity_bps != link->capacity_bps)
        CP_TRY(join_finding(m, row, "rows of a lan disagree about the capacity; the first stays"));
    if (link->delay_us == CP_DELAY_NONE)
        link->delay_us = row->delay_us;
    else if (row->delay_us != CP_DELAY_NONE && row->delay_us != link->delay_us)
        CP_TRY(join_finding(m, row, "rows of a lan disagree about the delay; the first stays"));
    return CP_OK;
}

static cp_err join_lan_rows(struct cp_making *m, uint32_t at, cp_text over)
{
    const struct cp_build *build = m->build;
    struct cp_link_row row;

    for (; m->more_at < build->more_count && build->more[m->more_at].link == at; m->more_at++) {
        cp_rows_unpack(CP_ROW_LAN_MORE, build->more[m->more_at].row, &row);
        CP_TRY(join_lan(m, &m->links[at], over, &row));
    }
    return CP_OK;
}

/* What is above a leased circuit sees nothing of it: the class that hides most wins. */
static cp_err fill_class(struct cp_making *m, struct cp_link_rec *link, const struct cp_fact *fact)
{
    cp_text word = fact->value, meant;

    if (!cp_text_is(fact->attribute, "class"))
        return CP_OK;
    if (!cp_words_class(&word, &meant))
        return not_understood(m, fact, "a class that is nearly leased-circuit or lan");
    if (link->link_class.len == 0)
        link->link_class = word;
    if (cp_text_eq(link->link_class, word))
        return CP_OK;
    if (cp_text_is(link->link_class, CP_CLASS_LEASED_CIRCUIT))
        return disagree(m, fact, "sources disagree about a class; leased-circuit stays");
    if (!cp_text_is(word, CP_CLASS_LEASED_CIRCUIT))
        return disagree(m, fact, "sources disagree about a class; the first stays");
    link->link_class = word;
    return disagree(m, fact, "sources disagree about a class; leased-circuit wins");
}

static cp_err fill_capacity(struct cp_making *m, struct cp_link_rec *link,
                            const struct cp_fact *fact)
{
    uint64_t capacity_bps;

    if (!cp_text_is(fact->attribute, "capacity") ||
        cp_num_u64(fact->value, CP_BPS_NONE - 1, &capacity_bps) != CP_OK) /* unknown */
        return CP_OK;
    if (link->capacity_bps == CP_BPS_NONE)
        link->capacity_bps = capacity_bps;
    else if (link->capacity_bps != capacity_bps)
        return disagree(m, fact, "sources disagree about a capacity; the first stays");
    return CP_OK;
}

static cp_err fill_link_from_fact(struct cp_making *m, struct cp_link_rec *link,
                                  const struct cp_fact *fact)
{
    struct cp_list_fault fault = {0};

    CP_TRY(fill_text(m, link, link_texts, CP_COUNT(link_texts), fact));
    CP_TRY(fill_class(m, link, fact));
    CP_TRY(fill_capacity(m, link, fact));
    CP_TRY(check_layer(m, link->layer, fact));
    if (cp_text_is(fact->attribute, "tags"))
        return cp_list_tags(m, fact->value, &link->tags);
    if (cp_text_is(fact->attribute, "srlgs"))
        return cp_list_srlgs(m, fact->value, &link->srlgs);
    if (cp_text_is(fact->attribute, "over"))
        return fact_fault(m, cp_list_over(m, fact->value, &link->alternatives, &fault), fact,
                          &fault);
    return CP_OK;
}

/* All but id, place and ends, which are there already. */
static cp_err fill_link(struct cp_making *m, uint32_t at, const struct cp_link_row *row)
{
    struct stated stated = stated_of(m, m->build->node_count + at);
    struct cp_link_rec *link = &m->links[at], own;

    link->layer = row->layer;
    link->link_class = row->link_class;
    link->capacity_bps = row->capacity_bps;
    link->delay_us = row->delay_us;
    link->operator_name = row->operator_name;
    link->srlgs = (cp_range){m->link_srlg_count, 0};
    link->alternatives = (cp_range){m->alternative_count, 0};
    link->tags = (cp_range){m->tag_count, 0};
    CP_TRY(cp_list_srlgs(m, row->srlgs, &link->srlgs));
    CP_TRY(cp_list_tags(m, row->tags, &link->tags));
    CP_TRY(fill_over(m, link, row));
    CP_TRY(join_lan_rows(m, at, row->over));
    own = *link;
    for (uint32_t i = 0; i < stated.count; i++) {
        bool may;

        CP_TRY(may_fill(m, &stated, i, &may));
        if (may)
            CP_TRY(fill_link_from_fact(m, link, &stated.facts[i]));
    }
    leave_unknown(m, &stated, "class", &link->link_class);
    leave_unknown(m, &stated, "operator", &link->operator_name);
    note_link(&own, link);
    link->lan = link->lan || cp_text_is(link->link_class, CP_CLASS_LAN);
    return CP_OK;
}

cp_err cp_making_fill(struct cp_making *m)
{
    cp_row_walk walk = {m->build->rows.first, 0};
    uint32_t site = 0, node = 0, link = 0;
    union cp_any_row row;
    cp_row_kind kind;
    cp_row packed;

    m->more_at = 0;
    while (cp_rows_next(&walk, &kind, &packed)) {
        switch (kind) {
        case CP_ROW_SITE:
            cp_rows_unpack(kind, packed, &row);
            CP_TRY(
                cp_making_listed(m, fill_site(m, site++, &row.site), row.site.place, row.site.id));
            break;
        case CP_ROW_NODE:
            cp_rows_unpack(kind, packed, &row);
            CP_TRY(
                cp_making_listed(m, fill_node(m, node++, &row.node), row.node.place, row.node.id));
            break;
        case CP_ROW_LINK:
            cp_rows_unpack(kind, packed, &row);
            CP_TRY(
                cp_making_listed(m, fill_link(m, link++, &row.link), row.link.place, row.link.id));
            break;
        case CP_ROW_LAN_MORE:
        case CP_ROW_DEMAND:
        case CP_ROW_FACT:
        case CP_ROW_LAST_RECORD:
        case CP_ROW_LAST_FACT:
        case CP_ROW_LINK_FACT:
        case CP_ROW_LEFT_OUT:
            break;
        }
    }
    return CP_OK;
}
