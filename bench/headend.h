#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"
#include "permit/request.h"

/**
 * cleanpath-agent itself, started by a bench in the network namespace that this thread is in: its folder in /tmp, its policy,
 * which is signed here, and its socket.  What cannot be done ends the process.
 */

void headend_must(bool good, const char *what);
/** Runs a command of the shell. */
void headend_run(const char *command);
/** A new folder, with the key in it; self: the bench's own program, beside whose folder the agent lies. */
void headend_open(const char *self);
/** Stops the agent and removes the folder. */
void headend_close(void);
/** One more line of the policy's text, at a length from 0; the new length. */
size_t CP_PRINTF(2, 3) headend_line(size_t at, const char *format, ...);
/** Signs the text and makes it the policy. */
void headend_sign(size_t len);
void headend_barrier(void); /* raises it */
/** Starts the agent, in place of one that runs (which is killed), and connects to it. */
void headend_start(void);
void headend_signal(int number);
void headend_send(const struct cp_agent_request *asked);
void headend_hear(struct cp_agent_answer *out);
/** Both. */
void headend_ask(const struct cp_agent_request *asked, struct cp_agent_answer *out);
