#include "control/headend.h"

/*
 * Rows by system; of two that fit the longer name counts.  "measured" rows are from the lab's routers; the others are what
 * the vendor's documentation says, and are worth no more than that: an operator who knows better says `guarded`.
 */

enum { ASSOCIATION = 1, VENDOR = 2 };

static const struct cp_headend rows[] = {
    {"frr-8.4", CP_HEADEND_FALLS, CP_HEADEND_KEEPS, VENDOR, 4000000,
     "a policy without a valid path leaves its traffic to the ordinary routes",
     "measured: lab FINDINGS 2 (ACTIVE after 3 s; last path kept; colour by VENDOR-INFORMATION)"},
    {"frr-8", CP_HEADEND_FALLS, CP_HEADEND_KEEPS, VENDOR, 4000000,
     "a policy without a valid path leaves its traffic to the ordinary routes",
     "as frr-8.4, not measured"},
    {"frr-9", CP_HEADEND_FALLS, CP_HEADEND_KEEPS, VENDOR, 4000000,
     "a policy without a valid path leaves its traffic to the ordinary routes",
     "as frr-10, not measured"},
    {"frr-10", CP_HEADEND_FALLS, CP_HEADEND_KEEPS, VENDOR, 4000000,
     "a policy without a valid path leaves its traffic to the ordinary routes",
     "measured: lab FINDINGS 2 (10.7.1's pathd does as 8.4.4)"},
    {"ios-xr", CP_HEADEND_FALLS, CP_HEADEND_KEEPS, ASSOCIATION | VENDOR, 0,
     "a policy without a valid path goes down unless it is told to drop upon invalid",
     "documentation; RFC 9256 8.2: drop upon invalid is not the default"},
    {"junos", CP_HEADEND_FALLS, CP_HEADEND_KEEPS, ASSOCIATION, 0,
     "a policy without a valid path leaves its traffic to the ordinary routes",
     "documentation; RFC 9256 8.2"},
    {"sr-os", CP_HEADEND_FALLS, CP_HEADEND_KEEPS, ASSOCIATION, 0,
     "a policy without a valid path leaves its traffic to the ordinary routes",
     "documentation; RFC 9256 8.2"},
    {"linux-agent", CP_HEADEND_DROPS, CP_HEADEND_KEEPS, ASSOCIATION, 0,
     "an emptied policy table ends in a prohibiting default: traffic is dropped",
     "measured: lab FINDINGS 3 (prohibit default)"}};

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
