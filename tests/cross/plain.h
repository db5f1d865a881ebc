#pragma once

#include "judge/judge.h"

/**
 * What the audit should say at K = 1 of one source and one destination: Dijkstra's algorithm from
 * the start for every failure, closures by walking next hops, no state kept between failures
 * (DESIGN 2.2, docs/notes/0001).  For networks too large for oracle.h; shares no code with the
 * rooms it judges, nor with that.  Links and nodes fail, SRLGs do not; untrusted elements are
 * forbidden and all others trusted.
 */
#define PLAIN_NEVER UINT32_MAX

struct plain_way {
    uint32_t from, to, link, metric;
};

/** Memory of malloc; the process ends where there is none. */
struct plain {
    const struct cp_judge *judge;
    uint32_t node_count, link_count, way_count;
    struct plain_way *ways; /* every direction between two ends of a link */
};

struct plain_answer {
    uint32_t steady, transition, liar, cut; /* depths: 0, 1 or PLAIN_NEVER */
    uint32_t violation;                     /* least depth of a judged exposure */
};

/** All nodes and links of the judge's case are of layer ip, and all its demands have one treatment. */
void plain_open(struct plain *plain, const struct cp_judge *judge);
void plain_close(struct plain *plain);

/** Of packets from source to destination alone, and of lies nothing. */
struct plain_answer plain_one_way(const struct plain *plain, uint32_t source, uint32_t destination);
/** Both ways, as demands are judged. */
struct plain_answer plain_audit(const struct plain *plain, uint32_t source, uint32_t destination);
