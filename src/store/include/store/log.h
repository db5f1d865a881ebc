#pragma once

#include "base/json.h"
#include "store/store.h"

/**
 * The log of decisions: append-only, hash-chained.  Triggers in the database refuse to change or drop an
 * entry; whoever gets round them breaks the chain, and verification names the entry.
 *
 * An entry's hash is the SHA-256 of, in this order: the hash of the entry before it (32 bytes; zeros
 * before the first), its number and its time (8 bytes each), and then each after its length in 4 bytes:
 * its kind, its subject, the numbers of its causes (8 bytes each), the digests of its contents (32 bytes
 * each), its document.  Numbers have their high byte first.
 */

typedef enum {
    CP_LOG_START,   /* the daemon began: version, configuration */
    CP_LOG_STOP,    /* and ended in good order */
    CP_LOG_INPUTS,  /* what it was told: each file's path and SHA-256, the texts kept as contents */
    CP_LOG_VIEW,    /* the network as it is now: digest of the snapshot, kept as content */
    CP_LOG_PLAN,    /* what each path should be, and what the checker said of it */
    CP_LOG_STEP,    /* an order to a router; subject: the LSP */
    CP_LOG_REPORT,  /* what a router said; subject: the LSP */
    CP_LOG_WITNESS, /* what was seen in the data plane; subject: the LSP */
    CP_LOG_VERDICT, /* of a demand; subject: the demand */
    CP_LOG_ALARM,   /* raised, cleared or acknowledged; subject: the alarm */
    CP_LOG_RELOAD,  /* other inputs are in force, and what that changed */
    CP_LOG_OPERATOR, /* freeze, thaw and what else a person did: who */
    CP_LOG_CUT,      /* old entries went; made by cp_log_cut alone */
    CP_LOG_KIND_COUNT,
} cp_log_kind;

const char *cp_log_kind_name(cp_log_kind kind);
bool cp_log_kind_of(cp_text name, cp_log_kind *kind);

/**
 * subject   what `cleanpath log explain` is asked about: of steps, reports and witnesses the LSP's key
 *           ("HEADEND>ENDPOINT/COLOUR"); "" where there is none.  One that is no well-formed UTF-8 or is longer than
 *           CP_STORE_KEY_BYTES_MAX is kept with \xNN for what is not, cut, and with '~' and the SHA-256 of the whole
 * because   [because_count] numbers of earlier entries that led to this one: of a step its plan, of a
 *           plan its view and inputs.  Explaining follows them.
 * contents  [content_count] digests of kept contents that it speaks of
 * document  a JSON object on one line, at most CP_STORE_DOCUMENT_BYTES_MAX; in the place of anything else
 *           {"unfit": why, "bytes": n, "sha256": of it, "begins": its beginning}.  Members that people are
 *           shown first where they are there: headend, endpoint, colour, before, after, reason, policy,
 *           rule, fact, verdict
 */
struct cp_log_entry {
    cp_log_kind kind;
    uint64_t at_us; /* since 1970, UTC */
    cp_text subject;
    const uint64_t *because;
    uint32_t because_count;
    const char (*contents)[65];
    uint32_t content_count;
    cp_text document;

    /* Of entries that were read; append fills them in itself. */
    uint64_t seq; /* from 1, without gaps */
    char hash[65];
    char before[65]; /* hash of the entry before it */
};

/**
 * Adds an entry to the batch and gives its number; 0 once the batch has failed.  Numbers hold if the
 * batch is committed.
 */
uint64_t cp_log_append(struct cp_store_batch *batch, const struct cp_log_entry *entry);

/** The last entry committed: its number (0: none) and its hash, for anchoring elsewhere. */
struct cp_log_head {
    uint64_t seq;
    char hash[65];
};

CP_MUST_USE cp_store_err cp_log_head_get(struct cp_store *store, struct cp_log_head *out);

/** Called once an entry, which is gone after the call.  Anything but CP_OK ends the walk. */
typedef cp_err (*cp_log_visit)(void *user, const struct cp_log_entry *entry);

/** What of the log is asked for.  All zero: everything, from the first entry on. */
struct cp_log_query {
    uint64_t after;    /* entries with greater numbers: Last-Event-ID */
    uint64_t from_us;  /* not before */
    uint64_t until_us; /* before; 0: no end */
    cp_text subject;   /* "": any */
    uint32_t kinds;    /* bits 1 << kind; 0: any */
    uint32_t limit;    /* 0: no limit */
    bool newest_first; /* then `after` still counts */
};

CP_MUST_USE cp_store_err cp_log_each(struct cp_store *store, const struct cp_log_query *query,
                                     cp_log_visit visit, void *user, cp_err *stopped);
/** One entry, in the arena. */
CP_MUST_USE cp_store_err cp_log_get(struct cp_store *store, uint64_t seq, struct cp_arena *arena,
                                    struct cp_log_entry *out, bool *found);

/**
 * An entry as a JSON object on one line: seq, at, kind, subject, because, contents, before, hash, and last
 * the document, byte by byte as it was hashed.  This is what exports, the API and its events show.
 * name: NULL inside an array and where it is the whole document.
 */
void cp_log_entry_json(const struct cp_log_entry *entry, struct cp_json *json, const char *name);

/* --- verification ----------------------------------------------------------------------------- */

/** What verification found.  broken is 0 where all holds. */
struct cp_log_findings {
    struct cp_log_head head;
    uint64_t entries;        /* that were walked, kept ones before a cut among them */
    uint64_t contents;       /* that were read again */
    uint64_t cut_through;    /* entries up to here went by a cut (but those kept); 0: none did */
    uint64_t broken;         /* number of the first entry that does not hold; 0: none */
    const char *why;         /* what is wrong with it; constant */
    char broken_content[65]; /* where it is a content of it */
};

typedef enum {
    CP_LOG_CHAIN,    /* the entries alone */
    CP_LOG_CONTENTS, /* and each content that they name is there and has its digest */
} cp_log_depth;

/** An answer, not an error, where the chain is broken.  Reads all of the log in bounded memory. */
CP_MUST_USE cp_store_err cp_log_verify(struct cp_store *store, cp_log_depth depth,
                                       struct cp_log_findings *out);

/* --- cutting ---------------------------------------------------------------------------------- */

/**
 * Lets go of what is older than before_us, signed off by a person: an entry `cut` goes to the end of
 * the chain that says who and why, up to which number, and the hash of the last entry that went.
 *
 * Kept are, however old: the newest step, report and witness of each subject that the state table
 * `live_table` has as a key (NULL: none), the newest step that is no repetition (its document has no
 * member `repeats`; NULL: none is), and all that they rest on by `because`; the cut's entry holds
 * the digest of what was kept.  So a path that is installed can always be explained.  Content that no
 * entry names any more goes too.
 */
struct cp_log_cut {
    uint64_t before_us;
    uint64_t at_us; /* now */
    cp_text by, why;
    const char *live_table;
    const char *repeats;
};

/** What went.  No batch may be open. */
struct cp_log_cut_done {
    uint64_t through;       /* 0: nothing was that old, and no entry was made */
    uint64_t entries, kept; /* that went; older ones that stayed */
    uint64_t contents;      /* that went */
};

CP_MUST_USE cp_store_err cp_log_cut(struct cp_store *store, const struct cp_log_cut *cut,
                                    struct cp_log_cut_done *out);
