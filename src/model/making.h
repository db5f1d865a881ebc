#pragma once

#include "builder.h"

/** A case while finish makes it: the arrays of cp_case, still to be written. */
struct cp_making {
    struct cp_build *build;
    struct cp_arena *arena;
    cp_date as_of;
    struct cp_diag *diag;
    struct cp_case *c; /* borrows the arrays below from the start */
    struct cp_site *sites;
    struct cp_node_rec *nodes;
    struct cp_link_rec *links;
    struct cp_demand *demands;
    /* Until a link's own ends are written, those of link l have their nodes at 2 * l and 2 * l + 1,
     * where its row names one node in each cell: they were looked up with the dangling ones. */
    struct cp_end *ends;
    struct cp_fact *facts;
    struct cp_evidence *evidence;
    uint8_t *fact_fills;   /* [facts] 1: a record of its own, may fill what a row left empty */
    uint32_t *fact_starts; /* [nodes + links + sites + 1] see facts.c */
    cp_text *srlgs, *tags;
    uint32_t *link_srlgs;
    cp_range *alternatives;
    cp_link *supports;
    cp_node *managers, *demand_ends;
    uint32_t evidence_count, end_count, tag_count, srlg_count, link_srlg_count, alternative_count,
        support_count, manager_count, demand_end_count, demand_end_cap;
    uint32_t demand_count; /* without those left out */
    uint32_t more_at;      /* the next further row of a LAN */
    struct cp_map *srlg_ids;
};

/** A row of any kind. */
union cp_any_row {
    struct cp_site_row site;
    struct cp_node_row node;
    struct cp_link_row link;
    struct cp_demand_row demand;
    struct cp_fact_row fact;
};

/* ids.c */

typedef enum { CP_NAMES_NODES, CP_NAMES_LINKS, CP_NAMES_SITES, CP_NAMES_NONE } cp_names;

/** UNKNOWN_ID with place, and the nearest of these names as the hint. */
CP_MUST_USE cp_err cp_making_unknown(struct cp_making *m, cp_names names, cp_place place,
                                     const char *why, cp_text name);
/** Takes a record off those used: it is a remark NOT_UNDERSTOOD with the nearest name as its hint. */
CP_MUST_USE cp_err cp_making_leave_out(struct cp_making *m, cp_names names, cp_place place,
                                       const char *why, cp_text name);
/** The place of a cell, of which the row keeps the column; 0: the row's own. */
cp_place cp_making_cell(cp_place row, uint16_t column);
CP_MUST_USE cp_err cp_making_conflict(struct cp_making *m, cp_place place, const char *why,
                                      cp_text subject);
/** Hands err back, and where it is LIMIT says that a thing's lists hold too many items. */
CP_MUST_USE cp_err cp_making_listed(struct cp_making *m, cp_err err, cp_place place, cp_text id);
/** Gives links their default ids and makes them known.  ordinals [links]: 0 where one has its own
 * id; the others' ids are A--B so far. */
CP_MUST_USE cp_err cp_making_link_ids(struct cp_making *m, uint32_t *ordinals);
/** Nodes that name sites where no site was added: makes these sites. */
CP_MUST_USE cp_err cp_making_bare_sites(struct cp_making *m);

/* dangling.c */

/** Leaves out the rows of links with an end that is not there.  Makes room for the ends. */
CP_MUST_USE cp_err cp_making_leave_out_links(struct cp_making *m);

/* links.c */

/** Ends and ids of all links. */
CP_MUST_USE cp_err cp_making_ends(struct cp_making *m);
/** Refuses circles below links, and ip links between nodes that are not ip. */
CP_MUST_USE cp_err cp_making_check_links(struct cp_making *m);

/* facts.c */

/** Facts to their objects, sorted by these. */
CP_MUST_USE cp_err cp_making_facts(struct cp_making *m);

/* fill.c: everything else of sites, nodes and links, from rows and facts. */

CP_MUST_USE cp_err cp_making_fill(struct cp_making *m);

/* lists.c: each adds the items of a list that are not yet in the range, which ends where its array
 * does.  CONFLICT and UNKNOWN_ID leave the range as it was and say why, with no diag. */

struct cp_list_fault {
    const char *why;
    cp_text name;
    cp_names names;
};

CP_MUST_USE cp_err cp_list_tags(struct cp_making *m, cp_text list, cp_range *range);
CP_MUST_USE cp_err cp_list_srlgs(struct cp_making *m, cp_text list, cp_range *range);
CP_MUST_USE cp_err cp_list_managers(struct cp_making *m, cp_text list, cp_range *range,
                                    struct cp_list_fault *fault);
CP_MUST_USE cp_err cp_list_over(struct cp_making *m, cp_text list, cp_range *range,
                                struct cp_list_fault *fault);

/* demands.c */

CP_MUST_USE cp_err cp_making_demands(struct cp_making *m);
