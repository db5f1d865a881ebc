#include "report/comparison.h"

#include "comparison_parts.h"

cp_text cp_comparison_id(const struct cp_comparison *c, const struct cp_compare_row *row,
                         cp_side side)
{
    const struct cp_case *net = c->net[side];
    uint32_t at = row->at[side];

    if (at == CP_NONE)
        return CP_TEXT("");
    switch (row->object) {
    case CP_OBJECT_NODE:
        return net->nodes[at].id;
    case CP_OBJECT_LINK:
        return net->links[at].id;
    case CP_OBJECT_SITE:
        break;
    }
    return net->sites[at].id;
}

cp_place cp_comparison_place(const struct cp_comparison *c, const struct cp_compare_row *row,
                             cp_side side)
{
    const struct cp_case *net = c->net[side];
    uint32_t at = row->at[side];

    if (at == CP_NONE)
        return CP_PLACE_NONE;
    switch (row->object) {
    case CP_OBJECT_NODE:
        return net->nodes[at].place;
    case CP_OBJECT_LINK:
        return net->links[at].place;
    case CP_OBJECT_SITE:
        break;
    }
    return net->sites[at].place;
}

bool cp_comparison_shows(const struct cp_comparison_report *report,
                         const struct cp_compare_row *row)
{
    return (report->kinds >> row->kind & 1) != 0;
}

uint32_t cp_comparison_differences(const struct cp_comparison_report *report)
{
    uint32_t count = 0;

    for (int kind = 0; kind < CP_DIFFERS_COUNT; kind++)
        if ((report->kinds >> kind & 1) != 0)
            count += report->comparison->counts[kind];
    return count;
}

int cp_comparison_exit_code(const struct cp_comparison_report *report)
{
    if (cp_comparison_differences(report) > 0)
        return 1;
    return (report->kinds >> CP_DIFFERS_DEVICE & 1) != 0 && report->comparison->doubt_count > 0 ? 2
                                                                                                : 0;
}
