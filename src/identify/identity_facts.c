#include "identify/identity.h"

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

    return clue->kind == CP_CLUE_MAKER && fact->date == CP_DATE_NONE &&
           cp_text_is(fact->attribute, "maker") && (fact->part.len > 0) == part && !clue->aged;
}

struct deriving {
    const struct cp_identities *all;
    const struct cp_case *net;
    struct cp_arena *arena;
    struct cp_derived_fact *at;
    uint32_t count, cap;
};

/* Whether a clue before this one of the subject has the same maker and carries. */
static bool is_repeated(const struct deriving *d, const struct cp_identity *of, uint32_t at)
{
    for (uint32_t i = of->clues.first; i < at; i++) {
        if (d->all->clues[i].carries && same_maker(&d->all->clues[i], &d->all->clues[at]))
            return true;
    }
    return false;
}

static cp_err add(struct deriving *d, const struct cp_identity *of, const struct cp_clue *clue)
{
    const struct cp_fact *fact = &d->net->facts[clue->fact];
    void *at = d->at;

    CP_TRY(cp_arena_grow(d->arena, &at, d->count, &d->cap, sizeof(struct cp_derived_fact)));
    d->at = at;
    d->at[d->count++] = (struct cp_derived_fact){
        .kind = of->kind,
        .object = of->object,
        .part = of->subject == CP_IDENTITY_SOFTWARE ? CP_TEXT("software") : of->part,
        .maker = clue->name,
        .grade = of->state == CP_IDENTITY_CONCLUDED && clue->maker == of->maker ? of->grade
                                                                                : clue->grade,
        .date = fact->date,
        .place = fact->place};
    return CP_OK;
}

cp_err cp_identities_facts(const struct cp_identities *identities, const struct cp_case *net,
                           struct cp_arena *arena, const struct cp_derived_fact **out,
                           uint32_t *count)
{
    struct deriving d = {.all = identities, .net = net, .arena = arena};

    for (uint32_t i = 0; i < identities->count; i++) {
        const struct cp_identity *of = &identities->at[i];
        for (uint32_t k = of->clues.first; k < of->clues.first + of->clues.count; k++) {
            const struct cp_clue *clue = &identities->clues[k];
            if (clue->carries && clue->name.len > 0 && !is_repeated(&d, of, k) &&
                !is_stated(net, of, clue))
                CP_TRY(add(&d, of, clue));
        }
    }
    *out = d.at;
    *count = d.count;
    return CP_OK;
}
