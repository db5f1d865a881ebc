#pragma once

#include "yang.h"

/**
 * Networks of a case of our own (network type cleanpath of docs/yang/cleanpath-network.yang): all that the
 * case says of its elements stands in members of that module, so each entry is a row, and nothing
 * has to be found out.  Their names are known first, of all networks of a document (index), for entries name
 * others before they come; then each network, site and demand becomes its rows.
 *
 * Strict: a member of the module that is not in it, or on a thing that has none, is not understood.
 */

#define CP_YANG_OWN "cleanpath-network"

/** A LAN: a pseudonode with its record. */
struct cp_yang_lan {
    cp_text id, network;
    const struct cp_json_value *record;
    cp_place place;
    bool added;
};

struct cp_yang_lan_end {
    uint32_t lan;
    uint64_t number;
    cp_text node, port;
    uint32_t metric;
    const struct cp_json_value *supports; /* NULL: none */
    cp_place place;
};

/** What is known of the networks of one document.  All names by network and id as the document has them. */
struct cp_yang_own {
    struct cp_map *nodes, *links, *ports,
        *lans;                 /* to names; of ports: by node, NODE\nTP; to lans */
    struct cp_yang_list names; /* cp_text */
    struct cp_yang_list all_lans, lan_ends, metrics;
    cp_text network; /* that is read now */
    cp_layer layer;
    uint32_t gap; /* one more space than stand in a row in any id */
};

/** Whether the value is a network of this type. */
bool cp_yang_is_own(const struct cp_json_value *network);
/** Gathers the names of all such networks in a networks container, and sets yang->own; NULL: none. */
CP_MUST_USE cp_err cp_yang_own_index(struct cp_yang *yang, const struct cp_json_value *networks);
CP_MUST_USE cp_err cp_yang_own_network(struct cp_yang *yang, const struct cp_json_value *network);
/* Takes of the lists beside the networks. */
CP_MUST_USE cp_err cp_yang_own_sites(struct cp_yang *yang, const struct cp_json_value *value,
                                     void *nothing);
CP_MUST_USE cp_err cp_yang_own_demands(struct cp_yang *yang, const struct cp_json_value *value,
                                       void *nothing);

/* --- between yang_own_index.c, yang_own.c and yang_own_rows.c ---------------------------------------------------- */

/** The member of an object, with its module's name or without; NULL where there is none, or no object. */
const struct cp_json_value *cp_yang_own_member(const struct cp_json_value *object,
                                               const char *module, const char *name);
/** Empty where it is no text. */
cp_text cp_yang_own_text(const struct cp_json_value *value);
/** As it stands, whatever white space it holds.  Errors: MALFORMED, NOMEM. */
CP_MUST_USE cp_err cp_yang_exact(struct cp_yang *yang, const struct cp_json_value *value,
                                 cp_text *out);
/** A name of a map of cp_yang_own; empty where it is not there. */
CP_MUST_USE cp_err cp_yang_own_name(const struct cp_yang *yang, const struct cp_map *map,
                                    cp_text network, cp_text id, cp_text *out);
/** One row of a node, its record and facts; record may be NULL. */
CP_MUST_USE cp_err cp_yang_own_node_row(struct cp_yang *yang, cp_text id, cp_place place,
                                        const struct cp_json_value *record);
/** The same of a link; supports: the member supporting-link, or NULL. */
CP_MUST_USE cp_err cp_yang_own_link_row(struct cp_yang *yang, struct cp_link_row *row,
                                        const struct cp_json_value *record,
                                        const struct cp_json_value *supports);
CP_MUST_USE cp_err cp_yang_own_lan_rows(struct cp_yang *yang, const struct cp_yang_lan *lan,
                                        const struct cp_yang_lan_end *ends, uint32_t count);
