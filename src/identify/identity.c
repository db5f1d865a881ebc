#include "identify/identity.h"

#include <stdlib.h>

#include "clues.h"
#include "conclude.h"

/*
 * One walk over the nodes and one over the links.  The facts of an object lie together; those of its parts are
 * sorted by part, so each subject's clues are gathered in one go.  A box has the clues of the node itself and of
 * its parts of class chassis; addresses of ports count for the box as well.
 */

static const char *const kind_names[CP_CLUE_COUNT] = {
    "maker", "system-text", "software", "model", "enterprise-number", "engine-id", "mac-prefix",
};

const char *cp_clue_kind_name(cp_clue_kind kind)
{
    CP_ASSERT(kind < CP_CLUE_COUNT);
    return kind_names[kind];
}

struct cp_identify_options cp_identify_defaults(void)
{
    struct cp_identify_options options = {.as_of = CP_DATE_NONE, .registry = NULL};

    for (uint32_t grade = 0; grade < CP_GRADE_COUNT; grade++)
        options.life_days[grade] = cp_grade_life_days((cp_grade)grade);
    return options;
}

/* A fact that has been put in its part's place. */
struct placed {
    cp_text part;
    uint32_t fact;
};

struct work {
    struct cp_gathering g;
    struct cp_arena *arena;
    struct cp_identity *at;
    struct cp_clue *clues;
    uint32_t count, cap, clue_count, clue_cap;
    struct cp_findings findings; /* of the subject at hand; used again */
    struct placed *placed;
    uint32_t placed_cap;
};

/* --- subjects ----------------------------------------------------------------------------- */

/* Addresses of one maker beside each other, whatever facts they are of. */
static int compare_addresses(const struct cp_clue *a, const struct cp_clue *b)
{
    if (a->maker != b->maker)
        return a->maker < b->maker ? -1 : 1;
    if (a->aged != b->aged)
        return a->aged ? 1 : -1;
    int order = cp_text_cmp(a->name, b->name);
    return order != 0 ? order : cp_text_cmp(cp_text_of(a->why), cp_text_of(b->why));
}

static int compare_findings(const void *a, const void *b)
{
    const struct cp_finding *one = a;
    const struct cp_finding *two = b;

    if (one->clue.carries != two->clue.carries)
        return one->clue.carries ? -1 : 1;
    if (one->clue.grade != two->clue.grade)
        return one->clue.grade > two->clue.grade ? -1 : 1;
    if (one->clue.kind != two->clue.kind)
        return one->clue.kind < two->clue.kind ? -1 : 1;
    if (one->clue.kind == CP_CLUE_MAC_PREFIX && compare_addresses(&one->clue, &two->clue) != 0)
        return compare_addresses(&one->clue, &two->clue);
    if (one->clue.fact != two->clue.fact)
        return one->clue.fact < two->clue.fact ? -1 : 1;
    return one->clue.maker < two->clue.maker ? -1 : one->clue.maker > two->clue.maker;
}

static cp_err keep_clue(struct work *w, struct cp_clue clue)
{
    void *at = w->clues;

    CP_TRY(cp_arena_grow(w->arena, &at, w->clue_count, &w->clue_cap, sizeof(clue)));
    w->clues = at;
    w->clues[w->clue_count++] = clue;
    return CP_OK;
}

/* A switch has an address for each of its ports: what a clue repeats of the one before is left out. */
static bool repeats(const struct cp_clue *a, const struct cp_clue *b)
{
    return a->kind == CP_CLUE_MAC_PREFIX && b->kind == CP_CLUE_MAC_PREFIX && a->grade == b->grade &&
           compare_addresses(a, b) == 0;
}

static cp_err finish_subject(struct work *w, struct cp_identity identity)
{
    struct cp_findings *f = &w->findings;
    void *at = w->at;

    cp_conclude(&w->g, f, &identity);
    if (f->count > 0)
        qsort(f->at, f->count, sizeof(f->at[0]), compare_findings);
    identity.clues.first = w->clue_count;
    for (uint32_t i = 0; i < f->count; i++) {
        bool first = w->clue_count == identity.clues.first;
        if (first || !repeats(&f->at[i].clue, &w->clues[w->clue_count - 1]))
            CP_TRY(keep_clue(w, f->at[i].clue));
    }
    identity.clues.count = w->clue_count - identity.clues.first;
    CP_TRY(cp_arena_grow(w->arena, &at, w->count, &w->cap, sizeof(identity)));
    w->at = at;
    w->at[w->count++] = identity;
    f->count = 0;
    return CP_OK;
}

/* --- the facts of an object ------------------------------------------------------------------ */

static bool attribute_is(const struct work *w, uint32_t fact, const char *attribute)
{
    return cp_text_is(w->g.net->facts[fact].attribute, attribute);
}

static bool is_about_maker(const struct work *w, uint32_t fact)
{
    static const char *const attributes[] = {
        "maker",       "model",         "product",   "part-number",     "software",     "sys-descr",
        "vendor-type", "sys-object-id", "engine-id", "private-objects", "chassis-descr"};

    for (size_t i = 0; i < CP_COUNT(attributes); i++) {
        if (attribute_is(w, fact, attributes[i]))
            return true;
    }
    return false;
}

static int compare_placed(const void *a, const void *b)
{
    const struct placed *one = a;
    const struct placed *two = b;
    int order = cp_text_cmp(one->part, two->part);

    if (order != 0)
        return order;
    return one->fact < two->fact ? -1 : one->fact > two->fact;
}

/* The facts of an object that say who made it or its parts, sorted by part. */
static cp_err place_facts(struct work *w, uint32_t from, uint32_t to, uint32_t *count)
{
    *count = 0;
    for (uint32_t fact = from; fact < to; fact++) {
        void *at = w->placed;
        if (!is_about_maker(w, fact) && !attribute_is(w, fact, "mac") &&
            !attribute_is(w, fact, "class"))
            continue;
        CP_TRY(cp_arena_grow(w->arena, &at, *count, &w->placed_cap, sizeof(struct placed)));
        w->placed = at;
        w->placed[(*count)++] = (struct placed){w->g.net->facts[fact].part, fact};
    }
    if (*count > 1)
        qsort(w->placed, *count, sizeof(struct placed), compare_placed);
    return CP_OK;
}

/* The end of the facts of one part. */
static uint32_t end_of_part(const struct work *w, uint32_t from, uint32_t count)
{
    uint32_t to = from;

    while (to < count && cp_text_eq(w->placed[to].part, w->placed[from].part))
        to++;
    return to;
}

static bool is_chassis(const struct work *w, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++) {
        if (attribute_is(w, w->placed[i].fact, "class") &&
            cp_text_same_word(w->g.net->facts[w->placed[i].fact].value, CP_TEXT("chassis")))
            return true;
    }
    return false;
}

static bool is_software(cp_text part)
{
    return cp_text_same_word(part, CP_TEXT("software"));
}

/* --- nodes and links ------------------------------------------------------------------------- */

static cp_err conclude_box(struct work *w, struct cp_identity identity, uint32_t count)
{
    for (uint32_t from = 0; from < count;) {
        uint32_t to = end_of_part(w, from, count);
        bool own = w->placed[from].part.len == 0 || is_chassis(w, from, to);
        for (uint32_t i = from; i < to; i++) {
            if (own || attribute_is(w, w->placed[i].fact, "mac"))
                CP_TRY(cp_clues_of_thing(&w->g, w->placed[i].fact, &w->findings));
        }
        from = to;
    }
    identity.subject = CP_IDENTITY_BOX;
    return finish_subject(w, identity);
}

static cp_err conclude_software(struct work *w, struct cp_identity identity, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t fact = w->placed[i].fact;
        bool node = w->placed[i].part.len == 0;
        if (node ? !attribute_is(w, fact, "maker") : is_software(w->placed[i].part))
            CP_TRY(cp_clues_of_software(&w->g, fact, &w->findings));
    }
    cp_clues_settle_base(&w->findings);
    identity.subject = CP_IDENTITY_SOFTWARE;
    return finish_subject(w, identity);
}

static cp_err conclude_parts(struct work *w, struct cp_identity identity, uint32_t count)
{
    identity.subject = CP_IDENTITY_PART;
    for (uint32_t from = 0; from < count;) {
        uint32_t to = end_of_part(w, from, count);
        bool about = false;
        identity.part = w->placed[from].part;
        for (uint32_t i = from; i < to && identity.part.len > 0; i++)
            about = about || is_about_maker(w, w->placed[i].fact);
        about = about && !(identity.kind == CP_OBJECT_NODE && is_software(identity.part));
        for (uint32_t i = from; i < to && about; i++)
            CP_TRY(cp_clues_of_thing(&w->g, w->placed[i].fact, &w->findings));
        if (about)
            CP_TRY(finish_subject(w, identity));
        from = to;
    }
    return CP_OK;
}

static cp_err conclude_node(struct work *w, uint32_t node)
{
    const struct cp_case *net = w->g.net;
    struct cp_identity identity = {.kind = CP_OBJECT_NODE, .object = node};
    uint32_t count = 0;

    CP_TRY(place_facts(w, net->node_facts[node], net->node_facts[node + 1], &count));
    CP_TRY(conclude_box(w, identity, count));
    CP_TRY(conclude_software(w, identity, count));
    return conclude_parts(w, identity, count);
}

/* A link itself is a subject where some fact says who made it. */
static cp_err conclude_link(struct work *w, uint32_t link)
{
    const struct cp_case *net = w->g.net;
    struct cp_identity identity = {.kind = CP_OBJECT_LINK, .object = link};
    uint32_t count = 0;
    uint32_t own = 0;

    CP_TRY(place_facts(w, net->link_facts[link], net->link_facts[link + 1], &count));
    while (own < count && w->placed[own].part.len == 0)
        own++;
    for (uint32_t i = 0; i < own; i++)
        CP_TRY(cp_clues_of_thing(&w->g, w->placed[i].fact, &w->findings));
    identity.subject = CP_IDENTITY_BOX;
    if (own > 0)
        CP_TRY(finish_subject(w, identity));
    return conclude_parts(w, identity, count);
}

cp_err cp_identify(const struct cp_case *net, const struct cp_makers *makers,
                   const struct cp_identify_options *options, struct cp_arena *arena,
                   const struct cp_identities **out)
{
    struct cp_identities *identities = CP_TAKE(arena, 1, struct cp_identities);
    struct work w = {.arena = arena};
    const struct cp_cues *cues = NULL;

    if (identities == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_cues_make(makers, arena, &cues));
    w.g = (struct cp_gathering){.net = net,
                                .makers = makers,
                                .options = options,
                                .cues = cues,
                                .arena = arena,
                                .texts_of = CP_NONE,
                                .graded = CP_NONE};
    for (uint32_t node = 0; node < net->node_count; node++)
        CP_TRY(conclude_node(&w, node));
    for (uint32_t link = 0; link < net->link_count; link++)
        CP_TRY(conclude_link(&w, link));
    *identities = (struct cp_identities){w.at, w.count, w.clues, w.clue_count};
    *out = identities;
    return CP_OK;
}
