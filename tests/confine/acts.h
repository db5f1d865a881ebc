#pragma once

#include <stddef.h>

/*
 * What no program here may do, each as a system call that leaves no trace where it is possible: an act that the kernel lets through
 * ends in an answer other than "not permitted", mostly that its arguments make no sense.
 */

enum { ARGUMENTS = 6, NAME_BYTES = 40 };

/* An argument: a number, or one that the driver fills in. */
typedef enum {
    NUMBER,
    TEXT,    /* where the text lies in the memory of the process: `text` */
    BYTES,   /* of `text`, `number` of them */
    ROOM,    /* a page that may be written */
    FIRST,   /* what the act's first call answered */
    WITNESS, /* the number of a process that is nobody's business */
    OUTSIDE /* the path of a file outside of what the program needs, that its user may write; `text`: behind it */
} argument_kind;

struct argument {
    argument_kind kind;
    long number;
    const char *text;
};

struct call {
    long number;
    struct argument arguments[ARGUMENTS];
};

struct act {
    const char *name;
    struct call first; /* number 0 (reading of nothing): there is none */
    struct call call;
};

extern const struct act acts[];
extern const size_t act_count;
