#pragma once

#include "netlink/step.h"

/** cleanpath-agent, as it is asked: steps are gathered, and sent as one by ask_commit. */
struct ask {
    int fd;
    bool gone; /* it does not answer any more */
    /* Takes steps in its stead (--dry-run); NULL: they are sent. */
    void (*words)(const struct cp_nl_steps *steps);
    struct cp_nl_steps steps;
    int error; /* the first of what was sent since the last commit */
};

/** Sends what was gathered.  counts: of each step that is gathered; NULL: no question is asked.  0, or an errno. */
int ask_commit(struct ask *ask, struct cp_nl_count *counts);
/** Sends what was gathered where it is much; its failure is kept for the commit. */
void ask_relieve(struct ask *ask);
