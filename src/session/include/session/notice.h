#pragma once

#include <stdbool.h>
#include <stdint.h>

/**
 * That something is wrong, said by a session or to it: a NOTIFICATION of BGP (code, subcode) or a PCErr (type, value).  For
 * people: names are those of wire/errors.h.  What follows from one is an event of its own.
 */
struct cp_session_notice {
    bool given; /* by us; false: received */
    uint8_t code, value;
    uint64_t more; /* so many came behind it and are not kept one by one */
};

enum { CP_SESSION_NOTICES_MAX = 8 /* that wait to be asked for */ };

struct cp_session_notices {
    struct cp_session_notice at[CP_SESSION_NOTICES_MAX];
    uint32_t count;
};

void cp_session_note(struct cp_session_notices *notices, bool given, uint8_t code, uint8_t value);
/** The one that waits longest; false: none does. */
bool cp_session_notice_next(struct cp_session_notices *notices, struct cp_session_notice *out);
