#pragma once

#include "base/err.h"

/** Why a session's machine ended it: for people.  What its peer, or the connection, ended is not told here. */
struct cp_session_end {
    const char *why; /* constant; NULL: it did not */
    bool
        by_bytes; /* of the peer, which begin at this one of all that came over the connection, from 0 */
    uint64_t at_byte;
    uint8_t type; /* of the message that they are; 0: they are none */
};
