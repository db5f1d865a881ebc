#include "reading.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/out.h"

/*
 * Statements about a thing are gathered, sorted by attribute, and joined once: a fact that has expired
 * leaves "unknown", unless another still holds; one that says "unknown" beside others is one more
 * statement, which no relief meets.  The best evidence of those that are joined is the grade of the
 * whole: what lets a thing off must be met by all that is said of it, and by one fact that is enough.
 */

static uint32_t most_facts(const uint32_t *starts, uint32_t count, uint32_t most)
{
    for (uint32_t i = 0; i < count; i++)
        most = starts[i + 1] - starts[i] > most ? starts[i + 1] - starts[i] : most;
    return most;
}

cp_err cp_reading_open(struct cp_catalogue *cat, struct cp_reading *out)
{
    const struct cp_case *net = cat->net;
    uint32_t most = most_facts(net->link_facts, net->link_count,
                               most_facts(net->node_facts, net->node_count, 0));

    *out = (struct cp_reading){.cat = cat,
                               .said = CP_TAKE(cat->arena, most, struct cp_saying),
                               .parts = CP_TAKE(cat->arena, most, struct cp_part_fact)};
    return out->said == NULL || out->parts == NULL ? CP_ERR_NOMEM : CP_OK;
}

/* These fill records: there they are read, and of the facts only what they are worth. */
static bool is_of_record(cp_dim dim, const struct cp_fact *fact)
{
    return fact->part.len == 0 &&
           (dim == CP_DIM_OPERATOR || (dim == CP_DIM_ROLE && fact->kind == CP_OBJECT_NODE) ||
            (dim == CP_DIM_CLASS && fact->kind == CP_OBJECT_LINK));
}

/* The dimension that a fact is about; CP_DIM_COUNT: none. */
static cp_dim dim_of(const struct cp_fact *fact)
{
    cp_text attribute = fact->attribute;

    if (cp_text_is(attribute, "maker") || cp_text_is(attribute, "software"))
        return CP_DIM_COUNT; /* most facts */
    for (uint32_t dim = CP_DIM_WHO + 1; dim < CP_DIM_WORDS; dim++) {
        if (cp_text_is(attribute, cp_dim_key((cp_dim)dim)))
            return dim == CP_DIM_OPERATOR && fact->part.len > 0 ? CP_DIM_COUNT : (cp_dim)dim;
    }
    return CP_DIM_COUNT;
}

static void hear(struct cp_reading *r, uint32_t fact)
{
    cp_dim dim = dim_of(&r->cat->net->facts[fact]);

    if (dim != CP_DIM_COUNT)
        r->said[r->said_count++] = (struct cp_saying){.dim = dim, .fact = fact};
}

static int compare_facts(const void *left, const void *right)
{
    const struct cp_saying *a = left;
    const struct cp_saying *b = right;

    if (a->dim != b->dim)
        return a->dim < b->dim ? -1 : 1;
    return a->fact < b->fact ? -1 : a->fact > b->fact;
}

static int compare_values(const void *left, const void *right)
{
    const struct cp_saying *a = left;
    const struct cp_saying *b = right;

    if (a->value != b->value)
        return a->value < b->value ? -1 : 1;
    return compare_facts(left, right);
}

/* Keeps the first statement of each value. */
static uint32_t keep_different(struct cp_saying *said, uint32_t count)
{
    uint32_t kept = 0;

    if (count < 2)
        return count;
    qsort(said, count, sizeof(*said), compare_values);
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || said[i].value != said[kept - 1].value)
            said[kept++] = said[i];
    }
    qsort(said, kept, sizeof(*said), compare_facts);
    return kept;
}

/* One value for all that is said, with "unknown" as one more statement where somebody says so. */
static cp_err join(struct cp_catalogue *cat, const struct cp_saying *said, uint32_t count,
                   bool doubted, uint32_t *value)
{
    const struct cp_values *values = &cat->values[said[0].dim];
    struct cp_out joined = cp_out_make(cat->arena);
    cp_text text = CP_TEXT("");

    *value = said[0].value;
    if (count == 1 && !doubted)
        return CP_OK;
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            cp_out_char(&joined, '\n');
        cp_out_text(&joined, values->at[said[i].value]);
    }
    if (doubted) {
        cp_out_char(&joined, '\n');
        cp_out_text(&joined, values->at[CP_VALUE_UNKNOWN]);
    }
    CP_TRY(cp_out_done(&joined, &text));
    return cp_catalogue_intern(cat, said[0].dim, text, value);
}

/* What facts alone state. */
static cp_err conclude(struct cp_catalogue *cat, struct cp_saying *said, uint32_t count,
                       struct cp_attributes *to)
{
    cp_dim dim = said[0].dim;
    cp_weight best = CP_WEIGHT_NOTHING;
    uint32_t known = 0;
    bool doubted = false;

    to->value[dim] = CP_VALUE_UNKNOWN;
    for (uint32_t i = 0; i < count; i++) {
        const struct cp_fact *fact = &cat->net->facts[said[i].fact];
        cp_weight grade = cp_catalogue_fact_weight(cat, said[i].fact);
        if (cp_catalogue_has_expired(cat, fact))
            continue;
        CP_TRY(cp_catalogue_intern(cat, dim, fact->value, &said[i].value));
        if (said[i].value < CP_VALUE_FIRST) {
            doubted = true;
            continue;
        }
        best = grade > best ? grade : best;
        said[known++] = said[i];
    }
    if (known == 0)
        return CP_OK;
    to->grade[dim] = best;
    return join(cat, said, keep_different(said, known), doubted, &to->value[dim]);
}

/*
 * What facts state that a record has: the best of those that say the same is its grade.  A leased circuit
 * is one though all that says so has expired, but nothing is let off for that.
 */
static cp_err temper(struct cp_catalogue *cat, struct cp_saying *said, uint32_t count,
                     struct cp_attributes *to)
{
    cp_dim dim = said[0].dim;
    cp_text recorded = cat->values[dim].at[to->value[dim]];
    cp_weight best = CP_WEIGHT_NOTHING;
    bool stated = false, doubted = false, lapsed = false;

    if (to->value[dim] < CP_VALUE_FIRST)
        return CP_OK;
    for (uint32_t i = 0; i < count; i++) {
        const struct cp_fact *fact = &cat->net->facts[said[i].fact];
        cp_weight grade = cp_catalogue_fact_weight(cat, said[i].fact);
        bool same = cp_catalogue_same_word(fact->value, recorded);
        if (cp_catalogue_has_expired(cat, fact)) {
            lapsed = lapsed || (same && cp_text_is(recorded, "leased-circuit"));
        } else if (same) {
            stated = true;
            best = grade > best ? grade : best;
        } else {
            doubted = doubted || cp_catalogue_means_unknown(fact->value);
        }
    }
    if (stated)
        to->grade[dim] = best;
    said[0].value = to->value[dim];
    return join(cat, said, 1, doubted || (lapsed && !stated && dim == CP_DIM_CLASS),
                &to->value[dim]);
}

/* Lays all that was heard of a thing, or of a part, together. */
static cp_err settle(struct cp_reading *r, struct cp_attributes *to)
{
    const struct cp_fact *facts = r->cat->net->facts;
    uint32_t count = r->said_count;

    if (count > 1)
        qsort(r->said, count, sizeof(*r->said), compare_facts);
    for (uint32_t i = 0, size = 0; i < count; i += size) {
        struct cp_saying *said = &r->said[i];
        for (size = 1; i + size < count && said[size].dim == said->dim;)
            size++;
        CP_TRY(is_of_record(said->dim, &facts[said->fact]) ? temper(r->cat, said, size, to)
                                                           : conclude(r->cat, said, size, to));
    }
    r->said_count = 0;
    return CP_OK;
}

/* --- parts -------------------------------------------------------------------------------- */

static int compare_parts(const void *left, const void *right)
{
    const struct cp_part_fact *a = left;
    const struct cp_part_fact *b = right;
    int parts = cp_text_cmp(a->part, b->part);

    if (parts != 0)
        return parts;
    return a->fact < b->fact ? -1 : a->fact > b->fact;
}

/* All that is said of one part of an object. */
static cp_err read_part(struct cp_reading *r, const struct cp_part_fact *facts, uint32_t count)
{
    struct cp_catalogue *cat = r->cat;
    struct cp_attributes own = {0};
    uint32_t part = CP_PART_SILENT;

    for (uint32_t i = 0; i < count; i++)
        hear(r, facts[i].fact);
    if (r->said_count > 0) {
        void *at = cat->parts;
        CP_TRY(settle(r, &own));
        CP_TRY(cp_arena_grow(cat->arena, &at, cat->part_count, &cat->part_cap, sizeof(own)));
        cat->parts = at;
        part = cat->part_count++;
        cat->parts[part] = own;
    }
    for (uint32_t i = 0; i < count; i++) {
        cat->fact_part[facts[i].fact] = part;
        cat->part_first[facts[i].fact] = facts[0].fact;
    }
    return CP_OK;
}

cp_err cp_reading_parts(struct cp_reading *r, uint32_t first, uint32_t end)
{
    uint32_t count = 0;

    for (uint32_t fact = first; fact < end; fact++) {
        if (r->cat->net->facts[fact].part.len > 0)
            r->parts[count++] = (struct cp_part_fact){r->cat->net->facts[fact].part, fact};
    }
    if (count > 1)
        qsort(r->parts, count, sizeof(*r->parts), compare_parts);
    for (uint32_t i = 0, size = 0; i < count; i += size) {
        for (size = 1; i + size < count && cp_text_eq(r->parts[i + size].part, r->parts[i].part);)
            size++;
        CP_TRY(read_part(r, &r->parts[i], size));
    }
    return CP_OK;
}

cp_err cp_reading_thing(struct cp_reading *r, uint32_t first, uint32_t end,
                        struct cp_attributes *said)
{
    for (uint32_t fact = first; fact < end; fact++) {
        if (r->cat->net->facts[fact].part.len == 0)
            hear(r, fact);
    }
    return settle(r, said);
}
