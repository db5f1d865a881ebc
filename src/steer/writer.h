#pragma once

#include "plan.h"

/** Part of a design that one router has: what it must be told. */
struct steer_role {
    uint32_t design; /* index into request->designs */
    bool participates, defines;
    const uint32_t *links; /* [link_count] graph links that it colours, ascending */
    uint32_t link_count;
};

struct steer_seat; /* linux.c */

/** The text of one router as it comes about. */
struct steer_writer {
    struct steer_work *work;
    struct cp_out out;
    uint32_t node;                       /* graph node */
    const struct steer_policy *policies; /* [count] of lists that the system can take */
    uint32_t count;
    const struct steer_role *roles; /* [role_count] */
    uint32_t role_count;
    const struct steer_seat *seats; /* [count]; of linux.c alone */
};

/** How one system is written.  A function writes comment lines with `comment` in front. */
struct steer_system {
    const char *start; /* of the whole text; NULL: nothing */
    const char *comment;
    uint32_t list_max;    /* segments in a list */
    uint32_t weight_max;  /* of a list */
    uint32_t sharing_max; /* lists of a policy that share its traffic */
    uint32_t bit_max;     /* highest affinity bit */
    bool stops;           /* can stop the traffic of a policy without lists */
    const char *(*fault)(const struct steer_policy *policy, const struct cp_candidate *list);
    cp_err (*policies)(struct steer_writer *w); /* may warn */
    cp_err (*design)(struct steer_writer *w, const struct steer_role *role);
};

extern const struct steer_system cp_steer_frr, cp_steer_ios_xr, cp_steer_junos, cp_steer_sr_os,
    cp_steer_linux;

const struct steer_system *cp_steer_system(const struct steer_work *work);

/** Begins a comment line: what the caller writes then, up to a line end, is no configuration. */
struct cp_out *cp_steer_remark(struct steer_writer *w);
/** What the file is, for whom, and what becomes of traffic; whose policies they are. */
void cp_steer_head(struct steer_writer *w);

/** "cp-100-n3"; of a list "cp-100-n3-p1", "-b1", counted from 1. */
void cp_steer_name(struct steer_writer *w, const struct steer_policy *policy);
void cp_steer_list_name(struct steer_writer *w, const struct steer_policy *policy,
                        cp_path_role role, uint32_t list);
void cp_steer_sid(struct steer_writer *w, const struct cp_sid *sid);
void cp_steer_id(struct cp_out *out, const struct steer_work *work, uint32_t node); /* in quotes */

static inline bool cp_steer_is_srv6(const struct cp_candidate *list)
{
    return list->segments.at[0].sid.plane == CP_PLANE_SRV6;
}

/** Whether all its SIDs are micro-SIDs of f3216, one (node) or two (node, link): 64 bits at most. */
bool cp_steer_is_micro(const struct cp_candidate *list);

/** Whether rules hold for the demands of some policy of the writer. */
bool cp_steer_has_sensitive(const struct steer_writer *w);

/** Whether some list of the writer's policies is of the plane. */
bool cp_steer_has_plane(const struct steer_writer *w, cp_plane plane);

const struct cp_flexalgo_design *cp_steer_design(const struct steer_writer *w,
                                                 const struct steer_role *role);
/** "cp-a128": the affinity of a design. */
void cp_steer_affinity(struct steer_writer *w, const struct steer_role *role);
/** The port by which the writer's node is on the link; empty: not stated, or no plain word. */
cp_text cp_steer_port(const struct steer_writer *w, uint32_t link);
cp_text cp_steer_isis(const struct steer_work *work, const char *otherwise);
