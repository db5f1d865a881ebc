#include "rows_inside.h"

/* Four lanes: what every x86-64 machine can do. */

#if defined(__x86_64__)

#include <immintrin.h>

#define KERNEL_TARGET CP_TARGET("sse2")
#define LANES 4u

typedef __m128i vec;

KERNEL_TARGET static inline vec vec_load(const void *at)
{
    return _mm_load_si128(at);
}

KERNEL_TARGET static inline void vec_store(void *at, vec x)
{
    _mm_store_si128(at, x);
}

KERNEL_TARGET static inline vec vec_all(int32_t x)
{
    return _mm_set1_epi32(x);
}

KERNEL_TARGET static inline vec vec_add(vec a, vec b)
{
    return _mm_add_epi32(a, b);
}

KERNEL_TARGET static inline vec vec_or(vec a, vec b)
{
    return _mm_or_si128(a, b);
}

KERNEL_TARGET static inline vec vec_xor(vec a, vec b)
{
    return _mm_xor_si128(a, b);
}

KERNEL_TARGET static inline vec vec_min(vec a, vec b)
{
    /* SSE2 has no minimum of signed numbers. */
    vec less = _mm_cmplt_epi32(a, b);

    return _mm_or_si128(_mm_and_si128(less, a), _mm_andnot_si128(less, b));
}

KERNEL_TARGET static inline vec vec_keep(vec x, vec a, vec b)
{
    return _mm_andnot_si128(_mm_cmpgt_epi32(a, b), x);
}

KERNEL_TARGET static inline bool vec_any(vec x)
{
    return _mm_movemask_epi8(_mm_cmpeq_epi32(x, _mm_setzero_si128())) != 0xffff;
}

#include "rows_kernel.h"

const struct cp_rows_kernel *cp_rows_sse2(cp_rows_kind kind)
{
    return kind == CP_ROWS_COSTS ? &kernel_costs : &kernel_marks;
}

#else

const struct cp_rows_kernel *cp_rows_sse2(cp_rows_kind kind)
{
    (void)kind;
    return NULL;
}

#endif
