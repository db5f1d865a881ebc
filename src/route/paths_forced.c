#include "paths_hard.h"

/*
 * What every path uses, both paths share, whatever they are.  Left out of the count it no longer keeps bounds
 * from telling: without this the branch and bound would look at every piece of a path that has not
 * come to the forced part yet.
 *
 * It lies on the best path and on the path that shares least with that, so few are tried: each by leaving it out.
 */

static cp_err try_without(struct hard *h, uint32_t element, bool *forced)
{
    struct cp_paths_finder *f = h->f;
    struct way_found found;

    cp_paths_leave_out(f, element, 1);
    f->any_out = true;
    cp_risk_clear(h);
    CP_TRY(cp_labels_find(h, &found));
    cp_paths_leave_out(f, element, 0);
    cp_paths_avoid(f, h->e->ask, true);
    *forced = found.track.count == 0 && !h->ran_out;
    return CP_OK;
}

cp_err cp_forced_find(struct hard *h, const struct found *pair)
{
    uint32_t count = cp_share_list(h->f, h->e, &pair->primary, &pair->backup);
    uint32_t *list = CP_TAKE(h->work, count, uint32_t);

    if (list == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        list[i] = h->f->list[i];
    for (uint32_t i = 0; i < count && !h->ran_out; i++) {
        bool forced = false;

        CP_TRY(try_without(h, list[i], &forced));
        h->spared[list[i]] = forced;
        h->forced += forced;
    }
    return CP_OK;
}
