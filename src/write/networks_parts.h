#pragma once

#include "base/json.h"
#include "model/case.h"

/* What networks.c writes its entries with. */

/** An end of a link, kept with its node. */
struct cp_node_end {
    uint32_t link, end; /* of the link: 0 is `a` */
};

struct cp_networks {
    const struct cp_case *c;
    struct cp_arena *work;
    struct cp_json json;
    struct cp_out name; /* used again and again */
    cp_layer layer;     /* the network that is written now */
    /* Ends by node: those of node n are node_ends[starts[n]] to before starts[n + 1]. */
    struct cp_node_end *node_ends;
    uint32_t *starts;
    cp_text *ports; /* room for those of any one node */
    uint32_t *seen; /* [links] the stamp of the entry as whose support it was written last */
    uint32_t stamp; /* of the entry that is written now */
    bool rests[CP_LAYER_COUNT][CP_LAYER_COUNT]; /* on which networks each one rests */
    bool has[CP_LAYER_COUNT];                   /* a node, link or visitor */
    bool open;                                  /* the container of this module is */
};

/* Members of the module's containers, which begin with their first one: NAME {. */
void cp_member_open(struct cp_networks *n, const char *container);
void cp_member_close(struct cp_networks *n);
/** Nothing where the text is empty. */
void cp_member_text(struct cp_networks *n, const char *container, const char *name, cp_text text);
/** RFC 7951 6.1: numbers of 64 bits are texts.  Nothing where it is none. */
void cp_member_u64(struct cp_networks *n, const char *container, const char *name, uint64_t number,
                   uint64_t none);
void cp_member_degrees(struct cp_networks *n, const char *container, const char *name,
                       int32_t udeg);
void cp_member_texts(struct cp_networks *n, const char *container, const char *name,
                     const cp_text *texts, uint32_t count);
/** The exact name, where its URI is another. */
void cp_member_id(struct cp_networks *n, const char *container, const char *name, cp_text id);
/** All facts but those that are leaves of their own: see stated.h. */
void cp_member_facts(struct cp_networks *n, const char *container, cp_object_kind kind,
                     uint32_t object);

/** A URI made of a name and of what is behind it; good until the next one. */
cp_text cp_networks_uri(struct cp_networks *n, cp_text name, const char *behind);

/** The list of links of the network, and what is said of a link or LAN. */
void cp_networks_links(struct cp_networks *n);
void cp_networks_link_record(struct cp_networks *n, const char *container, uint32_t at);
/** Whether a link is written as a LAN: its own row says so. */
bool cp_networks_is_lan(const struct cp_link_rec *link);
