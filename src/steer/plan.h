#pragma once

#include "safe.h"
#include "steer/steer.h"

/**
 * Which policies there are: one for each headend, endpoint and colour, whose demands have the same
 * lists.
 */
struct steer_policy {
    uint32_t headend, endpoint; /* graph nodes */
    uint32_t treatment, colour;
    struct cp_steer_address to; /* of the endpoint; family 0: nobody says */
    /* Lists that can be written; all NULL: no clean path, or one that cannot be written. */
    const struct cp_candidate *const *primaries; /* [primary_count] in the order of the answer */
    const struct cp_candidate *const *backups;   /* [backup_count] */
    uint32_t primary_count, backup_count;
    const uint32_t *demands; /* [demand_count] ascending */
    uint32_t demand_count;
    bool ordinary; /* no rule holds for its demands: where it is lost ordinary routing is no leak */
};

struct steer_plan {
    const struct steer_policy *policies; /* [count] by headend, colour, endpoint */
    uint32_t count;
};

/** What is known of the work: shared by plan, writers and systems. */
struct steer_work {
    const struct cp_route_answer *answer;
    const struct cp_steer_request *request;
    const struct cp_case *net;
    struct cp_arena *arena; /* also for the answer */
    struct cp_steer_warning *warnings;
    uint32_t warning_count, warning_cap;
    const uint8_t *shared;  /* [graph nodes] 1: its loopback is that of another node too */
    uint32_t segments_most; /* in an SRv6 list that was written */
    uint32_t said;          /* STEER_SAID_... bits of what is said once, of no router */
};

enum {
    STEER_SAID_ENDS = 1,
    STEER_SAID_BACKUPS = 2,
    STEER_SAID_METRIC = 4,
    STEER_SAID_LOCATOR = 8,
    STEER_SAID_PORTS = 16
};

typedef enum { STEER_LEAK, STEER_NOTE } steer_weight;

/** Errors: NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_steer_warn(struct steer_work *work, uint32_t demand, uint32_t node,
                                 steer_weight weight, const char *sentence);

/** The same, of no demand and router, and only where the bit was not said before. */
CP_MUST_USE cp_err cp_steer_warn_once(struct steer_work *work, uint32_t bit, steer_weight weight,
                                      const char *sentence);

/**
 * With warnings of lists that cannot be written.  Demands without a clean path have policies
 * without lists, so that their traffic can be stopped.  Errors: NOMEM, RANGE (colours), LIMIT.
 */
CP_MUST_USE cp_err cp_steer_plan_make(struct steer_work *work, struct steer_plan *out);

/** The address of a graph node. */
struct cp_steer_address cp_steer_address_of(const struct steer_work *work, uint32_t node);

/**
 * Shares as the system's weights [count]: whole numbers in the same proportion where these go far enough, else those
 * that change the most changed share least; 0 for lists that do not share.
 */
void cp_steer_weigh(const struct steer_work *work, const struct cp_candidate *const *lists,
                    uint32_t count, uint32_t *weight);

/** Of shares that weights change by a thousandth, and of links that are overloaded by it.  NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_steer_warn_of_shares(struct steer_work *work, const struct steer_plan *plan);
