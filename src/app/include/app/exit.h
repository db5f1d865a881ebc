#pragma once

/** Exit codes (DESIGN 4; numbers from 64 on are those of sysexits.h). */
typedef enum {
    CP_EXIT_OK = 0,
    CP_EXIT_VIOLATION = 1,
    CP_EXIT_UNDECIDED = 2,
    CP_EXIT_USAGE = 64,
    CP_EXIT_INPUT = 65,    /* not understood, or past a limit */
    CP_EXIT_MISSING = 66,  /* an input is not there */
    CP_EXIT_PEER = 69,     /* nothing answers */
    CP_EXIT_UNPROVEN = 70, /* our own checker refuses the answer */
    CP_EXIT_SYSTEM = 71,   /* the machine is out of memory or threads */
    CP_EXIT_IO = 74,
    CP_EXIT_REFUSED = 77, /* the credentials are wrong, or may not be used so */
    CP_EXIT_POLICY = 78,
} cp_exit;
