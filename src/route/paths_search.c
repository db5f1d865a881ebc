#include "paths_hard.h"

/*
 * Which search an errand gets.  What is hard is first asked as though it were not: a pair that shares the
 * fewest links and nodes and costs least is the answer if it meets all else that is asked, since nothing can
 * be better.  Most do.
 */

uint64_t cp_track_cost(const struct way *ways, const struct track *t)
{
    uint64_t cost = 0;

    for (uint32_t i = 0; i < t->count; i++)
        cost += ways[t->ways[i]].cost;
    return cost;
}

static bool is_hard(const struct errand *e)
{
    return e->overlap || e->disjoint >= CP_DISJOINT_SRLG || e->ask->hops_max != CP_NONE ||
           e->ask->delay_max_us != CP_PATH_DELAY_NONE || e->ask->require_count > 0;
}

/* Whether a track keeps the bounds; *musts: what it meets. */
static bool keeps_bounds(const struct hard *h, const struct track *t, uint64_t *musts)
{
    struct stand at = {.place = t->start};

    if (h->place_musts != NULL)
        at.musts = h->place_musts[t->start];
    for (uint32_t i = 0; i < t->count; i++)
        if (!cp_hard_go(h, &at, t->ways[i], &at))
            return false;
    *musts = at.musts & h->all_musts;
    return true;
}

static void swap(struct found *found)
{
    struct track primary = found->primary;

    found->primary = found->backup;
    found->backup = primary;
}

/* Whether what was found without the rest of what is asked meets that too. */
static bool meets_all(const struct hard *h, const struct errand *easy, struct found *found)
{
    uint64_t musts = 0;
    uint64_t others = 0;
    uint32_t shared;

    if (!keeps_bounds(h, &found->primary, &musts))
        return false;
    if (found->backup.count == 0)
        return musts == h->all_musts && h->e->disjoint == CP_DISJOINT_NONE;
    if (!keeps_bounds(h, &found->backup, &others))
        return false;
    shared = cp_share_list(h->f, easy, &found->primary, &found->backup);
    if (cp_share_list(h->f, h->e, &found->primary, &found->backup) != shared)
        return false;
    if (musts != h->all_musts)
        swap(found);
    return musts == h->all_musts || others == h->all_musts;
}

/* A path alone, for what is hard. */
static cp_err find_single(struct hard *h, struct found *out)
{
    struct way_found found;

    if (h->e->ask->require_count > 0)
        return cp_branch_find(h, BRANCH_SINGLE, out);
    cp_risk_clear(h);
    CP_TRY(cp_labels_find(h, &found));
    out->primary = found.track;
    out->exact = !h->ran_out;
    return CP_OK;
}

/* A pair to begin with: the best path, and the best beside it. */
static cp_err find_first_pair(struct hard *h, struct found *io)
{
    const struct track *primary = &io->primary;
    struct way_found second;

    cp_risk_clear(h);
    cp_risk_add(h, CP_NONE, primary->start);
    for (uint32_t i = 0; i < primary->count; i++)
        cp_risk_add(h, primary->ways[i], h->ways[primary->ways[i]].to);
    CP_TRY(cp_labels_find(h, &second));
    io->backup = second.track;
    return CP_OK;
}

static bool same(const struct track *a, const struct track *b)
{
    bool alike = a->start == b->start && a->count == b->count;

    for (uint32_t i = 0; alike && i < a->count; i++)
        alike = a->ways[i] == b->ways[i];
    return alike;
}

static cp_err find_pair(struct hard *h, struct found *out)
{
    CP_TRY(find_single(h, out));
    if (out->primary.count == 0 || h->e->disjoint == CP_DISJOINT_NONE || h->ran_out)
        return CP_OK;
    CP_TRY(find_first_pair(h, out));
    if (out->backup.count > 0)
        CP_TRY(cp_forced_find(h, out));
    if (!h->ran_out)
        CP_TRY(cp_branch_find(h, BRANCH_PAIR, out));
    out->exact = !h->ran_out;
    if (same(&out->primary, &out->backup))
        out->backup = (struct track){0};
    else if (out->backup.count > 0 && h->e->ask->require_count == 0 &&
             cp_track_cost(h->ways, &out->backup) < cp_track_cost(h->ways, &out->primary))
        swap(out);
    return CP_OK;
}

static cp_err find_hard(struct cp_paths_finder *f, const struct errand *e, struct cp_arena *work,
                        struct found *out)
{
    struct errand easy = *e;
    struct hard h;

    if (e->ask->require_count > HARD_MUSTS) {
        out->exact = false;
        return CP_OK;
    }
    if (easy.disjoint > CP_DISJOINT_NODE)
        easy.disjoint = CP_DISJOINT_NODE;
    if (!e->overlap) {
        CP_TRY(cp_pair_find(f, &easy, work, out));
        if (out->primary.count == 0)
            return CP_OK;
    }
    CP_TRY(cp_hard_open(f, e, work, &h));
    if (!e->overlap && meets_all(&h, &easy, out))
        return CP_OK;
    *out = (struct found){.exact = true};
    return find_pair(&h, out);
}

cp_err cp_search(struct cp_paths_finder *f, const struct errand *e, struct cp_arena *work,
                 struct found *out)
{
    *out = (struct found){.exact = true};
    if (e->src.count == 0 || e->dst.count == 0)
        return CP_OK;
    return is_hard(e) ? find_hard(f, e, work, out) : cp_pair_find(f, e, work, out);
}
