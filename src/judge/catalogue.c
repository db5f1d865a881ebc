#include "catalogue.h"

#include <string.h>

#include "base/map.h"
#include "base/out.h"

/*
 * One pass over the elements with their facts.  Words are kept as stated: folding and splitting is done
 * once for each different one, by who lays rules over them (table.c).  Where several facts state one
 * attribute their words are joined; a fact that has expired leaves "unknown", unless another still
 * holds.  The best evidence of those that are joined is the grade of the whole: what lets a thing off
 * must be met by all that is said of it, and by one fact that is enough.
 */

static const struct {
    const char *attribute; /* of facts; NULL: records alone state it */
    const char *key;
} dims[CP_DIM_COUNT] = {
    [CP_DIM_WHO] = {NULL, "maker"},
    [CP_DIM_CLASS] = {"class", "class"},
    [CP_DIM_MODEL] = {"model", "model"},
    [CP_DIM_ROLE] = {"role", "role"},
    [CP_DIM_TECHNOLOGY] = {"technology", "technology"},
    [CP_DIM_FUNCTION] = {"function", "function"},
    [CP_DIM_CAPABILITY] = {"capability", "capability"},
    [CP_DIM_OPERATOR] = {NULL, "operator"},
    [CP_DIM_INSTALLED] = {"installed", "installed"},
    [CP_DIM_SITE] = {NULL, "site"},
    [CP_DIM_LAYER] = {NULL, "layer"},
    [CP_DIM_TAG] = {NULL, "tag"},
    [CP_DIM_PRODUCT] = {"product", "product"},
};

const char *cp_dim_key(cp_dim dim)
{
    return dims[dim].key;
}

/* --- words -------------------------------------------------------------------------------- */

static bool means_unknown(cp_text word)
{
    return cp_text_same_word(word, CP_TEXT("unknown"));
}

static cp_err intern(struct cp_catalogue *cat, cp_dim dim, cp_text text, uint32_t *value)
{
    struct cp_values *values = &cat->values[dim];
    void *at = values->at;

    if (text.len == 0 || means_unknown(text)) {
        *value = text.len == 0 ? CP_VALUE_UNSTATED : CP_VALUE_UNKNOWN;
        return CP_OK;
    }
    if (cp_text_eq(text, values->last)) {
        *value = values->last_id;
        return CP_OK;
    }
    *value = cp_map_find(values->ids, text);
    if (*value == CP_MAP_NONE) {
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

static cp_err note_no_grade(struct cp_catalogue *cat, uint32_t fact, cp_text word, uint32_t *cap)
{
    void *at = (void *)(uintptr_t)cat->remarks;
    const char *nearest = cp_grade_nearest(word);

    CP_TRY(cp_arena_grow(cat->arena, &at, cat->remark_count, cap, sizeof(struct cp_remark)));
    ((struct cp_remark *)at)[cat->remark_count++] =
        (struct cp_remark){.kind = CP_REMARK_FINDING,
                           .place = cat->net->facts[fact].place,
                           .why = "no grade of evidence: counts as a claim",
                           .subject = word,
                           .hint = cp_text_of(nearest)};
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

/* Each different piece of evidence once, noted at the first fact that rests on it. */
static cp_err grade_evidence(struct cp_catalogue *cat)
{
    enum { NOT_YET = 0xff };
    const struct cp_case *net = cat->net;
    uint32_t count = count_evidence(net);
    struct cp_map *noted = NULL;
    uint32_t cap = 0;

    cat->evidence_grade = CP_TAKE(cat->arena, count, uint8_t);
    if (cat->evidence_grade == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_map_open(cat->arena, &noted));
    memset(cat->evidence_grade, NOT_YET, count);
    for (uint32_t fact = 0; fact < net->fact_count; fact++) {
        uint32_t evidence = net->facts[fact].evidence;
        if (evidence == CP_NONE || cat->evidence_grade[evidence] != NOT_YET)
            continue;
        cp_text word = net->evidence[evidence].kind;
        cp_grade grade = word.len == 0 ? cat->silent : cp_grade_find(word);
        cat->evidence_grade[evidence] = (uint8_t)(grade == CP_GRADE_COUNT ? CP_GRADE_CLAIM : grade);
        if (grade != CP_GRADE_COUNT || cp_map_find(noted, word) != CP_MAP_NONE)
            continue;
        CP_TRY(cp_map_add(noted, word, 0));
        CP_TRY(note_no_grade(cat, fact, word, &cap));
    }
    return CP_OK;
}

cp_grade cp_catalogue_fact_grade(const struct cp_catalogue *cat, uint32_t fact)
{
    uint32_t evidence = cat->net->facts[fact].evidence;

    return evidence == CP_NONE ? cat->silent : (cp_grade)cat->evidence_grade[evidence];
}

/* --- facts -------------------------------------------------------------------------------- */

/* The dimension that facts of this attribute state; CP_DIM_COUNT: none. */
static cp_dim dim_of(cp_text attribute, cp_object_kind kind, bool part)
{
    if (cp_text_is(attribute, "maker") || cp_text_is(attribute, "software"))
        return CP_DIM_COUNT; /* most facts */
    for (uint32_t dim = CP_DIM_WHO + 1; dim < CP_DIM_WORDS; dim++) {
        if (dims[dim].attribute == NULL || !cp_text_is(attribute, dims[dim].attribute))
            continue;
        /* These fill records: there they are read. */
        if (!part && ((dim == CP_DIM_ROLE && kind == CP_OBJECT_NODE) ||
                      (dim == CP_DIM_CLASS && kind == CP_OBJECT_LINK)))
            return CP_DIM_COUNT;
        return (cp_dim)dim;
    }
    return CP_DIM_COUNT;
}

static bool has_expired(const struct cp_catalogue *cat, const struct cp_fact *fact)
{
    return fact->expires != CP_DATE_NONE && fact->expires < cat->as_of;
}

/* Whether a value, one word or several joined, has this word already. */
static bool has_word(const struct cp_catalogue *cat, cp_dim dim, uint32_t value, cp_text wanted)
{
    cp_text rest = cat->values[dim].at[value];
    cp_text word = CP_TEXT("");

    while (cp_text_word(&rest, "\n", &word)) {
        if (cp_text_eq(word, wanted))
            return true;
    }
    return false;
}

/* Joins one more statement to what is said already. */
static cp_err state(struct cp_catalogue *cat, cp_dim dim, uint32_t fact, struct cp_attributes *to)
{
    const struct cp_fact *f = &cat->net->facts[fact];
    uint8_t grade = (uint8_t)cp_catalogue_fact_grade(cat, fact);
    uint32_t before = to->value[dim];
    struct cp_out joined = cp_out_make(cat->arena);
    cp_text text = f->value;

    if (has_expired(cat, f) || means_unknown(text)) {
        if (before == CP_VALUE_UNSTATED)
            to->value[dim] = CP_VALUE_UNKNOWN;
        return CP_OK;
    }
    if (before < CP_VALUE_FIRST) {
        to->grade[dim] = grade;
        return intern(cat, dim, text, &to->value[dim]);
    }
    if (grade > to->grade[dim])
        to->grade[dim] = grade;
    if (has_word(cat, dim, before, text))
        return CP_OK;
    cp_out_text(&joined, cat->values[dim].at[before]);
    cp_out_char(&joined, '\n');
    cp_out_text(&joined, text);
    CP_TRY(cp_out_done(&joined, &text));
    return intern(cat, dim, text, &to->value[dim]);
}

/* --- parts -------------------------------------------------------------------------------- */

/* All that is said of one part of an object, for each of its statements about a maker. */
static cp_err read_part(struct cp_catalogue *cat, uint32_t fact, uint32_t first, uint32_t end)
{
    const struct cp_case *net = cat->net;
    cp_text part = net->facts[fact].part;
    cp_object_kind kind = net->facts[fact].kind;
    struct cp_attributes own = {0};
    void *at = cat->parts;
    bool any = false;

    for (uint32_t i = first; i < end; i++) {
        cp_dim dim = dim_of(net->facts[i].attribute, kind, true);
        if (dim == CP_DIM_COUNT || !cp_text_eq(net->facts[i].part, part))
            continue;
        CP_TRY(state(cat, dim, i, &own));
        any = true;
    }
    if (any) {
        CP_TRY(cp_arena_grow(cat->arena, &at, cat->part_count, &cat->part_cap, sizeof(own)));
        cat->parts = at;
        cat->parts[cat->part_count++] = own;
    }
    for (uint32_t i = first; i < end; i++) {
        if (cp_text_eq(net->facts[i].part, part))
            cat->fact_part[i] = any ? cat->part_count - 1 : CP_PART_SILENT;
    }
    return CP_OK;
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

static cp_err read_facts(struct cp_catalogue *cat, uint32_t first, uint32_t end,
                         struct cp_attributes *said)
{
    const struct cp_fact *facts = cat->net->facts;

    for (uint32_t fact = first; fact < end; fact++) {
        bool part = facts[fact].part.len > 0;
        if (part && cat->fact_part[fact] == CP_NONE) {
            CP_TRY(read_part(cat, fact, first, end));
        } else if (!part) {
            cp_dim dim = dim_of(facts[fact].attribute, facts[fact].kind, false);
            if (dim != CP_DIM_COUNT)
                CP_TRY(state(cat, dim, fact, said));
        }
    }
    return CP_OK;
}

/* What a record states itself carries no grade: it is the inventory's own word. */
static cp_err record(struct cp_catalogue *cat, cp_dim dim, cp_text text, struct cp_attributes *to)
{
    to->grade[dim] = CP_GRADE_ATTESTED;
    return intern(cat, dim, text, &to->value[dim]);
}

static cp_err read_node(struct cp_catalogue *cat, uint32_t node)
{
    const struct cp_node_rec *rec = &cat->net->nodes[node];
    struct cp_attributes said = {0};

    CP_TRY(record(cat, CP_DIM_ROLE, rec->role, &said));
    CP_TRY(record(cat, CP_DIM_OPERATOR, rec->operator_name, &said));
    CP_TRY(read_facts(cat, cat->net->node_facts[node], cat->net->node_facts[node + 1], &said));
    return keep(cat, CP_OBJECT_NODE, node, &said);
}

static cp_err read_link(struct cp_catalogue *cat, uint32_t link)
{
    const struct cp_link_rec *rec = &cat->net->links[link];
    struct cp_attributes said = {0};

    CP_TRY(record(cat, CP_DIM_CLASS, rec->link_class, &said));
    CP_TRY(record(cat, CP_DIM_OPERATOR, rec->operator_name, &said));
    CP_TRY(read_facts(cat, cat->net->link_facts[link], cat->net->link_facts[link + 1], &said));
    return keep(cat, CP_OBJECT_LINK, link, &said);
}

cp_err cp_catalogue_make(const struct cp_case *net, cp_date as_of, bool trial,
                         struct cp_arena *arena, struct cp_catalogue *out)
{
    *out = (struct cp_catalogue){.net = net,
                                 .arena = arena,
                                 .as_of = as_of,
                                 .silent = trial ? CP_GRADE_ATTESTED : CP_GRADE_CLAIM};
    out->fact_part = CP_TAKE(arena, net->fact_count, uint32_t);
    if (out->fact_part == NULL)
        return CP_ERR_NOMEM;
    memset(out->fact_part, 0xff, net->fact_count * sizeof(uint32_t)); /* CP_NONE */
    out->parts = CP_TAKE(arena, 1, struct cp_attributes);
    if (out->parts == NULL)
        return CP_ERR_NOMEM;
    out->part_cap = out->part_count = CP_PART_SILENT + 1;
    CP_TRY(open_values(out));
    CP_TRY(grade_evidence(out));
    for (uint32_t node = 0; node < net->node_count; node++)
        CP_TRY(read_node(out, node));
    for (uint32_t link = 0; link < net->link_count; link++)
        CP_TRY(read_link(out, link));
    return CP_OK;
}

bool cp_catalogue_has_word(const struct cp_catalogue *cat, cp_dim dim, cp_text folded)
{
    const struct cp_values *values = &cat->values[dim];
    cp_arena_mark mark = cp_arena_mark_get(cat->arena);
    bool found = false;

    for (uint32_t i = CP_VALUE_FIRST; i < values->count && !found; i++) {
        cp_text rest = values->at[i];
        cp_text word = CP_TEXT("");
        while (!found && cp_text_word(&rest, "\n", &word)) {
            cp_text key = CP_TEXT("");
            found = cp_word_fold(word, cat->arena, &key) == CP_OK && cp_text_eq(key, folded);
        }
    }
    cp_arena_reset(cat->arena, mark);
    return found;
}
