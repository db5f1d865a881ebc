#include "identify/identity.h"

#include "base/map.h"

/*
 * Each maker that carrying clues of a subject have becomes one fact with the best grade of them.  The clues of a subject
 * are sorted, strongest first, so the first of a maker is the one.
 */

static bool same_maker(const struct cp_clue *a, const struct cp_clue *b)
{
    return a->maker == b->maker && cp_text_eq(a->name, b->name);
}

/* Whether the case itself says so of the subject: a fact `maker`, or software by a name that the judge finds. */
static bool is_stated(const struct cp_case *net, const struct cp_identity *of,
                      const struct cp_clue *clue)
{
    const struct cp_fact *fact = &net->facts[clue->fact];
    bool part = of->subject == CP_IDENTITY_PART;

    return clue->kind == CP_CLUE_MAKER && cp_text_is(fact->attribute, "maker") &&
           (fact->part.len > 0) == part;
}

enum { FEW = 32, MANY = 256 };

struct deriving {
    const struct cp_identities *all;
    const struct cp_case *net;
    struct cp_arena *arena;
    struct cp_derived_fact *at;
    uint32_t count, cap;
    const struct cp_identity *box; /* that the subject at hand is, or is a part of; NULL: none */
    bool words_alone;              /* the subject at hand: see has_words_alone() */
    struct cp_map *seen; /* names of the subject at hand, where it has more than FEW clues */
};

/* Of one maker the clues that hold come before those that have expired. */
static bool is_before(const struct cp_clue *a, const struct cp_clue *b)
{
    return a->expired != b->expired ? b->expired : a < b;
}

/* Whether a clue before this one of the subject has the same maker and carries; of many a map knows. */
static cp_err check_repeated(struct deriving *d, const struct cp_identity *of, uint32_t at,
                             bool *repeated)
{
    const struct cp_clue *clues = d->all->clues;

    *repeated = false;
    if (of->clues.count > FEW) {
        *repeated = cp_map_find(d->seen, clues[at].name) != CP_MAP_NONE;
        return *repeated ? CP_OK : cp_map_add(d->seen, clues[at].name, 0);
    }
    for (uint32_t i = of->clues.first; i < of->clues.first + of->clues.count && !*repeated; i++)
        *repeated = clues[i].carries && is_before(&clues[i], &clues[at]) &&
                    same_maker(&clues[i], &clues[at]);
    return CP_OK;
}

static cp_grade grade_of_fact(const struct cp_case *net, const struct cp_clue *clue)
{
    uint32_t at = net->facts[clue->fact].evidence;

    return at == CP_NONE ? CP_GRADE_CLAIM
                         : cp_grade_of(net->evidence[at].kind, net->evidence[at].who).grade;
}

/*
 * A part of which only words for models and software are known, and those from an inventory.  It has what its box has: of
 * it they say that another made it, or nothing.
 */
static bool has_words_alone(const struct deriving *d, const struct cp_identity *of)
{
    if (of->subject == CP_IDENTITY_BOX)
        return false;
    for (uint32_t i = of->clues.first; i < of->clues.first + of->clues.count; i++) {
        const struct cp_clue *clue = &d->all->clues[i];
        if (clue->carries &&
            (clue->kind == CP_CLUE_MAKER || grade_of_fact(d->net, clue) != CP_GRADE_CLAIM))
            return false;
    }
    return true;
}

/* Whether a clue of the box that the subject is a part of carries this maker, too, as far as it is looked for. */
static bool is_of_box(const struct deriving *d, const struct cp_clue *clue)
{
    for (uint32_t i = 0; d->box != NULL && i < d->box->clues.count && i < MANY; i++) {
        const struct cp_clue *other = &d->all->clues[d->box->clues.first + i];
        if (other->carries && !other->expired && same_maker(other, clue))
            return true;
    }
    return false;
}

/*
 * A number or an address says who registered it: a claim at most, however it was read.  What rests on no reading,
 * an inventory's word for a model or what anyone could have answered, clears nothing: who keeps an inventory states
 * a maker by a fact `maker`.  Of a part of which no more is known that would take from it what its box gives it.
 * The clue is the strongest of its maker's.
 */
static cp_grade grade_of(const struct deriving *d, const struct cp_identity *of,
                         const struct cp_clue *clue)
{
    bool registered = clue->kind == CP_CLUE_ENTERPRISE_NUMBER || clue->kind == CP_CLUE_ENGINE_ID ||
                      clue->kind == CP_CLUE_MAC_PREFIX;

    if (grade_of_fact(d->net, clue) <= CP_GRADE_UNAUTHENTICATED_READ)
        return d->words_alone ? CP_GRADE_CLAIM : CP_GRADE_UNAUTHENTICATED_READ;
    if (of->state == CP_IDENTITY_CONCLUDED && clue->maker == of->maker)
        return of->grade;
    return registered ? CP_GRADE_CLAIM : clue->grade;
}

static cp_text who_of(const struct deriving *d, const struct cp_clue *clue)
{
    return d->net->evidence[d->net->facts[clue->fact].evidence].who;
}

/* Who inspected: by the clue itself, or by that of the concluded maker's clues which gave the grade. */
static cp_text inspectors(const struct deriving *d, const struct cp_identity *of,
                          const struct cp_clue *clue)
{
    const struct cp_clue *clues = &d->all->clues[of->clues.first];

    if (clue->grade == CP_GRADE_TWO_PERSON_INSPECTION)
        return who_of(d, clue);
    for (uint32_t i = 0; i < of->clues.count; i++) {
        if (clues[i].carries && clues[i].grade == CP_GRADE_TWO_PERSON_INSPECTION)
            return who_of(d, &clues[i]);
    }
    return CP_TEXT("");
}

static cp_err add(struct deriving *d, const struct cp_identity *of, const struct cp_clue *clue)
{
    const struct cp_fact *fact = &d->net->facts[clue->fact];
    cp_grade grade = grade_of(d, of, clue);
    void *at = d->at;

    CP_TRY(cp_arena_grow(d->arena, &at, d->count, &d->cap, sizeof(struct cp_derived_fact)));
    d->at = at;
    d->at[d->count++] = (struct cp_derived_fact){
        .kind = of->kind,
        .object = of->object,
        .part = of->subject == CP_IDENTITY_SOFTWARE ? CP_TEXT("software") : of->part,
        .maker = clue->name,
        .grade = grade,
        .who = grade == CP_GRADE_TWO_PERSON_INSPECTION ? inspectors(d, of, clue) : CP_TEXT(""),
        .date = fact->date,
        .expires = fact->expires,
        .place = fact->place};
    return CP_OK;
}

static cp_err derive(struct deriving *d, const struct cp_identity *of, bool expired)
{
    for (uint32_t k = of->clues.first; k < of->clues.first + of->clues.count; k++) {
        const struct cp_clue *clue = &d->all->clues[k];
        bool repeated = false;
        if (!clue->carries || clue->name.len == 0 || clue->expired != expired)
            continue;
        CP_TRY(check_repeated(d, of, k, &repeated));
        if (!repeated && !is_stated(d->net, of, clue) && !(d->words_alone && is_of_box(d, clue)))
            CP_TRY(add(d, of, clue));
    }
    return CP_OK;
}

cp_err cp_identities_facts(const struct cp_identities *identities, const struct cp_case *net,
                           struct cp_arena *arena, const struct cp_derived_fact **out,
                           uint32_t *count)
{
    struct deriving d = {.all = identities, .net = net, .arena = arena};

    for (uint32_t i = 0; i < identities->count; i++) {
        const struct cp_identity *of = &identities->at[i];
        if (of->clues.count > FEW)
            CP_TRY(cp_map_open(arena, &d.seen));
        if (of->subject == CP_IDENTITY_BOX)
            d.box = of;
        else if (d.box != NULL && (d.box->kind != of->kind || d.box->object != of->object))
            d.box = NULL;
        d.words_alone = has_words_alone(&d, of);
        CP_TRY(derive(&d, of, false));
        CP_TRY(derive(&d, of, true));
    }
    *out = d.at;
    *count = d.count;
    return CP_OK;
}

cp_err cp_identities_case(const struct cp_identities *identities, const struct cp_case *net,
                          struct cp_arena *arena, const struct cp_case **out)
{
    const struct cp_derived_fact *facts = NULL;
    uint32_t count = 0;

    CP_TRY(cp_identities_facts(identities, net, arena, &facts, &count));
    struct cp_case_addition *added = CP_TAKE(arena, count, struct cp_case_addition);
    if (added == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        added[i].evidence = (struct cp_evidence){.kind = cp_text_of(cp_grade_name(facts[i].grade)),
                                                 .source = CP_TEXT("identify"),
                                                 .who = facts[i].who};
        added[i].fact = (struct cp_fact){.part = facts[i].part,
                                         .attribute = CP_TEXT("maker"),
                                         .value = facts[i].maker,
                                         .kind = facts[i].kind,
                                         .object = facts[i].object,
                                         .date = facts[i].date,
                                         .expires = facts[i].expires,
                                         .place = facts[i].place};
    }
    return cp_case_with_facts(net, added, count, arena, out);
}
