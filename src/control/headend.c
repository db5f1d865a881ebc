#include "control/headend.h"

/*
 * Rows by system; of two that fit the longer name counts.  "measured" rows are from the lab's routers; the others are what
 * the vendor's documentation says, and are worth no more than that: an operator who knows better says `guarded`.
 */

enum { ASSOCIATION = 1, VENDOR = 2 };

#define FRR_KEEPS_US UINT64_C(30000000)
#define FRR_LOST                                                                      \
    "its session is lost; its router forgets its orders 30 s after that, by default " \
    "(session-timeout-interval, 120 s at most), and lets go what they carried"
#define CISCO_LOST "its session is lost; how long its router keeps its orders is not known"

static const struct cp_headend rows[] = {
    {"frr-8.4", CP_HEADEND_FALLS, CP_HEADEND_FALLS, FRR_KEEPS_US, VENDOR, 4000000,
     "a policy without a valid path leaves its traffic to the ordinary routes", FRR_LOST,
     "colour, late: measured (lab FINDINGS 2: colour by VENDOR-INFORMATION, ACTIVE after 3 s); lost: measured "
     "(the last path stays for session-timeout-interval, 30 s unless it is set, then the lists of its PCE go and "
     "policies are inactive); down: measured (pathd 8.4.4 keeps the labels of a path that is "
     "taken away, and takes them out when the new one cannot be resolved); invalid: not measured, the worst is taken",
     true},
    {"frr-8", CP_HEADEND_FALLS, CP_HEADEND_FALLS, FRR_KEEPS_US, VENDOR, 4000000,
     "a policy without a valid path leaves its traffic to the ordinary routes", FRR_LOST,
     "taken for frr-8.4, not measured", true},
    {"frr-9", CP_HEADEND_FALLS, CP_HEADEND_FALLS, FRR_KEEPS_US, VENDOR, 4000000,
     "a policy without a valid path leaves its traffic to the ordinary routes", FRR_LOST,
     "taken for frr-10, not measured", true},
    {"frr-10", CP_HEADEND_FALLS, CP_HEADEND_FALLS, FRR_KEEPS_US, VENDOR, 4000000,
     "a policy without a valid path leaves its traffic to the ordinary routes", FRR_LOST,
     "measured: lab FINDINGS 2 (10.7.1 does as 8.4.4); invalid: not measured, the worst is taken",
     true},
    {"ios-xr", CP_HEADEND_FALLS, CP_HEADEND_UNKNOWN, 0, ASSOCIATION | VENDOR, 0,
     "a policy without a valid path leaves its traffic to the ordinary routes, unless it is "
     "told to drop it",
     CISCO_LOST,
     "documentation: Cisco's SR guides, path invalidation drop: the native path is the "
     "default; what it does when its controller is lost was not looked up",
     false},
    {"ios-xe", CP_HEADEND_FALLS, CP_HEADEND_UNKNOWN, 0, ASSOCIATION | VENDOR, 0,
     "a policy without a valid path leaves its traffic to the ordinary routes, unless it is "
     "told to drop it",
     CISCO_LOST,
     "documentation: Cisco IOS XE 17 segment routing, traffic steering by dropping invalid paths",
     false},
    {"junos", CP_HEADEND_FALLS, CP_HEADEND_FALLS, UINT64_C(60000000), ASSOCIATION, 0,
     "a policy without a valid path leaves its traffic to the ordinary routes",
     "its session is lost; its router deletes what was initiated 60 s after that, by default "
     "(lsp-cleanup-timer), and lets go what it carried",
     "documentation: Junos CLI reference, lsp-cleanup-timer (default 60 s); invalid: not "
     "measured, the worst is taken",
     false},
    {"sr-os", CP_HEADEND_FALLS, CP_HEADEND_FALLS, 0, ASSOCIATION, 0,
     "a policy without a valid path leaves its traffic to the ordinary routes",
     "its session is lost; its router deletes what was initiated when its state-timer ends, and "
     "lets go what it carried",
     "documentation: Nokia 7750 Segment Routing and PCE guide, SR OS router procedures "
     "(state-timer; its default was not looked up); invalid: not measured, the worst is taken",
     false},
    {"linux-agent", CP_HEADEND_DROPS, CP_HEADEND_KEEPS, UINT64_MAX, ASSOCIATION, 0,
     "an emptied policy table ends in a prohibiting default: traffic is dropped",
     "its session is lost; its last verified state stands",
     "measured: lab FINDINGS 3 (prohibit default)", false}};

bool cp_headend_fails_closed(const struct cp_headend *headend)
{
    return headend != NULL && headend->when_invalid == CP_HEADEND_DROPS &&
           (headend->when_lost == CP_HEADEND_KEEPS || headend->when_lost == CP_HEADEND_DROPS);
}

uint64_t cp_headend_keeps_us(const struct cp_headend *headend)
{
    return headend == NULL ? 0 : headend->keeps_us;
}

const char *cp_headend_lost_words(const struct cp_headend *headend)
{
    return headend != NULL ? headend->lost_words
                           : "its session is lost; its system is not known, and how long it keeps "
                             "its orders is not either";
}

uint32_t cp_headend_count(void)
{
    return CP_COUNT(rows);
}

const struct cp_headend *cp_headend_at(uint32_t at)
{
    return at < CP_COUNT(rows) ? &rows[at] : NULL;
}

/* "frr-8" is no beginning of "frr-81". */
static bool fits(cp_text system, cp_text row)
{
    if (!cp_text_starts(system, row))
        return false;
    return system.len == row.len || system.at[row.len] < '0' || system.at[row.len] > '9';
}

const struct cp_headend *cp_headend_find(cp_text system)
{
    const struct cp_headend *found = NULL;
    size_t longest = 0;

    for (size_t i = 0; i < CP_COUNT(rows); i++) {
        cp_text row = cp_text_of(rows[i].system);

        if (row.len > longest && fits(system, row)) {
            found = &rows[i];
            longest = row.len;
        }
    }
    return found;
}
