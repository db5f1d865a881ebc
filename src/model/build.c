#include "model/build.h"

#include <string.h>

#include "base/sha256.h"
#include "builder.h"
#include "model/limits.h"
#include "words.h"

struct cp_site_row cp_site_row_make(cp_place place, cp_text id)
{
    return (struct cp_site_row){
        .place = place, .id = id, .lat_udeg = CP_COORD_NONE, .lon_udeg = CP_COORD_NONE};
}

struct cp_node_row cp_node_row_make(cp_place place, cp_text id)
{
    return (struct cp_node_row){.place = place,
                                .id = id,
                                .layer = CP_LAYER_IP,
                                .lat_udeg = CP_COORD_NONE,
                                .lon_udeg = CP_COORD_NONE,
                                .maker_place = CP_PLACE_NONE,
                                .software_place = CP_PLACE_NONE};
}

struct cp_link_row cp_link_row_make(cp_place place, cp_text a, cp_text b)
{
    return (struct cp_link_row){.place = place,
                                .a = a,
                                .b = b,
                                .layer = CP_LAYER_IP,
                                .capacity_bps = CP_BPS_NONE,
                                .delay_us = CP_DELAY_NONE};
}

struct cp_demand_row cp_demand_row_make(cp_place place, cp_text src, cp_text dst)
{
    return (struct cp_demand_row){.place = place,
                                  .src = src,
                                  .dst = dst,
                                  .bandwidth_bps = CP_BPS_NONE,
                                  .wished = CP_WISHED_NOTHING};
}

cp_err cp_build_open(struct cp_arena *arena, struct cp_build **out)
{
    struct cp_build *build = CP_TAKE(arena, 1, struct cp_build);

    if (build == NULL)
        return CP_ERR_NOMEM;
    build->arena = arena;
    build->rows.arena = arena;
    CP_TRY(cp_map_open(arena, &build->site_ids));
    CP_TRY(cp_map_open(arena, &build->node_ids));
    CP_TRY(cp_map_open(arena, &build->link_ids));
    CP_TRY(cp_map_open(arena, &build->demand_ids));
    CP_TRY(cp_map_open(arena, &build->lan_ids));
    *out = build;
    return CP_OK;
}

cp_err cp_build_input_begin(struct cp_build *build, cp_text path, uint32_t *file)
{
    void *inputs = build->inputs;
    struct cp_input *input;

    if (build->input_count >= CP_LIMIT_INPUTS)
        return CP_ERR_LIMIT;
    CP_TRY(cp_arena_grow(build->arena, &inputs, build->input_count, &build->input_cap,
                         sizeof(*build->inputs)));
    build->inputs = inputs;
    input = &build->inputs[build->input_count];
    *input = (struct cp_input){0};
    CP_TRY(cp_text_copy(path, build->arena, &input->path));
    *file = build->input_count++;
    return CP_OK;
}

void cp_build_input_digest(const struct cp_build *build, uint32_t file, char out[65])
{
    out[0] = '\0';
    if (file < build->input_count)
        memcpy(out, build->inputs[file].sha256, sizeof(build->inputs[file].sha256));
}

void cp_build_input_end(struct cp_build *build, uint32_t file, const char sha256[65])
{
    CP_ASSERT(file < build->input_count);
    memcpy(build->inputs[file].sha256, sha256, sizeof(build->inputs[file].sha256));
}

cp_err cp_build_input(struct cp_build *build, cp_text path, cp_text bytes, uint32_t *file)
{
    char sha256[65];

    CP_TRY(cp_build_input_begin(build, path, file));
    cp_sha256_hex(bytes, sha256);
    cp_build_input_end(build, *file, sha256);
    return CP_OK;
}

void cp_build_used(struct cp_build *build, uint32_t file, uint32_t n)
{
    if (file < build->input_count)
        build->inputs[file].used += n;
}

void cp_build_counting(struct cp_build *build, cp_counting counting)
{
    build->counting = counting;
}

static void count_row(struct cp_build *build, cp_place place)
{
    if (build->counting == CP_COUNT_ROWS)
        cp_build_used(build, place.file, 1);
}

bool cp_build_has_site(const struct cp_build *build, cp_text id)
{
    return cp_map_find(build->site_ids, id) != CP_MAP_NONE;
}

bool cp_build_has_node(const struct cp_build *build, cp_text id)
{
    return cp_map_find(build->node_ids, id) != CP_MAP_NONE;
}

static void expect_ids(struct cp_map *ids, uint32_t count, size_t more, uint32_t most)
{
    if (more > most - count)
        more = most - count;
    if (cp_map_reserve(ids, count + (uint32_t)more) != CP_OK)
        return; /* it may do without */
}

void cp_build_expect(struct cp_build *build, size_t nodes, size_t links)
{
    expect_ids(build->node_ids, build->node_count, nodes, CP_LIMIT_NODES);
    expect_ids(build->link_ids, build->link_count, links, CP_LIMIT_LINKS);
}

cp_err cp_build_remark(struct cp_build *build, cp_remark_kind kind, cp_place place, const char *why,
                       cp_text subject, uint32_t count)
{
    void *remarks = build->remarks;
    struct cp_remark remark = {.kind = kind, .place = place, .why = why, .count = count};

    CP_ASSERT(count > 0);
    if (build->remark_count >= CP_LIMIT_REMARKS)
        return CP_ERR_LIMIT;
    CP_TRY(cp_arena_grow(build->arena, &remarks, build->remark_count, &build->remark_cap,
                         sizeof(*build->remarks)));
    build->remarks = remarks;
    CP_TRY(cp_text_copy(subject, build->arena, &remark.subject));
    build->remarks[build->remark_count++] = remark;
    if (place.file < build->input_count && kind == CP_REMARK_IGNORED)
        build->inputs[place.file].ignored += count;
    if (place.file < build->input_count && kind == CP_REMARK_NOT_UNDERSTOOD)
        build->inputs[place.file].not_understood += count;
    return CP_OK;
}

static bool is_blank(cp_text name)
{
    return cp_text_trim(name).len == 0;
}

/* An id that is or may be given: not too long, and in use by nothing else. */
static cp_err check_id(const struct cp_map *ids, cp_text id, size_t limit_bytes, cp_place place,
                       struct cp_diag *diag)
{
    if (id.len > limit_bytes)
        return cp_diag_set(diag, CP_ERR_LIMIT, place, "id is too long", id);
    if (cp_map_find(ids, id) != CP_MAP_NONE)
        return cp_diag_set(diag, CP_ERR_DUPLICATE, place, "id is used twice", id);
    return CP_OK;
}

static cp_err check_coords(int32_t lat_udeg, int32_t lon_udeg, cp_place place, struct cp_diag *diag)
{
    if (lat_udeg != CP_COORD_NONE && (lat_udeg < -90000000 || lat_udeg > 90000000))
        return cp_diag_set(diag, CP_ERR_RANGE, place, "latitude is beyond 90 degrees", CP_TEXT(""));
    if (lon_udeg != CP_COORD_NONE && (lon_udeg < -180000000 || lon_udeg > 180000000))
        return cp_diag_set(diag, CP_ERR_RANGE, place, "longitude is beyond 180 degrees",
                           CP_TEXT(""));
    return CP_OK;
}

static cp_err check_count(uint32_t count, uint32_t limit, cp_place place, const char *why,
                          struct cp_diag *diag)
{
    if (count >= limit)
        return cp_diag_set(diag, CP_ERR_LIMIT, place, why, CP_TEXT(""));
    return CP_OK;
}

static cp_err count_more(size_t more, uint32_t *sum)
{
    if (more > UINT32_MAX / 2 - *sum)
        return CP_ERR_LIMIT;
    *sum += (uint32_t)more;
    return CP_OK;
}

/* Words of a list; at least one, since the whole may be one name. */
static size_t word_count(cp_text list)
{
    size_t words = 0;
    cp_text word;

    while (cp_text_word(&list, " ", &word))
        words++;
    return words == 0 ? 1 : words;
}

static cp_err count_items(cp_text list, uint32_t *sum)
{
    return list.len == 0 ? CP_OK : count_more(word_count(list), sum);
}

/* Bounds the links in an over, and its alternatives. */
static cp_err count_over(cp_text over, uint32_t *sum)
{
    cp_text alternative;

    while (cp_text_word(&over, "|", &alternative))
        CP_TRY(count_more(word_count(alternative), sum));
    return CP_OK;
}

static cp_err count_facts(struct cp_build *build, int given)
{
    uint32_t more = (uint32_t)given;

    if (more > CP_LIMIT_FACTS - build->fact_count)
        return CP_ERR_LIMIT;
    build->fact_count += more;
    return CP_OK;
}

static cp_err counted(cp_err err, cp_place place, struct cp_diag *diag)
{
    if (err == CP_OK)
        return CP_OK;
    return cp_diag_set(diag, err, place, "too many facts, or items of lists", CP_TEXT(""));
}

cp_err cp_build_site(struct cp_build *build, const struct cp_site_row *row, struct cp_diag *diag)
{
    struct cp_site_row kept = *row;
    cp_row packed;

    cp_rows_trim(CP_ROW_SITE, &kept);
    if (is_blank(row->id))
        return cp_diag_set(diag, CP_ERR_MALFORMED, row->place, "a site needs an id", row->id);
    CP_TRY(cp_rows_check(CP_ROW_SITE, row, row->place, diag));
    CP_TRY(check_id(build->site_ids, row->id, CP_LIMIT_ID_BYTES, row->place, diag));
    CP_TRY(check_coords(row->lat_udeg, row->lon_udeg, row->place, diag));
    CP_TRY(check_count(build->site_count, CP_LIMIT_NODES, row->place, "too many sites", diag));
    CP_TRY(counted(count_items(row->tags, &build->tag_count), row->place, diag));
    CP_TRY(cp_rows_keep(&build->rows, CP_ROW_SITE, &kept, &packed));
    CP_TRY(cp_map_add(build->site_ids, kept.id, build->site_count));
    build->site_count++;
    build->last = CP_LAST_KEPT;
    count_row(build, row->place);
    return CP_OK;
}

static cp_err count_node(struct cp_build *build, const struct cp_node_row *row)
{
    CP_TRY(count_items(row->tags, &build->tag_count));
    CP_TRY(count_items(row->managed_by, &build->manager_count));
    return count_facts(build,
                       (row->maker.len > 0) + (row->model.len > 0) + (row->software.len > 0));
}

cp_err cp_build_node(struct cp_build *build, const struct cp_node_row *row, struct cp_diag *diag)
{
    struct cp_node_row kept = *row;
    cp_row packed;

    cp_rows_trim(CP_ROW_NODE, &kept);
    if (is_blank(row->id))
        return cp_diag_set(diag, CP_ERR_MALFORMED, row->place, "a node needs an id", row->id);
    if (row->layer >= CP_LAYER_COUNT)
        return cp_diag_set(diag, CP_ERR_RANGE, row->place, "no such layer", row->id);
    CP_TRY(cp_rows_check(CP_ROW_NODE, row, row->place, diag));
    CP_TRY(check_id(build->node_ids, row->id, CP_LIMIT_ID_BYTES, row->place, diag));
    CP_TRY(check_coords(row->lat_udeg, row->lon_udeg, row->place, diag));
    CP_TRY(check_count(build->node_count, CP_LIMIT_NODES, row->place, "too many nodes", diag));
    CP_TRY(counted(count_node(build, row), row->place, diag));
    CP_TRY(cp_rows_keep(&build->rows, CP_ROW_NODE, &kept, &packed));
    CP_TRY(cp_map_add(build->node_ids, kept.id, build->node_count));
    build->node_count++;
    build->last = CP_LAST_KEPT;
    count_row(build, row->place);
    return CP_OK;
}

static bool is_lan(const struct cp_link_row *row)
{
    return cp_text_is(row->link_class, "lan");
}

static cp_err check_link(const struct cp_link_row *row, struct cp_diag *diag)
{
    cp_place b_place = row->place;

    if (row->b_column != 0)
        b_place.column = row->b_column;
    if (is_blank(row->a) || (is_blank(row->b) && !(is_lan(row) && word_count(row->a) > 1)))
        return cp_diag_set(diag, CP_ERR_MALFORMED, is_blank(row->a) ? row->place : b_place,
                           "a link needs two ends", row->id);
    if (row->b.len == 0 && row->metric_ba > 0)
        return cp_diag_set(diag, CP_ERR_CONFLICT, b_place, "a metric of the end b, which is empty",
                           row->id);
    if (row->layer >= CP_LAYER_COUNT)
        return cp_diag_set(diag, CP_ERR_RANGE, row->place, "no such layer", row->id);
    if (row->metric_ab > CP_METRIC_MAX || row->metric_ba > CP_METRIC_MAX)
        return cp_diag_set(diag, CP_ERR_RANGE, row->place, "metric is too large", row->id);
    return cp_rows_check(CP_ROW_LINK, row, row->place, diag);
}

static cp_err fold_class(struct cp_link_row *row, struct cp_diag *diag)
{
    cp_text meant;
    cp_err err;

    if (cp_words_class(&row->link_class, &meant))
        return CP_OK;
    err = cp_diag_set(diag, CP_ERR_UNKNOWN_ID, row->place, "a class that is nearly a known one",
                      row->link_class);
    if (diag != NULL)
        cp_diag_hint(diag, meant);
    return err;
}

static cp_err count_link(struct cp_build *build, const struct cp_link_row *row)
{
    CP_TRY(count_items(row->tags, &build->tag_count));
    CP_TRY(count_items(row->srlgs, &build->srlg_count));
    CP_TRY(count_over(row->over, &build->over_count));
    CP_TRY(count_more(is_lan(row) ? word_count(row->a) : 1, &build->end_count));
    CP_TRY(count_more(is_lan(row) ? word_count(row->b) : 1, &build->end_count));
    return count_facts(build, row->maker.len > 0);
}

static cp_err keep_lan_more(struct cp_build *build, uint32_t link, struct cp_link_row *kept)
{
    void *more = build->more;
    cp_row packed;

    CP_TRY(cp_arena_grow(build->arena, &more, build->more_count, &build->more_cap,
                         sizeof(*build->more)));
    build->more = more;
    CP_TRY(cp_rows_keep(&build->rows, CP_ROW_LAN_MORE, kept, &packed));
    build->more[build->more_count] =
        (struct cp_lan_more){.link = link, .order = build->more_count, .row = packed};
    build->more_count++;
    return CP_OK;
}

static cp_err keep_link(struct cp_build *build, struct cp_link_row *kept, struct cp_diag *diag)
{
    uint32_t link = build->link_count;
    cp_row packed;

    CP_TRY(check_count(link, CP_LIMIT_LINKS, kept->place, "too many links", diag));
    CP_TRY(cp_rows_keep(&build->rows, CP_ROW_LINK, kept, &packed));
    if (kept->id.len > 0)
        CP_TRY(cp_map_add(build->link_ids, kept->id, link));
    if (kept->id.len > 0 && is_lan(kept))
        CP_TRY(cp_map_add(build->lan_ids, kept->id, link));
    build->link_count++;
    return CP_OK;
}

cp_err cp_build_link(struct cp_build *build, const struct cp_link_row *row, struct cp_diag *diag)
{
    struct cp_link_row kept = *row;
    uint32_t lan = CP_MAP_NONE;

    cp_rows_trim(CP_ROW_LINK, &kept);
    CP_TRY(fold_class(&kept, diag));
    row = &kept;
    CP_TRY(check_link(row, diag));
    if (!is_lan(row) && cp_text_eq(row->a, row->b)) {
        build->last = CP_LAST_IGNORED;
        return cp_build_remark(build, CP_REMARK_IGNORED, row->place, "link from a node to itself",
                               row->a, 1);
    }
    if (row->id.len > 0 && is_lan(row))
        lan = cp_map_find(build->lan_ids, row->id);
    if (row->id.len > 0 && lan == CP_MAP_NONE)
        CP_TRY(check_id(build->link_ids, row->id, CP_LIMIT_LINK_ID_BYTES, row->place, diag));
    CP_TRY(counted(count_link(build, row), row->place, diag));
    if (lan != CP_MAP_NONE)
        CP_TRY(keep_lan_more(build, lan, &kept));
    else
        CP_TRY(keep_link(build, &kept, diag));
    build->last = CP_LAST_KEPT;
    count_row(build, row->place);
    return CP_OK;
}

static cp_err check_wished(const struct cp_demand_row *row, struct cp_diag *diag)
{
    const struct cp_wished *wished = &row->wished;

    if (wished->metric > CP_METRIC_COUNT || wished->disjoint > CP_DISJOINT_COUNT ||
        wished->co_routed >= CP_SAID_COUNT)
        return cp_diag_set(diag, CP_ERR_RANGE, row->place, "no such wish for paths", row->id);
    if (word_count(row->avoid) > CP_LIMIT_LIST_ITEMS ||
        word_count(row->require) > CP_LIMIT_LIST_ITEMS)
        return cp_diag_set(diag, CP_ERR_LIMIT, row->place,
                           "too many names to avoid, or to pass through", row->id);
    return CP_OK;
}

cp_err cp_build_demand(struct cp_build *build, const struct cp_demand_row *row,
                       struct cp_diag *diag)
{
    struct cp_demand_row kept = *row;
    cp_row packed;

    cp_rows_trim(CP_ROW_DEMAND, &kept);
    if (is_blank(row->src) || is_blank(row->dst))
        return cp_diag_set(diag, CP_ERR_MALFORMED, row->place, "a demand needs src and dst",
                           row->id);
    CP_TRY(cp_rows_check(CP_ROW_DEMAND, row, row->place, diag));
    CP_TRY(check_wished(row, diag));
    if (row->id.len > 0)
        CP_TRY(check_id(build->demand_ids, row->id, CP_LIMIT_ID_BYTES, row->place, diag));
    CP_TRY(
        check_count(build->demand_count, CP_LIMIT_DEMANDS, row->place, "too many demands", diag));
    CP_TRY(counted(count_items(row->tags, &build->tag_count), row->place, diag));
    CP_TRY(cp_rows_keep(&build->rows, CP_ROW_DEMAND, &kept, &packed));
    if (kept.id.len > 0)
        CP_TRY(cp_map_add(build->demand_ids, kept.id, build->demand_count));
    build->demand_count++;
    count_row(build, row->place);
    return CP_OK;
}

/* What a fact can add to lists. */
static cp_err count_fact(struct cp_build *build, const struct cp_fact_row *row)
{
    CP_TRY(count_facts(build, 1));
    if (cp_text_is(row->attribute, "tags"))
        return count_items(row->value, &build->tag_count);
    if (cp_text_is(row->attribute, "managed_by"))
        return count_items(row->value, &build->manager_count);
    if (cp_text_is(row->attribute, "srlgs"))
        return count_items(row->value, &build->srlg_count);
    if (cp_text_is(row->attribute, "over"))
        return count_over(row->value, &build->over_count);
    return CP_OK;
}

static cp_err keep_fact(struct cp_build *build, cp_row_kind kind, const struct cp_fact_row *row,
                        struct cp_diag *diag)
{
    struct cp_fact_row kept = *row;
    cp_row packed;

    cp_rows_trim(kind, &kept);
    if (kept.attribute.len == 0)
        return cp_diag_set(diag, CP_ERR_MALFORMED, row->place, "a fact needs an attribute",
                           row->object);
    CP_TRY(cp_rows_check(kind, row, row->place, diag));
    CP_TRY(counted(count_fact(build, row), row->place, diag));
    return cp_rows_keep(&build->rows, kind, &kept, &packed);
}

cp_err cp_build_fact(struct cp_build *build, const struct cp_fact_row *row, struct cp_diag *diag)
{
    if (is_blank(row->object) && row->node.len == 0)
        return cp_diag_set(diag, CP_ERR_MALFORMED, row->place, "a fact needs an object",
                           row->attribute);
    if (is_blank(row->value))
        return cp_diag_set(diag, CP_ERR_MALFORMED, row->place, "a fact needs a value", row->object);
    CP_TRY(keep_fact(build, CP_ROW_FACT, row, diag));
    build->fact_row_count++;
    if (row->node.len == 0)
        count_row(build, row->place);
    return CP_OK;
}

cp_err cp_build_fact_on_last(struct cp_build *build, const struct cp_fact_row *row,
                             struct cp_diag *diag)
{
    if (build->last == CP_LAST_NONE)
        return cp_diag_set(diag, CP_ERR_UNKNOWN_ID, row->place, "a fact about nothing",
                           row->attribute);
    if (build->last == CP_LAST_IGNORED || is_blank(row->value))
        return CP_OK;
    return keep_fact(build, CP_ROW_LAST_FACT, row, diag);
}

cp_err cp_build_fact_on_link(struct cp_build *build, uint32_t link, const struct cp_fact_row *row,
                             struct cp_diag *diag)
{
    struct cp_fact_row kept = *row;

    CP_ASSERT(link < build->link_count);
    if (is_blank(row->value))
        return CP_OK;
    kept.link = link;
    CP_TRY(keep_fact(build, CP_ROW_LINK_FACT, &kept, diag));
    build->link_fact_count++;
    return CP_OK;
}

cp_err cp_build_record_on_last(struct cp_build *build, const struct cp_fact_row *row,
                               struct cp_diag *diag)
{
    if (build->last == CP_LAST_NONE)
        return cp_diag_set(diag, CP_ERR_UNKNOWN_ID, row->place, "a fact about nothing",
                           row->attribute);
    if (is_blank(row->value))
        return cp_diag_set(diag, CP_ERR_MALFORMED, row->place, "a fact needs a value", row->object);
    if (build->last == CP_LAST_IGNORED)
        return cp_build_remark(build, CP_REMARK_IGNORED, row->place,
                               "a fact about a link from a node to itself", row->attribute, 1);
    CP_TRY(keep_fact(build, CP_ROW_LAST_RECORD, row, diag));
    build->fact_row_count++;
    count_row(build, row->place);
    return CP_OK;
}
