#pragma once

#include "audit/audit.h"

#define CP_JOBS_MAX 1024u

/**
 * Runs every part of the audit on up to `jobs` threads.
 * arenas: [jobs] out, one a thread, NULL where none was needed; the caller closes them when the
 * results have been read, also after an error.
 */
CP_MUST_USE cp_err cp_jobs_run(struct cp_audit *audit, uint32_t jobs, size_t arena_limit_bytes,
                               struct cp_arena **arenas);
