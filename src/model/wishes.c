#include "model/wishes.h"

static const char *const metric_names[CP_METRIC_COUNT] = {
    [CP_METRIC_IGP] = "igp", [CP_METRIC_TE] = "te", [CP_METRIC_DELAY] = "delay"};

const char *cp_metric_name(cp_metric metric)
{
    CP_ASSERT(metric < CP_METRIC_COUNT);
    return metric_names[metric];
}

cp_metric cp_metric_find(cp_text word)
{
    uint32_t i = 0;

    while (i < CP_METRIC_COUNT && !cp_text_is(word, metric_names[i]))
        i++;
    return (cp_metric)i;
}

static const char *const disjoint_names[CP_DISJOINT_COUNT] = {[CP_DISJOINT_NONE] = "none",
                                                              [CP_DISJOINT_LINK] = "link",
                                                              [CP_DISJOINT_NODE] = "node",
                                                              [CP_DISJOINT_SRLG] = "srlg",
                                                              [CP_DISJOINT_SITE] = "site"};

const char *cp_disjoint_name(cp_disjoint disjoint)
{
    CP_ASSERT(disjoint < CP_DISJOINT_COUNT);
    return disjoint_names[disjoint];
}

cp_disjoint cp_disjoint_find(cp_text word)
{
    uint32_t i = 0;

    while (i < CP_DISJOINT_COUNT && !cp_text_is(word, disjoint_names[i]))
        i++;
    return (cp_disjoint)i;
}
