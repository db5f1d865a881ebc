#pragma once

#include "audit_options.h"
#include "app/load.h"
#include "report/report.h"

/**
 * What one audit found, from the files to the results, and the memory that all of it lies in.
 *
 * In order: open; find; make (or judge, examine, prove); then it may be read; close, always.  Each step says
 * what is wrong on stderr and gives the exit code; after that only close is left.
 */
struct cp_answer {
    const struct cp_audit_options *options; /* borrowed */
    struct cp_loaded loaded;                /* the case; the results lie in its arena */
    struct cp_arena **workers;              /* [options->jobs] */
    struct cp_arena **alone_workers; /* [loaded.sources.policy_count * options->jobs]; NULL */
    const struct cp_judge *judge;    /* after judge */
    struct cp_audit_request request; /* from here on: after examine */
    const struct cp_held *held;      /* what --routes holds demands to; NULL: nothing */
    const struct cp_demand_result *results;   /* [demand_count] */
    const struct cp_demand_licence *licences; /* [demand_count]; NULL: no licence holds */
    const struct cp_demand_result **alone;    /* [policy_count][demand_count]; NULL: not audited */
};

/** notes: where what is said of the case is noted; borrowed.  OK or SYSTEM; close it in any case. */
cp_exit cp_answer_open(const struct cp_audit_options *options, struct cp_notes *notes,
                       struct cp_answer *answer);
/** Which files make up the case. */
cp_exit cp_answer_find(struct cp_answer *answer);
/** The case and its judgement: the first half of make. */
cp_exit cp_answer_judge(struct cp_answer *answer);
/** The audit on options->jobs threads, and what its reader must know: the second half of make. */
cp_exit cp_answer_examine(struct cp_answer *answer);
/** After examine, and apart where that is asked for: whether our own checker upholds it; UNPROVEN. */
cp_exit cp_answer_uphold(const struct cp_answer *answer);
/** judge, examine, prove. */
cp_exit cp_answer_make(struct cp_answer *answer);
/** After make: where several policies apply, an audit of each as if it were the only one. */
cp_exit cp_answer_apart(struct cp_answer *answer);
void cp_answer_close(struct cp_answer *answer);

/** Opens an answer with notes of its own, does the work on it, and closes it.  arena: for the notes. */
cp_exit cp_answer_once(const struct cp_audit_options *options, struct cp_arena *arena,
                       cp_exit (*work)(struct cp_answer *answer));

/**
 * An audit of what a judge says, on options->jobs threads.  workers [options->jobs]: all NULL, then the
 * threads' arenas, which the results live in and the caller closes.  arena: for the audit itself.
 */
cp_exit cp_answer_audit(const struct cp_answer *answer, const struct cp_judge *judge,
                        struct cp_arena *arena, struct cp_arena **workers,
                        const struct cp_demand_result **results);

/** Whether our own checker upholds what the report would say; bundle: NULL, or where to write it. */
cp_exit cp_answer_check(const struct cp_report *report, uint32_t jobs, const char *bundle);

/** For a report without colours and line breaks. */
struct cp_report cp_answer_report(const struct cp_answer *answer);
