#pragma once

/**
 * What can go wrong.  Zero is success.  An answer ("there is no path") is never an error.
 */
typedef enum {
    CP_OK = 0,
    CP_ERR_NOMEM,      /* the arena's limit is reached */
    CP_ERR_LIMIT,      /* a named limit of a room is passed */
    CP_ERR_MALFORMED,  /* the bytes are not what their format says */
    CP_ERR_RANGE,      /* a number does not fit, or a sum would wrap */
    CP_ERR_DUPLICATE,  /* an id or key stands twice */
    CP_ERR_UNKNOWN_ID, /* a name that nothing bears */
    CP_ERR_CONFLICT,   /* two statements that cannot both hold */
} cp_err;

/** A word for an error, for tests and last-resort messages.  Never NULL. */
const char *cp_err_name(cp_err err);
