#include "lanes.h"

/* Four rows at a time: sums of their own, so that one addition does not wait for another. */
LANES_WIDE static void sum_sixteen(const lanes_sixteen *row, size_t rows, uint32_t mask,
                                   uint32_t *sums)
{
    lanes_sixteen sum[4] = {0};
    size_t r = 0;

    for (; r + 4 <= rows; r += 4)
        for (size_t i = 0; i < 4; i++)
            sum[i] += row[r + i] & mask;
    for (; r < rows; r++)
        sum[0] += row[r] & mask;
    sum[0] += sum[1] + sum[2] + sum[3];
    for (size_t lane = 0; lane < LANES_MAX; lane++)
        sums[lane] += sum[0][lane];
}

LANES_WIDE static void sum_any(const uint32_t *value, size_t rows, size_t lanes, uint32_t mask,
                               uint32_t *sums)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t lane = 0; lane < lanes; lane++)
            sums[lane] += value[r * lanes + lane] & mask;
}

void lanes_sum(const void *table, size_t rows, size_t lanes, uint32_t mask, uint32_t *sums)
{
    if (lanes == LANES_MAX)
        sum_sixteen(table, rows, mask, sums);
    else
        sum_any(table, rows, lanes, mask, sums);
}
