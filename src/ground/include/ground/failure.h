#pragma once

#include <stdint.h>

/** One failure: a link, a node (index into the case) or an SRLG (index into srlgs). */
struct cp_failure {
    uint32_t kind; /* one CP_FAIL_... bit */
    uint32_t at;
};
