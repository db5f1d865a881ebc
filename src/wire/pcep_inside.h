#pragma once

#include "base/rd.h"
#include "base/wr.h"
#include "wire/pcep.h"

/*
 * What the sources of the PCEP half share.
 *
 * A decoder of a part reads from a reader that cannot see past the part, and reports what is wrong by
 * cp_pcep_in_fault; the first report counts.  It need not stop then: a failed reader ends each loop.
 */

/** Taking a message apart: where its bytes lie, where its parts go, and what is wrong with the object at hand. */
struct cp_pcep_in {
    cp_text whole;
    struct cp_arena *arena;
    struct cp_pcep_fault fault; /* of the object at hand; why NULL: none yet */
    cp_err err;                 /* NOMEM */
};

/** The object at hand is malformed where the reader stands; the reader ends. */
void cp_pcep_in_fault(struct cp_pcep_in *in, cp_rd *rd, const char *why, uint8_t error_type,
                      uint8_t error_value);
/** Zeroed memory for `count` things; NULL (and in->err is NOMEM) past the arena's limit, and for none. */
void *cp_pcep_in_take(struct cp_pcep_in *in, uint32_t count, size_t size_bytes);

/** The PCErr for an object that breaks its format (RFC 8664 8.4: "Malformed object"). */
#define CP_PCEP_INVALID_OBJECT 10
#define CP_PCEP_MALFORMED_OBJECT 11
