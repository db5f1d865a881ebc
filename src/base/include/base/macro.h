#pragma once

#include "base/err.h"

/** The result must be looked at. */
#define CP_MUST_USE __attribute__((warn_unused_result))
#define CP_PRINTF(format_at, first_at) __attribute__((format(printf, format_at, first_at)))
#define CP_NORETURN _Noreturn
#define CP_ALWAYS_INLINE __attribute__((always_inline))
/** The function may use these instructions; call it only where the machine has them. */
#define CP_TARGET(features) __attribute__((target(features)))

/** Returns the error of an expression to the caller.  The only macro that hides control flow. */
#define CP_TRY(call)                 \
    do {                             \
        cp_err cp_try_err_ = (call); \
        if (cp_try_err_ != CP_OK)    \
            return cp_try_err_;      \
    } while (0)

/** States what only a bug of ours can break; always compiled in; ends the process. */
#define CP_ASSERT(truth) ((truth) ? (void)0 : cp_assert_failed(#truth, __FILE__, __LINE__))

/** A check too slow to ship: compiled only where CP_DEBUG is defined. */
#ifdef CP_DEBUG
#define CP_DASSERT(truth) CP_ASSERT(truth)
#else
#define CP_DASSERT(truth) ((void)sizeof(truth))
#endif

#define CP_COUNT(array) (sizeof(array) / sizeof((array)[0]))

CP_NORETURN void cp_assert_failed(const char *truth, const char *file, int line);
