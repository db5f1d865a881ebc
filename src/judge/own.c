#include "engine.h"

#include <string.h>

/*
 * Each counted statement about a maker is a subject of its own: the box, its software, each part.  What the
 * rules are against it for comes first; only where something is left are exceptions and licences asked.
 */

static struct cp_subject subject_of(cp_object_kind kind, uint32_t object, uint32_t name)
{
    return (struct cp_subject){
        .kind = kind, .object = object, .name = name, .grade = CP_WEIGHT_MOST};
}

struct cp_subject cp_own_subject(const struct cp_engine *engine, uint32_t fact)
{
    const struct cp_fact *f = &engine->net->facts[fact];
    struct cp_subject s = subject_of(f->kind, f->object, engine->survey->name[fact]);
    uint32_t part = engine->cat->fact_part[fact];

    s.part = part == CP_NONE ? NULL : &engine->cat->parts[part];
    s.grade = (cp_weight)engine->survey->grade[fact];
    return s;
}

struct cp_subject cp_own_unstated_subject(const struct cp_engine *engine, cp_object_kind kind,
                                          uint32_t object)
{
    uint32_t name = CP_NAME_UNKNOWN;

    /* A plain link has nothing of its own; what is inside a leased circuit nobody knows. */
    if (kind == CP_OBJECT_LINK &&
        (!cp_text_is(engine->net->links[object].link_class, "leased-circuit") ||
         engine->net->links[object].alternatives.count > 0))
        name = CP_NAME_SILENT;
    return subject_of(kind, object, name);
}

cp_err cp_own_take(const struct cp_engine *engine, struct cp_arena *arena, struct cp_own *out)
{
    out->bad = CP_TAKE(arena, engine->words, uint64_t);
    out->unknown = CP_TAKE(arena, engine->words, uint64_t);
    out->licensed = CP_TAKE(arena, engine->words, uint64_t);
    out->gap = CP_TAKE(arena, engine->words, uint64_t);
    return out->bad == NULL || out->unknown == NULL || out->licensed == NULL || out->gap == NULL
               ? CP_ERR_NOMEM
               : CP_OK;
}

void cp_own_clear(const struct cp_engine *engine, struct cp_own *own)
{
    memset(own->bad, 0, engine->words * sizeof(uint64_t));
    memset(own->unknown, 0, engine->words * sizeof(uint64_t));
    memset(own->licensed, 0, engine->words * sizeof(uint64_t));
    memset(own->gap, 0, engine->words * sizeof(uint64_t));
}

/* Whether a relief is of a rule that is, perhaps, against the thing. */
static bool concerns(const struct cp_engine *engine, const struct cp_conditions *relief)
{
    for (uint32_t w = 0; w < engine->words; w++) {
        if ((relief->present[w] & engine->seen.lacking[w]) != 0)
            return true;
    }
    return false;
}

static void count_once(struct cp_covered *covered, const struct cp_subject *subject)
{
    bool node = subject->kind == CP_OBJECT_NODE;
    uint32_t element = (node ? subject->object : subject->object | CP_SCOPE_LINK) + 1;

    if (covered->last == element)
        return;
    covered->last = element;
    *(node ? &covered->nodes : &covered->links) += 1;
}

/* The thing under each licence of a layer that covers it; what is excepted needs none. */
static void count_covered(struct cp_engine *engine, const struct cp_subject *subject,
                          uint32_t layer, const uint64_t *excepted)
{
    for (uint32_t w = 0; w < engine->words; w++) {
        uint64_t perhaps =
            engine->seen.perhaps[w] | (engine->seen.lacking[w] & engine->unstated[w]);
        uint64_t bits = engine->relief.sure[w] & perhaps & ~excepted[w];
        for (uint32_t b = 0; bits != 0; b++, bits >>= 1) {
            size_t at = (size_t)layer * engine->rule_count + (size_t)w * 64 + b;
            if ((bits & 1) != 0)
                count_once(&engine->covered[engine->held[at].number], subject);
        }
    }
}

/*
 * Parts that can neither route nor see traffic do not count for it, nor things that can do neither and
 * manage nothing: a node is as bad as what manages it, whatever that can do (DESIGN 2.1).
 */
void cp_own_neither(struct cp_engine *engine, const struct cp_subject *subject, uint64_t *out)
{
    const uint32_t *managed = engine->survey->managed_first;

    if (subject->kind == CP_OBJECT_NODE && subject->part == NULL && managed != NULL &&
        managed[subject->object] < managed[subject->object + 1])
        return;
    if (!concerns(engine, &engine->neither) ||
        !cp_conditions_see(&engine->ground, &engine->neither, subject, CP_SEE_RELIEF,
                           &engine->product, &engine->relief))
        return;
    for (uint32_t w = 0; w < engine->words; w++)
        out[w] |= engine->relief.sure[w];
}

/* What relieves from each rule, by exceptions in `sure` and by licences in `perhaps` of *out. */
static void see_reliefs(struct cp_engine *engine, const struct cp_subject *subject,
                        struct cp_seen *out)
{
    memset(out->sure, 0, engine->words * sizeof(uint64_t));
    memset(out->perhaps, 0, engine->words * sizeof(uint64_t));
    cp_own_neither(engine, subject, out->sure);
    for (uint32_t i = 0; i < engine->relief_count; i++) {
        uint64_t *to = i < engine->licence_first ? out->sure : out->perhaps;
        if (!concerns(engine, &engine->reliefs[i]) ||
            !cp_conditions_see(&engine->ground, &engine->reliefs[i], subject, CP_SEE_RELIEF,
                               &engine->product, &engine->relief))
            continue;
        for (uint32_t w = 0; w < engine->words; w++)
            to[w] |= engine->relief.sure[w];
        if (i >= engine->licence_first && engine->covered != NULL)
            count_covered(engine, subject, i - engine->licence_first, out->sure);
    }
}

/* Who is meant by rules about installation may have changed: each stretch of days is looked at. */
static bool see_later(struct cp_engine *engine, const struct cp_subject *subject)
{
    bool any = false;

    for (uint32_t i = 0; i < engine->later_count; i++) {
        struct cp_seen *later = &engine->relief;
        if (!cp_conditions_see(&engine->ground, &engine->later[i], subject, CP_SEE_AGAINST,
                               &engine->product, later))
            continue;
        any = true;
        for (uint32_t w = 0; w < engine->words; w++) {
            engine->seen.sure[w] |= later->sure[w];
            engine->seen.perhaps[w] |= later->perhaps[w];
            engine->seen.lacking[w] |= later->lacking[w];
        }
    }
    return any;
}

static void add(struct cp_engine *engine, const struct cp_subject *subject, struct cp_own *own)
{
    struct cp_seen *seen = &engine->seen;
    bool now = cp_conditions_see(&engine->ground, &engine->against, subject, CP_SEE_AGAINST,
                                 &engine->product, seen);

    if (!see_later(engine, subject) && !now)
        return;
    see_reliefs(engine, subject, &engine->relieved);
    for (uint32_t w = 0; w < engine->words; w++) {
        uint64_t perhaps = seen->perhaps[w] | (seen->lacking[w] & engine->unstated[w]);
        uint64_t kept = ~engine->relieved.sure[w];
        uint64_t licensed = engine->relieved.perhaps[w];
        own->bad[w] |= seen->sure[w] & kept & ~licensed;
        own->unknown[w] |= perhaps & ~seen->sure[w] & kept & ~licensed;
        own->licensed[w] |= perhaps & kept & licensed;
        own->gap[w] |= seen->lacking[w] & ~perhaps & kept & ~licensed;
    }
}

/* A part of no stated maker is by each that is said to have made the thing itself. */
static void add_inherited(struct cp_engine *engine, uint32_t fact, struct cp_own *own)
{
    const struct cp_survey *survey = engine->survey;
    struct cp_subject subject = cp_own_subject(engine, fact);

    if (subject.name == CP_NAME_UNKNOWN)
        add(engine, &subject, own);
    for (uint32_t maker = survey->itself[fact]; maker != CP_NONE; maker = survey->itself[maker]) {
        subject.name = survey->name[maker];
        subject.grade = (cp_weight)survey->grade[maker];
        add(engine, &subject, own);
    }
}

void cp_own_fact(struct cp_engine *engine, uint32_t fact, struct cp_own *own)
{
    struct cp_subject subject = cp_own_subject(engine, fact);

    if ((engine->survey->flags[fact] & CP_FACT_INHERITED) != 0)
        add_inherited(engine, fact, own);
    else
        add(engine, &subject, own);
}

void cp_own_unstated(struct cp_engine *engine, cp_object_kind kind, uint32_t object,
                     struct cp_own *own)
{
    struct cp_subject subject = cp_own_unstated_subject(engine, kind, object);

    add(engine, &subject, own);
}

void cp_own_object(struct cp_engine *engine, cp_object_kind kind, uint32_t object,
                   struct cp_own *own)
{
    uint32_t first = 0;
    uint32_t end = 0;

    cp_survey_facts(engine->survey, kind, object, &first, &end);
    for (uint32_t fact = first; fact < end; fact++) {
        if (cp_survey_is_own(engine->survey, fact))
            cp_own_fact(engine, fact, own);
    }
    if (!cp_survey_is_stated(engine->survey, kind, object))
        cp_own_unstated(engine, kind, object, own);
}

void cp_own_ports(struct cp_engine *engine, uint32_t link, struct cp_own *own)
{
    struct cp_port_walk walk = cp_survey_ports(engine->survey, link);
    uint32_t fact = 0;

    while (cp_survey_next(&walk, &fact))
        cp_own_fact(engine, fact, own);
}

cp_trust cp_own_trust(const struct cp_own *own, uint32_t rule)
{
    uint64_t bit = UINT64_C(1) << (rule & 63);

    if ((own->bad[rule >> 6] & bit) != 0)
        return CP_UNTRUSTED;
    return (own->unknown[rule >> 6] & bit) != 0 ? CP_UNKNOWN : CP_TRUSTED;
}

bool cp_own_licensed(const struct cp_own *own, uint32_t rule)
{
    return (own->licensed[rule >> 6] >> (rule & 63) & 1) != 0;
}
