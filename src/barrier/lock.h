#pragma once

/**
 * One barrier alone is raised at a time in a network namespace: as long as this file is open, by whichever process has it.  It waits for
 * another one, half a minute at most.  -1: errno says why; EBUSY: it waited in vain.
 */
int lock_take(void);
