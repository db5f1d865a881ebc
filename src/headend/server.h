#pragma once

#include <signal.h>

#include "steer.h"

enum { SERVER_CLIENTS = 4, SERVER_TURN = 32 /* requests of a client in a turn */ };

struct server {
    struct kernel *kernel;
    struct mnl_socket *links;
    struct ask *ask;
    struct steer steer;
    struct cp_arena *arena; /* of the policy in force, and of what is known by it */
    int listener, clients[SERVER_CLIENTS];
    uint64_t seen_us, seen_boot_us; /* the greatest time ever seen, and when since boot */
    uint32_t waits;   /* turns since links have changed; 0: all first hops are there */
    uint64_t next_us; /* something is permitted no more from then on */
};

/** The time that `until` is judged by: it goes on where the clock is set back. */
uint64_t server_now(struct server *server);
/**
 * Puts a policy in force, which the arena holds (taken): what it does not permit is stopped, then the kernel read.
 * 0, or an errno.
 */
int server_adopt(struct server *server, const struct cp_edge_policy *policy,
                 struct cp_arena *arena);
/** Answers datagrams, at most SERVER_TURN; orders in a row are done together. */
void server_answer(struct server *server, const cp_text *datagrams, uint32_t count,
                   struct cp_agent_answer *answers);
/** Serves what comes, once; waits a second at most.  while_waiting: signals that are blocked then.  0, or an errno. */
int server_wait(struct server *server, const sigset_t *while_waiting);
