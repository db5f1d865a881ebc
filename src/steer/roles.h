#pragma once

#include "writer.h"

/** Roles of all nodes in all designs. */
struct steer_roles {
    const struct steer_role *at; /* those of node n: at[first[n]] to before at[first[n + 1]] */
    const uint32_t *first;       /* [nodes + 1] */
};

/** Designs that the system cannot take are left out with a warning.  Errors: NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_steer_roles_make(struct steer_work *work, struct steer_roles *out);
