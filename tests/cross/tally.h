#pragma once

#include <stdint.h>

/** What was compared and how often each thing came up, so that no test passes for want of cases. */
struct tally {
    uint64_t nets, cored, closed, unfit, events, undone, looks, answers, asked, ties, unreachable;
    uint64_t rows, only_now, repairs, rows_changed, arcs, follow_changes, reaches, failed_targets;
    uint64_t copies, isas;
};

/** A line to stderr. */
void tally_print(const struct tally *tally);
