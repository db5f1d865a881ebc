#pragma once

#include "netbox_net.h"

/** Links while their rows are made. */
struct cp_nb_links {
    struct cp_nb_net *net;
    struct cp_nb_ways ways;
    cp_text *cable_ids;   /* [cables] of those with a link of their own, on a layer below */
    cp_text *circuit_ids; /* [circuits] that were named */
    uint32_t *cable_ways; /* [cables] pairs of ends that each serves */
    uint32_t *cable_last;
    uint8_t *cable_wanted;   /* part of a longer way */
    uint8_t *circuit_wanted; /* part of a way at all, and of a longer one */
};

/** "cable-17", and "cable-17@2" of the second NetBox. */
CP_MUST_USE cp_err cp_nb_number_id(const struct cp_nb_net *net, const char *what,
                                   const struct cp_nb_key *key, cp_text *out);
/** Whether a label may be a link's id: it stands once, and looks like no id that is made here. */
bool cp_nb_is_name(const struct cp_nb_net *net, cp_nb_name name, bool in_lists);
/** A link between two ends of a way; an end at no node has an empty cell. */
CP_MUST_USE cp_err cp_nb_link_row(const struct cp_nb_net *net, cp_place place, uint32_t a,
                                  uint32_t b, struct cp_link_row *row);

/** Links through the air, of virtual circuits, and inside virtual chassis. */
CP_MUST_USE cp_err cp_nb_rows_other_links(struct cp_nb_links *links);
