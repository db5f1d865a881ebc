#include "survey.h"

#include <stdlib.h>
#include <string.h>

/*
 * Three passes, each linear but for sorting: facts one by one (whose are they, have they expired);
 * the facts of each object by part (which count, which disagree); parts that are ports (ports.c).  No
 * rule is involved, so all rules share the outcome.
 */

static cp_err remark(struct cp_survey *s, uint32_t fact, const char *why, cp_text subject)
{
    void *at = s->remarks;

    CP_TRY(cp_arena_grow(s->arena, &at, s->remark_count, &s->remark_cap, sizeof(struct cp_remark)));
    s->remarks = at;
    s->remarks[s->remark_count++] = (struct cp_remark){.kind = CP_REMARK_FINDING,
                                                       .place = s->net->facts[fact].place,
                                                       .why = why,
                                                       .subject = subject};
    return CP_OK;
}

static cp_text object_id(const struct cp_case *net, const struct cp_fact *fact)
{
    switch (fact->kind) {
    case CP_OBJECT_NODE:
        return net->nodes[fact->object].id;
    case CP_OBJECT_LINK:
        return net->links[fact->object].id;
    case CP_OBJECT_SITE:
        return net->sites[fact->object].id;
    }
    return CP_TEXT("");
}

/* "r1/xcvr-3" */
static cp_err part_name(const struct cp_survey *s, uint32_t fact, cp_text *out)
{
    const struct cp_fact *f = &s->net->facts[fact];
    cp_text id = object_id(s->net, f);

    *out = id;
    if (f->part.len == 0)
        return CP_OK;
    CP_TRY(cp_text_join(id, CP_TEXT("/"), s->arena, &id));
    return cp_text_join(id, f->part, s->arena, out);
}

/* --- whose is it -------------------------------------------------------------------------- */

static cp_err read_fact(struct cp_survey *s, uint32_t fact, cp_text trusted)
{
    const struct cp_fact *f = &s->net->facts[fact];
    bool software = cp_text_is(f->attribute, "software");
    cp_text name = CP_TEXT("");

    s->name[fact] = CP_NAME_NONE;
    s->grade[fact] = (uint8_t)cp_catalogue_fact_weight(s->cat, fact);
    if (f->kind == CP_OBJECT_SITE || (!software && !cp_text_is(f->attribute, "maker")))
        return CP_OK;
    s->flags[fact] = software ? CP_FACT_SOFTWARE : 0;
    if (f->expires != CP_DATE_NONE && f->expires < s->as_of) {
        s->name[fact] = CP_NAME_UNKNOWN;
        s->flags[fact] |= CP_FACT_EXPIRED;
        CP_TRY(part_name(s, fact, &name));
        return remark(s, fact, "the fact has expired", name);
    }
    if (trusted.len > 0 && cp_text_eq(f->value, trusted)) {
        s->name[fact] = CP_NAME_SILENT;
        return CP_OK;
    }
    return cp_stated_add(s->names, f->value, software, &s->name[fact]);
}

static bool is_like(const struct cp_stated *names, uint32_t name)
{
    for (uint32_t p = 0; p < names->policy_count; p++) {
        if (names->like[p][name] != 0)
            return true;
    }
    return false;
}

/* Said of the first fact that bears the name. */
static cp_err remark_doubts(struct cp_survey *s)
{
    uint8_t *seen = CP_TAKE(s->arena, s->names->count, uint8_t);

    if (seen == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t fact = 0; fact < s->net->fact_count; fact++) {
        uint32_t name = s->name[fact];
        if (name == CP_NAME_NONE || seen[name] != 0 || !is_like(s->names, name))
            continue;
        seen[name] = 1;
        CP_TRY(remark(s, fact,
                      "like the name of a known maker, but none of its names: counts as unknown",
                      s->net->facts[fact].value));
    }
    return CP_OK;
}

/* --- several statements about one part ------------------------------------------------------ */

struct statement {
    cp_text part;
    uint32_t fact;
    uint8_t software;
};

static int compare_statements(const void *left, const void *right)
{
    const struct statement *a = left;
    const struct statement *b = right;

    if (a->software != b->software)
        return a->software < b->software ? -1 : 1;
    int parts = cp_text_cmp(a->part, b->part);
    if (parts != 0)
        return parts;
    return a->fact < b->fact ? -1 : a->fact > b->fact;
}

static bool is_about_same(const struct statement *a, const struct statement *b)
{
    return a->software == b->software && cp_text_eq(a->part, b->part);
}

/* Whether two names are of different makers in the eyes of some policy. */
static bool disagree(const struct cp_survey *s, uint32_t a, uint32_t b)
{
    const struct cp_stated *names = s->names;
    bool differ = !cp_text_same_word(cp_text_trim(s->net->facts[a].value),
                                     cp_text_trim(s->net->facts[b].value));

    for (uint32_t p = 0; p < names->policy_count && s->name[a] != s->name[b]; p++) {
        uint32_t x = names->makers[p][s->name[a]];
        uint32_t y = names->makers[p][s->name[b]];
        if (x != y || ((x == CP_MAKER_OTHER || x == CP_MAKER_UNKNOWN) && differ))
            return true;
    }
    return false;
}

/* "unknown", or expired: it says nothing where another statement says something. */
static bool says_nothing(const struct cp_survey *s, uint32_t fact)
{
    return s->name[fact] == CP_NAME_UNKNOWN || s->names->at[s->name[fact]].says_nothing;
}

/* All statements about one part of an object. */
static cp_err weigh(struct cp_survey *s, const struct statement *group, uint32_t count)
{
    uint32_t known = UINT32_MAX;
    cp_weight best = CP_WEIGHT_NOTHING;
    bool noted = false;

    for (uint32_t i = 0; i < count; i++) {
        if (says_nothing(s, group[i].fact))
            continue;
        known = known == UINT32_MAX ? group[i].fact : known;
        best = s->grade[group[i].fact] > best ? s->grade[group[i].fact] : best;
    }
    for (uint32_t i = 0; i < count && known != UINT32_MAX; i++) {
        uint32_t fact = group[i].fact;
        cp_text name = CP_TEXT("");
        s->grade[fact] = best;
        if (says_nothing(s, fact)) {
            s->name[fact] = CP_NAME_NONE;
        } else if (!noted && disagree(s, known, fact)) {
            noted = true;
            CP_TRY(part_name(s, fact, &name));
            CP_TRY(remark(s, fact,
                          group[i].software != 0 ? "sources disagree about the software"
                                                 : "sources disagree about the maker",
                          name));
        }
    }
    return CP_OK;
}

static cp_err weigh_object(struct cp_survey *s, uint32_t first, uint32_t end)
{
    struct statement *all = CP_TAKE(s->arena, end - first, struct statement);
    uint32_t count = 0;

    if (all == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t fact = first; fact < end; fact++) {
        if (s->name[fact] != CP_NAME_NONE)
            all[count++] = (struct statement){.part = s->net->facts[fact].part,
                                              .fact = fact,
                                              .software = s->flags[fact] & CP_FACT_SOFTWARE};
    }
    qsort(all, count, sizeof(*all), compare_statements);
    for (uint32_t i = 0; i < count;) {
        uint32_t size = 1;
        while (i + size < count && is_about_same(&all[i], &all[i + size]))
            size++;
        CP_TRY(weigh(s, &all[i], size));
        i += size;
    }
    return CP_OK;
}

static bool has_several(const struct cp_survey *s, uint32_t first, uint32_t end)
{
    uint32_t count[2] = {0, 0};

    for (uint32_t fact = first; fact < end; fact++) {
        if (s->name[fact] != CP_NAME_NONE)
            count[s->flags[fact] & CP_FACT_SOFTWARE]++;
    }
    return count[0] > 1 || count[1] > 1;
}

static cp_err weigh_all(struct cp_survey *s)
{
    const struct cp_fact *facts = s->net->facts;

    for (uint32_t first = 0, end = 0; first < s->net->fact_count; first = end) {
        while (end < s->net->fact_count && facts[end].kind == facts[first].kind &&
               facts[end].object == facts[first].object)
            end++;
        if (has_several(s, first, end))
            CP_TRY(weigh_object(s, first, end));
    }
    return CP_OK;
}

/* --- parts of no stated maker ---------------------------------------------------------------- */

bool cp_survey_is_itself(const struct cp_survey *survey, uint32_t fact)
{
    return survey->name[fact] != CP_NAME_NONE && survey->net->facts[fact].part.len == 0 &&
           (survey->flags[fact] & CP_FACT_SOFTWARE) == 0;
}

/* Who is first said to have made the thing itself; CP_NAME_UNKNOWN where nobody says. */
static uint32_t own_name(const struct cp_survey *s, uint32_t first, uint32_t end, uint8_t *grade)
{
    for (uint32_t fact = first; fact < end; fact++) {
        if (!cp_survey_is_itself(s, fact))
            continue;
        *grade = s->grade[fact];
        return s->name[fact];
    }
    *grade = CP_WEIGHT_MOST;
    return CP_NAME_UNKNOWN;
}

/* Chains the facts that say who made the thing itself, each maker once; the first of them. */
static uint32_t chain_makers(struct cp_survey *s, uint32_t *seen, uint32_t first, uint32_t end)
{
    uint32_t head = CP_NONE;
    uint32_t tail = CP_NONE;

    for (uint32_t fact = first; fact < end; fact++) {
        if (!cp_survey_is_itself(s, fact))
            continue;
        uint32_t same = seen[s->name[fact]];
        if (same >= first && same < fact && s->grade[same] == s->grade[fact])
            continue;
        seen[s->name[fact]] = fact;
        if (tail == CP_NONE)
            head = fact;
        else
            s->itself[tail] = fact;
        tail = fact;
    }
    return head;
}

/* The first fact of each such part stands for it.  seen [names] */
static void inherit(struct cp_survey *s, uint32_t *seen, uint32_t first, uint32_t end)
{
    const uint32_t *part_first = s->cat->part_first;
    uint32_t makers = chain_makers(s, seen, first, end);
    cp_weight grade = CP_WEIGHT_NOTHING;
    uint32_t name = own_name(s, first, end, &grade);

    for (uint32_t fact = first; fact < end; fact++) {
        if (part_first[fact] != CP_NONE && s->name[fact] != CP_NAME_NONE &&
            (s->flags[fact] & CP_FACT_SOFTWARE) == 0)
            s->flags[part_first[fact]] |= CP_FACT_MADE;
    }
    for (uint32_t fact = first; fact < end; fact++) {
        uint32_t part = s->cat->fact_part[fact];
        if (part == CP_NONE || part == CP_PART_SILENT || s->name[fact] != CP_NAME_NONE ||
            (s->flags[part_first[fact]] & CP_FACT_MADE) != 0)
            continue;
        s->name[fact] = name;
        s->grade[fact] = grade;
        s->itself[fact] = makers;
        s->flags[fact] |= CP_FACT_INHERITED;
        s->flags[part_first[fact]] |= CP_FACT_MADE;
    }
}

static bool has_speaking_part(const struct cp_survey *s, uint32_t first, uint32_t end)
{
    for (uint32_t fact = first; fact < end; fact++) {
        uint32_t part = s->cat->fact_part[fact];
        if (part != CP_NONE && part != CP_PART_SILENT)
            return true;
    }
    return false;
}

static cp_err inherit_all(struct cp_survey *s)
{
    const struct cp_case *net = s->net;
    uint32_t *seen = NULL;

    if (s->cat->part_count == CP_PART_SILENT + 1)
        return CP_OK; /* no part says anything */
    s->itself = CP_TAKE(s->arena, net->fact_count, uint32_t);
    seen = CP_TAKE(s->arena, s->names->count, uint32_t);
    if (s->itself == NULL || seen == NULL)
        return CP_ERR_NOMEM;
    memset(s->itself, 0xff, net->fact_count * sizeof(uint32_t)); /* CP_NONE */
    memset(seen, 0xff, s->names->count * sizeof(uint32_t));
    for (uint32_t node = 0; node < net->node_count; node++) {
        if (has_speaking_part(s, net->node_facts[node], net->node_facts[node + 1]))
            inherit(s, seen, net->node_facts[node], net->node_facts[node + 1]);
    }
    for (uint32_t link = 0; link < net->link_count; link++) {
        if (has_speaking_part(s, net->link_facts[link], net->link_facts[link + 1]))
            inherit(s, seen, net->link_facts[link], net->link_facts[link + 1]);
    }
    return CP_OK;
}

/* --- managers ----------------------------------------------------------------------------- */

static cp_err find_managed(struct cp_survey *s)
{
    const struct cp_case *net = s->net;
    uint32_t total = 0;

    for (uint32_t node = 0; node < net->node_count; node++)
        total += net->nodes[node].managed_by.count;
    if (total == 0)
        return CP_OK;
    s->managed_first = CP_TAKE(s->arena, (size_t)net->node_count + 1, uint32_t);
    s->managed = CP_TAKE(s->arena, total, uint32_t);
    if (s->managed_first == NULL || s->managed == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t node = 0; node < net->node_count; node++) {
        cp_range by = net->nodes[node].managed_by;
        for (uint32_t i = by.first; i < by.first + by.count; i++)
            s->managed_first[net->managers[i].at + 1]++;
    }
    for (uint32_t node = 0; node < net->node_count; node++)
        s->managed_first[node + 1] += s->managed_first[node];
    /* Filled from the back: each start moves down to where its nodes begin. */
    for (uint32_t node = net->node_count; node-- > 0;) {
        cp_range by = net->nodes[node].managed_by;
        for (uint32_t i = by.first; i < by.first + by.count; i++)
            s->managed[--s->managed_first[net->managers[i].at + 1]] = node;
    }
    for (uint32_t node = 0; node < net->node_count; node++)
        s->managed_first[node] = s->managed_first[node + 1];
    s->managed_first[net->node_count] = total;
    return CP_OK;
}

/* ------------------------------------------------------------------------------------------ */

cp_err cp_survey_make(struct cp_stated *names, const struct cp_catalogue *cat, cp_text trusted,
                      struct cp_arena *arena, struct cp_survey **out)
{
    struct cp_survey *s = CP_TAKE(arena, 1, struct cp_survey);
    const struct cp_case *net = cat->net;

    if (s == NULL)
        return CP_ERR_NOMEM;
    *s = (struct cp_survey){
        .net = net, .cat = cat, .names = names, .arena = arena, .as_of = cat->as_of};
    s->name = CP_TAKE(arena, net->fact_count, uint32_t);
    s->flags = CP_TAKE(arena, net->fact_count, uint8_t);
    s->grade = CP_TAKE(arena, net->fact_count, uint8_t);
    if (s->name == NULL || s->flags == NULL || s->grade == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t fact = 0; fact < net->fact_count; fact++)
        CP_TRY(read_fact(s, fact, trusted));
    CP_TRY(cp_stated_resolve(names));
    CP_TRY(remark_doubts(s));
    CP_TRY(weigh_all(s));
    CP_TRY(inherit_all(s));
    CP_TRY(cp_survey_find_ports(s));
    CP_TRY(find_managed(s));
    *out = s;
    return CP_OK;
}

void cp_survey_facts(const struct cp_survey *survey, cp_object_kind kind, uint32_t object,
                     uint32_t *first, uint32_t *end)
{
    const uint32_t *facts =
        kind == CP_OBJECT_NODE ? survey->net->node_facts : survey->net->link_facts;

    CP_ASSERT(kind != CP_OBJECT_SITE);
    *first = facts[object];
    *end = facts[object + 1];
}

bool cp_survey_is_own(const struct cp_survey *survey, uint32_t fact)
{
    return survey->name[fact] != CP_NAME_NONE && (survey->flags[fact] & CP_FACT_MOVED) == 0;
}

bool cp_survey_is_stated(const struct cp_survey *survey, cp_object_kind kind, uint32_t object)
{
    uint32_t first = 0;
    uint32_t end = 0;

    cp_survey_facts(survey, kind, object, &first, &end);
    for (uint32_t fact = first; fact < end; fact++) {
        if (survey->name[fact] != CP_NAME_NONE && (survey->flags[fact] & CP_FACT_SOFTWARE) == 0 &&
            survey->net->facts[fact].part.len == 0)
            return true;
    }
    return false;
}
