#pragma once

#include "session/bgp.h"
#include "session/pcc.h"

#include "isp.h"

/**
 * The network that a controller is measured with, as its other side: a case of 1,000 nodes of which one in twenty is
 * forbidden and 10,000 demands (each both ways) on all the others as headends; a speaker of BGP-LS that tells it, and
 * a PCEP session of each node, which obeys and reports.  Peer 0 is the speaker, peer v + 1 the node nV.
 */

enum { ROUTERS = 1000, ROUTERS_COLOUR = 100 };

/** Takes bytes of a peer on their way to the controller; how many of them it took. */
typedef size_t (*routers_send)(void *to, uint32_t peer, cp_text bytes);

struct routers {
    struct isp isp;
    struct cp_arena *arena, *work;
    cp_arena_mark work_empty;
    struct cp_bgp *bgp;
    struct cp_pcc **pccs; /* [ROUTERS] */
    uint32_t *plsp_ids;   /* [ROUTERS] the last one */
    uint64_t now_us;      /* kept by the owner */
    uint64_t orders;      /* that were obeyed */
    bool speaker_up;
    routers_send send;
    void *send_to;
};

typedef enum {
    ROUTERS_NODES,
    ROUTERS_LINKS,
    ROUTERS_FACTS,
    ROUTERS_DEMANDS,
    ROUTERS_POLICY,
    ROUTERS_TABLES
} routers_table;

void routers_open(struct routers *r, routers_send send, void *send_to);
void routers_close(struct routers *r);
/** The loopback of a node. */
cp_ip routers_address(uint32_t node);
const char *routers_file(routers_table table);
/** Its text; of r's arena. */
cp_text routers_text(const struct routers *r, routers_table table);

/** To be sent with routers_hear(r, 0). */
void routers_tell_node(struct routers *r, uint32_t v);
void routers_tell_link(struct routers *r, uint32_t l, bool there);
/** A peer handles what came, obeys, and sends what it has to say. */
void routers_hear(struct routers *r, uint32_t peer);
/** Bytes from the controller; the peer hears them. */
void routers_take(struct routers *r, uint32_t peer, cp_text bytes);
