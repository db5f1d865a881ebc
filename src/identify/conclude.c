#include "conclude.h"

#include "identify/fold.h"

#include "number_table.h"

/*
 * Only the set of clues counts: every choice is by what clues are, never by where they stand.
 *
 * A fact that names makers who have nothing to do with each other is open: another fact must say which of
 * them is meant.  All others must agree, and every number with them, unless it is one that others' boxes are
 * known to answer.  A number alone concludes its registrant as a claim, and only where nobody else's boxes
 * are known to answer it.  Against any hint of a guarded maker no other is concluded.
 */

static const char *const settle_read =
    "read it over an authenticated channel (SNMPv3 authPriv), or two people inspect and sign";
static const char *const settle_raise =
    "read it over an authenticated channel (SNMPv3 authPriv), two people inspect and sign, or a device "
    "certificate (IEEE 802.1AR)";
static const char *const settle_against =
    "two people open it, inspect and sign, or a device certificate (IEEE 802.1AR): what it says is "
    "contradicted";
static const char *const settle_image =
    "name the maker of the machine that runs it: two people inspect and sign";

struct verdict {
    const struct cp_gathering *g;
    struct cp_finding *at;
    uint32_t count;
    const struct cp_finding *best;
    cp_grade grade;
};

/* Whether two clues may be of one box. */
static bool agree(const struct verdict *v, const struct cp_clue *a, const struct cp_clue *b)
{
    struct cp_folded one;
    struct cp_folded two;
    cp_text names[2] = {CP_TEXT(""), CP_TEXT("")};

    if (a->maker != CP_MAKER_OTHER || b->maker != CP_MAKER_OTHER)
        return cp_cues_kin(v->g->cues, a->maker, b->maker);
    return cp_fold(a->name, &one, &names[0]) && cp_fold(b->name, &two, &names[1]) &&
           cp_text_eq(names[0], names[1]);
}

/* Whether a number fits a maker: its registrant's, or one that the maker's boxes are known to answer. */
static bool number_fits(const struct verdict *v, const struct cp_finding *number,
                        const struct cp_clue *name)
{
    const struct cp_number_note *note = cp_number_note_find(number->number);
    cp_text rest = cp_text_of(note == NULL ? NULL : note->also);
    cp_text word = CP_TEXT("");

    if (agree(v, &number->clue, name))
        return true;
    while (cp_text_word(&rest, "|", &word)) {
        uint32_t maker = cp_makers_find(v->g->makers, word);
        if (cp_cues_kin(v->g->cues, maker, name->maker))
            return true;
    }
    return false;
}

/* --- the clues of one fact, which lie together ---------------------------------------------- */

static uint32_t end_of_fact(const struct verdict *v, uint32_t from)
{
    uint32_t to = from + 1;

    while (to < v->count && v->at[to].clue.fact == v->at[from].clue.fact)
        to++;
    return to;
}

/* The first name from here on that disagrees with the clue; `to` where there is none. */
static uint32_t find_against(const struct verdict *v, const struct cp_clue *clue, uint32_t from,
                             uint32_t to)
{
    while (from < to && (v->at[from].role != CP_ROLE_NAMES || agree(v, &v->at[from].clue, clue)))
        from++;
    return from;
}

/*
 * Marks the names of a fact which names makers who have nothing to do with each other.  All are held against two that
 * disagree; who agrees with both, which few do, against all.
 */
static void mark_open(struct verdict *v, uint32_t from, uint32_t to)
{
    uint32_t first = from;

    while (first < to && v->at[first].role != CP_ROLE_NAMES)
        first++;
    if (first == to)
        return;
    uint32_t other = find_against(v, &v->at[first].clue, first, to);
    for (uint32_t i = first; i < to; i++) {
        struct cp_finding *f = &v->at[i];
        if (f->role != CP_ROLE_NAMES)
            continue;
        f->open = !agree(v, &f->clue, &v->at[first].clue) ||
                  (other < to && !agree(v, &f->clue, &v->at[other].clue)) ||
                  find_against(v, &f->clue, first, to) < to;
    }
}

static void mark_all_open(struct verdict *v)
{
    for (uint32_t from = 0, to = 0; from < v->count; from = to) {
        to = end_of_fact(v, from);
        mark_open(v, from, to);
    }
}

/* Whether a fact names somebody, and not the maker that is concluded. */
static bool means_another(const struct verdict *v, uint32_t from, uint32_t to)
{
    bool any = false;

    for (uint32_t i = from; i < to; i++) {
        if (v->at[i].role != CP_ROLE_NAMES)
            continue;
        if (agree(v, &v->at[i].clue, &v->best->clue))
            return false;
        any = true;
    }
    return any;
}

static uint32_t depth_of(const struct verdict *v, uint32_t maker)
{
    uint32_t depth = 0;

    while (maker < cp_makers_count(v->g->makers) &&
           cp_makers_parent(v->g->makers, maker) != CP_MAKER_OTHER) {
        maker = cp_makers_parent(v->g->makers, maker);
        depth++;
    }
    return depth;
}

/*
 * Of clues that agree, the one whose maker is concluded, in an order of all clues: graded best; the narrower of affiliates;
 * a name before software and models; then as the makers stand.
 */
static bool is_better(const struct verdict *v, const struct cp_finding *a,
                      const struct cp_finding *b)
{
    if (b == NULL)
        return true;
    uint32_t depths[2] = {depth_of(v, a->clue.maker), depth_of(v, b->clue.maker)};
    if (a->clue.grade != b->clue.grade)
        return a->clue.grade > b->clue.grade;
    if (depths[0] != depths[1])
        return depths[0] > depths[1];
    if (a->clue.kind != b->clue.kind)
        return a->clue.kind < b->clue.kind;
    if (a->clue.maker != b->clue.maker)
        return a->clue.maker < b->clue.maker;
    return cp_text_cmp(a->clue.name, b->clue.name) < 0;
}

/* The best of the names that are not open; false where two of them disagree. */
static bool find_name(struct verdict *v)
{
    for (uint32_t i = 0; i < v->count; i++) {
        const struct cp_finding *f = &v->at[i];
        if (f->role == CP_ROLE_NAMES && !f->open && is_better(v, f, v->best))
            v->best = f;
    }
    for (uint32_t i = 0; v->best != NULL && i < v->count; i++) {
        const struct cp_finding *f = &v->at[i];
        if (f->role == CP_ROLE_NAMES && !f->open && !agree(v, &f->clue, &v->best->clue))
            return false;
    }
    if (v->best != NULL)
        v->grade = v->best->clue.grade;
    return true;
}

static bool any_names(const struct verdict *v)
{
    for (uint32_t i = 0; i < v->count; i++)
        if (v->at[i].role == CP_ROLE_NAMES)
            return true;
    return false;
}

/* Which of an open fact's makers the numbers mean.  The conclusion needs both. */
static bool find_by_number(struct verdict *v)
{
    const struct cp_finding *number = NULL;

    for (uint32_t i = 0; i < v->count; i++) {
        if (v->at[i].role == CP_ROLE_POINTS && is_better(v, &v->at[i], number))
            number = &v->at[i];
    }
    for (uint32_t i = 0; number != NULL && i < v->count; i++) {
        const struct cp_finding *f = &v->at[i];
        if (f->role == CP_ROLE_NAMES && agree(v, &f->clue, &number->clue) &&
            is_better(v, f, v->best))
            v->best = f;
    }
    if (v->best == NULL)
        return false;
    v->grade = v->best->clue.grade < number->clue.grade ? v->best->clue.grade : number->clue.grade;
    return true;
}

/* A number alone: a claim. */
static void find_number_alone(struct verdict *v)
{
    for (uint32_t i = 0; i < v->count; i++) {
        const struct cp_finding *f = &v->at[i];
        const struct cp_number_note *note = cp_number_note_find(f->number);
        bool own = note == NULL || note->kind != CP_NUMBER_SHARED ||
                   cp_cues_guarded(v->g->cues, f->clue.maker);
        if (f->role == CP_ROLE_POINTS && own && is_better(v, f, v->best))
            v->best = f;
    }
    v->grade = CP_GRADE_CLAIM;
}

/* Two hints of different sorts, the name that the host bears and an address, that point to one maker while none
 * points to another: a claim. */
static void find_by_hints(struct verdict *v)
{
    const struct cp_finding *named = NULL;
    bool addressed = false;

    for (uint32_t i = 0; i < v->count; i++) {
        if (v->at[i].role == CP_ROLE_HINTS && v->at[i].clue.kind != CP_CLUE_MAC_PREFIX &&
            is_better(v, &v->at[i], named))
            named = &v->at[i];
    }
    for (uint32_t i = 0; named != NULL && i < v->count; i++) {
        if (v->at[i].role != CP_ROLE_HINTS)
            continue;
        if (!agree(v, &v->at[i].clue, &named->clue))
            return;
        addressed = addressed || v->at[i].clue.kind == CP_CLUE_MAC_PREFIX;
    }
    if (addressed)
        v->best = named;
    v->grade = CP_GRADE_CLAIM;
}

/* Whether every open fact can mean the maker, and every number fits it. */
static bool all_fit(const struct verdict *v)
{
    for (uint32_t from = 0, to = 0; from < v->count; from = to) {
        to = end_of_fact(v, from);
        if (means_another(v, from, to))
            return false;
    }
    for (uint32_t i = 0; i < v->count; i++) {
        const struct cp_finding *f = &v->at[i];
        if (f->role == CP_ROLE_POINTS && !number_fits(v, f, &v->best->clue))
            return false;
    }
    return true;
}

/* Whether some clue, however weak, points to a guarded maker that the concluded one is not. */
static bool guard_objects(const struct verdict *v)
{
    for (uint32_t i = 0; i < v->count; i++) {
        if (cp_cues_guarded(v->g->cues, v->at[i].clue.maker) &&
            !agree(v, &v->at[i].clue, &v->best->clue))
            return true;
    }
    return false;
}

static bool has_role(const struct verdict *v, cp_clue_role role)
{
    for (uint32_t i = 0; i < v->count; i++)
        if (v->at[i].role == role)
            return true;
    return false;
}

static cp_identity_state decide(struct verdict *v)
{
    if (!find_name(v))
        return CP_IDENTITY_CONTRADICTED;
    if (v->best == NULL && any_names(v) && !find_by_number(v))
        return CP_IDENTITY_CONTRADICTED;
    if (has_role(v, CP_ROLE_DISGUISE))
        return v->best == NULL ? CP_IDENTITY_UNKNOWN : CP_IDENTITY_CONTRADICTED;
    if (v->best == NULL && !has_role(v, CP_ROLE_IMAGE))
        find_number_alone(v);
    if (v->best == NULL && !has_role(v, CP_ROLE_IMAGE) && !has_role(v, CP_ROLE_POINTS))
        find_by_hints(v);
    if (v->best == NULL)
        return CP_IDENTITY_UNKNOWN;
    return all_fit(v) && !guard_objects(v) ? CP_IDENTITY_CONCLUDED : CP_IDENTITY_CONTRADICTED;
}

static const char *what_settles(const struct verdict *v, cp_identity_state state)
{
    if (state == CP_IDENTITY_CONTRADICTED)
        return settle_against;
    if (state == CP_IDENTITY_UNKNOWN)
        return has_role(v, CP_ROLE_IMAGE) ? settle_image : settle_read;
    return v->grade >= CP_GRADE_AUTHENTICATED_READ ? NULL : settle_raise;
}

void cp_conclude(const struct cp_gathering *g, struct cp_findings *findings,
                 struct cp_identity *identity)
{
    struct verdict v = {.g = g, .at = findings->at, .count = findings->count};
    mark_all_open(&v);
    cp_identity_state state = decide(&v);

    identity->state = state;
    identity->settle = what_settles(&v, state);
    identity->maker = CP_MAKER_UNKNOWN;
    if (state != CP_IDENTITY_CONCLUDED)
        return;
    identity->maker = v.best->clue.maker;
    identity->name = v.best->clue.name;
    identity->grade = v.grade;
}
