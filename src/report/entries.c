#include "entries.h"

#include <stdlib.h>

#include "report/words.h"

static int by_number(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

static int by_rule_depth_demand(const void *a, const void *b)
{
    const struct cp_entry *x = a, *y = b;

    if (x->rule != y->rule)
        return by_number(x->rule, y->rule);
    if (x->depth != y->depth)
        return by_number(x->depth, y->depth);
    return by_number(x->demand, y->demand);
}

cp_err cp_entries_collect(const struct cp_report *report, cp_entry_pick pick,
                          struct cp_arena *arena, const struct cp_entry **out, uint32_t *count)
{
    uint32_t demand_count = report->judge->net->demand_count;
    struct cp_entry *entries;
    uint32_t n = 0;

    for (uint32_t d = 0; d < demand_count; d++)
        n += pick(&report->results[d]) != NULL;
    entries = CP_TAKE(arena, n, struct cp_entry);
    if (entries == NULL)
        return CP_ERR_NOMEM;
    n = 0;
    for (uint32_t d = 0; d < demand_count; d++) {
        const struct cp_exposure *exposure = pick(&report->results[d]);

        if (exposure != NULL)
            entries[n++] = (struct cp_entry){exposure->rule, exposure->failure_count, d, exposure};
    }
    if (n > 0)
        qsort(entries, n, sizeof(*entries), by_rule_depth_demand);
    *out = entries;
    *count = n;
    return CP_OK;
}

static int by_element(const void *a, const void *b)
{
    const struct cp_culprit *x = a, *y = b;

    if (x->kind != y->kind)
        return by_number((uint32_t)x->kind, (uint32_t)y->kind);
    return by_number(x->element, y->element);
}

static int by_demands(const void *a, const void *b)
{
    const struct cp_culprit *x = a, *y = b;

    return x->demands != y->demands ? by_number(y->demands, x->demands) : by_element(a, b);
}

static const struct cp_exposure *pick_violation(const struct cp_demand_result *result)
{
    return result->verdict == CP_VERDICT_VIOLATION ? cp_words_decisive(result) : NULL;
}

/* Neighbours that are the same element become one; how many are left. */
static uint32_t join_same(struct cp_culprit *culprits, uint32_t count)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (kept > 0 && by_element(&culprits[kept - 1], &culprits[i]) == 0)
            culprits[kept - 1].demands++;
        else
            culprits[kept++] = culprits[i];
    }
    return kept;
}

cp_err cp_culprits_collect(const struct cp_report *report, struct cp_arena *arena,
                           const struct cp_culprit **out, uint32_t *count)
{
    const struct cp_entry *entries;
    struct cp_culprit *culprits;
    uint32_t n;

    CP_TRY(cp_entries_collect(report, pick_violation, arena, &entries, &n));
    culprits = CP_TAKE(arena, n, struct cp_culprit);
    if (culprits == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < n; i++)
        culprits[i] =
            (struct cp_culprit){1, entries[i].exposure->kind, entries[i].exposure->element};
    if (n > 0)
        qsort(culprits, n, sizeof(*culprits), by_element);
    n = join_same(culprits, n);
    if (n > 0)
        qsort(culprits, n, sizeof(*culprits), by_demands);
    *out = culprits;
    *count = n;
    return CP_OK;
}
