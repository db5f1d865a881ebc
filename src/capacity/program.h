#pragma once

#include "plan.h"

/**
 * One linear program, by CLP: columns are ways of flows (and the worst load), rows are flows and ends.
 */
typedef enum { CP_PROGRAM_LOWER, CP_PROGRAM_SHORTEN } cp_program_kind;

struct cp_program {
    struct cp_plan *plan;
    cp_program_kind kind;
    double scale;                      /* the worst load by which rows are reckoned */
    double rows_above;                 /* an end whose load cannot come to this has no row */
    double cost_scale;                 /* of the objective of CP_PROGRAM_SHORTEN */
    double *fixed;                     /* [ends] load of flows that are no rows */
    double *most;                      /* [ends] what their load can come to */
    int *flow_row, *end_row;           /* [flows], [ends] or -1 */
    double *flow_dual, *end_dual;      /* [flows], [ends] */
    uint8_t *flow_status, *end_status; /* basis of the last solution */
    uint8_t worst_status;
    bool warm;
    int row_count, column_count;
    uint32_t entry_count;
};

CP_MUST_USE cp_err cp_program_open(struct cp_plan *plan, struct cp_program *out);

/** A flow that is a row: one that has several ways in the program. */
bool cp_program_has(const struct cp_program *program, uint32_t flow);

typedef enum { CP_PROGRAM_SOLVED, CP_PROGRAM_UNSOLVED, CP_PROGRAM_TOO_LARGE } cp_program_end;

/** Solves it; shares and duals are set where it is SOLVED.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_program_solve(struct cp_program *program, cp_program_end *end);
