#pragma once

#include "base/text.h"

/**
 * What headends do, by system and release: above all what becomes of traffic that an SR policy carried when that has
 * no valid path any more.  Each row says where it is from; what is not known is taken for the worst.
 */
typedef enum {
    CP_HEADEND_UNKNOWN,
    CP_HEADEND_FALLS, /* traffic goes the ordinary way: fails open */
    CP_HEADEND_DROPS, /* traffic is dropped: fails closed */
    CP_HEADEND_KEEPS  /* the last path stays in use, for ever */
} cp_headend_habit;

struct cp_headend {
    const char *system;            /* "frr-8.4", "linux-agent", ... */
    cp_headend_habit when_invalid; /* the policy has no valid path */
    cp_headend_habit when_lost;    /* the session with its controller is lost for long */
    /* After that loss the last path stays so long, by its defaults; UINT64_MAX: for ever; 0: not known. */
    uint64_t keeps_us;
    uint32_t colour_forms;   /* CP_PCE_COLOUR_... bits that it understands */
    uint32_t active_late_us; /* so long after an order it reports ACTIVE at the latest */
    const char *words;       /* for an alarm: what it does when the policy is invalid */
    const char *lost_words;  /* for an alarm: what it does when the session is lost */
    const char *source;      /* where the row is from */
    bool keeps_labels; /* of a policy taken out of service: it needs a path that leads nowhere */
};

/** NULL where nothing is known of the system.  "frr-8.4.4" is found as "frr-8.4". */
const struct cp_headend *cp_headend_find(cp_text system);
/** Never lets sensitive traffic go another way: neither without a valid path nor without its controller. */
bool cp_headend_fails_closed(const struct cp_headend *headend);
/** Both of a system that nobody knows (NULL), too: for how long it is sure to keep its orders, and what is told of that. */
uint64_t cp_headend_keeps_us(const struct cp_headend *headend);
const char *cp_headend_lost_words(const struct cp_headend *headend);
uint32_t cp_headend_count(void);
const struct cp_headend *cp_headend_at(uint32_t at);
