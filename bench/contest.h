#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/**
 * Rows of figures.  A row is one line on stdout:
 *
 *     name value unit ratio peer
 *
 * value is our median; ratio is the median over rounds of (the peer's time / ours in that round), or
 * "-"; peer is the rest of the line, "-" where there is none.  What else there is to say (spread,
 * checksums) goes to stderr.
 */

enum { SIDES_MAX = 8, ROUNDS_MAX = 16 };

/** What one run of one side took and what it answered. */
struct turn {
    double seconds;    /* of the whole work: scaled up where the side ran a sample of it */
    uint64_t checksum; /* of the answers that all sides of the contest give */
};

typedef void (*side_run)(void *work, struct turn *turn);

typedef enum { SIDE_OURS, SIDE_PEER } side_kind;

struct side {
    const char *suffix; /* of the row's name */
    side_run run;       /* NULL: absent */
    side_kind kind;
    /* What the peer column says of it.  A peer with a suffix gets a row too. */
    const char *words;
};

/** Sides run in rotating order; the first peer that is not absent is the one compared with. */
struct contest {
    const char *name, *unit;
    double units; /* value = seconds * units */
    uint32_t rounds;
    bool warm; /* one untimed run of each side first */
    struct side sides[SIDES_MAX];
    uint32_t side_count;
    void *work;
};

/**
 * Which rows to run: those whose names begin with prefix (NULL: all).  A copy of all rows goes to
 * markdown_path (may be NULL) when the figures end.
 */
void figures_begin(const char *prefix, const char *markdown_path);
/** Whether some row that begins with this stem is wanted. */
bool figures_wanted(const char *stem);
void figures_put(const char *name, double value, const char *unit);
void figures_put_ratio(const char *name, double value, const char *unit, double ratio,
                       const char *peer);
/** A line of the stem's is void: its sides gave different answers. */
void figures_void(const char *name);
/** The process's exit code: 1 where a row was void. */
int figures_end(void);

struct result {
    double worst_ratio; /* the least of our rows; negative: none was compared */
    double seconds;     /* median of our first row; negative: void */
};
struct result contest_run(const struct contest *contest);

double now_s(void);
/** Ends the process where `at` is NULL: out of memory. */
void *need(void *at);
/** Ends the process unless err is CP_OK. */
void check(cp_err err);
/** Sorts the values [count], count > 0. */
double median(double *values, uint32_t count);
/** One more value of an answer, in order. */
uint64_t checksum_add(uint64_t sum, uint64_t value);
