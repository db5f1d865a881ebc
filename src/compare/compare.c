#include "compare/compare.h"

#include "inside.h"

/* Devices and sites are matched first, then links between them; what was matched is compared. */

cp_err cp_compare(const struct cp_compare_side *a, const struct cp_compare_side *b,
                  const struct cp_makers *makers, struct cp_arena *arena, struct cp_arena *work,
                  const struct cp_comparison **out)
{
    struct cp_comparison *made = CP_TAKE(arena, 1, struct cp_comparison);
    struct cp_comparing c = {
        .side = {*a, *b}, .makers = makers, .arena = arena, .work = work, .out = made};

    CP_ASSERT(arena != work);
    if (made == NULL)
        return CP_ERR_NOMEM;
    made->net[CP_SIDE_A] = a->net;
    made->net[CP_SIDE_B] = b->net;
    CP_TRY(cp_map_open(work, &c.words));
    CP_TRY(cp_comparing_devices(&c));
    CP_TRY(cp_comparing_values(&c));
    CP_TRY(cp_comparing_links(&c));
    CP_TRY(cp_comparing_absent_links(&c));
    CP_TRY(cp_comparing_sites(&c));
    made->rows = c.rows;
    made->row_count = c.row_count;
    made->values = c.values;
    *out = made;
    return CP_OK;
}
