#pragma once

/**
 * TEST_SHARE=8: tests of many random cases run one in eight.  `make test` runs all of them; a build with a sanitizer
 * looks at the memory that the code touches, for which fewer do.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/** 1: all. */
static inline uint32_t test_share(void)
{
    const char *said = getenv("TEST_SHARE");
    unsigned long share = said == NULL ? 1 : strtoul(said, NULL, 10);

    return share > 0 && share <= 1000 ? (uint32_t)share : 1;
}

/** Whether all are run: how often what comes up is asked of all of them alone. */
static inline bool is_whole(void)
{
    return test_share() == 1;
}

/** How many of so many cases are run: at least one. */
static inline uint32_t share_of(uint32_t cases)
{
    return (cases + test_share() - 1) / test_share();
}
