#include "workloads.h"

#include <stdio.h>
#include <stdlib.h>

#include "contest.h"

/*
 * The engine against peers, side by side on one core.  From the environment: BENCH_ROWS, only rows
 * whose names begin so; BENCH_FULL, no samples of ours; BENCH_MARKDOWN, a file to write the table to.
 */

int main(void)
{
    const char *rows = getenv("BENCH_ROWS");
    const char *markdown = getenv("BENCH_MARKDOWN");

    if (rows != NULL && rows[0] != '\0' && markdown != NULL && markdown[0] != '\0') {
        fputs("bench: the table is written of all rows only\n", stderr);
        markdown = NULL;
    }
    figures_begin(rows, markdown);
    bench_one_source();
    bench_all_sources();
    bench_bad_inputs();
    bench_first_audit();
    bench_single_failures();
    bench_double_failures();
    bench_every_pair();
    bench_events();
    return figures_end();
}
