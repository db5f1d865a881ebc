#pragma once

#include "app/load.h"
#include "model/bundle.h"
#include "store/log.h"

/**
 * A case as the log keeps it: its inputs and policies by their digests, the IP layer as a plan saw it, judged again by
 * the code of today.  Nothing but the store is read.
 */
struct cp_log_case {
    struct cp_loaded loaded;
    struct cp_bundle_net
        view; /* what the plan had of the network, and what its rules were against */
    const struct cp_judge *judge; /* NULL: it cannot be judged */
    const char *why;              /* then: why not; a constant */
    const char *what;             /* of what: the name of a file; "": of nothing alone */
    struct cp_store *store;
};

/**
 * inputs, view: entries of these kinds, borrowed.  OK also where it cannot be judged, and SYSTEM.  Close it in any case.
 * What is wrong inside a file that is kept whole is said on stderr too.
 */
cp_exit cp_log_case_open(struct cp_store *store, const struct cp_log_entry *inputs,
                         const struct cp_log_entry *view, struct cp_log_case *out);
void cp_log_case_close(struct cp_log_case *c);

typedef enum {
    CP_PLANNED_NOT, /* it judged no such thing: its network has no such element, or its rules no such rule */
    CP_PLANNED_ALLOWED,
    CP_PLANNED_AGAINST /* forbidden, or reported as unknown */
} cp_log_planned;
/** What the plan made of an element by a rule of the judge. */
cp_log_planned cp_log_case_planned(const struct cp_log_case *c, uint32_t rule, cp_object_kind kind,
                                   cp_text id);
/** Of all elements of that network and all rules about transit: verdicts that are others by the code of today. */
uint32_t cp_log_case_others(const struct cp_log_case *c);
