#pragma once

#include "base/json_in.h"
#include "doc.h"

/**
 * NetBox's objects, as they are kept from when they are read until all are known.
 *
 * An object is known by its source (which NetBox), its kind and its number there.  Objects refer to
 * each other by number across files, so only finish looks any of them up: each table is then sorted
 * and a number is found by halving.  Text is kept once and named by a number.  A million interfaces
 * take some fifty megabytes so.
 */

typedef uint32_t cp_nb_name; /* of a text in cp_netbox.names; 0: not given */

/** What every record begins with. */
struct cp_nb_key {
    uint32_t source; /* which NetBox: the text before /api/ of its addresses */
    uint32_t id;
    cp_place place;
};

typedef enum {
    CP_NB_SITE,
    CP_NB_DEVICE_TYPE,
    CP_NB_MODULE_TYPE,
    CP_NB_PLATFORM,
    CP_NB_DEVICE,
    CP_NB_MODULE,
    CP_NB_MODULE_BAY,
    CP_NB_ITEM,
    CP_NB_INTERFACE,
    CP_NB_FRONT_PORT,
    CP_NB_REAR_PORT,
    CP_NB_MAC,
    CP_NB_CABLE,
    CP_NB_CIRCUIT,
    CP_NB_TERMINATION,
    CP_NB_PROVIDER_NETWORK,
    CP_NB_WIRELESS,
    CP_NB_CHASSIS,
    CP_NB_VIRTUAL_CIRCUIT,
    CP_NB_VIRTUAL_END,
    CP_NB_TABLES
} cp_nb_table;

struct cp_nb_site {
    struct cp_nb_key key;
    cp_nb_name slug, name, country;
    int32_t lat_udeg, lon_udeg;
    cp_range tags; /* in cp_netbox.tags */
};

/** A device type or a module type; of a platform only name and maker. */
struct cp_nb_type {
    struct cp_nb_key key;
    cp_nb_name name, maker, part_number;
};

typedef enum {
    CP_NB_THERE,   /* whatever else its status says: it may be passed, or stands there */
    CP_NB_PLANNED, /* not there yet */
    CP_NB_GONE,    /* of circuits: decommissioned */
} cp_nb_standing;

struct cp_nb_device {
    struct cp_nb_key key;
    uint32_t site, type, platform, chassis; /* numbers of objects; 0: none */
    cp_nb_name name, role, site_slug, maker, model, platform_name, serial, address, tenant;
    int32_t lat_udeg, lon_udeg;
    cp_range tags;
    uint8_t standing; /* cp_nb_standing */
    uint8_t layer;    /* cp_layer; CP_LAYER_COUNT: nobody says */
};

struct cp_nb_module {
    struct cp_nb_key key;
    uint32_t device, bay, type;
    cp_nb_name bay_name, maker, model, serial;
};

struct cp_nb_bay {
    struct cp_nb_key key;
    uint32_t device, module; /* the module that the bay is in; 0: in the device itself */
    cp_nb_name name;
};

struct cp_nb_item {
    struct cp_nb_key key;
    uint32_t device, parent, component;
    cp_nb_name name, role, maker, part_number, serial;
    uint8_t component_table; /* CP_NB_INTERFACE, ...; CP_NB_TABLES: none, or none that is kept */
};

/** An interface, a front port or a rear port. */
struct cp_nb_port {
    struct cp_nb_key key;
    uint32_t device, module, cable;
    cp_nb_name name;
    uint64_t mac; /* 48 bits; 0: not given */
    uint16_t positions;
    bool fibre; /* by its type */
    bool brief; /* known from the end of a cable alone */
};

struct cp_nb_mac {
    struct cp_nb_key key;
    uint32_t interface;
    uint64_t mac;
};

/** A front port's position and the rear port's behind it. */
struct cp_nb_mapping {
    uint32_t source, front, rear; /* numbers of objects */
    uint16_t front_position, rear_position;
};

typedef enum { CP_NB_MEDIUM_UNKNOWN, CP_NB_MEDIUM_FIBRE, CP_NB_MEDIUM_OTHER } cp_nb_medium;

typedef enum {
    CP_NB_STRAIGHT,
    CP_NB_BREAKOUT,
    CP_NB_SHUFFLE_FOURS,
    CP_NB_SHUFFLE_PAIRS,
    CP_NB_BREAKOUT_SHUFFLE
} cp_nb_lay;

/** How positions of a cable's connectors lie across (4.5 on): of each side how many one has. */
struct cp_nb_profile {
    uint8_t a_positions,
        b_positions; /* 0: no profile, each end is joined with each of the other side */
    uint8_t lay;     /* cp_nb_lay */
};

struct cp_nb_cable {
    struct cp_nb_key key;
    cp_nb_name label;
    uint32_t first;            /* its ends in cp_netbox.ends: those of side A, then those of B */
    uint16_t a_count, b_count; /* how many */
    struct cp_nb_profile profile;
    uint8_t medium; /* cp_nb_medium */
    bool passed;    /* it was remarked on, and is known by its number alone */
};

/** Where a cable ends. */
struct cp_nb_end {
    uint32_t id;        /* of the object */
    uint32_t device;    /* brief: of an interface that may not be here itself; 0: unknown */
    cp_nb_name name;    /* brief */
    uint32_t cable;     /* finish: index */
    uint32_t port;      /* finish: see netbox_net.h; CP_NONE: nothing that is here */
    uint16_t connector; /* from 1 */
    uint8_t table;      /* INTERFACE, FRONT_PORT, REAR_PORT or TERMINATION */
    uint8_t side;       /* 0 A, 1 B */
};

struct cp_nb_circuit {
    struct cp_nb_key key;
    cp_nb_name cid, provider;
    uint64_t commit_bps; /* CP_BPS_NONE: not given */
    uint8_t standing;
};

struct cp_nb_termination {
    struct cp_nb_key key;
    uint32_t circuit, network, cable; /* network: of a provider */
    cp_nb_name cid;
    uint64_t speed_bps;
    char side; /* 'A' or 'Z' */
};

struct cp_nb_network {
    struct cp_nb_key key;
    cp_nb_name name, provider;
};

struct cp_nb_wireless {
    struct cp_nb_key key;
    uint32_t a, b; /* interfaces */
    cp_nb_name ssid;
};

struct cp_nb_chassis {
    struct cp_nb_key key;
    cp_nb_name name;
};

struct cp_nb_virtual {
    struct cp_nb_key key;
    uint32_t network;
    cp_nb_name cid;
    uint8_t standing;
};

struct cp_nb_virtual_end {
    struct cp_nb_key key;
    uint32_t circuit, interface;
    bool spoke;
};

/** Records of one kind; sorted by source and number once all are read. */
struct cp_nb_records {
    void *at;
    uint32_t count, cap;
};

struct cp_netbox {
    struct cp_arena *arena;
    struct cp_map *name_ids;
    cp_text *names; /* [name_count], names[0] is empty */
    char *room;     /* for the bytes of names */
    size_t room_bytes;
    struct cp_nb_records records[CP_NB_TABLES];
    cp_nb_name *sources; /* [source_count] */
    struct cp_nb_mapping *mappings;
    struct cp_nb_end *ends;
    cp_nb_name *tags;
    struct cp_nb_list *lists; /* [list_count], see netbox_pages.c */
    uint32_t list_count, list_cap;
    uint32_t name_count, name_cap, source_count, source_cap, mapping_count, mapping_cap, end_count,
        end_cap, tag_count, tag_cap;
};

/* netbox_profile.c */

/** "breakout-1c4p-4c1p"; false where it is none that is known. */
bool cp_nb_profile_parse(cp_text name, struct cp_nb_profile *out);

struct cp_nb_lane {
    uint32_t connector, position; /* from 1 */
};
/** Where a position of one side's connector leads to on the other. */
struct cp_nb_lane cp_nb_profile_across(struct cp_nb_profile profile, uint8_t side,
                                       struct cp_nb_lane from);

/* netbox_store.c.  Errors: NOMEM, LIMIT. */

CP_MUST_USE cp_err cp_nb_open(struct cp_arena *arena, struct cp_netbox **out);
/** The number of a text, which is copied where it is new; 0 for the empty one. */
CP_MUST_USE cp_err cp_nb_intern(struct cp_netbox *nb, cp_text text, cp_nb_name *name);
CP_MUST_USE cp_err cp_nb_source(struct cp_netbox *nb, cp_text before_api, uint32_t *source);
/** Keeps a copy of a record. */
CP_MUST_USE cp_err cp_nb_keep(struct cp_netbox *nb, cp_nb_table table, const void *record);
CP_MUST_USE cp_err cp_nb_keep_mapping(struct cp_netbox *nb, const struct cp_nb_mapping *mapping);
CP_MUST_USE cp_err cp_nb_keep_end(struct cp_netbox *nb, const struct cp_nb_end *end);
CP_MUST_USE cp_err cp_nb_keep_tag(struct cp_netbox *nb, cp_range *tags, cp_nb_name tag);

static inline cp_text cp_nb_text(const struct cp_netbox *nb, cp_nb_name name)
{
    return nb->names[name];
}

/** Sorts a table.  DUPLICATE: two records of one number that differ; those that do not become one. */
CP_MUST_USE cp_err cp_nb_sort(struct cp_netbox *nb, cp_nb_table table, struct cp_doc *doc);
/** Numbers the sources by their names, so that nothing depends on which was read first. */
CP_MUST_USE cp_err cp_nb_sort_sources(struct cp_netbox *nb);
/** Index into a sorted table; CP_NONE. */
uint32_t cp_nb_find(const struct cp_netbox *nb, cp_nb_table table, uint32_t source, uint32_t id);
size_t cp_nb_record_bytes(cp_nb_table table);

static inline const void *cp_nb_at(const struct cp_netbox *nb, cp_nb_table table, uint32_t index)
{
    return (const char *)nb->records[table].at + (size_t)index * cp_nb_record_bytes(table);
}

/* netbox_pick.c: of an object the values that are asked for. */

#define CP_NB_ASKS_MAX 32
#define CP_NB_PATH_MAX 3

/** Names from the object down to the value. */
struct cp_nb_ask {
    cp_text path[CP_NB_PATH_MAX];
    uint32_t length;
};

/** As it is written; kind NOTHING: not there.  An array or object is to be read again. */
struct cp_nb_value {
    cp_json_kind kind;
    cp_text raw;
    cp_place place;
};

/**
 * Takes the object that comes next.  A choice that is plain, where its `value` is asked for, is that
 * value, and so is a plain number or null where an `id` is asked for.
 * Errors: MALFORMED, LIMIT, NOMEM of the cursor; DUPLICATE: a value that is asked for stands twice.
 */
CP_MUST_USE cp_err cp_nb_pick(struct cp_json_in *in, const struct cp_nb_ask *asks, uint32_t count,
                              struct cp_nb_value *values, struct cp_doc *doc);

/** An object while it is read. */
struct cp_nb_object {
    struct cp_doc *doc;
    struct cp_netbox *nb;
    struct cp_nb_key key;
    const char *kind; /* "dcim/devices" */
    const struct cp_nb_value *values;
};

/* Its values: what is not there, or null, is 0 or empty; what is not what it should be is a remark
 * NOT_UNDERSTOOD and 0 or empty too.  Errors: NOMEM, LIMIT. */

CP_MUST_USE cp_err cp_nb_text_of(const struct cp_nb_object *o, uint32_t ask, cp_text *out);
CP_MUST_USE cp_err cp_nb_name_of(const struct cp_nb_object *o, uint32_t ask, cp_nb_name *out);
/** The number of another object. */
CP_MUST_USE cp_err cp_nb_ref_of(const struct cp_nb_object *o, uint32_t ask, uint32_t *out);
CP_MUST_USE cp_err cp_nb_number_of(const struct cp_nb_object *o, uint32_t ask, uint64_t max,
                                   uint64_t *out);
/** CP_COORD_NONE where it is not there. */
CP_MUST_USE cp_err cp_nb_degrees_of(const struct cp_nb_object *o, uint32_t ask, int32_t *out);
CP_MUST_USE cp_err cp_nb_mac_of(const struct cp_nb_object *o, uint32_t ask, uint64_t *out);
/** The slugs of a list of tags. */
CP_MUST_USE cp_err cp_nb_tags_of(const struct cp_nb_object *o, uint32_t ask, cp_range *tags);

/** Calls visit for each item of an array, its values picked; what is no object is not understood. */
CP_MUST_USE cp_err cp_nb_each(const struct cp_nb_object *o, uint32_t ask,
                              const struct cp_nb_ask *asks, uint32_t count,
                              cp_err (*visit)(const struct cp_nb_object *item, void *user),
                              void *user);

CP_MUST_USE cp_err cp_nb_not_understood(const struct cp_nb_object *o, const char *why);

/* Kinds of objects: what is asked of one, and what keeps it.  *kept is false where it was remarked on
 * instead. */

struct cp_nb_kind {
    const char *name; /* as addresses have it: "dcim/devices" */
    const struct cp_nb_ask *asks;
    uint32_t ask_count;
    cp_err (*keep)(const struct cp_nb_object *o, bool *kept);
};

extern const struct cp_nb_kind cp_nb_inventory_kinds[], cp_nb_port_kinds[], cp_nb_circuit_kinds[];
extern const uint32_t cp_nb_inventory_kind_count, cp_nb_port_kind_count, cp_nb_circuit_kind_count;

/* netbox_pages.c: whether all pages of a list are here. */

#define CP_NB_KINDS_MAX 32 /* that are kept; each has a number below */

/** What a page says of its list; texts may borrow the document. */
struct cp_nb_page {
    bool counts; /* it says how many objects the list has, at `place` */
    uint64_t count;
    cp_text next, previous; /* addresses; empty: there is none */
    cp_place place, next_place;
};

/** Counts an object as read.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_nb_list_read(struct cp_netbox *nb, const struct cp_nb_kind *kind,
                                   uint32_t number, const struct cp_nb_key *key);
/** Takes a member of a page other than its results.  Errors: of the cursor. */
CP_MUST_USE cp_err cp_nb_page_member(struct cp_doc *doc, struct cp_json_in *in, cp_text key,
                                     struct cp_nb_page *page);
/** Keeps what a page says of the list of this kind.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_nb_page_read(struct cp_netbox *nb, const struct cp_nb_kind *kind,
                                   uint32_t number, uint32_t source, const struct cp_nb_page *page);
/** Remarks NOT_UNDERSTOOD on each list of which fewer objects were read than a page says.  Errors: NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_nb_lists_weigh(struct cp_netbox *nb, struct cp_doc *doc);

#define CP_NB_ASK1(a)                       \
    {                                       \
        {{(a), sizeof(a) - 1}, {0}, {0}}, 1 \
    }
#define CP_NB_ASK2(a, b)                                     \
    {                                                        \
        {{(a), sizeof(a) - 1}, {(b), sizeof(b) - 1}, {0}}, 2 \
    }
#define CP_NB_ASK3(a, b, c)                                                   \
    {                                                                         \
        {{(a), sizeof(a) - 1}, {(b), sizeof(b) - 1}, {(c), sizeof(c) - 1}}, 3 \
    }
