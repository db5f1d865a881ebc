#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/macro.h"

const char *cp_err_name(cp_err err)
{
    switch (err) {
    case CP_OK:
        return "ok";
    case CP_ERR_NOMEM:
        return "out of memory";
    case CP_ERR_LIMIT:
        return "limit passed";
    case CP_ERR_MALFORMED:
        return "malformed";
    case CP_ERR_RANGE:
        return "out of range";
    case CP_ERR_DUPLICATE:
        return "duplicate";
    case CP_ERR_UNKNOWN_ID:
        return "unknown id";
    case CP_ERR_CONFLICT:
        return "conflict";
    }
    return "unknown error";
}

void cp_assert_failed(const char *truth, const char *file, int line)
{
    (void)fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, truth);
    abort();
}
