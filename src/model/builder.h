#pragma once

#include "base/map.h"
#include "rows.h"
#include "unnamed.h"

/** A row of a LAN whose first row came before. */
struct cp_lan_more {
    uint32_t link;
    uint32_t order; /* among all further rows */
    cp_row row;
};

/** Ids are known and counted as rows come; everything else waits for finish. */
struct cp_build {
    struct cp_arena *arena;
    struct cp_rows rows;
    struct cp_input *inputs;
    struct cp_remark *remarks;
    struct cp_lan_more *more;
    uint32_t input_count, input_cap, remark_count, remark_cap, more_count, more_cap;
    struct cp_map *site_ids, *node_ids, *link_ids, *demand_ids; /* of the ids given */
    struct cp_map *lan_ids;                                     /* of LANs with an id */
    struct cp_unnamed *unnamed;  /* links without an id given; NULL: they have none yet */
    struct cp_map *all_link_ids; /* with those of links left out; NULL: none were */
    uint32_t
        *link_numbers; /* [links added] the number that each has now, CP_NONE: left out; NULL: as
                               they were added */
    cp_counting counting;
    uint32_t hint_count; /* remarks that a nearest name was looked for */
    uint32_t site_count, node_count, link_count, demand_count;
    uint32_t fact_count;      /* the most there can be */
    uint32_t fact_row_count;  /* of facts that are records of their own */
    uint32_t link_fact_count; /* of facts about links by number */
    /* The most items that the lists of all rows and facts can hold. */
    uint32_t tag_count, manager_count, srlg_count, end_count, over_count;
    enum { CP_LAST_NONE, CP_LAST_KEPT, CP_LAST_IGNORED } last; /* site, node or link */
};
