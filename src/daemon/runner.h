#pragma once

#include "config.h"

/**
 * The process that runs the programs of feeds, so that the daemon itself may run none: it has nothing of the daemon but the configuration, hears
 * of a feed by its number alone, and does what the configuration says of that.
 */

/** The number of a feed; where it is to be run, two descriptors go with it: for what the program writes, and says. */
struct runner_ask {
    uint32_t peer;
    bool end; /* it is to be killed; where it has ended, nothing */
};

/** It has ended, or was not begun. */
struct runner_report {
    uint32_t peer;
    int error; /* of libuv: not begun; 0: */
    int signal;
    int64_t status;
};

/**
 * *fd: to it; -1: no feed has a program.  Before there is a thread, and anything that children should not have.  It ends, and kills what it
 * runs, when fd is closed.
 */
cp_exit runner_start(const struct daemon_config *config, int *fd);
/** fds: NULL where it is to be killed.  Waits for the runner to take it, which takes all at once.  0, or an error of libuv. */
int runner_ask(int fd, struct runner_ask ask, const int fds[2]);
/** false: there is none now; *gone: nor will there be any. */
bool runner_hear(int fd, struct runner_report *report, bool *gone);
