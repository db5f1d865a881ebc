#pragma once

#include "base/out.h"

/**
 * What speakers of cleanpath tell each other beside what the standards have, as VENDOR-INFORMATION (RFC 7470; RFC 9752 for
 * stateful messages), which everybody else passes over.  We have no enterprise number of our own: 32473 is RFC 5612's, for
 * examples, so anybody may use it, and what is ours begins with four bytes more.
 */
#define CP_PCE_ENTERPRISE 32473u

enum { CP_PCE_SPEAKER_BYTES_MAX = 64 };

/** In an Open: who speaks, and his epoch.  Each start of a controller has a higher one. */
struct cp_pce_speaker {
    bool known;
    uint64_t epoch;
    cp_text name; /* at most CP_PCE_SPEAKER_BYTES_MAX, printable ASCII */
};

/** In a PCRpt: what its headend saw of an LSP in the data plane. */
struct cp_pce_proof {
    bool known;
    bool alive; /* probes get through it now */
    uint64_t
        proven_us; /* when one of full size did last, since 1970 by the headend's clock; 0: none did */
    uint64_t packets; /* that it carried, since its headend counts; UINT64_MAX: not known */
};

/** Bytes that follow the enterprise number, in the arena.  Errors: RANGE (a name that cannot be), NOMEM. */
CP_MUST_USE cp_err cp_pce_speaker_write(const struct cp_pce_speaker *speaker,
                                        struct cp_arena *arena, cp_text *bytes);
CP_MUST_USE cp_err cp_pce_proof_write(const struct cp_pce_proof *proof, struct cp_arena *arena,
                                      cp_text *bytes);
/** Not known: of something else, or not well formed.  Borrowed from the bytes. */
struct cp_pce_speaker cp_pce_speaker_read(cp_text bytes);
struct cp_pce_proof cp_pce_proof_read(cp_text bytes);
