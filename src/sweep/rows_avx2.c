#include "rows_inside.h"

/* Eight lanes.  Called only where the machine has AVX2. */

#if defined(__x86_64__)

#include <immintrin.h>

#define KERNEL_TARGET CP_TARGET("avx2")
#define LANES 8u

typedef __m256i vec;

KERNEL_TARGET static inline vec vec_load(const void *at)
{
    return _mm256_load_si256(at);
}

KERNEL_TARGET static inline void vec_store(void *at, vec x)
{
    _mm256_store_si256(at, x);
}

KERNEL_TARGET static inline vec vec_all(int32_t x)
{
    return _mm256_set1_epi32(x);
}

KERNEL_TARGET static inline vec vec_add(vec a, vec b)
{
    return _mm256_add_epi32(a, b);
}

KERNEL_TARGET static inline vec vec_or(vec a, vec b)
{
    return _mm256_or_si256(a, b);
}

KERNEL_TARGET static inline vec vec_xor(vec a, vec b)
{
    return _mm256_xor_si256(a, b);
}

KERNEL_TARGET static inline vec vec_min(vec a, vec b)
{
    return _mm256_min_epi32(a, b);
}

KERNEL_TARGET static inline vec vec_keep(vec x, vec a, vec b)
{
    return _mm256_andnot_si256(_mm256_cmpgt_epi32(a, b), x);
}

KERNEL_TARGET static inline bool vec_any(vec x)
{
    return _mm256_testz_si256(x, x) == 0;
}

#include "rows_kernel.h"

const struct cp_rows_kernel *cp_rows_avx2(cp_rows_kind kind)
{
    return kind == CP_ROWS_COSTS ? &kernel_costs : &kernel_marks;
}

#else

const struct cp_rows_kernel *cp_rows_avx2(cp_rows_kind kind)
{
    (void)kind;
    return NULL;
}

#endif
