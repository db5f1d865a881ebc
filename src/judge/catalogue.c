#include "catalogue.h"

#include <string.h>

#include "base/map.h"
#include "identify/fold.h"

#include "reading.h"

/*
 * One pass over the elements with their facts (reading.c).  Words are kept as stated: folding and
 * splitting is done once for each different one, by who lays rules over them (conditions.c).
 */

static const char *const keys[CP_DIM_COUNT] = {
    [CP_DIM_WHO] = "maker",
    [CP_DIM_CLASS] = "class",
    [CP_DIM_MODEL] = "model",
    [CP_DIM_ROLE] = "role",
    [CP_DIM_TECHNOLOGY] = "technology",
    [CP_DIM_FUNCTION] = "function",
    [CP_DIM_CAPABILITY] = "capability",
    [CP_DIM_OPERATOR] = "operator",
    [CP_DIM_INSTALLED] = "installed",
    [CP_DIM_SITE] = "site",
    [CP_DIM_LAYER] = "layer",
    [CP_DIM_TAG] = "tag",
    [CP_DIM_PRODUCT] = "product",
};

const char *cp_dim_key(cp_dim dim)
{
    return keys[dim];
}

/* --- words -------------------------------------------------------------------------------- */

bool cp_catalogue_means_unknown(cp_text word)
{
    struct cp_folded buffer;
    cp_text folded = CP_TEXT("");

    return cp_fold(word, &buffer, &folded) && cp_makers_means_unknown(folded);
}

bool cp_catalogue_same_word(cp_text a, cp_text b)
{
    struct cp_folded buffers[2];
    cp_text folded[2];

    return cp_text_eq(a, b) ||
           (cp_fold_word(a, &buffers[0], &folded[0]) && cp_fold_word(b, &buffers[1], &folded[1]) &&
            cp_text_eq(folded[0], folded[1]));
}

cp_err cp_catalogue_intern(struct cp_catalogue *cat, cp_dim dim, cp_text text, uint32_t *value)
{
    struct cp_values *values = &cat->values[dim];
    void *at = values->at;

    *value = CP_VALUE_UNSTATED;
    if (text.len == 0)
        return CP_OK;
    *value = values->last_id;
    if (cp_text_eq(text, values->last))
        return CP_OK;
    *value = cp_map_find(values->ids, text);
    if (*value == CP_MAP_NONE && cp_catalogue_means_unknown(text)) {
        *value = CP_VALUE_UNKNOWN;
        CP_TRY(cp_map_add(values->ids, text, *value));
    } else if (*value == CP_MAP_NONE) {
        CP_TRY(cp_arena_grow(cat->arena, &at, values->count, &values->cap, sizeof(cp_text)));
        values->at = at;
        values->at[values->count] = text;
        CP_TRY(cp_map_add(values->ids, text, values->count));
        *value = values->count++;
    }
    values->last = text;
    values->last_id = *value;
    return CP_OK;
}

static cp_err open_values(struct cp_catalogue *cat)
{
    for (uint32_t dim = 0; dim < CP_DIM_WORDS; dim++) {
        struct cp_values *values = &cat->values[dim];
        void *at = NULL;
        CP_TRY(cp_map_open(cat->arena, &values->ids));
        CP_TRY(cp_arena_grow(cat->arena, &at, 0, &values->cap, sizeof(cp_text)));
        values->at = at;
        values->at[CP_VALUE_UNSTATED] = CP_TEXT("");
        values->at[CP_VALUE_UNKNOWN] = CP_TEXT("unknown");
        values->count = CP_VALUE_FIRST;
    }
    return CP_OK;
}

/* --- evidence ----------------------------------------------------------------------------- */

/* Claims that are written as more; each word, and each text that should name two people, is noted once. */
struct noting {
    struct cp_map *words, *inspectors;
    uint32_t cap;
};

static cp_err note_claim(struct cp_catalogue *cat, uint32_t fact, const char *why,
                         struct noting *noting)
{
    void *at = (void *)(uintptr_t)cat->remarks;
    const struct cp_evidence *evidence = &cat->net->evidence[cat->net->facts[fact].evidence];
    bool inspection = cp_grade_find(evidence->kind) != CP_GRADE_COUNT;
    struct cp_map *noted = inspection ? noting->inspectors : noting->words;
    cp_text key = inspection ? evidence->who : evidence->kind;
    cp_text subject = key.len > 0 ? key : evidence->kind;

    if (cp_map_find(noted, key) != CP_MAP_NONE)
        return CP_OK;
    CP_TRY(cp_map_add(noted, key, 0));

    CP_TRY(
        cp_arena_grow(cat->arena, &at, cat->remark_count, &noting->cap, sizeof(struct cp_remark)));
    ((struct cp_remark *)at)[cat->remark_count++] =
        (struct cp_remark){.kind = CP_REMARK_FINDING,
                           .place = cat->net->facts[fact].place,
                           .why = why,
                           .subject = subject,
                           .hint = cp_text_of(inspection ? NULL : cp_grade_nearest(subject))};
    cat->remarks = at;
    return CP_OK;
}

static uint32_t count_evidence(const struct cp_case *net)
{
    uint32_t count = 0;

    for (uint32_t fact = 0; fact < net->fact_count; fact++) {
        uint32_t evidence = net->facts[fact].evidence;
        if (evidence != CP_NONE && evidence >= count)
            count = evidence + 1;
    }
    return count;
}

/* What a test of a policy says of evidence holds as it stands: it has nobody to name. */
static struct cp_graded grade_of(const struct cp_catalogue *cat, const struct cp_evidence *evidence)
{
    struct cp_graded graded = {cp_weight_grade(cat->silent), NULL};

    if (evidence->kind.len == 0)
        return graded;
    if (cat->trial && cp_grade_find(evidence->kind) != CP_GRADE_COUNT)
        graded.grade = cp_grade_find(evidence->kind);
    else
        graded = cp_grade_of(evidence->kind, evidence->who);
    return graded;
}

/* Each different piece of evidence once; a word that counts as a claim is noted at the first fact that rests on it. */
static cp_err grade_evidence(struct cp_catalogue *cat)
{
    enum { NOT_YET = 0xff };
    const struct cp_case *net = cat->net;
    uint32_t count = count_evidence(net);
    struct noting noting = {.cap = 0};

    cat->evidence_weight = CP_TAKE(cat->arena, count, uint8_t);
    if (cat->evidence_weight == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_map_open(cat->arena, &noting.words));
    CP_TRY(cp_map_open(cat->arena, &noting.inspectors));
    memset(cat->evidence_weight, NOT_YET, count);
    for (uint32_t fact = 0; fact < net->fact_count; fact++) {
        uint32_t evidence = net->facts[fact].evidence;
        if (evidence == CP_NONE || cat->evidence_weight[evidence] != NOT_YET)
            continue;
        struct cp_graded graded = grade_of(cat, &net->evidence[evidence]);
        cat->evidence_weight[evidence] = cp_grade_weight(graded.grade);
        if (graded.why != NULL)
            CP_TRY(note_claim(cat, fact, graded.why, &noting));
    }
    return CP_OK;
}

cp_weight cp_catalogue_fact_weight(const struct cp_catalogue *cat, uint32_t fact)
{
    uint32_t evidence = cat->net->facts[fact].evidence;
    cp_weight weight = evidence == CP_NONE ? cat->silent : cat->evidence_weight[evidence];
    cp_weight claim = cp_grade_weight(CP_GRADE_CLAIM);

    if (weight > claim && !cat->trial &&
        cp_grade_has_aged(cat->net->facts[fact].date, cp_grade_life_days(cp_weight_grade(weight)),
                          cat->as_of))
        weight = claim;
    return weight;
}

bool cp_catalogue_has_expired(const struct cp_catalogue *cat, const struct cp_fact *fact)
{
    return fact->expires != CP_DATE_NONE && fact->expires < cat->as_of;
}

/* --- elements ----------------------------------------------------------------------------- */

static cp_err keep(struct cp_catalogue *cat, cp_object_kind kind, uint32_t object,
                   const struct cp_attributes *said)
{
    bool node = kind == CP_OBJECT_NODE;
    uint32_t count = node ? cat->net->node_count : cat->net->link_count;

    for (uint32_t dim = 0; dim < CP_DIM_WORDS; dim++) {
        uint32_t **values = node ? &cat->node[dim] : &cat->link[dim];
        uint8_t **grades = node ? &cat->node_grade[dim] : &cat->link_grade[dim];
        if (said->value[dim] == CP_VALUE_UNSTATED)
            continue;
        if (*values == NULL) {
            *values = CP_TAKE(cat->arena, count, uint32_t);
            *grades = CP_TAKE(cat->arena, count, uint8_t);
            if (*values == NULL || *grades == NULL)
                return CP_ERR_NOMEM;
        }
        (*values)[object] = said->value[dim];
        (*grades)[object] = said->grade[dim];
    }
    return CP_OK;
}

static cp_err keep_grade(struct cp_catalogue *cat, uint8_t **grades, uint32_t count,
                         uint32_t object, cp_weight grade)
{
    if (*grades == NULL) {
        *grades = CP_TAKE(cat->arena, count, uint8_t);
        if (*grades == NULL)
            return CP_ERR_NOMEM;
        memset(*grades, CP_WEIGHT_MOST, count);
    }
    (*grades)[object] = (uint8_t)grade;
    return CP_OK;
}

/* What facts say of a record of an object, apart from its words. */
struct filled {
    uint32_t object, count; /* of `count` of its kind */
    uint32_t first, end;    /* its facts */
};

static bool fills(const struct cp_catalogue *cat, uint32_t fact, const char *attribute)
{
    const struct cp_fact *f = &cat->net->facts[fact];

    return f->part.len == 0 && cp_text_is(f->attribute, attribute) &&
           !cp_catalogue_has_expired(cat, f);
}

/* Tags of several facts are one list, which is worth no more than the least of them. */
static cp_err grade_tags(struct cp_catalogue *cat, uint8_t **grades, const struct filled *of)
{
    cp_weight least = CP_WEIGHT_MOST;

    for (uint32_t fact = of->first; fact < of->end; fact++) {
        cp_weight grade = cp_catalogue_fact_weight(cat, fact);
        if (grade < least && fills(cat, fact, "tags"))
            least = grade;
    }
    return least == CP_WEIGHT_MOST ? CP_OK : keep_grade(cat, grades, of->count, of->object, least);
}

/* The best of the facts that say what counts; of a row alone nothing is asked. */
static cp_err grade_text(struct cp_catalogue *cat, uint8_t **grades, const struct filled *of,
                         const char *attribute, cp_text counts)
{
    cp_weight best = CP_WEIGHT_NOTHING;
    bool stated = false;

    for (uint32_t fact = of->first; fact < of->end && counts.len > 0; fact++) {
        cp_weight grade = cp_catalogue_fact_weight(cat, fact);
        if (!fills(cat, fact, attribute) ||
            !cp_catalogue_same_word(cat->net->facts[fact].value, counts))
            continue;
        stated = true;
        best = grade > best ? grade : best;
    }
    return stated ? keep_grade(cat, grades, of->count, of->object, best) : CP_OK;
}

/* What a record states itself carries no grade: it is the inventory's own word. */
static cp_err record(struct cp_catalogue *cat, cp_dim dim, cp_text text, struct cp_attributes *to)
{
    to->grade[dim] = CP_WEIGHT_MOST;
    return cp_catalogue_intern(cat, dim, text, &to->value[dim]);
}

static cp_err read_node(struct cp_reading *r, uint32_t node)
{
    struct cp_catalogue *cat = r->cat;
    const struct cp_case *net = cat->net;
    const struct cp_node_rec *rec = &net->nodes[node];
    struct filled of = {node, net->node_count, net->node_facts[node], net->node_facts[node + 1]};
    cp_text site = rec->site == CP_NONE ? CP_TEXT("") : net->sites[rec->site].id;
    struct cp_attributes said = {0};

    CP_TRY(record(cat, CP_DIM_ROLE, rec->role, &said));
    CP_TRY(record(cat, CP_DIM_OPERATOR, rec->operator_name, &said));
    CP_TRY(cp_reading_parts(r, of.first, of.end));
    CP_TRY(cp_reading_thing(r, of.first, of.end, &said));
    CP_TRY(grade_tags(cat, &cat->node_tag_grade, &of));
    CP_TRY(grade_text(cat, &cat->site_grade, &of, "site", site));
    return keep(cat, CP_OBJECT_NODE, node, &said);
}

static cp_err read_link(struct cp_reading *r, uint32_t link)
{
    struct cp_catalogue *cat = r->cat;
    const struct cp_case *net = cat->net;
    const struct cp_link_rec *rec = &net->links[link];
    struct filled of = {link, net->link_count, net->link_facts[link], net->link_facts[link + 1]};
    struct cp_attributes said = {0};

    CP_TRY(record(cat, CP_DIM_CLASS, rec->link_class, &said));
    CP_TRY(record(cat, CP_DIM_OPERATOR, rec->operator_name, &said));
    CP_TRY(cp_reading_parts(r, of.first, of.end));
    CP_TRY(cp_reading_thing(r, of.first, of.end, &said));
    CP_TRY(grade_tags(cat, &cat->link_tag_grade, &of));
    return keep(cat, CP_OBJECT_LINK, link, &said);
}

static cp_err doubt_country(struct cp_catalogue *cat, const struct filled *of)
{
    for (uint32_t fact = of->first; fact < of->end; fact++) {
        if (!fills(cat, fact, "country") ||
            !cp_catalogue_means_unknown(cat->net->facts[fact].value))
            continue;
        if (cat->country_doubted == NULL)
            cat->country_doubted = CP_TAKE(cat->arena, of->count, uint8_t);
        if (cat->country_doubted == NULL)
            return CP_ERR_NOMEM;
        cat->country_doubted[of->object] = 1;
    }
    return CP_OK;
}

static cp_err read_site(struct cp_catalogue *cat, uint32_t site)
{
    const struct cp_case *net = cat->net;
    struct filled of = {site, net->site_count, net->site_facts[site], net->site_facts[site + 1]};

    CP_TRY(grade_tags(cat, &cat->site_tag_grade, &of));
    CP_TRY(doubt_country(cat, &of));
    return grade_text(cat, &cat->country_grade, &of, "country", net->sites[site].country);
}

static cp_err read_all(struct cp_catalogue *cat)
{
    struct cp_reading r;

    CP_TRY(cp_reading_open(cat, &r));
    for (uint32_t node = 0; node < cat->net->node_count; node++)
        CP_TRY(read_node(&r, node));
    for (uint32_t link = 0; link < cat->net->link_count; link++)
        CP_TRY(read_link(&r, link));
    for (uint32_t site = 0; site < cat->net->site_count; site++)
        CP_TRY(read_site(cat, site));
    return CP_OK;
}

cp_err cp_catalogue_make(const struct cp_case *net, cp_date as_of, bool trial,
                         struct cp_arena *arena, struct cp_catalogue *out)
{
    *out =
        (struct cp_catalogue){.net = net,
                              .arena = arena,
                              .as_of = as_of,
                              .trial = trial,
                              .silent = trial ? CP_WEIGHT_MOST : cp_grade_weight(CP_GRADE_CLAIM)};
    out->fact_part = CP_TAKE(arena, net->fact_count, uint32_t);
    out->part_first = CP_TAKE(arena, net->fact_count, uint32_t);
    if (out->fact_part == NULL || out->part_first == NULL)
        return CP_ERR_NOMEM;
    memset(out->fact_part, 0xff, net->fact_count * sizeof(uint32_t)); /* CP_NONE */
    memset(out->part_first, 0xff, net->fact_count * sizeof(uint32_t));
    out->parts = CP_TAKE(arena, 1, struct cp_attributes);
    if (out->parts == NULL)
        return CP_ERR_NOMEM;
    out->part_cap = out->part_count = CP_PART_SILENT + 1;
    CP_TRY(open_values(out));
    CP_TRY(grade_evidence(out));
    return read_all(out);
}
