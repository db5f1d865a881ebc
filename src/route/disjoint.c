#include "route/paths.h"

static const char *const names[] = {[CP_DISJOINT_NONE] = "none",
                                    [CP_DISJOINT_LINK] = "link",
                                    [CP_DISJOINT_NODE] = "node",
                                    [CP_DISJOINT_SRLG] = "srlg",
                                    [CP_DISJOINT_SITE] = "site"};

const char *cp_disjoint_name(cp_disjoint disjoint)
{
    CP_ASSERT(disjoint < CP_DISJOINT_COUNT);
    return names[disjoint];
}

cp_disjoint cp_disjoint_find(cp_text word)
{
    uint32_t i = 0;

    while (i < CP_DISJOINT_COUNT && !cp_text_is(word, names[i]))
        i++;
    return (cp_disjoint)i;
}
