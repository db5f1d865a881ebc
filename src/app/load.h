#pragma once

#include "notes.h"
#include "sources.h"

/**
 * A case from its files, without a policy: what identify, import and compare work on, and the first
 * half of what an answer does.  Documents are read one after the other and let go, so that memory is
 * that of the case and of the largest document.
 */
struct cp_load_ask {
    const struct cp_sources_wanted *wanted; /* policies are left out of account */
    cp_date as_of;                          /* CP_DATE_NONE: no fact has expired */
    bool lenient;
};

struct cp_loaded {
    struct cp_arena *kept;     /* the case lies here */
    struct cp_sources sources; /* names stay, bytes are gone */
    const struct cp_case *net;
};

/**
 * OK, or what is wrong has been said and the exit code is given (65 also where something was not
 * understood and the user is not lenient).  Close it in any case.
 */
cp_exit cp_load(const struct cp_load_ask *ask, struct cp_notes *notes, struct cp_loaded *out);
void cp_loaded_close(struct cp_loaded *loaded);
