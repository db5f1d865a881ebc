#include "rows_inside.h"

/* Sixteen lanes.  Called only where the machine has AVX-512F.  Two vectors a row make sweeps faster
 * and repairs slower: rows of 10,000 nodes would fill the cache twice. */

#if defined(__x86_64__)

#include <immintrin.h>

#define KERNEL_TARGET CP_TARGET("avx512f")
#define LANES 16u

typedef __m512i vec;

KERNEL_TARGET static inline vec vec_load(const void *at)
{
    return _mm512_load_si512(at);
}

KERNEL_TARGET static inline void vec_store(void *at, vec x)
{
    _mm512_store_si512(at, x);
}

KERNEL_TARGET static inline vec vec_all(int32_t x)
{
    return _mm512_set1_epi32(x);
}

KERNEL_TARGET static inline vec vec_add(vec a, vec b)
{
    return _mm512_add_epi32(a, b);
}

KERNEL_TARGET static inline vec vec_or(vec a, vec b)
{
    return _mm512_or_si512(a, b);
}

KERNEL_TARGET static inline vec vec_xor(vec a, vec b)
{
    return _mm512_xor_si512(a, b);
}

KERNEL_TARGET static inline vec vec_min(vec a, vec b)
{
    return _mm512_min_epi32(a, b);
}

KERNEL_TARGET static inline vec vec_keep(vec x, vec a, vec b)
{
    return _mm512_maskz_mov_epi32(_mm512_cmple_epi32_mask(a, b), x);
}

KERNEL_TARGET static inline bool vec_any(vec x)
{
    return _mm512_test_epi32_mask(x, x) != 0;
}

#include "rows_kernel.h"

const struct cp_rows_kernel *cp_rows_avx512(cp_rows_kind kind)
{
    return kind == CP_ROWS_COSTS ? &kernel_costs : &kernel_marks;
}

#else

const struct cp_rows_kernel *cp_rows_avx512(cp_rows_kind kind)
{
    (void)kind;
    return NULL;
}

#endif
