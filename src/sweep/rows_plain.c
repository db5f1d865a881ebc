#include "rows_inside.h"

#include <string.h>

/* One lane: what any machine can do, and the quickest where there is one destination. */

#define KERNEL_TARGET
#define LANES 1u

typedef int32_t vec;

static inline vec vec_load(const void *at)
{
    vec x;

    memcpy(&x, at, sizeof x);
    return x;
}

static inline void vec_store(void *at, vec x)
{
    memcpy(at, &x, sizeof x);
}

static inline vec vec_all(int32_t x)
{
    return x;
}

static inline vec vec_add(vec a, vec b)
{
    return a + b;
}

static inline vec vec_or(vec a, vec b)
{
    return a | b;
}

static inline vec vec_xor(vec a, vec b)
{
    return a ^ b;
}

static inline vec vec_min(vec a, vec b)
{
    return a < b ? a : b;
}

static inline vec vec_keep(vec x, vec a, vec b)
{
    return x & -(vec)(a <= b);
}

static inline bool vec_any(vec x)
{
    return x != 0;
}

#include "rows_kernel.h"

const struct cp_rows_kernel *cp_rows_plain(cp_rows_kind kind)
{
    return kind == CP_ROWS_COSTS ? &kernel_costs : &kernel_marks;
}
