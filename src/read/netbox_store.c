#include "netbox.h"

#include <stdlib.h>
#include <string.h>

/* Texts lie one after the other in rooms of this size; a longer one has a room of its own. */
enum { ROOM_BYTES = 65536 };

static const size_t record_bytes[] = {
    [CP_NB_SITE] = sizeof(struct cp_nb_site),
    [CP_NB_DEVICE_TYPE] = sizeof(struct cp_nb_type),
    [CP_NB_MODULE_TYPE] = sizeof(struct cp_nb_type),
    [CP_NB_PLATFORM] = sizeof(struct cp_nb_type),
    [CP_NB_DEVICE] = sizeof(struct cp_nb_device),
    [CP_NB_MODULE] = sizeof(struct cp_nb_module),
    [CP_NB_MODULE_BAY] = sizeof(struct cp_nb_bay),
    [CP_NB_ITEM] = sizeof(struct cp_nb_item),
    [CP_NB_INTERFACE] = sizeof(struct cp_nb_port),
    [CP_NB_FRONT_PORT] = sizeof(struct cp_nb_port),
    [CP_NB_REAR_PORT] = sizeof(struct cp_nb_port),
    [CP_NB_MAC] = sizeof(struct cp_nb_mac),
    [CP_NB_CABLE] = sizeof(struct cp_nb_cable),
    [CP_NB_CIRCUIT] = sizeof(struct cp_nb_circuit),
    [CP_NB_TERMINATION] = sizeof(struct cp_nb_termination),
    [CP_NB_PROVIDER_NETWORK] = sizeof(struct cp_nb_network),
    [CP_NB_WIRELESS] = sizeof(struct cp_nb_wireless),
    [CP_NB_CHASSIS] = sizeof(struct cp_nb_chassis),
    [CP_NB_VIRTUAL_CIRCUIT] = sizeof(struct cp_nb_virtual),
    [CP_NB_VIRTUAL_END] = sizeof(struct cp_nb_virtual_end),
};

size_t cp_nb_record_bytes(cp_nb_table table)
{
    return record_bytes[table];
}

cp_err cp_nb_open(struct cp_arena *arena, struct cp_netbox **out)
{
    struct cp_netbox *nb = CP_TAKE(arena, 1, struct cp_netbox);
    void *names = NULL;

    if (nb == NULL)
        return CP_ERR_NOMEM;
    nb->arena = arena;
    CP_TRY(cp_map_open(arena, &nb->name_ids));
    CP_TRY(cp_arena_grow(arena, &names, 0, &nb->name_cap, sizeof(*nb->names)));
    nb->names = names;
    nb->names[0] = CP_TEXT("");
    nb->name_count = 1;
    *out = nb;
    return CP_OK;
}

static cp_err store_text(struct cp_netbox *nb, cp_text text, cp_text *out)
{
    if (text.len > nb->room_bytes) {
        size_t size = text.len > ROOM_BYTES ? text.len : ROOM_BYTES;

        nb->room = CP_TAKE(nb->arena, size, char);
        nb->room_bytes = nb->room == NULL ? 0 : size;
        if (nb->room == NULL)
            return CP_ERR_NOMEM;
    }
    memcpy(nb->room, text.at, text.len);
    *out = (cp_text){nb->room, text.len};
    nb->room += text.len;
    nb->room_bytes -= text.len;
    return CP_OK;
}

cp_err cp_nb_intern(struct cp_netbox *nb, cp_text text, cp_nb_name *name)
{
    void *names = nb->names;
    uint32_t found = 0;

    *name = 0;
    if (text.len == 0)
        return CP_OK;
    found = cp_map_find(nb->name_ids, text);
    if (found != CP_MAP_NONE) {
        *name = found;
        return CP_OK;
    }
    if (nb->name_count == nb->name_cap)
        CP_TRY(cp_arena_grow(nb->arena, &names, nb->name_count, &nb->name_cap, sizeof(*nb->names)));
    nb->names = names;
    CP_TRY(store_text(nb, text, &nb->names[nb->name_count]));
    CP_TRY(cp_map_add(nb->name_ids, nb->names[nb->name_count], nb->name_count));
    *name = nb->name_count++;
    return CP_OK;
}

cp_err cp_nb_source(struct cp_netbox *nb, cp_text before_api, uint32_t *source)
{
    void *sources = nb->sources;
    cp_nb_name name;

    if (nb->source_count > 0 &&
        cp_text_eq(cp_nb_text(nb, nb->sources[nb->source_count - 1]), before_api)) {
        *source = nb->source_count - 1;
        return CP_OK;
    }
    CP_TRY(cp_nb_intern(nb, before_api, &name));
    for (*source = 0; *source < nb->source_count; ++*source)
        if (nb->sources[*source] == name)
            return CP_OK;
    if (nb->source_count >= CP_LIMIT_NETBOXES)
        return CP_ERR_LIMIT;
    if (nb->source_count == nb->source_cap)
        CP_TRY(cp_arena_grow(nb->arena, &sources, nb->source_count, &nb->source_cap,
                             sizeof(*nb->sources)));
    nb->sources = sources;
    nb->sources[nb->source_count++] = name;
    return CP_OK;
}

cp_err cp_nb_keep(struct cp_netbox *nb, cp_nb_table table, const void *record)
{
    struct cp_nb_records *r = &nb->records[table];
    size_t bytes = record_bytes[table];

    if (r->count == r->cap)
        CP_TRY(cp_arena_grow(nb->arena, &r->at, r->count, &r->cap, bytes));
    memcpy((char *)r->at + (size_t)r->count * bytes, record, bytes);
    r->count++;
    return CP_OK;
}

cp_err cp_nb_keep_mapping(struct cp_netbox *nb, const struct cp_nb_mapping *mapping)
{
    void *at = nb->mappings;

    if (nb->mapping_count == nb->mapping_cap)
        CP_TRY(
            cp_arena_grow(nb->arena, &at, nb->mapping_count, &nb->mapping_cap, sizeof(*mapping)));
    nb->mappings = at;
    nb->mappings[nb->mapping_count++] = *mapping;
    return CP_OK;
}

cp_err cp_nb_keep_end(struct cp_netbox *nb, const struct cp_nb_end *end)
{
    void *at = nb->ends;

    if (nb->end_count == nb->end_cap)
        CP_TRY(cp_arena_grow(nb->arena, &at, nb->end_count, &nb->end_cap, sizeof(*end)));
    nb->ends = at;
    nb->ends[nb->end_count++] = *end;
    return CP_OK;
}

cp_err cp_nb_keep_tag(struct cp_netbox *nb, cp_range *tags, cp_nb_name tag)
{
    void *at = nb->tags;

    if (nb->tag_count == nb->tag_cap)
        CP_TRY(cp_arena_grow(nb->arena, &at, nb->tag_count, &nb->tag_cap, sizeof(*nb->tags)));
    nb->tags = at;
    if (tags->count == 0)
        tags->first = nb->tag_count;
    tags->count++;
    nb->tags[nb->tag_count++] = tag;
    return CP_OK;
}

/* --- sorted ------------------------------------------------------------------------------- */

static int key_order(const void *a, const void *b)
{
    const struct cp_nb_key *one = a, *other = b;

    if (one->source != other->source)
        return one->source < other->source ? -1 : 1;
    if (one->id != other->id)
        return one->id < other->id ? -1 : 1;
    if (one->place.file != other->place.file)
        return one->place.file < other->place.file ? -1 : 1;
    if (one->place.line != other->place.line)
        return one->place.line < other->place.line ? -1 : 1;
    return one->place.column < other->place.column ? -1 : one->place.column > other->place.column;
}

static bool is_sorted(const struct cp_nb_records *r, size_t bytes)
{
    for (uint32_t i = 1; i < r->count; i++)
        if (key_order((const char *)r->at + (i - 1) * bytes, (const char *)r->at + i * bytes) > 0)
            return false;
    return true;
}

static bool same_tags(const struct cp_netbox *nb, cp_range a, cp_range b)
{
    return a.count == b.count && (a.count == 0 || memcmp(&nb->tags[a.first], &nb->tags[b.first],
                                                         a.count * sizeof(*nb->tags)) == 0);
}

static bool same_ends(const struct cp_netbox *nb, const struct cp_nb_cable *a,
                      const struct cp_nb_cable *b)
{
    if (a->a_count != b->a_count || a->b_count != b->b_count)
        return false;
    for (uint32_t i = 0; i < (uint32_t)a->a_count + a->b_count; i++) {
        const struct cp_nb_end *one = &nb->ends[a->first + i], *other = &nb->ends[b->first + i];

        if (one->id != other->id || one->table != other->table || one->side != other->side)
            return false;
    }
    return true;
}

/* Whether two records of one object say the same.  They are copies of zeroed structs. */
static bool same(const struct cp_netbox *nb, cp_nb_table table, const char *a, const char *b)
{
    union {
        struct cp_nb_site site;
        struct cp_nb_device device;
        struct cp_nb_cable cable;
        char bytes[256];
    } one = {0}, other = {0};
    size_t bytes = record_bytes[table];

    CP_ASSERT(bytes <= sizeof(one));
    memcpy(&one, a, bytes);
    memcpy(&other, b, bytes);
    if (table == CP_NB_SITE && same_tags(nb, one.site.tags, other.site.tags))
        other.site.tags = one.site.tags;
    if (table == CP_NB_DEVICE && same_tags(nb, one.device.tags, other.device.tags))
        other.device.tags = one.device.tags;
    if (table == CP_NB_CABLE && same_ends(nb, &one.cable, &other.cable))
        other.cable.first = one.cable.first;
    return memcmp(one.bytes + sizeof(struct cp_nb_key), other.bytes + sizeof(struct cp_nb_key),
                  bytes - sizeof(struct cp_nb_key)) == 0;
}

static cp_err drop_repeats(struct cp_netbox *nb, cp_nb_table table, struct cp_doc *doc)
{
    struct cp_nb_records *r = &nb->records[table];
    size_t bytes = record_bytes[table];
    uint32_t to = r->count == 0 ? 0 : 1;

    for (uint32_t i = 1; i < r->count; i++) {
        char *last = (char *)r->at + (to - 1) * bytes, *at = (char *)r->at + i * bytes;
        const struct cp_nb_key *was = (const void *)last, *is = (const void *)at;

        if (was->source != is->source || was->id != is->id) {
            memmove(last + bytes, at, bytes);
            to++;
            continue;
        }
        if (!same(nb, table, last, at))
            return cp_doc_fail(doc, CP_ERR_DUPLICATE, is->place,
                               "an object that stands twice, and not in the same words",
                               CP_TEXT(""));
        CP_TRY(cp_doc_tally(doc, CP_REMARK_FINDING, is->place,
                            "an object that stands twice in the same words: once is enough",
                            CP_TEXT("")));
    }
    r->count = to;
    return CP_OK;
}

cp_err cp_nb_sort(struct cp_netbox *nb, cp_nb_table table, struct cp_doc *doc)
{
    struct cp_nb_records *r = &nb->records[table];

    if (!is_sorted(r, record_bytes[table]))
        qsort(r->at, r->count, record_bytes[table], key_order);
    return drop_repeats(nb, table, doc);
}

/* rank [sources]: the new number of each. */
static void renumber(struct cp_netbox *nb, const uint32_t *rank)
{
    for (uint32_t table = 0; table < CP_NB_TABLES; table++) {
        char *at = nb->records[table].at;

        for (uint32_t i = 0; i < nb->records[table].count; i++, at += record_bytes[table]) {
            struct cp_nb_key *key = (void *)at;

            key->source = rank[key->source];
        }
    }
    for (uint32_t i = 0; i < nb->mapping_count; i++)
        nb->mappings[i].source = rank[nb->mappings[i].source];
}

cp_err cp_nb_sort_sources(struct cp_netbox *nb)
{
    uint32_t *rank = CP_TAKE(nb->arena, nb->source_count, uint32_t);

    if (rank == NULL)
        return CP_ERR_NOMEM;
    if (nb->source_count < 2)
        return CP_OK;
    for (uint32_t i = 0; i < nb->source_count; i++)
        for (uint32_t k = 0; k < nb->source_count; k++)
            rank[i] +=
                cp_text_cmp(cp_nb_text(nb, nb->sources[k]), cp_nb_text(nb, nb->sources[i])) < 0;
    renumber(nb, rank);
    return CP_OK;
}

uint32_t cp_nb_find(const struct cp_netbox *nb, cp_nb_table table, uint32_t source, uint32_t id)
{
    uint32_t low = 0, high = nb->records[table].count;

    while (low < high && id != 0) {
        uint32_t middle = low + (high - low) / 2;
        const struct cp_nb_key *key = cp_nb_at(nb, table, middle);

        if (key->source == source && key->id == id)
            return middle;
        if (key->source < source || (key->source == source && key->id < id))
            low = middle + 1;
        else
            high = middle;
    }
    return CP_NONE;
}
